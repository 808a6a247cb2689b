/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/conf_try.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct jm_conf got;
struct jm_conf_fault fault;

static char base[] = "/tmp/jm-conf-XXXXXX";
int conf_secure;        /* as in a set-uid program */
uid_t conf_file_owner;  /* of every file, when not 0 */
uid_t conf_me = 0x1234; /* this process */

const char *__real_jm_getenv(const char *name);
const char *__wrap_jm_getenv(const char *name);
const char *
__wrap_jm_getenv(const char *name)
{
	return conf_secure ? NULL : __real_jm_getenv(name);
}

int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);
int
__wrap_fstat(int fd, struct stat *st)
{
	const int r = __real_fstat(fd, st);

	st->st_uid = conf_file_owner;
	return r;
}

uid_t __wrap_geteuid(void);
uid_t
__wrap_geteuid(void)
{
	return conf_me;
}

void
conf_put_bytes(const char *path, const void *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

void
conf_put(const char *path, const char *text)
{
	conf_put_bytes(path, text, strlen(text));
}

int
conf_begin(void **state)
{
	char home[sizeof base + 8];
	(void)state;

	if (strcmp(base, "/tmp/jm-conf-XXXXXX") == 0 && mkdtemp(base) == NULL)
		return -1;
	snprintf(home, sizeof home, "%s/home", base);
	conf_secure = 0;
	conf_file_owner = 0;
	return chdir(base) != 0 ||
	       system("rm -rf etc home x && mkdir -p etc/jumin home/jumin "
		      "home/.config/jumin") != 0 ||
	       setenv("XDG_CONFIG_HOME", home, 1) != 0 ||
	       setenv("HOME", home, 1) != 0;
}

int
conf_end(void **state)
{
	char command[sizeof base + 16];
	(void)state;

	snprintf(command, sizeof command, "cd / && rm -rf %s", base);
	return chdir("/") != 0 || system(command) != 0;
}

void
conf_load(const char *system_text, const char *user_text)
{
	conf_put(CONF_SYSTEM, system_text);
	conf_put(CONF_USER, user_text);
	jm_conf_load(&got, &fault);
}

/* Every setting as "name:value" words, in a fixed order. */
const char *
conf_show(void)
{
	static char out[1024];
	const struct jm_conf *c = &got;
	int n = snprintf(out, sizeof out,
	    "login:%d consent:%d slots:%u cache:%d ca:%d rng:%d raw:%d sha1:%d "
	    "pss:%d "
	    "idle:%u log:%d file:%s ignored:%zu scope:%s+%s",
	    (int)c->login, (int)c->consent, c->slots, c->cache,
	    c->ca_certificates, c->rng, c->raw, c->sha1, c->pss, c->idle_s,
	    (int)c->log, c->log_file, c->ignore_len, c->scope[0], c->scope[1]);

	assert_true(n > 0 && (size_t)n < sizeof out);
	return out;
}

/* Of all words only one differs from the defaults. */
void
conf_assert_only(const char *word)
{
	char a[512], b[512], *p = a, *q = b, *x, *y;
	int found = 0;

	assert_true(snprintf(a, sizeof a, "%s", conf_show()) < (int)sizeof a);
	snprintf(b, sizeof b, "%s", CONF_DEFAULTS);
	while ((x = strsep(&p, " ")) != NULL) {
		y = strsep(&q, " ");
		assert_non_null(y);
		if (strcmp(x, word) == 0)
			found = 1;
		else
			assert_string_equal(x, y);
	}
	assert_true(found);
}

const char *
conf_base(void)
{
	return base;
}
