/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUARD      0x4a75u
#define GUARD_TAIL 8

static int failed;
static LONG blocks;
static LONG spoilt;
static LONG fails_in; /* allocations until one fails, 0: none does */

int
check(int ok, const char *what)
{
	printf("%s %s\n", ok ? "ok  " : "FAIL", what);
	failed |= !ok;
	return ok;
}

int
is(DWORD want, DWORD got, const char *what)
{
	if (want == got)
		return check(1, what);
	printf("FAIL %s: %08lx, not %08lx\n", what, (unsigned long)got,
	    (unsigned long)want);
	failed = 1;
	return 0;
}

int
same(const void *want, size_t want_len, const void *got, size_t got_len,
    const char *what)
{
	return check(want_len == got_len && got != NULL &&
			 memcmp(want, got, want_len) == 0,
	    what);
}

void
note(const char *fmt, ...)
{
	va_list ap;

	printf("     ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void
give_up(const char *why)
{
	printf("FAIL %s\n", why);
	fflush(stdout);
	ExitProcess(1);
}

int
checks_failed(void)
{
	return failed;
}

/* --- memory -----------------------------------------------------------------
 */

struct block {
	SIZE_T size;
	unsigned long long guard;
};

static void
guard_tail(struct block *b, int check_it)
{
	BYTE *tail = (BYTE *)(b + 1) + b->size;

	for (int i = 0; i < GUARD_TAIL; i++) {
		if (check_it && tail[i] != 0xa5)
			InterlockedIncrement(&spoilt);
		tail[i] = 0xa5;
	}
}

LPVOID WINAPI
host_alloc(SIZE_T size)
{
	struct block *b;

	if (fails_in > 0 && InterlockedDecrement(&fails_in) == 0)
		return NULL;
	if ((b = malloc(sizeof *b + size + GUARD_TAIL)) == NULL)
		return NULL;
	*b = (struct block){ size, GUARD };
	memset(b + 1, 0xcc, size);
	guard_tail(b, 0);
	InterlockedIncrement(&blocks);
	return b + 1;
}

void WINAPI
host_free(LPVOID mem)
{
	struct block *b = (struct block *)mem - 1;

	if (mem == NULL)
		return;
	if (b->guard != GUARD) {
		InterlockedIncrement(&spoilt);
		return;
	}
	guard_tail(b, 1);
	b->guard = 0;
	InterlockedDecrement(&blocks);
	free(b);
}

LPVOID WINAPI
host_realloc(LPVOID mem, SIZE_T size)
{
	struct block *old = (struct block *)mem - 1;
	void *fresh = host_alloc(size);

	if (mem == NULL || fresh == NULL)
		return fresh;
	memcpy(fresh, mem, old->size < size ? old->size : size);
	host_free(mem);
	return fresh;
}

void
host_alloc_fails(unsigned nth)
{
	InterlockedExchange(&fails_in, (LONG)nth);
}

void
check_memory(void)
{
	is(0, (DWORD)blocks, "all of the host's memory was given back");
	is(0, (DWORD)spoilt, "none of it was written past its end");
}
