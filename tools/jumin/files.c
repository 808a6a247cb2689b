/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "objects/guard.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

static int
fail_file(const char *path, int err)
{
	char plain[256];

	return cli_fail(EX_FAIL, NULL, "%s: %s",
	    cli_plain(path, plain, sizeof plain), strerror(err));
}

static int
open_input(const char *path, int *fd)
{
	struct stat st;

	*fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
				     : open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return fail_file(path, errno);
	if (fstat(*fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(*fd);
		*fd = -1;
		return fail_file(path, EISDIR);
	}
	return EX_OK;
}

/* Up to cap bytes: 0 at the end, -1 with errno. */
static ssize_t
read_some(int fd, void *buf, size_t cap)
{
	ssize_t n;

	do
		n = read(fd, buf, cap);
	while (n < 0 && errno == EINTR);
	return n;
}

int
cli_file_load(const char *path, uint8_t **data, size_t *len)
{
	uint8_t *mem = NULL, *more;
	size_t cap = 0, used = 0;
	int fd = -1, code;
	ssize_t n;

	*data = NULL;
	*len = 0;
	if ((code = open_input(path, &fd)) != EX_OK)
		return code;
	for (;;) {
		if (used == cap) {
			cap = cap == 0 ? 64u << 10 : 2 * cap;
			if (cap > 2 * (size_t)CLI_FILE_MAX) {
				code = fail_file(path, EFBIG);
				goto out;
			}
			if ((more = realloc(mem, cap)) == NULL) {
				code = fail_file(path, ENOMEM);
				goto out;
			}
			mem = more;
		}
		if ((n = read_some(fd, mem + used, cap - used)) < 0) {
			code = fail_file(path, errno);
			goto out;
		}
		if (n == 0)
			break;
		used += (size_t)n;
		if (used > CLI_FILE_MAX) {
			code = fail_file(path, EFBIG);
			goto out;
		}
	}
	*data = mem;
	*len = used;
	mem = NULL; /* the caller's from here on */
out:
	free(mem);
	close(fd);
	return code;
}

int
cli_file_hash(const char *path, const enum jm_hash *h, size_t n,
    uint8_t (*out)[JM_DIGEST_MAX])
{
	struct jm_hasher *c[CLI_HASHES_MAX] = { NULL };
	struct jm_guard_head head = { .len = 0 };
	uint8_t *buf = NULL;
	const size_t cap = 64u << 10;
	int fd = -1, code;
	ssize_t len = 1;
	jm_err e = JM_OK;

	memset(out, 0, n * sizeof *out);
	if (n > CLI_HASHES_MAX)
		return cli_fail_err(JM_ARG, NULL);
	if ((code = open_input(path, &fd)) != EX_OK)
		return code;
	for (size_t i = 0; i < n && e == JM_OK; i++)
		e = jm_hasher_new(h[i], &c[i]);
	if (e == JM_OK && (buf = malloc(cap)) == NULL)
		e = JM_NOMEM;
	while (e == JM_OK && len > 0) {
		if ((len = read_some(fd, buf, cap)) < 0) {
			code = fail_file(path, errno);
			goto out;
		}
		jm_guard_head_add(&head, buf, (size_t)len);
		for (size_t i = 0; i < n && e == JM_OK; i++)
			e = len > 0 ? jm_hasher_update(c[i], buf, (size_t)len)
				    : jm_hasher_final(c[i], out[i]);
	}
	if (e == JM_OK)
		e = jm_guard_message(head.first, head.len);
	if (e != JM_OK)
		code = cli_fail_err(e, NULL);
out:
	for (size_t i = 0; i < n; i++)
		jm_hasher_free(&c[i]);
	free(buf);
	close(fd);
	return code;
}

/* -o's file, NULL for standard output. */
static const char *
target(const struct cli_args *a)
{
	const char *path = a->value[CLI_OUTPUT];

	return path == NULL || strcmp(path, "-") == 0 ? NULL : path;
}

/* The folder that path is in, malloc'd; NULL without memory. */
static char *
folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Can a file be made beside path? */
static int
check_folder(const char *path)
{
	char *dir = folder(path);
	int code = EX_OK;

	struct stat st;

	if (dir == NULL)
		return fail_file(path, ENOMEM);
	if (stat(dir, &st) != 0)
		code = fail_file(path, errno);
	else if (!S_ISDIR(st.st_mode))
		code = fail_file(path, ENOTDIR);
	else if (access(dir, W_OK | X_OK) != 0)
		code = fail_file(path, errno);
	free(dir);
	return code;
}

int
cli_file_check(const struct cli_args *a, enum cli_kind kind)
{
	const char *path = target(a);
	struct stat st;

	if (path == NULL) {
		if (kind == CLI_BINARY && !cli_has(a, CLI_OUTPUT) &&
		    isatty(STDOUT_FILENO))
			return cli_fail(EX_USAGE,
			    _("give a file with -o FILE, or -o - to do it "
			      "all the same"),
			    _("binary data is not written to a terminal"));
		return EX_OK;
	}
	if (path[0] == '\0')
		return fail_file(path, ENOENT);
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return fail_file(path, EISDIR);
		if (!S_ISREG(st.st_mode)) /* a device or pipe is written to */
			return access(path, W_OK) == 0 ? EX_OK
						       : fail_file(path, errno);
	}
	/* lstat: a link that leads nowhere is in the way of a new file, too. */
	if (lstat(path, &st) == 0 && !cli_has(a, CLI_FORCE))
		return cli_fail(EX_FAIL, _("--force replaces it"), "%s: %s",
		    path, strerror(EEXIST));
	return check_folder(path);
}

static int
write_all(int fd, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len > 0) {
		const ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* A device or pipe: nothing to rename. */
static int
write_through(const char *path, const void *data, size_t len)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int code = EX_OK;

	if (fd < 0)
		return fail_file(path, errno);
	if (write_all(fd, data, len) != 0)
		code = fail_file(path, errno);
	if (close(fd) != 0 && code == EX_OK)
		code = fail_file(path, errno);
	return code;
}

/* Give the finished file its name.  A link, unlike a rename, fails where there
 * is such a file by now. */
static int
publish(const char *temp, const char *path, int force)
{
	if (force)
		return rename(temp, path);
	if (link(temp, path) == 0)
		return unlink(temp);
	if (errno == EEXIST || access(path, F_OK) == 0)
		return -1;
	return rename(temp, path); /* a file system without links */
}

/* data under temp, on the disk, with its final rights: 0 or an errno. */
static int
write_temp(char *temp, const void *data, size_t len, int own)
{
	const mode_t mask = umask(077);
	int fd, err = 0;

	umask(mask);
	if ((fd = mkostemp(temp, O_CLOEXEC)) < 0) {
		*temp = '\0'; /* there is none to remove */
		return errno;
	}
	if (write_all(fd, data, len) != 0 ||
	    fchmod(fd, own ? 0600 : 0666 & ~mask) != 0 || fsync(fd) != 0)
		err = errno;
	if (close(fd) != 0 && err == 0)
		err = errno;
	return err;
}

static int
write_whole(const char *path, int force, const void *data, size_t len, int own)
{
	char *real = realpath(path, NULL); /* --force through a symbolic link */
	const char *to = real != NULL ? real : path;
	char *dir = folder(to), *temp = NULL;
	int err;

	if (dir == NULL || asprintf(&temp, "%s/.jumin-XXXXXX", dir) < 0) {
		temp = NULL;
		err = ENOMEM;
		goto out;
	}
	if ((err = write_temp(temp, data, len, own)) != 0 ||
	    publish(temp, to, force) != 0) {
		err = err != 0 ? err : errno;
		if (*temp != '\0')
			(void)unlink(temp);
	}
out:
	free(temp);
	free(dir);
	free(real);
	return err == 0 ? EX_OK : fail_file(path, err);
}

int
cli_file_write(const struct cli_args *a, const void *data, size_t len, int own)
{
	const char *path = target(a);
	sigset_t hold, before;
	struct stat st;
	int code;

	if (path == NULL) {
		fwrite(data, 1, len, stdout); /* cli_end looks for errors */
		return EX_OK;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_through(path, data, len);
	/* Ctrl-C in between would leave the temporary file. */
	sigemptyset(&hold);
	sigaddset(&hold, SIGINT);
	sigaddset(&hold, SIGTERM);
	sigaddset(&hold, SIGHUP);
	sigaddset(&hold, SIGQUIT);
	(void)sigprocmask(SIG_BLOCK, &hold, &before);
	code = write_whole(path, cli_has(a, CLI_FORCE), data, len, own);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return code;
}
