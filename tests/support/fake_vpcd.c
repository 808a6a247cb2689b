/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/fake_vpcd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/hex.h"
#include "tests/support/test.h"

#define PATIENCE_MS 10000

void
fv_open(struct fake_vpcd *v)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };
	socklen_t len = sizeof sa;

	signal(SIGPIPE, SIG_IGN);
	v->conn = -1;
	v->child = 0;
	v->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(v->listener >= 0);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(v->listener, (struct sockaddr *)&sa, len), 0);
	assert_int_equal(listen(v->listener, 5), 0);
	assert_int_equal(
	    getsockname(v->listener, (struct sockaddr *)&sa, &len), 0);
	snprintf(v->port, sizeof v->port, "%u", ntohs(sa.sin_port));
}

void
fv_close(struct fake_vpcd *v)
{
	if (v->child > 0)
		fv_stop(v, SIGKILL);
	if (v->conn >= 0)
		close(v->conn);
	if (v->listener >= 0)
		close(v->listener);
	v->conn = v->listener = -1;
}

void
fv_start(struct fake_vpcd *v, const char *image, const char *const *more)
{
	const char *dir = getenv("top_builddir");
	char path[512];

	snprintf(path, sizeof path, "%s/jumin-vcard", dir != NULL ? dir : ".");
	v->child = fork();
	assert_true(v->child >= 0);
	if (v->child == 0) {
		const char *m[4] = { NULL };

		/* A test that fails leaves at once; its card goes with it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < 4 && more != NULL && more[i] != NULL; i++)
			m[i] = more[i];
		execl(path, "jumin-vcard", "run", image, "--port", v->port,
		    m[0], m[1], m[2], m[3], (char *)NULL);
		perror(path);
		_exit(127);
	}
}

static int
readable(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) > 0;
}

int
fv_insert(struct fake_vpcd *v, int timeout_ms)
{
	if (!readable(v->listener, timeout_ms))
		return FV_QUIET;
	if (v->conn >= 0)
		close(v->conn);
	v->conn = accept4(v->listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(v->conn >= 0);
	fv_control(v, 1);
	return 0;
}

/* In two segments, as the driver does; one that is refused is no fault here:
 * the child may be dead. */
static void
put(struct fake_vpcd *v, const uint8_t *data, size_t len)
{
	const uint8_t head[2] = { (uint8_t)(len >> 8), (uint8_t)len };

	if (write(v->conn, head, 2) == 2 &&
	    write(v->conn, data, len) != (ssize_t)len && errno != EPIPE &&
	    errno != ECONNRESET)
		fail_msg("write: %s", strerror(errno));
}

void
fv_control(struct fake_vpcd *v, uint8_t code)
{
	put(v, &code, 1);
}

void
fv_send(struct fake_vpcd *v, const char *hex)
{
	uint8_t cmd[600];
	size_t len;

	assert_int_equal(jm_hex_decode(hex, cmd, sizeof cmd, &len), JM_OK);
	put(v, cmd, len);
}

/* 1, FV_GONE or FV_QUIET. */
static int
get(struct fake_vpcd *v, uint8_t *to, size_t n, int timeout_ms)
{
	while (n > 0) {
		ssize_t got;

		if (!readable(v->conn, timeout_ms))
			return FV_QUIET;
		got = read(v->conn, to, n);
		if (got <= 0)
			return FV_GONE;
		to += got;
		n -= (size_t)got;
	}
	return 1;
}

int
fv_receive(struct fake_vpcd *v, int timeout_ms)
{
	uint8_t head[2];
	size_t len;
	int r;

	v->rsp_len = 0;
	if ((r = get(v, head, 2, timeout_ms)) < 0)
		return r;
	len = (size_t)head[0] << 8 | head[1];
	if ((r = get(v, v->rsp, len, PATIENCE_MS)) < 0)
		return r;
	assert_true(len >= 2);
	v->rsp_len = len - 2;
	return v->rsp[len - 2] << 8 | v->rsp[len - 1];
}

int
fv_say(struct fake_vpcd *v, const char *hex)
{
	int sw;

	fv_send(v, hex);
	sw = fv_receive(v, PATIENCE_MS);
	if (sw == FV_QUIET)
		fail_msg("%s: no reply", hex);
	return sw;
}

int
fv_wait(struct fake_vpcd *v)
{
	const struct timespec ms = { 0, 1000000 };
	int status = 0;

	for (int i = 0; i < PATIENCE_MS; i++) {
		pid_t p = waitpid(v->child, &status, WNOHANG);

		if (p == v->child) {
			v->child = 0;
			return status;
		}
		nanosleep(&ms, NULL);
	}
	fail_msg("jumin-vcard does not end");
	return -1;
}

int
fv_stop(struct fake_vpcd *v, int sig)
{
	assert_int_equal(kill(v->child, sig), 0);
	return fv_wait(v);
}
