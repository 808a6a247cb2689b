/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A token over a card whose files and answers are the input's.  What it loads
 * is a certificate, what it hands out as a signature is one, a call sends one
 * VERIFY at most, and only where a PIN was given or held; nobody is verified
 * after a call.
 */
#include <string.h>

#include "objects/token.h"
#include "tests/fuzz/cert_check.h"
#include "tests/fuzz/clock.h"
#include "tests/fuzz/hostile.h"

const char fuzz_name[] = "load";

struct stage {
	struct feed f;
	struct hostile h;
	struct jm_token *token;
};

static enum jm_pair
pair_of(struct stage *s)
{
	return feed_below(&s->f, 2) == 0 ? JM_PAIR_AUTH : JM_PAIR_SIGN;
}

static enum jm_cert_id
id_of(struct stage *s)
{
	return (enum jm_cert_id)feed_below(&s->f, JM_CERTS);
}

static void
certificate(struct stage *s)
{
	const struct jm_cert *cert = NULL;
	const enum jm_cert_id id = id_of(s);
	const unsigned verifies = s->h.verifies;
	size_t len;
	const uint8_t *pin;
	int tries;
	jm_err e;

	if (feed_below(&s->f, 3) == 0) {
		pin = feed_pin(&s->f, &len);
		e = jm_token_cert_with_pin(
		    s->token, id, pin, len, &tries, &cert);
		MUST(s->h.verifies - verifies <= 1);
	} else {
		e = jm_token_cert(s->token, id, &cert);
		MUST(s->h.verifies == verifies);
	}
	MUST((e == JM_OK) == (cert != NULL));
	MUST(cert == NULL || cert == jm_token_cert_loaded(s->token, id));
}

static void
login(struct stage *s)
{
	const enum jm_pair pair = pair_of(s);
	const int keep = (int)feed_below(&s->f, 2);
	const unsigned verifies = s->h.verifies;
	size_t len;
	const uint8_t *pin = feed_pin(&s->f, &len);
	int tries = 99;
	jm_err e = jm_token_login(s->token, pair, pin, len, keep, &tries);

	MUST(tries >= -1 && tries <= 15);
	MUST(s->h.verifies - verifies <= 1);
	MUST(e != JM_OK || s->h.verifies == verifies + 1);
	MUST(jm_token_logged_in(s->token, pair) == (e == JM_OK && keep));
}

static void
change(struct stage *s)
{
	const enum jm_pair pair = pair_of(s);
	const unsigned verifies = s->h.verifies;
	size_t old_len, new_len;
	const uint8_t *old_pin = feed_pin(&s->f, &old_len);
	const uint8_t *new_pin = feed_pin(&s->f, &new_len);
	int tries, bad;
	jm_err e = jm_token_change_pin(s->token, jm_pair_pin(pair), old_pin,
	    old_len, new_pin, new_len, &bad, &tries);

	MUST(s->h.verifies - verifies <= 1);
	MUST(e != JM_OK || s->h.verifies == verifies + 1);
}

static void
check_signature(struct stage *s, enum jm_pair pair, enum jm_sign_mech mech,
    const uint8_t *in, size_t in_len, const uint8_t *sig, size_t sig_len)
{
	const struct jm_cert *c = jm_token_cert_loaded(
	    s->token, pair == JM_PAIR_AUTH ? JM_CERT_AUTH : JM_CERT_SIGN);

	if (c != NULL && mech == JM_SIGN_ECDSA && c->ec.point_len > 0)
		MUST(
		    jm_ecdsa_verify(&c->ec, in, in_len, sig, sig_len) == JM_OK);
	if (c == NULL || c->rsa.n_len == 0 || mech == JM_SIGN_ECDSA)
		return;
	if (mech == JM_SIGN_PKCS1)
		MUST(jm_rsa_verify_raw(&c->rsa, in, in_len, sig, sig_len) ==
		     JM_OK);
	else
		MUST(jm_rsa_verify_pss(&c->rsa, JM_SHA256, in, sig, sig_len) ==
		     JM_OK);
}

static void
sign(struct stage *s)
{
	static const uint8_t info[51] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09,
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
		0x00, 0x04, 0x20 };
	static const size_t room[] = { 256, 0, 255, 512 };
	static uint8_t sig[512];
	const enum jm_pair pair = pair_of(s);
	const unsigned how = feed_u8(&s->f), verifies = s->h.verifies;
	const int curve = jm_token_key_alg(s->token, pair) == JM_KEY_EC;
	const enum jm_sign_mech mech = curve && (how & 0x10) == 0
					   ? JM_SIGN_ECDSA
				       : (how & 1) == 0 ? JM_SIGN_PKCS1
							: JM_SIGN_PSS_SHA256;
	const size_t cap = room[how >> 2 & 3];
	const int held = jm_token_logged_in(s->token, pair);
	const uint8_t *in = info, *pin;
	size_t in_len = mech == JM_SIGN_PKCS1   ? sizeof info
			: mech == JM_SIGN_ECDSA ? 48
						: 32,
	       len, pin_len;
	int tries;
	jm_err e;

	if ((how & 0x20) != 0)
		in = feed_string(&s->f, &in_len);
	if ((how & 2) != 0) {
		pin = feed_pin(&s->f, &pin_len);
		e = jm_token_sign_with_pin(s->token, pair, mech, in, in_len,
		    pin, pin_len, sig, cap, &len, &tries);
	} else {
		e = jm_token_sign(
		    s->token, pair, mech, in, in_len, sig, cap, &len);
		MUST(held || s->h.verifies == verifies);
	}
	MUST(s->h.verifies - verifies <= 1);
	MUST(len <= cap);
	MUST(e == JM_OK || len == 0);
	if (e == JM_OK)
		check_signature(s, pair, mech, in, in_len, sig, len);
}

static void
counter(struct stage *s)
{
	static const unsigned age[] = { 0, 1000, 1000000 };
	const unsigned verifies = s->h.verifies;
	const enum jm_pair pair = pair_of(s);
	struct jm_pin_state state;

	(void)!jm_token_pin_state(s->token, jm_pair_pin(pair),
	    age[feed_below(&s->f, NELEM(age))], &state);
	MUST(state.tries >= -1 && state.tries <= 15);
	MUST(s->h.verifies == verifies);
}

static void
surprise(struct stage *s)
{
	static const jm_err begins[] = { JM_RESET, JM_GONE, JM_BUSY,
		JM_NO_SERVICE, JM_LINK };

	switch (feed_below(&s->f, 8)) {
	case 0: hostile_reset(&s->h); break;
	case 1: hostile_file(&s->h, &s->f); break;
	case 2:
		s->h.begin_next = begins[feed_below(&s->f, NELEM(begins))];
		break;
	case 3: clock_ahead += 1000u << feed_below(&s->f, 16); break;
	default: hostile_arm(&s->h, &s->f); break;
	}
}

static void
ask_memory(struct stage *s)
{
	uint8_t atr[JM_ATR_MAX];

	MUST(jm_token_info(s->token) != NULL);
	MUST(jm_token_atr(s->token, atr) <= sizeof atr);
	MUST(jm_token_profile(s->token) != NULL);
	for (int i = 0; i < JM_PAIRS; i++) {
		(void)jm_token_has(s->token, (enum jm_pair)i);
		MUST(jm_token_key_bits(s->token, (enum jm_pair)i) <= 4096);
	}
	(void)jm_token_has_pss(s->token);
}

static void
step(struct stage *s)
{
	const unsigned sent = s->h.sent;

	switch (feed_below(&s->f, 12)) {
	case 0:
	case 1: login(s); break;
	case 2:
	case 3: sign(s); break;
	case 4: change(s); break;
	case 5:
	case 6: certificate(s); break;
	case 7:
		(void)!jm_token_read_certs(
		    s->token, feed_below(&s->f, 1u << JM_CERTS));
		break;
	case 8: counter(s); break;
	case 9:
		jm_token_logout(s->token, pair_of(s));
		ask_memory(s);
		MUST(s->h.sent == sent);
		break;
	default: surprise(s); break;
	}
	MUST(!s->h.begun);
	MUST(!hostile_verified(&s->h));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage s = { .f = { data, size } };
	struct jm_policy policy = jm_policy_default;
	struct jm_link link;
	unsigned how;

	clock_ahead = 0;
	hostile_open(&s.h, &s.f);
	link = hostile_link(&s.h);
	how = feed_u8(&s.f);
	policy.guard.allow_sha1 = (how & 1) != 0;
	policy.guard.allow_raw = (how & 2) != 0;
	policy.consent[JM_PAIR_SIGN] =
	    (how & 4) != 0 ? JM_CONSENT_EACH : JM_CONSENT_SESSION;
	policy.trace = (how & 8) != 0;
	for (unsigned i = how >> 4 & 3; i > 0; i--)
		surprise(&s);
	if (jm_token_open(&link, &policy, &s.token) != JM_OK)
		MUST(s.token == NULL);
	MUST(!s.h.begun && s.h.verifies == 0);
	while (s.token != NULL && s.f.left > 0)
		step(&s);
	for (int i = 0; s.token != NULL && i < JM_CERTS; i++) {
		const struct jm_cert *c =
		    jm_token_cert_loaded(s.token, (enum jm_cert_id)i);

		if (c != NULL)
			cert_check(c);
	}
	jm_token_free(&s.token);
	hostile_close(&s.h);
	return 0;
}
