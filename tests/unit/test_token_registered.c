/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A certificate that its holder registered, for one that the card hides. */
#include "tests/support/test.h"

#include <stdlib.h>

#include "tests/support/fault.h"
#include "tests/unit/host_try.h"

static struct jm_cert *sign_cert, *auth_cert; /* of the card itself */
static struct vslot *slot;
static struct jm_token *t;

static int
group_setup(void **state)
{
	const struct jm_cert *c;

	if (fixture_group_setup(state) != 0)
		return -1;
	sign_cert = host_sign_cert();
	slot = fixture_slot(NULL);
	t = fixture_token(slot);
	auth_cert = malloc(sizeof *auth_cert);
	assert_non_null(auth_cert);
	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &c), JM_OK);
	*auth_cert = *c;
	jm_token_free(&t);
	vslot_close(&slot);
	return 0;
}

static int
group_teardown(void **state)
{
	free(sign_cert);
	free(auth_cert);
	return fixture_group_teardown(state);
}

static int
end_test(void **state)
{
	(void)state;
	jm_token_free(&t);
	if (slot != NULL)
		vslot_close(&slot);
	return 0;
}

static int
begin_test(void **state)
{
	(void)state;
	slot = fixture_slot(NULL);
	t = host_token(slot, JM_CONSENT_SESSION);
	return 0;
}

static jm_err
enrol(const struct jm_cert *c)
{
	return jm_token_register_cert(t, JM_CERT_SIGN, c);
}

static void
it_is_a_copy_that_is_not_shown_as_read(void **state)
{
	struct jm_cert *mine = malloc(sizeof *mine);
	const struct jm_cert *c;

	(void)state;
	assert_non_null(mine);
	*mine = *sign_cert;
	assert_null(jm_token_cert_registered(t, JM_CERT_SIGN));
	assert_int_equal(enrol(mine), JM_OK);
	free(mine);
	c = jm_token_cert_registered(t, JM_CERT_SIGN);
	assert_non_null(c);
	assert_int_equal(c->der_len, sign_cert->der_len);
	assert_memory_equal(c->der, sign_cert->der, c->der_len);
	assert_null(jm_token_cert_registered(t, JM_CERT_AUTH));
	assert_null(jm_token_cert_registered(t, JM_CERT_SIGN_CA));
	assert_null(jm_token_cert_loaded(t, JM_CERT_SIGN));
	assert_int_equal(jm_token_cert(t, JM_CERT_SIGN, &c), JM_NEED_PIN);
	assert_int_equal(enrol(NULL), JM_OK);
	assert_null(jm_token_cert_registered(t, JM_CERT_SIGN));
	assert_int_equal(host_cost(slot, NULL), 0);
}

static void
it_says_how_long_the_key_is(void **state)
{
	struct jm_cert *mine = malloc(sizeof *mine);

	(void)state;
	assert_non_null(mine);
	*mine = *sign_cert;
	mine->rsa.bits = 3072;
	assert_int_equal(enrol(mine), JM_OK);
	assert_int_equal(jm_token_key_bits(t, JM_PAIR_SIGN), 3072);
	assert_int_equal(jm_token_sig_len(t, JM_PAIR_SIGN), 384);
	assert_int_equal(jm_token_key_bits(t, JM_PAIR_AUTH), 2048);
	assert_int_equal(enrol(NULL), JM_OK);
	assert_int_equal(jm_token_key_bits(t, JM_PAIR_SIGN), 2048);
	assert_int_equal(jm_token_sig_len(t, JM_PAIR_SIGN), 256);
	free(mine);
}

static void
one_that_cannot_be_the_pairs_is_refused(void **state)
{
	struct jm_cert *mine = malloc(sizeof *mine);
	int fired = 0;

	(void)state;
	assert_non_null(mine);
	assert_int_equal(enrol(sign_cert), JM_OK);
	*mine = *sign_cert;
	mine->rsa.n_len = 0; /* another kind of key */
	assert_int_equal(enrol(mine), JM_FORMAT);
	*mine = *sign_cert;
	mine->der_len = 256;
	assert_int_equal(enrol(mine), JM_FORMAT);
	assert_int_equal(
	    jm_token_register_cert(t, JM_CERT_SIGN_CA, sign_cert), JM_ARG);
	assert_int_equal(
	    jm_token_register_cert(t, JM_CERT_AUTH_CA, NULL), JM_ARG);
	fault_arm(0);
	assert_int_equal(enrol(sign_cert), JM_NOMEM);
	fired = fault_fired();
	assert_true(fired);
	assert_non_null(jm_token_cert_registered(t, JM_CERT_SIGN));
	free(mine);

	end_test(state);
	slot = fixture_slot("sign-pair=absent", NULL);
	t = host_token(slot, JM_CONSENT_SESSION);
	assert_int_equal(enrol(sign_cert), JM_NOT_FOUND);
	assert_int_equal(enrol(NULL), JM_OK);
}

static void
it_costs_one_block_before_each_signature_of_the_pair(void **state)
{
	static const struct {
		const char *atr;
		unsigned sign, other;
	} row[] = { { "atr=" ATR_PLAIN, 5, 3 }, { "atr=" ATR_SFI, 3, 2 } };

	for (size_t i = 0; i < NELEM(row); i++) {
		end_test(state);
		slot = fixture_slot(row[i].atr, NULL);
		t = host_token(slot, JM_CONSENT_SESSION);
		assert_int_equal(enrol(sign_cert), JM_OK);
		assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
		assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
		host_cost(slot, NULL);
		for (int n = 0; n < 2; n++) {
			unsigned verifies;

			assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OK);
			assert_int_equal(
			    host_cost(slot, &verifies), row[i].sign);
			assert_int_equal(verifies, 0);
			assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_OK);
			assert_int_equal(host_cost(slot, NULL), row[i].other);
		}
	}
}

/* The first block is another one: no signature is made. */
static void
another_cards_certificate_makes_no_signature(void **state)
{
	(void)state;
	assert_int_equal(enrol(auth_cert), JM_OK);
	assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
	assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
	vslot_restart_count(slot);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OTHER_KEY);
	assert_int_equal(vslot_counted(slot).signs, 0);
	assert_int_equal(host_logins(t), 0);
	assert_int_equal(host_status(slot), 0);

	/* One byte, the last that is compared. */
	sign_cert->der[255] ^= 1;
	assert_int_equal(enrol(sign_cert), JM_OK);
	sign_cert->der[255] ^= 1;
	assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OTHER_KEY);

	/* A card that has no such file (any more): SELECT, SELECT EF. */
	assert_int_equal(enrol(sign_cert), JM_OK);
	assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
	host_fault_at(1, HOST_REFUSED);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OTHER_KEY);
	assert_true(host_fault_fired());
	assert_int_equal(host_logins(t), 0);

	assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OK);
}

/* The same beginning, another key: what was signed does not leave. */
static void
a_signature_has_to_fit_the_registered_key(void **state)
{
	struct jm_cert *mine = malloc(sizeof *mine);

	(void)state;
	assert_non_null(mine);
	*mine = *sign_cert;
	mine->rsa = auth_cert->rsa;
	assert_int_equal(enrol(mine), JM_OK);
	assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_BAD_SIG);
	assert_int_equal(host_logins(t), 0);
	assert_int_equal(host_status(slot), 0);
	free(mine);
	/* The token is none the worse for it. */
	assert_int_equal(enrol(sign_cert), JM_OK);
	assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OK);
}

static jm_err
sign_with_pin(struct jm_token *tok)
{
	uint8_t value[32] = { 1 }, sig[256];
	size_t len;
	int tries;

	return jm_token_sign_with_pin(tok, JM_PAIR_SIGN, JM_SIGN_PSS_SHA256,
	    value, sizeof value, "ABC123", 6, sig, sizeof sig, &len, &tries);
}

static void
it_is_compared_without_a_host_too(void **state)
{
	end_test(state);
	slot = fixture_slot(NULL);
	t = fixture_token(slot);
	assert_int_equal(enrol(sign_cert), JM_OK);
	assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OK);
	assert_int_equal(sign_with_pin(t), JM_OK);
	assert_int_equal(enrol(auth_cert), JM_OK);
	vslot_restart_count(slot);
	assert_int_equal(sign_with_pin(t), JM_OTHER_KEY);
	assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OTHER_KEY);
	assert_int_equal(vslot_counted(slot).signs, 0);
	assert_int_equal(host_logins(t), 0);
	assert_int_equal(host_status(slot), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)
	static const struct CMUnitTest tests[] = {
		TEST(it_is_a_copy_that_is_not_shown_as_read),
		TEST(it_says_how_long_the_key_is),
		TEST(one_that_cannot_be_the_pairs_is_refused),
		TEST(it_costs_one_block_before_each_signature_of_the_pair),
		TEST(another_cards_certificate_makes_no_signature),
		TEST(a_signature_has_to_fit_the_registered_key),
		TEST(it_is_compared_without_a_host_too),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
