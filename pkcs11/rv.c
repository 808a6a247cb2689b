/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/rv.h"

CK_RV
p11_rv(jm_err e)
{
	switch (e) { /* no default: a new jm_err has to be decided here */
	case JM_OK: return CKR_OK;
	case JM_ARG: return CKR_ARGUMENTS_BAD;
	case JM_NOMEM: return CKR_HOST_MEMORY;
	case JM_SPACE: return CKR_BUFFER_TOO_SMALL;
	case JM_GONE:
	case JM_NO_SERVICE: return CKR_DEVICE_REMOVED;
	case JM_NO_CARD: return CKR_TOKEN_NOT_PRESENT;
	case JM_NOT_FOUND: return CKR_OBJECT_HANDLE_INVALID;
	case JM_NEED_PIN:
	case JM_PIN_CHANGED: return CKR_USER_NOT_LOGGED_IN;
	case JM_PIN_LEN: return CKR_PIN_LEN_RANGE;
	case JM_PIN_FORM:
	case JM_PIN_WRONG:
	case JM_PIN_REPEATED: return CKR_PIN_INCORRECT;
	case JM_PIN_BLOCKED: return CKR_PIN_LOCKED;
	case JM_CANCELLED:
	case JM_TIMEOUT: return CKR_FUNCTION_CANCELED;
	case JM_MISMATCH: return CKR_PIN_INVALID;
	case JM_REFUSED: return CKR_DATA_INVALID;
	case JM_FORMAT:
	case JM_LINK:
	case JM_BUSY:
	case JM_RESET:
	case JM_CARD:
	case JM_OTHER_KEY:
	case JM_BAD_SIG: return CKR_DEVICE_ERROR;
	case JM_UNSUPPORTED:
	case JM_CRYPTO:
	case JM_SCOPE:
	case JM_UNKNOWN:
	case JM_EXISTS:
	case JM_MODE:
	case JM_DAMAGED:
	case JM_CODE:
	case JM_FILE_BUSY:
	case JM_CLOCK:
	case JM_IO: return CKR_FUNCTION_FAILED;
	}
	return CKR_GENERAL_ERROR;
}
