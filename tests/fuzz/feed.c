/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "tests/fuzz/fuzz.h"

void
fuzz_broken(const char *promise, const char *file, int line)
{
	fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
	__builtin_trap();
}

unsigned
feed_u8(struct feed *f)
{
	if (f->left == 0)
		return 0;
	f->left--;
	return *f->p++;
}

unsigned
feed_u16(struct feed *f)
{
	const unsigned hi = feed_u8(f);

	return hi << 8 | feed_u8(f);
}

unsigned
feed_below(struct feed *f, unsigned n)
{
	return feed_u8(f) % n;
}

const uint8_t *
feed_string(struct feed *f, size_t *len)
{
	static const uint8_t none[1];
	const uint8_t *p;

	*len = feed_u8(f);
	if (*len == 255)
		*len = feed_u16(f);
	if (*len > f->left)
		*len = f->left;
	if (*len == 0)
		return none;
	p = f->p;
	f->p += *len;
	f->left -= *len;
	return p;
}
