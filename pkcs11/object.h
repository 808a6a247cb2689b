/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Objects of a slot.  There are few, and they are known by kind: a handle is
 * made of insertion, slot and kind, so it outlives logins and sessions, and
 * never means an object of another card.  Nothing is read from the card before
 * a search or an attribute needs it: a key is matched by what the profile says,
 * certificates and public keys are read when a template could match them.
 *
 * Everything here takes the session and its card (p11_session_card): whatever
 * an object points to lives as long as the caller's reference to that card.
 */
#ifndef P11_OBJECT_H
#define P11_OBJECT_H

#include "holder/index.h"
#include "pkcs11/enter.h"

enum p11_kind {
	P11_PROFILE = 1, /* CKP_PUBLIC_CERTIFICATES_TOKEN */
	P11_CERT,        /* the pair's certificate */
	P11_PUBKEY,
	P11_PRIVKEY,
	P11_CA /* its issuer's certificate */
};
#define P11_KINDS 5

struct p11_object {
	enum p11_kind kind;
	enum jm_cert_id cert_id;    /* not for P11_PROFILE */
	const struct jm_cert *cert; /* NULL: not read, hidden or absent */
	int settled; /* reading the certificate would bring nothing more */
	enum jm_key_alg alg; /* keys */
	unsigned
	    bits; /* keys: length of the modulus, or of the curve's field */
	unsigned caps;   /* keys: p11_cap of the token */
	int always_auth; /* private key: a login for each signature */
	const struct nym_index_entry *entry; /* of a service identity, or NULL:
						then there is no jm_cert */
};

/* Of a key pair's slot, and the profile object of any. */
CK_OBJECT_HANDLE p11_object_handle(
    const struct p11_session *s, enum p11_kind kind);

/* Certificate, public or private key of a service identity (nym.h). */
CK_OBJECT_HANDLE p11_object_nym_handle(uint32_t number, enum p11_kind kind);
struct p11_object p11_object_of_nym(
    const struct nym_index_entry *entry, enum p11_kind kind);
uint32_t p11_object_next_number(void);

/* What the part's key, its card and the policy offer: bits of p11_cap. */
unsigned p11_card_caps(const struct p11_card *card, enum p11_part part);

/*
 * The object of a kind as far as it is known without the card: 1 it exists,
 * 0 there is none, -1 that cannot be said before its certificate is read.  *o
 * is filled in any case.
 */
int p11_object_view(const struct p11_session *s, const struct p11_card *card,
    enum p11_kind kind, struct p11_object *o);

/* Is its public key, of the slot's kind, known? */
static inline int
p11_object_has_key(const struct p11_object *o)
{
	if (o->entry != NULL)
		return o->alg == JM_KEY_EC;
	switch (o->alg) {
	case JM_KEY_RSA: return o->cert != NULL && o->cert->rsa.n_len != 0;
	case JM_KEY_EC: return o->cert != NULL && o->cert->ec.point_len != 0;
	}
	return 0;
}

/* Read certificates (bit 1 << jm_cert_id each) that were not read yet, in one
 * transaction.  Takes io.  Absent and hidden ones are no error. */
CK_RV p11_object_read(struct p11_session *s, unsigned certs);

/*
 * The object behind a handle.  Takes io when its existence has to be read.
 *   CKR_OBJECT_HANDLE_INVALID  of another slot or card, absent, or hidden still
 */
CK_RV p11_object_get(struct p11_session *s, const struct p11_card *card,
    CK_OBJECT_HANDLE h, struct p11_object *o);

/* Fill s->find with what matches.  Private keys only while logged in. */
CK_RV p11_find_run(
    struct p11_session *s, const CK_ATTRIBUTE *tmpl, CK_ULONG len);

#endif
