/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attributes: the tables, the rules of C_GetAttributeValue, and matching. */
#include "tests/support/test.h"

#include <string.h>

#include "pkcs11/attr.h"

static struct jm_cert cert;
static unsigned reads; /* how often a certificate was asked of the card */
static CK_RV read_says;

/* In place of object.c: the card has the certificate above. */
CK_RV
p11_object_read(struct p11_session *s, unsigned certs)
{
	(void)s;
	assert_int_equal(certs, 1u << JM_CERT_AUTH);
	reads++;
	return read_says;
}

int
p11_object_view(const struct p11_session *s, const struct p11_card *card,
    enum p11_kind kind, struct p11_object *o)
{
	(void)s;
	(void)card;
	(void)kind;
	o->cert = &cert;
	o->settled = 1;
	return 1;
}

static int
setup(void **state)
{
	(void)state;
	memset(&cert, 0, sizeof cert);
	for (size_t i = 0; i < 100; i++)
		cert.der[i] = (uint8_t)i;
	cert.der_len = 100;
	cert.subject = (struct jm_span){ 10, 11 };
	cert.issuer = (struct jm_span){ 30, 12 };
	cert.serial = (struct jm_span){ 50, 3 };
	cert.spki = (struct jm_span){ 60, 20 };
	cert.rsa.bits = 2048;
	cert.rsa.n_len = 256;
	memset(cert.rsa.n, 0xc3, 256);
	cert.rsa.e_len = 3;
	memcpy(cert.rsa.e, "\x01\x00\x01", 3);
	cert.not_before = 1467417600; /* 2016-07-02 00:00:00Z */
	cert.not_after = 1591023599;  /* 2020-06-01 14:59:59Z */
	reads = 0;
	read_says = CKR_OK;
	return 0;
}

static struct p11_object
object(enum p11_kind kind, int loaded)
{
	return (struct p11_object){ .kind = kind,
		.cert_id = kind == P11_CA ? JM_CERT_AUTH_CA : JM_CERT_AUTH,
		.cert = loaded ? &cert : NULL,
		.settled = loaded,
		.bits = 2048,
		.caps = P11_CAP_RSA | P11_CAP_SHA1 };
}

static CK_RV
answer(struct p11_object *o, CK_ATTRIBUTE *tmpl, CK_ULONG len)
{
	return p11_attr_answer(NULL, NULL, o, tmpl, len);
}

static void
assert_untold(const CK_ATTRIBUTE *a)
{
	assert_int_equal(a->ulValueLen, CK_UNAVAILABLE_INFORMATION);
}

/* --- values --- */

static const CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

/* clang-format off */
#define YES     &yes, 1
#define NO      &no, 1
#define N(v)    &(const CK_ULONG){ v }, sizeof(CK_ULONG)
#define S(text) text, sizeof text - 1
static const struct value {
	int kinds; /* bits 1 << p11_kind */
	CK_ATTRIBUTE_TYPE type;
	const void *p;
	CK_ULONG len;
} values[] = {
#define PROF (1 << P11_PROFILE)
#define CERT (1 << P11_CERT)
#define PUB  (1 << P11_PUBKEY)
#define PRIV (1 << P11_PRIVKEY)
#define CA   (1 << P11_CA)
	{ PROF,                CKA_CLASS,                N(CKO_PROFILE) },
	{ CERT | CA,           CKA_CLASS,                N(CKO_CERTIFICATE) },
	{ PUB,                 CKA_CLASS,                N(CKO_PUBLIC_KEY) },
	{ PRIV,                CKA_CLASS,                N(CKO_PRIVATE_KEY) },
	{ PROF | CERT | PUB | PRIV | CA, CKA_TOKEN,      YES },
	{ PROF | CERT | PUB | CA, CKA_PRIVATE,           NO },
	{ PRIV,                CKA_PRIVATE,              YES },
	{ PROF | CERT | PUB | PRIV | CA, CKA_MODIFIABLE, NO },
	{ PROF | CERT | PUB | PRIV | CA, CKA_COPYABLE,   NO },
	{ PROF | CERT | PUB | PRIV | CA, CKA_DESTROYABLE, NO },
	{ PROF,                CKA_LABEL,                S("") },
	{ PROF,                CKA_PROFILE_ID,           N(4) },
	{ CERT | PUB | PRIV,   CKA_LABEL,                S("JPKI Authentication") },
	{ CERT | PUB | PRIV,   CKA_ID,                   S("\x01") },
	{ CA,                  CKA_LABEL,                S("JPKI Authentication CA") },
	{ CA,                  CKA_ID,                   S("\x03") },
	{ CERT | CA,           CKA_CERTIFICATE_TYPE,     N(CKC_X_509) },
	{ CERT,                CKA_CERTIFICATE_CATEGORY, N(1) },
	{ CA,                  CKA_CERTIFICATE_CATEGORY, N(2) },
	{ CERT | CA | PUB,     CKA_TRUSTED,              NO },
	{ CERT | CA,           CKA_VALUE,                cert.der, 100 },
	{ CERT | CA | PUB | PRIV, CKA_SUBJECT,           cert.der + 10, 11 },
	{ CERT | CA,           CKA_ISSUER,               cert.der + 30, 12 },
	{ CERT | CA,           CKA_SERIAL_NUMBER,        cert.der + 50, 3 },
	{ CERT | CA | PUB | PRIV, CKA_PUBLIC_KEY_INFO,   cert.der + 60, 20 },
	{ CERT | CA,           CKA_START_DATE,           S("20160702") },
	{ CERT | CA,           CKA_END_DATE,             S("20200601") },
	/* SHA-1 of the bytes 00 to 63, from sha1sum */
	{ CERT | CA,           CKA_CHECK_VALUE,          S("\x1e\x66\x34") },
	{ CERT | CA,           CKA_URL,                  S("") },
	{ CERT | CA,           CKA_HASH_OF_SUBJECT_PUBLIC_KEY, S("") },
	{ CERT | CA,           CKA_HASH_OF_ISSUER_PUBLIC_KEY,  S("") },
	{ CERT | CA,           CKA_NAME_HASH_ALGORITHM,  N(CKM_SHA_1) },
	{ CERT | CA,           CKA_JAVA_MIDP_SECURITY_DOMAIN, N(0) },
	{ PUB | PRIV,          CKA_KEY_TYPE,             N(CKK_RSA) },
	{ PUB | PRIV,          CKA_START_DATE,           S("") },
	{ PUB | PRIV,          CKA_END_DATE,             S("") },
	{ PUB | PRIV,          CKA_DERIVE,               NO },
	{ PUB | PRIV,          CKA_LOCAL,                NO },
	{ PUB | PRIV,          CKA_KEY_GEN_MECHANISM,    N(CK_UNAVAILABLE_INFORMATION) },
	{ PUB | PRIV,          CKA_MODULUS,              cert.rsa.n, 256 },
	{ PUB | PRIV,          CKA_MODULUS_BITS,         N(2048) },
	{ PUB | PRIV,          CKA_PUBLIC_EXPONENT,      S("\x01\x00\x01") },
	{ PUB,                 CKA_VERIFY,               YES },
	{ PUB,                 CKA_VERIFY_RECOVER,       NO },
	{ PUB,                 CKA_ENCRYPT,              NO },
	{ PUB,                 CKA_WRAP,                 NO },
	{ PRIV,                CKA_SIGN,                 YES },
	{ PRIV,                CKA_SIGN_RECOVER,         NO },
	{ PRIV,                CKA_DECRYPT,              NO },
	{ PRIV,                CKA_UNWRAP,               NO },
	{ PRIV,                CKA_SENSITIVE,            YES },
	{ PRIV,                CKA_ALWAYS_SENSITIVE,     YES },
	{ PRIV,                CKA_EXTRACTABLE,          NO },
	{ PRIV,                CKA_NEVER_EXTRACTABLE,    YES },
	{ PRIV,                CKA_WRAP_WITH_TRUSTED,    NO },
	{ PRIV,                CKA_ALWAYS_AUTHENTICATE,  NO },
};
/* clang-format on */

/* What the table above says of an attribute, or NULL: there must be none. */
static const struct value *
expected(enum p11_kind kind, CK_ATTRIBUTE_TYPE type)
{
	for (size_t i = 0; i < NELEM(values); i++)
		if (values[i].type == type && values[i].kinds & 1 << kind)
			return &values[i];
	return NULL;
}

static void
each_kind_has_exactly_its_attributes(void **state)
{
	(void)state;
	for (int k = 1; k <= P11_KINDS; k++)
		for (size_t i = 0; i < NELEM(values); i++) {
			const enum p11_kind kind = (enum p11_kind)k;
			const struct value *want =
			    expected(kind, values[i].type);
			struct p11_object o = object(kind, 1);
			CK_BYTE buf[512];
			CK_ATTRIBUTE a = { values[i].type, buf, sizeof buf };
			const CK_RV rv = answer(&o, &a, 1);

			if (want == NULL) {
				assert_int_equal(
				    rv, CKR_ATTRIBUTE_TYPE_INVALID);
				assert_untold(&a);
				continue;
			}
			assert_int_equal(rv, CKR_OK);
			assert_int_equal(a.ulValueLen, want->len);
			assert_memory_equal(buf, want->p, want->len);
		}
}

/* Nothing is in a table twice, or that the list above does not know of. */
static void
each_row_of_a_table_was_expected_once(void **state)
{
	(void)state;
	for (int k = 1; k <= P11_KINDS; k++) {
		const struct p11_object o = object((enum p11_kind)k, 1);
		const struct p11_attr_row *row;
		struct p11_attr_value v;
		size_t len;

		row = p11_attr_rows((enum p11_kind)k, &len);
		for (size_t i = 0; i < len; i++) {
			for (size_t j = 0; j < i; j++)
				assert_true(row[i].type != row[j].type);
			if (row[i].type != CKA_ALLOWED_MECHANISMS &&
			    row[i].get(&o, row[i].arg, &v) == P11_ATTR_VALUE)
				assert_non_null(
				    expected((enum p11_kind)k, row[i].type));
		}
	}
}

static void
what_is_no_attribute_of_ours_is_invalid(void **state)
{
	static const CK_ATTRIBUTE_TYPE type[] = { CKA_UNIQUE_ID,
		CKA_VENDOR_DEFINED | 0x1234, CKA_OBJECT_ID, CKA_EC_PARAMS,
		CKA_VALUE_LEN, CKA_WRAP_TEMPLATE, CKA_UNWRAP_TEMPLATE, ~0UL };

	(void)state;
	for (int k = 1; k <= P11_KINDS; k++)
		for (size_t i = 0; i < NELEM(type); i++) {
			struct p11_object o = object((enum p11_kind)k, 1);
			CK_ATTRIBUTE a = { type[i], NULL, 0 };

			assert_int_equal(
			    answer(&o, &a, 1), CKR_ATTRIBUTE_TYPE_INVALID);
			assert_untold(&a);
		}
}

static void
keys_name_the_mechanisms_that_are_offered(void **state)
{
	static const int kind[] = { P11_PUBKEY, P11_PRIVKEY };
	CK_MECHANISM_TYPE list[P11_ATTR_MECHS_MAX];

	(void)state;
	for (size_t i = 0; i < NELEM(kind); i++)
		for (unsigned caps = 0; caps < 4; caps++) {
			struct p11_object o = object((enum p11_kind)kind[i], 1);
			CK_ATTRIBUTE a = { CKA_ALLOWED_MECHANISMS, list,
				sizeof list };
			size_t n;

			o.caps = P11_CAP_RSA | caps;
			assert_int_equal(answer(&o, &a, 1), CKR_OK);
			n = a.ulValueLen / sizeof list[0];
			assert_int_equal(a.ulValueLen % sizeof list[0], 0);
			assert_int_equal(n, 4 + (caps & P11_CAP_PSS ? 2 : 0) +
						(caps & P11_CAP_SHA1 ? 1 : 0));
			for (size_t j = 0; j < n; j++)
				assert_non_null(p11_mech_find(list[j], o.caps));
		}
}

/* --- rules --- */

static void
every_attribute_of_a_template_is_processed(void **state)
{
	struct p11_object o = object(P11_PRIVKEY, 1);
	CK_BYTE small[2] = { 0xee, 0xee }, exp[8], id[1];
	CK_ATTRIBUTE a[] = {
		{ CKA_PRIVATE_EXPONENT, small, sizeof small },
		{ CKA_ID, id, sizeof id },
		{ CKA_UNIQUE_ID, small, sizeof small },
		{ CKA_PUBLIC_EXPONENT, exp, sizeof exp },
		{ CKA_MODULUS, small, sizeof small },
		{ CKA_LABEL, NULL, 4711 },
		{ CKA_PRIME_1, NULL, 0 },
	};

	(void)state;
	assert_int_equal(answer(&o, a, NELEM(a)), CKR_ATTRIBUTE_SENSITIVE);
	assert_untold(&a[0]);
	assert_int_equal(a[1].ulValueLen, 1);
	assert_int_equal(id[0], 1);
	assert_untold(&a[2]);
	assert_int_equal(a[3].ulValueLen, 3);
	assert_memory_equal(exp, "\x01\x00\x01", 3);
	assert_untold(&a[4]);
	assert_int_equal(a[5].ulValueLen, strlen("JPKI Authentication"));
	assert_untold(&a[6]);
	assert_memory_equal(small, "\xee\xee", 2);
}

static void
each_fault_has_its_value(void **state)
{
	static const CK_ATTRIBUTE_TYPE secret[] = { CKA_PRIVATE_EXPONENT,
		CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2,
		CKA_COEFFICIENT };
	struct p11_object priv = object(P11_PRIVKEY, 1);
	struct p11_object pub = object(P11_PUBKEY, 1);
	CK_BYTE buf[256];

	(void)state;
	for (size_t i = 0; i < NELEM(secret); i++) {
		CK_ATTRIBUTE a = { secret[i], NULL, 0 };

		assert_int_equal(answer(&priv, &a, 1), CKR_ATTRIBUTE_SENSITIVE);
		assert_int_equal(
		    answer(&pub, &a, 1), CKR_ATTRIBUTE_TYPE_INVALID);
	}
	for (CK_ULONG room = 0; room <= 256; room++) {
		CK_ATTRIBUTE a = { CKA_MODULUS, buf, room };

		assert_int_equal(answer(&pub, &a, 1),
		    room < 256 ? CKR_BUFFER_TOO_SMALL : CKR_OK);
		assert_int_equal(a.ulValueLen,
		    room < 256 ? CK_UNAVAILABLE_INFORMATION : 256);
	}
	assert_int_equal(answer(&pub, NULL, 0), CKR_OK);
}

/* --- without the certificate --------------------------------------------- */

static void
a_key_tells_what_it_knows_without_the_card(void **state)
{
	struct p11_object o = object(P11_PRIVKEY, 0);
	CK_ATTRIBUTE a[] = { { CKA_CLASS, NULL, 0 }, { CKA_ID, NULL, 0 },
		{ CKA_LABEL, NULL, 0 }, { CKA_KEY_TYPE, NULL, 0 },
		{ CKA_SIGN, NULL, 0 }, { CKA_MODULUS_BITS, NULL, 0 },
		{ CKA_ALWAYS_AUTHENTICATE, NULL, 0 },
		{ CKA_ALLOWED_MECHANISMS, NULL, 0 } };

	(void)state;
	assert_int_equal(answer(&o, a, NELEM(a)), CKR_OK);
	assert_int_equal(reads, 0);
}

static void
a_modulus_reads_the_certificate_once(void **state)
{
	struct p11_object o = object(P11_PRIVKEY, 0);
	CK_BYTE n[256];
	CK_ATTRIBUTE a[] = { { CKA_MODULUS, n, sizeof n },
		{ CKA_PUBLIC_EXPONENT, NULL, 0 } };

	(void)state;
	assert_int_equal(answer(&o, a, NELEM(a)), CKR_OK);
	assert_int_equal(reads, 1);
	assert_memory_equal(n, cert.rsa.n, 256);
	assert_int_equal(a[1].ulValueLen, 3);
}

static void
a_card_that_fails_is_an_error_and_leaves_the_template(void **state)
{
	struct p11_object o = object(P11_PRIVKEY, 0);
	CK_ATTRIBUTE a = { CKA_MODULUS, NULL, 7 };

	(void)state;
	read_says = CKR_DEVICE_REMOVED;
	assert_int_equal(answer(&o, &a, 1), CKR_DEVICE_REMOVED);
	assert_int_equal(a.ulValueLen, 7);
}

static void
a_hidden_certificate_leaves_the_rest_filled(void **state)
{
	struct p11_object o = object(P11_PRIVKEY, 0);
	CK_ULONG bits = 0;
	CK_ATTRIBUTE a[] = { { CKA_MODULUS, NULL, 0 }, { CKA_SUBJECT, NULL, 0 },
		{ CKA_PUBLIC_KEY_INFO, NULL, 0 },
		{ CKA_MODULUS_BITS, &bits, sizeof bits } };

	(void)state;
	o.settled = 1;
	assert_int_equal(answer(&o, a, NELEM(a)), CKR_ATTRIBUTE_TYPE_INVALID);
	assert_int_equal(reads, 0);
	for (int i = 0; i < 3; i++)
		assert_untold(&a[i]);
	assert_int_equal(bits, 2048);
}

static void
a_key_that_is_no_rsa_key_has_no_modulus(void **state)
{
	struct p11_object o = object(P11_PRIVKEY, 1);
	CK_ATTRIBUTE a[] = { { CKA_MODULUS, NULL, 0 },
		{ CKA_PUBLIC_EXPONENT, NULL, 0 } };

	(void)state;
	cert.rsa.n_len = 0;
	assert_int_equal(answer(&o, a, 2), CKR_ATTRIBUTE_TYPE_INVALID);
	for (int i = 0; i < 2; i++)
		assert_untold(&a[i]);
}

static void
a_date_that_ck_date_cannot_say_is_empty(void **state)
{
	struct p11_object o = object(P11_CERT, 1);
	CK_ATTRIBUTE a = { CKA_END_DATE, NULL, 0 };

	(void)state;
	cert.not_after = 253402300800; /* 10000-01-01 */
	assert_int_equal(answer(&o, &a, 1), CKR_OK);
	assert_int_equal(a.ulValueLen, 0);
	cert.not_after--;
	assert_int_equal(answer(&o, &a, 1), CKR_OK);
	assert_int_equal(a.ulValueLen, 8);
}

/* --- matching --- */

static void
a_template_matches_by_exact_value(void **state)
{
	static CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	static CK_BYTE id1 = 1, id2 = 2, longer[2] = { 1, 0 };
	/* clang-format off */
	static const struct {
		int kind, loaded;
		CK_ATTRIBUTE a;
		int want;
	} row[] = {
		{ P11_CERT,    0, { CKA_CLASS, &class, sizeof class },     1 },
		{ P11_CERT,    0, { CKA_CLASS, &class, 4 },                0 },
		{ P11_CERT,    0, { CKA_CLASS, NULL, 0 },                  0 },
		{ P11_CERT,    0, { CKA_ID, &id1, 1 },                     1 },
		{ P11_CERT,    0, { CKA_ID, &id2, 1 },                     0 },
		{ P11_CERT,    0, { CKA_ID, longer, 2 },                   0 },
		{ P11_CA,      0, { CKA_ID, &id1, 1 },                     0 },
		{ P11_CERT,    0, { CKA_SUBJECT, &cert.der[10], 11 },     -1 },
		{ P11_CERT,    1, { CKA_SUBJECT, &cert.der[10], 11 },      1 },
		{ P11_CERT,    1, { CKA_SUBJECT, &cert.der[11], 11 },      0 },
		{ P11_CERT,    0, { CKA_URL, NULL, 0 },                    1 },
		{ P11_CERT,    0, { CKA_KEY_TYPE, NULL, 0 },               0 },
		{ P11_PRIVKEY, 0, { CKA_MODULUS, cert.rsa.n, 256 },       -1 },
		{ P11_PRIVKEY, 1, { CKA_MODULUS, cert.rsa.n, 256 },        1 },
		{ P11_PRIVKEY, 1, { CKA_PRIVATE_EXPONENT, &id1, 1 },       0 },
		{ P11_PRIVKEY, 1, { CKA_PRIVATE_EXPONENT, NULL, 0 },       0 },
		{ P11_PRIVKEY, 1, { CKA_UNIQUE_ID, NULL, 0 },              0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		const struct p11_object o =
		    object((enum p11_kind)row[i].kind, row[i].loaded);

		if (p11_attr_match(&o, &row[i].a) != row[i].want)
			fail_msg("row %zu", i);
	}
	assert_int_equal(reads, 0);
}

static void
a_size_is_the_sum_of_the_values(void **state)
{
	struct p11_object o = object(P11_CERT, 1);
	const CK_ULONG loaded = p11_attr_size(&o);

	(void)state;
	o = object(P11_CERT, 0);
	assert_int_equal(
	    p11_attr_size(&o), loaded - (100 + 11 + 12 + 3 + 20 + 8 + 8 + 3));
	o = object(P11_PROFILE, 0);
	assert_int_equal(p11_attr_size(&o), 2 * sizeof(CK_ULONG) + 5);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_kind_has_exactly_its_attributes),
		TEST(each_row_of_a_table_was_expected_once),
		TEST(what_is_no_attribute_of_ours_is_invalid),
		TEST(keys_name_the_mechanisms_that_are_offered),
		TEST(every_attribute_of_a_template_is_processed),
		TEST(each_fault_has_its_value),
		TEST(a_key_tells_what_it_knows_without_the_card),
		TEST(a_modulus_reads_the_certificate_once),
		TEST(a_card_that_fails_is_an_error_and_leaves_the_template),
		TEST(a_hidden_certificate_leaves_the_rest_filled),
		TEST(a_key_that_is_no_rsa_key_has_no_modulus),
		TEST(a_date_that_ck_date_cannot_say_is_empty),
		TEST(a_template_matches_by_exact_value),
		TEST(a_size_is_the_sum_of_the_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
