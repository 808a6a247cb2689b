/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu/sm.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/sm_impl.h"
#include "base/tlv.h"
#include "base/wipe.h"

#define CLASS_SM     0x0c /* secure messaging, header authenticated */
#define AES_CBC_PAD  0x01 /* indicator: ISO padding was added */
#define TAG_CRYPTO   0x87
#define TAG_EXPECTED 0x97
#define TAG_STATUS   0x99
#define TAG_CHECKSUM 0x8e
#define SHORT_BODY   255
#define SHORT_REPLY  256

jm_err
jm_sm_new(const struct jm_link *link, struct jm_xbuf *x,
    const struct jm_sm_keys *keys, struct jm_sm **out)
{
	if ((*out = calloc(1, sizeof **out)) == NULL)
		return JM_NOMEM;
	(*out)->link = link;
	(*out)->x = x;
	(*out)->keys = *keys;
	return JM_OK;
}

void
jm_sm_free(struct jm_sm **s)
{
	if (s == NULL)
		return;
	jm_free_secret(*s, sizeof **s);
	*s = NULL;
}

jm_err
jm_sm_state(const struct jm_sm *s)
{
	return s->state;
}

/* ISO padding, up to a multiple of the block from start on. */
static void
pad(struct jm_wbuf *w, size_t start)
{
	jm_put_u8(w, 0x80);
	while (!w->full && (w->len - start) % JM_AES_BLOCK != 0)
		jm_put_u8(w, 0);
}

static void
put_expected(struct jm_wbuf *w, size_t ne)
{
	const uint8_t le[2] = { (uint8_t)(ne >> 8), (uint8_t)ne };

	if (ne > 256)
		jm_put_tlv(w, TAG_EXPECTED, le, 2);
	else if (ne > 0)
		jm_put_tlv(w, TAG_EXPECTED, le + 1, 1);
}

/* The data objects of c, encrypted, without their checksum. */
static jm_err
protect(struct jm_sm *s, const struct jm_capdu *c, struct jm_wbuf *w)
{
	jm_err e = JM_OK;
	size_t at;

	if (c->nc > 0) {
		jm_put_u8(w, AES_CBC_PAD);
		at = w->len;
		jm_put(w, c->data, c->nc);
		pad(w, at);
		if (w->full)
			return JM_SPACE;
		e = jm_sm_encrypt(
		    &s->keys, w->mem + at, w->len - at, w->mem + at);
		jm_tlv_wrap(w, at - 1, TAG_CRYPTO);
	}
	put_expected(w, c->ne);
	return e;
}

/* The checksum's input: padded header, then the objects, padded if any. */
static jm_err
checksum(struct jm_sm *s, const struct jm_capdu *c, const struct jm_wbuf *body,
    uint8_t mac[JM_SM_MAC_LEN])
{
	uint8_t mem[JM_AES_BLOCK + JM_SM_BODY_MAX + JM_AES_BLOCK];
	struct jm_wbuf w;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_u8(&w, c->cla | CLASS_SM);
	jm_put_u8(&w, c->ins);
	jm_put_u8(&w, c->p1);
	jm_put_u8(&w, c->p2);
	pad(&w, 0);
	if (body->len > 0) {
		jm_put(&w, body->mem, body->len);
		pad(&w, 0);
	}
	if (w.full)
		return JM_SPACE;
	return jm_sm_mac(&s->keys, w.mem, w.len, mac);
}

/* The protected command; its data are in s->body. */
static jm_err
make_command(struct jm_sm *s, const struct jm_capdu *c, struct jm_capdu *sm)
{
	uint8_t mac[JM_SM_MAC_LEN];
	struct jm_wbuf w;
	jm_err e;

	jm_wbuf_init(&w, s->body, sizeof s->body);
	if ((e = protect(s, c, &w)) != JM_OK ||
	    (e = checksum(s, c, &w, mac)) != JM_OK)
		return e;
	jm_put_tlv(&w, TAG_CHECKSUM, mac, sizeof mac);
	if (w.full)
		return JM_SPACE;
	*sm = (struct jm_capdu){ .cla = c->cla | CLASS_SM,
		.ins = c->ins,
		.p1 = c->p1,
		.p2 = c->p2,
		.data = s->body,
		.nc = w.len,
		.ne = SHORT_REPLY };
	if (w.len > SHORT_BODY) /* and a longer reply comes in pieces */
		sm->ne = JM_NE_MAX;
	return JM_OK;
}

/* The next object, which has to have this tag; untouched when it has not. */
static jm_err
next_is(struct jm_rbuf *r, unsigned want, struct jm_rbuf *val)
{
	struct jm_rbuf ahead = *r;
	unsigned tag;
	jm_err e;

	if ((e = jm_tlv_next(&ahead, &tag, val)) != JM_OK)
		return e;
	if (tag != want)
		return JM_NOT_FOUND;
	*r = ahead;
	return JM_OK;
}

/* A reply's objects, whose checksum is right. */
struct answer {
	struct jm_rbuf crypto; /* left 0: none */
	unsigned sw;
};

static jm_err
authenticate(struct jm_sm *s, size_t len, struct answer *a)
{
	struct jm_rbuf r = { s->reply, len }, status, given;
	uint8_t mac[JM_SM_MAC_LEN], want[JM_SM_MAC_LEN];
	struct jm_wbuf w;
	jm_err e;

	memset(a, 0, sizeof *a);
	e = next_is(&r, TAG_CRYPTO, &a->crypto);
	if (e == JM_NOT_FOUND)
		a->crypto.left = 0;
	else if (e != JM_OK || a->crypto.left == 0)
		return JM_FORMAT;
	if (next_is(&r, TAG_STATUS, &status) != JM_OK || status.left != 2)
		return JM_FORMAT;
	jm_wbuf_init(&w, s->reply, sizeof s->reply);
	w.len = len - r.left;
	if (next_is(&r, TAG_CHECKSUM, &given) != JM_OK || r.left != 0 ||
	    given.left != sizeof mac)
		return JM_FORMAT;
	memcpy(mac, given.p, sizeof mac);
	pad(&w, 0); /* over the checksum's object, done with by now */
	e = jm_sm_mac(&s->keys, w.mem, w.len, want);
	if (e == JM_OK && !jm_ct_equal(mac, want, sizeof mac))
		e = JM_FORMAT;
	jm_wipe(want, sizeof want);
	a->sw = (unsigned)status.p[0] << 8 | status.p[1];
	return e;
}

/* What the padding leaves; *len 0 when it is not padding. */
static const uint8_t *
clear_text(struct jm_sm *s, struct jm_rbuf v, size_t *len, jm_err *e)
{
	const size_t blocks = v.left - 1;
	uint8_t *clear = s->reply + (v.p - s->reply) + 1;
	size_t n = blocks;

	*len = 0;
	*e = JM_FORMAT;
	if (v.p[0] != AES_CBC_PAD || blocks == 0 || blocks % JM_AES_BLOCK != 0)
		return NULL;
	if ((*e = jm_sm_decrypt(&s->keys, clear, blocks, clear)) != JM_OK)
		return NULL;
	*e = JM_FORMAT;
	while (n > 0 && clear[n - 1] == 0)
		n--;
	if (n < 2 || clear[n - 1] != 0x80 || blocks - n >= JM_AES_BLOCK)
		return NULL;
	*len = n - 1;
	*e = JM_OK;
	return clear;
}

static jm_err
open_reply(struct jm_sm *s, size_t len, const struct jm_capdu *c,
    struct jm_wbuf *data, unsigned *sw)
{
	const unsigned bare = *sw;
	const uint8_t *clear;
	struct answer a;
	size_t n;
	jm_err e;

	jm_sm_count(&s->keys);
	if (len == 0)
		return JM_CARD; /* not protected: *sw is anybody's word */
	*sw = 0;
	if ((e = authenticate(s, len, &a)) != JM_OK)
		return e;
	if (a.sw != bare)
		return JM_FORMAT;
	if (a.crypto.left > 0) {
		if ((clear = clear_text(s, a.crypto, &n, &e)) == NULL)
			return e;
		if (n > c->ne)
			return JM_FORMAT;
		jm_put(data, clear, n);
		if (data->full)
			return JM_SPACE;
	}
	*sw = a.sw;
	return JM_OK;
}

static int
sendable(const struct jm_capdu *c)
{
	return (c->cla & 0x7f) == 0 && c->nc <= JM_SM_NC_MAX &&
	       c->ne <= JM_SM_NE_MAX && (c->nc == 0 || c->data != NULL);
}

jm_err
jm_sm_send(struct jm_sm *s, const struct jm_capdu *c, struct jm_wbuf *data,
    unsigned *sw)
{
	struct jm_capdu sm;
	struct jm_wbuf raw;
	jm_err e;

	*sw = 0;
	jm_wbuf_init(data, data->mem, data->cap);
	if (s->state != JM_OK)
		return s->state;
	if (!sendable(c))
		return JM_ARG;
	jm_sm_count(&s->keys);
	jm_wbuf_init(&raw, s->reply, JM_XRSP_MAX);
	if ((e = make_command(s, c, &sm)) == JM_OK &&
	    (e = jm_exchange(s->link, s->x, &sm, &raw, sw)) == JM_OK)
		e = open_reply(s, raw.len, c, data, sw);
	jm_wipe(s->body, sizeof s->body);
	jm_wipe(s->reply, sizeof s->reply);
	if (e != JM_OK) {
		s->state = e;
		jm_wipe(&s->keys, sizeof s->keys);
		jm_wipe(data->mem, data->len);
		data->len = 0;
	}
	return e;
}
