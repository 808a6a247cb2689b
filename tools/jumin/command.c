/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one table of commands, what --help says of it, and the way to each. */
#include <stdlib.h>
#include <string.h>

#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

struct command {
	const char *name, *sub; /* sub: second word, or NULL */
	const char *args;       /* the words after that, as --help shows them */
	size_t min, max;        /* how many of them */
	unsigned opts;          /* besides CLI_COMMON */
	int (*run)(const struct cli_args *a, const char *const *word);
	const char *text;
};

#define OUT (CLI_BIT(CLI_OUTPUT) | CLI_BIT(CLI_FORCE))

/* clang-format off */
static const struct command commands[] = {
	{ "status", NULL, "", 0, 0, CLI_BIT(CLI_JSON), cli_status,
	  N_("readers, cards, attempts left, expiry of certificates") },
	{ "cert", "show", " auth|sign|auth-ca|sign-ca", 1, 1,
	  CLI_BIT(CLI_JSON) | CLI_ASKS, cli_cert_show,
	  N_("what a certificate of the card says") },
	{ "cert", "export", " auth|sign|auth-ca|sign-ca", 1, 1,
	  OUT | CLI_BIT(CLI_PEM) | CLI_BIT(CLI_DER) | CLI_ASKS, cli_cert_export,
	  N_("a certificate as a file") },
	{ "sign", NULL, " --key auth|sign FILE", 1, 1,
	  OUT | CLI_BIT(CLI_KEY) | CLI_BIT(CLI_CMS) | CLI_BIT(CLI_ATTACHED) |
	  CLI_BIT(CLI_RAW) | CLI_BIT(CLI_HASH) | CLI_ASKS, cli_sign,
	  N_("sign a file; - is standard input") },
	{ "pin", "check", " auth|sign|text", 1, 1, CLI_BIT(CLI_JSON) | CLI_ASKS,
	  cli_pin_check, N_("is this the PIN?") },
	{ "pin", "change", " auth|sign|text", 1, 1, CLI_ASKS, cli_pin_change,
	  N_("set another PIN in place of the one you know") },
	{ "attr", NULL, "", 0, 0,
	  CLI_BIT(CLI_JSON) | CLI_BIT(CLI_CA) | CLI_ASKS, cli_attr,
	  N_("name, address, date of birth and sex of the holder") },
	{ "ssh", NULL, "", 0, 0, CLI_BIT(CLI_JSON) | CLI_ASKS, cli_ssh,
	  N_("the authentication key as a line for authorized_keys") },
	{ "cache", "clear", "", 0, 0, CLI_BIT(CLI_JSON), cli_cache_clear,
	  N_("forget the certificates that were kept on disk") },
};
/* clang-format on */

static void
print_usage(const struct command *c)
{
	char left[64];

	snprintf(left, sizeof left, "%s%s%s%s", c->name, c->sub ? " " : "",
	    c->sub ? c->sub : "", c->args);
	printf("  %-40s %s\n", left, _(c->text));
}

static int
help(const struct cli_args *a)
{
	unsigned mask = CLI_COMMON;

	printf("%s\n\n%s\n", _("Usage: jumin [OPTION]... COMMAND ..."),
	    _("Commands:"));
	for (size_t i = 0; i < NELEM(commands); i++) {
		const struct command *c = &commands[i];

		if (a->words > 0 && strcmp(a->word[0], c->name) != 0)
			continue;
		if (a->words > 1 && c->sub != NULL &&
		    strcmp(a->word[1], c->sub) != 0)
			continue;
		print_usage(c);
		mask |= c->opts;
	}
	printf("\n%s\n", _("Options:"));
	cli_opts_help(stdout, mask);
	printf("\n%s\n", _("The whole story: man jumin"));
	return EX_OK;
}

/* The words that could have stood there: "cert show, cert export". */
static char *
choices(const char *word)
{
	char *list = NULL, *longer;
	const char *before = "";

	for (size_t i = 0; i < NELEM(commands); i++) {
		const struct command *c = &commands[i];

		if (word != NULL ? strcmp(word, c->name) != 0
				 : strcmp(before, c->name) == 0)
			continue;
		before = c->name;
		longer = cli_text("%s%s%s%s%s", list != NULL ? list : "",
		    list != NULL ? ", " : "", c->name, word != NULL ? " " : "",
		    word != NULL ? c->sub : "");
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
	const char *bad = a->word[0];
	int code, same = 0;

	for (size_t i = 0; i < NELEM(commands); i++)
		same |= strcmp(a->word[0], commands[i].name) == 0;
	list = choices(same ? a->word[0] : NULL);
	hint =
	    cli_text(_("there is: %s"), list != NULL ? list : "jumin --help");
	if (same && a->words > 1)
		bad = a->word[1];
	cli_plain(bad, plain, sizeof plain);
	if (same && a->words < 2)
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
	for (size_t i = 0; i < NELEM(commands); i++) {
		const struct command *c = &commands[i];

		if (strcmp(a->word[0], c->name) != 0)
			continue;
		if (c->sub == NULL ||
		    (a->words > 1 && strcmp(a->word[1], c->sub) == 0))
			return c;
	}
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
	if ((code = cli_opts_allowed(a, CLI_COMMON | c->opts)) != EX_OK)
		return code;
	skip = c->sub != NULL ? 2 : 1;
	if (a->words - skip < c->min || a->words - skip > c->max) {
		return cli_fail(EX_USAGE, _("see: jumin --help"),
		    _("the form is: jumin %s%s%s%s"), c->name,
		    c->sub ? " " : "", c->sub ? c->sub : "", c->args);
	}
	return c->run(a, a->word + skip);
}
