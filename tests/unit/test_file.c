/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/file.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "card/card_impl.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define CERT 0x000a
#define EF_OK                                                                  \
	{                                                                      \
		SEL_EF("000a"), "9000"                                         \
	}
#define ROOM 4096

/* A file: 30 82 and the length of an object, then a pattern, then filler. */
static uint8_t file[8192];
/* Replies made of it. */
static char text[32][2 * ROOM + 16];
static uint8_t out[ROOM];

static void
make_file(size_t total)
{
	for (size_t i = 0; i < sizeof file; i++)
		file[i] = i < total ? (uint8_t)(i * 7 + i / 256) : 0xff;
	file[0] = 0x30;
	file[1] = 0x82;
	file[2] = (uint8_t)((total - 4) >> 8);
	file[3] = (uint8_t)((total - 4) & 0xff);
}

static const char *
part(size_t slot, size_t at, size_t n, const char *sw)
{
	assert_int_equal(
	    jm_hex_encode(file + at, n, text[slot], sizeof text[slot]), JM_OK);
	memcpy(text[slot] + 2 * n, sw, strlen(sw) + 1);
	return text[slot];
}

/* An identified card inside a transaction with the application selected. */
static struct jm_card *
ready(const struct step *s, size_t n, int sfi, int extended)
{
	struct jm_card *card;
	struct jm_link link;

	script_start(&link, s, n);
	assert_int_equal(jm_card_open(&link, &card), JM_OK);
	card->profile = &jm_profiles[0];
	card->sfi = sfi;
	card->extended = extended;
	assert_int_equal(jm_card_begin(card), JM_OK);
	card->selected = 1;
	memset(out, 0, sizeof out);
	return card;
}

static void
done(struct jm_card *card)
{
	jm_card_free(&card);
	script_end();
}

static jm_err
read_der(const struct step *s, size_t n, int sfi, int extended, size_t *len)
{
	struct jm_card *card = ready(s, n, sfi, extended);
	const jm_err e = jm_card_read_der(card, CERT, out, sizeof out, len);

	done(card);
	return e;
}

/* Steps for an object of total bytes, short commands; returns how many. */
static size_t
plain_steps(struct step *s, char cmd[][48], size_t total)
{
	size_t n = 0;

	s[n++] = (struct step)EF_OK;
	for (size_t at = 0; at < total || at == 0; at += 256, n++) {
		const size_t left = total - at;

		(void)snprintf(cmd[n], sizeof cmd[n], "00b0%04zx%02zx", at,
		    at == 0 || left >= 256 ? 0 : left);
		s[n] = (struct step){ cmd[n],
			part(n, at, at == 0 || left >= 256 ? 256 : left,
			    "9000") };
	}
	return n;
}

static void
an_object_is_read_in_blocks_and_no_byte_more(void **state)
{
	static const size_t totals[] = { 5, 255, 256, 257, 300, 511, 512, 513,
		1500, 1536, 1537, 2200, 4096 };
	static struct step s[32];
	static char cmd[32][48];
	(void)state;

	for (size_t i = 0; i < NELEM(totals); i++) {
		size_t len, n;

		make_file(totals[i]);
		n = plain_steps(s, cmd, totals[i]);
		assert_int_equal(read_der(s, n, 0, 0, &len), JM_OK);
		assert_int_equal(len, totals[i]);
		assert_memory_equal(out, file, len);
	}
}

/* The budget of a certificate: 7 commands plain, 6 with short EF ids, 1 with
 * extended length besides. */
static void
a_certificate_of_1500_bytes_costs_what_it_may(void **state)
{
	static struct step s[32];
	static char cmd[32][48];
	struct step ext[1];
	size_t len, n;
	(void)state;

	make_file(1500);
	n = plain_steps(s, cmd, 1500);
	assert_int_equal(n, 7);
	assert_int_equal(read_der(s, n, 0, 0, &len), JM_OK);
	assert_int_equal(script_apdus(), 7);

	s[1].cmd = "00b08a0000"; /* the short id, then by offset */
	assert_int_equal(read_der(s + 1, n - 1, 1, 0, &len), JM_OK);
	assert_int_equal(script_apdus(), 6);
	assert_memory_equal(out, file, 1500);

	ext[0] = (struct step){ "00b08a00 001000", part(9, 0, 2048, "9000") };
	assert_int_equal(read_der(ext, 1, 1, 1, &len), JM_OK);
	assert_int_equal(script_apdus(), 1);
	assert_int_equal(len, 1500);
	assert_memory_equal(out, file, 1500);
}

static void
extended_length_that_fails_once_is_not_tried_again(void **state)
{
	static const char *const refusal[] = { "6700", NULL, "", "!big",
		"aa 6700" };
	(void)state;

	make_file(300);
	for (size_t i = 0; i < NELEM(refusal); i++) {
		/* After a failure of the link the application is selected anew;
		 * 6700 leaves it as it is. */
		const struct step s[] = {
			{ "00b08a00 001000", refusal[i] },
			{ SEL_AP, "9000" },
			{ "00b08a00 00", part(0, 0, 256, "9000") },
			{ "00b00100 2c", part(1, 256, 44, "9000") },
			{ "00b00000 00", part(0, 0, 256, "9000") },
			{ "00b00100 2c", part(1, 256, 44, "9000") },
		};
		const int keeps =
		    refusal[i] != NULL && strstr(refusal[i], "6700") != NULL;
		struct step t[NELEM(s)];
		struct jm_card *card;
		size_t len, n = 0;

		for (size_t k = 0; k < NELEM(s); k++)
			if (k != 1 || !keeps)
				t[n++] = s[k];
		card = ready(t, n, 1, 1);
		assert_int_equal(
		    jm_card_read_der(card, CERT, out, ROOM, &len), JM_OK);
		assert_int_equal(len, 300);
		/* The file is current now: by offset, and in short blocks. */
		assert_int_equal(
		    jm_card_read_der(card, CERT, out, ROOM, &len), JM_OK);
		assert_int_equal(len, 300);
		done(card);
	}
}

static void
extended_length_goes_on_where_one_reply_was_not_enough(void **state)
{
	struct step s[3];
	size_t len;
	(void)state;

	make_file(4000);
	s[0] = (struct step)EF_OK;
	s[1] = (struct step){ "00b00000 001000", part(0, 0, 1000, "9000") };
	s[2] = (struct step){ "00b003e8 000bb8", part(1, 1000, 3000, "9000") };
	assert_int_equal(read_der(s, 3, 0, 1, &len), JM_OK);
	assert_int_equal(len, 4000);
	assert_memory_equal(out, file, 4000);
}

static void
what_is_no_object_is_not_found(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; } row[] = {
		{ "9000",                      JM_NOT_FOUND }, /* empty */
		{ "6b00",                      JM_NOT_FOUND },
		{ "6282",                      JM_NOT_FOUND },
		{ B64("ff") B64("ff") B64("ff") B64("ff") "9000", JM_NOT_FOUND },
		{ B64("00") B64("00") B64("00") B64("00") "9000", JM_NOT_FOUND },
		{ "30800000 9000",             JM_NOT_FOUND },
		{ "3003010203 9000",           JM_NOT_FOUND },
		{ "31820001aa 9000",           JM_NOT_FOUND },
		{ "6a82",                      JM_NOT_FOUND },
		{ "6982",                      JM_NEED_PIN  },
		{ "6986",                      JM_CARD      },
		{ "6f00",                      JM_CARD      },
		{ "30 9000",                   JM_FORMAT    }, /* cut short */
		{ "3082 9000",                 JM_FORMAT    },
		{ "308201 9000",               JM_FORMAT    },
		{ "3082ffff 9000",             JM_SPACE     },
		{ "30821001 9000",             JM_SPACE     }, /* 4101 bytes */
		{ NULL,                        JM_LINK      },
		{ "!gone",                     JM_GONE      },
		{ "!reset",                    JM_RESET     },
		{ "!big",                      JM_FORMAT    },
		{ "",                          JM_FORMAT    },
		{ "90",                        JM_FORMAT    },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { EF_OK,
			{ "00b0000000", row[i].reply } };
		size_t len = 99;

		assert_int_equal(read_der(s, 2, 0, 0, &len), row[i].want);
		assert_int_equal(len, 0);
	}
}

static void
a_file_that_cannot_be_selected_is_not_read(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; } row[] = {
		{ "6a82", JM_NOT_FOUND }, { "6986", JM_CARD },
		{ "6a86", JM_UNSUPPORTED }, { "", JM_FORMAT }, { NULL, JM_LINK },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { { SEL_EF("000a"), row[i].reply } };
		size_t len;

		assert_int_equal(read_der(s, 1, 0, 0, &len), row[i].want);
	}
}

static void
an_object_that_ends_early_is_malformed(void **state)
{
	static const char *const end[] = { "6b00", "9000", "6282" };
	(void)state;

	make_file(600);
	for (size_t i = 0; i < NELEM(end); i++) {
		const struct step s[] = { EF_OK,
			{ "00b00000 00", part(0, 0, 256, "9000") },
			{ "00b00100 00", end[i] } };
		size_t len;

		assert_int_equal(read_der(s, 3, 0, 0, &len), JM_FORMAT);
		assert_int_equal(len, 0);
	}
}

/* A reader may bring less than was asked for; crumbs end it. */
static void
short_blocks_are_joined_but_not_for_ever(void **state)
{
	static struct step s[JM_READ_ROUNDS + 1];
	static char cmd[JM_READ_ROUNDS + 1][48];
	const struct step two[] = { EF_OK,
		{ "00b00000 00", "30820004 a1a2 6282" },
		{ "00b00006 02", "a3a4 9000" } };
	size_t len;
	(void)state;

	assert_int_equal(read_der(two, 3, 0, 0, &len), JM_OK);
	assert_int_equal(len, 8);
	assert_memory_equal(out + 4, "\xa1\xa2\xa3\xa4", 4);

	s[0] = (struct step)EF_OK;
	s[1] = (struct step){ "00b0000000", "30820ff0 9000" };
	for (size_t i = 2; i < NELEM(s); i++) {
		(void)snprintf(cmd[i], sizeof cmd[i], "00b000%02zx00", i + 2);
		s[i] = (struct step){ cmd[i], "aa 9000" };
	}
	assert_int_equal(read_der(s, NELEM(s), 0, 0, &len), JM_FORMAT);
	assert_int_equal(script_apdus(), NELEM(s));
}

static void
more_than_was_asked_for_is_malformed(void **state)
{
	const struct step s[] = { EF_OK, { "00b00000 04", "aabbccddee 9000" } };
	struct jm_card *card = ready(s, 2, 0, 0);
	size_t len = 99;
	(void)state;

	assert_int_equal(
	    jm_card_read(card, CERT, out, sizeof out, 4, &len), JM_FORMAT);
	assert_int_equal(len, 0);
	done(card);
}

static void
the_first_bytes_cost_one_read_and_the_current_file_no_select(void **state)
{
	const struct step s[] = { EF_OK, { "00b00000 04", "aabbccdd 9000" },
		{ "00b00000 20", "aabb 9000" }, { SEL_EF("0008"), "9000" },
		{ "00b00000 03", "6b00" } };
	struct jm_card *card = ready(s, NELEM(s), 0, 0);
	size_t len;
	(void)state;

	assert_int_equal(jm_card_read(card, CERT, out, ROOM, 4, &len), JM_OK);
	assert_int_equal(len, 4);
	assert_int_equal(jm_card_read(card, CERT, out, ROOM, 32, &len), JM_OK);
	assert_int_equal(len, 2);
	assert_int_equal(jm_card_read(card, 8, out, ROOM, 3, &len), JM_OK);
	assert_int_equal(len, 0);
	assert_int_equal(jm_card_read(card, 8, out, ROOM, 0, &len), JM_OK);
	assert_int_equal(jm_card_read(card, 8, out, 2, 3, &len), JM_SPACE);
	done(card);
}

static void
a_lost_selection_is_made_again(void **state)
{
	const struct step s[] = { EF_OK, { "00b00000 04", NULL },
		{ SEL_AP, "9000" }, EF_OK, { "00b00000 04", "aabbccdd 9000" } };
	struct jm_card *card = ready(s, NELEM(s), 0, 0);
	size_t len;
	(void)state;

	assert_int_equal(jm_card_read(card, CERT, out, ROOM, 4, &len), JM_LINK);
	assert_int_equal(jm_card_read(card, CERT, out, ROOM, 4, &len), JM_OK);
	assert_int_equal(len, 4);
	done(card);
}

/* 6B00 does not say which file's end that was. */
static void
a_refused_short_id_makes_no_file_current(void **state)
{
	const struct step s[] = { { "00b08a00 04", "6b00" },
		{ "00b08a00 04", "6982" }, { "00b08a00 04", "aabbccdd 9000" },
		{ "00b00000 04", "aabbccdd 9000" } };
	struct jm_card *card = ready(s, NELEM(s), 1, 0);
	size_t len;
	(void)state;

	assert_int_equal(jm_card_read(card, CERT, out, ROOM, 4, &len), JM_OK);
	assert_int_equal(len, 0);
	assert_int_equal(
	    jm_card_read(card, CERT, out, ROOM, 4, &len), JM_NEED_PIN);
	assert_int_equal(jm_card_read(card, CERT, out, ROOM, 4, &len), JM_OK);
	assert_int_equal(jm_card_read(card, CERT, out, ROOM, 4, &len), JM_OK);
	done(card);
}

static void
an_object_does_not_pass_its_room(void **state)
{
	const struct step s[] = { EF_OK,
		{ "00b00000 08", "30820005 a1a2a3a4 9000" },
		{ "00b00000 09", "30820005 a1a2a3a4a5 9000" } };
	struct jm_card *card = ready(s, NELEM(s), 0, 0);
	size_t len = 99;
	(void)state;

	assert_int_equal(jm_card_read_der(card, CERT, out, 3, &len), JM_SPACE);
	assert_int_equal(jm_card_read_der(card, CERT, out, 8, &len), JM_SPACE);
	assert_int_equal(len, 0);
	assert_int_equal(jm_card_read_der(card, CERT, out, 9, &len), JM_OK);
	assert_int_equal(len, 9);
	done(card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_is_read_in_blocks_and_no_byte_more),
		cmocka_unit_test(a_certificate_of_1500_bytes_costs_what_it_may),
		cmocka_unit_test(
		    extended_length_that_fails_once_is_not_tried_again),
		cmocka_unit_test(
		    extended_length_goes_on_where_one_reply_was_not_enough),
		cmocka_unit_test(what_is_no_object_is_not_found),
		cmocka_unit_test(a_file_that_cannot_be_selected_is_not_read),
		cmocka_unit_test(an_object_that_ends_early_is_malformed),
		cmocka_unit_test(short_blocks_are_joined_but_not_for_ever),
		cmocka_unit_test(more_than_was_asked_for_is_malformed),
		cmocka_unit_test(
		    the_first_bytes_cost_one_read_and_the_current_file_no_select),
		cmocka_unit_test(a_lost_selection_is_made_again),
		cmocka_unit_test(a_refused_short_id_makes_no_file_current),
		cmocka_unit_test(an_object_does_not_pass_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
