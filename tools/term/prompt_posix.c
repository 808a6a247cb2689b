/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/term/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/wipe.h"

/* One asking: the terminal, how it was, and the signals that are held back so
 * that none ends the process while the echo is off. */
struct tty {
	int fd, signals;
	int changed; /* before is to be restored */
	struct termios before;
	sigset_t held, mask_before;
};

static void
tty_restore(struct tty *t)
{
	if (t->changed)
		(void)tcsetattr(t->fd, TCSAFLUSH, &t->before);
	t->changed = 0;
}

static jm_err
tty_quiet(struct tty *t, int echo)
{
	struct termios now;

	if (tcgetattr(t->fd, &t->before) != 0)
		return JM_IO;
	now = t->before;
	now.c_lflag |= ICANON | ISIG;
	now.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	if (echo)
		now.c_lflag = t->before.c_lflag;
	/* FLUSH: what was typed ahead was not meant for this question. */
	if (tcsetattr(t->fd, TCSAFLUSH, &now) != 0)
		return JM_IO;
	t->changed = 1;
	return JM_OK;
}

static jm_err
say(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		const ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return JM_IO;
		text += n;
		left -= (size_t)n;
	}
	return JM_OK;
}

/*
 * Let one held signal do what it does, with the terminal as it was.  Returns
 * when the process was only stopped and goes on.
 */
static void
deliver(struct tty *t, struct cli_line *out)
{
	struct signalfd_siginfo si;

	if (read(t->signals, &si, sizeof si) != sizeof si)
		return;
	cli_line_wipe(out);
	tty_restore(t);
	(void)say(t->fd, "\n");
	(void)raise((int)si.ssi_signo); /* pending until the mask is lifted */
	(void)sigprocmask(SIG_SETMASK, &t->mask_before, NULL);
	(void)sigprocmask(SIG_BLOCK, &t->held, NULL);
}

/*
 * Wait for a line.  A canonical terminal hands over whole lines, so one byte at
 * a time costs nothing.  *again: a signal came between, the question is open.
 */
static jm_err
tty_line(struct tty *t, struct cli_line *out, int *again)
{
	struct pollfd p[2] = { { .fd = t->fd, .events = POLLIN },
		{ .fd = t->signals, .events = POLLIN } };
	int too_long = 0;

	*again = 0;
	for (;;) {
		char c;
		ssize_t n;

		if (poll(p, 2, -1) < 0) {
			if (errno == EINTR)
				continue;
			return JM_IO;
		}
		if (p[1].revents != 0) {
			deliver(t, out);
			*again = 1;
			return JM_OK;
		}
		n = read(t->fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return JM_IO;
		if (n == 0)
			return JM_NOT_FOUND;
		if (c == '\n')
			return too_long ? JM_SPACE : JM_OK;
		if (out->len < sizeof out->text)
			out->text[out->len++] = c;
		else
			too_long = 1;
		jm_wipe(&c, 1);
	}
}

jm_err
cli_prompt(const char *question, int echo, struct cli_line *out)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
		SIGALRM, SIGUSR1, SIGUSR2, SIGPIPE };
	struct tty t = { .fd = -1, .signals = -1 };
	int again;
	jm_err e;

	*out = (struct cli_line){ 0 };
	sigemptyset(&t.held);
	for (size_t i = 0; i < NELEM(ends); i++)
		sigaddset(&t.held, ends[i]);
	if (sigprocmask(SIG_BLOCK, &t.held, &t.mask_before) != 0)
		return JM_IO;
	t.fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	t.signals = signalfd(-1, &t.held, SFD_CLOEXEC | SFD_NONBLOCK);
	if (t.fd < 0 || t.signals < 0) {
		e = JM_IO;
		goto out;
	}
	do {
		if ((e = tty_quiet(&t, echo)) != JM_OK ||
		    (e = say(t.fd, question)) != JM_OK)
			break;
		e = tty_line(&t, out, &again);
		if (!again && (!echo || e == JM_NOT_FOUND))
			(void)say(t.fd, "\n"); /* the typed one did not show */
		tty_restore(&t);
	} while (e == JM_OK && again);
out:
	tty_restore(&t);
	if (t.fd >= 0)
		close(t.fd);
	if (t.signals >= 0)
		close(t.signals);
	if (e != JM_OK)
		cli_line_wipe(out);
	(void)sigprocmask(SIG_SETMASK, &t.mask_before, NULL);
	return e;
}

int
cli_can_prompt(void)
{
	const int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	close(fd);
	return 1;
}
