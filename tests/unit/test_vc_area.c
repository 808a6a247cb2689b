/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Municipal applications: loaded, used, listed, read out, deleted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/support/vc_world.h"
#include "vcard/vc_library.h"

#define LOAD    2
#define DELETE  3
#define MOVE    5
#define AID     "F04A4D4C494201"
#define CONSENT "31323334"

static uint8_t pack[VC_PACKAGE_MAX];
static size_t pack_len;

/* A city with a root of its own. */
static struct vc_pki *
city(void)
{
	struct vc_pki *c = calloc(1, sizeof *c);

	assert_non_null(c);
	memcpy(c->id, "CITY", 5);
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &c->root), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(c->root, &c->root_pub), JM_OK);
	return c;
}

/* The library card; pki: the city that signs its key, NULL: it has none. */
static void
library(const char *pin, const struct vc_pki *pki)
{
	const struct vc_library how = { .root = pki ? &pki->root_pub : NULL,
		.member = "0123456789",
		.last_day = "20310331",
		.pin = pin };
	struct vc_trust t = { .key = NULL };
	uint8_t *der = malloc(JM_SOFT_KEY_DER_MAX);
	struct vc_package *p;
	size_t der_len;

	assert_non_null(der);
	assert_int_equal(
	    vc_library_make(&how, pack, sizeof pack, &pack_len), JM_OK);
	if (pki != NULL) {
		assert_int_equal(vc_package_parse(pack, pack_len, &p), JM_OK);
		assert_int_equal(
		    vc_pki_trust(pki, "0123456789ABCDEF", "20310331", &t),
		    JM_OK);
		assert_int_equal(jm_soft_key_save(t.key, der, &der_len), JM_OK);
		p->key = (struct vc_bytes){ der, der_len };
		p->cvc = (struct vc_bytes){ t.cvc, t.cvc_len };
		assert_int_equal(
		    vc_package_make(p, pack, sizeof pack, &pack_len), JM_OK);
		vc_package_free(&p);
		vc_trust_clear(&t);
	}
	free(der);
}

static void
hash(uint8_t out[32])
{
	assert_int_equal(jm_hash(JM_SHA256, pack, pack_len, out), JM_OK);
}

static void
open_common(struct vc_world *w, int consent)
{
	world_open(w, &w->card, "common", &w->counter);
	if (consent)
		assert_int_equal(
		    world_hex(&w->card, "0020009C", CONSENT, 0), 0x9000);
}

static unsigned
load_it(struct vc_world *w)
{
	uint8_t target[32];

	hash(target);
	open_common(w, 1);
	world_authorise(w, LOAD, target, 32);
	return world_load(w, pack, pack_len, 200);
}

static unsigned
delete_it(struct vc_world *w)
{
	uint8_t aid[7];
	size_t n;

	assert_int_equal(jm_hex_decode(AID, aid, sizeof aid, &n), JM_OK);
	open_common(w, 1);
	world_authorise(w, DELETE, aid, n);
	return world_send(&w->card, "80E40000", aid, n, 0);
}

static int
has_library(const struct vc_world *w)
{
	for (size_t i = 0; i < w->card.card->app_count; i++)
		if (strcmp(w->card.card->app[i].def->name, "library") == 0)
			return 1;
	return 0;
}

static void
an_open_library_card_is_read_by_everybody(void **state)
{
	struct vc_world *w = *state;

	library(NULL, NULL);
	assert_int_equal(load_it(w), 0x9000);
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

	library("4711", NULL);
	assert_int_equal(load_it(w), 0x9000);
	world_again(w, &w->card);
	assert_int_equal(world_select(&w->card, "library"), 0x9000);
	assert_int_equal(world_plain(&w->card, "00B081000A"), 0x6982);
	assert_int_equal(world_plain(&w->card, "002000910434373132"), 0x63c2);
	assert_int_equal(world_plain(&w->card, "002000910434373131"), 0x9000);
	assert_int_equal(world_plain(&w->card, "00B081000A"), 0x9000);
	/* and no more once another application was there */
	assert_int_equal(world_select(&w->card, "jpki"), 0x9000);
	assert_int_equal(world_select(&w->card, "library"), 0x9000);
	assert_int_equal(world_plain(&w->card, "00B081000A"), 0x6982);
}

static void
the_library_s_terminal_counts_loans(void **state)
{
	struct vc_world *w = *state;
	struct vc_pki *c = city();
	struct world_terminal t;
	struct jm_soft_key *root = w->pki->root;
	const struct jm_ec_pub pub = w->pki->root_pub;

	library("4711", c);
	assert_int_equal(load_it(w), 0x9000);
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

	library(NULL, NULL);
	hash(target);
	/* no channel */
	assert_int_equal(world_select(&w->card, "common"), 0x9000);
	assert_int_equal(world_plain(&w->card, "80E680000100"), 0x6982);
	/* no authorisation */
	open_common(w, 1);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* no consent */
	open_common(w, 0);
	world_authorise(w, LOAD, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* consent in another channel, or before it */
	open_common(w, 1);
	open_common(w, 0);
	world_authorise(w, LOAD, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	assert_int_equal(world_select(&w->card, "common"), 0x9000);
	assert_int_equal(world_plain(&w->card, "0020009C0431323334"), 0x9000);
	open_common(w, 0);
	world_authorise(w, LOAD, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* an authorisation for something else */
	open_common(w, 1);
	world_authorise(w, DELETE, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* in another application */
	world_open(w, &w->card, "jpki", &w->counter);
	world_authorise(w, LOAD, target, 32);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6985);
	assert_false(has_library(w));
	assert_int_equal(load_it(w), 0x9000);
}

static void
what_is_loaded_is_what_was_authorised(void **state)
{
	struct vc_world *w = *state;
	uint8_t target[32];

	library(NULL, NULL);
	hash(target);
	open_common(w, 1);
	world_authorise(w, LOAD, target, 32);
	pack[pack_len - 1] ^= 1; /* another expiry */
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6985);
	assert_false(has_library(w));
	/* and the authorisation is gone */
	pack[pack_len - 1] ^= 1;
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982);
	/* a part of the hash is not the hash */
	open_common(w, 1);
	world_authorise(w, LOAD, target, 31);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6985);
	assert_int_equal(load_it(w), 0x9000);
	assert_int_equal(world_load(w, pack, pack_len, 200), 0x6982); /* once */
}

static void
the_log_names_the_application(void **state)
{
	struct vc_world *w = *state;
	const struct vc_log *log;
	uint8_t target[32];

	library(NULL, NULL);
	hash(target);
	assert_int_equal(load_it(w), 0x9000);
	assert_int_equal(delete_it(w), 0x9000);
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

	library(NULL, NULL);
	assert_int_equal(load_it(w), 0x9000);
	for (size_t i = 0; i < NELEM(row); i++) {
		library(NULL, NULL);
		assert_int_equal(vc_package_parse(pack, pack_len, &p), JM_OK);
		assert_int_equal(jm_hex_decode(row[i].aid, p->def.aid,
				     sizeof p->def.aid, &p->def.aid_len),
		    JM_OK);
		strcpy(p->name, row[i].name);
		assert_int_equal(
		    vc_package_make(p, pack, sizeof pack, &pack_len), JM_OK);
		vc_package_free(&p);
		assert_int_equal(load_it(w), row[i].sw);
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
		library(NULL, NULL);
		assert_int_equal(vc_package_parse(pack, pack_len, &p), JM_OK);
		p->def.aid[6] = (uint8_t)n;
		snprintf(p->name, sizeof p->name, "app-%u", n);
		assert_int_equal(
		    vc_package_make(p, pack, sizeof pack, &pack_len), JM_OK);
		vc_package_free(&p);
		sw = load_it(w);
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

	library(NULL, NULL);
	hash(target);
	for (size_t piece = 1; piece < pack_len; piece = piece * 3 + 1) {
		if (pack_len / piece > 255)
			continue;
		open_common(w, 1);
		world_authorise(w, LOAD, target, 32);
		assert_int_equal(world_load(w, pack, pack_len, piece), 0x9000);
		assert_int_equal(delete_it(w), 0x9000);
	}
	/* a block left out, one twice: nothing, and the right is gone */
	for (int fault = 0; fault < 3; fault++) {
		open_common(w, 1);
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
		assert_false(has_library(w));
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
	struct vc_pki *c = city();
	size_t taken = 0, whole, k;
	uint8_t *good;

	library("4711", c);
	assert_non_null(good = malloc(pack_len));
	memcpy(good, pack, pack_len);
	whole = pack_len;
	open_common(w, 1);
	/* some bits, since each is a SHA-256, a write and more */
	for (k = 0; k < 8 * whole + whole; k += 11) {
		unsigned sw;

		memcpy(pack, good, whole);
		pack_len = whole;
		if (k < 8 * whole)
			pack[k / 8] ^= (uint8_t)(1 << k % 8);
		else
			pack_len = 1 + (k - 8 * whole) % (whole - 1);
		hash(say.target);
		vc_app_grant(common, &say);
		sw = world_load(w, pack, pack_len, 200);
		if (sw == 0x9000) { /* a text, a digit */
			taken++;
			assert_int_equal(w->card.card->app_count, before + 1);
			world_again(w, &w->card);
			assert_int_equal(w->card.card->app_count, before + 1);
			vc_world_fresh(state);
			common = world_app(&w->card, "common");
			open_common(w, 1);
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
	struct vc_pki *c = city(), *d = city();
	struct vc_package *p;

	library(NULL, c);
	assert_int_equal(vc_package_parse(pack, pack_len, &p), JM_OK);
	p->root = d->root_pub; /* of another city */
	assert_int_equal(
	    vc_package_make(p, pack, sizeof pack, &pack_len), JM_OK);
	vc_package_free(&p);
	assert_int_equal(load_it(w), 0x6a80);
	assert_false(has_library(w));
	vc_pki_free(&c);
	vc_pki_free(&d);
}

static void
a_list_names_what_was_loaded(void **state)
{
	static const char want[] = "61204F07F04A4D4C49420180076C696272617279"
				   "500C4C6962726172792063617264";
	struct vc_world *w = *state;
	char got[200];

	open_common(w, 0);
	assert_int_equal(world_hex(&w->card, "80F20000", NULL, 200), 0x6a88);
	library(NULL, NULL);
	assert_int_equal(load_it(w), 0x9000);
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

	assert_int_equal(delete_it(w), 0x6a88); /* there is none */
	library("4711", NULL);
	assert_int_equal(load_it(w), 0x9000);
	/* not without consent, not another one, not a built-in one */
	open_common(w, 0);
	world_authorise(w, DELETE, "\xf0\x4a\x4d\x4c\x49\x42\x01", 7);
	assert_int_equal(world_hex(&w->card, "80E40000", AID, 0), 0x6982);
	open_common(w, 1);
	world_authorise(w, DELETE, "\xf0\x4a\x4d\x4c\x49\x42\x02", 7);
	assert_int_equal(world_hex(&w->card, "80E40000", AID, 0), 0x6985);
	assert_int_equal(world_hex(&w->card, "80E40000", AID, 0), 0x6982);
	world_authorise(
	    w, DELETE, "\xd3\x92\xf0\x00\x26\x01\x00\x00\x00\x01", 10);
	assert_int_equal(
	    world_hex(&w->card, "80E40000", "D392F000260100000001", 0), 0x6a88);
	assert_true(has_library(w));
	assert_int_equal(delete_it(w), 0x9000);
	assert_int_equal(w->card.card->app_count, before);
	assert_int_equal(world_plain(&w->card, "00A4040C07" AID), 0x6a82);
	world_again(w, &w->card);
	assert_int_equal(w->card.card->app_count, before);
	assert_int_equal(load_it(w), 0x9000); /* and can come again */
}

/* Reads an application out in its pieces. */
static size_t
fetch(struct vc_world *w, uint8_t *out, size_t cap)
{
	uint8_t aid[7];
	size_t n, len = 0;
	char header[16];

	assert_int_equal(jm_hex_decode(AID, aid, sizeof aid, &n), JM_OK);
	open_common(w, 0);
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
	struct vc_pki *c = city();
	uint8_t got[2048];
	struct vc_package *p;
	size_t len;

	library("4711", c);
	assert_int_equal(load_it(w), 0x9000);
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

	library("4711", NULL);
	assert_int_equal(load_it(w), 0x9000);
	pack_len = fetch(w, pack, sizeof pack);
	assert_int_equal(delete_it(w), 0x9000);
	assert_int_equal(load_it(w), 0x9000);
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
	struct vc_pki *c = city();
	uint8_t aid[7];
	size_t n;

	assert_int_equal(jm_hex_decode(AID, aid, sizeof aid, &n), JM_OK);
	library("4711", c);
	assert_int_equal(load_it(w), 0x9000);
	open_common(w, 1);
	assert_int_equal(world_send(&w->card, "80EA0000", aid, n, 256), 0x6982);
	world_authorise(w, MOVE, aid, n);
	assert_int_equal(
	    world_send(&w->card, "80EA0001", NULL, 0, 256), 0x6985);
	world_authorise(w, MOVE, aid, n);
	assert_int_equal(world_send(&w->card, "80EA0000", aid, n, 199), 0x6700);
	world_authorise(w, MOVE, aid, n);
	assert_int_equal(world_send(&w->card, "80EA0000", aid, n, 256), 0x9000);
	assert_int_equal(w->card.rsp_len, 200);
	/* a new channel does not go on where the old one was */
	open_common(w, 1);
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
	library("4711", NULL);
	hash(target);
	open_common(w, 1);
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
	assert_int_equal(load_it(w), 0x9000);
	open_common(w, 1);
	world_authorise(w, DELETE, aid, n);
	w->card.card->store = (struct vc_store){ no_store, NULL };
	assert_int_equal(
	    world_send_err(&w->card, "80E40000", aid, n, 0), JM_IO);
	w->card.card->store = good;
	world_power(w, &w->card);
	assert_true(has_library(w));
	assert_int_equal(world_select(&w->card, "library"), 0x9000);
	assert_int_equal(world_plain(&w->card, "00200091"), 0x63c3);
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
		TEST(a_list_names_what_was_loaded),
		TEST(a_deleted_application_is_gone),
		TEST(what_leaves_a_card_is_its_contents_without_secrets),
		TEST(what_left_one_card_is_loaded_into_another),
		TEST(pieces_are_read_with_their_right_alone),
		TEST(a_failed_write_leaves_the_card_as_it_was),
	};

	return cmocka_run_group_tests(tests, vc_world_start, vc_world_stop);
}
