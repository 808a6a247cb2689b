/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "crypto/p256_verify.h"
#include "nym/assertion.h"
#include "nym/att.h"

jm_err
nym_reg_xt(const uint8_t k_reg[32], const struct nym_field *person,
    const uint8_t sh[NYM_SH_LEN], uint16_t period, uint32_t epoch,
    uint32_t count, uint8_t xt[NYM_XT_LEN])
{
	const struct nym_which which = {
		.use = NYM_USE_ASSERT, .period = period, .epoch = epoch
	};
	uint8_t num[10], mac[32];
	struct jm_wbuf w;
	jm_err e;

	memset(xt, 0, NYM_XT_LEN);
	if (person->len == 0 || !nym_which_ok(&which))
		return JM_ARG;
	jm_wbuf_init(&w, num, sizeof num);
	jm_put_be16(&w, period);
	jm_put_be32(&w, epoch);
	jm_put_be32(&w, count);
	const struct nym_field f[] = { *person, { sh, NYM_SH_LEN }, { num, 2 },
		{ num + 2, 4 }, { num + 6, 4 } };
	if ((e = nym_enc_hmac(
		 k_reg, 32, "NYM1/reg-xt", f, NELEM(f), -1, mac)) == JM_OK)
		memcpy(xt, mac, NYM_XT_LEN);
	return e;
}

jm_err
nym_reg_hash(const uint8_t sh[NYM_SH_LEN], const uint8_t pk[NYM_PK_LEN],
    const struct nym_field *challenge, uint8_t hash[32])
{
	const struct nym_field f[] = { { sh, NYM_SH_LEN }, { pk, NYM_PK_LEN },
		*challenge };

	memset(hash, 0, 32);
	if (challenge->len < NYM_CHALLENGE_MIN ||
	    challenge->len > NYM_CHALLENGE_MAX)
		return JM_ARG;
	return nym_enc_hash("NYM1/reg", f, NELEM(f), hash);
}

jm_err
nym_reg_prove(const uint8_t sh[NYM_SH_LEN], const struct nym_key *key,
    const struct nym_field *challenge, uint8_t sig[JM_P256_SIG])
{
	uint8_t hash[32];
	jm_err e;

	memset(sig, 0, JM_P256_SIG);
	if ((e = nym_reg_hash(sh, key->pk, challenge, hash)) == JM_OK)
		e = jm_p256_sign(key->d, hash, sizeof hash, sig);
	return e;
}

jm_err
nym_reg_check(const uint8_t sh[NYM_SH_LEN], const uint8_t pk[NYM_PK_LEN],
    const struct nym_field *challenge, const uint8_t sig[JM_P256_SIG])
{
	uint8_t hash[32];
	jm_err e;

	if ((e = nym_reg_hash(sh, pk, challenge, hash)) == JM_OK)
		e = jm_p256_verify(pk, hash, sig);
	return e;
}
