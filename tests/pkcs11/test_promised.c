/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every return value that the standard names for a function is tried at least
 * once, or there is a reason why it cannot arise: promised.h.  The cases below
 * make calls; the last test compares what was seen with what is promised.
 */
#include "tests/pkcs11/clock.h"
#include "tests/pkcs11/promised_cases.h"
#include "tests/support/fault.h"

/* Nobody here waits in earnest. */
void __wrap_jm_sleep_ms(unsigned ms);

void
__wrap_jm_sleep_ms(unsigned ms)
{
	clock_ahead += ms;
}

/* --- what the cases share ------------------------------------------------- */

CK_BYTE text[300], bytes[512], bad_sig[256], auth_pin[] = AUTH_PIN;
static CK_BYTE wrong[] = "9999", odd[] = "12x4";
CK_MECHANISM sha256 = { CKM_SHA256, NULL, 0 };
CK_MECHANISM rsa = { CKM_SHA256_RSA_PKCS, NULL, 0 };
CK_MECHANISM raw = { CKM_RSA_PKCS, NULL, 0 };
CK_MECHANISM none = { 0x80001234, NULL, 0 };
CK_MECHANISM sha256_with = { CKM_SHA256, bytes, 1 };
CK_MECHANISM rsa_with = { CKM_SHA256_RSA_PKCS, bytes, 1 };
static CK_RSA_PKCS_PSS_PARAMS pss_params = { CKM_SHA256, CKG_MGF1_SHA256, 32 };
CK_MECHANISM raw_pss = { CKM_RSA_PKCS_PSS, &pss_params, sizeof pss_params };
CK_MECHANISM pss = { CKM_SHA256_RSA_PKCS_PSS, &pss_params, sizeof pss_params };
CK_ULONG len, n;
static CK_SLOT_ID slots[8];
CK_SESSION_HANDLE s;
CK_OBJECT_HANDLE key, pub, cert, o;
unsigned r;

CK_OBJECT_HANDLE
object(CK_OBJECT_CLASS class)
{
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };

	o = 0;
	MUST(C_FindObjectsInit, (s, &t, 1), OK);
	MUST(C_FindObjects, (s, &o, 1, &n), OK);
	MUST(C_FindObjectsFinal, (s), OK);
	return o;
}

void
user(void)
{
	r = stage_reader(PLAIN, NULL);
	stage_init();
	s = stage_rw(r, AUTH);
	MUST(C_Login, (s, CKU_USER, auth_pin, 4), OK);
	key = object(CKO_PRIVATE_KEY);
	pub = object(CKO_PUBLIC_KEY);
	cert = object(CKO_CERTIFICATE);
	len = sizeof bytes;
}

/* --- cases: the module and its slots -------------------------------------- */

static CK_RV
no_mutex(void *p)
{
	(void)p;
	return CKR_OK;
}

static CK_RV
no_create(void **p)
{
	*p = NULL;
	return CKR_OK;
}

static void
of_the_module(void **state)
{
	CK_C_INITIALIZE_ARGS half = { .CreateMutex = no_create };
	CK_C_INITIALIZE_ARGS own = { no_create, no_mutex, no_mutex, no_mutex, 0,
		NULL };
	CK_INFO info;
	CK_RV rv = CKR_OK;
	(void)state;

	MUST(C_Finalize, (NULL), CRYPTOKI_NOT_INITIALIZED);
	MUST(C_Initialize, (&half), ARGUMENTS_BAD);
	MUST(C_Initialize, (&own), CANT_LOCK);
	for (unsigned i = 0; rv != CKR_HOST_MEMORY && i < 20; i++) {
		fault_arm(i);
		if ((rv = C(C_Initialize, (NULL))) == CKR_OK)
			MUST(C_Finalize, (NULL), OK);
		fault_disarm();
	}
	MUST(C_Initialize, (NULL), OK);
	MUST(C_Initialize, (NULL), CRYPTOKI_ALREADY_INITIALIZED);
	MUST(C_Finalize, (&info), ARGUMENTS_BAD);
	MUST(C_GetInfo, (NULL), ARGUMENTS_BAD);
	MUST(C_GetInfo, (&info), OK);
	MUST(C_Finalize, (NULL), OK);
}

static void
of_slots(void **state)
{
	CK_MECHANISM_TYPE types[64];
	CK_MECHANISM_INFO mech;
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot;
	CK_RV rv = CKR_OK;
	CK_SLOT_ID id;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	n = 0;
	MUST(C_GetSlotList, (CK_TRUE, NULL, NULL), ARGUMENTS_BAD);
	MUST(C_GetSlotList, (CK_TRUE, slots, &n), BUFFER_TOO_SMALL);
	n = NELEM(slots);
	MUST(C_GetSlotList, (CK_TRUE, slots, &n), OK);
	MUST(C_GetSlotInfo, (slots[0], NULL), ARGUMENTS_BAD);
	MUST(C_GetSlotInfo, (99, &slot), SLOT_ID_INVALID);
	MUST(C_GetSlotInfo, (slots[0], &slot), OK);
	MUST(C_GetTokenInfo, (slots[0], NULL), ARGUMENTS_BAD);
	MUST(C_GetTokenInfo, (99, &token), SLOT_ID_INVALID);
	MUST(C_GetTokenInfo, (slots[0], &token), OK);
	MUST(C_WaitForSlotEvent, (0, NULL, NULL), ARGUMENTS_BAD);
	MUST(C_WaitForSlotEvent, (CKF_DONT_BLOCK, &id, NULL), NO_EVENT);
	MUST(C_GetMechanismList, (slots[0], types, NULL), ARGUMENTS_BAD);
	MUST(C_GetMechanismList, (99, types, &n), SLOT_ID_INVALID);
	n = 1;
	MUST(C_GetMechanismList, (slots[0], types, &n), BUFFER_TOO_SMALL);
	MUST(C_GetMechanismList, (slots[0], types, &n), OK);
	MUST(C_GetMechanismInfo, (slots[0], CKM_SHA256, NULL), ARGUMENTS_BAD);
	MUST(C_GetMechanismInfo, (99, CKM_SHA256, &mech), SLOT_ID_INVALID);
	MUST(C_GetMechanismInfo, (slots[0], 0x80001234, &mech),
	    MECHANISM_INVALID);
	MUST(C_GetMechanismInfo, (slots[0], CKM_SHA256, &mech), OK);
	MUST(C_OpenSession, (slots[0], 4, NULL, NULL, NULL), ARGUMENTS_BAD);
	MUST(C_OpenSession, (99, 4, NULL, NULL, &s), SLOT_ID_INVALID);
	MUST(C_OpenSession, (slots[0], 0, NULL, NULL, &s),
	    SESSION_PARALLEL_NOT_SUPPORTED);
	for (unsigned i = 0; rv != CKR_HOST_MEMORY && i < 20; i++) {
		fault_arm(i);
		rv = C(C_OpenSession, (slots[0], 4, NULL, NULL, &s));
		fault_disarm();
	}
	while (C(C_OpenSession, (slots[0], 4, NULL, NULL, &s)) == CKR_OK)
		;
	MUST(C_OpenSession, (slots[0], 4, NULL, NULL, &s), SESSION_COUNT);
	MUST(C_CloseAllSessions, (99), SLOT_ID_INVALID);
	MUST(C_CloseAllSessions, (slots[0]), OK);

	stage_take(r);
	MUST(C_WaitForSlotEvent, (CKF_DONT_BLOCK, &id, NULL), OK);
	MUST(C_GetTokenInfo, (slots[0], &token), TOKEN_NOT_PRESENT);
	MUST(C_GetMechanismList, (slots[0], types, &n), TOKEN_NOT_PRESENT);
	MUST(C_GetMechanismInfo, (slots[0], CKM_SHA256, &mech),
	    TOKEN_NOT_PRESENT);
	MUST(C_OpenSession, (slots[0], 4, NULL, NULL, &s), TOKEN_NOT_PRESENT);

	/* Another program has it alone; the first look waits for that. */
	vs_other_exclusive(r, 1);
	stage_put(r);
	MUST(C_GetTokenInfo, (slots[0], &token), DEVICE_ERROR);
	MUST(C_GetMechanismList, (slots[0], types, &n), DEVICE_ERROR);
	MUST(C_GetMechanismInfo, (slots[0], CKM_SHA256, &mech), DEVICE_ERROR);
	MUST(C_OpenSession, (slots[0], 4, NULL, NULL, &s), DEVICE_ERROR);
	vs_other_exclusive(r, 0);
	/* It leaves after the look, before its counter is asked for. */
	stage_take(r);
	(void)C(C_GetSlotList, (CK_TRUE, slots, &n));
	stage_put(r);
	vs_fault_at(r, 12, VS_REMOVE_BEFORE, NULL, 0);
	n = NELEM(slots);
	MUST(C_GetSlotList, (CK_TRUE, slots, &n), OK);
	clock_ahead += 2001;
	MUST(C_GetTokenInfo, (slots[0], &token), DEVICE_REMOVED);
}

/* --- cases: sessions and PINs --------------------------------------------- */

static void
of_sessions(void **state)
{
	static const uint8_t not_found[] = { 0x6a, 0x82 };
	CK_SESSION_HANDLE ro;
	CK_SESSION_INFO info;
	(void)state;

	user();
	ro = stage_session(r, AUTH);
	MUST(C_GetSessionInfo, (s, NULL), ARGUMENTS_BAD);
	MUST(C_GetSessionInfo, (s, &info), OK);
	MUST(C_Login, (s, CKU_USER, auth_pin, 4), USER_ALREADY_LOGGED_IN);
	MUST(C_Login, (s, CKU_USER, NULL, 0), ARGUMENTS_BAD);
	MUST(C_Login, (s, CKU_SO, auth_pin, 4), USER_TYPE_INVALID);
	MUST(C_Login, (s, CKU_CONTEXT_SPECIFIC, auth_pin, 4),
	    OPERATION_NOT_INITIALIZED);
	MUST(C_SetPIN, (ro, auth_pin, 4, auth_pin, 4), SESSION_READ_ONLY);
	MUST(C_SetPIN, (s, NULL, 0, auth_pin, 4), ARGUMENTS_BAD);
	MUST(C_SetPIN, (s, auth_pin, 4, odd, 4), PIN_INVALID);
	MUST(C_SetPIN, (s, auth_pin, 1, auth_pin, 4), PIN_LEN_RANGE);
	MUST(C_SetPIN, (s, auth_pin, 4, auth_pin, 4), OK);
	vs_fault_at(r, 1, VS_LOST_BEFORE, NULL, 0);
	MUST(C_SetPIN, (s, auth_pin, 4, auth_pin, 4), DEVICE_ERROR);
	MUST(C_Logout, (s), OK);
	MUST(C_Logout, (s), USER_NOT_LOGGED_IN);
	vs_fault_at(r, 1, VS_LOST_BEFORE, NULL, 0);
	MUST(C_Login, (s, CKU_USER, auth_pin, 4), DEVICE_ERROR);
	vs_fault_at(r, 2, VS_REPLACE, not_found, sizeof not_found);
	MUST(C_Login, (s, CKU_USER, auth_pin, 4), USER_PIN_NOT_INITIALIZED);
	MUST(C_Login, (s, CKU_USER, auth_pin, 1), PIN_LEN_RANGE);
	MUST(C_Login, (s, CKU_USER, odd, 4), PIN_INCORRECT);
	MUST(C_SetPIN, (s, wrong, 4, auth_pin, 4), PIN_INCORRECT);
	for (wrong[3] = '1'; wrong[3] < '3'; wrong[3]++)
		(void)C(C_Login, (s, CKU_USER, wrong, 4));
	MUST(C_Login, (s, CKU_USER, wrong, 4), PIN_LOCKED);
	MUST(C_SetPIN, (s, wrong, 4, auth_pin, 4), PIN_LOCKED);
	MUST(C_CloseSession, (s), OK);
}

static void
of_a_card_that_leaves(void **state)
{
	CK_SESSION_INFO info;
	(void)state;

	user();
	MUST(C_Logout, (s), OK);
	vs_fault_at(r, 1, VS_REMOVE_BEFORE, NULL, 0);
	MUST(C_Login, (s, CKU_USER, auth_pin, 4), DEVICE_REMOVED);
	stage_put(r);
	s = stage_rw(r, AUTH);
	vs_fault_at(r, 1, VS_REMOVE_BEFORE, NULL, 0);
	MUST(C_SetPIN, (s, auth_pin, 4, auth_pin, 4), DEVICE_REMOVED);
	stage_put(r);
	s = stage_rw(r, AUTH);
	stage_take(r);
	MUST(C_GetSessionInfo, (s, &info), DEVICE_REMOVED);
}

static void
of_keys_of_a_reader(void **state)
{
	(void)state;

	r = stage_reader(PLAIN, NULL);
	vs_pinpad(r, 3);
	stage_init();
	s = stage_rw(r, AUTH);
	vs_pinpad_type(r, "!cancel");
	MUST(C_Login, (s, CKU_USER, NULL, 0), FUNCTION_CANCELED);
	vs_pinpad_type(r, "!cancel");
	MUST(C_SetPIN, (s, NULL, 0, NULL, 0), FUNCTION_CANCELED);
}

/* --- cases: every function --------------------------------------------------
 */

/* No session, and no module: before they look at anything else. */
static void
of_everything(void **state)
{
	CK_MECHANISM_INFO mech;
	CK_SESSION_INFO session;
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot;
	CK_INFO info;
	CK_MECHANISM_TYPE type;
	(void)state;

	stage_init();
	for (int life = 0; life < 2; life++) {
		(void)C(C_SetPIN, (1, text, 1, text, 1));
		(void)C(C_CloseSession, (1));
		(void)C(C_GetSessionInfo, (1, &session));
		(void)C(C_Login, (1, CKU_USER, text, 1));
		(void)C(C_Logout, (1));
		(void)C(C_GetObjectSize, (1, 1, &n));
		(void)C(C_GetAttributeValue, (1, 1, NULL, 0));
		(void)C(C_FindObjectsInit, (1, NULL, 0));
		(void)C(C_FindObjects, (1, &o, 1, &n));
		(void)C(C_FindObjectsFinal, (1));
		(void)C(C_DigestInit, (1, &sha256));
		(void)C(C_Digest, (1, text, 1, bytes, &len));
		(void)C(C_DigestUpdate, (1, text, 1));
		(void)C(C_DigestKey, (1, 1));
		(void)C(C_DigestFinal, (1, bytes, &len));
		(void)C(C_SignInit, (1, &rsa, 1));
		(void)C(C_Sign, (1, text, 1, bytes, &len));
		(void)C(C_SignUpdate, (1, text, 1));
		(void)C(C_SignFinal, (1, bytes, &len));
		(void)C(C_VerifyInit, (1, &rsa, 1));
		(void)C(C_Verify, (1, text, 1, bytes, 256));
		(void)C(C_VerifyUpdate, (1, text, 1));
		(void)C(C_VerifyFinal, (1, bytes, 256));
		(void)C(C_SeedRandom, (1, text, 1));
		(void)C(C_GenerateRandom, (1, bytes, 1));
		if (life == 0)
			MUST(C_Finalize, (NULL), OK);
	}
	MUST(C_GetInfo, (&info), CRYPTOKI_NOT_INITIALIZED);
	MUST(C_GetSlotList, (0, NULL, &n), CRYPTOKI_NOT_INITIALIZED);
	MUST(C_GetSlotInfo, (0, &slot), CRYPTOKI_NOT_INITIALIZED);
	MUST(C_GetTokenInfo, (0, &token), CRYPTOKI_NOT_INITIALIZED);
	MUST(C_WaitForSlotEvent, (1, &n, NULL), CRYPTOKI_NOT_INITIALIZED);
	MUST(C_GetMechanismList, (0, &type, &n), CRYPTOKI_NOT_INITIALIZED);
	MUST(C_GetMechanismInfo, (0, 0, &mech), CRYPTOKI_NOT_INITIALIZED);
	MUST(C_OpenSession, (0, 4, NULL, NULL, &s), CRYPTOKI_NOT_INITIALIZED);
	MUST(C_CloseAllSessions, (0), CRYPTOKI_NOT_INITIALIZED);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_conf_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(of_the_module),
		T(of_slots),
		T(of_sessions),
		T(of_a_card_that_leaves),
		T(of_keys_of_a_reader),
		T(of_objects),
		T(of_digests),
		T(of_signatures),
		T(of_verifications),
		T(of_random_numbers),
		T(of_everything),
		cmocka_unit_test(each_value_was_seen_or_cannot_be),
	};

	return cmocka_run_group_tests(tests, stage_conf_open, stage_conf_close);
}
