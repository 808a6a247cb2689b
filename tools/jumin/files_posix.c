/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/files_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

int
cli_file_open(const char *path, int *fd)
{
	struct stat st;

	*fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
				     : open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return cli_file_fail(path, errno);
	if (fstat(*fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(*fd);
		*fd = -1;
		return cli_file_fail(path, EISDIR);
	}
	return EX_OK;
}

long
cli_file_read(int fd, void *buf, size_t cap)
{
	ssize_t n;

	do
		n = read(fd, buf, cap);
	while (n < 0 && errno == EINTR);
	return n;
}

void
cli_file_close(int fd)
{
	close(fd);
}

int
cli_open_append(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

int
cli_path_taken(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
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
		return cli_file_fail(path, ENOMEM);
	if (stat(dir, &st) != 0)
		code = cli_file_fail(path, errno);
	else if (!S_ISDIR(st.st_mode))
		code = cli_file_fail(path, ENOTDIR);
	else if (access(dir, W_OK | X_OK) != 0)
		code = cli_file_fail(path, errno);
	free(dir);
	return code;
}

int
cli_file_check(const struct cli_args *a, enum cli_kind kind)
{
	const char *path = cli_file_target(a);
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
		return cli_file_fail(path, ENOENT);
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return cli_file_fail(path, EISDIR);
		if (!S_ISREG(st.st_mode)) /* a device or pipe is written to */
			return access(path, W_OK) == 0
				   ? EX_OK
				   : cli_file_fail(path, errno);
	}
	/* lstat: a link that leads nowhere is in the way of a new file, too. */
	if (cli_path_taken(path) && !cli_has(a, CLI_FORCE))
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
		return cli_file_fail(path, errno);
	if (write_all(fd, data, len) != 0)
		code = cli_file_fail(path, errno);
	if (close(fd) != 0 && code == EX_OK)
		code = cli_file_fail(path, errno);
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
	return err == 0 ? EX_OK : cli_file_fail(path, err);
}

int
cli_file_write(const struct cli_args *a, const void *data, size_t len, int own)
{
	const char *path = cli_file_target(a);
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
