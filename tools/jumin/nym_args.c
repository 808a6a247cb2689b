/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/nym_args.h"

#include <limits.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/b64url.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"
#include "tools/jumin/platform.h"
#include "tools/term/prompt.h"

#define HEX "0123456789abcdefABCDEF"

/* The name in front of an option's value, for messages. */
static const char *
option_name(enum cli_opt opt)
{
	/* clang-format off */
	static const struct { enum cli_opt opt; const char *name; } row[] = {
		{ CLI_TIME,     "--time" },     { CLI_NOW,      "--now" },
		{ CLI_EXPORTER, "--exporter" }, { CLI_SESSION,  "--session" },
		{ CLI_XL_ROOT,  "--xl-root" },  { CLI_SRL_ROOT, "--srl-root" },
	};
	/* clang-format on */

	for (size_t i = 0; i < NELEM(row); i++)
		if (row[i].opt == opt)
			return row[i].name;
	return "";
}

const char *
cli_nym_scope_rule(const char *scope)
{
	/* clang-format off */
	static const struct { const char *scheme, *rule; } row[] = {
		{ "web:", N_("web: and a host name of two labels or more in small "
		  "letters (xn-- for others), or localhost; no port, no address") },
		{ "ssh:", N_("ssh: and a host name or address in small letters, and "
		  ":PORT unless it is 22; IPv6 in brackets") },
		{ "app:", N_("app: and the program's name from the right, as "
		  "app:jp.example.mail") },
		{ "kiosk:", N_("kiosk: and the operator's host name, a slash, and the "
		  "service, as kiosk:city.example.jp/library") },
		{ "p11:", N_("p11: and a label of 1 to 64 of a-z 0-9 . _ @ : / + -, "
		  "the first one a letter or digit") },
		{ "test:", N_("test: and a label of 1 to 64 of a-z 0-9 . _ @ : / + -, "
		  "the first one a letter or digit") },
		{ "self:", N_("self: is what vaults are made with and no service") },
	};
	/* clang-format on */

	for (size_t i = 0; i < NELEM(row); i++)
		if (strncmp(scope, row[i].scheme, strlen(row[i].scheme)) == 0)
			return _(row[i].rule);
	return _("it begins with web:, ssh:, app:, kiosk:, p11: or test:, in "
		 "small letters");
}

int
cli_nym_scope(const char *scope, struct cli_nym *out)
{
	char plain[NYM_SCOPE_MAX + 1];

	out->scope = scope;
	if (nym_scope_check(scope, strlen(scope), &out->scheme) != JM_OK)
		return cli_fail(EX_USAGE, cli_nym_scope_rule(scope),
		    _("'%s' is no name of a service"),
		    cli_plain(scope, plain, sizeof plain));
	out->use = out->scheme == NYM_SSH || out->scheme == NYM_P11
		       ? NYM_USE_RAW
		       : NYM_USE_ASSERT;
	return EX_OK;
}

static const struct {
	const char *name;
	enum nym_mode mode;
} modes[] = { { "holder", NYM_MODE_HOLDER }, { "site", NYM_MODE_SITE },
	{ "card2", NYM_MODE_CARD2 }, { "none", NYM_MODE_NONE } };

const char *
cli_nym_mode_name(enum nym_mode mode)
{
	for (size_t i = 0; i < NELEM(modes); i++)
		if (modes[i].mode == mode)
			return modes[i].name;
	return "?";
}

static int
parse_mode(const struct cli_args *a, struct cli_nym *out)
{
	const char *word = a->value[CLI_BINDING];
	char plain[64];

	if (word == NULL)
		return EX_OK;
	for (size_t i = 0; i < NELEM(modes); i++)
		if (strcmp(modes[i].name, word) == 0) {
			out->mode = modes[i].mode;
			return EX_OK;
		}
	return cli_fail(EX_USAGE, _("it is holder, site, card2 or none"),
	    _("there is no binding '%s'"),
	    cli_plain(word, plain, sizeof plain));
}

static int
parse_site_profile(const struct cli_args *a, struct cli_nym *out)
{
	int64_t n = 1;

	if (cli_has(a, CLI_SITE_PROFILE) &&
	    (cli_number(a->value[CLI_SITE_PROFILE], 2, &n) != 0 || n == 0))
		return cli_fail(EX_USAGE, NULL, _("--site-profile is 1 or 2"));
	out->site_profile = n == 2 ? NYM_PROFILE_S : NYM_PROFILE_X;
	return EX_OK;
}

/* What goes with --binding and what does not. */
static int
check_mode(const struct cli_args *a, const struct cli_nym *n)
{
	const int site = n->mode == NYM_MODE_SITE;

	if (n->mode == NYM_MODE_NONE && !cli_has(a, CLI_INSECURE))
		return cli_fail(EX_USAGE,
		    _("it is for tests: any signature that leaks gives the "
		      "identifier away; --insecure allows it"),
		    _("--binding none protects nothing"));
	if (n->mode != NYM_MODE_NONE && cli_has(a, CLI_INSECURE))
		return cli_fail(
		    EX_USAGE, NULL, _("--insecure is for --binding none"));
	if (site && !cli_has(a, CLI_SITE_KEY))
		return cli_fail(EX_USAGE, _("give --site-key"),
		    _("--binding site needs the key of the operator"));
	if (site && n->scheme != NYM_KIOSK)
		return cli_fail(EX_USAGE, cli_nym_scope_rule("kiosk:"),
		    _("--binding site is for kiosk: services alone"));
	if (!site &&
	    (a->given & (CLI_BIT(CLI_SITE_KEY) | CLI_BIT(CLI_SITE_PROFILE) |
			    CLI_BIT(CLI_SITE_PIN_FD))))
		return cli_fail(EX_USAGE, _("give --binding site too"),
		    _("--site-key and its options are for --binding site"));
	return EX_OK;
}

int
cli_nym_period(const struct cli_args *a, struct cli_nym *out)
{
	uint32_t e;
	int64_t n;

	out->period = 0;
	out->period_given = cli_has(a, CLI_PERIOD);
	if (!out->period_given)
		return EX_OK;
	if (cli_number(a->value[CLI_PERIOD], UINT16_MAX, &n) != 0 ||
	    nym_epoch((uint16_t)n, 0, &e) != JM_OK)
		return cli_fail(
		    EX_USAGE, NULL, _("--period is 0, 7, 28 or 91"));
	if (n != 0 && out->use == NYM_USE_RAW)
		return cli_fail(EX_USAGE, _("leave out --period"),
		    _("a key of ssh: or p11: never changes by itself"));
	out->period = (uint16_t)n;
	return EX_OK;
}

int
cli_nym_args(const struct cli_args *a, const char *scope, struct cli_nym *out)
{
	int code;

	*out = (struct cli_nym){ 0 };
	if ((code = parse_mode(a, out)) != EX_OK ||
	    (code = parse_site_profile(a, out)) != EX_OK ||
	    (code = cli_nym_scope(scope, out)) != EX_OK ||
	    (code = check_mode(a, out)) != EX_OK)
		return code;
	return cli_nym_period(a, out);
}

/* --- what an assertion is about ------------------------------------------ */

static int
is_hex(const char *text)
{
	return text[strspn(text, HEX)] == '\0' && strlen(text) % 2 == 0;
}

int
cli_nym_challenge(
    const struct cli_args *a, uint8_t out[NYM_CHALLENGE_MAX], size_t *len)
{
	const char *text = a->value[CLI_CHALLENGE];
	jm_err e;

	*len = 0;
	if (text == NULL)
		return cli_fail(EX_USAGE, cli_local(CLI_LOCAL_MANUAL),
		    _("--challenge is needed: what the service sent"));
	/* 22 digits would be base64url of 16 bytes, or 11 bytes: too few.  An
	 * odd number of them is a slip and no base64url. */
	if (text[strspn(text, HEX)] == '\0' &&
	    strlen(text) >= 2 * (size_t)NYM_CHALLENGE_MIN - 1)
		e = jm_hex_decode(text, out, NYM_CHALLENGE_MAX, len);
	else
		e = jm_b64url_decode(
		    text, strlen(text), out, NYM_CHALLENGE_MAX, len);
	if (e != JM_OK || *len < NYM_CHALLENGE_MIN)
		return cli_fail(EX_USAGE, NULL,
		    _("--challenge is 16 to 64 bytes in hexadecimal or "
		      "base64url without padding"));
	return EX_OK;
}

/* Hex digits without blanks. */
static int
hex_value(const struct cli_args *a, enum cli_opt opt, uint8_t *out, size_t min,
    size_t max, size_t *len)
{
	const char *text = a->value[opt];

	*len = 0;
	if (text == NULL)
		return EX_OK;
	if (!is_hex(text) || jm_hex_decode(text, out, max, len) != JM_OK ||
	    *len < min)
		return min == max
			   ? cli_fail(EX_USAGE, NULL,
				 _("%s is %zu bytes in hexadecimal"),
				 option_name(opt), max)
			   : cli_fail(EX_USAGE, NULL,
				 _("%s is %zu to %zu bytes in hexadecimal"),
				 option_name(opt), min, max);
	return EX_OK;
}

int
cli_nym_hash(
    const struct cli_args *a, enum cli_opt opt, uint8_t out[32], int *given)
{
	size_t len;
	const int code = hex_value(a, opt, out, 32, 32, &len);

	*given = len > 0;
	return code;
}

int
cli_nym_ctx(const struct cli_args *a, uint8_t out[NYM_CTX_LEN], size_t *len)
{
	const char *origin = a->value[CLI_ORIGIN];
	uint8_t exporter[32], session[64];
	size_t exporter_len, session_len;
	int code;
	jm_err e;

	*len = 0;
	if ((code = hex_value(
		 a, CLI_EXPORTER, exporter, 32, 32, &exporter_len)) != EX_OK ||
	    (code = hex_value(a, CLI_SESSION, session, 1, 64, &session_len)) !=
		EX_OK)
		return code;
	if (origin != NULL && *origin == '\0')
		origin = NULL;
	e = nym_ctx(origin, origin != NULL ? strlen(origin) : 0, exporter,
	    exporter_len, session, session_len, out, len);
	if (e == JM_FORMAT)
		return cli_fail(EX_USAGE,
		    _("it is https://host in small letters, :PORT unless it "
		      "is the usual one"),
		    _("--origin is not in its one form"));
	return e == JM_OK ? EX_OK : cli_fail_err(e, NULL);
}

int
cli_nym_seconds(const struct cli_args *a, enum cli_opt opt, int64_t *out)
{
	int64_t n;

	if (!cli_has(a, opt))
		return EX_OK;
	if (cli_number(a->value[opt], UINT32_MAX, &n) != 0)
		return cli_fail(EX_USAGE, NULL,
		    _("%s is a number of seconds since 1970"),
		    option_name(opt));
	*out = n;
	return EX_OK;
}

int
cli_nym_can_ask(const struct cli_args *a)
{
	if (cli_has(a, CLI_YES) || cli_can_prompt())
		return EX_OK;
	return cli_fail(EX_USAGE,
	    _("--yes says that consent was given elsewhere"),
	    _("there is no terminal to ask for consent"));
}
