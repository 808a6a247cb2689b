/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What no vector shows: rejection, values that do not exist, failures. */
#include "nym/derive.h"

#include <string.h>

#include "crypto/hmac.h"
#include "crypto/x509.h"
#include "nym/cert.h"
#include "tests/support/test.h"

/* HMAC stands in: before the rejections are used up it gives what is no key. */
static int stubbed;
static unsigned rejections, calls;
static uint8_t last_msg[64];
static size_t last_len;

/* the order of P-256 */
static const uint8_t order[32] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
	0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
static const uint8_t sh[NYM_SH_LEN] = { 1 }, prk[NYM_PRK_LEN] = { 2 };
static const uint8_t zero[sizeof(struct nym_key)];

/* The linker sends our library's calls here; the names are its. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
jm_err __real_jm_hmac(const void *key, size_t key_len, const void *msg,
    size_t len, uint8_t out[JM_HMAC_LEN]);
jm_err __wrap_jm_hmac(const void *key, size_t key_len, const void *msg,
    size_t len, uint8_t out[JM_HMAC_LEN]);
jm_err
__wrap_jm_hmac(const void *key, size_t key_len, const void *msg, size_t len,
    uint8_t out[JM_HMAC_LEN])
{
	if (!stubbed)
		return __real_jm_hmac(key, key_len, msg, len, out);
	assert_true(len <= sizeof last_msg);
	memcpy(last_msg, msg, len);
	last_len = len;
	if (calls++ < rejections) {
		/* n, 0 and 2^256 - 1 in turn: none may be reduced */
		memcpy(out, order, JM_HMAC_LEN);
		if (calls % 3 == 1)
			memset(out, 0, JM_HMAC_LEN);
		else if (calls % 3 == 2)
			memset(out, 0xff, JM_HMAC_LEN);
	} else {
		memcpy(out, order, JM_HMAC_LEN);
		out[JM_HMAC_LEN - 1]--; /* n - 1 is one */
	}
	return JM_OK;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static jm_err
key_after(unsigned n, struct nym_key *key)
{
	static const struct nym_which which = { .use = NYM_USE_ASSERT,
		.slot = 3,
		.period = 28,
		.epoch = 735,
		.generation = 0x01020304 };
	jm_err e;

	stubbed = 1;
	calls = 0;
	rejections = n;
	e = nym_key_of(prk, sh, &which, key);
	stubbed = 0;
	return e;
}

static void
a_candidate_that_is_no_key_is_passed_over(void **state)
{
	static const unsigned many[] = { 0, 1, 2, 3, 255 };
	struct nym_key key;
	uint8_t want[32];
	(void)state;

	memcpy(want, order, sizeof want);
	want[31]--;
	for (size_t i = 0; i < NELEM(many); i++) {
		assert_int_equal(key_after(many[i], &key), JM_OK);
		assert_int_equal(calls, many[i] + 1);
		assert_memory_equal(key.d, want, sizeof want);
		/* d = n - 1: the base point, mirrored */
		assert_int_equal(key.pk[0], 0x02);
		assert_int_equal(key.x[0], 0x6b);
		/* info of section 3, with c, and 01 behind it */
		assert_int_equal(last_len, 2 + 8 + 1 + 6 * 2 + 13 + 1);
		assert_memory_equal(last_msg,
		    "\0\x08NYM1/key\x06\0\1\1\0\1\3\0\2\0\x1c"
		    "\0\4\0\0\2\xdf\0\4\1\2\3\4\0\1",
		    last_len - 2);
		assert_int_equal(last_msg[last_len - 2], many[i]);
		assert_int_equal(last_msg[last_len - 1], 1);
	}
}

static void
after_256_candidates_there_is_no_key(void **state)
{
	struct nym_key key;
	(void)state;

	memset(&key, 0xa5, sizeof key);
	assert_int_equal(key_after(256, &key), JM_ARG);
	assert_int_equal(calls, 256);
	assert_memory_equal(&key, zero, sizeof key);
}

static void
only_what_the_scheme_has_is_derived(void **state)
{
	/* clang-format off */
	static const struct { struct nym_which w; int yes; } row[] = {
		{ { NYM_USE_ASSERT, 0, 0, 0, 0 }, 1 },
		{ { NYM_USE_ASSERT, 254, 7, 7101, 0xffffffff }, 1 },
		{ { NYM_USE_ASSERT, 255, 0, 0, 0 }, 0 },
		{ { NYM_USE_ASSERT, 0, 7, 7102, 0 }, 0 }, /* after 2106 */
		{ { NYM_USE_ASSERT, 0, 28, 1775, 0 }, 1 },
		{ { NYM_USE_ASSERT, 0, 28, 1776, 0 }, 0 },
		{ { NYM_USE_ASSERT, 0, 91, 546, 0 }, 1 },
		{ { NYM_USE_ASSERT, 0, 91, 547, 0 }, 0 },
		{ { NYM_USE_ASSERT, 0, 0, 1, 0 }, 0 },
		{ { NYM_USE_ASSERT, 0, 1, 0, 0 }, 0 },
		{ { NYM_USE_ASSERT, 0, 14, 0, 0 }, 0 },
		{ { NYM_USE_ASSERT, 0, 0xffff, 0, 0 }, 0 },
		{ { NYM_USE_WEBAUTHN, 1, 7, 1, 1 }, 1 },
		{ { NYM_USE_RAW, 0, 0, 0, 0 }, 1 },
		{ { NYM_USE_RAW, 0, 0, 0, 0xffffffff }, 1 },
		{ { NYM_USE_RAW, 1, 0, 0, 0 }, 0 },
		{ { NYM_USE_RAW, 0, 28, 0, 0 }, 0 },
		{ { NYM_USE_RAW, 0, 28, 735, 0 }, 0 },
		{ { (enum nym_use)0, 0, 0, 0, 0 }, 0 },
		{ { (enum nym_use)4, 0, 0, 0, 0 }, 0 },
		{ { (enum nym_use)257, 0, 0, 0, 0 }, 0 },
	};
	/* clang-format on */
	uint8_t xt[NYM_XT_LEN];
	struct nym_key key;
	jm_err e;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		e = row[i].yes ? JM_OK : JM_ARG;
		if (nym_which_ok(&row[i].w) != row[i].yes)
			fail_msg("row %zu", i);
		memset(&key, 0xa5, sizeof key);
		memset(xt, 0xa5, sizeof xt);
		assert_int_equal(nym_key_of(prk, sh, &row[i].w, &key), e);
		assert_int_equal(nym_xt(prk, &row[i].w, xt), e);
		if (e == JM_OK)
			continue;
		assert_memory_equal(&key, zero, sizeof key);
		assert_memory_equal(xt, zero, sizeof xt);
	}
}

static void
no_other_use_or_profile_exists(void **state)
{
	uint8_t nid[NYM_NID_LEN], t[NYM_T_MAX], s[NYM_S_LEN] = { 0 }, p[32];
	size_t len;
	(void)state;

	for (unsigned v = 0; v < 300; v++) {
		const jm_err use = v >= 1 && v <= 3 ? JM_OK : JM_ARG;
		const jm_err profile = v == 1 || v == 2 ? JM_OK : JM_ARG;

		memset(nid, 1, sizeof nid);
		assert_int_equal(nym_nid(sh, (enum nym_use)v, s, nid), use);
		memset(t, 1, sizeof t);
		len = 99;
		assert_int_equal(
		    nym_t((enum nym_profile)v, sh, t, &len), profile);
		memset(p, 1, sizeof p);
		assert_int_equal(
		    nym_prk(prk, (enum nym_profile)v, sh, s, p), profile);
		if (use != JM_OK)
			assert_memory_equal(nid, zero, sizeof nid);
		if (profile != JM_OK) {
			assert_int_equal(len, 0);
			assert_memory_equal(t, zero, sizeof t);
			assert_memory_equal(p, zero, sizeof p);
		}
	}
}

static void
epochs_change_for_all_at_once(void **state)
{
	/* clang-format off */
	static const struct { uint16_t period; int64_t t; jm_err r; uint32_t e; } row[] = {
		{ 0, 0, JM_OK, 0 }, { 0, 0xffffffff, JM_OK, 0 },
		{ 7, 7 * 86400 - 1, JM_OK, 0 }, { 7, 7 * 86400, JM_OK, 1 },
		{ 28, 28 * 86400 - 1, JM_OK, 0 }, { 28, 28 * 86400, JM_OK, 1 },
		{ 91, 91 * 86400 - 1, JM_OK, 0 }, { 91, 91 * 86400, JM_OK, 1 },
		{ 28, 1778112000 - 1, JM_OK, 734 },
		{ 28, 1778112000, JM_OK, 735 },
		{ 7, 0xffffffff, JM_OK, 7101 }, { 28, 0xffffffff, JM_OK, 1775 },
		{ 91, 0xffffffff, JM_OK, 546 },
		{ 0, -1, JM_ARG, 0 }, { 28, -1, JM_ARG, 0 },
		{ 0, 0x100000000, JM_ARG, 0 }, { 7, 0x100000000, JM_ARG, 0 },
		{ 7, INT64_MIN, JM_ARG, 0 }, { 7, INT64_MAX, JM_ARG, 0 },
		{ 1, 0, JM_ARG, 0 }, { 29, 0, JM_ARG, 0 },
		{ 0xffff, 0, JM_ARG, 0 },
	};
	/* clang-format on */
	uint32_t e;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		e = 99;
		if (nym_epoch(row[i].period, row[i].t, &e) != row[i].r ||
		    e != row[i].e)
			fail_msg("row %zu", i);
	}
}

/* A reset, another slot, use, period or epoch: another identifier. */
static void
each_number_makes_another_key(void **state)
{
	/* clang-format off */
	static const struct nym_which row[] = {
		{ NYM_USE_ASSERT, 0, 0, 0, 0 }, { NYM_USE_ASSERT, 1, 0, 0, 0 },
		{ NYM_USE_ASSERT, 0, 7, 0, 0 }, { NYM_USE_ASSERT, 0, 28, 0, 0 },
		{ NYM_USE_ASSERT, 0, 28, 1, 0 }, { NYM_USE_ASSERT, 0, 0, 0, 1 },
		{ NYM_USE_ASSERT, 0, 0, 0, 0x01000000 },
		{ NYM_USE_RAW, 0, 0, 0, 0 }, { NYM_USE_WEBAUTHN, 0, 0, 0, 0 },
	};
	/* clang-format on */
	struct nym_key key[NELEM(row)];
	uint8_t xt[NELEM(row)][NYM_XT_LEN];
	int same;
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(nym_key_of(prk, sh, &row[i], &key[i]), JM_OK);
		assert_int_equal(nym_xt(prk, &row[i], xt[i]), JM_OK);
		for (size_t j = 0; j < i; j++) {
			assert_memory_not_equal(key[i].d, key[j].d, 32);
			assert_memory_not_equal(key[i].nid, key[j].nid, 32);
			/* the tag of an exclusion leaves out the use */
			same = memcmp(xt[i], xt[j], NYM_XT_LEN) == 0;
			assert_int_equal(same, j == 0 && i >= 7   ? 1
					       : j == 7 && i == 8 ? 1
								  : 0);
		}
	}
}

/* --- certificate ---------------------------------------------------------- */

static void
a_certificate_is_signed_by_its_own_key(void **state)
{
	static const struct nym_which which = { .use = NYM_USE_RAW };
	uint8_t der[NYM_CERT_MAX];
	struct jm_cert *cert;
	struct nym_key key;
	size_t len;
	(void)state;

	assert_non_null(cert = malloc(sizeof *cert));
	for (unsigned i = 0; i < 32; i++) {
		assert_int_equal(nym_key_of(prk, sh, &which, &key), JM_OK);
		assert_int_equal(nym_cert_make(&key, der, &len), JM_OK);
		assert_true(len >= NYM_TBS_LEN + 80 && len <= NYM_CERT_MAX);
		assert_int_equal(jm_cert_parse(der, len, cert), JM_OK);
		assert_int_equal(jm_cert_signed_by(cert, cert), JM_OK);
	}
	free(cert);
}

static void
no_certificate_without_a_point(void **state)
{
	struct nym_key key = { .d = { 1 }, .pk = { 0x04, 1 } };
	uint8_t der[NYM_CERT_MAX], tbs[NYM_TBS_LEN];
	uint8_t none[NYM_CERT_MAX] = { 0 };
	size_t len = 9;
	(void)state;

	memset(der, 1, sizeof der);
	assert_int_equal(nym_cert_make(&key, der, &len), JM_FORMAT);
	assert_int_equal(len, 0);
	assert_memory_equal(der, none, sizeof der);
	memset(tbs, 1, sizeof tbs);
	assert_int_equal(nym_cert_tbs(key.nid, key.pk, tbs), JM_FORMAT);
	assert_memory_equal(tbs, none, sizeof tbs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_candidate_that_is_no_key_is_passed_over),
		cmocka_unit_test(after_256_candidates_there_is_no_key),
		cmocka_unit_test(only_what_the_scheme_has_is_derived),
		cmocka_unit_test(no_other_use_or_profile_exists),
		cmocka_unit_test(epochs_change_for_all_at_once),
		cmocka_unit_test(each_number_makes_another_key),
		cmocka_unit_test(a_certificate_is_signed_by_its_own_key),
		cmocka_unit_test(no_certificate_without_a_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
