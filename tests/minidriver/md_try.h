/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a host does with PINs and keys, on virtual cards of the usual kind:
 * logins, signatures and what proves them, registered certificates.
 */
#ifndef JM_TESTS_MINIDRIVER_MD_TRY_H
#define JM_TESTS_MINIDRIVER_MD_TRY_H

#include "crypto/digest.h"
#include "drivers/minidriver/sigcache.h"
#include "tests/minidriver/md_host.h"

#define MD_TRY_AUTH "1234"
#define MD_TRY_SIGN "ABC123"
#define MD_PIN_3    3u /* PIN_ID of the signature PIN */
#define UNKNOWN     ((DWORD)-1)

/* CardAuthenticateEx without flags; tries may be NULL. */
DWORD md_try_login(struct md_host *h, PIN_ID id, const char *pin, DWORD *tries);
DWORD md_try_change(struct md_host *h, PIN_ID id, const char *old_pin,
    const char *new_pin, DWORD *tries);

/* What the card has been told since the counters began: all commands, and
 * VERIFYs with a PIN; counting begins anew. */
void md_try_cost(struct vslot *slot, unsigned apdus, unsigned verifies);

/* So many tries of the two PINs are left, by the card's own word. */
void md_try_left(struct vslot *slot, unsigned auth, unsigned sign);

/* Would the card sign for another program now, with the pair's key?  Not
 * counted. */
int md_try_verified(struct vslot *slot, enum jm_pair pair);

/* The pair's certificate, by a program of its own, with its PIN; to be freed.
 * Not counted. */
struct jm_cert *md_try_cert(struct vslot *slot, enum jm_pair pair);

/* The cardid; and registers cert (NULL: the card's own signature certificate)
 * for this card. */
void md_try_id(struct vslot *slot, uint8_t id[MD_CARD_ID_LEN]);
void md_try_register(struct vslot *slot, const struct jm_cert *cert);
/* Nothing is registered from now on. */
void md_try_forget(void);

/* A description of version 1: a hash value of alg. */
struct md_try_hash {
	UINT alg;
	LPCWSTR name;
	enum jm_hash hash;
};
extern const struct md_try_hash md_try_hashes[4];
CARD_SIGNING_INFO md_try_info(
    BYTE index, UINT alg, const uint8_t *data, size_t len);

/* CardSignData; what came must be defined. */
DWORD md_try_sign(struct md_host *h, CARD_SIGNING_INFO *info);
/* One signature over SHA-256, not looked at. */
DWORD md_try_sign_any(struct md_host *h, BYTE index);

#endif
