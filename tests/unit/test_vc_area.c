/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Municipal applications: what is loaded, and who may use it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"
#include "tests/unit/area_try.h"

static void
an_open_library_card_is_read_by_everybody(void **state)
{
	struct vc_world *w = *state;

	area_library(NULL, NULL);
	assert_int_equal(area_load(w), 0x9000);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(world_select(&w->card, "library"), 0x9000);
		assert_int_equal(world_plain(&w->card, "00B081000A"), 0x9000);
		assert_memory_equal(w->card.rsp, "0123456789", 10);
		assert_int_equal(world_plain(&w->card, "00B0820002"), 0x9000);
		assert_memory_equal(w->card.rsp, "\0\0", 2);
		assert_int_equal(world_plain(&w->card, "00B0830008"), 0x9000);
		assert_memory_equal(w->card.rsp, "20310331", 8);
		/* nobody counts without the library's terminal */
		assert_int_equal(
		    world_plain(&w->card, "00D68200020001"), 0x6982);
		assert_int_equal(world_plain(&w->card, "008600010100"), 0x6a88);
		world_again(w, &w->card);
	}
}

static void
with_a_pin_it_is_its_holder_s(void **state)
{
	struct vc_world *w = *state;

	area_library("4711", NULL);
	assert_int_equal(area_load(w), 0x9000);
	world_again(w, &w->card);
	assert_int_equal(world_select(&w->card, "library"), 0x9000);
	assert_int_equal(world_plain(&w->card, "00B081000A"), 0x6982);
	assert_int_equal(world_plain(&w->card, "002000910434373132"), 0x63c2);
	assert_int_equal(world_plain(&w->card, "002000910434373131"), 0x9000);
	assert_int_equal(world_plain(&w->card, "00B081000A"), 0x9000);
	/* which he changes like any other of his */
	assert_int_equal(world_plain(&w->card, "002401910430303030"), 0x9000);
	assert_int_equal(world_plain(&w->card, "002000910434373131"), 0x63c2);
	assert_int_equal(world_plain(&w->card, "002401910431313131"), 0x6982);
	assert_int_equal(world_plain(&w->card, "002000910430303030"), 0x9000);
	/* and no more once another application was there */
	assert_int_equal(world_select(&w->card, "jpki"), 0x9000);
	assert_int_equal(world_select(&w->card, "library"), 0x9000);
	assert_int_equal(world_plain(&w->card, "00B081000A"), 0x6982);
}

static void
the_library_s_terminal_counts_loans(void **state)
{
	struct vc_world *w = *state;
	struct vc_pki *c = area_city();
	struct world_terminal t;
	struct jm_soft_key *root = w->pki->root;
	const struct jm_ec_pub pub = w->pki->root_pub;

	area_library("4711", c);
	assert_int_equal(area_load(w), 0x9000);
	world_again(w, &w->card);
	/* the city's terminal, under the city's root */
	w->pki->root = c->root;
	w->pki->root_pub = c->root_pub;
	world_terminal(w, &t, JM_CVC_SERVICE, "LIBRARY-1", "20991231");
	world_open(w, &w->card, "library", &t.me);
	w->pki->root = root;
	assert_string_equal(w->card.who.holder, "0123456789ABCDEF");
	assert_int_equal(world_hex(&w->card, "00B08100", NULL, 10), 0x9000);
	assert_int_equal(world_hex(&w->card, "00D68200", "0001", 0), 0x9000);
	assert_int_equal(world_hex(&w->card, "00D68100", "30", 0), 0x6982);
	world_again(w, &w->card);
	w->pki->root_pub = c->root_pub;
	world_open(w, &w->card, "library", &t.me);
	assert_int_equal(world_hex(&w->card, "00B08200", NULL, 2), 0x9000);
	assert_memory_equal(w->card.rsp, "\0\1", 2);
	/* the same terminal gets nowhere else */
	w->pki->root_pub = pub;
	assert_int_equal(world_select(&w->card, "common"), 0x9000);
	{
		struct jm_sm *sm = NULL;
		struct jm_cvc who;
		unsigned sw;

		assert_int_not_equal(
		    jm_sm_open(&w->card.link, &w->x, w->card.app->aid,
			w->card.app->aid_len, &t.me, &sm, &who, &sw),
		    JM_OK);
		jm_sm_free(&sm);
	}
	world_terminal_free(&t);
	vc_pki_free(&c);
}

static void
loading_needs_everybody_s_word(void **state)
{
	struct vc_world *w = *state;
	uint8_t target[32];

	area_library(NULL, NULL);
	area_hash(target);
	/* no channel */
	assert_int_equal(world_select(&w->card, "common"), 0x9000);
	assert_int_equal(world_plain(&w->card, "80E680000100"), 0x6982);
	/* no authorisation */
	area_open(w, 1);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* no consent */
	area_open(w, 0);
	world_authorise(w, LOAD, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* consent in another channel, or before it */
	area_open(w, 1);
	area_open(w, 0);
	world_authorise(w, LOAD, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	assert_int_equal(world_select(&w->card, "common"), 0x9000);
	assert_int_equal(world_plain(&w->card, "0020009C0431323334"), 0x9000);
	area_open(w, 0);
	world_authorise(w, LOAD, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* an authorisation for something else */
	area_open(w, 1);
	world_authorise(w, DELETE, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* in another application */
	world_open(w, &w->card, "jpki", &w->counter);
	world_authorise(w, LOAD, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6985);
	assert_false(area_has_library(w));
	assert_int_equal(area_load(w), 0x9000);
}

static void
what_is_loaded_is_what_was_authorised(void **state)
{
	struct vc_world *w = *state;
	uint8_t target[32];

	area_library(NULL, NULL);
	area_hash(target);
	area_open(w, 1);
	world_authorise(w, LOAD, target, 32);
	pack[pack_len - 1] ^= 1; /* another expiry */
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6985);
	assert_false(area_has_library(w));
	/* and the authorisation is gone */
	pack[pack_len - 1] ^= 1;
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* a part of the hash is not the hash */
	area_open(w, 1);
	world_authorise(w, LOAD, target, 31);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6985);
	assert_int_equal(area_load(w), 0x9000);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982); /* once */
}

static void
the_log_names_the_application(void **state)
{
	struct vc_world *w = *state;
	const struct vc_log *log;
	uint8_t target[32];

	area_library(NULL, NULL);
	area_hash(target);
	assert_int_equal(area_load(w), 0x9000);
	assert_int_equal(area_delete(w), 0x9000);
	world_again(w, &w->card);
	log = &w->card.card->log;
	assert_int_equal(log->count, 2);
	assert_int_equal(log->entry[0].what.op, LOAD);
	assert_string_equal(log->entry[0].what.app, "library");
	assert_memory_equal(log->entry[0].what.target, target, 32);
	assert_int_equal(log->entry[1].what.op, DELETE);
	assert_string_equal(log->entry[1].what.app, "library");
	assert_int_equal(log->entry[1].what.target_len, 7);
}

static void
an_aid_that_would_hide_another_is_refused(void **state)
{
	/* clang-format off */
	static const struct { const char *aid, *name; unsigned sw; } row[] = {
		{ "F04A4D4C494201",   "again",   0x6a8a }, /* the same */
		{ "F04A4D4C49420199", "longer",  0x6a8a },
		{ "F04A4D4C49",       "shorter", 0x6a8a },
		{ "F04A4D4C494202",   "library", 0x6a8a }, /* name */
		{ "F04A4D4C494202",   "jpki",    0x6a8a },
		{ "F04A4D4C494202",   "other",   0x9000 },
	};
	/* clang-format on */
	struct vc_world *w = *state;
	const size_t before = w->card.card->app_count;
	struct vc_package *p;

	area_library(NULL, NULL);
	assert_int_equal(area_load(w), 0x9000);
	for (size_t i = 0; i < NELEM(row); i++) {
		area_library(NULL, NULL);
		assert_int_equal(vc_package_parse(pack, pack_len, &p), JM_OK);
		assert_int_equal(jm_hex_decode(row[i].aid, p->def.aid,
				     sizeof p->def.aid, &p->def.aid_len),
		    JM_OK);
		strcpy(p->name, row[i].name);
		assert_int_equal(
		    vc_package_make(p, pack, sizeof pack, &pack_len), JM_OK);
		vc_package_free(&p);
		assert_int_equal(area_load(w), row[i].sw);
	}
	assert_int_equal(w->card.card->app_count, before + 2);
	world_again(w, &w->card);
	assert_int_equal(w->card.card->app_count, before + 2);
}

static void
a_full_card_takes_no_more(void **state)
{
	struct vc_world *w = *state;
	struct vc_package *p;
	unsigned sw = 0x9000, n = 0;

	for (; sw == 0x9000 && n < 20; n++) {
		area_library(NULL, NULL);
		assert_int_equal(vc_package_parse(pack, pack_len, &p), JM_OK);
		p->def.aid[6] = (uint8_t)n;
		snprintf(p->name, sizeof p->name, "app-%u", n);
		assert_int_equal(
		    vc_package_make(p, pack, sizeof pack, &pack_len), JM_OK);
		vc_package_free(&p);
		sw = area_load(w);
	}
	assert_int_equal(sw, 0x6a84);
	assert_int_equal(w->card.card->app_count, VC_APPS_MAX);
	world_again(w, &w->card);
	assert_int_equal(w->card.card->app_count, VC_APPS_MAX);
}

static void
blocks_of_any_size_come_in_their_order(void **state)
{
	struct vc_world *w = *state;
	uint8_t target[32];

	area_library(NULL, NULL);
	area_hash(target);
	for (size_t piece = 1; piece < pack_len; piece = piece * 3 + 1) {
		if (pack_len / piece > 255)
			continue;
		area_open(w, 1);
		world_authorise(w, LOAD, target, 32);
		assert_int_equal(world_load(w, pack, pack_len, piece), 0x9000);
		assert_int_equal(area_delete(w), 0x9000);
	}
	/* a block left out, one twice: nothing, and the right is gone */
	for (int fault = 0; fault < 3; fault++) {
		area_open(w, 1);
		world_authorise(w, LOAD, target, 32);
		assert_int_equal(
		    world_send(&w->card, "80E60000", pack, 100, 0), 0x9000);
		assert_int_equal(world_send(&w->card,
				     fault == 0   ? "80E60002"
				     : fault == 1 ? "80E64001"
						  : "80E60102",
				     pack + 100, 50, 0),
		    fault == 0 ? 0x6985 : 0x6a86);
		assert_int_equal(world_send(&w->card, "80E68001", pack + 100,
				     pack_len - 100, 0),
		    0x6982);
		assert_false(area_has_library(w));
	}
}

/* Nothing of a package stays that was not taken whole. */
static void
hostile_packages_leave_nothing(void **state)
{
	struct vc_world *w = *state;
	struct vc_app *common = world_app(&w->card, "common");
	const size_t before = w->card.card->app_count;
	struct vc_event say = { .op = LOAD,
		.when = WORLD_WHEN,
		.operator_id = "OPERATOR-1",
		.terminal = "COUNTER-1",
		.app = "common",
		.target_len = 32 };
	struct vc_pki *c = area_city();
	size_t taken = 0, whole, k;
	uint8_t *good;

	area_library("4711", c);
	assert_non_null(good = malloc(pack_len));
	memcpy(good, pack, pack_len);
	whole = pack_len;
	area_open(w, 1);
	/* some bits, since each is a SHA-256, a write and more */
	for (k = 0; k < 8 * whole + whole; k += 11) {
		unsigned sw;

		memcpy(pack, good, whole);
		pack_len = whole;
		if (k < 8 * whole)
			pack[k / 8] ^= (uint8_t)(1 << k % 8);
		else
			pack_len = 1 + (k - 8 * whole) % (whole - 1);
		area_hash(say.target);
		vc_app_grant(common, &say);
		sw = world_load(w, pack, pack_len, 200);
		if (sw == 0x9000) { /* a text, a digit */
			taken++;
			assert_int_equal(w->card.card->app_count, before + 1);
			world_again(w, &w->card);
			assert_int_equal(w->card.card->app_count, before + 1);
			vc_world_fresh(state);
			common = world_app(&w->card, "common");
			area_open(w, 1);
		}
		assert_int_equal(w->card.card->app_count, before);
		assert_int_equal(common->rights & VC_OPERATIONS, 0);
	}
	assert_in_range(taken, 1, k / 11 / 2);
	world_again(w, &w->card);
	assert_int_equal(w->card.card->app_count, before);
	free(good);
	vc_pki_free(&c);
}

static void
a_key_that_is_not_the_certificate_s_is_refused(void **state)
{
	struct vc_world *w = *state;
	struct vc_pki *c = area_city(), *d = area_city();
	struct vc_package *p;

	area_library(NULL, c);
	assert_int_equal(vc_package_parse(pack, pack_len, &p), JM_OK);
	p->root = d->root_pub; /* of another city */
	assert_int_equal(
	    vc_package_make(p, pack, sizeof pack, &pack_len), JM_OK);
	vc_package_free(&p);
	assert_int_equal(area_load(w), 0x6a80);
	assert_false(area_has_library(w));
	vc_pki_free(&c);
	vc_pki_free(&d);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, vc_world_fresh)
	const struct CMUnitTest tests[] = {
		TEST(an_open_library_card_is_read_by_everybody),
		TEST(with_a_pin_it_is_its_holder_s),
		TEST(the_library_s_terminal_counts_loans),
		TEST(loading_needs_everybody_s_word),
		TEST(what_is_loaded_is_what_was_authorised),
		TEST(the_log_names_the_application),
		TEST(an_aid_that_would_hide_another_is_refused),
		TEST(a_full_card_takes_no_more),
		TEST(blocks_of_any_size_come_in_their_order),
		TEST(hostile_packages_leave_nothing),
		TEST(a_key_that_is_not_the_certificate_s_is_refused),
	};

	return cmocka_run_group_tests(tests, vc_world_start, vc_world_stop);
}
