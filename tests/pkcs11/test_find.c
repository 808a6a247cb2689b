/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Searches, what they cost, and the budgets of whole jobs.  The templates are
 * those that clients were seen to use.
 */
#include "tests/pkcs11/p11t.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/os.h"
#include "tests/support/vscard.h"

static CK_OBJECT_CLASS cert = CKO_CERTIFICATE, pub = CKO_PUBLIC_KEY,
		       priv = CKO_PRIVATE_KEY, profile = CKO_PROFILE,
		       secret = CKO_SECRET_KEY, data = CKO_DATA,
		       hw = CKO_HW_FEATURE, trust3 = 0xb, trust = 0xce534353,
		       crl = 0xce534351, builtin = 0xce534354;
static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_BYTE id1[] = { 1 }, id2[] = { 2 }, id3[] = { 3 }, id9[] = { 9 };
static CK_ULONG x509 = CKC_X_509, user = 1, authority = 2, rsa = CKK_RSA,
		ec = CKK_EC, one_byte_short = CKO_CERTIFICATE;
static char label[] = "JPKI Authentication", other_label[] = "label";
static unsigned char der[8192], name[512], serial[64], modulus[512];
static size_t der_len, name_len, issuer_len, serial_len, modulus_len;
static unsigned char issuer[512];

/* Which certificates a search has to read. */
enum { NOTHING = 0, LEAF = 1, CA_CERT = 2, BOTH = 3 };

/* Bytes of the two certificates of the authentication slot. */
static size_t leaf_len, ca_len;

/* The values of the card that templates ask for, and nothing left in memory. */
static void
learn_values(void)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH);
	CK_OBJECT_HANDLE o = p11t_object(s, CKO_CERTIFICATE, 3);

	ca_len = p11t_value(s, o, CKA_VALUE, der, sizeof der);
	o = p11t_object(s, CKO_CERTIFICATE, 1);
	leaf_len = der_len = p11t_value(s, o, CKA_VALUE, der, sizeof der);
	name_len = p11t_value(s, o, CKA_SUBJECT, name, sizeof name);
	issuer_len = p11t_value(s, o, CKA_ISSUER, issuer, sizeof issuer);
	serial_len = p11t_value(s, o, CKA_SERIAL_NUMBER, serial, sizeof serial);
	o = p11t_object(s, CKO_PUBLIC_KEY, 1);
	modulus_len = p11t_value(s, o, CKA_MODULUS, modulus, sizeof modulus);
}

static unsigned
cost(int reads, int short_ids)
{
	unsigned n = reads == NOTHING ? 0 : 1; /* the application */

	if (reads & LEAF)
		n += p11t_read_cost(leaf_len, short_ids);
	if (reads & CA_CERT)
		n += p11t_read_cost(ca_len, short_ids);
	return n;
}

/* A handle by the digit of its class: c, p, k (private), a (CA), P (profile).
 */
static char
kind_of(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o)
{
	switch (p11t_number(s, o, CKA_CLASS)) {
	case CKO_CERTIFICATE:
		return p11t_number(s, o, CKA_CERTIFICATE_CATEGORY) == 1 ? 'c'
									: 'a';
	case CKO_PUBLIC_KEY: return 'p';
	case CKO_PRIVATE_KEY: return 'k';
	case CKO_PROFILE: return 'P';
	default: return '?';
	}
}

#define V(x)   &x, sizeof x
#define STR(x) x, sizeof x - 1
#define TOKEN                                                                  \
	{                                                                      \
		CKA_TOKEN, V(yes)                                              \
	}
#define CLASS(x)                                                               \
	{                                                                      \
		CKA_CLASS, V(x)                                                \
	}
#define ID(x)                                                                  \
	{                                                                      \
		CKA_ID, x, 1                                                   \
	}
#define MAX 4

/* clang-format off */
static struct {
	const char *what;
	CK_ATTRIBUTE t[MAX];
	CK_ULONG n;
	int login;
	const char *want;
	int reads;
} searches[] = {
	{ "everything",            { { 0, NULL, 0 } },                    0, 0, "Pcpa",  BOTH },
	{ "everything, logged in", { { 0, NULL, 0 } },                    0, 1, "Pcpka", BOTH },
	{ "certificates",          { CLASS(cert) },                       1, 0, "ca",    BOTH },
	{ "public keys",           { CLASS(pub) },                        1, 0, "p",     LEAF },
	{ "private keys",          { CLASS(priv) },                       1, 1, "k",     NOTHING },
	{ "private, not logged in", { CLASS(priv) },                      1, 0, "",      NOTHING },
	{ "certificate by id",     { CLASS(cert), ID(id1) },              2, 0, "c",     LEAF },
	{ "CA by id",              { CLASS(cert), ID(id3) },              2, 0, "a",     CA_CERT },
	{ "unknown id",            { CLASS(cert), ID(id9) },              2, 0, "",      NOTHING },
	{ "the other pair's id",   { CLASS(cert), ID(id2) },              2, 0, "",      NOTHING },
	{ "by id alone",           { ID(id1) },                           1, 1, "cpk",   LEAF },
	{ "ssh",                   { CLASS(priv), ID(id1), { CKA_SIGN, V(yes) } }, 3, 1, "k", NOTHING },
	{ "ssh, no such use",      { CLASS(priv), ID(id1), { CKA_DECRYPT, V(yes) } }, 3, 1, "", NOTHING },
	{ "id and label",          { CLASS(cert), { CKA_CERTIFICATE_TYPE, V(x509) }, ID(id1), { CKA_LABEL, STR(label) } }, 4, 0, "c", LEAF },
	{ "NSS by subject",        { TOKEN, CLASS(cert), { CKA_SUBJECT, name, 0 } }, 3, 0, "c", BOTH },
	{ "NSS by issuer and serial", { TOKEN, CLASS(cert), { CKA_ISSUER, issuer, 0 }, { CKA_SERIAL_NUMBER, serial, 0 } }, 4, 0, "c", BOTH },
	{ "NSS by label",          { TOKEN, CLASS(cert), { CKA_LABEL, STR(label) } }, 3, 0, "c", LEAF },
	{ "NSS by another label",  { TOKEN, CLASS(cert), { CKA_LABEL, STR(other_label) } }, 3, 0, "", NOTHING },
	{ "by value",              { CLASS(cert), { CKA_VALUE, der, 0 } },  2, 0, "c",   BOTH },
	{ "private by modulus",    { CLASS(priv), { CKA_MODULUS, modulus, 0 } }, 2, 1, "k", LEAF },
	{ "private by modulus, not logged in", { CLASS(priv), { CKA_MODULUS, modulus, 0 } }, 2, 0, "", NOTHING },
	{ "public by modulus",     { CLASS(pub), { CKA_MODULUS, modulus, 0 } }, 2, 0, "p", LEAF },
	{ "users' certificates",   { CLASS(cert), { CKA_CERTIFICATE_CATEGORY, V(user) } }, 2, 0, "c", LEAF },
	{ "CAs",                   { CLASS(cert), { CKA_CERTIFICATE_CATEGORY, V(authority) } }, 2, 0, "a", CA_CERT },
	{ "trusted ones",          { CLASS(cert), { CKA_TRUSTED, V(yes) } }, 2, 0, "",   NOTHING },
	{ "RSA keys",              { CLASS(priv), { CKA_KEY_TYPE, V(rsa) } }, 2, 1, "k", NOTHING },
	{ "EC keys",               { CLASS(priv), { CKA_KEY_TYPE, V(ec) } }, 2, 1, "",   NOTHING },
	{ "profile",               { TOKEN, CLASS(profile) },             2, 0, "P",     NOTHING },
	{ "session objects",       { { CKA_TOKEN, V(no) } },              1, 1, "",      NOTHING },
	{ "secret keys",           { TOKEN, CLASS(secret) },              2, 1, "",      NOTHING },
	{ "data",                  { CLASS(data) },                       1, 1, "",      NOTHING },
	{ "hardware features",     { CLASS(hw) },                         1, 1, "",      NOTHING },
	{ "NSS trust",             { TOKEN, CLASS(trust), { CKA_ISSUER, issuer, 0 } }, 3, 1, "", NOTHING },
	{ "PKCS#11 3.2 trust",     { TOKEN, CLASS(trust3) },              2, 1, "",      NOTHING },
	{ "CRLs",                  { TOKEN, CLASS(crl) },                 2, 1, "",      NOTHING },
	{ "builtin roots",         { TOKEN, CLASS(builtin) },             2, 1, "",      NOTHING },
	{ "a secret value",        { CLASS(priv), { CKA_PRIME_1, id1, 1 } }, 2, 1, "",   NOTHING },
	{ "a value, then the class", { { CKA_VALUE, der, 0 }, CLASS(secret) }, 2, 1, "", NOTHING },
	{ "a subject, then the id", { CLASS(cert), { CKA_SUBJECT, name, 0 }, ID(id9) }, 3, 0, "", NOTHING },
	{ "a class too short",     { { CKA_CLASS, &one_byte_short, sizeof one_byte_short - 1 } }, 1, 1, "", NOTHING },
	{ "an unknown attribute",  { { CKA_VENDOR_DEFINED | 7, NULL, 0 } }, 1, 1, "",    NOTHING },
};
/* clang-format on */

/* Lengths that are known only once the card was read. */
static void
fill_lengths(CK_ATTRIBUTE *t, CK_ULONG n)
{
	for (CK_ULONG i = 0; i < n; i++) {
		if (t[i].pValue == name)
			t[i].ulValueLen = name_len;
		if (t[i].pValue == issuer)
			t[i].ulValueLen = issuer_len;
		if (t[i].pValue == serial)
			t[i].ulValueLen = serial_len;
		if (t[i].pValue == der)
			t[i].ulValueLen = der_len;
		if (t[i].pValue == modulus)
			t[i].ulValueLen = modulus_len;
	}
}

static void
a_search_reads_what_could_match_and_once(void **state)
{
	(void)state;
	learn_values();
	for (size_t i = 0; i < NELEM(searches); i++) {
		CK_OBJECT_HANDLE hit[16];
		CK_SESSION_HANDLE s;
		char got[16] = "";
		size_t n;

		p11t_swap();
		s = searches[i].login ? p11t_user(AUTH) : p11t_open(AUTH);
		fill_lengths(searches[i].t, searches[i].n);
		(void)p11t_apdus();
		n = p11t_find(s, searches[i].t, searches[i].n, hit, NELEM(hit));
		p11t_assert_apdus(cost(searches[i].reads, 0), searches[i].what);
		for (size_t k = 0; k < n; k++)
			got[k] = kind_of(s, hit[k]);
		if (strcmp(got, searches[i].want) != 0)
			fail_msg("%s: \"%s\" instead of \"%s\"",
			    searches[i].what, got, searches[i].want);
		(void)p11t_find(
		    s, searches[i].t, searches[i].n, hit, NELEM(hit));
		p11t_assert_apdus(0, searches[i].what);
	}
}

/* What libp11, GnuTLS, Java, NSS, gnupg-pkcs11-scd and ssh ask of the key. */
static void
a_private_key_reads_its_certificate_for_a_modulus_alone(void **state)
{
	CK_ATTRIBUTE plain[] = { { CKA_CLASS, NULL, 0 }, { CKA_TOKEN, NULL, 0 },
		{ CKA_PRIVATE, NULL, 0 }, { CKA_KEY_TYPE, NULL, 0 },
		{ CKA_ID, NULL, 0 }, { CKA_LABEL, NULL, 0 },
		{ CKA_SIGN, NULL, 0 }, { CKA_SIGN_RECOVER, NULL, 0 },
		{ CKA_DECRYPT, NULL, 0 }, { CKA_UNWRAP, NULL, 0 },
		{ CKA_SENSITIVE, NULL, 0 }, { CKA_EXTRACTABLE, NULL, 0 },
		{ CKA_ALWAYS_AUTHENTICATE, NULL, 0 },
		{ CKA_MODULUS_BITS, NULL, 0 },
		{ CKA_ALLOWED_MECHANISMS, NULL, 0 } };
	CK_ATTRIBUTE from_cert[] = { { CKA_MODULUS, NULL, 0 },
		{ CKA_PUBLIC_EXPONENT, NULL, 0 } };
	CK_SESSION_HANDLE s;
	CK_OBJECT_HANDLE key;

	(void)state;
	learn_values();
	p11t_swap();
	s = p11t_user(AUTH);
	key = p11t_object(s, CKO_PRIVATE_KEY, 1);
	(void)p11t_apdus();
	assert_int_equal(
	    p11->C_GetAttributeValue(s, key, plain, NELEM(plain)), CKR_OK);
	p11t_assert_apdus(0, "attributes of the key itself");
	assert_int_equal(
	    p11->C_GetAttributeValue(s, key, from_cert, NELEM(from_cert)),
	    CKR_OK);
	p11t_assert_apdus(cost(LEAF, 0), "modulus");
	assert_int_equal(
	    p11->C_GetAttributeValue(s, key, from_cert, NELEM(from_cert)),
	    CKR_OK);
	p11t_assert_apdus(0, "modulus again");
}

/* --- the states of a search --------------------------------------------- */

static void
hits_are_handed_out_in_any_portions(void **state)
{
	static const CK_ULONG portion[] = { 1, 2, 3, 10, 100, 8192 };
	static CK_OBJECT_HANDLE all[8192], hit[8192];
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const size_t want = p11t_find(s, NULL, 0, all, NELEM(all));

	(void)state;
	assert_int_equal(want, 5);
	for (size_t i = 0; i < NELEM(portion); i++) {
		CK_ULONG n, got = 0;

		assert_int_equal(p11->C_FindObjectsInit(s, NULL, 0), CKR_OK);
		assert_int_equal(p11->C_FindObjects(s, NULL, 0, &n), CKR_OK);
		assert_int_equal(n, 0);
		do {
			assert_int_equal(
			    p11->C_FindObjects(s, hit + got, portion[i], &n),
			    CKR_OK);
			assert_true(n <= portion[i]);
			got += n;
		} while (n > 0);
		assert_int_equal(got, want);
		assert_memory_equal(hit, all, want * sizeof all[0]);
		assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	}
}

static void
a_search_has_a_beginning_and_an_end(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH), other = p11t_open(AUTH);
	CK_ATTRIBUTE bad = { CKA_ID, NULL, 1 };
	CK_OBJECT_HANDLE h;
	CK_ULONG n;

	(void)state;
	assert_int_equal(
	    p11->C_FindObjects(s, &h, 1, &n), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    p11->C_FindObjectsFinal(s), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11->C_FindObjectsInit(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    p11->C_FindObjectsInit(s, &bad, 1), CKR_ATTRIBUTE_VALUE_INVALID);
	assert_int_equal(
	    p11->C_FindObjectsInit(4711, NULL, 0), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(p11->C_FindObjectsInit(s, NULL, 0), CKR_OK);
	assert_int_equal(
	    p11->C_FindObjectsInit(s, NULL, 0), CKR_OPERATION_ACTIVE);
	assert_int_equal(p11->C_FindObjects(s, NULL, 1, &n), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_FindObjects(s, &h, 1, NULL), CKR_ARGUMENTS_BAD);
	/* The state is the session's, and what failed left it alone. */
	assert_int_equal(p11->C_FindObjects(other, &h, 1, &n),
	    CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11->C_FindObjects(s, &h, 1, &n), CKR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	assert_int_equal(
	    p11->C_FindObjectsFinal(s), CKR_OPERATION_NOT_INITIALIZED);
}

/* --- without waiting ------------------------------------------------------ */

static atomic_int answered;

/* Everything that memory can answer, while the card is somebody else's. */
static void *
ask_memory(void *arg)
{
	static CK_OBJECT_HANDLE hit[16];
	const CK_SESSION_HANDLE *s = arg;
	CK_MECHANISM sha = { CKM_SHA256, NULL, 0 };
	CK_ULONG n = 0;
	CK_RV rv = CKR_OK;

	for (int i = 0; i < 2; i++) { /* the second is the signature slot's */
		rv |= p11->C_FindObjectsInit(s[i], NULL, 0);
		rv |= p11->C_FindObjects(s[i], hit, 16, &n);
		rv |= p11->C_FindObjectsFinal(s[i]);
		rv |= n == (i == 0 ? 5 : 2) ? CKR_OK : CKR_GENERAL_ERROR;
	}
	rv |= p11->C_GetAttributeValue(
	    s[1], hit[1], &(CK_ATTRIBUTE){ CKA_VALUE, NULL, 0 }, 1);
	rv |= p11->C_GetMechanismList(0, NULL, &n);
	rv |= p11->C_DigestInit(s[0], &sha);
	rv |= p11->C_Digest(s[0], id1, 1, NULL, &n);
	answered = rv == CKR_OK ? 1 : -1;
	return NULL;
}

static void *
sign_meanwhile(void *arg)
{
	const CK_SESSION_HANDLE *s = arg;
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_BYTE sig[512];
	CK_ULONG len = sizeof sig;

	(void)p11->C_SignInit(s[2], &m, s[3]);
	(void)p11->C_Sign(s[2], id1, 1, sig, &len);
	return NULL;
}

static void
what_memory_knows_waits_for_no_card(void **state)
{
	CK_SESSION_HANDLE s[4] = { p11t_user(AUTH), p11t_open(SIGN),
		p11t_open(AUTH) };
	pthread_t signer, asker;
	int in_time;
	CK_OBJECT_HANDLE hit[16];

	(void)state;
	s[3] = p11t_object(s[0], CKO_PRIVATE_KEY, 1);
	assert_int_equal(p11t_find(s[0], NULL, 0, hit, 16), 5);
	assert_int_equal(p11t_find(s[1], NULL, 0, hit, 16), 2);
	vs_other_hold(p11t_reader());
	assert_int_equal(pthread_create(&signer, NULL, sign_meanwhile, s), 0);
	while (vs_blocked(p11t_reader()) == 0)
		jm_sleep_ms(1);
	answered = 0;
	assert_int_equal(pthread_create(&asker, NULL, ask_memory, s), 0);
	for (int ms = 0; answered == 0 && ms < 5000; ms += 5)
		jm_sleep_ms(5);
	in_time = answered;
	vs_other_release(p11t_reader());
	pthread_join(asker, NULL);
	pthread_join(signer, NULL);
	assert_int_equal(in_time, 1);
}

/* --- budgets (new process, one card) ------------------------------------- */

/* clang-format off */
static const struct budget {
	const char *card;
	int short_ids;
	unsigned tokens, objects, login, sign, sign_login;
} budgets[] = {
	{ PLAIN,     0, 9, 24, 4, 7, 27 - 9 - 7 },
	{ SHORT_IDS, 1, 5, 18, 3, 5, 19 - 5 - 5 },
};
/* clang-format on */

static void
list_tokens(void)
{
	CK_SLOT_ID slot[8];
	CK_ULONG n = NELEM(slot);
	CK_TOKEN_INFO info;

	assert_int_equal(p11->C_GetSlotList(CK_TRUE, slot, &n), CKR_OK);
	assert_int_equal(n, 2);
	for (CK_ULONG i = 0; i < n; i++)
		assert_int_equal(p11->C_GetTokenInfo(slot[i], &info), CKR_OK);
}

static void
sign_once(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key)
{
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_BYTE sig[512];
	CK_ULONG len = sizeof sig;

	assert_int_equal(p11->C_SignInit(s, &m, key), CKR_OK);
	assert_int_equal(p11->C_Sign(s, id1, 1, sig, &len), CKR_OK);
	assert_int_equal(len, 256);
}

static void
listing_keeps_its_budget(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(budgets); i++) {
		const struct budget *b = &budgets[i];
		CK_OBJECT_HANDLE hit[16];
		unsigned all;

		p11t_restart(b->card, NULL);
		list_tokens();
		p11t_assert_apdus(b->tokens, "list tokens");
		p11t_find(p11t_open(AUTH), NULL, 0, hit, NELEM(hit));
		all = b->tokens + p11t_apdus();
		if (all > b->objects)
			fail_msg(
			    "objects: %u APDUs, %u at most", all, b->objects);
		learn_values();
		assert_int_equal(all, b->tokens + cost(BOTH, b->short_ids));
	}
}

static void
signatures_keep_their_budget(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(budgets); i++) {
		const struct budget *b = &budgets[i];
		CK_SESSION_HANDLE s;
		CK_OBJECT_HANDLE key;
		unsigned n;

		p11t_restart(b->card, NULL);
		list_tokens();
		s = p11t_open(AUTH);
		p11t_assert_apdus(b->tokens, "identification");
		p11t_login(s, AUTH);
		p11t_assert_apdus(b->login, "login");
		key = p11t_object(s, CKO_PRIVATE_KEY, 1);
		sign_once(s, key);
		p11t_assert_apdus(b->sign, "signature by id");
		sign_once(s, key);
		p11t_assert_apdus(b->sign, "next signature, same login");

		s = p11t_open(SIGN);
		p11t_login(s, SIGN);
		if ((n = p11t_apdus()) > b->sign_login)
			fail_msg("login with certificate: %u APDUs", n);
		sign_once(s, p11t_object(s, CKO_PRIVATE_KEY, 2));
		p11t_assert_apdus(b->sign, "signature key");
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_search_reads_what_could_match_and_once),
		TEST(a_private_key_reads_its_certificate_for_a_modulus_alone),
		TEST(hits_are_handed_out_in_any_portions),
		TEST(a_search_has_a_beginning_and_an_end),
		TEST(what_memory_knows_waits_for_no_card),
		TEST(listing_keeps_its_budget),
		TEST(signatures_keep_their_budget),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
