/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/sm_pair.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/sm_impl.h"
#include "base/wipe.h"
#include "vcard/vc_channel_impl.h"

const uint8_t sm_pair_aid[16] = { 0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00,
	0x00, 0x00, 0x01, 0, 0, 0, 0, 0, 0x01 };

static const char *const root_id = "ROOT";

jm_err
sm_pair_certify(const struct jm_soft_key *root, const struct jm_soft_key *key,
    const char *holder, enum jm_cvc_role role, uint8_t out[JM_CVC_MAX],
    size_t *len)
{
	struct jm_cvc spec = { .role = role, .rights = 0x0102 };
	jm_err e;

	*len = 0;
	strcpy(spec.issuer, root_id);
	strncpy(spec.holder, holder, JM_CVC_ID_MAX);
	strcpy(spec.last_day, "20351231");
	if ((e = jm_soft_key_ec_pub(key, &spec.pub)) != JM_OK)
		return e;
	return jm_cvc_make(&spec, root, out, len);
}

/* The card ------------------------------------------------------------------*/

static void
carry_out(struct sm_pair *p, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	p->carried_out++;
	p->seen = *c;
	p->seen.data = p->seen_data;
	if (c->nc > 0 && c->nc <= sizeof p->seen_data)
		memcpy(p->seen_data, c->data, c->nc);
	if (c->cla == 0 && c->ins == GENERAL_AUTHENTICATE) {
		if (vc_channel_auth(&p->ch, &p->trust, p->aid, p->aid_len, c,
			out, sw) != JM_OK)
			*sw = 0x6f00;
		return;
	}
	jm_put(out, p->answer, p->answer_len);
	*sw = p->answer_sw;
}

/* As much of a protected reply as Le wants, then what is left of it. */
static unsigned
next_piece(struct sm_pair *p, size_t ne, struct jm_wbuf *out)
{
	size_t n = p->rest_len - p->rest_at;

	if (n > ne)
		n = ne;
	jm_put(out, p->rest + p->rest_at, n);
	p->rest_at += n;
	n = p->rest_len - p->rest_at;
	return n == 0 ? p->rest_sw : 0x6100 | (n > 255 ? 0 : (unsigned)n);
}

static unsigned
answer(
    struct sm_pair *p, const uint8_t *cmd, size_t cmd_len, struct jm_wbuf *out)
{
	static uint8_t mem[JM_XCMD_MAX + 64], plain_out[4096];
	struct vc_cmd c, inner;
	struct jm_wbuf w;
	unsigned sw;

	sw = vc_parse(cmd, cmd_len, 1, &c);
	if (sw == 0x9000 && c.cla == 0 && c.ins == 0xc0 &&
	    p->rest_at < p->rest_len)
		return next_piece(p, c.ne, out);
	p->rest_len = p->rest_at = 0;
	if (sw != 0x9000 || (c.cla != 0x0c && c.cla != 0x8c) || p->ch == NULL) {
		vc_channel_free(&p->ch);
		if (sw == 0x9000 && (c.cla & 0x0c) != 0)
			sw = 0x6882;
		else if (sw == 0x9000)
			carry_out(p, &c, out, &sw);
		return sw;
	}
	if (vc_channel_unwrap(p->ch, &c, mem, sizeof mem, &inner, &sw) != JM_OK)
		sw = 0x6f00;
	if (sw == 0x9000) {
		jm_wbuf_init(&w, plain_out, sizeof plain_out);
		carry_out(p, &inner, &w, &sw);
		if (p->ch == NULL ||
		    vc_channel_wrap(p->ch, w.mem, w.len, sw, out) != JM_OK)
			sw = 0x6f00;
		memcpy(p->rest, out->mem, out->len);
		p->rest_len = out->len;
		p->rest_sw = sw;
		out->len = 0;
		sw = next_piece(p, c.ne, out);
	}
	if (!vc_channel_alive(p->ch))
		vc_channel_free(&p->ch);
	return sw;
}

void
sm_pair_card(struct sm_pair *p, const uint8_t *cmd, size_t cmd_len,
    uint8_t *rsp, size_t *rsp_len)
{
	struct jm_wbuf w;
	unsigned sw;

	jm_wbuf_init(&w, rsp, SM_PAIR_RSP);
	sw = answer(p, cmd, cmd_len, &w);
	jm_put_be16(&w, sw);
	*rsp_len = w.len;
}

/* The link ------------------------------------------------------------------*/

static jm_err
pair_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	static uint8_t changed[JM_XCMD_MAX], reply[SM_PAIR_RSP];
	struct sm_pair *p = self;
	const unsigned nth = p->sent++;
	const size_t room = *rsp_len;
	size_t len;

	*rsp_len = 0;
	if (nth < SM_PAIR_LOG) {
		memcpy(p->wire[nth].cmd, cmd, cmd_len);
		p->wire[nth].cmd_len = cmd_len;
		p->wire[nth].rsp_len = 0;
	}
	if (p->fail != JM_OK)
		return p->fail;
	memcpy(changed, cmd, cmd_len);
	if (p->tamper != NULL)
		p->tamper(p->tamper_arg, SM_COMMAND, nth, changed, &cmd_len,
		    sizeof changed);
	sm_pair_card(p, changed, cmd_len, reply, &len);
	if (nth < SM_PAIR_LOG) {
		memcpy(p->wire[nth].rsp, reply, len);
		p->wire[nth].rsp_len = len;
	}
	if (p->tamper != NULL)
		p->tamper(
		    p->tamper_arg, SM_REPLY, nth, reply, &len, sizeof reply);
	if (len > room)
		return JM_SPACE;
	memcpy(rsp, reply, len);
	*rsp_len = len;
	return JM_OK;
}

static const struct jm_link_ops pair_ops = { .transmit = pair_transmit };

/* Both ----------------------------------------------------------------------*/

jm_err
sm_pair_new(struct sm_pair **out)
{
	struct sm_pair *p;
	jm_err e;

	*out = NULL;
	if ((p = calloc(1, sizeof *p)) == NULL)
		return JM_NOMEM;
	p->link.ops = &pair_ops;
	p->link.self = p;
	p->trust.roles = VC_ROLE(JM_CVC_COUNTER) | VC_ROLE(JM_CVC_ISSUER);
	if ((e = jm_soft_key_new_ec(JM_P256, &p->root)) != JM_OK ||
	    (e = jm_soft_key_new_ec(JM_P256, &p->key)) != JM_OK ||
	    (e = jm_soft_key_new_ec(JM_P256, &p->trust.key)) != JM_OK ||
	    (e = jm_soft_key_ec_pub(p->root, &p->root_pub)) != JM_OK ||
	    (e = sm_pair_certify(p->root, p->key, "COUNTER", JM_CVC_COUNTER,
		 p->cvc, &p->cvc_len)) != JM_OK ||
	    (e = sm_pair_certify(p->root, p->trust.key, "CARD-0001",
		 JM_CVC_CARD, p->trust.cvc, &p->trust.cvc_len)) != JM_OK) {
		sm_pair_free(&p);
		return e;
	}
	p->trust.root = p->root_pub;
	sm_pair_reset(p);
	*out = p;
	return JM_OK;
}

void
sm_pair_free(struct sm_pair **p)
{
	if (*p == NULL)
		return;
	jm_sm_free(&(*p)->sm);
	vc_channel_free(&(*p)->ch);
	vc_trust_clear(&(*p)->trust);
	jm_soft_key_free(&(*p)->root);
	jm_soft_key_free(&(*p)->key);
	free(*p);
	*p = NULL;
}

void
sm_pair_reset(struct sm_pair *p)
{
	jm_sm_free(&p->sm);
	vc_channel_free(&p->ch);
	memcpy(p->aid, sm_pair_aid, sizeof p->aid);
	p->aid_len = sizeof p->aid;
	p->tamper = NULL;
	p->fail = JM_OK;
	p->sent = 0;
	p->carried_out = 0;
	p->rest_at = p->rest_len = 0;
	p->answer_len = 0;
	p->answer_sw = 0x9000;
}

jm_err
sm_pair_open(struct sm_pair *p)
{
	const struct jm_sm_ident me = { .key = p->key,
		.cvc = p->cvc,
		.cvc_len = p->cvc_len,
		.root = &p->root_pub };

	return jm_sm_open(&p->link, &p->x, sm_pair_aid, sizeof sm_pair_aid, &me,
	    &p->sm, &p->card, &p->sw);
}

jm_err
sm_pair_known(struct sm_pair *p, const struct jm_sm_keys *keys)
{
	sm_pair_reset(p);
	if ((p->ch = calloc(1, sizeof *p->ch)) == NULL)
		return JM_NOMEM;
	p->ch->keys = *keys;
	p->ch->step = STEP_READY;
	return jm_sm_new(&p->link, &p->x, keys, &p->sm);
}

void
sm_pair_seal(const struct jm_sm_keys *k, const uint8_t *head,
    const uint8_t *objects, size_t len, uint8_t out[SM_MAC_OBJECT])
{
	static uint8_t mem[5000];
	struct jm_wbuf w;

	jm_wbuf_init(&w, mem, sizeof mem);
	if (head != NULL) {
		jm_put(&w, head, 4);
		jm_put_u8(&w, 0x80);
		jm_put_fill(&w, 0, 11);
	}
	if (len > 0) {
		jm_put(&w, objects, len);
		jm_put_u8(&w, 0x80);
		jm_put_fill(&w, 0, (16 - w.len % 16) % 16);
	}
	out[0] = 0x8e;
	out[1] = JM_SM_MAC_LEN;
	if (w.full || jm_sm_mac(k, mem, w.len, out + 2) != JM_OK)
		abort();
}
