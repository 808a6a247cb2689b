/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/test.h"
#include "tests/support/vc_image_try.h"

/* What was done with files, in order; a letter each. */
static char order[16];

static void
note(char what)
{
	const size_t n = strlen(order);

	if (n + 1 < sizeof order)
		order[n] = what;
}

/* The names are the linker's. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
int __real_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_fsync(int fd);
int __wrap_rename(const char *from, const char *to);

int
__wrap_fsync(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	note(S_ISDIR(st.st_mode) ? 'd' : 'f');
	return __real_fsync(fd);
}

int
__wrap_rename(const char *from, const char *to)
{
	note('r');
	return __real_rename(from, to);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static char *
whole_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *s = malloc(100000);

	assert_non_null(f);
	assert_non_null(s);
	*len = fread(s, 1, 99999, f);
	s[*len] = '\0';
	fclose(f);
	return s;
}

static void
a_small_image_is_read_as_written(void **state)
{
	struct vc_try *t = *state;
	struct vc_card *card;
	size_t len;
	char *s = vc_small_image(t, &len);

	assert_int_equal(vc_image_parse("x", s, len, &card), JM_OK);
	assert_string_equal(card->par.label.s, "JPKI TEST");
	assert_int_equal(card->app[1].file[0].len, 2);
	assert_int_equal(card->app[1].file[11].tries, 2);
	assert_memory_equal(card->app[1].file[11].pin, "1234", 4);
	vc_close(&card);
	free(s);
}

static void
an_image_cut_at_any_byte_is_refused(void **state)
{
	struct vc_try *t = *state;
	struct vc_card *card;
	size_t len;
	char *s = vc_small_image(t, &len);

	const size_t last_key = (size_t)(strstr(s, "key 001A") - s) + 80;

	/* The many lines of the last key are all alike, and loading the one
	 * before it takes time. */
	for (size_t n = 0; n<len; n += n> last_key && n < len - 200 ? 9 : 1) {
		char *cut = malloc(n + 1); /* exact: ASan sees a step beyond */

		assert_non_null(cut);
		memcpy(cut, s, n);
		cut[n] = '\0';
		assert_int_equal(vc_image_parse("x", cut, n, &card), JM_FORMAT);
		assert_null(card);
		free(cut);
	}
	free(s);
}

static void
an_image_with_any_bit_changed_does_no_harm(void **state)
{
	struct vc_try *t = *state;
	struct vc_card *card;
	size_t len;
	char *s = vc_small_image(t, &len);

	/* The text closely, the keys' bytes here and there. */
	for (size_t i = 0; i < len; i += i < 500 ? 1 : 7) {
		char keep = s[i];

		s[i] = (char)(keep ^ 1 << i % 8);
		if (vc_image_parse("x", s, len, &card) != JM_OK)
			assert_null(card);
		vc_close(&card);
		s[i] = keep;
	}
	free(s);
}

static void
an_object_is_not_longer_than_its_room(void **state)
{
	struct vc_try *t = *state;
	struct vc_card *card;
	size_t len, n;
	char *s = vc_small_image(t, &len), *big = malloc(100000);

	assert_non_null(big);
	n = (size_t)sprintf(big, "jumin-vcard-image 2\nprofile mynumber-2016\n"
				 "app jpki\nfile 0001\n");
	for (size_t i = 0; i <= VC_OBJECT_MAX / 32; i++)
		n += (size_t)sprintf(big + n, "\t%064d\n", 0);
	assert_int_equal(vc_image_parse("x", big, n, &card), JM_FORMAT);
	free(big);
	free(s);
}

static void
writing_again_changes_nothing(void **state)
{
	struct vc_try *t = *state;
	size_t before_len, after_len;
	char *before = whole_file(t->image, &before_len), *after;

	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
	after = whole_file(t->image, &after_len);
	assert_int_equal(before_len, after_len);
	assert_memory_equal(before, after, after_len);
	free(before);
	free(after);
}

static void
an_image_is_for_its_owner_alone(void **state)
{
	struct vc_try *t = *state;
	struct stat st;

	assert_int_equal(stat(t->master, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	vc_say(t, SELECT_JPKI);
	vc_say(t, WRONG_AUTH);
	assert_int_equal(stat(t->image, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
an_open_image_is_locked_also_after_it_was_replaced(void **state)
{
	struct vc_try *t = *state;
	struct vc_card *other;

	assert_int_equal(vc_open(t->image, &other), JM_BUSY);
	assert_null(other);
	vc_say(t, SELECT_JPKI);
	vc_say(t, WRONG_AUTH);
	assert_int_equal(vc_open(t->image, &other), JM_BUSY);
	assert_int_equal(vc_open_readonly(t->image, &other), JM_OK);
	assert_int_equal(other->app[1].file[11].tries, 2);
	vc_close(&other);
	vc_close(&t->card);
	assert_int_equal(vc_open(t->image, &other), JM_OK);
	vc_close(&other);
}

static void
a_card_opened_to_look_at_never_writes(void **state)
{
	struct vc_try *t = *state;

	vc_close(&t->card);
	assert_int_equal(vc_open_readonly(t->image, &t->card), JM_OK);
	vc_power(t->card, 1);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say_err(t, VERIFY_AUTH), JM_IO);
	vc_try_again(t);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c3);
}

static void
a_link_is_followed_and_kept(void **state)
{
	struct vc_try *t = *state;
	struct stat st;
	char link_name[96];

	snprintf(link_name, sizeof link_name, "%s/link", t->dir);
	assert_int_equal(symlink("card", link_name), 0);
	vc_close(&t->card);
	assert_int_equal(vc_open(link_name, &t->card), JM_OK);
	vc_power(t->card, 1);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, WRONG_AUTH), 0x63c2);
	assert_int_equal(lstat(link_name, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	vc_try_again(t);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c2);
	unlink(link_name);
}

static void
what_a_killed_process_left_is_swept_away(void **state)
{
	struct vc_try *t = *state;
	char left[96];
	FILE *f;

	snprintf(left, sizeof left, "%s.new", t->image);
	assert_non_null(f = fopen(left, "w"));
	fclose(f);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, WRONG_AUTH), 0x63c2);
	assert_int_not_equal(access(left, F_OK), 0);
}

static void
an_image_that_cannot_be_written_gives_no_reply(void **state)
{
	struct vc_try *t = *state;
	char away[96];

	snprintf(away, sizeof away, "%s-away", t->dir);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(rename(t->dir, away), 0);
	assert_int_equal(vc_say_err(t, VERIFY_AUTH), JM_IO);
	assert_int_equal(vc_say(t, QUERY_AUTH), 0x63c2); /* it stays paid */
	assert_int_equal(rename(away, t->dir), 0);
	assert_int_equal(vc_say(t, VERIFY_AUTH), 0x9000);
}

/* A kill cannot show it, only a loss of power could: file, name, folder. */
static void
each_count_is_synced_before_the_answer(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_JPKI);
	memset(order, 0, sizeof order);
	assert_int_equal(vc_say(t, WRONG_SIGN), 0x63c4);
	assert_string_equal(order, "frd");
	memset(order, 0, sizeof order);
	assert_int_equal(vc_say(t, VERIFY_SIGN), 0x9000);
	assert_string_equal(order, "frdfrd");
}

static void
what_is_no_file_cannot_be_opened(void **state)
{
	struct vc_try *t = *state;
	struct vc_card *card;
	char name[96];

	assert_int_equal(vc_open(t->dir, &card), JM_IO);
	snprintf(name, sizeof name, "%s/none", t->dir);
	assert_int_equal(vc_open(name, &card), JM_IO);
	assert_null(card);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_small_image_is_read_as_written),
		TEST(an_image_cut_at_any_byte_is_refused),
		TEST(an_image_with_any_bit_changed_does_no_harm),
		TEST(an_object_is_not_longer_than_its_room),
		TEST(writing_again_changes_nothing),
		TEST(an_image_is_for_its_owner_alone),
		TEST(an_open_image_is_locked_also_after_it_was_replaced),
		TEST(a_card_opened_to_look_at_never_writes),
		TEST(a_link_is_followed_and_kept),
		TEST(what_a_killed_process_left_is_swept_away),
		TEST(an_image_that_cannot_be_written_gives_no_reply),
		TEST(each_count_is_synced_before_the_answer),
		TEST(what_is_no_file_cannot_be_opened),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
