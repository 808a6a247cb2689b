/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/manifest.h"

#include <string.h>

#include "crypto/digest.h"
#include "crypto/p256_verify.h"
#include "nym/origin.h"

enum {
	SCOPE,
	NAME,
	PURPOSE,
	PERIOD,
	RATE,
	FLAGS,
	ORIGINS,
	NOT_BEFORE,
	NOT_AFTER,
	FIELDS
};

#define FLAGS_ALL                                                              \
	(NYM_FLAG_ATTEST | NYM_FLAG_BORN | NYM_FLAG_XL | NYM_FLAG_SRL |        \
	    NYM_FLAG_TRACE)
#define ORIGINS_MAX  1500 /* bytes, to be written */
#define FLAGS_SIGNED (NYM_FLAG_ATTEST | NYM_FLAG_BORN | NYM_FLAG_TRACE)

/* Where the ENC that p starts with ends; 0: nowhere. */
static size_t
enc_len(const uint8_t *p, size_t len)
{
	struct jm_rbuf r = { p, len };
	struct nym_field f;
	unsigned n;

	if (nym_take_lp(&r, &f) != JM_OK || jm_take_u8(&r, &n) != JM_OK)
		return 0;
	while (n-- != 0)
		if (nym_take_lp(&r, &f) != JM_OK)
			return 0;
	return len - r.left;
}

/* A cursor on the first origin, and how many there are. */
static jm_err
open_origins(const struct nym_field *f, struct jm_rbuf *r, unsigned *n)
{
	static const char label[] = "NYM1/origins";
	struct nym_field got;
	jm_err e;

	*r = (struct jm_rbuf){ f->p, f->len };
	if ((e = nym_take_lp(r, &got)) != JM_OK ||
	    (e = jm_take_u8(r, n)) != JM_OK)
		return e;
	return got.len == sizeof label - 1 && memcmp(got.p, label, got.len) == 0
		   ? JM_OK
		   : JM_FORMAT;
}

static jm_err
check_origins(const struct nym_field *f, size_t *count)
{
	struct nym_field one;
	struct jm_rbuf r;
	unsigned n;
	jm_err e;

	if ((e = open_origins(f, &r, &n)) != JM_OK)
		return e;
	*count = n;
	while (n-- != 0)
		if ((e = nym_take_lp(&r, &one)) != JM_OK ||
		    (e = nym_origin_ok(one.p, one.len) ? JM_OK : JM_FORMAT) !=
			JM_OK)
			return e;
	return r.left == 0 ? JM_OK : JM_FORMAT;
}

struct nym_field
nym_manifest_origin(const struct nym_manifest *m, size_t i)
{
	struct nym_field one = { NULL, 0 };
	struct jm_rbuf r;
	unsigned n;

	if (i >= m->n_origins || open_origins(&m->origins, &r, &n) != JM_OK)
		return one;
	for (size_t k = 0; k <= i; k++)
		if (nym_take_lp(&r, &one) != JM_OK)
			return (struct nym_field){ NULL, 0 };
	return one;
}

static int
values_ok(const struct nym_manifest *m)
{
	enum nym_scheme scheme;
	uint32_t epoch;

	if (nym_scope_check(m->scope.p, m->scope.len, &scheme) != JM_OK ||
	    m->name.len == 0 || !nym_text_ok(m->name.p, m->name.len) ||
	    !nym_text_ok(m->purpose.p, m->purpose.len) ||
	    nym_epoch(m->period, 0, &epoch) != JM_OK || m->rate == 0 ||
	    (m->flags & ~FLAGS_ALL) != 0 || m->not_before > m->not_after)
		return 0;
	return m->sig != NULL ||
	       ((m->flags & FLAGS_SIGNED) == 0 && m->n_origins <= 1);
}

static jm_err
parse(const uint8_t *p, size_t len, struct nym_manifest *m)
{
	struct nym_field f[FIELDS];
	jm_err e;

	m->body = (struct nym_field){ p, enc_len(p, len) };
	if (len > NYM_MANIFEST_MAX || m->body.len == 0)
		return JM_FORMAT;
	if (len - m->body.len == JM_P256_SIG)
		m->sig = p + m->body.len;
	else if (len != m->body.len)
		return JM_FORMAT;
	if ((e = nym_parse_enc(p, m->body.len, "NYM1/manifest", f, FIELDS)) !=
		JM_OK ||
	    (e = nym_field_u16(&f[PERIOD], &m->period)) != JM_OK ||
	    (e = nym_field_u8(&f[RATE], &m->rate)) != JM_OK ||
	    (e = nym_field_u8(&f[FLAGS], &m->flags)) != JM_OK ||
	    (e = nym_field_u32(&f[NOT_BEFORE], &m->not_before)) != JM_OK ||
	    (e = nym_field_u32(&f[NOT_AFTER], &m->not_after)) != JM_OK ||
	    (e = check_origins(&f[ORIGINS], &m->n_origins)) != JM_OK)
		return e;
	m->scope = f[SCOPE];
	m->name = f[NAME];
	m->purpose = f[PURPOSE];
	m->origins = f[ORIGINS];
	if (!values_ok(m))
		return JM_FORMAT;
	return jm_hash(JM_SHA256, p, len, m->hash);
}

jm_err
nym_manifest_parse(const uint8_t *p, size_t len, struct nym_manifest *out)
{
	jm_err e;

	memset(out, 0, sizeof *out);
	if ((e = parse(p, len, out)) != JM_OK)
		memset(out, 0, sizeof *out);
	return e;
}

jm_err
nym_manifest_signed_by(
    const struct nym_manifest *m, const uint8_t pk[JM_P256_COMPRESSED])
{
	uint8_t hash[32];
	jm_err e;

	if (m->sig == NULL)
		return JM_BAD_SIG;
	if ((e = jm_hash(JM_SHA256, m->body.p, m->body.len, hash)) == JM_OK)
		e = jm_p256_verify(pk, hash, m->sig);
	return e;
}

jm_err
nym_manifest_build(const struct nym_manifest *m,
    const struct nym_field *origins, size_t n, const uint8_t *d, uint8_t *out,
    size_t cap, size_t *len)
{
	uint8_t num[12], list[ORIGINS_MAX], hash[32], sig[JM_P256_SIG];
	struct nym_manifest check;
	size_t list_len;
	struct jm_wbuf w;
	jm_err e;

	*len = 0;
	jm_wbuf_init(&w, list, sizeof list);
	nym_put_enc(&w, "NYM1/origins", origins, n);
	if ((e = jm_wbuf_done(&w, &list_len)) != JM_OK)
		return e;
	jm_wbuf_init(&w, num, sizeof num);
	jm_put_be16(&w, m->period);
	jm_put_u8(&w, m->rate);
	jm_put_u8(&w, m->flags);
	jm_put_be32(&w, m->not_before);
	jm_put_be32(&w, m->not_after);
	const struct nym_field f[FIELDS] = { m->scope, m->name, m->purpose,
		{ num, 2 }, { num + 2, 1 }, { num + 3, 1 }, { list, list_len },
		{ num + 4, 4 }, { num + 8, 4 } };
	jm_wbuf_init(&w, out, cap);
	nym_put_enc(&w, "NYM1/manifest", f, FIELDS);
	if (d != NULL && !w.full) {
		if ((e = jm_hash(JM_SHA256, out, w.len, hash)) != JM_OK ||
		    (e = jm_p256_sign(d, hash, sizeof hash, sig)) != JM_OK)
			return e;
		jm_put(&w, sig, sizeof sig);
	}
	if ((e = jm_wbuf_done(&w, len)) == JM_OK &&
	    (e = nym_manifest_parse(out, *len, &check)) != JM_OK) {
		*len = 0;
		e = e == JM_FORMAT ? JM_ARG : e;
	}
	return e;
}
