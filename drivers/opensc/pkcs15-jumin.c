/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PKCS#15 view as a whole, and its tie to the card that it is of. */
#include <stdlib.h>
#include <string.h>

#include "drivers/opensc/osc.h"

#include <libopensc/log.h>

#include "drivers/opensc/osc_err.h"
#include "drivers/opensc/view.h"

void
osc_set_id(sc_pkcs15_id_t *id, unsigned char value)
{
	id->value[0] = value;
	id->len = 1;
}

void
osc_set_text(char *out, size_t cap, const char *text)
{
	const size_t len = strnlen(text, cap - 1);

	memcpy(out, text, len);
	out[len] = '\0';
}

void
osc_set_label(sc_pkcs15_object_t *obj, const char *label)
{
	osc_set_text(obj->label, sizeof obj->label, label);
}

void
osc_set_path(
    const struct osc_card *o, enum jm_app app, uint16_t ef, sc_path_t *path)
{
	const struct jm_profile *p = jm_token_profile(o->token);

	memset(path, 0, sizeof *path);
	path->type = SC_PATH_TYPE_FILE_ID;
	path->count = -1;
	if (ef != 0) {
		path->value[0] = (u8)(ef >> 8);
		path->value[1] = (u8)(ef & 0xff);
		path->len = 2;
	}
	if (app != JM_APP_JPKI) {
		memcpy(path->aid.value, p->app[app].v, p->app[app].len);
		path->aid.len = p->app[app].len;
	} else if (ef == 0) {
		memcpy(path->aid.value, p->aid, p->aid_len);
		path->aid.len = p->aid_len;
	}
}

static int
set_text(char **out, const char *text)
{
	char *copy;

	if ((copy = strdup(text)) == NULL)
		return SC_ERROR_OUT_OF_MEMORY;
	free(*out);
	*out = copy;
	return SC_SUCCESS;
}

int
osc_reads_ahead(const struct osc_card *o)
{
	const char *app = o->card->ctx->app_name;

	return app != NULL && strstr(app, "pkcs11") != NULL;
}

/*
 * EF 0006's; one that tells nothing of itself is named as OpenSC names all.  So
 * are tokens of PKCS#11: the host leaves four to six characters before the name
 * of their PIN, and URIs say "JPKI (User Authentication PIN)".
 */
static const char *
label_of(const struct osc_card *o)
{
	const struct jm_card_info *c = jm_token_info(o->token);

	return c->label[0] != '\0' && !osc_reads_ahead(o) ? c->label : "JPKI";
}

static int
set_token_info(const struct osc_card *o, sc_pkcs15_tokeninfo_t *info)
{
	const char *serial = jm_token_info(o->token)->serial;
	int r;

	if (serial[0] == '\0')
		serial = "00000000";
	if ((r = set_text(&info->label, label_of(o))) != SC_SUCCESS ||
	    (r = set_text(&info->serial_number, serial)) != SC_SUCCESS ||
	    (r = set_text(&info->manufacturer_id, "JPKI")) != SC_SUCCESS)
		return r;
	info->flags = SC_PKCS15_TOKEN_READONLY;
	if (o->conf.rng)
		info->flags |= SC_PKCS15_TOKEN_PRN_GENERATION;
	return SC_SUCCESS;
}

/* The driver keeps PINs and files itself: a PIN would be sent twice by the
 * host's rules, and personal data would get into its cache's folder. */
static void
switch_caches_off(sc_pkcs15_card_t *p15)
{
	p15->opts.use_pin_cache = 0;
	p15->opts.pin_cache_ignore_user_consent = 0;
	p15->opts.use_file_cache = SC_PKCS15_OPTS_CACHE_NO_FILES;
}

int
osc_read_public_certs(struct osc_card *o)
{
	unsigned ids = 0;
	jm_err e;

	for (int id = 0; id < JM_CERTS; id++)
		if (osc_view_has_cert(o, (enum jm_cert_id)id) &&
		    !osc_cert_needs_pin(o, (enum jm_cert_id)id))
			ids |= 1u << id;
	e = jm_token_read_certs(o->token, ids);
	/* What it does give is shown. */
	if (e == JM_CARD) {
		sc_log(o->card->ctx, "the card does not give all certificates");
		e = JM_OK;
	}
	return osc_err(e);
}

/* For a program that sees those alone that are there now: one at a time, since
 * the first that the card does not give ended the reading of all. */
static int
read_ahead(struct osc_card *o)
{
	int r;

	if ((r = osc_read_public_certs(o)) != SC_SUCCESS)
		return r;
	for (int i = 0; i < JM_CERTS; i++) {
		const enum jm_cert_id id = (enum jm_cert_id)i;
		const struct jm_cert *cert;
		jm_err e;

		if (!osc_view_has_cert(o, id) || osc_cert_needs_pin(o, id) ||
		    jm_token_cert_settled(o->token, id))
			continue;
		e = jm_token_cert(o->token, id, &cert);
		if (e != JM_CARD && !jm_token_cert_settled(o->token, id))
			return osc_err(e);
	}
	return SC_SUCCESS;
}

static void
forget_view(struct sc_pkcs15_card *p15)
{
	struct osc_card *o = osc_of(p15->card);

	osc_view_wipe(p15);
	if (o != NULL && o->view == p15)
		o->view = NULL;
}

/* Of this very module: the host may have loaded another copy for the view. */
static int
is_ours(const sc_card_t *card)
{
	return card != NULL && card->type == OSC_CARD_TYPE &&
	       card->ops->select_file == osc_select_file &&
	       osc_of(card) != NULL;
}

static int
fill(struct osc_card *o, sc_pkcs15_card_t *p15)
{
	static int (*const parts[])(struct osc_card *, sc_pkcs15_card_t *,
	    struct osc_entry *) = { osc_view_pins, osc_view_prkeys,
		osc_view_pubkeys, osc_view_certs, osc_view_data };
	struct osc_entry *e;
	int r;

	if ((r = set_token_info(o, p15->tokeninfo)) != SC_SUCCESS ||
	    (osc_reads_ahead(o) && (r = read_ahead(o)) != SC_SUCCESS))
		return r;
	if ((e = malloc(sizeof *e)) == NULL)
		return SC_ERROR_OUT_OF_MEMORY;
	for (size_t i = 0; r == SC_SUCCESS && i < NELEM(parts); i++)
		r = parts[i](o, p15, e);
	free(e);
	return r;
}

int
osc_emulate(struct sc_pkcs15_card *p15)
{
	struct osc_card *o;
	int r;

	if (!is_ours(p15->card))
		return SC_ERROR_WRONG_CARD;
	o = osc_of(p15->card);
	switch_caches_off(p15);
	if ((r = fill(o, p15)) != SC_SUCCESS) {
		sc_log(
		    p15->card->ctx, "no view of this card: %s", sc_strerror(r));
		return r;
	}
	o->view = p15;
	p15->ops.clear = forget_view;
	return SC_SUCCESS;
}
