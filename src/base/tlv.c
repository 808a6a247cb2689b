/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/tlv.h"

#include <string.h>

#define TAG_LOW   0x1fu /* all ones: the tag goes on in the next byte */
#define TAG_MORE  0x80u /* one more byte of the tag follows */
#define TAG_BYTES 3
#define LEN_LONG  0x80u /* the low bits count the length bytes */
#define LEN_BYTES 4

static jm_err
take_tag(struct jm_rbuf *r, unsigned *tag)
{
	unsigned b;
	jm_err e;

	if ((e = jm_take_u8(r, tag)) != JM_OK)
		return e;
	if ((*tag & TAG_LOW) != TAG_LOW)
		return JM_OK;
	for (int n = 1; n < TAG_BYTES; n++) {
		if ((e = jm_take_u8(r, &b)) != JM_OK)
			return e;
		*tag = *tag << 8 | b;
		if ((b & TAG_MORE) == 0)
			return JM_OK;
	}
	return JM_FORMAT; /* a fourth byte would have to follow */
}

static jm_err
take_len(struct jm_rbuf *r, size_t *len)
{
	unsigned first, b;
	uint32_t v = 0;
	jm_err e;

	*len = 0;
	if ((e = jm_take_u8(r, &first)) != JM_OK)
		return e;
	if ((first & LEN_LONG) == 0) {
		*len = first;
		return JM_OK;
	}
	first &= ~LEN_LONG;
	if (first == 0 || first > LEN_BYTES) /* 0: the indefinite form */
		return JM_FORMAT;
	while (first-- > 0) {
		if ((e = jm_take_u8(r, &b)) != JM_OK)
			return e;
		v = v << 8 | b;
	}
	*len = v;
	return JM_OK;
}

jm_err
jm_tlv_next(struct jm_rbuf *r, unsigned *tag, struct jm_rbuf *val)
{
	struct jm_rbuf at = *r;
	const uint8_t *p;
	unsigned t;
	size_t len;
	jm_err e;

	*tag = 0;
	*val = (struct jm_rbuf){ NULL, 0 };
	if ((e = take_tag(&at, &t)) != JM_OK ||
	    (e = take_len(&at, &len)) != JM_OK ||
	    (e = jm_take(&at, len, &p)) != JM_OK)
		return e;
	*tag = t;
	*val = (struct jm_rbuf){ p, len };
	*r = at;
	return JM_OK;
}

jm_err
jm_tlv_find(struct jm_rbuf data, const unsigned *path, size_t path_len,
    struct jm_rbuf *val)
{
	struct jm_rbuf in;
	unsigned tag;
	jm_err e;

	*val = (struct jm_rbuf){ NULL, 0 };
	if (path_len == 0 || path_len > JM_TLV_DEPTH_MAX)
		return JM_ARG;
	for (size_t i = 0; i < path_len; i++) {
		do {
			if (data.left == 0)
				return JM_NOT_FOUND;
			if ((e = jm_tlv_next(&data, &tag, &in)) != JM_OK)
				return e;
		} while (tag != path[i]);
		data = in;
	}
	*val = data;
	return JM_OK;
}

jm_err
jm_tlv_total(const uint8_t *head, size_t head_len, size_t *total)
{
	struct jm_rbuf r = { head, head_len };
	unsigned tag;
	size_t len;
	jm_err e;

	*total = 0;
	if ((e = take_tag(&r, &tag)) != JM_OK ||
	    (e = take_len(&r, &len)) != JM_OK)
		return e;
	if (len > SIZE_MAX - (head_len - r.left)) /* 32-bit size_t */
		return JM_FORMAT;
	*total = head_len - r.left + len;
	return JM_OK;
}

void
jm_put_tlv_head(struct jm_wbuf *w, unsigned tag, size_t len)
{
	if (tag > 0xffffff || len >> 16 >> 16 != 0) { /* not in our subset */
		w->full = 1;
		return;
	}
	if (tag > 0xffff)
		jm_put_u8(w, tag >> 16);
	if (tag > 0xff)
		jm_put_u8(w, tag >> 8);
	jm_put_u8(w, tag);
	if (len > 0x7f) {
		unsigned n = len > 0xffffff ? 4
			     : len > 0xffff ? 3
			     : len > 0xff   ? 2
					    : 1;

		jm_put_u8(w, LEN_LONG | n);
		while (n-- > 1)
			jm_put_u8(w, (unsigned)(len >> 8 * n & 0xff));
	}
	jm_put_u8(w, (unsigned)(len & 0xff));
}

void
jm_put_tlv(struct jm_wbuf *w, unsigned tag, const void *val, size_t len)
{
	jm_put_tlv_head(w, tag, len);
	jm_put(w, val, len);
}

void
jm_tlv_wrap(struct jm_wbuf *w, size_t start, unsigned tag)
{
	uint8_t mem[TAG_BYTES + 1 + LEN_BYTES];
	struct jm_wbuf head;
	size_t len, head_len;

	if (w->full)
		return;
	len = w->len - start;
	jm_wbuf_init(&head, mem, sizeof mem);
	jm_put_tlv_head(&head, tag, len);
	if (jm_wbuf_done(&head, &head_len) != JM_OK) {
		w->full = 1;
		return;
	}
	jm_put_fill(w, 0, head_len); /* the room, if there is any */
	if (w->full)
		return;
	memmove(w->mem + start + head_len, w->mem + start, len);
	memcpy(w->mem + start, mem, head_len);
}
