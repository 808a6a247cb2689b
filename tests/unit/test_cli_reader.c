/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole commands in process, with a reader that has keys of its own. */
#include "tests/support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/vc_try.h"
#include "tests/support/vscard.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/out.h"

#define WORDS 8
#define IN    "/tmp/jumin-test-reader.XXXXXX"

static char said[4096]; /* on standard error */
static char in_file[] = IN;

static int
run(const char *const *words)
{
	const int to = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	const int null = open("/dev/null", O_WRONLY);
	const int old_out = dup(STDOUT_FILENO), old_err = dup(STDERR_FILENO);
	char text[WORDS][64], *argv[WORDS + 1] = { NULL };
	struct cli_args a;
	int argc = 0, code;
	ssize_t n;

	assert_true(to >= 0 && null >= 0);
	for (; words[argc] != NULL; argc++) {
		snprintf(text[argc], sizeof text[argc], "%s", words[argc]);
		argv[argc] = text[argc];
	}
	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	dup2(to, STDERR_FILENO);
	if ((code = cli_opts_parse(argc, argv, &a)) == EX_OK)
		code = cli_run(&a);
	code = cli_end(code);
	dup2(old_out, STDOUT_FILENO);
	dup2(old_err, STDERR_FILENO);
	n = pread(to, said, sizeof said - 1, 0);
	assert_true(n >= 0);
	said[n] = '\0';
	close(old_out);
	close(old_err);
	close(null);
	close(to);
	return code;
}

static unsigned
reader(void **state, unsigned features)
{
	struct vc_try *t;
	unsigned r;

	vs_clear();
	assert_int_equal(vc_try_fresh(state), 0);
	t = *state;
	r = vs_plug("A");
	vs_insert(r, vs_vcard(t->card));
	vs_pinpad(r, features);
	return r;
}

/* Nothing stays verified, nothing is kept. */
static void
left_alone(unsigned r)
{
	assert_false(vs_held(r));
	assert_int_equal(vs_handles(), 0);
	assert_int_equal(vs_other_send(r, SELECT_JPKI), 0x9000);
	assert_int_equal(vs_other_send(r, "00A4020C020017"), 0x9000);
	assert_int_equal(
	    vs_other_send(r, "802A008013301130090605290000000005000404000000"
			     "0000"),
	    0x6982);
}

static const char *const check[] = { "jumin", "pin", "check", "auth", NULL };
static const char *const change[] = { "jumin", "pin", "change", "auth", NULL };

static void
a_pin_is_checked_at_the_reader(void **state)
{
	static const struct {
		const char *typed;
		int code;
		unsigned verifies;
		const char *says;
	} row[] = {
		{ "1234", EX_OK, 1,
		    "enter the PIN of JPKI Authentication on the reader "
		    "(3 attempts left)" },
		{ "9999", EX_PIN, 1, "wrong PIN, 2 attempts left" },
		{ "!cancel", EX_PIN, 0, "cancelled at the reader" },
		{ "!timeout", EX_PIN, 0, "at the reader in time" },
		{ "123", EX_PIN, 0, "no attempt was used" },
		{ "!fail", EX_FAIL, 0, "reader failure" },
	};

	for (size_t i = 0; i < NELEM(row); i++) {
		const unsigned r = reader(state, 3);

		vs_pinpad_type(r, row[i].typed);
		assert_int_equal(run(check), row[i].code);
		if (strstr(said, row[i].says) == NULL)
			fail_msg("\"%s\" is not in \"%s\"", row[i].says, said);
		assert_int_equal(vs_pinpad_asked(r), 1);
		assert_int_equal(vs_counted(r).verifies, row[i].verifies);
		left_alone(r);
	}
}

static void
a_pin_is_changed_at_the_reader(void **state)
{
	const unsigned r = reader(state, 3);

	vs_pinpad_type(r, "1234");
	vs_pinpad_type(r, "5678");
	vs_pinpad_type(r, "5679");
	assert_int_equal(run(change), EX_PIN);
	assert_non_null(strstr(said, "the two entries of the new PIN differ"));
	vs_pinpad_type(r, "1234");
	vs_pinpad_type(r, "5678");
	vs_pinpad_type(r, "5678");
	assert_int_equal(run(change), EX_OK);
	assert_non_null(strstr(said, "then the new one, twice"));
	left_alone(r);
	vs_pinpad_type(r, "5678");
	assert_int_equal(run(check), EX_OK);
	assert_int_equal(vs_counted(r).changes, 1);
}

static void
a_signature_takes_one_entry(void **state)
{
	static const char *const row[][WORDS] = {
		{ "jumin", "sign", "--key", "auth", "--raw", in_file, NULL },
		{ "jumin", "sign", "--key", "auth", in_file, NULL },
	};

	for (size_t i = 0; i < NELEM(row); i++) {
		const unsigned r = reader(state, 1);

		vs_pinpad_type(r, "1234");
		assert_int_equal(run(row[i]), EX_OK);
		assert_int_equal(vs_pinpad_asked(r), 1);
		assert_int_equal(vs_counted(r).verifies, 1);
		left_alone(r);
	}
}

static void
a_descriptor_goes_before_the_reader(void **state)
{
	const unsigned r = reader(state, 3);
	char option[32];
	const char *words[] = { "jumin", "pin", "check", "auth", option, NULL };
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "1234\n", 5), 5);
	close(fd[1]);
	snprintf(option, sizeof option, "--pin-fd=%d", fd[0]);
	assert_int_equal(run(words), EX_OK);
	assert_int_equal(vs_pinpad_asked(r), 0);
	assert_int_equal(vs_counted(r).verifies, 1);
	close(fd[0]);
}

static void
a_blocked_pin_is_not_asked_for(void **state)
{
	const unsigned r = reader(state, 3);

	for (int i = 0; i < 3; i++) {
		(void)vs_other_send(r, SELECT_JPKI);
		(void)vs_other_send(r, WRONG_AUTH);
	}
	assert_int_equal(run(check), EX_PIN);
	assert_non_null(strstr(said, "is blocked"));
	assert_int_equal(run(change), EX_PIN);
	assert_int_equal(vs_pinpad_asked(r), 0);
	assert_int_equal(vs_counted(r).verifies, 0);
}

static int
start(void **state)
{
	const int fd = mkstemp(in_file);

	if (fd < 0 || write(fd, "hello\n", 6) != 6 || close(fd) != 0)
		return -1;
	return vc_try_start(state);
}

static int
stop(void **state)
{
	(void)unlink(in_file);
	return vc_try_stop(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pin_is_checked_at_the_reader),
		cmocka_unit_test(a_pin_is_changed_at_the_reader),
		cmocka_unit_test(a_signature_takes_one_entry),
		cmocka_unit_test(a_descriptor_goes_before_the_reader),
		cmocka_unit_test(a_blocked_pin_is_not_asked_for),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
