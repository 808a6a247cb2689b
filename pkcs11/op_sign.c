/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures: gathered here, made by the card in one go at the end. */
#include <string.h>

#include "base/wipe.h"
#include "objects/nym.h"
#include "pkcs11/op.h"
#include "pkcs11/rv.h"

/* What C_Sign says where the general translation would name a cause that the
 * standard does not allow there; the client's next C_Login tells it. */
static const struct {
	jm_err e;
	CK_RV rv;
} sign_rvs[] = {
	{ JM_ARG, CKR_DATA_LEN_RANGE },
	{ JM_PIN_BLOCKED, CKR_USER_NOT_LOGGED_IN },
	{ JM_NOT_FOUND, CKR_DEVICE_ERROR },
	{ JM_BAD_SIG, CKR_DEVICE_ERROR },
};

static CK_RV
sign_failed(struct p11_session *s, struct p11_card *card, jm_err e)
{
	for (size_t i = 0; i < NELEM(sign_rvs); i++)
		if (sign_rvs[i].e == e)
			return sign_rvs[i].rv;
	return p11_card_failed(s->reader, card, e);
}

void
p11_sign_end(struct p11_session *s)
{
	struct p11_card *card;

	p11_op_end(&s->sign);
	if (p11_session_card(s, &card) != CKR_OK)
		return; /* and its consents with it */
	p11_part_no_consent(card, s->part, s->handle);
	p11_card_put(&card);
}

static CK_RV
cancel(struct p11_session *s)
{
	const CK_RV rv = p11_op_cancel(&s->sign);

	p11_sign_end(s);
	return rv;
}

static CK_RV
init(struct p11_session *s, const struct p11_card *card, const CK_MECHANISM *m,
    CK_OBJECT_HANDLE key)
{
	struct p11_object o;
	CK_RV rv;

	if ((rv = p11_op_key(s, card, key, P11_PRIVKEY, &o)) != CKR_OK)
		return rv;
	if (!p11_part_logged_in(card, s->part))
		return CKR_USER_NOT_LOGGED_IN;
	rv = p11_op_start(&s->sign, m, CKF_SIGN, o.caps, o.bits);
	if (rv == CKR_OK)
		s->sign.key = key;
	return rv;
}

CK_RV
p11_sign_init(
    struct p11_session *s, const CK_MECHANISM *m, CK_OBJECT_HANDLE key)
{
	struct p11_card *card;
	CK_RV rv;

	if (m == NULL)
		return cancel(s);
	if (s->sign.mech != NULL)
		return CKR_OPERATION_ACTIVE;
	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return rv;
	rv = init(s, card, m, key);
	p11_card_put(&card);
	return rv;
}

/* Of the key, and of its signatures in bytes. */
static CK_RV
key_size(struct p11_session *s, unsigned *bits, size_t *sig_len)
{
	struct p11_card *card;
	CK_RV rv;

	*bits = 0;
	*sig_len = 0;
	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return rv;
	*bits = p11_part_key_bits(card, s->part);
	*sig_len = p11_part_sig_len(card, s->part);
	p11_card_put(&card);
	return CKR_OK;
}

/* A refusal that needs no card does not wait for one either. */
static CK_RV
refuse_at_once(struct p11_session *s, enum jm_sign_mech how, const uint8_t *in,
    size_t in_len)
{
	struct p11_card *card;
	CK_RV rv;
	jm_err e;

	if ((rv = p11_session_card(s, &card)) != CKR_OK)
		return rv;
	e = p11_part_may_sign(card, s->part, s->handle, how, in, in_len);
	if (e != JM_OK)
		rv = sign_failed(s, card, e);
	p11_card_put(&card);
	return rv;
}

static enum jm_sign_mech
sign_mech(enum p11_pad pad)
{
	switch (pad) {
	case P11_PAD_PSS: return JM_SIGN_PSS_SHA256;
	case P11_PAD_ECDSA: return JM_SIGN_ECDSA;
	case P11_PAD_PKCS1:
	case P11_PAD_NONE: break;
	}
	return JM_SIGN_PKCS1;
}

/* io held.  The entry may have gone since C_SignInit: JM_UNKNOWN. */
static jm_err
sign_nym(struct p11_session *s, const struct p11_card *card, const uint8_t *in,
    size_t in_len, uint8_t *sig, size_t cap, size_t *len)
{
	struct p11_object o;
	jm_err e;

	if (p11_object_get(s, card, s->sign.key, &o) != CKR_OK)
		return JM_UNKNOWN;
	if (cap < JM_P256_SIG)
		return JM_SPACE;
	e = jm_token_nym_sign(card->token, o.entry, in, in_len, sig);
	if (e == JM_OK)
		*len = JM_P256_SIG;
	return e;
}

static CK_RV
sign_on_card(struct p11_session *s, const uint8_t *in, size_t in_len,
    uint8_t *sig, size_t cap, size_t *len)
{
	const enum jm_sign_mech how = sign_mech(s->sign.mech->pad);
	struct p11_card *card;
	enum jm_pair pair;
	CK_RV rv;
	jm_err e;

	*len = 0;
	if ((rv = refuse_at_once(s, how, in, in_len)) != CKR_OK)
		return rv;
	if ((rv = p11_card_lock(s, &card)) != CKR_OK)
		return rv;
	e = p11_part_pair(s->part, &pair)
		? jm_token_sign_by(card->token, pair, s->handle, how, in,
		      in_len, sig, cap, len)
		: sign_nym(s, card, in, in_len, sig, cap, len);
	if (e != JM_OK)
		rv = sign_failed(s, card, e);
	p11_card_unlock(s, &card);
	return rv;
}

/* The input is complete and sig has room for *sig_len bytes. */
static CK_RV
finish(struct p11_session *s, CK_BYTE *sig, CK_ULONG *sig_len)
{
	uint8_t in[JM_RSA_BYTES_MAX], out[JM_RSA_BYTES_MAX];
	size_t in_len = 0, out_len = 0;
	CK_RV rv;
	jm_err e;

	e = jm_guard_message(s->sign.head.first, s->sign.head.len);
	if (e != JM_OK) {
		rv = p11_rv(e);
		goto out;
	}
	if ((rv = p11_op_result(&s->sign, in, &in_len)) != CKR_OK)
		goto out;
	rv = sign_on_card(s, in, in_len, out, sizeof out, &out_len);
	if (rv == CKR_OK && out_len > *sig_len)
		rv = CKR_DEVICE_ERROR; /* longer than it said itself */
	if (rv == CKR_OK) {
		memcpy(sig, out, out_len);
		*sig_len = out_len;
	}
out:
	jm_wipe(in, sizeof in);
	jm_wipe(out, sizeof out);
	return rv;
}

CK_RV
p11_sign(struct p11_session *s, const CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *sig, CK_ULONG *sig_len)
{
	unsigned bits;
	size_t need;
	CK_RV rv;

	if ((rv = p11_op_check(&s->sign, 0)) != CKR_OK)
		return rv;
	if ((rv = key_size(s, &bits, &need)) == CKR_OK) {
		if (p11_op_length(sig, sig_len, (CK_ULONG)need, &rv))
			return rv;
		rv = p11_op_feed(
		    &s->sign, data, data_len, p11_op_room(&s->sign, bits));
	}
	if (rv == CKR_OK)
		rv = finish(s, sig, sig_len);
	p11_sign_end(s);
	return rv;
}

CK_RV
p11_sign_update(struct p11_session *s, const CK_BYTE *part, CK_ULONG part_len)
{
	unsigned bits;
	size_t need;
	CK_RV rv;

	if ((rv = p11_op_check(&s->sign, 1)) != CKR_OK)
		return rv;
	s->sign.multi = 1;
	if ((rv = key_size(s, &bits, &need)) == CKR_OK)
		rv = p11_op_feed(
		    &s->sign, part, part_len, p11_op_room(&s->sign, bits));
	if (rv != CKR_OK)
		p11_sign_end(s);
	return rv;
}

CK_RV
p11_sign_final(struct p11_session *s, CK_BYTE *sig, CK_ULONG *sig_len)
{
	unsigned bits;
	size_t need;
	CK_RV rv;

	if ((rv = p11_op_check(&s->sign, 1)) != CKR_OK)
		return rv;
	if ((rv = key_size(s, &bits, &need)) == CKR_OK &&
	    p11_op_length(sig, sig_len, (CK_ULONG)need, &rv))
		return rv;
	if (rv == CKR_OK)
		rv = finish(s, sig, sig_len);
	p11_sign_end(s);
	return rv;
}
