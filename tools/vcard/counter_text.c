/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/vcard/counter_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/vcard/i18n.h"

#define ANY_STEP COUNTER_AT_NONE
#define ANY_SW   0u

/* clang-format off */
/* Why, by the first row that fits: step, status word, error (JM_OK: any). */
static const struct why {
	enum counter_step step;
	unsigned sw;
	jm_err err;
	const char *text;
} whys[] = {
	{ COUNTER_AT_SELECT, 0x6a82, JM_OK,
	    N_("it has no such application or file") },
	{ COUNTER_AT_SELECT, 0x6985, JM_OK,
	    N_("it does not open this application in its present state") },
	{ COUNTER_AT_CHANNEL, 0x6985, JM_OK,
	    N_("it opens no channel in its present state") },
	{ COUNTER_AT_CHANNEL, 0x6988, JM_OK,
	    N_("it does not believe this authority") },
	{ COUNTER_AT_CHANNEL, ANY_SW, JM_NOT_FOUND,
	    N_("it was made without an authority") },
	{ COUNTER_AT_CHANNEL, ANY_SW, JM_UNSUPPORTED,
	    N_("it has no secure channel") },
	{ COUNTER_AT_CHANNEL, ANY_SW, JM_BAD_SIG,
	    N_("it is no card of this authority") },
	{ COUNTER_AT_EXPIRED, ANY_SW, JM_OK,
	    N_("its last day has passed") },
	{ COUNTER_AT_ASK, ANY_SW, JM_REFUSED,
	    N_("only one attempt is left; it was not used (--last-try)") },
	{ COUNTER_AT_ASK, ANY_SW, JM_NOT_FOUND, N_("no PIN was given") },
	{ COUNTER_AT_ASK, ANY_SW, JM_IO, N_("the PIN cannot be read") },
	{ COUNTER_AT_WHO, ANY_SW, JM_BAD_SIG,
	    N_("it is no operator's card of this authority") },
	{ COUNTER_AT_SIGN, 0x6985, JM_OK,
	    N_("this operation is not one of the operator's type") },
	{ COUNTER_AT_OPERATOR, ANY_SW, JM_CARD,
	    N_("it does not believe the operator's certificate") },
	{ COUNTER_AT_GRANT, ANY_SW, JM_CARD,
	    N_("it does not accept what the operator signed") },
	{ COUNTER_AT_GRANT, ANY_SW, JM_NEED_PIN,
	    N_("it does not accept what the operator signed") },
	{ COUNTER_AT_LOAD, 0x6982, JM_OK,
	    N_("the holder's consent is missing") },
	{ COUNTER_AT_LOAD, 0x6a80, JM_OK,
	    N_("it takes no such package") },
	{ COUNTER_AT_LOAD, 0x6a84, JM_OK,
	    N_("it has no room") },
	{ COUNTER_AT_LOAD, 0x6a8a, JM_OK,
	    N_("it has this application already") },
	{ COUNTER_AT_DELETE, ANY_SW, JM_NOT_FOUND,
	    N_("it has no such application that could be deleted") },
	{ COUNTER_AT_EXPORT, ANY_SW, JM_NOT_FOUND,
	    N_("it has no such application that could move") },
	{ COUNTER_AT_CERTIFY, ANY_SW, JM_BAD_SIG,
	    N_("this certification authority did not issue the old one") },
	{ COUNTER_AT_CERTIFY, ANY_SW, JM_ARG,
	    N_("certificate and key of the certification authority differ") },
	{ COUNTER_AT_STATUS, 0x6985, JM_OK,
	    N_("this state does not follow its present one") },
	{ COUNTER_AT_COMPARE, ANY_SW, JM_REFUSED,
	    N_("it has another application of this name") },
	{ COUNTER_AT_TRANSPORT, ANY_SW, JM_REFUSED,
	    N_("it has another transport key") },
	{ ANY_STEP, 0x6982, JM_OK,
	    N_("the right or the PIN that it asks for is missing") },
	{ ANY_STEP, 0x6985, JM_OK,
	    N_("its present state does not allow it") },
};

static const char *const steps[] = {
#define X(id, text) text,
	COUNTER_STEPS(X)
#undef X
};
/* clang-format on */

static char *JM_PRINTF(1, 2) text(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return s;
}

static const char *
why(const struct counter_fault *f)
{
	for (size_t i = 0; i < NELEM(whys); i++) {
		const struct why *w = &whys[i];

		if ((w->step == ANY_STEP || w->step == f->step) &&
		    (w->sw == ANY_SW || w->sw == f->sw) &&
		    (w->err == JM_OK || w->err == f->err))
			return _(w->text);
	}
	return _(jm_strerror(f->err));
}

char *
counter_fault_text(const struct counter_fault *f)
{
	const char *card = f->card == NULL ? N_("the counter") : f->card;
	const char *step = steps[f->step];

	if (f->err == JM_PIN_WRONG && f->tries > 0)
		return text(ngettext("%s: wrong PIN, %d attempt left",
				"%s: wrong PIN, %d attempts left",
				(unsigned long)f->tries),
		    _(card), f->tries);
	if (f->err == JM_PIN_BLOCKED)
		return text("%s: %s", _(card), _(jm_strerror(f->err)));
	if (f->sw != 0)
		return text(
		    "%s: %s: %s (%04X)", _(card), _(step), why(f), f->sw);
	return text("%s: %s: %s", _(card), _(step), why(f));
}
