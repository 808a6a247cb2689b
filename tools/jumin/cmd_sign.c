/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jumin sign.  The PIN is asked for once and as late as possible: after the
 * file was read, the place of the result looked at and everything had from the
 * card that it gives without the PIN.
 *
 * VERIFY commands a run: one, and two for a CMS signature with a key whose
 * certificate is hidden (the signature key), because the signed attributes name
 * the certificate.  The second goes out of jm_token_sign, which looks at the
 * counter before: 7 APDUs (SELECT, retry query, VERIFY, signature, log-out; 5
 * with short EF ids) besides identification and the reading of certificates.
 * Giving the same PIN twice to jm_token_..._with_pin would save that look, and
 * cost a second try if another program changed the PIN between the two.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/cms.h"
#include "crypto/ec_sig.h"
#include "crypto/rsa_pad.h"
#include "objects/ident.h"
#include "tools/jumin/ask.h"
#include "tools/jumin/cert.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/files.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

#define HASHES 2

/* What a key is to sign. */
struct input {
	enum jm_sign_mech mech;
	uint8_t b[JM_DIGESTINFO_MAX];
	size_t len;
};

struct job {
	const struct cli_args *a;
	enum jm_pair pair;
	const char *file;
	int raw, attached;
	/* raw: of the file; without --hash by each that a key might want */
	enum jm_hash hash[HASHES];
	uint8_t digest[HASHES][JM_DIGEST_MAX];
	size_t hashes;
	uint8_t *data; /* CMS: the file */
	size_t data_len;
	struct cli_session s;
	struct cli_line pin;
};

struct result {
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t sig_len;
};

static int
parse_hash(const struct cli_args *a, struct job *j)
{
	static const struct {
		const char *name;
		enum jm_hash hash;
	} row[] = { { "sha256", JM_SHA256 }, { "sha384", JM_SHA384 },
		{ "sha512", JM_SHA512 } };
	const char *name = a->value[CLI_HASH];
	char plain[64];

	j->hash[0] = JM_SHA256;
	j->hash[1] = JM_SHA384;
	j->hashes = HASHES;
	if (name == NULL)
		return EX_OK;
	j->hashes = 1;
	for (size_t i = 0; i < NELEM(row); i++)
		if (strcmp(row[i].name, name) == 0) {
			j->hash[0] = row[i].hash;
			return EX_OK;
		}
	return cli_fail(EX_USAGE, _("it is sha256, sha384 or sha512"),
	    _("there is no hash '%s'"), cli_plain(name, plain, sizeof plain));
}

static int
parse(const struct cli_args *a, const char *file, struct job *j)
{
	int code, fd;

	*j = (struct job){ .a = a, .file = file };
	j->raw = cli_has(a, CLI_RAW);
	j->attached = cli_has(a, CLI_ATTACHED);
	if (!cli_has(a, CLI_KEY))
		return cli_fail(EX_USAGE,
		    _("auth proves who is there; sign is the legal signature "
		      "of a document"),
		    _("which key? give --key auth or --key sign"));
	if (j->raw && cli_has(a, CLI_CMS))
		return cli_fail(EX_USAGE, NULL,
		    _("only one of %s and %s can be given"), "--raw", "--cms");
	if (j->raw && j->attached)
		return cli_fail(EX_USAGE, NULL,
		    _("only one of %s and %s can be given"), "--raw",
		    "--attached");
	if (!j->raw && cli_has(a, CLI_HASH))
		return cli_fail(EX_USAGE, NULL,
		    _("--hash is for --raw; CMS signatures use the hash that "
		      "goes with the key"));
	if ((code = parse_hash(a, j)) != EX_OK ||
	    (code = cli_pair_word(a->value[CLI_KEY], &j->pair)) != EX_OK ||
	    (code = cli_pin_fd(a, &fd)) != EX_OK)
		return code;
	if (fd == 0 && strcmp(file, "-") == 0)
		return cli_fail(EX_USAGE, NULL,
		    _("standard input cannot be both the file and the PIN"));
	return EX_OK;
}

/* Say why there is no signature. */
static int
sign_failed(const struct job *j, jm_err e, int tries)
{
	if (cli_exit_code(e) == EX_PIN)
		return cli_pin_failed(
		    j->s.token, jm_pair_pin(j->pair), e, tries);
	return cli_fail_err(e, NULL);
}

/* With a login that is there. */
static int
sign_logged_in(struct job *j, const struct input *in, struct result *r)
{
	const jm_err e = jm_token_sign(j->s.token, j->pair, in->mech, in->b,
	    in->len, r->sig, sizeof r->sig, &r->sig_len);

	return e == JM_OK ? EX_OK : sign_failed(j, e, -1);
}

/* One VERIFY and one signature, with a PIN that is asked for now. */
static int
sign_with_pin(struct job *j, const struct input *in, struct result *r)
{
	struct jm_token *t = j->s.token;
	int code, tries = -1;
	jm_err e;

	if (cli_at_reader(j->a, t, jm_pair_pin(j->pair), JM_PINPAD_VERIFY)) {
		if ((code = cli_invite_to_reader(
			 j->a, t, jm_pair_pin(j->pair))) != EX_OK)
			return code;
		e = jm_token_login_at_reader(t, j->pair, 1, &tries);
		return e == JM_OK ? sign_logged_in(j, in, r)
				  : sign_failed(j, e, tries);
	}
	if ((code = cli_ask_pin(j->a, t, jm_pair_pin(j->pair), &j->pin)) !=
	    EX_OK)
		return code;
	e = jm_token_sign_with_pin(t, j->pair, in->mech, in->b, in->len,
	    j->pin.text, j->pin.len, r->sig, sizeof r->sig, &r->sig_len,
	    &tries);
	return e == JM_OK ? EX_OK : sign_failed(j, e, tries);
}

static int
has_curve(const struct job *j)
{
	return jm_token_key_alg(j->s.token, j->pair) == JM_KEY_EC;
}

static void
make_input(const struct job *j, enum jm_hash h, const uint8_t *digest,
    struct input *in)
{
	if (!has_curve(j)) {
		in->mech = JM_SIGN_PKCS1;
		jm_digestinfo(h, digest, in->b, &in->len);
		return;
	}
	in->mech = JM_SIGN_ECDSA;
	in->len = jm_hash_len(h);
	memcpy(in->b, digest, in->len);
}

/* ECDSA: DER, the form that programs on files take (openssl dgst -verify). */
static int
write_signature(const struct job *j, const struct result *r)
{
	uint8_t der[JM_EC_DER_MAX];
	size_t len;
	jm_err e;

	if (!has_curve(j))
		return cli_file_write(j->a, r->sig, r->sig_len, 0);
	e = jm_ec_sig_to_der(
	    r->sig_len > 2 * jm_curve_len(JM_P256) ? JM_P384 : JM_P256, r->sig,
	    r->sig_len, der, &len);
	return e == JM_OK ? cli_file_write(j->a, der, len, 0)
			  : cli_fail_err(e, NULL);
}

static int
sign_raw(struct job *j, struct result *r)
{
	size_t i = 0;
	struct input in;
	int code;

	/* Without --hash: SHA-384 goes with P-384. */
	if (j->hashes == HASHES && has_curve(j) &&
	    jm_token_key_bits(j->s.token, j->pair) > 256)
		i = 1;
	make_input(j, j->hash[i], j->digest[i], &in);
	if ((code = sign_with_pin(j, &in, r)) != EX_OK)
		return code;
	return write_signature(j, r);
}

/* The issuer's certificate, if the card has it; it is free to read. */
static const struct jm_cert *
issuer(struct job *j, const struct jm_cert *of)
{
	const struct jm_cert *ca =
	    jm_token_cert_loaded(j->s.token, jm_ident_pair_ca(j->pair));

	if (ca == NULL || jm_cert_signed_by(of, ca) != JM_OK)
		return NULL;
	return ca;
}

/* The signer's certificate: without its PIN where that is enough, else by a
 * login that jm_token_sign uses up.  *held: there is such a login. */
static int
signer(struct job *j, const struct jm_cert **out, int *held)
{
	const enum jm_cert_id id = jm_ident_pair_cert(j->pair);
	int code, tries = -1;
	jm_err e;

	*held = 0;
	e = jm_token_cert(j->s.token, id, out);
	if (e != JM_NEED_PIN)
		return e == JM_OK ? EX_OK : cli_cert_failed(id, e);
	code = cli_ask_pin(j->a, j->s.token, jm_pair_pin(j->pair), &j->pin);
	if (code != EX_OK)
		return code;
	e = jm_token_login(
	    j->s.token, j->pair, j->pin.text, j->pin.len, 1, &tries);
	if (e != JM_OK)
		return sign_failed(j, e, tries);
	*held = 1;
	*out = jm_token_cert_loaded(j->s.token, id);
	return *out != NULL ? EX_OK : cli_cert_failed(id, JM_NOT_FOUND);
}

static int
sign_attributes(struct job *j, struct jm_cms *cms, int held, struct result *r)
{
	uint8_t digest[JM_DIGEST_MAX];
	struct input in;
	jm_err e;

	if ((e = jm_cms_digest(cms, digest)) != JM_OK)
		return cli_fail_err(e, NULL);
	make_input(j, jm_cms_hash(cms), digest, &in);
	return held ? sign_logged_in(j, &in, r) : sign_with_pin(j, &in, r);
}

static int
sign_cms(struct job *j, struct result *r)
{
	const enum jm_cert_id ca_id = jm_ident_pair_ca(j->pair);
	const struct jm_cert *cert = NULL, *ca;
	struct jm_cms *cms = NULL;
	uint8_t *der = NULL;
	size_t der_len;
	int code, held;
	jm_err e;

	e = jm_token_cert(j->s.token, ca_id, &ca);
	if (e != JM_OK && e != JM_NOT_FOUND && e != JM_FORMAT &&
	    e != JM_NEED_PIN) /* without it the signature is as good */
		return cli_cert_failed(ca_id, e);
	if ((code = signer(j, &cert, &held)) != EX_OK)
		goto out;
	cli_cert_warn_time(cert);
	e = jm_cms_begin(j->data, j->data_len, j->attached, cert,
	    issuer(j, cert), time(NULL), &cms);
	if (e != JM_OK) {
		code = cli_fail_err(e, NULL);
		goto out;
	}
	if ((code = sign_attributes(j, cms, held, r)) != EX_OK)
		goto out;
	e = jm_cms_finish(cms, r->sig, r->sig_len, &der, &der_len);
	if (e != JM_OK) {
		code = cli_fail_err(e, NULL);
		goto out;
	}
	if (j->pair == JM_PAIR_SIGN)
		cli_note(_("the signature holds your certificate, and with it "
			   "your name, address, date of birth and sex"));
	code = cli_file_write(j->a, der, der_len, 0);
out:
	jm_cms_free(&cms);
	free(der);
	return code;
}

int
cli_sign(const struct cli_args *a, const char *const *word)
{
	struct result r = { .sig_len = 0 };
	struct job j;
	int code;

	if ((code = parse(a, word[0], &j)) != EX_OK ||
	    (code = cli_file_check(a, CLI_BINARY)) != EX_OK)
		return code;
	code = j.raw ? cli_file_hash(j.file, j.hash, j.hashes, j.digest)
		     : cli_file_load(j.file, &j.data, &j.data_len);
	if (code != EX_OK || (code = cli_session_open(a, &j.s)) != EX_OK ||
	    (code = cli_need_pair(&j.s, j.pair)) != EX_OK)
		goto out;
	code = j.raw ? sign_raw(&j, &r) : sign_cms(&j, &r);
out:
	cli_line_wipe(&j.pin);
	cli_session_close(&j.s);
	free(j.data);
	return code;
}
