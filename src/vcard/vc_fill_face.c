/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The face application: what its files hold. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/digest.h"
#include "vcard/vc_fill.h"
#include "vcard/vc_photo.h"

#define UPPER_NUMBER  "6000023" /* of the test hierarchy, as measured */
#define CITY_NUMBER   "6000024"
#define CARD_KEY      0x0014
#define SHA256_LEN    32
#define NAME_LINES    2
#define ADDRESS_LINES 3

/* The objects of EF 0002 behind the table of their places, in its order. */
enum field {
	BIRTH,
	SEX,
	KEY,
	NAME,
	ADDRESS,
	PHOTO,
	SIGNATURE,
	EXPIRY,
	SECURITY,
	FIELDS
};
#define TAG(field) (0xdf22u + (unsigned)(field))

/* body: the objects; where[i]: the place of one in it, end[i] the next one's */
struct face {
	struct jm_wbuf body;
	size_t where[FIELDS], end[FIELDS];
};

/*
 * A card without a photo shows name and expiry alone, as cards before it did;
 * which objects its chip then lacks is not public.
 */
static int
has(const struct vc_app *app, enum field i)
{
	return app->par->face_type == VC_FACE_FULL ||
	       (i != BIRTH && i != SEX && i != ADDRESS && i != PHOTO);
}

static jm_err
put_public_key(struct jm_wbuf *w, struct vc_app *app, unsigned tag)
{
	const size_t at = w->len;
	jm_err e = vc_put_rsa(w, vc_fill_find(app, CARD_KEY)->key);

	if (e == JM_OK)
		jm_tlv_wrap(w, at, tag);
	return e;
}

/*
 * The signature covers three hash values: of birth date, sex and key, of the
 * two pictures, of the photo (a guess from what they mean to whom).
 */
static jm_err
put_face_signature(const struct vc_fill *f, struct face *c)
{
	static const enum field last[3] = { KEY, ADDRESS, PHOTO };
	uint8_t hashes[3][SHA256_LEN];
	size_t from = 0;
	jm_err e;

	for (size_t i = 0; i < NELEM(last); i++) {
		e = jm_hash(JM_SHA256, c->body.mem + from,
		    c->end[last[i]] - from, hashes[i]);
		if (e != JM_OK)
			return e;
		from = c->end[last[i]];
	}
	return vc_put_signature(
	    &c->body, TAG(SIGNATURE), f->city, hashes, sizeof hashes);
}

static jm_err
put_field(
    const struct vc_fill *f, struct vc_app *app, struct face *c, enum field i)
{
	const struct vc_holder *h = f->holder;
	struct jm_wbuf *w = &c->body;
	const size_t at = w->len;

	switch (i) {
	case BIRTH: jm_put_tlv(w, TAG(i), h->birth, 8); return JM_OK;
	case SEX:
		jm_put_tlv(w, TAG(i), h->sex[0] == '3' ? "0" : h->sex, 1);
		return JM_OK;
	case KEY: return put_public_key(w, app, TAG(i));
	case NAME: vc_put_png_text(w, h->name, NAME_LINES); break;
	case ADDRESS: vc_put_png_text(w, h->address, ADDRESS_LINES); break;
	case PHOTO: jm_put(w, vc_photo, sizeof vc_photo); break;
	case SIGNATURE: return put_face_signature(f, c);
	case EXPIRY: jm_put_tlv(w, TAG(i), f->expiry, 8); return JM_OK;
	case SECURITY: vc_put_png_digits(w, f->security); break;
	case FIELDS: return JM_OK;
	}
	jm_tlv_wrap(w, at, TAG(i));
	return JM_OK;
}

/* FF20 { DF21 { places from the start of the file, 0: not there }, body } */
static jm_err
put_face(const struct vc_fill *f, struct vc_app *app, struct jm_wbuf *w,
    uint8_t *mem)
{
	const size_t table = 3 + 2 * FIELDS;
	struct face c;
	size_t head;
	jm_err e;

	jm_wbuf_init(&c.body, mem, VC_OBJECT_MAX);
	for (unsigned i = 0; i < FIELDS; i++) {
		c.where[i] = c.body.len;
		if (has(app, (enum field)i) &&
		    (e = put_field(f, app, &c, (enum field)i)) != JM_OK)
			return e;
		c.end[i] = c.body.len;
	}
	if (c.body.full)
		return JM_SPACE;
	jm_put_tlv_head(w, 0xff20, table + c.body.len);
	head = w->len + table;
	jm_put_tlv_head(w, 0xdf21, 2 * FIELDS);
	for (unsigned i = 0; i < FIELDS; i++)
		jm_put_be16(w,
		    c.end[i] > c.where[i] ? (unsigned)(head + c.where[i]) : 0);
	jm_put(w, mem, c.body.len);
	return vc_fill_wbuf(app, 0x0002, w);
}

/* tag { object of w, its tag being first; public key; signature of both } */
static jm_err
put_signed(const struct vc_fill *f, struct vc_app *app, unsigned id,
    unsigned tag, unsigned first, struct jm_wbuf *w)
{
	jm_err e;

	if ((e = put_public_key(w, app, first + 1)) != JM_OK)
		return e;
	e = vc_put_signature(w, first + 2, f->city, w->mem, w->len);
	if (e != JM_OK)
		return e;
	jm_tlv_wrap(w, 0, tag);
	return vc_fill_wbuf(app, id, w);
}

/* FF30 { DF31 version and maker, DF32 key id, DF33 version, DF34 municipality,
 * DF35 a key id and 256 bytes whose meaning is not public } */
static jm_err
put_version(struct vc_app *app, struct jm_wbuf *w)
{
	uint8_t opaque[256];
	jm_err e;

	if ((e = jm_random(opaque, sizeof opaque)) != JM_OK)
		return e;
	jm_put_tlv(w, 0xdf31, "\x06\x03\x0e\x01", 4);
	jm_put_tlv_head(w, 0xdf32, VC_KEY_ID);
	vc_put_key_id(w, CITY_NUMBER);
	jm_put_tlv(w, 0xdf33, "\x01", 1);
	jm_put_tlv(w, 0xdf34, VC_CITY_CODE, 5);
	jm_put_tlv_head(w, 0xdf35, VC_KEY_ID + sizeof opaque);
	vc_put_key_id(w, CITY_NUMBER);
	jm_put(w, opaque, sizeof opaque);
	jm_tlv_wrap(w, 0, 0xff30);
	return vc_fill_wbuf(app, 0x0003, w);
}

static jm_err
put_pins(const struct vc_fill *f, struct vc_app *app)
{
	jm_err e;

	if ((e = vc_fill_pin(app, 0x0011, f->birth6, 6)) != JM_OK ||
	    (e = vc_fill_pin(app, 0x0012, f->number_b, strlen(f->number_b))) !=
		JM_OK)
		return e;
	return vc_fill_pin(app, 0x0013, f->number, VC_MYNUMBER_LEN);
}

static jm_err
put_files(
    const struct vc_fill *f, struct vc_app *app, uint8_t *mem, uint8_t *more)
{
	uint8_t unknown[16];
	struct jm_wbuf w;
	jm_err e;

	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	jm_put_tlv(&w, 0xdf11, f->holder->birth, 8);
	if ((e = put_signed(f, app, 0x0001, 0xff10, 0xdf11, &w)) != JM_OK)
		return e;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	if ((e = put_face(f, app, &w, more)) != JM_OK)
		return e;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	if ((e = put_version(app, &w)) != JM_OK)
		return e;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	e = vc_put_cvc(&w, UPPER_NUMBER, f->upper, CITY_NUMBER, f->city);
	if (e != JM_OK || (e = vc_fill_wbuf(app, 0x0004, &w)) != JM_OK)
		return e;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	vc_put_png_digits(&w, f->number);
	jm_tlv_wrap(&w, 0, 0xdf41);
	if ((e = put_signed(f, app, 0x0005, 0xff40, 0xdf41, &w)) != JM_OK)
		return e;
	memset(unknown, 0xff, sizeof unknown);
	return vc_fill_bytes(app, 0x0006, unknown, sizeof unknown);
}

jm_err
vc_fill_face(const struct vc_fill *f, struct vc_app *app)
{
	uint8_t *mem = malloc(VC_OBJECT_MAX), *more = malloc(VC_OBJECT_MAX);
	jm_err e = JM_NOMEM;

	if (mem != NULL && more != NULL && (e = put_pins(f, app)) == JM_OK &&
	    (e = vc_fill_new_key(app, CARD_KEY)) == JM_OK)
		e = put_files(f, app, mem, more);
	jm_free_secret(mem, mem == NULL ? 0 : VC_OBJECT_MAX);
	jm_free_secret(more, more == NULL ? 0 : VC_OBJECT_MAX);
	return e;
}
