/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which file is this card's.  A file and its backup have the same id and hint,
 * so that damage to either of these shows, too.  Of two that fit the newer is
 * meant: a wrap that was interrupted leaves the one it was made of.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/log.h"
#include "holder/vault_impl.h"

struct search {
	const uint8_t *cert;
	size_t cert_len;
	struct nym_vault_ref *out;
	int64_t when;         /* mtime of what was found */
	int found, damaged;   /* damaged: it is a backup */
	char bad[VAULT_NAME]; /* could be read by nobody */
};

enum look { LOOK_NONE, LOOK_BAD, LOOK_OTHER, LOOK_FITS };

/* Whose the file is.  JM_NOMEM, JM_CRYPTO: unknown. */
static jm_err
look(const struct search *s, int folder, const char *name,
    struct nym_vault_ref *ref, int64_t *when, enum look *what)
{
	uint8_t hint[NYM_HINT_LEN];
	char own[VAULT_NAME];
	struct jm_file_info info;
	uint8_t *mem;
	size_t len;
	jm_err e;

	*what = LOOK_NONE;
	e = vault_read(folder, name, VAULT_HEAD, &mem, &len, &info);
	if (e == JM_NOT_FOUND)
		return JM_OK;
	*what = LOOK_BAD;
	if (e == JM_OK) {
		e = vault_head_take(mem, ref);
		free(mem);
	}
	if (e == JM_IO || e == JM_DAMAGED) {
		jm_log(JM_LOG_WARNING, "vault: %s: %s", name,
		    e == JM_IO ? "not a file of this user alone"
			       : "damaged, or of another version");
		return JM_OK;
	}
	if (e != JM_OK)
		return e;
	vault_name(ref->id, "", own);
	if (strncmp(name, own, strlen(own)) != 0)
		return JM_OK;
	if ((e = nym_vault_hint(ref->id, s->cert, s->cert_len, hint)) != JM_OK)
		return e;
	*what =
	    memcmp(hint, ref->hint, sizeof hint) == 0 ? LOOK_FITS : LOOK_OTHER;
	*when = info.mtime;
	return vault_path(name, ref->path);
}

/* One vault: its file, or else its backup.  name: without VAULT_BAK. */
static jm_err
consider(struct search *s, int folder, const char *name)
{
	char bak[VAULT_NAME];
	struct nym_vault_ref ref = { .profile = NYM_PROFILE_X };
	int64_t when = 0;
	enum look file, backup = LOOK_NONE;
	jm_err e;

	if ((e = look(s, folder, name, &ref, &when, &file)) != JM_OK)
		return e;
	if (file != LOOK_FITS) {
		(void)snprintf(bak, sizeof bak, "%s" VAULT_BAK, name);
		e = look(s, folder, bak, &ref, &when, &backup);
		if (e != JM_OK)
			return e;
	}
	if (file == LOOK_FITS || backup == LOOK_FITS) {
		if (s->found && when <= s->when)
			return JM_OK;
		s->found = 1;
		s->damaged = file != LOOK_FITS;
		s->when = when;
		*s->out = ref;
	} else if (file != LOOK_OTHER && backup != LOOK_OTHER) {
		(void)snprintf(s->bad, sizeof s->bad, "%s", name);
	}
	return JM_OK;
}

static jm_err
each(int folder, const char *name, void *arg)
{
	struct search *s = arg;
	char file[VAULT_NAME];
	struct jm_file_info info;

	if (vault_is_name(name, VAULT_TAIL))
		return consider(s, folder, name);
	if (!vault_is_name(name, VAULT_TAIL VAULT_BAK))
		return JM_OK;
	(void)snprintf(file, sizeof file, "%.*s",
	    (int)(strlen(name) - strlen(VAULT_BAK)), name);
	/* Where the file is there it speaks for both. */
	return jm_folder_info(folder, file, &info) == JM_OK
		   ? JM_OK
		   : consider(s, folder, file);
}

jm_err
nym_vault_find(const uint8_t *cert, size_t cert_len, struct nym_vault_ref *out,
    int *damaged)
{
	struct search s = { .cert = cert, .cert_len = cert_len, .out = out };
	int folder;
	jm_err e;

	memset(out, 0, sizeof *out);
	*damaged = 0;
	if ((e = jm_folder_open(JM_FOLDER_NYM, 0, &folder)) != JM_OK)
		return e;
	e = jm_folder_each(folder, each, &s);
	jm_folder_close(folder);
	if (e != JM_OK) {
		memset(out, 0, sizeof *out);
		return e;
	}
	if (s.found) {
		*damaged = s.damaged;
		return JM_OK;
	}
	memset(out, 0, sizeof *out);
	if (s.bad[0] == '\0')
		return JM_NOT_FOUND;
	e = vault_path(s.bad, out->path);
	return e == JM_OK ? JM_DAMAGED : e;
}
