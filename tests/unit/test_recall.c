/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens and the user's cache: what it saves. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/cached.h"
#include "tests/support/fixture.h"

static char other_card[96], renewed_card[96];

/* Another card, and one with the first one's number and a new certificate. */
static int
group_setup(void **state)
{
	char serial[32];
	const char *const other[] = { "apps=jpki", NULL };
	const char *const same[] = { "apps=jpki", serial, NULL };
	struct vslot *slot;
	struct jm_token *t;

	if (fixture_group_setup(state) != 0)
		return -1;
	slot = fixture_slot(NULL);
	t = fixture_token(slot);
	snprintf(serial, sizeof serial, "serial=%s", jm_token_info(t)->serial);
	jm_token_free(&t);
	vslot_close(&slot);
	snprintf(other_card, sizeof other_card, "%s/other", fixture_dir());
	snprintf(
	    renewed_card, sizeof renewed_card, "%s/renewed", fixture_dir());
	assert_int_equal(vslot_issue(other_card, other), JM_OK);
	assert_int_equal(vslot_issue(renewed_card, same), JM_OK);
	return 0;
}

static int
group_teardown(void **state)
{
	unlink(other_card);
	unlink(renewed_card);
	return fixture_group_teardown(state);
}

static void
assert_same_cert(
    const struct jm_token *a, const struct jm_token *b, enum jm_cert_id id)
{
	const struct jm_cert *x = jm_token_cert_loaded(a, id);
	const struct jm_cert *y = jm_token_cert_loaded(b, id);

	assert_non_null(x);
	assert_non_null(y);
	assert_int_equal(x->der_len, y->der_len);
	assert_memory_equal(x->der, y->der, x->der_len);
}

/* architecture.md, section 3, "Cost": the rows that a cache makes cheap. */
static void
what_is_known_is_not_read_again(void **state)
{
	/* clang-format off */
	static const struct {
		const char *atr;
		unsigned identify, other_identify, sign_ca;
	} row[] = {
		{ "atr=" ATR_PLAIN,    9, 11, 3 },
		{ "atr=" ATR_SFI,      5,  6, 2 },
		{ "atr=" ATR_EXTENDED, 5,  6, 2 },
	};
	/* clang-format on */
	struct vslot *other;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct vslot *slot = fixture_slot(row[i].atr, NULL);
		struct jm_token *cold = cached_token(slot), *t;

		assert_int_equal(cached_cost(slot), row[i].identify);
		assert_int_equal(cached_count(), 0);
		assert_int_equal(jm_token_read_certs(
				     cold, CACHED_AUTH | 1u << JM_CERT_AUTH_CA),
		    JM_OK);
		assert_int_equal(cached_count(), 1);
		assert_int_equal(
		    jm_token_read_certs(cold, 1u << JM_CERT_SIGN_CA), JM_OK);

		t = cached_token(slot);
		assert_int_equal(cached_cost(slot), row[i].identify);
		assert_int_equal(
		    jm_token_read_certs(t, CACHED_AUTH | 1u << JM_CERT_AUTH_CA),
		    JM_OK);
		assert_int_equal(cached_cost(slot), 0);
		assert_int_equal(
		    jm_token_read_certs(t, 1u << JM_CERT_SIGN_CA), JM_OK);
		assert_int_equal(cached_cost(slot), row[i].sign_ca);
		for (int id = 0; id < JM_CERTS; id++)
			if (id != JM_CERT_SIGN)
				assert_same_cert(t, cold, (enum jm_cert_id)id);
		assert_memory_equal(jm_token_info(t), jm_token_info(cold),
		    sizeof(struct jm_card_info));
		assert_int_equal(jm_token_info(t)->known, 1);
		assert_int_equal(jm_token_key_bits(t, JM_PAIR_AUTH), 2048);
		assert_int_equal(cached_sign(t), JM_OK);
		assert_int_equal(cached_count(), 1);
		jm_token_free(&t);
		jm_token_free(&cold);
		vslot_close(&slot);

		assert_int_equal(vslot_open(other_card, &other), JM_OK);
		assert_int_equal(
		    vc_set_param(vslot_card(other), row[i].atr), JM_OK);
		t = cached_token(other);
		assert_int_equal(cached_cost(other), row[i].other_identify);
		assert_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
		assert_int_equal(cached_sign(t), JM_OK);
		jm_token_free(&t);
		vslot_close(&other);
		assert_int_equal(cached_end(state), 0);
		assert_int_equal(cached_begin(state), 0);
	}
}

static void
each_card_has_its_own(void **state)
{
	const char *const path[] = { other_card, renewed_card };
	struct vslot *slot = fixture_slot(NULL), *s;
	struct jm_token *t, *cold;

	(void)state;
	cached_warm_up(slot);
	vslot_close(&slot);
	for (unsigned i = 0; i < NELEM(path); i++) {
		assert_int_equal(vslot_open(path[i], &s), JM_OK);
		cold = fixture_token(s);
		assert_int_equal(jm_token_read_certs(cold, CACHED_ALL), JM_OK);
		cached_warm_up(s);
		assert_int_equal(cached_count(), i + 2);
		t = cached_token(s);
		assert_int_equal(cached_cost(s), 9);
		assert_string_equal(
		    jm_token_info(t)->serial, jm_token_info(cold)->serial);
		assert_int_equal(jm_token_read_certs(t, CACHED_ALL), JM_OK);
		for (int id = 0; id < JM_CERTS; id++)
			if (id != JM_CERT_SIGN)
				assert_same_cert(t, cold, (enum jm_cert_id)id);
		assert_int_equal(cached_sign(t), JM_OK);
		jm_token_free(&t);
		jm_token_free(&cold);
		vslot_close(&s);
	}
	slot = fixture_slot(NULL);
	t = cached_token(slot);
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	assert_int_equal(cached_sign(t), JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
switched_off_it_is_neither_read_nor_written(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);

	(void)state;
	assert_int_equal(jm_token_read_certs(t, CACHED_ALL), JM_OK);
	jm_token_free(&t);
	assert_int_equal(cached_count(), 0);
	cached_warm_up(slot);
	assert_int_equal(cached_count(), 1);
	vslot_restart_count(slot);
	t = fixture_token(slot);
	assert_true(cached_touched(slot, "0006", "86"));
	assert_false(cached_touched(slot, "000A", "8A"));
	assert_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	jm_token_free(&t);
	assert_int_equal(cached_count(), 1);
	vslot_close(&slot);
}

static void
a_ca_counts_if_it_verifies_or_begins_as_the_cards(void **state)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t;
	const struct jm_cert *c;
	int tries;

	(void)state;
	cached_warm_up(slot);
	t = cached_token(slot);
	for (int id = JM_CERT_AUTH_CA; id <= JM_CERT_SIGN_CA; id++) {
		assert_int_equal(
		    jm_token_cert(t, (enum jm_cert_id)id, &c), JM_OK);
		assert_true(c->subject.off + 14 < JM_CACHE_BLOCK);
		cached_tamper(
		    (enum jm_cert_id)id, c->subject.off + 14); /* JP */
	}
	jm_token_free(&t);
	t = cached_token(slot);
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	assert_null(jm_token_cert_loaded(t, JM_CERT_AUTH_CA));
	cached_cost(slot);
	for (int id = JM_CERT_AUTH_CA; id <= JM_CERT_SIGN_CA; id++) {
		struct jm_token *cold;

		assert_int_equal(
		    jm_token_cert(t, (enum jm_cert_id)id, &c), JM_OK);
		assert_true(cached_cost(slot) > 3); /* read in full */
		cold = fixture_token(slot);
		assert_int_equal(jm_token_read_certs(cold, 1u << id), JM_OK);
		assert_same_cert(t, cold, (enum jm_cert_id)id);
		jm_token_free(&cold);
		cached_cost(slot);
	}
	jm_token_free(&t);

	/* the file was mended; the signature certificate speaks for its CA's */
	t = cached_token(slot);
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH_CA));
	assert_null(jm_token_cert_loaded(t, JM_CERT_SIGN_CA));
	assert_int_equal(
	    jm_token_login(t, JM_PAIR_SIGN, "ABC123", 6, 0, &tries), JM_OK);
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_SIGN_CA));
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_SIGN));
	jm_token_free(&t);
	vslot_close(&slot);
}

static void
a_card_with_one_pair_is_known_if_it_can_be(void **state)
{
	struct vslot *slot = fixture_slot("sign-pair=absent", NULL);
	struct jm_token *t;

	(void)state;
	cached_warm_up(slot);
	assert_int_equal(cached_count(), 1);
	t = cached_token(slot);
	assert_int_equal(cached_cost(slot), 7);
	assert_false(cached_touched(slot, "0006", "86"));
	assert_true(jm_token_has(t, JM_PAIR_AUTH));
	assert_false(jm_token_has(t, JM_PAIR_SIGN));
	assert_non_null(jm_token_cert_loaded(t, JM_CERT_AUTH));
	assert_null(jm_token_cert_loaded(t, JM_CERT_SIGN_CA));
	assert_int_equal(cached_sign(t), JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);

	/* without an authentication pair there is nothing to know it by */
	slot = fixture_slot("auth-pair=absent", NULL);
	t = cached_token(slot);
	assert_true(cached_touched(slot, "0006", "86"));
	assert_false(cached_touched(slot, "000A", "8A"));
	assert_int_equal(cached_cost(slot), 7);
	assert_int_equal(jm_token_read_certs(t, CACHED_ALL), JM_OK);
	jm_token_free(&t);
	vslot_close(&slot);
	assert_int_equal(cached_count(), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, cached_begin, cached_end)
	const struct CMUnitTest tests[] = {
		T(what_is_known_is_not_read_again),
		T(each_card_has_its_own),
		T(switched_off_it_is_neither_read_nor_written),
		T(a_ca_counts_if_it_verifies_or_begins_as_the_cards),
		T(a_card_with_one_pair_is_known_if_it_can_be),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
