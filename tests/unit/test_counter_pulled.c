/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each card of each operation of a counter leaves the reader at each of its
 * commands, before it is carried out or before its reply is given.  What is
 * left is the old or the new state, every PIN has all its tries, and the same
 * operation can be done again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/link_vcard.h"
#include "tests/support/test.h"
#include "tools/vcard/counter_files.h"
#include "vcard/vc_authority.h"
#include "vcard/vc_issue.h"

#define PATH_MAX_HERE 128
#define IMAGE_MAX     (256 * 1024)
#define CODE          "12345678903"

/* What is written need not outlive this machine. */
int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

enum side { CARD, NEXT, OP, SIDES };
static const char *const names[SIDES] = { "card", "next", "op" };

static char dir[] = "/tmp/jm-counter-XXXXXX";
static struct counter_self self;
static struct counter_cas cas;
static char text[IMAGE_MAX];

static const char *
path(const char *name)
{
	static char buf[4][PATH_MAX_HERE];
	static unsigned at;
	char *p = buf[at++ % 4];

	snprintf(p, PATH_MAX_HERE, "%s/%s", dir, name);
	return p;
}

/* The image as it is on disk. */
static const char *
load(const char *name)
{
	FILE *f = fopen(path(name), "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* One run of a terminal before these cards ------------------------------- */

struct run {
	struct counter c;
	struct counter_card k[SIDES];
	struct vslot *slot[SIDES];
};

static jm_err
ask(void *arg, enum counter_who who, int tries, struct counter_pin *out)
{
	(void)arg;
	(void)who;
	assert_int_equal(tries, 3);
	*out = (struct counter_pin){ "1234", 4 };
	return JM_OK;
}

static time_t
now(void)
{
	return time(NULL);
}

static void
begin(struct run *r, int two)
{
	static const char *const who[SIDES] = { "resident", "successor",
		"operator" };

	memset(r, 0, sizeof *r);
	r->c.counter =
	    (struct jm_sm_ident){ self.pki->counter.key, self.pki->counter.cvc,
		    self.pki->counter.cvc_len, &self.pki->root_pub };
	r->c.issuer =
	    (struct jm_sm_ident){ self.pki->issuer.key, self.pki->issuer.cvc,
		    self.pki->issuer.cvc_len, &self.pki->root_pub };
	r->c.id = self.pki->counter.id;
	r->c.op = &r->k[OP];
	r->c.reason = "pulled";
	r->c.ask = ask;
	r->c.now = now;
	r->c.fit = counter_fit;
	r->c.fit_arg = &self;
	for (int i = 0; i < SIDES; i++) {
		struct jm_link link;

		if (i == NEXT && !two)
			continue;
		assert_int_equal(
		    vslot_open(path(names[i]), &r->slot[i]), JM_OK);
		assert_int_equal(vslot_link(r->slot[i], &link), JM_OK);
		assert_int_equal(
		    counter_card_init(&r->k[i], who[i], &link), JM_OK);
	}
}

static void
end(struct run *r)
{
	for (int i = 0; i < SIDES; i++) {
		counter_card_free(&r->k[i]);
		vslot_close(&r->slot[i]);
	}
}

/* The operations -------------------------------------------------------- */

static jm_err
reset_pin(struct run *r, const char *which, const char *value)
{
	struct counter_pin pin = { .len = strlen(value) };

	memcpy(pin.value, value, pin.len);
	return counter_reset_pin(
	    &r->c, &r->k[CARD], counter_pin_find(which), &pin);
}

static jm_err
do_auth(struct run *r)
{
	return reset_pin(r, "auth", "5678");
}

static int
auth_done(void)
{
	return strstr(load("card"), "pin 0018 tries 3 value 35363738") != NULL;
}

static jm_err
do_juki(struct run *r)
{
	return reset_pin(r, "juki", "2222");
}

/* One PIN for its holder, in two applications. */
static int
juki_done(void)
{
	static const char line[] = "pin 001C tries 3 value 32323232";
	const char *first = strstr(load("card"), line);

	return first != NULL && strstr(first + 1, line) != NULL;
}

static jm_err
do_code(struct run *r)
{
	return counter_change_code(
	    &r->c, &r->k[CARD], COUNTER_CHANGE_CODE, CODE);
}

static int
code_done(void)
{
	return strstr(load("card"), "\t3132333435363738393033\n") != NULL;
}

static jm_err
load_library(struct run *r, enum side side)
{
	uint8_t *package;
	size_t len;
	jm_err e;

	assert_int_equal(
	    counter_library(&self, now(), NULL, &package, &len), JM_OK);
	e = counter_consent(&r->c, &r->k[side]);
	if (e == JM_OK)
		e = counter_load(
		    &r->c, &r->k[side], COUNTER_LOAD_APP, package, len);
	free(package);
	return e;
}

static jm_err
do_load(struct run *r)
{
	return load_library(r, CARD);
}

static int
load_done(void)
{
	return strstr(load("card"), "\napp library\n") != NULL;
}

static jm_err
do_delete(struct run *r)
{
	jm_err e;

	e = counter_consent(&r->c, &r->k[CARD]);
	return e != JM_OK
		   ? e
		   : counter_delete(&r->c, &r->k[CARD], counter_library_app.aid,
			 counter_library_app.aid_len);
}

static int
delete_done(void)
{
	return strstr(load("card"), "\napp library\n") == NULL;
}

static jm_err
do_suspend(struct run *r)
{
	return counter_set_life(
	    &r->c, &r->k[CARD], COUNTER_SUSPEND, COUNTER_SUSPENDED);
}

static int
suspend_done(void)
{
	return strstr(load("card"), "\nlife suspended\n") != NULL;
}

static jm_err
do_renew(struct run *r)
{
	return counter_renew(&r->c, &r->k[CARD], &cas);
}

/* A log entry and new keys come together. */
static int
renew_done(void)
{
	return strstr(load("card"), " renew ") != NULL;
}

static jm_err
do_succeed(struct run *r)
{
	return counter_succeed(&r->c, &r->k[CARD], &r->k[NEXT]);
}

static int
succeed_done(void)
{
	if (strstr(load("card"), "\nlife returned\n") == NULL)
		return 0;
	load("next");
	return strstr(text, "\napp library\n") != NULL &&
	       strstr(text, "\t3132333435363738393033\n") != NULL;
}

static jm_err
do_personalise(struct run *r)
{
	struct counter_source from = { &self, path("issued") };
	const struct counter_issue how = { counter_transport_key,
		counter_contents, &from };

	return counter_personalise(&r->c, &r->k[CARD], &how);
}

static int
personalise_done(void)
{
	return strstr(load("card"), "\nlife personalised\n") != NULL;
}

static const struct job {
	const char *name, *card; /* which image the card begins as */
	jm_err (*run)(struct run *r);
	int (*done)(void);
	int two; /* the successor takes part */
	unsigned step, entries;
} jobs[] = {
	{ "reset auth", "issued", do_auth, auth_done, 0, 1, 1 },
	{ "reset juki", "issued", do_juki, juki_done, 0, 1, 2 },
	{ "change code", "issued", do_code, code_done, 0, 1, 1 },
	{ "load", "issued", do_load, load_done, 0, 1, 1 },
	{ "delete", "reader", do_delete, delete_done, 0, 1, 1 },
	{ "suspend", "issued", do_suspend, suspend_done, 0, 1, 1 },
	{ "renew", "draft", do_renew, renew_done, 0, 1, 1 },
	{ "succeed", "reader", do_succeed, succeed_done, 1, 1, 2 },
	{ "personalise", "made", do_personalise, personalise_done, 0, 7, 1 },
};

/* The sweep ---------------------------------------------------------------*/

static void
fresh(const struct job *j)
{
	assert_int_equal(vslot_copy(path(j->card), path("card")), JM_OK);
	assert_int_equal(vslot_copy(path("successor"), path("next")), JM_OK);
	assert_int_equal(vslot_copy(path("operator"), path("op")), JM_OK);
}

/* Every PIN that somebody knows has all its tries; the transport key too. */
static void
no_try_is_lost(const char *name)
{
	static const char *const full[] = { "pin 0018 tries 3",
		"pin 001B tries 5", "pin 001C tries 3", "pin 0011 tries 3",
		"transport tries 3" };
	static const char *const any[] = { "pin 0018 tries ", "pin 001B tries ",
		"pin 001C tries ", "pin 0011 tries 0", "transport tries " };

	load(name);
	for (size_t i = 0; i < NELEM(any); i++)
		for (const char *at = strstr(text, any[i]); at != NULL;
		     at = strstr(at + 1, any[i]))
			assert_memory_equal(at, full[i], strlen(full[i]));
}

static void
again(const struct job *j, unsigned n, const char *how)
{
	static struct run r;
	jm_err e = JM_OK;

	if (!j->done()) {
		begin(&r, j->two);
		e = j->run(&r);
		end(&r);
	}
	if (e != JM_OK)
		fail_msg("%s, %s at %u: %s (%04x) when done again", j->name,
		    how, n, jm_strerror(e), r.c.fault.sw);
	if (!j->done())
		fail_msg("%s, %s at %u: not done", j->name, how, n);
}

/* 0: the operation does not have so many commands for this card. */
static int
pull(const struct job *j, enum side side, const char *how, unsigned n)
{
	char quirk[32];
	static struct run r;
	jm_err e;

	fresh(j);
	begin(&r, j->two);
	snprintf(quirk, sizeof quirk, "%s=%u", how, n);
	assert_int_equal(vc_set_quirk(vslot_card(r.slot[side]), quirk), JM_OK);
	e = j->run(&r);
	if (e != JM_OK) {
		assert_int_equal(e, JM_GONE);
		assert_string_equal(r.c.fault.card, r.k[side].name);
		assert_int_equal(vslot_counted(r.slot[side]).apdus, n);
	}
	end(&r);
	for (int i = 0; i < SIDES; i++)
		no_try_is_lost(names[i]);
	if (e == JM_OK)
		return 0;
	again(j, n, how);
	return 1;
}

static void
sweep(const struct job *j)
{
	for (int side = 0; side < SIDES; side++) {
		unsigned n = 1;

		/* To the operator's card all operations are the same. */
		if ((side == NEXT && !j->two) ||
		    (side == OP && j->run != do_auth))
			continue;
		for (; pull(j, (enum side)side, "die-at", n); n += j->step)
			;
		assert_true(n > 8);
		/* Leaving before the next command is the same to the card. */
		for (n = 1; pull(j, (enum side)side, "remove-at", n);
		     n += j->run == do_auth ? 1 : 3 * j->step)
			;
	}
}

static void
a_card_that_is_pulled_is_old_or_new(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(jobs); i++)
		sweep(&jobs[i]);
}

static void
each_is_done_and_remembered(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(jobs); i++) {
		static struct run r;
		unsigned entries = 0;
		jm_err e;

		fresh(&jobs[i]);
		begin(&r, jobs[i].two);
		e = jobs[i].run(&r);
		end(&r);
		if (e != JM_OK)
			fail_msg("%s: %s, step %d, %04x", jobs[i].name,
			    jm_strerror(e), (int)r.c.fault.step, r.c.fault.sw);
		assert_true(jobs[i].done());
		load("card");
		for (const char *at = text; (at = strstr(at, "\nlog ")) != NULL;
		     at++)
			entries++;
		/* the library card was loaded before */
		if (strcmp(jobs[i].card, "reader") == 0)
			entries--;
		assert_true(entries >= jobs[i].entries);
	}
}

/* Making them ---------------------------------------------------------------*/

static void
create(const char *name, struct vc_issue how)
{
	how.authority = path("city");
	assert_int_equal(vc_create(path(name), &how), JM_OK);
}

static int
setup(void **state)
{
	static struct run r;
	const struct vc_issue plain = { .profile = NULL };
	static struct counter c;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(
	    vc_pki_make(path("city"), &(struct vc_pki_names){ .id = NULL }), JM_OK);
	assert_int_equal(counter_self_load(path("city"), &self, &c), JM_OK);
	create("issued", plain);
	create("successor", plain);
	create("made", (struct vc_issue){ .life = "manufactured" });
	create("draft",
	    (struct vc_issue){ .profile = "mynumber-next", .ca_dir = dir });
	create("operator", (struct vc_issue){ .profile = "operator",
			       .operator_type = "supervisor" });
	assert_int_equal(counter_cas_load(dir, &cas), JM_OK);
	/* A card with the library card and a code of its own. */
	fresh(&jobs[0]);
	begin(&r, 0);
	assert_int_equal(load_library(&r, CARD), JM_OK);
	assert_int_equal(do_code(&r), JM_OK);
	end(&r);
	assert_int_equal(vslot_copy(path("card"), path("reader")), JM_OK);
	return 0;
}

static int
teardown(void **state)
{
	char cmd[PATH_MAX_HERE];

	(void)state;
	counter_cas_free(&cas);
	counter_self_free(&self);
	snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	return system(cmd); /* NOLINT: a name that mkdtemp made */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_done_and_remembered),
		cmocka_unit_test(a_card_that_is_pulled_is_old_or_new),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
