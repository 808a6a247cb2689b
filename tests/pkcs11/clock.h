/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The clock of a program that is linked with -Wl,--wrap=jm_now_ms. */
#ifndef JM_TESTS_PKCS11_CLOCK_H
#define JM_TESTS_PKCS11_CLOCK_H

#include <stdint.h>

extern uint64_t clock_ahead; /* milliseconds that a test moved it on */

#endif
