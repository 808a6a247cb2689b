/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Vault files that are named, or looked for, and opened by their code. */
#ifndef CLI_NYM_FILE_H
#define CLI_NYM_FILE_H

#include "tools/jumin/nym_use.h"

/* The head of a file that was named.  EX_FAIL after a message. */
int cli_vault_head(const char *path, struct nym_vault_ref *out);

/* The vault of the card in u's reader.  *found 0: there is none.  EX_FAIL after
 * a message for one that cannot be read. */
int cli_vault_of_card(
    struct cli_nym_use *u, struct nym_vault_ref *out, int *found);

/* Is it a file of that card? */
int cli_vault_is_of_card(
    struct cli_nym_use *u, const struct nym_vault_ref *ref, int *is);

/*
 * The one vault of the folder that is not this card's; with own set this card's
 * goes before it.  EX_FAIL (there is none), EX_USAGE (several, which are named)
 * after a message.
 */
int cli_vault_look(struct cli_nym_use *u, int own, struct nym_vault_ref *out);

/* Ask for the code and open the file.  EX_PIN: it is another file's code. */
int cli_vault_open_code(const struct cli_args *a,
    const struct nym_vault_ref *ref, struct nym_vault **out);

/* Services that are registered; of these those with a carried key. */
size_t cli_vault_services(const struct nym_vault *v, size_t *carried);

#endif
