/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Saving.  What is in the folder under a vault's name is moved, never written
 * to: the last good file becomes the backup, one that did not open is kept
 * aside.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/folder.h"
#include "base/log.h"
#include "base/secret.h"
#include "crypto/soft_key.h"
#include "holder/vault_impl.h"

#define ASIDE     ".damaged-"
#define ASIDE_MAX 1000

struct names {
	char file[VAULT_NAME], bak[VAULT_NAME];
};

static void
names_of(const uint8_t id[NYM_VAULT_ID], struct names *n)
{
	vault_name(id, VAULT_TAIL, n->file);
	vault_name(id, VAULT_TAIL VAULT_BAK, n->bak);
}

/* The whole file, sealed with a nonce of its own: secret memory of *cap bytes,
 * len of which are the file. */
static jm_err
make_bytes(const struct nym_vault *v, void **mem, size_t *cap, size_t *len)
{
	struct jm_wbuf w;
	uint8_t *p;
	size_t n;
	jm_err e;

	*cap = VAULT_FRONT + vault_content_bound(v) + JM_GCM_TAG;
	*len = 0;
	if (*cap > VAULT_LEN_MAX)
		return JM_SPACE;
	if ((e = jm_secret_new(*cap, mem)) != JM_OK)
		return e;
	p = *mem;
	memcpy(p, v->front, VAULT_AAD);
	jm_wbuf_init(&w, p + VAULT_FRONT, *cap - VAULT_FRONT - JM_GCM_TAG);
	vault_build(v, &w);
	if ((e = jm_random(p + VAULT_AAD, JM_GCM_NONCE)) != JM_OK ||
	    (e = jm_wbuf_done(&w, &n)) != JM_OK ||
	    (e = jm_gcm_seal(v->dek, p + VAULT_AAD, p, VAULT_AAD,
		 p + VAULT_FRONT, n, p + VAULT_FRONT)) != JM_OK) {
		jm_secret_free(mem, *cap);
		return e;
	}
	*len = VAULT_FRONT + n + JM_GCM_TAG;
	return JM_OK;
}

/* --- what is there -------------------------------------------------------- */

/* Does the file begin as the one that this vault was read from?
 * JM_NOT_FOUND: there is none. */
static jm_err
is_mine(const struct nym_vault *v, int folder, const char *name, int *mine)
{
	struct jm_file_info info;
	uint8_t *mem;
	size_t len;
	jm_err e;

	*mine = 0;
	e = vault_read(folder, name, VAULT_FRONT, &mem, &len, &info);
	if (e == JM_OK) {
		*mine = v->stored && memcmp(mem, v->front, VAULT_FRONT) == 0;
		free(mem);
	}
	/* Whatever else it is, it is not mine. */
	return e == JM_NOT_FOUND || e == JM_NOMEM ? e : JM_OK;
}

/* Under a name that nothing has.  JM_NOT_FOUND: it is gone. */
static jm_err
set_aside(int folder, const char *name)
{
	char to[VAULT_NAME + 16];
	struct jm_file_info info;
	jm_err e;

	for (int i = 1; i < ASIDE_MAX; i++) {
		(void)snprintf(to, sizeof to, "%s" ASIDE "%d", name, i);
		if (jm_folder_info(folder, to, &info) != JM_NOT_FOUND)
			continue;
		if ((e = jm_folder_rename(folder, name, to)) != JM_OK)
			return e == JM_NOT_FOUND ? e : JM_IO;
		jm_log(JM_LOG_WARNING, "vault: kept aside: %s", to);
		return JM_OK;
	}
	return JM_IO;
}

/* May the vault be written?  *bak: the name for the file that is there, or
 * NULL, where the backup is the better one; *aside: that file has to go. */
static jm_err
may_write(const struct nym_vault *v, int folder, const struct names *n,
    const char **bak, int *aside)
{
	int mine;
	jm_err e;

	*bak = v->from_backup ? NULL : n->bak;
	*aside = 0;
	e = is_mine(v, folder, n->file, &mine);
	if (e != JM_OK && e != JM_NOT_FOUND)
		return e;
	if (!v->from_backup)
		return e == JM_OK && !mine ? JM_FILE_BUSY : JM_OK;
	*aside = e == JM_OK;
	e = is_mine(v, folder, n->bak, &mine);
	if (e == JM_OK && !mine)
		e = JM_FILE_BUSY;
	return e == JM_NOT_FOUND ? JM_FILE_BUSY : e;
}

/* --- the vault that a wrap was made of ------------------------------------ */

static jm_err
read_back(int folder, const char *name, const uint8_t *want, size_t len)
{
	struct jm_file_info info;
	uint8_t *mem;
	size_t got;
	jm_err e;

	if ((e = vault_read(folder, name, 0, &mem, &got, &info)) != JM_OK)
		return e;
	if (got != len || memcmp(mem, want, len) != 0)
		e = JM_IO;
	free(mem);
	return e;
}

static int
is_gone(jm_err e)
{
	return e == JM_OK || e == JM_NOT_FOUND;
}

/* Both open with what the card signed earlier, and with the earlier code. */
static jm_err
drop_old(struct nym_vault *v, int folder)
{
	struct names n;
	int ok;

	names_of(v->old, &n);
	ok = is_gone(v->old_damaged ? set_aside(folder, n.file)
				    : jm_folder_remove(folder, n.file));
	ok &= is_gone(jm_folder_remove(folder, n.bak));
	ok &= jm_folder_sync(folder) == JM_OK;
	if (!ok)
		return JM_IO;
	v->has_old = 0;
	v->old_damaged = 0;
	return JM_OK;
}

/* Has the old one been saved after this one?  Then somebody brought it back, a
 * copy for an earlier card that is still of use: it is a vault of its own. */
static int
old_lives_on(const struct nym_vault *v, int folder)
{
	struct jm_file_info mine, old;
	struct names m, o;

	names_of(v->ref.id, &m);
	names_of(v->old, &o);
	if (jm_folder_info(folder, m.file, &mine) != JM_OK ||
	    jm_folder_info(folder, o.file, &old) != JM_OK)
		return 0;
	return old.mtime > mine.mtime;
}

/* Left by a wrap that was interrupted after its own was there. */
static jm_err
end_old(struct nym_vault *v, int folder)
{
	if (!v->has_old || !v->stored || v->from_backup)
		return JM_OK;
	if (!old_lives_on(v, folder))
		return drop_old(v, folder);
	v->has_old = 0;
	return JM_OK;
}

/* --- saving --------------------------------------------------------------- */

/* The file is there: the vault is that one now. */
static void
is_written(struct nym_vault *v, const uint8_t *mem, const struct names *n)
{
	memcpy(v->front, mem, VAULT_FRONT);
	v->stored = 1;
	v->from_backup = 0;
	if (vault_path(n->file, v->ref.path) != JM_OK)
		v->ref.path[0] = '\0';
}

static jm_err
write_vault(struct nym_vault *v, int folder)
{
	const int first = !v->stored, twice = first || v->purge;
	const char *bak;
	struct names n;
	size_t cap, len;
	void *mem;
	int aside;
	jm_err e;

	names_of(v->ref.id, &n);
	if ((e = may_write(v, folder, &n, &bak, &aside)) != JM_OK)
		return e;
	if ((e = make_bytes(v, &mem, &cap, &len)) != JM_OK)
		return e;
	if (aside && set_aside(folder, n.file) != JM_OK) {
		e = JM_IO;
		goto out;
	}
	e = jm_folder_write(folder, n.file, first ? NULL : bak, mem, len);
	if (e != JM_OK)
		goto out;
	if (v->has_old && (e = read_back(folder, n.file, mem, len)) != JM_OK) {
		/* the old one counts */
		(void)!jm_folder_remove(folder, n.file);
		goto out;
	}
	is_written(v, mem, &n);
	/* From the first on damage to the hint can be seen; and a carried key
	 * that was dropped is not to live on in the backup. */
	if (twice && jm_folder_write(folder, n.bak, NULL, mem, len) != JM_OK)
		jm_log(JM_LOG_WARNING, "vault: without a new backup as yet");
	else if (twice)
		v->purge = 0;
out:
	jm_secret_free(&mem, cap);
	return e;
}

jm_err
nym_vault_save(struct nym_vault *v)
{
	const int64_t saved_at = v->saved_at;
	int folder;
	jm_err e;

	if (!v->wrapped)
		return JM_ARG;
	if ((e = jm_folder_open(JM_FOLDER_NYM, 1, &folder)) != JM_OK)
		return e;
	if ((e = end_old(v, folder)) == JM_OK) {
		v->writes++;
		v->saved_at = (int64_t)time(NULL);
		e = write_vault(v, folder);
		if (e != JM_OK) {
			v->writes--;
			v->saved_at = saved_at;
		} else if (v->has_old && drop_old(v, folder) != JM_OK) {
			jm_log(JM_LOG_WARNING,
			    "vault: the one before is still there");
		}
	}
	jm_folder_close(folder);
	return e;
}

/* --- export --------------------------------------------------------------- */

jm_err
nym_vault_export(const struct nym_vault *v, const char *path)
{
	size_t cap, len;
	void *mem;
	jm_err e;

	if (!v->wrapped || strlen(path) >= NYM_VAULT_PATH_MAX)
		return JM_ARG;
	if ((e = make_bytes(v, &mem, &cap, &len)) != JM_OK)
		return e;
	e = jm_path_write(path, mem, len);
	jm_secret_free(&mem, cap);
	return e;
}
