/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu/exchange.h"

#include <stdio.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

#define READ   "00b00000 00"
#define MORE   "00c00000 10"
#define VERIFY "00200080 04 31323334"

static struct jm_xbuf x;
static uint8_t mem[64];

/* Run one command over a script inside a transaction. */
static jm_err
run(const struct jm_capdu *c, const struct step *s, size_t n,
    struct jm_wbuf *data, unsigned *sw)
{
	struct jm_link link;
	jm_err e;

	script_start(&link, s, n);
	assert_int_equal(link.ops->begin(link.self), JM_OK);
	jm_wbuf_init(data, mem, sizeof mem);
	e = jm_exchange(&link, &x, c, data, sw);
	link.ops->end(link.self, JM_END_LEAVE);
	script_end();
	return e;
}

static const struct jm_capdu read_cmd = { .ins = 0xb0, .ne = 256 };
static const struct jm_capdu verify_cmd = {
	.ins = 0x20, .p2 = 0x80, .data = (const uint8_t *)"1234", .nc = 4
};

static void
each_first_reply_has_one_meaning(void **state)
{
	/* clang-format off */
	static const struct {
		const char *reply; jm_err want; unsigned sw; size_t len;
	} row[] = {
		{ "9000",          JM_OK,     0x9000, 0 },
		{ "aabb 9000",     JM_OK,     0x9000, 2 },
		{ "aa 6282",       JM_OK,     0x6282, 1 },
		{ "6982",          JM_OK,     0x6982, 0 },
		{ "6c10 6c10",     JM_OK,     0x6c10, 2 }, /* came with data */
		{ "90",            JM_FORMAT, 0,      0 },
		{ "",              JM_FORMAT, 0,      0 },
		{ NULL,            JM_LINK,   0,      0 },
		{ "!gone",         JM_GONE,   0,      0 },
		{ "!reset",        JM_RESET,  0,      0 },
		{ "!big",          JM_SPACE,  0,      0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { { READ, row[i].reply } };
		struct jm_wbuf data;
		unsigned sw = 99;

		assert_int_equal(
		    run(&read_cmd, s, NELEM(s), &data, &sw), row[i].want);
		assert_int_equal(sw, row[i].sw);
		assert_int_equal(data.len, row[i].len);
	}
}

static void
more_is_collected_and_joined(void **state)
{
	static const struct step s[] = { { READ, "a1a2 6110" },
		{ MORE, "a3 6110" }, { MORE, "a4a5 9000" } };
	struct jm_wbuf data;
	unsigned sw;
	(void)state;

	assert_int_equal(run(&read_cmd, s, NELEM(s), &data, &sw), JM_OK);
	assert_int_equal(sw, 0x9000);
	assert_int_equal(data.len, 5);
	assert_memory_equal(
	    data.mem, ((uint8_t[]){ 0xa1, 0xa2, 0xa3, 0xa4, 0xa5 }), 5);
}

/* Over T=0 the first answer may be 61xx alone. */
static void
more_may_come_without_data_once(void **state)
{
	static const struct step good[] = { { READ, "6110" },
		{ MORE, "a1 9000" } };
	static const struct step bad[] = { { READ, "6110" }, { MORE, "6110" } };
	struct jm_wbuf data;
	unsigned sw;
	(void)state;

	assert_int_equal(run(&read_cmd, good, NELEM(good), &data, &sw), JM_OK);
	assert_int_equal(data.len, 1);
	assert_int_equal(
	    run(&read_cmd, bad, NELEM(bad), &data, &sw), JM_FORMAT);
	assert_int_equal(data.len, 0);
}

static void
more_for_ever_ends(void **state)
{
	static struct step s[JM_XROUNDS + 1];
	struct jm_wbuf data;
	unsigned sw;
	(void)state;

	s[0] = (struct step){ READ, "6110" };
	for (size_t i = 1; i < NELEM(s); i++)
		s[i] = (struct step){ MORE, "a1 6110" };
	/* The rounds end it here ... */
	assert_true(sizeof mem >= JM_XROUNDS);
	assert_int_equal(run(&read_cmd, s, NELEM(s), &data, &sw), JM_FORMAT);
	assert_int_equal(script_apdus(), JM_XROUNDS + 1);
	/* ... and the room does with larger pieces. */
	for (size_t i = 1; i < NELEM(s); i++)
		s[i].reply = "a1a2a3a4a5a6a7a8 a1a2a3a4a5a6a7a8 6110";
	assert_int_equal(run(&read_cmd, s, 1 + 5, &data, &sw), JM_SPACE);
	assert_int_equal(data.len, 0);
}

static void
the_length_the_card_names_is_used_once(void **state)
{
	static const struct step good[] = { { READ, "6c10" },
		{ "00b00000 10", "a1 9000" } };
	static const struct step bad[] = { { READ, "6c10" },
		{ "00b00000 10", "6c11" } };
	static const struct step then_more[] = { { READ, "6c10" },
		{ "00b00000 10", "6102" }, { "00c00000 02", "a1a2 9000" } };
	struct jm_wbuf data;
	unsigned sw;
	(void)state;

	assert_int_equal(run(&read_cmd, good, NELEM(good), &data, &sw), JM_OK);
	assert_int_equal(data.len, 1);
	assert_int_equal(run(&read_cmd, bad, NELEM(bad), &data, &sw), JM_OK);
	assert_int_equal(sw, 0x6c11);
	assert_int_equal(
	    run(&read_cmd, then_more, NELEM(then_more), &data, &sw), JM_OK);
	assert_int_equal(data.len, 2);
}

/* Whatever the card answers, neither VERIFY nor the query is repeated. */
static void
a_verify_goes_out_once(void **state)
{
	static const struct jm_capdu query = { .ins = 0x20, .p2 = 0x80 };
	struct step s[2] = { { VERIFY, NULL }, { "00c00000 *", "9000" } };
	char reply[8];
	struct jm_wbuf data;
	unsigned sw;
	(void)state;

	for (unsigned v = 0; v <= 0xffff; v++) {
		const size_t steps = v >> 8 == 0x61 ? 2 : 1;

		(void)snprintf(reply, sizeof reply, "%04x", v);
		s[0] = (struct step){ VERIFY, reply };
		assert_int_equal(run(&verify_cmd, s, steps, &data, &sw), JM_OK);
		assert_int_equal(script_verifies(), 1);
		assert_int_equal(sw, steps == 2 ? 0x9000 : v);
		s[0].cmd = "00200080";
		assert_int_equal(run(&query, s, steps, &data, &sw), JM_OK);
	}
}

static void
get_response_has_an_interindustry_class(void **state)
{
	/* clang-format off */
	static const struct { uint8_t cla; const char *first; } row[] = {
		{ 0x80, "802a0080 01 aa 00" },
		{ 0x10, "102a0080 01 aa 00" },
		{ 0x0c, "0c2a0080 01 aa 00" }, /* protected: its pieces are not */
		{ 0x8c, "8c2a0080 01 aa 00" },
	};
	/* clang-format on */
	struct jm_capdu c = { .ins = 0x2a,
		.p2 = 0x80,
		.data = (const uint8_t *)"\xaa",
		.nc = 1,
		.ne = 256 };
	struct jm_wbuf data;
	unsigned sw;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { { row[i].first, "6110" },
			{ MORE, "a1 9000" } };

		c.cla = row[i].cla;
		assert_int_equal(run(&c, s, NELEM(s), &data, &sw), JM_OK);
		assert_int_equal(data.len, 1);
	}
}

static void
nothing_of_an_exchange_stays_in_its_buffer(void **state)
{
	static const struct step s[] = { { VERIFY, "63c2" } };
	static const struct jm_xbuf clean;
	struct jm_wbuf data;
	unsigned sw;
	(void)state;

	assert_int_equal(run(&verify_cmd, s, NELEM(s), &data, &sw), JM_OK);
	assert_int_equal(sw, 0x63c2);
	assert_memory_equal(&x, &clean, sizeof x);
}

static void
a_command_too_long_is_not_sent(void **state)
{
	static const uint8_t many[JM_XCMD_MAX];
	const struct jm_capdu c = { .data = many, .nc = sizeof many };
	struct jm_wbuf data;
	unsigned sw;
	(void)state;

	assert_int_equal(run(&c, NULL, 0, &data, &sw), JM_ARG);
	assert_int_equal(script_apdus(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_first_reply_has_one_meaning),
		cmocka_unit_test(more_is_collected_and_joined),
		cmocka_unit_test(more_may_come_without_data_once),
		cmocka_unit_test(more_for_ever_ends),
		cmocka_unit_test(the_length_the_card_names_is_used_once),
		cmocka_unit_test(a_verify_goes_out_once),
		cmocka_unit_test(get_response_has_an_interindustry_class),
		cmocka_unit_test(nothing_of_an_exchange_stays_in_its_buffer),
		cmocka_unit_test(a_command_too_long_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
