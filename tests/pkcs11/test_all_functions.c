/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every function of both lists: what it says before C_Initialize, to a session
 * that does not exist, and where the card cannot do it.
 */
#include "tests/pkcs11/all_functions.h"
#include "tests/pkcs11/stage.h"

enum needs { NOTHING, SESSION, UNSUPPORTED };

/* Arguments that no function can find fault with before it looks at s. */
static CK_BYTE bytes[64] = "1234";
static CK_ULONG len;
static CK_MECHANISM mech;
static CK_ATTRIBUTE attr;
static CK_OBJECT_HANDLE object;
static CK_SLOT_ID slot;
static CK_SLOT_INFO slot_info;
static CK_TOKEN_INFO token_info;
static CK_SESSION_INFO session_info;
static CK_MECHANISM_INFO mech_info;
static CK_MECHANISM_TYPE type;
static CK_INFO info;
static CK_SESSION_HANDLE opened;

#define NAME(f)      #f
#define LIST_2_40(f) p11->f
#define LIST_3_0(f)  p11_3->f

struct row {
	const char *name;
	enum needs needs;
	CK_RV answer;
};

static const struct row all[] = {
#define X(f, needs, answer, args) { f, needs, answer },
	ALL_FUNCTIONS(X, NAME, NAME)
#undef X
};

/* Calls the ith with this session. */
static CK_RV
call(size_t i, CK_SESSION_HANDLE s)
{
	size_t at = 0;

	len = sizeof bytes;
	mech = (CK_MECHANISM){ .mechanism = CKM_RSA_PKCS };
	attr = (CK_ATTRIBUTE){ .type = CKA_CLASS };
#define X(f, needs, answer, args)                                              \
	if (i == at++)                                                         \
		return f args;
	ALL_FUNCTIONS(X, LIST_2_40, LIST_3_0)
#undef X
	return CKR_GENERAL_ERROR;
}

static void
nothing_works_before_initialisation(void **state)
{
	(void)state;

	for (int life = 0; life < 2; life++) {
		for (size_t i = 0; i < NELEM(all); i++) {
			if (call(i, 1) != CKR_CRYPTOKI_NOT_INITIALIZED)
				fail_msg("%s", all[i].name);
		}
		stage_init(); /* and after C_Finalize */
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	}
}

static void
no_session_no_answer(void **state)
{
	const CK_SESSION_HANDLE wrong[] = { 0, 1, 4097, (CK_SESSION_HANDLE)-1 };
	(void)state;

	stage_reader(PLAIN, NULL);
	stage_init();
	for (size_t i = 0; i < NELEM(all); i++) {
		for (size_t j = 0; j < NELEM(wrong); j++) {
			if (all[i].needs != NOTHING &&
			    call(i, wrong[j]) != CKR_SESSION_HANDLE_INVALID)
				fail_msg("%s", all[i].name);
		}
	}
}

static void
what_the_card_cannot_do_is_said_so(void **state)
{
	CK_SESSION_HANDLE s;
	unsigned r, n;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_rw(r, AUTH);
	n = vs_counted(r).apdus;
	for (int in = 0; in < 2; in++) {
		for (size_t i = 0; i < NELEM(all); i++) {
			if (all[i].needs == UNSUPPORTED &&
			    call(i, s) != all[i].answer)
				fail_msg("%s", all[i].name);
		}
		if (in == 0) /* no less so with a login */
			assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
		if (in == 0)
			n = vs_counted(r).apdus;
	}
	assert_int_equal(vs_counted(r).apdus, n);
	assert_int_equal(p11->C_InitToken(stage_slot(r, AUTH), bytes, 4, bytes),
	    CKR_FUNCTION_NOT_SUPPORTED);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(nothing_works_before_initialisation),
		T(no_session_no_answer),
		T(what_the_card_cannot_do_is_said_so),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
