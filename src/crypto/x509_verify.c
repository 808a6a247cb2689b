/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "crypto/ec_sig.h"
#include "crypto/rsa_pad.h"
#include "crypto/x509.h"
#include "crypto/x509_other.h"

static int
same_name(const struct jm_cert *cert, const struct jm_cert *ca)
{
	return cert->issuer.len == ca->subject.len &&
	       memcmp(cert->der + cert->issuer.off, ca->der + ca->subject.off,
		   ca->subject.len) == 0;
}

/* sha*WithRSAEncryption, which all of JPKI uses (RFC 4055, section 5). */
static int
rsa_hash(const struct jm_cert *c, enum jm_hash *h)
{
	static const uint8_t head[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86,
		0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01 };
	/* clang-format off */
	static const struct { uint8_t tail[3]; enum jm_hash h; } table[] = {
		{ { 0x05, 0x05, 0x00 }, JM_SHA1 },
		{ { 0x0b, 0x05, 0x00 }, JM_SHA256 },
		{ { 0x0c, 0x05, 0x00 }, JM_SHA384 },
		{ { 0x0d, 0x05, 0x00 }, JM_SHA512 },
	};
	/* clang-format on */
	const uint8_t *alg = c->der + c->sig_alg.off;

	if (c->sig_alg.len != sizeof head + 3 ||
	    memcmp(alg, head, sizeof head) != 0)
		return 0;
	for (size_t i = 0; i < NELEM(table); i++) {
		if (memcmp(alg + sizeof head, table[i].tail, 3) == 0) {
			*h = table[i].h;
			return 1;
		}
	}
	return 0;
}

/* ecdsa-with-SHA* (RFC 5758, section 3.2) */
static int
ec_hash(const struct jm_cert *c, enum jm_hash *h)
{
	static const uint8_t head[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
		0x48, 0xce, 0x3d, 0x04, 0x03 };
	/* clang-format off */
	static const struct { uint8_t last; enum jm_hash h; } table[] = {
		{ 0x02, JM_SHA256 }, { 0x03, JM_SHA384 }, { 0x04, JM_SHA512 },
	};
	/* clang-format on */
	const uint8_t *alg = c->der + c->sig_alg.off;

	if (c->sig_alg.len != sizeof head + 1 ||
	    memcmp(alg, head, sizeof head) != 0)
		return 0;
	for (size_t i = 0; i < NELEM(table); i++) {
		if (alg[sizeof head] == table[i].last) {
			*h = table[i].h;
			return 1;
		}
	}
	return 0;
}

static jm_err
verify_ec(const struct jm_cert *cert, const struct jm_ec_pub *key,
    const uint8_t *digest, size_t digest_len)
{
	uint8_t raw[JM_EC_SIG_MAX];
	size_t raw_len;

	if (jm_ec_sig_to_raw(key->curve, cert->der + cert->sig.off,
		cert->sig.len, raw, &raw_len) != JM_OK)
		return JM_BAD_SIG;
	return jm_ecdsa_verify(key, digest, digest_len, raw, raw_len);
}

static jm_err
verify_rsa(const struct jm_cert *cert, const struct jm_rsa_pub *key,
    enum jm_hash h, const uint8_t *digest)
{
	uint8_t t[JM_DIGESTINFO_MAX];
	size_t t_len;

	jm_digestinfo(h, digest, t, &t_len);
	return jm_rsa_verify_raw(
	    key, t, t_len, cert->der + cert->sig.off, cert->sig.len);
}

/*
 * What cards have goes through our own checks, which a host's engine cannot
 * reach; the rest through the library's X.509.
 */
jm_err
jm_cert_signed_by(const struct jm_cert *cert, const struct jm_cert *ca)
{
	const int rsa = ca->rsa.n_len > 0, ec = ca->ec.point_len > 0;
	uint8_t digest[JM_DIGEST_MAX];
	enum jm_hash h;
	jm_err e;

	if (!same_name(cert, ca))
		return JM_BAD_SIG;
	if (!(rsa && rsa_hash(cert, &h)) && !(ec && ec_hash(cert, &h)))
		return jm_cert_verify_other(cert, ca);
	e = jm_hash(h, cert->der + cert->tbs.off, cert->tbs.len, digest);
	if (e != JM_OK)
		return e;
	return ec ? verify_ec(cert, &ca->ec, digest, jm_hash_len(h))
		  : verify_rsa(cert, &ca->rsa, h, digest);
}
