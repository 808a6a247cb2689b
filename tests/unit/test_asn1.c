/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/asn1_put.h"
#include "crypto/asn1_time.h"
#include "tests/support/test.h"

static void
each_time_has_one_reading(void **state)
{
	/* clang-format off */
	static const struct {
		unsigned tag; const char *text; jm_err want; int64_t t;
	} row[] = {
		{ 0x17, "700101000000Z",   JM_OK,     0 },
		{ 0x17, "231114221320Z",   JM_OK,     1700000000 },
		{ 0x17, "500101000000Z",   JM_OK,     -631152000 },
		{ 0x17, "491231235959Z",   JM_OK,     2524607999 },
		{ 0x18, "20500101000000Z", JM_OK,     2524608000 },
		{ 0x18, "19700101000000Z", JM_OK,     0 },
		{ 0x18, "20000229000000Z", JM_OK,     951782400 },
		{ 0x18, "99991231235959Z", JM_OK,     253402300799 },
		{ 0x18, "00000101000000Z", JM_OK,     -62167219200 },
		{ 0x17, "240229000000Z",   JM_OK,     1709164800 },
		{ 0x17, "230229000000Z",   JM_FORMAT, 0 },
		{ 0x18, "19000229000000Z", JM_FORMAT, 0 },
		{ 0x17, "230431000000Z",   JM_FORMAT, 0 },
		{ 0x17, "230001000000Z",   JM_FORMAT, 0 },
		{ 0x17, "231301000000Z",   JM_FORMAT, 0 },
		{ 0x17, "230100000000Z",   JM_FORMAT, 0 },
		{ 0x17, "230101240000Z",   JM_FORMAT, 0 },
		{ 0x17, "230101006000Z",   JM_FORMAT, 0 },
		{ 0x17, "230101000060Z",   JM_FORMAT, 0 },
		{ 0x17, "230101000000z",   JM_FORMAT, 0 },
		{ 0x17, "2301010000Z",     JM_FORMAT, 0 },
		{ 0x17, "230101000000+0900", JM_FORMAT, 0 },
		{ 0x18, "20230101000000.5Z", JM_FORMAT, 0 },
		{ 0x17, "20230101000000Z", JM_FORMAT, 0 },
		{ 0x18, "230101000000Z",   JM_FORMAT, 0 },
		{ 0x17, "2301010000 0Z",   JM_FORMAT, 0 },
		{ 0x17, "-30101000000Z",   JM_FORMAT, 0 },
		{ 0x18, "2:230101000000Z", JM_FORMAT, 0 },
		{ 0x17, "",                JM_FORMAT, 0 },
		{ 0x16, "700101000000Z",   JM_FORMAT, 0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const size_t n = strlen(row[i].text);
		uint8_t *mem = malloc(n + 1);
		time_t t = 1;

		assert_non_null(mem);
		memcpy(mem, row[i].text, n); /* without the NUL */
		mem = realloc(mem, n > 0 ? n : 1);
		assert_non_null(mem);
		assert_int_equal(jm_asn1_time_parse(row[i].tag,
				     (struct jm_rbuf){ mem, n }, &t),
		    row[i].want);
		if (sizeof t > 4 || row[i].t == (int32_t)row[i].t)
			assert_int_equal(t, row[i].t);
		free(mem);
	}
}

static void
times_come_back_as_the_c_library_counts_them(void **state)
{
	(void)state;

	for (int64_t t = -62167219200; t < 253402300800; t += 40000003) {
		const time_t when = (time_t)t;
		uint8_t mem[20];
		struct jm_rbuf r, v;
		struct jm_wbuf w;
		char text[40];
		struct tm tm;
		unsigned tag;
		time_t back;
		size_t n;

		if (when != t)
			continue;
		jm_wbuf_init(&w, mem, sizeof mem);
		jm_put_asn1_time(&w, when);
		assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
		r = (struct jm_rbuf){ mem, n };
		assert_int_equal(jm_tlv_next(&r, &tag, &v), JM_OK);
		assert_int_equal(r.left, 0);
		assert_int_equal(jm_asn1_time_parse(tag, v, &back), JM_OK);
		assert_int_equal(back, when);

		assert_non_null(gmtime_r(&when, &tm));
		tm.tm_year += 1900;
		(void)snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02dZ",
		    tm.tm_year, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		    tm.tm_min, tm.tm_sec);
		if (tm.tm_year >= 1950 && tm.tm_year < 2050) {
			assert_int_equal(tag, 0x17);
			assert_memory_equal(v.p, text + 2, 13);
		} else {
			assert_int_equal(tag, 0x18);
			assert_memory_equal(v.p, text, 15);
		}
	}
}

static void
a_year_of_five_digits_is_not_written(void **state)
{
	uint8_t mem[20];
	struct jm_wbuf w;
	size_t n;
	(void)state;

	if (sizeof(time_t) < 8)
		skip_on_a_desk("a time_t of 64 bits");
	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_asn1_time(&w, (time_t)253402300800);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_asn1_time(&w, (time_t)-62167219201);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
}

static void
oids_are_written_or_refused(void **state)
{
	/* clang-format off */
	static const struct { const char *dotted, *hex; } row[] = {
		{ "0.0",                   "06 01 00" },
		{ "0.39",                  "06 01 27" },
		{ "1.0",                   "06 01 28" },
		{ "2.5.4.3",               "06 03 550403" },
		{ "2.999.3",               "06 03 883703" },
		{ "1.2.840.113549.1.1.11", "06 09 2a864886f70d01010b" },
		{ "1.2.392.200149.8.5.5.1", "06 0a 2a83088c9b5508050501" },
		{ "1.3.4294967295",        "06 06 2b 8fffffff7f" },
		{ "2.4294967295",          "06 05 90 8080804f" },
		{ "1.3.4294967296", NULL }, { "3.1", NULL }, { "1.40", NULL },
		{ "", NULL }, { "1", NULL }, { "1.", NULL }, { ".1", NULL },
		{ "1..2", NULL }, { "1.2.", NULL }, { "1.2 ", NULL },
		{ "1.-2", NULL }, { "a.b", NULL }, { "1.2.x", NULL },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		uint8_t mem[32], want[32];
		size_t n, want_len;
		struct jm_wbuf w;

		jm_wbuf_init(&w, mem, sizeof mem);
		jm_put_oid(&w, row[i].dotted);
		if (row[i].hex == NULL) {
			assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
			continue;
		}
		assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
		assert_int_equal(
		    jm_hex_decode(row[i].hex, want, sizeof want, &want_len),
		    JM_OK);
		assert_int_equal(n, want_len);
		assert_memory_equal(mem, want, n);
	}
}

static void
positive_numbers_are_minimal_and_stay_positive(void **state)
{
	/* clang-format off */
	static const struct { const char *in, *out; } row[] = {
		{ "00",       "02 01 00" },
		{ "0000",     "02 01 00" },
		{ "7f",       "02 01 7f" },
		{ "80",       "02 02 0080" },
		{ "00000080", "02 02 0080" },
		{ "00ff00",   "02 03 00ff00" },
		{ "010001",   "02 03 010001" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		uint8_t in[8], mem[16], want[16];
		size_t in_len, n, want_len;
		struct jm_wbuf w;

		assert_int_equal(
		    jm_hex_decode(row[i].in, in, sizeof in, &in_len), JM_OK);
		assert_int_equal(
		    jm_hex_decode(row[i].out, want, sizeof want, &want_len),
		    JM_OK);
		jm_wbuf_init(&w, mem, sizeof mem);
		jm_put_positive(&w, in, in_len);
		assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
		assert_int_equal(n, want_len);
		assert_memory_equal(mem, want, n);
	}
}

static void
algorithms_carry_null_on_request(void **state)
{
	uint8_t mem[32];
	struct jm_wbuf w;
	size_t n;
	(void)state;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_u8(&w, 9);
	jm_put_algorithm(&w, "1.2.3", 0);
	jm_put_algorithm(&w, "1.2.3", 1);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
	assert_int_equal(n, 15);
	assert_memory_equal(mem,
	    "\x09\x30\x04\x06\x02\x2a\x03\x30\x06\x06\x02\x2a\x03\x05\x00", n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_time_has_one_reading),
		cmocka_unit_test(times_come_back_as_the_c_library_counts_them),
		cmocka_unit_test(a_year_of_five_digits_is_not_written),
		cmocka_unit_test(oids_are_written_or_refused),
		cmocka_unit_test(
		    positive_numbers_are_minimal_and_stay_positive),
		cmocka_unit_test(algorithms_carry_null_on_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
