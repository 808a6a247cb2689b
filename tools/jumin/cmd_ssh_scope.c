/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jumin ssh --scope ssh:HOST: a key for one server alone, out of the index.  An
 * ssh client offers a server every key of a PKCS#11 provider, and servers could
 * tell by that set who somebody is: the lines for ssh_config name one key.
 */
#include <stdlib.h>
#include <string.h>

#include "objects/nym.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/files.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/json.h"
#include "tools/jumin/nym_use.h"
#include "tools/jumin/out.h"
#include "tools/jumin/ssh_line.h"

#define MODULE PKCS11DIR "/jumin-pkcs11.so"

/* The entry of the scope; EX_FAIL after a message. */
static int
find(const struct cli_session *s, const char *scope,
    const struct nym_index_entry **out)
{
	const struct nym_index *x = NULL;
	char *hint;
	int code;
	jm_err e;

	*out = NULL;
	if ((e = jm_token_nym_index(s->token, &x)) != JM_OK)
		return cli_fail_err(e, NULL);
	for (size_t i = 0; x != NULL && i < x->len; i++)
		if (strcmp(x->entry[i].scope, scope) == 0)
			*out = &x->entry[i];
	if (*out != NULL)
		return EX_OK;
	hint = cli_text("jumin nym register %s", scope);
	code = cli_fail(
	    EX_FAIL, hint, "%s: %s", scope, _(jm_strerror(JM_UNKNOWN)));
	free(hint);
	return code;
}

static int
make(const struct nym_index_entry *e, struct cli_ssh_line *line)
{
	static const struct jm_rsa_pub none = { .n_len = 0 };
	struct jm_ec_pub ec = { .curve = JM_P256,
		.point_len = sizeof e->point };
	jm_err err;

	memcpy(ec.point, e->point, sizeof e->point);
	err = cli_ssh_line_make(&none, &ec, line);
	return err == JM_OK ? EX_OK : cli_fail_err(err, NULL);
}

/* "ssh:[2001:db8::1]:2222": its host without brackets, and its port. */
static void
split(const char *scope, char host[NYM_SCOPE_MAX + 1], const char **port)
{
	const char *at = scope + strlen("ssh:"), *end;
	size_t len;

	if (*at == '[') {
		at++;
		end = strchr(at, ']');
		*port = end != NULL && end[1] == ':' ? end + 2 : NULL;
	} else {
		end = strchr(at, ':');
		*port = end != NULL ? end + 1 : NULL;
	}
	len = end != NULL ? (size_t)(end - at) : strlen(at);
	if (len > NYM_SCOPE_MAX)
		len = NYM_SCOPE_MAX;
	memcpy(host, at, len);
	host[len] = '\0';
}

/*
 * The lines for ssh_config.  IdentityFile names the public key alone: ssh then
 * offers this one and asks the provider for its private half.
 */
static char *
config(const char *scope, const char *file)
{
	char host[NYM_SCOPE_MAX + 1];
	const char *port;

	split(scope, host, &port);
	return cli_text("Host %s\n%s%s%s"
			"    PKCS11Provider %s\n"
			"    IdentityFile %s\n"
			"    IdentitiesOnly yes\n",
	    host, port != NULL ? "    Port " : "", port != NULL ? port : "",
	    port != NULL ? "\n" : "", MODULE, file);
}

static int
show_json(const struct cli_ssh_line *line, const char *scope, const char *lines)
{
	struct cli_json j;

	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_str(&j, "type", line->type);
	cli_json_str(&j, "key", line->key);
	cli_json_str(&j, "comment", scope);
	cli_json_str(&j, "fingerprint", line->fingerprint);
	cli_json_str(&j, "provider", MODULE);
	cli_json_str(&j, "ssh_config", lines);
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

/* -o: the key into that file, the lines with its name; else the key, and the
 * lines as comments, so that the output as a whole is one for authorized_keys.
 */
static int
show(const struct cli_args *a, const struct cli_ssh_line *line,
    const char *scope)
{
	const char *file = a->value[CLI_OUTPUT];
	const int to_file = file != NULL && strcmp(file, "-") != 0;
	char *lines, *key, *real = NULL;
	int code = EX_OK;

	key = cli_text("%s %s %s\n", line->type, line->key, scope);
	if (key != NULL && to_file) {
		code = cli_file_write(a, key, strlen(key), 0);
		real = code == EX_OK ? realpath(file, NULL) : NULL;
	}
	lines = config(scope, real != NULL ? real : "~/.ssh/FILE.pub");
	if (code != EX_OK)
		goto out;
	if (key == NULL || lines == NULL) {
		code = cli_fail_err(JM_NOMEM, NULL);
	} else if (cli_has(a, CLI_JSON)) {
		code = show_json(line, scope, lines);
	} else if (to_file) {
		fputs(lines, stdout);
	} else {
		fputs(key, stdout);
		fflush(stdout); /* what follows speaks of it */
		cli_note(_("for ~/.ssh/config, with the line above in "
			   "~/.ssh/FILE.pub (or give -o FILE.pub):"));
		fputs(lines, stderr);
	}
out:
	free(real);
	free(lines);
	free(key);
	return code;
}

int
cli_ssh_scope(const struct cli_args *a)
{
	const struct nym_index_entry *e;
	struct cli_ssh_line line;
	struct cli_session s = { 0 };
	struct cli_nym n = { 0 };
	int code;

	if ((code = cli_nym_scope(a->value[CLI_SCOPE], &n)) != EX_OK)
		return code;
	if (n.scheme != NYM_SSH)
		return cli_fail(EX_USAGE, cli_nym_scope_rule("ssh:"),
		    _("--scope is of ssh: here"));
	if ((code = cli_file_check(a, CLI_TEXT)) != EX_OK ||
	    (code = cli_session_open_uncached(a, &s)) != EX_OK ||
	    (code = cli_need_pair(&s, JM_PAIR_AUTH)) != EX_OK ||
	    (code = find(&s, n.scope, &e)) != EX_OK || e == NULL ||
	    (code = make(e, &line)) != EX_OK)
		goto out;
	code = show(a, &line, n.scope);
out:
	cli_session_close(&s);
	return code;
}
