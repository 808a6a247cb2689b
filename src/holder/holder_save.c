/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a job leaves: index and vault, and nothing in memory. */
#include <string.h>

#include "base/secret.h"
#include "base/wipe.h"
#include "holder/holder_impl.h"
#include "holder/index.h"

jm_err
nym_job_forget(struct nym_job *j, const char *scope)
{
	struct nym_entry entry;
	jm_err e;

	if (j->vault == NULL)
		return JM_ARG;
	if ((e = nym_vault_get(j->vault, scope, &entry)) != JM_OK)
		return e;
	if (entry.state != NYM_REGISTERED)
		return JM_UNKNOWN;
	entry.state = NYM_FORGOTTEN;
	j->changed = 1;
	return nym_vault_put(j->vault, &entry);
}

/* Does the index show this key already?  Its certificate stays the one that
 * was handed out then. */
static int
is_shown(const struct nym_job *j)
{
	struct nym_index *x;
	int yes = 0;

	if (nym_index_load(nym_vault_ref_of(j->vault)->hint, &x) != JM_OK)
		return 0;
	for (size_t i = 0; i < x->len; i++)
		yes |=
		    strcmp(x->entry[i].scope, j->scope) == 0 &&
		    memcmp(x->entry[i].pk, j->secret->key.pk, NYM_PK_LEN) == 0;
	nym_index_free(&x);
	return yes;
}

static jm_err
show_key(const struct nym_job *j)
{
	const struct nym_key *key = &j->secret->key;
	struct nym_index_entry entry = { .cert_len = 0 };
	struct jm_ec_pub pub;
	jm_err e;

	if (!j->has_key || j->which.use != NYM_USE_RAW || is_shown(j))
		return JM_OK;
	memcpy(entry.scope, j->scope, strlen(j->scope) + 1);
	memcpy(entry.nid, key->nid, sizeof entry.nid);
	memcpy(entry.pk, key->pk, sizeof entry.pk);
	if ((e = jm_p256_expand(key->pk, &pub)) != JM_OK ||
	    (e = nym_cert_make(key, entry.cert, &entry.cert_len)) != JM_OK)
		return e;
	if (pub.point_len != sizeof entry.point)
		return JM_CRYPTO;
	memcpy(entry.point, pub.point, sizeof entry.point);
	return nym_index_put(j->vault, &entry);
}

/* Raw keys that went with the card before: nobody can sign with them. */
static jm_err
hide_lost_keys(const struct nym_vault *v)
{
	struct nym_entry entry;
	jm_err e = JM_OK;

	for (size_t n = 0; n < nym_vault_len(v) && e == JM_OK; n++) {
		nym_vault_at(v, n, &entry);
		if (entry.state == NYM_REGISTERED && entry.use == NYM_USE_RAW &&
		    !entry.x_known)
			e = nym_index_remove(v, entry.scope);
	}
	return e;
}

static jm_err
save_index(const struct nym_job *j)
{
	const struct nym_vault_ref *ref = nym_vault_ref_of(j->vault);
	const int moved = j->was.path[0] != '\0';
	jm_err e = JM_OK;

	/* Also the guard's list, which a fallback card has of all scopes. */
	if (moved || j->work == NYM_WORK_OPEN || ref->profile == NYM_PROFILE_S)
		e = nym_index_sync(j->vault, moved ? j->was.hint : NULL);
	if (e == JM_OK && j->work == NYM_WORK_WRAP)
		e = hide_lost_keys(j->vault);
	return e == JM_OK ? show_key(j) : e;
}

jm_err
nym_job_save(struct nym_job *j)
{
	jm_err e;

	if (j->vault == NULL)
		return JM_OK;
	if ((e = save_index(j)) != JM_OK ||
	    (e = nym_vault_save(j->vault)) != JM_OK)
		return e;
	j->changed = 0;
	/* Not before: the vault that is there still has to be of use. */
	if (j->was.path[0] != '\0')
		nym_index_end(j->vault, &j->was);
	return JM_OK;
}

void
nym_job_end(struct nym_job *j)
{
	void *mem = j->secret;

	nym_vault_free(&j->vault);
	nym_vault_free(&j->other);
	jm_secret_free(&mem, sizeof *j->secret);
	j->secret = NULL;
	j->was = (struct nym_vault_ref){ .path = "" };
	j->prepared = j->looked = j->found = 0;
	j->has_key = j->has_old = j->changed = j->created = j->backup = 0;
}
