/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file is what CryptProtectData makes of:
 *   magic "JUMSIGN1" (8), cardid (16), length (4, big endian), DER
 * and nothing behind it.  The system's encryption tells who wrote it; all of it
 * is looked at as if it did not.
 */
#include "drivers/minidriver/sigcache.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wincrypt.h>

#include "base/folder.h"
#include "base/log.h"
#include "base/rbuf.h"
#include "base/wbuf.h"
#include "base/wipe.h"

#define MAGIC     "JUMSIGN1"
#define MAGIC_LEN 8
#define HEAD_LEN  (MAGIC_LEN + MD_CARD_ID_LEN + 4)
#define PLAIN_MAX (HEAD_LEN + JM_CERT_MAX)
#define FILE_MAX  (PLAIN_MAX + 4096) /* what the encryption adds is less */

#define NAME_LEN  (2 * MD_CARD_ID_LEN)

static void
file_name(const uint8_t id[MD_CARD_ID_LEN], char out[NAME_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < MD_CARD_ID_LEN; i++) {
		out[2 * i] = digits[id[i] >> 4];
		out[2 * i + 1] = digits[id[i] & 15];
	}
	out[NAME_LEN] = '\0';
}

static int
is_name(const char *s)
{
	return strlen(s) == NAME_LEN &&
	       strspn(s, "0123456789abcdef") == NAME_LEN;
}

/* --- the system's encryption ---------------------------------------------- */

static void
free_blob(DATA_BLOB *b)
{
	if (b->pbData != NULL) {
		jm_wipe(b->pbData, b->cbData);
		(void)LocalFree(b->pbData);
	}
	*b = (DATA_BLOB){ 0, NULL };
}

static jm_err
why_not(void)
{
	switch (GetLastError()) {
	case ERROR_NOT_ENOUGH_MEMORY:
	case ERROR_OUTOFMEMORY: return JM_NOMEM;
	case ERROR_INVALID_DATA:
	case ERROR_INVALID_PARAMETER: return JM_FORMAT;
	default: return JM_CRYPTO; /* it cannot, as things are now */
	}
}

static jm_err
protect(const uint8_t id[MD_CARD_ID_LEN], uint8_t *plain, size_t len,
    DATA_BLOB *out)
{
	BYTE secret[MD_CARD_ID_LEN];
	DATA_BLOB in = { (DWORD)len, plain };
	DATA_BLOB entropy = { sizeof secret, secret };

	memcpy(secret, id, sizeof secret);
	*out = (DATA_BLOB){ 0, NULL };
	if (CryptProtectData(&in, L"Jumin", &entropy, NULL, NULL,
		CRYPTPROTECT_UI_FORBIDDEN, out))
		return JM_OK;
	*out = (DATA_BLOB){ 0, NULL };
	return why_not() == JM_NOMEM ? JM_NOMEM : JM_CRYPTO;
}

/* JM_FORMAT: it is none of this user's for this card. */
static jm_err
unprotect(
    const uint8_t id[MD_CARD_ID_LEN], uint8_t *data, size_t len, DATA_BLOB *out)
{
	BYTE secret[MD_CARD_ID_LEN];
	DATA_BLOB in = { (DWORD)len, data };
	DATA_BLOB entropy = { sizeof secret, secret };

	memcpy(secret, id, sizeof secret);
	*out = (DATA_BLOB){ 0, NULL };
	if (CryptUnprotectData(&in, NULL, &entropy, NULL, NULL,
		CRYPTPROTECT_UI_FORBIDDEN, out))
		return JM_OK;
	*out = (DATA_BLOB){ 0, NULL };
	return why_not();
}

/* --- what is in it -------------------------------------------------------- */

static jm_err
parse(const uint8_t id[MD_CARD_ID_LEN], const uint8_t *plain, size_t plain_len,
    struct jm_cert *out)
{
	struct jm_rbuf r = { plain, plain_len };
	const uint8_t *magic, *bound, *der;
	uint32_t len;

	if (jm_take(&r, MAGIC_LEN, &magic) != JM_OK ||
	    memcmp(magic, MAGIC, MAGIC_LEN) != 0 ||
	    jm_take(&r, MD_CARD_ID_LEN, &bound) != JM_OK ||
	    memcmp(bound, id, MD_CARD_ID_LEN) != 0 ||
	    jm_take_be32(&r, &len) != JM_OK || len != r.left ||
	    jm_take(&r, len, &der) != JM_OK)
		return JM_FORMAT;
	return jm_cert_parse(der, len, out);
}

/* The length of a key of the pair's kind; 0: of another. */
static unsigned
bits_of(const struct jm_cert *c, enum jm_key_alg alg)
{
	switch (alg) {
	case JM_KEY_RSA: return c->rsa.n_len > 0 ? c->rsa.bits : 0;
	case JM_KEY_EC:
		return c->ec.point_len > 0 ? jm_curve_bits(c->ec.curve) : 0;
	}
	return 0;
}

static int
is_the_pairs_kind(const struct jm_token *t, const struct jm_cert *c)
{
	const struct jm_prof_key *k = &jm_token_profile(t)->key[JM_PAIR_SIGN];
	const unsigned bits = bits_of(c, k->alg);

	return jm_token_has(t, JM_PAIR_SIGN) &&
	       (bits == k->bits || (bits != 0 && k->least != 0 &&
				       bits >= k->least && bits < k->bits));
}

static int
is_for_signatures(const struct jm_cert *c)
{
	return !c->is_ca &&
	       (c->key_usage < 0 ||
		   (c->key_usage &
		       (JM_KU_DIGITAL_SIGNATURE | JM_KU_NON_REPUDIATION)) != 0);
}

/* Could it be what the card has, and may it be listed? */
static int
fits(const struct jm_token *t, const struct jm_cert *c, time_t now)
{
	return is_the_pairs_kind(t, c) && is_for_signatures(c) &&
	       c->not_before <= now && now <= c->not_after;
}

/* A clock that is behind is no reason to ask for the PIN again. */
static int
will_fit(const struct jm_token *t, const struct jm_cert *c, time_t now)
{
	return now < c->not_before && fits(t, c, c->not_before);
}

/* --- the files ------------------------------------------------------------ */

/* JM_FORMAT: to be removed. */
static jm_err
read_entry(const uint8_t id[MD_CARD_ID_LEN], int folder, const char *name,
    struct jm_token *t, struct jm_cert *out)
{
	const time_t now = time(NULL);
	DATA_BLOB plain = { 0, NULL };
	uint8_t *data;
	size_t len;
	jm_err e;

	if ((data = malloc(FILE_MAX)) == NULL)
		return JM_NOMEM;
	e = jm_folder_read(folder, name, data, FILE_MAX, &len);
	if (e == JM_IO || e == JM_SPACE)
		e = JM_FORMAT; /* not this user's alone, or much too long */
	if (e == JM_OK)
		e = unprotect(id, data, len, &plain);
	if (e == JM_OK)
		e = parse(id, plain.pbData, plain.cbData, out);
	if (e == JM_SPACE)
		e = JM_FORMAT;
	if (e == JM_OK && !fits(t, out, now))
		e = will_fit(t, out, now) ? JM_NOT_FOUND : JM_FORMAT;
	free_blob(&plain);
	free(data);
	return e;
}

jm_err
md_sigcache_load(
    const uint8_t id[MD_CARD_ID_LEN], struct jm_token *t, struct jm_cert *out)
{
	char name[NAME_LEN + 1];
	int folder;
	jm_err e;

	if (jm_folder_open(JM_FOLDER_SIGN, 0, &folder) != JM_OK) {
		jm_wipe(out, sizeof *out);
		return JM_NOT_FOUND;
	}
	file_name(id, name);
	e = read_entry(id, folder, name, t, out);
	if (e == JM_FORMAT && jm_folder_remove(folder, name) == JM_OK)
		jm_log(JM_LOG_WARNING,
		    "a registered certificate was not fit and is removed");
	if (e == JM_CRYPTO)
		jm_log(JM_LOG_WARNING,
		    "a registered certificate cannot be decrypted now");
	if (e != JM_OK)
		jm_wipe(out, sizeof *out);
	jm_folder_close(folder);
	return e == JM_OK || e == JM_NOMEM ? e : JM_NOT_FOUND;
}

static jm_err
write_entry(const uint8_t id[MD_CARD_ID_LEN], const DATA_BLOB *blob)
{
	char name[NAME_LEN + 1];
	int folder;
	jm_err e;

	if (blob->cbData > FILE_MAX)
		return JM_CRYPTO;
	if ((e = jm_folder_open(JM_FOLDER_SIGN, 1, &folder)) != JM_OK)
		return JM_IO;
	file_name(id, name);
	e = jm_folder_write(folder, name, NULL, blob->pbData, blob->cbData);
	jm_folder_close(folder);
	return e;
}

jm_err
md_sigcache_store(const uint8_t id[MD_CARD_ID_LEN], struct jm_token *t,
    const struct jm_cert *cert, const struct jm_cert *ca)
{
	DATA_BLOB blob = { 0, NULL };
	uint8_t *plain = NULL;
	struct jm_wbuf w;
	size_t len;
	jm_err e;

	if (!fits(t, cert, time(NULL)))
		return JM_FORMAT;
	if (ca != NULL && (e = jm_cert_signed_by(cert, ca)) != JM_OK)
		return e;
	if ((plain = malloc(PLAIN_MAX)) == NULL)
		return JM_NOMEM;
	jm_wbuf_init(&w, plain, PLAIN_MAX);
	jm_put(&w, MAGIC, MAGIC_LEN);
	jm_put(&w, id, MD_CARD_ID_LEN);
	jm_put_be32(&w, (uint32_t)cert->der_len);
	jm_put(&w, cert->der, cert->der_len);
	if ((e = jm_wbuf_done(&w, &len)) == JM_OK &&
	    (e = protect(id, plain, len, &blob)) == JM_OK)
		e = write_entry(id, &blob);
	free_blob(&blob);
	jm_free_secret(plain, PLAIN_MAX);
	return e;
}

jm_err
md_sigcache_forget(const uint8_t id[MD_CARD_ID_LEN])
{
	char name[NAME_LEN + 1];
	int folder;
	jm_err e;

	if ((e = jm_folder_open(JM_FOLDER_SIGN, 0, &folder)) != JM_OK)
		return e;
	file_name(id, name);
	if ((e = jm_folder_remove(folder, name)) == JM_OK)
		e = jm_folder_sync(folder);
	jm_folder_close(folder);
	return e;
}

struct forget {
	unsigned n;
	int failed;
};

static jm_err
forget_one(int folder, const char *name, void *arg)
{
	struct forget *f = arg;
	jm_err e;

	/* One on its way is as secret as one that arrived. */
	if (!is_name(name) &&
	    strncmp(name, JM_FOLDER_NEW, sizeof JM_FOLDER_NEW - 1) != 0)
		return JM_OK;
	if ((e = jm_folder_remove(folder, name)) == JM_OK)
		f->n += is_name(name) != 0;
	else if (e != JM_NOT_FOUND)
		f->failed = 1;
	return JM_OK;
}

jm_err
md_sigcache_forget_all(unsigned *n)
{
	struct forget f = { 0, 0 };
	int folder;
	jm_err e;

	*n = 0;
	if ((e = jm_folder_open(JM_FOLDER_SIGN, 0, &folder)) != JM_OK)
		return e == JM_NOT_FOUND ? JM_OK : e;
	if (jm_folder_each(folder, forget_one, &f) != JM_OK ||
	    jm_folder_sync(folder) != JM_OK)
		f.failed = 1;
	jm_folder_close(folder);
	*n = f.n;
	return f.failed ? JM_IO : JM_OK;
}
