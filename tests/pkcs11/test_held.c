/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One reader is held by another program's transaction: who waits, who not. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/os.h"
#include "tests/pkcs11/stage.h"

static CK_RV
sign(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key)
{
	static const CK_BYTE hello[] = "hello";
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_BYTE in[sizeof hello], sig[256];
	CK_ULONG n = sizeof sig;
	CK_RV rv;

	memcpy(in, hello, sizeof in);
	if ((rv = p11->C_SignInit(s, &m, key)) != CKR_OK)
		return rv;
	return p11->C_Sign(s, in, sizeof in, sig, &n);
}

static CK_RV
find(CK_SESSION_HANDLE s, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *key)
{
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_ULONG n = 0;
	CK_RV rv;

	*key = CK_INVALID_HANDLE;
	if ((rv = p11->C_FindObjectsInit(s, &t, 1)) != CKR_OK ||
	    (rv = p11->C_FindObjects(s, key, 1, &n)) != CKR_OK)
		return rv;
	(void)p11->C_FindObjectsFinal(s);
	return n == 1 ? CKR_OK : CKR_KEY_HANDLE_INVALID;
}

struct blocked {
	pthread_t thread;
	CK_SESSION_HANDLE s;
	CK_OBJECT_HANDLE key;
	_Atomic CK_RV rv;
};

#define NOT_YET ((CK_RV)-1)

static void *
sign_held(void *arg)
{
	struct blocked *b = arg;

	b->rv = sign(b->s, b->key);
	return NULL;
}

static void
start_blocked(struct blocked *b, unsigned reader, CK_SESSION_HANDLE s)
{
	b->s = s;
	b->rv = NOT_YET;
	assert_int_equal(find(s, CKO_PRIVATE_KEY, &b->key), CKR_OK);
	vs_other_hold(reader);
	assert_int_equal(pthread_create(&b->thread, NULL, sign_held, b), 0);
	while (vs_blocked(reader) == 0)
		jm_sleep_ms(1);
}

/* The calls that need no card of the held reader; the line of a failure. */
static int
everything_else(
    unsigned a, unsigned b, struct blocked *held, CK_SESSION_HANDLE beside)
{
#define MUST(cond)                                                             \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)
	CK_OBJECT_CLASS class;
	CK_ATTRIBUTE attr = { CKA_CLASS, &class, sizeof class };
	CK_SESSION_HANDLE s;
	CK_SESSION_INFO info;
	CK_OBJECT_HANDLE o;
	CK_SLOT_ID list[8], id;
	CK_SLOT_INFO slot;
	CK_ULONG n = NELEM(list);

	MUST(p11->C_GetSlotList(CK_TRUE, list, &n) == CKR_OK && n == 4);
	for (CK_ULONG i = 0; i < n; i++)
		MUST(p11->C_GetSlotInfo(list[i], &slot) == CKR_OK &&
		     (slot.flags & CKF_TOKEN_PRESENT) != 0);
	/* The held reader, from memory. */
	MUST(p11->C_GetSessionInfo(held->s, &info) == CKR_OK);
	MUST(p11->C_GetSessionInfo(beside, &info) == CKR_OK);
	MUST(info.state == CKS_RO_USER_FUNCTIONS);
	MUST(find(beside, CKO_CERTIFICATE, &o) == CKR_OK);
	MUST(p11->C_GetAttributeValue(beside, o, &attr, 1) == CKR_OK);
	MUST(p11->C_GetMechanismList(stage_slot(a, AUTH), NULL, &n) == CKR_OK);
	MUST(p11->C_OpenSession(stage_slot(a, SIGN), CKF_SERIAL_SESSION, NULL,
		 NULL, &s) == CKR_OK);
	MUST(p11->C_CloseSession(s) == CKR_OK);
	MUST(
	    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL) == CKR_NO_EVENT);
	/* The other reader, with its card. */
	MUST(p11->C_OpenSession(stage_slot(b, AUTH), CKF_SERIAL_SESSION, NULL,
		 NULL, &s) == CKR_OK);
	MUST(stage_login(s, AUTH_PIN) == CKR_OK);
	MUST(stage_sign(s) == CKR_OK);
	MUST(p11->C_Logout(s) == CKR_OK);
	MUST(p11->C_CloseSession(s) == CKR_OK);
	return 0;
}

static void
a_reader_that_is_held_blocks_that_call_alone(void **state)
{
	struct blocked held;
	CK_SESSION_HANDLE beside;
	CK_OBJECT_HANDLE cert;
	unsigned a, b;
	int line;
	(void)state;

	a = stage_reader(PLAIN, NULL);
	b = stage_reader(PLAIN, NULL);
	stage_init();
	beside = stage_session(a, AUTH);
	assert_int_equal(stage_login(beside, AUTH_PIN), CKR_OK);
	assert_int_equal(find(beside, CKO_CERTIFICATE, &cert), CKR_OK);
	(void)stage_flags(b, AUTH);
	start_blocked(&held, a, stage_session(a, AUTH));
	line = everything_else(a, b, &held, beside);
	assert_int_equal(vs_blocked(a), 1);
	assert_int_equal(held.rv, NOT_YET);
	vs_other_release(a);
	assert_int_equal(pthread_join(held.thread, NULL), 0);
	assert_int_equal(held.rv, CKR_OK);
	assert_int_equal(line, 0);
}

static void
a_session_may_be_closed_under_a_blocked_call(void **state)
{
	struct blocked held;
	CK_SESSION_INFO info;
	CK_RV closed, after;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	held.s = stage_session(r, AUTH);
	assert_int_equal(stage_login(held.s, AUTH_PIN), CKR_OK);
	start_blocked(&held, r, held.s);
	closed = p11->C_CloseSession(held.s);
	after = p11->C_GetSessionInfo(held.s, &info);
	vs_other_release(r);
	assert_int_equal(pthread_join(held.thread, NULL), 0);
	assert_int_equal(closed, CKR_OK);
	assert_int_equal(after, CKR_SESSION_HANDLE_INVALID);
	/* The last session took the login with it before a PIN was sent. */
	assert_int_equal(held.rv, CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(
	    stage_state(stage_session(r, AUTH)), CKS_RO_PUBLIC_SESSION);
}

static void *
log_in_held(void *arg)
{
	struct blocked *b = arg;

	b->rv = stage_login(b->s, AUTH_PIN);
	return NULL;
}

static void
a_login_under_way_ends_with_the_last_session(void **state)
{
	struct blocked held = { .rv = NOT_YET };
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	held.s = stage_session(r, AUTH);
	vs_other_hold(r);
	assert_int_equal(
	    pthread_create(&held.thread, NULL, log_in_held, &held), 0);
	while (vs_blocked(r) == 0)
		jm_sleep_ms(1);
	(void)p11->C_CloseSession(held.s);
	vs_other_release(r);
	assert_int_equal(pthread_join(held.thread, NULL), 0);
	assert_int_equal(held.rv, CKR_OK);
	assert_int_equal(
	    stage_state(stage_session(r, AUTH)), CKS_RO_PUBLIC_SESSION);
}

static void *
search(void *arg)
{
	struct blocked *b = arg;

	b->rv = p11->C_FindObjectsInit(b->s, NULL, 0);
	return NULL;
}

static void
a_call_that_waits_for_a_session_finds_it_closed(void **state)
{
	struct blocked held, second = { .rv = NOT_YET };
	CK_SESSION_HANDLE keep;
	CK_RV before;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	keep = stage_session(r, AUTH);
	assert_int_equal(stage_login(keep, AUTH_PIN), CKR_OK);
	start_blocked(&held, r, stage_session(r, AUTH));
	second.s = held.s;
	assert_int_equal(
	    pthread_create(&second.thread, NULL, search, &second), 0);
	jm_sleep_ms(100); /* until it waits for the first */
	before = second.rv;
	(void)p11->C_CloseSession(held.s);
	vs_other_release(r);
	assert_int_equal(pthread_join(held.thread, NULL), 0);
	assert_int_equal(pthread_join(second.thread, NULL), 0);
	assert_int_equal(before, NOT_YET);
	assert_int_equal(second.rv, CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(held.rv, CKR_OK);
}

static void
a_logout_reaches_a_blocked_call(void **state)
{
	struct blocked held;
	CK_RV rv;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	held.s = stage_session(r, AUTH);
	assert_int_equal(stage_login(held.s, AUTH_PIN), CKR_OK);
	start_blocked(&held, r, held.s);
	vs_restart_count(r);
	rv = p11->C_Logout(held.s);
	vs_other_release(r);
	assert_int_equal(pthread_join(held.thread, NULL), 0);
	assert_int_equal(rv, CKR_OK);
	assert_int_equal(held.rv, CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(vs_counted(r).verifies, 0);
}

static void *
finalize(void *arg)
{
	struct blocked *b = arg;

	b->rv = p11->C_Finalize(NULL);
	return NULL;
}

static void *
initialize(void *arg)
{
	struct blocked *b = arg;

	b->rv = p11->C_Initialize(NULL);
	return NULL;
}

static void
finalizing_waits_for_calls_inside(void **state)
{
	struct blocked held, end = { .rv = NOT_YET }, again = { .rv = NOT_YET };
	CK_RV during, before, again_before;
	unsigned r;
	CK_INFO info;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	held.s = stage_session(r, AUTH);
	assert_int_equal(stage_login(held.s, AUTH_PIN), CKR_OK);
	start_blocked(&held, r, held.s);
	assert_int_equal(pthread_create(&end.thread, NULL, finalize, &end), 0);
	do { /* nobody gets in any more */
		jm_sleep_ms(1);
		during = p11->C_GetInfo(&info);
	} while (during == CKR_OK);
	assert_int_equal(
	    pthread_create(&again.thread, NULL, initialize, &again), 0);
	jm_sleep_ms(50);
	before = end.rv;
	again_before = again.rv;
	vs_other_release(r);
	assert_int_equal(pthread_join(held.thread, NULL), 0);
	assert_int_equal(pthread_join(end.thread, NULL), 0);
	assert_int_equal(pthread_join(again.thread, NULL), 0);
	assert_int_equal(during, CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(before, NOT_YET);
	assert_int_equal(held.rv, CKR_OK);
	assert_int_equal(end.rv, CKR_OK);
	/* Whoever initialises meanwhile starts the next life. */
	assert_int_equal(again_before, NOT_YET);
	assert_int_equal(again.rv, CKR_OK);
	assert_int_equal(
	    stage_state(stage_session(r, AUTH)), CKS_RO_PUBLIC_SESSION);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(a_reader_that_is_held_blocks_that_call_alone),
		T(a_session_may_be_closed_under_a_blocked_call),
		T(a_login_under_way_ends_with_the_last_session),
		T(a_call_that_waits_for_a_session_finds_it_closed),
		T(a_logout_reaches_a_blocked_call),
		T(finalizing_waits_for_calls_inside),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
