/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_authority_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/log.h"
#include "base/wipe.h"

#define TEXT_MAX 1024 /* bytes of the longest file */
#define BEGIN    "-----BEGIN PRIVATE KEY-----\n"
#define END      "-----END PRIVATE KEY-----\n"

static jm_err
told(const char *dir, const char *name, const char *what, jm_err e)
{
	jm_log(JM_LOG_ERROR, "%s/%s: %s", dir, name, what);
	return e;
}

int
vc_pki_folder_is_empty(const char *dir)
{
	const struct dirent *d;
	int empty = 1;
	DIR *f;

	if ((f = opendir(dir)) == NULL)
		return 0;
	while ((d = readdir(f)) != NULL)
		empty &=
		    strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0;
	closedir(f);
	return empty;
}

/* Writing -------------------------------------------------------------------*/

jm_err
vc_pki_write_key(
    const char *dir, const char *name, const struct jm_soft_key *key)
{
	uint8_t *der;
	size_t len;
	jm_err e;

	if ((der = malloc(JM_SOFT_KEY_DER_MAX)) == NULL)
		return JM_NOMEM;
	if ((e = jm_soft_key_save(key, der, &len)) == JM_OK)
		e = vc_pem_write(dir, name, "PRIVATE KEY", der, len, 1, 0);
	jm_free_secret(der, JM_SOFT_KEY_DER_MAX);
	return e == JM_IO ? told(dir, name, strerror(errno), e) : e;
}

static jm_err
write_text(const char *path, const char *text, size_t n)
{
	const int fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int bad;

	if (fd < 0)
		return JM_IO;
	bad = write(fd, text, n) != (ssize_t)n;
	bad |= close(fd) != 0;
	if (bad)
		unlink(path);
	return bad ? JM_IO : JM_OK;
}

jm_err
vc_pki_write_hex(const char *dir, const char *name, const uint8_t *b, size_t n)
{
	char text[TEXT_MAX], *path = NULL;
	size_t len;
	jm_err e;

	if ((e = jm_hex_encode(b, n, text, sizeof text - 1)) != JM_OK)
		return e;
	len = strlen(text);
	text[len++] = '\n';
	if (asprintf(&path, "%s/%s", dir, name) < 0)
		e = JM_NOMEM;
	else if ((e = write_text(path, text, len)) != JM_OK)
		e = told(dir, name, strerror(errno), e);
	if (e != JM_NOMEM)
		free(path);
	jm_wipe(text, sizeof text);
	return e;
}

/* Reading -------------------------------------------------------------------*/

/* A file that nobody else can read or put there. */
static const char *
unfit(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	if (st.st_uid != geteuid())
		return "it belongs to another user";
	if ((st.st_mode & 077) != 0)
		return "others can read it; make it 0600";
	if (st.st_size <= 0 || st.st_size >= TEXT_MAX)
		return "not of its size";
	return NULL;
}

/* The text with a NUL behind it, which is the only one. */
static jm_err
read_text(const char *dir, const char *name, char out[TEXT_MAX])
{
	const char *what;
	char *path;
	ssize_t n;
	int fd;

	memset(out, 0, TEXT_MAX);
	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return JM_NOMEM;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return told(dir, name, strerror(errno), JM_IO);
	what = unfit(fd);
	n = what == NULL ? read(fd, out, TEXT_MAX - 1) : 0;
	close(fd);
	if (what != NULL)
		return told(dir, name, what, JM_IO);
	if (n <= 0)
		return told(dir, name, "it cannot be read", JM_IO);
	if (memchr(out, '\0', (size_t)n) != NULL)
		return told(dir, name, "not a text", JM_FORMAT);
	return JM_OK;
}

jm_err
vc_pki_read_hex(
    const char *dir, const char *name, uint8_t *out, size_t cap, size_t *len)
{
	char text[TEXT_MAX];
	size_t n;
	jm_err e;

	*len = 0;
	if ((e = read_text(dir, name, text)) != JM_OK)
		return e;
	n = strlen(text);
	if (text[n - 1] == '\n')
		text[--n] = '\0';
	if (n == 0 || strspn(text, "0123456789ABCDEFabcdef") != n ||
	    jm_hex_decode(text, out, cap, len) != JM_OK)
		e = told(dir, name, "not one line of hexadecimal", JM_FORMAT);
	jm_wipe(text, sizeof text);
	return e;
}

static int
value(char c)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(set, c);

	return at == NULL ? -1 : (int)(at - set);
}

/* Base64 with line breaks; 0 when it is none. */
static size_t
unbase64(const char *s, size_t n, uint8_t *out)
{
	uint32_t v = 0;
	size_t len = 0, digits = 0, pad = 0;

	for (size_t i = 0; i < n; i++) {
		const int d = value(s[i]);

		if (s[i] == '\n')
			continue;
		if (s[i] == '=' ? ++pad > 2 : d < 0 || pad > 0)
			return 0;
		v = v << 6 | (d < 0 ? 0 : (uint32_t)d);
		if (++digits % 4 == 0) {
			out[len++] = (uint8_t)(v >> 16);
			out[len++] = (uint8_t)(v >> 8);
			out[len++] = (uint8_t)v;
		}
	}
	return digits % 4 != 0 ? 0 : len - pad;
}

jm_err
vc_pki_read_key(const char *dir, const char *name, struct jm_soft_key **out)
{
	const size_t begin = sizeof BEGIN - 1, end = sizeof END - 1;
	char text[TEXT_MAX];
	uint8_t der[TEXT_MAX / 4 * 3];
	size_t n, len = 0;
	jm_err e;

	*out = NULL;
	if ((e = read_text(dir, name, text)) != JM_OK)
		return e;
	n = strlen(text);
	if (n > begin + end && memcmp(text, BEGIN, begin) == 0 &&
	    memcmp(text + n - end, END, end) == 0)
		len = unbase64(text + begin, n - begin - end, der);
	e = len == 0 ? JM_FORMAT : jm_soft_key_load(der, len, out);
	if (e == JM_OK && !jm_soft_key_is_ec(*out)) {
		jm_soft_key_free(out);
		e = JM_FORMAT;
	}
	if (e == JM_FORMAT)
		e = told(dir, name, "not an elliptic-curve key in PEM", e);
	jm_wipe(text, sizeof text);
	jm_wipe(der, sizeof der);
	return e;
}
