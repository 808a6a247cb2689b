/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files by name, read by those who change nothing, too. */
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "holder/index_impl.h"

void
index_name(const uint8_t hint[NYM_HINT_LEN], char out[INDEX_NAME])
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < NYM_HINT_LEN; i++) {
		out[2 * i] = digit[hint[i] >> 4];
		out[2 * i + 1] = digit[hint[i] & 15];
	}
	memcpy(out + 2 * NYM_HINT_LEN, INDEX_TAIL, sizeof INDEX_TAIL);
}

int
index_is_name(const char *name)
{
	return strspn(name, "0123456789abcdef") == 2 * NYM_HINT_LEN &&
	       strcmp(name + 2 * NYM_HINT_LEN, INDEX_TAIL) == 0;
}

jm_err
index_read(int folder, const char *name, size_t max, uint8_t **mem, size_t *len)
{
	struct jm_file_info info;
	size_t size;
	jm_err e;
	int fd;

	*mem = NULL;
	*len = 0;
	if ((e = jm_folder_file(folder, name, &fd, &info)) != JM_OK)
		return e;
	size = info.size > INDEX_FILE_MAX ? 0 : (size_t)info.size;
	if (size < INDEX_HEAD + INDEX_SUM)
		e = JM_DAMAGED;
	else if (max != 0 && size > max)
		size = max;
	if (e == JM_OK && (*mem = malloc(size)) == NULL)
		e = JM_NOMEM;
	if (e == JM_OK)
		e = jm_fd_read(fd, *mem, size, len);
	if (e == JM_OK && *len != size)
		e = JM_DAMAGED;
	jm_fd_close(fd);
	if (e != JM_OK) {
		free(*mem);
		*mem = NULL;
	}
	return e;
}

void
nym_index_free(struct nym_index **x)
{
	if (*x == NULL)
		return;
	free((*x)->entry);
	free(*x);
	*x = NULL;
}
