/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin ssh: the public key in the form of authorized_keys. */
#include "objects/ident.h"
#include "tools/jumin/cert.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/json.h"
#include "tools/jumin/out.h"
#include "tools/jumin/ssh_line.h"

static int
show_json(const struct cli_ssh_line *line, const char *comment)
{
	struct cli_json j;

	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_str(&j, "type", line->type);
	cli_json_str(&j, "key", line->key);
	cli_json_str(&j, "comment", comment);
	cli_json_str(&j, "fingerprint", line->fingerprint);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

int
cli_ssh(const struct cli_args *a, const char *const *word)
{
	const char *comment = jm_ident_token_label(JM_PAIR_AUTH);
	struct cli_session s = { 0 };
	const struct jm_cert *c;
	struct cli_ssh_line line;
	int code;
	jm_err e;

	(void)word;
	if (cli_has(a, CLI_SCOPE))
		return cli_ssh_scope(a);
	if (cli_has(a, CLI_OUTPUT) || cli_has(a, CLI_FORCE))
		return cli_fail(EX_USAGE, _("give --scope ssh:HOST too"),
		    _("-o and --force are for the key of one server"));
	if ((code = cli_session_open(a, &s)) != EX_OK ||
	    (code = cli_cert_get(a, &s, JM_CERT_AUTH, &c)) != EX_OK)
		goto out;
	if ((e = cli_ssh_line_make(&c->rsa, &c->ec, &line)) != JM_OK)
		code = cli_fail_err(e, NULL);
	else if (cli_has(a, CLI_JSON))
		code = show_json(&line, comment);
	else
		printf("%s %s %s\n", line.type, line.key, comment);
out:
	cli_session_close(&s);
	return code;
}
