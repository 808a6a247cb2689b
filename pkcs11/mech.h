/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mechanism table: it alone answers C_GetMechanismList, C_GetMechanismInfo
 * and every Init, so they cannot disagree.
 */
#ifndef P11_MECH_H
#define P11_MECH_H

#include "crypto/digest.h"
#include "objects/token.h"
#include "pkcs11/p11.h"

enum p11_hash {
	P11_HASH_NONE, /* the application sends the digest or DigestInfo */
	P11_HASH_SHA1,
	P11_HASH_SHA256,
	P11_HASH_SHA384,
	P11_HASH_SHA512
};

enum p11_pad {
	P11_PAD_NONE,  /* a digest mechanism */
	P11_PAD_PKCS1, /* RSASSA-PKCS1-v1_5 */
	P11_PAD_PSS,   /* SHA-256, MGF1-SHA-256, salt 32 */
	P11_PAD_ECDSA  /* none: the hash value itself, with a key on a curve */
};

/* What a card or the policy has to have for a row to be offered: bits. */
enum p11_cap {
	P11_CAP_PSS = 1,  /* the card makes PSS signatures */
	P11_CAP_SHA1 = 2, /* signatures over SHA-1 are not switched off */
	P11_CAP_RSA = 4,  /* the slot's key is one of RSA */
	P11_CAP_EC = 8,   /* the slot's key is on a curve */
	P11_CAP_NYM = 16  /* the slot is that of service identities */
};

struct p11_mech {
	CK_MECHANISM_TYPE type;
	CK_ULONG min, max; /* bits of the key, inclusive; 0: no key */
	CK_FLAGS flags;    /* what C_GetMechanismInfo says */
	enum p11_hash hash;
	enum p11_pad pad;
	unsigned needs; /* bits of p11_cap */
	CK_RV (*check)(const CK_MECHANISM *m, const struct p11_mech *row);
};

/* Is the row offered by a token with these capabilities? */
int p11_mech_offered(const struct p11_mech *row, unsigned caps);

/* All rows of the key pairs. */
const struct p11_mech *p11_mech_table(size_t *len);

/* The rows that a token with these capabilities chooses from: those, or the few
 * of service identities. */
const struct p11_mech *p11_mech_rows(unsigned caps, size_t *len);

/* The offered row of a type, or NULL. */
const struct p11_mech *p11_mech_find(CK_MECHANISM_TYPE type, unsigned caps);

/*
 * The row of a mechanism for one use: op is one of CKF_SIGN, CKF_VERIFY,
 * CKF_DIGEST.  Checks the parameter.  bits 0: no key.
 *   CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID, CKR_KEY_SIZE_RANGE
 */
CK_RV p11_mech_admit(const CK_MECHANISM *m, CK_FLAGS op, unsigned caps,
    CK_ULONG bits, const struct p11_mech **out);

/* Our hash for a row's; only for rows that have one. */
enum jm_hash p11_mech_hash(const struct p11_mech *row);

#endif
