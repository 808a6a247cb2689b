/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificates of one holder under a test CA of their own. */
#ifndef JM_VCARD_VC_PERSON_H
#define JM_VCARD_VC_PERSON_H

#include <stdint.h>

#include "crypto/x509_make.h"
#include "vcard/vc_issue.h"
#include "vcard/vc_profile.h"

struct vc_cert {
	uint8_t der[JM_CERT_MAX];
	size_t len;
};

/* One use (authentication, signature): its CA and its leaf. */
struct vc_hierarchy {
	enum vc_keys keys; /* set by the caller */
	struct jm_soft_key *ca_key;
	struct jm_soft_key *key; /* of the caller, or NULL: a new one */
	struct vc_cert ca, leaf;
};

/* Checks what the holder's certificates are to say and fills in defaults.
 * JM_ARG (told through jm_log). */
jm_err vc_holder_check(
    const struct vc_holder *in, struct vc_holder *out) JM_MUST_USE;

/*
 * Makes keys and certificates; h is on the heap (large) and zeroed.  sign: 1
 * for the signature pair.  JM_ARG, JM_NOMEM, JM_CRYPTO, JM_SPACE.
 */
jm_err vc_hierarchy_make(struct vc_hierarchy *h, int sign,
    const struct vc_holder *holder, time_t issued,
    unsigned size_hint) JM_MUST_USE;
void vc_hierarchy_free(struct vc_hierarchy **h);

/* Writes dir/name as PEM, readable by its owner alone if secret.  An existing
 * file is JM_IO unless replace is 1. */
jm_err vc_pem_write(const char *dir, const char *name, const char *label,
    const uint8_t *der, size_t len, int secret, int replace) JM_MUST_USE;
/* Reads it again: exactly one object of this label.  JM_IO, JM_FORMAT,
 * JM_SPACE, JM_NOMEM. */
jm_err vc_pem_read(const char *dir, const char *name, const char *label,
    uint8_t *out, size_t cap, size_t *len) JM_MUST_USE;
void vc_pem_remove(const char *dir, const char *name);

/* End of the day, Japanese time, of the holder's nth birthday after issued;
 * birth is YYYYMMDD.  A birthday on 29 February is on the 28th in other years.
 */
time_t vc_birthday_end(const char *birth, time_t issued, unsigned nth);

#endif
