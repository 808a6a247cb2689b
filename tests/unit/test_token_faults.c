/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A token on a card that answers wrong: each reply of each job is replaced in
 * turn by each bad one.  Whatever comes, there is one VERIFY at most, no login
 * survives a failure, and a card that may be verified is logged out or powered
 * down.
 */
#include "tests/support/test.h"

#include <string.h>

#include "objects/token.h"
#include "tests/support/fault.h"
#include "tests/support/script.h"

#define Z8  "3030303030303030"
#define Z16 Z8 Z8
#define B16 "20202020202020202020202020202020"
/* card-facts 3.1.1, 160 bytes */
#define INFO                                                                   \
	"4a504b49415049434354 4f4b454e3220" B16 /* label */                    \
	    Z16 Z16                             /* manufacturer */             \
	"45313652 30314e4a 20202020 20202020" Z8 "3230353030303033"            \
	"0000040d"                                                             \
	"00000001000000000000000100000000"                                     \
	"0000001000000006"                                                     \
	"ffffffffffffffffffffffffffffffff"                                     \
	"30333031"                                                             \
	"39393939393939393939393939393939"                                     \
	"9000"

#define SELECT "00a4040c0ad392f000260100000001"
#define LOGOUT "00a4040c07a0000001510000"
#define EF(ef) "00a4020c02" ef
#define QUERY  "00200080"
#define VERIFY "0020008004 31323334"
#define CHANGE "0024018004 35363738"
#define SIGN   "802a0080*"
#define IDENTIFY                                                               \
	{ SELECT, "9000" }, { EF("0006"), "9000" }, { "00b00000a0", INFO },    \
	    { EF("0008"), "9000" }, { "00b0000003", "8f8f009000" },            \
	    { EF("0018"), "9000" }, { QUERY, "63c3" }, { EF("001b"), "9000" }, \
	{                                                                      \
		QUERY, "63c5"                                                  \
	}
#define LOGIN                                                                  \
	{ SELECT, "9000" }, { EF("0018"), "9000" }, { VERIFY, "9000" },        \
	{                                                                      \
		LOGOUT, "9000"                                                 \
	}

static char signature[2 * 256 + 4 + 1]; /* hex and 9000 */

static const struct step steps[] = { IDENTIFY, LOGIN, { SELECT, "9000" },
	{ EF("0018"), "9000" }, { QUERY, "63c3" }, { VERIFY, "9000" },
	{ EF("0017"), "9000" }, { SIGN, signature }, { LOGOUT, "9000" } };
static const struct step change_steps[] = { IDENTIFY, { SELECT, "9000" },
	{ EF("0018"), "9000" }, { VERIFY, "9000" }, { CHANGE, "9000" },
	{ LOGOUT, "9000" } };

enum { AT_LOGIN = 9, AT_SIGN = 13, LAST = 20 };

/* Everything a reply can be but right (card-facts 4.4); NULL: link error. */
static const char *const bad[] = { NULL, "", "90", "!big", "!gone", "!reset",
	"63c0", "63c1", "63cf", "6984", "6983", "6300", "6982", "6985", "6986",
	"6700", "6a82", "6a86", "6b00", "6d00", "6e00", "6f00", "6281", "6283",
	"6381", "6400", "6581", "6881", "6882", "6981", "6987", "6988", "6a80",
	"6a81", "6a83", "6a84", "6a85", "6a87", "6a88", "6c00", "6c20", "6100",
	"6120", "0000", "ffff", "9001" };

static const uint8_t digestinfo[51] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
	0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
	0x20 };

static int
make_signature(void **state)
{
	(void)state;
	memset(signature, 'a', 512);
	strcpy(signature + 512, "9000");
	return 0;
}

struct outcome {
	jm_err opened, login, sign;
	int logged_in; /* after the last step */
};

static struct outcome
run(struct jm_link *link)
{
	struct outcome o = { JM_OK, JM_NEED_PIN, JM_NEED_PIN, 0 };
	struct jm_token *t = NULL;
	uint8_t sig[256];
	size_t len;
	int tries;

	o.opened = jm_token_open(link, &jm_policy_default, &t);
	if (o.opened != JM_OK) {
		assert_null(t);
		jm_link_close(link);
		return o;
	}
	o.login = jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries);
	assert_int_equal(jm_token_logged_in(t, JM_PAIR_AUTH), o.login == JM_OK);
	if (o.login == JM_OK) {
		o.sign = jm_token_sign(t, JM_PAIR_AUTH, JM_SIGN_PKCS1,
		    digestinfo, sizeof digestinfo, sig, sizeof sig, &len);
		assert_int_equal(len, o.sign == JM_OK ? 256 : 0);
	}
	o.logged_in = jm_token_logged_in(t, JM_PAIR_AUTH);
	jm_token_free(&t);
	return o;
}

static void
the_script_as_it_stands_works(void **state)
{
	struct jm_link link;
	struct outcome o;

	(void)state;
	script_start(&link, steps, NELEM(steps));
	o = run(&link);
	assert_int_equal(o.opened, JM_OK);
	assert_int_equal(o.login, JM_OK);
	assert_int_equal(o.sign, JM_OK);
	assert_true(o.logged_in);
	assert_int_equal(script_apdus(), 9 + 4 + 7); /* architecture: 20 */
	assert_int_equal(script_verifies(), 2);
	script_end();
}

/* May the job still succeed when APDU nth is answered so? */
static int
harmless(unsigned nth, const char *reply)
{
	if (nth == AT_SIGN - 1 || nth == LAST - 1)
		return 1; /* log-out: the card is powered down instead */
	if (nth < AT_LOGIN && reply != NULL && strcmp(reply, "!reset") == 0)
		return 1; /* no PIN is involved: it starts over */
	if (reply == NULL || strlen(reply) != 4 || reply[0] == '!')
		return 0;
	if (nth == 0)
		return strcmp(reply, "6f00") == 0; /* once, at power-up */
	if (nth < AT_LOGIN)
		return 1; /* a card that tells less of itself */
	/* Retry query: no limit at all, or more than expected. */
	return nth == AT_SIGN + 2 &&
	       (strcmp(reply, "6300") == 0 || strcmp(reply, "63cf") == 0);
}

static void
no_bad_reply_costs_a_second_try_or_leaves_a_login(void **state)
{
	(void)state;
	for (unsigned nth = 0; nth < NELEM(steps); nth++)
		for (size_t i = 0; i < NELEM(bad); i++) {
			struct jm_link link;
			struct outcome o;
			unsigned verifies;

			script_start(&link, steps, NELEM(steps));
			script_replace(nth, bad[i]);
			o = run(&link);
			verifies = script_verifies();

			/* One for the login, one for the signature. */
			assert_true(verifies <= 2);
			if (nth < AT_LOGIN + 2 && o.login != JM_OK)
				assert_int_equal(verifies, 0);
			if (nth == AT_LOGIN + 2)
				assert_int_equal(verifies, 1);
			if (nth > AT_LOGIN + 2 && nth < AT_SIGN + 3)
				assert_true(o.sign == JM_OK || verifies == 1);
			if (o.opened == JM_OK && o.login == JM_OK &&
			    o.sign == JM_OK)
				if (!harmless(nth, bad[i]))
					fail_msg("APDU %u, reply %s", nth,
					    bad[i] ? bad[i] : "(none)");
			if (o.sign != JM_OK && o.sign != JM_UNSUPPORTED)
				assert_false(o.logged_in);
		}
}

static void
a_verify_is_followed_by_log_out_or_power_down(void **state)
{
	static const struct step open_and_verify[] = { IDENTIFY, LOGIN };

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++) {
		struct jm_token *t;
		struct jm_link link;
		int tries;

		if (bad[i] != NULL && bad[i][0] == '!')
			continue; /* nobody left to tell, or told already */
		script_start(&link, open_and_verify, NELEM(open_and_verify));
		script_replace(AT_SIGN - 1, bad[i]); /* the log-out itself */
		assert_int_equal(
		    jm_token_open(&link, &jm_policy_default, &t), JM_OK);
		(void)!jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 0, &tries);
		assert_true(script_apdus() >= AT_SIGN);
		jm_token_free(&t);
		assert_true(script_power_downs() == 1 ||
			    (bad[i] != NULL && strlen(bad[i]) == 4 &&
				(strncmp(bad[i], "61", 2) == 0 ||
				    strncmp(bad[i], "62", 2) == 0 ||
				    strncmp(bad[i], "63", 2) == 0)));
	}
}

static void
each_answer_to_verify_has_one_meaning(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; int tries; } row[] = {
		{ "9000", JM_OK,           3 },
		{ "63c2", JM_PIN_WRONG,    2 },
		{ "63c1", JM_PIN_WRONG,    1 },
		{ "6983", JM_PIN_BLOCKED,  0 },
		{ "6984", JM_PIN_BLOCKED,  0 },
		{ "63c0", JM_PIN_BLOCKED,  0 },
		{ "6700", JM_CARD,        -1 },
		{ "6f00", JM_CARD,        -1 },
		{ "90",   JM_FORMAT,      -1 },
		{ NULL,   JM_LINK,        -1 },
		{ "!gone", JM_GONE,       -1 },
		{ "!reset", JM_LINK,      -1 }, /* nobody may try again */
	};
	/* clang-format on */
	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_token *t;
		struct jm_link link;
		int tries;
		jm_err e;

		script_start(&link, steps, NELEM(steps));
		script_replace(AT_LOGIN + 2, row[i].reply);
		assert_int_equal(
		    jm_token_open(&link, &jm_policy_default, &t), JM_OK);
		e = jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries);
		assert_string_equal(jm_errname(e), jm_errname(row[i].want));
		assert_int_equal(tries, row[i].tries);
		assert_int_equal(script_verifies(), 1);
		jm_token_free(&t);
	}
}

static void
a_bad_reply_in_a_pin_change_costs_one_try_at_most(void **state)
{
	(void)state;
	for (unsigned nth = AT_LOGIN; nth < NELEM(change_steps); nth++)
		for (size_t i = 0; i < NELEM(bad); i++) {
			struct jm_token *t;
			struct jm_link link;
			int tries, fresh_bad;
			jm_err e;

			script_start(&link, change_steps, NELEM(change_steps));
			script_replace(nth, bad[i]);
			assert_int_equal(
			    jm_token_open(&link, &jm_policy_default, &t),
			    JM_OK);
			e = jm_token_change_pin(t, JM_PIN_AUTH, "1234", 4,
			    "5678", 4, &fresh_bad, &tries);
			if (nth + 1 < NELEM(change_steps))
				assert_int_not_equal(e, JM_OK);
			assert_true(script_verifies() <= 1);
			assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
			jm_token_free(&t);
		}
}

/* A program that repeats the call after a reader failure must not pay twice. */
static void
a_lost_answer_in_a_pin_change_is_not_paid_twice(void **state)
{
	static const struct step lost[] = { IDENTIFY, { SELECT, "9000" },
		{ EF("0018"), "9000" }, { VERIFY, "90" }, { LOGOUT, "9000" },
		{ SELECT, "9000" }, { EF("0018"), "9000" }, { QUERY, "63c2" } };
	static const jm_err want[] = { JM_FORMAT, JM_PIN_REPEATED,
		JM_PIN_REPEATED };
	struct jm_token *t;
	struct jm_link link;
	int tries, fresh_bad;

	(void)state;
	script_start(&link, lost, NELEM(lost));
	assert_int_equal(jm_token_open(&link, &jm_policy_default, &t), JM_OK);
	for (size_t i = 0; i < NELEM(want); i++) {
		assert_int_equal(jm_token_change_pin(t, JM_PIN_AUTH, "1234", 4,
				     "5678", 4, &fresh_bad, &tries),
		    want[i]);
		assert_int_equal(tries, i == 0 ? -1 : 2);
		assert_int_equal(script_verifies(), 1);
	}
	jm_token_free(&t);
	script_end();
}

/* Every allocation and every exchange of the whole job fails once. */
static void
every_fallible_call_may_fail(void **state)
{
	(void)state;
	for (unsigned nth = 0;; nth++) {
		struct jm_link link;
		struct outcome o;

		script_start(&link, steps, NELEM(steps));
		fault_arm(nth);
		o = run(&link);
		if (!fault_fired()) {
			assert_int_equal(o.sign, JM_OK);
			script_end();
			assert_true(nth > NELEM(steps));
			return;
		}
		assert_true(script_verifies() <= 2);
		if (o.sign != JM_OK && o.logged_in)
			fail_msg("call %u: %s", nth, jm_errname(o.sign));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_script_as_it_stands_works),
		cmocka_unit_test(
		    no_bad_reply_costs_a_second_try_or_leaves_a_login),
		cmocka_unit_test(a_verify_is_followed_by_log_out_or_power_down),
		cmocka_unit_test(each_answer_to_verify_has_one_meaning),
		cmocka_unit_test(
		    a_bad_reply_in_a_pin_change_costs_one_try_at_most),
		cmocka_unit_test(
		    a_lost_answer_in_a_pin_change_is_not_paid_twice),
		cmocka_unit_test(every_fallible_call_may_fail),
	};

	return cmocka_run_group_tests(tests, make_signature, NULL);
}
