/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text-entry application: what its files hold and who gets it. */
#include <stdio.h>
#include <string.h>

#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/support/vc_apps.h"

#define EF_MAX 2000

static uint8_t ef[EF_MAX], cert[600];

static const struct vc_ref refs[] = {
	{ 0x0011, KNOWN_TEXT_PIN },
	{ 0x0014, KNOWN_NUMBER },
	{ 0x0015, KNOWN_B },
};

static void
enter(struct vc_try *t)
{
	assert_int_equal(vc_say(t, SELECT_TEXT), 0x9000);
	assert_int_equal(vc_verify_text(t, 0x0011, KNOWN_TEXT_PIN), 0x9000);
}

/* The municipality's key, as EF 0004 leads to it. */
static void
city_key(struct vc_try *t, struct jm_rsa_pub *out)
{
	const uint8_t *p = cert, *val;
	static struct jm_rsa_pub upper;
	size_t left = vc_read_ef(t, 0x0004, cert, sizeof cert), n;

	assert_int_equal(left, 568);
	val = vc_take(&p, &left, 0x7f21, &n, NULL);
	assert_int_equal(left, 0);
	vc_public_file(t, "upper-ca.pem", &upper);
	vc_open_cvc(val, n, "6000033", "6000034", &upper, out);
}

static void
each_set_of_references_opens_its_files(void **state)
{
	/* sets: none, PIN, A, PIN A, B, PIN B, A B, all */
	static const struct vc_reach rows[] = {
		{ 0x0001, "-+++-+++" },
		{ 0x0002, "-+-+++++" },
		{ 0x0003, "-+++++++" },
		{ 0x0004, "++++++++" },
		{ 0x0005, "++++++++" },
		{ 0x0006, "-+++++++" },
		{ 0x0007, "-+++++++" },
		{ 0x0008, "-+++++++" },
		{ 0x0009, "nnnnnnnn" },
		{ 0x0010, "--------" },
		{ 0x0011, "kkkkkkkk" },
		{ 0x0012, "kkkkkkkk" },
		{ 0x0013, "kkkkkkkk" },
		{ 0x0014, "kkkkkkkk" },
		{ 0x0015, "kkkkkkkk" },
		{ 0x001c, "--------" },
		{ 0x001e, "--------" },
	};

	vc_check_reach(
	    *state, SELECT_TEXT, refs, NELEM(refs), rows, NELEM(rows));
}

static void
the_number_is_seventeen_bytes(void **state)
{
	struct vc_try *t = *state;

	enter(t);
	assert_int_equal(vc_read_ef(t, 0x0001, ef, sizeof ef), 17);
	assert_memory_equal(ef, "\xff\x10\x0c" KNOWN_NUMBER "\xff\xff", 17);
}

static void
the_particulars_are_found_by_their_table(void **state)
{
	static const char *const text[] = { KNOWN_NAME, KNOWN_ADDRESS,
		"19820914", "2" };
	struct vc_try *t = *state;
	const uint8_t *p = ef, *val, *table, *field;
	size_t left, n, table_len;

	enter(t);
	left = vc_read_ef(t, 0x0002, ef, sizeof ef);
	val = vc_take(&p, &left, 0xff20, &n, NULL);
	assert_int_equal(left, 0);
	p = val;
	left = n;
	table = vc_take(&p, &left, 0xdf21, &table_len, NULL);
	assert_int_equal(table_len, 8);
	for (unsigned i = 0; i < 4; i++) {
		const uint8_t *whole;

		field = vc_take(&p, &left, 0xdf22 + i, &n, &whole);
		assert_int_equal(n, strlen(text[i]));
		assert_memory_equal(field, text[i], n);
		assert_int_equal((size_t)table[2 * i] << 8 | table[2 * i + 1],
		    (size_t)(whole - ef));
	}
	assert_int_equal(left, 0);
}

static void
the_signature_covers_number_and_particulars(void **state)
{
	struct vc_try *t = *state;
	static uint8_t particulars[EF_MAX];
	uint8_t number[32], hash[64];
	const uint8_t *p = ef, *val, *h1, *h2, *sig, *end;
	struct jm_rsa_pub city;
	size_t left, n, at, number_len, len;

	enter(t);
	city_key(t, &city);
	number_len = vc_read_ef(t, 0x0001, number, sizeof number);
	len = vc_read_ef(t, 0x0002, particulars, sizeof particulars);
	left = vc_read_ef(t, 0x0003, ef, sizeof ef);
	assert_int_equal(left, 336);
	val = vc_take(&p, &left, 0xff30, &n, NULL);
	assert_int_equal(n, 0x14b);
	assert_int_equal(left, 0);
	p = val;
	left = n;
	h1 = vc_take(&p, &left, 0xdf31, &n, NULL);
	assert_int_equal(n, 32);
	assert_int_equal(jm_hash(JM_SHA256, number, number_len, hash), JM_OK);
	assert_memory_equal(h1, hash, 32);
	h2 = vc_take(&p, &left, 0xdf32, &n, NULL);
	assert_int_equal(n, 32);
	/* from the first field on, which the table of places leads to */
	at = particulars[2] < 0x80 ? 3 : particulars[2] == 0x81 ? 4 : 5;
	at += 11;
	assert_int_equal(particulars[at], 0xdf);
	assert_int_equal(particulars[at + 1], 0x22);
	assert_int_equal(
	    jm_hash(JM_SHA256, particulars + at, len - at, hash), JM_OK);
	assert_memory_equal(h2, hash, 32);
	end = p;
	sig = vc_take(&p, &left, 0xdf33, &n, NULL);
	assert_int_equal(left, 0);
	vc_must_verify(&city, val, (size_t)(end - val), sig, n);
}

static void
version_and_unknown_files_look_as_measured(void **state)
{
	struct vc_try *t = *state;
	const uint8_t *p = ef, *val, *v;
	size_t left, n;

	enter(t);
	left = vc_read_ef(t, 0x0005, ef, sizeof ef);
	val = vc_take(&p, &left, 0xff40, &n, NULL);
	assert_int_equal(left, 0);
	p = val;
	left = n;
	v = vc_take(&p, &left, 0xdf41, &n, NULL);
	assert_int_equal(n, 4);
	assert_memory_equal(v, "\x01\x03\x0e\x01", 4);
	v = vc_take(&p, &left, 0xdf42, &n, NULL);
	assert_int_equal(n, 16);
	assert_memory_equal(v, "6000034\x08\x05", 9);
	v = vc_take(&p, &left, 0xdf43, &n, NULL);
	assert_int_equal(n, 128);
	for (size_t i = 32; i < 128; i++)
		assert_int_equal(v[i], 0xff);
	assert_int_equal(left, 0);
	assert_int_equal(vc_read_ef(t, 0x0008, ef, sizeof ef), 16);
	for (size_t i = 0; i < 16; i++)
		assert_int_equal(ef[i], 0xff);
}

/* 0007 says what 80 2A with P2 = 00 signs with, and the city signed that. */
static void
the_applications_key_signs_without_a_pin(void **state)
{
	struct vc_try *t = *state;
	const uint8_t *p = ef, *val, *key, *sig, *end;
	static struct jm_rsa_pub city, card, session;
	size_t left, n, key_len;

	enter(t);
	city_key(t, &city);
	left = vc_read_ef(t, 0x0007, ef, sizeof ef);
	val = vc_take(&p, &left, 0xff50, &n, NULL);
	assert_int_equal(n, 0x213);
	assert_int_equal(left, 0);
	p = val;
	left = n;
	key = vc_take(&p, &left, 0xdf51, &key_len, NULL);
	end = p;
	sig = vc_take(&p, &left, 0xdf52, &n, NULL);
	assert_int_equal(left, 0);
	vc_must_verify(&city, val, (size_t)(end - val), sig, n);
	vc_take_key(key, key_len, &card);
	p = ef;
	left = vc_read_ef(t, 0x0006, ef, sizeof ef);
	key = vc_take(&p, &left, 0xa1, &key_len, NULL);
	assert_int_equal(left, 0);
	vc_take_key(key, key_len, &session);

	vc_power(t->card, 0);
	vc_power(t->card, 1);
	vc_say(t, SELECT_TEXT);
	for (int by_id = 0; by_id < 2; by_id++) {
		assert_int_equal(vc_say(t, by_id ? "802A039303414243 00"
						 : "802A030003414243 00"),
		    0x9000);
		assert_int_equal(t->rsp_len, 256);
		vc_must_verify(&card, "ABC", 3, t->rsp, 256);
	}
	assert_int_equal(vc_say(t, "0088009303414243 00"), 0x6985);
	assert_int_equal(vc_say(t, "0088000003414243 00"), 0x6985);
	vc_say(t, SELECT_JPKI);
	assert_int_equal(vc_say(t, "802A030003414243 00"), 0x6a86);
}

static void
a_reference_has_always_been_blocked(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_TEXT);
	assert_int_equal(vc_say(t, "00200092"), 0x63c0);
	assert_int_equal(vc_say(t, "002000920431323334"), 0x6984);
	assert_int_equal(vc_say(t, "00200092"), 0x63c0);
	vc_param(t, "retry-blocked=6983");
	assert_int_equal(vc_say(t, "00200092"), 0x63c0);
}

static void
a_session_is_refused_as_measured(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_TEXT);
	assert_int_equal(vc_say(t, "80AE000001AA00"), 0x6982);
	vc_verify_text(t, 0x0014, KNOWN_NUMBER);
	vc_verify_text(t, 0x0015, KNOWN_B);
	assert_int_equal(vc_say(t, "80AE000001AA00"), 0x6982);
	vc_verify_text(t, 0x0011, KNOWN_TEXT_PIN);
	assert_int_equal(vc_say(t, "80AE000001AA00"), 0x6a80);
	vc_say(t, SELECT_FACE);
	assert_int_equal(vc_say(t, "80AE000001AA00"), 0x66f1);
	vc_say(t, SELECT_COMMON);
	assert_int_equal(vc_say(t, "80AE000001AA00"), 0x66f1);
	vc_say(t, SELECT_JUKI);
	assert_int_equal(vc_say(t, "80AE000001AA00"), 0x6982);
}

/* The holder changes the PIN; nobody a check number. */
static void
the_pin_can_be_changed_and_a_number_cannot(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_TEXT);
	assert_int_equal(vc_say(t, "002401910435353535"), 0x6982);
	vc_verify_text(t, 0x0011, KNOWN_TEXT_PIN);
	assert_int_equal(vc_say(t, "002401910435353535"), 0x9000);
	assert_int_equal(vc_say(t, "80320091 04 36363636"), 0x6d00);
	vc_verify_text(t, 0x0014, KNOWN_NUMBER);
	assert_int_equal(
	    vc_say(t, "002401940C393939393939393939393939"), 0x6985);
	vc_try_again(t);
	vc_say(t, SELECT_TEXT);
	assert_int_equal(vc_verify_text(t, 0x0011, "5555"), 0x9000);
	assert_int_equal(vc_verify_text(t, 0x0014, KNOWN_NUMBER), 0x9000);
}

static void
the_tries_of_a_number_are_a_parameter(void **state)
{
	struct vc_try *t = *state;

	vc_say(t, SELECT_TEXT);
	assert_int_equal(vc_say(t, "00200094"), 0x63ca);
	assert_int_equal(vc_say(t, "00200095"), 0x63ca);
	assert_int_equal(vc_verify_text(t, 0x0014, "123456789019"), 0x63c9);
	vc_param(t, "number-tries=2"); /* no more than the limit of the run */
	assert_int_equal(vc_say(t, "00200094"), 0x63c2);
	assert_int_equal(vc_verify_text(t, 0x0014, "123456789019"), 0x63c1);
	assert_int_equal(vc_verify_text(t, 0x0014, "123456789019"), 0x63c0);
	assert_int_equal(vc_verify_text(t, 0x0014, KNOWN_NUMBER), 0x6984);
	assert_int_equal(vc_verify_text(t, 0x0015, KNOWN_B), 0x9000);
	vc_try_again(t); /* and it was written */
	vc_say(t, SELECT_TEXT);
	assert_int_equal(vc_say(t, "00200094"), 0x6984);
	assert_int_equal(vc_say(t, "00200095"), 0x63c2);
	/* Without a limit nothing counts. */
	vc_param(t, "number-tries=0");
	for (int i = 0; i < 20; i++)
		assert_int_equal(
		    vc_verify_text(t, 0x0014, "123456789019"), 0x6300);
	assert_int_equal(vc_say(t, "00200094"), 0x6300);
	assert_int_equal(vc_verify_text(t, 0x0014, KNOWN_NUMBER), 0x9000);
	assert_int_equal(vc_say(t, "00200091"), 0x63c3); /* a PIN's count */
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_set_of_references_opens_its_files),
		TEST(the_number_is_seventeen_bytes),
		TEST(the_particulars_are_found_by_their_table),
		TEST(the_signature_covers_number_and_particulars),
		TEST(version_and_unknown_files_look_as_measured),
		TEST(the_applications_key_signs_without_a_pin),
		TEST(a_reference_has_always_been_blocked),
		TEST(a_session_is_refused_as_measured),
		TEST(the_pin_can_be_changed_and_a_number_cannot),
		TEST(the_tries_of_a_number_are_a_parameter),
	};

	return cmocka_run_group_tests(tests, vc_apps_start, vc_apps_stop);
}
