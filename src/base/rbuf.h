/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A cursor over borrowed bytes that cannot pass its end.  A parser works on a
 * copy of it and commits only when the whole item was good.  Every function
 * leaves the cursor untouched when it fails; the failure is JM_FORMAT.
 */
#ifndef JM_BASE_RBUF_H
#define JM_BASE_RBUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct jm_rbuf {
	const uint8_t *p;
	size_t left; /* bytes from p on */
};

/* Borrow n bytes: *at points into the cursor's data. */
jm_err jm_take(struct jm_rbuf *r, size_t n, const uint8_t **at) JM_MUST_USE;
jm_err jm_take_u8(struct jm_rbuf *r, unsigned *v) JM_MUST_USE;
jm_err jm_take_be16(struct jm_rbuf *r, unsigned *v) JM_MUST_USE;
jm_err jm_take_be32(struct jm_rbuf *r, uint32_t *v) JM_MUST_USE;

#endif
