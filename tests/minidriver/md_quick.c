/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For a program with thousands of signatures that links with
 * --wrap=jm_soft_key_sign_raw. */
#include "tests/support/test.h"

#include <string.h>

#include "crypto/soft_key.h"

/* A signature takes long, and is the same each time. */
jm_err __real_jm_soft_key_sign_raw(const struct jm_soft_key *k,
    const uint8_t *t, size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX],
    size_t *sig_len);
jm_err __wrap_jm_soft_key_sign_raw(const struct jm_soft_key *k,
    const uint8_t *t, size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX],
    size_t *sig_len);
jm_err
__wrap_jm_soft_key_sign_raw(const struct jm_soft_key *k, const uint8_t *t,
    size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX], size_t *sig_len)
{
	static struct {
		const void *key;
		uint8_t in[64], sig[JM_RSA_BYTES_MAX];
		size_t in_len, len;
	} made[8];
	static unsigned next;

	for (size_t i = 0; i < NELEM(made); i++)
		if (made[i].key == k && made[i].in_len == t_len &&
		    memcmp(made[i].in, t, t_len) == 0) {
			memcpy(sig, made[i].sig, *sig_len = made[i].len);
			return JM_OK;
		}
	assert_int_equal(
	    __real_jm_soft_key_sign_raw(k, t, t_len, sig, sig_len), JM_OK);
	assert_true(t_len <= sizeof made[0].in);
	next = (next + 1) % NELEM(made);
	made[next].key = k;
	memcpy(made[next].in, t, made[next].in_len = t_len);
	memcpy(made[next].sig, sig, made[next].len = *sig_len);
	return JM_OK;
}
