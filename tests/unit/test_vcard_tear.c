/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The card killed at every moment of every write of every command that changes
 * its state (tear.h).  The list is the card's own table of instructions: one
 * without a row here fails the test, and so does a row that writes more or less
 * often than it says.
 */
#include "tests/support/test.h"
#include "tests/unit/tear.h"
#include "tests/unit/tear_steps.h"

#define JPKI        TEAR_JPKI
#define VERIFY_SIGN "0020009B06414243313233"
#define WRONG_SIGN  TEAR_WRONG_SIGN

struct row {
	const char *what;
	uint8_t cla, ins;
	unsigned sw, writes;
	int gains;            /* tries, with its last write */
	int manufactured;     /* of a card as its maker ships it */
	const char *plain[5]; /* commands, the last is the one that is killed */
	tear_prepare *prepare; /* or by hand */
	tear_run *run;
	int op; /* the operator's card is the one */
};

/* --- rows ----------------------------------------------------------------- */

/* clang-format off */
#define PLAIN(...) .plain = { __VA_ARGS__ }
static const struct row rows[] = {
	{ "VERIFY, right", 0x00, 0x20, 0x9000, 2, 1, PLAIN(JPKI, VERIFY_SIGN) },
	{ "VERIFY, right after a wrong one", 0x00, 0x20, 0x9000, 2, 1,
	  PLAIN(JPKI, WRONG_SIGN, VERIFY_SIGN) },
	{ "VERIFY, wrong", 0x00, 0x20, 0x63c4, 1, PLAIN(JPKI, WRONG_SIGN) },
	{ "VERIFY, the last try", 0x00, 0x20, 0x63c0, 1,
	  PLAIN(JPKI, "002000980430303030", "002000980430303030", "002000980430303030") },
	{ "VERIFY, blocked", 0x00, 0x20, 0x6984, 0, .prepare = tear_block_sign,
	  PLAIN(JPKI, VERIFY_SIGN) },
	{ "VERIFY, query", 0x00, 0x20, 0x63c5, 0, PLAIN(JPKI, "0020009B") },
	{ "VERIFY of an operator, right", 0x00, 0x20, 0x9000, 2, 1,
	  .prepare = tear_operator_open, .run = tear_operator_right, .op = 1 },
	{ "VERIFY of an operator, wrong", 0x00, 0x20, 0x63c2, 1,
	  .prepare = tear_operator_open, .run = tear_operator_wrong, .op = 1 },
	{ "CHANGE REFERENCE DATA", 0x00, 0x24, 0x9000, 1,
	  PLAIN(JPKI, VERIFY_SIGN, "0024019B064E4557313233") },
	{ "CHANGE REFERENCE DATA, refused", 0x00, 0x24, 0x6982, 0,
	  PLAIN(JPKI, "0024019B064E4557313233") },
	{ "CHANGE KEY", 0x80, 0x32, 0x9000, 1,
	  PLAIN("00A4040C0AD3921000310001010401", "0020009C0431323334", "8032009C0435363738") },
	{ "RESET RETRY COUNTER", 0x00, 0x2c, 0x9000, 1, 1,
	  .prepare = tear_may_reset, .run = tear_reset_pin },
	{ "GENERATE KEY PAIR", 0x00, 0x47, 0x9000, 0,
	  .prepare = tear_may_renew, .run = tear_generate },
	{ "UPDATE BINARY, staged", 0x00, 0xd6, 0x9000, 0,
	  .prepare = tear_generated, .run = tear_put_certificate },
	{ "UPDATE BINARY of a code, staged", 0x00, 0xd6, 0x9000, 0,
	  .prepare = tear_may_change_code, .run = tear_stage_code },
	{ "ACTIVATE, key and certificate", 0x80, 0x96, 0x9000, 1,
	  .prepare = tear_renewed, .run = tear_activate },
	{ "ACTIVATE, a code", 0x80, 0x96, 0x9000, 1,
	  .prepare = tear_code_staged, .run = tear_activate },
	{ "ACTIVATE, a key alone", 0x80, 0x96, 0x6a80, 0,
	  .prepare = tear_generated, .run = tear_activate },
	{ "UPDATE BINARY, at once", 0x00, 0xd6, 0x9000, 1,
	  .prepare = tear_in_the_city, .run = tear_update },
	{ "UPDATE RECORD, at once", 0x00, 0xdc, 0x9000, 1,
	  .prepare = tear_in_the_city, .run = tear_update_record },
	{ "LOAD", 0x80, 0xe6, 0x9000, 1, .prepare = tear_may_load, .run = tear_load },
	{ "DELETE", 0x80, 0xe4, 0x9000, 1, .prepare = tear_may_delete, .run = tear_delete_app },
	{ "EXPORT", 0x80, 0xea, 0x9000, 1, .prepare = tear_may_move, .run = tear_move_out },
	{ "LIST", 0x80, 0xf2, 0x9000, 0, .prepare = tear_loaded, .run = tear_list },
	{ "SET STATUS, suspended", 0x80, 0xf0, 0x9000, 1,
	  .prepare = tear_may_suspend, .run = tear_suspend },
	{ "SET STATUS, terminated", 0x80, 0xf0, 0x9000, 1,
	  .prepare = tear_may_terminate, .run = tear_terminate },
	{ "SET STATUS, terminated by an issuer", 0x80, 0xf0, 0x9000, 1,
	  .prepare = tear_shown, .run = tear_issuer_terminates, .manufactured = 1 },
	{ "EXTERNAL AUTHENTICATE, right", 0x00, 0x82, 0x9000, 2, 1,
	  .prepare = tear_challenged, .run = tear_show_transport, .manufactured = 1 },
	{ "EXTERNAL AUTHENTICATE, wrong", 0x00, 0x82, 0x63c2, 1,
	  .prepare = tear_challenged, .run = tear_wrong_transport, .manufactured = 1 },
	{ "EXTERNAL AUTHENTICATE, the last try", 0x00, 0x82, 0x63c0, 2,
	  .prepare = tear_one_try_left, .run = tear_wrong_transport, .manufactured = 1 },
	{ "STORE DATA", 0x80, 0xe2, 0x9000, 1,
	  .prepare = tear_shown, .run = tear_store_pin, .manufactured = 1 },
	{ "GENERAL AUTHENTICATE", 0x00, 0x86, 0x9000, 0, .run = tear_open_channel },
	{ "authorisation challenge", 0x80, 0x90, 0x9000, 0,
	  .prepare = tear_open_jpki, .run = tear_ask_challenge },
	{ "authorisation", 0x80, 0x92, 0x9000, 0,
	  .prepare = tear_operator_ready, .run = tear_show_authorisation },
	{ "operator's signature", 0x80, 0x94, 0x9000, 0,
	  .prepare = tear_operator_ready, .run = tear_operator_signs, .op = 1 },
	{ "signature", 0x80, 0x2a, 0x9000, 0,
	  PLAIN(JPKI, VERIFY_SIGN, "802A009A03AABBCC00") },
	{ "GET CHALLENGE", 0x00, 0x84, 0x9000, 0, PLAIN("0084000008") },
	{ "INTERNAL AUTHENTICATE", 0x00, 0x88, 0x9000, 0,
	  PLAIN("00A4040C0AD3921000310001010100", "0088009904AABBCCDD00") },
	{ "SELECT", 0x00, 0xa4, 0x9000, 0, PLAIN(JPKI) },
	{ "READ BINARY", 0x00, 0xb0, 0x9000, 0, PLAIN(JPKI, "00B08A0000") },
	{ "READ RECORD", 0x00, 0xb2, 0x9000, 0,
	  PLAIN("00A4040C0AD3921000310001010100", "00B2010C00") },
	{ "GET RESPONSE", 0x00, 0xc0, 0x6d00, 0, PLAIN("00C0000000") },
	{ "GET DATA", 0x00, 0xca, 0x9000, 0, PLAIN("00CA5F5100") },
	{ "SET PUBLIC IC KEY", 0x80, 0xa2, 0x6700, 0, PLAIN(JPKI, "80A206C1") },
	{ "SET SESSION KEY", 0x80, 0xae, 0x6982, 0, PLAIN(JPKI, "80AE0000") },
	{ "indicator", 0x80, 0xfc, 0x6700, 0, PLAIN(JPKI, "80FC0000") },
};
/* clang-format on */

/* --- the sweep ------------------------------------------------------------ */

static unsigned
send_plain(struct vc_world *w, const struct row *r)
{
	size_t n = 0;

	while (n < NELEM(r->plain) && r->plain[n] != NULL)
		n++;
	return world_plain(&w->card, r->plain[n - 1]);
}

static void
get_ready(struct vc_world *w, const struct row *r)
{
	if (r->prepare != NULL)
		r->prepare(w);
	for (size_t i = 0; i + 1 < NELEM(r->plain) && r->plain[i + 1] != NULL;
	     i++)
		(void)world_plain(&w->card, r->plain[i]);
}

static void
sweep(void **state, int manufactured)
{
	struct vc_world *w = *state;
	unsigned sw;

	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct row *r = &rows[i];

		if (r->manufactured != manufactured)
			continue;
		assert_int_equal(vc_world_fresh(state), 0);
		get_ready(w, r);
		tear_watch(r->op ? w->op.card : w->card.card);
		sw = r->run != NULL ? r->run(w) : send_plain(w, r);
		print_message(
		    "%s: %04X, %u writes\n", r->what, sw, tear_writes());
		assert_int_equal(sw, r->sw);
		assert_int_equal(tear_writes(), r->writes);
		tear_judge(w->dir, r->what, r->gains);
		tear_watch(NULL);
	}
}

static void
a_kill_at_any_moment_leaves_the_old_or_the_new_card(void **state)
{
	sweep(state, 0);
}

static void
so_it_does_while_the_card_is_made(void **state)
{
	sweep(state, 1);
}

static void
every_instruction_has_its_row(void **state)
{
	uint8_t cla, ins;

	(void)state;
	for (size_t i = 0; vc_ins_row(i, &cla, &ins); i++) {
		size_t k = 0;

		while (k < NELEM(rows) &&
		       (rows[k].cla != cla || rows[k].ins != ins))
			k++;
		if (k == NELEM(rows))
			fail_msg("instruction %02X %02X has no row", cla, ins);
	}
}

int
main(void)
{
	const struct CMUnitTest rest[] = {
		cmocka_unit_test(every_instruction_has_its_row),
	};
	const struct CMUnitTest issued[] = {
		cmocka_unit_test(
		    a_kill_at_any_moment_leaves_the_old_or_the_new_card),
	};
	const struct CMUnitTest made[] = {
		cmocka_unit_test(so_it_does_while_the_card_is_made),
	};

	return cmocka_run_group_tests(rest, NULL, NULL) +
	       cmocka_run_group_tests(issued, vc_world_start, vc_world_stop) +
	       cmocka_run_group_tests(
		   made, vc_world_start_manufactured, vc_world_stop);
}
