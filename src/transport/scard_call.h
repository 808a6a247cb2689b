/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The calls of PC/SC that have names of readers in them, which are UTF-8 here:
 * Windows takes them as UTF-16 (scard_call_win.c), pcsc-lite as they are.  The
 * values that differ between the two are the platform's own as well.
 */
#ifndef JM_TRANSPORT_SCARD_CALL_H
#define JM_TRANSPORT_SCARD_CALL_H

#include <stddef.h>
#include <winscard.h>

/* A state whose szReader is one of ours. */
#ifdef _WIN32
typedef SCARD_READERSTATEA jm_scard_state;
#else
typedef SCARD_READERSTATE jm_scard_state;
#endif

/* CM_IOCTL_GET_FEATURE_REQUEST: what a reader can do of its own. */
extern const DWORD jm_scard_get_features;

/* Names of all readers, each with a NUL, one more at the end; *names NULL:
 * none. Memory to free with the other. */
LONG jm_scard_names(SCARDCONTEXT ctx, char **names, size_t *len);
void jm_scard_names_free(SCARDCONTEXT ctx, char **names);

/* SCardGetStatusChange, SCardConnect in shared mode. */
LONG jm_scard_wait(SCARDCONTEXT ctx, DWORD ms, jm_scard_state *state, size_t n);
LONG jm_scard_connect(SCARDCONTEXT ctx, const char *reader, DWORD protocols,
    SCARDHANDLE *card, DWORD *proto);

#endif
