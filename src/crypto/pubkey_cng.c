/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A DigestInfo goes through CNG's own PKCS #1 verification; it may leave out
 * the NULL in the AlgorithmIdentifier, which the standard lets a verifier
 * accept.  What is no DigestInfo CNG verifies for some lengths only, so there
 * the block is recovered with the public key (encryption without padding) and
 * compared as a whole.
 */
#include "crypto/pubkey.h"

#include <string.h>

#include "base/wbuf.h"
#include "base/wipe.h"
#include "crypto/call_cng.h"
#include "crypto/rsa_pad.h"

/* 00 01, at least eight FF, 00 */
#define PKCS1_OVERHEAD 11

struct rsa {
	BCRYPT_ALG_HANDLE alg;
	BCRYPT_KEY_HANDLE key;
};

static int
is_key(const struct jm_rsa_pub *key)
{
	return key->n_len > 0 && key->n_len <= sizeof key->n &&
	       key->e_len > 0 && key->e_len <= sizeof key->e;
}

static ULONG
bits_of(const struct jm_rsa_pub *key)
{
	ULONG bits = (ULONG)(8 * (key->n_len - 1));

	for (unsigned top = key->n[0]; top != 0; top >>= 1)
		bits++;
	return bits;
}

static void
rsa_close(struct rsa *rsa)
{
	if (rsa->key != NULL)
		(void)BCryptDestroyKey(rsa->key);
	if (rsa->alg != NULL)
		(void)BCryptCloseAlgorithmProvider(rsa->alg, 0);
	memset(rsa, 0, sizeof *rsa);
}

/* JM_BAD_SIG: CNG has no such keys (one with an even modulus, say), so there
 * is no signature by it.  For rsa_close then, too. */
static jm_err
rsa_open(const struct jm_rsa_pub *key, struct rsa *rsa)
{
	struct {
		BCRYPT_RSAKEY_BLOB head;
		UCHAR numbers[sizeof key->e + sizeof key->n];
	} blob;
	jm_err e;

	memset(rsa, 0, sizeof *rsa);
	if ((e = jm_cng_open(BCRYPT_RSA_ALGORITHM, 0, &rsa->alg)) != JM_OK)
		return e;
	memset(&blob, 0, sizeof blob);
	blob.head.Magic = BCRYPT_RSAPUBLIC_MAGIC;
	blob.head.BitLength = bits_of(key);
	blob.head.cbPublicExp = (ULONG)key->e_len;
	blob.head.cbModulus = (ULONG)key->n_len;
	memcpy(blob.numbers, key->e, key->e_len);
	memcpy(blob.numbers + key->e_len, key->n, key->n_len);
	return jm_cng_err(
	    BCryptImportKeyPair(rsa->alg, NULL, BCRYPT_RSAPUBLIC_BLOB,
		&rsa->key, (PUCHAR)&blob,
		(ULONG)(sizeof blob.head + key->e_len + key->n_len), 0),
	    JM_BAD_SIG);
}

/* CNG's parameters are not const; it does not write to them. */
static PUCHAR
in(const uint8_t *p)
{
	return (PUCHAR)(uintptr_t)p;
}

/* 00 01 FF.. 00 t, as long as the modulus. */
static jm_err
raw_check(const struct rsa *rsa, const uint8_t *t, size_t t_len,
    const uint8_t *sig, size_t sig_len)
{
	uint8_t want[JM_RSA_BYTES_MAX], got[JM_RSA_BYTES_MAX];
	struct jm_wbuf w;
	size_t want_len;
	ULONG got_len = 0;
	jm_err e;

	jm_wbuf_init(&w, want, sizeof want);
	jm_put_u8(&w, 0);
	jm_put_u8(&w, 1);
	jm_put_fill(&w, 0xff, sig_len - 3 - t_len);
	jm_put_u8(&w, 0);
	jm_put(&w, t, t_len);
	if ((e = jm_wbuf_done(&w, &want_len)) != JM_OK)
		return e;
	/* It fails for a number not below the modulus, too. */
	e = jm_cng_err(
	    BCryptEncrypt(rsa->key, in(sig), (ULONG)sig_len, NULL, NULL, 0, got,
		(ULONG)sizeof got, &got_len, BCRYPT_PAD_NONE),
	    JM_BAD_SIG);
	if (e == JM_OK &&
	    (got_len != want_len || memcmp(got, want, want_len) != 0))
		e = JM_BAD_SIG;
	/* Of a faulty signature it gives the key away. */
	jm_wipe(got, sizeof got);
	return e;
}

static jm_err
digest_check(const struct rsa *rsa, enum jm_hash h, const uint8_t *digest,
    const uint8_t *sig, size_t sig_len)
{
	BCRYPT_PKCS1_PADDING_INFO pad = { jm_cng_hash_name(h) };

	return jm_cng_err(BCryptVerifySignature(rsa->key, &pad, in(digest),
			      (ULONG)jm_hash_len(h), in(sig), (ULONG)sig_len,
			      BCRYPT_PAD_PKCS1),
	    JM_BAD_SIG);
}

jm_err
jm_rsa_verify_raw(const struct jm_rsa_pub *key, const uint8_t *t, size_t t_len,
    const uint8_t *sig, size_t sig_len)
{
	struct rsa rsa;
	enum jm_hash h;
	jm_err e;

	if (!is_key(key))
		return JM_ARG;
	if (sig_len != key->n_len || sig_len < PKCS1_OVERHEAD ||
	    t_len > sig_len - PKCS1_OVERHEAD)
		return JM_BAD_SIG;
	if ((e = rsa_open(key, &rsa)) != JM_OK)
		goto out;
	if (jm_digestinfo_parse(t, t_len, &h) == JM_OK)
		e = digest_check(
		    &rsa, h, t + t_len - jm_hash_len(h), sig, sig_len);
	else
		e = raw_check(&rsa, t, t_len, sig, sig_len);
out:
	rsa_close(&rsa);
	return e;
}

jm_err
jm_rsa_verify_pss(const struct jm_rsa_pub *key, enum jm_hash h,
    const uint8_t *digest, const uint8_t *sig, size_t sig_len)
{
	BCRYPT_PSS_PADDING_INFO pad = { jm_cng_hash_name(h),
		(ULONG)jm_hash_len(h) };
	struct rsa rsa;
	jm_err e;

	if (!is_key(key))
		return JM_ARG;
	if (sig_len != key->n_len)
		return JM_BAD_SIG;
	if (pad.pszAlgId == NULL)
		return JM_CRYPTO;
	if ((e = rsa_open(key, &rsa)) == JM_OK)
		e = jm_cng_err(BCryptVerifySignature(rsa.key, &pad, in(digest),
				   (ULONG)jm_hash_len(h), in(sig),
				   (ULONG)sig_len, BCRYPT_PAD_PSS),
		    JM_BAD_SIG);
	rsa_close(&rsa);
	return e;
}
