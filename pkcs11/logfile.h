/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the module's diagnostics go from C_Initialize to C_Finalize: the file
 * of log-file, one line a write, or the system's log under the host's own name
 * (never openlog, never standard output or error).
 */
#ifndef P11_LOGFILE_H
#define P11_LOGFILE_H

#include <sys/types.h>

#include "base/conf.h"

struct p11_logfile {
	int fd; /* -1: the system's log */
	/* which file that was: a host may close all descriptors and have our
	 * number for a file of its own */
	dev_t dev;
	ino_t ino;
};

/* A file that cannot be opened is told in the system's log, which is used
 * instead. */
void p11_log_start(const struct jm_conf *conf);

/* Nothing is written from here on. */
void p11_log_stop(void);

/* In the child after fork: lets go of the parent's file. */
void p11_log_abandon(void);

#endif
