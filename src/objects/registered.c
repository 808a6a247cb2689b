/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A certificate that its holder registered, for one that the card hides. */
#include <stdlib.h>

#include "card/file.h"
#include "objects/cache.h"
#include "objects/token_impl.h"

/* What jm_token_key_bits says, by what is known best. */
static void
tell_bits(struct jm_token *t, enum jm_pair pair)
{
	const struct jm_cert *c = t->registered[pair];
	unsigned bits = 0;

	if (c == NULL)
		c = jm_token_cert_loaded(t, jm_ident_pair_cert(pair));
	if (c != NULL)
		bits = jm_tok_cert_bits(t, pair, c);
	if (bits == 0)
		bits = jm_token_profile(t)->key[pair].bits;
	atomic_store(&t->bits[pair], bits);
}

static void
replace(struct jm_token *t, enum jm_pair pair, struct jm_cert *cert)
{
	free(t->registered[pair]);
	t->registered[pair] = cert;
	tell_bits(t, pair);
}

jm_err
jm_token_register_cert(
    struct jm_token *t, enum jm_cert_id id, const struct jm_cert *cert)
{
	const enum jm_pair pair = jm_ident_cert_pair(id);
	struct jm_cert *own;

	if (id != jm_ident_pair_cert(pair))
		return JM_ARG;
	if (cert == NULL) {
		replace(t, pair, NULL);
		return JM_OK;
	}
	if (!jm_token_has(t, pair))
		return JM_NOT_FOUND;
	if (cert->der_len <= JM_CACHE_BLOCK ||
	    jm_tok_cert_bits(t, pair, cert) == 0)
		return JM_FORMAT;
	if ((own = malloc(sizeof *own)) == NULL)
		return JM_NOMEM;
	*own = *cert;
	replace(t, pair, own);
	return JM_OK;
}

const struct jm_cert *
jm_token_cert_registered(const struct jm_token *t, enum jm_cert_id id)
{
	const enum jm_pair pair = jm_ident_cert_pair(id);

	return id == jm_ident_pair_cert(pair) ? t->registered[pair] : NULL;
}

jm_err
jm_tok_registered_same(struct jm_token *t, enum jm_pair pair)
{
	const enum jm_cert_id id = jm_ident_pair_cert(pair);
	const struct jm_cert *c = t->registered[pair];
	uint8_t block[JM_CACHE_BLOCK];
	size_t n;
	jm_err e;

	if (c == NULL)
		return JM_OK;
	e = jm_card_read(t->card, jm_card_profile(t->card)->cert[id].ef, block,
	    sizeof block, sizeof block, &n);
	if (e == JM_NOT_FOUND)
		return JM_OTHER_KEY;
	if (e != JM_OK)
		return e;
	return jm_cache_matches(
		   (struct jm_rbuf){ c->der, c->der_len }, block, n)
		   ? JM_OK
		   : JM_OTHER_KEY;
}

void
jm_tok_registered_free(struct jm_token *t)
{
	for (int pair = 0; pair < JM_PAIRS; pair++) {
		free(t->registered[pair]);
		t->registered[pair] = NULL;
	}
}
