/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must never cost a try, whatever other programs do meanwhile. */
#include "tests/support/test.h"

#include <string.h>

#include "tests/opensc/osc_try.h"
#include "tests/support/fixture.h"

static struct vslot *slot;
static struct osc_host h;

static void
start_with(const struct osc_how *how)
{
	slot = fixture_slot(NULL);
	osc_host_start(&h, slot, how);
	osc_host_ready(&h);
	osc_host_restart_count(&h);
}

static void
start(const char *jumin)
{
	const struct osc_how how = { .jumin = jumin };

	start_with(&how);
}

static void
stop(void)
{
	assert_false(osc_card_is_open(slot));
	osc_host_stop(&h);
	vslot_close(&slot);
}

/* Another program between two of the host's transactions. */
static unsigned
other_says(const char *cmd)
{
	const char *const hex[] = { "00A4040C0AD392F000260100000001",
		"00A4020C020018", cmd, "00A4040C07A0000001510000" };

	return fixture_sw(slot, hex, NELEM(hex));
}

static int
sign(unsigned id)
{
	uint8_t sig[512];

	return osc_try_sign(&h, id, sig, sizeof sig);
}

static void
a_login_is_one_verify_and_lasts(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(
	    sign(OSC_AUTH), SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(h.apdus, 0);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	assert_int_equal(h.verifies, 1);
	assert_false(osc_card_is_open(slot));
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(osc_try_sign_checked(&h, OSC_AUTH), 256);
		assert_int_equal(h.verifies, 1 + i);
		assert_false(osc_card_is_open(slot));
	}
	assert_int_equal(sc_logout(h.card), SC_SUCCESS);
	assert_int_equal(
	    sign(OSC_AUTH), SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(h.verifies, 4);
	stop();
}

static void
each_signature_of_the_signature_key_wants_its_login(void **state)
{
	(void)state;
	start(NULL);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    osc_try_verify(&h, OSC_SIGN, OSC_PIN_SIGN), SC_SUCCESS);
		assert_int_equal(osc_try_sign_checked(&h, OSC_SIGN), 256);
		assert_int_equal(
		    sign(OSC_SIGN), SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	}
	assert_int_equal(h.verifies, 4);
	stop();
	start("consent = session\n");
	assert_int_equal(
	    osc_try_verify(&h, OSC_SIGN, "abc123"), SC_SUCCESS); /* folded */
	for (int i = 0; i < 3; i++)
		assert_int_equal(osc_try_sign_checked(&h, OSC_SIGN), 256);
	stop();
}

static void
what_cannot_be_the_pin_is_not_sent(void **state)
{
	static const char *const bad[] = { "123", "12345", "abcd", "12 4", "" };

	(void)state;
	start(NULL);
	for (size_t i = 0; i < NELEM(bad); i++) {
		assert_true(osc_try_verify(&h, OSC_AUTH, bad[i]) < 0);
		assert_true(osc_try_change(&h, OSC_AUTH, bad[i], "1111") < 0);
		assert_true(
		    osc_try_change(&h, OSC_AUTH, OSC_PIN_AUTH, bad[i]) < 0);
	}
	assert_true(osc_try_verify(&h, OSC_AUTH, NULL) < 0);
	assert_int_equal(h.verifies, 0);
	assert_int_equal(osc_card_tries(slot, OSC_AUTH), 3);
	stop();
}

static void
a_wrong_pin_is_sent_once(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, "9999"), SC_ERROR_PIN_CODE_INCORRECT);
	for (int i = 0; i < 5; i++)
		assert_int_equal(osc_try_verify(&h, OSC_AUTH, "9999"),
		    SC_ERROR_PIN_CODE_INCORRECT);
	assert_int_equal(h.verifies, 1);
	assert_int_equal(osc_card_tries(slot, OSC_AUTH), 2);
	/* ... nor by another way, nor by another view of the card. */
	assert_true(osc_try_change(&h, OSC_AUTH, "9999", "1111") < 0);
	osc_host_unbind(&h);
	assert_int_equal(osc_host_bind(&h), SC_SUCCESS);
	assert_true(osc_try_verify(&h, OSC_AUTH, "9999") < 0);
	assert_int_equal(h.verifies, 1);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	assert_int_equal(osc_card_tries(slot, OSC_AUTH), 3);
	stop();
}

static void
a_blocked_pin_is_told_and_not_tried(void **state)
{
	static const char *const wrong[] = { "9991", "9992", "9993" };
	const struct sc_pkcs15_auth_info *info;

	(void)state;
	start(NULL);
	for (size_t i = 0; i < NELEM(wrong); i++)
		assert_true(osc_try_verify(&h, OSC_AUTH, wrong[i]) < 0);
	assert_int_equal(osc_card_tries(slot, OSC_AUTH), 0);
	assert_int_equal(osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH),
	    SC_ERROR_AUTH_METHOD_BLOCKED);
	assert_int_equal(osc_try_pin_info(&h, OSC_AUTH), SC_SUCCESS);
	info = osc_try_pin_object(&h, OSC_AUTH)->data;
	assert_int_equal(info->tries_left, 0);
	assert_int_equal(info->max_tries, 3);
	/* The card stays, with all that is on it. */
	osc_host_disconnect(&h);
	osc_host_ready(&h);
	assert_int_equal(osc_try_cert(&h, OSC_AUTH), SC_SUCCESS);
	assert_int_equal(
	    osc_try_verify(&h, OSC_SIGN, OSC_PIN_SIGN), SC_SUCCESS);
	assert_int_equal(osc_try_sign_checked(&h, OSC_SIGN), 256);
	stop();
}

static void
a_pin_that_another_program_verified_changes_nothing(void **state)
{
	const char *const verified[] = { "00A4040C0AD392F000260100000001",
		"00A4020C020018", "002000800431323334" };

	(void)state;
	start(NULL);
	assert_int_equal(fixture_sw(slot, verified, NELEM(verified)), 0x9000);
	osc_host_disconnect(&h);
	osc_host_ready(&h);
	assert_int_equal(osc_try_pin_info(&h, OSC_AUTH), SC_SUCCESS);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	assert_int_equal(osc_try_sign_checked(&h, OSC_AUTH), 256);
	stop();
}

static void
a_held_pin_that_was_changed_is_not_tried(void **state)
{
	const char *const change[] = { "00A4040C0AD392F000260100000001",
		"00A4020C020018", "002000800431323334", "002401800435363738",
		"00A4040C07A0000001510000" };

	(void)state;
	start(NULL);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	fixture_sw(slot, change, NELEM(change));
	assert_true(osc_card_has_pin(slot, OSC_AUTH, "5678"));
	/* The counter is full, so the first one is sent, and that is all. */
	for (int i = 0; i < 4; i++)
		assert_int_equal(
		    sign(OSC_AUTH), SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_true(h.verifies <= 2);
	assert_true(osc_card_tries(slot, OSC_AUTH) >= 2);
	assert_int_equal(osc_try_verify(&h, OSC_AUTH, "5678"), SC_SUCCESS);
	assert_int_equal(osc_try_sign_checked(&h, OSC_AUTH), 256);
	stop();
}

static void
a_counter_that_is_not_full_ends_a_login_unsent(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	other_says("002000800439393939");
	assert_int_equal(osc_card_tries(slot, OSC_AUTH), 2);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    sign(OSC_AUTH), SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(h.verifies, 1);
	assert_int_equal(osc_card_tries(slot, OSC_AUTH), 2);
	stop();
}

static void
a_reset_ends_a_login_unsent(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	vslot_reset(slot);
	assert_true(sign(OSC_AUTH) < 0);
	assert_true(sign(OSC_AUTH) < 0);
	assert_int_equal(h.verifies, 1);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	assert_int_equal(osc_try_sign_checked(&h, OSC_AUTH), 256);
	stop();
}

static void
a_removed_card_takes_its_login_along(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	vslot_remove(slot);
	vslot_insert(slot);
	assert_true(sign(OSC_AUTH) < 0);
	assert_true(osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH) < 0);
	assert_int_equal(h.verifies, 1);
	osc_host_disconnect(&h);
	osc_host_ready(&h);
	assert_int_equal(
	    sign(OSC_AUTH), SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(h.verifies, 1);
	stop();
}

static void
two_views_of_a_card_share_its_login(void **state)
{
	sc_pkcs15_card_t *first, *second;

	(void)state;
	start(NULL);
	first = h.p15;
	h.p15 = NULL;
	assert_int_equal(osc_host_bind(&h), SC_SUCCESS);
	second = h.p15;
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	h.p15 = first;
	assert_int_equal(osc_try_sign_checked(&h, OSC_AUTH), 256);
	osc_host_unbind(&h); /* the older first: the newer stays whole */
	h.p15 = second;
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	assert_int_equal(osc_try_sign_checked(&h, OSC_AUTH), 256);
	assert_int_equal(osc_card_tries(slot, OSC_AUTH), 3);
	/* The newer first: the older is all there is. */
	h.p15 = NULL;
	assert_int_equal(osc_host_bind(&h), SC_SUCCESS);
	osc_host_unbind(&h);
	h.p15 = second;
	assert_null(osc_of(h.card)->view);
	assert_int_equal(
	    osc_try_verify(&h, OSC_SIGN, OSC_PIN_SIGN), SC_SUCCESS);
	assert_int_equal(osc_try_sign_checked(&h, OSC_SIGN), 256);
	stop();
}

static void
a_changed_pin_keeps_the_login(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	assert_int_equal(
	    osc_try_change(&h, OSC_AUTH, OSC_PIN_AUTH, "4321"), SC_SUCCESS);
	assert_true(osc_card_has_pin(slot, OSC_AUTH, "4321"));
	assert_int_equal(h.changes, 1);
	assert_int_equal(osc_try_sign_checked(&h, OSC_AUTH), 256);
	assert_true(osc_try_change(&h, OSC_AUTH, "9999", "1111") < 0);
	assert_int_equal(h.changes, 1);
	assert_int_equal(osc_card_tries(slot, OSC_AUTH), 2);
	stop();
}

static void
a_blocked_pin_is_not_unblocked(void **state)
{
	(void)state;
	start(NULL);
	assert_true(
	    sc_pkcs15_unblock_pin(h.p15, osc_try_pin_object(&h, OSC_AUTH),
		(const u8 *)"1234", 4, (const u8 *)"1111", 4) < 0);
	assert_true(sc_reset_retry_counter(h.card, SC_AC_CHV,
			osc_pin_reference(osc_of(h.card), JM_PIN_AUTH),
			(const u8 *)"1234", 4, (const u8 *)"1111", 4) < 0);
	assert_int_equal(h.apdus, 0);
	stop();
}

/* The host's own PIN cache is off whatever its configuration says. */
static void
the_host_keeps_no_pin(void **state)
{
	const struct osc_how how = {
		.pkcs15 = "use_pin_caching = yes;\n"
			  "pin_cache_ignore_user_consent = yes;\n"
			  "use_file_caching = yes;\n",
	};

	(void)state;
	start_with(&how);
	assert_false(h.p15->opts.use_pin_cache);
	assert_int_equal(
	    osc_try_verify(&h, OSC_SIGN, OSC_PIN_SIGN), SC_SUCCESS);
	assert_null(osc_try_pin_object(&h, OSC_SIGN)->content.value);
	assert_int_equal(osc_try_sign_checked(&h, OSC_SIGN), 256);
	assert_int_equal(
	    sign(OSC_SIGN), SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
	assert_int_equal(h.verifies, 2);
	stop();
}

static void
no_log_shows_a_pin_or_a_file(void **state)
{
	const struct osc_how how = { .debug = 9, .jumin = "cache = off\n" };
	const char *text;

	(void)state;
	start_with(&how);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	assert_int_equal(
	    osc_try_verify(&h, OSC_SIGN, OSC_PIN_SIGN), SC_SUCCESS);
	assert_int_equal(osc_try_sign_checked(&h, OSC_SIGN), 256);
	assert_int_equal(
	    osc_try_change(&h, OSC_AUTH, OSC_PIN_AUTH, "4321"), SC_SUCCESS);
	text = osc_host_log(&h);
	assert_non_null(strstr(text, "sc_pkcs15_verify_pin"));
	assert_null(strstr(text, "going APDU"));
	assert_null(strstr(text, "coming APDU"));
	assert_null(strstr(text, "31323334"));
	assert_null(strstr(text, "31:32:33:34"));
	assert_null(strstr(text, "31 32 33 34"));
	assert_null(strstr(text, "414243313233"));
	assert_null(strstr(text, OSC_PIN_SIGN));
	stop();
}

/* login = hold: one transaction, one VERIFY, until the log-out. */
static void
a_held_transaction_ends_with_the_log_out(void **state)
{
	(void)state;
	start("login = hold\n");
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	assert_true(h.locked);
	assert_int_equal(sign(OSC_AUTH), 256);
	assert_int_equal(sign(OSC_AUTH), 256);
	assert_int_equal(h.verifies, 1);
	assert_true(h.locked);
	assert_int_equal(sc_logout(h.card), SC_SUCCESS);
	assert_false(h.locked);
	assert_false(osc_card_is_open(slot));
	stop();
	start("login = hold\n");
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	osc_host_disconnect(&h);
	assert_false(h.locked);
	assert_false(osc_card_is_open(slot));
	stop();
}

/* The child of a fork (the host says so) leaves its parent's transaction. */
static void
a_forked_child_sends_nothing_and_unlocks_nothing(void **state)
{
	unsigned sent;

	(void)state;
	start("login = hold\n");
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	sent = h.apdus;
	h.ctx->flags |= SC_CTX_FLAG_TERMINATE;
	assert_int_equal(h.card->ops->finish(h.card), SC_SUCCESS);
	assert_int_equal(h.apdus, sent);
	assert_true(h.locked);
	assert_true(osc_card_is_open(slot));
	h.ctx->flags &= ~(unsigned long)SC_CTX_FLAG_TERMINATE;
	/* the parent's part */
	assert_int_equal(sc_reset(h.card, 1), SC_SUCCESS);
	assert_int_equal(sc_unlock(h.card), SC_SUCCESS);
	stop();
}

/* lock_login of the host: it holds the lock around all. */
static void
a_host_that_holds_the_lock_is_served(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(sc_lock(h.card), SC_SUCCESS);
	assert_int_equal(
	    osc_try_verify(&h, OSC_AUTH, OSC_PIN_AUTH), SC_SUCCESS);
	assert_int_equal(sign(OSC_AUTH), 256);
	assert_int_equal(sign(OSC_AUTH), 256);
	assert_int_equal(sc_unlock(h.card), SC_SUCCESS);
	assert_int_equal(h.locks, h.unlocks);
	assert_int_equal(h.verifies, 3);
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_is_one_verify_and_lasts),
		cmocka_unit_test(
		    each_signature_of_the_signature_key_wants_its_login),
		cmocka_unit_test(what_cannot_be_the_pin_is_not_sent),
		cmocka_unit_test(a_wrong_pin_is_sent_once),
		cmocka_unit_test(a_blocked_pin_is_told_and_not_tried),
		cmocka_unit_test(
		    a_pin_that_another_program_verified_changes_nothing),
		cmocka_unit_test(a_held_pin_that_was_changed_is_not_tried),
		cmocka_unit_test(
		    a_counter_that_is_not_full_ends_a_login_unsent),
		cmocka_unit_test(a_reset_ends_a_login_unsent),
		cmocka_unit_test(a_removed_card_takes_its_login_along),
		cmocka_unit_test(two_views_of_a_card_share_its_login),
		cmocka_unit_test(a_changed_pin_keeps_the_login),
		cmocka_unit_test(a_blocked_pin_is_not_unblocked),
		cmocka_unit_test(the_host_keeps_no_pin),
		cmocka_unit_test(no_log_shows_a_pin_or_a_file),
		cmocka_unit_test(a_held_transaction_ends_with_the_log_out),
		cmocka_unit_test(
		    a_forked_child_sends_nothing_and_unlocks_nothing),
		cmocka_unit_test(a_host_that_holds_the_lock_is_served),
	};

	return cmocka_run_group_tests(tests, osc_cards_open, osc_cards_close);
}
