/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jumin-vcard run, killed at any moment: a try that was answered, or that may
 * have told something, is never given back.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/support/fake_vpcd.h"
#include "tests/support/test.h"
#include "tests/support/vc_try.h"

#define KILLS 200
#define FULL  5 /* tries of the signature PIN */

static struct fake_vpcd vpcd; /* large */

static void
start(struct vc_try *t, const char *quirk)
{
	const char *const more[] = { "--quirk", quirk, NULL };

	fv_start(&vpcd, t->image, quirk == NULL ? NULL : more);
	assert_int_equal(fv_insert(&vpcd, 10000), 0);
	assert_int_equal(fv_say(&vpcd, SELECT_JPKI), 0x9000);
}

/* The counter, as the card tells it. */
static int
tries(void)
{
	int sw = fv_say(&vpcd, QUERY_SIGN);

	if (sw == 0x6984)
		return 0;
	assert_int_equal(sw & 0xfff0, 0x63c0);
	return sw & 0xf;
}

static void
sleep_us(long us)
{
	const struct timespec t = { 0, us * 1000 };

	nanosleep(&t, NULL);
}

static long
verify_us(void)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < 4; i++)
		assert_int_equal(fv_say(&vpcd, VERIFY_SIGN), 0x9000);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return ((b.tv_sec - a.tv_sec) * 1000000 +
		   (b.tv_nsec - a.tv_nsec) / 1000) /
	       4;
}

static void
a_kill_at_any_moment_gives_no_try_back(void **state)
{
	struct vc_try *t = *state;
	unsigned paid = 0, unpaid = 0, answered = 0;
	int bound = FULL; /* what the answers so far allow */
	long window;

	vc_close(&t->card);
	fv_open(&vpcd);
	srand(1);
	start(t, NULL);
	window = verify_us();
	if (window > 20000)
		window = 20000;
	for (int i = 0; i < KILLS; i++) {
		int sw, now;

		if (bound == 1) {
			assert_int_equal(fv_say(&vpcd, VERIFY_SIGN), 0x9000);
			bound = FULL;
		}
		/* A loop of wrong PINs, cut somewhere in it. */
		while (bound > 2 && rand() % 2 == 0) {
			sw = fv_say(&vpcd, WRONG_SIGN);
			assert_int_equal(sw, 0x63c0 | --bound);
		}
		fv_send(&vpcd, WRONG_SIGN);
		sleep_us(rand() % (window + 1));
		assert_int_equal(WTERMSIG(fv_stop(&vpcd, SIGKILL)), SIGKILL);
		sw = fv_receive(&vpcd, 10000);
		if (sw > 0) {
			assert_int_equal(sw, 0x63c0 | --bound);
			answered++;
		}
		start(t, NULL);
		now = tries();
		if (sw > 0) {
			assert_int_equal(now, bound);
		} else {
			assert_in_range(now, bound - 1, bound);
			*(now == bound ? &unpaid : &paid) += 1;
			bound = now;
		}
	}
	print_message("%d kills: %u before the try was paid, %u after, "
		      "%u after the answer\n",
	    KILLS, unpaid, paid, answered);
	assert_true(unpaid + paid > KILLS / 10); /* else it proved little */
	fv_close(&vpcd);
}

static void
a_kill_at_each_moment_of_a_write_has_its_outcome(void **state)
{
	/* clang-format off */
	static const struct {
		const char *quirk, *cmd;
		int left;       /* tries of the signature PIN, four before */
		const char *pin; /* the one that is right now */
	} row[] = {
		{ "kill-at=pay-before", WRONG_SIGN, 4, VERIFY_SIGN },
		{ "kill-at=pay-written", WRONG_SIGN, 4, VERIFY_SIGN },
		{ "kill-at=pay-synced", WRONG_SIGN, 4, VERIFY_SIGN },
		{ "kill-at=pay-renamed", WRONG_SIGN, 3, VERIFY_SIGN },
		{ "kill-at=pay-done", WRONG_SIGN, 3, VERIFY_SIGN },
		{ "kill-at=pay-done", VERIFY_SIGN, 3, VERIFY_SIGN },
		{ "kill-at=restore-before", VERIFY_SIGN, 3, VERIFY_SIGN },
		{ "kill-at=restore-written", VERIFY_SIGN, 3, VERIFY_SIGN },
		{ "kill-at=restore-synced", VERIFY_SIGN, 3, VERIFY_SIGN },
		{ "kill-at=restore-renamed", VERIFY_SIGN, 5, VERIFY_SIGN },
		{ "kill-at=restore-done", VERIFY_SIGN, 5, VERIFY_SIGN },
		{ "kill-at=change-before", NULL, 5, VERIFY_SIGN },
		{ "kill-at=change-synced", NULL, 5, VERIFY_SIGN },
		{ "kill-at=change-renamed", NULL, 5, "0020009B06585858313131" },
		{ "kill-at=change-done", NULL, 5, "0020009B06585858313131" },
		{ "kill-at=reply:4", WRONG_SIGN, 3, VERIFY_SIGN },
		{ "kill-at=reply:4", VERIFY_SIGN, 5, VERIFY_SIGN },
	};
	/* clang-format on */
	struct vc_try *t = *state;

	fv_open(&vpcd);
	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(vc_try_fresh(state), 0);
		vc_say(t, SELECT_JPKI);
		assert_int_equal(vc_say(t, WRONG_SIGN), 0x63c4);
		vc_close(&t->card);

		start(t, row[i].quirk);
		assert_int_equal(tries(), 4);
		if (row[i].cmd == NULL) {
			fv_say(&vpcd, VERIFY_SIGN);
			fv_send(&vpcd, "0024019B06585858313131");
		} else {
			fv_say(&vpcd, "0084000001");
			fv_send(&vpcd, row[i].cmd);
		}
		assert_int_equal(fv_receive(&vpcd, 10000), FV_GONE);
		assert_int_equal(WTERMSIG(fv_wait(&vpcd)), SIGKILL);

		start(t, NULL);
		assert_int_equal(tries(), row[i].left);
		assert_int_equal(fv_say(&vpcd, row[i].pin), 0x9000);
		assert_int_equal(tries(), FULL);
		assert_int_equal(fv_stop(&vpcd, SIGTERM), 0);
	}
	fv_close(&vpcd);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_kill_at_any_moment_gives_no_try_back),
		TEST(a_kill_at_each_moment_of_a_write_has_its_outcome),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
