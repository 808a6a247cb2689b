/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of functions, and the three names that leave the module. */
#include <string.h>

#include "base/err.h"
#include "pkcs11/entry.h"

#define EXPORT __attribute__((visibility("default")))

/* clang-format off */
#define FUNCTIONS_2_40 \
	.C_Initialize = p11_C_Initialize, \
	.C_Finalize = p11_C_Finalize, \
	.C_GetFunctionList = C_GetFunctionList, \
	.C_GetSlotList = p11_C_GetSlotList, \
	.C_GetSlotInfo = p11_C_GetSlotInfo, \
	.C_GetTokenInfo = p11_C_GetTokenInfo, \
	.C_GetMechanismList = p11_C_GetMechanismList, \
	.C_GetMechanismInfo = p11_C_GetMechanismInfo, \
	.C_InitToken = p11_C_InitToken, \
	.C_InitPIN = p11_C_InitPIN, \
	.C_SetPIN = p11_C_SetPIN, \
	.C_OpenSession = p11_C_OpenSession, \
	.C_CloseSession = p11_C_CloseSession, \
	.C_CloseAllSessions = p11_C_CloseAllSessions, \
	.C_GetSessionInfo = p11_C_GetSessionInfo, \
	.C_GetOperationState = p11_C_GetOperationState, \
	.C_SetOperationState = p11_C_SetOperationState, \
	.C_Login = p11_C_Login, \
	.C_Logout = p11_C_Logout, \
	.C_CreateObject = p11_C_CreateObject, \
	.C_CopyObject = p11_C_CopyObject, \
	.C_DestroyObject = p11_C_DestroyObject, \
	.C_GetObjectSize = p11_C_GetObjectSize, \
	.C_GetAttributeValue = p11_C_GetAttributeValue, \
	.C_SetAttributeValue = p11_C_SetAttributeValue, \
	.C_FindObjectsInit = p11_C_FindObjectsInit, \
	.C_FindObjects = p11_C_FindObjects, \
	.C_FindObjectsFinal = p11_C_FindObjectsFinal, \
	.C_EncryptInit = p11_C_EncryptInit, \
	.C_Encrypt = p11_C_Encrypt, \
	.C_EncryptUpdate = p11_C_EncryptUpdate, \
	.C_EncryptFinal = p11_C_EncryptFinal, \
	.C_DecryptInit = p11_C_DecryptInit, \
	.C_Decrypt = p11_C_Decrypt, \
	.C_DecryptUpdate = p11_C_DecryptUpdate, \
	.C_DecryptFinal = p11_C_DecryptFinal, \
	.C_DigestInit = p11_C_DigestInit, \
	.C_Digest = p11_C_Digest, \
	.C_DigestUpdate = p11_C_DigestUpdate, \
	.C_DigestKey = p11_C_DigestKey, \
	.C_DigestFinal = p11_C_DigestFinal, \
	.C_SignInit = p11_C_SignInit, \
	.C_Sign = p11_C_Sign, \
	.C_SignUpdate = p11_C_SignUpdate, \
	.C_SignFinal = p11_C_SignFinal, \
	.C_SignRecoverInit = p11_C_SignRecoverInit, \
	.C_SignRecover = p11_C_SignRecover, \
	.C_VerifyInit = p11_C_VerifyInit, \
	.C_Verify = p11_C_Verify, \
	.C_VerifyUpdate = p11_C_VerifyUpdate, \
	.C_VerifyFinal = p11_C_VerifyFinal, \
	.C_VerifyRecoverInit = p11_C_VerifyRecoverInit, \
	.C_VerifyRecover = p11_C_VerifyRecover, \
	.C_DigestEncryptUpdate = p11_C_DigestEncryptUpdate, \
	.C_DecryptDigestUpdate = p11_C_DecryptDigestUpdate, \
	.C_SignEncryptUpdate = p11_C_SignEncryptUpdate, \
	.C_DecryptVerifyUpdate = p11_C_DecryptVerifyUpdate, \
	.C_GenerateKey = p11_C_GenerateKey, \
	.C_GenerateKeyPair = p11_C_GenerateKeyPair, \
	.C_WrapKey = p11_C_WrapKey, \
	.C_UnwrapKey = p11_C_UnwrapKey, \
	.C_DeriveKey = p11_C_DeriveKey, \
	.C_SeedRandom = p11_C_SeedRandom, \
	.C_GenerateRandom = p11_C_GenerateRandom, \
	.C_GetFunctionStatus = p11_C_GetFunctionStatus, \
	.C_CancelFunction = p11_C_CancelFunction, \
	.C_WaitForSlotEvent = p11_C_WaitForSlotEvent

static CK_FUNCTION_LIST list_2_40 = {
	.version = { 2, 40 },
	.C_GetInfo = p11_C_GetInfo,
	FUNCTIONS_2_40,
};

static struct p11_functions_3_0 list_3_0 = {
	.v2 = {
		.version = { 3, 0 },
		.C_GetInfo = p11_C_GetInfo_3_0,
		FUNCTIONS_2_40,
	},
	.C_GetInterfaceList = C_GetInterfaceList,
	.C_GetInterface = C_GetInterface,
	.C_LoginUser = p11_C_LoginUser,
	.C_SessionCancel = p11_C_SessionCancel,
	.C_MessageEncryptInit = p11_C_MessageEncryptInit,
	.C_EncryptMessage = p11_C_EncryptMessage,
	.C_EncryptMessageBegin = p11_C_EncryptMessageBegin,
	.C_EncryptMessageNext = p11_C_EncryptMessageNext,
	.C_MessageEncryptFinal = p11_C_MessageEncryptFinal,
	.C_MessageDecryptInit = p11_C_MessageDecryptInit,
	.C_DecryptMessage = p11_C_DecryptMessage,
	.C_DecryptMessageBegin = p11_C_DecryptMessageBegin,
	.C_DecryptMessageNext = p11_C_DecryptMessageNext,
	.C_MessageDecryptFinal = p11_C_MessageDecryptFinal,
	.C_MessageSignInit = p11_C_MessageSignInit,
	.C_SignMessage = p11_C_SignMessage,
	.C_SignMessageBegin = p11_C_SignMessageBegin,
	.C_SignMessageNext = p11_C_SignMessageNext,
	.C_MessageSignFinal = p11_C_MessageSignFinal,
	.C_MessageVerifyInit = p11_C_MessageVerifyInit,
	.C_VerifyMessage = p11_C_VerifyMessage,
	.C_VerifyMessageBegin = p11_C_VerifyMessageBegin,
	.C_VerifyMessageNext = p11_C_VerifyMessageNext,
	.C_MessageVerifyFinal = p11_C_MessageVerifyFinal,
};
/* clang-format on */

_Static_assert(sizeof list_3_0 == sizeof list_2_40 + 24 * sizeof(CK_C_Login),
    "the 3.0 functions follow the 2.40 ones without a gap");

static CK_UTF8CHAR interface_name[] = "PKCS 11";

/*
 * The first is the default.  None is fork safe: a child of fork has to call
 * C_Initialize, and shares no session with its parent.
 */
static CK_INTERFACE interfaces[] = {
	{ interface_name, &list_3_0, 0 },
	{ interface_name, &list_2_40, 0 },
};

EXPORT CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	if (list == NULL)
		return CKR_ARGUMENTS_BAD;
	*list = &list_2_40;
	return CKR_OK;
}

EXPORT CK_RV
C_GetInterfaceList(CK_INTERFACE *list, CK_ULONG *count)
{
	CK_ULONG room;

	if (count == NULL)
		return CKR_ARGUMENTS_BAD;
	room = *count;
	*count = NELEM(interfaces);
	if (list == NULL)
		return CKR_OK;
	if (room < NELEM(interfaces))
		return CKR_BUFFER_TOO_SMALL;
	memcpy(list, interfaces, sizeof interfaces);
	return CKR_OK;
}

static int
fits(const CK_INTERFACE *i, const CK_UTF8CHAR *name, const CK_VERSION *version,
    CK_FLAGS flags)
{
	/* Each list begins with its version. */
	const CK_VERSION *has = i->pFunctionList;

	if (name != NULL &&
	    strcmp((const char *)name, (const char *)i->pInterfaceName) != 0)
		return 0;
	if (version != NULL &&
	    (version->major != has->major || version->minor != has->minor))
		return 0;
	return (i->flags & flags) == flags;
}

EXPORT CK_RV
C_GetInterface(CK_UTF8CHAR *name, CK_VERSION *version, CK_INTERFACE **interface,
    CK_FLAGS flags)
{
	if (interface == NULL)
		return CKR_ARGUMENTS_BAD;
	*interface = NULL;
	for (size_t i = 0; *interface == NULL && i < NELEM(interfaces); i++)
		if (fits(&interfaces[i], name, version, flags))
			*interface = &interfaces[i];
	return *interface == NULL ? CKR_ARGUMENTS_BAD : CKR_OK;
}
