/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/manifest.h"

#include <string.h>

#include "crypto/ctx.h"
#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/unit/nym_try.h"

#define FIELD(s)                                                               \
	{                                                                      \
		s, sizeof(s) - 1                                               \
	}

static struct nym_key authority, stranger;
static uint8_t bytes[NYM_MANIFEST_MAX];
static size_t bytes_len;

static const struct nym_field origins[] = { FIELD("https://www.example.jp"),
	FIELD("https://example.jp:8443") };

static struct nym_manifest
sample(void)
{
	return (struct nym_manifest){ .scope = FIELD(TRY_SCOPE),
		.name = FIELD("例の図書館"),
		.purpose = FIELD("Loans, and a place on the waiting list"),
		.period = 91,
		.rate = 1,
		.flags = NYM_FLAG_ATTEST | NYM_FLAG_XL,
		.not_before = TRY_TIME,
		.not_after = TRY_TIME + 1000 };
}

static jm_err
build(const struct nym_manifest *m, size_t n, const uint8_t *d)
{
	return nym_manifest_build(
	    m, origins, n, d, bytes, sizeof bytes, &bytes_len);
}

static void
what_is_written_is_read(void **state)
{
	const struct nym_manifest m = sample();
	struct nym_manifest got;
	struct nym_field o;
	uint8_t hash[32];
	(void)state;

	assert_int_equal(build(&m, 2, authority.d), JM_OK);
	assert_int_equal(nym_manifest_parse(bytes, bytes_len, &got), JM_OK);
	assert_int_equal(got.name.len, m.name.len);
	assert_memory_equal(got.name.p, m.name.p, m.name.len);
	assert_int_equal(got.period, 91);
	assert_int_equal(got.rate, 1);
	assert_int_equal(got.flags, NYM_FLAG_ATTEST | NYM_FLAG_XL);
	assert_int_equal(got.not_before, TRY_TIME);
	assert_int_equal(got.not_after, TRY_TIME + 1000);
	assert_int_equal(got.n_origins, 2);
	for (size_t i = 0; i < 2; i++) {
		o = nym_manifest_origin(&got, i);
		assert_int_equal(o.len, origins[i].len);
		assert_memory_equal(o.p, origins[i].p, o.len);
	}
	assert_null(nym_manifest_origin(&got, 2).p);
	assert_int_equal(jm_hash(JM_SHA256, bytes, bytes_len, hash), JM_OK);
	assert_memory_equal(got.hash, hash, sizeof hash);
	assert_int_equal(nym_manifest_signed_by(&got, authority.pk), JM_OK);
	assert_int_equal(nym_manifest_signed_by(&got, stranger.pk), JM_BAD_SIG);
}

static void
level_1_asks_for_little(void **state)
{
	struct nym_manifest m = sample(), got;
	(void)state;

	for (unsigned flags = 0; flags < 32; flags++) {
		m.flags = (uint8_t)flags;
		assert_int_equal(build(&m, 1, NULL),
		    (flags &
			(NYM_FLAG_ATTEST | NYM_FLAG_BORN | NYM_FLAG_TRACE)) != 0
			? JM_ARG
			: JM_OK);
		assert_int_equal(build(&m, 2, NULL), JM_ARG);
		assert_int_equal(build(&m, 2, authority.d), JM_OK);
	}
	m.flags = 0;
	assert_int_equal(build(&m, 0, NULL), JM_OK);
	assert_int_equal(nym_manifest_parse(bytes, bytes_len, &got), JM_OK);
	assert_null(got.sig);
	assert_int_equal(
	    nym_manifest_signed_by(&got, authority.pk), JM_BAD_SIG);
}

static void
every_changed_bit_shows(void **state)
{
	const struct nym_manifest m = sample();
	struct nym_manifest got;
	(void)state;

	assert_int_equal(build(&m, 2, authority.d), JM_OK);
	for (size_t bit = 0; bit < bytes_len * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (nym_manifest_parse(bytes, bytes_len, &got) == JM_OK)
			assert_int_equal(
			    nym_manifest_signed_by(&got, authority.pk),
			    JM_BAD_SIG);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < bytes_len; n++)
		assert_int_equal(nym_manifest_parse(bytes, n, &got), JM_FORMAT);
	bytes[bytes_len] = 0;
	assert_int_equal(
	    nym_manifest_parse(bytes, bytes_len + 1, &got), JM_FORMAT);
}

static void
values_have_to_be_right(void **state)
{
	(void)state;

	for (int i = 0; i < 9; i++) {
		struct nym_manifest m = sample();
		int want = JM_ARG;

		switch (i) {
		case 0: want = JM_OK; break;
		case 1: m.scope.len--; break; /* .j: a host, another service */
		case 2: m.scope.len = 3; break;
		case 3: m.name.len = 0; break;
		case 4: m.period = 30; break;
		case 5: m.rate = 0; break;
		case 6: m.flags = 32; break;
		case 7: m.not_after = m.not_before - 1; break;
		case 8:
			m.purpose.len = 0;
			want = JM_OK;
			break;
		default: break;
		}
		assert_int_equal(
		    build(&m, 1, authority.d), i == 1 ? JM_OK : want);
	}
	const struct nym_manifest m = sample();
	const struct nym_field bad = FIELD("https://example.jp:443");
	size_t len;
	assert_int_equal(nym_manifest_build(&m, &bad, 1, authority.d, bytes,
			     sizeof bytes, &len),
	    JM_ARG);
	for (size_t cap = 0; cap < bytes_len; cap++)
		assert_int_equal(nym_manifest_build(&m, origins, 1, authority.d,
				     bytes, cap, &len),
		    JM_SPACE);
}

static void
a_text_is_what_it_looks_like(void **state)
{
	/* clang-format off */
	static const struct { const char *text; int want; } rows[] = {
		{ "", 1 }, { "a", 1 }, { "Bibliothek f\xc3\xbcr alle", 1 },
		{ "\xe5\x9b\xb3\xe6\x9b\xb8\xe9\xa4\xa8", 1 },  /* 図書館 */
		{ "\xe3\x83\x91\xe3\x83\xb3", 1 },              /* パン */
		{ "a\xe3\x80\x80" "b", 1 },                     /* U+3000 */
		{ "\xe3\x83\x8f\xe3\x82\x9a\xe3\x83\xb3", 0 },  /* ハ + U+309A */
		{ "u\xcc\x88", 0 },                             /* u + U+0308 */
		{ "\xe2\x84\xab", 0 },                          /* U+212B */
		{ "\xef\xa9\x9a", 0 },                          /* U+FA5A */
		{ "a\nb", 0 }, { "a\tb", 0 }, { "\x1b[31m", 0 }, { "\x7f", 0 },
		{ "\xc2\x85", 0 },                              /* U+0085 */
		{ "\xe2\x80\xae" "gnp", 0 },                    /* U+202E */
		{ "\xe2\x81\xa6" "x", 0 },                      /* U+2066 */
		{ "a\xe2\x80\x8b" "b", 0 },                     /* U+200B */
		{ "a\xe2\x80\x8d" "b", 0 },                     /* U+200D */
		{ "a\xc2\xad" "b", 0 },                         /* U+00AD */
		{ "\xef\xbb\xbf" "a", 0 },                      /* U+FEFF */
		{ "\xe3\x85\xa4", 0 },                          /* U+3164 */
		{ "\xe2\xa0\x80", 0 },                          /* U+2800 */
		{ "a\xc2\xa0" "b", 0 },                         /* U+00A0 */
		{ "a\xe2\x80\x8a" "b", 0 },                     /* U+200A */
		{ "a\xef\xb8\x8f", 0 },                         /* U+FE0F */
		{ "\xf3\xa0\x81\x81", 0 },                      /* U+E0041 */
		{ "\xf3\xa0\x84\x80", 0 },                      /* U+E0100 */
		{ "\xee\x80\x80", 0 },                          /* U+E000 */
		{ "\xcd\xb8", 0 },                              /* U+0378 */
		{ "\xef\xbf\xbe", 0 },                          /* U+FFFE */
		{ "\xc0\xaf", 0 }, { "\xed\xa0\x80", 0 }, { "\xff", 0 },
		{ "\xe5\x9b", 0 }, { "\xf4\x90\x80\x80", 0 },   /* no UTF-8 */
	};
	/* clang-format on */
	char full[258];
	(void)state;

	for (size_t i = 0; i < NELEM(rows); i++)
		assert_int_equal(
		    nym_text_ok(rows[i].text, strlen(rows[i].text)),
		    rows[i].want);
	memset(full, 'x', sizeof full);
	assert_int_equal(nym_text_ok(full, 256), 1);
	assert_int_equal(nym_text_ok(full, 257), 0);
	assert_int_equal(nym_text_ok("a\0b", 3), 0);
}

static int
start(void **state)
{
	(void)state;
	try_key("test:authority", 0, TRY_TIME, 0, &authority);
	try_key("test:stranger", 0, TRY_TIME, 1, &stranger);
	return 0;
}

static int
done(void **state)
{
	(void)state;
	jm_crypto_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(level_1_asks_for_little),
		cmocka_unit_test(every_changed_bit_shows),
		cmocka_unit_test(values_have_to_be_right),
		cmocka_unit_test(a_text_is_what_it_looks_like),
	};

	return cmocka_run_group_tests(tests, start, done);
}
