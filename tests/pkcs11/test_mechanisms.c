/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_GetMechanismList and C_GetMechanismInfo. */
#include "tests/pkcs11/p11t.h"

#include <string.h>

static const CK_MECHANISM_TYPE all[] = { CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS,
	CKM_SHA384_RSA_PKCS, CKM_SHA512_RSA_PKCS, CKM_SHA1_RSA_PKCS,
	CKM_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS, CKM_SHA_1, CKM_SHA256,
	CKM_SHA384, CKM_SHA512 };

static void
the_list_is_exactly_this(void **state)
{
	(void)state;
	for (int p = 0; p < JM_PAIRS; p++) {
		CK_MECHANISM_TYPE list[64];
		CK_ULONG n = NELEM(list);

		assert_int_equal(p11->C_GetMechanismList(
				     p11t_slot((enum jm_pair)p), list, &n),
		    CKR_OK);
		assert_int_equal(n, NELEM(all));
		assert_memory_equal(list, all, sizeof all);
	}
}

static void
a_short_list_is_told_and_not_overrun(void **state)
{
	CK_MECHANISM_TYPE list[NELEM(all) + 1];
	CK_ULONG n = 4711;

	(void)state;
	assert_int_equal(
	    p11->C_GetMechanismList(p11t_slot(AUTH), NULL, &n), CKR_OK);
	assert_int_equal(n, NELEM(all));
	for (CK_ULONG room = 0; room <= NELEM(all); room++) {
		memset(list, 0xee, sizeof list);
		n = room;
		assert_int_equal(
		    p11->C_GetMechanismList(p11t_slot(AUTH), list, &n),
		    room < NELEM(all) ? CKR_BUFFER_TOO_SMALL : CKR_OK);
		assert_int_equal(n, NELEM(all));
		assert_memory_equal(
		    &list[room], "\xee\xee\xee\xee\xee\xee\xee\xee", 8);
	}
}

static void
info_agrees_with_the_list(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(all); i++) {
		const int digest = i >= 7;
		CK_MECHANISM_INFO info;

		assert_int_equal(
		    p11->C_GetMechanismInfo(p11t_slot(AUTH), all[i], &info),
		    CKR_OK);
		assert_int_equal(info.flags,
		    digest ? CKF_DIGEST : CKF_HW | CKF_SIGN | CKF_VERIFY);
		assert_int_equal(
		    info.ulMinKeySize, digest  ? 0
				       : i < 5 ? 1024 /* an older card's */
					       : 2048);
		assert_int_equal(info.ulMaxKeySize, digest ? 0 : 4096);
	}
}

static void
wrong_arguments_have_their_values(void **state)
{
	const CK_SLOT_ID slot = p11t_slot(AUTH);
	CK_MECHANISM_TYPE list[64];
	CK_MECHANISM_INFO info;
	CK_ULONG n = NELEM(list);

	(void)state;
	/* clang-format off */
	const struct { CK_RV got, want; } row[] = {
		{ p11->C_GetMechanismList(slot, list, NULL),             CKR_ARGUMENTS_BAD },
		{ p11->C_GetMechanismList(4711, list, &n),               CKR_SLOT_ID_INVALID },
		{ p11->C_GetMechanismInfo(slot, CKM_RSA_PKCS, NULL),     CKR_ARGUMENTS_BAD },
		{ p11->C_GetMechanismInfo(4711, CKM_RSA_PKCS, &info),    CKR_SLOT_ID_INVALID },
		{ p11->C_GetMechanismInfo(slot, CKM_RSA_X_509, &info),   CKR_MECHANISM_INVALID },
		{ p11->C_GetMechanismInfo(slot, ~0UL, &info),            CKR_MECHANISM_INVALID },
	};
	/* clang-format on */

	for (size_t i = 0; i < NELEM(row); i++)
		if (row[i].got != row[i].want)
			fail_msg("row %zu: %lx", i, row[i].got);
	p11t_restart("sign-pair=absent", NULL);
	assert_int_equal(p11->C_GetMechanismList(p11t_slot(SIGN), list, &n),
	    CKR_TOKEN_NOT_PRESENT);
	assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
	assert_int_equal(p11->C_GetMechanismList(slot, list, &n),
	    CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(p11->C_GetMechanismInfo(slot, CKM_RSA_PKCS, &info),
	    CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void
asking_again_asks_no_card(void **state)
{
	CK_ULONG n;

	(void)state;
	assert_int_equal(
	    p11->C_GetMechanismList(p11t_slot(AUTH), NULL, &n), CKR_OK);
	(void)p11t_apdus();
	assert_int_equal(
	    p11->C_GetMechanismList(p11t_slot(SIGN), NULL, &n), CKR_OK);
	p11t_assert_apdus(0, "list");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_list_is_exactly_this),
		TEST(a_short_list_is_told_and_not_overrun),
		TEST(info_agrees_with_the_list),
		TEST(wrong_arguments_have_their_values),
		TEST(asking_again_asks_no_card),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
