/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/opensc/osc_try.h"

#include <string.h>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/support/fixture.h"
#include "tests/support/test.h"
#include "vcard/vc_card.h"

int
osc_cards_open(void **state)
{
	return osc_group_open(state) | fixture_group_setup(state);
}

int
osc_cards_open_all(void **state)
{
	return osc_group_open(state) | fixture_group_setup_all(state);
}

int
osc_cards_open_next(void **state)
{
	return osc_group_open(state) | fixture_group_setup_next(state);
}

int
osc_cards_close(void **state)
{
	return fixture_group_teardown(state) | osc_group_close(state);
}

static sc_pkcs15_id_t
id_of(unsigned id)
{
	return (sc_pkcs15_id_t){ .value = { (u8)id }, .len = 1 };
}

static sc_pkcs15_object_t *
find(struct osc_host *h, unsigned type, unsigned id)
{
	const sc_pkcs15_id_t i = id_of(id);
	sc_pkcs15_object_t *obj = NULL;

	if (h->p15 == NULL ||
	    sc_pkcs15_find_object_by_id(h->p15, type, &i, &obj) != SC_SUCCESS)
		return NULL;
	return obj;
}

sc_pkcs15_object_t *
osc_try_pin_object(struct osc_host *h, unsigned id)
{
	const sc_pkcs15_id_t i = id_of(id);
	sc_pkcs15_object_t *obj = NULL;

	if (h->p15 == NULL ||
	    sc_pkcs15_find_pin_by_auth_id(h->p15, &i, &obj) != SC_SUCCESS)
		return NULL;
	return obj;
}

int
osc_try_verify(struct osc_host *h, unsigned id, const char *pin)
{
	sc_pkcs15_object_t *obj = osc_try_pin_object(h, id);

	if (obj == NULL)
		return SC_ERROR_OBJECT_NOT_FOUND;
	return sc_pkcs15_verify_pin(
	    h->p15, obj, (const u8 *)pin, pin != NULL ? strlen(pin) : 0);
}

int
osc_try_change(
    struct osc_host *h, unsigned id, const char *pin, const char *fresh)
{
	sc_pkcs15_object_t *obj = osc_try_pin_object(h, id);

	if (obj == NULL)
		return SC_ERROR_OBJECT_NOT_FOUND;
	return sc_pkcs15_change_pin(h->p15, obj, (const u8 *)pin, strlen(pin),
	    (const u8 *)fresh, strlen(fresh));
}

int
osc_try_pin_info(struct osc_host *h, unsigned id)
{
	sc_pkcs15_object_t *obj = osc_try_pin_object(h, id);

	if (obj == NULL)
		return SC_ERROR_OBJECT_NOT_FOUND;
	return sc_pkcs15_get_pin_info(h->p15, obj);
}

static int
read_cert(struct osc_host *h, unsigned id, sc_pkcs15_cert_t **out)
{
	const sc_pkcs15_object_t *obj = find(h, SC_PKCS15_TYPE_CERT_X509, id);

	*out = NULL;
	if (obj == NULL)
		return SC_ERROR_OBJECT_NOT_FOUND;
	return sc_pkcs15_read_certificate(h->p15, obj->data,
	    (obj->flags & SC_PKCS15_CO_FLAG_PRIVATE) != 0, out);
}

int
osc_try_cert(struct osc_host *h, unsigned id)
{
	sc_pkcs15_cert_t *cert;
	const int r = read_cert(h, id, &cert);

	if (r == SC_SUCCESS)
		sc_pkcs15_free_certificate(cert);
	return r;
}

int
osc_try_pubkey(struct osc_host *h, unsigned id)
{
	const sc_pkcs15_object_t *obj = find(h, SC_PKCS15_TYPE_PUBKEY, id);
	struct sc_pkcs15_pubkey *key = NULL;
	int r;

	if (obj == NULL)
		return SC_ERROR_OBJECT_NOT_FOUND;
	if ((r = sc_pkcs15_read_pubkey(h->p15, obj, &key)) == SC_SUCCESS)
		sc_pkcs15_free_pubkey(key);
	return r;
}

int
osc_try_data(struct osc_host *h, unsigned nth)
{
	sc_pkcs15_object_t *obj[32];
	struct sc_pkcs15_data *data = NULL;
	int r;

	if (h->p15 == NULL)
		return SC_ERROR_OBJECT_NOT_FOUND;
	r = sc_pkcs15_get_objects(
	    h->p15, SC_PKCS15_TYPE_DATA_OBJECT, obj, NELEM(obj));
	if (r <= (int)nth)
		return SC_ERROR_OBJECT_NOT_FOUND;
	r = sc_pkcs15_read_data_object(h->p15, obj[nth]->data,
	    (obj[nth]->flags & SC_PKCS15_CO_FLAG_PRIVATE) != 0, &data);
	if (r == SC_SUCCESS) {
		r = (int)data->data_len;
		sc_pkcs15_free_data_object(data);
	}
	return r;
}

static void
digest(uint8_t out[32])
{
	unsigned n = 32;

	assert_int_equal(
	    EVP_Digest("jumin", 5, out, &n, EVP_sha256(), NULL), 1);
}

int
osc_try_sign(struct osc_host *h, unsigned id, uint8_t *sig, size_t cap)
{
	const sc_pkcs15_object_t *obj = find(h, SC_PKCS15_TYPE_PRKEY, id);
	uint8_t d[32];

	if (obj == NULL)
		return SC_ERROR_OBJECT_NOT_FOUND;
	digest(d);
	return sc_pkcs15_compute_signature(h->p15, obj,
	    obj->type == SC_PKCS15_TYPE_PRKEY_EC
		? SC_ALGORITHM_ECDSA_RAW
		: SC_ALGORITHM_RSA_PAD_PKCS1 | SC_ALGORITHM_RSA_HASH_SHA256,
	    d, sizeof d, sig, cap, NULL);
}

/* r and s, as OpenSSL takes them. */
static unsigned char *
as_der(const uint8_t *sig, size_t len, int *out_len)
{
	ECDSA_SIG *s = ECDSA_SIG_new();
	unsigned char *der = NULL;

	assert_non_null(s);
	assert_int_equal(ECDSA_SIG_set0(s, BN_bin2bn(sig, (int)len / 2, NULL),
			     BN_bin2bn(sig + len / 2, (int)len / 2, NULL)),
	    1);
	*out_len = i2d_ECDSA_SIG(s, &der);
	ECDSA_SIG_free(s);
	return der;
}

int
osc_try_is_good(struct osc_host *h, unsigned id, const uint8_t *sig, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	sc_pkcs15_cert_t *cert;
	const unsigned char *p;
	unsigned char *der = NULL;
	EVP_PKEY *key;
	X509 *x;
	int good, n = (int)len;

	assert_int_equal(read_cert(h, id, &cert), SC_SUCCESS);
	p = cert->data.value;
	assert_non_null(x = d2i_X509(NULL, &p, (long)cert->data.len));
	assert_non_null(key = X509_get0_pubkey(x));
	if (EVP_PKEY_id(key) == EVP_PKEY_EC)
		der = as_der(sig, len, &n);
	assert_int_equal(
	    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	good = EVP_DigestVerify(ctx, der != NULL ? der : sig, (size_t)n,
		   (const unsigned char *)"jumin", 5) == 1;
	OPENSSL_free(der);
	X509_free(x);
	sc_pkcs15_free_certificate(cert);
	EVP_MD_CTX_free(ctx);
	return good;
}

int
osc_try_sign_checked(struct osc_host *h, unsigned id)
{
	uint8_t sig[512];
	const int r = osc_try_sign(h, id, sig, sizeof sig);

	if (r > 0)
		assert_true(osc_try_is_good(h, id, sig, (size_t)r));
	return r;
}

/* The card from within ------------------------------------------------------*/

static struct vc_file *
file_of(struct vslot *slot, const char *name, unsigned ef)
{
	struct vc_card *card = vslot_card(slot);

	for (size_t a = 0; a < card->app_count; a++)
		for (size_t i = 0; i < card->app[a].def->file_count; i++)
			if (strcmp(card->app[a].def->name, name) == 0 &&
			    card->app[a].def->files[i].id == ef)
				return &card->app[a].file[i];
	fail_msg("no file %04X in %s", ef, name);
	return NULL;
}

static struct vc_file *
pin_file(struct vslot *slot, unsigned id)
{
	if (id == OSC_TEXT)
		return file_of(slot, "text", 0x11);
	return file_of(slot, "jpki", id == OSC_AUTH ? 0x18 : 0x1b);
}

unsigned
osc_card_tries(struct vslot *slot, unsigned id)
{
	return pin_file(slot, id)->tries;
}

int
osc_card_has_pin(struct vslot *slot, unsigned id, const char *pin)
{
	const struct vc_file *f = pin_file(slot, id);

	return f->pin_len == strlen(pin) &&
	       memcmp(f->pin, pin, f->pin_len) == 0;
}

void
osc_card_restore(
    struct vslot *slot, unsigned id, const char *pin, unsigned tries)
{
	struct vc_file *f = pin_file(slot, id);

	f->pin_len = strlen(pin);
	memcpy(f->pin, pin, f->pin_len);
	f->tries = tries;
}

int
osc_card_is_open(struct vslot *slot)
{
	const struct vc_card *card = vslot_card(slot);

	for (size_t i = 0; i < card->app_count; i++)
		if (card->app[i].verified != 0)
			return 1;
	return 0;
}
