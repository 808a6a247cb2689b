/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tests/support/test.h"
#include "tests/support/vc_try.h"

struct exchange {
	const char *cmd;
	unsigned sw, len;
};

static void
run(struct vc_try *t, const struct exchange *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned sw = vc_say(t, row[i].cmd);

		if (sw != row[i].sw || t->rsp_len != row[i].len)
			fail_msg("%s: [%zu] %04X, not [%u] %04X", row[i].cmd,
			    t->rsp_len, sw, row[i].len, row[i].sw);
	}
}

static void
select_has_these_answers(void **state)
{
	/* clang-format off */
	static const struct exchange row[] = {
		{ "00A40000", 0x6a86, 0 },            /* after reset */
		{ "00A4020C020018", 0x6a82, 0 },      /* no EF at card level */
		{ "00A4000C023F00", 0x6a82, 0 },
		{ "00A4040C0AD392F000260100000001", 0x9000, 0 },
		{ "00A40000", 0x9000, 0 },            /* inside an application */
		{ "00A4000C023F00", 0x6a82, 0 },
		{ "00A4020C023F00", 0x6a82, 0 },
		{ "00A4020C020018", 0x9000, 0 },
		{ "00A4020C03001801", 0x6700, 0 },    /* Lc wrong */
		{ "00A4020C0100", 0x6700, 0 },
		{ "00A4020C", 0x6700, 0 },
		{ "00A40200020018", 0x9000, 0 },      /* FCI, but no Le */
		{ "00A4020002001800", 0x9000, 6 },
		{ "00A4020002000A00", 0x9000, 10 },
		{ "00A40204020018", 0x6a86, 0 },
		{ "00A4010C020018", 0x6a86, 0 },
		{ "00A4000C020018", 0x6a82, 0 },
		{ "00A404000AD392F00026010000000100", 0x9000, 14 },
		{ "00A404000AD392F000260100000001", 0x9000, 0 },
		{ "00A4040C0BD392F00026010000000101", 0x6a82, 0 },
		{ "00A4040C0AD392F000260100000002", 0x6a82, 0 },
		{ "00A4040C0AD3921000310001010408", 0x6a82, 0 }, /* text AP */
		{ "00A4040C", 0x6700, 0 },
		{ "00A4040C110102030405060708090A0B0C0D0E0F1011", 0x6700, 0 },
		{ "00A4048C01D3", 0x6a86, 0 },
	};
	/* clang-format on */
	struct vc_try *t = *state;

	run(t, row, NELEM(row));
	vc_param(t, "select-p1-00=found");
	assert_int_equal(vc_say(t, "00A4000C020018"), 0x9000);
	assert_int_equal(vc_say(t, "00A4000C023F00"), 0x6a82);
	vc_param(t, "fci-ap=6F008400");
	assert_int_equal(vc_say(t, "00A4040001D300"), 0x9000);
	assert_memory_equal(t->rsp, "\x6f\x00\x84\x00", 4);
	vc_param(t, "fci-ap=none");
	vc_param(t, "fci-ef=none");
	assert_int_equal(vc_say(t, "00A4040001D300"), 0x9000);
	assert_int_equal(t->rsp_len, 0);
	assert_int_equal(vc_say(t, "00A4020002000A00"), 0x9000);
	assert_int_equal(t->rsp_len, 0);
}

static void
a_part_of_an_aid_finds_the_first_match(void **state)
{
	struct vc_try *t = *state;

	assert_int_equal(vc_say(t, "00A4040C01D3"), 0x9000);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);
	assert_int_equal(vc_say(t, "00A4040C02A000"), 0x9000);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x6a82);
	assert_int_equal(vc_say(t, "00A4040E01D3"), 0x9000); /* next one */
	assert_int_equal(vc_say(t, "00A4040E01D3"), 0x6a82); /* and no more */
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);     /* still current */
	assert_int_equal(vc_say(t, "00A4040E01A0"), 0x6a82);
}

static void
the_standard_fci_names_the_application(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, "00A404000AD392F00026010000000100");
	assert_memory_equal(t->rsp,
	    "\x6f\x0c\x84\x0a\xd3\x92\xf0\x00\x26\x01\x00\x00\x00\x01", 14);
	vc_say(t, "00A4020002000A00");
	assert_memory_equal(
	    t->rsp, "\x6f\x08\x80\x02\x0a\x00\x83\x02\x00\x0a", 10);
}

static void
reading_follows_offset_size_and_condition(void **state)
{
	/* clang-format off */
	static const struct exchange row[] = {
		{ "00B0000004", 0x6986, 0 },          /* no current EF */
		{ SELECT_JPKI, 0x9000, 0 },
		{ "00B0000004", 0x6986, 0 },
		{ "00A4020C02000A", 0x9000, 0 },
		{ "00B0000004", 0x9000, 4 },
		{ "00B0000000", 0x9000, 256 },
		{ "00B0000001", 0x9000, 1 },
		{ "00B000FF00", 0x9000, 256 },
		{ "00B009FF01", 0x9000, 1 },          /* 2560 bytes */
		{ "00B009FF00", 0x9000, 1 },          /* across the end */
		{ "00B009F000", 0x9000, 16 },
		{ "00B00A0001", 0x6b00, 0 },          /* at the end */
		{ "00B00A0100", 0x6b00, 0 },
		{ "00B07FFF00", 0x6b00, 0 },
		{ "00B00000", 0x6700, 0 },            /* no Le */
		{ "00B000000100", 0x6700, 0 },        /* data */
		{ "00B0000001FF00", 0x6700, 0 },
		{ "00A4020C020018", 0x9000, 0 },
		{ "00B0000004", 0x6981, 0 },          /* a PIN */
		{ "00A4020C020017", 0x9000, 0 },
		{ "00B0000004", 0x6981, 0 },          /* a key */
		{ "00A4020C020001", 0x9000, 0 },
		{ "00B0000004", 0x6982, 0 },
		{ VERIFY_AUTH, 0x9000, 0 },           /* the other PIN */
		{ "00B0000004", 0x6982, 0 },
		{ VERIFY_SIGN, 0x9000, 0 },
		{ "00B0000004", 0x9000, 4 },
		{ "00A4020C020009", 0x9000, 0 },
		{ "00B0000004", 0x6982, 0 },          /* for nobody */
		{ "00A4020C020005", 0x9000, 0 },
		{ "00B0000004", 0x6982, 0 },
		{ "00A4020C020003", 0x6a82, 0 },
		{ "00B0000004", 0x6982, 0 },          /* 0005 is still current */
		{ "00B0860000", 0x9000, 160 },        /* by short EF id */
		{ "00B0000004", 0x9000, 4 },          /* which made it current */
		{ "00B0880000", 0x9000, 3 },
		{ "00B0880200", 0x9000, 1 },
		{ "00B0880300", 0x6b00, 0 },
		{ "00B0980000", 0x6981, 0 },
		{ "00B0830000", 0x6a82, 0 },
		{ "00B0800000", 0x6a86, 0 },          /* id 0 */
		{ "00B09F0000", 0x6a86, 0 },          /* id 31 */
		{ "00B0C60000", 0x6a86, 0 },
		{ "00B0A60000", 0x6a86, 0 },
	};
	/* clang-format on */
	struct vc_try *t = *state;

	run(t, row, NELEM(row));
	vc_param(t, "sfi=off");
	assert_int_equal(vc_say(t, "00B0860000"), 0x6a86);
}

static void
extended_length_is_what_the_atr_declares(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "00B08A00000000"), 0x6700);
	vc_param(t, "atr=3BDA13FF8131FB468012392F31C173C601C03B");
	assert_int_equal(vc_say(t, "00B08A00000000"), 0x9000);
	assert_int_equal(t->rsp_len, 2560);
	assert_int_equal(vc_say(t, "00B08A00000FA0"), 0x9000);
	assert_int_equal(t->rsp_len, 2560);
	assert_int_equal(vc_say(t, "00B08A00000100"), 0x9000);
	assert_int_equal(t->rsp_len, 256);
	vc_param(t, "extended-length=off");
	assert_int_equal(vc_say(t, "00B08A00000000"), 0x6700);
}

static void
filler_stands_behind_a_certificate(void **state)
{
	struct vc_try *t = *state;
	size_t der;

	vc_param(t, "extended-length=on");
	vc_say(t, SELECT_JPKI);
	vc_say(t, "00B08A00000000");
	der = 4 + ((size_t)t->rsp[2] << 8 | t->rsp[3]);
	assert_int_equal(t->rsp[0], 0x30);
	assert_int_equal(t->rsp[1], 0x82);
	assert_true(der >= 1300 && der <= 2200);
	for (size_t i = der; i < t->rsp_len; i++)
		assert_int_equal(t->rsp[i], 0xff);
	vc_param(t, "cert-filler=00");
	vc_param(t, "cert-ef-size=4000");
	vc_say(t, "00B08A00000000");
	assert_int_equal(t->rsp_len, 4000);
	assert_int_equal(t->rsp[der], 0);
	vc_param(t, "cert-ef-size=0"); /* never shorter than its contents */
	vc_say(t, "00B08A00000000");
	assert_int_equal(t->rsp_len, der);
}

static void
ef_0006_is_the_token_information(void **state)
{
	static const char rest[] =
	    "\x00\x00\x04\x0d" /* flags */
	    "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00"
	    "\x00\x00\x00\x10\x00\x00\x00\x06"
	    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	    "03019999999999999999";
	struct vc_try *t = *state;

	vc_param(t, "serial=ABC");
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "00B0860000"), 0x9000);
	assert_int_equal(t->rsp_len, 160);
	assert_memory_equal(t->rsp, "JPKIAPICCTOKEN2                 ", 32);
	assert_memory_equal(
	    t->rsp + 32, "00000000000000000000000000000001", 32);
	assert_memory_equal(t->rsp + 64, "E16R01NJ        ", 16);
	assert_memory_equal(t->rsp + 80, "ABC             ", 16);
	assert_int_equal(sizeof rest - 1, 160 - 96);
	assert_memory_equal(t->rsp + 96, rest, sizeof rest - 1);
	vc_param(t, "ef0006=0102");
	vc_say(t, "00B0860000");
	assert_int_equal(t->rsp_len, 2);
}

static void
each_card_has_a_serial_number_of_its_own(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	vc_say(t, "00B0865000");
	assert_memory_not_equal(t->rsp, "0000000000000000", 16);
	for (size_t i = 0; i < 16; i++)
		assert_in_range(t->rsp[i], '0', '9');
}

static void
ef_0008_says_which_pairs_are_there(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	vc_say(t, "00B0880000");
	assert_memory_equal(t->rsp, "\x8f\x8f\x00", 3);
	vc_param(t, "sign-pair=absent");
	vc_say(t, "00B0880000");
	assert_memory_equal(t->rsp, "\x00\x8f\x00", 3);
	vc_param(t, "auth-pair=absent");
	vc_param(t, "sign-pair=present");
	vc_say(t, "00B0880000");
	assert_memory_equal(t->rsp, "\x8f\x00\x00", 3);
	vc_param(t, "ef0008=FF");
	vc_say(t, "00B0880000");
	assert_memory_equal(t->rsp, "\xff\x90\x00", 3);
}

static void
an_absent_pair_has_each_form(void **state)
{
	/* clang-format off */
	static const struct {
		const char *param;
		unsigned sw, len;
	} row[] = {
		{ "absent-ef=6a82", 0x6a82, 0 },
		{ "absent-ef=empty", 0x9000, 0 },
		{ "absent-ef=filler", 0x9000, 256 },
		{ "absent-ef=6982", 0x6982, 0 },
	};
	/* clang-format on */
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	vc_param(t, "sign-pair=absent");
	vc_param(t, "auth-pair=absent");
	for (size_t i = 0; i < NELEM(row); i++) {
		vc_param(t, row[i].param);
		assert_int_equal(vc_say(t, "00B0810000"), row[i].sw);
		assert_int_equal(t->rsp_len, row[i].len);
		for (size_t k = 0; k < t->rsp_len; k++)
			assert_int_equal(t->rsp[k], 0xff);
		assert_int_equal(vc_say(t, "00B08A0000"), row[i].sw);
		assert_int_equal(vc_say(t, "00B0820000"), 0x9000); /* the CA */
		assert_int_equal(vc_say(t, "00A4020C02001A"), 0x6a82);
	}
	vc_param(t, "absent-ca=absent");
	assert_int_equal(vc_say(t, "00B0820000"), 0x6a82);
	assert_int_equal(vc_say(t, "00B08B0000"), 0x6a82);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(select_has_these_answers),
		TEST(a_part_of_an_aid_finds_the_first_match),
		TEST(the_standard_fci_names_the_application),
		TEST(reading_follows_offset_size_and_condition),
		TEST(extended_length_is_what_the_atr_declares),
		TEST(filler_stands_behind_a_certificate),
		TEST(ef_0006_is_the_token_information),
		TEST(each_card_has_a_serial_number_of_its_own),
		TEST(ef_0008_says_which_pairs_are_there),
		TEST(an_absent_pair_has_each_form),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
