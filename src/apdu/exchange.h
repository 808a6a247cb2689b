/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One command and its complete reply over a link: 61xx is collected by GET
 * RESPONSE, 6Cxx is asked again with the length the card names, both bounded.
 *
 * 6Cxx repeats the command only when the card sent no data with it, once, and
 * never for a command that carries data (VERIFY is never sent twice here: one
 * call, one VERIFY on the wire, whatever the card answers).
 */
#ifndef JM_APDU_EXCHANGE_H
#define JM_APDU_EXCHANGE_H

#include "apdu/apdu.h"
#include "transport/link.h"

#define JM_XCMD_MAX 600        /* longest command sent */
#define JM_XRSP_MAX (4096 + 2) /* longest single reply taken */
#define JM_XROUNDS  64         /* GET RESPONSE rounds for one command */

/* Room for one exchange; part of whoever owns the link, never on the stack.
 * Wiped after every exchange. */
struct jm_xbuf {
	uint8_t cmd[JM_XCMD_MAX];
	uint8_t rsp[JM_XRSP_MAX];
};

/*
 * data receives the reply without status bytes (it is reset first); *sw the last
 * status word, 0 when there was none.
 *   JM_FORMAT  a reply under two bytes, or "more" that brings none
 *   JM_SPACE   more data than data or x has room for
 *   JM_ARG and whatever the link returns
 * Other status words than 61xx and 6Cxx are the caller's to judge: JM_OK.
 */
jm_err jm_exchange(const struct jm_link *link, struct jm_xbuf *x,
    const struct jm_capdu *c, struct jm_wbuf *data, unsigned *sw) JM_MUST_USE;

#endif
