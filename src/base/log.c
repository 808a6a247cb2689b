/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/os.h"

#define LINE_MAX_BYTES 255

/*
 * The sink is called and changed under lock, so whoever took it away knows that
 * no thread is inside it.  A child after fork has no sink and does not touch
 * the lock, which a thread that it does not have may hold: pid says whose both
 * are.
 */
static struct {
	atomic_int most;
	_Atomic unsigned long pid;
	struct jm_mutex lock;
	jm_log_sink sink; /* lock */
} to = { .lock = JM_MUTEX_INIT };

static int
is_wanted(enum jm_log_level level)
{
	return level != JM_LOG_NONE && (int)level <= atomic_load(&to.most) &&
	       atomic_load(&to.pid) == jm_process_id();
}

void
jm_log_set(jm_log_sink sink, enum jm_log_level most)
{
	const unsigned long mine = jm_process_id();

	if (atomic_load(&to.pid) != mine) {
		atomic_store(&to.most, JM_LOG_NONE);
		to.lock = (struct jm_mutex)JM_MUTEX_INIT;
		to.sink = NULL;
		atomic_store(&to.pid, mine);
	}
	jm_mutex_lock(&to.lock);
	to.sink = sink;
	atomic_store(&to.most, sink != NULL ? (int)most : JM_LOG_NONE);
	jm_mutex_unlock(&to.lock);
}

void
jm_log(enum jm_log_level level, const char *fmt, ...)
{
	const int saved = errno;
	char line[LINE_MAX_BYTES + 1];
	va_list ap;

	if (!is_wanted(level))
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
	jm_mutex_lock(&to.lock);
	if (to.sink != NULL && (int)level <= atomic_load(&to.most))
		to.sink(level, line);
	jm_mutex_unlock(&to.lock);
	errno = saved;
}
