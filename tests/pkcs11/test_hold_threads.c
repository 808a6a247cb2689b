/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads that share a card whose logins keep their transaction. */
#include <pthread.h>
#include <string.h>

#include "pkcs11/module.h"
#include "tests/pkcs11/stage.h"

#define THREADS 4
#define ROUNDS  40

struct worker {
	pthread_t thread;
	CK_SESSION_HANDLE s;
	const char *pin;
	unsigned logins; /* that were made, each one VERIFY */
	CK_RV odd;       /* a value that must not come */
};

static void *
work(void *arg)
{
	struct worker *w = arg;
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };

	for (int i = 0; i < ROUNDS && w->odd == CKR_OK; i++) {
		CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
		CK_BYTE sig[256], in[4] = { 1, 2, 3, 4 };
		CK_ULONG n = 0, len = sizeof sig;
		CK_SESSION_INFO info;
		CK_RV rv;

		rv = stage_login(w->s, w->pin);
		w->logins += rv == CKR_OK;
		if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN)
			w->odd = rv;
		(void)p11->C_FindObjectsInit(w->s, &t, 1);
		(void)p11->C_FindObjects(w->s, &key, 1, &n);
		(void)p11->C_FindObjectsFinal(w->s);
		if (n == 1 && p11->C_SignInit(w->s, &m, key) == CKR_OK) {
			rv = p11->C_Sign(w->s, in, sizeof in, sig, &len);
			if (rv != CKR_OK && rv != CKR_USER_NOT_LOGGED_IN)
				w->odd = rv;
		}
		(void)p11->C_GetSessionInfo(w->s, &info);
		rv = p11->C_Logout(w->s);
		if (rv != CKR_OK && rv != CKR_USER_NOT_LOGGED_IN)
			w->odd = rv;
	}
	return NULL;
}

static void
threads_log_in_sign_and_log_out(void **state)
{
	struct worker w[THREADS];
	unsigned r, logins = 0;
	(void)state;

	r = stage_reader(SHORT_IDS, NULL);
	stage_init();
	p11_module.policy.login = JM_LOGIN_HOLD;
	p11_module.policy.consent[SIGN] = JM_CONSENT_SESSION;
	for (size_t i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .s = stage_session(
					    r, i % 2 == 0 ? AUTH : SIGN),
			.pin = i % 2 == 0 ? AUTH_PIN : SIGN_PIN };
		assert_int_equal(
		    pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(w[i].thread, NULL), 0);
		assert_int_equal(w[i].odd, CKR_OK);
		logins += w[i].logins;
	}
	assert_int_equal(vs_counted(r).verifies, logins);
	assert_false(vs_held(r));
	stage_assert_logged_out(r);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(threads_log_in_sign_and_log_out),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
