/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/ssh_line.h"

#include <string.h>

#include "base/wbuf.h"
#include "crypto/digest.h"

#define RSA_TYPE "ssh-rsa"
#define EC_TYPE  "ecdsa-sha2-" /* then the curve's name */

static void
put_string(struct jm_wbuf *w, const void *data, size_t len)
{
	jm_put_be32(w, (uint32_t)len);
	jm_put(w, data, len);
}

/* A positive mpint (RFC 4251, section 5): a leading zero byte keeps it so. */
static void
put_mpint(struct jm_wbuf *w, const uint8_t *data, size_t len)
{
	const size_t zero = len > 0 && data[0] >= 0x80;

	jm_put_be32(w, (uint32_t)(len + zero));
	jm_put_fill(w, 0, zero);
	jm_put(w, data, len);
}

static const char *
put_rsa(struct jm_wbuf *w, const struct jm_rsa_pub *key)
{
	put_string(w, RSA_TYPE, strlen(RSA_TYPE));
	put_mpint(w, key->e, key->e_len);
	put_mpint(w, key->n, key->n_len);
	return RSA_TYPE;
}

static const char *
put_ec(struct jm_wbuf *w, const struct jm_ec_pub *key)
{
	static const char *const types[] = {
		[JM_P256] = EC_TYPE "nistp256",
		[JM_P384] = EC_TYPE "nistp384",
	};
	const char *type = types[key->curve];
	const char *curve = type + strlen(EC_TYPE);

	put_string(w, type, strlen(type));
	put_string(w, curve, strlen(curve));
	put_string(w, key->point, key->point_len);
	return type;
}

jm_err
cli_ssh_line_make(const struct jm_rsa_pub *rsa, const struct jm_ec_pub *ec,
    struct cli_ssh_line *out)
{
	uint8_t blob[CLI_SSH_BLOB_MAX], digest[JM_DIGEST_MAX];
	struct jm_wbuf w;
	size_t len;
	jm_err e;

	if (rsa->n_len == 0 && ec->point_len == 0)
		return JM_UNSUPPORTED;
	jm_wbuf_init(&w, blob, sizeof blob);
	out->type = ec->point_len > 0 ? put_ec(&w, ec) : put_rsa(&w, rsa);
	if ((e = jm_wbuf_done(&w, &len)) != JM_OK ||
	    (e = jm_b64_encode(blob, len, out->key, sizeof out->key)) !=
		JM_OK ||
	    (e = jm_hash(JM_SHA256, blob, len, digest)) != JM_OK)
		return e;
	memcpy(out->fingerprint, "SHA256:", 7);
	e = jm_b64_encode(
	    digest, 32, out->fingerprint + 7, sizeof out->fingerprint - 7);
	out->fingerprint[strcspn(out->fingerprint, "=")] = '\0';
	return e;
}
