/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nymbench [SECONDS]: how many assertions a service can look at, beside the
 * bare verification of as many signatures by OpenSSL, in turn and on one
 * thread; and what a proof in a list of a million costs.  In seconds of this
 * process, so that what else runs counts less.  One figure a line.
 */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/soft_key.h"
#include "nym/assertion.h"
#include "nym/nym.h"

#define SCOPE  "web:example.jp"
#define NOW    1767225600u
#define LISTED 1000000u
#define BLOCK  200 /* operations between two looks at the clock */
#define PROOFS 10000

static const uint8_t challenge[32] = { 7 };

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "nymbench: %s failed\n", what);
	exit(1);
}

struct message {
	struct nym_key key;
	uint8_t wire[512];
	size_t len;
};

static void
make(struct message *m)
{
	static const uint8_t prk[NYM_PRK_LEN] = { 1 };
	const struct nym_which w = { .use = NYM_USE_ASSERT };
	const struct nym_request r = { .scope = SCOPE,
		.scope_len = strlen(SCOPE),
		.challenge = challenge,
		.challenge_len = sizeof challenge,
		.time = NOW };
	uint8_t sh[32];

	must(nym_scope_of(SCOPE, sh) == NYM_OK &&
		 nym_key_of(prk, sh, &w, &m->key) == JM_OK &&
		 nym_assert(&r, &m->key, NULL, NULL, NULL, m->wire,
		     sizeof m->wire, &m->len) == JM_OK,
	    "making a message");
}

static unsigned long
assertions(const struct message *m, double seconds)
{
	const nym_policy p = { .scope = SCOPE, .now = NOW };
	const double end = now() + seconds;
	unsigned long n = 0;
	nym_result r;

	do
		for (int i = 0; i < BLOCK; i++, n++)
			must(nym_verify(&p, challenge, sizeof challenge,
				 m->wire, m->len, &r) == NYM_OK,
			    "nym_verify");
	while (now() < end);
	return n;
}

/* As "openssl speed ecdsap256" does it: one key, one context, one signature
 * over 20 bytes (here 32), again and again. */
static unsigned long
bare(double seconds)
{
	uint8_t hash[32] = { 1 }, sig[80];
	size_t len = sizeof sig;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
	unsigned long n = 0;
	double end;

	must(c != NULL && EVP_PKEY_sign_init(c) == 1 &&
		 EVP_PKEY_sign(c, sig, &len, hash, sizeof hash) == 1 &&
		 EVP_PKEY_verify_init(c) == 1,
	    "a key");
	end = now() + seconds;
	do
		for (int i = 0; i < BLOCK; i++, n++)
			must(EVP_PKEY_verify(c, sig, len, hash, sizeof hash) ==
				 1,
			    "EVP_PKEY_verify");
	while (now() < end);
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(key);
	return n;
}

static void
proofs(void)
{
	nym_xl_entry *e = calloc(LISTED, sizeof *e), own = { 0, 0, { 0 } };
	static uint8_t proof[NYM_PROOF_SIZE];
	uint8_t sh[32] = { 1 }, root[32];
	double begun, built, made, checked, t, worst = 0;
	size_t len;
	nym_xl *xl;

	must(e != NULL, "memory");
	for (size_t i = 0; i < LISTED; i++)
		must(jm_random(e[i].xt, sizeof e[i].xt) == JM_OK, "random");
	begun = now();
	must(nym_xl_build(sh, e, LISTED, 1, &xl) == NYM_OK, "nym_xl_build");
	built = now();
	must(nym_xl_root(xl, root) == NYM_OK, "nym_xl_root");
	for (uint32_t i = 0; i < PROOFS; i++) {
		memcpy(own.xt, &i, sizeof i);
		own.xt[8] = 0x5a;
		t = now();
		must(nym_xl_proof(xl, &own, proof, &len) == NYM_OK, "a proof");
		t = now() - t;
		worst = t > worst ? t : worst;
	}
	made = now();
	for (int i = 0; i < PROOFS; i++)
		must(nym_xl_check(sh, &own, proof, len, root) == NYM_OK,
		    "a check");
	checked = now();
	printf("xl_build_seconds %.2f\n", built - begun);
	printf("xl_proof_us %.2f\n", (made - built) / PROOFS * 1e6);
	printf("xl_proof_worst_us %.1f\n", worst * 1e6);
	printf("xl_check_us %.1f\n", (checked - made) / PROOFS * 1e6);
	printf("xl_proof_bytes %zu\n", len);
	nym_xl_free(xl);
	free(e);
}

int
main(int argc, char **argv)
{
	const double seconds = argc > 1 ? atof(argv[1]) : 4;
	unsigned long ours = 0, theirs = 0;
	const int rounds = 10;
	static struct message m;

	make(&m);
	for (int i = 0; i < rounds; i++) { /* in turn: both see the same */
		ours += assertions(&m, seconds / rounds);
		theirs += bare(seconds / rounds);
	}
	printf("verify_per_second %.0f\n", (double)ours / seconds);
	printf("bare_per_second %.0f\n", (double)theirs / seconds);
	printf("verify_of_bare %.2f\n", (double)ours / (double)theirs);
	proofs();
	return 0;
}
