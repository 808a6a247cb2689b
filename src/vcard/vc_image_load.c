/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading an image: strict, line by line.
 *
 *	jumin-vcard-image 1
 *	# a comment, anywhere but among the bytes of a file
 *	profile NAME
 *	param NAME VALUE          any number, each name once
 *	app NAME                  then what belongs to it, in any order:
 *	pin ID tries N value HEX
 *	key ID                    PKCS#8, in lines of a tab and hexadecimal
 *	file ID                   contents, likewise
 *	end                       the last line
 */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/log.h"
#include "base/wipe.h"
#include "vcard/vc_card.h"

#define FIRST_LINE "jumin-vcard-image 1"

struct reader {
	const char *name; /* of the image, for messages */
	unsigned line;
	struct vc_card *card;
	struct vc_app *app;   /* the lines belong to it; NULL */
	struct vc_file *file; /* bytes are collected for it; NULL */
	uint8_t *bytes;       /* VC_OBJECT_MAX */
	size_t len;
	uint32_t seen[VC_APPS_MAX]; /* bit i: file i of that application */
	int app_seen[VC_APPS_MAX];
	int ended;
};

static jm_err
bad(const struct reader *r, const char *what)
{
	jm_log(JM_LOG_ERROR, "%s:%u: %s", r->name, r->line, what);
	return JM_FORMAT;
}

jm_err
vc_file_load_key(struct vc_file *f)
{
	jm_soft_key_free(&f->key);
	return jm_soft_key_load(f->data, f->len, &f->key);
}

/* The bytes of a file are complete. */
static jm_err
close_file(struct reader *r)
{
	struct vc_file *f = r->file;

	if (f == NULL)
		return JM_OK;
	r->file = NULL;
	if (r->len == 0)
		return bad(r, "a file or key without contents before this");
	if ((f->data = malloc(r->len)) == NULL)
		return JM_NOMEM;
	memcpy(f->data, r->bytes, r->len);
	f->len = r->len;
	if (f->def->kind == VC_KEY && vc_file_load_key(f) != JM_OK)
		return bad(r, "what stands before this is not a private key");
	return JM_OK;
}

static jm_err
data_line(struct reader *r, const char *s)
{
	size_t n = 0;

	if (r->file == NULL)
		return bad(r, "bytes that belong to no file");
	if (strchr(s, ' ') != NULL ||
	    jm_hex_decode(s, r->bytes + r->len, VC_OBJECT_MAX - r->len, &n) !=
		JM_OK ||
	    n == 0)
		return bad(r, "bad hexadecimal, or too much of it");
	r->len += n;
	return JM_OK;
}

/* The next word of *s, ended by a NUL; the rest begins after one blank. */
static char *
word(char **s)
{
	char *w = *s, *blank = strchr(w, ' ');

	if (blank == NULL) {
		*s = w + strlen(w);
	} else {
		*blank = '\0';
		*s = blank + 1;
	}
	return w;
}

static jm_err
profile_line(struct reader *r, char *rest)
{
	const struct vc_profile *p = vc_profile_find(rest);

	if (r->card != NULL)
		return bad(r, "a second profile");
	if (p == NULL)
		return bad(r, "unknown profile");
	return vc_card_new(p, &r->card);
}

jm_err
vc_image_param(struct vc_card *card, size_t i, const char *text)
{
	char *copy;
	jm_err e;

	if ((copy = strdup(text)) == NULL)
		return JM_NOMEM;
	if ((e = vc_param_set(&card->par, i, text)) != JM_OK) {
		free(copy);
		return e;
	}
	free(card->image.param[i]);
	card->image.param[i] = copy;
	return JM_OK;
}

static jm_err
param_line(struct reader *r, char *rest)
{
	char *name = word(&rest);
	size_t i;
	jm_err e;

	if (vc_param_find(name, strlen(name), &i) != JM_OK)
		return bad(r, "unknown parameter");
	if (r->card->image.param[i] != NULL)
		return bad(r, "a parameter given twice");
	e = vc_image_param(r->card, i, rest);
	return e == JM_ARG ? bad(r, "not a value of this parameter") : e;
}

static jm_err
app_line(struct reader *r, char *rest)
{
	for (size_t i = 0; i < r->card->app_count; i++) {
		struct vc_app *app = &r->card->app[i];

		if (app->def->file_count == 0 ||
		    strcmp(app->def->name, rest) != 0)
			continue;
		if (r->app_seen[i])
			return bad(r, "an application given twice");
		r->app_seen[i] = 1;
		r->app = app;
		return JM_OK;
	}
	return bad(r, "an application that this profile does not have");
}

/* Finds the file that a line of this kind is about. */
static jm_err
find_file(
    struct reader *r, enum vc_kind kind, char **rest, struct vc_file **out)
{
	char *id_text = word(rest);
	uint8_t id[2];
	size_t n = 0;

	*out = NULL;
	if (r->app == NULL)
		return bad(r, "it stands before its application");
	if (strlen(id_text) != 4 ||
	    jm_hex_decode(id_text, id, sizeof id, &n) != JM_OK || n != 2)
		return bad(r, "not a file id");
	for (size_t i = 0; i < r->app->def->file_count; i++) {
		const struct vc_file_def *def = &r->app->def->files[i];
		uint32_t *seen = &r->seen[r->app - r->card->app];

		if (def->id != ((unsigned)id[0] << 8 | id[1]))
			continue;
		if (def->kind != kind || !vc_in_image(def))
			return bad(r, "this id does not take this");
		if ((*seen >> i & 1) != 0)
			return bad(r, "an id given twice");
		*seen |= (uint32_t)1 << i;
		*out = &r->app->file[i];
		return JM_OK;
	}
	return bad(r, "an id that this application does not have");
}

static jm_err
pin_line(struct reader *r, char *rest)
{
	struct vc_file *f;
	char *w;
	jm_err e;

	if ((e = find_file(r, VC_PIN, &rest, &f)) != JM_OK)
		return e;
	if (strcmp(word(&rest), "tries") != 0)
		return bad(r, "\"tries\" expected");
	w = word(&rest);
	f->tries = 0;
	if (*w == '\0' || strlen(w) > 2 || strspn(w, "0123456789") != strlen(w))
		return bad(r, "not a number of tries");
	for (; *w != '\0'; w++)
		f->tries = f->tries * 10 + (unsigned)(*w - '0');
	if (f->tries > f->def->tries)
		return bad(r, "more tries than this PIN has");
	if (strcmp(word(&rest), "value") != 0)
		return bad(r, "\"value\" expected");
	if (strchr(rest, ' ') != NULL ||
	    jm_hex_decode(rest, f->pin, sizeof f->pin, &f->pin_len) != JM_OK ||
	    f->pin_len == 0)
		return bad(r, "not a PIN of 1 to 16 bytes in hexadecimal");
	return JM_OK;
}

static jm_err
bytes_line(struct reader *r, enum vc_kind kind, char *rest)
{
	jm_err e;

	if ((e = find_file(r, kind, &rest, &r->file)) != JM_OK)
		return e;
	if (*rest != '\0') {
		r->file = NULL;
		return bad(r, "nothing may follow the id");
	}
	r->len = 0;
	return JM_OK;
}

static jm_err
end_line(struct reader *r, char *rest)
{
	const struct vc_card *card = r->card;

	if (*rest != '\0')
		return bad(r, "nothing may follow \"end\"");
	for (size_t i = 0; i < card->app_count; i++) {
		const struct vc_app_def *def = card->app[i].def;

		for (size_t k = 0; k < def->file_count; k++)
			if (vc_in_image(&def->files[k]) &&
			    (r->seen[i] >> k & 1) == 0) {
				jm_log(JM_LOG_ERROR,
				    "%s: application %s lacks %04X (%s)",
				    r->name, def->name, def->files[k].id,
				    def->files[k].name);
				return JM_FORMAT;
			}
	}
	r->ended = 1;
	return JM_OK;
}

static jm_err
one_line(struct reader *r, char *s)
{
	char *first;
	jm_err e;

	if (r->line == 1)
		return strcmp(s, FIRST_LINE) == 0
			   ? JM_OK
			   : bad(r, "not a card image of version 1");
	if (r->ended)
		return bad(r, "something follows \"end\"");
	if (*s == '\t')
		return data_line(r, s + 1);
	if ((e = close_file(r)) != JM_OK)
		return e;
	if (*s == '#' || *s == '\0')
		return JM_OK;
	first = word(&s);
	if (strcmp(first, "profile") == 0)
		return profile_line(r, s);
	if (r->card == NULL)
		return bad(r, "\"profile\" expected");
	if (strcmp(first, "param") == 0)
		return param_line(r, s);
	if (strcmp(first, "app") == 0)
		return app_line(r, s);
	if (strcmp(first, "pin") == 0)
		return pin_line(r, s);
	if (strcmp(first, "key") == 0)
		return bytes_line(r, VC_KEY, s);
	if (strcmp(first, "file") == 0)
		return bytes_line(r, VC_EF, s);
	if (strcmp(first, "end") == 0)
		return end_line(r, s);
	return bad(r, "unknown word");
}

jm_err
vc_image_parse(
    const char *name, const char *text, size_t len, struct vc_card **out)
{
	struct reader r = { .name = name };
	char *copy = NULL, *s, *eol;
	jm_err e = JM_OK;

	*out = NULL;
	if (memchr(text, '\0', len) != NULL)
		return bad(&r, "not a text");
	copy = malloc(len + 1);
	r.bytes = malloc(VC_OBJECT_MAX);
	if (copy == NULL || r.bytes == NULL) {
		e = JM_NOMEM;
		goto out;
	}
	memcpy(copy, text, len);
	copy[len] = '\0';
	for (s = copy; *s != '\0'; s = eol + 1) {
		r.line++;
		if ((eol = strchr(s, '\n')) == NULL) {
			e = bad(&r, "cut off in the middle of a line");
			goto out;
		}
		*eol = '\0';
		if ((e = one_line(&r, s)) != JM_OK)
			goto out;
	}
	if (!r.ended) {
		r.line++;
		e = bad(&r, "cut off: there is no \"end\"");
		goto out;
	}
	*out = r.card;
	r.card = NULL;
out:
	vc_close(&r.card);
	jm_free_secret(copy, copy == NULL ? 0 : len);
	jm_free_secret(r.bytes, r.bytes == NULL ? 0 : VC_OBJECT_MAX);
	return e;
}
