/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin status: everything that can be known without a PIN and without a try.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "objects/ident.h"
#include "tools/jumin/cmd.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/json.h"
#include "tools/jumin/out.h"
#include "tools/jumin/session.h"

#define DAY        (24 * 60 * 60)
#define RENEW_DAYS 90 /* a certificate can be renewed from here on */
#define WIDTH      11 /* columns of a label */

/* What became of opening a reader's card. */
enum found { EMPTY, MUTE, RESIDENT, FOREIGN, BUSY, BROKEN };

static enum found
found_of(const struct jm_reader *r, jm_err e)
{
	if (r->mute)
		return MUTE;
	if (!r->present && !r->exclusive)
		return EMPTY;
	if (e == JM_OK)
		return RESIDENT;
	if (e == JM_NO_CARD)
		return FOREIGN;
	return e == JM_BUSY ? BUSY : BROKEN;
}

/* --- for people -------------------------------------------------------------
 */

static void
show_pin(struct jm_token *t, enum jm_pin_id id)
{
	struct jm_pin_state st;
	const jm_err e = jm_token_pin_state(t, id, 2000, &st);

	if (e != JM_OK)
		cli_field(4, WIDTH, _("PIN"), "%s", _(jm_strerror(e)));
	else if (st.blocked)
		cli_field(4, WIDTH, _("PIN"), "%s",
		    id == JM_PIN_SIGN
			? _("blocked; the municipal counter or a kiosk sets a "
			    "new one")
			: _("blocked; the municipal counter sets a new one"));
	else if (st.tries < 0)
		cli_field(4, WIDTH, _("PIN"), "%s", _("no limit of attempts"));
	else
		cli_field(4, WIDTH, _("PIN"),
		    ngettext("%d of %d attempt left", "%d of %d attempts left",
			(unsigned long)st.limit),
		    st.tries, st.limit);
}

static void
show_expiry(const struct jm_cert *c)
{
	const time_t now = time(NULL);
	char text[CLI_TIME_MAX];
	long days;

	cli_time_text(c->not_after, text);
	days = (long)((c->not_after - now) / DAY);
	if (now > c->not_after)
		cli_field(4, WIDTH, _("Certificate"),
		    _("expired on %s; the municipal counter issues a new one"),
		    text);
	else if (days < RENEW_DAYS)
		cli_field(4, WIDTH, _("Certificate"),
		    ngettext("valid until %s, %ld day left; the municipal "
			     "counter renews it",
			"valid until %s, %ld days left; the municipal "
			"counter renews it",
			(unsigned long)days),
		    text, days);
	else
		cli_field(
		    4, WIDTH, _("Certificate"), _("valid until %s"), text);
}

static void
show_pair(struct jm_token *t, enum jm_pair pair)
{
	const struct jm_cert *c;
	jm_err e;

	printf("  %s (%s)\n", cli_pair_title(pair), jm_ident_pair_name(pair));
	if (!jm_token_has(t, pair)) {
		printf("    %s\n", _("not on this card"));
		return;
	}
	show_pin(t, jm_pair_pin(pair));
	e = jm_token_cert(t, jm_ident_pair_cert(pair), &c);
	if (e == JM_OK)
		show_expiry(c);
	else if (e == JM_NEED_PIN)
		cli_field(4, WIDTH, _("Certificate"), "%s",
		    _("hidden until its PIN is given"));
	else
		cli_field(4, WIDTH, _("Certificate"), "%s", _(jm_strerror(e)));
}

static const char *
app_title(enum jm_app app)
{
	switch (app) {
	case JM_APP_JPKI: return _("JPKI");
	case JM_APP_TEXT: return cli_pin_title(JM_PIN_TEXT);
	case JM_APP_FACE: return _("Card Face");
	case JM_APP_JUKI: return _("Resident Register");
	case JM_APP_COMMON: return _("Common Card");
	case JM_APP_LICENCE: return _("Driver's Licence");
	}
	return "?";
}

/* Those that answered, in one line. */
static void
show_apps(unsigned found)
{
	char *list = NULL, *longer;

	for (int app = 0; app < JM_APPS; app++) {
		if ((found & 1u << app) == 0)
			continue;
		longer = cli_text("%s%s%s", list != NULL ? list : "",
		    list != NULL ? _(", ") : "", app_title((enum jm_app)app));
		free(list);
		if ((list = longer) == NULL)
			return;
	}
	if (list != NULL)
		cli_field(2, WIDTH + 2, _("Applications"), "%s", list);
	free(list);
}

static void
show_card(struct jm_token *t)
{
	const struct jm_card_info *info = jm_token_info(t);
	unsigned found = 0;
	const jm_err e = jm_token_apps(t, &found);

	cli_field(2, WIDTH + 2, _("Card"), _("resident card (%s)"),
	    jm_token_profile(t)->name);
	if (info->known && info->serial[0] != '\0')
		cli_field(2, WIDTH + 2, _("Serial number"), "%s", info->serial);
	if (e == JM_OK)
		show_apps(found);
	else
		cli_field(
		    2, WIDTH + 2, _("Applications"), "%s", _(jm_strerror(e)));
	for (int p = 0; p < JM_PAIRS; p++)
		show_pair(t, (enum jm_pair)p);
	if ((found & 1u << JM_APP_TEXT) != 0) {
		printf("  %s (%s)\n", cli_pin_title(JM_PIN_TEXT),
		    jm_ident_pin_name(JM_PIN_TEXT));
		show_pin(t, JM_PIN_TEXT);
	}
}

static void
show_reader(
    size_t i, const struct jm_reader *r, enum found f, jm_err e, void *token)
{
	char name[JM_READER_NAME_MAX];

	printf(_("Reader %zu: %s\n"), i, cli_plain(r->name, name, sizeof name));
	switch (f) {
	case EMPTY: printf("  %s\n", _("no card")); break;
	case MUTE: printf("  %s\n", _("a card that does not answer")); break;
	case RESIDENT: show_card(token); break;
	case FOREIGN:
		printf("  %s\n", _("a card, but not a resident card"));
		break;
	case BUSY:
	case BROKEN: printf("  %s\n", _(jm_strerror(e))); break;
	}
}

/* --- for programs ------------------------------------------------------------
 */

static void
json_cert(struct cli_json *j, struct jm_token *t, enum jm_pair pair)
{
	char text[CLI_TIME_MAX];
	const struct jm_cert *c;
	const jm_err e = jm_token_cert(t, jm_ident_pair_cert(pair), &c);

	cli_json_object(j, "certificate");
	cli_json_str(j, "state",
	    e == JM_OK          ? "readable"
	    : e == JM_NEED_PIN  ? "hidden"
	    : e == JM_NOT_FOUND ? "absent"
				: "unreadable");
	if (e == JM_OK) {
		cli_json_str(
		    j, "not_before", cli_time_iso(c->not_before, text));
		cli_json_str(j, "not_after", cli_time_iso(c->not_after, text));
		cli_json_bool(j, "expired", time(NULL) > c->not_after);
	}
	cli_json_close(j);
}

static void
json_counter(struct cli_json *j, struct jm_token *t, enum jm_pin_id id)
{
	struct jm_pin_state st;

	if (jm_token_pin_state(t, id, 2000, &st) != JM_OK)
		return;
	if (st.tries >= 0)
		cli_json_int(j, "tries_left", st.tries);
	else
		cli_json_null(j, "tries_left");
	cli_json_int(j, "tries_limit", st.limit);
	cli_json_bool(j, "blocked", st.blocked);
}

/* Nothing is said of what cannot be found out. */
static void
json_apps(struct cli_json *j, struct jm_token *t)
{
	unsigned found;

	if (jm_token_apps(t, &found) != JM_OK)
		return;
	cli_json_array(j, "applications");
	for (int app = 0; app < JM_APPS; app++)
		if ((found & 1u << app) != 0)
			cli_json_str(
			    j, NULL, jm_ident_app_name((enum jm_app)app));
	cli_json_close(j);
	if ((found & 1u << JM_APP_TEXT) == 0)
		return;
	cli_json_object(j, "text_pin");
	json_counter(j, t, JM_PIN_TEXT);
	cli_json_close(j);
}

static void
json_pair(struct cli_json *j, struct jm_token *t, enum jm_pair pair)
{
	const int has = jm_token_has(t, pair);

	cli_json_object(j, NULL);
	cli_json_str(j, "name", jm_ident_pair_name(pair));
	cli_json_str(j, "label", jm_ident_token_label(pair));
	cli_json_bool(j, "present", has);
	if (has) {
		json_counter(j, t, jm_pair_pin(pair));
		json_cert(j, t, pair);
	}
	cli_json_close(j);
}

static void
json_card(struct cli_json *j, struct jm_token *t)
{
	const struct jm_card_info *info = jm_token_info(t);
	char hex[2 * JM_ATR_MAX + 1];
	uint8_t atr[JM_ATR_MAX];
	size_t n = jm_token_atr(t, atr);

	cli_json_object(j, "card");
	cli_json_str(j, "profile", jm_token_profile(t)->name);
	cli_json_str(j, "label", info->label);
	cli_json_str(j, "model", info->model);
	cli_json_str(j, "serial", info->serial);
	if (n > 0 && jm_hex_encode(atr, n, hex, sizeof hex) == JM_OK)
		cli_json_str(j, "atr", hex);
	json_apps(j, t);
	cli_json_array(j, "tokens");
	for (int p = 0; p < JM_PAIRS; p++)
		json_pair(j, t, (enum jm_pair)p);
	cli_json_close(j);
	cli_json_close(j);
}

static void
json_reader(struct cli_json *j, size_t i, const struct jm_reader *r,
    enum found f, jm_err e, struct jm_token *t)
{
	static const char *const states[] = { [EMPTY] = "empty",
		[MUTE] = "mute",
		[RESIDENT] = "resident",
		[FOREIGN] = "foreign",
		[BUSY] = "busy",
		[BROKEN] = "error" };

	cli_json_object(j, NULL);
	cli_json_int(j, "number", (long long)i);
	cli_json_str(j, "name", r->name);
	cli_json_str(j, "state", states[f]);
	if (f == BROKEN)
		cli_json_str(j, "error", jm_errname(e));
	if (f == RESIDENT)
		json_card(j, t);
	cli_json_close(j);
}

/* --- both
 * --------------------------------------------------------------------- */

/* What to do when no resident card was found, after what there is was listed.
 */
static int
conclude(const struct cli_readers *r, const size_t count[BROKEN + 1])
{
	if (count[RESIDENT] > 0)
		return EX_OK;
	if (r->why != JM_OK || r->n == 0)
		return cli_fail_no_readers(r);
	if (count[BUSY] > 0)
		return cli_fail_err(JM_BUSY, NULL);
	if (count[MUTE] > 0)
		return cli_fail_mute();
	if (count[BROKEN] > 0)
		return cli_fail(EX_FAIL,
		    _("take the card out, put it back, and try again"),
		    _("a card cannot be read"));
	return cli_fail_err(JM_NO_CARD, NULL);
}

static void
one_reader(struct cli_json *j, size_t i, const struct cli_readers *all,
    FILE *trace, size_t count[BROKEN + 1])
{
	const struct jm_reader *r = &all->list[i];
	struct jm_token *t = NULL;
	jm_err e = JM_NO_CARD;
	enum found f;

	if (!r->mute && (r->present || r->exclusive))
		e = cli_open_token(all, r, trace, &t);
	f = found_of(r, e);
	count[f]++;
	if (j != NULL)
		json_reader(j, i, r, f, e, t);
	else
		show_reader(i, r, f, e, t);
	jm_token_free(&t);
}

int
cli_status(const struct cli_args *a, const char *const *word)
{
	struct cli_json json, *j = cli_has(a, CLI_JSON) ? &json : NULL;
	size_t count[BROKEN + 1] = { 0 }, only = JM_READERS_MAX;
	struct cli_readers *r;
	FILE *trace = NULL;
	int code;

	(void)word;
	if ((r = calloc(1, sizeof *r)) == NULL)
		return cli_fail_err(JM_NOMEM, NULL);
	if ((code = cli_list_readers(r)) != EX_OK ||
	    (code = cli_trace_open(a, &trace)) != EX_OK)
		goto out;
	if (cli_has(a, CLI_READER) && r->n > 0) {
		code = cli_find_reader(r, a->value[CLI_READER], &only);
		if (code != EX_OK)
			goto out;
	}
	if (j != NULL) {
		cli_json_init(j, stdout);
		cli_json_object(j, NULL);
		cli_json_bool(j, "service", r->why == JM_OK);
		cli_json_int(j, "ignored", (long long)r->ignored);
		cli_json_array(j, "readers");
	}
	for (size_t i = 0; i < r->n; i++)
		if (only == JM_READERS_MAX || only == i)
			one_reader(j, i, r, trace, count);
	if (j != NULL) {
		cli_json_close(j);
		cli_json_close(j);
		(void)cli_json_done(j);
	}
	fflush(stdout); /* what there is comes before what is missing */
	code = conclude(r, count);
out:
	cli_trace_close(&trace);
	free(r);
	return code;
}
