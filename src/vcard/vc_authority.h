/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A test authority: the keys that cards, counters and operators are trusted by
 * (doc/vcard.md, "Authority").  A folder of its own, every file readable by its
 * owner alone:
 *
 *	root-key.pem      signs all certificates
 *	issuer-key.pem    a terminal that gives cards their contents, and
 *	issuer.cvc          its certificate
 *	counter-key.pem   a terminal at a municipal counter, and
 *	counter.cvc         its certificate
 *	transport.key     what every card's transport key is made from
 *
 * Keys are PKCS#8 in PEM, certificates and the transport key one line of
 * hexadecimal.
 */
#ifndef JM_VCARD_VC_AUTHORITY_H
#define JM_VCARD_VC_AUTHORITY_H

#include <time.h>

#include "vcard/vc_card.h"

#define VC_MASTER_LEN 32

/* A terminal of the authority. */
struct vc_terminal {
	struct jm_soft_key *key;
	uint8_t cvc[JM_CVC_MAX];
	size_t cvc_len;
	char id[JM_CVC_ID_MAX + 1]; /* the certificate's holder */
};

struct vc_pki {
	char id[JM_CVC_ID_MAX + 1]; /* who signs: the certificates' issuer */
	struct jm_soft_key *root;
	struct jm_ec_pub root_pub;
	struct vc_terminal issuer, counter;
	uint8_t master[VC_MASTER_LEN];
};

/* What vc_pki_make writes; NULL takes the default in brackets. */
struct vc_pki_names {
	const char *id;      /* ["JUMIN-TEST"] */
	const char *issuer;  /* ["ISSUER-1"] */
	const char *counter; /* ["COUNTER-1"] */
	time_t now;          /* 0: now; certificates last ten years */
};

/*
 * Makes the folder dir, or uses an empty one, and fills it.  JM_ARG: a name
 * that no certificate takes; JM_IO: it exists and is not empty, or cannot be
 * written (told through jm_log); JM_NOMEM, JM_CRYPTO.  On failure nothing of it
 * is left behind.
 */
jm_err vc_pki_make(
    const char *dir, const struct vc_pki_names *names) JM_MUST_USE;

/*
 * Loads one.  Strict: every file there, a regular one of this user's that no
 * other can read, of exactly its form; certificates of their keys, their roles
 * and under the root.  JM_IO, JM_FORMAT (which file and what of it is told
 * through jm_log), JM_NOMEM, JM_CRYPTO.
 */
jm_err vc_pki_load(const char *dir, struct vc_pki **out) JM_MUST_USE;
void vc_pki_free(struct vc_pki **pki); /* wipes; NULL is fine */

/* A certificate under the root; last_day is YYYYMMDD.  JM_ARG, JM_CRYPTO. */
jm_err vc_pki_certify(const struct vc_pki *pki, enum jm_cvc_role role,
    const char *holder, uint32_t rights, const char *last_day,
    const struct jm_soft_key *key, uint8_t out[JM_CVC_MAX],
    size_t *len) JM_MUST_USE;

/* The trust of an application of the card holder, with a key of its own; roles
 * are left alone. */
jm_err vc_pki_trust(const struct vc_pki *pki, const char *holder,
    const char *last_day, struct vc_trust *out) JM_MUST_USE;

/* Every application of the card gets its trust; or (issuer_only) the issuer
 * domain alone, and the card the transport key that belongs to its id. */
jm_err vc_pki_endow(const struct vc_pki *pki, const char *last_day,
    struct vc_card *card, int issuer_only) JM_MUST_USE;

/* The transport key of the card with this id. */
jm_err vc_pki_transport(const struct vc_pki *pki, const uint8_t *id,
    size_t id_len, uint8_t out[VC_TRANSPORT_LEN]) JM_MUST_USE;

/* YYYYMMDD of the day so many years after t, in UTC. */
void vc_pki_day(time_t t, int years, char out[8 + 1]);

#endif
