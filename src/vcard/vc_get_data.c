/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GET DATA: the card's own data objects, the same in every application. */
#include "vcard/vc_card.h"

/* The contact ATR as the card stores it: without its first byte. */
static unsigned
put_atr(const struct vc_card *card, struct jm_wbuf *out)
{
	const struct vc_params *par = &card->par;
	const struct vc_hex *atr =
	    par->contact_atr.word == 0 ? &par->contact_atr : &par->atr;

	if (par->get_data == VC_DATA_OFF ||
	    (par->get_data == VC_DATA_IN_AP && card->v.current == 0))
		return 0x6a88;
	jm_put(out, atr->b + 1, atr->len - 1);
	return 0x9000;
}

static unsigned
put_object(const struct vc_card *card, size_t i, struct jm_wbuf *out)
{
	switch (card->profile->data[i].source) {
	case VC_DATA_ATR: return put_atr(card, out);
	case VC_DATA_CARD:
		if (card->id_len == 0)
			return 0x6a88;
		jm_put(out, card->id, card->id_len);
		return 0x9000;
	case VC_DATA_IMAGE: break;
	}
	if (card->data[i].data == NULL)
		return 0x6a88;
	jm_put(out, card->data[i].data, card->data[i].len);
	return 0x9000;
}

jm_err
vc_get_data(struct vc_card *card, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	const struct vc_profile *p = card->profile;
	const unsigned tag = (unsigned)c->p1 << 8 | c->p2;

	*sw = 0x6a88;
	for (size_t i = 0; i < p->data_count; i++) {
		if (p->data[i].tag != tag)
			continue;
		*sw = put_object(card, i, out);
		break;
	}
	if (*sw == 0x9000 && (c->nc != 0 || c->ne == 0)) {
		out->len = 0;
		*sw = 0x6700;
	}
	return JM_OK;
}
