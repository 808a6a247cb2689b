/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are shown as they are: what is left out, what a PIN costs, and
 * what is left of either when something goes wrong. */
#include <malloc.h>
#include <string.h>

#include "base/hex.h"
#include "objects/data.h"
#include "tests/support/fault.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/script_token.h"
#include "tests/support/test.h"

#define SEL_FACE   "00a4040c 0a d3921000310001010402"
#define SEL_COMMON "00a4040c 0a d3921000310001010100"
#define RECORD     "00b20104 00"
#define NUMBER_B   "49051220301234"
#define VERIFY_B   "00200080 0e 3439303531323230333031323334"
#define VERIFY     "00200080 04 31323334"
#define READ       "00b00000 00"
#define SECRET     "5a5a5a5a5a5a5a5a"
#define OBJ(head)  head "08" SECRET
#define DIGITS28   "30313233343536373839303132333435363738393031323334353637"
#define OPEN_TEXT                                                              \
	{ SEL_TEXT, "9000" }, { SEL_EF("0011"), "9000" }, { QUERY, "63c3" },   \
	{                                                                      \
		VERIFY, "9000"                                                 \
	}
#define OPEN_FACE                                                              \
	{ SEL_FACE, "9000" }, { SEL_EF("0012"), "9000" }, { QUERY, "63ca" },   \
	{                                                                      \
		VERIFY_B, "9000"                                               \
	}

#define BIT(id)     (1u << (id))
#define ALL         (BIT(JM_DATAS) - 1)
#define BEHIND_TEXT (BIT(JM_DATA_TEXT) | BIT(JM_DATA_TEXT_SIG))
#define BEHIND_FACE BIT(JM_DATA_FACE)
#define BEHIND      (BEHIND_TEXT | BEHIND_FACE | BIT(JM_DATA_FACE_BIRTH))
#define FREE        (ALL & ~BEHIND)

enum { OPENED = 9 };

static const struct step of_free[] = { IDENTIFY_FULL, { SEL_TEXT, "9000" },
	{ SEL_EF("0004"), "9000" }, { READ, OBJ("7f21") "9000" },
	{ SEL_EF("0005"), "9000" }, { READ, OBJ("ff40") "9000" },
	{ SEL_FACE, "9000" }, { SEL_EF("0003"), "9000" },
	{ READ, OBJ("ff30") "9000" }, { SEL_EF("0004"), "9000" },
	{ READ, OBJ("7f21") "9000" }, { SEL_COMMON, "9000" },
	{ SEL_EF("0001"), "9000" }, { RECORD, "011c" DIGITS28 "9000" } };
static const struct step of_text[] = { IDENTIFY_FULL, OPEN_TEXT,
	{ SEL_EF("0002"), "9000" }, { READ, OBJ("ff20") "ffffff9000" },
	{ SEL_EF("0003"), "9000" }, { READ, OBJ("ff30") "9000" },
	{ SEL_ISSUER, "9000" } };
static const struct step of_face[] = { IDENTIFY_FULL, OPEN_FACE,
	{ SEL_EF("0002"), "9000" }, { READ, OBJ("ff20") "9000" },
	{ SEL_ISSUER, "9000" } };

static const char *const expected[JM_DATAS] = {
	[JM_DATA_TEXT] = OBJ("ff20"),
	[JM_DATA_TEXT_SIG] = OBJ("ff30"),
	[JM_DATA_TEXT_CERT] = OBJ("7f21"),
	[JM_DATA_TEXT_INFO] = OBJ("ff40"),
	[JM_DATA_FACE] = OBJ("ff20"),
	[JM_DATA_FACE_BIRTH] = "",
	[JM_DATA_FACE_INFO] = OBJ("ff30"),
	[JM_DATA_FACE_CERT] = OBJ("7f21"),
	[JM_DATA_COMMON] = ("011c" DIGITS28),
};

static const struct job {
	const struct step *s;
	size_t n, verify; /* when the VERIFY is, n: there is none */
	unsigned ids;
	const char *pin;
} jobs[] = {
	{ of_free, NELEM(of_free), NELEM(of_free), FREE, NULL },
	{ of_text, NELEM(of_text), OPENED + 3, BEHIND_TEXT, "1234" },
	{ of_face, NELEM(of_face), OPENED + 3, BEHIND_FACE, NUMBER_B },
};

static struct jm_data_set set;
static int tries;
static unsigned leaks; /* blocks that were freed with a secret in them */

/* The names are the linker's. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void __real_free(void *p);
void __wrap_free(void *p);

void
__wrap_free(void *p)
{
	if (p != NULL &&
	    (memmem(p, malloc_usable_size(p), "ZZZZZZZZ", 8) != NULL ||
		memmem(p, malloc_usable_size(p), NUMBER_B, 14) != NULL))
		leaks++;
	__real_free(p);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static struct jm_token *
open_plain(const struct step *s, size_t n)
{
	return script_token(s, n, ATR_PLAIN, JM_LOGIN_OPERATION);
}

static jm_err
get(struct jm_token *t, unsigned ids, const char *pin)
{
	return jm_token_data(
	    t, ids, pin, pin != NULL ? strlen(pin) : 0, &set, &tries);
}

static void
close_all(struct jm_token *t)
{
	jm_token_free(&t);
	jm_data_wipe(&set);
	script_end();
	assert_int_equal(leaks, 0);
}

/* What is in the set is whole; returns the ids. */
static unsigned
whole(void)
{
	unsigned ids = 0;

	for (unsigned i = 0; i < JM_DATAS; i++) {
		uint8_t want[64];
		size_t n;

		assert_int_equal(set.item[i].p != NULL, set.item[i].len > 0);
		if (set.item[i].p == NULL)
			continue;
		ids |= 1u << i;
		assert_int_equal(
		    jm_hex_decode(expected[i], want, sizeof want, &n), JM_OK);
		assert_int_equal(set.item[i].len, n);
		assert_memory_equal(set.item[i].p, want, n);
	}
	return ids;
}

static void
what_is_asked_for_is_read_in_one_transaction(void **state)
{
	(void)state;

	for (size_t i = 0; i < NELEM(jobs); i++) {
		struct jm_token *t = open_plain(jobs[i].s, jobs[i].n);

		assert_int_equal(get(t, jobs[i].ids, jobs[i].pin), JM_OK);
		assert_int_equal(whole(), jobs[i].ids);
		assert_int_equal(script_begins(), 2);
		assert_int_equal(script_verifies(), jobs[i].pin != NULL);
		/* Not known for the number that is printed on the card. */
		assert_int_equal(tries, i == 1 ? 3 : -1);
		close_all(t);
	}
}

/* Where the card refuses its short id for a record alone, the others go on. */
static void
a_record_is_read_by_short_id_or_as_the_current_file(void **state)
{
	/* clang-format off */
	static const struct {
		struct step s[5]; size_t n;
	} row[] = {
		{ { { SEL_COMMON, "9000" },
		    { "00b2010c 00", "011c" DIGITS28 "9000" } }, 2 },
		{ { { SEL_COMMON, "9000" }, { "00b2010c 00", "6a86" },
		    { SEL_EF("0001"), "9000" },
		    { RECORD, "011c" DIGITS28 "9000" } }, 4 },
		{ { { SEL_COMMON, "9000" }, { "00b2010c 00", "6a81" },
		    { SEL_EF("0001"), "9000" },
		    { RECORD, "011c" DIGITS28 "6282" } }, 4 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct step s[12] = { SFI_IDENTIFY_FULL };
		size_t n = 5;
		struct jm_token *t;

		for (size_t k = 0; k < row[i].n; k++)
			s[n++] = row[i].s[k];
		s[n++] = (struct step){ SEL_FACE, "9000" };
		s[n++] = (struct step){ "00b08300 00", OBJ("ff30") "9000" };
		t = script_token(s, n, ATR_SFI, JM_LOGIN_OPERATION);
		assert_int_equal(get(t, BIT(JM_DATA_COMMON), NULL), JM_OK);
		assert_int_equal(get(t, BIT(JM_DATA_FACE_INFO), NULL), JM_OK);
		assert_int_equal(
		    whole(), BIT(JM_DATA_COMMON) | BIT(JM_DATA_FACE_INFO));
		close_all(t);
	}
}

/* The second file of the text entry, whatever it is: the first one is told. */
static void
a_file_that_is_none_is_left_out(void **state)
{
	/* clang-format off */
	static const struct { const char *select, *read; } row[] = {
		{ "6a82", NULL }, { "6986", NULL }, { "6f00", NULL },
		{ "9000", "6982" }, { "9000", "6a82" }, { "9000", "6984" },
		{ "9000", "9000" }, { "9000", "6b00" }, { "9000", "6d00" },
		{ "9000", "ffffffffff 9000" }, { "9000", "0000 9000" },
		{ "9000", "ff20 08" SECRET "9000" },
		{ "9000", "ff30 9000" }, { "9000", "ff3080 0000 9000" },
		{ "9000", "ff3082ffff 9000" }, { "9000", "ff30824000 9000" },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct step s[NELEM(of_text)];
		struct jm_token *t;
		size_t n = NELEM(of_text) - 2;

		memcpy(s, of_text, sizeof s);
		s[n - 1].reply = row[i].select;
		if (row[i].read != NULL)
			s[n++].reply = row[i].read;
		s[n++] = of_text[NELEM(of_text) - 1];
		t = open_plain(s, n);
		assert_int_equal(get(t, BEHIND_TEXT, "1234"), JM_OK);
		assert_int_equal(whole(), BIT(JM_DATA_TEXT));
		assert_int_equal(tries, 3);
		close_all(t);
	}
}

static void
an_empty_record_is_none(void **state)
{
	static const char *const reply[] = { "9000", "00000000 9000",
		"ffffff 9000", "6a83", "6982" };
	(void)state;

	for (size_t i = 0; i < NELEM(reply); i++) {
		struct step s[] = { IDENTIFY_FULL, { SEL_COMMON, "9000" },
			{ SEL_EF("0001"), "9000" }, { RECORD, reply[i] } };
		struct jm_token *t = open_plain(s, NELEM(s));

		assert_int_equal(
		    get(t, BIT(JM_DATA_COMMON), NULL), JM_NOT_FOUND);
		assert_int_equal(whole(), 0);
		close_all(t);
	}
}

/* It is asked for once, not once for each of its files. */
static void
an_application_that_is_missing_is_left_out(void **state)
{
	static const char *const reply[] = { "6a82", "6a86", "6f00" };
	(void)state;

	for (size_t i = 0; i < NELEM(reply); i++) {
		struct step s[] = { IDENTIFY_FULL, { SEL_TEXT, "9000" },
			{ SEL_EF("0004"), "9000" },
			{ READ, OBJ("7f21") "9000" },
			{ SEL_EF("0005"), "9000" },
			{ READ, OBJ("ff40") "9000" }, { SEL_FACE, reply[i] },
			{ SEL_COMMON, reply[i] } };
		struct jm_token *t = open_plain(s, NELEM(s));

		assert_int_equal(get(t, FREE, NULL), JM_OK);
		assert_int_equal(
		    whole(), BIT(JM_DATA_TEXT_CERT) | BIT(JM_DATA_TEXT_INFO));
		close_all(t);
	}
}

static void
files_still_shut_after_the_right_pin_are_a_failure(void **state)
{
	static const struct step s[] = { IDENTIFY_FULL, OPEN_FACE,
		{ SEL_EF("0002"), "9000" }, { READ, "6982" },
		{ SEL_ISSUER, "9000" } };
	struct jm_token *t = open_plain(s, NELEM(s));
	(void)state;

	assert_int_equal(get(t, BEHIND_FACE, NUMBER_B), JM_CARD);
	assert_int_equal(whole(), 0);
	close_all(t);
}

/* Verified by another program, which left it so: the answer is no counter. */
static void
a_number_that_is_verified_has_no_counter(void **state)
{
	static const struct step s[] = { IDENTIFY_FULL, { SEL_FACE, "9000" },
		{ SEL_EF("0012"), "9000" }, { QUERY, "9000" },
		{ SEL_FACE, "9000" }, { SEL_EF("0012"), "9000" },
		{ QUERY, "9000" }, { VERIFY_B, "63c9" },
		{ SEL_ISSUER, "9000" } };
	struct jm_token *t = open_plain(s, NELEM(s));
	struct jm_pin_state st;
	(void)state;

	assert_int_equal(jm_token_pin_state(t, JM_PIN_FACE, 0, &st), JM_OK);
	assert_int_equal(st.tries, -1);
	assert_int_equal(st.limit, 0);
	assert_int_equal(st.verified, 1);
	assert_int_equal(st.blocked, 0);
	assert_int_equal(get(t, BEHIND_FACE, NUMBER_B), JM_PIN_WRONG);
	assert_int_equal(tries, 9);
	close_all(t);
}

/* --- whatever else happens ------------------------------------------------ */

/* Everything a reply can be but right; NULL: link error. */
static const char *const bad[] = { NULL, "", "90", "!big", "!gone", "!reset",
	"63c0", "63c1", "63cf", "6984", "6983", "6300", "6982", "6985", "6986",
	"6700", "6a82", "6a86", "6b00", "6d00", "6e00", "6f00", "6281", "6283",
	"6381", "6400", "6581", "6881", "6981", "6a80", "6a88", "6c00", "6c20",
	"6100", "6120", "0000", "ffff", "9001" };

static int
link_failed(const char *reply)
{
	return reply == NULL || strlen(reply) < 4 || reply[0] == '!';
}

static void
no_reply_brings_a_second_verify_or_half_a_file(void **state)
{
	(void)state;

	for (size_t k = 0; k < NELEM(jobs); k++)
		for (unsigned nth = OPENED; nth < jobs[k].n; nth++)
			for (size_t i = 0; i < NELEM(bad); i++) {
				const struct job *j = &jobs[k];
				struct jm_token *t = open_plain(j->s, j->n);
				jm_err e;

				script_replace(nth, bad[i]);
				e = get(t, j->ids, j->pin);
				assert_true(script_replaced());
				assert_true(
				    script_verifies() <= (j->pin != NULL));
				assert_true(e == JM_OK || whole() == 0);
				assert_true(e != JM_OK || whole() != 0);
				/* Nothing was taken for right that was not. */
				if (nth == j->verify)
					assert_int_not_equal(e, JM_OK);
				if (link_failed(bad[i]) && nth + 1 < j->n)
					assert_int_not_equal(e, JM_OK);
				close_all(t);
			}
}

static void
no_call_that_fails_leaves_a_file_or_a_secret(void **state)
{
	(void)state;

	for (size_t k = 0; k < NELEM(jobs); k++) {
		unsigned nth = 0;

		for (int fired = 1; fired; nth++) {
			const struct job *j = &jobs[k];
			struct jm_token *t = open_plain(j->s, j->n);
			jm_err e;

			/* From here on in any order. */
			script_replace(OPENED, j->s[OPENED].reply);
			fault_arm(nth);
			e = get(t, j->ids, j->pin);
			fired = fault_fired();
			assert_true(script_verifies() <= (j->pin != NULL));
			assert_true(e == JM_OK || whole() == 0);
			assert_true(fired || e == JM_OK);
			jm_token_free(&t);
			jm_data_wipe(&set);
			assert_int_equal(leaks, 0);
		}
		assert_in_range(nth, jobs[k].n - OPENED, 99);
	}
}

/* What was there of other ids stays, and what of these is wiped. */
static void
a_set_is_filled_by_several_calls(void **state)
{
	static const struct step s[] = { IDENTIFY_FULL, { SEL_FACE, "9000" },
		{ SEL_EF("0003"), "9000" }, { READ, OBJ("ff30") "9000" },
		{ SEL_FACE, "9000" }, { SEL_EF("0004"), "9000" },
		{ READ, OBJ("7f21") "9000" }, { SEL_FACE, "9000" },
		{ SEL_EF("0003"), "6a82" } };
	struct jm_token *t = open_plain(s, NELEM(s));
	(void)state;

	assert_int_equal(get(t, BIT(JM_DATA_FACE_INFO), NULL), JM_OK);
	assert_int_equal(get(t, BIT(JM_DATA_FACE_CERT), NULL), JM_OK);
	assert_int_equal(
	    whole(), BIT(JM_DATA_FACE_INFO) | BIT(JM_DATA_FACE_CERT));
	assert_int_equal(get(t, BIT(JM_DATA_FACE_INFO), NULL), JM_NOT_FOUND);
	assert_int_equal(whole(), BIT(JM_DATA_FACE_CERT));
	close_all(t);
}

/* A login that lives on the card would be lost by the selection: it ends. */
static void
a_login_that_is_kept_ends_before_another_application(void **state)
{
	static const struct step s[] = { IDENTIFY_FULL, { SEL_AP, "9000" },
		{ SEL_EF("0018"), "9000" }, { VERIFY, "9000" },
		{ SEL_ISSUER, "9000" }, { SEL_COMMON, "9000" },
		{ SEL_EF("0001"), "9000" },
		{ RECORD, "011c" DIGITS28 "9000" } };
	struct jm_token *t =
	    script_token(s, NELEM(s), ATR_PLAIN, JM_LOGIN_HOLD);
	(void)state;

	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_OK);
	assert_int_equal(get(t, BIT(JM_DATA_COMMON), NULL), JM_OK);
	assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
	close_all(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_for_is_read_in_one_transaction),
		cmocka_unit_test(
		    a_record_is_read_by_short_id_or_as_the_current_file),
		cmocka_unit_test(a_file_that_is_none_is_left_out),
		cmocka_unit_test(an_empty_record_is_none),
		cmocka_unit_test(an_application_that_is_missing_is_left_out),
		cmocka_unit_test(
		    files_still_shut_after_the_right_pin_are_a_failure),
		cmocka_unit_test(a_number_that_is_verified_has_no_counter),
		cmocka_unit_test(
		    no_reply_brings_a_second_verify_or_half_a_file),
		cmocka_unit_test(no_call_that_fails_leaves_a_file_or_a_secret),
		cmocka_unit_test(a_set_is_filled_by_several_calls),
		cmocka_unit_test(
		    a_login_that_is_kept_ends_before_another_application),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
