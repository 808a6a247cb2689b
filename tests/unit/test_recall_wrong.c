/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens and the user's cache: what it may not say, and what it is not told. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/cached.h"
#include "tests/support/fixture.h"

static uint8_t file[JM_CACHE_FILE_MAX];
static long years; /* the clock is ahead by */

time_t __real_time(time_t *out);
time_t __wrap_time(time_t *out);

time_t
__wrap_time(time_t *out)
{
	const time_t t = __real_time(NULL) + years * 366 * 24 * 60 * 60;

	if (out != NULL)
		*out = t;
	return t;
}

/* The first block cannot tell such a file; the first signature does. */
static void
another_public_key_is_found_by_the_first_signature(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = cached_token(slot);
	const struct jm_cert *c;
	size_t at;

	(void)state;
	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &c), JM_OK);
	at = c->spki.off + c->spki.len - 20; /* in the modulus */
	assert_true(at > JM_CACHE_BLOCK);
	jm_token_free(&t);
	cached_tamper(JM_CERT_AUTH, at);

	t = cached_token(slot);
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	assert_int_equal(cached_sign(t), JM_BAD_SIG);
	assert_int_equal(cached_count(), 0);
	/* what it showed was wrong: it has to be opened anew */
	assert_int_equal(cached_sign(t), JM_GONE);
	assert_int_equal(jm_token_cert(t, JM_CERT_SIGN_CA, &c), JM_GONE);
	assert_int_equal(cached_count(), 0);
	jm_token_free(&t);

	t = cached_token(slot);
	assert_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &c), JM_OK);
	assert_int_equal(cached_sign(t), JM_OK);
	assert_int_equal(cached_count(), 1);
	jm_token_free(&t);
	vslot_close(&slot);
}

/* Is the text in any file of the cache? */
static int
written(const uint8_t *text, size_t len)
{
	char name[JM_CACHE_NAME];
	size_t n;

	if (cached_files(name) == 0)
		return 0;
	assert_int_equal(jm_cache_load(name, file, &n), JM_OK);
	return memmem(file, n, text, len) != NULL;
}

static void
nothing_of_the_signature_certificate_is_written(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = cached_token(slot);
	const struct jm_cert *sign_cert, *auth;
	int tries;

	(void)state;
	assert_int_equal(
	    jm_token_login(t, JM_PAIR_SIGN, "ABC123", 6, 1, &tries), JM_OK);
	assert_int_equal(jm_token_read_certs(t, CACHED_ALL), JM_OK);
	assert_int_equal(jm_token_cert(t, JM_CERT_SIGN, &sign_cert), JM_OK);
	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &auth), JM_OK);
	assert_true(written(auth->der, auth->der_len));
	assert_false(written(
	    sign_cert->der + sign_cert->subject.off, sign_cert->subject.len));
	assert_false(
	    written(sign_cert->der + sign_cert->spki.off, sign_cert->spki.len));
	assert_false(written(
	    sign_cert->der + sign_cert->serial.off, sign_cert->serial.len));
	jm_token_free(&t);
	vslot_close(&slot);
}

/* A file that makes the card one of another generation: with other PINs, or
 * without a pair. */
static void
a_planted_label_makes_no_other_card(void **state)
{
	static const char *const label[] = { "JPKIAPICCTOKEN",
		"JPKIAPGPSETOKEN" };

	(void)state;
	for (size_t i = 0; i < NELEM(label); i++) {
		struct vslot *slot = fixture_slot(NULL);
		struct jm_pin_state s;
		struct jm_token *t;
		int tries;

		cached_warm_up(slot);
		cached_plant_label(label[i]);
		t = cached_token(slot);
		assert_int_equal(cached_cost(slot), 11);
		assert_string_equal(jm_token_profile(t)->name, "mynumber-2016");
		assert_string_equal(jm_token_info(t)->label, "JPKIAPICCTOKEN2");
		assert_true(jm_token_has(t, JM_PAIR_AUTH));
		assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
		assert_int_equal(
		    jm_token_login(t, JM_PAIR_SIGN, "AB12", 4, 0, &tries),
		    JM_PIN_LEN);
		assert_int_equal(vslot_counted(slot).verifies, 0);
		assert_int_equal(
		    jm_token_pin_state(t, JM_PIN_SIGN, 0, &s), JM_OK);
		assert_int_equal(s.limit, 5);
		assert_int_equal(cached_sign(t), JM_OK);
		jm_token_free(&t);
		vslot_close(&slot);
		assert_int_equal(cached_end(state), 0);
		assert_int_equal(cached_begin(state), 0);
	}
}

/* One that no generation has changes nothing, as on the card itself. */
static void
a_planted_stranger_s_label_is_a_text(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t;

	(void)state;
	cached_warm_up(slot);
	cached_plant_label("STRANGER");
	t = cached_token(slot);
	assert_int_equal(cached_cost(slot), 9);
	assert_string_equal(jm_token_profile(t)->name, "mynumber-2016");
	jm_token_free(&t);
	vslot_close(&slot);
}

/* As in a phone: EF 000A is refused before its PIN. */
static void
a_certificate_behind_a_pin_is_not_kept(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = cached_token(slot);
	const struct jm_cert *c;
	int tries;

	(void)state;
	cached_cost(slot); /* SELECT, SELECT of EF 000A, READ BINARY */
	assert_int_equal(
	    vc_set_quirk(vslot_card(slot), "sw-at=12:6982"), JM_OK);
	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &c), JM_NEED_PIN);
	assert_int_equal(cached_cost(slot), 3);
	assert_int_equal(
	    jm_token_cert_with_pin(t, JM_CERT_AUTH, "1234", 4, &tries, &c),
	    JM_OK);
	assert_int_equal(
	    jm_token_read_certs(t, CACHED_ALL & ~CACHED_AUTH), JM_OK);
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH_CA));
	assert_int_equal(cached_count(), 0);
	jm_token_free(&t);
	vslot_close(&slot);

	/* and where another card is known, it is asked in vain, once */
	slot = fixture_slot(NULL);
	cached_warm_up(slot);
	vslot_close(&slot);
	slot = fixture_slot(NULL);
	assert_int_equal(vc_set_quirk(vslot_card(slot), "sw-at=5:6982"), JM_OK);
	t = cached_token(slot);
	assert_true(cached_touched(slot, "000A", "8A"));
	assert_true(cached_touched(slot, "0006", "86"));
	assert_int_equal(jm_token_info(t)->known, 1);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
an_expired_certificate_is_forgotten(void **state)
{
	char command[128];
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t;

	(void)state;
	cached_warm_up(slot);
	assert_int_equal(cached_count(), 1);
	years = 12;
	cached_warm_up(slot);
	assert_int_equal(cached_count(), 0);
	years = 0;
	cached_warm_up(slot);
	years = 12; /* and if it was used to the last */
	snprintf(command, sizeof command, "touch -d '12 years' %s/*",
	    cached_folder());
	assert_int_equal(system(command), 0);
	cached_warm_up(slot);
	assert_int_equal(cached_count(), 0);
	t = cached_token(slot);
	assert_int_equal(cached_cost(slot), 9);
	assert_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	jm_token_free(&t);
	vslot_close(&slot);
	years = 0;
}

static void
a_damaged_file_is_as_none(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	char name[JM_CACHE_NAME], path[160];
	struct jm_token *t;
	size_t len;
	FILE *f;

	(void)state;
	cached_warm_up(slot);
	assert_int_equal(cached_files(name), 1);
	assert_int_equal(jm_cache_load(name, file, &len), JM_OK);
	file[len - 100] ^= 1;
	snprintf(path, sizeof path, "%s/%s", cached_folder(), name);
	assert_non_null(f = fopen(path, "wb"));
	assert_int_equal(fwrite(file, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	t = cached_token(slot);
	assert_int_equal(cached_cost(slot), 11);
	assert_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	assert_int_equal(cached_count(), 0);
	assert_int_equal(jm_token_read_certs(t, CACHED_AUTH), JM_OK);
	assert_int_equal(cached_count(), 1);
	jm_token_free(&t);
	vslot_close(&slot);
}

/* Whatever goes wrong at each command of an identification by the cache. */
static void
a_fault_while_it_is_asked_is_a_fault_like_any(void **state)
{
	static const char *const fault[] = { "remove-at", "reset-at", "mute-at",
		"sw-at" };
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t;

	(void)state;
	cached_warm_up(slot);
	vslot_close(&slot);
	for (size_t k = 0; k < NELEM(fault); k++) {
		for (unsigned n = 1; n <= 9; n++) {
			struct jm_policy p = jm_policy_default;
			struct jm_link link;
			char quirk[32];
			jm_err e;

			slot = fixture_slot(NULL);
			snprintf(quirk, sizeof quirk, "%s=%u%s", fault[k], n,
			    k == 3 ? ":6F01" : "");
			assert_int_equal(
			    vc_set_quirk(vslot_card(slot), quirk), JM_OK);
			assert_int_equal(vslot_link(slot, &link), JM_OK);
			p.cache = 1;
			e = jm_token_open(&link, &p, &t);
			assert_int_equal(vslot_counted(slot).verifies, 0);
			if (e != JM_OK)
				jm_link_close(&link);
			else if (jm_token_cert_loaded(t, JM_CERT_AUTH) != NULL)
				assert_int_equal(cached_sign(t), JM_OK);
			jm_token_free(&t);
			vslot_close(&slot);
			assert_int_equal(cached_count(), 1);
		}
	}
	slot = fixture_slot(NULL);
	t = cached_token(slot);
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	jm_token_free(&t);
	vslot_close(&slot);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, cached_begin, cached_end)
	const struct CMUnitTest tests[] = {
		T(another_public_key_is_found_by_the_first_signature),
		T(nothing_of_the_signature_certificate_is_written),
		T(a_planted_label_makes_no_other_card),
		T(a_planted_stranger_s_label_is_a_text),
		T(a_certificate_behind_a_pin_is_not_kept),
		T(an_expired_certificate_is_forgotten),
		T(a_damaged_file_is_as_none),
		T(a_fault_while_it_is_asked_is_a_fault_like_any),
	};

	return cmocka_run_group_tests(
	    tests, fixture_group_setup, fixture_group_teardown);
}
