/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/hex.h"

jm_err
jm_hex_encode(const uint8_t *in, size_t n, char *out, size_t cap)
{
	static const char digit[] = "0123456789ABCDEF";

	if (cap > 0)
		out[0] = '\0';
	if (cap == 0 || n > (cap - 1) / 2)
		return JM_SPACE;
	for (size_t i = 0; i < n; i++) {
		*out++ = digit[in[i] >> 4];
		*out++ = digit[in[i] & 0xf];
	}
	*out = '\0';
	return JM_OK;
}

/* Not isxdigit: that one asks the locale. */
static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

jm_err
jm_hex_decode(const char *text, uint8_t *out, size_t cap, size_t *out_len)
{
	size_t n = 0;

	*out_len = 0;
	while (*text != '\0') {
		int hi, lo;

		if (n > 0 && *text == ' ') {
			while (*text == ' ')
				text++;
			if (*text == '\0')
				return JM_ARG; /* a blank is between bytes */
		}
		/* A NUL is no digit, so text[1] is read only if it exists. */
		if ((hi = nibble(text[0])) < 0 || (lo = nibble(text[1])) < 0)
			return JM_ARG;
		if (n == cap)
			return JM_SPACE;
		out[n++] = (uint8_t)(hi << 4 | lo);
		text += 2;
	}
	*out_len = n;
	return JM_OK;
}
