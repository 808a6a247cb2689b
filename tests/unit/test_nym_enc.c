/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/enc.h"

#include <string.h>

#include "crypto/digest.h"
#include "crypto/hmac.h"
#include "tests/support/fault.h"
#include "tests/support/test.h"

static const uint8_t key[] = { 'k', 'e', 'y' };
static uint8_t big[0x20000], zeros[0x10000];
static struct nym_field many[256];

static void
an_enc_is_its_label_its_count_and_its_fields(void **state)
{
	static const uint8_t want[] = "\0\2ab\3\0\1x\0\0\0\3abc";
	const struct nym_field f[] = { { "x", 1 }, { NULL, 0 }, { "abc", 3 } };
	struct nym_field back[3];
	uint8_t out[64], hash[32], direct[32], mac[32];
	struct jm_wbuf w;
	size_t n;
	(void)state;

	jm_wbuf_init(&w, out, sizeof out - 1);
	nym_put_enc(&w, "ab", f, 3);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
	assert_int_equal(n, sizeof want - 1);
	assert_memory_equal(out, want, n);
	assert_int_equal(nym_parse_enc(out, n, "ab", back, 3), JM_OK);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(back[i].len, f[i].len);
		if (f[i].len > 0)
			assert_memory_equal(back[i].p, f[i].p, f[i].len);
	}
	assert_int_equal(nym_enc_hash("ab", f, 3, hash), JM_OK);
	assert_int_equal(jm_hash(JM_SHA256, out, n, direct), JM_OK);
	assert_memory_equal(hash, direct, 32);
	assert_int_equal(nym_enc_hmac(key, 3, "ab", f, 3, -1, mac), JM_OK);
	assert_int_equal(jm_hmac("key", 3, out, n, direct), JM_OK);
	assert_memory_equal(mac, direct, 32);
	out[n] = 0xff;
	assert_int_equal(nym_enc_hmac(key, 3, "ab", f, 3, 0xff, mac), JM_OK);
	assert_int_equal(jm_hmac("key", 3, out, n + 1, direct), JM_OK);
	assert_memory_equal(mac, direct, 32);
}

static void
a_field_has_65535_bytes_at_most(void **state)
{
	struct jm_wbuf w;
	(void)state;

	jm_wbuf_init(&w, big, sizeof big);
	nym_put_lp(&w, many, 0);
	nym_put_lp(&w, zeros, 0xffff);
	assert_false(w.full);
	assert_int_equal(w.len, 2 + 2 + 0xffff);
	assert_memory_equal(big, "\0\0\xff\xff", 4);
	/* there is room for it, and none in its length */
	jm_wbuf_init(&w, big, sizeof big);
	nym_put_lp(&w, zeros, sizeof zeros);
	assert_true(w.full);
	assert_int_equal(w.len, 0);
	jm_wbuf_init(&w, big, sizeof big);
	nym_put_lp(&w, zeros, (size_t)0x10000 << 16);
	assert_true(w.full);
}

static void
an_enc_has_255_fields_at_most(void **state)
{
	struct jm_wbuf w;
	uint8_t hash[32], zero[32] = { 0 };
	(void)state;

	jm_wbuf_init(&w, big, sizeof big);
	nym_put_enc(&w, "L", many, 255);
	assert_false(w.full);
	assert_int_equal(w.len, 3 + 1 + 2 * 255);
	assert_int_equal(big[3], 255);
	assert_int_equal(nym_parse_enc(big, w.len, "L", many, 255), JM_OK);
	assert_int_equal(nym_enc_hash("L", many, 255, hash), JM_OK);
	nym_put_enc(&w, "L", many, 256);
	assert_true(w.full);
	memset(hash, 1, sizeof hash);
	assert_int_equal(nym_enc_hash("L", many, 256, hash), JM_ARG);
	assert_memory_equal(hash, zero, 32);
	memset(hash, 1, sizeof hash);
	assert_int_equal(nym_enc_hmac(key, 1, "L", many, 256, 1, hash), JM_ARG);
	assert_memory_equal(hash, zero, 32);
	memset(many, 0, sizeof many);
}

static void
what_is_hashed_fits_64_kib(void **state)
{
	/* label, count and the lengths of two fields: 3 + 1 + 2 + 2 */
	struct nym_field f[2] = { { big, 0x8000 }, { big, 0x8000 - 8 } };
	uint8_t hash[32], direct[32], zero[32] = { 0 };
	struct jm_wbuf w;
	(void)state;

	memset(big, 0, sizeof big);
	assert_int_equal(nym_enc_hash("L", f, 2, hash), JM_OK);
	jm_wbuf_init(&w, big, sizeof big);
	nym_put_enc(&w, "L", (struct nym_field[]){ { NULL, 0 } }, 1);
	big[3] = 2;
	memset(big + 4, 0, sizeof big - 4);
	big[4] = 0x80;
	big[4 + 2 + 0x8000] = 0x7f;
	big[4 + 2 + 0x8001] = 0xf8;
	assert_int_equal(jm_hash(JM_SHA256, big, 0x10000, direct), JM_OK);
	assert_memory_equal(hash, direct, 32);
	f[1].len++;
	assert_int_equal(nym_enc_hash("L", f, 2, hash), JM_ARG);
	assert_memory_equal(hash, zero, 32);
	f[1].len = SIZE_MAX;
	assert_int_equal(nym_enc_hash("L", f, 2, hash), JM_ARG);
}

static void
what_a_key_is_put_to_fits_1_kib(void **state)
{
	struct nym_field f = { big, 1024 - 6 };
	uint8_t mac[32], zero[32] = { 0 };
	(void)state;

	assert_int_equal(nym_enc_hmac(key, 1, "L", &f, 1, -1, mac), JM_OK);
	assert_int_equal(nym_enc_hmac(key, 1, "L", &f, 1, 0, mac), JM_ARG);
	assert_memory_equal(mac, zero, 32);
	f.len++;
	memset(mac, 1, sizeof mac);
	assert_int_equal(nym_enc_hmac(key, 1, "L", &f, 1, -1, mac), JM_ARG);
	assert_memory_equal(mac, zero, 32);
}

static void
only_the_exact_form_is_parsed(void **state)
{
	/* clang-format off */
	static const struct { const char *bytes; size_t len; jm_err e; } row[] = {
		{ "\0\1L\2\0\1x\0\0", 9, JM_OK },
		{ "\0\1L\2\0\1x\0\0\0", 10, JM_FORMAT },    /* one behind */
		{ "\0\1L\2\0\1x\0", 8, JM_FORMAT },         /* cut */
		{ "\0\1L\2\0\1x", 7, JM_FORMAT },
		{ "\0\1L\2\0\2x\0\0", 9, JM_FORMAT },       /* past the end */
		{ "\0\1M\2\0\1x\0\0", 9, JM_FORMAT },       /* label */
		{ "\0\2LL\2\0\1x\0\0", 10, JM_FORMAT },
		{ "\0\0\2\0\1x\0\0", 8, JM_FORMAT },
		{ "\0\1L\1\0\1x", 7, JM_FORMAT },           /* count */
		{ "\0\1L\3\0\1x\0\0\0\0", 11, JM_FORMAT },
		{ "\0\1L", 3, JM_FORMAT },
		{ "\0", 1, JM_FORMAT },
		{ "", 0, JM_FORMAT },
	};
	/* clang-format on */
	struct nym_field f[2];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		memset(f, 0xa5, sizeof f);
		if (nym_parse_enc(row[i].bytes, row[i].len, "L", f, 2) !=
		    row[i].e)
			fail_msg("row %zu", i);
		if (row[i].e != JM_OK)
			assert_null(f[0].p);
	}
}

static void
a_number_has_its_exact_width(void **state)
{
	static const uint8_t v[] = { 0x81, 0x92, 0xa3, 0xb4, 0xc5 };
	uint32_t u32;
	uint16_t u16;
	uint8_t u8;
	(void)state;

	for (size_t n = 0; n <= sizeof v; n++) {
		const struct nym_field f = { n == 0 ? NULL : v, n };

		assert_int_equal(
		    nym_field_u8(&f, &u8), n == 1 ? JM_OK : JM_FORMAT);
		assert_int_equal(u8, n == 1 ? 0x81 : 0);
		assert_int_equal(
		    nym_field_u16(&f, &u16), n == 2 ? JM_OK : JM_FORMAT);
		assert_int_equal(u16, n == 2 ? 0x8192 : 0);
		assert_int_equal(
		    nym_field_u32(&f, &u32), n == 4 ? JM_OK : JM_FORMAT);
		assert_int_equal(u32, n == 4 ? 0x8192a3b4 : 0);
	}
}

/* On both sides of the length up to which it is put together first. */
static void
short_and_long_are_hashed_alike(void **state)
{
	static uint8_t mem[1200], much[1100];
	uint8_t got[32], want[32];
	struct jm_wbuf w;
	size_t len;
	(void)state;

	for (size_t n = 0; n <= sizeof much; n++) {
		const struct nym_field f[] = { { much, n }, { "x", 1 } };

		if (n > 0)
			much[n - 1] = (uint8_t)(n * 7);
		jm_wbuf_init(&w, mem, sizeof mem);
		nym_put_enc(&w, "L", f, 2);
		assert_int_equal(jm_wbuf_done(&w, &len), JM_OK);
		assert_int_equal(jm_hash(JM_SHA256, mem, len, want), JM_OK);
		assert_int_equal(nym_enc_hash("L", f, 2, got), JM_OK);
		assert_memory_equal(got, want, sizeof got);
	}
}

static void
without_memory_nothing_is_hashed(void **state)
{
	static const uint8_t much[600]; /* what is short needs none */
	const struct nym_field f = { much, sizeof much };
	uint8_t hash[32], zero[32] = { 0 };
	unsigned n;
	jm_err e;
	(void)state;

	for (n = 0;; n++) {
		memset(hash, 1, sizeof hash);
		fault_arm(n);
		e = nym_enc_hash("L", &f, 1, hash);
		if (!fault_fired())
			break;
		assert_int_equal(e, JM_NOMEM);
		assert_memory_equal(hash, zero, 32);
	}
	assert_int_equal(e, JM_OK);
	assert_true(n > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_enc_is_its_label_its_count_and_its_fields),
		cmocka_unit_test(a_field_has_65535_bytes_at_most),
		cmocka_unit_test(an_enc_has_255_fields_at_most),
		cmocka_unit_test(what_is_hashed_fits_64_kib),
		cmocka_unit_test(what_a_key_is_put_to_fits_1_kib),
		cmocka_unit_test(only_the_exact_form_is_parsed),
		cmocka_unit_test(a_number_has_its_exact_width),
		cmocka_unit_test(short_and_long_are_hashed_alike),
		cmocka_unit_test(without_memory_nothing_is_hashed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
