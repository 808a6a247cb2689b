/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a token may conclude from a counter.  A card may answer a retry query
 * with 9000 while the PIN is verified, and may keep that status over a wrong
 * VERIFY; and other programs log in between two transactions.
 */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "crypto/rsa_pad.h"
#include "tests/support/fixture.h"

static uint64_t now = 1000;
uint64_t __wrap_jm_now_ms(void);

uint64_t
__wrap_jm_now_ms(void)
{
	return now;
}

static jm_err
change(struct jm_token *t, const char *from)
{
	int fresh_bad, tries;

	now += 2001; /* no counter is fresh any more */
	return jm_token_change_pin(t, JM_PIN_SIGN, from, strlen(from), "NEW123",
	    6, &fresh_bad, &tries);
}

static jm_err
login(struct jm_token *t, enum jm_pair pair, const char *pin)
{
	int tries;

	return jm_token_login(t, pair, pin, strlen(pin), 1, &tries);
}

/* Both logins live on the card; the transaction goes on with one of them. */
static void
verified_is_no_full_counter(void **state)
{
	struct vslot *slot =
	    fixture_slot("retry-verified=9000", "wrong-verify-drops=off", NULL);
	struct jm_policy hold = jm_policy_default;
	struct jm_token *t;
	struct jm_pin_state s;

	(void)state;
	hold.login = JM_LOGIN_HOLD;
	t = fixture_token_with(slot, &hold);
	assert_int_equal(login(t, JM_PAIR_AUTH, "1234"), JM_OK);
	assert_int_equal(login(t, JM_PAIR_SIGN, "ABC123"), JM_OK);
	vslot_restart_count(slot);
	assert_int_equal(change(t, "WRONG1"), JM_PIN_WRONG);
	assert_int_equal(change(t, "WRONG1"), JM_PIN_REPEATED);
	assert_int_equal(change(t, "WRONG1"), JM_PIN_REPEATED);
	assert_int_equal(vslot_counted(slot).verifies, 1);
	/* The counter itself, once nobody is verified. */
	jm_token_logout(t, JM_PAIR_AUTH);
	now += 2001;
	assert_int_equal(jm_token_pin_state(t, JM_PIN_SIGN, 0, &s), JM_OK);
	assert_int_equal(s.tries, 4);
	/* Another PIN that is right forgives, as ever. */
	assert_int_equal(login(t, JM_PAIR_SIGN, "ABC123"), JM_OK);
	assert_int_equal(change(t, "WRONG1"), JM_PIN_WRONG);
	jm_token_free(&t);
	vslot_close(&slot);
}

static jm_err
sign(struct jm_token *t)
{
	uint8_t digest[32] = { 7 }, in[JM_DIGESTINFO_MAX], sig[256];
	size_t len, sig_len;

	jm_digestinfo(JM_SHA256, digest, in, &len);
	return jm_token_sign(
	    t, JM_PAIR_AUTH, JM_SIGN_PKCS1, in, len, sig, sizeof sig, &sig_len);
}

/* Nor does a status that another program left there make it full. */
static void
a_held_pin_is_not_sent_on_the_word_of_a_status(void **state)
{
	static const char *const use[] = { "00A4040C0AD392F000260100000001",
		"00A4020C020018", "002000800431323334", "002401800439383736",
		"002000800430303030" };
	struct vslot *slot =
	    fixture_slot("retry-verified=9000", "wrong-verify-drops=off", NULL);
	struct jm_token *t = fixture_token(slot);

	(void)state;
	assert_int_equal(login(t, JM_PAIR_AUTH, "1234"), JM_OK);
	/* Verified alone: the held PIN is as good as before. */
	assert_int_equal(fixture_sw(slot, use, 3), 0x9000);
	assert_int_equal(sign(t), JM_OK);
	assert_int_equal(sign(t), JM_OK);
	/* Verified, changed, and then a wrong one. */
	assert_int_equal(fixture_sw(slot, use, 5), 0x63c2);
	vslot_restart_count(slot);
	assert_int_equal(sign(t), JM_PIN_CHANGED);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
	jm_token_free(&t);
	vslot_close(&slot);
}

/*
 * The answer to a VERIFY is lost, and another program logged in just before it.
 * What the counter was in an earlier transaction proves nothing then.
 */
static void
an_older_counter_does_not_acquit_a_lost_pin(void **state)
{
	static const char *const pin[] = { "WRONG1", "WRONG2" };
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	struct jm_token *other = fixture_token(slot);
	struct jm_pin_state s;
	char quirk[32];

	(void)state;
	for (size_t i = 0; i < NELEM(pin); i++) {
		const unsigned verifies = vslot_counted(slot).verifies;
		unsigned at;

		assert_int_equal(
		    login(t, JM_PAIR_SIGN, "WRONG0"), JM_PIN_WRONG);
		now += i * 2001; /* 4, as far as t knows, fresh or not */
		assert_int_equal(login(other, JM_PAIR_SIGN, "ABC123"), JM_OK);
		/* SELECT, SELECT, retry query, VERIFY. */
		at = vslot_counted(slot).apdus + 4;
		snprintf(quirk, sizeof quirk, "reply-at=%u:63", at);
		assert_int_equal(vc_set_quirk(vslot_card(slot), quirk), JM_OK);
		assert_int_equal(
		    i == 0 ? login(t, JM_PAIR_SIGN, pin[i]) : change(t, pin[i]),
		    JM_FORMAT);
		for (int n = 0; n < 3; n++, now += 2001)
			assert_int_equal(
			    login(t, JM_PAIR_SIGN, pin[i]), JM_PIN_REPEATED);
		assert_int_equal(vslot_counted(slot).verifies, verifies + 3);
		assert_int_equal(
		    jm_token_pin_state(t, JM_PIN_SIGN, 0, &s), JM_OK);
		assert_int_equal(s.tries, 4);
		assert_int_equal(login(t, JM_PAIR_SIGN, "ABC123"), JM_OK);
	}
	jm_token_free(&t);
	jm_token_free(&other);
	vslot_close(&slot);
}

/* One that never reached the card is sent when its user gives it again. */
static void
a_counter_that_did_not_fall_acquits_it(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	char quirk[32];
	unsigned at;

	(void)state;
	assert_int_equal(login(t, JM_PAIR_SIGN, "WRONG0"), JM_PIN_WRONG);
	at = vslot_counted(slot).apdus + 4;
	snprintf(quirk, sizeof quirk, "reset-at=%u", at);
	assert_int_equal(vc_set_quirk(vslot_card(slot), quirk), JM_OK);
	assert_int_not_equal(login(t, JM_PAIR_SIGN, "ABC123"), JM_OK);
	assert_int_equal(login(t, JM_PAIR_SIGN, "ABC123"), JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
}

/* Cards say so of a blocked PIN; said of a file it must not make the token, and
 * the other pair with it, vanish. */
static void
a_file_that_claims_to_be_blocked_is_one_that_refuses(void **state)
{
	static const char *const sw[] = { "6983", "6984" };
	char quirk[32];

	(void)state;
	for (unsigned i = 0; i < 2 * 8; i++) { /* all but the first SELECT */
		struct vslot *slot = fixture_slot(NULL);
		struct jm_token *t = NULL;
		struct jm_link link;
		uint8_t random[8];

		snprintf(
		    quirk, sizeof quirk, "sw-at=%u:%s", i / 2 + 2, sw[i % 2]);
		assert_int_equal(vc_set_quirk(vslot_card(slot), quirk), JM_OK);
		assert_int_equal(vslot_link(slot, &link), JM_OK);
		assert_int_equal(
		    jm_token_open(&link, &jm_policy_default, &t), JM_OK);
		assert_true(jm_token_has(t, JM_PAIR_AUTH));
		assert_true(jm_token_has(t, JM_PAIR_SIGN));
		assert_int_equal(login(t, JM_PAIR_AUTH, "1234"), JM_OK);
		/* After nine or ten commands and four: SELECT, this. */
		snprintf(quirk, sizeof quirk, "sw-at=%u:%s",
		    vslot_counted(slot).apdus + 2, sw[i % 2]);
		assert_int_equal(vc_set_quirk(vslot_card(slot), quirk), JM_OK);
		assert_int_equal(
		    jm_token_random(t, random, sizeof random), JM_CARD);
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(verified_is_no_full_counter),
		cmocka_unit_test(
		    a_held_pin_is_not_sent_on_the_word_of_a_status),
		cmocka_unit_test(an_older_counter_does_not_acquit_a_lost_pin),
		cmocka_unit_test(a_counter_that_did_not_fall_acquits_it),
		cmocka_unit_test(
		    a_file_that_claims_to_be_blocked_is_one_that_refuses),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup, fixture_group_teardown);
}
