/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard.h"

#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"
#include "tests/support/vc_try.h"

#define READ_SIGN "00B0810004" /* wants the signature PIN verified */

static void
classes_and_instructions_that_are_not_its_own(void **state)
{
	/* clang-format off */
	static const struct { const char *cmd; unsigned sw; } row[] = {
		{ "", 0x6700 }, { "00", 0x6700 }, { "00A404", 0x6700 },
		{ "01A4040C01D3", 0x6881 }, { "03B0000004", 0x6881 },
		{ "40A4040C01D3", 0x6881 }, { "41A4040C01D3", 0x6881 },
		{ "04A4040C01D3", 0x6882 }, { "0CB0000004", 0x6882 },
		{ "84A4040C01D3", 0x6882 }, { "81A4040C01D3", 0x6881 },
		{ "20A4040C01D3", 0x6e00 }, { "A0A40000023F00", 0x6e00 },
		{ "C0A4040C01D3", 0x6e00 }, { "FFA4040C01D3", 0x6e00 },
		{ "80A4040C01D3", 0x6e00 }, { "80B0000004", 0x6e00 },
		{ "002A00970101", 0x6e00 }, { "80200098", 0x6e00 },
		{ "10A4040C01D3", 0x6e00 },                /* chaining: not declared */
		{ "00CB3FFF00", 0x6d00 }, { "0082000000", 0x6d00 },
		{ "002C0098", 0x6d00 }, { "00C0000000", 0x6d00 },
		{ "8050000008", 0x6d00 }, { "80E2000000", 0x6d00 },
		{ "00A4040C02D3", 0x6700 },
	};
	/* clang-format on */
	struct vc_try *t = *state;

	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(vc_say(t, row[i].cmd), row[i].sw);
	vc_param(t, "sm-sw=69FC");
	assert_int_equal(vc_say(t, "0CB0000004"), 0x69fc);
}

/* Every header with no data: an answer of two bytes, and nothing lost. */
static void
every_header_has_an_answer(void **state)
{
	struct vc_try *t = *state;
	uint8_t cmd[5] = { 0 };
	size_t len;

	vc_say(t, SELECT_JPKI);
	for (unsigned cla = 0; cla <= 0x80; cla += 0x80)
		for (unsigned ins = 0; ins < 256; ins++)
			for (unsigned p = 0; p < 256; p += 5) {
				cmd[0] = (uint8_t)cla;
				cmd[1] = (uint8_t)ins;
				cmd[2] = (uint8_t)(p / 16);
				cmd[3] = (uint8_t)p;
				for (size_t n = 4; n <= 5; n++) {
					len = sizeof t->rsp;
					assert_int_equal(
					    vc_transmit(
						t->card, cmd, n, t->rsp, &len),
					    JM_OK);
					assert_true(len >= 2);
				}
			}
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);
	assert_int_equal(vc_say(t, QUERY_SIGN), 0x63c5);
}

static void
verified(struct vc_try *t)
{
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x9000);
	assert_int_equal(vc_say(t, READ_SIGN), 0x9000);
}

static void
status_ends_with_another_application_and_with_power(void **state)
{
	struct vc_try *t = *state;

	verified(t);
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000); /* the same one */
	assert_int_equal(vc_say(t, READ_SIGN), 0x9000);
	assert_int_equal(vc_say(t, "00A4040C02D393"), 0x6a82); /* found none */
	assert_int_equal(vc_say(t, READ_SIGN), 0x9000);
	vc_say(t, SELECT_ISSUER);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, READ_SIGN), 0x6982);

	verified(t);
	vc_power(t->card, 1); /* it had power: nothing happens */
	assert_int_equal(vc_say(t, READ_SIGN), 0x9000);
	vc_power(t->card, 0);
	assert_int_equal(vc_say_err(t, READ_SIGN), JM_GONE);
	vc_power(t->card, 1);
	assert_int_equal(vc_say(t, "00B0860001"), 0x6a82); /* issuer domain */
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, READ_SIGN), 0x6982);
}

static void
status_outlives_a_reset_unless_told_otherwise(void **state)
{
	struct vc_try *t = *state;

	verified(t);
	vc_reset(t->card);
	assert_int_equal(vc_say(t, READ_SIGN), 0x9000);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, READ_SIGN), 0x9000);
	vc_param(t, "reset-keeps-status=off");
	vc_reset(t->card);
	assert_int_equal(vc_say(t, READ_SIGN), 0x6a82);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, READ_SIGN), 0x6982);
}

static void
the_first_command_may_fail_once(void **state)
{
	struct vc_try *t = *state;

	vc_param(t, "first-6f00=on");
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x6f00);
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000);
	vc_reset(t->card);
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000);
	vc_power(t->card, 0);
	vc_power(t->card, 1);
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x6f00);
}

static void
challenges_have_the_length_asked_for(void **state)
{
	struct vc_try *t = *state;
	uint8_t first[256];

	assert_int_equal(vc_say(t, "0084000000"), 0x9000);
	assert_int_equal(t->rsp_len, 256);
	memcpy(first, t->rsp, 256);
	assert_int_equal(vc_say(t, "0084000000"), 0x9000);
	assert_memory_not_equal(first, t->rsp, 256);
	assert_int_equal(vc_say(t, "0084000001"), 0x9000);
	assert_int_equal(t->rsp_len, 1);
	assert_int_equal(vc_say(t, "00840000"), 0x6700);
	assert_int_equal(vc_say(t, "008400000101 00"), 0x6700);
	assert_int_equal(vc_say(t, "0084010001"), 0x6a86);
	vc_param(t, "extended-length=on");
	assert_int_equal(vc_say(t, "00840000000010"), 0x6985);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "0084000008"), 0x9000);
}

static void
get_data_tells_the_contact_atr(void **state)
{
	struct vc_try *t = *state;

	assert_int_equal(vc_say(t, "00CA5F5100"), 0x9000);
	assert_int_equal(t->rsp_len, 8);
	assert_memory_equal(t->rsp, "\xe0\x00\xff\x81\x31\xfe\x45\x14", 8);
	assert_int_equal(vc_say(t, "00CA5F5108"), 0x9000);
	assert_int_equal(vc_say(t, "00CA5F5107"), 0x6700);
	assert_int_equal(vc_say(t, "00CA5F51"), 0x6700);
	assert_int_equal(vc_say(t, "00CA006700"), 0x6a88);
	vc_param(t, "contact-atr=3BC5FF8131FB458073C6010000");
	assert_int_equal(vc_say(t, "00CA5F5100"), 0x9000);
	assert_int_equal(t->rsp_len, 12);
	vc_param(t, "get-data-atr=in-ap");
	assert_int_equal(vc_say(t, "00CA5F5100"), 0x6a88);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "00CA5F5100"), 0x9000);
	vc_param(t, "get-data-atr=off");
	assert_int_equal(vc_say(t, "00CA5F5100"), 0x6a88);
}

static void
a_chained_command_is_one_command(void **state)
{
	struct vc_try *t = *state;

	vc_param(t, "chaining=on");
	assert_int_equal(vc_say(t, "10A4040C05D392F00026"), 0x9000);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x6a82); /* breaks it off */
	assert_int_equal(vc_say(t, "00A4040C050100000001"), 0x6a82);
	assert_int_equal(vc_say(t, "10A4040C05D392F00026"), 0x9000);
	assert_int_equal(vc_say(t, "00A4040C050100000001"), 0x9000);
	assert_int_equal(vc_say(t, "1020009B03414243"), 0x9000);
	assert_int_equal(vc_say(t, "0020009B03313233"), 0x9000);
	assert_int_equal(vc_say(t, READ_SIGN), 0x9000);
	assert_int_equal(vc_say(t, "1020009B03414243"), 0x9000);
	assert_int_equal(vc_say(t, QUERY_SIGN), 0x63c4); /* ends with no data */
}

static void
replies_in_pieces_are_fetched(void **state)
{
	struct vc_try *t = *state;
	uint8_t whole[256], got[256];
	unsigned sw;
	size_t n = 0;

	vc_say(t, SELECT_JPKI);
	vc_say(t, "00B08A0000");
	memcpy(whole, t->rsp, 256);
	vc_param(t, "reply-61=split");
	vc_param(t, "reply-61-max=100");
	sw = vc_say(t, "00B08A0000");
	for (;; sw = vc_say(t, "00C0000000")) {
		memcpy(got + n, t->rsp, t->rsp_len);
		n += t->rsp_len;
		if (sw >> 8 != 0x61)
			break;
		assert_int_equal(sw & 0xff, 256 - n);
	}
	assert_int_equal(sw, 0x9000);
	assert_int_equal(n, 256);
	assert_memory_equal(got, whole, 256);
	assert_int_equal(vc_say(t, "00C0000000"), 0x6985); /* nothing waits */

	vc_param(t, "reply-61=always");
	vc_param(t, "reply-61-max=256");
	assert_int_equal(vc_say(t, "00B08A0000"), 0x6100);
	assert_int_equal(t->rsp_len, 0);
	assert_int_equal(vc_say(t, "00C0000080"), 0x6180);
	assert_int_equal(t->rsp_len, 128);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3); /* drops the rest */
	assert_int_equal(vc_say(t, "00C0000080"), 0x6985);
}

static void
a_wrong_le_is_named(void **state)
{
	struct vc_try *t = *state;

	vc_param(t, "wrong-le-6c=on");
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "00B0880000"), 0x6c03);
	assert_int_equal(t->rsp_len, 0);
	assert_int_equal(vc_say(t, "00B0880003"), 0x9000);
	assert_int_equal(t->rsp_len, 3);
}

static void
parameters_of_a_run_are_not_kept(void **state)
{
	struct vc_try *t = *state;

	vc_param(t, "first-6f00=on");
	vc_param(t, "serial=9");
	vc_say(t, SELECT_JPKI);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, WRONG_AUTH), 0x63c2); /* writes the image */
	vc_try_again(t);
	assert_int_equal(vc_say(t, SELECT_JPKI), 0x9000);
	vc_say(t, "00B0865000");
	assert_int_equal(t->rsp[0], '0');
	assert_int_equal(vc_set_param(t->card, "serial"), JM_ARG);
	assert_int_equal(vc_set_param(t->card, "=1"), JM_ARG);
	assert_int_equal(vc_set_param(t->card, "seria=1"), JM_ARG);
}

struct seen {
	unsigned calls;
	char line[800];
	size_t rsp_len;
};

static void
see(void *arg, const uint8_t *cmd, size_t cmd_len, const uint8_t *rsp,
    size_t rsp_len, const char *line)
{
	struct seen *s = arg;

	(void)cmd;
	(void)cmd_len;
	(void)rsp;
	s->calls++;
	s->rsp_len = rsp_len;
	assert_true(strlen(line) < sizeof s->line);
	strcpy(s->line, line);
}

static void
the_observer_gets_one_redacted_line(void **state)
{
	struct vc_try *t = *state;
	struct seen s = { 0 };

	vc_set_observer(t->card, see, &s);
	vc_say(t, SELECT_JPKI);
	assert_string_equal(s.line, SELECT_JPKI " -> [0 bytes] 9000");
	vc_say(t, "00200098");
	assert_string_equal(s.line, "00200098 -> [0 bytes] 63C3");
	vc_say(t, WRONG_AUTH);
	assert_string_equal(
	    s.line, "0020009804[4 bytes redacted] -> [0 bytes] 63C2");
	vc_say(t, "00B08A0000");
	assert_string_equal(s.line, "00B08A0000 -> [256 bytes] 9000");
	assert_int_equal(s.rsp_len, 258);
	vc_say(t, VERIFY_AUTH);
	vc_say(t, "802A0097043031323300");
	assert_string_equal(
	    s.line, "802A009704[4 bytes redacted]00 -> [256 bytes] 9000");
	assert_int_equal(s.calls, 6);
	vc_quirk(t, "mute-at=7");
	assert_int_equal(vc_say_err(t, QUERY_AUTH), JM_LINK);
	assert_string_equal(s.line, "00200098 -> [no reply]");
}

static void
a_reply_needs_room(void **state)
{
	struct vc_try *t = *state;
	uint8_t rsp[10];
	size_t len = 2;

	vc_say(t, SELECT_JPKI);
	assert_int_equal(
	    vc_transmit(
		t->card, (const uint8_t *)"\x00\xb0\x88\x00\x00", 5, rsp, &len),
	    JM_SPACE);
	assert_int_equal(len, 0);
	len = 5;
	assert_int_equal(
	    vc_transmit(
		t->card, (const uint8_t *)"\x00\xb0\x88\x00\x00", 5, rsp, &len),
	    JM_OK);
	assert_int_equal(len, 5);
}

static void
the_atr_is_the_parameters(void **state)
{
	struct vc_try *t = *state;
	uint8_t atr[VC_ATR_MAX];

	assert_int_equal(vc_atr(t->card, atr), 9);
	assert_memory_equal(atr, "\x3b\xe0\x00\xff\x81\x31\xfe\x45\x14", 9);
}

static void
latency_grows_with_work_and_bytes(void **state)
{
	struct vc_try *t = *state;
	static const uint8_t query[] = { 0, 0x20, 0, 0x98 };
	static const uint8_t verify[] = { 0, 0x20, 0, 0x98, 4, 49, 50, 51, 52 };
	static const uint8_t read[] = { 0, 0xb0, 0, 0, 0 };
	static const uint8_t sign[300] = { 0x80, 0x2a };
	enum vc_latency c = VC_LATENCY_CONTACT, l = VC_LATENCY_CONTACTLESS;

	assert_int_equal(
	    vc_latency_us(t->card, VC_LATENCY_NONE, sign, 40, 258), 0);
	assert_in_range(vc_latency_us(t->card, c, query, 4, 2), 8000, 25000);
	assert_in_range(vc_latency_us(t->card, l, query, 4, 2), 8000, 15000);
	assert_in_range(vc_latency_us(t->card, l, verify, 9, 2), 20000, 60000);
	assert_in_range(
	    vc_latency_us(t->card, l, sign, 56, 258), 300000, 900000);
	/* 1.3 to 1.9 s for 1.5 kB at the basic rate, a quarter at TA1 = 13. */
	assert_in_range(
	    6 * vc_latency_us(t->card, c, read, 5, 258), 1300000, 1900000);
	vc_param(t, "atr=3BDA13FF8131FB468012392F31C173C601C03B");
	assert_in_range(
	    6 * vc_latency_us(t->card, c, read, 5, 258), 330000, 550000);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(classes_and_instructions_that_are_not_its_own),
		TEST(every_header_has_an_answer),
		TEST(status_ends_with_another_application_and_with_power),
		TEST(status_outlives_a_reset_unless_told_otherwise),
		TEST(the_first_command_may_fail_once),
		TEST(challenges_have_the_length_asked_for),
		TEST(get_data_tells_the_contact_atr),
		TEST(a_chained_command_is_one_command),
		TEST(replies_in_pieces_are_fetched),
		TEST(a_wrong_le_is_named),
		TEST(parameters_of_a_run_are_not_kept),
		TEST(the_observer_gets_one_redacted_line),
		TEST(a_reply_needs_room),
		TEST(the_atr_is_the_parameters),
		TEST(latency_grows_with_work_and_bytes),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
