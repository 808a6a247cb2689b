/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two copies become one: nothing is lost, nothing given up comes back. */
#include <stdio.h>
#include <string.h>

#include "holder/consent.h"
#include "tests/support/test.h"
#include "tests/unit/vault_try.h"

static struct nym_vault *
fresh(const struct vault_try *t)
{
	struct nym_vault *v;

	assert_int_equal(
	    nym_vault_new(NULL, NYM_PROFILE_X, t->cert, sizeof t->cert, &v),
	    JM_OK);
	return v;
}

/* A copy as it comes from a file. */
static struct nym_vault *
copy(const struct vault_try *t, const struct nym_vault *v)
{
	struct nym_vault *w;

	assert_int_equal(
	    nym_vault_new(v, NYM_PROFILE_X, t->cert, sizeof t->cert, &w),
	    JM_OK);
	return w;
}

static void
put(struct nym_vault *v, const char *scope, uint32_t generation,
    enum nym_entry_state state)
{
	struct nym_entry e = vault_try_entry(scope);

	e.generation = generation;
	e.state = state;
	e.x_known = 1;
	memset(e.x, (int)(generation & 0xff), sizeof e.x);
	assert_int_equal(nym_vault_put(v, &e), JM_OK);
}

/* Until the next call. */
static const struct nym_entry *
get(const struct nym_vault *v, const char *scope)
{
	static struct nym_entry e;

	assert_int_equal(nym_vault_get(v, scope, &e), JM_OK);
	return &e;
}

static unsigned
merge(struct nym_vault *v, const struct nym_vault *from)
{
	unsigned older = 99;

	assert_int_equal(nym_vault_merge(v, from, &older), JM_OK);
	return older;
}

static unsigned
earlier(const struct nym_vault *v, const char *scope, uint32_t generation)
{
	struct nym_entry e;
	unsigned many = 0;

	for (size_t n = 0; n < nym_vault_len(v); n++) {
		nym_vault_at(v, n, &e);
		many += e.state == NYM_EARLIER && e.generation == generation &&
			strcmp(e.scope, scope) == 0;
	}
	return many;
}

#define A "web:a.example.jp"
#define B "web:b.example.jp"
#define C "ssh:c.example.jp"

static void
it_is_the_union_of_both(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = fresh(t), *w = fresh(t);
	uint8_t l[NYM_L_LEN], of_b[NYM_L_LEN];

	put(v, A, 0, NYM_REGISTERED);
	put(w, B, 0, NYM_REGISTERED);
	assert_int_equal(nym_vault_l(w, 0, of_b), JM_OK);
	assert_int_equal(merge(v, w), 0);
	assert_int_equal(nym_vault_len(v), 2);
	assert_int_equal(get(v, A)->l, 0);
	assert_int_equal(get(v, B)->l, 1); /* its number is another one here */
	assert_int_equal(nym_vault_l(v, 1, l), JM_OK);
	assert_memory_equal(l, of_b, sizeof l);
	assert_int_equal(merge(v, w), 0); /* once more changes nothing */
	assert_int_equal(nym_vault_len(v), 2);
	assert_int_equal(nym_vault_l(v, 2, l), JM_NOT_FOUND);
	nym_vault_free(&v);
	nym_vault_free(&w);
}

static void
the_larger_generation_is_current_and_the_other_is_kept(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v, *w;

	for (int theirs = 0; theirs < 2; theirs++) {
		v = fresh(t);
		put(v, A, 5, NYM_REGISTERED);
		w = copy(t, v);
		put(theirs ? w : v, A, 9, NYM_REGISTERED);
		assert_int_equal(merge(v, w), theirs ? 0 : 1);
		assert_int_equal(get(v, A)->generation, 9);
		assert_int_equal(get(v, A)->state, NYM_REGISTERED);
		assert_int_equal(earlier(v, A, 5), 1);
		(void)merge(v, w);
		assert_int_equal(earlier(v, A, 5), 1);
		assert_int_equal(nym_vault_len(v), 2);
		nym_vault_free(&v);
		nym_vault_free(&w);
	}
}

static void
what_was_forgotten_or_reset_here_does_not_come_back(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = fresh(t), *w;

	put(v, A, 5, NYM_REGISTERED);
	put(v, B, 5, NYM_REGISTERED);
	put(v, C, 0, NYM_REGISTERED);
	w = copy(t, v);
	put(v, A, 5, NYM_FORGOTTEN);
	put(v, B, 6, NYM_REGISTERED);
	assert_int_equal(merge(v, w), 2);
	assert_int_equal(get(v, A)->state, NYM_FORGOTTEN);
	assert_int_equal(earlier(v, A, 5), 0);
	assert_int_equal(get(v, B)->generation, 6);
	assert_int_equal(get(v, C)->state, NYM_REGISTERED);
	nym_vault_free(&v);
	nym_vault_free(&w);
}

/* Registered twice, on two devices without each other's vault. */
static void
of_two_of_one_generation_ours_is_current(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = fresh(t), *w = fresh(t);

	put(v, A, 0, NYM_REGISTERED);
	put(w, A, 0, NYM_REGISTERED);
	assert_int_equal(merge(v, w), 0);
	assert_int_equal(get(v, A)->l, 0);
	assert_int_equal(earlier(v, A, 0), 1); /* with the other L */
	nym_vault_free(&v);
	nym_vault_free(&w);
}

static void
the_highest_epoch_is_kept_in_the_units_of_the_period(void **state)
{
	/* clang-format off */
	static const struct {
		uint16_t ours; uint32_t e; uint16_t theirs; uint32_t f, want;
	} row[] = {
		{ 28, 700, 28, 735, 735 }, { 28, 735, 28, 700, 735 },
		{ 28, 700, 7, 2941, 735 }, { 7, 2800, 28, 735, 2940 },
		{ 0, 0, 28, 735, 0 }, { 28, 700, 0, 0, 700 },
	};
	/* clang-format on */
	struct vault_try *t = *state;

	for (size_t i = 0; i < 2 * NELEM(row); i++) {
		struct nym_vault *v = fresh(t), *w;
		struct nym_entry e = vault_try_entry(A);

		e.period = row[i / 2].ours;
		e.epoch = row[i / 2].e;
		assert_int_equal(nym_vault_put(v, &e), JM_OK);
		w = copy(t, v);
		e.period = row[i / 2].theirs;
		e.epoch = row[i / 2].f;
		if (i % 2) /* also where it is but a trace */
			e.state = NYM_FORGOTTEN;
		assert_int_equal(nym_vault_put(w, &e), JM_OK);
		(void)merge(v, w);
		assert_int_equal(get(v, A)->epoch, row[i / 2].want);
		assert_int_equal(get(v, A)->state, NYM_REGISTERED);
		nym_vault_free(&v);
		nym_vault_free(&w);
	}
}

static void
a_carried_key_comes_with_its_scope_but_not_back(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = fresh(t), *w;
	uint8_t prk[NYM_PRK_LEN], x[NYM_X_LEN];
	uint32_t g;

	memset(prk, 3, sizeof prk);
	put(v, A, 0, NYM_REGISTERED);
	w = copy(t, v);
	put(w, B, 0, NYM_REGISTERED);
	assert_int_equal(nym_vault_carry(w, get(w, A)->sh, prk), JM_OK);
	assert_int_equal(nym_vault_carry(w, get(w, B)->sh, prk), JM_OK);
	assert_int_equal(
	    nym_vault_put_earlier(w, get(w, B)->sh, 7, prk), JM_OK);
	(void)merge(v, w);
	assert_int_equal(nym_vault_carried(v, get(v, A)->sh, x), JM_NOT_FOUND);
	assert_int_equal(nym_vault_carried(v, get(v, B)->sh, x), JM_OK);
	assert_memory_equal(x, prk, sizeof x);
	assert_int_equal(nym_vault_earlier(v, get(v, B)->sh, 0, &g, x), JM_OK);
	nym_vault_free(&v);
	nym_vault_free(&w);
}

static void
receipt(struct nym_vault *v, const char *scope, int64_t time)
{
	struct nym_receipt r = { .act = NYM_ACT_ASSERT, .time = time };

	snprintf(r.scope, sizeof r.scope, "%s", scope);
	assert_int_equal(nym_receipt_add(v, &r), JM_OK);
}

static void
receipts_of_both_are_in_one_chain(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = fresh(t), *w;
	struct nym_receipt r;
	size_t bad;

	receipt(v, A, 1);
	w = copy(t, v);
	receipt(v, A, 2);
	receipt(w, B, 2);
	receipt(w, C, 3);
	(void)merge(v, w);
	assert_int_equal(nym_receipts_len(v), 4);
	assert_int_equal(nym_receipts_check(v, &bad), JM_OK);
	nym_receipt_at(v, 3, &r);
	assert_string_equal(r.scope, C);
	(void)merge(v, w);
	assert_int_equal(nym_receipts_len(v), 4);
	nym_vault_free(&v);
	nym_vault_free(&w);
}

static void
the_count_of_writes_does_not_go_back(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = vault_try_new(t, 1), *w = fresh(t);

	assert_int_equal(nym_vault_save(v), JM_OK);
	(void)merge(w, v);
	assert_int_equal(nym_vault_writes(w), 2);
	nym_vault_free(&v);
	nym_vault_free(&w);
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, vault_try_begin, vault_try_end)
	const struct CMUnitTest tests[] = {
		F(it_is_the_union_of_both),
		F(the_larger_generation_is_current_and_the_other_is_kept),
		F(what_was_forgotten_or_reset_here_does_not_come_back),
		F(of_two_of_one_generation_ours_is_current),
		F(the_highest_epoch_is_kept_in_the_units_of_the_period),
		F(a_carried_key_comes_with_its_scope_but_not_back),
		F(receipts_of_both_are_in_one_chain),
		F(the_count_of_writes_does_not_go_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
