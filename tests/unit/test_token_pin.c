/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PIN care of a token on a virtual card: each VERIFY belongs to one PIN that
 * somebody gave, and nothing stays verified.  The clock is the test's own,
 * since the age of a counter decides (linked with --wrap=jm_now_ms).
 */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "base/os.h"
#include "crypto/rsa_pad.h"
#include "tests/support/fixture.h"

#define SELECT_AP "00A4040C0AD392F000260100000001"

static uint64_t now = 1000;
uint64_t __wrap_jm_now_ms(void);

uint64_t
__wrap_jm_now_ms(void)
{
	return now;
}

static struct vslot_count
counted(struct vslot *slot)
{
	const struct vslot_count c = vslot_counted(slot);

	assert_int_equal(c.outside, 0);
	vslot_restart_count(slot);
	return c;
}

static jm_err
login(struct jm_token *t, enum jm_pair pair, const char *pin, int *tries)
{
	return jm_token_login(t, pair, pin, strlen(pin), 1, tries);
}

static jm_err
sign(struct jm_token *t, enum jm_pair pair)
{
	uint8_t digest[32] = { 7 }, in[JM_DIGESTINFO_MAX], sig[256];
	size_t len, sig_len;

	jm_digestinfo(JM_SHA256, digest, in, &len);
	return jm_token_sign(
	    t, pair, JM_SIGN_PKCS1, in, len, sig, sizeof sig, &sig_len);
}

static jm_err
change(struct jm_token *t, enum jm_pair pair, const char *from, const char *to,
    int *fresh_bad)
{
	int tries;

	return jm_token_change_pin(t, jm_pair_pin(pair), from, strlen(from), to,
	    strlen(to), fresh_bad, &tries);
}

static void
a_malformed_pin_sends_nothing(void **state)
{
	/* clang-format off */
	static const struct { enum jm_pair pair; const char *pin; jm_err want; } row[] = {
		{ JM_PAIR_AUTH, "",                  JM_PIN_LEN },
		{ JM_PAIR_AUTH, "123",               JM_PIN_LEN },
		{ JM_PAIR_AUTH, "12345",             JM_PIN_LEN },
		{ JM_PAIR_AUTH, "12a4",              JM_PIN_FORM },
		{ JM_PAIR_AUTH, "12 4",              JM_PIN_FORM },
		{ JM_PAIR_SIGN, "ABC12",             JM_PIN_LEN },
		{ JM_PAIR_SIGN, "ABC12345678901234", JM_PIN_LEN },
		{ JM_PAIR_SIGN, "ABC-12",            JM_PIN_FORM },
		{ JM_PAIR_SIGN, "ABC12\xe3",         JM_PIN_FORM },
	};
	/* clang-format on */
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	int tries;

	(void)state;
	vslot_restart_count(slot);
	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(
		    login(t, row[i].pair, row[i].pin, &tries), row[i].want);
	assert_int_equal(counted(slot).apdus, 0);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
counters_fall_one_by_one_and_a_right_pin_restores_them(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	struct jm_pin_state s;
	char wrong[] = "WRONG0";
	int tries;

	(void)state;
	for (int left = 4; left > 0; left--) {
		wrong[5]++;
		vslot_restart_count(slot);
		assert_int_equal(
		    login(t, JM_PAIR_SIGN, wrong, &tries), JM_PIN_WRONG);
		assert_int_equal(tries, left);
		assert_int_equal(counted(slot).verifies, 1);
		assert_int_equal(
		    jm_token_pin_state(t, JM_PIN_SIGN, 2000, &s), JM_OK);
		assert_int_equal(s.tries, left);
		assert_int_equal(s.limit, 5);
		assert_int_equal(counted(slot).apdus, 0); /* known */
	}
	assert_int_equal(login(t, JM_PAIR_SIGN, "abc123", &tries), JM_OK);
	assert_int_equal(tries, 5);
	now += 2001;
	assert_int_equal(jm_token_pin_state(t, JM_PIN_SIGN, 2000, &s), JM_OK);
	assert_int_equal(s.tries, 5);
	assert_int_equal(counted(slot).verifies, 1);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
a_blocked_pin_is_told_in_every_way_cards_say_it(void **state)
{
	static const char *const query[] = { "retry-blocked=6984",
		"retry-blocked=6983", "retry-blocked=63C0" };
	static const char *const verify[] = { "verify-blocked=6984",
		"verify-blocked=6983" };

	(void)state;
	for (size_t i = 0; i < NELEM(query); i++) {
		struct vslot *slot =
		    fixture_slot(query[i], verify[i % 2], NULL);
		struct jm_token *t = fixture_token(slot);
		struct jm_pin_state s;
		int tries;

		assert_int_equal(
		    login(t, JM_PAIR_AUTH, "0001", &tries), JM_PIN_WRONG);
		assert_int_equal(
		    login(t, JM_PAIR_AUTH, "0002", &tries), JM_PIN_WRONG);
		assert_int_equal(
		    login(t, JM_PAIR_AUTH, "0003", &tries), JM_PIN_BLOCKED);
		assert_int_equal(tries, 0);
		assert_int_equal(
		    login(t, JM_PAIR_AUTH, "1234", &tries), JM_PIN_BLOCKED);
		jm_token_free(&t);

		t = fixture_token(slot); /* a token all the same */
		assert_true(jm_token_has(t, JM_PAIR_AUTH));
		assert_int_equal(
		    jm_token_pin_state(t, JM_PIN_AUTH, 0, &s), JM_OK);
		assert_true(s.blocked);
		assert_int_equal(s.tries, 0);
		assert_int_equal(
		    login(t, JM_PAIR_SIGN, "ABC123", &tries), JM_OK);
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

static void
a_pin_that_failed_is_not_sent_again(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	uint8_t sig[256], in[32] = { 0 };
	size_t len;
	int tries, fresh_bad;

	(void)state;
	assert_int_equal(
	    login(t, JM_PAIR_SIGN, "wrong1", &tries), JM_PIN_WRONG);
	vslot_restart_count(slot);
	/* Upper or lower case is the same PIN to the card. */
	assert_int_equal(
	    login(t, JM_PAIR_SIGN, "WRONG1", &tries), JM_PIN_REPEATED);
	assert_int_equal(tries, 4);
	assert_int_equal(counted(slot).apdus, 0);
	now += 2001; /* the counter is old now: asked for, and still not full */
	assert_int_equal(
	    login(t, JM_PAIR_SIGN, "WRONG1", &tries), JM_PIN_REPEATED);
	assert_int_equal(
	    change(t, JM_PAIR_SIGN, "WRONG1", "NEW123", &fresh_bad),
	    JM_PIN_REPEATED);
	assert_int_equal(
	    jm_token_sign_with_pin(t, JM_PAIR_SIGN, JM_SIGN_PSS_SHA256, in, 32,
		"WRONG1", 6, sig, sizeof sig, &len, &tries),
	    JM_PIN_REPEATED);
	assert_int_equal(counted(slot).verifies, 0);
	/* Another one that is right makes it unknown again. */
	assert_int_equal(login(t, JM_PAIR_SIGN, "ABC123", &tries), JM_OK);
	assert_int_equal(
	    login(t, JM_PAIR_SIGN, "WRONG1", &tries), JM_PIN_WRONG);
	assert_int_equal(tries, 4);
	assert_int_equal(counted(slot).verifies, 2);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
a_full_counter_gives_a_failed_pin_a_new_chance(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	struct jm_token *other = fixture_token(slot);
	int tries, fresh_bad;

	(void)state;
	assert_int_equal(login(t, JM_PAIR_AUTH, "5555", &tries), JM_PIN_WRONG);
	assert_int_equal(
	    change(other, JM_PAIR_AUTH, "1234", "5555", &fresh_bad), JM_OK);
	now += 2001;
	assert_int_equal(login(t, JM_PAIR_AUTH, "5555", &tries), JM_OK);
	jm_token_free(&t);
	jm_token_free(&other);
	vslot_close(&slot);
}

static void
a_pin_changed_elsewhere_costs_one_try_among_all_programs(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *held[5], *other = fixture_token(slot);
	struct jm_pin_state s;
	int tries, fresh_bad;

	(void)state;
	for (size_t i = 0; i < NELEM(held); i++) {
		held[i] = fixture_token(slot);
		assert_int_equal(
		    login(held[i], JM_PAIR_AUTH, "1234", &tries), JM_OK);
	}
	assert_int_equal(
	    change(other, JM_PAIR_AUTH, "1234", "9876", &fresh_bad), JM_OK);
	vslot_restart_count(slot);
	for (size_t i = 0; i < NELEM(held); i++) {
		assert_int_equal(sign(held[i], JM_PAIR_AUTH), JM_PIN_CHANGED);
		assert_false(jm_token_logged_in(held[i], JM_PAIR_AUTH));
		assert_int_equal(sign(held[i], JM_PAIR_AUTH), JM_NEED_PIN);
	}
	assert_int_equal(counted(slot).verifies, 1);
	assert_int_equal(jm_token_pin_state(other, JM_PIN_AUTH, 0, &s), JM_OK);
	assert_int_equal(s.tries, 2);
	for (size_t i = 0; i < NELEM(held); i++)
		jm_token_free(&held[i]);
	jm_token_free(&other);
	vslot_close(&slot);
}

static void
one_login_one_signature_with_the_signature_key(void **state)
{
	struct jm_policy session = jm_policy_default;
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	int tries;

	(void)state;
	assert_int_equal(login(t, JM_PAIR_SIGN, "ABC123", &tries), JM_OK);
	assert_int_equal(sign(t, JM_PAIR_SIGN), JM_OK);
	assert_false(jm_token_logged_in(t, JM_PAIR_SIGN));
	vslot_restart_count(slot);
	assert_int_equal(sign(t, JM_PAIR_SIGN), JM_NEED_PIN);
	assert_int_equal(counted(slot).apdus, 0);
	jm_token_free(&t);

	session.consent[JM_PAIR_SIGN] = JM_CONSENT_SESSION;
	t = fixture_token_with(slot, &session);
	assert_int_equal(login(t, JM_PAIR_SIGN, "ABC123", &tries), JM_OK);
	assert_int_equal(sign(t, JM_PAIR_SIGN), JM_OK);
	assert_int_equal(sign(t, JM_PAIR_SIGN), JM_OK);
	jm_token_logout(t, JM_PAIR_SIGN);
	assert_int_equal(sign(t, JM_PAIR_SIGN), JM_NEED_PIN);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
nothing_stays_verified_on_the_card(void **state)
{
	static const char *const read_cert[] = { SELECT_AP, "00A4020C020001",
		"00B0000004" };
	static const char *const use_auth[] = { SELECT_AP, "00A4020C020017",
		"802A0080040102030400" };
	static const char *const use_sign[] = { SELECT_AP, "00A4020C02001A",
		"802A0080040102030400" };
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	int tries, fresh_bad;

	(void)state;
	for (int step = 0; step < 5; step++) {
		switch (step) {
		case 0:
			assert_int_equal(
			    login(t, JM_PAIR_SIGN, "ABC123", &tries), JM_OK);
			break;
		case 1: assert_int_equal(sign(t, JM_PAIR_SIGN), JM_OK); break;
		case 2:
			assert_int_equal(
			    login(t, JM_PAIR_AUTH, "1234", &tries), JM_OK);
			assert_int_equal(sign(t, JM_PAIR_AUTH), JM_OK);
			break;
		case 3:
			assert_int_equal(
			    login(t, JM_PAIR_SIGN, "WRONG2", &tries),
			    JM_PIN_WRONG);
			break;
		case 4:
			assert_int_equal(
			    change(t, JM_PAIR_AUTH, "1234", "4321", &fresh_bad),
			    JM_OK);
			break;
		}
		assert_int_equal(fixture_sw(slot, read_cert, 3), 0x6982);
		assert_int_equal(fixture_sw(slot, use_auth, 3), 0x6982);
		assert_int_equal(fixture_sw(slot, use_sign, 3), 0x6982);
	}
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
a_reset_by_another_program_ends_the_login(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	int tries;

	(void)state;
	assert_int_equal(login(t, JM_PAIR_AUTH, "1234", &tries), JM_OK);
	vslot_reset(slot);
	vslot_restart_count(slot);
	assert_int_equal(sign(t, JM_PAIR_AUTH), JM_NEED_PIN);
	assert_int_equal(counted(slot).verifies, 0);
	assert_int_equal(login(t, JM_PAIR_AUTH, "1234", &tries), JM_OK);
	assert_int_equal(sign(t, JM_PAIR_AUTH), JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
idle_time_ends_the_login(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	int tries;

	(void)state;
	assert_int_equal(login(t, JM_PAIR_AUTH, "1234", &tries), JM_OK);
	now += 299999;
	assert_int_equal(sign(t, JM_PAIR_AUTH), JM_OK);
	now += 300000;
	assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
	vslot_restart_count(slot);
	assert_int_equal(sign(t, JM_PAIR_AUTH), JM_NEED_PIN);
	assert_int_equal(counted(slot).apdus, 0);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
changing_a_pin_checks_both_forms_first_and_keeps_the_login(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	int tries, fresh_bad;

	(void)state;
	vslot_restart_count(slot);
	assert_int_equal(
	    change(t, JM_PAIR_AUTH, "1234", "12a4", &fresh_bad), JM_PIN_FORM);
	assert_int_equal(fresh_bad, 1);
	assert_int_equal(
	    change(t, JM_PAIR_AUTH, "123", "5678", &fresh_bad), JM_PIN_LEN);
	assert_int_equal(fresh_bad, 0);
	assert_int_equal(
	    change(t, JM_PAIR_SIGN, "ABC123", "ABCDEF", &fresh_bad),
	    JM_PIN_FORM); /* a digit is missing */
	assert_int_equal(fresh_bad, 1);
	assert_int_equal(counted(slot).apdus, 0);

	assert_int_equal(login(t, JM_PAIR_AUTH, "1234", &tries), JM_OK);
	assert_int_equal(
	    change(t, JM_PAIR_AUTH, "1234", "5678", &fresh_bad), JM_OK);
	assert_int_equal(sign(t, JM_PAIR_AUTH), JM_OK); /* with the new one */
	assert_int_equal(login(t, JM_PAIR_AUTH, "1234", &tries), JM_PIN_WRONG);
	assert_int_equal(
	    change(t, JM_PAIR_SIGN, "abc123", "newpin1", &fresh_bad), JM_OK);
	assert_int_equal(login(t, JM_PAIR_SIGN, "NEWPIN1", &tries), JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
}

/*
 * The answer to a VERIFY is lost.  The same PIN is sent again only when the
 * counter shows that the lost one did not cost a try.
 */
static void
a_lost_answer_is_not_paid_twice(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	char quirk[64];
	int tries;

	(void)state;
	vslot_restart_count(slot);
	for (int right = 0; right < 2; right++) {
		const char *pin = right ? "1234" : "7777";

		/* SELECT, SELECT, where the counter was not full a retry
		 * query, VERIFY: its reply is cut to one byte. */
		snprintf(quirk, sizeof quirk, "reply-at=%u:63",
		    right ? 16 + 4 : 9 + 3);
		assert_int_equal(vc_set_quirk(vslot_card(slot), quirk), JM_OK);
		assert_int_equal(
		    login(t, JM_PAIR_AUTH, pin, &tries), JM_FORMAT);
		assert_int_equal(tries, -1);
		assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
		assert_int_equal(counted(slot).verifies, 1);
		assert_int_equal(login(t, JM_PAIR_AUTH, pin, &tries),
		    right ? JM_OK : JM_PIN_REPEATED);
		assert_int_equal(tries, right ? 3 : 2);
		assert_int_equal(counted(slot).verifies, right);
	}
	jm_token_free(&t);
	vslot_close(&slot);
}

/* Another program left the PIN verified and the card answers 9000. */
static void
somebody_elses_status_does_not_confuse_the_counter(void **state)
{
	static const char *const verify[] = { SELECT_AP, "00A4020C020018",
		"002000800431323334" };
	struct vslot *slot = fixture_slot("retry-verified=9000", NULL);
	struct jm_token *t;
	struct jm_pin_state s;
	int tries;

	(void)state;
	assert_int_equal(fixture_sw(slot, verify, 3), 0x9000);
	t = fixture_token(slot);
	assert_int_equal(jm_token_pin_state(t, JM_PIN_AUTH, 0, &s), JM_OK);
	assert_true(s.verified);
	assert_int_equal(s.tries, 3);
	assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
	assert_int_equal(sign(t, JM_PAIR_AUTH), JM_NEED_PIN);
	assert_int_equal(login(t, JM_PAIR_AUTH, "1234", &tries), JM_OK);
	assert_int_equal(sign(t, JM_PAIR_AUTH), JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_malformed_pin_sends_nothing),
		cmocka_unit_test(
		    counters_fall_one_by_one_and_a_right_pin_restores_them),
		cmocka_unit_test(
		    a_blocked_pin_is_told_in_every_way_cards_say_it),
		cmocka_unit_test(a_pin_that_failed_is_not_sent_again),
		cmocka_unit_test(
		    a_full_counter_gives_a_failed_pin_a_new_chance),
		cmocka_unit_test(
		    a_pin_changed_elsewhere_costs_one_try_among_all_programs),
		cmocka_unit_test(
		    one_login_one_signature_with_the_signature_key),
		cmocka_unit_test(nothing_stays_verified_on_the_card),
		cmocka_unit_test(a_reset_by_another_program_ends_the_login),
		cmocka_unit_test(idle_time_ends_the_login),
		cmocka_unit_test(
		    changing_a_pin_checks_both_forms_first_and_keeps_the_login),
		cmocka_unit_test(a_lost_answer_is_not_paid_twice),
		cmocka_unit_test(
		    somebody_elses_status_does_not_confuse_the_counter),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup, fixture_group_teardown);
}
