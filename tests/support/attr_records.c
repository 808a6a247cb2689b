/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/attr_records.h"

#include <string.h>

#include "base/hex.h"
#include "base/tlv.h"
#include "crypto/rsa_pad.h"
#include "tests/support/test.h"

#define TABLE_HEAD 3 /* DF21 08 */
#define TABLE      8

void
attr_keys_make(struct attr_keys *k)
{
	assert_int_equal(jm_soft_key_new(2048, &k->ca), JM_OK);
	assert_int_equal(jm_soft_key_new(2048, &k->issuer), JM_OK);
	assert_int_equal(jm_soft_key_pub(k->ca, &k->ca_pub), JM_OK);
}

void
attr_keys_free(struct attr_keys *k)
{
	jm_soft_key_free(&k->ca);
	jm_soft_key_free(&k->issuer);
}

static void
begin(struct jm_wbuf *w, struct attr_record *r)
{
	memset(r, 0, sizeof *r);
	jm_wbuf_init(w, r->mem, sizeof r->mem);
}

static void
end(const struct jm_wbuf *w, struct attr_record *r)
{
	assert_int_equal(jm_wbuf_done(w, &r->len), JM_OK);
}

void
attr_make_fields(struct attr_record *out, const char *name, const char *address,
    const char *birth, const char *sex)
{
	struct jm_wbuf w;

	begin(&w, out);
	jm_put_tlv(&w, 0xdf22, name, strlen(name));
	jm_put_tlv(&w, 0xdf23, address, strlen(address));
	jm_put_tlv(&w, 0xdf24, birth, strlen(birth));
	jm_put_tlv(&w, 0xdf25, sex, strlen(sex));
	end(&w, out);
}

void
attr_make_attributes(struct attr_record *out, const struct attr_record *fields)
{
	struct jm_rbuf r = attr_rbuf(fields), v;
	const size_t inside = TABLE_HEAD + TABLE + fields->len;
	struct jm_wbuf w;
	size_t before;
	unsigned tag;

	begin(&w, out);
	jm_put_tlv_head(&w, 0xff20, inside);
	before = w.len + TABLE_HEAD + TABLE;
	jm_put_tlv_head(&w, 0xdf21, TABLE);
	for (int i = 0; i < 4; i++) {
		const size_t at = before + (size_t)(r.p - fields->mem);

		jm_put_be16(&w, (unsigned)at);
		if (r.left > 0)
			assert_int_equal(jm_tlv_next(&r, &tag, &v), JM_OK);
	}
	jm_put(&w, fields->mem, fields->len);
	end(&w, out);
}

static void
put_signature(struct jm_wbuf *w, unsigned tag, const struct jm_soft_key *key,
    const uint8_t *over, size_t len)
{
	uint8_t digest[32], t[JM_DIGESTINFO_MAX], sig[JM_RSA_BYTES_MAX];
	size_t t_len, sig_len;

	assert_int_equal(jm_hash(JM_SHA256, over, len, digest), JM_OK);
	jm_digestinfo(JM_SHA256, digest, t, &t_len);
	assert_int_equal(
	    jm_soft_key_sign_raw(key, t, t_len, sig, &sig_len), JM_OK);
	jm_put_tlv(w, tag, sig, sig_len);
}

void
attr_make_signature(struct attr_record *out, const struct attr_record *fields,
    const struct jm_soft_key *issuer)
{
	uint8_t digest[32];
	struct jm_wbuf w;

	begin(&w, out);
	memset(digest, 0x31, sizeof digest); /* of a number nobody reads */
	jm_put_tlv(&w, 0xdf31, digest, sizeof digest);
	assert_int_equal(
	    jm_hash(JM_SHA256, fields->mem, fields->len, digest), JM_OK);
	jm_put_tlv(&w, 0xdf32, digest, sizeof digest);
	put_signature(&w, 0xdf33, issuer, out->mem, w.len);
	jm_tlv_wrap(&w, 0, 0xff30);
	end(&w, out);
}

void
attr_make_certificate(struct attr_record *out, const struct jm_soft_key *issuer,
    const struct jm_soft_key *ca)
{
	static const char ids[2 * JM_ATTR_KEY_ID + 1] = "6000033\x08\x05"
							"001\0\0\0\0"
							"1310101\x08\x05"
							"001\0\0\0\0";
	struct jm_rsa_pub pub;
	struct jm_wbuf w;
	size_t body;

	assert_int_equal(jm_soft_key_pub(issuer, &pub), JM_OK);
	begin(&w, out);
	jm_put(&w, ids, sizeof ids - 1);
	jm_put_tlv(&w, 0x90, pub.e, pub.e_len);
	jm_put_tlv(&w, 0x91, pub.n, pub.n_len);
	body = w.len;
	jm_tlv_wrap(&w, 0, 0x5f4e);
	put_signature(&w, 0x5f37, ca, out->mem + w.len - body, body);
	jm_tlv_wrap(&w, 0, 0x7f21);
	end(&w, out);
}

void
attr_make_all(const struct attr_keys *k, struct attr_record out[3])
{
	static struct attr_record fields;

	attr_make_fields(&fields, ATTR_NAME, ATTR_ADDRESS, ATTR_BIRTH, "2");
	attr_make_attributes(&out[0], &fields);
	attr_make_signature(&out[1], &fields, k->issuer);
	attr_make_certificate(&out[2], k->issuer, k->ca);
}

const char *
attr_reply(const struct attr_record *r, size_t at, size_t most)
{
	static char store[64][2 * 2048 + 5];
	static size_t next;
	char *text = store[next++ % NELEM(store)];
	const size_t left = at < r->len ? r->len - at : 0;
	const size_t n = left < most ? left : most;

	assert_int_equal(
	    jm_hex_encode(r->mem + at, n, text, sizeof store[0] - 4), JM_OK);
	memcpy(text + 2 * n, "9000", 5);
	return text;
}
