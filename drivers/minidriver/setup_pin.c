/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The signature PIN: asked for once, with the attempts that are left. */
#include <stdio.h>
#include <string.h>

#include "drivers/minidriver/setup.h"
#include "tools/term/prompt.h"

#define QUESTION_MAX 160

static const char who_resets[] =
    "the municipal counter sets a new one; who knows the authentication PIN "
    "can use the JPKI phone app and a convenience-store kiosk instead";

static int
say_blocked(void)
{
	return setup_fail(
	    SETUP_PIN, who_resets, "the signature PIN is blocked");
}

static int
say_form(const struct jm_token *t, jm_err e)
{
	const struct jm_prof_pin *p = &jm_token_profile(t)->pin[JM_PIN_SIGN];
	char hint[QUESTION_MAX];

	snprintf(hint, sizeof hint,
	    "it is %u to %u letters A-Z and digits, at least one of each; "
	    "nothing was sent to the card and no attempt was used",
	    p->min, p->max);
	return setup_fail(SETUP_PIN, hint, "%s", jm_strerror(e));
}

static int
say_failed(const struct jm_token *t, jm_err e, int tries)
{
	char hint[2 * QUESTION_MAX];

	if (e == JM_PIN_BLOCKED)
		return say_blocked();
	if (e == JM_PIN_LEN || e == JM_PIN_FORM)
		return say_form(t, e);
	if (e == JM_NOT_FOUND || e == JM_NEED_PIN)
		return setup_fail(SETUP_FAIL, NULL,
		    "the card does not show its signature certificate");
	if (e != JM_PIN_WRONG)
		return setup_fail_err(e, NULL);
	snprintf(hint, sizeof hint, "at 0 it is blocked; %s", who_resets);
	if (tries < 0)
		return setup_fail(SETUP_PIN, hint, "wrong PIN");
	return setup_fail(SETUP_PIN, hint, "wrong PIN, %d attempt%s left",
	    tries, tries == 1 ? "" : "s");
}

static int
input_failed(jm_err e, int fd)
{
	if (e == JM_IO && fd < 0)
		return setup_fail(SETUP_PIN,
		    "a program hands it over by --pin-fd N",
		    "there is no terminal to ask for the PIN");
	if (e == JM_IO)
		return setup_fail(SETUP_PIN, NULL,
		    "the PIN cannot be read from descriptor %d", fd);
	if (e == JM_NOT_FOUND)
		return setup_fail(SETUP_PIN, NULL, "no PIN was given");
	if (e == JM_SPACE) /* longer than any line we keep */
		return setup_fail(
		    SETUP_PIN, NULL, "%s", jm_strerror(JM_PIN_LEN));
	return setup_fail_err(e, NULL);
}

/* The last try: spend it only for somebody who says so. */
static int
confirm_last(const struct setup_args *a)
{
	struct cli_line word = { .len = 0 };
	int code = SETUP_OK;
	jm_err e;

	if (a->last_try)
		return SETUP_OK;
	if (a->pin_fd >= 0)
		return setup_fail(SETUP_PIN,
		    "give --last-try as well if the PIN is certain",
		    "only one attempt is left; it was not used");
	e = cli_prompt("Only one attempt is left for the signature PIN.\n"
		       "A wrong PIN blocks it now.\n"
		       "Type yes to use it: ",
	    1, &word);
	if (e != JM_OK)
		code = input_failed(e, -1);
	else if (word.len != 3 || memcmp(word.text, "yes", 3) != 0)
		code = setup_fail(SETUP_PIN, NULL, "the attempt was not used");
	cli_line_wipe(&word);
	return code;
}

static int
ask(const struct setup_args *a, int tries, struct cli_line *pin)
{
	char question[QUESTION_MAX];
	jm_err e;

	if (tries < 0)
		snprintf(question, sizeof question, "Signature PIN: ");
	else
		snprintf(question, sizeof question,
		    "Signature PIN (%d attempt%s left): ", tries,
		    tries == 1 ? "" : "s");
	e = a->pin_fd < 0 ? cli_prompt(question, 0, pin)
			  : cli_read_line(a->pin_fd, pin);
	return e == JM_OK ? SETUP_OK : input_failed(e, a->pin_fd);
}

int
setup_read_cert(
    const struct setup_args *a, struct jm_token *t, const struct jm_cert **out)
{
	struct cli_line pin = { .len = 0 };
	struct jm_pin_state st;
	int code, tries = -1;
	jm_err e;

	*out = NULL;
	e = jm_token_pin_state(t, JM_PIN_SIGN, JM_COUNTER_AGE_MS, &st);
	if (e != JM_OK)
		return setup_fail_err(e, NULL);
	if (st.blocked)
		return say_blocked();
	if (st.tries == 1 && (code = confirm_last(a)) != SETUP_OK)
		return code;
	if ((code = ask(a, st.tries, &pin)) != SETUP_OK)
		goto out;
	e = jm_token_pin_fits(t, JM_PIN_SIGN, pin.text, pin.len, 0);
	if (e == JM_OK)
		e = jm_token_cert_with_pin(
		    t, JM_CERT_SIGN, pin.text, pin.len, &tries, out);
	if (e != JM_OK)
		code = say_failed(t, e, tries);
out:
	cli_line_wipe(&pin);
	return code;
}
