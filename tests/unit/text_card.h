/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A small resident card for a reader of vscard.h: two pairs that can do
 * nothing, and a text entry with records of attr_records.h.  Plain: no short EF
 * ids.
 */
#ifndef JM_TESTS_UNIT_TEXT_CARD_H
#define JM_TESTS_UNIT_TEXT_CARD_H

#include "tests/support/attr_records.h"
#include "tests/support/vscard.h"

struct text_card {
	unsigned apps;             /* bits 1 << enum jm_app of those it has */
	struct attr_record rec[3]; /* len 0: no such file */
	char pin[4];
	int tries; /* -1: there is no PIN */

	enum jm_app app;
	int selected; /* the issuer domain is, where not */
	int verified;
	unsigned ef;
};

/* All of it, with the PIN 1234; rec is left alone. */
void text_card_new(struct text_card *c);
struct vs_card text_card(struct text_card *c);

#endif
