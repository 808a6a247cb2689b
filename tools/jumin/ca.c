/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/ca.h"

#include <stdlib.h>

#include "crypto/pem.h"
#include "crypto/x509.h"
#include "tools/jumin/files.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

#define BITS_LEAST 2048

static jm_err
of_certificate(const uint8_t *der, size_t len, struct jm_rsa_pub *out)
{
	struct jm_cert *c = malloc(sizeof *c);
	jm_err e;

	if (c == NULL)
		return JM_NOMEM;
	if ((e = jm_cert_parse(der, len, c)) == JM_OK)
		*out = c->rsa;
	free(c);
	return e;
}

static jm_err
of_key(const uint8_t *der, size_t len, struct jm_rsa_pub *out)
{
	struct jm_ec_pub other;

	return jm_spki_parse(der, len, out, &other);
}

/* JM_NOT_FOUND: no block of that label. */
static jm_err
of_pem(const uint8_t *text, size_t len, const char *label,
    jm_err (*of)(const uint8_t *, size_t, struct jm_rsa_pub *),
    struct jm_rsa_pub *out)
{
	uint8_t *der = malloc(JM_CERT_MAX);
	size_t der_len;
	jm_err e;

	if (der == NULL)
		return JM_NOMEM;
	e = jm_pem_read(
	    (const char *)text, len, label, der, JM_CERT_MAX, &der_len);
	if (e == JM_OK)
		e = of(der, der_len, out);
	free(der);
	return e;
}

static jm_err
take(const uint8_t *data, size_t len, struct jm_rsa_pub *out)
{
	jm_err e;

	if (len > 0 && data[0] == 0x30) { /* DER: a SEQUENCE either way */
		e = of_key(data, len, out);
		return e == JM_FORMAT ? of_certificate(data, len, out) : e;
	}
	e = of_pem(data, len, "PUBLIC KEY", of_key, out);
	if (e == JM_NOT_FOUND)
		e = of_pem(data, len, "CERTIFICATE", of_certificate, out);
	return e;
}

int
cli_ca_load(const char *path, struct jm_rsa_pub *out)
{
	uint8_t *data = NULL;
	char plain[256];
	size_t len;
	int code;
	jm_err e;

	*out = (struct jm_rsa_pub){ .n_len = 0 };
	if ((code = cli_file_load(path, &data, &len)) != EX_OK)
		return code;
	e = take(data, len, out);
	free(data);
	cli_plain(path, plain, sizeof plain);
	if (e == JM_NOT_FOUND || e == JM_FORMAT || e == JM_SPACE)
		return cli_fail(EX_FAIL,
		    _("a public key or a certificate, PEM or DER"),
		    _("%s: there is no key in it"), plain);
	if (e != JM_OK)
		return cli_fail_err(e, plain);
	if (out->n_len == 0 || out->bits < BITS_LEAST)
		return cli_fail(EX_FAIL, NULL,
		    _("%s: this is no RSA key of %d bits or more"), plain,
		    BITS_LEAST);
	return EX_OK;
}
