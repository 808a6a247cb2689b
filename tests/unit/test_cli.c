/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole commands in process: each thing that is missing, each thing that
 * breaks. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/vc_try.h"
#include "tests/support/vscard.h"
#include "tests/unit/cli_try.h"
#include "tools/jumin/out.h"

static int
fresh(void **state)
{
	vs_clear();
	return vc_try_fresh(state);
}

#define STATUS                                                                 \
	{                                                                      \
		"jumin", "status", NULL                                        \
	}
#define MACHINE                                                                \
	{                                                                      \
		"jumin", "status", "--json", NULL                              \
	}
#define SSH                                                                    \
	{                                                                      \
		"jumin", "ssh", NULL                                           \
	}

/* --- what is missing -------------------------------------------------------
 */

static void
no_service(struct vc_try *t)
{
	(void)t;
	vs_service(0);
}
static void
no_reader(struct vc_try *t)
{
	(void)t;
}
static void
no_card(struct vc_try *t)
{
	(void)t;
	vs_plug("A");
}

static void
mute_card(struct vc_try *t)
{
	const unsigned r = vs_plug("A");

	vs_insert(r, vs_vcard(t->card));
	vs_mute(r, 1);
}

static void
card_of_another(struct vc_try *t)
{
	const unsigned r = vs_plug("A");

	vs_insert(r, vs_vcard(t->card));
	vs_other_exclusive(r, 1);
}

static void
foreign_card(struct vc_try *t)
{
	const unsigned r = vs_plug("A");

	vs_insert(r, vs_vcard(t->card));
	vs_fault_at(r, 1, VS_REPLACE, "\x6a\x82", 2);
}

static void
card_that_leaves(struct vc_try *t)
{
	const unsigned r = vs_plug("A");

	vs_insert(r, vs_vcard(t->card));
	vs_fault_at(r, 1, VS_REMOVE_BEFORE, NULL, 0);
}

static void
broken_reader(struct vc_try *t)
{
	const unsigned r = vs_plug("A");

	vs_insert(r, vs_vcard(t->card));
	vs_fault_at(r, 1, VS_LOST_BEFORE, NULL, 0);
}

static void
each_thing_missing_has_its_status_and_hint(void **state)
{
	/* clang-format off */
	static const struct {
		void (*set)(struct vc_try *t); int code; const char *state, *error, *hint;
	} row[] = {
		{ no_service,       EX_NO_CARD, NULL,      "pcscd) is not running", "systemctl start pcscd.socket" },
		{ no_reader,        EX_NO_CARD, NULL,      "there is no card reader", "PC/SC knows" },
		{ no_card,          EX_NO_CARD, "empty",   "no resident card in the reader", "put the card" },
		{ mute_card,        EX_NO_CARD, "mute",    "does not answer", "right way round" },
		{ foreign_card,     EX_NO_CARD, "foreign", "not a resident card", "My Number card" },
		{ card_that_leaves, EX_NO_CARD, "error",   "removed", "leave the card in its place" },
		{ card_of_another,  EX_FAIL,    "busy",    "in use by another program", "wait for it" },
		{ broken_reader,    EX_FAIL,    "error",   "reader failure", "put it back" },
	};
	static const char *const ssh[] = SSH, *const json[] = MACHINE;
	static const char *const status[] = STATUS;
	/* clang-format on */

	for (size_t i = 0; i < NELEM(row); i++) {
		char want[32];
		int code;

		fresh(state);
		row[i].set(*state);
		assert_int_equal(cli_try(ssh, ""), row[i].code);
		assert_string_equal(cli_out, "");
		cli_says(cli_err, row[i].error);
		cli_says(cli_err, row[i].hint);

		fresh(state);
		row[i].set(*state);
		code = cli_try(status, "");
		assert_true(code == EX_NO_CARD || code == EX_FAIL);
		cli_says(cli_err, "jumin: hint: ");

		fresh(state);
		row[i].set(*state);
		assert_int_equal(cli_try(json, ""), code);
		snprintf(want, sizeof want, "\"state\": \"%s\"",
		    row[i].state != NULL ? row[i].state : "");
		if (row[i].state != NULL)
			cli_says(cli_out, want);
		else
			cli_says(cli_out, "\"readers\": []");
	}
}

/* --- what breaks ------------------------------------------------------------
 */

struct job {
	const char *const words[CLI_TRY_WORDS];
	const char *pins;
	unsigned verifies; /* at most */
	int makes_file;
};

#define RESULT "result" /* in the folder of this run */

/* One run with the nth command spoiled: 0 when there was no nth command. */
static int
spoil(void **state, const struct job *j, unsigned nth, enum vs_fault fault,
    const char *bytes, size_t len)
{
	struct vs_count count;
	struct stat st;
	unsigned reader;
	int code;

	fresh(state);
	(void)unlink(RESULT);
	reader = vs_plug("A");
	vs_insert(reader, vs_vcard(((struct vc_try *)*state)->card));
	vs_fault_at(reader, nth, fault, bytes, len);
	code = cli_try(j->words, j->pins);
	count = vs_counted(reader);

	assert_true(code >= EX_OK && code <= EX_PIN);
	assert_int_not_equal(code, EX_USAGE);
	assert_true(count.verifies <= j->verifies);
	assert_int_equal(count.outside, 0);
	assert_int_equal(vs_contexts(), 0);
	assert_int_equal(vs_handles(), 0);
	if (code == EX_OK) {
		assert_null(strstr(cli_err, "error"));
		assert_int_equal(stat(RESULT, &st), j->makes_file ? 0 : -1);
	} else {
		cli_says(cli_err, "jumin: error: ");
		assert_int_not_equal(stat(RESULT, &st), 0);
	}
	return count.apdus >= nth;
}

static void
nothing_is_sent_twice_and_nothing_half_is_left(void **state)
{
	/* clang-format off */
	static const struct job job[] = {
		{ { "jumin", "status", NULL }, "", 0, 0 },
		{ { "jumin", "status", "--json", NULL }, "", 0, 0 },
		{ { "jumin", "ssh", NULL }, "", 0, 0 },
		{ { "jumin", "cert", "export", "auth-ca", "-o", RESULT, NULL }, "", 0, 1 },
		{ { "jumin", "cert", "export", "sign", "-o", RESULT, NULL }, "ABC123\n", 1, 1 },
		{ { "jumin", "pin", "check", "auth", NULL }, "1234\n", 1, 0 },
		{ { "jumin", "pin", "change", "auth", NULL }, "1234\n5678\n", 1, 0 },
		{ { "jumin", "sign", "--key", "sign", "--raw", "/etc/passwd", "-o", RESULT, NULL }, "ABC123\n", 1, 1 },
		{ { "jumin", "sign", "--key", "auth", "/etc/passwd", "-o", RESULT, NULL }, "1234\n", 1, 1 },
		{ { "jumin", "sign", "--key", "sign", "/etc/passwd", "-o", RESULT, NULL }, "ABC123\n", 2, 1 },
	};
	static const struct {
		enum vs_fault fault; const char *bytes; size_t len;
	} fault[] = {
		{ VS_REMOVE_AFTER, NULL, 0 }, { VS_RESET_BEFORE, NULL, 0 },
		{ VS_LOST_AFTER, NULL, 0 },   { VS_REPLACE, "", 0 },
		{ VS_REPLACE, "\x90\x00", 2 }, { VS_REPLACE, "\x63\xc1", 2 },
	};
	/* clang-format on */

	for (size_t j = 0; j < NELEM(job); j++)
		for (size_t f = 0; f < NELEM(fault); f++)
			for (unsigned n = 1; spoil(state, &job[j], n,
				 fault[f].fault, fault[f].bytes, fault[f].len);
			     n++)
				;
	(void)unlink(RESULT);
}

/* --- what a reader calls itself --------------------------------------------
 */

/* ESC, and CSI as one character (U+009B), which a terminal obeys as well. */
#define EVIL                                                                   \
	"A\x1b[2J\n\xc2\x9b"                                                   \
	"31m\xe3\x81\x82"

static void
a_readers_name_says_nothing_to_the_terminal(void **state)
{
	static const char *const row[][5] = { STATUS, MACHINE,
		{ "jumin", "status", "--trace", "-", NULL },
		{ "jumin", "ssh", "--reader", "0", NULL } };
	struct vc_try *t = *state;

	for (size_t i = 0; i < NELEM(row); i++) {
		fresh(state);
		vs_insert(vs_plug(EVIL), vs_vcard(t->card));
		(void)cli_try(row[i], "");
		if (i < 3)
			cli_says(cli_out, "31m\xe3\x81\x82");
		for (const char *p = cli_out; p != NULL;
		     p = p == cli_out ? cli_err : NULL) {
			assert_null(strchr(p, 0x1b));
			assert_null(strstr(p, "\xc2\x9b"));
			assert_null(strstr(p, "2J\n"));
		}
	}
}

static char folder[] = "/tmp/jumin-test-XXXXXX";

static int
start(void **state)
{
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return -1;
	return vc_try_start(state);
}

static int
stop(void **state)
{
	(void)unlink(RESULT);
	if (chdir("/") != 0)
		return -1;
	(void)rmdir(folder);
	return vc_try_stop(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_readers_name_says_nothing_to_the_terminal),
		cmocka_unit_test(each_thing_missing_has_its_status_and_hint),
		cmocka_unit_test(
		    nothing_is_sent_twice_and_nothing_half_is_left),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
