/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the commands of service identities make of their words. */
#include "tests/support/test.h"

#include <string.h>

#include "tools/jumin/nym_args.h"
#include "tools/jumin/nym_show.h"
#include "tools/jumin/out.h"

static struct cli_args
with(enum cli_opt opt, const char *value)
{
	struct cli_args a = { .given = CLI_BIT(opt) };

	a.value[opt] = value;
	return a;
}

static void
a_challenge_is_hex_or_base64url(void **state)
{
	/* clang-format off */
	static const struct { const char *text; size_t len; uint8_t first, last; } row[] = {
		{ "000102030405060708090a0b0c0d0e0f", 16, 0x00, 0x0f },
		{ "F00102030405060708090A0B0C0D0E0F", 16, 0xf0, 0x0f },
		{ "AAECAwQFBgcICQoLDA0ODw",           16, 0x00, 0x0f },
		/* 22 hexadecimal digits are 11 bytes: too few, so it is the other */
		{ "AAAAAAAAAAAAAAAAAAAAAA",           16, 0x00, 0x00 },
		{ "-__--__--__--__--__--w",           16, 0xfb, 0xfb },
	};
	static const char *const bad[] = { "", "00",
		"000102030405060708090a0b0c0d0e0",
		"000102030405060708090a0b0c0d0e0f ",
		"AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0ODx",
		"AAECAwQFBgcICQoLDA0O+w", "AAECAwQFBgcICQoLDA0O",
	};
	/* clang-format on */
	uint8_t out[NYM_CHALLENGE_MAX];
	char longest[131];
	struct cli_args a;
	size_t len;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		a = with(CLI_CHALLENGE, row[i].text);
		assert_int_equal(cli_nym_challenge(&a, out, &len), EX_OK);
		assert_int_equal(len, row[i].len);
		assert_int_equal(out[0], row[i].first);
		if (i < 3)
			assert_int_equal(out[15], row[i].last);
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		a = with(CLI_CHALLENGE, bad[i]);
		assert_int_equal(cli_nym_challenge(&a, out, &len), EX_USAGE);
	}
	memset(longest, 'a', sizeof longest);
	longest[128] = '\0';
	a = with(CLI_CHALLENGE, longest);
	assert_int_equal(cli_nym_challenge(&a, out, &len), EX_OK);
	assert_int_equal(len, 64);
	longest[128] = 'a';
	longest[130] = '\0';
	assert_int_equal(cli_nym_challenge(&a, out, &len), EX_USAGE);
}

static void
scopes_tell_the_use_of_their_keys(void **state)
{
	/* clang-format off */
	static const struct { const char *scope; enum nym_use use; } row[] = {
		{ "web:example.jp",      NYM_USE_ASSERT },
		{ "app:jp.example",      NYM_USE_ASSERT },
		{ "kiosk:example.jp/a",  NYM_USE_ASSERT },
		{ "test:a",              NYM_USE_ASSERT },
		{ "ssh:host",            NYM_USE_RAW },
		{ "p11:home",            NYM_USE_RAW },
	};
	/* clang-format on */
	const struct cli_args none = { .given = 0 };
	struct cli_nym n;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(cli_nym_args(&none, row[i].scope, &n), EX_OK);
		assert_int_equal(n.use, row[i].use);
		assert_int_equal(n.mode, 0);
		assert_int_equal(n.site_profile, NYM_PROFILE_X);
	}
	assert_int_equal(
	    cli_nym_args(&none, "self:vault/aaaqeayeaudaocajbifqydiob4", &n),
	    EX_USAGE);
}

static void
a_period_is_one_of_four(void **state)
{
	static const char *const bad[] = { "", "1", "-7", "07x", "14", "65543",
		"4294967303" };
	struct cli_nym n = { .use = NYM_USE_ASSERT };
	struct cli_args a = with(CLI_PERIOD, "28");
	(void)state;

	assert_int_equal(cli_nym_period(&a, &n), EX_OK);
	assert_int_equal(n.period, 28);
	assert_true(n.period_given);
	for (size_t i = 0; i < NELEM(bad); i++) {
		a = with(CLI_PERIOD, bad[i]);
		assert_int_equal(cli_nym_period(&a, &n), EX_USAGE);
	}
	n.use = NYM_USE_RAW;
	a = with(CLI_PERIOD, "7");
	assert_int_equal(cli_nym_period(&a, &n), EX_USAGE);
	a = with(CLI_PERIOD, "0");
	assert_int_equal(cli_nym_period(&a, &n), EX_OK);
}

/* nym1.md, section 13 */
static void
a_place_is_hashed_as_the_known_answer(void **state)
{
	struct cli_args a = with(CLI_ORIGIN, "https://www.example.jp");
	char hex[65];
	uint8_t ctx[NYM_CTX_LEN];
	size_t len;
	(void)state;

	assert_int_equal(cli_nym_ctx(&a, ctx, &len), EX_OK);
	assert_int_equal(len, 32);
	assert_string_equal(cli_hex(ctx, len, hex, sizeof hex),
	    "277c1450626dc2d10aa43868ee9d19d50d03856945664bf0117e4f93e74c6cc9");
	a = (struct cli_args){ .given = 0 };
	assert_int_equal(cli_nym_ctx(&a, ctx, &len), EX_OK);
	assert_int_equal(len, 0);
	a = with(CLI_ORIGIN, "");
	assert_int_equal(cli_nym_ctx(&a, ctx, &len), EX_OK);
	assert_int_equal(len, 0);
}

static void
times_fit_32_bits(void **state)
{
	struct cli_args a = with(CLI_TIME, "4294967295");
	int64_t t = -1;
	(void)state;

	assert_int_equal(cli_nym_seconds(&a, CLI_TIME, &t), EX_OK);
	assert_true(t == 4294967295);
	a = with(CLI_TIME, "4294967296");
	assert_int_equal(cli_nym_seconds(&a, CLI_TIME, &t), EX_USAGE);
	t = 7;
	a = (struct cli_args){ .given = 0 };
	assert_int_equal(cli_nym_seconds(&a, CLI_TIME, &t), EX_OK);
	assert_true(t == 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_challenge_is_hex_or_base64url),
		cmocka_unit_test(scopes_tell_the_use_of_their_keys),
		cmocka_unit_test(a_period_is_one_of_four),
		cmocka_unit_test(a_place_is_hashed_as_the_known_answer),
		cmocka_unit_test(times_fit_32_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
