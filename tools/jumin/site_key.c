/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/site_key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wipe.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

#define KEY_LEN 32

static int
fail_key(const char *path, const char *why)
{
	char plain[256];

	return cli_fail(EX_FAIL,
	    _("the site key is a file of 32 random bytes that nobody else can "
	      "read: head -c 32 /dev/urandom > FILE, chmod 600"),
	    "%s: %s", cli_plain(path, plain, sizeof plain), why);
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
static int
read_key(const char *path, uint8_t key[KEY_LEN])
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

int
cli_site_l(const struct cli_args *a, const char *scope, uint8_t l[NYM_L_LEN])
{
	const char *where = a->value[CLI_SITE_KEY];
	uint8_t key[KEY_LEN] = { 0 }, sh[NYM_SH_LEN], msg[NYM_SITE_MSG];
	size_t len;
	int code;
	jm_err e;

	if ((e = nym_scope_hash(scope, strlen(scope), sh)) != JM_OK)
		return cli_fail_err(e, NULL);
	if (strncmp(where, "pkcs11:", 7) == 0) {
		e = nym_site_msg(sh, msg, &len);
		return e == JM_OK ? cli_site_hmac(a, where, msg, len, l)
				  : cli_fail_err(e, NULL);
	}
	if (cli_has(a, CLI_SITE_PIN_FD))
		return cli_fail(EX_USAGE, NULL,
		    _("--site-pin-fd is for a site key in a token"));
	if ((code = read_key(where, key)) == EX_OK &&
	    (e = nym_l_site(key, sh, l)) != JM_OK)
		code = cli_fail_err(e, NULL);
	jm_wipe(key, sizeof key);
	return code;
}
