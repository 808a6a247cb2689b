/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/ec_sig.h"

#include <string.h>

#include "base/hex.h"
#include "tests/support/test.h"

#define X31 "01010101010101010101010101010101010101010101010101010101010101"
#define Z31 "00000000000000000000000000000000000000000000000000000000000000"
#define Z32 Z31 "00"

/* clang-format off */
static const struct pair {
	const char *raw, *der; /* of P-256 */
} pairs[] = {
	{ "01" X31 "01" X31, "3044" "022001" X31 "022001" X31 },
	{ "81" X31 "01" X31, "3045" "02210081" X31 "022001" X31 },
	{ "81" X31 "81" X31, "3046" "02210081" X31 "02210081" X31 },
	{ "00" X31 "01" X31, "3043" "021F" X31 "022001" X31 },
	{ Z31 "01" Z31 "80", "3007" "020101" "02020080" },
	{ Z32 Z32, "3006" "020100" "020100" },
};

/* Each is the first pair with one thing wrong. */
static const char *const wrong[] = {
	"",
	"30",
	"3000",
	"3144" "022001" X31 "022001" X31,       /* another tag */
	"30820044" "022001" X31 "022001" X31,   /* lengths in more bytes */
	"308144" "022001" X31 "022001" X31,
	"3045" "02812001" X31 "022001" X31,
	"3080" "022001" X31 "022001" X31 "0000", /* the indefinite form */
	"3045" "02210001" X31 "022001" X31,     /* numbers in more bytes */
	"3045" "022001" X31 "02210001" X31,
	"3044" "022081" X31 "022001" X31,       /* negative */
	"3044" "022001" X31 "0220FF" X31,
	"3024" "0200" "022001" X31 "0000",      /* no bytes */
	"3024" "0200" "022001" X31,
	"3024" "022001" X31 "0200",
	"3045" "0221010101" X31 "021F" X31,     /* longer than the field */
	"3065" "0220" "01" X31 "0241" "01" X31 X31 "0101",
	"3044" "042001" X31 "022001" X31,       /* not an INTEGER */
	"3044" "022001" X31 "032001" X31,
	"3022" "022001" X31,                    /* one, three */
	"3047" "022001" X31 "022001" X31 "020101",
	"3044" "022001" X31 "022001" X31 "00",  /* bytes behind */
	"3045" "022001" X31 "022001" X31 "00",
	"3043" "022001" X31 "022001" X31,       /* an end too early, too late */
	"3045" "022001" X31 "022001" X31,
};
/* clang-format on */

static size_t
unhex(const char *hex, uint8_t *out, size_t cap)
{
	size_t n;

	assert_int_equal(jm_hex_decode(hex, out, cap, &n), JM_OK);
	return n;
}

static void
the_two_forms_are_one_signature(void **state)
{
	uint8_t raw[64], der[80], got[JM_EC_DER_MAX];
	size_t der_len, n;
	(void)state;

	for (size_t i = 0; i < NELEM(pairs); i++) {
		assert_int_equal(unhex(pairs[i].raw, raw, sizeof raw), 64);
		der_len = unhex(pairs[i].der, der, sizeof der);
		assert_int_equal(
		    jm_ec_sig_to_der(JM_P256, raw, 64, got, &n), JM_OK);
		assert_int_equal(n, der_len);
		assert_memory_equal(got, der, n);
		assert_int_equal(
		    jm_ec_sig_to_raw(JM_P256, der, der_len, got, &n), JM_OK);
		assert_int_equal(n, 64);
		assert_memory_equal(got, raw, n);
	}
}

static void
only_strict_der_is_taken(void **state)
{
	uint8_t der[160], raw[JM_EC_SIG_MAX];
	(void)state;

	for (size_t i = 0; i < NELEM(wrong); i++) {
		size_t n = 1, len = unhex(wrong[i], der, sizeof der);

		assert_int_equal(
		    jm_ec_sig_to_raw(JM_P256, der, len, raw, &n), JM_FORMAT);
		assert_int_equal(n, 0);
	}
}

static void
every_truncation_is_refused(void **state)
{
	uint8_t der[80], raw[JM_EC_SIG_MAX];
	(void)state;

	for (size_t i = 0; i < NELEM(pairs); i++) {
		size_t n, full = unhex(pairs[i].der, der, sizeof der);

		for (size_t len = 0; len < full; len++)
			assert_int_equal(
			    jm_ec_sig_to_raw(JM_P256, der, len, raw, &n),
			    JM_FORMAT);
	}
}

/* Whatever is taken is what would have been written. */
static void
every_changed_byte_is_refused_or_another_signature(void **state)
{
	uint8_t der[80], again[JM_EC_DER_MAX], raw[JM_EC_SIG_MAX];
	size_t len = unhex(pairs[1].der, der, sizeof der), n, m;
	(void)state;

	for (size_t i = 0; i < len; i++) {
		for (unsigned v = 0; v < 256; v++) {
			const uint8_t was = der[i];

			der[i] = (uint8_t)v;
			if (jm_ec_sig_to_raw(JM_P256, der, len, raw, &n) ==
			    JM_OK) {
				assert_int_equal(jm_ec_sig_to_der(JM_P256, raw,
						     n, again, &m),
				    JM_OK);
				assert_int_equal(m, len);
				assert_memory_equal(again, der, len);
			}
			der[i] = was;
		}
	}
}

static void
raw_has_one_length(void **state)
{
	uint8_t raw[JM_EC_SIG_MAX + 1] = { 0 }, der[JM_EC_DER_MAX];
	size_t n;
	(void)state;

	for (size_t len = 0; len <= sizeof raw; len++) {
		assert_int_equal(jm_ec_sig_to_der(JM_P256, raw, len, der, &n),
		    len == 64 ? JM_OK : JM_FORMAT);
		assert_int_equal(jm_ec_sig_to_der(JM_P384, raw, len, der, &n),
		    len == 96 ? JM_OK : JM_FORMAT);
	}
}

static void
the_longest_signature_fits_its_storage(void **state)
{
	uint8_t raw[JM_EC_SIG_MAX], der[JM_EC_DER_MAX], back[JM_EC_SIG_MAX];
	size_t n, m;
	(void)state;

	memset(raw, 0xff, sizeof raw);
	assert_int_equal(jm_ec_sig_to_der(JM_P384, raw, 96, der, &n), JM_OK);
	assert_int_equal(n, 104);
	assert_int_equal(jm_ec_sig_to_raw(JM_P384, der, n, back, &m), JM_OK);
	assert_memory_equal(back, raw, 96);
	/* and the shorter curve takes none of it */
	assert_int_equal(
	    jm_ec_sig_to_raw(JM_P256, der, n, back, &m), JM_FORMAT);
}

static void
a_card_of_unknown_form_may_give_either(void **state)
{
	uint8_t raw[64], der[80], got[JM_EC_SIG_MAX];
	size_t n, len = unhex(pairs[2].der, der, sizeof der);
	(void)state;

	assert_int_equal(unhex(pairs[2].raw, raw, sizeof raw), 64);
	assert_int_equal(jm_ec_sig_any(JM_P256, raw, 64, got, &n), JM_OK);
	assert_int_equal(n, 64);
	assert_memory_equal(got, raw, 64);
	memset(got, 0, sizeof got);
	assert_int_equal(jm_ec_sig_any(JM_P256, der, len, got, &n), JM_OK);
	assert_int_equal(n, 64);
	assert_memory_equal(got, raw, 64);
	for (size_t m = 0; m < len; m++)
		assert_int_equal(jm_ec_sig_any(JM_P256, der, m, got, &n),
		    m == 64 ? JM_OK : JM_FORMAT);
	assert_int_equal(jm_ec_sig_any(JM_P384, raw, 64, got, &n), JM_FORMAT);
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_two_forms_are_one_signature),
		cmocka_unit_test(only_strict_der_is_taken),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(
		    every_changed_byte_is_refused_or_another_signature),
		cmocka_unit_test(raw_has_one_length),
		cmocka_unit_test(the_longest_signature_fits_its_storage),
		cmocka_unit_test(a_card_of_unknown_form_may_give_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
