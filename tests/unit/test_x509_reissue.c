/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/x509_reissue.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/hierarchy.h"
#include "tests/support/test.h"

#define FROM (HIERARCHY_NOW + 86400)
#define TO   (HIERARCHY_NOW + 86400 * 400)

static uint8_t der[JM_CERT_MAX], want[JM_CERT_MAX];

static struct jm_reissue
order(const struct hierarchy *h, const struct jm_cert *old,
    const struct jm_cert *ca, const struct jm_x509_key *key)
{
	return (struct jm_reissue){ .old = old,
		.key = key,
		.ca = ca,
		.ca_key = h->ca_key,
		.serial_hi = 0x01020304,
		.serial_lo = 0x05060708,
		.not_before = FROM,
		.not_after = TO };
}

/* The signature of RSA is always the same, so all of it can be compared. */
static void
it_is_what_the_same_ca_would_have_issued(void **state)
{
	const struct hierarchy *h = *state;
	const struct jm_cert *old[] = { h->auth, h->sign };
	const struct jm_cert *ca[] = { h->auth_ca, h->sign_ca };
	const struct jm_cert_spec *spec[] = { &hierarchy_auth,
		&hierarchy_sign };
	struct jm_soft_key *fresh;
	struct jm_x509_key pub;

	assert_int_equal(jm_soft_key_new_ec(JM_P384, &fresh), JM_OK);
	assert_int_equal(jm_x509_key_of(fresh, &pub), JM_OK);
	for (size_t i = 0; i < NELEM(old); i++) {
		const struct jm_reissue how = order(h, old[i], ca[i], &pub);
		struct jm_cert_spec s = *spec[i];
		size_t len, want_len;

		s.serial_hi = how.serial_hi;
		s.serial_lo = how.serial_lo;
		s.not_before = FROM;
		s.not_after = TO;
		s.pad_to = 0;
		assert_int_equal(
		    jm_cert_make(&s, fresh, h->ca_key, ca[i], want, &want_len),
		    JM_OK);
		assert_int_equal(jm_cert_reissue(&how, der, &len), JM_OK);
		assert_int_equal(len, want_len);
		assert_memory_equal(der, want, len);
	}
	jm_soft_key_free(&fresh);
}

/* A chain of elliptic curves: its signature is new each time. */
static void
a_chain_of_elliptic_curves_holds(void **state)
{
	const struct hierarchy *h = *state;
	struct jm_cert *c = malloc(sizeof *c);
	struct jm_soft_key *fresh;
	struct jm_x509_key pub;
	struct jm_reissue how;
	size_t len;

	assert_non_null(c);
	assert_int_equal(jm_soft_key_new(2048, &fresh), JM_OK);
	assert_int_equal(jm_x509_key_of(fresh, &pub), JM_OK);
	how = order(h, h->sign, h->sign_ca, &pub);
	assert_int_equal(jm_cert_reissue(&how, der, &len), JM_OK);
	assert_int_equal(jm_cert_parse(der, len, c), JM_OK);
	assert_int_equal(jm_cert_signed_by(c, h->sign_ca), JM_OK);
	assert_true(jm_x509_key_is(&pub, &c->rsa, &c->ec));
	assert_true(c->not_before == FROM && c->not_after == TO);
	assert_int_equal(c->key_usage, h->sign->key_usage);
	assert_memory_equal(c->der + c->subject.off,
	    h->sign->der + h->sign->subject.off, h->sign->subject.len);
	jm_soft_key_free(&fresh);
	free(c);
}

static void
what_another_ca_signed_is_refused(void **state)
{
	const struct hierarchy *h = *state;
	struct jm_x509_key pub;
	struct jm_reissue how;
	size_t len = 1;

	assert_int_equal(jm_x509_key_of(h->key, &pub), JM_OK);
	how = order(h, h->auth, h->sign_ca, &pub);
	assert_int_equal(jm_cert_reissue(&how, der, &len), JM_BAD_SIG);
	assert_int_equal(len, 0);
	how = order(h, h->auth, h->auth_ca, &pub);
	how.ca_key = h->key;
	assert_int_equal(jm_cert_reissue(&how, der, &len), JM_ARG);
	how = order(h, h->auth, h->auth_ca, &pub);
	how.serial_hi = how.serial_lo = 0;
	assert_int_equal(jm_cert_reissue(&how, der, &len), JM_ARG);
	how.serial_hi = 0x80000000;
	assert_int_equal(jm_cert_reissue(&how, der, &len), JM_ARG);
}

int
main(void)
{
	const struct CMUnitTest rsa[] = {
		cmocka_unit_test(it_is_what_the_same_ca_would_have_issued),
		cmocka_unit_test(what_another_ca_signed_is_refused),
	};
	const struct CMUnitTest ec[] = {
		cmocka_unit_test(a_chain_of_elliptic_curves_holds),
		cmocka_unit_test(what_another_ca_signed_is_refused),
	};
	int failed;

	failed = cmocka_run_group_tests_name(
	    "RSA", rsa, hierarchy_setup, hierarchy_teardown);
	return failed + cmocka_run_group_tests_name("P-384", ec,
			    hierarchy_setup_p384, hierarchy_teardown);
}
