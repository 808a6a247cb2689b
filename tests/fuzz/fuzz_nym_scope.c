/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What of service identities is read from others: scopes, identifiers, recovery
 * codes, ENC and base64url.  What is taken is, encoded again, the same bytes;
 * of a scope and a text, what is taken and what is not is said here once more
 * by regular expressions.
 */
#include <arpa/inet.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/b64url.h"
#include "nym/derive.h"
#include "nym/enc.h"
#include "nym/scope.h"
#include "tests/fuzz/fuzz.h"

const char fuzz_name[] = "nym_scope";

#define TEXT_MAX 400

static int
matches(const char *text, const char *pattern)
{
	static struct known {
		const char *pattern;
		regex_t re;
	} known[16];
	struct known *k = known;

	while (k->pattern != NULL && k->pattern != pattern)
		k++;
	MUST(k < known + NELEM(known));
	if (k->pattern == NULL) {
		MUST(regcomp(&k->re, pattern, REG_EXTENDED | REG_NOSUB) == 0);
		k->pattern = pattern;
	}
	return regexec(&k->re, text, 0, NULL, 0) == 0;
}

/* --- the grammar of nym1.md, section 7, in other words -------------------- */

/* No run between two of the separators is longer than most. */
static int
runs_within(const char *text, char separator, size_t most)
{
	size_t run = 0;

	for (; *text != '\0'; text++) {
		run = *text == separator ? 0 : run + 1;
		if (run > most)
			return 0;
	}
	return 1;
}

static int
is_host(const char *t)
{
	static const char labels[] =
	    "^[a-z0-9](-*[a-z0-9])*(\\.[a-z0-9](-*[a-z0-9])*)*$";
	static const char reserved[] = "(^|\\.)([^x.][^.]|[^.][^n.])--";
	static const char number[] = "(^|\\.)([0-9]+|0x[0-9a-f]+)$";

	return strlen(t) <= 253 && runs_within(t, '.', 63) &&
	       matches(t, labels) && !matches(t, reserved) &&
	       !matches(t, number);
}

static int
is_address4(const char *t)
{
	struct in_addr a;
	char back[INET_ADDRSTRLEN];

	return inet_pton(AF_INET, t, &a) == 1 &&
	       inet_ntop(AF_INET, &a, back, sizeof back) != NULL &&
	       strcmp(t, back) == 0;
}

/* The C library writes the shortest form, but for addresses that have one of
 * version 4 at their end. */
static int
is_address6(const char *t)
{
	static const char hex[] = "^[0-9a-f:]+$";
	char back[INET6_ADDRSTRLEN], *colon;
	struct in6_addr a;
	unsigned hi, lo;

	if (!matches(t, hex) || inet_pton(AF_INET6, t, &a) != 1 ||
	    IN6_IS_ADDR_V4MAPPED(&a) ||
	    inet_ntop(AF_INET6, &a, back, sizeof back) == NULL)
		return 0;
	if (strchr(back, '.') != NULL) {
		colon = strrchr(back, ':') + 1;
		hi = (unsigned)a.s6_addr[12] << 8 | a.s6_addr[13];
		lo = (unsigned)a.s6_addr[14] << 8 | a.s6_addr[15];
		if (hi == 0)
			snprintf(colon, 10, "%x", lo);
		else
			snprintf(colon, 10, "%x:%x", hi, lo);
	}
	return strcmp(t, back) == 0;
}

static int
is_ssh(char *t)
{
	static const char port[] = ":[1-9][0-9]{0,4}$";
	char *at = strrchr(t, ':');
	size_t n;

	if (at != NULL && (t[0] != '[' || strchr(at, ']') == NULL)) {
		if (!matches(at, port) || atol(at + 1) > 65535 ||
		    atol(at + 1) == 22)
			return 0;
		*at = '\0';
	}
	n = strlen(t);
	if (n > 2 && t[0] == '[' && t[n - 1] == ']') {
		t[n - 1] = '\0';
		return is_address6(t + 1);
	}
	return is_host(t) || is_address4(t);
}

static int
is_kiosk(char *t)
{
	static const char service[] = "^[a-z0-9][a-z0-9._-]{0,63}$";
	char *slash = strchr(t, '/');

	if (slash == NULL || !matches(slash + 1, service))
		return 0;
	*slash = '\0';
	return is_host(t) && strchr(t, '.') != NULL;
}

static int
is_scope(char *t)
{
	static const char app[] =
	    "^[a-z][a-z0-9_-]*(\\.[a-z0-9_][a-z0-9_-]*)+$";
	static const char chosen[] = "^[a-z0-9][a-z0-9._@:/+-]{0,63}$";
	static const char vault[] = "^vault/[a-z2-7]{25}[aeimquy4]$";
	char *rest = strchr(t, ':');

	if (rest == NULL || strlen(t) > 255)
		return 0;
	*rest++ = '\0';
	if (strcmp(t, "web") == 0)
		return strcmp(rest, "localhost") == 0 ||
		       (is_host(rest) && strchr(rest, '.') != NULL);
	if (strcmp(t, "ssh") == 0)
		return is_ssh(rest);
	if (strcmp(t, "app") == 0)
		return matches(rest, app) && runs_within(rest, '.', 63);
	if (strcmp(t, "kiosk") == 0)
		return is_kiosk(rest);
	if (strcmp(t, "p11") == 0 || strcmp(t, "test") == 0)
		return matches(rest, chosen);
	return strcmp(t, "self") == 0 && matches(rest, vault);
}

static void
scope(const uint8_t *data, size_t n)
{
	static const char *const names[] = { [NYM_WEB] = "web:",
		[NYM_APP] = "app:",
		[NYM_KIOSK] = "kiosk:",
		[NYM_SSH] = "ssh:",
		[NYM_P11] = "p11:",
		[NYM_TEST] = "test:",
		[NYM_SELF] = "self:" };
	enum nym_scheme s = NYM_WEB, outside = NYM_WEB;
	char text[TEXT_MAX + 1];
	jm_err e;

	e = nym_scope_parse((const char *)data, n, &s);
	MUST(e == JM_OK || e == JM_SCOPE);
	MUST(nym_scope_check((const char *)data, n, &outside) ==
	     (s == NYM_SELF ? JM_SCOPE : JM_OK));
	MUST(e == JM_OK || s == NYM_SELF);
	if (n > TEXT_MAX || memchr(data, 0, n) != NULL) {
		MUST(e == JM_SCOPE);
		return;
	}
	memcpy(text, data, n);
	text[n] = '\0';
	if (e == JM_OK)
		MUST(strncmp(text, names[s], strlen(names[s])) == 0);
	MUST(is_scope(text) == (e == JM_OK));
}

/* --- the others ----------------------------------------------------------- */

static void
nid_text(const uint8_t *data, size_t n)
{
	static const char form[] = "^nym1[a-z2-7]{51}[aq]$";
	char text[TEXT_MAX + 1], back[NYM_TEXT_LEN + 1];
	static const uint8_t zero[NYM_NID_LEN];
	uint8_t nid[NYM_NID_LEN];
	jm_err e;

	memset(nid, 0xa5, sizeof nid);
	e = nym_nid_parse((const char *)data, n, nid);
	MUST(e == JM_OK || e == JM_FORMAT);
	if (e == JM_OK) {
		nym_nid_text(nid, back);
		MUST(n == NYM_TEXT_LEN && memcmp(back, data, n) == 0);
	} else {
		MUST(memcmp(nid, zero, sizeof nid) == 0);
	}
	if (n > TEXT_MAX || memchr(data, 0, n) != NULL)
		return;
	memcpy(text, data, n);
	text[n] = '\0';
	MUST(matches(text, form) == (e == JM_OK));
}

static void
code(const uint8_t *data, size_t n)
{
	static const uint8_t zero[NYM_CODE_LEN];
	char shown[NYM_CODE_SHOWN], plain[NYM_CODE_TEXT];
	uint8_t bytes[NYM_CODE_LEN];
	size_t len = 0, at = 0;
	int is_code = 1;
	jm_err e;

	for (size_t i = 0; i < n; i++) {
		const char c = (char)data[i];

		if (strchr(" \t-", c) != NULL && c != '\0')
			continue;
		is_code &= c != '\0' && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					       "abcdefghijklmnopqrstuvwxyz"
					       "234567",
					    c) != NULL;
		if (len < sizeof plain)
			plain[len] = (char)(c | 0x20); /* a digit stays */
		len++;
	}
	is_code &= len == sizeof plain;
	memset(bytes, 0xa5, sizeof bytes);
	e = nym_code_parse((const char *)data, n, bytes);
	MUST(e == (is_code ? JM_OK : JM_FORMAT));
	if (e != JM_OK) {
		MUST(memcmp(bytes, zero, sizeof bytes) == 0);
		return;
	}
	nym_code_text(bytes, shown);
	for (size_t i = 0; shown[i] != '\0'; i++)
		if (shown[i] != ' ')
			MUST(shown[i] == plain[at++]);
	MUST(at == sizeof plain);
}

static void
enc(const uint8_t *data, size_t n)
{
	static uint8_t again[0x10000];
	struct nym_field f[8], other[9];
	struct jm_wbuf w;
	unsigned taken = 0;
	size_t len;

	for (size_t count = 0; count <= NELEM(f); count++) {
		if (nym_parse_enc(data, n, "NYM1/nid", f, count) != JM_OK)
			continue;
		taken++;
		jm_wbuf_init(&w, again, sizeof again);
		nym_put_enc(&w, "NYM1/nid", f, count);
		MUST(jm_wbuf_done(&w, &len) == JM_OK && len == n);
		MUST(memcmp(again, data, n) == 0);
		/* Nor is it one of another label, or cut. */
		MUST(nym_parse_enc(data, n, "NYM1/ni", other, count) != JM_OK);
		MUST(nym_parse_enc(data, n - 1, "NYM1/nid", other, count) !=
		     JM_OK);
	}
	MUST(taken <= 1);
}

static void
base64url(const uint8_t *data, size_t n)
{
	uint8_t bytes[TEXT_MAX];
	char again[TEXT_MAX * 2];
	size_t len = 1;
	jm_err e;

	e = jm_b64url_decode((const char *)data, n, bytes, sizeof bytes, &len);
	MUST(e == JM_OK || e == JM_FORMAT || e == JM_SPACE);
	if (e != JM_OK) {
		MUST(len == 0);
		return;
	}
	MUST(jm_b64url_encode(bytes, len, again, sizeof again) == JM_OK);
	MUST(strlen(again) == n && memcmp(again, data, n) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = { data, size };
	static const uint8_t none[1];
	const unsigned what = feed_u8(&f);
	const uint8_t *rest = f.left == 0 ? none : f.p;

	switch (what) {
	case 'T': nid_text(rest, f.left); break;
	case 'C': code(rest, f.left); break;
	case 'E': enc(rest, f.left); break;
	case 'U': base64url(rest, f.left); break;
	case 'S': scope(rest, f.left); break;
	default: scope(size == 0 ? none : data, size); break;
	}
	return 0;
}
