/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The records of the text-entry application, read in one transaction. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "card/file.h"
#include "objects/attr.h"
#include "objects/token_impl.h"

#define ATTRS_MAX                                                              \
	2048 /* name and address of their greatest length, and heads */
#define SIG_MAX  1024
#define CERT_MAX 1024

struct space {
	uint8_t attrs[ATTRS_MAX], sig[SIG_MAX], cert[CERT_MAX];
};

static jm_err
read_attributes(struct jm_token *t, struct space *s, struct jm_attr_records *r)
{
	const struct jm_prof_text *f = &jm_card_profile(t->card)->text;
	jm_err e;

	r->attributes.p = s->attrs;
	e = jm_card_read_object(t->card, JM_APP_TEXT, f->attributes_ef, 0xff20,
	    s->attrs, sizeof s->attrs, &r->attributes.left);
	if (e == JM_NOT_FOUND || e == JM_SPACE)
		return JM_FORMAT;
	/* Its PIN was right a moment ago. */
	return e == JM_NEED_PIN || e == JM_PIN_BLOCKED ? JM_CARD : e;
}

/* A record that proves the others: without it, and with a broken one, these can
 * be shown all the same. */
static jm_err
read_proof(struct jm_token *t, uint16_t ef, unsigned first, uint8_t *mem,
    size_t cap, struct jm_rbuf *out)
{
	const jm_err e = jm_card_read_object(
	    t->card, JM_APP_TEXT, ef, first, mem, cap, &out->left);

	if (jm_tok_refused(e))
		return JM_OK;
	if (e != JM_OK && e != JM_FORMAT && e != JM_SPACE)
		return e;
	out->p = mem; /* left is 0 where it is broken */
	return JM_OK;
}

static jm_err
read_records(struct jm_token *t, struct space *s, struct jm_attr_records *r)
{
	const struct jm_prof_text *f = &jm_card_profile(t->card)->text;
	jm_err e;

	if ((e = read_attributes(t, s, r)) != JM_OK ||
	    (e = read_proof(t, f->signature_ef, 0xff30, s->sig, sizeof s->sig,
		 &r->signature)) != JM_OK)
		return e;
	return read_proof(t, f->certificate_ef, 0x7f21, s->cert, sizeof s->cert,
	    &r->certificate);
}

/* The bracket's beginning and the VERIFY in it; after JM_OK jm_tok_end must
 * follow, with *e. */
static jm_err
open_by_pin(
    struct jm_token *t, const void *pin, size_t pin_len, int *tries, jm_err *e)
{
	struct jm_pin p = { .len = 0 };
	jm_err begun;

	if (pin == NULL) {
		begun = jm_tok_begin_at_reader(t, JM_PIN_TEXT, tries);
		if (begun == JM_OK)
			*e = jm_tok_ask(t, JM_PIN_TEXT, tries);
		return begun;
	}
	begun = jm_tok_admit_pin(t, JM_PIN_TEXT, pin, pin_len, &p, tries);
	if (begun == JM_OK &&
	    (begun = jm_tok_begin_in(t, JM_APP_TEXT)) == JM_OK)
		*e = jm_tok_verify(t, JM_PIN_TEXT, &p, tries);
	jm_wipe(&p, sizeof p);
	return begun;
}

jm_err
jm_token_attr(struct jm_token *t, const void *pin, size_t pin_len,
    const struct jm_rsa_pub *ca, struct jm_attr *out, int *tries)
{
	struct jm_attr_records r = { .attributes = { NULL, 0 } };
	struct space *s;
	jm_err e, inside = JM_OK;

	memset(out, 0, sizeof *out);
	*tries = -1;
	if ((s = calloc(1, sizeof *s)) == NULL)
		return JM_NOMEM;
	if ((e = open_by_pin(t, pin, pin_len, tries, &inside)) == JM_OK) {
		if (inside == JM_OK)
			inside = read_records(t, s, &r);
		e = jm_tok_end(t, inside);
	}
	if (e == JM_OK) /* with the card already free for others */
		e = jm_attr_check(&r, ca, out);
	jm_free_secret(s, sizeof *s);
	return e;
}
