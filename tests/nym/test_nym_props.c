/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nym1.md, section 10, rows 1 to 6: what identifiers of many cards at many
 * services look like (sample.h; "make nym-nightly" has a million), and that the
 * look of them proves nothing.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/nym/props.h"
#include "tests/nym/sample.h"
#include "tests/support/nym_keys.h"
#include "tests/support/test.h"

#define P_LEAST 0.001

static struct sample all;
static const uint8_t zero[32];

static struct props
of(const uint8_t *v, size_t len)
{
	return (struct props){ v, len, all.cards, all.scopes };
}

static int
make_all(void **state)
{
	(void)state;

	sample_make(&all);
	return 0;
}

static int
free_all(void **state)
{
	(void)state;

	sample_free(&all);
	nym_test_done();
	return 0;
}

/* --- rows 1 to 5 ---------------------------------------------------------- */

/* Within five deviations of what chance gives (of a Poisson count). */
static void
by_chance(const char *what, unsigned long seen, double expected)
{
	const double off = fabs((double)seen - expected);

	print_message("    %-34s %8lu, by chance %.2f\n", what, seen, expected);
	assert_true(off <= 5 * sqrt(expected) + 1);
}

static void
no_value_comes_twice(void **state)
{
	const struct props nid = of(all.nid, 32), x = of(all.x, 32);
	const struct props xt = of(all.xt, 16);
	(void)state;

	print_message("    %zu cards, %zu services\n", all.cards, all.scopes);
	assert_int_equal(props_equal(&nid, 32), 0);
	assert_int_equal(props_equal(&x, 32), 0);
	assert_int_equal(props_equal(&xt, 16), 0);
}

static void
cut_values_collide_as_by_chance(void **state)
{
	const size_t n = all.n < 1000000 ? 2 : 4;
	const struct props p[] = { of(all.nid, 32), of(all.x, 32),
		of(all.xt, 16), of(all.weak, 32) };
	static const char *const names[] = { "nid", "x", "xt", "weak" };
	char what[64];
	(void)state;

	for (size_t i = 0; i < NELEM(p); i++) {
		snprintf(what, sizeof what, "%s, pairs with the same %zu bytes",
		    names[i], n);
		by_chance(what, props_equal(&p[i], n),
		    props_equal_expected(&p[i], n));
	}
}

static void
bits_are_as_by_chance(void **state)
{
	/* A word is worth a look where each is met five times. */
	const int with_words = all.n * 16 >= 5 * 0x10000;
	const struct props p[] = { of(all.nid, 32), of(all.x, 32),
		of(all.xt, 16), of(all.weak, 32) };
	static const char *const names[] = { "nid", "x", "xt", "weak" };
	struct props_p got;
	(void)state;

	for (size_t i = 0; i < NELEM(p); i++) {
		props_bits(&p[i], &got);
		print_message("    %-4s %zu bits: monobit %.3f runs %.3f "
			      "blocks %.3f bytes %.3f words %.3f\n",
		    names[i], all.n * p[i].len * 8, got.monobit, got.runs,
		    got.blocks, got.bytes, got.words);
		assert_true(got.monobit > P_LEAST);
		assert_true(got.runs > P_LEAST);
		assert_true(got.blocks > P_LEAST);
		assert_true(got.bytes > P_LEAST);
		assert_true(!with_words || got.words > P_LEAST);
	}
}

static void
values_are_as_far_apart_as_by_chance(void **state)
{
	const struct props p[] = { of(all.nid, 32), of(all.x, 32),
		of(all.weak, 32) };
	static const char *const names[] = { "nid", "x", "weak" };
	struct props_distance d[2];
	(void)state;

	for (size_t i = 0; i < NELEM(p); i++) {
		props_same_card(&p[i], &d[0]);
		props_same_scope(&p[i], &d[1]);
		for (size_t k = 0; k < 2; k++) {
			print_message("    %-4s %s: %.3f, deviation %.3f "
				      "(%lu pairs)\n",
			    names[i], k == 0 ? "one card" : "one service",
			    d[k].mean, d[k].sd, d[k].pairs);
			assert_true(fabs(d[k].mean - 128) <= 0.1);
			assert_true(fabs(d[k].sd - 8) <= 0.1);
		}
	}
}

static void
values_of_a_card_share_no_part(void **state)
{
	const struct props p[] = { of(all.nid, 32), of(all.x, 32),
		of(all.weak, 32) };
	static const char *const names[] = { "nid, 4 bytes of one card",
		"x, 4 bytes of one card", "weak, 4 bytes of one card" };
	(void)state;

	for (size_t i = 0; i < NELEM(p); i++)
		by_chance(names[i], props_substrings(&p[i]),
		    props_substrings_expected(&p[i]));
}

/* --- row 6: what statistics do not show ----------------------------------- */

/* Where the value is at that service: the card, or SIZE_MAX. */
static size_t
find_at(const uint8_t *values, size_t scope, const uint8_t id[32])
{
	for (size_t c = 0; c < all.cards; c++)
		if (memcmp(values + 32 * (c * all.scopes + scope), id, 32) == 0)
			return c;
	return SIZE_MAX;
}

/* Two services put their identifiers together: for every serial number that
 * there may be, what it would give at both.  Pairs that are found. */
static size_t
dictionary(const uint8_t *values,
    void (*guess)(uint64_t serial, size_t scope, uint8_t id[32]),
    const uint64_t *serials, size_t n)
{
	uint8_t a[32], b[32];
	size_t found = 0, at;

	for (size_t i = 0; i < n; i++) {
		const uint64_t serial =
		    serials != NULL ? serials[i] : SERIAL_BASE + i;

		guess(serial, 0, a);
		if ((at = find_at(values, 0, a)) == SIZE_MAX)
			continue;
		guess(serial, 1, b);
		found += find_at(values, 1, b) == at;
	}
	return found;
}

/* The whole construction, with what is public of a card in the place of its
 * signature: profile and L are known (L = 0). */
static void
guess_ours(uint64_t serial, size_t scope, uint8_t id[32])
{
	const uint8_t *sh = all.sh + scope * NYM_SH_LEN;
	uint8_t s[NYM_S_LEN] = { 0 }, prk[NYM_PRK_LEN];
	struct nym_key key;

	snprintf((char *)s, sizeof s, "%llu", (unsigned long long)serial);
	assert_int_equal(nym_prk(zero, NYM_PROFILE_X, sh, s, prk), JM_OK);
	assert_int_equal(nym_key_of(prk, sh, &sample_first, &key), JM_OK);
	memcpy(id, key.nid, 32);
}

static void
a_dictionary_links_the_weak_identifier_and_not_ours(void **state)
{
	size_t weak, ours, whole;
	(void)state;

	weak = dictionary(all.weak, sample_weak, NULL, all.serials);
	ours = dictionary(all.nid, sample_weak, NULL, all.serials);
	/* With the very numbers of the cards in hand: */
	whole = dictionary(all.nid, guess_ours, all.serial, all.cards);
	print_message("    %zu numbers tried: weak %zu of %zu cards linked, "
		      "ours %zu and %zu\n",
	    all.serials, weak, all.cards, ours, whole);
	assert_int_equal(weak, all.cards);
	assert_int_equal(ours, 0);
	assert_int_equal(whole, 0);
	/* The attack on ours is one that finds what is there. */
	for (size_t c = 0; c < all.cards; c++)
		for (size_t i = 0; i < 2; i++)
			guess_ours(all.serial[c], i,
			    all.weak + 32 * (c * all.scopes + i));
	assert_int_equal(
	    dictionary(all.weak, guess_ours, all.serial, all.cards), all.cards);
}

/* --- with signatures ----------------------------------------- */

static void
real_signatures_give_no_other_picture(void **state)
{
	static uint8_t nid[2 * 100 * 32];
	const struct props p = { nid, 32, 2, 100 };
	uint8_t t[NYM_T_MAX], s[NYM_S_LEN], prk[NYM_PRK_LEN];
	struct props_distance d;
	struct nym_key key;
	size_t n;
	(void)state;

	for (size_t i = 0; i < 200; i++) {
		const uint8_t *sh = all.sh + i % 100 * NYM_SH_LEN;

		assert_int_equal(nym_t(NYM_PROFILE_X, sh, t, &n), JM_OK);
		nym_test_sign((enum nym_test_key)(i / 100), t, n, s);
		assert_int_equal(
		    nym_prk(zero, NYM_PROFILE_X, sh, s, prk), JM_OK);
		assert_int_equal(
		    nym_key_of(prk, sh, &sample_first, &key), JM_OK);
		memcpy(nid + 32 * i, key.nid, 32);
	}
	assert_int_equal(props_equal(&p, 32), 0);
	by_chance("signed: 4 bytes of one card", props_substrings(&p),
	    props_substrings_expected(&p));
	/* five deviations of the mean of so many pairs */
	props_same_card(&p, &d);
	print_message("    signed: one card %.3f, deviation %.3f (%lu pairs)\n",
	    d.mean, d.sd, d.pairs);
	assert_true(fabs(d.mean - 128) <= 5 * 8 / sqrt((double)d.pairs));
	props_same_scope(&p, &d);
	assert_true(fabs(d.mean - 128) <= 5 * 8 / sqrt((double)d.pairs));
}

/* --- do these tests see anything? ----------------------------------------- */

static void
the_statistics_see_what_is_wrong(void **state)
{
	const struct props p = of(all.weak, 32);
	struct props_distance d;
	struct props_p got;
	(void)state;

	/* every 20th byte without a bit; then one with too many changes */
	for (size_t i = 0; i < 32 * all.n; i += 20)
		all.weak[i] = 0;
	props_bits(&p, &got);
	assert_true(got.monobit < P_LEAST && got.blocks < P_LEAST);
	assert_true(got.bytes < P_LEAST && got.words < P_LEAST);
	for (size_t i = 0; i < 32 * all.n; i += 20)
		all.weak[i] = 0x55;
	props_bits(&p, &got);
	assert_true(got.runs < P_LEAST);
	/* a byte that all values share */
	for (size_t i = 0; i < 32 * all.n; i += 32)
		all.weak[i] = 0x55;
	props_same_card(&p, &d);
	assert_true(d.mean < 127.9);
	props_same_scope(&p, &d);
	assert_true(d.mean < 127.9);
	/* four bytes of a card in all its values, at moving places */
	for (size_t i = 0; i < all.n; i++)
		memcpy(
		    all.weak + 32 * i + i % 29, &all.serial[i / all.scopes], 4);
	assert_true((double)props_substrings(&p) >
		    100 + 10 * props_substrings_expected(&p));
	memcpy(all.weak, all.weak + 32, 32);
	assert_true(props_equal(&p, 32) >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_value_comes_twice),
		cmocka_unit_test(cut_values_collide_as_by_chance),
		cmocka_unit_test(bits_are_as_by_chance),
		cmocka_unit_test(values_are_as_far_apart_as_by_chance),
		cmocka_unit_test(values_of_a_card_share_no_part),
		cmocka_unit_test(
		    a_dictionary_links_the_weak_identifier_and_not_ours),
		cmocka_unit_test(real_signatures_give_no_other_picture),
		/* spoils the sample: last */
		cmocka_unit_test(the_statistics_see_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
