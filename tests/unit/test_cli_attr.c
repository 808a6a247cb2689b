/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin attr, pin check text, pin change text and the applications in jumin
 * status, in process, with a card whose records are made for each case. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tlv.h"
#include "tests/unit/cli_try.h"
#include "tests/unit/text_card.h"
#include "tools/jumin/cert.h"
#include "tools/jumin/out.h"

static struct attr_keys keys, other_keys;
static struct attr_record good[3];
static struct text_card card;
static unsigned reader;
static char folder[] = "/tmp/jumin-test-XXXXXX";

/* --- the stage ------------------------------------------------------------ */

/* SubjectPublicKeyInfo of an RSA key, by hand. */
static void
write_key(const char *name, const struct jm_rsa_pub *key)
{
	static const uint8_t alg[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48,
		0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
	uint8_t mem[600], n[JM_RSA_BYTES_MAX + 1] = { 0 };
	struct jm_wbuf w;
	size_t len;
	char *pem;
	FILE *f;

	jm_wbuf_init(&w, mem, sizeof mem);
	memcpy(n + 1, key->n, key->n_len);
	jm_put_tlv(&w, 0x02, n, key->n_len + 1);
	jm_put_tlv(&w, 0x02, key->e, key->e_len);
	jm_tlv_wrap(&w, 0, 0x30);
	memmove(mem + sizeof alg + 1, mem, w.len);
	memcpy(mem, alg, sizeof alg);
	w.len += sizeof alg + 1;
	mem[sizeof alg] = 0; /* no unused bits */
	jm_tlv_wrap(&w, sizeof alg, 0x03);
	jm_tlv_wrap(&w, 0, 0x30);
	assert_int_equal(jm_wbuf_done(&w, &len), JM_OK);
	f = fopen(name, "w");
	assert_non_null(f);
	if (strstr(name, ".der") != NULL) {
		assert_int_equal(fwrite(mem, 1, len, f), len);
	} else {
		size_t n_pem;

		assert_int_equal(
		    cli_pem("PUBLIC KEY", mem, len, &pem, &n_pem), JM_OK);
		assert_int_equal(fwrite(pem, 1, n_pem, f), n_pem);
		free(pem);
	}
	fclose(f);
}

static int
start(void **state)
{
	(void)state;
	setenv("XDG_CACHE_HOME", "/dev/null/none", 1);
	setenv("XDG_CONFIG_HOME", "/dev/null/none", 1);
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return -1;
	attr_keys_make(&keys);
	attr_keys_make(&other_keys);
	attr_make_all(&keys, good);
	write_key("ca.pem", &keys.ca_pub);
	write_key("ca.der", &keys.ca_pub);
	write_key("other.pem", &other_keys.ca_pub);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	attr_keys_free(&keys);
	attr_keys_free(&other_keys);
	unlink("ca.pem");
	unlink("ca.der");
	unlink("other.pem");
	unlink("said");
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static int
fresh(void **state)
{
	(void)state;
	vs_clear();
	text_card_new(&card);
	memcpy(card.rec, good, sizeof good);
	reader = vs_plug("A");
	vs_insert(reader, text_card(&card));
	return 0;
}

#define RUN(...) ((const char *const[]){ "jumin", __VA_ARGS__, NULL })

/* Whatever was done: nothing is open, nobody is verified. */
static void
left_alone(void)
{
	assert_false(vs_held(reader));
	assert_int_equal(vs_contexts(), 0);
	assert_int_equal(vs_handles(), 0);
	assert_int_equal(vs_counted(reader).outside, 0);
	/* Without power a card has no status. */
	assert_false(card.verified && vs_present(reader));
}

/* --- what is shown -------------------------------------------------------- */

static void
the_holder_is_shown(void **state)
{
	static const char *const ca[] = { "ca.pem", "ca.der" };
	(void)state;

	assert_int_equal(cli_try(RUN("attr"), "1234\n"), EX_OK);
	cli_says(cli_out, "Name:          " ATTR_NAME "\n");
	cli_says(cli_out, "Address:       " ATTR_ADDRESS "\n");
	cli_says(cli_out, "Date of birth: 1990-01-02\n");
	cli_says(cli_out, "Sex:           female\n");
	cli_says(cli_out, "Signature:     fits the certificate on the card; "
			  "whose that is was not checked (--ca)\n");
	cli_says(cli_out, "CA's key id:   36303030303333080530303100000000\n");
	assert_string_equal(cli_err, "");
	left_alone();
	assert_int_equal(vs_counted(reader).verifies, 1);
	/* open, counter, data: the budget of a plain card */
	assert_int_equal(vs_counted(reader).apdus, 9 + 3 + 13);
	for (size_t i = 0; i < NELEM(ca); i++) {
		fresh(state);
		assert_int_equal(
		    cli_try(RUN("attr", "--ca", ca[i]), "1234\n"), EX_OK);
		cli_says(cli_out, "Signature:     right, by a key that the CA "
				  "given certified\n");
		assert_null(strstr(cli_out, "key id"));
		assert_string_equal(cli_err, "");
	}
}

static void
json_says_the_same(void **state)
{
	(void)state;

	assert_int_equal(
	    cli_try(RUN("attr", "--json", "--ca", "ca.pem"), "1234\n"), EX_OK);
	assert_string_equal(cli_out,
	    "{\n  \"name\": \"" ATTR_NAME "\",\n  \"address\": \"" ATTR_ADDRESS
	    "\",\n  \"birth_date\": \"1990-01-02\",\n"
	    "  \"sex\": \"female\",\n  \"sex_code\": 2,\n"
	    "  \"proof\": \"certified\",\n  \"certified\": true,\n"
	    "  \"ca_key_id\": \"36303030303333080530303100000000\",\n"
	    "  \"offsets_fit\": true\n}\n");
	assert_string_equal(cli_err, "");
}

/* Each thing that can be wrong with the proof: shown, said, status 5. */
static void
data_that_nothing_proves_have_a_status_of_their_own(void **state)
{
	/* clang-format off */
	static const struct {
		const char *ca, *json, *says; int which; size_t at; unsigned flip; int cut;
	} row[] = {
		{ NULL, "altered", "wrong: these are not the data that were signed", 0, 20, 0x01, 0 },
		{ NULL, "bad-signature", "not made with the key of the certificate", 1, 10, 0x01, 0 },
		{ NULL, "bad-signature", "not made with the key of the certificate", 1, 300, 0x80, 0 },
		{ NULL, "no-signature", "there is none on the card", 1, 0, 0, 1 },
		{ NULL, "no-certificate", "no certificate for it on the card", 2, 0, 0, 1 },
		{ NULL, "malformed", "malformed", 1, 5, 0x20, 0 },
		{ NULL, "malformed", "malformed", 2, 6, 0x20, 0 },
		{ "ca.pem", "other-ca", "that the CA given did not certify", 2, 20, 0x01, 0 },
		{ "other.pem", "other-ca", "that the CA given did not certify", 2, 0, 0, 0 },
	};
	/* clang-format on */

	for (size_t i = 0; i < 2 * NELEM(row); i++) {
		const int k = (int)(i / 2), json = i % 2 != 0;
		const char *words[8] = { "jumin", "attr" };
		size_t n = 2;
		char want[64];

		fresh(state);
		card.rec[row[k].which].mem[row[k].at] ^= (uint8_t)row[k].flip;
		if (row[k].cut)
			card.rec[row[k].which].len = 0;
		if (json)
			words[n++] = "--json";
		if (row[k].ca != NULL) {
			words[n++] = "--ca";
			words[n++] = row[k].ca;
		}
		assert_int_equal(cli_try(words, "1234\n"), EX_UNPROVED);
		snprintf(want, sizeof want, "\"proof\": \"%s\"", row[k].json);
		cli_says(cli_out, json ? want : row[k].says);
		cli_says(cli_out, json ? "\"certified\": false" : ATTR_ADDRESS);
		cli_says(
		    cli_err, "jumin: error: the signature proves nothing: ");
		cli_says(cli_err, row[k].says);
		cli_says(cli_err, "jumin: hint: do not rely on");
		left_alone();
	}
}

/* What is in the record is shown, not obeyed. */
static void
the_card_says_nothing_to_the_terminal(void **state)
{
	static struct attr_record fields;
	const char *const words[][4] = { { "jumin", "attr", NULL },
		{ "jumin", "attr", "--json", NULL } };

	for (size_t i = 0; i < NELEM(words); i++) {
		fresh(state);
		attr_make_fields(&fields,
		    "A\x1b[2J\n\xc2\x9b"
		    "31m\"",
		    "\xe2\x80\xae"
		    "B\xe3\x80\x80\\",
		    "19900000", "7");
		attr_make_attributes(&card.rec[0], &fields);
		attr_make_signature(&card.rec[1], &fields, keys.issuer);
		assert_int_equal(cli_try(words[i], "1234\n"), EX_OK);
		assert_null(strchr(cli_out, 0x1b));
		assert_null(strstr(cli_out, "\xc2\x9b"));
		assert_null(strstr(cli_out, "2J\n"));
		cli_says(cli_out, "1990-00-00");
	}
	cli_says(cli_out, "\"A\\u001b[2J\\u000a\\u009b31m\\\"\"");
	cli_says(cli_out, "\"sex\": null");
	cli_says(cli_out, "\"sex_code\": 7");
	fresh(state);
	attr_make_attributes(&card.rec[0], &fields);
	attr_make_signature(&card.rec[1], &fields, keys.issuer);
	assert_int_equal(cli_try(words[0], "1234\n"), EX_OK);
	cli_says(cli_out, "Name:          A\\u001B[2J\\u000A\\u009B31m\"\n");
	cli_says(cli_out, "Address:       \\u202EB\xe3\x80\x80\\\n");
	cli_says(cli_out, "Sex:           code 7\n");
}

static void
every_code_of_jis_x_0303_has_its_word(void **state)
{
	static const struct {
		const char *code, *text, *json;
	} row[] = { { "0", "not known", "\"unknown\"" },
		{ "1", "male", "\"male\"" }, { "2", "female", "\"female\"" },
		{ "9", "not applicable", "\"not-applicable\"" } };
	static struct attr_record fields;

	for (size_t i = 0; i < 2 * NELEM(row); i++) {
		char want[64];

		fresh(state);
		attr_make_fields(
		    &fields, "A", "B", "19900102", row[i / 2].code);
		attr_make_attributes(&card.rec[0], &fields);
		attr_make_signature(&card.rec[1], &fields, keys.issuer);
		snprintf(want, sizeof want, "%s%s\n",
		    i % 2 ? "\"sex\": " : "Sex:           ",
		    i % 2 ? row[i / 2].json : row[i / 2].text);
		if (i % 2)
			strcpy(strchr(want, '\n'), ",\n");
		assert_int_equal(
		    cli_try(
			i % 2 ? RUN("attr", "--json") : RUN("attr"), "1234\n"),
		    EX_OK);
		cli_says(cli_out, want);
	}
}

static void
a_wrong_table_of_offsets_is_told_and_not_used(void **state)
{
	(void)state;

	card.rec[0].mem[7] ^= 0x40; /* the first offset */
	assert_int_equal(
	    cli_try(RUN("attr", "--ca", "ca.pem"), "1234\n"), EX_OK);
	cli_says(cli_out, ATTR_NAME);
	cli_says(cli_err, "jumin: warning: the card's table");
}

/* --- PINs ----------------------------------------------------------------- */

static void
a_pin_is_asked_for_once_and_sent_once(void **state)
{
	/* clang-format off */
	static const struct {
		const char *pins; int tries, code; unsigned verifies; const char *says;
	} row[] = {
		{ "0000\n",  3, EX_PIN, 1, "wrong PIN, 2 attempts left" },
		{ "0000\n",  2, EX_PIN, 1, "wrong PIN, 1 attempt left" },
		{ "1234\n",  1, EX_PIN, 0, "only one attempt is left" },
		{ "1234\n",  0, EX_PIN, 0, "the PIN of Text Entry is blocked" },
		{ "123\n",   3, EX_PIN, 0, "it is 4 digits; nothing was sent" },
		{ "12a4\n",  3, EX_PIN, 0, "it is 4 digits; nothing was sent" },
		{ "12345\n", 3, EX_PIN, 0, "it is 4 digits; nothing was sent" },
		{ "",        3, EX_PIN, 0, "no terminal to ask for the PIN" },
		{ "\n",      3, EX_PIN, 0, "length" },
		{ "1234\n",  2, EX_OK,  1, "" },
	};
	/* clang-format on */

	for (size_t i = 0; i < 2 * NELEM(row); i++) {
		const int k = (int)(i / 2);

		if (*row[k].pins == '\0' && access("/dev/tty", R_OK) == 0)
			continue; /* somebody is there to be asked */
		fresh(state);
		card.tries = row[k].tries;
		assert_int_equal(
		    cli_try(i % 2 ? RUN("pin", "check", "text") : RUN("attr"),
			row[k].pins),
		    row[k].code);
		assert_int_equal(vs_counted(reader).verifies, row[k].verifies);
		cli_says(cli_err, row[k].says);
		if (row[k].code != EX_OK)
			assert_string_equal(cli_out, "");
		left_alone();
	}
}

static void
the_text_pin_is_checked_and_changed(void **state)
{
	(void)state;

	assert_int_equal(
	    cli_try(RUN("pin", "check", "text", "--json"), "1234\n"), EX_OK);
	cli_says(cli_out, "\"pin\": \"text\"");
	cli_says(cli_out, "\"right\": true");
	cli_says(cli_out, "\"tries_left\": 3");
	assert_int_equal(
	    cli_try(RUN("pin", "change", "text"), "1234\n5678\n"), EX_OK);
	cli_says(cli_out, "the PIN of Text Entry is changed");
	assert_memory_equal(card.pin, "5678", 4);
	assert_int_equal(
	    cli_try(RUN("pin", "change", "text"), "5678\n56a8\n"), EX_PIN);
	assert_memory_equal(card.pin, "5678", 4);
	assert_int_equal(vs_counted(reader).verifies, 2);
	left_alone();
}

static void
a_reader_with_keys_takes_the_text_pin(void **state)
{
	(void)state;

	vs_pinpad(reader, 3);
	vs_pinpad_type(reader, "1234");
	assert_int_equal(cli_try(RUN("attr"), ""), EX_OK);
	cli_says(cli_out, ATTR_NAME);
	cli_says(cli_err, "enter the PIN of Text Entry on the reader");
	assert_int_equal(vs_pinpad_asked(reader), 1);
	left_alone();
	vs_pinpad_type(reader, "!cancel");
	assert_int_equal(cli_try(RUN("attr"), ""), EX_PIN);
	assert_string_equal(cli_out, "");
	vs_pinpad_type(reader, "0000");
	assert_int_equal(cli_try(RUN("pin", "check", "text"), ""), EX_PIN);
	cli_says(cli_err, "wrong PIN, 2 attempts left");
	assert_int_equal(vs_pinpad_asked(reader), 3);
	left_alone();
}

/* --- what is not there, what breaks --------------------------------------- */

static void
without_the_application_it_is_said_why(void **state)
{
	const char *const status[] = { "jumin", "status", "--json", NULL };
	(void)state;

	card.apps = 1u << JM_APP_JPKI;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    cli_try(i == 0   ? RUN("attr")
			    : i == 1 ? RUN("pin", "check", "text")
				     : RUN("pin", "change", "text"),
			"1234\n5678\n"),
		    EX_FAIL);
		cli_says(cli_err, "this card has no text-entry application");
		cli_says(cli_err, "a token in a phone has the key pairs alone");
		assert_string_equal(cli_out, "");
	}
	assert_int_equal(vs_counted(reader).verifies, 0);
	card.apps |= 1u << JM_APP_TEXT; /* ... but no PIN */
	card.tries = -1;
	assert_int_equal(cli_try(RUN("attr"), "1234\n"), EX_FAIL);
	cli_says(cli_err, "application of this card has no PIN");
	cli_says(cli_err, "the municipal counter sets them");
	card.apps = 1u << JM_APP_JPKI;
	assert_int_equal(cli_try(status, ""), EX_OK);
	cli_says(cli_out, "\"applications\": [\n          \"jpki\"\n");
	assert_null(strstr(cli_out, "text_pin"));
}

static void
status_lists_the_applications(void **state)
{
	const char *const status[] = { "jumin", "status", NULL };
	const char *const json[] = { "jumin", "status", "--json", NULL };
	(void)state;

	assert_int_equal(cli_try(status, ""), EX_OK);
	cli_says(cli_out, "  Applications:  JPKI, Text Entry, Card Face, "
			  "Resident Register, Common Card\n");
	cli_says(cli_out,
	    "  Text Entry (text)\n    PIN:         3 of 3 attempts left\n");
	assert_int_equal(cli_try(json, ""), EX_OK);
	cli_says(cli_out, "\"juki\",\n          \"common\"\n");
	cli_says(cli_out, "\"text_pin\": {\n          \"tries_left\": 3,");
	card.tries = 0;
	assert_int_equal(cli_try(status, ""), EX_OK);
	cli_says(cli_out, "blocked; the municipal counter sets a new one");
	assert_int_equal(vs_counted(reader).verifies, 0);
	left_alone();
}

static void
nothing_is_sent_twice_whatever_breaks(void **state)
{
	/* clang-format off */
	static const struct {
		enum vs_fault fault; const char *bytes; size_t len;
	} fault[] = {
		{ VS_REMOVE_AFTER, NULL, 0 }, { VS_RESET_BEFORE, NULL, 0 },
		{ VS_LOST_AFTER, NULL, 0 },   { VS_REPLACE, "", 0 },
		{ VS_REPLACE, "\x90\x00", 2 }, { VS_REPLACE, "\x63\xc1", 2 },
		{ VS_REPLACE, "\x69\x82", 2 }, { VS_REPLACE, "\xff\x20\x90\x00", 4 },
	};
	/* clang-format on */

	for (size_t f = 0; f < NELEM(fault); f++)
		for (unsigned nth = 1; nth <= 9 + 3 + 13; nth++) {
			int code;

			fresh(state);
			vs_fault_at(reader, nth, fault[f].fault, fault[f].bytes,
			    fault[f].len);
			code = cli_try(RUN("attr", "--ca", "ca.pem"), "1234\n");
			assert_int_not_equal(code, EX_USAGE);
			assert_true(vs_counted(reader).verifies <= 1);
			if (code == EX_OK)
				cli_says(cli_out, "right, by a key");
			else
				cli_says(cli_err, "jumin: error: ");
			if (code != EX_OK && code != EX_UNPROVED)
				assert_string_equal(cli_out, "");
			left_alone();
		}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, fresh)
	const struct CMUnitTest tests[] = {
		TEST(the_holder_is_shown),
		TEST(json_says_the_same),
		TEST(data_that_nothing_proves_have_a_status_of_their_own),
		TEST(the_card_says_nothing_to_the_terminal),
		TEST(every_code_of_jis_x_0303_has_its_word),
		TEST(a_wrong_table_of_offsets_is_told_and_not_used),
		TEST(a_pin_is_asked_for_once_and_sent_once),
		TEST(the_text_pin_is_checked_and_changed),
		TEST(a_reader_with_keys_takes_the_text_pin),
		TEST(without_the_application_it_is_said_why),
		TEST(status_lists_the_applications),
		TEST(nothing_is_sent_twice_whatever_breaks),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
