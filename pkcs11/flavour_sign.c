/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jumin-pkcs11-sign.so: the signature key pair alone.  NSS's S/MIME tools find
 * a certificate that the card hides only where they log in first, and they do
 * not where certificates are said to be public.
 */
#include "base/conf.h"
#include "pkcs11/flavour.h"

const struct p11_flavour p11_flavour = { .slots = JM_SLOT_SIGN, .profile = 0 };
