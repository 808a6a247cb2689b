/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which calls wait for a card and which do not.  The worst of moments: another
 * program holds a transaction on the reader, and a thread of this one is in
 * C_Sign there.  Every call whose answer is known without the card returns at
 * once all the same; every other one waits, and succeeds when the transaction
 * ends.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/os.h"
#include "tests/pkcs11/all_functions.h"
#include "tests/pkcs11/clock.h"
#include "tests/pkcs11/stage.h"

#define PATIENCE_MS 10000 /* of a call that returns at once */
#define MOMENT_MS   60    /* of one that waits */
#define NOT_YET     ((CK_RV)-1)

/* Of this test's calls; all readers are the held one but for their names. */
static CK_SESSION_HANDLE s;       /* authentication, logged in, nobody's else */
static CK_SESSION_HANDLE out;     /* signature, R/W, logged out */
static CK_OBJECT_HANDLE key, pub; /* of s */
static CK_SLOT_ID auth_slot, sign_slot, slots[8];
static CK_SESSION_HANDLE opened;
static CK_BYTE bytes[256];
static CK_BYTE text[] = "text";
static CK_ULONG len;
static CK_MECHANISM mech = { CKM_SHA256_RSA_PKCS, NULL, 0 };
static CK_MECHANISM raw = { CKM_RSA_PKCS, NULL, 0 };
static CK_MECHANISM hash = { CKM_SHA256, NULL, 0 };
static CK_ATTRIBUTE attr;
static CK_OBJECT_HANDLE object;
static CK_SLOT_ID slot;
static CK_SLOT_INFO slot_info;
static CK_TOKEN_INFO token_info;
static CK_SESSION_INFO session_info;
static CK_MECHANISM_INFO mech_info;
static CK_MECHANISM_TYPE types[64];
static CK_INFO info;

/* --- calls that need no card ---------------------------------------------- */

static CK_BYTE bad_pin[] = "12x4", short_pin[] = "1", pin[] = AUTH_PIN;
static CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
static CK_ATTRIBUTE of_key = { CKA_CLASS, &private_key, sizeof private_key };
static CK_BYTE modulus[512];
static CK_ATTRIBUTE value = { CKA_MODULUS, modulus, sizeof modulus };

/* In this order: what one does the next may need.
 * X(call, its arguments, its value) */
/* clang-format off */
#define AT_ONCE(X) \
	X(C_GetInfo, (&info), CKR_OK) \
	X(C_GetSlotList, (CK_FALSE, slots, &len), CKR_OK) \
	X(C_GetSlotList, (CK_TRUE, slots, &len), CKR_OK) \
	X(C_GetSlotInfo, (auth_slot, &slot_info), CKR_OK) \
	X(C_GetTokenInfo, (auth_slot, &token_info), CKR_OK) \
	X(C_GetTokenInfo, (sign_slot, &token_info), CKR_OK) \
	X(C_WaitForSlotEvent, (CKF_DONT_BLOCK, &slot, NULL), CKR_NO_EVENT) \
	X(C_GetMechanismList, (auth_slot, types, &len), CKR_OK) \
	X(C_GetMechanismInfo, (auth_slot, CKM_RSA_PKCS, &mech_info), CKR_OK) \
	X(C_OpenSession, (sign_slot, CKF_SERIAL_SESSION, NULL, NULL, &opened), CKR_OK) \
	X(C_CloseSession, (opened), CKR_OK) \
	X(C_GetSessionInfo, (s, &session_info), CKR_OK) \
	X(C_FindObjectsInit, (s, &of_key, 1), CKR_OK) \
	X(C_FindObjects, (s, &object, 1, &len), CKR_OK) \
	X(C_FindObjectsFinal, (s), CKR_OK) \
	X(C_GetAttributeValue, (s, key, &value, 1), CKR_OK) \
	X(C_GetObjectSize, (s, key, &len), CKR_OK) \
	X(C_SetAttributeValue, (s, key, &value, 1), CKR_ACTION_PROHIBITED) \
	X(C_CopyObject, (s, key, &value, 1, &object), CKR_ACTION_PROHIBITED) \
	X(C_DestroyObject, (s, key), CKR_ACTION_PROHIBITED) \
	X(C_CreateObject, (s, &value, 1, &object), CKR_TOKEN_WRITE_PROTECTED) \
	X(C_DigestInit, (s, &hash), CKR_OK) \
	X(C_DigestUpdate, (s, text, 4), CKR_OK) \
	X(C_DigestKey, (s, key), CKR_KEY_INDIGESTIBLE) \
	X(C_DigestInit, (s, &hash), CKR_OK) \
	X(C_DigestFinal, (s, bytes, &len), CKR_OK) \
	X(C_DigestInit, (s, &hash), CKR_OK) \
	X(C_Digest, (s, text, 4, bytes, &len), CKR_OK) \
	X(C_VerifyInit, (s, &mech, pub), CKR_OK) \
	X(C_Verify, (s, text, 4, bytes, 256), CKR_SIGNATURE_INVALID) \
	X(C_VerifyInit, (s, &mech, pub), CKR_OK) \
	X(C_VerifyUpdate, (s, text, 4), CKR_OK) \
	X(C_VerifyFinal, (s, bytes, 256), CKR_SIGNATURE_INVALID) \
	X(C_SignInit, (s, &mech, key), CKR_OK) \
	X(C_Sign, (s, text, 4, NULL, &len), CKR_OK) \
	X(C_SignUpdate, (s, text, 4), CKR_OK) \
	X(C_SignFinal, (s, NULL, &len), CKR_OK) \
	X(C_SignInit, (s, NULL, 0), CKR_OK) \
	X(C_SignInit, (s, &raw, key), CKR_OK) \
	X(C_Sign, (s, text, 4, bytes, &len), CKR_DATA_INVALID) \
	X(C_Login, (s, CKU_USER, pin, 4), CKR_USER_ALREADY_LOGGED_IN) \
	X(C_Login, (out, CKU_USER, short_pin, 1), CKR_PIN_LEN_RANGE) \
	X(C_Login, (out, CKU_SO, pin, 4), CKR_USER_TYPE_INVALID) \
	X(C_Login, (out, CKU_CONTEXT_SPECIFIC, pin, 4), CKR_OPERATION_NOT_INITIALIZED) \
	X(C_SetPIN, (out, short_pin, 1, short_pin, 1), CKR_PIN_LEN_RANGE) \
	X(C_SetPIN, (s, pin, 4, pin, 4), CKR_SESSION_READ_ONLY) \
	X(C_SetPIN, (out, pin, 4, bad_pin, 4), CKR_PIN_LEN_RANGE) \
	X(C_InitToken, (auth_slot, pin, 4, bytes), CKR_FUNCTION_NOT_SUPPORTED) \
	X(C_Logout, (out), CKR_USER_NOT_LOGGED_IN) \
	X(C_CloseSession, (out), CKR_OK) \
	X(C_Logout, (s), CKR_OK) \
	X(C_Login, (s, CKU_USER, bad_pin, 4), CKR_PIN_INCORRECT) \
	X(C_CloseAllSessions, (sign_slot), CKR_OK) \
	X(C_CloseAllSessions, (auth_slot), CKR_OK)
/* clang-format on */

enum needs { NOTHING, SESSION, UNSUPPORTED };
#define LIST_2_40(f) p11->f
#define LIST_3_0(f)  p11_3->f
#define NAME(f)      #f

static const char *const at_once[] = {
#define X(f, args, rv) #f " " #args,
	AT_ONCE(X)
#undef X
};

static CK_RV
call_at_once(size_t i, CK_RV *want)
{
	size_t at = 0;

	len = NELEM(bytes);
#define X(f, args, rv)                                                         \
	if (i == at++) {                                                       \
		if (strcmp(#f, "C_GetSlotList") == 0)                          \
			len = NELEM(slots);                                    \
		if (strcmp(#f, "C_GetMechanismList") == 0)                     \
			len = NELEM(types);                                    \
		*want = rv;                                                    \
		return p11->f args;                                            \
	}
	AT_ONCE(X)
#undef X
	return CKR_GENERAL_ERROR;
}

/* What no resident card can do. */
static const struct {
	const char *name;
	enum needs needs;
	CK_RV answer;
} all[] = {
#define X(f, needs, answer, args) { f, needs, answer },
	ALL_FUNCTIONS(X, NAME, NAME)
#undef X
};

static CK_RV
call_unsupported(size_t i)
{
	size_t at = 0;

	if (all[i].needs != UNSUPPORTED)
		return all[i].answer;
	len = NELEM(bytes);
#define type types[0]
#define X(f, needs, answer, args)                                              \
	if (i == at++)                                                         \
		return f args;
	ALL_FUNCTIONS(X, LIST_2_40, LIST_3_0)
#undef X
#undef type
	return CKR_GENERAL_ERROR;
}

/* All of them, in a thread: which one it is at, and the first wrong answer. */
static const char *_Atomic at_call;
static const char *_Atomic wrong;
static _Atomic CK_RV wrong_rv;
static atomic_int finished;

static void
note(const char *what, CK_RV got, CK_RV want)
{
	if (got != want && wrong == NULL) {
		wrong_rv = got;
		wrong = what;
	}
}

static void *
make_calls(void *arg)
{
	CK_RV want = CKR_OK, got;
	(void)arg;

	for (size_t i = 0; i < NELEM(all); i++) {
		at_call = all[i].name;
		note(all[i].name, call_unsupported(i), all[i].answer);
	}
	for (size_t i = 0; i < NELEM(at_once); i++) {
		at_call = at_once[i];
		got = call_at_once(i, &want);
		note(at_once[i], got, want);
	}
	finished = 1;
	return NULL;
}

/* --- the thread that is inside C_Sign ------------------------------------- */

struct job {
	pthread_t thread;
	CK_RV (*run)(void);
	_Atomic CK_RV rv;
};

static void *
work(void *arg)
{
	struct job *j = arg;

	j->rv = j->run();
	return NULL;
}

static void
begin(struct job *j, unsigned reader, CK_RV (*run)(void))
{
	const unsigned before = vs_blocked(reader);

	j->run = run;
	j->rv = NOT_YET;
	assert_int_equal(pthread_create(&j->thread, NULL, work, j), 0);
	while (vs_blocked(reader) == before)
		jm_sleep_ms(1);
}

static CK_SESSION_HANDLE signing;

static CK_RV
sign(void)
{
	return stage_sign(signing);
}

static CK_OBJECT_HANDLE
object_of(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class)
{
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_OBJECT_HANDLE o = 0;
	CK_ULONG n = 0;

	assert_int_equal(p11->C_FindObjectsInit(session, &t, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(session, &o, 1, &n), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(session), CKR_OK);
	assert_int_equal(n, 1);
	return o;
}

static unsigned
scene(void)
{
	const unsigned r = stage_reader(PLAIN, NULL);

	stage_init();
	s = stage_session(r, AUTH);
	signing = stage_session(r, AUTH);
	out = stage_rw(r, SIGN);
	auth_slot = stage_slot(r, AUTH);
	sign_slot = stage_slot(r, SIGN);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	key = object_of(s, CKO_PRIVATE_KEY);
	pub = object_of(s, CKO_PUBLIC_KEY);
	/* Both counters are fresh from here on: the clock stands. */
	clock_ahead += 2001;
	(void)stage_flags(r, AUTH);
	(void)stage_flags(r, SIGN);
	return r;
}

static void
a_call_that_needs_no_card_waits_for_none(void **state)
{
	struct job signer;
	pthread_t caller;
	unsigned r, ms;
	(void)state;

	finished = 0;
	wrong = NULL;
	r = scene();
	vs_other_hold(r);
	begin(&signer, r, sign);
	assert_int_equal(pthread_create(&caller, NULL, make_calls, NULL), 0);
	for (ms = 0; !finished && ms < PATIENCE_MS; ms++)
		jm_sleep_ms(1);
	if (!finished)
		print_error("it waits: %s\n", at_call);
	vs_other_release(r);
	assert_int_equal(pthread_join(caller, NULL), 0);
	assert_int_equal(pthread_join(signer.thread, NULL), 0);
	assert_true(ms < PATIENCE_MS);
	if (wrong != NULL)
		fail_msg("%s: %lx", wrong, (unsigned long)wrong_rv);
	/* Its login was ended under it. */
	assert_int_equal(signer.rv, CKR_USER_NOT_LOGGED_IN);
}

/* --- the end of a card and of the module -----------------------------------
 */

static CK_RV
list_slots(void)
{
	CK_ULONG n = NELEM(slots);

	return p11->C_GetSlotList(CK_FALSE, slots, &n);
}

static CK_RV
finalize(void)
{
	return p11->C_Finalize(NULL);
}

/* The first call after a swap lets go of the card that left. */
static void
letting_go_of_a_card_waits_for_nobody(void **state)
{
	CK_RV (*const run[])(void) = { list_slots, finalize };
	struct job j;
	unsigned r, ms;
	(void)state;

	for (size_t i = 0; i < NELEM(run); i++) {
		r = scene();
		if (run[i] == list_slots) {
			stage_take(r);
			stage_put(r);
		}
		vs_other_hold(r);
		j.run = run[i];
		j.rv = NOT_YET;
		assert_int_equal(pthread_create(&j.thread, NULL, work, &j), 0);
		for (ms = 0; j.rv == NOT_YET && ms < PATIENCE_MS; ms++)
			jm_sleep_ms(1);
		vs_other_release(r);
		assert_int_equal(pthread_join(j.thread, NULL), 0);
		assert_int_equal(j.rv, CKR_OK);
		assert_true(ms < PATIENCE_MS);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

/* --- calls that do -------------------------------------------------------- */

static CK_RV
log_in(void)
{
	return stage_login(out, SIGN_PIN);
}

static CK_RV
change_pin(void)
{
	CK_BYTE from[] = SIGN_PIN, to[] = "XYZ789";

	return p11->C_SetPIN(out, from, sizeof from - 1, to, sizeof to - 1);
}

static CK_RV
sign_in_parts(void)
{
	CK_RV rv;

	len = sizeof bytes;
	if ((rv = p11->C_SignInit(s, &mech, key)) != CKR_OK ||
	    (rv = p11->C_SignUpdate(s, text, 4)) != CKR_OK)
		return rv;
	return p11->C_SignFinal(s, bytes, &len);
}

static CK_RV
look_at_the_counter(void)
{
	clock_ahead += 2001;
	return p11->C_GetTokenInfo(auth_slot, &token_info);
}

static CK_RV
search_what_was_not_read(void)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_RV rv = p11->C_FindObjectsInit(s, &t, 1);

	(void)p11->C_FindObjectsFinal(s);
	return rv;
}

static CK_RV
list_tokens(void)
{
	CK_ULONG n = NELEM(slots);
	const CK_RV rv = p11->C_GetSlotList(CK_TRUE, slots, &n);

	return rv == CKR_OK && n != 2 ? CKR_GENERAL_ERROR : rv;
}

static CK_RV
open_a_session(void)
{
	return p11->C_OpenSession(
	    auth_slot, CKF_SERIAL_SESSION, NULL, NULL, &opened);
}

static void
a_call_that_needs_the_card_waits_and_succeeds(void **state)
{
	static const struct {
		const char *what;
		CK_RV (*run)(void);
		int swap; /* it asks about a card nobody has looked at */
	} rows[] = {
		{ "C_Sign", sign, 0 },
		{ "C_SignFinal", sign_in_parts, 0 },
		{ "C_GetTokenInfo, 2 s later", look_at_the_counter, 0 },
		{ "C_Login", log_in, 0 },
		{ "C_SetPIN", change_pin, 0 },
		{ "C_FindObjectsInit", search_what_was_not_read, 0 },
		{ "C_GetSlotList, new card", list_tokens, 1 },
		{ "C_OpenSession, new card", open_a_session, 1 },
	};
	(void)state;

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct job j;
		CK_RV before;
		unsigned r;

		r = scene();
		if (rows[i].swap) {
			stage_take(r);
			(void)stage_slots(1, slots, NELEM(slots));
			stage_put(r);
		}
		vs_other_hold(r);
		begin(&j, r, rows[i].run);
		jm_sleep_ms(MOMENT_MS);
		before = j.rv;
		vs_other_release(r);
		assert_int_equal(pthread_join(j.thread, NULL), 0);
		if (before != NOT_YET || j.rv != CKR_OK)
			fail_msg("%s: %lx, then %lx", rows[i].what, before,
			    (unsigned long)j.rv);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(a_call_that_needs_no_card_waits_for_none),
		T(letting_go_of_a_card_waits_for_nobody),
		T(a_call_that_needs_the_card_waits_and_succeeds),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
