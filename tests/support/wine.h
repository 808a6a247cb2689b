/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For tests that run on Windows, too, and there under Wine. */
#ifndef JM_TESTS_SUPPORT_WINE_H
#define JM_TESTS_SUPPORT_WINE_H

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN /* no wincrypt.h: its names are OpenSSL's */
#include <windows.h>

static inline int
on_windows(void) /* or what says that it is */
{
	return 1;
}

static inline int
on_wine(void)
{
	return GetProcAddress(
		   GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}
#else
static inline int
on_windows(void)
{
	return 0;
}

static inline int
on_wine(void)
{
	return 0;
}
#endif

#endif
