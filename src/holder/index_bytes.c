/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes of an index.  One spelling: what is read makes the same again. */
#include <stdlib.h>
#include <string.h>

#include "base/rbuf.h"
#include "base/wbuf.h"
#include "crypto/digest.h"
#include "holder/index_impl.h"

#define MAGIC     "NYMI"
#define VERSION   1
#define ENTRY_MIN (1 + NYM_NID_LEN + 64 + 2)

jm_err
index_head_take(const uint8_t *p, size_t len, struct index_head *out)
{
	struct jm_rbuf r = { p, len };
	const uint8_t *magic, *id, *hint;
	unsigned version, profile;
	uint32_t tags, entries;

	memset(out, 0, sizeof *out);
	if (jm_take(&r, 4, &magic) != JM_OK ||
	    jm_take_u8(&r, &version) != JM_OK ||
	    jm_take_u8(&r, &profile) != JM_OK ||
	    jm_take(&r, NYM_VAULT_ID, &id) != JM_OK ||
	    jm_take(&r, NYM_HINT_LEN, &hint) != JM_OK ||
	    jm_take_be32(&r, &tags) != JM_OK ||
	    jm_take_be32(&r, &entries) != JM_OK)
		return JM_DAMAGED;
	if (memcmp(magic, MAGIC, 4) != 0 || version != VERSION ||
	    (profile != NYM_PROFILE_X && profile != NYM_PROFILE_S) ||
	    tags > INDEX_TAGS_MAX || entries > NYM_VAULT_ENTRIES_MAX)
		return JM_DAMAGED;
	out->profile = (enum nym_profile)profile;
	memcpy(out->id, id, sizeof out->id);
	memcpy(out->hint, hint, sizeof out->hint);
	out->tags = tags;
	out->entries = entries;
	return JM_OK;
}

/* Raw scopes alone are ever in it. */
static int
is_raw(const char *scope, size_t len)
{
	enum nym_scheme scheme;

	return nym_scope_check(scope, len, &scheme) == JM_OK &&
	       (scheme == NYM_SSH || scheme == NYM_P11);
}

int
index_entry_ok(const struct nym_index_entry *e)
{
	return is_raw(e->scope, strlen(e->scope)) && e->point[0] == 0x04 &&
	       e->pk[0] == (0x02 | (e->point[64] & 1)) &&
	       memcmp(e->pk + 1, e->point + 1, 32) == 0 &&
	       e->cert_len <= NYM_CERT_MAX;
}

static jm_err
take_entry(struct jm_rbuf *r, struct nym_index_entry *e)
{
	const uint8_t *scope, *nid, *xy, *cert;
	unsigned len, cert_len;

	if (jm_take_u8(r, &len) != JM_OK || jm_take(r, len, &scope) != JM_OK ||
	    jm_take(r, NYM_NID_LEN, &nid) != JM_OK ||
	    jm_take(r, 64, &xy) != JM_OK ||
	    jm_take_be16(r, &cert_len) != JM_OK || cert_len > NYM_CERT_MAX ||
	    jm_take(r, cert_len, &cert) != JM_OK ||
	    !is_raw((const char *)scope, len))
		return JM_DAMAGED;
	memcpy(e->scope, scope, len); /* the rest is zero */
	memcpy(e->nid, nid, NYM_NID_LEN);
	e->point[0] = 0x04;
	memcpy(e->point + 1, xy, 64);
	e->pk[0] = (uint8_t)(0x02 | (xy[63] & 1));
	memcpy(e->pk + 1, xy, 32);
	memcpy(e->cert, cert, cert_len);
	e->cert_len = cert_len;
	return JM_OK;
}

static jm_err
take_entries(struct jm_rbuf *r, size_t n, struct nym_index **out)
{
	struct nym_index *x;

	*out = NULL;
	if (n > r->left / ENTRY_MIN)
		return JM_DAMAGED;
	if ((x = calloc(1, sizeof *x)) == NULL ||
	    (x->entry = calloc(n + 1, sizeof *x->entry)) == NULL) {
		nym_index_free(&x);
		return JM_NOMEM;
	}
	for (; x->len < n; x->len++)
		if (take_entry(r, &x->entry[x->len]) != JM_OK) {
			nym_index_free(&x);
			return JM_DAMAGED;
		}
	*out = x;
	return JM_OK;
}

jm_err
index_parse(const uint8_t *p, size_t len, struct index_head *h,
    const uint8_t **tags, struct nym_index **x)
{
	uint8_t sum[INDEX_SUM];
	struct jm_rbuf r;
	jm_err e;

	*tags = NULL;
	if (x != NULL)
		*x = NULL;
	if ((e = index_head_take(p, len, h)) != JM_OK)
		return e;
	if (len < INDEX_HEAD + INDEX_SUM)
		return JM_DAMAGED;
	if ((e = jm_hash(JM_SHA256, p, len - INDEX_SUM, sum)) != JM_OK)
		return e;
	if (memcmp(sum, p + len - INDEX_SUM, INDEX_SUM) != 0)
		return JM_DAMAGED;
	r = (struct jm_rbuf){ p + INDEX_HEAD, len - INDEX_HEAD - INDEX_SUM };
	if (jm_take(&r, h->tags * INDEX_TAG, tags) != JM_OK)
		return JM_DAMAGED;
	if (x == NULL)
		return JM_OK;
	if ((e = take_entries(&r, h->entries, x)) != JM_OK)
		return e;
	if (r.left == 0)
		return JM_OK;
	nym_index_free(x);
	return JM_DAMAGED;
}

jm_err
index_build(const struct index_head *h, const uint8_t *tags,
    const struct nym_index_entry *entry, uint8_t **mem, size_t *len)
{
	const size_t cap = INDEX_HEAD + h->tags * INDEX_TAG +
			   h->entries * INDEX_ENTRY_MAX + INDEX_SUM;
	struct jm_wbuf w;
	jm_err e;

	*len = 0;
	if ((*mem = malloc(cap)) == NULL)
		return JM_NOMEM;
	jm_wbuf_init(&w, *mem, cap);
	jm_put(&w, MAGIC, 4);
	jm_put_u8(&w, VERSION);
	jm_put_u8(&w, h->profile);
	jm_put(&w, h->id, sizeof h->id);
	jm_put(&w, h->hint, sizeof h->hint);
	jm_put_be32(&w, (uint32_t)h->tags);
	jm_put_be32(&w, (uint32_t)h->entries);
	jm_put(&w, tags, h->tags * INDEX_TAG);
	for (size_t i = 0; i < h->entries; i++) {
		const struct nym_index_entry *x = &entry[i];

		jm_put_u8(&w, strlen(x->scope) & 0xff);
		jm_put(&w, x->scope, strlen(x->scope));
		jm_put(&w, x->nid, sizeof x->nid);
		jm_put(&w, x->point + 1, 64);
		jm_put_be16(&w, x->cert_len & 0xffff);
		jm_put(&w, x->cert, x->cert_len);
	}
	if (w.full || w.len + INDEX_SUM > cap)
		e = JM_SPACE;
	else if ((e = jm_hash(JM_SHA256, *mem, w.len, *mem + w.len)) == JM_OK)
		*len = w.len + INDEX_SUM;
	if (e != JM_OK) {
		free(*mem);
		*mem = NULL;
	}
	return e;
}
