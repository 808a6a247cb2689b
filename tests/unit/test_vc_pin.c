/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/support/test.h"
#include "tests/support/vc_try.h"

#define AUTH_BIT(t)                                                            \
	((uint32_t)1 << (vc_jpki_file((t), 0x18) - (t)->card->app[1].file))

/* Counts what would be written, and fails when told to. */
struct fake_store {
	unsigned commits;
	unsigned fail_at;       /* the nth fails; 0: none */
	unsigned tries_seen[4]; /* of the PIN at each commit */
	const struct vc_file *pin;
};

static jm_err
fake_commit(void *arg, enum vc_phase why, const struct vc_event *event)
{
	struct fake_store *s = arg;

	(void)why;
	(void)event;
	if (s->commits < 4)
		s->tries_seen[s->commits] = s->pin->tries;
	s->commits++;
	return s->commits == s->fail_at ? JM_IO : JM_OK;
}

static void
use(struct vc_try *t, struct fake_store *s)
{
	t->card->store = (struct vc_store){ fake_commit, s };
	s->pin = vc_jpki_file(t, 0x18);
}

enum event { QUERY, RIGHT, WRONG, TOO_SHORT, TOO_LONG, EVENTS };

struct facts {
	int verified_9000, drops, length_6700;
	unsigned retry_blocked, verify_blocked;
};

/* What the description says, written down once more. */
static unsigned
expected(const struct facts *f, enum event ev, unsigned *tries, int *verified,
    unsigned *commits)
{
	*commits = 0;
	if (ev == QUERY) {
		if (*verified && f->verified_9000)
			return 0x9000;
		return *tries == 0 ? f->retry_blocked : 0x63c0 | *tries;
	}
	if (*tries == 0)
		return f->verify_blocked;
	if (ev == TOO_LONG || (ev == TOO_SHORT && f->length_6700))
		return 0x6700;
	if (ev == RIGHT) {
		*commits = 2;
		*tries = 3;
		*verified = 1;
		return 0x9000;
	}
	*commits = 1;
	--*tries;
	if (f->drops)
		*verified = 0;
	return 0x63c0 | *tries;
}

static void
one_step(struct vc_try *t, const struct facts *f, unsigned tries, int verified,
    enum event ev)
{
	static const char *const cmd[EVENTS] = { QUERY_AUTH, VERIFY_AUTH,
		WRONG_AUTH, "0020009803313233",
		"002000981131323334353637383930313233343536 37" };
	struct fake_store s = { 0 };
	struct vc_file *pin = vc_jpki_file(t, 0x18);
	uint32_t bit = AUTH_BIT(t);
	unsigned want_sw, want_commits;

	use(t, &s);
	pin->tries = tries;
	t->card->app[1].verified = verified ? bit : 0;
	want_sw = expected(f, ev, &tries, &verified, &want_commits);
	assert_int_equal(vc_say(t, cmd[ev]), want_sw);
	assert_int_equal(pin->tries, tries);
	assert_int_equal((t->card->app[1].verified & bit) != 0, verified);
	assert_int_equal(s.commits, want_commits);
}

static void
every_state_event_and_fact_has_its_answer(void **state)
{
	struct vc_try *t = *state;
	static const char *const words[2][5] = {
		{ "retry-verified=counter", "wrong-verify-drops=off",
		    "pin-length=counts", "retry-blocked=6984",
		    "verify-blocked=6984" },
		{ "retry-verified=9000", "wrong-verify-drops=on",
		    "pin-length=6700", "retry-blocked=6983",
		    "verify-blocked=6983" },
	};

	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000);
	for (unsigned combo = 0; combo < 64; combo++) {
		struct facts f = { .verified_9000 = combo & 1,
			.drops = combo >> 1 & 1,
			.length_6700 = combo >> 2 & 1,
			.retry_blocked = combo >> 3 & 1 ? 0x6983 : 0x6984,
			.verify_blocked = combo >> 4 & 1 ? 0x6983 : 0x6984 };

		for (unsigned k = 0; k < 5; k++)
			vc_param(t, words[combo >> k & 1][k]);
		if (combo >> 5 & 1) {
			vc_param(t, "retry-blocked=63C0");
			f.retry_blocked = 0x63c0;
		}
		for (unsigned tries = 0; tries <= 3; tries++)
			for (int verified = 0; verified <= 1; verified++)
				for (int ev = 0; ev < EVENTS; ev++)
					one_step(t, &f, tries, verified,
					    (enum event)ev);
	}
}

static void
a_try_is_paid_before_the_pin_is_looked_at(void **state)
{
	struct vc_try *t = *state;
	struct fake_store s = { 0 };

	use(t, &s);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	assert_int_equal(s.commits, 2);
	assert_int_equal(s.tries_seen[0], 2);
	assert_int_equal(s.tries_seen[1], 3);
	assert_int_equal(vc_say(t, WRONG_AUTH), 0x63c2);
	assert_int_equal(s.commits, 3);
	assert_int_equal(s.tries_seen[2], 2);
}

static void
a_failed_write_gives_no_reply_and_no_try(void **state)
{
	struct vc_try *t = *state;
	/* clang-format off */
	static const struct {
		const char *cmd;
		unsigned fail_at, tries;
	} row[] = {
		{ WRONG_AUTH, 1, 2 },
		{ VERIFY_AUTH, 1, 2 }, /* it may have reached the disk */
		{ VERIFY_AUTH, 2, 2 },
	};
	/* clang-format on */

	for (size_t i = 0; i < NELEM(row); i++) {
		struct fake_store s = { .fail_at = row[i].fail_at };

		vc_try_fresh(state);
		use(t, &s);
		vc_say(t, SELECT_JPKI);
		assert_int_equal(vc_say_err(t, row[i].cmd), JM_IO);
		assert_int_equal(s.pin->tries, row[i].tries);
		assert_int_equal(t->card->app[1].verified, 0);
	}
}

static void
counters_and_pins_survive_power_and_process(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, WRONG_AUTH), 0x63c2);
	assert_int_equal(vc_say(t, WRONG_SIGN), 0x63c4);
	assert_int_equal(vc_say(t, WRONG_SIGN), 0x63c3);
	vc_power(t->card, 0);
	vc_power(t->card, 1);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c2);
	vc_try_again(t);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c2);
	assert_int_equal(vc_say(t, QUERY_SIGN), 0x63c3);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x9000);
	assert_int_equal(vc_say(t, "0024019B0758595A39393939"), 0x9000);
	vc_try_again(t);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_SIGN), 0x63c5);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x63c4);
	assert_int_equal(vc_say(t, "0020009B0758595A39393939"), 0x9000);
}

static void
the_last_try_blocks_for_good(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	for (unsigned left = 4; left-- > 1;)
		assert_int_equal(vc_say(t, WRONG_AUTH), 0x63c0 | (left - 1));
	assert_int_equal(vc_say(t, WRONG_AUTH), 0x6984);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x6984);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x6984);
	vc_try_again(t);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x6984);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x9000); /* its own counter */
}

static void
the_query_is_exactly_four_bytes(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "00A4020C020018"), 0x9000);
	assert_int_equal(vc_say(t, "00200080"), 0x63c3);
	assert_int_equal(vc_say(t, "0020008000"), 0x6700);
	assert_int_equal(vc_say(t, "00200080043132333400"), 0x6700);
	assert_int_equal(vc_say(t, "00200080"), 0x63c3); /* nothing was paid */
	assert_int_equal(vc_say(t, "00200090"), 0x63c3); /* reference 0010 */
}

static void
a_wrong_reference_costs_nothing(void **state)
{
	struct vc_try *t = *state;
	/* clang-format off */
	static const struct { const char *cmd; unsigned sw; } row[] = {
		{ "002000800431323334", 0x6986 },   /* no current EF */
		{ "002000000431323334", 0x6a86 },
		{ "002001980431323334", 0x6a86 },
		{ "0020009F0431323334", 0x6a86 },
		{ "002000B80431323334", 0x6a86 },
		{ "002000180431323334", 0x6a86 },
		{ "002000830431323334", 0x6a82 },   /* no such EF */
		{ "0020008A0431323334", 0x6981 },   /* a certificate */
		{ "002000970431323334", 0x6981 },   /* a key */
		{ "00200096", 0x6981 },
		{ "00A40400", 0x6700 },
	};
	/* clang-format on */

	vc_say(t, SELECT_JPKI);
	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(vc_say(t, row[i].cmd), row[i].sw);
	vc_param(t, "sfi=off");
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x6a86);
	vc_param(t, "sfi=on");
	vc_say(t, SELECT_ISSUER);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x6a82);
	assert_int_equal(vc_say(t, "00200080"), 0x6986);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);
}

static void
change_needs_the_old_pin_and_a_good_new_one(void **state)
{
	struct vc_try *t = *state;
	/* clang-format off */
	static const struct { const char *cmd; unsigned sw; } row[] = {
		{ "002400980435363738", 0x6a86 },          /* with the old one */
		{ "002401980335363700", 0x6700 },          /* Le */
		{ "0024019803353637", 0x6700 },
		{ "00240198053536373839", 0x6700 },
		{ "002401980435363741", 0x6a80 },          /* a letter */
		{ "00240198", 0x6700 },
		{ "0024019B06414243444546", 0x6982 },      /* other PIN */
		{ "002401980435363738", 0x9000 },
	};
	/* clang-format on */

	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "002401980435363738"), 0x6982);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(vc_say(t, row[i].cmd), row[i].sw);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x63c2);
	assert_int_equal(vc_say(t, "002000980435363738"), 0x9000);

	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x9000);
	assert_int_equal(vc_say(t, "0024019B06616263313233"), 0x6a80);
	assert_int_equal(vc_say(t, "0024019B06313131313131"), 0x6a80);
	assert_int_equal(vc_say(t, "0024019B06414141414141"), 0x6a80);
	vc_param(t, "change-check=length");
	assert_int_equal(vc_say(t, "0024019B054141414141"), 0x6700);
	assert_int_equal(vc_say(t, "0024019B06414141414141"), 0x9000);
	vc_param(t, "change-check=any");
	assert_int_equal(vc_say(t, "0024019B0100"), 0x9000);
	assert_int_equal(vc_say(t, "0020009B0100"), 0x9000);
}

static void
a_failed_change_leaves_the_old_pin(void **state)
{
	struct vc_try *t = *state;
	struct fake_store s = { .fail_at = 3 };

	use(t, &s);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	assert_int_equal(vc_say_err(t, "002401980435363738"), JM_IO);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
}

static void
the_pin_of_an_absent_pair_is_missing_or_blocked(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	vc_param(t, "sign-pair=absent");
	assert_int_equal(vc_say(t, QUERY_SIGN), 0x6a82);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x6a82);
	vc_param(t, "absent-pin=blocked");
	assert_int_equal(vc_say(t, QUERY_SIGN), 0x6984);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x6984);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	vc_param(t, "sign-pair=present");
	assert_int_equal(vc_say(t, QUERY_SIGN), 0x63c5);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_state_event_and_fact_has_its_answer),
		TEST(a_try_is_paid_before_the_pin_is_looked_at),
		TEST(a_failed_write_gives_no_reply_and_no_try),
		TEST(counters_and_pins_survive_power_and_process),
		TEST(the_last_try_blocks_for_good),
		TEST(the_query_is_exactly_four_bytes),
		TEST(a_wrong_reference_costs_nothing),
		TEST(change_needs_the_old_pin_and_a_good_new_one),
		TEST(a_failed_change_leaves_the_old_pin),
		TEST(the_pin_of_an_absent_pair_is_missing_or_blocked),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
