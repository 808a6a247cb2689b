/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every fuzz target has: one entry, promises that stop the program when
 * they are broken, and the input as a stream of small choices.
 *
 * A target makes everything anew from one input and leaves nothing behind, so
 * that a file alone shows what was found.
 */
#ifndef JM_TESTS_FUZZ_FUZZ_H
#define JM_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern const char fuzz_name[]; /* the target's; corpus/NAME.txt is its own */

/* Says what was promised, and traps. */
#define MUST(promise)                                                          \
	((promise) ? (void)0 : fuzz_broken(#promise, __FILE__, __LINE__))
void fuzz_broken(const char *promise, const char *file, int line)
    __attribute__((noreturn));

struct feed {
	const uint8_t *p;
	size_t left;
};

unsigned feed_u8(struct feed *f); /* 0 at the end */
unsigned feed_u16(struct feed *f);
unsigned feed_below(struct feed *f, unsigned n); /* 0..n-1 */

/* A length byte (255: two more follow), then that many bytes or what is left.
 * Never NULL; borrowed from the input. */
const uint8_t *feed_string(struct feed *f, size_t *len);

#endif
