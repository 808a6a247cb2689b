/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/pkcs11/nymc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "objects/nym.h"
#include "vcard/vc_issue.h"

#define TIME    1767225600 /* 2026-01-01 */
#define LOCK_MS 2000

static char master[128];

/* A command of the shell's; $d is the private folder, $w is what. */
static void
sh(const char *command, const char *what)
{
	assert_int_equal(setenv("d", stage_conf_path(""), 1), 0);
	assert_int_equal(setenv("w", what, 1), 0);
	assert_int_equal(system(command), 0);
}

int
nymc_open(void **state)
{
	const char *src = getenv("top_srcdir");
	char key[512];
	const struct vc_issue how = {
		.overwrite = 1, .size_hint = 1500, .auth_key = key
	};

	snprintf(key, sizeof key, "%s/tests/vectors/nym1-card1.pem",
	    src != NULL ? src : ".");
	if (stage_conf_open(state) != 0)
		return 1;
	snprintf(master, sizeof master, "%s", stage_conf_path("master"));
	if (vc_create(master, &how) != JM_OK)
		return 1;
	return setenv("XDG_DATA_HOME", stage_conf_path("data"), 1) != 0 ||
	       setenv("XDG_CACHE_HOME", stage_conf_path("cache"), 1) != 0;
}

int
nymc_close(void **state)
{
	return stage_conf_close(state);
}

int
nymc_begin(void **state)
{
	stage_copy_of(master);
	nymc_remove("data");
	nymc_remove("cache");
	sh("mkdir -m 700 \"$d/data\" \"$d/cache\"", "");
	return stage_conf_begin(state);
}

void
nymc_remove(const char *what)
{
	sh("rm -rf \"$d/$w\"", what);
}

void
nymc_spoil(const char *suffix)
{
	sh("for f in \"$d\"/data/jumin/nym/*.\"$w\"; do "
	   "[ -f \"$f\" ] || exit 1; "
	   "tr '\\000-\\377' '\\001-\\377\\000' <\"$f\" >\"$f.n\" && "
	   "chmod 600 \"$f.n\" && mv \"$f.n\" \"$f\"; done",
	    suffix);
}

/* --- another process ------------------------------------------------------ */

static struct jm_token *
token(unsigned reader)
{
	struct jm_policy policy = jm_policy_default;
	struct jm_token *t = NULL;
	char name[40];

	snprintf(name, sizeof name, "Reader of the tests %02u 00", reader);
	assert_int_equal(jm_token_open_reader(name, &policy, &t), JM_OK);
	return t;
}

static jm_err
run(unsigned reader, struct nym_job *job, struct jm_token **t)
{
	int tries;

	*t = token(reader);
	return jm_token_nym(*t, job, AUTH_PIN, 4, &tries);
}

jm_err
nymc_try_register(unsigned reader, const char *scope)
{
	struct nym_job job = { .work = NYM_WORK_REGISTER,
		.scope = scope,
		.mode = NYM_MODE_HOLDER,
		.time = TIME };
	struct nym_lock *lock;
	struct jm_token *t;
	jm_err e;

	assert_int_equal(nym_lock_take(LOCK_MS, &lock), JM_OK);
	if ((e = run(reader, &job, &t)) == JM_OK)
		e = nym_job_save(&job);
	nym_job_end(&job);
	jm_token_free(&t);
	nym_lock_free(&lock);
	return e;
}

void
nymc_register(unsigned reader, const char *scope)
{
	const struct vs_count before = vs_counted(reader);
	const jm_err e = nymc_try_register(reader, scope);

	if (e != JM_OK)
		fail_msg("%s: %s", scope, jm_errname(e));
	assert_int_equal(vs_counted(reader).outside, before.outside);
	vs_restart_count(reader);
}

static struct nym_index_entry *
entry(const struct nym_index *x, const char *scope)
{
	for (size_t i = 0; i < x->len; i++)
		if (strcmp(x->entry[i].scope, scope) == 0)
			return &x->entry[i];
	fail_msg("%s is not in the index", scope);
	return NULL;
}

void
nymc_swap(unsigned reader, const char *one, const char *other)
{
	struct nym_job job = { .work = NYM_WORK_OPEN, .time = TIME };
	char text[NYM_SCOPE_MAX + 1];
	struct nym_index_entry *a, *b;
	struct nym_index *x;
	struct nym_lock *lock;
	struct jm_token *t;

	assert_int_equal(nym_lock_take(LOCK_MS, &lock), JM_OK);
	assert_int_equal(run(reader, &job, &t), JM_OK);
	assert_int_equal(
	    nym_index_load(nym_vault_ref_of(job.vault)->hint, &x), JM_OK);
	a = entry(x, one);
	b = entry(x, other);
	memcpy(text, a->scope, sizeof text);
	memcpy(a->scope, b->scope, sizeof text);
	memcpy(b->scope, text, sizeof text);
	assert_int_equal(nym_index_put(job.vault, a), JM_OK);
	assert_int_equal(nym_index_put(job.vault, b), JM_OK);
	nym_index_free(&x);
	nym_job_end(&job);
	jm_token_free(&t);
	nym_lock_free(&lock);
}
