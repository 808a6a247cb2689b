/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Diagnostics.  A library writes nowhere by itself: lines go to the one sink
 * that a front end sets, and nowhere without one.  No payload of a command, no
 * byte of a certificate and no PIN is ever passed to it (transport/trace.h has
 * the redacted APDU trace).
 */
#ifndef JM_BASE_LOG_H
#define JM_BASE_LOG_H

#include "base/err.h"

enum jm_log_level { JM_LOG_NONE, JM_LOG_ERROR, JM_LOG_WARNING, JM_LOG_DEBUG };

/* line: one line without its newline, valid during the call only.  One call at
 * a time; a sink does not log. */
typedef void (*jm_log_sink)(enum jm_log_level level, const char *line);

/*
 * Sink and the most talkative level it wants; NULL switches off.  Other threads
 * may log meanwhile: when it returns none is inside the sink before.  Two
 * threads that set one at the same time are the caller's to keep apart.  A
 * child after fork has no sink before it sets one itself.
 */
void jm_log_set(jm_log_sink sink, enum jm_log_level most);

/* Cut at 255 bytes; keeps errno. */
void jm_log(enum jm_log_level level, const char *fmt, ...) JM_PRINTF(2, 3);

#endif
