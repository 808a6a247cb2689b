/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writing: at once for whoever has a PIN or a role for it; under an operator's
 * authorisation beside the old contents, until ACTIVATE puts all of it into
 * effect together.
 */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_app.h"

struct vc_staged
vc_update_base(const struct vc_app *a, size_t i, enum vc_grant grant)
{
	const struct vc_file *f = &a->file[i];

	if (grant == VC_STAGED && a->staged[i].data != NULL)
		return a->staged[i];
	return (struct vc_staged){ f->data, f->len, f->key };
}

static void
drop(struct vc_staged *s)
{
	jm_free_secret(s->data, s->len);
	jm_soft_key_free(&s->key);
	memset(s, 0, sizeof *s);
}

/* The file's contents and the others change places. */
static void
swap(struct vc_file *f, struct vc_staged *s)
{
	struct vc_staged old = { f->data, f->len, f->key };

	f->data = s->data;
	f->len = s->len;
	f->key = s->key;
	*s = old;
}

jm_err
vc_update_put(
    struct vc_app *a, size_t i, enum vc_grant grant, struct vc_staged *contents)
{
	jm_err e;

	if (grant == VC_STAGED) {
		drop(&a->staged[i]);
		a->staged[i] = *contents;
		memset(contents, 0, sizeof *contents);
		return JM_OK;
	}
	swap(&a->file[i], contents);
	e = a->store->commit(a->store->arg, VC_PHASE_CHANGE, NULL);
	if (e != JM_OK)
		swap(&a->file[i], contents);
	drop(contents);
	return e;
}

/* How long the file may become; a certificate's grows with it. */
static size_t
room(const struct vc_file *f)
{
	if (f->def->source == VC_SRC_CERT)
		return VC_OBJECT_MAX;
	return f->def->size != 0 ? f->def->size : f->len;
}

/* base with the command's bytes at off. */
static jm_err
overlay(const struct vc_app *a, const struct vc_staged *base, size_t off,
    const struct vc_cmd *c, struct vc_staged *out)
{
	size_t end = off + c->nc;

	memset(out, 0, sizeof *out);
	out->len = end > base->len ? end : base->len;
	if ((out->data = malloc(out->len)) == NULL) {
		out->len = 0;
		return JM_NOMEM;
	}
	if (base->len > 0)
		memcpy(out->data, base->data, base->len);
	if (off > base->len)
		memset(out->data + base->len, (int)a->par->cert_filler,
		    off - base->len);
	memcpy(out->data + off, c->data, c->nc);
	return JM_OK;
}

jm_err
vc_update_binary(struct vc_app *self, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	struct vc_staged base, new;
	const struct vc_file *f;
	enum vc_grant grant;
	size_t off, i;
	jm_err e;

	(void)out;
	*sw = 0x6d00;
	if (!vc_app_writable(self))
		return JM_OK;
	*sw = 0x6700;
	if (c->nc == 0 || c->ne != 0)
		return JM_OK;
	if ((*sw = vc_binary_target(self, c, &off)) != 0x9000)
		return JM_OK;
	i = (size_t)self->cur;
	f = &self->file[i];
	*sw = 0x6982;
	grant = vc_update_grant(self, i);
	if (grant == VC_REFUSED || !vc_in_image(f->def))
		return JM_OK;
	*sw = 0x6985;
	if (!vc_pair_there(self, f->def))
		return JM_OK;
	base = vc_update_base(self, i, grant);
	*sw = 0x6b00;
	if (off > room(f) || (f->def->source == VC_SRC_CERT && off > base.len))
		return JM_OK;
	*sw = 0x6a84;
	if (c->nc > room(f) - off)
		return JM_OK;
	/* A new certificate begins with its first byte, so nothing of the old
	 * one is left behind it. */
	if (f->def->source == VC_SRC_CERT && off == 0)
		base.len = 0;
	if ((e = overlay(self, &base, off, c, &new)) != JM_OK)
		return e;
	if ((e = vc_update_put(self, i, grant, &new)) == JM_OK)
		*sw = 0x9000;
	return e;
}

/* ACTIVATE ------------------------------------------------------------------*/

/* Old contents that have to come back are in staged[] then. */
static void
swap_all(struct vc_app *a)
{
	for (size_t i = 0; i < a->def->file_count; i++)
		if (a->staged[i].data != NULL)
			swap(&a->file[i], &a->staged[i]);
}

jm_err
vc_activate(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	const struct vc_event say = self->authority.say;
	jm_err e;

	(void)out;
	*sw = 0x6d00;
	if (!vc_app_writable(self))
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 != 0 || c->p2 != 0)
		return JM_OK;
	*sw = 0x6700;
	if (c->nc != 0 || c->ne != 0)
		return JM_OK;
	*sw = 0x6985;
	if ((self->rights & VC_OPERATIONS) == 0 || !vc_staged_any(self))
		return JM_OK;
	if ((e = vc_staged_check(self, sw)) != JM_OK)
		return e;
	if (*sw != 0x9000) {
		vc_app_spend(self);
		return JM_OK;
	}
	swap_all(self);
	e = self->store->commit(self->store->arg, VC_PHASE_CHANGE, &say);
	if (e != JM_OK)
		swap_all(self);
	vc_app_spend(self);
	return e;
}
