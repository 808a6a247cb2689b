/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files of the other applications as data objects.  They are listed from the
 * profile: whether a card has the application is asked when one is read.
 */
#include <string.h>

#include "drivers/opensc/view.h"

#include "base/wipe.h"

int
osc_view_has_data(const struct osc_card *o, enum jm_data_id id)
{
	const struct jm_prof_data *d = jm_token_data_at(o->token, id);

	if (d == NULL || !o->opt.data_objects)
		return 0;
	/* The host's list reads each that it needs no PIN for. */
	return d->need_pin ? osc_view_has_pin(o, d->pin)
			   : o->opt.free_data_objects;
}

static int
add_data(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e,
    enum jm_data_id id)
{
	const struct jm_prof_data *d = jm_token_data_at(o->token, id);
	sc_pkcs15_data_info_t *info = &e->of.data;

	memset(e, 0, sizeof *e);
	osc_set_path(o, d->app, d->ef, &info->path);
	osc_set_text(
	    info->app_label, sizeof info->app_label, jm_ident_data_name(id));
	sc_init_oid(&info->app_oid);
	osc_set_label(&e->obj, jm_ident_data_label(id));
	if (d->need_pin) {
		e->obj.flags = SC_PKCS15_CO_FLAG_PRIVATE;
		osc_set_auth_id(&e->obj, d->pin);
	}
	return sc_pkcs15emu_add_data_object(p15, &e->obj, info);
}

int
osc_view_data(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e)
{
	int r = SC_SUCCESS;

	for (int i = 0; r == SC_SUCCESS && i < JM_DATAS; i++)
		if (osc_view_has_data(o, (enum jm_data_id)i))
			r = add_data(o, p15, e, (enum jm_data_id)i);
	return r;
}

void
osc_view_wipe(sc_pkcs15_card_t *p15)
{
	for (sc_pkcs15_object_t *obj = p15->obj_list; obj != NULL;
	     obj = obj->next) {
		sc_pkcs15_data_info_t *info = obj->data;

		if (obj->type != SC_PKCS15_TYPE_DATA_OBJECT || info == NULL ||
		    info->data.value == NULL)
			continue;
		jm_free_secret(info->data.value, info->data.len);
		info->data.value = NULL;
		info->data.len = 0;
	}
}
