/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making an operator's card. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/wipe.h"
#include "vcard/vc_operator.h"

static struct vc_file *
find(struct vc_card *card, unsigned id)
{
	struct vc_app *app = &card->app[card->app_count - 1];

	for (size_t i = 0; i < app->def->file_count; i++)
		if (app->def == &vc_tab_operator && app->def->files[i].id == id)
			return &app->file[i];
	return NULL;
}

static jm_err
put(struct vc_file *f, const uint8_t *data, size_t len)
{
	if ((f->data = malloc(len)) == NULL)
		return JM_NOMEM;
	memcpy(f->data, data, len);
	f->len = len;
	return f->def->kind == VC_KEY ? vc_file_load_key(f) : JM_OK;
}

static jm_err
put_pin(struct vc_file *f, const char *pin)
{
	const size_t len = strlen(pin);

	if (!vc_pin_form_ok(
		f->def, (const uint8_t *)pin, len, VC_CHANGE_FORM)) {
		jm_log(
		    JM_LOG_ERROR, "the %s cannot have this form", f->def->name);
		return JM_ARG;
	}
	memcpy(f->pin, pin, len);
	f->pin_len = len;
	f->tries = f->def->tries;
	return JM_OK;
}

/* A key of the operator's own and the certificate that says what it may sign.
 */
static jm_err
put_identity(struct vc_card *card, const struct vc_pki *pki, const char *id,
    uint32_t rights, const char *last_day)
{
	struct jm_soft_key *key = NULL;
	uint8_t cvc[JM_CVC_MAX], *der = NULL;
	size_t cvc_len, der_len;
	jm_err e;

	if ((der = malloc(JM_SOFT_KEY_DER_MAX)) == NULL)
		return JM_NOMEM;
	if ((e = jm_soft_key_new_ec(JM_P256, &key)) != JM_OK ||
	    (e = jm_soft_key_save(key, der, &der_len)) != JM_OK ||
	    (e = vc_pki_certify(pki, JM_CVC_OPERATOR, id, rights, last_day, key,
		 cvc, &cvc_len)) != JM_OK ||
	    (e = put(find(card, VC_OPERATOR_KEY), der, der_len)) != JM_OK)
		goto out;
	e = put(find(card, VC_OPERATOR_CVC), cvc, cvc_len);
out:
	jm_free_secret(der, JM_SOFT_KEY_DER_MAX);
	jm_soft_key_free(&key);
	return e;
}

jm_err
vc_operator_make(struct vc_card *card, const struct vc_pki *pki,
    const struct vc_operator_spec *spec, const char *last_day)
{
	const char *type = spec->type != NULL ? spec->type : "window";
	const char *id = spec->id != NULL ? spec->id : "OPERATOR-1";
	const char *name = spec->name != NULL ? spec->name : id;
	uint8_t who[VC_OPERATOR_WHO_MAX];
	uint32_t rights;
	size_t len;
	jm_err e;

	if (find(card, VC_OPERATOR_WHO) == NULL)
		return JM_ARG;
	if (vc_operator_type(type, &rights) != JM_OK ||
	    vc_operator_who(id, name, type, who, &len) != JM_OK) {
		jm_log(JM_LOG_ERROR,
		    "not an operator's id, name or type (window, registrar, "
		    "applications, supervisor)");
		return JM_ARG;
	}
	if ((e = put_pin(find(card, VC_OPERATOR_PIN),
		 spec->pin != NULL ? spec->pin : "1234")) != JM_OK ||
	    (e = put(find(card, VC_OPERATOR_WHO), who, len)) != JM_OK)
		return e;
	return put_identity(card, pki, id, rights, last_day);
}
