/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * holder_say SCOPE CHALLENGE GENERATION [OLD] [AHEAD]: an assertion as a holder
 * would send it, base64url; CHALLENGE in hexadecimal; OLD: the generation that
 * it is a rollover from, or "-"; AHEAD: seconds.  A holder of this program
 * alone, without a card.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hex.h"
#include "crypto/b64url.h"
#include "nym/assertion.h"

static int
key_of(const char *scope, const char *generation, struct nym_key *key)
{
	static const uint8_t prk[NYM_PRK_LEN] =
	    "holder_say's own, for all scope";
	const struct nym_which w = { .use = NYM_USE_ASSERT,
		.generation = (uint32_t)strtoul(generation, NULL, 10) };
	uint8_t sh[NYM_SH_LEN];

	return nym_scope_hash(scope, strlen(scope), sh) == JM_OK &&
	       nym_key_of(prk, sh, &w, key) == JM_OK;
}

int
main(int argc, char **argv)
{
	const int rolls = argc > 4 && strcmp(argv[4], "-") != 0;
	struct nym_request r = { 0 };
	struct nym_key key, old;
	static uint8_t chal[64], wire[1024];
	static char text[JM_B64URL_LEN(sizeof wire) + 1];
	size_t len;

	if (argc < 4)
		return 2;
	r.scope = argv[1];
	r.scope_len = strlen(argv[1]);
	r.challenge = chal;
	r.time = (uint32_t)time(NULL);
	if (argc > 5)
		r.time += (uint32_t)atoi(argv[5]);
	if (jm_hex_decode(argv[2], chal, sizeof chal, &r.challenge_len) !=
		JM_OK ||
	    !key_of(argv[1], argv[3], &key) ||
	    (rolls && !key_of(argv[1], argv[4], &old)) ||
	    nym_assert(&r, &key, rolls ? &old : NULL, NULL, NULL, wire,
		sizeof wire, &len) != JM_OK ||
	    jm_b64url_encode(wire, len, text, sizeof text) != JM_OK)
		return 1;
	puts(text);
	return 0;
}
