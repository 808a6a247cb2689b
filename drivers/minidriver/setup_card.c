/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a reader's name, or none, to one card. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/minidriver/setup.h"
#include "objects/policy.h"
#include "transport/readers.h"

struct found {
	struct jm_reader list[JM_READERS_MAX];
	size_t n;
	size_t ignored; /* that the configuration leaves out */
	jm_err why;     /* JM_NO_SERVICE, or JM_OK */
	struct jm_policy policy;
};

static void
configure(struct jm_conf *conf, struct jm_policy *policy)
{
	struct jm_conf_fault fault;
	char plain[JM_CONF_PATH_MAX];

	jm_conf_load(conf, &fault);
	if (fault.file[0] != '\0')
		setup_note("configuration, %s: %s",
		    setup_plain(fault.file, plain, sizeof plain), fault.what);
	jm_policy_from_conf(conf, policy);
	policy->trace = 0;
}

/* SETUP_OK with any number of them. */
static int
list_readers(struct found *f)
{
	struct jm_readers *readers = NULL;
	struct jm_conf *conf;
	size_t n = 0;
	jm_err e;

	if ((conf = malloc(sizeof *conf)) == NULL)
		return setup_fail_err(JM_NOMEM, NULL);
	configure(conf, &f->policy);
	if ((e = jm_readers_new(&readers)) == JM_OK)
		e = jm_readers_list(readers, f->list, &n, &f->why);
	for (size_t i = 0; i < n; i++)
		if (!jm_conf_ignores(conf, f->list[i].name))
			f->list[f->n++] = f->list[i];
	f->ignored = n - f->n;
	jm_readers_free(&readers);
	free(conf);
	return e == JM_OK ? SETUP_OK : setup_fail_err(e, NULL);
}

static int
say_no_reader(const struct found *f)
{
	if (f->why != JM_OK)
		return setup_fail_err(f->why, NULL);
	if (f->ignored > 0)
		return setup_fail(SETUP_NO_CARD, NULL,
		    "every card reader is to be ignored (ignore-reader)");
	return setup_fail(SETUP_NO_CARD, "connect one that Windows knows",
	    "there is no card reader");
}

static int
say_foreign(void)
{
	return setup_fail(SETUP_NO_CARD, "put a My Number card into the reader",
	    "the card in the reader is not a resident card");
}

static jm_err
open_card(
    const struct found *f, const struct jm_reader *r, struct jm_token **out)
{
	*out = NULL;
	if (r->exclusive)
		return JM_BUSY;
	return jm_token_open_reader(r->name, &f->policy, out);
}

static int
open_named(const struct found *f, const char *name, struct jm_token **out)
{
	const struct jm_reader *r = NULL;
	char plain[JM_READER_NAME_MAX];
	size_t hits = 0;
	jm_err e;

	for (size_t i = 0; i < f->n; i++) {
		const int whole = strcmp(f->list[i].name, name) == 0;

		if (!whole && strstr(f->list[i].name, name) == NULL)
			continue;
		r = &f->list[i];
		hits++;
		if (whole) {
			hits = 1;
			break;
		}
	}
	setup_plain(name, plain, sizeof plain);
	if (hits == 0)
		return setup_fail(SETUP_USAGE, "see: juminmd-setup status",
		    "there is no reader '%s'", plain);
	if (hits > 1)
		return setup_fail(SETUP_USAGE, "see: juminmd-setup status",
		    "'%s' fits several readers", plain);
	e = open_card(f, r, out);
	if (e == JM_NO_CARD && r->present)
		return say_foreign();
	return e == JM_OK ? SETUP_OK : setup_fail_err(e, plain);
}

static int
open_only(const struct found *f, struct jm_token **out)
{
	size_t cards = 0, foreign = 0;
	jm_err e, worst = JM_OK;

	for (size_t i = 0; i < f->n; i++) {
		struct jm_token *t;

		if (!f->list[i].present && !f->list[i].exclusive)
			continue;
		e = open_card(f, &f->list[i], &t);
		foreign += e == JM_NO_CARD;
		if (e != JM_OK && e != JM_NO_CARD)
			worst = e;
		if (e == JM_OK && cards++ == 0)
			*out = t;
		else
			jm_token_free(&t);
	}
	if (cards == 1)
		return SETUP_OK;
	jm_token_free(out);
	if (cards > 1)
		return setup_fail(SETUP_USAGE,
		    "say which reader is meant with --reader NAME",
		    "there are several resident cards");
	if (worst != JM_OK)
		return setup_fail_err(worst, NULL);
	return foreign > 0 ? say_foreign() : setup_fail_err(JM_NO_CARD, NULL);
}

int
setup_open(const char *reader, struct jm_token **out)
{
	struct found *f;
	int code;

	*out = NULL;
	if ((f = calloc(1, sizeof *f)) == NULL)
		return setup_fail_err(JM_NOMEM, NULL);
	if ((code = list_readers(f)) == SETUP_OK) {
		if (f->n == 0)
			code = say_no_reader(f);
		else if (reader != NULL)
			code = open_named(f, reader, out);
		else
			code = open_only(f, out);
	}
	free(f);
	return code;
}
