/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many threads, several readers: who waits for whom, and who does not. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/os.h"
#include "tests/pkcs11/stage.h"

#define THREADS    8
#define SIGNATURES 6

/* --- work in parallel ----------------------------------------------------- */

struct worker {
	pthread_t thread;
	CK_SLOT_ID slot;
	int failed; /* line */
};

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond)) {                                                 \
			w->failed = __LINE__;                                  \
			return NULL;                                           \
		}                                                              \
	} while (0)

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

static void *
work(void *arg)
{
	struct worker *w = arg;
	CK_SESSION_INFO info;
	CK_TOKEN_INFO token;
	CK_OBJECT_HANDLE key;
	CK_SESSION_HANDLE s;

	for (int i = 0; i < SIGNATURES; i++) {
		CHECK(p11->C_OpenSession(w->slot, CKF_SERIAL_SESSION, NULL,
			  NULL, &s) == CKR_OK);
		CHECK(p11->C_GetSessionInfo(s, &info) == CKR_OK);
		CHECK(info.state == CKS_RO_USER_FUNCTIONS);
		CHECK(find(s, CKO_PRIVATE_KEY, &key) == CKR_OK);
		CHECK(sign(s, key) == CKR_OK);
		CHECK(find(s, CKO_CERTIFICATE, &key) == CKR_OK);
		CHECK(p11->C_GetTokenInfo(w->slot, &token) == CKR_OK);
		CHECK((token.flags & CKF_USER_PIN_COUNT_LOW) == 0);
		CHECK(p11->C_CloseSession(s) == CKR_OK);
	}
	return NULL;
}

static void
eight_threads_share_two_readers(void **state)
{
	struct worker w[THREADS];
	CK_SESSION_HANDLE keep[2];
	unsigned r[2];
	(void)state;

	for (size_t i = 0; i < 2; i++)
		r[i] = stage_reader(PLAIN, NULL);
	stage_init();
	for (size_t i = 0; i < 2; i++) {
		keep[i] = stage_session(r[i], AUTH);
		assert_int_equal(stage_login(keep[i], AUTH_PIN), CKR_OK);
		vs_restart_count(r[i]);
	}
	for (size_t i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .slot = stage_slot(r[i % 2], AUTH) };
		assert_int_equal(
		    pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(w[i].thread, NULL), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(w[i].failed, 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
		    vs_counted(r[i]).verifies, THREADS / 2 * SIGNATURES);
}

/* Logins at the same time: one is sent, the others find it done. */
static atomic_uint logins, already;

static void *
log_in(void *arg)
{
	struct worker *w = arg;
	CK_SESSION_HANDLE s;
	CK_RV rv;

	CHECK(p11->C_OpenSession(w->slot, CKF_SERIAL_SESSION, NULL, NULL, &s) ==
	      CKR_OK);
	rv = stage_login(s, AUTH_PIN);
	CHECK(rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN);
	atomic_fetch_add(rv == CKR_OK ? &logins : &already, 1);
	return NULL;
}

static void
logins_at_the_same_time_are_one(void **state)
{
	struct worker w[THREADS];
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	(void)stage_flags(r, AUTH);
	vs_restart_count(r);
	logins = already = 0;
	for (size_t i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .slot = stage_slot(r, AUTH) };
		assert_int_equal(
		    pthread_create(&w[i].thread, NULL, log_in, &w[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(w[i].thread, NULL), 0);
		assert_int_equal(w[i].failed, 0);
	}
	assert_int_equal(logins, 1);
	assert_int_equal(already, THREADS - 1);
	assert_int_equal(vs_counted(r).verifies, 1);
}

/* --- removal at any moment ------------------------------------------------ */

static atomic_int stop;
static _Atomic CK_RV unexpected;

static void
note(CK_RV rv)
{
	static const CK_RV fine[] = { CKR_OK, CKR_DEVICE_REMOVED,
		CKR_SESSION_HANDLE_INVALID, CKR_TOKEN_NOT_PRESENT,
		CKR_USER_NOT_LOGGED_IN, CKR_USER_ALREADY_LOGGED_IN,
		CKR_KEY_HANDLE_INVALID, CKR_OBJECT_HANDLE_INVALID };

	for (size_t i = 0; i < NELEM(fine); i++)
		if (rv == fine[i])
			return;
	unexpected = rv;
}

static void *
use_card(void *arg)
{
	const CK_SLOT_ID slot = *(CK_SLOT_ID *)arg;

	while (!stop) {
		CK_SESSION_HANDLE s;
		CK_OBJECT_HANDLE key;
		CK_TOKEN_INFO info;
		CK_RV rv;

		note(p11->C_GetTokenInfo(slot, &info));
		rv = p11->C_OpenSession(
		    slot, CKF_SERIAL_SESSION, NULL, NULL, &s);
		note(rv);
		if (rv != CKR_OK)
			continue;
		note(stage_login(s, AUTH_PIN));
		note(rv = find(s, CKO_PRIVATE_KEY, &key));
		if (rv == CKR_OK)
			note(sign(s, key));
		note(p11->C_CloseSession(s));
	}
	return NULL;
}

static void
a_card_may_leave_under_four_threads(void **state)
{
	pthread_t threads[4];
	CK_SLOT_ID slot;
	unsigned r;
	(void)state;

	r = stage_reader(SHORT_IDS, NULL);
	stage_init();
	slot = stage_slot(r, AUTH);
	stop = 0;
	unexpected = CKR_OK;
	for (size_t i = 0; i < NELEM(threads); i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, use_card, &slot), 0);
	for (int i = 0; i < 12; i++) {
		jm_sleep_ms(20 + (unsigned)i * 3);
		stage_take(r);
		jm_sleep_ms(i % 3 == 0 ? 0 : 5);
		stage_put(r);
	}
	stop = 1;
	for (size_t i = 0; i < NELEM(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(unexpected, CKR_OK);
	assert_int_equal(stage_counter(r, AUTH), 0);
	stage_assert_logged_out(r);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(eight_threads_share_two_readers),
		T(logins_at_the_same_time_are_one),
		T(a_card_may_leave_under_four_threads),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
