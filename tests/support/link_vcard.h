/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A reader in process with a virtual card in it.  Any number of links may lead
 * to it, from any number of threads, as programs share a reader through PC/SC:
 * transactions exclude each other, a reset or a removal is noticed by all.
 * It counts what passes and keeps the card's trace.
 */
#ifndef JM_TESTS_SUPPORT_LINK_VCARD_H
#define JM_TESTS_SUPPORT_LINK_VCARD_H

#include "transport/link.h"
#include "vcard/vcard.h"

struct vslot;

/* Issues a card into the file (an old one is replaced); params: "name=value",
 * NULL at the end, or NULL.  Takes the time of nine RSA keys, with apps=jpki of
 * four: do it once in a program and copy the file for each test. */
jm_err vslot_issue(const char *image, const char *const *params) JM_MUST_USE;
jm_err vslot_copy(const char *from, const char *to) JM_MUST_USE;

/* Opens the image and puts the card in, powered.  Those of vc_open. */
jm_err vslot_open(const char *image, struct vslot **out) JM_MUST_USE;
/* Close every link first. */
void vslot_close(struct vslot **slot);

/* Another way to the reader; closed by jm_link_close. */
jm_err vslot_link(struct vslot *slot, struct jm_link *out) JM_MUST_USE;

/* For vc_set_quirk and vc_set_param. */
struct vc_card *vslot_card(struct vslot *slot);

/* Takes the card out: links open now are dead for good.  Puts it in again. */
void vslot_remove(struct vslot *slot);
void vslot_insert(struct vslot *slot);
/* What another program's SCARD_RESET_CARD does: each link tells JM_RESET once.
 */
void vslot_reset(struct vslot *slot);

/* Since vslot_open or vslot_restart_count. */
struct vslot_count {
	unsigned apdus;    /* commands */
	unsigned verifies; /* VERIFY commands with a PIN */
	unsigned changes;  /* CHANGE REFERENCE DATA */
	unsigned signs;    /* 80 2A */
	unsigned outside;  /* commands outside of a transaction: a fault */
};
struct vslot_count vslot_counted(struct vslot *slot);
void vslot_restart_count(struct vslot *slot);

/* The trace line of the ith command since then; NULL past the end.  Valid until
 * the count is restarted.  Secrets are redacted as in --trace. */
const char *vslot_line(struct vslot *slot, size_t i);
void vslot_print(struct vslot *slot); /* all lines to stderr */

#endif
