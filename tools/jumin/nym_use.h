/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One use of the card for a service identity, from the lock to the saved vault.
 * In this order: cli_nym_open, what there is to ask, cli_nym_job, what is to be
 * changed in the vault, cli_nym_save, cli_nym_close.  The card is let go after
 * the job; nothing is on disk before cli_nym_save.
 */
#ifndef CLI_NYM_USE_H
#define CLI_NYM_USE_H

#include "holder/consent.h"
#include "objects/nym.h"
#include "tools/jumin/nym_args.h"
#include "tools/jumin/session.h"

struct cli_nym_use {
	const struct cli_args *a;
	struct cli_session s;
	struct nym_lock *lock;
	struct nym_job job;
	uint8_t *site_l; /* locked; NULL: no site key */
};

/*
 * The vault's lock (but for --binding site, which writes nothing) and the card,
 * which has to have the authentication pair.  n may be NULL: the vault alone.
 * Exit codes; cli_nym_close is due whatever comes of it.
 */
int cli_nym_open(
    const struct cli_args *a, const struct cli_nym *n, struct cli_nym_use *u);

/* The job that stands in u->job, with one PIN. */
int cli_nym_job(struct cli_nym_use *u);

/* The vault and the index.  Fine without a vault. */
int cli_nym_save(struct cli_nym_use *u);

void cli_nym_close(struct cli_nym_use *u);

/* Say what became of something in the folder of vaults. */
int cli_nym_failed(struct cli_nym_use *u, jm_err e, int tries);

/* For messages: the folder of vaults, as a terminal may show it. */
const char *cli_nym_folder(char out[NYM_VAULT_PATH_MAX]);

/*
 * The vault's recovery code, if this run made one: it is shown now or never.
 * *code: as nym_code_text writes it, to be wiped; empty: there is none.
 */
int cli_nym_take_code(struct cli_nym_use *u, char code[NYM_CODE_SHOWN]);

/* A recovery code from --code-fd or the terminal: EX_PIN or EX_USAGE after a
 * message.  cli_nym_code_fd: is --code-fd a number that can be? */
int cli_nym_code_fd(const struct cli_args *a, int *fd);
int cli_nym_ask_code(const struct cli_args *a, uint8_t code[NYM_CODE_LEN]);

#endif
