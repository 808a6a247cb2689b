/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_log.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "crypto/digest.h"
#include "tests/support/test.h"
#include "vcard/vc_profile.h"

static const struct vc_event sample = {
	.op = 0,
	.when = "20261122143000",
	.operator_id = "OPERATOR-1",
	.terminal = "COUNTER-1",
	.app = "jpki",
	.target = { 0x00, 0x18 },
	.target_len = 2,
	.reason = "holder forgot it",
};

static int
stop(void **state)
{
	(void)state;
	jm_crypto_done();
	return 0;
}

static void
fill(struct vc_log *log, size_t n)
{
	struct vc_event e = sample;

	for (size_t i = 0; i < n; i++) {
		e.op = (unsigned)(i % 12);
		snprintf(e.reason, sizeof e.reason, "reason %zu", i);
		assert_int_equal(vc_log_append(log, &e), JM_OK);
	}
}

/* Every hash computed anew, as the page says. */
static jm_err
chain_of(const struct vc_log *log)
{
	uint8_t both[VC_LOG_HASH_LEN + VC_LOG_RECORD_MAX], hash[JM_DIGEST_MAX];
	size_t len;

	memcpy(both, log->base_hash, VC_LOG_HASH_LEN);
	for (size_t i = 0; i < log->count; i++) {
		const struct vc_entry *e = &log->entry[i];

		assert_int_equal(
		    vc_log_record(e, both + VC_LOG_HASH_LEN, &len), JM_OK);
		assert_int_equal(
		    jm_hash(JM_SHA256, both, VC_LOG_HASH_LEN + len, hash),
		    JM_OK);
		if (e->sequence != log->base + (uint32_t)i + 1 ||
		    memcmp(hash, e->hash, VC_LOG_HASH_LEN) != 0)
			return JM_FORMAT;
		memcpy(both, hash, VC_LOG_HASH_LEN);
	}
	return JM_OK;
}

static void
a_record_is_what_the_page_says(void **state)
{
	static const char want[] = "304C"
				   "800400000001"
				   "810E3230323631313232313433303030"
				   "820A4F50455241544F522D31"
				   "8309434F554E5445522D31"
				   "840100"
				   "85046A706B69"
				   "86020018"
				   "8710686F6C64657220666F72676F74206974";
	uint8_t record[VC_LOG_RECORD_MAX], hash[32], both[32 + 200] = { 0 };
	char hex[2 * VC_LOG_RECORD_MAX + 1];
	struct vc_log log = { .entry = NULL };
	size_t len;

	(void)state;
	assert_int_equal(vc_log_append(&log, &sample), JM_OK);
	assert_int_equal(vc_log_record(&log.entry[0], record, &len), JM_OK);
	assert_int_equal(jm_hex_encode(record, len, hex, sizeof hex), JM_OK);
	assert_string_equal(hex, want);
	/* and the first hash is over 32 zeros and it */
	memcpy(both + 32, record, len);
	assert_int_equal(jm_hash(JM_SHA256, both, 32 + len, hash), JM_OK);
	assert_memory_equal(hash, log.entry[0].hash, 32);
	memcpy(both, hash, 32);
	assert_int_equal(vc_log_append(&log, &sample), JM_OK);
	assert_int_equal(vc_log_record(&log.entry[1], both + 32, &len), JM_OK);
	assert_int_equal(jm_hash(JM_SHA256, both, 32 + len, hash), JM_OK);
	assert_memory_equal(hash, log.entry[1].hash, 32);
	vc_log_clear(&log);
}

static void
same_entry(const struct vc_entry *a, const struct vc_entry *b)
{
	assert_int_equal(a->sequence, b->sequence);
	assert_int_equal(a->what.op, b->what.op);
	assert_string_equal(a->what.when, b->what.when);
	assert_string_equal(a->what.operator_id, b->what.operator_id);
	assert_string_equal(a->what.terminal, b->what.terminal);
	assert_string_equal(a->what.app, b->what.app);
	assert_int_equal(a->what.target_len, b->what.target_len);
	assert_memory_equal(a->what.target, b->what.target, a->what.target_len);
	assert_string_equal(a->what.reason, b->what.reason);
	assert_memory_equal(a->hash, b->hash, sizeof a->hash);
}

/* Writes a log as lines and reads them again. */
static jm_err
again(const struct vc_log *log, struct vc_log *out)
{
	char line[VC_LOG_LINE_MAX];
	jm_err e;

	memset(out, 0, sizeof *out);
	if ((e = vc_log_format_base(log, line, sizeof line)) == JM_OK)
		e = vc_log_parse(out, line);
	else if (e == JM_NOT_FOUND)
		e = JM_OK;
	for (size_t i = 0; i < log->count && e == JM_OK; i++)
		if ((e = vc_log_format(&log->entry[i], line, sizeof line)) ==
		    JM_OK)
			e = vc_log_parse(out, line);
	return e;
}

static void
lines_are_read_as_they_were_written(void **state)
{
	/* clang-format off */
	static const struct vc_event odd[] = {
		{ .op = 25, .app = "issuer" },
		{ .op = 11, .app = "issuer", .target = { 5 }, .target_len = 1,
		    .reason = "transport key" },
		{ .op = 3, .app = "l-1", .when = "20000229235959",
		    .operator_id = "!~!~!~!~!~!~!~!~", .terminal = "base",
		    .target_len = 32, .reason = "-" },
		{ .op = 1, .app = "abcdefghijklmnop",
		    .reason = "1234567890123456789012345678901234567890" },
		{ .op = 2, .app = "juki", .reason = " blanks  and 転出 " },
	};
	/* clang-format on */
	struct vc_log log = { .entry = NULL }, copy;

	(void)state;
	fill(&log, 3);
	for (size_t i = 0; i < NELEM(odd); i++)
		assert_int_equal(vc_log_append(&log, &odd[i]), JM_OK);
	assert_int_equal(again(&log, &copy), JM_OK);
	assert_int_equal(copy.count, log.count);
	for (size_t i = 0; i < log.count; i++)
		same_entry(&copy.entry[i], &log.entry[i]);
	assert_int_equal(chain_of(&copy), JM_OK);
	vc_log_clear(&copy);
	vc_log_clear(&log);
}

static void
what_no_line_could_hold_is_refused(void **state)
{
	struct vc_log log = { .entry = NULL };
	static struct vc_event bad[17];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++)
		bad[i] = sample;
	bad[n++].op = 12;
	bad[n++].op = 24;
	strcpy(bad[n++].when, "20260230000000");
	strcpy(bad[n++].when, "20260229240000");
	strcpy(bad[n++].when, "2026");
	strcpy(bad[n++].operator_id, "-");
	strcpy(bad[n++].operator_id, "a b");
	strcpy(bad[n++].terminal, "\xc3\xa9");
	strcpy(bad[n++].app, "");
	strcpy(bad[n++].app, "9pki");
	strcpy(bad[n++].app, "JPKI");
	bad[n++].target_len = 33;
	strcpy(bad[n++].reason, "two\nlines");
	strcpy(bad[n++].reason, "\xc2\x9b"
				"2J"); /* obeyed by terminals: C1, */
	strcpy(bad[n++].reason, "a\xe2\x80\xae"
				"b");            /* to the left from here, */
	strcpy(bad[n++].reason, "\xe2\x80\xa8"); /* a line's end */
	memset(bad[n++].reason, 'x', sizeof bad[0].reason); /* no end */
	assert_int_equal(n, NELEM(bad));
	for (size_t i = 0; i < n; i++) {
		if (vc_log_append(&log, &bad[i]) != JM_ARG)
			fail_msg("row %zu was taken", i);
		assert_int_equal(log.count, 0);
	}
	vc_log_clear(&log);
}

static void
a_changed_line_breaks_the_chain(void **state)
{
	static char line[VC_LOG_LINE_MAX], bad[VC_LOG_LINE_MAX];
	struct vc_log log = { .entry = NULL }, copy;
	size_t taken = 0;

	(void)state;
	fill(&log, 2);
	assert_int_equal(
	    vc_log_format(&log.entry[1], line, sizeof line), JM_OK);
	for (size_t i = 0; line[i] != '\0'; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			char first[VC_LOG_LINE_MAX];

			memset(&copy, 0, sizeof copy);
			assert_int_equal(
			    vc_log_format(&log.entry[0], first, sizeof first),
			    JM_OK);
			assert_int_equal(vc_log_parse(&copy, first), JM_OK);
			memcpy(bad, line, sizeof bad);
			bad[i] = (char)(bad[i] ^ (1 << bit));
			taken += vc_log_parse(&copy, bad) == JM_OK;
			vc_log_clear(&copy);
		}
	for (size_t cut = 0; cut < strlen(line); cut++) {
		memset(&copy, 0, sizeof copy);
		memcpy(bad, line, sizeof bad);
		bad[cut] = '\0';
		taken += vc_log_parse(&copy, bad) == JM_OK;
		vc_log_clear(&copy);
	}
	assert_int_equal(taken, 0);
	vc_log_clear(&log);
}

static void
no_entry_can_be_left_out_or_moved(void **state)
{
	static char line[4][VC_LOG_LINE_MAX];
	struct vc_log log = { .entry = NULL }, copy = { .entry = NULL };

	(void)state;
	fill(&log, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(
		    vc_log_format(&log.entry[i], line[i], sizeof line[i]),
		    JM_OK);
	assert_int_equal(vc_log_parse(&copy, line[1]), JM_FORMAT);
	assert_int_equal(vc_log_parse(&copy, line[0]), JM_OK);
	assert_int_equal(vc_log_parse(&copy, line[0]), JM_FORMAT);
	assert_int_equal(vc_log_parse(&copy, line[2]), JM_FORMAT);
	assert_int_equal(vc_log_parse(&copy, line[1]), JM_OK);
	assert_int_equal(vc_log_parse(&copy, line[3]), JM_FORMAT);
	assert_int_equal(copy.count, 2);
	vc_log_clear(&copy);
	vc_log_clear(&log);
}

static void
a_full_log_lets_its_oldest_go_and_says_so(void **state)
{
	struct vc_log log = { .entry = NULL }, copy;
	uint8_t gone[32];
	char line[VC_LOG_LINE_MAX];

	(void)state;
	fill(&log, VC_LOG_MAX);
	assert_int_equal(log.base, 0);
	assert_int_equal(
	    vc_log_format_base(&log, line, sizeof line), JM_NOT_FOUND);
	memcpy(gone, log.entry[2].hash, 32);
	fill(&log, 3);
	assert_int_equal(log.count, VC_LOG_MAX);
	assert_int_equal(log.base, 3);
	assert_memory_equal(log.base_hash, gone, 32);
	assert_int_equal(log.entry[0].sequence, 4);
	assert_int_equal(log.entry[VC_LOG_MAX - 1].sequence, VC_LOG_MAX + 3);
	assert_int_equal(chain_of(&log), JM_OK);

	assert_int_equal(again(&log, &copy), JM_OK);
	assert_int_equal(copy.base, 3);
	assert_int_equal(copy.count, VC_LOG_MAX);
	assert_int_equal(chain_of(&copy), JM_OK);
	/* the base is part of the chain, its number too */
	vc_log_clear(&copy);
	assert_int_equal(vc_log_format_base(&log, line, sizeof line), JM_OK);
	line[strlen("base ")] = '2';
	assert_int_equal(vc_log_parse(&copy, line), JM_OK);
	assert_int_equal(
	    vc_log_format(&log.entry[0], line, sizeof line), JM_OK);
	assert_int_equal(vc_log_parse(&copy, line), JM_FORMAT);
	vc_log_clear(&copy);
	assert_int_equal(vc_log_format_base(&log, line, sizeof line), JM_OK);
	line[strlen(line) - 1] = line[strlen(line) - 1] == '0' ? '1' : '0';
	assert_int_equal(vc_log_parse(&copy, line), JM_OK);
	assert_int_equal(vc_log_parse(&copy, line), JM_FORMAT);
	assert_int_equal(
	    vc_log_format(&log.entry[0], line, sizeof line), JM_OK);
	assert_int_equal(vc_log_parse(&copy, line), JM_FORMAT);
	vc_log_clear(&copy);
	vc_log_clear(&log);
}

static void
an_entry_is_taken_back_once_and_wholly(void **state)
{
	struct vc_log log = { .entry = NULL }, before = { .entry = NULL };

	(void)state;
	vc_log_undo(&log);
	for (size_t n = 0; n <= VC_LOG_MAX + 1; n++) {
		vc_log_clear(&log);
		vc_log_clear(&before);
		if (n > 2 && n < VC_LOG_MAX - 1)
			continue;
		fill(&log, n);
		fill(&before, n);
		assert_int_equal(vc_log_append(&log, &sample), JM_OK);
		vc_log_undo(&log);
		vc_log_undo(&log);
		assert_int_equal(log.count, before.count);
		assert_int_equal(log.base, before.base);
		assert_memory_equal(log.base_hash, before.base_hash, 32);
		for (size_t i = 0; i < log.count; i++)
			assert_memory_equal(
			    &log.entry[i], &before.entry[i], sizeof *log.entry);
		assert_int_equal(vc_log_append(&log, &sample), JM_OK);
		assert_int_equal(chain_of(&log), JM_OK);
	}
	vc_log_clear(&log);
	vc_log_clear(&before);
}

static void
more_lines_than_a_log_has_are_refused(void **state)
{
	struct vc_log log = { .entry = NULL }, copy;
	char line[VC_LOG_LINE_MAX];

	(void)state;
	fill(&log, VC_LOG_MAX);
	assert_int_equal(again(&log, &copy), JM_OK);
	fill(&log, 1);
	assert_int_equal(
	    vc_log_format(&log.entry[VC_LOG_MAX - 1], line, sizeof line),
	    JM_OK);
	assert_int_equal(vc_log_parse(&copy, line), JM_SPACE);
	vc_log_clear(&copy);
	vc_log_clear(&log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_what_the_page_says),
		cmocka_unit_test(lines_are_read_as_they_were_written),
		cmocka_unit_test(what_no_line_could_hold_is_refused),
		cmocka_unit_test(a_changed_line_breaks_the_chain),
		cmocka_unit_test(no_entry_can_be_left_out_or_moved),
		cmocka_unit_test(a_full_log_lets_its_oldest_go_and_says_so),
		cmocka_unit_test(an_entry_is_taken_back_once_and_wholly),
		cmocka_unit_test(more_lines_than_a_log_has_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, stop);
}
