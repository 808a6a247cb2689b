/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * t_set [-n SCOPES] [-v] [FILE]: reads what a program had signed, a line of
 * hexadecimal for each input, and looks for it among T of 10^5 scopes of all
 * schemes: T of both profiles, of the second key, and the hash value alone (for
 * mechanisms that take one).  A second word on a line, the beginning of the
 * TLS transcript that the input is the hash of, has to begin with 01 (a
 * ClientHello).  "# ..." and empty lines are passed over.
 *
 * Prints "N inputs, M values of S scopes, H found"; exit status 0 if H is 0 and
 * N is not, 1 otherwise, 2 for what is no such line.  -v prints T of the last
 * scope of each kind and ends: what a test feeds in to see it found.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "crypto/rsa_pad.h"
#include "nym/derive.h"
#include "nym/enc.h"

#define SCOPES     100000
#define SCOPES_MAX 10000000
#define PER_SCOPE  5  /* T_X, T_S, T2, H(M) with SHA-256 and SHA-512 */
#define KEY        16 /* bytes of SHA-256 that stand for a value */
#define LINE_BYTES 2048

struct set {
	uint8_t (*slot)[KEY]; /* open addressing; all zero: free */
	size_t mask, len;
};

/* Around a scope's number. */
/* clang-format off */
static const struct { const char *before, *after; } schemes[] = {
	{ "web:s", ".example.jp" },
	{ "ssh:host", ".example.jp" },
	{ "ssh:10.n", ".example.net:2222" },
	{ "p11:label-", "" },
	{ "app:jp.example.app", "" },
	{ "kiosk:jp.example.city/desk-", "" },
	{ "test:", "" },
	{ "ssh:h", "" },
};
/* clang-format on */

static int
same_key(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, KEY) == 0;
}

static int
free_slot(const uint8_t *slot)
{
	static const uint8_t none[KEY];

	return same_key(slot, none);
}

/* Where the value stands, or would stand. */
static uint8_t *
place(const struct set *s, const void *p, size_t len)
{
	uint8_t h[32];
	size_t i;

	if (jm_hash(JM_SHA256, p, len, h) != JM_OK) {
		fputs("t_set: no hash\n", stderr);
		exit(2);
	}
	memcpy(&i, h + KEY, sizeof i);
	for (i &= s->mask; !free_slot(s->slot[i]); i = (i + 1) & s->mask)
		if (same_key(s->slot[i], h))
			return s->slot[i];
	memcpy(s->slot[i], h, KEY);
	return s->slot[i];
}

static void
add(struct set *s, const void *p, size_t len)
{
	(void)place(s, p, len);
	s->len++;
}

static int
found(const struct set *s, const void *p, size_t len)
{
	uint8_t h[32];
	size_t i;

	if (jm_hash(JM_SHA256, p, len, h) != JM_OK)
		return 1;
	memcpy(&i, h + KEY, sizeof i);
	for (i &= s->mask; !free_slot(s->slot[i]); i = (i + 1) & s->mask)
		if (same_key(s->slot[i], h))
			return 1;
	return 0;
}

struct values {
	uint8_t t[PER_SCOPE][NYM_T_MAX];
	size_t len[PER_SCOPE];
};

/* All that stands for a scope. */
static jm_err
values_of(const char *scope, struct values *v)
{
	enum nym_scheme scheme;
	uint8_t sh[NYM_SH_LEN];
	jm_err e;

	if ((e = nym_scope_check(scope, strlen(scope), &scheme)) != JM_OK ||
	    (e = nym_scope_hash(scope, strlen(scope), sh)) != JM_OK ||
	    (e = nym_t(NYM_PROFILE_X, sh, v->t[0], &v->len[0])) != JM_OK ||
	    (e = nym_t(NYM_PROFILE_S, sh, v->t[1], &v->len[1])) != JM_OK ||
	    (e = nym_t2(sh, v->t[2], &v->len[2])) != JM_OK)
		return e;
	/* the hash value is the end of either T */
	v->len[3] = 32;
	memcpy(v->t[3], v->t[0] + v->len[0] - 32, 32);
	v->len[4] = 64;
	memcpy(v->t[4], v->t[1] + v->len[1] - 64, 64);
	return JM_OK;
}

static int
fill(struct set *s, size_t scopes, int show)
{
	struct values v;
	char scope[64];

	for (size_t i = 0; i < scopes; i++) {
		const size_t k = i % NELEM(schemes);
		const int n = snprintf(scope, sizeof scope, "%s%zu%s",
		    schemes[k].before, i, schemes[k].after);

		if (n < 0 || (size_t)n >= sizeof scope ||
		    values_of(scope, &v) != JM_OK) {
			fprintf(stderr, "t_set: no scope: %s\n", scope);
			return 0;
		}
		for (size_t j = 0; j < PER_SCOPE; j++) {
			add(s, v.t[j], v.len[j]);
			if (!show || i + NELEM(schemes) < scopes)
				continue;
			for (size_t b = 0; b < v.len[j]; b++)
				printf("%02x", v.t[j][b]);
			putchar('\n');
		}
	}
	return 1;
}

static int
bytes_of(const char *word, uint8_t out[LINE_BYTES], size_t *len)
{
	return jm_hex_decode(word, out, LINE_BYTES, len) == JM_OK && *len > 0;
}

/* 1: something is wrong with it; -1: it is no such line */
static int
look(const struct set *s, char *line, size_t *inputs)
{
	static uint8_t b[LINE_BYTES];
	char *save, *word = strtok_r(line, " \t\r\n", &save), *transcript;
	size_t len;

	if (word == NULL || word[0] == '#')
		return 0;
	transcript = strtok_r(NULL, " \t\r\n", &save);
	if (!bytes_of(word, b, &len))
		return -1;
	++*inputs;
	if (found(s, b, len)) {
		printf("this is T of a scope: %s\n", word);
		return 1;
	}
	if (memmem(b, len, nym_reserved_oid, sizeof nym_reserved_oid) != NULL) {
		printf("this has the reserved OID: %s\n", word);
		return 1;
	}
	if (transcript == NULL)
		return 0;
	if (!bytes_of(transcript, b, &len))
		return -1;
	if (b[0] == 0x01)
		return 0;
	printf("this is no TLS transcript: %s\n", transcript);
	return 1;
}

static int
read_all(const struct set *s, FILE *f, size_t scopes)
{
	size_t inputs = 0, bad = 0;
	char *line = NULL;
	size_t cap = 0;
	int r = 0;

	while (r >= 0 && getline(&line, &cap, f) >= 0) {
		r = look(s, line, &inputs);
		bad += r > 0;
	}
	free(line);
	if (r < 0) {
		fputs("t_set: a line is not hexadecimal\n", stderr);
		return 2;
	}
	printf("%zu inputs, %zu values of %zu scopes, %zu found\n", inputs,
	    s->len, scopes, bad);
	return inputs > 0 && bad == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	unsigned long scopes = SCOPES;
	struct set s = { .mask = 1 };
	FILE *f = stdin;
	int show = 0, c, r;

	while ((c = getopt(argc, argv, "n:v")) != -1)
		switch (c) {
		case 'n': scopes = strtoul(optarg, NULL, 10); break;
		case 'v': show = 1; break;
		default: return 2;
		}
	if (scopes == 0 || scopes > SCOPES_MAX || argc - optind > 1)
		return 2;
	if (optind < argc && (f = fopen(argv[optind], "r")) == NULL) {
		perror(argv[optind]);
		return 2;
	}
	while (s.mask < scopes * PER_SCOPE * 2)
		s.mask = 2 * s.mask + 1;
	if ((s.slot = calloc(s.mask + 1, KEY)) == NULL)
		return 2;
	r = fill(&s, scopes, show) ? 0 : 2;
	if (r == 0 && !show)
		r = read_all(&s, f, scopes);
	free(s.slot);
	if (f != stdin)
		fclose(f);
	return r;
}
