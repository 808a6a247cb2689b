/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The input is one number (which entry is asked for) and a proof.  The list is
 * always the same; what is believed of it is true, and the very proof that the
 * list itself gives.
 */
#include <string.h>

#include "nym/xlist.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_name[] = "proof";

#define LISTED 37

static void
entry(unsigned n, uint8_t out[NYM_ENTRY_LEN])
{
	uint8_t xt[16];

	memset(xt, (int)n, sizeof xt);
	nym_xlist_entry(0, 0, xt, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t sh[NYM_SH_LEN] = { 1 };
	uint8_t entries[LISTED * NYM_ENTRY_LEN], own[NYM_ENTRY_LEN];
	uint8_t root[NYM_ROOT_LEN], proof[NYM_PROOF_MAX];
	struct feed f = { data, size };
	const unsigned n = feed_u8(&f);
	struct nym_xlist *l;
	size_t len;
	jm_err said, e;

	for (unsigned i = 0; i < LISTED; i++)
		entry(2 * i + 1, entries + i * NYM_ENTRY_LEN);
	MUST(nym_xlist_build(sh, entries, LISTED, 1, &l) == JM_OK);
	nym_xlist_root(l, root);
	entry(n, own);
	said = nym_xlist_proof(l, own, proof, &len);
	MUST(
	    (said == JM_REFUSED) == ((n % 2 == 1 && n < 2 * LISTED) || n == 0));
	e = nym_xlist_check(sh, own, f.p, f.left, root);
	MUST(
	    e == JM_OK || e == JM_FORMAT || e == JM_REFUSED || e == JM_BAD_SIG);
	if (e == JM_OK)
		MUST(said == JM_OK && len == f.left &&
		     memcmp(proof, f.p, len) == 0);
	nym_xlist_free(&l);
	return 0;
}
