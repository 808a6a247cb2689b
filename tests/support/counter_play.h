/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two cards by script before a counter's terminal, without cryptography: the
 * channel's functions (jm_sm_open and the others of sm.h) are replaced, so a
 * command in a channel is seen as it reads without protection.  A program that
 * uses this says so to the linker (PLAY_LINK of local.mk).
 *
 * The commands of all cards are one list in the order they have to come.  Who:
 * r the resident's card, s the successor, o the operator's; a capital in a
 * channel.  cmd is hex, or "!open": a channel is opened.  reply is hex with its
 * status word; NULL: the card is gone.
 */
#ifndef JM_TESTS_SUPPORT_COUNTER_PLAY_H
#define JM_TESTS_SUPPORT_COUNTER_PLAY_H

#include "tools/vcard/counter.h"

struct play {
	char who;
	const char *cmd, *reply;
};

/* Cards and terminal for one test; the operator's and the holder's PINs are
 * "4321" and "1234", the time is 2026-11-22 01:02:03. */
struct play_set {
	struct counter c;
	struct counter_card card, successor, op;
};

void play_start(struct play_set *s, const struct play *list, size_t n);
/* Command number nth, from 0, gets this reply instead; whatever comes behind it
 * is a fault of the terminal. */
void play_replace(size_t nth, const char *reply);
/* The resident's card has an open channel already. */
void play_channel(struct play_set *s, const struct counter_app *app);
/* Closes the cards; how many commands came.  all: fails the test unless that
 * was the whole list. */
size_t play_end(struct play_set *s, int all);

/* How often each PIN was asked for, and how many VERIFY had data. */
extern unsigned play_asked, play_verifies;

#endif
