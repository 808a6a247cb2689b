/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/vc_image_try.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"

#define SMALL_MAX 16384

static size_t
add_key(struct vc_try *t, unsigned id, char *s, size_t n)
{
	const struct vc_file *f = vc_jpki_file(t, id);
	char hex[65];

	n += (size_t)sprintf(s + n, "key %04X\n", id);
	for (size_t off = 0; off < f->len; off += 32) {
		size_t part = f->len - off < 32 ? f->len - off : 32;

		assert_int_equal(
		    jm_hex_encode(f->data + off, part, hex, sizeof hex), JM_OK);
		n += (size_t)sprintf(s + n, "\t%s\n", hex);
	}
	return n;
}

char *
vc_small_image(struct vc_try *t, size_t *len)
{
	char *s = malloc(SMALL_MAX);
	size_t n;

	assert_non_null(s);
	n = (size_t)sprintf(s, "jumin-vcard-image 2\n"
			       "# comment\n"
			       "\n"
			       "profile mynumber-2016\n"
			       "param label JPKI TEST\n"
			       "app jpki\n"
			       "file 0001\n\t30\n\t82\n"
			       "file 0002\n\t30\n"
			       "file 000A\n\t30\n"
			       "file 000B\n\t30\n"
			       "pin 0010 tries 3 value 00\n"
			       "pin 0018 tries 2 value 31323334\n"
			       "pin 001B tries 0 value 414243313233\n");
	n = add_key(t, 0x17, s, n);
	n = add_key(t, 0x1a, s, n);
	n += (size_t)sprintf(s + n, "param apps jpki\nlife issued\nend\n");
	*len = n;
	return s;
}

char *
vc_image_with(const char *s, const char *from, const char *to)
{
	const char *at = strstr(s, from);
	char *out = malloc(strlen(s) + strlen(to) + 1);

	assert_non_null(at);
	assert_non_null(out);
	sprintf(out, "%.*s%s%s", (int)(at - s), s, to, at + strlen(from));
	return out;
}
