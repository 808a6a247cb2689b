/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The common-card and the licence application. */
#include <string.h>

#include "tests/support/test.h"
#include "tests/support/vc_apps.h"

static unsigned
read_record(struct vc_try *t, unsigned id)
{
	static const char *const cmd[] = { "", "00B2010C00", "00B2011400",
		"00B2011C00" };

	return vc_say(t, cmd[id]);
}

static void
records_are_read_by_number(void **state)
{
	static const struct vc_reach rows[] = {
		{ 0x0001, "kk" },
		{ 0x0002, "kk" },
		{ 0x0003, "kk" },
		{ 0x0019, "kk" },
		{ 0x001c, "kk" },
		{ 0x0004, "nn" },
	};
	static const struct vc_ref refs[] = { { 0x001c, KNOWN_JUKI_PIN } };
	struct vc_try *t = *state;

	vc_check_reach(t, SELECT_COMMON, refs, NELEM(refs), rows, NELEM(rows));
	vc_power(t->card, 0);
	vc_power(t->card, 1);
	vc_say(t, SELECT_COMMON);
	assert_int_equal(read_record(t, 1), 0x9000);
	assert_int_equal(t->rsp_len, 30);
	assert_memory_equal(t->rsp, "\x01\x1c", 2);
	for (size_t i = 2; i < 30; i++)
		assert_in_range(t->rsp[i], '0', '9');
	assert_memory_equal(t->rsp + 17, "13999" KNOWN_EXPIRY, 13);
	assert_int_equal(vc_say(t, "00B2020C00"), 0x6a83);
	assert_int_equal(read_record(t, 2), 0x9000);
	assert_int_equal(t->rsp_len, 16);
	assert_memory_equal(t->rsp, "6000004\x08\x05", 9);
	/* The log is the holder's: nothing in it yet. */
	assert_int_equal(read_record(t, 3), 0x6982);
	assert_int_equal(vc_verify_text(t, 0x001c, KNOWN_JUKI_PIN), 0x9000);
	assert_int_equal(read_record(t, 3), 0x6a83);
}

/* The public key comes from GET DATA 7F21, whose issuer's is in 00F8. */
static void
the_card_proves_itself_without_a_pin(void **state)
{
	struct vc_try *t = *state;
	static struct jm_rsa_pub upper, city, card;

	vc_public_file(t, "upper-ca.pem", &upper);
	vc_param(t, "extended-length=on");
	assert_int_equal(vc_say(t, "00CA00F8 000400"), 0x9000);
	vc_open_cvc(t->rsp, t->rsp_len, "6000003", "6000004", &upper, &city);
	assert_int_equal(vc_say(t, "00CA7F21 000400"), 0x9000);
	vc_open_cvc(t->rsp, t->rsp_len, "6000004", "6000005", &city, &card);

	vc_say(t, SELECT_COMMON);
	for (int by_id = 0; by_id < 2; by_id++) {
		assert_int_equal(vc_say(t, by_id ? "00880099 03414243 00"
						 : "00880000 03414243 00"),
		    0x9000);
		assert_int_equal(t->rsp_len, 256);
		vc_must_verify(&card, "ABC", 3, t->rsp, 256);
	}
	assert_int_equal(vc_say(t, "00880099 00"), 0x6700); /* nothing */
	assert_int_equal(vc_say(t, "00880099 03414243"), 0x6700);
	assert_int_equal(vc_say(t, "00880199 03414243 00"), 0x6a86);
	assert_int_equal(vc_say(t, "802A0399 03414243 00"), 0x6985);
	assert_int_equal(vc_say(t, "802A0300 03414243 00"), 0x6985);
	vc_say(t, SELECT_JPKI); /* it is that application's alone */
	assert_int_equal(vc_say(t, "00880099 03414243 00"), 0x6981);
}

static void
a_licence_is_an_option(void **state)
{
	static const struct vc_reach rows[] = {
		{ 0x0006, "kk" },
		{ 0x001a, "++" },
		{ 0x001b, "-+" },
		{ 0x001c, "-+" },
		{ 0x0001, "nn" },
	};
	static const struct vc_ref refs[] = { { 0x0006, "1234" } };
	struct vc_try *t = *state;
	uint8_t data[600], sig[300];
	const uint8_t *p = sig, *val, *field;
	struct jm_rsa_pub police;
	size_t len, left, n;

	vc_check_reach(t, SELECT_LICENCE, refs, NELEM(refs), rows, NELEM(rows));
	assert_int_equal(vc_read_ef(t, 0x001a, data, sizeof data), 3);
	assert_memory_equal(data, "\xc1\x01\x01", 3);
	len = vc_read_ef(t, 0x001b, data, sizeof data);
	left = vc_read_ef(t, 0x001c, sig, sizeof sig);
	val = vc_take(&p, &left, 0xc6, &n, NULL);
	assert_int_equal(left, 0);
	vc_public_file(t, "licence-ca.pem", &police);
	vc_must_verify(&police, data, len, val, n);
	p = data;
	field = vc_take(&p, &len, 0xc2, &n, NULL);
	assert_int_equal(n, strlen(KNOWN_NAME));
	assert_memory_equal(field, KNOWN_NAME, n);
	field = vc_take(&p, &len, 0xc3, &n, NULL);
	assert_int_equal(n, 8);
	assert_memory_equal(field, "19820914", 8);

	vc_power(t->card, 0);
	vc_power(t->card, 1);
	vc_say(t, SELECT_LICENCE);
	assert_int_equal(vc_say(t, "00200086"), 0x63ca);
	assert_int_equal(vc_say(t, "00200082"), 0x6a82);
	assert_int_equal(vc_verify_text(t, 0x0006, "9999"), 0x63c9);
	vc_param(t, "licence=off");
	assert_int_equal(vc_say(t, SELECT_LICENCE), 0x6a82);
}

/* What a parameter of the run hides is not lost when the image is written. */
static void
hidden_applications_keep_their_contents(void **state)
{
	struct vc_try *t = *state;

	vc_param(t, "apps=jpki");
	vc_param(t, "licence=off");
	assert_int_equal(vc_say(t, SELECT_TEXT), 0x6a82);
	assert_int_equal(vc_say(t, SELECT_FACE), 0x6a82);
	assert_int_equal(vc_say(t, SELECT_JUKI), 0x6a82);
	assert_int_equal(vc_say(t, SELECT_COMMON), 0x6a82);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, WRONG_AUTH), 0x63c2); /* writes */
	vc_try_again(t);
	assert_int_equal(vc_say(t, SELECT_TEXT), 0x9000);
	assert_int_equal(vc_verify_text(t, 0x0011, KNOWN_TEXT_PIN), 0x9000);
	assert_int_equal(vc_say(t, SELECT_LICENCE), 0x9000);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records_are_read_by_number),
		TEST(the_card_proves_itself_without_a_pin),
		TEST(a_licence_is_an_option),
		TEST(hidden_applications_keep_their_contents),
	};

	return cmocka_run_group_tests(tests, vc_apps_start, vc_apps_stop);
}
