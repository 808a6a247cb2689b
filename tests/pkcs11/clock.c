/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pkcs11/clock.h"

uint64_t __real_jm_now_ms(void);
uint64_t __wrap_jm_now_ms(void);

uint64_t clock_ahead;

uint64_t
__wrap_jm_now_ms(void)
{
	return __real_jm_now_ms() + clock_ahead;
}
