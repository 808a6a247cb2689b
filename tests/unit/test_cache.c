/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of the user's cache: what is one. */
#include "tests/support/test.h"

#include <string.h>

#include "crypto/digest.h"
#include "objects/cache.h"
#include "tests/support/hierarchy.h"

#define NOW ((time_t)HIERARCHY_NOW)

static uint8_t file[JM_CACHE_FILE_MAX + 1];
static size_t file_len;
static char name[JM_CACHE_NAME];
static uint8_t buf[JM_CACHE_FILE_MAX];

static struct jm_rbuf
bytes(const struct jm_cert *c)
{
	return (struct jm_rbuf){ c->der, c->der_len };
}

static struct jm_cache_entry
entry_of(const struct hierarchy *h)
{
	static uint8_t info[JM_TOKEN_INFO_LEN];
	struct jm_cache_entry e = { .info = { info, sizeof info } };

	memset(info, 'i', sizeof info);
	e.cert[JM_CERT_AUTH] = bytes(h->auth);
	e.cert[JM_CERT_AUTH_CA] = bytes(h->auth_ca);
	e.cert[JM_CERT_SIGN_CA] = bytes(h->sign_ca);
	return e;
}

static int
group_setup(void **state)
{
	struct jm_cache_entry e;

	if (hierarchy_setup(state) != 0)
		return -1;
	e = entry_of(*state);
	assert_int_equal(jm_cache_build(&e, file, &file_len), JM_OK);
	assert_int_equal(jm_cache_name(e.cert[JM_CERT_AUTH].p, name), JM_OK);
	return 0;
}

static void
a_file_gives_back_what_it_was_made_of(void **state)
{
	const struct jm_cache_entry in = entry_of(*state);
	struct jm_cache_entry out, few = in;
	size_t len;

	assert_int_equal(jm_cache_parse(file, file_len, &out), JM_OK);
	assert_int_equal(out.info.left, in.info.left);
	assert_memory_equal(out.info.p, in.info.p, in.info.left);
	for (int i = 0; i < JM_CERTS; i++) {
		assert_int_equal(out.cert[i].left, in.cert[i].left);
		if (in.cert[i].left > 0)
			assert_memory_equal(
			    out.cert[i].p, in.cert[i].p, in.cert[i].left);
	}
	/* the CAs may be missing */
	few.cert[JM_CERT_AUTH_CA].left = few.cert[JM_CERT_SIGN_CA].left = 0;
	assert_int_equal(jm_cache_build(&few, buf, &len), JM_OK);
	assert_int_equal(jm_cache_parse(buf, len, &out), JM_OK);
	assert_int_equal(out.cert[JM_CERT_AUTH_CA].left, 0);
}

static void
what_would_not_be_read_is_not_made(void **state)
{
	const struct jm_cache_entry good = entry_of(*state);
	struct jm_cache_entry e;
	size_t len = 1;

	e = good;
	e.cert[JM_CERT_SIGN] = e.cert[JM_CERT_AUTH];
	assert_int_equal(jm_cache_build(&e, buf, &len), JM_ARG);
	assert_int_equal(len, 0);
	e = good;
	e.info.left = 95;
	assert_int_equal(jm_cache_build(&e, buf, &len), JM_ARG);
	e = good;
	e.info.left = 161;
	assert_int_equal(jm_cache_build(&e, buf, &len), JM_ARG);
	e = good;
	e.cert[JM_CERT_AUTH].left = 0;
	assert_int_equal(jm_cache_build(&e, buf, &len), JM_ARG);
	e = good;
	e.cert[JM_CERT_AUTH].left =
	    JM_CACHE_BLOCK; /* no more than is compared */
	assert_int_equal(jm_cache_build(&e, buf, &len), JM_ARG);
	e = good;
	e.cert[JM_CERT_SIGN_CA].left = JM_CERT_MAX + 1;
	assert_int_equal(jm_cache_build(&e, buf, &len), JM_ARG);
}

static void
a_file_that_was_cut_or_changed_anywhere_is_none(void **state)
{
	struct jm_cache_entry e;

	(void)state;
	for (size_t n = 0; n < file_len; n++) {
		uint8_t *cut = malloc(n + 1); /* for the sanitizer's sake */

		assert_non_null(cut);
		memcpy(cut, file, n);
		assert_int_equal(jm_cache_parse(cut, n, &e), JM_FORMAT);
		assert_int_equal(e.cert[JM_CERT_AUTH].left, 0);
		free(cut);
	}
	for (size_t i = 0; i < file_len; i++) {
		file[i] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(jm_cache_parse(file, file_len, &e), JM_FORMAT);
		assert_true(jm_cache_stale(file, file_len, NOW));
		file[i] ^= (uint8_t)(1u << i % 8);
	}
	assert_int_equal(jm_cache_parse(file, file_len + 1, &e), JM_FORMAT);
}

/* The same behind a hash that is right: what a fuzzer would do. */
static void
records_are_held_to_their_rules(void **state)
{
	/* Positions: the head has 40 bytes; 40 tag, 41 length of EF 0006. */
	const struct jm_cache_entry good = entry_of(*state);
	const size_t cert = 40 + 3 + JM_TOKEN_INFO_LEN;
	/* clang-format off */
	const struct { size_t at; uint8_t value; } row[] = {
		{ 40, 0 }, { 40, 2 }, { 40, 5 }, { 40, 0xff },
		{ 41, 1 }, { 42, 161 }, { 42, 95 }, { 42, 0 },
		{ cert, 1 }, { cert, 3 }, { cert, 4 }, { cert, 5 },
		{ cert + 1, 0 }, { cert + 1, 0xff }, { cert + 2, 0xff },
	};
	/* clang-format on */
	uint8_t hash[JM_DIGEST_MAX];
	struct jm_cache_entry e;
	size_t len;

	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(jm_cache_build(&good, buf, &len), JM_OK);
		assert_int_not_equal(buf[row[i].at], row[i].value);
		buf[row[i].at] = row[i].value;
		assert_int_equal(
		    jm_hash(JM_SHA256, buf + 40, len - 40, hash), JM_OK);
		memcpy(buf + 8, hash, 32);
		assert_int_equal(jm_cache_parse(buf, len, &e), JM_FORMAT);
	}
}

static void
a_block_speaks_for_the_certificate_it_begins(void **state)
{
	const struct hierarchy *h = *state;
	struct jm_rbuf der = bytes(h->auth);
	uint8_t block[JM_CACHE_BLOCK];

	memcpy(block, der.p, sizeof block);
	assert_true(jm_cache_matches(der, block, sizeof block));
	assert_false(jm_cache_matches(der, block, sizeof block - 1));
	assert_false(jm_cache_matches(der, block, 0));
	der.left = sizeof block - 1;
	assert_false(jm_cache_matches(der, block, sizeof block));
	der = bytes(h->auth);
	for (size_t i = 0; i < sizeof block; i++) {
		block[i] ^= 1;
		assert_false(jm_cache_matches(der, block, sizeof block));
		block[i] ^= 1;
	}
}

/* architecture.md 3: it has to differ from card to card. */
static void
the_block_has_the_serial_number_and_the_validity_in_it(void **state)
{
	const struct hierarchy *h = *state;

	assert_true(h->auth->serial.off + h->auth->serial.len < JM_CACHE_BLOCK);
	assert_true(
	    h->auth->issuer.off + h->auth->issuer.len + 32 < JM_CACHE_BLOCK);
}

static void
the_name_tells_nothing_of_the_card(void **state)
{
	const struct hierarchy *h = *state;
	uint8_t block[JM_CACHE_BLOCK];
	char other[JM_CACHE_NAME];

	assert_int_equal(strspn(name, "0123456789abcdef"), 64);
	memcpy(block, h->auth->der, sizeof block);
	block[JM_CACHE_BLOCK - 1] ^= 1;
	assert_int_equal(jm_cache_name(block, other), JM_OK);
	assert_string_not_equal(name, other);
}

static void
an_expired_certificate_makes_a_file_stale(void **state)
{
	const struct hierarchy *h = *state;

	assert_false(jm_cache_stale(file, file_len, NOW));
	assert_false(jm_cache_stale(file, file_len, h->auth->not_after));
	assert_true(jm_cache_stale(file, file_len, h->auth->not_after + 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_gives_back_what_it_was_made_of),
		cmocka_unit_test(what_would_not_be_read_is_not_made),
		cmocka_unit_test(
		    a_file_that_was_cut_or_changed_anywhere_is_none),
		cmocka_unit_test(records_are_held_to_their_rules),
		cmocka_unit_test(a_block_speaks_for_the_certificate_it_begins),
		cmocka_unit_test(
		    the_block_has_the_serial_number_and_the_validity_in_it),
		cmocka_unit_test(the_name_tells_nothing_of_the_card),
		cmocka_unit_test(an_expired_certificate_makes_a_file_stale),
	};

	return cmocka_run_group_tests(tests, group_setup, hierarchy_teardown);
}
