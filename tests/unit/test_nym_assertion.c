/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/assertion.h"

#include <string.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/unit/nym_try.h"

#define ORIGIN "https://www.example.jp"
#define CTX_ORIGIN                                                             \
	"277c1450626dc2d10aa43868ee9d19d50d03856945664bf0117e4f93e74c6cc9"
#define BODY_HASH                                                              \
	"1eb23957da4f99039f8dd38238af8afcd6e46bffd903b16d93df3e4132816018"
#define BODY_CTX_HASH                                                          \
	"cf7e1b5c78169416d50d96799910b005e05f400800e42adc7453ae620d48e421"
#define ROLL_HASH                                                              \
	"3651314035478565f76677bb9cfaab58074245584c6a1bd6b56cecd5ed0372af"
#define B_STMT_HASH                                                            \
	"daf2ac8ed528f758b47ff9ea3f404ec99dc1db6e0e1dc3efedc4a4b45c7c9a64"

static void
unhex(const char *hex, uint8_t *out, size_t want)
{
	size_t n;

	assert_int_equal(jm_hex_decode(hex, out, want, &n), JM_OK);
	assert_int_equal(n, want);
}

static void
a_context_has_the_known_value(void **state)
{
	/* tests/vectors/nym1-formats.txt */
	static const uint8_t exporter[32] = { 0x20, 0x21, 0x22, 0x23, 0x24,
		0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e,
		0x2f, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38,
		0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f };
	/* clang-format off */
	static const struct {
		const char *origin; size_t exporter; const char *session, *want;
	} rows[] = {
		{ "", 0, "", "" },
		{ ORIGIN, 0, "", CTX_ORIGIN },
		{ ORIGIN ":8443", 32, "", "1375a2f69732541416023b2481abcded"
		    "4b4e44a4958bfd3c9d06bb0e0dbc5c7a" },
		{ "", 32, "", "d7d7f26c74cf4f2a0d55de4d35e75536"
		    "93bb347eef92e9750f4861d04316e2da" },
		{ "", 0, "kiosk-7/42", "a1abb93b1ef2381d029b8f367a7d97d1"
		    "480e80d658e21fa4c2fd95389392eab3" },
	};
	/* clang-format on */
	uint8_t got[32], want[32];
	size_t len;
	(void)state;

	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(
		    nym_ctx(rows[i].origin, strlen(rows[i].origin), exporter,
			rows[i].exporter, (const uint8_t *)rows[i].session,
			strlen(rows[i].session), got, &len),
		    JM_OK);
		assert_int_equal(len, strlen(rows[i].want) / 2);
		unhex(rows[i].want, want, len);
		assert_memory_equal(got, want, len);
	}
}

static void
an_origin_has_one_spelling(void **state)
{
	static const char *const good[] = { "https://a", "https://localhost",
		"https://xn--eckwd4c7c.example", "https://a.b:1",
		"https://a.b:80", "https://a.b:65535", "https://1.example" };
	static const char *const bad[] = { "http://a.b", "HTTPS://a.b", "a.b",
		"https://", "https://A.b", "https://a.b/", "https://a.b:443",
		"https://a.b:", "https://a.b:0", "https://a.b:080",
		"https://a.b:65536", "https://a.b:123456", "https://a.b.",
		"https://.a.b", "https://a..b", "https://192.0.2.1",
		"https://[::1]", "https://u@a.b", "https://a_b.c",
		"https://-a.b", "https://a-.b", "https://ab--c.d",
		"https://a.0x1f", "https://a.b:8x", "https://a.b ", "null" };
	uint8_t ctx[32];
	size_t len;
	(void)state;

	for (size_t i = 0; i < NELEM(good); i++) {
		assert_int_equal(nym_ctx(good[i], strlen(good[i]), NULL, 0,
				     NULL, 0, ctx, &len),
		    JM_OK);
		assert_int_equal(len, 32);
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		assert_int_equal(nym_ctx(bad[i], strlen(bad[i]), NULL, 0, NULL,
				     0, ctx, &len),
		    JM_FORMAT);
		assert_int_equal(len, 0);
	}
}

static void
exporter_and_session_have_their_widths(void **state)
{
	static const uint8_t any[65];
	uint8_t ctx[32];
	size_t len;
	(void)state;

	for (size_t n = 1; n <= sizeof any; n++) {
		assert_int_equal(nym_ctx(NULL, 0, any, n, NULL, 0, ctx, &len),
		    n == 32 ? JM_OK : JM_FORMAT);
		assert_int_equal(nym_ctx(NULL, 0, NULL, 0, any, n, ctx, &len),
		    n <= 64 ? JM_OK : JM_FORMAT);
	}
}

static void
bodies_have_the_known_bytes(void **state)
{
	struct nym_request r = try_request();
	uint8_t body[NYM_BODY_MAX], ctx[32];
	struct nym_key key;
	size_t len;
	(void)state;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	assert_int_equal(nym_body(&r, key.pk, body, sizeof body, &len), JM_OK);
	assert_int_equal(len, 120);
	try_digest(body, len, BODY_HASH);
	unhex(CTX_ORIGIN, ctx, sizeof ctx);
	r.ctx = ctx;
	assert_int_equal(nym_body(&r, key.pk, body, sizeof body, &len), JM_OK);
	assert_int_equal(len, 152);
	try_digest(body, len, BODY_CTX_HASH);
}

static void
a_rollover_has_the_known_bytes(void **state)
{
	struct nym_request r = try_request();
	struct nym_key old, key;
	static uint8_t wire[TRY_WIRE];
	struct nym_assertion a;
	size_t len;
	(void)state;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &old);
	try_key(TRY_SCOPE, 0, TRY_TIME, 1, &key);
	assert_int_equal(
	    nym_assert(&r, &key, &old, NULL, NULL, wire, sizeof wire, &len),
	    JM_OK);
	assert_int_equal(nym_wire_parse(wire, len, &a), JM_OK);
	assert_int_equal(a.roll.len, NYM_ROLL_LEN);
	try_digest(a.roll.p, a.roll.len, ROLL_HASH);
	assert_memory_equal(a.roll_pk_old.p, old.pk, sizeof old.pk);
	assert_memory_equal(a.pk, key.pk, sizeof key.pk);
	assert_int_equal(
	    nym_assert(&r, &key, &key, NULL, NULL, wire, sizeof wire, &len),
	    JM_ARG);
	assert_int_equal(len, 0);
}

/* nym1.md, section 13: "B stmt" */
static struct nym_stmt
stmt_b(uint8_t mem[32 + 32 + 16 + 32 + 32])
{
	unhex(
	    "65afcb9a4281d20e7f1b6ddfbba73246117e745e26d860f86141881a722d9e2f",
	    mem, 32);
	unhex(
	    "43b5122361eb7a7ba8f8c7857b998c8f293bf8e7a7aa5a3759a7a93441606593",
	    mem + 32, 32);
	unhex("626b9d119b847a0445f6c0f9692122f6", mem + 64, 16);
	unhex(
	    "3ac5bcb5243f3ff05c8053f8993fb51be6ca776b282f3bda08e734ab350b1c2e",
	    mem + 80, 32);
	assert_int_equal(
	    jm_hash(JM_SHA256, try_challenge, 32, mem + 112), JM_OK);
	return (struct nym_stmt){ .kind = NYM_KIND_CARD,
		.sh = mem,
		.use = NYM_USE_ASSERT,
		.x = mem + 32,
		.rate = 1,
		.fresh = mem + 112,
		.xt = mem + 64,
		.xl_root = mem + 80 };
}

static void
a_statement_has_the_known_bytes(void **state)
{
	uint8_t mem[144], out[NYM_STMT_MAX], again[NYM_STMT_MAX];
	struct nym_stmt s = stmt_b(mem), got;
	size_t len, n;
	(void)state;

	assert_int_equal(nym_stmt_build(&s, out, sizeof out, &len), JM_OK);
	assert_int_equal(len, 202);
	try_digest(out, len, B_STMT_HASH);
	assert_int_equal(nym_stmt_parse(out, len, &got), JM_OK);
	assert_int_equal(got.kind, NYM_KIND_CARD);
	assert_null(got.srl_root);
	assert_null(got.trace);
	assert_false(got.has_born);
	assert_int_equal(nym_stmt_build(&got, again, sizeof again, &n), JM_OK);
	assert_int_equal(n, len);
	assert_memory_equal(out, again, n);
	for (n = 0; n < len; n++) /* every shorter one, every room too small */
		assert_int_equal(nym_stmt_parse(out, n, &got), JM_FORMAT);
	for (size_t cap = 0; cap < len; cap++)
		assert_int_equal(nym_stmt_build(&s, again, cap, &n), JM_SPACE);
}

static void
a_statement_of_a_mix_is_not_made(void **state)
{
	uint8_t mem[144], out[NYM_STMT_MAX];
	size_t len;
	(void)state;

	for (int i = 0; i < 12; i++) {
		struct nym_stmt s = stmt_b(mem);

		switch (i) {
		case 0: s.fresh = NULL; break;
		case 1: s.not_before = 86400; break;
		case 2: s.not_after = 86400; break;
		case 3: s.kind = NYM_KIND_REGISTRAR; break; /* fresh */
		case 4:
			s.kind = NYM_KIND_REGISTRAR;
			s.fresh = NULL;
			s.not_before = 86400; /* after not_after */
			break;
		case 5:
			s.kind = NYM_KIND_REGISTRAR;
			s.fresh = NULL;
			s.not_after = 86401; /* no midnight */
			break;
		case 6: s.rate = 0; break;
		case 7: s.period = 30; break;
		case 8: s.epoch = 1; break;
		case 9: s.kind = (enum nym_kind)3; break;
		case 10: s.use = (enum nym_use)4; break;
		case 11: s.xt = NULL; break;
		default: break;
		}
		assert_int_equal(
		    nym_stmt_build(&s, out, sizeof out, &len), JM_ARG);
	}
}

static void
what_is_asked_for_has_to_fit(void **state)
{
	struct nym_request good = try_request();
	uint8_t body[NYM_BODY_MAX], long_one[65] = { 0 };
	struct nym_key key;
	size_t len;
	(void)state;

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	for (size_t n = 0; n <= sizeof long_one; n++) {
		struct nym_request r = good;

		r.challenge = long_one;
		r.challenge_len = n;
		assert_int_equal(nym_body(&r, key.pk, body, sizeof body, &len),
		    n >= 16 && n <= 64 ? JM_OK : JM_ARG);
	}
	good.period = 30;
	assert_int_equal(
	    nym_body(&good, key.pk, body, sizeof body, &len), JM_ARG);
	good = try_request();
	good.scope = "web:Example.jp";
	assert_int_equal(
	    nym_body(&good, key.pk, body, sizeof body, &len), JM_SCOPE);
	good.scope = "self:vault/aaaqeayeaudaocajbifqydiob4";
	good.scope_len = strlen(good.scope);
	assert_int_equal(
	    nym_body(&good, key.pk, body, sizeof body, &len), JM_SCOPE);
	good = try_request();
	for (size_t cap = 0; cap < 120; cap++)
		assert_int_equal(
		    nym_body(&good, key.pk, body, cap, &len), JM_SPACE);
}

/* A registrar's half: xt by its own number, the proof of possession. */
static void
a_registrar_attests_the_holder_of_the_key(void **state)
{
	/* HMAC(00..1f, ENC("NYM1/reg-xt", "person-1", sh, 0000, 00000000,
	 * 00000001)), by another program */
	static const uint8_t k_reg[32] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
		28, 29, 30, 31 };
	const struct nym_field person = { "person-1", 8 };
	struct nym_field chal = { try_challenge, 32 };
	uint8_t sh[32], xt[16], other[16], want[16], sig[64];
	struct nym_key key, stranger;
	(void)state;

	assert_int_equal(
	    nym_scope_hash(TRY_SCOPE, strlen(TRY_SCOPE), sh), JM_OK);
	assert_int_equal(nym_reg_xt(k_reg, &person, sh, 0, 0, 1, xt), JM_OK);
	unhex("6038220c5db0213b1ac207f4b677d217", want, sizeof want);
	assert_memory_equal(xt, want, sizeof xt);
	assert_int_equal(nym_reg_xt(k_reg, &person, sh, 0, 0, 2, other), JM_OK);
	assert_memory_not_equal(xt, other, sizeof xt);
	assert_int_equal(nym_reg_xt(k_reg, &person, sh, 30, 0, 1, xt), JM_ARG);

	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &key);
	try_key(TRY_SCOPE, 0, TRY_TIME, 1, &stranger);
	assert_int_equal(nym_reg_prove(sh, &key, &chal, sig), JM_OK);
	assert_int_equal(nym_reg_check(sh, key.pk, &chal, sig), JM_OK);
	assert_int_equal(
	    nym_reg_check(sh, stranger.pk, &chal, sig), JM_BAD_SIG);
	chal.len = 31;
	assert_int_equal(nym_reg_check(sh, key.pk, &chal, sig), JM_BAD_SIG);
	chal.len = 15;
	assert_int_equal(nym_reg_check(sh, key.pk, &chal, sig), JM_ARG);
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
		cmocka_unit_test(a_context_has_the_known_value),
		cmocka_unit_test(an_origin_has_one_spelling),
		cmocka_unit_test(exporter_and_session_have_their_widths),
		cmocka_unit_test(bodies_have_the_known_bytes),
		cmocka_unit_test(a_rollover_has_the_known_bytes),
		cmocka_unit_test(a_statement_has_the_known_bytes),
		cmocka_unit_test(a_statement_of_a_mix_is_not_made),
		cmocka_unit_test(what_is_asked_for_has_to_fit),
		cmocka_unit_test(a_registrar_attests_the_holder_of_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
