/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between conf.c, which reads lines, and conf_key.c, which knows the keys. */
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

/* One line of the form NAME = VALUE. */
enum jm_conf_why jm_conf_take(struct jm_conf *conf, struct jm_conf_sets *sets,
    const char *name, const char *value) JM_MUST_USE;

#endif
