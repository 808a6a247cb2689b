/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "tests/support/test.h"
#include "vcard/vc_cmd.h"

static void
each_case_of_the_standard_is_split(void **state)
{
	/* clang-format off */
	static const struct {
		const char *cmd;
		unsigned sw, nc, ne, ext_only;
	} row[] = {
		{ "00200080",                   0x9000, 0, 0, 0 },     /* 1 */
		{ "00B0000004",                 0x9000, 0, 4, 0 },     /* 2S */
		{ "00B0000000",                 0x9000, 0, 256, 0 },
		{ "0020008002 3132",            0x9000, 2, 0, 0 },     /* 3S */
		{ "0020008002 3132 00",         0x9000, 2, 256, 0 },   /* 4S */
		{ "0020008002 3132 05",         0x9000, 2, 5, 0 },
		{ "00B00000 000000",            0x9000, 0, 65536, 1 }, /* 2E */
		{ "00B00000 000102",            0x9000, 0, 258, 1 },
		{ "00200080 000002 3132",       0x9000, 2, 0, 1 },     /* 3E */
		{ "00200080 000002 3132 0000",  0x9000, 2, 65536, 1 }, /* 4E */
		{ "00200080 000002 3132 0102",  0x9000, 2, 258, 1 },
		{ "00200080 00000A 30313233343536373839 0001", 0x9000, 10, 1, 1 },
		{ "",                           0x6700, 0, 0, 0 },
		{ "00",                         0x6700, 0, 0, 0 },
		{ "002000",                     0x6700, 0, 0, 0 },
		{ "00B00000 0000",              0x6700, 0, 0, 0 },
		{ "0020008003 3132",            0x6700, 0, 0, 0 },
		{ "0020008001 3132 33",         0x6700, 0, 0, 0 },
		{ "00200080 000000 31",         0x6700, 0, 0, 0 }, /* Lc 0 */
		{ "00200080 000003 3132",       0x6700, 0, 0, 0 },
		{ "00200080 000001 31 00",      0x6700, 0, 0, 0 }, /* half a Le */
		{ "00200080 000001 31 000000",  0x6700, 0, 0, 0 },
	};
	/* clang-format on */
	uint8_t cmd[64];
	struct vc_cmd c;
	size_t len;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(
		    jm_hex_decode(row[i].cmd, cmd, sizeof cmd, &len), JM_OK);
		assert_int_equal(vc_parse(cmd, len, 1, &c), row[i].sw);
		assert_int_equal(c.nc, row[i].nc);
		assert_int_equal(c.ne, row[i].ne);
		if (row[i].nc > 0)
			assert_true(c.data > cmd &&
				    c.data + c.nc <= cmd + len &&
				    c.data[0] < 0x40);
		else
			assert_null(c.data);
		assert_int_equal(vc_parse(cmd, len, 0, &c),
		    row[i].ext_only ? 0x6700 : row[i].sw);
	}
}

/* Every length of every first byte, from storage of exactly that size: under
 * ASan a read past the end shows. */
static void
no_body_is_read_past_its_end(void **state)
{
	struct vc_cmd c;
	(void)state;

	for (size_t n = 0; n < 40; n++)
		for (unsigned b4 = 0; b4 < 256; b4++)
			for (unsigned b6 = 0; b6 < 40; b6 += 13) {
				uint8_t *cmd = malloc(n + !n);

				assert_non_null(cmd);
				memset(cmd, 0, n + !n);
				if (n > 4)
					cmd[4] = (uint8_t)b4;
				if (n > 6)
					cmd[6] = (uint8_t)b6;
				if (vc_parse(cmd, n, 1, &c) == 0x9000)
					assert_true(c.nc <= n - 4);
				free(cmd);
			}
}

static void
a_class_byte_has_one_answer(void **state)
{
	(void)state;

	for (unsigned cla = 0; cla < 256; cla++) {
		unsigned sw = vc_class_sw((uint8_t)cla, 0x6882), want;

		if ((cla & 0x7f) == 0x00 || (cla & 0x7f) == 0x10)
			want = 0x9000;
		else if ((cla & 0x60) != 0)
			want = (cla & 0x80) == 0 && (cla & 0x40) != 0 ? 0x6881
								      : 0x6e00;
		else
			want = (cla & 0x0c) != 0 ? 0x6882 : 0x6881;
		assert_int_equal(sw, want);
	}
	assert_int_equal(vc_class_sw(0x0c, 0x69fc), 0x69fc);
}

static void
a_trace_line_never_has_a_secret(void **state)
{
	/* clang-format off */
	static const struct { const char *cmd, *line; } row[] = {
		{ "00A4040C0AD392F000260100000001", "00A4040C0AD392F000260100000001" },
		{ "00200080", "00200080" },
		{ "0020008000", "0020008000" },
		{ "002000800431323334", "0020008004[4 bytes redacted]" },
		{ "00200080043132333400", "0020008004[5 bytes redacted]" },
		{ "10200080043132333400", "1020008004[5 bytes redacted]" },
		{ "00200080000004 31323334", "00200080000004[4 bytes redacted]" },
		{ "0C200080043132333435", "0C20008004[5 bytes redacted]" },
		{ "002000800F31323334", "002000800F[4 bytes redacted]" },
		{ "002401800435363738", "0024018004[4 bytes redacted]" },
		{ "802A00800431323334 00", "802A008004[4 bytes redacted]00" },
		{ "80320080043132333400", "8032008004[5 bytes redacted]" },
		{ "002C00800431323334", "002C008004[4 bytes redacted]" },
		{ "00D600000431323334", "00D6000004[4 bytes redacted]" },
		{ "00DC01040431323334", "00DC010404[4 bytes redacted]" },
		{ "80E200000431323334", "80E2000004[4 bytes redacted]" },
		{ "80E600000431323334", "80E6000004[4 bytes redacted]" },
		{ "8CE60000048E08112200", "8CE6000004[5 bytes redacted]" },
		{ "00", "00" },
		{ "", "" },
	};
	/* clang-format on */
	uint8_t cmd[64];
	char line[VC_LINE_MAX], cut[8];
	size_t len;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(
		    jm_hex_decode(row[i].cmd, cmd, sizeof cmd, &len), JM_OK);
		vc_cmd_text(cmd, len, line, sizeof line);
		assert_string_equal(line, row[i].line);
		vc_cmd_text(cmd, len, cut, sizeof cut);
		assert_true(strlen(cut) < sizeof cut);
	}
}

static void
a_long_command_is_cut_with_its_length(void **state)
{
	uint8_t *cmd = calloc(1, 70000);
	char line[VC_LINE_MAX];
	(void)state;

	assert_non_null(cmd);
	cmd[1] = 0xa4;
	vc_cmd_text(cmd, 70000, line, sizeof line);
	assert_string_equal(
	    line, "00A40000000000000000000000000000[69984 bytes more]");
	free(cmd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_of_the_standard_is_split),
		cmocka_unit_test(no_body_is_read_past_its_end),
		cmocka_unit_test(a_class_byte_has_one_answer),
		cmocka_unit_test(a_trace_line_never_has_a_secret),
		cmocka_unit_test(a_long_command_is_cut_with_its_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
