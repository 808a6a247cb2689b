/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens whose keys are on a curve: signatures, the guard, the cache. */
#include <stdio.h>
#include <string.h>

#include "card/card_impl.h"
#include "objects/token_impl.h"
#include "tests/support/cached.h"
#include "tests/support/fixture.h"
#include "tests/support/test.h"

#define AUTH JM_PAIR_AUTH
#define SIGN JM_PAIR_SIGN

static const uint8_t hash[64] = { 0x5c, 1, 2, 3, [63] = 0xa5 };

static const struct jm_ec_pub *
public_key(struct jm_token *t)
{
	const struct jm_cert *c;

	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &c), JM_OK);
	assert_int_equal(c->ec.point_len, 97);
	return &c->ec;
}

static jm_err
sign(struct jm_token *t, enum jm_sign_mech mech, size_t n, uint8_t *sig,
    size_t *len)
{
	return jm_token_sign(
	    t, AUTH, mech, hash, n, sig, JM_RSA_BYTES_MAX, len);
}

static void
login(struct jm_token *t, enum jm_pair pair)
{
	const char *pin = pair == AUTH ? "1234" : "ABC123";
	int tries;

	assert_int_equal(
	    jm_token_login(t, pair, pin, strlen(pin), 1, &tries), JM_OK);
}

static void
the_card_is_known_by_its_application(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	(void)state;

	assert_string_equal(jm_token_profile(t)->name, "mynumber-next");
	assert_string_equal(jm_token_info(t)->label, "JPKIAPICCTOKEN3");
	for (int p = 0; p < JM_PAIRS; p++) {
		const enum jm_pair pair = (enum jm_pair)p;

		assert_true(jm_token_has(t, pair));
		assert_int_equal(jm_token_key_alg(t, pair), JM_KEY_EC);
		assert_int_equal(jm_token_key_bits(t, pair), 384);
		assert_int_equal(jm_token_sig_len(t, pair), 96);
	}
	assert_false(jm_token_has_pss(t));
	assert_int_equal(public_key(t)->curve, JM_P384);
	assert_int_equal(jm_token_key_bits(t, AUTH), 384);
	jm_token_free(&t);
	vslot_close(&slot);
}

/* Whatever the card's form is and whichever lengths it takes. */
static void
each_hash_value_is_signed_on_each_card(void **state)
{
	static const char *const forms[] = { "ec-sig-form=raw",
		"ec-sig-form=der" };
	static const char *const takes[] = { "ec-hash=any", "ec-hash=field" };
	static const size_t lens[] = { 20, 32, 48, 64 };
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t len;
	(void)state;

	for (size_t i = 0; i < 4; i++) {
		struct vslot *slot =
		    fixture_slot(forms[i / 2], takes[i % 2], NULL);
		struct jm_token *t = fixture_token(slot);
		const struct jm_ec_pub *pub = public_key(t);

		login(t, AUTH);
		for (size_t k = 0; k < NELEM(lens); k++) {
			assert_int_equal(
			    sign(t, JM_SIGN_ECDSA, lens[k], sig, &len), JM_OK);
			assert_int_equal(len, 96);
			assert_int_equal(
			    jm_ecdsa_verify(pub, hash, lens[k], sig, len),
			    JM_OK);
		}
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

/* The key is not in the certificate that the card shows: a card of a form that
 * was never checked would pass for one of the other. */
static void
without_its_certificate_a_signature_is_raw_still(void **state)
{
	struct vslot *slot = fixture_slot("ec-sig-form=der", NULL);
	struct jm_token *t = fixture_token(slot);
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t len;
	(void)state;

	login(t, AUTH);
	assert_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	assert_int_equal(sign(t, JM_SIGN_ECDSA, 48, sig, &len), JM_OK);
	assert_int_equal(len, 96);
	assert_int_equal(
	    jm_ecdsa_verify(public_key(t), hash, 48, sig, len), JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
}

/* Where the profile says which form a card has, the other one is none. */
static void
a_form_that_is_known_is_the_only_one(void **state)
{
	static const enum jm_sig_form forms[] = { JM_SIG_RAW, JM_SIG_DER };
	static struct jm_profile p; /* lives as long as the card */
	uint8_t sig[JM_RSA_BYTES_MAX];
	size_t len;
	(void)state;

	for (size_t i = 0; i < 4; i++) {
		struct vslot *slot = fixture_slot(
		    i % 2 == 0 ? "ec-sig-form=raw" : "ec-sig-form=der", NULL);
		struct jm_token *t = fixture_token(slot);

		p = *jm_token_profile(t);
		p.sig_form = forms[i / 2];
		t->card->profile = &p;
		login(t, AUTH);
		assert_int_equal(sign(t, JM_SIGN_ECDSA, 48, sig, &len),
		    i / 2 == i % 2 ? JM_OK : JM_FORMAT);
		assert_int_equal(len, i / 2 == i % 2 ? 96 : 0);
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

/* Nothing is sent and no login is lost. */
static void
what_is_refused_reaches_no_card(void **state)
{
	static const struct {
		enum jm_sign_mech mech;
		size_t n;
		jm_err want;
	} row[] = {
		{ JM_SIGN_ECDSA, 0, JM_REFUSED },
		{ JM_SIGN_ECDSA, 1, JM_REFUSED },
		{ JM_SIGN_ECDSA, 20, JM_REFUSED }, /* SHA-1 is off */
		{ JM_SIGN_ECDSA, 31, JM_REFUSED },
		{ JM_SIGN_ECDSA, 51, JM_REFUSED },
		{ JM_SIGN_PKCS1, 51, JM_UNSUPPORTED },
		{ JM_SIGN_PSS_SHA256, 32, JM_UNSUPPORTED },
	};
	struct vslot *slot = fixture_slot(NULL);
	struct jm_policy strict = jm_policy_default;
	uint8_t sig[JM_RSA_BYTES_MAX];
	struct jm_token *t;
	unsigned apdus;
	size_t len;
	(void)state;

	strict.guard.allow_sha1 = 0;
	t = fixture_token_with(slot, &strict);
	login(t, AUTH);
	apdus = vslot_counted(slot).apdus;
	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(
		    jm_token_may_sign(t, AUTH, 0, row[i].mech, hash, row[i].n),
		    row[i].want);
		assert_int_equal(
		    sign(t, row[i].mech, row[i].n, sig, &len), row[i].want);
		assert_int_equal(len, 0);
	}
	assert_int_equal(
	    jm_token_sign(t, AUTH, JM_SIGN_ECDSA, hash, 48, sig, 95, &len),
	    JM_SPACE);
	assert_int_equal(vslot_counted(slot).apdus, apdus);
	assert_true(jm_token_logged_in(t, AUTH));
	assert_int_equal(
	    jm_token_sign(t, AUTH, JM_SIGN_ECDSA, hash, 48, sig, 96, &len),
	    JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
a_wrong_signature_is_not_handed_out(void **state)
{
	/* clang-format off */
	static const struct { int zeros; const char *body; jm_err want; } row[] = {
		{ 96, "", JM_BAD_SIG }, /* raw */
		{ 95, "", JM_FORMAT },  /* neither raw nor DER */
		{ 97, "", JM_FORMAT },
		{ 0, "3006020101020101", JM_BAD_SIG }, /* DER of 1 and 1 */
		{ 0, "3006020181020101", JM_FORMAT },  /* a negative one */
		{ 0, "300602010102010100", JM_FORMAT },
		{ 0, "", JM_FORMAT },
	};
	/* clang-format on */
	static const uint8_t clean[JM_RSA_BYTES_MAX];
	char quirk[300];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct vslot *slot = fixture_slot(NULL);
		struct jm_token *t = fixture_token(slot);
		uint8_t sig[JM_RSA_BYTES_MAX] = { 0 };
		size_t len;
		unsigned at;

		(void)public_key(t);
		login(t, AUTH);
		/* the signature's own: SELECT, query, VERIFY before it */
		at = vslot_counted(slot).apdus + 4;
		snprintf(quirk, sizeof quirk, "reply-at=%u:%s%.*d9000", at,
		    row[i].body, 2 * row[i].zeros, 0);
		assert_int_equal(vc_set_quirk(vslot_card(slot), quirk), JM_OK);
		assert_int_equal(
		    sign(t, JM_SIGN_ECDSA, 48, sig, &len), row[i].want);
		assert_int_equal(len, 0);
		assert_memory_equal(sig, clean, sizeof sig);
		assert_false(jm_token_logged_in(t, AUTH));
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

/* A certificate that tells of a key of the other kind fits no signature. */
static void
a_certificate_of_another_kind_of_key_fits_nothing(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	uint8_t sig[JM_RSA_BYTES_MAX];
	struct jm_cert *c;
	size_t len;
	(void)state;

	(void)public_key(t);
	c = t->cert[JM_CERT_AUTH];
	c->ec.point_len = 0;
	c->rsa.n_len = 256;
	login(t, AUTH);
	assert_int_equal(sign(t, JM_SIGN_ECDSA, 48, sig, &len), JM_BAD_SIG);
	assert_int_equal(len, 0);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
one_pin_is_one_signature_of_the_signature_key(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	const struct jm_cert *c;
	uint8_t sig[96];
	size_t len;
	int tries;
	(void)state;

	login(t, SIGN);
	c = jm_token_cert_loaded(t, JM_CERT_SIGN);
	assert_non_null(c);
	assert_int_equal(jm_token_sign(t, SIGN, JM_SIGN_ECDSA, hash, 48, sig,
			     sizeof sig, &len),
	    JM_OK);
	assert_int_equal(jm_ecdsa_verify(&c->ec, hash, 48, sig, len), JM_OK);
	assert_int_equal(jm_token_sign(t, SIGN, JM_SIGN_ECDSA, hash, 48, sig,
			     sizeof sig, &len),
	    JM_NEED_PIN);
	assert_int_equal(jm_token_sign_with_pin(t, SIGN, JM_SIGN_ECDSA, hash,
			     32, "ABC123", 6, sig, sizeof sig, &len, &tries),
	    JM_OK);
	assert_int_equal(jm_ecdsa_verify(&c->ec, hash, 32, sig, len), JM_OK);
	assert_int_equal(vslot_counted(slot).verifies, 3);
	jm_token_free(&t);
	vslot_close(&slot);
}

/* A CA's certificate out of the user's cache is believed for its signature. */
static void
the_cache_knows_such_a_card_again(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	const struct jm_cert *ca;
	struct jm_token *t;
	size_t in_key;

	assert_int_equal(cached_begin(state), 0);
	cached_warm_up(slot);
	t = cached_token(slot);
	assert_int_equal(
	    jm_token_read_certs(t, CACHED_AUTH | 1u << JM_CERT_AUTH_CA), JM_OK);
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH_CA));
	assert_false(cached_touched(slot, "000B", "8B"));
	ca = jm_token_cert_loaded(t, JM_CERT_AUTH_CA);
	in_key = ca->spki.off + ca->spki.len - 5;
	jm_token_free(&t);
	/* not one that does not verify: the card is asked */
	cached_tamper(JM_CERT_AUTH_CA, in_key);
	t = cached_token(slot);
	assert_int_equal(
	    jm_token_read_certs(t, CACHED_AUTH | 1u << JM_CERT_AUTH_CA), JM_OK);
	assert_true(cached_touched(slot, "000B", "8B"));
	jm_token_free(&t);
	vslot_close(&slot);
	assert_int_equal(cached_end(state), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_card_is_known_by_its_application),
		cmocka_unit_test(each_hash_value_is_signed_on_each_card),
		cmocka_unit_test(
		    without_its_certificate_a_signature_is_raw_still),
		cmocka_unit_test(a_form_that_is_known_is_the_only_one),
		cmocka_unit_test(what_is_refused_reaches_no_card),
		cmocka_unit_test(a_wrong_signature_is_not_handed_out),
		cmocka_unit_test(
		    a_certificate_of_another_kind_of_key_fits_nothing),
		cmocka_unit_test(one_pin_is_one_signature_of_the_signature_key),
		cmocka_unit_test(the_cache_knows_such_a_card_again),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup_next, fixture_group_teardown);
}
