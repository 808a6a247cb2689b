/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The operations of a session: digests, signatures, verifications.
 *
 * All inside p11_enter.  A failed call ends its operation, and so does a
 * finished one; what keeps it: CKR_BUFFER_TOO_SMALL, a length query, a call
 * that does not fit it (CKR_OPERATION_ACTIVE), and bad arguments, which the
 * entry functions refuse before anything is looked at.
 *
 * A signature is made by the card when the last call has its buffer, so a
 * length is told without the card.
 */
#ifndef P11_OP_H
#define P11_OP_H

#include "pkcs11/object.h"

/*
 * Start op, of which nothing is under way: admit the mechanism for use
 * (CKF_SIGN, CKF_VERIFY, CKF_DIGEST).  bits 0: no key.
 *   those of p11_mech_admit, CKR_HOST_MEMORY, CKR_FUNCTION_FAILED
 */
CK_RV p11_op_start(struct p11_op *op, const CK_MECHANISM *m, CK_FLAGS use,
    unsigned caps, CK_ULONG bits);

/* An Init without mechanism: ends what is under way (3.0).  There is nothing:
 * CKR_ARGUMENTS_BAD, as before 3.0. */
CK_RV p11_op_cancel(struct p11_op *op);

/* Is an operation under way to which a call for one part (multi 0) or for one
 * of many may be made?  CKR_OPERATION_NOT_INITIALIZED, CKR_OPERATION_ACTIVE. */
CK_RV p11_op_check(const struct p11_op *op, int multi);

/* More input.  room: bytes that a mechanism without hash can take in all.
 *   CKR_DATA_LEN_RANGE, CKR_HOST_MEMORY, CKR_FUNCTION_FAILED */
CK_RV p11_op_feed(
    struct p11_op *op, const CK_BYTE *data, CK_ULONG len, size_t room);

/* What is to be signed, verified or handed out: a DigestInfo, a digest, or the
 * data as they came.  Once. */
CK_RV p11_op_result(
    struct p11_op *op, uint8_t out[JM_RSA_BYTES_MAX], size_t *len);

/* The answer to "how long" and "is there room": 1 when the call ends here with
 * *rv, 0 when the buffer will do.  *len becomes the length in both cases. */
int p11_op_length(const CK_BYTE *buf, CK_ULONG *len, CK_ULONG need, CK_RV *rv);

/* The key of an operation, which has to be of that kind, and what the token
 * offers.  CKR_KEY_HANDLE_INVALID, CKR_KEY_FUNCTION_NOT_PERMITTED, card's. */
CK_RV p11_op_key(struct p11_session *s, const struct p11_card *card,
    CK_OBJECT_HANDLE h, enum p11_kind kind, struct p11_object *o);

/* Longest input of a mechanism without hash, for a key of so many bits: what
 * PKCS#1 v1.5 has room for.  PSS takes less, and says so when it is asked.  A
 * hash value for ECDSA. */
size_t p11_op_room(const struct p11_op *op, unsigned bits);

/* op_sign.c */
/* Ends the session's signature; a consent given for it goes with it. */
void p11_sign_end(struct p11_session *s);
CK_RV p11_sign_init(
    struct p11_session *s, const CK_MECHANISM *m, CK_OBJECT_HANDLE key);
CK_RV p11_sign(struct p11_session *s, const CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *sig, CK_ULONG *sig_len);
CK_RV p11_sign_update(
    struct p11_session *s, const CK_BYTE *part, CK_ULONG part_len);
CK_RV p11_sign_final(struct p11_session *s, CK_BYTE *sig, CK_ULONG *sig_len);

/* op_verify.c */
CK_RV p11_verify_init(
    struct p11_session *s, const CK_MECHANISM *m, CK_OBJECT_HANDLE key);
CK_RV p11_verify(struct p11_session *s, const CK_BYTE *data, CK_ULONG data_len,
    const CK_BYTE *sig, CK_ULONG sig_len);
CK_RV p11_verify_update(
    struct p11_session *s, const CK_BYTE *part, CK_ULONG part_len);
CK_RV p11_verify_final(
    struct p11_session *s, const CK_BYTE *sig, CK_ULONG sig_len);

/* op_digest.c */
CK_RV p11_digest_init(struct p11_session *s, const CK_MECHANISM *m);
CK_RV p11_digest(struct p11_session *s, const CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *out, CK_ULONG *out_len);
CK_RV p11_digest_update(
    struct p11_session *s, const CK_BYTE *part, CK_ULONG part_len);
CK_RV p11_digest_key(struct p11_session *s, CK_OBJECT_HANDLE key);
CK_RV p11_digest_final(struct p11_session *s, CK_BYTE *out, CK_ULONG *out_len);

#endif
