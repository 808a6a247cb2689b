/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens of virtual cards (fixture.h) with a cache folder of their own. */
#ifndef JM_TESTS_SUPPORT_CACHED_H
#define JM_TESTS_SUPPORT_CACHED_H

#include "objects/cache.h"
#include "objects/token.h"
#include "tests/support/link_vcard.h"

/* Bits of jm_token_read_certs. */
#define CACHED_AUTH (1u << JM_CERT_AUTH)
#define CACHED_ALL  (CACHED_AUTH | 1u << JM_CERT_AUTH_CA | 1u << JM_CERT_SIGN_CA)

/* cmocka set-up and tear-down: XDG_CACHE_HOME is a new empty folder. */
int cached_begin(void **state);
int cached_end(void **state);
const char *cached_folder(void); /* the cache's, in there */

/* A token that uses the cache; counting starts with it. */
struct jm_token *cached_token(struct vslot *slot);
/* Commands since then, or since the last call. */
unsigned cached_cost(struct vslot *slot);
/* A process that reads all there is without a PIN, and ends. */
void cached_warm_up(struct vslot *slot);

/* Files in the folder; name of one of them, "" for none. */
unsigned cached_files(char one[JM_CACHE_NAME]);
unsigned cached_count(void);

/* Change one byte of what the only file says of a certificate, and seal it. */
void cached_tamper(enum jm_cert_id id, size_t at);

/* Change what the only file says of the card's label, and seal it. */
void cached_plant_label(const char *label);

/* Was this EF touched, by its id or short id, since the last call of
 * cached_cost or cached_token? */
int cached_touched(struct vslot *slot, const char *ef, const char *sfi);

/* A signature with the authentication key and its PIN. */
jm_err cached_sign(struct jm_token *t);

#endif
