/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Both ends of the channel as a cmocka fixture: *state is a struct sm_pair. */
#ifndef JM_TESTS_SUPPORT_SM_TRY_H
#define JM_TESTS_SUPPORT_SM_TRY_H

#include "tests/support/sm_pair.h"

int sm_try_start(void **state); /* of the group */
int sm_try_stop(void **state);
int sm_try_fresh(void **state); /* of each test */

/* Keys that are as good as any, for both ends: enc 11.., mac 22.., counter 0.
 * sm_try_keys gives them as they are after so many messages. */
void sm_try_known(struct sm_pair *p);
struct jm_sm_keys sm_try_keys(unsigned counted);

/* Sends 80 D6 01 02 with nc bytes of a pattern that begins with SM_TRY_MARK. */
#define SM_TRY_MARK "the plain text of this test"
jm_err sm_try_send(
    struct sm_pair *p, size_t nc, size_t ne, struct jm_wbuf *got);

/* The terminal's session has ended with want, sends nothing more and has
 * forgotten its keys. */
void sm_try_dead(struct sm_pair *p, jm_err want);

#endif
