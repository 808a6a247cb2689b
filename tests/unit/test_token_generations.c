/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens of cards that are not the plain My Number card, as far as a label, a
 * missing pair and a blocked PIN make one. */
#include "tests/support/test.h"

#include <string.h>

#include "crypto/rsa_pad.h"
#include "tests/support/fixture.h"

static const uint8_t digest[32] = { 1 };

static unsigned
verifies(struct vslot *slot)
{
	return vslot_counted(slot).verifies;
}

static jm_err
sign_with_pin(struct jm_token *t, enum jm_pair pair, const char *pin)
{
	uint8_t t51[JM_DIGESTINFO_MAX], sig[256];
	size_t len, sig_len;
	int tries;

	jm_digestinfo(JM_SHA256, digest, t51, &len);
	return jm_token_sign_with_pin(t, pair, JM_SIGN_PKCS1, t51, len, pin,
	    strlen(pin), sig, sizeof sig, &sig_len, &tries);
}

/* Was any command about this EF sent, by its id or short id? */
static int
touched(struct vslot *slot, const char *select, const char *query)
{
	const char *line;

	for (size_t i = 0; (line = vslot_line(slot, i)) != NULL; i++)
		if (strncmp(line, select, strlen(select)) == 0 ||
		    strncmp(line, query, strlen(query)) == 0)
			return 1;
	return 0;
}

static const char *const atrs[] = { "atr=" ATR_PLAIN, "atr=" ATR_SFI,
	"atr=" ATR_EXTENDED };

/* --- the Juki card -------------------------------------------------------- */

static void
the_older_card_has_the_signature_pair_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(atrs); i++) {
		struct vslot *slot = fixture_slot(atrs[i],
		    "label=JPKIAPICCTOKEN", "auth-pair=absent",
		    "absent-ca=absent", "ef0008=00", NULL);
		struct jm_token *t = fixture_token(slot);
		const struct jm_cert *c;
		struct jm_pin_state s;
		int tries;

		assert_string_equal(jm_token_profile(t)->name, "juki");
		assert_false(jm_token_has(t, JM_PAIR_AUTH));
		assert_true(jm_token_has(t, JM_PAIR_SIGN));
		/* Nobody asks for what its kind has not got. */
		assert_false(touched(slot, "00A4020C020018", "00200098"));
		assert_false(touched(slot, "00A4020C020008", "00B088"));
		assert_int_equal(
		    jm_token_cert(t, JM_CERT_AUTH, &c), JM_NOT_FOUND);
		assert_int_equal(
		    jm_token_cert(t, JM_CERT_AUTH_CA, &c), JM_NOT_FOUND);
		assert_int_equal(
		    jm_token_cert(t, JM_CERT_SIGN, &c), JM_NEED_PIN);
		assert_int_equal(jm_token_cert(t, JM_CERT_SIGN_CA, &c), JM_OK);
		assert_int_equal(
		    jm_token_pin_state(t, JM_PIN_AUTH, 0, &s), JM_NOT_FOUND);
		assert_int_equal(
		    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries),
		    JM_NOT_FOUND);
		assert_int_equal(
		    sign_with_pin(t, JM_PAIR_AUTH, "1234"), JM_NOT_FOUND);
		assert_int_equal(verifies(slot), 0);
		assert_false(jm_token_has_pss(t));
		assert_int_equal(
		    jm_token_login(t, JM_PAIR_SIGN, "ABC123", 6, 1, &tries),
		    JM_OK);
		assert_int_equal(jm_token_cert(t, JM_CERT_SIGN, &c), JM_OK);
		assert_int_equal(jm_token_key_bits(t, JM_PAIR_SIGN), 2048);
		assert_int_equal(
		    sign_with_pin(t, JM_PAIR_SIGN, "ABC123"), JM_OK);
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

/* Its PIN may be shorter; all else is refused here, at no cost. */
static void
the_older_card_s_pin_has_4_to_16_characters(void **state)
{
	static const struct {
		const char *pin;
		jm_err want;
	} row[] = {
		{ "", JM_PIN_LEN },
		{ "AB1", JM_PIN_LEN },
		{ "AB12", JM_PIN_WRONG },
		{ "ab1234567890cdef", JM_PIN_WRONG },
		{ "AB1234567890CDEFG", JM_PIN_LEN },
		{ "AB-12", JM_PIN_FORM },
	};
	struct vslot *slot =
	    fixture_slot("label=JPKIAPICCTOKEN", "auth-pair=absent", NULL);
	struct jm_token *t = fixture_token(slot);
	int tries;

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		const unsigned before = verifies(slot);

		assert_int_equal(jm_token_pin_fits(t, JM_PIN_SIGN, row[i].pin,
				     strlen(row[i].pin), 0),
		    row[i].want == JM_PIN_WRONG ? JM_OK : row[i].want);
		assert_int_equal(jm_token_login(t, JM_PAIR_SIGN, row[i].pin,
				     strlen(row[i].pin), 1, &tries),
		    row[i].want);
		assert_int_equal(
		    verifies(slot) - before, row[i].want == JM_PIN_WRONG);
	}
	jm_token_free(&t);
	vslot_close(&slot);
}

/* --- the token in a phone ------------------------------------------------- */

static void
a_phone_hides_both_certificates(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(atrs); i++) {
		struct vslot *slot =
		    fixture_slot(atrs[i], "label=JPKIAPGPSETOKEN", NULL);
		struct jm_token *t = fixture_token(slot);
		const struct jm_cert *c;
		int tries;

		assert_string_equal(jm_token_profile(t)->name, "android");
		vslot_restart_count(slot);
		for (int p = 0; p < JM_PAIRS; p++) {
			const enum jm_cert_id id =
			    p == JM_PAIR_AUTH ? JM_CERT_AUTH : JM_CERT_SIGN;
			const char *pin = p == JM_PAIR_AUTH ? "1234" : "ABC123";

			assert_true(jm_token_has(t, (enum jm_pair)p));
			assert_true(jm_token_cert_settled(t, id));
			assert_int_equal(jm_token_cert(t, id, &c), JM_NEED_PIN);
			assert_int_equal(vslot_counted(slot).apdus, 0);
			assert_int_equal(jm_token_login(t, (enum jm_pair)p, pin,
					     strlen(pin), 1, &tries),
			    JM_OK);
			assert_int_equal(jm_token_cert(t, id, &c), JM_OK);
			assert_int_equal(verifies(slot), 1);
			assert_int_equal(
			    sign_with_pin(t, (enum jm_pair)p, pin), JM_OK);
			vslot_restart_count(slot);
		}
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

static void
a_phone_s_certificate_can_be_had_with_its_pin(void **state)
{
	struct vslot *slot = fixture_slot("label=JPKIAPGPSETOKEN", NULL);
	struct jm_token *t = fixture_token(slot);
	const struct jm_cert *c;
	int tries;

	(void)state;
	assert_int_equal(
	    jm_token_cert_with_pin(t, JM_CERT_AUTH, "123", 3, &tries, &c),
	    JM_PIN_LEN);
	assert_int_equal(verifies(slot), 0);
	assert_int_equal(
	    jm_token_cert_with_pin(t, JM_CERT_AUTH, "4321", 4, &tries, &c),
	    JM_PIN_WRONG);
	assert_int_equal(tries, 2);
	assert_int_equal(
	    jm_token_cert_with_pin(t, JM_CERT_AUTH, "1234", 4, &tries, &c),
	    JM_OK);
	assert_int_equal(verifies(slot), 2);
	assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
	jm_token_free(&t);
	vslot_close(&slot);
}

/* --- PINs that were never set --------------------------------------------- */

static void
block(struct vslot *slot)
{
	static const char *const tries[] = { "00A4040C0AD392F000260100000001",
		"002000980430303030", "002000980430303030",
		"002000980430303030", "0020009B06583030303030",
		"0020009B06583030303030", "0020009B06583030303030",
		"0020009B06583030303030", "0020009B06583030303030" };

	assert_int_equal(fixture_sw(slot, tries, NELEM(tries)), 0x63c0);
	vslot_restart_count(slot);
}

static void
a_card_without_pins_says_so_and_is_sent_none(void **state)
{
	static const char *const how[] = { "retry-blocked=6984",
		"retry-blocked=6983", "retry-blocked=63C0" };
	static const char *const pins[] = { "1234", "ABC123" };
	(void)state;

	for (size_t i = 0; i < NELEM(how); i++) {
		struct vslot *slot = fixture_slot(atrs[i], how[i], NULL);
		const struct jm_cert *c;
		struct jm_pin_state s;
		struct jm_token *t;
		int tries, bad;

		block(slot);
		t = fixture_token(slot);
		for (int k = 0; k < JM_PAIRS; k++) {
			const enum jm_pair p = (enum jm_pair)k;
			const size_t len = strlen(pins[k]);

			assert_true(jm_token_has(t, p));
			assert_int_equal(
			    jm_token_pin_state(t, jm_pair_pin(p), 0, &s),
			    JM_OK);
			assert_true(s.blocked);
			for (int again = 0; again < 3; again++) {
				assert_int_equal(jm_token_login(t, p, pins[k],
						     len, 1, &tries),
				    JM_PIN_BLOCKED);
				assert_int_equal(tries, 0);
			}
			assert_false(jm_token_logged_in(t, p));
			assert_int_equal(
			    sign_with_pin(t, p, pins[k]), JM_PIN_BLOCKED);
			assert_int_equal(
			    jm_token_change_pin(t, jm_pair_pin(p), pins[k], len,
				k == 0 ? "4321" : "XYZ789", len, &bad, &tries),
			    JM_PIN_BLOCKED);
			assert_int_equal(tries, 0);
		}
		assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &c), JM_OK);
		assert_int_equal(jm_token_cert_with_pin(
				     t, JM_CERT_SIGN, "ABC123", 6, &tries, &c),
		    JM_PIN_BLOCKED);
		assert_int_equal(verifies(slot), 0);
		assert_int_equal(vslot_counted(slot).changes, 0);
		/* A few questions, no loop. */
		assert_in_range(vslot_counted(slot).apdus, 1, 80);
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_older_card_has_the_signature_pair_alone),
		cmocka_unit_test(the_older_card_s_pin_has_4_to_16_characters),
		cmocka_unit_test(a_phone_hides_both_certificates),
		cmocka_unit_test(a_phone_s_certificate_can_be_had_with_its_pin),
		cmocka_unit_test(a_card_without_pins_says_so_and_is_sent_none),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup, fixture_group_teardown);
}
