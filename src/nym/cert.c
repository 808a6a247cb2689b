/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/cert.h"

#include <string.h>

#include "base/tlv.h"
#include "base/wbuf.h"
#include "crypto/asn1_put.h"
#include "crypto/asn1_tag.h"
#include "crypto/digest.h"
#include "crypto/ec_sig.h"

#define OID_ECDSA_SHA256 "1.2.840.10045.4.3.2"
#define OID_EC_PUBLIC    "1.2.840.10045.2.1"
#define OID_CN           "2.5.4.3"
#define OID_KEY_USAGE    "2.5.29.15"
#define OID_EXT_USAGE    "2.5.29.37"
#define OID_CLIENT_AUTH  "1.3.6.1.5.5.7.3.2"

/* One RDN: CN = the text form. */
static void
put_name(struct jm_wbuf *w, const char *text)
{
	const size_t start = w->len;

	jm_put_oid(w, OID_CN);
	jm_put_tlv(w, TAG_UTF8, text, NYM_TEXT_LEN);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
	jm_tlv_wrap(w, start, TAG_SET);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
}

/* From the first second that UTCTime has to the date that stands for none
 * (RFC 5280, 4.1.2.5). */
static void
put_validity(struct jm_wbuf *w)
{
	const size_t start = w->len;

	jm_put_tlv(w, TAG_UTC_TIME, "000101000000Z", 13);
	jm_put_tlv(w, TAG_GENERALIZED_TIME, "99991231235959Z", 15);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
}

static void
put_spki(struct jm_wbuf *w, const struct jm_ec_pub *pub)
{
	const size_t start = w->len;
	const uint8_t *oid;
	size_t n, at;

	oid = jm_curve_oid(pub->curve, &n);
	jm_put_oid(w, OID_EC_PUBLIC);
	jm_put(w, oid, n);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
	at = w->len;
	jm_put_u8(w, 0); /* unused bits */
	jm_put(w, pub->point, pub->point_len);
	jm_tlv_wrap(w, at, TAG_BIT_STRING);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
}

static void
put_extensions(struct jm_wbuf *w)
{
	static const uint8_t is_true = 0xff;
	static const uint8_t digital_signature[] = { 0x07, 0x80 };
	const size_t start = w->len;
	size_t at, value;

	at = w->len;
	jm_put_oid(w, OID_KEY_USAGE);
	jm_put_tlv(w, TAG_BOOLEAN, &is_true, 1);
	value = w->len;
	jm_put_tlv(
	    w, TAG_BIT_STRING, digital_signature, sizeof digital_signature);
	jm_tlv_wrap(w, value, TAG_OCTET_STRING);
	jm_tlv_wrap(w, at, TAG_SEQUENCE);
	at = w->len;
	jm_put_oid(w, OID_EXT_USAGE);
	value = w->len;
	jm_put_oid(w, OID_CLIENT_AUTH);
	jm_tlv_wrap(w, value, TAG_SEQUENCE);
	jm_tlv_wrap(w, value, TAG_OCTET_STRING);
	jm_tlv_wrap(w, at, TAG_SEQUENCE);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
	jm_tlv_wrap(w, start, TAG_CTX(3));
}

jm_err
nym_cert_tbs(const uint8_t nid[NYM_NID_LEN], const uint8_t pk[NYM_PK_LEN],
    uint8_t tbs[NYM_TBS_LEN])
{
	static const uint8_t two = 2, one = 1;
	char text[NYM_TEXT_LEN + 1];
	struct jm_ec_pub pub;
	struct jm_wbuf w;
	size_t len = 0;
	jm_err e;

	memset(tbs, 0, NYM_TBS_LEN);
	if ((e = jm_p256_expand(pk, &pub)) != JM_OK)
		return e;
	nym_nid_text(nid, text);
	jm_wbuf_init(&w, tbs, NYM_TBS_LEN);
	jm_put_tlv(&w, TAG_INTEGER, &two, 1); /* version 3 */
	jm_tlv_wrap(&w, 0, TAG_CTX(0));
	jm_put_tlv(&w, TAG_INTEGER, &one, 1);
	jm_put_algorithm(&w, OID_ECDSA_SHA256, 0);
	put_name(&w, text);
	put_validity(&w);
	put_name(&w, text);
	put_spki(&w, &pub);
	put_extensions(&w);
	jm_tlv_wrap(&w, 0, TAG_SEQUENCE);
	if ((e = jm_wbuf_done(&w, &len)) == JM_OK && len != NYM_TBS_LEN)
		e = JM_FORMAT;
	if (e != JM_OK)
		memset(tbs, 0, NYM_TBS_LEN);
	return e;
}

jm_err
nym_cert_make(const struct nym_key *key, uint8_t out[NYM_CERT_MAX], size_t *len)
{
	uint8_t tbs[NYM_TBS_LEN], hash[32], raw[JM_P256_SIG];
	uint8_t der[JM_EC_DER_MAX];
	struct jm_wbuf w;
	size_t n, at;
	jm_err e;

	*len = 0;
	memset(out, 0, NYM_CERT_MAX);
	if ((e = nym_cert_tbs(key->nid, key->pk, tbs)) != JM_OK ||
	    (e = jm_hash(JM_SHA256, tbs, sizeof tbs, hash)) != JM_OK ||
	    (e = jm_p256_sign(key->d, hash, sizeof hash, raw)) != JM_OK ||
	    (e = jm_ec_sig_to_der(JM_P256, raw, sizeof raw, der, &n)) != JM_OK)
		return e;
	jm_wbuf_init(&w, out, NYM_CERT_MAX);
	jm_put(&w, tbs, sizeof tbs);
	jm_put_algorithm(&w, OID_ECDSA_SHA256, 0);
	at = w.len;
	jm_put_u8(&w, 0); /* unused bits */
	jm_put(&w, der, n);
	jm_tlv_wrap(&w, at, TAG_BIT_STRING);
	jm_tlv_wrap(&w, 0, TAG_SEQUENCE);
	return jm_wbuf_done(&w, len);
}
