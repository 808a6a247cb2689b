/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu/sw.h"

#include <stddef.h>

/* clang-format off */
static const struct {
	unsigned sw;
	jm_err means;
} words[] = {
	{ 0x9000, JM_OK          },
	{ 0x6282, JM_OK          }, /* end of file before Le */
	{ 0x6982, JM_NEED_PIN    },
	{ 0x6983, JM_PIN_BLOCKED }, /* ISO */
	{ 0x6984, JM_PIN_BLOCKED }, /* JICSAP, seen on cards */
	{ 0x6a82, JM_NOT_FOUND   },
	{ 0x6a83, JM_NOT_FOUND   },
	{ 0x6a88, JM_NOT_FOUND   },
	{ 0x6881, JM_UNSUPPORTED },
	{ 0x6882, JM_UNSUPPORTED },
	{ 0x6a81, JM_UNSUPPORTED },
	{ 0x6a86, JM_UNSUPPORTED },
	{ 0x6d00, JM_UNSUPPORTED },
	{ 0x6e00, JM_UNSUPPORTED },
};
/* clang-format on */

jm_err
jm_sw_err(unsigned sw)
{
	for (size_t i = 0; i < NELEM(words); i++)
		if (words[i].sw == sw)
			return words[i].means;
	return JM_CARD;
}

int
jm_sw_tries(unsigned sw)
{
	return (sw & ~0xfu) == 0x63c0 ? (int)(sw & 0xf) : -1;
}
