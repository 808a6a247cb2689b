/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bytes inside a vault (doc/nym.md, "The holder's files"), version 1 of the
 * head.  There is one spelling: what is read makes the same bytes again.
 */
#include <string.h>

#include "holder/vault_impl.h"

#define FLAG_CARRIED 1U
#define FLAG_X       2U

/* Upper bounds of what stands for one of them. */
#define FIXED     (8 + 8 + NYM_VAULT_ID + 2 + 4 + 4 + 8 + 32 + 4)
#define ENTRY_MAX (5 + 2 + 4 + 2 + 4 + 8 + 1 + 1 + NYM_SCOPE_MAX + 4 * 32)
#define EARLIER   (NYM_SH_LEN + 4 + NYM_X_LEN)
#define RECEIPT_MAX                                                            \
	(1 + 8 + 4 + 2 + 2 + 1 + NYM_SCOPE_MAX + 2 + NYM_PURPOSE_MAX + 64)

static void
put_be64(struct jm_wbuf *w, uint64_t v)
{
	jm_put_be32(w, (uint32_t)(v >> 32));
	jm_put_be32(w, (uint32_t)(v & 0xffffffff));
}

static jm_err
take_be64(struct jm_rbuf *r, uint64_t *v)
{
	uint32_t high, low;
	jm_err e;

	if ((e = jm_take_be32(r, &high)) != JM_OK ||
	    (e = jm_take_be32(r, &low)) != JM_OK)
		return e;
	*v = (uint64_t)high << 32 | low;
	return JM_OK;
}

/* A time: what the type holds, and not before 1970. */
static jm_err
take_time(struct jm_rbuf *r, int64_t *t)
{
	uint64_t v;
	jm_err e;

	if ((e = take_be64(r, &v)) != JM_OK)
		return e;
	if (v > INT64_MAX)
		return JM_FORMAT;
	*t = (int64_t)v;
	return JM_OK;
}

static jm_err
take_bytes(struct jm_rbuf *r, uint8_t *out, size_t n)
{
	const uint8_t *at;
	jm_err e;

	if ((e = jm_take(r, n, &at)) != JM_OK)
		return e;
	memcpy(out, at, n);
	return JM_OK;
}

static jm_err
take_u16(struct jm_rbuf *r, uint16_t *v)
{
	unsigned n;
	jm_err e;

	if ((e = jm_take_be16(r, &n)) != JM_OK)
		return e;
	*v = (uint16_t)n;
	return JM_OK;
}

/* n characters, none of them a NUL, and a NUL behind them. */
static jm_err
take_text(struct jm_rbuf *r, size_t n, char *out, size_t cap)
{
	const uint8_t *at;
	jm_err e;

	if (n >= cap)
		return JM_FORMAT;
	if ((e = jm_take(r, n, &at)) != JM_OK)
		return e;
	if (memchr(at, '\0', n) != NULL)
		return JM_FORMAT;
	memcpy(out, at, n);
	out[n] = '\0';
	return JM_OK;
}

/* --- building ------------------------------------------------------------- */

size_t
vault_content_bound(const struct nym_vault *v)
{
	return FIXED + v->ls.len * NYM_L_LEN + v->slots.len * ENTRY_MAX +
	       v->earlier.len * EARLIER + v->receipts.len * RECEIPT_MAX;
}

static void
put_slot(struct jm_wbuf *w, const struct vault_slot *s)
{
	const struct nym_entry *e = &s->e;

	jm_put_u8(w, e->state);
	jm_put(w, e->sh, sizeof e->sh);
	jm_put_be16(w, e->l);
	jm_put_be32(w, e->generation);
	jm_put_be16(w, e->period);
	jm_put_be32(w, e->epoch);
	if (e->state == NYM_FORGOTTEN)
		return;
	jm_put_u8(w, e->mode);
	jm_put_u8(w, e->profile);
	jm_put_u8(w, e->use);
	put_be64(w, (uint64_t)e->since);
	jm_put_u8(w, strlen(e->scope) & 0xff);
	jm_put(w, e->scope, strlen(e->scope));
	jm_put(w, e->disclosure, sizeof e->disclosure);
	jm_put_u8(
	    w, (e->carried ? FLAG_CARRIED : 0U) | (e->x_known ? FLAG_X : 0U));
	if (e->carried)
		jm_put(w, s->prk, sizeof s->prk);
	if (e->x_known)
		jm_put(w, e->x, sizeof e->x);
}

static void
put_receipt(struct jm_wbuf *w, const struct nym_receipt *r)
{
	jm_put_u8(w, r->act);
	put_be64(w, (uint64_t)r->time);
	jm_put_be32(w, r->generation);
	jm_put_be16(w, r->period);
	jm_put_u8(w, r->flags);
	jm_put_u8(w, r->level);
	jm_put_u8(w, strlen(r->scope) & 0xff);
	jm_put(w, r->scope, strlen(r->scope));
	jm_put_be16(w, strlen(r->purpose) & 0xffff);
	jm_put(w, r->purpose, strlen(r->purpose));
	jm_put(w, r->disclosure, sizeof r->disclosure);
	jm_put(w, r->hash, sizeof r->hash);
}

void
vault_build(const struct nym_vault *v, struct jm_wbuf *w)
{
	static const uint8_t none[NYM_VAULT_ID];

	put_be64(w, v->writes);
	put_be64(w, (uint64_t)v->saved_at);
	jm_put(w, v->has_old ? v->old : none, NYM_VAULT_ID);
	jm_put_be16(w, v->ls.len & 0xffff);
	jm_put(w, v->ls.mem, v->ls.len * NYM_L_LEN);
	jm_put_be32(w, (uint32_t)v->slots.len);
	for (size_t n = 0; n < v->slots.len; n++)
		put_slot(w, vault_item(&v->slots, n));
	jm_put_be32(w, (uint32_t)v->earlier.len);
	for (size_t n = 0; n < v->earlier.len; n++) {
		const struct vault_earlier *x = vault_item(&v->earlier, n);

		jm_put(w, x->sh, sizeof x->sh);
		jm_put_be32(w, x->generation);
		jm_put(w, x->x, sizeof x->x);
	}
	put_be64(w, v->dropped);
	jm_put(w, v->anchor, sizeof v->anchor);
	jm_put_be32(w, (uint32_t)v->receipts.len);
	for (size_t n = 0; n < v->receipts.len; n++)
		put_receipt(w, vault_item(&v->receipts, n));
}

/* --- parsing -------------------------------------------------------------- */

/* What a forgotten entry has not. */
static jm_err
take_rest(struct jm_rbuf *r, struct vault_slot *s)
{
	unsigned mode, profile, use, len, flags;
	struct nym_entry *e = &s->e;
	jm_err err;

	if ((err = jm_take_u8(r, &mode)) != JM_OK ||
	    (err = jm_take_u8(r, &profile)) != JM_OK ||
	    (err = jm_take_u8(r, &use)) != JM_OK ||
	    (err = take_time(r, &e->since)) != JM_OK ||
	    (err = jm_take_u8(r, &len)) != JM_OK ||
	    (err = take_text(r, len, e->scope, sizeof e->scope)) != JM_OK ||
	    (err = take_bytes(r, e->disclosure, 32)) != JM_OK ||
	    (err = jm_take_u8(r, &flags)) != JM_OK)
		return err;
	if ((flags & ~(FLAG_CARRIED | FLAG_X)) != 0 ||
	    ((flags & FLAG_CARRIED) && e->state != NYM_REGISTERED))
		return JM_FORMAT;
	e->mode = (enum nym_mode)mode;
	e->profile = (enum nym_profile)profile;
	e->use = (enum nym_use)use;
	e->carried = (flags & FLAG_CARRIED) != 0;
	e->x_known = (flags & FLAG_X) != 0;
	if (e->carried && (err = take_bytes(r, s->prk, 32)) != JM_OK)
		return err;
	return e->x_known ? take_bytes(r, e->x, sizeof e->x) : JM_OK;
}

static jm_err
take_slot(struct nym_vault *v, struct jm_rbuf *r)
{
	struct vault_slot *s = vault_push(&v->slots);
	unsigned state;
	jm_err e;

	if ((e = jm_take_u8(r, &state)) != JM_OK ||
	    (e = take_bytes(r, s->e.sh, sizeof s->e.sh)) != JM_OK ||
	    (e = jm_take_be16(r, &s->e.l)) != JM_OK ||
	    (e = jm_take_be32(r, &s->e.generation)) != JM_OK ||
	    (e = take_u16(r, &s->e.period)) != JM_OK ||
	    (e = jm_take_be32(r, &s->e.epoch)) != JM_OK)
		return e;
	s->e.state = (enum nym_entry_state)state;
	if (s->e.state != NYM_FORGOTTEN && (e = take_rest(r, s)) != JM_OK)
		return e;
	return vault_entry_ok(v, &s->e) ? JM_OK : JM_FORMAT;
}

static jm_err
take_slots(struct nym_vault *v, struct jm_rbuf *r)
{
	uint32_t many;
	jm_err e;

	if ((e = jm_take_be32(r, &many)) != JM_OK)
		return e;
	if (many > r->left) /* each has more than a byte */
		return JM_FORMAT;
	if (many > 0 && (e = vault_room(&v->slots, many)) != JM_OK)
		return e;
	while (many-- > 0)
		if ((e = take_slot(v, r)) != JM_OK)
			return e;
	/* Of each scope one is current. */
	for (size_t n = 0; n < v->slots.len; n++) {
		const struct vault_slot *s = vault_item(&v->slots, n);

		if (s->e.state != NYM_EARLIER &&
		    vault_find_slot(v, s->e.sh) != NULL)
			return JM_FORMAT;
		vault_enter(v, n);
	}
	return JM_OK;
}

static jm_err
take_earlier(struct nym_vault *v, struct jm_rbuf *r)
{
	uint32_t many;
	jm_err e;

	if ((e = jm_take_be32(r, &many)) != JM_OK)
		return e;
	if (many > r->left)
		return JM_FORMAT;
	if (many > 0 && (e = vault_room(&v->earlier, many)) != JM_OK)
		return e;
	while (many-- > 0) {
		struct vault_earlier *x = vault_push(&v->earlier);

		if ((e = take_bytes(r, x->sh, sizeof x->sh)) != JM_OK ||
		    (e = jm_take_be32(r, &x->generation)) != JM_OK ||
		    (e = take_bytes(r, x->x, sizeof x->x)) != JM_OK)
			return e;
	}
	return JM_OK;
}

static jm_err
take_receipt(struct jm_rbuf *r, struct nym_receipt *out)
{
	unsigned act, flags, level, len, purpose;
	jm_err e;

	if ((e = jm_take_u8(r, &act)) != JM_OK ||
	    (e = take_time(r, &out->time)) != JM_OK ||
	    (e = jm_take_be32(r, &out->generation)) != JM_OK ||
	    (e = take_u16(r, &out->period)) != JM_OK ||
	    (e = jm_take_u8(r, &flags)) != JM_OK ||
	    (e = jm_take_u8(r, &level)) != JM_OK ||
	    (e = jm_take_u8(r, &len)) != JM_OK ||
	    (e = take_text(r, len, out->scope, sizeof out->scope)) != JM_OK ||
	    (e = jm_take_be16(r, &purpose)) != JM_OK ||
	    (e = take_text(r, purpose, out->purpose, sizeof out->purpose)) !=
		JM_OK ||
	    (e = take_bytes(r, out->disclosure, 32)) != JM_OK ||
	    (e = take_bytes(r, out->hash, 32)) != JM_OK)
		return e;
	out->act = (enum nym_act)act;
	out->flags = (uint8_t)flags;
	out->level = (uint8_t)level;
	return JM_OK;
}

static jm_err
take_receipts(struct nym_vault *v, struct jm_rbuf *r)
{
	const uint8_t *before = v->anchor;
	uint32_t many;
	jm_err e;

	if ((e = take_be64(r, &v->dropped)) != JM_OK ||
	    (e = take_bytes(r, v->anchor, sizeof v->anchor)) != JM_OK ||
	    (e = jm_take_be32(r, &many)) != JM_OK)
		return e;
	if (many > r->left)
		return JM_FORMAT;
	if (many > 0 && (e = vault_room(&v->receipts, many)) != JM_OK)
		return e;
	while (many-- > 0) {
		struct nym_receipt *x = vault_push(&v->receipts);

		if ((e = take_receipt(r, x)) != JM_OK)
			return e;
		memcpy(x->previous, before, sizeof x->previous);
		before = x->hash;
	}
	return JM_OK;
}

static jm_err
take_all(struct nym_vault *v, struct jm_rbuf *r)
{
	static const uint8_t none[NYM_VAULT_ID];
	uint16_t many;
	jm_err e;

	if ((e = take_be64(r, &v->writes)) != JM_OK ||
	    (e = take_time(r, &v->saved_at)) != JM_OK ||
	    (e = take_bytes(r, v->old, sizeof v->old)) != JM_OK ||
	    (e = take_u16(r, &many)) != JM_OK)
		return e;
	v->has_old = memcmp(v->old, none, sizeof none) != 0;
	if (many == 0)
		return JM_FORMAT;
	if ((e = vault_room(&v->ls, many)) != JM_OK)
		return e;
	while (many-- > 0)
		if ((e = take_bytes(r, vault_push(&v->ls), NYM_L_LEN)) != JM_OK)
			return e;
	if ((e = take_slots(v, r)) != JM_OK ||
	    (e = take_earlier(v, r)) != JM_OK ||
	    (e = take_receipts(v, r)) != JM_OK)
		return e;
	return r->left == 0 ? JM_OK : JM_FORMAT;
}

jm_err
vault_parse(struct nym_vault *v, const uint8_t *p, size_t len)
{
	struct jm_rbuf r = { p, len };
	const jm_err e = take_all(v, &r);

	return e == JM_FORMAT || e == JM_SPACE ? JM_DAMAGED : e;
}
