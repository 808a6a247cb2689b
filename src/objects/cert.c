/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates: read once per insertion, kept until the token is freed. */
#include <stdlib.h>

#include "base/wipe.h"
#include "card/file.h"
#include "objects/token_impl.h"

static const enum jm_cert_state after_failure[] = {
	/* What reading a certificate teaches about it; 0 (unread): nothing. */
	[JM_NOT_FOUND] = JM_CERT_ABSENT,
	[JM_FORMAT] = JM_CERT_ABSENT,
	[JM_SPACE] = JM_CERT_ABSENT,
	[JM_NEED_PIN] = JM_CERT_HIDDEN,
};

static enum jm_cert_state
cert_state(const struct jm_token *t, enum jm_cert_id id)
{
	if (!jm_token_has(t, jm_ident_cert_pair(id)))
		return JM_CERT_ABSENT;
	return (enum jm_cert_state)atomic_load(&t->cert_state[id]);
}

unsigned
jm_tok_cert_bits(
    const struct jm_token *t, enum jm_pair pair, const struct jm_cert *cert)
{
	switch (jm_token_key_alg(t, pair)) {
	case JM_KEY_RSA: return cert->rsa.n_len > 0 ? cert->rsa.bits : 0;
	case JM_KEY_EC:
		return cert->ec.point_len > 0 ? jm_curve_bits(cert->ec.curve)
					      : 0;
	}
	return 0;
}

void
jm_tok_show_cert(struct jm_token *t, enum jm_cert_id id, struct jm_cert *cert)
{
	const enum jm_pair pair = jm_ident_cert_pair(id);
	const unsigned bits = jm_tok_cert_bits(t, pair, cert);

	if (id == jm_ident_pair_cert(pair) && bits != 0)
		atomic_store(&t->bits[pair], bits);
	atomic_store(&t->cert[id], cert);
	atomic_store(&t->cert_state[id], JM_CERT_LOADED);
}

jm_err
jm_tok_read_cert(struct jm_token *t, enum jm_cert_id id)
{
	const struct jm_prof_cert *p = &jm_card_profile(t->card)->cert[id];
	struct jm_cert *cert = NULL;
	uint8_t *der = NULL;
	size_t len;
	jm_err e;

	if ((e = jm_tok_spare_matches(t, id)) != JM_NOT_FOUND)
		return e;
	e = JM_NOMEM;
	if ((der = malloc(JM_CERT_MAX)) == NULL ||
	    (cert = calloc(1, sizeof *cert)) == NULL)
		goto out;
	e = jm_card_read_der(t->card, p->ef, der, JM_CERT_MAX, &len);
	if (e == JM_PIN_WRONG || e == JM_PIN_BLOCKED)
		e = JM_CARD; /* nobody asked it about a PIN */
	if (e == JM_OK)
		e = jm_cert_parse(der, len, cert);
	if (e != JM_OK) {
		if ((size_t)e < NELEM(after_failure) &&
		    after_failure[e] != JM_CERT_UNREAD)
			atomic_store(&t->cert_state[id], after_failure[e]);
		goto out;
	}
	if (!p->need_pin && !jm_card_pin_sent(t->card)) {
		t->open_ids |= 1u << id;
		t->unsaved = 1;
	}
	jm_tok_show_cert(t, id, cert);
	cert = NULL; /* the token's from here on */
	jm_tok_believe(t, jm_ident_cert_pair(id));
out:
	free(cert);
	free(der);
	return e;
}

const struct jm_cert *
jm_token_cert_loaded(const struct jm_token *t, enum jm_cert_id id)
{
	return atomic_load(&t->cert[id]);
}

int
jm_token_cert_settled(const struct jm_token *t, enum jm_cert_id id)
{
	return cert_state(t, id) != JM_CERT_UNREAD;
}

jm_err
jm_token_cert(
    struct jm_token *t, enum jm_cert_id id, const struct jm_cert **out)
{
	jm_err e = JM_CARD;

	*out = NULL;
	switch (cert_state(t, id)) {
	case JM_CERT_ABSENT: return JM_NOT_FOUND;
	case JM_CERT_HIDDEN: return JM_NEED_PIN;
	case JM_CERT_LOADED: e = JM_OK; break;
	case JM_CERT_UNREAD:
		if ((e = jm_tok_begin(t)) == JM_OK)
			e = jm_tok_end(t, jm_tok_read_cert(t, id));
		jm_tok_save(t);
		break;
	}
	if (e == JM_OK)
		*out = jm_token_cert_loaded(t, id);
	return e;
}

jm_err
jm_token_read_certs(struct jm_token *t, unsigned ids)
{
	jm_err e;

	for (int id = 0; id < JM_CERTS; id++)
		if (jm_token_cert_settled(t, (enum jm_cert_id)id))
			ids &= ~(1u << id);
	if (ids == 0)
		return JM_OK;
	if ((e = jm_tok_begin(t)) != JM_OK)
		return e;
	for (int id = 0; id < JM_CERTS && e == JM_OK; id++) {
		if ((ids & 1u << id) == 0)
			continue;
		e = jm_tok_read_cert(t, (enum jm_cert_id)id);
		if (jm_token_cert_settled(t, (enum jm_cert_id)id))
			e = JM_OK; /* absent or hidden: that is an answer */
	}
	e = jm_tok_end(t, e);
	jm_tok_save(t);
	return e;
}

jm_err
jm_token_cert_with_pin(struct jm_token *t, enum jm_cert_id id, const void *pin,
    size_t pin_len, int *tries, const struct jm_cert **out)
{
	const enum jm_pair pair = jm_ident_cert_pair(id);
	struct jm_pin p = { .len = 0 };
	jm_err e;

	*out = NULL;
	*tries = -1;
	if (cert_state(t, id) == JM_CERT_ABSENT)
		return JM_NOT_FOUND;
	if (cert_state(t, id) != JM_CERT_LOADED) {
		e = jm_tok_admit_pin(
		    t, jm_pair_pin(pair), pin, pin_len, &p, tries);
		if (e != JM_OK || (e = jm_tok_begin(t)) != JM_OK)
			goto out;
		e = jm_tok_verify(t, jm_pair_pin(pair), &p, tries);
		if (e == JM_OK)
			e = jm_tok_read_cert(t, id);
		if ((e = jm_tok_end(t, e)) != JM_OK)
			goto out;
	}
	*out = jm_token_cert_loaded(t, id);
	e = JM_OK;
out:
	jm_wipe(&p, sizeof p);
	return e;
}
