/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the text-entry application says of the holder, and what of it is proved
 * (card-facts 3.2).  Its records:
 *
 *   EF 0002  FF20 { DF21 four offsets, DF22 name, DF23 address,
 *                   DF24 birth date YYYYMMDD, DF25 sex }
 *   EF 0003  FF30 { DF31 SHA-256 of EF 0001, DF32 SHA-256 of EF 0002's value
 *                   from DF22 on, DF33 issuer's signature over these two }
 *   EF 0004  7F21 { 5F4E { key id of the CA 16, of the issuer 16,
 *                          90 exponent, 91 modulus },
 *                   5F37 signature of the CA over 5F4E's value }
 *
 * both signatures RSASSA-PKCS1-v1_5 with SHA-256 (for the CA's that is an
 * assumption).  EF 0001 holds the individual number, which only those may use
 * whom a law allows to: it is not read, so DF31 stays unchecked.  The CA's key
 * is not on the card and no real one is known here: whoever has it gives it.
 */
#ifndef JM_OBJECTS_ATTR_H
#define JM_OBJECTS_ATTR_H

#include "base/rbuf.h"
#include "objects/token.h"

#define JM_ATTR_NAME_MAX    512 /* bytes with the NUL */
#define JM_ATTR_ADDRESS_MAX 1024
#define JM_ATTR_KEY_ID      16

enum jm_attr_proof {
	JM_ATTR_CERTIFIED,    /* signed by a key that the given CA certified */
	JM_ATTR_SIGNED,       /* signed by the key that the card gives as the
				 issuer's; no CA was given */
	JM_ATTR_NO_SIGNATURE, /* no EF 0003 */
	JM_ATTR_NO_CERTIFICATE, /* no EF 0004 */
	JM_ATTR_MALFORMED,      /* what is in one of these is none */
	JM_ATTR_ALTERED,        /* the data are not those that DF32 is of */
	JM_ATTR_BAD_SIGNATURE,  /* the signature is not of the issuer's key */
	JM_ATTR_OTHER_CA        /* this CA did not certify the issuer's key */
};

/* All of it personal: to be wiped by whoever has it (jm_wipe). */
struct jm_attr {
	char name[JM_ATTR_NAME_MAX], address[JM_ATTR_ADDRESS_MAX]; /* UTF-8 */
	char birth[8 + 1]; /* YYYYMMDD; month or day may be 00 */
	char sex;        /* digit of JIS X 0303: 0 not known, 1 male, 2 female,
			    9 not applicable */
	int offsets_fit; /* DF21 says what is there; nothing rests on it */
	enum jm_attr_proof proof;
	uint8_t ca_key_id[JM_ATTR_KEY_ID]; /* whose signature EF 0004 claims;
					      all zero where it was not read */
};

/* As read; p NULL: there is none. */
struct jm_attr_records {
	struct jm_rbuf attributes, signature, certificate;
};

/*
 * Take the records apart and prove what can be proved; ca may be NULL.  Nothing
 * in them is trusted.
 *   JM_FORMAT  the attributes are no such record
 *   JM_CRYPTO
 * On failure *out is all zero.
 */
jm_err jm_attr_check(const struct jm_attr_records *r,
    const struct jm_rsa_pub *ca, struct jm_attr *out) JM_MUST_USE;

/*
 * [card] Read them with the application's PIN, given by the user or, with pin
 * NULL, typed at the reader: one VERIFY by the rules of jm_token_login, and no
 * login.  For records of usual size 13 APDUs, 9 with short EF ids, 6 with
 * extended length as well; one more where the counter is not known to be full.
 *   JM_NOT_FOUND  no text-entry application
 *   JM_FORMAT     malformed, or not there
 * and those of jm_token_check_pin or jm_token_check_pin_at_reader.
 */
jm_err jm_token_attr(struct jm_token *t, const void *pin, size_t pin_len,
    const struct jm_rsa_pub *ca, struct jm_attr *out, int *tries) JM_MUST_USE;

#endif
