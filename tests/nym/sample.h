/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Identifiers of many cards at many services: 100 of each, or what NYM_CARDS
 * and NYM_SCOPES say.  A signature of RSA for each pair would take hours, so s
 * is a hash keyed by the card, 256 bytes of it, which is what a unique
 * signature that nobody forges is taken for.  L is zero: the mode that hides
 * least.  All is computed from fixed names, so that a run repeats the last one
 * to the bit.
 */
#ifndef JM_TESTS_NYM_SAMPLE_H
#define JM_TESTS_NYM_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "nym/derive.h"

#define SERIAL_BASE 700000000000000ull /* 15 digits, as cards have */

struct sample {
	size_t cards, scopes, n;
	/* that of card c and scope s is number c * scopes + s */
	uint8_t *nid, *x; /* of 32 bytes */
	uint8_t *xt;      /* of 16 */
	uint8_t *weak;    /* the identifier that nobody should use */
	uint8_t *sh;      /* of each scope */
	uint64_t *serial; /* of each card */
	size_t serials;   /* how many there might be, from SERIAL_BASE on */
};

/* use 1, static, generation 0 */
extern const struct nym_which sample_first;

void sample_make(struct sample *s);
void sample_free(struct sample *s);

/* H(serial number, scope number) */
void sample_weak(uint64_t serial, size_t scope, uint8_t id[32]);

/* sh of scope number i, and PRK of it and a card */
void sample_sh(size_t i, uint8_t sh[NYM_SH_LEN]);
void sample_prk(size_t card, const uint8_t *sh, uint8_t prk[NYM_PRK_LEN]);

#endif
