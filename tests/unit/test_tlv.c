/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/tlv.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"

/* The bytes of text, in storage of exactly their size for ASan to watch. */
static struct jm_rbuf
bytes(const char *text, uint8_t **mem)
{
	uint8_t tmp[64];
	size_t n;

	assert_int_equal(jm_hex_decode(text, tmp, sizeof tmp, &n), JM_OK);
	*mem = malloc(n > 0 ? n : 1);
	assert_non_null(*mem);
	memcpy(*mem, tmp, n);
	return (struct jm_rbuf){ *mem, n };
}

static void
each_object_has_one_reading(void **state)
{
	/* clang-format off */
	static const struct {
		const char *data; jm_err want;
		unsigned tag; size_t head, len;
	} row[] = {
		{ "04 00",                JM_OK, 0x04,     2, 0 },
		{ "04 02 aabb",           JM_OK, 0x04,     2, 2 },
		{ "04 01 aa 05 00",       JM_OK, 0x04,     2, 1 },
		{ "7f21 01 aa",           JM_OK, 0x7f21,   3, 1 },
		{ "5f8121 01 aa",         JM_OK, 0x5f8121, 4, 1 },
		{ "1e 01 aa",             JM_OK, 0x1e,     2, 1 },
		{ "30 81 01 aa",          JM_OK, 0x30,     3, 1 },
		{ "30 82 0001 aa",        JM_OK, 0x30,     4, 1 },
		{ "30 83 000001 aa",      JM_OK, 0x30,     5, 1 },
		{ "30 84 00000001 aa",    JM_OK, 0x30,     6, 1 },
		{ "",                     JM_FORMAT, 0, 0, 0 },
		{ "04",                   JM_FORMAT, 0, 0, 0 },
		{ "04 01",                JM_FORMAT, 0, 0, 0 },
		{ "04 02 aa",             JM_FORMAT, 0, 0, 0 },
		{ "1f",                   JM_FORMAT, 0, 0, 0 },
		{ "1f 81",                JM_FORMAT, 0, 0, 0 },
		{ "1f 21",                JM_FORMAT, 0, 0, 0 },
		{ "1f 8181 01 00",        JM_FORMAT, 0, 0, 0 },
		{ "30 80 0000",           JM_FORMAT, 0, 0, 0 },
		{ "30 81",                JM_FORMAT, 0, 0, 0 },
		{ "30 81 01",             JM_FORMAT, 0, 0, 0 },
		{ "30 82 00",             JM_FORMAT, 0, 0, 0 },
		{ "30 84 ffffffff aa",    JM_FORMAT, 0, 0, 0 },
		{ "30 85 0000000001 aa",  JM_FORMAT, 0, 0, 0 },
		{ "30 ff aa",             JM_FORMAT, 0, 0, 0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		uint8_t *mem;
		struct jm_rbuf r = bytes(row[i].data, &mem), val;
		const struct jm_rbuf before = r;
		unsigned tag = 1;

		assert_int_equal(jm_tlv_next(&r, &tag, &val), row[i].want);
		assert_int_equal(tag, row[i].tag);
		assert_int_equal(val.left, row[i].len);
		if (row[i].want == JM_OK) {
			assert_ptr_equal(val.p, before.p + row[i].head);
			assert_ptr_equal(r.p, val.p + val.left);
			assert_int_equal(
			    r.left + row[i].head + row[i].len, before.left);
		} else {
			assert_null(val.p);
			assert_ptr_equal(r.p, before.p);
			assert_int_equal(r.left, before.left);
		}
		free(mem);
	}
}

static void
a_walk_over_any_bytes_ends(void **state)
{
	uint8_t data[12];
	(void)state;

	for (uint32_t seed = 1; seed < 20000; seed++) {
		struct jm_rbuf r = { data, sizeof data }, val;
		unsigned tag, rounds = 0;
		uint32_t x = seed;

		for (size_t i = 0; i < sizeof data; i++) {
			x = x * 1103515245u + 12345u;
			data[i] = (uint8_t)(x >> 24 & (i % 2 ? 0x83 : 0xff));
		}
		while (jm_tlv_next(&r, &tag, &val) == JM_OK) {
			assert_true(val.p + val.left == r.p);
			assert_true(++rounds <= sizeof data / 2);
		}
	}
}

static void
a_path_is_followed_by_first_matches(void **state)
{
	/* 30 { 04, 31 { 05 }, 31 { 04 01 bb } }, 30 {} */
	static const char text[] = "30 0a 0401aa 31020500 3103 0401bb 3000";
	/* clang-format off */
	static const struct {
		unsigned path[3]; size_t n; jm_err want; size_t at, len;
	} row[] = {
		{ { 0x30 },             1, JM_OK,        2, 10 },
		{ { 0x30, 0x04 },       2, JM_OK,        4, 1 },
		{ { 0x30, 0x31 },       2, JM_OK,        7, 2 },
		{ { 0x30, 0x31, 0x05 }, 3, JM_OK,        9, 0 },
		{ { 0x30, 0x31, 0x04 }, 3, JM_NOT_FOUND, 0, 0 },
		{ { 0x31 },             1, JM_FORMAT,    0, 0 },
		{ { 0x30, 0x06 },       2, JM_FORMAT,    0, 0 },
		{ { 0x30 },             0, JM_ARG,       0, 0 },
	};
	/* clang-format on */
	uint8_t *mem;
	struct jm_rbuf data = bytes(text, &mem), val;
	(void)state;

	/* the last 31 is cut short by its parent: 3103 0401 | bb3000 */
	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(jm_tlv_find(data, row[i].path, row[i].n, &val),
		    row[i].want);
		assert_int_equal(val.left, row[i].len);
		if (row[i].want == JM_OK)
			assert_ptr_equal(val.p, mem + row[i].at);
		else
			assert_null(val.p);
	}
	free(mem);
}

static void
an_absent_tag_is_not_found(void **state)
{
	static const unsigned path[] = { 0x30, 0x06 };
	uint8_t *mem;
	struct jm_rbuf data = bytes("3003 0401aa 3003 060100", &mem), val;
	(void)state;

	assert_int_equal(jm_tlv_find(data, path, 2, &val), JM_NOT_FOUND);
	assert_int_equal(jm_tlv_find(data, path + 1, 1, &val), JM_NOT_FOUND);
	data.left = 0;
	assert_int_equal(jm_tlv_find(data, path, 1, &val), JM_NOT_FOUND);
	free(mem);
}

static void
a_path_has_a_longest_length(void **state)
{
	uint8_t mem[2 * JM_TLV_DEPTH_MAX + 2];
	unsigned path[JM_TLV_DEPTH_MAX + 1];
	struct jm_rbuf val;
	(void)state;

	for (size_t i = 0; i <= JM_TLV_DEPTH_MAX; i++) {
		path[i] = 0x30;
		mem[2 * i] = 0x30;
		mem[2 * i + 1] = (uint8_t)(2 * (JM_TLV_DEPTH_MAX - i));
	}
	const struct jm_rbuf data = { mem, sizeof mem };
	assert_int_equal(
	    jm_tlv_find(data, path, JM_TLV_DEPTH_MAX, &val), JM_OK);
	assert_int_equal(val.left, 2);
	assert_int_equal(
	    jm_tlv_find(data, path, JM_TLV_DEPTH_MAX + 1, &val), JM_ARG);
}

static void
the_first_bytes_tell_the_total(void **state)
{
	/* clang-format off */
	static const struct {
		const char *head; jm_err want; uint64_t total;
	} row[] = {
		{ "30 05",            JM_OK, 7 },
		{ "30 82 05dc",       JM_OK, 1504 },
		{ "30 82 05dc 3082",  JM_OK, 1504 },
		{ "7f21 81 80",       JM_OK, 132 },
		{ "30 84 00010000",   JM_OK, 65542 },
		{ "30 00",            JM_OK, 2 },
		{ "30 82 05",         JM_FORMAT, 0 },
		{ "30 80",            JM_FORMAT, 0 },
		{ "30",               JM_FORMAT, 0 },
		{ "1f ff ff 00",      JM_FORMAT, 0 },
		{ "ff ff ff ff",      JM_FORMAT, 0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		uint8_t *mem;
		struct jm_rbuf head = bytes(row[i].head, &mem);
		size_t total = 1;

		assert_int_equal(
		    jm_tlv_total(head.p, head.left, &total), row[i].want);
		assert_int_equal(total, row[i].total);
		free(mem);
	}
}

static void
what_is_put_is_read_back_with_a_minimal_length(void **state)
{
	/* clang-format off */
	static const struct { unsigned tag; size_t len, head; } row[] = {
		{ 0x04, 0, 2 }, { 0x04, 127, 2 }, { 0x04, 128, 3 },
		{ 0x04, 255, 3 }, { 0x04, 256, 4 }, { 0x04, 65535, 4 },
		{ 0x04, 65536, 5 },
		{ 0x7f21, 3, 3 }, { 0x5f8121, 3, 4 },
	};
	/* clang-format on */
	static uint8_t val[65536], mem[sizeof val + 8];
	(void)state;

	memset(val, 0x5a, sizeof val);
	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_rbuf r, v;
		struct jm_wbuf w;
		unsigned tag;
		size_t n;

		jm_wbuf_init(&w, mem, sizeof mem);
		jm_put_tlv(&w, row[i].tag, val, row[i].len);
		assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
		assert_int_equal(n, row[i].head + row[i].len);
		r = (struct jm_rbuf){ mem, n };
		assert_int_equal(jm_tlv_next(&r, &tag, &v), JM_OK);
		assert_int_equal(tag, row[i].tag);
		assert_int_equal(v.left, row[i].len);
		assert_memory_equal(v.p, val, row[i].len);
		assert_int_equal(r.left, 0);

		jm_wbuf_init(&w, mem, n - 1);
		jm_put_tlv(&w, row[i].tag, val, row[i].len);
		assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
	}
}

static void
containers_are_wrapped_around_what_is_there(void **state)
{
	static const uint8_t want[] = { 0x01, 0x30, 0x08, 0x7f, 0x21, 0x02,
		0xaa, 0xbb, 0x05, 0x01, 0xcc };
	uint8_t mem[300];
	struct jm_wbuf w;
	size_t outer, inner, n;
	(void)state;

	for (size_t cap = 0; cap <= sizeof want; cap++) {
		jm_wbuf_init(&w, mem, cap);
		jm_put_u8(&w, 1);
		outer = w.len;
		inner = w.len;
		jm_put(&w, "\xaa\xbb", 2);
		jm_tlv_wrap(&w, inner, 0x7f21);
		jm_put_tlv(&w, 0x05, "\xcc", 1);
		jm_tlv_wrap(&w, outer, 0x30);
		assert_int_equal(
		    jm_wbuf_done(&w, &n), cap < sizeof want ? JM_SPACE : JM_OK);
	}
	assert_int_equal(n, sizeof want);
	assert_memory_equal(mem, want, n);

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_tlv_wrap(&w, 0, 0x30); /* of nothing */
	jm_put_fill(&w, 0x5a, 200);
	jm_tlv_wrap(&w, 2, 0x04);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
	assert_int_equal(n, 2 + 3 + 200);
	assert_memory_equal(mem, "\x30\x00\x04\x81\xc8\x5a", 6);
	assert_int_equal(mem[n - 1], 0x5a);
	jm_tlv_wrap(&w, 0, 0x1f818101); /* no such tag */
	assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
}

static void
what_cannot_be_written_fills_the_writer(void **state)
{
	uint8_t mem[16];
	struct jm_wbuf w;
	size_t n;
	(void)state;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_tlv_head(&w, 0x1f818101, 0);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
#if SIZE_MAX > UINT32_MAX
	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_tlv_head(&w, 0x04, (size_t)UINT32_MAX + 1);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_SPACE);
#endif
	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_tlv_head(&w, 0x04, UINT32_MAX);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
	assert_memory_equal(mem, "\x04\x84\xff\xff\xff\xff", 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_object_has_one_reading),
		cmocka_unit_test(a_walk_over_any_bytes_ends),
		cmocka_unit_test(a_path_is_followed_by_first_matches),
		cmocka_unit_test(an_absent_tag_is_not_found),
		cmocka_unit_test(a_path_has_a_longest_length),
		cmocka_unit_test(the_first_bytes_tell_the_total),
		cmocka_unit_test(
		    what_is_put_is_read_back_with_a_minimal_length),
		cmocka_unit_test(containers_are_wrapped_around_what_is_there),
		cmocka_unit_test(what_cannot_be_written_fills_the_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
