/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PC/SC return codes to jm_err, in one switch. */
#ifndef JM_TRANSPORT_SCARD_ERR_H
#define JM_TRANSPORT_SCARD_ERR_H

#include <winscard.h>

#include "base/err.h"

jm_err jm_scard_err(LONG rv);

#endif
