/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/x509_reissue.h"

#include <string.h>

#include "base/tlv.h"
#include "crypto/asn1_put.h"
#include "crypto/asn1_tag.h"
#include "crypto/asn1_time.h"

static const uint8_t ski_oid[] = { 0x55, 0x1d, 0x0e }; /* 2.5.29.14 */

/* The next object of r: its tag, its value, and all of it. */
static jm_err
object(
    struct jm_rbuf *r, unsigned tag, struct jm_rbuf *val, struct jm_rbuf *whole)
{
	const struct jm_rbuf before = *r;
	unsigned got;
	jm_err e;

	if ((e = jm_tlv_next(r, &got, val)) != JM_OK)
		return e;
	*whole = (struct jm_rbuf){ before.p, before.left - r->left };
	return got == tag ? JM_OK : JM_FORMAT;
}

static jm_err
copy(struct jm_rbuf *r, unsigned tag, struct jm_wbuf *w)
{
	struct jm_rbuf val, whole;
	jm_err e;

	if ((e = object(r, tag, &val, &whole)) == JM_OK)
		jm_put(w, whole.p, whole.left);
	return e;
}

static jm_err
skip(struct jm_rbuf *r, unsigned tag)
{
	struct jm_rbuf val, whole;

	return object(r, tag, &val, &whole);
}

/* Each extension as it is, but for the key's identifier. */
static jm_err
put_extensions(struct jm_rbuf list, const uint8_t ski[20], struct jm_wbuf *w)
{
	struct jm_rbuf ext, oid, whole;
	unsigned tag;
	size_t at, value;
	jm_err e;

	while (list.left > 0) {
		if ((e = object(&list, TAG_SEQUENCE, &ext, &whole)) != JM_OK ||
		    (e = jm_tlv_next(&ext, &tag, &oid)) != JM_OK)
			return e;
		if (tag != TAG_OID || oid.left != sizeof ski_oid ||
		    memcmp(oid.p, ski_oid, sizeof ski_oid) != 0) {
			jm_put(w, whole.p, whole.left);
			continue;
		}
		at = w->len;
		jm_put_tlv(w, TAG_OID, ski_oid, sizeof ski_oid);
		value = w->len;
		jm_put_tlv(w, TAG_OCTET_STRING, ski, 20);
		jm_tlv_wrap(w, value, TAG_OCTET_STRING);
		jm_tlv_wrap(w, at, TAG_SEQUENCE);
	}
	return JM_OK;
}

static void
put_serial(struct jm_wbuf *w, const struct jm_reissue *how)
{
	uint8_t mem[8];
	struct jm_wbuf s;

	jm_wbuf_init(&s, mem, sizeof mem);
	jm_put_be32(&s, how->serial_hi);
	jm_put_be32(&s, how->serial_lo);
	jm_put_positive(w, mem, sizeof mem);
}

static jm_err
put_tbs(struct jm_wbuf *w, const struct jm_reissue *how,
    const struct jm_x509_key *ca_pub, const uint8_t ski[20])
{
	const struct jm_cert *old = how->old;
	struct jm_rbuf r = { old->der + old->tbs.off, old->tbs.len };
	struct jm_rbuf all, val, whole;
	size_t part;
	jm_err e;

	if ((e = object(&r, TAG_SEQUENCE, &all, &whole)) != JM_OK ||
	    (e = copy(&all, TAG_CTX(0), w)) != JM_OK || /* version */
	    (e = skip(&all, TAG_INTEGER)) != JM_OK ||
	    (e = skip(&all, TAG_SEQUENCE)) != JM_OK)
		return e;
	put_serial(w, how);
	jm_put_signature_alg(w, ca_pub);
	if ((e = copy(&all, TAG_SEQUENCE, w)) != JM_OK || /* issuer */
	    (e = skip(&all, TAG_SEQUENCE)) != JM_OK)
		return e;
	part = w->len;
	jm_put_asn1_time(w, how->not_before);
	jm_put_asn1_time(w, how->not_after);
	jm_tlv_wrap(w, part, TAG_SEQUENCE);
	if ((e = copy(&all, TAG_SEQUENCE, w)) != JM_OK || /* subject */
	    (e = skip(&all, TAG_SEQUENCE)) != JM_OK)
		return e;
	jm_put_spki(w, how->key);
	part = w->len;
	if ((e = object(&all, TAG_CTX(3), &val, &whole)) != JM_OK ||
	    (e = object(&val, TAG_SEQUENCE, &r, &whole)) != JM_OK ||
	    (e = put_extensions(r, ski, w)) != JM_OK)
		return e;
	jm_tlv_wrap(w, part, TAG_SEQUENCE);
	jm_tlv_wrap(w, part, TAG_CTX(3));
	jm_tlv_wrap(w, 0, TAG_SEQUENCE);
	return all.left == 0 && val.left == 0 ? JM_OK : JM_FORMAT;
}

jm_err
jm_cert_reissue(const struct jm_reissue *how, uint8_t *out, size_t *out_len)
{
	uint8_t ski[20], sig[JM_X509_SIG_MAX];
	struct jm_x509_key ca_pub;
	size_t tbs_len, sig_len, bits;
	struct jm_wbuf w;
	jm_err e;

	*out_len = 0;
	if ((how->serial_hi | how->serial_lo) == 0 ||
	    how->serial_hi > INT32_MAX)
		return JM_ARG;
	if ((e = jm_x509_key_of(how->ca_key, &ca_pub)) != JM_OK)
		return e;
	if (!jm_x509_key_is(&ca_pub, &how->ca->rsa, &how->ca->ec))
		return JM_ARG;
	if ((e = jm_cert_signed_by(how->old, how->ca)) != JM_OK ||
	    (e = jm_x509_key_id(how->key, ski)) != JM_OK)
		return e;
	jm_wbuf_init(&w, out, JM_CERT_MAX);
	if ((e = put_tbs(&w, how, &ca_pub, ski)) != JM_OK ||
	    (e = jm_wbuf_done(&w, &tbs_len)) != JM_OK ||
	    (e = jm_x509_sign(how->ca_key, out, tbs_len, sig, &sig_len)) !=
		JM_OK)
		return e;
	jm_put_signature_alg(&w, &ca_pub);
	bits = w.len;
	jm_put_u8(&w, 0);
	jm_put(&w, sig, sig_len);
	jm_tlv_wrap(&w, bits, TAG_BIT_STRING);
	jm_tlv_wrap(&w, 0, TAG_SEQUENCE);
	return jm_wbuf_done(&w, out_len);
}
