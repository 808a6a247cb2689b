/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names that come from the host, compared without the C library's wide
 * characters: those are the platform's own. */
#ifndef JM_DRIVERS_MINIDRIVER_NAMES_H
#define JM_DRIVERS_MINIDRIVER_NAMES_H

#include <windows.h>

/* Is a property's name, upper and lower case as they are, this ASCII one? */
static inline int
md_is_name(LPCWSTR name, const char *ascii)
{
	while (*name != 0 && *name == (WCHAR)*ascii)
		name++, ascii++;
	return *name == 0 && *ascii == '\0';
}

/* Likewise a file's, upper or lower case. */
static inline int
md_is_file_name(const char *name, const char *lower)
{
	for (; *name != '\0'; name++, lower++) {
		const char ch = *name >= 'A' && *name <= 'Z'
				    ? (char)(*name - 'A' + 'a')
				    : *name;

		if (ch != *lower)
			return 0;
	}
	return *lower == '\0';
}

#endif
