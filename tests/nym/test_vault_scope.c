/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why the scope of a vault holds its random id (nym1.md 4.3): with one constant
 * scope its T is the same for ever, and a signature over it that somebody got
 * once opens every vault that the card will ever have.
 */
#include "tests/nym/foe.h"

#include <string.h>

#include "crypto/aead.h"

#define WRAP_LEN (32 + JM_GCM_TAG)

static const uint8_t nonce[JM_GCM_NONCE] = { 1 };

/* K_card of a vault, by whoever has the signature over T of scope. */
static void
k_card(const uint8_t s[NYM_S_LEN], const char *scope,
    const uint8_t id[NYM_VAULT_ID], uint8_t key[32])
{
	uint8_t prk[NYM_PRK_LEN];

	foe_prk(NULL, NYM_PROFILE_X, scope, s, prk);
	assert_int_equal(nym_k_card(prk, id, key), JM_OK);
}

/* DEK wrapped as in w_card; the head is of no matter here. */
static void
wrap(const uint8_t key[32], const uint8_t dek[32], uint8_t out[WRAP_LEN])
{
	assert_int_equal(
	    jm_gcm_seal(key, nonce, "head", 4, dek, 32, out), JM_OK);
}

static jm_err
unwrap(const uint8_t key[32], const uint8_t in[WRAP_LEN])
{
	uint8_t dek[32];

	return jm_gcm_open(key, nonce, "head", 4, in, WRAP_LEN, dek);
}

static void
ids(uint8_t old[NYM_VAULT_ID], uint8_t fresh[NYM_VAULT_ID])
{
	for (size_t i = 0; i < NYM_VAULT_ID; i++) {
		old[i] = (uint8_t)i;
		fresh[i] = (uint8_t)(0x80 + i);
	}
}

static void
a_constant_scope_opens_every_later_vault(void **state)
{
	static const char constant[] = "self:vault";
	static const uint8_t dek[32] = { 42 };
	uint8_t old[NYM_VAULT_ID], fresh[NYM_VAULT_ID], key[32];
	uint8_t s[NYM_S_LEN], file[WRAP_LEN];

	(void)state;
	ids(old, fresh);
	foe_s(NYM_PROFILE_X, constant, s); /* got while there was the old one */
	k_card(s, constant, fresh, key);
	wrap(key, dek, file); /* what the holder made years later */
	k_card(s, constant, fresh, key);
	assert_int_equal(unwrap(key, file), JM_OK);
}

static void
a_signature_for_one_vault_opens_no_other_of_the_card(void **state)
{
	static const uint8_t dek[32] = { 42 };
	char scope_old[NYM_VAULT_SCOPE], scope_new[NYM_VAULT_SCOPE];
	uint8_t old[NYM_VAULT_ID], fresh[NYM_VAULT_ID], key[32], own[32];
	uint8_t s[NYM_S_LEN], s_new[NYM_S_LEN], file[WRAP_LEN];

	(void)state;
	ids(old, fresh);
	nym_vault_scope(old, scope_old);
	nym_vault_scope(fresh, scope_new);
	foe_s(NYM_PROFILE_X, scope_old, s);
	foe_s(NYM_PROFILE_X, scope_new, s_new);
	k_card(s_new, scope_new, fresh, own);
	wrap(own, dek, file);
	/* with the id of either file, and as the scope of either */
	k_card(s, scope_old, old, key);
	assert_int_equal(unwrap(key, file), JM_DAMAGED);
	k_card(s, scope_old, fresh, key);
	assert_int_equal(unwrap(key, file), JM_DAMAGED);
	k_card(s, scope_new, fresh, key);
	assert_int_equal(unwrap(key, file), JM_DAMAGED);
	/* The signature over that file's own T is its key, as section 8 says.
	 */
	k_card(s_new, scope_new, fresh, key);
	assert_int_equal(unwrap(key, file), JM_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_constant_scope_opens_every_later_vault),
		cmocka_unit_test(
		    a_signature_for_one_vault_opens_no_other_of_the_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
