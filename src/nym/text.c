/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people and services see as characters. */
#include <string.h>

#include "base/wipe.h"
#include "nym/derive.h"

static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";

/* Base32 without padding: (8 * n + 4) / 5 characters, no NUL. */
static void
encode(const uint8_t *in, size_t n, char *out)
{
	uint32_t bits = 0;
	unsigned have = 0;

	for (size_t i = 0; i < n; i++) {
		bits = (bits << 8 | in[i]) & 0xffff;
		for (have += 8; have >= 5; have -= 5)
			*out++ = digits[bits >> (have - 5) & 0x1f];
	}
	if (have > 0)
		*out = digits[bits << (5 - have) & 0x1f];
}

/* The value of a digit, -1 if it is none, without a look into a table: the
 * recovery code is read here. */
static int
value_of(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* len lower-case characters to n = len * 5 / 8 bytes; bits that are left over
 * have to be zero. */
static jm_err
decode(const char *text, size_t len, uint8_t *out)
{
	uint32_t bits = 0;
	unsigned have = 0;
	int v;

	for (size_t i = 0; i < len; i++) {
		if ((v = value_of(text[i])) < 0)
			return JM_FORMAT;
		bits = (bits << 5 | (uint32_t)v) & 0xffff;
		if ((have += 5) >= 8) {
			have -= 8;
			*out++ = (uint8_t)(bits >> have & 0xff);
		}
	}
	return (bits & ((1u << have) - 1)) == 0 ? JM_OK : JM_FORMAT;
}

void
nym_nid_text(const uint8_t nid[NYM_NID_LEN], char out[NYM_TEXT_LEN + 1])
{
	memcpy(out, "nym1", 4);
	encode(nid, NYM_NID_LEN, out + 4);
	out[NYM_TEXT_LEN] = '\0';
}

jm_err
nym_nid_parse(const char *text, size_t len, uint8_t nid[NYM_NID_LEN])
{
	jm_err e = JM_FORMAT;

	if (len == NYM_TEXT_LEN && memcmp(text, "nym1", 4) == 0)
		e = decode(text + 4, NYM_TEXT_LEN - 4, nid);
	if (e != JM_OK)
		memset(nid, 0, NYM_NID_LEN);
	return e;
}

void
nym_vault_scope(const uint8_t id[NYM_VAULT_ID], char out[NYM_VAULT_SCOPE])
{
	memcpy(out, "self:vault/", 11);
	encode(id, NYM_VAULT_ID, out + 11);
	out[NYM_VAULT_SCOPE - 1] = '\0';
}

void
nym_code_text(const uint8_t code[NYM_CODE_LEN], char out[NYM_CODE_SHOWN])
{
	char plain[NYM_CODE_TEXT], *to = out;

	encode(code, NYM_CODE_LEN, plain);
	for (size_t i = 0; i < sizeof plain; i++) {
		if (i > 0 && i % 4 == 0)
			*to++ = ' ';
		*to++ = plain[i];
	}
	*to = '\0';
	jm_wipe(plain, sizeof plain);
}

jm_err
nym_code_parse(const char *text, size_t len, uint8_t code[NYM_CODE_LEN])
{
	char plain[NYM_CODE_TEXT];
	jm_err e = JM_FORMAT;
	size_t n = 0;
	char c;

	for (size_t i = 0; i < len; i++) {
		c = text[i];
		if (c == ' ' || c == '\t' || c == '-')
			continue;
		if (n == sizeof plain)
			goto out;
		plain[n++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	if (n == sizeof plain)
		e = decode(plain, n, code);
out:
	if (e != JM_OK)
		jm_wipe(code, NYM_CODE_LEN);
	jm_wipe(plain, sizeof plain);
	return e;
}
