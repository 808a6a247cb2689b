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
    enum jm_pair *pair)
{
	int code, fd;

	*s = (struct cli_session){ 0 };
	if ((code = cli_pair_word(word, pair)) != EX_OK ||
	    (code = cli_pin_fd(a, &fd)) != EX_OK ||
	    (code = cli_session_open(a, s)) != EX_OK)
		return code;
	return cli_need_pair(s, *pair);
}

static int
say_right(const struct cli_args *a, enum jm_pair pair, int tries)
{
	struct cli_json j;

	if (!cli_has(a, CLI_JSON)) {
		printf(_("the PIN of %s is right\n"), cli_pair_title(pair));
		return EX_OK;
	}
	cli_json_init(&j, stdout);
	cli_json_object(&j, NULL);
	cli_json_str(&j, "pin", jm_ident_pair_name(pair));
	cli_json_bool(&j, "right", 1);
	if (tries >= 0)
		cli_json_int(&j, "tries_left", tries);
	else
		cli_json_null(&j, "tries_left");
	cli_json_close(&j);
	return cli_json_done(&j) == 0 ? EX_OK : EX_FAIL;
}

int
cli_pin_check(const struct cli_args *a, const char *const *word)
{
	struct cli_line pin = { 0 };
	struct jm_pin_state st;
	struct cli_session s;
	enum jm_pair pair;
	int code, tries = -1;
	jm_err e;

	if ((code = start(a, word[0], &s, &pair)) != EX_OK ||
	    (code = cli_ask_pin(a, s.token, pair, &pin)) != EX_OK)
		goto out;
	e = jm_token_login(s.token, pair, pin.text, pin.len, 0, &tries);
	if (e != JM_OK) {
		code = cli_pin_failed(s.token, pair, e, tries);
		goto out;
	}
	if (tries < 0 && jm_token_pin_state(s.token, pair, 0, &st) == JM_OK)
		tries = st.tries;
	code = say_right(a, pair, tries);
out:
	cli_line_wipe(&pin);
	cli_session_close(&s);
	return code;
}

int
cli_pin_change(const struct cli_args *a, const char *const *word)
{
	struct cli_line old = { 0 }, fresh = { 0 };
	struct cli_session s;
	enum jm_pair pair;
	int code, fresh_bad = 0, tries = -1;
	jm_err e;

	if ((code = start(a, word[0], &s, &pair)) != EX_OK ||
	    (code = cli_ask_pin(a, s.token, pair, &old)) != EX_OK ||
	    (code = cli_ask_new_pin(a, s.token, pair, &fresh)) != EX_OK)
		goto out;
	e = jm_token_change_pin(s.token, pair, old.text, old.len, fresh.text,
	    fresh.len, &fresh_bad, &tries);
	if (e == JM_GONE || e == JM_LINK || e == JM_FORMAT)
		/* It may have been the answer to the change that was lost. */
		code = cli_fail(cli_exit_code(e),
		    _("whether the PIN was changed is not known: see 'jumin "
		      "status' for the attempts left, then try the new one"),
		    "%s", _(jm_strerror(e)));
	else if (e != JM_OK)
		code = cli_pin_failed(s.token, pair, e, tries);
	else
		printf(_("the PIN of %s is changed\n"), cli_pair_title(pair));
out:
	cli_line_wipe(&old);
	cli_line_wipe(&fresh);
	cli_session_close(&s);
	return code;
}
