/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names and numbers under which every front end shows the same objects:
 * token labels, object ids and labels (a pair's key, public key and certificate
 * share both).  Ids 01 to 04 are those of OpenSC, for programs scripted against
 * it (card-facts 7.2).
 */
#ifndef JM_OBJECTS_IDENT_H
#define JM_OBJECTS_IDENT_H

#include "card/profile.h"

/* The token of service identities, which tells nothing of its card. */
#define JM_IDENT_NYM_TOKEN  "Service Identities"
#define JM_IDENT_NYM_SERIAL "0000000000000000"

const char *jm_ident_token_label(enum jm_pair pair); /* "JPKI Authentication" */
const char *jm_ident_pair_name(enum jm_pair pair);   /* "auth", "sign" */
const char *jm_ident_pin_name(enum jm_pin_id id);    /* ..., "text" */
const char *jm_ident_app_name(enum jm_app app);      /* "jpki", "text", ... */
const char *jm_ident_cert_name(enum jm_cert_id id);  /* "auth", .. "sign-ca" */
const char *jm_ident_label(enum jm_cert_id id);      /* of objects, ASCII */
unsigned char jm_ident_id(enum jm_cert_id id);       /* CKA_ID: 01 .. 04 */

/* Of files that are shown as they are: names for people and programs, ASCII. */
const char *jm_ident_data_label(enum jm_data_id id); /* "Text: signature" */
const char *jm_ident_data_name(enum jm_data_id id);  /* "text-signature" */

enum jm_cert_id jm_ident_pair_cert(enum jm_pair pair);
enum jm_cert_id jm_ident_pair_ca(enum jm_pair pair);
enum jm_pair jm_ident_cert_pair(enum jm_cert_id id);

#endif
