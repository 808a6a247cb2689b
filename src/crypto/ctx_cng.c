/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/ctx.h"

void
jm_crypto_done(void)
{
	/* nothing is kept: see call_cng.h */
}
