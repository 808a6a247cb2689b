/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading an image: the lines of one application. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/wipe.h"
#include "vcard/vc_image.h"

jm_err
vc_file_load_key(struct vc_file *f)
{
	jm_soft_key_free(&f->key);
	return jm_soft_key_load(f->data, f->len, &f->key);
}

/* May it be there without a byte? */
static int
may_be_empty(const struct vc_file_def *def)
{
	return def->source == VC_SRC_IMAGE;
}

jm_err
vc_close_file(struct vc_reader *r)
{
	struct vc_file *f = r->file;

	if (f == NULL)
		return JM_OK;
	r->file = NULL;
	if (r->len == 0 && !may_be_empty(f->def))
		return vc_bad(r, "a file or key without contents before this");
	if ((f->data = malloc(r->len + 1)) == NULL) /* also for none */
		return JM_NOMEM;
	memcpy(f->data, r->bytes, r->len);
	f->len = r->len;
	switch (f->def->kind) {
	case VC_KEY:
		if (vc_file_load_key(f) != JM_OK)
			return vc_bad(
			    r, "what stands before this is not a private key");
		break;
	case VC_RECORDS:
		if (!vc_records_ok(f->data, f->len))
			return vc_bad(
			    r, "what stands before this are no records");
		break;
	case VC_EF:
	case VC_PIN: break;
	}
	return JM_OK;
}

/* Trust is given whole or not at all, and is what its root signed. */
jm_err
vc_close_app(struct vc_reader *r)
{
	struct vc_trust *t;

	if (r->app == NULL)
		return JM_OK;
	t = &r->app->trust;
	r->app = NULL;
	if (t->key == NULL && t->cvc_len == 0 && t->root.point_len == 0)
		return JM_OK;
	if (t->key == NULL || t->cvc_len == 0 || t->root.point_len == 0)
		return vc_bad(r, "trust is incomplete before this");
	if (vc_trust_check(t) != JM_OK)
		return vc_bad(r, "trust before this does not fit together");
	return JM_OK;
}

jm_err
vc_app_line(struct vc_reader *r, char *rest)
{
	jm_err e = vc_close_app(r);

	if (e != JM_OK)
		return e;
	for (size_t i = 0; i < r->card->app_count; i++) {
		struct vc_app *app = &r->card->app[i];

		if (strcmp(app->def->name, rest) != 0)
			continue;
		if (r->app_seen[i])
			return vc_bad(r, "an application given twice");
		r->app_seen[i] = 1;
		r->app = app;
		return JM_OK;
	}
	return vc_bad(r, "an application that this profile does not have");
}

jm_err
vc_trust_line(struct vc_reader *r, char *rest)
{
	uint8_t mem[2 * JM_CVC_MAX];
	const char *what = vc_word(&rest);
	struct vc_trust *t;
	size_t n;
	jm_err e = JM_OK;

	if (r->app == NULL)
		return vc_bad(r, "it stands before its application");
	t = &r->app->trust;
	if (!vc_hex_word(rest, mem, sizeof mem, &n))
		return vc_bad(r, "bad hexadecimal, or too much of it");
	if (strcmp(what, "key") == 0 && t->key == NULL) {
		if (jm_soft_key_load(mem, n, &t->key) != JM_OK ||
		    !jm_soft_key_is_ec(t->key))
			e = vc_bad(r, "not an elliptic-curve key");
	} else if (strcmp(what, "cvc") == 0 && t->cvc_len == 0) {
		if (n > sizeof t->cvc)
			e = vc_bad(r, "not a certificate");
		else
			memcpy(t->cvc, mem, t->cvc_len = n);
	} else if (strcmp(what, "root") == 0 && t->root.point_len == 0) {
		if (jm_ec_pub_set(&t->root, JM_P256, mem, n) != JM_OK)
			e = vc_bad(r, "not a point of the curve P-256");
	} else {
		e = vc_bad(r, "\"key\", \"cvc\" or \"root\" expected, once");
	}
	jm_wipe(mem, sizeof mem);
	return e;
}

/* Finds the file that a line of this kind is about. */
static jm_err
find_file(
    struct vc_reader *r, enum vc_kind kind, char **rest, struct vc_file **out)
{
	unsigned id;

	*out = NULL;
	if (r->app == NULL)
		return vc_bad(r, "it stands before its application");
	if (!vc_id_word(vc_word(rest), &id))
		return vc_bad(r, "not a file id");
	for (size_t i = 0; i < r->app->def->file_count; i++) {
		const struct vc_file_def *def = &r->app->def->files[i];
		uint32_t *seen = &r->seen[r->app - r->card->app];

		if (def->id != id)
			continue;
		if (def->kind != kind || !vc_in_image(def))
			return vc_bad(r, "this id does not take this");
		if ((*seen >> i & 1) != 0)
			return vc_bad(r, "an id given twice");
		*seen |= (uint32_t)1 << i;
		*out = &r->app->file[i];
		return JM_OK;
	}
	return vc_bad(r, "an id that this application does not have");
}

jm_err
vc_pin_line(struct vc_reader *r, char *rest)
{
	struct vc_file *f;
	jm_err e;

	if ((e = find_file(r, VC_PIN, &rest, &f)) != JM_OK)
		return e;
	if ((e = vc_tries_words(r, &rest, f->def->tries, &f->tries)) != JM_OK)
		return e;
	if (strcmp(vc_word(&rest), "value") != 0)
		return vc_bad(r, "\"value\" expected");
	if (!vc_hex_word(rest, f->pin, sizeof f->pin, &f->pin_len))
		return vc_bad(r, "not a PIN of 1 to 16 bytes in hexadecimal");
	return JM_OK;
}

jm_err
vc_bytes_line(struct vc_reader *r, enum vc_kind kind, char *rest)
{
	jm_err e;

	if ((e = find_file(r, kind, &rest, &r->file)) != JM_OK)
		return e;
	if (*rest != '\0') {
		r->file = NULL;
		return vc_bad(r, "nothing may follow the id");
	}
	r->len = 0;
	r->cap = VC_OBJECT_MAX;
	return JM_OK;
}
