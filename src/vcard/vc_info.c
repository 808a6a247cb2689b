/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a person may be told of a card. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/x509.h"
#include "vcard/vc_card.h"

/* A leaf is told by its CN alone: the rest of the name is the holder's. */
static void
keep_cn(char *subject, size_t cap)
{
	const char *cn = strstr(subject, "CN=");
	size_t n = cn == NULL ? 0 : strcspn(cn, ",");

	if (n > 0)
		memmove(subject, cn, n);
	memset(subject + n, 0, cap - n);
}

static jm_err
add_cert(struct vc_info *out, const struct vc_file *f)
{
	struct vc_cert_info *ci;
	struct jm_cert *cert;

	if (out->cert_count == NELEM(out->cert))
		return JM_OK;
	if ((cert = malloc(sizeof *cert)) == NULL)
		return JM_NOMEM;
	ci = &out->cert[out->cert_count++];
	ci->name = f->def->name;
	ci->ref = f->def->id;
	ci->len = f->len;
	if (jm_cert_parse(f->data, f->len, cert) == JM_OK) {
		ci->valid = 1;
		ci->not_after = cert->not_after;
		jm_cert_subject_text(cert, ci->subject, sizeof ci->subject);
		if (f->def->part == VC_PART_CERT)
			keep_cn(ci->subject, sizeof ci->subject);
	}
	free(cert);
	return JM_OK;
}

/* Those that somebody knows: PINs and check numbers. */
static void
add_pin(struct vc_info *out, const struct vc_app *app, const struct vc_file *f)
{
	const enum vc_part part = f->def->part;
	struct vc_pin_info *pi;

	if ((part != VC_PART_PIN && part != VC_PART_NUMBER) ||
	    out->pin_count == NELEM(out->pin))
		return;
	pi = &out->pin[out->pin_count++];
	pi->app = app->def->name;
	pi->name = f->def->name;
	pi->ref = f->def->id;
	pi->tries_max = vc_pin_full(app, f->def);
	pi->tries = f->tries < pi->tries_max ? f->tries : pi->tries_max;
	if (part == VC_PART_NUMBER && app->par->number_tries == 0)
		pi->tries = pi->tries_max = 0;
}

static jm_err
add_app(struct vc_info *out, const struct vc_app *app)
{
	struct vc_app_info *ai;
	jm_err e;

	if (!vc_app_there(app) || out->app_count == NELEM(out->app))
		return JM_OK;
	ai = &out->app[out->app_count++];
	ai->name = app->def->name;
	memcpy(ai->aid, app->def->aid, app->def->aid_len);
	ai->aid_len = app->def->aid_len;
	ai->loaded = app->own != NULL;
	for (size_t i = 0; i < app->def->file_count; i++) {
		const struct vc_file *f = &app->file[i];

		if (!vc_file_present(f))
			continue;
		if (f->def->kind == VC_PIN)
			add_pin(out, app, f);
		if (f->def->source == VC_SRC_CERT &&
		    (e = add_cert(out, f)) != JM_OK)
			return e;
	}
	return JM_OK;
}

jm_err
vc_info(const struct vc_card *card, struct vc_info *out)
{
	jm_err e;

	memset(out, 0, sizeof *out);
	out->profile = card->profile->name;
	out->life = vc_life_name(card->life);
	snprintf(out->label, sizeof out->label, "%s", card->par.label.s);
	snprintf(out->serial, sizeof out->serial, "%.16s", card->par.serial.s);
	out->auth_pair = card->par.auth_pair != 0;
	out->sign_pair = card->par.sign_pair != 0;
	for (size_t i = 0; i < card->app_count; i++)
		if ((e = add_app(out, &card->app[i])) != JM_OK)
			return e;
	return JM_OK;
}

const struct vc_log *
vc_card_log(const struct vc_card *card)
{
	return &card->log;
}
