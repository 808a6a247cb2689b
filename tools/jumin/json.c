/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/json.h"

#include <stddef.h>
#include <string.h>

void
cli_json_init(struct cli_json *j, FILE *f)
{
	*j = (struct cli_json){ .f = f };
}

/*
 * Length of the UTF-8 character at s (RFC 3629: shortest form, no surrogates,
 * up to 10FFFF), 0 if there is none.  A NUL ends any look ahead.
 */
static size_t
utf8_len(const unsigned char *s)
{
	unsigned low = 0x80, high = 0xbf;
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	if (s[0] == 0xed)
		high = 0x9f;
	if (s[0] == 0xf0)
		low = 0x90;
	if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return n;
}

static void
put_string(FILE *f, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	fputc('"', f);
	while (*s != '\0') {
		const size_t n = utf8_len(s);

		if (n == 0) {
			fputs("\\ufffd", f);
			s++;
			continue;
		}
		if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			fprintf(f, "\\u%04x", *s);
		else if (*s == 0xc2 && s[1] < 0xa0) /* controls of ISO 6429 */
			fprintf(f, "\\u%04x", s[1]);
		else
			fwrite(s, 1, n, f);
		s += n;
	}
	fputc('"', f);
}

/* Everything that stands before a value. */
static void
lead(struct cli_json *j, const char *key)
{
	if (j->depth > 0) {
		if (j->some[j->depth - 1])
			fputc(',', j->f);
		j->some[j->depth - 1] = 1;
		fprintf(j->f, "\n%*s", (int)(2 * j->depth), "");
	}
	if (key != NULL) {
		put_string(j->f, key);
		fputs(": ", j->f);
	}
}

static void
open_level(struct cli_json *j, const char *key, char begin, char end)
{
	if (j->bad || j->depth == CLI_JSON_DEPTH) {
		j->bad = 1;
		return;
	}
	lead(j, key);
	fputc(begin, j->f);
	j->end[j->depth] = end;
	j->some[j->depth] = 0;
	j->depth++;
}

void
cli_json_object(struct cli_json *j, const char *key)
{
	open_level(j, key, '{', '}');
}

void
cli_json_array(struct cli_json *j, const char *key)
{
	open_level(j, key, '[', ']');
}

void
cli_json_close(struct cli_json *j)
{
	if (j->bad || j->depth == 0) {
		j->bad = 1;
		return;
	}
	j->depth--;
	if (j->some[j->depth])
		fprintf(j->f, "\n%*s", (int)(2 * j->depth), "");
	fputc(j->end[j->depth], j->f);
}

void
cli_json_str(struct cli_json *j, const char *key, const char *value)
{
	lead(j, key);
	put_string(j->f, value);
}

void
cli_json_int(struct cli_json *j, const char *key, long long value)
{
	lead(j, key);
	fprintf(j->f, "%lld", value);
}

void
cli_json_bool(struct cli_json *j, const char *key, int value)
{
	lead(j, key);
	fputs(value ? "true" : "false", j->f);
}

void
cli_json_null(struct cli_json *j, const char *key)
{
	lead(j, key);
	fputs("null", j->f);
}

int
cli_json_done(struct cli_json *j)
{
	fputc('\n', j->f);
	return j->bad || j->depth != 0 || ferror(j->f) ? -1 : 0;
}
