/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RFC 5280, section 4.1.  Only what jm_cert holds is looked into; the rest has
 * to be of the right type and length.
 */
#include "crypto/x509.h"

#include <string.h>

#include "base/tlv.h"
#include "crypto/asn1_tag.h"
#include "crypto/asn1_time.h"

#define VERSION     TAG_CTX(0)      /* EXPLICIT */
#define ISSUER_UID  TAG_CTX_PRIM(1) /* IMPLICIT BIT STRING */
#define SUBJECT_UID TAG_CTX_PRIM(2) /* IMPLICIT BIT STRING */
#define EXTENSIONS  TAG_CTX(3)      /* EXPLICIT */

static jm_err
take(struct jm_rbuf *r, unsigned tag, struct jm_rbuf *val)
{
	struct jm_rbuf at = *r;
	unsigned got;
	jm_err e;

	if ((e = jm_tlv_next(&at, &got, val)) != JM_OK)
		return e;
	if (got != tag)
		return JM_FORMAT;
	*r = at;
	return JM_OK;
}

/* The same for what need not be there: val->p is NULL then. */
static jm_err
take_optional(struct jm_rbuf *r, unsigned tag, struct jm_rbuf *val)
{
	*val = (struct jm_rbuf){ NULL, 0 };
	if (r->left == 0 || r->p[0] != tag)
		return JM_OK;
	return take(r, tag, val);
}

/* The same; the span is the whole object. */
static jm_err
take_span(const struct jm_cert *c, struct jm_rbuf *r, unsigned tag,
    struct jm_span *span, struct jm_rbuf *val)
{
	const uint8_t *start = r->p;
	jm_err e;

	if ((e = take(r, tag, val)) != JM_OK)
		return e;
	span->off = (size_t)(start - c->der);
	span->len = (size_t)(r->p - start);
	return JM_OK;
}

static int
is_oid(struct jm_rbuf v, const uint8_t *oid, size_t len)
{
	return v.left == len && memcmp(v.p, oid, len) == 0;
}

/* An OBJECT IDENTIFIER: every arc ends, none begins with a filler byte. */
static jm_err
take_oid(struct jm_rbuf *r, struct jm_rbuf *v)
{
	int begins = 1;
	jm_err e;

	if ((e = take(r, TAG_OID, v)) != JM_OK)
		return e;
	for (size_t i = 0; i < v->left; i++) {
		if (begins && v->p[i] == 0x80)
			return JM_FORMAT;
		begins = (v->p[i] & 0x80) == 0;
	}
	return begins && v->left > 0 ? JM_OK : JM_FORMAT;
}

/* AlgorithmIdentifier: what it names, then parameters of any kind or none. */
static jm_err
check_alg(struct jm_rbuf alg, struct jm_rbuf *oid)
{
	struct jm_rbuf v;
	unsigned tag = TAG_OID;
	jm_err e;

	if ((e = take_oid(&alg, oid)) != JM_OK)
		return e;
	if (alg.left > 0 && (e = jm_tlv_next(&alg, &tag, &v)) != JM_OK)
		return e;
	return alg.left == 0 && tag != 0 ? JM_OK : JM_FORMAT;
}

/* [0] EXPLICIT INTEGER of one byte, or nothing for version 1. */
static jm_err
check_version(struct jm_rbuf v)
{
	struct jm_rbuf n;
	jm_err e;

	if (v.p == NULL)
		return JM_OK;
	if ((e = take(&v, TAG_INTEGER, &n)) != JM_OK)
		return e;
	return v.left == 0 && n.left == 1 ? JM_OK : JM_FORMAT;
}

/* BIT STRING: how many bits of the last byte do not count, then the bytes. */
static int
is_bits(struct jm_rbuf v)
{
	return v.left > 0 && v.p[0] < 8;
}

/* Of any sign, but in as few bytes as it needs. */
static int
is_integer(struct jm_rbuf v)
{
	if (v.left < 2)
		return v.left == 1;
	return !(v.p[0] == 0x00 && (v.p[1] & 0x80) == 0) &&
	       !(v.p[0] == 0xff && (v.p[1] & 0x80) != 0);
}

/* SEQUENCE OF SET OF SEQUENCE { OID, any }, as the text functions expect. */
static jm_err
check_name(struct jm_rbuf name)
{
	struct jm_rbuf rdn, attr, v;
	unsigned tag;
	jm_err e;

	while (name.left > 0) {
		if ((e = take(&name, TAG_SET, &rdn)) != JM_OK)
			return e;
		if (rdn.left == 0)
			return JM_FORMAT;
		while (rdn.left > 0) {
			if ((e = take(&rdn, TAG_SEQUENCE, &attr)) != JM_OK ||
			    (e = take_oid(&attr, &v)) != JM_OK ||
			    (e = jm_tlv_next(&attr, &tag, &v)) != JM_OK)
				return e;
			if (attr.left > 0)
				return JM_FORMAT;
		}
	}
	return JM_OK;
}

static jm_err
parse_validity(struct jm_rbuf v, struct jm_cert *c)
{
	struct jm_rbuf t;
	unsigned tag;
	jm_err e;

	if ((e = jm_tlv_next(&v, &tag, &t)) != JM_OK ||
	    (e = jm_asn1_time_parse(tag, t, &c->not_before)) != JM_OK ||
	    (e = jm_tlv_next(&v, &tag, &t)) != JM_OK ||
	    (e = jm_asn1_time_parse(tag, t, &c->not_after)) != JM_OK)
		return e;
	return v.left == 0 ? JM_OK : JM_FORMAT;
}

/* A positive INTEGER without the byte that only keeps its sign. */
static jm_err
take_positive(struct jm_rbuf *r, struct jm_rbuf *v)
{
	jm_err e;

	if ((e = take(r, TAG_INTEGER, v)) != JM_OK)
		return e;
	if (v->left == 0 || (v->p[0] & 0x80) != 0)
		return JM_FORMAT;
	while (v->left > 0 && v->p[0] == 0) {
		v->p++;
		v->left--;
	}
	return v->left > 0 ? JM_OK : JM_FORMAT;
}

/* RSAPublicKey (RFC 8017, appendix A.1.1) */
static jm_err
parse_rsa(struct jm_rbuf bits, struct jm_rsa_pub *out)
{
	struct jm_rbuf seq, n, ex;
	unsigned unused;
	jm_err e;

	if ((e = jm_take_u8(&bits, &unused)) != JM_OK ||
	    (e = take(&bits, TAG_SEQUENCE, &seq)) != JM_OK ||
	    (e = take_positive(&seq, &n)) != JM_OK ||
	    (e = take_positive(&seq, &ex)) != JM_OK)
		return e;
	if (unused != 0 || bits.left > 0 || seq.left > 0)
		return JM_FORMAT;
	if (n.left < 128 || n.left > sizeof out->n || ex.left > sizeof out->e)
		return JM_OK; /* a size that is not used: as if not RSA */
	memcpy(out->n, n.p, n.left);
	memcpy(out->e, ex.p, ex.left);
	out->n_len = n.left;
	out->e_len = ex.left;
	out->bits = (unsigned)(8 * n.left);
	for (unsigned top = 0x80; (n.p[0] & top) == 0; top >>= 1)
		out->bits--;
	return JM_OK;
}

/* The point (RFC 5480, section 2.2) on the curve that params name. */
static jm_err
parse_ec(struct jm_rbuf params, struct jm_rbuf bits, struct jm_ec_pub *out)
{
	static const enum jm_curve ours[] = { JM_P256, JM_P384 };
	jm_err e;

	for (size_t i = 0; i < NELEM(ours); i++) {
		size_t len;
		const uint8_t *oid = jm_curve_oid(ours[i], &len);

		if (!is_oid(params, oid, len) || bits.p[0] != 0)
			continue;
		e = jm_ec_pub_set(out, ours[i], bits.p + 1, bits.left - 1);
		return e == JM_FORMAT ? JM_OK : e; /* as if not ours */
	}
	return JM_OK;
}

static jm_err
parse_spki(
    struct jm_rbuf v, struct jm_rsa_pub *rsa_key, struct jm_ec_pub *ec_key)
{
	static const uint8_t rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
		0x01, 0x01 };
	static const uint8_t ec[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
		0x01 };
	struct jm_rbuf alg, oid, bits;
	jm_err e;

	if ((e = take(&v, TAG_SEQUENCE, &alg)) != JM_OK ||
	    (e = check_alg(alg, &oid)) != JM_OK ||
	    (e = take(&v, TAG_BIT_STRING, &bits)) != JM_OK)
		return e;
	if (v.left > 0 || !is_bits(bits))
		return JM_FORMAT;
	if (is_oid(oid, rsa, sizeof rsa))
		return parse_rsa(bits, rsa_key);
	if (!is_oid(oid, ec, sizeof ec) || (e = take_oid(&alg, &oid)) != JM_OK)
		return JM_OK;
	return parse_ec(alg, bits, ec_key);
}

static jm_err
parse_key_usage(struct jm_rbuf v, struct jm_cert *c)
{
	/* clang-format off */
	static const struct { unsigned bit; int ku; } table[] = {
		{ 0x80, JM_KU_DIGITAL_SIGNATURE },
		{ 0x40, JM_KU_NON_REPUDIATION },
		{ 0x04, JM_KU_KEY_CERT_SIGN },
		{ 0x02, JM_KU_CRL_SIGN },
		{ 0x39, JM_KU_OTHER },
	};
	/* clang-format on */
	struct jm_rbuf bits;
	unsigned unused, b = 0;
	jm_err e;

	if (c->key_usage != -1) /* twice */
		return JM_FORMAT;
	if ((e = take(&v, TAG_BIT_STRING, &bits)) != JM_OK ||
	    (e = jm_take_u8(&bits, &unused)) != JM_OK)
		return e;
	if (v.left > 0 || unused > 7 || (bits.left == 0 && unused > 0))
		return JM_FORMAT;
	c->key_usage = 0;
	if (bits.left == 0)
		return JM_OK;
	if (bits.left > 1) /* decipherOnly */
		c->key_usage |= JM_KU_OTHER;
	b = bits.p[0];
	for (size_t i = 0; i < NELEM(table); i++)
		if ((b & table[i].bit) != 0)
			c->key_usage |= table[i].ku;
	return JM_OK;
}

static jm_err
parse_basic(struct jm_rbuf v, struct jm_cert *c)
{
	struct jm_rbuf seq, ca;
	jm_err e;

	if ((e = take(&v, TAG_SEQUENCE, &seq)) != JM_OK ||
	    (e = take_optional(&seq, TAG_BOOLEAN, &ca)) != JM_OK)
		return e;
	if (v.left > 0 || (ca.p != NULL && ca.left != 1))
		return JM_FORMAT;
	c->is_ca = ca.p != NULL && ca.p[0] != 0;
	return JM_OK;
}

static jm_err
parse_extensions(struct jm_rbuf list, struct jm_cert *c)
{
	static const uint8_t key_usage[] = { 0x55, 0x1d, 0x0f };
	static const uint8_t basic[] = { 0x55, 0x1d, 0x13 };
	struct jm_rbuf ext, oid, crit, v;
	int basics = 0;
	jm_err e;

	while (list.left > 0) {
		if ((e = take(&list, TAG_SEQUENCE, &ext)) != JM_OK ||
		    (e = take_oid(&ext, &oid)) != JM_OK ||
		    (e = take_optional(&ext, TAG_BOOLEAN, &crit)) != JM_OK ||
		    (e = take(&ext, TAG_OCTET_STRING, &v)) != JM_OK)
			return e;
		if (ext.left > 0 || (crit.p != NULL && crit.left != 1))
			return JM_FORMAT;
		if (is_oid(oid, key_usage, sizeof key_usage))
			e = parse_key_usage(v, c);
		else if (is_oid(oid, basic, sizeof basic))
			e = basics++ > 0 ? JM_FORMAT : parse_basic(v, c);
		if (e != JM_OK)
			return e;
	}
	return JM_OK;
}

/* After the public key: unique ids and extensions, all of them optional. */
static jm_err
parse_tail(struct jm_rbuf tbs, struct jm_cert *c)
{
	struct jm_rbuf issuer, subject, v, list;
	jm_err e;

	if ((e = take_optional(&tbs, ISSUER_UID, &issuer)) != JM_OK ||
	    (e = take_optional(&tbs, SUBJECT_UID, &subject)) != JM_OK ||
	    (e = take_optional(&tbs, EXTENSIONS, &v)) != JM_OK)
		return e;
	if (tbs.left > 0 || (issuer.p != NULL && !is_bits(issuer)) ||
	    (subject.p != NULL && !is_bits(subject)))
		return JM_FORMAT;
	if (v.p == NULL)
		return JM_OK;
	if ((e = take(&v, TAG_SEQUENCE, &list)) != JM_OK)
		return e;
	return v.left > 0 ? JM_FORMAT : parse_extensions(list, c);
}

static jm_err
parse_tbs(struct jm_rbuf tbs, struct jm_cert *c)
{
	struct jm_rbuf v, oid, issuer, subject;
	struct jm_span alg;
	jm_err e;

	if ((e = take_optional(&tbs, VERSION, &v)) != JM_OK ||
	    (e = check_version(v)) != JM_OK ||
	    (e = take_span(c, &tbs, TAG_INTEGER, &c->serial, &v)) != JM_OK)
		return e;
	if (!is_integer(v))
		return JM_FORMAT;
	if ((e = take_span(c, &tbs, TAG_SEQUENCE, &alg, &v)) != JM_OK ||
	    (e = check_alg(v, &oid)) != JM_OK)
		return e;
	if (alg.len != c->sig_alg.len || /* RFC 5280, section 4.1.1.2 */
	    memcmp(c->der + alg.off, c->der + c->sig_alg.off, alg.len) != 0)
		return JM_FORMAT;
	if ((e = take_span(c, &tbs, TAG_SEQUENCE, &c->issuer, &issuer)) !=
		JM_OK ||
	    (e = check_name(issuer)) != JM_OK ||
	    (e = take(&tbs, TAG_SEQUENCE, &v)) != JM_OK ||
	    (e = parse_validity(v, c)) != JM_OK ||
	    (e = take_span(c, &tbs, TAG_SEQUENCE, &c->subject, &subject)) !=
		JM_OK ||
	    (e = check_name(subject)) != JM_OK ||
	    (e = take_span(c, &tbs, TAG_SEQUENCE, &c->spki, &v)) != JM_OK ||
	    (e = parse_spki(v, &c->rsa, &c->ec)) != JM_OK)
		return e;
	return parse_tail(tbs, c);
}

static jm_err
parse(struct jm_cert *c)
{
	struct jm_rbuf r = { c->der, c->der_len }, cert, tbs, v;
	unsigned unused;
	jm_err e;

	if ((e = take(&r, TAG_SEQUENCE, &cert)) != JM_OK ||
	    (e = take_span(c, &cert, TAG_SEQUENCE, &c->tbs, &tbs)) != JM_OK ||
	    (e = take_span(c, &cert, TAG_SEQUENCE, &c->sig_alg, &v)) != JM_OK ||
	    (e = take(&cert, TAG_BIT_STRING, &v)) != JM_OK ||
	    (e = jm_take_u8(&v, &unused)) != JM_OK)
		return e;
	if (r.left > 0 || cert.left > 0 || unused != 0)
		return JM_FORMAT;
	c->sig = (struct jm_span){ (size_t)(v.p - c->der), v.left };
	return parse_tbs(tbs, c);
}

jm_err
jm_cert_parse(const uint8_t *der, size_t len, struct jm_cert *out)
{
	jm_err e;

	memset(out, 0, sizeof *out);
	if (len > sizeof out->der)
		return JM_SPACE;
	if (len > 0)
		memcpy(out->der, der, len);
	out->der_len = len;
	out->key_usage = -1;
	if ((e = parse(out)) != JM_OK)
		memset(out, 0, sizeof *out);
	return e;
}

jm_err
jm_cert_fingerprint(const struct jm_cert *c, uint8_t out[32])
{
	return jm_hash(JM_SHA256, c->der, c->der_len, out);
}

jm_err
jm_spki_parse(const uint8_t *der, size_t len, struct jm_rsa_pub *rsa,
    struct jm_ec_pub *ec)
{
	struct jm_rbuf r = { der, len }, v;
	jm_err e;

	memset(rsa, 0, sizeof *rsa);
	memset(ec, 0, sizeof *ec);
	if ((e = take(&r, TAG_SEQUENCE, &v)) == JM_OK)
		e = r.left == 0 ? parse_spki(v, rsa, ec) : JM_FORMAT;
	if (e != JM_OK) {
		memset(rsa, 0, sizeof *rsa);
		memset(ec, 0, sizeof *ec);
	}
	return e;
}
