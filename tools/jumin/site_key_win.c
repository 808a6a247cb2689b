/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "base/folder.h"
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

int
cli_site_read(const char *path, uint8_t key[KEY_LEN])
{
	struct jm_file_info info;
	uint8_t buf[KEY_LEN + 1];
	size_t len = 0;
	int fd, code = EX_OK;
	jm_err e;

	if ((e = jm_path_open(path, &fd, &info)) == JM_NOT_FOUND)
		return fail_key(path, strerror(ENOENT));
	if (e != JM_OK)
		return fail_key(path, _("this is no regular file"));
	if (!info.good)
		code = fail_key(path, _("others can read the file"));
	else if (info.size != KEY_LEN ||
		 jm_fd_read(fd, buf, sizeof buf, &len) != JM_OK ||
		 len != KEY_LEN)
		code = fail_key(path, _("the file does not have 32 bytes"));
	else
		memcpy(key, buf, KEY_LEN);
	jm_wipe(buf, sizeof buf);
	jm_fd_close(fd);
	return code;
}

int
cli_site_hmac(const struct cli_args *a, const char *where, const uint8_t *msg,
    size_t len, uint8_t out[NYM_L_LEN])
{
	(void)a;
	(void)where;
	(void)msg;
	(void)len;
	memset(out, 0, NYM_L_LEN);
	return cli_fail(EX_USAGE,
	    "a file with the key can be given; jumin on Linux takes a token",
	    "a site key in a PKCS #11 token is not part of jumin.exe");
}
