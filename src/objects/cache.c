/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/wbuf.h"
#include "crypto/digest.h"

#define MAGIC_LEN 8
#define HASH_LEN  32
#define HEAD_LEN  (MAGIC_LEN + HASH_LEN)
#define INFO_MIN  96 /* the texts, up to the serial number */
#define RECORDS   4

static const uint8_t magic[MAGIC_LEN] = { 'J', 'M', 'C', 'A', 'C', 'H', 'E',
	'1' };

/* By tag, less one.  cert: JM_CERTS for EF 0006. */
static const struct record {
	int cert, needed;
	size_t min, max;
} records[RECORDS] = {
	{ JM_CERTS, 1, INFO_MIN, JM_TOKEN_INFO_LEN },
	{ JM_CERT_AUTH, 1, JM_CACHE_BLOCK + 1, JM_CERT_MAX },
	{ JM_CERT_AUTH_CA, 0, 1, JM_CERT_MAX },
	{ JM_CERT_SIGN_CA, 0, 1, JM_CERT_MAX },
};

jm_err
jm_cache_name(const uint8_t block[JM_CACHE_BLOCK], char out[JM_CACHE_NAME])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t h[JM_DIGEST_MAX];
	jm_err e;

	out[0] = '\0';
	if ((e = jm_hash(JM_SHA256, block, JM_CACHE_BLOCK, h)) != JM_OK)
		return e;
	for (size_t i = 0; i < HASH_LEN; i++) {
		out[2 * i] = digits[h[i] >> 4];
		out[2 * i + 1] = digits[h[i] & 0xf];
	}
	out[JM_CACHE_NAME - 1] = '\0';
	return JM_OK;
}

static jm_err
check_hash(const struct jm_rbuf *body, const uint8_t *want)
{
	uint8_t h[JM_DIGEST_MAX];
	jm_err e;

	if ((e = jm_hash(JM_SHA256, body->p, body->left, h)) != JM_OK)
		return e;
	return memcmp(h, want, HASH_LEN) == 0 ? JM_OK : JM_FORMAT;
}

static struct jm_rbuf *
place(struct jm_cache_entry *e, const struct record *r)
{
	return r->cert == JM_CERTS ? &e->info : &e->cert[r->cert];
}

/* One record, of a tag above *last. */
static jm_err
take_record(struct jm_rbuf *r, unsigned *last, struct jm_cache_entry *out)
{
	struct jm_rbuf val;
	unsigned tag, len;

	if (jm_take_u8(r, &tag) != JM_OK || jm_take_be16(r, &len) != JM_OK ||
	    jm_take(r, len, &val.p) != JM_OK)
		return JM_FORMAT;
	val.left = len;
	if (tag <= *last || tag > RECORDS || len < records[tag - 1].min ||
	    len > records[tag - 1].max)
		return JM_FORMAT;
	*place(out, &records[tag - 1]) = val;
	*last = tag;
	return JM_OK;
}

static jm_err
take_records(struct jm_rbuf *r, struct jm_cache_entry *out)
{
	unsigned last = 0;
	jm_err e = JM_OK;

	while (r->left > 0 && e == JM_OK)
		e = take_record(r, &last, out);
	for (size_t i = 0; i < RECORDS && e == JM_OK; i++)
		if (records[i].needed && place(out, &records[i])->left == 0)
			e = JM_FORMAT;
	return e;
}

jm_err
jm_cache_parse(const uint8_t *p, size_t len, struct jm_cache_entry *out)
{
	struct jm_rbuf r = { p, len };
	const uint8_t *head;
	jm_err e;

	memset(out, 0, sizeof *out);
	if (jm_take(&r, HEAD_LEN, &head) != JM_OK ||
	    memcmp(head, magic, MAGIC_LEN) != 0)
		return JM_FORMAT;
	if ((e = check_hash(&r, head + MAGIC_LEN)) != JM_OK)
		return e;
	if ((e = take_records(&r, out)) != JM_OK)
		memset(out, 0, sizeof *out);
	return e;
}

jm_err
jm_cache_build(const struct jm_cache_entry *e, uint8_t *out, size_t *len)
{
	struct jm_cache_entry from = *e;
	struct jm_wbuf w;
	jm_err err;

	*len = 0;
	jm_wbuf_init(&w, out, JM_CACHE_FILE_MAX);
	jm_put(&w, magic, MAGIC_LEN);
	jm_put_fill(&w, 0, HASH_LEN);
	for (size_t i = 0; i < RECORDS; i++) {
		const struct jm_rbuf *val = place(&from, &records[i]);

		if (val->left == 0 && !records[i].needed)
			continue;
		if (val->left < records[i].min || val->left > records[i].max)
			return JM_ARG;
		jm_put_u8(&w, (unsigned)i + 1);
		jm_put_be16(&w, (unsigned)val->left);
		jm_put(&w, val->p, val->left);
	}
	if (from.cert[JM_CERT_SIGN].left != 0)
		return JM_ARG;
	if ((err = jm_wbuf_done(&w, len)) != JM_OK)
		return err;
	err = jm_hash(
	    JM_SHA256, out + HEAD_LEN, *len - HEAD_LEN, out + MAGIC_LEN);
	if (err != JM_OK)
		*len = 0;
	return err;
}

int
jm_cache_matches(struct jm_rbuf der, const uint8_t *block, size_t n)
{
	return n >= JM_CACHE_BLOCK && der.left >= JM_CACHE_BLOCK &&
	       memcmp(der.p, block, JM_CACHE_BLOCK) == 0;
}

int
jm_cache_stale(const uint8_t *p, size_t len, time_t then)
{
	struct jm_cache_entry e;
	struct jm_cert *c;
	int stale;

	if (jm_cache_parse(p, len, &e) != JM_OK)
		return 1;
	if ((c = malloc(sizeof *c)) == NULL)
		return 0; /* not known to be */
	stale = jm_cert_parse(e.cert[JM_CERT_AUTH].p, e.cert[JM_CERT_AUTH].left,
		    c) != JM_OK ||
		c->not_after < then;
	free(c);
	return stale;
}
