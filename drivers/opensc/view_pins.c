/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PINs of the PKCS#15 view. */
#include <limits.h>
#include <string.h>

#include "drivers/opensc/view.h"

/* Ids from 1 are those of the pairs' objects too. */
static const char *const labels[JM_PINS] = {
	[JM_PIN_AUTH] = "User Authentication PIN",
	[JM_PIN_SIGN] = "Digital Signature PIN",
	[JM_PIN_TEXT] = "Text Entry PIN",
	[JM_PIN_FACE] = "Face Number B",
	[JM_PIN_BIRTH] = "Face Birth Date",
};

const char *
osc_pin_label(enum jm_pin_id id)
{
	return labels[id];
}

void
osc_set_auth_id(sc_pkcs15_object_t *obj, enum jm_pin_id pin)
{
	osc_set_id(&obj->auth_id, (unsigned char)(pin + 1));
}

int
osc_view_has_pin(const struct osc_card *o, enum jm_pin_id id)
{
	enum jm_pair pair;

	if (!jm_token_profile(o->token)->pin[id].present)
		return 0;
	if (jm_pin_pair(id, &pair))
		return osc_shows(o, pair);
	/* The host has four tokens for a card, and where it wants a fifth it
	 * shows no public objects at all. */
	return o->opt.data_objects &&
	       (id != JM_PIN_BIRTH || !osc_reads_ahead(o));
}

/* What is printed on a card does not change.  Letters are taken in either case:
 * the token folds them. */
static unsigned
flags_of(enum jm_pin_id id)
{
	const unsigned flags = SC_PKCS15_PIN_FLAG_LOCAL |
			       SC_PKCS15_PIN_FLAG_INITIALIZED |
			       SC_PKCS15_PIN_FLAG_UNBLOCK_DISABLED;

	if (id == JM_PIN_FACE || id == JM_PIN_BIRTH)
		return flags | SC_PKCS15_PIN_FLAG_CHANGE_DISABLED;
	return flags;
}

static int
add_pin(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e,
    enum jm_pin_id id)
{
	const struct jm_prof_pin *p = &jm_token_profile(o->token)->pin[id];
	sc_pkcs15_auth_info_t *info = &e->of.pin;
	struct jm_pin_state state;

	memset(e, 0, sizeof *e);
	osc_set_id(&info->auth_id, (unsigned char)(id + 1));
	info->auth_type = SC_PKCS15_PIN_AUTH_TYPE_PIN;
	info->auth_method = SC_AC_CHV;
	info->attrs.pin.reference = osc_pin_reference(o, id);
	info->attrs.pin.flags = flags_of(id);
	info->attrs.pin.type = p->chars == JM_PIN_DIGITS
				   ? SC_PKCS15_PIN_TYPE_ASCII_NUMERIC
				   : SC_PKCS15_PIN_TYPE_UTF8;
	info->attrs.pin.min_length = p->min;
	info->attrs.pin.max_length = p->max;
	info->attrs.pin.stored_length = p->max;
	info->max_tries = p->tries;
	info->tries_left = -1;
	if (jm_token_pin_known(o->token, id, UINT_MAX, &state))
		info->tries_left = state.tries;
	info->logged_in = SC_PIN_STATE_UNKNOWN;
	osc_set_label(&e->obj, labels[id]);
	if (!(info->attrs.pin.flags & SC_PKCS15_PIN_FLAG_CHANGE_DISABLED))
		e->obj.flags = SC_PKCS15_CO_FLAG_MODIFIABLE;
	return sc_pkcs15emu_add_pin_obj(p15, &e->obj, info);
}

int
osc_view_pins(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e)
{
	int r = SC_SUCCESS;

	for (int id = 0; r == SC_SUCCESS && id < JM_PINS; id++)
		if (osc_view_has_pin(o, (enum jm_pin_id)id))
			r = add_pin(o, p15, e, (enum jm_pin_id)id);
	return r;
}
