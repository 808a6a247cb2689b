/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures that are not made: guard, login, consent, card. */
#include "tests/pkcs11/p11t_sign.h"

#include <string.h>

#include "base/hex.h"
#include "tests/support/vscard.h"

static CK_BYTE msg[] = "message";
static CK_MECHANISM raw = { CKM_RSA_PKCS, NULL, 0 };

static CK_RV
sign(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key, CK_MECHANISM *m, CK_BYTE *data,
    CK_ULONG len)
{
	CK_BYTE sig[256], untouched[256];
	CK_ULONG sig_len = sizeof sig;
	CK_RV rv;

	memset(sig, 0xa5, sizeof sig);
	memset(untouched, 0xa5, sizeof untouched);
	if ((rv = p11->C_SignInit(s, m, key)) != CKR_OK)
		return rv;
	rv = p11->C_Sign(s, data, len, sig, &sig_len);
	if (rv != CKR_OK) {
		assert_memory_equal(sig, untouched, sizeof sig);
		/* The operation is over, and so is the session of a card that
		 * left. */
		assert_int_equal(p11->C_Sign(s, data, len, sig, &sig_len),
		    rv == CKR_DEVICE_REMOVED ? CKR_SESSION_HANDLE_INVALID
					     : CKR_OPERATION_NOT_INITIALIZED);
	}
	return rv;
}

/* The second half, for an operation begun already. */
static CK_RV
sign_on(CK_SESSION_HANDLE s)
{
	CK_BYTE sig[256];
	CK_ULONG len = sizeof sig;

	return p11->C_Sign(s, msg, sizeof msg, sig, &len);
}

static CK_RV
sign_msg(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key)
{
	return sign(s, key, &p11t_ways[5].m, msg, sizeof msg);
}

/* --- the guard -------------------------------------------------------------
 */

#define SHA256_HEAD "3031300D060960864801650304020105000420"
#define VALUE_32                                                               \
	"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"

/* clang-format off */
static const struct {
	const char *what, *hex;
	size_t extra; /* bytes 5A behind */
	CK_RV want;
} inputs[] = {
	{ "a DigestInfo",           SHA256_HEAD VALUE_32, 0,       CKR_OK },
	{ "nothing",                "", 0,                         CKR_DATA_INVALID },
	{ "five raw bytes",         "0102030405", 0,               CKR_DATA_INVALID },
	{ "a bare digest",          VALUE_32, 0,                   CKR_DATA_INVALID },
	{ "MD5",                    "3020300C06082A864886F70D020505000410"
	                            "00112233445566778899AABBCCDDEEFF", 0, CKR_DATA_INVALID },
	{ "TLS 1.1: MD5 and SHA-1", VALUE_32, 4,                   CKR_DATA_INVALID },
	{ "a DigestInfo and more",  SHA256_HEAD VALUE_32, 1,       CKR_DATA_INVALID },
	/* nym1.md 4.3: its signature would be key material */
	{ "the reserved OID",       "303C301806146981FA8F9D94CDC1F2ADF59FAC8BEDF2E0FDD40105000420"
	                            VALUE_32, 0,                   CKR_DATA_INVALID },
	{ "as long as can be",      "", 245,                       CKR_DATA_INVALID },
	{ "one byte longer",        "", 246,                       CKR_DATA_LEN_RANGE },
	{ "the modulus' length",    "", 256,                       CKR_DATA_LEN_RANGE },
	{ "longer than any key",    "", 4000,                      CKR_DATA_LEN_RANGE },
};
/* clang-format on */

static void
the_guard_decides_on_raw_data(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(SIGN);
	const CK_OBJECT_HANDLE key = p11t_key(s, SIGN);

	(void)state;
	(void)p11t_apdus();
	/* The one that passes is last: it uses up the login. */
	for (size_t i = NELEM(inputs); i-- > 0;) {
		static CK_BYTE in[4096];
		size_t len;
		CK_RV rv;

		assert_int_equal(
		    jm_hex_decode(inputs[i].hex, in, 96, &len), JM_OK);
		memset(in + len, 0x5a, inputs[i].extra);
		rv = sign(s, key, &raw, in, len + inputs[i].extra);
		if (rv != inputs[i].want)
			fail_msg("%s: %lx", inputs[i].what, rv);
		p11t_assert_apdus(rv == CKR_OK ? 7 : 0, inputs[i].what);
	}
}

static void
the_guard_decides_on_data_in_parts(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);
	CK_BYTE in[96], sig[256];
	CK_ULONG len = sizeof sig;
	size_t n;

	(void)state;
	assert_int_equal(jm_hex_decode(inputs[7].hex, in, 96, &n), JM_OK);
	assert_int_equal(p11->C_SignInit(s, &raw, key), CKR_OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p11->C_SignUpdate(s, in + i, 1), CKR_OK);
	assert_int_equal(p11->C_SignFinal(s, sig, &len), CKR_DATA_INVALID);

	/* Too much ends it at once. */
	assert_int_equal(p11->C_SignInit(s, &raw, key), CKR_OK);
	for (int i = 0; i < 245; i++)
		assert_int_equal(p11->C_SignUpdate(s, in, 1), CKR_OK);
	assert_int_equal(p11->C_SignUpdate(s, in, 1), CKR_DATA_LEN_RANGE);
	assert_int_equal(
	    p11->C_SignUpdate(s, in, 1), CKR_OPERATION_NOT_INITIALIZED);
}

/* Its SHA-512 value would be T of the fallback profile (nym1.md 4.3). */
static void
a_message_of_the_identifier_scheme_is_not_hashed_and_signed(void **state)
{
	static CK_BYTE m[] = "\0\6NYM1/A\1\0 and a hash value of a scope.";
	static const CK_MECHANISM_TYPE type[] = { CKM_SHA1_RSA_PKCS,
		CKM_SHA256_RSA_PKCS, CKM_SHA384_RSA_PKCS, CKM_SHA512_RSA_PKCS };
	const CK_SESSION_HANDLE s = p11t_user(SIGN);
	const CK_OBJECT_HANDLE key = p11t_key(s, SIGN);
	CK_BYTE sig[256];

	(void)state;
	(void)p11t_apdus();
	for (size_t i = 0; i < NELEM(type); i++) {
		CK_MECHANISM how = { type[i], NULL, 0 };
		CK_ULONG len = sizeof sig;

		assert_int_equal(
		    sign(s, key, &how, m, sizeof m), CKR_DATA_INVALID);
		assert_int_equal(p11->C_SignInit(s, &how, key), CKR_OK);
		for (size_t k = 0; k < sizeof m; k++)
			assert_int_equal(
			    p11->C_SignUpdate(s, m + k, 1), CKR_OK);
		assert_int_equal(
		    p11->C_SignFinal(s, sig, &len), CKR_DATA_INVALID);
	}
	p11t_assert_apdus(0, "refused");
	/* The login is not used up, and what is near it passes. */
	m[0] = 1;
	assert_int_equal(sign(s, key, &p11t_ways[5].m, m, sizeof m), CKR_OK);
	m[0] = 0;
}

static void
pss_takes_a_sha256_value_alone(void **state)
{
	static const CK_ULONG len[] = { 0, 20, 31, 33, 48, 64, 245 };
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);
	CK_BYTE in[256] = { 0 };

	(void)state;
	(void)p11t_apdus();
	for (size_t i = 0; i < NELEM(len); i++)
		assert_int_equal(sign(s, key, &p11t_ways[8].m, in, len[i]),
		    CKR_DATA_LEN_RANGE);
	p11t_assert_apdus(0, "refused");
	assert_int_equal(sign(s, key, &p11t_ways[8].m, in, 32), CKR_OK);
}

/* --- login and consent -----------------------------------------------------
 */

static void
a_signature_needs_a_login(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);

	(void)state;
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	(void)p11t_apdus();
	assert_int_equal(p11t_sign_init(s, key), CKR_USER_NOT_LOGGED_IN);
	/* The logins of two slots are two. */
	(void)p11t_user(SIGN);
	assert_int_equal(p11t_sign_init(s, key), CKR_USER_NOT_LOGGED_IN);
	p11t_login(s, AUTH);
	assert_int_equal(p11t_sign_init(s, key), CKR_OK);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	(void)p11t_apdus();
	assert_int_equal(sign_on(s), CKR_USER_NOT_LOGGED_IN);
	p11t_assert_apdus(0, "nobody is logged in");
	assert_int_equal(sign_on(s), CKR_OPERATION_NOT_INITIALIZED);
}

static void
one_login_is_one_signature_of_the_signature_key(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(SIGN), other = p11t_open(SIGN);
	const CK_OBJECT_HANDLE key = p11t_key(s, SIGN);
	CK_OBJECT_HANDLE hit[16];
	CK_ATTRIBUTE n = { CKA_MODULUS, NULL, 0 };

	(void)state;
	assert_int_equal(p11t_find(s, NULL, 0, hit, 16), 5);
	assert_int_equal(p11t_sign_init(other, key), CKR_OK);
	assert_int_equal(sign_msg(s, key), CKR_OK);
	(void)p11t_apdus();
	assert_int_equal(p11t_sign_init(s, key), CKR_USER_NOT_LOGGED_IN);
	{ /* begun before, not to be ended by it */
		CK_BYTE sig[256];
		CK_ULONG len = sizeof sig;

		assert_int_equal(p11->C_Sign(other, msg, sizeof msg, sig, &len),
		    CKR_USER_NOT_LOGGED_IN);
	}
	assert_int_equal(p11t_find(s, NULL, 0, hit, 16), 4);
	/* The handle is good for what it is. */
	assert_int_equal(p11->C_GetAttributeValue(s, key, &n, 1), CKR_OK);
	assert_int_equal(n.ulValueLen, 256);
	p11t_assert_apdus(0, "all of that");
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	p11t_login(s, SIGN);
	assert_int_equal(sign_msg(s, key), CKR_OK);
	p11t_login(s, SIGN); /* no C_Logout between: also fine */
	assert_int_equal(sign_msg(s, key), CKR_OK);
}

static void
one_login_is_many_signatures_of_the_authentication_key(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);

	(void)state;
	for (int i = 0; i < 5; i++) {
		(void)p11t_apdus();
		assert_int_equal(sign_msg(s, key), CKR_OK);
		p11t_assert_apdus(7, "signature");
	}
}

/* --- the card ---------------------------------------------------------------
 */

static void
a_mode_that_the_card_refuses_is_offered_no_more(void **state)
{
	CK_MECHANISM_INFO info;
	CK_SESSION_HANDLE s;
	CK_OBJECT_HANDLE key;
	CK_BYTE in[32] = { 0 };
	CK_ULONG n;

	(void)state;
	p11t_restart("sign-modes=0", NULL);
	s = p11t_user(AUTH);
	key = p11t_key(s, AUTH);
	assert_int_equal(
	    p11->C_GetMechanismInfo(p11t_slot(AUTH), CKM_RSA_PKCS_PSS, &info),
	    CKR_OK);
	assert_int_equal(
	    sign(s, key, &p11t_ways[8].m, in, 32), CKR_FUNCTION_FAILED);
	for (int i = 8; i < 10; i++) {
		const CK_MECHANISM_TYPE type = p11t_ways[i].m.mechanism;

		assert_int_equal(p11->C_SignInit(s, &p11t_ways[i].m, key),
		    CKR_MECHANISM_INVALID);
		assert_int_equal(
		    p11->C_GetMechanismInfo(p11t_slot(AUTH), type, &info),
		    CKR_MECHANISM_INVALID);
	}
	assert_int_equal(
	    p11->C_GetMechanismList(p11t_slot(AUTH), NULL, &n), CKR_OK);
	assert_int_equal(n, 9);
	assert_int_equal(sign_msg(s, key), CKR_OK); /* still logged in */
}

/* SELECT, SELECT EF, query, VERIFY, SELECT EF, sign, log-out */
#define SIGN_APDUS 7

static void
a_card_that_leaves_is_removed_and_verified_once(void **state)
{
	(void)state;
	for (unsigned at = 1; at <= SIGN_APDUS; at++) {
		static const enum vs_fault how[] = { VS_REMOVE_BEFORE,
			VS_REMOVE_AFTER };

		for (size_t i = 0; i < NELEM(how); i++) {
			CK_SESSION_HANDLE s;
			CK_OBJECT_HANDLE key;
			CK_SESSION_INFO info;
			CK_RV rv;

			p11t_restart(PLAIN, NULL);
			s = p11t_user(AUTH);
			key = p11t_key(s, AUTH);
			vs_restart_count(p11t_reader());
			vs_fault_at(p11t_reader(), at, how[i], NULL, 0);
			rv = sign_msg(s, key);
			assert_true(vs_counted(p11t_reader()).verifies <= 1);
			/* The log-out comes when the signature is there. */
			if (at < SIGN_APDUS)
				assert_true(rv == CKR_DEVICE_REMOVED);
			else
				assert_true(
				    rv == CKR_OK || rv == CKR_DEVICE_REMOVED);
			if (rv == CKR_DEVICE_REMOVED)
				assert_int_equal(
				    p11->C_GetSessionInfo(s, &info),
				    CKR_SESSION_HANDLE_INVALID);
		}
	}
}

static void
a_wrong_signature_is_not_handed_out(void **state)
{
	CK_BYTE reply[258] = { 0 };
	CK_SESSION_HANDLE s;
	CK_OBJECT_HANDLE key;

	(void)state;
	memset(reply, 0x11, 256);
	reply[256] = 0x90;
	s = p11t_user(SIGN); /* its certificate was read at login */
	key = p11t_key(s, SIGN);
	vs_fault_at(p11t_reader(), 6, VS_REPLACE, reply, sizeof reply);
	assert_int_equal(sign_msg(s, key), CKR_DEVICE_ERROR);
	p11t_login(s, SIGN);
	vs_fault_at(p11t_reader(), 6, VS_REPLACE, reply + 1, 257);
	assert_int_equal(sign_msg(s, key), CKR_DEVICE_ERROR);
	p11t_login(s, SIGN);
	assert_int_equal(sign_msg(s, key), CKR_OK);
}

/* Another program changed the PIN or wore the counter down meanwhile: C_Sign
 * says what it may say, and the next C_Login tells the reason. */
static void
a_counter_that_fell_ends_the_login_and_not_a_try(void **state)
{
	static const struct {
		int wrong; /* PINs by another program */
		CK_RV login;
	} row[] = { { 1, CKR_OK }, { 3, CKR_PIN_LOCKED } };

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		CK_SESSION_HANDLE s;
		CK_OBJECT_HANDLE key;

		p11t_restart(PLAIN, NULL);
		s = p11t_user(AUTH);
		key = p11t_key(s, AUTH);
		vs_other_send(p11t_reader(), "00A4040C0AD392F000260100000001");
		vs_other_send(p11t_reader(), "00A4020C020018");
		for (int k = 0; k < row[i].wrong; k++)
			vs_other_send(p11t_reader(), "002000800439393939");
		vs_restart_count(p11t_reader());
		assert_int_equal(p11t_sign_init(s, key), CKR_OK);
		assert_int_equal(sign_on(s), CKR_USER_NOT_LOGGED_IN);
		assert_int_equal(vs_counted(p11t_reader()).verifies, 0);
		assert_int_equal(p11t_try_login(s, "1234"), row[i].login);
	}
}

/* The file of the key is gone: no such object, says the card. */
static void
a_card_without_the_key_is_a_faulty_card(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);

	(void)state;
	vs_fault_at(p11t_reader(), 5, VS_REPLACE, "\x6a\x82", 2);
	assert_int_equal(sign_msg(s, p11t_key(s, AUTH)), CKR_DEVICE_ERROR);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_guard_decides_on_raw_data),
		TEST(the_guard_decides_on_data_in_parts),
		TEST(
		    a_message_of_the_identifier_scheme_is_not_hashed_and_signed),
		TEST(pss_takes_a_sha256_value_alone),
		TEST(a_signature_needs_a_login),
		TEST(one_login_is_one_signature_of_the_signature_key),
		TEST(one_login_is_many_signatures_of_the_authentication_key),
		TEST(a_mode_that_the_card_refuses_is_offered_no_more),
		TEST(a_card_that_leaves_is_removed_and_verified_once),
		TEST(a_wrong_signature_is_not_handed_out),
		TEST(a_counter_that_fell_ends_the_login_and_not_a_try),
		TEST(a_card_without_the_key_is_a_faulty_card),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
