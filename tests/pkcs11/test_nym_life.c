/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The slot of service identities while cards leave, commands fail, the process
 * forks, and threads do all of it at once. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"
#include "tests/pkcs11/nymc.h"

#define SSH_A   "ssh:a.example.jp"
#define HOME    "p11:home"
#define CHILD_S 20
#define TURNS   12

static CK_OBJECT_HANDLE
key(CK_SESSION_HANDLE s)
{
	return nymt_object(s, CKO_PRIVATE_KEY, SSH_A);
}

/* --- removal -------------------------------------------------------------- */

static void
a_new_insertion_is_a_new_token(void **state)
{
	CK_SESSION_HANDLE s;
	CK_OBJECT_HANDLE a;
	CK_BYTE sig[64];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	for (int i = 0; i < 3; i++) {
		s = nymt_user(r);
		a = key(s);
		assert_int_not_equal(a, CK_INVALID_HANDLE);
		stage_take(r);
		stage_put(r);
		assert_int_equal(nymt_token(r), 1);
		assert_int_equal(
		    nymt_sign(s, a, sig), CKR_SESSION_HANDLE_INVALID);
		s = nymt_open(r);
		assert_int_equal(nymt_sign(s, a, sig), CKR_KEY_HANDLE_INVALID);
		assert_int_equal(stage_state(s), CKS_RW_PUBLIC_SESSION);
		assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
		assert_int_equal(nymt_sign(s, key(s), sig), CKR_OK);
		assert_int_equal(nymt_accepts(s, SSH_A, sig), 1);
	}
}

/* At each command of a signature: a defined error, one VERIFY at most for the
 * login and one for the signature, and everything works afterwards. */
static void
whatever_happens_at_a_command_costs_no_second_verify(void **state)
{
	static const enum vs_fault faults[] = { VS_REMOVE_BEFORE,
		VS_REMOVE_AFTER, VS_RESET_BEFORE, VS_LOST_BEFORE,
		VS_LOST_AFTER };
	CK_SESSION_HANDLE s;
	CK_BYTE sig[64];
	unsigned r, hit = 0;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	for (size_t f = 0; f < NELEM(faults); f++)
		for (unsigned n = 1;; n++) {
			CK_RV rv;
			int waits;

			s = nymt_user(r);
			vs_restart_count(r);
			vs_fault_at(r, n, faults[f], NULL, 0);
			rv = nymt_sign(s, key(s), sig);
			waits = vs_fault_waits(r);
			vs_fault_at(r, 0, VS_NO_FAULT, NULL, 0);
			assert_in_range(vs_counted(r).verifies, 0, 1);
			if (rv == CKR_OK)
				assert_int_equal(
				    nymt_accepts(s, SSH_A, sig), 1);
			else
				assert_true(rv == CKR_DEVICE_REMOVED ||
					    rv == CKR_DEVICE_ERROR ||
					    rv == CKR_USER_NOT_LOGGED_IN);
			(void)p11->C_CloseSession(s);
			if (!vs_present(r))
				stage_put(r);
			assert_int_equal(nymt_token(r), 1);
			stage_assert_logged_out(r);
			if (waits)
				break;
			hit++;
		}
	assert_true(hit >= NELEM(faults) * 7);
	s = nymt_user(r);
	assert_int_equal(nymt_sign(s, key(s), sig), CKR_OK);
}

/* The same while the slot's token is looked for: no PIN is involved. */
static void
a_card_that_leaves_while_it_is_listed_is_listed_next_time(void **state)
{
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_conf("cache = off\n");
	for (unsigned n = 1; n < 20; n++) {
		stage_init();
		vs_fault_at(r, n, VS_REMOVE_BEFORE, NULL, 0);
		(void)stage_slots(1, NULL, 0);
		vs_fault_at(r, 0, VS_NO_FAULT, NULL, 0);
		if (!vs_present(r))
			stage_put(r);
		assert_int_equal(stage_slots(1, NULL, 0), 3);
		assert_int_equal(vs_counted(r).verifies, 0);
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	}
}

/* --- fork ----------------------------------------------------------------- */

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond)) {                                                 \
			fprintf(                                               \
			    stderr, "child: line %d: %s\n", __LINE__, #cond);  \
			_exit(1);                                              \
		}                                                              \
	} while (0)

extern void __gcov_dump(void) __attribute__((weak));

static void
child(CK_SESSION_HANDLE old)
{
	CK_SESSION_HANDLE s;
	CK_BYTE sig[64];
	CK_ULONG n = 0;

	(void)alarm(CHILD_S);
	CHECK(p11->C_FindObjectsInit(old, NULL, 0) ==
	      CKR_CRYPTOKI_NOT_INITIALIZED);
	CHECK(p11->C_Initialize(NULL) == CKR_OK);
	CHECK(p11->C_GetSlotList(CK_TRUE, NULL, &n) == CKR_OK);
	CHECK(n == 3);
	CHECK(p11->C_OpenSession(2, CKF_SERIAL_SESSION, NULL, NULL, &s) ==
	      CKR_OK);
	CHECK(stage_login(s, AUTH_PIN) == CKR_OK);
	CHECK(nymt_sign(s, key(s), sig) == CKR_OK);
	CHECK(p11->C_Finalize(NULL) == CKR_OK);
	if (__gcov_dump != NULL)
		__gcov_dump();
	_exit(0);
}

static void
a_child_has_a_slot_of_its_own(void **state)
{
	CK_SESSION_HANDLE s;
	CK_BYTE sig[64];
	int status = -1;
	unsigned r;
	pid_t pid;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	s = nymt_user(r);
	assert_true((pid = vs_fork()) >= 0);
	if (pid == 0)
		child(s);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(stage_state(s), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(nymt_sign(s, key(s), sig), CKR_OK);
}

/* --- threads -------------------------------------------------------------- */

static atomic_int stop, looks;

/* In a thread nothing may fail the test by itself. */
static void *
look(void *arg)
{
	const CK_SESSION_HANDLE s = *(CK_SESSION_HANDLE *)arg;

	while (!stop) {
		CK_OBJECT_HANDLE hit[64];
		CK_BYTE label[300];
		CK_ULONG n = 0;

		(void)p11->C_GetSlotList(CK_TRUE, NULL, &n);
		if (n != 3 || p11->C_FindObjectsInit(s, NULL, 0) != CKR_OK ||
		    p11->C_FindObjects(s, hit, NELEM(hit), &n) != CKR_OK ||
		    p11->C_FindObjectsFinal(s) != CKR_OK || n < 3)
			return arg;
		for (CK_ULONG i = 0; i < n; i++) {
			CK_ATTRIBUTE a = { CKA_LABEL, label, sizeof label };

			/* private keys come and go with the login */
			if (p11->C_GetAttributeValue(s, hit[i], &a, 1) !=
			    CKR_OK)
				return arg;
		}
		looks++;
	}
	return NULL;
}

static void *
sign(void *arg)
{
	const CK_SESSION_HANDLE s = *(CK_SESSION_HANDLE *)arg;

	for (int i = 0; i < TURNS; i++) {
		CK_BYTE sig[64];
		CK_OBJECT_HANDLE o;

		if (stage_login(s, AUTH_PIN) != CKR_OK || (o = key(s)) == 0 ||
		    nymt_sign(s, o, sig) != CKR_OK)
			return arg;
	}
	return NULL;
}

static void *
sign_auth(void *arg)
{
	const CK_SESSION_HANDLE s = *(CK_SESSION_HANDLE *)arg;

	for (int i = 0; i < TURNS; i++)
		if (stage_sign(s) != CKR_OK)
			return arg;
	return NULL;
}

/* Lists and searches go on while one signature waits for another program. */
static void
what_needs_no_card_waits_for_none(void **state)
{
	const CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_SESSION_HANDLE s, busy;
	CK_OBJECT_HANDLE o;
	pthread_t thread;
	CK_BYTE sig[64];
	void *failed;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	busy = stage_session(r, AUTH);
	assert_int_equal(stage_login(busy, AUTH_PIN), CKR_OK);
	s = nymt_user(r);
	vs_other_hold(r);
	assert_int_equal(pthread_create(&thread, NULL, sign_auth, &busy), 0);
	while (vs_blocked(r) == 0)
		jm_sleep_ms(1);
	(void)alarm(CHILD_S); /* whoever waits does so for ever */
	assert_int_equal(stage_slots(1, NULL, 0), 3);
	o = nymt_object(nymt_open(r), class, SSH_A);
	assert_int_not_equal(o, CK_INVALID_HANDLE);
	assert_int_equal(nymt_get(s, o, CKA_SUBJECT), CKR_OK);
	assert_int_equal(stage_state(s), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(p11->C_Logout(s), CKR_OK);
	(void)alarm(0);
	vs_other_release(r);
	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(nymt_sign(s, key(s), sig), CKR_OK);
}

static void
threads_look_sign_and_see_new_ones_come(void **state)
{
	CK_SESSION_HANDLE session[4];
	void *(*const work[])(void *) = { look, look, sign, sign_auth };
	pthread_t thread[4];
	void *failed = NULL, *one;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	nymc_register(r, SSH_A);
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	for (size_t i = 0; i < 3; i++)
		session[i] = nymt_open(r);
	session[3] = stage_session(r, AUTH);
	assert_int_equal(stage_login(session[3], AUTH_PIN), CKR_OK);
	stop = looks = 0;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
		    pthread_create(&thread[i], NULL, work[i], &session[i]), 0);
	for (unsigned i = 0; i < TURNS; i++) {
		char scope[32];

		snprintf(scope, sizeof scope, "p11:n%u", i);
		assert_int_equal(nymc_try_register(r, scope), JM_OK);
	}
	for (size_t i = 4; i-- > 0;) {
		if (i == 1) /* those that look go on to the end */
			stop = 1;
		assert_int_equal(pthread_join(thread[i], &one), 0);
		failed = failed != NULL ? failed : one;
	}
	assert_null(failed);
	assert_true(looks > 0);
	(void)stage_slots(1, NULL, 0);
	assert_int_equal(
	    nymt_find(session[0], NULL, 0, NULL, 0), 1 + 2 * (1 + TURNS));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, nymc_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(a_new_insertion_is_a_new_token),
		T(whatever_happens_at_a_command_costs_no_second_verify),
		T(a_card_that_leaves_while_it_is_listed_is_listed_next_time),
		T(a_child_has_a_slot_of_its_own),
		T(what_needs_no_card_waits_for_none),
		T(threads_look_sign_and_see_new_ones_come),
	};

	return cmocka_run_group_tests(tests, nymc_open, nymc_close);
}
