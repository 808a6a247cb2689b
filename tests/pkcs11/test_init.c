/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_Initialize to C_Finalize, interfaces, and what is there before and after.
 */
#include <string.h>

#include "tests/pkcs11/stage.h"

static CK_RV
create_mutex(void **m)
{
	*m = NULL;
	return CKR_OK;
}

static CK_RV
any_mutex(void *m)
{
	(void)m;
	return CKR_OK;
}

static void
every_form_that_clients_use_is_taken(void **state)
{
	const CK_C_INITIALIZE_ARGS four = { create_mutex, any_mutex, any_mutex,
		any_mutex, 0, NULL };
	const struct {
		const char *who;
		int functions;
		CK_FLAGS flags;
	} forms[] = {
		{ "none", 0, 0 },
		{ "libp11, Java", 0, CKF_OS_LOCKING_OK },
		{ "GnuTLS", 0,
		    CKF_OS_LOCKING_OK | CKF_LIBRARY_CANT_CREATE_OS_THREADS },
		{ "NSS", 1,
		    CKF_OS_LOCKING_OK | CKF_LIBRARY_CANT_CREATE_OS_THREADS },
		{ "p11-kit", 1, CKF_OS_LOCKING_OK },
	};
	(void)state;

	assert_int_equal(p11->C_Initialize(NULL), CKR_OK);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	for (size_t i = 0; i < NELEM(forms); i++) {
		CK_C_INITIALIZE_ARGS a = { .flags = 0 };

		if (forms[i].functions)
			a = four;
		a.flags = forms[i].flags;
		assert_int_equal(p11->C_Initialize(&a), CKR_OK);
		assert_int_equal(
		    p11->C_Initialize(&a), CKR_CRYPTOKI_ALREADY_INITIALIZED);
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	}
}

static void
other_forms_are_refused_and_change_nothing(void **state)
{
	const CK_C_INITIALIZE_ARGS four = { create_mutex, any_mutex, any_mutex,
		any_mutex, 0, NULL };
	CK_C_INITIALIZE_ARGS a;
	CK_INFO info;
	char reserved;
	(void)state;

	a = four; /* functions alone: nobody else in the process knows them */
	assert_int_equal(p11->C_Initialize(&a), CKR_CANT_LOCK);
	a = (CK_C_INITIALIZE_ARGS){ .pReserved = &reserved };
	assert_int_equal(p11->C_Initialize(&a), CKR_ARGUMENTS_BAD);
	for (int missing = 0; missing < 4; missing++) {
		a = four;
		a.flags = CKF_OS_LOCKING_OK;
		if (missing == 0)
			a.CreateMutex = NULL;
		if (missing == 1)
			a.DestroyMutex = NULL;
		if (missing == 2)
			a.LockMutex = NULL;
		if (missing == 3)
			a.UnlockMutex = NULL;
		assert_int_equal(p11->C_Initialize(&a), CKR_ARGUMENTS_BAD);
	}
	assert_int_equal(p11->C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void
finalize_wants_null_and_once(void **state)
{
	char reserved;
	(void)state;

	assert_int_equal(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(
	    p11->C_Finalize(&reserved), CKR_CRYPTOKI_NOT_INITIALIZED);
	stage_init();
	assert_int_equal(p11->C_Finalize(&reserved), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_GetInfo(&(CK_INFO){ .flags = 0 }), CKR_OK);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	assert_int_equal(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void
a_second_life_starts_fresh(void **state)
{
	CK_SESSION_HANDLE first, second;
	CK_SESSION_INFO info;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	first = stage_session(r, AUTH);
	assert_int_equal(stage_login(first, AUTH_PIN), CKR_OK);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	assert_int_equal(vs_contexts(), 0);
	assert_int_equal(vs_handles(), 0);
	stage_assert_logged_out(r);
	stage_init();
	second = stage_session(r, AUTH);
	assert_int_not_equal(first, second); /* a stale handle stays stale */
	assert_int_equal(
	    p11->C_GetSessionInfo(first, &info), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(stage_state(second), CKS_RO_PUBLIC_SESSION);
}

/* --- information ---------------------------------------------------------- */

static void
assert_padded(const CK_UTF8CHAR *field, size_t n, const char *text)
{
	const size_t len = strlen(text);

	assert_true(len <= n);
	assert_memory_equal(field, text, len);
	for (size_t i = len; i < n; i++)
		assert_int_equal(field[i], ' ');
}

static void
information_is_padded_and_says_the_list_s_version(void **state)
{
	CK_INFO info;
	(void)state;

	stage_init();
	memset(&info, 0xff, sizeof info);
	assert_int_equal(p11->C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.cryptokiVersion.major, 2);
	assert_int_equal(info.cryptokiVersion.minor, 40);
	assert_int_equal(info.flags, 0);
	assert_padded(info.manufacturerID, sizeof info.manufacturerID, "Jumin");
	assert_int_equal(
	    info.libraryDescription[sizeof info.libraryDescription - 1], ' ');
	assert_int_equal(p11_3->v2.C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.cryptokiVersion.major, 3);
	assert_int_equal(info.cryptokiVersion.minor, 0);
	assert_int_equal(p11->C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
}

/* --- interfaces ----------------------------------------------------------- */

static void
each_list_is_full(void **state)
{
	void (*f[sizeof(struct p11_functions_3_0) / sizeof(void (*)(void))])(
	    void);
	const size_t n = NELEM(f);
	(void)state;

	assert_int_equal(p11->version.major, 2);
	assert_int_equal(p11->version.minor, 40);
	assert_int_equal(p11_3->v2.version.major, 3);
	assert_int_equal(p11_3->v2.version.minor, 0);
	assert_int_equal(n, 1 + 68 + 24);
	memcpy(f, p11_3, sizeof f);
	for (size_t i = 1; i < n; i++)
		assert_true(f[i] != NULL);
	memcpy(f, p11, sizeof *p11);
	for (size_t i = 1; i < sizeof *p11 / sizeof f[0]; i++)
		assert_true(f[i] != NULL);
	assert_int_equal(C_GetFunctionList(NULL), CKR_ARGUMENTS_BAD);
}

static void
interfaces_are_listed_newest_first(void **state)
{
	CK_INTERFACE list[3];
	CK_ULONG n = 0;
	(void)state;

	assert_int_equal(C_GetInterfaceList(NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_GetInterfaceList(NULL, &n), CKR_OK);
	assert_int_equal(n, 2);
	n = 1;
	assert_int_equal(C_GetInterfaceList(list, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 2);
	n = 3;
	assert_int_equal(C_GetInterfaceList(list, &n), CKR_OK);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(
		    (const char *)list[i].pInterfaceName, "PKCS 11");
	assert_ptr_equal(list[0].pFunctionList, p11_3);
	assert_ptr_equal(list[1].pFunctionList, p11);
}

static void
an_interface_is_found_by_what_is_asked(void **state)
{
	static CK_UTF8CHAR ours[] = "PKCS 11",
			   other[] = "Vendor NSS FIPS Interface";
	static CK_VERSION v3 = { 3, 0 }, v2 = { 2, 40 }, v31 = { 3, 1 };
	const struct {
		CK_UTF8CHAR *name;
		CK_VERSION *version;
		CK_FLAGS flags;
		int major; /* 0: none */
	} asked[] = {
		{ NULL, NULL, 0, 3 },
		{ ours, NULL, 0, 3 },
		{ ours, &v3, 0, 3 },
		{ ours, &v2, 0, 2 },
		{ NULL, &v2, 0, 2 },
		{ ours, &v31, 0, 0 },
		{ other, NULL, 0, 0 },
		/* A child after fork has to initialise anew. */
		{ ours, NULL, CKF_INTERFACE_FORK_SAFE, 0 },
	};
	(void)state;

	assert_int_equal(
	    C_GetInterface(ours, NULL, NULL, 0), CKR_ARGUMENTS_BAD);
	for (size_t i = 0; i < NELEM(asked); i++) {
		CK_INTERFACE *got = NULL;
		const CK_RV rv = C_GetInterface(
		    asked[i].name, asked[i].version, &got, asked[i].flags);

		if (asked[i].major == 0) {
			assert_int_equal(rv, CKR_ARGUMENTS_BAD);
			assert_null(got);
			continue;
		}
		assert_int_equal(rv, CKR_OK);
		assert_ptr_equal(got->pFunctionList,
		    asked[i].major == 3 ? (void *)p11_3 : (void *)p11);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(every_form_that_clients_use_is_taken),
		T(other_forms_are_refused_and_change_nothing),
		T(finalize_wants_null_and_once),
		T(a_second_life_starts_fresh),
		T(information_is_padded_and_says_the_list_s_version),
		T(each_list_is_full),
		T(interfaces_are_listed_newest_first),
		T(an_interface_is_found_by_what_is_asked),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
