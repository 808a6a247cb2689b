/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The module with a card whose keys are on P-384: a draft of the next card. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "crypto/ec_sig.h"
#include "tests/pkcs11/p11t.h"
#include "tests/support/vscard.h"
#include "vcard/vcard.h"

static CK_BYTE msg[] = "a message of some length, to be signed";
#define MSG_LEN (sizeof msg - 1)
#define SIG_LEN 96

/* clang-format off */
static const struct way {
	CK_MECHANISM_TYPE type;
	const char *md;
	int digest; /* the caller hashes */
} ways[] = {
	{ CKM_ECDSA,        "SHA1",   1 },
	{ CKM_ECDSA,        "SHA256", 1 },
	{ CKM_ECDSA,        "SHA384", 1 },
	{ CKM_ECDSA,        "SHA512", 1 },
	{ CKM_ECDSA_SHA1,   "SHA1",   0 },
	{ CKM_ECDSA_SHA256, "SHA256", 0 },
	{ CKM_ECDSA_SHA384, "SHA384", 0 },
	{ CKM_ECDSA_SHA512, "SHA512", 0 },
};
/* clang-format on */

static CK_ULONG
input(const struct way *w, CK_BYTE in[64])
{
	unsigned n;

	if (!w->digest) {
		memcpy(in, msg, MSG_LEN);
		return MSG_LEN;
	}
	assert_int_equal(
	    EVP_Digest(msg, MSG_LEN, in, &n, EVP_get_digestbyname(w->md), NULL),
	    1);
	return n;
}

static CK_RV
init(CK_SESSION_HANDLE s, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key)
{
	CK_MECHANISM m = { type, NULL, 0 };

	return p11->C_SignInit(s, &m, key);
}

static CK_OBJECT_HANDLE
private_key(CK_SESSION_HANDLE s, enum jm_pair pair)
{
	return p11t_object(s, CKO_PRIVATE_KEY, pair == AUTH ? 1 : 2);
}

static X509 *
certificate(CK_SESSION_HANDLE s, enum jm_pair pair)
{
	static unsigned char der[8192];
	const unsigned char *p = der;
	const CK_OBJECT_HANDLE o =
	    p11t_object(s, CKO_CERTIFICATE, pair == AUTH ? 1 : 2);
	X509 *x = d2i_X509(
	    NULL, &p, (long)p11t_value(s, o, CKA_VALUE, der, sizeof der));

	assert_non_null(x);
	return x;
}

static int
openssl_accepts(CK_SESSION_HANDLE s, enum jm_pair pair, const char *md,
    size_t len, const CK_BYTE *sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	X509 *x = certificate(s, pair);
	uint8_t der[JM_EC_DER_MAX];
	size_t n;
	int ok;

	assert_int_equal(
	    jm_ec_sig_to_der(JM_P384, sig, SIG_LEN, der, &n), JM_OK);
	assert_int_equal(
	    EVP_DigestVerifyInit(
		ctx, NULL, EVP_get_digestbyname(md), NULL, X509_get0_pubkey(x)),
	    1);
	ok = EVP_DigestVerify(ctx, der, n, msg, len) == 1;
	EVP_MD_CTX_free(ctx);
	X509_free(x);
	return ok;
}

static void
the_list_has_what_the_keys_can_do_and_nothing_else(void **state)
{
	static const CK_MECHANISM_TYPE want[] = { CKM_ECDSA, CKM_ECDSA_SHA256,
		CKM_ECDSA_SHA384, CKM_ECDSA_SHA512, CKM_ECDSA_SHA1, CKM_SHA_1,
		CKM_SHA256, CKM_SHA384, CKM_SHA512 };
	static const CK_MECHANISM_TYPE none[] = { CKM_RSA_PKCS,
		CKM_SHA256_RSA_PKCS, CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS,
		CKM_ECDH1_DERIVE, CKM_EC_KEY_PAIR_GEN };
	CK_MECHANISM_TYPE list[32];
	CK_MECHANISM_INFO info;
	(void)state;

	for (int p = 0; p < JM_PAIRS; p++) {
		const CK_SLOT_ID slot = p11t_slot((enum jm_pair)p);
		CK_ULONG n = NELEM(list);

		assert_int_equal(
		    p11->C_GetMechanismList(slot, list, &n), CKR_OK);
		assert_int_equal(n, NELEM(want));
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(list[i], want[i]);
			assert_int_equal(
			    p11->C_GetMechanismInfo(slot, want[i], &info),
			    CKR_OK);
			if (i >= 5)
				continue;
			assert_int_equal(info.ulMinKeySize, 256);
			assert_int_equal(info.ulMaxKeySize, 384);
			assert_int_equal(info.flags,
			    CKF_HW | CKF_SIGN | CKF_VERIFY | CKF_EC_F_P |
				CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS);
		}
		for (size_t i = 0; i < NELEM(none); i++)
			assert_int_equal(
			    p11->C_GetMechanismInfo(slot, none[i], &info),
			    CKR_MECHANISM_INVALID);
	}
}

static void
keys_are_those_of_the_certificate(void **state)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PUBLIC_KEY,
		CKO_PRIVATE_KEY };
	CK_KEY_TYPE ec = CKK_EC, rsa = CKK_RSA;
	CK_ATTRIBUTE of_ec = { CKA_KEY_TYPE, &ec, sizeof ec };
	CK_ATTRIBUTE of_rsa = { CKA_KEY_TYPE, &rsa, sizeof rsa };
	CK_OBJECT_HANDLE hit[8];
	CK_BYTE buf[200];
	(void)state;

	for (int p = 0; p < JM_PAIRS; p++) {
		const enum jm_pair pair = (enum jm_pair)p;
		const CK_SESSION_HANDLE s = p11t_user(pair);
		X509 *x = certificate(s, pair);
		ASN1_BIT_STRING *point = X509_get0_pubkey_bitstr(x);

		assert_int_equal(p11t_find(s, &of_ec, 1, hit, NELEM(hit)), 2);
		assert_int_equal(p11t_find(s, &of_rsa, 1, hit, NELEM(hit)), 0);
		for (size_t i = 0; i < NELEM(classes); i++) {
			const CK_OBJECT_HANDLE o =
			    p11t_object(s, classes[i], (CK_BYTE)(p + 1));

			assert_int_equal(p11t_number(s, o, CKA_KEY_TYPE), ec);
			assert_int_equal(
			    p11t_value(s, o, CKA_EC_PARAMS, buf, sizeof buf),
			    7);
			assert_memory_equal(
			    buf, "\x06\x05\x2b\x81\x04\x00\x22", 7);
			assert_int_equal(
			    p11t_value(s, o, CKA_EC_POINT, buf, sizeof buf),
			    99);
			assert_memory_equal(buf, "\x04\x61", 2);
			assert_int_equal(point->length, 97);
			assert_memory_equal(buf + 2, point->data, 97);
		}
		X509_free(x);
	}
}

/* The same by what only the certificate tells, before it was read. */
static void
a_key_is_found_by_its_curve(void **state)
{
	static CK_BYTE p384[] = { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 };
	static CK_BYTE p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
		0x03, 0x01, 0x07 };
	CK_ATTRIBUTE is384 = { CKA_EC_PARAMS, p384, sizeof p384 };
	CK_ATTRIBUTE is256 = { CKA_EC_PARAMS, p256, sizeof p256 };
	CK_OBJECT_HANDLE hit[4];
	const CK_SESSION_HANDLE s = p11t_open(AUTH);
	(void)state;

	assert_int_equal(p11t_find(s, &is256, 1, hit, NELEM(hit)), 0);
	assert_int_equal(p11t_find(s, &is384, 1, hit, NELEM(hit)), 1);
}

static void
openssl_accepts_every_mechanism_of_each_key(void **state)
{
	static const char *const forms[] = { "ec-sig-form=raw",
		"ec-sig-form=der" };
	static const char *const takes[] = { "ec-hash=any", "ec-hash=field" };
	(void)state;

	for (size_t k = 0; k < 4; k++) {
		p11t_restart(forms[k / 2], takes[k % 2], NULL);
		for (size_t i = 0; i < JM_PAIRS * NELEM(ways); i++) {
			const enum jm_pair pair =
			    (enum jm_pair)(i / NELEM(ways));
			const struct way *w = &ways[i % NELEM(ways)];
			const CK_SESSION_HANDLE s = p11t_user(pair);
			CK_BYTE in[64], sig[SIG_LEN];
			CK_ULONG len = sizeof sig;

			assert_int_equal(
			    init(s, w->type, private_key(s, pair)), CKR_OK);
			assert_int_equal(
			    p11->C_Sign(s, in, input(w, in), sig, &len),
			    CKR_OK);
			assert_int_equal(len, SIG_LEN);
			if (!openssl_accepts(s, pair, w->md, MSG_LEN, sig))
				fail_msg("card %zu, way %zu", k, i);
			assert_false(
			    openssl_accepts(s, pair, w->md, MSG_LEN - 1, sig));
			assert_int_equal(p11->C_CloseSession(s), CKR_OK);
		}
	}
}

static void
parts_and_length_queries_are_as_with_rsa(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = private_key(s, AUTH);
	(void)state;

	for (size_t i = 0; i < NELEM(ways); i++) {
		CK_BYTE in[64], sig[SIG_LEN];
		const CK_ULONG n = input(&ways[i], in);
		CK_ULONG len = 0;
		unsigned apdus;

		assert_int_equal(init(s, ways[i].type, key), CKR_OK);
		for (CK_ULONG at = 0; at < n; at += 7)
			assert_int_equal(p11->C_SignUpdate(s, in + at,
					     at + 7 > n ? n - at : 7),
			    CKR_OK);
		apdus = vs_counted(p11t_reader()).apdus;
		assert_int_equal(p11->C_SignFinal(s, NULL, &len), CKR_OK);
		assert_int_equal(len, SIG_LEN);
		len = SIG_LEN - 1;
		assert_int_equal(
		    p11->C_SignFinal(s, sig, &len), CKR_BUFFER_TOO_SMALL);
		assert_int_equal(len, SIG_LEN);
		assert_int_equal(vs_counted(p11t_reader()).apdus, apdus);
		assert_int_equal(p11->C_SignFinal(s, sig, &len), CKR_OK);
		assert_int_equal(len, SIG_LEN);
		assert_true(openssl_accepts(s, AUTH, ways[i].md, MSG_LEN, sig));
		assert_int_equal(p11->C_SignFinal(s, sig, &len),
		    CKR_OPERATION_NOT_INITIALIZED);
	}
}

/* --- in software ---------------------------------------------------------- */

static CK_RV
verify(CK_SESSION_HANDLE s, CK_MECHANISM_TYPE type, CK_BYTE *in, CK_ULONG n,
    CK_BYTE *sig, CK_ULONG len)
{
	CK_MECHANISM m = { type, NULL, 0 };

	assert_int_equal(
	    p11->C_VerifyInit(s, &m, p11t_object(s, CKO_PUBLIC_KEY, 1)),
	    CKR_OK);
	return p11->C_Verify(s, in, n, sig, len);
}

static void
signatures_verify_in_the_module(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = private_key(s, AUTH);
	(void)state;

	for (size_t i = 0; i < NELEM(ways); i++) {
		const CK_MECHANISM_TYPE type = ways[i].type;
		CK_BYTE in[64], sig[SIG_LEN + 1];
		const CK_ULONG n = input(&ways[i], in);
		CK_ULONG len = SIG_LEN;

		assert_int_equal(init(s, type, key), CKR_OK);
		assert_int_equal(p11->C_Sign(s, in, n, sig, &len), CKR_OK);
		assert_int_equal(verify(s, type, in, n, sig, len), CKR_OK);
		in[0] ^= 1;
		assert_int_equal(
		    verify(s, type, in, n, sig, len), CKR_SIGNATURE_INVALID);
		in[0] ^= 1;
		sig[95] ^= 1;
		assert_int_equal(
		    verify(s, type, in, n, sig, len), CKR_SIGNATURE_INVALID);
		memset(sig, 0, sizeof sig);
		assert_int_equal(
		    verify(s, type, in, n, sig, len), CKR_SIGNATURE_INVALID);
		for (CK_ULONG bad = 0; bad <= sizeof sig; bad++)
			if (bad != SIG_LEN)
				assert_int_equal(
				    verify(s, type, in, n, sig, bad),
				    CKR_SIGNATURE_LEN_RANGE);
	}
}

static void
lengths_of_hash_values_have_an_end(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	CK_BYTE in[65] = { 1 }, sig[SIG_LEN] = { 1 };
	(void)state;

	assert_int_equal(
	    verify(s, CKM_ECDSA, in, 0, sig, SIG_LEN), CKR_DATA_LEN_RANGE);
	assert_int_equal(
	    verify(s, CKM_ECDSA, in, 1, sig, SIG_LEN), CKR_SIGNATURE_INVALID);
	assert_int_equal(
	    verify(s, CKM_ECDSA, in, 64, sig, SIG_LEN), CKR_SIGNATURE_INVALID);
	assert_int_equal(
	    verify(s, CKM_ECDSA, in, 65, sig, SIG_LEN), CKR_DATA_LEN_RANGE);
}

/* --- what is refused ------------------------------------------------------ */

static void
data_that_is_no_hash_value_is_refused_at_once(void **state)
{
	static const CK_ULONG bad[] = { 0, 1, 19, 21, 28, 31, 33, 47, 49, 51,
		63, 65, 200 };
	const CK_SESSION_HANDLE s = p11t_user(SIGN);
	const CK_OBJECT_HANDLE key = private_key(s, SIGN);
	CK_BYTE in[200] = { 1 }, sig[SIG_LEN];
	(void)state;

	(void)p11t_apdus();
	for (size_t i = 0; i < NELEM(bad); i++) {
		CK_ULONG len = sizeof sig;
		CK_RV rv;

		assert_int_equal(init(s, CKM_ECDSA, key), CKR_OK);
		rv = p11->C_Sign(s, in, bad[i], sig, &len);
		if (rv != CKR_DATA_LEN_RANGE && rv != CKR_DATA_INVALID)
			fail_msg("%lu bytes: %lx", bad[i], rv);
	}
	/* the login for one signature is still there */
	p11t_assert_apdus(0, "refusals");
	assert_int_equal(init(s, CKM_ECDSA, key), CKR_OK);
}

static void
mechanisms_of_rsa_are_none_of_these_keys(void **state)
{
	static const CK_MECHANISM_TYPE rsa[] = { CKM_RSA_PKCS,
		CKM_SHA256_RSA_PKCS, CKM_SHA384_RSA_PKCS, CKM_RSA_PKCS_PSS };
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = private_key(s, AUTH);
	(void)state;

	for (size_t i = 0; i < NELEM(rsa); i++)
		assert_int_equal(init(s, rsa[i], key), CKR_MECHANISM_INVALID);
	assert_int_equal(init(s, CKM_ECDSA_SHA384, key), CKR_OK);
}

static void
a_wrong_signature_from_the_card_is_not_handed_out(void **state)
{
	static const CK_BYTE clean[SIG_LEN];
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = private_key(s, AUTH);
	CK_BYTE sig[SIG_LEN] = { 0 };
	CK_ULONG len = sizeof sig;
	char quirk[300];
	(void)state;

	(void)p11t_object(s, CKO_PUBLIC_KEY, 1); /* reads the certificate */
	snprintf(quirk, sizeof quirk, "reply-at=%u:%0*d9000",
	    vs_counted(p11t_reader()).apdus + 4, 2 * SIG_LEN, 7);
	assert_int_equal(vc_set_quirk(p11t_card(), quirk), JM_OK);
	assert_int_equal(init(s, CKM_ECDSA_SHA384, key), CKR_OK);
	assert_int_equal(
	    p11->C_Sign(s, msg, MSG_LEN, sig, &len), CKR_DEVICE_ERROR);
	assert_memory_equal(sig, clean, sizeof sig);
}

static void
one_pin_is_one_signature_of_the_signature_key(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(SIGN);
	const CK_OBJECT_HANDLE key = private_key(s, SIGN);
	CK_BYTE sig[SIG_LEN];
	CK_ULONG len = sizeof sig;
	CK_SESSION_INFO info;
	(void)state;

	assert_int_equal(init(s, CKM_ECDSA_SHA384, key), CKR_OK);
	assert_int_equal(p11->C_Sign(s, msg, MSG_LEN, sig, &len), CKR_OK);
	assert_int_equal(p11->C_GetSessionInfo(s, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RO_PUBLIC_SESSION);
	assert_int_equal(
	    init(s, CKM_ECDSA_SHA384, key), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(p11t_reader()).verifies, 2);
	p11t_login(s, SIGN);
	assert_int_equal(init(s, CKM_ECDSA_SHA384, key), CKR_OK);
	assert_int_equal(p11->C_Sign(s, msg, MSG_LEN, sig, &len), CKR_OK);
	assert_int_equal(vs_counted(p11t_reader()).verifies, 4);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)
	const struct CMUnitTest tests[] = {
		T(the_list_has_what_the_keys_can_do_and_nothing_else),
		T(keys_are_those_of_the_certificate),
		T(a_key_is_found_by_its_curve),
		T(openssl_accepts_every_mechanism_of_each_key),
		T(parts_and_length_queries_are_as_with_rsa),
		T(signatures_verify_in_the_module),
		T(lengths_of_hash_values_have_an_end),
		T(data_that_is_no_hash_value_is_refused_at_once),
		T(mechanisms_of_rsa_are_none_of_these_keys),
		T(a_wrong_signature_from_the_card_is_not_handed_out),
		T(one_pin_is_one_signature_of_the_signature_key),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup_next, p11t_group_teardown);
}
