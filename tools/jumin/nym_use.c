/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/nym_use.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/secret.h"
#include "base/wipe.h"
#include "tools/jumin/ask.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"
#include "tools/jumin/platform.h"
#include "tools/jumin/site_key.h"

#define LOCK_WAIT_MS 10000

/* --- what went wrong ----------------------------------------------------- */

const char *
cli_nym_folder(char out[NYM_VAULT_PATH_MAX])
{
	char path[JM_FOLDER_PATH_MAX];

	if (jm_folder_path(JM_FOLDER_NYM, path) != JM_OK)
		snprintf(path, sizeof path, "-");
	return cli_plain(path, out, NYM_VAULT_PATH_MAX);
}

static int
fail_not_found(const struct cli_nym_use *u)
{
	if (u->job.mode == NYM_MODE_CARD2)
		return cli_fail(EX_FAIL, _("use another --binding"),
		    _("this card has no second key for --binding card2"));
	return cli_fail(EX_FAIL,
	    _("'jumin nym register' makes the vault; a copy of one that there "
	      "was comes back with 'jumin nym vault import'"),
	    _("there is no vault of this card here, so no service is "
	      "registered"));
}

static int
fail_unknown(const struct cli_nym_use *u)
{
	char *hint;
	int code;

	if (u->job.scope == NULL)
		return cli_fail_err(JM_UNKNOWN, NULL);
	hint = cli_text("jumin nym register %s", u->job.scope);
	code = cli_fail(
	    EX_FAIL, hint, "%s: %s", u->job.scope, _(jm_strerror(JM_UNKNOWN)));
	free(hint);
	return code;
}

/* A file that does not open is named, and that it stays. */
static int
fail_file(const struct cli_nym_use *u, jm_err e)
{
	char folder[NYM_VAULT_PATH_MAX];
	const char *hint = NULL;

	(void)u;
	if (e == JM_DAMAGED)
		hint = _("the file was left as it is; 'jumin nym vault recover "
			 "FILE' takes a copy by the recovery code; without "
			 "the code move the file and its .bak away, then "
			 "'jumin nym vault import' takes a copy");
	else if (e == JM_SPACE)
		hint = _("the disk is full; what was saved before is there");
	else if (e == JM_IO)
		hint = cli_local(CLI_LOCAL_FOLDER);
	if (e == JM_SPACE)
		return cli_fail(EX_FAIL, hint, _("%s: no room for the vault"),
		    cli_nym_folder(folder));
	return cli_fail(
	    EX_FAIL, hint, "%s: %s", cli_nym_folder(folder), _(jm_strerror(e)));
}

int
cli_nym_failed(struct cli_nym_use *u, jm_err e, int tries)
{
	if (cli_exit_code(e) == EX_PIN && u->s.token != NULL)
		return cli_pin_failed(u->s.token, JM_PIN_AUTH, e, tries);
	if (e == JM_NOT_FOUND)
		return fail_not_found(u);
	if (e == JM_UNKNOWN)
		return fail_unknown(u);
	if (e == JM_DAMAGED || e == JM_IO || e == JM_SPACE)
		return fail_file(u, e);
	if (e == JM_EXISTS)
		return cli_fail(EX_FAIL,
		    _("'jumin nym id' shows its identifier, 'jumin nym reset' "
		      "gives a new one"),
		    "%s", _(jm_strerror(e)));
	if (e == JM_MODE && u->job.mode == 0)
		return cli_fail(EX_FAIL, _("give --binding card2"), "%s",
		    _(jm_strerror(e)));
	if (e == JM_MODE)
		return cli_fail(EX_FAIL,
		    _("leave out --binding; after 'jumin nym forget' another "
		      "one can be registered"),
		    "%s", _(jm_strerror(e)));
	if (e == JM_FILE_BUSY)
		return cli_fail(EX_FAIL,
		    _("wait until it has ended, and try again"), "%s",
		    _(jm_strerror(e)));
	if (e == JM_CLOCK)
		return cli_fail(EX_FAIL,
		    _("set the clock: with an old time an identifier of then "
		      "would come back"),
		    "%s", _(jm_strerror(e)));
	return cli_fail_err(e, NULL);
}

/* --- the steps ------------------------------------------------------------
 */

/* Without a folder there is nothing that a binding without a vault could
 * disturb, and nothing is to be made. */
static int
wants_lock(const struct cli_nym *n)
{
	int fd;

	if (n == NULL || n->mode == 0 || n->mode == NYM_MODE_HOLDER)
		return 1;
	if (n->mode == NYM_MODE_SITE)
		return 0;
	if (jm_folder_open(JM_FOLDER_NYM, 0, &fd) == JM_NOT_FOUND)
		return 0;
	if (fd >= 0)
		jm_folder_close(fd);
	return 1;
}

static int
take_site_key(struct cli_nym_use *u, const struct cli_nym *n)
{
	void *mem;
	jm_err e;

	if ((e = jm_secret_new(NYM_L_LEN, &mem)) != JM_OK)
		return cli_fail_err(e, NULL);
	u->site_l = mem;
	return cli_site_l(u->a, n->scope, u->site_l);
}

int
cli_nym_open(
    const struct cli_args *a, const struct cli_nym *n, struct cli_nym_use *u)
{
	int code, fd;
	jm_err e;

	*u = (struct cli_nym_use){ .a = a };
	if ((code = cli_pin_fd(a, &fd)) != EX_OK)
		return code;
	if (n != NULL) {
		u->job.scope = n->scope;
		u->job.mode = n->mode;
		u->job.period = n->period;
		u->job.site_profile = n->site_profile;
	}
	if (n != NULL && n->mode == NYM_MODE_SITE) {
		if ((code = take_site_key(u, n)) != EX_OK)
			return code;
		u->job.site_l = u->site_l;
	}
	if (wants_lock(n) &&
	    (e = nym_lock_take(LOCK_WAIT_MS, &u->lock)) != JM_OK)
		return cli_nym_failed(u, e, -1);
	if ((code = cli_session_open_uncached(a, &u->s)) != EX_OK)
		return code;
	return cli_need_pair(&u->s, JM_PAIR_AUTH);
}

int
cli_nym_job(struct cli_nym_use *u)
{
	struct jm_token *t = u->s.token;
	struct cli_line *pin;
	void *page = NULL; /* for as long as the card takes */
	int code, tries = -1;
	jm_err e;

	if ((e = jm_secret_new(sizeof *pin, &page)) != JM_OK) {
		code = cli_nym_failed(u, e, -1);
		goto out;
	}
	pin = page;
	if (cli_at_reader(u->a, t, JM_PIN_AUTH, JM_PINPAD_VERIFY)) {
		if ((code = cli_invite_to_reader(u->a, t, JM_PIN_AUTH)) !=
		    EX_OK)
			goto out;
		e = jm_token_nym_at_reader(t, &u->job, &tries);
	} else {
		if ((code = cli_ask_pin(u->a, t, JM_PIN_AUTH, pin)) != EX_OK)
			goto out;
		e = jm_token_nym(t, &u->job, pin->text, pin->len, &tries);
	}
	if (e != JM_OK)
		code = cli_nym_failed(u, e, tries);
	else if (u->job.backup)
		cli_warn(_("the vault is damaged, and its backup was used: the "
			   "last change before it was damaged is missing"));
out:
	jm_secret_free(&page, sizeof *pin);
	cli_session_close(&u->s);
	return code;
}

int
cli_nym_save(struct cli_nym_use *u)
{
	jm_err e;

	if (u->job.vault == NULL)
		return EX_OK;
	e = nym_job_save(&u->job);
	return e == JM_OK ? EX_OK : cli_nym_failed(u, e, -1);
}

void
cli_nym_close(struct cli_nym_use *u)
{
	void *mem = u->site_l;

	nym_job_end(&u->job);
	cli_session_close(&u->s);
	nym_lock_free(&u->lock);
	jm_secret_free(&mem, NYM_L_LEN);
	u->site_l = NULL;
}

/* --- recovery codes ------------------------------------------------------- */

int
cli_nym_take_code(struct cli_nym_use *u, char code[NYM_CODE_SHOWN])
{
	uint8_t raw[NYM_CODE_LEN];

	code[0] = '\0';
	if (u->job.vault != NULL && nym_vault_code(u->job.vault, raw) == JM_OK)
		nym_code_text(raw, code);
	jm_wipe(raw, sizeof raw);
	return EX_OK;
}

int
cli_nym_code_fd(const struct cli_args *a, int *fd)
{
	int64_t n;

	*fd = -1;
	if (!cli_has(a, CLI_CODE_FD))
		return EX_OK;
	if (cli_number(a->value[CLI_CODE_FD], INT_MAX, &n) != 0)
		return cli_fail(EX_USAGE, _("see: jumin --help"),
		    _("--code-fd needs the number of a file descriptor"));
	*fd = (int)n;
	return EX_OK;
}

int
cli_nym_ask_code(const struct cli_args *a, uint8_t code[NYM_CODE_LEN])
{
	struct cli_line line = { 0 };
	int status, fd;
	jm_err e;

	memset(code, 0, NYM_CODE_LEN);
	if ((status = cli_nym_code_fd(a, &fd)) != EX_OK)
		return status;
	e = fd < 0 ? cli_prompt(_("Recovery code: "), 0, &line)
		   : cli_read_line(fd, &line);
	if (e == JM_OK)
		e = nym_code_parse(line.text, line.len, code);
	cli_line_wipe(&line);
	if (e == JM_OK)
		return EX_OK;
	if (e == JM_IO && fd < 0)
		return cli_fail(EX_PIN,
		    _("a program hands it over by --code-fd N"),
		    _("there is no terminal to ask for the recovery code"));
	if (e == JM_FORMAT || e == JM_SPACE)
		return cli_fail(EX_PIN,
		    _("it is 8 groups of 4 of the letters a-z and the digits "
		      "2-7"),
		    _("this is no recovery code"));
	return cli_fail(EX_PIN, NULL, _("no recovery code was given"));
}
