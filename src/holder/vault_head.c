/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of the vaults' folder as far as no key is needed: names, heads, bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "crypto/hmac.h"
#include "holder/vault_impl.h"

#define MAGIC    "NYMV"
#define VERSION  1
#define ID_CHARS 26
#define FILE_MIN (VAULT_FRONT + JM_GCM_TAG)
#define FILE_MAX (FILE_MIN + VAULT_LEN_MAX)

void
vault_head_put(uint8_t head[VAULT_HEAD], const struct nym_vault_ref *ref)
{
	struct jm_wbuf w;

	jm_wbuf_init(&w, head, VAULT_HEAD);
	jm_put(&w, MAGIC, 4);
	jm_put_u8(&w, VERSION);
	jm_put_u8(&w, ref->profile);
	jm_put(&w, ref->id, sizeof ref->id);
	jm_put(&w, ref->hint, sizeof ref->hint);
}

jm_err
vault_head_take(const uint8_t head[VAULT_HEAD], struct nym_vault_ref *ref)
{
	if (memcmp(head, MAGIC, 4) != 0 || head[4] != VERSION ||
	    (head[5] != NYM_PROFILE_X && head[5] != NYM_PROFILE_S))
		return JM_DAMAGED;
	ref->profile = (enum nym_profile)head[5];
	memcpy(ref->id, head + 6, sizeof ref->id);
	memcpy(ref->hint, head + 6 + NYM_VAULT_ID, sizeof ref->hint);
	return JM_OK;
}

jm_err
nym_vault_hint(const uint8_t id[NYM_VAULT_ID], const uint8_t *cert,
    size_t cert_len, uint8_t hint[NYM_HINT_LEN])
{
	uint8_t mac[JM_HMAC_LEN];
	const jm_err e = jm_hmac(id, NYM_VAULT_ID, cert, cert_len, mac);

	memcpy(hint, mac, NYM_HINT_LEN);
	return e;
}

/* --- names ---------------------------------------------------------------- */

void
vault_name(
    const uint8_t id[NYM_VAULT_ID], const char *tail, char out[VAULT_NAME])
{
	char scope[NYM_VAULT_SCOPE];

	nym_vault_scope(id, scope);
	(void)snprintf(
	    out, VAULT_NAME, "%s%s", scope + sizeof "self:vault/" - 1, tail);
}

int
vault_is_name(const char *name, const char *tail)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyz234567") == ID_CHARS &&
	       strcmp(name + ID_CHARS, tail) == 0;
}

jm_err
vault_path(const char *name, char out[NYM_VAULT_PATH_MAX])
{
	return jm_folder_member(JM_FOLDER_NYM, name, out, NYM_VAULT_PATH_MAX);
}

const char *
vault_in_folder(const char *path)
{
	return jm_folder_name_in(JM_FOLDER_NYM, path);
}

/* --- bytes ---------------------------------------------------------------- */

jm_err
vault_read(int folder, const char *path, size_t max, uint8_t **mem, size_t *len,
    struct jm_file_info *info)
{
	size_t size;
	jm_err e;
	int fd;

	*mem = NULL;
	*len = 0;
	/* A file that the user names may be of any owner and mode. */
	e = folder < 0 ? jm_path_open(path, &fd, info)
		       : jm_folder_file(folder, path, &fd, info);
	if (e != JM_OK)
		return e;
	size = info->size > FILE_MAX ? 0 : (size_t)info->size;
	if (size < FILE_MIN) {
		e = JM_DAMAGED;
		goto out;
	}
	if (max != 0 && size > max)
		size = max;
	if ((*mem = malloc(size)) == NULL) {
		e = JM_NOMEM;
		goto out;
	}
	e = jm_fd_read(fd, *mem, size, len);
	if (e == JM_OK && *len != size)
		e = JM_IO; /* it shrank meanwhile */
out:
	jm_fd_close(fd);
	if (e != JM_OK) {
		free(*mem);
		*mem = NULL;
		*len = 0;
	}
	return e;
}

jm_err
nym_vault_head(const char *path, struct nym_vault_ref *out)
{
	struct jm_file_info info;
	uint8_t *mem;
	size_t len;
	jm_err e;

	memset(out, 0, sizeof *out);
	if (strlen(path) >= sizeof out->path)
		return JM_IO;
	if ((e = vault_read(-1, path, VAULT_HEAD, &mem, &len, &info)) != JM_OK)
		return e;
	e = vault_head_take(mem, out);
	free(mem);
	if (e == JM_OK)
		memcpy(out->path, path, strlen(path) + 1);
	return e;
}
