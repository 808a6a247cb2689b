/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/log.h"
#include "tests/support/test.h"
#include "tests/support/vc_try.h"

#define SMALL_MAX 16384

/* What the card's code said last; cmocka runs one test at a time. */
static char said[256];

static void
hear(enum jm_log_level level, const char *line)
{
	(void)level;
	snprintf(said, sizeof said, "%s", line);
}

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

static size_t
add_key(struct vc_try *t, unsigned id, char *s, size_t n)
{
	const struct vc_file *f = vc_jpki_file(t, id);
	char hex[65];

	n += (size_t)sprintf(s + n, "key %04X\n", id);
	for (size_t off = 0; off < f->len; off += 32) {
		size_t part = f->len - off < 32 ? f->len - off : 32;

		assert_int_equal(
		    jm_hex_encode(f->data + off, part, hex, sizeof hex), JM_OK);
		n += (size_t)sprintf(s + n, "\t%s\n", hex);
	}
	return n;
}

/* The least that is an image: real keys, files of one byte. */
static char *
small_image(struct vc_try *t, size_t *len)
{
	char *s = malloc(SMALL_MAX);
	size_t n;

	assert_non_null(s);
	n = (size_t)sprintf(s, "jumin-vcard-image 2\n"
			       "# comment\n"
			       "\n"
			       "profile mynumber-2016\n"
			       "param label JPKI TEST\n"
			       "app jpki\n"
			       "file 0001\n\t30\n\t82\n"
			       "file 0002\n\t30\n"
			       "file 000A\n\t30\n"
			       "file 000B\n\t30\n"
			       "pin 0010 tries 3 value 00\n"
			       "pin 0018 tries 2 value 31323334\n"
			       "pin 001B tries 0 value 414243313233\n");
	n = add_key(t, 0x17, s, n);
	n = add_key(t, 0x1a, s, n);
	n += (size_t)sprintf(s + n, "param apps jpki\nlife issued\nend\n");
	*len = n;
	return s;
}

static void
a_small_image_is_read_as_written(void **state)
{
	struct vc_try *t = *state;
	struct vc_card *card;
	size_t len;
	char *s = small_image(t, &len);

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
	char *s = small_image(t, &len);

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
	char *s = small_image(t, &len);

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

/* Puts to in the place of the first from. */
static char *
with(const char *s, const char *from, const char *to)
{
	const char *at = strstr(s, from);
	char *out = malloc(strlen(s) + strlen(to) + 1);

	assert_non_null(at);
	assert_non_null(out);
	sprintf(out, "%.*s%s%s", (int)(at - s), s, to, at + strlen(from));
	return out;
}

static void
each_fault_is_told_with_its_line(void **state)
{
	/* clang-format off */
	static const struct { const char *from, *to, *line; } row[] = {
		{ "image 2", "image 3", "x:1: not a card image" },
		{ "image 2", "image 1", "x:1: an image of version 1" },
		{ "jumin", "\xef\xbb\xbfjumin", "x:1:" },
		{ "image 2\n", "image 2\r\n", "x:1:" },
		{ "profile mynumber-2016", "param sfi on", "x:4:" },
		{ "mynumber-2016", "mynumber-1999", "x:4:" },
		{ "# comment", "profile mynumber-2016", "x:4:" }, /* second */
		{ "param label", "param lable", "x:5:" },
		{ "label JPKI TEST", "sfi maybe", "x:5:" },
		{ "label JPKI TEST", "label", "x:6:" }, /* empty: taken, so: */
		{ "app jpki", "app none", "x:6:" },
		{ "app jpki", "app issuer", "x:7:" }, /* it has no file */
		{ "app jpki\n", "app jpki\napp jpki\n", "x:7:" },
		{ "app jpki\n", "", "x:6:" },
		{ "file 0001", "file 0003", "x:7:" },
		{ "file 0001", "file 0006", "x:7:" },  /* built, not stored */
		{ "file 0001", "file 0017", "x:7:" },  /* a key */
		{ "file 0001", "file 1", "x:7:" },
		{ "file 0001", "file 000G", "x:7:" },
		{ "file 0001\n", "file 0001 30\n", "x:7:" },
		{ "file 0002", "file 0001", "x:10:" }, /* twice */
		{ "\t30\n", "\t3\n", "x:8:" },
		{ "\t30\n", "\t30 82\n", "x:8:" },
		{ "\t30\n", "\t\n", "x:8:" },
		{ "\t30\n", "\tzz\n", "x:8:" },
		{ "\t82\n", "#\n\t82\n", "x:10:" },    /* bytes behind a comment */
		{ "file 0002\n\t30\n", "file 0002\n", "x:11:" },
		{ "tries 2", "tries 4", "x:17:" },
		{ "tries 2", "tries -1", "x:17:" },
		{ "tries 2", "tries 002", "x:17:" },
		{ "tries 2", "tries ", "x:17:" },
		{ "tries 2", "try 2", "x:17:" },
		{ "value 31323334", "value ", "x:17:" },
		{ "value 31323334", "valu 31323334", "x:17:" },
		{ "value 31323334", "value 3132333431323334313233343132333431", "x:17:" },
		{ "value 31323334", "value 31 32", "x:17:" },
		{ "key 0017\n\t30", "key 0017\n\t31", "is not a private key" },
		{ "pin 0018 tries 2 value 31323334\n", "", "lacks 0018" },
		{ "end\n", "end\n\n", "follows" },
		{ "end\n", "end\n# and more\n", "follows" },
		{ "end\n", "end \n\n", "follow" },
		{ "end\n", "End\n", "unknown word" },
		{ "end\n", "end", "cut off" },
	};
	/* clang-format on */
	struct vc_try *t = *state;
	struct vc_card *card;
	size_t len;
	char *s = small_image(t, &len);

	jm_log_set(hear, JM_LOG_ERROR);
	for (size_t i = 0; i < NELEM(row); i++) {
		char *bad = with(s, row[i].from, row[i].to);
		jm_err e;

		said[0] = '\0';
		e = vc_image_parse("x", bad, strlen(bad), &card);
		if (strcmp(row[i].to, "label") == 0) {
			/* An empty label needs its blank to be told apart. */
			assert_int_equal(e, JM_OK);
			vc_close(&card);
		} else {
			if (e != JM_FORMAT || strstr(said, row[i].line) == NULL)
				fail_msg("%s -> %s: %d, said \"%s\"",
				    row[i].from, row[i].to, (int)e, said);
			assert_null(card);
		}
		free(bad);
	}
	assert_int_equal(vc_image_parse("x", "jumin\0", 6, &card), JM_FORMAT);
	jm_log_set(NULL, JM_LOG_NONE);
	free(s);
}

static void
an_object_is_not_longer_than_its_room(void **state)
{
	struct vc_try *t = *state;
	struct vc_card *card;
	size_t len, n;
	char *s = small_image(t, &len), *big = malloc(100000);

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
		TEST(each_fault_is_told_with_its_line),
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
