/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random numbers of the card, with rng = on alone: NSS fetches some at every
 * start from each token that has CKF_RNG. */
#include "base/wipe.h"
#include "pkcs11/enter.h"
#include "pkcs11/entry.h"
#include "pkcs11/module.h"

#define BLOCK_MAX 1024 /* bytes in one transaction; then others may go on */

CK_RV
p11_C_SeedRandom(CK_SESSION_HANDLE session, CK_BYTE *seed, CK_ULONG seed_len)
{
	struct p11_session *s;
	CK_RV rv;

	(void)seed;
	(void)seed_len;
	if ((rv = p11_enter_look(session, &s)) != CKR_OK)
		return rv;
	return p11_leave_look(s, p11_module.conf.rng
				     ? CKR_RANDOM_SEED_NOT_SUPPORTED
				     : CKR_RANDOM_NO_RNG);
}

static CK_RV
one_block(struct p11_session *s, CK_BYTE *out, size_t len)
{
	struct p11_card *card;
	CK_RV rv;
	jm_err e = JM_OK;

	if ((rv = p11_card_lock(s, &card)) != CKR_OK)
		return rv;
	if ((e = jm_token_random(card->token, out, len)) != JM_OK)
		rv = p11_card_failed(s->reader, card, e);
	p11_card_unlock(s, &card);
	return e == JM_UNSUPPORTED ? CKR_RANDOM_NO_RNG : rv;
}

static CK_RV
generate(struct p11_session *s, CK_BYTE *out, CK_ULONG len)
{
	CK_ULONG done = 0, n;
	CK_RV rv = CKR_OK;

	for (; rv == CKR_OK && done < len; done += n) {
		n = len - done < BLOCK_MAX ? len - done : BLOCK_MAX;
		rv = one_block(s, out + done, n);
	}
	/* Half of it is none. */
	if (rv != CKR_OK)
		jm_wipe(out, done);
	return rv;
}

CK_RV
p11_C_GenerateRandom(
    CK_SESSION_HANDLE session, CK_BYTE *random_data, CK_ULONG random_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	if (!p11_module.conf.rng)
		rv = CKR_RANDOM_NO_RNG;
	else if (random_data == NULL && random_len > 0)
		rv = CKR_ARGUMENTS_BAD;
	else
		rv = generate(s, random_data, random_len);
	return p11_leave(s, rv);
}
