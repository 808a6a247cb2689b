/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mechanisms, signatures and logins of the slot of service identities, over an
 * index and a signer of the test's own. */
#include <string.h>

#include "tests/pkcs11/nym_index_try.h"
#include "tests/pkcs11/nymt.h"

#define SSH_A "ssh:a.example.jp"
#define SSH_B "ssh:b.example.jp"

static struct nym_index_entry entries[2];
static const struct nym_index two = { entries, 2 }, one = { entries + 1, 1 };
static unsigned reader;

static int
group(void **state)
{
	try_entry(&entries[0], SSH_A, 0);
	try_entry(&entries[1], SSH_B, 0);
	return stage_conf_open(state);
}

static int
begin(void **state)
{
	try_clear();
	try_any = 1;
	try_index = &two;
	if (stage_conf_begin(state) != 0)
		return 1;
	reader = stage_reader(PLAIN, NULL);
	stage_init();
	return nymt_token(reader) != 1;
}

static CK_OBJECT_HANDLE
key(CK_SESSION_HANDLE s)
{
	return nymt_object(s, CKO_PRIVATE_KEY, SSH_A);
}

static CK_RV
init(CK_SESSION_HANDLE s, CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE o)
{
	CK_MECHANISM m = { type, NULL, 0 };

	return p11->C_SignInit(s, &m, o);
}

/* --- mechanisms ----------------------------------------------------------- */

static void
the_keys_can_do_ecdsa_alone(void **state)
{
	static const CK_MECHANISM_TYPE want[] = { CKM_ECDSA, CKM_ECDSA_SHA256,
		CKM_SHA_1, CKM_SHA256, CKM_SHA384, CKM_SHA512 };
	static const CK_MECHANISM_TYPE none[] = { CKM_RSA_PKCS,
		CKM_SHA256_RSA_PKCS, CKM_RSA_PKCS_PSS, CKM_ECDSA_SHA1,
		CKM_ECDSA_SHA384, CKM_ECDSA_SHA512, CKM_ECDH1_DERIVE };
	const CK_SESSION_HANDLE s = nymt_user(reader);
	const CK_OBJECT_HANDLE pub = nymt_object(s, CKO_PUBLIC_KEY, SSH_A);
	CK_MECHANISM_TYPE list[16], allowed[16];
	CK_MECHANISM_INFO info;
	CK_ULONG n = NELEM(list);
	(void)state;

	assert_int_equal(
	    p11->C_GetMechanismList(nymt_slot(reader), list, &n), CKR_OK);
	assert_int_equal(n, NELEM(want));
	assert_memory_equal(list, want, sizeof want);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
		    p11->C_GetMechanismInfo(nymt_slot(reader), want[i], &info),
		    CKR_OK);
		assert_int_equal(info.ulMinKeySize, 256);
		assert_int_equal(info.ulMaxKeySize, 256);
		assert_int_equal(
		    info.flags, CKF_SIGN | CKF_VERIFY | CKF_EC_F_P |
				    CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS);
	}
	for (size_t i = 0; i < NELEM(none); i++) {
		CK_MECHANISM m = { none[i], NULL, 0 };

		assert_int_equal(
		    p11->C_GetMechanismInfo(nymt_slot(reader), none[i], &info),
		    CKR_MECHANISM_INVALID);
		assert_int_equal(
		    init(s, none[i], key(s)), CKR_MECHANISM_INVALID);
		assert_int_equal(
		    p11->C_VerifyInit(s, &m, pub), CKR_MECHANISM_INVALID);
	}
	assert_int_equal(nymt_value(s, key(s), CKA_ALLOWED_MECHANISMS, allowed,
			     sizeof allowed),
	    2 * sizeof allowed[0]);
	assert_memory_equal(allowed, want, 2 * sizeof want[0]);
}

/* --- signatures ----------------------------------------------------------- */

static void
each_key_makes_its_own_signatures(void **state)
{
	const CK_SESSION_HANDLE s = nymt_user(reader);
	const CK_OBJECT_HANDLE a = key(s),
			       b = nymt_object(s, CKO_PRIVATE_KEY, SSH_B);
	CK_BYTE sig[64];
	(void)state;

	assert_int_equal(nymt_sign(s, a, sig), CKR_OK);
	assert_ptr_equal(try_signed, &entries[0]);
	assert_int_equal(nymt_accepts(s, SSH_A, sig), 1);
	assert_int_equal(nymt_accepts(s, SSH_B, sig), 0);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(nymt_sign(s, b, sig), CKR_OK);
	assert_int_equal(nymt_accepts(s, SSH_B, sig), 1);
	assert_int_equal(nymt_accepts(s, SSH_A, sig), 0);
}

static void
parts_and_length_queries_are_as_in_other_slots(void **state)
{
	const CK_SESSION_HANDLE s = nymt_user(reader);
	static CK_BYTE msg[] = "a message of some length, to be signed";
	CK_BYTE sig[64];
	CK_ULONG len = 0;
	(void)state;

	assert_int_equal(init(s, CKM_ECDSA_SHA256, key(s)), CKR_OK);
	for (size_t i = 0; i < sizeof msg; i++)
		assert_int_equal(p11->C_SignUpdate(s, msg + i, 1), CKR_OK);
	assert_int_equal(p11->C_SignFinal(s, NULL, &len), CKR_OK);
	assert_int_equal(len, 64);
	len = 63;
	assert_int_equal(p11->C_SignFinal(s, sig, &len), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(try_signatures, 0);
	assert_int_equal(p11->C_SignFinal(s, sig, &len), CKR_OK);
	assert_int_equal(len, 64);
	assert_int_equal(nymt_accepts(s, SSH_A, sig), 1);
}

static void
one_login_is_one_signature(void **state)
{
	const CK_SESSION_HANDLE s = nymt_open(reader);
	CK_OBJECT_HANDLE a;
	CK_BYTE sig[64];
	(void)state;

	assert_int_equal(p11->C_Logout(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_USER_ALREADY_LOGGED_IN);
	assert_int_equal(stage_state(s), CKS_RW_USER_FUNCTIONS);
	a = key(s);
	assert_int_equal(nymt_sign(s, a, sig), CKR_OK);
	assert_int_equal(stage_state(s), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(nymt_sign(s, a, sig), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(nymt_get(s, a, CKA_LABEL), CKR_OK); /* outlives it */
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(p11->C_Logout(s), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(nymt_sign(s, a, sig), CKR_OK);
	assert_int_equal(try_signatures, 2);
	/* without C_Logout between, as ssh does */
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(try_logins, 3);
	assert_int_equal(p11->C_CloseSession(s), CKR_OK);
	assert_int_equal(try_logged_in, 0); /* the last session took it along */
}

static void
there_is_nothing_to_log_in_for_between(void **state)
{
	static CK_BYTE pin[] = "1234";
	const CK_SESSION_HANDLE s = nymt_user(reader);
	(void)state;

	assert_int_equal(init(s, CKM_ECDSA, key(s)), CKR_OK);
	assert_int_equal(p11->C_Login(s, CKU_CONTEXT_SPECIFIC, pin, 4),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    p11->C_Login(s, CKU_SO, pin, 4), CKR_USER_TYPE_INVALID);
	assert_int_equal(p11->C_Login(s, CKU_USER, NULL, 0),
	    CKR_ARGUMENTS_BAD); /* no keys at the reader */
	assert_int_equal(try_logins, 1);
}

static void
a_pin_that_cannot_be_right_is_not_sent(void **state)
{
	const CK_SESSION_HANDLE s = nymt_open(reader);
	(void)state;

	assert_int_equal(stage_login(s, ""), CKR_PIN_LEN_RANGE);
	assert_int_equal(stage_login(s, "123"), CKR_PIN_LEN_RANGE);
	assert_int_equal(stage_login(s, SIGN_PIN), CKR_PIN_LEN_RANGE);
	assert_int_equal(stage_login(s, "12a4"), CKR_PIN_INCORRECT);
	assert_int_equal(try_logins, 0);
}

/* A hash value alone, and the login is not lost by a mistake. */
static void
what_is_no_hash_value_is_refused_at_once(void **state)
{
	static const CK_ULONG bad[] = { 0, 1, 19, 31, 33, 63, 65, 300 };
	const CK_SESSION_HANDLE s = nymt_user(reader);
	CK_BYTE in[300] = { 1 }, sig[64];
	(void)state;

	for (size_t i = 0; i < NELEM(bad); i++) {
		CK_ULONG len = sizeof sig;
		CK_RV rv;

		assert_int_equal(init(s, CKM_ECDSA, key(s)), CKR_OK);
		rv = p11->C_Sign(s, in, bad[i], sig, &len);
		assert_true(rv == CKR_DATA_INVALID || rv == CKR_DATA_LEN_RANGE);
	}
	assert_int_equal(try_signatures, 0);
	assert_int_equal(stage_state(s), CKS_RW_USER_FUNCTIONS);
}

static void
an_entry_that_went_signs_nothing(void **state)
{
	const CK_SESSION_HANDLE s = nymt_user(reader);
	CK_BYTE in[32] = { 1 }, sig[64];
	CK_ULONG len = sizeof sig;
	(void)state;

	assert_int_equal(init(s, CKM_ECDSA, key(s)), CKR_OK);
	try_index = &one;
	(void)stage_slots(1, NULL, 0);
	assert_int_equal(
	    p11->C_Sign(s, in, 32, sig, &len), CKR_FUNCTION_FAILED);
	assert_int_equal(try_signatures, 0);
	assert_int_equal(stage_state(s), CKS_RW_USER_FUNCTIONS);
}

static void
a_key_other_than_the_one_shown_is_a_device_error(void **state)
{
	const CK_SESSION_HANDLE s = nymt_user(reader);
	static struct nym_index_entry swapped[2];
	const struct nym_index then = { swapped, 2 };
	CK_BYTE clean[64] = { 0 }, sig[64];
	(void)state;

	memcpy(swapped, entries, sizeof swapped);
	memcpy(swapped[0].scope, SSH_B, sizeof SSH_B);
	memcpy(swapped[1].scope, SSH_A, sizeof SSH_A);
	try_index = &then;
	(void)stage_slots(1, NULL, 0);
	assert_int_equal(nymt_sign(s, key(s), sig), CKR_DEVICE_ERROR);
	assert_memory_equal(sig, clean, 64);
	assert_int_equal(stage_state(s), CKS_RW_PUBLIC_SESSION);
}

/* --- verification --------------------------------------------------------- */

static CK_RV
verify(CK_SESSION_HANDLE s, CK_BYTE *in, CK_ULONG n, CK_BYTE *sig, CK_ULONG len)
{
	CK_MECHANISM m = { CKM_ECDSA, NULL, 0 };

	assert_int_equal(
	    p11->C_VerifyInit(s, &m, nymt_object(s, CKO_PUBLIC_KEY, SSH_A)),
	    CKR_OK);
	return p11->C_Verify(s, in, n, sig, len);
}

static void
signatures_verify_in_the_module_without_login(void **state)
{
	const CK_SESSION_HANDLE s = nymt_open(reader);
	CK_BYTE in[32] = { 1, 2, 3 }, sig[65];
	(void)state;

	assert_int_equal(try_sign(&entries[0], in, 32, sig), JM_OK);
	assert_int_equal(verify(s, in, 32, sig, 64), CKR_OK);
	in[0] ^= 1;
	assert_int_equal(verify(s, in, 32, sig, 64), CKR_SIGNATURE_INVALID);
	in[0] ^= 1;
	for (CK_ULONG len = 0; len < 66; len++)
		if (len != 64)
			assert_int_equal(verify(s, in, 32, sig, len),
			    CKR_SIGNATURE_LEN_RANGE);
	assert_int_equal(verify(s, in, 0, sig, 64), CKR_DATA_LEN_RANGE);
	sig[63] ^= 1;
	assert_int_equal(verify(s, in, 32, sig, 64), CKR_SIGNATURE_INVALID);
	memset(sig, 0, sizeof sig);
	assert_int_equal(verify(s, in, 32, sig, 64), CKR_SIGNATURE_INVALID);
}

static void
a_point_that_is_none_verifies_nothing(void **state)
{
	static struct nym_index_entry bad;
	const struct nym_index index = { &bad, 1 };
	CK_BYTE in[32] = { 1, 2, 3 }, sig[64];
	(void)state;

	assert_int_equal(try_sign(&entries[0], in, 32, sig), JM_OK);
	bad = entries[0];
	bad.point[64] ^= 1;
	try_index = &index;
	assert_int_not_equal(
	    verify(nymt_open(reader), in, 32, sig, 64), CKR_OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(the_keys_can_do_ecdsa_alone),
		T(each_key_makes_its_own_signatures),
		T(parts_and_length_queries_are_as_in_other_slots),
		T(one_login_is_one_signature),
		T(there_is_nothing_to_log_in_for_between),
		T(a_pin_that_cannot_be_right_is_not_sent),
		T(what_is_no_hash_value_is_refused_at_once),
		T(an_entry_that_went_signs_nothing),
		T(a_key_other_than_the_one_shown_is_a_device_error),
		T(signatures_verify_in_the_module_without_login),
		T(a_point_that_is_none_verifies_nothing),
	};

	return cmocka_run_group_tests(tests, group, stage_conf_close);
}
