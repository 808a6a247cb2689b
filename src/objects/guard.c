/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/guard.h"

#include <string.h>

#include "crypto/rsa_pad.h"
#include "holder/index.h"
#include "nym/derive.h"

#define HASH_MAX 64  /* bytes */
#define RAW_MAX  245 /* bytes, RSA-2048 less the padding */

/* A signature over a DigestInfo with it is key material of the holder's
 * identifiers. */
static int
has_reserved_oid(const uint8_t *in, size_t len)
{
	const size_t n = sizeof nym_reserved_oid;

	/* Any offset: another wrapping of it must not slip through raw mode. */
	for (size_t i = 0; i + n <= len; i++)
		if (memcmp(in + i, nym_reserved_oid, n) == 0)
			return 1;
	return 0;
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
	if (h == JM_SHA512 && nym_index_refuses(in, len))
		return JM_REFUSED;
	return JM_OK;
}

jm_err
jm_guard_message(const uint8_t *first, size_t len)
{
	static const char label[] = "NYM1/";

	if (len < JM_GUARD_MESSAGE || first[0] != 0 ||
	    first[1] < sizeof label - 1 ||
	    memcmp(first + 2, label, sizeof label - 1) != 0)
		return JM_OK;
	return JM_REFUSED;
}

void
jm_guard_head_add(struct jm_guard_head *h, const void *part, size_t len)
{
	const size_t room = sizeof h->first - h->len;
	const size_t n = len < room ? len : room;

	if (n > 0)
		memcpy(h->first + h->len, part, n);
	h->len += n;
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
