/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Strict hexadecimal.  Reading accepts upper and lower case and, between two
 * bytes, any number of single blanks; nothing else.
 */
#ifndef JM_BASE_HEX_H
#define JM_BASE_HEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Writes 2 * n upper-case digits and a NUL; cap counts both.  JM_SPACE. */
jm_err jm_hex_encode(
    const uint8_t *in, size_t n, char *out, size_t cap) JM_MUST_USE;

/* JM_ARG for anything that is not whole bytes, JM_SPACE past cap. */
jm_err jm_hex_decode(const char *text, uint8_t *out, size_t cap,
    size_t *out_len) JM_MUST_USE;

#endif
