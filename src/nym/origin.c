/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nym/origin.h"

#include <string.h>

#define HOST_MAX  253
#define LABEL_MAX 63

static int
digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
label_ok(const char *p, size_t len)
{
	if (len == 0 || len > LABEL_MAX || p[0] == '-' || p[len - 1] == '-')
		return 0;
	for (size_t i = 0; i < len; i++)
		if (!(p[i] >= 'a' && p[i] <= 'z') && !digit(p[i]) &&
		    p[i] != '-')
			return 0;
	return len < 4 || memcmp(p + 2, "--", 2) != 0 ||
	       memcmp(p, "xn", 2) == 0;
}

/* All digits, or 0x and hex digits: the last label of an address. */
static int
numeric(const char *p, size_t len)
{
	const int hex = len >= 2 && p[0] == '0' && p[1] == 'x';

	for (size_t i = hex ? 2 : 0; i < len; i++)
		if (!digit(p[i]) && !(hex && p[i] >= 'a' && p[i] <= 'f'))
			return 0;
	return 1;
}

static int
host_ok(const char *p, size_t len)
{
	const char *dot;

	if (len > HOST_MAX)
		return 0;
	while ((dot = memchr(p, '.', len)) != NULL) {
		if (!label_ok(p, (size_t)(dot - p)))
			return 0;
		len -= (size_t)(dot - p) + 1;
		p = dot + 1;
	}
	return label_ok(p, len) && !numeric(p, len);
}

static int
port_ok(const char *p, size_t len)
{
	unsigned long v = 0;

	if (len == 0 || len > 5 || p[0] == '0')
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (!digit(p[i]))
			return 0;
		v = v * 10 + (unsigned long)(p[i] - '0');
	}
	return v <= 65535 && v != 443;
}

int
nym_origin_ok(const char *origin, size_t len)
{
	static const char https[] = "https://";
	const size_t scheme = sizeof https - 1;
	const char *host, *colon;

	if (len < scheme || memcmp(origin, https, scheme) != 0)
		return 0;
	host = origin + scheme;
	len -= scheme;
	if ((colon = memchr(host, ':', len)) == NULL)
		return host_ok(host, len);
	return host_ok(host, (size_t)(colon - host)) &&
	       port_ok(colon + 1, len - (size_t)(colon - host) - 1);
}
