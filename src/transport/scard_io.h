/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the owning and the borrowed link do alike over a PC/SC handle. */
#ifndef JM_TRANSPORT_SCARD_IO_H
#define JM_TRANSPORT_SCARD_IO_H

#include <stddef.h>
#include <stdint.h>
#include <winscard.h>

#include "base/err.h"

/*
 * One command, one reply, as the link's transmit: *rsp_len is room, then bytes,
 * 0 on failure.  proto: SCARD_PROTOCOL_T0 or _T1.  Over T=0 a command with data
 * and Le goes out without its Le, as ISO/IEC 7816-3 wants it there.
 * JM_SPACE, JM_RESET, JM_LINK; JM_GONE for all that means the card left.
 * *raw: what PC/SC said; raw may be NULL.
 */
jm_err jm_scard_transmit(SCARDHANDLE card, DWORD proto, const uint8_t *cmd,
    size_t cmd_len, uint8_t *rsp, size_t *rsp_len, LONG *raw) JM_MUST_USE;

/* A connected link's view: no card, no reader and no pcscd are all JM_GONE,
 * since none of them comes back to this handle. */
jm_err jm_scard_connected_err(LONG rv);

/* ATR and protocol of a handle; nothing is known: 0 bytes, *proto untouched. */
size_t jm_scard_status(
    SCARDHANDLE card, uint8_t *atr, size_t room, DWORD *proto);

/*
 * Is the card behind the handle still the same?  JM_GONE, JM_RESET as for any
 * call; JM_OK: as far as pcscd has noticed by now.
 */
jm_err jm_scard_probe(SCARDHANDLE card) JM_MUST_USE;

#endif
