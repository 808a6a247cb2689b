/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the platform provides: locks, clock, process id, environment.  One
 * implementation per platform (os_posix.c, os_win.c).
 */
#ifndef JM_BASE_OS_H
#define JM_BASE_OS_H

#ifndef _WIN32
#include <pthread.h>
#endif
#include <stdint.h>

#include "base/err.h"

/* Not recursive.  jm_mutex_lock on an initialised mutex does not fail. */
/* clang-format off */
#ifdef _WIN32
struct jm_mutex { void *m; }; /* a SRWLOCK */
#define JM_MUTEX_INIT { NULL }
#else
struct jm_mutex { pthread_mutex_t m; };
#define JM_MUTEX_INIT { PTHREAD_MUTEX_INITIALIZER }
#endif
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

/* NULL in a set-uid or set-gid program, as secure_getenv(3).  Windows has no
 * such programs: there it is getenv, in the code page of the process. */
const char *jm_getenv(const char *name);

#endif
