/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* New PINs, and the end of what was verified. */
#include "tests/support/test.h"

#include <string.h>

#include "tests/minidriver/md_try.h"

static struct vslot *slot;
static struct md_host h;
static WCHAR user[] = L"user";

static int
begin_test(void **state)
{
	(void)state;
	slot = fixture_slot(NULL);
	md_host_ready(&h, slot);
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	md_host_stop(&h);
	vslot_close(&slot);
	return 0;
}

static void
a_change_is_one_verify_of_the_old_and_the_new_holds(void **state)
{
	DWORD tries;

	(void)state;
	assert_int_equal(
	    md_try_change(&h, ROLE_USER, MD_TRY_AUTH, "9876", &tries), 0);
	assert_int_equal(vslot_counted(slot).verifies, 1);
	assert_int_equal(vslot_counted(slot).changes, 1);
	vslot_restart_count(slot);
	/* Nobody logged in by it. */
	assert_false(md_try_verified(slot, JM_PAIR_AUTH));
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, &tries),
	    (DWORD)SCARD_W_WRONG_CHV);
	assert_int_equal(tries, 2);
	assert_int_equal(md_try_login(&h, ROLE_USER, "9876", &tries), 0);
	assert_int_equal(
	    md_try_change(&h, MD_PIN_3, MD_TRY_SIGN, "XYZ7890", NULL), 0);
	assert_int_equal(md_try_login(&h, MD_PIN_3, "XYZ7890", NULL), 0);
	md_try_left(slot, 3, 5);
}

static void
a_wrong_old_pin_costs_one_try_and_changes_nothing(void **state)
{
	DWORD tries = 99;

	(void)state;
	assert_int_equal(
	    md_try_change(&h, MD_PIN_3, "WRONG1", "XYZ789", &tries),
	    (DWORD)SCARD_W_WRONG_CHV);
	assert_int_equal(tries, 4);
	assert_int_equal(vslot_counted(slot).verifies, 1);
	assert_int_equal(vslot_counted(slot).changes, 0);
	md_try_left(slot, 3, 4);
	assert_int_equal(md_try_login(&h, MD_PIN_3, MD_TRY_SIGN, NULL), 0);
}

/* Before the old one is sent. */
static void
a_new_pin_that_cannot_be_one_is_no_parameter(void **state)
{
	static const char *const auth[] = { "1", "abcd", "12345" };
	static const char *const sign[] = { "ABCDEF", "123456", "A1",
		"ABC12?" };
	DWORD tries;

	(void)state;
	for (size_t i = 0; i < NELEM(auth); i++)
		assert_int_equal(
		    md_try_change(&h, ROLE_USER, MD_TRY_AUTH, auth[i], &tries),
		    (DWORD)SCARD_E_INVALID_PARAMETER);
	for (size_t i = 0; i < NELEM(sign); i++)
		assert_int_equal(
		    md_try_change(&h, MD_PIN_3, MD_TRY_SIGN, sign[i], &tries),
		    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(tries, UNKNOWN);
	md_try_cost(slot, 0, 0);
}

static void
what_a_change_cannot_do_is_refused_unsent(void **state)
{
	static const struct {
		DWORD flags;
		PIN_ID auth, target;
		DWORD len, new_len, retries;
		DWORD code;
	} row[] = {
		{ PIN_CHANGE_FLAG_UNBLOCK, 1, 1, 4, 4, 0,
		    (DWORD)SCARD_E_UNSUPPORTED_FEATURE },
		{ 0, 1, 1, 4, 4, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 3, 1, 1, 4, 4, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 2, 1, 3, 4, 4, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 2, 3, 1, 4, 4, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 2, 1, 1, 0, 4, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 2, 1, 1, 4, 0, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 2, 1, 1, 4, 4, 3, (DWORD)SCARD_E_INVALID_PARAMETER },
	};
	BYTE old_pin[] = "1234", new_pin[] = "4321";
	static WCHAR admin[] = L"admin";
	DWORD tries;

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		tries = 99;
		assert_int_equal(
		    MD_CALL(&h, pfnCardChangeAuthenticatorEx, row[i].flags,
			row[i].auth, old_pin, row[i].len, row[i].target,
			new_pin, row[i].new_len, row[i].retries, &tries),
		    row[i].code);
		assert_int_equal(tries, UNKNOWN);
	}
	/* The older call: its flag 1 is a challenge's response, 2 a PIN. */
	assert_int_equal(MD_CALL(&h, pfnCardChangeAuthenticator, user, old_pin,
			     4, new_pin, 4, 0, 1, NULL),
	    (DWORD)SCARD_E_UNSUPPORTED_FEATURE);
	assert_int_equal(MD_CALL(&h, pfnCardChangeAuthenticator, user, old_pin,
			     4, new_pin, 4, 0, 0, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardChangeAuthenticator, user, old_pin,
			     4, new_pin, 4, 1, 2, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardChangeAuthenticator, admin, old_pin,
			     4, new_pin, 4, 0, 2, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_try_cost(slot, 0, 0);
	assert_int_equal(MD_CALL(&h, pfnCardChangeAuthenticator, user, old_pin,
			     4, new_pin, 4, 0, 2, &tries),
	    0);
	assert_int_equal(md_try_login(&h, ROLE_USER, "4321", NULL), 0);
}

static void
nothing_is_verified_after_a_deauthentication(void **state)
{
	static const PIN_SET sets[] = { 1u << ROLE_USER, 1u << MD_PIN_3,
		1u << ROLE_USER | 1u << MD_PIN_3, 0xff, 0x03 };

	(void)state;
	for (size_t i = 0; i < NELEM(sets); i++) {
		assert_int_equal(
		    md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
		assert_int_equal(
		    md_try_login(&h, MD_PIN_3, MD_TRY_SIGN, NULL), 0);
		/* The first time the counters are looked up, too. */
		md_try_cost(slot, i == 0 ? 8 : 6, 2);
		assert_int_equal(
		    MD_CALL(&h, pfnCardDeauthenticateEx, sets[i], 0), 0);
		vslot_restart_count(slot);
		assert_false(md_try_verified(slot, JM_PAIR_AUTH));
		assert_false(md_try_verified(slot, JM_PAIR_SIGN));
		assert_int_equal(
		    md_try_sign_any(&h, 0), (DWORD)SCARD_W_SECURITY_VIOLATION);
		md_try_cost(slot, 0, 0);
	}
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	assert_int_equal(MD_CALL(&h, pfnCardDeauthenticate, user, 0), 0);
	vslot_restart_count(slot);
	assert_false(md_try_verified(slot, JM_PAIR_AUTH));
}

/* A second program, through a handle of its own: it never had the status, and
 * does not get it. */
static void
another_context_cannot_sign_before_nor_after(void **state)
{
	struct md_host other;

	(void)state;
	md_host_ready(&other, slot);
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	assert_int_equal(
	    md_try_sign_any(&other, 0), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(MD_CALL(&h, pfnCardDeauthenticateEx, 2, 0), 0);
	assert_int_equal(
	    md_try_sign_any(&other, 0), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(vslot_counted(slot).signs, 0);
	/* What it verifies itself, the first one's log-out ends. */
	assert_int_equal(md_try_login(&other, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	assert_int_equal(MD_CALL(&h, pfnCardDeauthenticateEx, 2, 0), 0);
	assert_int_equal(
	    md_try_sign_any(&other, 0), (DWORD)SCARD_W_SECURITY_VIOLATION);
	md_host_stop(&other);
}

static void
which_pins_and_flags_a_deauthentication_takes(void **state)
{
	static const struct {
		PIN_SET set;
		DWORD flags, code;
	} row[] = {
		{ 0, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 1u << ROLE_EVERYONE, 0, 0 }, /* is ignored */
		{ 1u << ROLE_ADMIN, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 1u << 7, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 1u << 8, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 0x102, 0, (DWORD)SCARD_E_INVALID_PARAMETER },
		{ 2, 1, (DWORD)SCARD_E_INVALID_PARAMETER },
	};
	static WCHAR admin[] = L"admin";

	(void)state;
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	vslot_restart_count(slot);
	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(MD_CALL(&h, pfnCardDeauthenticateEx,
				     row[i].set, row[i].flags),
		    row[i].code);
	assert_int_equal(MD_CALL(&h, pfnCardDeauthenticate, admin, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardDeauthenticate, NULL, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardDeauthenticate, user, 1),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_try_cost(slot, 0, 0);
	assert_true(md_try_verified(slot, JM_PAIR_AUTH));
}

/* The host resets the card then, which these cards may outlive (doc/vcard.md,
 * "Power and reset"): the next log-out that reaches it ends what was left. */
static void
a_card_that_refuses_the_log_out_is_told(void **state)
{
	(void)state;
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	shim_scard_fails(SCARD_F_COMM_ERROR);
	assert_int_not_equal(MD_CALL(&h, pfnCardDeauthenticateEx, 2, 0), 0);
	shim_scard_fails(0);
	assert_int_equal(
	    md_try_sign_any(&h, 0), (DWORD)SCARD_W_SECURITY_VIOLATION);
	assert_int_equal(MD_CALL(&h, pfnCardDeauthenticateEx, 2, 0), 0);
	vslot_restart_count(slot);
	assert_false(md_try_verified(slot, JM_PAIR_AUTH));
}

static void
a_challenge_is_fresh_each_time_and_ends_no_login(void **state)
{
	BYTE byte = 0;
	PBYTE one = &byte, two = &byte;
	DWORD one_len = 9, two_len = 9;

	(void)state;
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	vslot_restart_count(slot);
	assert_int_equal(MD_CALL(&h, pfnCardGetChallenge, &one, &one_len), 0);
	assert_int_equal(
	    MD_CALL(&h, pfnCardGetChallengeEx, ROLE_ADMIN, &two, &two_len, 0),
	    0);
	md_try_cost(slot, 4, 0); /* SELECT, GET CHALLENGE */
	assert_int_equal(one_len, 8);
	assert_int_equal(two_len, 8);
	assert_memory_not_equal(one, two, 8);
	md_host_free(one);
	md_host_free(two);
	assert_int_equal(md_try_sign_any(&h, 0), 0);
}

static void
a_challenge_that_cannot_be_had_is_none(void **state)
{
	BYTE byte = 0;
	PBYTE data = &byte;
	DWORD len = 9;

	(void)state;
	assert_int_equal(
	    MD_CALL(&h, pfnCardGetChallengeEx, ROLE_ADMIN, &data, &len, 1),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardGetChallengeEx, 8, &data, &len, 0),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_null(data);
	assert_int_equal(len, 0);
	assert_int_equal(MD_CALL(&h, pfnCardGetChallenge, NULL, &len),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	assert_int_equal(MD_CALL(&h, pfnCardGetChallenge, &data, NULL),
	    (DWORD)SCARD_E_INVALID_PARAMETER);
	md_try_cost(slot, 0, 0);
	data = &byte;
	len = 9;
	md_host_alloc_fails(0);
	assert_int_equal(MD_CALL(&h, pfnCardGetChallenge, &data, &len),
	    (DWORD)SCARD_E_NO_MEMORY);
	assert_true(md_host_alloc_failed());
	assert_null(data);
	assert_int_equal(len, 0);
	data = &byte;
	shim_scard_fails(SCARD_W_REMOVED_CARD);
	assert_int_equal(MD_CALL(&h, pfnCardGetChallenge, &data, &len),
	    (DWORD)SCARD_W_REMOVED_CARD);
	shim_scard_fails(0);
	assert_null(data);
}

/* A handle that changes does not end what is verified, and the host believes
 * that it did. */
static void
behind_another_handle_nobody_stays_verified(void **state)
{
	static const PIN_ID ids[] = { ROLE_USER, MD_PIN_3 };
	static const enum jm_pair pairs[] = { JM_PAIR_AUTH, JM_PAIR_SIGN };
	static const char *const pins[] = { MD_TRY_AUTH, MD_TRY_SIGN };
	CARD_CAPABILITIES caps = { .dwVersion = 1 };

	(void)state;
	for (size_t i = 0; i < NELEM(ids); i++) {
		assert_int_equal(md_try_login(&h, ids[i], pins[i], NULL), 0);
		vslot_restart_count(slot);
		assert_true(md_try_verified(slot, pairs[i]));
		md_host_move(&h, slot);
		assert_int_equal(
		    MD_CALL(&h, pfnCardQueryCapabilities, &caps), 0);
		vslot_restart_count(slot);
		assert_false(md_try_verified(slot, pairs[i]));
	}
	/* One who was never verified costs no log-out. */
	assert_int_equal(MD_CALL(&h, pfnCardDeauthenticateEx, 2, 0), 0);
	vslot_restart_count(slot);
	md_host_move(&h, slot);
	assert_int_equal(MD_CALL(&h, pfnCardQueryCapabilities, &caps), 0);
	md_try_cost(slot, 5, 0);
}

/* --- a card that refuses the log-out -------------------------------------- */

static struct jm_link card_way; /* what stands behind the one that refuses */
static int refuses;

static jm_err
refusing_transmit(
    void *self, const uint8_t *cmd, size_t len, uint8_t *rsp, size_t *rsp_len)
{
	static const uint8_t by_name[] = { 0x00, 0xa4, 0x04, 0x0c, 0x07 };

	if (!refuses || len < sizeof by_name ||
	    memcmp(cmd, by_name, sizeof by_name) != 0)
		return card_way.ops->transmit(self, cmd, len, rsp, rsp_len);
	memcpy(rsp, "\x6a\x82", 2);
	*rsp_len = 2;
	return JM_OK;
}

/* Behind the new handle it is refused, too, and ended once that is possible. */
static void
a_status_that_could_not_be_dropped_is_dropped_later(void **state)
{
	CARD_CAPABILITIES caps = { .dwVersion = 1 };
	struct jm_link_ops ops;
	struct jm_link way;
	PBYTE data;
	DWORD len;

	(void)state;
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	md_host_move(&h, slot);
	card_way = h.way;
	ops = *card_way.ops;
	ops.transmit = refusing_transmit;
	way = (struct jm_link){ &ops, card_way.self };
	shim_drop(h.card.hScard);
	h.card.hScard = shim_handle(&way);
	refuses = 1;
	assert_int_equal(MD_CALL(&h, pfnCardQueryCapabilities, &caps), 0);
	vslot_restart_count(slot);
	assert_true(md_try_verified(slot, JM_PAIR_AUTH));
	assert_int_equal(
	    md_try_sign_any(&h, 0), (DWORD)SCARD_W_SECURITY_VIOLATION);
	refuses = 0;
	assert_int_equal(MD_CALL(&h, pfnCardGetChallenge, &data, &len), 0);
	md_host_free(data);
	vslot_restart_count(slot);
	assert_false(md_try_verified(slot, JM_PAIR_AUTH));
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	assert_int_equal(md_try_sign_any(&h, 0), 0);
	md_host_move(&h, slot);
}

static int lost; /* nothing is answered any more */

static jm_err
losing_transmit(
    void *self, const uint8_t *cmd, size_t len, uint8_t *rsp, size_t *rsp_len)
{
	if (lost) {
		*rsp_len = 0;
		return JM_LINK;
	}
	lost = cmd[1] == 0x20 && len > 5; /* a PIN */
	return card_way.ops->transmit(self, cmd, len, rsp, rsp_len);
}

/* Nor where a change got no further than its VERIFY. */
static void
a_change_that_broke_off_leaves_nobody_verified(void **state)
{
	CARD_CAPABILITIES caps = { .dwVersion = 1 };
	struct jm_link_ops ops;
	struct jm_link way;

	(void)state;
	card_way = h.way;
	ops = *card_way.ops;
	ops.transmit = losing_transmit;
	way = (struct jm_link){ &ops, card_way.self };
	shim_drop(h.card.hScard);
	h.card.hScard = shim_handle(&way);
	lost = 0;
	assert_int_not_equal(
	    md_try_change(&h, ROLE_USER, MD_TRY_AUTH, "4321", NULL), 0);
	assert_true(lost);
	vslot_restart_count(slot);
	assert_true(md_try_verified(slot, JM_PAIR_AUTH));
	md_host_move(&h, slot);
	assert_int_equal(MD_CALL(&h, pfnCardQueryCapabilities, &caps), 0);
	vslot_restart_count(slot);
	assert_false(md_try_verified(slot, JM_PAIR_AUTH));
}

/* The host connects again, and shows the same wrong PIN. */
static void
a_wrong_pin_is_no_other_one_behind_another_handle(void **state)
{
	DWORD tries;

	(void)state;
	assert_int_equal(md_try_login(&h, ROLE_USER, "9876", &tries),
	    (DWORD)SCARD_W_WRONG_CHV);
	assert_int_equal(tries, 2);
	for (int i = 0; i < 3; i++) {
		md_host_move(&h, slot);
		assert_int_equal(md_try_login(&h, ROLE_USER, "9876", &tries),
		    (DWORD)SCARD_W_WRONG_CHV);
		assert_int_equal(tries, 2);
	}
	assert_int_equal(md_host_tries(slot, "auth"), 2);
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	/* Full again: somebody may have changed it to this very one. */
	md_host_move(&h, slot);
	assert_int_equal(md_try_login(&h, ROLE_USER, "9876", &tries),
	    (DWORD)SCARD_W_WRONG_CHV);
	assert_int_equal(md_host_tries(slot, "auth"), 2);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_change_is_one_verify_of_the_old_and_the_new_holds),
		CASE(a_wrong_old_pin_costs_one_try_and_changes_nothing),
		CASE(a_new_pin_that_cannot_be_one_is_no_parameter),
		CASE(what_a_change_cannot_do_is_refused_unsent),
		CASE(nothing_is_verified_after_a_deauthentication),
		CASE(another_context_cannot_sign_before_nor_after),
		CASE(which_pins_and_flags_a_deauthentication_takes),
		CASE(a_card_that_refuses_the_log_out_is_told),
		CASE(a_challenge_is_fresh_each_time_and_ends_no_login),
		CASE(a_challenge_that_cannot_be_had_is_none),
		CASE(behind_another_handle_nobody_stays_verified),
		CASE(a_status_that_could_not_be_dropped_is_dropped_later),
		CASE(a_change_that_broke_off_leaves_nobody_verified),
		CASE(a_wrong_pin_is_no_other_one_behind_another_handle),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
