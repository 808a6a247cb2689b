/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two programs at the vaults, wraps, exports. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"
#include "tests/support/test.h"
#include "tests/unit/vault_try.h"

static char path[NYM_VAULT_PATH_MAX], bak[NYM_VAULT_PATH_MAX + 8];

/* Two writes, so that file and backup differ; closed. */
static void
make(const struct vault_try *t)
{
	struct nym_vault *v = vault_try_new(t, 2);

	vault_try_add(v, 2);
	assert_int_equal(nym_vault_save(v), JM_OK);
	snprintf(path, sizeof path, "%s", nym_vault_ref_of(v)->path);
	snprintf(bak, sizeof bak, "%s.bak", path);
	nym_vault_free(&v);
}

static int
there(const char *what)
{
	struct stat st;

	return lstat(what, &st) == 0;
}

static int
same_as(const char *file, const uint8_t *p, size_t len)
{
	size_t n;
	uint8_t *now = vault_try_read(file, &n);
	const int same = n == len && memcmp(now, p, len) == 0;

	free(now);
	return same;
}

/* --- the lock ------------------------------------------------------------- */

static void
the_lock_keeps_a_second_program_out(void **state)
{
	struct nym_lock *lock, *again;
	uint64_t from;
	pid_t child;
	int status;
	(void)state;

	assert_int_equal(nym_lock_take(0, &lock), JM_OK);
	from = jm_now_ms();
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(nym_lock_take(100, &again) == JM_FILE_BUSY ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_in_range(jm_now_ms() - from, 100, 5000); /* it waited */
	assert_int_equal(nym_lock_take(0, &again), JM_FILE_BUSY);
	assert_null(again);
	child = fork(); /* one that lives on has no part in it */
	assert_true(child >= 0);
	if (child == 0) {
		jm_sleep_ms(2000);
		_exit(0);
	}
	nym_lock_free(&lock);
	assert_null(lock);
	nym_lock_free(&lock);
	assert_int_equal(nym_lock_take(0, &lock), JM_OK);
	nym_lock_free(&lock);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
}

static void
a_lock_that_is_not_this_users_alone_is_none(void **state)
{
	static const char *const spoil[] = { "chmod 644 lock",
		"rm lock && ln -s x lock", "ln lock x",
		"rm lock && mkfifo -m 600 lock" };
	struct vault_try *t = *state;
	struct nym_lock *lock;

	for (size_t i = 0; i < NELEM(spoil); i++) {
		assert_int_equal(nym_lock_take(0, &lock), JM_OK);
		nym_lock_free(&lock);
		assert_int_equal(vault_try_sh(t, spoil[i]), 0);
		assert_int_equal(nym_lock_take(0, &lock), JM_IO);
		assert_int_equal(vault_try_sh(t, "rm -f lock x"), 0);
	}
}

static void
who_takes_the_lock_clears_up_behind_the_dead(void **state)
{
	struct vault_try *t = *state;
	struct nym_lock *lock;

	make(t);
	assert_int_equal(vault_try_sh(t, "touch new-1-2-3 mine"), 0);
	assert_int_equal(nym_lock_take(0, &lock), JM_OK);
	nym_lock_free(&lock);
	assert_int_equal(vault_try_names(t), 3);
}

#define EACH 40

static void
add_some(const struct vault_try *t, unsigned from)
{
	for (unsigned n = from; n < from + EACH; n++) {
		struct nym_lock *lock;
		struct nym_vault *v;

		assert_int_equal(nym_lock_take(20000, &lock), JM_OK);
		v = vault_try_open(t);
		vault_try_add(v, n);
		assert_int_equal(nym_vault_save(v), JM_OK);
		nym_vault_free(&v);
		nym_lock_free(&lock);
	}
}

static void
two_writers_in_turn_lose_nothing(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v;
	struct nym_entry e;
	pid_t child;
	int status;

	make(t);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		add_some(t, 1000);
		_exit(0);
	}
	add_some(t, 2000);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	v = vault_try_open(t);
	assert_int_equal(nym_vault_len(v), 3 + 2 * EACH);
	assert_int_equal(nym_vault_writes(v), 2 + 2 * EACH);
	for (unsigned n = 0; n < EACH; n++) {
		e = vault_try_number(1000 + n);
		assert_int_equal(nym_vault_get(v, e.scope, &e), JM_OK);
		e = vault_try_number(2000 + n);
		assert_int_equal(nym_vault_get(v, e.scope, &e), JM_OK);
	}
	nym_vault_free(&v);
}

/* --- wraps and exports ---------------------------------------------------- */

static struct nym_vault *
wrap(const struct vault_try *t, const struct nym_vault *old)
{
	struct nym_vault *v;

	assert_int_equal(
	    nym_vault_new(old, NYM_PROFILE_X, t->cert, sizeof t->cert, &v),
	    JM_OK);
	assert_int_equal(nym_vault_wrap(v, t->prk), JM_OK);
	return v;
}

static void
a_wrap_takes_the_old_file_and_its_backup_away(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v, *w;

	make(t);
	v = vault_try_open(t);
	w = wrap(t, v);
	assert_true(there(path) && there(bak)); /* not before it is saved */
	assert_int_equal(nym_vault_save(w), JM_OK);
	assert_false(there(path) || there(bak));
	assert_int_equal(vault_try_names(t), 2);
	assert_int_equal(nym_vault_save(w), JM_OK);
	nym_vault_free(&w);
	w = vault_try_open(t);
	assert_int_equal(nym_vault_len(w), 3);
	nym_vault_free(&v);
	nym_vault_free(&w);
}

static void
a_wrap_of_what_was_read_from_a_backup_keeps_the_damaged_file(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v, *w;
	char aside[NYM_VAULT_PATH_MAX + 16];

	make(t);
	assert_int_equal(vault_try_sh(t, "printf X >$F"), 0);
	v = vault_try_open(t);
	w = wrap(t, v);
	assert_int_equal(nym_vault_save(w), JM_OK);
	assert_false(there(path) || there(bak));
	snprintf(aside, sizeof aside, "%s.damaged-1", path);
	assert_true(same_as(aside, (const uint8_t *)"X", 1));
	nym_vault_free(&v);
	nym_vault_free(&w);
	w = vault_try_open(t);
	nym_vault_free(&w);
}

/* What the backup holds, opened by itself. */
static struct nym_vault *
backup(const struct vault_try *t)
{
	struct nym_vault_ref ref;
	struct nym_vault *v;

	assert_int_equal(nym_vault_head(bak, &ref), JM_OK);
	assert_int_equal(nym_vault_open(&ref, t->prk, &v), JM_OK);
	assert_int_equal(nym_vault_from_backup(v), 1);
	return v;
}

static void
what_was_dropped_does_not_live_on_in_the_backup(void **state)
{
	struct vault_try *t = *state;
	struct nym_entry e = vault_try_number(1), f = vault_try_number(0);
	uint8_t prk[NYM_PRK_LEN] = { 7 };
	struct nym_vault *v, *w;
	unsigned older;

	make(t);
	v = vault_try_open(t);
	assert_int_equal(nym_vault_carry(v, e.sh, prk), JM_OK);
	assert_int_equal(nym_vault_save(v), JM_OK);
	assert_int_equal(nym_vault_save(v), JM_OK);
	w = backup(t);
	assert_int_equal(nym_vault_carried(w, e.sh, prk), JM_OK);
	nym_vault_free(&w);
	assert_int_equal(nym_vault_carry(v, e.sh, NULL), JM_OK);
	assert_int_equal(nym_vault_save(v), JM_OK);
	w = backup(t);
	assert_int_equal(nym_vault_carried(w, e.sh, prk), JM_NOT_FOUND);
	nym_vault_free(&w);
	f.state = NYM_FORGOTTEN;
	assert_int_equal(nym_vault_put(v, &f), JM_OK);
	assert_int_equal(nym_vault_save(v), JM_OK);
	w = backup(t);
	f = vault_try_number(0);
	assert_int_equal(nym_vault_get(w, f.scope, &f), JM_OK);
	assert_int_equal(f.state, NYM_FORGOTTEN);
	assert_int_equal(nym_vault_writes(w), nym_vault_writes(v));
	nym_vault_free(&w);
	assert_int_equal(nym_vault_save(v), JM_OK); /* and once is enough */
	w = backup(t);
	assert_int_equal(nym_vault_writes(w) + 1, nym_vault_writes(v));
	nym_vault_free(&w);
	/* nor does what a merge replaced */
	assert_int_equal(nym_vault_carry(v, e.sh, prk), JM_OK);
	assert_int_equal(nym_vault_save(v), JM_OK);
	w = wrap(t, v);
	e.generation++;
	assert_int_equal(nym_vault_put(w, &e), JM_OK);
	assert_int_equal(nym_vault_carry(w, e.sh, NULL), JM_OK);
	assert_int_equal(nym_vault_merge(v, w, &older), JM_OK);
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&w);
	w = backup(t);
	assert_int_equal(nym_vault_carried(w, e.sh, prk), JM_NOT_FOUND);
	nym_vault_free(&w);
	nym_vault_free(&v);
}

/* A file that was put aside is a copy: what is made of it takes nothing away.
 */
static void
a_wrap_of_a_copy_in_the_folder_leaves_the_vault_alone(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault_ref ref;
	struct nym_vault *v, *w;
	char copy[NYM_VAULT_PATH_MAX + 16];

	make(t);
	assert_int_equal(vault_try_sh(t, "cp $F $F.damaged-1"), 0);
	snprintf(copy, sizeof copy, "%s.damaged-1", path);
	assert_int_equal(nym_vault_head(copy, &ref), JM_OK);
	assert_int_equal(nym_vault_open(&ref, t->prk, &v), JM_OK);
	w = wrap(t, v);
	assert_int_equal(nym_vault_save(w), JM_OK);
	assert_true(there(path) && there(bak) && there(copy));
	nym_vault_free(&v);
	nym_vault_free(&w);
}

static void
of_two_that_fit_the_newer_is_meant_and_ends_the_old_one(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v, *w;
	char keep[2][NYM_VAULT_PATH_MAX];

	make(t);
	v = vault_try_open(t);
	w = wrap(t, v);
	vault_try_add(w, 77);
	/* as if the power failed before the old one was removed */
	assert_int_equal(
	    vault_try_sh(t, "cp -p $F ../f; cp -p $F.bak ../b"), 0);
	snprintf(keep[0], sizeof keep[0], "%s", path);
	assert_int_equal(nym_vault_save(w), JM_OK);
	nym_vault_free(&w);
	nym_vault_free(&v);
	snprintf(keep[1], sizeof keep[1],
	    "cp -p ../f %.40s && cp -p ../b %.40s.bak",
	    keep[0] + strlen(t->folder) + 1, keep[0] + strlen(t->folder) + 1);
	assert_int_equal(vault_try_sh(t, keep[1]), 0);
	assert_int_equal(vault_try_names(t), 4);
	w = vault_try_open(t);
	assert_int_equal(nym_vault_len(w), 4);
	assert_int_equal(nym_vault_save(w), JM_OK);
	nym_vault_free(&w);
	assert_int_equal(vault_try_names(t), 2);
	assert_false(there(path) || there(bak));
}

/* The earlier card is still of use, and its vault came back from a copy. */
static void
an_old_vault_that_was_saved_since_is_left_alone(void **state)
{
	struct vault_try *t = *state, other = *t;
	struct nym_vault *v, *w;
	char line[NYM_VAULT_PATH_MAX + 16];

	make(t);
	assert_int_equal(vault_try_sh(t, "cp -p $F ../f"), 0);
	vault_try_card(&other, 9);
	v = vault_try_open(t);
	w = wrap(&other, v);
	assert_int_equal(nym_vault_save(w), JM_OK);
	nym_vault_free(&w);
	nym_vault_free(&v);
	assert_false(there(path));
	snprintf(line, sizeof line, "cp ../f %s", path);
	assert_int_equal(vault_try_sh(t, line), 0);
	v = vault_try_open(t);
	vault_try_add(v, 78);
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);

	for (int i = 0; i < 2; i++) { /* and the time after that */
		w = vault_try_open(&other);
		assert_int_equal(nym_vault_save(w), JM_OK);
		nym_vault_free(&w);
		v = vault_try_open(t);
		assert_int_equal(nym_vault_len(v), 4);
		nym_vault_free(&v);
		assert_true(there(path) && there(bak));
	}
}

static void
an_export_opens_as_the_vault_does_and_is_left_alone(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v, *w;
	struct nym_vault_ref ref;
	uint8_t code[NYM_CODE_LEN], *p;
	char file[128];
	struct stat st;
	size_t len;

	snprintf(file, sizeof file, "%s/export", t->base);
	v = vault_try_new(t, 3);
	assert_int_equal(nym_vault_code(v, code), JM_OK);
	assert_int_equal(nym_vault_export(v, file), JM_OK);
	assert_int_equal(nym_vault_export(v, file), JM_IO); /* there is one */
	nym_vault_free(&v);
	assert_int_equal(lstat(file, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(chmod(file, 0644), 0); /* as from a stick */
	assert_int_equal(vault_try_sh(t, "rm -f *"), 0);
	assert_int_equal(nym_vault_head(file, &ref), JM_OK);
	assert_string_equal(ref.path, file);
	assert_int_equal(nym_vault_open(&ref, t->prk, &w), JM_OK);
	assert_int_equal(nym_vault_len(w), 3);
	nym_vault_free(&w);
	assert_int_equal(nym_vault_open_code(&ref, code, &v), JM_OK);
	p = vault_try_read(file, &len);
	vault_try_card(t, 2);
	w = wrap(t, v);
	assert_int_equal(nym_vault_save(w), JM_OK);
	assert_true(same_as(file, p, len));
	nym_vault_free(&v);
	nym_vault_free(&w);
	v = vault_try_open(t);
	assert_int_equal(nym_vault_len(v), 3);
	nym_vault_free(&v);
	free(p);
	assert_int_equal(nym_vault_head("/nonexistent/x", &ref), JM_NOT_FOUND);
	assert_int_equal(nym_vault_head("/dev/null", &ref), JM_IO);
	assert_int_equal(nym_vault_head("/etc/passwd", &ref), JM_DAMAGED);
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, vault_try_begin, vault_try_end)
	const struct CMUnitTest tests[] = {
		F(the_lock_keeps_a_second_program_out),
		F(a_lock_that_is_not_this_users_alone_is_none),
		F(who_takes_the_lock_clears_up_behind_the_dead),
		F(two_writers_in_turn_lose_nothing),
		F(a_wrap_takes_the_old_file_and_its_backup_away),
		F(a_wrap_of_what_was_read_from_a_backup_keeps_the_damaged_file),
		F(what_was_dropped_does_not_live_on_in_the_backup),
		F(a_wrap_of_a_copy_in_the_folder_leaves_the_vault_alone),
		F(of_two_that_fit_the_newer_is_meant_and_ends_the_old_one),
		F(an_old_vault_that_was_saved_since_is_left_alone),
		F(an_export_opens_as_the_vault_does_and_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
