/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every function of both lists but C_Initialize, C_Finalize and the three that
 * are exported: X(function, what it needs, its answer where the card cannot do
 * it, a call).  The arguments are named in test_all_functions.c.
 */
#ifndef JM_TESTS_PKCS11_ALL_FUNCTIONS_H
#define JM_TESTS_PKCS11_ALL_FUNCTIONS_H

/* clang-format off */
#define ALL_FUNCTIONS(X, V2, V3) \
	X(V2(C_GetInfo), NOTHING, 0, (&info)) \
	X(V2(C_GetSlotList), NOTHING, 0, (CK_FALSE, &slot, &len)) \
	X(V2(C_GetSlotInfo), NOTHING, 0, (0, &slot_info)) \
	X(V2(C_GetTokenInfo), NOTHING, 0, (0, &token_info)) \
	X(V2(C_WaitForSlotEvent), NOTHING, 0, (CKF_DONT_BLOCK, &slot, NULL)) \
	X(V2(C_GetMechanismList), NOTHING, 0, (0, &type, &len)) \
	X(V2(C_GetMechanismInfo), NOTHING, 0, (0, CKM_RSA_PKCS, &mech_info)) \
	X(V2(C_OpenSession), NOTHING, 0, (0, CKF_DONT_BLOCK, NULL, NULL, &opened)) \
	X(V2(C_CloseSession), SESSION, 0, (s)) \
	X(V2(C_CloseAllSessions), NOTHING, 0, (0)) \
	X(V2(C_GetSessionInfo), SESSION, 0, (s, &session_info)) \
	X(V3(C_SessionCancel), SESSION, 0, (s, CKF_DONT_BLOCK)) \
	X(V2(C_Login), SESSION, 0, (s, CKU_USER, bytes, 1)) \
	X(V3(C_LoginUser), SESSION, 0, (s, CKU_USER, bytes, 1, bytes, 1)) \
	X(V2(C_Logout), SESSION, 0, (s)) \
	X(V2(C_SetPIN), SESSION, 0, (s, bytes, 1, bytes, 1)) \
	X(V2(C_InitPIN), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1)) \
	X(V2(C_InitToken), NOTHING, 0, (0, bytes, 1, bytes)) \
	X(V2(C_CreateObject), SESSION, 0, (s, &attr, 1, &object)) \
	X(V2(C_CopyObject), SESSION, 0, (s, 1, &attr, 1, &object)) \
	X(V2(C_DestroyObject), SESSION, 0, (s, 1)) \
	X(V2(C_GetObjectSize), SESSION, 0, (s, 1, &len)) \
	X(V2(C_GetAttributeValue), SESSION, 0, (s, 1, &attr, 1)) \
	X(V2(C_SetAttributeValue), SESSION, 0, (s, 1, &attr, 1)) \
	X(V2(C_FindObjectsInit), SESSION, 0, (s, &attr, 1)) \
	X(V2(C_FindObjects), SESSION, 0, (s, &object, 1, &len)) \
	X(V2(C_FindObjectsFinal), SESSION, 0, (s)) \
	X(V2(C_SignInit), SESSION, 0, (s, &mech, 1)) \
	X(V2(C_Sign), SESSION, 0, (s, bytes, 1, bytes, &len)) \
	X(V2(C_SignUpdate), SESSION, 0, (s, bytes, 1)) \
	X(V2(C_SignFinal), SESSION, 0, (s, bytes, &len)) \
	X(V2(C_VerifyInit), SESSION, 0, (s, &mech, 1)) \
	X(V2(C_Verify), SESSION, 0, (s, bytes, 1, bytes, 1)) \
	X(V2(C_VerifyUpdate), SESSION, 0, (s, bytes, 1)) \
	X(V2(C_VerifyFinal), SESSION, 0, (s, bytes, 1)) \
	X(V2(C_DigestInit), SESSION, 0, (s, &mech)) \
	X(V2(C_Digest), SESSION, 0, (s, bytes, 1, bytes, &len)) \
	X(V2(C_DigestUpdate), SESSION, 0, (s, bytes, 1)) \
	X(V2(C_DigestKey), SESSION, 0, (s, 1)) \
	X(V2(C_DigestFinal), SESSION, 0, (s, bytes, &len)) \
	X(V2(C_GetOperationState), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, &len)) \
	X(V2(C_SetOperationState), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, 1, 1)) \
	X(V2(C_EncryptInit), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1)) \
	X(V2(C_Encrypt), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_EncryptUpdate), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_EncryptFinal), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, &len)) \
	X(V2(C_DecryptInit), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1)) \
	X(V2(C_Decrypt), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_DecryptUpdate), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_DecryptFinal), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, &len)) \
	X(V2(C_SignRecoverInit), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1)) \
	X(V2(C_SignRecover), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_VerifyRecoverInit), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1)) \
	X(V2(C_VerifyRecover), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_DigestEncryptUpdate), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_DecryptDigestUpdate), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_SignEncryptUpdate), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_DecryptVerifyUpdate), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, bytes, 1, bytes, &len)) \
	X(V2(C_GenerateKey), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, &attr, 1, &object)) \
	X(V2(C_GenerateKeyPair), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, &attr, 1, &attr, 1, &object, &object)) \
	X(V2(C_WrapKey), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1, 1, bytes, &len)) \
	X(V2(C_UnwrapKey), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1, bytes, 1, &attr, 1, &object)) \
	X(V2(C_DeriveKey), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1, &attr, 1, &object)) \
	X(V2(C_SeedRandom), UNSUPPORTED, CKR_RANDOM_NO_RNG, (s, bytes, 1)) \
	X(V2(C_GenerateRandom), UNSUPPORTED, CKR_RANDOM_NO_RNG, (s, bytes, 1)) \
	X(V2(C_GetFunctionStatus), UNSUPPORTED, CKR_FUNCTION_NOT_PARALLEL, (s)) \
	X(V2(C_CancelFunction), UNSUPPORTED, CKR_FUNCTION_NOT_PARALLEL, (s)) \
	X(V3(C_MessageEncryptInit), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1)) \
	X(V3(C_EncryptMessage), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1, bytes, 1, bytes, &len)) \
	X(V3(C_EncryptMessageBegin), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1)) \
	X(V3(C_EncryptMessageNext), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1, bytes, &len, CKF_DONT_BLOCK)) \
	X(V3(C_MessageEncryptFinal), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s)) \
	X(V3(C_MessageDecryptInit), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1)) \
	X(V3(C_DecryptMessage), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1, bytes, 1, bytes, &len)) \
	X(V3(C_DecryptMessageBegin), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1)) \
	X(V3(C_DecryptMessageNext), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1, bytes, &len, CKF_DONT_BLOCK)) \
	X(V3(C_MessageDecryptFinal), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s)) \
	X(V3(C_MessageSignInit), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1)) \
	X(V3(C_SignMessage), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1, bytes, &len)) \
	X(V3(C_SignMessageBegin), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1)) \
	X(V3(C_SignMessageNext), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1, bytes, &len)) \
	X(V3(C_MessageSignFinal), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s)) \
	X(V3(C_MessageVerifyInit), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, &mech, 1)) \
	X(V3(C_VerifyMessage), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1, bytes, 1)) \
	X(V3(C_VerifyMessageBegin), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1)) \
	X(V3(C_VerifyMessageNext), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s, NULL, 1, bytes, 1, bytes, 1)) \
	X(V3(C_MessageVerifyFinal), UNSUPPORTED, CKR_FUNCTION_NOT_SUPPORTED, (s))
/* clang-format on */

#endif
