/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One use of the card for the holder's identities, on virtual cards with the
 * keys of the vectors: what comes out, what it costs, what is kept.
 */
#include "objects/nym.h"

#include <string.h>

#include "base/hex.h"
#include "tests/support/nym_cards.h"
#include "tests/support/nym_job.h"
#include "tests/support/test.h"

/* --- the vectors of nym1.md, section 13 ----------------------------------- */

static void
the_vectors_come_out_of_a_job(void **state)
{
	/* clang-format off */
	static const struct {
		enum nym_mode mode;
		const char *scope, *nid;
	} row[] = {
		{ NYM_MODE_NONE, "web:example.jp", /* A1 */
		  "22eceb5d2c5446a8015c5a435d30ae65"
		  "aa02832a93a5c2517a334eb9cf6570c1" },
		{ NYM_MODE_NONE, "test:lz80", /* A4 */
		  "bbcd347a5676ced55563e98ed6f2fb0c"
		  "b6062b18a678229c04ebc56ba6059cfa" },
		{ NYM_MODE_CARD2, "web:example.jp", /* A5 */
		  "fa33c209774c6f06c9dd9822d4c2ed3b"
		  "aa10171d4b1df047218c3f0a3566b424" },
	};
	/* clang-format on */
	struct vslot *slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	struct jm_token *t = nym_cards_token(slot);
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct nym_job *j =
		    nym_job_of(NYM_WORK_KEY, row[i].scope, row[i].mode);
		uint8_t want[NYM_NID_LEN];
		size_t len;

		assert_int_equal(nym_run(t, j), JM_OK);
		assert_int_equal(
		    jm_hex_decode(row[i].nid, want, sizeof want, &len), JM_OK);
		assert_memory_equal(j->secret->key.nid, want, sizeof want);
		assert_null(j->vault);
		assert_int_equal(j->which.use, NYM_USE_ASSERT);
		nym_job_end(j);
	}
	assert_int_equal(nym_kept(), 0);
	nym_close(&t, &slot);
}

/* --- what one use costs --------------------------------------------------- */

/* SELECT, retry query or not, VERIFY, one SELECT of the key's file for both
 * signatures, log-out. */
static void
one_use_costs_so_many_commands(void **state)
{
	/* clang-format off */
	static const struct { const char *atr; unsigned first, next; } row[] = {
		/* SELECT, EF and six blocks of the certificate, PIN's EF,
		 * VERIFY, key's EF, two signatures, log-out */
		{ "atr=" NYM_ATR_PLAIN, 14, 7 },
		{ "atr=" NYM_ATR_SFI, 11, 5 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct vslot *slot =
		    nym_cards_slot(NYM_CARD_ONE, row[i].atr, NULL);
		struct jm_token *t = nym_cards_token(slot);
		struct nym_job *j = nym_register("web:example.jp", 0);

		nym_cards_forget(NULL);
		vslot_restart_count(slot);
		assert_int_equal(nym_run(t, j), JM_OK);
		assert_int_equal(nym_job_save(j), JM_OK);
		nym_job_end(j);
		nym_cost(slot, row[i].first, 2);

		j = nym_key("web:example.jp");
		vslot_restart_count(slot);
		assert_int_equal(nym_run(t, j), JM_OK);
		nym_job_end(j);
		nym_cost(slot, row[i].next, 2);
		nym_close(&t, &slot);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    the_vectors_come_out_of_a_job, nym_cards_forget),
		cmocka_unit_test_setup(
		    one_use_costs_so_many_commands, nym_cards_forget),
	};

	return cmocka_run_group_tests(
	    tests, nym_cards_setup, nym_cards_teardown);
}
