/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The slot of service identities with a card, its vault and its index: what it
 * costs, PINs, signatures, and what other processes change meanwhile. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pkcs11/p11_v3.h"
#include "tests/pkcs11/nymc.h"

#define SSH_A "ssh:a.example.jp"
#define SSH_B "ssh:b.example.jp"
#define HOME  "p11:home"

static CK_OBJECT_HANDLE
key(CK_SESSION_HANDLE s, const char *label)
{
	return nymt_object(s, CKO_PRIVATE_KEY, label);
}

/* --- cost ----------------------------------------------------------------- */

static const struct card {
	const char *atr;
	unsigned identify, read /* SELECT, 1.5 kB */, login, sign;
} cards[] = {
	{ PLAIN, 9, 8, 4, 8 },
	{ SHORT_IDS, 5, 7, 3, 6 },
};

static void
assert_cost(unsigned r, const char *job, unsigned least, unsigned most)
{
	const unsigned n = vs_counted(r).apdus;

	if (n < least || n > most) {
		vs_print(r);
		fail_msg("%s: %u commands, not %u to %u", job, n, least, most);
	}
	vs_restart_count(r);
}

/* Without an index nothing is asked; with one the authentication certificate
 * is, once an insertion; with a warm cache nothing again. */
static void
the_certificate_is_read_for_it_once(void **state)
{
	for (size_t i = 0; i < NELEM(cards); i++) {
		const struct card *c = &cards[i];
		const unsigned r = stage_reader(c->atr, NULL);

		stage_init();
		(void)stage_slots(1, NULL, 0);
		assert_cost(r, "listing without an index", 1, c->identify);
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);

		nymc_register(r, SSH_A);
		nymc_remove("cache");
		stage_conf("cache = off\n");
		stage_init();
		assert_int_equal(stage_slots(1, NULL, 0), 3);
		assert_cost(
		    r, "listing", c->identify + 1, c->identify + c->read);
		assert_int_equal(stage_slots(1, NULL, 0), 3);
		(void)nymt_open(r);
		assert_int_equal(nymt_token(r), 1);
		assert_cost(r, "listing again", 0, 0);
		stage_take(r);
		(void)stage_slots(0, NULL, 0);
		stage_put(r);
		assert_int_equal(stage_slots(1, NULL, 0), 3);
		assert_cost(r, "the next insertion", c->identify + 1,
		    c->identify + c->read);
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);

		stage_conf("");
		stage_init(); /* fills the cache */
		assert_int_equal(stage_slots(1, NULL, 0), 3);
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
		vs_restart_count(r);
		stage_init();
		assert_int_equal(stage_slots(1, NULL, 0), 3);
		assert_cost(r, "listing, cache warm", 1, c->identify);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(nymc_begin(state), 0);
	}
}

static void
a_signature_is_one_transaction_with_one_verify(void **state)
{
	for (size_t i = 0; i < NELEM(cards); i++) {
		const struct card *c = &cards[i];
		const unsigned r = stage_reader(c->atr, NULL);
		CK_SESSION_HANDLE s;
		CK_BYTE sig[64];

		nymc_register(r, SSH_A);
		stage_init();
		assert_int_equal(nymt_token(r), 1);
		s = nymt_open(r);
		vs_restart_count(r);
		assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
		assert_int_equal(vs_counted(r).verifies, 1);
		assert_cost(r, "login", 1, c->login);
		assert_int_equal(nymt_sign(s, key(s, SSH_A), sig), CKR_OK);
		assert_int_equal(vs_counted(r).verifies, 1);
		assert_cost(r, "signature", 1, c->sign);
		assert_int_equal(nymt_accepts(s, SSH_A, sig), 1);
		assert_int_equal(vs_counted(r).apdus, 0);
		stage_assert_logged_out(r);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(nymc_begin(state), 0);
	}
}

/* --- PINs ----------------------------------------------------------------- */

static void
one_pin_is_one_signature(void **state)
{
	CK_SESSION_HANDLE s;
	CK_OBJECT_HANDLE a;
	CK_BYTE sig[64];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_conf("consent = session\n"); /* is the signature key's */
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	s = nymt_user(r);
	a = key(s, SSH_A);
	vs_restart_count(r);
	assert_int_equal(nymt_sign(s, a, sig), CKR_OK);
	assert_int_equal(stage_state(s), CKS_RW_PUBLIC_SESSION);
	vs_restart_count(r);
	assert_int_equal(nymt_sign(s, a, sig), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).apdus, 0);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(nymt_sign(s, a, sig), CKR_OK);
	assert_int_equal(nymt_accepts(s, SSH_A, sig), 1);
	assert_int_equal(vs_counted(r).verifies, 2);
}

static void
a_wrong_pin_costs_one_try_in_all_slots_together(void **state)
{
	CK_SESSION_HANDLE s, auth;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	s = nymt_open(r);
	auth = stage_session(r, AUTH);
	vs_restart_count(r);
	assert_int_equal(stage_login(auth, "9999"), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(stage_login(s, "9999"), CKR_PIN_INCORRECT);
		assert_int_equal(stage_login(auth, "9999"), CKR_PIN_INCORRECT);
	}
	assert_int_equal(vs_counted(r).verifies, 1);
	assert_int_equal(stage_counter(r, AUTH), CKF_USER_PIN_COUNT_LOW);
	assert_int_equal(stage_login(s, "8888"), CKR_PIN_INCORRECT);
	assert_int_equal(vs_counted(r).verifies, 2);
	assert_int_equal(stage_counter(r, AUTH),
	    CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_counter(r, AUTH), 0);
}

static void
logins_of_the_slots_are_their_own(void **state)
{
	CK_SESSION_HANDLE s, auth;
	CK_BYTE sig[64];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	s = nymt_open(r);
	auth = stage_session(r, AUTH);
	assert_int_equal(stage_login(auth, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_state(s), CKS_RW_PUBLIC_SESSION);
	assert_int_equal(key(s, SSH_A), CK_INVALID_HANDLE);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(nymt_sign(s, key(s, SSH_A), sig), CKR_OK);
	assert_int_equal(stage_state(auth), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(stage_sign(auth), CKR_OK);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(p11->C_Logout(auth), CKR_OK);
	assert_int_equal(stage_state(s), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(nymt_sign(s, key(s, SSH_A), sig), CKR_OK);
}

static void
a_pin_changed_by_another_program_is_not_tried(void **state)
{
	CK_SESSION_HANDLE s;
	CK_BYTE sig[64];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	s = nymt_user(r);
	(void)stage_other_try(r, AUTH, "0000");
	vs_restart_count(r);
	assert_int_equal(
	    nymt_sign(s, key(s, SSH_A), sig), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).verifies, 0);
}

/* --- what others change --------------------------------------------------- */

static void
what_another_process_registers_is_seen_at_the_next_look(void **state)
{
	CK_SESSION_HANDLE s;
	CK_OBJECT_HANDLE a;
	CK_BYTE sig[64];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(stage_slots(0, NULL, 0), 2);
	nymc_register(r, SSH_A);
	assert_int_equal(stage_slots(0, NULL, 0), 3);
	s = nymt_user(r);
	a = key(s, SSH_A);
	nymc_register(r, SSH_B);
	nymc_register(r, HOME);
	(void)stage_slots(1, NULL, 0);
	assert_int_equal(key(s, SSH_A), a);
	assert_int_not_equal(key(s, HOME), CK_INVALID_HANDLE);
	assert_int_equal(nymt_sign(s, a, sig), CKR_OK);
	assert_int_equal(nymt_accepts(s, SSH_A, sig), 1);
	assert_int_equal(nymt_accepts(s, SSH_B, sig), 0);
}

static void
labels_that_were_swapped_sign_nothing(void **state)
{
	CK_BYTE sig[64];
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	nymc_register(r, SSH_B);
	nymc_register(r, HOME);
	nymc_swap(r, SSH_A, SSH_B);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	s = nymt_user(r);
	assert_int_equal(nymt_sign(s, key(s, SSH_A), sig), CKR_DEVICE_ERROR);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(nymt_sign(s, key(s, SSH_B), sig), CKR_DEVICE_ERROR);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(nymt_sign(s, key(s, HOME), sig), CKR_OK);
	assert_int_equal(nymt_accepts(s, HOME, sig), 1);
}

static void
only_the_scope_of_the_variable_is_offered(void **state)
{
	CK_SESSION_HANDLE s;
	CK_BYTE sig[64];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	nymc_register(r, SSH_B);
	assert_int_equal(setenv("JUMIN_SCOPE", SSH_B, 1), 0);
	stage_init();
	assert_int_equal(unsetenv("JUMIN_SCOPE"), 0);
	assert_int_equal(nymt_token(r), 1);
	/* nor the card's own key, which all servers know */
	assert_int_equal(stage_slots(0, NULL, 0), 1);
	s = nymt_user(r);
	assert_int_equal(nymt_find(s, NULL, 0, NULL, 0), 1 + 3);
	assert_int_equal(nymt_sign(s, key(s, SSH_B), sig), CKR_OK);
	assert_int_equal(nymt_accepts(s, SSH_B, sig), 1);
}

static void
another_card_has_none_of_these(void **state)
{
	unsigned r, other;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_copy_of(NULL); /* a card with other keys */
	other = stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	assert_int_equal(nymt_token(other), 0);
	assert_int_equal(stage_slots(1, NULL, 0), 5);
}

static void
damaged_files_take_away_no_more_than_the_slot(void **state)
{
	CK_SESSION_HANDLE s;
	CK_BYTE sig[64];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	s = nymt_user(r);
	nymc_register(r, SSH_B); /* so that there is a backup */
	nymc_spoil("vault");
	assert_int_equal(nymt_sign(s, key(s, SSH_A), sig), CKR_OK);
	nymc_spoil("bak");
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	vs_restart_count(r);
	assert_int_equal(nymt_sign(s, key(s, SSH_A), sig), CKR_FUNCTION_FAILED);
	assert_in_range(vs_counted(r).verifies, 0, 1);
	nymc_spoil("index");
	assert_int_equal(nymt_token(r), 0);
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nymc_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(the_certificate_is_read_for_it_once),
		T(a_signature_is_one_transaction_with_one_verify),
		T(one_pin_is_one_signature),
		T(a_wrong_pin_costs_one_try_in_all_slots_together),
		T(logins_of_the_slots_are_their_own),
		T(a_pin_changed_by_another_program_is_not_tried),
		T(what_another_process_registers_is_seen_at_the_next_look),
		T(labels_that_were_swapped_sign_nothing),
		T(only_the_scope_of_the_variable_is_offered),
		T(another_card_has_none_of_these),
		T(damaged_files_take_away_no_more_than_the_slot),
	};

	return cmocka_run_group_tests(tests, nymc_open, nymc_close);
}
