/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects/ident.h"

static const struct {
	const char *name;
	const char *label;
	unsigned char id;
	enum jm_pair pair;
} certs[JM_CERTS] = {
	[JM_CERT_AUTH] = { "auth", "JPKI Authentication", 1, JM_PAIR_AUTH },
	[JM_CERT_SIGN] = { "sign", "JPKI Signature", 2, JM_PAIR_SIGN },
	[JM_CERT_AUTH_CA] = { "auth-ca", "JPKI Authentication CA", 3,
	    JM_PAIR_AUTH },
	[JM_CERT_SIGN_CA] = { "sign-ca", "JPKI Signature CA", 4, JM_PAIR_SIGN },
};

enum jm_cert_id
jm_ident_pair_cert(enum jm_pair pair)
{
	return pair == JM_PAIR_AUTH ? JM_CERT_AUTH : JM_CERT_SIGN;
}

enum jm_cert_id
jm_ident_pair_ca(enum jm_pair pair)
{
	return pair == JM_PAIR_AUTH ? JM_CERT_AUTH_CA : JM_CERT_SIGN_CA;
}

const char *
jm_ident_token_label(enum jm_pair pair)
{
	/* A token and its pair's objects have the same name to people. */
	return certs[jm_ident_pair_cert(pair)].label;
}

const char *
jm_ident_pair_name(enum jm_pair pair)
{
	return certs[jm_ident_pair_cert(pair)].name;
}

const char *
jm_ident_pin_name(enum jm_pin_id id)
{
	enum jm_pair pair;

	if (id == JM_PIN_BIRTH)
		return "birth";
	return jm_pin_pair(id, &pair) ? jm_ident_pair_name(pair)
				      : jm_ident_app_name(jm_pin_app(id));
}

const char *
jm_ident_app_name(enum jm_app app)
{
	switch (app) {
	case JM_APP_JPKI: return "jpki";
	case JM_APP_TEXT: return "text";
	case JM_APP_FACE: return "face";
	case JM_APP_JUKI: return "juki";
	case JM_APP_COMMON: return "common";
	case JM_APP_LICENCE: return "licence";
	}
	return "?";
}

const char *
jm_ident_cert_name(enum jm_cert_id id)
{
	return certs[id].name;
}

const char *
jm_ident_label(enum jm_cert_id id)
{
	return certs[id].label;
}

unsigned char
jm_ident_id(enum jm_cert_id id)
{
	return certs[id].id;
}

static const struct {
	const char *name, *label;
} datas[JM_DATAS] = {
	[JM_DATA_TEXT] = { "text-attributes",
	    "Text: name, address, birth, sex" },
	[JM_DATA_TEXT_SIG] = { "text-signature", "Text: signature" },
	[JM_DATA_TEXT_CERT] = { "text-certificate", "Text: certificate" },
	[JM_DATA_TEXT_INFO] = { "text-info", "Text: version and key id" },
	[JM_DATA_FACE] = { "face-front", "Face: what is printed" },
	[JM_DATA_FACE_BIRTH] = { "face-birth", "Face: birth date" },
	[JM_DATA_FACE_INFO] = { "face-info", "Face: version, municipality" },
	[JM_DATA_FACE_CERT] = { "face-certificate", "Face: certificate" },
	[JM_DATA_COMMON] = { "common-card",
	    "Common: serial, municipality, expiry" },
};

const char *
jm_ident_data_label(enum jm_data_id id)
{
	return datas[id].label;
}

const char *
jm_ident_data_name(enum jm_data_id id)
{
	return datas[id].name;
}

enum jm_pair
jm_ident_cert_pair(enum jm_cert_id id)
{
	return certs[id].pair;
}
