/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The operator's card: it signs what its operator is to authorise, for a
 * counter's terminal that has proven itself, after the PIN, and nothing that is
 * not of its type (doc/vcard.md, "Operator's authorisation").
 */
#include "vcard/vc_operator.h"

#include <string.h>

#include "base/tlv.h"
#include "crypto/digest.h"
#include "vcard/vc_statement.h"
#include "vcard/vc_tab.h"
#include "vcard/vc_text.h"

#define SIG_LEN  64
#define NAME_MAX 60 /* bytes of UTF-8 */

#define WINDOW   (VC_RESET_PIN | VC_ISSUE | VC_SUSPEND | VC_RESUME)

/* clang-format off */
static const struct vc_file_def files[] = {
	DATA(VC_OPERATOR_WHO, BY(VC_R_COUNTER), NEVER, 0, "operator"),
	DATA(VC_OPERATOR_CVC, BY(VC_R_COUNTER), NEVER, 0, "operator's certificate"),
	PIN(VC_OPERATOR_PIN, VC_PAIR_NONE, VC_FORM_DIGITS, 4, 8, 3, "operator PIN"),
	/* For 80 94, which looks at what is signed; never for 80 2A. */
	{ VC_OPERATOR_KEY, VC_KEY, VC_SRC_NONE, VC_PAIR_NONE, VC_PART_NONE,
	    NEVER, VC_FORM_BYTES, 0, 0, 0, "operator's key", NEVER, 0 },
};
static const struct vc_cond may_sign = AFTER(VC_OPERATOR_PIN);

const struct vc_app_def vc_tab_operator = {
	"operator", { 0xf0, 0x4a, 0x4d, 0x4f, 0x50, 0x01 }, 6,
	files, NELEM(files), 0, VC_T_OPERATOR, VC_APP_FIXED
};

static const struct {
	const char *word;
	uint32_t rights;
} types[] = {
	{ "window", WINDOW },
	{ "registrar", WINDOW | VC_CHANGE_CODE | VC_RENEW | VC_MOVE_OUT |
			   VC_MOVE_IN | VC_RETURN },
	{ "applications", VC_LOAD_APP | VC_DELETE_APP },
	{ "supervisor", ((uint32_t)1 << VC_OP_COUNT) - 1 },
};
/* clang-format on */

jm_err
vc_operator_type(const char *word, uint32_t *rights)
{
	*rights = 0;
	for (size_t i = 0; i < NELEM(types); i++)
		if (strcmp(types[i].word, word) == 0) {
			*rights = types[i].rights;
			return JM_OK;
		}
	return JM_NOT_FOUND;
}

jm_err
vc_operator_who(const char *id, const char *name, const char *type,
    uint8_t out[VC_OPERATOR_WHO_MAX], size_t *len)
{
	uint32_t rights;
	struct jm_wbuf w;

	*len = 0;
	if (!vc_id_ok((const uint8_t *)id, strlen(id)) ||
	    strcmp(id, "-") == 0 || strlen(name) > NAME_MAX ||
	    strlen(name) == 0 ||
	    !vc_utf8_ok((const uint8_t *)name, strlen(name)) ||
	    vc_operator_type(type, &rights) != JM_OK)
		return JM_ARG;
	jm_wbuf_init(&w, out, VC_OPERATOR_WHO_MAX);
	jm_put_tlv(&w, 0x80, id, strlen(id));
	jm_put_tlv(&w, 0x81, name, strlen(name));
	jm_put_tlv(&w, 0x82, type, strlen(type));
	jm_tlv_wrap(&w, 0, 0x30);
	return jm_wbuf_done(&w, len);
}

/* What the operator's own certificate says may be authorised. */
static jm_err
own_rights(const struct vc_app *self, uint32_t *rights)
{
	const int i = vc_app_find(self, VC_OPERATOR_CVC);
	struct jm_cvc cvc;
	jm_err e;

	*rights = 0;
	if (i < 0)
		return JM_OK;
	e = jm_cvc_parse(self->file[i].data, self->file[i].len, &cvc);
	if (e == JM_OK && cvc.role == JM_CVC_OPERATOR)
		*rights = cvc.rights & VC_OPERATIONS;
	return e == JM_FORMAT ? JM_OK : e;
}

static jm_err
sign(const struct vc_file *key, const struct vc_cmd *c, struct jm_wbuf *out)
{
	uint8_t hash[JM_DIGEST_MAX], sig[JM_EC_SIG_MAX];
	size_t len;
	jm_err e;

	if ((e = jm_hash(JM_SHA256, c->data, c->nc, hash)) != JM_OK ||
	    (e = jm_soft_key_sign_ecdsa(key->key, hash, 32, sig, &len)) !=
		JM_OK)
		return e;
	jm_put(out, sig, len);
	return JM_OK;
}

jm_err
vc_operator_sign(struct vc_app *self, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	const struct jm_cvc *peer = vc_channel_peer(self->channel);
	const int i = vc_app_find(self, VC_OPERATOR_KEY);
	struct vc_statement s;
	uint32_t rights;
	jm_err e;

	*sw = 0x6d00;
	if ((self->def->traits & VC_T_OPERATOR) == 0 || i < 0)
		return JM_OK;
	*sw = 0x6982;
	if (peer == NULL || peer->role != JM_CVC_COUNTER ||
	    !vc_cond_met(self, &may_sign))
		return JM_OK;
	*sw = 0x6a86;
	if (c->p1 != 0 || c->p2 != 0)
		return JM_OK;
	*sw = 0x6700;
	if (c->nc == 0 || c->ne < SIG_LEN)
		return JM_OK;
	*sw = 0x6a80;
	if (vc_statement_parse(c->data, c->nc, &s) != JM_OK)
		return JM_OK;
	if ((e = own_rights(self, &rights)) != JM_OK)
		return e;
	/* Another terminal could not use it, and is not to get one to try. */
	*sw = 0x6985;
	if ((rights & VC_OP_RIGHT(s.op)) == 0 ||
	    strcmp(s.terminal, peer->holder) != 0)
		return JM_OK;
	*sw = 0x9000;
	return sign(&self->file[i], c, out);
}
