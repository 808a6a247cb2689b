/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/vcard/counter_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_authority.h"
#include "vcard/vc_contents.h"
#include "vcard/vc_library.h"
#include "vcard/vc_person.h"

#define LIBRARY_YEARS 5 /* a library card is good for so long */

_Static_assert(COUNTER_PACKAGE_MAX == VC_PACKAGE_MAX, "packages");
_Static_assert(COUNTER_TRANSPORT_LEN == VC_TRANSPORT_LEN, "transport key");

jm_err
counter_self_load(const char *dir, struct counter_self *self, struct counter *c)
{
	const struct vc_pki *p;
	jm_err e;

	if ((e = vc_pki_load(dir, &self->pki)) != JM_OK)
		return e;
	p = self->pki;
	c->counter = (struct jm_sm_ident){ p->counter.key, p->counter.cvc,
		p->counter.cvc_len, &p->root_pub };
	c->issuer = (struct jm_sm_ident){ p->issuer.key, p->issuer.cvc,
		p->issuer.cvc_len, &p->root_pub };
	c->id = p->counter.id;
	return JM_OK;
}

void
counter_self_free(struct counter_self *self)
{
	vc_pki_free(&self->pki);
}

jm_err
counter_file_read(const char *path, size_t max, uint8_t **out, size_t *len)
{
	uint8_t *mem = malloc(max + 1);
	FILE *f = NULL;
	jm_err e = JM_NOMEM;

	*out = NULL;
	*len = 0;
	if (mem == NULL)
		goto out;
	e = JM_IO;
	if ((f = fopen(path, "re")) == NULL)
		goto out;
	*len = fread(mem, 1, max + 1, f);
	if (!ferror(f))
		e = *len == 0 || *len > max ? JM_FORMAT : JM_OK;
out:
	if (f != NULL)
		fclose(f);
	if (e == JM_OK) {
		*out = mem;
		mem = NULL;
	} else {
		*len = 0;
	}
	jm_free_secret(mem, max + 1);
	return e;
}

static jm_err
load_ca(const char *dir, const char *cert_name, const char *key_name,
    struct counter_ca *out)
{
	uint8_t *mem = malloc(JM_CERT_MAX);
	size_t len;
	jm_err e = JM_NOMEM;

	out->cert = malloc(sizeof *out->cert);
	if (mem == NULL || out->cert == NULL)
		goto out;
	e = vc_pem_read(dir, cert_name, "CERTIFICATE", mem, JM_CERT_MAX, &len);
	if (e == JM_OK)
		e = jm_cert_parse(mem, len, out->cert);
	if (e == JM_OK)
		e = vc_pem_read(
		    dir, key_name, "PRIVATE KEY", mem, JM_CERT_MAX, &len);
	if (e == JM_OK)
		e = jm_soft_key_load(mem, len, &out->key);
out:
	jm_free_secret(mem, JM_CERT_MAX);
	return e;
}

jm_err
counter_cas_load(const char *dir, struct counter_cas *out)
{
	jm_err e;

	e = load_ca(dir, "auth-ca.pem", "auth-ca-key.pem", &out->auth);
	if (e == JM_OK)
		e = load_ca(dir, "sign-ca.pem", "sign-ca-key.pem", &out->sign);
	if (e != JM_OK)
		counter_cas_free(out);
	return e;
}

jm_err
counter_library(const struct counter_self *self, time_t now,
    const struct counter_pin *pin, uint8_t **out, size_t *len)
{
	char last_day[8 + 1], value[COUNTER_PIN_MAX + 1] = "";
	const struct vc_library how = { .root = &self->pki->root_pub,
		.last_day = last_day,
		.pin = pin == NULL ? NULL : value };
	uint8_t *mem;
	jm_err e;

	*out = NULL;
	*len = 0;
	if ((mem = malloc(COUNTER_PACKAGE_MAX)) == NULL)
		return JM_NOMEM;
	if (pin != NULL)
		memcpy(value, pin->value, pin->len);
	vc_pki_day(now, LIBRARY_YEARS, last_day);
	e = vc_library_make(&how, mem, COUNTER_PACKAGE_MAX, len);
	jm_wipe(value, sizeof value);
	if (e == JM_OK)
		*out = mem;
	else
		jm_free_secret(mem, COUNTER_PACKAGE_MAX);
	return e;
}

static int
same_root(const struct vc_pki *pki, const struct vc_package *p)
{
	return p->root.point_len == pki->root_pub.point_len &&
	       memcmp(p->root.point, pki->root_pub.point, p->root.point_len) ==
		   0;
}

static jm_err
with_key(const struct vc_pki *pki, const struct jm_cvc *card,
    struct vc_package *p, uint8_t *out, size_t *len)
{
	struct vc_trust t = { .key = NULL };
	uint8_t *der;
	size_t der_len;
	jm_err e = JM_NOMEM;

	if ((der = malloc(JM_SOFT_KEY_DER_MAX)) == NULL)
		return JM_NOMEM;
	if ((e = vc_pki_trust(pki, card->holder, card->last_day, &t)) !=
		JM_OK ||
	    (e = jm_soft_key_save(t.key, der, &der_len)) != JM_OK)
		goto out;
	p->key = (struct vc_bytes){ der, der_len };
	p->cvc = (struct vc_bytes){ t.cvc, t.cvc_len };
	e = vc_package_make(p, out, VC_PACKAGE_MAX, len);
out:
	jm_free_secret(der, JM_SOFT_KEY_DER_MAX);
	vc_trust_clear(&t);
	return e;
}

jm_err
counter_fit(void *arg, const struct jm_cvc *card, const uint8_t *in, size_t len,
    uint8_t **out, size_t *out_len)
{
	const struct counter_self *self = arg;
	struct vc_package *p = NULL;
	uint8_t *mem;
	jm_err e;

	*out = NULL;
	*out_len = 0;
	if (len > COUNTER_PACKAGE_MAX)
		return JM_SPACE;
	if ((mem = malloc(COUNTER_PACKAGE_MAX)) == NULL)
		return JM_NOMEM;
	memcpy(mem, in, len);
	*out_len = len;
	/* What is no package is the card's to refuse. */
	e = vc_package_parse(in, len, &p);
	if (e == JM_OK && p->key.p == NULL && same_root(self->pki, p))
		e = with_key(self->pki, card, p, mem, out_len);
	else if (e == JM_FORMAT)
		e = JM_OK;
	vc_package_free(&p);
	if (e == JM_OK)
		*out = mem;
	else
		jm_free_secret(mem, COUNTER_PACKAGE_MAX);
	return e;
}

jm_err
counter_transport_key(void *arg, const uint8_t *id, size_t id_len,
    uint8_t out[COUNTER_TRANSPORT_LEN])
{
	const struct counter_source *s = arg;

	return vc_pki_transport(s->self->pki, id, id_len, out);
}

jm_err
counter_contents(
    void *arg, const struct jm_cvc *card, counter_taker *take, void *take_arg)
{
	const struct counter_source *s = arg;

	return vc_contents(s->image, s->self->pki, card, take, take_arg);
}
