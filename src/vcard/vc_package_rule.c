/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packages: what they may say, and writing them. */
#include "vcard/vc_package_rule.h"

#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "vcard/vc_app.h"

#define ID_LAST 0x001e /* a short EF id names every object */

/* What a municipal application can ask for: its own terminals, a counter of its
 * own authority, and a PIN set anew there. */
#define RIGHTS (VC_R_SERVICE | VC_R_COUNTER | VC_RESET_PIN)
#define TRAITS VC_T_SERVICE

static int
is_pin(const struct vc_package *p, unsigned id)
{
	for (size_t i = 0; i < p->def.file_count; i++)
		if (p->file[i].id == id)
			return p->file[i].kind == VC_PIN;
	return 0;
}

static int
condition_ok(const struct vc_package *p, const struct vc_cond *c)
{
	if (c->access != VC_ANY_OF)
		return 1;
	if ((c->rights & ~(uint32_t)RIGHTS) != 0 ||
	    (c->rights == 0 && c->pin[0] == 0))
		return 0;
	for (size_t i = 0; i < VC_COND_MAX; i++)
		if (c->pin[i] != 0 && !is_pin(p, c->pin[i]))
			return 0;
	return 1;
}

/* Records one after the other, each of 1..255 bytes behind its length. */
static int
records_ok(const struct vc_bytes *b)
{
	struct jm_rbuf r = { b->p, b->len };
	const uint8_t *at;
	unsigned n, count = 0;

	while (r.left > 0)
		if (jm_take_be16(&r, &n) != JM_OK || n == 0 || n > 255 ||
		    jm_take(&r, n, &at) != JM_OK || ++count > 254)
			return 0;
	return 1;
}

static int
contents_ok(const struct vc_file_def *def, const struct vc_bytes *b)
{
	if (b->p == NULL)
		return 1;
	switch (def->kind) {
	case VC_EF: return def->size == 0 || b->len <= def->size;
	case VC_RECORDS: return records_ok(b);
	case VC_PIN: return vc_pin_form_ok(def, b->p, b->len, VC_CHANGE_FORM);
	case VC_KEY: return 0;
	}
	return 0;
}

/* Its holder changes a PIN that he has verified, or nobody does.  One that
 * everybody may set would be none. */
static int
pin_ok(const struct vc_file_def *def)
{
	const struct vc_cond *c = &def->cond;
	const int changed = c->access == VC_ANY_OF && c->rights == 0 &&
			    c->pin[0] == def->id && c->pin[1] == 0;

	return (c->access == VC_NEVER || changed) &&
	       def->update.access != VC_ALWAYS && def->pin_min >= 1 &&
	       def->pin_min <= def->pin_max && def->pin_max <= VC_PIN_MAX &&
	       def->tries >= 1 && def->tries <= 15;
}

static int
object_ok(const struct vc_package *p, size_t i)
{
	const struct vc_file_def *def = &p->file[i];

	if (def->id == 0 || def->id > ID_LAST)
		return 0;
	for (size_t k = 0; k < i; k++)
		if (p->file[k].id == def->id)
			return 0;
	if (!condition_ok(p, &def->cond) || !condition_ok(p, &def->update) ||
	    !contents_ok(def, &p->init[i]))
		return 0;
	switch (def->kind) {
	case VC_EF: return def->size <= VC_OBJECT_MAX;
	case VC_RECORDS: return def->size == 0;
	case VC_PIN: return pin_ok(def);
	case VC_KEY: return 0;
	}
	return 0;
}

jm_err
vc_package_rules(const struct vc_package *p)
{
	if ((p->def.aid[0] & 0xf0) != 0xf0 || !vc_word_ok(p->name) ||
	    (p->def.traits & ~TRAITS) != 0 || p->def.file_count == 0)
		return JM_FORMAT;
	for (size_t i = 0; i < p->def.file_count; i++)
		if (!object_ok(p, i))
			return JM_FORMAT;
	return JM_OK;
}

/* Writing -------------------------------------------------------------------*/

static void
put_condition(struct jm_wbuf *w, unsigned tag, const struct vc_cond *c)
{
	size_t start = w->len;

	jm_put_u8(w, c->access);
	if (c->access == VC_ANY_OF) {
		jm_put_be32(w, c->rights);
		for (size_t i = 0; i < VC_COND_MAX && c->pin[i] != 0; i++)
			jm_put_be16(w, c->pin[i]);
	}
	jm_tlv_wrap(w, start, tag);
}

static void
put_object(struct jm_wbuf *w, const struct vc_file_def *def, const char *name,
    const struct vc_bytes *init)
{
	const uint8_t id[2] = { (uint8_t)(def->id >> 8), (uint8_t)def->id };
	const uint8_t size[2] = { (uint8_t)(def->size >> 8),
		(uint8_t)def->size };
	const uint8_t kind = (uint8_t)def->kind;
	const uint8_t pin[4] = { (uint8_t)def->form, (uint8_t)def->pin_min,
		(uint8_t)def->pin_max, (uint8_t)def->tries };
	size_t start = w->len;

	jm_put_tlv(w, 0x80, id, sizeof id);
	jm_put_tlv(w, 0x81, &kind, 1);
	jm_put_tlv(w, 0x82, name, strlen(name));
	put_condition(w, 0x83, &def->cond);
	put_condition(w, 0x84, &def->update);
	if (def->kind == VC_PIN)
		jm_put_tlv(w, 0x86, pin, sizeof pin);
	else
		jm_put_tlv(w, 0x85, size, sizeof size);
	if (init->p != NULL)
		jm_put_tlv(w, 0x87, init->p, init->len);
	jm_tlv_wrap(w, start, 0xa1);
}

static void
put_trust(struct jm_wbuf *w, const struct vc_package *p)
{
	size_t start = w->len;

	if (p->root.point_len == 0)
		return;
	jm_put_tlv(w, 0x86, p->root.point, p->root.point_len);
	if (p->key.p != NULL) {
		jm_put_tlv(w, 0x04, p->key.p, p->key.len);
		jm_put(w, p->cvc.p, p->cvc.len);
	}
	jm_tlv_wrap(w, start, 0xa2);
}

jm_err
vc_package_write(
    const struct vc_package *p, uint8_t *out, size_t cap, size_t *len)
{
	const uint8_t traits = (uint8_t)p->def.traits;
	struct jm_wbuf w;

	jm_wbuf_init(&w, out, cap);
	jm_put_tlv(&w, 0x4f, p->def.aid, p->def.aid_len);
	jm_put_tlv(&w, 0x80, p->name, strlen(p->name));
	jm_put_tlv(&w, 0x50, p->label, strlen(p->label));
	jm_put_tlv(&w, 0x83, &traits, 1);
	put_trust(&w, p);
	for (size_t i = 0; i < p->def.file_count; i++)
		put_object(&w, &p->file[i], p->file_name[i], &p->init[i]);
	jm_tlv_wrap(&w, 0, 0xe0);
	return jm_wbuf_done(&w, len);
}

jm_err
vc_package_make(
    const struct vc_package *spec, uint8_t *out, size_t cap, size_t *len)
{
	struct vc_package *again = NULL;
	jm_err e;

	*len = 0;
	if (spec->def.aid_len > VC_AID_MAX ||
	    spec->def.file_count > VC_FILES_MAX)
		return JM_ARG;
	if ((e = vc_package_write(spec, out, cap, len)) != JM_OK)
		return e;
	e = vc_package_parse(out, *len, &again);
	vc_package_free(&again);
	if (e != JM_OK) {
		jm_wipe(out, *len);
		*len = 0;
	}
	return e == JM_FORMAT ? JM_ARG : e;
}
