/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the commands of service identities are told on the command line. */
#ifndef CLI_NYM_ARGS_H
#define CLI_NYM_ARGS_H

#include "holder/vault.h"
#include "nym/assertion.h"
#include "tools/jumin/opts.h"

struct cli_nym {
	const char *scope; /* canonical */
	enum nym_scheme scheme;
	enum nym_use use;   /* by scheme */
	enum nym_mode mode; /* 0: the one it is registered with */
	enum nym_profile site_profile;
	int period_given;
	uint16_t period; /* 0 where none was given */
};

/*
 * Scope, --binding with what belongs to it, and --period; all that is wrong
 * with them is said here, before anything is touched.  EX_OK or EX_USAGE.
 */
int cli_nym_args(
    const struct cli_args *a, const char *scope, struct cli_nym *out);

/* The parts; each EX_OK, or EX_USAGE after a message. */
int cli_nym_scope(const char *scope, struct cli_nym *out);
int cli_nym_period(const struct cli_args *a, struct cli_nym *out);

/* What a scope may look like by its scheme, translated. */
const char *cli_nym_scope_rule(const char *scope);

/* "holder", "site", "card2", "none": for --json and lists. */
const char *cli_nym_mode_name(enum nym_mode mode);

/* --challenge, which has to be there: hexadecimal digits are taken for these,
 * all else for base64url. */
int cli_nym_challenge(
    const struct cli_args *a, uint8_t out[NYM_CHALLENGE_MAX], size_t *len);

/* --origin, --exporter and --session together: *len 0 without any. */
int cli_nym_ctx(
    const struct cli_args *a, uint8_t out[NYM_CTX_LEN], size_t *len);

/* The value of opt as seconds since 1970; *out is left alone without it. */
int cli_nym_seconds(const struct cli_args *a, enum cli_opt opt, int64_t *out);

/* The value of opt as exactly 32 bytes in hex; *given: is it there. */
int cli_nym_hash(
    const struct cli_args *a, enum cli_opt opt, uint8_t out[32], int *given);

/* --yes, or somebody at a terminal who can be asked; else EX_USAGE. */
int cli_nym_can_ask(const struct cli_args *a);

#endif
