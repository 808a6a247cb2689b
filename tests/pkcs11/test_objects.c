/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which objects a slot has, when they are seen, and what they say. */
#include "tests/pkcs11/p11t.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

static CK_OBJECT_CLASS class_profile = CKO_PROFILE;

/* Classes and ids of all that an empty template finds, in order, as text:
 * class in hex and id, "9.0" for the profile object. */
static const char *
seen(CK_SESSION_HANDLE s)
{
	static char text[128];
	CK_OBJECT_HANDLE hit[16];
	const size_t n = p11t_find(s, NULL, 0, hit, NELEM(hit));
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		const CK_ULONG class = p11t_number(s, hit[i], CKA_CLASS);
		CK_BYTE id = 0;

		if (class != CKO_PROFILE)
			assert_int_equal(
			    p11t_value(s, hit[i], CKA_ID, &id, 1), 1);
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%lx.%u",
		    i > 0 ? " " : "", class, id);
	}
	return text;
}

#define PROFILE     "9.0 "
#define AUTH_PUBLIC "9.0 1.1 2.1 1.3"
#define AUTH_ALL    "9.0 1.1 2.1 3.1 1.3"
#define SIGN_FIRST  "9.0 1.4"
#define SIGN_PUBLIC "9.0 1.2 2.2 1.4"
#define SIGN_ALL    "9.0 1.2 2.2 3.2 1.4"

static void
private_keys_are_seen_while_logged_in(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH), other = p11t_open(AUTH);

	(void)state;
	assert_string_equal(seen(s), AUTH_PUBLIC);
	p11t_login(s, AUTH);
	assert_string_equal(seen(s), AUTH_ALL);
	assert_string_equal(seen(other), AUTH_ALL); /* a login is the slot's */
	assert_string_equal(seen(p11t_open(SIGN)), SIGN_FIRST);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_string_equal(seen(s), AUTH_PUBLIC);
}

static void
the_signature_certificate_appears_at_login_and_stays(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(SIGN);

	(void)state;
	assert_string_equal(seen(s), SIGN_FIRST);
	p11t_login(s, SIGN);
	assert_string_equal(seen(s), SIGN_ALL);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_string_equal(seen(s), SIGN_PUBLIC);
	assert_int_equal(p11->C_CloseSession(s), CKR_OK);
	assert_string_equal(seen(p11t_open(SIGN)), SIGN_PUBLIC);
	p11t_swap(); /* another insertion: hidden again */
	assert_string_equal(seen(p11t_open(SIGN)), SIGN_FIRST);
}

/* Clients join key and certificate by either. */
static void
a_pair_shares_id_and_label(void **state)
{
	static const CK_OBJECT_CLASS class[] = { CKO_CERTIFICATE,
		CKO_PUBLIC_KEY, CKO_PRIVATE_KEY };

	(void)state;
	for (int p = 0; p < JM_PAIRS; p++) {
		const enum jm_pair pair = (enum jm_pair)p;
		const CK_SESSION_HANDLE s = p11t_user(pair);
		const char *want =
		    pair == AUTH ? "JPKI Authentication" : "JPKI Signature";

		for (size_t i = 0; i < NELEM(class); i++) {
			CK_OBJECT_HANDLE o =
			    p11t_object(s, class[i], (CK_BYTE)(p + 1));
			char label[64] = "";

			p11t_value(s, o, CKA_LABEL, label, sizeof label - 1);
			assert_string_equal(label, want);
		}
	}
}

static void
certificates_have_their_categories(void **state)
{
	(void)state;
	for (int p = 0; p < JM_PAIRS; p++) {
		const CK_SESSION_HANDLE s = p11t_user((enum jm_pair)p);
		const CK_OBJECT_HANDLE leaf = p11t_object(s, CKO_CERTIFICATE,
					   (CK_BYTE)(p + 1)),
				       ca = p11t_object(s, CKO_CERTIFICATE,
					   (CK_BYTE)(p + 3));

		assert_int_equal(
		    p11t_number(s, leaf, CKA_CERTIFICATE_CATEGORY), 1);
		assert_int_equal(
		    p11t_number(s, ca, CKA_CERTIFICATE_CATEGORY), 2);
	}
}

/* --- values, held against OpenSSL's reading of the certificate ------------ */

static X509 *
certificate(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o)
{
	static unsigned char der[8192];
	const unsigned char *p = der;
	const size_t len = p11t_value(s, o, CKA_VALUE, der, sizeof der);
	X509 *x = d2i_X509(NULL, &p, (long)len);

	assert_non_null(x);
	assert_ptr_equal(p, der + len);
	return x;
}

static void
assert_value(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type,
    const unsigned char *want, int want_len)
{
	static unsigned char got[8192];

	assert_true(want_len > 0);
	assert_int_equal(
	    p11t_value(s, o, type, got, sizeof got), (size_t)want_len);
	assert_memory_equal(got, want, (size_t)want_len);
}

static void
assert_names(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, X509 *x)
{
	unsigned char *der = NULL;
	int len;

	len = i2d_X509_NAME(X509_get_subject_name(x), &der);
	assert_value(s, o, CKA_SUBJECT, der, len);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_X509_NAME(X509_get_issuer_name(x), &der);
	assert_value(s, o, CKA_ISSUER, der, len);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_ASN1_INTEGER(X509_get_serialNumber(x), &der);
	assert_value(s, o, CKA_SERIAL_NUMBER, der, len);
	OPENSSL_free(der);
}

static void
assert_date(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type,
    const ASN1_TIME *t)
{
	char text[9];
	struct tm tm;

	assert_int_equal(ASN1_TIME_to_tm(t, &tm), 1);
	strftime(text, sizeof text, "%Y%m%d", &tm);
	assert_value(s, o, type, (unsigned char *)text, 8);
}

static void
certificates_say_what_openssl_reads_in_them(void **state)
{
	static const CK_BYTE id[] = { 1, 2, 3, 4 };

	(void)state;
	for (size_t i = 0; i < NELEM(id); i++) {
		const CK_SESSION_HANDLE s = p11t_user(i % 2 ? SIGN : AUTH);
		const CK_OBJECT_HANDLE o =
		    p11t_object(s, CKO_CERTIFICATE, id[i]);
		X509 *x = certificate(s, o);
		unsigned char *spki = NULL;
		int len;

		assert_names(s, o, x);
		assert_date(s, o, CKA_START_DATE, X509_get0_notBefore(x));
		assert_date(s, o, CKA_END_DATE, X509_get0_notAfter(x));
		len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);
		assert_value(s, o, CKA_PUBLIC_KEY_INFO, spki, len);
		OPENSSL_free(spki);
		X509_free(x);
		(void)p11->C_CloseAllSessions(p11t_slot(i % 2 ? SIGN : AUTH));
	}
}

static void
keys_carry_the_numbers_of_the_certificate(void **state)
{
	static const CK_OBJECT_CLASS class[] = { CKO_PUBLIC_KEY,
		CKO_PRIVATE_KEY };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const CK_BYTE id = (CK_BYTE)(i / 2 + 1);
		const CK_SESSION_HANDLE s = p11t_open(id == 1 ? AUTH : SIGN);
		CK_OBJECT_HANDLE o;
		unsigned char n[1024], e[8];
		X509 *x;
		BIGNUM *bn = NULL;
		EVP_PKEY *key;

		p11t_login(s, id == 1 ? AUTH : SIGN);
		x = certificate(s, p11t_object(s, CKO_CERTIFICATE, id));
		key = X509_get0_pubkey(x);
		o = p11t_object(s, class[i % 2], id);

		assert_int_equal(EVP_PKEY_get_bn_param(key, "n", &bn), 1);
		assert_int_equal(BN_bn2bin(bn, n), 256);
		assert_value(s, o, CKA_MODULUS, n, 256);
		assert_int_not_equal(n[0], 0); /* no leading zero */
		BN_free(bn);
		bn = NULL;
		assert_int_equal(EVP_PKEY_get_bn_param(key, "e", &bn), 1);
		assert_value(s, o, CKA_PUBLIC_EXPONENT, e, BN_bn2bin(bn, e));
		BN_free(bn);
		assert_int_equal(p11t_number(s, o, CKA_MODULUS_BITS), 2048);
		X509_free(x);
		(void)p11->C_CloseAllSessions(p11t_slot(id == 1 ? AUTH : SIGN));
	}
}

/* --- handles ----------------------------------------------------------------
 */

static CK_RV
ask(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o)
{
	CK_ATTRIBUTE a = { CKA_CLASS, NULL, 0 };

	return p11->C_GetAttributeValue(s, o, &a, 1);
}

static void
a_handle_outlives_login_and_session(void **state)
{
	CK_SESSION_HANDLE s = p11t_user(AUTH);
	const CK_OBJECT_HANDLE key = p11t_object(s, CKO_PRIVATE_KEY, 1);
	CK_ULONG size;

	(void)state;
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(ask(s, key), CKR_OK);
	assert_int_equal(p11->C_GetObjectSize(s, key, &size), CKR_OK);
	assert_int_equal(p11->C_CloseSession(s), CKR_OK);
	s = p11t_user(AUTH);
	assert_int_equal(p11t_object(s, CKO_PRIVATE_KEY, 1), key);
	assert_int_equal(ask(s, key), CKR_OK);
}

static void
a_handle_of_another_slot_card_or_kind_is_invalid(void **state)
{
	const CK_SESSION_HANDLE a = p11t_user(AUTH), s = p11t_open(SIGN);
	const CK_OBJECT_HANDLE key = p11t_object(a, CKO_PRIVATE_KEY, 1);
	const CK_OBJECT_HANDLE wild[] = { 0, 1, key - 4, key + 2, key + 5,
		key ^ 0x8000, ~(CK_OBJECT_HANDLE)0, key | 1UL << 40 };
	CK_SESSION_HANDLE later;

	(void)state;
	(void)p11t_apdus();
	assert_int_equal(ask(s, key), CKR_OBJECT_HANDLE_INVALID);
	for (size_t i = 0; i < NELEM(wild); i++)
		assert_int_equal(ask(a, wild[i]), CKR_OBJECT_HANDLE_INVALID);
	p11t_assert_apdus(0, "wild handles");
	p11t_swap();
	later = p11t_user(AUTH);
	assert_int_equal(ask(later, key), CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(
	    ask(later, p11t_object(later, CKO_PRIVATE_KEY, 1)), CKR_OK);
}

static void
the_hidden_certificate_has_no_handle(void **state)
{
	CK_SESSION_HANDLE s = p11t_user(SIGN);
	const CK_OBJECT_HANDLE cert = p11t_object(s, CKO_CERTIFICATE, 2);

	(void)state;
	assert_int_equal(ask(s, cert), CKR_OK);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	assert_int_equal(p11->C_Initialize(NULL), CKR_OK);
	s = p11t_open(SIGN);
	assert_int_equal(ask(s, cert), CKR_OBJECT_HANDLE_INVALID);
}

/* No search came before: the certificate is read when its handle is used. */
static void
a_handle_is_enough_to_read_a_certificate(void **state)
{
	CK_SESSION_HANDLE s = p11t_open(AUTH);
	const CK_OBJECT_HANDLE cert = p11t_object(s, CKO_CERTIFICATE, 1),
			       pub = p11t_object(s, CKO_PUBLIC_KEY, 1);
	CK_ATTRIBUTE a = { CKA_VALUE, NULL, 0 };

	(void)state;
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	assert_int_equal(p11->C_Initialize(NULL), CKR_OK);
	s = p11t_open(AUTH);
	(void)p11t_apdus();
	assert_int_equal(p11->C_GetAttributeValue(s, cert, &a, 1), CKR_OK);
	p11t_assert_apdus(
	    1 + p11t_read_cost(a.ulValueLen, 0), "reading by handle");
	assert_int_equal(ask(s, pub), CKR_OK);
	p11t_assert_apdus(0, "its public key");
}

/* --- what is not there ------------------------------------------------------
 */

static int
slot_has_token(CK_SLOT_ID id)
{
	CK_TOKEN_INFO info;

	return p11->C_GetTokenInfo(id, &info) == CKR_OK;
}

static void
an_absent_pair_is_an_absent_token(void **state)
{
	(void)state;
	p11t_restart("sign-pair=absent", NULL);
	assert_true(slot_has_token(p11t_slot(AUTH)));
	assert_false(slot_has_token(p11t_slot(SIGN)));
	assert_string_equal(seen(p11t_open(AUTH)), AUTH_PUBLIC);
	p11t_restart("auth-pair=absent", NULL);
	assert_false(slot_has_token(p11t_slot(AUTH)));
	assert_true(slot_has_token(p11t_slot(SIGN)));
	assert_string_equal(seen(p11t_open(SIGN)), SIGN_FIRST);
}

/* EF 0008 says there is a pair, and the certificate's file is of no use. */
static void
a_certificate_that_cannot_be_is_no_object_and_no_error(void **state)
{
	static const char *const how[] = { "absent-ef=6a82", "absent-ef=empty",
		"absent-ef=filler", "absent-ef=6982" };

	(void)state;
	for (size_t i = 0; i < NELEM(how); i++) {
		p11t_restart("auth-pair=absent", "ef0008=8F8F00",
		    "absent-pin=blocked", how[i], NULL);
		assert_string_equal(seen(p11t_open(AUTH)), "9.0 1.3");
	}
	p11t_restart("auth-pair=absent", "ef0008=8F8F00", "absent-pin=blocked",
	    "absent-ca=absent", NULL);
	assert_string_equal(seen(p11t_open(AUTH)), "9.0");
}

/* --- nothing can be changed -------------------------------------------------
 */

static void
no_object_can_be_made_changed_or_destroyed(void **state)
{
	const CK_SESSION_HANDLE session[] = { p11t_open(AUTH),
		p11t_open_rw(AUTH) };
	CK_ATTRIBUTE a = { CKA_CLASS, &class_profile, sizeof class_profile };
	CK_OBJECT_HANDLE hit[16], new_object;

	(void)state;
	for (size_t i = 0; i < NELEM(session); i++) {
		const CK_SESSION_HANDLE s = session[i];
		const size_t n = p11t_find(s, NULL, 0, hit, NELEM(hit));

		assert_int_equal(p11->C_CreateObject(s, &a, 1, &new_object),
		    CKR_TOKEN_WRITE_PROTECTED);
		assert_int_equal(n, 4);
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(
			    p11->C_CopyObject(s, hit[k], NULL, 0, &new_object),
			    CKR_ACTION_PROHIBITED);
			assert_int_equal(p11->C_DestroyObject(s, hit[k]),
			    CKR_ACTION_PROHIBITED);
			assert_int_equal(
			    p11->C_SetAttributeValue(s, hit[k], &a, 1),
			    CKR_ACTION_PROHIBITED);
		}
		assert_int_equal(p11t_find(s, NULL, 0, hit, NELEM(hit)), n);
	}
}

static void
bad_arguments_have_their_values(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH), no = 4711;
	const CK_OBJECT_HANDLE o = p11t_object(s, CKO_CERTIFICATE, 1), bad = 1;
	CK_ATTRIBUTE a = { CKA_CLASS, NULL, 0 };
	CK_OBJECT_HANDLE h;
	CK_ULONG n;

	(void)state;
	/* clang-format off */
	const struct { CK_RV got, want; } row[] = {
		{ p11->C_GetAttributeValue(s, o, NULL, 1),  CKR_ARGUMENTS_BAD },
		{ p11->C_GetAttributeValue(s, bad, &a, 1),  CKR_OBJECT_HANDLE_INVALID },
		{ p11->C_GetAttributeValue(no, o, &a, 1),   CKR_SESSION_HANDLE_INVALID },
		{ p11->C_GetAttributeValue(no, o, NULL, 1), CKR_SESSION_HANDLE_INVALID },
		{ p11->C_GetObjectSize(s, o, NULL),         CKR_ARGUMENTS_BAD },
		{ p11->C_GetObjectSize(s, bad, &n),         CKR_OBJECT_HANDLE_INVALID },
		{ p11->C_GetObjectSize(no, o, &n),          CKR_SESSION_HANDLE_INVALID },
		{ p11->C_SetAttributeValue(s, o, NULL, 1),  CKR_ARGUMENTS_BAD },
		{ p11->C_SetAttributeValue(s, bad, &a, 1),  CKR_OBJECT_HANDLE_INVALID },
		{ p11->C_SetAttributeValue(no, o, &a, 1),   CKR_SESSION_HANDLE_INVALID },
		{ p11->C_CopyObject(s, o, NULL, 1, &h),     CKR_ARGUMENTS_BAD },
		{ p11->C_CopyObject(s, o, NULL, 0, NULL),   CKR_ARGUMENTS_BAD },
		{ p11->C_CopyObject(s, bad, NULL, 0, &h),   CKR_OBJECT_HANDLE_INVALID },
		{ p11->C_DestroyObject(s, bad),             CKR_OBJECT_HANDLE_INVALID },
		{ p11->C_DestroyObject(no, o),              CKR_SESSION_HANDLE_INVALID },
		{ p11->C_CreateObject(s, NULL, 1, &h),      CKR_ARGUMENTS_BAD },
		{ p11->C_CreateObject(s, &a, 1, NULL),      CKR_ARGUMENTS_BAD },
		{ p11->C_CreateObject(no, &a, 1, &h),       CKR_SESSION_HANDLE_INVALID },
	};
	/* clang-format on */

	for (size_t i = 0; i < NELEM(row); i++)
		if (row[i].got != row[i].want)
			fail_msg("row %zu: %lx", i, row[i].got);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(private_keys_are_seen_while_logged_in),
		TEST(the_signature_certificate_appears_at_login_and_stays),
		TEST(a_pair_shares_id_and_label),
		TEST(certificates_have_their_categories),
		TEST(certificates_say_what_openssl_reads_in_them),
		TEST(keys_carry_the_numbers_of_the_certificate),
		TEST(a_handle_outlives_login_and_session),
		TEST(a_handle_of_another_slot_card_or_kind_is_invalid),
		TEST(the_hidden_certificate_has_no_handle),
		TEST(a_handle_is_enough_to_read_a_certificate),
		TEST(an_absent_pair_is_an_absent_token),
		TEST(a_certificate_that_cannot_be_is_no_object_and_no_error),
		TEST(no_object_can_be_made_changed_or_destroyed),
		TEST(bad_arguments_have_their_values),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
