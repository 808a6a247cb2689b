/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/minidriver/md_err.h"

static LONG
scard_of(jm_err e)
{
	switch (e) {
	case JM_OK: return SCARD_S_SUCCESS;
	case JM_ARG: return SCARD_E_INVALID_PARAMETER;
	case JM_NOMEM: return SCARD_E_NO_MEMORY;
	case JM_LINK: return SCARD_E_COMM_DATA_LOST;
	case JM_NO_SERVICE: return SCARD_E_NO_SERVICE;
	case JM_BUSY: return SCARD_E_SHARING_VIOLATION;
	case JM_GONE: return SCARD_W_REMOVED_CARD;
	case JM_RESET: return SCARD_W_RESET_CARD;
	case JM_NOT_FOUND: return SCARD_E_NO_KEY_CONTAINER;
	case JM_NO_CARD: return SCARD_E_UNKNOWN_CARD;
	case JM_NEED_PIN:
	case JM_PIN_CHANGED: return SCARD_W_SECURITY_VIOLATION;
	/* None of these three was sent, and none can be right: the host asks
	 * its user again. */
	case JM_PIN_FORM:
	case JM_PIN_LEN:
	case JM_PIN_REPEATED:
	case JM_PIN_WRONG: return SCARD_W_WRONG_CHV;
	case JM_PIN_BLOCKED: return SCARD_W_CHV_BLOCKED;
	case JM_REFUSED:
	case JM_UNSUPPORTED: return SCARD_E_UNSUPPORTED_FEATURE;
	case JM_CANCELLED: return SCARD_W_CANCELLED_BY_USER;
	case JM_TIMEOUT: return SCARD_E_TIMEOUT;
	case JM_OTHER_KEY: return SCARD_E_CERTIFICATE_UNAVAILABLE;
	/* What no host can do anything about. */
	case JM_SPACE:
	case JM_FORMAT:
	case JM_CARD:
	case JM_CRYPTO:
	case JM_BAD_SIG:
	case JM_IO:
	case JM_SCOPE:
	case JM_UNKNOWN:
	case JM_EXISTS:
	case JM_MODE:
	case JM_DAMAGED:
	case JM_CODE:
	case JM_FILE_BUSY:
	case JM_CLOCK:
	case JM_MISMATCH: break;
	}
	return SCARD_E_UNEXPECTED;
}

DWORD
md_err(jm_err e)
{
	return (DWORD)scard_of(e);
}
