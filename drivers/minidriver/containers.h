/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Containers as the host counts them: 0 is the authentication key's, 1 the
 * signature key's.  From memory; inside md_enter and md_leave.
 */
#ifndef JM_DRIVERS_MINIDRIVER_CONTAINERS_H
#define JM_DRIVERS_MINIDRIVER_CONTAINERS_H

#include "drivers/minidriver/ctx.h"

#define MD_CONTAINERS 2

#define MD_PIN_SIGN                                                            \
	3u /* PIN_ID of the signature PIN; ROLE_USER is the                    \
	      authentication PIN */

/* Which pair's it is; 0: there is no such number. */
int md_container_pair(BYTE index, enum jm_pair *pair);

/*
 * The certificate of a container that is listed; NULL: it is not.  The
 * signature container is, while the certificate is registered (sigcache.h) or
 * reads without a PIN; either only where jumin.conf shows its key (slots).  The
 * token's: valid until md_leave.
 */
const struct jm_cert *md_container_cert(const struct md_ctx *c, BYTE index);

/* The one key spec of a listed container: RSA AT_KEYEXCHANGE (authentication),
 * AT_SIGNATURE (signature); ECDSA by its curve.  0: not listed. */
DWORD md_container_spec(const struct md_ctx *c, BYTE index);

/* Bits of its modulus, or of its curve's field; 0: not listed. */
unsigned md_container_bits(const struct md_ctx *c, BYTE index);

/* Which PIN a PIN_ID is; 0: none of this card. */
int md_pin_of(const struct md_ctx *c, PIN_ID id, enum jm_pin_id *pin);
PIN_ID md_pin_id(enum jm_pair pair);

/* Bit 1 << PIN_ID of each PIN that this card has. */
PIN_SET md_pins(const struct md_ctx *c);

/* Those verified through this context, as far as is known. */
PIN_SET md_pins_verified(struct md_ctx *c);

#endif
