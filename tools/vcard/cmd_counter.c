/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin-vcard counter: what a municipal counter does, its options and words. */
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "tools/vcard/cmd.h"
#include "tools/vcard/counter_cli.h"
#include "tools/vcard/i18n.h"

enum {
	OPT_AUTHORITY = 1,
	OPT_OPERATOR,
	OPT_OPERATOR_READER,
	OPT_OPERATOR_PIN_FD,
	OPT_HOLDER_PIN_FD,
	OPT_NEW_PIN_FD,
	OPT_READER,
	OPT_NEW_READER,
	OPT_REASON,
	OPT_PACKAGE,
	OPT_LIBRARY,
	OPT_OPEN,
	OPT_PIN,
	OPT_CA,
	OPT_CONTENTS,
	OPT_LAST_TRY
};

static const struct option options[] = {
	{ "authority", required_argument, NULL, OPT_AUTHORITY },
	{ "operator", required_argument, NULL, OPT_OPERATOR },
	{ "operator-reader", required_argument, NULL, OPT_OPERATOR_READER },
	{ "operator-pin-fd", required_argument, NULL, OPT_OPERATOR_PIN_FD },
	{ "holder-pin-fd", required_argument, NULL, OPT_HOLDER_PIN_FD },
	{ "new-pin-fd", required_argument, NULL, OPT_NEW_PIN_FD },
	{ "reader", required_argument, NULL, OPT_READER },
	{ "new-reader", required_argument, NULL, OPT_NEW_READER },
	{ "reason", required_argument, NULL, OPT_REASON },
	{ "package", required_argument, NULL, OPT_PACKAGE },
	{ "library", no_argument, NULL, OPT_LIBRARY },
	{ "open", no_argument, NULL, OPT_OPEN },
	{ "pin", no_argument, NULL, OPT_PIN },
	{ "ca", required_argument, NULL, OPT_CA },
	{ "contents", required_argument, NULL, OPT_CONTENTS },
	{ "last-try", no_argument, NULL, OPT_LAST_TRY },
	{ NULL, 0, NULL, 0 },
};

static int
descriptor(const char *text, int *fd)
{
	char *end;
	const long n = strtol(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || n > INT_MAX)
		return vcmd_fail(
		    EX_USAGE, _("%s: not a file descriptor"), text);
	*fd = (int)n;
	return EX_OK;
}

static int
option(int opt, char *arg, struct counter_options *o)
{
	switch (opt) {
	case OPT_AUTHORITY: o->authority = arg; break;
	case OPT_OPERATOR: o->operator_image = arg; break;
	case OPT_OPERATOR_READER: o->operator_reader = arg; break;
	case OPT_OPERATOR_PIN_FD: return descriptor(arg, &o->operator_pin_fd);
	case OPT_HOLDER_PIN_FD: return descriptor(arg, &o->holder_pin_fd);
	case OPT_NEW_PIN_FD: return descriptor(arg, &o->new_pin_fd);
	case OPT_READER: o->reader = arg; break;
	case OPT_NEW_READER: o->new_reader = arg; break;
	case OPT_REASON: o->reason = arg; break;
	case OPT_PACKAGE: o->package = arg; break;
	case OPT_LIBRARY: o->library = 1; break;
	case OPT_OPEN: o->open = 1; break;
	case OPT_PIN: o->pin = 1; break;
	case OPT_CA: o->ca = arg; break;
	case OPT_CONTENTS: o->contents = arg; break;
	case OPT_LAST_TRY: o->last_try = 1; break;
	default: return EX_USAGE; /* getopt has said why */
	}
	return EX_OK;
}

static const struct operation *
find(const char *word)
{
	for (size_t i = 0; i < counter_operation_count; i++)
		if (strcmp(counter_operations[i].word, word) == 0)
			return &counter_operations[i];
	return NULL;
}

/* The words of the operation: its cards, unless readers have them, then what
 * it is about. */
static int
take_words(const struct operation *op, int argc, char **argv,
    struct counter_options *o)
{
	const size_t cards = (size_t)(op->two && o->new_reader == NULL) +
			     (size_t)(o->reader == NULL);

	o->cards = cards;
	o->words = (size_t)(argc - optind);
	if (o->words < cards + op->min || o->words > cards + op->max)
		return vcmd_fail(
		    EX_USAGE, _("usage: counter %s %s"), op->word, op->usage);
	for (size_t i = 0; i < o->words; i++)
		o->word[i] = argv[(size_t)optind + i];
	return EX_OK;
}

static int
check(const struct operation *op, const struct counter_options *o)
{
	const size_t n = o->reason == NULL ? 0 : strlen(o->reason);

	if (o->authority == NULL)
		return vcmd_fail(EX_USAGE, _("--authority is needed"));
	if (n == 0 || n > COUNTER_REASON_MAX)
		return vcmd_fail(EX_USAGE,
		    _("--reason is needed, up to %d bytes"),
		    COUNTER_REASON_MAX);
	if (op->operator&& o->operator_image == NULL &&
	    o->operator_reader == NULL)
		return vcmd_fail(
		    EX_USAGE, _("--operator or --operator-reader is needed"));
	if (o->operator_image != NULL && o->operator_reader != NULL)
		return vcmd_fail(EX_USAGE,
		    _("one of --operator and --operator-reader, not both"));
	if (o->new_reader != NULL && !op->two)
		return vcmd_fail(
		    EX_USAGE, _("--new-reader is for succeed alone"));
	return EX_OK;
}

static int
counter(struct counter_run *r, int argc, char **argv)
{
	struct counter_options *o = &r->opt;
	const struct operation *op;
	int opt, code;

	o->operator_pin_fd = o->holder_pin_fd = o->new_pin_fd = -1;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		if ((code = option(opt, optarg, o)) != EX_OK)
			return code;
	if (optind == argc)
		return vcmd_fail(EX_USAGE, _("an operation is needed"));
	if ((op = find(argv[optind])) == NULL)
		return vcmd_fail(
		    EX_USAGE, _("%s: not an operation"), argv[optind]);
	optind++;
	if ((code = check(op, o)) != EX_OK ||
	    (code = take_words(op, argc, argv, o)) != EX_OK)
		return code;
	return counter_perform(r, op);
}

int
vcmd_counter(int argc, char **argv)
{
	struct counter_run *r = calloc(1, sizeof *r);
	int code;

	if (r == NULL)
		return vcmd_fail(EX_FAIL, "%s", _(jm_strerror(JM_NOMEM)));
	code = counter(r, argc, argv);
	jm_free_secret(r, sizeof *r);
	return code;
}
