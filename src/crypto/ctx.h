/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The library context of OpenSSL that this code uses: one of its own, with the
 * default provider alone.  The host's context is left alone on purpose: its
 * configuration may name an engine or provider that loads this very module
 * (a loop), or set properties (FIPS) under which the card's own hash functions
 * are not found.
 *
 * One thing is beyond it: before an operation OpenSSL 3.0 looks for an engine
 * and for that reads the host's configuration, once a process, if nobody has
 * done so yet.  What it finds stays in the host's context, but it may call this
 * module: no lock that an entry point waits for may be held around a call of
 * anything in this folder that hashes or uses a key.
 *
 * The context is made at first use, under a once-lock, and kept until the
 * process or jm_crypto_done ends it.  Windows (CNG) needs none.
 */
#ifndef JM_CRYPTO_CTX_H
#define JM_CRYPTO_CTX_H

/*
 * Gives the context back; keys and hashers that were made of it keep it until
 * the last of them is freed.  No other crypto call may run.  The next one makes
 * a new context.  For module finalisation and for leak checks.
 */
void jm_crypto_done(void);

#endif
