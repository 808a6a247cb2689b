/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An application's life and its security status. */
#include "vcard/vc_app.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

void
vc_app_init(
    struct vc_app *a, const struct vc_app_def *def, const struct vc_view *view)
{
	memset(a, 0, sizeof *a);
	a->def = def;
	a->par = view->par;
	a->store = view->store;
	a->log = view->log;
	a->life = view->life;
	a->cur = -1;
	a->trust.roles =
	    VC_ROLE(JM_CVC_COUNTER) | VC_ROLE(JM_CVC_ISSUER) |
	    ((def->traits & VC_T_SERVICE) != 0 ? VC_ROLE(JM_CVC_SERVICE) : 0);
	for (size_t i = 0; i < def->file_count && i < VC_FILES_MAX; i++)
		a->file[i].def = &def->files[i];
}

int
vc_file_present(const struct vc_file *f)
{
	return f->def->kind == VC_PIN ? f->pin_len > 0 : f->data != NULL;
}

int
vc_app_there(const struct vc_app *a)
{
	switch (a->def->option) {
	case VC_APP_FIXED: return 1;
	case VC_APP_BESIDE: return a->par->apps == VC_APPS_ALL;
	case VC_APP_LICENCE: return a->par->licence != 0;
	}
	return 1;
}

static void
drop_staged(struct vc_app *a)
{
	for (size_t i = 0; i < VC_FILES_MAX; i++) {
		jm_free_secret(a->staged[i].data, a->staged[i].len);
		jm_soft_key_free(&a->staged[i].key);
		memset(&a->staged[i], 0, sizeof a->staged[i]);
	}
}

void
vc_app_spend(struct vc_app *a)
{
	drop_staged(a);
	a->rights &= ~VC_OPERATIONS;
	jm_wipe(&a->authority, sizeof a->authority);
}

void
vc_app_grant(struct vc_app *a, const struct vc_event *say)
{
	drop_staged(a);
	a->rights = (a->rights & ~VC_OPERATIONS) | (uint32_t)1 << say->op;
	a->authority.say = *say;
}

void
vc_app_end_channel(struct vc_app *a)
{
	vc_app_spend(a);
	a->rights = 0;
	/* What was said to one terminal is not said to the next. */
	if (a->channel != NULL)
		a->verified = 0;
	vc_channel_free(&a->channel);
}

void
vc_app_leave(struct vc_app *a, int drop)
{
	a->cur = -1;
	if (!drop)
		return;
	a->verified = 0;
	vc_app_end_channel(a);
}

void
vc_app_clear(struct vc_app *a)
{
	vc_app_leave(a, 1);
	vc_trust_clear(&a->trust);
	for (size_t i = 0; i < VC_FILES_MAX; i++) {
		jm_free_secret(a->file[i].data, a->file[i].len);
		jm_soft_key_free(&a->file[i].key);
	}
	vc_package_free(&a->own);
	jm_wipe(a, sizeof *a);
	a->cur = -1;
}

int
vc_app_writable(const struct vc_app *a)
{
	return a->trust.cvc_len > 0 || a->own != NULL;
}

/* Conditions ----------------------------------------------------------------*/

static int
pin_met(const struct vc_app *a, const struct vc_cond *cond)
{
	for (size_t k = 0; k < VC_COND_MAX && cond->pin[k] != 0; k++) {
		int i = vc_app_find(a, cond->pin[k]);

		if (i >= 0 && (a->verified >> i & 1) != 0)
			return 1;
	}
	return 0;
}

int
vc_cond_met(const struct vc_app *a, const struct vc_cond *cond)
{
	switch (cond->access) {
	case VC_ALWAYS: return 1;
	case VC_NEVER: return 0;
	case VC_ANY_OF: break;
	}
	return (a->rights & cond->rights) != 0 || pin_met(a, cond);
}

/*
 * Does the operator's word reach this object?  An authorisation for one object
 * names its id, or (a pair is renewed as a whole) another one's of the pair; an
 * empty target means all that the operation may touch, and what the target of
 * the other operations is is not an id.
 */
static int
in_target(const struct vc_app *a, size_t i)
{
	const struct vc_event *say = &a->authority.say;
	const struct vc_file_def *def = &a->def->files[i];
	const uint32_t right = (uint32_t)1 << say->op;
	unsigned id;
	int other;

	if ((right & (VC_RESET_PIN | VC_CHANGE_CODE | VC_RENEW)) == 0 ||
	    (say->target_len == 0 && right != VC_RESET_PIN))
		return 1;
	if (say->target_len != 2)
		return 0;
	id = (unsigned)say->target[0] << 8 | say->target[1];
	if (id == def->id)
		return 1;
	other = vc_app_find(a, id);
	return right == VC_RENEW && other >= 0 && def->pair != VC_PAIR_NONE &&
	       a->def->files[other].pair == def->pair;
}

/* Without and with the operator's word. */
static enum vc_grant
grant(const struct vc_app *a, size_t i, const struct vc_cond *cond)
{
	struct vc_cond lasting = *cond;

	lasting.rights &= ~VC_OPERATIONS;
	if (vc_cond_met(a, &lasting))
		return VC_AT_ONCE;
	if (vc_cond_met(a, cond) && in_target(a, i))
		return VC_STAGED;
	return VC_REFUSED;
}

int
vc_may(const struct vc_app *a, size_t i)
{
	return grant(a, i, &a->def->files[i].cond) != VC_REFUSED;
}

enum vc_grant
vc_update_grant(const struct vc_app *a, size_t i)
{
	return grant(a, i, &a->def->files[i].update);
}
