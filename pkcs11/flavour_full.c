/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jumin-pkcs11.so: both key pairs, and the holder's service identities. */
#include "base/conf.h"
#include "pkcs11/flavour.h"

const struct p11_flavour p11_flavour = {
	.slots = JM_SLOT_AUTH | JM_SLOT_SIGN | JM_SLOT_NYM, .profile = 1
};
