/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin-vcard: a resident card in software. */
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "crypto/ctx.h"
#include "tools/vcard/cmd.h"
#include "tools/vcard/i18n.h"
#include "vcard/vc_params.h"

static const struct command {
	const char *word;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "create", vcmd_create },
	{ "run", vcmd_run },
	{ "info", vcmd_info },
	{ "log", vcmd_log },
	{ "authority", vcmd_authority },
	{ "counter", vcmd_counter },
};

static void
usage(FILE *f)
{
	fputs(_("Usage: jumin-vcard create IMAGE [OPTION ...]\n"
		"       jumin-vcard run IMAGE [OPTION ...]\n"
		"       jumin-vcard info IMAGE [--json]\n"
		"       jumin-vcard log IMAGE [--json]\n"
		"       jumin-vcard authority FOLDER [OPTION ...]\n"
		"       jumin-vcard counter OPERATION IMAGE [OPTION ...]\n"
		"       jumin-vcard --help | --version\n"),
	    f);
	fputs(_("\nTo create, issue a test card:\n"
		"  --profile NAME          its generation\n"
		"  --holder-name TEXT, --holder-address TEXT,\n"
		"  --birth YYYYMMDD, --sex 1|2|3, --municipality NAME\n"
		"                          what its certificates say\n"
		"  --auth-pin PIN, --sign-pin PIN\n"
		"                          [1234, ABC123]\n"
		"  --text-pin PIN, --juki-pin PIN\n"
		"                          [1234, 1234]\n"
		"  --auth-key FILE, --text-key FILE\n"
		"                          keys to be given, PEM [new ones]\n"
		"  --individual-number DIGITS, --security-code DIGITS,\n"
		"  --record-code DIGITS    [random]\n"
		"  --serial TEXT, --atr HEX\n"
		"                          short for --param of that name\n"
		"  --issued YYYYMMDD       day of issue [today]\n"
		"  --leaf-size N           bytes of a certificate at least\n"
		"  --ca-out FOLDER         keep the test CAs there\n"
		"  --overwrite             replace IMAGE\n"),
	    f);
	fputs(
	    _("  --authority FOLDER      whom the card trusts\n"
	      "  --life manufactured|personalised|issued\n"
	      "                          how far it has come [issued]\n"
	      "  --operator-id ID, --operator-name TEXT, --operator-pin PIN,\n"
	      "  --operator-type window|registrar|applications|supervisor\n"
	      "                          a card of the profile operator\n"),
	    f);
	fputs(_("\nTo run, put it into a virtual reader:\n"
		"  --host ADDRESS          loopback address [127.0.0.1]\n"
		"  --port N                the reader's port [35963]\n"
		"  --trace FILE            one line for each command, no "
		"secrets\n"
		"  --latency contact|contactless\n"
		"                          take the time of a real card\n"
		"  --quirk NAME[=VALUE]    misbehave (help: list them)\n"
		"  --once                  end with the first connection\n"
		"\nBoth:\n"
		"  --param NAME=VALUE      a fact of the card (help: list "
		"them)\n"),
	    f);
	fputs(_("\nAn authority, for cards, counters and operators:\n"
		"  --id ID, --counter-id ID, --issuer-id ID\n"
		"                          the names in its certificates\n"
		"\nOperations of a counter, each with the operator's card:\n"
		"  personalise IMAGE --contents ISSUED\n"
		"  issue, suspend, resume, return, terminate IMAGE\n"
		"  reset-pin IMAGE auth|sign|text|juki|common|library\n"
		"  change-code IMAGE [CODE]\n"
		"  load IMAGE --package FILE | --library [--open | --pin]\n"
		"  list IMAGE; delete IMAGE AID\n"
		"  renew IMAGE --ca FOLDER\n"
		"  succeed OLD NEW\n"
		"  --authority FOLDER      whose counter it is\n"
		"  --operator IMAGE, --operator-reader NAME\n"
		"                          the operator's card\n"
		"  --reader NAME, --new-reader NAME\n"
		"                          a card in a reader, not an IMAGE\n"
		"  --reason TEXT           what for; the card keeps it\n"
		"  --operator-pin-fd N, --holder-pin-fd N, --new-pin-fd N\n"
		"                          a PIN from a descriptor\n"
		"  --last-try              spend the last try of a PIN too\n"),
	    f);
}

int
vcmd_fail(int code, const char *fmt, ...)
{
	va_list ap;

	fputs(_("jumin-vcard: error: "), stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return code;
}

int
vcmd_fail_err(jm_err e, const char *what)
{
	/* What the sentences of the list do not say of an image. */
	const char *text =
	    e == JM_FORMAT ? N_("not a usable card image")
	    : e == JM_BUSY ? N_("the card image is in use by another program")
			   : jm_strerror(e);

	return vcmd_fail(
	    e == JM_ARG ? EX_USAGE : EX_FAIL, "%s: %s", what, _(text));
}

int
vcmd_fail_file(jm_err e, const char *what)
{
	const char *text = e == JM_FORMAT
			       ? N_("the file is not of the form it should be")
			       : jm_strerror(e);

	return vcmd_fail(
	    e == JM_ARG ? EX_USAGE : EX_FAIL, "%s: %s", what, _(text));
}

void
vcmd_note(const char *fmt, ...)
{
	va_list ap;

	fputs("jumin-vcard: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

void
vcmd_json_string(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		if ((unsigned char)*text >= 0x20)
			putchar(*text);
	}
	putchar('"');
}

int
vcmd_list_params(void)
{
	for (size_t i = 0; i < vc_param_count(); i++)
		printf("%-20s %-34s %s\n", vc_param_name(i),
		    vc_param_default(i), vc_param_values(i));
	return EX_OK;
}

int
vcmd_list_quirks(void)
{
	for (size_t i = 0; vc_quirk_name(i) != NULL; i++)
		printf("%s%s%s\n", vc_quirk_name(i),
		    *vc_quirk_value(i) != '\0' ? "=" : "", vc_quirk_value(i));
	return EX_OK;
}

static void
log_line(enum jm_log_level level, const char *line)
{
	(void)level;
	vcmd_note("%s", line);
}

static int
dispatch(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EX_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return EX_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("jumin-vcard " PACKAGE_VERSION);
		return EX_OK;
	}
	for (size_t i = 0; i < NELEM(commands); i++)
		if (strcmp(argv[1], commands[i].word) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return vcmd_fail(EX_USAGE,
	    _("%s: no such command; see: jumin-vcard --help"), argv[1]);
}

int
main(int argc, char **argv)
{
	int code;

	setlocale(LC_ALL, "");
#ifdef ENABLE_NLS
	bindtextdomain(PACKAGE, LOCALEDIR);
	textdomain(PACKAGE);
#endif
	jm_log_set(log_line, JM_LOG_WARNING);
	code = dispatch(argc, argv);
	jm_crypto_done();
	if (fflush(stdout) != 0 || ferror(stdout))
		return vcmd_fail(
		    EX_FAIL, _("standard output: cannot be written"));
	return code;
}
