/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The interface between Windows (Base CSP, smart card KSP: the host) and a card
 * minidriver, versions 4 to 7, in our own words: layouts, values and names that
 * both sides must agree on, and no more of it than this driver uses.
 *
 * Why not cardmod.h: the one of mingw-w64 ends at version 5 and has wrong
 * padding values, Microsoft's may not be passed on.  Sizes are asserted below
 * for both widths; source of all values: Windows Smart Card Minidriver
 * specification 7.07 and Microsoft's published Windows metadata.
 *
 * All functions are stdcall and return a Windows code: 0, an SCARD_ one, or one
 * of the few ERROR_ ones.  Memory that is handed to the host comes from
 * pfnCspAlloc and is the host's to free.
 */
#ifndef JM_DRIVERS_MINIDRIVER_MD_INTERFACE_H
#define JM_DRIVERS_MINIDRIVER_MD_INTERFACE_H

#include <stddef.h>
#include <windows.h>
#include <winscard.h>

#define CARD_DATA_VERSION_MIN 4
#define CARD_DATA_VERSION_MAX 7

/* Codes of the Windows headers that those of others may lack. */
#ifndef SCARD_E_NO_KEY_CONTAINER
#define SCARD_E_NO_KEY_CONTAINER ((LONG)0x80100030)
#endif
#ifndef SCARD_W_CARD_NOT_AUTHENTICATED
#define SCARD_W_CARD_NOT_AUTHENTICATED ((LONG)0x8010006f)
#endif
#ifndef SCARD_E_PIN_CACHE_EXPIRED
#define SCARD_E_PIN_CACHE_EXPIRED ((LONG)0x80100032)
#endif
#ifndef SCARD_E_READ_ONLY_CARD
#define SCARD_E_READ_ONLY_CARD ((LONG)0x80100034)
#endif

/* --- PINs ----------------------------------------------------------------- */

typedef DWORD PIN_ID;  /* 0..7 */
typedef DWORD PIN_SET; /* bit 1 << PIN_ID each */

#define ROLE_EVERYONE 0
#define ROLE_USER     1
#define ROLE_ADMIN    2
#define MAX_PINS      8

enum md_secret_type {
	MD_SECRET_ALPHANUMERIC,
	MD_SECRET_EXTERNAL,
	MD_SECRET_CHALLENGE_RESPONSE,
	MD_SECRET_EMPTY
};

enum md_pin_purpose {
	MD_PURPOSE_AUTHENTICATION,
	MD_PURPOSE_DIGITAL_SIGNATURE,
	MD_PURPOSE_ENCRYPTION,
	MD_PURPOSE_NON_REPUDIATION,
	MD_PURPOSE_ADMINISTRATOR,
	MD_PURPOSE_PRIMARY_CARD,
	MD_PURPOSE_UNBLOCK_ONLY
};

enum md_pin_cache {
	MD_PIN_CACHE_NORMAL, /* by process and logon */
	MD_PIN_CACHE_TIMED,  /* info: seconds */
	MD_PIN_CACHE_NONE,
	MD_PIN_CACHE_ALWAYS_PROMPT
};

#define PIN_CACHE_POLICY_VERSION 6
typedef struct {
	DWORD dwVersion;
	DWORD PinCachePolicyType; /* md_pin_cache */
	DWORD dwPinCachePolicyInfo;
} PIN_CACHE_POLICY;

#define PIN_INFO_VERSION              6
#define PIN_INFO_REQUIRE_SECURE_ENTRY 1
typedef struct {
	DWORD dwVersion;
	DWORD PinType;    /* md_secret_type */
	DWORD PinPurpose; /* md_pin_purpose */
	PIN_SET dwChangePermission;
	PIN_SET dwUnblockPermission;
	PIN_CACHE_POLICY PinCachePolicy;
	DWORD dwFlags;
} PIN_INFO;

/* CardAuthenticateEx */
#define CARD_AUTHENTICATE_GENERATE_SESSION_PIN 0x10000000u
#define CARD_AUTHENTICATE_SESSION_PIN          0x20000000u
#define CARD_PIN_SILENT_CONTEXT                0x00000040u

/* CardChangeAuthenticatorEx */
#define PIN_CHANGE_FLAG_UNBLOCK   1u
#define PIN_CHANGE_FLAG_CHANGEPIN 2u

/* "PIN Strength ..." */
#define CARD_PIN_STRENGTH_PLAINTEXT   1u
#define CARD_PIN_STRENGTH_SESSION_PIN 2u

/* --- files ---------------------------------------------------------------- */

#define MD_FILE_NAME_MAX 8 /* bytes without the NUL, of files and folders */

enum md_file_access {
	MD_FILE_INVALID,
	MD_FILE_EVERYONE_READ_USER_WRITE,
	MD_FILE_USER_WRITE_EXECUTE,
	MD_FILE_EVERYONE_READ_ADMIN_WRITE,
	MD_FILE_UNKNOWN,
	MD_FILE_USER_READ_WRITE,
	MD_FILE_ADMIN_READ_WRITE
};

#define CARD_FILE_INFO_VERSION 1
typedef struct {
	DWORD dwVersion;
	DWORD cbFileSize;
	DWORD AccessCondition; /* md_file_access */
} CARD_FILE_INFO;

#define MD_CARD_ID_LEN 16 /* file cardid */

/* File cardcf. */
#pragma pack(push, 1)
typedef struct {
	BYTE bVersion;
	BYTE bPinsFreshness;
	WORD wContainersFreshness;
	WORD wFilesFreshness;
} CARD_CACHE_FILE_FORMAT;
#pragma pack(pop)

/* --- containers ----------------------------------------------------------- */

#define CONTAINER_INFO_VERSION 1
typedef struct {
	DWORD dwVersion;
	DWORD dwReserved;
	DWORD cbSigPublicKey;
	PBYTE pbSigPublicKey; /* pfnCspAlloc; NULL: no such key */
	DWORD cbKeyExPublicKey;
	PBYTE pbKeyExPublicKey; /* likewise */
} CONTAINER_INFO;

#define MAX_CONTAINER_NAME_LEN          39
#define CONTAINER_MAP_VALID_CONTAINER   1
#define CONTAINER_MAP_DEFAULT_CONTAINER 2
/* One record of mscp\cmapfile; its number is the container's index. */
typedef struct {
	WCHAR wszGuid[MAX_CONTAINER_NAME_LEN + 1];
	BYTE bFlags;
	BYTE bReserved;
	WORD wSigKeySizeBits;
	WORD wKeyExchangeKeySizeBits;
} CONTAINER_MAP_RECORD;

/* Key specs; the first two as in wincrypt.h. */
enum md_key_spec {
	MD_AT_KEYEXCHANGE = 1,
	MD_AT_SIGNATURE = 2,
	MD_AT_ECDSA_P256 = 3,
	MD_AT_ECDSA_P384 = 4,
	MD_AT_ECDSA_P521 = 5
};

/* --- what the card has ---------------------------------------------------- */

#define CARD_CAPABILITIES_VERSION 1
typedef struct {
	DWORD dwVersion;
	BOOL fCertificateCompression;
	BOOL fKeyGen;
} CARD_CAPABILITIES;

#define CARD_FREE_SPACE_INFO_VERSION 1
typedef struct {
	DWORD dwVersion;
	DWORD dwBytesAvailable;
	DWORD dwKeyContainersAvailable;
	DWORD dwMaxKeyContainers;
} CARD_FREE_SPACE_INFO;

#define CARD_KEY_SIZES_VERSION 1
typedef struct {
	DWORD dwVersion;
	DWORD dwMinimumBitlen;
	DWORD dwDefaultBitlen;
	DWORD dwMaximumBitlen;
	DWORD dwIncrementalBitlen;
} CARD_KEY_SIZES;

enum md_cache_mode {
	MD_CACHE_GLOBAL = 1,
	MD_CACHE_SESSION = 2,
	MD_CACHE_NONE = 3
};

/* --- signatures ----------------------------------------------------------- */

#define CARD_PADDING_INFO_PRESENT 0x40000000u
#define CARD_BUFFER_SIZE_ONLY     0x20000000u

#define CARD_PADDING_NONE         1u
#define CARD_PADDING_PKCS1        2u
#define CARD_PADDING_PSS          4u
#define CARD_PADDING_OAEP         8u

/* aiHashAlg, as in wincrypt.h */
enum md_hash_alg {
	MD_CALG_MD5 = 0x8003,
	MD_CALG_SHA1 = 0x8004,
	MD_CALG_SSL3_SHAMD5 = 0x8008, /* 36 bytes, no DigestInfo */
	MD_CALG_SHA_256 = 0x800c,
	MD_CALG_SHA_384 = 0x800d,
	MD_CALG_SHA_512 = 0x800e
};
#define MD_ALG_CLASS_MASK 0xe000u
#define MD_ALG_CLASS_HASH 0x8000u

typedef struct {
	DWORD dwVersion; /* 1: up to cbSignedData; 2 */
	BYTE bContainerIndex;
	DWORD dwKeySpec;
	DWORD dwSigningFlags;
	UINT aiHashAlg;
	PBYTE pbData;
	DWORD cbData;
	PBYTE pbSignedData; /* out: pfnCspAlloc */
	DWORD cbSignedData; /* out */
	LPVOID pPaddingInfo;
	DWORD dwPaddingType;
} CARD_SIGNING_INFO;

/* pPaddingInfo, as in bcrypt.h. */
typedef struct {
	LPCWSTR pszAlgId; /* NULL: no DigestInfo */
} MD_PKCS1_PADDING;
typedef struct {
	LPCWSTR pszAlgId;
	ULONG cbSalt;
} MD_PSS_PADDING;

typedef struct {
	DWORD dwVersion;
	BYTE bContainerIndex;
	DWORD dwKeySpec;
	PBYTE pbData;
	DWORD cbData;
	LPVOID pPaddingInfo;
	DWORD dwPaddingType;
} CARD_RSA_DECRYPT_INFO;

/* --- CARD_DATA ------------------------------------------------------------ */

typedef struct _CARD_DATA CARD_DATA, *PCARD_DATA;

/* What the host gives. */
typedef LPVOID(WINAPI *PFN_CSP_ALLOC)(SIZE_T size);
typedef LPVOID(WINAPI *PFN_CSP_REALLOC)(LPVOID mem, SIZE_T size);
typedef void(WINAPI *PFN_CSP_FREE)(LPVOID mem);
typedef DWORD(WINAPI *PFN_CSP_CACHE_ADD_FILE)(
    PVOID cache, LPWSTR tag, DWORD flags, PBYTE data, DWORD len);
typedef DWORD(WINAPI *PFN_CSP_CACHE_LOOKUP_FILE)(
    PVOID cache, LPWSTR tag, DWORD flags, PBYTE *data, PDWORD len);
typedef DWORD(WINAPI *PFN_CSP_CACHE_DELETE_FILE)(
    PVOID cache, LPWSTR tag, DWORD flags);
typedef DWORD(WINAPI *PFN_CSP_PAD_DATA)(
    CARD_SIGNING_INFO *info, DWORD width, DWORD *len, PBYTE *out);
typedef DWORD(WINAPI *PFN_CSP_GET_DH_AGREEMENT)(
    CARD_DATA *card, PVOID agreement, BYTE *index, DWORD flags);
typedef DWORD(WINAPI *PFN_CSP_UNPAD_DATA)(
    CARD_RSA_DECRYPT_INFO *info, DWORD *len, PBYTE *out);

/* What the driver gives: version 4. */
typedef DWORD(WINAPI *PFN_CARD_DELETE_CONTEXT)(CARD_DATA *card);
typedef DWORD(WINAPI *PFN_CARD_QUERY_CAPABILITIES)(
    CARD_DATA *card, CARD_CAPABILITIES *out);
typedef DWORD(WINAPI *PFN_CARD_DELETE_CONTAINER)(
    CARD_DATA *card, BYTE index, DWORD reserved);
typedef DWORD(WINAPI *PFN_CARD_CREATE_CONTAINER)(CARD_DATA *card, BYTE index,
    DWORD flags, DWORD key_spec, DWORD key_size, PBYTE key);
typedef DWORD(WINAPI *PFN_CARD_GET_CONTAINER_INFO)(
    CARD_DATA *card, BYTE index, DWORD flags, CONTAINER_INFO *out);
typedef DWORD(WINAPI *PFN_CARD_AUTHENTICATE_PIN)(
    CARD_DATA *card, LPWSTR user, PBYTE pin, DWORD pin_len, PDWORD tries);
typedef DWORD(WINAPI *PFN_CARD_GET_CHALLENGE)(
    CARD_DATA *card, PBYTE *data, PDWORD len);
typedef DWORD(WINAPI *PFN_CARD_AUTHENTICATE_CHALLENGE)(
    CARD_DATA *card, PBYTE response, DWORD len, PDWORD tries);
typedef DWORD(WINAPI *PFN_CARD_UNBLOCK_PIN)(CARD_DATA *card, LPWSTR user,
    PBYTE auth, DWORD auth_len, PBYTE pin, DWORD pin_len, DWORD retries,
    DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_CHANGE_AUTHENTICATOR)(CARD_DATA *card,
    LPWSTR user, PBYTE old_pin, DWORD old_len, PBYTE new_pin, DWORD new_len,
    DWORD retries, DWORD flags, PDWORD tries);
typedef DWORD(WINAPI *PFN_CARD_DEAUTHENTICATE)(
    CARD_DATA *card, LPWSTR user, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_CREATE_DIRECTORY)(
    CARD_DATA *card, LPSTR dir, DWORD access);
typedef DWORD(WINAPI *PFN_CARD_DELETE_DIRECTORY)(CARD_DATA *card, LPSTR dir);
typedef DWORD(WINAPI *PFN_CARD_CREATE_FILE)(
    CARD_DATA *card, LPSTR dir, LPSTR file, DWORD size, DWORD access);
typedef DWORD(WINAPI *PFN_CARD_READ_FILE)(CARD_DATA *card, LPSTR dir,
    LPSTR file, DWORD flags, PBYTE *data, PDWORD len);
typedef DWORD(WINAPI *PFN_CARD_WRITE_FILE)(
    CARD_DATA *card, LPSTR dir, LPSTR file, DWORD flags, PBYTE data, DWORD len);
typedef DWORD(WINAPI *PFN_CARD_DELETE_FILE)(
    CARD_DATA *card, LPSTR dir, LPSTR file, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_ENUM_FILES)(
    CARD_DATA *card, LPSTR dir, LPSTR *names, LPDWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_GET_FILE_INFO)(
    CARD_DATA *card, LPSTR dir, LPSTR file, CARD_FILE_INFO *out);
typedef DWORD(WINAPI *PFN_CARD_QUERY_FREE_SPACE)(
    CARD_DATA *card, DWORD flags, CARD_FREE_SPACE_INFO *out);
typedef DWORD(WINAPI *PFN_CARD_QUERY_KEY_SIZES)(
    CARD_DATA *card, DWORD key_spec, DWORD flags, CARD_KEY_SIZES *out);
typedef DWORD(WINAPI *PFN_CARD_SIGN_DATA)(
    CARD_DATA *card, CARD_SIGNING_INFO *info);
typedef DWORD(WINAPI *PFN_CARD_RSA_DECRYPT)(
    CARD_DATA *card, CARD_RSA_DECRYPT_INFO *info);
typedef DWORD(WINAPI *PFN_CARD_CONSTRUCT_DH_AGREEMENT)(
    CARD_DATA *card, PVOID info);

/* Version 5. */
typedef DWORD(WINAPI *PFN_CARD_DERIVE_KEY)(CARD_DATA *card, PVOID info);
typedef DWORD(WINAPI *PFN_CARD_DESTROY_DH_AGREEMENT)(
    CARD_DATA *card, BYTE index, DWORD flags);

/* Version 6. */
typedef DWORD(WINAPI *PFN_CARD_GET_CHALLENGE_EX)(
    CARD_DATA *card, PIN_ID pin, PBYTE *data, PDWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_AUTHENTICATE_EX)(CARD_DATA *card, PIN_ID id,
    DWORD flags, PBYTE pin, DWORD pin_len, PBYTE *session_pin,
    PDWORD session_len, PDWORD tries);
typedef DWORD(WINAPI *PFN_CARD_CHANGE_AUTHENTICATOR_EX)(CARD_DATA *card,
    DWORD flags, PIN_ID auth, PBYTE auth_pin, DWORD auth_len, PIN_ID target,
    PBYTE new_pin, DWORD new_len, DWORD retries, PDWORD tries);
typedef DWORD(WINAPI *PFN_CARD_DEAUTHENTICATE_EX)(
    CARD_DATA *card, PIN_SET pins, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_GET_CONTAINER_PROPERTY)(CARD_DATA *card,
    BYTE index, LPCWSTR name, PBYTE data, DWORD size, PDWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_SET_CONTAINER_PROPERTY)(CARD_DATA *card,
    BYTE index, LPCWSTR name, PBYTE data, DWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_GET_PROPERTY)(CARD_DATA *card, LPCWSTR name,
    PBYTE data, DWORD size, PDWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_SET_PROPERTY)(
    CARD_DATA *card, LPCWSTR name, PBYTE data, DWORD len, DWORD flags);

/* Version 7: keys that travel to the card, and what goes with them. */
typedef DWORD(WINAPI *PFN_MD_IMPORT_SESSION_KEY)(CARD_DATA *card,
    LPCWSTR blob_type, LPCWSTR alg, HANDLE *key, PBYTE blob, DWORD len);
typedef DWORD(WINAPI *PFN_MD_ENCRYPT_DATA)(CARD_DATA *card, HANDLE key,
    LPCWSTR secure_function, PBYTE in, DWORD len, DWORD flags, PVOID *out,
    PDWORD out_len);
typedef DWORD(WINAPI *PFN_CARD_IMPORT_SESSION_KEY)(CARD_DATA *card, BYTE index,
    PVOID padding, LPCWSTR blob_type, LPCWSTR alg, HANDLE *key, PBYTE blob,
    DWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_GET_SHARED_KEY_HANDLE)(CARD_DATA *card, PBYTE in,
    DWORD len, PBYTE *out, PDWORD out_len, HANDLE *key);
typedef DWORD(WINAPI *PFN_CARD_GET_ALGORITHM_PROPERTY)(CARD_DATA *card,
    LPCWSTR alg, LPCWSTR name, PBYTE data, DWORD size, PDWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_GET_KEY_PROPERTY)(CARD_DATA *card, HANDLE key,
    LPCWSTR name, PBYTE data, DWORD size, PDWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_SET_KEY_PROPERTY)(CARD_DATA *card, HANDLE key,
    LPCWSTR name, PBYTE data, DWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_DESTROY_KEY)(CARD_DATA *card, HANDLE key);
typedef DWORD(WINAPI *PFN_CARD_PROCESS_ENCRYPTED_DATA)(CARD_DATA *card,
    HANDLE key, LPCWSTR secure_function, PVOID in, DWORD count, PBYTE out,
    DWORD size, PDWORD len, DWORD flags);
typedef DWORD(WINAPI *PFN_CARD_CREATE_CONTAINER_EX)(CARD_DATA *card, BYTE index,
    DWORD flags, DWORD key_spec, DWORD key_size, PBYTE key, PIN_ID pin);

struct _CARD_DATA {
	/* The host's. */
	DWORD dwVersion; /* in: asked for; out: what is filled */
	PBYTE pbAtr;
	DWORD cbAtr;
	LPWSTR pwszCardName;
	PFN_CSP_ALLOC pfnCspAlloc;
	PFN_CSP_REALLOC pfnCspReAlloc;
	PFN_CSP_FREE pfnCspFree;
	PFN_CSP_CACHE_ADD_FILE pfnCspCacheAddFile;
	PFN_CSP_CACHE_LOOKUP_FILE pfnCspCacheLookupFile;
	PFN_CSP_CACHE_DELETE_FILE pfnCspCacheDeleteFile;
	PVOID pvCacheContext;
	PFN_CSP_PAD_DATA pfnCspPadData;
	SCARDCONTEXT hSCardCtx;
	SCARDHANDLE hScard; /* may be another one at each call */
	/* Ours. */
	PVOID pvVendorSpecific;
	PFN_CARD_DELETE_CONTEXT pfnCardDeleteContext;
	PFN_CARD_QUERY_CAPABILITIES pfnCardQueryCapabilities;
	PFN_CARD_DELETE_CONTAINER pfnCardDeleteContainer;
	PFN_CARD_CREATE_CONTAINER pfnCardCreateContainer;
	PFN_CARD_GET_CONTAINER_INFO pfnCardGetContainerInfo;
	PFN_CARD_AUTHENTICATE_PIN pfnCardAuthenticatePin;
	PFN_CARD_GET_CHALLENGE pfnCardGetChallenge;
	PFN_CARD_AUTHENTICATE_CHALLENGE pfnCardAuthenticateChallenge;
	PFN_CARD_UNBLOCK_PIN pfnCardUnblockPin;
	PFN_CARD_CHANGE_AUTHENTICATOR pfnCardChangeAuthenticator;
	PFN_CARD_DEAUTHENTICATE pfnCardDeauthenticate;
	PFN_CARD_CREATE_DIRECTORY pfnCardCreateDirectory;
	PFN_CARD_DELETE_DIRECTORY pfnCardDeleteDirectory;
	LPVOID pvUnused3;
	LPVOID pvUnused4;
	PFN_CARD_CREATE_FILE pfnCardCreateFile;
	PFN_CARD_READ_FILE pfnCardReadFile;
	PFN_CARD_WRITE_FILE pfnCardWriteFile;
	PFN_CARD_DELETE_FILE pfnCardDeleteFile;
	PFN_CARD_ENUM_FILES pfnCardEnumFiles;
	PFN_CARD_GET_FILE_INFO pfnCardGetFileInfo;
	PFN_CARD_QUERY_FREE_SPACE pfnCardQueryFreeSpace;
	PFN_CARD_QUERY_KEY_SIZES pfnCardQueryKeySizes;
	PFN_CARD_SIGN_DATA pfnCardSignData;
	PFN_CARD_RSA_DECRYPT pfnCardRSADecrypt;
	PFN_CARD_CONSTRUCT_DH_AGREEMENT pfnCardConstructDHAgreement;
	/* Version 5; the third is the host's. */
	PFN_CARD_DERIVE_KEY pfnCardDeriveKey;
	PFN_CARD_DESTROY_DH_AGREEMENT pfnCardDestroyDHAgreement;
	PFN_CSP_GET_DH_AGREEMENT pfnCspGetDHAgreement;
	/* Version 6. */
	PFN_CARD_GET_CHALLENGE_EX pfnCardGetChallengeEx;
	PFN_CARD_AUTHENTICATE_EX pfnCardAuthenticateEx;
	PFN_CARD_CHANGE_AUTHENTICATOR_EX pfnCardChangeAuthenticatorEx;
	PFN_CARD_DEAUTHENTICATE_EX pfnCardDeauthenticateEx;
	PFN_CARD_GET_CONTAINER_PROPERTY pfnCardGetContainerProperty;
	PFN_CARD_SET_CONTAINER_PROPERTY pfnCardSetContainerProperty;
	PFN_CARD_GET_PROPERTY pfnCardGetProperty;
	PFN_CARD_SET_PROPERTY pfnCardSetProperty;
	/* Version 7; the first is the host's. */
	PFN_CSP_UNPAD_DATA pfnCspUnpadData;
	PFN_MD_IMPORT_SESSION_KEY pfnMDImportSessionKey;
	PFN_MD_ENCRYPT_DATA pfnMDEncryptData;
	PFN_CARD_IMPORT_SESSION_KEY pfnCardImportSessionKey;
	PFN_CARD_GET_SHARED_KEY_HANDLE pfnCardGetSharedKeyHandle;
	PFN_CARD_GET_ALGORITHM_PROPERTY pfnCardGetAlgorithmProperty;
	PFN_CARD_GET_KEY_PROPERTY pfnCardGetKeyProperty;
	PFN_CARD_SET_KEY_PROPERTY pfnCardSetKeyProperty;
	PFN_CARD_DESTROY_KEY pfnCardDestroyKey;
	PFN_CARD_PROCESS_ENCRYPTED_DATA pfnCardProcessEncryptedData;
	PFN_CARD_CREATE_CONTAINER_EX pfnCardCreateContainerEx;
};

/* --- the layout, for both widths ------------------------------------------ */

#define MD_SIZE(what, wide, narrow)                                            \
	_Static_assert((what) == (sizeof(void *) == 8 ? (wide) : (narrow)),    \
	    #what " has another size in Windows")

MD_SIZE(offsetof(CARD_DATA, pfnCardDeriveKey), 328, 164);
MD_SIZE(offsetof(CARD_DATA, pfnCardGetChallengeEx), 352, 176);
MD_SIZE(offsetof(CARD_DATA, pfnCspUnpadData), 416, 208);
MD_SIZE(sizeof(CARD_DATA), 504, 252);
MD_SIZE(offsetof(CARD_DATA, hScard), 104, 52);
MD_SIZE(offsetof(CARD_DATA, pvVendorSpecific), 112, 56);
MD_SIZE(offsetof(CARD_DATA, pfnCardGetContainerInfo), 152, 76);
MD_SIZE(offsetof(CARD_DATA, pfnCardDeauthenticate), 200, 100);
MD_SIZE(offsetof(CARD_DATA, pfnCardReadFile), 248, 124);
MD_SIZE(offsetof(CARD_DATA, pfnCardSignData), 304, 152);
MD_SIZE(offsetof(CARD_DATA, pfnCspGetDHAgreement), 344, 172);
MD_SIZE(offsetof(CARD_DATA, pfnCardCreateContainerEx), 496, 248);
MD_SIZE(sizeof(CARD_SIGNING_INFO), 72, 44);
MD_SIZE(offsetof(CARD_SIGNING_INFO, pPaddingInfo), 56, 36);
MD_SIZE(sizeof(CARD_RSA_DECRYPT_INFO), 48, 28);
MD_SIZE(sizeof(CONTAINER_INFO), 40, 24);
MD_SIZE(sizeof(PIN_INFO), 36, 36);
MD_SIZE(sizeof(CONTAINER_MAP_RECORD), 86, 86);
MD_SIZE(sizeof(CARD_CACHE_FILE_FORMAT), 6, 6);
MD_SIZE(sizeof(CARD_FILE_INFO), 12, 12);
MD_SIZE(sizeof(CARD_CAPABILITIES), 12, 12);
MD_SIZE(sizeof(CARD_FREE_SPACE_INFO), 16, 16);
MD_SIZE(sizeof(CARD_KEY_SIZES), 20, 20);

#endif
