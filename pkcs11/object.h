/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Objects of a slot.  There are few, and they are known by kind: a handle is
 * slot * 256 + kind, so it outlives logins and sessions and never means two
 * things.  Nothing is read from the card before a search or an attribute needs
 * it: a key is matched by what the profile says, certificates and public keys
 * are read when a template could match them.
 */
#ifndef P11_OBJECT_H
#define P11_OBJECT_H

#include "pkcs11/enter.h"

enum p11_kind {
	P11_PROFILE = 1, /* CKP_PUBLIC_CERTIFICATES_TOKEN */
	P11_CERT,        /* the pair's certificate */
	P11_PUBKEY,
	P11_PRIVKEY,
	P11_CA           /* its issuer's certificate */
};
#define P11_KINDS 5

struct p11_object {
	enum p11_kind kind;
	enum jm_pair pair;
	enum jm_cert_id cert_id;    /* not for P11_PROFILE */
	const struct jm_cert *cert; /* NULL: not read (private key), or none */
	unsigned bits;              /* keys: modulus length */
};

CK_OBJECT_HANDLE p11_object_handle(CK_SLOT_ID slot, enum p11_kind kind);

/*
 * The object behind a handle, for this session.  load: read the certificate it
 * needs from the card if that was not done (takes io).  CKR_OBJECT_HANDLE_INVALID
 * for a handle of another slot, of an absent object, of a certificate still
 * hidden.
 */
CK_RV p11_object_get(struct p11_session *s, CK_OBJECT_HANDLE h, int load,
    struct p11_object *out);

/* Fill s->find with what matches.  Private keys only while logged in. */
CK_RV p11_find_run(
    struct p11_session *s, const CK_ATTRIBUTE *tmpl, CK_ULONG count);

/* C_GetAttributeValue's rules for one object (attr.c). */
CK_RV p11_attr_answer(struct p11_session *s, const struct p11_object *o,
    CK_ATTRIBUTE *tmpl, CK_ULONG count);

/*
 * Does the object have this attribute with this value?  1, 0, or -1: cannot be
 * said before its certificate is read.
 */
int p11_attr_match(const struct p11_object *o, const CK_ATTRIBUTE *want);

#endif
