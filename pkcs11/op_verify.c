/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verification in software, with the public key of the pair's certificate. */
#include "base/wipe.h"
#include "crypto/pubkey.h"
#include "pkcs11/op.h"
#include "pkcs11/rv.h"

CK_RV
p11_verify_init(
    struct p11_session *s, const CK_MECHANISM *m, CK_OBJECT_HANDLE key)
{
	struct p11_object o;
	struct p11_card *card;
	CK_RV rv;

	if (m == NULL)
		return p11_op_cancel(&s->verify);
	if (s->verify.mech != NULL)
		return CKR_OPERATION_ACTIVE;
	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return rv;
	if ((rv = p11_op_key(s, card, key, P11_PUBKEY, &o)) == CKR_OK)
		rv = p11_op_start(&s->verify, m, CKF_VERIFY, o.caps, o.bits);
	if (rv == CKR_OK)
		s->verify.key = key;
	p11_card_put(&card);
	return rv;
}

static CK_RV
feed(struct p11_session *s, const struct jm_rsa_pub *key, const CK_BYTE *data,
    CK_ULONG len)
{
	return p11_op_feed(&s->verify, data, len, p11_op_room(key->bits));
}

static CK_RV
finish(struct p11_session *s, const struct jm_rsa_pub *key, const CK_BYTE *sig,
    CK_ULONG sig_len)
{
	uint8_t in[JM_RSA_BYTES_MAX];
	size_t in_len = 0;
	CK_RV rv;
	jm_err e;

	if (sig_len != key->n_len)
		return CKR_SIGNATURE_LEN_RANGE;
	if ((rv = p11_op_result(&s->verify, in, &in_len)) != CKR_OK)
		return rv;
	if (s->verify.mech->pad != P11_PAD_PSS)
		e = jm_rsa_verify_raw(key, in, in_len, sig, sig_len);
	else if (in_len != jm_hash_len(JM_SHA256))
		return CKR_DATA_LEN_RANGE;
	else
		e = jm_rsa_verify_pss(key, JM_SHA256, in, sig, sig_len);
	jm_wipe(in, sizeof in);
	return e == JM_BAD_SIG ? CKR_SIGNATURE_INVALID : p11_rv(e);
}

/* One call: its input, and at the last (sig not NULL) the verdict. */
static CK_RV
step(struct p11_session *s, const CK_BYTE *data, CK_ULONG data_len,
    const CK_BYTE *sig, CK_ULONG sig_len)
{
	struct p11_object o;
	struct p11_card *card;
	CK_RV rv;

	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		goto out;
	rv = p11_op_key(s, card, s->verify.key, P11_PUBKEY, &o);
	if (rv == CKR_OK)
		rv = feed(s, &o.cert->rsa, data, data_len);
	if (rv == CKR_OK && sig != NULL)
		rv = finish(s, &o.cert->rsa, sig, sig_len);
	p11_card_put(&card);
out:
	if (rv != CKR_OK || sig != NULL)
		p11_op_end(&s->verify);
	return rv;
}

CK_RV
p11_verify(struct p11_session *s, const CK_BYTE *data, CK_ULONG data_len,
    const CK_BYTE *sig, CK_ULONG sig_len)
{
	CK_RV rv;

	if ((rv = p11_op_check(&s->verify, 0)) != CKR_OK)
		return rv;
	return step(s, data, data_len, sig, sig_len);
}

CK_RV
p11_verify_update(struct p11_session *s, const CK_BYTE *part, CK_ULONG part_len)
{
	CK_RV rv;

	if ((rv = p11_op_check(&s->verify, 1)) != CKR_OK)
		return rv;
	s->verify.multi = 1;
	return step(s, part, part_len, NULL, 0);
}

CK_RV
p11_verify_final(struct p11_session *s, const CK_BYTE *sig, CK_ULONG sig_len)
{
	CK_RV rv;

	if ((rv = p11_op_check(&s->verify, 1)) != CKR_OK)
		return rv;
	return step(s, NULL, 0, sig, sig_len);
}
