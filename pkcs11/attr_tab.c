/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The attribute tables (PKCS#11 2.40, section 4; profile objects: 3.0).
 *
 * Left out on purpose, so answered with CKR_ATTRIBUTE_TYPE_INVALID:
 * CKA_UNIQUE_ID and vendor attributes, templates for wrapping, and whatever
 * only secret keys or other algorithms have.
 */
#include "pkcs11/attr.h"

#include <string.h>

#include "objects/ident.h"
#include "pkcs11/nym_cert.h"

#define NYM_ID_LEN 20 /* of the nid (nym1.md, 4.5) */

#define GETTER(name)                                                           \
	static enum p11_attr_state name(const struct p11_object *o,            \
	    CK_ULONG arg, struct p11_attr_value *v)

static enum p11_attr_state
give(struct p11_attr_value *v, const void *p, size_t len)
{
	v->p = p;
	v->len = (CK_ULONG)len;
	return P11_ATTR_VALUE;
}

/* What a value of the certificate is as long as there is none. */
static enum p11_attr_state
without_cert(const struct p11_object *o)
{
	return o->settled ? P11_ATTR_NONE : P11_ATTR_LATER;
}

/* arg: CK_TRUE or CK_FALSE */
GETTER(get_flag)
{
	(void)o;
	v->mem.flag = (CK_BBOOL)arg;
	return give(v, &v->mem.flag, sizeof v->mem.flag);
}

GETTER(get_always_auth)
{
	(void)arg;
	return get_flag(o, o->always_auth ? CK_TRUE : CK_FALSE, v);
}

/* arg: the number */
GETTER(get_number)
{
	(void)o;
	v->mem.number = arg;
	return give(v, &v->mem.number, sizeof v->mem.number);
}

GETTER(get_empty)
{
	(void)o;
	(void)arg;
	return give(v, NULL, 0);
}

/* arg: the enum jm_key_alg of keys that have it */
GETTER(get_secret)
{
	(void)v;
	return (CK_ULONG)o->alg == arg ? P11_ATTR_SECRET : P11_ATTR_NONE;
}

GETTER(get_key_type)
{
	(void)arg;
	return get_number(o, o->alg == JM_KEY_EC ? CKK_EC : CKK_RSA, v);
}

GETTER(get_label)
{
	const char *label =
	    o->entry != NULL ? o->entry->scope : jm_ident_label(o->cert_id);

	(void)arg;
	return give(v, label, strlen(label));
}

GETTER(get_id)
{
	(void)arg;
	if (o->entry != NULL)
		return give(v, o->entry->nid, NYM_ID_LEN);
	v->mem.bytes[0] = jm_ident_id(o->cert_id);
	return give(v, v->mem.bytes, 1);
}

GETTER(get_category)
{
	const CK_ULONG unspecified = 0, token_user = 1, authority = 2;

	(void)arg;
	if (o->entry != NULL)
		return get_number(o, unspecified, v);
	return get_number(o, o->kind == P11_CA ? authority : token_user, v);
}

/* The part of a service identity's certificate that jm_cert has there. */
static enum p11_attr_state
span_of_entry(
    const struct nym_index_entry *e, CK_ULONG offset, struct p11_attr_value *v)
{
	static const struct {
		size_t offset;
		enum p11_nym_field field;
	} spans[] = {
		{ offsetof(struct jm_cert, subject), P11_NYM_SUBJECT },
		{ offsetof(struct jm_cert, issuer), P11_NYM_ISSUER },
		{ offsetof(struct jm_cert, serial), P11_NYM_SERIAL },
		{ offsetof(struct jm_cert, spki), P11_NYM_SPKI },
	};
	const uint8_t *p;
	size_t len;

	for (size_t i = 0; i < NELEM(spans); i++)
		if (spans[i].offset == offset &&
		    p11_nym_cert(e, spans[i].field, &p, &len) == JM_OK)
			return give(v, p, len);
	return P11_ATTR_NONE;
}

/* arg: offset of a jm_span in jm_cert */
GETTER(get_span)
{
	struct jm_span span;

	if (o->entry != NULL)
		return span_of_entry(o->entry, arg, v);
	if (o->cert == NULL)
		return without_cert(o);
	memcpy(&span, (const char *)o->cert + arg, sizeof span);
	return give(v, o->cert->der + span.off, span.len);
}

GETTER(get_der)
{
	(void)arg;
	if (o->entry != NULL)
		return give(v, o->entry->cert, o->entry->cert_len);
	if (o->cert == NULL)
		return without_cert(o);
	return give(v, o->cert->der, o->cert->der_len);
}

/* arg: offset of a time_t in jm_cert */
GETTER(get_date)
{
	char text[sizeof "YYYYMMDD"];
	struct tm tm;
	time_t at;

	/* the same for every service identity (nym1.md, 4.5) */
	if (o->entry != NULL)
		return give(v,
		    arg == offsetof(struct jm_cert, not_before) ? "20000101"
								: "99991231",
		    sizeof(CK_DATE));
	if (o->cert == NULL)
		return without_cert(o);
	memcpy(&at, (const char *)o->cert + arg, sizeof at);
	if (gmtime_r(&at, &tm) == NULL ||
	    strftime(text, sizeof text, "%Y%m%d", &tm) != sizeof(CK_DATE))
		return get_empty(o, arg, v); /* a year of five digits */
	memcpy(v->mem.bytes, text, sizeof(CK_DATE));
	return give(v, v->mem.bytes, sizeof(CK_DATE));
}

/* The first three bytes of the certificate's SHA-1 value, says the standard. */
GETTER(get_check_value)
{
	enum p11_attr_state st = get_der(o, arg, v);

	if (st != P11_ATTR_VALUE)
		return st;
	if (jm_hash(JM_SHA1, v->p, v->len, v->mem.bytes) != JM_OK)
		return P11_ATTR_NONE;
	return give(v, v->mem.bytes, 3);
}

/* A number of the public key, for keys of a kind: its state. */
static enum p11_attr_state
of_key(const struct p11_object *o, enum jm_key_alg alg)
{
	if (o->alg != alg)
		return P11_ATTR_NONE;
	if (o->cert == NULL && o->entry == NULL)
		return without_cert(o);
	return p11_object_has_key(o) ? P11_ATTR_VALUE : P11_ATTR_NONE;
}

GETTER(get_modulus)
{
	const enum p11_attr_state st = of_key(o, JM_KEY_RSA);

	(void)arg;
	if (st != P11_ATTR_VALUE)
		return st;
	return give(v, o->cert->rsa.n, o->cert->rsa.n_len);
}

GETTER(get_exponent)
{
	const enum p11_attr_state st = of_key(o, JM_KEY_RSA);

	(void)arg;
	if (st != P11_ATTR_VALUE)
		return st;
	return give(v, o->cert->rsa.e, o->cert->rsa.e_len);
}

/* The curve's name: DER of its OBJECT IDENTIFIER */
GETTER(get_ec_params)
{
	const enum p11_attr_state st = of_key(o, JM_KEY_EC);
	const uint8_t *oid;
	size_t len;

	(void)arg;
	if (st != P11_ATTR_VALUE)
		return st;
	oid =
	    jm_curve_oid(o->entry != NULL ? JM_P256 : o->cert->ec.curve, &len);
	return give(v, oid, len);
}

/* DER OCTET STRING around the uncompressed point */
GETTER(get_ec_point)
{
	const enum p11_attr_state st = of_key(o, JM_KEY_EC);
	const uint8_t *point;
	size_t len;

	(void)arg;
	if (st != P11_ATTR_VALUE)
		return st;
	point = o->entry != NULL ? o->entry->point : o->cert->ec.point;
	len = o->entry != NULL ? sizeof o->entry->point : o->cert->ec.point_len;
	v->mem.bytes[0] = 0x04;
	v->mem.bytes[1] = (CK_BYTE)len; /* below 128 */
	memcpy(v->mem.bytes + 2, point, len);
	return give(v, v->mem.bytes, 2 + len);
}

GETTER(get_bits)
{
	(void)arg;
	if (o->alg != JM_KEY_RSA)
		return P11_ATTR_NONE;
	return get_number(o, o->bits, v);
}

/* arg: CKF_SIGN or CKF_VERIFY */
GETTER(get_mechanisms)
{
	const struct p11_mech *row;
	size_t len, n = 0;

	row = p11_mech_rows(o->caps, &len);
	for (size_t i = 0; i < len && n < P11_ATTR_MECHS_MAX; i++)
		if ((row[i].flags & arg) != 0 &&
		    p11_mech_offered(&row[i], o->caps))
			v->mem.mechs[n++] = row[i].type;
	return give(v, v->mem.mechs, n * sizeof v->mem.mechs[0]);
}

/* clang-format off */
#define SPAN(field) get_span, offsetof(struct jm_cert, field)
#define DATE(field) get_date, offsetof(struct jm_cert, field)
#define NO          get_flag, CK_FALSE
#define YES         get_flag, CK_TRUE
#define EMPTY       get_empty, 0
#define SECRET(alg) get_secret, JM_KEY_##alg

#define STORAGE(class, private)                   \
	{ CKA_CLASS,       get_number, (class) }, \
	{ CKA_TOKEN,       YES },                 \
	{ CKA_PRIVATE,     get_flag, (private) }, \
	{ CKA_MODIFIABLE,  NO },                  \
	{ CKA_COPYABLE,    NO },                  \
	{ CKA_DESTROYABLE, NO }

static const struct p11_attr_row profile_rows[] = {
	STORAGE(CKO_PROFILE, CK_FALSE),
	{ CKA_LABEL,      EMPTY },
	{ CKA_PROFILE_ID, get_number, CKP_PUBLIC_CERTIFICATES_TOKEN },
};

static const struct p11_attr_row cert_rows[] = {
	STORAGE(CKO_CERTIFICATE, CK_FALSE),
	{ CKA_LABEL,                get_label, 0 },
	{ CKA_CERTIFICATE_TYPE,     get_number, CKC_X_509 },
	{ CKA_CERTIFICATE_CATEGORY, get_category, 0 },
	{ CKA_TRUSTED,              NO },
	{ CKA_ID,                   get_id, 0 },
	{ CKA_SUBJECT,              SPAN(subject) },
	{ CKA_ISSUER,               SPAN(issuer) },
	{ CKA_SERIAL_NUMBER,        SPAN(serial) },
	{ CKA_VALUE,                get_der, 0 },
	{ CKA_PUBLIC_KEY_INFO,      SPAN(spki) },
	{ CKA_START_DATE,           DATE(not_before) },
	{ CKA_END_DATE,             DATE(not_after) },
	{ CKA_CHECK_VALUE,          get_check_value, 0 },
	{ CKA_URL,                  EMPTY },
	{ CKA_HASH_OF_SUBJECT_PUBLIC_KEY, EMPTY },
	{ CKA_HASH_OF_ISSUER_PUBLIC_KEY,  EMPTY },
	{ CKA_NAME_HASH_ALGORITHM,  get_number, CKM_SHA_1 },
	{ CKA_JAVA_MIDP_SECURITY_DOMAIN,  get_number, 0 },
};

/*
 * CKA_LOCAL means "made by C_GenerateKeyPair of this token".  Where a resident
 * card's keys were made is not documented in public, so nothing is claimed.
 */
#define KEY(class, private)                                               \
	STORAGE(class, private),                                          \
	{ CKA_LABEL,              get_label, 0 },                         \
	{ CKA_ID,                 get_id, 0 },                            \
	{ CKA_KEY_TYPE,           get_key_type, 0 },                      \
	{ CKA_START_DATE,         EMPTY },                                \
	{ CKA_END_DATE,           EMPTY },                                \
	{ CKA_DERIVE,             NO },                                   \
	{ CKA_LOCAL,              NO },                                   \
	{ CKA_KEY_GEN_MECHANISM,  get_number, CK_UNAVAILABLE_INFORMATION }, \
	{ CKA_SUBJECT,            SPAN(subject) },                        \
	{ CKA_PUBLIC_KEY_INFO,    SPAN(spki) },                           \
	{ CKA_MODULUS,            get_modulus, 0 },                       \
	{ CKA_MODULUS_BITS,       get_bits, 0 },                          \
	{ CKA_PUBLIC_EXPONENT,    get_exponent, 0 },                      \
	{ CKA_EC_PARAMS,          get_ec_params, 0 },                     \
	{ CKA_EC_POINT,           get_ec_point, 0 }

static const struct p11_attr_row pubkey_rows[] = {
	KEY(CKO_PUBLIC_KEY, CK_FALSE),
	{ CKA_ALLOWED_MECHANISMS, get_mechanisms, CKF_VERIFY },
	{ CKA_VERIFY,             YES },
	{ CKA_VERIFY_RECOVER,     NO },
	{ CKA_ENCRYPT,            NO },
	{ CKA_WRAP,               NO },
	{ CKA_TRUSTED,            NO },
};

static const struct p11_attr_row privkey_rows[] = {
	KEY(CKO_PRIVATE_KEY, CK_TRUE),
	{ CKA_ALLOWED_MECHANISMS,  get_mechanisms, CKF_SIGN },
	{ CKA_SIGN,                YES },
	{ CKA_SIGN_RECOVER,        NO },
	{ CKA_DECRYPT,             NO },
	{ CKA_UNWRAP,              NO },
	{ CKA_SENSITIVE,           YES },
	{ CKA_ALWAYS_SENSITIVE,    YES },
	{ CKA_EXTRACTABLE,         NO },
	{ CKA_NEVER_EXTRACTABLE,   YES },
	{ CKA_WRAP_WITH_TRUSTED,   NO },
	{ CKA_ALWAYS_AUTHENTICATE, get_always_auth, 0 },
	{ CKA_PRIVATE_EXPONENT,    SECRET(RSA) },
	{ CKA_PRIME_1,             SECRET(RSA) },
	{ CKA_PRIME_2,             SECRET(RSA) },
	{ CKA_EXPONENT_1,          SECRET(RSA) },
	{ CKA_EXPONENT_2,          SECRET(RSA) },
	{ CKA_COEFFICIENT,         SECRET(RSA) },
	{ CKA_VALUE,               SECRET(EC) },
};
/* clang-format on */

const struct p11_attr_row *
p11_attr_rows(enum p11_kind kind, size_t *len)
{
	switch (kind) {
	case P11_PROFILE: *len = NELEM(profile_rows); return profile_rows;
	case P11_PUBKEY: *len = NELEM(pubkey_rows); return pubkey_rows;
	case P11_PRIVKEY: *len = NELEM(privkey_rows); return privkey_rows;
	case P11_CERT:
	case P11_CA: break;
	}
	*len = NELEM(cert_rows);
	return cert_rows;
}
