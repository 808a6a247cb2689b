/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The municipal area: applications that a card is given and loses again at a
 * counter.  An operator authorises it, the holder agrees with the PIN of the
 * common application, and what is loaded is what was authorised, byte by byte.
 */
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "crypto/digest.h"
#include "vcard/vc_issuer.h"

#define COMMON      "common"
#define CONSENT_PIN 0x001c
#define PIECE       200 /* bytes of a package that EXPORT gives at once */

/* The common application, spoken to by a counter; NULL with the word to
 * answer. */
static struct vc_app *
at_counter(struct vc_card *card, unsigned *sw)
{
	struct vc_app *app = vc_current_named(card, COMMON);

	*sw = 0x6d00;
	if (card->app[card->v.current].trust.cvc_len == 0)
		return NULL;
	*sw = 0x6985;
	if (app == NULL)
		return NULL;
	*sw = 0x6982;
	if (!vc_channel_ready(app->channel) ||
	    (app->rights & VC_R_COUNTER) == 0)
		return NULL;
	return app;
}

static int
agreed(const struct vc_app *app)
{
	const int i = vc_app_find(app, CONSENT_PIN);

	return i >= 0 && (app->verified >> i & 1) != 0;
}

/* The log names the application that it was done to. */
static struct vc_event
event_of(const struct vc_app *common, const struct vc_app_def *def)
{
	struct vc_event e = common->authority.say;

	memset(e.app, 0, sizeof e.app);
	memcpy(e.app, def->name, strlen(def->name));
	return e;
}

/* Loading -------------------------------------------------------------------*/

/* A value that nobody knows, and no try: to be set anew first. */
static jm_err
blocked_pin(struct vc_file *f)
{
	jm_err e = jm_random(f->pin, sizeof f->pin);

	if (e == JM_OK)
		f->pin_len = sizeof f->pin;
	f->tries = 0;
	return e;
}

static jm_err
fill_file(struct vc_file *f, const struct vc_bytes *init)
{
	if (f->def->kind == VC_PIN) {
		if (init->p == NULL)
			return blocked_pin(f);
		memcpy(f->pin, init->p, init->len);
		f->pin_len = init->len;
		f->tries = f->def->tries;
		return JM_OK;
	}
	if ((f->data = malloc(init->len + 1)) == NULL)
		return JM_NOMEM;
	if (init->len > 0)
		memcpy(f->data, init->p, init->len);
	f->len = init->len;
	return JM_OK;
}

/* What the package brings goes where the application keeps it. */
static jm_err
fill_app(struct vc_app *app, const struct vc_package *p)
{
	const unsigned roles = app->trust.roles;
	jm_err e;

	for (size_t i = 0; i < p->def.file_count; i++)
		if ((e = fill_file(&app->file[i], &p->init[i])) != JM_OK)
			return e;
	if (p->key.p == NULL)
		return JM_OK;
	e = vc_trust_make(p->key.p, p->key.len, p->cvc.p, p->cvc.len,
	    p->root.point, p->root.point_len, &app->trust);
	app->trust.roles = roles;
	return e;
}

/* The same package without what it brings: the table that the image keeps. */
static jm_err
table_of(const struct vc_package *p, struct vc_package **out)
{
	struct vc_package *bare;
	uint8_t *mem = NULL;
	size_t len;
	jm_err e = JM_NOMEM;

	*out = NULL;
	if ((bare = malloc(sizeof *bare)) == NULL)
		return JM_NOMEM;
	*bare = *p;
	memset(bare->init, 0, sizeof bare->init);
	memset(&bare->key, 0, sizeof bare->key);
	memset(&bare->cvc, 0, sizeof bare->cvc);
	if ((mem = malloc(p->len)) != NULL &&
	    (e = vc_package_make(bare, mem, p->len, &len)) == JM_OK)
		e = vc_package_parse(mem, len, out);
	free(mem);
	free(bare);
	return e;
}

/* Adds the application whole, or leaves the card as it was. */
static jm_err
install(struct vc_card *card, const struct vc_app *common,
    const struct vc_package *p)
{
	const size_t i = card->app_count;
	struct vc_package *own;
	struct vc_event event;
	jm_err e;

	if ((e = table_of(p, &own)) != JM_OK)
		return e;
	if ((e = vc_card_add_app(card, &own)) != JM_OK) {
		vc_package_free(&own);
		return e;
	}
	event = event_of(common, card->app[i].def);
	if ((e = fill_app(&card->app[i], p)) == JM_OK)
		e = card->store.commit(
		    card->store.arg, VC_PHASE_CHANGE, &event);
	if (e != JM_OK) {
		vc_app_clear(&card->app[i]);
		card->app_count = i;
	}
	return e;
}

static jm_err
load_package(struct vc_card *card, const struct vc_app *common,
    const uint8_t *p, size_t len)
{
	const struct vc_event *say = &common->authority.say;
	uint8_t hash[JM_DIGEST_MAX];
	struct vc_package *pack = NULL;
	jm_err e;

	if ((e = jm_hash(JM_SHA256, p, len, hash)) != JM_OK)
		return e;
	if (say->target_len != 32 || memcmp(say->target, hash, 32) != 0)
		return JM_REFUSED;
	if ((e = vc_package_parse(p, len, &pack)) == JM_OK)
		e = install(card, common, pack);
	vc_package_free(&pack);
	return e;
}

/* A failure as a status word; JM_OK when it is one. */
static jm_err
as_sw(jm_err e, unsigned *sw)
{
	switch ((int)e) {
	case JM_OK: *sw = 0x9000; return JM_OK;
	case JM_FORMAT:
	case JM_BAD_SIG:
	case JM_UNSUPPORTED: *sw = 0x6a80; return JM_OK;
	case JM_SPACE: *sw = 0x6a84; return JM_OK;
	case JM_ARG: *sw = 0x6a8a; return JM_OK; /* AID or name is taken */
	case JM_REFUSED: *sw = 0x6985; return JM_OK;
	default: return e;
	}
}

jm_err
vc_load(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	struct vc_app *app = at_counter(card, sw);
	int whole;
	jm_err e;

	(void)out;
	if (app == NULL)
		return JM_OK;
	*sw = 0x6982;
	if ((app->rights & (VC_LOAD_APP | VC_MOVE_IN)) == 0 || !agreed(app))
		return JM_OK;
	*sw = vc_transfer(card, c, VC_PACKAGE_MAX, &whole);
	if (*sw == 0x9000 && !whole)
		return JM_OK;
	e = JM_OK;
	if (whole) {
		e = load_package(
		    card, app, card->v.transfer.mem, card->v.transfer.len);
		vc_transfer_drop(card);
		e = as_sw(e, sw);
	}
	vc_app_spend(app); /* also what failed was the one operation */
	return e;
}

/* Deleting ------------------------------------------------------------------*/

/* A loaded application with exactly this AID; 0: none, it is never the first.
 */
static size_t
find_loaded(const struct vc_card *card, const uint8_t *aid, size_t len)
{
	for (size_t i = 0; i < card->app_count; i++) {
		const struct vc_app_def *def = card->app[i].def;

		if (card->app[i].own != NULL && def->aid_len == len &&
		    memcmp(def->aid, aid, len) == 0)
			return i;
	}
	return 0;
}

static int
is_target(const struct vc_app *common, const struct vc_cmd *c)
{
	const struct vc_event *say = &common->authority.say;

	return say->target_len == c->nc &&
	       memcmp(say->target, c->data, c->nc) == 0;
}

static jm_err
remove_app(struct vc_card *card, const struct vc_app *common, size_t i)
{
	const struct vc_event event = event_of(common, card->app[i].def);
	struct vc_app *gone;
	jm_err e;

	if ((gone = malloc(sizeof *gone)) == NULL)
		return JM_NOMEM;
	if ((e = vc_card_take_app(card, i, gone)) != JM_OK) {
		free(gone);
		return e;
	}
	e = card->store.commit(card->store.arg, VC_PHASE_CHANGE, &event);
	if (e == JM_OK)
		vc_app_clear(gone);
	else
		vc_card_put_app(card, i, gone);
	jm_free_secret(gone, sizeof *gone);
	return e;
}

jm_err
vc_delete(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	struct vc_app *app = at_counter(card, sw);
	jm_err e = JM_OK;
	size_t i;

	(void)out;
	if (app == NULL)
		return JM_OK;
	*sw = 0x6982;
	if ((app->rights & VC_DELETE_APP) == 0 || !agreed(app))
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 != 0 || c->p2 != 0)
		goto out;
	*sw = 0x6700;
	if (c->nc == 0 || c->nc > VC_AID_MAX || c->ne != 0)
		goto out;
	*sw = 0x6985;
	if (!is_target(app, c))
		goto out;
	*sw = 0x6a88;
	if ((i = find_loaded(card, c->data, c->nc)) == 0)
		goto out;
	e = as_sw(remove_app(card, app, i), sw);
out:
	vc_app_spend(app);
	return e;
}

/* Listing -------------------------------------------------------------------*/

/* The P2th of the loaded applications: 61 { 4F AID, 80 name, 50 label }. */
jm_err
vc_list(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	const struct vc_package *p = NULL;
	unsigned n = 0;
	size_t start;

	if (at_counter(card, sw) == NULL)
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 != 0)
		return JM_OK;
	*sw = 0x6700;
	if (c->nc != 0 || c->ne == 0)
		return JM_OK;
	for (size_t i = 0; i < card->app_count && p == NULL; i++)
		if (card->app[i].own != NULL && n++ == c->p2)
			p = card->app[i].own;
	*sw = 0x6a88;
	if (p == NULL)
		return JM_OK;
	start = out->len;
	jm_put_tlv(out, 0x4f, p->def.aid, p->def.aid_len);
	jm_put_tlv(out, 0x80, p->name, strlen(p->name));
	jm_put_tlv(out, 0x50, p->label, strlen(p->label));
	jm_tlv_wrap(out, start, 0x61);
	*sw = 0x9000;
	return JM_OK;
}

/* Reading out ---------------------------------------------------------------*/

/* The package with its present contents.  PINs and keys do not leave. */
static jm_err
pack(struct vc_card *card, const struct vc_app *app)
{
	struct vc_transfer *t = &card->v.transfer;
	struct vc_package *p;
	jm_err e;

	vc_transfer_drop(card);
	if ((p = malloc(sizeof *p)) == NULL)
		return JM_NOMEM;
	*p = *app->own;
	for (size_t i = 0; i < p->def.file_count; i++)
		if (p->file[i].kind != VC_PIN && app->file[i].len > 0)
			p->init[i] = (struct vc_bytes){ app->file[i].data,
				app->file[i].len };
	t->cap = VC_PACKAGE_MAX;
	if ((t->mem = malloc(t->cap)) == NULL)
		e = JM_NOMEM;
	else
		e = vc_package_make(p, t->mem, t->cap, &t->len);
	t->ins = 0xea;
	free(p);
	return e;
}

static jm_err
begin_export(struct vc_card *card, const struct vc_app *common,
    const struct vc_cmd *c, unsigned *sw)
{
	struct vc_event event;
	size_t i;
	jm_err e;

	*sw = 0x6700;
	if (c->nc == 0 || c->nc > VC_AID_MAX)
		return JM_OK;
	*sw = 0x6985;
	if (!is_target(common, c))
		return JM_OK;
	*sw = 0x6a88;
	if ((i = find_loaded(card, c->data, c->nc)) == 0)
		return JM_OK;
	event = event_of(common, card->app[i].def);
	if ((e = pack(card, &card->app[i])) == JM_OK)
		e = card->store.commit(
		    card->store.arg, VC_PHASE_CHANGE, &event);
	return as_sw(e, sw);
}

/* P2 numbers the pieces; the first names the application.  The right is spent
 * with the last piece, which is known by the package's own length. */
jm_err
vc_export(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	struct vc_app *app = at_counter(card, sw);
	struct vc_transfer *t = &card->v.transfer;
	size_t n;
	jm_err e = JM_OK;

	if (app == NULL)
		return JM_OK;
	*sw = 0x6982;
	if ((app->rights & VC_MOVE_OUT) == 0)
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 != 0)
		goto end;
	*sw = 0x6700;
	if (c->ne < PIECE)
		goto end;
	*sw = 0x9000;
	if (c->p2 == 0)
		e = begin_export(card, app, c, sw);
	/* What was packed under another authorisation is not given on. */
	else if (!app->authority.begun || t->mem == NULL || t->ins != c->ins ||
		 c->p2 != t->next || c->nc != 0)
		*sw = 0x6985;
	if (e != JM_OK || *sw != 0x9000)
		goto end;
	app->authority.begun = 1;
	n = t->len - t->next * PIECE;
	jm_put(out, t->mem + t->next * PIECE, n < PIECE ? n : PIECE);
	t->next++;
	if (n > PIECE)
		return JM_OK;
end:
	vc_transfer_drop(card);
	vc_app_spend(app);
	return e;
}
