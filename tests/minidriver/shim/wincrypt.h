/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* crypt32's part of the shim: data that the system keeps for one user. */
#ifndef JM_TESTS_MINIDRIVER_SHIM_WINCRYPT_H
#define JM_TESTS_MINIDRIVER_SHIM_WINCRYPT_H

#include "tests/minidriver/shim/windows.h"

typedef struct {
	DWORD cbData;
	BYTE *pbData;
} DATA_BLOB;

typedef struct {
	DWORD cbSize;
	DWORD dwPromptFlags;
	HWND hwndApp;
	LPCWSTR szPrompt;
} CRYPTPROTECT_PROMPTSTRUCT;

#define CRYPTPROTECT_UI_FORBIDDEN  0x1
#define CRYPTPROTECT_LOCAL_MACHINE 0x4

BOOL CryptProtectData(DATA_BLOB *in, LPCWSTR about, DATA_BLOB *entropy,
    PVOID reserved, CRYPTPROTECT_PROMPTSTRUCT *prompt, DWORD flags,
    DATA_BLOB *out);
BOOL CryptUnprotectData(DATA_BLOB *in, LPWSTR *about, DATA_BLOB *entropy,
    PVOID reserved, CRYPTPROTECT_PROMPTSTRUCT *prompt, DWORD flags,
    DATA_BLOB *out);

#endif
