/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an application is spoken to with, put together. */
#include <string.h>

#include "vcard/vc_app.h"

jm_err
vc_trust_check(const struct vc_trust *t)
{
	struct jm_ec_pub pub;
	struct jm_cvc cvc;
	jm_err e;

	if ((e = jm_cvc_accept(t->cvc, t->cvc_len, &t->root, &cvc)) != JM_OK ||
	    (e = jm_soft_key_ec_pub(t->key, &pub)) != JM_OK)
		return e;
	if (cvc.role != JM_CVC_CARD || pub.point_len != cvc.pub.point_len ||
	    memcmp(pub.point, cvc.pub.point, pub.point_len) != 0)
		return JM_BAD_SIG;
	return JM_OK;
}

jm_err
vc_trust_make(const uint8_t *key, size_t key_len, const uint8_t *cvc,
    size_t cvc_len, const uint8_t *root, size_t root_len, struct vc_trust *out)
{
	struct vc_trust t = { .key = NULL };
	jm_err e;

	memset(out, 0, sizeof *out);
	if (cvc_len == 0 || cvc_len > sizeof t.cvc)
		return JM_FORMAT;
	memcpy(t.cvc, cvc, cvc_len);
	t.cvc_len = cvc_len;
	if ((e = jm_ec_pub_set(&t.root, JM_P256, root, root_len)) != JM_OK ||
	    (e = jm_soft_key_load(key, key_len, &t.key)) != JM_OK)
		return e;
	if ((e = vc_trust_check(&t)) == JM_OK)
		*out = t;
	else
		vc_trust_clear(&t);
	return e;
}
