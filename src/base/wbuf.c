/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wbuf.h"

#include <string.h>

void
jm_wbuf_init(struct jm_wbuf *w, void *mem, size_t cap)
{
	*w = (struct jm_wbuf){ .mem = mem, .cap = cap };
}

void
jm_put(struct jm_wbuf *w, const void *src, size_t n)
{
	if (w->full || n > w->cap - w->len) { /* subtract: cannot wrap */
		w->full = 1;
		return;
	}
	if (n > 0)
		memcpy(w->mem + w->len, src, n);
	w->len += n;
}

void
jm_put_u8(struct jm_wbuf *w, unsigned v)
{
	const uint8_t b = (uint8_t)(v & 0xff);

	jm_put(w, &b, 1);
}

void
jm_put_be16(struct jm_wbuf *w, unsigned v)
{
	const uint8_t b[2] = { (uint8_t)(v >> 8 & 0xff), (uint8_t)(v & 0xff) };

	jm_put(w, b, sizeof b);
}

void
jm_put_be32(struct jm_wbuf *w, uint32_t v)
{
	const uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16 & 0xff),
		(uint8_t)(v >> 8 & 0xff), (uint8_t)(v & 0xff) };

	jm_put(w, b, sizeof b);
}

void
jm_put_le16(struct jm_wbuf *w, unsigned v)
{
	const uint8_t b[2] = { (uint8_t)(v & 0xff), (uint8_t)(v >> 8 & 0xff) };

	jm_put(w, b, sizeof b);
}

void
jm_put_le32(struct jm_wbuf *w, uint32_t v)
{
	const uint8_t b[4] = { (uint8_t)(v & 0xff), (uint8_t)(v >> 8 & 0xff),
		(uint8_t)(v >> 16 & 0xff), (uint8_t)(v >> 24) };

	jm_put(w, b, sizeof b);
}

void
jm_put_fill(struct jm_wbuf *w, uint8_t byte, size_t n)
{
	if (w->full || n > w->cap - w->len) {
		w->full = 1;
		return;
	}
	if (n > 0)
		memset(w->mem + w->len, byte, n);
	w->len += n;
}

jm_err
jm_wbuf_done(const struct jm_wbuf *w, size_t *len)
{
	*len = w->full ? 0 : w->len;
	return w->full ? JM_SPACE : JM_OK;
}
