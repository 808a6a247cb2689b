/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a reader to a context of the driver, in the order of the Base CSP. */
#include "tests/wine/host.h"

#include <string.h>

#define CARD_MODULE 0x80000001u /* SCARD_PROVIDER_CARD_MODULE */

typedef DWORD WINAPI acquire_fn(CARD_DATA *card, DWORD flags);

static const WCHAR *dll_path;
static WCHAR dll_found[512];
static WCHAR card_name[128] = L"Jumin";

void
host_dll(const WCHAR *path)
{
	dll_path = path;
}

/* Names of readers, kept for the process: at most a handful. */
static void
pick_reader(struct host *h, unsigned nth)
{
	SCARD_READERSTATEW state;
	WCHAR names[512];
	DWORD len = NELEM(names);

	if (SCardListReadersW(h->ctx, NULL, names, &len) != SCARD_S_SUCCESS)
		give_up("there is no reader");
	for (const WCHAR *n = names; *n != L'\0'; n += wcslen(n) + 1) {
		memset(&state, 0, sizeof state);
		state.szReader = n;
		if (SCardGetStatusChangeW(h->ctx, 0, &state, 1) !=
			SCARD_S_SUCCESS ||
		    (state.dwEventState & SCARD_STATE_PRESENT) == 0 ||
		    nth-- > 0)
			continue;
		if (wcslen(n) >= NELEM(h->reader))
			break;
		wcscpy(h->reader, n);
		return;
	}
	give_up("there is no card in a reader");
}

void
host_reconnect(struct host *h)
{
	DWORD protocol, state, none = 0;

	if (h->card != 0)
		(void)SCardDisconnect(h->card, SCARD_LEAVE_CARD);
	h->card = 0;
	h->atr_len = sizeof h->atr;
	if (SCardConnectW(h->ctx, h->reader, SCARD_SHARE_SHARED,
		SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &h->card,
		&protocol) != SCARD_S_SUCCESS ||
	    SCardStatusW(h->card, NULL, &none, &state, &protocol, h->atr,
		&h->atr_len) != SCARD_S_SUCCESS)
		give_up("the card cannot be connected to");
	h->d.hScard = h->card;
}

void
host_connect(struct host *h, unsigned nth)
{
	memset(h, 0, sizeof *h);
	if (SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &h->ctx) !=
	    SCARD_S_SUCCESS)
		give_up("there is no smart card service");
	pick_reader(h, nth);
	host_reconnect(h);
}

/* What the registry says of a card with this ATR. */
const WCHAR *
host_driver(const struct host *h)
{
	DWORD len = SCARD_AUTOALLOCATE, path_len = NELEM(dll_found);
	WCHAR *names = NULL;
	LONG rv;

	if (SCardListCardsW(h->ctx, h->atr, NULL, 0, (LPWSTR)&names, &len) !=
		SCARD_S_SUCCESS ||
	    names == NULL || names[0] == L'\0')
		return NULL;
	rv = SCardGetCardTypeProviderNameW(
	    h->ctx, names, CARD_MODULE, dll_found, &path_len);
	if (wcslen(names) < NELEM(card_name))
		wcscpy(card_name, names);
	(void)SCardFreeMemory(h->ctx, names);
	return rv == SCARD_S_SUCCESS ? dll_found : NULL;
}

void
host_data(struct host *h, DWORD version)
{
	memset(&h->d, 0, sizeof h->d);
	h->d.dwVersion = version;
	h->d.pbAtr = h->atr;
	h->d.cbAtr = h->atr_len;
	h->d.pwszCardName = card_name;
	h->d.pfnCspAlloc = host_alloc;
	h->d.pfnCspReAlloc = host_realloc;
	h->d.pfnCspFree = host_free;
	h->d.hSCardCtx = h->ctx;
	h->d.hScard = h->card;
}

DWORD
host_load(struct host *h, DWORD flags)
{
	static acquire_fn *fn;

	if (fn == NULL) {
		const WCHAR *path =
		    dll_path != NULL ? dll_path : host_driver(h);
		const HMODULE m = path != NULL ? LoadLibraryW(path) : NULL;
		const FARPROC p =
		    m != NULL ? GetProcAddress(m, "CardAcquireContext") : NULL;

		if (path == NULL)
			give_up("the registry knows no driver for this card");
		if (p == NULL)
			give_up("the driver does not load");
		memcpy(&fn, &p, sizeof fn);
	}
	return fn(&h->d, flags);
}

DWORD
host_acquire(struct host *h, DWORD version)
{
	DWORD code;

	host_data(h, version);
	host_begin(h);
	code = host_load(h, 0);
	host_end(h);
	h->acquired = code == ERROR_SUCCESS;
	return code;
}

void
host_open(struct host *h, unsigned nth)
{
	DWORD code;

	host_connect(h, nth);
	code = host_acquire(h, CARD_DATA_VERSION_MAX);
	if (code != ERROR_SUCCESS) {
		is(ERROR_SUCCESS, code, "CardAcquireContext");
		give_up("there is no context");
	}
}

void
host_delete_quietly(struct host *h)
{
	if (h->acquired && h->d.pfnCardDeleteContext(&h->d) != ERROR_SUCCESS)
		check(0, "CardDeleteContext");
	h->acquired = 0;
}

void
host_close_quietly(struct host *h)
{
	host_delete_quietly(h);
	if (h->card != 0)
		(void)SCardDisconnect(h->card, SCARD_LEAVE_CARD);
	h->card = 0;
	(void)SCardReleaseContext(h->ctx);
}

void
host_close(struct host *h)
{
	if (h->acquired)
		is(ERROR_SUCCESS, h->d.pfnCardDeleteContext(&h->d),
		    "CardDeleteContext");
	h->acquired = 0;
	host_close_quietly(h);
}

/* A card that left is no reason to stop: the driver has to cope. */
void
host_begin(struct host *h)
{
	(void)SCardBeginTransaction(h->card);
}

void
host_end(struct host *h)
{
	(void)SCardEndTransaction(h->card, SCARD_LEAVE_CARD);
}
