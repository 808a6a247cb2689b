/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_Digest*: enter, check arguments, call, leave. */
#include "pkcs11/entry.h"
#include "pkcs11/op.h"

CK_RV
p11_C_DigestInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	return p11_leave(s, p11_digest_init(s, mechanism));
}

CK_RV
p11_C_Digest(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *digest, CK_ULONG *digest_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	rv = (data == NULL && data_len != 0) || digest_len == NULL
		 ? CKR_ARGUMENTS_BAD
		 : p11_digest(s, data, data_len, digest, digest_len);
	return p11_leave(s, rv);
}

CK_RV
p11_C_DigestUpdate(CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	rv = part == NULL && part_len != 0
		 ? CKR_ARGUMENTS_BAD
		 : p11_digest_update(s, part, part_len);
	return p11_leave(s, rv);
}

CK_RV
p11_C_DigestKey(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	return p11_leave(s, p11_digest_key(s, key));
}

CK_RV
p11_C_DigestFinal(
    CK_SESSION_HANDLE session, CK_BYTE *digest, CK_ULONG *digest_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	rv = digest_len == NULL ? CKR_ARGUMENTS_BAD
				: p11_digest_final(s, digest, digest_len);
	return p11_leave(s, rv);
}
