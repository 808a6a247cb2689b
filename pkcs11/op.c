/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all operations share. */
#include "pkcs11/op.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/rsa_pad.h"
#include "pkcs11/rv.h"

CK_RV
p11_op_start(struct p11_op *op, const CK_MECHANISM *m, CK_FLAGS use,
    unsigned caps, CK_ULONG bits)
{
	const struct p11_mech *row;
	CK_RV rv;
	jm_err e;

	if ((rv = p11_mech_admit(m, use, caps, bits, &row)) != CKR_OK)
		return rv;
	if (row->hash != P11_HASH_NONE) {
		e = jm_hasher_new(p11_mech_hash(row), &op->hasher);
		if (e != JM_OK)
			return p11_rv(e);
	} else if ((op->data = malloc(JM_RSA_BYTES_MAX)) == NULL) {
		return CKR_HOST_MEMORY;
	}
	op->data_len = 0;
	op->head.len = 0;
	op->multi = 0;
	op->mech = row;
	return CKR_OK;
}

CK_RV
p11_op_cancel(struct p11_op *op)
{
	if (op->mech == NULL)
		return CKR_ARGUMENTS_BAD;
	p11_op_end(op);
	return CKR_OK;
}

CK_RV
p11_op_check(const struct p11_op *op, int multi)
{
	if (op->mech == NULL)
		return CKR_OPERATION_NOT_INITIALIZED;
	return op->multi && !multi ? CKR_OPERATION_ACTIVE : CKR_OK;
}

CK_RV
p11_op_feed(struct p11_op *op, const CK_BYTE *data, CK_ULONG len, size_t room)
{
	if (op->hasher != NULL) {
		jm_guard_head_add(&op->head, data, len);
		return p11_rv(jm_hasher_update(op->hasher, data, len));
	}
	if (room > JM_RSA_BYTES_MAX)
		room = JM_RSA_BYTES_MAX;
	if (op->data_len > room || len > room - op->data_len)
		return CKR_DATA_LEN_RANGE;
	if (len > 0)
		memcpy(op->data + op->data_len, data, len);
	op->data_len += len;
	return CKR_OK;
}

CK_RV
p11_op_result(struct p11_op *op, uint8_t out[JM_RSA_BYTES_MAX], size_t *len)
{
	uint8_t digest[JM_DIGEST_MAX] = { 0 };
	enum jm_hash h;
	jm_err e;

	*len = 0;
	if (op->hasher == NULL) {
		memcpy(out, op->data, op->data_len);
		*len = op->data_len;
		return CKR_OK;
	}
	h = p11_mech_hash(op->mech);
	if ((e = jm_hasher_final(op->hasher, digest)) == JM_OK) {
		if (op->mech->pad == P11_PAD_PKCS1) {
			jm_digestinfo(h, digest, out, len);
		} else {
			*len = jm_hash_len(h);
			memcpy(out, digest, *len);
		}
	}
	jm_wipe(digest, sizeof digest);
	return p11_rv(e);
}

int
p11_op_length(const CK_BYTE *buf, CK_ULONG *len, CK_ULONG need, CK_RV *rv)
{
	const int fits = buf != NULL && *len >= need;

	*len = need;
	if (!fits)
		*rv = buf == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
	return !fits;
}

CK_RV
p11_op_key(struct p11_session *s, const struct p11_card *card,
    CK_OBJECT_HANDLE h, enum p11_kind kind, struct p11_object *o)
{
	CK_RV rv = p11_object_get(s, card, h, o);

	if (rv == CKR_OBJECT_HANDLE_INVALID)
		return CKR_KEY_HANDLE_INVALID;
	if (rv != CKR_OK || o->kind == kind)
		return rv;
	return o->kind == P11_PUBKEY || o->kind == P11_PRIVKEY
		   ? CKR_KEY_FUNCTION_NOT_PERMITTED
		   : CKR_KEY_HANDLE_INVALID;
}

size_t
p11_op_room(const struct p11_op *op, unsigned bits)
{
	const size_t padding = 11, modulus = (bits + 7) / 8; /* RFC 8017, 9.2 */

	if (op->mech->pad == P11_PAD_ECDSA)
		return JM_DIGEST_MAX;
	return modulus > padding ? modulus - padding : 0;
}
