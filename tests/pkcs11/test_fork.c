/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The module in the child after fork, and what the parent notices of it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"
#include "tests/pkcs11/all_functions.h"
#include "tests/pkcs11/stage.h"

#define CHILD_S 20 /* a child that hangs is killed after so many seconds */

/* In a child nothing may return into the test runner. */
#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond)) {                                                 \
			fprintf(                                               \
			    stderr, "child: line %d: %s\n", __LINE__, #cond);  \
			_exit(1);                                              \
		}                                                              \
	} while (0)

typedef void (*child_main)(void *arg);

/* There when coverage is measured: _exit alone would lose the child's. */
extern void __gcov_dump(void) __attribute__((weak));

static int
in_child(child_main f, void *arg)
{
	const pid_t child = vs_fork();
	int status = -1;

	assert_true(child >= 0);
	if (child == 0) {
		(void)alarm(CHILD_S);
		f(arg);
		if (__gcov_dump != NULL)
			__gcov_dump();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* --- without C_Initialize ------------------------------------------------- */

static void
child_knows_nothing(void *arg)
{
	const CK_SESSION_HANDLE s = *(CK_SESSION_HANDLE *)arg;
	static CK_BYTE bytes[64] = "1234";
	CK_ULONG len = sizeof bytes;
	CK_MECHANISM mech = { CKM_RSA_PKCS, NULL, 0 };
	CK_ATTRIBUTE attr = { CKA_CLASS, NULL, 0 };
	CK_OBJECT_HANDLE object;
	CK_SLOT_ID slot;
	CK_SLOT_INFO slot_info;
	CK_TOKEN_INFO token_info;
	CK_SESSION_INFO session_info;
	CK_MECHANISM_INFO mech_info;
	CK_MECHANISM_TYPE type;
	CK_INFO info;
	CK_SESSION_HANDLE opened;

#define LIST_2_40(f) p11->f
#define LIST_3_0(f)  p11_3->f
#define X(f, needs, answer, args)                                              \
	CHECK((f args) == CKR_CRYPTOKI_NOT_INITIALIZED);
	ALL_FUNCTIONS(X, LIST_2_40, LIST_3_0)
#undef X
	CHECK(p11->C_Finalize(NULL) == CKR_CRYPTOKI_NOT_INITIALIZED);
	CHECK(vs_foreign_calls() == 0);
	CHECK(vs_counted(0).apdus == 0);
	CHECK(vs_counted(0).connects == 0);
}

static void
a_child_sees_an_uninitialised_module(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	vs_restart_count(r);
	assert_int_equal(in_child(child_knows_nothing, &s), 0);
	assert_int_equal(stage_sign(s), CKR_OK);
}

static void
child_executes(void *arg)
{
	(void)arg;
	execl("/bin/true", "true", (char *)NULL);
}

static void
a_child_that_executes_another_program_changes_nothing(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(in_child(child_executes, NULL), 0);
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(stage_state(s), CKS_RO_USER_FUNCTIONS);
}

/* --- with C_Initialize ---------------------------------------------------- */

static void
child_works(void *arg)
{
	const CK_SESSION_HANDLE old = *(CK_SESSION_HANDLE *)arg;
	CK_SESSION_INFO info;
	CK_SESSION_HANDLE s;
	CK_SLOT_ID list[4];
	CK_ULONG n = 4;

	vs_other_release(0);
	CHECK(p11->C_Initialize(NULL) == CKR_OK);
	CHECK(p11->C_Initialize(NULL) == CKR_CRYPTOKI_ALREADY_INITIALIZED);
	CHECK(p11->C_GetSessionInfo(old, &info) == CKR_SESSION_HANDLE_INVALID);
	CHECK(p11->C_GetSlotList(CK_TRUE, list, &n) == CKR_OK);
	CHECK(n >= 2);
	CHECK(p11->C_OpenSession(list[0], CKF_SERIAL_SESSION, NULL, NULL, &s) ==
	      CKR_OK);
	CHECK(p11->C_GetSessionInfo(s, &info) == CKR_OK);
	CHECK(info.state == CKS_RO_PUBLIC_SESSION);
	CHECK(stage_login(s, AUTH_PIN) == CKR_OK);
	CHECK(stage_sign(s) == CKR_OK);
	CHECK(p11->C_Finalize(NULL) == CKR_OK);
	CHECK(vs_foreign_calls() == 0);
}

static void
a_child_may_initialise_for_itself(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(in_child(child_works, &s), 0);
		assert_int_equal(stage_state(s), CKS_RO_USER_FUNCTIONS);
		assert_int_equal(stage_sign(s), CKR_OK);
	}
}

static void
child_forks_again(void *arg)
{
	CHECK(p11->C_Initialize(NULL) == CKR_OK);
	CHECK(in_child(child_works, arg) == 0);
	CHECK(p11->C_Finalize(NULL) == CKR_OK);
}

static void
a_grandchild_is_a_child(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(in_child(child_forks_again, &s), 0);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
}

/* --- with threads in the parent ------------------------------------------- */

static void *
sign_blocked(void *arg)
{
	const CK_SESSION_HANDLE s = *(CK_SESSION_HANDLE *)arg;

	return stage_sign(s) == CKR_OK ? NULL : arg;
}

static void
a_fork_in_the_middle_of_a_transaction_harms_nobody(void **state)
{
	CK_SESSION_HANDLE s;
	pthread_t thread;
	int works, knows;
	void *failed;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	vs_other_hold(r);
	assert_int_equal(pthread_create(&thread, NULL, sign_blocked, &s), 0);
	while (vs_blocked(r) == 0)
		jm_sleep_ms(1);
	/* The session's lock and the reader's are held now. */
	vs_restart_count(r);
	works = in_child(child_works, &s);
	knows = in_child(child_knows_nothing, &s);
	vs_other_release(r);
	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
	assert_int_equal(works, 0);
	assert_int_equal(knows, 0);
}

static atomic_int stop;

static void *
hammer(void *arg)
{
	const CK_SESSION_HANDLE s = *(CK_SESSION_HANDLE *)arg;

	while (!stop) {
		CK_SESSION_INFO info;
		CK_INFO general;
		CK_ULONG n = 0;

		(void)p11->C_GetSessionInfo(s, &info);
		(void)p11->C_GetSlotList(CK_FALSE, NULL, &n);
		for (int i = 0; i < 50; i++)
			(void)p11->C_GetInfo(&general);
	}
	return NULL;
}

static void
child_initialises(void *arg)
{
	CK_ULONG n = 0;

	(void)arg;
	CHECK(p11->C_Initialize(NULL) == CKR_OK);
	CHECK(p11->C_GetSlotList(CK_TRUE, NULL, &n) == CKR_OK);
	CHECK(n == 2);
	CHECK(p11->C_Finalize(NULL) == CKR_OK);
	CHECK(vs_foreign_calls() == 0);
}

static void
a_fork_with_any_lock_held_hangs_nobody(void **state)
{
	CK_SESSION_HANDLE s;
	pthread_t threads[3];
	int bad = 0;
	unsigned r;
	(void)state;

	r = stage_reader(SHORT_IDS, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	stop = 0;
	for (size_t i = 0; i < NELEM(threads); i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, hammer, &s), 0);
	for (int i = 0; bad == 0 && i < 40; i++)
		bad = in_child(child_initialises, NULL);
	stop = 1;
	for (size_t i = 0; i < NELEM(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(bad, 0);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(a_child_sees_an_uninitialised_module),
		T(a_child_that_executes_another_program_changes_nothing),
		T(a_child_may_initialise_for_itself),
		T(a_grandchild_is_a_child),
		T(a_fork_in_the_middle_of_a_transaction_harms_nobody),
		T(a_fork_with_any_lock_held_hangs_nobody),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
