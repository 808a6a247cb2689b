/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading an image: strict, line by line.
 *
 *	jumin-vcard-image 2
 *	# a comment, anywhere but among the bytes of an object
 *	profile NAME
 *	life STATE
 *	card HEX                  the card's id
 *	transport tries N key HEX
 *	param NAME VALUE          any number, each name once
 *	data TAG                  contents for GET DATA, in lines of a tab and
 *	                          hexadecimal
 *	package NAME              a loaded application's table, likewise
 *	app NAME                  then what belongs to it, in any order:
 *	trust key|cvc|root HEX    all three or none
 *	pin ID tries N value HEX
 *	key ID                    PKCS#8, in lines of a tab and hexadecimal
 *	file ID                   contents, likewise
 *	records ID                likewise, two bytes of length before each
 *	log ENTRY                 in their order
 *	end                       the last line
 */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/log.h"
#include "base/wipe.h"
#include "vcard/vc_image.h"

jm_err
vc_bad(const struct vc_reader *r, const char *what)
{
	jm_log(JM_LOG_ERROR, "%s:%u: %s", r->name, r->line, what);
	return JM_FORMAT;
}

/* Words ---------------------------------------------------------------------*/

char *
vc_word(char **s)
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

int
vc_hex_word(const char *s, uint8_t *out, size_t cap, size_t *len)
{
	*len = 0;
	return strchr(s, ' ') == NULL &&
	       jm_hex_decode(s, out, cap, len) == JM_OK && *len > 0;
}

int
vc_id_word(const char *s, unsigned *id)
{
	uint8_t b[2];
	size_t n;

	*id = 0;
	if (!vc_hex_word(s, b, sizeof b, &n) || n != 2)
		return 0;
	*id = (unsigned)b[0] << 8 | b[1];
	return 1;
}

jm_err
vc_tries_words(struct vc_reader *r, char **rest, unsigned max, unsigned *tries)
{
	const char *w;

	*tries = 0;
	if (strcmp(vc_word(rest), "tries") != 0)
		return vc_bad(r, "\"tries\" expected");
	w = vc_word(rest);
	if (*w == '\0' || strlen(w) > 2 || strspn(w, "0123456789") != strlen(w))
		return vc_bad(r, "not a number of tries");
	for (; *w != '\0'; w++)
		*tries = *tries * 10 + (unsigned)(*w - '0');
	return *tries > max ? vc_bad(r, "more tries than there are") : JM_OK;
}

/* Collected bytes -----------------------------------------------------------*/

static jm_err
data_line(struct vc_reader *r, const char *s)
{
	size_t n = 0;

	if (r->file == NULL && r->data == NULL && r->package[0] == '\0')
		return vc_bad(r, "bytes that belong to no file");
	if (!vc_hex_word(s, r->bytes + r->len, r->cap - r->len, &n))
		return vc_bad(r, "bad hexadecimal, or too much of it");
	r->len += n;
	return JM_OK;
}

static jm_err
close_data(struct vc_reader *r)
{
	struct vc_data *d = r->data;

	if (d == NULL)
		return JM_OK;
	r->data = NULL;
	if (r->len == 0)
		return vc_bad(r, "a data object without contents before this");
	if ((d->data = malloc(r->len)) == NULL)
		return JM_NOMEM;
	memcpy(d->data, r->bytes, r->len);
	d->len = r->len;
	return JM_OK;
}

static jm_err
close_bytes(struct vc_reader *r)
{
	jm_err e;

	if ((e = vc_close_file(r)) != JM_OK || (e = close_data(r)) != JM_OK)
		return e;
	return vc_close_package(r);
}

/* Lines of the card ---------------------------------------------------------*/

static jm_err
profile_line(struct vc_reader *r, char *rest)
{
	const struct vc_profile *p = vc_profile_find(rest);

	if (r->card != NULL)
		return vc_bad(r, "a second profile");
	if (p == NULL)
		return vc_bad(r, "unknown profile");
	return vc_card_new(p, &r->card);
}

static jm_err
life_line(struct vc_reader *r, char *rest)
{
	if (r->life_seen)
		return vc_bad(r, "a second state of life");
	r->life_seen = 1;
	return vc_life_find(rest, &r->card->life) == JM_OK
		   ? JM_OK
		   : vc_bad(r, "not a state of a card's life");
}

static jm_err
card_line(struct vc_reader *r, char *rest)
{
	struct vc_card *card = r->card;

	if (card->id_len != 0)
		return vc_bad(r, "a second id of the card");
	return vc_hex_word(rest, card->id, sizeof card->id, &card->id_len)
		   ? JM_OK
		   : vc_bad(r, "not an id of 1 to 16 bytes");
}

static jm_err
transport_line(struct vc_reader *r, char *rest)
{
	struct vc_transport *t = &r->card->transport;
	jm_err e;

	if (t->len != 0)
		return vc_bad(r, "a second transport key");
	e = vc_tries_words(r, &rest, VC_TRANSPORT_TRIES, &t->tries);
	if (e != JM_OK)
		return e;
	if (strcmp(vc_word(&rest), "key") != 0)
		return vc_bad(r, "\"key\" expected");
	if (!vc_hex_word(rest, t->key, sizeof t->key, &t->len) ||
	    t->len != sizeof t->key)
		return vc_bad(r, "not a key of 32 bytes");
	return JM_OK;
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
param_line(struct vc_reader *r, char *rest)
{
	char *name = vc_word(&rest);
	size_t i;
	jm_err e;

	if (vc_param_find(name, strlen(name), &i) != JM_OK)
		return vc_bad(r, "unknown parameter");
	if (r->card->image.param[i] != NULL)
		return vc_bad(r, "a parameter given twice");
	e = vc_image_param(r->card, i, rest);
	return e == JM_ARG ? vc_bad(r, "not a value of this parameter") : e;
}

static jm_err
object_line(struct vc_reader *r, char *rest)
{
	const struct vc_profile *p = r->card->profile;
	unsigned tag;

	if (!vc_id_word(rest, &tag))
		return vc_bad(r, "not the tag of a data object");
	for (size_t i = 0; i < p->data_count; i++) {
		if (p->data[i].tag != tag)
			continue;
		if (p->data[i].source != VC_DATA_IMAGE)
			return vc_bad(r, "this tag does not take this");
		if ((r->data_seen >> i & 1) != 0)
			return vc_bad(r, "a tag given twice");
		r->data_seen |= (uint32_t)1 << i;
		r->data = &r->card->data[i];
		r->len = 0;
		r->cap = VC_OBJECT_MAX;
		return JM_OK;
	}
	return vc_bad(r, "a tag that this profile does not have");
}

static jm_err
log_line(struct vc_reader *r, char *rest)
{
	jm_err e = vc_log_parse(&r->card->log, rest);

	if (e == JM_SPACE)
		return vc_bad(r, "more entries than a log has");
	return e == JM_FORMAT ? vc_bad(r, "not the next entry of the log") : e;
}

static jm_err
lacks(const struct vc_reader *r, const char *app, unsigned id, const char *what)
{
	jm_log(JM_LOG_ERROR, "%s: application %s lacks %04X (%s)", r->name, app,
	    id, what);
	return JM_FORMAT;
}

static jm_err
end_line(struct vc_reader *r, char *rest)
{
	const struct vc_card *card = r->card;
	jm_err e = vc_close_app(r);

	if (e != JM_OK)
		return e;
	if (*rest != '\0')
		return vc_bad(r, "nothing may follow \"end\"");
	if (!r->life_seen)
		return vc_bad(r, "\"life\" is missing before this");
	r->ended = 1;
	/* Contents are still to come, or never did. */
	if (card->life == VC_MANUFACTURED || card->life == VC_TERMINATED)
		return JM_OK;
	for (size_t i = 0; i < card->app_count; i++) {
		const struct vc_app_def *def = card->app[i].def;

		if (!vc_app_there(&card->app[i]))
			continue;
		for (size_t k = 0; k < def->file_count; k++)
			if (vc_in_image(&def->files[k]) &&
			    (r->seen[i] >> k & 1) == 0)
				return lacks(r, def->name, def->files[k].id,
				    def->files[k].name);
	}
	return JM_OK;
}

static jm_err
first_line(const struct vc_reader *r, const char *s)
{
	if (strcmp(s, VC_IMAGE_FIRST) == 0)
		return JM_OK;
	if (strcmp(s, "jumin-vcard-image 1") == 0)
		return vc_bad(r, "an image of version 1, which has no "
				 "successor: make the card anew with "
				 "jumin-vcard create");
	return vc_bad(r, "not a card image of version 2");
}

static jm_err
file_line(struct vc_reader *r, char *rest)
{
	return vc_bytes_line(r, VC_EF, rest);
}

static jm_err
key_line(struct vc_reader *r, char *rest)
{
	return vc_bytes_line(r, VC_KEY, rest);
}

static jm_err
records_line(struct vc_reader *r, char *rest)
{
	return vc_bytes_line(r, VC_RECORDS, rest);
}

static const struct {
	const char *word;
	jm_err (*line)(struct vc_reader *r, char *rest);
} lines[] = {
	{ "life", life_line },
	{ "card", card_line },
	{ "transport", transport_line },
	{ "param", param_line },
	{ "data", object_line },
	{ "package", vc_package_line },
	{ "app", vc_app_line },
	{ "trust", vc_trust_line },
	{ "pin", vc_pin_line },
	{ "key", key_line },
	{ "file", file_line },
	{ "records", records_line },
	{ "log", log_line },
	{ "end", end_line },
};

static jm_err
one_line(struct vc_reader *r, char *s)
{
	const char *first;
	jm_err e;

	if (r->line == 1)
		return first_line(r, s);
	if (r->ended)
		return vc_bad(r, "something follows \"end\"");
	if (*s == '\t')
		return data_line(r, s + 1);
	if ((e = close_bytes(r)) != JM_OK)
		return e;
	if (*s == '#' || *s == '\0')
		return JM_OK;
	first = vc_word(&s);
	if (strcmp(first, "profile") == 0)
		return profile_line(r, s);
	if (r->card == NULL)
		return vc_bad(r, "\"profile\" expected");
	for (size_t i = 0; i < NELEM(lines); i++)
		if (strcmp(first, lines[i].word) == 0)
			return lines[i].line(r, s);
	return vc_bad(r, "unknown word");
}

jm_err
vc_image_parse(
    const char *name, const char *text, size_t len, struct vc_card **out)
{
	struct vc_reader r = { .name = name };
	char *copy = NULL, *s, *eol;
	jm_err e = JM_OK;

	*out = NULL;
	if (memchr(text, '\0', len) != NULL)
		return vc_bad(&r, "not a text");
	copy = malloc(len + 1);
	r.bytes = malloc(VC_BYTES_MAX);
	if (copy == NULL || r.bytes == NULL) {
		e = JM_NOMEM;
		goto out;
	}
	memcpy(copy, text, len);
	copy[len] = '\0';
	for (s = copy; *s != '\0'; s = eol + 1) {
		r.line++;
		if ((eol = strchr(s, '\n')) == NULL) {
			e = vc_bad(&r, "cut off in the middle of a line");
			goto out;
		}
		*eol = '\0';
		if ((e = one_line(&r, s)) != JM_OK)
			goto out;
	}
	if (!r.ended) {
		r.line++;
		e = vc_bad(&r, "cut off: there is no \"end\"");
		goto out;
	}
	*out = r.card;
	r.card = NULL;
out:
	vc_close(&r.card);
	jm_free_secret(copy, copy == NULL ? 0 : len);
	jm_free_secret(r.bytes, r.bytes == NULL ? 0 : VC_BYTES_MAX);
	return e;
}
