/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time is the input's: jm_now_ms and jm_sleep_ms are wrapped (local.mk). */
#ifndef JM_TESTS_FUZZ_CLOCK_H
#define JM_TESTS_FUZZ_CLOCK_H

#include <stdint.h>

extern uint64_t clock_ahead; /* milliseconds since the input began */

#endif
