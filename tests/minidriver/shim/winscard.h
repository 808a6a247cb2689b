/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PC/SC's part of the shim.  All names that libpcsclite or the core's own
 * transport have, too, are others behind a macro: both kinds of objects may be
 * in one program.
 */
#ifndef JM_TESTS_MINIDRIVER_SHIM_WINSCARD_H
#define JM_TESTS_MINIDRIVER_SHIM_WINSCARD_H

#include "tests/minidriver/shim/windows.h"

typedef ULONG_PTR SCARDCONTEXT, SCARDHANDLE;

typedef struct {
	DWORD dwProtocol;
	DWORD cbPciLength;
} SCARD_IO_REQUEST;

#define SCARD_PROTOCOL_T0 1u
#define SCARD_PROTOCOL_T1 2u
#define SCARD_ATR_LENGTH  33
#define MAX_ATR_SIZE      SCARD_ATR_LENGTH

extern const SCARD_IO_REQUEST shim_pci[3];
#define SCARD_PCI_T0                    (&shim_pci[SCARD_PROTOCOL_T0])
#define SCARD_PCI_T1                    (&shim_pci[SCARD_PROTOCOL_T1])

#define SCARD_S_SUCCESS                 NO_ERROR
#define SHIM_SCARD(n)                   ((HRESULT)(0x80100000u | (n)))
#define SCARD_E_CANCELLED               SHIM_SCARD(0x02)
#define SCARD_E_INVALID_HANDLE          SHIM_SCARD(0x03)
#define SCARD_E_INVALID_PARAMETER       SHIM_SCARD(0x04)
#define SCARD_E_NO_MEMORY               SHIM_SCARD(0x06)
#define SCARD_F_WAITED_TOO_LONG         SHIM_SCARD(0x07)
#define SCARD_E_INSUFFICIENT_BUFFER     SHIM_SCARD(0x08)
#define SCARD_E_UNKNOWN_READER          SHIM_SCARD(0x09)
#define SCARD_E_TIMEOUT                 SHIM_SCARD(0x0a)
#define SCARD_E_SHARING_VIOLATION       SHIM_SCARD(0x0b)
#define SCARD_E_NO_SMARTCARD            SHIM_SCARD(0x0c)
#define SCARD_E_UNKNOWN_CARD            SHIM_SCARD(0x0d)
#define SCARD_E_PROTO_MISMATCH          SHIM_SCARD(0x0f)
#define SCARD_E_NOT_READY               SHIM_SCARD(0x10)
#define SCARD_E_INVALID_VALUE           SHIM_SCARD(0x11)
#define SCARD_F_COMM_ERROR              SHIM_SCARD(0x13)
#define SCARD_E_NOT_TRANSACTED          SHIM_SCARD(0x16)
#define SCARD_E_READER_UNAVAILABLE      SHIM_SCARD(0x17)
#define SCARD_P_SHUTDOWN                SHIM_SCARD(0x18)
#define SCARD_E_PCI_TOO_SMALL           SHIM_SCARD(0x19)
#define SCARD_E_CARD_UNSUPPORTED        SHIM_SCARD(0x1c)
#define SCARD_E_NO_SERVICE              SHIM_SCARD(0x1d)
#define SCARD_E_SERVICE_STOPPED         SHIM_SCARD(0x1e)
#define SCARD_E_UNEXPECTED              SHIM_SCARD(0x1f)
#define SCARD_E_UNSUPPORTED_FEATURE     SHIM_SCARD(0x22)
#define SCARD_E_DIR_NOT_FOUND           SHIM_SCARD(0x23)
#define SCARD_E_FILE_NOT_FOUND          SHIM_SCARD(0x24)
#define SCARD_E_NO_ACCESS               SHIM_SCARD(0x27)
#define SCARD_E_INVALID_CHV             SHIM_SCARD(0x2a)
#define SCARD_E_CERTIFICATE_UNAVAILABLE SHIM_SCARD(0x2d)
#define SCARD_E_NO_READERS_AVAILABLE    SHIM_SCARD(0x2e)
#define SCARD_E_COMM_DATA_LOST          SHIM_SCARD(0x2f)
#define SCARD_E_NO_KEY_CONTAINER        SHIM_SCARD(0x30)
#define SCARD_E_SERVER_TOO_BUSY         SHIM_SCARD(0x31)
#define SCARD_E_PIN_CACHE_EXPIRED       SHIM_SCARD(0x32)
#define SCARD_E_READ_ONLY_CARD          SHIM_SCARD(0x34)
#define SCARD_W_UNSUPPORTED_CARD        SHIM_SCARD(0x65)
#define SCARD_W_UNRESPONSIVE_CARD       SHIM_SCARD(0x66)
#define SCARD_W_UNPOWERED_CARD          SHIM_SCARD(0x67)
#define SCARD_W_RESET_CARD              SHIM_SCARD(0x68)
#define SCARD_W_REMOVED_CARD            SHIM_SCARD(0x69)
#define SCARD_W_SECURITY_VIOLATION      SHIM_SCARD(0x6a)
#define SCARD_W_WRONG_CHV               SHIM_SCARD(0x6b)
#define SCARD_W_CHV_BLOCKED             SHIM_SCARD(0x6c)
#define SCARD_W_CANCELLED_BY_USER       SHIM_SCARD(0x6e)
#define SCARD_W_CARD_NOT_AUTHENTICATED  SHIM_SCARD(0x6f)

#define SCardTransmit                   shim_SCardTransmit
#define SCardStatus                     shim_SCardStatus
LONG SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci,
    const BYTE *cmd, DWORD cmd_len, SCARD_IO_REQUEST *recv_pci, BYTE *rsp,
    DWORD *rsp_len);
#define SCardStatusW          shim_SCardStatus
#define SCardGetStatusChangeW shim_SCardGetStatusChangeW
LONG SCardStatus(SCARDHANDLE card, LPWSTR names, DWORD *names_len, DWORD *state,
    DWORD *protocol, BYTE *atr, DWORD *atr_len);

typedef struct {
	LPCWSTR szReader;
	LPVOID pvUserData;
	DWORD dwCurrentState;
	DWORD dwEventState;
	DWORD cbAtr;
	BYTE rgbAtr[36];
} SCARD_READERSTATEW;

LONG SCardGetStatusChangeW(
    SCARDCONTEXT ctx, DWORD ms, SCARD_READERSTATEW *state, DWORD n);

/* The core's transport, compiled once more with these headers. */
#define jm_link_borrowed_new    shim_link_borrowed_new
#define jm_link_borrowed_handle shim_link_borrowed_handle
#define jm_link_borrowed_error  shim_link_borrowed_error
#define jm_scard_transmit       shim_scard_transmit
#define jm_scard_status         shim_scard_status
#define jm_scard_probe          shim_scard_probe
#define jm_scard_connected_err  shim_scard_connected_err
#define jm_scard_err            shim_scard_err

#endif
