/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operator's card: whom it listens to, and what it signs. */
#include <string.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "tests/support/test.h"
#include "tests/support/vc_world.h"

#define VERIFY "00200091"
#define SIGN   "80940000"

static const struct vc_statement sample = {
	.aid = { 0xd3, 0x92, 0xf0, 0x00, 0x26, 1, 0, 0, 0, 1 },
	.aid_len = 10,
	.when = WORLD_WHEN,
	.reason = "moved",
	.terminal = "COUNTER-1",
};

static unsigned
ask(struct vc_world *w, const struct vc_statement *s)
{
	uint8_t text[VC_STATEMENT_MAX];
	size_t len;

	assert_int_equal(vc_statement_make(s, text, &len), JM_OK);
	return world_send(&w->op, SIGN, text, len, 64);
}

static void
it_signs_what_it_was_given(void **state)
{
	struct vc_world *w = *state;
	const struct vc_file *cvc = world_operator_cvc(w);
	uint8_t text[WORLD_SIGNED_MAX], hash[32];
	struct jm_cvc who;
	size_t len;

	assert_int_equal(
	    jm_cvc_accept(cvc->data, cvc->len, &w->pki->root_pub, &who), JM_OK);
	assert_int_equal(who.role, JM_CVC_OPERATOR);
	assert_string_equal(who.holder, "OPERATOR-1");
	assert_int_equal(who.rights, 0x0fff);
	len = world_sign(w, &sample, text) - 64;
	assert_int_equal(jm_hash(JM_SHA256, text, len, hash), JM_OK);
	assert_int_equal(
	    jm_ecdsa_verify(&who.pub, hash, 32, text + len, 64), JM_OK);
}

static void
it_tells_who_it_is_to_a_counter_alone(void **state)
{
	struct vc_world *w = *state;
	static const char want[] =
	    "3024800A4F50455241544F522D31810A4F50455241544F522D31820A"
	    "73757065727669736F72";
	static const char *const reads[] = { "00B0810000", "00B0820000" };
	char hex[200];

	assert_int_equal(world_select(&w->op, "operator"), 0x9000);
	for (size_t i = 0; i < NELEM(reads); i++)
		assert_int_equal(world_plain(&w->op, reads[i]), 0x6982);
	world_open(w, &w->op, "operator", &w->issuer);
	assert_int_equal(world_hex(&w->op, "00B08100", NULL, 256), 0x6982);
	world_open(w, &w->op, "operator", &w->counter);
	assert_int_equal(world_hex(&w->op, "00B08100", NULL, 256), 0x9000);
	assert_int_equal(
	    jm_hex_encode(w->op.rsp, w->op.rsp_len, hex, sizeof hex), JM_OK);
	assert_string_equal(hex, want);
	assert_int_equal(world_hex(&w->op, "00B08200", NULL, 256), 0x9000);
	assert_int_equal(w->op.rsp_len, world_operator_cvc(w)->len);
}

static void
its_pin_is_given_inside_the_channel_alone(void **state)
{
	struct vc_world *w = *state;
	const struct vc_file *pin =
	    world_file(world_app(&w->op, "operator"), VC_OPERATOR_PIN);

	assert_int_equal(world_select(&w->op, "operator"), 0x9000);
	assert_int_equal(world_plain(&w->op, "00200091"), 0x63c3);
	assert_int_equal(world_plain(&w->op, "002000910431323334"), 0x6982);
	assert_int_equal(world_plain(&w->op, "002000910439393939"), 0x6982);
	assert_int_equal(pin->tries, 3); /* nothing was paid */
	world_open(w, &w->op, "operator", &w->counter);
	assert_int_equal(world_hex(&w->op, VERIFY, "39393939", 0), 0x63c2);
	assert_int_equal(world_hex(&w->op, VERIFY, "31323334", 0), 0x9000);
	/* changed there, too */
	assert_int_equal(
	    world_hex(&w->op, "00240191", "3132333435", 0), 0x9000);
	assert_int_equal(world_plain(&w->op, "00240191053132333435"), 0x6982);
	assert_int_equal(pin->pin_len, 5);
	assert_int_equal(
	    world_plain(&w->op, "00240191083132333435363738"), 0x6982);
}

static void
three_wrong_pins_block_it(void **state)
{
	struct vc_world *w = *state;

	world_open(w, &w->op, "operator", &w->counter);
	assert_int_equal(world_hex(&w->op, VERIFY, "39393939", 0), 0x63c2);
	assert_int_equal(world_hex(&w->op, VERIFY, "39393939", 0), 0x63c1);
	world_again(w, &w->op);
	world_open(w, &w->op, "operator", &w->counter);
	assert_int_equal(world_hex(&w->op, VERIFY, "39393939", 0), 0x63c0);
	assert_int_equal(world_hex(&w->op, VERIFY, "31323334", 0), 0x6984);
	assert_int_equal(ask(w, &sample), 0x6982);
}

static void
it_signs_for_nobody_without_pin_and_counter(void **state)
{
	struct vc_world *w = *state;

	world_open(w, &w->op, "operator", &w->counter);
	assert_int_equal(ask(w, &sample), 0x6982);
	world_open(w, &w->op, "operator", &w->issuer);
	assert_int_equal(world_hex(&w->op, VERIFY, "31323334", 0), 0x9000);
	assert_int_equal(ask(w, &sample), 0x6982);
	world_operator(w);
	assert_int_equal(ask(w, &sample), 0x9000);
	/* the status goes with the channel */
	assert_int_equal(world_plain(&w->op, "80940000020000"), 0x6982);
	world_open(w, &w->op, "operator", &w->counter);
	assert_int_equal(ask(w, &sample), 0x6982);
	/* no other application signs */
	world_open(w, &w->card, "jpki", &w->counter);
	assert_int_equal(world_hex(&w->card, SIGN, "00", 64), 0x6d00);
}

static void
it_signs_for_the_terminal_before_it_alone(void **state)
{
	struct vc_world *w = *state;
	struct vc_statement s = sample;
	struct world_terminal t;

	world_operator(w);
	strcpy(s.terminal, "COUNTER-2");
	assert_int_equal(ask(w, &s), 0x6985);
	world_terminal(w, &t, JM_CVC_COUNTER, "COUNTER-2", "20991231");
	world_open(w, &w->op, "operator", &t.me);
	assert_int_equal(world_hex(&w->op, VERIFY, "31323334", 0), 0x9000);
	assert_int_equal(ask(w, &s), 0x9000);
	assert_int_equal(ask(w, &sample), 0x6985);
	world_terminal_free(&t);
}

static void
what_is_no_statement_is_not_signed(void **state)
{
	struct vc_world *w = *state;
	uint8_t text[VC_STATEMENT_MAX];
	size_t len;

	world_operator(w);
	assert_int_equal(vc_statement_make(&sample, text, &len), JM_OK);
	for (size_t n = 1; n < len; n++)
		assert_int_equal(world_send(&w->op, SIGN, text, n, 64), 0x6a80);
	text[0] = 0x31;
	assert_int_equal(world_send(&w->op, SIGN, text, len, 64), 0x6a80);
	text[0] = 0x30;
	assert_int_equal(world_send(&w->op, SIGN, text, len, 63), 0x6700);
	assert_int_equal(world_send(&w->op, "80940100", text, len, 64), 0x6a86);
	assert_int_equal(world_send(&w->op, SIGN, text, len, 64), 0x9000);
}

/* The key is there for what is looked at first, whatever else a card does with
 * keys. */
static void
nothing_else_uses_its_key(void **state)
{
	static const struct {
		const char *header;
		unsigned sw;
	} uses[] = {
		{ "802A0092", 0x6982 }, /* signature of a hash value */
		{ "802A0080", 0x6982 }, /* the same by the current EF */
		{ "00880092", 0x6982 }, /* INTERNAL AUTHENTICATE */
		{ "00478092", 0x6982 }, /* a new one */
	};
	struct vc_world *w = *state;
	uint8_t hash[32] = { 0 };

	world_operator(w);
	assert_int_equal(world_hex(&w->op, "00A4020C", "0012", 0), 0x9000);
	for (size_t i = 0; i < NELEM(uses); i++) {
		assert_int_equal(
		    world_send(&w->op, uses[i].header, hash, sizeof hash, 256),
		    uses[i].sw);
		assert_int_equal(w->op.rsp_len, 0);
	}
	assert_int_equal(ask(w, &sample), 0x9000);
}

/* The types once more, as the page has them. */
static const struct {
	const char *type;
	const char *may; /* one letter for each operation, in their order */
} types[] = {
	/* P code Load Del reNew Out In Issue Susp Resume Back Term */
	{ "window", "P......ISR.." },
	{ "registrar", "PC..NOUISRB." },
	{ "applications", "..LD........" },
	{ "supervisor", "PCLDNOUISRBT" },
};

static void
each_type_signs_its_operations_and_no_other(void **state)
{
	struct vc_world *w = *state;
	struct vc_statement s = sample;
	struct vc_file *cvc =
	    world_file(world_app(&w->op, "operator"), VC_OPERATOR_CVC);
	uint32_t rights;
	size_t len;

	for (size_t i = 0; i < NELEM(types); i++) {
		assert_int_equal(
		    vc_operator_type(types[i].type, &rights), JM_OK);
		assert_int_equal(vc_pki_certify(w->pki, JM_CVC_OPERATOR,
				     "OPERATOR-1", rights, "20991231",
				     w->pki->counter.key, cvc->data, &len),
		    JM_OK);
		cvc->len = len;
		world_operator(w);
		for (s.op = 0; s.op < VC_OP_COUNT; s.op++)
			assert_int_equal(ask(w, &s),
			    types[i].may[s.op] != '.' ? 0x9000 : 0x6985);
	}
	assert_int_equal(vc_operator_type("boss", &rights), JM_NOT_FOUND);
	assert_int_equal(rights, 0);
}

static void
it_is_no_resident_card(void **state)
{
	struct vc_world *w = *state;

	assert_int_equal(
	    world_plain(&w->op, "00A4040C0AD392F000260100000001"), 0x6a82);
	assert_int_equal(
	    world_plain(&w->op, "00A4040C0AD3921000310001010408"), 0x6a82);
}

static void
words_that_are_no_operator_are_refused(void **state)
{
	static const char long_name[] =
	    "0123456789012345678901234567890123456789012345678901234567890";
	static const struct {
		const char *id, *name, *type;
	} bad[] = {
		{ "", "A", "window" },
		{ "-", "A", "window" },
		{ "12345678901234567", "A", "window" },
		{ "A B", "A", "window" },
		{ "A", "", "window" },
		{ "A", "\xff", "window" },
		{ "A", long_name, "window" },
		{ "A", "A", "clerk" },
	};
	uint8_t out[VC_OPERATOR_WHO_MAX];
	size_t len;

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++)
		assert_int_equal(vc_operator_who(bad[i].id, bad[i].name,
				     bad[i].type, out, &len),
		    JM_ARG);
	assert_int_equal(vc_operator_who("1234567890123456", long_name + 1,
			     "applications", out, &len),
	    JM_OK);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, vc_world_fresh)
	const struct CMUnitTest tests[] = {
		TEST(it_signs_what_it_was_given),
		TEST(it_tells_who_it_is_to_a_counter_alone),
		TEST(its_pin_is_given_inside_the_channel_alone),
		TEST(three_wrong_pins_block_it),
		TEST(it_signs_for_nobody_without_pin_and_counter),
		TEST(it_signs_for_the_terminal_before_it_alone),
		TEST(what_is_no_statement_is_not_signed),
		TEST(nothing_else_uses_its_key),
		TEST(each_type_signs_its_operations_and_no_other),
		TEST(it_is_no_resident_card),
		TEST(words_that_are_no_operator_are_refused),
	};

	return cmocka_run_group_tests(tests, vc_world_start, vc_world_stop);
}
