/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tests/support/fault.h"
#include "tests/support/script.h"
#include "tests/support/test.h"

static void
a_line_shows_no_secret(void **state)
{
	/* clang-format off */
	static const struct { const char *cmd, *rsp, *want; } row[] = {
		{ "00A4040C0AD392F000260100000001", "9000",
		  "00A4040C0AD392F000260100000001 -> [0 bytes] 9000" },
		{ "00A40400 02 3F00 00", "6F10 9000",
		  "00A40400023F0000 -> [2 bytes] 9000" },
		{ "00200080 04 31323334", "63C2",
		  "0020008004[4 bytes redacted] -> [0 bytes] 63C2" },
		{ "00240180 04 31323334", "9000",
		  "0024018004[4 bytes redacted] -> [0 bytes] 9000" },
		{ "002C0080 02 3132", "9000",
		  "002C008002[2 bytes redacted] -> [0 bytes] 9000" },
		{ "80320080 02 3132", "9000",
		  "8032008002[2 bytes redacted] -> [0 bytes] 9000" },
		{ "802A0080 02 AABB 00", "0102 9000",
		  "802A008002[2 bytes redacted]00 -> [2 bytes] 9000" },
		/* Deterministic signatures are key material. */
		{ "802A0097 02 AABB 00", "0102 9000",
		  "802A009702[2 bytes redacted]00 -> [2 bytes] 9000" },
		{ "802A0000 02 AABB 00", "0102 9000",
		  "802A000002[2 bytes redacted]00 -> [2 bytes] 9000" },
		{ "00200080", "63C3", "00200080 -> [0 bytes] 63C3" },
		{ "00B00000 00", "AABB 6282", "00B0000000 -> [2 bytes] 6282" },
		{ "00B00000 001000", "AABB 9000",
		  "00B00000001000 -> [2 bytes] 9000" },
		{ "802A0080 000002 AABB 0000", "9000",
		  "802A0080000002[2 bytes redacted]0000 -> [0 bytes] 9000" },
		{ "802A0080 000002 AABB", "9000",
		  "802A0080000002[2 bytes redacted] -> [0 bytes] 9000" },
		/* Lengths that do not add up: all of it may be a secret. */
		{ "00200080 05 31323334", "6700",
		  "00200080[5 bytes redacted] -> [0 bytes] 6700" },
		{ "00200080 02 31323334", "6700",
		  "00200080[5 bytes redacted] -> [0 bytes] 6700" },
		{ "00200080 00 31", "6700",
		  "00200080[2 bytes redacted] -> [0 bytes] 6700" },
		{ "00200080 00 0005 31", "6700",
		  "00200080[4 bytes redacted] -> [0 bytes] 6700" },
		{ "0020", "6700", "0020 -> [0 bytes] 6700" },
		{ "", "6700", " -> [0 bytes] 6700" },
		{ "00B00000 00", "", "00B0000000 -> [0 bytes] no status" },
		{ "00B00000 00", "90", "00B0000000 -> [1 bytes] no status" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		uint8_t cmd[64], rsp[64];
		char line[JM_TRACE_LINE_MAX];
		size_t cmd_len, rsp_len;

		assert_int_equal(
		    jm_hex_decode(row[i].cmd, cmd, sizeof cmd, &cmd_len),
		    JM_OK);
		assert_int_equal(
		    jm_hex_decode(row[i].rsp, rsp, sizeof rsp, &rsp_len),
		    JM_OK);
		jm_trace_line(cmd, cmd_len, rsp, rsp_len, line);
		assert_string_equal(line, row[i].want);
	}
}

/* Every prefix and every Lc of a VERIFY: the PIN's digits never come out. */
static void
no_way_to_break_a_verify_shows_its_pin(void **state)
{
	uint8_t cmd[21] = { 0x00, 0x20, 0x00, 0x80 };
	char line[JM_TRACE_LINE_MAX];
	(void)state;

	memset(cmd + 5, 0x39, sizeof cmd - 5);
	for (unsigned lc = 0; lc < 256; lc++)
		for (size_t len = 0; len <= sizeof cmd; len++) {
			cmd[4] = (uint8_t)lc;
			jm_trace_line(cmd, len, cmd, 2, line);
			/* An Le, and an extended one, may look like digits. */
			assert_null(strstr(line, "393939"));
		}
}

static void
the_longest_command_is_cut_and_never_overruns(void **state)
{
	static uint8_t cmd[7 + 65535 + 2];
	char *line = malloc(JM_TRACE_LINE_MAX); /* a byte too far is seen */
	(void)state;

	assert_non_null(line);
	cmd[1] = 0xa4;
	for (size_t len = 0; len < 700; len++) {
		cmd[4] = 0;
		cmd[5] = (uint8_t)((len - 7) >> 8);
		cmd[6] = (uint8_t)((len - 7) & 0xff);
		jm_trace_line(cmd, len, cmd, sizeof cmd, line);
		assert_true(strlen(line) < JM_TRACE_LINE_MAX);
		assert_non_null(strstr(line, " -> [65542 bytes] "));
	}
	cmd[5] = cmd[6] = 0xff;
	jm_trace_line(cmd, sizeof cmd, cmd, sizeof cmd, line);
	assert_non_null(strstr(line, ".."));
	free(line);
}

static char seen[2][JM_TRACE_LINE_MAX];

static void
sink(void *arg, const char *line)
{
	unsigned *n = arg;

	assert_true(*n < NELEM(seen));
	(void)snprintf(seen[(*n)++], JM_TRACE_LINE_MAX, "%s", line);
}

static void
a_wrapped_link_does_what_the_inner_one_does(void **state)
{
	static const struct step s[] = { { "!begin", "!reset" },
		{ "00200080 01 31", "63c2" }, { "00b0000000", NULL } };
	uint8_t rsp[8], atr[JM_ATR_MAX];
	struct jm_link inner, link;
	unsigned lines = 0;
	size_t n = sizeof rsp;
	(void)state;

	script_start(&inner, s, NELEM(s));
	script_atr("3b00");
	assert_int_equal(jm_trace_wrap(&inner, sink, &lines, &link), JM_OK);
	assert_int_equal(link.ops->begin(link.self), JM_RESET);
	assert_int_equal(link.ops->begin(link.self), JM_OK);
	assert_int_equal(
	    link.ops->transmit(
		link.self, (const uint8_t *)"\0\x20\0\x80\x01\x31", 6, rsp, &n),
	    JM_OK);
	assert_int_equal(n, 2);
	assert_memory_equal(rsp, "\x63\xc2", 2);
	n = sizeof rsp;
	assert_int_equal(link.ops->transmit(link.self,
			     (const uint8_t *)"\0\xb0\0\0\0", 5, rsp, &n),
	    JM_LINK);
	assert_int_equal(n, 0);
	assert_int_equal(link.ops->atr(link.self, atr), 2);
	link.ops->end(link.self, JM_END_POWER_DOWN);
	assert_int_equal(script_power_downs(), 1);
	assert_int_equal(lines, 2);
	assert_string_equal(
	    seen[0], "0020008001[1 bytes redacted] -> [0 bytes] 63C2");
	assert_string_equal(seen[1], "00B0000000 -> LINK");
	jm_link_close(&link);
	assert_int_equal(script_closes(), 1);
	script_end();
}

static int
say_yes(void *self)
{
	return self != NULL;
}

static int
say_no(void *self)
{
	return self == NULL;
}

static void
a_host_that_keeps_its_transaction_is_heard(void **state)
{
	struct jm_link inner, link;
	struct jm_link_ops with;
	int (*const op[])(void *) = { NULL, say_no, say_yes };
	unsigned lines = 0;
	(void)state;

	for (size_t i = 0; i < NELEM(op); i++) {
		script_start(&inner, NULL, 0);
		with = *inner.ops;
		with.goes_on = op[i];
		inner.ops = &with;
		assert_int_equal(
		    jm_trace_wrap(&inner, sink, &lines, &link), JM_OK);
		assert_int_equal(link.ops->goes_on(link.self), i == 2);
		jm_link_close(&link);
		script_end();
	}
}

static void
abandoning_reaches_the_inner_link(void **state)
{
	struct jm_link inner, link;
	unsigned lines = 0;
	(void)state;

	script_start(&inner, NULL, 0);
	assert_int_equal(jm_trace_wrap(&inner, sink, &lines, &link), JM_OK);
	jm_link_abandon(&link);
	assert_int_equal(script_closes(), 0);
	assert_int_equal(script_abandons(), 1);
}

static void
without_memory_the_inner_link_stays_the_callers(void **state)
{
	struct jm_link inner, link;
	(void)state;

	script_start(&inner, NULL, 0);
	fault_arm(0);
	assert_int_equal(jm_trace_wrap(&inner, sink, NULL, &link), JM_NOMEM);
	assert_true(fault_fired());
	assert_null(link.ops);
	jm_link_close(&inner);
	assert_int_equal(script_closes(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_shows_no_secret),
		cmocka_unit_test(no_way_to_break_a_verify_shows_its_pin),
		cmocka_unit_test(the_longest_command_is_cut_and_never_overruns),
		cmocka_unit_test(a_wrapped_link_does_what_the_inner_one_does),
		cmocka_unit_test(a_host_that_keeps_its_transaction_is_heard),
		cmocka_unit_test(abandoning_reaches_the_inner_link),
		cmocka_unit_test(
		    without_memory_the_inner_link_stays_the_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
