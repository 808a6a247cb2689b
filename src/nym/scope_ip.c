/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/scope_ip.h"

#include <stdint.h>
#include <string.h>

#define GROUPS   8
#define TEXT_MAX 39 /* eight groups of four digits, and colons */

int
nym_is_ipv4(const char *p, size_t n)
{
	unsigned parts = 0, v;
	size_t i = 0, start;

	for (;;) {
		start = i;
		for (v = 0;
		     i < n && i - start < 3 && p[i] >= '0' && p[i] <= '9'; i++)
			v = 10 * v + (unsigned)(p[i] - '0');
		if (i == start || v > 255 || (p[start] == '0' && i > start + 1))
			return 0;
		if (++parts == 4)
			return i == n;
		if (i == n || p[i++] != '.')
			return 0;
	}
}

static int
hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Reads hex groups and at most one "::", with whatever zeros: that the text is
 * the address's own spelling is found by writing it.
 */
static int
read_groups(const char *p, size_t n, uint16_t g[GROUPS])
{
	size_t i = 0, start, count = 0, gap = GROUPS;
	unsigned v;

	memset(g, 0, GROUPS * sizeof *g);
	if (n >= 2 && memcmp(p, "::", 2) == 0) {
		gap = 0;
		i = 2;
	}
	while (i < n) {
		start = i;
		for (v = 0; i < n && i - start < 4 && hex_of(p[i]) >= 0; i++)
			v = v << 4 | (unsigned)hex_of(p[i]);
		if (i == start || count == GROUPS)
			return 0;
		g[count++] = (uint16_t)v;
		if (i == n)
			break;
		if (p[i++] != ':')
			return 0;
		if (i < n && p[i] == ':') {
			if (gap != GROUPS)
				return 0;
			gap = count;
			i++;
		} else if (i == n)
			return 0; /* a single colon at the end */
	}
	if (gap == GROUPS)
		return count == GROUPS;
	if (count == GROUPS)
		return 0;
	memmove(g + GROUPS - (count - gap), g + gap, (count - gap) * sizeof *g);
	memset(g + gap, 0, (GROUPS - count) * sizeof *g);
	return 1;
}

/* RFC 5952, 4.2: the longest run of two or more zero groups, the first of
 * equal ones.  Its start; *len is 0 if there is none. */
static size_t
longest_zeros(const uint16_t g[GROUPS], size_t *len)
{
	size_t at = GROUPS, run = 0;

	*len = 0;
	for (size_t i = 0; i < GROUPS; i++) {
		run = g[i] == 0 ? run + 1 : 0;
		if (run >= 2 && run > *len) {
			*len = run;
			at = i + 1 - run;
		}
	}
	return at;
}

static size_t
write_groups(const uint16_t g[GROUPS], char out[TEXT_MAX])
{
	size_t n = 0, zeros, at = longest_zeros(g, &zeros);
	int shift;

	for (size_t i = 0; i < GROUPS; i++) {
		if (i == at) {
			out[n++] = ':';
			out[n++] = ':';
			i += zeros - 1;
			continue;
		}
		if (i > 0 && i != at + zeros)
			out[n++] = ':';
		for (shift = 12; shift > 0 && g[i] >> shift == 0; shift -= 4)
			;
		for (; shift >= 0; shift -= 4)
			out[n++] = "0123456789abcdef"[g[i] >> shift & 0xf];
	}
	return n;
}

int
nym_is_ipv6(const char *p, size_t n)
{
	static const uint16_t mapped[6] = { 0, 0, 0, 0, 0, 0xffff };
	char text[TEXT_MAX];
	uint16_t g[GROUPS];

	return n <= TEXT_MAX && read_groups(p, n, g) &&
	       write_groups(g, text) == n && memcmp(text, p, n) == 0 &&
	       memcmp(g, mapped, sizeof mapped) != 0;
}
