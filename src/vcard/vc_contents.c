/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_contents.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/tlv.h"
#include "base/wipe.h"

#define OBJECT_MAX (VC_OBJECT_MAX + 64)

struct giving {
	const struct vc_pki *pki;
	const struct jm_cvc *card;
	vc_contents_taker *take;
	void *arg;
	struct jm_wbuf w; /* OBJECT_MAX bytes */
};

static void
begin(struct giving *g)
{
	jm_wipe(g->w.mem, g->w.len);
	jm_wbuf_init(&g->w, g->w.mem, OBJECT_MAX);
}

static jm_err
give(struct giving *g, int trust)
{
	size_t len;
	jm_err e;

	jm_tlv_wrap(&g->w, 0, 0x70);
	if ((e = jm_wbuf_done(&g->w, &len)) != JM_OK)
		return e;
	return g->take(g->arg, trust, g->w.mem, len);
}

static jm_err
give_file(struct giving *g, const struct vc_app *app, const struct vc_file *f)
{
	const uint8_t id[2] = { (uint8_t)(f->def->id >> 8),
		(uint8_t)f->def->id };

	begin(g);
	jm_put_tlv(&g->w, 0x4f, app->def->aid, app->def->aid_len);
	jm_put_tlv(&g->w, 0x80, id, sizeof id);
	if (f->def->kind == VC_PIN)
		jm_put_tlv(&g->w, 0x81, f->pin, f->pin_len);
	else
		jm_put_tlv(&g->w, 0x81, f->data, f->len);
	return give(g, 0);
}

static jm_err
give_app(struct giving *g, const struct vc_app *app)
{
	jm_err e = JM_OK;

	for (size_t i = 0; i < app->def->file_count && e == JM_OK; i++)
		if (vc_in_image(&app->def->files[i]) &&
		    vc_file_present(&app->file[i]))
			e = give_file(g, app, &app->file[i]);
	return e;
}

static jm_err
give_data(
    struct giving *g, const struct vc_data_def *def, const struct vc_data *data)
{
	const uint8_t tag[2] = { (uint8_t)(def->tag >> 8), (uint8_t)def->tag };

	begin(g);
	jm_put_tlv(&g->w, 0x84, tag, sizeof tag);
	jm_put_tlv(&g->w, 0x81, data->data, data->len);
	return give(g, 0);
}

/* 70 { 4F AID, 82 { 04 key, 7F21 certificate, 86 root } } */
static jm_err
give_trust(struct giving *g, const struct vc_app *app)
{
	struct vc_trust t = { .key = NULL };
	uint8_t *der = NULL;
	size_t len, start;
	jm_err e;

	e = vc_pki_trust(g->pki, g->card->holder, g->card->last_day, &t);
	if (e != JM_OK)
		return e;
	e = JM_NOMEM;
	if ((der = malloc(JM_SOFT_KEY_DER_MAX)) == NULL ||
	    (e = jm_soft_key_save(t.key, der, &len)) != JM_OK)
		goto out;
	begin(g);
	jm_put_tlv(&g->w, 0x4f, app->def->aid, app->def->aid_len);
	start = g->w.len;
	jm_put_tlv(&g->w, 0x04, der, len);
	jm_put(&g->w, t.cvc, t.cvc_len);
	jm_put_tlv(&g->w, 0x86, t.root.point, t.root.point_len);
	jm_tlv_wrap(&g->w, start, 0x82);
	e = give(g, 1);
out:
	jm_free_secret(der, JM_SOFT_KEY_DER_MAX);
	vc_trust_clear(&t);
	return e;
}

static jm_err
give_all(struct giving *g, const struct vc_card *from)
{
	jm_err e = JM_OK;

	for (size_t i = 0; i < from->app_count && e == JM_OK; i++)
		if (vc_app_there(&from->app[i]))
			e = give_app(g, &from->app[i]);
	for (size_t i = 0; i < from->profile->data_count && e == JM_OK; i++)
		if (from->data[i].data != NULL)
			e = give_data(
			    g, &from->profile->data[i], &from->data[i]);
	for (size_t i = 1; i < from->app_count && e == JM_OK; i++)
		if (vc_app_there(&from->app[i]))
			e = give_trust(g, &from->app[i]);
	return e;
}

jm_err
vc_contents(const char *image, const struct vc_pki *pki,
    const struct jm_cvc *card, vc_contents_taker *take, void *arg)
{
	struct giving g = {
		.pki = pki, .card = card, .take = take, .arg = arg
	};
	struct vc_card *from = NULL;
	jm_err e;

	if ((e = vc_open_readonly(image, &from)) != JM_OK)
		return e;
	if (from->life != VC_ISSUED) {
		jm_log(JM_LOG_ERROR, "%s: not an issued card", image);
		e = JM_ARG;
		goto out;
	}
	jm_wbuf_init(&g.w, malloc(OBJECT_MAX), OBJECT_MAX);
	e = g.w.mem == NULL ? JM_NOMEM : give_all(&g, from);
	jm_free_secret(g.w.mem, OBJECT_MAX);
out:
	vc_close(&from);
	return e;
}
