/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/pem.h"

#include <stdio.h>
#include <string.h>

#include "base/rbuf.h"
#include "base/wbuf.h"

#define WORDS_MAX 80 /* "-----BEGIN label-----" */

/* Past the words, wherever they stand; 0: they do not. */
static int
skip_past(struct jm_rbuf *r, const char *words)
{
	const size_t n = strlen(words);

	for (struct jm_rbuf at = *r; at.left >= n; at.p++, at.left--)
		if (memcmp(at.p, words, n) == 0) {
			r->p = at.p + n;
			r->left = at.left - n;
			return 1;
		}
	return 0;
}

/* 0 to 63; 64: padding; 65: none of base64; 66: a blank or the end of a line.
 */
static unsigned
value(uint8_t c)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789+/=";
	const char *at = c != 0 ? strchr(set, c) : NULL;

	if (at != NULL)
		return (unsigned)(at - set);
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' ? 66 : 65;
}

/* One group of four, n of whose characters are no padding. */
static jm_err
put_group(struct jm_wbuf *w, uint32_t bits, unsigned n)
{
	static const uint32_t unused[] = { 0, 0, 0xffff, 0xff, 0 };

	if (n < 2 || (bits & unused[n]) != 0)
		return JM_FORMAT;
	jm_put_u8(w, bits >> 16);
	if (n > 2)
		jm_put_u8(w, bits >> 8 & 0xff);
	if (n > 3)
		jm_put_u8(w, bits & 0xff);
	return JM_OK;
}

static jm_err
decode(struct jm_rbuf text, struct jm_wbuf *w)
{
	unsigned in_group = 0, real = 0;
	uint32_t bits = 0;
	int ended = 0;
	jm_err e;

	for (; text.left > 0; text.p++, text.left--) {
		const unsigned v = value(*text.p);

		if (v == 66)
			continue;
		if (v == 65 || ended || (v < 64 && real < in_group))
			return JM_FORMAT; /* nothing follows padding */
		bits = bits << 6 | (v < 64 ? v : 0);
		real += v < 64;
		if (++in_group < 4)
			continue;
		if ((e = put_group(w, bits, real)) != JM_OK)
			return e;
		ended = real < 4;
		in_group = real = 0;
		bits = 0;
	}
	return in_group == 0 ? JM_OK : JM_FORMAT;
}

jm_err
jm_pem_read(const char *text, size_t len, const char *label, uint8_t *out,
    size_t cap, size_t *out_len)
{
	struct jm_rbuf r = { (const uint8_t *)text, len }, body;
	char line[WORDS_MAX];
	struct jm_wbuf w;
	jm_err e;

	*out_len = 0;
	jm_wbuf_init(&w, out, cap);
	snprintf(line, sizeof line, "-----BEGIN %s-----", label);
	if (!skip_past(&r, line))
		return JM_NOT_FOUND;
	body = r;
	snprintf(line, sizeof line, "-----END %s-----", label);
	if (!skip_past(&r, line))
		return JM_FORMAT;
	body.left = (size_t)(r.p - body.p) - strlen(line);
	if ((e = decode(body, &w)) != JM_OK)
		return e;
	return jm_wbuf_done(&w, out_len);
}
