/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <stdio.h>
#include <string.h>

#include "base/rbuf.h"
#include "base/wbuf.h"

typedef LONG test_fn(unsigned, const BYTE *, size_t, BYTE *, size_t *);

/* What the winscard.dll of the tests has beside Windows'. */
static LONG
test(unsigned op, const BYTE *in, size_t in_len, BYTE *out, size_t *out_len)
{
	const HMODULE m = GetModuleHandleW(L"winscard.dll");
	const FARPROC p = m != NULL ? GetProcAddress(m, "JmTest") : NULL;
	test_fn *fn;

	if (p == NULL)
		give_up("winscard.dll is not that of the tests");
	memcpy(&fn, &p, sizeof fn);
	return fn(op, in, in_len, out, out_len);
}

struct counts
counts_anew(void)
{
	uint8_t in[4] = { 0, 0, 0, 1 }, out[4 * WIRE_COUNT_MAX];
	size_t len = sizeof out;
	uint32_t v[WIRE_COUNT_MAX] = { 0 };
	struct jm_rbuf r;

	if (test(WIRE_COUNTS, in, sizeof in, out, &len) != 0)
		give_up("the bridge does not count");
	r = (struct jm_rbuf){ out, len };
	for (size_t i = 0; i < NELEM(v); i++)
		if (jm_take_be32(&r, &v[i]) != JM_OK)
			give_up("the bridge does not count so far");
	return (
	    struct counts){ v[WIRE_APDUS], v[WIRE_VERIFIES], v[WIRE_FIRED] };
}

static void
arm(enum wire_how how, unsigned nth, DWORD value, const void *say, size_t len)
{
	uint8_t in[400], out[4];
	size_t out_len = sizeof out;
	struct jm_wbuf w;

	jm_wbuf_init(&w, in, sizeof in);
	jm_put_be32(&w, (uint32_t)how);
	jm_put_be32(&w, nth);
	jm_put_be32(&w, value);
	jm_put(&w, say, len);
	if (w.full || test(WIRE_FAULT, in, w.len, out, &out_len) != 0)
		give_up("the bridge takes no such fault");
}

void
fault(enum wire_how how, unsigned nth, DWORD value)
{
	arm(how, nth, value, NULL, 0);
}

void
fault_say(unsigned nth, const void *reply, size_t len)
{
	arm(WIRE_SAY, nth, 0, reply, len);
}

const char *
outside(const char *words)
{
	static uint8_t said[1100];
	size_t len = sizeof said - 1;

	if (test(WIRE_OUTSIDE, (const BYTE *)words, strlen(words), said,
		&len) != 0 ||
	    len < 4) {
		note("outside: %s", words);
		give_up("nobody answers outside");
	}
	said[len] = '\0';
	if (said[3] != 0) {
		note("outside: %s: %s", words, (const char *)said + 4);
		give_up("outside it did not work");
	}
	while (len > 4 && said[len - 1] == '\n')
		said[--len] = '\0';
	return (const char *)said + 4;
}
