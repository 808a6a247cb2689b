/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/part.h"

#include "objects/ident.h"
#include "objects/nym.h"
#include "pkcs11/module.h"

int
p11_part_pair(enum p11_part part, enum jm_pair *pair)
{
	*pair = part == P11_PART_SIGN ? JM_PAIR_SIGN : JM_PAIR_AUTH;
	return part != P11_PART_NYM;
}

enum jm_pin_id
p11_part_pin(enum p11_part part)
{
	enum jm_pair pair;

	(void)p11_part_pair(part, &pair);
	return jm_pair_pin(pair);
}

const char *
p11_part_label(enum p11_part part)
{
	enum jm_pair pair;

	return p11_part_pair(part, &pair) ? jm_ident_token_label(pair)
					  : JM_IDENT_NYM_TOKEN;
}

const char *
p11_part_what_for(enum p11_part part)
{
	switch (part) {
	case P11_PART_AUTH: return "Authentication";
	case P11_PART_SIGN: return "Signature";
	case P11_PART_NYM: break;
	}
	return JM_IDENT_NYM_TOKEN;
}

int
p11_part_always_authenticate(enum p11_part part)
{
	enum jm_pair pair;

	return p11_part_pair(part, &pair) &&
	       p11_module.policy.consent[pair] == JM_CONSENT_CONTEXT;
}

int
p11_part_logged_in(const struct p11_card *card, enum p11_part part)
{
	enum jm_pair pair;

	return p11_part_pair(part, &pair)
		   ? jm_token_logged_in(card->token, pair)
		   : jm_token_nym_logged_in(card->token);
}

void
p11_part_logout(const struct p11_card *card, enum p11_part part)
{
	enum jm_pair pair;

	if (p11_part_pair(part, &pair))
		jm_token_logout(card->token, pair);
	else
		jm_token_nym_logout(card->token);
}

void
p11_part_no_consent(
    const struct p11_card *card, enum p11_part part, unsigned long by)
{
	enum jm_pair pair;

	if (p11_part_pair(part, &pair))
		jm_token_no_consent(card->token, pair, by);
}

unsigned
p11_part_key_bits(const struct p11_card *card, enum p11_part part)
{
	enum jm_pair pair;

	return p11_part_pair(part, &pair) ? jm_token_key_bits(card->token, pair)
					  : jm_curve_bits(JM_P256);
}

size_t
p11_part_sig_len(const struct p11_card *card, enum p11_part part)
{
	enum jm_pair pair;

	return p11_part_pair(part, &pair) ? jm_token_sig_len(card->token, pair)
					  : 2 * jm_curve_len(JM_P256);
}

jm_err
p11_part_may_sign(const struct p11_card *card, enum p11_part part,
    unsigned long by, enum jm_sign_mech mech, const uint8_t *in, size_t in_len)
{
	enum jm_pair pair;

	if (p11_part_pair(part, &pair))
		return jm_token_may_sign(
		    card->token, pair, by, mech, in, in_len);
	if (mech != JM_SIGN_ECDSA)
		return JM_UNSUPPORTED;
	if (!jm_token_nym_logged_in(card->token))
		return JM_NEED_PIN;
	return jm_guard_hash(&p11_module.policy.guard, in_len);
}

jm_err
p11_part_login(const struct p11_card *card, enum p11_part part, const void *pin,
    size_t pin_len)
{
	enum jm_pair pair;
	int tries;

	if (p11_part_pair(part, &pair))
		return pin != NULL ? jm_token_login(card->token, pair, pin,
					 pin_len, 1, &tries)
				   : jm_token_login_at_reader(
					 card->token, pair, 1, &tries);
	return pin != NULL
		   ? jm_token_nym_login(card->token, pin, pin_len, 1, &tries)
		   : jm_token_nym_login_at_reader(card->token, 1, &tries);
}
