/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signature certificates that their holder registered: one file each in the
 * user's own folder (JM_FOLDER_SIGN), encrypted for this user by the system
 * (CryptProtectData, with the cardid as its second secret) and bound to one
 * card.  Windows asks for a container's public key before it asks for a PIN,
 * and the card gives the signature certificate only after one: so without such
 * a file the signature container does not exist.
 *
 * The certificate has its holder's name, address, birth date and sex in it.
 * Nothing is registered without being asked for (setup.c).
 */
#ifndef JM_DRIVERS_MINIDRIVER_SIGCACHE_H
#define JM_DRIVERS_MINIDRIVER_SIGCACHE_H

#include "drivers/minidriver/cardid.h"

/*
 * The certificate registered for this card, fit to be listed: it decrypts, is
 * bound to id, parses, is of a key as the card's profile has it, for
 * signatures, and valid today.  A file that is not is removed; but one that is
 * not valid yet (a clock that is behind), or that the system cannot decrypt
 * just now, stays and is not told.
 *   JM_NOT_FOUND, JM_NOMEM
 */
jm_err md_sigcache_load(const uint8_t id[MD_CARD_ID_LEN], struct jm_token *t,
    struct jm_cert *out) JM_MUST_USE;

/* After the same checks, and one more: signed by ca, the card's own signature
 * CA (NULL: the card has none to be read).
 *   JM_BAD_SIG, JM_FORMAT (also one not valid today), JM_IO, JM_SPACE,
 *   JM_CRYPTO, JM_NOMEM */
jm_err md_sigcache_store(const uint8_t id[MD_CARD_ID_LEN], struct jm_token *t,
    const struct jm_cert *cert, const struct jm_cert *ca) JM_MUST_USE;

/* JM_NOT_FOUND, JM_IO. */
jm_err md_sigcache_forget(const uint8_t id[MD_CARD_ID_LEN]) JM_MUST_USE;
/* Every card's; *n: how many there were. */
jm_err md_sigcache_forget_all(unsigned *n) JM_MUST_USE;

#endif
