/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of an authority's folder. */
#ifndef JM_VCARD_VC_AUTHORITY_FILE_H
#define JM_VCARD_VC_AUTHORITY_FILE_H

#include "vcard/vc_authority.h"
#include "vcard/vc_person.h"

#define VC_PKI_ROOT        "root-key.pem"
#define VC_PKI_ISSUER      "issuer-key.pem"
#define VC_PKI_ISSUER_CVC  "issuer.cvc"
#define VC_PKI_COUNTER     "counter-key.pem"
#define VC_PKI_COUNTER_CVC "counter.cvc"
#define VC_PKI_TRANSPORT   "transport.key"

int vc_pki_folder_is_empty(const char *dir);

/* New files, mode 0600.  JM_IO, told through jm_log. */
jm_err vc_pki_write_key(const char *dir, const char *name,
    const struct jm_soft_key *key) JM_MUST_USE;
jm_err vc_pki_write_hex(
    const char *dir, const char *name, const uint8_t *b, size_t n) JM_MUST_USE;

/* JM_IO, JM_FORMAT, told through jm_log. */
jm_err vc_pki_read_key(
    const char *dir, const char *name, struct jm_soft_key **out) JM_MUST_USE;
jm_err vc_pki_read_hex(const char *dir, const char *name, uint8_t *out,
    size_t cap, size_t *len) JM_MUST_USE;

#endif
