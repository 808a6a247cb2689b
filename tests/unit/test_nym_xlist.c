/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/xlist.h"

#include <string.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "crypto/soft_key.h"
#include "tests/support/test.h"
#include "tests/unit/nym_try.h"

#define E NYM_ENTRY_LEN

static uint8_t sh[32], other_sh[32];

static void
entry(uint16_t period, uint8_t xt, uint8_t out[E])
{
	uint8_t tag[16];

	memset(tag, xt, sizeof tag);
	nym_xlist_entry(period, 0, tag, out);
}

/* The list of nym1.md, section 13; order and duplicates make no difference. */
static void
the_root_is_the_known_one(void **state)
{
	static const uint8_t order[][5] = { { 0x11, 0x55, 0xcc, 0x11, 0x11 },
		{ 0xcc, 0x11, 0x55, 0x55, 0xcc } };
	uint8_t entries[5 * E], want[32], root[32];
	struct nym_xlist *l;
	size_t n;
	(void)state;

	assert_int_equal(jm_hex_decode("a58f40b6583eb4b493805af19645ae0c"
				       "c79dcd4a6870e26e536fbb8aad000724",
			     want, sizeof want, &n),
	    JM_OK);
	for (size_t k = 0; k < NELEM(order); k++) {
		for (size_t i = 0; i < 5; i++)
			entry(0, order[k][i], entries + i * E);
		assert_int_equal(nym_xlist_build(sh, entries, 5, 1, &l), JM_OK);
		assert_int_equal(nym_xlist_leaves(l), 4);
		nym_xlist_root(l, root);
		assert_memory_equal(root, want, sizeof root);
		nym_xlist_free(&l);
		assert_null(l);
	}
}

static void
an_empty_list_is_one_gap(void **state)
{
	uint8_t proof[NYM_PROOF_MAX], own[E], root[32];
	struct nym_xlist *l;
	size_t len;
	(void)state;

	assert_int_equal(nym_xlist_build(sh, NULL, 0, 1, &l), JM_OK);
	assert_int_equal(nym_xlist_leaves(l), 1);
	nym_xlist_root(l, root);
	entry(0, 0x42, own);
	assert_int_equal(nym_xlist_proof(l, own, proof, &len), JM_OK);
	assert_int_equal(len, 12 + 2 * E);
	assert_int_equal(nym_xlist_check(sh, own, proof, len, root), JM_OK);
	memset(own, 0x00, sizeof own); /* what stands at the ends is listed */
	assert_int_equal(nym_xlist_proof(l, own, proof, &len), JM_REFUSED);
	memset(own, 0xff, sizeof own);
	assert_int_equal(nym_xlist_proof(l, own, proof, &len), JM_REFUSED);
	nym_xlist_free(&l);
}

/* Every size up to some tens: all odd shapes of the tree. */
static void
every_stranger_is_proven_and_nobody_listed(void **state)
{
	static uint8_t entries[70 * E];
	uint8_t proof[NYM_PROOF_MAX], own[E], root[32];
	struct nym_xlist *l;
	size_t len;
	(void)state;

	for (size_t n = 0; n <= 70; n++) {
		for (size_t i = 0; i < n; i++)
			entry(7, (uint8_t)(2 * i + 1), entries + i * E);
		assert_int_equal(nym_xlist_build(sh, entries, n, 3, &l), JM_OK);
		nym_xlist_root(l, root);
		for (size_t i = 0; i <= n; i++) {
			entry(7, (uint8_t)(2 * i), own);
			assert_int_equal(
			    nym_xlist_proof(l, own, proof, &len), JM_OK);
			assert_int_equal(
			    nym_xlist_check(sh, own, proof, len, root), JM_OK);
			if (i == n)
				continue;
			assert_int_equal(
			    nym_xlist_proof(l, entries + i * E, proof, &len),
			    JM_REFUSED);
			assert_int_equal(len, 0);
		}
		nym_xlist_free(&l);
	}
}

/* A list of five with one proof from it, for the cheats. */
struct cheat {
	uint8_t proof[NYM_PROOF_MAX + 1], own[E], root[32];
	uint8_t entries[5 * E];
	size_t len;
	struct nym_xlist *l;
};

static void
begin(struct cheat *c)
{
	for (size_t i = 0; i < 5; i++)
		entry(0, (uint8_t)(0x10 * (i + 1)), c->entries + i * E);
	assert_int_equal(nym_xlist_build(sh, c->entries, 5, 9, &c->l), JM_OK);
	nym_xlist_root(c->l, c->root);
	entry(0, 0x25, c->own);
	assert_int_equal(
	    nym_xlist_proof(c->l, c->own, c->proof, &c->len), JM_OK);
	assert_int_equal(
	    nym_xlist_check(sh, c->own, c->proof, c->len, c->root), JM_OK);
}

static void
a_changed_proof_is_none(void **state)
{
	static struct cheat c;
	(void)state;

	begin(&c);
	for (size_t bit = 0; bit < c.len * 8; bit++) {
		c.proof[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(
		    nym_xlist_check(sh, c.own, c.proof, c.len, c.root), JM_OK);
		c.proof[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < c.len; n++)
		assert_int_equal(
		    nym_xlist_check(sh, c.own, c.proof, n, c.root), JM_FORMAT);
	c.proof[c.len] = 0;
	assert_int_equal(
	    nym_xlist_check(sh, c.own, c.proof, c.len + 1, c.root), JM_FORMAT);
	nym_xlist_free(&c.l);
}

static void
the_neighbours_of_another_prove_nothing(void **state)
{
	uint8_t listed[E];
	static struct cheat c;
	(void)state;

	begin(&c);
	/* a listed one shows his neighbour's gap; equal bounds */
	entry(0, 0x30, listed);
	assert_int_equal(
	    nym_xlist_check(sh, listed, c.proof, c.len, c.root), JM_REFUSED);
	entry(0, 0x20, listed);
	assert_int_equal(
	    nym_xlist_check(sh, listed, c.proof, c.len, c.root), JM_REFUSED);
	entry(0, 0x40, listed);
	assert_int_equal(
	    nym_xlist_check(sh, listed, c.proof, c.len, c.root), JM_REFUSED);
	/* a gap drawn wider than it is */
	memcpy(c.proof + 12 + E, c.entries + 3 * E, E);
	assert_int_equal(
	    nym_xlist_check(sh, listed, c.proof, c.len, c.root), JM_REFUSED);
	entry(0, 0x30, listed);
	assert_int_equal(
	    nym_xlist_check(sh, listed, c.proof, c.len, c.root), JM_BAD_SIG);
	nym_xlist_free(&c.l);
}

static void
another_list_proves_nothing(void **state)
{
	uint8_t proof[NYM_PROOF_MAX], root[32];
	struct nym_xlist *l;
	static struct cheat c;
	size_t len;
	(void)state;

	begin(&c);
	/* the same at another service, an old version, one entry less */
	assert_int_equal(
	    nym_xlist_check(other_sh, c.own, c.proof, c.len, c.root),
	    JM_BAD_SIG);
	assert_int_equal(nym_xlist_build(other_sh, c.entries, 5, 9, &l), JM_OK);
	assert_int_equal(nym_xlist_proof(l, c.own, proof, &len), JM_OK);
	nym_xlist_root(l, root);
	assert_int_equal(
	    nym_xlist_check(sh, c.own, proof, len, root), JM_BAD_SIG);
	nym_xlist_free(&l);
	assert_int_equal(nym_xlist_build(sh, c.entries, 5, 8, &l), JM_OK);
	assert_int_equal(nym_xlist_proof(l, c.own, proof, &len), JM_OK);
	assert_int_equal(
	    nym_xlist_check(sh, c.own, proof, len, c.root), JM_BAD_SIG);
	nym_xlist_free(&l);
	assert_int_equal(nym_xlist_build(sh, c.entries, 4, 9, &l), JM_OK);
	assert_int_equal(nym_xlist_proof(l, c.own, proof, &len), JM_OK);
	assert_int_equal(
	    nym_xlist_check(sh, c.own, proof, len, c.root), JM_BAD_SIG);
	nym_xlist_free(&l);
	nym_xlist_free(&c.l);
}

/* nym1.md, section 5.4: depth 14 for ten thousand. */
static void
ten_thousand_have_the_promised_depth(void **state)
{
	static uint8_t entries[10000 * E];
	uint8_t proof[NYM_PROOF_MAX], own[E], root[32];
	struct nym_xlist *l;
	size_t len, most = 0, listed = 0;
	(void)state;

	assert_int_equal(jm_random(entries, sizeof entries), JM_OK);
	assert_int_equal(nym_xlist_build(sh, entries, 10000, 1, &l), JM_OK);
	nym_xlist_root(l, root);
	for (size_t i = 0; i < 2000; i++) {
		assert_int_equal(jm_random(own, sizeof own), JM_OK);
		assert_int_equal(nym_xlist_proof(l, own, proof, &len), JM_OK);
		assert_int_equal(
		    nym_xlist_check(sh, own, proof, len, root), JM_OK);
		most = len > most ? len : most;
	}
	assert_int_equal((most - 12 - 2 * E) / 32, 14);
	for (size_t i = 0; i < 300; i++)
		listed += nym_xlist_proof(l, entries + i * 33 * E, proof,
			      &len) == JM_REFUSED;
	assert_int_equal(listed, 300);
	nym_xlist_free(&l);
}

static void
the_public_calls_say_the_same(void **state)
{
	static const nym_xl_entry bad[] = { { 30, 0, { 1 } }, { 0, 1, { 1 } } };
	nym_xl_entry e[3] = { { 0, 0, { 1 } }, { 28, 735, { 2 } },
		{ 0, 0, { 9 } } };
	uint8_t proof[NYM_PROOF_SIZE], root[32];
	nym_xl *xl;
	size_t len;
	(void)state;

	assert_int_equal(nym_xl_build(sh, e, 2, 1, &xl), NYM_OK);
	assert_int_equal(nym_xl_root(xl, root), NYM_OK);
	assert_int_equal(nym_xl_proof(xl, &e[2], proof, &len), NYM_OK);
	assert_int_equal(nym_xl_check(sh, &e[2], proof, len, root), NYM_OK);
	assert_int_equal(nym_xl_check(sh, &e[0], proof, len, root), NYM_LISTED);
	assert_int_equal(
	    nym_xl_check(sh, &e[2], proof, len - 1, root), NYM_PROOF);
	root[0] ^= 1;
	assert_int_equal(nym_xl_check(sh, &e[2], proof, len, root), NYM_PROOF);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
		    nym_xl_proof(xl, &e[i], proof, &len), NYM_LISTED);
	nym_xl_free(xl);
	for (size_t i = 0; i < NELEM(bad); i++) {
		assert_int_equal(nym_xl_build(sh, &bad[i], 1, 1, &xl), NYM_ARG);
		assert_null(xl);
	}
	nym_xl_free(NULL);
}

static int
start(void **state)
{
	(void)state;
	return nym_scope_hash(TRY_SCOPE, strlen(TRY_SCOPE), sh) != JM_OK ||
	       nym_scope_hash("web:example.com", 15, other_sh) != JM_OK;
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
		cmocka_unit_test(the_root_is_the_known_one),
		cmocka_unit_test(an_empty_list_is_one_gap),
		cmocka_unit_test(every_stranger_is_proven_and_nobody_listed),
		cmocka_unit_test(a_changed_proof_is_none),
		cmocka_unit_test(the_neighbours_of_another_prove_nothing),
		cmocka_unit_test(another_list_proves_nothing),
		cmocka_unit_test(ten_thousand_have_the_promised_depth),
		cmocka_unit_test(the_public_calls_say_the_same),
	};

	return cmocka_run_group_tests(tests, start, done);
}
