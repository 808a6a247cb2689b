/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/cms.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "base/tlv.h"
#include "crypto/rsa_pad.h"
#include "tests/support/fault.h"
#include "tests/support/hierarchy.h"
#include "tests/support/test.h"

struct made {
	uint8_t *der;
	size_t len;
};

/* What the card would make of it. */
static jm_err
sign(const struct hierarchy *h, enum jm_hash hash, const uint8_t *digest,
    uint8_t *sig, size_t *sig_len)
{
	uint8_t t[JM_DIGESTINFO_MAX];
	size_t t_len;

	if (jm_soft_key_is_ec(h->key))
		return jm_soft_key_sign_ecdsa(
		    h->key, digest, jm_hash_len(hash), sig, sig_len);
	jm_digestinfo(hash, digest, t, &t_len);
	return jm_soft_key_sign_raw(h->key, t, t_len, sig, sig_len);
}

/* All three steps, the card played by the software key. */
static jm_err
make(const struct hierarchy *h, const uint8_t *content, size_t n, int attached,
    const struct jm_cert *extra, time_t when, struct made *out)
{
	uint8_t digest[JM_DIGEST_MAX], sig[JM_RSA_BYTES_MAX];
	size_t sig_len;
	struct jm_cms *c;
	jm_err e;

	*out = (struct made){ NULL, 0 };
	e = jm_cms_begin(content, n, attached, h->sign, extra, when, &c);
	if (e != JM_OK) {
		assert_null(c);
		return e;
	}
	if ((e = jm_cms_digest(c, digest)) == JM_OK)
		e = sign(h, jm_cms_hash(c), digest, sig, &sig_len);
	if (e == JM_OK)
		e = jm_cms_finish(c, sig, sig_len, &out->der, &out->len);
	jm_cms_free(&c);
	assert_null(c);
	return e;
}

static CMS_ContentInfo *
as_cms(const struct made *m)
{
	const unsigned char *p = m->der;
	CMS_ContentInfo *c = d2i_CMS_ContentInfo(NULL, &p, (long)m->len);

	assert_non_null(c);
	assert_ptr_equal(p, m->der + m->len);
	return c;
}

/* 1 when OpenSSL verifies it up to ca; out (may be NULL) gets the content. */
static int
verify(const struct made *m, const struct jm_cert *ca, const void *detached,
    size_t n, BIO *out)
{
	const unsigned char *p = ca->der;
	X509 *root = d2i_X509(NULL, &p, (long)ca->der_len);
	X509_STORE *store = X509_STORE_new();
	CMS_ContentInfo *c = as_cms(m);
	BIO *in = detached == NULL ? NULL : BIO_new_mem_buf(detached, (int)n);
	int ok;

	assert_int_equal(X509_STORE_add_cert(store, root), 1);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), HIERARCHY_NOW);
	/* CMS_verify asks for e-mail protection unless told otherwise */
	assert_int_equal(X509_STORE_set_purpose(store, X509_PURPOSE_ANY), 1);
	ok = CMS_verify(c, NULL, store, in, out,
	    CMS_BINARY | CMS_CADES /* and the signing certificate */);
	ERR_clear_error();
	BIO_free(in);
	CMS_ContentInfo_free(c);
	X509_STORE_free(store);
	X509_free(root);
	return ok;
}

/* Where the bytes are in it; they have to be. */
static size_t
find(const struct made *m, const void *what, size_t n)
{
	for (size_t i = 0; m->der != NULL && i + n <= m->len; i++)
		if (memcmp(m->der + i, what, n) == 0)
			return i;
	fail();
	return 0;
}

static void
flip(const struct made *m, size_t at)
{
	if (m->der != NULL && at < m->len)
		m->der[at] ^= 1;
}

static void
openssl_verifies_attached_content(void **state)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 70000 };
	const struct hierarchy *h = *state;
	static uint8_t content[70000];

	memset(content, 0x5a, sizeof content);
	for (size_t i = 0; i < NELEM(sizes); i++) {
		BIO *out = BIO_new(BIO_s_mem());
		struct made m;
		char *got;

		assert_int_equal(make(h, content, sizes[i], 1, h->sign_ca,
				     HIERARCHY_NOW, &m),
		    JM_OK);
		assert_int_equal(verify(&m, h->sign_ca, NULL, 0, out), 1);
		assert_int_equal(BIO_get_mem_data(out, &got), (long)sizes[i]);
		assert_memory_equal(got, content, sizes[i]);
		BIO_free(out);
		free(m.der);
	}
}

static void
openssl_verifies_detached_content(void **state)
{
	static const char text[] = "a text, two\nlines";
	const struct hierarchy *h = *state;
	struct made m;

	assert_int_equal(make(h, (const uint8_t *)text, strlen(text), 0, NULL,
			     HIERARCHY_NOW, &m),
	    JM_OK);
	assert_int_equal(verify(&m, h->sign_ca, text, strlen(text), NULL), 1);
	assert_int_equal(
	    verify(&m, h->sign_ca, text, strlen(text) - 1, NULL), 0);
	assert_int_equal(verify(&m, h->auth_ca, text, strlen(text), NULL), 0);
	for (size_t i = 0; i + 3 < m.len; i++)
		assert_int_not_equal(memcmp(m.der + i, text, 3), 0);
	free(m.der);
}

static void
a_changed_content_or_attribute_is_seen(void **state)
{
	static const uint8_t text[] = "content that is looked for";
	const struct hierarchy *h = *state;
	struct made m;
	size_t i;

	assert_int_equal(
	    make(h, text, sizeof text, 1, NULL, HIERARCHY_NOW, &m), JM_OK);
	assert_int_equal(verify(&m, h->sign_ca, NULL, 0, NULL), 1);
	i = find(&m, text, sizeof text);
	flip(&m, i);
	assert_int_equal(verify(&m, h->sign_ca, NULL, 0, NULL), 0);
	flip(&m, i);
	/* the signing time: "231114221320Z" */
	i = find(&m, "231114221320Z", 13);
	flip(&m, i + 11);
	assert_int_equal(verify(&m, h->sign_ca, NULL, 0, NULL), 0);
	free(m.der);
}

static void
it_has_the_attributes_of_the_header_in_der_s_order(void **state)
{
	static const int want[] = { NID_pkcs9_contentType,
		NID_pkcs9_signingTime, NID_pkcs9_messageDigest,
		NID_id_smime_aa_signingCertificateV2 };
	const struct hierarchy *h = *state;
	const unsigned char *last = NULL;
	unsigned char der[4][256], *p;
	CMS_SignerInfo *si;
	CMS_ContentInfo *c;
	struct made m;
	int n[4], seen = 0;

	assert_int_equal(make(h, NULL, 0, 0, NULL, HIERARCHY_NOW, &m), JM_OK);
	c = as_cms(&m);
	assert_int_equal(sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(c)), 1);
	si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(c), 0);
	assert_int_equal(CMS_signed_get_attr_count(si), 4);
	assert_int_equal(CMS_unsigned_get_attr_count(si), -1);
	for (int i = 0; i < 4; i++) {
		X509_ATTRIBUTE *a = CMS_signed_get_attr(si, i);
		const int nid = OBJ_obj2nid(X509_ATTRIBUTE_get0_object(a));

		for (int k = 0; k < 4; k++)
			if (want[k] == nid)
				seen |= 1 << k;
		assert_int_equal(X509_ATTRIBUTE_count(a), 1);
		p = der[i];
		n[i] = i2d_X509_ATTRIBUTE(a, &p);
		assert_true(n[i] > 0 && n[i] < 128);
		/* all lengths differ, so the second byte decides */
		if (last != NULL)
			assert_true(memcmp(last, der[i], 2) < 0);
		last = der[i];
	}
	assert_int_equal(seen, 15);
	CMS_ContentInfo_free(c);
	free(m.der);
}

static void
the_der_is_what_openssl_would_write(void **state)
{
	const struct hierarchy *h = *state;
	unsigned char *again = NULL;
	CMS_ContentInfo *c;
	struct made m;
	int n;

	assert_int_equal(
	    make(h, (const uint8_t *)"x", 1, 1, h->sign_ca, HIERARCHY_NOW, &m),
	    JM_OK);
	c = as_cms(&m);
	n = i2d_CMS_ContentInfo(c, &again);
	assert_int_equal(n, (int)m.len);
	assert_memory_equal(again, m.der, m.len);
	OPENSSL_free(again);
	CMS_ContentInfo_free(c);
	free(m.der);
}

static void
certificates_are_included_once(void **state)
{
	const struct hierarchy *h = *state;
	const struct jm_cert *extra[] = { NULL, h->sign_ca, h->auth, h->sign };
	const int want[] = { 1, 2, 2, 1 };

	for (size_t i = 0; i < NELEM(extra); i++) {
		STACK_OF(X509) * certs;
		CMS_ContentInfo *c;
		struct made m;

		assert_int_equal(
		    make(h, NULL, 0, 1, extra[i], HIERARCHY_NOW, &m), JM_OK);
		assert_int_equal(verify(&m, h->sign_ca, NULL, 0, NULL), 1);
		c = as_cms(&m);
		certs = CMS_get1_certs(c);
		assert_int_equal(sk_X509_num(certs), want[i]);
		sk_X509_pop_free(certs, X509_free);
		CMS_ContentInfo_free(c);
		free(m.der);
	}
}

static void
times_past_2049_are_generalized(void **state)
{
	static const char time[] = "\x18\x0f\x32\x30\x35\x30"
				   "0101000000Z";
	const struct hierarchy *h = *state;
	struct made m;

	if (sizeof(time_t) < 8)
		skip_on_a_desk("a time_t of 64 bits");
	assert_int_equal(
	    make(h, NULL, 0, 1, NULL, (time_t)2524608000, &m), JM_OK);
	(void)find(&m, time, sizeof time - 1);
	assert_int_equal(verify(&m, h->sign_ca, NULL, 0, NULL), 1);
	free(m.der);
	if (sizeof(time_t) == 8)
		assert_int_equal(
		    make(h, NULL, 0, 1, NULL, (time_t)300000000000, &m),
		    JM_SPACE);
}

static void
only_keys_of_ours_and_their_signatures_are_taken(void **state)
{
	const struct hierarchy *h = *state;
	static struct jm_cert none;
	static uint8_t sig[JM_RSA_BYTES_MAX + 1];
	struct jm_cms *c = (void *)1;
	uint8_t *der = sig;
	size_t n = 1;

	none = *h->sign;
	none.rsa.n_len = 0;
	assert_int_equal(
	    jm_cms_begin(NULL, 0, 1, &none, NULL, 0, &c), JM_UNSUPPORTED);
	assert_null(c);
	assert_int_equal(jm_cms_begin(NULL, 0, 1, h->sign, NULL, 0, &c), JM_OK);
	assert_int_equal(jm_cms_finish(c, sig, sizeof sig, &der, &n), JM_ARG);
	assert_null(der);
	assert_int_equal(n, 0);
	jm_cms_free(&c);
	jm_cms_free(&c);
	jm_cms_free(NULL);
}

static void
each_allocation_may_fail(void **state)
{
	const struct hierarchy *h = *state;

	for (unsigned nth = 0;; nth++) {
		struct made m;
		jm_err e;

		fault_arm(nth);
		e = make(h, (const uint8_t *)"x", 1, 1, h->sign_ca,
		    HIERARCHY_NOW, &m);
		if (!fault_fired()) {
			assert_int_equal(e, JM_OK);
			assert_int_equal(nth, 7);
			free(m.der);
			return;
		}
		assert_int_equal(e, JM_NOMEM);
		assert_null(m.der);
	}
}

static void
the_hash_is_that_of_the_curve(void **state)
{
	const struct hierarchy *h = *state;
	const int p384 = h->sign->ec.curve == JM_P384;
	CMS_SignerInfo *si;
	CMS_ContentInfo *c;
	X509_ALGOR *md, *sig;
	const ASN1_OBJECT *oid;
	struct made m;
	int type;

	assert_int_equal(
	    make(h, (const uint8_t *)"x", 1, 1, NULL, HIERARCHY_NOW, &m),
	    JM_OK);
	c = as_cms(&m);
	si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(c), 0);
	assert_non_null(si);
	CMS_SignerInfo_get0_algs(si, NULL, NULL, &md, &sig);
	X509_ALGOR_get0(&oid, &type, NULL, md);
	assert_int_equal(OBJ_obj2nid(oid), p384 ? NID_sha384 : NID_sha256);
	assert_int_equal(type, V_ASN1_UNDEF); /* no parameters */
	X509_ALGOR_get0(&oid, &type, NULL, sig);
	assert_int_equal(OBJ_obj2nid(oid),
	    p384 ? NID_ecdsa_with_SHA384 : NID_ecdsa_with_SHA256);
	assert_int_equal(type, V_ASN1_UNDEF);
	CMS_ContentInfo_free(c);
	free(m.der);
}

static void
only_raw_signatures_of_the_curve_are_taken(void **state)
{
	const struct hierarchy *h = *state;
	static const uint8_t sig[200] = { 1 };
	struct jm_cms *c;
	struct made m;

	for (size_t n = 0; n <= sizeof sig; n++) {
		assert_int_equal(
		    jm_cms_begin(NULL, 0, 0, h->sign, NULL, HIERARCHY_NOW, &c),
		    JM_OK);
		assert_int_equal(jm_cms_finish(c, sig, n, &m.der, &m.len),
		    n == 2 * jm_curve_len(h->sign->ec.curve) ? JM_OK : JM_ARG);
		free(m.der);
		jm_cms_free(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openssl_verifies_attached_content),
		cmocka_unit_test(openssl_verifies_detached_content),
		cmocka_unit_test(a_changed_content_or_attribute_is_seen),
		cmocka_unit_test(
		    it_has_the_attributes_of_the_header_in_der_s_order),
		cmocka_unit_test(the_der_is_what_openssl_would_write),
		cmocka_unit_test(certificates_are_included_once),
		cmocka_unit_test(times_past_2049_are_generalized),
		cmocka_unit_test(
		    only_keys_of_ours_and_their_signatures_are_taken),
		cmocka_unit_test(each_allocation_may_fail),
	};

	const struct CMUnitTest of_ec[] = {
		cmocka_unit_test(openssl_verifies_attached_content),
		cmocka_unit_test(openssl_verifies_detached_content),
		cmocka_unit_test(a_changed_content_or_attribute_is_seen),
		cmocka_unit_test(
		    it_has_the_attributes_of_the_header_in_der_s_order),
		cmocka_unit_test(the_der_is_what_openssl_would_write),
		cmocka_unit_test(the_hash_is_that_of_the_curve),
		cmocka_unit_test(only_raw_signatures_of_the_curve_are_taken),
		cmocka_unit_test(certificates_are_included_once),
		cmocka_unit_test(each_allocation_may_fail),
	};
	int failed =
	    cmocka_run_group_tests(tests, hierarchy_setup, hierarchy_teardown);

	failed += cmocka_run_group_tests(
	    of_ec, hierarchy_setup_p256, hierarchy_teardown);
	return failed + cmocka_run_group_tests(
			    of_ec, hierarchy_setup_p384, hierarchy_teardown);
}
