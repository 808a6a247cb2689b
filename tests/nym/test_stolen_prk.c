/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PRK that leaked once gives every generation of its scope: a reset parts the
 * holder from the service and heals no leak.  A new L does (nym1.md 4.3).
 */
#include "tests/nym/foe.h"

#include <string.h>

#define SCOPE "web:example.jp"

static void
prk_of(const uint8_t l[NYM_L_LEN], uint8_t prk[NYM_PRK_LEN])
{
	uint8_t s[NYM_S_LEN];

	foe_s(NYM_PROFILE_X, SCOPE, s);
	foe_prk(l, NYM_PROFILE_X, SCOPE, s, prk);
}

static void
a_stolen_prk_gives_the_next_generation(void **state)
{
	static const uint32_t next[] = { 1, 2, 29454160, 0xffffffff };
	uint8_t l[NYM_L_LEN], prk[NYM_PRK_LEN], stolen[NYM_PRK_LEN];
	struct nym_key holder, thief;

	(void)state;
	memset(l, 0x33, sizeof l);
	prk_of(l, stolen);
	for (size_t i = 0; i < NELEM(next); i++) {
		prk_of(l, prk); /* the holder, after a reset */
		foe_key_of(prk, SCOPE, next[i], &holder);
		foe_key_of(stolen, SCOPE, next[i], &thief);
		assert_true(foe_same(&holder, &thief));
	}
}

static void
a_new_l_ends_it(void **state)
{
	uint8_t l[NYM_L_LEN], prk[NYM_PRK_LEN], stolen[NYM_PRK_LEN];
	struct nym_key holder, thief;

	(void)state;
	memset(l, 0x33, sizeof l);
	prk_of(l, stolen);
	memset(l, 0x34, sizeof l);
	prk_of(l, prk);
	foe_key_of(prk, SCOPE, 1, &holder);
	for (uint32_t g = 0; g < 64; g++) {
		foe_key_of(stolen, SCOPE, g, &thief);
		assert_false(foe_same(&holder, &thief));
	}
}

/* Nor does the nid, the key or the tag of one generation tell the next. */
static void
no_value_of_two_generations_is_shared(void **state)
{
	uint8_t prk[NYM_PRK_LEN], xt[2][NYM_XT_LEN];
	struct nym_key k[2];

	(void)state;
	prk_of(NULL, prk);
	for (uint32_t g = 0; g < 2; g++) {
		const struct nym_which which = { .use = NYM_USE_ASSERT,
			.generation = g };

		foe_key_of(prk, SCOPE, g, &k[g]);
		assert_int_equal(nym_xt(prk, &which, xt[g]), JM_OK);
	}
	assert_memory_not_equal(xt[0], xt[1], NYM_XT_LEN);
	/* no 4 bytes of what a service sees stand in the other's */
	for (size_t i = 0; i + 4 <= NYM_NID_LEN; i++) {
		assert_null(memmem(k[1].nid, NYM_NID_LEN, k[0].nid + i, 4));
		assert_null(memmem(k[1].x, NYM_X_LEN, k[0].x + i, 4));
		assert_null(memmem(k[1].nid, NYM_NID_LEN, k[0].x + i, 4));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stolen_prk_gives_the_next_generation),
		cmocka_unit_test(a_new_l_ends_it),
		cmocka_unit_test(no_value_of_two_generations_is_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
