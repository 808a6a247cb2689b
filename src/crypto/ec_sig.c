/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/ec_sig.h"

#include <string.h>

#include "base/tlv.h"
#include "crypto/asn1_put.h"
#include "crypto/asn1_tag.h"

jm_err
jm_ec_sig_to_der(enum jm_curve c, const uint8_t *raw, size_t raw_len,
    uint8_t der[JM_EC_DER_MAX], size_t *der_len)
{
	const size_t half = jm_curve_len(c);
	struct jm_wbuf w;

	*der_len = 0;
	if (raw_len != 2 * half)
		return JM_FORMAT;
	jm_wbuf_init(&w, der, JM_EC_DER_MAX);
	jm_put_positive(&w, raw, half);
	jm_put_positive(&w, raw + half, half);
	jm_tlv_wrap(&w, 0, TAG_SEQUENCE);
	return jm_wbuf_done(&w, der_len);
}

/* One INTEGER, right-aligned in half bytes. */
static int
take_number(struct jm_rbuf *r, uint8_t *out, size_t half)
{
	struct jm_rbuf v;
	unsigned tag;

	if (jm_tlv_next(r, &tag, &v) != JM_OK || tag != TAG_INTEGER ||
	    v.left == 0 || (v.p[0] & 0x80) != 0)
		return 0;
	while (v.left > half && v.p[0] == 0) {
		v.p++;
		v.left--;
	}
	if (v.left > half)
		return 0;
	memset(out, 0, half - v.left);
	memcpy(out + half - v.left, v.p, v.left);
	return 1;
}

/*
 * What is let pass up to here, a length or a number in more bytes than it needs
 * and bytes behind, shows when the values are written again.
 */
jm_err
jm_ec_sig_to_raw(enum jm_curve c, const uint8_t *der, size_t der_len,
    uint8_t raw[JM_EC_SIG_MAX], size_t *raw_len)
{
	const size_t half = jm_curve_len(c);
	uint8_t again[JM_EC_DER_MAX];
	struct jm_rbuf r, seq;
	size_t again_len;
	unsigned tag;

	*raw_len = 0;
	r.p = der;
	r.left = der_len;
	if (jm_tlv_next(&r, &tag, &seq) != JM_OK || tag != TAG_SEQUENCE ||
	    !take_number(&seq, raw, half) ||
	    !take_number(&seq, raw + half, half))
		return JM_FORMAT;
	if (jm_ec_sig_to_der(c, raw, 2 * half, again, &again_len) != JM_OK ||
	    again_len != der_len || memcmp(again, der, der_len) != 0)
		return JM_FORMAT;
	*raw_len = 2 * half;
	return JM_OK;
}

jm_err
jm_ec_sig_any(enum jm_curve c, const uint8_t *sig, size_t len,
    uint8_t raw[JM_EC_SIG_MAX], size_t *raw_len)
{
	if (len != 2 * jm_curve_len(c))
		return jm_ec_sig_to_raw(c, sig, len, raw, raw_len);
	memcpy(raw, sig, len);
	*raw_len = len;
	return JM_OK;
}
