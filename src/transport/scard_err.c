/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/scard_err.h"

/* ERROR_INVALID_HANDLE: of a handle that its host has closed. */
#define WINDOWS_INVALID_HANDLE 6

jm_err
jm_scard_err(LONG rv)
{
	switch (rv) {
	case SCARD_S_SUCCESS: return JM_OK;
	case SCARD_E_NO_MEMORY: return JM_NOMEM;
	case SCARD_E_INSUFFICIENT_BUFFER:
	case SCARD_E_PCI_TOO_SMALL: return JM_SPACE;
	case SCARD_E_UNKNOWN_READER:
	case SCARD_E_READER_UNAVAILABLE:
	case SCARD_E_NO_READERS_AVAILABLE: return JM_NOT_FOUND;
	case SCARD_E_NO_SMARTCARD:
	case SCARD_E_PROTO_MISMATCH:
	case SCARD_E_CARD_UNSUPPORTED:
	case SCARD_W_UNSUPPORTED_CARD:
	case SCARD_W_UNRESPONSIVE_CARD: return JM_NO_CARD;
	case SCARD_E_SHARING_VIOLATION:
	case SCARD_E_SERVER_TOO_BUSY: return JM_BUSY;
	case SCARD_W_RESET_CARD:
	case SCARD_W_UNPOWERED_CARD: return JM_RESET;
	case SCARD_W_REMOVED_CARD:
	case WINDOWS_INVALID_HANDLE:
	case SCARD_E_INVALID_HANDLE: return JM_GONE; /* pcscd forgot us */
	case SCARD_E_NO_SERVICE:
	case SCARD_E_SERVICE_STOPPED:
	case SCARD_P_SHUTDOWN: return JM_NO_SERVICE;
	default: return JM_LINK;
	}
}
