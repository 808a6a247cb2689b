/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An operator's authorisation as the resident's card sees it (doc/vcard.md,
 * "Operator's authorisation"): a challenge, the operator's certificate, what
 * the operator signed.  Whatever goes wrong uses the challenge up.
 */
#include <string.h>

#include "base/wipe.h"
#include "crypto/digest.h"
#include "vcard/vc_app.h"
#include "vcard/vc_log_text.h"
#include "vcard/vc_statement.h"

#define SIG_LEN        64

#define BY_CERTIFICATE 0x00
#define BY_STATEMENT   0x01

/* The terminal at the other end; NULL when it is none of a counter. */
static const struct jm_cvc *
counter(const struct vc_app *a)
{
	const struct jm_cvc *peer = vc_channel_peer(a->channel);

	return peer != NULL && peer->role == JM_CVC_COUNTER ? peer : NULL;
}

jm_err
vc_authorisation_challenge(struct vc_app *self, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	struct vc_authority *a = &self->authority;
	jm_err e;

	*sw = 0x6d00;
	if (self->trust.cvc_len == 0)
		return JM_OK;
	*sw = 0x6982;
	if (counter(self) == NULL)
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 != 0 || c->p2 != 0)
		return JM_OK;
	*sw = 0x6700;
	if (c->nc != 0 || c->ne < VC_CHALLENGE_LEN)
		return JM_OK;
	vc_app_spend(self);
	if ((e = jm_random(a->challenge, sizeof a->challenge)) != JM_OK)
		return e;
	a->challenged = 1;
	jm_put(out, a->challenge, sizeof a->challenge);
	*sw = 0x9000;
	return JM_OK;
}

static jm_err
take_certificate(struct vc_app *self, const struct vc_cmd *c, unsigned *sw)
{
	struct vc_authority *a = &self->authority;
	jm_err e;

	memset(&a->cvc, 0, sizeof a->cvc);
	e = jm_cvc_accept(c->data, c->nc, &self->trust.root, &a->cvc);
	if (e == JM_OK && a->cvc.role != JM_CVC_OPERATOR) {
		memset(&a->cvc, 0, sizeof a->cvc);
		e = JM_BAD_SIG;
	}
	*sw = e == JM_OK ? 0x9000 : e == JM_BAD_SIG ? 0x6988 : 0x6a80;
	return e == JM_BAD_SIG || e == JM_FORMAT ? JM_OK : e;
}

/* Is it about this application, this card, this terminal, and may the operator
 * say it? */
static int
fits(const struct vc_app *self, const struct vc_statement *s,
    const struct jm_cvc *terminal)
{
	const struct vc_authority *a = &self->authority;

	return jm_ct_equal(s->challenge, a->challenge, sizeof a->challenge) &&
	       s->aid_len == self->def->aid_len &&
	       memcmp(s->aid, self->def->aid, s->aid_len) == 0 &&
	       strcmp(s->terminal, terminal->holder) == 0 &&
	       (a->cvc.rights & VC_OP_RIGHT(s->op)) != 0 &&
	       strncmp(s->when, a->cvc.last_day, 8) <= 0 &&
	       strncmp(s->when, terminal->last_day, 8) <= 0;
}

/* What the log is to say of it. */
static void
tell(const struct vc_app *self, const struct vc_statement *s,
    struct vc_event *out)
{
	memset(out, 0, sizeof *out);
	out->op = s->op;
	memcpy(out->when, s->when, sizeof out->when);
	memcpy(out->operator_id, self->authority.cvc.holder,
	    sizeof out->operator_id);
	memcpy(out->terminal, s->terminal, sizeof out->terminal);
	strncpy(out->app, self->def->name, sizeof out->app - 1);
	memcpy(out->target, s->target, s->target_len);
	out->target_len = s->target_len;
	memcpy(out->reason, s->reason, sizeof out->reason);
}

static jm_err
take_statement(struct vc_app *self, const struct jm_cvc *terminal,
    const struct vc_cmd *c, unsigned *sw)
{
	uint8_t hash[JM_DIGEST_MAX];
	struct vc_statement s;
	struct vc_event say;
	size_t len;
	jm_err e;

	*sw = 0x6a80;
	if (c->nc <= SIG_LEN)
		return JM_OK;
	len = c->nc - SIG_LEN;
	if (vc_statement_parse(c->data, len, &s) != JM_OK)
		return JM_OK;
	if ((e = jm_hash(JM_SHA256, c->data, len, hash)) != JM_OK)
		return e;
	*sw = 0x6300;
	e = jm_ecdsa_verify(
	    &self->authority.cvc.pub, hash, 32, c->data + len, SIG_LEN);
	if (e != JM_OK)
		return e == JM_BAD_SIG ? JM_OK : e;
	*sw = 0x6985;
	if (!fits(self, &s, terminal))
		return JM_OK;
	tell(self, &s, &say);
	*sw = 0x6a80;
	if (!vc_event_ok(&say))
		return JM_OK; /* nothing that the log could hold */
	vc_app_spend(self);
	vc_app_grant(self, &say);
	*sw = 0x9000;
	return JM_OK;
}

jm_err
vc_authorise(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	const struct jm_cvc *terminal = counter(self);
	jm_err e = JM_OK;

	(void)out;
	*sw = 0x6d00;
	if (self->trust.cvc_len == 0)
		return JM_OK;
	*sw = 0x6982;
	if (terminal == NULL)
		return JM_OK;
	*sw = 0x6a86;
	if (c->p2 != 0 || c->p1 > BY_STATEMENT)
		return JM_OK;
	if (c->ne != 0 || c->nc == 0)
		*sw = 0x6700;
	else if (!self->authority.challenged)
		*sw = 0x6985;
	else if (c->p1 == BY_CERTIFICATE)
		e = take_certificate(self, c, sw);
	else if (self->authority.cvc.raw_len == 0)
		*sw = 0x6985;
	else
		e = take_statement(self, terminal, c, sw);
	if (e != JM_OK || *sw != 0x9000)
		vc_app_spend(self);
	return e;
}
