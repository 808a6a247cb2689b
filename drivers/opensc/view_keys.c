/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys and certificates of the PKCS#15 view. */
#include <string.h>

#include "drivers/opensc/view.h"

#include <libopensc/internal.h>

#include "objects/ident.h"

static const struct {
	const char *prkey, *pubkey;
	unsigned usage;
} keys[JM_PAIRS] = {
	[JM_PAIR_AUTH] = { "User Authentication Key",
	    "User Authentication Public Key", SC_PKCS15_PRKEY_USAGE_SIGN },
	[JM_PAIR_SIGN] = { "Digital Signature Key",
	    "Digital Signature Public Key",
	    SC_PKCS15_PRKEY_USAGE_SIGN | SC_PKCS15_PRKEY_USAGE_NONREPUDIATION },
};

static const char *const certs[JM_CERTS] = {
	[JM_CERT_AUTH] = "User Authentication Certificate",
	[JM_CERT_SIGN] = "Digital Signature Certificate",
	[JM_CERT_AUTH_CA] = "User Authentication Certificate CA",
	[JM_CERT_SIGN_CA] = "Digital Signature Certificate CA",
};

int
osc_cert_is_authority(enum jm_cert_id id)
{
	return id == jm_ident_pair_ca(jm_ident_cert_pair(id));
}

int
osc_view_has_cert(const struct osc_card *o, enum jm_cert_id id)
{
	return osc_shows(o, jm_ident_cert_pair(id)) &&
	       jm_token_profile(o->token)->cert[id].present &&
	       (o->opt.ca_certificates || !osc_cert_is_authority(id));
}

int
osc_cert_needs_pin(const struct osc_card *o, enum jm_cert_id id)
{
	const struct jm_cert *cert;

	if (jm_token_profile(o->token)->cert[id].need_pin)
		return 1;
	/* Tokens of phones may hide what cards do not. */
	return jm_token_cert_settled(o->token, id) &&
	       jm_token_cert(o->token, id, &cert) == JM_NEED_PIN;
}

int
osc_add_algorithms(const struct osc_card *o, enum jm_pair pair)
{
	const unsigned bits = jm_token_key_bits(o->token, pair);
	/* Those that the guard admits: the host offers all it knows else. */
	unsigned long rsa =
	    SC_ALGORITHM_RSA_PAD_PKCS1 | SC_ALGORITHM_RSA_HASH_NONE |
	    SC_ALGORITHM_RSA_HASH_SHA256 | SC_ALGORITHM_RSA_HASH_SHA384 |
	    SC_ALGORITHM_RSA_HASH_SHA512;

	if (!osc_shows(o, pair))
		return SC_SUCCESS;
	if (jm_token_key_alg(o->token, pair) == JM_KEY_EC)
		return _sc_card_add_ec_alg(o->card, bits,
		    SC_ALGORITHM_ECDSA_RAW | SC_ALGORITHM_ECDSA_HASH_NONE,
		    SC_ALGORITHM_EXT_EC_NAMEDCURVE, NULL);
	if (o->conf.sha1)
		rsa |= SC_ALGORITHM_RSA_HASH_SHA1;
	if (o->opt.pss && jm_token_has_pss(o->token))
		rsa |= SC_ALGORITHM_RSA_PAD_PSS | SC_ALGORITHM_MGF1_SHA256;
	return _sc_card_add_rsa_alg(o->card, bits, rsa, 0);
}

static int
add_prkey(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e,
    enum jm_pair pair)
{
	const unsigned bits = jm_token_key_bits(o->token, pair);
	sc_pkcs15_prkey_info_t *info = &e->of.prkey;

	memset(e, 0, sizeof *e);
	osc_set_id(&info->id, jm_ident_id(jm_ident_pair_cert(pair)));
	info->usage = keys[pair].usage;
	info->native = 1;
	info->key_reference = osc_key_reference(o, pair);
	/* Without a path the host makes a failed signature a second time. */
	osc_set_path(o, JM_APP_JPKI, 0, &info->path);
	osc_set_label(&e->obj, keys[pair].prkey);
	osc_set_auth_id(&e->obj, jm_pair_pin(pair));
	e->obj.flags = SC_PKCS15_CO_FLAG_PRIVATE;
	e->obj.user_consent =
	    pair == JM_PAIR_SIGN && o->conf.consent != JM_CONSENT_SESSION;
	if (jm_token_key_alg(o->token, pair) == JM_KEY_EC) {
		info->field_length = bits;
		return sc_pkcs15emu_add_ec_prkey(p15, &e->obj, info);
	}
	info->modulus_length = bits;
	return sc_pkcs15emu_add_rsa_prkey(p15, &e->obj, info);
}

int
osc_view_prkeys(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e)
{
	int r = SC_SUCCESS;

	for (int p = 0; r == SC_SUCCESS && p < JM_PAIRS; p++)
		if (osc_shows(o, (enum jm_pair)p))
			r = add_prkey(o, p15, e, (enum jm_pair)p);
	return r;
}

/* Its file is that of the private key, which nobody reads otherwise. */
static int
add_pubkey(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e,
    enum jm_pair pair)
{
	const enum jm_cert_id cert = jm_ident_pair_cert(pair);
	const struct jm_profile *p = jm_token_profile(o->token);
	const unsigned bits = jm_token_key_bits(o->token, pair);
	sc_pkcs15_pubkey_info_t *info = &e->of.pubkey;

	memset(e, 0, sizeof *e);
	osc_set_id(&info->id, jm_ident_id(cert));
	info->usage = SC_PKCS15_PRKEY_USAGE_VERIFY;
	info->native = 1;
	info->key_reference = osc_key_reference(o, pair);
	osc_set_path(o, JM_APP_JPKI, p->key[pair].ef, &info->path);
	osc_set_label(&e->obj, keys[pair].pubkey);
	if (osc_cert_needs_pin(o, cert)) {
		e->obj.flags = SC_PKCS15_CO_FLAG_PRIVATE;
		osc_set_auth_id(&e->obj, jm_pair_pin(pair));
	}
	if (jm_token_key_alg(o->token, pair) == JM_KEY_EC) {
		info->field_length = bits;
		return sc_pkcs15emu_add_ec_pubkey(p15, &e->obj, info);
	}
	info->modulus_length = bits;
	return sc_pkcs15emu_add_rsa_pubkey(p15, &e->obj, info);
}

int
osc_view_pubkeys(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e)
{
	int r = SC_SUCCESS;

	for (int p = 0; r == SC_SUCCESS && p < JM_PAIRS; p++)
		if (osc_shows(o, (enum jm_pair)p))
			r = add_pubkey(o, p15, e, (enum jm_pair)p);
	return r;
}

static int
add_cert(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e,
    enum jm_cert_id id)
{
	const struct jm_profile *p = jm_token_profile(o->token);
	sc_pkcs15_cert_info_t *info = &e->of.cert;

	memset(e, 0, sizeof *e);
	osc_set_id(&info->id, jm_ident_id(id));
	info->authority = osc_cert_is_authority(id);
	osc_set_path(o, JM_APP_JPKI, p->cert[id].ef, &info->path);
	osc_set_label(&e->obj, certs[id]);
	if (osc_cert_needs_pin(o, id)) {
		e->obj.flags = SC_PKCS15_CO_FLAG_PRIVATE;
		osc_set_auth_id(&e->obj, jm_pair_pin(jm_ident_cert_pair(id)));
	}
	return sc_pkcs15emu_add_x509_cert(p15, &e->obj, info);
}

/*
 * Known not to be there; or not read with the others, where one that fails
 * would take the rest with it.
 */
static int
is_missing(const struct osc_card *o, enum jm_cert_id id)
{
	return !osc_cert_needs_pin(o, id) &&
	       jm_token_cert_loaded(o->token, id) == NULL &&
	       (jm_token_cert_settled(o->token, id) || osc_reads_ahead(o));
}

/* framework pkcs15 { private_certificate = ignore; } */
static int
is_ignored(
    const struct osc_card *o, const sc_pkcs15_card_t *p15, enum jm_cert_id id)
{
	return osc_cert_needs_pin(o, id) &&
	       p15->opts.private_certificate ==
		   SC_PKCS15_CARD_OPTS_PRIV_CERT_IGNORE;
}

/*
 * A tool that lists all of them reads each in this order, and has to show by
 * the first one that it wants more than that (view_file.c): an authority's,
 * which is seldom asked for alone.
 */
int
osc_view_certs(struct osc_card *o, sc_pkcs15_card_t *p15, struct osc_entry *e)
{
	static const enum jm_cert_id for_tools[JM_CERTS] = { JM_CERT_AUTH_CA,
		JM_CERT_SIGN_CA, JM_CERT_AUTH, JM_CERT_SIGN };
	const int read_already = osc_reads_ahead(o);
	int r = SC_SUCCESS;

	for (int i = 0; r == SC_SUCCESS && i < JM_CERTS; i++) {
		const enum jm_cert_id id =
		    read_already ? (enum jm_cert_id)i : for_tools[i];

		if (osc_view_has_cert(o, id) && !is_missing(o, id) &&
		    !is_ignored(o, p15, id))
			r = add_cert(o, p15, e, id);
	}
	return r;
}
