/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Failures by counting: the nth fallible call after fault_arm fails, all others
 * work.  A sweep arms 0, 1, 2, ... until nothing fired, so each failure path
 * is taken once and the last number says how many there are.
 *
 * What counts is whatever asks fault_point: the scripted link does, once for
 * each exchange, and so do malloc, calloc and realloc of a program that opts
 * in.  It opts in by its line in local.mk:
 *
 *     check_PROGRAMS += %D%/test_x
 *     %C%_test_x_LDFLAGS = $(AM_LDFLAGS) $(FAULT_LINK)
 *
 * The linker then sends the calls of our own objects here.  Those inside
 * shared libraries (OpenSSL, cmocka, the C library) are not counted.
 *
 * One thread only.  A program that never arms sees no failure.
 */
#ifndef JM_TESTS_SUPPORT_FAULT_H
#define JM_TESTS_SUPPORT_FAULT_H

/* Start to count: call number nth, from 0, will fail, once. */
void fault_arm(unsigned nth);

/* Stop to count: nothing fails any more.  What fired stays known. */
void fault_disarm(void);

/* 1 when a call has failed since fault_arm.  Asking disarms. */
int fault_fired(void);

/* For what can fail: 1 when this call is the one. */
int fault_point(void);

#endif
