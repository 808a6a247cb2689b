/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What programs were seen to do, call by call: the lengths and buffers they
 * give, the attributes they ask for, the order in which they log in.  The
 * programs themselves are driven in tests/interop/clients.
 */
#include "tests/pkcs11/p11t_sign.h"

#include <string.h>

#include "tests/support/vscard.h"

static CK_BYTE msg[] = "what a program wants signed";
#define MSG_LEN (sizeof msg - 1)
#define ABSENT  CK_UNAVAILABLE_INFORMATION

static unsigned
verifies(void)
{
	return vs_counted(p11t_reader()).verifies;
}

/* --- signatures ----------------------------------------------------------- */

/* ssh, gpg, NSS, libp11, GnuTLS and Java: a ready DigestInfo. */
static void
each_digestinfo_that_clients_send_is_signed(void **state)
{
	static const CK_ULONG len[] = { 35, 51, 67, 83 };
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);

	(void)state;
	for (size_t i = 0; i < NELEM(len); i++) {
		CK_BYTE in[512], sig[256];
		CK_ULONG n = sizeof sig;

		assert_int_equal(p11t_ways[i].m.mechanism, CKM_RSA_PKCS);
		assert_int_equal(
		    p11t_input(&p11t_ways[i], msg, MSG_LEN, in), len[i]);
		assert_int_equal(
		    p11->C_SignInit(s, &p11t_ways[i].m, key), CKR_OK);
		assert_int_equal(p11->C_Sign(s, in, len[i], sig, &n), CKR_OK);
		assert_true(p11t_openssl_accepts(
		    s, AUTH, &p11t_ways[i], msg, MSG_LEN, sig, n));
	}
}

/* ssh 256, pkcs11-tool 512, Java 4096, libp11 8192; GnuTLS, gnupg-pkcs11-scd
 * and PyKCS11 ask for the length first, the first of these by a wild one. */
static void
buffers_of_any_size_get_the_signature_and_no_more(void **state)
{
	static const CK_ULONG room[] = { 256, 512, 4096, 8192 };
	static const CK_ULONG wild[] = { 0, 1, 255, 0x7ffe1234UL, ~0UL };
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);

	(void)state;
	for (size_t i = 0; i < NELEM(room); i++) {
		struct p11t_way *w = &p11t_ways[1];
		static CK_BYTE sig[8192 + 1];
		CK_BYTE in[512];
		const CK_ULONG n = p11t_input(w, msg, MSG_LEN, in);
		CK_ULONG len;

		memset(sig, 0xa5, sizeof sig);
		assert_int_equal(p11->C_SignInit(s, &w->m, key), CKR_OK);
		(void)p11t_apdus();
		for (size_t k = 0; k < NELEM(wild); k++) {
			len = wild[k];
			assert_int_equal(
			    p11->C_Sign(s, in, n, NULL, &len), CKR_OK);
			assert_int_equal(len, 256);
		}
		p11t_assert_apdus(0, "questions for the length");
		len = room[i];
		assert_int_equal(p11->C_Sign(s, in, n, sig, &len), CKR_OK);
		assert_int_equal(len, 256);
		assert_true(
		    p11t_openssl_accepts(s, AUTH, w, msg, MSG_LEN, sig, len));
		for (size_t k = 256; k < sizeof sig; k++)
			assert_int_equal(sig[k], 0xa5);
	}
}

/* --- attributes ----------------------------------------------------------- */

#define MAX 8

/* clang-format off */
static const struct {
	const char *who;
	CK_ATTRIBUTE_TYPE type[MAX];
	CK_ULONG n;
} asked[] = { /* of a private key */
	{ "libp11",  { CKA_CLASS, CKA_KEY_TYPE, CKA_ID, CKA_LABEL, CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_ALWAYS_AUTHENTICATE }, 7 },
	{ "GnuTLS",  { CKA_KEY_TYPE, CKA_SIGN, CKA_MODULUS, CKA_ALWAYS_AUTHENTICATE }, 4 },
	{ "Java",    { CKA_TOKEN, CKA_KEY_TYPE, CKA_ID, CKA_SENSITIVE, CKA_EXTRACTABLE, CKA_MODULUS }, 6 },
	{ "NSS",     { CKA_TOKEN, CKA_PRIVATE, CKA_KEY_TYPE, CKA_MODULUS, CKA_ALWAYS_AUTHENTICATE }, 5 },
	{ "gnupg-pkcs11-scd", { CKA_SIGN, CKA_SIGN_RECOVER, CKA_DECRYPT, CKA_UNWRAP, CKA_LABEL, CKA_ALWAYS_AUTHENTICATE }, 6 },
	{ "ssh",     { CKA_ALWAYS_AUTHENTICATE }, 1 },
	{ "pkcs11-tool", { CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE, CKA_LOCAL, CKA_SIGN, CKA_DERIVE, CKA_MODULUS }, 6 },
};
/* clang-format on */

static void
private_keys_have_what_clients_ask_for(void **state)
{
	const enum jm_pair pairs[] = { AUTH, SIGN };

	(void)state;
	for (size_t p = 0; p < NELEM(pairs); p++) {
		const CK_SESSION_HANDLE s = p11t_user(pairs[p]);
		const CK_OBJECT_HANDLE key = p11t_key(s, pairs[p]);

		for (size_t i = 0; i < NELEM(asked); i++) {
			static CK_BYTE value[MAX][512];
			CK_ATTRIBUTE t[MAX];

			for (CK_ULONG k = 0; k < asked[i].n; k++)
				t[k] = (CK_ATTRIBUTE){ asked[i].type[k],
					value[k], sizeof value[k] };
			if (p11->C_GetAttributeValue(s, key, t, asked[i].n) !=
			    CKR_OK)
				fail_msg("%s", asked[i].who);
			for (CK_ULONG k = 0; k < asked[i].n; k++)
				if (t[k].type == CKA_ALWAYS_AUTHENTICATE)
					assert_int_equal(value[k][0], CK_FALSE);
		}
	}
}

/* PyKCS11 asks for all that it has a name for; NSS and p11-kit for some that
 * only their own modules have. */
static void
what_an_object_has_not_leaves_the_others_filled(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE o[] = { p11t_key(s, AUTH),
		p11t_object(s, CKO_CERTIFICATE, 1),
		p11t_object(s, CKO_PUBLIC_KEY, 1) };

	(void)state;
	for (size_t i = 0; i < NELEM(o); i++) {
		CK_BYTE id[8], a[64], b[64];
		CK_OBJECT_CLASS class = 0;
		CK_ATTRIBUTE t[] = {
			{ 4 /* CKA_UNIQUE_ID */, a, sizeof a },
			{ CKA_ID, id, sizeof id },
			{ CKA_VENDOR_DEFINED | 0x4e534301, b, sizeof b },
			{ CKA_CLASS, &class, sizeof class },
		};

		class = ~0UL;
		assert_int_equal(p11->C_GetAttributeValue(s, o[i], t, NELEM(t)),
		    CKR_ATTRIBUTE_TYPE_INVALID);
		assert_true(t[0].ulValueLen == ABSENT);
		assert_true(t[2].ulValueLen == ABSENT);
		assert_int_equal(t[1].ulValueLen, 1);
		assert_int_equal(id[0], 1);
		assert_int_equal(t[3].ulValueLen, sizeof class);
		assert_true(class != ~0UL);
	}
}

/* NSS takes a certificate for the user's by a public key of the same id, and
 * reads certificates without a PIN where there is that profile. */
static void
before_login_nss_finds_public_key_and_profile(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH);
	const CK_OBJECT_HANDLE pub = p11t_object(s, CKO_PUBLIC_KEY, 1);
	CK_BYTE modulus[256], id;

	(void)state;
	assert_int_equal(p11t_value(s, pub, CKA_ID, &id, 1), 1);
	assert_int_equal(id, 1);
	assert_int_equal(
	    p11t_value(s, pub, CKA_MODULUS, modulus, sizeof modulus), 256);
	assert_int_equal(
	    p11t_number(s, p11t_object(s, CKO_PROFILE, 0), 0x601), 4);
	assert_int_equal(
	    p11t_number(p11t_open(SIGN),
		p11t_object(p11t_open(SIGN), CKO_PROFILE, 0), 0x601),
	    4);
	assert_int_equal(verifies(), 0);
}

/* --- logins --------------------------------------------------------------- */

/* certutil -f hands over the line of another token; pdfsig with a key that
 * wants a login each time tried an empty PIN millions of times. */
static void
what_is_no_pin_is_not_sent_however_often(void **state)
{
	const CK_SESSION_HANDLE auth = p11t_open(AUTH), sign = p11t_open(SIGN);

	(void)state;
	(void)p11t_apdus();
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(p11t_try_login(auth, ""), CKR_PIN_LEN_RANGE);
		assert_int_equal(p11t_try_login(sign, ""), CKR_PIN_LEN_RANGE);
		assert_int_equal(
		    p11t_try_login(auth, "JPKI Authentication:1234"),
		    CKR_PIN_LEN_RANGE);
		assert_int_equal(p11t_try_login(sign, "JPKI Signature:ABC123"),
		    CKR_PIN_LEN_RANGE);
	}
	p11t_assert_apdus(0, "what is no PIN");
}

/* gnupg-pkcs11-scd logs out before it logs in. */
static void
a_logout_before_the_login_costs_nothing(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH);

	(void)state;
	(void)p11t_apdus();
	assert_int_equal(p11->C_Logout(s), CKR_USER_NOT_LOGGED_IN);
	p11t_assert_apdus(0, "a logout before the login");
	p11t_login(s, AUTH);
	assert_int_equal(verifies(), 1);
}

/* p11tool opens a session for each question, logs in and closes it. */
static void
a_login_for_each_session_is_a_pin_for_each(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 4; i++) {
		const CK_SESSION_HANDLE s = p11t_open(AUTH);

		p11t_login(s, AUTH);
		assert_int_equal(
		    p11t_try_login(s, "1234"), CKR_USER_ALREADY_LOGGED_IN);
		assert_int_equal(verifies(), i);
		assert_int_equal(p11->C_CloseSession(s), CKR_OK);
	}
}

/* strsclnt: a session for each handshake, beside one that is logged in. */
static void
sessions_of_other_threads_come_and_go_beside_a_login(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_key(s, AUTH);

	(void)state;
	for (int i = 0; i < 40; i++) {
		const CK_SESSION_HANDLE other = p11t_open(AUTH);
		CK_OBJECT_HANDLE hit[16];
		CK_BYTE sig[256];
		CK_ULONG len = sizeof sig;

		assert_int_equal(p11t_sign_init(other, key), CKR_OK);
		assert_int_equal(p11t_find(s, NULL, 0, hit, 16), 5);
		assert_int_equal(
		    p11->C_Sign(other, msg, MSG_LEN, sig, &len), CKR_OK);
		assert_int_equal(p11->C_CloseSession(other), CKR_OK);
	}
	assert_int_equal(
	    verifies(), 1 + 40); /* each from the one that is held */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_digestinfo_that_clients_send_is_signed),
		TEST(buffers_of_any_size_get_the_signature_and_no_more),
		TEST(private_keys_have_what_clients_ask_for),
		TEST(what_an_object_has_not_leaves_the_others_filled),
		TEST(before_login_nss_finds_public_key_and_profile),
		TEST(what_is_no_pin_is_not_sent_however_often),
		TEST(a_logout_before_the_login_costs_nothing),
		TEST(a_login_for_each_session_is_a_pin_for_each),
		TEST(sessions_of_other_threads_come_and_go_beside_a_login),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
