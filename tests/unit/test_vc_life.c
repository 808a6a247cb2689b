/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The states of a card's life: what each answers, and who leads where. */
#include "vcard/vc_life.h"

#include <string.h>

#include "tests/support/test.h"
#include "tests/support/vc_world.h"

#define STATES 6

static void
states_have_their_names(void **state)
{
	static const char *const name[STATES] = { "manufactured",
		"personalised", "issued", "suspended", "returned",
		"terminated" };
	enum vc_life life;

	(void)state;
	for (int i = 0; i < STATES; i++) {
		assert_string_equal(vc_life_name((enum vc_life)i), name[i]);
		assert_int_equal(vc_life_find(name[i], &life), JM_OK);
		assert_int_equal(life, i);
	}
	assert_int_equal(vc_life_find("Issued", &life), JM_NOT_FOUND);
	assert_int_equal(vc_life_find("", &life), JM_NOT_FOUND);
	assert_string_equal(vc_life_name((enum vc_life)6), "unknown");
}

/* What the page says, written down once more. */
static unsigned
expected(enum vc_life life, unsigned cla, unsigned ins, unsigned p1,
    int has_data, int issuer)
{
	const int select_app = ins == 0xa4 && p1 == 4;

	if (life == VC_ISSUED)
		return 0x9000;
	if (life == VC_TERMINATED)
		return 0x6985;
	if (life != VC_PERSONALISED)
		return issuer || select_app ? 0x9000 : 0x6985;
	if (cla == 0x00 &&
	    (ins == 0x24 || ins == 0x88 || (ins == 0x20 && has_data)))
		return 0x6985;
	if (cla == 0x80 && (ins == 0x2a || ins == 0x32))
		return 0x6985;
	return 0x9000;
}

static void
every_state_has_its_answer_to_every_command(void **state)
{
	static const uint8_t data[1] = { 0 };
	unsigned n = 0;

	(void)state;
	for (int life = 0; life < STATES; life++)
		for (unsigned k = 0; k < 2u * 256 * 2 * 2 * 2; k++) {
			const struct vc_cmd c = { .cla = (uint8_t)(k & 1 ? 0x80
									 : 0),
				.ins = (uint8_t)(k >> 1),
				.p1 = (uint8_t)(k >> 9 & 1 ? 4 : 2),
				.data = data,
				.nc = k >> 10 & 1 };
			const int issuer = (int)(k >> 11 & 1);

			assert_int_equal(
			    vc_life_sw((enum vc_life)life, &c, issuer),
			    expected((enum vc_life)life, c.cla, c.ins, c.p1,
				c.nc > 0, issuer));
			n++;
		}
	assert_int_equal(n, STATES * 4096);
}

static void
selecting_depends_on_the_state(void **state)
{
	static const unsigned want[STATES][2] = {
		/* another application, issuer domain */
		{ 0x6a82, 0x9000 },
		{ 0x9000, 0x9000 },
		{ 0x9000, 0x9000 },
		{ 0x6985, 0x9000 },
		{ 0x6985, 0x9000 },
		{ 0x6985, 0x6985 },
	};

	(void)state;
	for (int life = 0; life < STATES; life++)
		for (int issuer = 0; issuer < 2; issuer++)
			assert_int_equal(
			    vc_life_select_sw((enum vc_life)life, issuer),
			    want[life][issuer]);
}

/* The same of a whole card: a command of each sort, after SELECT of its
 * application, in each state. */
/* clang-format off */
static const struct sort {
	const char *app, *cmd;
	/* in the order of the states; "" for what the card cannot be asked */
	unsigned sw[STATES];
} sorts[] = {
	{ "issuer", "0084000008",       { 0x9000, 0x9000, 0x9000, 0x9000, 0x9000, 0x6985 } },
	{ "issuer", "00CA5F5100",       { 0x9000, 0x9000, 0x9000, 0x9000, 0x9000, 0x6985 } },
	{ "issuer", "00CA123400",       { 0x6a88, 0x6a88, 0x6a88, 0x6a88, 0x6a88, 0x6985 } },
	{ "issuer", "0086000500",       { 0x6a86, 0x6a86, 0x6a86, 0x6a86, 0x6a86, 0x6985 } },
	{ "issuer", "80F0020000",       { 0x6700, 0x6700, 0x6700, 0x6700, 0x6700, 0x6985 } },
	{ "issuer", "80F00200",         { 0x6985, 0x6982, 0x6985, 0x6982, 0x6985, 0x6985 } },
	{ "issuer", "8090000010",       { 0x6982, 0x6982, 0x6982, 0x6982, 0x6982, 0x6985 } },
	{ "issuer", "80E280000100",     { 0x6982, 0x6985, 0x6985, 0x6985, 0x6985, 0x6985 } },
	{ "issuer", "FF00000000",       { 0x6e00, 0x6e00, 0x6e00, 0x6e00, 0x6e00, 0x6985 } },
	{ "jpki",   "00B08A0004",       { 0,      0x9000, 0x9000, 0,      0,      0x6985 } },
	{ "jpki",   "00200098",         { 0,      0x63c3, 0x63c3, 0,      0,      0x6985 } },
	{ "jpki",   "002000980431323334", { 0,    0x6985, 0x9000, 0,      0,      0x6985 } },
	{ "jpki",   "002000980439393939", { 0,    0x6985, 0x63c2, 0,      0,      0x6985 } },
	{ "jpki",   "002401980431323334", { 0,    0x6985, 0x6982, 0,      0,      0x6985 } },
	{ "jpki",   "802A0097010100",   { 0,      0x6985, 0x6982, 0,      0,      0x6985 } },
	{ "jpki",   "00A4020C02000A",   { 0,      0x9000, 0x9000, 0,      0,      0x6985 } },
	{ "jpki",   "0084000008",       { 0,      0x9000, 0x9000, 0,      0,      0x6985 } },
};
/* clang-format on */

static void
a_card_in_each_state_answers_each_sort_of_command(void **state)
{
	struct vc_world *w = *state;

	for (int life = 0; life < STATES; life++)
		for (size_t i = 0; i < NELEM(sorts); i++) {
			const struct sort *s = &sorts[i];
			const int jpki = strcmp(s->app, "jpki") == 0;
			const unsigned select =
			    vc_life_select_sw((enum vc_life)life, !jpki);

			vc_world_fresh(state);
			w->card.card->life = (enum vc_life)life;
			assert_int_equal(
			    world_select(&w->card, s->app), select);
			if (s->sw[life] == 0)
				continue;
			if (world_plain(&w->card, s->cmd) != s->sw[life])
				fail_msg("%s in state %d: not %04X", s->cmd,
				    life, s->sw[life]);
		}
}

static void
a_refused_pin_costs_nothing(void **state)
{
	struct vc_world *w = *state;
	const struct vc_file *pin =
	    world_file(world_app(&w->card, "jpki"), 0x18);

	w->card.card->life = VC_PERSONALISED;
	assert_int_equal(world_select(&w->card, "jpki"), 0x9000);
	assert_int_equal(world_plain(&w->card, "002000980439393939"), 0x6985);
	assert_int_equal(pin->tries, 3);
}

/* Who leads from which state to which: one letter for each operation, as in
 * test_vc_operator.c, X for the issuer alone. */
static const char *
leads(int from, int to)
{
	/* clang-format off */
	static const char *const tab[STATES][STATES] = {
		/* manuf pers  issued susp  ret   term */
		{ "",   "X",  "",    "",   "",   "X" },
		{ "",   "",   "I",   "",   "",   "T" },
		{ "",   "",   "",    "S",  "B",  "T" },
		{ "",   "",   "R",   "",   "B",  "T" },
		{ "",   "",   "",    "",   "",   "T" },
		{ "",   "",   "",    "",   "",   "" },
	};
	/* clang-format on */

	return tab[from][to];
}

static void
only_its_own_right_leads_from_state_to_state(void **state)
{
	static const char letters[] = "PCLDNOUISRBT";
	unsigned done = 0;

	(void)state;
	for (int from = 0; from < STATES; from++)
		for (int to = 0; to < STATES; to++) {
			const char *who = leads(from, to);
			const uint32_t right =
			    vc_life_right((enum vc_life)from, (enum vc_life)to);
			uint32_t want = 0;

			for (unsigned op = 0; op < VC_OP_COUNT; op++)
				if (*who == letters[op])
					want = VC_OP_RIGHT(op);
			if (*who == 'X')
				want = VC_R_ISSUER;
			assert_int_equal(right, want);
			done += *who != '\0';
		}
	assert_int_equal(done, 11);
}

/* The same with a card and authorisations that it holds. */
static void
try_step(struct vc_world *w, int from, int to, unsigned op)
{
	static const char letters[] = "PCLDNOUISRBT";
	struct vc_app *app = world_app(&w->card, "issuer");
	struct vc_event say = { .op = op,
		.when = WORLD_WHEN,
		.operator_id = "OPERATOR-1",
		.terminal = "COUNTER-1",
		.app = "issuer",
		.target = { (uint8_t)to },
		.target_len = 1 };
	const int ok = *leads(from, to) == letters[op];
	const size_t logged = w->card.card->log.count;
	char header[] = "80F00000";
	unsigned sw;

	w->card.card->life = (enum vc_life)from;
	vc_app_grant(app, &say);
	header[5] = (char)('0' + to);
	sw = world_hex(&w->card, header, NULL, 0);
	if ((sw == 0x9000) != ok)
		fail_msg("%d to %d by %c: %04X", from, to, letters[op], sw);
	assert_int_equal(w->card.card->life, ok ? to : from);
	assert_int_equal(w->card.card->log.count, logged + (size_t)ok);
	assert_int_equal(app->rights & VC_OPERATIONS, 0); /* spent */
}

static void
every_step_is_tried_with_every_authorisation(void **state)
{
	struct vc_world *w = *state;

	world_open(w, &w->card, "issuer", &w->counter);
	for (int from = 0; from < STATES - 1; from++)
		for (int to = 0; to < STATES; to++)
			for (unsigned op = 0; op < VC_OP_COUNT; op++) {
				try_step(w, from, to, op);
				if (w->card.card->life == VC_TERMINATED)
					w->card.card->life = VC_ISSUED;
			}
}

static void
a_step_is_to_the_state_that_was_authorised(void **state)
{
	struct vc_world *w = *state;
	const uint8_t suspended = VC_SUSPENDED, returned = VC_RETURNED;

	world_open(w, &w->card, "issuer", &w->counter);
	world_authorise(w, 10, &suspended, 1); /* RETURN, of another state */
	assert_int_equal(world_hex(&w->card, "80F00400", NULL, 0), 0x6985);
	world_authorise(w, 10, NULL, 0);
	assert_int_equal(world_hex(&w->card, "80F00400", NULL, 0), 0x6985);
	world_authorise(w, 10, &returned, 1);
	assert_int_equal(world_hex(&w->card, "80F00400", "00", 0), 0x6700);
	assert_int_equal(world_hex(&w->card, "80F00400", NULL, 0), 0x6982);
	world_authorise(w, 10, &returned, 1);
	assert_int_equal(world_hex(&w->card, "80F00600", NULL, 0), 0x6a86);
	world_authorise(w, 10, &returned, 1);
	assert_int_equal(world_hex(&w->card, "80F00400", NULL, 0), 0x9000);
	/* in another application nobody changes it */
	vc_world_fresh(state);
	world_open(w, &w->card, "jpki", &w->counter);
	world_authorise(w, 10, &returned, 1);
	assert_int_equal(world_hex(&w->card, "80F00400", NULL, 0), 0x6985);
	assert_int_equal(w->card.card->life, VC_ISSUED);
}

static void
a_suspended_card_is_given_back_to_its_holder(void **state)
{
	struct vc_world *w = *state;
	const uint8_t suspended = VC_SUSPENDED, issued = VC_ISSUED;

	world_open(w, &w->card, "issuer", &w->counter);
	world_authorise(w, 8, &suspended, 1);
	assert_int_equal(world_hex(&w->card, "80F00300", NULL, 0), 0x9000);
	world_again(w, &w->card);
	assert_int_equal(w->card.card->life, VC_SUSPENDED);
	assert_int_equal(world_select(&w->card, "jpki"), 0x6985);
	world_open(w, &w->card, "issuer", &w->counter);
	world_authorise(w, 9, &issued, 1);
	assert_int_equal(world_hex(&w->card, "80F00200", NULL, 0), 0x9000);
	world_again(w, &w->card);
	assert_int_equal(world_select(&w->card, "jpki"), 0x9000);
	assert_int_equal(world_plain(&w->card, "002000980431323334"), 0x9000);
	assert_int_equal(w->card.card->log.count, 2);
}

static void
a_terminated_card_says_nothing_any_more(void **state)
{
	struct vc_world *w = *state;
	const uint8_t terminated = VC_TERMINATED;

	world_open(w, &w->card, "issuer", &w->counter);
	world_authorise(w, 11, &terminated, 1);
	assert_int_equal(world_hex(&w->card, "80F00500", NULL, 0), 0x9000);
	/* not even inside the channel that ended it */
	assert_int_equal(
	    world_send_err(&w->card, "80900000", NULL, 0, 16), JM_CARD);
	world_again(w, &w->card);
	for (unsigned ins = 0; ins < 256; ins++) {
		char cmd[] = "00000000";

		cmd[2] = "0123456789ABCDEF"[ins >> 4];
		cmd[3] = "0123456789ABCDEF"[ins & 15];
		assert_int_equal(world_plain(&w->card, cmd), 0x6985);
	}
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
a_failed_write_changes_nothing(void **state)
{
	struct vc_world *w = *state;
	const uint8_t suspended = VC_SUSPENDED;

	world_open(w, &w->card, "issuer", &w->counter);
	world_authorise(w, 8, &suspended, 1);
	w->card.card->store = (struct vc_store){ no_store, NULL };
	assert_int_equal(
	    world_send_err(&w->card, "80F00300", NULL, 0, 0), JM_IO);
	assert_int_equal(w->card.card->life, VC_ISSUED);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, vc_world_fresh)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_have_their_names),
		cmocka_unit_test(every_state_has_its_answer_to_every_command),
		cmocka_unit_test(selecting_depends_on_the_state),
		TEST(a_card_in_each_state_answers_each_sort_of_command),
		TEST(a_refused_pin_costs_nothing),
		cmocka_unit_test(only_its_own_right_leads_from_state_to_state),
		TEST(every_step_is_tried_with_every_authorisation),
		TEST(a_step_is_to_the_state_that_was_authorised),
		TEST(a_suspended_card_is_given_back_to_its_holder),
		TEST(a_terminated_card_says_nothing_any_more),
		TEST(a_failed_write_changes_nothing),
	};

	return cmocka_run_group_tests(tests, vc_world_start, vc_world_stop);
}
