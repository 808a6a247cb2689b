/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/b64.h"

#include <openssl/evp.h>

#define INPUT_MAX (1u << 20) /* the library counts in int */

jm_err
jm_b64_encode(const uint8_t *in, size_t n, char *out, size_t cap)
{
	if (cap > 0)
		out[0] = '\0';
	if (n > INPUT_MAX)
		return JM_ARG;
	if (cap < JM_B64_LEN(n) + 1)
		return JM_SPACE;
	if (n > 0)
		(void)EVP_EncodeBlock((unsigned char *)out, in, (int)n);
	return JM_OK;
}
