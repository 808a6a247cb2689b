/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/enc.h"

#include <string.h>

#include "base/wipe.h"
#include "crypto/digest.h"
#include "crypto/hmac.h"
#include "crypto/sha256.h"

#define LP_MAX     0xffff
#define FIELDS_MAX 255
#define SHORT_MAX  512 /* bytes that are put together before they are hashed */
#define HASH_MAX   0x10000 /* bytes of an ENC that is hashed */
#define HMAC_MAX   1024    /* and of one that a key is put to */

void
nym_put_lp(struct jm_wbuf *w, const void *p, size_t len)
{
	if (len > LP_MAX) {
		w->full = 1;
		return;
	}
	jm_put_be16(w, (unsigned)len);
	jm_put(w, p, len);
}

void
nym_put_enc(
    struct jm_wbuf *w, const char *label, const struct nym_field *f, size_t n)
{
	if (n > FIELDS_MAX) {
		w->full = 1;
		return;
	}
	nym_put_lp(w, label, strlen(label));
	jm_put_u8(w, (unsigned)n);
	for (size_t i = 0; i < n; i++)
		nym_put_lp(w, f[i].p, f[i].len);
}

/* Would nym_put_enc fit in max bytes? */
static int
fits(const char *label, const struct nym_field *f, size_t n, size_t max)
{
	size_t left = max, len = strlen(label) + 1;

	if (n > FIELDS_MAX)
		return 0;
	for (size_t i = 0;; len = f[i++].len) {
		if (len > LP_MAX || len > left || left - len < 2)
			return 0;
		left -= len + 2;
		if (i == n)
			return 1;
	}
}

static jm_err
update_lp(struct jm_hasher *h, const void *p, size_t len)
{
	const uint8_t head[2] = { (uint8_t)(len >> 8), (uint8_t)(len & 0xff) };
	jm_err e;

	if ((e = jm_hasher_update(h, head, sizeof head)) != JM_OK)
		return e;
	return jm_hasher_update(h, p, len);
}

jm_err
nym_enc_hash(
    const char *label, const struct nym_field *f, size_t n, uint8_t out[32])
{
	const uint8_t count = (uint8_t)(n & 0xff);
	struct jm_hasher *h = NULL;
	uint8_t mem[SHORT_MAX];
	struct jm_wbuf w;
	size_t len;
	jm_err e;

	memset(out, 0, 32);
	jm_wbuf_init(&w, mem, sizeof mem);
	nym_put_enc(&w, label, f, n);
	if (jm_wbuf_done(&w, &len) == JM_OK)
		return jm_sha256(mem, len, out);
	if (!fits(label, f, n, HASH_MAX))
		return JM_ARG;
	if ((e = jm_hasher_new(JM_SHA256, &h)) != JM_OK ||
	    (e = update_lp(h, label, strlen(label))) != JM_OK ||
	    (e = jm_hasher_update(h, &count, 1)) != JM_OK)
		goto out;
	for (size_t i = 0; i < n; i++)
		if ((e = update_lp(h, f[i].p, f[i].len)) != JM_OK)
			goto out;
	e = jm_hasher_final(h, out);
out:
	jm_hasher_free(&h);
	return e;
}

jm_err
nym_enc_hmac(const uint8_t *key, size_t key_len, const char *label,
    const struct nym_field *f, size_t n, int tail, uint8_t out[32])
{
	uint8_t msg[HMAC_MAX];
	struct jm_wbuf w;
	size_t len;
	jm_err e;

	memset(out, 0, 32);
	jm_wbuf_init(&w, msg, sizeof msg);
	nym_put_enc(&w, label, f, n);
	if (tail >= 0)
		jm_put_u8(&w, (unsigned)tail);
	if (jm_wbuf_done(&w, &len) == JM_OK)
		e = jm_hmac(key, key_len, msg, len, out);
	else
		e = JM_ARG;
	jm_wipe(msg, sizeof msg); /* it may be a card's signature */
	return e;
}

jm_err
nym_take_lp(struct jm_rbuf *r, struct nym_field *out)
{
	struct jm_rbuf in = *r;
	const uint8_t *p;
	unsigned len;
	jm_err e;

	*out = (struct nym_field){ 0 };
	if ((e = jm_take_be16(&in, &len)) != JM_OK ||
	    (e = jm_take(&in, len, &p)) != JM_OK)
		return e;
	*out = (struct nym_field){ p, len };
	*r = in;
	return JM_OK;
}

jm_err
nym_parse_enc(
    const void *p, size_t len, const char *label, struct nym_field *f, size_t n)
{
	struct jm_rbuf r = { p, len };
	struct nym_field name;
	unsigned count;
	jm_err e;

	memset(f, 0, n * sizeof *f);
	if ((e = nym_take_lp(&r, &name)) != JM_OK)
		return e;
	if (name.len != strlen(label) || memcmp(name.p, label, name.len) != 0)
		return JM_FORMAT;
	if ((e = jm_take_u8(&r, &count)) != JM_OK)
		return e;
	if (count != n)
		return JM_FORMAT;
	for (size_t i = 0; e == JM_OK && i < n; i++)
		e = nym_take_lp(&r, &f[i]);
	if (e == JM_OK && r.left != 0)
		e = JM_FORMAT;
	if (e != JM_OK)
		memset(f, 0, n * sizeof *f);
	return e;
}

jm_err
nym_field_u8(const struct nym_field *f, uint8_t *out)
{
	const uint8_t *p = f->p;

	*out = 0;
	if (f->len != 1)
		return JM_FORMAT;
	*out = p[0];
	return JM_OK;
}

jm_err
nym_field_u16(const struct nym_field *f, uint16_t *out)
{
	const uint8_t *p = f->p;

	*out = 0;
	if (f->len != 2)
		return JM_FORMAT;
	*out = (uint16_t)(p[0] << 8 | p[1]);
	return JM_OK;
}

jm_err
nym_field_u32(const struct nym_field *f, uint32_t *out)
{
	const uint8_t *p = f->p;

	*out = 0;
	if (f->len != 4)
		return JM_FORMAT;
	*out = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
	return JM_OK;
}
