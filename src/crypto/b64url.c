/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/b64url.h"

#include <string.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

jm_err
jm_b64url_encode(const uint8_t *in, size_t n, char *out, size_t cap)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t len = 0;

	if (cap > 0)
		out[0] = '\0';
	/* The first comparison keeps the second from wrapping. */
	if (n >= cap || JM_B64URL_LEN(n) >= cap)
		return JM_SPACE;
	for (size_t i = 0; i < n; i++) {
		bits = bits << 8 | in[i];
		for (have += 8; have >= 6; have -= 6)
			out[len++] = digits[bits >> (have - 6) & 0x3f];
	}
	if (have > 0)
		out[len++] = digits[bits << (6 - have) & 0x3f];
	out[len] = '\0';
	return JM_OK;
}

static int
value_of(char c)
{
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

jm_err
jm_b64url_decode(
    const char *text, size_t len, uint8_t *out, size_t cap, size_t *out_len)
{
	const size_t n = len / 4 * 3 + len % 4 * 3 / 4;
	uint32_t bits = 0;
	unsigned have = 0;
	size_t done = 0;
	int v;

	*out_len = 0;
	if (len % 4 == 1)
		return JM_FORMAT;
	for (size_t i = 0; i < len; i++) {
		if ((v = value_of(text[i])) < 0)
			return JM_FORMAT;
		bits = (bits << 6 | (uint32_t)v) & 0xffff;
		have = (have + 6) % 8;
	}
	if ((bits & ((1u << have) - 1)) != 0)
		return JM_FORMAT; /* another spelling of the same bytes */
	if (n > cap)
		return JM_SPACE;
	bits = have = 0;
	for (size_t i = 0; i < len; i++) {
		bits = bits << 6 | (uint32_t)value_of(text[i]);
		if ((have += 6) >= 8) {
			have -= 8;
			out[done++] = (uint8_t)(bits >> have & 0xff);
		}
	}
	*out_len = done;
	return JM_OK;
}
