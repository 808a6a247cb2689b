/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An identifier for people and for programs, and what a new vault's owner has
 * to know. */
#ifndef CLI_NYM_SHOW_H
#define CLI_NYM_SHOW_H

#include "nym/derive.h"
#include "tools/jumin/json.h"

struct cli_nid {
	const char *scope;
	uint8_t nid[NYM_NID_LEN];
	struct nym_which which;
};

/* scope, nid, sub, period, epoch, generation, in the object that is open. */
void cli_nid_json(struct cli_json *j, const struct cli_nid *id);

/* n bytes as lower-case hex; cap counts the NUL too. */
const char *cli_hex(const uint8_t *in, size_t n, char *out, size_t cap);

/* The recovery code, once, and what it is good for; to standard output. */
void cli_show_code(const char *code);

#endif
