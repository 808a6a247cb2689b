/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PEM files of the test CA (RFC 7468). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "vcard/vc_person.h"

#define LINE_BYTES 48 /* 64 characters */

static void
base64_line(FILE *f, const uint8_t *b, size_t n)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)b[i] << 16;

		if (n - i > 1)
			v |= (uint32_t)b[i + 1] << 8;
		if (n - i > 2)
			v |= b[i + 2];
		putc(set[v >> 18 & 63], f);
		putc(set[v >> 12 & 63], f);
		putc(n - i > 1 ? set[v >> 6 & 63] : '=', f);
		putc(n - i > 2 ? set[v & 63] : '=', f);
	}
	putc('\n', f);
}

jm_err
vc_pem_write(const char *dir, const char *name, const char *label,
    const uint8_t *der, size_t len, int secret, int replace)
{
	char *path = NULL;
	FILE *f = NULL;
	jm_err e = JM_IO;
	int fd;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return JM_NOMEM;
	if (replace && unlink(path) != 0 && errno != ENOENT)
		goto out;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    secret ? 0600 : 0644);
	if (fd < 0)
		goto out;
	if ((f = fdopen(fd, "w")) == NULL) {
		close(fd);
		unlink(path);
		goto out;
	}
	fprintf(f, "-----BEGIN %s-----\n", label);
	for (size_t off = 0; off < len; off += LINE_BYTES)
		base64_line(f, der + off,
		    len - off < LINE_BYTES ? len - off : LINE_BYTES);
	fprintf(f, "-----END %s-----\n", label);
	e = ferror(f) ? JM_IO : JM_OK;
	if (fclose(f) != 0)
		e = JM_IO;
	if (e != JM_OK)
		unlink(path);
out:
	free(path);
	return e;
}

void
vc_pem_remove(const char *dir, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return;
	unlink(path);
	free(path);
}
