/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a token takes from the user's cache and gives to it (cache.h).
 *
 * A certificate from a file is a spare until something that the card itself
 * just said speaks for it: its own first block, or for a CA's that it verifies
 * a certificate that is shown.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "card/file.h"
#include "objects/cache.h"
#include "objects/token_impl.h"

#define BIT(id) (1u << (id))

void
jm_tok_forget_spares(struct jm_token *t)
{
	for (int id = 0; id < JM_CERTS; id++) {
		free(t->spare[id]);
		t->spare[id] = NULL;
	}
	t->recalled = 0;
}

/* A spare for each certificate that can be read.  The file has one for the
 * authentication certificate in any case. */
static jm_err
take_spares(struct jm_token *t, const struct jm_cache_entry *entry)
{
	for (int id = 0; id < JM_CERTS; id++) {
		const struct jm_rbuf *der = &entry->cert[id];
		struct jm_cert *c;
		jm_err e;

		if (der->left == 0)
			continue;
		if ((c = malloc(sizeof *c)) == NULL)
			return JM_NOMEM;
		if ((e = jm_cert_parse(der->p, der->left, c)) != JM_OK) {
			free(c);
			return e;
		}
		t->spare[id] = c;
	}
	return JM_OK;
}

/* JM_OK: the file speaks of the card with this block, and is taken. */
static jm_err
take_file(struct jm_token *t, const uint8_t *block,
    uint8_t raw[JM_TOKEN_INFO_LEN], size_t *len)
{
	struct jm_cache_entry entry;
	char name[JM_CACHE_NAME];
	uint8_t *file;
	size_t file_len;
	jm_err e;

	*len = 0;
	if ((file = malloc(JM_CACHE_FILE_MAX)) == NULL)
		return JM_NOMEM;
	if ((e = jm_cache_name(block, name)) != JM_OK ||
	    (e = jm_cache_load(name, file, &file_len)) != JM_OK)
		goto out;
	if (jm_cache_stale(file, file_len, time(NULL))) {
		jm_cache_drop(name);
		e = JM_NOT_FOUND;
		goto out;
	}
	if ((e = jm_cache_parse(file, file_len, &entry)) != JM_OK)
		goto out;
	e = JM_NOT_FOUND;
	if (!jm_cache_matches(
		entry.cert[JM_CERT_AUTH], block, JM_CACHE_BLOCK) ||
	    (e = take_spares(t, &entry)) != JM_OK)
		goto out;
	memcpy(raw, entry.info.p, entry.info.left);
	*len = entry.info.left;
	t->recalled = BIT(JM_CERT_AUTH);
out:
	if (e != JM_OK)
		jm_tok_forget_spares(t);
	free(file);
	return e;
}

jm_err
jm_tok_recall(void *arg, struct jm_card *card, uint8_t raw[JM_TOKEN_INFO_LEN],
    size_t *len)
{
	struct jm_token *t = arg;
	const struct jm_prof_cert *p =
	    &jm_card_profile(card)->cert[JM_CERT_AUTH];
	uint8_t block[JM_CACHE_BLOCK];
	size_t n;
	jm_err e;

	*len = 0;
	if (!t->policy.cache || !p->present || p->need_pin || !jm_cache_any())
		return JM_NOT_FOUND;
	if ((e = jm_tok_read_pairs(t)) != JM_OK)
		return e;
	if (!atomic_load(&t->has[JM_PAIR_AUTH]))
		return JM_NOT_FOUND;
	e = jm_card_read(card, p->ef, block, sizeof block, sizeof block, &n);
	if (e != JM_OK)
		return jm_tok_refused(e) ? JM_NOT_FOUND : e;
	if (n < sizeof block || take_file(t, block, raw, len) != JM_OK)
		return JM_NOT_FOUND; /* then the card is asked itself */
	jm_log(JM_LOG_DEBUG, "cache: this card is known");
	return JM_OK;
}

static void
show_spare(struct jm_token *t, enum jm_cert_id id)
{
	struct jm_cert *c = t->spare[id];

	t->spare[id] = NULL; /* the token's from here on */
	t->recalled |= BIT(id);
	t->open_ids |= BIT(id);
	jm_tok_show_cert(t, id, c);
}

/* Could it be read from the card now? */
static int
unread(const struct jm_token *t, enum jm_cert_id id)
{
	return atomic_load(&t->has[jm_ident_cert_pair(id)]) &&
	       atomic_load(&t->cert_state[id]) == JM_CERT_UNREAD;
}

void
jm_tok_believe(struct jm_token *t, enum jm_pair pair)
{
	const enum jm_cert_id own = jm_ident_pair_cert(pair);
	const enum jm_cert_id ca = jm_ident_pair_ca(pair);

	/* Its first block was compared before anything was taken. */
	if (t->spare[own] != NULL && unread(t, own))
		show_spare(t, own);
	if (t->spare[ca] != NULL && unread(t, ca) &&
	    atomic_load(&t->cert[own]) != NULL &&
	    jm_cert_signed_by(atomic_load(&t->cert[own]), t->spare[ca]) ==
		JM_OK)
		show_spare(t, ca);
}

jm_err
jm_tok_spare_matches(struct jm_token *t, enum jm_cert_id id)
{
	const struct jm_cert *c = t->spare[id];
	uint8_t block[JM_CACHE_BLOCK];
	size_t n;
	jm_err e;

	if (c == NULL || !unread(t, id))
		return JM_NOT_FOUND;
	e = jm_card_read(t->card, jm_card_profile(t->card)->cert[id].ef, block,
	    sizeof block, sizeof block, &n);
	if (e != JM_OK)
		return jm_tok_refused(e) ? JM_NOT_FOUND : e;
	if (!jm_cache_matches(
		(struct jm_rbuf){ c->der, c->der_len }, block, n)) {
		free(t->spare[id]);
		t->spare[id] = NULL;
		return JM_NOT_FOUND;
	}
	show_spare(t, id);
	return JM_OK;
}

/* What is known of one certificate without a PIN: shown, or still a spare. */
static struct jm_rbuf
known(const struct jm_token *t, enum jm_cert_id id)
{
	const struct jm_cert *c = atomic_load(&t->cert[id]);

	if (id == JM_CERT_SIGN || (t->open_ids & BIT(id)) == 0)
		c = t->spare[id];
	return c == NULL ? (struct jm_rbuf){ NULL, 0 }
			 : (struct jm_rbuf){ c->der, c->der_len };
}

/* The name of this card's file; 0: there can be none. */
static int
own_name(const struct jm_token *t, char name[JM_CACHE_NAME])
{
	const struct jm_rbuf der = known(t, JM_CERT_AUTH);

	return der.left > JM_CACHE_BLOCK && jm_cache_name(der.p, name) == JM_OK;
}

void
jm_tok_save(struct jm_token *t)
{
	const struct jm_cert *auth = atomic_load(&t->cert[JM_CERT_AUTH]);
	struct jm_cache_entry entry = { .info = { NULL, 0 } };
	char name[JM_CACHE_NAME];
	uint8_t *file;
	size_t len;

	if (!t->policy.cache || !t->unsaved || !own_name(t, name) ||
	    auth == NULL || auth->not_after < time(NULL))
		return;
	t->unsaved = 0; /* also when it fails: once is enough */
	entry.info.p = jm_card_raw_info(t->card, &entry.info.left);
	for (int id = 0; id < JM_CERTS; id++)
		entry.cert[id] = known(t, (enum jm_cert_id)id);
	if ((file = malloc(JM_CACHE_FILE_MAX)) == NULL)
		return;
	if (jm_cache_build(&entry, file, &len) == JM_OK)
		jm_cache_store(name, file, len);
	free(file);
}

void
jm_tok_distrust(struct jm_token *t)
{
	char name[JM_CACHE_NAME];

	if (!t->policy.cache)
		return;
	if (own_name(t, name))
		jm_cache_drop(name);
	t->policy.cache = 0; /* nothing of it is written any more */
	/* Somebody has to look at the card again, with what was shown so far
	 * taken back. */
	if (t->recalled != 0)
		t->dead = 1;
}
