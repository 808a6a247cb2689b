/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "holder/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/log.h"
#include "holder/index_impl.h"
#include "holder/vault_impl.h"

/* --- files ---------------------------------------------------------------- */

static jm_err
not_empty(int folder, const char *name, void *arg)
{
	int *any = arg;
	struct index_head h;
	uint8_t *mem;
	size_t len;

	if (!index_is_name(name) ||
	    index_read(folder, name, INDEX_HEAD, &mem, &len) != JM_OK)
		return JM_OK;
	if (index_head_take(mem, len, &h) == JM_OK && h.entries > 0)
		*any = 1;
	free(mem);
	return *any ? JM_EXISTS : JM_OK;
}

int
nym_index_any(void)
{
	int folder, any = 0;

	if (jm_folder_open(JM_FOLDER_NYM, 0, &folder) != JM_OK)
		return 0;
	if (jm_folder_each(folder, not_empty, &any) == JM_IO)
		any = 0;
	jm_folder_close(folder);
	return any;
}

uint64_t
nym_index_stamp(const uint8_t hint[NYM_HINT_LEN])
{
	char name[INDEX_NAME];
	struct jm_file_info info;
	uint64_t stamp = 0;
	int folder;

	if (jm_folder_open(JM_FOLDER_NYM, 0, &folder) != JM_OK)
		return 0;
	index_name(hint, name);
	if (jm_folder_info(folder, name, &info) == JM_OK) {
		/* Each write is another file, so number and time differ. */
		stamp = (uint64_t)info.mtime;
		stamp ^= info.number << 24;
		stamp ^= info.size << 1;
		stamp |= 1;
	}
	jm_folder_close(folder);
	return stamp;
}

/* --- loading -------------------------------------------------------------- */

static jm_err
load(int folder, const uint8_t hint[NYM_HINT_LEN], struct nym_index **out)
{
	char name[INDEX_NAME];
	struct index_head h;
	const uint8_t *tags;
	uint8_t *mem;
	size_t len;
	jm_err e;

	*out = NULL;
	index_name(hint, name);
	if ((e = index_read(folder, name, 0, &mem, &len)) == JM_NOT_FOUND)
		return e;
	if (e == JM_OK) {
		e = index_parse(mem, len, &h, &tags, out);
		free(mem);
	}
	if (e == JM_OK && memcmp(h.hint, hint, sizeof h.hint) != 0) {
		nym_index_free(out);
		e = JM_DAMAGED;
	}
	if (e != JM_DAMAGED && e != JM_IO)
		return e;
	jm_log(JM_LOG_WARNING, "index: %s: %s", name,
	    e == JM_IO ? "not a file of this user alone" : "damaged");
	return JM_NOT_FOUND;
}

jm_err
nym_index_load(const uint8_t hint[NYM_HINT_LEN], struct nym_index **out)
{
	int folder;
	jm_err e;

	*out = NULL;
	if ((e = jm_folder_open(JM_FOLDER_NYM, 0, &folder)) != JM_OK)
		return JM_NOT_FOUND;
	e = load(folder, hint, out);
	jm_folder_close(folder);
	return e;
}

/* --- what no program is to have signed ------------------------------------ */

/* HMAC(id, T) of V and of each scope of the fallback profile.  Memory to free,
 * NULL if there is none. */
static jm_err
make_tags(const struct nym_vault *v, uint8_t **tags, size_t *many)
{
	const struct nym_vault_ref *ref = nym_vault_ref_of(v);
	char scope[NYM_VAULT_SCOPE];
	uint8_t t[NYM_T_MAX], sh[NYM_SH_LEN];
	struct nym_entry entry;
	size_t len;
	jm_err e = JM_OK;

	*many = 0;
	*tags = malloc((nym_vault_len(v) + 1) * INDEX_TAG);
	if (*tags == NULL)
		return JM_NOMEM;
	nym_vault_scope(ref->id, scope);
	for (size_t n = 0; e == JM_OK && n <= nym_vault_len(v); n++) {
		if (n == 0) {
			entry.profile = ref->profile;
			e = nym_scope_hash(scope, strlen(scope), sh);
		} else {
			nym_vault_at(v, n - 1, &entry);
			memcpy(sh, entry.sh, sizeof sh);
		}
		if (e != JM_OK || entry.profile != NYM_PROFILE_S)
			continue;
		if ((e = nym_t(NYM_PROFILE_S, sh, t, &len)) == JM_OK)
			e = jm_hmac(ref->id, NYM_VAULT_ID, t, len,
			    *tags + (*many)++ * INDEX_TAG);
	}
	if (e != JM_OK || *many == 0) {
		free(*tags);
		*tags = NULL;
		*many = 0;
	}
	return e;
}

/* --- changing ------------------------------------------------------------- */

static jm_err
drop(int folder, const char *name)
{
	struct jm_file_info info;

	if (jm_folder_info(folder, name, &info) != JM_OK)
		return JM_OK;
	return jm_folder_remove(folder, name) == JM_OK ? JM_OK : JM_IO;
}

/* The file of v with these entries; none at all where it would say nothing. */
static jm_err
store(int folder, const struct nym_vault *v, const struct nym_index *x)
{
	const struct nym_vault_ref *ref = nym_vault_ref_of(v);
	struct index_head h = { .profile = ref->profile, .entries = x->len };
	uint8_t *tags = NULL, *mem = NULL;
	char name[INDEX_NAME];
	size_t len;
	jm_err e;

	memcpy(h.id, ref->id, sizeof h.id);
	memcpy(h.hint, ref->hint, sizeof h.hint);
	index_name(ref->hint, name);
	if ((e = make_tags(v, &tags, &h.tags)) != JM_OK)
		return e;
	if (h.tags == 0 && h.entries == 0)
		return drop(folder, name);
	e = index_build(&h, tags, x->entry, &mem, &len);
	if (e == JM_OK)
		e = jm_folder_write(folder, name, NULL, mem, len);
	free(mem);
	free(tags);
	return e;
}

static struct nym_index_entry *
find(const struct nym_index *x, const char *scope)
{
	for (size_t i = 0; i < x->len; i++)
		if (strcmp(x->entry[i].scope, scope) == 0)
			return &x->entry[i];
	return NULL;
}

static jm_err
add(struct nym_index *x, const struct nym_index_entry *e)
{
	struct nym_index_entry *more = find(x, e->scope);

	if (more != NULL) {
		*more = *e;
		return JM_OK;
	}
	if (x->len >= NYM_VAULT_ENTRIES_MAX)
		return JM_SPACE;
	more = realloc(x->entry, (x->len + 1) * sizeof *x->entry);
	if (more == NULL)
		return JM_NOMEM;
	x->entry = more;
	x->entry[x->len++] = *e;
	return JM_OK;
}

/* What there is, or an empty one. */
static jm_err
load_or_begin(
    int folder, const uint8_t hint[NYM_HINT_LEN], struct nym_index **x)
{
	const jm_err e = load(folder, hint, x);

	if (e != JM_NOT_FOUND)
		return e;
	*x = calloc(1, sizeof **x);
	return *x == NULL ? JM_NOMEM : JM_OK;
}

jm_err
nym_index_put(const struct nym_vault *v, const struct nym_index_entry *entry)
{
	struct nym_index *x = NULL;
	int folder;
	jm_err e;

	if (!index_entry_ok(entry))
		return JM_ARG;
	if ((e = jm_folder_open(JM_FOLDER_NYM, 1, &folder)) != JM_OK)
		return e;
	e = load_or_begin(folder, nym_vault_ref_of(v)->hint, &x);
	if (e == JM_OK && (e = add(x, entry)) == JM_OK)
		e = store(folder, v, x);
	nym_index_free(&x);
	jm_folder_close(folder);
	return e;
}

static void
take_out(struct nym_index *x, size_t i)
{
	if (i >= x->len || x->entry == NULL)
		return;
	x->len--;
	memmove(
	    &x->entry[i], &x->entry[i + 1], (x->len - i) * sizeof *x->entry);
}

jm_err
nym_index_remove(const struct nym_vault *v, const char *scope)
{
	const struct nym_index_entry *at;
	struct nym_index *x = NULL;
	int folder;
	jm_err e;

	e = jm_folder_open(JM_FOLDER_NYM, 0, &folder);
	if (e != JM_OK)
		return e == JM_NOT_FOUND ? JM_OK : e;
	e = load_or_begin(folder, nym_vault_ref_of(v)->hint, &x);
	if (e == JM_OK) {
		if ((at = find(x, scope)) != NULL)
			take_out(x, (size_t)(at - x->entry));
		e = store(folder, v, x);
	}
	nym_index_free(&x);
	jm_folder_close(folder);
	return e;
}

/* Entries of the earlier file that are not in x. */
static jm_err
take_over(int folder, const uint8_t old[NYM_HINT_LEN], struct nym_index *x)
{
	struct nym_index *was = NULL;
	jm_err e = load(folder, old, &was);

	if (e != JM_OK)
		return e == JM_NOT_FOUND ? JM_OK : e;
	if (x->len == 0) {
		const struct nym_index empty = *x;

		*x = *was;
		*was = empty;
	}
	for (size_t i = 0; e == JM_OK && i < was->len; i++)
		if (find(x, was->entry[i].scope) == NULL)
			e = add(x, &was->entry[i]);
	nym_index_free(&was);
	return e;
}

/* The vault is the truth. */
static void
keep_registered(const struct nym_vault *v, struct nym_index *x)
{
	struct nym_entry e;
	size_t kept = 0;

	for (size_t i = 0; i < x->len; i++)
		if (nym_vault_get(v, x->entry[i].scope, &e) == JM_OK &&
		    e.state == NYM_REGISTERED && e.use == NYM_USE_RAW)
			x->entry[kept++] = x->entry[i];
	x->len = kept;
}

jm_err
nym_index_sync(const struct nym_vault *v, const uint8_t old[NYM_HINT_LEN])
{
	const uint8_t *hint = nym_vault_ref_of(v)->hint;
	struct nym_index *x = NULL;
	int folder;
	jm_err e;

	if ((e = jm_folder_open(JM_FOLDER_NYM, 1, &folder)) != JM_OK)
		return e;
	if ((e = load_or_begin(folder, hint, &x)) != JM_OK)
		goto out;
	if (old != NULL && memcmp(old, hint, NYM_HINT_LEN) != 0 &&
	    (e = take_over(folder, old, x)) != JM_OK)
		goto out;
	keep_registered(v, x);
	e = store(folder, v, x);
out:
	nym_index_free(&x);
	jm_folder_close(folder);
	return e;
}

void
nym_index_end(const struct nym_vault *v, const struct nym_vault_ref *old)
{
	char name[INDEX_NAME], file[VAULT_NAME];
	struct jm_file_info info;
	int folder;

	if (memcmp(old->hint, nym_vault_ref_of(v)->hint, NYM_HINT_LEN) == 0 ||
	    jm_folder_open(JM_FOLDER_NYM, 0, &folder) != JM_OK)
		return;
	vault_name(old->id, VAULT_TAIL, file);
	index_name(old->hint, name);
	if (jm_folder_info(folder, file, &info) != JM_OK &&
	    drop(folder, name) != JM_OK)
		jm_log(JM_LOG_WARNING, "index: %s is still there", name);
	jm_folder_close(folder);
}
