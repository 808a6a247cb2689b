/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the juki, common-card and licence applications hold, and GET DATA. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_fill.h"

/* Numbers of keys, by analogy with those of the text application (a guess). */
#define JUKI_NUMBER   "6000014"
#define COMMON_NUMBER "6000004"
#define UPPER_NUMBER  "6000003"
#define CARD_NUMBER   "6000005"

#define CARD_KEY      0x0019
#define LEN_OF_CVC    700 /* more than one takes */

/* A linear EF of one record: two bytes of length before it. */
static jm_err
put_record(struct vc_app *app, unsigned id, const struct jm_wbuf *record)
{
	uint8_t mem[2 + 64];
	struct jm_wbuf w;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_be16(&w, (unsigned)record->len);
	jm_put(&w, record->mem, record->len);
	return record->full ? JM_SPACE : vc_fill_wbuf(app, id, &w);
}

static jm_err
put_key_reference(struct vc_app *app, unsigned id, const char *number)
{
	uint8_t mem[VC_KEY_ID];
	struct jm_wbuf w;

	jm_wbuf_init(&w, mem, sizeof mem);
	vc_put_key_id(&w, number);
	return put_record(app, id, &w);
}

/* The counter sets one PIN for both applications. */
static jm_err
put_juki_pin(const struct vc_fill *f, struct vc_app *app)
{
	const char *pin = f->how->juki_pin != NULL ? f->how->juki_pin : "1234";

	return vc_fill_pin(app, 0x001c, pin, strlen(pin));
}

jm_err
vc_fill_juki(const struct vc_fill *f, struct vc_app *app)
{
	jm_err e;

	if ((e = put_juki_pin(f, app)) != JM_OK ||
	    (e = vc_fill_bytes(app, 0x0001, f->code, VC_CODE_LEN)) != JM_OK)
		return e;
	return put_key_reference(app, 0x0002, JUKI_NUMBER);
}

jm_err
vc_fill_common(const struct vc_fill *f, struct vc_app *app)
{
	uint8_t mem[2 + 15 + 5 + 8];
	struct jm_wbuf w;
	jm_err e;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_tlv_head(&w, 0x01, sizeof mem - 2);
	jm_put(&w, f->serial, 15);
	jm_put(&w, VC_CITY_CODE, 5);
	jm_put(&w, f->expiry, 8);
	if ((e = put_juki_pin(f, app)) != JM_OK ||
	    (e = put_record(app, 0x0001, &w)) != JM_OK ||
	    (e = put_key_reference(app, 0x0002, COMMON_NUMBER)) != JM_OK)
		return e;
	return vc_fill_new_key(app, CARD_KEY);
}

/* A driver's licence: our own objects, signed by a key made for it. */
jm_err
vc_fill_licence(const struct vc_fill *f, struct vc_app *app)
{
	static const char pin[] = "1234";
	uint8_t *mem;
	struct jm_wbuf w, sig;
	jm_err e;

	if ((mem = malloc(VC_OBJECT_MAX)) == NULL)
		return JM_NOMEM;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX / 2);
	jm_wbuf_init(&sig, mem + VC_OBJECT_MAX / 2, VC_OBJECT_MAX / 2);
	jm_put_tlv(&w, 0xc2, f->holder->name, strlen(f->holder->name));
	jm_put_tlv(&w, 0xc3, f->holder->birth, 8);
	jm_put_tlv(&w, 0xc4, "300000000000", 12); /* number of the licence */
	jm_put_tlv(&w, 0xc5, f->expiry, 8);
	if ((e = vc_fill_pin(app, 0x0006, pin, 4)) != JM_OK ||
	    (e = vc_fill_bytes(app, 0x001a, "\xc1\x01\x01", 3)) != JM_OK ||
	    (e = vc_fill_wbuf(app, 0x001b, &w)) != JM_OK ||
	    (e = vc_put_signature(&sig, 0xc6, f->police, mem, w.len)) != JM_OK)
		goto out;
	e = vc_fill_wbuf(app, 0x001c, &sig);
out:
	jm_free_secret(mem, VC_OBJECT_MAX);
	return e;
}

/* GET DATA ------------------------------------------------------------------*/

/* A certificate as these objects have it: without the header of 7F21. */
static jm_err
put_cvc(struct jm_wbuf *w, const char *issuer_number,
    const struct jm_soft_key *issuer, const char *number,
    const struct jm_soft_key *key)
{
	uint8_t mem[LEN_OF_CVC];
	struct jm_rbuf r, value;
	struct jm_wbuf whole;
	unsigned tag;
	jm_err e;

	jm_wbuf_init(&whole, mem, sizeof mem);
	e = vc_put_cvc(&whole, issuer_number, issuer, number, key);
	if (e != JM_OK)
		return e;
	r = (struct jm_rbuf){ mem, whole.len };
	if ((e = jm_tlv_next(&r, &tag, &value)) == JM_OK)
		jm_put(w, value.p, value.left);
	return e;
}

/* The card's own key: that of INTERNAL AUTHENTICATE. */
static const struct jm_soft_key *
card_key(struct vc_card *card)
{
	for (size_t i = 0; i < card->app_count; i++)
		if (strcmp(card->app[i].def->name, "common") == 0 &&
		    vc_app_there(&card->app[i]))
			return vc_fill_find(&card->app[i], CARD_KEY)->key;
	return NULL;
}

/* Formats are guesses but for the certificates, whose form was measured; a card
 * without the key has none. */
static jm_err
put_object(const struct vc_fill *f, struct vc_card *card, unsigned tag,
    struct jm_wbuf *w)
{
	static const uint8_t recognition[] = { 0x73, 0x09, 0x06, 0x07, 0x2a,
		0x86, 0x48, 0x86, 0xfc, 0x6b, 0x01 };
	const struct jm_soft_key *key = card_key(card);

	switch (tag) {
	case 0x0042: jm_put(w, "\x39\x2f\x13\x99\x9f", 5); break;
	case 0x0066: jm_put(w, recognition, sizeof recognition); break;
	case 0x00f0: jm_put(w, VC_CITY_CODE, 5); break;
	case 0x00f2: jm_put(w, f->expiry, 8); break;
	case 0x00f7:
		if (key != NULL)
			vc_put_key_id(w, CARD_NUMBER);
		break;
	case 0x00f8:
		return key == NULL ? JM_OK
				   : put_cvc(w, UPPER_NUMBER, f->upper,
					 COMMON_NUMBER, f->city);
	case 0x7f21:
		return key == NULL ? JM_OK
				   : put_cvc(w, COMMON_NUMBER, f->city,
					 CARD_NUMBER, key);
	}
	return JM_OK;
}

jm_err
vc_fill_data(const struct vc_fill *f, struct vc_card *card)
{
	uint8_t mem[LEN_OF_CVC];
	struct jm_wbuf w;
	size_t len;
	jm_err e;

	for (size_t i = 0; i < card->profile->data_count; i++) {
		struct vc_data *d = &card->data[i];

		if (card->profile->data[i].source != VC_DATA_IMAGE)
			continue;
		jm_wbuf_init(&w, mem, sizeof mem);
		e = put_object(f, card, card->profile->data[i].tag, &w);
		if (e != JM_OK || (e = jm_wbuf_done(&w, &len)) != JM_OK)
			return e;
		if (len == 0)
			continue;
		if ((d->data = malloc(len)) == NULL)
			return JM_NOMEM;
		memcpy(d->data, mem, len);
		d->len = len;
	}
	return JM_OK;
}
