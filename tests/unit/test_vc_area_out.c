/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Municipal applications: listed, read out, deleted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"
#include "tests/unit/area_try.h"

static void
a_list_names_what_was_loaded(void **state)
{
	static const char want[] = "61204F07F04A4D4C49420180076C696272617279"
				   "500C4C6962726172792063617264";
	struct vc_world *w = *state;
	char got[200];

	area_open(w, 0);
	assert_int_equal(world_hex(&w->card, "80F20000", NULL, 200), 0x6a88);
	area_library(NULL, NULL);
	assert_int_equal(area_load(w), 0x9000);
	assert_int_equal(world_hex(&w->card, "80F20000", NULL, 200), 0x9000);
	assert_int_equal(
	    jm_hex_encode(w->card.rsp, w->card.rsp_len, got, sizeof got),
	    JM_OK);
	assert_string_equal(got, want);
	assert_int_equal(world_hex(&w->card, "80F20001", NULL, 200), 0x6a88);
	assert_int_equal(world_hex(&w->card, "80F20100", NULL, 200), 0x6a86);
	assert_int_equal(world_plain(&w->card, "80F2000000"), 0x6982);
	world_open(w, &w->card, "jpki", &w->counter);
	assert_int_equal(world_hex(&w->card, "80F20000", NULL, 200), 0x6985);
}

static void
a_deleted_application_is_gone(void **state)
{
	struct vc_world *w = *state;
	const size_t before = w->card.card->app_count;

	assert_int_equal(area_delete(w), 0x6a88); /* there is none */
	area_library("4711", NULL);
	assert_int_equal(area_load(w), 0x9000);
	/* not without consent, not another one, not a built-in one */
	area_open(w, 0);
	world_authorise(w, DELETE, "\xf0\x4a\x4d\x4c\x49\x42\x01", 7);
	assert_int_equal(world_hex(&w->card, "80E40000", AID, 0), 0x6982);
	area_open(w, 1);
	world_authorise(w, DELETE, "\xf0\x4a\x4d\x4c\x49\x42\x02", 7);
	assert_int_equal(world_hex(&w->card, "80E40000", AID, 0), 0x6985);
	assert_int_equal(world_hex(&w->card, "80E40000", AID, 0), 0x6982);
	world_authorise(
	    w, DELETE, "\xd3\x92\xf0\x00\x26\x01\x00\x00\x00\x01", 10);
	assert_int_equal(
	    world_hex(&w->card, "80E40000", "D392F000260100000001", 0), 0x6a88);
	assert_true(area_has_library(w));
	assert_int_equal(area_delete(w), 0x9000);
	assert_int_equal(w->card.card->app_count, before);
	assert_int_equal(world_plain(&w->card, "00A4040C07" AID), 0x6a82);
	world_again(w, &w->card);
	assert_int_equal(w->card.card->app_count, before);
	assert_int_equal(area_load(w), 0x9000); /* and can come again */
}

/* Reads an application out in its pieces. */
static size_t
fetch(struct vc_world *w, uint8_t *out, size_t cap)
{
	uint8_t aid[7];
	size_t n, len = 0;
	char header[16];

	assert_int_equal(jm_hex_decode(AID, aid, sizeof aid, &n), JM_OK);
	area_open(w, 0);
	world_authorise(w, MOVE, aid, n);
	for (unsigned k = 0;; k++) {
		snprintf(header, sizeof header, "80EA00%02X", k);
		assert_int_equal(
		    world_send(&w->card, header, aid, k == 0 ? n : 0, 256),
		    0x9000);
		assert_true(len + w->card.rsp_len <= cap);
		memcpy(out + len, w->card.rsp, w->card.rsp_len);
		len += w->card.rsp_len;
		if (w->card.rsp_len < 200)
			return len;
	}
}

static void
what_leaves_a_card_is_its_contents_without_secrets(void **state)
{
	struct vc_world *w = *state;
	struct vc_pki *c = area_city();
	static uint8_t got[2048];
	struct vc_package *p;
	size_t len;

	area_library("4711", c);
	assert_int_equal(area_load(w), 0x9000);
	world_file(world_app(&w->card, "library"), VC_LIBRARY_LOANS)->data[1] =
	    7;
	len = fetch(w, got, sizeof got);
	assert_int_equal(vc_package_parse(got, len, &p), JM_OK);
	assert_string_equal(p->name, "library");
	assert_memory_equal(p->init[0].p, "0123456789", 10);
	assert_int_equal(p->init[1].p[1], 7);
	assert_null(p->init[3].p); /* no PIN */
	assert_null(p->key.p);     /* no key */
	assert_null(p->cvc.p);
	assert_memory_equal(p->root.point, c->root_pub.point, 65);
	vc_package_free(&p);
	assert_null(memmem(got, len, "4711", 4));
	/* it was told, and was good for once */
	assert_int_equal(w->card.card->log.count, 2);
	assert_int_equal(w->card.card->log.entry[1].what.op, MOVE);
	assert_int_equal(world_hex(&w->card, "80EA0000", AID, 256), 0x6982);
	vc_pki_free(&c);
}

static void
what_left_one_card_is_loaded_into_another(void **state)
{
	struct vc_world *w = *state;

	area_library("4711", NULL);
	assert_int_equal(area_load(w), 0x9000);
	pack_len = fetch(w, pack, sizeof pack);
	assert_int_equal(area_delete(w), 0x9000);
	assert_int_equal(area_load(w), 0x9000);
	world_again(w, &w->card);
	assert_int_equal(world_select(&w->card, "library"), 0x9000);
	/* its PIN stayed behind: there is none to be guessed */
	assert_int_equal(world_plain(&w->card, "00200091"), 0x6984);
	assert_int_equal(world_plain(&w->card, "002000910434373131"), 0x6984);
}

static void
pieces_are_read_with_their_right_alone(void **state)
{
	struct vc_world *w = *state;
	struct vc_pki *c = area_city();
	uint8_t aid[7];
	size_t n;

	assert_int_equal(jm_hex_decode(AID, aid, sizeof aid, &n), JM_OK);
	area_library("4711", c);
	assert_int_equal(area_load(w), 0x9000);
	area_open(w, 1);
	assert_int_equal(world_send(&w->card, "80EA0000", aid, n, 256), 0x6982);
	/* what was authorised is another application */
	world_authorise(w, MOVE, "\xf0\x4a\x4d\x4c\x49\x42\x02", 7);
	assert_int_equal(world_send(&w->card, "80EA0000", aid, n, 256), 0x6985);
	world_authorise(w, MOVE, NULL, 0);
	assert_int_equal(world_send(&w->card, "80EA0000", aid, n, 256), 0x6985);
	world_authorise(w, MOVE, aid, n);
	assert_int_equal(
	    world_send(&w->card, "80EA0001", NULL, 0, 256), 0x6985);
	world_authorise(w, MOVE, aid, n);
	assert_int_equal(world_send(&w->card, "80EA0000", aid, n, 199), 0x6700);
	world_authorise(w, MOVE, aid, n);
	assert_int_equal(world_send(&w->card, "80EA0000", aid, n, 256), 0x9000);
	assert_int_equal(w->card.rsp_len, 200);
	/* a new channel does not go on where the old one was */
	area_open(w, 1);
	assert_int_equal(
	    world_send(&w->card, "80EA0001", NULL, 0, 256), 0x6982);
	world_authorise(w, MOVE, aid, n);
	assert_int_equal(
	    world_send(&w->card, "80EA0001", NULL, 0, 256), 0x6985);
	vc_pki_free(&c);
}

static jm_err
no_store(void *arg, enum vc_phase why, const struct vc_event *event)
{
	(void)arg;
	(void)why;
	(void)event;
	return JM_IO;
}

static void
a_failed_write_leaves_the_card_as_it_was(void **state)
{
	struct vc_world *w = *state;
	const size_t before = w->card.card->app_count;
	struct vc_store good;
	uint8_t target[32], aid[7];
	size_t n;

	assert_int_equal(jm_hex_decode(AID, aid, sizeof aid, &n), JM_OK);
	area_library("4711", NULL);
	area_hash(target);
	area_open(w, 1);
	world_authorise(w, LOAD, target, 32);
	assert_int_equal(
	    world_send(&w->card, "80E60000", pack, 100, 0), 0x9000);
	good = w->card.card->store;
	w->card.card->store = (struct vc_store){ no_store, NULL };
	assert_int_equal(
	    world_send_err(&w->card, "80E68001", pack + 100, pack_len - 100, 0),
	    JM_IO);
	assert_int_equal(w->card.card->app_count, before);
	w->card.card->store = good;
	world_power(w, &w->card);
	assert_int_equal(area_load(w), 0x9000);
	area_open(w, 1);
	world_authorise(w, DELETE, aid, n);
	w->card.card->store = (struct vc_store){ no_store, NULL };
	assert_int_equal(
	    world_send_err(&w->card, "80E40000", aid, n, 0), JM_IO);
	w->card.card->store = good;
	world_power(w, &w->card);
	assert_true(area_has_library(w));
	assert_int_equal(world_select(&w->card, "library"), 0x9000);
	assert_int_equal(world_plain(&w->card, "00200091"), 0x63c3);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, vc_world_fresh)
	const struct CMUnitTest tests[] = {
		TEST(a_list_names_what_was_loaded),
		TEST(a_deleted_application_is_gone),
		TEST(what_leaves_a_card_is_its_contents_without_secrets),
		TEST(what_left_one_card_is_loaded_into_another),
		TEST(pieces_are_read_with_their_right_alone),
		TEST(a_failed_write_leaves_the_card_as_it_was),
	};

	return cmocka_run_group_tests(tests, vc_world_start, vc_world_stop);
}
