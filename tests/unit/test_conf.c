/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin.conf: keys, lines, and which file wins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/conf_try.h"

static void
each_key_takes_its_values(void **state)
{
	/* clang-format off */
	static const struct { const char *line, *want; } row[] = {
		{ "login = hold",              "login:1" },
		{ "login = operation",         "login:0" },
		{ "consent = session",         "consent:1" },
		{ "consent = context",         "consent:2" },
		{ "consent = each",            "consent:0" },
		{ "slots = auth",              "slots:1" },
		{ "slots = sign",              "slots:2" },
		{ "slots = sign auth",         "slots:3" },
		{ "slots = sign,auth",         "slots:3" },
		{ "slots = sign ,\tauth ,",    "slots:3" },
		{ "slots = auth auth",         "slots:1" },
		{ "slots = nym",               "slots:4" },
		{ "slots = auth nym",          "slots:5" },
		{ "slots = nym,sign,auth",     "slots:7" },
		{ "cache = off",               "cache:0" },
		{ "cache=on",                  "cache:1" },
		{ "ca-certificates = off",     "ca:0" },
		{ "ca-certificates = on",      "ca:1" },
		{ "rng = on",                  "rng:1" },
		{ "rng = off",                 "rng:0" },
		{ "raw = on",                  "raw:1" },
		{ "raw = off",                 "raw:0" },
		{ "sha1\t=\toff\t",            "sha1:0" },
		{ "sha1 = on",                 "sha1:1" },
		{ "pss = off",                 "pss:0" },
		{ "pss = on",                  "pss:1" },
		{ "idle = 0",                  "idle:0" },
		{ "idle = 86400",              "idle:86400" },
		{ "idle = 007",                "idle:7" },
		{ "log = none",                "log:0" },
		{ "log = error",               "log:1" },
		{ "log = warning",             "log:2" },
		{ "log = debug",               "log:3" },
		{ "log-file = /a/b;c=d#e",     "file:/a/b;c=d#e" },
		{ "ignore-reader = *",         "ignored:1" },
		{ "ignore-reader = a;b: c=\xe3\x81\x82", "ignored:1" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++)
		for (int sys = 0; sys < 2; sys++) {

			conf_load(
			    sys ? row[i].line : "", sys ? "" : row[i].line);
			assert_string_equal(fault.file, "");
			conf_assert_only(row[i].want);
		}
}

static void
what_is_not_understood_counts_as_absent(void **state)
{
	/* clang-format off */
	static const struct { const char *line, *what; } row[] = {
		{ "login = Hold",           "the key does not take this value" },
		{ "login =",                "the key does not take this value" },
		{ "login = hold # so",      "the key does not take this value" },
		{ "consent = never",        "the key does not take this value" },
		{ "consent = each session", "the key does not take this value" },
		{ "slots =",                "the key does not take this value" },
		{ "slots = ,",              "the key does not take this value" },
		{ "slots = auth text",      "the key does not take this value" },
		{ "slots = authentication", "the key does not take this value" },
		{ "scope =",                "the key does not take this value" },
		{ "cache = 0",              "the key does not take this value" },
		{ "cache = \"off\"",        "the key does not take this value" },
		{ "ca-certificates = no",   "the key does not take this value" },
		{ "rng = yes",              "the key does not take this value" },
		{ "raw = ON",               "the key does not take this value" },
		{ "sha1 = 256",             "the key does not take this value" },
		{ "idle =",                 "the key does not take this value" },
		{ "idle = -1",              "the key does not take this value" },
		{ "idle = +1",              "the key does not take this value" },
		{ "idle = 5m",              "the key does not take this value" },
		{ "idle = 0x10",            "the key does not take this value" },
		{ "idle = 86401",           "the key does not take this value" },
		{ "idle = 4294967297",      "the key does not take this value" },
		{ "idle = 99999999999999999999999", "the key does not take this value" },
		{ "log = all",              "the key does not take this value" },
		{ "log-file =",             "the key does not take this value" },
		{ "log-file = jumin.log",   "the key does not take this value" },
		{ "log-file = ~/log",       "the key does not take this value" },
		{ "log-file = /var/log/",   "the key does not take this value" },
		{ "ignore-reader =",        "the key does not take this value" },
		{ "ignore-reader = " CONF_A127 "a", "the key does not take this value" },
		{ "Login = hold",           "there is no such key" },
		{ "= hold",                 "there is no such key" },
		{ "cache off = off",        "there is no such key" },
		{ "ca_certificates = off",  "there is no such key" },
		{ "cache",                  "the line is not of the form KEY = VALUE" },
		{ "cache off",              "the line is not of the form KEY = VALUE" },
		{ "cache: off",             "the line is not of the form KEY = VALUE" },
		{ "cache : off = on",       "the line is not of the form KEY = VALUE" },
		{ "cache = off ; kiosk",    "a comment needs a line of its own" },
		{ "cache = off\t;kiosk",    "a comment needs a line of its own" },
		{ "ignore-reader = a ;b",   "a comment needs a line of its own" },
		{ " cache = off",           "the line begins with a blank" },
		{ "\tcache = off",          "the line begins with a blank" },
		{ "[jumin]",                "there are no sections" },
		{ "[jumin] cache = off",    "there are no sections" },
		{ "cache = off\x01",        "the line has a control character" },
		{ "cache = \x1b[0moff",     "the line has a control character" },
		{ "cache =\roff",           "the line has a control character" },
		{ "cache = off\x7f",        "the line has a control character" },
		{ "\x0c" "cache = off",     "the line has a control character" },
		{ "log-file = /a/a" CONF_A127 CONF_A50,  "the line is too long" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		char file[512];

		/* The lines around it keep their meaning. */
		snprintf(
		    file, sizeof file, "# one\n%s\nrng = on\n", row[i].line);
		conf_load(file, "");
		assert_string_equal(fault.file, CONF_SYSTEM);
		assert_int_equal(fault.line, 2);
		assert_string_equal(fault.what, row[i].what);
		conf_assert_only("rng:1");
	}
}

static void
a_line_does_not_go_on_in_the_next(void **state)
{
	(void)state;

	/* inih would take the second line for more of ignore-reader. */
	conf_put(CONF_USER, "ignore-reader = A\n   B\nlog-file = /a\n\t/b\n");
	jm_conf_load(&got, &fault);
	assert_int_equal(fault.line, 2);
	assert_int_equal(got.ignore_len, 1);
	assert_string_equal(got.ignore[0], "A");
	assert_string_equal(got.log_file, "/a");
}

static void
comments_blanks_and_line_ends_say_nothing(void **state)
{
	/* clang-format off */
	static const char *const file[] = {
		"\n \n\t\n# cache = on\n; cache = on\n  # x\n\t;y\ncache = off",
		"cache = off\r\n",
		"\r\n#\r\ncache = off\r\n\r\n",
		("\xef\xbb\xbf" "cache = off\n"),
		"\xef\xbb\xbf# text\ncache = off\n",
		"# \x01 \xff \x7f\ncache = off\n",
		"cache      =      off      \n",
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(file); i++) {

		conf_put(CONF_USER, file[i]);
		jm_conf_load(&got, &fault);
		assert_string_equal(fault.file, "");
		assert_int_equal(got.cache, 0);
	}
}

static void
the_longest_line_is_taken_whole(void **state)
{
	char file[256], want[256];
	(void)state;

	for (size_t len = 180; len < 220; len++) {
		memset(file, 'p', sizeof file);
		memcpy(file, "log-file = /", 12);
		file[len] = '\n';
		memcpy(want, file + 11, len - 11);
		want[len - 11] = '\0';
		conf_put_bytes(CONF_USER, file, len + 1);
		jm_conf_load(&got, &fault);
		assert_int_equal(fault.line, len <= 190 ? 0 : 1);
		assert_string_equal(got.log_file, len <= 190 ? want : "");
	}
}

static void
a_key_is_set_once_in_a_file(void **state)
{
	(void)state;

	conf_load("idle = 1\nidle = 2\nlog = all\nlog = debug\n", "");
	assert_int_equal(fault.line, 2);
	assert_string_equal(fault.what, "the key was set before in this file");
	assert_int_equal(got.idle_s, 1);
	assert_int_equal(got.log, JM_LOG_DEBUG); /* the first said nothing */
}

static void
the_first_fault_of_all_files_is_told(void **state)
{
	char user[128];
	(void)state;

	snprintf(user, sizeof user, "%s/" CONF_USER, conf_base());
	conf_load("a\nb\n", "\n\nc\n");
	assert_string_equal(fault.file, CONF_SYSTEM);
	assert_int_equal(fault.line, 1);
	conf_load("cache = on\n", "\n\nc\n");
	assert_string_equal(fault.file, user);
	assert_int_equal(fault.line, 3);
	conf_load("cache = on\n", "raw = on");
	assert_string_equal(fault.file, "");
	assert_int_equal(fault.line, 0);
	conf_put(CONF_USER, "x");
	jm_conf_load(&got, NULL); /* nobody asks */
}

/* For each of the four keys, the values from loose to tight; "" is no line, and
 * equals stand in one row. */
static const struct four {
	const char *key;
	const char *loose, *tight, *equal; /* equal: to tight, or NULL */
	const char *word;
	int is_loose, is_tight, is_equal, by_default;
} four[] = {
	{ "login", "hold", "operation", NULL, "login", 1, 0, -1, 0 },
	{ "consent", "session", "each", "context", "consent", 1, 0, 2, 0 },
	{ "cache", "on", "off", NULL, "cache", 1, 0, -1, 1 },
	{ "raw", "on", "off", NULL, "raw", 1, 0, -1, 0 },
};

static const char *
value_of(const struct four *f, int i, int *number)
{
	const char *const text[] = { "", f->loose, f->tight, f->equal };
	const int n[] = { f->by_default, f->is_loose, f->is_tight,
		f->is_equal };

	*number = n[i];
	return text[i];
}

static void
line_of(const struct four *f, const char *path, const char *value)
{
	char text[64] = "";

	if (*value != '\0')
		snprintf(text, sizeof text, "%s = %s\n", f->key, value);
	conf_put(path, text);
}

static void
the_users_file_only_tightens_the_four_keys(void **state)
{
	unsigned pairs = 0;
	(void)state;

	for (size_t k = 0; k < NELEM(four); k++)
		for (int s = 0; s < 4; s++)
			for (int u = 0; u < 4; u++) {
				const struct four *f = &four[k];
				int sys_is, user_is, want, refused;
				char word[64];
				const char *sys = value_of(f, s, &sys_is);
				const char *user = value_of(f, u, &user_is);

				if (sys == NULL || user == NULL)
					continue;
				/* loose is value 1; 2 and 3 are as tight */
				refused = s >= 2 && u == 1;
				want = u == 0 || refused ? sys_is : user_is;
				line_of(f, CONF_SYSTEM, sys);
				line_of(f, CONF_USER, user);
				jm_conf_load(&got, &fault);
				snprintf(
				    word, sizeof word, "%s:%d", f->word, want);
				conf_assert_only(word);
				assert_int_equal(
				    fault.file[0] != '\0', refused);
				if (refused)
					assert_string_equal(fault.what,
					    "the system's file allows only a "
					    "stricter value");
				pairs++;
			}
	assert_int_equal(pairs, 3 * 9 + 16);
}

static void
in_all_else_the_users_file_wins(void **state)
{
	/* clang-format off */
	static const struct { const char *system, *user, *want; } row[] = {
		{ "slots = auth",          "slots = auth sign",    "slots:3" },
		{ "ca-certificates = off", "ca-certificates = on", "ca:1" },
		{ "rng = off",             "rng = on",             "rng:1" },
		{ "sha1 = off",            "sha1 = on",            "sha1:1" },
		{ "idle = 10",             "idle = 0",             "idle:0" },
		{ "log = none",            "log = debug",          "log:3" },
		{ "log-file = /a",         "log-file = /b",        "file:/b" },
		{ "ignore-reader = a",     "ignore-reader = b",    "ignored:2" },
		{ "scope = a",             "scope = b",            "scope:a+b" },
		{ "scope = ssh:*",         "",                     "scope:ssh:*+" },
		{ "",                      "scope = ssh:[a-c]*",   "scope:+ssh:[a-c]*" },
		/* what the system's file said in vain does not bind */
		{ "raw = no",              "raw = on",             "raw:1" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {

		conf_load(row[i].system, row[i].user);
		conf_assert_only(row[i].want);
	}
}

/* --- scopes --------------------------------------------------------------- */

static void
a_scope_is_shown_that_fits_the_patterns_of_both_files(void **state)
{
	/* clang-format off */
	static const struct { const char *system, *user, *scope; int want; }
	row[] = {
		{ "",              "",              "ssh:a.example", 1 },
		{ "",              "ssh:a.example", "ssh:a.example", 1 },
		{ "",              "ssh:a.example", "ssh:b.example", 0 },
		{ "",              "ssh:a",         "ssh:a.example", 0 },
		{ "",              "SSH:A*",        "ssh:a.example", 0 },
		{ "ssh:*",         "",              "ssh:a.example", 1 },
		{ "ssh:*",         "",              "p11:home",      0 },
		{ "ssh:*",         "*",             "p11:home",      0 },
		{ "ssh:*",         "*.example",     "ssh:a.example", 1 },
		{ "ssh:*",         "*.example",     "ssh:a.test",    0 },
		{ "ssh:*",         "p11:*",         "ssh:a.example", 0 },
		{ "ssh:*",         "p11:*",         "p11:home",      0 },
		{ "[ps]*:*/x",     "*",             "p11:home/x",    1 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		char sys[64] = "", user[64] = "";

		if (row[i].system[0] != '\0')
			snprintf(sys, sizeof sys, "scope = %s", row[i].system);
		if (row[i].user[0] != '\0')
			snprintf(user, sizeof user, "scope = %s", row[i].user);
		conf_load(sys, user);
		assert_string_equal(fault.file, "");
		if (jm_conf_shows(&got, row[i].scope) != row[i].want)
			fail_msg("row %zu", i);
	}
}

/* --- readers -------------------------------------------------------------- */

static void
readers_are_ignored_by_pattern(void **state)
{
	/* clang-format off */
	static const struct { const char *pattern, *reader; int want; } row[] = {
		{ "ACME 00 00",  "ACME 00 00",      1 },
		{ "ACME 00 00",  "ACME 00 01",      0 },
		{ "ACME",        "ACME 00 00",      0 },
		{ "ACME*",       "ACME 00 00",      1 },
		{ "acme*",       "ACME 00 00",      0 },
		{ "*",           "",                1 },
		{ "A?ME [01]*",  "ACME 00 00",      1 },
		{ "*/*",         "a/b",             1 },
		{ "*\\[SAM\\]*", "ACME [SAM] 00",   1 },
		{ "[",           "[",               1 },
		{ "*.hidden",    ".hidden",         1 },
	};
	/* clang-format on */
	(void)state;

	assert_false(jm_conf_ignores(&jm_conf_default, ""));
	for (size_t i = 0; i < NELEM(row); i++) {
		char text[128];

		snprintf(text, sizeof text,
		    "ignore-reader = nothing\nignore-reader = %s\n",
		    row[i].pattern);
		conf_put(CONF_USER, text);
		jm_conf_load(&got, NULL);
		assert_int_equal(got.ignore_len, 2);
		assert_int_equal(
		    jm_conf_ignores(&got, row[i].reader), row[i].want);
	}
}

static void
sixteen_patterns_of_both_files_are_kept(void **state)
{
	char text[512] = "";
	(void)state;

	for (int i = 0; i < 9; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text),
		    "ignore-reader = r%d\n", i);
	conf_load(text, text);
	assert_int_equal(got.ignore_len, JM_CONF_IGNORE_MAX);
	assert_int_equal(fault.line, 8);
	assert_string_equal(fault.what, "there are too many readers to ignore");
	assert_string_equal(got.ignore[8], "r8");
	assert_string_equal(got.ignore[15], "r6");
	conf_load("ignore-reader = " CONF_A127 "\n", "");
	assert_string_equal(got.ignore[0], CONF_A127);
}

#define T(f) cmocka_unit_test_setup(f, conf_begin)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_key_takes_its_values),
		T(what_is_not_understood_counts_as_absent),
		T(a_line_does_not_go_on_in_the_next),
		T(comments_blanks_and_line_ends_say_nothing),
		T(the_longest_line_is_taken_whole),
		T(a_key_is_set_once_in_a_file),
		T(the_first_fault_of_all_files_is_told),
		T(the_users_file_only_tightens_the_four_keys),
		T(in_all_else_the_users_file_wins),
		T(a_scope_is_shown_that_fits_the_patterns_of_both_files),
		T(readers_are_ignored_by_pattern),
		T(sixteen_patterns_of_both_files_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, conf_end);
}
