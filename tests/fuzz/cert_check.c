/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/cert_check.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

/* Terminated within any room, and of printable UTF-8 at first sight. */
static void
check_text(const struct jm_cert *c,
    void (*text)(const struct jm_cert *, char *, size_t))
{
	static const size_t room[] = { 1, 2, 3, 7, 80, 4096 };
	static char out[4096];

	for (size_t i = 0; i < NELEM(room); i++) {
		memset(out, 'x', sizeof out);
		text(c, out, room[i]);
		MUST(memchr(out, '\0', room[i]) != NULL);
		MUST(room[i] == sizeof out || out[room[i]] == 'x');
		for (const char *p = out; *p != '\0'; p++)
			MUST((unsigned char)*p >= 0x20 && *p != 0x7f);
	}
	text(c, out, 0);
}

static void
check_span(const struct jm_cert *c, struct jm_span s)
{
	MUST(s.off <= c->der_len && s.len <= c->der_len - s.off);
}

/*
 * Where OpenSSL reads what we leave to whoever shows it: the text of a name,
 * and the parameters of an algorithm.
 */
static int
is_content(void)
{
	const char *data;
	int content = 0, flags;

	while (ERR_get_error_all(NULL, NULL, NULL, &data, &flags) != 0)
		if ((flags & ERR_TXT_STRING) != 0 &&
		    (strstr(data, "Field=subject") != NULL ||
			strstr(data, "Field=issuer") != NULL ||
			strstr(data, "Field=parameter") != NULL))
			content = 1;
	return content;
}

/* What we take, OpenSSL takes too. */
static void
check_with_openssl(const struct jm_cert *c)
{
	const uint8_t *p = c->der;
	X509 *x;
	ASN1_BIT_STRING *key;
	int len;

	ERR_clear_error();
	x = d2i_X509(NULL, &p, (long)c->der_len);
	if (x == NULL) {
		MUST(is_content());
		return;
	}
	MUST(p == c->der + c->der_len);
	MUST((key = X509_get0_pubkey_bitstr(x)) != NULL);
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), NULL);
	MUST(len > 0);
	X509_free(x);
	ERR_clear_error();
}

void
cert_check(const struct jm_cert *c)
{
	static struct jm_cert again;
	uint8_t hash[32];

	MUST(c->der_len > 0 && c->der_len <= sizeof c->der);
	MUST(jm_cert_parse(c->der, c->der_len, &again) == JM_OK);
	MUST(memcmp(&again, c, sizeof again) == 0);
	check_span(c, c->subject);
	check_span(c, c->issuer);
	check_span(c, c->serial);
	check_span(c, c->spki);
	check_span(c, c->tbs);
	check_span(c, c->sig_alg);
	check_span(c, c->sig);
	MUST(c->rsa.n_len <= sizeof c->rsa.n);
	MUST(c->rsa.e_len <= sizeof c->rsa.e);
	MUST(c->rsa.n_len == 0 || (c->rsa.n[0] != 0 && c->rsa.e_len > 0));
	MUST(c->rsa.bits <= 8 * c->rsa.n_len);
	MUST(c->ec.point_len == 0 || c->rsa.n_len == 0);
	MUST(c->ec.point_len == 0 ||
	     (c->ec.point_len == 1 + 2 * jm_curve_len(c->ec.curve) &&
		 c->ec.point[0] == 0x04));
	check_text(c, jm_cert_subject_text);
	check_text(c, jm_cert_issuer_text);
	check_text(c, jm_cert_serial_text);
	MUST(jm_cert_fingerprint(c, hash) == JM_OK);
	(void)!jm_cert_signed_by(c, c);
	check_with_openssl(c);
}
