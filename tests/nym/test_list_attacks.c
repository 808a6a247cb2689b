/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Exclusion lists: proofs that lie, lists that are made for one visitor, and
 * what a stolen batch key shows.
 */
#include "tests/nym/login.h"

#include <string.h>

#include "nym/xl_watch.h"

#define LISTED   300
#define UNLISTED 2000
#define BATCH    131072 /* cards of a batch, nym1.md 5.2 */

static uint8_t sh[NYM_SH_LEN], entries[LISTED][NYM_ENTRY_LEN];
static struct nym_xlist *list;

/* A tag: of the n-th banned one, or of the n-th who is not. */
static void
entry_of(int is_banned, unsigned n, uint8_t out[NYM_ENTRY_LEN])
{
	uint8_t h[32], in[8] = { is_banned ? 'b' : 'g', 0 };

	memcpy(in + 1, &n, sizeof n);
	assert_int_equal(jm_hash(JM_SHA256, in, sizeof in, h), JM_OK);
	nym_xlist_entry(0, 0, h, out);
}

static int
set_up(void **state)
{
	(void)state;
	foe_sh(LOGIN_SCOPE, sh);
	for (unsigned i = 0; i < LISTED; i++)
		entry_of(1, i, entries[i]);
	return nym_xlist_build(sh, entries[0], LISTED, 7, &list) == JM_OK ? 0
									  : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	nym_xlist_free(&list);
	return 0;
}

static void
all_who_are_not_listed_prove_it_and_nobody_else(void **state)
{
	uint8_t root[NYM_ROOT_LEN], own[NYM_ENTRY_LEN], proof[NYM_PROOF_MAX];
	size_t len;

	(void)state;
	nym_xlist_root(list, root);
	for (unsigned i = 0; i < UNLISTED; i++) {
		entry_of(0, i, own);
		assert_int_equal(
		    nym_xlist_proof(list, own, proof, &len), JM_OK);
		assert_int_equal(
		    nym_xlist_check(sh, own, proof, len, root), JM_OK);
	}
	for (unsigned i = 0; i < LISTED; i++)
		assert_int_equal(
		    nym_xlist_proof(list, entries[i], proof, &len), JM_REFUSED);
}

/* The banned one borrows every gap that there is: none takes him. */
static void
no_gap_of_the_list_takes_a_listed_one(void **state)
{
	uint8_t root[NYM_ROOT_LEN], other[NYM_ENTRY_LEN];
	uint8_t proof[NYM_PROOF_MAX];
	size_t len;

	(void)state;
	nym_xlist_root(list, root);
	for (unsigned i = 0; i < UNLISTED; i++) {
		entry_of(0, i, other);
		assert_int_equal(
		    nym_xlist_proof(list, other, proof, &len), JM_OK);
		assert_int_not_equal(
		    nym_xlist_check(sh, entries[0], proof, len, root), JM_OK);
	}
}

/* bounds that are the entry itself, a gap of his own making, another place */
static void
a_gap_that_was_made_up_is_no_proof(void **state)
{
	uint8_t root[NYM_ROOT_LEN], own[NYM_ENTRY_LEN];
	static uint8_t proof[NYM_PROOF_MAX], bad[NYM_PROOF_MAX];
	size_t len;

	(void)state;
	nym_xlist_root(list, root);
	entry_of(0, 1, own);
	assert_int_equal(nym_xlist_proof(list, own, proof, &len), JM_OK);
	/* every bit of it counts, for this root */
	for (size_t i = 0; i < 8 * len; i++) {
		memcpy(bad, proof, len);
		bad[i / 8] ^= (uint8_t)(0x80u >> i % 8);
		assert_int_not_equal(
		    nym_xlist_check(sh, own, bad, len, root), JM_OK);
	}
	for (size_t n = 0; n < len; n++)
		assert_int_not_equal(
		    nym_xlist_check(sh, own, proof, n, root), JM_OK);
	/* the bounds are not between them */
	assert_int_equal(
	    nym_xlist_check(sh, proof + 12, proof, len, root), JM_REFUSED);
	assert_int_equal(
	    nym_xlist_check(sh, proof + 12 + NYM_ENTRY_LEN, proof, len, root),
	    JM_REFUSED);
	/* from end to end, with the same path */
	memcpy(bad, proof, len);
	memset(bad + 12, 0, NYM_ENTRY_LEN);
	memset(bad + 12 + NYM_ENTRY_LEN, 0xff, NYM_ENTRY_LEN);
	assert_int_equal(
	    nym_xlist_check(sh, entries[0], bad, len, root), JM_BAD_SIG);
}

static void
a_proof_is_of_one_version_and_one_scope(void **state)
{
	uint8_t root[NYM_ROOT_LEN], own[NYM_ENTRY_LEN], sh2[NYM_SH_LEN];
	uint8_t proof[NYM_PROOF_MAX];
	struct nym_xlist *older, *other;
	size_t len;

	(void)state;
	foe_sh("web:other.example.jp", sh2);
	assert_int_equal(
	    nym_xlist_build(sh, entries[0], LISTED - 1, 6, &older), JM_OK);
	assert_int_equal(
	    nym_xlist_build(sh2, entries[0], LISTED, 7, &other), JM_OK);
	/* banned since: the older list's proof is good, under its own root */
	memcpy(own, entries[LISTED - 1], sizeof own);
	assert_int_equal(nym_xlist_proof(older, own, proof, &len), JM_OK);
	nym_xlist_root(older, root);
	assert_int_equal(nym_xlist_check(sh, own, proof, len, root), JM_OK);
	nym_xlist_root(list, root);
	assert_int_equal(
	    nym_xlist_check(sh, own, proof, len, root), JM_BAD_SIG);
	proof[3] = 7; /* says that it is the new one */
	assert_int_equal(
	    nym_xlist_check(sh, own, proof, len, root), JM_BAD_SIG);
	/* the same people on another service's list: its root is another */
	entry_of(0, 3, own);
	assert_int_equal(nym_xlist_proof(other, own, proof, &len), JM_OK);
	nym_xlist_root(other, root);
	assert_int_equal(nym_xlist_check(sh2, own, proof, len, root), JM_OK);
	assert_int_equal(
	    nym_xlist_check(sh, own, proof, len, root), JM_BAD_SIG);
	nym_xlist_free(&older);
	nym_xlist_free(&other);
}

/* A service wants to know whether this visitor is the one of last month: it
 * puts that one's old tag on a list for him alone. */
static void
a_list_for_one_visitor_links_him_and_raises_the_alarm(void **state)
{
	uint8_t root[NYM_ROOT_LEN], trap_root[NYM_ROOT_LEN];
	uint8_t own[NYM_ENTRY_LEN], proof[NYM_PROOF_MAX];
	static uint8_t with_him[LISTED + 1][NYM_ENTRY_LEN];
	struct nym_xl_seen seen = { 0 };
	struct nym_xlist *trap;
	size_t len;

	(void)state;
	entry_of(0, 77, own); /* the visitor's of last month */
	memcpy(with_him, entries, sizeof entries);
	memcpy(with_him[LISTED], own, sizeof own);
	assert_int_equal(
	    nym_xlist_build(sh, with_him[0], LISTED + 1, 7, &trap), JM_OK);
	/* Without a watch it works: he fails, and nobody else does. */
	assert_int_equal(nym_xlist_proof(trap, own, proof, &len), JM_REFUSED);
	entry_of(0, 78, own);
	assert_int_equal(nym_xlist_proof(trap, own, proof, &len), JM_OK);
	/* He fetched the list, as anybody does, before he logged in. */
	nym_xlist_root(list, root);
	nym_xlist_root(trap, trap_root);
	assert_int_equal(nym_xl_watch(&seen, 7, root, LOGIN_NOW), NYM_XL_FINE);
	assert_int_equal(nym_xl_watch(&seen, 7, trap_root, LOGIN_NOW + 60),
	    NYM_XL_TWO_ROOTS);
	/* nor as a version of its own, before or after it */
	assert_int_equal(
	    nym_xl_watch(&seen, 8, trap_root, LOGIN_NOW + 60), NYM_XL_TOO_SOON);
	assert_int_equal(
	    nym_xl_watch(&seen, 6, trap_root, LOGIN_NOW + 60), NYM_XL_OLD);
	/* an alarm changes nothing; the list for all goes on */
	assert_int_equal(
	    nym_xl_watch(&seen, 7, root, LOGIN_NOW + 120), NYM_XL_FINE);
	assert_int_equal(
	    nym_xl_watch(&seen, 8, trap_root, LOGIN_NOW + 86400), NYM_XL_FINE);
	assert_int_equal(
	    nym_xl_watch(&seen, 7, root, LOGIN_NOW + 86400), NYM_XL_OLD);
	nym_xlist_free(&trap);
}

/* --- a stolen batch key -----------------------------------------------------
 */

/* Persons that there are none of, each with a valid attestation. */
static void
fake_persons_of_a_stolen_batch_key_raise_the_alarm(void **state)
{
	enum { CARDS = 20 };
	static struct login_batch b;
	static struct wire w, ext;
	struct nym_field att = { ext.b, 0 };
	nym_batch_stat *stat;
	struct nym_request r;
	struct nym_key key;
	nym_policy p;
	nym_result got;

	(void)state;
	login_batch_new(&b, 40);
	login_policy(&p);
	p.trust = login_trust(&b);
	p.need = NYM_CARD;
	assert_int_equal(nym_batch_new(CARDS, &stat), NYM_OK);
	for (uint8_t i = 1; i <= CARDS + 3; i++) {
		login_request(&r, i);
		login_key(LOGIN_SCOPE, (uint8_t)(100 + i), NULL, &key);
		login_attest(&b, &r, &key, NULL, &ext);
		att.len = ext.len;
		login_answer(&r, &key, NULL, &att, &w);
		/* the verdict alone does not see it */
		assert_int_equal(login_verdict(&p, i, &w, &got), NYM_OK);
		assert_int_equal(nym_batch_note(stat, &got),
		    i <= CARDS ? NYM_OK : NYM_BATCH);
	}
	nym_batch_free(stat);
	nym_trust_free((nym_trust *)(uintptr_t)p.trust);
}

static void
a_batch_of_its_full_size_is_no_alarm_and_one_more_is(void **state)
{
	nym_batch_stat *stat;
	nym_result r = { .att_kind = NYM_CARD, .batch = { 1 } };
	nym_result twin = { .att_kind = NYM_CARD, .batch = { 2 } };

	(void)state;
	assert_int_equal(nym_batch_new(BATCH, &stat), NYM_OK);
	for (uint32_t i = 0; i < BATCH; i++) {
		memcpy(r.nid, &i, sizeof i);
		memcpy(r.nid + 16, &i, sizeof i);
		assert_int_equal(nym_batch_note(stat, &r), NYM_OK);
	}
	/* known ones again, another batch, another epoch, nobody's card */
	assert_int_equal(nym_batch_note(stat, &r), NYM_OK);
	r.nid[8] = 1;
	memcpy(twin.nid, r.nid, sizeof twin.nid);
	assert_int_equal(nym_batch_note(stat, &twin), NYM_OK);
	r.epoch = 1;
	assert_int_equal(nym_batch_note(stat, &r), NYM_OK);
	r.epoch = 0;
	r.att_kind = 0;
	assert_int_equal(nym_batch_note(stat, &r), NYM_OK);
	r.att_kind = NYM_CARD;
	assert_int_equal(nym_batch_note(stat, &r), NYM_BATCH);
	nym_batch_free(stat);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    all_who_are_not_listed_prove_it_and_nobody_else),
		cmocka_unit_test(no_gap_of_the_list_takes_a_listed_one),
		cmocka_unit_test(a_gap_that_was_made_up_is_no_proof),
		cmocka_unit_test(a_proof_is_of_one_version_and_one_scope),
		cmocka_unit_test(
		    a_list_for_one_visitor_links_him_and_raises_the_alarm),
		cmocka_unit_test(
		    fake_persons_of_a_stolen_batch_key_raise_the_alarm),
		cmocka_unit_test(
		    a_batch_of_its_full_size_is_no_alarm_and_one_more_is),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
