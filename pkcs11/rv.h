/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jm_err to CK_RV, in one switch without default. */
#ifndef P11_RV_H
#define P11_RV_H

#include "base/err.h"
#include "pkcs11/p11.h"

CK_RV p11_rv(jm_err e);

#endif
