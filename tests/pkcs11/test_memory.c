/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each allocation of a module's life fails in turn; the next life works. */
#include "tests/pkcs11/stage.h"
#include "tests/support/fault.h"

static unsigned reader;
static unsigned logins; /* that a PIN was given to */

static CK_RV
log_in(CK_SESSION_HANDLE s)
{
	logins++;
	return stage_login(s, AUTH_PIN);
}

static CK_RV
use(CK_SLOT_ID slot)
{
	CK_MECHANISM m = { CKM_SHA256, NULL, 0 };
	CK_SESSION_HANDLE s = CK_INVALID_HANDLE;
	CK_SESSION_INFO session;
	CK_TOKEN_INFO token;
	CK_BYTE out[32];
	CK_ULONG n = sizeof out;
	CK_RV rv;

	if ((rv = p11->C_GetTokenInfo(slot, &token)) != CKR_OK ||
	    (rv = p11->C_OpenSession(
		 slot, CKF_SERIAL_SESSION, NULL, NULL, &s)) != CKR_OK ||
	    (rv = p11->C_DigestInit(s, &m)) != CKR_OK ||
	    (rv = p11->C_Digest(s, out, 1, out, &n)) != CKR_OK ||
	    (rv = log_in(s)) != CKR_OK ||
	    (rv = p11->C_GetSessionInfo(s, &session)) != CKR_OK)
		return rv;
	return p11->C_CloseSession(s);
}

/* From C_Initialize to C_Finalize; the first failure. */
static CK_RV
life(void)
{
	CK_SLOT_ID slots[2] = { 0, 0 };
	CK_ULONG n = NELEM(slots);
	CK_RV rv;

	if ((rv = p11->C_Initialize(NULL)) != CKR_OK)
		return rv;
	rv = p11->C_GetSlotList(CK_TRUE, slots, &n);
	if (rv == CKR_OK && n != 2)
		rv = CKR_TOKEN_NOT_PRESENT; /* not, at this moment */
	if (rv == CKR_OK)
		rv = use(slots[0]);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	return rv;
}

static void
assert_fine(CK_RV rv)
{
	static const CK_RV fine[] = { CKR_OK, CKR_HOST_MEMORY, CKR_DEVICE_ERROR,
		CKR_DEVICE_REMOVED, CKR_TOKEN_NOT_PRESENT,
		CKR_SESSION_HANDLE_INVALID, CKR_SLOT_ID_INVALID,
		CKR_FUNCTION_FAILED };

	for (size_t i = 0; i < NELEM(fine); i++)
		if (rv == fine[i])
			return;
	fail_msg("unexpected return value 0x%lx", rv);
}

static void
any_allocation_may_fail(void **state)
{
	unsigned nth = 0;
	CK_RV rv;
	(void)state;

	reader = stage_reader(SHORT_IDS, NULL);
	do {
		logins = 0;
		vs_restart_count(reader);
		fault_arm(nth);
		rv = life();
		fault_disarm();
		assert_fine(rv);
		assert_true(vs_counted(reader).verifies <= logins);
		assert_int_equal(vs_contexts(), 0);
		assert_int_equal(vs_handles(), 0);
		/* The virtual card allocates, too, and may have died of it. */
		stage_take(reader);
		stage_put(reader);
		stage_assert_logged_out(reader);
		assert_int_equal(life(), CKR_OK);
		nth++;
	} while (fault_fired());
	assert_true(nth > 20);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(any_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
