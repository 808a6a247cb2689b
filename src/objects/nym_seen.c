/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* By itself, for each token is freed and few are used for identities. */
#include <stdlib.h>

#include "objects/token_impl.h"

void
jm_tok_nym_free(struct jm_token *t)
{
	struct jm_nym_seen *s;

	while ((s = t->nym_seen) != NULL) {
		t->nym_seen = s->next;
		nym_index_free(&s->index);
		free(s);
	}
}
