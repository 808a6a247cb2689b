/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_Verify*: in software, with the public key object. */
#include "tests/pkcs11/p11t_sign.h"

#include <string.h>

static CK_BYTE msg[] = "a message to be signed and verified";
#define MSG_LEN (sizeof msg - 1)

static void
sign(CK_SESSION_HANDLE s, struct p11t_way *w, CK_BYTE sig[256])
{
	CK_BYTE in[512];
	CK_ULONG len = 256;

	assert_int_equal(p11->C_SignInit(s, &w->m, p11t_key(s, AUTH)), CKR_OK);
	assert_int_equal(
	    p11->C_Sign(s, in, p11t_input(w, msg, MSG_LEN, in), sig, &len),
	    CKR_OK);
}

static CK_RV
verify(CK_SESSION_HANDLE s, struct p11t_way *w, size_t msg_len, CK_BYTE *sig,
    CK_ULONG sig_len)
{
	CK_BYTE in[512];
	const size_t n = p11t_input(w, msg, msg_len, in);
	CK_RV rv;

	assert_int_equal(
	    p11->C_VerifyInit(s, &w->m, p11t_object(s, CKO_PUBLIC_KEY, 1)),
	    CKR_OK);
	rv = p11->C_Verify(s, in, n, sig, sig_len);
	assert_int_equal(p11->C_Verify(s, in, n, sig, sig_len),
	    CKR_OPERATION_NOT_INITIALIZED); /* it always ends */
	return rv;
}

static void
each_mechanism_accepts_its_own_and_refuses_another(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);

	(void)state;
	for (size_t i = 0; i < p11t_ways_len; i++) {
		struct p11t_way *w = &p11t_ways[i];
		CK_BYTE sig[257] = { 0 };

		sign(s, w, sig);
		assert_int_equal(verify(s, w, MSG_LEN, sig, 256), CKR_OK);
		assert_int_equal(
		    verify(s, w, MSG_LEN - 1, sig, 256), CKR_SIGNATURE_INVALID);
		assert_int_equal(
		    verify(s, w, MSG_LEN, sig, 255), CKR_SIGNATURE_LEN_RANGE);
		assert_int_equal(
		    verify(s, w, MSG_LEN, sig, 257), CKR_SIGNATURE_LEN_RANGE);
		assert_int_equal(
		    verify(s, w, MSG_LEN, sig, 0), CKR_SIGNATURE_LEN_RANGE);
		sig[200] ^= 1;
		assert_int_equal(
		    verify(s, w, MSG_LEN, sig, 256), CKR_SIGNATURE_INVALID);
	}
}

static void
hashes_are_not_taken_for_each_other(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	CK_BYTE sig[256];

	(void)state;
	for (size_t i = 4; i < p11t_ways_len; i++) {
		sign(s, &p11t_ways[i], sig);
		for (size_t k = 4; k < p11t_ways_len; k++) {
			const int same =
			    strcmp(p11t_ways[i].md, p11t_ways[k].md) == 0 &&
			    p11t_ways[i].pss == p11t_ways[k].pss;

			assert_int_equal(
			    verify(s, &p11t_ways[k], MSG_LEN, sig, 256),
			    same ? CKR_OK : CKR_SIGNATURE_INVALID);
		}
	}
}

static void
parts_are_as_good_as_one_piece(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_object(s, CKO_PUBLIC_KEY, 1);

	(void)state;
	for (size_t i = 0; i < p11t_ways_len; i++) {
		struct p11t_way *w = &p11t_ways[i];
		CK_BYTE sig[256], in[512];
		const size_t n = p11t_input(w, msg, MSG_LEN, in);

		sign(s, w, sig);
		for (int good = 0; good < 2; good++) {
			assert_int_equal(
			    p11->C_VerifyInit(s, &w->m, key), CKR_OK);
			for (size_t at = 0; at < n; at++)
				assert_int_equal(
				    p11->C_VerifyUpdate(s, in + at, 1), CKR_OK);
			if (!good && !w->digest)
				assert_int_equal(
				    p11->C_VerifyUpdate(s, in, 1), CKR_OK);
			else if (!good)
				sig[0] ^= 1;
			assert_int_equal(p11->C_VerifyFinal(s, sig, 256),
			    good ? CKR_OK : CKR_SIGNATURE_INVALID);
			if (!good && w->digest)
				sig[0] ^= 1;
		}
	}
}

static void
verification_needs_neither_login_nor_card(void **state)
{
	CK_SESSION_HANDLE s = p11t_user(AUTH);
	CK_BYTE sig[256];

	(void)state;
	sign(s, &p11t_ways[5], sig);
	assert_int_equal(verify(s, &p11t_ways[5], MSG_LEN, sig, 256), CKR_OK);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	(void)p11t_apdus();
	assert_int_equal(verify(s, &p11t_ways[5], MSG_LEN, sig, 256), CKR_OK);
	p11t_assert_apdus(0, "verification");
}

static void
keys_and_mechanisms_are_checked_at_init(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_object(s, CKO_PUBLIC_KEY, 1);
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	/* clang-format off */
	struct { CK_MECHANISM m; CK_OBJECT_HANDLE key; CK_RV want; } row[] = {
		{ m, 0,                                  CKR_KEY_HANDLE_INVALID },
		{ m, p11t_object(s, CKO_CERTIFICATE, 1), CKR_KEY_HANDLE_INVALID },
		{ m, p11t_key(s, AUTH),                  CKR_KEY_FUNCTION_NOT_PERMITTED },
		{ { CKM_SHA256, NULL, 0 },          key, CKR_MECHANISM_INVALID },
		{ { CKM_RSA_X_509, NULL, 0 },       key, CKR_MECHANISM_INVALID },
		{ { CKM_RSA_PKCS_PSS, NULL, 0 },    key, CKR_MECHANISM_PARAM_INVALID },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		const CK_RV rv = p11->C_VerifyInit(s, &row[i].m, row[i].key);

		if (rv != row[i].want)
			fail_msg("row %zu: %lx", i, rv);
	}
	assert_int_equal(
	    p11->C_VerifyInit(4711, &m, key), CKR_SESSION_HANDLE_INVALID);
}

static void
calls_out_of_order_and_bad_arguments_have_their_values(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_object(s, CKO_PUBLIC_KEY, 1);
	CK_MECHANISM *m = &p11t_ways[5].m, *raw = &p11t_ways[1].m;
	CK_BYTE sig[256], big[300] = { 0 };

	(void)state;
	sign(s, &p11t_ways[5], sig);
	assert_int_equal(p11->C_Verify(s, msg, MSG_LEN, sig, 256),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    p11->C_VerifyUpdate(s, msg, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    p11->C_VerifyFinal(s, sig, 256), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11->C_VerifyInit(s, NULL, key), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_VerifyInit(s, m, key), CKR_OK);
	assert_int_equal(p11->C_VerifyInit(s, m, key), CKR_OPERATION_ACTIVE);
	assert_int_equal(
	    p11->C_Verify(s, NULL, 1, sig, 256), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    p11->C_Verify(s, msg, MSG_LEN, NULL, 256), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_VerifyUpdate(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_VerifyFinal(s, NULL, 256), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_VerifyUpdate(s, msg, MSG_LEN), CKR_OK);
	assert_int_equal(
	    p11->C_Verify(s, msg, MSG_LEN, sig, 256), CKR_OPERATION_ACTIVE);
	assert_int_equal(p11->C_VerifyFinal(s, sig, 256), CKR_OK);
	assert_int_equal(p11->C_VerifyInit(s, m, key), CKR_OK);
	assert_int_equal(p11->C_VerifyInit(s, NULL, key), CKR_OK); /* cancel */
	assert_int_equal(p11->C_VerifyInit(s, raw, key), CKR_OK);
	assert_int_equal(
	    p11->C_Verify(s, big, 246, sig, 256), CKR_DATA_LEN_RANGE);
	assert_int_equal(p11->C_VerifyInit(s, raw, key), CKR_OK);
	assert_int_equal(
	    p11->C_Verify(s, big, 245, sig, 256), CKR_SIGNATURE_INVALID);
	assert_int_equal(p11->C_VerifyInit(s, &p11t_ways[8].m, key), CKR_OK);
	assert_int_equal(
	    p11->C_Verify(s, big, 31, sig, 256), CKR_DATA_LEN_RANGE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_mechanism_accepts_its_own_and_refuses_another),
		TEST(hashes_are_not_taken_for_each_other),
		TEST(parts_are_as_good_as_one_piece),
		TEST(verification_needs_neither_login_nor_card),
		TEST(keys_and_mechanisms_are_checked_at_init),
		TEST(calls_out_of_order_and_bad_arguments_have_their_values),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
