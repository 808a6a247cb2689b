/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What this card does not do for a program: keys, files and PINs are put on it
 * at the municipal counter, and its keys sign, but neither decrypt nor agree on
 * anything.  Each function must be there and say so; the host, which was told
 * "Read Only Mode", should never call.
 */
#include "drivers/minidriver/ctx.h"
#include "drivers/minidriver/entry.h"

static DWORD
refuse(const CARD_DATA *card)
{
	return md_is_ours(card) ? (DWORD)SCARD_E_UNSUPPORTED_FEATURE
				: (DWORD)SCARD_E_INVALID_PARAMETER;
}

static void
none(PDWORD n)
{
	if (n != NULL)
		*n = 0;
}

static void
no_key(HANDLE *key)
{
	if (key != NULL)
		*key = NULL;
}

DWORD WINAPI
md_no_delete_container(CARD_DATA *card, BYTE index, DWORD reserved)
{
	(void)index, (void)reserved;
	return refuse(card);
}

DWORD WINAPI
md_no_create_container(CARD_DATA *card, BYTE index, DWORD flags, DWORD key_spec,
    DWORD key_size, PBYTE key)
{
	(void)index, (void)flags, (void)key_spec, (void)key_size, (void)key;
	return refuse(card);
}

DWORD WINAPI
md_no_authenticate_challenge(
    CARD_DATA *card, PBYTE response, DWORD len, PDWORD tries)
{
	(void)response, (void)len;
	if (tries != NULL)
		*tries = (DWORD)-1; /* not known */
	return refuse(card);
}

DWORD WINAPI
md_no_unblock_pin(CARD_DATA *card, LPWSTR user, PBYTE auth, DWORD auth_len,
    PBYTE pin, DWORD pin_len, DWORD retries, DWORD flags)
{
	(void)user, (void)auth, (void)auth_len, (void)pin, (void)pin_len;
	(void)retries, (void)flags;
	return refuse(card);
}

DWORD WINAPI
md_no_create_directory(CARD_DATA *card, LPSTR dir, DWORD access)
{
	(void)dir, (void)access;
	return refuse(card);
}

DWORD WINAPI
md_no_delete_directory(CARD_DATA *card, LPSTR dir)
{
	(void)dir;
	return refuse(card);
}

DWORD WINAPI
md_no_create_file(
    CARD_DATA *card, LPSTR dir, LPSTR file, DWORD size, DWORD access)
{
	(void)dir, (void)file, (void)size, (void)access;
	return refuse(card);
}

DWORD WINAPI
md_no_write_file(
    CARD_DATA *card, LPSTR dir, LPSTR file, DWORD flags, PBYTE data, DWORD len)
{
	(void)dir, (void)file, (void)flags, (void)data, (void)len;
	return refuse(card);
}

DWORD WINAPI
md_no_delete_file(CARD_DATA *card, LPSTR dir, LPSTR file, DWORD flags)
{
	(void)dir, (void)file, (void)flags;
	return refuse(card);
}

DWORD WINAPI
md_no_rsa_decrypt(CARD_DATA *card, CARD_RSA_DECRYPT_INFO *info)
{
	(void)info;
	return refuse(card);
}

DWORD WINAPI
md_no_construct_dh_agreement(CARD_DATA *card, PVOID info)
{
	(void)info;
	return refuse(card);
}

DWORD WINAPI
md_no_derive_key(CARD_DATA *card, PVOID info)
{
	(void)info;
	return refuse(card);
}

DWORD WINAPI
md_no_destroy_dh_agreement(CARD_DATA *card, BYTE index, DWORD flags)
{
	(void)index, (void)flags;
	return refuse(card);
}

DWORD WINAPI
md_no_set_container_property(CARD_DATA *card, BYTE index, LPCWSTR name,
    PBYTE data, DWORD len, DWORD flags)
{
	(void)index, (void)name, (void)data, (void)len, (void)flags;
	return refuse(card);
}

DWORD WINAPI
md_no_md_import_session_key(CARD_DATA *card, LPCWSTR blob_type, LPCWSTR alg,
    HANDLE *key, PBYTE blob, DWORD len)
{
	(void)blob_type, (void)alg, (void)blob, (void)len;
	no_key(key);
	return refuse(card);
}

DWORD WINAPI
md_no_md_encrypt_data(CARD_DATA *card, HANDLE key, LPCWSTR secure_function,
    PBYTE in, DWORD len, DWORD flags, PVOID *out, PDWORD out_len)
{
	(void)key, (void)secure_function, (void)in, (void)len, (void)flags;
	if (out != NULL)
		*out = NULL;
	none(out_len);
	return refuse(card);
}

DWORD WINAPI
md_no_import_session_key(CARD_DATA *card, BYTE index, PVOID padding,
    LPCWSTR blob_type, LPCWSTR alg, HANDLE *key, PBYTE blob, DWORD len,
    DWORD flags)
{
	(void)index, (void)padding, (void)blob_type, (void)alg, (void)blob;
	(void)len, (void)flags;
	no_key(key);
	return refuse(card);
}

DWORD WINAPI
md_no_get_shared_key_handle(CARD_DATA *card, PBYTE in, DWORD len, PBYTE *out,
    PDWORD out_len, HANDLE *key)
{
	(void)in, (void)len;
	if (out != NULL)
		*out = NULL;
	none(out_len);
	no_key(key);
	return refuse(card);
}

DWORD WINAPI
md_no_get_algorithm_property(CARD_DATA *card, LPCWSTR alg, LPCWSTR name,
    PBYTE data, DWORD size, PDWORD len, DWORD flags)
{
	(void)alg, (void)name, (void)data, (void)size, (void)flags;
	none(len);
	return refuse(card);
}

DWORD WINAPI
md_no_get_key_property(CARD_DATA *card, HANDLE key, LPCWSTR name, PBYTE data,
    DWORD size, PDWORD len, DWORD flags)
{
	(void)key, (void)name, (void)data, (void)size, (void)flags;
	none(len);
	return refuse(card);
}

DWORD WINAPI
md_no_set_key_property(CARD_DATA *card, HANDLE key, LPCWSTR name, PBYTE data,
    DWORD len, DWORD flags)
{
	(void)key, (void)name, (void)data, (void)len, (void)flags;
	return refuse(card);
}

DWORD WINAPI
md_no_destroy_key(CARD_DATA *card, HANDLE key)
{
	(void)key;
	return refuse(card);
}

DWORD WINAPI
md_no_process_encrypted_data(CARD_DATA *card, HANDLE key,
    LPCWSTR secure_function, PVOID in, DWORD count, PBYTE out, DWORD size,
    PDWORD len, DWORD flags)
{
	(void)key, (void)secure_function, (void)in, (void)count, (void)out;
	(void)size, (void)flags;
	none(len);
	return refuse(card);
}

DWORD WINAPI
md_no_create_container_ex(CARD_DATA *card, BYTE index, DWORD flags,
    DWORD key_spec, DWORD key_size, PBYTE key, PIN_ID pin)
{
	(void)index, (void)flags, (void)key_spec, (void)key_size, (void)key;
	(void)pin;
	return refuse(card);
}
