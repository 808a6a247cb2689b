/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Commands of the card itself for those who make it, hand it out and load it:
 * life cycle, transport key, contents, municipal applications (doc/vcard.md).
 * They alone, beside SELECT and its like in vc_dispatch.c, are given the card.
 */
#ifndef JM_VCARD_VC_ISSUER_H
#define JM_VCARD_VC_ISSUER_H

#include "vcard/vc_card.h"

vc_card_command vc_set_status;    /* 80 F0, vc_status.c */
vc_card_command vc_external_auth; /* 00 82, vc_transport.c */
vc_card_command vc_store_data;    /* 80 E2, vc_store_data.c */
vc_card_command vc_load;          /* 80 E6, vc_area.c */
vc_card_command vc_delete;        /* 80 E4 */
vc_card_command vc_list;          /* 80 F2 */
vc_card_command vc_export;        /* 80 EA */

/* GET CHALLENGE gave these bytes (vc_transport.c). */
void vc_transport_challenge(
    struct vc_card *card, const uint8_t *random, size_t len);

/* AES-CMAC(key, challenge || card id): what EXTERNAL AUTHENTICATE wants. */
jm_err vc_transport_answer(const uint8_t key[VC_TRANSPORT_LEN],
    const uint8_t challenge[16], const uint8_t *id, size_t id_len,
    uint8_t out[16]) JM_MUST_USE;

/*
 * vc_transfer.c: the data of a command that comes in blocks, numbered by P2
 * from 0 on, the last with P1 = 80.  Returns 9000 with *whole 1 when all of it
 * is in card->v.transfer, 9000 with 0 when more is to come, or the status word
 * to answer; then what came before is gone.
 */
unsigned vc_transfer(
    struct vc_card *card, const struct vc_cmd *c, size_t max, int *whole);
void vc_transfer_drop(struct vc_card *card); /* wipes */

/* The current application when it has this name, else NULL. */
struct vc_app *vc_current_named(struct vc_card *card, const char *name);

#endif
