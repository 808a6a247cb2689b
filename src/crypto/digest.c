/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/digest.h"

#include <string.h>

size_t
jm_hash_len(enum jm_hash h)
{
	switch (h) {
	case JM_SHA1: return 20;
	case JM_SHA256: return 32;
	case JM_SHA384: return 48;
	case JM_SHA512: return 64;
	}
	return 0; /* only a cast gets here */
}

jm_err
jm_hash(enum jm_hash h, const void *data, size_t len, uint8_t *out)
{
	struct jm_hasher *c;
	jm_err e;

	memset(out, 0, jm_hash_len(h));
	if ((e = jm_hasher_new(h, &c)) != JM_OK)
		return e;
	if ((e = jm_hasher_update(c, data, len)) == JM_OK)
		e = jm_hasher_final(c, out);
	jm_hasher_free(&c);
	return e;
}
