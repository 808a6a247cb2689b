/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A card as the text of its image. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/wipe.h"
#include "vcard/vc_image.h"

#define LINE_BYTES 32 /* of contents on one line */

struct text {
	char *s;
	size_t len;
	int full;
};

static void
add(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (t->full || n >= VC_IMAGE_MAX - t->len) {
		t->full = 1;
		return;
	}
	memcpy(t->s + t->len, s, n + 1);
	t->len += n;
}

static void
add_words(struct text *t, const char *a, const char *b, const char *c)
{
	add(t, a);
	add(t, b);
	add(t, c);
}

static void
add_number(struct text *t, unsigned v)
{
	char num[16];

	snprintf(num, sizeof num, "%u", v);
	add(t, num);
}

static void
add_id(struct text *t, const char *word, unsigned id)
{
	char num[16];

	snprintf(num, sizeof num, "%04X", id);
	add_words(t, word, num, "");
}

static void
add_hex(struct text *t, const uint8_t *b, size_t n)
{
	char hex[2 * LINE_BYTES + 1];

	for (size_t off = 0; off < n; off += LINE_BYTES) {
		size_t part = n - off < LINE_BYTES ? n - off : LINE_BYTES;

		if (jm_hex_encode(b + off, part, hex, sizeof hex) != JM_OK)
			t->full = 1;
		else
			add(t, hex);
	}
	jm_wipe(hex, sizeof hex);
}

static void
add_bytes(struct text *t, const uint8_t *b, size_t n)
{
	for (size_t off = 0; off < n; off += LINE_BYTES) {
		add(t, "\t");
		add_hex(
		    t, b + off, n - off < LINE_BYTES ? n - off : LINE_BYTES);
		add(t, "\n");
	}
}

static void
add_file(struct text *t, const struct vc_file *f)
{
	static const char *const word[] = { "file ", "key ", "pin ",
		"records " };

	add_id(t, word[f->def->kind], f->def->id);
	if (f->def->kind == VC_PIN) {
		add(t, " tries ");
		add_number(t, f->tries);
		add(t, " value ");
		add_hex(t, f->pin, f->pin_len);
	}
	add(t, "\n");
	add_bytes(t, f->data, f->len);
}

static jm_err
add_trust(struct text *t, const struct vc_trust *trust)
{
	uint8_t *der;
	size_t len;
	jm_err e;

	if (trust->cvc_len == 0)
		return JM_OK;
	if ((der = malloc(JM_SOFT_KEY_DER_MAX)) == NULL)
		return JM_NOMEM;
	if ((e = jm_soft_key_save(trust->key, der, &len)) == JM_OK) {
		add(t, "trust key ");
		add_hex(t, der, len);
		add(t, "\ntrust cvc ");
		add_hex(t, trust->cvc, trust->cvc_len);
		add(t, "\ntrust root ");
		add_hex(t, trust->root.point, trust->root.point_len);
		add(t, "\n");
	}
	jm_free_secret(der, JM_SOFT_KEY_DER_MAX);
	return e;
}

/* Contents of an application that a parameter of the run hides are kept. */
static int
worth_a_line(const struct vc_app *app)
{
	for (size_t k = 0; k < app->def->file_count; k++)
		if (vc_file_present(&app->file[k]))
			return 1;
	return vc_app_there(app);
}

static jm_err
add_app(struct text *t, const struct vc_app *app)
{
	jm_err e;

	if (!worth_a_line(app))
		return JM_OK;

	add_words(t, "app ", app->def->name, "\n");
	if ((e = add_trust(t, &app->trust)) != JM_OK)
		return e;
	for (size_t k = 0; k < app->def->file_count; k++)
		if (vc_in_image(&app->def->files[k]) &&
		    vc_file_present(&app->file[k]))
			add_file(t, &app->file[k]);
	return JM_OK;
}

/* What is the card's own. */
static void
add_card(struct text *t, const struct vc_card *card)
{
	const struct vc_transport *tr = &card->transport;

	add(t, VC_IMAGE_FIRST
	    "\n"
	    "# A test card: its keys and PINs protect nothing.\n");
	add_words(t, "profile ", card->profile->name, "\n");
	add_words(t, "life ", vc_life_name(card->life), "\n");
	if (card->id_len > 0) {
		add(t, "card ");
		add_hex(t, card->id, card->id_len);
		add(t, "\n");
	}
	if (tr->len > 0) {
		add(t, "transport tries ");
		add_number(t, tr->tries);
		add(t, " key ");
		add_hex(t, tr->key, tr->len);
		add(t, "\n");
	}
	for (size_t i = 0; i < vc_param_count(); i++) {
		if (card->image.param[i] == NULL)
			continue;
		add_words(t, "param ", vc_param_name(i), " ");
		add_words(t, card->image.param[i], "\n", "");
	}
	for (size_t i = 0; i < card->profile->data_count; i++) {
		if (card->data[i].data == NULL)
			continue;
		add_id(t, "data ", card->profile->data[i].tag);
		add(t, "\n");
		add_bytes(t, card->data[i].data, card->data[i].len);
	}
}

static jm_err
add_log(struct text *t, const struct vc_log *log)
{
	char line[VC_LOG_LINE_MAX];
	jm_err e = vc_log_format_base(log, line, sizeof line);

	if (e == JM_OK)
		add_words(t, "log ", line, "\n");
	else if (e != JM_NOT_FOUND)
		return e;
	for (size_t i = 0; i < log->count; i++) {
		e = vc_log_format(&log->entry[i], line, sizeof line);
		if (e != JM_OK)
			return e;
		add_words(t, "log ", line, "\n");
	}
	return JM_OK;
}

jm_err
vc_image_text(const struct vc_card *card, char **text, size_t *len)
{
	struct text t = { NULL, 0, 0 };
	jm_err e = JM_OK;

	*text = NULL;
	*len = 0;
	if ((t.s = malloc(VC_IMAGE_MAX)) == NULL)
		return JM_NOMEM;
	t.s[0] = '\0';
	add_card(&t, card);
	for (size_t i = 0; i < card->app_count && e == JM_OK; i++) {
		const struct vc_package *own = card->app[i].own;

		if (own != NULL) {
			add_words(&t, "package ", own->name, "\n");
			add_bytes(&t, own->bytes, own->len);
		}
		e = add_app(&t, &card->app[i]);
	}
	if (e == JM_OK)
		e = add_log(&t, &card->log);
	add(&t, "end\n");
	if (e == JM_OK && t.full)
		e = JM_SPACE;
	if (e != JM_OK) {
		jm_free_secret(t.s, t.len);
		return e;
	}
	*text = t.s;
	*len = t.len;
	return JM_OK;
}
