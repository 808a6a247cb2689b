/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The secure channel, one end at a time, with keys the harness knows: it seals
 * what the input asks it to, so that what lies behind the MAC is reached.  What
 * was not sealed is never carried out and never believed.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/sm_impl.h"
#include "base/tlv.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/sm_pair.h"
#include "vcard/vc_channel_impl.h"

const char fuzz_name[] = "sm";

/* The authority's, the card's and the terminal's key; made for this. */
static const uint8_t key_der[] = { 0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30,
	0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08,
	0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b,
	0x02, 0x01, 0x01, 0x04, 0x20, 0x00, 0xc9, 0x34, 0x1d, 0xfd, 0x5f, 0x4e,
	0xd7, 0x6e, 0x77, 0x31, 0x78, 0x4f, 0x3f, 0x56, 0x2a, 0x18, 0xd5, 0xfa,
	0x25, 0xe7, 0xea, 0xdf, 0xd9, 0x20, 0x80, 0x4d, 0xf9, 0xf9, 0xd7, 0x84,
	0xc9, 0xa1, 0x44, 0x03, 0x42, 0x00, 0x04, 0xb4, 0xf9, 0x16, 0x19, 0xcd,
	0xcc, 0x05, 0xa6, 0xc9, 0x1d, 0xdd, 0x50, 0xaa, 0x4f, 0xbc, 0x48, 0x6d,
	0x98, 0x10, 0x8e, 0xb5, 0xfa, 0x26, 0x2a, 0xba, 0xc8, 0x3b, 0xdd, 0xb6,
	0xe1, 0x8c, 0xdb, 0x23, 0x24, 0x0b, 0xa8, 0x68, 0x64, 0x59, 0x1f, 0xdd,
	0xcf, 0x58, 0x23, 0xab, 0x0b, 0x93, 0x57, 0x5d, 0x78, 0xca, 0xa6, 0xf9,
	0xf8, 0x1c, 0xf0, 0x51, 0x18, 0x91, 0x86, 0x25, 0x7b, 0xe0, 0x92 };

#define COMMANDS 8 /* in one session */

/* What an input chooses for one message, bit by bit. */
enum {
	HOW_SEALED = 1, /* with the right MAC */
	HOW_DATA = 2,   /* with encrypted data, padded or not (HOW_BARE) */
	HOW_BARE = 4,
	HOW_LE = 8,
	HOW_MORE = 16 /* with other objects in front */
};

static struct sm_pair *
stage(void)
{
	struct sm_pair *p;

	MUST((p = calloc(1, sizeof *p)) != NULL);
	MUST(jm_soft_key_load(key_der, sizeof key_der, &p->trust.key) == JM_OK);
	MUST(jm_soft_key_ec_pub(p->trust.key, &p->trust.root) == JM_OK);
	/* only its length and bytes matter to the card that shows it */
	memset(p->trust.cvc, 0x5a, sizeof p->trust.cvc);
	p->trust.cvc_len = 200;
	p->trust.roles = VC_ROLE(JM_CVC_COUNTER) | VC_ROLE(JM_CVC_SERVICE);
	sm_pair_reset(p);
	return p;
}

static const struct jm_sm_keys start = { { 1 }, { 2 }, { 3 } };

/* The objects of one message as the input wants them. */
static void
put_message(struct feed *f, unsigned how, const struct jm_sm_keys *k,
    const uint8_t *sw, struct jm_wbuf *w)
{
	const uint8_t *p;
	size_t len, at, padded;

	if ((how & HOW_MORE) != 0) {
		p = feed_string(f, &len);
		jm_put(w, p, len);
	}
	if ((how & HOW_DATA) != 0) {
		p = feed_string(f, &len);
		padded = (how & HOW_BARE) != 0 ? (len + 15) / 16 * 16
					       : (len / 16 + 1) * 16;
		jm_put_tlv_head(w, 0x87, padded + 1);
		jm_put_u8(w, 1);
		at = w->len;
		jm_put(w, p, len);
		if (padded > len)
			jm_put_u8(w, (how & HOW_BARE) != 0 ? 0 : 0x80);
		if (padded > len + 1)
			jm_put_fill(w, 0, padded - len - 1);
		if (padded > 0 && !w->full)
			MUST(jm_sm_encrypt(
				 k, w->mem + at, padded, w->mem + at) == JM_OK);
	}
	if ((how & HOW_LE) != 0 && sw == NULL) {
		p = feed_string(f, &len);
		jm_put_tlv(w, 0x97, p, len);
	}
	if ((how & HOW_LE) != 0 && sw != NULL)
		jm_put_tlv(w, 0x99, sw, 2);
}

/* The card's end ------------------------------------------------------------*/

/* A command in the short form; sealed or with whatever the input has. */
static size_t
make_command(
    struct feed *f, unsigned how, const struct vc_channel *ch, uint8_t *cmd)
{
	struct jm_sm_keys k = { { 0 }, { 0 }, { 0 } };
	uint8_t body[255];
	const uint8_t *p;
	struct jm_wbuf w;
	size_t len;

	if ((how & HOW_SEALED) == 0 || ch == NULL) {
		p = feed_string(f, &len);
		memcpy(cmd, p, len < JM_XCMD_MAX ? len : JM_XCMD_MAX);
		return len < JM_XCMD_MAX ? len : JM_XCMD_MAX;
	}
	k = ch->keys;
	jm_sm_count(&k);
	cmd[0] = (feed_u8(f) & 1) != 0 ? 0x8c : 0x0c;
	for (int i = 1; i < 4; i++)
		cmd[i] = (uint8_t)feed_u8(f);
	jm_wbuf_init(&w, body, sizeof body - SM_MAC_OBJECT);
	put_message(f, how, &k, NULL, &w);
	w.cap = sizeof body;
	sm_pair_seal(&k, cmd, body, w.len, body + w.len);
	w.len += SM_MAC_OBJECT;
	cmd[4] = (uint8_t)w.len;
	memcpy(cmd + 5, body, w.len);
	cmd[5 + w.len] = 0;
	return 6 + w.len;
}

static void
card_end(struct feed *f)
{
	static uint8_t cmd[JM_XCMD_MAX], rsp[SM_PAIR_RSP];
	struct sm_pair *p = stage();
	size_t n;

	MUST(sm_pair_known(p, &start) == JM_OK);
	p->ch->step = (enum vc_step)feed_below(f, STEP_OVER + 1);
	p->answer_len = feed_u16(f) % 600;
	p->answer_sw = feed_u16(f);
	for (int i = 0; i < COMMANDS && f->left > 0; i++) {
		const unsigned how = feed_u8(f), before = p->carried_out;
		const int had = vc_channel_alive(p->ch);
		const size_t len = make_command(f, how, p->ch, cmd);
		const int sealed = (how & HOW_SEALED) != 0;

		sm_pair_card(p, cmd, len, rsp, &n);
		MUST(n >= 2);
		if (len > 1 && cmd[0] == 0 && cmd[1] == 0xc0)
			continue; /* a piece of the reply before */
		if (p->carried_out > before && (cmd[0] & 0x0c) != 0)
			MUST(sealed);
		if (had && !sealed)
			MUST(!vc_channel_alive(p->ch) ||
			     p->carried_out > before);
		MUST(!vc_channel_ready(p->ch) ||
		     vc_channel_peer(p->ch) == &p->ch->peer);
		/* whoever it is told to, nobody else hears its name */
		MUST(memmem(rsp, n, p->trust.cvc, 100) == NULL);
	}
	sm_pair_free(&p);
}

/* The terminal's end --------------------------------------------------------*/

struct liar {
	struct feed *f;
	struct jm_sm *sm;
	unsigned sent;
	int sealed; /* the last reply was */
};

static jm_err
liar_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	struct liar *l = self;
	const size_t room = *rsp_len;
	struct jm_sm_keys k = l->sm->keys;
	unsigned how;
	const uint8_t *p;
	uint8_t sw[2];
	struct jm_wbuf w;
	size_t len;

	MUST(cmd_len >= 5 && (cmd[0] & 0x0c) == (cmd[1] == 0xc0 ? 0 : 0x0c));
	l->sent++;
	*rsp_len = 0;
	if (l->f->left == 0)
		return JM_GONE;
	how = feed_u8(l->f);
	if ((how & HOW_SEALED) == 0) {
		p = feed_string(l->f, &len);
		if (len > room)
			return JM_SPACE;
		memcpy(rsp, p, len);
		*rsp_len = len;
		l->sealed = 0;
		return JM_OK;
	}
	jm_sm_count(&k);
	sw[0] = (uint8_t)feed_u8(l->f);
	sw[1] = (uint8_t)feed_u8(l->f);
	jm_wbuf_init(&w, rsp, room - SM_MAC_OBJECT - 2);
	put_message(l->f, how, &k, sw, &w);
	sm_pair_seal(&k, NULL, rsp, w.len, rsp + w.len);
	w.cap = room;
	w.len += SM_MAC_OBJECT;
	jm_put(&w, sw, 2);
	*rsp_len = w.len;
	l->sealed = 1;
	return JM_OK;
}

static void
terminal_end(struct feed *f)
{
	static const struct jm_link_ops ops = { .transmit = liar_transmit };
	static const struct jm_sm clean;
	static uint8_t data[JM_SM_NC_MAX], mem[JM_SM_NE_MAX];
	static struct jm_xbuf x;
	struct liar l = { .f = f };
	const struct jm_link link = { &ops, &l };
	jm_err e, over = JM_OK;

	MUST(jm_sm_new(&link, &x, &start, &l.sm) == JM_OK);
	for (int i = 0; i < COMMANDS && f->left > 0; i++) {
		struct jm_capdu c = { .data = data };
		struct jm_wbuf out;
		unsigned sw = 1;

		c.cla = (feed_u8(f) & 1) != 0 ? 0x80 : 0;
		c.ins = (uint8_t)(feed_u8(f) & 0xbf); /* not GET RESPONSE */
		c.nc = feed_u16(f) % (JM_SM_NC_MAX + 1);
		c.ne = feed_u16(f) % (JM_SM_NE_MAX + 1);
		jm_wbuf_init(&out, mem, sizeof mem);
		l.sent = 0;
		e = jm_sm_send(l.sm, &c, &out, &sw);
		MUST(over == JM_OK || (e == over && l.sent == 0));
		MUST(l.sent <= 1 + JM_XROUNDS);
		MUST(e != JM_OK || (l.sealed && out.len <= c.ne));
		MUST(e == JM_OK || out.len == 0);
		MUST(e == JM_OK || e == JM_CARD || sw == 0);
		MUST(jm_sm_state(l.sm) == e);
		MUST(memcmp(l.sm->reply, clean.reply, sizeof clean.reply) == 0);
		MUST(memcmp(l.sm->body, clean.body, sizeof clean.body) == 0);
		if (e != JM_OK)
			MUST(memcmp(&l.sm->keys, &clean.keys,
				 sizeof clean.keys) == 0);
		over = e;
	}
	jm_sm_free(&l.sm);
}

/* Certificates --------------------------------------------------------------*/

static void
certificate(struct feed *f)
{
	static const struct jm_cvc none;
	struct jm_ec_pub root;
	struct jm_soft_key *key;
	struct jm_cvc c;
	jm_err e;

	memset(&c, 0xa5, sizeof c);
	if (jm_cvc_parse(f->p, f->left, &c) != JM_OK) {
		MUST(memcmp(&c, &none, sizeof c) == 0);
		return;
	}
	MUST(c.raw_len == f->left && memcmp(c.raw, f->p, f->left) == 0);
	MUST(c.body_at < c.raw_len && c.body_len <= c.raw_len - c.body_at);
	MUST(c.role >= JM_CVC_CARD && c.role <= JM_CVC_SERVICE);
	MUST(memchr(c.issuer, 0, sizeof c.issuer) != NULL);
	MUST(memchr(c.holder, 0, sizeof c.holder) != NULL);
	MUST(strlen(c.last_day) == 8 && c.pub.point_len == 65);
	MUST(jm_soft_key_load(key_der, sizeof key_der, &key) == JM_OK);
	MUST(jm_soft_key_ec_pub(key, &root) == JM_OK);
	e = jm_cvc_verify(&c, &root);
	MUST(e == JM_OK || e == JM_BAD_SIG);
	jm_soft_key_free(&key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = { data, size };

	switch (feed_below(&f, 3)) {
	case 0: card_end(&f); break;
	case 1: terminal_end(&f); break;
	default: certificate(&f);
	}
	return 0;
}
