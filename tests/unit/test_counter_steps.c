/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The counter's steps, command by command, and each of them refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tests/support/counter_play.h"
#include "tests/support/test.h"
#include "tools/vcard/counter_text.h"

#define CVC_TEXT (2 * JM_CVC_MAX + 32)

static char read_cvc[CVC_TEXT], show_cvc[CVC_TEXT];
static struct jm_ec_pub root;

#define SELECT    "00A4040C"
#define JPKI      "0AD392F000260100000001"
#define TEXT      "0AD3921000310001010408"
#define JUKI      "0AD3921000310001010401"
#define COMMON    "0AD3921000310001010100"
#define ISSUER    "07A0000001510000"
#define OPERATOR  "06F04A4D4F5001"
#define CHALLENGE "000102030405060708090A0B0C0D0E0F"
#define SIG32     "5353535353535353535353535353535353535353535353535353535353535353"
#define SIG       SIG32 SIG32

/* len op aid target: the statement, 80 94 with it and 80 92 with signature */
#define STATEMENT(len, op, aid, target)                                        \
	"30" len "8001" op "81" aid "82" target "8310" CHALLENGE               \
	"840E3230323631313232303130323033"                                     \
	"8503776879"                                                           \
	"86025431"

/* The operator's card from nothing to its certificate. */
#define OPERATOR_READY                                                         \
	{ 'o', SELECT OPERATOR, "9000" }, { 'o', "!open", "9000" },            \
	    { 'O', "00A4020C020011", "9000" }, { 'O', "00200080", "63C3" },    \
	    { 'O', "002000800434333231", "9000" },                             \
	    { 'O', "00A4020C020002", "9000" },                                 \
	{                                                                      \
		'O', "00B00000DF", read_cvc                                    \
	}

/* lc1: of the statement; lc2: with its signature */
#define AUTHORISED(lc1, lc2, statement)                                        \
	{ 'R', "8090000010", CHALLENGE "9000" },                               \
	    { 'O', "80940000" lc1 statement "40", SIG "9000" },                \
	    { 'R', show_cvc, "9000" },                                         \
	{                                                                      \
		'R', "80920100" lc2 statement SIG, "9000"                      \
	}

/* clang-format off */
static const struct play reset_auth[] = {
	{ 'r', SELECT JPKI, "9000" },
	{ 'r', "!open", "9000" },
	OPERATOR_READY,
	AUTHORISED("40", "80", STATEMENT("3E", "00", JPKI, "020018")),
	{ 'R', "00A4020C020018", "9000" },
	{ 'R', "002C02800435363738", "9000" },
};

/* One PIN for its holder, two on the card. */
static const struct play reset_juki[] = {
	{ 'r', SELECT JUKI, "9000" },
	{ 'r', "!open", "9000" },
	OPERATOR_READY,
	AUTHORISED("40", "80", STATEMENT("3E", "00", JUKI, "02001C")),
	{ 'R', "00A4020C02001C", "9000" },
	{ 'R', "002C02800435363738", "9000" },
	{ 'r', SELECT COMMON, "9000" },
	{ 'r', "!open", "9000" },
	AUTHORISED("40", "80", STATEMENT("3E", "00", COMMON, "02001C")),
	{ 'R', "00A4020C02001C", "9000" },
	{ 'R', "002C02800435363738", "9000" },
};

static const struct play suspend[] = {
	{ 'r', SELECT ISSUER, "9000" },
	{ 'r', "!open", "9000" },
	OPERATOR_READY,
	AUTHORISED("3C", "7C", STATEMENT("3A", "08", ISSUER, "0103")),
	{ 'R', "80F00300", "9000" },
};

static const struct play change_code[] = {
	{ 'r', SELECT JUKI, "9000" },
	{ 'r', "!open", "9000" },
	OPERATOR_READY,
	AUTHORISED("40", "80", STATEMENT("3E", "01", JUKI, "020001")),
	{ 'R', "00A4020C020001", "9000" },
	{ 'R', "00D600000B3132333435363738393033", "9000" },
	{ 'R', "80960000", "9000" },
};

#define PACKAGE_HASH "20BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
static const struct play load[] = {
	{ 'r', SELECT COMMON, "9000" },
	{ 'r', "!open", "9000" },
	{ 'R', "00A4020C02001C", "9000" },
	{ 'R', "00200080", "63C3" },
	{ 'R', "002000800431323334", "9000" },
	OPERATOR_READY,
	AUTHORISED("5E", "9E", STATEMENT("5C", "02", COMMON, PACKAGE_HASH)),
	{ 'R', "80E6800003616263", "9000" },
};

static const struct play delete[] = {
	{ 'r', SELECT COMMON, "9000" },
	{ 'r', "!open", "9000" },
	{ 'R', "00A4020C02001C", "9000" },
	{ 'R', "00200080", "63C3" },
	{ 'R', "002000800431323334", "9000" },
	OPERATOR_READY,
	AUTHORISED("43", "83", STATEMENT("41", "03", COMMON, "05F001020304")),
	{ 'R', "80E4000005F001020304", "9000" },
};
/* clang-format on */

static jm_err
do_reset(struct play_set *s, const char *word)
{
	const struct counter_pin pin = { "5678", 4 };

	return counter_reset_pin(&s->c, &s->card, counter_pin_find(word), &pin);
}

static jm_err
do_reset_auth(struct play_set *s)
{
	return do_reset(s, "auth");
}

static jm_err
do_reset_juki(struct play_set *s)
{
	return do_reset(s, "juki");
}

static jm_err
do_suspend(struct play_set *s)
{
	return counter_set_life(
	    &s->c, &s->card, COUNTER_SUSPEND, COUNTER_SUSPENDED);
}

static jm_err
do_change_code(struct play_set *s)
{
	return counter_change_code(
	    &s->c, &s->card, COUNTER_CHANGE_CODE, "12345678903");
}

static jm_err
do_load(struct play_set *s)
{
	jm_err e;

	if ((e = counter_consent(&s->c, &s->card)) != JM_OK)
		return e;
	return counter_load(
	    &s->c, &s->card, COUNTER_LOAD_APP, (const uint8_t *)"abc", 3);
}

static jm_err
do_delete(struct play_set *s)
{
	static const uint8_t aid[] = { 0xf0, 1, 2, 3, 4 };
	jm_err e;

	if ((e = counter_consent(&s->c, &s->card)) != JM_OK)
		return e;
	return counter_delete(&s->c, &s->card, aid, sizeof aid);
}

static const struct job {
	const char *name;
	jm_err (*run)(struct play_set *s);
	const struct play *list;
	size_t n;
	unsigned pins;
} jobs[] = {
	{ "reset auth", do_reset_auth, reset_auth, NELEM(reset_auth), 1 },
	{ "reset juki", do_reset_juki, reset_juki, NELEM(reset_juki), 1 },
	{ "suspend", do_suspend, suspend, NELEM(suspend), 1 },
	{ "change code", do_change_code, change_code, NELEM(change_code), 1 },
	{ "load", do_load, load, NELEM(load), 2 },
	{ "delete", do_delete, delete, NELEM(delete), 2 },
};

static void
start(struct play_set *s, const struct job *j)
{
	play_start(s, j->list, j->n);
	s->c.counter.root = &root;
}

static void
each_operation_sends_what_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(jobs); i++) {
		static struct play_set s;

		start(&s, &jobs[i]);
		assert_int_equal(jobs[i].run(&s), JM_OK);
		assert_null(s.c.fault.card);
		assert_int_equal(play_asked, jobs[i].pins);
		assert_int_equal(play_verifies, jobs[i].pins);
		(void)play_end(&s, 1);
	}
}

/* A reply that this command may well get, or whose meaning is exchange.h's. */
static int
fits(const struct play *p, const char *reply)
{
	const int good = reply != NULL && (strcmp(reply, "9000") == 0 ||
					      strcmp(reply, "00019000") == 0);

	if (reply == NULL)
		return 0;
	if (p == &reset_juki[15] && strcmp(reply, "6A82") == 0)
		return 1;                    /* a Juki card */
	if (strcmp(p->cmd, "00200080") == 0) /* tries left, or none needed */
		return good || strcmp(reply, "63C2") == 0;
	/* Another generation has it elsewhere. */
	if (strcmp(p->cmd, SELECT JPKI) == 0 && strcmp(reply, "6A82") == 0)
		return 1;
	if (p->who >= 'a' && (reply[1] == 'C' || reply[1] == '1'))
		return 1;
	return good && strcmp(p->reply, "9000") == 0;
}

/*
 * Refused anywhere, in any way, or pulled out: it fails, nothing more is sent
 * (the script fails the test for it), and nobody's PIN is sent twice.
 */
static void
nothing_is_sent_after_a_refusal(void **state)
{
	static const char *const reply[] = { NULL, "6300", "6400", "6700",
		"6882", "6982", "6983", "6984", "6985", "6987", "6988", "6A80",
		"6A82", "6A84", "6A86", "6A88", "6A89", "6B00", "6D00", "6E00",
		"6F00", "63C0", "63C1", "63C2", "9000", "6C10", "6110",
		"00019000" };
	(void)state;

	for (size_t i = 0; i < NELEM(jobs); i++)
		for (size_t at = 0; at < jobs[i].n; at++)
			for (size_t k = 0; k < NELEM(reply); k++) {
				const struct job *j = &jobs[i];
				static struct play_set s;
				jm_err e;

				if (fits(&j->list[at], reply[k]))
					continue;
				start(&s, j);
				play_replace(at, reply[k]);
				e = j->run(&s);
				assert_int_not_equal(e, JM_OK);
				assert_int_equal(e, s.c.fault.err);
				if (reply[k] == NULL)
					assert_int_equal(e, JM_GONE);
				assert_true(play_verifies <= j->pins);
				assert_int_equal(play_end(&s, 0), at + 1);
			}
}

static void
the_next_generation_has_it_elsewhere(void **state)
{
	static const struct play list[] = {
		{ 'r', SELECT JPKI, "6A82" },
		{ 'r', SELECT "06F04A4D4E5801", "9000" },
		{ 'r', "!open", "9000" },
	};
	static struct play_set s;
	(void)state;

	play_start(&s, list, NELEM(list));
	for (int i = 0; i < 2; i++) /* the second time it is open */
		assert_int_equal(
		    counter_channel(&s.c, &s.card, &counter_jpki, &s.c.counter),
		    JM_OK);
	assert_int_equal(s.card.app->aid_len, 6);
	assert_null(s.c.fault.card);
	(void)play_end(&s, 1);
}

static void
the_last_try_is_spent_for_none_but_who_says_so(void **state)
{
	static const struct play list[] = {
		{ 'o', SELECT OPERATOR, "9000" },
		{ 'o', "!open", "9000" },
		{ 'O', "00A4020C020011", "9000" },
		{ 'O', "00200080", "63C1" },
		{ 'O', "002000800434333231", "63C0" },
	};
	static struct play_set s;
	(void)state;

	play_start(&s, list, NELEM(list));
	assert_int_equal(counter_operator(&s.c), JM_REFUSED);
	assert_int_equal(s.c.fault.step, COUNTER_AT_ASK);
	assert_int_equal(play_asked, 0);
	assert_int_equal(play_end(&s, 0), 4);

	play_start(&s, list, NELEM(list));
	s.c.last_try = 1;
	assert_int_equal(counter_operator(&s.c), JM_PIN_BLOCKED);
	assert_int_equal(s.c.fault.tries, 0);
	assert_int_equal(play_asked, 1);
	(void)play_end(&s, 1);
}

static const char *typed;

static jm_err
type(void *arg, enum counter_who who, int tries, struct counter_pin *out)
{
	(void)arg;
	memcpy(out->value, typed, out->len = strlen(typed));
	return tries == 3 && who <= COUNTER_PIN_HOLDER ? JM_OK : JM_ARG;
}

static void
a_pin_that_cannot_be_right_is_not_sent(void **state)
{
	static const char *const bad[] = { "432", "123456789", "432O", " 321" };
	static struct play_set s;

	(void)state;
	for (size_t i = 0; i < 2 * NELEM(bad); i++) {
		play_start(&s, i % 2 == 0 ? load : suspend + 2, 4);
		s.c.ask = type;
		typed = bad[i / 2];
		assert_int_equal(i % 2 == 0 ? counter_consent(&s.c, &s.card)
					    : counter_operator(&s.c),
		    strlen(typed) == 4 ? JM_PIN_FORM : JM_PIN_LEN);
		assert_int_equal(play_end(&s, 0), 4);
	}
}

static void
a_wrong_pin_tells_what_is_left(void **state)
{
	static const struct play list[] = {
		{ 'o', SELECT OPERATOR, "9000" },
		{ 'o', "!open", "9000" },
		{ 'O', "00A4020C020011", "9000" },
		{ 'O', "00200080", "63C3" },
		{ 'O', "002000800434333231", "63C2" },
	};
	static struct play_set s;
	char *text;
	(void)state;

	play_start(&s, list, NELEM(list));
	assert_int_equal(counter_operator(&s.c), JM_PIN_WRONG);
	assert_int_equal(s.c.fault.tries, 2);
	text = counter_fault_text(&s.c.fault);
	assert_string_equal(text, "operator: wrong PIN, 2 attempts left");
	free(text);
	(void)play_end(&s, 1);
}

/* A card that forgot everything between two operations is asked anew. */
static void
a_channel_of_another_application_is_not_used(void **state)
{
	static struct play_set s;
	(void)state;

	start(&s, &jobs[1]);
	assert_int_equal(
	    counter_reset_pin(&s.c, &s.card, counter_pin_find("common"),
		&(struct counter_pin){ "5678", 4 }),
	    JM_OK);
	assert_int_equal(play_asked, 1); /* the operator's, once for both */
	(void)play_end(&s, 1);
}

static void
a_new_pin_has_its_form(void **state)
{
	/* clang-format off */
	static const struct { const char *which, *pin; jm_err want; } row[] = {
		{ "auth", "1234", JM_OK },
		{ "auth", "123", JM_PIN_LEN },
		{ "auth", "12345", JM_PIN_LEN },
		{ "auth", "123a", JM_PIN_FORM },
		{ "text", "0000", JM_OK },
		{ "sign", "ABC123", JM_OK },
		{ "sign", "abc123", JM_OK },
		{ "sign", "ABCDEF", JM_PIN_FORM },
		{ "sign", "123456", JM_PIN_FORM },
		{ "sign", "ABC12", JM_PIN_LEN },
		{ "sign", "ABC-123", JM_PIN_FORM },
		{ "sign", "ABCDEFGH12345678", JM_OK },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct counter_pin pin = { .len = strlen(row[i].pin) };

		memcpy(pin.value, row[i].pin, pin.len);
		assert_int_equal(
		    counter_pin_form(counter_pin_find(row[i].which), &pin),
		    row[i].want);
		if (strcmp(row[i].pin, "abc123") == 0)
			assert_memory_equal(pin.value, "ABC123", 6);
	}
	assert_null(counter_pin_find("face"));
}

static void
a_code_has_its_check_digit(void **state)
{
	char code[COUNTER_CODE_LEN + 1];
	(void)state;

	assert_true(counter_code_ok("12345678903"));
	for (char d = '0'; d <= '9'; d++) {
		char other[] = "12345678903";

		other[10] = d;
		assert_int_equal(counter_code_ok(other), d == '3');
	}
	assert_false(counter_code_ok("1234567890"));
	assert_false(counter_code_ok("123456789035"));
	assert_false(counter_code_ok("1234567890a"));
	for (int i = 0; i < 100; i++) {
		assert_int_equal(counter_code_random(code), JM_OK);
		assert_true(counter_code_ok(code));
	}
}

static void
a_new_certificate_ends_on_the_fifth_birthday(void **state)
{
	/* 2030-09-14 23:59:59 in Japan, and days around it */
	const time_t end = 1915628399, year = 365 * 86400;
	(void)state;

	/* 2026-09-13 and 14: birthdays of 2026..2030, of 2027..2031 */
	assert_int_equal(counter_valid_until(end, 1789225200), end);
	assert_int_equal(counter_valid_until(end, 1789311600), end + year);
}

/* Root, operator's certificate, and the texts that have it. */
static int
setup(void **state)
{
	struct jm_soft_key *key;
	struct jm_cvc spec = { .issuer = "ROOT",
		.holder = "OP1",
		.role = JM_CVC_OPERATOR,
		.rights = 0xfff,
		.last_day = "20361231" };
	uint8_t cvc[JM_CVC_MAX];
	char hex[CVC_TEXT];
	size_t len;

	(void)state;
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &key), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(key, &root), JM_OK);
	spec.pub = root;
	assert_int_equal(jm_cvc_make(&spec, key, cvc, &len), JM_OK);
	assert_int_equal(jm_hex_encode(cvc, len, hex, sizeof hex), JM_OK);
	snprintf(read_cvc, sizeof read_cvc, "%.*s9000", (int)(2 * len), hex);
	snprintf(show_cvc, sizeof show_cvc, "80920000%02X%.*s", (unsigned)len,
	    (int)(2 * len), hex);
	jm_soft_key_free(&key);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_operation_sends_what_it_should),
		cmocka_unit_test(nothing_is_sent_after_a_refusal),
		cmocka_unit_test(the_next_generation_has_it_elsewhere),
		cmocka_unit_test(
		    the_last_try_is_spent_for_none_but_who_says_so),
		cmocka_unit_test(a_pin_that_cannot_be_right_is_not_sent),
		cmocka_unit_test(a_wrong_pin_tells_what_is_left),
		cmocka_unit_test(a_channel_of_another_application_is_not_used),
		cmocka_unit_test(a_new_pin_has_its_form),
		cmocka_unit_test(a_code_has_its_check_digit),
		cmocka_unit_test(a_new_certificate_ends_on_the_fifth_birthday),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
