/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/nym_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/wipe.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

int
cli_vault_head(const char *path, struct nym_vault_ref *out)
{
	const jm_err e = nym_vault_head(path, out);
	char plain[NYM_VAULT_PATH_MAX];

	cli_plain(path, plain, sizeof plain);
	if (e == JM_NOT_FOUND)
		return cli_fail(
		    EX_FAIL, NULL, _("%s: there is no such file"), plain);
	if (e == JM_DAMAGED)
		return cli_fail(EX_FAIL, NULL,
		    _("%s: this is no vault, or it is damaged"), plain);
	return e == JM_OK ? EX_OK : cli_fail_err(e, plain);
}

static int
card_cert(struct cli_nym_use *u, const struct jm_cert **out)
{
	const jm_err e = jm_token_cert(u->s.token, JM_CERT_AUTH, out);

	return e == JM_OK ? EX_OK : cli_fail_err(e, NULL);
}

int
cli_vault_of_card(struct cli_nym_use *u, struct nym_vault_ref *out, int *found)
{
	const struct jm_cert *c;
	int code, damaged;
	jm_err e;

	*found = 0;
	if ((code = card_cert(u, &c)) != EX_OK)
		return code;
	e = nym_vault_find(c->der, c->der_len, out, &damaged);
	*found = e == JM_OK;
	return e == JM_OK || e == JM_NOT_FOUND ? EX_OK
					       : cli_nym_failed(u, e, -1);
}

int
cli_vault_is_of_card(
    struct cli_nym_use *u, const struct nym_vault_ref *ref, int *is)
{
	uint8_t hint[NYM_HINT_LEN];
	const struct jm_cert *c;
	int code;
	jm_err e;

	*is = 0;
	if ((code = card_cert(u, &c)) != EX_OK)
		return code;
	e = nym_vault_hint(ref->id, c->der, c->der_len, hint);
	if (e != JM_OK)
		return cli_fail_err(e, NULL);
	*is = memcmp(hint, ref->hint, sizeof hint) == 0;
	return EX_OK;
}

/* --- in the folder ---------------------------------------------------------
 */

struct look {
	char folder[JM_FOLDER_PATH_MAX];
	const struct jm_cert *cert;
	struct nym_vault_ref own, other;
	size_t n_own, n_other;
};

static int
ends(const char *name, const char *tail)
{
	const size_t len = strlen(name), n = strlen(tail);

	return len >= n && strcmp(name + len - n, tail) == 0;
}

static jm_err
look_at(int folder, const char *name, void *arg)
{
	char path[NYM_VAULT_PATH_MAX];
	uint8_t hint[NYM_HINT_LEN];
	struct look *l = arg;
	struct nym_vault_ref ref;
	int n;
	jm_err e;

	(void)folder;
	if (!ends(name, ".vault"))
		return JM_OK;
	n = snprintf(path, sizeof path, "%s/%s", l->folder, name);
	if (n < 0 || (size_t)n >= sizeof path ||
	    nym_vault_head(path, &ref) != JM_OK)
		return JM_OK; /* one that is damaged has to be named */
	if ((e = nym_vault_hint(
		 ref.id, l->cert->der, l->cert->der_len, hint)) != JM_OK)
		return e;
	if (memcmp(hint, ref.hint, sizeof hint) == 0) {
		l->own = ref;
		l->n_own++;
	} else {
		l->other = ref;
		l->n_other++;
	}
	return JM_OK;
}

static int
say_none(int own, size_t others)
{
	char plain[NYM_VAULT_PATH_MAX];

	cli_nym_folder(plain);
	if (others > 0)
		return cli_fail(EX_USAGE, _("name one of the files"),
		    _("%s: there are vaults of several cards"), plain);
	return cli_fail(EX_FAIL, NULL,
	    own ? _("%s: there is no vault")
		: _("%s: there is no vault of another card"),
	    plain);
}

int
cli_vault_look(struct cli_nym_use *u, int own, struct nym_vault_ref *out)
{
	struct look *l = calloc(1, sizeof *l);
	int code, fd;
	jm_err e;

	if (l == NULL)
		return cli_fail_err(JM_NOMEM, NULL);
	if ((code = card_cert(u, &l->cert)) != EX_OK)
		goto out;
	if ((e = jm_folder_path(JM_FOLDER_NYM, l->folder)) == JM_OK &&
	    (e = jm_folder_open(JM_FOLDER_NYM, 0, &fd)) == JM_OK) {
		e = jm_folder_each(fd, look_at, l);
		jm_folder_close(fd);
	}
	*out = own && l->n_own > 0 ? l->own : l->other;
	if (e != JM_OK && e != JM_NOT_FOUND)
		code = cli_nym_failed(u, e, -1);
	else if (!(own && l->n_own > 0) && l->n_other != 1)
		code = say_none(own, l->n_other);
out:
	free(l);
	return code;
}

int
cli_vault_open_code(const struct cli_args *a, const struct nym_vault_ref *ref,
    struct nym_vault **out)
{
	char plain[NYM_VAULT_PATH_MAX];
	uint8_t code[NYM_CODE_LEN];
	int status;
	jm_err e;

	*out = NULL;
	if ((status = cli_nym_ask_code(a, code)) != EX_OK)
		goto out;
	e = nym_vault_open_code(ref, code, out);
	cli_plain(ref->path, plain, sizeof plain);
	if (e == JM_CODE)
		status = cli_fail(EX_PIN,
		    _("every vault has a code of its own, and a new one after "
		      "recover, renew finish and reset --new-secret"),
		    "%s: %s", plain, _(jm_strerror(e)));
	else if (e != JM_OK)
		status = cli_fail_err(e, plain);
out:
	jm_wipe(code, sizeof code);
	return status;
}

size_t
cli_vault_services(const struct nym_vault *v, size_t *carried)
{
	struct nym_entry e;
	size_t n = 0;

	*carried = 0;
	for (size_t i = 0; i < nym_vault_len(v); i++) {
		nym_vault_at(v, i, &e);
		if (e.state != NYM_REGISTERED)
			continue;
		n++;
		*carried += e.carried != 0;
	}
	return n;
}
