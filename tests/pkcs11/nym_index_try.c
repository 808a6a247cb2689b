/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pkcs11/nym_index_try.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/nym.h"

int try_any, try_logged_in;
const struct nym_index *try_index;
jm_err try_error;
unsigned try_asked, try_logins, try_signatures;
const struct nym_index_entry *try_signed;

void
try_clear(void)
{
	try_any = try_logged_in = 0;
	try_index = NULL;
	try_error = JM_OK;
	try_asked = try_logins = try_signatures = 0;
	try_signed = NULL;
}

/* --- entries -------------------------------------------------------------- */

static jm_err
key_of(const char *scope, unsigned seed, struct nym_key *key)
{
	const struct nym_which which = { .use = NYM_USE_RAW,
		.generation = seed };
	uint8_t sh[NYM_SH_LEN];
	jm_err e;

	if ((e = nym_scope_hash(scope, strlen(scope), sh)) != JM_OK)
		return e;
	return nym_key_of(sh, sh, &which, key);
}

void
try_entry(struct nym_index_entry *e, const char *scope, unsigned seed)
{
	struct jm_ec_pub pub;
	struct nym_key key;

	memset(e, 0, sizeof *e);
	if (key_of(scope, seed, &key) != JM_OK ||
	    jm_p256_expand(key.pk, &pub) != JM_OK ||
	    nym_cert_make(&key, e->cert, &e->cert_len) != JM_OK)
		abort();
	(void)snprintf(e->scope, sizeof e->scope, "%s", scope);
	memcpy(e->nid, key.nid, sizeof e->nid);
	memcpy(e->pk, key.pk, sizeof e->pk);
	memcpy(e->point, pub.point, sizeof e->point);
}

void
try_cheap_entry(struct nym_index_entry *e, const char *scope, unsigned seed)
{
	memset(e, 0, sizeof *e);
	(void)snprintf(e->scope, sizeof e->scope, "%s", scope);
	memcpy(e->nid, &seed, sizeof seed);
	e->nid[20] = 1;
	e->cert_len = 10;
}

jm_err
try_sign(const struct nym_index_entry *e, const uint8_t *hash, size_t len,
    uint8_t sig[64])
{
	struct nym_key key;

	for (unsigned seed = 0; seed < 4; seed++)
		if (key_of(e->scope, seed, &key) == JM_OK &&
		    memcmp(key.pk, e->pk, sizeof e->pk) == 0)
			return jm_p256_sign(key.d, hash, len, sig);
	return JM_OTHER_KEY;
}

/* --- in place of holder/index.c and objects/nym.c ------------------------- */

int __wrap_nym_index_any(void);
jm_err __wrap_jm_token_nym_index(
    struct jm_token *t, const struct nym_index **out);
jm_err __wrap_jm_token_nym_login(
    struct jm_token *t, const void *pin, size_t pin_len, int keep, int *tries);
void __wrap_jm_token_nym_logout(struct jm_token *t);
int __wrap_jm_token_nym_logged_in(struct jm_token *t);
jm_err __wrap_jm_token_nym_sign(struct jm_token *t,
    const struct nym_index_entry *e, const uint8_t *hash, size_t hash_len,
    uint8_t sig[JM_P256_SIG]);

int
__wrap_nym_index_any(void)
{
	return try_any;
}

jm_err
__wrap_jm_token_nym_index(struct jm_token *t, const struct nym_index **out)
{
	(void)t;
	try_asked++;
	*out = try_error == JM_OK ? try_index : NULL;
	return try_error;
}

jm_err
__wrap_jm_token_nym_login(
    struct jm_token *t, const void *pin, size_t pin_len, int keep, int *tries)
{
	(void)t;
	try_logins++;
	*tries = 3;
	if (!keep || pin_len != 4 || memcmp(pin, "1234", 4) != 0)
		return JM_PIN_WRONG;
	try_logged_in = 1;
	return JM_OK;
}

void
__wrap_jm_token_nym_logout(struct jm_token *t)
{
	(void)t;
	try_logged_in = 0;
}

int
__wrap_jm_token_nym_logged_in(struct jm_token *t)
{
	(void)t;
	return try_logged_in;
}

jm_err
__wrap_jm_token_nym_sign(struct jm_token *t, const struct nym_index_entry *e,
    const uint8_t *hash, size_t hash_len, uint8_t sig[JM_P256_SIG])
{
	(void)t;
	if (!try_logged_in)
		return JM_NEED_PIN;
	try_logged_in = 0;
	try_signatures++;
	try_signed = e;
	return try_sign(e, hash, hash_len, sig);
}
