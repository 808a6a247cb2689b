/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RSA encryption without padding, which Wine's CNG has not (seen in 8.0), by
 * OpenSSL: so what is done with the result is tried under Wine, too.  Where CNG
 * has it, it is CNG's.
 */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <bcrypt.h>
#include <ntstatus.h>
#include <openssl/bn.h>

/* The linker sends our library's calls here; the names are its. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
NTSTATUS WINAPI __real_BCryptEncrypt(BCRYPT_KEY_HANDLE key, PUCHAR in,
    ULONG in_len, VOID *pad, PUCHAR iv, ULONG iv_len, PUCHAR out, ULONG cap,
    ULONG *len, ULONG flags);
NTSTATUS WINAPI __wrap_BCryptEncrypt(BCRYPT_KEY_HANDLE key, PUCHAR in,
    ULONG in_len, VOID *pad, PUCHAR iv, ULONG iv_len, PUCHAR out, ULONG cap,
    ULONG *len, ULONG flags);
/* NOLINTEND(bugprone-reserved-identifier) */

static NTSTATUS
encrypt(BCRYPT_KEY_HANDLE key, PUCHAR in, ULONG in_len, PUCHAR out, ULONG cap,
    ULONG *len)
{
	struct {
		BCRYPT_RSAKEY_BLOB head;
		UCHAR numbers[1024];
	} blob;
	BIGNUM *n, *e, *x = BN_bin2bn(in, (int)in_len, NULL);
	BN_CTX *ctx = BN_CTX_new();
	NTSTATUS s = STATUS_INVALID_PARAMETER;
	ULONG size;

	if (BCryptExportKey(key, NULL, BCRYPT_RSAPUBLIC_BLOB, (PUCHAR)&blob,
		sizeof blob, &size, 0) != 0)
		return STATUS_INVALID_HANDLE;
	e = BN_bin2bn(blob.numbers, (int)blob.head.cbPublicExp, NULL);
	n = BN_bin2bn(blob.numbers + blob.head.cbPublicExp,
	    (int)blob.head.cbModulus, NULL);
	*len = blob.head.cbModulus;
	if (in_len == *len && *len <= cap && BN_cmp(x, n) < 0 &&
	    BN_mod_exp(x, x, e, n, ctx) == 1 &&
	    BN_bn2binpad(x, out, (int)*len) == (int)*len)
		s = STATUS_SUCCESS;
	BN_free(x);
	BN_free(e);
	BN_free(n);
	BN_CTX_free(ctx);
	return s;
}

NTSTATUS WINAPI
__wrap_BCryptEncrypt(BCRYPT_KEY_HANDLE key, PUCHAR in, ULONG in_len, VOID *pad,
    PUCHAR iv, ULONG iv_len, PUCHAR out, ULONG cap, ULONG *len, ULONG flags)
{
	NTSTATUS s = __real_BCryptEncrypt(
	    key, in, in_len, pad, iv, iv_len, out, cap, len, flags);

	if (s == STATUS_NOT_IMPLEMENTED && flags == BCRYPT_PAD_NONE)
		s = encrypt(key, in, in_len, out, cap, len);
	return s;
}
