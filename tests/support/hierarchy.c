/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/support/hierarchy.h"

#include <stdlib.h>

#include "crypto/ctx.h"
#include "tests/support/test.h"

#define ARC "1.2.392.200149.8.5.5."

/* clang-format off */
static const struct jm_rdn auth_ca_name[] = {
	{ "C", "JP" }, { "O", "JPKI-TEST" },
	{ "OU", "JPKI for user authentication" },
	{ "OU", "Japan Agency for Local Authority Information Systems" },
};
static const struct jm_rdn sign_ca_name[] = {
	{ "C", "JP" }, { "O", "JPKI-TEST" },
	{ "OU", "JPKI for digital signature" },
	{ "OU", "Japan Agency for Local Authority Information Systems" },
};
static const struct jm_rdn auth_name[] = {
	{ "C", "JP" }, { "CN", "997794E9AGCIEG13221003A" },
};
static const struct jm_rdn sign_name[] = {
	{ "C", "JP" }, { "L", "Kiyose-shi" },
	{ "CN", "20230817E9AGCIEG13221003A" },
};
static const struct jm_rdn issuer_alt[] = {
	{ "C", "JP" }, { "O", "公的個人認証サービス" },
};
static const struct jm_rdn crl_dp[] = {
	{ "C", "JP" }, { "O", "JPKI-TEST" }, { "OU", "CRL Distribution Points" },
	{ "OU", "Tokyo-to" }, { "CN", "Kiyose-shi CRLDP" },
};
static const struct jm_other_name holder[] = {
	{ ARC "1", "住基　太郎" },
	{ ARC "4", "319800101" },
	{ ARC "3", "1" },
	{ ARC "5", "東京都清瀬市中里５丁目８４２番地" },
	{ ARC "2", "00000" },
	{ ARC "6", "0000000000000000" },
};
/* clang-format on */

#define NAME(n)  .subject = (n), .subject_len = NELEM(n)
#define CRL_DP   .crl_dp = crl_dp, .crl_dp_len = NELEM(crl_dp)
#define VALID_CA .not_before = 1689433200, .not_after = 2005052399
#define VALID    .not_before = 1692198000, .not_after = 1830351599
#define IAN      .issuer_alt = issuer_alt, .issuer_alt_len = NELEM(issuer_alt)
#define CPS      .cps_uri = "http://www.jpki.go.jp/cps.html"
#define OCSP     .ocsp_uri = "http://ocsp.jpki-test.invalid"

const struct jm_cert_spec hierarchy_auth_ca = { NAME(auth_ca_name),
	.serial_lo = 1, VALID_CA, .is_ca = 1, .subject_alt = issuer_alt,
	.subject_alt_len = NELEM(issuer_alt), CRL_DP };

const struct jm_cert_spec hierarchy_sign_ca = { NAME(sign_ca_name),
	.serial_lo = 0x067c6a21, VALID_CA, .is_ca = 1,
	.subject_alt = issuer_alt, .subject_alt_len = NELEM(issuer_alt),
	CRL_DP };

const struct jm_cert_spec hierarchy_auth = { NAME(auth_name),
	.issuer = auth_ca_name, .issuer_len = NELEM(auth_ca_name),
	.serial_lo = 0x01a2b3c4, VALID,
	.policy_oid = "1.2.392.200149.8.5.1.3.30", CPS, IAN, CRL_DP, OCSP };

const struct jm_cert_spec hierarchy_sign = { NAME(sign_name),
	.issuer = sign_ca_name, .issuer_len = NELEM(sign_ca_name),
	.serial_lo = 0x81a2b3c5, VALID, .non_repudiation = 1,
	.policy_oid = "1.2.392.200149.8.5.1.1.20", CPS, IAN, .other = holder,
	.other_len = NELEM(holder), CRL_DP, OCSP };

static struct jm_cert *
issue(const struct jm_cert_spec *spec, const struct jm_soft_key *key,
    const struct hierarchy *h, const struct jm_cert *ca)
{
	static uint8_t der[JM_CERT_MAX];
	struct jm_cert *c = malloc(sizeof *c);
	size_t len;

	assert_non_null(c);
	assert_int_equal(
	    jm_cert_make(spec, key, h->ca_key, ca, der, &len), JM_OK);
	assert_int_equal(jm_cert_parse(der, len, c), JM_OK);
	return c;
}

static jm_err
rsa_key(struct jm_soft_key **out)
{
	return jm_soft_key_new(2048, out);
}

static jm_err
p256_key(struct jm_soft_key **out)
{
	return jm_soft_key_new_ec(JM_P256, out);
}

static jm_err
p384_key(struct jm_soft_key **out)
{
	return jm_soft_key_new_ec(JM_P384, out);
}

static int
setup(void **state, jm_err (*new_key)(struct jm_soft_key **))
{
	struct hierarchy *h = calloc(1, sizeof *h);

	assert_non_null(h);
	assert_int_equal(new_key(&h->ca_key), JM_OK);
	assert_int_equal(new_key(&h->key), JM_OK);
	h->auth_ca = issue(&hierarchy_auth_ca, h->ca_key, h, NULL);
	h->sign_ca = issue(&hierarchy_sign_ca, h->ca_key, h, NULL);
	h->auth = issue(&hierarchy_auth, h->key, h, h->auth_ca);
	h->sign = issue(&hierarchy_sign, h->key, h, h->sign_ca);
	*state = h;
	return 0;
}

int
hierarchy_setup(void **state)
{
	return setup(state, rsa_key);
}

int
hierarchy_setup_p256(void **state)
{
	return setup(state, p256_key);
}

int
hierarchy_setup_p384(void **state)
{
	return setup(state, p384_key);
}

int
hierarchy_teardown(void **state)
{
	struct hierarchy *h = *state;

	free(h->auth_ca);
	free(h->sign_ca);
	free(h->auth);
	free(h->sign);
	jm_soft_key_free(&h->key);
	jm_soft_key_free(&h->ca_key);
	free(h);
	jm_crypto_done();
	return 0;
}
