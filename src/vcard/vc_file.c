/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of an application: finding, selecting, reading. */
#include <string.h>

#include "vcard/vc_app.h"

#define SFI_MASK       0x1fu
#define TOKEN_INFO_LEN 160

static int
pair_present(const struct vc_params *p, enum vc_pair pair)
{
	switch (pair) {
	case VC_PAIR_NONE: return 1;
	case VC_PAIR_AUTH: return p->auth_pair != 0;
	case VC_PAIR_SIGN: return p->sign_pair != 0;
	}
	return 1;
}

int
vc_pair_there(const struct vc_app *a, const struct vc_file_def *def)
{
	return pair_present(a->par, def->pair);
}

/* Does the card show this file at all? */
static int
shown(const struct vc_app *a, const struct vc_file_def *def)
{
	if (pair_present(a->par, def->pair))
		return 1;
	switch (def->part) {
	case VC_PART_NONE:
	case VC_PART_NUMBER:
	case VC_PART_DEVICE: return 1;
	case VC_PART_CERT: return a->par->absent_ef != VC_ABSENT_6A82;
	case VC_PART_CA: return a->par->absent_ca == VC_CA_KEPT;
	case VC_PART_KEY: return 0;
	case VC_PART_PIN: return a->par->absent_pin == VC_PIN_BLOCKED;
	}
	return 1;
}

/* A certificate file of an absent pair, which has no certificate to show. */
static int
blank(const struct vc_app *a, const struct vc_file_def *def)
{
	return def->part == VC_PART_CERT && !pair_present(a->par, def->pair);
}

int
vc_app_find(const struct vc_app *a, unsigned id)
{
	for (size_t i = 0; i < a->def->file_count; i++)
		if (a->def->files[i].id == id)
			return shown(a, &a->def->files[i]) ? (int)i : -1;
	return -1;
}

static int
find_sfi(const struct vc_app *a, unsigned sfi)
{
	for (size_t i = 0; i < a->def->file_count; i++)
		if ((a->def->files[i].id & SFI_MASK) == sfi)
			return shown(a, &a->def->files[i]) ? (int)i : -1;
	return -1;
}

unsigned
vc_app_ref(const struct vc_app *a, unsigned p2, enum vc_kind kind, int *i)
{
	unsigned sfi = p2 & SFI_MASK;

	*i = -1;
	if ((p2 & 0xe0) != 0x80 || sfi == 31)
		return 0x6a86;
	if (sfi == 0)
		*i = a->cur;
	else if (!a->par->sfi)
		return 0x6a86;
	else
		*i = find_sfi(a, sfi);
	if (*i < 0)
		return sfi == 0 ? 0x6986 : 0x6a82;
	if (a->def->files[*i].kind != kind) {
		*i = -1;
		return 0x6981;
	}
	return 0x9000;
}

/* Contents -----------------------------------------------------------------*/

static void
put_padded(struct jm_wbuf *w, const struct vc_text *t, size_t width)
{
	size_t n = t->len < width ? t->len : width;

	jm_put(w, t->s, n);
	jm_put_fill(w, ' ', width - n);
}

/* A CK_TOKEN_INFO with 32-bit big-endian numbers. */
static size_t
token_info(const struct vc_params *p, uint8_t out[VC_PARAM_HEX_MAX])
{
	struct jm_wbuf w;
	size_t len;

	if (p->ef0006.word == 0) {
		memcpy(out, p->ef0006.b, p->ef0006.len);
		return p->ef0006.len;
	}
	jm_wbuf_init(&w, out, TOKEN_INFO_LEN);
	put_padded(&w, &p->label, 32);
	put_padded(&w, &p->manufacturer, 32);
	put_padded(&w, &p->model, 16);
	put_padded(&w, &p->serial, 16);
	jm_put_be32(&w, 0x0000040d); /* RNG, LOGIN_REQUIRED, PIN and token
					initialised */
	jm_put_be32(&w, 1);          /* sessions: most, open */
	jm_put_be32(&w, 0);
	jm_put_be32(&w, 1); /* the same of read/write ones */
	jm_put_be32(&w, 0);
	jm_put_be32(&w, 16); /* PIN: longest, shortest */
	jm_put_be32(&w, 6);
	jm_put_fill(&w, 0xff, 16); /* memory: not told */
	jm_put(&w, "03", 2);       /* versions of hardware and firmware */
	jm_put(&w, "01", 2);
	jm_put_fill(&w, '9', 16); /* time */
	return jm_wbuf_done(&w, &len) == JM_OK ? len : 0;
}

static size_t
pairs(const struct vc_params *p, uint8_t out[VC_PARAM_HEX_MAX])
{
	if (p->ef0008.word == 0) {
		memcpy(out, p->ef0008.b, p->ef0008.len);
		return p->ef0008.len;
	}
	out[0] = p->sign_pair ? 0x8f : 0x00;
	out[1] = p->auth_pair ? 0x8f : 0x00;
	out[2] = 0x00;
	return 3;
}

size_t
vc_file_size(const struct vc_app *a, const struct vc_file *f)
{
	uint8_t built[VC_PARAM_HEX_MAX];
	size_t len = f->len;

	switch (f->def->source) {
	case VC_SRC_NONE:
	case VC_SRC_LOG: return 0;
	case VC_SRC_IMAGE: return len > f->def->size ? len : f->def->size;
	case VC_SRC_TOKEN_INFO: return token_info(a->par, built);
	case VC_SRC_PAIRS: return pairs(a->par, built);
	case VC_SRC_CERT: break;
	}
	if (blank(a, f->def)) {
		if (a->par->absent_ef == VC_ABSENT_EMPTY)
			return 0;
		len = 0;
	}
	return len > a->par->cert_ef_size ? len : a->par->cert_ef_size;
}

void
vc_file_read(const struct vc_app *a, const struct vc_file *f, size_t off,
    size_t n, struct jm_wbuf *out)
{
	uint8_t built[VC_PARAM_HEX_MAX];
	const uint8_t *data = built;
	size_t len = 0, size = vc_file_size(a, f), part;

	switch (f->def->source) {
	case VC_SRC_NONE:
	case VC_SRC_LOG: break;
	case VC_SRC_IMAGE:
		data = f->data;
		len = f->len;
		break;
	case VC_SRC_TOKEN_INFO: len = token_info(a->par, built); break;
	case VC_SRC_PAIRS: len = pairs(a->par, built); break;
	case VC_SRC_CERT:
		data = f->data;
		len = blank(a, f->def) ? 0 : f->len;
		break;
	}
	if (off >= size)
		return;
	if (n > size - off)
		n = size - off;
	if (off < len) {
		part = n < len - off ? n : len - off;
		jm_put(out, data + off, part);
		n -= part;
	}
	jm_put_fill(out, (uint8_t)a->par->cert_filler, n);
}

/* Commands -----------------------------------------------------------------*/

static void
put_fci(const struct vc_app *a, const struct vc_file *f, struct jm_wbuf *out)
{
	const struct vc_hex *h = &a->par->fci_ef;
	size_t size = vc_file_size(a, f);

	if (h->word == 1)
		return;
	if (h->word == 0) {
		jm_put(out, h->b, h->len);
		return;
	}
	jm_put_u8(out, 0x6f);
	jm_put_u8(out, f->def->kind == VC_EF ? 8 : 4);
	if (f->def->kind == VC_EF) {
		jm_put_be16(out, 0x8002);
		jm_put_be16(out, (unsigned)size);
	}
	jm_put_be16(out, 0x8302);
	jm_put_be16(out, f->def->id);
}

jm_err
vc_select_ef(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	int i;

	*sw = 0x6a86;
	if (c->p2 != 0x00 && c->p2 != 0x0c)
		return JM_OK;
	*sw = 0x6700;
	if (c->nc != 2)
		return JM_OK;
	*sw = 0x6a82;
	i = vc_app_find(self, (unsigned)c->data[0] << 8 | c->data[1]);
	if (i < 0)
		return JM_OK;
	self->cur = i;
	if (c->p2 == 0x00)
		put_fci(self, &self->file[i], out);
	*sw = 0x9000;
	return JM_OK;
}

unsigned
vc_binary_target(struct vc_app *a, const struct vc_cmd *c, size_t *off)
{
	int i = a->cur;

	*off = (size_t)c->p1 << 8 | c->p2;
	if ((c->p1 & 0x80) != 0) {
		*off = c->p2;
		if (!a->par->sfi || (c->p1 & 0x60) != 0 ||
		    (c->p1 & SFI_MASK) == 0 || (c->p1 & SFI_MASK) == 31)
			return 0x6a86;
		if ((i = find_sfi(a, c->p1 & SFI_MASK)) < 0)
			return 0x6a82;
	}
	if (i < 0)
		return 0x6986;
	if (a->def->files[i].kind != VC_EF)
		return 0x6981;
	a->cur = i;
	return 0x9000;
}

jm_err
vc_read_binary(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	const struct vc_file *f;
	size_t off, size;

	*sw = 0x6700;
	if (c->nc != 0 || c->ne == 0)
		return JM_OK;
	if ((*sw = vc_binary_target(self, c, &off)) != 0x9000)
		return JM_OK;
	f = &self->file[self->cur];
	*sw = 0x6982;
	if (blank(self, f->def)) {
		if (self->par->absent_ef == VC_ABSENT_6982)
			return JM_OK;
	} else if (!vc_may(self, (size_t)self->cur)) {
		return JM_OK;
	}
	size = vc_file_size(self, f);
	*sw = 0x6b00;
	if (off > size || (off == size && size > 0))
		return JM_OK; /* an empty file answers 9000 and no data */
	vc_file_read(self, f, off, c->ne, out);
	*sw = 0x9000;
	return JM_OK;
}
