/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making an authority's folder. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wipe.h"
#include "vcard/vc_authority_file.h"
#include "vcard/vc_text.h"

#define YEARS 10

static jm_err
take_name(char out[JM_CVC_ID_MAX + 1], const char *given, const char *usual)
{
	const char *name = given != NULL ? given : usual;

	/* "-" is nobody in a card's log. */
	if (!vc_id_ok((const uint8_t *)name, strlen(name)) ||
	    strcmp(name, "-") == 0) {
		jm_log(
		    JM_LOG_ERROR, "%s: not a name of 1 to 16 characters", name);
		return JM_ARG;
	}
	memcpy(out, name, strlen(name) + 1);
	return JM_OK;
}

static jm_err
make_terminal(const struct vc_pki *pki, enum jm_cvc_role role,
    const char *last_day, struct vc_terminal *t)
{
	jm_err e;

	if ((e = jm_soft_key_new_ec(JM_P256, &t->key)) != JM_OK)
		return e;
	return vc_pki_certify(
	    pki, role, t->id, 0, last_day, t->key, t->cvc, &t->cvc_len);
}

static jm_err
make_keys(struct vc_pki *pki, const struct vc_pki_names *names)
{
	const time_t now = names->now != 0 ? names->now : time(NULL);
	char last_day[8 + 1];
	jm_err e;

	vc_pki_day(now, YEARS, last_day);
	if ((e = take_name(pki->id, names->id, "JUMIN-TEST")) != JM_OK ||
	    (e = take_name(pki->issuer.id, names->issuer, "ISSUER-1")) !=
		JM_OK ||
	    (e = take_name(pki->counter.id, names->counter, "COUNTER-1")) !=
		JM_OK)
		return e;
	if ((e = jm_soft_key_new_ec(JM_P256, &pki->root)) != JM_OK ||
	    (e = jm_soft_key_ec_pub(pki->root, &pki->root_pub)) != JM_OK ||
	    (e = make_terminal(pki, JM_CVC_ISSUER, last_day, &pki->issuer)) !=
		JM_OK ||
	    (e = make_terminal(pki, JM_CVC_COUNTER, last_day, &pki->counter)) !=
		JM_OK)
		return e;
	return jm_random(pki->master, sizeof pki->master);
}

static jm_err
write_all(const char *dir, const struct vc_pki *pki)
{
	const struct vc_terminal *i = &pki->issuer, *c = &pki->counter;
	jm_err e;

	if ((e = vc_pki_write_key(dir, VC_PKI_ROOT, pki->root)) != JM_OK ||
	    (e = vc_pki_write_key(dir, VC_PKI_ISSUER, i->key)) != JM_OK ||
	    (e = vc_pki_write_hex(
		 dir, VC_PKI_ISSUER_CVC, i->cvc, i->cvc_len)) != JM_OK ||
	    (e = vc_pki_write_key(dir, VC_PKI_COUNTER, c->key)) != JM_OK ||
	    (e = vc_pki_write_hex(
		 dir, VC_PKI_COUNTER_CVC, c->cvc, c->cvc_len)) != JM_OK)
		return e;
	return vc_pki_write_hex(
	    dir, VC_PKI_TRANSPORT, pki->master, sizeof pki->master);
}

jm_err
vc_pki_make(const char *dir, const struct vc_pki_names *names)
{
	static const char *const files[] = { VC_PKI_ROOT, VC_PKI_ISSUER,
		VC_PKI_ISSUER_CVC, VC_PKI_COUNTER, VC_PKI_COUNTER_CVC,
		VC_PKI_TRANSPORT };
	struct vc_pki *pki;
	int made;
	jm_err e;

	if ((pki = calloc(1, sizeof *pki)) == NULL)
		return JM_NOMEM;
	if ((e = make_keys(pki, names)) != JM_OK)
		goto out;
	made = mkdir(dir, 0700) == 0;
	if (!made && (errno != EEXIST || !vc_pki_folder_is_empty(dir))) {
		jm_log(JM_LOG_ERROR, "%s: not an empty folder", dir);
		e = JM_IO;
		goto out;
	}
	if ((e = write_all(dir, pki)) != JM_OK) {
		for (size_t i = 0; i < NELEM(files); i++)
			vc_pem_remove(dir, files[i]);
		if (made)
			rmdir(dir);
	}
out:
	vc_pki_free(&pki);
	return e;
}
