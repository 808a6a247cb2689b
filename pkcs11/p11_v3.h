/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What PKCS#11 3.0 adds to the 2.40 of Debian 12's p11-kit: the interface
 * functions, the longer function list, and the few constants that this module
 * uses.  Nothing when the header is of 3.0 already.
 */
#ifndef P11_P11_V3_H
#define P11_P11_V3_H

#include <p11-kit/pkcs11.h>

#if CRYPTOKI_VERSION_MAJOR < 3

typedef struct CK_INTERFACE {
	CK_UTF8CHAR *pInterfaceName;
	void *pFunctionList;
	CK_FLAGS flags;
} CK_INTERFACE;

#define CKF_INTERFACE_FORK_SAFE (1UL << 0)

/* Operations that C_SessionCancel knows besides CKF_SIGN and its like. */
#define CKF_MESSAGE_ENCRYPT           (1UL << 1)
#define CKF_MESSAGE_DECRYPT           (1UL << 2)
#define CKF_MESSAGE_SIGN              (1UL << 3)
#define CKF_MESSAGE_VERIFY            (1UL << 4)
#define CKF_FIND_OBJECTS              (1UL << 6)

#define CKO_PROFILE                   9UL
#define CKA_UNIQUE_ID                 4UL
#define CKA_PROFILE_ID                0x601UL

#define CKP_INVALID_ID                0UL
#define CKP_BASELINE_PROVIDER         1UL
#define CKP_EXTENDED_PROVIDER         2UL
#define CKP_AUTHENTICATION_TOKEN      3UL
#define CKP_PUBLIC_CERTIFICATES_TOKEN 4UL

#define CKR_AEAD_DECRYPT_FAILED       0x42UL
#define CKR_TOKEN_RESOURCE_EXCEEDED   0x201UL
#define CKR_OPERATION_CANCEL_FAILED   0x202UL
#define CKR_KEY_EXHAUSTED             0x203UL

typedef CK_RV (*CK_C_GetInterfaceList)(CK_INTERFACE *list, CK_ULONG *count);
typedef CK_RV (*CK_C_GetInterface)(CK_UTF8CHAR *name, CK_VERSION *version,
    CK_INTERFACE **interface, CK_FLAGS flags);
typedef CK_RV (*CK_C_LoginUser)(CK_SESSION_HANDLE session, CK_USER_TYPE type,
    CK_UTF8CHAR *pin, CK_ULONG pin_len, CK_UTF8CHAR *name, CK_ULONG name_len);
typedef CK_RV (*CK_C_SessionCancel)(CK_SESSION_HANDLE session, CK_FLAGS flags);

typedef CK_RV (*CK_C_MessageEncryptInit)(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
typedef CK_RV (*CK_C_EncryptMessage)(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len, CK_BYTE *plain,
    CK_ULONG plain_len, CK_BYTE *cipher, CK_ULONG *cipher_len);
typedef CK_RV (*CK_C_EncryptMessageBegin)(CK_SESSION_HANDLE session,
    void *param, CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len);
typedef CK_RV (*CK_C_EncryptMessageNext)(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *plain, CK_ULONG plain_len, CK_BYTE *cipher,
    CK_ULONG *cipher_len, CK_FLAGS flags);
typedef CK_RV (*CK_C_MessageEncryptFinal)(CK_SESSION_HANDLE session);

typedef CK_RV (*CK_C_MessageDecryptInit)(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
typedef CK_RV (*CK_C_DecryptMessage)(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len, CK_BYTE *cipher,
    CK_ULONG cipher_len, CK_BYTE *plain, CK_ULONG *plain_len);
typedef CK_RV (*CK_C_DecryptMessageBegin)(CK_SESSION_HANDLE session,
    void *param, CK_ULONG param_len, CK_BYTE *assoc, CK_ULONG assoc_len);
typedef CK_RV (*CK_C_DecryptMessageNext)(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *cipher, CK_ULONG cipher_len, CK_BYTE *plain,
    CK_ULONG *plain_len, CK_FLAGS flags);
typedef CK_RV (*CK_C_MessageDecryptFinal)(CK_SESSION_HANDLE session);

typedef CK_RV (*CK_C_MessageSignInit)(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
typedef CK_RV (*CK_C_SignMessage)(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG *sig_len);
typedef CK_RV (*CK_C_SignMessageBegin)(
    CK_SESSION_HANDLE session, void *param, CK_ULONG param_len);
typedef CK_RV (*CK_C_SignMessageNext)(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG *sig_len);
typedef CK_RV (*CK_C_MessageSignFinal)(CK_SESSION_HANDLE session);

typedef CK_RV (*CK_C_MessageVerifyInit)(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
typedef CK_RV (*CK_C_VerifyMessage)(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG sig_len);
typedef CK_RV (*CK_C_VerifyMessageBegin)(
    CK_SESSION_HANDLE session, void *param, CK_ULONG param_len);
typedef CK_RV (*CK_C_VerifyMessageNext)(CK_SESSION_HANDLE session, void *param,
    CK_ULONG param_len, CK_BYTE *data, CK_ULONG data_len, CK_BYTE *sig,
    CK_ULONG sig_len);
typedef CK_RV (*CK_C_MessageVerifyFinal)(CK_SESSION_HANDLE session);

CK_RV C_GetInterfaceList(CK_INTERFACE *list, CK_ULONG *count);
CK_RV C_GetInterface(CK_UTF8CHAR *name, CK_VERSION *version,
    CK_INTERFACE **interface, CK_FLAGS flags);

#endif /* CRYPTOKI_VERSION_MAJOR < 3 */

/*
 * CK_FUNCTION_LIST_3_0.  The standard lays it out as the 2.40 list with more
 * functions behind; here the first part keeps its own type: list->v2.C_Login.
 */
struct p11_functions_3_0 {
	CK_FUNCTION_LIST v2;
	CK_C_GetInterfaceList C_GetInterfaceList;
	CK_C_GetInterface C_GetInterface;
	CK_C_LoginUser C_LoginUser;
	CK_C_SessionCancel C_SessionCancel;
	CK_C_MessageEncryptInit C_MessageEncryptInit;
	CK_C_EncryptMessage C_EncryptMessage;
	CK_C_EncryptMessageBegin C_EncryptMessageBegin;
	CK_C_EncryptMessageNext C_EncryptMessageNext;
	CK_C_MessageEncryptFinal C_MessageEncryptFinal;
	CK_C_MessageDecryptInit C_MessageDecryptInit;
	CK_C_DecryptMessage C_DecryptMessage;
	CK_C_DecryptMessageBegin C_DecryptMessageBegin;
	CK_C_DecryptMessageNext C_DecryptMessageNext;
	CK_C_MessageDecryptFinal C_MessageDecryptFinal;
	CK_C_MessageSignInit C_MessageSignInit;
	CK_C_SignMessage C_SignMessage;
	CK_C_SignMessageBegin C_SignMessageBegin;
	CK_C_SignMessageNext C_SignMessageNext;
	CK_C_MessageSignFinal C_MessageSignFinal;
	CK_C_MessageVerifyInit C_MessageVerifyInit;
	CK_C_VerifyMessage C_VerifyMessage;
	CK_C_VerifyMessageBegin C_VerifyMessageBegin;
	CK_C_VerifyMessageNext C_VerifyMessageNext;
	CK_C_MessageVerifyFinal C_MessageVerifyFinal;
};

#endif
