/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The virtual card's keys on P-384. */
#include <stdio.h>
#include <string.h>

#include "crypto/ec_sig.h"
#include "crypto/x509.h"
#include "tests/support/test.h"
#include "tests/support/vc_try.h"

static uint8_t hash[64];

/* 80 2A p1 p2 with n bytes of data, all 5A, and Le 00. */
static unsigned
sign_bytes(struct vc_try *t, unsigned p1, unsigned p2, size_t n)
{
	char hex[2 * 100 + 16];
	int at =
	    snprintf(hex, sizeof hex, "802A%02X%02X%02X", p1, p2, (unsigned)n);

	for (size_t i = 0; i < n; i++)
		at += snprintf(hex + at, sizeof hex - (size_t)at, "5A");
	snprintf(hex + at, sizeof hex - (size_t)at, "00");
	return vc_say(t, hex);
}

static void
public_key(struct vc_try *t, unsigned id, struct jm_ec_pub *pub)
{
	assert_int_equal(
	    jm_soft_key_ec_pub(vc_jpki_file(t, id)->key, pub), JM_OK);
}

static void
the_keys_are_those_of_the_certificates(void **state)
{
	static const unsigned pair[][3] = { { 0x17, 0x0a, 0x0b },
		{ 0x1a, 0x01, 0x02 } };
	static struct jm_cert c, ca;
	struct vc_try *t = *state;
	struct jm_ec_pub pub;

	for (size_t i = 0; i < NELEM(pair); i++) {
		const struct vc_file *f = vc_jpki_file(t, pair[i][1]);
		const struct vc_file *g = vc_jpki_file(t, pair[i][2]);

		public_key(t, pair[i][0], &pub);
		assert_int_equal(jm_cert_parse(f->data, f->len, &c), JM_OK);
		assert_int_equal(jm_cert_parse(g->data, g->len, &ca), JM_OK);
		assert_memory_equal(&c.ec, &pub, sizeof pub);
		assert_int_equal(pub.curve, JM_P384);
		assert_int_equal(ca.ec.curve, JM_P384);
		assert_int_equal(jm_cert_signed_by(&c, &ca), JM_OK);
	}
}

static void
a_signature_has_the_form_that_the_parameter_says(void **state)
{
	struct vc_try *t = *state;
	uint8_t raw[JM_EC_SIG_MAX];
	struct jm_ec_pub pub;
	size_t n;

	public_key(t, 0x17, &pub);
	vc_say(t, SELECT_NEXT);
	vc_say(t, VERIFY_AUTH);
	assert_int_equal(sign_bytes(t, 0, 0x97, 48), 0x9000);
	assert_int_equal(t->rsp_len, 96);
	assert_int_equal(
	    jm_ecdsa_verify(&pub, hash, 48, t->rsp, t->rsp_len), JM_OK);
	vc_param(t, "ec-sig-form=der");
	assert_int_equal(sign_bytes(t, 0, 0x97, 48), 0x9000);
	assert_int_equal(
	    jm_ec_sig_to_raw(JM_P384, t->rsp, t->rsp_len, raw, &n), JM_OK);
	assert_int_equal(jm_ecdsa_verify(&pub, hash, 48, raw, n), JM_OK);
}

static void
hash_values_have_the_lengths_that_the_parameter_says(void **state)
{
	struct vc_try *t = *state;
	struct jm_ec_pub pub;

	public_key(t, 0x17, &pub);
	vc_say(t, SELECT_NEXT);
	vc_say(t, VERIFY_AUTH);
	for (size_t n = 1; n <= 64; n++) {
		assert_int_equal(
		    sign_bytes(t, 0, 0x97, n), n <= 48 ? 0x9000 : 0x6985);
		if (n <= 48)
			assert_int_equal(
			    jm_ecdsa_verify(&pub, hash, n, t->rsp, 96), JM_OK);
	}
	vc_param(t, "ec-hash=field");
	for (size_t n = 1; n <= 64; n++)
		assert_int_equal(
		    sign_bytes(t, 0, 0x97, n), n == 48 ? 0x9000 : 0x6985);
	vc_param(t, "sign-length-sw=6700");
	assert_int_equal(sign_bytes(t, 0, 0x97, 32), 0x6700);
	assert_int_equal(vc_say(t, "802A009700"), 0x6700); /* no data */
	vc_param(t, "ec-hash=any");
	assert_int_equal(vc_say(t, "802A0097015A"), 0x6700); /* no Le */
	assert_int_equal(vc_say(t, "802A0097015A5F"), 0x6700);
}

static void
it_has_mode_00_alone(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_NEXT);
	vc_say(t, VERIFY_AUTH);
	vc_param(t, "sign-modes=0-5");
	for (unsigned p1 = 0; p1 <= 6; p1++)
		assert_int_equal(
		    sign_bytes(t, p1, 0x97, 32), p1 == 0 ? 0x9000 : 0x6a86);
}

static void
each_key_wants_its_own_pin(void **state)
{
	struct vc_try *t = *state;

	assert_int_equal(vc_say(t, SELECT_JPKI), 0x6a82);
	assert_int_equal(vc_say(t, SELECT_NEXT), 0x9000);
	assert_int_equal(sign_bytes(t, 0, 0x97, 48), 0x6982);
	assert_int_equal(sign_bytes(t, 0, 0x9a, 48), 0x6982);
	vc_say(t, VERIFY_AUTH);
	assert_int_equal(sign_bytes(t, 0, 0x97, 48), 0x9000);
	assert_int_equal(sign_bytes(t, 0, 0x9a, 48), 0x6982);
	vc_say(t, VERIFY_SIGN);
	assert_int_equal(sign_bytes(t, 0, 0x9a, 48), 0x9000);
	assert_int_equal(vc_say(t, SELECT_ISSUER), 0x9000);
	assert_int_equal(vc_say(t, SELECT_NEXT), 0x9000);
	assert_int_equal(sign_bytes(t, 0, 0x97, 48), 0x6982);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_keys_are_those_of_the_certificates),
		TEST(a_signature_has_the_form_that_the_parameter_says),
		TEST(hash_values_have_the_lengths_that_the_parameter_says),
		TEST(it_has_mode_00_alone),
		TEST(each_key_wants_its_own_pin),
	};

	memset(hash, 0x5a, sizeof hash);
	return cmocka_run_group_tests(tests, vc_try_start_next, vc_try_stop);
}
