/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the command lets out: the clock of its computer to services that compare
 * notes; anything at all without consent or PIN; an identifier that was given
 * up.
 */
#include "tests/nym/foe.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "crypto/b64url.h"
#include "nym/assertion.h"
#include "tests/nym/leak.h"
#include "tests/support/vc_try.h"
#include "tests/support/vscard.h"
#include "tests/unit/cli_try.h"
#include "tools/jumin/out.h"

#define LOGINS    1000
#define SERVICE   1767225600 /* their clock */
#define SCOPE     "web:example.jp"
#define CHALLENGE "--challenge=000102030405060708090a0b0c0d0e0f101112131415"

static time_t here = SERVICE;

time_t __wrap_time(time_t *out);
time_t
__wrap_time(time_t *out)
{
	if (out != NULL)
		*out = here;
	return here;
}

/* What is on the disk when the power goes is other tests' matter. */
int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

/* --- the stage -------------------------------------------------------------
 */

static char home[] = "/tmp/jumin-test-XXXXXX";

static int
set_up(void **state)
{
	if (mkdtemp(home) == NULL || setenv("XDG_DATA_HOME", home, 1) != 0)
		return -1;
	return vc_try_start(state);
}

static int
tear_down(void **state)
{
	char cmd[64];

	snprintf(cmd, sizeof cmd, "rm -rf %s", home);
	return system(cmd) != 0 || vc_try_stop(state) != 0;
}

static int
fresh(void **state)
{
	struct vc_try *t = *state;
	char cmd[64];

	snprintf(cmd, sizeof cmd, "rm -rf %s/jumin", home);
	here = SERVICE;
	vs_clear();
	if (system(cmd) != 0 || vc_try_fresh(state) != 0)
		return -1;
	vs_insert(vs_plug("A"), vs_vcard(t->card));
	return 0;
}

#define PIN "1234\n"
#define RUN(pins, ...)                                                         \
	cli_try(                                                               \
	    (const char *const[]){ "jumin", "nym", __VA_ARGS__, NULL }, pins)

/* The value of a name in what was printed as JSON. */
static void
value(const char *name, char *out, size_t cap)
{
	char want[40];
	const char *at, *end;

	snprintf(want, sizeof want, "\"%s\": \"", name);
	at = strstr(cli_out, want);
	assert_non_null(at);
	at += strlen(want);
	end = strchr(at, '"');
	assert_non_null(end);
	assert_true((size_t)(end - at) < cap);
	snprintf(out, cap, "%.*s", (int)(end - at), at);
}

static uint32_t
body_time(void)
{
	static char text[2048];
	static uint8_t wire[1536];
	struct nym_assertion a;
	size_t len;

	value("assertion", text, sizeof text);
	assert_int_equal(
	    jm_b64url_decode(text, strlen(text), wire, sizeof wire, &len),
	    JM_OK);
	assert_int_equal(nym_wire_parse(wire, len, &a), JM_OK);
	return a.time;
}

/* A login at one of two services, whose clocks are right. */
static uint32_t
login(unsigned service, int64_t now, int sends_time)
{
	static const char *const scope[] = { "web:one.example.jp",
		"web:two.example.jp" };
	char when[32];
	int code;

	snprintf(when, sizeof when, "--time=%lld", (long long)now);
	if (sends_time)
		code = RUN(PIN, "assert", CHALLENGE, when, "--binding=none",
		    "--insecure", "--yes", "--json", scope[service]);
	else
		code = RUN(PIN, "assert", CHALLENGE, "--binding=none",
		    "--insecure", "--yes", "--json", scope[service]);
	if (code != EX_OK)
		fail_msg("%s", cli_err);
	return body_time();
}

/* --- the clock -------------------------------------------------------------
 */

static void
two_services_that_send_their_time_see_no_clock_of_the_holder(void **state)
{
	uint32_t marks = 0;

	(void)state;
	for (unsigned i = 0; i < LOGINS; i++) {
		/* this computer is wrong by up to five minutes, either way */
		const int64_t now = SERVICE + 61 * (int64_t)i;
		const uint32_t body = (here = now + (int64_t)(i % 601) - 300,
		    login(i % 2, now, 1));

		marks += body != (uint32_t)now;
	}
	assert_int_equal(marks, 0);
}

/* Without one it shows, to the minute: what the rule is good for. */
static void
services_that_send_none_see_it_to_the_minute(void **state)
{
	const int64_t wrong[] = { -250, 0, 250 };

	(void)state;
	for (size_t i = 0; i < NELEM(wrong); i++)
		for (unsigned k = 0; k < 2; k++) {
			uint32_t body;

			here = SERVICE + 17 + wrong[i];
			body = login(k, SERVICE + 17, 0);
			assert_int_equal(body % 60, 0);
			assert_int_equal(body, here - here % 60);
		}
}

/* Too far: as if he had said no, without a PIN, and only after he was asked. */
static void
a_time_too_far_off_looks_like_a_cancel(void **state)
{
	const int64_t off[] = { 301, -301, 86400 };

	(void)state;
	for (size_t i = 0; i < NELEM(off); i++) {
		char when[32];
		int code;

		snprintf(when, sizeof when, "--time=%lld",
		    (long long)(SERVICE + off[i]));
		vs_restart_count(0);
		code = RUN(PIN, "assert", CHALLENGE, when, "--binding=none",
		    "--insecure", "--yes", "--json", SCOPE);
		assert_int_not_equal(code, EX_OK);
		assert_string_equal(cli_out, "");
		assert_int_equal(vs_counted(0).verifies, 0);
	}
}

/* --- no consent, no PIN ----------------------------------------------------
 */

static void
without_consent_or_pin_nothing_comes_out(void **state)
{
	(void)state;
	vs_restart_count(0);
	/* no --yes and no terminal: nobody agreed */
	assert_int_equal(RUN(PIN, "register", "--json", SCOPE), EX_USAGE);
	assert_string_equal(cli_out, "");
	assert_int_equal(RUN(PIN, "assert", CHALLENGE, "--binding=none",
			     "--insecure", "--json", SCOPE),
	    EX_USAGE);
	assert_string_equal(cli_out, "");
	assert_int_equal(vs_counted(0).verifies, 0);
	/* a PIN that is none */
	assert_int_equal(
	    RUN("12\n", "register", "--yes", "--json", SCOPE), EX_PIN);
	assert_string_equal(cli_out, "");
	assert_int_equal(
	    RUN("9999\n", "register", "--yes", "--json", SCOPE), EX_PIN);
	assert_string_equal(cli_out, "");
	assert_int_equal(vs_counted(0).verifies, 1);
	/* nothing was kept of any of it */
	assert_int_not_equal(RUN(PIN, "id", "--json", SCOPE), EX_OK);
	assert_string_equal(cli_out, "");
}

/* --- reset -----------------------------------------------------------------
 */

/* All that the commands print from here on, and what they keep. */
static int
anywhere(
    const char *const *what, const uint8_t nid[NYM_NID_LEN], const char *text)
{
	(void)what;
	return leak_in(cli_out, strlen(cli_out), nid, NYM_NID_LEN) ||
	       leak_in(cli_err, strlen(cli_err), nid, NYM_NID_LEN) ||
	       strstr(cli_out, text) != NULL || strstr(cli_err, text) != NULL ||
	       leak_logged(nid, NYM_NID_LEN) ||
	       leak_in_folder(home, nid, NYM_NID_LEN);
}

static void
after_a_reset_no_command_prints_the_old_identifier(void **state)
{
	/* clang-format off */
	static const char *const row[][8] = {
		{ "jumin", "nym", "reset", "--yes", "--json", "ssh:a.example.jp" },
		{ "jumin", "nym", "id", "ssh:a.example.jp" },
		{ "jumin", "nym", "id", "--json", "ssh:a.example.jp" },
		{ "jumin", "nym", "list", "--json" },
		{ "jumin", "nym", "list" },
		{ "jumin", "nym", "receipts" },
		{ "jumin", "nym", "receipts", "--json" },
	};
	/* clang-format on */
	static const char *const no_pin[] = { "jumin", "nym", "list",
		"--no-pin", "--json", NULL };
	char text[80], hex[80];
	uint8_t nid[NYM_NID_LEN];

	(void)state;
	assert_int_equal(
	    RUN(PIN, "register", "--yes", "--json", "ssh:a.example.jp"), EX_OK);
	value("sub", text, sizeof text);
	value("nid", hex, sizeof hex);
	assert_int_equal(nym_nid_parse(text, strlen(text), nid), JM_OK);
	assert_true(anywhere(NULL, nid, text)); /* it is found */
	assert_int_equal(cli_try(no_pin, ""), EX_OK);
	assert_true(strstr(cli_out, "ssh:a.example.jp") != NULL);
	here += 120;
	for (size_t i = 0; i < NELEM(row); i++) {
		leak_listen();
		if (cli_try(row[i], PIN) != EX_OK)
			fail_msg("%s: %s", row[i][2], cli_err);
		leak_deaf();
		assert_true(strlen(cli_out) > 0);
		if (anywhere(row[i], nid, text))
			fail_msg("%s: the old one is there", row[i][2]);
	}
	assert_int_equal(cli_try(no_pin, ""), EX_OK);
	assert_false(anywhere(no_pin, nid, text));
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, fresh)
	const struct CMUnitTest tests[] = {
		CASE(
		    two_services_that_send_their_time_see_no_clock_of_the_holder),
		CASE(services_that_send_none_see_it_to_the_minute),
		CASE(a_time_too_far_off_looks_like_a_cancel),
		CASE(without_consent_or_pin_nothing_comes_out),
		CASE(after_a_reset_no_command_prints_the_old_identifier),
	};
#undef CASE

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
