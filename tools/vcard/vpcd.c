/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/vcard/vpcd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

jm_err
vpcd_init(struct vpcd *v, volatile sig_atomic_t *stop, const sigset_t *waiting)
{
	*v = (struct vpcd){ .fd = -1, .stop = stop, .waiting = *waiting };
	v->message = malloc(VPCD_MESSAGE_MAX);
	return v->message == NULL ? JM_NOMEM : JM_OK;
}

void
vpcd_done(struct vpcd *v)
{
	vpcd_disconnect(v);
	if (v->message != NULL)
		explicit_bzero(v->message, VPCD_MESSAGE_MAX);
	free(v->message);
	v->message = NULL;
}

void
vpcd_disconnect(struct vpcd *v)
{
	if (v->fd >= 0)
		close(v->fd);
	v->fd = -1;
}

static int
loopback(const struct sockaddr *sa)
{
	const void *p = sa; /* getaddrinfo aligns for its family */

	if (sa->sa_family == AF_INET)
		return ntohl(
			   ((const struct sockaddr_in *)p)->sin_addr.s_addr) >>
			   24 ==
		       127;
	if (sa->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(
		    &((const struct sockaddr_in6 *)p)->sin6_addr);
	return 0;
}

/* The driver writes length and data separately: whoever delays the answer to
 * the first (delayed acknowledgement) waits 40 ms for the second. */
static void
acknowledge_now(int fd)
{
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

static int
try_address(const struct addrinfo *ai)
{
	int on = 1;
	int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) != 0) {
		close(fd);
		return -1;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	acknowledge_now(fd);
	return fd;
}

jm_err
vpcd_connect(struct vpcd *v, const char *host, const char *port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV };
	struct addrinfo *list = NULL;
	jm_err e = JM_ARG;

	vpcd_disconnect(v);
	if (getaddrinfo(host, port, &hints, &list) != 0)
		return JM_ARG;
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next) {
		if (!loopback(ai->ai_addr))
			continue;
		e = JM_LINK;
		if ((v->fd = try_address(ai)) >= 0) {
			e = JM_OK;
			break;
		}
	}
	freeaddrinfo(list);
	return e;
}

/* 1: ready for these events, 0: stopped. */
static int
await(struct vpcd *v, short events)
{
	struct pollfd p = { .fd = v->fd, .events = events };

	while (!*v->stop) {
		if (ppoll(&p, 1, NULL, &v->waiting) > 0)
			return 1;
		if (errno != EINTR)
			return 1; /* the read or write will tell */
	}
	return 0;
}

static enum vpcd_event
read_exactly(struct vpcd *v, uint8_t *to, size_t n)
{
	while (n > 0) {
		ssize_t got;

		if (!await(v, POLLIN))
			return VPCD_STOPPED;
		got = recv(v->fd, to, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return VPCD_CLOSED;
		acknowledge_now(v->fd);
		to += got;
		n -= (size_t)got;
	}
	return VPCD_OTHER;
}

enum vpcd_event
vpcd_next(struct vpcd *v)
{
	uint8_t head[2];
	enum vpcd_event ev;

	v->len = 0;
	if ((ev = read_exactly(v, head, sizeof head)) != VPCD_OTHER)
		return ev;
	v->len = (size_t)head[0] << 8 | head[1];
	if ((ev = read_exactly(v, v->message, v->len)) != VPCD_OTHER)
		return ev;
	if (v->len != 1)
		return v->len == 0 ? VPCD_OTHER : VPCD_COMMAND;
	switch (v->message[0]) {
	case 0: return VPCD_OFF;
	case 1: return VPCD_ON;
	case 2: return VPCD_RESET;
	case 4: return VPCD_ATR;
	default: return VPCD_OTHER;
	}
}

jm_err
vpcd_reply(struct vpcd *v, const uint8_t *data, size_t len)
{
	uint8_t head[2] = { (uint8_t)(len >> 8), (uint8_t)len };
	size_t done = 0;

	if (len > VPCD_MESSAGE_MAX)
		return JM_SPACE;
	while (done < len + 2) {
		size_t h = done < 2 ? done : 2;
		union { /* an iovec has no const */
			const uint8_t *in;
			uint8_t *out;
		} from = { data + (done - h) };
		struct iovec io[2] = { { head + h, 2 - h },
			{ from.out, len - (done - h) } };
		struct msghdr m = { .msg_iov = io, .msg_iovlen = 2 };
		ssize_t n;

		if (!await(v, POLLOUT))
			return JM_RESET;
		n = sendmsg(v->fd, &m, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return JM_LINK;
		done += (size_t)n;
	}
	return JM_OK;
}

void
vpcd_sleep_us(struct vpcd *v, uint64_t us)
{
	struct timespec t = { (time_t)(us / 1000000),
		(long)(us % 1000000) * 1000 };

	/* A signal ends it early; there is only the one to stop. */
	if (!*v->stop)
		(void)ppoll(NULL, 0, &t, &v->waiting);
}
