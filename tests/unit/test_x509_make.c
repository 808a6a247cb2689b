/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/x509_make.h"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/fault.h"
#include "tests/support/hierarchy.h"
#include "tests/support/test.h"

static uint8_t der[JM_CERT_MAX];

static X509 *
as_x509(const struct jm_cert *c)
{
	const unsigned char *p = c->der;
	X509 *x = d2i_X509(NULL, &p, (long)c->der_len);

	assert_non_null(x);
	assert_ptr_equal(p, c->der + c->der_len);
	return x;
}

/* X509_V_OK or the reason, at a moment inside of every validity. */
static int
verify(const struct jm_cert *leaf, const struct jm_cert *ca)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	X509 *x = as_x509(leaf), *root = as_x509(ca);
	X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
	int why;

	assert_int_equal(X509_STORE_add_cert(store, root), 1);
	X509_VERIFY_PARAM_set_time(param, HIERARCHY_NOW);
	assert_int_equal(
	    X509_VERIFY_PARAM_set_flags(param,
		X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE),
	    1);
	assert_int_equal(X509_STORE_CTX_init(c, store, x, NULL), 1);
	why =
	    X509_verify_cert(c) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(c);
	X509_STORE_CTX_free(c);
	X509_STORE_free(store);
	X509_free(x);
	X509_free(root);
	return why;
}

static void
openssl_verifies_the_chain(void **state)
{
	const struct hierarchy *h = *state;

	assert_int_equal(verify(h->auth, h->auth_ca), X509_V_OK);
	assert_int_equal(verify(h->sign, h->sign_ca), X509_V_OK);
	assert_int_equal(verify(h->auth_ca, h->auth_ca), X509_V_OK);
	assert_int_not_equal(verify(h->sign, h->auth_ca), X509_V_OK);
	assert_int_equal(verify(h->auth, h->auth), X509_V_OK + 20);
}

static void
sizes_are_those_of_real_certificates(void **state)
{
	const struct hierarchy *h = *state;

	assert_in_range(h->auth->der_len, 1200, 2200);
	assert_in_range(h->sign->der_len, 1300, 2200);
}

/* What every certificate has and what only some have. */
static void
extensions_are_those_of_the_facts(void **state)
{
	/* clang-format off */
	static const struct { int nid, critical, ca, auth, sign; } row[] = {
		{ NID_basic_constraints,        1, 1, 0, 0 },
		{ NID_key_usage,                1, 1, 1, 1 },
		{ NID_certificate_policies,     0, 0, 1, 1 },
		{ NID_subject_alt_name,         0, 1, 0, 1 },
		{ NID_issuer_alt_name,          0, 0, 1, 1 },
		{ NID_subject_key_identifier,   0, 1, 1, 1 },
		{ NID_authority_key_identifier, 0, 0, 1, 1 },
		{ NID_crl_distribution_points,  0, 1, 1, 1 },
		{ NID_info_access,              0, 0, 1, 1 },
		{ NID_ext_key_usage,            0, 0, 0, 0 },
	};
	/* clang-format on */
	const struct hierarchy *h = *state;
	const struct jm_cert *certs[] = { h->sign_ca, h->auth, h->sign };

	for (size_t k = 0; k < NELEM(certs); k++) {
		X509 *x = as_x509(certs[k]);
		int n = 0;

		for (size_t i = 0; i < NELEM(row); i++) {
			const int want[] = { row[i].ca, row[i].auth,
				row[i].sign };
			int at = X509_get_ext_by_NID(x, row[i].nid, -1);

			assert_int_equal(at >= 0, want[k]);
			n += at >= 0;
			if (at >= 0)
				assert_int_equal(X509_EXTENSION_get_critical(
						     X509_get_ext(x, at)),
				    row[i].critical);
		}
		assert_int_equal(X509_get_ext_count(x), n);
		X509_free(x);
	}
}

static void
other_names_keep_order_and_text(void **state)
{
	const struct hierarchy *h = *state;
	X509 *x = as_x509(h->sign);
	GENERAL_NAMES *gens =
	    X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	assert_non_null(gens);
	assert_int_equal(
	    sk_GENERAL_NAME_num(gens), (int)hierarchy_sign.other_len);
	for (int i = 0; i < sk_GENERAL_NAME_num(gens); i++) {
		const struct jm_other_name *want = &hierarchy_sign.other[i];
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(gens, i);
		char oid[64];

		assert_int_equal(g->type, GEN_OTHERNAME);
		assert_true(OBJ_obj2txt(oid, sizeof oid,
				g->d.otherName->type_id, 1) > 0);
		assert_string_equal(oid, want->oid);
		assert_int_equal(
		    g->d.otherName->value->type, V_ASN1_UTF8STRING);
		assert_int_equal(
		    ASN1_STRING_length(g->d.otherName->value->value.utf8string),
		    (int)strlen(want->utf8));
		assert_memory_equal(
		    ASN1_STRING_get0_data(
			g->d.otherName->value->value.utf8string),
		    want->utf8, strlen(want->utf8));
	}
	GENERAL_NAMES_free(gens);
	X509_free(x);
}

static void
key_identifiers_lead_to_the_issuer(void **state)
{
	const struct hierarchy *h = *state;
	X509 *leaf = as_x509(h->sign), *ca = as_x509(h->sign_ca);
	const ASN1_OCTET_STRING *aki = X509_get0_authority_key_id(leaf);
	const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(ca);
	unsigned char want[EVP_MAX_MD_SIZE];
	unsigned n;

	assert_non_null(aki);
	assert_non_null(ski);
	assert_int_equal(ASN1_OCTET_STRING_cmp(aki, ski), 0);
	assert_int_equal(X509_pubkey_digest(ca, EVP_sha1(), want, &n), 1);
	assert_int_equal(ASN1_STRING_length(ski), (int)n);
	assert_memory_equal(ASN1_STRING_get0_data(ski), want, n);
	assert_int_not_equal(
	    ASN1_OCTET_STRING_cmp(aki, X509_get0_subject_key_id(leaf)), 0);
	X509_free(leaf);
	X509_free(ca);
}

static void
padding_reaches_the_size_asked_for(void **state)
{
	static const size_t sizes[] = { 1, 1500, 1800, 2200, 4096, 6000, 8000 };
	const struct hierarchy *h = *state;
	static struct jm_cert c;
	size_t plain = h->auth->der_len;

	for (size_t i = 0; i < NELEM(sizes) + 60; i++) {
		struct jm_cert_spec spec = hierarchy_auth;
		size_t n;

		/* and each size just above the smallest one */
		spec.pad_to =
		    i < NELEM(sizes) ? sizes[i] : plain + i - NELEM(sizes);
		assert_int_equal(
		    jm_cert_make(&spec, h->key, h->ca_key, h->auth_ca, der, &n),
		    JM_OK);
		assert_true(n >= spec.pad_to);
		if (spec.pad_to > plain + 40)
			assert_true(n <= spec.pad_to + 8);
		else
			assert_true(n <= plain + 48);
		assert_int_equal(jm_cert_parse(der, n, &c), JM_OK);
		assert_int_equal(jm_cert_signed_by(&c, h->auth_ca), JM_OK);
		if (i < NELEM(sizes))
			assert_int_equal(verify(&c, h->auth_ca), X509_V_OK);
	}
}

static void
serial_numbers_of_64_bits_are_kept(void **state)
{
	const struct hierarchy *h = *state;
	struct jm_cert_spec spec = hierarchy_auth;
	static struct jm_cert c;
	char text[40];
	size_t n;

	spec.serial_hi = 0x7fa1b2c3;
	spec.serial_lo = 0x00000001;
	assert_int_equal(
	    jm_cert_make(&spec, h->key, h->ca_key, h->auth_ca, der, &n), JM_OK);
	assert_int_equal(jm_cert_parse(der, n, &c), JM_OK);
	jm_cert_serial_text(&c, text, sizeof text);
	assert_string_equal(text, "7FA1B2C300000001");
}

static void
the_issuer_may_be_left_to_the_ca(void **state)
{
	const struct hierarchy *h = *state;
	struct jm_cert_spec spec = hierarchy_auth;
	size_t n;

	spec.issuer = NULL;
	spec.issuer_len = 0;
	assert_int_equal(
	    jm_cert_make(&spec, h->key, h->ca_key, h->auth_ca, der, &n), JM_OK);
	assert_int_equal(n, h->auth->der_len);
	assert_memory_equal(der, h->auth->der, n);
}

enum fault_in {
	SERIAL_ZERO,
	SERIAL_NEGATIVE,
	RDN_TYPE,
	RDN_VALUE,
	POLICY,
	OTHER_OID,
	OTHER_VALUE,
	ISSUER,
	SELF_ISSUER,
	CA_KEY,
	SELF_KEY
};

static void
what_makes_no_sense_is_refused(void **state)
{
	static const struct jm_rdn odd[] = { { "X", "a" } };
	static const struct jm_rdn null[] = { { "CN", NULL } };
	static const struct jm_other_name bad_oid[] = { { "1", "a" } };
	static const struct jm_other_name no_text[] = { { "1.2.3", NULL } };
	const struct hierarchy *h = *state;

	for (int f = SERIAL_ZERO; f <= SELF_KEY; f++) {
		struct jm_cert_spec s = hierarchy_auth;
		const struct jm_soft_key *key = h->key, *ca_key = h->ca_key;
		const struct jm_cert *ca = h->auth_ca;
		size_t n = 1;

		switch ((enum fault_in)f) {
		case SERIAL_ZERO: s.serial_lo = 0; break;
		case SERIAL_NEGATIVE: s.serial_hi = 0x80000000; break;
		case RDN_TYPE:
			s.subject = odd;
			s.subject_len = 1;
			break;
		case RDN_VALUE:
			s.crl_dp = null;
			s.crl_dp_len = 1;
			break;
		case POLICY: s.policy_oid = "1.2.x"; break;
		case OTHER_OID:
			s.other = bad_oid;
			s.other_len = 1;
			break;
		case OTHER_VALUE:
			s.other = no_text;
			s.other_len = 1;
			break;
		case ISSUER:
			s.issuer = hierarchy_sign.issuer;
			s.issuer_len = hierarchy_sign.issuer_len;
			break;
		case SELF_ISSUER:
			key = ca_key;
			ca = NULL;
			break;
		case CA_KEY: ca_key = key; break;
		case SELF_KEY:
			s = hierarchy_auth_ca;
			ca = NULL;
			break;
		}
		if (jm_cert_make(&s, key, ca_key, ca, der, &n) != JM_ARG)
			fail_msg("fault %d", f);
		assert_int_equal(n, 0);
	}
}

static void
what_does_not_fit_is_refused(void **state)
{
	const struct hierarchy *h = *state;
	struct jm_cert_spec spec = hierarchy_sign;
	static struct jm_other_name many[200];
	size_t n = 1;

	for (size_t i = 0; i < NELEM(many); i++)
		many[i] = hierarchy_sign.other[3];
	spec.other = many;
	spec.other_len = NELEM(many);
	assert_int_equal(
	    jm_cert_make(&spec, h->key, h->ca_key, h->sign_ca, der, &n),
	    JM_SPACE);
	assert_int_equal(n, 0);
	spec = hierarchy_sign;
	spec.pad_to = JM_CERT_MAX + 1;
	assert_int_equal(
	    jm_cert_make(&spec, h->key, h->ca_key, h->sign_ca, der, &n),
	    JM_SPACE);
	assert_int_equal(n, 0);
}

static void
each_allocation_may_fail(void **state)
{
	const struct hierarchy *h = *state;

	for (unsigned nth = 0;; nth++) {
		size_t n;
		jm_err e;

		fault_arm(nth);
		e = jm_cert_make(
		    &hierarchy_auth, h->key, h->ca_key, h->auth_ca, der, &n);
		if (!fault_fired()) {
			assert_int_equal(e, JM_OK);
			assert_int_equal(nth, 3); /* three hash values */
			return;
		}
		assert_int_equal(e, JM_NOMEM);
		assert_int_equal(n, 0);
	}
}

/* Files of a folder of its own, for the program openssl. */
struct folder {
	char path[64];
};

static void
put_file(const struct folder *d, const char *name, const struct jm_cert *c)
{
	char path[128];
	FILE *f;
	X509 *x = as_x509(c);

	(void)snprintf(path, sizeof path, "%s/%s", d->path, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(PEM_write_X509(f, x), 1);
	assert_int_equal(fclose(f), 0);
	X509_free(x);
}

/* The output of a command in that folder, and its exit status. */
static int
run(const struct folder *d, const char *command, char *out, size_t cap)
{
	char line[512];
	size_t n;
	FILE *p;

	(void)snprintf(
	    line, sizeof line, "cd '%s' && %s 2>&1", d->path, command);
	p = popen(line, "r");
	assert_non_null(p);
	n = fread(out, 1, cap - 1, p);
	out[n] = '\0';
	return pclose(p);
}

static void
the_program_openssl_agrees(void **state)
{
	static const char *const lines[] = {
		"Issuer: C=JP, O=JPKI-TEST, OU=JPKI for digital signature, "
		"OU=Japan Agency for Local Authority Information Systems\n",
		"Subject: C=JP, L=Kiyose-shi, CN=20230817E9AGCIEG13221003A\n",
		"Not Before: Aug 16 15:00:00 2023 GMT\n",
		"Not After : Jan  1 14:59:59 2028 GMT\n",
		"Signature Algorithm: sha256WithRSAEncryption\n",
		"Public-Key: (2048 bit)\n",
		"X509v3 Key Usage: critical\n"
		"                Digital Signature, Non Repudiation\n",
		"Policy: 1.2.392.200149.8.5.1.1.20\n"
		"                  CPS: http://www.jpki.go.jp/cps.html\n",
		"X509v3 Issuer Alternative Name: \n"
		"                DirName:",
		"othername: 1.2.392.200149.8.5.5.1::",
		"othername: 1.2.392.200149.8.5.5.4::319800101, "
		"othername: 1.2.392.200149.8.5.5.3::1, ",
		"othername: 1.2.392.200149.8.5.5.2::00000, "
		"othername: 1.2.392.200149.8.5.5.6::0000000000000000\n",
		"X509v3 Authority Key Identifier: \n",
		"X509v3 Subject Key Identifier: \n",
		"X509v3 CRL Distribution Points: \n"
		"                Full Name:\n"
		"                  DirName:C",
		"OCSP - URI:http://ocsp.jpki-test.invalid\n",
	};
	const struct hierarchy *h = *state;
	struct folder d = { "/tmp/jm-test-XXXXXX" };
	static char out[16384];

	if (system("openssl version >/dev/null 2>&1") != 0)
		skip_on_a_desk("the program openssl");
	assert_non_null(mkdtemp(d.path));
	put_file(&d, "ca.pem", h->sign_ca);
	put_file(&d, "leaf.pem", h->sign);
	put_file(&d, "auth-ca.pem", h->auth_ca);
	put_file(&d, "auth.pem", h->auth);

	assert_int_equal(run(&d,
			     "openssl verify -attime 1700000000 -x509_strict "
			     "-CAfile ca.pem leaf.pem",
			     out, sizeof out),
	    0);
	assert_string_equal(out, "leaf.pem: OK\n");
	assert_int_equal(run(&d,
			     "openssl verify -attime 1700000000 -x509_strict "
			     "-CAfile auth-ca.pem auth.pem",
			     out, sizeof out),
	    0);
	assert_string_equal(out, "auth.pem: OK\n");
	assert_int_not_equal(run(&d,
				 "openssl verify -attime 1700000000 "
				 "-CAfile auth-ca.pem leaf.pem",
				 out, sizeof out),
	    0);
	assert_int_equal(run(&d,
			     "openssl x509 -in leaf.pem -noout -text "
			     "-nameopt utf8,sep_comma_plus_space",
			     out, sizeof out),
	    0);
	for (size_t i = 0; i < NELEM(lines); i++)
		if (strstr(out, lines[i]) == NULL)
			fail_msg("no \"%s\" in:\n%s", lines[i], out);
	assert_int_equal(run(&d,
			     "rm -f ca.pem leaf.pem auth.pem auth-ca.pem && "
			     "cd / && rmdir \"$OLDPWD\"",
			     out, sizeof out),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openssl_verifies_the_chain),
		cmocka_unit_test(sizes_are_those_of_real_certificates),
		cmocka_unit_test(extensions_are_those_of_the_facts),
		cmocka_unit_test(other_names_keep_order_and_text),
		cmocka_unit_test(key_identifiers_lead_to_the_issuer),
		cmocka_unit_test(padding_reaches_the_size_asked_for),
		cmocka_unit_test(serial_numbers_of_64_bits_are_kept),
		cmocka_unit_test(the_issuer_may_be_left_to_the_ca),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(each_allocation_may_fail),
		cmocka_unit_test(the_program_openssl_agrees),
	};

	const struct CMUnitTest of_ec[] = {
		cmocka_unit_test(openssl_verifies_the_chain),
		cmocka_unit_test(extensions_are_those_of_the_facts),
		cmocka_unit_test(key_identifiers_lead_to_the_issuer),
		cmocka_unit_test(padding_reaches_the_size_asked_for),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(each_allocation_may_fail),
	};
	int failed =
	    cmocka_run_group_tests(tests, hierarchy_setup, hierarchy_teardown);

	failed += cmocka_run_group_tests(
	    of_ec, hierarchy_setup_p256, hierarchy_teardown);
	return failed + cmocka_run_group_tests(
			    of_ec, hierarchy_setup_p384, hierarchy_teardown);
}
