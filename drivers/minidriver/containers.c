/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/minidriver/containers.h"

#include <string.h>

#include "base/wbuf.h"
#include "drivers/minidriver/entry.h"
#include "drivers/minidriver/md_err.h"
#include "drivers/minidriver/names.h"

int
md_container_pair(BYTE index, enum jm_pair *pair)
{
	*pair = index == 0 ? JM_PAIR_AUTH : JM_PAIR_SIGN;
	return index < MD_CONTAINERS;
}

static int
is_shown(const struct md_ctx *c, enum jm_pair pair)
{
	const unsigned slot =
	    pair == JM_PAIR_AUTH ? JM_SLOT_AUTH : JM_SLOT_SIGN;

	return (c->conf.slots & slot) != 0 && jm_token_has(c->token, pair);
}

const struct jm_cert *
md_container_cert(const struct md_ctx *c, BYTE index)
{
	const struct jm_cert *cert;
	enum jm_cert_id id;
	enum jm_pair pair;

	if (!md_container_pair(index, &pair) || !is_shown(c, pair))
		return NULL;
	id = pair == JM_PAIR_AUTH ? JM_CERT_AUTH : JM_CERT_SIGN;
	cert = jm_token_cert_loaded(c->token, id);
	if (cert == NULL)
		cert = jm_token_cert_registered(c->token, id);
	if (cert == NULL || (cert->rsa.n_len == 0 && cert->ec.point_len == 0))
		return NULL;
	return cert;
}

/* --- keys ----------------------------------------------------------------- */

/* What Windows calls a curve, in a key spec and in a key's blob. */
static const struct curve_row {
	enum jm_curve curve;
	DWORD spec;
	const char *magic;
} curves[] = {
	{ JM_P256, MD_AT_ECDSA_P256, "ECS1" },
	{ JM_P384, MD_AT_ECDSA_P384, "ECS3" },
};

static const struct curve_row *
row_of(enum jm_curve curve)
{
	for (size_t i = 0; i < NELEM(curves); i++)
		if (curves[i].curve == curve)
			return &curves[i];
	return NULL;
}

DWORD
md_container_spec(const struct md_ctx *c, BYTE index)
{
	const struct jm_cert *cert = md_container_cert(c, index);
	const struct curve_row *row;

	if (cert == NULL)
		return 0;
	if (cert->rsa.n_len > 0)
		return index == 0 ? MD_AT_KEYEXCHANGE : MD_AT_SIGNATURE;
	row = row_of(cert->ec.curve);
	return row == NULL ? 0 : row->spec;
}

unsigned
md_container_bits(const struct md_ctx *c, BYTE index)
{
	const struct jm_cert *cert = md_container_cert(c, index);

	if (cert == NULL)
		return 0;
	return cert->rsa.n_len > 0 ? cert->rsa.bits
				   : jm_curve_bits(cert->ec.curve);
}

static void
put_backwards(struct jm_wbuf *w, const uint8_t *p, size_t len)
{
	while (len > 0)
		jm_put_u8(w, p[--len]);
}

#define BLOB_PUBLIC 6 /* PUBLICKEYBLOB */
#define BLOB_V2     2
#define ALG_SIGN    0x2400u /* CALG_RSA_SIGN */
#define ALG_KEYX    0xa400u /* CALG_RSA_KEYX */
#define EXPONENT    4       /* bytes */

/* PUBLICKEYSTRUC, RSAPUBKEY and the modulus, as CryptoAPI imports them. */
static void
put_rsa(struct jm_wbuf *w, const struct jm_rsa_pub *key, DWORD spec)
{
	jm_put_u8(w, BLOB_PUBLIC);
	jm_put_u8(w, BLOB_V2);
	jm_put_le16(w, 0);
	jm_put_le32(w, spec == MD_AT_SIGNATURE ? ALG_SIGN : ALG_KEYX);
	jm_put(w, "RSA1", 4);
	jm_put_le32(w, key->bits);
	if (key->e_len > EXPONENT) {
		w->full = 1; /* has no place there */
		return;
	}
	put_backwards(w, key->e, key->e_len);
	jm_put_fill(w, 0, EXPONENT - key->e_len);
	put_backwards(w, key->n, key->n_len);
}

/* BCRYPT_ECCKEY_BLOB, x and y with their most significant byte first. */
static void
put_ec(struct jm_wbuf *w, const struct jm_ec_pub *key)
{
	const struct curve_row *row = row_of(key->curve);

	if (row == NULL) {
		w->full = 1;
		return;
	}
	jm_put(w, row->magic, 4);
	jm_put_le32(w, (uint32_t)jm_curve_len(key->curve));
	jm_put(w, key->point + 1, key->point_len - 1);
}

#define BLOB_MAX (20 + JM_RSA_BYTES_MAX)

static DWORD
give_key(CARD_DATA *card, const struct md_ctx *c, BYTE index, PBYTE *key,
    DWORD *key_len)
{
	const struct jm_cert *cert = md_container_cert(c, index);
	uint8_t mem[BLOB_MAX];
	struct jm_wbuf w;
	size_t len;

	jm_wbuf_init(&w, mem, sizeof mem);
	if (cert->rsa.n_len > 0)
		put_rsa(&w, &cert->rsa, md_container_spec(c, index));
	else
		put_ec(&w, &cert->ec);
	if (jm_wbuf_done(&w, &len) != JM_OK)
		return (DWORD)SCARD_E_UNEXPECTED;
	return md_give(card, mem, len, key, key_len);
}

static DWORD
container_info(
    CARD_DATA *card, const struct md_ctx *c, BYTE index, CONTAINER_INFO *out)
{
	if (md_container_spec(c, index) == MD_AT_KEYEXCHANGE)
		return give_key(card, c, index, &out->pbKeyExPublicKey,
		    &out->cbKeyExPublicKey);
	return give_key(
	    card, c, index, &out->pbSigPublicKey, &out->cbSigPublicKey);
}

DWORD WINAPI
md_get_container_info(
    CARD_DATA *card, BYTE index, DWORD flags, CONTAINER_INFO *out)
{
	struct md_ctx *c;
	DWORD rc;

	if (out == NULL)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	*out = (CONTAINER_INFO){ .dwVersion = CONTAINER_INFO_VERSION };
	if (flags != 0)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if ((rc = md_enter(card, MD_MEMORY, &c)) != ERROR_SUCCESS)
		return rc;
	rc = md_container_cert(c, index) == NULL
		 ? (DWORD)SCARD_E_NO_KEY_CONTAINER
		 : container_info(card, c, index, out);
	return md_leave_code(c, rc);
}

/* --- PINs ----------------------------------------------------------------- */

PIN_ID
md_pin_id(enum jm_pair pair)
{
	return pair == JM_PAIR_AUTH ? ROLE_USER : MD_PIN_SIGN;
}

int
md_pin_of(const struct md_ctx *c, PIN_ID id, enum jm_pin_id *pin)
{
	*pin = JM_PIN_AUTH;
	for (int p = 0; p < JM_PAIRS; p++) {
		const enum jm_pair pair = (enum jm_pair)p;

		if (md_pin_id(pair) != id || !is_shown(c, pair))
			continue;
		*pin = jm_pair_pin(pair);
		return 1;
	}
	return 0;
}

PIN_SET
md_pins(const struct md_ctx *c)
{
	enum jm_pin_id pin;
	PIN_SET set = 0;

	for (PIN_ID id = 0; id < MAX_PINS; id++)
		if (md_pin_of(c, id, &pin))
			set |= 1u << id;
	return set;
}

PIN_SET
md_pins_verified(struct md_ctx *c)
{
	PIN_SET set = 0;

	for (int pair = 0; pair < JM_PAIRS; pair++)
		if (jm_token_logged_in(c->token, (enum jm_pair)pair))
			set |= 1u << md_pin_id((enum jm_pair)pair);
	return set;
}

/* --- properties of a container -------------------------------------------- */

static DWORD
get_info(CARD_DATA *card, const struct md_ctx *c, BYTE index, PBYTE data)
{
	CONTAINER_INFO info = { .dwVersion = CONTAINER_INFO_VERSION };
	const DWORD rc = container_info(card, c, index, &info);

	if (rc == ERROR_SUCCESS)
		memcpy(data, &info, sizeof info); /* may not be aligned */
	return rc;
}

static DWORD
get_pin(CARD_DATA *card, const struct md_ctx *c, BYTE index, PBYTE data)
{
	enum jm_pair pair;
	PIN_ID id;

	(void)card, (void)c;
	if (!md_container_pair(index, &pair))
		return (DWORD)SCARD_E_NO_KEY_CONTAINER;
	id = md_pin_id(pair);
	memcpy(data, &id, sizeof id);
	return ERROR_SUCCESS;
}

static const struct {
	const char *name;
	DWORD size;
	DWORD(*get)
	(CARD_DATA *card, const struct md_ctx *c, BYTE index,
	    PBYTE data); /* NULL: these keys agree on nothing */
} properties[] = {
	{ "Container Info", sizeof(CONTAINER_INFO), get_info },
	{ "PIN Identifier", sizeof(PIN_ID), get_pin },
	{ "Associated ECDH Key", 0, NULL },
};

static DWORD
container_property(CARD_DATA *card, const struct md_ctx *c, BYTE index,
    LPCWSTR name, PBYTE data, DWORD size, PDWORD len)
{
	size_t i = 0;

	if (md_container_cert(c, index) == NULL)
		return (DWORD)SCARD_E_NO_KEY_CONTAINER;
	while (i < NELEM(properties) && !md_is_name(name, properties[i].name))
		i++;
	if (i == NELEM(properties))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if (properties[i].get == NULL)
		return (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
	*len = properties[i].size;
	if (size < properties[i].size)
		return ERROR_INSUFFICIENT_BUFFER;
	return properties[i].get(card, c, index, data);
}

DWORD WINAPI
md_get_container_property(CARD_DATA *card, BYTE index, LPCWSTR name, PBYTE data,
    DWORD size, PDWORD len, DWORD flags)
{
	struct md_ctx *c;
	DWORD rc;

	if (len != NULL)
		*len = 0;
	if (len == NULL || name == NULL || flags != 0 ||
	    (data == NULL && size != 0))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if ((rc = md_enter(card, MD_MEMORY, &c)) != ERROR_SUCCESS)
		return rc;
	return md_leave_code(
	    c, container_property(card, c, index, name, data, size, len));
}
