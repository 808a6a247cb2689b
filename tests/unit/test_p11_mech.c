/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One table answers list, info and init. */
#include "tests/support/test.h"

#include "pkcs11/mech.h"

#define RSA P11_CAP_RSA
#define EC  P11_CAP_EC
#define ALL (P11_CAP_RSA | P11_CAP_EC | P11_CAP_PSS | P11_CAP_SHA1)

static CK_RSA_PKCS_PSS_PARAMS good = { CKM_SHA256, CKG_MGF1_SHA256, 32 };

static void
no_type_occurs_twice(void **state)
{
	const struct p11_mech *row;
	size_t len;

	(void)state;
	row = p11_mech_table(&len);
	assert_int_equal(len, 16);
	for (size_t i = 0; i < len; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(row[i].type != row[j].type);
}

static void
a_row_either_digests_or_signs_and_verifies(void **state)
{
	const CK_FLAGS sig = CKF_HW | CKF_SIGN | CKF_VERIFY;
	const struct p11_mech *row;
	size_t len;

	(void)state;
	row = p11_mech_table(&len);
	for (size_t i = 0; i < len; i++) {
		const int digest = row[i].pad == P11_PAD_NONE;

		if (row[i].pad == P11_PAD_ECDSA) {
			assert_int_equal(row[i].flags,
			    sig | CKF_EC_F_P | CKF_EC_NAMEDCURVE |
				CKF_EC_UNCOMPRESS);
			assert_int_equal(row[i].min, 256);
			assert_int_equal(row[i].max, 384);
			continue;
		}
		assert_int_equal(row[i].flags, digest ? CKF_DIGEST : sig);
		assert_int_equal(row[i].min, digest ? 0
					     : row[i].pad == P11_PAD_PSS
						 ? 2048
						 : 1024);
		assert_int_equal(row[i].max, digest ? 0 : 4096);
	}
}

static void
what_is_offered_depends_on_card_and_policy(void **state)
{
	static const struct {
		CK_MECHANISM_TYPE type;
		unsigned caps;
		int offered;
	} row[] = {
		{ CKM_RSA_PKCS, RSA, 1 },
		{ CKM_SHA512_RSA_PKCS, RSA, 1 },
		{ CKM_RSA_PKCS_PSS, RSA | P11_CAP_SHA1, 0 },
		{ CKM_RSA_PKCS_PSS, RSA | P11_CAP_PSS, 1 },
		{ CKM_SHA256_RSA_PKCS_PSS, RSA | P11_CAP_SHA1, 0 },
		{ CKM_SHA256_RSA_PKCS_PSS, RSA | P11_CAP_PSS, 1 },
		{ CKM_SHA1_RSA_PKCS, RSA | P11_CAP_PSS, 0 },
		{ CKM_SHA1_RSA_PKCS, RSA | P11_CAP_SHA1, 1 },
		{ CKM_RSA_PKCS, EC | P11_CAP_PSS | P11_CAP_SHA1, 0 },
		{ CKM_RSA_PKCS_PSS, EC | P11_CAP_PSS | P11_CAP_SHA1, 0 },
		{ CKM_SHA1_RSA_PKCS, EC | P11_CAP_PSS | P11_CAP_SHA1, 0 },
		{ CKM_SHA256_RSA_PKCS, EC, 0 },
		{ CKM_ECDSA, RSA | P11_CAP_PSS | P11_CAP_SHA1, 0 },
		{ CKM_ECDSA_SHA1, RSA | P11_CAP_SHA1, 0 },
		{ CKM_ECDSA, EC, 1 },
		{ CKM_ECDSA_SHA256, EC, 1 },
		{ CKM_ECDSA_SHA384, EC, 1 },
		{ CKM_ECDSA_SHA512, EC, 1 },
		{ CKM_ECDSA_SHA1, EC, 0 },
		{ CKM_ECDSA_SHA1, EC | P11_CAP_SHA1, 1 },
		{ CKM_SHA_1, 0, 1 },
		{ CKM_SHA384_RSA_PKCS_PSS, ALL, 0 },
		{ CKM_RSA_X_509, ALL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		const struct p11_mech *found =
		    p11_mech_find(row[i].type, row[i].caps);

		assert_int_equal(found != NULL, row[i].offered);
		if (found != NULL)
			assert_int_equal(found->type, row[i].type);
	}
}

static void
a_mechanism_is_admitted_for_its_use_key_and_parameter(void **state)
{
	static CK_RSA_PKCS_PSS_PARAMS hash = { CKM_SHA_1, CKG_MGF1_SHA256, 32 },
				      mgf = { CKM_SHA256, CKG_MGF1_SHA1, 32 },
				      salt = { CKM_SHA256, CKG_MGF1_SHA256,
					      20 };
	/* clang-format off */
	static const struct {
		CK_MECHANISM m;
		CK_FLAGS op;
		CK_ULONG bits;
		CK_RV want;
	} row[] = {
		{ { CKM_RSA_PKCS, NULL, 0 },                   CKF_SIGN,   2048, CKR_OK },
		{ { CKM_RSA_PKCS, NULL, 0 },                   CKF_VERIFY, 4096, CKR_OK },
		{ { CKM_RSA_PKCS, &good, 0 },                  CKF_SIGN,   2048, CKR_OK },
		{ { CKM_RSA_PKCS, &good, sizeof good },        CKF_SIGN,   2048, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_RSA_PKCS, NULL, 0 },                   CKF_DIGEST, 0,    CKR_MECHANISM_INVALID },
		{ { CKM_RSA_PKCS, NULL, 0 },                   CKF_DECRYPT, 2048, CKR_MECHANISM_INVALID },
		{ { CKM_RSA_PKCS, NULL, 0 },                   CKF_SIGN,   1023, CKR_KEY_SIZE_RANGE },
		{ { CKM_RSA_PKCS, NULL, 0 },                   CKF_SIGN,   1024, CKR_OK },
		{ { CKM_RSA_PKCS, NULL, 0 },                   CKF_SIGN,   4097, CKR_KEY_SIZE_RANGE },
		{ { CKM_SHA256, NULL, 0 },                     CKF_DIGEST, 0,    CKR_OK },
		{ { CKM_ECDSA, NULL, 0 },                      CKF_SIGN,   384,  CKR_OK },
		{ { CKM_ECDSA, NULL, 0 },                      CKF_VERIFY, 256,  CKR_OK },
		{ { CKM_ECDSA, NULL, 0 },                      CKF_SIGN,   255,  CKR_KEY_SIZE_RANGE },
		{ { CKM_ECDSA, NULL, 0 },                      CKF_SIGN,   521,  CKR_KEY_SIZE_RANGE },
		{ { CKM_ECDSA, NULL, 0 },                      CKF_DERIVE, 384,  CKR_MECHANISM_INVALID },
		{ { CKM_ECDSA_SHA384, &good, 8 },              CKF_SIGN,   384,  CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_SHA256, NULL, 0 },                     CKF_SIGN,   2048, CKR_MECHANISM_INVALID },
		{ { CKM_RSA_PKCS_PSS, &good, sizeof good },    CKF_SIGN,   2048, CKR_OK },
		{ { CKM_RSA_PKCS_PSS, &good, sizeof good - 1 }, CKF_SIGN,  2048, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_RSA_PKCS_PSS, NULL, sizeof good },     CKF_SIGN,   2048, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_RSA_PKCS_PSS, NULL, 0 },               CKF_SIGN,   2048, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_RSA_PKCS_PSS, &hash, sizeof hash },    CKF_SIGN,   2048, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_RSA_PKCS_PSS, &mgf, sizeof mgf },      CKF_SIGN,   2048, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_RSA_PKCS_PSS, &salt, sizeof salt },    CKF_VERIFY, 2048, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_SHA256_RSA_PKCS_PSS, &good, sizeof good }, CKF_SIGN, 2048, CKR_OK },
		{ { CKM_SHA256_RSA_PKCS_PSS, &mgf, sizeof mgf },   CKF_SIGN, 2048, CKR_MECHANISM_PARAM_INVALID },
		{ { CKM_VENDOR_DEFINED, NULL, 0 },             CKF_SIGN,   2048, CKR_MECHANISM_INVALID },
	};
	/* clang-format on */
	const struct p11_mech *found;

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++) {
		const CK_RV rv = p11_mech_admit(
		    &row[i].m, row[i].op, ALL, row[i].bits, &found);

		if (rv != row[i].want)
			fail_msg("row %zu: %lx", i, rv);
		assert_int_equal(found != NULL, rv == CKR_OK);
	}
	/* The same, on a card without PSS. */
	assert_int_equal(p11_mech_admit(&row[17].m, CKF_SIGN, RSA, 2048, &found),
	    CKR_MECHANISM_INVALID);
}

static void
each_row_hashes_with_its_own_hash(void **state)
{
	static const struct {
		CK_MECHANISM_TYPE type;
		enum jm_hash hash;
	} row[] = {
		{ CKM_SHA1_RSA_PKCS, JM_SHA1 },
		{ CKM_SHA256_RSA_PKCS, JM_SHA256 },
		{ CKM_SHA384_RSA_PKCS, JM_SHA384 },
		{ CKM_SHA512_RSA_PKCS, JM_SHA512 },
		{ CKM_SHA256_RSA_PKCS_PSS, JM_SHA256 },
		{ CKM_ECDSA_SHA1, JM_SHA1 },
		{ CKM_ECDSA_SHA256, JM_SHA256 },
		{ CKM_ECDSA_SHA384, JM_SHA384 },
		{ CKM_ECDSA_SHA512, JM_SHA512 },
		{ CKM_SHA_1, JM_SHA1 },
		{ CKM_SHA256, JM_SHA256 },
		{ CKM_SHA384, JM_SHA384 },
		{ CKM_SHA512, JM_SHA512 },
	};

	(void)state;
	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(p11_mech_hash(p11_mech_find(row[i].type, ALL)),
		    row[i].hash);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_type_occurs_twice),
		cmocka_unit_test(a_row_either_digests_or_signs_and_verifies),
		cmocka_unit_test(what_is_offered_depends_on_card_and_policy),
		cmocka_unit_test(
		    a_mechanism_is_admitted_for_its_use_key_and_parameter),
		cmocka_unit_test(each_row_hashes_with_its_own_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
