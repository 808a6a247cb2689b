/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an attacker computes, for scripts:
 *
 *   foe_tool t PROFILE SCOPE       writes T (1: reserved OID, 2: SHA-512)
 *   foe_tool message SCOPE         writes M, that T is of
 *   foe_tool nid PROFILE SCOPE FILE [L]
 *                                  reads s and prints the identifier that comes
 *                                  of it with L (hexadecimal; without: zero)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "nym/derive.h"
#include "nym/enc.h"

static int
fail(const char *what)
{
	fprintf(stderr, "foe_tool: %s\n", what);
	return 2;
}

static int
put(const void *p, size_t len)
{
	return fwrite(p, 1, len, stdout) == len && fflush(stdout) == 0
		   ? 0
		   : fail("cannot write");
}

static int
print_t(const uint8_t sh[NYM_SH_LEN], enum nym_profile p)
{
	uint8_t t[NYM_T_MAX];
	size_t len;

	if (nym_t(p, sh, t, &len) != JM_OK)
		return fail("no T");
	return put(t, len);
}

static int
print_message(const uint8_t sh[NYM_SH_LEN])
{
	const struct nym_field f = { sh, NYM_SH_LEN };
	uint8_t m[64];
	struct jm_wbuf w;

	jm_wbuf_init(&w, m, sizeof m);
	nym_put_enc(&w, "NYM1/A", &f, 1);
	return put(m, w.len);
}

static int
print_nid(const uint8_t sh[NYM_SH_LEN], enum nym_profile p, const char *file,
    const char *l_text)
{
	const struct nym_which which = { .use = NYM_USE_ASSERT };
	uint8_t s[NYM_S_LEN + 1], l[NYM_L_LEN] = { 0 }, prk[NYM_PRK_LEN];
	struct nym_key key;
	size_t n;
	FILE *f;

	if (l_text != NULL &&
	    (jm_hex_decode(l_text, l, sizeof l, &n) != JM_OK || n != sizeof l))
		return fail("L is not 32 bytes");
	if ((f = fopen(file, "rb")) == NULL)
		return fail("no signature");
	n = fread(s, 1, sizeof s, f);
	fclose(f);
	if (n != NYM_S_LEN)
		return fail("not 256 bytes");
	if (nym_prk(l, p, sh, s, prk) != JM_OK ||
	    nym_key_of(prk, sh, &which, &key) != JM_OK)
		return fail("no key");
	for (size_t i = 0; i < sizeof key.nid; i++)
		printf("%02x", key.nid[i]);
	putchar('\n');
	return 0;
}

int
main(int argc, char **argv)
{
	const char *const word = argc > 3 ? argv[1] : "";
	const enum nym_profile p = argc > 3 && strcmp(argv[2], "2") == 0
				       ? NYM_PROFILE_S
				       : NYM_PROFILE_X;
	uint8_t sh[NYM_SH_LEN];
	const char *scope;

	if (argc < 3)
		return fail("what?");
	scope = argc > 3 ? argv[3] : argv[2];
	if (nym_scope_hash(scope, strlen(scope), sh) != JM_OK)
		return fail("no scope");
	if (argc == 3 && strcmp(argv[1], "message") == 0)
		return print_message(sh);
	if (argc == 4 && strcmp(word, "t") == 0)
		return print_t(sh, p);
	if (argc > 4 && strcmp(word, "nid") == 0)
		return print_nid(sh, p, argv[4], argc > 5 ? argv[5] : NULL);
	return fail("what?");
}
