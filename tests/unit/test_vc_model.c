/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The virtual card against its reference model (vc_ref.h): long random
 * sequences of commands, power, reset and lost power.  After every command the
 * answer has to be the model's and every counter, PIN and status of the card
 * what the model says; after a loss of power what the image says, too.
 *
 *   JM_VC_MODEL_SEED=N       where it begins [1]
 *   JM_VC_MODEL_COMMANDS=N   how long it goes on
 *
 * A difference is made as short as it gets and printed as commands.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hex.h"
#include "tests/support/link_vcard.h"
#include "tests/support/test.h"
#include "tests/support/vc_world.h"
#include "tests/unit/vc_gen.h"
#include "tests/unit/vc_model_wrap.h"
#include "vcard/vc_issue.h"

#define COMMANDS 1000000
#define ROUND    1000 /* commands from one fresh card on */
#define ON_DISK  20   /* each so many rounds: with a true image */
#define EARLY    10   /* and so many: with a card that is not issued yet */

static char dir[64], master[96], image[96];
static uint8_t reply_mem[VC_REPLY_MAX];
static struct gen_step steps[ROUND];
static struct ref r;
static struct vc_card *card;
static int on_disk; /* the card of this round has a true image */
static int early;   /* it is personalised, not issued */
static struct {
	unsigned long commands, verifies, right, wrong, blocked, changes,
	    signatures, refused, losses, writes, counter[2], issues;
} stats;

/* --- a disk in memory -------------------------------------------------------
 */

/* What an image keeps of the model's matters; writing one takes long. */
static struct disk {
	struct {
		uint8_t pin[VC_PIN_MAX];
		size_t len;
		unsigned tries;
	} file[VC_APPS_MAX][VC_FILES_MAX];
	enum vc_life life;
} disk, issued;

static void
keep(const struct vc_card *c, struct disk *d)
{
	for (size_t i = 0; i < c->app_count; i++)
		for (size_t k = 0; k < c->app[i].def->file_count; k++) {
			const struct vc_file *f = &c->app[i].file[k];

			memcpy(d->file[i][k].pin, f->pin, sizeof f->pin);
			d->file[i][k].len = f->pin_len;
			d->file[i][k].tries = f->tries;
		}
	d->life = c->life;
}

static void
take_back(struct vc_card *c, const struct disk *d)
{
	for (size_t i = 0; i < c->app_count; i++)
		for (size_t k = 0; k < c->app[i].def->file_count; k++) {
			struct vc_file *f = &c->app[i].file[k];

			memcpy(f->pin, d->file[i][k].pin, sizeof f->pin);
			f->pin_len = d->file[i][k].len;
			f->tries = d->file[i][k].tries;
		}
	c->life = d->life;
}

static jm_err
commit_to_memory(void *arg, enum vc_phase why, const struct vc_event *event)
{
	(void)why;
	(void)event;
	stats.writes++;
	keep(arg, &disk);
	return JM_OK;
}

/* --- a counter ------------------------------------------------------------ */

static struct vc_world *world; /* its authority and operator */

static unsigned
reset_pin(const struct gen_step *s)
{
	const struct ref_app *a = r.app[s->job.app];
	const unsigned id = a->row[s->job.row].id;
	const uint8_t target[2] = { 0,
		(uint8_t)(s->job.authorised ? id : id ^ 1) };
	char header[16];
	unsigned sw;

	if ((sw = world_select(&world->card, a->name)) != 0x9000)
		return sw;
	world_open(world, &world->card, a->name, &world->counter);
	world_authorise(world, 0, target, sizeof target);
	snprintf(header, sizeof header, "002C02%02X", 0x80 | id);
	return world_send(&world->card, header, s->cmd, s->len, 0);
}

static unsigned
set_life(const struct gen_step *s)
{
	static const unsigned ops[] = { [REF_ISSUE] = 7,
		[REF_SUSPEND] = 8,
		[REF_RESUME] = 9,
		[REF_RETURN] = 10,
		[REF_END_LIFE] = 11 };
	const enum vc_life to = ref_life_after(s->job.what);
	const uint8_t target = (uint8_t)(to ^ !s->job.authorised);
	char header[16];
	unsigned sw;

	if ((sw = world_select(&world->card, "issuer")) != 0x9000)
		return sw;
	world_open(world, &world->card, "issuer", &world->counter);
	world_authorise(world, ops[s->job.what], &target, 1);
	snprintf(header, sizeof header, "80F0%02X00", (unsigned)to);
	return world_send(&world->card, header, NULL, 0, 0);
}

static const char *
at_counter(const struct gen_step *s)
{
	const struct ref_job job = { s->job.what, s->job.app, s->job.row,
		s->cmd, s->len, s->job.authorised };
	unsigned sw;
	int done;

	world->card.card = card;
	world_power(world, &world->card);
	sw = s->job.what == REF_RESET_PIN ? reset_pin(s) : set_life(s);
	world_power(world, &world->card);
	done = ref_counter(&r, &job);
	stats.counter[done]++;
	stats.issues += done && s->job.what == REF_ISSUE;
	if ((sw == 0x9000) != done)
		return done ? "a counter could not do it" : "a counter could";
	return ref_compare(&r, card);
}

/* --- one step ------------------------------------------------------------- */

static void
count(const struct gen_step *s, unsigned sw)
{
	stats.commands++;
	if (s->cmd[1] == 0x20 && s->len > 5) {
		stats.verifies++;
		stats.right += sw == 0x9000;
		stats.wrong += (sw & 0xfff0) == 0x63c0;
		stats.blocked += sw == 0x6984;
	}
	stats.changes += s->cmd[1] == 0x24 && sw == 0x9000;
	stats.signatures += s->cmd[1] == 0x2a && sw == 0x9000;
	stats.refused += sw == 0x6982;
}

/* Is the reply as the model wants it?  NULL: yes. */
static const char *
judge(const struct ref_want *w, unsigned sw, size_t len)
{
	static char text[80];

	switch (w->how) {
	case REF_ANY: return NULL;
	case REF_REFUSED:
		return sw == 0x9000 || (sw & 0xff00) == 0x6300 || len != 0
			   ? "it was not refused"
			   : NULL;
	case REF_SW: break;
	}
	snprintf(text, sizeof text, "%04X with %zu bytes, model %04X with %zu",
	    sw, len, w->sw, w->len);
	if (sw != w->sw || (w->data ? len == 0 : len != 0) ||
	    (w->len != 0 && len != w->len))
		return text;
	return NULL;
}

static const char *
command(const struct gen_step *s)
{
	const struct ref_want want = ref_command(&r, s->cmd, s->len);
	const char *what;
	size_t n = sizeof reply_mem;
	unsigned sw;

	if (vc_transmit(card, s->cmd, s->len, reply_mem, &n) != JM_OK)
		return "no reply";
	sw = (unsigned)reply_mem[n - 2] << 8 | reply_mem[n - 1];
	count(s, sw);
	if ((what = judge(&want, sw, n - 2)) != NULL)
		return what;
	return ref_compare(&r, card);
}

static int
lose_power(void)
{
	if (on_disk) {
		vc_close(&card);
		if (vc_open(image, &card) != JM_OK)
			return 0;
	} else {
		vc_power(card, 0);
		take_back(card, &disk);
	}
	vc_power(card, 1);
	return 1;
}

/* NULL: card and model agree. */
static const char *
one_step(const struct gen_step *s)
{
	switch (s->what) {
	case GEN_COMMAND: return command(s);
	case GEN_POWER:
		vc_power(card, 0);
		vc_power(card, 1);
		ref_power_off(&r);
		break;
	case GEN_COUNTER: return at_counter(s);
	case GEN_RESET: /* keeps all, by default */ vc_reset(card); break;
	case GEN_LOSS:
		stats.losses++;
		if (!lose_power())
			return "the image cannot be opened";
		ref_power_off(&r);
		break;
	}
	return ref_compare(&r, card);
}

static void
fresh(void)
{
	if (on_disk || card == NULL) {
		vc_close(&card);
		assert_int_equal(vslot_copy(master, image), JM_OK);
		assert_int_equal(vc_open(image, &card), JM_OK);
		keep(card, &issued);
	}
	if (!on_disk) {
		card->store = (struct vc_store){ commit_to_memory, card };
		take_back(card, &issued);
		if (early)
			card->life = VC_PERSONALISED;
		keep(card, &disk);
	}
	vc_power(card, 0);
	vc_power(card, 1);
	ref_start(&r, card);
}

/* --- a difference --------------------------------------------------------- */

/* The first step of n at which they differ, n if they do not. */
static size_t
differs(const struct gen_step *list, size_t n, const char **what)
{
	size_t i;

	fresh();
	*what = NULL;
	for (i = 0; i < n; i++)
		if ((*what = one_step(&list[i])) != NULL)
			break;
	return i;
}

/* Leaves out whatever can be left out. */
static size_t
shrink(struct gen_step *list, size_t n)
{
	static struct gen_step less[ROUND];
	const char *what;

	for (size_t part = n / 2; part > 0; part /= 2)
		for (size_t at = 0; at + part <= n;) {
			size_t left = n - part, first;

			memcpy(less, list, at * sizeof *list);
			memcpy(less + at, list + at + part,
			    (left - at) * sizeof *list);
			if ((first = differs(less, left, &what)) == left) {
				at += part;
				continue;
			}
			n = first + 1;
			memcpy(list, less, n * sizeof *list);
		}
	return n;
}

static void
print_steps(const struct gen_step *list, size_t n)
{
	static const char *const names[] = { [GEN_POWER] = "power off and on",
		[GEN_RESET] = "reset",
		[GEN_LOSS] = "power lost, image opened again" };
	char hex[2 * GEN_CMD_MAX + 1];

	for (size_t i = 0; i < n; i++) {
		if (list[i].what == GEN_COUNTER)
			snprintf(hex, sizeof hex,
			    "counter: %u, application %u, row %u, %s",
			    list[i].job.what, list[i].job.app, list[i].job.row,
			    list[i].job.authorised ? "authorised" : "not");
		else if (list[i].what != GEN_COMMAND)
			snprintf(hex, sizeof hex, "%s", names[list[i].what]);
		else if (jm_hex_encode(list[i].cmd, list[i].len, hex,
			     sizeof hex) != JM_OK)
			hex[0] = '\0';
		fprintf(stderr, "  %s\n", hex);
	}
}

static void
report(unsigned long long seed, size_t n, const char *what)
{
	char first[160];

	snprintf(first, sizeof first, "%s", what);
	fprintf(stderr, "seed %llu: %s\n", seed, first);
	n = shrink(steps, n);
	print_steps(steps, n);
	(void)differs(steps, n, &what);
	fprintf(stderr,
	    "repeat with JM_VC_MODEL_SEED=%llu "
	    "JM_VC_MODEL_COMMANDS=1\n",
	    seed);
	fail_msg("%s", what != NULL ? what : first);
}

/* --- the run -------------------------------------------------------------- */

static unsigned long long
from_env(const char *name, unsigned long long otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void
one_round(unsigned long long seed)
{
	struct gen g = gen_new(seed);
	const char *what;

	on_disk = seed % ON_DISK == 1;
	early = seed % EARLY == 2;
	fresh();
	for (size_t i = 0; i < ROUND; i++) {
		gen_next(&g, &r, &steps[i]);
		if ((what = one_step(&steps[i])) != NULL)
			report(seed, i + 1, what);
	}
}

static void
no_sequence_of_commands_leaves_the_model(void **state)
{
	unsigned long long seed = from_env("JM_VC_MODEL_SEED", 1);
	const unsigned long long all =
	    from_env("JM_VC_MODEL_COMMANDS", COMMANDS);
	struct timespec a, b;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &a);
	while (stats.commands < all)
		one_round(seed++);
	clock_gettime(CLOCK_MONOTONIC, &b);
	print_message(
	    "%lu commands in %.1f s: %lu VERIFY (%lu right, %lu "
	    "wrong, %lu blocked), %lu changes, %lu signatures, %lu "
	    "refused, %lu losses of power, %lu writes to disk, %lu to memory\n",
	    stats.commands,
	    (double)(b.tv_sec - a.tv_sec) +
		(double)(b.tv_nsec - a.tv_nsec) / 1e9,
	    stats.verifies, stats.right, stats.wrong, stats.blocked,
	    stats.changes, stats.signatures, stats.refused, stats.losses,
	    vc_model_syncs / 2, stats.writes);
	print_message(
	    "%lu times at a counter, %lu of them to be issued, %lu in "
	    "vain\n",
	    stats.counter[1], stats.issues, stats.counter[0]);
	/* It has been everywhere. */
	assert_true(stats.right > all / 100);
	assert_true(stats.wrong > all / 100);
	assert_true(stats.blocked > all / 1000);
	assert_true(stats.changes > all / 1000);
	assert_true(stats.signatures > all / 1000);
	assert_true(stats.refused > all / 100);
	assert_true(stats.losses > all / 5000);
	assert_true(stats.counter[1] > all / 10000);
	assert_true(stats.counter[0] > all / 20000);
	assert_true(stats.issues >= all / 200000);
}

/* A folder in memory, where there is one. */
static int
setup(void **state)
{
	static const char *const where[] = { "/dev/shm", "/tmp" };
	static const char *const params[] = { "licence=on", NULL };
	char authority[96];
	const struct vc_issue how = {
		.params = params, .overwrite = 1, .authority = authority
	};

	if (vc_world_start(state) != 0 || vc_world_fresh(state) != 0)
		return -1;
	world = *state;
	vc_close(&world->card.card); /* it is another one's turn */
	snprintf(authority, sizeof authority, "%s/authority", world->dir);
	for (size_t i = 0; i < NELEM(where); i++) {
		snprintf(dir, sizeof dir, "%s/vc-model.XXXXXX", where[i]);
		if (mkdtemp(dir) != NULL)
			break;
		dir[0] = '\0';
	}
	if (dir[0] == '\0')
		return -1;
	snprintf(master, sizeof master, "%s/master", dir);
	snprintf(image, sizeof image, "%s/card", dir);
	return vc_create(master, &how) == JM_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	world->card.card = NULL;
	vc_close(&card);
	unlink(master);
	unlink(image);
	return rmdir(dir) | vc_world_stop(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_sequence_of_commands_leaves_the_model),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
