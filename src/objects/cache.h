/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The user's cache of cards: $XDG_CACHE_HOME/jumin, without that variable
 * $HOME/.cache/jumin, one file a card.  A file holds EF 0006 and the
 * certificates that the card shows without a PIN; nothing of the signature
 * certificate.
 *
 * What a file says counts only for a card whose authentication certificate
 * begins as the file's does: the caller has just read the first block, and the
 * file's name is a hash of it.  The block has issuer, serial number and
 * validity in it, so it differs from card to card and from renewal to renewal.
 *
 * A file:  "JMCACHE1", SHA-256 of all that follows, records.
 * record:  tag (1), length (2, big endian), value; in this order, each once:
 *   01  EF 0006                     96 to 160 bytes
 *   02  authentication certificate  over JM_CACHE_BLOCK bytes of DER
 *   03  its CA's                    may be missing
 *   04  the CA's of the signature   may be missing
 *
 * The folder has to be this user's (effective id) alone, and so has a file; it
 * must be a regular one with one link.  What is not, and what is broken or
 * expired, is removed and never an error.
 */
#ifndef JM_OBJECTS_CACHE_H
#define JM_OBJECTS_CACHE_H

#include <time.h>

#include "base/rbuf.h"
#include "card/card.h"
#include "crypto/x509.h"

#define JM_CACHE_BLOCK 256 /* bytes of a first READ BINARY */

/* Magic, hash, four heads, their values. */
#define JM_CACHE_FILE_MAX  (8 + 32 + 4 * 3 + JM_TOKEN_INFO_LEN + 3 * JM_CERT_MAX)

#define JM_CACHE_FILES_MAX 16 /* then the one unused for longest goes */
#define JM_CACHE_DAYS      90 /* unused for so long: gone */

/* left 0: not there; so it always is for the signature certificate. */
struct jm_cache_entry {
	struct jm_rbuf info; /* EF 0006 */
	struct jm_rbuf cert[JM_CERTS];
};

#define JM_CACHE_NAME 65 /* 64 hexadecimal digits and a NUL */

/* --- cache.c: what is in a file ------------------------------------------- */

/* Which file speaks of the card with this block.  JM_CRYPTO. */
jm_err jm_cache_name(
    const uint8_t block[JM_CACHE_BLOCK], char out[JM_CACHE_NAME]) JM_MUST_USE;

/*
 * Any bytes; out borrows from them.  The certificates are not looked into.
 *   JM_FORMAT  no such file, damaged, or incomplete
 */
jm_err jm_cache_parse(
    const uint8_t *p, size_t len, struct jm_cache_entry *out) JM_MUST_USE;

/* out: JM_CACHE_FILE_MAX bytes.  JM_ARG: jm_cache_parse would refuse it. */
jm_err jm_cache_build(
    const struct jm_cache_entry *e, uint8_t *out, size_t *len) JM_MUST_USE;

/* Does the certificate begin with these n bytes, and are they enough? */
int jm_cache_matches(struct jm_rbuf der, const uint8_t *block, size_t n);

/* Is it of no use any more: not readable, or the authentication certificate
 * malformed or expired by then? */
int jm_cache_stale(const uint8_t *p, size_t len, time_t then);

/* --- cache_file.c: the folder --------------------------------------------- */

#define JM_CACHE_PATH_MAX 512 /* bytes with the NUL; no cache beyond it */

/* Is there a file of any card?  Without one no card need be asked. */
int jm_cache_any(void);

/* buf: JM_CACHE_FILE_MAX bytes.  It then counts as used today.
 *   JM_NOT_FOUND  none that may be believed */
jm_err jm_cache_load(const char *name, uint8_t *buf, size_t *len) JM_MUST_USE;

/* Write, whole or not at all; make the folder; remove what is stale. */
void jm_cache_store(const char *name, const uint8_t *data, size_t len);

void jm_cache_drop(const char *name);

/*
 * Remove all.  *n: how many cards' files there were.
 * path: the folder, there or not; empty where this program has none.
 *   JM_IO  it is not this user's alone, or something stays
 */
jm_err jm_cache_clear(unsigned *n, char *path, size_t cap) JM_MUST_USE;

#endif
