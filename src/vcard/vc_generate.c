/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GENERATE ASYMMETRIC KEY PAIR: a new key of the old one's kind, which takes
 * effect together with its certificate. */
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "vcard/vc_app.h"

#define TEMPLATE 0x7f49
#define MODULUS  0x81
#define EXPONENT 0x82
#define POINT    0x86

static jm_err
new_like(const struct jm_soft_key *old, struct jm_soft_key **out)
{
	struct jm_rsa_pub rsa;
	struct jm_ec_pub ec;
	jm_err e;

	*out = NULL;
	if (jm_soft_key_is_ec(old)) {
		if ((e = jm_soft_key_ec_pub(old, &ec)) != JM_OK)
			return e;
		return jm_soft_key_new_ec(ec.curve, out);
	}
	if ((e = jm_soft_key_pub(old, &rsa)) != JM_OK)
		return e;
	return jm_soft_key_new((unsigned)rsa.n_len * 8, out);
}

/* The contents of a key file: PKCS#8. */
static jm_err
encode(struct vc_staged *s)
{
	uint8_t *der;
	size_t len;
	jm_err e;

	if ((der = malloc(JM_SOFT_KEY_DER_MAX)) == NULL)
		return JM_NOMEM;
	e = jm_soft_key_save(s->key, der, &len);
	if (e == JM_OK && (s->data = malloc(len)) == NULL)
		e = JM_NOMEM;
	if (e == JM_OK) {
		memcpy(s->data, der, len);
		s->len = len;
	}
	jm_free_secret(der, JM_SOFT_KEY_DER_MAX);
	return e;
}

static jm_err
put_public(const struct jm_soft_key *key, struct jm_wbuf *out)
{
	struct jm_rsa_pub rsa;
	struct jm_ec_pub ec;
	size_t start = out->len;
	jm_err e;

	if (jm_soft_key_is_ec(key)) {
		if ((e = jm_soft_key_ec_pub(key, &ec)) != JM_OK)
			return e;
		jm_put_tlv(out, POINT, ec.point, ec.point_len);
	} else {
		if ((e = jm_soft_key_pub(key, &rsa)) != JM_OK)
			return e;
		jm_put_tlv(out, MODULUS, rsa.n, rsa.n_len);
		jm_put_tlv(out, EXPONENT, rsa.e, rsa.e_len);
	}
	jm_tlv_wrap(out, start, TEMPLATE);
	return JM_OK;
}

jm_err
vc_generate(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	struct vc_staged new = { NULL, 0, NULL };
	jm_err e;
	int i;

	*sw = 0x6d00;
	if (!vc_app_writable(self))
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 != 0x80)
		return JM_OK;
	if ((*sw = vc_app_ref(self, c->p2, VC_KEY, &i)) != 0x9000)
		return JM_OK;
	*sw = 0x6982;
	if (vc_update_grant(self, (size_t)i) != VC_STAGED)
		return JM_OK;
	*sw = 0x6700;
	if (c->nc != 0 || c->ne == 0)
		return JM_OK;
	*sw = 0x6985;
	if (self->file[i].key == NULL)
		return JM_OK;
	if ((e = new_like(self->file[i].key, &new.key)) != JM_OK ||
	    (e = encode(&new)) != JM_OK ||
	    (e = put_public(new.key, out)) != JM_OK ||
	    (e = vc_update_put(self, (size_t)i, VC_STAGED, &new)) != JM_OK)
		goto out;
	*sw = 0x9000;
out:
	jm_free_secret(new.data, new.len);
	jm_soft_key_free(&new.key);
	return e;
}
