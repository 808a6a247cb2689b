/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A link that reports another link's exchanges, one line each, with secrets
 * redacted: data of any command but SELECT (VERIFY, CHANGE REFERENCE DATA,
 * RESET RETRY COUNTER, PSO) is shown as its length, reply data always as its
 * length alone.  A command whose lengths do not add up shows its header only.
 *
 *   00A4040C0AD392F000260100000001 -> [0 bytes] 9000
 *   0020008004[4 bytes redacted] -> [0 bytes] 63C2
 *   00B0000000 -> [0 bytes] no status        (a reply under two bytes)
 *   00B0000000 -> GONE                       (no reply: the link's error)
 */
#ifndef JM_TRANSPORT_TRACE_H
#define JM_TRANSPORT_TRACE_H

#include "transport/link.h"

#define JM_TRACE_LINE_MAX 640

typedef void (*jm_trace_sink)(void *arg, const char *line);

/* Takes over inner on success.  JM_NOMEM. */
jm_err jm_trace_wrap(const struct jm_link *inner, jm_trace_sink sink, void *arg,
    struct jm_link *out) JM_MUST_USE;

/* The line of one exchange; cut, never overrun.  For other tracers too. */
void jm_trace_line(const uint8_t *cmd, size_t cmd_len, const uint8_t *rsp,
    size_t rsp_len, char out[JM_TRACE_LINE_MAX]);

#endif
