/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/cert.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/b64.h"
#include "objects/ident.h"
#include "tools/jumin/ask.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

#define PEM_LINE 64 /* characters of a line, RFC 7468 */

int
cli_cert_word(const char *word, enum jm_cert_id *out)
{
	char plain[64];

	for (int i = 0; i < JM_CERTS; i++) {
		*out = (enum jm_cert_id)i;
		if (strcmp(word, jm_ident_cert_name(*out)) == 0)
			return EX_OK;
	}
	*out = JM_CERT_AUTH;
	return cli_fail(EX_USAGE, _("it is auth, sign, auth-ca or sign-ca"),
	    _("there is no certificate '%s'"),
	    cli_plain(word, plain, sizeof plain));
}

const char *
cli_cert_title(enum jm_cert_id id)
{
	switch (id) {
	case JM_CERT_AUTH: return _("JPKI Authentication");
	case JM_CERT_SIGN: return _("JPKI Signature");
	case JM_CERT_AUTH_CA: return _("JPKI Authentication CA");
	case JM_CERT_SIGN_CA: return _("JPKI Signature CA");
	}
	return "?";
}

int
cli_cert_failed(enum jm_cert_id id, jm_err e)
{
	if (e == JM_NOT_FOUND)
		return cli_fail(EX_FAIL, NULL,
		    _("this card has no certificate %s"), cli_cert_title(id));
	return cli_fail_err(e, cli_cert_title(id));
}

static int
get_with_pin(const struct cli_args *a, struct cli_session *s,
    enum jm_cert_id id, const struct jm_cert **out)
{
	const enum jm_pair pair = jm_ident_cert_pair(id);
	struct cli_line pin;
	int code, tries = -1;
	jm_err e;

	if (id == JM_CERT_AUTH) /* most cards show it to everybody */
		cli_note(_("this card shows the certificate %s only after its "
			   "PIN"),
		    cli_cert_title(id));
	if ((code = cli_ask_pin(a, s->token, jm_pair_pin(pair), &pin)) != EX_OK)
		goto out;
	e = jm_token_cert_with_pin(
	    s->token, id, pin.text, pin.len, &tries, out);
	if (cli_exit_code(e) == EX_PIN)
		code = cli_pin_failed(s->token, jm_pair_pin(pair), e, tries);
	else if (e != JM_OK)
		code = cli_cert_failed(id, e);
out:
	cli_line_wipe(&pin);
	return code;
}

int
cli_cert_get(const struct cli_args *a, struct cli_session *s,
    enum jm_cert_id id, const struct jm_cert **out)
{
	int code;
	jm_err e;

	*out = NULL;
	if (id == JM_CERT_AUTH || id == JM_CERT_SIGN) {
		code = cli_need_pair(s, jm_ident_cert_pair(id));
		if (code != EX_OK)
			return code;
	}
	e = jm_token_cert(s->token, id, out);
	if (e == JM_NEED_PIN)
		return get_with_pin(a, s, id, out);
	return e == JM_OK ? EX_OK : cli_cert_failed(id, e);
}

jm_err
cli_pem(const char *label, const uint8_t *der, size_t len, char **out,
    size_t *out_len)
{
	const size_t b64_len = JM_B64_LEN(len);
	struct cli_buf text = { .len = 0 };
	char *b64;
	jm_err e;

	*out = NULL;
	*out_len = 0;
	if ((b64 = malloc(b64_len + 1)) == NULL)
		return JM_NOMEM;
	if ((e = jm_b64_encode(der, len, b64, b64_len + 1)) != JM_OK)
		goto out;
	cli_buf_add(&text, "-----BEGIN %s-----\n", label);
	for (size_t i = 0; i < b64_len; i += PEM_LINE)
		cli_buf_add(&text, "%.*s\n", PEM_LINE, b64 + i);
	cli_buf_add(&text, "-----END %s-----\n", label);
	*out_len = text.len;
	if ((*out = cli_buf_take(&text)) == NULL) {
		*out_len = 0;
		e = JM_NOMEM;
	}
out:
	free(b64);
	return e;
}

void
cli_cert_warn_time(const struct jm_cert *c)
{
	const time_t now = time(NULL);
	char text[CLI_TIME_MAX];

	if (now > c->not_after)
		cli_warn(_("the certificate expired on %s"),
		    cli_time_text(c->not_after, text));
	else if (now < c->not_before)
		cli_warn(_("the certificate is not valid before %s"),
		    cli_time_text(c->not_before, text));
}
