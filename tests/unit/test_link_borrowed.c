/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/link_borrowed.h"

#include "tests/support/fake_scard.h"
#include "tests/support/fault.h"
#include "tests/support/test.h"
#include "transport/scard_err.h"

#define OK SCARD_S_SUCCESS

static uint8_t rsp[16];

static jm_err
begin(const struct jm_link *link)
{
	return link->ops->begin(link->self);
}

static jm_err
transmit(const struct jm_link *link, const char *cmd, size_t len, size_t *n)
{
	*n = sizeof rsp;
	return link->ops->transmit(
	    link->self, (const uint8_t *)cmd, len, rsp, n);
}

static void
a_borrowed_handle_is_only_used_to_transmit(void **state)
{
	static const struct scard_step s[] = { { "Status", OK, "T1 3b00" },
		{ "Transmit T1 00", OK, "9000" },
		{ "Status", OK, "T1 3b0011" }, /* the ATR */
		{ "Status", OK, "T0 3b00" },   /* another handle */
		{ "Transmit T0 00", OK, "9000" } };
	uint8_t atr[JM_ATR_MAX];
	struct jm_link link;
	size_t n;
	(void)state;

	fake_scard_start(s, NELEM(s));
	assert_int_equal(jm_link_borrowed_new(5, &link), JM_OK);
	assert_int_equal(begin(&link), JM_OK);
	assert_int_equal(transmit(&link, "", 1, &n), JM_OK);
	assert_int_equal(n, 2);
	link.ops->end(link.self, JM_END_POWER_DOWN); /* not ours to take */
	assert_int_equal(link.ops->atr(link.self, atr), 3);
	jm_link_borrowed_handle(&link, 5); /* the same: nothing */
	assert_int_equal(begin(&link), JM_OK);
	jm_link_borrowed_handle(&link, 6);
	assert_int_equal(begin(&link), JM_RESET);
	assert_int_equal(begin(&link), JM_OK);
	assert_int_equal(transmit(&link, "", 1, &n), JM_OK);
	assert_int_equal(jm_link_borrowed_error(&link), 0);
	jm_link_close(&link);
	fake_scard_end();

	fault_arm(0);
	assert_int_equal(jm_link_borrowed_new(5, &link), JM_NOMEM);
	assert_true(fault_fired());
}

/* The host may connect again to the very handle that was reset. */
static void
a_reset_that_was_seen_is_told_once_whatever_the_handle_is(void **state)
{
	static const struct {
		LONG rv;
		jm_err want;
		int void_after; /* nothing is known of the card any more */
	} row[] = {
		{ SCARD_W_RESET_CARD, JM_RESET, 1 },
		{ SCARD_W_UNPOWERED_CARD, JM_RESET, 1 },
		{ SCARD_W_REMOVED_CARD, JM_GONE, 1 },
		{ SCARD_E_INVALID_HANDLE, JM_GONE, 1 },
		{ SCARD_E_NO_SMARTCARD, JM_GONE, 1 },
		{ SCARD_E_NOT_TRANSACTED, JM_LINK, 0 },
		{ SCARD_F_COMM_ERROR, JM_LINK, 0 },
	};
	struct jm_link link;
	size_t n;
	(void)state;

	for (size_t i = 0; i < NELEM(row) * 2; i++) {
		const LONG rv = row[i / 2].rv;
		const struct scard_step known[] = { { "Status", OK, "T1 3b00" },
			{ "Transmit T1 00", rv, NULL },
			{ "Transmit T1 00", OK, "9000" } };
		const struct scard_step lost[] = { { "Status", OK, "T1 3b00" },
			{ "Transmit T1 00", rv, NULL },
			{ "Status", OK, "T0 3b00" }, /* as it is now */
			{ "Transmit T0 00", OK, "9000" } };
		const int told = row[i / 2].void_after;
		const SCARDHANDLE next = told && i % 2 ? 6 : 5;

		if (told)
			fake_scard_start(lost, NELEM(lost));
		else
			fake_scard_start(known, NELEM(known));
		assert_int_equal(jm_link_borrowed_new(5, &link), JM_OK);
		assert_int_equal(begin(&link), JM_OK);
		assert_int_equal(transmit(&link, "", 1, &n), row[i / 2].want);
		assert_int_equal(n, 0);
		link.ops->end(link.self, JM_END_LEAVE);
		assert_int_equal(jm_link_borrowed_error(&link), (uint32_t)rv);
		jm_link_borrowed_handle(&link, next);
		assert_int_equal(jm_link_borrowed_error(&link), 0);
		assert_int_equal(begin(&link), told ? JM_RESET : JM_OK);
		if (told)
			assert_int_equal(begin(&link), JM_OK);
		assert_int_equal(transmit(&link, "", 1, &n), JM_OK);
		assert_int_equal(jm_link_borrowed_error(&link), 0);
		jm_link_close(&link);
		fake_scard_end();
	}
}

/* Windows asks with this what failed, after calls that went on. */
static void
the_error_is_that_of_the_last_command_that_failed(void **state)
{
	static const struct scard_step s[] = { { "Status", OK, "T1 3b00" },
		{ "Transmit T1 00", SCARD_F_COMM_ERROR, NULL },
		{ "Transmit T1 00", OK, "9000" },
		{ "Transmit T1 00", SCARD_W_REMOVED_CARD, NULL } };
	struct jm_link link;
	size_t n;
	(void)state;

	fake_scard_start(s, NELEM(s));
	assert_int_equal(jm_link_borrowed_new(5, &link), JM_OK);
	assert_int_equal(jm_link_borrowed_error(&link), 0);
	assert_int_equal(transmit(&link, "", 1, &n), JM_LINK);
	assert_int_equal(transmit(&link, "", 1, &n), JM_OK);
	assert_int_equal(
	    jm_link_borrowed_error(&link), (uint32_t)SCARD_F_COMM_ERROR);
	assert_int_equal(transmit(&link, "", 1, &n), JM_GONE);
	assert_int_equal(
	    jm_link_borrowed_error(&link), (uint32_t)SCARD_W_REMOVED_CARD);
	jm_link_close(&link);
	fake_scard_end();
}

static void
each_pcsc_code_has_its_meaning(void **state)
{
	/* clang-format off */
	static const struct { LONG rv; jm_err want; } row[] = {
		{ SCARD_S_SUCCESS, JM_OK }, { SCARD_E_NO_MEMORY, JM_NOMEM },
		{ SCARD_E_INSUFFICIENT_BUFFER, JM_SPACE },
		{ SCARD_E_UNKNOWN_READER, JM_NOT_FOUND },
		{ SCARD_E_NO_READERS_AVAILABLE, JM_NOT_FOUND },
		{ SCARD_E_NO_SMARTCARD, JM_NO_CARD },
		{ SCARD_E_SHARING_VIOLATION, JM_BUSY },
		{ SCARD_W_RESET_CARD, JM_RESET },
		{ SCARD_W_REMOVED_CARD, JM_GONE },
		{ SCARD_E_INVALID_HANDLE, JM_GONE }, { 6, JM_GONE },
		{ SCARD_E_NO_SERVICE, JM_NO_SERVICE },
		{ SCARD_P_SHUTDOWN, JM_NO_SERVICE },
		{ SCARD_F_COMM_ERROR, JM_LINK }, { 1, JM_LINK }, { -1, JM_LINK },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(jm_scard_err(row[i].rv), row[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_borrowed_handle_is_only_used_to_transmit),
		cmocka_unit_test(
		    a_reset_that_was_seen_is_told_once_whatever_the_handle_is),
		cmocka_unit_test(
		    the_error_is_that_of_the_last_command_that_failed),
		cmocka_unit_test(each_pcsc_code_has_its_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
