/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What vc_pem.c wrote, back again: strict, one object a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_person.h"

#define TEXT_MAX  16384
#define LABEL_MAX 64

static int
digit(char c)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(set, c);

	return at == NULL ? -1 : (int)(at - set);
}

/* Base64 with line breaks (RFC 4648, section 4; RFC 7468, section 3). */
static jm_err
decode(const char *s, size_t n, uint8_t *out, size_t cap, size_t *len)
{
	size_t digits = 0, pad = 0, at = 0;
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++) {
		const int d = digit(s[i]);

		if (s[i] == '\n')
			continue;
		if (s[i] == '=' ? ++pad > 2 : (d < 0 || pad > 0))
			return JM_FORMAT;
		v = v << 6 | (d < 0 ? 0 : (uint32_t)d);
		if (++digits % 4 != 0)
			continue;
		if (cap - at < 3)
			return JM_SPACE;
		out[at++] = (uint8_t)(v >> 16);
		out[at++] = (uint8_t)(v >> 8);
		out[at++] = (uint8_t)v;
	}
	if (digits == 0 || digits % 4 != 0)
		return JM_FORMAT;
	*len = at - pad;
	return JM_OK;
}

/* The whole file; JM_FORMAT for more than text. */
static jm_err
read_all(const char *dir, const char *name, char *text, size_t *n)
{
	char *path = NULL;
	FILE *f;
	jm_err e;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return JM_NOMEM;
	f = fopen(path, "re");
	free(path);
	if (f == NULL)
		return JM_IO;
	*n = fread(text, 1, TEXT_MAX, f);
	e = ferror(f) ? JM_IO : *n == TEXT_MAX ? JM_FORMAT : JM_OK;
	fclose(f);
	return e;
}

jm_err
vc_pem_read(const char *dir, const char *name, const char *label, uint8_t *out,
    size_t cap, size_t *len)
{
	char first[LABEL_MAX], last[LABEL_MAX];
	char *text = malloc(TEXT_MAX);
	size_t n, head, tail;
	jm_err e;

	*len = 0;
	if (text == NULL)
		return JM_NOMEM;
	if ((e = read_all(dir, name, text, &n)) != JM_OK)
		goto out;
	head = (size_t)snprintf(
	    first, sizeof first, "-----BEGIN %s-----\n", label);
	tail = (size_t)snprintf(last, sizeof last, "-----END %s-----\n", label);
	e = JM_FORMAT;
	if (head < sizeof first && tail < sizeof last && n > head + tail &&
	    memcmp(text, first, head) == 0 &&
	    memcmp(text + n - tail, last, tail) == 0)
		e = decode(text + head, n - head - tail, out, cap, len);
out:
	jm_free_secret(text, TEXT_MAX);
	return e;
}
