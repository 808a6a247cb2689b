/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/rv.h"

#include "tests/support/test.h"

/* doc/jumin-pkcs11.7, RETURN CODES. */
static const struct {
	jm_err e;
	CK_RV rv;
} rows[] = {
	{ JM_OK, CKR_OK },
	{ JM_ARG, CKR_ARGUMENTS_BAD },
	{ JM_NOMEM, CKR_HOST_MEMORY },
	{ JM_SPACE, CKR_BUFFER_TOO_SMALL },
	{ JM_FORMAT, CKR_DEVICE_ERROR },
	{ JM_LINK, CKR_DEVICE_ERROR },
	{ JM_NO_SERVICE, CKR_DEVICE_REMOVED },
	{ JM_BUSY, CKR_DEVICE_ERROR },
	{ JM_GONE, CKR_DEVICE_REMOVED },
	{ JM_RESET, CKR_DEVICE_ERROR },
	{ JM_NOT_FOUND, CKR_OBJECT_HANDLE_INVALID },
	{ JM_NO_CARD, CKR_TOKEN_NOT_PRESENT },
	{ JM_NEED_PIN, CKR_USER_NOT_LOGGED_IN },
	{ JM_PIN_FORM, CKR_PIN_INCORRECT },
	{ JM_PIN_LEN, CKR_PIN_LEN_RANGE },
	{ JM_PIN_WRONG, CKR_PIN_INCORRECT },
	{ JM_PIN_REPEATED, CKR_PIN_INCORRECT },
	{ JM_PIN_CHANGED, CKR_USER_NOT_LOGGED_IN },
	{ JM_PIN_BLOCKED, CKR_PIN_LOCKED },
	{ JM_REFUSED, CKR_DATA_INVALID },
	{ JM_UNSUPPORTED, CKR_FUNCTION_FAILED },
	{ JM_CARD, CKR_DEVICE_ERROR },
	{ JM_CRYPTO, CKR_FUNCTION_FAILED },
	{ JM_BAD_SIG, CKR_DEVICE_ERROR },
	{ JM_IO, CKR_FUNCTION_FAILED },
	{ JM_CANCELLED, CKR_FUNCTION_CANCELED },
	{ JM_TIMEOUT, CKR_FUNCTION_CANCELED },
	{ JM_MISMATCH, CKR_PIN_INVALID },
	{ JM_SCOPE, CKR_FUNCTION_FAILED },
	{ JM_UNKNOWN, CKR_FUNCTION_FAILED },
	{ JM_EXISTS, CKR_FUNCTION_FAILED },
	{ JM_MODE, CKR_FUNCTION_FAILED },
	{ JM_DAMAGED, CKR_FUNCTION_FAILED },
	{ JM_CODE, CKR_FUNCTION_FAILED },
	{ JM_FILE_BUSY, CKR_FUNCTION_FAILED },
	{ JM_CLOCK, CKR_FUNCTION_FAILED },
	{ JM_OTHER_KEY, CKR_DEVICE_ERROR },
};

static void
each_error_has_its_return_value(void **state)
{
	size_t n = 0;
	(void)state;

#define X(id, text) n++;
	JM_ERRORS(X)
#undef X
	assert_int_equal(NELEM(rows), n);
	for (size_t i = 0; i < NELEM(rows); i++) {
		assert_int_equal(rows[i].e, i);
		assert_int_equal(p11_rv(rows[i].e), rows[i].rv);
	}
	assert_int_equal(p11_rv((jm_err)n), CKR_GENERAL_ERROR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_error_has_its_return_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
