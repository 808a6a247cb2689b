/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of cards that the registry knows, and who is in charge of them. */
#include "tests/wine/winscard_dll.h"

#include <stdio.h>
#include <string.h>

#define CARDS     L"SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards"
#define ATR_MAX   36
#define NAME_MAX_ 128

/* Bytes of an ATR, whose length is not told. */
static size_t
atr_length(const BYTE *atr)
{
	unsigned follows = atr[1] >> 4, history = atr[1] & 15, t = 0;
	size_t n = 2;

	while (n < ATR_MAX) {
		n += (follows & 1) + (follows >> 1 & 1) + (follows >> 2 & 1);
		if ((follows & 8) == 0 || n >= ATR_MAX)
			break;
		t |= atr[n] & 15u;
		follows = atr[n++] >> 4;
	}
	n += history + (t != 0); /* a check byte but for T=0 alone */
	return n < ATR_MAX ? n : ATR_MAX;
}

/* Is the key's card one with this ATR? */
static int
fits(HKEY cards, const WCHAR *name, const BYTE *atr)
{
	BYTE want[ATR_MAX], mask[ATR_MAX];
	DWORD want_len = sizeof want, mask_len = sizeof mask;

	if (atr == NULL)
		return 1;
	if (RegGetValueW(cards, name, L"ATR", RRF_RT_REG_BINARY, NULL, want,
		&want_len) != ERROR_SUCCESS)
		return 0;
	if (RegGetValueW(cards, name, L"ATRMask", RRF_RT_REG_BINARY, NULL, mask,
		&mask_len) != ERROR_SUCCESS) {
		memset(mask, 0xff, sizeof mask);
		mask_len = want_len;
	}
	if (want_len != atr_length(atr) || mask_len != want_len)
		return 0;
	for (DWORD i = 0; i < want_len; i++)
		if ((atr[i] & mask[i]) != want[i])
			return 0;
	return 1;
}

LONG WINAPI
SCardListCardsW(SCARDCONTEXT ctx, LPCBYTE atr, LPCGUID interfaces,
    DWORD interface_count, LPWSTR out, LPDWORD len)
{
	WCHAR all[512], name[NAME_MAX_];
	size_t n = 0;
	HKEY cards;

	(void)ctx;
	(void)interfaces;
	(void)interface_count;
	if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, CARDS, 0, KEY_READ, &cards) ==
	    ERROR_SUCCESS) {
		for (DWORD i = 0;; i++) {
			DWORD l = NELEM(name);

			if (RegEnumKeyExW(cards, i, name, &l, NULL, NULL, NULL,
				NULL) != ERROR_SUCCESS)
				break;
			if (!fits(cards, name, atr) || n + l + 2 > NELEM(all))
				continue;
			memcpy(all + n, name, (l + 1) * sizeof name[0]);
			n += l + 1;
		}
		(void)RegCloseKey(cards);
	}
	all[n++] = L'\0';
	return scard_give(out, len, all, n, sizeof all[0]);
}

LONG WINAPI
SCardGetCardTypeProviderNameW(
    SCARDCONTEXT ctx, LPCWSTR card, DWORD id, LPWSTR out, LPDWORD len)
{
	WCHAR key[sizeof CARDS / sizeof(WCHAR) + NAME_MAX_], value[512];
	DWORD bytes = sizeof value;
	WCHAR name[9];

	(void)ctx;
	if (card == NULL || wcslen(card) >= NAME_MAX_)
		return (LONG)SCARD_E_INVALID_PARAMETER;
	wcscpy(key, CARDS L"\\");
	wcscat(key, card);
	swprintf(name, NELEM(name), L"%08lX", (unsigned long)id);
	if (RegGetValueW(HKEY_LOCAL_MACHINE, key,
		id == SCARD_PROVIDER_CSP ? L"Crypto Provider" : name,
		RRF_RT_REG_SZ, NULL, value, &bytes) != ERROR_SUCCESS)
		return ERROR_FILE_NOT_FOUND;
	return scard_give(
	    out, len, value, bytes / sizeof value[0], sizeof value[0]);
}
