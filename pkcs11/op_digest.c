/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digests, in software: no card, and none is asked about. */
#include <string.h>

#include "pkcs11/op.h"

CK_RV
p11_digest_init(struct p11_session *s, const CK_MECHANISM *m)
{
	if (m == NULL)
		return p11_op_cancel(&s->digest);
	if (s->digest.mech != NULL)
		return CKR_OPERATION_ACTIVE;
	return p11_op_start(&s->digest, m, CKF_DIGEST, 0, 0);
}

static CK_ULONG
digest_len(const struct p11_session *s)
{
	return (CK_ULONG)jm_hash_len(p11_mech_hash(s->digest.mech));
}

static CK_RV
finish(struct p11_session *s, CK_BYTE *out)
{
	uint8_t value[JM_RSA_BYTES_MAX];
	size_t len;
	CK_RV rv;

	if ((rv = p11_op_result(&s->digest, value, &len)) == CKR_OK)
		memcpy(out, value, len);
	return rv;
}

CK_RV
p11_digest(struct p11_session *s, const CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *out, CK_ULONG *out_len)
{
	CK_RV rv;

	if ((rv = p11_op_check(&s->digest, 0)) != CKR_OK)
		return rv;
	if (p11_op_length(out, out_len, digest_len(s), &rv))
		return rv;
	if ((rv = p11_op_feed(&s->digest, data, data_len, 0)) == CKR_OK)
		rv = finish(s, out);
	p11_op_end(&s->digest);
	return rv;
}

CK_RV
p11_digest_update(struct p11_session *s, const CK_BYTE *part, CK_ULONG part_len)
{
	CK_RV rv;

	if ((rv = p11_op_check(&s->digest, 1)) != CKR_OK)
		return rv;
	s->digest.multi = 1;
	if ((rv = p11_op_feed(&s->digest, part, part_len, 0)) != CKR_OK)
		p11_op_end(&s->digest);
	return rv;
}

/* Only the value of a secret key can be digested, and no card here has one. */
CK_RV
p11_digest_key(struct p11_session *s, CK_OBJECT_HANDLE key)
{
	struct p11_object o;
	struct p11_card *card;
	CK_RV rv;

	if ((rv = p11_op_check(&s->digest, 1)) != CKR_OK)
		return rv;
	if ((rv = p11_session_card(s, &card)) == CKR_OK) {
		rv = p11_op_key(s, card, key, P11_PRIVKEY, &o);
		if (rv == CKR_OK || rv == CKR_KEY_FUNCTION_NOT_PERMITTED)
			rv = CKR_KEY_INDIGESTIBLE;
		p11_card_put(&card);
	}
	p11_op_end(&s->digest);
	return rv;
}

CK_RV
p11_digest_final(struct p11_session *s, CK_BYTE *out, CK_ULONG *out_len)
{
	CK_RV rv;

	if ((rv = p11_op_check(&s->digest, 1)) != CKR_OK)
		return rv;
	if (p11_op_length(out, out_len, digest_len(s), &rv))
		return rv;
	rv = finish(s, out);
	p11_op_end(&s->digest);
	return rv;
}
