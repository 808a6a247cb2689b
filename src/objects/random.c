/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/random.h"

#include <string.h>

#include "base/wipe.h"
#include "objects/token_impl.h"

jm_err
jm_token_random(struct jm_token *t, uint8_t *out, size_t len)
{
	jm_err e;

	memset(out, 0, len);
	if ((e = jm_tok_begin(t)) != JM_OK)
		return e;
	if ((e = jm_tok_end(t, jm_card_random(t->card, out, len))) != JM_OK)
		jm_wipe(out, len);
	return e;
}
