/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files that are shown as they are, off the virtual card: what they are,
 * what they cost, and what is left on the card. */
#include "tests/support/test.h"

#include <string.h>

#include "objects/data.h"
#include "tests/support/fixture.h"
#include "vcard/vc_card.h"

#define SELECT_TEXT "00A4040C0AD3921000310001010408"
#define SELECT_FACE "00A4040C0AD3921000310001010402"
#define BIT(id)     (1u << (id))
#define FREE                                                                   \
	(BIT(JM_DATA_TEXT_CERT) | BIT(JM_DATA_TEXT_INFO) |                     \
	    BIT(JM_DATA_FACE_INFO) | BIT(JM_DATA_FACE_CERT) |                  \
	    BIT(JM_DATA_COMMON))
#define BEHIND_TEXT (BIT(JM_DATA_TEXT) | BIT(JM_DATA_TEXT_SIG))
#define BEHIND_FACE BIT(JM_DATA_FACE)
#define ALL         (BIT(JM_DATAS) - 1)
#define NUMBER_B    "49051220301234"

static struct jm_data_set set;
static int tries;

static unsigned
apdus(struct vslot *slot)
{
	const unsigned n = vslot_counted(slot).apdus;

	assert_int_equal(vslot_counted(slot).outside, 0);
	vslot_restart_count(slot);
	return n;
}

static jm_err
get(struct jm_token *t, unsigned ids, const char *pin)
{
	return jm_token_data(
	    t, ids, pin, pin != NULL ? strlen(pin) : 0, &set, &tries);
}

/* Exactly these are in the set. */
static void
has(unsigned ids)
{
	for (unsigned i = 0; i < JM_DATAS; i++) {
		assert_int_equal(set.item[i].p != NULL, (ids >> i & 1) != 0);
		assert_int_equal(set.item[i].len > 0, (ids >> i & 1) != 0);
	}
}

static struct vc_file *
file_of(struct vslot *slot, const char *name, unsigned id)
{
	struct vc_card *card = vslot_card(slot);

	for (size_t i = 0; i < card->app_count; i++) {
		struct vc_app *app = &card->app[i];

		if (strcmp(app->def->name, name) != 0)
			continue;
		for (size_t k = 0; k < app->def->file_count; k++)
			if (app->def->files[k].id == id)
				return &app->file[k];
	}
	fail_msg("no file %04X", id);
	return NULL;
}

/* The item is the file, less what fills it up. */
static void
is_file(struct vslot *slot, enum jm_data_id id, const char *app, unsigned ef)
{
	const struct vc_file *f = file_of(slot, app, ef);
	const size_t skip = id == JM_DATA_COMMON ? 2 : 0; /* record's length */

	assert_non_null(set.item[id].p);
	assert_in_range(set.item[id].len, 4, f->len - skip);
	assert_memory_equal(set.item[id].p, f->data + skip, set.item[id].len);
	for (size_t i = set.item[id].len + skip; i < f->len; i++)
		assert_int_equal(f->data[i], 0xff);
}

/* A number that the card compares, as text. */
static const char *
number(struct vslot *slot, unsigned ef, char *out, size_t cap)
{
	const struct vc_file *f = file_of(slot, "face", ef);

	assert_in_range(f->pin_len, 6, cap - 1);
	memcpy(out, f->pin, f->pin_len);
	out[f->pin_len] = '\0';
	return out;
}

/* Nobody is verified for the next program. */
static void
locked(struct vslot *slot)
{
	static const char *const read_name[] = { SELECT_TEXT, "00A4020C020002",
		"00B0000010" };
	static const char *const read_face[] = { SELECT_FACE, "00A4020C020002",
		"00B0000010" };
	static const char *const read_birth[] = { SELECT_FACE, "00A4020C020001",
		"00B0000010" };

	assert_int_equal(fixture_sw(slot, read_name, NELEM(read_name)), 0x6982);
	assert_int_equal(fixture_sw(slot, read_face, NELEM(read_face)), 0x6982);
	assert_int_equal(
	    fixture_sw(slot, read_birth, NELEM(read_birth)), 0x6982);
	vslot_restart_count(slot);
}

static void
done(struct jm_token **t, struct vslot **slot)
{
	jm_token_free(t);
	vslot_close(slot);
	jm_data_wipe(&set);
	has(0);
}

static void
each_file_is_what_the_card_holds(void **state)
{
	static const char *const atr[] = { "atr=" ATR_PLAIN, "atr=" ATR_SFI,
		"atr=" ATR_EXTENDED };
	(void)state;

	for (size_t i = 0; i < NELEM(atr); i++) {
		struct vslot *slot = fixture_slot(atr[i], NULL);
		struct jm_token *t = fixture_token(slot);
		char pin[32];

		assert_int_equal(get(t, FREE, NULL), JM_OK);
		has(FREE);
		is_file(slot, JM_DATA_TEXT_CERT, "text", 4);
		is_file(slot, JM_DATA_TEXT_INFO, "text", 5);
		is_file(slot, JM_DATA_FACE_INFO, "face", 3);
		is_file(slot, JM_DATA_FACE_CERT, "face", 4);
		is_file(slot, JM_DATA_COMMON, "common", 1);
		assert_int_equal(tries, -1);
		assert_int_equal(vslot_counted(slot).verifies, 0);

		assert_int_equal(get(t, BEHIND_TEXT, "1234"), JM_OK);
		is_file(slot, JM_DATA_TEXT, "text", 2);
		is_file(slot, JM_DATA_TEXT_SIG, "text", 3);
		has(FREE | BEHIND_TEXT); /* what was there stays */
		assert_int_equal(tries, 3);
		assert_int_equal(vslot_counted(slot).verifies, 1);
		locked(slot);

		assert_int_equal(get(t, BIT(JM_DATA_FACE),
				     number(slot, 0x12, pin, sizeof pin)),
		    JM_OK);
		is_file(slot, JM_DATA_FACE, "face", 2);
		assert_int_equal(vslot_counted(slot).verifies, 1);
		locked(slot);

		assert_int_equal(get(t, BIT(JM_DATA_FACE_BIRTH),
				     number(slot, 0x11, pin, sizeof pin)),
		    JM_OK);
		is_file(slot, JM_DATA_FACE_BIRTH, "face", 1);
		assert_int_equal(vslot_counted(slot).verifies, 1);
		locked(slot);
		done(&t, &slot);
	}
}

/* By SELECT or by short EF id: file 0001 of the text entry, 0005 of the face.
 */
static void
never_asked_for(struct vslot *slot)
{
	const char *no_ef = "none", *no_sfi = "none", *line;
	unsigned applications = 0;

	for (size_t i = 0; (line = vslot_line(slot, i)) != NULL; i++) {
		assert_null(strstr(line, no_ef));
		assert_null(strstr(line, no_sfi));
		if (strstr(line, "00A4040C") == NULL)
			continue;
		no_ef = no_sfi = "none";
		applications++;
		if (strstr(line, SELECT_TEXT) != NULL) {
			no_ef = "00A4020C020001";
			no_sfi = "00B081";
		} else if (strstr(line, SELECT_FACE) != NULL) {
			no_ef = "00A4020C020005";
			no_sfi = "00B085";
		}
	}
	assert_in_range(applications, 7, 99);
}

static void
the_individual_number_is_in_nothing_that_is_returned(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	char pin[32], mine[32];
	size_t len;
	(void)state;

	assert_int_equal(get(t, FREE, NULL), JM_OK);
	assert_int_equal(get(t, BEHIND_TEXT, "1234"), JM_OK);
	assert_int_equal(
	    get(t, BIT(JM_DATA_FACE), number(slot, 0x12, pin, sizeof pin)),
	    JM_OK);
	assert_int_equal(get(t, BIT(JM_DATA_FACE_BIRTH),
			     number(slot, 0x11, pin, sizeof pin)),
	    JM_OK);
	has(BIT(JM_DATAS) - 1);
	number(slot, 0x13, mine, sizeof mine);
	len = strlen(mine);
	assert_int_equal(len, 12);
	assert_non_null(memmem(file_of(slot, "text", 1)->data,
	    file_of(slot, "text", 1)->len, mine, len));
	for (int i = 0; i < JM_DATAS; i++)
		assert_null(memmem(set.item[i].p, set.item[i].len, mine, len));
	never_asked_for(slot);
	for (size_t i = 0; i < jm_profiles_len; i++)
		for (int k = 0; k < JM_DATAS; k++) {
			const struct jm_prof_data *d = &jm_profiles[i].data[k];

			assert_false(
			    d->present && d->app == JM_APP_TEXT && d->ef == 1);
			assert_false(
			    d->present && d->app == JM_APP_FACE && d->ef == 5);
		}
	done(&t, &slot);
}

static void
the_budget_of_each_kind_of_card_is_kept(void **state)
{
	/* clang-format off */
	static const struct {
		const char *atr; unsigned free, text, face;
	} row[] = {
		{ "atr=" ATR_PLAIN,    18, 10, 15 },
		{ "atr=" ATR_SFI,      13,  7, 13 },
		{ "atr=" ATR_EXTENDED,  8,  6,  5 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct vslot *slot = fixture_slot(row[i].atr, NULL);
		struct jm_token *t = fixture_token(slot);
		char pin[32];

		(void)apdus(slot);
		assert_int_equal(get(t, FREE, NULL), JM_OK);
		assert_in_range(apdus(slot), 1, row[i].free);
		assert_int_equal(get(t, BEHIND_TEXT, "1234"), JM_OK);
		assert_in_range(apdus(slot), 1, row[i].text);
		number(slot, 0x12, pin, sizeof pin);
		assert_int_equal(get(t, BIT(JM_DATA_FACE), pin), JM_OK);
		assert_in_range(apdus(slot), 1, row[i].face);
		done(&t, &slot);
	}
}

static void
ids_that_do_not_go_together_are_refused_at_once(void **state)
{
	/* clang-format off */
	static const struct {
		unsigned ids; const char *pin; jm_err want;
	} row[] = {
		{ 0,                                 NULL,     JM_NOT_FOUND },
		{ 0,                                 "1234",   JM_NOT_FOUND },
		{ BIT(JM_DATAS),                     NULL,     JM_ARG },
		{ 1u << 31 | FREE,                   NULL,     JM_ARG },
		{ BIT(JM_DATA_TEXT),                 NULL,     JM_ARG },
		{ FREE | BIT(JM_DATA_FACE),          NULL,     JM_ARG },
		{ BIT(JM_DATA_TEXT_INFO),            "1234",   JM_ARG },
		{ BEHIND_TEXT | BEHIND_FACE,         "1234",   JM_ARG },
		{ BEHIND_FACE | BIT(JM_DATA_FACE_BIRTH), NUMBER_B, JM_ARG },
		{ ALL,                               "1234",   JM_ARG },
		{ BEHIND_TEXT,                       "",       JM_PIN_LEN },
		{ BEHIND_TEXT,                       "12a4",   JM_PIN_FORM },
		{ BEHIND_FACE,                       "1234",   JM_PIN_LEN },
		{ BEHIND_FACE,               "4905122030123",  JM_PIN_LEN },
		{ BEHIND_FACE,               "4905122030123x", JM_PIN_FORM },
		{ BIT(JM_DATA_FACE_BIRTH),           "49051",  JM_PIN_LEN },
		{ BIT(JM_DATA_FACE_BIRTH),           "49051a", JM_PIN_FORM },
	};
	/* clang-format on */
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	int bad;
	(void)state;

	(void)apdus(slot);
	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(get(t, row[i].ids, row[i].pin), row[i].want);
		assert_int_equal(tries, -1);
		has(0);
	}
	/* What is printed on the card cannot be changed either. */
	assert_int_equal(jm_token_change_pin(t, JM_PIN_FACE, NUMBER_B, 14,
			     NUMBER_B, 14, &bad, &tries),
	    JM_UNSUPPORTED);
	assert_int_equal(jm_token_change_pin_at_reader(t, JM_PIN_BIRTH, &tries),
	    JM_UNSUPPORTED);
	assert_int_equal(apdus(slot), 0);
	done(&t, &slot);
}

/* Whose limit is not known: no counter that looks full brings it to be sent
 * again, another number that is right does. */
static void
a_number_that_failed_is_not_sent_again(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	struct jm_pin_state st;
	char right[32], wrong[32];
	int before;
	(void)state;

	number(slot, 0x12, right, sizeof right);
	memcpy(wrong, right, sizeof wrong);
	wrong[13] = right[13] == '0' ? '1' : '0';
	assert_int_equal(jm_token_pin_state(t, JM_PIN_FACE, 0, &st), JM_OK);
	assert_int_equal(st.limit, 0);
	assert_int_equal(st.blocked, 0);
	before = st.tries;
	assert_in_range(before, 3, 15);

	assert_int_equal(get(t, BEHIND_FACE, wrong), JM_PIN_WRONG);
	assert_int_equal(tries, before - 1);
	has(0);
	locked(slot);
	vslot_restart_count(slot);
	for (int again = 0; again < 3; again++) {
		/* What another program brought to its most is no limit. */
		if (again == 1)
			file_of(slot, "face", 0x12)->tries = (unsigned)before;
		assert_int_equal(
		    jm_token_pin_state(t, JM_PIN_FACE, 0, &st), JM_OK);
		assert_int_equal(st.tries, again == 0 ? before - 1 : before);
		assert_int_equal(get(t, BEHIND_FACE, wrong), JM_PIN_REPEATED);
		assert_int_equal(
		    jm_token_check_pin(t, JM_PIN_FACE, wrong, 14, &tries),
		    JM_PIN_REPEATED);
	}
	assert_int_equal(vslot_counted(slot).verifies, 0);
	has(0);
	assert_int_equal(get(t, BEHIND_FACE, right), JM_OK);
	has(BEHIND_FACE);
	assert_int_equal(get(t, BEHIND_FACE, wrong), JM_PIN_WRONG);
	has(0);
	assert_int_equal(vslot_counted(slot).verifies, 2);
	done(&t, &slot);
}

static void
a_blocked_number_is_told_and_not_sent(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	struct jm_pin_state st;
	char right[32];
	(void)state;

	number(slot, 0x12, right, sizeof right);
	file_of(slot, "face", 0x12)->tries = 0;
	assert_int_equal(get(t, BEHIND_FACE, right), JM_PIN_BLOCKED);
	assert_int_equal(tries, 0);
	assert_int_equal(jm_token_pin_state(t, JM_PIN_FACE, 0, &st), JM_OK);
	assert_int_equal(st.blocked, 1);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	/* The other number is another one. */
	number(slot, 0x11, right, sizeof right);
	assert_int_equal(get(t, BIT(JM_DATA_FACE_BIRTH), right), JM_OK);
	has(BIT(JM_DATA_FACE_BIRTH));
	done(&t, &slot);
}

static void
a_number_that_was_right_has_no_known_counter(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	struct jm_pin_state st;
	char right[32];
	(void)state;

	number(slot, 0x11, right, sizeof right);
	assert_int_equal(
	    jm_token_check_pin(t, JM_PIN_BIRTH, right, 6, &tries), JM_OK);
	assert_int_equal(tries, -1);
	assert_int_equal(jm_token_pin_known(t, JM_PIN_BIRTH, 9999, &st), 0);
	assert_int_equal(jm_token_pin_state(t, JM_PIN_BIRTH, 9999, &st), JM_OK);
	assert_false(st.blocked);
	assert_true(st.tries > 0);
	assert_int_equal(jm_token_pin_known(t, JM_PIN_BIRTH, 9999, &st), 1);
	assert_false(st.blocked);
	done(&t, &slot);
}

static void
a_login_goes_on_after_it(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	(void)state;

	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_OK);
	assert_int_equal(get(t, FREE, NULL), JM_OK);
	assert_int_equal(get(t, BEHIND_TEXT, "1234"), JM_OK);
	locked(slot);
	assert_true(jm_token_logged_in(t, JM_PAIR_AUTH));
	done(&t, &slot);
}

static void
cards_without_the_applications_have_none_of_it(void **state)
{
	struct vslot *slot = fixture_slot("apps=jpki", NULL);
	struct jm_token *t = fixture_token(slot);
	(void)state;

	assert_int_equal(get(t, FREE, NULL), JM_NOT_FOUND);
	assert_int_equal(get(t, BEHIND_TEXT, "1234"), JM_NOT_FOUND);
	assert_int_equal(get(t, BEHIND_FACE, NUMBER_B), JM_NOT_FOUND);
	has(0);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	done(&t, &slot);
}

static void
every_file_has_names_of_its_own(void **state)
{
	(void)state;

	for (int i = 0; i < JM_DATAS; i++) {
		const char *name = jm_ident_data_name((enum jm_data_id)i);
		const char *label = jm_ident_data_label((enum jm_data_id)i);

		assert_int_equal(name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
						   "-")],
		    '\0');
		for (int k = 0; k < i; k++) {
			assert_string_not_equal(
			    name, jm_ident_data_name((enum jm_data_id)k));
			assert_string_not_equal(
			    label, jm_ident_data_label((enum jm_data_id)k));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_budget_of_each_kind_of_card_is_kept),
		cmocka_unit_test(each_file_is_what_the_card_holds),
		cmocka_unit_test(
		    the_individual_number_is_in_nothing_that_is_returned),
		cmocka_unit_test(
		    ids_that_do_not_go_together_are_refused_at_once),
		cmocka_unit_test(a_number_that_failed_is_not_sent_again),
		cmocka_unit_test(a_blocked_number_is_told_and_not_sent),
		cmocka_unit_test(a_number_that_was_right_has_no_known_counter),
		cmocka_unit_test(a_login_goes_on_after_it),
		cmocka_unit_test(
		    cards_without_the_applications_have_none_of_it),
		cmocka_unit_test(every_file_has_names_of_its_own),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup_all, fixture_group_teardown);
}
