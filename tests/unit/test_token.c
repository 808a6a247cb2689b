/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A token on a virtual card: what it costs, what it finds, what it signs. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "crypto/rsa_pad.h"
#include "objects/ident.h"
#include "tests/support/fixture.h"

#define SELECT_AP "00A4040C0AD392F000260100000001"

static size_t
digestinfo(enum jm_hash h, uint8_t out[JM_DIGESTINFO_MAX])
{
	uint8_t digest[JM_DIGEST_MAX];
	size_t len;

	memset(digest, 0x3c, sizeof digest);
	jm_digestinfo(h, digest, out, &len);
	return len;
}

static unsigned
apdus(struct vslot *slot)
{
	const unsigned n = vslot_counted(slot).apdus;

	assert_int_equal(vslot_counted(slot).outside, 0);
	vslot_restart_count(slot);
	return n;
}

static void
login(struct jm_token *t, enum jm_pair pair)
{
	int tries;

	if (pair == JM_PAIR_AUTH)
		assert_int_equal(
		    jm_token_login(t, pair, "1234", 4, 1, &tries), JM_OK);
	else
		assert_int_equal(
		    jm_token_login(t, pair, "abc123", 6, 1, &tries), JM_OK);
}

/* architecture.md, section 3, "Cost": the rows that need no cache. */
static void
each_job_costs_what_the_table_says(void **state)
{
	/* clang-format off */
	static const struct {
		const char *atr;
		unsigned identify, certs, auth_login, sign_login, sign;
	} row[] = {
		{ "atr=" ATR_PLAIN,    9, 15, 4, 11, 7 },
		{ "atr=" ATR_SFI,      5, 13, 3,  9, 5 },
		{ "atr=" ATR_EXTENDED, 5,  3, 3,  4, 5 },
	};
	/* clang-format on */
	uint8_t t51[JM_DIGESTINFO_MAX], sig[256];
	const size_t t51_len = digestinfo(JM_SHA256, t51);
	size_t len;

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		struct vslot *slot = fixture_slot(row[i].atr, NULL);
		struct jm_token *t = fixture_token(slot);
		int tries;

		assert_int_equal(apdus(slot), row[i].identify);
		assert_int_equal(
		    jm_token_read_certs(
			t, 1u << JM_CERT_AUTH | 1u << JM_CERT_AUTH_CA),
		    JM_OK);
		assert_in_range(apdus(slot), 1, row[i].certs);
		assert_int_equal(jm_token_read_certs(t, 1u << JM_CERT_AUTH),
		    JM_OK); /* once per insertion */
		assert_int_equal(apdus(slot), 0);

		login(t, JM_PAIR_AUTH);
		assert_int_equal(apdus(slot), row[i].auth_login);
		for (int n = 0; n < 2; n++) {
			assert_int_equal(
			    jm_token_sign(t, JM_PAIR_AUTH, JM_SIGN_PKCS1, t51,
				t51_len, sig, sizeof sig, &len),
			    JM_OK);
			assert_int_equal(apdus(slot), row[i].sign);
		}
		login(t, JM_PAIR_SIGN);
		assert_in_range(apdus(slot), 1, row[i].sign_login);
		assert_int_equal(
		    jm_token_sign_with_pin(t, JM_PAIR_AUTH, JM_SIGN_PKCS1, t51,
			t51_len, "1234", 4, sig, sizeof sig, &len, &tries),
		    JM_OK);
		assert_int_equal(apdus(slot), row[i].sign - 1); /* no query */
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

static void
each_pair_signs_each_form_and_the_certificate_verifies_it(void **state)
{
	static const enum jm_hash hashes[] = { JM_SHA1, JM_SHA256, JM_SHA384,
		JM_SHA512 };
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	uint8_t in[JM_DIGESTINFO_MAX], sig[256];
	size_t len;

	(void)state;
	for (int p = 0; p < JM_PAIRS; p++) {
		const enum jm_pair pair = (enum jm_pair)p;
		const struct jm_cert *c;

		for (size_t i = 0; i < NELEM(hashes); i++) {
			const size_t in_len = digestinfo(hashes[i], in);

			login(t, pair);
			assert_int_equal(jm_token_sign(t, pair, JM_SIGN_PKCS1,
					     in, in_len, sig, sizeof sig, &len),
			    JM_OK);
			assert_int_equal(
			    jm_token_cert(t, jm_ident_pair_cert(pair), &c),
			    JM_OK);
			assert_int_equal(
			    jm_rsa_verify_raw(&c->rsa, in, in_len, sig, len),
			    JM_OK);
		}
		login(t, pair);
		memset(in, 0x77, 32);
		assert_int_equal(jm_token_sign(t, pair, JM_SIGN_PSS_SHA256, in,
				     32, sig, sizeof sig, &len),
		    JM_OK);
		assert_int_equal(
		    jm_rsa_verify_pss(&c->rsa, JM_SHA256, in, sig, len), JM_OK);
	}
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
a_signature_may_overwrite_its_input(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	const struct jm_cert *c;
	uint8_t both[256], in[JM_DIGESTINFO_MAX];
	const size_t in_len = digestinfo(JM_SHA256, in);
	size_t len;

	(void)state;
	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &c), JM_OK);
	login(t, JM_PAIR_AUTH);
	memcpy(both, in, in_len);
	assert_int_equal(jm_token_sign(t, JM_PAIR_AUTH, JM_SIGN_PKCS1, both,
			     in_len, both, sizeof both, &len),
	    JM_OK);
	assert_int_equal(
	    jm_rsa_verify_raw(&c->rsa, in, in_len, both, len), JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
a_wrong_signature_is_not_handed_out(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	char quirk[600];
	const struct jm_cert *c;
	uint8_t in[JM_DIGESTINFO_MAX], sig[256];
	const size_t in_len = digestinfo(JM_SHA256, in);
	static const uint8_t zero[256];
	size_t len;

	(void)state;
	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &c), JM_OK);
	login(t, JM_PAIR_AUTH);
	snprintf(quirk, sizeof quirk, "reply-at=%u:%0512d9000",
	    vslot_counted(slot).apdus + 6, 0); /* the signature's own */
	assert_int_equal(vc_set_quirk(vslot_card(slot), quirk), JM_OK);
	memset(sig, 0, sizeof sig);
	assert_int_equal(jm_token_sign(t, JM_PAIR_AUTH, JM_SIGN_PKCS1, in,
			     in_len, sig, sizeof sig, &len),
	    JM_BAD_SIG);
	assert_int_equal(len, 0);
	assert_memory_equal(sig, zero, sizeof sig);
	assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
what_the_guard_refuses_reaches_no_card(void **state)
{
	struct jm_policy strict = jm_policy_default;
	struct vslot *slot = fixture_slot(NULL);
	uint8_t in[JM_DIGESTINFO_MAX], sig[256];
	const size_t sha1 = digestinfo(JM_SHA1, in);
	struct jm_token *t;
	size_t len;

	(void)state;
	strict.guard.allow_sha1 = 0;
	t = fixture_token_with(slot, &strict);
	login(t, JM_PAIR_SIGN);
	vslot_restart_count(slot);
	assert_int_equal(jm_token_sign(t, JM_PAIR_SIGN, JM_SIGN_PKCS1, in, sha1,
			     sig, sizeof sig, &len),
	    JM_REFUSED);
	assert_int_equal(jm_token_sign(t, JM_PAIR_SIGN, JM_SIGN_PKCS1, in, 20,
			     sig, sizeof sig, &len),
	    JM_REFUSED);
	assert_int_equal(jm_token_sign(t, JM_PAIR_SIGN, JM_SIGN_PSS_SHA256, in,
			     20, sig, sizeof sig, &len),
	    JM_ARG);
	assert_int_equal(jm_token_sign(t, JM_PAIR_SIGN, JM_SIGN_PKCS1, in, sha1,
			     sig, 255, &len),
	    JM_SPACE);
	assert_int_equal(apdus(slot), 0);
	assert_true(jm_token_logged_in(t, JM_PAIR_SIGN)); /* not used up */
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
the_signature_certificate_appears_with_the_login_and_stays(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	const struct jm_cert *c;

	(void)state;
	vslot_restart_count(slot);
	assert_true(jm_token_cert_settled(t, JM_CERT_SIGN));
	assert_int_equal(jm_token_cert(t, JM_CERT_SIGN, &c), JM_NEED_PIN);
	assert_int_equal(apdus(slot), 0);
	login(t, JM_PAIR_SIGN);
	jm_token_logout(t, JM_PAIR_SIGN);
	vslot_restart_count(slot);
	assert_int_equal(jm_token_cert(t, JM_CERT_SIGN, &c), JM_OK);
	assert_int_equal(apdus(slot), 0);
	assert_true(c->der_len > 1300 && c->der_len < 2200);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
an_absent_pair_is_absent_in_each_form_cards_may_show_it(void **state)
{
	static const char *const forms[] = { "absent-ef=6a82",
		"absent-ef=empty", "absent-ef=filler", "absent-ef=6982" };
	static const char *const avail[] = { "ef0008=auto", "ef0008=008F00",
		"ef0008=FF8FFF", "ef0008=018F00" };
	static const char *const pins[] = { "absent-pin=6a82",
		"absent-pin=blocked" };

	(void)state;
	for (size_t i = 0; i < NELEM(forms); i++)
		for (size_t j = 0; j < NELEM(avail); j++)
			for (size_t k = 0; k < NELEM(pins); k++) {
				struct vslot *slot =
				    fixture_slot("sign-pair=absent", forms[i],
					avail[j], pins[k], NULL);
				struct jm_token *t = fixture_token(slot);
				const struct jm_cert *c;

				assert_true(jm_token_has(t, JM_PAIR_AUTH));
				assert_false(jm_token_has(t, JM_PAIR_SIGN));
				assert_int_equal(
				    jm_token_cert(t, JM_CERT_SIGN, &c),
				    JM_NOT_FOUND);
				assert_int_equal(
				    jm_token_cert(t, JM_CERT_AUTH, &c), JM_OK);
				jm_token_free(&t);
				vslot_close(&slot);
			}
}

/* EF 0008 says "there", the file is blank: no certificate, no error. */
static void
a_blank_certificate_file_is_an_absent_certificate(void **state)
{
	static const char *const forms[] = { "absent-ef=6a82",
		"absent-ef=empty", "absent-ef=filler" };

	(void)state;
	for (size_t i = 0; i < NELEM(forms); i++) {
		struct vslot *slot = fixture_slot(
		    "auth-pair=absent", "ef0008=8F8F00", forms[i], NULL);
		struct jm_token *t = fixture_token(slot);
		const struct jm_cert *c;

		assert_int_equal(
		    jm_token_cert(t, JM_CERT_AUTH, &c), JM_NOT_FOUND);
		assert_null(c);
		assert_true(jm_token_cert_settled(t, JM_CERT_AUTH));
		jm_token_free(&t);
		vslot_close(&slot);
	}
}

static void
a_mode_the_card_lacks_is_learned_and_costs_no_login(void **state)
{
	struct vslot *slot = fixture_slot("sign-modes=0", NULL);
	struct jm_token *t = fixture_token(slot);
	uint8_t in[JM_DIGESTINFO_MAX], sig[256];
	const size_t in_len = digestinfo(JM_SHA256, in);
	size_t len;

	(void)state;
	assert_true(jm_token_has_pss(t)); /* its generation usually has */
	login(t, JM_PAIR_SIGN);
	assert_int_equal(jm_token_sign(t, JM_PAIR_SIGN, JM_SIGN_PSS_SHA256, in,
			     32, sig, sizeof sig, &len),
	    JM_UNSUPPORTED);
	assert_false(jm_token_has_pss(t));
	assert_int_equal(jm_token_sign(t, JM_PAIR_SIGN, JM_SIGN_PKCS1, in,
			     in_len, sig, sizeof sig, &len),
	    JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
}

/* For programs that keep to the list of mechanisms they saw first. */
static void
what_is_off_is_not_asked_of_the_card(void **state)
{
	struct jm_policy policy = jm_policy_default;
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t;
	const uint8_t in[32] = { 0 };
	uint8_t sig[256];
	size_t len;

	(void)state;
	policy.pss = 0;
	t = fixture_token_with(slot, &policy);
	assert_false(jm_token_has_pss(t));
	login(t, JM_PAIR_AUTH);
	vslot_restart_count(slot);
	assert_int_equal(jm_token_sign(t, JM_PAIR_AUTH, JM_SIGN_PSS_SHA256, in,
			     sizeof in, sig, sizeof sig, &len),
	    JM_UNSUPPORTED);
	assert_int_equal(apdus(slot), 0);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
the_card_is_told_apart_by_its_token_information(void **state)
{
	struct vslot *slot = fixture_slot("serial=0000000020500003", NULL);
	struct jm_token *t = fixture_token(slot);

	(void)state;
	assert_string_equal(jm_token_info(t)->label, "JPKIAPICCTOKEN2");
	assert_string_equal(jm_token_info(t)->serial, "0000000020500003");
	assert_string_equal(jm_token_profile(t)->name, "mynumber-2016");
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
removal_ends_the_token_and_the_next_one_works(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	uint8_t in[JM_DIGESTINFO_MAX], sig[256];
	const size_t in_len = digestinfo(JM_SHA256, in);
	struct jm_pin_state s;
	size_t len;
	int tries;

	(void)state;
	login(t, JM_PAIR_AUTH);
	vslot_remove(slot);
	vslot_insert(slot);
	vslot_restart_count(slot);
	assert_int_equal(jm_token_sign(t, JM_PAIR_AUTH, JM_SIGN_PKCS1, in,
			     in_len, sig, sizeof sig, &len),
	    JM_GONE);
	assert_false(jm_token_logged_in(t, JM_PAIR_AUTH));
	assert_int_equal(
	    jm_token_login(t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_GONE);
	assert_int_equal(jm_token_pin_state(t, JM_PIN_AUTH, 0, &s), JM_GONE);
	assert_int_equal(apdus(slot), 0);
	jm_token_free(&t);
	t = fixture_token(slot);
	login(t, JM_PAIR_AUTH);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
a_first_command_answered_6f00_is_sent_once_more(void **state)
{
	struct vslot *slot = fixture_slot("first-6f00=on", NULL);
	struct jm_token *t = fixture_token(slot);

	(void)state;
	assert_string_equal(
	    vslot_line(slot, 0), SELECT_AP " -> [0 bytes] 6F00");
	assert_string_equal(
	    vslot_line(slot, 1), SELECT_AP " -> [0 bytes] 9000");
	assert_int_equal(apdus(slot), 10);
	jm_token_free(&t);
	vslot_close(&slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_job_costs_what_the_table_says),
		cmocka_unit_test(
		    each_pair_signs_each_form_and_the_certificate_verifies_it),
		cmocka_unit_test(a_signature_may_overwrite_its_input),
		cmocka_unit_test(a_wrong_signature_is_not_handed_out),
		cmocka_unit_test(what_the_guard_refuses_reaches_no_card),
		cmocka_unit_test(
		    the_signature_certificate_appears_with_the_login_and_stays),
		cmocka_unit_test(
		    an_absent_pair_is_absent_in_each_form_cards_may_show_it),
		cmocka_unit_test(
		    a_blank_certificate_file_is_an_absent_certificate),
		cmocka_unit_test(
		    a_mode_the_card_lacks_is_learned_and_costs_no_login),
		cmocka_unit_test(what_is_off_is_not_asked_of_the_card),
		cmocka_unit_test(
		    the_card_is_told_apart_by_its_token_information),
		cmocka_unit_test(removal_ends_the_token_and_the_next_one_works),
		cmocka_unit_test(
		    a_first_command_answered_6f00_is_sent_once_more),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup, fixture_group_teardown);
}
