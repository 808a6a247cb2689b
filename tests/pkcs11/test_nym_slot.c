/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The slot of service identities: when it is there, and what it says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "objects/ident.h"
#include "pkcs11/flavour.h"
#include "tests/pkcs11/nym_index_try.h"
#include "tests/pkcs11/nymt.h"

#define SSH_A "ssh:a.example.jp"
#define SSH_B "ssh:b.example.jp"
#define HOME  "p11:home"

static struct nym_index_entry entries[3];
static const struct nym_index three = { entries, 3 }, one = { entries, 1 },
			      nothing = { entries, 0 };

static int
begin(void **state)
{
	static const char *const scopes[] = { SSH_A, SSH_B, HOME };

	try_clear();
	for (unsigned i = 0; i < 3; i++)
		try_cheap_entry(&entries[i], scopes[i], i);
	assert_int_equal(unsetenv("JUMIN_SCOPE"), 0);
	return stage_conf_begin(state);
}

/* --- there or not --------------------------------------------------------- */

static void
without_an_index_there_is_no_slot_and_no_command_more(void **state)
{
	CK_SLOT_ID list[8];
	CK_SLOT_INFO info;
	unsigned r, before;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(stage_slots(1, list, 8), 2);
	before = vs_counted(r).apdus;
	assert_int_equal(stage_slots(0, list, 8), 2);
	assert_int_equal(p11->C_GetSlotInfo(2, &info), CKR_SLOT_ID_INVALID);
	assert_int_equal(vs_counted(r).apdus, before);
	assert_int_equal(try_asked, 0);
}

static void
the_slot_is_there_from_the_first_index_on(void **state)
{
	CK_SLOT_ID list[8];
	CK_SLOT_INFO info;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	assert_int_equal(stage_slots(0, list, 8), 2);
	try_any = 1;
	try_index = &three;
	assert_int_equal(stage_slots(0, list, 8), 3);
	assert_int_equal(list[0], 0);
	assert_int_equal(list[2], 2);
	assert_int_equal(try_asked, 0); /* the card was not asked for */
	assert_int_equal(p11->C_GetSlotInfo(2, &info), CKR_OK);
	assert_memory_equal(info.slotDescription,
	    "Reader of the tests 00 00 (Service Identities)", 46);
	assert_int_equal(
	    info.flags, CKF_REMOVABLE_DEVICE | CKF_HW_SLOT | CKF_TOKEN_PRESENT);
	assert_int_equal(nymt_token(r), 1);
	/* and stays: an id never comes to mean nothing */
	try_any = 0;
	try_index = NULL;
	assert_int_equal(stage_slots(0, list, 8), 3);
	assert_int_equal(nymt_token(r), 0);
}

static void
a_card_without_identities_has_no_token_there(void **state)
{
	static const struct nym_index *const none[] = { NULL, &nothing };
	CK_SESSION_HANDLE s;
	(void)state;

	for (size_t i = 0; i < NELEM(none); i++) {
		const unsigned r = stage_reader(PLAIN, NULL);
		CK_SLOT_INFO info;

		try_any = 1;
		try_index = none[i];
		if (i == 0)
			stage_init();
		assert_int_equal(nymt_token(r), 0);
		assert_int_equal(
		    p11->C_GetSlotInfo(nymt_slot(r), &info), CKR_OK);
		assert_int_equal(info.flags & CKF_TOKEN_PRESENT, 0);
		assert_int_equal(p11->C_OpenSession(nymt_slot(r),
				     CKF_SERIAL_SESSION, NULL, NULL, &s),
		    CKR_TOKEN_NOT_PRESENT);
	}
}

static void
each_reader_has_its_own(void **state)
{
	CK_SLOT_ID list[16];
	(void)state;

	try_any = 1;
	try_index = &three;
	(void)stage_reader(PLAIN, NULL);
	(void)stage_reader(SHORT_IDS, NULL);
	(void)stage_empty("Reader of the tests 02 00");
	stage_init();
	assert_int_equal(stage_slots(0, list, 16), 9);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(list[i], i / 3 * 4 + i % 3);
	assert_int_equal(stage_slots(1, list, 16), 6);
}

static void
a_card_that_fails_is_asked_three_times(void **state)
{
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	try_any = 1;
	try_error = JM_CARD;
	stage_init();
	for (int i = 0; i < 5; i++)
		assert_int_equal(stage_slots(1, NULL, 0), 2);
	assert_int_equal(try_asked, 3);
	try_error = JM_OK;
	try_index = &one;
	stage_take(r);
	(void)stage_slots(1, NULL, 0);
	stage_put(r);
	assert_int_equal(nymt_token(r), 1);
}

static void
a_card_that_leaves_while_it_is_asked_is_gone(void **state)
{
	(void)state;

	(void)stage_reader(PLAIN, NULL);
	try_any = 1;
	try_error = JM_GONE;
	stage_init();
	(void)stage_slots(1, NULL, 0);
	try_error = JM_OK;
	try_index = &one;
	assert_int_equal(stage_slots(1, NULL, 0), 3);
}

static void
events_are_those_of_all_slots(void **state)
{
	CK_SLOT_ID id, seen = 0;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	try_any = 1;
	try_index = &one;
	stage_init();
	assert_int_equal(
	    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL), CKR_NO_EVENT);
	stage_take(r);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL), CKR_OK);
		seen |= 1u << id;
	}
	assert_int_equal(seen, 7);
	assert_int_equal(
	    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL), CKR_NO_EVENT);
}

/* --- what the token says -------------------------------------------------- */

static void
the_token_tells_nothing_of_the_card(void **state)
{
	CK_TOKEN_INFO a, auth;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	try_any = 1;
	try_index = &one;
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	assert_int_equal(p11->C_GetTokenInfo(nymt_slot(r), &a), CKR_OK);
	assert_int_equal(
	    p11->C_GetTokenInfo(stage_slot(r, AUTH), &auth), CKR_OK);
	assert_memory_equal(a.label, "Service Identities              ", 32);
	assert_memory_equal(a.serialNumber, "0000000000000000", 16);
	assert_memory_equal(
	    a.manufacturerID, "Jumin                           ", 32);
	assert_memory_equal(a.model, "NYM1            ", 16);
	assert_int_equal(a.hardwareVersion.major + a.hardwareVersion.minor, 0);
	assert_int_equal(a.firmwareVersion.major + a.firmwareVersion.minor, 0);
	assert_memory_not_equal(auth.serialNumber, a.serialNumber, 16);
	assert_int_equal(a.flags, CKF_WRITE_PROTECTED | CKF_LOGIN_REQUIRED |
				      CKF_USER_PIN_INITIALIZED |
				      CKF_TOKEN_INITIALIZED);
	assert_int_equal(a.ulMinPinLen, 4);
	assert_int_equal(a.ulMaxPinLen, 4);
}

static void
its_counter_is_that_of_the_authentication_pin(void **state)
{
	CK_TOKEN_INFO info;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	(void)stage_other_try(r, AUTH, "9999");
	try_any = 1;
	try_index = &one;
	stage_init();
	assert_int_equal(nymt_token(r), 1);
	assert_int_equal(p11->C_GetTokenInfo(nymt_slot(r), &info), CKR_OK);
	assert_int_equal(
	    info.flags & CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_COUNT_LOW);
	assert_int_equal(stage_counter(r, SIGN), 0);
}

static void
its_pin_is_changed_at_the_authentication_token(void **state)
{
	static CK_BYTE old_pin[] = "1234", new_pin[] = "4321";
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	try_any = 1;
	try_index = &one;
	stage_init();
	(void)stage_slots(1, NULL, 0);
	s = nymt_open(r);
	vs_restart_count(r);
	assert_int_equal(p11->C_SetPIN(s, old_pin, 4, new_pin, 4),
	    CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(
	    p11->C_InitPIN(s, new_pin, 4), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(
	    p11->C_SetPIN(s, NULL, 0, NULL, 0), CKR_FUNCTION_NOT_SUPPORTED);
	assert_int_equal(vs_counted(r).apdus, 0);
}

/* --- the filter ----------------------------------------------------------- */

static void
the_filter_shows_what_configuration_and_variable_allow(void **state)
{
	/* clang-format off */
	static const struct { const char *conf, *only; const char *want; } row[] = {
		{ "",                         NULL,   "ABH" },
		{ "scope = *",                NULL,   "ABH" },
		{ "scope = ssh:*",            NULL,   "AB" },
		{ "scope = " SSH_B,           NULL,   "B" },
		{ "scope = ssh:*",            SSH_A,  "A" },
		{ "scope = ssh:*",            HOME,   "" },
		{ "scope = p11:*",            SSH_A,  "" },
		{ "",                         HOME,   "H" },
		{ "",                         "ssh:*", "" },
		{ "",                         "",     "" },
		{ "",                         "SSH:a.example.jp", "" },
		{ "",                         SSH_A " ", "" },
		{ "",                         "self:vault/aaaqeayeaudaocajbifqydiob4", "" },
		{ "scope = web:*",            NULL,   "" },
		{ "slots = nym",              SSH_A,  "A" },
	};
	/* clang-format on */

	for (size_t i = 0; i < NELEM(row); i++) {
		CK_SESSION_HANDLE s;

		(void)stage_reader(PLAIN, NULL);
		try_any = 1;
		try_index = &three;
		stage_conf(row[i].conf);
		if (row[i].only != NULL)
			assert_int_equal(
			    setenv("JUMIN_SCOPE", row[i].only, 1), 0);
		stage_init();
		assert_int_equal(stage_slots(1, NULL, 0),
		    (row[i].only != NULL ? 0 : 2) + (row[i].want[0] != '\0'));
		if (row[i].want[0] != '\0') {
			assert_int_equal(
			    p11->C_OpenSession(
				2, CKF_SERIAL_SESSION, NULL, NULL, &s),
			    CKR_OK);
			assert_int_equal(
			    nymt_object(s, CKO_PUBLIC_KEY, SSH_A) != 0,
			    strchr(row[i].want, 'A') != NULL);
			assert_int_equal(
			    nymt_object(s, CKO_CERTIFICATE, SSH_B) != 0,
			    strchr(row[i].want, 'B') != NULL);
			assert_int_equal(
			    nymt_object(s, CKO_PUBLIC_KEY, HOME) != 0,
			    strchr(row[i].want, 'H') != NULL);
		}
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

/* The longest scope has 255 bytes. */
static void
a_variable_of_any_length_is_no_more_than_a_scope(void **state)
{
	static char text[5000];
	(void)state;

	for (size_t len = 254; len < sizeof text; len += len < 258 ? 1 : 979) {
		memset(text, 'a', len);
		text[len] = '\0';
		assert_int_equal(setenv("JUMIN_SCOPE", text, 1), 0);
		(void)stage_reader(PLAIN, NULL);
		try_any = 1;
		try_cheap_entry(&entries[0], "ssh:x", 0);
		memcpy(entries[0].scope, text, len < 256 ? len + 1 : 256);
		entries[0].scope[255] = '\0';
		try_index = &three;
		stage_init();
		assert_int_equal(stage_slots(1, NULL, 0), len < 256 ? 1 : 0);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(begin(state), 0);
	}
}

static void
the_key_slots_of_the_configuration_hides_it(void **state)
{
	CK_SLOT_ID list[4];
	(void)state;

	(void)stage_reader(PLAIN, NULL);
	try_any = 1;
	try_index = &three;
	stage_conf("slots = auth sign\n");
	stage_init();
	assert_int_equal(stage_slots(0, list, 4), 2);
	assert_int_equal(stage_slots(1, list, 4), 2);
	assert_int_equal(try_asked, 0);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	stage_conf("slots = nym\n");
	stage_init();
	assert_int_equal(stage_slots(1, list, 4), 1);
	assert_int_equal(list[0], 2);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(without_an_index_there_is_no_slot_and_no_command_more),
		T(the_slot_is_there_from_the_first_index_on),
		T(a_card_without_identities_has_no_token_there),
		T(each_reader_has_its_own),
		T(a_card_that_fails_is_asked_three_times),
		T(a_card_that_leaves_while_it_is_asked_is_gone),
		T(events_are_those_of_all_slots),
		T(the_token_tells_nothing_of_the_card),
		T(its_counter_is_that_of_the_authentication_pin),
		T(its_pin_is_changed_at_the_authentication_token),
		T(the_filter_shows_what_configuration_and_variable_allow),
		T(a_variable_of_any_length_is_no_more_than_a_scope),
		T(the_key_slots_of_the_configuration_hides_it),
	};

	return cmocka_run_group_tests(tests, stage_conf_open, stage_conf_close);
}
