/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A card may answer a retry query with 9000 while the PIN is verified, and may
 * keep that status over a wrong VERIFY: such an answer says nothing of the
 * counter, so it forgives no PIN that failed.
 */
#include "tests/support/test.h"

#include <string.h>

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
	return jm_token_change_pin(t, JM_PAIR_SIGN, from, strlen(from),
	    "NEW123", 6, &fresh_bad, &tries);
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
	assert_int_equal(jm_token_pin_state(t, JM_PAIR_SIGN, 0, &s), JM_OK);
	assert_int_equal(s.tries, 4);
	/* Another PIN that is right forgives, as ever. */
	assert_int_equal(login(t, JM_PAIR_SIGN, "ABC123"), JM_OK);
	assert_int_equal(change(t, "WRONG1"), JM_PIN_WRONG);
	jm_token_free(&t);
	vslot_close(&slot);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(verified_is_no_full_counter),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup, fixture_group_teardown);
}
