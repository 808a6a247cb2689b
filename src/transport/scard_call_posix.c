/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/scard_call.h"

#include <reader.h>

const DWORD jm_scard_get_features = CM_IOCTL_GET_FEATURE_REQUEST;

LONG
jm_scard_names(SCARDCONTEXT ctx, char **names, size_t *len)
{
	DWORD n = SCARD_AUTOALLOCATE;
	LONG rv;

	*names = NULL;
	*len = 0;
	rv = SCardListReaders(ctx, NULL, (char *)names, &n);
	if (rv == SCARD_S_SUCCESS && *names != NULL)
		*len = n;
	return rv;
}

void
jm_scard_names_free(SCARDCONTEXT ctx, char **names)
{
	if (*names != NULL)
		(void)SCardFreeMemory(ctx, *names);
	*names = NULL;
}

LONG
jm_scard_wait(SCARDCONTEXT ctx, DWORD ms, jm_scard_state *state, size_t n)
{
	return SCardGetStatusChange(ctx, ms, state, (DWORD)n);
}

LONG
jm_scard_connect(SCARDCONTEXT ctx, const char *reader, DWORD protocols,
    SCARDHANDLE *card, DWORD *proto)
{
	return SCardConnect(
	    ctx, reader, SCARD_SHARE_SHARED, protocols, card, proto);
}
