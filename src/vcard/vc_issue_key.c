/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_issue_key.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/tlv.h"
#include "base/wipe.h"
#include "crypto/asn1_put.h"
#include "crypto/pem.h"

#define TEXT_MAX       16384
#define MODULUS_LEN    256
#define RSA_ENCRYPTION "1.2.840.113549.1.1.1"

/* Bytes of the three forms of one key, one after the other. */
struct forms {
	char text[TEXT_MAX];
	uint8_t der[JM_SOFT_KEY_DER_MAX];
	uint8_t wrapped[JM_SOFT_KEY_DER_MAX];
};

static jm_err
read_all(const char *path, char text[TEXT_MAX], size_t *n)
{
	FILE *f = fopen(path, "re");
	jm_err e = JM_OK;

	*n = 0;
	if (f == NULL)
		return JM_IO;
	*n = fread(text, 1, TEXT_MAX, f);
	if (ferror(f))
		e = JM_IO;
	else if (*n == TEXT_MAX)
		e = JM_FORMAT;
	if (fclose(f) != 0)
		e = JM_IO;
	return e;
}

/* RSAPrivateKey (RFC 8017, A.1.2) as PKCS#8 has it (RFC 5958, section 2). */
static jm_err
wrap(const uint8_t *der, size_t len, uint8_t out[JM_SOFT_KEY_DER_MAX],
    size_t *out_len)
{
	static const uint8_t version = 0;
	struct jm_wbuf w;

	jm_wbuf_init(&w, out, JM_SOFT_KEY_DER_MAX);
	jm_put_tlv(&w, 0x02, &version, 1);
	jm_put_algorithm(&w, RSA_ENCRYPTION, 1);
	jm_put_tlv(&w, 0x04, der, len);
	jm_tlv_wrap(&w, 0, 0x30);
	*out_len = w.len;
	return w.full ? JM_SPACE : JM_OK;
}

static jm_err
parse(struct forms *m, size_t n, struct jm_soft_key **out)
{
	size_t len, wrapped;
	jm_err e;

	e = jm_pem_read(m->text, n, "PRIVATE KEY", m->der, sizeof m->der, &len);
	if (e == JM_OK)
		return jm_soft_key_load(m->der, len, out);
	if (e != JM_NOT_FOUND)
		return e;
	e = jm_pem_read(
	    m->text, n, "RSA PRIVATE KEY", m->der, sizeof m->der, &len);
	if (e != JM_OK ||
	    (e = wrap(m->der, len, m->wrapped, &wrapped)) != JM_OK)
		return e;
	return jm_soft_key_load(m->wrapped, wrapped, out);
}

static int
fits(const struct jm_soft_key *k)
{
	struct jm_rsa_pub pub;

	return !jm_soft_key_is_ec(k) && jm_soft_key_pub(k, &pub) == JM_OK &&
	       pub.n_len == MODULUS_LEN;
}

jm_err
vc_issue_key(const char *path, struct jm_soft_key **out)
{
	struct forms *m;
	size_t n;
	jm_err e;

	*out = NULL;
	if ((m = malloc(sizeof *m)) == NULL)
		return JM_NOMEM;
	if ((e = read_all(path, m->text, &n)) == JM_OK)
		e = parse(m, n, out);
	if (e == JM_OK && !fits(*out)) {
		jm_soft_key_free(out);
		e = JM_FORMAT;
	}
	jm_free_secret(m, sizeof *m);
	if (e == JM_FORMAT || e == JM_NOT_FOUND || e == JM_SPACE) {
		jm_log(JM_LOG_ERROR, "%s: no private key of RSA with 2048 bits",
		    path);
		e = JM_ARG;
	}
	return e;
}

/* To be refused before anything is made. */
static jm_err
check(const char *path)
{
	struct jm_soft_key *key = NULL;
	jm_err e = JM_OK;

	if (path != NULL)
		e = vc_issue_key(path, &key);
	jm_soft_key_free(&key);
	return e;
}

jm_err
vc_issue_keys_check(
    const struct vc_profile *profile, const struct vc_issue *how)
{
	jm_err e;

	if ((how->auth_key != NULL || how->text_key != NULL) &&
	    profile->keys != VC_RSA_2048) {
		jm_log(JM_LOG_ERROR, "%s: its keys are no RSA keys",
		    profile->name);
		return JM_ARG;
	}
	if ((e = check(how->auth_key)) != JM_OK)
		return e;
	return check(how->text_key);
}
