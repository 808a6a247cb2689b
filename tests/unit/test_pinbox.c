/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIN box: what it holds, for how long, and what fork leaves of it. */
#include "tests/support/test.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"
#include "objects/pinbox.h"

static struct jm_pin
pin(const char *text)
{
	struct jm_pin p = { .len = strlen(text) };

	memcpy(p.v, text, p.len);
	return p;
}

static void
holds_one_pin_per_pair_until_dropped(void **state)
{
	const struct jm_pin a = pin("7391"), b = pin("QW12ER");
	struct jm_pinbox *box;
	struct jm_pin got;

	(void)state;
	assert_int_equal(jm_pinbox_new(0, &box), JM_OK);
	assert_false(jm_pinbox_holds(box, JM_USER_AUTH));
	assert_int_equal(jm_pinbox_take(box, JM_USER_AUTH, &got), JM_NEED_PIN);
	assert_int_equal(got.len, 0);

	jm_pinbox_hold(box, JM_USER_AUTH, &a);
	jm_pinbox_hold(box, JM_USER_SIGN, &b);
	assert_int_equal(jm_pinbox_take(box, JM_USER_AUTH, &got), JM_OK);
	assert_int_equal(got.len, 4);
	assert_memory_equal(got.v, "7391", 4);

	jm_pinbox_drop(box, JM_USER_AUTH);
	assert_false(jm_pinbox_holds(box, JM_USER_AUTH));
	assert_true(jm_pinbox_holds(box, JM_USER_SIGN));
	jm_pinbox_free(&box);
	assert_null(box);
	jm_pinbox_free(&box);
}

/* The clock stands still but for the tests' own steps (linked with --wrap). */
static uint64_t now = 1000;
uint64_t __wrap_jm_now_ms(void);

uint64_t
__wrap_jm_now_ms(void)
{
	return now;
}

static void
idle_time_drops_it_and_use_renews_it(void **state)
{
	const struct jm_pin a = pin("7391");
	struct jm_pinbox *box;
	struct jm_pin got;

	(void)state;
	assert_int_equal(jm_pinbox_new(200, &box), JM_OK);
	jm_pinbox_hold(box, JM_USER_AUTH, &a);
	now += 199;
	assert_int_equal(jm_pinbox_take(box, JM_USER_AUTH, &got), JM_OK);
	now += 199; /* 398 since hold, 199 since use */
	assert_true(jm_pinbox_holds(box, JM_USER_AUTH));
	now += 1;
	assert_false(jm_pinbox_holds(box, JM_USER_AUTH));
	assert_int_equal(jm_pinbox_take(box, JM_USER_AUTH, &got), JM_NEED_PIN);
	jm_pinbox_free(&box);
}

static void
a_change_keeps_the_login_that_nobody_ended(void **state)
{
	enum { HELD, NOT_HELD, DROPPED_MEANWHILE, CASES };
	const struct jm_pin old = pin("7391"), fresh = pin("2846");

	(void)state;
	for (int i = 0; i < CASES; i++) {
		struct jm_pinbox *box;
		struct jm_pin got;

		assert_int_equal(jm_pinbox_new(0, &box), JM_OK);
		if (i != NOT_HELD)
			jm_pinbox_hold(box, JM_USER_AUTH, &old);
		jm_pinbox_suspend(box, JM_USER_AUTH);
		assert_false(jm_pinbox_holds(box, JM_USER_AUTH));
		if (i == DROPPED_MEANWHILE)
			jm_pinbox_drop(box, JM_USER_AUTH);
		jm_pinbox_resume(box, JM_USER_AUTH, &fresh);
		assert_int_equal(jm_pinbox_take(box, JM_USER_AUTH, &got),
		    i == HELD ? JM_OK : JM_NEED_PIN);
		if (i == HELD)
			assert_memory_equal(got.v, "2846", 4);
		jm_pinbox_free(&box);
	}
}

static void
no_idle_time_means_for_ever(void **state)
{
	const struct jm_pin a = pin("7391");
	struct jm_pinbox *box;

	(void)state;
	assert_int_equal(jm_pinbox_new(0, &box), JM_OK);
	jm_pinbox_hold(box, JM_USER_AUTH, &a);
	now += UINT64_C(1) << 40;
	assert_true(jm_pinbox_holds(box, JM_USER_AUTH));
	jm_pinbox_free(&box);
}

static void
failed_pins_are_known_per_pair_until_forgiven(void **state)
{
	const struct jm_pin a = pin("1111"), b = pin("2222"), c = pin("22220");
	struct jm_pinbox *box;

	(void)state;
	assert_int_equal(jm_pinbox_new(0, &box), JM_OK);
	jm_pinbox_failed(box, JM_PIN_AUTH, &a);
	jm_pinbox_failed(box, JM_PIN_AUTH, &b);
	jm_pinbox_failed(box, JM_PIN_AUTH, &b); /* once is enough */
	assert_true(jm_pinbox_has_failed(box, JM_PIN_AUTH, &a));
	assert_true(jm_pinbox_has_failed(box, JM_PIN_AUTH, &b));
	assert_false(jm_pinbox_has_failed(box, JM_PIN_AUTH, &c));
	assert_false(jm_pinbox_has_failed(box, JM_PIN_SIGN, &a));

	jm_pinbox_forgive_last(box, JM_PIN_AUTH);
	assert_true(jm_pinbox_has_failed(box, JM_PIN_AUTH, &a));
	assert_false(jm_pinbox_has_failed(box, JM_PIN_AUTH, &b));
	jm_pinbox_forgive(box, JM_PIN_AUTH);
	assert_false(jm_pinbox_has_failed(box, JM_PIN_AUTH, &a));
	jm_pinbox_free(&box);
}

static void
a_child_after_fork_finds_nothing(void **state)
{
	const struct jm_pin a = pin("7391");
	struct jm_pinbox *box;
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(jm_pinbox_new(0, &box), JM_OK);
	jm_pinbox_hold(box, JM_USER_AUTH, &a);
	jm_pinbox_failed(box, JM_PIN_SIGN, &a);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(jm_pinbox_holds(box, JM_USER_AUTH) ||
		      jm_pinbox_has_failed(box, JM_PIN_SIGN, &a));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(jm_pinbox_holds(box, JM_USER_AUTH));
	jm_pinbox_free(&box);
}

/* --- consents ------------------------------------------------------------- */

static int
has_pin(struct jm_pinbox *box)
{
	struct jm_pin got;

	return jm_pinbox_take(box, JM_USER_SIGN, &got) == JM_OK;
}

static void
a_login_without_a_pin_lives_as_long(void **state)
{
	struct jm_pinbox *box;

	(void)state;
	assert_int_equal(jm_pinbox_new(200, &box), JM_OK);
	assert_int_equal(jm_pinbox_use(box, JM_USER_SIGN), JM_NEED_PIN);
	jm_pinbox_hold(box, JM_USER_SIGN, NULL);
	assert_true(jm_pinbox_holds(box, JM_USER_SIGN));
	assert_false(has_pin(box));
	now += 199;
	assert_int_equal(jm_pinbox_use(box, JM_USER_SIGN), JM_OK);
	now += 199;
	/* A change of the PIN does not end it, and brings it none. */
	jm_pinbox_suspend(box, JM_USER_SIGN);
	assert_true(jm_pinbox_holds(box, JM_USER_SIGN));
	jm_pinbox_resume(box, JM_USER_SIGN, &(struct jm_pin){ .len = 4 });
	assert_false(has_pin(box));
	now += 1;
	assert_int_equal(jm_pinbox_use(box, JM_USER_SIGN), JM_NEED_PIN);
	assert_false(jm_pinbox_holds(box, JM_USER_SIGN));
	jm_pinbox_free(&box);
}

static void
the_pin_goes_with_the_last_consent(void **state)
{
	const struct jm_pin p = pin("QW12ER");
	struct jm_pinbox *box;

	(void)state;
	assert_int_equal(jm_pinbox_new(0, &box), JM_OK);
	jm_pinbox_grant(box, JM_USER_SIGN, &p, 7); /* no login: nothing */
	assert_false(jm_pinbox_granted(box, JM_USER_SIGN, 7));
	jm_pinbox_hold(box, JM_USER_SIGN, &p);
	assert_true(jm_pinbox_granted(box, JM_USER_SIGN, 0));
	jm_pinbox_spend(box, JM_USER_SIGN, 0);
	assert_false(jm_pinbox_granted(box, JM_USER_SIGN, 0));
	assert_false(has_pin(box));
	assert_true(jm_pinbox_holds(box, JM_USER_SIGN));

	jm_pinbox_grant(box, JM_USER_SIGN, &p, 7);
	jm_pinbox_grant(box, JM_USER_SIGN, &p, 8);
	assert_false(jm_pinbox_granted(box, JM_USER_SIGN, 0));
	assert_false(jm_pinbox_granted(box, JM_USER_SIGN, 9));
	jm_pinbox_spend(box, JM_USER_SIGN, 9);
	assert_true(jm_pinbox_granted(box, JM_USER_SIGN, 7));
	jm_pinbox_spend(box, JM_USER_SIGN, 7);
	assert_false(jm_pinbox_granted(box, JM_USER_SIGN, 7));
	assert_true(has_pin(box));
	jm_pinbox_revoke(box, JM_USER_SIGN, 8);
	assert_false(has_pin(box));

	jm_pinbox_grant(box, JM_USER_SIGN, &p, 8);
	jm_pinbox_deny(box, JM_USER_SIGN);
	assert_false(jm_pinbox_granted(box, JM_USER_SIGN, 8));
	assert_false(has_pin(box));
	jm_pinbox_grant(box, JM_USER_SIGN, &p, 8);
	jm_pinbox_drop(box, JM_USER_SIGN);
	assert_false(jm_pinbox_granted(box, JM_USER_SIGN, 8));
	jm_pinbox_free(&box);
}

static void
one_consent_too_many_displaces_the_oldest(void **state)
{
	const struct jm_pin p = pin("QW12ER");
	struct jm_pinbox *box;

	(void)state;
	assert_int_equal(jm_pinbox_new(0, &box), JM_OK);
	jm_pinbox_hold(box, JM_USER_SIGN, NULL);
	jm_pinbox_spend(box, JM_USER_SIGN, 0);
	for (unsigned long by = 1; by <= JM_PINBOX_CONSENTS; by++)
		jm_pinbox_grant(box, JM_USER_SIGN, &p, by);
	/* The same one again needs no room, and becomes the youngest. */
	jm_pinbox_grant(box, JM_USER_SIGN, &p, 1);
	assert_true(jm_pinbox_granted(box, JM_USER_SIGN, 2));
	jm_pinbox_grant(box, JM_USER_SIGN, &p, 100);
	assert_false(jm_pinbox_granted(box, JM_USER_SIGN, 2));
	for (unsigned long by = 3; by <= JM_PINBOX_CONSENTS; by++)
		assert_true(jm_pinbox_granted(box, JM_USER_SIGN, by));
	assert_true(jm_pinbox_granted(box, JM_USER_SIGN, 1));
	assert_true(jm_pinbox_granted(box, JM_USER_SIGN, 100));
	jm_pinbox_free(&box);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_one_pin_per_pair_until_dropped),
		cmocka_unit_test(idle_time_drops_it_and_use_renews_it),
		cmocka_unit_test(a_change_keeps_the_login_that_nobody_ended),
		cmocka_unit_test(no_idle_time_means_for_ever),
		cmocka_unit_test(failed_pins_are_known_per_pair_until_forgiven),
		cmocka_unit_test(a_child_after_fork_finds_nothing),
		cmocka_unit_test(a_login_without_a_pin_lives_as_long),
		cmocka_unit_test(the_pin_goes_with_the_last_consent),
		cmocka_unit_test(one_consent_too_many_displaces_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
