/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records: read one by one, written one by one; the log among them. */
#include <stdio.h>
#include <string.h>

#include "crypto/ctx.h"
#include "tests/support/test.h"
#include "tests/support/vc_write.h"

static struct vc_write w; /* large */

static void
records_are_read_one_by_one(void **state)
{
	static const struct {
		const char *cmd;
		unsigned sw;
	} row[] = {
		{ "00B2010400", 0x6986 }, /* nothing selected */
		{ "00B2010C00", 0x9000 }, { "00B2030C00", 0x9000 },
		{ "00B2040C00", 0x6a83 }, { "00B2000C00", 0x6a83 },
		{ "00B2010400", 0x9000 }, /* the one just read */
		{ "00B2010C18", 0x9000 }, { "00B2010C17", 0x6700 },
		{ "00B2010C", 0x6700 }, { "00B2010C0100", 0x6700 },
		{ "00B2010D00", 0x6a81 }, { "00B2010E00", 0x6a86 },
		{ "00B201FC00", 0x6a86 }, /* short id 31 */
		{ "00B2018C00", 0x6a82 }, { "00B201E400", 0x6981 }, /* a PIN */
		{ "00B0810000", 0x6981 }, /* not a transparent one */
		{ "00B2011C00", 0x6982 }, /* the log, without a PIN */
	};

	(void)state;
	vc_write_open(&w, "common");
	for (size_t i = 0; i < NELEM(row); i++) {
		unsigned sw = vc_write_say(&w, row[i].cmd);

		if (sw != row[i].sw)
			fail_msg("%s: %04X", row[i].cmd, sw);
		if (sw == 0x9000)
			assert_int_equal(w.len, 24);
	}
	vc_write_close(&w);
}

static void
the_holder_reads_the_log_newest_first(void **state)
{
	const struct vc_event say = { .op = 0,
		.when = "20261122010203",
		.operator_id = "OP-1",
		.terminal = "COUNTER-1",
		.app = "jpki" };
	struct vc_event second = say;
	uint8_t record[VC_LOG_RECORD_MAX];
	size_t len;

	(void)state;
	vc_write_open(&w, "common");
	strcpy(second.operator_id, "OP-2");
	assert_int_equal(vc_log_append(&w.card->log, &say), JM_OK);
	assert_int_equal(vc_log_append(&w.card->log, &second), JM_OK);
	(void)vc_full_verify(w.card);
	for (unsigned n = 1; n <= 2; n++) {
		char cmd[11];

		snprintf(cmd, sizeof cmd, "00B2%02X1C00", n);
		assert_int_equal(vc_write_say(&w, cmd), 0x9000);
		assert_int_equal(
		    vc_log_record(&w.card->log.entry[2 - n], record, &len),
		    JM_OK);
		assert_int_equal(w.len, len);
		assert_memory_equal(w.rsp, record, len);
	}
	assert_int_equal(vc_write_say(&w, "00B2031C00"), 0x6a83);
	assert_int_equal(vc_write_say(&w, "00B2001C00"), 0x6a83);
	assert_int_equal(vc_write_say(&w, "00DC011C0130"), 0x6982);
	vc_write_close(&w);
}

static void
a_record_keeps_its_length_and_its_neighbours(void **state)
{
	struct vc_file *f;
	uint8_t record[24], old[78];

	(void)state;
	memset(record, 'R', sizeof record);
	vc_write_open(&w, VC_FULL_CITY);
	f = vc_write_file(&w, 0x0002);
	memcpy(old, f->data, sizeof old);
	assert_int_equal(vc_write_send(&w, "00DC0214", record, 24, 0), 0x6982);
	w.app->rights = VC_R_SERVICE;
	assert_int_equal(vc_write_send(&w, "00DC0214", record, 23, 0), 0x6700);
	assert_int_equal(vc_write_send(&w, "00DC0214", record, 24, 1), 0x6700);
	assert_int_equal(vc_write_send(&w, "00DC0414", record, 24, 0), 0x6a83);
	assert_int_equal(vc_write_send(&w, "00DC0014", record, 24, 0), 0x6a83);
	assert_int_equal(w.commits, 0);
	assert_int_equal(vc_write_send(&w, "00DC0214", record, 24, 0), 0x9000);
	assert_int_equal(w.commits, 1);
	memcpy(old + 26 + 2, record, 24);
	assert_int_equal(f->len, sizeof old);
	assert_memory_equal(f->data, old, sizeof old);
	vc_write_close(&w);
}

static int
done(void **state)
{
	(void)state;
	jm_crypto_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read_one_by_one),
		cmocka_unit_test(the_holder_reads_the_log_newest_first),
		cmocka_unit_test(a_record_keeps_its_length_and_its_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
