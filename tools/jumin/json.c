/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/json.h"

#include <stddef.h>
#include <string.h>

#include "base/utf8.h"

void
cli_json_init(struct cli_json *j, FILE *f)
{
	*j = (struct cli_json){ .f = f };
}

static void
put_string(FILE *f, const char *text)
{
	const uint8_t *s = (const uint8_t *)text;
	size_t left = strlen(text), n;
	uint32_t c;

	fputc('"', f);
	for (; left > 0; s += n, left -= n) {
		if ((n = jm_utf8_next(s, left, &c)) == 0) {
			fputs("\\ufffd", f);
			n = 1;
		} else if (c == '"' || c == '\\') {
			fprintf(f, "\\%c", *s);
		} else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
			fprintf(f, "\\u%04x", (unsigned)c); /* ISO 6429 */
		} else {
			fwrite(s, 1, n, f);
		}
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
