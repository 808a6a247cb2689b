/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wipe.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <windows.h>
#endif

void
jm_wipe(void *p, size_t n)
{
	if (p == NULL || n == 0)
		return;
#ifdef _WIN32
	SecureZeroMemory(p, n);
#else
	explicit_bzero(p, n);
#endif
}

void
jm_free_secret(void *p, size_t n)
{
	jm_wipe(p, n);
	free(p);
}

int
jm_ct_equal(const void *a, const void *b, size_t n)
{
	const uint8_t *x = a;
	const uint8_t *y = b;
	/* volatile: else the compiler may stop at the first difference */
	volatile uint8_t diff = 0;

	for (size_t i = 0; i < n; i++)
		diff = (uint8_t)(diff | (x[i] ^ y[i]));
	return diff == 0;
}
