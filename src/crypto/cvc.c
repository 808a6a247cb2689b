/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/cvc.h"

#include <string.h>

#include "base/tlv.h"
#include "crypto/digest.h"

enum tag {
	TAG_CVC = 0x7f21,
	TAG_BODY = 0x7f4e,
	TAG_PROFILE = 0x5f29,
	TAG_ISSUER = 0x42,
	TAG_HOLDER = 0x5f20,
	TAG_ROLE = 0x4c,
	TAG_LAST_DAY = 0x5f24,
	TAG_POINT = 0x86,
	TAG_SIG = 0x5f37
};

#define PROFILE 1
#define SIG_LEN 64

static int
role_known(unsigned role)
{
	return role >= JM_CVC_CARD && role <= JM_CVC_SERVICE;
}

static int
id_ok(const uint8_t *p, size_t len)
{
	if (len == 0 || len > JM_CVC_ID_MAX)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (p[i] < 0x21 || p[i] > 0x7e)
			return 0;
	return 1;
}

static unsigned
number(const uint8_t *digits, size_t n)
{
	unsigned v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + (unsigned)(digits[i] - '0');
	return v;
}

static int
day_ok(const uint8_t *p, size_t len)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	unsigned year, month, day, last;

	if (len != 8)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (p[i] < '0' || p[i] > '9')
			return 0;
	year = number(p, 4);
	month = number(p + 4, 2);
	day = number(p + 6, 2);
	if (month < 1 || month > 12)
		return 0;
	last = days[month - 1];
	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		last++;
	return day >= 1 && day <= last;
}

/*
 * The next object, which must have this tag and the shortest form of its
 * length: a header as long as one that is written anew.
 */
static jm_err
expect(struct jm_rbuf *r, unsigned want, struct jm_rbuf *val)
{
	const struct jm_rbuf start = *r;
	uint8_t head[8];
	struct jm_wbuf w;
	unsigned tag;
	jm_err e;

	if ((e = jm_tlv_next(r, &tag, val)) != JM_OK)
		return e;
	jm_wbuf_init(&w, head, sizeof head);
	jm_put_tlv_head(&w, want, val->left);
	if (tag != want || w.full || (size_t)(val->p - start.p) != w.len)
		return JM_FORMAT;
	return JM_OK;
}

/* The objects of 7F4E. */
static jm_err
parse_body(struct jm_rbuf r, struct jm_cvc *c)
{
	static const unsigned tags[] = { TAG_PROFILE, TAG_ISSUER, TAG_HOLDER,
		TAG_ROLE, TAG_LAST_DAY, TAG_POINT };
	enum { PROF, ISSUER, HOLDER, ROLE, LAST_DAY, POINT };
	struct jm_rbuf v[NELEM(tags)];
	unsigned role;
	jm_err e;

	for (size_t i = 0; i < NELEM(tags); i++)
		if ((e = expect(&r, tags[i], &v[i])) != JM_OK)
			return e;
	if (r.left != 0 || v[PROF].left != 1 || v[PROF].p[0] != PROFILE ||
	    !id_ok(v[ISSUER].p, v[ISSUER].left) ||
	    !id_ok(v[HOLDER].p, v[HOLDER].left) || v[ROLE].left != 5 ||
	    !role_known(v[ROLE].p[0]) ||
	    !day_ok(v[LAST_DAY].p, v[LAST_DAY].left))
		return JM_FORMAT;
	memcpy(c->issuer, v[ISSUER].p, v[ISSUER].left);
	memcpy(c->holder, v[HOLDER].p, v[HOLDER].left);
	memcpy(c->last_day, v[LAST_DAY].p, v[LAST_DAY].left);
	if ((e = jm_take_u8(&v[ROLE], &role)) != JM_OK ||
	    (e = jm_take_be32(&v[ROLE], &c->rights)) != JM_OK)
		return e;
	c->role = (enum jm_cvc_role)role;
	return jm_ec_pub_set(&c->pub, JM_P256, v[POINT].p, v[POINT].left);
}

static jm_err
parse(const uint8_t *p, size_t len, struct jm_cvc *c)
{
	struct jm_rbuf r = { p, len }, outer, body, sig;
	const uint8_t *body_at;
	jm_err e;

	if (len > JM_CVC_MAX)
		return JM_FORMAT;
	if ((e = expect(&r, TAG_CVC, &outer)) != JM_OK)
		return e;
	body_at = outer.p;
	if (r.left != 0)
		return JM_FORMAT;
	if ((e = expect(&outer, TAG_BODY, &body)) != JM_OK)
		return e;
	c->body_at = (size_t)(body_at - p);
	c->body_len = (size_t)(outer.p - body_at);
	if ((e = expect(&outer, TAG_SIG, &sig)) != JM_OK)
		return e;
	if (outer.left != 0 || sig.left != SIG_LEN)
		return JM_FORMAT;
	memcpy(c->sig, sig.p, SIG_LEN);
	memcpy(c->raw, p, len);
	c->raw_len = len;
	return parse_body(body, c);
}

jm_err
jm_cvc_parse(const uint8_t *p, size_t len, struct jm_cvc *out)
{
	jm_err e;

	memset(out, 0, sizeof *out);
	if ((e = parse(p, len, out)) != JM_OK)
		memset(out, 0, sizeof *out);
	return e;
}

jm_err
jm_cvc_verify(const struct jm_cvc *cvc, const struct jm_ec_pub *root)
{
	uint8_t hash[32];
	jm_err e;

	if (cvc->body_len == 0 || root->curve != JM_P256)
		return JM_BAD_SIG;
	e = jm_hash(JM_SHA256, cvc->raw + cvc->body_at, cvc->body_len, hash);
	if (e != JM_OK)
		return e;
	return jm_ecdsa_verify(root, hash, sizeof hash, cvc->sig, SIG_LEN);
}

jm_err
jm_cvc_accept(const uint8_t *p, size_t len, const struct jm_ec_pub *root,
    struct jm_cvc *out)
{
	jm_err e;

	if ((e = jm_cvc_parse(p, len, out)) == JM_OK &&
	    (e = jm_cvc_verify(out, root)) != JM_OK)
		memset(out, 0, sizeof *out);
	return e;
}

static void
put_body(struct jm_wbuf *w, const struct jm_cvc *spec)
{
	const size_t start = w->len;
	size_t role;

	jm_put_tlv(w, TAG_PROFILE, (const uint8_t[]){ PROFILE }, 1);
	jm_put_tlv(w, TAG_ISSUER, spec->issuer, strlen(spec->issuer));
	jm_put_tlv(w, TAG_HOLDER, spec->holder, strlen(spec->holder));
	role = w->len;
	jm_put_u8(w, (unsigned)spec->role);
	jm_put_be32(w, spec->rights);
	jm_tlv_wrap(w, role, TAG_ROLE);
	jm_put_tlv(w, TAG_LAST_DAY, spec->last_day, strlen(spec->last_day));
	jm_put_tlv(w, TAG_POINT, spec->pub.point, spec->pub.point_len);
	jm_tlv_wrap(w, start, TAG_BODY);
}

static int
spec_ok(const struct jm_cvc *spec)
{
	/* an unterminated text must not be measured past its end */
	return memchr(spec->issuer, 0, sizeof spec->issuer) != NULL &&
	       memchr(spec->holder, 0, sizeof spec->holder) != NULL &&
	       memchr(spec->last_day, 0, sizeof spec->last_day) != NULL &&
	       spec->pub.curve == JM_P256 && spec->pub.point_len == 65 &&
	       role_known((unsigned)spec->role);
}

jm_err
jm_cvc_make(const struct jm_cvc *spec, const struct jm_soft_key *signer,
    uint8_t out[JM_CVC_MAX], size_t *len)
{
	uint8_t hash[32], sig[JM_EC_SIG_MAX];
	struct jm_cvc check;
	struct jm_wbuf w;
	size_t sig_len;
	jm_err e;

	*len = 0;
	if (!spec_ok(spec))
		return JM_ARG;
	jm_wbuf_init(&w, out, JM_CVC_MAX);
	put_body(&w, spec);
	if (w.full)
		return JM_ARG;
	if ((e = jm_hash(JM_SHA256, w.mem, w.len, hash)) != JM_OK)
		return e;
	e = jm_soft_key_sign_ecdsa(signer, hash, sizeof hash, sig, &sig_len);
	if (e != JM_OK)
		return e;
	if (sig_len != SIG_LEN)
		return JM_UNSUPPORTED; /* another curve */
	jm_put_tlv(&w, TAG_SIG, sig, sig_len);
	jm_tlv_wrap(&w, 0, TAG_CVC);
	/* What would not be taken is not given out. */
	if (w.full)
		return JM_ARG;
	if ((e = jm_cvc_parse(w.mem, w.len, &check)) != JM_OK)
		return e == JM_FORMAT ? JM_ARG : e;
	return jm_wbuf_done(&w, len);
}
