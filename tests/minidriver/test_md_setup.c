/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* juminmd-setup, whole but for its process: what it costs, says and keeps. */
#include "tests/support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/minidriver/setup.h"
#include "tests/minidriver/md_try.h"
#include "tests/support/vscard.h"

#define TEXT_MAX  4096
#define WORDS_MAX 8
#define LONGER_THAN_A_LINE                                                     \
	"0123456789012345678901234567890123456789012345678901234567890123456"

static struct vslot *slot;
static char out[TEXT_MAX], err[TEXT_MAX];

/* The names are the linker's. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void __wrap_jm_sleep_ms(unsigned ms);
void
__wrap_jm_sleep_ms(unsigned ms)
{
	(void)ms;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static int
begin_test(void **state)
{
	(void)state;
	slot = fixture_slot(NULL);
	vs_clear();
	vs_insert(vs_plug("Reader of A"), vs_vcard(vslot_card(slot)));
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	vs_clear();
	vslot_close(&slot);
	md_try_forget();
	assert_int_equal(shim_local_live(), 0);
	return 0;
}

static int
file_of_no_name(void)
{
	const int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);

	assert_true(fd >= 0);
	return fd;
}

static void
take_text(int fd, char text[TEXT_MAX])
{
	const ssize_t n = pread(fd, text, TEXT_MAX - 1, 0);

	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
}

/* words: up to WORDS_MAX, a blank between two.  pin: NULL, or what a program
 * hands over. */
static int
run(const char *words, const char *pin)
{
	const int to_out = file_of_no_name(), to_err = file_of_no_name();
	const int old_out = dup(STDOUT_FILENO), old_err = dup(STDERR_FILENO);
	char text[256], option[24], name[] = "juminmd-setup";
	char *argv[WORDS_MAX + 3], *save = NULL;
	int argc = 0, fd[2], code;

	assert_int_equal(pipe(fd), 0);
	if (pin != NULL)
		assert_int_equal(write(fd[1], pin, strlen(pin)), strlen(pin));
	close(fd[1]);
	snprintf(text, sizeof text, "%s", words);
	snprintf(option, sizeof option, "--pin-fd=%d", fd[0]);
	argv[argc++] = name;
	for (char *w = strtok_r(text, " ", &save); w != NULL;
	     w = strtok_r(NULL, " ", &save)) {
		assert_true(argc <= WORDS_MAX);
		argv[argc++] = w;
	}
	if (pin != NULL)
		argv[argc++] = option;
	argv[argc] = NULL;

	fflush(stdout);
	dup2(to_out, STDOUT_FILENO);
	dup2(to_err, STDERR_FILENO);
	code = setup_run(argc, argv);
	dup2(old_out, STDOUT_FILENO);
	dup2(old_err, STDERR_FILENO);
	close(old_out);
	close(old_err);
	close(fd[0]);
	take_text(to_out, out);
	take_text(to_err, err);
	return code;
}

static void
says(const char *where, const char *text)
{
	if (strstr(where, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, where);
}

static int
registered(void)
{
	struct jm_token *t = fixture_token(slot);
	struct jm_cert *c = malloc(sizeof *c);
	uint8_t id[MD_CARD_ID_LEN];
	jm_err e;

	assert_non_null(c);
	assert_int_equal(md_card_id(t, id), JM_OK);
	e = md_sigcache_load(id, t, c);
	free(c);
	jm_token_free(&t);
	return e == JM_OK;
}

static void
a_registration_is_one_verify_and_can_be_undone(void **state)
{
	struct md_host h;

	(void)state;
	assert_int_equal(run("status", NULL), SETUP_OK);
	says(out, "not registered");
	vs_restart_count(0);
	assert_int_equal(run("register", MD_TRY_SIGN "\n"), SETUP_OK);
	assert_int_equal(vs_counted(0).verifies, 1);
	assert_int_equal(vs_counted(0).outside, 0);
	says(out, "is registered");
	assert_true(registered());
	assert_int_equal(run("status", NULL), SETUP_OK);
	says(out, "registered, valid until 20");
	/* And the driver shows it and signs with it. */
	md_host_ready(&h, slot);
	assert_int_equal(md_try_login(&h, MD_PIN_3, MD_TRY_SIGN, NULL), 0);
	assert_int_equal(md_try_sign_any(&h, 1), 0);
	md_host_stop(&h);
	assert_int_equal(run("forget", NULL), SETUP_OK);
	says(out, "was removed");
	assert_false(registered());
	assert_int_equal(run("forget", NULL), SETUP_OK);
	says(out, "no certificate of this card");
	assert_int_equal(vs_counted(0).verifies, 1);
	assert_int_equal(vs_handles(), 0);
	assert_int_equal(vs_contexts(), 0);
}

/* What is kept, and where, is said before the PIN is asked for. */
static void
what_is_kept_is_said_before_the_pin(void **state)
{
	(void)state;
	assert_int_equal(run("register", ""), SETUP_PIN);
	says(err, "name, address, date of birth and sex");
	says(err, "/jumin/sign");
	says(err, "encrypted for this user");
	says(err, "juminmd-setup forget");
	says(err, "no PIN was given");
	assert_int_equal(vs_counted(0).verifies, 0);
	assert_null(strstr(err, MD_TRY_SIGN));
}

static void
a_wrong_pin_costs_exactly_one_try(void **state)
{
	(void)state;
	assert_int_equal(run("register", "WRONG1\n"), SETUP_PIN);
	says(err, "wrong PIN, 4 attempts left");
	assert_int_equal(vs_counted(0).verifies, 1);
	assert_int_equal(md_host_tries(slot, "sign"), 4);
	assert_int_equal(md_host_tries(slot, "auth"), 3);
	assert_false(registered());
	assert_null(strstr(err, "WRONG1"));
	assert_null(strstr(out, "WRONG1"));
}

static void
a_pin_that_cannot_be_one_is_not_sent(void **state)
{
	static const char *const bad[] = { "ABC12\n", "1234\n", "ABC-123\n",
		"ABCDEFGHIJ1234567\n", "\n", LONGER_THAN_A_LINE "\n" };

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++)
		assert_int_equal(run("register", bad[i]), SETUP_PIN);
	assert_int_equal(vs_counted(0).verifies, 0);
	assert_int_equal(md_host_tries(slot, "sign"), 5);
}

static void
the_last_try_needs_a_word_and_a_blocked_pin_is_not_asked_for(void **state)
{
	static const char *const wrong[] = { "WRONG1\n", "WRONG2\n", "WRONG3\n",
		"WRONG4\n" };

	(void)state;
	for (size_t i = 0; i < NELEM(wrong); i++)
		assert_int_equal(run("register", wrong[i]), SETUP_PIN);
	assert_int_equal(md_host_tries(slot, "sign"), 1);
	vs_restart_count(0);
	assert_int_equal(run("register", "WRONG5\n"), SETUP_PIN);
	says(err, "only one attempt is left; it was not used");
	assert_int_equal(vs_counted(0).verifies, 0);
	assert_int_equal(run("register --last-try", "WRONG5\n"), SETUP_PIN);
	says(err, "is blocked");
	assert_int_equal(vs_counted(0).verifies, 1);
	assert_int_equal(md_host_tries(slot, "sign"), 0);
	/* Not asked for: there is none to read, and that is not the fault. */
	assert_int_equal(run("register --last-try", ""), SETUP_PIN);
	says(err, "is blocked");
	assert_int_equal(
	    run("register --last-try", MD_TRY_SIGN "\n"), SETUP_PIN);
	says(err, "is blocked");
	assert_int_equal(vs_counted(0).verifies, 1);
}

static void
a_childs_card_has_nothing_to_register(void **state)
{
	(void)state;
	end_test(state);
	slot = fixture_slot("sign-pair=absent", NULL);
	vs_insert(vs_plug("Reader of A"), vs_vcard(vslot_card(slot)));
	assert_int_equal(run("register", MD_TRY_SIGN "\n"), SETUP_FAIL);
	says(err, "no signature key pair");
	assert_int_equal(vs_counted(0).verifies, 0);
	assert_int_equal(run("status", NULL), SETUP_OK);
	says(out, "the card has no such key");
}

static void
the_reader_that_is_meant_is_found_or_asked_for(void **state)
{
	struct vslot *second = fixture_slot(NULL);

	(void)state;
	assert_int_equal(run("status --reader B", NULL), SETUP_USAGE);
	says(err, "there is no reader 'B'");
	vs_insert(vs_plug("Reader of B"), vs_vcard(vslot_card(second)));
	assert_int_equal(run("status", NULL), SETUP_USAGE);
	says(err, "several resident cards");
	assert_int_equal(run("status --reader Reader", NULL), SETUP_USAGE);
	says(err, "fits several readers");
	assert_int_equal(run("status --reader=B", NULL), SETUP_OK);
	vs_remove(1);
	assert_int_equal(run("status --reader B", NULL), SETUP_NO_CARD);
	assert_int_equal(run("status", NULL), SETUP_OK);
	vs_remove(0);
	assert_int_equal(run("register", MD_TRY_SIGN "\n"), SETUP_NO_CARD);
	vs_unplug(0);
	vs_unplug(1);
	assert_int_equal(run("status", NULL), SETUP_NO_CARD);
	says(err, "there is no card reader");
	vs_service(0);
	assert_int_equal(run("status", NULL), SETUP_NO_CARD);
	vs_clear();
	vslot_close(&second);
}

static void
all_cards_can_be_forgotten_without_any(void **state)
{
	(void)state;
	assert_int_equal(run("register", MD_TRY_SIGN "\n"), SETUP_OK);
	vs_remove(0);
	assert_int_equal(run("forget", NULL), SETUP_NO_CARD);
	assert_int_equal(run("forget --all", NULL), SETUP_OK);
	says(out, "1 registered certificate was removed");
	assert_int_equal(run("forget --all", NULL), SETUP_OK);
	says(out, "0 registered certificates were removed");
	vs_insert(0, vs_vcard(vslot_card(slot)));
	assert_false(registered());
}

static void
a_card_that_leaves_at_any_command_registers_nothing(void **state)
{
	unsigned n = 1;

	(void)state;
	for (;; n++) {
		vs_restart_count(0);
		vs_fault_at(0, n, VS_REMOVE_BEFORE, NULL, 0);
		if (run("register", MD_TRY_SIGN "\n") == SETUP_OK)
			break;
		assert_false(vs_fault_waits(0));
		assert_true(vs_counted(0).verifies <= 1);
		assert_false(registered());
		vs_insert(0, vs_vcard(vslot_card(slot)));
		assert_true(n < 200);
	}
	assert_true(n > 10);
	vs_fault_at(0, 1, VS_NO_FAULT, NULL, 0);
	assert_int_equal(md_host_tries(slot, "sign"), 5);
}

static void
what_cannot_be_encrypted_is_not_kept(void **state)
{
	(void)state;
	shim_dpapi_fails(5);
	assert_int_equal(run("register", MD_TRY_SIGN "\n"), SETUP_FAIL);
	shim_dpapi_fails(0);
	assert_false(registered());
}

static void
what_is_no_command_is_usage(void **state)
{
	static const char *const bad[] = { "", "registr", "register status",
		"--quiet", "register --all", "status --last-try",
		"forget --last-try", "status --pin-fd 3", "register --reader",
		"register --pin-fd x", "register --pin-fd 99999999999999",
		"register --pin-fd=" };

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++)
		if (run(bad[i], NULL) != SETUP_USAGE)
			fail_msg("%s", bad[i]);
	assert_int_equal(vs_counted(0).verifies, 0);
	assert_int_equal(run("--help", NULL), SETUP_OK);
	says(out, "juminmd-setup forget [--all]");
	assert_int_equal(run("--version", NULL), SETUP_OK);
	says(out, "juminmd-setup ");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_registration_is_one_verify_and_can_be_undone),
		CASE(what_is_kept_is_said_before_the_pin),
		CASE(a_wrong_pin_costs_exactly_one_try),
		CASE(a_pin_that_cannot_be_one_is_not_sent),
		CASE(
		    the_last_try_needs_a_word_and_a_blocked_pin_is_not_asked_for),
		CASE(a_childs_card_has_nothing_to_register),
		CASE(the_reader_that_is_meant_is_found_or_asked_for),
		CASE(all_cards_can_be_forgotten_without_any),
		CASE(a_card_that_leaves_at_any_command_registers_nothing),
		CASE(what_cannot_be_encrypted_is_not_kept),
		CASE(what_is_no_command_is_usage),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
