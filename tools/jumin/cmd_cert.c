/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin cert show|export */
#include <stdlib.h>

#include "objects/ident.h"
#include "tools/jumin/cert.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/files.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/json.h"
#include "tools/jumin/out.h"

#define NAME_MAX_TEXT 1024
#define HEX_MAX       (3 * 32)

struct texts {
	char subject[NAME_MAX_TEXT], issuer[NAME_MAX_TEXT], serial[128];
	char fingerprint[HEX_MAX];
};

/* The X.509 names of key usages; not translated, they are standard terms. */
static const struct {
	int bit;
	const char *name;
} usages[] = {
	{ JM_KU_DIGITAL_SIGNATURE, "digitalSignature" },
	{ JM_KU_NON_REPUDIATION, "nonRepudiation" },
	{ JM_KU_KEY_CERT_SIGN, "keyCertSign" },
	{ JM_KU_CRL_SIGN, "cRLSign" },
};

static jm_err
fill(const struct jm_cert *c, struct texts *t)
{
	uint8_t fp[32];
	jm_err e;

	if ((e = jm_cert_fingerprint(c, fp)) != JM_OK)
		return e;
	for (size_t i = 0; i < sizeof fp; i++)
		snprintf(t->fingerprint + 3 * i, 4, "%02X%s", fp[i],
		    i + 1 < sizeof fp ? ":" : "");
	jm_cert_subject_text(c, t->subject, sizeof t->subject);
	jm_cert_issuer_text(c, t->issuer, sizeof t->issuer);
	jm_cert_serial_text(c, t->serial, sizeof t->serial);
	return JM_OK;
}

static const char *
curve(const struct jm_cert *c)
{
	static const char *const names[] = {
		[JM_P256] = "P-256",
		[JM_P384] = "P-384",
	};

	return names[c->ec.curve];
}

static void
show_people(enum jm_cert_id id, const struct jm_cert *c, const struct texts *t)
{
	const int w = 13;
	char time_text[CLI_TIME_MAX], list[128] = "";
	size_t n = 0;

	cli_field(0, w, _("Certificate"), "%s", cli_cert_title(id));
	cli_field(0, w, _("Subject"), "%s", t->subject);
	cli_field(0, w, _("Issuer"), "%s", t->issuer);
	cli_field(0, w, _("Serial number"), "%s", t->serial);
	cli_field(0, w, _("Valid from"), "%s",
	    cli_time_text(c->not_before, time_text));
	cli_field(0, w, _("Valid until"), "%s",
	    cli_time_text(c->not_after, time_text));
	if (c->rsa.n_len > 0)
		cli_field(0, w, _("Key"), _("RSA, %u bits"), c->rsa.bits);
	else if (c->ec.point_len > 0)
		cli_field(0, w, _("Key"), _("elliptic curve, %s"), curve(c));
	else
		cli_field(0, w, _("Key"), "%s", _("of another kind"));
	for (size_t i = 0; i < NELEM(usages) && c->key_usage > 0; i++)
		if (c->key_usage & usages[i].bit)
			n += (size_t)snprintf(list + n, sizeof list - n, "%s%s",
			    n > 0 ? ", " : "", usages[i].name);
	if (n > 0)
		cli_field(0, w, _("Key usage"), "%s", list);
	cli_field(0, w, "SHA-256", "%s", t->fingerprint);
}

static int
show_json(enum jm_cert_id id, const struct jm_cert *c, const struct texts *t)
{
	char time_text[CLI_TIME_MAX];
	struct cli_json j;

	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_str(&j, "certificate", jm_ident_cert_name(id));
	cli_json_str(&j, "subject", t->subject);
	cli_json_str(&j, "issuer", t->issuer);
	cli_json_str(&j, "serial", t->serial);
	cli_json_str(&j, "not_before", cli_time_iso(c->not_before, time_text));
	cli_json_str(&j, "not_after", cli_time_iso(c->not_after, time_text));
	if (c->rsa.n_len > 0) {
		cli_json_str(&j, "key_type", "RSA");
		cli_json_int(&j, "key_bits", c->rsa.bits);
	} else if (c->ec.point_len > 0) {
		cli_json_str(&j, "key_type", "EC");
		cli_json_str(&j, "key_curve", curve(c));
		cli_json_int(&j, "key_bits", jm_curve_bits(c->ec.curve));
	} else {
		cli_json_str(&j, "key_type", "other");
	}
	cli_json_array(&j, "key_usage");
	for (size_t i = 0; i < NELEM(usages) && c->key_usage > 0; i++)
		if (c->key_usage & usages[i].bit)
			cli_json_str(&j, NULL, usages[i].name);
	cli_json_close(&j);
	cli_json_bool(&j, "ca", c->is_ca);
	cli_json_str(&j, "sha256", t->fingerprint);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

int
cli_cert_show(const struct cli_args *a, const char *const *word)
{
	struct cli_session s = { 0 };
	const struct jm_cert *c;
	struct texts *t = NULL;
	enum jm_cert_id id;
	int code;
	jm_err e;

	if ((code = cli_cert_word(word[0], &id)) != EX_OK ||
	    (code = cli_session_open(a, &s)) != EX_OK ||
	    (code = cli_cert_get(a, &s, id, &c)) != EX_OK)
		goto out;
	if ((t = calloc(1, sizeof *t)) == NULL)
		e = JM_NOMEM;
	else
		e = fill(c, t);
	if (e != JM_OK) {
		code = cli_fail_err(e, NULL);
		goto out;
	}
	if (cli_has(a, CLI_JSON))
		code = show_json(id, c, t);
	else
		show_people(id, c, t);
	cli_cert_warn_time(c);
out:
	free(t);
	cli_session_close(&s);
	return code;
}

/* The signature certificate says where its holder lives. */
static int
is_personal(enum jm_cert_id id)
{
	return id == JM_CERT_SIGN;
}

int
cli_cert_export(const struct cli_args *a, const char *const *word)
{
	const int der = cli_has(a, CLI_DER);
	struct cli_session s = { 0 };
	const struct jm_cert *c;
	enum jm_cert_id id;
	char *pem = NULL;
	size_t pem_len;
	int code;
	jm_err e;

	if (der && cli_has(a, CLI_PEM))
		return cli_fail(EX_USAGE, NULL,
		    _("only one of %s and %s can be given"), "--pem", "--der");
	if ((code = cli_cert_word(word[0], &id)) != EX_OK ||
	    (code = cli_file_check(a, der ? CLI_BINARY : CLI_TEXT)) != EX_OK ||
	    (code = cli_session_open(a, &s)) != EX_OK ||
	    (code = cli_cert_get(a, &s, id, &c)) != EX_OK)
		goto out;
	if (is_personal(id))
		cli_note(_("this certificate holds your name, address, date of "
			   "birth and sex"));
	if (der) {
		code = cli_file_write(a, c->der, c->der_len, is_personal(id));
		goto out;
	}
	if ((e = cli_pem("CERTIFICATE", c->der, c->der_len, &pem, &pem_len)) !=
	    JM_OK) {
		code = cli_fail_err(e, NULL);
		goto out;
	}
	code = cli_file_write(a, pem, pem_len, is_personal(id));
out:
	free(pem);
	cli_session_close(&s);
	return code;
}
