/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What programs may have signed, and what never. */
#include "tests/support/test.h"

#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "crypto/rsa_pad.h"
#include "objects/guard.h"

static const struct jm_guard_policy usual = { .allow_sha1 = 1 };
static const struct jm_guard_policy no_sha1 = { .allow_sha1 = 0 };
static const struct jm_guard_policy raw = { .allow_sha1 = 1, .allow_raw = 1 };

static const struct jm_guard_policy raw_no_sha1 = { .allow_raw = 1 };

static const enum jm_hash hashes[] = { JM_SHA1, JM_SHA256, JM_SHA384,
	JM_SHA512 };

static size_t
digestinfo(enum jm_hash h, uint8_t out[JM_DIGESTINFO_MAX])
{
	uint8_t digest[JM_DIGEST_MAX];
	size_t len;

	memset(digest, 0x5a, sizeof digest);
	jm_digestinfo(h, digest, out, &len);
	return len;
}

/* nym1.md 4.3, T_X: the DigestInfo whose signature is key material. */
static size_t
reserved(uint8_t out[64])
{
	size_t len;

	assert_int_equal(
	    jm_hex_decode("303C3018"
			  "0614"
			  "6981FA8F9D94CDC1F2ADF59FAC8BEDF2E0FDD401"
			  "05000420",
		out, 64, &len),
	    JM_OK);
	memset(out + len, 0xa5, 32);
	return len + 32;
}

static void
the_four_digestinfos_pass(void **state)
{
	uint8_t t[JM_DIGESTINFO_MAX];

	(void)state;
	for (size_t i = 0; i < NELEM(hashes); i++) {
		const size_t len = digestinfo(hashes[i], t);

		assert_int_equal(jm_guard(&usual, t, len), JM_OK);
		assert_int_equal(jm_guard(&no_sha1, t, len),
		    hashes[i] == JM_SHA1 ? JM_REFUSED : JM_OK);
	}
}

static void
anything_near_a_digestinfo_is_refused(void **state)
{
	uint8_t t[JM_DIGESTINFO_MAX + 1];

	(void)state;
	for (size_t i = 0; i < NELEM(hashes); i++) {
		const size_t len = digestinfo(hashes[i], t);
		const size_t head = len - jm_hash_len(hashes[i]);

		t[len] = 0;
		assert_int_equal(jm_guard(&usual, t, len + 1), JM_REFUSED);
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(jm_guard(&usual, t, cut), JM_REFUSED);
		for (size_t bit = 0; bit < head * 8; bit++) {
			t[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(jm_guard(&usual, t, len), JM_REFUSED);
			t[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static void
raw_data_needs_the_switch(void **state)
{
	uint8_t data[246];

	(void)state;
	memset(data, 0x42, sizeof data);
	assert_int_equal(jm_guard(&usual, data, 5), JM_REFUSED);
	assert_int_equal(jm_guard(&usual, data, 36), JM_REFUSED); /* TLS 1.1 */
	assert_int_equal(jm_guard(&raw, data, 1), JM_OK);
	assert_int_equal(jm_guard(&raw, data, 36), JM_OK);
	assert_int_equal(jm_guard(&raw, data, 245), JM_OK);
	assert_int_equal(jm_guard(&raw, data, 246), JM_REFUSED);
	assert_int_equal(jm_guard(&raw, data, 0), JM_REFUSED);
	assert_int_equal(jm_guard(&raw, NULL, 5), JM_REFUSED);
}

static void
the_reserved_oid_is_refused_with_every_policy(void **state)
{
	static const struct jm_guard_policy *const all[] = { &usual, &no_sha1,
		&raw };
	uint8_t t[64], wide[245];
	const size_t len = reserved(t);

	(void)state;
	assert_int_equal(len, 62);
	for (size_t i = 0; i < NELEM(all); i++) {
		assert_int_equal(jm_guard(all[i], t, len), JM_REFUSED);
		for (size_t at = 0; at + 20 <= sizeof wide; at++) {
			memset(wide, 0x11, sizeof wide);
			memcpy(wide + at, t + 6, 20);
			assert_int_equal(
			    jm_guard(all[i], wide, sizeof wide), JM_REFUSED);
		}
	}
	/* One byte off is somebody else's OID. */
	t[6 + 19] ^= 1;
	assert_int_equal(jm_guard(&raw, t, len), JM_OK);
}

static void
a_hash_value_is_known_by_its_length(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 70; n++) {
		const int known = n == 32 || n == 48 || n == 64;
		const int fits = n >= 1 && n <= 64;

		assert_int_equal(jm_guard_hash(&usual, n),
		    known || n == 20 ? JM_OK : JM_REFUSED);
		assert_int_equal(
		    jm_guard_hash(&no_sha1, n), known ? JM_OK : JM_REFUSED);
		assert_int_equal(
		    jm_guard_hash(&raw, n), fits ? JM_OK : JM_REFUSED);
		assert_int_equal(jm_guard_hash(&raw_no_sha1, n),
		    fits && n != 20 ? JM_OK : JM_REFUSED);
	}
}

/* What the identifier scheme hashes begins so (nym1.md, section 3). */
static void
messages_of_the_identifier_scheme_are_refused(void **state)
{
	/* clang-format off */
	static const struct { const char *hex; jm_err want; } row[] = {
		{ "00064E594D312F41010020", JM_REFUSED }, /* M, "NYM1/A" */
		{ "00054E594D312F",         JM_REFUSED },
		{ "000B4E594D312F61",       JM_REFUSED },
		{ "00FF4E594D312F",         JM_REFUSED },
		{ "00044E594D312F",         JM_OK }, /* too short a label */
		{ "01064E594D312F",         JM_OK },
		{ "00064E594D322F",         JM_OK },
		{ "00064E594D31",           JM_OK }, /* ends before it */
		{ "0000064E594D312F",       JM_OK },
		{ "",                       JM_OK },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		uint8_t b[16];
		size_t len;

		assert_int_equal(
		    jm_hex_decode(row[i].hex, b, sizeof b, &len), JM_OK);
		assert_int_equal(jm_guard_message(b, len), row[i].want);
		/* In parts of one byte, and of two. */
		for (size_t part = 1; part <= 2; part++) {
			struct jm_guard_head h = { .len = 0 };

			for (size_t at = 0; at < len; at += part)
				jm_guard_head_add(&h, b + at,
				    len - at < part ? len - at : part);
			jm_guard_head_add(&h, "x", 0);
			assert_true(h.len <= sizeof h.first);
			assert_int_equal(
			    jm_guard_message(h.first, h.len), row[i].want);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_four_digestinfos_pass),
		cmocka_unit_test(anything_near_a_digestinfo_is_refused),
		cmocka_unit_test(raw_data_needs_the_switch),
		cmocka_unit_test(the_reserved_oid_is_refused_with_every_policy),
		cmocka_unit_test(a_hash_value_is_known_by_its_length),
		cmocka_unit_test(messages_of_the_identifier_scheme_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
