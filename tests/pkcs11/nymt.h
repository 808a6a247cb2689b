/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Helpers of the tests of the slot of service identities (with stage.h). */
#ifndef JM_TESTS_PKCS11_NYMT_H
#define JM_TESTS_PKCS11_NYMT_H

#include "tests/pkcs11/stage_conf.h"

CK_SLOT_ID nymt_slot(unsigned reader); /* its id, there or not */
CK_SESSION_HANDLE nymt_open(unsigned reader);
CK_SESSION_HANDLE nymt_user(unsigned reader); /* logged in */
/* Has the slot a token?  As C_GetSlotList and C_GetTokenInfo say alike. */
int nymt_token(unsigned reader);

/* All that match; the number of hits.  room 0: count them alone. */
size_t nymt_find(CK_SESSION_HANDLE s, CK_ATTRIBUTE *tmpl, CK_ULONG n,
    CK_OBJECT_HANDLE *hit, size_t room);
/* The one object of a class with that label; CK_INVALID_HANDLE: none. */
CK_OBJECT_HANDLE nymt_object(
    CK_SESSION_HANDLE s, CK_OBJECT_CLASS class, const char *label);

size_t nymt_value(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o,
    CK_ATTRIBUTE_TYPE type, void *out, size_t room);
CK_RV nymt_get(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type);

/* C_SignInit and C_Sign of a message by CKM_ECDSA_SHA256. */
CK_RV nymt_sign(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key, CK_BYTE sig[64]);
/* Does OpenSSL accept that, by the public key object, and by the certificate
 * of that label? */
int nymt_accepts(CK_SESSION_HANDLE s, const char *label, CK_BYTE sig[64]);

#endif
