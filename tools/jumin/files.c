/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/guard.h"
#include "tools/jumin/files_impl.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

int
cli_file_fail(const char *path, int err)
{
	char plain[256];

	return cli_fail(EX_FAIL, NULL, "%s: %s",
	    cli_plain(path, plain, sizeof plain), strerror(err));
}

int
cli_file_load(const char *path, uint8_t **data, size_t *len)
{
	uint8_t *mem = NULL, *more;
	size_t cap = 0, used = 0;
	int fd = -1, code;
	long n;

	*data = NULL;
	*len = 0;
	if ((code = cli_file_open(path, &fd)) != EX_OK)
		return code;
	for (;;) {
		if (used == cap) {
			cap = cap == 0 ? 64u << 10 : 2 * cap;
			if (cap > 2 * (size_t)CLI_FILE_MAX) {
				code = cli_file_fail(path, EFBIG);
				goto out;
			}
			if ((more = realloc(mem, cap)) == NULL) {
				code = cli_file_fail(path, ENOMEM);
				goto out;
			}
			mem = more;
		}
		if ((n = cli_file_read(fd, mem + used, cap - used)) < 0) {
			code = cli_file_fail(path, errno);
			goto out;
		}
		if (n == 0)
			break;
		used += (size_t)n;
		if (used > CLI_FILE_MAX) {
			code = cli_file_fail(path, EFBIG);
			goto out;
		}
	}
	*data = mem;
	*len = used;
	mem = NULL; /* the caller's from here on */
out:
	free(mem);
	cli_file_close(fd);
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
	long len = 1;
	jm_err e = JM_OK;

	memset(out, 0, n * sizeof *out);
	if (n > CLI_HASHES_MAX)
		return cli_fail_err(JM_ARG, NULL);
	if ((code = cli_file_open(path, &fd)) != EX_OK)
		return code;
	for (size_t i = 0; i < n && e == JM_OK; i++)
		e = jm_hasher_new(h[i], &c[i]);
	if (e == JM_OK && (buf = malloc(cap)) == NULL)
		e = JM_NOMEM;
	while (e == JM_OK && len > 0) {
		if ((len = cli_file_read(fd, buf, cap)) < 0) {
			code = cli_file_fail(path, errno);
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
	cli_file_close(fd);
	return code;
}

const char *
cli_file_target(const struct cli_args *a)
{
	const char *path = a->value[CLI_OUTPUT];

	return path == NULL || strcmp(path, "-") == 0 ? NULL : path;
}
