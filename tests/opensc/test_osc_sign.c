/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures of the driver: which the host may ask for, and how often. */
#include "tests/support/test.h"

#include <string.h>

#include "crypto/rsa_pad.h"
#include "tests/opensc/osc_try.h"
#include "tests/support/fixture.h"

#define PKCS1     (SC_ALGORITHM_RSA_PAD_PKCS1 | SC_ALGORITHM_RSA_HASH_NONE)
#define OF_SHA256 (SC_ALGORITHM_RSA_PAD_PKCS1 | SC_ALGORITHM_RSA_HASH_SHA256)
#define PSS                                                                    \
	(SC_ALGORITHM_RSA_PAD_PSS | SC_ALGORITHM_RSA_HASH_SHA256 |             \
	    SC_ALGORITHM_MGF1_SHA256)
#define NO_LOGIN SC_ERROR_SECURITY_STATUS_NOT_SATISFIED

static struct vslot *slot;
static struct osc_host h;
static const uint8_t value[64] = { 1, 2, 3 }; /* a hash value */

static void
connect_with(const char *jumin, const char *driver)
{
	const struct osc_how how = { .jumin = jumin, .driver = driver };

	slot = fixture_slot(NULL);
	osc_host_start(&h, slot, &how);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	osc_host_restart_count(&h);
}

static int
start(void **state)
{
	(void)state;
	connect_with(NULL, NULL);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	osc_host_stop(&h);
	vslot_close(&slot);
	return 0;
}

static int
enter_pin(enum jm_pair pair, unsigned type, const char *pin)
{
	struct sc_pin_cmd_data d = { .cmd = SC_PIN_CMD_VERIFY,
		.pin_type = type,
		.pin_reference =
		    osc_pin_reference(osc_of(h.card), jm_pair_pin(pair)) };

	d.pin1.data = (const u8 *)pin;
	d.pin1.len = (int)strlen(pin);
	return sc_pin_cmd(h.card, &d, NULL);
}

static int
enter(enum jm_pair pair, unsigned type)
{
	return enter_pin(pair, type, pair == JM_PAIR_SIGN ? "ABC123" : "1234");
}

static void
log_in(enum jm_pair pair)
{
	assert_int_equal(enter(pair, SC_AC_CHV), SC_SUCCESS);
	osc_host_restart_count(&h);
}

/* Too long for a stack. */
static sc_security_env_t env;

static void
set_terms(enum jm_pair pair, unsigned flags)
{
	memset(&env, 0, sizeof env);
	env.flags = SC_SEC_ENV_KEY_REF_PRESENT | SC_SEC_ENV_ALG_PRESENT;
	env.operation = SC_SEC_OPERATION_SIGN;
	env.algorithm = SC_ALGORITHM_RSA;
	env.algorithm_flags = flags;
	env.key_ref_len = 1;
	env.key_ref[0] = (unsigned char)osc_key_reference(osc_of(h.card), pair);
}

/* What use_key of libopensc does. */
static int
make(enum jm_pair pair, unsigned flags, const uint8_t *in, size_t len,
    uint8_t *sig, size_t cap)
{
	int r;

	set_terms(pair, flags);
	if ((r = sc_set_security_env(h.card, &env, 0)) == SC_SUCCESS)
		r = sc_compute_signature(h.card, in, len, sig, cap);
	return r;
}

static int
make_plain(enum jm_pair pair)
{
	uint8_t sig[256];

	return make(pair, OF_SHA256, value, 32, sig, sizeof sig);
}

static void
only_signatures_of_our_keys_are_taken(void **state)
{
	static const struct {
		int operation;
		unsigned long flags;
		unsigned algorithm, algorithm_flags;
		int key, r;
	} rows[] = {
#define HERE (SC_SEC_ENV_KEY_REF_PRESENT | SC_SEC_ENV_ALG_PRESENT)
#define ROW(op, f, alg, aflags, key, r)                                        \
	{ SC_SEC_OPERATION_##op, f, SC_ALGORITHM_##alg, aflags, key, r }
		ROW(SIGN, HERE, RSA, PKCS1, 0x17, SC_SUCCESS),
		ROW(SIGN, HERE, RSA, PKCS1, 0x1a, SC_SUCCESS),
		ROW(SIGN, HERE, RSA, PSS, 0x17, SC_SUCCESS),
		ROW(DECIPHER, HERE, RSA, PKCS1, 0x17, SC_ERROR_NOT_SUPPORTED),
		ROW(DERIVE, HERE, RSA, PKCS1, 0x17, SC_ERROR_NOT_SUPPORTED),
		ROW(SIGN, HERE, RSA, PKCS1, 0x18,
		    SC_ERROR_INCORRECT_PARAMETERS),
		ROW(SIGN, SC_SEC_ENV_ALG_PRESENT, RSA, PKCS1, 0x17,
		    SC_ERROR_INCORRECT_PARAMETERS),
		ROW(SIGN, SC_SEC_ENV_KEY_REF_PRESENT, RSA, PKCS1, 0x17,
		    SC_ERROR_NOT_SUPPORTED),
		ROW(SIGN, HERE, EC, SC_ALGORITHM_ECDSA_RAW, 0x17,
		    SC_ERROR_NOT_SUPPORTED),
		ROW(SIGN, HERE, RSA, SC_ALGORITHM_RSA_PAD_NONE, 0x17,
		    SC_ERROR_NOT_SUPPORTED),
		ROW(SIGN, HERE, RSA,
		    SC_ALGORITHM_RSA_PAD_PKCS1 | SC_ALGORITHM_RSA_HASH_MD5,
		    0x17, SC_ERROR_NOT_SUPPORTED),
		ROW(SIGN, HERE, RSA,
		    SC_ALGORITHM_RSA_PAD_PSS | SC_ALGORITHM_MGF1_SHA1, 0x17,
		    SC_ERROR_NOT_SUPPORTED),
		ROW(SIGN, HERE, RSA, SC_ALGORITHM_RSA_PAD_PSS, 0x17,
		    SC_ERROR_NOT_SUPPORTED),
		ROW(SIGN, HERE, RSA,
		    SC_ALGORITHM_RSA_PAD_PSS | SC_ALGORITHM_RSA_HASH_SHA512 |
			SC_ALGORITHM_MGF1_SHA256,
		    0x17, SC_ERROR_NOT_SUPPORTED),
		ROW(SIGN, HERE, RSA, ~0u, 0x17, SC_ERROR_NOT_SUPPORTED),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		set_terms(JM_PAIR_AUTH, rows[i].algorithm_flags);
		env.operation = rows[i].operation;
		env.flags = rows[i].flags;
		env.algorithm = rows[i].algorithm;
		env.key_ref[0] = (unsigned char)rows[i].key;
		assert_int_equal(
		    sc_set_security_env(h.card, &env, 0), rows[i].r);
		assert_int_equal(
		    osc_of(h.card)->signing.set, rows[i].r == SC_SUCCESS);
	}
	assert_int_equal(h.apdus, 0);
}

static void
terms_make_one_signature(void **state)
{
	uint8_t sig[256];

	(void)state;
	log_in(JM_PAIR_AUTH);
	set_terms(JM_PAIR_AUTH, OF_SHA256);
	assert_int_equal(
	    sc_compute_signature(h.card, value, 32, sig, sizeof sig),
	    SC_ERROR_NOT_ALLOWED);
	assert_int_equal(h.apdus, 0);
	assert_int_equal(sc_set_security_env(h.card, &env, 0), SC_SUCCESS);
	assert_int_equal(
	    sc_compute_signature(h.card, value, 32, sig, sizeof sig), 256);
	osc_host_restart_count(&h);
	assert_int_equal(
	    sc_compute_signature(h.card, value, 32, sig, sizeof sig),
	    SC_ERROR_NOT_ALLOWED);
	assert_int_equal(h.apdus, 0);
}

static void
a_refusal_sends_nothing_and_leaves_the_login(void **state)
{
	static const struct {
		unsigned flags;
		size_t len, cap;
		int r;
	} rows[] = {
		{ PKCS1, 32, 256, SC_ERROR_INVALID_DATA },
		{ PKCS1, 0, 256, SC_ERROR_INVALID_DATA },
		{ OF_SHA256, 31, 256, SC_ERROR_WRONG_LENGTH },
		{ OF_SHA256, 64, 256, SC_ERROR_WRONG_LENGTH },
		{ OF_SHA256, 32, 255, SC_ERROR_BUFFER_TOO_SMALL },
		{ OF_SHA256, 32, 0, SC_ERROR_BUFFER_TOO_SMALL },
		{ PSS, 20, 256, SC_ERROR_WRONG_LENGTH },
		{ PSS, 51, 256, SC_ERROR_WRONG_LENGTH },
	};
	uint8_t sig[256];

	(void)state;
	log_in(JM_PAIR_SIGN);
	for (size_t i = 0; i < NELEM(rows); i++)
		assert_int_equal(make(JM_PAIR_SIGN, rows[i].flags, value,
				     rows[i].len, sig, rows[i].cap),
		    rows[i].r);
	assert_int_equal(h.apdus, 0);
	assert_int_equal(make_plain(JM_PAIR_SIGN), 256);
}

/* As the host makes it of a value, or we do: the same signature. */
static void
a_hash_value_gets_the_name_of_its_function(void **state)
{
	static const struct {
		unsigned flag;
		enum jm_hash hash;
	} rows[] = { { SC_ALGORITHM_RSA_HASH_SHA1, JM_SHA1 },
		{ SC_ALGORITHM_RSA_HASH_SHA256, JM_SHA256 },
		{ SC_ALGORITHM_RSA_HASH_SHA384, JM_SHA384 },
		{ SC_ALGORITHM_RSA_HASH_SHA512, JM_SHA512 } };
	uint8_t info[JM_DIGESTINFO_MAX], a[256], b[256];
	size_t len;

	(void)state;
	log_in(JM_PAIR_AUTH);
	for (size_t i = 0; i < NELEM(rows); i++) {
		jm_digestinfo(rows[i].hash, value, info, &len);
		assert_int_equal(
		    make(JM_PAIR_AUTH, PKCS1, info, len, a, sizeof a), 256);
		assert_int_equal(
		    make(JM_PAIR_AUTH,
			SC_ALGORITHM_RSA_PAD_PKCS1 | rows[i].flag, value,
			jm_hash_len(rows[i].hash), b, sizeof b),
		    256);
		assert_memory_equal(a, b, sizeof a);
	}
}

static void
without_a_login_nothing_is_sent(void **state)
{
	(void)state;
	assert_int_equal(make_plain(JM_PAIR_AUTH), NO_LOGIN);
	log_in(JM_PAIR_AUTH);
	assert_int_equal(make_plain(JM_PAIR_SIGN), NO_LOGIN);
	assert_int_equal(h.apdus, 0);
	assert_int_equal(sc_logout(h.card), SC_SUCCESS);
	assert_int_equal(make_plain(JM_PAIR_AUTH), NO_LOGIN);
	assert_int_equal(h.apdus, 0);
}

static void
a_signature_key_signs_once_for_one_entry(void **state)
{
	(void)state;
	log_in(JM_PAIR_SIGN);
	assert_int_equal(make_plain(JM_PAIR_SIGN), 256);
	osc_host_restart_count(&h);
	assert_int_equal(make_plain(JM_PAIR_SIGN), NO_LOGIN);
	assert_int_equal(h.apdus, 0);
	assert_int_equal(
	    enter(JM_PAIR_SIGN, SC_AC_CONTEXT_SPECIFIC), SC_SUCCESS);
	assert_int_equal(make_plain(JM_PAIR_SIGN), 256);
	assert_int_equal(make_plain(JM_PAIR_SIGN), NO_LOGIN);
}

static void
consent_to_an_operation_is_one_more_entry(void **state)
{
	(void)state;
	connect_with("consent = context\n", NULL);
	/* Without a login it is one. */
	assert_int_equal(
	    enter(JM_PAIR_SIGN, SC_AC_CONTEXT_SPECIFIC), SC_SUCCESS);
	assert_int_equal(make_plain(JM_PAIR_SIGN), 256);
	assert_int_equal(make_plain(JM_PAIR_SIGN), NO_LOGIN);
	osc_host_restart_count(&h);
	assert_int_equal(
	    enter(JM_PAIR_SIGN, SC_AC_CONTEXT_SPECIFIC), SC_SUCCESS);
	assert_int_equal(h.verifies, 1);
	assert_int_equal(make_plain(JM_PAIR_SIGN), 256);
	assert_int_equal(make_plain(JM_PAIR_SIGN), NO_LOGIN);
	/* A wrong one is no consent, and leaves the login. */
	assert_int_equal(
	    enter_pin(JM_PAIR_SIGN, SC_AC_CONTEXT_SPECIFIC, "WRONG1"),
	    SC_ERROR_PIN_CODE_INCORRECT);
	assert_int_equal(make_plain(JM_PAIR_SIGN), NO_LOGIN);
	assert_true(jm_token_logged_in(osc_of(h.card)->token, JM_PAIR_SIGN));
	(void)stop(NULL);
}

static void
pss_is_off_where_a_configuration_says_so(void **state)
{
	static const struct {
		const char *jumin, *driver;
		int r;
	} rows[] = { { NULL, NULL, 256 },
		{ "pss = off\n", NULL, SC_ERROR_NOT_SUPPORTED },
		{ "pss = off\n", "pss = yes;", SC_ERROR_NOT_SUPPORTED },
		{ NULL, "pss = no;", SC_ERROR_NOT_SUPPORTED } };
	uint8_t sig[256];

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		connect_with(rows[i].jumin, rows[i].driver);
		log_in(JM_PAIR_AUTH);
		assert_int_equal(
		    make(JM_PAIR_AUTH, PSS, value, 32, sig, sizeof sig),
		    rows[i].r);
		(void)stop(NULL);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_signatures_of_our_keys_are_taken),
		TEST(terms_make_one_signature),
		TEST(a_refusal_sends_nothing_and_leaves_the_login),
		TEST(a_hash_value_gets_the_name_of_its_function),
		TEST(without_a_login_nothing_is_sent),
		TEST(a_signature_key_signs_once_for_one_entry),
		cmocka_unit_test(consent_to_an_operation_is_one_more_entry),
		cmocka_unit_test(pss_is_off_where_a_configuration_says_so),
	};

	return cmocka_run_group_tests(tests, osc_cards_open, osc_cards_close);
}
