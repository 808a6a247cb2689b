/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/sha256.h"

#include "crypto/digest.h"

/* There is no shorter way into CNG, and on Windows nothing hashes by the
 * million. */
jm_err
jm_sha256(const void *data, size_t len, uint8_t out[32])
{
	return jm_hash(JM_SHA256, data, len, out);
}
