/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CardSignData with the keys of the next card, on curves. */
#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

#include "tests/minidriver/md_try.h"

static struct vslot *slot;
static struct md_host h;
static struct jm_cert *certs[JM_PAIRS];
static uint8_t data[64];

static int
begin_test(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(7 * i + 5);
	slot = fixture_slot(NULL);
	for (int p = 0; p < JM_PAIRS; p++)
		certs[p] = md_try_cert(slot, (enum jm_pair)p);
	md_try_register(slot, NULL);
	md_host_ready(&h, slot);
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	assert_int_equal(md_try_login(&h, MD_PIN_3, MD_TRY_SIGN, NULL), 0);
	vslot_restart_count(slot);
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	for (int p = 0; p < JM_PAIRS; p++)
		free(certs[p]);
	md_host_stop(&h);
	vslot_close(&slot);
	md_try_forget();
	return 0;
}

static CARD_SIGNING_INFO
describe(BYTE index, UINT alg, size_t len)
{
	CARD_SIGNING_INFO info = md_try_info(index, alg, data, len);

	assert_true(certs[index]->ec.point_len > 0);
	info.dwKeySpec = certs[index]->ec.curve == JM_P384 ? MD_AT_ECDSA_P384
							   : MD_AT_ECDSA_P256;
	return info;
}

/* r and s side by side, as CNG has them. */
static void
check(CARD_SIGNING_INFO *info)
{
	const struct jm_ec_pub *key = &certs[info->bContainerIndex]->ec;

	assert_int_equal(info->cbSignedData, 2 * jm_curve_len(key->curve));
	assert_int_equal(jm_ecdsa_verify(key, data, info->cbData,
			     info->pbSignedData, info->cbSignedData),
	    JM_OK);
	md_host_free(info->pbSignedData);
}

static void
both_keys_sign_hash_values(void **state)
{
	(void)state;
	for (BYTE index = 0; index < 2; index++)
		for (size_t i = 0; i < NELEM(md_try_hashes); i++) {
			const struct md_try_hash *r = &md_try_hashes[i];
			const size_t len = jm_hash_len(r->hash);

			for (int form = 0; form < 3; form++) {
				CARD_SIGNING_INFO info = describe(
				    index, form == 0 ? r->alg : 0, len);

				if (form == 2) {
					info.dwVersion = 2;
					info.dwSigningFlags =
					    CARD_PADDING_INFO_PRESENT;
					info.dwPaddingType = CARD_PADDING_NONE;
					info.pPaddingInfo = NULL;
				}
				if (index == 1)
					assert_int_equal(
					    md_try_login(&h, MD_PIN_3,
						MD_TRY_SIGN, NULL),
					    0);
				else
					assert_int_equal(
					    md_try_login(&h, ROLE_USER,
						MD_TRY_AUTH, NULL),
					    0);
				assert_int_equal(md_try_sign(&h, &info), 0);
				check(&info);
			}
		}
}

static void
what_is_no_hash_value_is_refused(void **state)
{
	MD_PKCS1_PADDING padding = { L"SHA256" };
	CARD_SIGNING_INFO info;

	(void)state;
	info = describe(0, MD_CALG_SHA_256, 31);
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_INVALID_PARAMETER);
	info = describe(0, 0, 31);
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_UNSUPPORTED_FEATURE);
	info = describe(0, 0, 32);
	info.dwVersion = 2;
	info.dwSigningFlags = CARD_PADDING_INFO_PRESENT;
	info.dwPaddingType = CARD_PADDING_PKCS1;
	info.pPaddingInfo = &padding;
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_INVALID_PARAMETER);
	info = describe(0, MD_CALG_SHA_256, 32);
	info.dwKeySpec = MD_AT_KEYEXCHANGE;
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_INVALID_PARAMETER);
	info.dwKeySpec = MD_AT_ECDSA_P521;
	assert_int_equal(
	    md_try_sign(&h, &info), (DWORD)SCARD_E_INVALID_PARAMETER);
	md_try_cost(slot, 0, 0);
}

static void
the_length_alone_is_that_of_r_and_s(void **state)
{
	(void)state;
	for (BYTE index = 0; index < 2; index++) {
		CARD_SIGNING_INFO info = describe(index, MD_CALG_SHA_256, 32);

		info.dwSigningFlags = CARD_BUFFER_SIZE_ONLY;
		assert_int_equal(MD_CALL(&h, pfnCardSignData, &info), 0);
		assert_null(info.pbSignedData);
		assert_int_equal(info.cbSignedData,
		    2 * jm_curve_len(certs[index]->ec.curve));
	}
	md_try_cost(slot, 0, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(both_keys_sign_hash_values),
		CASE(what_is_no_hash_value_is_refused),
		CASE(the_length_alone_is_that_of_r_and_s),
	};

	return cmocka_run_group_tests(
	    tests, md_group_setup_next, md_group_teardown);
}
