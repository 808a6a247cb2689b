/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A key's length is known for good once its certificate was read, which may be
 * after a log-in only: the host pads a shorter signature else. */
#include "drivers/opensc/view.h"

#include <libopensc/log.h>

static int
knows_length(const sc_card_t *card, unsigned bits)
{
	for (int i = 0; i < card->algorithm_count; i++)
		if (card->algorithms[i].key_length == bits)
			return 1;
	return 0;
}

static void
set_length(sc_pkcs15_object_t *obj, unsigned bits)
{
	struct sc_pkcs15_prkey_info *prkey = obj->data;
	struct sc_pkcs15_pubkey_info *pubkey = obj->data;

	switch (obj->type) {
	case SC_PKCS15_TYPE_PRKEY_RSA: prkey->modulus_length = bits; break;
	case SC_PKCS15_TYPE_PRKEY_EC: prkey->field_length = bits; break;
	case SC_PKCS15_TYPE_PUBKEY_RSA: pubkey->modulus_length = bits; break;
	case SC_PKCS15_TYPE_PUBKEY_EC: pubkey->field_length = bits; break;
	default: break;
	}
}

static int
reference_of(const sc_pkcs15_object_t *obj)
{
	const struct sc_pkcs15_prkey_info *prkey = obj->data;
	const struct sc_pkcs15_pubkey_info *pubkey = obj->data;

	switch (obj->type & SC_PKCS15_TYPE_CLASS_MASK) {
	case SC_PKCS15_TYPE_PRKEY: return prkey->key_reference;
	case SC_PKCS15_TYPE_PUBKEY: return pubkey->key_reference;
	default: return -1;
	}
}

void
osc_view_refresh(struct osc_card *o)
{
	if (o->view == NULL)
		return;
	for (sc_pkcs15_object_t *obj = o->view->obj_list; obj != NULL;
	     obj = obj->next) {
		const int pair = osc_pair_of_reference(o, reference_of(obj));
		unsigned bits;

		if (pair < 0)
			continue;
		bits = jm_token_key_bits(o->token, (enum jm_pair)pair);
		if (!knows_length(o->card, bits) &&
		    osc_add_algorithms(o, (enum jm_pair)pair) != SC_SUCCESS)
			continue;
		set_length(obj, bits);
	}
}
