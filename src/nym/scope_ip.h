/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses in the one spelling that a scope may have (nym1.md, section 7).
 * Part of scope.c.
 */
#ifndef NYM_SCOPE_IP_H
#define NYM_SCOPE_IP_H

#include <stddef.h>

/* Four decimals without leading zeros. */
int nym_is_ipv4(const char *p, size_t n);

/* RFC 5952 with hex groups only, no zone, and not of ::ffff:0:0/96. */
int nym_is_ipv6(const char *p, size_t n);

#endif
