/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command APDUs of ISO/IEC 7816-4, short and extended; all four cases. */
#ifndef JM_APDU_APDU_H
#define JM_APDU_APDU_H

#include "base/wbuf.h"

#define JM_NC_MAX 65535u /* data bytes, extended length */
#define JM_NE_MAX 65536u /* reply bytes, extended length */

struct jm_capdu {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data; /* borrowed for the call */
	size_t nc;           /* bytes of data, 0..JM_NC_MAX */
	size_t ne; /* reply bytes wanted, 0..JM_NE_MAX; 0 means none */
};

/* Extended form only where nc > 255 or ne > 256.  JM_ARG for sizes out of range
 * or missing data, JM_SPACE. */
jm_err jm_capdu_encode(const struct jm_capdu *c, uint8_t *out, size_t cap,
    size_t *len) JM_MUST_USE;

#endif
