/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Receipts: a chain in which nothing can be changed, taken out or moved. */
#include <stdio.h>
#include <string.h>

#include "crypto/digest.h"
#include "holder/vault_impl.h"
#include "tests/support/test.h"
#include "tests/unit/vault_try.h"

static struct nym_vault *
with_receipts(const struct vault_try *t, unsigned many)
{
	struct nym_vault *v = vault_try_new(t, 1);

	for (unsigned n = 0; n < many; n++) {
		struct nym_receipt r = { .act = NYM_ACT_ASSERT,
			.time = 1700000000 + (int64_t)n,
			.generation = n,
			.period = 28,
			.flags = 1,
			.level = 2 };

		snprintf(r.scope, sizeof r.scope, "web:s%u.example.jp", n);
		snprintf(r.purpose, sizeof r.purpose, "purpose %u", n);
		memset(r.disclosure, (int)(n & 0xff), sizeof r.disclosure);
		assert_int_equal(nym_receipt_add(v, &r), JM_OK);
	}
	return v;
}

/* Put together here: the bytes of the one hash. */
static void
the_disclosure_set_is_hashed_whole(void **state)
{
	static const uint8_t bytes[] = "\x00\x0fNYM1/disclosure\x06"
				       "\x00\x0eweb:example.jp"
				       "\x00\x02\x00\x1c"
				       "\x00\x01\x01"
				       "\x00\x01\x05"
				       "\x00\x01\x02"
				       "\x00\x00";
	const uint8_t manifest[32] = { 1 };
	struct nym_disclosure d = { "web:example.jp", 28, 1, 5, 2, NULL };
	uint8_t want[JM_DIGEST_MAX], got[8][32];

	(void)state;
	assert_int_equal(
	    jm_hash(JM_SHA256, bytes, sizeof bytes - 1, want), JM_OK);
	assert_int_equal(nym_disclosure_hash(&d, got[0]), JM_OK);
	assert_memory_equal(got[0], want, 32);
#define OTHER(n, field, value)                                                 \
	do {                                                                   \
		struct nym_disclosure o = d;                                   \
		o.field = (value);                                             \
		assert_int_equal(nym_disclosure_hash(&o, got[n]), JM_OK);      \
	} while (0)
	OTHER(1, scope, "web:example.com");
	OTHER(2, period, 7);
	OTHER(3, rate, 2);
	OTHER(4, flags, 4);
	OTHER(5, level, 1);
	OTHER(6, manifest, manifest);
	OTHER(7, period, 0);
	for (int i = 0; i < 8; i++)
		for (int j = 0; j < i; j++)
			assert_memory_not_equal(got[i], got[j], 32);
}

static void
they_come_back_as_they_were_added(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = with_receipts(t, 20);
	struct nym_receipt a, b;
	size_t bad;

	nym_receipt_at(v, 7, &a);
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);
	v = vault_try_open(t);
	assert_int_equal(nym_receipts_len(v), 20);
	assert_int_equal(nym_receipts_dropped(v), 0);
	nym_receipt_at(v, 7, &b);
	assert_memory_equal(&a, &b, sizeof a);
	assert_string_equal(b.scope, "web:s7.example.jp");
	assert_string_equal(b.purpose, "purpose 7");
	assert_int_equal(nym_receipts_check(v, &bad), JM_OK);
	nym_receipt_at(v, 6, &a);
	assert_memory_equal(b.previous, a.hash, 32);
	nym_receipt_at(v, 0, &a);
	memset(b.previous, 0, 32);
	assert_memory_equal(a.previous, b.previous, 32);
	a.time = -1;
	assert_int_equal(nym_receipt_add(v, &a), JM_ARG);
	nym_vault_free(&v);
}

/* Each byte of each field, each receipt taken out, each two exchanged. */
static void
what_is_changed_shows_and_where(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = with_receipts(t, 5);
	struct nym_receipt *r = vault_item(&v->receipts, 3);
	uint8_t *fields[] = { (uint8_t *)&r->act, (uint8_t *)&r->time,
		(uint8_t *)r->scope, (uint8_t *)&r->generation,
		(uint8_t *)&r->period, &r->flags, &r->level,
		(uint8_t *)r->purpose, r->disclosure, r->previous, r->hash };
	struct nym_receipt keep;
	size_t bad;

	for (size_t i = 0; i < NELEM(fields); i++) {
		*fields[i] ^= 1;
		assert_int_equal(nym_receipts_check(v, &bad), JM_DAMAGED);
		assert_int_equal(bad, 3);
		*fields[i] ^= 1;
		assert_int_equal(nym_receipts_check(v, &bad), JM_OK);
	}
	for (size_t n = 0; n + 1 < 5; n++) { /* the last leaves no trace */
		struct nym_vault *w = with_receipts(t, 5);

		vault_cut(&w->receipts, n);
		assert_int_equal(nym_receipts_check(w, &bad), JM_DAMAGED);
		assert_int_equal(bad, n);
		/* nor is it mended by saving: the hash stays what it was */
		assert_int_equal(nym_vault_save(w), JM_OK);
		nym_vault_free(&w);
		w = vault_try_open(t);
		assert_int_equal(nym_receipts_check(w, &bad), JM_DAMAGED);
		nym_vault_free(&w);
	}
	keep = *r;
	*r = r[1];
	r[1] = keep;
	assert_int_equal(nym_receipts_check(v, &bad), JM_DAMAGED);
	nym_vault_free(&v);
}

static void
the_oldest_make_room_and_the_chain_goes_on(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v = with_receipts(t, NYM_RECEIPTS_MAX + 1);
	struct nym_receipt r;
	size_t bad;

	assert_int_equal(nym_receipts_dropped(v), 1024);
	assert_int_equal(nym_receipts_len(v), NYM_RECEIPTS_MAX + 1 - 1024);
	assert_int_equal(nym_receipts_check(v, &bad), JM_OK);
	nym_receipt_at(v, 0, &r);
	assert_int_equal(r.generation, 1024);
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);
	v = vault_try_open(t);
	assert_int_equal(nym_receipts_dropped(v), 1024);
	assert_int_equal(nym_receipts_check(v, &bad), JM_OK);
	nym_vault_free(&v);
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, vault_try_begin, vault_try_end)
	const struct CMUnitTest tests[] = {
		F(the_disclosure_set_is_hashed_whole),
		F(they_come_back_as_they_were_added),
		F(what_is_changed_shows_and_where),
		F(the_oldest_make_room_and_the_chain_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
