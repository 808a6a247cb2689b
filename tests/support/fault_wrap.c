/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What --wrap puts in the place of the allocators; fault.h says how. */
#include <errno.h>
#include <stddef.h>

#include "tests/support/fault.h"

/* The names are the linker's. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *
__wrap_malloc(size_t n)
{
	if (fault_point()) {
		errno = ENOMEM;
		return NULL;
	}
	return __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	if (fault_point()) {
		errno = ENOMEM;
		return NULL;
	}
	return __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	if (fault_point()) {
		errno = ENOMEM;
		return NULL;
	}
	return __real_realloc(p, n);
}
/* NOLINTEND(bugprone-reserved-identifier) */
