/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loading an authority's folder. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "vcard/vc_authority_file.h"

static jm_err
not_fit(const char *dir, const char *name, const char *what)
{
	jm_log(JM_LOG_ERROR, "%s/%s: %s", dir, name, what);
	return JM_FORMAT;
}

static int
same_key(const struct jm_ec_pub *a, const struct jm_ec_pub *b)
{
	return a->point_len == b->point_len &&
	       memcmp(a->point, b->point, a->point_len) == 0;
}

/* Key and certificate of a terminal; whose name signs is told to pki->id. */
static jm_err
load_terminal(const char *dir, const char *key_name, const char *cvc_name,
    enum jm_cvc_role role, struct vc_pki *pki, struct vc_terminal *t)
{
	struct jm_ec_pub pub;
	struct jm_cvc cvc;
	jm_err e;

	if ((e = vc_pki_read_key(dir, key_name, &t->key)) != JM_OK ||
	    (e = vc_pki_read_hex(
		 dir, cvc_name, t->cvc, sizeof t->cvc, &t->cvc_len)) != JM_OK ||
	    (e = jm_soft_key_ec_pub(t->key, &pub)) != JM_OK)
		return e;
	e = jm_cvc_accept(t->cvc, t->cvc_len, &pki->root_pub, &cvc);
	if (e == JM_BAD_SIG)
		return not_fit(dir, cvc_name, "not signed by the root key");
	if (e == JM_FORMAT)
		return not_fit(dir, cvc_name, "not a certificate");
	if (e != JM_OK)
		return e;
	if (cvc.role != role)
		return not_fit(dir, cvc_name, "not of its role");
	if (!same_key(&pub, &cvc.pub))
		return not_fit(dir, cvc_name, "not of its key");
	if (pki->id[0] != '\0' && strcmp(pki->id, cvc.issuer) != 0)
		return not_fit(dir, cvc_name, "not of this authority");
	memcpy(pki->id, cvc.issuer, sizeof pki->id);
	memcpy(t->id, cvc.holder, sizeof t->id);
	return JM_OK;
}

static jm_err
load(const char *dir, struct vc_pki *pki)
{
	size_t n;
	jm_err e;

	if ((e = vc_pki_read_key(dir, VC_PKI_ROOT, &pki->root)) != JM_OK ||
	    (e = jm_soft_key_ec_pub(pki->root, &pki->root_pub)) != JM_OK)
		return e;
	if (pki->root_pub.curve != JM_P256)
		return not_fit(dir, VC_PKI_ROOT, "not a key of P-256");
	if ((e = load_terminal(dir, VC_PKI_ISSUER, VC_PKI_ISSUER_CVC,
		 JM_CVC_ISSUER, pki, &pki->issuer)) != JM_OK ||
	    (e = load_terminal(dir, VC_PKI_COUNTER, VC_PKI_COUNTER_CVC,
		 JM_CVC_COUNTER, pki, &pki->counter)) != JM_OK ||
	    (e = vc_pki_read_hex(dir, VC_PKI_TRANSPORT, pki->master,
		 sizeof pki->master, &n)) != JM_OK)
		return e;
	return n == sizeof pki->master
		   ? JM_OK
		   : not_fit(dir, VC_PKI_TRANSPORT, "not a key of 32 bytes");
}

jm_err
vc_pki_load(const char *dir, struct vc_pki **out)
{
	struct vc_pki *pki;
	jm_err e;

	*out = NULL;
	if ((pki = calloc(1, sizeof *pki)) == NULL)
		return JM_NOMEM;
	if ((e = load(dir, pki)) == JM_OK) {
		*out = pki;
		pki = NULL;
	}
	vc_pki_free(&pki);
	return e;
}
