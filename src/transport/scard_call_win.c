/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/scard_call.h"

#include <stdlib.h>
#include <string.h>
#include <winioctl.h>
#include <winsmcrd.h>

#include "base/wide.h"

#define UTF8_MAX 3 /* bytes of a UTF-16 unit */

const DWORD jm_scard_get_features = SCARD_CTL_CODE(3400);

/* What is no text is left out. */
static LONG
narrow_all(const wchar_t *wide, DWORD units, char **names, size_t *len)
{
	const size_t cap = UTF8_MAX * (size_t)units + 1;
	const wchar_t *const end = wide + units;
	char *out = calloc(1, cap);

	if (out == NULL)
		return (LONG)SCARD_E_NO_MEMORY;
	*names = out;
	for (; wide < end && *wide != L'\0'; wide += wcslen(wide) + 1)
		if (jm_narrow(wide, out + *len, cap - *len))
			*len += strlen(out + *len) + 1;
	out[*len] = '\0';
	*len += 1;
	return SCARD_S_SUCCESS;
}

LONG
jm_scard_names(SCARDCONTEXT ctx, char **names, size_t *len)
{
	DWORD n = SCARD_AUTOALLOCATE;
	wchar_t *wide = NULL;
	LONG rv;

	*names = NULL;
	*len = 0;
	rv = SCardListReadersW(ctx, NULL, (wchar_t *)&wide, &n);
	if (rv != SCARD_S_SUCCESS || wide == NULL)
		return rv;
	rv = narrow_all(wide, n, names, len);
	(void)SCardFreeMemory(ctx, wide);
	return rv;
}

void
jm_scard_names_free(SCARDCONTEXT ctx, char **names)
{
	(void)ctx;
	free(*names);
	*names = NULL;
}

LONG
jm_scard_wait(SCARDCONTEXT ctx, DWORD ms, jm_scard_state *state, size_t n)
{
	SCARD_READERSTATEW *wide = calloc(n + 1, sizeof *wide);
	wchar_t *name;
	size_t made = 0;
	LONG rv = (LONG)SCARD_E_NO_MEMORY;

	while (wide != NULL && made < n &&
	       (name = jm_wide(state[made].szReader)) != NULL) {
		wide[made].szReader = name;
		wide[made].dwCurrentState = state[made].dwCurrentState;
		made++;
	}
	if (wide != NULL && made == n)
		rv = SCardGetStatusChangeW(ctx, ms, wide, (DWORD)n);
	for (size_t i = 0; i < made; i++) {
		state[i].dwEventState = wide[i].dwEventState;
		state[i].cbAtr = wide[i].cbAtr;
		memcpy(state[i].rgbAtr, wide[i].rgbAtr, sizeof state[i].rgbAtr);
		name = (wchar_t *)(uintptr_t)wide[i].szReader;
		free(name);
	}
	free(wide);
	return rv;
}

LONG
jm_scard_connect(SCARDCONTEXT ctx, const char *reader, DWORD protocols,
    SCARDHANDLE *card, DWORD *proto)
{
	wchar_t *name = jm_wide(reader);
	LONG rv = (LONG)SCARD_E_UNKNOWN_READER;

	if (name != NULL)
		rv = SCardConnectW(
		    ctx, name, SCARD_SHARE_SHARED, protocols, card, proto);
	free(name);
	return rv;
}
