/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host that keeps the status: what a login costs and leaves, and that memory
 * and card say the same whenever a call is over.
 */
#include "tests/support/test.h"

#include <string.h>

#include "tests/support/cached.h"
#include "tests/unit/host_try.h"

#define AUTH (1u << JM_PAIR_AUTH)
#define SIGN (1u << JM_PAIR_SIGN)

static struct vslot *slot;
static struct jm_token *t;

static int
begin_test(void **state)
{
	(void)state;
	slot = fixture_slot(NULL);
	t = host_token(slot, JM_CONSENT_EACH);
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	jm_token_free(&t);
	vslot_close(&slot);
	return 0;
}

/* Memory and card agree, on this; and so many commands with so many VERIFYs led
 * here. */
static void
expect(unsigned logins, unsigned apdus, unsigned verifies)
{
	unsigned v;

	assert_int_equal(host_cost(slot, &v), apdus);
	assert_int_equal(v, verifies);
	assert_int_equal(host_logins(t), logins);
	assert_int_equal(host_status(slot), logins);
	assert_false(jm_token_stale(t));
}

static void
both_log_in(void)
{
	assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
	assert_int_equal(host_login(t, JM_PAIR_SIGN), JM_OK);
	expect(AUTH | SIGN, 6, 2);
}

static void
nobody_else_is_a_host_by_default(void **state)
{
	struct vslot *s = fixture_slot(NULL);
	struct jm_token *plain;

	(void)state;
	assert_int_equal(jm_policy_default.host_keeps, 0);
	plain = fixture_token(s);
	assert_int_equal(host_login(plain, JM_PAIR_AUTH), JM_OK);
	assert_int_equal(host_status(s), 0);
	assert_false(jm_token_stale(plain));
	jm_token_free(&plain);
	vslot_close(&s);
}

static void
a_login_and_a_signature_cost_three_commands_each_or_two(void **state)
{
	static const struct {
		const char *atr;
		unsigned each;
	} row[] = { { "atr=" ATR_PLAIN, 3 }, { "atr=" ATR_SFI, 2 },
		{ "atr=" ATR_EXTENDED, 2 } };

	for (size_t i = 0; i < NELEM(row); i++) {
		end_test(state);
		slot = fixture_slot(row[i].atr, NULL);
		t = host_token(slot, JM_CONSENT_SESSION);
		for (int p = 0; p < JM_PAIRS; p++) {
			const enum jm_pair pair = (enum jm_pair)p;

			assert_int_equal(host_login(t, pair), JM_OK);
			expect((2u << p) - 1, row[i].each, 1);
			for (int n = 0; n < 3; n++) {
				assert_int_equal(host_sign(t, pair), JM_OK);
				expect((2u << p) - 1, row[i].each, 0);
			}
		}
		/* No certificate was read on the way. */
		assert_null(jm_token_cert_loaded(t, JM_CERT_SIGN));
	}
}

/* No counter is asked for before there is a PIN, and then the one alone. */
static void
a_host_pays_for_a_counter_when_it_has_a_pin(void **state)
{
	struct jm_policy policy = jm_policy_default;
	struct jm_pin_state s;
	struct jm_link link;

	end_test(state);
	slot = fixture_slot("atr=" ATR_PLAIN, NULL);
	policy.host_keeps = 1;
	assert_int_equal(vslot_link(slot, &link), JM_OK);
	vslot_restart_count(slot);
	assert_int_equal(jm_token_open(&link, &policy, &t), JM_OK);
	assert_int_equal(vslot_counted(slot).apdus, 5);
	vslot_restart_count(slot);
	for (int id = 0; id < JM_PAIRS; id++)
		assert_false(jm_token_pin_known(
		    t, jm_pair_pin((enum jm_pair)id), JM_COUNTER_AGE_MS, &s));
	assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
	assert_int_equal(vslot_counted(slot).apdus, 4);
	assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
	assert_int_equal(vslot_counted(slot).apdus, 4 + 3);
	assert_int_equal(vslot_counted(slot).verifies, 2);
}

static void
a_consent_that_is_used_up_ends_both_logins_on_the_card(void **state)
{
	(void)state;
	both_log_in();
	assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_OK);
	expect(AUTH | SIGN, 3, 0);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OK);
	expect(0, 4, 0);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_NEED_PIN);
	assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_NEED_PIN);
	expect(0, 0, 0);
}

/* What would be a second consent by its own VERIFY is the host's to ask for. */
static void
consent_by_context_counts_as_each_and_idle_time_is_the_hosts(void **state)
{
	struct jm_policy policy = jm_policy_default;
	int tries;

	end_test(state);
	slot = fixture_slot(NULL);
	policy.host_keeps = 1;
	policy.login = JM_LOGIN_HOLD;
	policy.idle_ms = 1;
	policy.consent[JM_PAIR_SIGN] = JM_CONSENT_CONTEXT;
	t = host_token_with(slot, &policy);
	both_log_in(); /* which took its time */
	assert_int_equal(
	    jm_token_consent(t, JM_PAIR_SIGN, 1, "ABC123", 6, &tries), JM_ARG);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OK);
	expect(0, 4, 0);
}

static void
a_wrong_pin_leaves_the_other_pairs_login_alone(void **state)
{
	(void)state;
	assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
	expect(AUTH, 3, 1);
	assert_int_equal(
	    host_login_as(t, JM_PAIR_SIGN, "WRONG1"), JM_PIN_WRONG);
	expect(AUTH, 3, 1);
	assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_OK);
	expect(AUTH, 3, 0);
	/* It is remembered in this mode, too. */
	assert_int_equal(
	    host_login_as(t, JM_PAIR_SIGN, "WRONG1"), JM_PIN_REPEATED);
	expect(AUTH, 0, 0);
}

/* Whether the card drops what was verified at a wrong VERIFY, or not. */
static void
a_wrong_pin_of_a_pair_that_was_logged_in_ends_all(void **state)
{
	static const char *const drops[] = { "wrong-verify-drops=on",
		"wrong-verify-drops=off" };

	for (size_t i = 0; i < NELEM(drops) * 2; i++) {
		int tries, fresh_bad;

		end_test(state);
		slot = fixture_slot(drops[i / 2], NULL);
		t = host_token(slot, JM_CONSENT_EACH);
		both_log_in();
		if (i % 2 == 0)
			assert_int_equal(
			    host_login_as(t, JM_PAIR_SIGN, "WRONG1"),
			    JM_PIN_WRONG);
		else
			assert_int_equal(
			    jm_token_change_pin(t, JM_PIN_SIGN, "WRONG1", 6,
				"NEW123", 6, &fresh_bad, &tries),
			    JM_PIN_WRONG);
		expect(0, 4, 1);
	}
}

static void
a_login_again_leaves_the_other_and_a_malformed_pin_ends_both(void **state)
{
	(void)state;
	both_log_in();
	assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
	expect(AUTH | SIGN, 3, 1);
	assert_int_equal(host_login_as(t, JM_PAIR_AUTH, "12"), JM_PIN_LEN);
	expect(0, 1, 0);
	assert_int_equal(host_login_as(t, JM_PAIR_AUTH, "12"), JM_PIN_LEN);
	expect(0, 0, 0);
}

static void
what_verifies_without_a_login_leaves_nothing(void **state)
{
	const struct jm_cert *c;
	int tries;

	(void)state;
	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 0, &tries), JM_OK);
	expect(0, 4, 1);
	assert_int_equal(
	    jm_token_check_pin(t, JM_PIN_AUTH, "1234", 4, &tries), JM_OK);
	expect(0, 4, 1);
	both_log_in();
	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 0, &tries), JM_OK);
	expect(0, 4, 1);
	/* Of a pair that is logged in it changes nothing, */
	both_log_in();
	assert_int_equal(
	    jm_token_check_pin(t, JM_PIN_AUTH, "1234", 4, &tries), JM_OK);
	expect(AUTH | SIGN, 3, 1);
	assert_int_equal(
	    jm_token_cert_with_pin(t, JM_CERT_SIGN, "ABC123", 6, &tries, &c),
	    JM_OK);
	assert_int_equal(host_logins(t), AUTH | SIGN);
	assert_int_equal(host_status(slot), AUTH | SIGN);
	host_cost(slot, NULL);
	/* of one that is not, it ends the other's. */
	assert_int_equal(jm_token_drop_status(t), JM_OK);
	assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
	expect(AUTH, 4, 1);
	assert_int_equal(
	    jm_token_check_pin(t, JM_PIN_SIGN, "ABC123", 6, &tries), JM_OK);
	expect(0, 4, 1);
}

static void
a_login_outlives_the_change_of_its_pin(void **state)
{
	int tries, fresh_bad;

	(void)state;
	both_log_in();
	assert_int_equal(jm_token_change_pin(t, JM_PIN_AUTH, "1234", 4, "9876",
			     4, &fresh_bad, &tries),
	    JM_OK);
	expect(AUTH | SIGN, 4, 1);
	assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_OK);
	expect(AUTH | SIGN, 3, 0);
	assert_int_equal(jm_token_drop_status(t), JM_OK);
	assert_int_equal(host_login_as(t, JM_PAIR_AUTH, "9876"), JM_OK);
	expect(AUTH, 4, 1);
	/* Nobody asked for a login of this one. */
	assert_int_equal(jm_token_change_pin(t, JM_PIN_SIGN, "ABC123", 6,
			     "NEW123", 6, &fresh_bad, &tries),
	    JM_OK);
	expect(0, 5, 1);
}

/* Also one that never came to the card. */
static void
a_signature_that_failed_ends_all_before_it_returns(void **state)
{
	(void)state;
	for (unsigned nth = 0; nth < 3; nth++) {
		both_log_in();
		host_fault_at(nth, HOST_LOST_BEFORE);
		assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_LINK);
		expect(0, nth + 2, 0);
	}
}

static void
another_programs_log_out_is_no_login_and_no_second_verify(void **state)
{
	(void)state;
	both_log_in();
	host_other_logs_out(slot);
	assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_NEED_PIN);
	expect(0, 4, 0); /* a log-out, as after any failure */
	assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_NEED_PIN);
	expect(0, 0, 0);
}

/* The card's own status may have outlived it: that is not looked at. */
static void
a_reset_or_another_handle_ends_logins_with_nothing_sent(void **state)
{
	for (int i = 0; i < 2; i++) {
		unsigned verifies;

		end_test(state);
		slot = fixture_slot("reset-keeps-status=off", NULL);
		t = host_token(slot, JM_CONSENT_EACH);
		both_log_in();
		if (i == 0)
			vslot_reset(slot);
		else
			host_changed();
		assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_NEED_PIN);
		assert_int_equal(host_cost(slot, &verifies), 1); /* SELECT */
		assert_int_equal(verifies, 0);
		assert_int_equal(host_logins(t), 0);
		assert_false(jm_token_stale(t));
		assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
		/* The counter has to be looked at again. */
		assert_int_equal(host_cost(slot, &verifies), 4);
		assert_int_equal(verifies, 1);
		assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_OK);
	}
}

static void
freeing_a_token_sends_nothing(void **state)
{
	for (int i = 0; i < 2; i++) {
		end_test(state);
		begin_test(state);
		both_log_in();
		if (i == 0)
			jm_token_free(&t);
		else
			jm_token_abandon(&t);
		assert_int_equal(host_cost(slot, NULL), 0);
		assert_int_equal(host_status(slot), AUTH | SIGN);
	}
}

static void
a_log_out_in_memory_is_stale_until_a_call_carries_it_out(void **state)
{
	struct jm_pin_state s;

	(void)state;
	both_log_in();
	jm_token_logout(t, JM_PAIR_SIGN);
	assert_true(jm_token_stale(t));
	assert_int_equal(host_logins(t), AUTH);
	jm_token_settle(t);
	expect(0, 1, 0);
	jm_token_settle(t);
	expect(0, 0, 0);

	both_log_in();
	jm_token_logout(t, JM_PAIR_SIGN);
	assert_int_equal(jm_token_pin_state(t, JM_PIN_AUTH, 0, &s), JM_OK);
	expect(0, 4, 0); /* log-out, SELECT, SELECT EF, query */
	assert_int_equal(s.tries, 3);

	/* A login of the pair meanwhile does not need one. */
	both_log_in();
	jm_token_logout(t, JM_PAIR_SIGN);
	assert_int_equal(host_sign(t, JM_PAIR_AUTH), JM_NEED_PIN);
	expect(0, 2, 0);
}

static void
dropping_the_status_drops_everybodys(void **state)
{
	(void)state;
	both_log_in();
	assert_int_equal(jm_token_drop_status(t), JM_OK);
	expect(0, 1, 0);
	assert_int_equal(jm_token_drop_status(t), JM_OK);
	expect(0, 1, 0);
	host_other_logs_in(slot, JM_PAIR_SIGN);
	assert_int_equal(host_status(slot), SIGN);
	assert_int_equal(jm_token_drop_status(t), JM_OK);
	expect(0, 1, 0);
}

static void
a_log_out_that_is_refused_is_told_and_tried_again(void **state)
{
	struct jm_pin_state s;

	(void)state;
	both_log_in();
	host_fault_at(0, HOST_REFUSED);
	assert_int_equal(jm_token_drop_status(t), JM_CARD);
	assert_true(host_fault_fired());
	/* It is tried once more in that call. */
	expect(0, 2, 0);

	both_log_in();
	host_fault_at(3, HOST_REFUSED);
	assert_int_equal(host_sign(t, JM_PAIR_SIGN), JM_OK);
	assert_true(host_fault_fired());
	assert_int_equal(host_cost(slot, NULL), 4);
	/* The signature was made; the pair is verified still, and so is the
	 * other, whose login is true. */
	assert_int_equal(host_status(slot), AUTH | SIGN);
	assert_int_equal(host_logins(t), AUTH);
	assert_true(jm_token_stale(t));
	assert_int_equal(jm_token_pin_state(t, JM_PIN_AUTH, 0, &s), JM_OK);
	expect(0, 4, 0);
}

static void
another_application_ends_the_logins_it_drops(void **state)
{
	unsigned found;
	int tries;

	(void)state;
	both_log_in();
	assert_int_equal(jm_token_apps(t, &found), JM_OK);
	assert_true(found & 1u << JM_APP_TEXT);
	assert_int_equal(host_logins(t), 0);
	assert_int_equal(host_status(slot), 0);
	host_cost(slot, NULL);

	both_log_in();
	assert_int_equal(
	    jm_token_check_pin(t, JM_PIN_TEXT, "1234", 4, &tries), JM_OK);
	expect(0, 4, 1); /* SELECT, SELECT EF, VERIFY, log-out */
}

/* Who can say, with the PIN verified, that it could be read without?  Such a
 * certificate is not written to a file that anybody's card may be asked by. */
static void
what_is_read_while_a_login_stays_is_not_cached(void **state)
{
	struct jm_policy policy = jm_policy_default;

	end_test(state);
	slot = fixture_slot(NULL);
	policy.host_keeps = policy.cache = 1;
	assert_int_equal(cached_begin(state), 0);
	t = host_token_with(slot, &policy);
	assert_int_equal(host_login(t, JM_PAIR_AUTH), JM_OK);
	assert_int_equal(jm_token_read_certs(t, CACHED_ALL), JM_OK);
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	assert_int_equal(cached_count(), 0);
	jm_token_free(&t);
	host_other_logs_out(slot);
	t = host_token_with(slot, &policy);
	assert_int_equal(jm_token_read_certs(t, CACHED_ALL), JM_OK);
	assert_int_equal(cached_count(), 1);
	assert_int_equal(cached_end(state), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_else_is_a_host_by_default),
		TEST(a_login_and_a_signature_cost_three_commands_each_or_two),
		TEST(a_host_pays_for_a_counter_when_it_has_a_pin),
		TEST(a_consent_that_is_used_up_ends_both_logins_on_the_card),
		TEST(
		    consent_by_context_counts_as_each_and_idle_time_is_the_hosts),
		TEST(a_wrong_pin_leaves_the_other_pairs_login_alone),
		TEST(a_wrong_pin_of_a_pair_that_was_logged_in_ends_all),
		TEST(
		    a_login_again_leaves_the_other_and_a_malformed_pin_ends_both),
		TEST(what_verifies_without_a_login_leaves_nothing),
		TEST(a_login_outlives_the_change_of_its_pin),
		TEST(a_signature_that_failed_ends_all_before_it_returns),
		TEST(another_programs_log_out_is_no_login_and_no_second_verify),
		TEST(a_reset_or_another_handle_ends_logins_with_nothing_sent),
		TEST(freeing_a_token_sends_nothing),
		TEST(a_log_out_in_memory_is_stale_until_a_call_carries_it_out),
		TEST(dropping_the_status_drops_everybodys),
		TEST(a_log_out_that_is_refused_is_told_and_tried_again),
		TEST(another_application_ends_the_logins_it_drops),
		TEST(what_is_read_while_a_login_stays_is_not_cached),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup_all, fixture_group_teardown);
}
