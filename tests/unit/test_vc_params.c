/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "tests/support/test.h"
#include "vcard/vc_params.h"

static jm_err
set(struct vc_params *p, const char *name, const char *value)
{
	size_t i;

	assert_int_equal(vc_param_find(name, strlen(name), &i), JM_OK);
	return vc_param_set(p, i, value);
}

static void
every_default_is_a_value(void **state)
{
	static struct vc_params p, q; /* large */
	size_t same;
	(void)state;

	vc_params_init(&p);
	assert_true(vc_param_count() > 30);
	for (size_t i = 0; i < vc_param_count(); i++) {
		q = p;
		assert_int_equal(
		    vc_param_set(&q, i, vc_param_default(i)), JM_OK);
		assert_int_equal(vc_param_find(vc_param_name(i),
				     strlen(vc_param_name(i)), &same),
		    JM_OK);
		assert_int_equal(same, i); /* names occur once */
		assert_true(strlen(vc_param_values(i)) > 0);
	}
	assert_null(vc_param_name(vc_param_count()));
	assert_null(vc_param_default(vc_param_count()));
	assert_null(vc_param_values(vc_param_count()));
	/* The last row was reached: init stops at a default that is refused. */
	assert_int_equal(p.contact_atr.word, 1);
	assert_int_equal(p.pss_salt, 32);
	assert_int_equal(p.sign_modes, 0x3f);
	assert_int_equal(p.retry_blocked_sw, 0x6984);
	assert_int_equal(p.cert_filler, 0xff);
	assert_string_equal(p.label.s, "JPKIAPICCTOKEN2");
}

static void
a_bad_value_is_refused_and_changes_nothing(void **state)
{
	/* clang-format off */
	static const struct { const char *name, *value; } row[] = {
		{ "atr", "" }, { "atr", "3B" }, { "atr", "zz" },
		{ "atr", "3BE000FF8131FE4515" }, /* TCK */
		{ "atr", "3BE000FF8131FE45" },   /* cut */
		{ "atr", "3BE000FF8131FE451400" },
		{ "sfi", "" }, { "sfi", "o" }, { "sfi", "on off" }, { "sfi", "On" },
		{ "pss-salt", "" }, { "pss-salt", "-1" }, { "pss-salt", "223" },
		{ "pss-salt", "32x" }, { "pss-salt", "99999999999999999999" },
		{ "cert-filler", "" }, { "cert-filler", "FFF" },
		{ "cert-filler", "FFFF" }, { "cert-ef-size", "32768" },
		{ "retry-blocked", "9000" }, { "retry-blocked", "6983 " },
		{ "sign-modes", "" }, { "sign-modes", "6" }, { "sign-modes", "0-" },
		{ "sign-modes", "3-1" }, { "sign-modes", "0,,1" },
		{ "sign-modes", "0,1," }, { "sign-modes", "0 1" },
		{ "serial", "12345678901234567" }, { "serial", "1\n2" },
		{ "label", "\xe3\x81\x82" },
		{ "ef0008", "8" }, { "ef0008", "" }, { "fci-ap", "6G" },
		{ "reply-61-max", "0" }, { "reply-61-max", "257" },
	};
	/* clang-format on */
	static struct vc_params p, before; /* large */
	(void)state;

	vc_params_init(&p);
	before = p;
	for (size_t i = 0; i < NELEM(row); i++) {
		if (set(&p, row[i].name, row[i].value) != JM_ARG)
			fail_msg("%s=%s was taken", row[i].name, row[i].value);
		assert_memory_equal(&p, &before, sizeof p);
	}
	assert_int_equal(vc_param_set(&p, vc_param_count(), "on"), JM_ARG);
}

static void
good_values_are_read(void **state)
{
	struct vc_params p;
	(void)state;

	vc_params_init(&p);
	assert_int_equal(set(&p, "sign-modes", "0,2,4-5"), JM_OK);
	assert_int_equal(p.sign_modes, 0x35);
	assert_int_equal(set(&p, "sign-modes", "0"), JM_OK);
	assert_int_equal(p.sign_modes, 0x01);
	assert_int_equal(set(&p, "verify-blocked", "6983"), JM_OK);
	assert_int_equal(p.verify_blocked_sw, 0x6983);
	assert_int_equal(set(&p, "retry-blocked", "63C0"), JM_OK);
	assert_int_equal(p.retry_blocked_sw, 0x63c0);
	assert_int_equal(set(&p, "absent-ef", "6982"), JM_OK);
	assert_int_equal(p.absent_ef, VC_ABSENT_6982);
	assert_int_equal(set(&p, "fci-ap", "none"), JM_OK);
	assert_int_equal(p.fci_ap.word, 1);
	assert_int_equal(set(&p, "fci-ap", "6F00"), JM_OK);
	assert_int_equal(p.fci_ap.word, 0);
	assert_int_equal(p.fci_ap.len, 2);
	assert_int_equal(set(&p, "serial", ""), JM_OK);
	assert_int_equal(p.serial.len, 0);
}

/* The rows of the ATR table, and what each declares. */
static void
extended_length_and_chaining_follow_the_atr(void **state)
{
	/* clang-format off */
	static const struct { const char *atr; int ext; } row[] = {
		{ "3BE000FF8131FE4514", 0 },
		{ "3BDA13FF8131FB46801239 2F31C173C601C03B", 1 },
		{ "3BC5FF8131FB458073C6010000", 0 },
		{ "3B888001000005E0B381A1007F", 0 },
		{ "3B8880010000 41E0B381A1003B", 0 },
		{ "3B888001004B51FF0081D100BC", 0 },
		{ "3B888001004B51FFB381D1000F", 0 },
		{ "3B888001000014E0B38191005E", 0 },
	};
	/* clang-format on */
	struct vc_params p;
	(void)state;

	vc_params_init(&p);
	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(set(&p, "atr", row[i].atr), JM_OK);
		assert_int_equal(p.ext_on, row[i].ext);
		assert_int_equal(p.chain_on, row[i].ext);
	}
	assert_int_equal(set(&p, "extended-length", "on"), JM_OK);
	assert_int_equal(p.ext_on, 1);
	assert_int_equal(p.chain_on, 0);
	assert_int_equal(set(&p, "atr", row[1].atr), JM_OK);
	assert_int_equal(set(&p, "extended-length", "off"), JM_OK);
	assert_int_equal(set(&p, "chaining", "off"), JM_OK);
	assert_int_equal(p.ext_on, 0);
	assert_int_equal(p.chain_on, 0);
}

static void
every_cut_or_changed_atr_is_refused(void **state)
{
	uint8_t atr[33];
	unsigned cap3;
	size_t len;
	(void)state;

	assert_int_equal(jm_hex_decode("3BDA13FF8131FB468012392F31C173C601C03B",
			     atr, sizeof atr, &len),
	    JM_OK);
	assert_int_equal(vc_atr_check(atr, len, &cap3), JM_OK);
	assert_int_equal(cap3, 0xc0);
	for (size_t n = 0; n < len; n++)
		assert_int_equal(vc_atr_check(atr, n, &cap3), JM_ARG);
	for (size_t bit = 8; bit < 8 * len; bit++) {
		atr[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(vc_atr_check(atr, len, &cap3), JM_ARG);
		atr[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_default_is_a_value),
		cmocka_unit_test(a_bad_value_is_refused_and_changes_nothing),
		cmocka_unit_test(good_values_are_read),
		cmocka_unit_test(extended_length_and_chaining_follow_the_atr),
		cmocka_unit_test(every_cut_or_changed_atr_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
