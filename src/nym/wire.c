/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The service's half: a wire taken apart. */
#include <string.h>

#include "nym/assertion.h"
#include "nym/att.h"

#define EXT_SKIP 0x80 /* types from here on are for later versions */

enum { SCOPE, CHALLENGE, USE, PERIOD, EPOCH, PK, TIME, CTX, FIELDS };

static jm_err
parse_body(struct nym_assertion *a)
{
	struct nym_which which = { .use = NYM_USE_ASSERT };
	struct nym_field f[FIELDS];
	enum nym_scheme scheme;
	uint8_t use;
	jm_err e;

	if ((e = nym_parse_enc(
		 a->body.p, a->body.len, "NYM1/assert", f, FIELDS)) != JM_OK ||
	    (e = nym_field_u8(&f[USE], &use)) != JM_OK ||
	    (e = nym_field_u16(&f[PERIOD], &a->period)) != JM_OK ||
	    (e = nym_field_u32(&f[EPOCH], &a->epoch)) != JM_OK ||
	    (e = nym_field_u32(&f[TIME], &a->time)) != JM_OK)
		return e;
	which.period = a->period;
	which.epoch = a->epoch;
	if (use != NYM_USE_ASSERT || !nym_which_ok(&which) ||
	    f[CHALLENGE].len < NYM_CHALLENGE_MIN ||
	    f[CHALLENGE].len > NYM_CHALLENGE_MAX || f[PK].len != NYM_PK_LEN ||
	    (f[CTX].len != 0 && f[CTX].len != NYM_CTX_LEN) ||
	    nym_scope_check(f[SCOPE].p, f[SCOPE].len, &scheme) != JM_OK)
		return JM_FORMAT;
	a->scope = f[SCOPE];
	a->challenge = f[CHALLENGE];
	a->pk = f[PK].p;
	a->ctx = f[CTX];
	return JM_OK;
}

static jm_err
take_sig(struct jm_rbuf *r, struct nym_field *out)
{
	jm_err e = nym_take_lp(r, out);

	return e == JM_OK && out->len != JM_P256_SIG ? JM_FORMAT : e;
}

static jm_err
parse_att(struct jm_rbuf *r, struct nym_assertion *a)
{
	struct nym_field der[NYM_CHAIN_MAX];
	struct nym_stmt s;
	size_t n;
	jm_err e;

	if ((e = nym_take_lp(r, &a->att_stmt)) != JM_OK ||
	    (e = take_sig(r, &a->att_sig)) != JM_OK ||
	    (e = nym_take_lp(r, &a->att_chain)) != JM_OK ||
	    (e = nym_stmt_parse(a->att_stmt.p, a->att_stmt.len, &s)) != JM_OK)
		return e;
	return nym_chain_parse(&a->att_chain, der, &n);
}

static jm_err
parse_roll(struct jm_rbuf *r, struct nym_assertion *a)
{
	struct nym_field f[3];
	jm_err e;

	if ((e = nym_take_lp(r, &a->roll)) != JM_OK ||
	    (e = take_sig(r, &a->roll_old_sig)) != JM_OK ||
	    (e = take_sig(r, &a->roll_new_sig)) != JM_OK ||
	    (e = nym_parse_enc(
		 a->roll.p, a->roll.len, "NYM1/roll", f, NELEM(f))) != JM_OK)
		return e;
	if (f[0].len != NYM_SH_LEN || f[1].len != NYM_PK_LEN || f[2].len != 32)
		return JM_FORMAT;
	a->roll_pk_old = f[1];
	return JM_OK;
}

static jm_err
parse_ext(const struct nym_field *ext, unsigned *last, struct nym_assertion *a)
{
	struct jm_rbuf r = { ext->p, ext->len };
	unsigned type;
	jm_err e;

	if ((e = jm_take_u8(&r, &type)) != JM_OK)
		return e;
	if (type <= *last)
		return JM_FORMAT;
	*last = type;
	if (type >= EXT_SKIP)
		return JM_OK;
	switch (type) {
	case 1: e = parse_att(&r, a); break;
	case 2: e = parse_roll(&r, a); break;
	case 3: e = jm_take(&r, 32, &a->manifest_hash); break;
	default: e = JM_FORMAT; break;
	}
	return e == JM_OK && r.left != 0 ? JM_FORMAT : e;
}

static jm_err
parse_wire(const uint8_t *wire, size_t len, struct nym_assertion *a)
{
	struct jm_rbuf r = { wire, len };
	unsigned count, last = 0;
	struct nym_field ext;
	const uint8_t *magic;
	jm_err e;

	if (len > NYM_WIRE_MAX)
		return JM_FORMAT;
	if ((e = jm_take(&r, 4, &magic)) != JM_OK)
		return e;
	if (memcmp(magic, "NYM1", 4) != 0)
		return JM_FORMAT;
	if ((e = nym_take_lp(&r, &a->body)) != JM_OK ||
	    (e = parse_body(a)) != JM_OK ||
	    (e = take_sig(&r, &a->sig)) != JM_OK ||
	    (e = jm_take_u8(&r, &count)) != JM_OK)
		return e;
	for (unsigned i = 0; i < count; i++)
		if ((e = nym_take_lp(&r, &ext)) != JM_OK ||
		    (e = parse_ext(&ext, &last, a)) != JM_OK)
			return e;
	return r.left == 0 ? JM_OK : JM_FORMAT;
}

jm_err
nym_wire_parse(const uint8_t *wire, size_t len, struct nym_assertion *out)
{
	jm_err e;

	memset(out, 0, sizeof *out);
	if ((e = parse_wire(wire, len, out)) != JM_OK)
		memset(out, 0, sizeof *out);
	return e;
}
