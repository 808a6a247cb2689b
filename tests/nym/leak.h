/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Searching what came out for what must not: a secret counts as found when any
 * 8 bytes in a row of it stand there, as they are, in hexadecimal of either
 * case, or in base64 of either alphabet.
 */
#ifndef JM_TESTS_NYM_LEAK_H
#define JM_TESTS_NYM_LEAK_H

#include <stddef.h>

int leak_in(const void *hay, size_t hay_len, const void *secret, size_t len);

/* Collects the library's log at its most talkative level from here on; what was
 * collected is kept until the next call. */
void leak_listen(void);
void leak_deaf(void);
int leak_logged(const void *secret, size_t len);
size_t leak_log_len(void);

/* The same in every file of a folder and of those in it; a link is looked at by
 * its name alone.  Fails the test when one cannot be read. */
int leak_in_folder(const char *folder, const void *secret, size_t len);

#endif
