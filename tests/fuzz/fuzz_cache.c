/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The input is a file of the user's cache: as it is, and as the records behind
 * a head that fits.  What is taken is in bounds, holds nothing of the signature
 * certificate, and makes the same file again.
 */
#include <string.h>

#include "crypto/digest.h"
#include "objects/cache.h"
#include "tests/fuzz/fuzz.h"

#define HEAD (8 + 32)

const char fuzz_name[] = "cache";

static int
inside(struct jm_rbuf part, const uint8_t *p, size_t len)
{
	return part.left == 0 || (part.p >= p && part.left <= len &&
				     (size_t)(part.p - p) <= len - part.left);
}

static void
check(const uint8_t *p, size_t len)
{
	static uint8_t again[JM_CACHE_FILE_MAX];
	struct jm_cache_entry e;
	size_t n;

	(void)jm_cache_stale(p, len, 1700000000);
	if (jm_cache_parse(p, len, &e) != JM_OK) {
		MUST(e.info.left == 0 && e.cert[JM_CERT_AUTH].left == 0);
		return;
	}
	MUST(e.info.left <= JM_TOKEN_INFO_LEN && inside(e.info, p, len));
	for (int i = 0; i < JM_CERTS; i++) {
		MUST(e.cert[i].left <= JM_CERT_MAX);
		MUST(inside(e.cert[i], p, len));
	}
	MUST(e.cert[JM_CERT_AUTH].left > JM_CACHE_BLOCK);
	MUST(e.cert[JM_CERT_SIGN].left == 0);
	MUST(jm_cache_build(&e, again, &n) == JM_OK);
	MUST(n == len && memcmp(again, p, n) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t whole[HEAD + JM_CACHE_FILE_MAX];
	uint8_t hash[JM_DIGEST_MAX];

	check(data, size);
	if (size > JM_CACHE_FILE_MAX)
		return 0;
	memcpy(whole, "JMCACHE1", 8);
	if (size > 0)
		memcpy(whole + HEAD, data, size);
	MUST(jm_hash(JM_SHA256, whole + HEAD, size, hash) == JM_OK);
	memcpy(whole + 8, hash, 32);
	check(whole, HEAD + size);
	return 0;
}
