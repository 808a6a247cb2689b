/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Status words of ISO/IEC 7816-4 and JICSAP as this card uses them. */
#ifndef JM_APDU_SW_H
#define JM_APDU_SW_H

#include "base/err.h"

/*
 * What a status word means where no command gives it a meaning of its own:
 *   9000, 6282 (end of file before Le) -> JM_OK
 *   6982                               -> JM_NEED_PIN
 *   6983, 6984                         -> JM_PIN_BLOCKED
 *   6A82, 6A83, 6A88                   -> JM_NOT_FOUND
 *   6A81, 6A86, 6D00, 6E00, 6881, 6882 -> JM_UNSUPPORTED
 *   anything else                      -> JM_CARD
 */
jm_err jm_sw_err(unsigned sw);

/* Tries left of a 63Cx, else -1. */
int jm_sw_tries(unsigned sw);

#endif
