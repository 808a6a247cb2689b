/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folder of the vaults: what is found, what is believed, what is kept. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
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

static void
there_is_none_before_one_is_made(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v;

	assert_int_equal(vault_try_find(t, &v), JM_NOT_FOUND);
	assert_false(there(t->folder)); /* looking does not make it */
	make(t);
	v = vault_try_open(t);
	nym_vault_free(&v);
	vault_try_card(t, 2);
	assert_int_equal(vault_try_find(t, &v), JM_NOT_FOUND);
}

static void
file_and_backup_are_this_users_alone_from_the_first(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v;
	struct stat st;
	uint8_t *p;
	size_t len;

	umask(0);
	v = vault_try_new(t, 1);
	umask(022);
	snprintf(path, sizeof path, "%s", nym_vault_ref_of(v)->path);
	snprintf(bak, sizeof bak, "%s.bak", path);
	nym_vault_free(&v);
	assert_int_equal(lstat(t->folder, &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0700);
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(lstat(bak, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(vault_try_names(t), 2);
	p = vault_try_read(path, &len);
	assert_true(same_as(bak, p, len));
	free(p);
}

/* What a user or another program may do to the file; the backup is found, and
 * a save leaves what was there under another name. */
static void
a_file_that_is_not_believed_gives_way_to_its_backup(void **state)
{
	static const char *const spoil[] = {
		"rm $F", "mv $F ../x && ln -s ../x $F", "ln $F ../x",
		"chmod 644 $F", "chmod 620 $F", "rm $F && mkfifo -m 600 $F",
		"rm $F && mkdir $F", ": >$F",
		"head -c 170 $F >x && cat x >$F && rm x",
		"truncate -s 50000000 $F", "chown 1 $F", /* root's last */
	};
	struct vault_try *t = *state;

	for (size_t i = 0; i < NELEM(spoil) - (geteuid() != 0); i++) {
		struct nym_vault *v;
		struct stat before, after;

		make(t);
		assert_int_equal(vault_try_sh(t, spoil[i]), 0);
		memset(&before, 0, sizeof before);
		(void)lstat(path, &before);
		assert_int_equal(vault_try_find(t, &v), JM_OK);
		assert_int_equal(nym_vault_from_backup(v), 1);
		assert_int_equal(nym_vault_len(v), 2); /* one write less */
		assert_int_equal(lstat(path, &after), i == 0 ? -1 : 0);
		assert_int_equal(nym_vault_save(v), JM_OK);
		assert_int_equal(nym_vault_from_backup(v), 0);
		nym_vault_free(&v);
		v = vault_try_open(t);
		assert_int_equal(nym_vault_from_backup(v), 0);
		nym_vault_free(&v);
		assert_int_equal(vault_try_names(t), i == 0 ? 2 : 3);
		if (i != 0) {
			char aside[NYM_VAULT_PATH_MAX + 16];

			snprintf(aside, sizeof aside, "%s.damaged-1", path);
			assert_int_equal(lstat(aside, &after), 0);
			assert_int_equal(after.st_ino, before.st_ino);
			assert_int_equal(after.st_mode, before.st_mode);
		}
		assert_int_equal(vault_try_sh(t, "rm -rf * ../x"), 0);
	}
}

static void
without_a_backup_it_is_an_error_and_stays(void **state)
{
	static const char *const spoil[] = { "chmod 644 $F",
		"mv $F x && ln -s x $F", "head -c 170 $F >x && cat x >$F",
		"printf X | dd of=$F conv=notrunc 2>/dev/null",
		"rm $F && mkfifo -m 600 $F" };
	struct vault_try *t = *state;

	for (size_t i = 0; i < NELEM(spoil); i++) {
		struct nym_vault_ref ref;
		struct nym_vault *v;
		int damaged;

		make(t);
		assert_int_equal(vault_try_sh(t, "rm *.bak"), 0);
		assert_int_equal(vault_try_sh(t, spoil[i]), 0);
		assert_int_equal(
		    nym_vault_find(t->cert, sizeof t->cert, &ref, &damaged),
		    JM_DAMAGED);
		assert_string_equal(ref.path, path); /* which one */
		assert_int_equal(nym_vault_open(&ref, t->prk, &v),
		    i == 2 || i == 3 ? JM_DAMAGED : JM_IO);
		assert_true(there(path));
		/* nor the other card: it could be its, too */
		vault_try_card(t, 2);
		assert_int_equal(vault_try_find(t, &v), JM_DAMAGED);
		vault_try_card(t, 1);
		assert_int_equal(vault_try_sh(t, "rm -f *"), 0);
	}
}

static void
a_folder_that_is_not_this_users_alone_is_an_error(void **state)
{
	static const char *const spoil[] = { "chmod 750 .", "chmod 770 ..",
		"mv ../nym ../x && ln -s x ../nym", "chown 1 ." };
	static const char *const mend[] = { "chmod 700 .", "chmod 700 ..",
		"rm ../nym && mv ../x ../nym", "chown 0 ." };
	struct vault_try *t = *state;
	struct nym_lock *lock;
	struct nym_vault *v;

	make(t);
	for (size_t i = 0; i < NELEM(spoil) - (geteuid() != 0); i++) {
		assert_int_equal(vault_try_sh(t, spoil[i]), 0);
		assert_int_equal(vault_try_find(t, &v), JM_IO);
		assert_int_equal(nym_lock_take(0, &lock), JM_IO);
		assert_null(lock);
		assert_int_equal(vault_try_sh(t, mend[i]), 0);
		v = vault_try_open(t);
		nym_vault_free(&v);
	}
}

/* Each bit of the file: never a wrong content, never none, nothing changed. */
static void
damage_anywhere_is_found_and_the_backup_opens(void **state)
{
	struct vault_try *t = *state;
	uint8_t *p, *b;
	size_t len, b_len;

	make(t);
	p = vault_try_read(path, &len);
	b = vault_try_read(bak, &b_len);
	for (size_t bit = 0; bit < len * 8; bit += bit < 170 * 8 ? 1 : 7) {
		struct nym_vault *v;

		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		vault_try_write(path, p, len);
		assert_int_equal(vault_try_find(t, &v), JM_OK);
		assert_int_equal(nym_vault_from_backup(v), 1);
		assert_int_equal(nym_vault_len(v), 2);
		nym_vault_free(&v);
		assert_true(same_as(path, p, len));
		assert_true(same_as(bak, b, b_len));
		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(vault_try_names(t), 2);
	free(p);
	free(b);
}

static void
damage_to_both_is_an_error_and_both_stay(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault_ref ref, good;
	uint8_t *p, *b;
	size_t len, b_len;
	int damaged;

	make(t);
	assert_int_equal(
	    nym_vault_find(t->cert, sizeof t->cert, &good, &damaged), JM_OK);
	p = vault_try_read(path, &len);
	b = vault_try_read(bak, &b_len);
	for (size_t at = 0; at < len; at++) {
		const size_t b_at = at < b_len ? at : b_len - 1;
		struct nym_vault *v = NULL;
		jm_err e;

		p[at] ^= 1;
		b[b_at] ^= 1;
		vault_try_write(path, p, len);
		vault_try_write(bak, b, b_len);
		e = nym_vault_find(t->cert, sizeof t->cert, &ref, &damaged);
		if (e == JM_OK)
			e = nym_vault_open(&ref, t->prk, &v);
		/* The same damage to both hints is another card's. */
		assert_int_equal(
		    e, at >= 22 && at < 30 ? JM_NOT_FOUND : JM_DAMAGED);
		assert_null(v);
		assert_int_equal(nym_vault_open(&good, t->prk, &v), JM_DAMAGED);
		assert_null(v);
		assert_true(same_as(path, p, len));
		assert_true(same_as(bak, b, b_len));
		p[at] ^= 1;
		b[b_at] ^= 1;
	}
	free(p);
	free(b);
}

static void
every_shorter_file_is_damaged(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v;
	uint8_t *p;
	size_t len;

	make(t);
	p = vault_try_read(path, &len);
	assert_int_equal(unlink(bak), 0);
	for (size_t n = 0; n < len; n += n < 190 ? 1 : 13) {
		vault_try_write(path, p, n);
		assert_int_equal(vault_try_find(t, &v), JM_DAMAGED);
		assert_true(same_as(path, p, n));
	}
	p[len] = 0; /* there is room for one more */
	vault_try_write(path, p, len + 1);
	assert_int_equal(vault_try_find(t, &v), JM_DAMAGED);
	free(p);
}

static void
a_backup_is_never_replaced_by_what_did_not_open(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v;
	uint8_t *b;
	size_t len;

	make(t);
	b = vault_try_read(bak, &len);
	for (int i = 1; i <= 3; i++) {
		char aside[NYM_VAULT_PATH_MAX + 16];

		assert_int_equal(vault_try_sh(t, "printf X >$F"), 0);
		v = vault_try_open(t);
		assert_int_equal(nym_vault_save(v), JM_OK);
		nym_vault_free(&v);
		assert_true(same_as(bak, b, len));
		snprintf(aside, sizeof aside, "%s.damaged-%d", path, i);
		assert_true(same_as(aside, (const uint8_t *)"X", 1));
	}
	free(b);
}

static void
a_vault_that_another_program_saved_is_not_overwritten(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *a, *b;
	uint8_t *p;
	size_t len;

	make(t);
	a = vault_try_open(t);
	b = vault_try_open(t);
	vault_try_add(a, 10);
	vault_try_add(b, 20);
	assert_int_equal(nym_vault_save(a), JM_OK);
	p = vault_try_read(path, &len);
	assert_int_equal(nym_vault_save(b), JM_FILE_BUSY);
	assert_true(same_as(path, p, len));
	assert_int_equal(nym_vault_save(a), JM_OK);
	nym_vault_free(&a);
	nym_vault_free(&b);
	free(p);
}

/* --- the log -------------------------------------------------------------- */

static char lines[8192];

static void
collect(enum jm_log_level level, const char *line)
{
	const size_t n = strlen(lines);

	(void)level;
	snprintf(lines + n, sizeof lines - n, "%s\n", line);
}

static void
the_log_names_files_and_nothing_in_them(void **state)
{
	struct vault_try *t = *state;
	struct nym_vault *v;

	lines[0] = '\0';
	jm_log_set(collect, JM_LOG_DEBUG);
	make(t);
	assert_int_equal(vault_try_sh(t, "printf X >$F"), 0);
	v = vault_try_open(t);
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);
	jm_log_set(NULL, JM_LOG_NONE);
	assert_non_null(strstr(lines, "damaged"));
	assert_non_null(strstr(lines, "read from its backup"));
	assert_null(strstr(lines, "example.jp"));
}

int
main(void)
{
#define F(f) cmocka_unit_test_setup_teardown(f, vault_try_begin, vault_try_end)
	const struct CMUnitTest tests[] = {
		F(there_is_none_before_one_is_made),
		F(file_and_backup_are_this_users_alone_from_the_first),
		F(a_file_that_is_not_believed_gives_way_to_its_backup),
		F(without_a_backup_it_is_an_error_and_stays),
		F(a_folder_that_is_not_this_users_alone_is_an_error),
		F(damage_anywhere_is_found_and_the_backup_opens),
		F(damage_to_both_is_an_error_and_both_stay),
		F(every_shorter_file_is_damaged),
		F(a_backup_is_never_replaced_by_what_did_not_open),
		F(a_vault_that_another_program_saved_is_not_overwritten),
		F(the_log_names_files_and_nothing_in_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
