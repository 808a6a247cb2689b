/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signatures.  Two calls of the host make one: what key and how, then the data.
 * The first is used up by the second, whatever comes of it: the host makes both
 * for every signature (use_key), also of data that came in parts.
 */
#include <string.h>

#include "drivers/opensc/osc.h"

#include <libopensc/log.h>

#include "crypto/rsa_pad.h"
#include "drivers/opensc/osc_err.h"

/* Hash functions that we put the name of before a value; the first, of nothing,
 * is data that has it already. */
static const struct {
	unsigned flag;
	enum jm_hash hash;
} hashes[] = { { SC_ALGORITHM_RSA_HASH_SHA1, JM_SHA1 },
	{ SC_ALGORITHM_RSA_HASH_SHA256, JM_SHA256 },
	{ SC_ALGORITHM_RSA_HASH_SHA384, JM_SHA384 },
	{ SC_ALGORITHM_RSA_HASH_SHA512, JM_SHA512 } };

static int
take_hash(unsigned flag, struct osc_signing *s)
{
	s->bare = flag != 0 && flag != SC_ALGORITHM_RSA_HASH_NONE;
	if (!s->bare)
		return SC_SUCCESS;
	for (size_t i = 0; i < NELEM(hashes); i++)
		if (hashes[i].flag == flag) {
			s->hash = hashes[i].hash;
			return SC_SUCCESS;
		}
	return SC_ERROR_NOT_SUPPORTED;
}

/*
 * The card's own: SHA-256 for the value and for the mask, salt as long as the
 * value.  The mask is told here.  The length of the salt is not, and the host
 * does not look at it: it takes the hash value's for granted of every card
 * (pkcs15_prkey_sign), and so do the protocols that use PSS.
 */
static int
take_pss(const struct osc_card *o, unsigned flags, struct osc_signing *s)
{
	const unsigned hash = flags & SC_ALGORITHM_RSA_HASHES;

	if (!o->opt.pss || !jm_token_has_pss(o->token) ||
	    (flags & SC_ALGORITHM_MGF1_HASHES) != SC_ALGORITHM_MGF1_SHA256 ||
	    (hash != 0 && hash != SC_ALGORITHM_RSA_HASH_NONE &&
		hash != SC_ALGORITHM_RSA_HASH_SHA256))
		return SC_ERROR_NOT_SUPPORTED;
	s->mech = JM_SIGN_PSS_SHA256;
	s->bare = 0;
	return SC_SUCCESS;
}

static int
take_algorithm(const struct osc_card *o, const struct sc_security_env *env,
    struct osc_signing *s)
{
	const unsigned flags = env->algorithm_flags;
	const enum jm_key_alg alg = jm_token_key_alg(o->token, s->pair);

	if ((env->flags & SC_SEC_ENV_ALG_PRESENT) == 0 ||
	    env->algorithm !=
		(alg == JM_KEY_EC ? SC_ALGORITHM_EC : SC_ALGORITHM_RSA))
		return SC_ERROR_NOT_SUPPORTED;
	if (alg == JM_KEY_EC) {
		s->mech = JM_SIGN_ECDSA;
		s->bare = 0;
		return (flags & SC_ALGORITHM_ECDSA_HASHES) == 0
			   ? SC_SUCCESS
			   : SC_ERROR_NOT_SUPPORTED;
	}
	switch (flags & SC_ALGORITHM_RSA_PADS) {
	case SC_ALGORITHM_RSA_PAD_PKCS1:
		s->mech = JM_SIGN_PKCS1;
		return take_hash(flags & SC_ALGORITHM_RSA_HASHES, s);
	case SC_ALGORITHM_RSA_PAD_PSS: return take_pss(o, flags, s);
	default: return SC_ERROR_NOT_SUPPORTED;
	}
}

int
osc_set_security_env(
    sc_card_t *card, const struct sc_security_env *env, int se_num)
{
	struct osc_card *o = osc_of(card);
	struct osc_signing s = { .set = 1 };
	int pair, r;

	(void)se_num;
	o->signing.set = 0;
	if (env == NULL)
		return SC_ERROR_INVALID_ARGUMENTS;
	if (env->operation != SC_SEC_OPERATION_SIGN)
		return SC_ERROR_NOT_SUPPORTED;
	/* One byte: keys are the JPKI application's, whose references are. */
	if ((env->flags & SC_SEC_ENV_KEY_REF_PRESENT) == 0 ||
	    env->key_ref_len != 1 ||
	    (pair = osc_pair_of_reference(o, env->key_ref[0])) < 0)
		return SC_ERROR_INCORRECT_PARAMETERS;
	s.pair = (enum jm_pair)pair;
	if ((r = take_algorithm(o, env, &s)) != SC_SUCCESS)
		return r;
	o->signing = s;
	return SC_SUCCESS;
}

int
osc_compute_signature(
    sc_card_t *card, const u8 *data, size_t data_len, u8 *out, size_t out_len)
{
	struct osc_card *o = osc_of(card);
	const struct osc_signing s = o->signing;
	uint8_t info[JM_DIGESTINFO_MAX];
	size_t len = 0;
	jm_err e;

	if (!s.set)
		return SC_ERROR_NOT_ALLOWED;
	o->signing.set = 0;
	if (data == NULL || out == NULL)
		return SC_ERROR_INVALID_ARGUMENTS;
	if (s.bare) {
		if (data_len != jm_hash_len(s.hash))
			return SC_ERROR_WRONG_LENGTH;
		jm_digestinfo(s.hash, data, info, &data_len);
		data = info;
	}
	if (s.mech == JM_SIGN_PSS_SHA256 && data_len != jm_hash_len(JM_SHA256))
		return SC_ERROR_WRONG_LENGTH;
	e = jm_token_sign_by(o->token, s.pair, OSC_OPERATION, s.mech, data,
	    data_len, out, out_len, &len);
	return e == JM_OK ? (int)len : osc_err(e);
}
