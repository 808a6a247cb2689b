/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one table of commands, what --help says of it, and the way to each. */
#include <stdlib.h>
#include <string.h>

#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"
#include "tools/jumin/platform.h"

struct command {
	const char *name; /* its words, a blank between two */
	const char *args; /* the words after that, as --help shows them */
	size_t min, max;  /* how many of them */
	cli_mask opts;    /* besides CLI_COMMON */
	cli_command *run;
	const char *text;
};

#define OUT (CLI_BIT(CLI_OUTPUT) | CLI_BIT(CLI_FORCE))

/* Where an assertion is made, or has to have been made. */
#define PLACE                                                                  \
	(CLI_BIT(CLI_ORIGIN) | CLI_BIT(CLI_EXPORTER) | CLI_BIT(CLI_SESSION))

#define BINDING                                                                \
	(CLI_BIT(CLI_BINDING) | CLI_BIT(CLI_INSECURE) |                        \
	    CLI_BIT(CLI_SITE_KEY) | CLI_BIT(CLI_SITE_PIN_FD) |                 \
	    CLI_BIT(CLI_SITE_PROFILE))
#define NYM (CLI_BIT(CLI_JSON) | CLI_ASKS) /* what opens the vault takes */

/* clang-format off */
static const struct command commands[] = {
	{ "status", "", 0, 0, CLI_BIT(CLI_JSON), cli_status,
	  N_("readers, cards, attempts left, expiry of certificates") },
	{ "cert show", " auth|sign|auth-ca|sign-ca", 1, 1,
	  CLI_BIT(CLI_JSON) | CLI_ASKS, cli_cert_show,
	  N_("what a certificate of the card says") },
	{ "cert export", " auth|sign|auth-ca|sign-ca", 1, 1,
	  OUT | CLI_BIT(CLI_PEM) | CLI_BIT(CLI_DER) | CLI_ASKS, cli_cert_export,
	  N_("a certificate as a file") },
	{ "sign", " --key auth|sign FILE", 1, 1,
	  OUT | CLI_BIT(CLI_KEY) | CLI_BIT(CLI_CMS) | CLI_BIT(CLI_ATTACHED) |
	  CLI_BIT(CLI_RAW) | CLI_BIT(CLI_HASH) | CLI_ASKS, cli_sign,
	  N_("sign a file; - is standard input") },
	{ "pin check", " auth|sign|text", 1, 1, CLI_BIT(CLI_JSON) | CLI_ASKS,
	  cli_pin_check, N_("is this the PIN?") },
	{ "pin change", " auth|sign|text", 1, 1, CLI_ASKS, cli_pin_change,
	  N_("set another PIN in place of the one you know") },
	{ "attr", "", 0, 0,
	  CLI_BIT(CLI_JSON) | CLI_BIT(CLI_CA) | CLI_ASKS, cli_attr,
	  N_("name, address, date of birth and sex of the holder") },
	{ "ssh", " [--scope ssh:HOST]", 0, 0,
	  CLI_BIT(CLI_JSON) | CLI_ASKS | CLI_BIT(CLI_SCOPE) | OUT, cli_ssh,
	  N_("a key as a line for authorized_keys") },
	{ "nym register", " SCOPE", 1, 1,
	  NYM | CLI_BIT(CLI_BINDING) | CLI_BIT(CLI_PERIOD) |
	  CLI_BIT(CLI_MANIFEST) | CLI_BIT(CLI_YES), cli_nym_register,
	  N_("get an identifier for a service") },
	{ "nym id", " SCOPE", 1, 1, NYM | BINDING | CLI_BIT(CLI_PERIOD),
	  cli_nym_id, N_("the identifier that a service knows you by") },
	{ "nym assert", " --challenge X SCOPE", 1, 1,
	  NYM | BINDING | CLI_BIT(CLI_PERIOD) | CLI_BIT(CLI_CHALLENGE) |
	  CLI_BIT(CLI_TIME) | PLACE | CLI_BIT(CLI_MANIFEST) | CLI_BIT(CLI_YES),
	  cli_nym_assert, N_("show a service your identifier, with proof") },
	{ "nym list", "", 0, 0, NYM | CLI_BIT(CLI_NO_PIN), cli_nym_list,
	  N_("the services that are registered") },
	{ "nym reset", " SCOPE", 1, 1,
	  NYM | CLI_BIT(CLI_NEW_SECRET) | CLI_BIT(CLI_YES), cli_nym_reset,
	  N_("a new identifier: the service sees a newcomer") },
	{ "nym forget", " SCOPE", 1, 1, NYM | CLI_BIT(CLI_YES), cli_nym_forget,
	  N_("strike a service off the list") },
	{ "nym receipts", "", 0, 0, NYM, cli_nym_receipts,
	  N_("what you agreed to, and when") },
	{ "nym verify", " --scope SCOPE --challenge X [FILE]", 0, 1,
	  CLI_BIT(CLI_JSON) | CLI_BIT(CLI_SCOPE) | CLI_BIT(CLI_CHALLENGE) |
	  CLI_BIT(CLI_PERIOD) | PLACE | CLI_BIT(CLI_NOW) | CLI_BIT(CLI_RATE) |
	  CLI_BIT(CLI_NEED) | CLI_BIT(CLI_TRUST) | CLI_BIT(CLI_XL_ROOT) |
	  CLI_BIT(CLI_SRL_ROOT), cli_nym_verify,
	  N_("for services: is this an assertion, and whose?") },
	{ "nym vault export", " FILE", 1, 1, NYM, cli_nym_export,
	  N_("a copy of the vault that keeps your identifiers") },
	{ "nym vault import", " FILE", 1, 1, NYM | CLI_BIT(CLI_CODE_FD),
	  cli_nym_import, N_("add what a copy has") },
	{ "nym vault recover", " [FILE]", 0, 1, NYM | CLI_BIT(CLI_CODE_FD),
	  cli_nym_recover, N_("open the vault, or a copy, by its recovery code") },
	{ "nym vault renew prepare", "", 0, 0, NYM, cli_nym_prepare,
	  N_("before the card is renewed: keep its keys") },
	{ "nym vault renew finish", "", 0, 0,
	  NYM | CLI_BIT(CLI_CODE_FD) | CLI_BIT(CLI_YES), cli_nym_finish,
	  N_("with the new card: take the identifiers along") },
	{ "cache clear", "", 0, 0, CLI_BIT(CLI_JSON), cli_cache_clear,
	  N_("forget the certificates that were kept on disk") },
};
/* clang-format on */

/* The n-th word of a command: where it begins and its length; NULL behind the
 * last one. */
static const char *
word_of(const struct command *c, size_t n, size_t *len)
{
	const char *at = c->name;

	for (; n > 0 && at != NULL; n--) {
		at = strchr(at, ' ');
		at = at != NULL ? at + 1 : NULL;
	}
	*len = at != NULL ? strcspn(at, " ") : 0;
	return at;
}

static size_t
words_of(const struct command *c)
{
	size_t n = 0, len;

	while (word_of(c, n, &len) != NULL)
		n++;
	return n;
}

/* How many of the command's own words were given, from the first on. */
static size_t
common_words(const struct command *c, const struct cli_args *a)
{
	size_t n = 0, len;
	const char *at;

	for (; n < a->words && (at = word_of(c, n, &len)) != NULL; n++)
		if (strlen(a->word[n]) != len ||
		    memcmp(a->word[n], at, len) != 0)
			break;
	return n;
}

static void
print_usage(const struct command *c)
{
	char left[96];

	snprintf(left, sizeof left, "%s%s", c->name, c->args);
	printf("  %-40s %s\n", left, _(c->text));
}

static int
help(const struct cli_args *a)
{
	cli_mask mask = CLI_COMMON;

	printf("%s\n\n%s\n", _("Usage: jumin [OPTION]... COMMAND ..."),
	    _("Commands:"));
	for (size_t i = 0; i < NELEM(commands); i++) {
		const struct command *c = &commands[i];
		const size_t n = common_words(c, a);

		if ((n < a->words && n < words_of(c)) || !cli_is_built(c->run))
			continue;
		print_usage(c);
		mask |= c->opts;
	}
	printf("\n%s\n", _("Options:"));
	cli_opts_help(stdout, mask);
	printf("\n%s\n", cli_local(CLI_LOCAL_STORY));
	return EX_OK;
}

/* What could have been meant by somebody whose first n words are right: "cert
 * show, cert export"; with none the first word of each. */
static char *
choices(const struct cli_args *a, size_t n)
{
	char *list = NULL, *longer;
	const char *before = "";
	size_t len = 0, was;

	for (size_t i = 0; i < NELEM(commands); i++) {
		const struct command *c = &commands[i];

		if (common_words(c, a) < n || !cli_is_built(c->run))
			continue;
		was = len;
		len = n == 0 ? strcspn(c->name, " ") : strlen(c->name);
		if (len == was && strncmp(before, c->name, len) == 0)
			continue;
		before = c->name;
		longer = cli_text("%s%s%.*s", list != NULL ? list : "",
		    list != NULL ? ", " : "", (int)len, c->name);
		free(list);
		if ((list = longer) == NULL)
			break;
	}
	return list;
}

static int
unknown(const struct cli_args *a)
{
	char plain[64], *list, *hint;
	size_t best = 0, n;
	int code;

	for (size_t i = 0; i < NELEM(commands); i++)
		if ((n = common_words(&commands[i], a)) > best)
			best = n;
	list = choices(a, best);
	hint =
	    cli_text(_("there is: %s"), list != NULL ? list : "jumin --help");
	cli_plain(
	    a->word[best < a->words ? best : best - 1], plain, sizeof plain);
	if (best == a->words)
		code = cli_fail(
		    EX_USAGE, hint, _("'%s' needs one more word"), plain);
	else
		code = cli_fail(
		    EX_USAGE, hint, _("there is no command '%s'"), plain);
	free(hint);
	free(list);
	return code;
}

static const struct command *
find(const struct cli_args *a)
{
	for (size_t i = 0; i < NELEM(commands); i++)
		if (common_words(&commands[i], a) == words_of(&commands[i]))
			return &commands[i];
	return NULL;
}

int
cli_run(const struct cli_args *a)
{
	const struct command *c;
	size_t skip;
	int code;

	if (cli_has(a, CLI_VERSION)) {
		printf("jumin %s\n", PACKAGE_VERSION);
		return EX_OK;
	}
	if (cli_has(a, CLI_HELP))
		return help(a);
	if (a->words == 0)
		return cli_fail(EX_USAGE,
		    _("try: jumin status, or jumin --help"),
		    _("no command given"));
	if ((c = find(a)) == NULL)
		return unknown(a);
	if (!cli_is_built(c->run))
		return c->run(a, NULL); /* says so */
	if ((code = cli_opts_allowed(a, CLI_COMMON | c->opts)) != EX_OK)
		return code;
	skip = words_of(c);
	if (a->words - skip < c->min || a->words - skip > c->max) {
		return cli_fail(EX_USAGE, _("see: jumin --help"),
		    _("the form is: jumin %s%s"), c->name, c->args);
	}
	return c->run(a, a->word + skip);
}
