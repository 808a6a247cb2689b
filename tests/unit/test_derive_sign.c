/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The card's signature as key material, on virtual cards with the keys of the
 * vectors (nym1.md, section 13). */
#include "holder/derive_sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "card/file.h"
#include "card/key.h"
#include "card/pin.h"
#include "tests/support/nym_cards.h"
#include "tests/support/test.h"

static const uint8_t zero[NYM_L_LEN];

/* The nth signature from here on is spoilt: one bit, all its other bits as they
 * are; or what is done with it in full. */
static struct {
	unsigned left;
	size_t bit;
	void (*whole)(uint8_t *sig);
	uint8_t seen[NYM_S_LEN]; /* the last one that passed */
	unsigned calls;
} fault;

jm_err __real_jm_card_sign(struct jm_card *card, enum jm_pair pair,
    enum jm_sign_mode mode, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len);
jm_err __wrap_jm_card_sign(struct jm_card *card, enum jm_pair pair,
    enum jm_sign_mode mode, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len);

static void
spoil(uint8_t *sig)
{
	if (fault.whole != NULL)
		fault.whole(sig);
	else
		sig[fault.bit / 8] ^= (uint8_t)(0x80 >> fault.bit % 8);
}

jm_err
__wrap_jm_card_sign(struct jm_card *card, enum jm_pair pair,
    enum jm_sign_mode mode, const uint8_t *in, size_t in_len, uint8_t *sig,
    size_t cap, size_t *sig_len)
{
	const jm_err e = __real_jm_card_sign(
	    card, pair, mode, in, in_len, sig, cap, sig_len);

	assert_int_equal(mode, JM_MODE_RAW);
	fault.calls++;
	if (e == JM_OK && fault.left > 0 && --fault.left == 0)
		spoil(sig);
	if (e == JM_OK)
		memcpy(fault.seen, sig, NYM_S_LEN);
	return e;
}

jm_err __real_jm_card_sign_own(struct jm_card *card, enum jm_app app,
    const uint8_t *in, size_t in_len, uint8_t sig[JM_OWN_SIG]);
jm_err __wrap_jm_card_sign_own(struct jm_card *card, enum jm_app app,
    const uint8_t *in, size_t in_len, uint8_t sig[JM_OWN_SIG]);

jm_err
__wrap_jm_card_sign_own(struct jm_card *card, enum jm_app app,
    const uint8_t *in, size_t in_len, uint8_t sig[JM_OWN_SIG])
{
	const jm_err e = __real_jm_card_sign_own(card, app, in, in_len, sig);

	if (e == JM_OK && fault.left > 0 && --fault.left == 0)
		spoil(sig);
	return e;
}

/* A card in a transaction, with its certificate. */
struct ready {
	struct vslot *slot;
	struct jm_card *card;
	struct jm_cert cert;
	struct nym_card use;
};

static struct ready *
begin(const char *param)
{
	static uint8_t der[JM_CERT_MAX];
	struct ready *r = calloc(1, sizeof *r);
	struct jm_link link;
	size_t len;

	assert_non_null(r);
	memset(&fault, 0, sizeof fault);
	r->slot = nym_cards_slot(NYM_CARD_ONE, param, NULL);
	assert_int_equal(vslot_link(r->slot, &link), JM_OK);
	assert_int_equal(jm_card_open(&link, &r->card), JM_OK);
	assert_int_equal(jm_card_begin(r->card), JM_OK);
	assert_int_equal(jm_card_identify(r->card), JM_OK);
	assert_int_equal(
	    jm_card_read_der(r->card, 0x000a, der, sizeof der, &len), JM_OK);
	assert_int_equal(jm_cert_parse(der, len, &r->cert), JM_OK);
	r->use = (struct nym_card){ .card = r->card, .cert = &r->cert };
	return r;
}

static void
verify(struct ready *r)
{
	struct jm_pin pin = { .v = "1234", .len = 4 };
	int tries;

	assert_int_equal(
	    jm_card_pin_verify(r->card, JM_PIN_AUTH, &pin, &tries), JM_OK);
	vslot_restart_count(r->slot);
}

static void
end(struct ready *r)
{
	jm_card_free(&r->card);
	vslot_close(&r->slot);
	free(r);
}

static void
scope_hash(const char *scope, uint8_t sh[NYM_SH_LEN])
{
	assert_int_equal(nym_scope_hash(scope, strlen(scope), sh), JM_OK);
}

static void
assert_bytes(const uint8_t *got, const char *hex)
{
	uint8_t want[32];
	size_t len;

	assert_int_equal(jm_hex_decode(hex, want, sizeof want, &len), JM_OK);
	assert_int_equal(len, sizeof want);
	assert_memory_equal(got, want, sizeof want);
}

static void
the_vectors_come_out_of_the_card(void **state)
{
	/* clang-format off */
	static const struct {
		const char *scope;
		enum nym_profile profile;
		uint8_t l; /* each byte of it */
		const char *prk;
	} row[] = {
		{ "web:example.jp", NYM_PROFILE_X, 0x00, /* A1 */
		  "2aebf62d949eaa2dc43ad7377b2fce7b"
		  "9e26046803ebf725a74a9ea41dc4a80d" },
		{ "web:example.jp", NYM_PROFILE_X, 0xa5, /* A2 */
		  "c20f3e35216812ca5ce45cf40df86b34"
		  "b25ec9ce85241e5821d6fc60dab58495" },
		{ "web:example.jp", NYM_PROFILE_S, 0x00, /* A3 */
		  "a399c7dc355c3983297e54b4bd5061c7"
		  "4fc0a28749c075110950f0827509923d" },
		{ "test:lz80", NYM_PROFILE_X, 0x00, /* A4: s begins with 00 */
		  "26230fae7abcf51a240333e8126ab46c"
		  "343183a3d60f3667c506b6e4dc0b5625" },
	};
	/* clang-format on */
	struct ready *r = begin(NULL);
	uint8_t sh[NYM_SH_LEN], l[NYM_L_LEN], prk[NYM_PRK_LEN];
	(void)state;

	verify(r);
	for (size_t i = 0; i < NELEM(row); i++) {
		scope_hash(row[i].scope, sh);
		memset(l, row[i].l, sizeof l);
		assert_int_equal(
		    nym_card_prk(&r->use, row[i].profile, sh, l, prk), JM_OK);
		assert_bytes(prk, row[i].prk);
		assert_int_equal(r->use.signatures, i + 1);
		assert_int_equal(vslot_counted(r->slot).signs, i + 1);
	}
	assert_int_equal(fault.seen[0], 0);
	end(r);
}

static void
the_second_key_gives_the_vector_without_a_pin(void **state)
{
	struct ready *r = begin(NULL);
	uint8_t sh[NYM_SH_LEN], l[NYM_L_LEN], prk[NYM_PRK_LEN];
	(void)state;

	scope_hash("web:example.jp", sh);
	vslot_restart_count(r->slot);
	assert_int_equal(nym_card_l2(&r->use, sh, l), JM_OK);
	assert_int_equal(vslot_counted(r->slot).signs, 2);
	assert_int_equal(vslot_counted(r->slot).apdus, 3); /* and SELECT */
	assert_int_equal(r->use.signatures, 0);
	assert_bytes(l,
	    "2a9f296da0aa80d091e4b98abb86e4c8b57bab8768d22e05e28e1a891af3ed7b");
	verify(r);
	assert_int_equal(
	    nym_card_prk(&r->use, NYM_PROFILE_X, sh, l, prk), JM_OK);
	assert_bytes(prk,
	    "24512c9d81b2157f30b8a46cdb3263bdff3f99058b7097d1a594f99d7cbf382b");
	end(r);
}

static void
a_signature_with_a_wrong_bit_is_refused_wherever_it_is(void **state)
{
	struct ready *r = begin(NULL);
	uint8_t sh[NYM_SH_LEN], prk[NYM_PRK_LEN];
	(void)state;

	scope_hash("web:example.jp", sh);
	verify(r);
	for (unsigned i = 0; i < 200; i++) {
		fault.left = 1;
		fault.bit = i * 2048 / 200 + i % 8;
		memset(prk, 0xee, sizeof prk);
		assert_int_equal(
		    nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk),
		    JM_BAD_SIG);
		assert_memory_equal(prk, zero, sizeof prk);
	}
	end(r);
}

static struct jm_rsa_pub modulus;

/* The same number modulo the modulus, where the sum still fits. */
static void
add_modulus(uint8_t *sig)
{
	unsigned carry = 0;

	for (size_t i = NYM_S_LEN; i-- > 0;) {
		carry += sig[i] + (unsigned)modulus.n[i];
		sig[i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_int_equal(carry, 0);
}

static void
all_ones(uint8_t *sig)
{
	memset(sig, 0xff, NYM_S_LEN);
}

static void
all_zero(uint8_t *sig)
{
	memset(sig, 0, NYM_S_LEN);
}

static void
the_modulus_itself(uint8_t *sig)
{
	memcpy(sig, modulus.n, NYM_S_LEN);
}

static void
no_other_number_passes_for_a_signature(void **state)
{
	static void (*const whole[])(uint8_t *) = { add_modulus, all_ones,
		all_zero, the_modulus_itself };
	struct ready *r = begin(NULL);
	uint8_t sh[NYM_SH_LEN], prk[NYM_PRK_LEN];
	(void)state;

	/* Its signature is small: the modulus fits beside it. */
	scope_hash("test:lz80", sh);
	modulus = r->cert.rsa;
	verify(r);
	for (size_t i = 0; i < NELEM(whole); i++) {
		fault.left = 1;
		fault.whole = whole[i];
		assert_int_equal(
		    nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk),
		    JM_BAD_SIG);
		assert_memory_equal(prk, zero, sizeof prk);
	}
	end(r);
}

static void
two_signatures_of_the_second_key_that_differ_are_refused(void **state)
{
	struct ready *r = begin(NULL);
	uint8_t sh[NYM_SH_LEN], l[NYM_L_LEN];
	(void)state;

	scope_hash("web:example.jp", sh);
	for (unsigned n = 1; n <= 2; n++)
		for (unsigned bit = 0; bit < 2048; bit += 101) {
			fault.left = n;
			fault.bit = bit;
			assert_int_equal(
			    nym_card_l2(&r->use, sh, l), JM_BAD_SIG);
			assert_memory_equal(l, zero, sizeof l);
		}
	end(r);
}

/* The answer to the next signing command is this status word. */
static void
answer(struct vslot *slot, unsigned sw)
{
	char quirk[32];

	/* SELECT of the key comes before it. */
	snprintf(quirk, sizeof quirk, "sw-at=%u:%04X",
	    vslot_counted(slot).apdus + 2, sw);
	assert_int_equal(vc_set_quirk(vslot_card(slot), quirk), JM_OK);
}

static void
a_refusal_of_the_data_alone_lets_another_profile_be_tried(void **state)
{
	/* clang-format off */
	static const struct { unsigned sw; jm_err want; } row[] = {
		{ 0x6a80, JM_UNSUPPORTED },
		{ 0x6a81, JM_CARD },
		{ 0x6a86, JM_CARD },
		{ 0x6d00, JM_CARD },
		{ 0x6e00, JM_CARD },
		{ 0x6985, JM_CARD },
		{ 0x6700, JM_CARD },
		{ 0x6982, JM_NEED_PIN },
		{ 0x9000, JM_FORMAT },
	};
	/* clang-format on */
	uint8_t sh[NYM_SH_LEN], prk[NYM_PRK_LEN];
	(void)state;

	scope_hash("web:example.jp", sh);
	for (size_t i = 0; i < NELEM(row); i++) {
		struct ready *r = begin(NULL);
		struct jm_pin pin = { .v = "1234", .len = 4 };
		int tries;

		assert_int_equal(
		    jm_card_pin_verify(r->card, JM_PIN_AUTH, &pin, &tries),
		    JM_OK);
		answer(r->slot, row[i].sw);
		assert_int_equal(
		    nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk),
		    row[i].want);
		assert_memory_equal(prk, zero, sizeof prk);
		assert_int_equal(vslot_counted(r->slot).signs, 1);
		assert_int_equal(r->use.signatures, 0);
		end(r);
	}
}

static void
a_strict_card_takes_the_fallback_alone(void **state)
{
	struct ready *r = begin("digestinfo=strict");
	uint8_t sh[NYM_SH_LEN], prk[NYM_PRK_LEN], l[NYM_L_LEN];
	(void)state;

	scope_hash("web:example.jp", sh);
	assert_int_equal(nym_card_l2(&r->use, sh, l), JM_UNSUPPORTED);
	verify(r);
	assert_int_equal(nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk),
	    JM_UNSUPPORTED);
	assert_int_equal(r->use.signatures, 0);
	assert_int_equal(
	    nym_card_prk(&r->use, NYM_PROFILE_S, sh, zero, prk), JM_OK);
	assert_int_equal(r->use.signatures, 1);
	end(r);
}

static void
without_a_pin_or_the_right_key_there_is_none(void **state)
{
	struct ready *r = begin(NULL);
	uint8_t sh[NYM_SH_LEN], prk[NYM_PRK_LEN];
	(void)state;

	scope_hash("web:example.jp", sh);
	assert_int_equal(
	    nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk), JM_NEED_PIN);
	verify(r);
	r->cert.rsa.n[128] ^= 1; /* another card's certificate */
	assert_int_equal(
	    nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk), JM_BAD_SIG);
	assert_memory_equal(prk, zero, sizeof prk);
	vslot_restart_count(r->slot);
	r->cert.rsa.bits = 2047;
	assert_int_equal(nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk),
	    JM_UNSUPPORTED);
	r->cert.rsa.bits = 2048;
	r->cert.rsa.n_len = 255;
	assert_int_equal(nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk),
	    JM_UNSUPPORTED);
	r->cert.rsa.n_len = 0;
	assert_int_equal(nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk),
	    JM_UNSUPPORTED);
	r->use.cert = NULL;
	assert_int_equal(nym_card_prk(&r->use, NYM_PROFILE_X, sh, zero, prk),
	    JM_UNSUPPORTED);
	assert_int_equal(vslot_counted(r->slot).apdus, 0);
	end(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_come_out_of_the_card),
		cmocka_unit_test(the_second_key_gives_the_vector_without_a_pin),
		cmocka_unit_test(
		    a_signature_with_a_wrong_bit_is_refused_wherever_it_is),
		cmocka_unit_test(no_other_number_passes_for_a_signature),
		cmocka_unit_test(
		    two_signatures_of_the_second_key_that_differ_are_refused),
		cmocka_unit_test(
		    a_refusal_of_the_data_alone_lets_another_profile_be_tried),
		cmocka_unit_test(a_strict_card_takes_the_fallback_alone),
		cmocka_unit_test(without_a_pin_or_the_right_key_there_is_none),
	};

	return cmocka_run_group_tests(
	    tests, nym_cards_setup, nym_cards_teardown);
}
