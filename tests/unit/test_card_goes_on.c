/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A link whose host keeps the transaction: what was selected is still, but
 * nothing that could cost a try, or make a signature, rests on that.
 */
#include <string.h>

#include "card/card_impl.h"
#include "card/file.h"
#include "card/key.h"
#include "card/pin.h"
#include "objects/token.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define QUERY  "00200080"
#define VERIFY "00200080 04 31323334"
#define CHANGE "00240180 04 35363738"
#define PSO    "802a0080 04 31323334 00"
#define READ3  "00b00000 03", "8f8f00 9000"
#define INFORM                                                                 \
	{ SEL_AP, "9000" }, { SEL_EF("0006"), "9000" },                        \
	{                                                                      \
		READ_INFO, INFO                                                \
	}
#define IDENTIFY                                                               \
	INFORM, { SEL_EF("0008"), "9000" }, { READ3 },                         \
	    { SEL_EF("0018"), "9000" }, { QUERY, "63c3" },                     \
	    { SEL_EF("001b"), "9000" },                                        \
	{                                                                      \
		QUERY, "63c5"                                                  \
	}

static const struct jm_pin pin = { "1234", 4 }, fresh = { "5678", 4 };
static int yes;        /* what the host says */
static unsigned asked; /* how often it was asked */
static int tries;

static int
say(void *self)
{
	(void)self;
	asked++;
	return yes;
}

/* The script's link with a host that answers; kind 0: one without the op. */
enum { NO_OP, SAYS_NO, SAYS_YES };

static void
start(struct jm_link *link, const struct step *s, size_t n, int kind)
{
	static struct jm_link_ops ops;

	script_start(link, s, n);
	script_atr(ATR_PLAIN);
	ops = *link->ops;
	ops.goes_on = kind == NO_OP ? NULL : say;
	link->ops = &ops;
	yes = kind == SAYS_YES;
	asked = 0;
}

/* A card whose first transaction has identified it. */
static struct jm_card *
known(const struct step *s, size_t n, int kind)
{
	struct jm_card *card;
	struct jm_link link;

	start(&link, s, n, kind);
	assert_int_equal(jm_card_open(&link, &card), JM_OK);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	jm_card_end(card);
	return card;
}

static void
done(struct jm_card *card)
{
	jm_card_free(&card);
	script_end();
}

static jm_err
read3(struct jm_card *card)
{
	uint8_t out[3];
	size_t len;

	return jm_card_read(card, 0x0008, out, sizeof out, 3, &len);
}

/* One transaction with one read of three bytes. */
static void
read_in_its_own(struct jm_card *card)
{
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(read3(card), JM_OK);
	jm_card_end(card);
}

static void
what_was_selected_is_read_on(void **state)
{
	static const struct step s[] = { INFORM, { SEL_EF("0008"), "9000" },
		{ READ3 }, { READ3 }, { SEL_TEXT, "9000" },
		{ SEL_AP, "9000" } };
	struct jm_card *card = known(s, NELEM(s), SAYS_YES);
	(void)state;

	read_in_its_own(card);
	read_in_its_own(card); /* the file is current, too */
	/* Another application is another one in the next transaction still. */
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_select_app(card, JM_APP_TEXT), JM_OK);
	jm_card_end(card);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_false(jm_card_stands(card));
	assert_int_equal(jm_card_select(card), JM_OK);
	assert_true(jm_card_stands(card));
	jm_card_end(card);
	assert_false(jm_card_stands(card));
	done(card);
}

static void
nothing_is_kept_where_the_host_does_not_say_so(void **state)
{
	static const struct step s[] = { INFORM, { SEL_AP, "9000" },
		{ SEL_EF("0008"), "9000" }, { READ3 }, { SEL_AP, "9000" },
		{ SEL_EF("0008"), "9000" }, { READ3 } };
	(void)state;

	for (int kind = NO_OP; kind <= SAYS_NO; kind++) {
		struct jm_card *card = known(s, NELEM(s), kind);

		read_in_its_own(card);
		read_in_its_own(card);
		assert_int_equal(asked, kind == NO_OP ? 0 : 2);
		done(card);
	}
}

/* The host is asked in each transaction: it may have let go meanwhile. */
static void
each_transaction_is_a_question_of_its_own(void **state)
{
	static const struct step s[] = { INFORM, { SEL_EF("0008"), "9000" },
		{ READ3 }, { SEL_AP, "9000" }, { SEL_EF("0008"), "9000" },
		{ READ3 }, { READ3 } };
	struct jm_card *card = known(s, NELEM(s), SAYS_YES);
	(void)state;

	read_in_its_own(card);
	yes = 0;
	read_in_its_own(card);
	yes = 1;
	read_in_its_own(card);
	done(card);
}

static jm_err
query(struct jm_card *card)
{
	struct jm_pin_state ps;

	return jm_card_pin_query(card, JM_PIN_AUTH, &ps);
}

static jm_err
verify(struct jm_card *card)
{
	return jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries);
}

static jm_err
change(struct jm_card *card)
{
	return jm_card_pin_change(card, JM_PIN_AUTH, &pin, &fresh, &tries);
}

static jm_err
sign(struct jm_card *card)
{
	uint8_t sig[256];
	size_t len;

	return jm_card_sign(
	    card, JM_PAIR_AUTH, JM_MODE_RAW, pin.v, 4, sig, sizeof sig, &len);
}

static jm_err
sign_own(struct jm_card *card)
{
	uint8_t sig[JM_OWN_SIG];

	return jm_card_sign_own(card, JM_APP_TEXT, pin.v, 4, sig);
}

/*
 * The host may have selected another application by commands of its own.  What
 * is read then is looked at; a try would be gone.
 */
static void
the_application_is_selected_anew_for_a_pin_or_a_key(void **state)
{
	/* clang-format off */
	static const struct {
		jm_err (*act)(struct jm_card *);
		struct step s[5];
		size_t n;
		enum jm_app app; /* of the transaction before */
	} row[] = {
		{ query, { { SEL_AP, "9000" }, { SEL_EF("0018"), "9000" },
		    { QUERY, "63c3" } }, 3, JM_APP_JPKI },
		{ verify, { { SEL_AP, "9000" }, { SEL_EF("0018"), "9000" },
		    { VERIFY, "9000" }, { SEL_ISSUER, "9000" } }, 4, JM_APP_JPKI },
		{ change, { { SEL_AP, "9000" }, { SEL_EF("0018"), "9000" },
		    { VERIFY, "9000" }, { CHANGE, "9000" },
		    { SEL_ISSUER, "9000" } }, 5, JM_APP_JPKI },
		{ sign, { { SEL_AP, "9000" }, { SEL_EF("0017"), "9000" },
		    { PSO, SIG_REPLY } }, 3, JM_APP_JPKI },
		{ sign_own, { { SEL_TEXT, "9000" },
		    { "802a0000 04 31323334 00", SIG_REPLY } }, 2, JM_APP_TEXT },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const size_t more = row[i].app == JM_APP_JPKI ? 0 : 1;
		struct step s[10] = { INFORM, { SEL_TEXT, "9000" } };
		struct jm_card *card;

		memcpy(s + 3 + more, row[i].s, sizeof row[i].s);
		card = known(s, 3 + more + row[i].n, SAYS_YES);
		assert_int_equal(jm_card_begin(card), JM_OK);
		assert_int_equal(jm_card_select_app(card, row[i].app), JM_OK);
		jm_card_end(card);
		assert_int_equal(jm_card_begin(card), JM_OK);
		assert_int_equal(row[i].act(card), JM_OK);
		jm_card_end(card);
		done(card);
	}
}

/* What is current is so since this transaction then. */
static void
it_is_selected_anew_once(void **state)
{
	static const struct step s[] = { INFORM, { SEL_AP, "9000" },
		{ SEL_EF("0018"), "9000" }, { QUERY, "63c3" },
		{ VERIFY, "9000" }, { SEL_EF("0017"), "9000" },
		{ PSO, SIG_REPLY }, { SEL_ISSUER, "9000" } };
	struct jm_card *card = known(s, NELEM(s), SAYS_YES);
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(query(card), JM_OK);
	assert_int_equal(verify(card), JM_OK);
	assert_int_equal(sign(card), JM_OK);
	jm_card_end(card);
	done(card);
}

static void
identifying_starts_from_nothing(void **state)
{
	static const struct step s[] = { INFORM, INFORM };
	struct jm_card *card = known(s, NELEM(s), SAYS_YES);
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify(card), JM_OK);
	jm_card_end(card);
	done(card);
}

/* Whatever the host says: an end that left something else selected, or left
 * nobody knowing what, is not read on from. */
static void
what_an_end_did_away_with_is_not_kept(void **state)
{
	/* clang-format off */
	static const struct {
		jm_err (*act)(struct jm_card *);
		struct step s[4];
		size_t n;
		unsigned power_downs;
	} row[] = {
		/* the log-out */
		{ verify, { { SEL_AP, "9000" }, { SEL_EF("0018"), "9000" },
		    { VERIFY, "63c2" }, { SEL_ISSUER, "9000" } }, 4, 0 },
		/* one that the card refuses: no power */
		{ verify, { { SEL_AP, "9000" }, { SEL_EF("0018"), "9000" },
		    { VERIFY, "9000" }, { SEL_ISSUER, "6a82" } }, 4, 1 },
		/* a reset in mid-transaction, and a lost answer */
		{ read3, { { SEL_EF("0008"), "!reset" } }, 1, 0 },
		{ read3, { { SEL_EF("0008"), NULL } }, 1, 0 },
		{ read3, { { SEL_EF("0008"), "" } }, 1, 0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct step s[10] = { INFORM };
		struct jm_card *card;
		size_t n = 3;

		for (size_t k = 0; k < row[i].n; k++)
			s[n++] = row[i].s[k];
		s[n++] = (struct step){ SEL_AP, "9000" };
		s[n++] = (struct step){ SEL_EF("0008"), "9000" };
		s[n++] = (struct step){ READ3 };
		card = known(s, n, SAYS_YES);
		assert_int_equal(jm_card_begin(card), JM_OK);
		(void)!row[i].act(card);
		jm_card_end(card);
		assert_int_equal(script_power_downs(), row[i].power_downs);
		read_in_its_own(card);
		done(card);
	}
}

static void
a_begin_that_tells_of_a_reset_keeps_nothing(void **state)
{
	static const struct step s[] = { INFORM, { "!begin", "!reset" },
		{ SEL_AP, "9000" }, { SEL_EF("0008"), "9000" }, { READ3 } };
	struct jm_card *card = known(s, NELEM(s), SAYS_YES);
	(void)state;

	assert_int_equal(jm_card_begin(card), JM_RESET);
	assert_int_equal(asked, 0);
	read_in_its_own(card);
	done(card);
}

/* --- a token on such a link ----------------------------------------------- */

static const uint8_t t51[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
	0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20, 1, 2,
	3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
	23, 24, 25, 26, 27, 28, 29, 30, 31, 32 };

static struct jm_token *
token(const struct step *s, size_t n, enum jm_login login)
{
	struct jm_policy policy = jm_policy_default;
	struct jm_token *t;
	struct jm_link link;

	policy.login = login;
	start(&link, s, n, SAYS_YES);
	assert_int_equal(jm_token_open(&link, &policy, &t), JM_OK);
	return t;
}

static jm_err
sign_with(struct jm_token *t)
{
	uint8_t sig[256];
	size_t len;

	return jm_token_sign(t, JM_PAIR_AUTH, JM_SIGN_PKCS1, t51, sizeof t51,
	    sig, sizeof sig, &len);
}

#define BECOME                                                                 \
	{ SEL_AP, "9000" }, { SEL_EF("0018"), "9000" }, { QUERY, "63c3" },     \
	{                                                                      \
		VERIFY, "9000"                                                 \
	}
#define SIGN                                                                   \
	{ SEL_EF("0017"), "9000" },                                            \
	{                                                                      \
		"802a0080 33 *", SIG_REPLY                                     \
	}

/* The same commands as on any link, not one more. */
static void
a_login_and_signatures_cost_what_they_cost(void **state)
{
	static const struct step s[] = { IDENTIFY, { SEL_AP, "9000" },
		{ SEL_EF("0018"), "9000" }, { VERIFY, "9000" },
		{ SEL_ISSUER, "9000" }, /* the login */
		BECOME, SIGN, { SEL_ISSUER, "9000" }, BECOME, SIGN,
		{ SEL_ISSUER, "9000" } };
	struct jm_token *t = token(s, NELEM(s), JM_LOGIN_OPERATION);
	(void)state;

	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_OK);
	assert_int_equal(sign_with(t), JM_OK);
	assert_int_equal(sign_with(t), JM_OK);
	assert_int_equal(script_verifies(), 3);
	jm_token_free(&t);
	script_end();
}

static void
a_login_that_keeps_its_transaction_signs_alone(void **state)
{
	static const struct step s[] = { IDENTIFY, { SEL_AP, "9000" },
		{ SEL_EF("0018"), "9000" }, { VERIFY, "9000" }, SIGN,
		{ "802a0080 33 *", SIG_REPLY }, { SEL_ISSUER, "9000" },
		/* logged out: nothing is left to sign with or to read on */
		{ SEL_AP, "9000" }, { SEL_EF("0018"), "9000" },
		{ QUERY, "63c3" } };
	struct jm_token *t = token(s, NELEM(s), JM_LOGIN_HOLD);
	struct jm_pin_state ps;
	(void)state;

	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_OK);
	assert_int_equal(sign_with(t), JM_OK);
	assert_int_equal(sign_with(t), JM_OK);
	jm_token_logout(t, JM_PAIR_AUTH);
	jm_token_settle(t);
	assert_int_equal(sign_with(t), JM_NEED_PIN);
	assert_int_equal(jm_token_pin_state(t, JM_PIN_AUTH, 0, &ps), JM_OK);
	jm_token_free(&t);
	script_end();
}

/* An inherited selection is no login: nothing is held without a VERIFY. */
static void
a_transaction_that_is_read_on_is_not_taken_for_a_login(void **state)
{
	static const struct step s[] = { IDENTIFY, { SEL_AP, "9000" },
		{ SEL_EF("0018"), "9000" }, { QUERY, "63c3" },
		{ SEL_AP, "9000" }, { SEL_EF("0018"), "9000" },
		{ VERIFY, "63c2" }, { SEL_ISSUER, "9000" } };
	struct jm_token *t = token(s, NELEM(s), JM_LOGIN_HOLD);
	struct jm_pin_state ps;
	(void)state;

	assert_int_equal(jm_token_pin_state(t, JM_PIN_AUTH, 0, &ps), JM_OK);
	assert_int_equal(script_begins(), 2);
	assert_int_equal(jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries),
	    JM_PIN_WRONG);
	assert_false(jm_token_stale(t));
	assert_int_equal(sign_with(t), JM_NEED_PIN);
	assert_int_equal(jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries),
	    JM_PIN_REPEATED);
	assert_int_equal(script_verifies(), 1);
	jm_token_free(&t);
	script_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_selected_is_read_on),
		cmocka_unit_test(
		    nothing_is_kept_where_the_host_does_not_say_so),
		cmocka_unit_test(each_transaction_is_a_question_of_its_own),
		cmocka_unit_test(
		    the_application_is_selected_anew_for_a_pin_or_a_key),
		cmocka_unit_test(it_is_selected_anew_once),
		cmocka_unit_test(identifying_starts_from_nothing),
		cmocka_unit_test(what_an_end_did_away_with_is_not_kept),
		cmocka_unit_test(a_begin_that_tells_of_a_reset_keeps_nothing),
		cmocka_unit_test(a_login_and_signatures_cost_what_they_cost),
		cmocka_unit_test(
		    a_login_that_keeps_its_transaction_signs_alone),
		cmocka_unit_test(
		    a_transaction_that_is_read_on_is_not_taken_for_a_login),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
