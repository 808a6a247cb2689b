/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/fault.h"

static struct {
	int armed, fired;
	unsigned left; /* calls that still work */
} fault;

void
fault_arm(unsigned nth)
{
	fault.armed = 1;
	fault.fired = 0;
	fault.left = nth;
}

void
fault_disarm(void)
{
	fault.armed = 0;
}

int
fault_fired(void)
{
	fault.armed = 0;
	return fault.fired;
}

int
fault_point(void)
{
	if (!fault.armed)
		return 0;
	if (fault.left > 0) {
		fault.left--;
		return 0;
	}
	fault.armed = 0;
	fault.fired = 1;
	return 1;
}
