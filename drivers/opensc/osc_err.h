/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jm_err to SC_ERROR and back.  SC_ERROR_SECURITY_STATUS_NOT_SATISFIED means to
 * the host that it may send a PIN that it kept once more: the driver keeps PINs
 * itself, so it says so only where nobody is logged in.
 *
 * Of two that say the same to a person the one is taken of which the host's
 * PKCS#11 modules make the better CKR_ (sc_to_cryptoki_error).
 */
#ifndef OSC_OSC_ERR_H
#define OSC_OSC_ERR_H

#include "base/err.h"

int osc_err(jm_err e); /* SC_SUCCESS for JM_OK */

/* What the host says of its reader: JM_OK, JM_GONE, JM_RESET, JM_BUSY, JM_NOMEM
 * or JM_LINK. */
jm_err osc_reader_err(int r);

#endif
