/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verification in software, with the public key that the slot shows. */
#include "base/wipe.h"
#include "crypto/ec_key.h"
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

/* As long as the modulus, or as r and s. */
static size_t
sig_length(const struct p11_object *o)
{
	if (o->entry != NULL)
		return JM_P256_SIG;
	return o->cert->ec.point_len != 0 ? 2 * jm_curve_len(o->cert->ec.curve)
					  : o->cert->rsa.n_len;
}

static jm_err
check_ecdsa(const struct p11_object *o, const uint8_t *in, size_t in_len,
    const CK_BYTE *sig, CK_ULONG sig_len)
{
	struct jm_ec_pub ec;
	jm_err e;

	if (o->entry == NULL)
		return jm_ecdsa_verify(&o->cert->ec, in, in_len, sig, sig_len);
	e = jm_ec_pub_set(
	    &ec, JM_P256, o->entry->point, sizeof o->entry->point);
	return e == JM_OK ? jm_ecdsa_verify(&ec, in, in_len, sig, sig_len) : e;
}

static CK_RV
check(enum p11_pad pad, const struct p11_object *o, const uint8_t *in,
    size_t in_len, const CK_BYTE *sig, CK_ULONG sig_len)
{
	const struct jm_cert *c = o->cert; /* has the key of RSA */
	jm_err e = JM_ARG;

	switch (pad) {
	case P11_PAD_PKCS1:
		e = jm_rsa_verify_raw(&c->rsa, in, in_len, sig, sig_len);
		break;
	case P11_PAD_PSS:
		if (in_len != jm_hash_len(JM_SHA256))
			return CKR_DATA_LEN_RANGE;
		e = jm_rsa_verify_pss(&c->rsa, JM_SHA256, in, sig, sig_len);
		break;
	case P11_PAD_ECDSA:
		if (in_len == 0)
			return CKR_DATA_LEN_RANGE;
		e = check_ecdsa(o, in, in_len, sig, sig_len);
		break;
	case P11_PAD_NONE: break;
	}
	return e == JM_BAD_SIG ? CKR_SIGNATURE_INVALID : p11_rv(e);
}

static CK_RV
finish(struct p11_session *s, const struct p11_object *o, const CK_BYTE *sig,
    CK_ULONG sig_len)
{
	uint8_t in[JM_RSA_BYTES_MAX];
	size_t in_len = 0;
	CK_RV rv;

	if (sig_len != sig_length(o))
		return CKR_SIGNATURE_LEN_RANGE;
	if ((rv = p11_op_result(&s->verify, in, &in_len)) != CKR_OK)
		return rv;
	rv = check(s->verify.mech->pad, o, in, in_len, sig, sig_len);
	jm_wipe(in, sizeof in);
	return rv;
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
		rv = p11_op_feed(&s->verify, data, data_len,
		    p11_op_room(&s->verify, o.bits));
	if (rv == CKR_OK && sig != NULL)
		rv = finish(s, &o, sig, sig_len);
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
