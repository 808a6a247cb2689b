/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the guard asks: is it T of a scope of the fallback profile?  Of the
 * vaults themselves their heads tell, whatever became of an index.
 */
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/log.h"
#include "base/wipe.h"
#include "holder/index_impl.h"
#include "holder/vault_impl.h"

#define T_S_LEN 83 /* DigestInfo of SHA-512 */

struct ask {
	const uint8_t *t;
	size_t len;
	int hit;
	int fallback; /* there is a vault of that profile */
	int damaged;  /* and an index that does not tell, or none */
};

static jm_err
ask_vault(int folder, const char *name, struct ask *a)
{
	struct nym_vault_ref ref;
	char scope[NYM_VAULT_SCOPE], index[INDEX_NAME];
	uint8_t t[NYM_T_MAX], sh[NYM_SH_LEN], *mem;
	struct jm_file_info info;
	size_t len;
	jm_err e;

	if (vault_read(folder, name, VAULT_HEAD, &mem, &len, &info) != JM_OK)
		return JM_OK;
	e = vault_head_take(mem, &ref);
	free(mem);
	if (e != JM_OK || ref.profile != NYM_PROFILE_S)
		return JM_OK;
	a->fallback = 1;
	/* Each has one from its first save on: it came without it, or lost it.
	 */
	index_name(ref.hint, index);
	if (jm_folder_info(folder, index, &info) != JM_OK)
		a->damaged = 1;
	nym_vault_scope(ref.id, scope);
	if ((e = nym_scope_hash(scope, strlen(scope), sh)) != JM_OK ||
	    (e = nym_t(NYM_PROFILE_S, sh, t, &len)) != JM_OK)
		return e;
	a->hit |= len == a->len && memcmp(t, a->t, len) == 0;
	return JM_OK;
}

static jm_err
ask_index(int folder, const char *name, struct ask *a)
{
	uint8_t tag[INDEX_TAG], *mem = NULL;
	const uint8_t *tags;
	struct index_head h;
	size_t len;
	jm_err e;

	e = index_read(folder, name, INDEX_HEAD, &mem, &len);
	if (e == JM_OK)
		e = index_head_take(mem, len, &h);
	if (e == JM_OK && h.tags > 0) {
		free(mem);
		if ((e = index_read(folder, name, 0, &mem, &len)) == JM_OK)
			e = index_parse(mem, len, &h, &tags, NULL);
		if (e == JM_OK)
			e = jm_hmac(h.id, sizeof h.id, a->t, a->len, tag);
		for (size_t i = 0; e == JM_OK && i < h.tags; i++)
			a->hit |=
			    memcmp(tags + i * INDEX_TAG, tag, INDEX_TAG) == 0;
	}
	free(mem);
	if (e == JM_IO || e == JM_DAMAGED)
		a->damaged = 1;
	return e == JM_NOMEM || e == JM_CRYPTO ? e : JM_OK;
}

static jm_err
ask_file(int folder, const char *name, void *arg)
{
	if (index_is_name(name))
		return ask_index(folder, name, arg);
	if (vault_is_name(name, VAULT_TAIL) ||
	    vault_is_name(name, VAULT_TAIL VAULT_BAK))
		return ask_vault(folder, name, arg);
	return JM_OK;
}

int
nym_index_refuses(const uint8_t *t, size_t len)
{
	struct ask a = { .t = t, .len = len };
	int folder;
	jm_err e;

	if (len != T_S_LEN ||
	    jm_folder_open(JM_FOLDER_NYM, 0, &folder) != JM_OK)
		return 0;
	e = jm_folder_each(folder, ask_file, &a);
	jm_folder_close(folder);
	if (a.hit)
		return 1;
	if (e == JM_OK && !(a.damaged && a.fallback))
		return 0;
	jm_log(JM_LOG_WARNING,
	    "index: which SHA-512 values are refused cannot be read: all are");
	return 1;
}
