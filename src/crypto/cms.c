/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * RFC 5652, section 5.  Nothing here varies but the certificate, the digests
 * and the time, so the DER is written directly.
 */
#include "crypto/cms.h"

#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "crypto/asn1_put.h"
#include "crypto/asn1_tag.h"
#include "crypto/asn1_time.h"
#include "crypto/ec_sig.h"

#define ID_DATA         "1.2.840.113549.1.7.1"
#define ID_SIGNED_DATA  "1.2.840.113549.1.7.2"
#define ID_CONTENT_TYPE "1.2.840.113549.1.9.3"
#define ID_DIGEST       "1.2.840.113549.1.9.4"
#define ID_SIGNING_TIME "1.2.840.113549.1.9.5"
#define ID_SIGNING_CERT "1.2.840.113549.1.9.16.2.47" /* V2, RFC 5035 */

#define ATTR_MAX        96 /* bytes of one attribute */
#define ATTRS           4
#define ATTRS_MAX       (ATTRS * ATTR_MAX)

/* What is signed with, by the signer's key. */
struct alg {
	enum jm_hash hash;
	const char *digest_oid, *sig_oid;
	int sig_null; /* parameters NULL, or none */
};

/* What every signer of CMS writes for PKCS #1 v1.5 (RFC 3370, section 3.2) */
static const struct alg rsa = { JM_SHA256, "2.16.840.1.101.3.4.2.1",
	"1.2.840.113549.1.1.1", 1 };

/* RFC 5753, section 2.1.1; the hash of the curve's strength */
static const struct alg ec[] = {
	[JM_P256] = { JM_SHA256, "2.16.840.1.101.3.4.2.1",
	    "1.2.840.10045.4.3.2", 0 },
	[JM_P384] = { JM_SHA384, "2.16.840.1.101.3.4.2.2",
	    "1.2.840.10045.4.3.3", 0 },
};

struct part {
	uint8_t *p;
	size_t len;
};

struct jm_cms {
	const uint8_t *content; /* borrowed */
	size_t content_len;
	int attached;
	const struct alg *alg;
	int is_ec;
	enum jm_curve curve; /* with is_ec */
	uint8_t
	    attrs[ATTRS_MAX]; /* the attributes in order, without a header */
	size_t attrs_len;
	struct part
	    certs[2]; /* copies, in DER's order of a SET; p NULL: none */
	struct part issuer, serial; /* inside the signer's copy */
};

struct attr {
	uint8_t der[ATTR_MAX];
	size_t len;
};

/* Attribute: the OID, then a SET of the one value that was written before. */
static jm_err
attr_done(struct attr *a, struct jm_wbuf *value, const char *oid)
{
	struct jm_wbuf w;
	size_t len, at;
	jm_err e;

	if ((e = jm_wbuf_done(value, &len)) != JM_OK)
		return e;
	jm_wbuf_init(&w, a->der, sizeof a->der);
	jm_put_oid(&w, oid);
	at = w.len;
	jm_put(&w, value->mem, len);
	jm_tlv_wrap(&w, at, TAG_SET);
	jm_tlv_wrap(&w, 0, TAG_SEQUENCE);
	return jm_wbuf_done(&w, &a->len);
}

/* SigningCertificateV2: ESSCertIDv2 without the algorithm, whose default is
 * SHA-256, and without the issuer, which the SignerInfo names already. */
static void
put_signing_cert(struct jm_wbuf *w, const uint8_t fingerprint[32])
{
	jm_put_tlv(w, TAG_OCTET_STRING, fingerprint, 32);
	jm_tlv_wrap(w, 0, TAG_SEQUENCE); /* ESSCertIDv2 */
	jm_tlv_wrap(w, 0, TAG_SEQUENCE); /* certs */
	jm_tlv_wrap(w, 0, TAG_SEQUENCE);
}

/* X.690, section 11.6: compared as if the shorter had zero bytes behind it,
 * which two DER objects of different lengths never come to. */
static int
der_order(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	const int d = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return d != 0 ? d : (a_len > b_len) - (a_len < b_len);
}

static void
sort_attrs(struct attr a[ATTRS])
{
	for (size_t i = 1; i < ATTRS; i++) {
		for (size_t k = i; k > 0; k--) {
			const struct attr tmp = a[k];

			if (der_order(a[k - 1].der, a[k - 1].len, a[k].der,
				a[k].len) <= 0)
				break;
			a[k] = a[k - 1];
			a[k - 1] = tmp;
		}
	}
}

static jm_err
make_attrs(struct jm_cms *c, const struct jm_cert *cert, time_t when)
{
	uint8_t digest[JM_DIGEST_MAX], fingerprint[32], mem[ATTR_MAX];
	struct attr a[ATTRS];
	struct jm_wbuf w;
	jm_err e;

	e = jm_hash(c->alg->hash, c->content, c->content_len, digest);
	if (e != JM_OK || (e = jm_cert_fingerprint(cert, fingerprint)) != JM_OK)
		return e;
	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_oid(&w, ID_DATA);
	if ((e = attr_done(&a[0], &w, ID_CONTENT_TYPE)) != JM_OK)
		return e;
	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_tlv(&w, TAG_OCTET_STRING, digest, jm_hash_len(c->alg->hash));
	if ((e = attr_done(&a[1], &w, ID_DIGEST)) != JM_OK)
		return e;
	jm_wbuf_init(&w, mem, sizeof mem);
	jm_put_asn1_time(&w, when);
	if ((e = attr_done(&a[2], &w, ID_SIGNING_TIME)) != JM_OK)
		return e;
	jm_wbuf_init(&w, mem, sizeof mem);
	put_signing_cert(&w, fingerprint);
	if ((e = attr_done(&a[3], &w, ID_SIGNING_CERT)) != JM_OK)
		return e;

	sort_attrs(a);
	jm_wbuf_init(&w, c->attrs, sizeof c->attrs);
	for (size_t i = 0; i < ATTRS; i++)
		jm_put(&w, a[i].der, a[i].len);
	return jm_wbuf_done(&w, &c->attrs_len);
}

static jm_err
copy(struct part *to, const struct jm_cert *cert)
{
	if ((to->p = malloc(cert->der_len)) == NULL)
		return JM_NOMEM;
	memcpy(to->p, cert->der, cert->der_len);
	to->len = cert->der_len;
	return JM_OK;
}

static jm_err
take_certs(
    struct jm_cms *c, const struct jm_cert *cert, const struct jm_cert *extra)
{
	const struct part none = { NULL, 0 };
	jm_err e;

	if ((e = copy(&c->certs[0], cert)) != JM_OK ||
	    (extra != NULL && (e = copy(&c->certs[1], extra)) != JM_OK))
		return e;
	c->issuer.p = c->certs[0].p + cert->issuer.off;
	c->issuer.len = cert->issuer.len;
	c->serial.p = c->certs[0].p + cert->serial.off;
	c->serial.len = cert->serial.len;
	if (extra != NULL) {
		const struct part first = c->certs[0];
		const int d = der_order(
		    first.p, first.len, c->certs[1].p, c->certs[1].len);

		if (d == 0) { /* the same one: a SET has it once */
			free(c->certs[1].p);
			c->certs[1] = none;
		} else if (d > 0) {
			c->certs[0] = c->certs[1];
			c->certs[1] = first;
		}
	}
	return JM_OK;
}

jm_err
jm_cms_begin(const uint8_t *content, size_t content_len, int attached,
    const struct jm_cert *cert, const struct jm_cert *extra, time_t when,
    struct jm_cms **out)
{
	struct jm_cms *c;
	jm_err e;

	*out = NULL;
	if (cert->rsa.n_len == 0 && cert->ec.point_len == 0)
		return JM_UNSUPPORTED;
	if ((c = calloc(1, sizeof *c)) == NULL)
		return JM_NOMEM;
	c->content = content;
	c->content_len = content_len;
	c->attached = attached;
	c->is_ec = cert->ec.point_len > 0;
	c->curve = cert->ec.curve;
	c->alg = c->is_ec ? &ec[c->curve] : &rsa;
	if ((e = take_certs(c, cert, extra)) != JM_OK ||
	    (e = make_attrs(c, cert, when)) != JM_OK)
		goto out;
	*out = c;
	c = NULL; /* the caller's from here on */
out:
	jm_cms_free(&c);
	return e;
}

enum jm_hash
jm_cms_hash(const struct jm_cms *c)
{
	return c->alg->hash;
}

jm_err
jm_cms_digest(const struct jm_cms *c, uint8_t out[JM_DIGEST_MAX])
{
	uint8_t der[ATTRS_MAX + 8];
	struct jm_wbuf w;
	size_t len;
	jm_err e;

	memset(out, 0, JM_DIGEST_MAX);
	jm_wbuf_init(&w, der, sizeof der);
	jm_put_tlv(&w, TAG_SET, c->attrs, c->attrs_len);
	if ((e = jm_wbuf_done(&w, &len)) != JM_OK)
		return e;
	return jm_hash(c->alg->hash, der, len, out);
}

static void
put_signer_info(struct jm_wbuf *w, const struct jm_cms *c, const uint8_t *sig,
    size_t sig_len)
{
	const size_t start = w->len;
	size_t sid;

	jm_put_tlv(w, TAG_INTEGER, "\x01", 1);
	sid = w->len;
	jm_put(w, c->issuer.p, c->issuer.len);
	jm_put(w, c->serial.p, c->serial.len);
	jm_tlv_wrap(w, sid, TAG_SEQUENCE);
	jm_put_algorithm(w, c->alg->digest_oid, 0); /* RFC 5754, section 2 */
	jm_put_tlv(w, TAG_CTX(0), c->attrs, c->attrs_len);
	jm_put_algorithm(w, c->alg->sig_oid, c->alg->sig_null);
	jm_put_tlv(w, TAG_OCTET_STRING, sig, sig_len);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
	jm_tlv_wrap(w, start, TAG_SET); /* signerInfos */
}

static void
put_signed_data(struct jm_wbuf *w, const struct jm_cms *c, const uint8_t *sig,
    size_t sig_len)
{
	size_t start, part;

	jm_put_oid(w, ID_SIGNED_DATA);
	start = w->len;
	jm_put_tlv(w, TAG_INTEGER, "\x01", 1);
	part = w->len;
	jm_put_algorithm(w, c->alg->digest_oid, 0);
	jm_tlv_wrap(w, part, TAG_SET); /* digestAlgorithms */
	part = w->len;
	jm_put_oid(w, ID_DATA);
	if (c->attached) {
		const size_t at = w->len;

		jm_put_tlv(w, TAG_OCTET_STRING, c->content, c->content_len);
		jm_tlv_wrap(w, at, TAG_CTX(0));
	}
	jm_tlv_wrap(w, part, TAG_SEQUENCE); /* encapContentInfo */
	part = w->len;
	for (size_t i = 0; i < NELEM(c->certs); i++)
		jm_put(w, c->certs[i].p, c->certs[i].len);
	jm_tlv_wrap(w, part, TAG_CTX(0)); /* certificates */
	put_signer_info(w, c, sig, sig_len);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
	jm_tlv_wrap(w, start, TAG_CTX(0));
	jm_tlv_wrap(w, 0, TAG_SEQUENCE);
}

jm_err
jm_cms_finish(struct jm_cms *c, const uint8_t *sig, size_t sig_len,
    uint8_t **der, size_t *der_len)
{
	const size_t certs = c->certs[0].len + c->certs[1].len;
	size_t cap = 1024 + c->issuer.len + c->serial.len;
	uint8_t of_ec[JM_EC_DER_MAX];
	struct jm_wbuf w;
	uint8_t *mem;
	jm_err e;

	*der = NULL;
	*der_len = 0;
	if (sig_len > JM_RSA_BYTES_MAX)
		return JM_ARG;
	if (c->is_ec) {
		if (jm_ec_sig_to_der(c->curve, sig, sig_len, of_ec, &sig_len) !=
		    JM_OK)
			return JM_ARG;
		sig = of_ec;
	}
	cap += certs + sig_len;
	if (c->attached) {
		if (c->content_len > SIZE_MAX - cap)
			return JM_NOMEM;
		cap += c->content_len;
	}
	if ((mem = malloc(cap)) == NULL)
		return JM_NOMEM;
	jm_wbuf_init(&w, mem, cap);
	put_signed_data(&w, c, sig, sig_len);
	if ((e = jm_wbuf_done(&w, der_len)) != JM_OK)
		goto out;
	*der = mem;
	mem = NULL; /* the caller's from here on */
out:
	free(mem);
	return e;
}

void
jm_cms_free(struct jm_cms **c)
{
	if (c == NULL || *c == NULL)
		return;
	for (size_t i = 0; i < NELEM((*c)->certs); i++)
		free((*c)->certs[i].p);
	free(*c);
	*c = NULL;
}
