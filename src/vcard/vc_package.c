/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packages: reading them. */
#include "vcard/vc_package.h"

#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "vcard/vc_package_rule.h"
#include "vcard/vc_text.h"

/* The next object; JM_NOT_FOUND, and nothing taken, when its tag is another
 * one or there is none. */
static jm_err
take(struct jm_rbuf *r, unsigned tag, size_t min, size_t max,
    struct jm_rbuf *val)
{
	struct jm_rbuf next = *r;
	unsigned t;
	jm_err e;

	if (r->left == 0)
		return JM_NOT_FOUND;
	if ((e = jm_tlv_next(&next, &t, val)) != JM_OK)
		return e;
	if (t != tag)
		return JM_NOT_FOUND;
	if (val->left < min || val->left > max)
		return JM_FORMAT;
	*r = next;
	return JM_OK;
}

/* The same for what has to be there. */
static jm_err
need(struct jm_rbuf *r, unsigned tag, size_t min, size_t max,
    struct jm_rbuf *val)
{
	jm_err e = take(r, tag, min, max, val);

	return e == JM_NOT_FOUND ? JM_FORMAT : e;
}

static jm_err
text(struct jm_rbuf *r, unsigned tag, size_t max, char *out)
{
	struct jm_rbuf v;
	jm_err e;

	if ((e = need(r, tag, 1, max, &v)) != JM_OK)
		return e;
	if (!vc_utf8_ok(v.p, v.left))
		return JM_FORMAT;
	memcpy(out, v.p, v.left);
	out[v.left] = '\0';
	return JM_OK;
}

static jm_err
condition(struct jm_rbuf *r, unsigned tag, struct vc_cond *out)
{
	struct jm_rbuf v;
	unsigned access, pin;
	jm_err e;

	if ((e = need(r, tag, 1, 5 + 2 * VC_COND_MAX, &v)) != JM_OK ||
	    (e = jm_take_u8(&v, &access)) != JM_OK)
		return e;
	if (access > VC_ANY_OF)
		return JM_FORMAT;
	out->access = (enum vc_access)access;
	if (out->access != VC_ANY_OF)
		return v.left == 0 ? JM_OK : JM_FORMAT;
	if ((e = jm_take_be32(&v, &out->rights)) != JM_OK)
		return e;
	for (size_t i = 0; v.left > 0; i++) {
		if ((e = jm_take_be16(&v, &pin)) != JM_OK)
			return e;
		if (pin == 0)
			return JM_FORMAT;
		out->pin[i] = (uint16_t)pin;
	}
	return JM_OK;
}

static jm_err
pin_form(struct jm_rbuf *r, struct vc_file_def *def)
{
	struct jm_rbuf v;
	jm_err e;

	if ((e = need(r, 0x86, 4, 4, &v)) != JM_OK)
		return e;
	if (v.p[0] > VC_FORM_BYTES)
		return JM_FORMAT;
	def->form = (enum vc_form)v.p[0];
	def->pin_min = v.p[1];
	def->pin_max = v.p[2];
	def->tries = v.p[3];
	return JM_OK;
}

static jm_err
object(struct jm_rbuf r, struct vc_package *p, size_t i)
{
	struct vc_file_def *def = &p->file[i];
	struct jm_rbuf v;
	unsigned n = 0;
	jm_err e;

	if ((e = need(&r, 0x80, 2, 2, &v)) != JM_OK ||
	    (e = jm_take_be16(&v, &n)) != JM_OK)
		return e;
	def->id = (uint16_t)n;
	if ((e = need(&r, 0x81, 1, 1, &v)) != JM_OK)
		return e;
	if (v.p[0] != VC_EF && v.p[0] != VC_PIN && v.p[0] != VC_RECORDS)
		return JM_FORMAT;
	def->kind = (enum vc_kind)v.p[0];
	def->source = def->kind == VC_PIN ? VC_SRC_NONE : VC_SRC_IMAGE;
	if ((e = text(&r, 0x82, VC_OBJECT_NAME_MAX, p->file_name[i])) !=
		JM_OK ||
	    (e = condition(&r, 0x83, &def->cond)) != JM_OK ||
	    (e = condition(&r, 0x84, &def->update)) != JM_OK)
		return e;
	def->name = p->file_name[i];
	if (def->kind == VC_PIN) {
		if ((e = pin_form(&r, def)) != JM_OK)
			return e;
	} else {
		if ((e = need(&r, 0x85, 2, 2, &v)) != JM_OK ||
		    (e = jm_take_be16(&v, &n)) != JM_OK)
			return e;
		def->size = (uint16_t)n;
	}
	e = take(&r, 0x87, 1, VC_OBJECT_MAX, &v);
	if (e == JM_OK)
		p->init[i] = (struct vc_bytes){ v.p, v.left };
	else if (e != JM_NOT_FOUND)
		return e;
	return r.left == 0 ? JM_OK : JM_FORMAT;
}

static jm_err
trust(struct jm_rbuf r, struct vc_package *p)
{
	struct jm_rbuf v, inside;
	jm_err e;

	if ((e = need(&r, 0x86, 65, 65, &v)) != JM_OK ||
	    (e = jm_ec_pub_set(&p->root, JM_P256, v.p, v.left)) != JM_OK)
		return e;
	if (r.left == 0)
		return JM_OK;
	if ((e = need(&r, 0x04, 1, JM_SOFT_KEY_DER_MAX, &v)) != JM_OK)
		return e;
	p->key = (struct vc_bytes){ v.p, v.left };
	/* The certificate as a whole, its own header included. */
	p->cvc = (struct vc_bytes){ r.p, r.left };
	if ((e = need(&r, 0x7f21, 1, JM_CVC_MAX, &inside)) != JM_OK)
		return e;
	return r.left == 0 && p->cvc.len <= JM_CVC_MAX ? JM_OK : JM_FORMAT;
}

static jm_err
head(struct jm_rbuf *r, struct vc_package *p)
{
	struct jm_rbuf v;
	jm_err e;

	if ((e = need(r, 0x4f, VC_LOADED_AID_MIN, VC_AID_MAX, &v)) != JM_OK)
		return e;
	memcpy(p->def.aid, v.p, v.left);
	p->def.aid_len = v.left;
	if ((e = text(r, 0x80, VC_APP_NAME_MAX, p->name)) != JM_OK ||
	    (e = text(r, 0x50, VC_LABEL_MAX, p->label)) != JM_OK ||
	    (e = need(r, 0x83, 1, 1, &v)) != JM_OK)
		return e;
	p->def.name = p->name;
	p->def.traits = v.p[0];
	p->def.files = p->file;
	e = take(r, 0xa2, 1, VC_PACKAGE_MAX, &v);
	if (e == JM_OK)
		return trust(v, p);
	return e == JM_NOT_FOUND ? JM_OK : e;
}

static jm_err
parse(struct vc_package *p)
{
	struct jm_rbuf all = { p->bytes, p->len }, r, v;
	jm_err e;

	if ((e = need(&all, 0xe0, 1, VC_PACKAGE_MAX, &r)) != JM_OK)
		return e;
	if (all.left != 0)
		return JM_FORMAT;
	if ((e = head(&r, p)) != JM_OK)
		return e;
	while (r.left > 0) {
		if (p->def.file_count == VC_LOADED_OBJECTS_MAX)
			return JM_FORMAT;
		if ((e = need(&r, 0xa1, 1, VC_PACKAGE_MAX, &v)) != JM_OK ||
		    (e = object(v, p, p->def.file_count)) != JM_OK)
			return e;
		p->def.file_count++;
	}
	return vc_package_rules(p);
}

/* One way to write it: no length with a byte too many. */
static jm_err
same_again(const struct vc_package *p)
{
	uint8_t *again;
	size_t len;
	jm_err e;

	if ((again = malloc(p->len)) == NULL)
		return JM_NOMEM;
	e = vc_package_write(p, again, p->len, &len);
	if (e != JM_OK || len != p->len || memcmp(again, p->bytes, len) != 0)
		e = JM_FORMAT;
	jm_free_secret(again, p->len);
	return e;
}

jm_err
vc_package_parse(const uint8_t *p, size_t len, struct vc_package **out)
{
	struct vc_package *pack;
	jm_err e;

	*out = NULL;
	if (len == 0 || len > VC_PACKAGE_MAX)
		return JM_FORMAT;
	if ((pack = calloc(1, sizeof *pack)) == NULL)
		return JM_NOMEM;
	if ((pack->bytes = malloc(len)) == NULL) {
		e = JM_NOMEM;
		goto out;
	}
	memcpy(pack->bytes, p, len);
	pack->len = len;
	if ((e = parse(pack)) != JM_OK || (e = same_again(pack)) != JM_OK)
		goto out;
	*out = pack;
	pack = NULL;
out:
	vc_package_free(&pack);
	return e;
}

void
vc_package_free(struct vc_package **p)
{
	if (*p == NULL)
		return;
	jm_free_secret((*p)->bytes, (*p)->len);
	free(*p);
	*p = NULL;
}
