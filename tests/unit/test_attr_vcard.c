/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The holder's data off the virtual card, whose records another program made:
 * what they are, what they cost, and what is left on the card. */
#include "tests/support/test.h"

#include <string.h>

#include "objects/attr.h"
#include "tests/support/fixture.h"
#include "vcard/vc_card.h"

#define SELECT_TEXT "00A4040C0AD3921000310001010408"

static struct jm_attr a;
static int tries;

static unsigned
apdus(struct vslot *slot)
{
	const unsigned n = vslot_counted(slot).apdus;

	assert_int_equal(vslot_counted(slot).outside, 0);
	vslot_restart_count(slot);
	return n;
}

static jm_err
get(struct jm_token *t, const char *pin)
{
	return jm_token_attr(t, pin, strlen(pin), NULL, &a, &tries);
}

/* Nobody is verified for the next program. */
static void
locked(struct vslot *slot)
{
	static const char *const read_name[] = { SELECT_TEXT, "00A4020C020002",
		"00B0000010" };

	assert_int_equal(fixture_sw(slot, read_name, NELEM(read_name)), 0x6982);
	vslot_restart_count(slot);
}

static void
the_data_of_an_issued_card_are_proved_within_the_budget(void **state)
{
	/* clang-format off */
	static const struct {
		const char *atr; unsigned apps, counter, data;
	} row[] = {
		{ "atr=" ATR_PLAIN,    7, 3, 14 },
		{ "atr=" ATR_SFI,      6, 2, 10 },
		{ "atr=" ATR_EXTENDED, 6, 2,  7 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct vslot *slot = fixture_slot(row[i].atr, NULL);
		struct jm_token *t = fixture_token(slot);
		struct jm_pin_state st;
		unsigned found;

		(void)apdus(slot);
		/* Without a query before it: one more than with a counter that
		 * is known to be full. */
		assert_int_equal(get(t, "1234"), JM_OK);
		assert_in_range(apdus(slot), 1, row[i].data);
		assert_int_equal(a.proof, JM_ATTR_SIGNED);
		assert_int_equal(a.offsets_fit, 1);
		assert_int_not_equal(a.name[0], '\0');
		assert_int_not_equal(a.address[0], '\0');
		locked(slot);

		assert_int_equal(
		    jm_token_pin_state(t, JM_PIN_TEXT, 0, &st), JM_OK);
		assert_int_equal(st.tries, 3);
		assert_in_range(apdus(slot), 1, row[i].counter);
		assert_int_equal(get(t, "1234"), JM_OK);
		assert_in_range(apdus(slot), 1, row[i].data - 1);
		locked(slot);

		assert_int_equal(jm_token_apps(t, &found), JM_OK);
		assert_in_range(apdus(slot), 1, row[i].apps);
		assert_int_equal(found,
		    1u << JM_APP_JPKI | 1u << JM_APP_TEXT | 1u << JM_APP_FACE |
			1u << JM_APP_JUKI | 1u << JM_APP_COMMON);
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

static struct vc_file *
text_file(struct vslot *slot, unsigned id)
{
	struct vc_card *card = vslot_card(slot);

	for (size_t i = 0; i < card->app_count; i++) {
		struct vc_app *app = &card->app[i];

		if (strcmp(app->def->name, "text") != 0)
			continue;
		for (size_t k = 0; k < app->def->file_count; k++)
			if (app->def->files[k].id == id)
				return &app->file[k];
	}
	fail_msg("no file %04X", id);
	return NULL;
}

static void
whatever_byte_is_changed_on_the_card_it_is_found(void **state)
{
	/* clang-format off */
	static const struct { unsigned id; size_t from_end; } row[] = {
		{ 2, 1 },    /* sex */
		{ 3, 1 },    /* its signature */
		{ 3, 300 },  /* a hash value */
		{ 4, 300 },  /* the issuer's key */
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct vslot *slot = fixture_slot(NULL);
		struct jm_token *t = fixture_token(slot);
		struct vc_file *f = text_file(slot, row[i].id);

		f->data[f->len - row[i].from_end] ^= 1;
		assert_int_equal(get(t, "1234"), JM_OK);
		assert_true(a.proof == JM_ATTR_ALTERED ||
			    a.proof == JM_ATTR_BAD_SIGNATURE ||
			    a.proof == JM_ATTR_MALFORMED);
		locked(slot);
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

static void
a_wrong_pin_costs_one_try_and_opens_nothing(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	struct jm_pin_state st;
	(void)state;

	assert_int_equal(get(t, "0000"), JM_PIN_WRONG);
	assert_int_equal(tries, 2);
	assert_int_equal(a.name[0], '\0');
	for (int again = 0; again < 5; again++)
		assert_int_equal(get(t, "0000"), JM_PIN_REPEATED);
	assert_int_equal(vslot_counted(slot).verifies, 1);
	locked(slot);
	/* The three PINs of the card have nothing to do with each other. */
	assert_int_equal(jm_token_pin_state(t, JM_PIN_AUTH, 0, &st), JM_OK);
	assert_int_equal(st.tries, 3);
	assert_int_equal(jm_token_pin_state(t, JM_PIN_TEXT, 0, &st), JM_OK);
	assert_int_equal(st.tries, 2);
	assert_int_equal(
	    jm_token_check_pin(t, JM_PIN_AUTH, "1234", 4, &tries), JM_OK);
	assert_int_equal(jm_token_pin_state(t, JM_PIN_TEXT, 0, &st), JM_OK);
	assert_int_equal(st.tries, 2);
	assert_int_equal(get(t, "1234"), JM_OK);
	assert_int_equal(tries, 3);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
a_changed_pin_is_the_pin(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	int bad;
	(void)state;

	assert_int_equal(jm_token_change_pin(t, JM_PIN_TEXT, "1234", 4, "5678",
			     4, &bad, &tries),
	    JM_OK);
	locked(slot);
	assert_int_equal(get(t, "1234"), JM_PIN_WRONG);
	assert_int_equal(get(t, "5678"), JM_OK);
	assert_int_equal(
	    jm_token_check_pin(t, JM_PIN_AUTH, "1234", 4, &tries), JM_OK);
	assert_int_equal(vslot_counted(slot).changes, 0);
	locked(slot);
	jm_token_free(&t);
	vslot_close(&slot);
}

/* Between two signatures of a login: the held PIN opens its own again. */
static void
a_login_goes_on_after_it(void **state)
{
	static const uint8_t t51[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
		0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
		0x04, 0x20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
		32 };
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	uint8_t sig[256];
	size_t len;
	(void)state;

	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_OK);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(jm_token_sign(t, JM_PAIR_AUTH, JM_SIGN_PKCS1,
				     t51, sizeof t51, sig, sizeof sig, &len),
		    JM_OK);
		assert_int_equal(get(t, "1234"), JM_OK);
		locked(slot);
	}
	assert_true(jm_token_logged_in(t, JM_PAIR_AUTH));
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
cards_without_the_application_are_told_so(void **state)
{
	struct vslot *slot = fixture_slot("apps=jpki", NULL);
	struct jm_token *t = fixture_token(slot);
	unsigned found;
	(void)state;

	assert_int_equal(get(t, "1234"), JM_NOT_FOUND);
	assert_int_equal(jm_token_apps(t, &found), JM_OK);
	assert_int_equal(found, 1u << JM_APP_JPKI);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	jm_token_free(&t);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_data_of_an_issued_card_are_proved_within_the_budget),
		cmocka_unit_test(
		    whatever_byte_is_changed_on_the_card_it_is_found),
		cmocka_unit_test(a_wrong_pin_costs_one_try_and_opens_nothing),
		cmocka_unit_test(a_changed_pin_is_the_pin),
		cmocka_unit_test(a_login_goes_on_after_it),
		cmocka_unit_test(cards_without_the_application_are_told_so),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup_all, fixture_group_teardown);
}
