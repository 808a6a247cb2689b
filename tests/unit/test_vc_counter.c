/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An operator's authorisation: each check of it, and what it is good for. */
#include <string.h>

#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/support/vc_world.h"

#define RESET_PIN  0
#define LOAD_APP   2
#define RESET_AUTH "002C0298"
#define RESET_SIGN "002C029B"

static const uint8_t auth_pin[2] = { 0x00, 0x18 };

/* An operator as good as any, whose card says nothing about what it signs. */
struct person {
	struct jm_soft_key *key;
	uint8_t cvc[JM_CVC_MAX];
	size_t cvc_len;
};

static void
make_person(struct vc_world *w, struct person *p, enum jm_cvc_role role,
    uint32_t rights, const char *last_day)
{
	memset(p, 0, sizeof *p);
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &p->key), JM_OK);
	assert_int_equal(vc_pki_certify(w->pki, role, "SOMEBODY", rights,
			     last_day, p->key, p->cvc, &p->cvc_len),
	    JM_OK);
}

static size_t
person_signs(const struct person *p, const struct vc_statement *s,
    uint8_t out[WORLD_SIGNED_MAX])
{
	uint8_t hash[32], sig[JM_EC_SIG_MAX];
	size_t len, sig_len;

	assert_int_equal(vc_statement_make(s, out, &len), JM_OK);
	assert_int_equal(jm_hash(JM_SHA256, out, len, hash), JM_OK);
	assert_int_equal(
	    jm_soft_key_sign_ecdsa(p->key, hash, 32, sig, &sig_len), JM_OK);
	memcpy(out + len, sig, sig_len);
	return len + sig_len;
}

static unsigned
show_certificate(struct vc_world *w, const struct person *p)
{
	return world_send(&w->card, "80920000", p->cvc, p->cvc_len, 0);
}

static unsigned
show_statement(struct vc_world *w, const uint8_t *text, size_t len)
{
	return world_send(&w->card, "80920100", text, len, 0);
}

static unsigned
person_authorises(
    struct vc_world *w, const struct person *p, const struct vc_statement *s)
{
	uint8_t text[WORLD_SIGNED_MAX];
	const size_t len = person_signs(p, s, text);
	const unsigned sw = show_certificate(w, p);

	return sw == 0x9000 ? show_statement(w, text, len) : sw;
}

static void
open_jpki(struct vc_world *w)
{
	world_open(w, &w->card, "jpki", &w->counter);
}

static unsigned
rights(struct vc_world *w)
{
	return world_app(&w->card, "jpki")->rights & VC_OPERATIONS;
}

static void
two_cards_and_two_persons_set_a_pin_anew(void **state)
{
	struct vc_world *w = *state;

	world_file(world_app(&w->card, "jpki"), 0x18)->tries = 0;
	open_jpki(w);
	assert_int_equal(
	    world_hex(&w->card, RESET_AUTH, "35363738", 0), 0x6982);
	world_authorise(w, RESET_PIN, auth_pin, 2);
	assert_int_equal(rights(w), VC_RESET_PIN);
	assert_int_equal(
	    world_hex(&w->card, RESET_AUTH, "35363738", 0), 0x9000);
	assert_int_equal(rights(w), 0);
	world_again(w, &w->card);
	assert_int_equal(world_select(&w->card, "jpki"), 0x9000);
	assert_int_equal(world_plain(&w->card, "00200098"), 0x63c3);
	assert_int_equal(world_plain(&w->card, "002000980435363738"), 0x9000);
}

static void
the_log_says_who_when_and_what_for(void **state)
{
	struct vc_world *w = *state;
	const struct vc_log *log = &w->card.card->log;
	const struct vc_event *e;

	open_jpki(w);
	world_authorise(w, RESET_PIN, auth_pin, 2);
	assert_int_equal(log->count, 0);
	assert_int_equal(world_hex(&w->card, RESET_AUTH, "3536", 0), 0x6700);
	assert_int_equal(log->count, 0);
	if (rights(w) == 0) /* a wrong form may use it up */
		world_authorise(w, RESET_PIN, auth_pin, 2);
	assert_int_equal(
	    world_hex(&w->card, RESET_AUTH, "35363738", 0), 0x9000);
	world_again(w, &w->card);
	log = &w->card.card->log;
	assert_int_equal(log->count, 1);
	e = &log->entry[0].what;
	assert_int_equal(e->op, RESET_PIN);
	assert_string_equal(e->when, WORLD_WHEN);
	assert_string_equal(e->operator_id, "OPERATOR-1");
	assert_string_equal(e->terminal, "COUNTER-1");
	assert_string_equal(e->app, "jpki");
	assert_int_equal(e->target_len, 2);
	assert_memory_equal(e->target, auth_pin, 2);
	assert_string_equal(e->reason, "forgotten");
}

/* Everything that a statement has to be, one by one. */
enum lie {
	TRUTH,
	LAST_DAY,
	CHALLENGE,
	OTHER_APP,
	PART_OF_AID,
	MORE_THAN_AID,
	OTHER_TERMINAL,
	NOT_OF_TYPE,
	OPERATOR_EXPIRED,
	TERMINAL_EXPIRED,
	LIES
};

static void
tell_lie(struct vc_statement *s, enum lie lie)
{
	switch (lie) {
	case TRUTH: break;
	case LAST_DAY: strcpy(s->when, "20270101235959"); break;
	case CHALLENGE: s->challenge[15] ^= 1; break;
	case OTHER_APP: s->aid[s->aid_len - 1] ^= 3; break;
	case PART_OF_AID: s->aid_len--; break;
	case MORE_THAN_AID: s->aid[s->aid_len++] = 0; break;
	case OTHER_TERMINAL: strcpy(s->terminal, "COUNTER-2"); break;
	case NOT_OF_TYPE: s->op = LOAD_APP; break;
	case OPERATOR_EXPIRED: strcpy(s->when, "20270102000000"); break;
	case TERMINAL_EXPIRED: strcpy(s->when, "99991231000000"); break;
	case LIES: fail();
	}
}

static void
every_lie_is_found(void **state)
{
	struct vc_world *w = *state;
	struct person p, old;
	struct vc_statement s;

	make_person(w, &p, JM_CVC_OPERATOR, VC_RESET_PIN, "99991231");
	make_person(w, &old, JM_CVC_OPERATOR, VC_RESET_PIN, "20270101");
	open_jpki(w);
	for (int lie = TRUTH; lie < LIES; lie++) {
		const int dated = lie == LAST_DAY || lie == OPERATOR_EXPIRED;
		const int right = lie == TRUTH || lie == LAST_DAY;

		s = world_statement(w, RESET_PIN, auth_pin, 2);
		tell_lie(&s, (enum lie)lie);
		assert_int_equal(person_authorises(w, dated ? &old : &p, &s),
		    right ? 0x9000 : 0x6985);
		assert_int_equal(rights(w), right ? VC_RESET_PIN : 0);
	}
	jm_soft_key_free(&p.key);
	jm_soft_key_free(&old.key);
}

static void
only_an_operator_of_the_same_root_is_believed(void **state)
{
	struct vc_world *w = *state;
	static const enum jm_cvc_role roles[] = { JM_CVC_CARD, JM_CVC_COUNTER,
		JM_CVC_ISSUER, JM_CVC_SERVICE };
	struct jm_soft_key *root = w->pki->root;
	struct vc_statement s;
	struct person p;

	open_jpki(w);
	for (size_t i = 0; i < NELEM(roles); i++) {
		make_person(w, &p, roles[i], VC_RESET_PIN, "99991231");
		s = world_statement(w, RESET_PIN, auth_pin, 2);
		assert_int_equal(person_authorises(w, &p, &s), 0x6988);
		assert_int_equal(rights(w), 0);
		jm_soft_key_free(&p.key);
	}
	/* another authority's */
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &w->pki->root), JM_OK);
	make_person(w, &p, JM_CVC_OPERATOR, VC_RESET_PIN, "99991231");
	jm_soft_key_free(&w->pki->root);
	w->pki->root = root;
	s = world_statement(w, RESET_PIN, auth_pin, 2);
	assert_int_equal(person_authorises(w, &p, &s), 0x6988);
	/* no certificate at all */
	s = world_statement(w, RESET_PIN, auth_pin, 2);
	p.cvc_len--;
	assert_int_equal(person_authorises(w, &p, &s), 0x6a80);
	jm_soft_key_free(&p.key);
}

static void
a_signature_of_somebody_else_is_none(void **state)
{
	struct vc_world *w = *state;
	uint8_t text[WORLD_SIGNED_MAX];
	struct vc_statement s;
	struct person p, q;
	size_t len;

	make_person(w, &p, JM_CVC_OPERATOR, VC_RESET_PIN, "99991231");
	make_person(w, &q, JM_CVC_OPERATOR, VC_RESET_PIN, "99991231");
	open_jpki(w);
	s = world_statement(w, RESET_PIN, auth_pin, 2);
	len = person_signs(&q, &s, text);
	assert_int_equal(show_certificate(w, &p), 0x9000);
	assert_int_equal(show_statement(w, text, len), 0x6300);
	assert_int_equal(rights(w), 0);
	/* and it had but one chance */
	len = person_signs(&p, &s, text);
	assert_int_equal(show_certificate(w, &p), 0x6985);
	assert_int_equal(show_statement(w, text, len), 0x6985);
	jm_soft_key_free(&p.key);
	jm_soft_key_free(&q.key);
}

static void
a_changed_bit_or_a_missing_byte_is_found(void **state)
{
	struct vc_world *w = *state;
	struct vc_app *app;
	uint8_t text[WORLD_SIGNED_MAX];
	struct vc_authority ready;
	struct vc_statement s;
	struct person p;
	size_t len;

	make_person(w, &p, JM_CVC_OPERATOR, VC_RESET_PIN, "99991231");
	open_jpki(w);
	app = world_app(&w->card, "jpki");
	s = world_statement(w, RESET_PIN, auth_pin, 2);
	len = person_signs(&p, &s, text);
	assert_int_equal(show_certificate(w, &p), 0x9000);
	ready = app->authority; /* so that each has the same chance */
	for (size_t i = 0; i < len; i++) {
		const uint8_t bit = (uint8_t)(1 << i % 8);

		app->authority = ready;
		text[i] ^= bit;
		assert_int_not_equal(show_statement(w, text, len), 0x9000);
		text[i] ^= bit;
		assert_int_equal(rights(w), 0);
	}
	for (size_t n = 1; n < len; n++) {
		app->authority = ready;
		assert_int_not_equal(show_statement(w, text, n), 0x9000);
	}
	app->authority = ready;
	assert_int_equal(show_statement(w, text, len), 0x9000);
	jm_soft_key_free(&p.key);
}

static void
nothing_goes_without_a_fresh_challenge(void **state)
{
	struct vc_world *w = *state;
	uint8_t text[WORLD_SIGNED_MAX];
	struct vc_statement s;
	struct person p;
	size_t len;

	make_person(w, &p, JM_CVC_OPERATOR, VC_RESET_PIN, "99991231");
	open_jpki(w);
	assert_int_equal(show_certificate(w, &p), 0x6985);
	s = world_statement(w, RESET_PIN, auth_pin, 2);
	len = person_signs(&p, &s, text);
	assert_int_equal(show_statement(w, text, len), 0x6985); /* of whom? */
	s = world_statement(w, RESET_PIN, auth_pin, 2);
	len = person_signs(&p, &s, text);
	assert_int_equal(show_certificate(w, &p), 0x9000);
	assert_int_equal(show_statement(w, text, len), 0x9000);
	/* again at once, after another challenge, after the operation */
	assert_int_equal(show_statement(w, text, len), 0x6985);
	assert_int_equal(rights(w), 0);
	world_statement(w, RESET_PIN, auth_pin, 2);
	assert_int_equal(show_certificate(w, &p), 0x9000);
	assert_int_equal(show_statement(w, text, len), 0x6985);
	assert_int_equal(rights(w), 0);
	s = world_statement(w, RESET_PIN, auth_pin, 2);
	assert_int_equal(person_authorises(w, &p, &s), 0x9000);
	assert_int_equal(
	    world_hex(&w->card, RESET_AUTH, "35363738", 0), 0x9000);
	assert_int_equal(show_statement(w, text, len), 0x6985);
	/* and in another channel */
	world_power(w, &w->card);
	open_jpki(w);
	assert_int_equal(show_certificate(w, &p), 0x6985);
	assert_int_equal(show_statement(w, text, len), 0x6985);
	assert_int_equal(rights(w), 0);
	jm_soft_key_free(&p.key);
}

static void
two_challenges_are_never_the_same(void **state)
{
	struct vc_world *w = *state;
	uint8_t first[16];

	open_jpki(w);
	assert_int_equal(world_hex(&w->card, "80900000", NULL, 16), 0x9000);
	memcpy(first, w->card.rsp, 16);
	assert_int_equal(world_hex(&w->card, "80900000", NULL, 256), 0x9000);
	assert_int_equal(w->card.rsp_len, 16);
	assert_memory_not_equal(first, w->card.rsp, 16);
	assert_int_equal(world_hex(&w->card, "80900000", NULL, 15), 0x6700);
	assert_int_equal(world_hex(&w->card, "80900100", NULL, 16), 0x6a86);
	assert_int_equal(world_hex(&w->card, "80900000", "00", 16), 0x6700);
	assert_int_equal(world_hex(&w->card, "80920200", "00", 0), 0x6a86);
	assert_int_equal(world_hex(&w->card, "80920000", "00", 16), 0x6700);
}

static void
only_a_counter_in_its_channel_is_listened_to(void **state)
{
	struct vc_world *w = *state;

	assert_int_equal(world_select(&w->card, "jpki"), 0x9000);
	assert_int_equal(world_plain(&w->card, "8090000010"), 0x6982);
	assert_int_equal(world_plain(&w->card, "809200000100"), 0x6982);
	world_open(w, &w->card, "jpki", &w->issuer);
	assert_int_equal(world_hex(&w->card, "80900000", NULL, 16), 0x6982);
	assert_int_equal(world_hex(&w->card, "80920000", "00", 0), 0x6982);
	assert_int_equal(world_hex(&w->card, "80920100", "00", 0), 0x6982);
}

static void
a_right_is_good_for_one_operation_on_its_target(void **state)
{
	struct vc_world *w = *state;

	open_jpki(w);
	world_authorise(w, RESET_PIN, auth_pin, 2);
	assert_int_equal(
	    world_hex(&w->card, RESET_SIGN, "414243313233", 0), 0x6982);
	world_authorise(w, RESET_PIN, auth_pin, 2);
	assert_int_equal(
	    world_hex(&w->card, RESET_AUTH, "35363738", 0), 0x9000);
	assert_int_equal(
	    world_hex(&w->card, RESET_AUTH, "35363739", 0), 0x6982);
	assert_int_equal(w->card.card->log.count, 1);
}

/* What takes a right away before it was used. */
static void
a_right_does_not_outlive_what_it_was_given_in(void **state)
{
	struct vc_world *w = *state;

	for (int how = 0; how < 5; how++) {
		open_jpki(w);
		world_authorise(w, RESET_PIN, auth_pin, 2);
		assert_int_equal(rights(w), VC_RESET_PIN);
		switch (how) {
		case 0: world_select(&w->card, "issuer"); break;
		case 1: world_power(w, &w->card); break;
		case 2: world_plain(&w->card, "0084000008"); break;
		case 3: world_hex(&w->card, "80900000", NULL, 16); break;
		case 4: world_hex(&w->card, "80920100", "00", 0); break;
		default: fail();
		}
		assert_int_equal(rights(w), 0);
		if (w->card.sm == NULL)
			open_jpki(w);
		assert_int_equal(
		    world_hex(&w->card, RESET_AUTH, "35363738", 0), 0x6982);
	}
}

static void
a_pin_is_verified_on_its_side_of_the_channel_alone(void **state)
{
	struct vc_world *w = *state;

	open_jpki(w);
	assert_int_equal(
	    world_hex(&w->card, "00200098", "31323334", 0), 0x9000);
	assert_int_equal(world_hex(&w->card, "802A0097", "01", 256), 0x9000);
	assert_int_equal(world_plain(&w->card, "802A009701010000"), 0x6700);
	assert_int_equal(world_plain(&w->card, "802A0097010100"), 0x6982);
	assert_int_equal(world_plain(&w->card, "002000980431323334"), 0x9000);
	assert_int_equal(world_plain(&w->card, "802A0097010100"), 0x9000);
	open_jpki(w);
	assert_int_equal(world_hex(&w->card, "802A0097", "01", 256), 0x6982);
}

static void
a_card_without_trust_knows_nothing_of_it(void **state)
{
	struct vc_world *w = *state;
	struct vc_trust *t = &world_app(&w->card, "jpki")->trust;

	vc_trust_clear(t);
	memset(t, 0, sizeof *t);
	assert_int_equal(world_select(&w->card, "jpki"), 0x9000);
	assert_int_equal(world_plain(&w->card, "8090000010"), 0x6d00);
	assert_int_equal(world_plain(&w->card, "809200000100"), 0x6d00);
	assert_int_equal(world_plain(&w->card, "80F0030000"), 0x6d00);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, vc_world_fresh)
	const struct CMUnitTest tests[] = {
		TEST(two_cards_and_two_persons_set_a_pin_anew),
		TEST(the_log_says_who_when_and_what_for),
		TEST(every_lie_is_found),
		TEST(only_an_operator_of_the_same_root_is_believed),
		TEST(a_signature_of_somebody_else_is_none),
		TEST(a_changed_bit_or_a_missing_byte_is_found),
		TEST(nothing_goes_without_a_fresh_challenge),
		TEST(two_challenges_are_never_the_same),
		TEST(only_a_counter_in_its_channel_is_listened_to),
		TEST(a_right_is_good_for_one_operation_on_its_target),
		TEST(a_right_does_not_outlive_what_it_was_given_in),
		TEST(a_pin_is_verified_on_its_side_of_the_channel_alone),
		TEST(a_card_without_trust_knows_nothing_of_it),
	};

	return cmocka_run_group_tests(tests, vc_world_start, vc_world_stop);
}
