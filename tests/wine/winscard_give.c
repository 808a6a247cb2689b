/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/winscard_dll.h"

#include <string.h>

LONG
scard_give(void *out, DWORD *len, const void *data, size_t units, size_t width)
{
	const DWORD room = len == NULL ? 0 : *len;
	void *mem = out;

	if (len == NULL)
		return (LONG)SCARD_E_INVALID_PARAMETER;
	*len = (DWORD)units;
	if (out == NULL)
		return SCARD_S_SUCCESS;
	if (room == SCARD_AUTOALLOCATE) {
		mem = HeapAlloc(GetProcessHeap(), 0, units * width + 1);
		if (mem == NULL)
			return (LONG)SCARD_E_NO_MEMORY;
		*(void **)out = mem;
	} else if (room < units) {
		return (LONG)SCARD_E_INSUFFICIENT_BUFFER;
	}
	if (units > 0)
		memcpy(mem, data, units * width);
	return SCARD_S_SUCCESS;
}

LONG
scard_give_text(void *out, DWORD *len, const char *text, size_t n, int wide)
{
	WCHAR w[900];
	int units;

	if (!wide)
		return scard_give(out, len, text, n, 1);
	units =
	    MultiByteToWideChar(CP_UTF8, 0, text, (int)n, w, (int)NELEM(w) - 1);
	if (units <= 0)
		return (LONG)SCARD_F_INTERNAL_ERROR;
	return scard_give(out, len, w, (size_t)units, sizeof w[0]);
}

int
scard_utf8(const WCHAR *name, char out[WIRE_NAME])
{
	return name != NULL && WideCharToMultiByte(CP_UTF8, 0, name, -1, out,
				   WIRE_NAME, NULL, NULL) > 1;
}
