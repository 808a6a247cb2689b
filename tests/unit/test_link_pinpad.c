/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PINs typed at the reader: the bytes of PC/SC part 10, and what comes back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fake_scard.h"
#include "tests/support/test.h"
#include "transport/link_pcsc.h"
#include "transport/pinpad.h"
#include "transport/trace.h"

#define OK       SCARD_S_SUCCESS
#define FEATURES "Control 42000D48"
#define LIST     "0604423300060704423300 07"
#define LOOKS    21 /* of a second, at a card that failed */

/* timeouts, ASCII, 4 to 6, key or full, one text, English, 1st, T=1 prologue */
#define ASK                                                                    \
	"Control 42330006 1E1E820000060403010904"                              \
	"00000000050000000020008000"
#define ASK_FRESH                                                              \
	"Control 42330007 1E1E82000000000604010302"                            \
	"0904010200000000050000000024018000"

static const struct jm_pin_ask verify = {
	.head = { 0, 0x20, 0, 0x80 }, .min = 4, .max = 6
};
static const struct jm_pin_ask fresh = {
	.head = { 0, 0x24, 1, 0x80 }, .min = 4, .max = 6, .fresh = 1
};

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
add_start(struct script *c, const char *list)
{
	c->n = 0;
	add(c, "EstablishContext", OK, NULL);
	add(c, "Connect a reader", OK, NULL);
	add(c, "Status", OK, "T1 3be000ff8131fe4514");
	add(c, "BeginTransaction", OK, NULL);
	add(c, FEATURES, OK, list);
}

static void
add_end(struct script *c)
{
	add(c, "EndTransaction LEAVE", OK, NULL);
	add(c, "Disconnect LEAVE", OK, NULL);
	add(c, "ReleaseContext", OK, NULL);
}

static struct jm_link
start(const struct script *c, unsigned pinpad)
{
	struct jm_link link;

	fake_scard_start(c->s, c->n);
	assert_int_equal(jm_link_pcsc_open("a reader", &link), JM_OK);
	assert_int_equal(link.ops->begin(link.self), JM_OK);
	for (int i = 0; i < 2; i++) /* asked once */
		assert_int_equal(link.ops->pinpad(link.self), pinpad);
	return link;
}

static void
end(struct jm_link *link)
{
	jm_link_close(link);
	fake_scard_end();
}

static void
the_structures_are_those_of_part_10(void **state)
{
	static struct script c;
	struct jm_link link;
	uint8_t rsp[2];
	size_t n = sizeof rsp;
	(void)state;

	add_start(&c, LIST);
	add(&c, ASK, OK, "63c2");
	add(&c, ASK_FRESH, OK, "9000");
	add_end(&c);
	link = start(&c, JM_PINPAD_VERIFY | JM_PINPAD_MODIFY);
	assert_int_equal(link.ops->ask_pin(link.self, &verify, rsp, &n), JM_OK);
	assert_int_equal(n, 2);
	assert_memory_equal(rsp, "\x63\xc2", 2);
	assert_int_equal(link.ops->ask_pin(link.self, &fresh, rsp, &n), JM_OK);
	assert_memory_equal(rsp, "\x90\x00", 2);
	end(&link);
}

static void
each_answer_has_one_meaning(void **state)
{
	static const struct {
		LONG rv;
		const char *data;
		jm_err want;
		unsigned looks;
		LONG seen; /* by the first look */
	} row[] = {
		{ OK, "6400", JM_TIMEOUT, 0, OK },
		{ OK, "6401", JM_CANCELLED, 0, OK },
		{ OK, "6402", JM_MISMATCH, 0, OK },
		{ OK, "6403", JM_PIN_LEN, 0, OK },
		{ OK, "6404", JM_OK, 0, OK },
		{ OK, "6983", JM_OK, 0, OK },
		{ OK, "6b80", JM_OK, 0, OK },
		{ OK, "", JM_FORMAT, LOOKS, OK },
		{ OK, "90", JM_FORMAT, LOOKS, OK },
		{ OK, "big", JM_LINK, LOOKS, OK },
		{ SCARD_E_NOT_TRANSACTED, NULL, JM_LINK, LOOKS, OK },
		{ SCARD_E_NOT_TRANSACTED, NULL, JM_GONE, 1,
		    SCARD_W_REMOVED_CARD },
		{ SCARD_E_TIMEOUT, NULL, JM_LINK, LOOKS, OK },
		{ SCARD_E_CANCELLED, NULL, JM_LINK, LOOKS, OK },
		{ SCARD_E_SHARING_VIOLATION, NULL, JM_LINK, LOOKS, OK },
		{ SCARD_E_INSUFFICIENT_BUFFER, NULL, JM_LINK, LOOKS, OK },
		{ SCARD_W_RESET_CARD, NULL, JM_RESET, 0, OK },
		{ SCARD_W_REMOVED_CARD, NULL, JM_GONE, 0, OK },
		{ SCARD_E_NO_SERVICE, NULL, JM_GONE, 0, OK },
	};
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		static struct script c;
		struct jm_link link;
		uint8_t rsp[2];
		size_t n = sizeof rsp;

		add_start(&c, LIST);
		add(&c, ASK, row[i].rv, row[i].data);
		for (unsigned k = 0; k < row[i].looks; k++)
			add(&c, "Status", k == 0 ? row[i].seen : OK, NULL);
		add_end(&c);
		link = start(&c, JM_PINPAD_VERIFY | JM_PINPAD_MODIFY);
		assert_string_equal(
		    jm_errname(link.ops->ask_pin(link.self, &verify, rsp, &n)),
		    jm_errname(row[i].want));
		assert_int_equal(n, row[i].want == JM_OK ? 2 : 0);
		end(&link);
	}
}

static void
what_a_reader_does_not_offer_is_not_asked(void **state)
{
	static const struct {
		LONG rv;
		const char *list;
		unsigned pinpad;
	} row[] = {
		{ SCARD_E_UNSUPPORTED_FEATURE, NULL, 0 },
		{ OK, "", 0 },
		{ OK, "big", 0 },
		{ OK, "0704423300 07", JM_PINPAD_MODIFY },
		{ OK, "0604423300 06", JM_PINPAD_VERIFY },
		{ OK, "0604423300", 0 },
	};
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		static struct script c;
		struct jm_link link;
		uint8_t rsp[2];
		size_t n = sizeof rsp;

		add_start(&c, row[i].list);
		c.s[c.n - 1].rv = row[i].rv;
		add_end(&c);
		link = start(&c, row[i].pinpad);
		if ((row[i].pinpad & JM_PINPAD_VERIFY) == 0)
			assert_int_equal(
			    link.ops->ask_pin(link.self, &verify, rsp, &n),
			    JM_UNSUPPORTED);
		n = sizeof rsp;
		if ((row[i].pinpad & JM_PINPAD_MODIFY) == 0)
			assert_int_equal(
			    link.ops->ask_pin(link.self, &fresh, rsp, &n),
			    JM_UNSUPPORTED);
		end(&link);
	}
}

/* Every length of the list, and every lie of its length bytes. */
static void
no_list_is_read_past_its_end(void **state)
{
	static const uint8_t whole[] = { 0x12, 4, 1, 2, 3, 4, 6, 4, 0x42, 0x33,
		0, 6, 7, 4, 0x42, 0x33, 0, 7, 0x0a, 4, 9, 9, 9, 9 };
	(void)state;

	for (size_t len = 0; len <= sizeof whole; len++) {
		struct jm_pinpad_codes codes;
		uint8_t *copy = malloc(len == 0 ? 1 : len);

		assert_non_null(copy);
		memcpy(copy, whole, len);
		jm_pinpad_features(copy, len, &codes);
		assert_int_equal(codes.verify, len >= 12 ? 0x42330006 : 0);
		assert_int_equal(codes.modify, len >= 18 ? 0x42330007 : 0);
		for (size_t at = 1; at < len; at += 6)
			for (unsigned lie = 0; lie < 256; lie++) {
				copy[at] = (uint8_t)lie;
				jm_pinpad_features(copy, len, &codes);
				assert_true(codes.verify == 0 ||
					    codes.verify == 0x42330006);
				copy[at] = 4;
			}
		free(copy);
	}
}

static void
keep_line(void *arg, const char *line)
{
	(void)snprintf(arg, JM_TRACE_LINE_MAX, "%s", line);
}

static void
a_trace_passes_it_on_and_shows_the_header(void **state)
{
	char line[JM_TRACE_LINE_MAX];
	struct jm_link link, traced;
	static struct script c;
	uint8_t rsp[2];
	size_t n = sizeof rsp;
	(void)state;

	add_start(&c, LIST);
	add(&c, ASK, OK, "63c2");
	add(&c, ASK, OK, "6401");
	add_end(&c);
	link = start(&c, JM_PINPAD_VERIFY | JM_PINPAD_MODIFY);
	assert_int_equal(jm_trace_wrap(&link, keep_line, line, &traced), JM_OK);
	assert_int_equal(traced.ops->pinpad(traced.self),
	    JM_PINPAD_VERIFY | JM_PINPAD_MODIFY);
	assert_int_equal(
	    traced.ops->ask_pin(traced.self, &verify, rsp, &n), JM_OK);
	assert_string_equal(line, "00200080[typed at the reader] -> 63C2");
	assert_int_equal(
	    traced.ops->ask_pin(traced.self, &verify, rsp, &n), JM_CANCELLED);
	assert_string_equal(line, "00200080[typed at the reader] -> CANCELLED");
	end(&traced);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_structures_are_those_of_part_10),
		cmocka_unit_test(each_answer_has_one_meaning),
		cmocka_unit_test(what_a_reader_does_not_offer_is_not_asked),
		cmocka_unit_test(no_list_is_read_past_its_end),
		cmocka_unit_test(a_trace_passes_it_on_and_shows_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
