/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/nym_consent.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"
#include "tools/term/prompt.h"

static void
put_title(struct cli_buf *b, enum cli_consent what, const char *scope)
{
	switch (what) {
	case CLI_CONSENT_REGISTER:
		cli_buf_add(b, _("Register with %s\n"), scope);
		return;
	case CLI_CONSENT_ASSERT:
	case CLI_CONSENT_CHANGE:
		cli_buf_add(b, _("Show your identifier to %s\n"), scope);
		return;
	case CLI_CONSENT_ROLLOVER:
		cli_buf_add(b, _("Take your account at %s along\n"), scope);
		return;
	case CLI_CONSENT_RESET:
		cli_buf_add(b, _("Get a new identifier for %s\n"), scope);
		return;
	case CLI_CONSENT_FORGET:
		cli_buf_add(b, _("Forget %s\n"), scope);
		return;
	}
}

/* Who it says that it is, and who vouches for that. */
static void
put_who(struct cli_buf *b, const struct cli_manifest *m)
{
	char name[CLI_MANIFEST_TEXT], purpose[CLI_MANIFEST_TEXT];

	if (m == NULL) {
		cli_buf_add(b, "%s",
		    _("  Who: it says no more of itself than that name\n"));
		return;
	}
	cli_buf_add(b, _("  Who: %s (%s)\n"),
	    cli_plain(m->name, name, sizeof name),
	    m->level >= 2 ? _("its authority vouches for that")
			  : _("nobody vouches for that"));
	if (m->origins[0] != '\0')
		cli_buf_add(b, _("  Shared by: %s\n"), m->origins);
	if (m->purpose[0] != '\0')
		cli_buf_add(b, _("  Why: %s\n"),
		    cli_plain(m->purpose, purpose, sizeof purpose));
}

static void
put_period(struct cli_buf *b, const struct cli_asked *q)
{
	if (q->as_agreed)
		cli_buf_add(b, "%s",
		    _("  How long: as you agreed when you registered\n"));
	else if (q->period == 0 && q->n->mode > NYM_MODE_HOLDER)
		cli_buf_add(b, "%s", _("  How long: it stays the same\n"));
	else if (q->period == 0)
		cli_buf_add(b, "%s",
		    _("  How long: it stays the same until you reset it\n"));
	else
		cli_buf_add(b,
		    _("  How long: it changes by itself every %u days\n"),
		    (unsigned)q->period);
}

/* What this card makes comes without an attestation, and a trace would be part
 * of one, whatever a manifest asks for. */
static void
put_trace(struct cli_buf *b, const struct cli_manifest *m)
{
	cli_buf_add(b, "%s",
	    _("  Traceable: no; it has nothing that a court could open\n"));
	if (m != NULL && m->flags != 0)
		cli_buf_add(b, "%s",
		    _("  Not given: an attestation, which it asks for as "
		      "well\n"));
}

/* What leaves, and what goes with the binding. */
static void
put_what(struct cli_buf *b, const struct cli_asked *q)
{
	cli_buf_add(b, "%s",
	    q->n->use == NYM_USE_RAW
		? _("  What it gets: a key for this service only; not your "
		    "name, number or certificate\n")
		: _("  What it gets: an identifier for this service only; "
		    "not your name, number or certificate\n"));
	put_period(b, q);
	put_trace(b, q->manifest);
	switch (q->n->mode) {
	case NYM_MODE_HOLDER: return;
	case NYM_MODE_SITE:
		cli_buf_add(b, "%s",
		    _("  How: with the key of the kiosk's operator; you "
		      "cannot reset it\n"));
		return;
	case NYM_MODE_CARD2:
		cli_buf_add(b, "%s",
		    _("  Caution: with --binding card2 whoever has your card "
		      "and its PIN has this identifier, and a reader that "
		      "listens can use it for good; you cannot reset it\n"));
		return;
	case NYM_MODE_NONE:
		cli_buf_add(b, "%s",
		    _("  Caution: --binding none protects nothing; it is "
		      "for tests\n"));
		return;
	}
}

static void
put_effect(struct cli_buf *b, enum cli_consent what, const struct cli_asked *q)
{
	switch (what) {
	case CLI_CONSENT_REGISTER:
		cli_buf_add(b, "%s",
		    _("  New: the service does not know you by it yet\n"));
		return;
	case CLI_CONSENT_ASSERT: return;
	case CLI_CONSENT_CHANGE:
		if (q->period != q->was)
			cli_buf_add(b, "%s",
			    _("  Changed: you agreed to another period; the "
			      "service will see a newcomer\n"));
		else
			cli_buf_add(b, "%s",
			    _("  Changed: the service says something else of "
			      "itself than what you agreed to\n"));
		return;
	case CLI_CONSENT_ROLLOVER:
		cli_buf_add(b, "%s",
		    _("  What it gets: the proof that your identifier of the "
		      "earlier card and the new one are one person's\n"));
		return;
	case CLI_CONSENT_RESET:
		cli_buf_add(b, "%s",
		    _("  The site will see a newcomer: what it keeps for the "
		      "old identifier stays with that, and the old one does "
		      "not come back\n"));
		return;
	case CLI_CONSENT_FORGET:
		cli_buf_add(b, "%s",
		    _("  After another registration the site knows you "
		      "again: only 'jumin nym reset' ends an identifier\n"));
		return;
	}
}

/* malloc'd; NULL without memory. */
static char *
screen(enum cli_consent what, const struct cli_asked *q, const char *question)
{
	struct cli_buf b = { .len = 0 };

	put_title(&b, what, q->n->scope);
	if (what != CLI_CONSENT_RESET && what != CLI_CONSENT_FORGET) {
		put_who(&b, q->manifest);
		put_what(&b, q);
	}
	put_effect(&b, what, q);
	if (question != NULL)
		cli_buf_add(&b, "%s", question);
	return cli_buf_take(&b);
}

int
cli_consent_cancel(const char *why)
{
	return cli_fail(
	    EX_FAIL, why, _("cancelled: nothing was given out or changed"));
}

int
cli_consent(
    const struct cli_args *a, enum cli_consent what, const struct cli_asked *q)
{
	struct cli_line word = { 0 };
	jm_err e = JM_NOMEM;
	char *text;
	int yes;

	if (cli_has(a, CLI_YES))
		return EX_OK;
	/* TRANSLATORS: "yes" is typed as it is, in every language. */
	text = screen(what, q, _("Type yes to agree: "));
	if (text != NULL)
		e = cli_prompt(text, 1, &word);
	free(text);
	yes = e == JM_OK && word.len == 3 && memcmp(word.text, "yes", 3) == 0;
	cli_line_wipe(&word);
	if (e == JM_IO)
		return cli_nym_can_ask(a);
	if (e == JM_NOMEM)
		return cli_fail_err(e, NULL);
	return yes ? EX_OK : cli_consent_cancel(NULL);
}

void
cli_consent_show(const struct cli_args *a, const struct cli_asked *q)
{
	char *text;

	if (cli_has(a, CLI_YES) || cli_has(a, CLI_PIN_FD))
		return;
	if ((text = screen(CLI_CONSENT_ASSERT, q, NULL)) != NULL)
		fputs(text, stderr);
	fflush(stderr);
	free(text);
}

static struct nym_disclosure
disclosure_of(const struct cli_asked *q)
{
	struct nym_disclosure d = {
		.scope = q->n->scope, .period = q->period, .rate = 1
	};

	if (q->manifest != NULL) {
		d.rate = q->manifest->rate;
		d.flags = q->manifest->flags;
		d.level = q->manifest->level;
		d.manifest = q->manifest->hash;
	}
	return d;
}

int
cli_disclosure(const struct cli_asked *q, uint8_t out[32])
{
	const struct nym_disclosure d = disclosure_of(q);
	const jm_err e = nym_disclosure_hash(&d, out);

	return e == JM_OK ? EX_OK : cli_fail_err(e, NULL);
}

int
cli_receipt(struct cli_nym_use *u, enum nym_act act, const struct cli_asked *q,
    uint32_t generation)
{
	const struct nym_disclosure d = disclosure_of(q);
	struct nym_receipt r = { .act = act,
		.time = time(NULL),
		.generation = generation,
		.period = q->period,
		.flags = d.flags,
		.level = d.level };
	jm_err e;

	if (u->job.vault == NULL)
		return EX_OK;
	snprintf(r.scope, sizeof r.scope, "%s", q->n->scope);
	if ((e = nym_disclosure_hash(&d, r.disclosure)) == JM_OK)
		e = nym_receipt_add(u->job.vault, &r);
	return e == JM_OK ? EX_OK : cli_nym_failed(u, e, -1);
}
