/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "crypto/pubkey.h"
#include "crypto/rsa_pad.h"
#include "tests/support/test.h"
#include "tests/support/vc_try.h"
#include "tests/support/vc_write.h"

#define HASH_HEX                                                               \
	"000102030405060708090A0B0C0D0E0F"                                     \
	"101112131415161718191A1B1C1D1E1F"

static void
public_key(struct vc_try *t, unsigned id, struct jm_rsa_pub *pub)
{
	assert_int_equal(jm_soft_key_pub(vc_jpki_file(t, id)->key, pub), JM_OK);
}

/* 80 2A p1 p2 with n bytes of data, all 5A, and Le 00. */
static unsigned
sign_bytes(struct vc_try *t, unsigned p1, unsigned p2, size_t n)
{
	char hex[2 * 300 + 16];
	int at =
	    snprintf(hex, sizeof hex, "802A%02X%02X%02X", p1, p2, (unsigned)n);

	for (size_t i = 0; i < n; i++)
		at += snprintf(hex + at, sizeof hex - (size_t)at, "5A");
	snprintf(hex + at, sizeof hex - (size_t)at, "00");
	return vc_say(t, hex);
}

static void
each_mode_makes_the_signature_it_says(void **state)
{
	struct vc_try *t = *state;
	uint8_t message[100], hash[JM_DIGEST_MAX], info[JM_DIGESTINFO_MAX];
	struct jm_rsa_pub pub;
	size_t info_len;

	memset(message, 0x5a, sizeof message);
	public_key(t, 0x17, &pub);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	assert_int_equal(
	    jm_hash(JM_SHA256, message, sizeof message, hash), JM_OK);

	assert_int_equal(sign_bytes(t, 0, 0x97, 100), 0x9000);
	assert_int_equal(t->rsp_len, 256);
	assert_int_equal(
	    jm_rsa_verify_raw(&pub, message, 100, t->rsp, 256), JM_OK);
	assert_int_equal(sign_bytes(t, 1, 0x97, 100), 0x9000);
	assert_int_equal(jm_rsa_verify_raw(&pub, hash, 32, t->rsp, 256), JM_OK);
	assert_int_equal(sign_bytes(t, 3, 0x97, 100), 0x9000);
	jm_digestinfo(JM_SHA256, hash, info, &info_len);
	assert_int_equal(
	    jm_rsa_verify_raw(&pub, info, info_len, t->rsp, 256), JM_OK);
	assert_int_equal(sign_bytes(t, 5, 0x97, 100), 0x9000);
	assert_int_equal(
	    jm_rsa_verify_pss(&pub, JM_SHA256, hash, t->rsp, 256), JM_OK);

	for (size_t i = 0; i < 32; i++)
		hash[i] = (uint8_t)i;
	jm_digestinfo(JM_SHA256, hash, info, &info_len);
	assert_int_equal(vc_say(t, "802A029720" HASH_HEX "00"), 0x9000);
	assert_int_equal(
	    jm_rsa_verify_raw(&pub, info, info_len, t->rsp, 256), JM_OK);
	assert_int_equal(vc_say(t, "802A049720" HASH_HEX "00"), 0x9000);
	assert_int_equal(
	    jm_rsa_verify_pss(&pub, JM_SHA256, hash, t->rsp, 256), JM_OK);
	vc_param(t, "pss-salt=20");
	assert_int_equal(vc_say(t, "802A049720" HASH_HEX "00"), 0x9000);
	assert_int_equal(
	    jm_rsa_verify_pss(&pub, JM_SHA256, hash, t->rsp, 256), JM_BAD_SIG);
}

static void
each_mode_takes_these_lengths(void **state)
{
	/* clang-format off */
	static const struct { unsigned p1, n, sw; } row[] = {
		{ 0, 1, 0x9000 }, { 0, 245, 0x9000 }, { 0, 246, 0x6985 },
		{ 1, 1, 0x9000 }, { 1, 255, 0x9000 },
		{ 2, 31, 0x6985 }, { 2, 32, 0x9000 }, { 2, 33, 0x6985 },
		{ 3, 255, 0x9000 }, { 4, 31, 0x6985 }, { 4, 32, 0x9000 },
		{ 4, 51, 0x6985 }, { 5, 255, 0x9000 },
		{ 6, 32, 0x6a86 }, { 0xff, 32, 0x6a86 },
	};
	/* clang-format on */
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	vc_say(t, VERIFY_AUTH);
	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(
		    sign_bytes(t, row[i].p1, 0x97, row[i].n), row[i].sw);
	assert_int_equal(vc_say(t, "802A009700"), 0x6985);     /* no data */
	assert_int_equal(vc_say(t, "802A0097015A"), 0x6700);   /* no Le */
	assert_int_equal(vc_say(t, "802A0097015AFF"), 0x6700); /* short Le */
	vc_param(t, "sign-length-sw=6700");
	assert_int_equal(sign_bytes(t, 2, 0x97, 31), 0x6700);
}

static void
modes_that_the_card_lacks_are_refused(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	vc_say(t, VERIFY_AUTH);
	vc_param(t, "sign-modes=0,2");
	for (unsigned p1 = 0; p1 <= 5; p1++)
		assert_int_equal(sign_bytes(t, p1, 0x97, 32),
		    p1 == 0 || p1 == 2 ? 0x9000 : 0x6a86);
}

static void
each_key_wants_its_own_pin(void **state)
{
	struct vc_try *t = *state;
	struct jm_rsa_pub auth, sign;

	public_key(t, 0x17, &auth);
	public_key(t, 0x1a, &sign);
	assert_memory_not_equal(auth.n, sign.n, auth.n_len);
	assert_int_equal(
	    sign_bytes(t, 0, 0x97, 1), 0x6a82); /* no application */
	vc_say(t, SELECT_JPKI);
	assert_int_equal(sign_bytes(t, 0, 0x97, 1), 0x6982);
	assert_int_equal(sign_bytes(t, 0, 0x9a, 1), 0x6982);
	vc_say(t, VERIFY_AUTH);
	assert_int_equal(sign_bytes(t, 0, 0x9a, 1), 0x6982);
	assert_int_equal(sign_bytes(t, 0, 0x97, 1), 0x9000);
	assert_int_equal(sign_bytes(t, 0, 0x97, 1), 0x9000); /* and again */
	vc_say(t, VERIFY_SIGN);
	assert_int_equal(sign_bytes(t, 0, 0x9a, 1), 0x9000);
	assert_int_equal(
	    jm_rsa_verify_raw(&sign, (const uint8_t *)"Z", 1, t->rsp, 256),
	    JM_OK);
	assert_int_equal(sign_bytes(t, 0, 0x97, 1), 0x9000); /* both verified */
	assert_int_equal(vc_say(t, WRONG_AUTH), 0x63c2);
	assert_int_equal(sign_bytes(t, 0, 0x97, 1), 0x6982);
	assert_int_equal(sign_bytes(t, 0, 0x9a, 1), 0x9000);
}

static void
the_key_is_the_current_ef_or_named(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	assert_int_equal(sign_bytes(t, 0, 0x80, 1), 0x6986);
	vc_say(t, "00A4020C020018");
	assert_int_equal(vc_say(t, "00200080 04 31323334"), 0x9000);
	assert_int_equal(sign_bytes(t, 0, 0x80, 1), 0x6981); /* a PIN */
	vc_say(t, "00A4020C020017");
	assert_int_equal(sign_bytes(t, 0, 0x80, 1), 0x9000);
	assert_int_equal(sign_bytes(t, 0, 0x8a, 1), 0x6981); /* certificate */
	assert_int_equal(sign_bytes(t, 0, 0x83, 1), 0x6a82);
	assert_int_equal(sign_bytes(t, 0, 0x00, 1), 0x6a86);
	vc_param(t, "auth-pair=absent");
	assert_int_equal(sign_bytes(t, 0, 0x97, 1), 0x6a82);
}

static void
what_else_names_a_key_answers_as_measured(void **state)
{
	/* clang-format off */
	static const struct { const char *cmd; unsigned sw; } row[] = {
		{ "008800970401020304 00", 0x6982 },
		{ "008800980401020304 00", 0x6981 },
		{ "80A206C10401020304", 0x6700 },
		{ "80A200C10401020304", 0x6700 },
		{ "80A201C10401020304", 0x6a86 },
		{ "80A206C00401020304", 0x6a86 },
		{ "80AE00000401020304", 0x6982 },
		{ "80FC0000", 0x6700 },
	};
	/* clang-format on */
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(vc_say(t, row[i].cmd), row[i].sw);
	vc_say(t, VERIFY_AUTH);
	assert_int_equal(vc_say(t, row[0].cmd), 0x6985);
}

/* Did this key make the last reply over the message? */
static void
is_signature_of(struct vc_write *w, unsigned id, const void *msg, size_t len)
{
	uint8_t hash[JM_DIGEST_MAX], info[JM_DIGESTINFO_MAX];
	struct jm_rsa_pub pub;
	size_t info_len;

	assert_int_equal(jm_hash(JM_SHA256, msg, len, hash), JM_OK);
	jm_digestinfo(JM_SHA256, hash, info, &info_len);
	assert_int_equal(
	    jm_soft_key_pub(vc_write_file(w, id)->key, &pub), JM_OK);
	assert_int_equal(
	    jm_rsa_verify_raw(&pub, info, info_len, w->rsp, w->len), JM_OK);
}

static struct vc_write full; /* large */

static void
the_card_key_answers_a_challenge_and_signs_nothing(void **state)
{
	/* clang-format off */
	static const struct { const char *cmd; unsigned sw; } row[] = {
		{ "008800990401020304 00", 0x9000 },
		{ "008800000401020304 00", 0x9000 }, /* it is the default */
		{ "008801990401020304 00", 0x6a86 },
		{ "0088009900", 0x6700 },
		{ "00880099", 0x6700 },
		{ "008800990401020304", 0x6700 },
		{ "0088009C0401020304 00", 0x6981 },
		{ "802A00990401020304 00", 0x6985 },
		{ "802A00000401020304 00", 0x6985 },
	};
	/* clang-format on */

	(void)state;
	vc_write_open(&full, "common");
	for (size_t i = 0; i < NELEM(row); i++) {
		if (vc_write_say(&full, row[i].cmd) != row[i].sw)
			fail_msg("%s: not %04X", row[i].cmd, row[i].sw);
		if (row[i].sw == 0x9000)
			is_signature_of(&full, 0x0019, "\1\2\3\4", 4);
	}
	vc_write_close(&full);
}

static void
an_application_signs_with_its_own_key_by_default(void **state)
{
	(void)state;
	vc_write_open(&full, "text");
	assert_int_equal(vc_write_say(&full, "802A03000401020304 00"), 0x9000);
	is_signature_of(&full, 0x0013, "\1\2\3\4", 4);
	assert_int_equal(vc_write_say(&full, "008800000401020304 00"), 0x6985);
	assert_int_equal(vc_write_say(&full, "008800930401020304 00"), 0x6985);
	vc_write_close(&full);
}

/* A card that looks at what it signs verbatim: four DigestInfo forms. */
static void
a_strict_card_signs_nothing_but_the_digestinfo_of_a_known_hash(void **state)
{
	static const enum jm_hash hashes[] = { JM_SHA1, JM_SHA256, JM_SHA384,
		JM_SHA512 };
	struct vc_try *t = *state;
	uint8_t digest[JM_DIGEST_MAX] = { 1 }, info[JM_DIGESTINFO_MAX];
	char hex[2 * JM_DIGESTINFO_MAX + 1], cmd[sizeof hex + 16];
	size_t len;

	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	assert_int_equal(sign_bytes(t, 0, 0x97, 62), 0x9000);
	vc_param(t, "digestinfo=strict");
	assert_int_equal(sign_bytes(t, 0, 0x97, 62), 0x6a80);
	assert_int_equal(t->rsp_len, 0);
	for (size_t i = 0; i < NELEM(hashes); i++) {
		jm_digestinfo(hashes[i], digest, info, &len);
		assert_int_equal(
		    jm_hex_encode(info, len, hex, sizeof hex), JM_OK);
		snprintf(
		    cmd, sizeof cmd, "802A0097%02X%s00", (unsigned)len, hex);
		assert_int_equal(vc_say(t, cmd), 0x9000);
		info[len - 1 - jm_hash_len(hashes[i])] ^= 1; /* its length */
		assert_int_equal(
		    jm_hex_encode(info, len, hex, sizeof hex), JM_OK);
		snprintf(
		    cmd, sizeof cmd, "802A0097%02X%s00", (unsigned)len, hex);
		assert_int_equal(vc_say(t, cmd), 0x6a80);
	}
	/* The other modes make theirs themselves. */
	assert_int_equal(sign_bytes(t, 1, 0x97, 100), 0x9000);
	assert_int_equal(sign_bytes(t, 5, 0x97, 100), 0x9000);
	vc_param(t, "digestinfo=lax");
	assert_int_equal(sign_bytes(t, 0, 0x97, 62), 0x9000);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_mode_makes_the_signature_it_says),
		TEST(each_mode_takes_these_lengths),
		TEST(modes_that_the_card_lacks_are_refused),
		TEST(
		    a_strict_card_signs_nothing_but_the_digestinfo_of_a_known_hash),
		TEST(each_key_wants_its_own_pin),
		TEST(the_key_is_the_current_ef_or_named),
		TEST(what_else_names_a_key_answers_as_measured),
		TEST(the_card_key_answers_a_challenge_and_signs_nothing),
		TEST(an_application_signs_with_its_own_key_by_default),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
