/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The algorithms of the secure channel (doc/vcard.md, "Secure channel"), for
 * both of its ends, and the two they are made of: AES-CMAC (NIST SP 800-38B)
 * and HKDF with SHA-256 (RFC 5869).  What is encrypted or authenticated, and
 * how it is padded, is each end's own business.
 */
#ifndef JM_CRYPTO_SM_CRYPTO_H
#define JM_CRYPTO_SM_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define JM_AES_BLOCK  16
#define JM_SM_MAC_LEN 8  /* bytes of AES-CMAC that are sent */
#define JM_SM_POINT   65 /* an ephemeral point of P-256, uncompressed */
#define JM_SM_AID_MAX 16

/* One session's; wiped by whoever holds it. */
struct jm_sm_keys {
	uint8_t enc[32], mac[32];
	uint8_t ssc[JM_AES_BLOCK]; /* send sequence counter, big-endian */
};

/*
 * The keys of a new session, counter 0: HKDF(z, no salt, "jumin channel 1" ||
 * AID || Et || Ec).  z: the x coordinate both ends agreed on, 32 bytes; et, ec:
 * the ephemeral points of terminal and card.  JM_ARG, JM_CRYPTO; *out is all
 * zero then.
 */
jm_err jm_sm_derive(const uint8_t *z, size_t z_len, const uint8_t *aid,
    size_t aid_len, const uint8_t et[JM_SM_POINT],
    const uint8_t ec[JM_SM_POINT], struct jm_sm_keys *out) JM_MUST_USE;

/* Counts one more message; before each command and before each reply. */
void jm_sm_count(struct jm_sm_keys *k);

/*
 * AES-256-CBC with the IV AES(enc, counter), over len bytes, a multiple of 16
 * above 0 (else JM_ARG): padding is the caller's.  in == out is fine.
 * JM_CRYPTO: out is wiped.
 */
jm_err jm_sm_encrypt(const struct jm_sm_keys *k, const uint8_t *in, size_t len,
    uint8_t *out) JM_MUST_USE;
jm_err jm_sm_decrypt(const struct jm_sm_keys *k, const uint8_t *in, size_t len,
    uint8_t *out) JM_MUST_USE;

/* The first bytes of AES-CMAC(mac, counter || msg); padding is the caller's. */
jm_err jm_sm_mac(const struct jm_sm_keys *k, const uint8_t *msg, size_t len,
    uint8_t mac[JM_SM_MAC_LEN]) JM_MUST_USE;

/* AES-CMAC with a key of 16 or 32 bytes (else JM_ARG). */
jm_err jm_cmac(const uint8_t *key, size_t key_len, const void *data, size_t len,
    uint8_t out[JM_AES_BLOCK]) JM_MUST_USE;

/* HKDF-SHA-256, extract and expand; out_len 1..8160 (else JM_ARG).  An empty
 * salt or info may be NULL.  out is all zero on failure. */
jm_err jm_hkdf(const void *ikm, size_t ikm_len, const void *salt,
    size_t salt_len, const void *info, size_t info_len, uint8_t *out,
    size_t out_len) JM_MUST_USE;

#endif
