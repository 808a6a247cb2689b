/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin.conf: files. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf_impl.h"
#include "base/os.h"

#define FILE_MAX 65536
#define LINE_LEN 190 /* bytes; inih takes a few more */
#define NAME     "jumin/jumin.conf"

const char conf_system[] = SYSCONFDIR "/" NAME;

/* One file that is being read. */
struct parse {
	const char *path;
	struct jm_conf *conf;
	struct jm_conf_sets sets;
	struct jm_conf_fault *fault;
	const char *text; /* what is left of it */
	size_t left;
	unsigned line;
	int given; /* inih was given a line that it did not hand on yet */
};

/* --- lines ---------------------------------------------------------------- */

/*
 * inih would read on where a line begins with a blank, cut what is too long,
 * end a value at " ;" and have ':' for '=': none of these may change what a
 * line means, so it is given lines of one form alone.
 */
static enum jm_conf_why
check_line(const char *s, size_t len)
{
	const char *equals;

	if (len > LINE_LEN)
		return JM_FAULT_LONG;
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < 0x20 && s[i] != '\t') ||
		    s[i] == 0x7f)
			return JM_FAULT_CONTROL;
	if (s[0] == ' ' || s[0] == '\t')
		return JM_FAULT_BLANK;
	if (s[0] == '[')
		return JM_FAULT_SECTION;
	equals = memchr(s, '=', len);
	if (equals == NULL || memchr(s, ':', (size_t)(equals - s)) != NULL)
		return JM_FAULT_FORM;
	if (memmem(s, len, " ;", 2) != NULL || memmem(s, len, "\t;", 2) != NULL)
		return JM_FAULT_COMMENT;
	return JM_FAULT_NONE;
}

/* Blank, or a comment. */
static int
says_nothing(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && (s[i] == ' ' || s[i] == '\t'))
		i++;
	return i == len || s[i] == '#' || s[i] == ';';
}

static void
settle(struct parse *p)
{
	if (p->given) /* inih made nothing of it */
		conf_tell(
		    p->fault, p->path, p->line, conf_sentence(JM_FAULT_FORM));
	p->given = 0;
}

/* An ini_reader: the next line that says something and is of that form. */
static char *
next_line(char *out, int cap, void *arg)
{
	struct parse *p = arg;

	settle(p);
	while (p->left > 0) {
		const char *s = p->text, *end = memchr(s, '\n', p->left);
		size_t len = end != NULL ? (size_t)(end - s) : p->left;
		const size_t step = end != NULL ? len + 1 : len;
		enum jm_conf_why f;

		p->text += step;
		p->left -= step;
		p->line++;
		if (len > 0 && s[len - 1] == '\r')
			len--;
		if (memchr(s, '\0', len) == NULL && says_nothing(s, len))
			continue;
		f = check_line(s, len);
		if (f == JM_FAULT_NONE && (cap < 1 || len > (size_t)cap - 1))
			f = JM_FAULT_LONG;
		if (f != JM_FAULT_NONE) {
			conf_tell(p->fault, p->path, p->line, conf_sentence(f));
			continue;
		}
		memcpy(out, s, len);
		out[len] = '\0';
		p->given = 1;
		return out;
	}
	return NULL;
}

static int
on_pair(void *arg, const char *section, const char *name, const char *value)
{
	struct parse *p = arg;
	enum jm_conf_why f = JM_FAULT_FORM;

	(void)section;
	p->given = 0;
	if (value != NULL)
		f = jm_conf_take(p->conf, &p->sets, name, value);
	if (f != JM_FAULT_NONE)
		conf_tell(p->fault, p->path, p->line, conf_sentence(f));
	return 1;
}

/* --- files ---------------------------------------------------------------- */

static enum jm_conf_why
may_trust(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return JM_FAULT_KIND;
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return JM_FAULT_OWNER;
	if ((st->st_mode & S_IWOTH) != 0)
		return JM_FAULT_MODE;
	return st->st_size > FILE_MAX ? JM_FAULT_SIZE : JM_FAULT_NONE;
}

/* Up to FILE_MAX + 1 bytes into mem. */
static enum jm_conf_why
read_fd(int fd, char *mem, size_t *len)
{
	struct stat st;
	enum jm_conf_why f;

	*len = 0;
	if (fstat(fd, &st) != 0)
		return JM_FAULT_ACCESS;
	if ((f = may_trust(&st)) != JM_FAULT_NONE)
		return f;
	while (*len <= FILE_MAX) {
		ssize_t n = read(fd, mem + *len, FILE_MAX + 1 - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return JM_FAULT_ACCESS;
		if (n == 0)
			return JM_FAULT_NONE;
		*len += (size_t)n;
	}
	return JM_FAULT_SIZE; /* it grew */
}

/* *len 0: empty, or there is no such file. */
static enum jm_conf_why
read_file(const char *path, char *mem, size_t *len)
{
	enum jm_conf_why f;
	int fd;

	*len = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? JM_FAULT_NONE
							   : JM_FAULT_ACCESS;
	f = read_fd(fd, mem, len);
	(void)close(fd);
	return f;
}

jm_err
jm_conf_read(const char *path, int system, struct jm_conf *conf, unsigned *set,
    struct jm_conf_fault *fault)
{
	static const char mark[] = { '\xef', '\xbb', '\xbf' }; /* UTF-8 */
	struct parse p = { .path = path,
		.conf = conf,
		.sets = { .system = system, .hard = set },
		.fault = fault };
	char *mem;
	enum jm_conf_why f;

	if ((mem = malloc(FILE_MAX + 1)) == NULL) {
		conf_tell(fault, path, 0, conf_sentence(JM_FAULT_ACCESS));
		return JM_NOMEM;
	}
	if ((f = read_file(path, mem, &p.left)) != JM_FAULT_NONE) {
		conf_tell(fault, path, 0, conf_sentence(f));
		free(mem);
		return JM_IO;
	}
	p.text = mem;
	if (p.left >= sizeof mark && memcmp(mem, mark, sizeof mark) == 0) {
		p.text += sizeof mark;
		p.left -= sizeof mark;
	}
	(void)ini_parse_stream(next_line, &p, on_pair, &p);
	settle(&p);
	free(mem);
	return JM_OK;
}

int
conf_user(char *out, size_t cap, struct jm_conf_fault *fault)
{
	const char *dir = jm_getenv("XDG_CONFIG_HOME"), *below = "";
	int n;

	if (dir == NULL || *dir != '/') {
		dir = jm_getenv("HOME");
		below = "/.config";
	}
	if (dir == NULL || *dir != '/')
		return 0;
	n = snprintf(out, cap, "%s%s/" NAME, dir, below);
	if (n > 0 && (size_t)n < cap)
		return 1;
	conf_tell(fault, out, 0, conf_sentence(JM_FAULT_PATH));
	return 0;
}

int
conf_is_pattern(const char *text)
{
	(void)text; /* each is one */
	return 1;
}

int
conf_fits(const char *pattern, const char *text)
{
	return fnmatch(pattern, text, 0) == 0;
}
