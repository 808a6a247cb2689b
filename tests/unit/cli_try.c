/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/cli_try.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/test.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/out.h"

/* A link that failed is given a second to say why.  Here nobody sleeps. */
static uint64_t slept;

/* The names are the linker's. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
uint64_t __real_jm_now_ms(void);
uint64_t __wrap_jm_now_ms(void);
void __wrap_jm_sleep_ms(unsigned ms);

uint64_t
__wrap_jm_now_ms(void)
{
	return __real_jm_now_ms() + slept;
}

void
__wrap_jm_sleep_ms(unsigned ms)
{
	slept += ms;
}
/* NOLINTEND(bugprone-reserved-identifier) */

char cli_out[CLI_TRY_TEXT], cli_err[CLI_TRY_TEXT];

static void
take_text(int fd, char text[CLI_TRY_TEXT])
{
	const ssize_t n = pread(fd, text, CLI_TRY_TEXT - 1, 0);

	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
}

static int
file_of_no_name(void)
{
	const int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);

	assert_true(fd >= 0);
	return fd;
}

/* The command's exit status.  pins: its lines on the descriptor it is told. */
int
cli_try(const char *const *words, const char *pins)
{
	const int to_out = file_of_no_name(), to_err = file_of_no_name();
	const int old_out = dup(STDOUT_FILENO), old_err = dup(STDERR_FILENO);
	static char text[CLI_TRY_WORDS + 2][128];
	char *argv[CLI_TRY_WORDS + 2], number[16];
	struct cli_args a;
	int argc = 0, pipe_fd[2], code;

	assert_int_equal(pipe(pipe_fd), 0);
	assert_int_equal(write(pipe_fd[1], pins, strlen(pins)), strlen(pins));
	close(pipe_fd[1]);
	snprintf(number, sizeof number, "--pin-fd=%d", pipe_fd[0]);
	for (; words[argc] != NULL; argc++)
		snprintf(text[argc], sizeof text[argc], "%s", words[argc]);
	if (*pins != '\0')
		snprintf(text[argc++], sizeof text[0], "%s", number);
	for (int i = 0; i < argc; i++)
		argv[i] = text[i];

	fflush(stdout);
	dup2(to_out, STDOUT_FILENO);
	dup2(to_err, STDERR_FILENO);
	if ((code = cli_opts_parse(argc, argv, &a)) == EX_OK)
		code = cli_run(&a);
	code = cli_end(code);
	dup2(old_out, STDOUT_FILENO);
	dup2(old_err, STDERR_FILENO);
	close(old_out);
	close(old_err);
	close(pipe_fd[0]);
	take_text(to_out, cli_out);
	take_text(to_err, cli_err);
	return code;
}

void
cli_says(const char *where, const char *text)
{
	if (strstr(where, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, where);
}
