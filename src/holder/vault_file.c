/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Saving.  What is in the folder under a vault's name is moved, never written
 * to: the last good file becomes the backup, one that did not open is kept
 * aside.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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
	struct stat st;
	uint8_t *mem;
	size_t len;
	jm_err e;

	*mine = 0;
	e = vault_read(folder, name, VAULT_FRONT, &mem, &len, &st);
	if (e == JM_OK) {
		*mine = v->stored && memcmp(mem, v->front, VAULT_FRONT) == 0;
		free(mem);
	}
	/* Whatever else it is, it is not mine. */
	return e == JM_NOT_FOUND || e == JM_NOMEM ? e : JM_OK;
}

/* Under a name that nothing has. */
static jm_err
set_aside(int folder, const char *name)
{
	char to[VAULT_NAME + 16];
	struct stat st;

	for (int i = 1; i < ASIDE_MAX; i++) {
		(void)snprintf(to, sizeof to, "%s" ASIDE "%d", name, i);
		if (fstatat(folder, to, &st, AT_SYMLINK_NOFOLLOW) == 0)
			continue;
		if (renameat(folder, name, folder, to) != 0)
			return JM_IO;
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
	struct stat st;
	uint8_t *mem;
	size_t got;
	jm_err e;

	if ((e = vault_read(folder, name, 0, &mem, &got, &st)) != JM_OK)
		return e;
	if (got != len || memcmp(mem, want, len) != 0)
		e = JM_IO;
	free(mem);
	return e;
}

static int
gone(int folder, const char *name)
{
	return unlinkat(folder, name, 0) == 0 || errno == ENOENT;
}

/* Both open with what the card signed earlier, and with the earlier code. */
static jm_err
drop_old(struct nym_vault *v, int folder)
{
	struct names n;
	int ok;

	names_of(v->old, &n);
	ok = v->old_damaged
		 ? set_aside(folder, n.file) == JM_OK || errno == ENOENT
		 : gone(folder, n.file);
	ok &= gone(folder, n.bak);
	ok &= fsync(folder) == 0 || errno == EINVAL;
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
	struct stat mine, old;
	struct names m, o;

	names_of(v->ref.id, &m);
	names_of(v->old, &o);
	if (fstatat(folder, m.file, &mine, AT_SYMLINK_NOFOLLOW) != 0 ||
	    fstatat(folder, o.file, &old, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	return old.st_mtim.tv_sec != mine.st_mtim.tv_sec
		   ? old.st_mtim.tv_sec > mine.st_mtim.tv_sec
		   : old.st_mtim.tv_nsec > mine.st_mtim.tv_nsec;
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
	if (aside && (e = set_aside(folder, n.file)) != JM_OK)
		goto out;
	e = jm_folder_write(folder, n.file, first ? NULL : bak, mem, len);
	if (e != JM_OK)
		goto out;
	if (v->has_old && (e = read_back(folder, n.file, mem, len)) != JM_OK) {
		(void)unlinkat(folder, n.file, 0); /* the old one counts */
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
	close(folder);
	return e;
}

/* --- export --------------------------------------------------------------- */

/* The name itself has to last, too. */
static jm_err
sync_above(const char *path)
{
	char above[NYM_VAULT_PATH_MAX];
	const char *slash = strrchr(path, '/');
	jm_err e = JM_OK;
	int fd;

	(void)snprintf(above, sizeof above, "%.*s",
	    slash == NULL ? 1 : (int)(slash - path) + 1,
	    slash == NULL ? "." : path);
	if ((fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return JM_OK; /* a folder that may be written alone */
	if (fsync(fd) != 0 && errno != EINVAL)
		e = JM_IO;
	close(fd);
	return e;
}

static jm_err
write_new(const char *path, const uint8_t *mem, size_t len)
{
	jm_err e;
	int fd;

	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == ENOSPC || errno == EDQUOT ? JM_SPACE : JM_IO;
	e = jm_fd_write(fd, mem, len);
	if (close(fd) != 0 && e == JM_OK)
		e = JM_IO;
	if (e == JM_OK)
		e = sync_above(path);
	if (e != JM_OK)
		(void)unlink(path);
	return e;
}

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
	e = write_new(path, mem, len);
	jm_secret_free(&mem, cap);
	return e;
}
