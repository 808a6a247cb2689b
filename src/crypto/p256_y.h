/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The second coordinate of a point that came as 33 bytes.  OpenSSL has none but
 * the general square root for it, a fifth of the time of a whole verification.
 * Of public values alone: takes no care of how long it takes.
 */
#ifndef JM_CRYPTO_P256_Y_H
#define JM_CRYPTO_P256_Y_H

#include "crypto/ec_key.h"

#define JM_P256_POINT 65

/*
 * 04 x y, the y whose parity in says.  0: x is not below p, or another first
 * byte than 02 and 03.  Whether there is such a point is not looked at: the
 * caller has to, before anything else is done with it.
 */
#ifdef __SIZEOF_INT128__
#define JM_P256_Y 1 /* else there are no words to do it with */
int jm_p256_y(const uint8_t in[JM_P256_COMPRESSED],
    uint8_t point[JM_P256_POINT]) JM_MUST_USE;
#endif

#endif
