/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wipe.h"
#include "vcard/vc_card.h"
#include "vcard/vc_issue_trust.h"
#include "vcard/vc_person.h"

#define SERIAL_LEN 16

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

static struct vc_file *
find(struct vc_card *card, unsigned id)
{
	for (size_t a = 0; a < card->app_count; a++) {
		struct vc_app *app = &card->app[a];

		if (strcmp(app->def->name, "jpki") != 0)
			continue;
		for (size_t i = 0; i < app->def->file_count; i++)
			if (app->def->files[i].id == id)
				return &app->file[i];
	}
	return NULL;
}

static jm_err
set_pin(struct vc_card *card, unsigned id, const void *value, size_t len)
{
	struct vc_file *f = find(card, id);

	if (f == NULL)
		return JM_OK; /* a profile without this PIN */
	if (!vc_pin_form_ok(f->def, value, len, VC_CHANGE_FORM)) {
		jm_log(
		    JM_LOG_ERROR, "the %s cannot have this form", f->def->name);
		return JM_ARG;
	}
	memcpy(f->pin, value, len);
	f->pin_len = len;
	f->tries = f->def->tries;
	return JM_OK;
}

static jm_err
set_pins(struct vc_card *card, const struct vc_issue *how)
{
	const char *auth = how->auth_pin != NULL ? how->auth_pin : "1234";
	const char *sign = how->sign_pin != NULL ? how->sign_pin : "ABC123";
	uint8_t nobody_knows[VC_PIN_MAX];
	jm_err e;

	if ((e = set_pin(card, 0x0018, auth, strlen(auth))) != JM_OK ||
	    (e = set_pin(card, 0x001b, sign, strlen(sign))) != JM_OK)
		return e;
	if ((e = jm_random(nobody_knows, sizeof nobody_knows)) == JM_OK)
		e = set_pin(card, 0x0010, nobody_knows, sizeof nobody_knows);
	jm_wipe(nobody_knows, sizeof nobody_knows);
	return e;
}

static jm_err
put(struct vc_file *f, const uint8_t *data, size_t len)
{
	if (f == NULL)
		return JM_OK;
	if ((f->data = malloc(len)) == NULL)
		return JM_NOMEM;
	memcpy(f->data, data, len);
	f->len = len;
	return f->def->kind == VC_KEY ? vc_file_load_key(f) : JM_OK;
}

static jm_err
put_key(struct vc_file *f, const struct jm_soft_key *key)
{
	uint8_t *der;
	size_t len;
	jm_err e;

	if ((der = malloc(JM_SOFT_KEY_DER_MAX)) == NULL)
		return JM_NOMEM;
	if ((e = jm_soft_key_save(key, der, &len)) == JM_OK)
		e = put(f, der, len);
	jm_free_secret(der, JM_SOFT_KEY_DER_MAX);
	return e;
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

static jm_err
personalise(struct vc_card *card, const struct use *u,
    const struct vc_holder *holder, time_t issued, const struct vc_issue *how)
{
	struct vc_hierarchy *h;
	jm_err e;

	if ((h = calloc(1, sizeof *h)) == NULL)
		return JM_NOMEM;
	h->keys = card->profile->keys;
	e = vc_hierarchy_make(h, u->sign, holder, issued, how->size_hint);
	if (e != JM_OK ||
	    (e = put(find(card, u->cert), h->leaf.der, h->leaf.len)) != JM_OK ||
	    (e = put(find(card, u->ca), h->ca.der, h->ca.len)) != JM_OK ||
	    (e = put_key(find(card, u->key), h->key)) != JM_OK)
		goto out;
	e = write_ca(how, u, h);
out:
	vc_hierarchy_free(&h);
	return e;
}

jm_err
vc_create(const char *image, const struct vc_issue *how)
{
	const char *name =
	    how->profile != NULL ? how->profile : "mynumber-2016";
	const struct vc_profile *profile = vc_profile_find(name);
	time_t issued = how->issued != 0 ? how->issued : time(NULL);
	struct vc_card *card = NULL;
	struct vc_pki *pki = NULL;
	struct vc_holder holder;
	enum vc_life life;
	size_t done = 0;
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
	if ((e = vc_issue_check(profile, how, &pki, &life)) != JM_OK)
		return e;
	/* Contents come later, or are others. */
	empty = life == VC_MANUFACTURED || vc_issue_is_operator(profile);
	if ((e = vc_card_new(profile, &card)) != JM_OK ||
	    (e = all_params(card, how)) != JM_OK ||
	    (e = vc_issue_trust(card, how, pki, life)) != JM_OK ||
	    (!empty && (e = set_pins(card, how)) != JM_OK))
		goto out;
	for (; !empty && done < NELEM(uses); done++) {
		e = personalise(card, &uses[done], &holder, issued, how);
		if (e != JM_OK)
			goto out;
	}
	e = vc_image_create(card, image, how->overwrite);
out:
	while (e != JM_OK && done > 0)
		forget_ca(how, &uses[--done]);
	vc_close(&card);
	vc_pki_free(&pki);
	return e;
}
