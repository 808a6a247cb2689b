/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/utf8.h"
#include "nym/manifest.h"

#define BRAILLE_BLANK     0x2800
#define IDEOGRAPHIC_SPACE 0x3000

/* What is not there to be seen, or may turn around what stands beside it. */
static int
is_visible(uint32_t c)
{
	static const uint32_t unseen =
	    UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cs |
	    UC_CATEGORY_MASK_Co | UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Z;

	if (c == ' ' || c == IDEOGRAPHIC_SPACE)
		return 1;
	return c != BRAILLE_BLANK && !jm_utf8_is_control(c) &&
	       !uc_is_general_category_withtable(c, unseen) &&
	       !uc_is_property_default_ignorable_code_point(c);
}

static int
is_nfc(const uint8_t *p, size_t len)
{
	uint8_t mem[4 * NYM_TEXT_MAX];
	size_t n = sizeof mem;
	uint8_t *form = u8_normalize(UNINORM_NFC, p, len, mem, &n);
	const int same = form != NULL && n == len && memcmp(form, p, len) == 0;

	if (form != mem)
		free(form);
	return same;
}

int
nym_text_ok(const void *p, size_t len)
{
	const uint8_t *at = p;
	size_t left = len, n;
	uint32_t c;

	if (len > NYM_TEXT_MAX)
		return 0;
	for (; left != 0; at += n, left -= n)
		if ((n = jm_utf8_next(at, left, &c)) == 0 || !is_visible(c))
			return 0;
	return len == 0 || is_nfc(p, len);
}
