/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A save that ends at any call: the process is killed there, or the disk is
 * full, or broken, from there on.  What is there opens, with the content before
 * or after, and the next one who saves succeeds.
 *
 * The linker sends the calls of our objects here.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"
#include "tests/support/test.h"
#include "tests/unit/vault_try.h"

/* NOLINTBEGIN(bugprone-reserved-identifier) */
ssize_t __real_write(int fd, const void *p, size_t n);
int __real_fsync(int fd);
int __real_close(int fd);
int __real_openat(int fd, const char *name, int flags, ...);
int __real_renameat(int from, const char *a, int to, const char *b);
int __real_unlinkat(int fd, const char *name, int flags);
int __real_mkdirat(int fd, const char *name, mode_t mode);
ssize_t __wrap_write(int fd, const void *p, size_t n);
int __wrap_fsync(int fd);
int __wrap_close(int fd);
int __wrap_openat(int fd, const char *name, int flags, ...);
int __wrap_renameat(int from, const char *a, int to, const char *b);
int __wrap_unlinkat(int fd, const char *name, int flags);
int __wrap_mkdirat(int fd, const char *name, mode_t mode);
/* NOLINTEND(bugprone-reserved-identifier) */

enum fate { LIVE, KILLED, FULL, BROKEN, ONCE };

static struct {
	enum fate fate;
	unsigned at;    /* the call that meets it */
	unsigned calls; /* so far */
} disk;

#define CHILD_DIED 77

/* What was done: w, s, r for write, fsync, rename. */
static struct {
	char did[64];
	unsigned n;
} order;

static void
note(char what)
{
	if (order.n < sizeof order.did - 1)
		order.did[order.n++] = what;
}

/* Does this call go wrong?  adds: it needs room on the disk. */
static int
fails(int adds)
{
	if (disk.fate == LIVE)
		return 0;
	if (disk.calls++ < disk.at)
		return 0;
	if (disk.fate == KILLED)
		_exit(CHILD_DIED);
	errno = disk.fate == BROKEN ? EIO : ENOSPC;
	if (disk.fate == ONCE) /* and the next one works again */
		return adds && disk.calls == disk.at + 1;
	return disk.fate == BROKEN || adds;
}

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	note('w');
	/* Half of it gets there. */
	if (fails(1)) {
		const int because = errno;

		if (n > 1)
			(void)__real_write(fd, p, n / 2);
		errno = because;
		return -1;
	}
	/* In pieces, so that there are more moments than one. */
	return __real_write(fd, p, n > 300 ? 300 : n);
}

int
__wrap_fsync(int fd)
{
	note('s');
	return fails(1) ? -1 : __real_fsync(fd);
}

int
__wrap_close(int fd)
{
	const int bad = fails(0);
	const int because = errno;

	if (__real_close(fd) != 0)
		return -1;
	errno = because;
	return bad ? -1 : 0;
}

int
__wrap_openat(int fd, const char *name, int flags, ...)
{
	if ((flags & O_CREAT) && fails(1))
		return -1;
	return __real_openat(fd, name, flags, 0600);
}

int
__wrap_renameat(int from, const char *a, int to, const char *b)
{
	note('r');
	return fails(1) ? -1 : __real_renameat(from, a, to, b);
}

int
__wrap_unlinkat(int fd, const char *name, int flags)
{
	return fails(0) ? -1 : __real_unlinkat(fd, name, flags);
}

int
__wrap_mkdirat(int fd, const char *name, mode_t mode)
{
	return fails(1) ? -1 : __real_mkdirat(fd, name, mode);
}

/* --- kinds of saves ------------------------------------------------------- */

enum kind { FIRST, NEXT, FROM_BACKUP, WRAP, KINDS };

/* The folder as it is before the save. */
static void
prepare(const struct vault_try *t, enum kind kind)
{
	struct nym_vault *v;

	if (kind == FIRST)
		return;
	v = vault_try_new(t, 2);
	vault_try_add(v, 2);
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);
	if (kind == FROM_BACKUP)
		assert_int_equal(vault_try_sh(t, "printf X >$F"), 0);
	if (kind == WRAP)
		jm_sleep_ms(12); /* the newer is meant; a clock ticks */
}

static const struct {
	unsigned before, after; /* scopes that are found */
} want[] = { [FIRST] = { 0, 3 },
	[NEXT] = { 3, 4 },
	[FROM_BACKUP] = { 2, 3 },
	[WRAP] = { 3, 4 } };

/* What the save said; it meets its fate at that call. */
static jm_err
save(const struct vault_try *t, enum kind kind, enum fate fate, unsigned at)
{
	struct nym_vault *v = NULL, *w = NULL;
	jm_err e;

	if (kind != FIRST)
		v = vault_try_open(t);
	if (kind == FIRST || kind == WRAP) {
		assert_int_equal(nym_vault_new(v, NYM_PROFILE_X, t->cert,
				     sizeof t->cert, &w),
		    JM_OK);
		assert_int_equal(nym_vault_wrap(w, t->prk), JM_OK);
		nym_vault_free(&v);
		v = w;
	}
	for (unsigned n = (unsigned)nym_vault_len(v); n < want[kind].after; n++)
		vault_try_add(v, n);
	disk.calls = 0;
	disk.at = at;
	disk.fate = fate;
	e = nym_vault_save(v);
	disk.fate = LIVE;
	nym_vault_free(&v);
	return e;
}

/* What is found now, with no fault: how many scopes. */
static unsigned
found(const struct vault_try *t)
{
	struct nym_vault *v;
	const jm_err e = vault_try_find(t, &v);
	unsigned n;

	if (e == JM_NOT_FOUND)
		return 0;
	assert_int_equal(e, JM_OK);
	n = (unsigned)nym_vault_len(v);
	nym_vault_free(&v);
	return n;
}

/* Whoever comes next has the old or the new, and can save; then no half-written
 * file and no other vault is left, and nothing was lost on the way. */
static void
judge(const struct vault_try *t, enum kind kind, int after)
{
	const unsigned n = found(t);
	struct nym_lock *lock;
	struct nym_vault *v;
	unsigned left;

	if (after >= 0)
		assert_int_equal(
		    n, after ? want[kind].after : want[kind].before);
	else
		assert_true(n == want[kind].before || n == want[kind].after);
	assert_int_equal(nym_lock_take(0, &lock), JM_OK);
	if (n == 0) {
		nym_lock_free(&lock);
		return;
	}
	v = vault_try_open(t);
	vault_try_add(v, 99);
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);
	nym_lock_free(&lock);
	assert_int_equal(found(t), n + 1);
	left = vault_try_names(t);
	assert_int_equal(left, kind == FROM_BACKUP ? 3 : 2);
}

static void
clear(const struct vault_try *t)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf %s/jumin", t->base);
	assert_int_equal(system(command), 0);
}

static void
killed_at_any_call_it_has_the_old_or_the_new(void **state)
{
	const struct vault_try *t = *state;

	for (enum kind kind = FIRST; kind < KINDS; kind++) {
		unsigned at = 0, old = 0;
		int status;

		do {
			pid_t child;

			prepare(t, kind);
			if ((child = fork()) == 0)
				_exit(save(t, kind, KILLED, at) != JM_OK);
			assert_true(child > 0);
			assert_int_equal(waitpid(child, &status, 0), child);
			assert_true(WIFEXITED(status));
			old += found(t) == want[kind].before;
			judge(t, kind, WEXITSTATUS(status) == 0 ? 1 : -1);
			clear(t);
			at++;
		} while (WEXITSTATUS(status) == CHILD_DIED);
		assert_int_equal(WEXITSTATUS(status), 0);
		print_message("kind %d: %u calls, %u of them before the "
			      "change\n",
		    kind, at - 1, old);
		assert_true(at > 8);
	}
}

static void
from_any_call_on_the_disk_fails(
    const struct vault_try *t, enum kind kind, enum fate fate)
{
	unsigned at = 0, failed = 0;
	jm_err e;

	do {
		prepare(t, kind);
		e = save(t, kind, fate, at);
		if (e != JM_OK) {
			failed++;
			if (fate == FULL && kind != FIRST &&
			    kind != FROM_BACKUP)
				assert_int_equal(e, JM_SPACE);
			else
				assert_true(e == JM_SPACE || e == JM_IO);
		}
		judge(t, kind, e == JM_OK ? 1 : -1);
		clear(t);
		at++;
	} while (disk.calls >= at); /* until nothing went wrong any more */
	assert_int_equal(e, JM_OK);
	assert_true(failed > 4);
}

static void
a_full_disk_costs_nothing(void **state)
{
	for (enum kind kind = FIRST; kind < KINDS; kind++)
		from_any_call_on_the_disk_fails(*state, kind, FULL);
}

static void
a_broken_disk_costs_nothing(void **state)
{
	for (enum kind kind = FIRST; kind < KINDS; kind++)
		from_any_call_on_the_disk_fails(*state, kind, BROKEN);
}

/* One that failed can be tried again, by the same vault. */
static void
a_save_that_failed_can_be_repeated(void **state)
{
	const struct vault_try *t = *state;
	struct nym_vault *v;

	for (unsigned at = 0; at < 5; at++) {
		prepare(t, NEXT);
		v = vault_try_open(t);
		vault_try_add(v, 3);
		disk.calls = 0;
		disk.at = at;
		disk.fate = FULL;
		assert_int_equal(nym_vault_save(v), JM_SPACE);
		disk.fate = LIVE;
		assert_int_equal(nym_vault_writes(v), 2);
		assert_int_equal(nym_vault_save(v), JM_OK);
		nym_vault_free(&v);
		assert_int_equal(found(t), 4);
		clear(t);
	}
}

/* What was there is there under its own name, not only as the backup. */
static void
one_call_that_fails_leaves_the_file_where_it_was(void **state)
{
	const struct vault_try *t = *state;
	unsigned at = 0, failed = 0;
	struct nym_vault *v;

	do {
		prepare(t, NEXT);
		if (save(t, NEXT, ONCE, at) != JM_OK) {
			failed++;
			v = vault_try_open(t);
			assert_int_equal(nym_vault_from_backup(v), 0);
			nym_vault_free(&v);
		}
		judge(t, NEXT, -1);
		clear(t);
		at++;
	} while (disk.calls >= at);
	assert_true(failed > 4);
}

static void
an_export_that_fails_leaves_nothing(void **state)
{
	const struct vault_try *t = *state;
	struct nym_vault *v = vault_try_new(t, 2);
	char file[128];
	jm_err e;
	unsigned at = 0;

	snprintf(file, sizeof file, "%s/export", t->base);
	do {
		disk.calls = 0;
		disk.at = at++;
		disk.fate = FULL;
		e = nym_vault_export(v, file);
		disk.fate = LIVE;
		assert_true(e == JM_OK || e == JM_SPACE || e == JM_IO);
		assert_int_equal(access(file, F_OK), e == JM_OK ? 0 : -1);
	} while (e != JM_OK);
	assert_true(at > 3);
	nym_vault_free(&v);
}

static void
what_was_saved_is_synced_before_it_is_renamed(void **state)
{
	const struct vault_try *t = *state;
	struct nym_vault *v = vault_try_new(t, 2);

	order.n = 0;
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);
	order.did[order.n] = '\0';
	/* file synced, backup and file renamed, folder synced */
	assert_string_equal(order.did, "wwsrrs");
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, vault_try_begin, vault_try_end)
	const struct CMUnitTest tests[] = {
		F(killed_at_any_call_it_has_the_old_or_the_new),
		F(a_full_disk_costs_nothing),
		F(a_broken_disk_costs_nothing),
		F(a_save_that_failed_can_be_repeated),
		F(one_call_that_fails_leaves_the_file_where_it_was),
		F(an_export_that_fails_leaves_nothing),
		F(what_was_saved_is_synced_before_it_is_renamed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
