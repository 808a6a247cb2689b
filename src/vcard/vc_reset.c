/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A PIN gets a new value: from its holder, who has verified the old one, or at
 * a counter. */
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_app.h"

/* 9000, or the answer to a value that this PIN cannot have. */
static unsigned
value_sw(const struct vc_app *a, const struct vc_file_def *def,
    const struct vc_cmd *c)
{
	enum vc_change_check check = (enum vc_change_check)a->par->change_check;

	if (c->ne != 0 || c->nc == 0 || c->nc > VC_PIN_MAX)
		return 0x6700;
	if (vc_pin_form_ok(def, c->data, c->nc, check))
		return 0x9000;
	return vc_pin_form_ok(def, c->data, c->nc, VC_CHANGE_LENGTH) ? 0x6a80
								     : 0x6700;
}

/* The new value with a full counter, on disk; or nothing has changed. */
static jm_err
set(struct vc_app *a, int i, const struct vc_cmd *c,
    const struct vc_event *event, unsigned *sw)
{
	struct vc_file *f = &a->file[i], old = *f;
	jm_err e;

	memset(f->pin, 0, sizeof f->pin);
	memcpy(f->pin, c->data, c->nc);
	f->pin_len = c->nc;
	f->tries = vc_pin_full(a, f->def);
	e = a->store->commit(a->store->arg, VC_PHASE_CHANGE, event);
	if (e != JM_OK)
		*f = old;
	else
		*sw = 0x9000;
	jm_wipe(&old, sizeof old);
	return e;
}

/* The new value alone, after a VERIFY of the old one. */
static jm_err
change(struct vc_app *a, const struct vc_cmd *c, unsigned p1, unsigned *sw)
{
	int i;

	*sw = 0x6a86;
	if (c->p1 != p1)
		return JM_OK;
	if ((*sw = vc_app_ref(a, c->p2, VC_PIN, &i)) != 0x9000)
		return JM_OK;
	*sw = 0x6982;
	if ((a->verified >> i & 1) == 0 || !vc_pin_taken(a))
		return JM_OK;
	*sw = 0x6985;
	if (!vc_may(a, (size_t)i))
		return JM_OK; /* a number that nobody may change */
	if ((*sw = value_sw(a, a->file[i].def, c)) != 0x9000)
		return JM_OK;
	return set(a, i, c, NULL, sw);
}

/* An application has one of the two commands. */
jm_err
vc_change(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	(void)out;
	*sw = 0x6d00;
	if ((self->def->traits & VC_T_CHANGE_KEY) != 0)
		return JM_OK;
	return change(self, c, 1, sw);
}

jm_err
vc_change_key(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	(void)out;
	*sw = 0x6d00;
	if ((self->def->traits & VC_T_CHANGE_KEY) == 0)
		return JM_OK;
	return change(self, c, 0, sw);
}

/* Before a card is handed out its first PINs are set, with no operator. */
static int
first_pins(const struct vc_app *a, int i)
{
	return *a->life == VC_PERSONALISED && (a->rights & VC_R_COUNTER) != 0 &&
	       (a->def->files[i].update.rights & VC_RESET_PIN) != 0;
}

jm_err
vc_reset_counter(struct vc_app *self, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	const struct vc_event say = self->authority.say;
	const struct vc_file *f;
	enum vc_grant grant;
	jm_err e;
	int i;

	(void)out;
	*sw = 0x6d00;
	if (!vc_app_writable(self))
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 != 2)
		return JM_OK;
	if ((*sw = vc_app_ref(self, c->p2, VC_PIN, &i)) != 0x9000)
		return JM_OK;
	f = &self->file[i];
	grant = vc_update_grant(self, (size_t)i);
	*sw = 0x6982;
	if (grant == VC_REFUSED && !first_pins(self, i))
		return JM_OK;
	*sw = 0x6985;
	if (f->def->tries == 0 || !vc_pair_there(self, f->def))
		return JM_OK; /* blocked for ever, or a pair's that is not
				 there */
	if ((*sw = value_sw(self, f->def, c)) != 0x9000)
		return JM_OK;
	e = set(self, i, c, grant == VC_STAGED ? &say : NULL, sw);
	if (e != JM_OK)
		return e;
	self->verified &= ~((uint32_t)1 << i);
	if (grant == VC_STAGED)
		vc_app_spend(self);
	return JM_OK;
}
