/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/clock.h"

uint64_t clock_ahead;

uint64_t __wrap_jm_now_ms(void);
uint64_t
__wrap_jm_now_ms(void)
{
	return 1000000 + clock_ahead;
}

void __wrap_jm_sleep_ms(unsigned ms);
void
__wrap_jm_sleep_ms(unsigned ms)
{
	clock_ahead += ms;
}
