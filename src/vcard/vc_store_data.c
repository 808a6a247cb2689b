/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * STORE DATA: an issuer gives a card its contents, one object at a time, as
 * long as it is as it came from its maker (doc/vcard.md, "Life cycle").
 *
 *	70 { 4F AID, 80 id (2), 81 contents }     an EF, key, PIN or records
 *	70 { 4F AID, 82 { 04 key, 7F21 certificate, 86 root } }
 *	70 { 84 tag (2), 81 contents }            what GET DATA gives
 */
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "vcard/vc_issuer.h"

#define MAX (VC_OBJECT_MAX + 64)

static jm_err
commit(struct vc_card *card)
{
	return card->store.commit(card->store.arg, VC_PHASE_CHANGE, NULL);
}

/* The next object; JM_FORMAT unless it has this tag. */
static jm_err
need(struct jm_rbuf *r, unsigned tag, struct jm_rbuf *val)
{
	unsigned t;
	jm_err e = jm_tlv_next(r, &t, val);

	return e == JM_OK && t != tag ? JM_FORMAT : e;
}

static struct vc_app *
find_app(struct vc_card *card, const struct jm_rbuf *aid)
{
	for (size_t i = 0; i < card->app_count; i++)
		if (vc_app_there(&card->app[i]) &&
		    card->app[i].def->aid_len == aid->left &&
		    memcmp(card->app[i].def->aid, aid->p, aid->left) == 0)
			return &card->app[i];
	return NULL;
}

/* A card for a holder without PINs (parameter holder-pins) keeps to that: no
 * try from the start, or a value of no form. */
static jm_err
make_pin(const struct vc_app *app, const struct vc_file_def *def,
    struct jm_rbuf v, struct vc_file *out)
{
	const unsigned how =
	    def->part == VC_PART_PIN ? app->par->holder_pins : VC_PINS_USABLE;

	if (!vc_pin_form_ok(def, v.p, v.left,
		how == VC_PINS_UNKNOWN ? VC_CHANGE_ANY : VC_CHANGE_FORM))
		return JM_FORMAT;
	memcpy(out->pin, v.p, v.left);
	out->pin_len = v.left;
	out->tries = how == VC_PINS_BLOCKED ? 0 : vc_pin_full(app, def);
	return JM_OK;
}

/* Makes the contents of a file from what came. */
static jm_err
make_file(const struct vc_app *app, const struct vc_file_def *def,
    struct jm_rbuf v, struct vc_file *out)
{
	out->def = def;
	if (!vc_in_image(def))
		return JM_FORMAT;
	if (def->kind == VC_PIN)
		return make_pin(app, def, v, out);
	if (v.left > VC_OBJECT_MAX || (def->size != 0 && v.left > def->size) ||
	    (v.left == 0 && def->source != VC_SRC_IMAGE) ||
	    (def->kind == VC_RECORDS && !vc_records_ok(v.p, v.left)))
		return JM_FORMAT;
	if ((out->data = malloc(v.left + 1)) == NULL)
		return JM_NOMEM;
	memcpy(out->data, v.p, v.left);
	out->len = v.left;
	return def->kind == VC_KEY ? vc_file_load_key(out) : JM_OK;
}

static void
clear_file(struct vc_file *f)
{
	jm_free_secret(f->data, f->len);
	jm_soft_key_free(&f->key);
	jm_wipe(f, sizeof *f);
}

static jm_err
store_file(struct vc_card *card, struct vc_app *app, struct jm_rbuf r)
{
	struct vc_file fresh = { .def = NULL }, old;
	struct jm_rbuf id, v;
	int i;
	jm_err e;

	if ((e = need(&r, 0x80, &id)) != JM_OK ||
	    (e = need(&r, 0x81, &v)) != JM_OK)
		return e;
	if (id.left != 2 || r.left != 0)
		return JM_FORMAT;
	i = -1;
	for (size_t k = 0; k < app->def->file_count; k++)
		if (app->def->files[k].id == ((unsigned)id.p[0] << 8 | id.p[1]))
			i = (int)k;
	if (i < 0)
		return JM_NOT_FOUND;
	if ((e = make_file(app, &app->def->files[i], v, &fresh)) == JM_OK) {
		old = app->file[i];
		app->file[i] = fresh;
		if ((e = commit(card)) == JM_OK) {
			fresh = old;
		} else {
			fresh = app->file[i];
			app->file[i] = old;
		}
		jm_wipe(&old, sizeof old);
	}
	clear_file(&fresh);
	return e;
}

/* Key, certificate and root have to belong together. */
static jm_err
make_trust(struct jm_rbuf r, struct vc_trust *out)
{
	struct jm_rbuf key, cvc, root;
	jm_err e;

	if ((e = need(&r, 0x04, &key)) != JM_OK)
		return e;
	cvc.p = r.p;
	if ((e = need(&r, 0x7f21, &root)) != JM_OK)
		return e;
	cvc.left = (size_t)(r.p - cvc.p);
	if ((e = need(&r, 0x86, &root)) != JM_OK)
		return e;
	if (r.left != 0)
		return JM_FORMAT;
	return vc_trust_make(
	    key.p, key.left, cvc.p, cvc.left, root.p, root.left, out);
}

static jm_err
store_trust(struct vc_card *card, struct vc_app *app, struct jm_rbuf r)
{
	struct vc_trust fresh = { .key = NULL }, old;
	jm_err e;

	/* The key that this very channel stands on is not changed under it. */
	if (app->trust.cvc_len != 0)
		return JM_ARG;
	if ((e = make_trust(r, &fresh)) != JM_OK)
		return e;
	old = app->trust;
	fresh.roles = old.roles;
	app->trust = fresh;
	if ((e = commit(card)) != JM_OK) {
		app->trust = old;
		vc_trust_clear(&fresh);
	}
	return e;
}

static jm_err
store_data_object(struct vc_card *card, struct jm_rbuf tag, struct jm_rbuf r)
{
	const struct vc_profile *p = card->profile;
	struct vc_data fresh, old;
	struct jm_rbuf v;
	size_t i = 0;
	jm_err e;

	if ((e = need(&r, 0x81, &v)) != JM_OK)
		return e;
	if (tag.left != 2 || r.left != 0 || v.left == 0 ||
	    v.left > VC_OBJECT_MAX)
		return JM_FORMAT;
	while (i < p->data_count &&
	       p->data[i].tag != ((unsigned)tag.p[0] << 8 | tag.p[1]))
		i++;
	if (i == p->data_count || p->data[i].source != VC_DATA_IMAGE)
		return JM_NOT_FOUND;
	if ((fresh.data = malloc(v.left)) == NULL)
		return JM_NOMEM;
	memcpy(fresh.data, v.p, v.left);
	fresh.len = v.left;
	old = card->data[i];
	card->data[i] = fresh;
	if ((e = commit(card)) == JM_OK) {
		fresh = old;
	} else {
		card->data[i] = old;
	}
	jm_free_secret(fresh.data, fresh.len);
	return e;
}

static jm_err
store(struct vc_card *card, const uint8_t *p, size_t len)
{
	struct jm_rbuf all = { p, len }, r, v, inside;
	struct vc_app *app;
	unsigned tag;
	jm_err e;

	if ((e = need(&all, 0x70, &r)) != JM_OK)
		return e;
	if (all.left != 0)
		return JM_FORMAT;
	if ((e = jm_tlv_next(&r, &tag, &v)) != JM_OK)
		return e;
	if (tag == 0x84)
		return store_data_object(card, v, r);
	if (tag != 0x4f)
		return JM_FORMAT;
	if ((app = find_app(card, &v)) == NULL)
		return JM_NOT_FOUND;
	if (r.left == 0 || r.p[0] != 0x82)
		return store_file(card, app, r);
	if ((e = need(&r, 0x82, &inside)) != JM_OK)
		return e;
	return r.left == 0 ? store_trust(card, app, inside) : JM_FORMAT;
}

jm_err
vc_store_data(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	const struct vc_app *app = &card->app[card->v.current];
	int whole;
	jm_err e;

	(void)out;
	*sw = 0x6d00;
	if (app->trust.cvc_len == 0)
		return JM_OK;
	*sw = 0x6985;
	if (card->life != VC_MANUFACTURED || card->v.current != 0)
		return JM_OK;
	*sw = 0x6982;
	if (!card->v.transport_shown || !vc_channel_ready(app->channel) ||
	    (app->rights & VC_R_ISSUER) == 0)
		return JM_OK;
	*sw = vc_transfer(card, c, MAX, &whole);
	if (!whole)
		return JM_OK;
	e = store(card, card->v.transfer.mem, card->v.transfer.len);
	vc_transfer_drop(card);
	switch ((int)e) {
	case JM_OK: *sw = 0x9000; return JM_OK;
	case JM_FORMAT:
	case JM_BAD_SIG:
	case JM_UNSUPPORTED: *sw = 0x6a80; return JM_OK;
	case JM_NOT_FOUND: *sw = 0x6a88; return JM_OK;
	case JM_ARG: *sw = 0x6985; return JM_OK;
	default: return e;
	}
}
