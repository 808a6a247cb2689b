/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/support/link_vcard.h"
#include "tests/support/test.h"
#include "tests/support/vc_try.h"

static void
names_and_values_are_strict(void **state)
{
	static const char *const bad[] = { "", "die", "die-at",
		"die-at=", "die-at=0", "die-at=x", "die-at=1x", "die-at=1:90",
		"sw-at=1", "sw-at=1:90", "sw-at=1:900000", "sw-at=:9000",
		"sign-6a80", "sign-6a80=0", "reply-at=1", "reply-at=1:9",
		"endless-61=1", "endless-61=", "short-reply=1", "first-6f00=on",
		"le-6c=1", "split-61=0", "split-61=257", "split-61=x",
		"split-61=", "kill-at", "kill-at=", "kill-at=never",
		"kill-at=pay-written:0", "kill-at=pay", "kill-at=reply:1x",
		"die-at=99999999999999999999" };
	struct vc_try *t = *state;

	for (size_t i = 0; i < NELEM(bad); i++)
		if (vc_set_quirk(t->card, bad[i]) != JM_ARG)
			fail_msg("%s was taken", bad[i]);
	for (size_t i = 0; vc_quirk_name(i) != NULL; i++)
		assert_non_null(vc_quirk_value(i));
	assert_null(vc_quirk_value(99));
}

static void
the_nth_reply_is_replaced(void **state)
{
	struct vc_try *t = *state;

	vc_quirk(t, "sw-at=2:6A82");
	vc_quirk(t, "reply-at=3:0102036283");
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x6a82);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x6283);
	assert_int_equal(t->rsp_len, 3);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);
	vc_quirk(t, "sw-at=5:9000"); /* the command was carried out */
	assert_int_equal(vc_say(t, WRONG_AUTH), 0x9000);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c2);
}

static void
the_nth_signature_is_refused_once(void **state)
{
	struct vc_try *t = *state;

	vc_quirk(t, "sign-6a80=2");
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	assert_int_equal(vc_say(t, "802A0097025A5A00"), 0x9000);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);
	assert_int_equal(vc_say(t, "802A0097025A5A00"), 0x6a80);
	assert_int_equal(t->rsp_len, 0);
	assert_int_equal(vc_say(t, "802A0097025A5A00"), 0x9000);
	assert_int_equal(t->rsp_len, 256);
}

static void
a_reply_may_be_of_any_length(void **state)
{
	struct vc_try *t = *state;
	uint8_t rsp[8];
	size_t len = sizeof rsp;

	vc_quirk(t, "reply-at=1:");
	assert_int_equal(
	    vc_transmit(t->card, (const uint8_t *)"\0\x84\0\0\1", 5, rsp, &len),
	    JM_OK);
	assert_int_equal(len, 0);
	vc_quirk(t, "reply-at=2:90");
	len = sizeof rsp;
	assert_int_equal(
	    vc_transmit(t->card, (const uint8_t *)"\0\x84\0\0\1", 5, rsp, &len),
	    JM_OK);
	assert_int_equal(len, 1);
}

static void
a_card_that_dies_has_carried_out_and_never_returns(void **state)
{
	struct vc_try *t = *state;

	vc_quirk(t, "die-at=2");
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say_err(t, WRONG_AUTH), JM_GONE);
	assert_true(vc_is_dead(t->card));
	vc_power(t->card, 1);
	assert_int_equal(vc_say_err(t, QUERY_AUTH), JM_GONE);
	vc_try_again(t);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c2);
}

static void
a_card_taken_out_has_not_carried_out_and_returns(void **state)
{
	struct vc_try *t = *state;

	vc_quirk(t, "remove-at=2");
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say_err(t, WRONG_AUTH), JM_GONE);
	assert_false(vc_is_dead(t->card));
	vc_power(t->card, 1);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);
}

static void
a_mute_card_has_carried_out(void **state)
{
	struct vc_try *t = *state;

	vc_quirk(t, "mute-at=2");
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say_err(t, WRONG_AUTH), JM_LINK);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c2);
}

static void
a_lost_state_is_lost_before_the_command(void **state)
{
	struct vc_try *t = *state;

	vc_quirk(t, "reset-at=3");
	vc_say(t, SELECT_JPKI);
	vc_say(t, VERIFY_AUTH);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x6a82); /* no application */
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "802A0097015A00"), 0x6982);
}

static void
more_data_need_not_end(void **state)
{
	struct vc_try *t = *state;

	vc_quirk(t, "endless-61");
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);
	assert_int_equal(vc_say(t, "00B0880000"), 0x6110);
	assert_int_equal(t->rsp_len, 3);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(vc_say(t, "00C0000010"), 0x6110);
		assert_int_equal(t->rsp_len, 16);
	}
	vc_quirk(t, "endless-61=empty");
	assert_int_equal(vc_say(t, "00C0000010"), 0x6110);
	assert_int_equal(t->rsp_len, 0);
}

static void
shorthands_set_parameters(void **state)
{
	struct vc_try *t = *state;

	vc_quirk(t, "first-6f00");
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x6f00);
	vc_say(t, SELECT_JPKI);
	vc_quirk(t, "short-reply");
	assert_int_equal(vc_say(t, "00B0880000"), 0x9000);
	assert_int_equal(t->rsp_len, 1);
	vc_quirk(t, "le-6c");
	assert_int_equal(vc_say(t, "00B0880000"), 0x6c03);
	vc_try_again(t);
	vc_quirk(t, "split-61");
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "00B0810000"), 0x6982);
	assert_int_equal(vc_say(t, "00B08A0000"), 0x6180);
	assert_int_equal(t->rsp_len, 128);
	vc_quirk(t, "split-61=10");
	assert_int_equal(vc_say(t, "00B08A0000"), 0x61f6);
	assert_int_equal(t->rsp_len, 10);
}

static void
count_kills(void *arg)
{
	++*(unsigned *)arg;
}

static void
each_moment_of_a_write_can_be_the_last(void **state)
{
	/* clang-format off */
	static const struct { const char *quirk, *cmd; } row[] = {
		{ "kill-at=pay-before", WRONG_AUTH },
		{ "kill-at=pay-written", WRONG_AUTH },
		{ "kill-at=pay-synced", WRONG_AUTH },
		{ "kill-at=pay-renamed", VERIFY_AUTH },
		{ "kill-at=pay-done", VERIFY_AUTH },
		{ "kill-at=restore-before", VERIFY_AUTH },
		{ "kill-at=restore-written", VERIFY_AUTH },
		{ "kill-at=restore-synced", VERIFY_AUTH },
		{ "kill-at=restore-renamed", VERIFY_AUTH },
		{ "kill-at=restore-done", VERIFY_AUTH },
		{ "kill-at=change-before", "002401980435363738" },
		{ "kill-at=change-done", "002401980435363738" },
		{ "kill-at=reply", QUERY_AUTH },
	};
	/* clang-format on */
	struct vc_try *t = *state;
	unsigned kills = 0;

	vc_set_killer(t->card, count_kills, &kills);
	vc_say(t, SELECT_JPKI);
	vc_say(t, VERIFY_AUTH);
	for (size_t i = 0; i < NELEM(row); i++) {
		vc_quirk(t, row[i].quirk);
		vc_say(t, row[i].cmd);
		assert_int_equal(kills, i + 1);
		vc_say(t, row[i].cmd); /* once only */
		assert_int_equal(kills, i + 1);
		if (row[i].cmd[3] == '4') /* a changed PIN: back again */
			vc_say(t, "002401980431323334");
		vc_say(t, VERIFY_AUTH);
	}
	vc_quirk(t, "kill-at=reply:3");
	vc_say(t, QUERY_AUTH);
	vc_say(t, QUERY_AUTH);
	assert_int_equal(kills, NELEM(row));
	vc_say(t, QUERY_AUTH);
	assert_int_equal(kills, NELEM(row) + 1);
}

/* The reader in process, as other tests use it ----------------------------*/

static unsigned
send(struct jm_link *link, const char *cmd, size_t cmd_len, jm_err *e)
{
	uint8_t rsp[258];
	size_t len = sizeof rsp;

	*e = link->ops->transmit(
	    link->self, (const uint8_t *)cmd, cmd_len, rsp, &len);
	return *e != JM_OK ? 0 : (unsigned)rsp[len - 2] << 8 | rsp[len - 1];
}

static void
two_links_share_a_reader(void **state)
{
	static const char select[] = "\x00\xa4\x04\x0c\x01\xd3";
	static const char query[] = "\x00\x20\x00\x98";
	static const char verify[] = "\x00\x20\x00\x98\x04\x31\x32\x33\x34";
	struct vc_try *t = *state;
	struct vslot *slot;
	struct jm_link a, b;
	jm_err e;

	vc_close(&t->card);
	assert_int_equal(vslot_open(t->image, &slot), JM_OK);
	assert_int_equal(vslot_link(slot, &a), JM_OK);
	assert_int_equal(vslot_link(slot, &b), JM_OK);
	assert_int_equal(a.ops->begin(a.self), JM_OK);
	assert_int_equal(send(&a, select, 6, &e), 0x9000);
	assert_int_equal(send(&a, verify, 9, &e), 0x9000);
	assert_int_equal(send(&a, query, 4, &e), 0x63c3);
	a.ops->end(a.self, JM_END_LEAVE);
	assert_int_equal(vslot_counted(slot).apdus, 3);
	assert_int_equal(vslot_counted(slot).verifies, 1);
	assert_int_equal(vslot_counted(slot).outside, 0);
	assert_string_equal(vslot_line(slot, 1),
	    "0020009804[4 bytes redacted] -> [0 bytes] 9000");
	assert_null(vslot_line(slot, 3));

	vslot_reset(slot);
	assert_int_equal(b.ops->begin(b.self), JM_RESET);
	assert_int_equal(b.ops->begin(b.self), JM_OK);
	b.ops->end(b.self, JM_END_POWER_DOWN);
	assert_int_equal(b.ops->begin(b.self), JM_OK); /* its own doing */
	b.ops->end(b.self, JM_END_LEAVE);
	assert_int_equal(a.ops->begin(a.self), JM_RESET);

	vslot_remove(slot);
	assert_int_equal(a.ops->begin(a.self), JM_GONE);
	vslot_insert(slot);
	assert_int_equal(a.ops->begin(a.self), JM_GONE); /* dead for good */
	jm_link_close(&a);
	assert_int_equal(vslot_link(slot, &a), JM_OK);
	assert_int_equal(a.ops->begin(a.self), JM_OK);
	assert_int_equal(vc_set_quirk(vslot_card(slot), "remove-at=4"), JM_OK);
	assert_int_equal(send(&a, query, 4, &e), 0);
	assert_int_equal(e, JM_GONE);
	a.ops->end(a.self, JM_END_LEAVE);
	jm_link_close(&a);
	jm_link_close(&b);
	vslot_close(&slot);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_and_values_are_strict),
		TEST(the_nth_reply_is_replaced),
		TEST(the_nth_signature_is_refused_once),
		TEST(a_reply_may_be_of_any_length),
		TEST(a_card_that_dies_has_carried_out_and_never_returns),
		TEST(a_card_taken_out_has_not_carried_out_and_returns),
		TEST(a_mute_card_has_carried_out),
		TEST(a_lost_state_is_lost_before_the_command),
		TEST(more_data_need_not_end),
		TEST(shorthands_set_parameters),
		TEST(each_moment_of_a_write_can_be_the_last),
		TEST(two_links_share_a_reader),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
