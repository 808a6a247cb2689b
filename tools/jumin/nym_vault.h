/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the commands on vaults share: saving, and what is said of it. */
#ifndef CLI_NYM_VAULT_H
#define CLI_NYM_VAULT_H

#include "tools/jumin/nym_use.h"

struct cli_vault_report {
	size_t services, carried;
	int64_t copy_of; /* when the copy was made; 0: there is none */
	unsigned older;  /* changed since in what was here */
	char code[NYM_CODE_SHOWN];
};

int cli_vault_report(
    const struct cli_args *a, const struct cli_vault_report *r);

/* Counts, saves and tells, with the recovery code if there is one. */
int cli_vault_finish(struct cli_nym_use *u, struct cli_vault_report *r);

#endif
