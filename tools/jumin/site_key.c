/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/site_key.h"

#include <string.h>

#include "base/wipe.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

int
cli_site_l(const struct cli_args *a, const char *scope, uint8_t l[NYM_L_LEN])
{
	const char *where = a->value[CLI_SITE_KEY];
	uint8_t key[CLI_SITE_KEY_LEN] = { 0 }, sh[NYM_SH_LEN],
		msg[NYM_SITE_MSG];
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
	if ((code = cli_site_read(where, key)) == EX_OK &&
	    (e = nym_l_site(key, sh, l)) != JM_OK)
		code = cli_fail_err(e, NULL);
	jm_wipe(key, sizeof key);
	return code;
}
