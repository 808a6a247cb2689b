/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a service says of itself (nym1.md, section 7), out of --manifest. */
#ifndef CLI_NYM_MANIFEST_H
#define CLI_NYM_MANIFEST_H

#include "tools/jumin/nym_args.h"

#define CLI_MANIFEST_TEXT 257 /* bytes of UTF-8 with the NUL */

struct cli_manifest {
	uint8_t level; /* 1: nobody's signature but its own */
	uint8_t flags, rate;
	uint16_t period;
	uint8_t hash[32];
	char name[CLI_MANIFEST_TEXT], purpose[CLI_MANIFEST_TEXT];
	char origins[512]; /* empty unless there are several */
};

/*
 * The manifest of --manifest for the scope; *given 0 without the option.  Takes
 * its period where --period is not given.  EX_FAIL after a message: malformed,
 * for another service, out of date; EX_USAGE: another period than --period.
 */
int cli_manifest_load(const struct cli_args *a, struct cli_nym *n,
    struct cli_manifest *out, int *given);

#endif
