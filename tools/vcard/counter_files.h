/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the counter takes from files: its own keys, packages, test CAs. */
#ifndef VCARD_COUNTER_FILES_H
#define VCARD_COUNTER_FILES_H

#include "tools/vcard/counter.h"

/* The authority's folder, loaded; c gets its identities from it.  Errors of
 * vc_pki_load. */
struct vc_pki;
struct counter_self {
	struct vc_pki *pki;
};
jm_err counter_self_load(
    const char *dir, struct counter_self *self, struct counter *c) JM_MUST_USE;
void counter_self_free(struct counter_self *self);

/* A whole file of 1..max bytes, freed by the caller; *len is its size too.
 * JM_IO, JM_FORMAT (empty, or longer), JM_NOMEM. */
jm_err counter_file_read(
    const char *path, size_t max, uint8_t **out, size_t *len) JM_MUST_USE;

/* What create --ca-out wrote. */
jm_err counter_cas_load(const char *dir, struct counter_cas *out) JM_MUST_USE;

/* The package of a library card of this authority; pin NULL: who holds the card
 * may read it.  out: COUNTER_PACKAGE_MAX bytes, freed and wiped by the caller.
 */
jm_err counter_library(const struct counter_self *self, time_t now,
    const struct counter_pin *pin, uint8_t **out, size_t *len) JM_MUST_USE;

/* For struct counter's fit: the key of an application that trusts this
 * authority never leaves a card, so a package without one gets one.  arg: the
 * struct counter_self. */
jm_err counter_fit(void *arg, const struct jm_cvc *card, const uint8_t *in,
    size_t len, uint8_t **out, size_t *out_len) JM_MUST_USE;

/* For struct counter_issue, whose argument is this. */
struct counter_source {
	const struct counter_self *self;
	const char *image; /* of an issued card, whose contents are given */
};
jm_err counter_transport_key(void *arg, const uint8_t *id, size_t id_len,
    uint8_t out[COUNTER_TRANSPORT_LEN]) JM_MUST_USE;
jm_err counter_contents(void *arg, const struct jm_cvc *card,
    counter_taker *take, void *take_arg) JM_MUST_USE;

#endif
