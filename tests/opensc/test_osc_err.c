/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What programs of the host are told of each failure. */
#include "tests/support/test.h"

#include <string.h>

#include <libopensc/errors.h>
#include <libopensc/opensc.h>

#include "drivers/opensc/osc_err.h"

/*
 * ckr: what opensc-pkcs11 0.23 makes of it (sc_to_cryptoki_error), by what the
 * standard's programs do next: ask for the PIN again, tell that it is blocked,
 * log in, give the token up.
 */
static const struct {
	jm_err e;
	int sc;
	const char *ckr;
} rows[] = {
	{ JM_OK, SC_SUCCESS, "OK" },
	{ JM_ARG, SC_ERROR_INVALID_ARGUMENTS, "ARGUMENTS_BAD" },
	{ JM_NOMEM, SC_ERROR_OUT_OF_MEMORY, "HOST_MEMORY" },
	{ JM_SPACE, SC_ERROR_BUFFER_TOO_SMALL, "BUFFER_TOO_SMALL" },
	{ JM_FORMAT, SC_ERROR_UNKNOWN_DATA_RECEIVED, "GENERAL_ERROR" },
	{ JM_LINK, SC_ERROR_CARD_UNRESPONSIVE, "DEVICE_ERROR" },
	{ JM_NO_SERVICE, SC_ERROR_READER_DETACHED, "TOKEN_NOT_PRESENT" },
	{ JM_BUSY, SC_ERROR_READER_LOCKED, "DEVICE_ERROR" },
	{ JM_GONE, SC_ERROR_CARD_REMOVED, "DEVICE_REMOVED" },
	{ JM_RESET, SC_ERROR_CARD_RESET, "GENERAL_ERROR" },
	{ JM_NOT_FOUND, SC_ERROR_FILE_NOT_FOUND, "GENERAL_ERROR" },
	{ JM_NO_CARD, SC_ERROR_INVALID_CARD, "TOKEN_NOT_RECOGNIZED" },
	{ JM_NEED_PIN, SC_ERROR_SECURITY_STATUS_NOT_SATISFIED,
	    "USER_NOT_LOGGED_IN" },
	{ JM_PIN_FORM, SC_ERROR_PIN_CODE_INCORRECT, "PIN_INCORRECT" },
	{ JM_PIN_LEN, SC_ERROR_INVALID_PIN_LENGTH, "PIN_LEN_RANGE" },
	{ JM_PIN_WRONG, SC_ERROR_PIN_CODE_INCORRECT, "PIN_INCORRECT" },
	{ JM_PIN_REPEATED, SC_ERROR_PIN_CODE_INCORRECT, "PIN_INCORRECT" },
	{ JM_PIN_CHANGED, SC_ERROR_SECURITY_STATUS_NOT_SATISFIED,
	    "USER_NOT_LOGGED_IN" },
	{ JM_PIN_BLOCKED, SC_ERROR_AUTH_METHOD_BLOCKED, "PIN_LOCKED" },
	{ JM_REFUSED, SC_ERROR_INVALID_DATA, "DATA_INVALID" },
	{ JM_UNSUPPORTED, SC_ERROR_NOT_SUPPORTED, "FUNCTION_NOT_SUPPORTED" },
	{ JM_CARD, SC_ERROR_CARD_CMD_FAILED, "GENERAL_ERROR" },
	{ JM_CRYPTO, SC_ERROR_INTERNAL, "GENERAL_ERROR" },
	{ JM_BAD_SIG, SC_ERROR_INTERNAL, "GENERAL_ERROR" },
	{ JM_IO, SC_ERROR_INTERNAL, "GENERAL_ERROR" },
	{ JM_CANCELLED, SC_ERROR_KEYPAD_CANCELLED, "FUNCTION_CANCELED" },
	{ JM_TIMEOUT, SC_ERROR_KEYPAD_TIMEOUT, "FUNCTION_CANCELED" },
	{ JM_MISMATCH, SC_ERROR_KEYPAD_PIN_MISMATCH, "PIN_INVALID" },
};

static void
each_failure_has_a_word_of_the_host(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++) {
		if (osc_err(rows[i].e) != rows[i].sc)
			print_error("%s is to be CKR_%s\n",
			    jm_errname(rows[i].e), rows[i].ckr);
		assert_int_equal(osc_err(rows[i].e), rows[i].sc);
	}
}

/* The host's cache would answer that with a PIN. */
static void
none_but_a_missing_login_asks_for_a_pin(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(rows); i++)
		if (rows[i].e != JM_NEED_PIN && rows[i].e != JM_PIN_CHANGED)
			assert_int_not_equal(osc_err(rows[i].e),
			    SC_ERROR_SECURITY_STATUS_NOT_SATISFIED);
}

static void
no_failure_is_taken_for_success(void **state)
{
	(void)state;
	for (int e = JM_ARG; e <= JM_OTHER_KEY + 1; e++)
		assert_true(osc_err((jm_err)e) < 0);
}

static void
a_reader_tells_of_cards_that_are_gone_reset_or_in_use(void **state)
{
	static const struct {
		int sc;
		jm_err e;
	} readers[] = {
		{ SC_SUCCESS, JM_OK },
		{ 1, JM_OK },
		{ SC_ERROR_CARD_REMOVED, JM_GONE },
		{ SC_ERROR_CARD_NOT_PRESENT, JM_GONE },
		{ SC_ERROR_READER_DETACHED, JM_GONE },
		{ SC_ERROR_CARD_RESET, JM_RESET },
		{ SC_ERROR_READER_REATTACHED, JM_RESET },
		{ SC_ERROR_READER_LOCKED, JM_BUSY },
		{ SC_ERROR_OUT_OF_MEMORY, JM_NOMEM },
		{ SC_ERROR_TRANSMIT_FAILED, JM_LINK },
		{ SC_ERROR_NOT_SUPPORTED, JM_LINK },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(readers); i++)
		assert_int_equal(osc_reader_err(readers[i].sc), readers[i].e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failure_has_a_word_of_the_host),
		cmocka_unit_test(none_but_a_missing_login_asks_for_a_pin),
		cmocka_unit_test(no_failure_is_taken_for_success),
		cmocka_unit_test(
		    a_reader_tells_of_cards_that_are_gone_reset_or_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
