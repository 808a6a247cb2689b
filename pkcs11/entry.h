/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The C_ functions, as funclist.c puts them into its tables.  Each checks its
 * arguments, enters, calls one function below and leaves.  They are no exports:
 * a program reaches them through the tables alone.
 */
#ifndef P11_ENTRY_H
#define P11_ENTRY_H

#include "pkcs11/p11.h"

/* entry_general.c */
CK_RV p11_C_Initialize(void *init_args);
CK_RV p11_C_Finalize(void *reserved);
CK_RV p11_C_GetInfo(CK_INFO *info);     /* for the list of 2.40 */
CK_RV p11_C_GetInfo_3_0(CK_INFO *info); /* says 3.0 */

/* entry_slot.c */
CK_RV p11_C_GetSlotList(
    CK_BYTE token_present, CK_SLOT_ID *slot_list, CK_ULONG *count);
CK_RV p11_C_GetSlotInfo(CK_SLOT_ID slot_id, CK_SLOT_INFO *info);
CK_RV p11_C_GetTokenInfo(CK_SLOT_ID slot_id, CK_TOKEN_INFO *info);
CK_RV p11_C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID *slot, void *reserved);

/* entry_mech.c */
CK_RV p11_C_GetMechanismList(
    CK_SLOT_ID slot_id, CK_MECHANISM_TYPE *mechanism_list, CK_ULONG *count);
CK_RV p11_C_GetMechanismInfo(
    CK_SLOT_ID slot_id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info);

/* entry_session.c */
CK_RV p11_C_OpenSession(CK_SLOT_ID slot_id, CK_FLAGS flags, void *application,
    CK_NOTIFY notify, CK_SESSION_HANDLE *session);
CK_RV p11_C_CloseSession(CK_SESSION_HANDLE session);
CK_RV p11_C_CloseAllSessions(CK_SLOT_ID slot_id);
CK_RV p11_C_GetSessionInfo(CK_SESSION_HANDLE session, CK_SESSION_INFO *info);
CK_RV p11_C_SessionCancel(CK_SESSION_HANDLE session, CK_FLAGS flags);

/* login.c */
CK_RV p11_C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user_type,
    CK_BYTE *pin, CK_ULONG pin_len);
CK_RV p11_C_LoginUser(CK_SESSION_HANDLE session, CK_USER_TYPE type,
    CK_UTF8CHAR *pin, CK_ULONG pin_len, CK_UTF8CHAR *name, CK_ULONG name_len);
CK_RV p11_C_Logout(CK_SESSION_HANDLE session);
CK_RV p11_C_SetPIN(CK_SESSION_HANDLE session, CK_BYTE *old_pin,
    CK_ULONG old_len, CK_BYTE *new_pin, CK_ULONG new_len);
CK_RV p11_C_InitPIN(CK_SESSION_HANDLE session, CK_BYTE *pin, CK_ULONG pin_len);
CK_RV p11_C_InitToken(
    CK_SLOT_ID slot_id, CK_BYTE *pin, CK_ULONG pin_len, CK_BYTE *label);

/* entry_object.c */
CK_RV p11_C_CreateObject(CK_SESSION_HANDLE session, CK_ATTRIBUTE *templ,
    CK_ULONG count, CK_OBJECT_HANDLE *object);
CK_RV p11_C_CopyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE *templ, CK_ULONG count, CK_OBJECT_HANDLE *new_object);
CK_RV p11_C_DestroyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object);
CK_RV p11_C_GetObjectSize(
    CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ULONG *size);
CK_RV p11_C_GetAttributeValue(CK_SESSION_HANDLE session,
    CK_OBJECT_HANDLE object, CK_ATTRIBUTE *templ, CK_ULONG count);
CK_RV p11_C_SetAttributeValue(CK_SESSION_HANDLE session,
    CK_OBJECT_HANDLE object, CK_ATTRIBUTE *templ, CK_ULONG count);
CK_RV p11_C_FindObjectsInit(
    CK_SESSION_HANDLE session, CK_ATTRIBUTE *templ, CK_ULONG count);
CK_RV p11_C_FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *object,
    CK_ULONG max_object_count, CK_ULONG *object_count);
CK_RV p11_C_FindObjectsFinal(CK_SESSION_HANDLE session);

/* entry_sign.c */
CK_RV p11_C_SignInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_Sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *signature, CK_ULONG *signature_len);
CK_RV p11_C_SignUpdate(
    CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len);
CK_RV p11_C_SignFinal(
    CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG *signature_len);
CK_RV p11_C_VerifyInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_Verify(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *signature, CK_ULONG signature_len);
CK_RV p11_C_VerifyUpdate(
    CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len);
CK_RV p11_C_VerifyFinal(
    CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG signature_len);

/* entry_digest.c */
CK_RV p11_C_DigestInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism);
CK_RV p11_C_Digest(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *digest, CK_ULONG *digest_len);
CK_RV p11_C_DigestUpdate(
    CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len);
CK_RV p11_C_DigestKey(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key);
CK_RV p11_C_DigestFinal(
    CK_SESSION_HANDLE session, CK_BYTE *digest, CK_ULONG *digest_len);

/* entry_other.c: what no resident card can do */
CK_RV p11_C_GetOperationState(CK_SESSION_HANDLE session,
    CK_BYTE *operation_state, CK_ULONG *operation_state_len);
CK_RV p11_C_SetOperationState(CK_SESSION_HANDLE session,
    CK_BYTE *operation_state, CK_ULONG operation_state_len,
    CK_OBJECT_HANDLE encryption_key, CK_OBJECT_HANDLE authentication_key);
CK_RV p11_C_EncryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_Encrypt(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *encrypted_data, CK_ULONG *encrypted_data_len);
CK_RV p11_C_EncryptUpdate(CK_SESSION_HANDLE session, CK_BYTE *part,
    CK_ULONG part_len, CK_BYTE *encrypted_part, CK_ULONG *encrypted_part_len);
CK_RV p11_C_EncryptFinal(CK_SESSION_HANDLE session,
    CK_BYTE *last_encrypted_part, CK_ULONG *last_encrypted_part_len);
CK_RV p11_C_DecryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_Decrypt(CK_SESSION_HANDLE session, CK_BYTE *encrypted_data,
    CK_ULONG encrypted_data_len, CK_BYTE *data, CK_ULONG *data_len);
CK_RV p11_C_DecryptUpdate(CK_SESSION_HANDLE session, CK_BYTE *encrypted_part,
    CK_ULONG encrypted_part_len, CK_BYTE *part, CK_ULONG *part_len);
CK_RV p11_C_DecryptFinal(
    CK_SESSION_HANDLE session, CK_BYTE *last_part, CK_ULONG *last_part_len);
CK_RV p11_C_SignRecoverInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_SignRecover(CK_SESSION_HANDLE session, CK_BYTE *data,
    CK_ULONG data_len, CK_BYTE *signature, CK_ULONG *signature_len);
CK_RV p11_C_VerifyRecoverInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_VerifyRecover(CK_SESSION_HANDLE session, CK_BYTE *signature,
    CK_ULONG signature_len, CK_BYTE *data, CK_ULONG *data_len);
CK_RV p11_C_DigestEncryptUpdate(CK_SESSION_HANDLE session, CK_BYTE *part,
    CK_ULONG part_len, CK_BYTE *encrypted_part, CK_ULONG *encrypted_part_len);
CK_RV p11_C_DecryptDigestUpdate(CK_SESSION_HANDLE session,
    CK_BYTE *encrypted_part, CK_ULONG encrypted_part_len, CK_BYTE *part,
    CK_ULONG *part_len);
CK_RV p11_C_SignEncryptUpdate(CK_SESSION_HANDLE session, CK_BYTE *part,
    CK_ULONG part_len, CK_BYTE *encrypted_part, CK_ULONG *encrypted_part_len);
CK_RV p11_C_DecryptVerifyUpdate(CK_SESSION_HANDLE session,
    CK_BYTE *encrypted_part, CK_ULONG encrypted_part_len, CK_BYTE *part,
    CK_ULONG *part_len);
CK_RV p11_C_GenerateKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_ATTRIBUTE *templ, CK_ULONG count, CK_OBJECT_HANDLE *key);
CK_RV p11_C_GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_ATTRIBUTE *public_key_template, CK_ULONG public_key_attribute_count,
    CK_ATTRIBUTE *private_key_template, CK_ULONG private_key_attribute_count,
    CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key);
CK_RV p11_C_WrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, CK_BYTE *wrapped_key,
    CK_ULONG *wrapped_key_len);
CK_RV p11_C_UnwrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE unwrapping_key, CK_BYTE *wrapped_key,
    CK_ULONG wrapped_key_len, CK_ATTRIBUTE *templ, CK_ULONG attribute_count,
    CK_OBJECT_HANDLE *key);
CK_RV p11_C_DeriveKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
    CK_OBJECT_HANDLE base_key, CK_ATTRIBUTE *templ, CK_ULONG attribute_count,
    CK_OBJECT_HANDLE *key);
CK_RV p11_C_SeedRandom(
    CK_SESSION_HANDLE session, CK_BYTE *seed, CK_ULONG seed_len);
CK_RV p11_C_GenerateRandom(
    CK_SESSION_HANDLE session, CK_BYTE *random_data, CK_ULONG random_len);
CK_RV p11_C_GetFunctionStatus(CK_SESSION_HANDLE session);
CK_RV p11_C_CancelFunction(CK_SESSION_HANDLE session);
CK_RV p11_C_MessageEncryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_EncryptMessage(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len, CK_BYTE *plain,
    CK_ULONG plain_len, CK_BYTE *cipher, CK_ULONG *cipher_len);
CK_RV p11_C_EncryptMessageBegin(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len);
CK_RV p11_C_EncryptMessageNext(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *plain, CK_ULONG plain_len, CK_BYTE *cipher,
    CK_ULONG *cipher_len, CK_FLAGS flags);
CK_RV p11_C_MessageEncryptFinal(CK_SESSION_HANDLE session);
CK_RV p11_C_MessageDecryptInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_DecryptMessage(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len, CK_BYTE *cipher,
    CK_ULONG cipher_len, CK_BYTE *plain, CK_ULONG *plain_len);
CK_RV p11_C_DecryptMessageBegin(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len);
CK_RV p11_C_DecryptMessageNext(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *cipher, CK_ULONG cipher_len, CK_BYTE *plain,
    CK_ULONG *plain_len, CK_FLAGS flags);
CK_RV p11_C_MessageDecryptFinal(CK_SESSION_HANDLE session);
CK_RV p11_C_MessageSignInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_SignMessage(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG *sig_len);
CK_RV p11_C_SignMessageBegin(
    CK_SESSION_HANDLE session, void *param, CK_ULONG param_len);
CK_RV p11_C_SignMessageNext(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG *sig_len);
CK_RV p11_C_MessageSignFinal(CK_SESSION_HANDLE session);
CK_RV p11_C_MessageVerifyInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV p11_C_VerifyMessage(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG sig_len);
CK_RV p11_C_VerifyMessageBegin(
    CK_SESSION_HANDLE session, void *param, CK_ULONG param_len);
CK_RV p11_C_VerifyMessageNext(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG sig_len);
CK_RV p11_C_MessageVerifyFinal(CK_SESSION_HANDLE session);

#endif
