/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_Digest*: values, and the states of the operation. */
#include "tests/pkcs11/p11t.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

/* FIPS 180-4 examples and, for the empty message, the hash functions' own. */
static const struct {
	CK_MECHANISM_TYPE type;
	CK_ULONG len;
	const char *empty, *abc;
} digests[] = {
	{ CKM_SHA_1, 20, "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
	    "A9993E364706816ABA3E25717850C26C9CD0D89D" },
	{ CKM_SHA256, 32,
	    "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
	    "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015A"
	    "D" },
	{ CKM_SHA384, 48,
	    "38B060A751AC96384CD9327EB1B1E36A21FDB71114BE0743"
	    "4C0CC7BF63F6E1DA274EDEBFE76F65FBD51AD2F14898B95B",
	    "CB00753F45A35E8BB5A03D699AC65007272C32AB0EDED163"
	    "1A8B605A43FF5BED8086072BA1E7CC2358BAECA134C825A7" },
	{ CKM_SHA512, 64,
	    "CF83E1357EEFB8BDF1542850D66D8007D620E4050B5715DC83F4A921D36CE9CE"
	    "47D0D13C5D85F2B0FF8318D2877EEC2F63B931BD47417A81A538327AF927DA3E",
	    "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A"
	    "2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49"
	    "F" },
};

static CK_BYTE abc[] = { 'a', 'b', 'c' };

static void
begin(CK_SESSION_HANDLE s, CK_MECHANISM_TYPE type)
{
	CK_MECHANISM m = { type, NULL, 0 };

	assert_int_equal(p11->C_DigestInit(s, &m), CKR_OK);
}

static void
assert_hex(const CK_BYTE *got, CK_ULONG len, const char *want)
{
	char text[2 * 64 + 1];

	assert_int_equal(jm_hex_encode(got, len, text, sizeof text), JM_OK);
	assert_string_equal(text, want);
}

static void
values_are_the_known_ones_in_one_part_and_in_many(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH);

	(void)state;
	(void)p11t_apdus();
	for (size_t i = 0; i < NELEM(digests); i++) {
		CK_BYTE out[64];
		CK_ULONG len = sizeof out;

		begin(s, digests[i].type);
		assert_int_equal(p11->C_Digest(s, abc, 3, out, &len), CKR_OK);
		assert_int_equal(len, digests[i].len);
		assert_hex(out, len, digests[i].abc);

		begin(s, digests[i].type);
		len = sizeof out;
		assert_int_equal(p11->C_Digest(s, NULL, 0, out, &len), CKR_OK);
		assert_hex(out, len, digests[i].empty);

		begin(s, digests[i].type);
		for (int k = 0; k < 3; k++)
			assert_int_equal(
			    p11->C_DigestUpdate(s, abc + k, 1), CKR_OK);
		assert_int_equal(p11->C_DigestUpdate(s, NULL, 0), CKR_OK);
		len = sizeof out;
		assert_int_equal(p11->C_DigestFinal(s, out, &len), CKR_OK);
		assert_hex(out, len, digests[i].abc);

		begin(s, digests[i].type); /* C_DigestFinal alone */
		len = sizeof out;
		assert_int_equal(p11->C_DigestFinal(s, out, &len), CKR_OK);
		assert_hex(out, len, digests[i].empty);
	}
	p11t_assert_apdus(0, "digests are made without the card");
}

static void
a_length_is_told_and_the_operation_stays(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH);

	(void)state;
	for (size_t i = 0; i < NELEM(digests); i++)
		for (int multi = 0; multi < 2; multi++) {
			const CK_ULONG want = digests[i].len;
			CK_BYTE out[64];
			CK_ULONG len;

#define LAST(buf)                                                              \
	(multi ? p11->C_DigestFinal(s, buf, &len)                              \
	       : p11->C_Digest(s, abc, 3, buf, &len))
			begin(s, digests[i].type);
			if (multi)
				assert_int_equal(
				    p11->C_DigestUpdate(s, abc, 3), CKR_OK);
			len = 0x7fffffff;
			assert_int_equal(LAST(NULL), CKR_OK);
			assert_int_equal(len, want);
			len = want - 1;
			assert_int_equal(LAST(out), CKR_BUFFER_TOO_SMALL);
			assert_int_equal(len, want);
			len = 0;
			assert_int_equal(LAST(out), CKR_BUFFER_TOO_SMALL);
			len = want;
			assert_int_equal(LAST(out), CKR_OK);
			assert_hex(out, len, digests[i].abc);
			assert_int_equal(
			    LAST(out), CKR_OPERATION_NOT_INITIALIZED);
		}
}

static void
calls_out_of_order_have_their_values(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH), other = p11t_open(AUTH);
	CK_MECHANISM m = { CKM_SHA256, NULL, 0 };
	CK_BYTE out[64];
	CK_ULONG len = sizeof out;

	(void)state;
	assert_int_equal(
	    p11->C_Digest(s, abc, 3, out, &len), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    p11->C_DigestUpdate(s, abc, 3), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(
	    p11->C_DigestFinal(s, out, &len), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11->C_DigestInit(s, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_DigestInit(s, &m), CKR_OK);
	assert_int_equal(p11->C_DigestInit(s, &m), CKR_OPERATION_ACTIVE);
	assert_int_equal(
	    p11->C_DigestUpdate(other, abc, 3), CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(p11->C_DigestUpdate(s, abc, 3), CKR_OK);
	assert_int_equal(
	    p11->C_Digest(s, abc, 3, out, &len), CKR_OPERATION_ACTIVE);
	assert_int_equal(p11->C_DigestFinal(s, out, &len), CKR_OK);
	assert_hex(
	    out, len, digests[1].abc); /* the wrong call changed nothing */
	assert_int_equal(p11->C_DigestInit(s, &m), CKR_OK);
	assert_int_equal(p11->C_DigestInit(s, NULL), CKR_OK); /* cancelled */
	assert_int_equal(
	    p11->C_DigestUpdate(s, abc, 3), CKR_OPERATION_NOT_INITIALIZED);
}

static void
bad_arguments_leave_the_operation(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH);
	CK_BYTE out[64];
	CK_ULONG len = sizeof out;

	(void)state;
	begin(s, CKM_SHA256);
	assert_int_equal(
	    p11->C_Digest(s, NULL, 1, out, &len), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    p11->C_Digest(s, abc, 3, out, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_DigestUpdate(s, NULL, 1), CKR_ARGUMENTS_BAD);
	assert_int_equal(p11->C_DigestFinal(s, out, NULL), CKR_ARGUMENTS_BAD);
	assert_int_equal(
	    p11->C_Digest(4711, abc, 3, out, &len), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(p11->C_Digest(s, abc, 3, out, &len), CKR_OK);
	assert_hex(out, len, digests[1].abc);
}

static void
only_digest_mechanisms_digest(void **state)
{
	static CK_BYTE param[4];
	const CK_SESSION_HANDLE s = p11t_open(AUTH);
	CK_MECHANISM no[] = { { CKM_RSA_PKCS, NULL, 0 },
		{ CKM_SHA256_RSA_PKCS, NULL, 0 }, { CKM_MD5, NULL, 0 },
		{ CKM_SHA224, NULL, 0 } };
	CK_MECHANISM param_bad = { CKM_SHA256, param, sizeof param };

	(void)state;
	for (size_t i = 0; i < NELEM(no); i++)
		assert_int_equal(
		    p11->C_DigestInit(s, &no[i]), CKR_MECHANISM_INVALID);
	assert_int_equal(
	    p11->C_DigestInit(s, &param_bad), CKR_MECHANISM_PARAM_INVALID);
}

static void
no_key_can_be_digested(void **state)
{
	const CK_SESSION_HANDLE s = p11t_user(AUTH);
	const struct {
		CK_OBJECT_HANDLE key;
		CK_RV want;
	} row[] = {
		{ p11t_object(s, CKO_PRIVATE_KEY, 1), CKR_KEY_INDIGESTIBLE },
		{ p11t_object(s, CKO_PUBLIC_KEY, 1), CKR_KEY_INDIGESTIBLE },
		{ p11t_object(s, CKO_CERTIFICATE, 1), CKR_KEY_HANDLE_INVALID },
		{ 0, CKR_KEY_HANDLE_INVALID },
	};

	(void)state;
	assert_int_equal(
	    p11->C_DigestKey(s, row[0].key), CKR_OPERATION_NOT_INITIALIZED);
	for (size_t i = 0; i < NELEM(row); i++) {
		begin(s, CKM_SHA256);
		assert_int_equal(p11->C_DigestKey(s, row[i].key), row[i].want);
		assert_int_equal(p11->C_DigestUpdate(s, abc, 3),
		    CKR_OPERATION_NOT_INITIALIZED);
	}
}

/* A megabyte, so that it cannot have been gathered in a fixed buffer. */
static void
long_data_are_digested(void **state)
{
	const CK_SESSION_HANDLE s = p11t_open(AUTH);
	CK_BYTE *a = malloc(1000000), out[64];
	CK_ULONG len = sizeof out;

	(void)state;
	assert_non_null(a);
	memset(a, 'a', 1000000);
	begin(s, CKM_SHA256);
	assert_int_equal(p11->C_Digest(s, a, 1000000, out, &len), CKR_OK);
	free(a);
	assert_hex(out, len,
	    "CDC76E5C9914FB9281A1C7E284D73E67F1809A48A497200E046D39CCC7112CD0");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, p11t_setup, p11t_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_are_the_known_ones_in_one_part_and_in_many),
		TEST(a_length_is_told_and_the_operation_stays),
		TEST(calls_out_of_order_have_their_values),
		TEST(bad_arguments_leave_the_operation),
		TEST(only_digest_mechanisms_digest),
		TEST(no_key_can_be_digested),
		TEST(long_data_are_digested),
	};

	return cmocka_run_group_tests(
	    tests, p11t_group_setup, p11t_group_teardown);
}
