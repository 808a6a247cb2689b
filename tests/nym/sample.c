/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/nym/sample.h"

#include <stdio.h>
#include <string.h>

#include "crypto/digest.h"
#include "crypto/hmac.h"
#include "tests/support/test.h"

const struct nym_which sample_first = { .use = NYM_USE_ASSERT };
static const uint8_t zero[NYM_L_LEN];

static size_t
from_env(const char *name, size_t usual)
{
	const char *v = getenv(name);

	return v == NULL ? usual : strtoul(v, NULL, 10);
}

static void *
room(size_t n, size_t size)
{
	void *p = calloc(n, size);

	assert_non_null(p);
	return p;
}

static void
hash_text(const char *what, uint64_t number, uint8_t out[32])
{
	char text[64];

	snprintf(
	    text, sizeof text, "%s %llu", what, (unsigned long long)number);
	assert_int_equal(jm_hash(JM_SHA256, text, strlen(text), out), JM_OK);
}

/* What stands for a card's signature over T. */
static void
simulate(
    const uint8_t card[32], const uint8_t *t, size_t len, uint8_t s[NYM_S_LEN])
{
	uint8_t msg[NYM_T_MAX + 1];

	memcpy(msg, t, len);
	for (unsigned i = 0; i < NYM_S_LEN / 32; i++) {
		msg[len] = (uint8_t)i;
		assert_int_equal(
		    jm_hmac(card, 32, msg, len + 1, s + 32 * (size_t)i), JM_OK);
	}
}

void
sample_prk(size_t card, const uint8_t *sh, uint8_t prk[NYM_PRK_LEN])
{
	uint8_t key[32], t[NYM_T_MAX], s[NYM_S_LEN];
	size_t n;

	hash_text("card", card, key);
	assert_int_equal(nym_t(NYM_PROFILE_X, sh, t, &n), JM_OK);
	simulate(key, t, n, s);
	assert_int_equal(nym_prk(zero, NYM_PROFILE_X, sh, s, prk), JM_OK);
}

void
sample_sh(size_t i, uint8_t sh[NYM_SH_LEN])
{
	char text[64];
	const int n = snprintf(text, sizeof text, "web:s%zu.example", i);

	assert_int_equal(nym_scope_hash(text, (size_t)n, sh), JM_OK);
}

void
sample_weak(uint64_t serial, size_t scope, uint8_t id[32])
{
	uint8_t sh[NYM_SH_LEN + 8];

	sample_sh(scope, sh);
	memcpy(sh + NYM_SH_LEN, &serial, 8);
	assert_int_equal(jm_hash(JM_SHA256, sh, sizeof sh, id), JM_OK);
}

static void
make_pair(struct sample *a, size_t card, size_t scope)
{
	const size_t i = card * a->scopes + scope;
	const uint8_t *sh = a->sh + scope * NYM_SH_LEN;
	uint8_t prk[NYM_PRK_LEN];
	struct nym_key key;

	sample_prk(card, sh, prk);
	assert_int_equal(nym_key_of(prk, sh, &sample_first, &key), JM_OK);
	memcpy(a->nid + 32 * i, key.nid, 32);
	memcpy(a->x + 32 * i, key.x, 32);
	assert_int_equal(nym_xt(prk, &sample_first, a->xt + 16 * i), JM_OK);
	sample_weak(a->serial[card], scope, a->weak + 32 * i);
}

void
sample_make(struct sample *a)
{
	uint8_t hash[32];

	a->cards = from_env("NYM_CARDS", 100);
	a->scopes = from_env("NYM_SCOPES", 100);
	assert_true(a->cards >= 100 && a->scopes >= 100);
	a->n = a->cards * a->scopes;
	a->serials = 100 * a->cards;
	a->nid = room(a->n, 32);
	a->x = room(a->n, 32);
	a->xt = room(a->n, 16);
	a->weak = room(a->n, 32);
	a->sh = room(a->scopes, NYM_SH_LEN);
	a->serial = room(a->cards, sizeof *a->serial);
	for (size_t i = 0; i < a->scopes; i++)
		sample_sh(i, a->sh + i * NYM_SH_LEN);
	for (size_t c = 0; c < a->cards; c++) {
		/* each card one of a hundred: none twice */
		hash_text("serial", c, hash);
		a->serial[c] = SERIAL_BASE + 100 * c + hash[0] % 100;
		for (size_t i = 0; i < a->scopes; i++)
			make_pair(a, c, i);
	}
}

void
sample_free(struct sample *a)
{
	free(a->serial);
	free(a->sh);
	free(a->weak);
	free(a->xt);
	free(a->x);
	free(a->nid);
}
