/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files of the applications beside the JPKI one, as the card gives them: for
 * front ends that show a card's files (attr.h takes the texts apart).  The
 * files that hold the individual number, as text or as a picture, are not
 * among them: only those may use it whom a law allows to.
 *
 * All but those that are free are personal, and stay where they are put until
 * they are wiped.
 */
#ifndef JM_OBJECTS_DATA_H
#define JM_OBJECTS_DATA_H

#include "objects/ident.h" /* their names and labels */
#include "objects/token.h"

#define JM_DATA_MAX 16384 /* bytes of one file; longer ones are left out */

struct jm_data_item {
	uint8_t *p; /* NULL: not read, or not there */
	size_t len;
};

/* By enum jm_data_id. */
struct jm_data_set {
	struct jm_data_item item[JM_DATAS];
};

/* Does this generation have the file?  NULL: no.  (profile.h) */
const struct jm_prof_data *jm_token_data_at(
    const struct jm_token *t, enum jm_data_id id);

/*
 * [card] Read files; ids has bit 1 << id for each.  pin NULL: those that are
 * free, in one transaction, no PIN.  Else all need one PIN and are opened by
 * one VERIFY of it, by the rules of jm_token_login, and no login stays.  Files
 * that this card does not have or does not give, and those with no whole object
 * in them, are left out of *out; what out held before of these ids is wiped.
 *   JM_ARG        ids of several PINs, one that needs a PIN without it, a free
 *                 one with a PIN
 *   JM_NOT_FOUND  none of them is on this card
 *   JM_CARD       the PIN was right, and the card wants it still
 * and those of jm_token_check_pin.  On failure nothing of these ids is in *out.
 */
jm_err jm_token_data(struct jm_token *t, unsigned ids, const void *pin,
    size_t pin_len, struct jm_data_set *out, int *tries) JM_MUST_USE;

/* Wipes and frees what is in it. */
void jm_data_wipe(struct jm_data_set *set);

#endif
