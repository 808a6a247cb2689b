/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAIL 6 /* " 00 00", PC/SC's numbers of reader and slot */
#define GAP  ".."

static int
continues(const char *p) /* the byte is no first byte of a UTF-8 character */
{
	return ((unsigned char)*p & 0xc0) == 0x80;
}

/* The longest part of text of at most max bytes that ends with a character. */
static size_t
whole_characters(const char *text, size_t max)
{
	size_t n = strlen(text);

	if (n <= max)
		return n;
	for (n = max; n > 0 && continues(text + n); n--)
		;
	return n;
}

void
p11_pad(CK_UTF8CHAR *out, size_t n, const char *text)
{
	memset(out, ' ', n);
	memcpy(out, text, whole_characters(text, n));
}

void
p11_slot_text(
    CK_UTF8CHAR *out, size_t n, const char *reader, const char *what_for)
{
	const size_t len = strlen(reader);
	char text[256], suffix[32];
	size_t room, head;
	const char *tail;

	(void)snprintf(suffix, sizeof suffix, " (%s)", what_for);
	room = n - strlen(suffix);
	if (len <= room) {
		(void)snprintf(text, sizeof text, "%s%s", reader, suffix);
	} else {
		tail = reader + len - TAIL;
		while (continues(tail))
			tail++;
		head =
		    whole_characters(reader, room - strlen(GAP) - strlen(tail));
		(void)snprintf(text, sizeof text, "%.*s" GAP "%s%s", (int)head,
		    reader, tail, suffix);
	}
	p11_pad(out, n, text);
}

CK_VERSION
p11_version(const char *text)
{
	CK_VERSION v = { .major = 0, .minor = 0 };
	char *end;

	v.major = (CK_BYTE)strtoul(text, &end, 10);
	if (*end == '.')
		v.minor = (CK_BYTE)strtoul(end + 1, NULL, 10);
	return v;
}
