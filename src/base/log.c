/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define LINE_MAX_BYTES 255

static struct {
	jm_log_sink sink;
	enum jm_log_level most;
} to;

void
jm_log_set(jm_log_sink sink, enum jm_log_level most)
{
	to.sink = sink;
	to.most = most;
}

void
jm_log(enum jm_log_level level, const char *fmt, ...)
{
	const int saved = errno;
	char line[LINE_MAX_BYTES + 1];
	va_list ap;

	if (to.sink == NULL || level == JM_LOG_NONE || level > to.most)
		return;
	va_start(ap, fmt);
	if (vsnprintf(line, sizeof line, fmt, ap) < 0)
		line[0] = '\0';
	va_end(ap);
	/* A reader's name with a newline must not forge a second line. */
	for (char *p = line; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
		/* U+0080 to U+009F: terminals obey these, too */
		if (*p == '\xc2' && (p[1] & 0xe0) == 0x80)
			p[0] = p[1] = '?';
	}
	to.sink(level, line);
	errno = saved;
}
