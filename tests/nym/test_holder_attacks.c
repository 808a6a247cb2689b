/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attacks on a holder's files and on what his software concludes from a card's
 * answers, with real vaults.
 */
#include "tests/nym/held.h"

#include <string.h>

#define SCOPE "web:example.jp"
#define RAW   "ssh:git.example.jp"

static int
has_oid(unsigned n)
{
	return memmem(held_card.t[n], held_card.t_len[n], nym_reserved_oid,
		   sizeof nym_reserved_oid) != NULL;
}

/* Since the count was set to zero: was a T without the reserved OID asked? */
static int
fell_back(void)
{
	for (unsigned i = 0; i < held_card.asked && i < 16; i++)
		if (!has_oid(i))
			return 1;
	return 0;
}

/* --- 6A80 ------------------------------------------------------------------
 */

/* One forged or stray answer would move the holder to another identifier, and
 * to a signature that any client makes of a server's nonce. */
static void
a_stray_refusal_never_brings_the_fallback(void **state)
{
	static uint8_t before[1 << 16], after[1 << 16];
	static const struct held use[] = {
		{ .work = NYM_WORK_KEY, .scope = SCOPE },
		{ .work = NYM_WORK_RESET,
		    .scope = SCOPE,
		    .time = HELD_NOW + 86400 },
		{ .work = NYM_WORK_REGISTER, .scope = "web:new.example.jp" },
		{ .work = NYM_WORK_OPEN },
	};
	struct nym_key key, again;
	size_t len;

	(void)state;
	held_register(SCOPE, &key);
	len = held_all(before, sizeof before);
	for (size_t i = 0; i < NELEM(use); i++)
		for (unsigned at = 1; at <= 2; at++) {
			jm_err e;

			if (use[i].work == NYM_WORK_OPEN && at == 2)
				continue;
			held_card.asked = 0;
			held_card.refuse_at = at;
			e = held_do(&use[i], NULL, NULL, NULL);
			assert_int_equal(e, JM_CARD);
			assert_int_equal(held_card.asked, at);
			assert_false(fell_back());
			assert_int_equal(held_all(after, sizeof after), len);
			assert_memory_equal(before, after, len);
		}
	held_card.refuse_at = 0;
	held_key(SCOPE, &again);
	assert_true(foe_same(&key, &again));
}

static void
a_card_that_refuses_from_now_on_is_an_error_for_ever(void **state)
{
	const struct held use = { .work = NYM_WORK_KEY, .scope = SCOPE };
	const struct held more = { .work = NYM_WORK_REGISTER,
		.scope = "web:new.example.jp" };
	struct nym_vault_ref ref;

	(void)state;
	held_register(SCOPE, NULL);
	held_card.strict = 1;
	held_card.asked = 0;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(held_do(&use, NULL, NULL, NULL), JM_CARD);
		assert_int_equal(held_do(&more, NULL, NULL, NULL), JM_CARD);
	}
	assert_false(fell_back());
	held_vault(&ref);
	assert_int_equal(ref.profile, NYM_PROFILE_X);
}

static void
the_fallback_of_a_strict_card_stays(void **state)
{
	struct nym_vault_ref ref;
	struct nym_key key, again, other;

	(void)state;
	held_card.strict = 1;
	held_register(SCOPE, &key);
	held_vault(&ref);
	assert_int_equal(ref.profile, NYM_PROFILE_S);
	held_key(SCOPE, &again);
	assert_true(foe_same(&key, &again));
	/* T_X is not tried again: not by a card that would take it, */
	held_card.strict = 0;
	held_card.asked = 0;
	held_key(SCOPE, &again);
	assert_true(foe_same(&key, &again));
	held_register("web:new.example.jp", &other);
	for (unsigned i = 0; i < held_card.asked; i++)
		assert_false(has_oid(i));
	/* nor by one that now says 6A80 to the other */
	held_card.asked = 0;
	held_card.refuse_at = 1;
	{
		const struct held use = { .work = NYM_WORK_KEY,
			.scope = SCOPE };

		assert_int_equal(held_do(&use, NULL, NULL, NULL), JM_CARD);
	}
	for (unsigned i = 0; i < held_card.asked; i++)
		assert_false(has_oid(i));
	held_vault(&ref);
	assert_int_equal(ref.profile, NYM_PROFILE_S);
}

/* --- vaults ----------------------------------------------------------------
 */

/* PRK_V by somebody's signature over T of a vault. */
static void
prk_v_of(const uint8_t id[NYM_VAULT_ID], const uint8_t s[NYM_S_LEN],
    uint8_t prk[NYM_PRK_LEN])
{
	char scope[NYM_VAULT_SCOPE];

	nym_vault_scope(id, scope);
	foe_prk(NULL, NYM_PROFILE_X, scope, s, prk);
}

static void
a_signature_for_one_vault_opens_no_other_of_the_card(void **state)
{
	char scope[NYM_VAULT_SCOPE];
	uint8_t s[NYM_S_LEN], prk[NYM_PRK_LEN];
	struct nym_vault_ref first, second;
	struct nym_vault *v;

	(void)state;
	held_register(SCOPE, NULL);
	held_vault(&first);
	nym_vault_scope(first.id, scope);
	foe_s(NYM_PROFILE_X, scope, s); /* got once: an oracle, a debug log */
	held_other_folder("years-later");
	held_register(SCOPE, NULL);
	held_vault(&second);
	assert_memory_not_equal(first.id, second.id, NYM_VAULT_ID);
	prk_v_of(second.id, s, prk);
	assert_int_equal(nym_vault_open(&second, prk, &v), JM_DAMAGED);
	prk_v_of(first.id, s, prk);
	assert_int_equal(nym_vault_open(&second, prk, &v), JM_DAMAGED);
	/* Its own file it opens: that is what section 8 grants. */
	held_other_folder("data");
	assert_int_equal(nym_vault_open(&first, prk, &v), JM_OK);
	nym_vault_free(&v);
}

/* A new wrap makes what was got before worthless. */
static void
a_new_secret_shuts_the_vault_to_older_signatures(void **state)
{
	char scope[NYM_VAULT_SCOPE];
	uint8_t s[NYM_S_LEN], prk[NYM_PRK_LEN];
	struct nym_vault_ref before, after;
	struct nym_vault *v;

	(void)state;
	held_register(SCOPE, NULL);
	held_vault(&before);
	nym_vault_scope(before.id, scope);
	foe_s(NYM_PROFILE_X, scope, s);
	prk_v_of(before.id, s, prk);
	held_reset(SCOPE, HELD_NOW + 60, 0, NULL, NULL); /* a plain one does
							   not */
	held_vault(&after);
	assert_int_equal(nym_vault_open(&after, prk, &v), JM_OK);
	nym_vault_free(&v);
	held_reset(SCOPE, HELD_NOW + 120, 1, NULL, NULL);
	held_vault(&after);
	assert_memory_not_equal(before.id, after.id, NYM_VAULT_ID);
	assert_int_equal(nym_vault_open(&after, prk, &v), JM_DAMAGED);
	prk_v_of(after.id, s, prk);
	assert_int_equal(nym_vault_open(&after, prk, &v), JM_DAMAGED);
}

static void
an_old_copy_restored_and_reset_gives_a_new_identifier(void **state)
{
	struct nym_key seen[4], last;
	uint32_t g[4], plain;
	int64_t now = HELD_NOW;

	(void)state;
	held_register(SCOPE, &seen[0]);
	held_copy("data", "copy"); /* generation 0 */
	for (int i = 1; i < 4; i++)
		held_reset(SCOPE, now += 86400, 0, &seen[i], &g[i]);
	/* The disk breaks; the copy is all there is. */
	held_copy("copy", "data");
	held_key(SCOPE, &last);
	assert_true(foe_same(&last, &seen[0])); /* so it has to be said */
	held_reset(SCOPE, now += 86400, 0, &last, &plain);
	for (int i = 0; i < 4; i++)
		assert_false(foe_same(&last, &seen[i]));
	/* g + 1 alone would have led to one that was, perhaps, banned. */
	{
		uint8_t prk[NYM_PRK_LEN];
		const struct held use = {
			.work = NYM_WORK_KEY, .scope = SCOPE, .time = now
		};
		struct nym_key one, two;

		assert_int_equal(held_do(&use, NULL, prk, NULL), JM_OK);
		foe_key_of(prk, SCOPE, 0 + 1, &one); /* after the register */
		foe_key_of(prk, SCOPE, 0 + 1, &two); /* after the restore */
		assert_true(foe_same(&one, &two));
		assert_int_not_equal(plain, 1);
	}
}

static void
what_a_stolen_prk_gives(void **state)
{
	const struct held use = { .work = NYM_WORK_KEY, .scope = SCOPE };
	uint8_t stolen[NYM_PRK_LEN];
	struct nym_key holder, thief;
	uint32_t g;

	(void)state;
	held_register(SCOPE, NULL);
	assert_int_equal(held_do(&use, NULL, stolen, NULL), JM_OK);
	held_reset(SCOPE, HELD_NOW + 3600, 0, &holder, &g);
	foe_key_of(stolen, SCOPE, g, &thief);
	assert_true(foe_same(&holder, &thief)); /* a reset is no cure */
	held_reset(SCOPE, HELD_NOW + 7200, 1, &holder, &g);
	for (uint32_t i = 0; i < 3; i++) {
		foe_key_of(stolen, SCOPE, g - 1 + i, &thief);
		assert_false(foe_same(&holder, &thief));
	}
	foe_key_of(stolen, SCOPE, 0, &thief);
	assert_false(foe_same(&holder, &thief));
}

/* --- the clock -------------------------------------------------------------
 */

static void
a_clock_set_back_brings_no_old_identifier_out(void **state)
{
	const int64_t week = 7 * 86400;
	const struct held join = {
		.work = NYM_WORK_REGISTER, .scope = SCOPE, .period = 7
	};
	struct held use = { .work = NYM_WORK_KEY, .scope = SCOPE };
	struct nym_key first, second;

	(void)state;
	assert_int_equal(held_do(&join, &first, NULL, NULL), JM_OK);
	use.time = HELD_NOW + week;
	assert_int_equal(held_do(&use, &second, NULL, NULL), JM_OK);
	assert_false(foe_same(&first, &second));
	use.time = HELD_NOW; /* to bring the two together */
	assert_int_equal(held_do(&use, &first, NULL, NULL), JM_CLOCK);
	use.work = NYM_WORK_RESET;
	assert_int_equal(held_do(&use, &first, NULL, NULL), JM_CLOCK);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, held_begin, held_end)
	const struct CMUnitTest tests[] = {
		CASE(a_stray_refusal_never_brings_the_fallback),
		CASE(a_card_that_refuses_from_now_on_is_an_error_for_ever),
		CASE(the_fallback_of_a_strict_card_stays),
		CASE(a_signature_for_one_vault_opens_no_other_of_the_card),
		CASE(a_new_secret_shuts_the_vault_to_older_signatures),
		CASE(an_old_copy_restored_and_reset_gives_a_new_identifier),
		CASE(what_a_stolen_prk_gives),
		CASE(a_clock_set_back_brings_no_old_identifier_out),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
