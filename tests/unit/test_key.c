/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/key.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "card/card_impl.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define EF_OK                                                                  \
	{                                                                      \
		SEL_EF("0017"), "9000"                                         \
	}
#define PSO "802a0080 02 aabb 00"

static const uint8_t in[300] = { 0xaa, 0xbb };
static uint8_t sig[512];

/* An identified card inside a transaction with the application selected. */
static struct jm_card *
ready(const struct step *s, size_t n, int sfi)
{
	struct jm_card *card;
	struct jm_link link;

	script_start(&link, s, n);
	assert_int_equal(jm_card_open(&link, &card), JM_OK);
	card->profile = &jm_profiles[0];
	card->sfi = sfi;
	assert_int_equal(jm_card_begin(card), JM_OK);
	card->selected = 1;
	return card;
}

static void
done(struct jm_card *card)
{
	jm_card_free(&card);
	script_end();
}

static void
each_answer_to_a_signature_has_one_meaning(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; } row[] = {
		{ SIG_REPLY,       JM_OK          },
		{ "9000",          JM_FORMAT      }, /* no signature */
		{ "aa 9000",       JM_FORMAT      },
		{ "aa" SIG_REPLY,  JM_FORMAT      }, /* one byte too long */
		{ "6982",          JM_NEED_PIN    },
		{ "6985",          JM_CARD        },
		{ "6700",          JM_CARD        },
		{ "6a82",          JM_NOT_FOUND   },
		{ "6a86",          JM_UNSUPPORTED },
		{ "6c00",          JM_CARD        }, /* it carried data: once */
		{ "6f00",          JM_CARD        },
		{ "",              JM_FORMAT      },
		{ "90",            JM_FORMAT      },
		{ NULL,            JM_LINK        },
		{ "!big",          JM_FORMAT      },
		{ "!gone",         JM_GONE        },
		{ "!reset",        JM_RESET       },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { EF_OK, { PSO, row[i].reply } };
		struct jm_card *card = ready(s, 2, 0);
		size_t len = 99;

		assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW,
				     in, 2, sig, sizeof sig, &len),
		    row[i].want);
		assert_int_equal(len, row[i].want == JM_OK ? 256 : 0);
		assert_int_equal(script_apdus(), 2);
		done(card);
	}
}

static void
a_signature_in_pieces_is_joined(void **state)
{
	static const struct step s[] = { EF_OK, { PSO, "6100" },
		{ "00c00000 00", B64("5c") B64("5c") "6180" },
		{ "00c00000 80", B64("5c") B64("5c") "9000" } };
	struct jm_card *card = ready(s, NELEM(s), 0);
	size_t len;
	(void)state;

	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_OK);
	assert_int_equal(len, 256);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(sig[i], 0x5c);
	done(card);
}

static void
keys_are_named_by_short_id_where_the_card_has_them(void **state)
{
	static const struct step s[] = { { "802a0097 02 aabb 00", SIG_REPLY },
		{ "802a009a 02 aabb 00", SIG_REPLY } };
	struct jm_card *card = ready(s, NELEM(s), 1);
	size_t len;
	(void)state;

	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_OK);
	assert_int_equal(jm_card_sign(card, JM_PAIR_SIGN, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_OK);
	done(card);
}

static void
input_that_does_not_fit_the_mode_is_not_sent(void **state)
{
	/* clang-format off */
	static const struct { enum jm_sign_mode mode; size_t len; int ok; } row[] = {
		{ JM_MODE_RAW, 0, 0 },         { JM_MODE_RAW, 1, 1 },
		{ JM_MODE_RAW, 245, 1 },       { JM_MODE_RAW, 246, 0 },
		{ JM_MODE_BARE_HASH, 0, 0 },   { JM_MODE_BARE_HASH, 255, 1 },
		{ JM_MODE_BARE_HASH, 256, 0 }, { JM_MODE_SHA256, 31, 0 },
		{ JM_MODE_SHA256, 32, 1 },     { JM_MODE_SHA256, 33, 0 },
		{ JM_MODE_HASH_SHA256, 0, 0 }, { JM_MODE_HASH_SHA256, 255, 1 },
		{ JM_MODE_HASH_SHA256, 256, 0 },
		{ JM_MODE_PSS, 31, 0 },        { JM_MODE_PSS, 32, 1 },
		{ JM_MODE_PSS, 33, 0 },        { JM_MODE_HASH_PSS, 0, 0 },
		{ JM_MODE_HASH_PSS, 255, 1 },  { JM_MODE_HASH_PSS, 256, 0 },
		{ (enum jm_sign_mode)6, 32, 0 },
	};
	/* clang-format on */
	static const char *const cmd[] = { "802a0080*", "802a0180*",
		"802a0280*", "802a0380*", "802a0480*", "802a0580*" };
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { EF_OK,
			{ cmd[row[i].ok ? row[i].mode : 0], SIG_REPLY } };
		struct jm_card *card = ready(s, row[i].ok ? 2 : 0, 0);
		size_t len = 99;

		assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, row[i].mode,
				     in, row[i].len, sig, sizeof sig, &len),
		    row[i].ok ? JM_OK : JM_ARG);
		assert_int_equal(len, row[i].ok ? 256 : 0);
		done(card);
	}
}

static void
a_refused_mode_is_remembered(void **state)
{
	static const struct step s[] = { EF_OK, { "802a0480*", "6a86" },
		{ "802a0080*", SIG_REPLY } };
	struct jm_card *card = ready(s, NELEM(s), 0);
	size_t len;
	(void)state;

	for (int i = 0; i < 2; i++) /* the second time nothing is sent */
		assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_PSS,
				     in, 32, sig, sizeof sig, &len),
		    JM_UNSUPPORTED);
	assert_int_equal(jm_card_modes(card), 0x2f);
	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_OK);
	done(card);
}

/* Every card has the raw mode: there the short id was what it did not know. */
static void
a_short_id_that_signing_does_not_know_is_given_up(void **state)
{
	static const struct step s[] = { { "802a0097*", "6a86" }, EF_OK,
		{ "802a0080*", SIG_REPLY } };
	struct jm_card *card = ready(s, NELEM(s), 1);
	size_t len;
	(void)state;

	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_UNSUPPORTED);
	assert_int_equal(jm_card_modes(card), 0x3f);
	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_OK);
	done(card);
}

static void
what_cannot_work_is_refused_before_anything_is_sent(void **state)
{
	struct jm_profile p = jm_profiles[0];
	struct jm_card *card = ready(NULL, 0, 0);
	size_t len;
	(void)state;

	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 2,
			     sig, 255, &len),
	    JM_SPACE);
	card->profile = &p;
	p.modes = 1;
	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_PSS, in, 32,
			     sig, sizeof sig, &len),
	    JM_UNSUPPORTED);
	p.key[JM_PAIR_AUTH].present = 0;
	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_NOT_FOUND);
	p.key[JM_PAIR_SIGN].bits = 4096; /* no room in a short reply */
	assert_int_equal(jm_card_sign(card, JM_PAIR_SIGN, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_UNSUPPORTED);
	card->profile = NULL;
	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_ARG);
	done(card);
}

static void
a_key_that_is_not_there_is_not_found(void **state)
{
	static const struct step s[] = { { SEL_EF("001a"), "6a82" } };
	struct jm_card *card = ready(s, 1, 0);
	size_t len;
	(void)state;

	assert_int_equal(jm_card_sign(card, JM_PAIR_SIGN, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_NOT_FOUND);
	done(card);
}

/* A command's child sees zeros there: that is what MADV_WIPEONFORK gives the
 * memory for secrets alone. */
static void
what_goes_over_the_link_is_in_memory_for_secrets(void **state)
{
	struct jm_card *card = ready(NULL, 0, 0);
	int status = 0;
	pid_t child;
	(void)state;

	card->wire->reply[0] = 0x5c;
	card->wire->x.rsp[0] = 0x5c;
	if ((child = fork()) == 0)
		_exit(card->wire->reply[0] | card->wire->x.rsp[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	card->wire->reply[0] = 0;
	done(card);
}

static void
no_signature_stays_in_the_card_object(void **state)
{
	static const struct step s[] = { EF_OK, { PSO, SIG_REPLY } };
	static const uint8_t clean[JM_CARD_REPLY];
	struct jm_card *card = ready(s, 2, 0);
	size_t len;
	(void)state;

	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 2,
			     sig, sizeof sig, &len),
	    JM_OK);
	assert_memory_equal(card->wire->reply, clean, sizeof clean);
	done(card);
}

/* 80 2A 00 00: the application's own, in the application that it is of. */
static void
each_answer_to_a_signature_by_an_own_key_has_one_meaning(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; unsigned sw; }
	row[] = {
		{ SIG_REPLY,      JM_OK,          0x9000 },
		{ "9000",         JM_FORMAT,      0x9000 },
		{ "aa" SIG_REPLY, JM_FORMAT,      0x9000 },
		{ "6982",         JM_NEED_PIN,    0x6982 },
		{ "6a80",         JM_CARD,        0x6a80 },
		{ "6a82",         JM_NOT_FOUND,   0x6a82 },
		{ "6a86",         JM_UNSUPPORTED, 0x6a86 },
		{ "",             JM_FORMAT,      0      },
		{ NULL,           JM_LINK,        0      },
		{ "!gone",        JM_GONE,        0      },
	};
	/* clang-format on */
	static const uint8_t clean[JM_CARD_REPLY];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { { SEL_TEXT, "9000" },
			{ "802a0000 02 aabb 00", row[i].reply } };
		struct jm_card *card = ready(s, 2, 1);

		memset(sig, 0xee, sizeof sig);
		assert_int_equal(
		    jm_card_sign_own(card, JM_APP_TEXT, in, 2, sig),
		    row[i].want);
		assert_int_equal(jm_card_sw(card), row[i].sw);
		assert_int_equal(sig[0], row[i].want == JM_OK ? 0x5c : 0);
		assert_int_equal(sig[255], row[i].want == JM_OK ? 0x5c : 0);
		assert_int_equal(sig[256], 0xee);
		assert_memory_equal(card->wire->reply, clean, sizeof clean);
		assert_int_equal(script_apdus(), 2);
		done(card);
	}
}

static void
an_own_key_is_not_asked_for_what_it_cannot_sign(void **state)
{
	static const struct step s[] = { { SEL_TEXT, "6a82" } };
	struct jm_card *card = ready(s, 1, 0);
	(void)state;

	assert_int_equal(
	    jm_card_sign_own(card, JM_APP_TEXT, in, 0, sig), JM_ARG);
	assert_int_equal(
	    jm_card_sign_own(card, JM_APP_TEXT, in, 246, sig), JM_ARG);
	assert_int_equal(script_apdus(), 0);
	assert_int_equal(
	    jm_card_sign_own(card, JM_APP_TEXT, in, 2, sig), JM_NOT_FOUND);
	done(card);
}

/* Where only the certificate tells how long a key is. */
static void
a_signature_is_as_long_as_one_of_the_moduli_there_may_be(void **state)
{
	/* clang-format off */
	static const struct {
		unsigned least;
		const char *reply;
		jm_err want;
		size_t len;
	} row[] = {
		{ 1024, SIG_REPLY,                     JM_OK,     256 },
		{ 1024, B64("5c") B64("5c") "9000",    JM_OK,     128 },
		{ 1024, B64("5c") B64("5c") "5c 9000", JM_FORMAT, 0   },
		{ 1024, B64("5c") "9000",              JM_FORMAT, 0   },
		{ 1024, "9000",                        JM_FORMAT, 0   },
		{ 2048, B64("5c") B64("5c") "9000",    JM_FORMAT, 0   },
		{ 0,    "9000",                        JM_FORMAT, 0   },
	};
	/* clang-format on */
	struct jm_profile p = jm_profiles[0];
	size_t len;

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { EF_OK, { PSO, row[i].reply } };
		struct jm_card *card = ready(s, NELEM(s), 0);

		p.key[JM_PAIR_AUTH].least = row[i].least;
		card->profile = &p;
		assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW,
				     in, 2, sig, sizeof sig, &len),
		    row[i].want);
		assert_int_equal(len, row[i].len);
		done(card);
	}
}

static struct jm_profile on_a_curve;

/* The same card with a key on P-384. */
static struct jm_card *
ready_ec(const struct step *s, size_t n)
{
	struct jm_card *card = ready(s, n, 0);

	on_a_curve = jm_profiles[0];
	on_a_curve.key[JM_PAIR_AUTH].alg = JM_KEY_EC;
	on_a_curve.key[JM_PAIR_AUTH].bits = 384;
	card->profile = &on_a_curve;
	return card;
}

static void
what_a_key_on_a_curve_gives_comes_out_as_it_is(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; size_t len; } row[] = {
		{ B64("5c") B16("5c") B16("5c") "9000",           96 },
		{ B64("5c") B16("5c") B16("5c") "00112233 9000", 100 },
		{ B64("5c") B16("5c") B16("5c") "0011223344556677 9000", 104 },
		{ B64("5c") B16("5c") B16("5c") "001122334455667788 9000", 0 },
		{ "3006020101020101 9000",                         8 },
		{ "30060201010201 9000",                           0 },
		{ "9000",                                          0 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		const struct step s[] = { EF_OK, { PSO, row[i].reply } };
		struct jm_card *card = ready_ec(s, 2);
		size_t len = 99;

		assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW,
				     in, 2, sig, JM_CARD_ECDSA_MAX, &len),
		    row[i].len != 0 ? JM_OK : JM_FORMAT);
		assert_int_equal(len, row[i].len);
		done(card);
	}
}

static void
a_key_on_a_curve_takes_a_hash_value_in_one_mode(void **state)
{
	struct jm_card *card = ready_ec(NULL, 0);
	size_t len;
	(void)state;

	for (int mode = JM_MODE_BARE_HASH; mode <= JM_MODE_HASH_PSS; mode++)
		assert_int_equal(
		    jm_card_sign(card, JM_PAIR_AUTH, (enum jm_sign_mode)mode,
			in, 32, sig, sizeof sig, &len),
		    JM_UNSUPPORTED);
	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 0,
			     sig, sizeof sig, &len),
	    JM_ARG);
	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 65,
			     sig, sizeof sig, &len),
	    JM_ARG);
	assert_int_equal(jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, in, 64,
			     sig, JM_CARD_ECDSA_MAX - 1, &len),
	    JM_SPACE);
	done(card);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_to_a_signature_has_one_meaning),
		cmocka_unit_test(a_signature_in_pieces_is_joined),
		cmocka_unit_test(
		    keys_are_named_by_short_id_where_the_card_has_them),
		cmocka_unit_test(input_that_does_not_fit_the_mode_is_not_sent),
		cmocka_unit_test(a_refused_mode_is_remembered),
		cmocka_unit_test(
		    a_short_id_that_signing_does_not_know_is_given_up),
		cmocka_unit_test(
		    what_cannot_work_is_refused_before_anything_is_sent),
		cmocka_unit_test(a_key_that_is_not_there_is_not_found),
		cmocka_unit_test(
		    what_goes_over_the_link_is_in_memory_for_secrets),
		cmocka_unit_test(no_signature_stays_in_the_card_object),
		cmocka_unit_test(
		    each_answer_to_a_signature_by_an_own_key_has_one_meaning),
		cmocka_unit_test(
		    an_own_key_is_not_asked_for_what_it_cannot_sign),
		cmocka_unit_test(
		    a_signature_is_as_long_as_one_of_the_moduli_there_may_be),
		cmocka_unit_test(
		    what_a_key_on_a_curve_gives_comes_out_as_it_is),
		cmocka_unit_test(
		    a_key_on_a_curve_takes_a_hash_value_in_one_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
