/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/x509.h"

#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "tests/support/hierarchy.h"
#include "tests/support/test.h"

static struct jm_cert parsed; /* too large for a frame */

static void
the_fields_are_those_it_was_made_of(void **state)
{
	const struct hierarchy *h = *state;
	static struct jm_rsa_pub pub;
	char text[200];

	assert_int_equal(h->sign->not_before, hierarchy_sign.not_before);
	assert_int_equal(h->sign->not_after, hierarchy_sign.not_after);
	assert_int_equal(h->sign->is_ca, 0);
	assert_int_equal(h->sign->key_usage,
	    JM_KU_DIGITAL_SIGNATURE | JM_KU_NON_REPUDIATION);
	assert_int_equal(h->auth->key_usage, JM_KU_DIGITAL_SIGNATURE);
	assert_int_equal(h->auth_ca->is_ca, 1);
	assert_int_equal(
	    h->auth_ca->key_usage, JM_KU_KEY_CERT_SIGN | JM_KU_CRL_SIGN);
	assert_int_equal(jm_soft_key_pub(h->key, &pub), JM_OK);
	assert_memory_equal(&h->sign->rsa, &pub, sizeof pub);

	jm_cert_subject_text(h->sign, text, sizeof text);
	assert_string_equal(
	    text, "CN=20230817E9AGCIEG13221003A,L=Kiyose-shi,C=JP");
	jm_cert_issuer_text(h->auth, text, sizeof text);
	assert_string_equal(text,
	    "OU=Japan Agency for Local Authority Information Systems,"
	    "OU=JPKI for user authentication,O=JPKI-TEST,C=JP");
	jm_cert_serial_text(h->sign_ca, text, sizeof text);
	assert_string_equal(text, "067C6A21");
	jm_cert_serial_text(h->sign, text, sizeof text);
	assert_string_equal(text, "81A2B3C5");
	jm_cert_serial_text(h->auth_ca, text, sizeof text);
	assert_string_equal(text, "01");
}

static void
spans_are_whole_objects(void **state)
{
	const struct hierarchy *h = *state;
	const struct jm_cert *c = h->sign;
	const struct {
		struct jm_span s;
		unsigned tag;
	} row[] = { { c->tbs, 0x30 }, { c->sig_alg, 0x30 },
		{ c->subject, 0x30 }, { c->issuer, 0x30 }, { c->serial, 0x02 },
		{ c->spki, 0x30 } };

	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_rbuf r, v;
		unsigned tag;

		assert_true(row[i].s.off < c->der_len);
		assert_true(row[i].s.len <= c->der_len - row[i].s.off);
		r = (struct jm_rbuf){ c->der + row[i].s.off, row[i].s.len };
		assert_int_equal(jm_tlv_next(&r, &tag, &v), JM_OK);
		assert_int_equal(tag, row[i].tag);
		assert_int_equal(r.left, 0);
	}
	assert_int_equal(c->issuer.len, h->sign_ca->subject.len);
	assert_memory_equal(c->der + c->issuer.off,
	    h->sign_ca->der + h->sign_ca->subject.off, c->issuer.len);
}

static void
only_the_issuer_s_key_has_signed_it(void **state)
{
	const struct hierarchy *h = *state;
	static uint8_t der[JM_CERT_MAX];
	static struct jm_cert ca;
	size_t n;

	assert_int_equal(jm_cert_signed_by(h->auth, h->auth_ca), JM_OK);
	assert_int_equal(jm_cert_signed_by(h->sign, h->sign_ca), JM_OK);
	assert_int_equal(jm_cert_signed_by(h->auth_ca, h->auth_ca), JM_OK);
	assert_int_equal(jm_cert_signed_by(h->auth, h->sign_ca), JM_BAD_SIG);
	assert_int_equal(jm_cert_signed_by(h->auth, h->auth), JM_BAD_SIG);

	/* another generation: the same name and serial, another key */
	assert_int_equal(
	    jm_cert_make(&hierarchy_auth_ca, h->key, h->key, NULL, der, &n),
	    JM_OK);
	assert_int_equal(jm_cert_parse(der, n, &ca), JM_OK);
	assert_int_equal(jm_cert_signed_by(&ca, &ca), JM_OK);
	assert_int_equal(jm_cert_signed_by(h->auth, &ca), JM_BAD_SIG);
}

/* In storage of exactly their size, for ASan to watch. */
static jm_err
parse_exact(const uint8_t *der, size_t n)
{
	uint8_t *mem = malloc(n > 0 ? n : 1);
	jm_err e;

	assert_non_null(mem);
	memcpy(mem, der, n);
	e = jm_cert_parse(mem, n, &parsed);
	free(mem);
	if (e != JM_OK) {
		assert_int_equal(parsed.der_len, 0);
		assert_int_equal(parsed.rsa.n_len, 0);
		assert_int_equal(parsed.subject.len, 0);
	}
	return e;
}

static void
no_prefix_is_a_certificate(void **state)
{
	const struct hierarchy *h = *state;

	for (size_t n = 0; n < h->sign->der_len; n++)
		assert_int_equal(parse_exact(h->sign->der, n), JM_FORMAT);
	assert_int_equal(parse_exact(h->sign->der, h->sign->der_len), JM_OK);
}

static void
filler_behind_it_is_refused(void **state)
{
	const struct hierarchy *h = *state;
	static uint8_t der[JM_CERT_MAX + 1];

	memcpy(der, h->auth->der, h->auth->der_len);
	assert_int_equal(parse_exact(der, h->auth->der_len + 1), JM_FORMAT);
	assert_int_equal(parse_exact(der, JM_CERT_MAX), JM_FORMAT);
	assert_int_equal(parse_exact(der, JM_CERT_MAX + 1), JM_SPACE);
}

/* Whatever still parses is used, and none of it is believed. */
static void
each_flipped_bit_is_survived_and_seen(void **state)
{
	const struct hierarchy *h = *state;
	static uint8_t der[JM_CERT_MAX];
	const size_t n = h->sign->der_len;
	size_t good = 0;
	char text[100];

	memcpy(der, h->sign->der, n);
	for (size_t bit = 0; bit < 8 * n; bit++) {
		der[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (parse_exact(der, n) == JM_OK) {
			good++;
			jm_cert_subject_text(&parsed, text, sizeof text);
			jm_cert_issuer_text(&parsed, text, sizeof text);
			jm_cert_serial_text(&parsed, text, sizeof text);
			if (bit % 7 == 0) /* the slow part */
				assert_int_equal(
				    jm_cert_signed_by(&parsed, h->sign_ca),
				    JM_BAD_SIG);
		}
		der[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_in_range(good, n, 8 * n); /* most are inside of values */
}

static void
the_fingerprint_is_the_hash_of_all_of_it(void **state)
{
	const struct hierarchy *h = *state;
	uint8_t a[32], b[32];

	assert_int_equal(jm_cert_fingerprint(h->auth, a), JM_OK);
	assert_int_equal(
	    jm_hash(JM_SHA256, h->auth->der, h->auth->der_len, b), JM_OK);
	assert_memory_equal(a, b, sizeof a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fields_are_those_it_was_made_of),
		cmocka_unit_test(spans_are_whole_objects),
		cmocka_unit_test(only_the_issuer_s_key_has_signed_it),
		cmocka_unit_test(no_prefix_is_a_certificate),
		cmocka_unit_test(filler_behind_it_is_refused),
		cmocka_unit_test(each_flipped_bit_is_survived_and_seen),
		cmocka_unit_test(the_fingerprint_is_the_hash_of_all_of_it),
	};

	return cmocka_run_group_tests(
	    tests, hierarchy_setup, hierarchy_teardown);
}
