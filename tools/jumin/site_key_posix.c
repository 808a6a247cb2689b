/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wipe.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"
#include "tools/jumin/platform.h"
#include "tools/jumin/site_key.h"

#define KEY_LEN CLI_SITE_KEY_LEN

static int
fail_key(const char *path, const char *why)
{
	char plain[256];

	return cli_fail(EX_FAIL, cli_local(CLI_LOCAL_SITE_KEY), "%s: %s",
	    cli_plain(path, plain, sizeof plain), why);
}

/* What may be believed of an open file. */
static const char *
fault_of(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return _("this is no regular file");
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return _("the file belongs to another user");
	if (st->st_mode & 077)
		return _("others can read the file");
	if (st->st_size != KEY_LEN)
		return _("the file does not have 32 bytes");
	return NULL;
}

/* A FIFO is not waited for: it is refused. */
int
cli_site_read(const char *path, uint8_t key[KEY_LEN])
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	uint8_t buf[KEY_LEN + 1];
	struct stat st;
	const char *why;
	int code = EX_OK;

	if (fd < 0)
		return fail_key(path, strerror(errno));
	if (fstat(fd, &st) != 0)
		code = fail_key(path, strerror(errno));
	else if ((why = fault_of(&st)) != NULL)
		code = fail_key(path, why);
	else if (read(fd, buf, sizeof buf) != KEY_LEN)
		code = fail_key(path, _("the file does not have 32 bytes"));
	else
		memcpy(key, buf, KEY_LEN);
	jm_wipe(buf, sizeof buf);
	close(fd);
	return code;
}
