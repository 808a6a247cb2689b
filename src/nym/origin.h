/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The place a browser was at: https://host[:port], in its one spelling. */
#ifndef NYM_ORIGIN_H
#define NYM_ORIGIN_H

#include <stddef.h>

/*
 * host as in a scope (nym1.md, section 7): lower case, A-labels, no address;
 * a port of 1..65535 without leading zeros, left out when it is 443.
 */
int nym_origin_ok(const char *origin, size_t len);

#endif
