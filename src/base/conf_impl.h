/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between conf.c, conf_key.c, which knows the keys, and what reads them on each
 * platform: conf_posix.c, conf_win.c. */
#ifndef JM_BASE_CONF_IMPL_H
#define JM_BASE_CONF_IMPL_H

#include "base/conf.h"

/* clang-format off */
enum jm_conf_why {
#define X(id, text) JM_FAULT_##id,
	JM_CONF_FAULTS(X)
#undef X
	JM_FAULT_NONE
};
/* clang-format on */

/* What was set before: bits 1 << key. */
struct jm_conf_sets {
	int system;     /* this is the system's file */
	unsigned *hard; /* by the system's file, as values that others only
			   tighten */
	unsigned here;  /* in this file */
};

/* --- conf.c --------------------------------------------------------------- */

const char *conf_sentence(enum jm_conf_why why);
/* The first one stays. */
void conf_tell(struct jm_conf_fault *fault, const char *path, unsigned line,
    const char *what);

/* --- the platform's, with jm_conf_read ------------------------------------ */

extern const char conf_system[]; /* a path for jm_conf_read */
/* 1: the user's is in out, which has room for cap bytes. */
int conf_user(char *out, size_t cap, struct jm_conf_fault *fault);
/* Does text mean the same to conf_fits as it does to fnmatch(3)? */
int conf_is_pattern(const char *text);
int conf_fits(const char *pattern, const char *text);

/* --- conf_key.c ----------------------------------------------------------- */

/* One line of the form NAME = VALUE. */
enum jm_conf_why jm_conf_take(struct jm_conf *conf, struct jm_conf_sets *sets,
    const char *name, const char *value) JM_MUST_USE;

#endif
