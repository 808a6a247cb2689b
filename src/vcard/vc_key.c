/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Private keys: the signing modes of 80 2A, and what else names a key. */
#include <string.h>

#include "base/wipe.h"
#include "crypto/digest.h"
#include "crypto/ec_sig.h"
#include "crypto/rsa_pad.h"
#include "vcard/vc_app.h"

#define HASH_LEN 32

enum input { VERBATIM, HASH, MESSAGE };
enum padding { AS_GIVEN, BARE_HASH, DIGESTINFO, PSS };

/* P1 of the command. */
static const struct mode {
	enum input input;
	enum padding padding;
} modes[] = {
	/* 00 */ { VERBATIM, AS_GIVEN },
	/* 01 */ { MESSAGE, BARE_HASH },
	/* 02 */ { HASH, DIGESTINFO },
	/* 03 */ { MESSAGE, DIGESTINFO },
	/* 04 */ { HASH, PSS },
	/* 05 */ { MESSAGE, PSS },
};

/* May data of nc bytes go into this mode? */
static int
length_ok(const struct mode *m, size_t nc, size_t modulus_len)
{
	switch (m->input) {
	case VERBATIM: return nc >= 1 && nc <= modulus_len - 11;
	case HASH: return nc == HASH_LEN;
	case MESSAGE: return nc >= 1 && nc <= 255;
	}
	return 0;
}

/* Some card may look at what it signs. */
static int
info_ok(const struct vc_app *a, const struct mode *m, const struct vc_cmd *c)
{
	enum jm_hash h;

	return a->par->digestinfo == VC_INFO_LAX || m->input != VERBATIM ||
	       jm_digestinfo_parse(c->data, c->nc, &h) == JM_OK;
}

static jm_err
make_signature(const struct vc_app *a, const struct vc_file *f,
    const struct mode *m, const struct vc_cmd *c, uint8_t sig[JM_RSA_BYTES_MAX],
    size_t *sig_len)
{
	uint8_t hash[JM_DIGEST_MAX], info[JM_DIGESTINFO_MAX];
	size_t info_len;
	jm_err e = JM_OK;

	*sig_len = 0;
	if (m->input == MESSAGE)
		e = jm_hash(JM_SHA256, c->data, c->nc, hash);
	else if (m->input == HASH)
		memcpy(hash, c->data, HASH_LEN);
	if (e != JM_OK)
		return e;
	switch (m->padding) {
	case AS_GIVEN:
		return jm_soft_key_sign_raw(
		    f->key, c->data, c->nc, sig, sig_len);
	case BARE_HASH:
		return jm_soft_key_sign_raw(
		    f->key, hash, HASH_LEN, sig, sig_len);
	case DIGESTINFO:
		jm_digestinfo(JM_SHA256, hash, info, &info_len);
		return jm_soft_key_sign_raw(
		    f->key, info, info_len, sig, sig_len);
	case PSS:
		return jm_soft_key_sign_pss(
		    f->key, hash, (int)a->par->pss_salt, sig, sig_len);
	}
	return JM_CRYPTO;
}

static jm_err
modulus_len(const struct vc_file *f, size_t *len)
{
	struct jm_rsa_pub pub;
	jm_err e;

	*len = 0;
	if (f->key == NULL)
		return JM_CRYPTO;
	if ((e = jm_soft_key_pub(f->key, &pub)) == JM_OK)
		*len = pub.n_len;
	return e;
}

/* May data of nc bytes be a hash value for this key? */
static int
hash_ok(const struct vc_app *a, size_t nc, size_t field)
{
	return a->par->ec_hash == VC_EC_FIELD ? nc == field
					      : nc >= 1 && nc <= field;
}

/* A key on a curve: mode 00, a ready hash value. */
static jm_err
sign_hash(const struct vc_app *a, const struct vc_file *f,
    const struct vc_cmd *c, struct jm_wbuf *out, unsigned *sw)
{
	uint8_t raw[JM_EC_SIG_MAX], der[JM_EC_DER_MAX];
	struct jm_ec_pub pub;
	size_t len;
	jm_err e;

	*sw = 0x6a86;
	if (c->p1 != 0)
		return JM_OK;
	if ((e = jm_soft_key_ec_pub(f->key, &pub)) != JM_OK)
		return e;
	*sw = a->par->sign_length_sw;
	if (!hash_ok(a, c->nc, jm_curve_len(pub.curve)))
		return JM_OK;
	*sw = 0x6700;
	if (c->ne == 0)
		return JM_OK;
	e = jm_soft_key_sign_ecdsa(f->key, c->data, c->nc, raw, &len);
	if (e != JM_OK)
		return e;
	if (a->par->ec_sig_form == VC_EC_DER) {
		e = jm_ec_sig_to_der(pub.curve, raw, len, der, &len);
		if (e != JM_OK)
			return e;
	}
	jm_put(out, a->par->ec_sig_form == VC_EC_DER ? der : raw, len);
	*sw = 0x9000;
	return JM_OK;
}

/* As vc_app_ref, and 00 means the application's own key. */
static unsigned
key_ref(const struct vc_app *a, unsigned p2, int *i)
{
	if (p2 != 0 || a->def->default_key == 0)
		return vc_app_ref(a, p2, VC_KEY, i);
	*i = vc_app_find(a, a->def->default_key);
	return *i >= 0 ? 0x9000 : 0x6a82;
}

jm_err
vc_sign(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	uint8_t sig[JM_RSA_BYTES_MAX];
	const struct vc_file *f;
	size_t n_len, sig_len;
	jm_err e;
	int i;

	*sw = 0x6a86;
	if (c->p1 >= NELEM(modes) || (self->par->sign_modes >> c->p1 & 1) == 0)
		return JM_OK;
	if ((*sw = key_ref(self, c->p2, &i)) != 0x9000)
		return JM_OK;
	f = &self->file[i];
	*sw = 0x6982;
	if (!vc_may(self, (size_t)i))
		return JM_OK;
	*sw = 0x6985;
	if (f->def->part == VC_PART_DEVICE)
		return JM_OK;
	if (f->key != NULL && jm_soft_key_is_ec(f->key))
		return sign_hash(self, f, c, out, sw);
	if ((e = modulus_len(f, &n_len)) != JM_OK)
		return e;
	*sw = self->par->sign_length_sw;
	if (!length_ok(&modes[c->p1], c->nc, n_len))
		return JM_OK;
	*sw = 0x6700;
	if (c->ne == 0)
		return JM_OK;
	*sw = 0x6a80;
	if (!info_ok(self, &modes[c->p1], c))
		return JM_OK;
	e = make_signature(self, f, &modes[c->p1], c, sig, &sig_len);
	if (e != JM_OK)
		return e;
	jm_put(out, sig, sig_len);
	*sw = 0x9000;
	return JM_OK;
}

/* The card's own key alone, over the SHA-256 value of the challenge. */
jm_err
vc_internal_auth(struct vc_app *self, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	static const struct mode message = { MESSAGE, DIGESTINFO };
	uint8_t sig[JM_RSA_BYTES_MAX];
	const struct vc_file *f;
	size_t len;
	jm_err e;
	int i;

	if ((*sw = key_ref(self, c->p2, &i)) != 0x9000)
		return JM_OK;
	f = &self->file[i];
	*sw = 0x6982;
	if (!vc_may(self, (size_t)i))
		return JM_OK;
	*sw = 0x6985;
	if (f->def->part != VC_PART_DEVICE)
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 != 0)
		return JM_OK;
	*sw = 0x6700;
	if (c->nc == 0 || c->nc > 255 || c->ne == 0)
		return JM_OK;
	if ((e = make_signature(self, f, &message, c, sig, &len)) != JM_OK)
		return e;
	jm_put(out, sig, len);
	*sw = 0x9000;
	return JM_OK;
}

/* SET PUBLIC IC KEY: no certificate of ours comes from the operators' root, so
 * the length check is as far as it goes. */
jm_err
vc_terminal_key(struct vc_app *self, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	(void)out;
	if (self->def->file_count == 0)
		*sw = 0x6985;
	else if ((c->p1 != 0x06 && c->p1 != 0x00) || c->p2 != 0xc1)
		*sw = 0x6a86;
	else
		*sw = 0x6700;
	return JM_OK;
}

/*
 * SET SESSION KEY.  One application takes it, after its PIN (numbers do not
 * count); what it takes is not public enough to offer, so nothing here is a
 * session key to it.
 */
jm_err
vc_session_key(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	(void)c;
	(void)out;
	*sw = (self->def->traits & VC_T_SESSION_66F1) != 0 ? 0x66f1 : 0x6982;
	if ((self->def->traits & VC_T_SESSION) == 0)
		return JM_OK;
	for (size_t i = 0; i < self->def->file_count; i++)
		if (self->def->files[i].part == VC_PART_PIN &&
		    (self->verified >> i & 1) != 0)
			*sw = 0x6a80;
	return JM_OK;
}

/* Last-command indicator: phone tokens have it, plastic cards answer 6700. */
jm_err
vc_indicator(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	(void)self;
	(void)c;
	(void)out;
	*sw = 0x6700;
	return JM_OK;
}
