/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * on_terminal [QUESTION ANSWER]... -- COMMAND [ARG]...
 *
 * Runs COMMAND on a terminal of its own and plays the person in front of it:
 * waits for each QUESTION and types its ANSWER.  What the terminal showed goes
 * to standard output.  Ends with the exit status of COMMAND, 128 and the signal
 * that ended it, or 125 when a question did not come.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS  20000
#define SEEN_MAX 16384

struct screen {
	int fd;
	char text[SEEN_MAX]; /* all that was shown, terminated */
	size_t len;
};

/* 1: something more was shown; 0: nothing came, or the terminal closed. */
static int
more(struct screen *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, WAIT_MS) != 1 || s->len == SEEN_MAX - 1)
		return 0;
	n = read(s->fd, s->text + s->len, SEEN_MAX - 1 - s->len);
	if (n <= 0)
		return 0;
	fwrite(s->text + s->len, 1, (size_t)n, stdout);
	s->len += (size_t)n;
	s->text[s->len] = '\0';
	return 1;
}

static int
play(struct screen *s, int argc, char **argv)
{
	size_t from = 0;
	char *hit;

	for (int i = 0; i + 1 < argc; i += 2) {
		while ((hit = strstr(s->text + from, argv[i])) == NULL)
			if (!more(s))
				return 125;
		from = (size_t)(hit - s->text) + strlen(argv[i]);
		if (write(s->fd, argv[i + 1], strlen(argv[i + 1])) < 0 ||
		    write(s->fd, "\n", 1) < 0)
			return 125;
	}
	while (more(s))
		;
	return 0;
}

int
main(int argc, char **argv)
{
	static struct screen s;
	int split = 1, status = 0, ret;
	pid_t child;

	while (split < argc && strcmp(argv[split], "--") != 0)
		split += 2;
	if (split + 1 >= argc)
		return 125;
	if ((child = forkpty(&s.fd, NULL, NULL, NULL)) < 0)
		return 125;
	if (child == 0) {
		/* Ignored in what a shell runs behind itself. */
		signal(SIGINT, SIG_DFL);
		execvp(argv[split + 1], argv + split + 1);
		_exit(127);
	}
	ret = play(&s, split - 1, argv + 1);
	close(s.fd); /* a command that still waits is hung up */
	if (waitpid(child, &status, 0) != child || ret != 0)
		return 125;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}
