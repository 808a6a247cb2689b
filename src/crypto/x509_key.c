/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/x509_key.h"

#include <string.h>

#include "base/tlv.h"
#include "crypto/asn1_put.h"
#include "crypto/asn1_tag.h"
#include "crypto/ec_sig.h"
#include "crypto/rsa_pad.h"

#define RSA_ENCRYPTION    "1.2.840.113549.1.1.1"
#define SHA256_WITH_RSA   "1.2.840.113549.1.1.11"
#define EC_PUBLIC_KEY     "1.2.840.10045.2.1"
#define ECDSA_WITH_SHA256 "1.2.840.10045.4.3.2"
#define ECDSA_WITH_SHA384 "1.2.840.10045.4.3.3"

static int
is_ec(const struct jm_x509_key *key)
{
	return key->ec.point_len > 0;
}

jm_err
jm_x509_key_of(const struct jm_soft_key *k, struct jm_x509_key *out)
{
	memset(out, 0, sizeof *out);
	return jm_soft_key_is_ec(k) ? jm_soft_key_ec_pub(k, &out->ec)
				    : jm_soft_key_pub(k, &out->rsa);
}

int
jm_x509_key_is(const struct jm_x509_key *key, const struct jm_rsa_pub *rsa,
    const struct jm_ec_pub *ec)
{
	return key->rsa.n_len == rsa->n_len &&
	       memcmp(key->rsa.n, rsa->n, rsa->n_len) == 0 &&
	       key->rsa.e_len == rsa->e_len &&
	       memcmp(key->rsa.e, rsa->e, rsa->e_len) == 0 &&
	       key->ec.point_len == ec->point_len &&
	       key->ec.curve == ec->curve &&
	       memcmp(key->ec.point, ec->point, ec->point_len) == 0;
}

/* The content of the BIT STRING: RSAPublicKey or the point (RFC 5480, 2.2). */
static void
put_key(struct jm_wbuf *w, const struct jm_x509_key *key)
{
	const size_t start = w->len;

	if (is_ec(key)) {
		jm_put(w, key->ec.point, key->ec.point_len);
		return;
	}
	jm_put_positive(w, key->rsa.n, key->rsa.n_len);
	jm_put_positive(w, key->rsa.e, key->rsa.e_len);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
}

static void
put_key_alg(struct jm_wbuf *w, const struct jm_x509_key *key)
{
	const size_t start = w->len;
	const uint8_t *curve;
	size_t len;

	if (!is_ec(key)) {
		jm_put_algorithm(w, RSA_ENCRYPTION, 1);
		return;
	}
	curve = jm_curve_oid(key->ec.curve, &len);
	jm_put_oid(w, EC_PUBLIC_KEY);
	jm_put(w, curve, len);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
}

void
jm_put_spki(struct jm_wbuf *w, const struct jm_x509_key *key)
{
	const size_t start = w->len;
	size_t bits;

	put_key_alg(w, key);
	bits = w->len;
	jm_put_u8(w, 0); /* no unused bits */
	put_key(w, key);
	jm_tlv_wrap(w, bits, TAG_BIT_STRING);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
}

jm_err
jm_x509_key_id(const struct jm_x509_key *key, uint8_t out[20])
{
	uint8_t der[JM_RSA_BYTES_MAX + 32];
	struct jm_wbuf w;
	size_t len;
	jm_err e;

	jm_wbuf_init(&w, der, sizeof der);
	put_key(&w, key);
	if ((e = jm_wbuf_done(&w, &len)) != JM_OK)
		return e;
	return jm_hash(JM_SHA1, der, len, out);
}

void
jm_put_signature_alg(struct jm_wbuf *w, const struct jm_x509_key *ca)
{
	if (!is_ec(ca))
		jm_put_algorithm(w, SHA256_WITH_RSA, 1);
	else if (ca->ec.curve == JM_P384)
		jm_put_algorithm(w, ECDSA_WITH_SHA384, 0);
	else
		jm_put_algorithm(w, ECDSA_WITH_SHA256, 0);
}

static jm_err
sign_ec(const struct jm_soft_key *ca_key, const uint8_t *tbs, size_t len,
    uint8_t *sig, size_t *sig_len)
{
	uint8_t digest[JM_DIGEST_MAX], raw[JM_EC_SIG_MAX];
	struct jm_ec_pub pub;
	enum jm_hash h;
	size_t n;
	jm_err e;

	if ((e = jm_soft_key_ec_pub(ca_key, &pub)) != JM_OK)
		return e;
	h = pub.curve == JM_P384 ? JM_SHA384 : JM_SHA256;
	if ((e = jm_hash(h, tbs, len, digest)) != JM_OK ||
	    (e = jm_soft_key_sign_ecdsa(
		 ca_key, digest, jm_hash_len(h), raw, &n)) != JM_OK)
		return e;
	return jm_ec_sig_to_der(pub.curve, raw, n, sig, sig_len);
}

jm_err
jm_x509_sign(const struct jm_soft_key *ca_key, const uint8_t *tbs, size_t len,
    uint8_t sig[JM_X509_SIG_MAX], size_t *sig_len)
{
	uint8_t digest[JM_DIGEST_MAX], t[JM_DIGESTINFO_MAX];
	size_t t_len;
	jm_err e;

	*sig_len = 0;
	if (jm_soft_key_is_ec(ca_key))
		return sign_ec(ca_key, tbs, len, sig, sig_len);
	if ((e = jm_hash(JM_SHA256, tbs, len, digest)) != JM_OK)
		return e;
	jm_digestinfo(JM_SHA256, digest, t, &t_len);
	return jm_soft_key_sign_raw(ca_key, t, t_len, sig, sig_len);
}
