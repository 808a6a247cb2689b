/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The operator's key in a token (a TPM, a security module): the token makes the
 * HMAC, the key does not leave it.  One token has to fit the URI, by its name
 * or number, and one key of it; that token alone is logged in to, once, with a
 * PIN that is never taken from the URI.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include "base/wipe.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"
#include "tools/jumin/site_key.h"
#include "tools/term/prompt.h"

#define SLOTS_MAX 64

struct key {
	CK_FUNCTION_LIST *module;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE object;
};

static int
fail_rv(const char *what, CK_RV rv)
{
	return cli_fail(
	    EX_FAIL, NULL, _("site key: %s: %s"), what, p11_kit_strerror(rv));
}

/* Which modules: the one the URI names by its file, else the configured. */
static CK_FUNCTION_LIST **
load(P11KitUri *uri)
{
	const char *path = p11_kit_uri_get_module_path(uri);
	CK_FUNCTION_LIST **list;

	if (path == NULL)
		return p11_kit_modules_load_and_initialize(
		    P11_KIT_MODULE_UNMANAGED);
	if ((list = calloc(2, sizeof(CK_FUNCTION_LIST *))) == NULL)
		return NULL;
	list[0] = p11_kit_module_load(path, P11_KIT_MODULE_UNMANAGED);
	if (list[0] != NULL && p11_kit_module_initialize(list[0]) == CKR_OK)
		return list;
	if (list[0] != NULL)
		p11_kit_module_release(list[0]);
	free(list);
	return NULL;
}

static void
unload(P11KitUri *uri, CK_FUNCTION_LIST **list)
{
	if (list == NULL)
		return;
	if (p11_kit_uri_get_module_path(uri) == NULL) {
		p11_kit_modules_finalize_and_release(list);
		return;
	}
	(void)p11_kit_module_finalize(list[0]);
	p11_kit_module_release(list[0]);
	free(list);
}

static int
site_pin(const struct cli_args *a, const char *token, struct cli_line *pin)
{
	char plain[64], *question;
	jm_err e = JM_NOMEM;
	int64_t fd;

	if (cli_has(a, CLI_SITE_PIN_FD)) {
		if (cli_number(a->value[CLI_SITE_PIN_FD], INT_MAX, &fd) != 0)
			return cli_fail(EX_USAGE, _("see: jumin --help"),
			    _("--site-pin-fd needs the number of a file "
			      "descriptor"));
		e = cli_read_line((int)fd, pin);
	} else {
		question = cli_text(_("PIN of the site key's token %s: "),
		    cli_plain(token, plain, sizeof plain));
		if (question != NULL)
			e = cli_prompt(question, 0, pin);
		free(question);
	}
	return e == JM_OK ? EX_OK
			  : cli_fail(EX_PIN,
				_("a program hands it over by --site-pin-fd N"),
				_("there is no PIN for the site key's token"));
}

static int
login(const struct cli_args *a, const struct key *k, const CK_TOKEN_INFO *info)
{
	char label[sizeof info->label + 1];
	struct cli_line pin = { 0 };
	int code = EX_OK;
	CK_RV rv;

	if (!(info->flags & CKF_LOGIN_REQUIRED))
		return EX_OK;
	memcpy(label, info->label, sizeof info->label);
	label[p11_kit_space_strlen(info->label, sizeof info->label)] = '\0';
	if ((code = site_pin(a, label, &pin)) == EX_OK) {
		rv = k->module->C_Login(k->session, CKU_USER,
		    (CK_UTF8CHAR_PTR)pin.text, (CK_ULONG)pin.len);
		if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED ||
		    rv == CKR_PIN_LEN_RANGE)
			code = cli_fail(EX_PIN, NULL, _("site key: %s"),
			    p11_kit_strerror(rv));
		else if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN)
			code = fail_rv("C_Login", rv);
	}
	cli_line_wipe(&pin);
	return code;
}

/* *found: how many fit, up to two. */
static CK_RV
find(struct key *k, P11KitUri *uri, CK_ULONG *found)
{
	CK_OBJECT_CLASS class = CKO_SECRET_KEY;
	CK_ATTRIBUTE want[8] = { { CKA_CLASS, &class, sizeof class } };
	CK_OBJECT_HANDLE object[2];
	CK_ATTRIBUTE *named;
	CK_ULONG n = 1, n_named = 0;
	CK_RV rv;

	*found = 0;
	named = p11_kit_uri_get_attributes(uri, &n_named);
	for (CK_ULONG i = 0; i < n_named && n < NELEM(want); i++)
		if (named[i].type != CKA_CLASS)
			want[n++] = named[i];
	if ((rv = k->module->C_FindObjectsInit(k->session, want, n)) != CKR_OK)
		return rv;
	rv = k->module->C_FindObjects(k->session, object, 2, found);
	(void)k->module->C_FindObjectsFinal(k->session);
	if (rv == CKR_OK && *found > 0)
		k->object = object[0];
	return rv;
}

/* A token is named by what is its own.  Where any token would do, the PIN would
 * go to the next best one: a person's card lies in a reader here. */
static int
names_token(P11KitUri *uri)
{
	const CK_TOKEN_INFO *want = p11_kit_uri_get_token_info(uri);

	return want->label[0] != 0 || want->serialNumber[0] != 0;
}

struct place {
	CK_FUNCTION_LIST *module;
	CK_SLOT_ID slot;
	CK_TOKEN_INFO info;
};

/* Where the tokens are that the URI means; how many, up to two. */
static size_t
find_tokens(P11KitUri *uri, CK_FUNCTION_LIST **list, struct place *first)
{
	CK_SLOT_ID slot[SLOTS_MAX];
	CK_TOKEN_INFO info;
	size_t found = 0;
	CK_ULONG n;

	for (; list != NULL && *list != NULL; list++) {
		n = SLOTS_MAX;
		if ((*list)->C_GetSlotList(CK_TRUE, slot, &n) != CKR_OK)
			continue;
		for (CK_ULONG i = 0; i < n; i++) {
			if ((*list)->C_GetTokenInfo(slot[i], &info) != CKR_OK ||
			    !(info.flags & CKF_TOKEN_INITIALIZED) ||
			    !p11_kit_uri_match_token_info(uri, &info))
				continue;
			if (found++ > 0)
				return found;
			*first = (struct place){ *list, slot[i], info };
		}
	}
	return found;
}

/* The one key of the one token. */
static int
find_key(const struct cli_args *a, P11KitUri *uri, CK_FUNCTION_LIST **list,
    struct key *k)
{
	struct place at = { 0 };
	const size_t tokens = find_tokens(uri, list, &at);
	CK_ULONG found = 0;
	int code;
	CK_RV rv;

	if (tokens > 1)
		return cli_fail(EX_FAIL, _("name it by token= and serial="),
		    _("several tokens fit --site-key"));
	if (tokens == 0)
		goto none;
	k->module = at.module;
	rv = k->module->C_OpenSession(
	    at.slot, CKF_SERIAL_SESSION, NULL, NULL, &k->session);
	if (rv != CKR_OK)
		return fail_rv("C_OpenSession", rv);
	if ((code = login(a, k, &at.info)) == EX_OK &&
	    (rv = find(k, uri, &found)) != CKR_OK)
		code = fail_rv("C_FindObjects", rv);
	if (code == EX_OK && found == 1)
		return EX_OK;
	(void)k->module->C_CloseSession(k->session);
	if (code != EX_OK)
		return code;
	if (found > 1)
		return cli_fail(EX_FAIL, _("name it by object= or id="),
		    _("several keys fit --site-key"));
none:
	return cli_fail(EX_FAIL, _("see: p11tool --list-tokens"),
	    _("no key fits --site-key"));
}

static int
sign(const struct key *k, const uint8_t *msg, size_t len, uint8_t *out)
{
	CK_MECHANISM hmac = { CKM_SHA256_HMAC, NULL, 0 };
	CK_BYTE text[NYM_SITE_MSG], mac[64];
	CK_ULONG mac_len = sizeof mac;
	int code = EX_OK;
	CK_RV rv;

	if (len > sizeof text)
		return cli_fail_err(JM_ARG, NULL);
	memcpy(text, msg, len);
	if ((rv = k->module->C_SignInit(k->session, &hmac, k->object)) !=
	    CKR_OK)
		code = fail_rv("C_SignInit (CKM_SHA256_HMAC)", rv);
	else if ((rv = k->module->C_Sign(k->session, text, (CK_ULONG)len, mac,
		      &mac_len)) != CKR_OK)
		code = fail_rv("C_Sign", rv);
	else if (mac_len != NYM_L_LEN)
		code = fail_rv("C_Sign", CKR_DEVICE_ERROR);
	else
		memcpy(out, mac, NYM_L_LEN);
	jm_wipe(mac, sizeof mac);
	return code;
}

int
cli_site_hmac(const struct cli_args *a, const char *where, const uint8_t *msg,
    size_t len, uint8_t out[NYM_L_LEN])
{
	CK_FUNCTION_LIST **list = NULL;
	P11KitUri *uri = p11_kit_uri_new();
	struct key k = { 0 };
	int code;

	if (uri == NULL)
		return cli_fail_err(JM_NOMEM, NULL);
	if (p11_kit_uri_parse(where, P11_KIT_URI_FOR_ANY, uri) !=
		P11_KIT_URI_OK ||
	    p11_kit_uri_any_unrecognized(uri)) {
		code = cli_fail(EX_USAGE,
		    _("as RFC 7512 has it: "
		      "pkcs11:token=NAME;object=NAME"),
		    _("--site-key is no PKCS#11 URI"));
		goto out;
	}
	if (!names_token(uri)) {
		code = cli_fail(EX_USAGE,
		    _("as RFC 7512 has it: "
		      "pkcs11:token=NAME;object=NAME"),
		    _("--site-key names no token"));
		goto out;
	}
	if (p11_kit_uri_get_pin_value(uri) != NULL ||
	    p11_kit_uri_get_pin_source(uri) != NULL) {
		code = cli_fail(EX_USAGE, _("give it by --site-pin-fd N"),
		    _("a PIN in --site-key can be seen by other programs"));
		goto out;
	}
	list = load(uri);
	code = find_key(a, uri, list, &k);
	if (code == EX_OK && k.module != NULL) {
		code = sign(&k, msg, len, out);
		(void)k.module->C_CloseSession(k.session);
	}
	unload(uri, list);
out:
	p11_kit_uri_free(uri);
	return code;
}
