/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/attr.h"

#include <string.h>

#include "base/tlv.h"
#include "base/utf8.h"
#include "base/wipe.h"
#include "crypto/rsa_pad.h"

#define SHA256_LEN   32
#define OFFSETS      4
#define RSA_LEAST    256 /* bytes of a modulus that proves anything */

#define TAG_ATTRS    0xff20u
#define TAG_OFFSETS  0xdf21u
#define TAG_NAME     0xdf22u
#define TAG_ADDRESS  0xdf23u
#define TAG_BIRTH    0xdf24u
#define TAG_SEX      0xdf25u
#define TAG_SIGNED   0xff30u
#define TAG_DIGEST_1 0xdf31u
#define TAG_DIGEST_2 0xdf32u
#define TAG_SIG      0xdf33u
#define TAG_CVC      0x7f21u
#define TAG_BODY     0x5f4eu
#define TAG_CVC_SIG  0x5f37u
#define TAG_EXPONENT 0x90u
#define TAG_MODULUS  0x91u

/* What is signed, and the signature. */
struct signed_part {
	struct jm_rbuf over, sig;
};

struct signature {
	struct jm_rbuf digest; /* of the attributes */
	struct signed_part s;
};

struct certificate {
	struct jm_rbuf issuer; /* key id */
	struct jm_rsa_pub key;
	struct signed_part s;
};

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

/* The object that a whole record is. */
static jm_err
open_record(struct jm_rbuf record, unsigned tag, struct jm_rbuf *val)
{
	jm_err e;

	if ((e = take(&record, tag, val)) != JM_OK)
		return e;
	return record.left == 0 ? JM_OK : JM_FORMAT;
}

/* --- the attributes ------------------------------------------------------- */

static jm_err
take_text(struct jm_rbuf v, char *out, size_t cap)
{
	uint32_t c;
	size_t n;

	if (v.left >= cap)
		return JM_FORMAT;
	for (size_t at = 0; at < v.left; at += n) {
		n = jm_utf8_next(v.p + at, v.left - at, &c);
		if (n == 0 || c == 0) /* a NUL would end it early */
			return JM_FORMAT;
	}
	memcpy(out, v.p, v.left);
	out[v.left] = '\0';
	return JM_OK;
}

static unsigned
number(const uint8_t *digits, size_t n)
{
	unsigned v = 0;

	for (size_t i = 0; i < n; i++)
		v = 10 * v + digits[i] - '0';
	return v;
}

static jm_err
take_birth(struct jm_rbuf v, char out[8 + 1])
{
	if (v.left != 8)
		return JM_FORMAT;
	for (size_t i = 0; i < v.left; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return JM_FORMAT;
	/* Registers have people of whom month or day is not known. */
	if (number(v.p + 4, 2) > 12 || number(v.p + 6, 2) > 31)
		return JM_FORMAT;
	memcpy(out, v.p, v.left);
	out[v.left] = '\0';
	return JM_OK;
}

static jm_err
take_sex(struct jm_rbuf v, char *out)
{
	if (v.left != 1 || v.p[0] < '0' || v.p[0] > '9')
		return JM_FORMAT;
	*out = (char)v.p[0];
	return JM_OK;
}

/* covered: what DF32 is the hash value of. */
static jm_err
parse_attributes(
    struct jm_rbuf record, struct jm_attr *out, struct jm_rbuf *covered)
{
	static const unsigned tag[OFFSETS] = { TAG_NAME, TAG_ADDRESS, TAG_BIRTH,
		TAG_SEX };
	struct jm_rbuf v, table, val[OFFSETS];
	unsigned at;
	jm_err e;

	if ((e = open_record(record, TAG_ATTRS, &v)) != JM_OK ||
	    (e = take(&v, TAG_OFFSETS, &table)) != JM_OK)
		return e;
	*covered = v;
	out->offsets_fit = table.left == 2 * OFFSETS;
	for (size_t i = 0; i < OFFSETS; i++) {
		const size_t here = (size_t)(v.p - record.p);

		if ((e = take(&v, tag[i], &val[i])) != JM_OK)
			return e;
		if (jm_take_be16(&table, &at) != JM_OK || at != here)
			out->offsets_fit = 0;
	}
	if (v.left > 0)
		return JM_FORMAT;
	if ((e = take_text(val[0], out->name, sizeof out->name)) != JM_OK ||
	    (e = take_text(val[1], out->address, sizeof out->address)) !=
		JM_OK ||
	    (e = take_birth(val[2], out->birth)) != JM_OK)
		return e;
	return take_sex(val[3], &out->sex);
}

/* --- the records that prove them ------------------------------------------ */

static jm_err
parse_signature(struct jm_rbuf record, struct signature *out)
{
	struct jm_rbuf v, first;
	jm_err e;

	if ((e = open_record(record, TAG_SIGNED, &v)) != JM_OK)
		return e;
	out->s.over = v;
	if ((e = take(&v, TAG_DIGEST_1, &first)) != JM_OK ||
	    (e = take(&v, TAG_DIGEST_2, &out->digest)) != JM_OK)
		return e;
	out->s.over.left -= v.left;
	if ((e = take(&v, TAG_SIG, &out->s.sig)) != JM_OK)
		return e;
	return v.left == 0 && first.left == SHA256_LEN &&
		       out->digest.left == SHA256_LEN
		   ? JM_OK
		   : JM_FORMAT;
}

/* Without the zeros before it. */
static jm_err
take_number(
    struct jm_rbuf *r, unsigned tag, uint8_t *out, size_t cap, size_t *len)
{
	struct jm_rbuf v;
	jm_err e;

	if ((e = take(r, tag, &v)) != JM_OK)
		return e;
	while (v.left > 0 && v.p[0] == 0) {
		v.p++;
		v.left--;
	}
	if (v.left == 0 || v.left > cap)
		return JM_FORMAT;
	memcpy(out, v.p, v.left);
	*len = v.left;
	return JM_OK;
}

/* A key with which "fits" means something: the exponent 1 would make everybody
 * a signer. */
static int
is_usable(const struct jm_rsa_pub *k)
{
	return k->n_len >= RSA_LEAST && (k->n[k->n_len - 1] & 1) != 0 &&
	       (k->e[k->e_len - 1] & 1) != 0 &&
	       !(k->e_len == 1 && k->e[0] == 1);
}

static jm_err
parse_certificate(struct jm_rbuf record, struct certificate *out)
{
	struct jm_rsa_pub *k = &out->key;
	struct jm_rbuf v;
	const uint8_t *id;
	jm_err e;

	memset(k, 0, sizeof *k);
	if ((e = open_record(record, TAG_CVC, &v)) != JM_OK ||
	    (e = take(&v, TAG_BODY, &out->s.over)) != JM_OK ||
	    (e = take(&v, TAG_CVC_SIG, &out->s.sig)) != JM_OK)
		return e;
	if (v.left > 0)
		return JM_FORMAT;
	v = out->s.over;
	out->issuer = (struct jm_rbuf){ v.p, JM_ATTR_KEY_ID };
	if ((e = jm_take(&v, 2 * JM_ATTR_KEY_ID, &id)) != JM_OK ||
	    (e = take_number(&v, TAG_EXPONENT, k->e, sizeof k->e, &k->e_len)) !=
		JM_OK ||
	    (e = take_number(&v, TAG_MODULUS, k->n, sizeof k->n, &k->n_len)) !=
		JM_OK)
		return e;
	if (v.left > 0 || !is_usable(k))
		return JM_FORMAT;
	k->bits = (unsigned)(8 * k->n_len);
	return JM_OK;
}

/* --- proof ---------------------------------------------------------------- */

static jm_err
fits(const struct jm_rsa_pub *key, const struct signed_part *s)
{
	uint8_t digest[SHA256_LEN], t[JM_DIGESTINFO_MAX];
	size_t len;
	jm_err e;

	if ((e = jm_hash(JM_SHA256, s->over.p, s->over.left, digest)) != JM_OK)
		return e;
	jm_digestinfo(JM_SHA256, digest, t, &len);
	return jm_rsa_verify_raw(key, t, len, s->sig.p, s->sig.left);
}

/* JM_BAD_SIG is an answer: what it means. */
static jm_err
ask(const struct jm_rsa_pub *key, const struct signed_part *s,
    enum jm_attr_proof no, enum jm_attr_proof *out)
{
	const jm_err e = fits(key, s);

	if (e == JM_BAD_SIG)
		*out = no;
	return e == JM_BAD_SIG ? JM_OK : e;
}

static jm_err
prove(const struct jm_attr_records *r, struct jm_rbuf covered,
    const struct jm_rsa_pub *ca, struct jm_attr *out)
{
	uint8_t digest[SHA256_LEN];
	struct certificate cert;
	struct signature sig;
	jm_err e;

	out->proof = r->signature.p == NULL     ? JM_ATTR_NO_SIGNATURE
		     : r->certificate.p == NULL ? JM_ATTR_NO_CERTIFICATE
						: JM_ATTR_MALFORMED;
	if (r->signature.p == NULL ||
	    parse_signature(r->signature, &sig) != JM_OK)
		return JM_OK;
	if ((e = jm_hash(JM_SHA256, covered.p, covered.left, digest)) != JM_OK)
		return e;
	if (memcmp(digest, sig.digest.p, sizeof digest) != 0) {
		out->proof = JM_ATTR_ALTERED;
		return JM_OK;
	}
	if (r->certificate.p == NULL ||
	    parse_certificate(r->certificate, &cert) != JM_OK)
		return JM_OK;
	memcpy(out->ca_key_id, cert.issuer.p, sizeof out->ca_key_id);
	out->proof = ca != NULL ? JM_ATTR_CERTIFIED : JM_ATTR_SIGNED;
	e = ask(&cert.key, &sig.s, JM_ATTR_BAD_SIGNATURE, &out->proof);
	if (e == JM_OK && out->proof == JM_ATTR_CERTIFIED)
		e = ask(ca, &cert.s, JM_ATTR_OTHER_CA, &out->proof);
	return e;
}

jm_err
jm_attr_check(const struct jm_attr_records *r, const struct jm_rsa_pub *ca,
    struct jm_attr *out)
{
	struct jm_rbuf covered;
	jm_err e;

	memset(out, 0, sizeof *out);
	if ((e = parse_attributes(r->attributes, out, &covered)) == JM_OK)
		e = prove(r, covered, ca, out);
	if (e != JM_OK)
		jm_wipe(out, sizeof *out);
	return e;
}
