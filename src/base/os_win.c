/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <windows.h>

#include "base/os.h"

/* os.h names no type of windows.h. */
_Static_assert(sizeof(SRWLOCK) == sizeof(void *) &&
		   _Alignof(SRWLOCK) == _Alignof(struct jm_mutex),
    "a mutex is a slim reader/writer lock");

static SRWLOCK *
lock_of(struct jm_mutex *m)
{
	return (SRWLOCK *)&m->m;
}

jm_err
jm_mutex_init(struct jm_mutex *m)
{
	InitializeSRWLock(lock_of(m));
	return JM_OK;
}

void
jm_mutex_lock(struct jm_mutex *m)
{
	AcquireSRWLockExclusive(lock_of(m));
}

int
jm_mutex_trylock(struct jm_mutex *m)
{
	return TryAcquireSRWLockExclusive(lock_of(m)) != 0;
}

void
jm_mutex_unlock(struct jm_mutex *m)
{
	ReleaseSRWLockExclusive(lock_of(m));
}

void
jm_mutex_destroy(struct jm_mutex *m)
{
	(void)m; /* such a lock holds nothing */
}

/* In steps of 10 to 16 ms. */
uint64_t
jm_now_ms(void)
{
	return GetTickCount64();
}

void
jm_sleep_ms(unsigned ms)
{
	Sleep(ms);
}

unsigned long
jm_process_id(void)
{
	return GetCurrentProcessId();
}

const char *
jm_getenv(const char *name)
{
	return getenv(name);
}
