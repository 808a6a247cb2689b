/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a resident card cannot do: encipher, make, wrap or derive keys, recover
 * data from signatures, save an operation, message-based operations.  Each says
 * so to a session that exists, whatever else it is given.
 */
#include "pkcs11/enter.h"
#include "pkcs11/entry.h"

/* The arguments are the standard's; none is looked at. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

static CK_RV
refuse(CK_SESSION_HANDLE h, CK_RV rv)
{
	struct p11_session *s;
	CK_RV bad;

	if ((bad = p11_enter_look(h, &s)) != CKR_OK)
		return bad;
	return p11_leave_look(s, rv);
}

static CK_RV
unsupported(CK_SESSION_HANDLE h)
{
	return refuse(h, CKR_FUNCTION_NOT_SUPPORTED);
}

CK_RV
p11_C_GetOperationState(CK_SESSION_HANDLE session, CK_BYTE *operation_state,
    CK_ULONG *operation_state_len)
{
	return unsupported(session);
}

CK_RV
p11_C_SetOperationState(CK_SESSION_HANDLE session, CK_BYTE *operation_state,
    CK_ULONG operation_state_len, CK_OBJECT_HANDLE encryption_key,
    CK_OBJECT_HANDLE authentication_key)
{
	return unsupported(session);
}

CK_RV
p11_C_EncryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported(session);
}

CK_RV
p11_C_Encrypt(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *encrypted_data, CK_ULONG *encrypted_data_len)
{
	return unsupported(session);
}

CK_RV
p11_C_EncryptUpdate(CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len,
    CK_BYTE *encrypted_part, CK_ULONG *encrypted_part_len)
{
	return unsupported(session);
}

CK_RV
p11_C_EncryptFinal(CK_SESSION_HANDLE session, CK_BYTE *last_encrypted_part,
    CK_ULONG *last_encrypted_part_len)
{
	return unsupported(session);
}

CK_RV
p11_C_DecryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported(session);
}

CK_RV
p11_C_Decrypt(CK_SESSION_HANDLE session, CK_BYTE *encrypted_data,
    CK_ULONG encrypted_data_len, CK_BYTE *data, CK_ULONG *data_len)
{
	return unsupported(session);
}

CK_RV
p11_C_DecryptUpdate(CK_SESSION_HANDLE session, CK_BYTE *encrypted_part,
    CK_ULONG encrypted_part_len, CK_BYTE *part, CK_ULONG *part_len)
{
	return unsupported(session);
}

CK_RV
p11_C_DecryptFinal(
    CK_SESSION_HANDLE session, CK_BYTE *last_part, CK_ULONG *last_part_len)
{
	return unsupported(session);
}

CK_RV
p11_C_SignRecoverInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported(session);
}

CK_RV
p11_C_SignRecover(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *signature, CK_ULONG *signature_len)
{
	return unsupported(session);
}

CK_RV
p11_C_VerifyRecoverInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported(session);
}

CK_RV
p11_C_VerifyRecover(CK_SESSION_HANDLE session, CK_BYTE *signature,
    CK_ULONG signature_len, CK_BYTE *data, CK_ULONG *data_len)
{
	return unsupported(session);
}

CK_RV
p11_C_DigestEncryptUpdate(CK_SESSION_HANDLE session, CK_BYTE *part,
    CK_ULONG part_len, CK_BYTE *encrypted_part, CK_ULONG *encrypted_part_len)
{
	return unsupported(session);
}

CK_RV
p11_C_DecryptDigestUpdate(CK_SESSION_HANDLE session, CK_BYTE *encrypted_part,
    CK_ULONG encrypted_part_len, CK_BYTE *part, CK_ULONG *part_len)
{
	return unsupported(session);
}

CK_RV
p11_C_SignEncryptUpdate(CK_SESSION_HANDLE session, CK_BYTE *part,
    CK_ULONG part_len, CK_BYTE *encrypted_part, CK_ULONG *encrypted_part_len)
{
	return unsupported(session);
}

CK_RV
p11_C_DecryptVerifyUpdate(CK_SESSION_HANDLE session, CK_BYTE *encrypted_part,
    CK_ULONG encrypted_part_len, CK_BYTE *part, CK_ULONG *part_len)
{
	return unsupported(session);
}

CK_RV
p11_C_GenerateKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_ATTRIBUTE *templ, CK_ULONG count, CK_OBJECT_HANDLE *key)
{
	return unsupported(session);
}

CK_RV
p11_C_GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_ATTRIBUTE *public_key_template, CK_ULONG public_key_attribute_count,
    CK_ATTRIBUTE *private_key_template, CK_ULONG private_key_attribute_count,
    CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
	return unsupported(session);
}

CK_RV
p11_C_WrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, CK_BYTE *wrapped_key,
    CK_ULONG *wrapped_key_len)
{
	return unsupported(session);
}

CK_RV
p11_C_UnwrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE unwrapping_key, CK_BYTE *wrapped_key,
    CK_ULONG wrapped_key_len, CK_ATTRIBUTE *templ, CK_ULONG attribute_count,
    CK_OBJECT_HANDLE *key)
{
	return unsupported(session);
}

CK_RV
p11_C_DeriveKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE base_key, CK_ATTRIBUTE *templ, CK_ULONG attribute_count,
    CK_OBJECT_HANDLE *key)
{
	return unsupported(session);
}

/* Relics of functions that ran in parallel. */
CK_RV
p11_C_GetFunctionStatus(CK_SESSION_HANDLE session)
{
	return refuse(session, CKR_FUNCTION_NOT_PARALLEL);
}

CK_RV
p11_C_CancelFunction(CK_SESSION_HANDLE session)
{
	return refuse(session, CKR_FUNCTION_NOT_PARALLEL);
}

CK_RV
p11_C_MessageEncryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported(session);
}

CK_RV
p11_C_EncryptMessage(CK_SESSION_HANDLE session, void *param, CK_ULONG param_len,
    CK_BYTE *assoc, CK_ULONG assoc_len, CK_BYTE *plain, CK_ULONG plain_len,
    CK_BYTE *cipher, CK_ULONG *cipher_len)
{
	return unsupported(session);
}

CK_RV
p11_C_EncryptMessageBegin(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len)
{
	return unsupported(session);
}

CK_RV
p11_C_EncryptMessageNext(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *plain, CK_ULONG plain_len, CK_BYTE *cipher,
    CK_ULONG *cipher_len, CK_FLAGS flags)
{
	return unsupported(session);
}

CK_RV
p11_C_MessageEncryptFinal(CK_SESSION_HANDLE session)
{
	return unsupported(session);
}

CK_RV
p11_C_MessageDecryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported(session);
}

CK_RV
p11_C_DecryptMessage(CK_SESSION_HANDLE session, void *param, CK_ULONG param_len,
    CK_BYTE *assoc, CK_ULONG assoc_len, CK_BYTE *cipher, CK_ULONG cipher_len,
    CK_BYTE *plain, CK_ULONG *plain_len)
{
	return unsupported(session);
}

CK_RV
p11_C_DecryptMessageBegin(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len)
{
	return unsupported(session);
}

CK_RV
p11_C_DecryptMessageNext(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *cipher, CK_ULONG cipher_len, CK_BYTE *plain,
    CK_ULONG *plain_len, CK_FLAGS flags)
{
	return unsupported(session);
}

CK_RV
p11_C_MessageDecryptFinal(CK_SESSION_HANDLE session)
{
	return unsupported(session);
}

CK_RV
p11_C_MessageSignInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported(session);
}

CK_RV
p11_C_SignMessage(CK_SESSION_HANDLE session, void *param, CK_ULONG param_len,
    CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig, CK_ULONG *sig_len)
{
	return unsupported(session);
}

CK_RV
p11_C_SignMessageBegin(
    CK_SESSION_HANDLE session, void *param, CK_ULONG param_len)
{
	return unsupported(session);
}

CK_RV
p11_C_SignMessageNext(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG *sig_len)
{
	return unsupported(session);
}

CK_RV
p11_C_MessageSignFinal(CK_SESSION_HANDLE session)
{
	return unsupported(session);
}

CK_RV
p11_C_MessageVerifyInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported(session);
}

CK_RV
p11_C_VerifyMessage(CK_SESSION_HANDLE session, void *param, CK_ULONG param_len,
    CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig, CK_ULONG sig_len)
{
	return unsupported(session);
}

CK_RV
p11_C_VerifyMessageBegin(
    CK_SESSION_HANDLE session, void *param, CK_ULONG param_len)
{
	return unsupported(session);
}

CK_RV
p11_C_VerifyMessageNext(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG sig_len)
{
	return unsupported(session);
}

CK_RV
p11_C_MessageVerifyFinal(CK_SESSION_HANDLE session)
{
	return unsupported(session);
}
