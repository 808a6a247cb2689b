/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/opensc/view_file.h"

#include <stdlib.h>
#include <string.h>

#include <libopensc/log.h>

#include "base/tlv.h"
#include "drivers/opensc/osc_err.h"
#include "drivers/opensc/view.h"
#include "objects/ident.h"

/* The application that a path is of, or -1.  None is named: the JPKI one. */
static int
app_of(const struct osc_card *o, const u8 *aid, size_t len)
{
	const struct jm_profile *p = jm_token_profile(o->token);

	if (len == 0 || (len == p->aid_len && memcmp(aid, p->aid, len) == 0))
		return JM_APP_JPKI;
	for (int a = 0; o->opt.data_objects && a < JM_APPS; a++)
		if (p->app[a].len == len && memcmp(aid, p->app[a].v, len) == 0)
			return a;
	return -1;
}

static int
find_cert(const struct osc_card *o, struct osc_file *f)
{
	const struct jm_profile *p = jm_token_profile(o->token);

	for (int i = 0; i < JM_CERTS; i++) {
		const enum jm_cert_id id = (enum jm_cert_id)i;
		const enum jm_pair pair = jm_ident_cert_pair(id);

		f->cert = id;
		f->kind = OSC_FILE_CERT;
		if (osc_view_has_cert(o, id) && p->cert[id].ef == f->ef)
			return SC_SUCCESS;
		f->kind = OSC_FILE_PUBKEY;
		if (id == jm_ident_pair_cert(pair) && osc_shows(o, pair) &&
		    p->key[pair].ef == f->ef)
			return SC_SUCCESS;
	}
	return SC_ERROR_FILE_NOT_FOUND;
}

static int
find_data(const struct osc_card *o, struct osc_file *f)
{
	f->kind = OSC_FILE_DATA;
	for (int i = 0; i < JM_DATAS; i++) {
		const struct jm_prof_data *d =
		    jm_token_data_at(o->token, (enum jm_data_id)i);

		f->data = (enum jm_data_id)i;
		if (osc_view_has_data(o, f->data) && d->app == f->app &&
		    d->ef == f->ef)
			return SC_SUCCESS;
	}
	return SC_ERROR_FILE_NOT_FOUND;
}

int
osc_file_find(
    const struct osc_card *o, const sc_path_t *path, struct osc_file *out)
{
	const u8 *at = path->value;
	size_t len = path->len;
	int app;

	memset(out, 0, sizeof *out);
	if (path->type == SC_PATH_TYPE_DF_NAME) {
		app = len > 0 ? app_of(o, at, len) : -1;
		out->app = (enum jm_app)app;
		return app < 0 ? SC_ERROR_FILE_NOT_FOUND : SC_SUCCESS;
	}
	app = app_of(o, path->aid.value, path->aid.len);
	if (app < 0)
		return SC_ERROR_FILE_NOT_FOUND;
	out->app = (enum jm_app)app;
	if (len >= 2 && at[0] == 0x3f && at[1] == 0x00) {
		at += 2;
		len -= 2;
	} else if (len == 0 && path->aid.len == 0) {
		return SC_ERROR_FILE_NOT_FOUND;
	}
	if (len == 0)
		return SC_SUCCESS;
	if (len != 2)
		return SC_ERROR_FILE_NOT_FOUND;
	out->ef = (uint16_t)(at[0] << 8 | at[1]);
	return app == JM_APP_JPKI ? find_cert(o, out) : find_data(o, out);
}

int
osc_file_pin(const struct osc_card *o, const struct osc_file *f)
{
	const struct jm_prof_data *d;

	switch (f->kind) {
	case OSC_FILE_CERT:
	case OSC_FILE_PUBKEY:
		return osc_cert_needs_pin(o, f->cert)
			   ? (int)jm_pair_pin(jm_ident_cert_pair(f->cert))
			   : -1;
	case OSC_FILE_DATA:
		d = jm_token_data_at(o->token, f->data);
		return d->need_pin ? (int)d->pin : -1;
	case OSC_FILE_FOLDER: break;
	}
	return -1;
}

static int
copy_out(const uint8_t *p, size_t n, uint8_t **out, size_t *len)
{
	if ((*out = malloc(n > 0 ? n : 1)) == NULL)
		return SC_ERROR_OUT_OF_MEMORY;
	memcpy(*out, p, n);
	*len = n;
	return SC_SUCCESS;
}

/* SubjectPublicKeyInfo of an RSA key: the BIT STRING has the RSAPublicKey after
 * the number of unused bits. */
static int
copy_rsa(const uint8_t *spki, size_t spki_len, uint8_t **out, size_t *len)
{
	static const unsigned path[] = { 0x30, 0x03 };
	const struct jm_rbuf all = { spki, spki_len };
	struct jm_rbuf bits;

	if (jm_tlv_find(all, path, NELEM(path), &bits) != JM_OK ||
	    bits.left < 2 || bits.p[0] != 0)
		return SC_ERROR_INVALID_DATA;
	return copy_out(bits.p + 1, bits.left - 1, out, len);
}

/*
 * Who wants an authority's certificate goes through all of them, as a listing
 * does (osc_view_certs).  Who wants the holder's alone does not wait for more.
 */
static int
reads_all(const struct osc_card *o, enum jm_cert_id id)
{
	return osc_cert_is_authority(id) &&
	       !jm_token_cert_settled(o->token, id);
}

static int
load_cert(
    struct osc_card *o, const struct osc_file *f, uint8_t **out, size_t *len)
{
	const struct jm_cert *c;
	int r;

	if (reads_all(o, f->cert) &&
	    (r = osc_read_public_certs(o)) != SC_SUCCESS)
		return r;
	if ((r = osc_err(jm_token_cert(o->token, f->cert, &c))) != SC_SUCCESS)
		return r;
	if (f->kind == OSC_FILE_CERT)
		return copy_out(c->der, c->der_len, out, len);
	if (c->rsa.n_len > 0)
		return copy_rsa(c->der + c->spki.off, c->spki.len, out, len);
	return copy_out(c->der + c->spki.off, c->spki.len, out, len);
}

static int
load_data(
    struct osc_card *o, const struct osc_file *f, uint8_t **out, size_t *len)
{
	const struct jm_data_item *item = &o->data.item[f->data];
	const int pin = osc_file_pin(o, f);
	int tries, r;

	if (pin >= 0 && item->p == NULL)
		return osc_pin_opened(o, (enum jm_pin_id)pin)
			   ? SC_ERROR_FILE_NOT_FOUND
			   : SC_ERROR_SECURITY_STATUS_NOT_SATISFIED;
	if (item->p == NULL &&
	    (r = osc_err(jm_token_data(o->token, 1u << f->data, NULL, 0,
		 &o->data, &tries))) != SC_SUCCESS)
		return r;
	return copy_out(item->p, item->len, out, len);
}

int
osc_file_load(
    struct osc_card *o, const struct osc_file *f, uint8_t **out, size_t *len)
{
	int r = SC_ERROR_NOT_ALLOWED, pin;

	*out = NULL;
	*len = 0;
	switch (f->kind) {
	case OSC_FILE_CERT:
	case OSC_FILE_PUBKEY: r = load_cert(o, f, out, len); break;
	case OSC_FILE_DATA: r = load_data(o, f, out, len); break;
	case OSC_FILE_FOLDER: break;
	}
	pin = osc_file_pin(o, f);
	if (r == SC_ERROR_SECURITY_STATUS_NOT_SATISFIED && pin >= 0)
		sc_do_log(o->card->ctx, SC_LOG_DEBUG_VERBOSE_TOOL, __FILE__,
		    __LINE__, __func__,
		    "file %04X opens after the %s only (auth id %02X)\n",
		    (unsigned)f->ef, osc_pin_label((enum jm_pin_id)pin),
		    (unsigned)pin + 1);
	return r;
}

size_t
osc_file_list(const struct osc_card *o, uint8_t *out, size_t cap)
{
	const struct jm_profile *p = jm_token_profile(o->token);
	size_t n = 0;

	for (int id = 0; id < JM_CERTS && n + 2 <= cap; id++) {
		if (!osc_view_has_cert(o, (enum jm_cert_id)id))
			continue;
		out[n++] = (uint8_t)(p->cert[id].ef >> 8);
		out[n++] = (uint8_t)(p->cert[id].ef & 0xff);
	}
	for (int pair = 0; pair < JM_PAIRS && n + 2 <= cap; pair++) {
		if (!osc_shows(o, (enum jm_pair)pair))
			continue;
		out[n++] = (uint8_t)(p->key[pair].ef >> 8);
		out[n++] = (uint8_t)(p->key[pair].ef & 0xff);
	}
	return n;
}
