/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records of a text-entry application, made by hand and signed by test keys:
 * those of one holder, and parts to make others of.
 */
#ifndef JM_TESTS_SUPPORT_ATTR_RECORDS_H
#define JM_TESTS_SUPPORT_ATTR_RECORDS_H

#include "base/wbuf.h"
#include "crypto/soft_key.h"
#include "objects/attr.h"

#define ATTR_NAME    "\xe5\xb1\xb1\xe7\x94\xb0\xe3\x80\x80\xe8\x8a\xb1\xe5\xad\x90"
#define ATTR_ADDRESS "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd 1-2-3"
#define ATTR_BIRTH   "19900102"

struct attr_record {
	uint8_t mem[2048];
	size_t len;
};

struct attr_keys {
	struct jm_soft_key *ca, *issuer;
	struct jm_rsa_pub ca_pub;
};

/* Asserts that all of it works. */
void attr_keys_make(struct attr_keys *k);
void attr_keys_free(struct attr_keys *k);

/* The four objects DF22 to DF25, which are what is hashed; then the record
 * around them, with its table of offsets. */
void attr_make_fields(struct attr_record *out, const char *name,
    const char *address, const char *birth, const char *sex);
void attr_make_attributes(
    struct attr_record *out, const struct attr_record *fields);
void attr_make_signature(struct attr_record *out,
    const struct attr_record *fields, const struct jm_soft_key *issuer);
void attr_make_certificate(struct attr_record *out,
    const struct jm_soft_key *issuer, const struct jm_soft_key *ca);

/* The three of the holder above. */
void attr_make_all(const struct attr_keys *k, struct attr_record out[3]);

static inline struct jm_rbuf
attr_rbuf(const struct attr_record *r)
{
	return (struct jm_rbuf){ r->mem, r->len };
}

/* A reply of script.h that brings these bytes and 9000; up to 256 bytes of them
 * from at on.  Lives until the process ends. */
const char *attr_reply(const struct attr_record *r, size_t at, size_t most);

#endif
