/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The generations of one AID: the shipped ones, and what a memory of a card's
 * label may decide among them. */
#include <stdio.h>
#include <string.h>

#include "card/card_impl.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define EF6 SEL_EF("0006"), "9000"

#define JPKI_AID                                                               \
	{                                                                      \
		0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01     \
	}

static const char *const no_atrs[] = { NULL };

/* --- a label from memory -------------------------------------------------- */

static const uint8_t *memory; /* an EF 0006 of JM_TOKEN_INFO_LEN bytes */

static jm_err
recall(void *arg, struct jm_card *card, uint8_t raw[JM_TOKEN_INFO_LEN],
    size_t *len)
{
	(void)arg;
	(void)card;
	*len = 0;
	if (memory == NULL)
		return JM_NOT_FOUND;
	memcpy(raw, memory, JM_TOKEN_INFO_LEN);
	*len = JM_TOKEN_INFO_LEN;
	return JM_OK;
}

/* Three generations of one AID: they may differ in what a row says. */
enum { NEW, OLD, PHONE, GENERATIONS };

static void
three_alike(struct jm_profile out[GENERATIONS])
{
	static const char *const name[] = { "new", "old", "phone" };
	static const char *const label[] = { "JPKIAPICCTOKEN2",
		"JPKIAPICCTOKEN", "JPKIAPGPSETOKEN" };
	static const struct jm_prof_pin auth = { 1, 0x18, 4, 4, 3,
		JM_PIN_DIGITS };
	static const struct jm_prof_pin sign = { 1, 0x1b, 6, 16, 5,
		JM_PIN_UPPER_ALNUM };
	static const struct jm_prof_pin text = { 1, 0x11, 4, 4, 3,
		JM_PIN_DIGITS };

	for (int i = 0; i < GENERATIONS; i++)
		out[i] = (struct jm_profile){ .name = name[i],
			.aid = JPKI_AID,
			.aid_len = 10,
			.label = label[i],
			.fallback = i == NEW,
			.info_ef = 6,
			.key = { { .present = 1 }, { .present = 1 } },
			.pin = { auth, sign, text },
			.cert = { [JM_CERT_AUTH] = { .present = 1 } },
			.logout_aid = { 0xa0, 1 },
			.logout_aid_len = 5,
			.atrs = no_atrs };
}

/*
 * What is found for a card that has INFO when the memory says label.  asked: is
 * EF 0006 read all the same?
 */
static const char *
with_memory(
    const struct jm_profile *profiles, size_t n, const char *label, int asked)
{
	static const struct step reads[] = { { SEL_AP, "9000" }, { EF6 },
		{ READ_INFO, INFO } };
	static uint8_t raw[JM_TOKEN_INFO_LEN];
	const struct jm_card_memo memo = { recall, NULL };
	struct jm_card *card;
	struct jm_link link;
	const char *name;

	memset(raw, ' ', 32);
	memset(raw + 32, '0', sizeof raw - 32);
	memcpy(raw, label, strlen(label));
	memory = raw;
	script_start(&link, reads, asked ? NELEM(reads) : 1);
	script_atr(ATR_PLAIN);
	assert_int_equal(jm_card_open(&link, &card), JM_OK);
	assert_int_equal(jm_card_begin(card), JM_OK);
	assert_int_equal(jm_card_identify_in(card, profiles, n, &memo), JM_OK);
	name = card->profile->name;
	if (asked)
		assert_string_equal(card->info.label, "JPKIAPICCTOKEN2");
	else
		assert_string_equal(card->info.label, label);
	jm_card_end(card);
	jm_card_free(&card);
	script_end();
	return name;
}

static void
a_label_from_memory_decides_among_equals(void **state)
{
	struct jm_profile three[GENERATIONS];
	(void)state;

	three_alike(three);
	assert_string_equal(
	    with_memory(three, NELEM(three), "JPKIAPICCTOKEN2", 0), "new");
	assert_string_equal(
	    with_memory(three, NELEM(three), "JPKIAPGPSETOKEN", 0), "phone");
	/* One that no generation has: the fallback, still among equals. */
	assert_string_equal(
	    with_memory(three, NELEM(three), "STRANGER", 0), "new");
}

/* A file on disk must not say what a full counter is, what a PIN looks like,
 * where it goes and how the status ends. */
static void
a_label_from_memory_decides_nothing_that_pins_rest_on(void **state)
{
	static const char *const labels[] = { "JPKIAPICCTOKEN2",
		"JPKIAPICCTOKEN", "JPKIAPGPSETOKEN", "STRANGER" };
	(void)state;

	for (int what = 0; what < 10; what++) {
		struct jm_profile three[GENERATIONS], *old = &three[OLD];

		three_alike(three);
		switch (what) {
		case 0: old->pin[JM_PAIR_AUTH].tries = 10; break;
		case 1: old->pin[JM_PAIR_SIGN].tries = 3; break;
		case 2: old->pin[JM_PAIR_SIGN].min = 4; break;
		case 3: old->pin[JM_PAIR_AUTH].max = 8; break;
		case 4: old->pin[JM_PAIR_SIGN].ef = 0x10; break;
		case 5: old->pin[JM_PAIR_SIGN].chars = JM_PIN_DIGITS; break;
		case 6: old->sfi = JM_YES; break;
		case 7: old->logout_aid[0] = 0xa1; break;
		case 8: old->logout_aid_len = 7; break;
		case 9: old->pin[JM_PIN_TEXT].tries = 9; break;
		}
		for (size_t i = 0; i < NELEM(labels); i++)
			assert_string_equal(
			    with_memory(three, NELEM(three), labels[i], 1),
			    "new");
		/* ... unless it cannot be that one, without such a pair. */
		old->key[JM_PAIR_AUTH].present = 0;
		assert_string_equal(
		    with_memory(three, NELEM(three), "JPKIAPICCTOKEN2", 0),
		    "new");
	}
}

/* The card has shown an authentication certificate to everybody. */
static void
a_label_from_memory_that_the_card_belies_is_looked_up(void **state)
{
	struct jm_profile three[GENERATIONS];
	(void)state;

	three_alike(three);
	three[PHONE].cert[JM_CERT_AUTH].need_pin = 1;
	assert_string_equal(
	    with_memory(three, NELEM(three), "JPKIAPGPSETOKEN", 1), "new");
	three[OLD].cert[JM_CERT_AUTH].present = 0;
	assert_string_equal(
	    with_memory(three, NELEM(three), "JPKIAPICCTOKEN", 1), "new");
	/* No fallback, and a label of none. */
	three[NEW].fallback = 0;
	assert_string_equal(
	    with_memory(three, NELEM(three), "STRANGER", 1), "new");
}

/* What the cache may say of the shipped generations, and what each is. */
static void
the_shipped_generations_are_told_apart(void **state)
{
	static const struct {
		const char *label, *name;
		int auth, hidden, believed;
		unsigned pin_min, pin_max;
	} row[] = {
		{ "JPKIAPICCTOKEN2", "mynumber-2016", 1, 0, 1, 6, 16 },
		{ "JPKIAPICCTOKEN", "juki", 0, 0, 0, 4, 16 },
		{ "JPKIAPGPSETOKEN", "android", 1, 1, 0, 6, 16 },
		{ "JPKIAPIOSTOKEN", "mynumber-2016", 1, 0, 1, 6, 16 },
		{ "JPKIAPGPSETTOKEN", "mynumber-2016", 1, 0, 1, 6, 16 },
		{ "", "mynumber-2016", 1, 0, 1, 6, 16 },
	};
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		char info[3 * JM_TOKEN_INFO_LEN];
		const struct step s[] = { { SEL_AP, "9000" }, { EF6 },
			{ READ_INFO, info } };
		const struct jm_profile *p;
		struct jm_card *card;
		struct jm_link link;

		for (size_t k = 0; k < 32; k++)
			snprintf(info + 2 * k, 3, "%02x",
			    k < strlen(row[i].label) ? (unsigned)row[i].label[k]
						     : ' ');
		snprintf(info + 64, sizeof info - 64, "%s", INFO_TAIL);
		if (row[i].label[0] == '\0')
			snprintf(info, sizeof info, "6a82");
		script_start(&link, s, NELEM(s));
		script_atr(ATR_PLAIN);
		assert_int_equal(jm_card_open(&link, &card), JM_OK);
		assert_int_equal(jm_card_begin(card), JM_OK);
		assert_int_equal(jm_card_identify(card), JM_OK);
		p = card->profile;
		assert_string_equal(p->name, row[i].name);
		assert_int_equal(p->key[JM_PAIR_AUTH].present, row[i].auth);
		assert_int_equal(p->cert[JM_CERT_AUTH].present, row[i].auth);
		assert_int_equal(p->cert[JM_CERT_AUTH].need_pin, row[i].hidden);
		assert_int_equal(p->cert[JM_CERT_SIGN].need_pin, 1);
		assert_int_equal(p->pin[JM_PAIR_SIGN].min, row[i].pin_min);
		assert_int_equal(p->pin[JM_PAIR_SIGN].max, row[i].pin_max);
		jm_card_end(card);
		jm_card_free(&card);
		script_end();

		(void)with_memory(jm_profiles, jm_profiles_len, row[i].label,
		    !row[i].believed);
	}
}

/* How many AIDs the shipped generations have. */
static size_t
aids(void)
{
	size_t n = 0;

	for (size_t i = 0; i < jm_profiles_len; i++) {
		size_t k = 0;

		while (k < i &&
		       (jm_profiles[k].aid_len != jm_profiles[i].aid_len ||
			   memcmp(jm_profiles[k].aid, jm_profiles[i].aid,
			       jm_profiles[i].aid_len) != 0))
			k++;
		n += k == i;
	}
	return n;
}

/* Each selects the JPKI application first, and knows
 * what it may use. */
static void
each_answer_to_reset_of_a_resident_card_is_known(void **state)
{
	static const struct {
		const char *atr;
		int sfi, extended;
	} row[] = {
		{ ATR_PLAIN, 0, 0 },
		{ ATR_EXT, 1, 1 },
		{ ATR_SFI, 1, 0 },
		{ "3B F5 91 00 FF 91 81 71 FE 40 00 42 00 01 00 D1 D6", 0, 0 },
		{ "3B F5 91 00 FF 91 81 71 FE 40 00 42 00 01 B3 A1 15", 0, 0 },
		{ "3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F", 0, 0 },
		{ "3B 88 80 01 00 00 41 E0 B3 81 A1 00 3B", 0, 0 },
		{ "3B 88 80 01 00 4B 51 FF 00 81 D1 00 BC", 0, 0 },
		{ "3B 88 80 01 00 4B 51 FF B3 81 D1 00 0F", 0, 0 },
		{ "3B 88 80 01 00 00 14 E0 B3 81 91 00 5E", 0, 0 },
		/* A reader that puts the card's passing number there, one that
		 * gives nothing, a driving licence's. */
		{ "3B 88 80 01 12 34 56 78 B3 81 A1 00 92", 0, 0 },
		{ "", 0, 0 },
		{ "3B 88 80 01 00 00 00 00 91 81 C1 00 D8", 0, 0 },
	};
	static const struct step shut[] = { { "00a4040c*", "6a82" },
		{ "00a4040c*", "6a82" }, { "00a4040c*", "6a82" } };
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step plain[] = { { SEL_AP, "9000" }, { EF6 },
			{ READ_INFO, INFO } };
		const struct step by_sfi[] = { { SEL_AP, "9000" },
			{ SFI_READ_INFO, INFO } };
		struct jm_card *card;
		struct jm_link link;

		if (row[i].sfi)
			script_start(&link, by_sfi, NELEM(by_sfi));
		else
			script_start(&link, plain, NELEM(plain));
		script_atr(row[i].atr);
		assert_int_equal(jm_card_open(&link, &card), JM_OK);
		assert_int_equal(jm_card_begin(card), JM_OK);
		assert_int_equal(jm_card_identify(card), JM_OK);
		assert_string_equal(card->profile->name, "mynumber-2016");
		assert_int_equal(card->sfi, row[i].sfi);
		assert_int_equal(card->extended, row[i].extended);
		jm_card_end(card);
		jm_card_free(&card);
		script_end();

		/* The same from a card without the application. */
		script_start(&link, shut, aids());
		script_atr(row[i].atr);
		assert_int_equal(jm_card_open(&link, &card), JM_OK);
		assert_int_equal(jm_card_begin(card), JM_OK);
		assert_int_equal(jm_card_identify(card), JM_NO_CARD);
		jm_card_end(card);
		jm_card_free(&card);
		script_end();
	}
}

static void
every_row_of_the_shipped_table_is_sound(void **state)
{
	(void)state;

	assert_true(jm_profiles_len > 0);
	for (size_t i = 0; i < jm_profiles_len; i++) {
		const struct jm_profile *p = &jm_profiles[i];

		assert_non_null(p->name);
		assert_non_null(p->label);
		assert_in_range(p->aid_len, 5, 16);
		assert_in_range(p->logout_aid_len, 5, 16);
		assert_true((p->modes & 1) != 0); /* the safe common mode */
		for (int k = 0; k < JM_PAIRS; k++) {
			assert_int_equal(p->pin[k].present, p->key[k].present);
			assert_true(p->pin[k].max <= 16);
			assert_true(p->key[k].bits <= 2048);
			assert_true(p->key[k].least <= p->key[k].bits);
			assert_int_equal(
			    p->key[k].present, p->key[k].least != 0);
		}
		for (const char *const *a = p->atrs; *a != NULL; a++)
			assert_true(strlen(*a) < 3 * JM_ATR_MAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_from_memory_decides_among_equals),
		cmocka_unit_test(
		    a_label_from_memory_decides_nothing_that_pins_rest_on),
		cmocka_unit_test(
		    a_label_from_memory_that_the_card_belies_is_looked_up),
		cmocka_unit_test(the_shipped_generations_are_told_apart),
		cmocka_unit_test(
		    each_answer_to_reset_of_a_resident_card_is_known),
		cmocka_unit_test(every_row_of_the_shipped_table_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
