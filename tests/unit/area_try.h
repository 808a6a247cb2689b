/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Library cards, and loading and deleting them at a counter. */
#ifndef JM_TESTS_UNIT_AREA_TRY_H
#define JM_TESTS_UNIT_AREA_TRY_H

#include "tests/support/vc_world.h"
#include "vcard/vc_library.h"

#define LOAD    2
#define DELETE  3
#define MOVE    5
#define AID     "F04A4D4C494201"
#define CONSENT "31323334"

/* The package at hand. */
extern uint8_t pack[VC_PACKAGE_MAX];
extern size_t pack_len;

/* A city with a root of its own. */
struct vc_pki *area_city(void);

/* Puts the library card there; pki: the city that signs its key, NULL: it has
 * none. */
void area_library(const char *pin, const struct vc_pki *pki);

void area_hash(uint8_t out[32]); /* of the package at hand */

/* The common application's channel; consent: with the holder's PIN. */
void area_open(struct vc_world *w, int consent);

/* With all that is needed; the last status word. */
unsigned area_load(struct vc_world *w);
unsigned area_delete(struct vc_world *w);

int area_has_library(const struct vc_world *w);

#endif
