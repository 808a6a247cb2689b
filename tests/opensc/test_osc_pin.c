/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PIN commands of the driver, as sc_pin_cmd hands them over. */
#include "tests/support/test.h"

#include <string.h>

#include "tests/opensc/osc_try.h"
#include "tests/support/fixture.h"

#define PIN_MANY                                                               \
	"1234567890123456789012345678901234567890123456789012345678901234"

static struct vslot *slot;
static struct osc_host h;

static void
connect_with(unsigned long capabilities, const char *jumin)
{
	const struct osc_how how = { .jumin = jumin };

	slot = fixture_slot(NULL);
	osc_host_start(&h, slot, &how);
	h.reader.capabilities |= capabilities;
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	osc_host_restart_count(&h);
}

static int
start(void **state)
{
	(void)state;
	connect_with(0, NULL);
	return 0;
}

static int
start_with_keys(void **state)
{
	(void)state;
	connect_with(SC_READER_CAP_PIN_PAD, NULL);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	osc_host_stop(&h);
	vslot_close(&slot);
	return 0;
}

static int
ref(enum jm_pin_id id)
{
	return osc_pin_reference(osc_of(h.card), id);
}

static struct sc_pin_cmd_data
command(unsigned cmd, enum jm_pin_id id, const char *pin, const char *fresh)
{
	struct sc_pin_cmd_data d = {
		.cmd = cmd, .pin_type = SC_AC_CHV, .pin_reference = ref(id)
	};

	d.pin1.data = (const u8 *)pin;
	d.pin1.len = pin != NULL ? (int)strlen(pin) : 0;
	d.pin2.data = (const u8 *)fresh;
	d.pin2.len = fresh != NULL ? (int)strlen(fresh) : 0;
	return d;
}

static int
run(unsigned cmd, enum jm_pin_id id, const char *pin, const char *fresh,
    int *tries)
{
	struct sc_pin_cmd_data d = command(cmd, id, pin, fresh);

	return sc_pin_cmd(h.card, &d, tries);
}

static int
verify(enum jm_pin_id id, const char *pin, int *tries)
{
	return run(SC_PIN_CMD_VERIFY, id, pin, NULL, tries);
}

static int
state_of(enum jm_pin_id id)
{
	struct sc_pin_cmd_data d = command(SC_PIN_CMD_GET_INFO, id, NULL, NULL);

	assert_int_equal(sc_pin_cmd(h.card, &d, NULL), SC_SUCCESS);
	return d.pin1.logged_in;
}

static void
what_cannot_be_a_pin_is_not_sent(void **state)
{
	static const struct {
		const char *pin;
		int len, r;
	} rows[] = {
		{ NULL, 0, SC_ERROR_INVALID_PIN_LENGTH },
		{ NULL, 4, SC_ERROR_INVALID_PIN_LENGTH },
		{ "1234", 0, SC_ERROR_INVALID_PIN_LENGTH },
		{ "1234", -1, SC_ERROR_INVALID_PIN_LENGTH },
		{ "1234", 3, SC_ERROR_INVALID_PIN_LENGTH },
		{ "12345", 5, SC_ERROR_INVALID_PIN_LENGTH },
		{ PIN_MANY, 64, SC_ERROR_INVALID_PIN_LENGTH },
		{ "12a4", 4, SC_ERROR_PIN_CODE_INCORRECT },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct sc_pin_cmd_data d =
		    command(SC_PIN_CMD_VERIFY, JM_PIN_AUTH, NULL, NULL);

		d.pin1.data = (const u8 *)rows[i].pin;
		d.pin1.len = rows[i].len;
		assert_int_equal(sc_pin_cmd(h.card, &d, NULL), rows[i].r);
	}
	assert_int_equal(h.apdus, 0);
}

static void
what_is_not_sent_has_the_counter_that_is_known(void **state)
{
	int tries = -1;

	(void)state;
	assert_int_equal(
	    verify(JM_PIN_SIGN, "short", &tries), SC_ERROR_INVALID_PIN_LENGTH);
	assert_int_equal(tries, 5);
	assert_int_equal(h.apdus, 0);
}

static void
a_pair_that_is_not_shown_has_no_pin(void **state)
{
	(void)state;
	connect_with(0, "slots = auth\n");
	assert_int_equal(verify(JM_PIN_SIGN, "ABC123", NULL),
	    SC_ERROR_INVALID_PIN_REFERENCE);
	assert_int_equal(h.apdus, 0);
	(void)stop(NULL);
}

static void
a_reference_of_no_pin_is_refused(void **state)
{
	static const int refs[] = { -1, 0, 1, 0x80, 0x17, 0x7f18 };

	(void)state;
	for (unsigned cmd = SC_PIN_CMD_VERIFY; cmd <= SC_PIN_CMD_GET_INFO;
	     cmd++) {
		if (cmd == SC_PIN_CMD_UNBLOCK)
			continue;
		for (size_t i = 0; i < NELEM(refs); i++) {
			struct sc_pin_cmd_data d =
			    command(cmd, JM_PIN_AUTH, "1234", "4321");
			int tries = 7;

			d.pin_reference = refs[i];
			assert_int_equal(sc_pin_cmd(h.card, &d, &tries),
			    SC_ERROR_INVALID_PIN_REFERENCE);
			assert_int_equal(tries, -1);
		}
	}
	assert_int_equal(h.apdus, 0);
}

static void
what_the_card_does_not_do_is_said_so(void **state)
{
	static const unsigned cmds[] = { SC_PIN_CMD_UNBLOCK,
		SC_PIN_CMD_GET_SESSION_PIN, 99 };
	struct sc_pin_cmd_data d =
	    command(SC_PIN_CMD_VERIFY, JM_PIN_AUTH, "1234", NULL);

	(void)state;
	for (size_t i = 0; i < NELEM(cmds); i++)
		assert_int_equal(
		    run(cmds[i], JM_PIN_AUTH, "1234", "4321", NULL),
		    SC_ERROR_NOT_SUPPORTED);
	d.pin_type = SC_AC_AUT;
	assert_int_equal(sc_pin_cmd(h.card, &d, NULL), SC_ERROR_NOT_SUPPORTED);
	assert_int_equal(h.apdus, 0);
}

static void
a_wrong_pin_is_sent_once(void **state)
{
	int tries;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(verify(JM_PIN_AUTH, "9999", &tries),
		    SC_ERROR_PIN_CODE_INCORRECT);
		assert_int_equal(tries, 2);
		assert_int_equal(h.verifies, 1);
	}
	assert_int_equal(verify(JM_PIN_AUTH, "1234", &tries), SC_SUCCESS);
	assert_int_equal(tries, 3);
	assert_int_equal(h.verifies, 2);
}

static void
a_blocked_pin_is_not_sent(void **state)
{
	static const char *const wrong[] = { "1111", "2222", "3333" };
	int tries;

	(void)state;
	for (size_t i = 0; i < NELEM(wrong); i++)
		assert_int_equal(verify(JM_PIN_AUTH, wrong[i], &tries),
		    i < 2 ? SC_ERROR_PIN_CODE_INCORRECT
			  : SC_ERROR_AUTH_METHOD_BLOCKED);
	assert_int_equal(tries, 0);
	assert_int_equal(
	    verify(JM_PIN_AUTH, "1234", &tries), SC_ERROR_AUTH_METHOD_BLOCKED);
	assert_int_equal(tries, 0);
	assert_int_equal(h.verifies, 3);
}

static void
a_change_tells_which_pin_was_bad(void **state)
{
	static const struct {
		enum jm_pin_id id;
		const char *pin, *fresh;
		int r;
		unsigned verifies;
	} rows[] = {
		{ JM_PIN_AUTH, "1234", "123", SC_ERROR_INVALID_PIN_LENGTH, 0 },
		{ JM_PIN_AUTH, "1234", "abcd", SC_ERROR_INVALID_DATA, 0 },
		{ JM_PIN_AUTH, "1234", NULL, SC_ERROR_INVALID_PIN_LENGTH, 0 },
		{ JM_PIN_AUTH, NULL, "4321", SC_ERROR_INVALID_PIN_LENGTH, 0 },
		{ JM_PIN_AUTH, "123", "4321", SC_ERROR_PIN_CODE_INCORRECT, 0 },
		{ JM_PIN_SIGN, "ABC123", "ABCDEF", SC_ERROR_INVALID_DATA, 0 },
		{ JM_PIN_AUTH, "9999", "4321", SC_ERROR_PIN_CODE_INCORRECT, 1 },
		{ JM_PIN_AUTH, "9999", "4321", SC_ERROR_PIN_CODE_INCORRECT, 0 },
		{ JM_PIN_AUTH, "1234", "4321", SC_SUCCESS, 1 },
		{ JM_PIN_SIGN, "abc123", "xyz789", SC_SUCCESS, 1 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		const unsigned before = h.verifies;

		assert_int_equal(run(SC_PIN_CMD_CHANGE, rows[i].id, rows[i].pin,
				     rows[i].fresh, NULL),
		    rows[i].r);
		assert_int_equal(h.verifies - before, rows[i].verifies);
	}
	assert_int_equal(h.changes, 2);
	assert_int_equal(verify(JM_PIN_AUTH, "4321", NULL), SC_SUCCESS);
	assert_int_equal(verify(JM_PIN_SIGN, "XYZ789", NULL), SC_SUCCESS);
}

static void
the_counter_and_the_login_are_told(void **state)
{
	struct sc_pin_cmd_data d =
	    command(SC_PIN_CMD_GET_INFO, JM_PIN_SIGN, NULL, NULL);

	(void)state;
	assert_int_equal(sc_pin_cmd(h.card, &d, NULL), SC_SUCCESS);
	assert_int_equal(d.pin1.max_tries, 5);
	assert_int_equal(d.pin1.tries_left, 5);
	assert_int_equal(state_of(JM_PIN_AUTH), SC_PIN_STATE_LOGGED_OUT);
	assert_int_equal(verify(JM_PIN_AUTH, "1234", NULL), SC_SUCCESS);
	assert_int_equal(state_of(JM_PIN_AUTH), SC_PIN_STATE_LOGGED_IN);
	assert_int_equal(
	    verify(JM_PIN_SIGN, "WRONG1", NULL), SC_ERROR_PIN_CODE_INCORRECT);
	assert_int_equal(sc_pin_cmd(h.card, &d, NULL), SC_SUCCESS);
	assert_int_equal(d.pin1.tries_left, 4);
	assert_int_equal(sc_logout(h.card), SC_SUCCESS);
	assert_int_equal(state_of(JM_PIN_AUTH), SC_PIN_STATE_LOGGED_OUT);
	assert_int_equal(h.verifies, 2);
}

/* --- at the reader -------------------------------------------------------- */

static const char *typed;

/* As reader-pcsc: the command with what is typed behind it. */
static int
type_pin(struct osc_host *host, struct sc_pin_cmd_data *d)
{
	const struct sc_pin_cmd_pin *p =
	    d->flags & SC_PIN_CMD_IMPLICIT_CHANGE ? &d->pin2 : &d->pin1;
	const size_t len = strlen(typed);
	uint8_t cmd[5 + 16], rsp[2];
	size_t rsp_len = sizeof rsp;

	assert_int_equal((d->flags & SC_PIN_CMD_IMPLICIT_CHANGE) != 0,
	    d->cmd == SC_PIN_CMD_CHANGE);
	assert_int_equal(p->encoding, SC_PIN_ENCODING_ASCII);
	assert_int_equal(p->offset, 5);
	assert_int_equal(p->pad_length, 0);
	assert_int_equal(p->min_length, 4);
	assert_int_equal(p->max_length, 4);
	assert_int_equal(d->apdu->cse, SC_APDU_CASE_3_SHORT);
	assert_int_equal(d->apdu->datalen, 0);
	assert_int_equal(d->apdu->lc, 0);
	assert_int_equal(d->cmd == SC_PIN_CMD_CHANGE, d->apdu->ins == 0x24);
	cmd[0] = d->apdu->cla;
	cmd[1] = d->apdu->ins;
	cmd[2] = d->apdu->p1;
	cmd[3] = d->apdu->p2;
	cmd[4] = (uint8_t)len;
	memcpy(cmd + 5, typed, len);
	assert_int_equal(host->way.ops->transmit(
			     host->way.self, cmd, 5 + len, rsp, &rsp_len),
	    JM_OK);
	assert_int_equal(rsp_len, 2);
	d->apdu->sw1 = rsp[0];
	d->apdu->sw2 = rsp[1];
	return SC_SUCCESS;
}

static int said;

static int
say(struct osc_host *host, struct sc_pin_cmd_data *d)
{
	(void)host;
	(void)d;
	return said;
}

static void
a_pin_typed_at_the_reader_holds_the_card_until_log_out(void **state)
{
	int tries;

	(void)state;
	h.pinpad = type_pin;
	typed = "1234";
	assert_int_equal(verify(JM_PIN_AUTH, NULL, &tries), SC_SUCCESS);
	assert_int_equal(tries, 3);
	assert_int_equal(h.pads, 1);
	assert_int_equal(h.locked, 1);
	assert_int_equal(state_of(JM_PIN_AUTH), SC_PIN_STATE_LOGGED_IN);
	assert_int_equal(sc_logout(h.card), SC_SUCCESS);
	assert_int_equal(h.locked, 0);
}

static void
a_wrong_pin_at_the_reader_costs_one_entry(void **state)
{
	int tries;

	(void)state;
	h.pinpad = type_pin;
	typed = "9999";
	assert_int_equal(
	    verify(JM_PIN_AUTH, NULL, &tries), SC_ERROR_PIN_CODE_INCORRECT);
	assert_int_equal(tries, 2);
	assert_int_equal(h.pads, 1);
	assert_int_equal(h.locked, 0);
}

static void
both_pins_are_typed_for_a_change(void **state)
{
	(void)state;
	h.pinpad = type_pin;
	typed = "1234";
	assert_int_equal(
	    run(SC_PIN_CMD_CHANGE, JM_PIN_AUTH, NULL, NULL, NULL), SC_SUCCESS);
	assert_int_equal(h.pads, 2);
}

static void
a_pin_with_letters_is_not_asked_for_at_the_reader(void **state)
{
	(void)state;
	h.pinpad = type_pin;
	typed = "ABC123";
	assert_int_equal(
	    verify(JM_PIN_SIGN, NULL, NULL), SC_ERROR_NOT_SUPPORTED);
	assert_int_equal(h.pads, 0);
	assert_int_equal(verify(JM_PIN_SIGN, "ABC123", NULL), SC_SUCCESS);
}

static void
what_the_reader_says_is_passed_on(void **state)
{
	static const int rows[] = { SC_ERROR_KEYPAD_TIMEOUT,
		SC_ERROR_KEYPAD_CANCELLED, SC_ERROR_INVALID_PIN_LENGTH,
		SC_ERROR_NOT_SUPPORTED, SC_ERROR_CARD_UNRESPONSIVE };
	int tries;

	(void)state;
	h.pinpad = say;
	for (size_t i = 0; i < NELEM(rows); i++) {
		said = rows[i];
		assert_int_equal(verify(JM_PIN_AUTH, NULL, &tries), rows[i]);
		assert_int_equal(h.pads, i + 1);
		assert_int_equal(h.locked, 0);
	}
	assert_int_equal(verify(JM_PIN_AUTH, "1234", &tries), SC_SUCCESS);
	assert_int_equal(tries, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
#define KEYS(name) cmocka_unit_test_setup_teardown(name, start_with_keys, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_cannot_be_a_pin_is_not_sent),
		TEST(what_is_not_sent_has_the_counter_that_is_known),
		cmocka_unit_test(a_pair_that_is_not_shown_has_no_pin),
		TEST(a_reference_of_no_pin_is_refused),
		TEST(what_the_card_does_not_do_is_said_so),
		TEST(a_wrong_pin_is_sent_once),
		TEST(a_blocked_pin_is_not_sent),
		TEST(a_change_tells_which_pin_was_bad),
		TEST(the_counter_and_the_login_are_told),
		KEYS(a_pin_typed_at_the_reader_holds_the_card_until_log_out),
		KEYS(a_wrong_pin_at_the_reader_costs_one_entry),
		KEYS(both_pins_are_typed_for_a_change),
		KEYS(a_pin_with_letters_is_not_asked_for_at_the_reader),
		KEYS(what_the_reader_says_is_passed_on),
	};

	return cmocka_run_group_tests(tests, osc_cards_open, osc_cards_close);
}
