/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between vc_log.c, which keeps the chain, and vc_log_text.c, which has its
 * lines. */
#ifndef JM_VCARD_VC_LOG_TEXT_H
#define JM_VCARD_VC_LOG_TEXT_H

#include "vcard/vc_log.h"

/* 1 when every field can stand in a line and a record. */
int vc_event_ok(const struct vc_event *v);

/* Adds an entry as it was written.  JM_FORMAT: not the next of the chain;
 * JM_SPACE, JM_NOMEM, JM_CRYPTO. */
jm_err vc_log_take(struct vc_log *log, const struct vc_entry *e) JM_MUST_USE;

#endif
