/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/minidriver/cardid.h"

#include <string.h>

#include "base/wbuf.h"
#include "crypto/sha256.h"

#define HASH_LEN   32
#define NAME_BYTES 12 /* of the hash, in hex after the name's beginning */

static const char domain[] = "jumin cardid"; /* its NUL is hashed, too */

/* The first that reads without a PIN. */
static jm_err
open_cert(struct jm_token *t, const struct jm_cert **out)
{
	static const enum jm_cert_id ids[] = { JM_CERT_AUTH, JM_CERT_SIGN };
	jm_err e = JM_NO_CARD;

	*out = NULL;
	for (size_t i = 0; i < NELEM(ids); i++) {
		if (jm_token_profile(t)->cert[ids[i]].need_pin)
			continue;
		e = jm_token_cert(t, ids[i], out);
		if (e != JM_NOT_FOUND && e != JM_NEED_PIN && e != JM_FORMAT)
			return e;
	}
	return JM_NO_CARD;
}

jm_err
md_card_id(struct jm_token *t, uint8_t out[MD_CARD_ID_LEN])
{
	uint8_t in[sizeof domain + HASH_LEN], hash[HASH_LEN];
	const struct jm_cert *cert;
	jm_err e;

	memset(out, 0, MD_CARD_ID_LEN);
	if ((e = open_cert(t, &cert)) != JM_OK)
		return e;
	memcpy(in, domain, sizeof domain);
	if ((e = jm_cert_fingerprint(cert, in + sizeof domain)) != JM_OK ||
	    (e = jm_sha256(in, sizeof in, hash)) != JM_OK)
		return e;
	memcpy(out, hash, MD_CARD_ID_LEN);
	return JM_OK;
}

jm_err
md_container_name(
    enum jm_pair pair, const struct jm_cert *cert, WCHAR out[MD_CONTAINER_NAME])
{
	static const char digits[] = "0123456789abcdef";
	const char *begin = pair == JM_PAIR_SIGN ? "jumin-s-" : "jumin-a-";
	uint8_t hash[HASH_LEN];
	size_t n = 0;
	jm_err e;

	memset(out, 0, MD_CONTAINER_NAME * sizeof *out);
	if ((e = jm_cert_fingerprint(cert, hash)) != JM_OK)
		return e;
	for (; *begin != '\0'; begin++)
		out[n++] = (WCHAR)*begin;
	for (size_t i = 0; i < NAME_BYTES; i++) {
		out[n++] = (WCHAR)digits[hash[i] >> 4];
		out[n++] = (WCHAR)digits[hash[i] & 15];
	}
	return JM_OK;
}
