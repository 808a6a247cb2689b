/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/jumin/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "objects/ident.h"
#include "objects/policy.h"
#include "tools/jumin/files.h"
#include "tools/jumin/i18n.h"
#include "tools/jumin/out.h"
#include "tools/jumin/platform.h"
#include "transport/link_pcsc.h"
#include "transport/trace.h"

static void
warn_of(const struct jm_conf_fault *f)
{
	char plain[JM_CONF_PATH_MAX];

	if (f->file[0] == '\0')
		return;
	cli_plain(f->file, plain, sizeof plain);
	if (f->line > 0)
		cli_warn(_("%s, line %u: %s"), plain, f->line, _(f->what));
	else
		cli_warn("%s: %s", plain, _(f->what));
}

/* What of the configuration is a module's alone: the trace has an option. */
static void
configure(struct cli_readers *r, struct jm_conf *conf)
{
	struct jm_conf_fault fault;

	jm_conf_load(conf, &fault);
	warn_of(&fault);
	jm_policy_from_conf(conf, &r->policy);
	r->policy.trace = 0;
}

static void
drop_ignored(struct cli_readers *r, const struct jm_conf *conf)
{
	const size_t n = r->n;

	r->n = 0;
	for (size_t i = 0; i < n; i++)
		if (!jm_conf_ignores(conf, r->list[i].name))
			r->list[r->n++] = r->list[i];
	r->ignored = n - r->n;
}

int
cli_list_readers(struct cli_readers *r)
{
	struct jm_readers *readers = NULL;
	struct jm_conf *conf;
	jm_err e = JM_NOMEM;

	r->n = r->ignored = 0;
	r->why = JM_OK;
	if ((conf = malloc(sizeof *conf)) == NULL)
		goto out;
	configure(r, conf);
	if ((e = jm_readers_new(&readers)) == JM_OK)
		e = jm_readers_list(readers, r->list, &r->n, &r->why);
	if (e == JM_OK)
		drop_ignored(r, conf);
out:
	jm_readers_free(&readers);
	free(conf);
	return e == JM_OK ? EX_OK : cli_fail_err(e, NULL);
}

int
cli_fail_no_readers(const struct cli_readers *r)
{
	if (r->why != JM_OK)
		return cli_fail_err(r->why, NULL);
	if (r->ignored > 0)
		return cli_fail(EX_NO_CARD, cli_local(CLI_LOCAL_CONF),
		    _("every card reader is to be ignored (ignore-reader)"));
	return cli_fail(EX_NO_CARD, cli_local(CLI_LOCAL_READER),
	    _("there is no card reader"));
}

static int
contains(const char *name, const char *part)
{
	const size_t len = strlen(part);

	for (; *name != '\0'; name++)
		if (strncasecmp(name, part, len) == 0)
			return 1;
	return 0;
}

int
cli_find_reader(const struct cli_readers *r, const char *wanted, size_t *out)
{
	char plain[JM_READER_NAME_MAX];
	size_t hits = 0;
	int64_t number;

	*out = 0;
	if (r->n == 0)
		return cli_fail_no_readers(r);
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->list[i].name, wanted) == 0) {
			*out = i;
			return EX_OK;
		}
	if (cli_number(wanted, (int64_t)r->n - 1, &number) == 0) {
		*out = (size_t)number;
		return EX_OK;
	}
	for (size_t i = 0; i < r->n && *wanted != '\0'; i++)
		if (contains(r->list[i].name, wanted)) {
			*out = i;
			hits++;
		}
	if (hits == 1)
		return EX_OK;
	cli_plain(wanted, plain, sizeof plain);
	if (hits > 1)
		return cli_fail(EX_USAGE, _("see: jumin status"),
		    _("'%s' fits several readers"), plain);
	return cli_fail(EX_USAGE, _("see: jumin status"),
	    _("there is no reader '%s'"), plain);
}

int
cli_trace_open(const struct cli_args *a, FILE **out)
{
	const char *path = a->value[CLI_TRACE];
	int fd;

	*out = NULL;
	if (path == NULL)
		return EX_OK;
	fd =
	    strcmp(path, "-") == 0 ? dup(STDERR_FILENO) : cli_open_append(path);
	if (fd >= 0 && (*out = fdopen(fd, "a")) == NULL)
		close(fd);
	if (*out == NULL)
		return cli_fail(EX_FAIL, NULL, "%s: %s", path, strerror(errno));
	return EX_OK;
}

void
cli_trace_close(FILE **f)
{
	if (*f != NULL && fclose(*f) != 0)
		cli_warn(_("the trace is not whole: %s"), strerror(errno));
	*f = NULL;
}

static void
trace_line(void *arg, const char *line)
{
	FILE *f = arg;

	fprintf(f, "%s\n", line);
	fflush(f); /* whole lines, also after a crash */
}

jm_err
cli_open_token(const struct cli_readers *all, const struct jm_reader *r,
    FILE *trace, struct jm_token **out)
{
	struct jm_link plain = { 0 }, traced = { 0 };
	char name[JM_READER_NAME_MAX];
	jm_err e;

	*out = NULL;
	if (r->exclusive) /* no need to wait for somebody who keeps it */
		return JM_BUSY;
	if (trace == NULL)
		return jm_token_open_reader(r->name, &all->policy, out);
	if ((e = jm_link_pcsc_open(r->name, &plain)) != JM_OK)
		return e;
	fprintf(trace, "# %s\n", cli_plain(r->name, name, sizeof name));
	if ((e = jm_trace_wrap(&plain, trace_line, trace, &traced)) != JM_OK)
		goto out;
	plain = (struct jm_link){ 0 }; /* the trace's from here on */
	if ((e = jm_token_open(&traced, &all->policy, out)) != JM_OK)
		goto out;
	traced = (struct jm_link){ 0 }; /* the token's from here on */
out:
	jm_link_close(&traced);
	jm_link_close(&plain);
	return e;
}

int
cli_fail_mute(void)
{
	return cli_fail(EX_NO_CARD,
	    _("take it out and put it back the right way round: chip first and "
	      "up in a slot, flat on a reader without contacts"),
	    _("the card in the reader does not answer"));
}

/* "0 (one reader), 2 (another)": cut when there is no more room. */
static void
append_reader(char *list, size_t cap, size_t i, const char *name)
{
	const size_t used = strlen(list);
	char plain[JM_READER_NAME_MAX];

	snprintf(list + used, cap - used, "%s%zu (%s)", used > 0 ? ", " : "", i,
	    cli_plain(name, plain, sizeof plain));
}

/*
 * Every card is asked whether it is one, unless there is only one: another card
 * that always sits in a second reader is no reason to ask which one is meant.
 */
static int
open_only(const struct cli_readers *r, struct cli_session *s)
{
	size_t found = 0, foreign = 0, mute = 0;
	char list[512] = "";
	jm_err e, worst = JM_OK;

	for (size_t i = 0; i < r->n; i++) {
		struct jm_token *t = NULL;

		mute += r->list[i].mute != 0;
		if (!r->list[i].present && !r->list[i].exclusive)
			continue;
		e = cli_open_token(r, &r->list[i], s->trace, &t);
		if (e == JM_NO_CARD)
			foreign++;
		else if (e != JM_OK)
			worst = e;
		if (e != JM_OK)
			continue;
		append_reader(list, sizeof list, i, r->list[i].name);
		if (found++ == 0)
			s->token = t;
		else
			jm_token_free(&t);
	}
	if (found == 1)
		return EX_OK;
	if (found > 1)
		return cli_fail(EX_USAGE,
		    _("choose one of these readers with --reader N"),
		    _("there are several resident cards: %s"), list);
	if (worst != JM_OK)
		return cli_fail_err(worst, NULL);
	if (foreign > 0)
		return cli_fail(EX_NO_CARD,
		    _("put a My Number card into the reader"),
		    _("the card in the reader is not a resident card"));
	if (mute > 0)
		return cli_fail_mute();
	return cli_fail_err(JM_NO_CARD, NULL);
}

static int
open_named(const struct cli_readers *r, size_t i, struct cli_session *s)
{
	char plain[JM_READER_NAME_MAX];
	jm_err e;

	if (r->list[i].mute)
		return cli_fail_mute();
	e = cli_open_token(r, &r->list[i], s->trace, &s->token);
	if (e == JM_OK)
		return EX_OK;
	if (e == JM_NO_CARD && r->list[i].present)
		return cli_fail(EX_NO_CARD,
		    _("put a My Number card into the reader"),
		    _("the card in the reader is not a resident card"));
	return cli_fail_err(e, cli_plain(r->list[i].name, plain, sizeof plain));
}

static int
open_session(const struct cli_args *a, int cached, struct cli_session *s)
{
	struct cli_readers *r;
	size_t i;
	int code;

	*s = (struct cli_session){ 0 };
	if ((r = calloc(1, sizeof *r)) == NULL)
		return cli_fail_err(JM_NOMEM, NULL);
	if ((code = cli_list_readers(r)) != EX_OK ||
	    (code = cli_trace_open(a, &s->trace)) != EX_OK)
		goto out;
	if (!cached)
		r->policy.cache = 0;
	if (cli_has(a, CLI_READER)) {
		code = cli_find_reader(r, a->value[CLI_READER], &i);
		if (code == EX_OK)
			code = open_named(r, i, s);
	} else if (r->n == 0) {
		code = cli_fail_no_readers(r);
	} else {
		code = open_only(r, s);
	}
out:
	free(r);
	if (code != EX_OK)
		cli_session_close(s);
	return code;
}

int
cli_session_open(const struct cli_args *a, struct cli_session *s)
{
	return open_session(a, 1, s);
}

int
cli_session_open_uncached(const struct cli_args *a, struct cli_session *s)
{
	return open_session(a, 0, s);
}

void
cli_session_close(struct cli_session *s)
{
	jm_token_free(&s->token); /* before the file its trace goes to */
	cli_trace_close(&s->trace);
}

const char *
cli_pair_title(enum jm_pair pair)
{
	switch (pair) {
	case JM_PAIR_AUTH: return _("JPKI Authentication");
	case JM_PAIR_SIGN: return _("JPKI Signature");
	}
	return "?";
}

const char *
cli_pin_title(enum jm_pin_id id)
{
	switch (id) {
	case JM_PIN_AUTH: return cli_pair_title(JM_PAIR_AUTH);
	case JM_PIN_SIGN: return cli_pair_title(JM_PAIR_SIGN);
	case JM_PIN_TEXT: return _("Text Entry");
	case JM_PIN_FACE:
	case JM_PIN_BIRTH:
		break; /* printed on the card, and none to be asked */
	}
	return "?";
}

int
cli_fail_no_text(struct jm_token *t)
{
	unsigned found;

	if (jm_token_apps(t, &found) == JM_OK &&
	    (found & 1u << JM_APP_TEXT) != 0)
		return cli_fail(EX_FAIL,
		    _("cards can be issued without PINs; the municipal counter "
		      "sets them"),
		    _("the text-entry application of this card has no PIN"));
	return cli_fail(EX_FAIL,
	    _("a token in a phone has the key pairs alone, and so have cards "
	      "issued before 2016"),
	    _("this card has no text-entry application"));
}

int
cli_need_pin(const struct cli_session *s, enum jm_pin_id id)
{
	enum jm_pair pair;

	if (jm_pin_pair(id, &pair))
		return cli_need_pair(s, pair);
	return jm_token_profile(s->token)->pin[id].present
		   ? EX_OK
		   : cli_fail_no_text(s->token);
}

/* Who gives this card the pair that it has not got. */
static const char *
who_issues(const struct jm_token *t, enum jm_pair pair)
{
	const int sign = pair == JM_PAIR_SIGN;

	if (!jm_token_profile(t)
		 ->key[sign ? JM_PAIR_SIGN : JM_PAIR_AUTH]
		 .present)
		return _("cards of its kind have none");
	if (sign)
		return _("cards of children under 15 have none; for others the "
			 "municipal counter issues it");
	return _("the municipal counter issues it");
}

int
cli_need_pair(const struct cli_session *s, enum jm_pair pair)
{
	if (jm_token_has(s->token, pair))
		return EX_OK;
	return cli_fail(EX_FAIL, who_issues(s->token, pair),
	    _("this card has no %s"), cli_pair_title(pair));
}

int
cli_pin_word(const char *word, enum jm_pin_id *out)
{
	char plain[64];

	/* The numbers printed on the card are nothing to check or to change. */
	for (int id = 0; id <= JM_PIN_TEXT; id++) {
		*out = (enum jm_pin_id)id;
		if (strcmp(word, jm_ident_pin_name(*out)) == 0)
			return EX_OK;
	}
	*out = JM_PIN_AUTH;
	return cli_fail(EX_USAGE, _("it is auth, sign or text"),
	    _("there is no PIN '%s'"), cli_plain(word, plain, sizeof plain));
}

int
cli_pair_word(const char *word, enum jm_pair *out)
{
	char plain[64];

	for (int p = 0; p < JM_PAIRS; p++) {
		*out = (enum jm_pair)p;
		if (strcmp(word, jm_ident_pair_name(*out)) == 0)
			return EX_OK;
	}
	*out = JM_PAIR_AUTH;
	return cli_fail(EX_USAGE, _("it is auth or sign"),
	    _("there is no key '%s'"), cli_plain(word, plain, sizeof plain));
}
