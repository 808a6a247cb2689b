/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text-entry support application: what its files hold. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/digest.h"
#include "vcard/vc_fill.h"
#include "vcard/vc_issue_key.h"

#define UPPER_NUMBER "6000033" /* of the test hierarchy, as measured */
#define CITY_NUMBER  "6000034"
#define CARD_KEY     0x0013
#define NUMBER_SIZE  17 /* physical: two bytes of filler behind the object */
#define SHA256_LEN   32

static jm_err
put_number(const struct vc_fill *f, struct vc_app *app)
{
	uint8_t mem[NUMBER_SIZE];
	struct jm_wbuf w;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_tlv(&w, 0xff10, f->number, VC_MYNUMBER_LEN);
	jm_put_fill(&w, 0xff, NUMBER_SIZE - w.len);
	return vc_fill_wbuf(app, 0x0001, &w);
}

/*
 * DF22 to DF25 in body, where[i] their places in it.  Sex as JIS X 0303 has it:
 * 0 is not known, where the certificate says 3.
 */
static void
put_fields(const struct vc_holder *h, struct jm_wbuf *body, size_t where[4])
{
	where[0] = body->len;
	jm_put_tlv(body, 0xdf22, h->name, strlen(h->name));
	where[1] = body->len;
	jm_put_tlv(body, 0xdf23, h->address, strlen(h->address));
	where[2] = body->len;
	jm_put_tlv(body, 0xdf24, h->birth, 8);
	where[3] = body->len;
	jm_put_tlv(body, 0xdf25, h->sex[0] == '3' ? "0" : h->sex, 1);
}

/* FF20 { DF21 { offsets from the start of the file }, body } */
static jm_err
put_particulars(struct vc_app *app, const struct jm_wbuf *body,
    const size_t where[4], struct jm_wbuf *w)
{
	const size_t table = 3 + 2 * 4;
	size_t head;

	jm_put_tlv_head(w, 0xff20, table + body->len);
	head = w->len + table;
	jm_put_tlv_head(w, 0xdf21, 2 * 4);
	for (size_t i = 0; i < 4; i++)
		jm_put_be16(w, (unsigned)(head + where[i]));
	jm_put(w, body->mem, body->len);
	return body->full ? JM_SPACE : vc_fill_wbuf(app, 0x0002, w);
}

/* FF30 { DF31 hash of 0001, DF32 hash of DF22 to DF25, DF33 signature } */
static jm_err
put_signature(const struct vc_fill *f, struct vc_app *app,
    const struct jm_wbuf *body, struct jm_wbuf *w)
{
	const struct vc_file *number = vc_fill_find(app, 0x0001);
	uint8_t hash[JM_DIGEST_MAX];
	jm_err e;

	if ((e = jm_hash(JM_SHA256, number->data, number->len, hash)) != JM_OK)
		return e;
	jm_put_tlv(w, 0xdf31, hash, SHA256_LEN);
	if ((e = jm_hash(JM_SHA256, body->mem, body->len, hash)) != JM_OK)
		return e;
	jm_put_tlv(w, 0xdf32, hash, SHA256_LEN);
	e = vc_put_signature(w, 0xdf33, f->city, w->mem, w->len);
	if (e != JM_OK)
		return e;
	jm_tlv_wrap(w, 0, 0xff30);
	return vc_fill_wbuf(app, 0x0003, w);
}

/* FF40 { DF41 version and maker, DF42 key id, DF43 32 bytes and filler } */
static jm_err
put_version(struct vc_app *app, struct jm_wbuf *w)
{
	uint8_t opaque[128];
	jm_err e;

	jm_put_tlv(w, 0xdf41, "\x01\x03\x0e\x01", 4);
	jm_put_tlv_head(w, 0xdf42, VC_KEY_ID);
	vc_put_key_id(w, CITY_NUMBER);
	memset(opaque, 0xff, sizeof opaque);
	if ((e = jm_random(opaque, 32)) != JM_OK)
		return e;
	jm_put_tlv(w, 0xdf43, opaque, sizeof opaque);
	jm_tlv_wrap(w, 0, 0xff40);
	return vc_fill_wbuf(app, 0x0005, w);
}

/* The public key of 0013: plain in 0006, as the key for a session (whose that
 * is, is not public), and signed in 0007. */
static jm_err
put_keys(const struct vc_fill *f, struct vc_app *app, struct jm_wbuf *w)
{
	const struct jm_soft_key *key = vc_fill_find(app, CARD_KEY)->key;
	jm_err e;

	if ((e = vc_put_rsa(w, key)) != JM_OK)
		return e;
	jm_tlv_wrap(w, 0, 0xa1);
	if ((e = vc_fill_wbuf(app, 0x0006, w)) != JM_OK)
		return e;
	w->len = 0;
	if ((e = vc_put_rsa(w, key)) != JM_OK)
		return e;
	jm_tlv_wrap(w, 0, 0xdf51);
	e = vc_put_signature(w, 0xdf52, f->city, w->mem, w->len);
	if (e != JM_OK)
		return e;
	jm_tlv_wrap(w, 0, 0xff50);
	return vc_fill_wbuf(app, 0x0007, w);
}

static jm_err
put_own_key(const struct vc_fill *f, struct vc_app *app)
{
	struct jm_soft_key *key;
	jm_err e;

	if (f->how->text_key == NULL)
		return vc_fill_new_key(app, CARD_KEY);
	if ((e = vc_issue_key(f->how->text_key, &key)) != JM_OK)
		return e;
	e = vc_fill_key(app, CARD_KEY, key);
	jm_soft_key_free(&key);
	return e;
}

static jm_err
put_pins(const struct vc_fill *f, struct vc_app *app)
{
	const char *pin = f->how->text_pin != NULL ? f->how->text_pin : "1234";
	jm_err e;

	if ((e = vc_fill_pin(app, 0x0011, pin, strlen(pin))) != JM_OK ||
	    (e = vc_fill_pin(app, 0x0014, f->number, VC_MYNUMBER_LEN)) !=
		JM_OK ||
	    (e = vc_fill_pin(app, 0x0015, f->number_b, strlen(f->number_b))) !=
		JM_OK)
		return e;
	return vc_fill_random_pin(app, 0x0012);
}

jm_err
vc_fill_text(const struct vc_fill *f, struct vc_app *app)
{
	uint8_t *mem, *fields, unknown[16];
	struct jm_wbuf w, body;
	size_t where[4];
	jm_err e = JM_NOMEM;

	mem = malloc(VC_OBJECT_MAX);
	fields = malloc(VC_OBJECT_MAX);
	if (mem == NULL || fields == NULL)
		goto out;
	jm_wbuf_init(&body, fields, VC_OBJECT_MAX);
	put_fields(f->holder, &body, where);
	memset(unknown, 0xff, sizeof unknown);
	if ((e = put_pins(f, app)) != JM_OK ||
	    (e = put_own_key(f, app)) != JM_OK ||
	    (e = put_number(f, app)) != JM_OK)
		goto out;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	if ((e = put_particulars(app, &body, where, &w)) != JM_OK)
		goto out;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	if ((e = put_signature(f, app, &body, &w)) != JM_OK)
		goto out;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	e = vc_put_cvc(&w, UPPER_NUMBER, f->upper, CITY_NUMBER, f->city);
	if (e != JM_OK || (e = vc_fill_wbuf(app, 0x0004, &w)) != JM_OK)
		goto out;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	if ((e = put_version(app, &w)) != JM_OK)
		goto out;
	jm_wbuf_init(&w, mem, VC_OBJECT_MAX);
	if ((e = put_keys(f, app, &w)) != JM_OK)
		goto out;
	e = vc_fill_bytes(app, 0x0008, unknown, sizeof unknown);
out:
	jm_free_secret(mem, mem == NULL ? 0 : VC_OBJECT_MAX);
	jm_free_secret(fields, fields == NULL ? 0 : VC_OBJECT_MAX);
	return e;
}
