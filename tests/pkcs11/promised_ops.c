/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cases of test_promised: objects and operations. */
#include "tests/pkcs11/promised_cases.h"
#include "tests/support/fault.h"

/* --- cases: objects ------------------------------------------------------- */

void
of_objects(void **state)
{
	static const enum vs_fault faults[] = { VS_LOST_BEFORE,
		VS_REMOVE_BEFORE };
	CK_ATTRIBUTE a = { CKA_MODULUS, bytes, sizeof bytes };
	CK_ATTRIBUTE no_value = { CKA_ID, NULL, 1 };
	(void)state;

	stage_conf("cache = off\n");
	user();
	MUST(C_GetObjectSize, (s, key, NULL), ARGUMENTS_BAD);
	MUST(C_GetObjectSize, (s, 0, &n), OBJECT_HANDLE_INVALID);
	MUST(C_GetObjectSize, (s, key, &n), OK);
	MUST(C_GetAttributeValue, (s, key, NULL, 1), ARGUMENTS_BAD);
	MUST(C_GetAttributeValue, (s, 0, &a, 1), OBJECT_HANDLE_INVALID);
	MUST(C_GetAttributeValue, (s, key, &a, 1), OK);
	a.ulValueLen = 1;
	MUST(C_GetAttributeValue, (s, key, &a, 1), BUFFER_TOO_SMALL);
	a.type = CKA_PRIME_1;
	MUST(C_GetAttributeValue, (s, key, &a, 1), ATTRIBUTE_SENSITIVE);
	a.type = CKA_VALUE_LEN;
	MUST(C_GetAttributeValue, (s, key, &a, 1), ATTRIBUTE_TYPE_INVALID);
	MUST(C_FindObjects, (s, &o, 1, &n), OPERATION_NOT_INITIALIZED);
	MUST(C_FindObjectsFinal, (s), OPERATION_NOT_INITIALIZED);
	MUST(C_FindObjectsInit, (s, NULL, 1), ARGUMENTS_BAD);
	MUST(C_FindObjectsInit, (s, &no_value, 1), ATTRIBUTE_VALUE_INVALID);
	MUST(C_FindObjectsInit, (s, NULL, 0), OK);
	MUST(C_FindObjectsInit, (s, NULL, 0), OPERATION_ACTIVE);
	MUST(C_FindObjects, (s, NULL, 1, &n), ARGUMENTS_BAD);

	for (size_t i = 0; i < NELEM(faults); i++) {
		const CK_RV want =
		    i == 0 ? CKR_DEVICE_ERROR : CKR_DEVICE_REMOVED;

		stage_take(r); /* nothing of it is known */
		stage_put(r);
		s = stage_session(r, AUTH);
		vs_fault_at(r, 1, faults[i], NULL, 0);
		assert_int_equal(C(C_FindObjectsInit, (s, NULL, 0)), want);
		if (i > 0)
			stage_put(r);
		s = stage_session(r, AUTH);
		MUST(C_Login, (s, CKU_USER, auth_pin, 4), OK);
		key = object(CKO_PRIVATE_KEY);
		a = (CK_ATTRIBUTE){ CKA_MODULUS, bytes, sizeof bytes };
		vs_fault_at(r, 1, faults[i], NULL, 0);
		assert_int_equal(C(C_GetAttributeValue, (s, key, &a, 1)), want);
		if (i > 0)
			stage_put(r);
	}
}

/* --- cases: operations ---------------------------------------------------- */

void
of_digests(void **state)
{
	(void)state;

	user();
	MUST(C_Digest, (s, text, 1, bytes, &len), OPERATION_NOT_INITIALIZED);
	MUST(C_DigestUpdate, (s, text, 1), OPERATION_NOT_INITIALIZED);
	MUST(C_DigestKey, (s, key), OPERATION_NOT_INITIALIZED);
	MUST(C_DigestFinal, (s, bytes, &len), OPERATION_NOT_INITIALIZED);
	MUST(C_DigestInit, (s, NULL), ARGUMENTS_BAD);
	MUST(C_DigestInit, (s, &none), MECHANISM_INVALID);
	MUST(C_DigestInit, (s, &sha256_with), MECHANISM_PARAM_INVALID);
	fault_arm(0);
	MUST(C_DigestInit, (s, &sha256), HOST_MEMORY);
	fault_disarm();
	MUST(C_DigestInit, (s, &sha256), OK);
	MUST(C_DigestInit, (s, &sha256), OPERATION_ACTIVE);
	MUST(C_Digest, (s, NULL, 1, bytes, &len), ARGUMENTS_BAD);
	len = 31;
	MUST(C_Digest, (s, text, 1, bytes, &len), BUFFER_TOO_SMALL);
	MUST(C_Digest, (s, text, 1, bytes, &len), OK);
	MUST(C_DigestInit, (s, &sha256), OK);
	MUST(C_DigestUpdate, (s, NULL, 1), ARGUMENTS_BAD);
	MUST(C_DigestUpdate, (s, text, 1), OK);
	MUST(C_Digest, (s, text, 1, bytes, &len), OPERATION_ACTIVE);
	MUST(C_DigestFinal, (s, bytes, NULL), ARGUMENTS_BAD);
	len = 31;
	MUST(C_DigestFinal, (s, bytes, &len), BUFFER_TOO_SMALL);
	MUST(C_DigestFinal, (s, bytes, &len), OK);
	MUST(C_DigestInit, (s, &sha256), OK);
	MUST(C_DigestKey, (s, key), KEY_INDIGESTIBLE);
	MUST(C_DigestInit, (s, &sha256), OK);
	MUST(C_DigestKey, (s, cert), KEY_HANDLE_INVALID);
}

/* Card operations end by that login; a new one. */
static void
log_in_again(void)
{
	stage_put(r);
	(void)p11->C_CloseAllSessions(stage_slot(r, AUTH));
	s = stage_session(r, AUTH);
	MUST(C_Login, (s, CKU_USER, auth_pin, 4), OK);
	key = object(CKO_PRIVATE_KEY);
	pub = object(CKO_PUBLIC_KEY);
	len = sizeof bytes;
}

void
of_signatures(void **state)
{
	static const uint8_t no_mode[] = { 0x6a, 0x86 };
	(void)state;

	user();
	MUST(C_Sign, (s, text, 1, bytes, &len), OPERATION_NOT_INITIALIZED);
	MUST(C_SignUpdate, (s, text, 1), OPERATION_NOT_INITIALIZED);
	MUST(C_SignFinal, (s, bytes, &len), OPERATION_NOT_INITIALIZED);
	MUST(C_SignInit, (s, NULL, key), ARGUMENTS_BAD);
	MUST(C_SignInit, (s, &none, key), MECHANISM_INVALID);
	MUST(C_SignInit, (s, &rsa_with, key), MECHANISM_PARAM_INVALID);
	MUST(C_SignInit, (s, &rsa, cert), KEY_HANDLE_INVALID);
	MUST(C_SignInit, (s, &rsa, pub), KEY_FUNCTION_NOT_PERMITTED);
	fault_arm(0);
	MUST(C_SignInit, (s, &raw, key), HOST_MEMORY);
	fault_disarm();
	MUST(C_SignInit, (s, &raw, key), OK);
	MUST(C_SignInit, (s, &raw, key), OPERATION_ACTIVE);
	MUST(C_Sign, (s, NULL, 1, bytes, &len), ARGUMENTS_BAD);
	MUST(C_Sign, (s, text, 300, bytes, &len), DATA_LEN_RANGE);
	MUST(C_SignInit, (s, &raw, key), OK);
	MUST(C_Sign, (s, text, 19, bytes, &len), DATA_INVALID);
	MUST(C_SignInit, (s, &raw, key), OK);
	MUST(C_SignUpdate, (s, text, 300), DATA_LEN_RANGE);
	MUST(C_SignInit, (s, &rsa, key), OK);
	len = 255;
	MUST(C_Sign, (s, text, 1, bytes, &len), BUFFER_TOO_SMALL);
	MUST(C_Sign, (s, text, 1, bytes, &len), OK);
	MUST(C_SignInit, (s, &rsa, key), OK);
	MUST(C_SignUpdate, (s, NULL, 1), ARGUMENTS_BAD);
	MUST(C_SignUpdate, (s, text, 1), OK);
	MUST(C_Sign, (s, text, 1, bytes, &len), OPERATION_ACTIVE);
	MUST(C_SignFinal, (s, bytes, NULL), ARGUMENTS_BAD);
	len = 255;
	MUST(C_SignFinal, (s, bytes, &len), BUFFER_TOO_SMALL);
	MUST(C_SignFinal, (s, bytes, &len), OK);
	MUST(C_SignInit, (s, &raw_pss, key), OK);
	MUST(C_SignUpdate, (s, text, 5), OK);
	MUST(C_SignFinal, (s, bytes, &len), DATA_LEN_RANGE);

	/* SELECT, EF, query, VERIFY, EF, the signature */
	for (int parts = 0; parts < 2; parts++) {
		const struct {
			enum vs_fault fault;
			CK_MECHANISM *m;
			unsigned nth;
			CK_RV want;
		} row[] = {
			{ VS_LOST_BEFORE, &rsa, 1, CKR_DEVICE_ERROR },
			{ VS_REMOVE_BEFORE, &rsa, 1, CKR_DEVICE_REMOVED },
			{ VS_REPLACE, &pss, 6, CKR_FUNCTION_FAILED },
			{ VS_NO_FAULT, &rsa, 0, CKR_USER_NOT_LOGGED_IN },
		};

		for (size_t i = 0; i < NELEM(row); i++) {
			MUST(C_SignInit, (s, row[i].m, key), OK);
			if (parts)
				MUST(C_SignUpdate, (s, text, 1), OK);
			if (row[i].fault == VS_NO_FAULT)
				MUST(C_Logout, (s), OK);
			vs_fault_at(r, row[i].nth, row[i].fault, no_mode,
			    sizeof no_mode);
			assert_int_equal(
			    parts ? C(C_SignFinal, (s, bytes, &len))
				  : C(C_Sign, (s, text, 1, bytes, &len)),
			    row[i].want);
			if (i == 0)
				MUST(C_SignInit, (s, &rsa, key),
				    USER_NOT_LOGGED_IN);
			log_in_again();
		}
	}
}

void
of_verifications(void **state)
{
	(void)state;

	user();
	MUST(C_Verify, (s, text, 1, bytes, 256), OPERATION_NOT_INITIALIZED);
	MUST(C_VerifyUpdate, (s, text, 1), OPERATION_NOT_INITIALIZED);
	MUST(C_VerifyFinal, (s, bytes, 256), OPERATION_NOT_INITIALIZED);
	MUST(C_VerifyInit, (s, NULL, pub), ARGUMENTS_BAD);
	MUST(C_VerifyInit, (s, &none, pub), MECHANISM_INVALID);
	MUST(C_VerifyInit, (s, &rsa_with, pub), MECHANISM_PARAM_INVALID);
	MUST(C_VerifyInit, (s, &rsa, cert), KEY_HANDLE_INVALID);
	MUST(C_VerifyInit, (s, &rsa, key), KEY_FUNCTION_NOT_PERMITTED);
	fault_arm(0);
	MUST(C_VerifyInit, (s, &raw, pub), HOST_MEMORY);
	fault_disarm();
	MUST(C_VerifyInit, (s, &raw, pub), OK);
	MUST(C_VerifyInit, (s, &raw, pub), OPERATION_ACTIVE);
	MUST(C_Verify, (s, NULL, 1, bytes, 256), ARGUMENTS_BAD);
	MUST(C_Verify, (s, text, 300, bytes, 256), DATA_LEN_RANGE);
	MUST(C_VerifyInit, (s, &raw, pub), OK);
	MUST(C_VerifyUpdate, (s, NULL, 1), ARGUMENTS_BAD);
	MUST(C_VerifyUpdate, (s, text, 300), DATA_LEN_RANGE);
	MUST(C_VerifyInit, (s, &rsa, pub), OK);
	MUST(C_Verify, (s, text, 1, bad_sig, 255), SIGNATURE_LEN_RANGE);
	MUST(C_VerifyInit, (s, &rsa, pub), OK);
	MUST(C_Verify, (s, text, 1, bad_sig, 256), SIGNATURE_INVALID);
	MUST(C_VerifyInit, (s, &rsa, pub), OK);
	MUST(C_VerifyUpdate, (s, text, 1), OK);
	MUST(C_Verify, (s, text, 1, bad_sig, 256), OPERATION_ACTIVE);
	MUST(C_VerifyFinal, (s, NULL, 256), ARGUMENTS_BAD);
	MUST(C_VerifyFinal, (s, bad_sig, 255), SIGNATURE_LEN_RANGE);
	MUST(C_VerifyInit, (s, &rsa, pub), OK);
	MUST(C_VerifyUpdate, (s, text, 1), OK);
	MUST(C_VerifyFinal, (s, bad_sig, 256), SIGNATURE_INVALID);
	MUST(C_VerifyInit, (s, &raw_pss, pub), OK);
	MUST(C_VerifyUpdate, (s, text, 5), OK);
	MUST(C_VerifyFinal, (s, bad_sig, 256), DATA_LEN_RANGE);

	MUST(C_SignInit, (s, &rsa, key), OK);
	MUST(C_Sign, (s, text, 1, bytes, &len), OK);
	MUST(C_VerifyInit, (s, &rsa, pub), OK);
	MUST(C_Verify, (s, text, 1, bytes, len), OK);
	MUST(C_VerifyInit, (s, &rsa, pub), OK);
	MUST(C_VerifyUpdate, (s, text, 1), OK);
	MUST(C_VerifyFinal, (s, bytes, len), OK);
}

void
of_random_numbers(void **state)
{
	(void)state;

	user();
	MUST(C_SeedRandom, (s, text, 1), RANDOM_NO_RNG);
	MUST(C_GenerateRandom, (s, bytes, 8), RANDOM_NO_RNG);
	MUST(C_Finalize, (NULL), OK);
	stage_conf("rng = on\n");
	stage_init();
	s = stage_session(r, AUTH);
	MUST(C_SeedRandom, (s, text, 1), RANDOM_SEED_NOT_SUPPORTED);
	MUST(C_GenerateRandom, (s, NULL, 8), ARGUMENTS_BAD);
	MUST(C_GenerateRandom, (s, bytes, 8), OK);
	vs_fault_at(r, 1, VS_LOST_BEFORE, NULL, 0);
	MUST(C_GenerateRandom, (s, bytes, 8), DEVICE_ERROR);
	vs_fault_at(r, 1, VS_REMOVE_BEFORE, NULL, 0);
	MUST(C_GenerateRandom, (s, bytes, 8), DEVICE_REMOVED);
}
