/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions that CardAcquireContext puts into CARD_DATA, by the file that
 * has them.  Each checks all its parameters before it does anything, leaves its
 * outputs defined (0, NULL) on failure, and answers as minidriver specification
 * 7.07 says; what is not in the read-only profile is refused in readonly.c.
 */
#ifndef JM_DRIVERS_MINIDRIVER_ENTRY_H
#define JM_DRIVERS_MINIDRIVER_ENTRY_H

#include "drivers/minidriver/md_interface.h"

/* acquire.c */
DWORD WINAPI CardAcquireContext(CARD_DATA *card, DWORD flags);
DWORD WINAPI md_delete_context(CARD_DATA *card);

/* files.c */
DWORD WINAPI md_read_file(CARD_DATA *card, LPSTR dir, LPSTR file, DWORD flags,
    PBYTE *data, PDWORD len);
DWORD WINAPI md_enum_files(
    CARD_DATA *card, LPSTR dir, LPSTR *names, LPDWORD len, DWORD flags);
DWORD WINAPI md_get_file_info(
    CARD_DATA *card, LPSTR dir, LPSTR file, CARD_FILE_INFO *out);

/* containers.c */
DWORD WINAPI md_get_container_info(
    CARD_DATA *card, BYTE index, DWORD flags, CONTAINER_INFO *out);
DWORD WINAPI md_get_container_property(CARD_DATA *card, BYTE index,
    LPCWSTR name, PBYTE data, DWORD size, PDWORD len, DWORD flags);

/* props.c */
DWORD WINAPI md_get_property(CARD_DATA *card, LPCWSTR name, PBYTE data,
    DWORD size, PDWORD len, DWORD flags);
DWORD WINAPI md_set_property(
    CARD_DATA *card, LPCWSTR name, PBYTE data, DWORD len, DWORD flags);
DWORD WINAPI md_query_capabilities(CARD_DATA *card, CARD_CAPABILITIES *out);
DWORD WINAPI md_query_free_space(
    CARD_DATA *card, DWORD flags, CARD_FREE_SPACE_INFO *out);
DWORD WINAPI md_query_key_sizes(
    CARD_DATA *card, DWORD key_spec, DWORD flags, CARD_KEY_SIZES *out);

/* pin.c */
DWORD WINAPI md_authenticate_pin(
    CARD_DATA *card, LPWSTR user, PBYTE pin, DWORD pin_len, PDWORD tries);
DWORD WINAPI md_authenticate_ex(CARD_DATA *card, PIN_ID id, DWORD flags,
    PBYTE pin, DWORD pin_len, PBYTE *session_pin, PDWORD session_len,
    PDWORD tries);
DWORD WINAPI md_change_authenticator(CARD_DATA *card, LPWSTR user,
    PBYTE old_pin, DWORD old_len, PBYTE new_pin, DWORD new_len, DWORD retries,
    DWORD flags, PDWORD tries);
DWORD WINAPI md_change_authenticator_ex(CARD_DATA *card, DWORD flags,
    PIN_ID auth, PBYTE auth_pin, DWORD auth_len, PIN_ID target, PBYTE new_pin,
    DWORD new_len, DWORD retries, PDWORD tries);
DWORD WINAPI md_deauthenticate(CARD_DATA *card, LPWSTR user, DWORD flags);
DWORD WINAPI md_deauthenticate_ex(CARD_DATA *card, PIN_SET pins, DWORD flags);
DWORD WINAPI md_get_challenge(CARD_DATA *card, PBYTE *data, PDWORD len);
DWORD WINAPI md_get_challenge_ex(
    CARD_DATA *card, PIN_ID pin, PBYTE *data, PDWORD len, DWORD flags);

/* crypt.c */
DWORD WINAPI md_sign_data(CARD_DATA *card, CARD_SIGNING_INFO *info);

/* readonly.c: what this card does not do */
DWORD WINAPI md_no_delete_container(
    CARD_DATA *card, BYTE index, DWORD reserved);
DWORD WINAPI md_no_create_container(CARD_DATA *card, BYTE index, DWORD flags,
    DWORD key_spec, DWORD key_size, PBYTE key);
DWORD WINAPI md_no_authenticate_challenge(
    CARD_DATA *card, PBYTE response, DWORD len, PDWORD tries);
DWORD WINAPI md_no_unblock_pin(CARD_DATA *card, LPWSTR user, PBYTE auth,
    DWORD auth_len, PBYTE pin, DWORD pin_len, DWORD retries, DWORD flags);
DWORD WINAPI md_no_create_directory(CARD_DATA *card, LPSTR dir, DWORD access);
DWORD WINAPI md_no_delete_directory(CARD_DATA *card, LPSTR dir);
DWORD WINAPI md_no_create_file(
    CARD_DATA *card, LPSTR dir, LPSTR file, DWORD size, DWORD access);
DWORD WINAPI md_no_write_file(
    CARD_DATA *card, LPSTR dir, LPSTR file, DWORD flags, PBYTE data, DWORD len);
DWORD WINAPI md_no_delete_file(
    CARD_DATA *card, LPSTR dir, LPSTR file, DWORD flags);
DWORD WINAPI md_no_rsa_decrypt(CARD_DATA *card, CARD_RSA_DECRYPT_INFO *info);
DWORD WINAPI md_no_construct_dh_agreement(CARD_DATA *card, PVOID info);
DWORD WINAPI md_no_derive_key(CARD_DATA *card, PVOID info);
DWORD WINAPI md_no_destroy_dh_agreement(
    CARD_DATA *card, BYTE index, DWORD flags);
DWORD WINAPI md_no_set_container_property(CARD_DATA *card, BYTE index,
    LPCWSTR name, PBYTE data, DWORD len, DWORD flags);
DWORD WINAPI md_no_md_import_session_key(CARD_DATA *card, LPCWSTR blob_type,
    LPCWSTR alg, HANDLE *key, PBYTE blob, DWORD len);
DWORD WINAPI md_no_md_encrypt_data(CARD_DATA *card, HANDLE key,
    LPCWSTR secure_function, PBYTE in, DWORD len, DWORD flags, PVOID *out,
    PDWORD out_len);
DWORD WINAPI md_no_import_session_key(CARD_DATA *card, BYTE index,
    PVOID padding, LPCWSTR blob_type, LPCWSTR alg, HANDLE *key, PBYTE blob,
    DWORD len, DWORD flags);
DWORD WINAPI md_no_get_shared_key_handle(CARD_DATA *card, PBYTE in, DWORD len,
    PBYTE *out, PDWORD out_len, HANDLE *key);
DWORD WINAPI md_no_get_algorithm_property(CARD_DATA *card, LPCWSTR alg,
    LPCWSTR name, PBYTE data, DWORD size, PDWORD len, DWORD flags);
DWORD WINAPI md_no_get_key_property(CARD_DATA *card, HANDLE key, LPCWSTR name,
    PBYTE data, DWORD size, PDWORD len, DWORD flags);
DWORD WINAPI md_no_set_key_property(CARD_DATA *card, HANDLE key, LPCWSTR name,
    PBYTE data, DWORD len, DWORD flags);
DWORD WINAPI md_no_destroy_key(CARD_DATA *card, HANDLE key);
DWORD WINAPI md_no_process_encrypted_data(CARD_DATA *card, HANDLE key,
    LPCWSTR secure_function, PVOID in, DWORD count, PBYTE out, DWORD size,
    PDWORD len, DWORD flags);
DWORD WINAPI md_no_create_container_ex(CARD_DATA *card, BYTE index, DWORD flags,
    DWORD key_spec, DWORD key_size, PBYTE key, PIN_ID pin);

#endif
