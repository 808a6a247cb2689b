/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Somebody has the card's signature over T itself: a helper that passes on what
 * a page hands it, a stock module, a sniffer, a terminal that needs no PIN.
 * With L = 0 that is the identifier; L, bound to this holder, is what holds.
 */
#include "tests/nym/foe.h"

#include <string.h>

#define VICTIM "web:bank.example.jp"

static const uint8_t zero[NYM_L_LEN];

/* What the attacker makes of a signature and an L that he supposes. */
static void
attack(
    const uint8_t s[NYM_S_LEN], const uint8_t l[NYM_L_LEN], struct nym_key *key)
{
	uint8_t prk[NYM_PRK_LEN];

	foe_prk(l, NYM_PROFILE_X, VICTIM, s, prk);
	foe_key_of(prk, VICTIM, 0, key);
}

static int
logs_in(const struct nym_key *thief, const struct nym_key *victim)
{
	static const uint8_t hash[32] = { 7 };
	uint8_t sig[JM_P256_SIG];
	struct jm_ec_pub pub;

	assert_int_equal(jm_p256_expand(victim->pk, &pub), JM_OK);
	assert_int_equal(jm_p256_sign(thief->d, hash, sizeof hash, sig), JM_OK);
	return jm_ecdsa_verify(&pub, hash, sizeof hash, sig, sizeof sig) ==
	       JM_OK;
}

static void
without_l_the_oracle_is_the_login(void **state)
{
	uint8_t s[NYM_S_LEN];
	struct nym_key victim, thief;

	(void)state;
	foe_victim(zero, NYM_PROFILE_X, VICTIM, &victim);
	foe_s(NYM_PROFILE_X, VICTIM, s);
	attack(s, zero, &thief);
	assert_true(foe_same(&thief, &victim));
	assert_true(logs_in(&thief, &victim));
}

static void
with_l_bound_the_oracle_is_nothing(void **state)
{
	uint8_t s[NYM_S_LEN], l[NYM_L_LEN];
	struct nym_key victim, thief;

	(void)state;
	for (size_t i = 0; i < sizeof l; i++)
		l[i] = (uint8_t)(0x40 + i);
	foe_victim(l, NYM_PROFILE_X, VICTIM, &victim);
	foe_s(NYM_PROFILE_X, VICTIM, s);
	attack(s, zero, &thief);
	assert_false(foe_same(&thief, &victim));
	assert_false(logs_in(&thief, &victim));
	/* Every bit of L counts. */
	for (size_t bit = 0; bit < 8 * sizeof l; bit++) {
		l[bit / 8] ^= (uint8_t)(1u << bit % 8);
		attack(s, l, &thief);
		assert_false(foe_same(&thief, &victim));
		l[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	/* It is L, and no blunder of the attack: with it he is in. */
	attack(s, l, &thief);
	assert_true(foe_same(&thief, &victim));
	assert_true(logs_in(&thief, &victim));
}

/* L without the card's signature: a copy of the vault's content alone. */
static void
l_without_the_signature_is_nothing(void **state)
{
	uint8_t s[NYM_S_LEN] = { 0 }, l[NYM_L_LEN];
	struct nym_key victim, thief;

	(void)state;
	memset(l, 0x5a, sizeof l);
	foe_victim(l, NYM_PROFILE_X, VICTIM, &victim);
	attack(s, l, &thief);
	assert_false(foe_same(&thief, &victim));
	foe_s(
	    NYM_PROFILE_X, "web:other.example.jp", s); /* nor one of another */
	attack(s, l, &thief);
	assert_false(foe_same(&thief, &victim));
}

static void
card2_l(uint8_t l[NYM_L_LEN])
{
	uint8_t sh[NYM_SH_LEN], t[NYM_T_MAX], s2[NYM_S_LEN];
	size_t len;

	foe_sh(VICTIM, sh);
	assert_int_equal(nym_t2(sh, t, &len), JM_OK);
	foe_sign(FOE_TEXT, t, len, s2);
	assert_int_equal(nym_l_card2(sh, s2, l), JM_OK);
}

/* Section 4.3 promises no more: who lends both keys lends the identifier. */
static void
card2_holds_until_both_keys_are_lent(void **state)
{
	uint8_t s[NYM_S_LEN], l[NYM_L_LEN], sh[NYM_SH_LEN], guess[NYM_L_LEN];
	struct nym_key victim, thief;

	(void)state;
	card2_l(l);
	foe_victim(l, NYM_PROFILE_X, VICTIM, &victim);
	foe_s(NYM_PROFILE_X, VICTIM, s);
	attack(s, zero, &thief);
	assert_false(foe_same(&thief, &victim));
	/* The first key in place of the second. */
	foe_sh(VICTIM, sh);
	assert_int_equal(nym_l_card2(sh, s, guess), JM_OK);
	attack(s, guess, &thief);
	assert_false(foe_same(&thief, &victim));
	/* Both. */
	card2_l(guess);
	attack(s, guess, &thief);
	assert_true(foe_same(&thief, &victim));
}

static void
a_site_holds_without_its_operator_key(void **state)
{
	static const char scope[] = "kiosk:jp.example.city/library";
	uint8_t k[32], s[NYM_S_LEN], l[NYM_L_LEN], sh[NYM_SH_LEN], prk[32];
	struct nym_key victim, thief;

	(void)state;
	memset(k, 0xa5, sizeof k);
	foe_sh(scope, sh);
	assert_int_equal(nym_l_site(k, sh, l), JM_OK);
	foe_victim(l, NYM_PROFILE_X, scope, &victim);
	foe_s(NYM_PROFILE_X, scope, s);
	k[31] ^= 1; /* another operator */
	assert_int_equal(nym_l_site(k, sh, l), JM_OK);
	foe_prk(l, NYM_PROFILE_X, scope, s, prk);
	foe_key_of(prk, scope, 0, &thief);
	assert_false(foe_same(&thief, &victim));
	foe_prk(NULL, NYM_PROFILE_X, scope, s, prk);
	foe_key_of(prk, scope, 0, &thief);
	assert_false(foe_same(&thief, &victim));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_l_the_oracle_is_the_login),
		cmocka_unit_test(with_l_bound_the_oracle_is_nothing),
		cmocka_unit_test(l_without_the_signature_is_nothing),
		cmocka_unit_test(card2_holds_until_both_keys_are_lent),
		cmocka_unit_test(a_site_holds_without_its_operator_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
