/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_issuer.h"

#define MORE 0x00
#define LAST 0x80

void
vc_transfer_drop(struct vc_card *card)
{
	struct vc_transfer *t = &card->v.transfer;

	jm_free_secret(t->mem, t->cap);
	memset(t, 0, sizeof *t);
}

static unsigned
block(struct vc_transfer *t, const struct vc_cmd *c, size_t max)
{
	if (c->p1 != MORE && c->p1 != LAST)
		return 0x6a86;
	if (c->nc == 0 || c->ne != 0)
		return 0x6700;
	if (t->mem == NULL || t->ins != c->ins || c->p2 != t->next)
		return 0x6985;
	if (c->nc > max - t->len)
		return 0x6a84;
	memcpy(t->mem + t->len, c->data, c->nc);
	t->len += c->nc;
	t->next++;
	return 0x9000;
}

unsigned
vc_transfer(
    struct vc_card *card, const struct vc_cmd *c, size_t max, int *whole)
{
	struct vc_transfer *t = &card->v.transfer;
	unsigned sw;

	*whole = 0;
	if (c->p2 == 0) {
		vc_transfer_drop(card);
		if ((t->mem = malloc(max)) == NULL)
			return 0x6a84;
		t->cap = max;
		t->ins = c->ins;
	}
	if ((sw = block(t, c, max)) != 0x9000)
		vc_transfer_drop(card);
	else
		*whole = c->p1 == LAST;
	return sw;
}

struct vc_app *
vc_current_named(struct vc_card *card, const char *name)
{
	struct vc_app *app = &card->app[card->v.current];

	return strcmp(app->def->name, name) == 0 ? app : NULL;
}
