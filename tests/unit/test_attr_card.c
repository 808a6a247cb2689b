/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The holder's data off a card: what it costs, what a PIN costs, and what is
 * left of either when something goes wrong.
 */
#include <malloc.h>
#include <string.h>

#include "base/hex.h"
#include "objects/attr.h"
#include "tests/support/attr_records.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/script_token.h"
#include "tests/support/test.h"
#include "transport/trace.h"

#define VERIFY "00200080 04 31323334"
#define ASK                                                                    \
	{ SEL_TEXT, "9000" }, { SEL_EF("0011"), "9000" },                      \
	{                                                                      \
		QUERY, "63c3"                                                  \
	}

enum { OPENED = 9, ASKED = 12, VERIFIED = 15, ALL = 25 };

static struct attr_keys keys;
static struct attr_record rec[3];
static struct jm_attr a; /* of the last call */
static int tries;
static unsigned leaks; /* blocks that were freed with a name in them */

/* The names are the linker's. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void __real_free(void *p);
void __wrap_free(void *p);

void
__wrap_free(void *p)
{
	if (p != NULL && memmem(p, malloc_usable_size(p), ATTR_NAME,
			     sizeof ATTR_NAME - 1) != NULL)
		leaks++;
	__real_free(p);
}
/* NOLINTEND(bugprone-reserved-identifier) */

/* A plain card: short lengths, every file selected. */
static struct step plain[ALL] = { IDENTIFY_FULL, ASK, { SEL_TEXT, "9000" },
	{ SEL_EF("0011"), "9000" }, { VERIFY, "9000" },
	{ SEL_EF("0002"), "9000" }, { "00b00000 00", NULL },
	{ SEL_EF("0003"), "9000" }, { "00b00000 00", NULL },
	{ "00b00100 50", NULL }, { SEL_EF("0004"), "9000" },
	{ "00b00000 00", NULL }, { "00b00100 00", NULL },
	{ "00b00200 38", NULL }, { SEL_ISSUER, "9000" } };
static struct step sfi[] = { SFI_IDENTIFY_FULL, { SEL_TEXT, "9000" },
	{ "00200091", "63c3" }, { SEL_TEXT, "9000" },
	{ "00200091 04 31323334", "9000" }, { "00b08200 00", NULL },
	{ "00b08300 00", NULL }, { "00b00100 50", NULL },
	{ "00b08400 00", NULL }, { "00b00100 00", NULL },
	{ "00b00200 38", NULL }, { SEL_ISSUER, "9000" } };
static struct step extended[] = { SFI_IDENTIFY_FULL, { SEL_TEXT, "9000" },
	{ "00200091", "63c3" }, { SEL_TEXT, "9000" },
	{ "00200091 04 31323334", "9000" }, { "00b08200 00 0800", NULL },
	{ "00b08300 00 0400", NULL }, { "00b08400 00 0400", NULL },
	{ SEL_ISSUER, "9000" } };

static int
make(void **state)
{
	struct step *const at[] = { &plain[16], &plain[18], &plain[19],
		&plain[21], &plain[22], &plain[23], &sfi[9], &sfi[10], &sfi[11],
		&sfi[12], &sfi[13], &sfi[14] };
	static const struct {
		size_t which, from;
	} part[] = { { 0, 0 }, { 1, 0 }, { 1, 256 }, { 2, 0 }, { 2, 256 },
		{ 2, 512 } };
	(void)state;

	attr_keys_make(&keys);
	attr_make_all(&keys, rec);
	for (size_t i = 0; i < NELEM(at); i++)
		at[i]->reply =
		    attr_reply(&rec[part[i % 6].which], part[i % 6].from, 256);
	for (size_t i = 0; i < 3; i++)
		extended[9 + i].reply = attr_reply(&rec[i], 0, 2048);
	return 0;
}

static int
drop(void **state)
{
	(void)state;
	attr_keys_free(&keys);
	return 0;
}

static struct jm_token *
open_plain(const struct step *s, size_t n)
{
	return script_token(s, n, ATR_PLAIN, JM_LOGIN_OPERATION);
}

static void
close_all(struct jm_token *t)
{
	jm_token_free(&t);
	script_end();
	assert_int_equal(leaks, 0);
}

static jm_err
get(struct jm_token *t, const char *pin)
{
	return jm_token_attr(t, pin, strlen(pin), &keys.ca_pub, &a, &tries);
}

static jm_err
look(struct jm_token *t)
{
	struct jm_pin_state s;

	return jm_token_pin_state(t, JM_PIN_TEXT, 0, &s);
}

/* --- what it costs -------------------------------------------------------- */

/* As the tool does it: the counter, then the data.  It may only become less. */
static void
the_budget_of_each_kind_of_card_is_kept(void **state)
{
	static const struct {
		const struct step *s;
		size_t n, open;
		const char *atr;
		unsigned counter, data;
	} row[] = { { plain, NELEM(plain), 9, ATR_PLAIN, 3, 13 },
		{ sfi, NELEM(sfi), 5, ATR_SFI, 2, 9 },
		{ extended, NELEM(extended), 5, ATR_EXT, 2, 6 } };
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct jm_token *t = script_token(
		    row[i].s, row[i].n, row[i].atr, JM_LOGIN_OPERATION);
		unsigned before = script_apdus();

		assert_int_equal(before, row[i].open);
		assert_int_equal(look(t), JM_OK);
		assert_int_equal(script_apdus() - before, row[i].counter);
		before = script_apdus();
		assert_int_equal(get(t, "1234"), JM_OK);
		assert_int_equal(script_apdus() - before, row[i].data);
		assert_int_equal(a.proof, JM_ATTR_CERTIFIED);
		assert_string_equal(a.name, ATTR_NAME);
		assert_int_equal(tries, 3);
		assert_int_equal(script_verifies(), 1);
		assert_int_equal(script_begins(), 3);
		assert_int_equal(script_power_downs(), 0);
		close_all(t);
	}
}

/* The individual number's file is 0001. */
static void
the_individual_number_is_never_asked_for(void **state)
{
	(void)state;

	for (size_t i = OPENED; i < NELEM(plain); i++)
		assert_null(strstr(plain[i].cmd, SEL_EF("0001")));
	for (size_t i = 5; i < NELEM(sfi); i++)
		assert_null(strstr(sfi[i].cmd, "00b081"));
	/* ... and the scripts above are all that was sent */
	for (size_t i = 0; i < jm_profiles_len; i++) {
		const struct jm_prof_text *f = &jm_profiles[i].text;

		assert_true(f->attributes_ef != 1 && f->signature_ef != 1 &&
			    f->certificate_ef != 1);
	}
}

/* --- what a PIN costs ----------------------------------------------------- */

static void
a_pin_of_the_wrong_form_is_not_sent(void **state)
{
	static const char *const bad[] = { "", "123", "12345", "12a4", "12 4",
		"\xef\xbc\x91\x32\x33\x34" };
	static const struct step s[] = { IDENTIFY_FULL };
	struct jm_token *t = open_plain(s, NELEM(s));
	(void)state;

	for (size_t i = 0; i < NELEM(bad); i++) {
		const jm_err e = get(t, bad[i]);

		assert_true(e == JM_PIN_LEN || e == JM_PIN_FORM);
		assert_int_equal(tries, -1);
		assert_int_equal(a.name[0], '\0');
		assert_true(jm_token_check_pin(t, JM_PIN_TEXT, bad[i],
				strlen(bad[i]), &tries) == e);
	}
	close_all(t);
}

/* --- what is not there ---------------------------------------------------- */

static void
a_card_without_the_application_is_told_so(void **state)
{
	static const struct step s[] = { IDENTIFY_FULL, { SEL_TEXT, "6a82" },
		{ SEL_TEXT, "6a82" } };
	struct jm_token *t = open_plain(s, NELEM(s));
	(void)state;

	assert_int_equal(look(t), JM_NOT_FOUND);
	assert_int_equal(get(t, "1234"), JM_NOT_FOUND);
	assert_int_equal(tries, -1);
	assert_int_equal(script_verifies(), 0);
	close_all(t);
}

/* A record that proves is missing, shut, blank, or cut short. */
static void
without_a_proof_the_data_are_still_told(void **state)
{
	/* clang-format off */
	static const struct {
		const char *select, *read; enum jm_attr_proof want;
	} row[] = {
		{ "6a82", NULL,               JM_ATTR_NO_SIGNATURE },
		{ "9000", "6982",             JM_ATTR_NO_SIGNATURE },
		{ "9000", "ffffffff 9000",    JM_ATTR_NO_SIGNATURE },
		{ "9000", "9000",             JM_ATTR_NO_SIGNATURE },
		{ "9000", "ff30 9000",        JM_ATTR_MALFORMED },
		{ "9000", "ff3080 0000 9000", JM_ATTR_MALFORMED },
		{ "9000", "ff3082ffff 9000",  JM_ATTR_MALFORMED },
		{ "9000", "ff300130 9000",    JM_ATTR_MALFORMED },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct step s[NELEM(plain)];
		struct jm_token *t;
		size_t n = 18;

		memcpy(s, plain, sizeof s);
		s[17].reply = row[i].select;
		if (row[i].read != NULL)
			s[n++].reply = row[i].read;
		for (size_t k = 20; k < NELEM(plain); k++)
			s[n++] = plain[k];
		t = open_plain(s, n);
		assert_int_equal(look(t), JM_OK);
		assert_int_equal(get(t, "1234"), JM_OK);
		assert_int_equal(a.proof, row[i].want);
		assert_string_equal(a.name, ATTR_NAME);
		close_all(t);
	}
}

static void
without_the_data_nothing_is_told(void **state)
{
	/* clang-format off */
	static const struct { const char *read; jm_err want; } row[] = {
		{ "6982",            JM_CARD },
		{ "6984",            JM_CARD },
		{ "6a82",            JM_FORMAT },
		{ "ffffffff 9000",   JM_FORMAT },
		{ "ff2082ffff 9000", JM_FORMAT },
		{ "9000",            JM_FORMAT },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct step s[NELEM(plain)];
		struct jm_token *t;

		memcpy(s, plain, sizeof s);
		s[16].reply = row[i].read;
		s[17] = s[NELEM(plain) - 1];
		t = open_plain(s, 18);
		assert_int_equal(look(t), JM_OK);
		assert_int_equal(get(t, "1234"), row[i].want);
		assert_int_equal(a.name[0], '\0');
		close_all(t);
	}
}

/* --- whatever else happens ------------------------------------------------ */

/* Everything a reply can be but right; NULL: link error. */
static const char *const bad[] = { NULL, "", "90", "!big", "!gone", "!reset",
	"63c0", "63c1", "63cf", "6984", "6983", "6300", "6982", "6985", "6986",
	"6700", "6a82", "6a86", "6b00", "6d00", "6e00", "6f00", "6281", "6283",
	"6381", "6400", "6581", "6881", "6981", "6a80", "6a88", "6c00", "6c20",
	"6100", "6120", "0000", "ffff", "9001" };

static void
no_reply_brings_a_second_verify_or_leaves_the_card_open(void **state)
{
	(void)state;

	for (unsigned nth = ASKED; nth < ALL; nth++)
		for (size_t i = 0; i < NELEM(bad); i++) {
			struct jm_token *t = open_plain(plain, NELEM(plain));
			const int gone =
			    bad[i] != NULL && strcmp(bad[i], "!gone") == 0;
			jm_err e;

			assert_int_equal(look(t), JM_OK);
			script_replace(nth, bad[i]);
			e = get(t, "1234");
			assert_true(script_replaced());
			assert_true(script_verifies() <= 1);
			assert_true(e == JM_OK || a.name[0] == '\0');
			if (nth < VERIFIED)
				assert_int_not_equal(e, JM_OK);
			/* Lost in its middle: the power is all that is left. */
			if (nth + 1 == ALL && !gone && script_verifies() > 0 &&
			    bad[i] != NULL && bad[i][0] == '6' &&
			    bad[i][1] == 'a')
				assert_int_equal(script_power_downs(), 1);
			if (e == JM_OK)
				assert_string_equal(a.name, ATTR_NAME);
			/* Only where the card names the length to ask for is
			 * the bad reply made good. */
			if (e == JM_OK && nth + 1 < ALL &&
			    a.proof == JM_ATTR_CERTIFIED)
				assert_string_equal(bad[i], "6c00");
			close_all(t);
		}
}

/* A login that lives on the card would be lost by the selection: it ends. */
static void
a_login_that_is_kept_ends_before_another_application(void **state)
{
	static struct step s[OPENED + 3 + NELEM(plain)] = { IDENTIFY_FULL,
		{ SEL_AP, "9000" }, { SEL_EF("0018"), "9000" },
		{ VERIFY, "9000" }, { SEL_ISSUER, "9000" } };
	const size_t n = OPENED + 4;
	struct jm_token *t;
	(void)state;

	for (size_t i = ASKED; i < ALL; i++)
		s[n + i - ASKED] = plain[i];
	/* the counter is not known yet: one query more */
	s[n + 2] = (struct step){ QUERY, "63c3" };
	for (size_t i = ASKED + 2; i < ALL; i++)
		s[n + 1 + i - ASKED] = plain[i];
	t = script_token(s, n + 1 + ALL - ASKED, ATR_PLAIN, JM_LOGIN_HOLD);
	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_OK);
	assert_true(jm_token_logged_in(t, JM_PAIR_AUTH));
	assert_int_equal(get(t, "1234"), JM_OK);
	assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
	assert_int_equal(a.proof, JM_ATTR_CERTIFIED);
	close_all(t);
}

/* --- traces --------------------------------------------------------------- */

static char said[16384];

static void
hear(void *arg, const char *line)
{
	(void)arg;
	strncat(said, line, sizeof said - strlen(said) - 2);
	strcat(said, "\n");
}

static void
a_trace_has_neither_pin_nor_data(void **state)
{
	const char *const hidden[] = { ATTR_NAME, ATTR_ADDRESS, ATTR_BIRTH,
		"1234" };
	struct jm_link link, traced;
	struct jm_token *t;
	(void)state;

	script_start(&link, plain, NELEM(plain));
	script_atr(ATR_PLAIN);
	said[0] = '\0';
	assert_int_equal(jm_trace_wrap(&link, hear, NULL, &traced), JM_OK);
	assert_int_equal(jm_token_open(&traced, &jm_policy_default, &t), JM_OK);
	assert_int_equal(look(t), JM_OK);
	assert_int_equal(get(t, "1234"), JM_OK);
	assert_non_null(strstr(said, "00A4040C0AD3921000310001010408 -> "));
	assert_non_null(strstr(said, "0020008004[4 bytes redacted] -> "));
	assert_non_null(strstr(said, "00B0010050 -> [80 bytes] 9000"));
	for (size_t i = 0; i < NELEM(hidden); i++) {
		char hex[128];

		assert_null(strstr(said, hidden[i]));
		assert_int_equal(jm_hex_encode((const uint8_t *)hidden[i],
				     strlen(hidden[i]), hex, sizeof hex),
		    JM_OK);
		assert_null(strstr(said, hex));
	}
	close_all(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_budget_of_each_kind_of_card_is_kept),
		cmocka_unit_test(the_individual_number_is_never_asked_for),
		cmocka_unit_test(a_pin_of_the_wrong_form_is_not_sent),
		cmocka_unit_test(a_card_without_the_application_is_told_so),
		cmocka_unit_test(without_a_proof_the_data_are_still_told),
		cmocka_unit_test(without_the_data_nothing_is_told),
		cmocka_unit_test(
		    no_reply_brings_a_second_verify_or_leaves_the_card_open),
		cmocka_unit_test(
		    a_login_that_is_kept_ends_before_another_application),
		cmocka_unit_test(a_trace_has_neither_pin_nor_data),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
