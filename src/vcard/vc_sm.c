/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Secure messaging as the card does it. */
#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "vcard/vc_channel_impl.h"

enum { DO_DATA = 0x87, DO_LE = 0x97, DO_SW = 0x99, DO_MAC = 0x8e };

#define BLOCK      JM_AES_BLOCK
#define ROOM       VC_CHANNEL_ROOM
#define CIPHERTEXT 0x01 /* padding indicator: 80 00 ... */

/* The objects of a protected command; p NULL: not there. */
struct objects {
	struct jm_rbuf data, le, mac;
	size_t signed_len; /* bytes in front of the MAC object */
};

/* [87] [97] 8E, in this order and nothing else. */
static unsigned
find_objects(const struct vc_cmd *sm, struct objects *o)
{
	struct jm_rbuf r = { sm->data, sm->nc }, val;
	unsigned last = 0, tag;

	memset(o, 0, sizeof *o);
	while (r.left > 0) {
		o->signed_len = sm->nc - r.left;
		if (jm_tlv_next(&r, &tag, &val) != JM_OK)
			return 0x6988;
		if (tag == DO_DATA && last == 0)
			o->data = val;
		else if (tag == DO_LE && (last == 0 || last == DO_DATA))
			o->le = val;
		else if (tag == DO_MAC && last != DO_MAC)
			o->mac = val;
		else
			return 0x6988;
		last = tag;
	}
	return last == DO_MAC ? 0x9000 : 0x6987;
}

static void
put_padding(struct jm_wbuf *w)
{
	jm_put_u8(w, 0x80);
	jm_put_fill(w, 0, (BLOCK - w->len % BLOCK) % BLOCK);
}

/* Is the command's MAC that of its header and its other objects? */
static jm_err
check_mac(const struct vc_channel *ch, const struct vc_cmd *sm,
    const struct objects *o, uint8_t *mem, size_t cap, unsigned *sw)
{
	uint8_t mac[JM_SM_MAC_LEN];
	struct jm_wbuf w;
	jm_err e;

	jm_wbuf_init(&w, mem, cap);
	jm_put(&w, (const uint8_t[]){ sm->cla, sm->ins, sm->p1, sm->p2 }, 4);
	put_padding(&w);
	if (o->signed_len > 0) {
		jm_put(&w, sm->data, o->signed_len);
		put_padding(&w);
	}
	if (w.full)
		return JM_ARG; /* there was room for all that */
	if ((e = jm_sm_mac(&ch->keys, w.mem, w.len, mac)) != JM_OK)
		return e;
	*sw = 0x6988;
	if (o->mac.left == sizeof mac && jm_ct_equal(o->mac.p, mac, sizeof mac))
		*sw = 0x9000;
	jm_wipe(mac, sizeof mac);
	return JM_OK;
}

/* Length of the data in front of 80 00 ..., 0 when there is no such padding or
 * nothing in front of it. */
static size_t
unpadded(const uint8_t *p, size_t len)
{
	const size_t whole = len;

	while (len > 0 && p[len - 1] == 0)
		len--;
	if (len == 0 || p[len - 1] != 0x80 || whole - len >= BLOCK)
		return 0;
	return len - 1;
}

static jm_err
take_data(const struct vc_channel *ch, struct jm_rbuf v, uint8_t *mem,
    struct vc_cmd *plain, unsigned *sw)
{
	unsigned how;
	jm_err e;

	*sw = 0x6988;
	if (jm_take_u8(&v, &how) != JM_OK || how != CIPHERTEXT || v.left == 0 ||
	    v.left % BLOCK != 0)
		return JM_OK;
	if ((e = jm_sm_decrypt(&ch->keys, v.p, v.left, mem)) != JM_OK)
		return e;
	if ((plain->nc = unpadded(mem, v.left)) == 0)
		return JM_OK;
	plain->data = mem;
	*sw = 0x9000;
	return JM_OK;
}

/* One or two bytes, zero standing for the maximum. */
static unsigned
take_le(struct jm_rbuf v, struct vc_cmd *plain)
{
	if (v.left != 1 && v.left != 2)
		return 0x6988;
	for (size_t i = 0; i < v.left; i++)
		plain->ne = plain->ne << 8 | v.p[i];
	if (plain->ne == 0)
		plain->ne = v.left == 1 ? 256 : 65536;
	plain->extended = v.left == 2;
	return 0x9000;
}

static jm_err
unwrap(const struct vc_channel *ch, const struct vc_cmd *sm, uint8_t *mem,
    size_t cap, struct vc_cmd *plain, unsigned *sw)
{
	struct objects o;
	jm_err e;

	*plain = (struct vc_cmd){ .cla = sm->cla & 0xf3,
		.ins = sm->ins,
		.p1 = sm->p1,
		.p2 = sm->p2 };
	*sw = 0x6988;
	if (sm->cla != 0x0c && sm->cla != 0x8c)
		return JM_OK;
	/* The outer Le is no object, so only one value of it is taken. */
	*sw = 0x6700;
	if (sm->ne != (sm->extended ? 65536 : 256) || cap < ROOM ||
	    cap - ROOM < sm->nc)
		return JM_OK;
	if ((*sw = find_objects(sm, &o)) != 0x9000)
		return JM_OK;
	e = check_mac(ch, sm, &o, mem, cap, sw);
	if (e != JM_OK || *sw != 0x9000)
		return e;
	if (o.le.p != NULL && (*sw = take_le(o.le, plain)) != 0x9000)
		return JM_OK;
	if (o.data.p != NULL) {
		e = take_data(ch, o.data, mem, plain, sw);
		if (e != JM_OK || *sw != 0x9000)
			return e;
	}
	plain->extended |= plain->nc > 255;
	if (ch->step != STEP_READY &&
	    (plain->cla != 0 || plain->ins != GENERAL_AUTHENTICATE))
		*sw = 0x6985;
	return JM_OK;
}

jm_err
vc_channel_unwrap(struct vc_channel *ch, const struct vc_cmd *sm, uint8_t *mem,
    size_t cap, struct vc_cmd *plain, unsigned *sw)
{
	jm_err e = JM_OK;

	*sw = 0x6988;
	if (vc_channel_alive(ch)) {
		jm_sm_count(&ch->keys);
		e = unwrap(ch, sm, mem, cap, plain, sw);
	}
	if (e != JM_OK || *sw != 0x9000) {
		vc_channel_end(ch);
		memset(plain, 0, sizeof *plain);
		jm_wipe(mem, cap);
	}
	return e;
}

/* Encrypts what is added to w as one object. */
static jm_err
put_data(const struct vc_channel *ch, const uint8_t *data, size_t len,
    struct jm_wbuf *w)
{
	const size_t padded = (len / BLOCK + 1) * BLOCK;
	size_t at;

	jm_put_tlv_head(w, DO_DATA, 1 + padded);
	jm_put_u8(w, CIPHERTEXT);
	at = w->len;
	jm_put(w, data, len);
	jm_put_u8(w, 0x80);
	jm_put_fill(w, 0, padded - len - 1);
	if (w->full)
		return JM_SPACE;
	return jm_sm_encrypt(&ch->keys, w->mem + at, padded, w->mem + at);
}

static jm_err
wrap(const struct vc_channel *ch, const uint8_t *data, size_t len, unsigned sw,
    struct jm_wbuf *out)
{
	uint8_t mac[JM_SM_MAC_LEN];
	struct jm_wbuf w;
	jm_err e;

	/* Its own writer: padding counts from the reply's beginning. */
	jm_wbuf_init(&w, out->mem + out->len, out->cap - out->len);
	if (len > 0 && (e = put_data(ch, data, len, &w)) != JM_OK)
		return e;
	jm_put_tlv_head(&w, DO_SW, 2);
	jm_put_be16(&w, sw);
	len = w.len;
	put_padding(&w);
	if (w.full)
		return JM_SPACE;
	if ((e = jm_sm_mac(&ch->keys, w.mem, w.len, mac)) != JM_OK)
		return e;
	w.len = len;
	jm_put_tlv(&w, DO_MAC, mac, sizeof mac);
	if (w.full)
		return JM_SPACE;
	out->len += w.len;
	return JM_OK;
}

jm_err
vc_channel_wrap(struct vc_channel *ch, const uint8_t *data, size_t len,
    unsigned sw, struct jm_wbuf *out)
{
	jm_err e;

	if (ch->step == STEP_OVER)
		return JM_ARG;
	jm_sm_count(&ch->keys);
	e = wrap(ch, data, len, sw, out);
	if (e != JM_OK || ch->step == STEP_LAST)
		vc_channel_end(ch);
	return e;
}
