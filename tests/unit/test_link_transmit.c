/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The owning link's commands, and what a failed one meant. */
#include <string.h>

#include "tests/support/fake_scard.h"
#include "tests/support/test.h"
#include "transport/link_pcsc.h"

#define OK     SCARD_S_SUCCESS
#define READER "a reader"

static struct jm_link
open_link(const struct scard_step *s, size_t n)
{
	struct jm_link link;

	fake_scard_start(s, n);
	assert_int_equal(jm_link_pcsc_open(READER, &link), JM_OK);
	assert_int_equal(link.ops->begin(link.self), JM_OK);
	return link;
}

static void
close_link(struct jm_link *link)
{
	jm_link_close(link);
	fake_scard_end();
}

static jm_err
transmit(const struct jm_link *link, const char *cmd, size_t len, size_t *n)
{
	uint8_t rsp[16];

	*n = sizeof rsp;
	return link->ops->transmit(
	    link->self, (const uint8_t *)cmd, len, rsp, n);
}

/* What a failure costs: a second, in which pcscd is asked 21 times. */
#define LOOKS 21

struct script {
	struct scard_step s[64];
	size_t n;
};

static void
add(struct script *c, const char *call, LONG rv, const char *data)
{
	assert_true(c->n < NELEM(c->s));
	c->s[c->n++] = (struct scard_step){ call, rv, data };
}

static void
add_open(struct script *c)
{
	c->n = 0;
	add(c, "EstablishContext", OK, NULL);
	add(c, "Connect " READER, OK, NULL);
	add(c, "Status", OK, "T1 3be000ff8131fe4514");
	add(c, "BeginTransaction", OK, NULL);
}

static void
add_looks(struct script *c, unsigned n)
{
	while (n-- > 0)
		add(c, "Status", OK, NULL);
}

static void
add_close(struct script *c)
{
	add(c, "EndTransaction LEAVE", OK, NULL);
	add(c, "Disconnect LEAVE", OK, NULL);
	add(c, "ReleaseContext", OK, NULL);
}

static void
a_failed_exchange_is_told_by_its_kind_and_never_repeated(void **state)
{
	/* clang-format off */
	static const struct { LONG rv; const char *data; jm_err want; } row[] = {
		{ SCARD_W_RESET_CARD,          NULL,  JM_RESET },
		{ SCARD_W_UNPOWERED_CARD,      NULL,  JM_RESET },
		{ SCARD_E_INSUFFICIENT_BUFFER, NULL,  JM_SPACE },
		{ OK,                          "big", JM_SPACE },
		{ SCARD_E_NOT_TRANSACTED,      NULL,  JM_LINK  },
		{ SCARD_E_INVALID_PARAMETER,   NULL,  JM_LINK  },
		{ SCARD_E_COMM_DATA_LOST,      NULL,  JM_LINK  },
	};
	/* clang-format on */
	struct script c;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_link link;
		size_t n;

		add_open(&c);
		add(&c, "Transmit T1 0020008004", row[i].rv, row[i].data);
		if (row[i].want == JM_LINK)
			add_looks(&c, LOOKS);
		add_close(&c);
		link = open_link(c.s, c.n);
		assert_int_equal(transmit(&link, "\x00\x20\x00\x80\x04", 5, &n),
		    row[i].want);
		assert_int_equal(n, 0);
		close_link(&link);
	}
}

static void
a_card_pulled_out_in_mid_command_is_gone_once_pcscd_has_seen_it(void **state)
{
	/* clang-format off */
	static const struct { LONG rv, seen; jm_err want; } row[] = {
		{ SCARD_E_NOT_TRANSACTED, SCARD_W_REMOVED_CARD, JM_GONE  },
		{ SCARD_E_NOT_TRANSACTED, SCARD_E_NO_SERVICE,   JM_GONE  },
		{ SCARD_E_NOT_TRANSACTED, SCARD_W_RESET_CARD,   JM_RESET },
		{ SCARD_E_NOT_TRANSACTED, SCARD_E_NO_MEMORY,    JM_LINK  },
		{ OK,                     SCARD_W_REMOVED_CARD, JM_GONE  },
	};
	/* clang-format on */
	struct script c;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_link link;
		size_t n;

		add_open(&c);
		add(&c, "Transmit T1 00", row[i].rv, "");
		add_looks(&c, 3);
		add(&c, "Status", row[i].seen, NULL);
		add_close(&c);
		link = open_link(c.s, c.n);
		assert_int_equal(transmit(&link, "", 1, &n), row[i].want);
		assert_int_equal(n, 0);
		if (row[i].want == JM_GONE)
			assert_int_equal(transmit(&link, "", 1, &n), JM_GONE);
		close_link(&link);
	}
}

static void
a_reply_may_have_any_length(void **state)
{
	struct jm_link link;
	struct script c;
	size_t n;
	(void)state;

	add_open(&c);
	add(&c, "Transmit T1 00", OK, "");
	add_looks(&c, LOOKS);
	add(&c, "Transmit T1 00", OK, "90");
	add_looks(&c, LOOKS);
	add_close(&c);
	link = open_link(c.s, c.n);
	assert_int_equal(transmit(&link, "", 1, &n), JM_OK);
	assert_int_equal(n, 0);
	assert_int_equal(transmit(&link, "", 1, &n), JM_OK);
	assert_int_equal(n, 1);
	close_link(&link);
}

static void
over_t0_a_command_with_data_has_no_le(void **state)
{
	static const struct scard_step s[] = { { "EstablishContext", OK, NULL },
		{ "Connect " READER, OK, "T0" }, { "Status", OK, "T0 3b00" },
		{ "BeginTransaction", OK, NULL },
		{ "Transmit T0 802A008001AA", OK, "6100" },
		{ "Transmit T0 00B0000000", OK, "9000" },
		{ "Transmit T0 0020008001AA", OK, "9000" },
		{ "Transmit T0 00200080", OK, "63c3" },
		{ "EndTransaction LEAVE", OK, NULL },
		{ "Disconnect LEAVE", OK, NULL },
		{ "ReleaseContext", OK, NULL } };
	struct jm_link link = open_link(s, NELEM(s));
	size_t n;
	(void)state;

	assert_int_equal(
	    transmit(&link, "\x80\x2a\x00\x80\x01\xaa\x00", 7, &n), JM_OK);
	assert_int_equal(transmit(&link, "\x00\xb0\x00\x00\x00", 5, &n), JM_OK);
	assert_int_equal(
	    transmit(&link, "\x00\x20\x00\x80\x01\xaa", 6, &n), JM_OK);
	assert_int_equal(transmit(&link, "\x00\x20\x00\x80", 4, &n), JM_OK);
	close_link(&link);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_failed_exchange_is_told_by_its_kind_and_never_repeated),
		cmocka_unit_test(
		    a_card_pulled_out_in_mid_command_is_gone_once_pcscd_has_seen_it),
		cmocka_unit_test(a_reply_may_have_any_length),
		cmocka_unit_test(over_t0_a_command_with_data_has_no_le),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
