/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The known answers in tests/vectors: records of "name = value" lines with a
 * blank line between.  What cannot be read fails the test.
 */
#ifndef JM_TESTS_SUPPORT_NYM_VECTORS_H
#define JM_TESTS_SUPPORT_NYM_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#define NYM_VECTORS 79 /* records of nym1.txt */

struct nym_record {
	char text[4096]; /* the whole block, its lines ended by NUL */
	const char *name[24], *value[24];
	size_t n;
	unsigned line; /* of its first line, for messages */
};

/* Calls f for each record of that file; kind NULL: all, else those that have
 * "kind = kind".  The number of calls, which is never 0. */
unsigned nym_each_record(
    const char *file, const char *kind, void (*f)(const struct nym_record *r));

/* The value, NULL if the record has none of that name. */
const char *nym_try_value(const struct nym_record *r, const char *name);

const char *nym_value(const struct nym_record *r, const char *name);
unsigned long nym_number(const struct nym_record *r, const char *name);
/* bytes written; a value longer than cap fails */
size_t nym_bytes(
    const struct nym_record *r, const char *name, uint8_t *out, size_t cap);
/* exactly n bytes */
void nym_exact(
    const struct nym_record *r, const char *name, uint8_t *out, size_t n);
/* got is what the record says */
void nym_same(
    const struct nym_record *r, const char *name, const void *got, size_t n);

#endif
