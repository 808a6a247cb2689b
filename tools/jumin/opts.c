/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/opts.h"

#include <stdarg.h>
#include <string.h>

#include "base/err.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

struct row {
	enum cli_opt opt;
	char letter;      /* short form, or 0 */
	const char *name; /* long form */
	const char *arg;  /* name of its value, NULL: none */
	const char *text;
};

/* clang-format off */
static const struct row rows[] = {
	{ CLI_HELP,     'h', "help",     NULL,     N_("show this text") },
	{ CLI_VERSION,  0,   "version",  NULL,     N_("show the version") },
	{ CLI_READER,   0,   "reader",   "NAME|N", N_("use this reader; 'jumin status' numbers them") },
	{ CLI_JSON,     0,   "json",     NULL,     N_("write JSON, for programs") },
	{ CLI_TRACE,    0,   "trace",    "FILE",   N_("append what is said to the card, secrets left out") },
	{ CLI_KEY,      0,   "key",      "KEY",    N_("the key: auth or sign") },
	{ CLI_CMS,      0,   "cms",      NULL,     N_("CMS signature (the default)") },
	{ CLI_ATTACHED, 0,   "attached", NULL,     N_("put the file into the CMS signature") },
	{ CLI_RAW,      0,   "raw",      NULL,     N_("bare RSA signature, PKCS #1 v1.5") },
	{ CLI_HASH,     0,   "hash",     "HASH",   N_("for --raw: sha256 (the default), sha384 or sha512") },
	{ CLI_PEM,      0,   "pem",      NULL,     N_("write PEM text (the default)") },
	{ CLI_DER,      0,   "der",      NULL,     N_("write binary DER") },
	{ CLI_OUTPUT,   'o', "output",   "FILE",   N_("write to FILE; - is standard output") },
	{ CLI_FORCE,    0,   "force",    NULL,     N_("replace the output file if it exists") },
	{ CLI_PIN_FD,   0,   "pin-fd",   "N",      N_("read PINs from file descriptor N, one a line") },
	{ CLI_CA,       0,   "ca",       "FILE",   N_("the CA of whoever signed the data: its key or certificate") },
	{ CLI_LAST_TRY, 0,   "last-try", NULL,     N_("use the last attempt at a PIN without asking") },
	{ CLI_SCOPE,    0,   "scope",    "SCOPE",  N_("the service, as web:example.jp or ssh:host") },
	{ CLI_BINDING,  0,   "binding",  "MODE",   N_("holder (the default), site, card2 or none") },
	{ CLI_INSECURE, 0,   "insecure", NULL,     N_("allow --binding none: for tests alone") },
	{ CLI_SITE_KEY, 0,   "site-key", "KEY",    N_("for --binding site: a file of 32 bytes, or pkcs11:...") },
	{ CLI_SITE_PIN_FD, 0, "site-pin-fd", "N",  N_("read the PIN of the site key's token from descriptor N") },
	{ CLI_SITE_PROFILE, 0, "site-profile", "N", N_("for --binding site: 1 (the default) or 2") },
	{ CLI_PERIOD,   0,   "period",   "DAYS",   N_("a new identifier every 7, 28 or 91 days; 0: never") },
	{ CLI_MANIFEST, 0,   "manifest", "FILE",   N_("what the service says of itself") },
	{ CLI_CHALLENGE, 0,  "challenge", "X",     N_("what the service sent: 16 to 64 bytes in hex or base64url") },
	{ CLI_TIME,     0,   "time",     "T",      N_("the time the service sent, in seconds since 1970") },
	{ CLI_ORIGIN,   0,   "origin",   "URL",    N_("where the browser is: https://host") },
	{ CLI_EXPORTER, 0,   "exporter", "HEX",    N_("the TLS exporter value of the connection") },
	{ CLI_SESSION,  0,   "session",  "HEX",    N_("what names the session at a kiosk") },
	{ CLI_NOW,      0,   "now",      "T",      N_("take this for the time of day, in seconds since 1970") },
	{ CLI_RATE,     0,   "rate",     "N",      N_("how many identifiers a person may have (1)") },
	{ CLI_NEED,     0,   "need",     "KIND",   N_("the attestation that is needed: none, registrar or card") },
	{ CLI_TRUST,    0,   "trust",    "FILE",   N_("certificates of those who attest, PEM") },
	{ CLI_XL_ROOT,  0,   "xl-root",  "HEX",    N_("root of the exclusion list") },
	{ CLI_SRL_ROOT, 0,   "srl-root", "HEX",    N_("root of the revocation list") },
	{ CLI_NO_PIN,   0,   "no-pin",   NULL,     N_("only what can be known without a PIN") },
	{ CLI_NEW_SECRET, 0, "new-secret", NULL,   N_("draw a new secret too: somebody may know the old one") },
	{ CLI_CODE_FD,  0,   "code-fd",  "N",      N_("read the recovery code from file descriptor N") },
	{ CLI_YES,      0,   "yes",      NULL,     N_("consent was given elsewhere: do not ask") },
};
/* clang-format on */

static const struct row *
by_name(const char *name, size_t len)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (strlen(rows[i].name) == len &&
		    memcmp(rows[i].name, name, len) == 0)
			return &rows[i];
	return NULL;
}

static const struct row *
by_letter(char c)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (rows[i].letter == c && c != 0)
			return &rows[i];
	return NULL;
}

static int usage(const char *fmt, ...) JM_PRINTF(1, 2);

static int
usage(const char *fmt, ...)
{
	char text[256], plain[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return cli_fail(EX_USAGE, _("see: jumin --help"), "%s",
	    cli_plain(text, plain, sizeof plain));
}

/* One argument that starts with "-" and a letter; *i is moved past its value.
 */
static int
take(int argc, char **argv, int *i, struct cli_args *out)
{
	const char *arg = argv[*i], *value = NULL;
	const struct row *r;

	if (arg[1] == '-') {
		const size_t len = strcspn(arg + 2, "=");

		r = by_name(arg + 2, len);
		if (arg[2 + len] == '=')
			value = arg + 2 + len + 1;
	} else {
		r = by_letter(arg[1]);
		if (arg[2] != '\0')
			value = arg + 2;
	}
	if (r == NULL)
		return usage(_("there is no option %s"), arg);
	if (r->arg == NULL && value != NULL)
		return usage(_("option %s takes no value"), arg);
	if (r->arg != NULL && value == NULL) {
		if (*i + 1 >= argc)
			return usage(_("option %s needs a value"), arg);
		value = argv[++*i];
	}
	if (out->given & CLI_BIT(r->opt))
		return usage(_("option --%s is given twice"), r->name);
	out->given |= CLI_BIT(r->opt);
	out->value[r->opt] = value;
	return EX_OK;
}

int
cli_opts_parse(int argc, char **argv, struct cli_args *out)
{
	int code, options = 1;

	*out = (struct cli_args){ 0 };
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];

		if (options && strcmp(arg, "--") == 0) {
			options = 0;
			continue;
		}
		if (options && arg[0] == '-' && arg[1] != '\0') {
			if ((code = take(argc, argv, &i, out)) != EX_OK)
				return code;
			continue;
		}
		if (out->words == CLI_WORDS_MAX)
			return usage(_("too many words, from '%s' on"), arg);
		out->word[out->words++] = arg;
	}
	return EX_OK;
}

int
cli_opts_allowed(const struct cli_args *a, cli_mask allowed)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (a->given & ~allowed & CLI_BIT(rows[i].opt))
			return usage(
			    _("this command has no option --%s"), rows[i].name);
	return EX_OK;
}

void
cli_opts_help(FILE *f, cli_mask mask)
{
	char left[40];

	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct row *r = &rows[i];

		if (!(mask & CLI_BIT(r->opt)))
			continue;
		snprintf(left, sizeof left, "%s%c%s--%s%s%s",
		    r->letter ? "-" : "  ", r->letter ? r->letter : ' ',
		    r->letter ? ", " : " ", r->name, r->arg ? " " : "",
		    r->arg ? r->arg : "");
		fprintf(f, "  %-24s %s\n", left, _(r->text));
	}
}

int
cli_number(const char *text, int64_t max, int64_t *out)
{
	int64_t n = 0;

	*out = 0;
	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		const int64_t digit = *text - '0';

		if (digit < 0 || digit > 9 || digit > max ||
		    n > (max - digit) / 10)
			return -1;
		n = 10 * n + digit;
	}
	*out = n;
	return 0;
}
