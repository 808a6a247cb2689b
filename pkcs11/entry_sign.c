/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_Sign* and C_Verify*: enter, check arguments, call, leave. */
#include "pkcs11/entry.h"
#include "pkcs11/op.h"

/* Data that cannot be read. */
static int
bad_data(const void *data, CK_ULONG len)
{
	return data == NULL && len != 0;
}

CK_RV
p11_C_SignInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	return p11_leave(s, p11_sign_init(s, mechanism, key));
}

CK_RV
p11_C_Sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *signature, CK_ULONG *signature_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	rv = bad_data(data, data_len) || signature_len == NULL
		 ? CKR_ARGUMENTS_BAD
		 : p11_sign(s, data, data_len, signature, signature_len);
	return p11_leave(s, rv);
}

CK_RV
p11_C_SignUpdate(CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	rv = bad_data(part, part_len) ? CKR_ARGUMENTS_BAD
				      : p11_sign_update(s, part, part_len);
	return p11_leave(s, rv);
}

CK_RV
p11_C_SignFinal(
    CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG *signature_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	rv = signature_len == NULL
		 ? CKR_ARGUMENTS_BAD
		 : p11_sign_final(s, signature, signature_len);
	return p11_leave(s, rv);
}

CK_RV
p11_C_VerifyInit(
    CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	return p11_leave(s, p11_verify_init(s, mechanism, key));
}

CK_RV
p11_C_Verify(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
    CK_BYTE *signature, CK_ULONG signature_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	rv = bad_data(data, data_len) || signature == NULL
		 ? CKR_ARGUMENTS_BAD
		 : p11_verify(s, data, data_len, signature, signature_len);
	return p11_leave(s, rv);
}

CK_RV
p11_C_VerifyUpdate(CK_SESSION_HANDLE session, CK_BYTE *part, CK_ULONG part_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	rv = bad_data(part, part_len) ? CKR_ARGUMENTS_BAD
				      : p11_verify_update(s, part, part_len);
	return p11_leave(s, rv);
}

CK_RV
p11_C_VerifyFinal(
    CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG signature_len)
{
	struct p11_session *s;
	CK_RV rv;

	if ((rv = p11_enter(session, &s)) != CKR_OK)
		return rv;
	rv = signature == NULL ? CKR_ARGUMENTS_BAD
			       : p11_verify_final(s, signature, signature_len);
	return p11_leave(s, rv);
}
