/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/guard.h"

#include <string.h>

#include "crypto/rsa_pad.h"

#define HASH_MAX 64  /* bytes */
#define RAW_MAX  245 /* bytes, RSA-2048 less the padding */

/*
 * Content of the reserved OID 2.25.<UUID>, nym1.md 4.3.  A signature over a
 * DigestInfo with it is key material of the holder's identifiers.
 */
static const uint8_t reserved_oid[] = { 0x69, 0x81, 0xfa, 0x8f, 0x9d, 0x94,
	0xcd, 0xc1, 0xf2, 0xad, 0xf5, 0x9f, 0xac, 0x8b, 0xed, 0xf2, 0xe0, 0xfd,
	0xd4, 0x01 };

static int
has_reserved_oid(const uint8_t *in, size_t len)
{
	/* Any offset: another wrapping of it must not slip through raw mode. */
	return memmem(in, len, reserved_oid, sizeof reserved_oid) != NULL;
}

jm_err
jm_guard(const struct jm_guard_policy *policy, const uint8_t *in, size_t len)
{
	enum jm_hash h;

	if (in == NULL || len == 0 || len > RAW_MAX ||
	    has_reserved_oid(in, len))
		return JM_REFUSED;
	if (jm_digestinfo_parse(in, len, &h) != JM_OK)
		return policy->allow_raw ? JM_OK : JM_REFUSED;
	if (h == JM_SHA1 && !policy->allow_sha1)
		return JM_REFUSED;
	return JM_OK;
}

jm_err
jm_guard_hash(const struct jm_guard_policy *policy, size_t len)
{
	if (len == 0 || len > HASH_MAX)
		return JM_REFUSED;
	if (len == jm_hash_len(JM_SHA1))
		return policy->allow_sha1 ? JM_OK : JM_REFUSED;
	if (len == jm_hash_len(JM_SHA256) || len == jm_hash_len(JM_SHA384) ||
	    len == jm_hash_len(JM_SHA512))
		return JM_OK;
	return policy->allow_raw ? JM_OK : JM_REFUSED;
}
