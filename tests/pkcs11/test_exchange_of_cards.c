/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A card is exchanged for another one at moments that no outside call can hit:
 * nothing of the first may be taken for the second's.
 */
#include <string.h>

#include "pkcs11/enter.h"
#include "tests/pkcs11/stage.h"

static void
assert_serial(unsigned reader, const char *serial)
{
	CK_TOKEN_INFO info;

	assert_int_equal(
	    p11->C_GetTokenInfo(stage_slot(reader, AUTH), &info), CKR_OK);
	assert_memory_equal(
	    info.serialNumber, serial, sizeof info.serialNumber);
}

static void
exchange(unsigned reader, const char *serial_param)
{
	stage_take(reader);
	assert_int_equal(vc_set_param(stage_card(reader), serial_param), JM_OK);
	stage_put(reader);
}

/* --- while a session is in use -------------------------------------------- */

static void
a_session_in_use_does_not_get_the_next_card(void **state)
{
	struct p11_session *s;
	struct p11_card *card;
	CK_SESSION_HANDLE h;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, "serial=0000000000000001", NULL);
	stage_init();
	h = stage_session(r, AUTH);
	assert_int_equal(p11_enter(h, &s), CKR_OK);
	assert_int_equal(p11_session_card(s, &card), CKR_OK);
	p11_card_put(&card);
	exchange(r, "serial=0000000000000002");
	assert_serial(r, "0000000000000002"); /* identified */
	assert_int_equal(p11_session_card(s, &card), CKR_DEVICE_REMOVED);
	assert_null(card);
	assert_int_equal(p11_card_lock(s, &card), CKR_DEVICE_REMOVED);
	assert_null(card);
	assert_int_equal(p11_leave(s, CKR_OK), CKR_OK);
	assert_int_equal(p11_enter(h, &s), CKR_SESSION_HANDLE_INVALID);
	assert_null(s);
}

static void
a_card_in_use_lives_as_long_as_its_user(void **state)
{
	const struct jm_card_info *info;
	struct p11_session *s;
	struct p11_card *card;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, "serial=0000000000000001", NULL);
	stage_init();
	assert_int_equal(p11_enter(stage_session(r, AUTH), &s), CKR_OK);
	assert_int_equal(p11_session_card(s, &card), CKR_OK);
	exchange(r, "serial=0000000000000002");
	assert_serial(r, "0000000000000002");
	info = jm_token_info(card->token); /* the first one's, still */
	assert_string_equal(info->serial, "0000000000000001");
	p11_card_put(&card);
	assert_int_equal(p11_leave(s, CKR_OK), CKR_OK);
}

static void
a_session_is_not_opened_with_a_pair_that_left(void **state)
{
	CK_SESSION_HANDLE h;
	struct p11_reader *reader;
	enum p11_part part;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, "serial=0000000000000001", NULL);
	stage_init();
	assert_int_equal(
	    p11_slot_find(stage_slot(r, SIGN), &reader, &part), CKR_OK);
	exchange(r, "sign-pair=absent");
	assert_serial(r, "0000000000000001");
	/* As C_OpenSession that saw the first card goes on. */
	assert_int_equal(p11_session_new(reader, part, CKF_SERIAL_SESSION, &h),
	    CKR_TOKEN_NOT_PRESENT);
	stage_take(r);
	(void)stage_slots(0, NULL, 0);
	assert_int_equal(
	    p11_session_new(reader, P11_PART_AUTH, CKF_SERIAL_SESSION, &h),
	    CKR_TOKEN_NOT_PRESENT);
}

/* --- while it is identified ----------------------------------------------- */

static unsigned exchange_in; /* identifications until then; 0: never */
static unsigned exchanged_reader;

jm_err __real_jm_token_open_reader(
    const char *reader, const struct jm_policy *policy, struct jm_token **out);
jm_err __wrap_jm_token_open_reader(
    const char *reader, const struct jm_policy *policy, struct jm_token **out);

/* The exchange, noticed, between the last command and the note of it. */
jm_err
__wrap_jm_token_open_reader(
    const char *reader, const struct jm_policy *policy, struct jm_token **out)
{
	const jm_err e = __real_jm_token_open_reader(reader, policy, out);

	if (exchange_in > 0 && --exchange_in == 0) {
		exchange(exchanged_reader, "serial=0000000000000002");
		(void)stage_slots(0, NULL, 0);
	}
	return e;
}

static void
a_card_that_was_exchanged_while_it_was_identified_is_not_kept(void **state)
{
	CK_SLOT_ID list[4];
	unsigned r;
	(void)state;

	r = exchanged_reader =
	    stage_reader(PLAIN, "serial=0000000000000001", NULL);
	stage_init();
	exchange_in = 1;
	assert_int_equal(stage_slots(1, list, NELEM(list)), 2);
	assert_int_equal(exchange_in, 0);
	assert_serial(r, "0000000000000002");
	assert_int_equal(stage_login(stage_session(r, AUTH), AUTH_PIN), CKR_OK);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(a_session_in_use_does_not_get_the_next_card),
		T(a_card_in_use_lives_as_long_as_its_user),
		T(a_session_is_not_opened_with_a_pair_that_left),
		T(a_card_that_was_exchanged_while_it_was_identified_is_not_kept),
	};

	return cmocka_run_group_tests(tests, stage_open, stage_close);
}
