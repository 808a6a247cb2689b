/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a card to its successor: the resident record code and the municipal
 * applications with what they hold.  Never a private key, never a PIN.
 *
 * The old card is read and stays as it is; only when the successor has it all
 * is it returned.  Each thing is on the successor wholly or not at all, and
 * what is there already is compared, not written again: so a move that broke
 * anywhere is completed by another one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "tools/vcard/counter.h"

static const struct counter_loaded *
find(const struct counter_loaded *list, size_t n,
    const struct counter_loaded *what)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].aid_len == what->aid_len &&
		    memcmp(list[i].aid, what->aid, what->aid_len) == 0)
			return &list[i];
	return NULL;
}

/* Does the successor's application hold what the old one's does? */
static jm_err
compare(struct counter *c, struct counter_card *to,
    const struct counter_loaded *app, const uint8_t *want, size_t want_len)
{
	uint8_t *have = NULL;
	size_t len;
	jm_err e;

	e = counter_export(c, to, app->aid, app->aid_len, &have, &len);
	if (e != JM_OK)
		return e;
	if (len != want_len || memcmp(have, want, len) != 0)
		e = counter_blame(c, to, COUNTER_AT_COMPARE, JM_REFUSED, 0);
	jm_free_secret(have, COUNTER_PACKAGE_MAX);
	return e;
}

static jm_err
move_app(struct counter *c, struct counter_card *from, struct counter_card *to,
    const struct counter_loaded *app, int there)
{
	uint8_t *pack = NULL;
	size_t len;
	jm_err e;

	e = counter_export(c, from, app->aid, app->aid_len, &pack, &len);
	if (e != JM_OK)
		return e;
	if (there)
		e = compare(c, to, app, pack, len);
	else
		e = counter_load(c, to, COUNTER_MOVE_IN, pack, len);
	jm_free_secret(pack, COUNTER_PACKAGE_MAX);
	return e;
}

/* Room for what both cards have. */
struct lists {
	struct counter_loaded old[COUNTER_LOADED_MAX];
	struct counter_loaded new[COUNTER_LOADED_MAX];
};

static jm_err
move_apps(struct counter *c, struct counter_card *from, struct counter_card *to)
{
	struct lists *l = malloc(sizeof *l);
	size_t n, m;
	jm_err e;

	if (l == NULL)
		return counter_blame(c, NULL, COUNTER_AT_LIST, JM_NOMEM, 0);
	if ((e = counter_list(c, from, l->old, &n)) != JM_OK ||
	    (e = counter_consent(c, to)) != JM_OK ||
	    (e = counter_list(c, to, l->new, &m)) != JM_OK)
		goto out;
	for (size_t i = 0; i < n && e == JM_OK; i++)
		e = move_app(c, from, to, &l->old[i],
		    find(l->new, m, &l->old[i]) != NULL);
out:
	free(l);
	return e;
}

static jm_err
move_code(struct counter *c, struct counter_card *from, struct counter_card *to)
{
	char old[COUNTER_CODE_LEN + 1], new[COUNTER_CODE_LEN + 1];
	jm_err e;

	if ((e = counter_read_code(c, from, old)) == JM_OK &&
	    (e = counter_read_code(c, to, new)) == JM_OK &&
	    strcmp(old, new) != 0)
		e = counter_change_code(c, to, COUNTER_MOVE_IN, old);
	jm_wipe(old, sizeof old);
	jm_wipe(new, sizeof new);
	return e;
}

jm_err
counter_succeed(
    struct counter *c, struct counter_card *from, struct counter_card *to)
{
	jm_err e;

	if ((e = move_apps(c, from, to)) != JM_OK ||
	    (e = move_code(c, from, to)) != JM_OK)
		return e;
	return counter_set_life(c, from, COUNTER_RETURN, COUNTER_RETURNED);
}
