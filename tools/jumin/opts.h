/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command line: words are commands and their objects, options may stand
 * anywhere among them and are never abbreviated.  "--" ends the options, a lone
 * "-" is a word.
 */
#ifndef CLI_OPTS_H
#define CLI_OPTS_H

#include <stdint.h>
#include <stdio.h>

enum cli_opt {
	CLI_HELP,
	CLI_VERSION,
	CLI_READER,
	CLI_JSON,
	CLI_TRACE,
	CLI_KEY,
	CLI_CMS,
	CLI_ATTACHED,
	CLI_RAW,
	CLI_HASH,
	CLI_PEM,
	CLI_DER,
	CLI_OUTPUT,
	CLI_FORCE,
	CLI_PIN_FD,
	CLI_LAST_TRY,
	CLI_CA,
	CLI_SCOPE,
	CLI_BINDING,
	CLI_INSECURE,
	CLI_SITE_KEY,
	CLI_SITE_PIN_FD,
	CLI_SITE_PROFILE,
	CLI_PERIOD,
	CLI_MANIFEST,
	CLI_CHALLENGE,
	CLI_TIME,
	CLI_ORIGIN,
	CLI_EXPORTER,
	CLI_SESSION,
	CLI_NOW,
	CLI_RATE,
	CLI_NEED,
	CLI_TRUST,
	CLI_XL_ROOT,
	CLI_SRL_ROOT,
	CLI_NO_PIN,
	CLI_NEW_SECRET,
	CLI_CODE_FD,
	CLI_YES,
	CLI_OPTS
};

/* A set of options. */
typedef uint64_t cli_mask;
#define CLI_BIT(opt) ((cli_mask)1 << (opt))
/* What every command takes. */
#define CLI_COMMON                                                             \
	(CLI_BIT(CLI_HELP) | CLI_BIT(CLI_VERSION) | CLI_BIT(CLI_READER) |      \
	    CLI_BIT(CLI_TRACE))
/* What every command that may ask for a PIN takes. */
#define CLI_ASKS      (CLI_BIT(CLI_PIN_FD) | CLI_BIT(CLI_LAST_TRY))

#define CLI_WORDS_MAX 8

struct cli_args {
	cli_mask given;              /* CLI_BIT of each option that was there */
	const char *value[CLI_OPTS]; /* points into argv; NULL without value */
	const char *word[CLI_WORDS_MAX];
	size_t words;
};

static inline int
cli_has(const struct cli_args *a, enum cli_opt opt)
{
	return (a->given & CLI_BIT(opt)) != 0;
}

/* EX_OK, or EX_USAGE after a message. */
int cli_opts_parse(int argc, char **argv, struct cli_args *out);

/* EX_USAGE with a message for an option outside allowed. */
int cli_opts_allowed(const struct cli_args *a, cli_mask allowed);

/* --help's lines of the options in mask. */
void cli_opts_help(FILE *f, cli_mask mask);

/* A whole decimal number 0..max, nothing else: 0 and *out, or -1. */
int cli_number(const char *text, int64_t max, int64_t *out);

#endif
