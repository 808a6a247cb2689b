/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin-vcard run, as a reader sees it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/fake_vpcd.h"
#include "tests/support/test.h"
#include "tests/support/vc_try.h"

static struct fake_vpcd vpcd; /* large */

static void
start(struct vc_try *t, const char *option, const char *value)
{
	const char *const more[] = { option, value, NULL };

	vc_close(&t->card);
	fv_open(&vpcd);
	fv_start(&vpcd, t->image, more);
	assert_int_equal(fv_insert(&vpcd, 10000), 0);
}

static void
stop(void)
{
	assert_int_equal(fv_stop(&vpcd, SIGTERM), 0);
	fv_close(&vpcd);
}

static long
ms_since(const struct timespec *a)
{
	struct timespec b;

	clock_gettime(CLOCK_MONOTONIC, &b);
	return (b.tv_sec - a->tv_sec) * 1000 +
	       (b.tv_nsec - a->tv_nsec) / 1000000;
}

static void
power_reset_and_atr_are_understood(void **state)
{
	struct vc_try *t = *state;

	start(t, NULL, NULL);
	fv_control(&vpcd, 4);
	assert_int_equal(fv_receive(&vpcd, 10000), 0x4514);
	assert_int_equal(vpcd.rsp_len, 7);
	assert_int_equal(fv_say(&vpcd, SELECT_JPKI), 0x9000);
	assert_int_equal(fv_say(&vpcd, VERIFY_AUTH), 0x9000);
	fv_control(&vpcd, 2);
	assert_int_equal(fv_say(&vpcd, QUERY_AUTH), 0x63c3);
	fv_control(&vpcd, 99); /* unknown: ignored */
	assert_int_equal(fv_say(&vpcd, "802A0097015A00"), 0x9000);
	fv_control(&vpcd, 0);
	fv_control(&vpcd, 1);
	assert_int_equal(fv_say(&vpcd, QUERY_AUTH), 0x6a82);
	stop();
}

static void
length_and_data_in_two_segments_do_not_stall(void **state)
{
	struct timespec a;

	start(*state, NULL, NULL);
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < 100; i++)
		assert_int_equal(fv_say(&vpcd, "0084000010"), 0x9000);
	assert_true(ms_since(&a) < 2000); /* 40 ms each: 4000 */
	stop();
}

static void
latency_is_felt(void **state)
{
	struct timespec a;

	start(*state, "--latency", "contactless");
	fv_say(&vpcd, SELECT_JPKI);
	fv_say(&vpcd, VERIFY_AUTH);
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(fv_say(&vpcd, "802A0097015A00"), 0x9000);
	assert_in_range(ms_since(&a), 600, 2000);
	stop();
}

static void
the_trace_tells_the_latency_of_each_command(void **state)
{
	struct vc_try *t = *state;
	char path[96], want[300], got[300] = "";
	const char *const more[] = { "--latency", "contactless", "--trace",
		path };
	uint8_t select[32], query[4] = { 0x00, 0x20, 0x00, 0x98 };
	size_t len = strlen(SELECT_JPKI) / 2;
	unsigned us[2];
	FILE *f;

	for (size_t i = 0; i < len; i++)
		sscanf(&SELECT_JPKI[2 * i], "%2hhx", &select[i]);
	us[0] = vc_latency_us(t->card, VC_LATENCY_CONTACTLESS, select, len, 2);
	us[1] = vc_latency_us(t->card, VC_LATENCY_CONTACTLESS, query, 4, 2);
	snprintf(path, sizeof path, "%s/trace", t->dir);
	vc_close(&t->card);
	fv_open(&vpcd);
	fv_start(&vpcd, t->image, more);
	assert_int_equal(fv_insert(&vpcd, 10000), 0);
	fv_say(&vpcd, SELECT_JPKI);
	fv_say(&vpcd, "00200098");
	stop();
	snprintf(want, sizeof want,
	    "# power on\n" SELECT_JPKI " -> [0 bytes] 9000\n# %u us\n"
	    "00200098 -> [0 bytes] 63C3\n# %u us\n",
	    us[0], us[1]);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_true(fread(got, 1, sizeof got - 1, f) > 0);
	fclose(f);
	assert_string_equal(got, want);
	unlink(path);
}

static void
the_trace_has_one_line_for_each_event(void **state)
{
	static const char want[] =
	    "# power on\n" SELECT_JPKI " -> [0 bytes] 9000\n"
	    "0020009804[4 bytes redacted] -> [0 bytes] 63C2\n"
	    "# reset\n"
	    "00200098 -> [0 bytes] 63C2\n"
	    "00B0880000 -> [3 bytes] 9000\n"
	    "# power off\n";
	struct vc_try *t = *state;
	char path[96], got[1000] = "";
	FILE *f;

	snprintf(path, sizeof path, "%s/trace", t->dir);
	start(t, "--trace", path);
	fv_say(&vpcd, SELECT_JPKI);
	fv_say(&vpcd, WRONG_AUTH);
	fv_control(&vpcd, 2);
	fv_say(&vpcd, QUERY_AUTH);
	fv_say(&vpcd, "00B0880000");
	fv_control(&vpcd, 0);
	fv_control(&vpcd, 4); /* answered: what came before was done */
	fv_receive(&vpcd, 10000);
	assert_non_null(f = fopen(path, "r")); /* flushed, not yet closed */
	got[fread(got, 1, sizeof got - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(got, want);
	unlink(path);
	stop();
}

static void
a_card_taken_out_comes_back_and_a_dead_one_does_not(void **state)
{
	struct vc_try *t = *state;

	start(t, "--quirk", "remove-at=2");
	assert_int_equal(fv_say(&vpcd, SELECT_JPKI), 0x9000);
	assert_int_equal(fv_say(&vpcd, WRONG_AUTH), FV_GONE);
	assert_int_equal(fv_insert(&vpcd, 500), FV_QUIET);
	assert_int_equal(fv_insert(&vpcd, 10000), 0);
	assert_int_equal(fv_say(&vpcd, SELECT_JPKI), 0x9000);
	assert_int_equal(fv_say(&vpcd, QUERY_AUTH), 0x63c3);
	stop();

	start(t, "--quirk", "die-at=2");
	assert_int_equal(fv_say(&vpcd, SELECT_JPKI), 0x9000);
	assert_int_equal(fv_say(&vpcd, WRONG_AUTH), FV_GONE);
	assert_int_equal(fv_wait(&vpcd), 0);
	fv_close(&vpcd);
}

static void
a_mute_card_stays_in_the_reader(void **state)
{
	start(*state, "--quirk", "mute-at=2");
	assert_int_equal(fv_say(&vpcd, SELECT_JPKI), 0x9000);
	fv_send(&vpcd, QUERY_AUTH);
	assert_int_equal(fv_receive(&vpcd, 300), FV_QUIET);
	assert_int_equal(fv_say(&vpcd, QUERY_AUTH), 0x63c3);
	stop();
}

static void
it_connects_again_unless_told_once(void **state)
{
	struct vc_try *t = *state;

	start(t, NULL, NULL);
	close(vpcd.conn);
	vpcd.conn = -1;
	assert_int_equal(fv_insert(&vpcd, 10000), 0);
	assert_int_equal(fv_say(&vpcd, SELECT_JPKI), 0x9000);
	stop();

	start(t, "--once", NULL);
	close(vpcd.conn);
	vpcd.conn = -1;
	assert_int_equal(fv_wait(&vpcd), 0);
	fv_close(&vpcd);
}

static void
each_signal_to_stop_stops_it_cleanly(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct vc_try *t = *state;

	for (size_t i = 0; i < NELEM(signals); i++) {
		start(t, NULL, NULL);
		fv_say(&vpcd, SELECT_JPKI);
		assert_int_equal(fv_stop(&vpcd, signals[i]), 0);
		fv_close(&vpcd);
	}
	/* Also while it waits for a reader that is not there. */
	fv_open(&vpcd);
	close(vpcd.listener);
	vpcd.listener = -1;
	fv_start(&vpcd, t->image, NULL);
	usleep(100000);
	assert_int_equal(fv_stop(&vpcd, SIGTERM), 0);
	fv_close(&vpcd);
}

static void
an_image_is_in_one_reader_at_a_time(void **state)
{
	struct vc_try *t = *state;
	pid_t first;

	start(t, NULL, NULL);
	assert_int_equal(fv_say(&vpcd, SELECT_JPKI), 0x9000);
	first = vpcd.child;
	fv_start(&vpcd, t->image, NULL);
	assert_int_equal(WEXITSTATUS(fv_wait(&vpcd)), 1);
	vpcd.child = first;
	assert_int_equal(fv_say(&vpcd, WRONG_AUTH), 0x63c2);
	fv_start(&vpcd, t->image, NULL); /* the file is another one now */
	assert_int_equal(WEXITSTATUS(fv_wait(&vpcd)), 1);
	vpcd.child = first;
	stop();
}

static void
a_card_that_cannot_be_written_ends(void **state)
{
	struct vc_try *t = *state;
	char away[96];

	snprintf(away, sizeof away, "%s-away", t->dir);
	start(t, NULL, NULL);
	assert_int_equal(fv_say(&vpcd, SELECT_JPKI), 0x9000);
	assert_int_equal(rename(t->dir, away), 0);
	assert_int_equal(fv_say(&vpcd, VERIFY_AUTH), FV_GONE);
	assert_int_equal(WEXITSTATUS(fv_wait(&vpcd)), 1);
	assert_int_equal(rename(away, t->dir), 0);
	fv_close(&vpcd);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(power_reset_and_atr_are_understood),
		TEST(length_and_data_in_two_segments_do_not_stall),
		TEST(latency_is_felt),
		TEST(the_trace_tells_the_latency_of_each_command),
		TEST(the_trace_has_one_line_for_each_event),
		TEST(a_card_taken_out_comes_back_and_a_dead_one_does_not),
		TEST(a_mute_card_stays_in_the_reader),
		TEST(it_connects_again_unless_told_once),
		TEST(each_signal_to_stop_stops_it_cleanly),
		TEST(an_image_is_in_one_reader_at_a_time),
		TEST(a_card_that_cannot_be_written_ends),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
