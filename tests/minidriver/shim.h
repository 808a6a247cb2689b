/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a test steers what shim/ declares. */
#ifndef JM_TESTS_MINIDRIVER_SHIM_H
#define JM_TESTS_MINIDRIVER_SHIM_H

#include <winscard.h>

#include "transport/link.h"

#define SHIM_HANDLES 64

/*
 * A handle whose commands go that way (a virtual card's link, a script's): a
 * link that is open and, for what insists on it, in a transaction.  Borrowed
 * until shim_drop, after which the handle is SCARD_E_INVALID_HANDLE for ever.
 * 0: there are SHIM_HANDLES already.
 */
SCARDHANDLE shim_handle(const struct jm_link *way);
void shim_drop(SCARDHANDLE handle);

/* What SCardTransmit answers instead, from now on; 0: nothing special. */
void shim_scard_fails(LONG code);

/* For a way's transmit that fails: SCardTransmit answers this, once, and not
 * what goes with its error. */
void shim_scard_says(LONG code);

/* Where the handle leads now, which its host connected anew: another card was
 * put in. */
void shim_exchange(SCARDHANDLE handle, const struct jm_link *way);

/* Who is logged on: what one user had encrypted no other decrypts.  Borrowed;
 * NULL: the usual one. */
void shim_user(const char *name);
/* CryptProtectData and CryptUnprotectData fail with this code; 0: no more. */
void shim_dpapi_fails(DWORD code);
/* Of both, not given back to LocalFree. */
unsigned shim_local_live(void);

/* The one window that IsWindow knows. */
HWND shim_window(void);

#endif
