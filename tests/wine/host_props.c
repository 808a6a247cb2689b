/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Properties: what a read-only card of two PINs answers. */
#include "tests/wine/host.h"

#include <string.h>

struct prop {
	LPCWSTR name;
	DWORD flags;
	DWORD len;
	const void *want; /* NULL: only the length is known here */
};

static const DWORD zero, one = 1, three = 3, pins = 0x0a;
static const CARD_FREE_SPACE_INFO space = { 1, 0, 0, 2 };
static const CARD_CAPABILITIES able = { 1, TRUE, FALSE };
static const CARD_KEY_SIZES sizes = { 1, 2048, 2048, 2048, 0 };

static const struct prop props[] = {
	{ L"Free Space", 0, sizeof space, &space },
	{ L"Capabilities", 0, sizeof able, &able },
	{ L"Key Sizes", MD_AT_KEYEXCHANGE, sizeof sizes, &sizes },
	{ L"Key Sizes", MD_AT_SIGNATURE, sizeof sizes, &sizes },
	{ L"Read Only Mode", 0, 4, &one },
	{ L"Cache Mode", 0, 4, &three },
	{ L"Supports Windows x.509 Enrollment", 0, 4, &zero },
	{ L"Card Identifier", 0, MD_CARD_ID_LEN, NULL },
	{ L"PIN Information", ROLE_USER, sizeof(PIN_INFO), NULL },
	{ L"PIN Information", SIGN_ID, sizeof(PIN_INFO), NULL },
	{ L"PIN List", 0, 4, &pins },
	{ L"Authenticated State", 0, 4, &zero },
	{ L"PIN Strength Verify", ROLE_USER, 4, &one },
	{ L"PIN Strength Verify", SIGN_ID, 4, &one },
	{ L"PIN Strength Change", ROLE_USER, 4, &one },
	{ L"Key Import Support", 0, 4, &zero },
};

static DWORD
get(struct host *h, const struct prop *p, BYTE *out, DWORD room, DWORD *len)
{
	const DWORD six = 6;

	memset(out, 0, 64);
	if (p->len == sizeof(PIN_INFO) && room >= sizeof six)
		memcpy(out, &six, sizeof six);
	return h->d.pfnCardGetProperty(
	    &h->d, p->name, out, room, len, p->flags);
}

static void
one_prop(struct host *h, const struct prop *p)
{
	BYTE out[64];
	DWORD len = 0;

	note("%ls", p->name);
	if (!is(ERROR_SUCCESS, get(h, p, out, sizeof out, &len), "is there"))
		return;
	is(p->len, len, "its length");
	if (p->want != NULL)
		same(p->want, p->len, out, len, "its value");
	memset(out, 0xee, sizeof out);
	len = 0;
	is(ERROR_INSUFFICIENT_BUFFER,
	    h->d.pfnCardGetProperty(
		&h->d, p->name, out, p->len - 1, &len, p->flags),
	    "a byte too few");
	is(p->len, len, "and how many there have to be");
	check(out[0] == 0xee && out[p->len - 1] == 0xee, "nothing is written");
}

static void
pin_information(struct host *h)
{
	PIN_INFO auth = { .dwVersion = 6 }, sign = { .dwVersion = 6 },
		 old = { .dwVersion = 5 };
	DWORD len;

	is(ERROR_SUCCESS,
	    h->d.pfnCardGetProperty(&h->d, L"PIN Information", (PBYTE)&auth,
		sizeof auth, &len, ROLE_USER),
	    "PIN Information of the authentication PIN");
	is(MD_SECRET_ALPHANUMERIC, auth.PinType, "typed in");
	is(MD_PIN_CACHE_NORMAL, auth.PinCachePolicy.PinCachePolicyType,
	    "Windows may keep it for a while");
	is(0, auth.dwUnblockPermission, "nobody here unblocks it");
	is(ERROR_SUCCESS,
	    h->d.pfnCardGetProperty(&h->d, L"PIN Information", (PBYTE)&sign,
		sizeof sign, &len, SIGN_ID),
	    "PIN Information of the signature PIN");
	is(MD_PIN_CACHE_ALWAYS_PROMPT, sign.PinCachePolicy.PinCachePolicyType,
	    "it is asked for each time");
	is(0, sign.dwUnblockPermission, "nobody here unblocks it");
	is(ERROR_REVISION_MISMATCH,
	    h->d.pfnCardGetProperty(&h->d, L"PIN Information", (PBYTE)&old,
		sizeof old, &len, SIGN_ID),
	    "an older PIN_INFO");
}

static void
by_function(struct host *h)
{
	CARD_FREE_SPACE_INFO f = { .dwVersion = 1 };
	CARD_CAPABILITIES c = { .dwVersion = 1 };
	CARD_KEY_SIZES k = { .dwVersion = 1 };

	is(ERROR_SUCCESS, h->d.pfnCardQueryFreeSpace(&h->d, 0, &f),
	    "CardQueryFreeSpace");
	same(&space, sizeof space, &f, sizeof f, "is the property");
	is(ERROR_SUCCESS, h->d.pfnCardQueryCapabilities(&h->d, &c),
	    "CardQueryCapabilities");
	same(&able, sizeof able, &c, sizeof c, "is the property");
	is(ERROR_SUCCESS,
	    h->d.pfnCardQueryKeySizes(&h->d, MD_AT_SIGNATURE, 0, &k),
	    "CardQueryKeySizes");
	same(&sizes, sizeof sizes, &k, sizeof k, "is the property");
}

static void
properties(int argc, WCHAR **argv)
{
	WCHAR text[] = L"TLS with example.jp";
	DWORD len;
	struct host h;
	BYTE out[64];

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	(void)counts_anew();
	host_begin(&h);
	for (size_t i = 0; i < NELEM(props); i++)
		one_prop(&h, &props[i]);
	pin_information(&h);
	by_function(&h);
	is(ERROR_SUCCESS,
	    h.d.pfnCardSetProperty(
		&h.d, L"PIN Context String", (PBYTE)text, sizeof text, 0),
	    "PIN Context String may be set");
	check(h.d.pfnCardSetProperty(&h.d, L"Read Only Mode",
		  (PBYTE)(ULONG_PTR)&zero, sizeof zero, 0) != ERROR_SUCCESS,
	    "Read Only Mode may not");
	check(h.d.pfnCardGetProperty(&h.d, L"Parent Window", out, sizeof out,
		  &len, 0) != ERROR_SUCCESS,
	    "Parent Window cannot be read");
	host_end(&h);
	is(0, counts_anew().apdus, "all of it from memory");
	host_close(&h);
}

const struct scenario props_scenarios[] = { { L"properties", properties },
	{ NULL, NULL } };
