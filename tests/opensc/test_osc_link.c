/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's link over libopensc's locks and its reader. */
#include "tests/support/test.h"

#include <string.h>

#include "drivers/opensc/link_opensc.h"
#include "tests/opensc/osc_try.h"
#include "tests/support/fixture.h"

static struct vslot *slot;
static struct osc_host h;
static struct jm_link link;

static const uint8_t select_jpki[] = { 0x00, 0xa4, 0x04, 0x0c, 0x0a, 0xd3, 0x92,
	0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };
static const uint8_t select_pin[] = { 0x00, 0xa4, 0x02, 0x0c, 0x02, 0x00,
	0x18 };
static const uint8_t select_info[] = { 0x00, 0xa4, 0x02, 0x0c, 0x02, 0x00,
	0x06 };
static const uint8_t verify[] = { 0x00, 0x20, 0x00, 0x80, 0x04, 0x31, 0x32,
	0x33, 0x34 };
static const uint8_t query[] = { 0x00, 0x20, 0x00, 0x80 };
static const uint8_t read_info[] = { 0x00, 0xb0, 0x00, 0x00, 0x00 };

/* The link of a connected card, as the token has it. */
static void
start(int debug)
{
	const struct osc_how how = { .debug = debug };

	slot = fixture_slot(NULL);
	osc_host_start(&h, slot, &how);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	link = osc_of(h.card)->link;
	osc_host_restart_count(&h);
}

static void
stop(void)
{
	osc_host_stop(&h);
	vslot_close(&slot);
}

static jm_err
begin(void)
{
	return link.ops->begin(link.self);
}

static void
end(enum jm_end how)
{
	link.ops->end(link.self, how);
}

static jm_err
send(const uint8_t *cmd, size_t len, unsigned *sw)
{
	uint8_t rsp[258];
	size_t rsp_len = sizeof rsp;
	const jm_err e = link.ops->transmit(link.self, cmd, len, rsp, &rsp_len);

	*sw = 0;
	if (e != JM_OK)
		assert_int_equal(rsp_len, 0);
	else if (rsp_len >= 2)
		*sw = (unsigned)rsp[rsp_len - 2] << 8 | rsp[rsp_len - 1];
	return e;
}
#define SEND(cmd, sw) send(cmd, sizeof(cmd), sw)

static int
goes_on(void)
{
	return link.ops->goes_on(link.self);
}

/* A transaction that begins, and says whether it goes on; it is left open. */
static int
begun_goes_on(void)
{
	assert_int_equal(begin(), JM_OK);
	return goes_on();
}

static void
a_transaction_holds_the_readers_lock_once(void **state)
{
	(void)state;
	start(0);
	for (unsigned i = 1; i <= 3; i++) {
		const unsigned locks = h.locks;

		assert_int_equal(begin(), JM_OK);
		assert_int_equal(h.locks, locks + 1);
		assert_true(h.locked);
		end(JM_END_LEAVE);
		assert_false(h.locked);
		assert_int_equal(h.unlocks, h.locks);
	}
	stop();
}

static void
it_goes_on_where_the_host_held_the_lock(void **state)
{
	unsigned sw;
	static const struct osc_fault lost = { .error =
						   SC_ERROR_TRANSMIT_FAILED };

	(void)state;
	start(0);
	assert_false(begun_goes_on());
	end(JM_END_LEAVE);
	assert_false(begun_goes_on()); /* anybody was between the two */
	end(JM_END_LEAVE);
	assert_int_equal(sc_lock(h.card), SC_SUCCESS);
	assert_false(begun_goes_on());
	end(JM_END_LEAVE);
	assert_true(begun_goes_on());
	end(JM_END_LEAVE);
	assert_true(begun_goes_on());
	end(JM_END_POWER_DOWN);
	assert_false(begun_goes_on());
	end(JM_END_LEAVE);
	assert_true(begun_goes_on());
	osc_host_fault(&h, 0, &lost);
	assert_int_equal(SEND(select_jpki, &sw), JM_LINK);
	end(JM_END_LEAVE);
	assert_false(begun_goes_on());
	end(JM_END_LEAVE);
	assert_true(begun_goes_on());
	end(JM_END_LEAVE);
	assert_int_equal(sc_unlock(h.card), SC_SUCCESS);
	assert_int_equal(sc_lock(h.card), SC_SUCCESS);
	assert_false(begun_goes_on());
	end(JM_END_LEAVE);
	assert_int_equal(sc_unlock(h.card), SC_SUCCESS);
	stop();
}

static void
a_reset_by_another_program_is_told_once(void **state)
{
	(void)state;
	start(0);
	vslot_reset(slot);
	assert_int_equal(begin(), JM_RESET);
	assert_false(h.locked);
	assert_false(begun_goes_on());
	end(JM_END_LEAVE);
	assert_int_equal(begin(), JM_OK);
	end(JM_END_LEAVE);
	/* ... also when the host was the first to see it, and goes on. */
	vslot_reset(slot);
	assert_int_equal(sc_lock(h.card), SC_SUCCESS);
	assert_int_equal(begin(), JM_RESET);
	assert_false(begun_goes_on());
	end(JM_END_LEAVE);
	assert_true(begun_goes_on());
	end(JM_END_LEAVE);
	assert_int_equal(sc_unlock(h.card), SC_SUCCESS);
	stop();
}

static void
a_reset_under_a_command_is_told_there(void **state)
{
	static const struct osc_fault reset = { .reset = 1,
		.error = SC_ERROR_CARD_RESET };
	unsigned sw;

	(void)state;
	start(0);
	assert_int_equal(sc_lock(h.card), SC_SUCCESS);
	assert_int_equal(begin(), JM_OK);
	osc_host_fault(&h, 1, &reset);
	assert_int_equal(SEND(select_jpki, &sw), JM_OK);
	assert_int_equal(SEND(select_pin, &sw), JM_RESET);
	assert_int_equal(h.apdus, 2);
	end(JM_END_LEAVE);
	assert_false(begun_goes_on());
	end(JM_END_LEAVE);
	assert_int_equal(sc_unlock(h.card), SC_SUCCESS);
	stop();
}

/* The host's own connects anew then, without a transaction. */
static void
a_reader_that_came_back_is_locked_anew_first(void **state)
{
	static const struct osc_fault back = { .unsent = 1,
		.error = SC_ERROR_READER_REATTACHED };
	unsigned sw;

	(void)state;
	start(0);
	assert_int_equal(sc_lock(h.card), SC_SUCCESS);
	assert_int_equal(begin(), JM_OK);
	osc_host_fault(&h, 0, &back);
	assert_int_equal(SEND(select_jpki, &sw), JM_RESET);
	end(JM_END_LEAVE);
	assert_int_equal(begin(), JM_LINK);
	assert_int_equal(begin(), JM_LINK);
	assert_int_equal(sc_unlock(h.card), SC_SUCCESS);
	assert_int_equal(h.locks, h.unlocks);
	assert_false(begun_goes_on());
	assert_int_equal(SEND(select_jpki, &sw), JM_OK);
	end(JM_END_LEAVE);
	stop();
}

static void
a_removed_card_is_gone_for_good(void **state)
{
	unsigned sw;

	(void)state;
	start(0);
	assert_int_equal(begin(), JM_OK);
	vslot_remove(slot);
	assert_int_equal(SEND(select_jpki, &sw), JM_GONE);
	end(JM_END_POWER_DOWN);
	assert_int_equal(h.resets, 0);
	vslot_insert(slot);
	assert_int_equal(begin(), JM_GONE);
	osc_host_disconnect(&h);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	stop();
}

static void
a_card_removed_between_is_gone_at_begin(void **state)
{
	unsigned locks;

	(void)state;
	start(0);
	vslot_remove(slot);
	locks = h.locks;
	assert_int_equal(begin(), JM_GONE);
	vslot_insert(slot);
	assert_int_equal(begin(), JM_GONE);
	assert_int_equal(h.locks, locks);
	stop();
	/* ... even if the reader would take the next one for it. */
	start(0);
	h.lock_error = SC_ERROR_CARD_REMOVED;
	h.lock_at = h.lock_calls;
	assert_int_equal(begin(), JM_GONE);
	assert_int_equal(begin(), JM_GONE);
	stop();
}

static void
a_lock_that_fails_is_not_held(void **state)
{
	/* clang-format off */
	static const struct { int error; jm_err want; } row[] = {
		{ SC_ERROR_READER_LOCKED,   JM_BUSY },
		{ SC_ERROR_TRANSMIT_FAILED, JM_LINK },
		{ SC_ERROR_NOT_ALLOWED,     JM_LINK },
		{ SC_ERROR_UNKNOWN,         JM_LINK },
		{ SC_ERROR_OUT_OF_MEMORY,   JM_NOMEM },
	};
	/* clang-format on */
	(void)state;
	start(0);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		h.lock_error = row[i].error;
		h.lock_at = h.lock_calls;
		assert_int_equal(begin(), row[i].want);
		assert_false(h.locked);
		assert_int_equal(begin(), JM_OK);
		end(JM_END_LEAVE);
	}
	h.lock_resets = 20; /* the host gives up after some */
	assert_int_equal(begin(), JM_RESET);
	h.lock_resets = 0;
	assert_int_equal(begin(), JM_OK);
	end(JM_END_LEAVE);
	stop();
}

static unsigned
verified(void)
{
	unsigned sw;

	assert_int_equal(begin(), JM_OK);
	assert_int_equal(SEND(select_jpki, &sw), JM_OK);
	assert_int_equal(SEND(select_pin, &sw), JM_OK);
	assert_int_equal(SEND(query, &sw), JM_OK);
	end(JM_END_LEAVE);
	return sw;
}

static void
power_down_takes_the_status(void **state)
{
	unsigned sw;

	(void)state;
	start(0);
	assert_int_equal(begin(), JM_OK);
	assert_int_equal(SEND(select_jpki, &sw), JM_OK);
	assert_int_equal(SEND(select_pin, &sw), JM_OK);
	assert_int_equal(SEND(verify, &sw), JM_OK);
	assert_int_equal(sw, 0x9000);
	end(JM_END_POWER_DOWN);
	assert_int_equal(h.resets, 1);
	/* Nobody is told of the reset that was ours. */
	assert_int_equal(verified(), 0x63c3);
	stop();
}

static void
a_card_that_keeps_its_power_is_given_up(void **state)
{
	(void)state;
	start(0);
	h.reset_fails = 1;
	assert_int_equal(begin(), JM_OK);
	end(JM_END_POWER_DOWN);
	assert_int_equal(h.resets, 2); /* cold, then warm */
	assert_int_equal(begin(), JM_OK);
	h.reset_fails = 2;
	end(JM_END_POWER_DOWN);
	assert_int_equal(begin(), JM_GONE);
	assert_false(h.locked);
	stop();
}

static void
a_reply_is_handed_on_whatever_it_is(void **state)
{
	/* clang-format off */
	static const struct { struct osc_fault f; jm_err want; unsigned sw; } row[] = {
		{ { .reply = "9000" }, JM_OK, 0x9000 },
		{ { .reply = "6C04" }, JM_OK, 0x6c04 },
		{ { .reply = "6110" }, JM_OK, 0x6110 },
		{ { .reply = "0102036110" }, JM_OK, 0x6110 },
		{ { .reply = "6F00" }, JM_OK, 0x6f00 },
		{ { .reply = "90" }, JM_LINK, 0 },
		{ { .reply = "" }, JM_LINK, 0 },
		{ { .error = SC_ERROR_TRANSMIT_FAILED }, JM_LINK, 0 },
		{ { .error = SC_ERROR_UNKNOWN_DATA_RECEIVED }, JM_LINK, 0 },
		{ { .error = SC_ERROR_NOT_ALLOWED }, JM_LINK, 0 },
	};
	/* clang-format on */
	unsigned sw;

	(void)state;
	start(0);
	assert_int_equal(begin(), JM_OK);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		osc_host_restart_count(&h);
		osc_host_fault(&h, 0, &row[i].f);
		assert_int_equal(SEND(read_info, &sw), row[i].want);
		assert_int_equal(sw, row[i].sw);
		assert_int_equal(h.apdus, 1);
		osc_host_restart_count(&h);
		osc_host_fault(&h, 0, &row[i].f);
		assert_int_equal(SEND(verify, &sw), row[i].want);
		assert_int_equal(h.verifies, 1);
	}
	end(JM_END_LEAVE);
	stop();
}

static void
what_cannot_be_sent_is_not(void **state)
{
	uint8_t rsp[8];
	size_t len = 1;

	(void)state;
	start(0);
	assert_int_equal(begin(), JM_OK);
	assert_int_equal(
	    link.ops->transmit(link.self, query, sizeof query, rsp, &len),
	    JM_SPACE);
	assert_int_equal(len, 0);
	len = sizeof rsp;
	assert_int_equal(
	    link.ops->transmit(link.self, query, 3, rsp, &len), JM_ARG);
	assert_int_equal(len, 0);
	len = sizeof rsp; /* data without its length */
	assert_int_equal(
	    link.ops->transmit(link.self, verify, sizeof verify - 1, rsp, &len),
	    JM_ARG);
	assert_int_equal(h.apdus, 0);
	end(JM_END_LEAVE);
	stop();
}

static void
the_hosts_log_shows_no_command_and_no_reply(void **state)
{
	static const struct osc_fault lost = { .error =
						   SC_ERROR_TRANSMIT_FAILED };
	unsigned sw;

	(void)state;
	for (int debug = 3; debug <= 9; debug++) {
		const char *text;

		start(debug);
		assert_int_equal(begin(), JM_OK);
		assert_int_equal(SEND(select_jpki, &sw), JM_OK);
		assert_int_equal(SEND(select_pin, &sw), JM_OK);
		assert_int_equal(SEND(verify, &sw), JM_OK);
		assert_int_equal(SEND(select_info, &sw), JM_OK);
		assert_int_equal(SEND(read_info, &sw), JM_OK);
		assert_int_equal(h.ctx->debug, debug);
		osc_host_fault(&h, 0, &lost);
		assert_int_equal(SEND(verify, &sw), JM_LINK);
		assert_int_equal(h.ctx->debug, debug);
		end(JM_END_LEAVE);
		text = osc_host_log(&h);
		assert_non_null(strstr(text, "sc_connect_card"));
		assert_null(strstr(text, "going APDU:"));
		assert_null(strstr(text, "coming APDU:"));
		assert_null(strstr(text, "31323334"));
		assert_null(strstr(text, "31 32 33 34"));
		assert_null(strstr(text, "4A504B49"));
		stop();
	}
	/* The same reader does log what others send. */
	start(3);
	assert_int_equal(sc_get_challenge(h.card, (u8[1]){ 0 }, 0), SC_SUCCESS);
	{
		sc_apdu_t apdu;

		sc_format_apdu_ex(&apdu, 0, 0x20, 0, 0x80, NULL, 0, NULL, 0);
		assert_int_equal(sc_transmit_apdu(h.card, &apdu), SC_SUCCESS);
	}
	assert_non_null(strstr(osc_host_log(&h), "Outgoing APDU: 00200080"));
	stop();
}

static void
the_atr_is_the_cards(void **state)
{
	uint8_t atr[JM_ATR_MAX];

	(void)state;
	start(0);
	assert_int_equal(link.ops->atr(link.self, atr), h.card->atr.len);
	assert_memory_equal(atr, h.card->atr.value, h.card->atr.len);
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_transaction_holds_the_readers_lock_once),
		cmocka_unit_test(it_goes_on_where_the_host_held_the_lock),
		cmocka_unit_test(a_reset_by_another_program_is_told_once),
		cmocka_unit_test(a_reset_under_a_command_is_told_there),
		cmocka_unit_test(a_reader_that_came_back_is_locked_anew_first),
		cmocka_unit_test(a_removed_card_is_gone_for_good),
		cmocka_unit_test(a_card_removed_between_is_gone_at_begin),
		cmocka_unit_test(a_lock_that_fails_is_not_held),
		cmocka_unit_test(power_down_takes_the_status),
		cmocka_unit_test(a_card_that_keeps_its_power_is_given_up),
		cmocka_unit_test(a_reply_is_handed_on_whatever_it_is),
		cmocka_unit_test(what_cannot_be_sent_is_not),
		cmocka_unit_test(the_hosts_log_shows_no_command_and_no_reply),
		cmocka_unit_test(the_atr_is_the_cards),
	};

	return cmocka_run_group_tests(tests, osc_cards_open, osc_cards_close);
}
