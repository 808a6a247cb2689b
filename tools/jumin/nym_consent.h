/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the holder is told before anything leaves, and his answer (nym1.md,
 * section 7): who asks, what he would get, how long it lasts.
 */
#ifndef CLI_NYM_CONSENT_H
#define CLI_NYM_CONSENT_H

#include "tools/jumin/nym_manifest.h"
#include "tools/jumin/nym_use.h"

enum cli_consent {
	CLI_CONSENT_REGISTER,
	CLI_CONSENT_ASSERT, /* somebody who is not registered: no vault */
	CLI_CONSENT_CHANGE, /* registered, with another disclosure set */
	CLI_CONSENT_ROLLOVER,
	CLI_CONSENT_RESET,
	CLI_CONSENT_FORGET
};

/* What is asked for; all borrowed. */
struct cli_asked {
	const struct cli_nym *n;
	const struct cli_manifest *manifest; /* NULL: none */
	uint16_t period;
	uint16_t was;  /* CHANGE: the period agreed to */
	int as_agreed; /* the period is the vault's, which is not open yet */
};

/* EX_OK: yes, or --yes.  EX_FAIL after saying that it is cancelled. */
int cli_consent(
    const struct cli_args *a, enum cli_consent what, const struct cli_asked *q);

/* The same text without a question, for a service that is known: on the
 * terminal, where one is asked for the PIN next. */
void cli_consent_show(const struct cli_args *a, const struct cli_asked *q);

/* EX_FAIL after saying that nothing is given out, and why (may be NULL). */
int cli_consent_cancel(const char *why);

/* The set's hash (holder/consent.h).  Exit code. */
int cli_disclosure(const struct cli_asked *q, uint8_t out[32]);

/* A receipt in the vault, where there is one. */
int cli_receipt(struct cli_nym_use *u, enum nym_act act,
    const struct cli_asked *q, uint32_t generation);

#endif
