/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one application of an operator's card (doc/vcard.md, "Operator's
 * authorisation"). */
#ifndef JM_VCARD_VC_OPERATOR_H
#define JM_VCARD_VC_OPERATOR_H

#include "vcard/vc_authority.h"

#define VC_OPERATOR_WHO 0x0001 /* 30 { 80 id, 81 name, 82 type } */
#define VC_OPERATOR_CVC 0x0002 /* of the role JM_CVC_OPERATOR */
#define VC_OPERATOR_PIN 0x0011
#define VC_OPERATOR_KEY 0x0012

extern const struct vc_app_def vc_tab_operator;

/* The operations that an operator of this type may authorise, bits of enum
 * vc_right.  JM_NOT_FOUND. */
jm_err vc_operator_type(const char *word, uint32_t *rights) JM_MUST_USE;

/* The EF that says who it is: id of 1..16 characters of ASCII but not "-", name
 * of 1..60 bytes of UTF-8.  JM_ARG. */
#define VC_OPERATOR_WHO_MAX 100
jm_err vc_operator_who(const char *id, const char *name, const char *type,
    uint8_t out[VC_OPERATOR_WHO_MAX], size_t *len) JM_MUST_USE;

/* What an operator's card is to be; NULL takes the default in brackets. */
struct vc_operator_spec {
	const char *id;   /* ["OPERATOR-1"] */
	const char *name; /* UTF-8 [the id] */
	const char *type; /* ["window"] */
	const char *pin;  /* 4 to 8 digits ["1234"] */
};

/* Fills a card of the profile "operator", but for its trust.  JM_ARG (told
 * through jm_log), JM_NOMEM, JM_CRYPTO. */
jm_err vc_operator_make(struct vc_card *card, const struct vc_pki *pki,
    const struct vc_operator_spec *spec, const char *last_day) JM_MUST_USE;

#endif
