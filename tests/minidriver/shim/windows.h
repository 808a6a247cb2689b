/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * So much of Windows as the minidriver's sources call, for building and trying
 * them on Linux with the sanitizers.  Widths are those of 64-bit Windows (LONG
 * and DWORD have 32 bits, WCHAR 16: -fshort-wchar); values are Windows', not
 * pcsc-lite's.  What the functions do is in shim.c, how a test steers them in
 * shim.h.  The product never sees this folder.
 */
#ifndef JM_TESTS_MINIDRIVER_SHIM_WINDOWS_H
#define JM_TESTS_MINIDRIVER_SHIM_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

#define WINAPI
#define CALLBACK
#define APIENTRY

typedef uint8_t BYTE, *PBYTE, *LPBYTE;
typedef uint16_t WORD;
typedef uint32_t DWORD, *PDWORD, *LPDWORD;
typedef uint32_t UINT, ULONG;
typedef int32_t LONG, HRESULT;
typedef int BOOL;
typedef wchar_t WCHAR;
typedef WCHAR *PWSTR, *LPWSTR;
typedef const WCHAR *PCWSTR, *LPCWSTR;
typedef char *PSTR, *LPSTR;
typedef const char *PCSTR, *LPCSTR;
typedef void *PVOID, *LPVOID, *HANDLE, *HLOCAL, *HMODULE, *HINSTANCE;
typedef const void *LPCVOID;
typedef struct shim_window *HWND;
typedef size_t SIZE_T;
typedef uintptr_t ULONG_PTR;
typedef intptr_t LONG_PTR;

_Static_assert(sizeof(WCHAR) == 2, "the shim wants -fshort-wchar");

#define TRUE                      1
#define FALSE                     0

#define NO_ERROR                  0
#define ERROR_SUCCESS             0
#define ERROR_FILE_NOT_FOUND      2
#define ERROR_ACCESS_DENIED       5
#define ERROR_INVALID_HANDLE      6
#define ERROR_NOT_ENOUGH_MEMORY   8
#define ERROR_INVALID_DATA        13
#define ERROR_OUTOFMEMORY         14
#define ERROR_INVALID_PARAMETER   87
#define ERROR_INSUFFICIENT_BUFFER 122
#define ERROR_REVISION_MISMATCH   1306

#define DLL_PROCESS_DETACH        0
#define DLL_PROCESS_ATTACH        1

DWORD GetLastError(void);
void SetLastError(DWORD code);
HLOCAL LocalFree(HLOCAL mem); /* of CryptProtectData and its like */
BOOL IsWindow(HWND window);
void *SecureZeroMemory(void *mem, SIZE_T len);

#ifndef WIN32_LEAN_AND_MEAN
#include "tests/minidriver/shim/wincrypt.h"
#endif

#endif
