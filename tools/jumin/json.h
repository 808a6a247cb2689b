/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writes one JSON text (RFC 8259) to a stream, two blanks a level.  Keys are
 * our own ASCII; values may be anything: what JSON must escape is escaped, what
 * is not UTF-8 becomes U+FFFD, so the result can always be read.
 *
 * The keys a command prints are described in jumin.1; they only grow.
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdio.h>

#define CLI_JSON_DEPTH                                                         \
	8 /* open objects and arrays; deeper ones are an error                 \
	   */

struct cli_json {
	FILE *f;
	unsigned depth;
	int bad;                   /* sticky: too deep, or closed too often */
	char end[CLI_JSON_DEPTH];  /* what closes each level */
	char some[CLI_JSON_DEPTH]; /* the level has a member already */
};

void cli_json_init(struct cli_json *j, FILE *f);

/* key: in an object; NULL in an array and for the outermost value. */
void cli_json_object(struct cli_json *j, const char *key);
void cli_json_array(struct cli_json *j, const char *key);
void cli_json_close(struct cli_json *j); /* the innermost open one */

void cli_json_str(struct cli_json *j, const char *key, const char *value);
void cli_json_int(struct cli_json *j, const char *key, long long value);
void cli_json_bool(struct cli_json *j, const char *key, int value);
void cli_json_null(struct cli_json *j, const char *key);

/* The final newline.  0, or -1 when the text is not whole. */
int cli_json_done(struct cli_json *j);

#endif
