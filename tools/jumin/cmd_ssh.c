/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin ssh: the public key in the form of authorized_keys (RFC 4253, 6.6; RFC
 * 5656, 3.1). */
#include <string.h>

#include "base/wbuf.h"
#include "crypto/b64.h"
#include "crypto/digest.h"
#include "objects/ident.h"
#include "tools/jumin/cert.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/json.h"
#include "tools/jumin/out.h"

#define RSA_TYPE "ssh-rsa"
#define EC_TYPE  "ecdsa-sha2-" /* then the curve's name */
#define BLOB_MAX (4 + 7 + 4 + 9 + 4 + 1 + JM_RSA_BYTES_MAX)

struct line {
	const char *type;
	char key[JM_B64_LEN(BLOB_MAX) + 1];
	char fingerprint[7 + JM_B64_LEN(32) + 1];
};

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

static jm_err
make(const struct jm_cert *c, struct line *out)
{
	uint8_t blob[BLOB_MAX], digest[JM_DIGEST_MAX];
	struct jm_wbuf w;
	size_t len;
	jm_err e;

	if (c->rsa.n_len == 0 && c->ec.point_len == 0)
		return JM_UNSUPPORTED;
	jm_wbuf_init(&w, blob, sizeof blob);
	out->type =
	    c->ec.point_len > 0 ? put_ec(&w, &c->ec) : put_rsa(&w, &c->rsa);
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

static int
show_json(const struct line *line, const char *comment)
{
	struct cli_json j;

	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_str(&j, "type", line->type);
	cli_json_str(&j, "key", line->key);
	cli_json_str(&j, "comment", comment);
	cli_json_str(&j, "fingerprint", line->fingerprint);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

int
cli_ssh(const struct cli_args *a, const char *const *word)
{
	const char *comment = jm_ident_token_label(JM_PAIR_AUTH);
	struct cli_session s = { 0 };
	const struct jm_cert *c;
	struct line line;
	int code;
	jm_err e;

	(void)word;
	if ((code = cli_session_open(a, &s)) != EX_OK ||
	    (code = cli_cert_get(a, &s, JM_CERT_AUTH, &c)) != EX_OK)
		goto out;
	if ((e = make(c, &line)) != JM_OK)
		code = cli_fail_err(e, NULL);
	else if (cli_has(a, CLI_JSON))
		code = show_json(&line, comment);
	else
		printf("%s %s %s\n", line.type, line.key, comment);
out:
	cli_session_close(&s);
	return code;
}
