/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The input is two files, the system's jumin.conf and the user's: what comes
 * out is in bounds, and nothing the system's file set is looser afterwards.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_name[] = "conf";

static char path[] = "/tmp/fuzz-conf-XXXXXX";

static void
remove_file(void)
{
	(void)unlink(path);
}

static void
write_file(const uint8_t *p, size_t len)
{
	static int fd = -1;

	if (fd < 0) {
		MUST((fd = mkstemp(path)) >= 0);
		MUST(atexit(remove_file) == 0);
	}
	MUST(ftruncate(fd, 0) == 0);
	MUST(pwrite(fd, p, len, 0) == (ssize_t)len);
}

static void
check(const struct jm_conf *c, const struct jm_conf_fault *f)
{
	MUST(c->login == JM_LOGIN_OPERATION || c->login == JM_LOGIN_HOLD);
	MUST((unsigned)c->consent <= JM_CONSENT_CONTEXT);
	MUST((c->slots & ~(JM_SLOT_AUTH | JM_SLOT_SIGN | JM_SLOT_NYM)) == 0);
	MUST(((c->cache | c->ca_certificates | c->rng | c->raw | c->sha1) &
		 ~1) == 0);
	MUST((unsigned)c->log <= JM_LOG_DEBUG);
	MUST(memchr(c->log_file, '\0', sizeof c->log_file) != NULL);
	MUST(c->log_file[0] == '\0' || c->log_file[0] == '/');
	MUST(c->ignore_len <= JM_CONF_IGNORE_MAX);
	for (size_t i = 0; i < c->ignore_len; i++)
		MUST(memchr(c->ignore[i], '\0', sizeof c->ignore[i]) != NULL);
	for (size_t i = 0; i < 2; i++)
		MUST(memchr(c->scope[i], '\0', sizeof c->scope[i]) != NULL);
	(void)jm_conf_shows(c, "ssh:git.example.jp");
	MUST(memchr(f->file, '\0', sizeof f->file) != NULL);
	MUST(f->file[0] == '\0' || f->what != NULL);
	(void)jm_conf_ignores(c, "Reader of the tests 00 00");
}

/* From loose to tight: session, then the other two. */
static int
loose(enum jm_consent c)
{
	return c == JM_CONSENT_SESSION;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jm_conf one, two;
	static struct jm_conf_fault fault;
	const uint8_t *split = size > 0 ? memchr(data, '\0', size) : NULL;
	const size_t first = split == NULL ? size : (size_t)(split - data);
	unsigned bits = 0;

	memset(&fault, 0, sizeof fault);
	one = jm_conf_default;
	write_file(data, first);
	(void)!jm_conf_read(path, 1, &one, &bits, &fault);
	check(&one, &fault);
	if (split == NULL)
		return 0;
	two = one;
	write_file(split + 1, size - first - 1);
	(void)!jm_conf_read(path, 0, &two, &bits, &fault);
	check(&two, &fault);
	/* Tight and not the default: the system's file said so. */
	MUST(one.cache || !two.cache);
	MUST(one.consent != JM_CONSENT_CONTEXT || !loose(two.consent));
	return 0;
}
