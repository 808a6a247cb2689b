/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that Windows expects on a card, made up from what the token knows.
 *
 * Certificate files are plain DER: with fCertificateCompression TRUE (props.c)
 * a driver says that it sees to the compression of certificates itself, and the
 * host hands them through as they are; with FALSE the host would expect a file
 * that it had compressed when it was written, which nobody did here.
 */
#include "drivers/minidriver/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/wbuf.h"
#include "drivers/minidriver/cardid.h"
#include "drivers/minidriver/containers.h"
#include "drivers/minidriver/entry.h"
#include "drivers/minidriver/md_err.h"

#define RECORD_LEN 86 /* of cmapfile: sizeof(CONTAINER_MAP_RECORD) */
#define FILE_MAX   JM_CERT_MAX
_Static_assert(MD_CONTAINERS *RECORD_LEN <= FILE_MAX, "cmapfile fits");
_Static_assert(MD_CONTAINERS <= 10, "one digit of a file's name");

enum folder { ROOT, MSCP };

/* --- what is in them ------------------------------------------------------ */

static DWORD
put_cardid(const struct md_ctx *c, unsigned n, struct jm_wbuf *w)
{
	(void)n;
	jm_put(w, c->id, sizeof c->id);
	return ERROR_SUCCESS;
}

/* Another value where other containers are listed, for a host that keeps what
 * it read although it was told not to (Cache Mode). */
static DWORD
put_cardcf(const struct md_ctx *c, unsigned n, struct jm_wbuf *w)
{
	unsigned listed = 0;

	(void)n;
	for (BYTE i = 0; i < MD_CONTAINERS; i++)
		if (md_container_cert(c, i) != NULL)
			listed |= 1u << i;
	jm_put_u8(w, 0);        /* version */
	jm_put_u8(w, 0);        /* PINs */
	jm_put_le16(w, listed); /* containers */
	jm_put_le16(w, listed); /* files */
	return ERROR_SUCCESS;
}

static DWORD
put_cardapps(const struct md_ctx *c, unsigned n, struct jm_wbuf *w)
{
	(void)c, (void)n;
	jm_put(w, "mscp\0\0\0\0", MD_FILE_NAME_MAX);
	return ERROR_SUCCESS;
}

static jm_err
put_record(const struct md_ctx *c, BYTE index, int first, struct jm_wbuf *w)
{
	const struct jm_cert *cert = md_container_cert(c, index);
	const int keyx = md_container_spec(c, index) == MD_AT_KEYEXCHANGE;
	const unsigned bits = md_container_bits(c, index);
	WCHAR name[MD_CONTAINER_NAME];
	enum jm_pair pair;
	jm_err e;

	if (cert == NULL) {
		jm_put_fill(w, 0, RECORD_LEN);
		return JM_OK;
	}
	if (!md_container_pair(index, &pair))
		return JM_ARG;
	if ((e = md_container_name(pair, cert, name)) != JM_OK)
		return e;
	for (size_t i = 0; i <= MAX_CONTAINER_NAME_LEN; i++)
		jm_put_le16(w, i < MD_CONTAINER_NAME ? name[i] : 0);
	jm_put_u8(w, CONTAINER_MAP_VALID_CONTAINER |
			 (first ? CONTAINER_MAP_DEFAULT_CONTAINER : 0u));
	jm_put_u8(w, 0);
	jm_put_le16(w, keyx ? 0 : bits);
	jm_put_le16(w, keyx ? bits : 0);
	return JM_OK;
}

static DWORD
put_cmapfile(const struct md_ctx *c, unsigned n, struct jm_wbuf *w)
{
	int first = 1;
	jm_err e = JM_OK;

	(void)n;
	for (BYTE i = 0; i < MD_CONTAINERS && e == JM_OK; i++) {
		e = put_record(c, i, first, w);
		if (md_container_cert(c, i) != NULL)
			first = 0;
	}
	return md_err(e);
}

/* n: the container's number, and which of its two kinds of keys it is of. */
#define KEYX 0x10u

static DWORD
put_cert(const struct md_ctx *c, unsigned n, struct jm_wbuf *w)
{
	const BYTE index = (BYTE)(n & ~KEYX);
	const struct jm_cert *cert = md_container_cert(c, index);
	const int keyx = md_container_spec(c, index) == MD_AT_KEYEXCHANGE;

	if (cert == NULL || keyx != ((n & KEYX) != 0))
		return (DWORD)SCARD_E_FILE_NOT_FOUND;
	jm_put(w, cert->der, cert->der_len);
	return ERROR_SUCCESS;
}

static const struct file_row {
	enum folder folder;
	const char *name; /* lower case */
	unsigned n;
	DWORD access;
	DWORD (*put)(const struct md_ctx *c, unsigned n, struct jm_wbuf *w);
} files[] = {
	{ ROOT, "cardid", 0, MD_FILE_EVERYONE_READ_ADMIN_WRITE, put_cardid },
	{ ROOT, "cardcf", 0, MD_FILE_EVERYONE_READ_USER_WRITE, put_cardcf },
	{ ROOT, "cardapps", 0, MD_FILE_EVERYONE_READ_ADMIN_WRITE,
	    put_cardapps },
	{ MSCP, "cmapfile", 0, MD_FILE_EVERYONE_READ_USER_WRITE, put_cmapfile },
	{ MSCP, "kxc00", 0 | KEYX, MD_FILE_EVERYONE_READ_USER_WRITE, put_cert },
	{ MSCP, "ksc00", 0, MD_FILE_EVERYONE_READ_USER_WRITE, put_cert },
	{ MSCP, "kxc01", 1 | KEYX, MD_FILE_EVERYONE_READ_USER_WRITE, put_cert },
	{ MSCP, "ksc01", 1, MD_FILE_EVERYONE_READ_USER_WRITE, put_cert },
};

/* --- names ---------------------------------------------------------------- */

static int
is_too_long(const char *name)
{
	return strnlen(name, MD_FILE_NAME_MAX + 1) > MD_FILE_NAME_MAX;
}

/* Of a folder; NULL and "" are the root. */
static DWORD
find_folder(const char *dir, enum folder *out)
{
	*out = ROOT;
	if (dir == NULL || dir[0] == '\0')
		return ERROR_SUCCESS;
	if (is_too_long(dir))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	*out = MSCP;
	return md_is_file_name(dir, "mscp") ? ERROR_SUCCESS
					    : (DWORD)SCARD_E_DIR_NOT_FOUND;
}

/* From the names alone. */
static DWORD
find_row(const char *dir, const char *file, const struct file_row **out)
{
	enum folder folder;
	DWORD rc;

	*out = NULL;
	if (file == NULL || file[0] == '\0' || is_too_long(file))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if ((rc = find_folder(dir, &folder)) != ERROR_SUCCESS)
		return rc;
	for (size_t i = 0; i < NELEM(files); i++) {
		if (files[i].folder == folder &&
		    md_is_file_name(file, files[i].name)) {
			*out = &files[i];
			return ERROR_SUCCESS;
		}
	}
	return (DWORD)SCARD_E_FILE_NOT_FOUND;
}

/* Into mem of FILE_MAX bytes. */
static DWORD
make(const struct md_ctx *c, const struct file_row *row, uint8_t *mem,
    size_t *len)
{
	struct jm_wbuf w;
	DWORD rc;

	*len = 0;
	jm_wbuf_init(&w, mem, FILE_MAX);
	if ((rc = row->put(c, row->n, &w)) != ERROR_SUCCESS)
		return rc;
	return md_err(jm_wbuf_done(&w, len));
}

/* The call of both functions that want a file: *mem is the caller's to free. */
static DWORD
look(CARD_DATA *card, const char *dir, const char *file,
    const struct file_row **row, uint8_t **mem, size_t *len)
{
	struct md_ctx *c;
	DWORD rc;

	*mem = NULL;
	*len = 0;
	if (!md_is_ours(card))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if ((rc = find_row(dir, file, row)) != ERROR_SUCCESS ||
	    (rc = md_enter(card, MD_MEMORY, &c)) != ERROR_SUCCESS)
		return rc;
	if ((*mem = malloc(FILE_MAX)) == NULL)
		return md_leave(c, JM_NOMEM);
	return md_leave_code(c, make(c, *row, *mem, len));
}

/* --- calls ---------------------------------------------------------------- */

DWORD WINAPI
md_read_file(CARD_DATA *card, LPSTR dir, LPSTR file, DWORD flags, PBYTE *data,
    PDWORD len)
{
	const struct file_row *row;
	uint8_t *mem = NULL;
	size_t n;
	DWORD rc;

	if (data != NULL)
		*data = NULL;
	if (len != NULL)
		*len = 0;
	if (data == NULL || len == NULL || flags != 0)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	rc = look(card, dir, file, &row, &mem, &n);
	if (rc == ERROR_SUCCESS)
		rc = md_give(card, mem, n, data, len);
	free(mem);
	return rc;
}

DWORD WINAPI
md_get_file_info(CARD_DATA *card, LPSTR dir, LPSTR file, CARD_FILE_INFO *out)
{
	const struct file_row *row = NULL;
	uint8_t *mem = NULL;
	size_t n;
	DWORD rc;

	if (out == NULL)
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	*out = (CARD_FILE_INFO){ .dwVersion = CARD_FILE_INFO_VERSION };
	rc = look(card, dir, file, &row, &mem, &n);
	if (rc == ERROR_SUCCESS) {
		out->cbFileSize = (DWORD)n;
		out->AccessCondition = row->access;
	}
	free(mem);
	return rc;
}

static DWORD
list(const struct md_ctx *c, enum folder folder, struct jm_wbuf *w,
    uint8_t *scratch)
{
	for (size_t i = 0; i < NELEM(files); i++) {
		size_t n;
		DWORD rc;

		if (files[i].folder != folder)
			continue;
		rc = make(c, &files[i], scratch, &n);
		if (rc == (DWORD)SCARD_E_FILE_NOT_FOUND)
			continue;
		if (rc != ERROR_SUCCESS)
			return rc;
		jm_put(w, files[i].name, strlen(files[i].name) + 1);
	}
	jm_put_u8(w, '\0');
	return ERROR_SUCCESS;
}

DWORD WINAPI
md_enum_files(
    CARD_DATA *card, LPSTR dir, LPSTR *names, LPDWORD len, DWORD flags)
{
	uint8_t mem[NELEM(files) * (MD_FILE_NAME_MAX + 1) + 1];
	uint8_t *scratch = NULL;
	enum folder folder;
	struct md_ctx *c;
	struct jm_wbuf w;
	PBYTE given = NULL;
	DWORD rc;

	if (names != NULL)
		*names = NULL;
	if (len != NULL)
		*len = 0;
	if (names == NULL || len == NULL || flags != 0 || !md_is_ours(card))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if ((rc = find_folder(dir, &folder)) != ERROR_SUCCESS ||
	    (rc = md_enter(card, MD_MEMORY, &c)) != ERROR_SUCCESS)
		return rc;
	jm_wbuf_init(&w, mem, sizeof mem);
	rc = (DWORD)SCARD_E_NO_MEMORY;
	if ((scratch = malloc(FILE_MAX)) != NULL)
		rc = list(c, folder, &w, scratch);
	if (rc == ERROR_SUCCESS)
		rc = md_give(card, mem, w.len, &given, len);
	*names = (LPSTR)given;
	free(scratch);
	return md_leave_code(c, rc);
}
