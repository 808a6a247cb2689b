/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/p256_verify.h"

jm_err
jm_p256_verify(const uint8_t pk[JM_P256_COMPRESSED], const uint8_t hash[32],
    const uint8_t sig[JM_P256_SIG])
{
	struct jm_ec_pub pub;
	jm_err e;

	if ((e = jm_p256_expand(pk, &pub)) == JM_OK)
		e = jm_ecdsa_verify(&pub, hash, 32, sig, JM_P256_SIG);
	return e;
}
