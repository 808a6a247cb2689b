/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/fake_scard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/os.h"
#include "tests/support/test.h"

#define CTX    77
#define HANDLE 88

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0, 0 };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1, 0 };
const SCARD_IO_REQUEST g_rgSCardRawPci = { SCARD_PROTOCOL_RAW, 0 };

static struct {
	const struct scard_step *step;
	size_t n, at;
	uint64_t now;
	int cancels, contexts, memory;
	char text[1200];
} fake;

void
fake_scard_start(const struct scard_step *steps, size_t n)
{
	memset(&fake, 0, sizeof fake);
	fake.step = steps;
	fake.n = n;
}

void
fake_scard_end(void)
{
	if (fake.at < fake.n)
		fail_msg("never called: %s", fake.step[fake.at].call);
	assert_int_equal(fake.contexts, 0);
	assert_int_equal(fake.memory, 0);
}

uint64_t
fake_now(void)
{
	return fake.now;
}

int
fake_cancels(void)
{
	return fake.cancels;
}

/* The names are the linker's. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
uint64_t __wrap_jm_now_ms(void);
void __wrap_jm_sleep_ms(unsigned ms);

uint64_t
__wrap_jm_now_ms(void)
{
	return 1000 + fake.now;
}

void
__wrap_jm_sleep_ms(unsigned ms)
{
	fake.now += ms;
}
/* NOLINTEND(bugprone-reserved-identifier) */

/* The step of the call in fake.text; "*" at its end stands for anything. */
static const struct scard_step *
called(void)
{
	const struct scard_step *s = &fake.step[fake.at];
	size_t len;

	if (fake.at == fake.n)
		fail_msg("call %zu is one too many: %s", fake.at, fake.text);
	len = strlen(s->call);
	if (len > 0 && s->call[len - 1] == '*'
		? strncmp(s->call, fake.text, len - 1) != 0
		: strcmp(s->call, fake.text) != 0)
		fail_msg("call %zu is %s, not %s", fake.at, fake.text, s->call);
	fake.at++;
	return s;
}

static const struct scard_step *
call(const char *name, const char *more)
{
	(void)snprintf(fake.text, sizeof fake.text, "%s%s%s", name,
	    *more != '\0' ? " " : "", more);
	return called();
}

static const char *
disposition(DWORD d)
{
	return d == SCARD_LEAVE_CARD     ? "LEAVE"
	       : d == SCARD_RESET_CARD   ? "RESET"
	       : d == SCARD_UNPOWER_CARD ? "UNPOWER"
					 : "?";
}

static DWORD
protocol(const char *data)
{
	return data != NULL && strncmp(data, "T0", 2) == 0 ? SCARD_PROTOCOL_T0
							   : SCARD_PROTOCOL_T1;
}

LONG
SCardEstablishContext(
    DWORD scope, LPCVOID r1, LPCVOID r2, LPSCARDCONTEXT context)
{
	const LONG rv = call("EstablishContext", "")->rv;

	assert_int_equal(scope, SCARD_SCOPE_SYSTEM);
	assert_null(r1);
	assert_null(r2);
	*context = CTX;
	fake.contexts += rv == SCARD_S_SUCCESS;
	return rv;
}

LONG
SCardReleaseContext(SCARDCONTEXT context)
{
	assert_int_equal(context, CTX);
	fake.contexts--;
	return call("ReleaseContext", "")->rv;
}

LONG
SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
    LPSCARDHANDLE card, LPDWORD active)
{
	const struct scard_step *s;

	assert_int_equal(context, CTX);
	assert_int_equal(share, SCARD_SHARE_SHARED);
	assert_int_equal(protocols, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
	s = call("Connect", reader);
	*card = HANDLE;
	*active = protocol(s->data);
	return s->rv;
}

LONG
SCardReconnect(
    SCARDHANDLE card, DWORD share, DWORD protocols, DWORD d, LPDWORD active)
{
	const struct scard_step *s = call("Reconnect", disposition(d));

	assert_int_equal(card, HANDLE);
	assert_int_equal(share, SCARD_SHARE_SHARED);
	assert_int_equal(protocols, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
	*active = protocol(s->data);
	return s->rv;
}

LONG
SCardControl(SCARDHANDLE card, DWORD code, LPCVOID in, DWORD in_len, LPVOID out,
    DWORD room, LPDWORD out_len)
{
	const struct scard_step *s;
	char args[160];
	size_t n = 0;
	int at;

	assert_int_equal(card, HANDLE);
	at = snprintf(args, sizeof args, "%08lX", (unsigned long)code);
	if (in_len > 0) {
		args[at++] = ' ';
		assert_int_equal(jm_hex_encode(in, in_len, args + at,
				     sizeof args - (size_t)at),
		    JM_OK);
	}
	s = call("Control", args);
	if (s->data != NULL && strcmp(s->data, "big") == 0)
		n = room + 1;
	else if (s->data != NULL)
		assert_int_equal(jm_hex_decode(s->data, out, room, &n), JM_OK);
	*out_len = n;
	return s->rv;
}

LONG
SCardDisconnect(SCARDHANDLE card, DWORD d)
{
	assert_int_equal(card, HANDLE);
	return call("Disconnect", disposition(d))->rv;
}

LONG
SCardBeginTransaction(SCARDHANDLE card)
{
	assert_int_equal(card, HANDLE);
	return call("BeginTransaction", "")->rv;
}

LONG
SCardEndTransaction(SCARDHANDLE card, DWORD d)
{
	assert_int_equal(card, HANDLE);
	return call("EndTransaction", disposition(d))->rv;
}

LONG
SCardStatus(SCARDHANDLE card, LPSTR name, LPDWORD name_len, LPDWORD state,
    LPDWORD active, LPBYTE atr, LPDWORD atr_len)
{
	const struct scard_step *s = call("Status", "");
	const char *data = s->data != NULL ? s->data : "T1 ";
	size_t n;

	(void)card;
	assert_null(name);
	*name_len = 1;
	*state = 0;
	*active = protocol(data);
	assert_int_equal(jm_hex_decode(data + 3, atr, *atr_len, &n), JM_OK);
	*atr_len = (DWORD)n;
	return s->rv;
}

LONG
SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci, LPCBYTE cmd,
    DWORD cmd_len, SCARD_IO_REQUEST *got, LPBYTE rsp, LPDWORD rsp_len)
{
	const struct scard_step *s;
	char text[600];
	size_t n;

	(void)card;
	assert_null(got);
	(void)snprintf(text, sizeof text, "%s ",
	    pci->dwProtocol == SCARD_PROTOCOL_T0 ? "T0" : "T1");
	assert_int_equal(
	    jm_hex_encode(cmd, cmd_len, text + 3, sizeof text - 3), JM_OK);
	s = call("Transmit", text);
	if (s->rv != SCARD_S_SUCCESS)
		return s->rv;
	if (strcmp(s->data, "big") == 0) {
		++*rsp_len;
		return s->rv;
	}
	assert_int_equal(jm_hex_decode(s->data, rsp, *rsp_len, &n), JM_OK);
	*rsp_len = (DWORD)n;
	return s->rv;
}

LONG
SCardListReaders(
    SCARDCONTEXT context, LPCSTR groups, LPSTR readers, LPDWORD len)
{
	const struct scard_step *s = call("ListReaders", "");
	char *copy;
	size_t n;

	assert_int_equal(context, CTX);
	assert_null(groups);
	assert_true(*len == SCARD_AUTOALLOCATE);
	if (s->rv != SCARD_S_SUCCESS)
		return s->rv;
	n = strlen(s->data) + 1; /* each name's NUL, and the last */
	assert_non_null(copy = malloc(n));
	for (size_t i = 0; i < n; i++)
		copy[i] = (char)(s->data[i] == '|' ? '\0' : s->data[i]);
	memcpy(readers, &copy, sizeof copy);
	*len = (DWORD)n;
	fake.memory++;
	return s->rv;
}

LONG
SCardFreeMemory(SCARDCONTEXT context, LPCVOID mem)
{
	void *p;

	assert_int_equal(context, CTX);
	memcpy(&p, &mem, sizeof p);
	free(p);
	fake.memory--;
	return SCARD_S_SUCCESS;
}

static void
describe_states(DWORD timeout, const SCARD_READERSTATE *rs, DWORD n)
{
	size_t at;

	at = (size_t)snprintf(fake.text, sizeof fake.text,
	    "GetStatusChange %lu", (unsigned long)timeout);
	for (DWORD i = 0; i < n && at < sizeof fake.text; i++)
		at += (size_t)snprintf(fake.text + at, sizeof fake.text - at,
		    " %s=%lx", rs[i].szReader,
		    (unsigned long)rs[i].dwCurrentState);
}

LONG
SCardGetStatusChange(
    SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *rs, DWORD n)
{
	const struct scard_step *s;
	const char *p;

	assert_int_equal(context, CTX);
	describe_states(timeout, rs, n);
	s = called();
	if (s->rv == SCARD_E_TIMEOUT)
		fake.now += timeout;
	p = s->data != NULL ? s->data : "";
	for (DWORD i = 0; i < n && *p != '\0'; i++) {
		char *end;
		char hex[80];
		size_t len;

		rs[i].dwEventState = strtoul(p, &end, 16);
		assert_int_equal(*end, ':');
		len = strcspn(++end, " ");
		assert_true(len < sizeof hex);
		memcpy(hex, end, len);
		hex[len] = '\0';
		p = end + len + strspn(end + len, " ");
		assert_int_equal(
		    jm_hex_decode(hex, rs[i].rgbAtr, sizeof rs[i].rgbAtr, &len),
		    JM_OK);
		rs[i].cbAtr = (DWORD)len;
	}
	return s->rv;
}

LONG
SCardCancel(SCARDCONTEXT context)
{
	assert_int_equal(context, CTX);
	fake.cancels++;
	return SCARD_S_SUCCESS;
}
