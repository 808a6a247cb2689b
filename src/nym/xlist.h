/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The exclusion list of a service (nym1.md, section 5.4): whom it banned, as a
 * tree over the gaps between neighbours.  A gap and its path prove that an
 * entry between its two ends is not on the list, and show nothing else of it.
 *
 *   entry = U16(period) || U32(epoch) || xt
 *   leaf  = lo || hi, neighbours; 00..00 and FF..FF stand at the ends
 *   root  = H(ENC("NYM1/xl", sh, U32(version), U32(leaves), top))
 *   proof = U32(version) || U32(leaves) || U32(index) || leaf || siblings
 */
#ifndef NYM_XLIST_H
#define NYM_XLIST_H

#include "nym/scope.h"

#define NYM_ENTRY_LEN 22
#define NYM_ROOT_LEN  32
#define NYM_DEPTH_MAX 32
#define NYM_PROOF_MAX (12 + 2 * NYM_ENTRY_LEN + 32 * NYM_DEPTH_MAX)

struct nym_xlist;

/*
 * From n entries in any order, NYM_ENTRY_LEN bytes each; equal ones are one.
 * The whole tree is kept: about 90 bytes for each entry.  Read-only from then
 * on, so any number of threads may ask it.
 *   JM_NOMEM, JM_CRYPTO; JM_ARG: 2^32 - 1 entries or more
 */
jm_err nym_xlist_build(const uint8_t sh[NYM_SH_LEN], const uint8_t *entries,
    size_t n, uint32_t version, struct nym_xlist **out) JM_MUST_USE;
void nym_xlist_free(struct nym_xlist **l); /* NULL is fine */

void nym_xlist_root(const struct nym_xlist *l, uint8_t root[NYM_ROOT_LEN]);
uint32_t nym_xlist_leaves(const struct nym_xlist *l);

/*
 * The gap that own lies in.  JM_REFUSED: it is on the list (so is what stands
 * at its ends).
 */
jm_err nym_xlist_proof(const struct nym_xlist *l,
    const uint8_t own[NYM_ENTRY_LEN], uint8_t out[NYM_PROOF_MAX],
    size_t *len) JM_MUST_USE;

/*
 * The prover's check: what a holder, registrar or card believes before it says
 * that own is not on the list with this root.
 *   JM_FORMAT   no proof: a length that does not follow from leaves and index,
 *               no leaves, an index past them
 *   JM_REFUSED  own is not strictly inside the gap
 *   JM_BAD_SIG  the root is another one
 */
jm_err nym_xlist_check(const uint8_t sh[NYM_SH_LEN],
    const uint8_t own[NYM_ENTRY_LEN], const uint8_t *proof, size_t len,
    const uint8_t root[NYM_ROOT_LEN]) JM_MUST_USE;

void nym_xlist_entry(uint16_t period, uint32_t epoch, const uint8_t xt[16],
    uint8_t entry[NYM_ENTRY_LEN]);

#endif
