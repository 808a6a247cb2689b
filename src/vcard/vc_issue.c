/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wipe.h"
#include "crypto/x509_key.h"
#include "vcard/vc_fill.h"
#include "vcard/vc_issue_key.h"
#include "vcard/vc_issue_trust.h"
#include "vcard/vc_person.h"

#define SERIAL_LEN  16
#define CARD_ID_LEN 8

/* The pairs, in the order of their CA files. */
static const struct use {
	int sign;
	uint16_t cert, ca, key;
	const char *ca_file, *ca_key_file;
} uses[] = {
	{ 0, 0x000a, 0x000b, 0x0017, "auth-ca.pem", "auth-ca-key.pem" },
	{ 1, 0x0001, 0x0002, 0x001a, "sign-ca.pem", "sign-ca-key.pem" },
};

static jm_err
set_params(struct vc_card *card, const char *const *list, int *serial_given)
{
	for (; list != NULL && *list != NULL; list++) {
		size_t n = strcspn(*list, "="), i;
		jm_err e;

		if ((*list)[n] != '=' || vc_param_find(*list, n, &i) != JM_OK)
			e = JM_ARG;
		else
			e = vc_image_param(card, i, *list + n + 1);
		if (e == JM_ARG)
			jm_log(JM_LOG_ERROR, "%s: not a parameter and a value",
			    *list);
		if (e != JM_OK)
			return e;
		*serial_given |= strncmp(*list, "serial=", 7) == 0;
	}
	return JM_OK;
}

/* Zeros and ten random digits. */
static jm_err
random_serial(struct vc_card *card)
{
	char text[SERIAL_LEN + 1];
	uint8_t r[10];
	size_t i;
	jm_err e;

	if ((e = jm_random(r, sizeof r)) != JM_OK)
		return e;
	memset(text, '0', sizeof text);
	for (size_t k = 0; k < sizeof r; k++)
		text[SERIAL_LEN - sizeof r + k] = (char)('0' + r[k] % 10);
	text[SERIAL_LEN] = '\0';
	if ((e = vc_param_find("serial", 6, &i)) != JM_OK)
		return e;
	return vc_image_param(card, i, text);
}

static jm_err
all_params(struct vc_card *card, const struct vc_issue *how)
{
	int given = 0;
	jm_err e;

	for (size_t i = 0; i < vc_param_count(); i++)
		if ((e = vc_image_param(card, i, vc_param_default(i))) != JM_OK)
			return e;
	if ((e = set_params(card, card->profile->params, &given)) != JM_OK)
		return e;
	if ((e = set_params(card, how->params, &given)) != JM_OK)
		return e;
	return given ? JM_OK : random_serial(card);
}

static struct vc_app *
find_app(struct vc_card *card, const char *name)
{
	for (size_t i = 0; i < card->app_count; i++)
		if (strcmp(card->app[i].def->name, name) == 0)
			return &card->app[i];
	return NULL;
}

/* A key that nothing on the card would take is a mistake. */
static jm_err
keys_have_a_place(struct vc_card *card, const struct vc_issue *how, int empty)
{
	if ((how->auth_key == NULL || (!empty && find_app(card, "jpki"))) &&
	    (how->text_key == NULL ||
		(!empty && card->par.apps == VC_APPS_ALL &&
		    find_app(card, "text"))))
		return JM_OK;
	jm_log(JM_LOG_ERROR, "a key for an application without contents");
	return JM_ARG;
}

static jm_err
set_pins(struct vc_app *jpki, const struct vc_issue *how)
{
	const char *auth = how->auth_pin != NULL ? how->auth_pin : "1234";
	const char *sign = how->sign_pin != NULL ? how->sign_pin : "ABC123";
	jm_err e;

	if ((e = vc_fill_pin(jpki, 0x0018, auth, strlen(auth))) != JM_OK ||
	    (e = vc_fill_pin(jpki, 0x001b, sign, strlen(sign))) != JM_OK)
		return e;
	return vc_fill_random_pin(jpki, 0x0010);
}

/* A card whose holder has no PINs: what they are then is a parameter. */
static jm_err
take_pins(struct vc_card *card)
{
	jm_err e;

	for (size_t a = 0; a < card->app_count; a++) {
		struct vc_app *app = &card->app[a];

		for (size_t i = 0; i < app->def->file_count; i++) {
			const struct vc_file_def *def = &app->def->files[i];
			struct vc_file *f = &app->file[i];

			if (def->kind != VC_PIN || def->part != VC_PART_PIN ||
			    f->pin_len == 0)
				continue;
			if (card->par.holder_pins == VC_PINS_BLOCKED)
				f->tries = 0;
			else if ((e = vc_fill_unknown(f)) != JM_OK)
				return e;
		}
	}
	return JM_OK;
}

/* Removes what write_ca wrote. */
static void
forget_ca(const struct vc_issue *how, const struct use *u)
{
	const char *const name[] = { u->ca_file, u->ca_key_file };

	for (size_t i = 0; how->ca_dir != NULL && i < NELEM(name); i++)
		vc_pem_remove(how->ca_dir, name[i]);
}

static jm_err
write_ca(const struct vc_issue *how, const struct use *u,
    const struct vc_hierarchy *h)
{
	uint8_t *der;
	size_t len;
	jm_err e;

	if (how->ca_dir == NULL)
		return JM_OK;
	if ((der = malloc(JM_SOFT_KEY_DER_MAX)) == NULL)
		return JM_NOMEM;
	if ((e = jm_soft_key_save(h->ca_key, der, &len)) != JM_OK)
		goto out;
	e = vc_pem_write(how->ca_dir, u->ca_file, "CERTIFICATE", h->ca.der,
	    h->ca.len, 0, how->overwrite);
	if (e != JM_OK)
		goto out;
	e = vc_pem_write(how->ca_dir, u->ca_key_file, "PRIVATE KEY", der, len,
	    1, how->overwrite);
	if (e != JM_OK)
		vc_pem_remove(how->ca_dir, u->ca_file);
out:
	jm_free_secret(der, JM_SOFT_KEY_DER_MAX);
	return e;
}

/* The keys that certify what the other applications hold, as public keys. */
static const char *const public_file[] = { "upper-ca.pem", "licence-ca.pem" };

/* *written: how many of the names were looked at before the first failure. */
static jm_err
write_public(
    const struct vc_issue *how, const struct vc_fill *f, size_t *written)
{
	const struct jm_soft_key *const key[] = { f->upper, f->police };
	uint8_t der[JM_RSA_BYTES_MAX + 64];
	struct jm_x509_key pub;
	struct jm_wbuf w;
	jm_err e;

	for (*written = 0; *written < NELEM(key); (*written)++) {
		if (key[*written] == NULL || how->ca_dir == NULL)
			continue;
		e = jm_x509_key_of(key[*written], &pub);
		if (e != JM_OK)
			return e;
		jm_wbuf_init(&w, der, sizeof der);
		jm_put_spki(&w, &pub);
		e = w.full ? JM_SPACE
			   : vc_pem_write(how->ca_dir, public_file[*written],
				 "PUBLIC KEY", der, w.len, 0, how->overwrite);
		if (e != JM_OK)
			return e;
	}
	return JM_OK;
}

static void
forget_public(
    const struct vc_issue *how, const struct vc_fill *f, size_t written)
{
	const struct jm_soft_key *const key[] = { f->upper, f->police };

	while (written-- > 0)
		if (key[written] != NULL && how->ca_dir != NULL)
			vc_pem_remove(how->ca_dir, public_file[written]);
}

static jm_err
personalise(struct vc_app *jpki, const struct use *u, enum vc_keys keys,
    const struct vc_holder *holder, time_t issued, const struct vc_issue *how)
{
	struct vc_hierarchy *h;
	jm_err e;

	if ((h = calloc(1, sizeof *h)) == NULL)
		return JM_NOMEM;
	h->keys = keys;
	if (!u->sign && how->auth_key != NULL &&
	    (e = vc_issue_key(how->auth_key, &h->key)) != JM_OK)
		goto out;
	e = vc_hierarchy_make(h, u->sign, holder, issued, how->size_hint);
	if (e != JM_OK ||
	    (e = vc_fill_bytes(jpki, u->cert, h->leaf.der, h->leaf.len)) !=
		JM_OK ||
	    (e = vc_fill_bytes(jpki, u->ca, h->ca.der, h->ca.len)) != JM_OK ||
	    (e = vc_fill_key(jpki, u->key, h->key)) != JM_OK)
		goto out;
	e = write_ca(how, u, h);
out:
	vc_hierarchy_free(&h);
	return e;
}

/* Everything that a new card holds; its files of CAs are gone when it fails. */
static jm_err
fill(struct vc_card *card, const struct vc_issue *how,
    const struct vc_holder *holder, struct vc_fill *f)
{
	time_t issued = how->issued != 0 ? how->issued : time(NULL);
	struct vc_app *jpki = find_app(card, "jpki");
	size_t done = 0, written = 0;
	jm_err e;

	if ((e = vc_fill_start(f, holder, how, issued)) != JM_OK)
		return e;
	if (card->id_len == 0) { /* an authority gives one */
		if ((e = jm_random(card->id, CARD_ID_LEN)) != JM_OK)
			return e;
		card->id_len = CARD_ID_LEN;
	}
	if (jpki != NULL && (e = set_pins(jpki, how)) != JM_OK)
		return e;
	if ((e = vc_fill_card(f, card)) != JM_OK)
		return e;
	if (card->par.holder_pins != VC_PINS_USABLE &&
	    (e = take_pins(card)) != JM_OK)
		return e;
	for (; jpki != NULL && done < NELEM(uses); done++) {
		e = personalise(jpki, &uses[done], card->profile->keys, holder,
		    issued, how);
		if (e != JM_OK)
			goto out;
	}
	e = write_public(how, f, &written);
out:
	while (e != JM_OK && done > 0)
		forget_ca(how, &uses[--done]);
	if (e != JM_OK)
		forget_public(how, f, written);
	return e;
}

jm_err
vc_create(const char *image, const struct vc_issue *how)
{
	const char *name =
	    how->profile != NULL ? how->profile : "mynumber-2016";
	const struct vc_profile *profile = vc_profile_find(name);
	struct vc_card *card = NULL;
	struct vc_pki *pki = NULL;
	struct vc_holder holder;
	struct vc_fill f;
	enum vc_life life;
	int empty;
	jm_err e;

	if (profile == NULL) {
		jm_log(JM_LOG_ERROR, "%s: no such profile", name);
		return JM_ARG;
	}
	if ((e = vc_holder_check(&how->holder, &holder)) != JM_OK)
		return e;
	/* What costs nothing is refused before keys are made. */
	if (!how->overwrite && access(image, F_OK) == 0)
		return JM_IO;
	if ((e = vc_issue_keys_check(profile, how)) != JM_OK ||
	    (e = vc_issue_check(profile, how, &pki, &life)) != JM_OK)
		return e;
	/* Contents come later, or are others. */
	empty = life == VC_MANUFACTURED || vc_issue_is_operator(profile);
	memset(&f, 0, sizeof f);
	if ((e = vc_card_new(profile, &card)) != JM_OK ||
	    (e = all_params(card, how)) != JM_OK ||
	    (e = keys_have_a_place(card, how, empty)) != JM_OK ||
	    (e = vc_issue_trust(card, how, pki, life)) != JM_OK ||
	    (!empty && (e = fill(card, how, &holder, &f)) != JM_OK))
		goto out;
	e = vc_image_create(card, image, how->overwrite);
	if (e != JM_OK && !empty) {
		for (size_t i = 0; i < NELEM(uses); i++)
			forget_ca(how, &uses[i]);
		forget_public(how, &f, NELEM(public_file));
	}
out:
	vc_fill_clear(&f);
	vc_close(&card);
	vc_pki_free(&pki);
	return e;
}
