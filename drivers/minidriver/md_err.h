/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the core says, in the codes of Windows: one switch. */
#ifndef JM_DRIVERS_MINIDRIVER_MD_ERR_H
#define JM_DRIVERS_MINIDRIVER_MD_ERR_H

#include "base/err.h"
#include "drivers/minidriver/md_interface.h"

/* Never a code of pcsc-lite: its number for "unsupported" is another one. */
DWORD md_err(jm_err e);

#endif
