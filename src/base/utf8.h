/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UTF-8 (RFC 3629): shortest form, no surrogates, up to 10FFFF. */
#ifndef JM_BASE_UTF8_H
#define JM_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at p, of which left are there, and which it is; 0 if
 * there is none. */
size_t jm_utf8_next(const uint8_t *p, size_t left, uint32_t *c);

/* What a terminal may obey instead of showing, or not show at all: control
 * characters, direction marks and their kin. */
int jm_utf8_is_control(uint32_t c);

#endif
