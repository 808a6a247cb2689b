/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A card as its maker ships it: the transport key, and what an issuer does. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "crypto/sm_crypto.h"
#include "tests/support/test.h"
#include "tests/support/vc_world.h"
#include "vcard/vc_contents.h"
#include "vcard/vc_issue.h"

static char issued[96]; /* a card whose contents are given to others */

static int
start(void **state)
{
	const struct vc_issue how = { .profile = NULL };
	const struct vc_world *w;

	if (vc_world_start_manufactured(state) != 0)
		return -1;
	w = *state;
	snprintf(issued, sizeof issued, "%s/issued", w->dir);
	return vc_create(issued, &how) == JM_OK ? 0 : -1;
}

static int
stop(void **state)
{
	unlink(issued);
	return vc_world_stop(state);
}

/* Counts what would be written, and fails when told to. */
struct fake_store {
	const struct vc_card *card;
	unsigned commits, fail_at; /* the nth fails; 0: none */
	unsigned tries_seen[4];
	enum vc_life life_seen[4];
};

static jm_err
fake_commit(void *arg, enum vc_phase why, const struct vc_event *event)
{
	struct fake_store *s = arg;

	(void)why;
	(void)event;
	if (s->commits < 4) {
		s->tries_seen[s->commits] = s->card->transport.tries;
		s->life_seen[s->commits] = s->card->life;
	}
	return ++s->commits == s->fail_at ? JM_IO : JM_OK;
}

static void
use(struct vc_world *w, struct fake_store *s)
{
	s->card = w->card.card;
	w->card.card->store = (struct vc_store){ fake_commit, s };
}

/* A challenge, and what the key makes of it and the card's id. */
static void
answer(struct vc_world *w, const uint8_t *key, uint8_t out[16])
{
	const struct vc_card *c = w->card.card;
	uint8_t both[16 + VC_CARD_ID_MAX];

	assert_int_equal(world_plain(&w->card, "0084000010"), 0x9000);
	memcpy(both, w->card.rsp, 16);
	memcpy(both + 16, c->id, c->id_len);
	assert_int_equal(
	    jm_cmac(key, VC_TRANSPORT_LEN, both, 16 + c->id_len, out), JM_OK);
}

static unsigned
present(struct vc_world *w, const uint8_t mac[16])
{
	char hex[5 * 2 + 16 * 2 + 1] = "0082000010";

	assert_int_equal(
	    jm_hex_encode(mac, 16, hex + 10, sizeof hex - 10), JM_OK);
	return world_plain(&w->card, hex);
}

static unsigned
show(struct vc_world *w, int right)
{
	uint8_t key[VC_TRANSPORT_LEN], mac[16];
	const struct vc_card *c = w->card.card;

	assert_int_equal(
	    vc_pki_transport(w->pki, c->id, c->id_len, key), JM_OK);
	if (!right)
		key[31] ^= 1;
	answer(w, key, mac);
	return present(w, mac);
}

static void
the_right_issuer_is_let_in(void **state)
{
	struct vc_world *w = *state;

	assert_int_equal(show(w, 1), 0x9000);
	assert_int_equal(w->card.card->v.transport_shown, 1);
	world_power(w, &w->card);
	assert_int_equal(w->card.card->v.transport_shown, 0);
	assert_int_equal(show(w, 0), 0x63c2);
	assert_int_equal(show(w, 0), 0x63c1);
	assert_int_equal(show(w, 1), 0x9000);
	assert_int_equal(show(w, 0), 0x63c2); /* full again before it */
	assert_int_equal(w->card.card->v.transport_shown, 0);
}

static void
three_wrong_answers_end_the_card_for_good(void **state)
{
	static const char *const cmds[] = { "0084000010", "00CA5F5100",
		"00A4040C07A0000001510000", "00A4040C0AD392F000260100000001",
		"008600010100", "80F0010000", "FF00000000", "0C84000010" };
	struct vc_world *w = *state;

	assert_int_equal(show(w, 0), 0x63c2);
	world_power(w, &w->card); /* gains nothing */
	assert_int_equal(show(w, 0), 0x63c1);
	world_again(w, &w->card); /* nor does this */
	assert_int_equal(show(w, 0), 0x63c0);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < NELEM(cmds); i++)
			assert_int_equal(
			    world_plain(&w->card, cmds[i]), 0x6985);
		world_again(w, &w->card);
	}
	assert_int_equal(w->card.card->life, VC_TERMINATED);
	assert_int_equal(w->card.card->log.count, 1);
	assert_int_equal(w->card.card->log.entry[0].what.op, VC_OP_TERMINATE);
}

static void
a_try_is_paid_before_the_answer_is_looked_at(void **state)
{
	struct vc_world *w = *state;
	struct fake_store s = { .commits = 0 };

	use(w, &s);
	assert_int_equal(show(w, 0), 0x63c2);
	assert_int_equal(s.commits, 1);
	assert_int_equal(s.tries_seen[0], 2);
	assert_int_equal(show(w, 1), 0x9000);
	assert_int_equal(s.commits, 3);
	assert_int_equal(s.tries_seen[1], 1);
	assert_int_equal(s.tries_seen[2], 3);
}

static void
a_failed_write_gives_no_reply_and_no_try(void **state)
{
	struct vc_world *w = *state;

	for (int right = 0; right <= 1; right++)
		for (unsigned at = 1; at <= 2; at++) {
			struct fake_store s = { .fail_at = at };
			uint8_t key[VC_TRANSPORT_LEN], mac[16];
			uint8_t cmd[21] = { 0, 0x82, 0, 0, 16 }, rsp[2];
			size_t len = sizeof rsp;

			vc_world_fresh(state);
			if (!right)
				w->card.card->transport.tries = 1;
			use(w, &s);
			assert_int_equal(
			    vc_pki_transport(w->pki, w->card.card->id,
				w->card.card->id_len, key),
			    JM_OK);
			key[0] ^= !right;
			answer(w, key, mac);
			memcpy(cmd + 5, mac, 16);
			assert_int_equal(vc_transmit(w->card.card, cmd,
					     sizeof cmd, rsp, &len),
			    JM_IO);
			assert_int_equal(
			    w->card.card->transport.tries, right ? 2 : 0);
			assert_int_equal(w->card.card->v.transport_shown, 0);
			assert_int_equal(w->card.card->life, VC_MANUFACTURED);
		}
}

static void
a_card_that_lost_power_at_its_last_try_is_ended(void **state)
{
	struct vc_world *w = *state;

	/* as a card is found whose last wrong try was paid, and no more */
	w->card.card->transport.tries = 0;
	assert_int_equal(show(w, 1), 0x6985);
	assert_int_equal(w->card.card->life, VC_TERMINATED);
	world_again(w, &w->card);
	assert_int_equal(w->card.card->life, VC_TERMINATED);
}

static void
a_challenge_is_good_once_and_only_in_its_form(void **state)
{
	struct vc_world *w = *state;
	uint8_t key[VC_TRANSPORT_LEN], mac[16];

	assert_int_equal(vc_pki_transport(w->pki, w->card.card->id,
			     w->card.card->id_len, key),
	    JM_OK);
	memset(mac, 0, sizeof mac);
	assert_int_equal(present(w, mac), 0x6985); /* none was asked for */
	answer(w, key, mac);
	assert_int_equal(present(w, mac), 0x9000);
	assert_int_equal(present(w, mac), 0x6985); /* the same once more */
	answer(w, key, mac);
	assert_int_equal(world_plain(&w->card, "0084000008"), 0x9000);
	assert_int_equal(present(w, mac), 0x6985); /* another one came */
	answer(w, key, mac);
	world_power(w, &w->card);
	assert_int_equal(present(w, mac), 0x6985);
	answer(w, key, mac);
	assert_int_equal(world_plain(&w->card, "008200000100"), 0x6700);
	answer(w, key, mac);
	assert_int_equal(world_plain(&w->card, "0082000100"), 0x6a86);
	assert_int_equal(w->card.card->transport.tries, 3);
}

static void
a_card_in_use_is_not_ended_by_wrong_keys(void **state)
{
	struct vc_world *w = *state;

	/* even if its image still had the key */
	w->card.card->life = VC_ISSUED;
	for (int i = 0; i < 4; i++)
		assert_int_equal(show(w, 0), 0x6985);
	assert_int_equal(show(w, 1), 0x6985);
	assert_int_equal(w->card.card->transport.tries, 3);
}

static void
another_card_s_key_is_wrong(void **state)
{
	struct vc_world *w = *state;
	uint8_t key[VC_TRANSPORT_LEN], mac[16];
	const uint8_t id[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	assert_int_equal(vc_pki_transport(w->pki, id, sizeof id, key), JM_OK);
	answer(w, key, mac);
	assert_int_equal(present(w, mac), 0x63c2);
}

/* Contents ------------------------------------------------------------------*/

static unsigned
store(struct vc_world *w, const uint8_t *p, size_t len)
{
	unsigned sw = 0x9000;
	char header[16];

	for (size_t off = 0, k = 0; off < len && sw == 0x9000; k++) {
		const size_t n = len - off < 200 ? len - off : 200;

		snprintf(header, sizeof header, "80E2%02X%02X",
		    off + n == len ? 0x80u : 0u, (unsigned)k);
		sw = world_send(&w->card, header, p + off, n, 0);
		off += n;
	}
	return sw;
}

static jm_err
take(void *arg, int trust, const uint8_t *object, size_t len)
{
	(void)trust;
	assert_int_equal(store(arg, object, len), 0x9000);
	return JM_OK;
}

static void
open_issuer(struct vc_world *w)
{
	assert_int_equal(show(w, 1), 0x9000);
	world_open(w, &w->card, "issuer", &w->issuer);
}

static void
it_gets_its_contents_and_is_handed_out(void **state)
{
	struct vc_world *w = *state;
	const uint8_t to_issued = VC_ISSUED;
	const struct vc_event *e;

	open_issuer(w);
	assert_int_equal(world_hex(&w->card, "80F00100", NULL, 0), 0x6985);
	assert_int_equal(
	    vc_contents(issued, w->pki, &w->card.who, take, w), JM_OK);
	assert_int_equal(
	    world_send(&w->card, "80F00100", WORLD_WHEN, 14, 0), 0x9000);
	/* the holder's PINs are nobody's yet */
	world_again(w, &w->card);
	assert_int_equal(w->card.card->life, VC_PERSONALISED);
	assert_int_equal(world_select(&w->card, "jpki"), 0x9000);
	assert_int_equal(world_plain(&w->card, "002000980431323334"), 0x6985);
	/* the transport key has gone */
	world_select(&w->card, "issuer");
	assert_int_equal(world_plain(&w->card, "0084000010"), 0x9000);
	assert_int_equal(
	    world_plain(&w->card, "008200001000000000000000000000000000000000"),
	    0x6d00);

	world_open(w, &w->card, "issuer", &w->counter);
	world_authorise(w, 7, &to_issued, 1);
	assert_int_equal(world_hex(&w->card, "80F00200", NULL, 0), 0x9000);
	world_again(w, &w->card);
	assert_int_equal(world_select(&w->card, "jpki"), 0x9000);
	assert_int_equal(world_plain(&w->card, "002000980431323334"), 0x9000);
	world_open(w, &w->card, "jpki", &w->counter);
	assert_int_equal(w->card.card->log.count, 2);
	e = &w->card.card->log.entry[0].what;
	assert_int_equal(e->op, VC_OP_PERSONALISE);
	assert_string_equal(e->when, WORLD_WHEN);
	assert_string_equal(e->terminal, "ISSUER-1");
	assert_string_equal(e->operator_id, "");
}

/* 70 { 4F issuer's JPKI AID, 80 0018, 81 PIN } */
#define A_PIN                                                                  \
	"7016"                                                                 \
	"4F0AD392F000260100000001"                                             \
	"80020018"                                                             \
	"810431323334"

static void
contents_need_the_key_and_the_issuer(void **state)
{
	struct vc_world *w = *state;
	const struct vc_file *pin;

	assert_int_equal(world_select(&w->card, "issuer"), 0x9000);
	assert_int_equal(world_plain(&w->card, "80E280000100"), 0x6982);
	world_open(w, &w->card, "issuer", &w->issuer); /* no key */
	assert_int_equal(world_hex(&w->card, "80E28000", A_PIN, 0), 0x6982);
	assert_int_equal(world_hex(&w->card, "80F00100", NULL, 0), 0x6982);
	assert_int_equal(show(w, 1), 0x9000); /* no channel */
	assert_int_equal(world_plain(&w->card, "80E280000100"), 0x6982);
	world_open(w, &w->card, "issuer", &w->counter); /* a counter's */
	assert_int_equal(world_hex(&w->card, "80E28000", A_PIN, 0), 0x6982);
	assert_int_equal(world_hex(&w->card, "80F00100", NULL, 0), 0x6982);
	open_issuer(w);
	assert_int_equal(world_hex(&w->card, "80E28000", A_PIN, 0), 0x9000);
	world_again(w, &w->card);
	pin = world_file(world_app(&w->card, "jpki"), 0x18);
	assert_int_equal(pin->tries, 3);
	assert_memory_equal(pin->pin, "1234", 4);
}

static void
what_makes_no_sense_is_not_stored(void **state)
{
	/* clang-format off */
	static const struct { const char *data; unsigned sw; } row[] = {
		{ "00", 0x6a80 },
		{ "71164F0AD392F00026010000000180020018810431323334", 0x6a80 },
		{ "70144F08D392F0002601000080020018810431323334", 0x6a88 },
		{ "70164F0AD392F00026010000000180020099810431323334", 0x6a88 },
		{ "70164F0AD392F00026010000000180020018820431323334", 0x6a80 },
		{ "70154F0AD392F000260100000001800200188103313233", 0x6a80 },
		{ "70164F0AD392F00026010000000180020018810431323341", 0x6a80 },
		{ "70154F0AD392F0002601000000018001188104313233", 0x6a80 },
		{ "70124F0AD392F000260100000001800200188100", 0x6a80 },
		{ "70164F0AD392F00026010000000180020017810431323334", 0x6a80 },
		{ "70164F0AD392F00026010000000180020006810431323334", 0x6a80 },
		{ "70084402" "5F51" "810100", 0x6a80 },
		{ "7007" "84025F51" "810100", 0x6a88 },
		{ "70144F0AD392F000260100000001" "820604040102030480", 0x6a80 },
	};
	/* clang-format on */
	struct vc_world *w = *state;
	struct fake_store s = { .commits = 0 };

	open_issuer(w);
	use(w, &s);
	for (size_t i = 0; i < NELEM(row); i++)
		if (world_hex(&w->card, "80E28000", row[i].data, 0) !=
		    row[i].sw)
			fail_msg("row %zu", i);
	assert_int_equal(s.commits, 0);
}

static void
blocks_come_in_their_order(void **state)
{
	struct vc_world *w = *state;

	open_issuer(w);
	assert_int_equal(world_hex(&w->card, "80E20001", "70", 0), 0x6985);
	assert_int_equal(world_hex(&w->card, "80E20000", "70", 0), 0x9000);
	assert_int_equal(world_hex(&w->card, "80E20002", "16", 0), 0x6985);
	assert_int_equal(world_hex(&w->card, "80E20001", "16", 0), 0x6985);
	assert_int_equal(world_hex(&w->card, "80E20000", "70", 0), 0x9000);
	assert_int_equal(world_hex(&w->card, "80E24001", "16", 0), 0x6a86);
	assert_int_equal(world_hex(&w->card, "80E20001", "16", 0), 0x6985);
	assert_int_equal(world_hex(&w->card, "80E20000", NULL, 0), 0x6700);
	/* in two blocks, and the first again from the beginning */
	assert_int_equal(world_hex(&w->card, "80E20000", "6F", 0), 0x9000);
	assert_int_equal(world_hex(&w->card, "80E20000", "70", 0), 0x9000);
	assert_int_equal(
	    world_hex(&w->card, "80E28001",
		"164F0AD392F00026010000000180020018810431323334", 0),
	    0x9000);
}

static void
no_failed_write_leaves_half_an_object(void **state)
{
	struct vc_world *w = *state;
	struct fake_store s = { .fail_at = 1 };
	const struct vc_file *pin;
	uint8_t cmd[64];
	size_t len;

	open_issuer(w);
	use(w, &s);
	pin = world_file(world_app(&w->card, "jpki"), 0x18);
	assert_int_equal(jm_hex_decode(A_PIN, cmd, sizeof cmd, &len), JM_OK);
	assert_int_equal(
	    world_send_err(&w->card, "80E28000", cmd, len, 0), JM_IO);
	assert_int_equal(pin->pin_len, 0);
}

static void
it_shows_nothing_but_its_issuer_domain(void **state)
{
	struct vc_world *w = *state;

	assert_int_equal(
	    world_plain(&w->card, "00A4040C0AD392F000260100000001"), 0x6a82);
	assert_int_equal(world_plain(&w->card, "00A4040C01D3"), 0x6a82);
	assert_int_equal(world_select(&w->card, "issuer"), 0x9000);
}

static void
its_issuer_can_end_it(void **state)
{
	struct vc_world *w = *state;

	open_issuer(w);
	assert_int_equal(world_hex(&w->card, "80F00500", NULL, 0), 0x9000);
	assert_int_equal(world_plain(&w->card, "0084000010"), 0x6985);
	world_again(w, &w->card);
	assert_int_equal(w->card.card->life, VC_TERMINATED);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, vc_world_fresh)
	const struct CMUnitTest tests[] = {
		TEST(the_right_issuer_is_let_in),
		TEST(three_wrong_answers_end_the_card_for_good),
		TEST(a_try_is_paid_before_the_answer_is_looked_at),
		TEST(a_failed_write_gives_no_reply_and_no_try),
		TEST(a_card_that_lost_power_at_its_last_try_is_ended),
		TEST(a_challenge_is_good_once_and_only_in_its_form),
		TEST(a_card_in_use_is_not_ended_by_wrong_keys),
		TEST(another_card_s_key_is_wrong),
		TEST(it_gets_its_contents_and_is_handed_out),
		TEST(contents_need_the_key_and_the_issuer),
		TEST(what_makes_no_sense_is_not_stored),
		TEST(blocks_come_in_their_order),
		TEST(no_failed_write_leaves_half_an_object),
		TEST(it_shows_nothing_but_its_issuer_domain),
		TEST(its_issuer_can_end_it),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
