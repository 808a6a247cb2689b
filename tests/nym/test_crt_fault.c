/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A card that stumbles once in a signature by CRT gives its key away to whoever
 * sees the result (nym1.md 4.3).  Here nobody sees it: a signature that is not
 * the certificate's is refused before anything is made of it.
 */
#include "tests/nym/foe.h"

#include <string.h>

#include "base/log.h"
#include "card/key.h"
#include "holder/derive_sign.h"
#include "tests/nym/leak.h"

#define SCOPE "web:example.jp"
#define FLIPS 200

/* --- a card that gives this ------------------------------------------------
 */

static uint8_t given[NYM_S_LEN];
static unsigned asked;

jm_err __wrap_jm_card_sign(struct jm_card *card, enum jm_pair pair,
    enum jm_sign_mode mode, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len);
int __wrap_jm_card_uses_sfi(const struct jm_card *card);
unsigned __wrap_jm_card_sw(const struct jm_card *card);

jm_err
__wrap_jm_card_sign(struct jm_card *card, enum jm_pair pair,
    enum jm_sign_mode mode, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len)
{
	uint8_t t[NYM_T_MAX];

	(void)card;
	assert_int_equal(pair, JM_PAIR_AUTH);
	assert_int_equal(mode, JM_MODE_RAW);
	assert_int_equal(in_len, foe_t(NYM_PROFILE_X, SCOPE, t));
	assert_memory_equal(in, t, in_len);
	assert_true(cap >= sizeof given);
	asked++;
	memcpy(sig, given, sizeof given);
	*sig_len = sizeof given;
	return JM_OK;
}

int
__wrap_jm_card_uses_sfi(const struct jm_card *card)
{
	(void)card;
	return 0;
}

unsigned
__wrap_jm_card_sw(const struct jm_card *card)
{
	(void)card;
	return 0x9000;
}

static const uint8_t l[NYM_L_LEN] = { 0xa5 };

/* What the holder makes of the signature that is given. */
static jm_err
holder(uint8_t prk[NYM_PRK_LEN])
{
	static struct jm_cert cert;
	struct nym_card c = { .cert = &cert };
	uint8_t sh[NYM_SH_LEN];

	foe_public(FOE_CARD, &cert.rsa);
	foe_sh(SCOPE, sh);
	asked = 0;
	memset(prk, 0x77, NYM_PRK_LEN);
	return nym_card_prk(&c, NYM_PROFILE_X, sh, l, prk);
}

static void
refused(const char *what)
{
	static const uint8_t zero[NYM_PRK_LEN];
	uint8_t prk[NYM_PRK_LEN];

	if (holder(prk) != JM_BAD_SIG)
		fail_msg("%s: not refused", what);
	assert_memory_equal(prk, zero, sizeof zero);
	assert_int_equal(asked, 1); /* nor is it asked again */
}

/* --- tests -----------------------------------------------------------------
 */

static void
a_faulty_signature_that_leaks_factors_the_modulus(void **state)
{
	uint8_t t[NYM_T_MAX], s[NYM_S_LEN];
	const size_t len = foe_t(NYM_PROFILE_X, SCOPE, t);

	(void)state;
	foe_sign_faulty(FOE_CARD, t, len, s);
	assert_true(foe_factors(FOE_CARD, t, len, s));
	/* a right one tells nothing */
	foe_sign(FOE_CARD, t, len, s);
	assert_false(foe_factors(FOE_CARD, t, len, s));
}

static void
the_right_signature_is_taken(void **state)
{
	uint8_t prk[NYM_PRK_LEN], want[NYM_PRK_LEN];

	(void)state;
	foe_s(NYM_PROFILE_X, SCOPE, given);
	assert_int_equal(holder(prk), JM_OK);
	foe_prk(l, NYM_PROFILE_X, SCOPE, given, want);
	assert_memory_equal(prk, want, sizeof want);
}

static void
each_of_200_flipped_bits_is_refused(void **state)
{
	(void)state;
	foe_s(NYM_PROFILE_X, SCOPE, given);
	for (unsigned i = 0; i < FLIPS; i++) {
		/* all over the number, both ends included */
		const unsigned bit = i * (8 * NYM_S_LEN - 1) / (FLIPS - 1);

		given[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
		refused("a flipped bit");
		given[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
	}
}

static void
the_signature_that_would_give_the_key_away_is_refused(void **state)
{
	uint8_t t[NYM_T_MAX];
	const size_t len = foe_t(NYM_PROFILE_X, SCOPE, t);

	(void)state;
	foe_sign_faulty(FOE_CARD, t, len, given);
	refused("a half by CRT");
}

static void
signatures_of_something_else_are_refused(void **state)
{
	uint8_t t[NYM_T_MAX];
	size_t len;

	(void)state;
	len = foe_t(NYM_PROFILE_X, "web:other.example.jp", t);
	foe_sign(FOE_CARD, t, len, given);
	refused("another scope");
	len = foe_t(NYM_PROFILE_S, SCOPE, t);
	foe_sign(FOE_CARD, t, len, given);
	refused("the other profile");
	len = foe_t(NYM_PROFILE_X, SCOPE, t);
	foe_sign(FOE_TEXT, t, len, given);
	refused("another key");
	memset(given, 0, sizeof given);
	refused("zero");
	given[sizeof given - 1] = 1;
	refused("one");
}

/* s + N is another string of the same number: it would pass the power, and
 * would be another identifier. */
static void
a_signature_past_the_modulus_is_refused(void **state)
{
	struct jm_rsa_pub pub;
	unsigned carry = 0;

	(void)state;
	foe_public(FOE_CARD, &pub);
	foe_s(NYM_PROFILE_X, SCOPE, given);
	for (size_t i = sizeof given; i-- > 0; carry >>= 8) {
		carry += given[i] + (unsigned)pub.n[i];
		given[i] = (uint8_t)carry;
	}
	if (carry != 0) { /* does not fit: the largest that does, then */
		memset(given, 0xff, sizeof given);
	}
	refused("a number past the modulus");
	memcpy(given, pub.n, sizeof given);
	refused("the modulus");
}

static void
nothing_of_it_is_logged(void **state)
{
	uint8_t t[NYM_T_MAX], prk[NYM_PRK_LEN];
	const size_t len = foe_t(NYM_PROFILE_X, SCOPE, t);

	(void)state;
	leak_listen();
	foe_sign_faulty(FOE_CARD, t, len, given);
	refused("a half by CRT");
	assert_false(leak_logged(given, sizeof given));
	foe_s(NYM_PROFILE_X, SCOPE, given);
	assert_int_equal(holder(prk), JM_OK);
	assert_false(leak_logged(given, sizeof given));
	assert_false(leak_logged(prk, sizeof prk));
	/* it listens: */
	jm_log(JM_LOG_DEBUG, "%02x%02x%02x%02x%02x%02x%02x%02x", given[0],
	    given[1], given[2], given[3], given[4], given[5], given[6],
	    given[7]);
	assert_true(leak_logged(given, sizeof given));
	leak_deaf();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_faulty_signature_that_leaks_factors_the_modulus),
		cmocka_unit_test(the_right_signature_is_taken),
		cmocka_unit_test(each_of_200_flipped_bits_is_refused),
		cmocka_unit_test(
		    the_signature_that_would_give_the_key_away_is_refused),
		cmocka_unit_test(signatures_of_something_else_are_refused),
		cmocka_unit_test(a_signature_past_the_modulus_is_refused),
		cmocka_unit_test(nothing_of_it_is_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
