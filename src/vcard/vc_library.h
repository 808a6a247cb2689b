/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one municipal application that comes with the virtual card: a library
 * card (doc/vcard.md, "Library card").  Its member number says nothing of any
 * number of the card.
 */
#ifndef JM_VCARD_VC_LIBRARY_H
#define JM_VCARD_VC_LIBRARY_H

#include "vcard/vc_package.h"

#define VC_LIBRARY_MEMBER 0x0001 /* ten digits */
#define VC_LIBRARY_LOANS  0x0002 /* two bytes: what is out on loan */
#define VC_LIBRARY_EXPIRY 0x0003 /* YYYYMMDD, the last day */
#define VC_LIBRARY_PIN    0x0011

struct vc_library {
	const struct jm_ec_pub *root; /* whose terminals count loans, each of
					 the role JM_CVC_SERVICE; NULL: nobody
					 does */
	const char *member;           /* ten digits; NULL: random ones */
	const char *last_day;         /* YYYYMMDD */
	const char *pin; /* four digits; NULL: the city lets everybody read */
};

/* The package, without a key: whoever loads it gives it one.  JM_ARG, JM_SPACE,
 * JM_NOMEM, JM_CRYPTO. */
jm_err vc_library_make(const struct vc_library *how, uint8_t *out, size_t cap,
    size_t *len) JM_MUST_USE;

#endif
