/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/vc_model_wrap.h"

#include <string.h>

#include "crypto/soft_key.h"

unsigned long vc_model_syncs;

/* Tearing is another test's; here the image only has to be there. */
int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
	(void)fd;
	vc_model_syncs++;
	return 0;
}

/* What a signature is, is another test's, too. */
jm_err __wrap_jm_soft_key_sign_raw(const struct jm_soft_key *k,
    const uint8_t *in, size_t in_len, uint8_t *sig, size_t *sig_len);
jm_err __wrap_jm_soft_key_sign_pss(const struct jm_soft_key *k,
    const uint8_t *digest, int salt, uint8_t *sig, size_t *sig_len);

static jm_err
fake_signature(uint8_t *sig, size_t *sig_len)
{
	memset(sig, 0x5a, 256);
	*sig_len = 256;
	return JM_OK;
}

jm_err
__wrap_jm_soft_key_sign_raw(const struct jm_soft_key *k, const uint8_t *in,
    size_t in_len, uint8_t *sig, size_t *sig_len)
{
	(void)k;
	(void)in;
	(void)in_len;
	return fake_signature(sig, sig_len);
}

jm_err
__wrap_jm_soft_key_sign_pss(const struct jm_soft_key *k, const uint8_t *digest,
    int salt, uint8_t *sig, size_t *sig_len)
{
	(void)k;
	(void)digest;
	(void)salt;
	return fake_signature(sig, sig_len);
}
