/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_Sign*: every mechanism, lengths, parts, and the order of calls. */
#include "tests/pkcs11/p11t_sign.h"

#include <string.h>

static CK_BYTE msg[] = "a message of some length, to be signed";
#define MSG_LEN (sizeof msg - 1)

static CK_ULONG
sign(
    CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key, struct p11t_way *w, CK_BYTE *sig)
{
	CK_BYTE in[512];
	CK_ULONG len = 256;

	assert_int_equal(p11->C_SignInit(s, &w->m, key), CKR_OK);
	assert_int_equal(
	    p11->C_Sign(s, in, p11t_input(w, msg, MSG_LEN, in), sig, &len),
	    CKR_OK);
	return len;
}

static void
openssl_accepts_every_mechanism_of_each_key(void **state)
{
	(void)state;
	for (int p = 0; p < JM_PAIRS; p++) {
		const enum jm_pair pair = (enum jm_pair)p;
		const CK_SESSION_HANDLE s = p11t_user(pair);
		const CK_OBJECT_HANDLE key = p11t_key(s, pair);

		for (size_t i = 0; i < p11t_ways_len; i++) {
			struct p11t_way *w = &p11t_ways[i];
			CK_BYTE sig[256];

			if (i > 0 && pair == SIGN)
				p11t_login(s, pair); /* one login, one use */
			assert_int_equal(sign(s, key, w, sig), 256);
			if (!p11t_openssl_accepts(
				s, pair, w, msg, MSG_LEN, sig, 256))
				fail_msg("pair %d, %s", p, w->what);
			assert_false(p11t_openssl_accepts(
			    s, pair, w, msg, MSG_LEN - 1, sig, 256));
		}
	}
}

static void
parts_make_the_same_signature_as_one_piece(void **state)
{
	static const size_t step[] = { 1, 7, 64, 512 };
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);

	(void)state;
	for (size_t i = 0; i < p11t_ways_len; i++) {
		struct p11t_way *w = &p11t_ways[i];
		CK_BYTE in[512], sig[256];
		const size_t n = p11t_input(w, msg, MSG_LEN, in);
		const size_t by = step[i % NELEM(step)];
		CK_ULONG len = sizeof sig;

		assert_int_equal(p11->C_SignInit(s, &w->m, key), CKR_OK);
		for (size_t at = 0; at < n; at += by)
			assert_int_equal(p11->C_SignUpdate(s, in + at,
					     at + by > n ? n - at : by),
			    CKR_OK);
		assert_int_equal(p11->C_SignUpdate(s, NULL, 0), CKR_OK);
		assert_int_equal(p11->C_SignFinal(s, sig, &len), CKR_OK);
		assert_int_equal(len, 256);
		if (!p11t_openssl_accepts(s, AUTH, w, msg, MSG_LEN, sig, len))
			fail_msg("%s", w->what);
	}
}

static void
nothing_is_signed_as_the_empty_message(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);

	(void)state;
	for (size_t i = 0; i < p11t_ways_len; i++) {
		struct p11t_way *w = &p11t_ways[i];
		const int hashed = !w->digestinfo && !w->digest;
		CK_BYTE sig[256];
		CK_ULONG len = sizeof sig;
		CK_RV rv;

		assert_int_equal(p11->C_SignInit(s, &w->m, key), CKR_OK);
		rv = p11->C_SignFinal(s, sig, &len); /* no Update */
		if (hashed)
			assert_int_equal(rv, CKR_OK);
		else
			assert_int_equal(rv,
			    w->digest ? CKR_DATA_LEN_RANGE : CKR_DATA_INVALID);
		if (hashed)
			assert_true(
			    p11t_openssl_accepts(s, AUTH, w, "", 0, sig, len));
		assert_int_equal(p11->C_SignFinal(s, sig, &len),
		    CKR_OPERATION_NOT_INITIALIZED);
	}
}

static void
a_length_is_told_without_the_card_and_the_operation_stays(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(SIGN);
	const CK_OBJECT_HANDLE key = p11t_key(s, SIGN);

	(void)state;
	for (int multi = 0; multi < 2; multi++) {
		struct p11t_way *w = &p11t_ways[5];
		CK_BYTE sig[512];
		CK_ULONG len;

#define LAST(buf)                                                              \
	(multi ? p11->C_SignFinal(s, buf, &len)                                \
	       : p11->C_Sign(s, msg, MSG_LEN, buf, &len))
		if (multi)
			p11t_login(s, SIGN);
		assert_int_equal(p11->C_SignInit(s, &w->m, key), CKR_OK);
		if (multi)
			assert_int_equal(
			    p11->C_SignUpdate(s, msg, MSG_LEN), CKR_OK);
		(void)p11t_apdus();
		len = 0xdeadbeefUL; /* GnuTLS */
		assert_int_equal(LAST(NULL), CKR_OK);
		assert_int_equal(len, 256);
		len = ~0UL;
		assert_int_equal(LAST(NULL), CKR_OK);
		assert_int_equal(len, 256);
		for (CK_ULONG room = 0; room < 256; room += 51) {
			len = room;
			assert_int_equal(LAST(sig), CKR_BUFFER_TOO_SMALL);
			assert_int_equal(len, 256);
		}
		p11t_assert_apdus(0, "length queries");
		len = sizeof sig;
		assert_int_equal(LAST(sig), CKR_OK);
		p11t_assert_apdus(7, "the signature");
		assert_int_equal(len, 256);
		assert_true(
		    p11t_openssl_accepts(s, SIGN, w, msg, MSG_LEN, sig, len));
		assert_int_equal(LAST(sig), CKR_OPERATION_NOT_INITIALIZED);
#undef LAST
	}
}

static void
calls_out_of_order_have_their_values(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);
	CK_BYTE sig[256];
	CK_ULONG len = sizeof sig;

	(void)state;
	assert_int_equal(p11->C_Sign(s, msg, MSG_LEN, sig, &len),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    p11->C_SignUpdate(s, msg, 1), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    p11->C_SignFinal(s, sig, &len), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11t_sign_init(s, key), CKR_OK);
	assert_int_equal(p11t_sign_init(s, key), CKR_OPERATION_ACTIVE);
	assert_int_equal(p11->C_SignUpdate(s, msg, MSG_LEN), CKR_OK);
	assert_int_equal(
	    p11->C_Sign(s, msg, MSG_LEN, sig, &len), CKR_OPERATION_ACTIVE);
	assert_int_equal(p11t_sign_init(s, key), CKR_OPERATION_ACTIVE);
	assert_int_equal(p11->C_SignFinal(s, sig, &len), CKR_OK);
	assert_true(p11t_openssl_accepts(
	    s, AUTH, &p11t_ways[5], msg, MSG_LEN, sig, len));
}

static void
an_init_without_mechanism_cancels(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);
	CK_BYTE sig[256];
	CK_ULONG len = sizeof sig;

	(void)state;
	assert_int_equal(p11->C_SignInit(s, NULL, key), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11t_sign_init(s, key), CKR_OK);
	assert_int_equal(p11->C_SignUpdate(s, msg, 1), CKR_OK);
	assert_int_equal(p11->C_SignInit(s, NULL, 0), CKR_OK);
	assert_int_equal(
	    p11->C_SignFinal(s, sig, &len), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11t_sign_init(s, key), CKR_OK);
}

static void
bad_arguments_leave_the_operation(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	CK_BYTE sig[256];
	CK_ULONG len = sizeof sig;

	(void)state;
	assert_int_equal(p11t_sign_init(s, p11t_key(s, AUTH)), CKR_OK);
	assert_int_equal(p11->C_Sign(s, NULL, 1, sig, &len), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    p11->C_Sign(s, msg, MSG_LEN, sig, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    p11->C_Sign(s, msg, MSG_LEN, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_SignUpdate(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_SignFinal(s, sig, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_Sign(4711, msg, MSG_LEN, sig, &len),
	    CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(p11->C_Sign(s, msg, MSG_LEN, sig, &len), CKR_OK);
	assert_true(p11t_openssl_accepts(
	    s, AUTH, &p11t_ways[5], msg, MSG_LEN, sig, len));
}

static void
keys_and_mechanisms_are_checked_at_init(void **state)
{
	static CK_RSA_PKCS_PSS_PARAMS sha1 = { CKM_SHA_1, CKG_MGF1_SHA1, 20 };
	const CK_SESSION_HANDLE s = p11t_user(AUTH), sig = p11t_user(SIGN);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	/* clang-format off */
	struct { CK_MECHANISM m; CK_OBJECT_HANDLE key; CK_RV want; } row[] = {
		{ m, 0,                                   CKR_KEY_HANDLE_INVALID },
		{ m, ~0UL,                                CKR_KEY_HANDLE_INVALID },
		{ m, p11t_object(s, CKO_CERTIFICATE, 1),  CKR_KEY_HANDLE_INVALID },
		{ m, p11t_object(s, CKO_PUBLIC_KEY, 1),   CKR_KEY_FUNCTION_NOT_PERMITTED },
		{ m, p11t_object(sig, CKO_PRIVATE_KEY, 2), CKR_KEY_HANDLE_INVALID },
		{ { CKM_SHA256, NULL, 0 },           key, CKR_MECHANISM_INVALID },
		{ { CKM_RSA_X_509, NULL, 0 },        key, CKR_MECHANISM_INVALID },
		{ { CKM_MD5_RSA_PKCS, NULL, 0 },     key, CKR_MECHANISM_INVALID },
		{ { CKM_SHA384_RSA_PKCS_PSS, &sha1, sizeof sha1 }, key, CKR_MECHANISM_INVALID },
		{ { CKM_ECDSA, NULL, 0 },            key, CKR_MECHANISM_INVALID },
		{ { CKM_SHA256_RSA_PKCS, &sha1, sizeof sha1 }, key, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_RSA_PKCS_PSS, NULL, 0 },     key, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_RSA_PKCS_PSS, &sha1, sizeof sha1 }, key, CKR_MECHANISM_PARAM_INVALID },
	};
	/* clang-format on */

	(void)state;
	(void)p11t_apdus();
	for (size_t i = 0; i < NELEM(row); i++) {
		const CK_RV rv = p11->C_SignInit(s, &row[i].m, row[i].key);

		if (rv != row[i].want)
			fail_msg("row %zu: %lx", i, rv);
	}
	p11t_assert_apdus(0, "checks");
	assert_int_equal(
	    p11->C_SignInit(4711, &m, key), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(p11->C_SignInit(s, &m, key), CKR_OK);
}

static void
operations_of_two_sessions_do_not_meet(void **state)
{
	const CK_SESSION_HANDLE s[] = { p11t_user(AUTH), p11t_open(AUTH) };
	const CK_OBJECT_HANDLE key = p11t_key(s[0], AUTH);
	CK_BYTE sig[2][256];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    p11->C_SignInit(s[i], &p11t_ways[5 + i].m, key), CKR_OK);
	for (size_t at = 0; at < MSG_LEN; at++)
		for (int i = 0; i < 2; i++)
			assert_int_equal(
			    p11->C_SignUpdate(s[i], msg + at, 1), CKR_OK);
	for (int i = 1; i >= 0; i--) {
		CK_ULONG len = 256;

		assert_int_equal(p11->C_SignFinal(s[i], sig[i], &len), CKR_OK);
		assert_true(p11t_openssl_accepts(
		    s[0], AUTH, &p11t_ways[5 + i], msg, MSG_LEN, sig[i], len));
	}
	assert_int_equal(p11->C_CloseSession(s[1]), CKR_OK);
	assert_int_equal(p11t_sign_init(s[0], key), CKR_OK);
}

/* ssh and NSS do that, and other sessions search meanwhile. */
static void
attributes_and_searches_do_not_disturb_an_operation(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(SIGN);
	const CK_OBJECT_HANDLE key = p11t_key(s, SIGN);
	CK_OBJECT_HANDLE hit[16];
	CK_BYTE sig[256], always = 1;
	CK_ULONG len = sizeof sig;

	(void)state;
	assert_int_equal(p11t_sign_init(s, key), CKR_OK);
	p11t_value(s, key, CKA_ALWAYS_AUTHENTICATE, &always, 1);
	assert_int_equal(always, CK_FALSE);
	assert_int_equal(p11t_find(p11t_open(AUTH), NULL, 0, hit, 16), 4);
	assert_int_equal(p11t_find(s, NULL, 0, hit, 16), 5);
	assert_int_equal(p11->C_Sign(s, msg, MSG_LEN, sig, &len), CKR_OK);
	assert_true(p11t_openssl_accepts(
	    s, SIGN, &p11t_ways[5], msg, MSG_LEN, sig, len));
}

static void
the_input_may_be_the_output(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	struct p11t_way *w = &p11t_ways[1];
	CK_BYTE buf[512];
	const size_t n = p11t_input(w, msg, MSG_LEN, buf);
	CK_ULONG len = sizeof buf;

	(void)state;
	assert_int_equal(p11->C_SignInit(s, &w->m, p11t_key(s, AUTH)), CKR_OK);
	assert_int_equal(p11->C_Sign(s, buf, n, buf, &len), CKR_OK);
	assert_true(p11t_openssl_accepts(s, AUTH, w, msg, MSG_LEN, buf, len));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(openssl_accepts_every_mechanism_of_each_key),
		TEST(parts_make_the_same_signature_as_one_piece),
		TEST(nothing_is_signed_as_the_empty_message),
		TEST(a_length_is_told_without_the_card_and_the_operation_stays),
		TEST(calls_out_of_order_have_their_values),
		TEST(an_init_without_mechanism_cancels),
		TEST(bad_arguments_leave_the_operation),
		TEST(keys_and_mechanisms_are_checked_at_init),
		TEST(operations_of_two_sessions_do_not_meet),
		TEST(attributes_and_searches_do_not_disturb_an_operation),
		TEST(the_input_may_be_the_output),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
