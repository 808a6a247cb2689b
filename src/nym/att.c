/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/att.h"

#include <string.h>

#include "crypto/digest.h"

#define DAY 86400

enum {
	KIND,
	SH,
	USE,
	X,
	PERIOD,
	EPOCH,
	RATE,
	FRESH,
	NOT_BEFORE,
	NOT_AFTER,
	XT,
	BORN,
	XL_ROOT,
	SRL_ROOT,
	TRACE,
	FIELDS
};

/* Fields of one width; the empty ones may be empty. */
static const struct {
	size_t len;
	int optional;
} widths[FIELDS] = {
	/* clang-format off */
	[KIND]       = { 1, 0 },
	[SH]         = { NYM_SH_LEN, 0 },
	[USE]        = { 1, 0 },
	[X]          = { NYM_X_LEN, 0 },
	[PERIOD]     = { 2, 0 },
	[EPOCH]      = { 4, 0 },
	[RATE]       = { 1, 0 },
	[FRESH]      = { 32, 1 },
	[NOT_BEFORE] = { 4, 0 },
	[NOT_AFTER]  = { 4, 0 },
	[XT]         = { NYM_XT_LEN, 0 },
	[BORN]       = { 4, 1 },
	[XL_ROOT]    = { NYM_ROOT_LEN, 1 },
	[SRL_ROOT]   = { NYM_ROOT_LEN, 1 },
	[TRACE]      = { NYM_TRACE_LEN, 1 },
	/* clang-format on */
};

/* What the format has at all. */
static int
values_ok(const struct nym_stmt *s)
{
	const struct nym_which w = {
		.use = s->use, .period = s->period, .epoch = s->epoch
	};

	return (s->kind == NYM_KIND_REGISTRAR || s->kind == NYM_KIND_CARD) &&
	       s->rate != 0 && nym_which_ok(&w);
}

int
nym_stmt_mix(const struct nym_stmt *s)
{
	if (s->kind == NYM_KIND_REGISTRAR)
		return s->fresh == NULL && s->not_before <= s->not_after;
	return s->fresh != NULL && s->not_before == 0 && s->not_after == 0;
}

jm_err
nym_stmt_build(const struct nym_stmt *s, uint8_t *out, size_t cap, size_t *len)
{
	struct nym_field f[FIELDS];
	struct jm_wbuf num, w;
	uint8_t mem[32];

	*len = 0;
	if (!values_ok(s) || !nym_stmt_mix(s) || s->not_before % DAY != 0 ||
	    s->not_after % DAY != 0)
		return JM_ARG;
	jm_wbuf_init(&num, mem, sizeof mem);
	for (size_t i = 0; i < FIELDS; i++)
		f[i] = (struct nym_field){ NULL, widths[i].len };
	f[SH].p = s->sh;
	f[X].p = s->x;
	f[FRESH].p = s->fresh;
	f[XT].p = s->xt;
	f[XL_ROOT].p = s->xl_root;
	f[SRL_ROOT].p = s->srl_root;
	f[TRACE].p = s->trace;
#define NUMBER(id, put, v) (f[id].p = num.mem + num.len, put(&num, v))
	NUMBER(KIND, jm_put_u8, s->kind);
	NUMBER(USE, jm_put_u8, s->use);
	NUMBER(PERIOD, jm_put_be16, s->period);
	NUMBER(EPOCH, jm_put_be32, s->epoch);
	NUMBER(RATE, jm_put_u8, s->rate);
	NUMBER(NOT_BEFORE, jm_put_be32, s->not_before);
	NUMBER(NOT_AFTER, jm_put_be32, s->not_after);
	if (s->has_born)
		NUMBER(BORN, jm_put_be32, s->born);
#undef NUMBER
	for (size_t i = 0; i < FIELDS; i++)
		if (f[i].p == NULL && widths[i].optional)
			f[i].len = 0;
		else if (f[i].p == NULL)
			return JM_ARG;
	jm_wbuf_init(&w, out, cap);
	nym_put_enc(&w, "NYM1/att", f, FIELDS);
	return jm_wbuf_done(&w, len);
}

/* The widths were looked at. */
static jm_err
take_numbers(const struct nym_field *f, struct nym_stmt *s)
{
	uint8_t kind, use;
	jm_err e;

	if ((e = nym_field_u8(&f[KIND], &kind)) != JM_OK ||
	    (e = nym_field_u8(&f[USE], &use)) != JM_OK ||
	    (e = nym_field_u16(&f[PERIOD], &s->period)) != JM_OK ||
	    (e = nym_field_u32(&f[EPOCH], &s->epoch)) != JM_OK ||
	    (e = nym_field_u8(&f[RATE], &s->rate)) != JM_OK ||
	    (e = nym_field_u32(&f[NOT_BEFORE], &s->not_before)) != JM_OK ||
	    (e = nym_field_u32(&f[NOT_AFTER], &s->not_after)) != JM_OK)
		return e;
	if (f[BORN].len != 0) {
		s->has_born = 1;
		if ((e = nym_field_u32(&f[BORN], &s->born)) != JM_OK)
			return e;
	}
	if (use < NYM_USE_ASSERT || use > NYM_USE_WEBAUTHN)
		return JM_FORMAT;
	s->kind = (enum nym_kind)kind;
	s->use = (enum nym_use)use;
	return values_ok(s) ? JM_OK : JM_FORMAT;
}

static const uint8_t *
bytes(const struct nym_field *f)
{
	return f->len == 0 ? NULL : f->p;
}

jm_err
nym_stmt_parse(const uint8_t *p, size_t len, struct nym_stmt *out)
{
	struct nym_field f[FIELDS];
	struct nym_stmt s = { 0 };
	jm_err e;

	memset(out, 0, sizeof *out);
	if ((e = nym_parse_enc(p, len, "NYM1/att", f, FIELDS)) != JM_OK)
		return e;
	for (size_t i = 0; i < FIELDS; i++)
		if (f[i].len != widths[i].len &&
		    !(f[i].len == 0 && widths[i].optional))
			return JM_FORMAT;
	if ((e = take_numbers(f, &s)) != JM_OK)
		return e;
	s.sh = bytes(&f[SH]);
	s.x = bytes(&f[X]);
	s.fresh = bytes(&f[FRESH]);
	s.xt = bytes(&f[XT]);
	s.xl_root = bytes(&f[XL_ROOT]);
	s.srl_root = bytes(&f[SRL_ROOT]);
	s.trace = bytes(&f[TRACE]);
	*out = s;
	return JM_OK;
}

jm_err
nym_chain_parse(const struct nym_field *chain,
    struct nym_field der[NYM_CHAIN_MAX], size_t *n)
{
	struct jm_rbuf r = { chain->p, chain->len };
	size_t count = 0;

	*n = 0;
	while (r.left != 0) {
		if (count == NYM_CHAIN_MAX ||
		    nym_take_lp(&r, &der[count]) != JM_OK ||
		    der[count].len == 0)
			return JM_FORMAT;
		count++;
	}
	if (count == 0)
		return JM_FORMAT;
	*n = count;
	return JM_OK;
}

jm_err
nym_att_make(const struct nym_stmt *s, const uint8_t d[JM_P256_LEN],
    const struct nym_field *der, size_t n, uint8_t *out, size_t cap,
    size_t *len)
{
	uint8_t stmt[NYM_STMT_MAX], hash[32], sig[JM_P256_SIG];
	size_t stmt_len, chain = 0;
	struct jm_wbuf w;
	jm_err e;

	*len = 0;
	if (n == 0 || n > NYM_CHAIN_MAX)
		return JM_ARG;
	for (size_t i = 0; i < n; i++) {
		if (der[i].len == 0 || der[i].len > 65535 - 2 - chain)
			return JM_ARG;
		chain += 2 + der[i].len;
	}
	if ((e = nym_stmt_build(s, stmt, sizeof stmt, &stmt_len)) != JM_OK ||
	    (e = jm_hash(JM_SHA256, stmt, stmt_len, hash)) != JM_OK ||
	    (e = jm_p256_sign(d, hash, sizeof hash, sig)) != JM_OK)
		return e;
	jm_wbuf_init(&w, out, cap);
	jm_put_u8(&w, 1);
	nym_put_lp(&w, stmt, stmt_len);
	nym_put_lp(&w, sig, sizeof sig);
	jm_put_be16(&w, (unsigned)chain);
	for (size_t i = 0; i < n; i++)
		nym_put_lp(&w, der[i].p, der[i].len);
	return jm_wbuf_done(&w, len);
}
