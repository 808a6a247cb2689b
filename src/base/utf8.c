/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/utf8.h"

#include "base/err.h"

/* Of the first byte: how many bytes, and from which character on these are the
 * shortest form. */
static size_t
length(uint8_t first, uint32_t *least)
{
	/* clang-format off */
	static const struct { uint8_t mask, is; size_t n; uint32_t least; } row[] = {
		{ 0x80, 0x00, 1, 0x00000 },
		{ 0xe0, 0xc0, 2, 0x00080 },
		{ 0xf0, 0xe0, 3, 0x00800 },
		{ 0xf8, 0xf0, 4, 0x10000 },
	};
	/* clang-format on */
	for (size_t i = 0; i < NELEM(row); i++)
		if ((first & row[i].mask) == row[i].is) {
			*least = row[i].least;
			return row[i].n;
		}
	return 0;
}

size_t
jm_utf8_next(const uint8_t *p, size_t left, uint32_t *c)
{
	uint32_t least = 0;
	const size_t n = left > 0 ? length(p[0], &least) : 0;

	*c = 0;
	if (n == 0 || n > left)
		return 0;
	*c = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	if (*c < least || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

int
jm_utf8_is_control(uint32_t c)
{
	/* clang-format off */
	static const struct { uint32_t from, to; } range[] = {
		{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad },
		{ 0x061c, 0x061c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
	};
	/* clang-format on */
	for (size_t i = 0; i < NELEM(range); i++)
		if (c >= range[i].from && c <= range[i].to)
			return 1;
	return 0;
}
