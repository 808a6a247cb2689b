/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The juki application: the resident record code leaves for a counter alone. */
#include <string.h>

#include "tests/support/test.h"
#include "tests/support/vc_apps.h"
#include "vcard/vc_statement.h"

static struct vc_app *
juki(struct vc_try *t)
{
	for (size_t i = 0; i < t->card->app_count; i++)
		if (strcmp(t->card->app[i].def->name, "juki") == 0)
			return &t->card->app[i];
	fail_msg("no juki application");
	return NULL;
}

static void
no_pin_opens_the_code(void **state)
{
	static const struct vc_ref refs[] = { { 0x001c, KNOWN_JUKI_PIN } };
	static const struct vc_reach rows[] = {
		{ 0x0001, "--" },
		{ 0x0002, "kk" }, /* records */
		{ 0x001c, "kk" },
		{ 0x0003, "nn" },
	};
	struct vc_try *t = *state;

	vc_check_reach(t, SELECT_JUKI, refs, NELEM(refs), rows, NELEM(rows));
	/* Of no other application either, whatever is verified there. */
	vc_say(t, SELECT_COMMON);
	assert_int_equal(vc_verify_text(t, 0x001c, KNOWN_JUKI_PIN), 0x9000);
	vc_say(t, SELECT_JUKI);
	assert_int_equal(vc_read_sw(t, 0x0001), 0x6982);
}

/* Which rights do, right by right; how they are come by is another's test. */
static void
a_counter_reads_the_code(void **state)
{
	static const uint32_t reads =
	    VC_R_COUNTER | VC_CHANGE_CODE | VC_MOVE_OUT;
	struct vc_try *t = *state;

	vc_say(t, SELECT_JUKI);
	for (unsigned bit = 0; bit < 32; bit++) {
		const uint32_t right = (uint32_t)1 << bit;
		unsigned sw;

		juki(t)->rights = right;
		juki(t)->authority.say.op = bit < VC_OP_COUNT ? bit : 0;
		sw = vc_read_sw(t, 0x0001);
		if (sw != ((right & reads) != 0 ? 0x9000 : 0x6982))
			fail_msg("right %08X: %04X", (unsigned)right, sw);
	}
	juki(t)->rights = VC_R_COUNTER;
	assert_int_equal(vc_say(t, "00A4020C020001"), 0x9000);
	assert_int_equal(vc_say(t, "00B0000000"), 0x9000);
	assert_int_equal(t->rsp_len, 11);
	assert_memory_equal(t->rsp, KNOWN_CODE, 11);
}

static void
the_key_reference_is_a_record(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JUKI);
	assert_int_equal(vc_say(t, "00B2011400"), 0x9000);
	assert_int_equal(t->rsp_len, 16);
	assert_memory_equal(t->rsp, "6000014\x08\x05", 9);
	assert_int_equal(vc_say(t, "00B2021400"), 0x6a83);
	assert_int_equal(vc_say(t, "00B2001400"), 0x6a83);
	assert_int_equal(vc_say(t, "00B2011500"), 0x6a81);
	assert_int_equal(vc_say(t, "00B2010C00"), 0x6981); /* not records */
}

static void
its_pin_is_changed_by_80_32(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JUKI);
	assert_int_equal(vc_say(t, "0020009C"), 0x63c3);
	assert_int_equal(vc_say(t, "8032009C0435353535"), 0x6982);
	assert_int_equal(vc_verify_text(t, 0x001c, KNOWN_JUKI_PIN), 0x9000);
	assert_int_equal(vc_say(t, "0024019C0435353535"), 0x6d00);
	assert_int_equal(vc_say(t, "8032009C0435353535"), 0x9000);
	vc_say(t, SELECT_COMMON); /* which has one of its own */
	assert_int_equal(vc_verify_text(t, 0x001c, KNOWN_JUKI_PIN), 0x9000);
	assert_int_equal(vc_say(t, "8032009C0436363636"), 0x9000);
	vc_try_again(t);
	vc_say(t, SELECT_JUKI);
	assert_int_equal(vc_verify_text(t, 0x001c, "5555"), 0x9000);
	vc_say(t, SELECT_COMMON);
	assert_int_equal(vc_verify_text(t, 0x001c, "5555"), 0x63c2);
	assert_int_equal(vc_verify_text(t, 0x001c, "6666"), 0x9000);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_pin_opens_the_code),
		TEST(a_counter_reads_the_code),
		TEST(the_key_reference_is_a_record),
		TEST(its_pin_is_changed_by_80_32),
	};

	return cmocka_run_group_tests(tests, vc_apps_start, vc_apps_stop);
}
