/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PKCS#11 as this code sees it: Debian's pkcs11.h (2.40) and what 3.0 adds.
 * Everything in pkcs11/ includes this and not the other two.
 */
#ifndef P11_P11_H
#define P11_P11_H

#include <p11-kit/pkcs11.h>

#include "pkcs11/p11_v3.h"

#endif
