/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/os.h"

jm_err
jm_mutex_init(struct jm_mutex *m)
{
	return pthread_mutex_init(&m->m, NULL) == 0 ? JM_OK : JM_NOMEM;
}

void
jm_mutex_lock(struct jm_mutex *m)
{
	(void)pthread_mutex_lock(&m->m);
}

int
jm_mutex_trylock(struct jm_mutex *m)
{
	return pthread_mutex_trylock(&m->m) == 0;
}

void
jm_mutex_unlock(struct jm_mutex *m)
{
	(void)pthread_mutex_unlock(&m->m);
}

void
jm_mutex_destroy(struct jm_mutex *m)
{
	(void)pthread_mutex_destroy(&m->m);
}

/* A machine that sleeps overnight does not stop the clock. */
#ifdef CLOCK_BOOTTIME
#define CLOCK CLOCK_BOOTTIME
#else
#define CLOCK CLOCK_MONOTONIC
#endif

uint64_t
jm_now_ms(void)
{
	struct timespec t = { 0, 0 };

	(void)clock_gettime(CLOCK, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void
jm_sleep_ms(unsigned ms)
{
	struct timespec t = { .tv_sec = (time_t)(ms / 1000),
		.tv_nsec = (long)(ms % 1000) * 1000000 };

	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		;
}

unsigned long
jm_process_id(void)
{
	return (unsigned long)getpid();
}

const char *
jm_getenv(const char *name)
{
	return secure_getenv(name);
}
