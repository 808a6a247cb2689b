/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PINs with a new value: from the holder, or at a counter. */
#include <string.h>

#include "crypto/ctx.h"
#include "tests/support/test.h"
#include "tests/support/vc_write.h"

#define RESET  "002C0298"
#define NEW    RESET "0439383736"
#define VERIFY "002000980439383736"

static struct vc_write w; /* large */

static void
fresh(const char *app)
{
	vc_write_open(&w, app);
	if (strcmp(app, "jpki") == 0) {
		vc_write_file(&w, 0x18)->tries = 0;
		vc_write_file(&w, 0x1b)->tries = 0;
	}
}

static void
a_blocked_pin_is_set_anew_by_one_authorisation(void **state)
{
	(void)state;
	fresh("jpki");
	assert_int_equal(vc_write_say(&w, NEW), 0x6982);
	vc_write_grant(&w, VC_RESET_PIN, 0x0018);
	assert_int_equal(vc_write_say(&w, NEW), 0x9000);
	assert_int_equal(w.commits, 1);
	assert_int_equal(w.events, 1);
	assert_string_equal(w.event.operator_id, "OP-1");
	assert_int_equal(w.event.op, 0);
	assert_memory_equal(w.event.target, "\x00\x18", 2);
	assert_int_equal(vc_write_say(&w, "00200098"), 0x63c3);
	assert_int_equal(vc_write_say(&w, NEW), 0x6982); /* spent */
	assert_int_equal(vc_write_say(&w, VERIFY), 0x9000);
	vc_write_close(&w);
}

static void
an_authorisation_is_for_one_pin(void **state)
{
	static const struct {
		uint32_t right;
		unsigned target;
	} row[] = { { VC_RESET_PIN, 0x001b }, { VC_RESET_PIN, 0 },
		{ VC_RENEW, 0x0018 }, { VC_CHANGE_CODE, 0x0018 },
		{ VC_RESET_PIN, 0x0017 } };

	(void)state;
	fresh("jpki");
	for (size_t i = 0; i < NELEM(row); i++) {
		vc_write_grant(&w, row[i].right, row[i].target);
		assert_int_equal(vc_write_say(&w, NEW), 0x6982);
	}
	/* Whoever has verified a PIN is no counter. */
	vc_write_file(&w, 0x18)->tries = 3;
	assert_true(vc_full_verify(w.card) > 0);
	vc_app_spend(w.app);
	assert_int_equal(vc_write_say(&w, NEW), 0x6982);
	assert_int_equal(w.events, 0);
	vc_write_close(&w);
}

static void
a_value_of_a_wrong_form_costs_nothing(void **state)
{
	static const struct {
		const char *cmd;
		unsigned sw;
	} row[] = {
		{ RESET, 0x6700 },
		{ RESET "00", 0x6700 },
		{ RESET "03313233", 0x6700 },
		{ RESET "053132333435", 0x6700 },
		{ RESET "0431323341", 0x6a80 },
		{ RESET "043132333400", 0x6700 },
		{ "002C03980431323334", 0x6a86 },
		{ "002C00980431323334", 0x6a86 },
		{ "002C029F0431323334", 0x6a86 },
		{ "002C02970431323334", 0x6981 },
		{ "002C02930431323334", 0x6a82 },
		{ "002C02800431323334", 0x6986 },
	};

	(void)state;
	fresh("jpki");
	vc_write_grant(&w, VC_RESET_PIN, 0x0018);
	for (size_t i = 0; i < NELEM(row); i++)
		if (vc_write_say(&w, row[i].cmd) != row[i].sw)
			fail_msg("%s: not %04X", row[i].cmd, row[i].sw);
	assert_int_equal(w.commits, 0);
	assert_int_equal(vc_write_say(&w, NEW), 0x9000); /* still good */
	vc_write_close(&w);
}

static void
a_failed_write_leaves_the_old_pin(void **state)
{
	struct vc_file old;

	(void)state;
	fresh("jpki");
	old = *vc_write_file(&w, 0x18);
	vc_write_grant(&w, VC_RESET_PIN, 0x0018);
	w.fail_at = 1;
	assert_int_equal(vc_write_say(&w, NEW), 0);
	assert_memory_equal(vc_write_file(&w, 0x18), &old, sizeof old);
	assert_int_equal(w.events, 0);
	vc_write_close(&w);
}

static void
a_new_pin_has_to_be_verified(void **state)
{
	(void)state;
	fresh("jpki");
	vc_write_file(&w, 0x18)->tries = 3;
	assert_true(vc_full_verify(w.card) > 0);
	assert_int_not_equal(w.app->verified, 0);
	vc_write_file(&w, 0x1b)->tries = 0;
	w.app->verified = ~(uint32_t)0;
	vc_write_grant(&w, VC_RESET_PIN, 0x0018);
	assert_int_equal(vc_write_say(&w, NEW), 0x9000);
	assert_false(
	    vc_cond_met(w.app, &(struct vc_cond){ VC_ANY_OF, { 0x0018 }, 0 }));
	vc_write_close(&w);
}

static void
an_absent_pair_gets_no_pin(void **state)
{
	(void)state;
	fresh("jpki");
	assert_int_equal(vc_set_param(w.card, "auth-pair=absent"), JM_OK);
	vc_write_grant(&w, VC_RESET_PIN, 0x0018);
	assert_int_equal(vc_write_say(&w, NEW), 0x6a82);
	assert_int_equal(vc_set_param(w.card, "absent-pin=blocked"), JM_OK);
	assert_int_equal(vc_write_say(&w, NEW), 0x6985);
	vc_write_close(&w);
}

/* Nobody holds the card yet, so there is nothing for an operator to say. */
static void
first_pins_are_set_before_the_card_is_handed_out(void **state)
{
	(void)state;
	fresh("jpki");
	w.app->rights = VC_R_COUNTER;
	assert_int_equal(vc_write_say(&w, NEW), 0x6982);
	w.card->life = VC_PERSONALISED;
	assert_int_equal(vc_write_say(&w, NEW), 0x9000);
	assert_int_equal(vc_write_say(&w, NEW), 0x9000);
	assert_int_equal(vc_write_say(&w, "002C02900431323334"), 0x6982);
	assert_int_equal(w.events, 0);
	w.app->rights = VC_R_ISSUER;
	assert_int_equal(vc_write_say(&w, NEW), 0x6982);
	vc_write_close(&w);
}

static void
each_application_has_its_way_to_change_a_pin(void **state)
{
	static const struct {
		const char *app, *change, *other;
	} row[] = {
		{ "jpki", "002401980439383736", "803200980439383736" },
		{ "text", "002401910439383736", "803200910439383736" },
		{ "juki", "8032009C0439383736", "0024019C0439383736" },
		{ "common", "8032009C0439383736", "0024019C0439383736" },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		vc_write_open(&w, row[i].app);
		assert_int_equal(vc_write_say(&w, row[i].change), 0x6982);
		(void)vc_full_verify(w.card);
		assert_int_equal(vc_write_say(&w, row[i].other), 0x6d00);
		assert_int_equal(vc_write_say(&w, row[i].change), 0x9000);
		assert_int_equal(w.events, 0);
		vc_write_close(&w);
	}
}

static void
a_check_number_is_changed_by_nobody(void **state)
{
	(void)state;
	vc_write_open(&w, "text");
	(void)vc_full_verify(w.card);
	assert_int_equal(
	    vc_write_say(&w, "002401940C313233343536373839303132"), 0x6985);
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
		cmocka_unit_test(
		    a_blocked_pin_is_set_anew_by_one_authorisation),
		cmocka_unit_test(an_authorisation_is_for_one_pin),
		cmocka_unit_test(a_value_of_a_wrong_form_costs_nothing),
		cmocka_unit_test(a_failed_write_leaves_the_old_pin),
		cmocka_unit_test(a_new_pin_has_to_be_verified),
		cmocka_unit_test(an_absent_pair_gets_no_pin),
		cmocka_unit_test(
		    first_pins_are_set_before_the_card_is_handed_out),
		cmocka_unit_test(each_application_has_its_way_to_change_a_pin),
		cmocka_unit_test(a_check_number_is_changed_by_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
