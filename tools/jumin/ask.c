/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/ask.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"

#define STATE_AGE_MS 2000 /* a counter is shown no older than this */

int
cli_pin_fd(const struct cli_args *a, int *fd)
{
	int64_t n;

	*fd = -1;
	if (!cli_has(a, CLI_PIN_FD))
		return EX_OK;
	if (cli_number(a->value[CLI_PIN_FD], INT_MAX, &n) != 0)
		return cli_fail(EX_USAGE, _("see: jumin --help"),
		    _("--pin-fd needs the number of a file descriptor"));
	*fd = (int)n;
	return EX_OK;
}

/* Who sets a new PIN when the old one is lost or blocked (not any program). */
static const char *
who_resets(enum jm_pin_id id)
{
	switch (id) {
	case JM_PIN_AUTH:
	case JM_PIN_TEXT:
	case JM_PIN_FACE:
	case JM_PIN_BIRTH:
		return _("only the municipal counter can set a new one");
	case JM_PIN_SIGN:
		return _("the municipal counter sets a new one; who knows the "
			 "authentication PIN can use the JPKI phone app and a "
			 "convenience-store kiosk instead");
	}
	return "";
}

/* What a PIN of this id looks like; to be freed. */
static char *
form_hint(const struct jm_token *t, enum jm_pin_id id)
{
	const struct jm_prof_pin *p = &jm_token_profile(t)->pin[id];

	switch (p->chars) {
	case JM_PIN_DIGITS:
		return cli_text(_("it is %u digits; nothing was sent to the "
				  "card and no attempt was used"),
		    p->max);
	case JM_PIN_UPPER_ALNUM:
		return cli_text(_("it is %u to %u letters A-Z and digits, at "
				  "least one of each; nothing was sent to the "
				  "card and no attempt was used"),
		    p->min, p->max);
	}
	return NULL;
}

static int
say_form(const struct jm_token *t, enum jm_pin_id id, jm_err e)
{
	char *hint = form_hint(t, id);
	const int code = cli_fail(EX_PIN, hint, "%s", _(jm_strerror(e)));

	free(hint);
	return code;
}

static int
say_blocked(enum jm_pin_id id)
{
	return cli_fail(EX_PIN, who_resets(id), _("the PIN of %s is blocked"),
	    cli_pin_title(id));
}

static int
say_wrong(enum jm_pin_id id, int tries)
{
	char *hint = cli_text(_("at 0 it is blocked; %s"), who_resets(id));
	int code;

	if (tries < 0)
		code =
		    cli_fail(EX_PIN, hint, "%s", _(jm_strerror(JM_PIN_WRONG)));
	else
		code = cli_fail(EX_PIN, hint,
		    ngettext("wrong PIN, %d attempt left",
			"wrong PIN, %d attempts left", (unsigned long)tries),
		    tries);
	free(hint);
	return code;
}

int
cli_pin_failed(struct jm_token *t, enum jm_pin_id id, jm_err e, int tries)
{
	if (e == JM_PIN_BLOCKED || (e == JM_PIN_WRONG && tries == 0))
		return say_blocked(id);
	if (e == JM_PIN_WRONG)
		return say_wrong(id, tries);
	if (e == JM_PIN_LEN || e == JM_PIN_FORM)
		return say_form(t, id, e);
	if (e == JM_NOT_FOUND && id == JM_PIN_TEXT)
		return cli_fail_no_text(t);
	return cli_fail_err(e, NULL);
}

static int
input_failed(jm_err e, int fd)
{
	if (e == JM_IO && fd < 0)
		return cli_fail(EX_PIN,
		    _("a program hands it over by --pin-fd N"),
		    _("there is no terminal to ask for the PIN"));
	if (e == JM_IO)
		return cli_fail(EX_PIN, NULL,
		    _("the PIN cannot be read from descriptor %d"), fd);
	if (e == JM_NOT_FOUND)
		return cli_fail(EX_PIN, NULL, _("no PIN was given"));
	if (e == JM_SPACE) /* longer than any line we keep */
		return cli_fail(EX_PIN, NULL, "%s", _(jm_strerror(JM_PIN_LEN)));
	return cli_fail_err(e, NULL);
}

/* A PIN that cannot be right is refused here, before the card is asked to do
 * anything; the core would refuse it too. */
static int
check_form(struct jm_token *t, enum jm_pin_id id, const struct cli_line *pin,
    int fresh)
{
	struct jm_pin formed;
	const jm_err e = jm_pin_form(
	    &jm_token_profile(t)->pin[id], pin->text, pin->len, fresh, &formed);

	jm_wipe(&formed, sizeof formed);
	return e == JM_OK ? EX_OK : cli_pin_failed(t, id, e, -1);
}

/* question is freed; NULL: there was no memory to make it. */
static int
read_pin(int fd, char *question, struct cli_line *pin)
{
	jm_err e = JM_NOMEM;

	if (question != NULL)
		e = fd < 0 ? cli_prompt(question, 0, pin)
			   : cli_read_line(fd, pin);
	free(question);
	return e == JM_OK ? EX_OK : input_failed(e, fd);
}

/* The last try: spend it only for somebody who says so. */
static int
confirm_last(const struct cli_args *a, enum jm_pin_id id, int fd)
{
	struct cli_line word = { 0 };
	char *question;
	int code = EX_OK;
	jm_err e = JM_NOMEM;

	if (cli_has(a, CLI_LAST_TRY))
		return EX_OK;
	if (fd >= 0)
		return cli_fail(EX_PIN,
		    _("give --last-try as well if the PIN is certain"),
		    _("only one attempt is left; it was not used"));
	/* TRANSLATORS: "yes" is typed as it is, in every language. */
	question = cli_text(_("Only one attempt is left for %s.\n"
			      "A wrong PIN blocks it now; then %s.\n"
			      "Type yes to use it: "),
	    cli_pin_title(id), who_resets(id));
	if (question != NULL)
		e = cli_prompt(question, 1, &word);
	free(question);
	if (e != JM_OK)
		code = input_failed(e, fd);
	else if (word.len != 3 || memcmp(word.text, "yes", 3) != 0)
		code = cli_fail(EX_PIN, NULL, _("the attempt was not used"));
	cli_line_wipe(&word);
	return code;
}

/* The counter, before a PIN is asked for: is there a try to spend? */
static int
look_first(const struct cli_args *a, struct jm_token *t, enum jm_pin_id id,
    int *fd, struct jm_pin_state *st)
{
	int code;
	jm_err e;

	if ((code = cli_pin_fd(a, fd)) != EX_OK)
		return code;
	if ((e = jm_token_pin_state(t, id, STATE_AGE_MS, st)) != JM_OK)
		return cli_pin_failed(t, id, e, -1);
	if (st->blocked)
		return say_blocked(id);
	return st->tries == 1 ? confirm_last(a, id, *fd) : EX_OK;
}

int
cli_ask_pin(const struct cli_args *a, struct jm_token *t, enum jm_pin_id id,
    struct cli_line *pin)
{
	struct jm_pin_state st;
	char *question;
	int code, fd;

	*pin = (struct cli_line){ 0 };
	if ((code = look_first(a, t, id, &fd, &st)) != EX_OK)
		return code;
	if (st.tries < 0)
		question = cli_text(_("PIN of %s: "), cli_pin_title(id));
	else
		question = cli_text(ngettext("PIN of %s (%d attempt left): ",
					"PIN of %s (%d attempts left): ",
					(unsigned long)st.tries),
		    cli_pin_title(id), st.tries);
	if ((code = read_pin(fd, question, pin)) != EX_OK)
		return code;
	return check_form(t, id, pin, 0);
}

int
cli_at_reader(const struct cli_args *a, const struct jm_token *t,
    enum jm_pin_id id, unsigned need)
{
	return !cli_has(a, CLI_PIN_FD) &&
	       (jm_token_pinpad(t, id) & need) == need;
}

int
cli_invite_to_reader(
    const struct cli_args *a, struct jm_token *t, enum jm_pin_id id)
{
	struct jm_pin_state st;
	int code, fd;

	if ((code = look_first(a, t, id, &fd, &st)) != EX_OK)
		return code;
	if (st.tries < 0)
		cli_note(
		    _("enter the PIN of %s on the reader"), cli_pin_title(id));
	else
		cli_note(ngettext("enter the PIN of %s on the reader (%d "
				  "attempt left)",
			     "enter the PIN of %s on the reader (%d attempts "
			     "left)",
			     (unsigned long)st.tries),
		    cli_pin_title(id), st.tries);
	return EX_OK;
}

int
cli_ask_new_pin(const struct cli_args *a, struct jm_token *t, enum jm_pin_id id,
    struct cli_line *pin)
{
	struct cli_line again = { 0 };
	int code, fd;

	*pin = (struct cli_line){ 0 };
	if ((code = cli_pin_fd(a, &fd)) != EX_OK)
		return code;
	code = read_pin(
	    fd, cli_text(_("New PIN of %s: "), cli_pin_title(id)), pin);
	if (code != EX_OK || (code = check_form(t, id, pin, 1)) != EX_OK ||
	    fd >= 0)
		return code;
	code =
	    read_pin(fd, cli_text("%s", _("The new PIN once more: ")), &again);
	if (code == EX_OK && (again.len != pin->len ||
				 !jm_ct_equal(again.text, pin->text, pin->len)))
		code = cli_fail(EX_PIN, _("nothing was sent to the card"),
		    _("the two new PINs differ"));
	cli_line_wipe(&again);
	return code;
}
