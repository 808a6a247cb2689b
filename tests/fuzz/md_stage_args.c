/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arguments of the input's choice. */
#include <string.h>

#include "drivers/minidriver/ctx.h"
#include "tests/fuzz/md_stage.h"

CARD_DATA *
md_stage_card(struct md_stage *s)
{
	static struct md_ctx none; /* no magic number */
	static CARD_DATA foreign = { .pvVendorSpecific = &none };
	const unsigned n = feed_u8(&s->f);

	s->who = n & 1;
	return n < 250 ? s->card[s->who] : n < 253 ? NULL : &foreign;
}

DWORD
md_stage_flags(struct md_stage *s)
{
	const unsigned n = feed_u8(&s->f);

	return n < 200 ? 0 : n < 232 ? 1u << (n & 31) : n;
}

BYTE
md_stage_index(struct md_stage *s)
{
	const unsigned n = feed_u8(&s->f);

	return (BYTE)(n < 200 ? n & 1 : n);
}

PIN_ID
md_stage_pin_id(struct md_stage *s)
{
	const unsigned n = feed_u8(&s->f);

	return n < 100 ? ROLE_USER : n < 200 ? 3 : n < 220 ? n - 200 : n << 24;
}

PBYTE
md_stage_bytes(struct md_stage *s, DWORD *len)
{
	size_t n;
	const uint8_t *p = feed_string(&s->f, &n);
	uint8_t *copy = malloc(n == 0 ? 1 : n);

	MUST(copy != NULL);
	memcpy(copy, p, n);
	*len = (DWORD)n;
	return copy;
}

PBYTE
md_stage_pin(struct md_stage *s, DWORD *len)
{
	size_t n;
	const uint8_t *p = feed_pin(&s->f, &n);
	uint8_t *copy = malloc(n == 0 ? 1 : n);

	MUST(copy != NULL);
	memcpy(copy, p, n);
	*len = (DWORD)n;
	if (feed_u8(&s->f) == 0xff) {
		free(copy);
		return NULL;
	}
	return copy;
}

static const LPCWSTR names[] = { L"Free Space", L"Capabilities", L"Key Sizes",
	L"Read Only Mode", L"Cache Mode", L"Supports Windows x.509 Enrollment",
	L"Card Identifier", L"Card Serial Number", L"PIN Information",
	L"PIN List", L"Authenticated State", L"PIN Strength Verify",
	L"PIN Strength Change", L"PIN Strength Unblock", L"Key Import Support",
	L"Algorithms", L"Parent Window", L"PIN Context String",
	L"Container Info", L"PIN Identifier", L"Associated ECDH Key", L"user",
	L"admin", L"SHA1", L"SHA256", L"SHA384", L"SHA512", L"MD5", NULL };

LPWSTR
md_stage_name(struct md_stage *s)
{
	const unsigned i = feed_below(&s->f, NELEM(names) + 1);
	LPCWSTR from = i < NELEM(names) ? names[i] : L"";
	WCHAR made[MD_STAGE_NAME], *copy;
	size_t n = 0;

	if (i < NELEM(names) && from == NULL)
		return NULL;
	if (i == NELEM(names)) {
		for (; n < MD_STAGE_NAME - 1; n++)
			if ((made[n] = (WCHAR)feed_u16(&s->f)) == 0)
				break;
		made[n] = 0;
		from = made;
	}
	for (n = 0; from[n] != 0; n++)
		;
	MUST((copy = malloc((n + 1) * sizeof *copy)) != NULL);
	memcpy(copy, from, (n + 1) * sizeof *copy);
	return copy;
}

LPSTR
md_stage_file(struct md_stage *s)
{
	static const char *const usual[] = { "mscp", "cardid", "cardcf",
		"cardapps", "cmapfile", "kxc00", "ksc00", "kxc01", "ksc01",
		"MSCP", "KSC01", "msroots", "", "mscpmscp9", NULL };
	const unsigned i = feed_below(&s->f, NELEM(usual) + 1);
	const uint8_t *p;
	char *copy;
	size_t n;

	if (i < NELEM(usual))
		return usual[i] == NULL ? NULL : strdup(usual[i]);
	p = feed_string(&s->f, &n);
	MUST((copy = malloc(n + 1)) != NULL);
	memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}
