/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions on a terminal of our own, and lines from a descriptor. */
#include "tests/support/test.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "tools/term/prompt.h"

#define WAIT_MS  10000
#define QUESTION "Q? "

/*
 * A shell of one job: the leader of a session whose terminal is the pty, and in
 * it the asking process, in a process group of its own so that it can be
 * stopped as a shell's job can.
 */
struct session {
	int master;
	pid_t leader;
	int from;       /* reports, one line each */
	int to;         /* one byte lets the leader go on */
	char seen[512]; /* what the terminal showed */
	size_t seen_len;
};

static void
ask_and_report(int out, int echo)
{
	struct cli_line line;
	const jm_err e = cli_prompt(QUESTION, echo, &line);

	dprintf(out, "%s:%.*s\n", jm_errname(e), (int)line.len, line.text);
	_exit(0);
}

static void
lead(int in, int out, int echo)
{
	int status = 0;
	pid_t job;
	char c;

	signal(SIGTTOU, SIG_IGN);
	if (read(in, &c, 1) != 1)
		_exit(1);
	if ((job = fork()) == 0) {
		setpgid(0, 0);
		tcsetpgrp(0, getpid());
		signal(SIGTTOU, SIG_DFL);
		/* Ignored in what a shell runs behind itself. */
		signal(SIGINT, SIG_DFL);
		signal(SIGQUIT, SIG_DFL);
		ask_and_report(out, echo);
	}
	while (waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status)) {
		tcsetpgrp(0, getpid());
		dprintf(out, "stopped by %d\n", WSTOPSIG(status));
		if (read(in, &c, 1) != 1)
			_exit(1);
		tcsetpgrp(0, job);
		kill(job, SIGCONT);
	}
	if (WIFSIGNALED(status))
		dprintf(out, "killed by %d\n", WTERMSIG(status));
	(void)!read(in, &c, 1); /* the terminal stays until it was looked at */
	_exit(0);
}

static void
begin(struct session *s, int echo)
{
	int from[2], to[2];

	*s = (struct session){ .master = -1 };
	assert_int_equal(pipe(from), 0);
	assert_int_equal(pipe(to), 0);
	s->leader = forkpty(&s->master, NULL, NULL, NULL);
	assert_true(s->leader >= 0);
	if (s->leader == 0)
		lead(to[0], from[1], echo);
	close(from[1]);
	close(to[0]);
	s->from = from[0];
	s->to = to[1];
}

static void
go(struct session *s)
{
	assert_int_equal(write(s->to, "", 1), 1);
}

static void
end(struct session *s)
{
	go(s);
	assert_int_equal(waitpid(s->leader, NULL, 0), s->leader);
	close(s->master);
	close(s->from);
	close(s->to);
}

/* Wait until the terminal has shown text after what was seen before. */
static void
shows(struct session *s, const char *text)
{
	struct pollfd p = { .fd = s->master, .events = POLLIN };

	s->seen_len = 0;
	s->seen[0] = '\0';
	while (strstr(s->seen, text) == NULL) {
		ssize_t n;

		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		n = read(s->master, s->seen + s->seen_len,
		    sizeof s->seen - 1 - s->seen_len);
		assert_true(n > 0);
		s->seen_len += (size_t)n;
		s->seen[s->seen_len] = '\0';
	}
}

static void
reports(struct session *s, const char *line)
{
	struct pollfd p = { .fd = s->from, .events = POLLIN };
	char got[128];
	size_t n = 0;

	do {
		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		assert_true(n < sizeof got - 1);
		assert_int_equal(read(s->from, got + n, 1), 1);
	} while (got[n++] != '\n');
	got[n - 1] = '\0';
	assert_string_equal(got, line);
}

static void
type(struct session *s, const char *text)
{
	assert_int_equal(write(s->master, text, strlen(text)), strlen(text));
}

static int
echoes(const struct session *s)
{
	struct termios t;

	assert_int_equal(tcgetattr(s->master, &t), 0);
	return (t.c_lflag & ECHO) != 0;
}

static void
a_secret_is_not_shown(void **state)
{
	struct session s;
	(void)state;

	begin(&s, 0);
	assert_true(echoes(&s));
	go(&s);
	shows(&s, QUESTION);
	assert_false(echoes(&s));
	type(&s, "12x\x7f"
		 "34\n"); /* 7F: the line can be edited */
	reports(&s, "OK:1234");
	shows(&s, "\n");
	assert_null(strpbrk(s.seen, "1234"));
	assert_true(echoes(&s));
	end(&s);
}

static void
a_word_is_shown(void **state)
{
	struct session s;
	(void)state;

	begin(&s, 1);
	go(&s);
	shows(&s, QUESTION);
	type(&s, "yes\n");
	shows(&s, "yes");
	reports(&s, "OK:yes");
	assert_true(echoes(&s));
	end(&s);
}

static void
what_was_typed_ahead_is_dropped(void **state)
{
	struct session s;
	(void)state;

	begin(&s, 0);
	type(&s, "9999\n");
	shows(&s, "9999");
	go(&s);
	shows(&s, QUESTION);
	type(&s, "1234\n");
	reports(&s, "OK:1234");
	end(&s);
}

static void
a_signal_restores_the_terminal_first(void **state)
{
	/* clang-format off */
	static const struct { const char *key; const char *what; } row[] = {
		{ "12\x03", "killed by 2" },  /* Ctrl-C: SIGINT */
		{ "12\x1c", "killed by 3" },  /* Ctrl-\: SIGQUIT */
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct session s;

		begin(&s, 0);
		go(&s);
		shows(&s, QUESTION);
		assert_false(echoes(&s));
		type(&s, row[i].key);
		reports(&s, row[i].what);
		assert_true(echoes(&s));
		end(&s);
	}
}

static void
a_stopped_question_is_asked_again(void **state)
{
	struct session s;
	(void)state;

	begin(&s, 0);
	go(&s);
	shows(&s, QUESTION);
	type(&s, "99\x1a"); /* Ctrl-Z */
	reports(&s, "stopped by 20");
	assert_true(echoes(&s));
	go(&s);
	shows(&s, QUESTION);
	assert_false(echoes(&s));
	type(&s, "1234\n"); /* nothing is left of the 99 */
	reports(&s, "OK:1234");
	assert_true(echoes(&s));
	end(&s);
}

static void
no_line_is_no_answer(void **state)
{
	char long_line[CLI_LINE_MAX + 2];
	struct session s;
	(void)state;

	begin(&s, 0);
	go(&s);
	shows(&s, QUESTION);
	type(&s, "\x04"); /* Ctrl-D */
	reports(&s, "NOT_FOUND:");
	assert_true(echoes(&s));
	end(&s);

	memset(long_line, '1', sizeof long_line);
	long_line[CLI_LINE_MAX + 1] = '\0';
	begin(&s, 0);
	go(&s);
	shows(&s, QUESTION);
	type(&s, long_line);
	type(&s, "\n");
	reports(&s, "SPACE:");
	end(&s);

	begin(&s, 0);
	go(&s);
	shows(&s, QUESTION);
	type(&s, "\n");
	reports(&s, "OK:");
	end(&s);
}

static void
without_a_terminal_nothing_is_asked(void **state)
{
	int status;
	pid_t child;
	(void)state;

	if ((child = fork()) == 0) {
		struct cli_line line;

		setsid();
		_exit(cli_prompt(QUESTION, 0, &line) == JM_IO ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* A descriptor that gives these bytes and ends. */
static int
giving(const char *bytes, size_t len)
{
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], bytes, len), len);
	close(fd[1]);
	return fd[0];
}

static void
lines_of_a_descriptor(void **state)
{
#define IN(s) s, sizeof s - 1
	/* clang-format off */
	static const struct { const char *in; size_t len; const char *want; } row[] = {
		{ IN("1234\n"),      "1234|NOT_FOUND|NOT_FOUND|" },
		{ IN("1234"),        "1234|NOT_FOUND|NOT_FOUND|" },
		{ IN("1234\r\n"),    "1234|NOT_FOUND|NOT_FOUND|" },
		{ IN("12\r34\n"),    "12\r34|NOT_FOUND|NOT_FOUND|" },
		{ IN("1234\r"),      "1234\r|NOT_FOUND|NOT_FOUND|" },
		{ IN("1\n2\n3"),     "1|2|3|" },
		{ IN("1\n2\n3\n4"),  "1|2|3|" },
		{ IN("\n\n"),        "||NOT_FOUND|" },
		{ IN("12\0" "4\n"),  "12?4|NOT_FOUND|NOT_FOUND|" },
		{ IN(" 1 \n"),       " 1 |NOT_FOUND|NOT_FOUND|" },
		{ IN(""),            "NOT_FOUND|NOT_FOUND|NOT_FOUND|" },
	};
	/* clang-format on */
#undef IN
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const int fd = giving(row[i].in, row[i].len);
		char got[128] = "";

		for (int k = 0; k < 3; k++) {
			struct cli_line line;
			const jm_err e = cli_read_line(fd, &line);
			const size_t at = strlen(got);

			for (size_t c = 0; c < line.len; c++)
				if (line.text[c] == '\0')
					line.text[c] = '?';
			if (e == JM_OK)
				snprintf(got + at, sizeof got - at, "%.*s|",
				    (int)line.len, line.text);
			else
				snprintf(got + at, sizeof got - at, "%s|",
				    jm_errname(e));
		}
		assert_string_equal(got, row[i].want);
		close(fd);
	}
}

static void
a_long_line_is_refused_whole(void **state)
{
	char in[2 * CLI_LINE_MAX + 8];
	struct cli_line line;
	int fd;
	(void)state;

	for (size_t n = CLI_LINE_MAX - 1; n <= CLI_LINE_MAX + 1; n++) {
		memset(in, '7', n);
		memcpy(in + n, "\nnext\n", 6);
		fd = giving(in, n + 6);
		assert_int_equal(cli_read_line(fd, &line),
		    n > CLI_LINE_MAX ? JM_SPACE : JM_OK);
		assert_int_equal(line.len, n > CLI_LINE_MAX ? 0 : n);
		assert_int_equal(cli_read_line(fd, &line), JM_OK);
		assert_int_equal(line.len, 4);
		close(fd);
	}
	assert_int_equal(cli_read_line(-1, &line), JM_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_is_not_shown),
		cmocka_unit_test(a_word_is_shown),
		cmocka_unit_test(what_was_typed_ahead_is_dropped),
		cmocka_unit_test(a_signal_restores_the_terminal_first),
		cmocka_unit_test(a_stopped_question_is_asked_again),
		cmocka_unit_test(no_line_is_no_answer),
		cmocka_unit_test(without_a_terminal_nothing_is_asked),
		cmocka_unit_test(lines_of_a_descriptor),
		cmocka_unit_test(a_long_line_is_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
