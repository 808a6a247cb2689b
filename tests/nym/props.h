/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Statistics over many values of the same length (nym1.md, section 10, rows 1
 * to 5).  Values lie one behind the other, card by card: that of card c and
 * scope s is number c * scopes + s.
 */
#ifndef JM_TESTS_NYM_PROPS_H
#define JM_TESTS_NYM_PROPS_H

#include <stddef.h>
#include <stdint.h>

struct props {
	const uint8_t *v;
	size_t len; /* bytes of one value, 16 or 32 */
	size_t cards, scopes;
};

/* Pairs of values whose first n bytes are the same, and what chance gives. */
unsigned long props_equal(const struct props *p, size_t n);
double props_equal_expected(const struct props *p, size_t n);

/* NIST SP 800-22, 2.1 to 2.3 (blocks of 128 bits), and chi-square of bytes and
 * of 16-bit words: how often chance alone is as far off. */
struct props_p {
	double monobit, runs, blocks, bytes, words;
};
void props_bits(const struct props *p, struct props_p *out);

/* Hamming distances of values of one card at two services, and of two cards at
 * one service. */
struct props_distance {
	double mean, sd;
	unsigned long pairs;
};
void props_same_card(const struct props *p, struct props_distance *out);
void props_same_scope(const struct props *p, struct props_distance *out);

/* Pairs of places in two values of one card that have the same 4 bytes. */
unsigned long props_substrings(const struct props *p);
double props_substrings_expected(const struct props *p);

#endif
