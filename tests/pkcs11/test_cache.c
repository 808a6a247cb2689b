/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The module and the user's cache, from process to process. */

#include "tests/pkcs11/stage.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/cached.h"

/* The certificate of the session's pair: its length, 0 for none. */
static CK_ULONG
certificate(CK_SESSION_HANDLE s, uint8_t *der, CK_ULONG room)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_BYTE id = 1;
	CK_ATTRIBUTE want[] = { { CKA_CLASS, &class, sizeof class },
		{ CKA_ID, &id, 1 } };
	CK_ATTRIBUTE value = { CKA_VALUE, der, room };
	CK_OBJECT_HANDLE o;
	CK_ULONG n;

	assert_int_equal(p11->C_FindObjectsInit(s, want, 2), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, &o, 1, &n), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	if (n == 0)
		return 0;
	assert_int_equal(p11->C_GetAttributeValue(s, o, &value, 1), CKR_OK);
	return value.ulValueLen;
}

/* A process that sees the certificate, at a fresh reader; what that cost. */
static unsigned
look(void **state, uint8_t *der, CK_ULONG *len)
{
	const unsigned r = stage_reader(PLAIN, NULL);
	unsigned n;

	stage_init();
	*len = certificate(stage_session(r, AUTH), der, JM_CERT_MAX);
	assert_true(*len > 0);
	n = vs_counted(r).apdus;
	assert_int_equal(stage_end(state), 0);
	assert_int_equal(stage_begin(state), 0);
	return n;
}

static void
the_next_process_has_the_certificate_from_the_cache(void **state)
{
	static uint8_t cold[JM_CERT_MAX], warm[JM_CERT_MAX];
	CK_ULONG n, m;

	assert_true(look(state, cold, &n) > 9);
	assert_int_equal(cached_count(), 1);
	assert_int_equal(look(state, warm, &m), 9);
	assert_int_equal(n, m);
	assert_memory_equal(cold, warm, n);
}

static void
a_wrong_key_in_the_cache_costs_one_failed_signature(void **state)
{
	static uint8_t cold[JM_CERT_MAX], der[JM_CERT_MAX];
	CK_SESSION_HANDLE s;
	CK_ULONG n, m;
	unsigned r;

	(void)look(state, cold, &n);
	cached_tamper(JM_CERT_AUTH, 400); /* in the modulus */
	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_session(r, AUTH);
	m = certificate(s, der, sizeof der);
	assert_int_equal(n, m);
	assert_memory_not_equal(cold, der, n);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_DEVICE_ERROR);
	stage_assert_logged_out(r);
	assert_int_equal(cached_count(), 0);

	/* what this session shows was never true: it ends, another begins */
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_DEVICE_REMOVED);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_SESSION_HANDLE_INVALID);
	s = stage_session(r, AUTH);
	m = certificate(s, der, sizeof der);
	assert_int_equal(n, m);
	assert_memory_equal(cold, der, n);
	assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(s), CKR_OK);
	assert_int_equal(vs_counted(r).verifies, 4);
	assert_int_equal(cached_count(), 1);
}

static int
begin(void **state)
{
	return cached_begin(state) != 0 || stage_begin(state) != 0;
}

static int
end(void **state)
{
	return stage_end(state) != 0 || cached_end(state) != 0;
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		T(the_next_process_has_the_certificate_from_the_cache),
		T(a_wrong_key_in_the_cache_costs_one_failed_signature),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
