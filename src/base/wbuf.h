/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A bounded writer over the caller's storage.  It never grows and never
 * frees; it remembers the first write that did not fit, so a builder reads as
 * a list of fields and checks once, in jm_wbuf_done.
 */
#ifndef JM_BASE_WBUF_H
#define JM_BASE_WBUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct jm_wbuf {
	uint8_t *mem; /* the caller's storage */
	size_t cap;   /* bytes of storage */
	size_t len;   /* bytes written so far, always <= cap */
	int full;     /* sticky: one write did not fit, later ones do nothing */
};

void jm_wbuf_init(struct jm_wbuf *w, void *mem, size_t cap);
void jm_put(struct jm_wbuf *w, const void *src, size_t n); /* src may be NULL
							      if n is 0 */
void jm_put_u8(struct jm_wbuf *w, unsigned v);             /* low 8 bits */
void jm_put_be16(struct jm_wbuf *w, unsigned v);           /* low 16 bits */
void jm_put_be32(struct jm_wbuf *w, uint32_t v);
void jm_put_le16(struct jm_wbuf *w, unsigned v); /* low 16 bits */
void jm_put_le32(struct jm_wbuf *w, uint32_t v);
void jm_put_fill(struct jm_wbuf *w, uint8_t byte, size_t n);

/* JM_OK and the length, or JM_SPACE and 0 when any write did not fit. */
jm_err jm_wbuf_done(const struct jm_wbuf *w, size_t *len) JM_MUST_USE;

#endif
