/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pcsc-bridge [--outside PROGRAM]
 *
 * Listens on the loopback address, writes its port, serves each connection in
 * a thread of its own.
 */
#include "tests/wine/bridge.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
	int fd;
	struct bridge b;
	uint8_t in[WIRE_MAX];
	uint8_t out[8 + WIRE_MAX];
};

static const char *outside_program;

static int
get(int fd, uint8_t *p, size_t n)
{
	while (n > 0) {
		const ssize_t got = read(fd, p, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		p += got;
		n -= (size_t)got;
	}
	return 1;
}

static int
put(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		const ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return 0;
		p += sent;
		n -= (size_t)sent;
	}
	return 1;
}

/* One command and its reply; 0: no more of them. */
static int
serve_one(struct client *c)
{
	struct jm_rbuf head_in;
	struct jm_wbuf head, out;
	uint8_t first[5];
	uint32_t len, code;
	unsigned op;
	size_t n;

	if (!get(c->fd, first, sizeof first))
		return 0;
	head_in = (struct jm_rbuf){ first, sizeof first };
	if (jm_take_u8(&head_in, &op) != JM_OK ||
	    jm_take_be32(&head_in, &len) != JM_OK || len > sizeof c->in ||
	    !get(c->fd, c->in, len))
		return 0;
	jm_wbuf_init(&out, c->out + 8, WIRE_MAX);
	code = bridge_serve(&c->b, op, (struct jm_rbuf){ c->in, len }, &out);
	if (code != SCARD_S_SUCCESS || jm_wbuf_done(&out, &n) != JM_OK)
		n = 0;
	if (code == SCARD_S_SUCCESS && out.full)
		code = (uint32_t)SCARD_F_INTERNAL_ERROR;
	jm_wbuf_init(&head, c->out, 8);
	jm_put_be32(&head, code);
	jm_put_be32(&head, (uint32_t)n);
	return put(c->fd, c->out, 8 + n);
}

static void *
serve(void *arg)
{
	struct client *c = arg;

	while (serve_one(c))
		;
	bridge_release(&c->b);
	close(c->fd);
	free(c);
	return NULL;
}

static void
take_up(int fd)
{
	struct client *c = calloc(1, sizeof *c);
	const int on = 1;
	pthread_t t;

	if (c == NULL) {
		close(fd);
		return;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	c->fd = fd;
	c->b.outside = outside_program;
	if (pthread_create(&t, NULL, serve, c) != 0) {
		close(fd);
		free(c);
		return;
	}
	(void)pthread_detach(t);
}

static int
listen_on(unsigned *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 ||
	    listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) != 0) {
		perror("pcsc-bridge");
		return -1;
	}
	*port = ntohs(a.sin_port);
	return fd;
}

int
main(int argc, char **argv)
{
	unsigned port;
	int fd;

	if (argc == 3 && strcmp(argv[1], "--outside") == 0)
		outside_program = argv[2];
	else if (argc != 1) {
		fputs("usage: pcsc-bridge [--outside PROGRAM]\n", stderr);
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	if ((fd = listen_on(&port)) < 0)
		return 1;
	printf("%u\n", port);
	if (fflush(stdout) != 0)
		return 1;
	for (;;) {
		const int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		if (one >= 0)
			take_up(one);
		else if (errno != EINTR && errno != ECONNABORTED)
			return 1;
	}
}
