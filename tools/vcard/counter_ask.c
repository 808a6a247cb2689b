/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PINs of operator and holder: from the terminal or a descriptor. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "tools/term/prompt.h"
#include "tools/vcard/cmd.h"
#include "tools/vcard/counter_cli.h"
#include "tools/vcard/i18n.h"

/* A line of fd, or what is typed at question. */
static jm_err
read_pin(int fd, const char *question, struct counter_pin *out)
{
	struct cli_line line = { .len = 0 };
	jm_err e;

	*out = (struct counter_pin){ .len = 0 };
	e = fd >= 0 ? cli_read_line(fd, &line) : cli_prompt(question, 0, &line);
	if (e == JM_OK && (line.len == 0 || line.len > sizeof out->value))
		e = JM_PIN_LEN;
	if (e == JM_OK) {
		memcpy(out->value, line.text, line.len);
		out->len = line.len;
	}
	cli_line_wipe(&line);
	return e;
}

jm_err
counter_ask(void *arg, enum counter_who who, int tries, struct counter_pin *out)
{
	const struct counter_run *r = arg;
	const char *name = who == COUNTER_PIN_OPERATOR
			       ? _("PIN of the operator")
			       : _("resident record PIN of the holder");
	int fd = who == COUNTER_PIN_OPERATOR ? r->opt.operator_pin_fd
					     : r->opt.holder_pin_fd;
	char *question = NULL;
	jm_err e = JM_NOMEM;
	int n;

	if (tries < 0)
		n = asprintf(&question, "%s: ", name);
	else
		n = asprintf(&question,
		    ngettext("%s (%d attempt left): ",
			"%s (%d attempts left): ", (unsigned long)tries),
		    name, tries);
	if (n < 0)
		return JM_NOMEM;
	e = read_pin(fd, question, out);
	free(question);
	return e;
}

int
counter_ask_new(const struct counter_options *o,
    const struct counter_pin_def *def, struct counter_pin *out)
{
	struct counter_pin again = { .len = 0 };
	char *question = NULL;
	jm_err e = JM_NOMEM;

	if (asprintf(&question, _("new %s of the holder: "), _(def->name)) < 0)
		question = NULL;
	if (question != NULL)
		e = read_pin(o->new_pin_fd, question, out);
	if (e == JM_OK)
		e = counter_pin_form(def, out);
	if (e == JM_OK && o->new_pin_fd < 0) {
		e = read_pin(-1, _("the new PIN once more: "), &again);
		if (e == JM_OK)
			e = counter_pin_form(def, &again);
		if (e == JM_OK &&
		    (again.len != out->len ||
			!jm_ct_equal(again.value, out->value, out->len)))
			e = JM_MISMATCH;
	}
	jm_wipe(&again, sizeof again);
	free(question);
	if (e == JM_OK)
		return EX_OK;
	jm_wipe(out, sizeof *out);
	if (e == JM_PIN_LEN || e == JM_PIN_FORM)
		return vcmd_fail(
		    EX_USAGE, "%s: %s", _(def->name), _(jm_strerror(e)));
	return vcmd_fail(EX_FAIL, "%s: %s", _(def->name),
	    e == JM_NOT_FOUND ? _("no PIN was given")
	    : e == JM_IO      ? _("the PIN cannot be read")
			      : _(jm_strerror(e)));
}
