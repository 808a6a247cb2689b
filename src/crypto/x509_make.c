/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "crypto/x509_make.h"

#include <string.h>

#include "base/tlv.h"
#include "crypto/asn1_put.h"
#include "crypto/asn1_tag.h"
#include "crypto/asn1_time.h"
#include "crypto/x509_key.h"

#define CPS_QUALIFIER   "1.3.6.1.5.5.7.2.1"
#define AD_OCSP         "1.3.6.1.5.5.7.48.1"

#define EXT_SKI         "2.5.29.14"
#define EXT_KEY_USAGE   "2.5.29.15"
#define EXT_SAN         "2.5.29.17"
#define EXT_IAN         "2.5.29.18"
#define EXT_BASIC       "2.5.29.19"
#define EXT_CRL_DP      "2.5.29.31"
#define EXT_POLICIES    "2.5.29.32"
#define EXT_AKI         "2.5.29.35"
#define EXT_AIA         "1.3.6.1.5.5.7.1.1"

#define NAME_DIRECTORY  TAG_CTX(4)      /* GeneralName, EXPLICIT */
#define NAME_URI        TAG_CTX_PRIM(6) /* GeneralName */

/* 2.999.1, from the arc for examples.  A UUID would be more our own, but its
 * number is longer than what GnuTLS can read. */
static const uint8_t pad_oid[] = { 0x88, 0x37, 0x01 };
#define PAD_OVERHEAD 19 /* at most, of that extension */

struct issue {
	const struct jm_cert_spec *spec;
	const struct jm_cert *ca; /* NULL: self-signed */
	const struct jm_soft_key *ca_key;
	struct jm_x509_key pub, ca_pub;
	uint8_t ski[20], aki[20];
};

static const char *
rdn_oid(const char *type)
{
	/* clang-format off */
	static const struct { const char *type, *oid; } table[] = {
		{ "CN", "2.5.4.3" }, { "C", "2.5.4.6" }, { "L", "2.5.4.7" },
		{ "O", "2.5.4.10" }, { "OU", "2.5.4.11" },
	};
	/* clang-format on */
	for (size_t i = 0; i < NELEM(table); i++)
		if (strcmp(type, table[i].type) == 0)
			return table[i].oid;
	return NULL;
}

static void
put_name(struct jm_wbuf *w, const struct jm_rdn *rdn, size_t n)
{
	const size_t name = w->len;

	for (size_t i = 0; i < n; i++) {
		const size_t start = w->len;
		const char *oid = rdn_oid(rdn[i].type);

		if (oid == NULL) {
			w->full = 1;
			return;
		}
		jm_put_oid(w, oid);
		/* X.520: a country is a PrintableString */
		jm_put_tlv(w,
		    strcmp(rdn[i].type, "C") == 0 ? TAG_PRINTABLE : TAG_UTF8,
		    rdn[i].utf8, strlen(rdn[i].utf8));
		jm_tlv_wrap(w, start, TAG_SEQUENCE);
		jm_tlv_wrap(w, start, TAG_SET);
	}
	jm_tlv_wrap(w, name, TAG_SEQUENCE);
}

static void
put_directory_name(struct jm_wbuf *w, const struct jm_rdn *rdn, size_t n)
{
	const size_t start = w->len;

	put_name(w, rdn, n);
	jm_tlv_wrap(w, start, NAME_DIRECTORY);
}

/*
 * An extension: begin, write its value, end.  A critical one says so between
 * the OID and the value.
 */
struct ext {
	size_t start, value;
};

static struct ext
ext_begin(struct jm_wbuf *w, const char *oid, int critical)
{
	struct ext x = { .start = w->len };

	jm_put_oid(w, oid);
	if (critical)
		jm_put_tlv(w, TAG_BOOLEAN, "\xff", 1);
	x.value = w->len;
	return x;
}

static void
ext_end(struct jm_wbuf *w, struct ext x)
{
	jm_tlv_wrap(w, x.value, TAG_OCTET_STRING);
	jm_tlv_wrap(w, x.start, TAG_SEQUENCE);
}

static void
put_usage(struct jm_wbuf *w, const struct jm_cert_spec *s)
{
	struct ext x;

	if (s->is_ca) {
		x = ext_begin(w, EXT_BASIC, 1);
		jm_put_tlv(w, TAG_SEQUENCE, "\x01\x01\xff", 3); /* cA TRUE */
		ext_end(w, x);
	}
	x = ext_begin(w, EXT_KEY_USAGE, 1);
	/* the count of unused bits, then the bits */
	if (s->is_ca) /* keyCertSign, cRLSign */
		jm_put_tlv(w, TAG_BIT_STRING, "\x01\x06", 2);
	else if (s->non_repudiation) /* and digitalSignature */
		jm_put_tlv(w, TAG_BIT_STRING, "\x06\xc0", 2);
	else
		jm_put_tlv(w, TAG_BIT_STRING, "\x07\x80", 2);
	ext_end(w, x);
}

static void
put_policy(struct jm_wbuf *w, const struct jm_cert_spec *s)
{
	struct ext x;
	size_t qualifiers;

	if (s->policy_oid == NULL || s->is_ca)
		return;
	x = ext_begin(w, EXT_POLICIES, 0);
	jm_put_oid(w, s->policy_oid);
	if (s->cps_uri != NULL) {
		qualifiers = w->len;
		jm_put_oid(w, CPS_QUALIFIER);
		jm_put_tlv(w, TAG_IA5, s->cps_uri, strlen(s->cps_uri));
		jm_tlv_wrap(w, qualifiers, TAG_SEQUENCE);
		jm_tlv_wrap(w, qualifiers, TAG_SEQUENCE);
	}
	jm_tlv_wrap(w, x.value, TAG_SEQUENCE); /* PolicyInformation */
	jm_tlv_wrap(w, x.value, TAG_SEQUENCE);
	ext_end(w, x);
}

static void
put_alt_names(struct jm_wbuf *w, const struct jm_cert_spec *s)
{
	struct ext x;

	if (s->other_len > 0 || s->subject_alt_len > 0) {
		x = ext_begin(w, EXT_SAN, 0);
		for (size_t i = 0; i < s->other_len; i++) {
			const struct jm_other_name *o = &s->other[i];
			const size_t start = w->len;
			size_t value;

			jm_put_oid(w, o->oid);
			value = w->len;
			jm_put_tlv(w, TAG_UTF8, o->utf8, strlen(o->utf8));
			jm_tlv_wrap(w, value, TAG_CTX(0));
			jm_tlv_wrap(w, start, TAG_CTX(0));
		}
		if (s->subject_alt_len > 0)
			put_directory_name(
			    w, s->subject_alt, s->subject_alt_len);
		jm_tlv_wrap(w, x.value, TAG_SEQUENCE);
		ext_end(w, x);
	}
	if (s->issuer_alt_len > 0) {
		x = ext_begin(w, EXT_IAN, 0);
		put_directory_name(w, s->issuer_alt, s->issuer_alt_len);
		jm_tlv_wrap(w, x.value, TAG_SEQUENCE);
		ext_end(w, x);
	}
}

static void
put_revocation(struct jm_wbuf *w, const struct jm_cert_spec *s)
{
	struct ext x;

	if (s->crl_dp_len > 0) {
		x = ext_begin(w, EXT_CRL_DP, 0);
		put_directory_name(w, s->crl_dp, s->crl_dp_len);
		jm_tlv_wrap(w, x.value, TAG_CTX(0)); /* fullName */
		jm_tlv_wrap(w, x.value, TAG_CTX(0)); /* distributionPoint */
		jm_tlv_wrap(w, x.value, TAG_SEQUENCE);
		jm_tlv_wrap(w, x.value, TAG_SEQUENCE);
		ext_end(w, x);
	}
	if (s->ocsp_uri != NULL) {
		x = ext_begin(w, EXT_AIA, 0);
		jm_put_oid(w, AD_OCSP);
		jm_put_tlv(w, NAME_URI, s->ocsp_uri, strlen(s->ocsp_uri));
		jm_tlv_wrap(w, x.value, TAG_SEQUENCE);
		jm_tlv_wrap(w, x.value, TAG_SEQUENCE);
		ext_end(w, x);
	}
}

static void
put_key_ids(struct jm_wbuf *w, const struct issue *is)
{
	struct ext x;

	if (is->ca != NULL) {
		x = ext_begin(w, EXT_AKI, 0);
		jm_put_tlv(w, TAG_CTX_PRIM(0), is->aki, sizeof is->aki);
		jm_tlv_wrap(w, x.value, TAG_SEQUENCE);
		ext_end(w, x);
	}
	x = ext_begin(w, EXT_SKI, 0);
	jm_put_tlv(w, TAG_OCTET_STRING, is->ski, sizeof is->ski);
	ext_end(w, x);
}

static void
put_pad(struct jm_wbuf *w, size_t pad)
{
	struct ext x = { .start = w->len };

	if (pad == 0)
		return;
	jm_put_tlv(w, TAG_OID, pad_oid, sizeof pad_oid);
	x.value = w->len;
	jm_put_fill(w, 0, pad);
	jm_tlv_wrap(w, x.value, TAG_OCTET_STRING);
	ext_end(w, x);
}

static void
put_tbs(struct jm_wbuf *w, const struct issue *is, size_t pad)
{
	const struct jm_cert_spec *s = is->spec;
	uint8_t serial[8];
	struct jm_wbuf num;
	size_t part;

	jm_put_tlv(w, TAG_CTX(0), "\x02\x01\x02", 3); /* version 3 */
	jm_wbuf_init(&num, serial, sizeof serial);
	jm_put_be32(&num, s->serial_hi);
	jm_put_be32(&num, s->serial_lo);
	jm_put_positive(w, serial, sizeof serial);
	jm_put_signature_alg(w, &is->ca_pub);
	if (is->ca != NULL)
		jm_put(
		    w, is->ca->der + is->ca->subject.off, is->ca->subject.len);
	else
		put_name(w, s->subject, s->subject_len);
	part = w->len;
	jm_put_asn1_time(w, s->not_before);
	jm_put_asn1_time(w, s->not_after);
	jm_tlv_wrap(w, part, TAG_SEQUENCE);
	put_name(w, s->subject, s->subject_len);
	jm_put_spki(w, &is->pub);

	part = w->len;
	put_usage(w, s);
	put_policy(w, s);
	put_alt_names(w, s);
	put_key_ids(w, is);
	put_revocation(w, s);
	put_pad(w, pad);
	jm_tlv_wrap(w, part, TAG_SEQUENCE);
	jm_tlv_wrap(w, part, TAG_CTX(3));
	jm_tlv_wrap(w, 0, TAG_SEQUENCE);
}

static jm_err
make(const struct issue *is, size_t pad, uint8_t *out, size_t *out_len)
{
	uint8_t sig[JM_X509_SIG_MAX];
	size_t sig_len, bits, tbs_len;
	struct jm_wbuf w;
	jm_err e;

	*out_len = 0;
	jm_wbuf_init(&w, out, JM_CERT_MAX);
	put_tbs(&w, is, pad);
	if ((e = jm_wbuf_done(&w, &tbs_len)) != JM_OK ||
	    (e = jm_x509_sign(is->ca_key, out, tbs_len, sig, &sig_len)) != JM_OK)
		return e;
	jm_put_signature_alg(&w, &is->ca_pub);
	bits = w.len;
	jm_put_u8(&w, 0);
	jm_put(&w, sig, sig_len);
	jm_tlv_wrap(&w, bits, TAG_BIT_STRING);
	jm_tlv_wrap(&w, 0, TAG_SEQUENCE);
	return jm_wbuf_done(&w, out_len);
}

static int
names_are_known(const struct jm_rdn *rdn, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rdn[i].type == NULL || rdn[i].utf8 == NULL ||
		    rdn_oid(rdn[i].type) == NULL)
			return 0;
	return 1;
}

static int
is_oid(const char *dotted)
{
	uint8_t mem[64];
	struct jm_wbuf w;
	size_t len;

	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_oid(&w, dotted);
	return jm_wbuf_done(&w, &len) == JM_OK;
}

static int
spec_is_sound(const struct jm_cert_spec *s)
{
	if (!names_are_known(s->subject, s->subject_len) ||
	    !names_are_known(s->issuer, s->issuer_len) ||
	    !names_are_known(s->issuer_alt, s->issuer_alt_len) ||
	    !names_are_known(s->subject_alt, s->subject_alt_len) ||
	    !names_are_known(s->crl_dp, s->crl_dp_len) ||
	    (s->policy_oid != NULL && !is_oid(s->policy_oid)) ||
	    (s->serial_hi == 0 && s->serial_lo == 0) || s->serial_hi >> 31 != 0)
		return 0;
	for (size_t i = 0; i < s->other_len; i++)
		if (s->other[i].oid == NULL || s->other[i].utf8 == NULL ||
		    !is_oid(s->other[i].oid))
			return 0;
	return 1;
}

/* Is the issuer that was asked for the one that signs?  tmp: JM_CERT_MAX. */
static int
issuer_fits(const struct issue *is, uint8_t *tmp)
{
	const struct jm_cert_spec *s = is->spec;
	const struct jm_cert *ca = is->ca;
	struct jm_wbuf w;
	size_t half, len;

	if (!jm_x509_key_is(&is->ca_pub, ca != NULL ? &ca->rsa : &is->pub.rsa,
		ca != NULL ? &ca->ec : &is->pub.ec))
		return 0;
	if (s->issuer_len == 0)
		return 1;
	jm_wbuf_init(&w, tmp, JM_CERT_MAX);
	put_name(&w, s->issuer, s->issuer_len);
	if (jm_wbuf_done(&w, &len) != JM_OK)
		return 0;
	if (ca != NULL)
		return len == ca->subject.len &&
		       memcmp(tmp, ca->der + ca->subject.off, len) == 0;
	half = w.len;
	put_name(&w, s->subject, s->subject_len);
	return jm_wbuf_done(&w, &len) == JM_OK && len == 2 * half &&
	       memcmp(tmp, tmp + half, half) == 0;
}

jm_err
jm_cert_make(const struct jm_cert_spec *spec, const struct jm_soft_key *key,
    const struct jm_soft_key *ca_key, const struct jm_cert *ca, uint8_t *out,
    size_t *out_len)
{
	struct issue is = { .spec = spec, .ca = ca, .ca_key = ca_key };
	size_t pad = 1;
	jm_err e;

	*out_len = 0;
	if (!spec_is_sound(spec))
		return JM_ARG;
	if ((e = jm_x509_key_of(key, &is.pub)) != JM_OK ||
	    (e = jm_x509_key_of(ca_key, &is.ca_pub)) != JM_OK ||
	    (e = jm_x509_key_id(&is.pub, is.ski)) != JM_OK ||
	    (e = jm_x509_key_id(&is.ca_pub, is.aki)) != JM_OK)
		return e;
	if (!issuer_fits(&is, out))
		return JM_ARG;
	e = make(&is, 0, out, out_len);
	if (e != JM_OK || *out_len >= spec->pad_to)
		return e;
	/* First too little, then by what was missing. */
	if (spec->pad_to - *out_len > PAD_OVERHEAD)
		pad = spec->pad_to - *out_len - PAD_OVERHEAD;
	e = make(&is, pad, out, out_len);
	/* Not at once with ECDSA: its signatures differ in length. */
	while (e == JM_OK && *out_len < spec->pad_to) {
		pad += spec->pad_to - *out_len;
		e = make(&is, pad, out, out_len);
	}
	return e;
}
