/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The disk at each moment of each write of a card's image.  Linked with
 * -Wl,--wrap=vc_moment: what a process killed there would leave is what the
 * folder holds then.
 */
#ifndef JM_TESTS_UNIT_TEAR_H
#define JM_TESTS_UNIT_TEAR_H

#include "vcard/vc_card.h"

/* Watch this card's writes from here on; NULL: no more. */
void tear_watch(struct vc_card *card);

/* Writes of a watched card since then; of any card that nobody watches, since
 * the program began. */
unsigned tear_writes(void);
unsigned tear_unwatched(void);

/*
 * For each moment, and for a new file that was not yet synced in several forms:
 * the folder that a kill then would leave is made in dir, and its card opened.
 * It has to be the one before or the one after the write, never with more tries
 * (gains: the command may give some, with its last write), with keys that fit
 * their certificates; what lies beside the image stops nothing.  A state
 * between the first and the last is the first with one try paid.  Fails the
 * test.
 */
void tear_judge(const char *dir, const char *what, int gains);

#endif
