/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking for secrets in one's own memory, of secrets.c. */
#ifndef JM_TESTS_INTEROP_SECRETS_H
#define JM_TESTS_INTEROP_SECRETS_H

#include <stddef.h>

#define PINS    4
#define PIN_MAX 16
#define MASK    0x5a

struct secret {
	unsigned char masked[PIN_MAX];
	size_t len;
	int given; /* to the module, by this process */
};
extern struct secret pins[PINS];
extern const char *step;

_Noreturn void fault(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

struct found {
	unsigned all, open; /* outside of guarded pages */
};

void look_begin(void);
/*
 * May this PIN have been left behind?  Once a process was given one, only what
 * it was given counts: the digits of another stand there by chance.  Before
 * that all do, so that a card's PINs are none that its data contain.
 */
int counts(const struct secret *s);
/* In all memory that can be written to. */
struct found look(const struct secret *s);
/* Faults where any of the PINs is in a child, in a core file, which is kept
 * under the name keep or not at all. */
void in_child(void);
void in_core(const char *keep);

#endif
