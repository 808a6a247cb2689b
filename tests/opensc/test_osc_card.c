/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's table, through libopensc: which cards it takes, and what it
 * tells of them. */
#include "tests/support/test.h"

#include <string.h>

#include <libopensc/cardctl.h>

#include "base/hex.h"
#include "card/profile.h"
#include "tests/opensc/osc_try.h"
#include "tests/support/fixture.h"

static struct vslot *slot;
static struct osc_host h;

static void
start(const char *param, const struct osc_how *how)
{
	slot = fixture_slot(param, NULL);
	osc_host_start(&h, slot, how);
}

static void
stop(void)
{
	osc_host_stop(&h);
	vslot_close(&slot);
}

/* "atr=" and its digits without blanks. */
static const char *
atr_param(const char *atr)
{
	static char param[80];
	size_t n = 4;

	memcpy(param, "atr=", 4);
	for (; *atr != '\0'; atr++)
		if (*atr != ' ' && n < sizeof param - 1)
			param[n++] = *atr;
	param[n] = '\0';
	return param;
}

static void
a_known_atr_is_matched_without_a_command(void **state)
{
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < jm_profiles_len; i++)
		for (const char *const *a = jm_profiles[i].atrs; *a != NULL;
		     a++, tried++) {
			start(atr_param(*a), NULL);
			assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
			/* 6: the next card was expected */
			if (h.apdus != 9 && h.apdus != 5 && h.apdus != 6)
				fail_msg("%s: %u APDUs", *a, h.apdus);
			osc_host_disconnect(&h);
			osc_host_restart_count(&h);
			/* ... and the match alone asks nothing. */
			h.card = calloc(1, sizeof *h.card);
			assert_non_null(h.card);
			h.card->ctx = h.ctx;
			h.card->reader = &h.reader;
			h.card->atr = h.reader.atr;
			assert_int_equal(
			    osc_driver()->ops->match_card(h.card), 1);
			assert_int_equal(h.apdus, 0);
			free(h.card);
			h.card = NULL;
			stop();
		}
	assert_true(tried >= 10);
}

static void
an_unknown_atr_costs_one_select(void **state)
{
	(void)state;
	start("atr=3B80800101", NULL);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	assert_int_equal(h.apdus, 1 + 9);
	stop();
}

static void
short_ef_ids_cost_five(void **state)
{
	(void)state;
	start("atr=" ATR_SFI, NULL);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	assert_int_equal(h.apdus, 5);
	stop();
}

static void
another_card_is_left_to_other_drivers(void **state)
{
	static const struct osc_fault foreign = {
		.reply = "6A82", .unsent = 1, .lasting = 1
	};

	(void)state;
	start("atr=3B80800101", NULL);
	osc_host_fault(&h, 0, &foreign);
	assert_int_equal(osc_host_connect(&h), SC_ERROR_INVALID_CARD);
	assert_null(h.card);
	assert_int_equal(h.apdus, 1);
	stop();
	/* One that answers to reset as a resident card does, and is none. */
	start("atr=" ATR_PLAIN, NULL);
	osc_host_fault(&h, 0, &foreign);
	assert_int_equal(osc_host_connect(&h), SC_ERROR_INVALID_CARD);
	assert_null(h.card);
	assert_true(h.apdus <= jm_profiles_len + 1);
	stop();
}

static void
it_tells_of_itself(void **state)
{
	sc_serial_number_t serial;

	(void)state;
	start(NULL, NULL);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	assert_int_equal(h.apdus, 9);
	assert_int_equal(h.card->type, OSC_CARD_TYPE);
	assert_string_equal(h.card->driver->short_name, "jumin");
	memset(&serial, 0, sizeof serial);
	assert_int_equal(
	    sc_card_ctl(h.card, SC_CARDCTL_GET_SERIALNR, &serial), SC_SUCCESS);
	assert_int_equal(
	    serial.len, strlen(jm_token_info(osc_of(h.card)->token)->serial));
	assert_memory_equal(serial.value,
	    jm_token_info(osc_of(h.card)->token)->serial, serial.len);
	assert_int_equal(sc_card_ctl(h.card, SC_CARDCTL_GET_SERIALNR, NULL),
	    SC_ERROR_INVALID_ARGUMENTS);
	assert_int_equal(
	    sc_card_ctl(h.card, SC_CARDCTL_GET_DEFAULT_KEY, &serial),
	    SC_ERROR_NOT_SUPPORTED);
	assert_non_null(sc_card_find_rsa_alg(h.card, 2048));
	assert_null(sc_card_find_rsa_alg(h.card, 1024));
	assert_int_equal(h.apdus, 9);
	stop();
}

static void
random_numbers_are_the_cards(void **state)
{
	const struct osc_how how = { .jumin = "rng = on\n" };
	u8 a[300], b[300];

	(void)state;
	start(NULL, &how);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	assert_true(h.card->caps & SC_CARD_CAP_RNG);
	memset(a, 0, sizeof a);
	memset(b, 0, sizeof b);
	assert_int_equal(sc_get_challenge(h.card, a, sizeof a), SC_SUCCESS);
	assert_int_equal(sc_get_challenge(h.card, b, sizeof b), SC_SUCCESS);
	assert_memory_not_equal(a, b, sizeof a);
	assert_memory_not_equal(a + 256, (u8[44]){ 0 }, 44);
	stop();
	start(NULL, NULL);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	assert_false(h.card->caps & SC_CARD_CAP_RNG);
	stop();
}

static void
a_log_out_without_a_login_is_silent(void **state)
{
	(void)state;
	start(NULL, NULL);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	osc_host_restart_count(&h);
	assert_int_equal(sc_logout(h.card), SC_SUCCESS);
	assert_int_equal(sc_logout(h.card), SC_SUCCESS);
	osc_host_disconnect(&h);
	assert_int_equal(h.apdus, 0);
	stop();
}

/* The driver's own commands are few, and nobody's files can be written. */
static void
no_file_of_the_card_is_in_reach(void **state)
{
	static const char *const paths[] = { "2F00", "3F002F00", "5015",
		"3F005015", "0006", "00060006", "D392" };
	u8 buf[16] = { 0 };
	sc_path_t path;
	sc_file_t *file;

	(void)state;
	start(NULL, NULL);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	osc_host_restart_count(&h);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		sc_format_path(paths[i], &path);
		file = NULL;
		if (sc_select_file(h.card, &path, &file) >= 0)
			fail_msg("%s is there", paths[i]);
		assert_null(file);
	}
	assert_true(sc_read_binary(h.card, 0, buf, sizeof buf, 0) < 0);
	assert_int_equal(h.apdus, 0);
	stop();
}

/* What the view has no use for goes nowhere: it would go to the file or the
 * application that a command of the driver's own selected last. */
static void
no_operation_goes_past_the_view(void **state)
{
	u8 buf[16] = { 0 }, out[256];
	sc_path_t path;
	sc_file_t *file;

	(void)state;
	start(NULL, NULL);
	assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
	osc_host_restart_count(&h);
	assert_non_null(file = sc_file_new());
	sc_format_path("000A", &path);
	assert_true(sc_write_binary(h.card, 0, buf, sizeof buf, 0) < 0);
	assert_true(sc_update_binary(h.card, 0, buf, sizeof buf, 0) < 0);
	assert_true(sc_erase_binary(h.card, 0, 1, 0) < 0);
	assert_true(sc_read_record(
			h.card, 1, buf, sizeof buf, SC_RECORD_BY_REC_NR) < 0);
	assert_true(sc_write_record(
			h.card, 1, buf, sizeof buf, SC_RECORD_BY_REC_NR) < 0);
	assert_true(sc_append_record(h.card, buf, sizeof buf, 0) < 0);
	assert_true(sc_update_record(
			h.card, 1, buf, sizeof buf, SC_RECORD_BY_REC_NR) < 0);
	assert_true(sc_delete_record(h.card, 1) < 0);
	assert_true(sc_create_file(h.card, file) < 0);
	assert_true(sc_delete_file(h.card, &path) < 0);
	assert_true(sc_get_data(h.card, 0x0101, out, sizeof out) < 0);
	assert_true(sc_put_data(h.card, 0x0101, buf, sizeof buf) < 0);
	assert_true(sc_restore_security_env(h.card, 1) < 0);
	assert_true(sc_decipher(h.card, buf, sizeof buf, out, sizeof out) < 0);
	assert_true(sc_reset_retry_counter(
			h.card, SC_AC_CHV, 0x18, buf, 4, buf, 4) < 0);
	assert_int_equal(h.apdus, 0);
	sc_file_free(file);
	stop();
}

static void
two_hosts_share_a_card(void **state)
{
	struct osc_host other;

	(void)state;
	start(NULL, NULL);
	osc_host_start(&other, slot, NULL);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(osc_host_connect(&h), SC_SUCCESS);
		assert_int_equal(osc_host_connect(&other), SC_SUCCESS);
		assert_int_equal(osc_host_bind(&h), SC_SUCCESS);
		assert_int_equal(osc_host_bind(&other), SC_SUCCESS);
		osc_host_disconnect(&h);
		osc_host_disconnect(&other);
	}
	osc_host_stop(&other);
	stop();
}

/* One context's cards are matched by the table while another one begins. */
static void
its_table_is_made_once(void **state)
{
	struct sc_card_driver *const d = osc_driver();
	int (*const ours)(sc_card_t *) = d->ops->match_card;

	(void)state;
	d->ops->match_card = NULL;
	assert_ptr_equal(osc_driver(), d);
	assert_null(d->ops->match_card);
	d->ops->match_card = ours;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_atr_is_matched_without_a_command),
		cmocka_unit_test(an_unknown_atr_costs_one_select),
		cmocka_unit_test(short_ef_ids_cost_five),
		cmocka_unit_test(another_card_is_left_to_other_drivers),
		cmocka_unit_test(it_tells_of_itself),
		cmocka_unit_test(random_numbers_are_the_cards),
		cmocka_unit_test(a_log_out_without_a_login_is_silent),
		cmocka_unit_test(no_file_of_the_card_is_in_reach),
		cmocka_unit_test(no_operation_goes_past_the_view),
		cmocka_unit_test(two_hosts_share_a_card),
		cmocka_unit_test(its_table_is_made_once),
	};

	return cmocka_run_group_tests(tests, osc_cards_open, osc_cards_close);
}
