/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A small test hierarchy in the form of the JPKI certificates: a CA for each
 * key and one holder's two certificates, both over one key to save time.
 */
#ifndef JM_TESTS_SUPPORT_HIERARCHY_H
#define JM_TESTS_SUPPORT_HIERARCHY_H

#include "crypto/x509_make.h"

#define HIERARCHY_NOW 1700000000 /* 2023-11-14, inside every validity */

struct hierarchy {
	struct jm_soft_key *ca_key, *key;
	struct jm_cert *auth_ca, *sign_ca, *auth, *sign;
};

/* What they were made of; a test varies a copy. */
extern const struct jm_cert_spec hierarchy_auth_ca, hierarchy_sign_ca,
    hierarchy_auth, hierarchy_sign;

/* Asserts that all of it works.  0, as cmocka's setup functions return.  Keys of
 * RSA-2048, or on the curve. */
int hierarchy_setup(void **state);
int hierarchy_setup_p256(void **state);
int hierarchy_setup_p384(void **state);
int hierarchy_teardown(void **state);

#endif
