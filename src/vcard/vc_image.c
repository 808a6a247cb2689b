/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The image on disk: locked, read whole, replaced whole.  The lock is on the
 * file itself and goes over to the new file before that takes the old one's
 * name, so at no moment two processes can hold what the name leads to.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wipe.h"
#include "vcard/vc_image.h"

#define LOCK_TRIES 100 /* the file may be replaced while we open it */

/* Writing -------------------------------------------------------------------*/

static jm_err
write_all(int fd, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, s, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return JM_IO;
		s += w;
		n -= (size_t)w;
	}
	return JM_OK;
}

static jm_err
sync_folder(const char *path)
{
	char *copy = strdup(path);
	int fd, bad;

	if (copy == NULL)
		return JM_NOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (fd < 0)
		return JM_IO;
	bad = fsync(fd) != 0;
	close(fd);
	return bad ? JM_IO : JM_OK;
}

/* A new file beside path, locked, with the text written and synced. */
static jm_err
write_beside(struct vc_card *card, const char *tmp, const char *phase,
    const char *text, size_t len, int *out)
{
	int fd;

	*out = -1;
	/* What a killed process left; the lock says that it is nobody's. */
	if (unlink(tmp) != 0 && errno != ENOENT)
		return JM_IO;
	fd = open(
	    tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return JM_IO;
	if (fchmod(fd, 0600) != 0 || flock(fd, LOCK_EX | LOCK_NB) != 0 ||
	    write_all(fd, text, len) != JM_OK)
		goto fail;
	vc_moment(card, phase, "written");
	if (fsync(fd) != 0)
		goto fail;
	vc_moment(card, phase, "synced");
	*out = fd;
	return JM_OK;
fail:
	close(fd);
	unlink(tmp);
	return JM_IO;
}

/* Gives the new file the image's name: over the old one, or where there is
 * none. */
static jm_err
take_name(const char *tmp, const char *path, int replace)
{
	int ok;

	if (replace)
		ok = rename(tmp, path) == 0;
	else
		ok = link(tmp, path) == 0 && unlink(tmp) == 0;
	return ok ? JM_OK : JM_IO;
}

static jm_err
save(struct vc_card *card, const char *phase, int replace)
{
	char *text = NULL;
	size_t len = 0;
	char *tmp = NULL;
	int fd = -1;
	jm_err e;

	vc_moment(card, phase, "before");
	if (asprintf(&tmp, "%s.new", card->image.path) < 0) {
		tmp = NULL;
		e = JM_NOMEM;
		goto out;
	}
	if ((e = vc_image_text(card, &text, &len)) != JM_OK)
		goto out;
	if ((e = write_beside(card, tmp, phase, text, len, &fd)) != JM_OK)
		goto out;
	if ((e = take_name(tmp, card->image.path, replace)) != JM_OK) {
		unlink(tmp);
		goto out;
	}
	vc_moment(card, phase, "renamed");
	/* From here on the new file is the image, synced folder or not. */
	if (card->image.fd >= 0)
		close(card->image.fd);
	card->image.fd = fd;
	fd = -1;
	if ((e = sync_folder(card->image.path)) != JM_OK)
		goto out;
	vc_moment(card, phase, "done");
out:
	if (fd >= 0)
		close(fd);
	free(tmp);
	jm_free_secret(text, len);
	return e;
}

jm_err
vc_image_save(struct vc_card *card, const char *phase)
{
	if (card->image.fd < 0)
		return JM_IO; /* opened without the lock */
	return save(card, phase, 1);
}

/* Opening -------------------------------------------------------------------*/

/* 1: fd is still what the name leads to. */
static int
same_file(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static jm_err
open_image(const char *path, int lock, int *out)
{
	int fd;

	*out = -1;
	for (int i = 0; i < LOCK_TRIES; i++) {
		if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
			return JM_IO;
		if (lock && flock(fd, LOCK_EX | LOCK_NB) != 0) {
			int busy = errno == EWOULDBLOCK;

			if (busy && !same_file(fd, path)) {
				close(fd);
				continue;
			}
			close(fd);
			return busy ? JM_BUSY : JM_IO;
		}
		if (!lock || same_file(fd, path)) {
			*out = fd;
			return JM_OK;
		}
		close(fd); /* replaced meanwhile: that lock is worth nothing */
	}
	return JM_BUSY;
}

/* The whole file with a NUL behind it. */
static jm_err
read_whole(int fd, char **text, size_t *len)
{
	struct stat st;
	size_t have = 0, size;
	char *s;

	*text = NULL;
	*len = 0;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return JM_IO;
	if (st.st_size < 0 || st.st_size > (off_t)VC_IMAGE_MAX)
		return JM_FORMAT;
	size = (size_t)st.st_size;
	if ((s = malloc(size + 1)) == NULL)
		return JM_NOMEM;
	while (have < size) {
		ssize_t n = read(fd, s + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			jm_free_secret(s, size);
			return JM_IO;
		}
		have += (size_t)n;
	}
	s[size] = '\0';
	*text = s;
	*len = size;
	return JM_OK;
}

jm_err
vc_image_open(const char *path, int lock, struct vc_card **out)
{
	struct vc_card *card = NULL;
	char *real, *text = NULL;
	size_t len = 0;
	int fd = -1;
	jm_err e;

	*out = NULL;
	/* A link is followed once, here: rename would replace the link. */
	if ((real = realpath(path, NULL)) == NULL)
		return errno == ENOMEM ? JM_NOMEM : JM_IO;
	if ((e = open_image(real, lock, &fd)) != JM_OK)
		goto out;
	if ((e = read_whole(fd, &text, &len)) != JM_OK)
		goto out;
	if ((e = vc_image_parse(path, text, len, &card)) != JM_OK)
		goto out;
	card->image.path = real;
	real = NULL;
	if (lock) {
		card->image.fd = fd;
		fd = -1;
	}
	*out = card;
out:
	if (fd >= 0)
		close(fd);
	jm_free_secret(text, len);
	free(real);
	return e;
}

/* The path with its folder's links followed; the file need not exist. */
static jm_err
absolute(const char *path, char **out)
{
	char *dir = strdup(path), *base = strdup(path), *real = NULL;
	jm_err e = JM_NOMEM;

	*out = NULL;
	if (dir == NULL || base == NULL)
		goto out;
	e = JM_IO;
	if ((real = realpath(dirname(dir), NULL)) == NULL)
		goto out;
	e = JM_OK;
	if (asprintf(out, "%s/%s", strcmp(real, "/") == 0 ? "" : real,
		basename(base)) < 0) {
		*out = NULL;
		e = JM_NOMEM;
	}
out:
	free(dir);
	free(base);
	free(real);
	return e;
}

jm_err
vc_image_create(struct vc_card *card, const char *path, int overwrite)
{
	struct stat st;
	char *real = NULL;
	int old = -1;
	jm_err e;

	if (overwrite && (real = realpath(path, NULL)) == NULL &&
	    errno != ENOENT)
		return JM_IO;
	if (real == NULL && (e = absolute(path, &real)) != JM_OK)
		return e;
	card->image.path = real;
	if (lstat(real, &st) == 0) {
		if (!overwrite || !S_ISREG(st.st_mode))
			return JM_IO;
		/* A card that somebody uses is not replaced. */
		if ((e = open_image(real, 1, &old)) != JM_OK)
			return e;
	} else {
		overwrite = 0;
	}
	e = save(card, "create", overwrite);
	/* It has the name, but may not keep it over a loss of power. */
	if (e != JM_OK && !overwrite && card->image.fd >= 0)
		unlink(real);
	if (old >= 0)
		close(old);
	return e;
}

void
vc_image_close(struct vc_card *card)
{
	if (card->image.fd >= 0)
		close(card->image.fd);
	card->image.fd = -1;
	free(card->image.path);
	card->image.path = NULL;
	for (size_t i = 0; card->image.param != NULL && i < vc_param_count();
	     i++)
		free(card->image.param[i]);
	free(card->image.param);
	card->image.param = NULL;
}
