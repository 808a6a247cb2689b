/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a program under Wine asks of the machine outside: its own test script
 * exchanges cards and looks at counters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/wine/bridge.h"

#define OUTPUT_MAX 1024

/* Words of a shell that mean themselves. */
static int
plain(const uint8_t *s, size_t n)
{
	static const char ok[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    " -_=.,";

	for (size_t i = 0; i < n; i++)
		if (s[i] == 0 || strchr(ok, s[i]) == NULL)
			return 0;
	return 1;
}

uint32_t
bridge_outside(const char *program, struct jm_rbuf words, struct jm_wbuf *out)
{
	uint8_t said[OUTPUT_MAX];
	char line[512];
	size_t n = 0;
	int status;
	FILE *p;

	if (program == NULL || words.left > 128 || !plain(words.p, words.left))
		return WIN_E_INVALID_PARAMETER;
	if ((size_t)snprintf(line, sizeof line, "'%s' %.*s", program,
		(int)words.left, (const char *)words.p) >= sizeof line)
		return WIN_E_INVALID_PARAMETER;
	/* NOLINTNEXTLINE(cert-env33-c): that is what it is for */
	if ((p = popen(line, "re")) == NULL)
		return (uint32_t)SCARD_F_INTERNAL_ERROR;
	while (n < sizeof said) {
		const size_t got = fread(said + n, 1, sizeof said - n, p);

		if (got == 0)
			break;
		n += got;
	}
	status = pclose(p);
	jm_put_be32(
	    out, WIFEXITED(status) ? (uint32_t)WEXITSTATUS(status) : 255u);
	jm_put(out, said, n);
	return SCARD_S_SUCCESS;
}
