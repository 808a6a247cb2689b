/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The slot of service identities: its index, its login, its signatures. */
#include "objects/nym.h"

#include <string.h>

#include "base/hex.h"
#include "crypto/ec.h"
#include "tests/support/nym_cards.h"
#include "tests/support/nym_job.h"
#include "tests/support/test.h"

#define SSH "ssh:git.example.jp"
#define P11 "p11:home"
#define WEB "web:example.jp"

static const uint8_t hash[32] = { 1, 2, 3 };
static struct vslot *slot;
static struct jm_token *t;

static int
start(void **state)
{
	(void)state;
	nym_cards_forget(NULL);
	slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	t = nym_cards_token(slot);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	assert_int_equal(vslot_counted(slot).outside, 0);
	nym_close(&t, &slot);
	return 0;
}

static const struct nym_index_entry *
find(const char *scope)
{
	const struct nym_index *x;

	assert_int_equal(jm_token_nym_index(t, &x), JM_OK);
	for (size_t i = 0; x != NULL && i < x->len; i++)
		if (strcmp(x->entry[i].scope, scope) == 0)
			return &x->entry[i];
	return NULL;
}

static void
login(void)
{
	int tries;

	assert_int_equal(jm_token_nym_login(t, "1234", 4, 1, &tries), JM_OK);
	assert_true(jm_token_nym_logged_in(t));
}

static jm_err
sign(const struct nym_index_entry *e)
{
	static const uint8_t none[JM_P256_SIG];
	uint8_t sig[JM_P256_SIG];
	struct jm_ec_pub pub;
	jm_err err;

	memset(sig, 0xee, sizeof sig);
	err = jm_token_nym_sign(t, e, hash, sizeof hash, sig);
	if (err != JM_OK) {
		assert_memory_equal(sig, none, sizeof sig);
		return err;
	}
	assert_int_equal(jm_p256_expand(e->pk, &pub), JM_OK);
	assert_memory_equal(pub.point, e->point, sizeof e->point);
	return jm_ecdsa_verify(&pub, hash, sizeof hash, sig, sizeof sig);
}

/* --- index ---------------------------------------------------------------- */

static void
raw_keys_are_listed_without_a_pin(void **state)
{
	const struct nym_index *x;
	struct jm_token *other;
	(void)state;

	/* Nobody registered anything: the card is not asked. */
	vslot_restart_count(slot);
	assert_int_equal(jm_token_nym_index(t, &x), JM_OK);
	assert_null(x);
	assert_int_equal(vslot_counted(slot).apdus, 0);

	nym_done(t, nym_register(WEB, 0), NULL);
	assert_int_equal(jm_token_nym_index(t, &x), JM_OK);
	assert_true(x == NULL || x->len == 0);
	nym_done(t, nym_register(SSH, 0), NULL);
	nym_done(t, nym_register(P11, 0), NULL);
	assert_non_null(find(SSH));
	assert_non_null(find(P11));
	assert_null(find(WEB));
	assert_ptr_equal(find(SSH), find(SSH));
	assert_ptr_equal(jm_token_nym_known(t), jm_token_nym_known(t));

	/* Another program: the certificate is read once, and no more. */
	other = t;
	t = nym_cards_token(slot);
	assert_null(jm_token_nym_known(t));
	vslot_restart_count(slot);
	assert_non_null(find(SSH));
	assert_true(vslot_counted(slot).apdus > 0);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	vslot_restart_count(slot);
	assert_non_null(find(P11));
	assert_int_equal(vslot_counted(slot).apdus, 0);
	jm_token_free(&other);
}

static void
a_change_of_the_index_is_noticed_and_the_old_one_stays_good(void **state)
{
	const struct nym_index_entry *e;
	struct nym_job *j = nym_open();
	uint8_t nid[NYM_NID_LEN];
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	e = find(SSH);
	assert_non_null(e);
	memcpy(nid, e->nid, sizeof nid);
	nym_done(t, nym_reset(SSH), NULL);
	assert_memory_not_equal(find(SSH)->nid, nid, sizeof nid);
	assert_memory_equal(e->nid, nid, sizeof nid);
	assert_int_equal(nym_run(t, j), JM_OK);
	assert_int_equal(nym_job_forget(j, SSH), JM_OK);
	assert_int_equal(nym_job_save(j), JM_OK);
	nym_job_end(j);
	assert_null(find(SSH));
}

static void
another_card_shows_nothing_of_it(void **state)
{
	(void)state;
	nym_done(t, nym_register(SSH, 0), NULL);
	nym_close(&t, &slot);
	slot = nym_cards_slot(NYM_CARD_TWO, NULL);
	t = nym_cards_token(slot);
	assert_null(find(SSH));
	assert_int_equal(vslot_counted(slot).verifies, 0);
}

/* --- signatures ----------------------------------------------------------- */

static void
one_login_is_one_signature(void **state)
{
	const struct nym_index_entry *e;
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	e = find(SSH);
	assert_int_equal(sign(e), JM_NEED_PIN);
	login();
	vslot_restart_count(slot);
	assert_int_equal(sign(e), JM_OK);
	/* SELECT, PIN, retry query, VERIFY, key, two signatures, log-out */
	nym_cost(slot, 8, 2);
	assert_false(jm_token_nym_logged_in(t));
	vslot_restart_count(slot);
	assert_int_equal(sign(e), JM_NEED_PIN);
	assert_int_equal(vslot_counted(slot).apdus, 0);
	login();
	jm_token_nym_logout(t);
	assert_false(jm_token_nym_logged_in(t));
	assert_int_equal(sign(e), JM_NEED_PIN);
}

static void
logins_of_the_pairs_are_others(void **state)
{
	int tries;
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_OK);
	assert_false(jm_token_nym_logged_in(t));
	assert_int_equal(sign(find(SSH)), JM_NEED_PIN);
	login();
	assert_int_equal(sign(find(SSH)), JM_OK);
	assert_true(jm_token_logged_in(t, JM_PAIR_AUTH));
	login();
	jm_token_logout(t, JM_PAIR_AUTH);
	assert_true(jm_token_nym_logged_in(t));
	assert_int_equal(sign(find(SSH)), JM_OK);
}

/* One PIN: what fails for one of its users fails for both. */
static void
a_wrong_pin_is_sent_once_and_ends_both_logins(void **state)
{
	int tries;
	(void)state;

	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_OK);
	login();
	assert_int_equal(
	    jm_token_nym_login(t, "9999", 4, 1, &tries), JM_PIN_WRONG);
	assert_int_equal(tries, 2);
	assert_false(jm_token_nym_logged_in(t));
	assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
	vslot_restart_count(slot);
	assert_int_equal(
	    jm_token_nym_login(t, "9999", 4, 1, &tries), JM_PIN_REPEATED);
	assert_int_equal(jm_token_login(t, JM_PAIR_AUTH, "9999", 4, 1, &tries),
	    JM_PIN_REPEATED);
	assert_int_equal(
	    nym_run_pin(t, nym_register(SSH, 0), "9999"), JM_PIN_REPEATED);
	assert_int_equal(jm_token_nym_login(t, "99", 2, 1, &tries), JM_PIN_LEN);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	assert_int_equal(nym_kept(), 0);
	/* The other way round: what is held is not sent any more. */
	login();
	assert_int_equal(jm_token_login(t, JM_PAIR_AUTH, "8888", 4, 1, &tries),
	    JM_PIN_WRONG);
	assert_false(jm_token_nym_logged_in(t));
	login();
	assert_int_equal(jm_token_check_pin(t, JM_PIN_AUTH, "7777", 4, &tries),
	    JM_PIN_WRONG);
	assert_false(jm_token_nym_logged_in(t));
}

/* Of another program. */
static void
a_reset_ends_the_login(void **state)
{
	(void)state;
	nym_done(t, nym_register(SSH, 0), NULL);
	login();
	vslot_reset(slot);
	vslot_restart_count(slot);
	assert_int_equal(sign(find(SSH)), JM_NEED_PIN);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	assert_int_equal(vslot_counted(slot).signs, 0);
	login();
	assert_int_equal(sign(find(SSH)), JM_OK);
}

/* A login goes on with the new PIN; who changes it gave it. */
static void
a_change_of_the_pin_is_followed(void **state)
{
	int fresh_bad, tries;
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	login();
	assert_int_equal(jm_token_change_pin(t, JM_PIN_AUTH, "1234", 4, "4321",
			     4, &fresh_bad, &tries),
	    JM_OK);
	assert_int_equal(sign(find(SSH)), JM_OK);
	assert_false(jm_token_nym_logged_in(t));
}

/* Commands in a transaction of another program. */
static void
other_program(const char *const *hex, size_t many)
{
	uint8_t cmd[32], rsp[64];
	struct jm_link link;
	size_t n, len;

	assert_int_equal(vslot_link(slot, &link), JM_OK);
	assert_int_equal(link.ops->begin(link.self), JM_OK);
	for (size_t i = 0; i < many; i++) {
		assert_int_equal(
		    jm_hex_decode(hex[i], cmd, sizeof cmd, &n), JM_OK);
		len = sizeof rsp;
		assert_int_equal(
		    link.ops->transmit(link.self, cmd, n, rsp, &len), JM_OK);
	}
	link.ops->end(link.self, JM_END_LEAVE);
	jm_link_close(&link);
}

static void
a_held_pin_is_not_sent_to_a_counter_that_is_not_full(void **state)
{
	static const char *const wrong[] = { "00a4040c0ad392f000260100000001",
		"00a4020c020018", "002000800439393939" };
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	login();
	other_program(wrong, NELEM(wrong));
	vslot_restart_count(slot);
	assert_int_equal(sign(find(SSH)), JM_PIN_CHANGED);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	assert_false(jm_token_nym_logged_in(t));
}

static void
what_the_guard_refuses_leaves_the_login(void **state)
{
	uint8_t sig[JM_P256_SIG], long_hash[65] = { 0 };
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	login();
	vslot_restart_count(slot);
	assert_int_equal(
	    jm_token_nym_sign(t, find(SSH), long_hash, 0, sig), JM_REFUSED);
	assert_int_equal(
	    jm_token_nym_sign(t, find(SSH), long_hash, 65, sig), JM_REFUSED);
	assert_int_equal(
	    jm_token_nym_sign(t, find(SSH), long_hash, 33, sig), JM_REFUSED);
	assert_int_equal(vslot_counted(slot).apdus, 0);
	assert_true(jm_token_nym_logged_in(t));
	assert_int_equal(sign(find(SSH)), JM_OK);
}

/* The index is a hint that any program of this user may change. */
static void
the_vault_decides_which_key_signs(void **state)
{
	struct nym_index_entry e;
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	nym_done(t, nym_register(P11, 0), NULL);
	nym_done(t, nym_register(WEB, 0), NULL);
	e = *find(SSH);
	memcpy(e.scope, P11, sizeof P11); /* two scopes are swapped */
	login();
	assert_int_equal(sign(&e), JM_OTHER_KEY);
	assert_false(jm_token_nym_logged_in(t));
	/* A scope of assertions never makes a raw signature. */
	memcpy(e.scope, WEB, sizeof WEB);
	login();
	assert_int_equal(sign(&e), JM_OTHER_KEY);
	memcpy(e.scope, "ssh:none.example", 17);
	login();
	assert_int_equal(sign(&e), JM_UNKNOWN);
	memcpy(e.scope, "self:vault/aaaqeayeaudaocajbifqydiob4", 38);
	login();
	assert_int_equal(sign(&e), JM_SCOPE);
	assert_false(jm_token_nym_logged_in(t));
}

static void
without_a_vault_nothing_is_sent(void **state)
{
	struct nym_index_entry e;
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	e = *find(SSH);
	nym_cards_forget(NULL);
	login();
	vslot_restart_count(slot);
	assert_int_equal(sign(&e), JM_NOT_FOUND);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	assert_int_equal(vslot_counted(slot).signs, 0);
	assert_false(jm_token_nym_logged_in(t));
}

static void
a_signature_waits_for_no_person_at_another_program(void **state)
{
	struct nym_lock *lock;
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	login();
	assert_int_equal(nym_lock_take(0, &lock), JM_OK);
	vslot_restart_count(slot);
	assert_int_equal(sign(find(SSH)), JM_OK);
	assert_int_equal(vslot_counted(slot).verifies, 1);
	nym_lock_free(&lock);
}

/* login = hold: the transaction from login to signature, and no longer. */
static void
a_kept_transaction_ends_with_the_signature(void **state)
{
	struct jm_policy hold = jm_policy_default;
	struct jm_link link;
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	jm_token_free(&t);
	hold.login = JM_LOGIN_HOLD;
	assert_int_equal(vslot_link(slot, &link), JM_OK);
	assert_int_equal(jm_token_open(&link, &hold, &t), JM_OK);
	assert_non_null(find(SSH));
	vslot_restart_count(slot);
	login();
	assert_int_equal(vslot_counted(slot).verifies, 1);
	assert_int_equal(sign(find(SSH)), JM_OK);
	/* SELECT, PIN, VERIFY, key, two signatures, log-out */
	nym_cost(slot, 7, 2);
	assert_false(jm_token_stale(t));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(raw_keys_are_listed_without_a_pin),
		TEST(
		    a_change_of_the_index_is_noticed_and_the_old_one_stays_good),
		TEST(another_card_shows_nothing_of_it),
		TEST(one_login_is_one_signature),
		TEST(logins_of_the_pairs_are_others),
		TEST(a_wrong_pin_is_sent_once_and_ends_both_logins),
		TEST(a_reset_ends_the_login),
		TEST(a_change_of_the_pin_is_followed),
		TEST(a_held_pin_is_not_sent_to_a_counter_that_is_not_full),
		TEST(what_the_guard_refuses_leaves_the_login),
		TEST(the_vault_decides_which_key_signs),
		TEST(without_a_vault_nothing_is_sent),
		TEST(a_signature_waits_for_no_person_at_another_program),
		TEST(a_kept_transaction_ends_with_the_signature),
	};

	return cmocka_run_group_tests(
	    tests, nym_cards_setup, nym_cards_teardown);
}
