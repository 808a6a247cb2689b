/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening a vault, making one, wrapping it for a card and a code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/wipe.h"
#include "crypto/soft_key.h"
#include "holder/vault_impl.h"

enum wrap { WRAP_CARD = 1, WRAP_CODE = 2 }; /* last byte of its aad */

static uint8_t *
wrap_at(uint8_t *front, enum wrap which)
{
	return front + VAULT_HEAD + (which == WRAP_CODE ? VAULT_WRAP : 0);
}

static void
wrap_aad(uint8_t aad[VAULT_HEAD + 1], const uint8_t *head, enum wrap which)
{
	memcpy(aad, head, VAULT_HEAD);
	aad[VAULT_HEAD] = (uint8_t)which;
}

/* --- opening -------------------------------------------------------------- */

static jm_err
unwrap(struct nym_vault *v, const uint8_t key[JM_GCM_KEY], enum wrap which)
{
	const uint8_t *w = wrap_at(v->front, which);
	uint8_t aad[VAULT_HEAD + 1];

	wrap_aad(aad, v->front, which);
	return jm_gcm_open(key, w, aad, sizeof aad, w + JM_GCM_NONCE,
	    VAULT_WRAP - JM_GCM_NONCE, v->dek);
}

static jm_err
open_content(struct nym_vault *v, const uint8_t *sealed, size_t len)
{
	void *plain;
	jm_err e;

	if ((e = jm_secret_new(len, &plain)) != JM_OK)
		return e;
	e = jm_gcm_open(v->dek, v->front + VAULT_AAD, v->front, VAULT_AAD,
	    sealed, len, plain);
	if (e == JM_OK)
		e = vault_parse(v, plain, len - JM_GCM_TAG);
	jm_secret_free(&plain, len);
	return e;
}

/* A file that the key opens.  JM_CODE: its wrap has another one. */
static jm_err
open_bytes(const struct nym_vault_ref *ref, const uint8_t *mem, size_t len,
    const uint8_t key[JM_GCM_KEY], enum wrap which, struct nym_vault **out)
{
	struct nym_vault *v = NULL;
	jm_err e;

	if ((e = vault_alloc(&v)) != JM_OK)
		return e;
	memcpy(v->front, mem, VAULT_FRONT);
	if ((e = vault_head_take(v->front, &v->ref)) != JM_OK)
		goto out;
	e = JM_DAMAGED; /* another vault has come in its place */
	if (memcmp(v->ref.id, ref->id, sizeof ref->id) != 0 ||
	    v->ref.profile != ref->profile)
		goto out;
	if ((e = unwrap(v, key, which)) != JM_OK) {
		if (e == JM_DAMAGED)
			e = JM_CODE;
		goto out;
	}
	e = open_content(v, mem + VAULT_FRONT, len - VAULT_FRONT);
	if (e != JM_OK)
		goto out;
	v->wrapped = 1;
	*out = v;
	v = NULL;
out:
	nym_vault_free(&v);
	return e;
}

/* folder -1: any path. */
static jm_err
open_file(int folder, const char *name, const struct nym_vault_ref *ref,
    const uint8_t key[JM_GCM_KEY], enum wrap which, struct nym_vault **out)
{
	struct jm_file_info info;
	uint8_t *mem;
	size_t len;
	jm_err e;

	if ((e = vault_read(folder, name, 0, &mem, &len, &info)) != JM_OK)
		return e;
	e = open_bytes(ref, mem, len, key, which, out);
	free(mem);
	return e;
}

static int
is_backup(const char *name)
{
	return vault_is_name(name, VAULT_TAIL VAULT_BAK);
}

/* Is it the file of that vault, or its backup?  What was named otherwise by
 * hand is but a copy. */
static int
is_own(const char *name, const struct nym_vault_ref *ref)
{
	char file[VAULT_NAME], bak[VAULT_NAME];

	vault_name(ref->id, VAULT_TAIL, file);
	vault_name(ref->id, VAULT_TAIL VAULT_BAK, bak);
	return strcmp(name, file) == 0 || strcmp(name, bak) == 0;
}

/* A file of the folder, or else its backup. */
static jm_err
open_inside(const char *name, const struct nym_vault_ref *ref,
    const uint8_t key[JM_GCM_KEY], enum wrap which, struct nym_vault **out)
{
	char bak[VAULT_NAME];
	jm_err e, again;
	int folder;

	if ((e = jm_folder_open(JM_FOLDER_NYM, 0, &folder)) != JM_OK)
		return e;
	e = open_file(folder, name, ref, key, which, out);
	if (e != JM_OK && e != JM_NOMEM && e != JM_CRYPTO &&
	    vault_is_name(name, VAULT_TAIL)) {
		(void)snprintf(bak, sizeof bak, "%s" VAULT_BAK, name);
		name = bak;
		again = open_file(folder, name, ref, key, which, out);
		/* What the second one says counts where it knows more. */
		if (again != JM_NOT_FOUND &&
		    (e == JM_NOT_FOUND || e == JM_IO || again != JM_CODE))
			e = again;
	}
	if (e == JM_OK) {
		struct nym_vault *v = *out;

		v->stored = is_own(name, ref);
		v->has_old &= v->stored;
		v->from_backup = is_backup(name);
		e = vault_path(name, v->ref.path);
		if (v->from_backup)
			jm_log(JM_LOG_WARNING,
			    "vault: read from its backup, %s", name);
		if (e != JM_OK)
			nym_vault_free(out);
	}
	jm_folder_close(folder);
	return e;
}

static jm_err
open_any(const struct nym_vault_ref *ref, const uint8_t key[JM_GCM_KEY],
    enum wrap which, struct nym_vault **out)
{
	const char *name = vault_in_folder(ref->path);
	jm_err e;

	*out = NULL;
	/* One that was put aside lies there, too, as a copy. */
	if (name != NULL && (vault_is_name(name, VAULT_TAIL) ||
				vault_is_name(name, VAULT_TAIL VAULT_BAK)))
		return open_inside(name, ref, key, which, out);
	e = open_file(-1, ref->path, ref, key, which, out);
	if (e == JM_OK) {
		memcpy((*out)->ref.path, ref->path, sizeof ref->path);
		(*out)->has_old = 0; /* what it was made of lay elsewhere */
	}
	return e;
}

jm_err
nym_vault_open(const struct nym_vault_ref *ref,
    const uint8_t prk_v[NYM_PRK_LEN], struct nym_vault **out)
{
	uint8_t key[32];
	jm_err e;

	*out = NULL;
	if ((e = nym_k_card(prk_v, ref->id, key)) == JM_OK)
		e = open_any(ref, key, WRAP_CARD, out);
	jm_wipe(key, sizeof key);
	return e == JM_CODE ? JM_DAMAGED : e;
}

jm_err
nym_vault_open_code(const struct nym_vault_ref *ref,
    const uint8_t code[NYM_CODE_LEN], struct nym_vault **out)
{
	uint8_t key[32];
	jm_err e;

	*out = NULL;
	if ((e = nym_k_code(code, ref->id, key)) == JM_OK)
		e = open_any(ref, key, WRAP_CODE, out);
	jm_wipe(key, sizeof key);
	return e;
}

/* --- making --------------------------------------------------------------- */

static jm_err
copy_vec(struct vault_vec *to, const struct vault_vec *from)
{
	jm_err e;

	if (from->len == 0)
		return JM_OK;
	if ((e = vault_room(to, from->len)) != JM_OK)
		return e;
	memcpy(to->mem, from->mem, from->len * from->elem);
	to->len = from->len;
	return JM_OK;
}

static jm_err
copy_content(struct nym_vault *v, const struct nym_vault *old)
{
	jm_err e;

	if ((e = copy_vec(&v->ls, &old->ls)) != JM_OK ||
	    (e = copy_vec(&v->slots, &old->slots)) != JM_OK ||
	    (e = copy_vec(&v->earlier, &old->earlier)) != JM_OK ||
	    (e = copy_vec(&v->receipts, &old->receipts)) != JM_OK)
		return e;
	vault_index(v);
	v->writes = old->writes;
	v->dropped = old->dropped;
	memcpy(v->anchor, old->anchor, sizeof v->anchor);
	/* One that lies elsewhere, an export, is the user's. */
	v->has_old = old->stored;
	v->old_damaged = old->from_backup;
	if (v->has_old)
		memcpy(v->old, old->ref.id, sizeof v->old);
	return JM_OK;
}

jm_err
nym_vault_new(const struct nym_vault *old, enum nym_profile profile,
    const uint8_t *cert, size_t cert_len, struct nym_vault **out)
{
	struct nym_vault *v = NULL;
	unsigned first;
	jm_err e;

	*out = NULL;
	if ((e = vault_alloc(&v)) != JM_OK)
		return e;
	v->fresh = 1;
	v->ref.profile = profile;
	if ((e = jm_random(v->ref.id, sizeof v->ref.id)) != JM_OK ||
	    (e = jm_random(v->dek, sizeof v->dek)) != JM_OK ||
	    (e = jm_random(v->code, sizeof v->code)) != JM_OK ||
	    (e = nym_k_code(v->code, v->ref.id, v->k_code)) != JM_OK ||
	    (e = nym_vault_hint(v->ref.id, cert, cert_len, v->ref.hint)) !=
		JM_OK)
		goto out;
	v->has_code = 1;
	e = old != NULL ? copy_content(v, old) : nym_vault_new_l(v, &first);
	if (e != JM_OK)
		goto out;
	*out = v;
	v = NULL;
out:
	nym_vault_free(&v);
	return e;
}

void
nym_vault_set_profile(struct nym_vault *v, enum nym_profile profile)
{
	if (!v->fresh || v->stored)
		return; /* that of a file is its head's for good */
	v->ref.profile = profile;
	v->wrapped = 0;
}

static jm_err
seal_dek(struct nym_vault *v, const uint8_t key[JM_GCM_KEY], enum wrap which)
{
	uint8_t *w = wrap_at(v->front, which);
	uint8_t aad[VAULT_HEAD + 1];
	jm_err e;

	wrap_aad(aad, v->front, which);
	if ((e = jm_random(w, JM_GCM_NONCE)) != JM_OK)
		return e;
	return jm_gcm_seal(
	    key, w, aad, sizeof aad, v->dek, sizeof v->dek, w + JM_GCM_NONCE);
}

jm_err
nym_vault_wrap(struct nym_vault *v, const uint8_t prk_v[NYM_PRK_LEN])
{
	uint8_t key[32];
	jm_err e;

	if (!v->fresh || v->stored)
		return JM_ARG; /* a new card, a new id: nym_vault_new */
	v->wrapped = 0;
	vault_head_put(v->front, &v->ref);
	if ((e = nym_k_card(prk_v, v->ref.id, key)) == JM_OK &&
	    (e = seal_dek(v, key, WRAP_CARD)) == JM_OK)
		e = seal_dek(v, v->k_code, WRAP_CODE);
	jm_wipe(key, sizeof key);
	v->wrapped = e == JM_OK;
	return e;
}
