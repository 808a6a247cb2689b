/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the platform provides: locks, clock, process id, environment.  One
 * implementation per platform (os_posix.c).
 */
#ifndef JM_BASE_OS_H
#define JM_BASE_OS_H

#include <pthread.h>
#include <stdint.h>

#include "base/err.h"

/* Not recursive.  jm_mutex_lock on an initialised mutex does not fail. */
struct jm_mutex {
	pthread_mutex_t m;
};
/* clang-format off */
#define JM_MUTEX_INIT { PTHREAD_MUTEX_INITIALIZER }
/* clang-format on */
jm_err jm_mutex_init(struct jm_mutex *m) JM_MUST_USE;
void jm_mutex_lock(struct jm_mutex *m);
int jm_mutex_trylock(struct jm_mutex *m); /* 1: locked by this call */
void jm_mutex_unlock(struct jm_mutex *m);
void jm_mutex_destroy(struct jm_mutex *m);

/* Milliseconds of a clock that never goes back, and goes on while the machine
 * is suspended: idle time and the age of a counter are measured with it. */
uint64_t jm_now_ms(void);
void jm_sleep_ms(unsigned ms);
unsigned long jm_process_id(void); /* to notice a fork */

/* NULL in a set-uid or set-gid program, as secure_getenv(3). */
const char *jm_getenv(const char *name);

#endif
