/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The library context of OpenSSL that this code uses: one of its own, with the
 * default provider alone.  The host's context is left alone on purpose: its
 * configuration may name an engine or provider that loads this very module
 * (a loop), or set properties (FIPS) under which the card's own hash functions
 * are not found.
 *
 * The context is made at first use, under a once-lock, and kept until the
 * process or jm_crypto_done ends it.  Windows (CNG) needs none.
 */
#ifndef JM_CRYPTO_CTX_H
#define JM_CRYPTO_CTX_H

/* Gives the context back.  No other crypto call may run; the next makes a new
 * one.  For module finalisation and for leak checks. */
void jm_crypto_done(void);

#endif
