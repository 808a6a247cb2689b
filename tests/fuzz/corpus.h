/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A corpus is one text file: '#' and a comment, or "input NAME" and lines of
 * hexadecimal behind it that begin with a tab.
 */
#ifndef JM_TESTS_FUZZ_CORPUS_H
#define JM_TESTS_FUZZ_CORPUS_H

#include <stddef.h>
#include <stdint.h>

#define CORPUS_INPUT_MAX 65536 /* bytes of one input */

typedef int corpus_visitor(
    void *arg, const char *name, const uint8_t *data, size_t len);

/* Calls f for each input until it returns something else than 0.  The number
 * of inputs; -1: cannot be read, says why on stderr. */
int corpus_read(const char *path, corpus_visitor *f, void *arg);

/* One whole file; bytes, -1 for an error. */
long corpus_slurp(const char *path, uint8_t *out, size_t cap);

#endif
