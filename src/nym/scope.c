/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/scope.h"

#include <string.h>

#include "nym/enc.h"
#include "nym/scope_ip.h"

#define LABEL_MAX 63
#define HOST_MAX  253
#define FREE_MAX  64 /* what a person or an operator chose */
#define ID_TEXT   26 /* base32 of the 16 bytes of a vault's id */

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static int
is_alnum(char c)
{
	return is_digit(c) || is_lower(c);
}

static int
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static int
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* All n characters of p are of that kind. */
static int
all(const char *p, size_t n, int (*kind)(char))
{
	for (size_t i = 0; i < n; i++)
		if (!kind(p[i]))
			return 0;
	return 1;
}

/* Characters before the first stop, or n. */
static size_t
until(const char *p, size_t n, char stop)
{
	const char *at = n == 0 ? NULL : memchr(p, stop, n);

	return at == NULL ? n : (size_t)(at - p);
}

static int
label_ok(const char *p, size_t n)
{
	if (n == 0 || n > LABEL_MAX || p[0] == '-' || p[n - 1] == '-')
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(p[i]) && p[i] != '-')
			return 0;
	return n < 4 || memcmp(p + 2, "--", 2) != 0 || memcmp(p, "xn", 2) == 0;
}

/* What software takes for an address when it is the last label of a name. */
static int
is_number(const char *p, size_t n)
{
	return all(p, n, is_digit) ||
	       (n > 2 && memcmp(p, "0x", 2) == 0 && all(p + 2, n - 2, is_hex));
}

/* The labels of a host, 0 if it is none. */
static size_t
host_labels(const char *p, size_t n)
{
	size_t count = 0, len;

	if (n > HOST_MAX)
		return 0;
	for (;; p += len + 1, n -= len + 1) {
		len = until(p, n, '.');
		if (!label_ok(p, len))
			return 0;
		count++;
		if (len == n)
			return is_number(p, len) ? 0 : count;
	}
}

static int
web_ok(const char *p, size_t n)
{
	return host_labels(p, n) >= 2 ||
	       (n == 9 && memcmp(p, "localhost", 9) == 0);
}

static int
app_label_ok(const char *p, size_t n)
{
	if (n == 0 || n > LABEL_MAX || p[0] == '-')
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(p[i]) && !is_one_of(p[i], "_-"))
			return 0;
	return 1;
}

static int
app_ok(const char *p, size_t n)
{
	size_t count = 0, len;

	if (n == 0 || !is_lower(p[0]))
		return 0;
	for (;; p += len + 1, n -= len + 1) {
		len = until(p, n, '.');
		if (!app_label_ok(p, len))
			return 0;
		count++;
		if (len == n)
			return count >= 2;
	}
}

/* 1-64 letters, digits and signs of more, the first no sign. */
static int
free_ok(const char *p, size_t n, const char *more)
{
	if (n == 0 || n > FREE_MAX || !is_alnum(p[0]))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(p[i]) && !is_one_of(p[i], more))
			return 0;
	return 1;
}

static int
kiosk_ok(const char *p, size_t n)
{
	const size_t host = until(p, n, '/');

	return host < n && host_labels(p, host) >= 2 &&
	       free_ok(p + host + 1, n - host - 1, "._-");
}

static int
label_of_holder_ok(const char *p, size_t n)
{
	return free_ok(p, n, "._@:/+-");
}

/* Left out when it is that of ssh, so 22 is no port here. */
static int
port_ok(const char *p, size_t n)
{
	unsigned v = 0;

	if (n == 0 || n > 5 || p[0] == '0' || !all(p, n, is_digit))
		return 0;
	for (size_t i = 0; i < n; i++)
		v = 10 * v + (unsigned)(p[i] - '0');
	return v <= 65535 && v != 22;
}

static int
ssh_ok(const char *p, size_t n)
{
	const int in_brackets = n > 0 && p[0] == '[';
	size_t len;

	if (in_brackets) {
		len = until(p, n, ']');
		if (len == n || !nym_is_ipv6(p + 1, len - 1))
			return 0;
		len++;
	} else {
		len = until(p, n, ':');
		if (host_labels(p, len) == 0 && !nym_is_ipv4(p, len))
			return 0;
	}
	return len == n || (p[len] == ':' && port_ok(p + len + 1, n - len - 1));
}

/* 130 bits of base32 for 128 of the id: the last two are zero. */
static int
self_ok(const char *p, size_t n)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";

	if (n != 6 + ID_TEXT || memcmp(p, "vault/", 6) != 0)
		return 0;
	for (size_t i = 6; i < n; i++)
		if (!is_one_of(p[i], digits))
			return 0;
	return (strchr(digits, p[n - 1]) - digits) % 4 == 0;
}

static const struct scheme {
	const char *name;
	enum nym_scheme scheme;
	int (*ok)(const char *p, size_t n); /* of what follows the name */
} schemes[] = {
	{ "web:", NYM_WEB, web_ok },
	{ "app:", NYM_APP, app_ok },
	{ "kiosk:", NYM_KIOSK, kiosk_ok },
	{ "ssh:", NYM_SSH, ssh_ok },
	{ "p11:", NYM_P11, label_of_holder_ok },
	{ "test:", NYM_TEST, label_of_holder_ok },
	{ "self:", NYM_SELF, self_ok },
};

jm_err
nym_scope_parse(const char *scope, size_t len, enum nym_scheme *scheme)
{
	const struct scheme *s;
	size_t n;

	*scheme = NYM_SELF; /* the one that nobody takes from outside */
	if (len == 0 || len > NYM_SCOPE_MAX)
		return JM_SCOPE;
	for (s = schemes; s < schemes + NELEM(schemes); s++) {
		n = strlen(s->name);
		if (len < n || memcmp(scope, s->name, n) != 0)
			continue;
		if (!s->ok(scope + n, len - n))
			return JM_SCOPE;
		*scheme = s->scheme;
		return JM_OK;
	}
	return JM_SCOPE;
}

jm_err
nym_scope_check(const char *scope, size_t len, enum nym_scheme *scheme)
{
	jm_err e;

	if ((e = nym_scope_parse(scope, len, scheme)) != JM_OK)
		return e;
	return *scheme == NYM_SELF ? JM_SCOPE : JM_OK;
}

jm_err
nym_scope_hash(const char *scope, size_t len, uint8_t sh[NYM_SH_LEN])
{
	const struct nym_field f = { scope, len };

	return nym_enc_hash("NYM1/scope", &f, 1, sh);
}
