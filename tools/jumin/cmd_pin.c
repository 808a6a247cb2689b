/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin pin check|change */
#include "objects/ident.h"
#include "tools/jumin/ask.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/json.h"
#include "tools/jumin/out.h"

/* Everything before a PIN is asked for. */
static int
start(const struct cli_args *a, const char *word, struct cli_session *s,
    enum jm_pin_id *id)
{
	int code, fd;

	*s = (struct cli_session){ 0 };
	if ((code = cli_pin_word(word, id)) != EX_OK ||
	    (code = cli_pin_fd(a, &fd)) != EX_OK ||
	    (code = cli_session_open(a, s)) != EX_OK)
		return code;
	return cli_need_pin(s, *id);
}

static int
say_right(const struct cli_args *a, enum jm_pin_id id, int tries)
{
	struct cli_json j;

	if (!cli_has(a, CLI_JSON)) {
		printf(_("the PIN of %s is right\n"), cli_pin_title(id));
		return EX_OK;
	}
	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_str(&j, "pin", jm_ident_pin_name(id));
	cli_json_bool(&j, "right", 1);
	if (tries >= 0)
		cli_json_int(&j, "tries_left", tries);
	else
		cli_json_null(&j, "tries_left");
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

/* One VERIFY of a PIN from wherever the user gives it. */
static int
check(
    const struct cli_args *a, struct jm_token *t, enum jm_pin_id id, int *tries)
{
	struct cli_line pin = { 0 };
	int code;
	jm_err e;

	if (cli_at_reader(a, t, id, JM_PINPAD_VERIFY)) {
		if ((code = cli_invite_to_reader(a, t, id)) != EX_OK)
			return code;
		e = jm_token_check_pin_at_reader(t, id, tries);
	} else {
		if ((code = cli_ask_pin(a, t, id, &pin)) != EX_OK)
			goto out;
		e = jm_token_check_pin(t, id, pin.text, pin.len, tries);
	}
	if (e != JM_OK)
		code = cli_pin_failed(t, id, e, *tries);
out:
	cli_line_wipe(&pin);
	return code;
}

int
cli_pin_check(const struct cli_args *a, const char *const *word)
{
	struct jm_pin_state st;
	struct cli_session s;
	enum jm_pin_id id;
	int code, tries = -1;

	if ((code = start(a, word[0], &s, &id)) != EX_OK ||
	    (code = check(a, s.token, id, &tries)) != EX_OK)
		goto out;
	if (tries < 0 && jm_token_pin_state(s.token, id, 0, &st) == JM_OK)
		tries = st.tries;
	code = say_right(a, id, tries);
out:
	cli_session_close(&s);
	return code;
}

static int
change(const struct cli_args *a, struct jm_token *t, enum jm_pin_id id,
    jm_err *e, int *tries)
{
	struct cli_line old = { 0 }, fresh = { 0 };
	int code, fresh_bad = 0;

	if ((code = cli_ask_pin(a, t, id, &old)) == EX_OK &&
	    (code = cli_ask_new_pin(a, t, id, &fresh)) == EX_OK)
		*e = jm_token_change_pin(t, id, old.text, old.len, fresh.text,
		    fresh.len, &fresh_bad, tries);
	cli_line_wipe(&old);
	cli_line_wipe(&fresh);
	return code;
}

static int
change_at_reader(const struct cli_args *a, struct jm_token *t,
    enum jm_pin_id id, jm_err *e, int *tries)
{
	int code;

	if ((code = cli_invite_to_reader(a, t, id)) != EX_OK)
		return code;
	cli_note(_("then the new one, twice"));
	*e = jm_token_change_pin_at_reader(t, id, tries);
	return EX_OK;
}

int
cli_pin_change(const struct cli_args *a, const char *const *word)
{
	struct cli_session s;
	enum jm_pin_id id;
	int code, tries = -1;
	jm_err e = JM_OK;

	if ((code = start(a, word[0], &s, &id)) == EX_OK)
		code = cli_at_reader(
			   a, s.token, id, JM_PINPAD_VERIFY | JM_PINPAD_MODIFY)
			   ? change_at_reader(a, s.token, id, &e, &tries)
			   : change(a, s.token, id, &e, &tries);
	if (code != EX_OK)
		goto out;
	if (e == JM_GONE || e == JM_LINK || e == JM_FORMAT)
		/* It may have been the answer to the change that was lost. */
		code = cli_fail(cli_exit_code(e),
		    _("whether the PIN was changed is not known: see 'jumin "
		      "status' for the attempts left, then try the new one"),
		    "%s", _(jm_strerror(e)));
	else if (e != JM_OK)
		code = cli_pin_failed(s.token, id, e, tries);
	else
		printf(_("the PIN of %s is changed\n"), cli_pin_title(id));
out:
	cli_session_close(&s);
	return code;
}
