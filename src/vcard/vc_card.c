/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The card as a whole: made, changed on disk, given further applications. */
#include "vcard/vc_card.h"

#include <stdlib.h>
#include <string.h>

/* The event's entry and what it tells of go to the disk together. */
static jm_err
commit(void *arg, enum vc_phase why, const struct vc_event *event)
{
	static const char *const name[] = { "pay", "restore", "change" };
	struct vc_card *card = arg;

	jm_err e;

	if (event == NULL)
		return vc_image_save(card, name[why]);
	if ((e = vc_log_append(&card->log, event)) != JM_OK)
		return e;
	if ((e = vc_image_save(card, name[why])) != JM_OK)
		vc_log_undo(&card->log);
	return e;
}

static struct vc_view
view(const struct vc_card *card)
{
	return (struct vc_view){ &card->par, &card->store, &card->log,
		&card->life };
}

jm_err
vc_card_new(const struct vc_profile *profile, struct vc_card **out)
{
	struct vc_card *card;
	struct vc_view look;

	*out = NULL;
	if ((card = calloc(1, sizeof *card)) == NULL)
		return JM_NOMEM;
	card->profile = profile;
	card->image.fd = -1;
	card->store = (struct vc_store){ commit, card };
	card->life = VC_ISSUED;
	vc_params_init(&card->par);
	look = view(card);
	card->app_count = profile->app_count;
	for (size_t i = 0; i < card->app_count; i++)
		vc_app_init(&card->app[i], profile->apps[i], &look);
	card->image.param = calloc(vc_param_count(), sizeof(char *));
	card->reply = malloc(VC_REPLY_MAX);
	card->v.rest = malloc(VC_REPLY_MAX);
	card->v.sm = malloc(VC_REPLY_MAX);
	card->v.chain = malloc(VC_CHAIN_MAX);
	if (card->image.param == NULL || card->reply == NULL ||
	    card->v.rest == NULL || card->v.sm == NULL ||
	    card->v.chain == NULL) {
		vc_close(&card);
		return JM_NOMEM;
	}
	*out = card;
	return JM_OK;
}

/* Loaded applications -------------------------------------------------------*/

/* Of two AIDs that begin alike the shorter would hide the longer. */
static int
clash(const struct vc_app_def *a, const struct vc_app_def *b)
{
	size_t n = a->aid_len < b->aid_len ? a->aid_len : b->aid_len;

	return memcmp(a->aid, b->aid, n) == 0 || strcmp(a->name, b->name) == 0;
}

jm_err
vc_card_add_app(struct vc_card *card, struct vc_package **own)
{
	const struct vc_view look = view(card);
	struct vc_app *app;

	if (card->app_count == NELEM(card->app))
		return JM_SPACE;
	for (size_t i = 0; i < card->app_count; i++)
		if (clash(card->app[i].def, &(*own)->def))
			return JM_ARG;
	app = &card->app[card->app_count++];
	vc_app_init(app, &(*own)->def, &look);
	app->own = *own;
	*own = NULL;
	return JM_OK;
}

jm_err
vc_card_take_app(struct vc_card *card, size_t i, struct vc_app *out)
{
	if (i >= card->app_count || card->app[i].own == NULL)
		return JM_ARG;
	if (card->v.current == i)
		card->v.current = 0;
	else if (card->v.current > i)
		card->v.current--;
	*out = card->app[i];
	memmove(&card->app[i], &card->app[i + 1],
	    (card->app_count - i - 1) * sizeof card->app[0]);
	memset(&card->app[--card->app_count], 0, sizeof card->app[0]);
	return JM_OK;
}

void
vc_card_put_app(struct vc_card *card, size_t i, struct vc_app *app)
{
	memmove(&card->app[i + 1], &card->app[i],
	    (card->app_count - i) * sizeof card->app[0]);
	card->app[i] = *app;
	card->app_count++;
	if (card->v.current >= i)
		card->v.current++;
	memset(app, 0, sizeof *app);
}
