/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the module does otherwise when jumin.conf says so. */
#include <string.h>

#include "tests/pkcs11/stage_conf.h"

static void
only_the_slots_of_the_file_exist(void **state)
{
	/* clang-format off */
	static const struct {
		const char *conf; CK_SLOT_ID shown, hidden;
	} row[] = {
		{ "slots = auth\n", 0, 1 },
		{ "slots = sign\n", 1, 0 },
	};
	/* clang-format on */
	CK_SLOT_ID list[4], id;
	CK_SLOT_INFO info;
	CK_TOKEN_INFO token;
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	for (size_t i = 0; i < NELEM(row); i++) {
		stage_conf(row[i].conf);
		stage_init();
		for (int with = 0; with < 2; with++) {
			assert_int_equal(stage_slots(with, list, 4), 1);
			assert_int_equal(list[0], row[i].shown);
		}
		assert_int_equal(
		    p11->C_GetTokenInfo(row[i].shown, &token), CKR_OK);
		id = row[i].hidden;
		assert_int_equal(
		    p11->C_GetSlotInfo(id, &info), CKR_SLOT_ID_INVALID);
		assert_int_equal(
		    p11->C_GetTokenInfo(id, &token), CKR_SLOT_ID_INVALID);
		assert_int_equal(
		    p11->C_OpenSession(id, CKF_SERIAL_SESSION, NULL, NULL, &s),
		    CKR_SLOT_ID_INVALID);
		/* Nor does it have events. */
		stage_take(r);
		stage_put(r);
		assert_int_equal(
		    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL), CKR_OK);
		assert_int_equal(id, row[i].shown);
		assert_int_equal(
		    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL),
		    CKR_NO_EVENT);
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	}
}

static void
an_ignored_reader_is_never_touched(void **state)
{
	CK_SLOT_ID list[8], id;
	unsigned a, b;
	(void)state;

	a = stage_reader(PLAIN, NULL);
	b = stage_reader(PLAIN, NULL);
	stage_conf("ignore-reader = Other*\nignore-reader = *tests 00*\n");
	stage_init();
	assert_int_equal(stage_slots(1, list, 8), 2);
	assert_int_equal(list[0], stage_slot(b, AUTH));
	assert_true(vs_counted(b).connects > 0);
	stage_take(a);
	assert_int_equal(
	    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL), CKR_NO_EVENT);
	stage_put(a);
	assert_int_equal(
	    p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &id, NULL), CKR_NO_EVENT);
	assert_int_equal(stage_slots(1, list, 8), 2);
	assert_int_equal(vs_counted(a).connects, 0);
	assert_int_equal(vs_counted(a).apdus, 0);
	/* The file is read anew. */
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	stage_conf("");
	stage_init();
	assert_int_equal(stage_slots(1, list, 8), 4);
}

static CK_ULONG
find(CK_SESSION_HANDLE s, CK_ATTRIBUTE *tmpl, CK_ULONG n)
{
	CK_OBJECT_HANDLE hit[16];
	CK_ULONG found = 0;

	assert_int_equal(p11->C_FindObjectsInit(s, tmpl, n), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, hit, 16, &found), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	return found;
}

static void
ca_certificates_that_are_off_are_neither_shown_nor_read(void **state)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ULONG category = 2; /* authority */
	CK_ATTRIBUTE ca[] = { { CKA_CLASS, &class, sizeof class },
		{ CKA_CERTIFICATE_CATEGORY, &category, sizeof category } };
	unsigned r, apdus[2];
	(void)state;

	r = stage_reader(PLAIN, NULL);
	for (int on = 0; on < 2; on++) {
		CK_SESSION_HANDLE s;

		stage_conf(on ? "cache = off\n"
			      : "cache = off\nca-certificates = off\n");
		stage_init();
		s = stage_session(r, AUTH);
		vs_restart_count(r);
		assert_int_equal(find(s, NULL, 0), on ? 4 : 3);
		apdus[on] = vs_counted(r).apdus;
		assert_int_equal(find(s, ca, 2), on);
		assert_int_equal(vs_counted(r).apdus, apdus[on]);
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	}
	assert_true(apdus[0] + 6 <= apdus[1]);
}

static int
has_mechanism(CK_SLOT_ID id, CK_MECHANISM_TYPE want)
{
	CK_MECHANISM_TYPE list[32];
	CK_ULONG n = NELEM(list);

	assert_int_equal(p11->C_GetMechanismList(id, list, &n), CKR_OK);
	for (CK_ULONG i = 0; i < n; i++)
		if (list[i] == want)
			return 1;
	return 0;
}

static CK_RV
sign(CK_SESSION_HANDLE s, CK_MECHANISM_TYPE type, CK_BYTE *in, CK_ULONG len)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE tmpl = { CKA_CLASS, &class, sizeof class };
	CK_MECHANISM m = { type, NULL, 0 };
	CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
	CK_ULONG n = 0, sig_len = 512;
	CK_BYTE sig[512];
	CK_RV rv;

	assert_int_equal(p11->C_FindObjectsInit(s, &tmpl, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, &key, 1, &n), CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	if (n == 0)
		return CKR_USER_NOT_LOGGED_IN;
	if ((rv = p11->C_SignInit(s, &m, key)) != CKR_OK)
		return rv;
	return p11->C_Sign(s, in, len, sig, &sig_len);
}

static void
sha1_and_raw_data_are_signed_as_the_file_says(void **state)
{
	/* clang-format off */
	static const struct { const char *conf; CK_RV sha1, info, raw; } row[] = {
		{ "",             CKR_OK,                CKR_OK,           CKR_DATA_INVALID },
		{ "sha1 = off\n", CKR_MECHANISM_INVALID, CKR_DATA_INVALID, CKR_DATA_INVALID },
		{ "raw = on\n",   CKR_OK,                CKR_OK,           CKR_OK           },
	};
	/* clang-format on */
	CK_BYTE info[35] = { 0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e,
		0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14 };
	CK_BYTE raw[20] = "any bytes";
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	for (size_t i = 0; i < NELEM(row); i++) {
		CK_SESSION_HANDLE s;

		stage_conf(row[i].conf);
		stage_init();
		s = stage_session(r, AUTH);
		assert_int_equal(stage_login(s, AUTH_PIN), CKR_OK);
		assert_int_equal(
		    has_mechanism(stage_slot(r, AUTH), CKM_SHA1_RSA_PKCS),
		    row[i].sha1 == CKR_OK);
		assert_int_equal(
		    sign(s, CKM_SHA1_RSA_PKCS, raw, sizeof raw), row[i].sha1);
		assert_int_equal(
		    sign(s, CKM_RSA_PKCS, info, sizeof info), row[i].info);
		assert_int_equal(
		    sign(s, CKM_RSA_PKCS, raw, sizeof raw), row[i].raw);
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	}
}

static void
consent_is_the_signature_keys_alone(void **state)
{
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	for (int session = 0; session < 2; session++) {
		CK_SESSION_HANDLE a, s;

		stage_conf(session ? "consent = session\n" : "");
		stage_init();
		a = stage_session(r, AUTH);
		s = stage_session(r, SIGN);
		assert_int_equal(stage_login(a, AUTH_PIN), CKR_OK);
		assert_int_equal(stage_sign(a), CKR_OK);
		assert_int_equal(stage_sign(a), CKR_OK);
		assert_int_equal(stage_login(s, SIGN_PIN), CKR_OK);
		assert_int_equal(stage_sign(s), CKR_OK);
		assert_int_equal(
		    stage_sign(s), session ? CKR_OK : CKR_USER_NOT_LOGGED_IN);
		assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	}
}

/* --- random numbers ------------------------------------------------------- */

static void
random_numbers_come_from_the_card_only_when_on(void **state)
{
	static const CK_ULONG len[] = { 0, 1, 16, 256, 257, 1025, 2500 };
	static CK_BYTE a[2500], b[2500];
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_init();
	assert_false(stage_flags(r, AUTH) & CKF_RNG);
	s = stage_session(r, AUTH);
	assert_int_equal(p11->C_GenerateRandom(s, a, 8), CKR_RANDOM_NO_RNG);
	assert_int_equal(p11->C_SeedRandom(s, a, 8), CKR_RANDOM_NO_RNG);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);

	stage_conf("rng = on\n");
	stage_init();
	assert_true(stage_flags(r, AUTH) & CKF_RNG);
	assert_true(stage_flags(r, SIGN) & CKF_RNG);
	s = stage_session(r, AUTH);
	assert_int_equal(
	    p11->C_SeedRandom(s, a, 8), CKR_RANDOM_SEED_NOT_SUPPORTED);
	assert_int_equal(p11->C_GenerateRandom(s, NULL, 8), CKR_ARGUMENTS_BAD);
	for (size_t i = 0; i < NELEM(len); i++) {
		const CK_ULONG n = len[i];

		memset(a, 0, sizeof a);
		memset(b, 0, sizeof b);
		vs_restart_count(r);
		assert_int_equal(p11->C_GenerateRandom(s, a, n), CKR_OK);
		assert_int_equal(
		    vs_counted(r).apdus, (n + 255) / 256 + (n + 1023) / 1024);
		assert_int_equal(p11->C_GenerateRandom(s, b, n), CKR_OK);
		if (n < 16)
			continue;
		assert_memory_not_equal(a, b, n);
		assert_memory_not_equal(a + n - 16, b + n - 16, 16);
		assert_memory_not_equal(a, a + n - 8, n > 16 ? 8 : 1);
	}
	assert_int_equal(vs_counted(r).verifies, 0);
}

static void
half_of_a_random_number_is_none(void **state)
{
	/* clang-format off */
	static const struct {
		enum vs_fault fault; const char *bytes; size_t len; CK_RV want;
	} row[] = {
		{ VS_REPLACE,       "\x6d\x00",     2, CKR_RANDOM_NO_RNG  },
		{ VS_REPLACE,       "\x6f\x00",     2, CKR_DEVICE_ERROR   },
		{ VS_REPLACE,       "\x90\x00",     2, CKR_DEVICE_ERROR   },
		{ VS_REPLACE,       "abc\x90\x00",  5, CKR_DEVICE_ERROR   },
		{ VS_REPLACE,       "a",            1, CKR_DEVICE_ERROR   },
		{ VS_LOST_AFTER,    NULL,           0, CKR_DEVICE_ERROR   },
	};
	/* clang-format on */
	static const CK_BYTE none[1500];
	static CK_BYTE out[1500];
	CK_SESSION_HANDLE s;
	unsigned r;
	(void)state;

	r = stage_reader(PLAIN, NULL);
	stage_conf("rng = on\n");
	stage_init();
	s = stage_session(r, AUTH);
	for (size_t i = 0; i < NELEM(row); i++) {
		memset(out, 0x55, sizeof out);
		/* SELECT and four commands, SELECT, and this */
		vs_fault_at(r, 7, row[i].fault, row[i].bytes, row[i].len);
		assert_int_equal(
		    p11->C_GenerateRandom(s, out, sizeof out), row[i].want);
		assert_memory_equal(out, none, 1024);
		assert_int_equal(p11->C_GenerateRandom(s, out, 8), CKR_OK);
	}
	vs_fault_at(r, 2, VS_REMOVE_BEFORE, NULL, 0);
	assert_int_equal(
	    p11->C_GenerateRandom(s, out, sizeof out), CKR_DEVICE_REMOVED);
	stage_take(r);
}

#define T(f) cmocka_unit_test_setup_teardown(f, stage_conf_begin, stage_end)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_the_slots_of_the_file_exist),
		T(an_ignored_reader_is_never_touched),
		T(ca_certificates_that_are_off_are_neither_shown_nor_read),
		T(sha1_and_raw_data_are_signed_as_the_file_says),
		T(consent_is_the_signature_keys_alone),
		T(random_numbers_come_from_the_card_only_when_on),
		T(half_of_a_random_number_is_none),
	};

	return cmocka_run_group_tests(tests, stage_conf_open, stage_conf_close);
}
