/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What somebody between a visitor and a service, or another service, can do
 * with messages that are not his: nothing.
 */
#include "tests/nym/login.h"

#include <openssl/bn.h>
#include <string.h>

#include "crypto/p256_verify.h"
#include "nym/enc.h"

static struct nym_key alice, mallory;
static nym_policy policy;

static int
set_up(void **state)
{
	(void)state;
	login_key(LOGIN_SCOPE, 1, NULL, &alice);
	login_key(LOGIN_SCOPE, 2, NULL, &mallory);
	login_policy(&policy);
	return 0;
}

/* Alice answers challenge n. */
static void
answer(uint8_t n, struct wire *w)
{
	struct nym_request r;

	login_request(&r, n);
	login_answer(&r, &alice, NULL, NULL, w);
	assert_int_equal(login_verdict(&policy, n, w, NULL), NYM_OK);
}

static void
a_replay_is_refused_and_the_challenge_is_the_memory(void **state)
{
	static struct wire w, twin;
	BIGNUM *s, *order = NULL;
	uint8_t *at;

	(void)state;
	answer(1, &w);
	assert_int_equal(login_verdict(&policy, 2, &w, NULL), NYM_CHALLENGE);
	/* A service that remembers messages in place of challenges is fooled:
	 * n - s is as good as s, and the message another one. */
	twin = w;
	at = twin.b + twin.len - 1 - 32;
	s = BN_bin2bn(at, 32, NULL);
	BN_hex2bn(&order, "FFFFFFFF00000000FFFFFFFFFFFFFFFF"
			  "BCE6FAADA7179E84F3B9CAC2FC632551");
	assert_true(BN_sub(s, order, s));
	assert_int_equal(BN_bn2binpad(s, at, 32), 32);
	assert_memory_not_equal(twin.b, w.b, w.len);
	assert_int_equal(login_verdict(&policy, 1, &twin, NULL), NYM_OK);
	BN_free(order);
	BN_free(s);
}

static void
an_assertion_for_one_service_is_none_for_another(void **state)
{
	struct nym_request r;
	static struct wire w;
	nym_policy other = policy;
	nym_result got;

	(void)state;
	answer(1, &w);
	other.scope = "web:other.example.jp";
	assert_int_equal(login_verdict(&other, 1, &w, NULL), NYM_SCOPE);
	/* another scope of the same length, written over the first */
	memcpy(memmem(w.b, w.len, "example", 7), "exomple", 7);
	other.scope = "web:exomple.jp";
	assert_int_equal(login_verdict(&other, 1, &w, NULL), NYM_SIGNATURE);
	/* the same key under two names, as a holder's error would have it: the
	 * identifiers differ all the same */
	login_request(&r, 1);
	r.scope = other.scope;
	login_answer(&r, &alice, NULL, NULL, &w);
	assert_int_equal(login_verdict(&other, 1, &w, &got), NYM_OK);
	assert_memory_not_equal(got.nid, alice.nid, sizeof got.nid);
}

static void
every_bit_of_a_wire_counts_and_every_length(void **state)
{
	static struct wire w, bad;

	(void)state;
	answer(1, &w);
	for (size_t i = 0; i < 8 * w.len; i++) {
		bad = w;
		bad.b[i / 8] ^= (uint8_t)(0x80u >> i % 8);
		assert_int_not_equal(
		    login_verdict(&policy, 1, &bad, NULL), NYM_OK);
	}
	for (bad = w; bad.len-- > 0;)
		assert_int_not_equal(
		    login_verdict(&policy, 1, &bad, NULL), NYM_OK);
	bad = w;
	bad.b[bad.len++] = 0;
	assert_int_equal(login_verdict(&policy, 1, &bad, NULL), NYM_MALFORMED);
}

static void
extensions_stand_in_order_once_and_are_known(void **state)
{
	static const uint8_t hint[33] = { 3 }, other[33] = { 4 };
	static const uint8_t later[2] = { 0x80, 1 };
	/* clang-format off */
	static const struct { const uint8_t *e[2]; size_t len[2]; int want; } row[] = {
		{ { hint, NULL },   { 33, 0 },  NYM_OK },
		{ { hint, later },  { 33, 2 },  NYM_OK }, /* passed over */
		{ { later, hint },  { 2, 33 },  NYM_MALFORMED },
		{ { hint, hint },   { 33, 33 }, NYM_MALFORMED },
		{ { other, NULL },  { 33, 0 },  NYM_MALFORMED },
		{ { hint, other },  { 33, 33 }, NYM_MALFORMED },
	};
	/* clang-format on */
	static struct wire w;

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		answer(1, &w);
		for (size_t k = 0; k < 2 && row[i].e[k] != NULL; k++)
			login_extend(&w, row[i].e[k], row[i].len[k]);
		assert_int_equal(
		    login_verdict(&policy, 1, &w, NULL), row[i].want);
	}
}

/* A raw key signs what a program hands it, a hash of a body too. */
static void
a_raw_key_forges_no_known_identifier(void **state)
{
	static const struct nym_which raw = { .use = NYM_USE_RAW };
	struct nym_key oracle;
	struct nym_request r;
	static struct wire w;
	nym_result got;

	(void)state;
	login_key(LOGIN_SCOPE, 1, &raw, &oracle); /* Alice's, use 2 */
	login_request(&r, 1);
	login_answer(&r, &oracle, NULL, NULL, &w);
	assert_int_equal(login_verdict(&policy, 1, &w, &got), NYM_OK);
	/* somebody unknown, neither the account nor the raw identifier */
	assert_memory_not_equal(got.nid, alice.nid, sizeof got.nid);
	assert_memory_not_equal(got.nid, oracle.nid, sizeof got.nid);
}

static void
an_answer_for_one_origin_is_none_at_another(void **state)
{
	static const char here[] = "https://www.example.jp";
	static const char phish[] = "https://www.examp1e.jp";
	uint8_t there[NYM_CTX_LEN], own[NYM_CTX_LEN];
	struct nym_request r;
	nym_policy p = policy;
	static struct wire w;
	size_t len;

	(void)state;
	assert_int_equal(
	    nym_ctx(here, strlen(here), NULL, 0, NULL, 0, own, &len), JM_OK);
	assert_int_equal(
	    nym_ctx(phish, strlen(phish), NULL, 0, NULL, 0, there, &len),
	    JM_OK);
	login_request(&r, 1);
	p.ctx = own;
	r.ctx = there; /* the visitor's browser stood at the other one */
	login_answer(&r, &alice, NULL, NULL, &w);
	assert_int_equal(login_verdict(&p, 1, &w, NULL), NYM_CONTEXT);
	r.ctx = own;
	login_answer(&r, &alice, NULL, NULL, &w);
	assert_int_equal(login_verdict(&p, 1, &w, NULL), NYM_OK);
	/* nor is one that names a place good where none is asked for */
	assert_int_equal(login_verdict(&policy, 1, &w, NULL), NYM_CONTEXT);
}

/* --- rollover ---------------------------------------------------------------
 */

static uint8_t banned[32];
static unsigned
look_up(void *arg, const uint8_t nid[32])
{
	(void)arg;
	if (memcmp(nid, banned, sizeof banned) == 0)
		return NYM_IS_KNOWN | NYM_IS_BANNED;
	return memcmp(nid, mallory.nid, sizeof mallory.nid) == 0 ? NYM_IS_KNOWN
								 : 0;
}

/* Mallory, whose own account is to go, hangs it on Alice's message in flight.
 */
static void
a_rollover_needs_the_new_key_too(void **state)
{
	static struct wire w, ext;
	nym_policy p = policy;
	nym_result got;
	struct nym_assertion a;
	uint8_t hash[32];

	(void)state;
	p.lookup = look_up;
	answer(1, &w);
	login_rollover(&w, mallory.pk, &mallory, &mallory, &ext);
	login_extend(&w, ext.b, ext.len);
	assert_int_equal(login_verdict(&p, 1, &w, &got), NYM_ROLL_SIGNATURE);
	assert_int_equal(got.has_roll, 0);
	/* a rule that asks for the old key alone would have taken it */
	assert_int_equal(nym_wire_parse(w.b, w.len, &a), JM_OK);
	assert_int_equal(jm_hash(JM_SHA256, a.roll.p, a.roll.len, hash), JM_OK);
	assert_int_equal(
	    jm_p256_verify(mallory.pk, hash, a.roll_old_sig.p), JM_OK);
	/* Alice does it herself: both keys */
	answer(1, &w);
	login_rollover(&w, mallory.pk, &mallory, &alice, &ext);
	login_extend(&w, ext.b, ext.len);
	assert_int_equal(login_verdict(&p, 1, &w, &got), NYM_OK);
	assert_memory_equal(got.old_nid, mallory.nid, 32);
	/* and the new key alone takes over nobody's account */
	answer(1, &w);
	login_rollover(&w, mallory.pk, &alice, &alice, &ext);
	login_extend(&w, ext.b, ext.len);
	assert_int_equal(login_verdict(&p, 1, &w, NULL), NYM_ROLL_SIGNATURE);
}

static void
a_rollover_belongs_to_its_message(void **state)
{
	static struct wire w, ext;

	(void)state;
	answer(1, &w);
	login_rollover(&w, mallory.pk, &mallory, &alice, &ext);
	answer(2, &w); /* another one of hers */
	login_extend(&w, ext.b, ext.len);
	assert_int_equal(login_verdict(&policy, 2, &w, NULL), NYM_ROLL_OTHER);
}

static void
a_ban_moves_along_in_a_rollover(void **state)
{
	struct nym_key old;
	struct nym_request r;
	static struct wire w;
	nym_policy p = policy;
	nym_result got;

	(void)state;
	login_key(LOGIN_SCOPE, 9, NULL, &old);
	memcpy(banned, old.nid, sizeof banned);
	p.lookup = look_up;
	login_request(&r, 1);
	login_answer(&r, &alice, &old, NULL, &w);
	assert_int_equal(login_verdict(&p, 1, &w, &got), NYM_BANNED);
	assert_int_equal(got.has_roll, 1); /* move it, ban and all */
	assert_memory_equal(got.nid, alice.nid, 32);
	assert_memory_equal(got.old_nid, old.nid, 32);
}

/* --- attestation ------------------------------------------------------------
 */

static void
an_attestation_is_for_one_identifier_and_one_challenge(void **state)
{
	static struct login_batch b, forged;
	struct nym_request r;
	static struct wire w, ext;
	struct nym_field att = { ext.b, 0 };
	nym_policy p = policy;

	(void)state;
	login_batch_new(&b, 20);
	login_batch_new(&forged, 30);
	p.trust = login_trust(&b);
	p.need = NYM_CARD;
	login_request(&r, 1);
	login_answer(&r, &alice, NULL, NULL, &w);
	assert_int_equal(login_verdict(&p, 1, &w, NULL), NYM_ATT_MISSING);
	login_attest(&b, &r, &alice, NULL, &ext);
	att.len = ext.len;
	login_answer(&r, &alice, NULL, &att, &w);
	assert_int_equal(login_verdict(&p, 1, &w, NULL), NYM_OK);
	/* moved to another identifier */
	login_answer(&r, &mallory, NULL, &att, &w);
	assert_int_equal(login_verdict(&p, 1, &w, NULL), NYM_ATT_OTHER);
	/* kept for the next login */
	login_request(&r, 2);
	login_answer(&r, &alice, NULL, &att, &w);
	assert_int_equal(login_verdict(&p, 2, &w, NULL), NYM_ATT_FRESH);
	/* of a key that nobody certified */
	login_attest(&forged, &r, &alice, NULL, &ext);
	att.len = ext.len;
	login_answer(&r, &alice, NULL, &att, &w);
	assert_int_equal(login_verdict(&p, 2, &w, NULL), NYM_ATT_CHAIN);
	nym_trust_free((nym_trust *)(uintptr_t)p.trust);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_replay_is_refused_and_the_challenge_is_the_memory),
		cmocka_unit_test(
		    an_assertion_for_one_service_is_none_for_another),
		cmocka_unit_test(every_bit_of_a_wire_counts_and_every_length),
		cmocka_unit_test(extensions_stand_in_order_once_and_are_known),
		cmocka_unit_test(a_raw_key_forges_no_known_identifier),
		cmocka_unit_test(an_answer_for_one_origin_is_none_at_another),
		cmocka_unit_test(a_rollover_needs_the_new_key_too),
		cmocka_unit_test(a_rollover_belongs_to_its_message),
		cmocka_unit_test(a_ban_moves_along_in_a_rollover),
		cmocka_unit_test(
		    an_attestation_is_for_one_identifier_and_one_challenge),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
