/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures: guard, PIN, one command, check of the result. */
#include <string.h>

#include "base/wipe.h"
#include "card/key.h"
#include "crypto/ec_sig.h"
#include "objects/token_impl.h"

struct job {
	enum jm_pair pair;
	enum jm_sign_mech mech;
	const uint8_t *in;
	size_t in_len;
	uint8_t *sig;
	size_t cap;
	size_t *sig_len;
};

/* What is refused for its own sake, from memory alone. */
static jm_err
admit_input(const struct jm_token *t, enum jm_pair pair, enum jm_sign_mech mech,
    const uint8_t *in, size_t in_len)
{
	if (!jm_token_has(t, pair))
		return JM_NOT_FOUND;
	if ((mech == JM_SIGN_ECDSA) != (jm_token_key_alg(t, pair) == JM_KEY_EC))
		return JM_UNSUPPORTED;
	switch (mech) {
	case JM_SIGN_PKCS1: return jm_guard(&t->policy.guard, in, in_len);
	case JM_SIGN_PSS_SHA256:
		if (in_len != jm_hash_len(JM_SHA256))
			return JM_ARG;
		return jm_token_has_pss(t) ? JM_OK : JM_UNSUPPORTED;
	case JM_SIGN_ECDSA: return jm_guard_hash(&t->policy.guard, in_len);
	}
	return JM_ARG;
}

/* Everything that can be refused before anything is sent. */
static jm_err
admit(const struct jm_token *t, const struct job *j)
{
	if (t->dead)
		return JM_GONE;
	if (!jm_token_has(t, j->pair))
		return JM_NOT_FOUND;
	if (j->cap < jm_token_sig_len(t, j->pair))
		return JM_SPACE;
	return admit_input(t, j->pair, j->mech, j->in, j->in_len);
}

/* A wrong signature (fault, other card) must not leave: it may tell the key. */
static jm_err
check(const struct jm_token *t, const struct job *j, const uint8_t *sig,
    size_t sig_len)
{
	const struct jm_cert *c = t->registered[j->pair];

	if (c == NULL)
		c = jm_token_cert_loaded(t, jm_ident_pair_cert(j->pair));
	if (c == NULL || (c->rsa.n_len == 0 && c->ec.point_len == 0))
		return JM_OK;
	if (j->mech == JM_SIGN_ECDSA ? c->ec.point_len == 0 : c->rsa.n_len == 0)
		return JM_BAD_SIG; /* the certificate is of another key */
	switch (j->mech) {
	case JM_SIGN_PKCS1:
		return jm_rsa_verify_raw(
		    &c->rsa, j->in, j->in_len, sig, sig_len);
	case JM_SIGN_PSS_SHA256:
		return jm_rsa_verify_pss(
		    &c->rsa, JM_SHA256, j->in, sig, sig_len);
	case JM_SIGN_ECDSA:
		return jm_ecdsa_verify(&c->ec, j->in, j->in_len, sig, sig_len);
	}
	return JM_BAD_SIG;
}

/* A signature in the form that this card has, or may have, to raw. */
static jm_err
to_raw(enum jm_sig_form form, enum jm_curve c, const uint8_t *in, size_t in_len,
    uint8_t out[JM_EC_SIG_MAX], size_t *len)
{
	*len = 0;
	switch (form) {
	case JM_SIG_DER: return jm_ec_sig_to_raw(c, in, in_len, out, len);
	case JM_SIG_RAW:
		if (in_len != 2 * jm_curve_len(c))
			return JM_FORMAT;
		break;
	case JM_SIG_ANY: break;
	}
	return jm_ec_sig_any(c, in, in_len, out, len);
}

/*
 * The hash value goes out as long as the curve's field, cut or with zero bytes
 * before it: the number that ECDSA makes of it is the same (FIPS 186-5, section
 * 6.4.1), and a card that takes one length only takes this one.
 */
static jm_err
sign_hash(struct jm_token *t, const struct job *j, uint8_t *sig, size_t *len)
{
	const enum jm_curve c =
	    jm_token_key_bits(t, j->pair) > 256 ? JM_P384 : JM_P256;
	const size_t field = jm_curve_len(c);
	const size_t n = j->in_len < field ? j->in_len : field;
	uint8_t value[JM_EC_FIELD_MAX] = { 0 }, got[JM_CARD_ECDSA_MAX];
	size_t got_len;
	jm_err e;

	memcpy(value + field - n, j->in, n);
	e = jm_card_sign(t->card, j->pair, JM_MODE_RAW, value, field, got,
	    sizeof got, &got_len);
	if (e == JM_OK)
		e = to_raw(jm_card_profile(t->card)->sig_form, c, got, got_len,
		    sig, len);
	jm_wipe(got, sizeof got);
	return e;
}

static jm_err
sign_on_card(struct jm_token *t, const struct job *j,
    uint8_t sig[JM_RSA_BYTES_MAX], size_t *len)
{
	const enum jm_sign_mode mode =
	    j->mech == JM_SIGN_PKCS1 ? JM_MODE_RAW : JM_MODE_PSS;

	if (j->mech == JM_SIGN_ECDSA)
		return sign_hash(t, j, sig, len);
	return jm_card_sign(t->card, j->pair, mode, j->in, j->in_len, sig,
	    JM_RSA_BYTES_MAX, len);
}

/* Inside the bracket, PIN verified. */
static jm_err
sign_and_check(struct jm_token *t, const struct job *j)
{
	uint8_t sig[JM_RSA_BYTES_MAX]; /* the caller's may be its input, too */
	size_t len = 0;
	jm_err e;

	if ((e = jm_tok_registered_same(t, j->pair)) == JM_OK)
		e = sign_on_card(t, j, sig, &len);
	if (e == JM_OK && (e = check(t, j, sig, len)) == JM_BAD_SIG &&
	    t->registered[j->pair] == NULL)
		jm_tok_distrust(t);
	if (e == JM_OK && len > j->cap)
		e = JM_SPACE;
	if (e == JM_OK) {
		memcpy(j->sig, sig, len);
		*j->sig_len = len;
	}
	jm_wipe(sig, sizeof sig);
	return e;
}

/* The counter itself, where another program left the pair verified and the card
 * tells no more than that.  In a transaction that a login kept nobody else
 * can have spent a try. */
static jm_err
query_counter(struct jm_token *t, enum jm_pin_id id)
{
	jm_err e;

	if ((e = jm_tok_query(t, id)) != JM_OK || !t->counter[id].verified ||
	    atomic_load(&t->held))
		return e;
	(void)jm_card_log_out(t->card);
	e = jm_tok_query(t, id); /* also what became of the log-out */
	return e == JM_OK && t->counter[id].verified ? JM_CARD : e;
}

/*
 * A PIN that was right once is sent again only to a full counter: if the PIN
 * was changed meanwhile, all programs that hold the old one cost one try
 * together.
 */
static jm_err
verify_again(struct jm_token *t, enum jm_pin_id id, const struct jm_pin *pin)
{
	const struct jm_pin_state *s = &t->counter[id];
	int tries;
	jm_err e;

	if ((e = query_counter(t, id)) != JM_OK)
		return e;
	if (s->blocked)
		return JM_PIN_BLOCKED;
	if (s->tries >= 0 && !jm_pin_full(s))
		return JM_PIN_CHANGED;
	e = jm_tok_verify(t, id, pin, &tries);
	return e == JM_PIN_WRONG ? JM_PIN_CHANGED : e;
}

jm_err
jm_tok_become(struct jm_token *t, enum jm_user user)
{
	struct jm_pin pin = { .len = 0 };
	jm_err e;

	if (atomic_load(&t->on_card[user]))
		return jm_pinbox_use(t->box, user);
	if ((e = jm_pinbox_take(t->box, user, &pin)) == JM_OK)
		e = verify_again(t, jm_user_pin(user), &pin);
	jm_wipe(&pin, sizeof pin);
	return e;
}

/* What a signature, or the failure to make one, leaves of the login. */
static void
after(struct jm_token *t, enum jm_pair pair, unsigned long by, jm_err e)
{
	/* A mode the card does not have is no failure: none was made. */
	if (e == JM_UNSUPPORTED)
		return;
	if (e != JM_OK || t->policy.consent[pair] == JM_CONSENT_EACH)
		jm_pinbox_drop(t->box, jm_pair_user(pair));
	else if (t->policy.consent[pair] == JM_CONSENT_CONTEXT)
		jm_pinbox_spend(t->box, jm_pair_user(pair), by);
}

/* Is this operation one that its user agreed to? */
static int
agreed(const struct jm_token *t, enum jm_pair pair, unsigned long by)
{
	const enum jm_user user = jm_pair_user(pair);

	return t->policy.consent[pair] == JM_CONSENT_CONTEXT
		   ? jm_pinbox_granted(t->box, user, by)
		   : jm_pinbox_holds(t->box, user);
}

jm_err
jm_token_may_sign(const struct jm_token *t, enum jm_pair pair, unsigned long by,
    enum jm_sign_mech mech, const uint8_t *in, size_t in_len)
{
	const jm_err e = admit_input(t, pair, mech, in, in_len);

	if (e != JM_OK)
		return e;
	return agreed(t, pair, by) ? JM_OK : JM_NEED_PIN;
}

jm_err
jm_token_sign_by(struct jm_token *t, enum jm_pair pair, unsigned long by,
    enum jm_sign_mech mech, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len)
{
	const struct job j = { pair, mech, in, in_len, sig, cap, sig_len };
	jm_err e;

	*sig_len = 0;
	if ((e = admit(t, &j)) != JM_OK)
		return e;
	if (!agreed(t, pair, by))
		return JM_NEED_PIN;
	if ((e = jm_tok_begin(t)) == JM_BUSY)
		return e; /* nothing happened, nothing is lost */
	if (e != JM_OK) {
		after(t, pair, by, e);
		jm_token_settle(t);
		return e;
	}
	/* Once more: a reset noticed at begin ends a login, so does another
	 * thread. */
	if (!agreed(t, pair, by))
		return jm_tok_end(t, JM_NEED_PIN);
	if ((e = jm_tok_become(t, jm_pair_user(pair))) == JM_OK)
		e = sign_and_check(t, &j);
	after(t, pair, by, e);
	return jm_tok_end(t, e);
}

jm_err
jm_token_sign(struct jm_token *t, enum jm_pair pair, enum jm_sign_mech mech,
    const uint8_t *in, size_t in_len, uint8_t *sig, size_t cap, size_t *sig_len)
{
	return jm_token_sign_by(
	    t, pair, 0, mech, in, in_len, sig, cap, sig_len);
}

jm_err
jm_token_sign_with_pin(struct jm_token *t, enum jm_pair pair,
    enum jm_sign_mech mech, const uint8_t *in, size_t in_len, const void *pin,
    size_t pin_len, uint8_t *sig, size_t cap, size_t *sig_len, int *tries)
{
	const struct job j = { pair, mech, in, in_len, sig, cap, sig_len };
	const enum jm_pin_id id = jm_pair_pin(pair);
	struct jm_pin p = { .len = 0 };
	jm_err e;

	*sig_len = 0;
	*tries = -1;
	if ((e = admit(t, &j)) != JM_OK)
		return e;
	if ((e = jm_tok_admit_pin(t, id, pin, pin_len, &p, tries)) != JM_OK ||
	    (e = jm_tok_begin(t)) != JM_OK)
		goto out;
	if ((e = jm_tok_verify(t, id, &p, tries)) == JM_OK)
		e = sign_and_check(t, &j);
	e = jm_tok_end(t, e);
out:
	jm_wipe(&p, sizeof p);
	return e;
}
