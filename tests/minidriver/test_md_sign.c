/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CardSignData: each way to describe a signature, and who gets none. */
#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/pubkey.h"
#include "crypto/rsa_pad.h"
#include "tests/minidriver/md_try.h"

#define SIZE_ONLY CARD_BUFFER_SIZE_ONLY
#define PADDING   CARD_PADDING_INFO_PRESENT

static struct vslot *slot;
static struct md_host h;
static struct jm_cert *certs[JM_PAIRS];
static uint8_t data[245]; /* hash values are its beginning */

static int
begin_test(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(3 * i + 1);
	slot = fixture_slot(NULL);
	for (int p = 0; p < JM_PAIRS; p++)
		certs[p] = md_try_cert(slot, (enum jm_pair)p);
	md_try_register(slot, NULL);
	md_host_ready(&h, slot);
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	for (int p = 0; p < JM_PAIRS; p++)
		free(certs[p]);
	md_host_stop(&h);
	vslot_close(&slot);
	md_try_forget();
	return 0;
}

static void
login(BYTE index)
{
	if (index == 0)
		assert_int_equal(
		    md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	else
		assert_int_equal(
		    md_try_login(&h, MD_PIN_3, MD_TRY_SIGN, NULL), 0);
}

/* Big endian, as the rest of the world has it. */
static const uint8_t *
turned(const CARD_SIGNING_INFO *info)
{
	static uint8_t sig[256];

	assert_int_equal(info->cbSignedData, sizeof sig);
	for (size_t i = 0; i < sizeof sig; i++)
		sig[i] = info->pbSignedData[sizeof sig - 1 - i];
	return sig;
}

/* The signature is over these bytes, as they are. */
static void
check_raw(CARD_SIGNING_INFO *info, const void *in, size_t len)
{
	const struct jm_rsa_pub *key = &certs[info->bContainerIndex]->rsa;

	assert_int_equal(
	    jm_rsa_verify_raw(key, in, len, turned(info), 256), JM_OK);
	md_host_free(info->pbSignedData);
}

static void
check_hash(CARD_SIGNING_INFO *info, enum jm_hash hash)
{
	uint8_t digest_info[JM_DIGESTINFO_MAX];
	size_t len;

	jm_digestinfo(hash, data, digest_info, &len);
	check_raw(info, digest_info, len);
}

static void
both_keys_sign_over_every_hash(void **state)
{
	(void)state;
	for (BYTE index = 0; index < 2; index++)
		for (size_t i = 0; i < NELEM(md_try_hashes); i++) {
			const struct md_try_hash *r = &md_try_hashes[i];
			CARD_SIGNING_INFO info = md_try_info(
			    index, r->alg, data, jm_hash_len(r->hash));

			login(index);
			assert_int_equal(md_try_sign(&h, &info), 0);
			check_hash(&info, r->hash);
		}
}

/* Version 2 with nothing of it used, and what CNG says of PKCS#1. */
static void
the_padding_of_cng_says_the_same(void **state)
{
	(void)state;
	login(0);
	for (size_t i = 0; i < NELEM(md_try_hashes); i++) {
		const struct md_try_hash *r = &md_try_hashes[i];
		MD_PKCS1_PADDING padding = { r->name };
		CARD_SIGNING_INFO info =
		    md_try_info(0, r->alg, data, jm_hash_len(r->hash));

		info.dwVersion = 2;
		assert_int_equal(md_try_sign(&h, &info), 0);
		check_hash(&info, r->hash);
		info.dwSigningFlags = PADDING;
		info.aiHashAlg = 0;
		info.dwPaddingType = CARD_PADDING_PKCS1;
		info.pPaddingInfo = &padding;
		assert_int_equal(md_try_sign(&h, &info), 0);
		check_hash(&info, r->hash);
	}
}

static void
pss_is_made_with_sha256_and_its_salt_alone(void **state)
{
	static const struct {
		LPCWSTR name;
		ULONG salt;
		DWORD len, code;
	} row[] = {
		{ L"SHA256", 32, 32, 0 },
		{ L"SHA256", 20, 32, (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
		{ L"SHA256", 0, 32, (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
		{ L"SHA1", 20, 20, (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
		{ L"SHA384", 48, 48, (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
		{ L"SHA256", 32, 31, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ L"SHA256", 32, 48, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ NULL, 32, 32, (DWORD)SCARD_E_INVALID_PARAMETER },
	};

	(void)state;
	login(0);
	for (size_t i = 0; i < NELEM(row); i++) {
		MD_PSS_PADDING pss = { row[i].name, row[i].salt };
		CARD_SIGNING_INFO info = md_try_info(0, 0, data, row[i].len);

		info.dwVersion = 2;
		info.dwSigningFlags = PADDING;
		info.dwPaddingType = CARD_PADDING_PSS;
		info.pPaddingInfo = &pss;
		assert_int_equal(md_try_sign(&h, &info), row[i].code);
		if (row[i].code != 0)
			continue;
		assert_int_equal(jm_rsa_verify_pss(&certs[0]->rsa, JM_SHA256,
				     data, turned(&info), 256),
		    JM_OK);
		md_host_free(info.pbSignedData);
	}
	assert_int_equal(vslot_counted(slot).signs, 1);
}

/* A DigestInfo that the program made itself is one, whichever of the three ways
 * says that nothing is to be put before it; other bytes are refused. */
static void
data_as_it_is_passes_the_guard_or_not(void **state)
{
	uint8_t in[JM_DIGESTINFO_MAX];
	MD_PKCS1_PADDING nothing = { NULL };
	CARD_SIGNING_INFO info;
	size_t len;

	(void)state;
	login(0);
	jm_digestinfo(JM_SHA384, data, in, &len);
	for (int good = 1; good >= 0; good--) {
		const DWORD code =
		    good ? 0 : (DWORD)SCARD_E_UNSUPPORTED_FEATURE;

		in[1] ^= (uint8_t)!good;
		vslot_restart_count(slot);
		info = md_try_info(0, 0, in, len);
		assert_int_equal(md_try_sign(&h, &info), code);
		if (good)
			check_raw(&info, in, len);
		info = md_try_info(0, MD_CALG_SHA_384, in, len);
		info.dwSigningFlags = 1; /* CRYPT_NOHASHOID */
		assert_int_equal(md_try_sign(&h, &info), code);
		if (good)
			check_raw(&info, in, len);
		info = md_try_info(0, 0, in, len);
		info.dwVersion = 2;
		info.dwSigningFlags = PADDING;
		info.dwPaddingType = CARD_PADDING_PKCS1;
		info.pPaddingInfo = &nothing;
		assert_int_equal(md_try_sign(&h, &info), code);
		if (good)
			check_raw(&info, in, len);
		assert_int_equal(vslot_counted(slot).signs, good ? 3 : 0);
	}
	/* TLS before 1.2: known, and refused like any other data. */
	info = md_try_info(0, MD_CALG_SSL3_SHAMD5, data, 36);
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_UNSUPPORTED_FEATURE);
	info = md_try_info(0, MD_CALG_SSL3_SHAMD5, data, 35);
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(vslot_counted(slot).apdus, 0);
	/* None of it ended the login. */
	assert_int_equal(md_try_sign_any(&h, 0), 0);
}

static void
the_length_alone_costs_nothing(void **state)
{
	(void)state;
	for (BYTE index = 0; index < 2; index++) {
		CARD_SIGNING_INFO info =
		    md_try_info(index, MD_CALG_SHA_256, data, 32);

		info.dwSigningFlags = SIZE_ONLY;
		info.pbSignedData = data;
		assert_int_equal(MD_CALL(&h, pfnCardSignData, &info), 0);
		assert_null(info.pbSignedData);
		assert_int_equal(info.cbSignedData, 256);
		info.pbData = NULL; /* nobody looks at it */
		info.cbData = 0;
		assert_int_equal(MD_CALL(&h, pfnCardSignData, &info), 0);
		assert_int_equal(info.cbSignedData, 256);
	}
	md_try_cost(slot, 0, 0);
}

/* A change to a description that would be signed; nothing is sent for it. */
static const struct {
	const char *what;
	DWORD version, spec, flags, alg, len, padding;
	BYTE index;
	DWORD code;
} wrong[] = {
	/* clang-format off */
	{ "version 0", 0, 1, 0, MD_CALG_SHA_256, 32, 0, 0,
	  ERROR_REVISION_MISMATCH },
	{ "version 3", 3, 1, 0, MD_CALG_SHA_256, 32, 0, 0,
	  ERROR_REVISION_MISMATCH },
	{ "no such container", 1, 1, 0, MD_CALG_SHA_256, 32, 0, 2,
	  (DWORD)SCARD_E_NO_KEY_CONTAINER },
	{ "nor this", 1, 1, 0, MD_CALG_SHA_256, 32, 0, 255,
	  (DWORD)SCARD_E_NO_KEY_CONTAINER },
	{ "the other's spec", 1, 2, 0, MD_CALG_SHA_256, 32, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "and for the other", 1, 1, 0, MD_CALG_SHA_256, 32, 0, 1,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "no spec", 1, 0, 0, MD_CALG_SHA_256, 32, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "a curve's spec", 1, 3, 0, MD_CALG_SHA_256, 32, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "unknown flag", 1, 1, 2, MD_CALG_SHA_256, 32, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "unknown high flag", 1, 1, 0x80000000u, MD_CALG_SHA_256, 32, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "a hash of another length", 1, 1, 0, MD_CALG_SHA_256, 31, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "a hash too long", 1, 1, 0, MD_CALG_SHA1, 32, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "no data", 1, 1, 0, MD_CALG_SHA_256, 0, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "MD5", 1, 1, 0, MD_CALG_MD5, 16, 0, 0,
	  (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
	{ "MD2", 1, 1, 0, 0x8001, 16, 0, 0,
	  (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
	{ "no hash: RSA", 1, 1, 0, 0x2400, 32, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "padding before there was any", 1, 1, PADDING, MD_CALG_SHA_256, 32,
	  CARD_PADDING_PKCS1, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "padding, and an old flag", 2, 1, PADDING | 1, 0, 32,
	  CARD_PADDING_PKCS1, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "no padding at all", 2, 1, PADDING, 0, 32, CARD_PADDING_NONE, 0,
	  (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
	{ "padding for secrets", 2, 1, PADDING, 0, 32, CARD_PADDING_OAEP, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "padding of no kind", 2, 1, PADDING, 0, 32, 0, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	{ "padding of two kinds", 2, 1, PADDING, 0, 32, 6, 0,
	  (DWORD)SCARD_E_INVALID_PARAMETER },
	/* clang-format on */
};

static void
what_is_wrong_is_told_and_nothing_is_sent(void **state)
{
	MD_PKCS1_PADDING padding = { L"SHA256" };
	CARD_SIGNING_INFO info;

	(void)state;
	login(0);
	login(1);
	vslot_restart_count(slot);
	for (size_t i = 0; i < NELEM(wrong); i++) {
		info = md_try_info(
		    wrong[i].index, wrong[i].alg, data, wrong[i].len);
		info.dwVersion = wrong[i].version;
		info.dwKeySpec = wrong[i].spec;
		info.dwSigningFlags = wrong[i].flags;
		info.dwPaddingType = wrong[i].padding;
		info.pPaddingInfo = &padding;
		if (md_try_sign(&h, &info) != wrong[i].code)
			fail_msg("%s", wrong[i].what);
	}
	info = md_try_info(0, MD_CALG_SHA_256, data, 32);
	info.pbData = NULL;
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_INVALID_PARAMETER);
	info = md_try_info(0, 0, data, 32);
	info.dwVersion = 2;
	info.dwSigningFlags = PADDING;
	info.dwPaddingType = CARD_PADDING_PKCS1;
	info.pPaddingInfo = NULL;
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_INVALID_PARAMETER);
	padding.pszAlgId = L"SHA3-256";
	info.pPaddingInfo = &padding;
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_UNSUPPORTED_FEATURE);
	assert_int_equal(MD_CALL(&h, pfnCardSignData, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_try_cost(slot, 0, 0);
}

static void
who_did_not_authenticate_gets_nothing(void **state)
{
	(void)state;
	for (BYTE index = 0; index < 2; index++)
		assert_int_equal(md_try_sign_any(&h, index),
		    (DWORD)SCARD_W_SECURITY_VIOLATION);
	/* One PIN is for one key. */
	login(0);
	assert_int_equal(
	    md_try_sign_any(&h, 1), (DWORD)SCARD_W_SECURITY_VIOLATION);
	login(1);
	assert_int_equal(vslot_counted(slot).signs, 0);
	assert_int_equal(md_try_sign_any(&h, 0), 0);
	assert_int_equal(md_try_sign_any(&h, 1), 0);
	assert_int_equal(vslot_counted(slot).verifies, 2);
}

/* Another program logged out behind the host's back. */
static void
a_status_that_is_gone_is_told_and_no_pin_is_sent(void **state)
{
	static const char *const log_out[] = { "00A4040C07A0000001510000" };

	(void)state;
	login(0);
	(void)fixture_sw(slot, log_out, 1);
	vslot_restart_count(slot);
	assert_int_equal(
	    md_try_sign_any(&h, 0), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	login(0);
	assert_int_equal(md_try_sign_any(&h, 0), 0);
}

static void
a_signature_that_cannot_be_handed_over_is_no_leak(void **state)
{
	(void)state;
	login(0);
	md_host_alloc_fails(0);
	assert_int_equal(md_try_sign_any(&h, 0), (DWORD)SCARD_E_NO_MEMORY);
	assert_true(md_host_alloc_failed());
	assert_int_equal(md_try_sign_any(&h, 0), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(both_keys_sign_over_every_hash),
		CASE(the_padding_of_cng_says_the_same),
		CASE(pss_is_made_with_sha256_and_its_salt_alone),
		CASE(data_as_it_is_passes_the_guard_or_not),
		CASE(the_length_alone_costs_nothing),
		CASE(what_is_wrong_is_told_and_nothing_is_sent),
		CASE(who_did_not_authenticate_gets_nothing),
		CASE(a_status_that_is_gone_is_told_and_no_pin_is_sent),
		CASE(a_signature_that_cannot_be_handed_over_is_no_leak),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
