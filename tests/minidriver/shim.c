/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/minidriver/shim.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypto/digest.h"

#define PLAIN_USER "user"
#define TAG_LEN    32

static struct {
	pthread_mutex_t lock; /* all below */
	struct jm_link way[SHIM_HANDLES];
	unsigned uses[SHIM_HANDLES]; /* how often given out */
	WORD events;                 /* cards in and out, of all readers */
	LONG fails, says;
	const char *user;
	DWORD dpapi_fails;
	unsigned live;
} shim = { .lock = PTHREAD_MUTEX_INITIALIZER };

static const WCHAR reader[] = L"Reader\0"; /* a list with one name */

static _Thread_local DWORD last_error;
static char window;

const SCARD_IO_REQUEST shim_pci[3] = { { 0, 8 }, { 1, 8 }, { 2, 8 } };

/* --- PC/SC ---------------------------------------------------------------- */

/* The number of its place, from 1, and above it how often that was used: no
 * handle ever comes back. */
SCARDHANDLE
shim_handle(const struct jm_link *way)
{
	SCARDHANDLE h = 0;

	pthread_mutex_lock(&shim.lock);
	for (size_t i = 0; h == 0 && i < SHIM_HANDLES; i++) {
		if (shim.way[i].ops != NULL)
			continue;
		shim.way[i] = *way;
		h = (SCARDHANDLE)++shim.uses[i] << 16 | (i + 1);
	}
	pthread_mutex_unlock(&shim.lock);
	return h;
}

static struct jm_link *
way_of(SCARDHANDLE h)
{
	const size_t i = (h & 0xffff) - 1;

	if (i >= SHIM_HANDLES || shim.way[i].ops == NULL ||
	    shim.uses[i] != h >> 16)
		return NULL;
	return &shim.way[i];
}

void
shim_drop(SCARDHANDLE handle)
{
	struct jm_link *way;

	pthread_mutex_lock(&shim.lock);
	if ((way = way_of(handle)) != NULL)
		*way = (struct jm_link){ NULL, NULL };
	pthread_mutex_unlock(&shim.lock);
}

void
shim_exchange(SCARDHANDLE handle, const struct jm_link *way)
{
	struct jm_link *old;

	pthread_mutex_lock(&shim.lock);
	if ((old = way_of(handle)) != NULL)
		*old = *way;
	shim.events = (WORD)(shim.events + 2);
	pthread_mutex_unlock(&shim.lock);
}

static LONG
find(SCARDHANDLE handle, struct jm_link *out)
{
	struct jm_link *way;
	LONG fails;

	pthread_mutex_lock(&shim.lock);
	fails = shim.fails;
	if ((way = way_of(handle)) != NULL)
		*out = *way;
	pthread_mutex_unlock(&shim.lock);
	return way == NULL ? SCARD_E_INVALID_HANDLE : fails;
}

void
shim_scard_fails(LONG code)
{
	pthread_mutex_lock(&shim.lock);
	shim.fails = code;
	pthread_mutex_unlock(&shim.lock);
}

void
shim_scard_says(LONG code)
{
	pthread_mutex_lock(&shim.lock);
	shim.says = code;
	pthread_mutex_unlock(&shim.lock);
}

static LONG
said(LONG code)
{
	pthread_mutex_lock(&shim.lock);
	if (code != SCARD_S_SUCCESS && shim.says != 0)
		code = shim.says;
	shim.says = 0;
	pthread_mutex_unlock(&shim.lock);
	return code;
}

static LONG
scard_code(jm_err e)
{
	static const struct {
		jm_err e;
		LONG code;
	} codes[] = { { JM_OK, SCARD_S_SUCCESS },
		{ JM_GONE, SCARD_W_REMOVED_CARD },
		{ JM_RESET, SCARD_W_RESET_CARD },
		{ JM_SPACE, SCARD_E_INSUFFICIENT_BUFFER },
		{ JM_BUSY, SCARD_E_SHARING_VIOLATION } };

	for (size_t i = 0; i < NELEM(codes); i++)
		if (codes[i].e == e)
			return codes[i].code;
	return SCARD_F_COMM_ERROR;
}

LONG
SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci, const BYTE *cmd,
    DWORD cmd_len, SCARD_IO_REQUEST *recv_pci, BYTE *rsp, DWORD *rsp_len)
{
	size_t n = *rsp_len;
	struct jm_link way;
	LONG code;

	(void)recv_pci;
	if ((code = find(card, &way)) != SCARD_S_SUCCESS)
		return code;
	if (pci != SCARD_PCI_T1)
		return SCARD_E_PROTO_MISMATCH;
	code = scard_code(way.ops->transmit(way.self, cmd, cmd_len, rsp, &n));
	*rsp_len = (DWORD)n;
	return said(code);
}

LONG
SCardStatus(SCARDHANDLE card, LPWSTR names, DWORD *names_len, DWORD *state,
    DWORD *protocol, BYTE *atr, DWORD *atr_len)
{
	uint8_t mem[JM_ATR_MAX];
	struct jm_link way;
	size_t n;
	LONG code;

	if ((code = find(card, &way)) != SCARD_S_SUCCESS)
		return code;
	n = way.ops->atr(way.self, mem);
	if (n > *atr_len)
		return SCARD_E_INSUFFICIENT_BUFFER;
	memcpy(atr, mem, n);
	*atr_len = (DWORD)n;
	if (names == NULL || *names_len < NELEM(reader)) {
		*names_len = 0;
	} else {
		memcpy(names, reader, sizeof reader);
		*names_len = NELEM(reader);
	}
	*state = 0;
	*protocol = SCARD_PROTOCOL_T1;
	return SCARD_S_SUCCESS;
}

LONG
SCardGetStatusChangeW(
    SCARDCONTEXT ctx, DWORD ms, SCARD_READERSTATEW *state, DWORD n)
{
	(void)ms;
	if (ctx == 0)
		return SCARD_E_INVALID_HANDLE;
	pthread_mutex_lock(&shim.lock);
	for (DWORD i = 0; i < n; i++)
		state[i].dwEventState = (DWORD)shim.events << 16;
	pthread_mutex_unlock(&shim.lock);
	for (DWORD i = 0; i < n; i++)
		if (memcmp(state[i].szReader, reader,
			sizeof reader - sizeof *reader) != 0)
			return SCARD_E_UNKNOWN_READER;
	return SCARD_S_SUCCESS;
}

/* --- the rest of the system ----------------------------------------------- */

DWORD
GetLastError(void)
{
	return last_error;
}

void
SetLastError(DWORD code)
{
	last_error = code;
}

HWND
shim_window(void)
{
	return (HWND)(void *)&window;
}

BOOL
IsWindow(HWND w)
{
	return w == shim_window();
}

void *
SecureZeroMemory(void *mem, SIZE_T len)
{
	jm_wipe(mem, len);
	return mem;
}

/* --- CryptProtectData ----------------------------------------------------- */

void
shim_user(const char *name)
{
	pthread_mutex_lock(&shim.lock);
	shim.user = name;
	pthread_mutex_unlock(&shim.lock);
}

void
shim_dpapi_fails(DWORD code)
{
	pthread_mutex_lock(&shim.lock);
	shim.dpapi_fails = code;
	pthread_mutex_unlock(&shim.lock);
}

static void
count_live(int change)
{
	pthread_mutex_lock(&shim.lock);
	shim.live += (unsigned)change;
	pthread_mutex_unlock(&shim.lock);
}

unsigned
shim_local_live(void)
{
	unsigned n;

	pthread_mutex_lock(&shim.lock);
	n = shim.live;
	pthread_mutex_unlock(&shim.lock);
	return n;
}

HLOCAL
LocalFree(HLOCAL mem)
{
	if (mem != NULL)
		count_live(-1);
	free(mem);
	return NULL;
}

/* Of user and entropy, and of data where there is some. */
static int
tag_of(const DATA_BLOB *entropy, const void *data, size_t len,
    uint8_t out[TAG_LEN])
{
	struct jm_hasher *h = NULL;
	const char *user;
	int ok;

	pthread_mutex_lock(&shim.lock);
	user = shim.user != NULL ? shim.user : PLAIN_USER;
	ok = shim.dpapi_fails == 0;
	pthread_mutex_unlock(&shim.lock);
	ok = ok && jm_hasher_new(JM_SHA256, &h) == JM_OK &&
	     jm_hasher_update(h, user, strlen(user) + 1) == JM_OK &&
	     (entropy == NULL || jm_hasher_update(h, entropy->pbData,
				     entropy->cbData) == JM_OK) &&
	     jm_hasher_update(h, data, len) == JM_OK &&
	     jm_hasher_final(h, out) == JM_OK;
	jm_hasher_free(&h);
	return ok;
}

/* Not encryption, but nothing that a test would find in clear in a file. */
static void
mask(const uint8_t key[TAG_LEN], const uint8_t *in, size_t len, uint8_t *out)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(in[i] ^ key[i % TAG_LEN] ^ i >> 5);
}

/* The tag over the data, then the data masked by the tag over nothing. */
static BOOL
protect(const DATA_BLOB *in, const DATA_BLOB *entropy, int back, DATA_BLOB *out)
{
	uint8_t key[TAG_LEN], tag[TAG_LEN];
	const uint8_t *from = in->pbData;
	size_t len = in->cbData;
	uint8_t *mem;

	*out = (DATA_BLOB){ 0, NULL };
	if ((back && len < TAG_LEN) || !tag_of(entropy, "", 0, key) ||
	    (mem = malloc(len + TAG_LEN)) == NULL)
		return FALSE;
	if (back) {
		len -= TAG_LEN;
		mask(key, from + TAG_LEN, len, mem);
		if (!tag_of(entropy, mem, len, tag) ||
		    memcmp(tag, from, TAG_LEN) != 0) {
			free(mem);
			return FALSE;
		}
	} else {
		if (!tag_of(entropy, from, len, mem)) {
			free(mem);
			return FALSE;
		}
		mask(key, from, len, mem + TAG_LEN);
		len += TAG_LEN;
	}
	count_live(1);
	*out = (DATA_BLOB){ (DWORD)len, mem };
	return TRUE;
}

/* Why not: what the test says, or that the data is none of this user's. */
static BOOL
failed(void)
{
	pthread_mutex_lock(&shim.lock);
	SetLastError(
	    shim.dpapi_fails != 0 ? shim.dpapi_fails : ERROR_INVALID_DATA);
	pthread_mutex_unlock(&shim.lock);
	return FALSE;
}

BOOL
CryptProtectData(DATA_BLOB *in, LPCWSTR about, DATA_BLOB *entropy,
    PVOID reserved, CRYPTPROTECT_PROMPTSTRUCT *prompt, DWORD flags,
    DATA_BLOB *out)
{
	(void)about, (void)reserved, (void)prompt;
	if ((flags & ~(DWORD)CRYPTPROTECT_UI_FORBIDDEN) == 0 &&
	    protect(in, entropy, 0, out))
		return TRUE;
	return failed();
}

BOOL
CryptUnprotectData(DATA_BLOB *in, LPWSTR *about, DATA_BLOB *entropy,
    PVOID reserved, CRYPTPROTECT_PROMPTSTRUCT *prompt, DWORD flags,
    DATA_BLOB *out)
{
	(void)reserved, (void)prompt;
	if (about != NULL)
		*about = NULL;
	if ((flags & ~(DWORD)CRYPTPROTECT_UI_FORBIDDEN) == 0 &&
	    protect(in, entropy, 1, out))
		return TRUE;
	return failed();
}
