/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects of service identities: attributes, handles, searches, mechanisms. */
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pkcs11/p11_v3.h"
#include "tests/pkcs11/nym_index_try.h"
#include "tests/pkcs11/nymt.h"

#define MANY  10000
#define SSH_A "ssh:a.example.jp"
#define SSH_B "ssh:b.example.jp"
#define HOME  "p11:home"

static struct nym_index_entry entries[3], *many;
static const struct nym_index three = { entries, 3 };
static unsigned reader;

static int
group(void **state)
{
	many = calloc(MANY, sizeof *many);
	for (unsigned i = 0; many != NULL && i < MANY; i++) {
		char scope[40];

		snprintf(scope, sizeof scope, "ssh:h%05u.example.jp", i);
		try_cheap_entry(&many[i], scope, i);
	}
	try_entry(&entries[0], SSH_A, 0);
	try_entry(&entries[1], SSH_B, 0);
	try_entry(&entries[2], HOME, 1);
	return many == NULL || stage_conf_open(state) != 0;
}

static int
group_end(void **state)
{
	free(many);
	return stage_conf_close(state);
}

static int
begin(void **state)
{
	try_clear();
	try_any = 1;
	try_index = &three;
	if (stage_conf_begin(state) != 0)
		return 1;
	reader = stage_reader(PLAIN, NULL);
	stage_init();
	return nymt_token(reader) != 1;
}

/* --- attributes ----------------------------------------------------------- */

static const CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

static void
attributes_are_those_of_the_entry(void **state)
{
	static const CK_BYTE p256[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
		0x3d, 0x03, 0x01, 0x07 };
#define N(v) &(const CK_ULONG){ v }, sizeof(CK_ULONG)
#define F(v) &(v), 1
#define CERT 1
#define PUB  2
#define PRIV 4
	const struct nym_index_entry *e = &entries[0];
	CK_BYTE point[67] = { 0x04, 0x41 };
	const struct {
		unsigned of;
		CK_ATTRIBUTE_TYPE type;
		const void *p;
		size_t len;
	} row[] = {
		{ CERT | PUB | PRIV, CKA_LABEL, SSH_A, sizeof SSH_A - 1 },
		{ CERT | PUB | PRIV, CKA_ID, e->nid, 20 },
		{ CERT | PUB | PRIV, CKA_TOKEN, F(yes) },
		{ CERT | PUB, CKA_PRIVATE, F(no) },
		{ PRIV, CKA_PRIVATE, F(yes) },
		{ CERT | PUB | PRIV, CKA_MODIFIABLE, F(no) },
		{ CERT | PUB | PRIV, CKA_DESTROYABLE, F(no) },
		{ CERT, CKA_VALUE, e->cert, e->cert_len },
		{ CERT, CKA_CERTIFICATE_TYPE, N(CKC_X_509) },
		{ CERT, CKA_CERTIFICATE_CATEGORY, N(0) },
		{ CERT, CKA_TRUSTED, F(no) },
		{ CERT, CKA_SERIAL_NUMBER, "\x02\x01\x01", 3 },
		{ CERT, CKA_START_DATE, "20000101", 8 },
		{ CERT, CKA_END_DATE, "99991231", 8 },
		{ PUB | PRIV, CKA_KEY_TYPE, N(CKK_EC) },
		{ PUB | PRIV, CKA_EC_PARAMS, p256, sizeof p256 },
		{ PUB | PRIV, CKA_EC_POINT, point, sizeof point },
		{ PUB | PRIV, CKA_DERIVE, F(no) },
		{ PUB | PRIV, CKA_LOCAL, F(no) },
		{ PUB, CKA_VERIFY, F(yes) },
		{ PUB, CKA_ENCRYPT, F(no) },
		{ PRIV, CKA_SIGN, F(yes) },
		{ PRIV, CKA_DECRYPT, F(no) },
		{ PRIV, CKA_SENSITIVE, F(yes) },
		{ PRIV, CKA_ALWAYS_SENSITIVE, F(yes) },
		{ PRIV, CKA_EXTRACTABLE, F(no) },
		{ PRIV, CKA_NEVER_EXTRACTABLE, F(yes) },
		{ PRIV, CKA_ALWAYS_AUTHENTICATE, F(no) },
	};
	const CK_SESSION_HANDLE s = nymt_user(reader);
	const CK_OBJECT_HANDLE o[] = { nymt_object(s, CKO_CERTIFICATE, SSH_A),
		nymt_object(s, CKO_PUBLIC_KEY, SSH_A),
		nymt_object(s, CKO_PRIVATE_KEY, SSH_A) };
	CK_BYTE got[600];
	(void)state;

	memcpy(point + 2, e->point, 65);
	for (size_t i = 0; i < NELEM(row); i++)
		for (size_t k = 0; k < 3; k++) {
			size_t n;

			if ((row[i].of >> k & 1) == 0)
				continue;
			n = nymt_value(s, o[k], row[i].type, got, sizeof got);
			if (n != row[i].len || memcmp(got, row[i].p, n) != 0)
				fail_msg("object %zu, attribute %lx", k,
				    row[i].type);
		}
	assert_int_equal(nymt_get(s, o[2], CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
	assert_int_equal(
	    nymt_get(s, o[2], CKA_MODULUS), CKR_ATTRIBUTE_TYPE_INVALID);
	assert_int_equal(
	    nymt_get(s, o[1], CKA_MODULUS_BITS), CKR_ATTRIBUTE_TYPE_INVALID);
}

/* As OpenSSL finds them in the certificate. */
static void
parts_of_the_certificate_are_told(void **state)
{
	const unsigned char *der = entries[1].cert;
	const CK_SESSION_HANDLE s = nymt_open(reader);
	const CK_OBJECT_HANDLE cert = nymt_object(s, CKO_CERTIFICATE, SSH_B);
	const CK_OBJECT_HANDLE pub = nymt_object(s, CKO_PUBLIC_KEY, SSH_B);
	X509 *x = d2i_X509(NULL, &der, (long)entries[1].cert_len);
	unsigned char *want = NULL;
	CK_BYTE got[600];
	size_t n;
	int len;
	(void)state;

	assert_non_null(x);
	len = i2d_X509_NAME(X509_get_subject_name(x), &want);
	assert_int_equal(
	    n = nymt_value(s, cert, CKA_SUBJECT, got, sizeof got), len);
	assert_memory_equal(got, want, n);
	assert_int_equal(nymt_value(s, cert, CKA_ISSUER, got, 600), len);
	assert_memory_equal(got, want, n);
	assert_int_equal(nymt_value(s, pub, CKA_SUBJECT, got, 600), len);
	OPENSSL_free(want);
	want = NULL;
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &want);
	assert_int_equal(
	    nymt_value(s, pub, CKA_PUBLIC_KEY_INFO, got, 600), len);
	assert_memory_equal(got, want, (size_t)len);
	OPENSSL_free(want);
	X509_free(x);
}

/* A file that somebody changed: no more than the attributes are missing. */
static void
a_certificate_that_is_none_has_no_parts(void **state)
{
	static struct nym_index_entry bad[2];
	const struct nym_index index = { bad, 2 };
	CK_SESSION_HANDLE s;
	CK_OBJECT_HANDLE o;
	(void)state;

	for (size_t len = 0; len <= sizeof bad[0].cert; len++) {
		bad[0] = entries[0];
		bad[0].cert_len = len;
		bad[1] = entries[1];
		bad[1].cert[len % entries[1].cert_len] ^= 0x5a;
		bad[1].cert_len = sizeof bad[1].cert + len % 2;
		try_index = len % 2 ? &index : &three;
		(void)stage_slots(1, NULL, 0);
		try_index = &index;
		s = nymt_open(reader);
		for (size_t i = 0; i < 2; i++) {
			o = nymt_object(
			    s, CKO_CERTIFICATE, i == 0 ? SSH_A : SSH_B);
			(void)nymt_get(s, o, CKA_SUBJECT);
			(void)nymt_get(s, o, CKA_SERIAL_NUMBER);
			if (i == 0)
				assert_int_equal(
				    nymt_get(s, o, CKA_PUBLIC_KEY_INFO),
				    len >= entries[0].cert_len
					? CKR_OK
					: CKR_ATTRIBUTE_TYPE_INVALID);
		}
		assert_int_equal(p11->C_CloseSession(s), CKR_OK);
	}
	try_index = &three;
	(void)stage_slots(1, NULL, 0);
}

static void
there_is_one_profile_object(void **state)
{
	CK_OBJECT_CLASS class = CKO_PROFILE;
	CK_ATTRIBUTE tmpl = { CKA_CLASS, &class, sizeof class };
	const CK_SESSION_HANDLE s = nymt_open(reader);
	CK_OBJECT_HANDLE o;
	CK_ULONG id;
	(void)state;

	assert_int_equal(nymt_find(s, &tmpl, 1, &o, 1), 1);
	assert_int_equal(
	    nymt_value(s, o, CKA_PROFILE_ID, &id, sizeof id), sizeof id);
	assert_int_equal(id, CKP_PUBLIC_CERTIFICATES_TOKEN);
}

static void
private_keys_are_seen_after_login(void **state)
{
	const CK_SESSION_HANDLE s = nymt_open(reader);
	(void)state;

	assert_int_equal(nymt_find(s, NULL, 0, NULL, 0), 1 + 2 * 3);
	assert_int_equal(nymt_object(s, CKO_PRIVATE_KEY, SSH_A), 0);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(nymt_find(s, NULL, 0, NULL, 0), 1 + 3 * 3);
	assert_int_not_equal(nymt_object(s, CKO_PRIVATE_KEY, SSH_A), 0);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(nymt_find(s, NULL, 0, NULL, 0), 1 + 2 * 3);
}

/* --- handles -------------------------------------------------------------- */

static void
a_handle_goes_on_as_long_as_its_entry(void **state)
{
	static struct nym_index_entry later[3], again[2];
	const struct nym_index then = { later, 3 }, back = { again, 2 };
	const CK_SESSION_HANDLE s = nymt_user(reader);
	const CK_OBJECT_HANDLE a = nymt_object(s, CKO_PRIVATE_KEY, SSH_A),
			       b = nymt_object(s, CKO_PUBLIC_KEY, SSH_B),
			       home = nymt_object(s, CKO_CERTIFICATE, HOME);
	CK_OBJECT_HANDLE fresh;
	char label[40] = "";
	(void)state;

	later[0] = entries[2];
	later[1] = many[7];
	later[2] = entries[0];
	again[0] = entries[1];
	again[1] = entries[0];
	try_index = &then;
	/* not before somebody looks */
	assert_int_equal(nymt_object(s, CKO_PUBLIC_KEY, SSH_B), b);
	(void)stage_slots(1, NULL, 0);
	assert_int_equal(nymt_object(s, CKO_PRIVATE_KEY, SSH_A), a);
	assert_int_equal(nymt_object(s, CKO_CERTIFICATE, HOME), home);
	assert_int_equal(nymt_object(s, CKO_PUBLIC_KEY, SSH_B), 0);
	assert_int_equal(nymt_get(s, b, CKA_LABEL), CKR_OBJECT_HANDLE_INVALID);
	fresh = nymt_object(s, CKO_PUBLIC_KEY, many[7].scope);
	assert_true(fresh != 0 && fresh != b);
	(void)nymt_value(s, home, CKA_LABEL, label, sizeof label);
	assert_string_equal(label, HOME);

	try_index = &back;
	(void)nymt_open(reader); /* looks, too */
	assert_int_equal(nymt_object(s, CKO_PRIVATE_KEY, SSH_A), a);
	assert_int_not_equal(nymt_object(s, CKO_PUBLIC_KEY, SSH_B), 0);
	assert_int_not_equal(nymt_object(s, CKO_PUBLIC_KEY, SSH_B), b);
	assert_int_equal(
	    nymt_get(s, home, CKA_LABEL), CKR_OBJECT_HANDLE_INVALID);
}

/* The same key under another label is another object. */
static void
a_label_that_moves_takes_no_handle_along(void **state)
{
	static struct nym_index_entry swapped[2];
	const struct nym_index then = { swapped, 2 };
	const CK_SESSION_HANDLE s = nymt_open(reader);
	const CK_OBJECT_HANDLE a = nymt_object(s, CKO_PUBLIC_KEY, SSH_A);
	(void)state;

	memcpy(swapped, entries, sizeof swapped);
	memcpy(swapped[0].scope, SSH_B, sizeof SSH_B);
	memcpy(swapped[1].scope, SSH_A, sizeof SSH_A);
	try_index = &then;
	(void)stage_slots(1, NULL, 0);
	assert_int_not_equal(nymt_object(s, CKO_PUBLIC_KEY, SSH_A), a);
	assert_int_not_equal(nymt_object(s, CKO_PUBLIC_KEY, SSH_B), a);
	assert_int_equal(nymt_get(s, a, CKA_LABEL), CKR_OBJECT_HANDLE_INVALID);
}

static void
a_handle_is_of_one_slot_and_one_insertion(void **state)
{
	CK_SESSION_HANDLE s = nymt_open(reader);
	const CK_SESSION_HANDLE auth = stage_session(reader, AUTH);
	const CK_OBJECT_HANDLE a = nymt_object(s, CKO_PUBLIC_KEY, SSH_A);
	CK_OBJECT_HANDLE hit[8];
	size_t n;
	unsigned other;
	(void)state;

	assert_true((a & ~0xffffffffUL) == 0); /* 32 bits do everywhere */
	assert_int_equal(
	    nymt_get(auth, a, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
	n = nymt_find(auth, NULL, 0, hit, NELEM(hit));
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
		    nymt_get(s, hit[i], CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
	other = stage_reader(PLAIN, NULL);
	assert_int_equal(nymt_token(other), 1);
	assert_int_equal(nymt_get(nymt_open(other), a, CKA_CLASS),
	    CKR_OBJECT_HANDLE_INVALID);
	stage_take(reader);
	assert_int_equal(nymt_get(s, a, CKA_CLASS), CKR_OK); /* in memory */
	(void)stage_slots(1, NULL, 0);
	assert_int_equal(nymt_get(s, a, CKA_CLASS), CKR_SESSION_HANDLE_INVALID);
	stage_put(reader);
	assert_int_equal(nymt_token(reader), 1);
	s = nymt_open(reader);
	assert_int_equal(nymt_get(s, a, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
	assert_int_not_equal(nymt_object(s, CKO_PUBLIC_KEY, SSH_A), a);
}

static void
numbers_that_nobody_has_are_no_handles(void **state)
{
	const CK_SESSION_HANDLE s = nymt_open(reader);
	const CK_OBJECT_HANDLE a = nymt_object(s, CKO_CERTIFICATE, SSH_A);
	(void)state;

	assert_int_equal(nymt_get(s, a, CKA_CLASS), CKR_OK);
	assert_int_equal(
	    nymt_get(s, a | 3, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
	for (int bit = 0; bit < 64; bit++) {
		const CK_OBJECT_HANDLE h = a ^ 1UL << bit;
		const CK_RV rv = nymt_get(s, h, CKA_CLASS);

		/* its neighbours' and its own other kinds apart */
		assert_true(rv == CKR_OBJECT_HANDLE_INVALID ||
			    (rv == CKR_OK && bit < 4));
	}
	assert_int_equal(nymt_get(s, 0x80000000UL, CKA_CLASS) == CKR_OK &&
			     nymt_get(s, 0xffffffffUL, CKA_CLASS) == CKR_OK,
	    0);
}

/* --- many ----------------------------------------------------------------- */

static int
by_value(const void *a, const void *b)
{
	const CK_OBJECT_HANDLE x = *(const CK_OBJECT_HANDLE *)a;
	const CK_OBJECT_HANDLE y = *(const CK_OBJECT_HANDLE *)b;

	return (x > y) - (x < y);
}

static void
ten_thousand_are_listed_and_found_one_by_one(void **state)
{
	const struct nym_index all = { many, MANY },
			       less = { many + 1, MANY - 2 };
	CK_OBJECT_HANDLE *hit = calloc(3 * MANY + 2, sizeof *hit), last;
	CK_SESSION_HANDLE s;
	size_t n;
	(void)state;

	assert_non_null(hit);
	try_index = &all;
	s = nymt_user(reader);
	n = nymt_find(s, NULL, 0, hit, 3 * MANY + 2);
	assert_int_equal(n, 3 * MANY + 1);
	qsort(hit, n, sizeof *hit, by_value);
	for (size_t i = 1; i < n; i++)
		assert_true(hit[i] != hit[i - 1]);
	for (size_t i = 0; i < MANY; i += 999) {
		CK_ATTRIBUTE id = { CKA_ID, many[i].nid, 20 };
		char label[64] = "";

		assert_int_equal(nymt_find(s, &id, 1, hit, 4), 3);
		for (size_t k = 0; k < 3; k++) {
			memset(label, 0, sizeof label);
			(void)nymt_value(
			    s, hit[k], CKA_LABEL, label, sizeof label);
			assert_string_equal(label, many[i].scope);
		}
	}
	last = nymt_object(s, CKO_PRIVATE_KEY, many[MANY - 2].scope);
	try_index = &less;
	(void)stage_slots(1, NULL, 0);
	assert_int_equal(
	    nymt_object(s, CKO_PRIVATE_KEY, many[MANY - 2].scope), last);
	assert_int_equal(
	    nymt_object(s, CKO_PRIVATE_KEY, many[MANY - 1].scope), 0);
	assert_int_equal(nymt_find(s, NULL, 0, NULL, 0), 3 * (MANY - 2) + 1);
	free(hit);
}

/* A search that was not ended, or cancelled, leaves nothing behind (seen by the
 * sanitizer). */
static void
a_search_may_be_left_at_any_point(void **state)
{
	CK_SESSION_HANDLE s = nymt_open(reader);
	CK_OBJECT_HANDLE o;
	CK_ULONG n;
	(void)state;

	assert_int_equal(p11->C_FindObjectsInit(s, NULL, 0), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, &o, 1, &n), CKR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(p11_3->C_SessionCancel(s, CKF_FIND_OBJECTS), CKR_OK);
	assert_int_equal(
	    p11->C_FindObjects(s, &o, 1, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11->C_FindObjectsInit(s, NULL, 0), CKR_OK);
	assert_int_equal(p11->C_CloseSession(s), CKR_OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(attributes_are_those_of_the_entry),
		T(parts_of_the_certificate_are_told),
		T(a_certificate_that_is_none_has_no_parts),
		T(there_is_one_profile_object),
		T(private_keys_are_seen_after_login),
		T(a_handle_goes_on_as_long_as_its_entry),
		T(a_label_that_moves_takes_no_handle_along),
		T(a_handle_is_of_one_slot_and_one_insertion),
		T(numbers_that_nobody_has_are_no_handles),
		T(ten_thousand_are_listed_and_found_one_by_one),
		T(a_search_may_be_left_at_any_point),
	};

	return cmocka_run_group_tests(tests, group, group_end);
}
