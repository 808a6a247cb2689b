/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wide.h"

#include <limits.h>
#include <stdlib.h>
#include <windows.h>

wchar_t *
jm_wide(const char *text)
{
	const int n = MultiByteToWideChar(
	    CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
	wchar_t *out;

	if (n <= 0 || (out = calloc((size_t)n, sizeof *out)) == NULL)
		return NULL;
	if (MultiByteToWideChar(
		CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, out, n) == n)
		return out;
	free(out);
	return NULL;
}

int
jm_narrow(const wchar_t *text, char *out, size_t cap)
{
	const int room = cap > INT_MAX ? INT_MAX : (int)cap;

	if (room == 0)
		return 0;
	if (WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, -1, out,
		room, NULL, NULL) > 0)
		return 1;
	out[0] = '\0';
	return 0;
}
