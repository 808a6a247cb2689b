/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an authority does with its keys. */
#include "vcard/vc_authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/wipe.h"
#include "crypto/sm_crypto.h"

#define HOLDER_BYTES 8 /* of a card's id, as its certificates' holder */

static const char transport_info[] = "jumin transport key 1";

jm_err
vc_pki_certify(const struct vc_pki *pki, enum jm_cvc_role role,
    const char *holder, uint32_t rights, const char *last_day,
    const struct jm_soft_key *key, uint8_t out[JM_CVC_MAX], size_t *len)
{
	struct jm_cvc *spec;
	jm_err e;

	*len = 0;
	if (strlen(holder) > JM_CVC_ID_MAX || strlen(last_day) != 8)
		return JM_ARG;
	if ((spec = calloc(1, sizeof *spec)) == NULL)
		return JM_NOMEM;
	memcpy(spec->issuer, pki->id, sizeof spec->issuer);
	memcpy(spec->holder, holder, strlen(holder) + 1);
	memcpy(spec->last_day, last_day, sizeof spec->last_day);
	spec->role = role;
	spec->rights = rights;
	if ((e = jm_soft_key_ec_pub(key, &spec->pub)) == JM_OK)
		e = jm_cvc_make(spec, pki->root, out, len);
	free(spec);
	return e;
}

jm_err
vc_pki_trust(const struct vc_pki *pki, const char *holder, const char *last_day,
    struct vc_trust *out)
{
	struct vc_trust t = { .roles = out->roles };
	jm_err e;

	if ((e = jm_soft_key_new_ec(JM_P256, &t.key)) != JM_OK)
		return e;
	e = vc_pki_certify(
	    pki, JM_CVC_CARD, holder, 0, last_day, t.key, t.cvc, &t.cvc_len);
	if (e != JM_OK) {
		vc_trust_clear(&t);
		return e;
	}
	t.root = pki->root_pub;
	*out = t;
	return JM_OK;
}

jm_err
vc_pki_transport(const struct vc_pki *pki, const uint8_t *id, size_t id_len,
    uint8_t out[VC_TRANSPORT_LEN])
{
	uint8_t info[sizeof transport_info - 1 + VC_CARD_ID_MAX];

	memset(out, 0, VC_TRANSPORT_LEN);
	if (id_len == 0 || id_len > VC_CARD_ID_MAX)
		return JM_ARG;
	memcpy(info, transport_info, sizeof transport_info - 1);
	memcpy(info + sizeof transport_info - 1, id, id_len);
	return jm_hkdf(pki->master, sizeof pki->master, NULL, 0, info,
	    sizeof transport_info - 1 + id_len, out, VC_TRANSPORT_LEN);
}

jm_err
vc_pki_endow(const struct vc_pki *pki, const char *last_day,
    struct vc_card *card, int issuer_only)
{
	char holder[2 * HOLDER_BYTES + 1];
	struct vc_transport *t = &card->transport;
	jm_err e;

	if (card->id_len < HOLDER_BYTES) {
		card->id_len = HOLDER_BYTES;
		if ((e = jm_random(card->id, HOLDER_BYTES)) != JM_OK)
			return e;
	}
	e = jm_hex_encode(card->id, HOLDER_BYTES, holder, sizeof holder);
	if (e != JM_OK)
		return e;
	for (size_t i = 0; i < card->app_count; i++) {
		if (issuer_only && i > 0)
			break;
		e = vc_pki_trust(pki, holder, last_day, &card->app[i].trust);
		if (e != JM_OK)
			return e;
	}
	if (!issuer_only)
		return JM_OK;
	e = vc_pki_transport(pki, card->id, card->id_len, t->key);
	if (e != JM_OK)
		return e;
	t->len = sizeof t->key;
	t->tries = VC_TRANSPORT_TRIES;
	return JM_OK;
}

void
vc_pki_day(time_t t, int years, char out[8 + 1])
{
	char text[16];
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	tm.tm_year += years;
	if (tm.tm_mon == 1 && tm.tm_mday == 29)
		tm.tm_mday = 28;
	if (strftime(text, sizeof text, "%Y%m%d", &tm) != 8)
		memcpy(text, "00000000", 9);
	memcpy(out, text, 9);
}

static void
free_terminal(struct vc_terminal *t)
{
	jm_soft_key_free(&t->key);
}

void
vc_pki_free(struct vc_pki **pki)
{
	if (*pki == NULL)
		return;
	jm_soft_key_free(&(*pki)->root);
	free_terminal(&(*pki)->issuer);
	free_terminal(&(*pki)->counter);
	jm_free_secret(*pki, sizeof **pki);
	*pki = NULL;
}
