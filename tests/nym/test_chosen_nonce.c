/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A login by "sign this nonce": the client hashes what the server sends and has
 * the DigestInfo signed.  Against a derivation from a plain SHA-256 signature
 * (open-source prior art, nym1.md section 2: the signature over DER(rpId,
 * userId) seeds Ed25519) one such login at an evil server is the victim's key
 * at any other one.  Against the reserved OID it is nothing.
 */
#include "tests/nym/foe.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/wbuf.h"
#include "crypto/rsa_pad.h"
#include "nym/enc.h"
#include "objects/guard.h"

#define VICTIM "web:bank.example.jp"
#define ED_LEN 32

static const enum jm_hash hashes[] = { JM_SHA1, JM_SHA256, JM_SHA384,
	JM_SHA512 };

/* The honest client: our guard, as lax as it goes, lets its DigestInfo pass. */
static void
client_signs(enum jm_hash h, const void *nonce, size_t len,
    uint8_t t[JM_DIGESTINFO_MAX], size_t *t_len, uint8_t s[NYM_S_LEN])
{
	static const struct jm_guard_policy policy = { .allow_sha1 = 1 };
	uint8_t digest[JM_DIGEST_MAX];

	assert_int_equal(jm_hash(h, nonce, len, digest), JM_OK);
	jm_digestinfo(h, digest, t, t_len);
	assert_int_equal(jm_guard(&policy, t, *t_len), JM_OK);
	foe_sign(FOE_CARD, t, *t_len, s);
}

/* --- the prior art ---------------------------------------------------------
 */

/* SEQUENCE { UTF8String rpId, OCTET STRING userId } */
static size_t
prior_message(const char *rp, const char *user, uint8_t out[128])
{
	const size_t rp_len = strlen(rp), user_len = strlen(user);
	struct jm_wbuf w;
	size_t len;

	jm_wbuf_init(&w, out, 128);
	jm_put_u8(&w, 0x30);
	jm_put_u8(&w, (unsigned)(rp_len + user_len + 4));
	jm_put_u8(&w, 0x0c);
	jm_put_u8(&w, (unsigned)rp_len);
	jm_put(&w, rp, rp_len);
	jm_put_u8(&w, 0x04);
	jm_put_u8(&w, (unsigned)user_len);
	jm_put(&w, user, user_len);
	assert_int_equal(jm_wbuf_done(&w, &len), JM_OK);
	return len;
}

static EVP_PKEY *
prior_key(const uint8_t s[NYM_S_LEN])
{
	uint8_t seed[ED_LEN];
	EVP_PKEY *key;

	assert_int_equal(jm_hash(JM_SHA256, s, NYM_S_LEN, seed), JM_OK);
	key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, sizeof seed);
	assert_non_null(key);
	return key;
}

/* Would the service, which has pub, let him in who signs with key? */
static int
logs_in(EVP_PKEY *pub, EVP_PKEY *key)
{
	static const uint8_t challenge[32] = { 1, 2, 3 };
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	uint8_t sig[64];
	size_t sig_len = sizeof sig;
	int ok;

	assert_non_null(c);
	assert_int_equal(EVP_DigestSignInit(c, NULL, NULL, NULL, key), 1);
	assert_int_equal(
	    EVP_DigestSign(c, sig, &sig_len, challenge, sizeof challenge), 1);
	EVP_MD_CTX_reset(c);
	assert_int_equal(EVP_DigestVerifyInit(c, NULL, NULL, NULL, pub), 1);
	ok =
	    EVP_DigestVerify(c, sig, sig_len, challenge, sizeof challenge) == 1;
	EVP_MD_CTX_free(c);
	return ok;
}

static void
one_login_at_an_evil_server_is_the_key_of_the_prior_art(void **state)
{
	uint8_t m[128], t[JM_DIGESTINFO_MAX], s[NYM_S_LEN];
	uint8_t pub[ED_LEN];
	size_t len, t_len, pub_len = sizeof pub;
	EVP_PKEY *own, *victim, *stolen, *other;

	(void)state;
	/* The victim registers at the bank, which keeps the public key. */
	len = prior_message("bank.example.jp", "alice", m);
	client_signs(JM_SHA256, m, len, t, &t_len, s);
	own = prior_key(s);
	assert_int_equal(EVP_PKEY_get_raw_public_key(own, pub, &pub_len), 1);
	victim =
	    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub, pub_len);
	assert_non_null(victim);
	EVP_PKEY_free(own);

	/* Then logs in elsewhere: the nonce is the bank's message. */
	len = prior_message("bank.example.jp", "alice", m);
	client_signs(JM_SHA256, m, len, t, &t_len, s);
	stolen = prior_key(s);
	assert_true(logs_in(victim, stolen));

	/* So it is that message that does it, and no other. */
	client_signs(JM_SHA256, "nonce", 5, t, &t_len, s);
	other = prior_key(s);
	assert_false(logs_in(victim, other));
	EVP_PKEY_free(other);
	EVP_PKEY_free(stolen);
	EVP_PKEY_free(victim);
}

/* --- ours ------------------------------------------------------------------
 */

static size_t
message_of(const char *scope, uint8_t m[64])
{
	uint8_t sh[NYM_SH_LEN];
	const struct nym_field f = { sh, sizeof sh };
	struct jm_wbuf w;
	size_t len;

	foe_sh(scope, sh);
	jm_wbuf_init(&w, m, 64);
	nym_put_enc(&w, "NYM1/A", &f, 1);
	assert_int_equal(jm_wbuf_done(&w, &len), JM_OK);
	return len;
}

/* A login of the attacker's as the victim from a signature that he got. */
static int
opens(const uint8_t s[NYM_S_LEN], enum nym_profile profile,
    const struct nym_key *victim)
{
	uint8_t prk[NYM_PRK_LEN];
	struct nym_key key;

	foe_prk(NULL, profile, VICTIM, s, prk);
	foe_key_of(prk, VICTIM, 0, &key);
	return foe_same(&key, victim);
}

static void
no_nonce_gives_a_key_of_profile_x(void **state)
{
	uint8_t m[64], h[32], tx[NYM_T_MAX];
	const size_t m_len = message_of(VICTIM, m);
	const size_t tx_len = foe_t(NYM_PROFILE_X, VICTIM, tx);
	/* clang-format off */
	const struct { const void *p; size_t len; } nonce[] = {
		{ m, m_len }, { h, sizeof h }, { tx, tx_len },
		{ tx, tx_len - 32 }, { VICTIM, sizeof VICTIM - 1 },
		{ "", 0 },
	};
	/* clang-format on */
	static const struct jm_guard_policy lax = { .allow_sha1 = 1,
		.allow_raw = 1 };
	struct nym_key victim;
	enum jm_hash hash;

	(void)state;
	/* what no client builds, and our guard never lets pass */
	assert_non_null(
	    memmem(tx, tx_len, nym_reserved_oid, sizeof nym_reserved_oid));
	assert_int_not_equal(jm_digestinfo_parse(tx, tx_len, &hash), JM_OK);
	assert_int_equal(jm_guard(&lax, tx, tx_len), JM_REFUSED);
	assert_int_equal(jm_hash(JM_SHA256, m, m_len, h), JM_OK);
	foe_victim(NULL, NYM_PROFILE_X, VICTIM, &victim); /* the weakest L */
	for (size_t i = 0; i < NELEM(nonce); i++)
		for (size_t k = 0; k < NELEM(hashes); k++) {
			uint8_t t[JM_DIGESTINFO_MAX], s[NYM_S_LEN];
			size_t len;

			client_signs(
			    hashes[k], nonce[i].p, nonce[i].len, t, &len, s);
			assert_null(memmem(
			    t, len, nym_reserved_oid, sizeof nym_reserved_oid));
			assert_false(opens(s, NYM_PROFILE_X, &victim));
		}
	/* The test would know it: */
	{
		uint8_t s[NYM_S_LEN];

		foe_sign(FOE_CARD, tx, tx_len, s);
		assert_true(opens(s, NYM_PROFILE_X, &victim));
	}
}

static void
the_fallback_profile_without_l_falls_and_with_l_holds(void **state)
{
	uint8_t m[64], t[JM_DIGESTINFO_MAX], s[NYM_S_LEN], l[NYM_L_LEN];
	const size_t m_len = message_of(VICTIM, m);
	struct nym_key unbound, bound;
	size_t len;

	(void)state;
	memset(l, 0xa5, sizeof l);
	foe_victim(NULL, NYM_PROFILE_S, VICTIM, &unbound);
	foe_victim(l, NYM_PROFILE_S, VICTIM, &bound);
	client_signs(JM_SHA512, m, m_len, t, &len, s);
	assert_true(opens(s, NYM_PROFILE_S, &unbound));
	assert_false(opens(s, NYM_PROFILE_S, &bound));
	/* Its signatures are of no use for the other profile. */
	foe_victim(NULL, NYM_PROFILE_X, VICTIM, &unbound);
	assert_false(opens(s, NYM_PROFILE_X, &unbound));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    one_login_at_an_evil_server_is_the_key_of_the_prior_art),
		cmocka_unit_test(no_nonce_gives_a_key_of_profile_x),
		cmocka_unit_test(
		    the_fallback_profile_without_l_falls_and_with_l_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
