/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin.conf: files that are trusted, and bytes that make no sense. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/conf_try.h"

/* --- files ---------------------------------------------------------------- */

static void
make_big(size_t len)
{
	char *text = malloc(len);

	assert_non_null(text);
	memset(text, '\n', len);
	memcpy(text, "rng = on", 8);
	conf_put_bytes("x", text, len);
	free(text);
}

/* NULL: it was read. */
static const char *
fault_of(const char *path)
{

	unsigned set = 0;
	jm_err e;

	got = jm_conf_default;
	fault = (struct jm_conf_fault){ .file = "" };
	e = jm_conf_read(path, 0, &got, &set, &fault);
	if (e == JM_OK) {
		assert_string_equal(fault.file, "");
		assert_int_equal(got.rng, 1);
		return NULL;
	}
	assert_int_equal(e, JM_IO);
	assert_string_equal(fault.file, path);
	assert_int_equal(fault.line, 0);
	assert_memory_equal(&got, &jm_conf_default, sizeof got);
	return fault.what;
}

static void
a_file_that_cannot_be_trusted_is_absent(void **state)
{
	(void)state;

	conf_put("x", "rng = on\n");
	assert_null(fault_of("x"));
	conf_file_owner = conf_me;
	assert_null(fault_of("x"));
	conf_file_owner = conf_me + 1;
	assert_string_equal(fault_of("x"), "the file belongs to another user");
	conf_file_owner = 0;
	assert_int_equal(chmod("x", 0664), 0);
	assert_null(fault_of("x"));
	assert_int_equal(chmod("x", 0646), 0);
	assert_string_equal(fault_of("x"), "everybody may change the file");

	make_big(65536);
	assert_null(fault_of("x"));
	make_big(65537);
	assert_string_equal(fault_of("x"), "the file is too large");
	make_big(1 << 20);
	assert_string_equal(fault_of("x"), "the file is too large");

	assert_int_equal(unlink("x"), 0);
	assert_int_equal(mkdir("x", 0755), 0);
	assert_string_equal(fault_of("x"), "this is no regular file");
	assert_int_equal(rmdir("x"), 0);
	assert_int_equal(mkfifo("x", 0644), 0); /* must not block */
	assert_string_equal(fault_of("x"), "this is no regular file");
	assert_int_equal(unlink("x"), 0);
	assert_string_equal(fault_of("/dev/null"), "this is no regular file");
	assert_int_equal(symlink("x", "x"), 0);
	assert_string_equal(fault_of("x"), "the file cannot be read");
	assert_int_equal(unlink("x"), 0);
	conf_put("home/x", "rng = on\n");
	assert_int_equal(symlink("home/x", "x"), 0); /* to a good one: fine */
	assert_null(fault_of("x"));
}

static void
a_missing_file_is_no_fault(void **state)
{

	unsigned set = 0;
	(void)state;

	assert_int_equal(jm_conf_read("none", 1, &got, &set, &fault), JM_OK);
	assert_int_equal(
	    jm_conf_read("/dev/null/x", 1, &got, &set, &fault), JM_OK);
	assert_int_equal(symlink("nowhere", "x"), 0);
	assert_int_equal(jm_conf_read("x", 1, &got, &set, &fault), JM_OK);
	jm_conf_load(&got, &fault);
	assert_string_equal(fault.file, "");
	assert_string_equal(conf_show(), CONF_DEFAULTS);
}

static void
an_untrusted_file_of_the_system_leaves_the_users(void **state)
{
	(void)state;

	conf_load("raw = off\n", "raw = on\nrng = on\n");
	assert_int_equal(chmod(CONF_SYSTEM, 0666), 0);
	jm_conf_load(&got, &fault);
	assert_string_equal(fault.file, CONF_SYSTEM);
	assert_int_equal(fault.line, 0);
	assert_int_equal(got.rng, 1);
}

static void
the_users_file_is_where_the_environment_says(void **state)
{
	char long_one[600] = "/";
	(void)state;

	conf_put(CONF_USER, "idle = 1\n");
	conf_put(CONF_OTHER, "idle = 2\n");
	jm_conf_load(&got, NULL);
	assert_int_equal(got.idle_s, 1);
	/* Not absolute: as if it were not set. */
	assert_int_equal(setenv("XDG_CONFIG_HOME", "home", 1), 0);
	jm_conf_load(&got, NULL);
	assert_int_equal(got.idle_s, 2);
	assert_int_equal(setenv("XDG_CONFIG_HOME", "", 1), 0);
	jm_conf_load(&got, NULL);
	assert_int_equal(got.idle_s, 2);
	assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
	jm_conf_load(&got, NULL);
	assert_int_equal(got.idle_s, 2);
	assert_int_equal(setenv("HOME", "home", 1), 0);
	jm_conf_load(&got, NULL);
	assert_int_equal(got.idle_s, 300);
	assert_int_equal(unsetenv("HOME"), 0);
	jm_conf_load(&got, &fault);
	assert_int_equal(got.idle_s, 300);
	assert_string_equal(fault.file, "");

	memset(long_one + 1, 'x', sizeof long_one - 2);
	assert_int_equal(setenv("HOME", long_one, 1), 0);
	jm_conf_load(&got, &fault);
	assert_string_equal(fault.what, "the file's path is too long");
	assert_int_equal(strlen(fault.file), sizeof fault.file - 1);
}

static void
a_set_uid_program_reads_the_systems_file_alone(void **state)
{
	(void)state;

	conf_load("idle = 5\n", "idle = 1\nrng = on\n");
	assert_int_equal(got.idle_s, 1);
	conf_put(CONF_OTHER, "idle = 1\nrng = on\n");
	conf_secure = 1;
	jm_conf_load(&got, NULL);
	assert_int_equal(got.idle_s, 5);
	assert_int_equal(got.rng, 0);
}

/* --- garbage -------------------------------------------------------------- */

static void
a_nul_is_a_fault_of_its_line(void **state)
{
	static const char file[] = "cache = off\0\nrng = on\n#\0\nraw = on\n";
	static const char comment[] = "rng = on\n# \0\n";
	(void)state;

	conf_put_bytes(CONF_USER, file, sizeof file - 1);
	jm_conf_load(&got, &fault);
	assert_int_equal(fault.line, 1);
	assert_string_equal(fault.what, "the line has a control character");
	assert_int_equal(got.cache, 1);
	assert_int_equal(got.rng, 1);
	assert_int_equal(got.raw, 1);
	conf_put_bytes(CONF_USER, comment, sizeof comment - 1);
	jm_conf_load(&got, &fault);
	assert_int_equal(fault.line, 2);
}

static void
assert_usable(const struct jm_conf *c)
{
	assert_in_range(c->login, 0, JM_LOGIN_HOLD);
	assert_in_range(c->consent, 0, JM_CONSENT_CONTEXT);
	assert_in_range(c->slots, 1, 7);
	assert_in_range(c->cache, 0, 1);
	assert_in_range(c->ca_certificates, 0, 1);
	assert_in_range(c->rng, 0, 1);
	assert_in_range(c->raw, 0, 1);
	assert_in_range(c->sha1, 0, 1);
	assert_in_range(c->idle_s, 0, 86400);
	assert_in_range(c->log, 0, JM_LOG_DEBUG);
	assert_in_range(c->ignore_len, 0, JM_CONF_IGNORE_MAX);
	assert_true(strlen(c->log_file) < sizeof c->log_file);
}

static void
any_bytes_leave_a_usable_configuration(void **state)
{
	static const char *const piece[] = { "login", "consent", "slots",
		"cache", "raw", "idle", "ignore-reader", "log", "log-file", "=",
		"=", "=", " ", "\t", "\n", "\n", "\r", ";", "#", ":", "[", "]",
		"on", "off", "hold", "session", "auth", "9", "/", "*", CONF_A50,
		"\xef\xbb\xbf", "\xff", "\x01" };
	uint32_t r = 12345;
	(void)state;

	for (int round = 0; round < 3000; round++) {

		char file[1024];
		size_t len = 0;
		unsigned set = 0;

		while (len < 700) {
			const char *s;

			r = r * 1664525u + 1013904223u;
			s = piece[(r >> 16) % NELEM(piece)];
			memcpy(file + len, s, strlen(s) + 1);
			len += strlen(s);
			if ((r >> 8 & 63) == 0)
				len++; /* a NUL */
		}
		conf_put_bytes("x", file, len);
		assert_int_equal(
		    jm_conf_read("x", round & 1, &got, &set, &fault), JM_OK);
		assert_usable(&got);
		assert_true(fault.file[0] == '\0' || fault.line > 0);
	}
}

#define T(f) cmocka_unit_test_setup(f, conf_begin)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_file_that_cannot_be_trusted_is_absent),
		T(a_missing_file_is_no_fault),
		T(an_untrusted_file_of_the_system_leaves_the_users),
		T(the_users_file_is_where_the_environment_says),
		T(a_set_uid_program_reads_the_systems_file_alone),
		T(a_nul_is_a_fault_of_its_line),
		T(any_bytes_leave_a_usable_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, conf_end);
}
