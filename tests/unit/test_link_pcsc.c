/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/link_pcsc.h"

#include <string.h>

#include "tests/support/fake_scard.h"
#include "tests/support/fault.h"
#include "tests/support/test.h"

#define OK     SCARD_S_SUCCESS
#define READER "a reader"

#define OPEN                                                                   \
	{ "EstablishContext", OK, NULL }, { "Connect " READER, OK, NULL },     \
	{                                                                      \
		"Status", OK, "T1 3be000ff8131fe4514"                          \
	}
#define CLOSE                                                                  \
	{ "Disconnect LEAVE", OK, NULL },                                      \
	{                                                                      \
		"ReleaseContext", OK, NULL                                     \
	}
#define BEGIN                                                                  \
	{                                                                      \
		"BeginTransaction", OK, NULL                                   \
	}
#define BEGIN_RST                                                              \
	{                                                                      \
		"BeginTransaction", SCARD_W_RESET_CARD, NULL                   \
	}
#define RECONNECT                                                              \
	{ "Reconnect LEAVE", OK, NULL },                                       \
	{                                                                      \
		"Status", OK, NULL                                             \
	}
#define END                                                                    \
	{                                                                      \
		"EndTransaction LEAVE", OK, NULL                               \
	}
#define POWER_OFF                                                              \
	{                                                                      \
		"EndTransaction UNPOWER", OK, NULL                             \
	}

static uint8_t rsp[16];

static struct jm_link
open_link(const struct scard_step *s, size_t n)
{
	struct jm_link link;

	fake_scard_start(s, n);
	assert_int_equal(jm_link_pcsc_open(READER, &link), JM_OK);
	return link;
}

static void
close_link(struct jm_link *link)
{
	jm_link_close(link);
	fake_scard_end();
}

static jm_err
begin(const struct jm_link *link)
{
	return link->ops->begin(link->self);
}

static void
end(const struct jm_link *link, enum jm_end how)
{
	link->ops->end(link->self, how);
}

static jm_err
transmit(const struct jm_link *link, const char *cmd, size_t len, size_t *n)
{
	*n = sizeof rsp;
	return link->ops->transmit(
	    link->self, (const uint8_t *)cmd, len, rsp, n);
}

static void
one_transaction_is_bracketed_and_leaves_the_card(void **state)
{
	static const struct scard_step s[] = { OPEN, BEGIN,
		{ "Transmit T1 00A4", OK, "9000" }, END, CLOSE };
	struct jm_link link = open_link(s, NELEM(s));
	uint8_t atr[JM_ATR_MAX];
	size_t n;
	(void)state;

	assert_int_equal(link.ops->atr(link.self, atr), 9);
	assert_memory_equal(atr, "\x3b\xe0\x00\xff\x81\x31\xfe\x45\x14", 9);
	assert_int_equal(transmit(&link, "\x00\xa4", 2, &n), JM_LINK);
	assert_int_equal(n, 0);
	assert_int_equal(begin(&link), JM_OK);
	assert_int_equal(begin(&link), JM_LINK);
	assert_int_equal(transmit(&link, "\x00\xa4", 2, &n), JM_OK);
	assert_int_equal(n, 2);
	assert_memory_equal(rsp, "\x90\x00", 2);
	end(&link, JM_END_LEAVE);
	end(&link, JM_END_LEAVE);
	close_link(&link);
}

static void
closing_ends_an_open_transaction(void **state)
{
	static const struct scard_step s[] = { OPEN, BEGIN, END, CLOSE };
	struct jm_link link = open_link(s, NELEM(s));
	(void)state;

	assert_int_equal(begin(&link), JM_OK);
	close_link(&link);
	jm_link_close(&link); /* an empty one is fine */
}

static void
abandoning_calls_nothing(void **state)
{
	static const struct scard_step s[] = { OPEN, BEGIN };
	struct jm_link link = open_link(s, NELEM(s));
	(void)state;

	assert_int_equal(begin(&link), JM_OK);
	jm_link_abandon(&link);
	assert_null(link.ops);
	/* The script has no step left that a call could have used up. */
	fake_scard_start(NULL, 0);
}

static void
what_connecting_says_is_told_apart(void **state)
{
	/* clang-format off */
	static const struct { LONG rv; jm_err want; } row[] = {
		{ SCARD_E_NO_SMARTCARD,      JM_NO_CARD   },
		{ SCARD_W_REMOVED_CARD,      JM_NO_CARD   },
		{ SCARD_W_UNRESPONSIVE_CARD, JM_NO_CARD   },
		{ SCARD_W_UNPOWERED_CARD,    JM_NO_CARD   },
		{ SCARD_W_UNSUPPORTED_CARD,  JM_NO_CARD   },
		{ SCARD_E_PROTO_MISMATCH,    JM_NO_CARD   },
		{ SCARD_E_UNKNOWN_READER,    JM_NOT_FOUND },
		{ SCARD_E_READER_UNAVAILABLE, JM_NOT_FOUND },
		{ SCARD_E_NO_SERVICE,        JM_NO_SERVICE },
		{ SCARD_E_NO_MEMORY,         JM_NOMEM     },
		{ SCARD_F_COMM_ERROR,        JM_LINK      },
		{ (LONG)0x12345678,          JM_LINK      },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct scard_step s[] = { { "EstablishContext", OK,
						    NULL },
			{ "Connect " READER, row[i].rv, NULL },
			{ "ReleaseContext", OK, NULL } };
		struct jm_link link;

		fake_scard_start(s, NELEM(s));
		assert_int_equal(jm_link_pcsc_open(READER, &link), row[i].want);
		assert_null(link.ops);
		fake_scard_end();
	}
}

static void
without_a_service_there_is_nothing_to_connect(void **state)
{
	static const struct scard_step s[] = { { "EstablishContext",
	    SCARD_E_NO_SERVICE, NULL } };
	struct jm_link link;
	(void)state;

	fake_scard_start(s, NELEM(s));
	assert_int_equal(jm_link_pcsc_open(READER, &link), JM_NO_SERVICE);
	fake_scard_end();
	fault_arm(0);
	assert_int_equal(jm_link_pcsc_open(READER, &link), JM_NOMEM);
	assert_true(fault_fired());
}

static void
an_exclusive_holder_is_waited_for_but_not_for_ever(void **state)
{
	static const struct scard_step soon[] = {
		{ "EstablishContext", OK, NULL },
		{ "Connect " READER, SCARD_E_SHARING_VIOLATION, NULL },
		{ "Connect " READER, SCARD_E_SHARING_VIOLATION, NULL },
		{ "Connect " READER, OK, NULL }, { "Status", OK, NULL }, CLOSE
	};
	static struct scard_step never[64];
	struct jm_link link;
	(void)state;

	link = open_link(soon, NELEM(soon));
	assert_in_range(fake_now(), 1, JM_PCSC_BUSY_MS);
	close_link(&link);

	never[0] = (struct scard_step){ "EstablishContext", OK, NULL };
	for (size_t i = 1; i < NELEM(never); i++)
		never[i] = (struct scard_step){ "Connect " READER,
			SCARD_E_SHARING_VIOLATION, NULL };
	never[42] = (struct scard_step){ "ReleaseContext", OK, NULL };
	fake_scard_start(never, 43);
	assert_int_equal(jm_link_pcsc_open(READER, &link), JM_BUSY);
	assert_int_equal(fake_now(), JM_PCSC_BUSY_MS);
	fake_scard_end();
}

static void
another_programs_reset_is_reported_once(void **state)
{
	static const struct scard_step s[] = { OPEN, BEGIN_RST,
		{ "Reconnect LEAVE", OK, NULL }, { "Status", OK, "T1 3b00" },
		BEGIN, END, CLOSE };
	struct jm_link link = open_link(s, NELEM(s));
	uint8_t atr[JM_ATR_MAX];
	(void)state;

	assert_int_equal(begin(&link), JM_RESET);
	assert_int_equal(link.ops->atr(link.self, atr), 2); /* as of now */
	assert_int_equal(begin(&link), JM_OK);
	close_link(&link);
}

static void
our_own_power_down_is_not_reported(void **state)
{
	static const struct scard_step s[] = { OPEN, BEGIN, POWER_OFF,
		BEGIN_RST, RECONNECT, BEGIN, END, /* ours: silently */
		BEGIN_RST, RECONNECT, BEGIN, END, /* not ours */
		CLOSE };
	struct jm_link link = open_link(s, NELEM(s));
	(void)state;

	assert_int_equal(begin(&link), JM_OK);
	end(&link, JM_END_POWER_DOWN);
	assert_int_equal(begin(&link), JM_OK);
	end(&link, JM_END_LEAVE);
	assert_int_equal(begin(&link), JM_RESET);
	assert_int_equal(begin(&link), JM_OK);
	close_link(&link);
}

/* pcscd that does not tell a handle of its own power-down must not make us
 * swallow the next program's reset. */
static void
a_power_down_that_goes_unseen_hides_no_later_reset(void **state)
{
	static const struct scard_step s[] = { OPEN, BEGIN, POWER_OFF, BEGIN,
		END, BEGIN_RST, RECONNECT, CLOSE };
	struct jm_link link = open_link(s, NELEM(s));
	(void)state;

	assert_int_equal(begin(&link), JM_OK);
	end(&link, JM_END_POWER_DOWN);
	assert_int_equal(begin(&link), JM_OK);
	end(&link, JM_END_LEAVE);
	assert_int_equal(begin(&link), JM_RESET);
	close_link(&link);
}

static void
power_goes_even_when_another_program_reset_the_card_meanwhile(void **state)
{
	static const struct scard_step s[] = { OPEN, BEGIN,
		{ "Transmit T1 00", SCARD_W_RESET_CARD, NULL },
		{ "EndTransaction UNPOWER", SCARD_W_RESET_CARD, NULL },
		{ "Reconnect UNPOWER", OK, NULL }, END, BEGIN, END, CLOSE };
	struct jm_link link = open_link(s, NELEM(s));
	size_t n;
	(void)state;

	assert_int_equal(begin(&link), JM_OK);
	assert_int_equal(transmit(&link, "", 1, &n), JM_RESET);
	assert_int_equal(n, 0);
	end(&link, JM_END_POWER_DOWN);
	assert_int_equal(begin(&link), JM_OK);
	close_link(&link);
}

static void
a_card_that_keeps_its_power_is_disconnected_from(void **state)
{
	static const struct scard_step s[] = { OPEN, BEGIN,
		{ "EndTransaction UNPOWER", SCARD_F_COMM_ERROR, NULL },
		{ "Disconnect UNPOWER", OK, NULL }, CLOSE };
	static const struct scard_step gone[] = { OPEN, BEGIN,
		{ "EndTransaction UNPOWER", SCARD_W_REMOVED_CARD, NULL },
		CLOSE };
	struct jm_link link = open_link(s, NELEM(s));
	(void)state;

	assert_int_equal(begin(&link), JM_OK);
	end(&link, JM_END_POWER_DOWN);
	assert_int_equal(begin(&link), JM_GONE); /* open it anew */
	close_link(&link);

	link = open_link(gone, NELEM(gone));
	assert_int_equal(begin(&link), JM_OK);
	end(&link, JM_END_POWER_DOWN);
	assert_int_equal(begin(&link), JM_GONE);
	close_link(&link);
}

static void
a_card_that_left_is_gone_for_good(void **state)
{
	static const LONG rv[] = { SCARD_W_REMOVED_CARD, SCARD_E_NO_SMARTCARD,
		SCARD_E_READER_UNAVAILABLE, SCARD_E_INVALID_HANDLE,
		SCARD_E_NO_SERVICE, SCARD_E_SERVICE_STOPPED };
	(void)state;

	for (size_t i = 0; i < NELEM(rv); i++) {
		const struct scard_step at_begin[] = { OPEN,
			{ "BeginTransaction", rv[i], NULL }, CLOSE };
		const struct scard_step at_reconnect[] = { OPEN, BEGIN_RST,
			{ "Reconnect LEAVE", rv[i], NULL }, CLOSE };
		const struct scard_step at_transmit[] = { OPEN, BEGIN,
			{ "Transmit T1 00", rv[i], NULL }, END, CLOSE };
		struct jm_link link;
		size_t n;

		link = open_link(at_begin, NELEM(at_begin));
		assert_int_equal(begin(&link), JM_GONE);
		assert_int_equal(begin(&link), JM_GONE); /* without a call */
		close_link(&link);

		link = open_link(at_reconnect, NELEM(at_reconnect));
		assert_int_equal(begin(&link), JM_GONE);
		assert_int_equal(begin(&link), JM_GONE);
		close_link(&link);

		link = open_link(at_transmit, NELEM(at_transmit));
		assert_int_equal(begin(&link), JM_OK);
		assert_int_equal(transmit(&link, "", 1, &n), JM_GONE);
		assert_int_equal(transmit(&link, "", 1, &n), JM_GONE);
		assert_int_equal(n, 0);
		end(&link, JM_END_LEAVE);
		assert_int_equal(begin(&link), JM_GONE);
		close_link(&link);
	}
}

static void
resets_without_end_are_a_failure(void **state)
{
	static const struct scard_step s[] = { OPEN, BEGIN, POWER_OFF,
		BEGIN_RST, { "Reconnect LEAVE", SCARD_W_RESET_CARD, NULL },
		BEGIN_RST, { "Reconnect LEAVE", SCARD_W_RESET_CARD, NULL },
		BEGIN_RST, { "Reconnect LEAVE", SCARD_W_RESET_CARD, NULL },
		BEGIN_RST, CLOSE };
	struct jm_link link = open_link(s, NELEM(s));
	(void)state;

	assert_int_equal(begin(&link), JM_OK);
	end(&link, JM_END_POWER_DOWN);
	assert_int_equal(begin(&link), JM_LINK);
	close_link(&link);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    one_transaction_is_bracketed_and_leaves_the_card),
		cmocka_unit_test(closing_ends_an_open_transaction),
		cmocka_unit_test(abandoning_calls_nothing),
		cmocka_unit_test(what_connecting_says_is_told_apart),
		cmocka_unit_test(without_a_service_there_is_nothing_to_connect),
		cmocka_unit_test(
		    an_exclusive_holder_is_waited_for_but_not_for_ever),
		cmocka_unit_test(another_programs_reset_is_reported_once),
		cmocka_unit_test(our_own_power_down_is_not_reported),
		cmocka_unit_test(
		    a_power_down_that_goes_unseen_hides_no_later_reset),
		cmocka_unit_test(
		    power_goes_even_when_another_program_reset_the_card_meanwhile),
		cmocka_unit_test(
		    a_card_that_keeps_its_power_is_disconnected_from),
		cmocka_unit_test(a_card_that_left_is_gone_for_good),
		cmocka_unit_test(resets_without_end_are_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
