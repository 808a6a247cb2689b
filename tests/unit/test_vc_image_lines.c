/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines of an image: each has its form, each fault is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/log.h"
#include "tests/support/test.h"
#include "tests/support/vc_full.h"
#include "tests/support/vc_image_try.h"
#include "vcard/vc_image.h"

#define KEY_32                                                                 \
	"00112233445566778899AABBCCDDEEFF"                                     \
	"00112233445566778899AABBCCDDEEFF"

/* What the card's code said last; cmocka runs one test at a time. */
static char said[256];

static void
hear(enum jm_log_level level, const char *line)
{
	(void)level;
	snprintf(said, sizeof said, "%s", line);
}

static void
each_fault_is_told_with_its_line(void **state)
{
	/* clang-format off */
	static const struct { const char *from, *to, *line; } row[] = {
		{ "image 2", "image 3", "x:1: not a card image" },
		{ "image 2", "image 1", "x:1: an image of version 1" },
		{ "jumin", "\xef\xbb\xbfjumin", "x:1:" },
		{ "image 2\n", "image 2\r\n", "x:1:" },
		{ "profile mynumber-2016", "param sfi on", "x:4:" },
		{ "mynumber-2016", "mynumber-1999", "x:4:" },
		{ "# comment", "profile mynumber-2016", "x:4:" }, /* second */
		{ "param label", "param lable", "x:5:" },
		{ "label JPKI TEST", "sfi maybe", "x:5:" },
		{ "label JPKI TEST", "label", "x:6:" }, /* empty: taken, so: */
		{ "app jpki", "app none", "x:6:" },
		{ "app jpki", "app issuer", "x:7:" }, /* it has no file */
		{ "app jpki\n", "app jpki\napp jpki\n", "x:7:" },
		{ "app jpki\n", "", "x:6:" },
		{ "file 0001", "file 0003", "x:7:" },
		{ "file 0001", "file 0006", "x:7:" },  /* built, not stored */
		{ "file 0001", "file 0017", "x:7:" },  /* a key */
		{ "file 0001", "file 1", "x:7:" },
		{ "file 0001", "file 000G", "x:7:" },
		{ "file 0001\n", "file 0001 30\n", "x:7:" },
		{ "file 0002", "file 0001", "x:10:" }, /* twice */
		{ "\t30\n", "\t3\n", "x:8:" },
		{ "\t30\n", "\t30 82\n", "x:8:" },
		{ "\t30\n", "\t\n", "x:8:" },
		{ "\t30\n", "\tzz\n", "x:8:" },
		{ "\t82\n", "#\n\t82\n", "x:10:" },    /* bytes behind a comment */
		{ "file 0002\n\t30\n", "file 0002\n", "x:11:" },
		{ "tries 2", "tries 4", "x:17:" },
		{ "tries 2", "tries -1", "x:17:" },
		{ "tries 2", "tries 002", "x:17:" },
		{ "tries 2", "tries ", "x:17:" },
		{ "tries 2", "try 2", "x:17:" },
		{ "value 31323334", "value ", "x:17:" },
		{ "value 31323334", "valu 31323334", "x:17:" },
		{ "value 31323334", "value 3132333431323334313233343132333431", "x:17:" },
		{ "value 31323334", "value 31 32", "x:17:" },
		{ "key 0017\n\t30", "key 0017\n\t31", "is not a private key" },
		{ "pin 0018 tries 2 value 31323334\n", "", "lacks 0018" },
		{ "end\n", "end\n\n", "follows" },
		{ "end\n", "end\n# and more\n", "follows" },
		{ "end\n", "end \n\n", "follow" },
		{ "end\n", "End\n", "unknown word" },
		{ "end\n", "end", "cut off" },
	};
	/* clang-format on */
	struct vc_try *t = *state;
	struct vc_card *card;
	size_t len;
	char *s = vc_small_image(t, &len);

	jm_log_set(hear, JM_LOG_ERROR);
	for (size_t i = 0; i < NELEM(row); i++) {
		char *bad = vc_image_with(s, row[i].from, row[i].to);
		jm_err e;

		said[0] = '\0';
		e = vc_image_parse("x", bad, strlen(bad), &card);
		if (strcmp(row[i].to, "label") == 0) {
			/* An empty label needs its blank to be told apart. */
			assert_int_equal(e, JM_OK);
			vc_close(&card);
		} else {
			if (e != JM_FORMAT || strstr(said, row[i].line) == NULL)
				fail_msg("%s -> %s: %d, said \"%s\"",
				    row[i].from, row[i].to, (int)e, said);
			assert_null(card);
		}
		free(bad);
	}
	assert_int_equal(vc_image_parse("x", "jumin\0", 6, &card), JM_FORMAT);
	jm_log_set(NULL, JM_LOG_NONE);
	free(s);
}

/* A line behind the application's lines, and what is said of it. */
static void
each_line_of_the_card_has_its_form(void **state)
{
	/* clang-format off */
	static const struct { const char *lines, *said; } row[] = {
		{ "life suspended\n", "a second state" },
		{ "life\n", "a second state" },
		{ "card 00\ncard 01\n", "a second id" },
		{ "card\n", "not an id" },
		{ "card 0\n", "not an id" },
		{ "card 0102030405060708090A0B0C0D0E0F1011\n", "not an id" },
		{ "transport tries 4 key 00\n", "more tries" },
		{ "transport tries 3 key 00\n", "not a key" },
		{ "transport tries 3 KEY 00\n", "\"key\" expected" },
		{ "transport 3 key 00\n", "\"tries\" expected" },
		{ "transport tries 3 key " KEY_32 "00\n", "not a key" },
		{ "transport tries 3 key " KEY_32 "\ntransport tries 3 key " KEY_32 "\n", "a second transport" },
		{ "data 5F51\n", "does not take" },
		{ "data 5F52\n", "does not have" },
		{ "data 5F\n", "not the tag" },
		{ "data 0042\ndata 0042\n", "without contents" },
		{ "data 0042\n\t00\ndata 0042\n", "given twice" },
		{ "trust key 00\n", "elliptic-curve" },
		{ "trust root 0400\n", "not a point" },
		{ "trust cvc " KEY_32 KEY_32 KEY_32 KEY_32 KEY_32 KEY_32 KEY_32 "\n", "not a certificate" },
		{ "trust cvc 00\ntrust cvc 00\n", "once" },
		{ "trust rot 00\n", "expected" },
		{ "trust root\n", "bad hexadecimal" },
		{ "trust cvc 00\napp issuer\n", "incomplete" },
		{ "trust cvc 00\n", "incomplete" }, /* the last application's */
		{ "records 0001\n", "does not take" },
		{ "package none\n", "not this package" },
		{ "package none\n\t00\n", "not this package" },
		{ "package\n", "not the name" },
		{ "package a-name-that-is-too-long\n", "not the name" },
		{ "log\n", "not the next entry" },
		{ "log 1 - - - reset-pin jpki - 00 -\n", "not the next entry" },
		{ "life2\n", "unknown word" },
	};
	/* clang-format on */
	struct vc_try *t = *state;
	struct vc_card *card;
	size_t len;
	char *s = vc_small_image(t, &len);

	jm_log_set(hear, JM_LOG_ERROR);
	for (size_t i = 0; i < NELEM(row); i++) {
		char *bad, end[600];

		snprintf(end, sizeof end, "life issued\n%send\n", row[i].lines);
		bad = vc_image_with(s, "life issued\nend\n", end);
		said[0] = '\0';
		if (vc_image_parse("x", bad, strlen(bad), &card) != JM_FORMAT ||
		    strstr(said, row[i].said) == NULL)
			fail_msg("%s: said \"%s\"", row[i].lines, said);
		assert_null(card);
		assert_true(strncmp(said, "x:", 2) == 0);
		free(bad);
	}
	jm_log_set(NULL, JM_LOG_NONE);
	free(s);
}

/* What a real card has is read again as it was written. */
static void
what_belongs_to_the_card_is_written_and_read(void **state)
{
	const struct vc_event say = { .op = 3,
		.when = "20261122010203",
		.operator_id = "OP-1",
		.terminal = "COUNTER-1",
		.app = "jpki",
		.target = { 1, 2 },
		.target_len = 2,
		.reason = "a reason" };
	struct vc_try *t = *state;
	struct vc_card *card = vc_full_new(
	    vc_profile_find("mynumber-2016"), VC_FULL_ALL, 0, VC_FULL_LOADED);
	struct vc_card *again;
	char *text, *second;
	size_t len, second_len;

	(void)t;
	card->life = VC_SUSPENDED;
	card->transport.tries = 2;
	card->transport.len = VC_TRANSPORT_LEN;
	memset(card->transport.key, 0x77, VC_TRANSPORT_LEN);
	assert_int_equal(vc_log_append(&card->log, &say), JM_OK);
	assert_int_equal(vc_image_text(card, &text, &len), JM_OK);
	jm_log_set(hear, JM_LOG_ERROR);
	if (vc_image_parse("x", text, len, &again) != JM_OK)
		fail_msg("%s", said);
	jm_log_set(NULL, JM_LOG_NONE);
	assert_int_equal(again->life, VC_SUSPENDED);
	assert_int_equal(again->transport.tries, 2);
	assert_int_equal(again->app_count, card->app_count);
	assert_int_equal(again->log.count, 2);
	assert_string_equal(again->log.entry[1].what.reason, "a reason");
	assert_int_equal(vc_image_text(again, &second, &second_len), JM_OK);
	assert_int_equal(second_len, len);
	assert_memory_equal(second, text, len);

	/* One entry with another hash: the chain is broken. */
	vc_close(&again);
	*strstr(text, "a reason") = 'A';
	assert_int_equal(vc_image_parse("x", text, len, &again), JM_FORMAT);
	free(text);
	free(second);
	vc_close(&card);
}

/* The first such line gets these bytes in the place of its own. */
static void
replace_bytes(char *text, const char *line, const uint8_t *p, size_t len)
{
	char *at = strstr(text, line) + strlen(line), hex[600];

	assert_int_equal(jm_hex_encode(p, len, hex, sizeof hex), JM_OK);
	assert_int_equal(strcspn(at, "\n"), strlen(hex));
	memcpy(at, hex, strlen(hex));
}

static void
trust_has_to_fit_together(void **state)
{
	static uint8_t der[JM_SOFT_KEY_DER_MAX];
	struct vc_card *card =
	    vc_full_new(vc_profile_find("mynumber-2016"), VC_FULL_ALL, 0, 0);
	struct jm_soft_key *key;
	struct jm_ec_pub pub;
	struct vc_card *again;
	char *text;
	size_t len, der_len;

	(void)state;
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &key), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(key, &pub), JM_OK);
	assert_int_equal(jm_soft_key_save(key, der, &der_len), JM_OK);
	jm_soft_key_free(&key);
	jm_log_set(hear, JM_LOG_ERROR);
	for (int how = 0; how < 3; how++) {
		assert_int_equal(vc_image_text(card, &text, &len), JM_OK);
		if (how == 1)
			replace_bytes(
			    text, "trust root ", pub.point, pub.point_len);
		if (how == 2)
			replace_bytes(text, "trust key ", der, der_len);
		said[0] = '\0';
		assert_int_equal(vc_image_parse("x", text, len, &again),
		    how == 0 ? JM_OK : JM_FORMAT);
		assert_true(how == 0 || strstr(said, "fit together") != NULL);
		vc_close(&again);
		free(text);
	}
	jm_log_set(NULL, JM_LOG_NONE);
	vc_close(&card);
}

#define TEST(f) cmocka_unit_test_setup(f, vc_try_fresh)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_fault_is_told_with_its_line),
		TEST(each_line_of_the_card_has_its_form),
		TEST(what_belongs_to_the_card_is_written_and_read),
		TEST(trust_has_to_fit_together),
	};

	return cmocka_run_group_tests(tests, vc_try_start, vc_try_stop);
}
