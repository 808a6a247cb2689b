/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/opensc/osc_err.h"

#include <libopensc/errors.h>

int
osc_err(jm_err e)
{
	switch (e) {
	case JM_OK: return SC_SUCCESS;
	case JM_ARG:
	case JM_SCOPE: return SC_ERROR_INVALID_ARGUMENTS;
	case JM_NOMEM: return SC_ERROR_OUT_OF_MEMORY;
	case JM_SPACE: return SC_ERROR_BUFFER_TOO_SMALL;
	case JM_FORMAT: return SC_ERROR_UNKNOWN_DATA_RECEIVED;
	case JM_LINK: return SC_ERROR_CARD_UNRESPONSIVE;
	case JM_NO_SERVICE: return SC_ERROR_READER_DETACHED;
	case JM_BUSY:
	case JM_FILE_BUSY: return SC_ERROR_READER_LOCKED;
	case JM_GONE: return SC_ERROR_CARD_REMOVED;
	case JM_RESET: return SC_ERROR_CARD_RESET;
	case JM_NOT_FOUND: return SC_ERROR_FILE_NOT_FOUND;
	case JM_NO_CARD: return SC_ERROR_INVALID_CARD;
	case JM_NEED_PIN:
	case JM_PIN_CHANGED: return SC_ERROR_SECURITY_STATUS_NOT_SATISFIED;
	case JM_PIN_LEN: return SC_ERROR_INVALID_PIN_LENGTH;
	case JM_PIN_FORM:
	case JM_PIN_WRONG:
	case JM_PIN_REPEATED: return SC_ERROR_PIN_CODE_INCORRECT;
	case JM_PIN_BLOCKED: return SC_ERROR_AUTH_METHOD_BLOCKED;
	case JM_REFUSED: return SC_ERROR_INVALID_DATA;
	case JM_UNSUPPORTED: return SC_ERROR_NOT_SUPPORTED;
	case JM_CARD: return SC_ERROR_CARD_CMD_FAILED;
	case JM_CANCELLED: return SC_ERROR_KEYPAD_CANCELLED;
	case JM_TIMEOUT: return SC_ERROR_KEYPAD_TIMEOUT;
	case JM_MISMATCH: return SC_ERROR_KEYPAD_PIN_MISMATCH;
	case JM_CRYPTO:
	case JM_BAD_SIG:
	case JM_IO:
	case JM_UNKNOWN:
	case JM_EXISTS:
	case JM_MODE:
	case JM_DAMAGED:
	case JM_CODE:
	case JM_CLOCK:
	case JM_OTHER_KEY: return SC_ERROR_INTERNAL;
	}
	return SC_ERROR_INTERNAL;
}

jm_err
osc_reader_err(int r)
{
	if (r >= 0)
		return JM_OK;
	switch (r) {
	case SC_ERROR_CARD_REMOVED:
	case SC_ERROR_CARD_NOT_PRESENT:
	case SC_ERROR_READER_DETACHED: return JM_GONE;
	case SC_ERROR_CARD_RESET:
	case SC_ERROR_READER_REATTACHED: return JM_RESET;
	case SC_ERROR_READER_LOCKED: return JM_BUSY;
	case SC_ERROR_OUT_OF_MEMORY: return JM_NOMEM;
	default: return JM_LINK;
	}
}
