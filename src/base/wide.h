/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text for Windows' own calls, which is UTF-16; ours is UTF-8 everywhere.  On
 * Windows alone. */
#ifndef JM_BASE_WIDE_H
#define JM_BASE_WIDE_H

#include <stddef.h>
#include <wchar.h>

/* Memory to free; NULL: malformed, or no memory. */
wchar_t *jm_wide(const char *text);

/* 1: out has all of it and a NUL; 0: it is malformed or does not fit. */
int jm_narrow(const wchar_t *text, char *out, size_t cap);

#endif
