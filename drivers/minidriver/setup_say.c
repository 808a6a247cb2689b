/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>

#include "drivers/minidriver/setup.h"

int
setup_fail(int code, const char *hint, const char *fmt, ...)
{
	va_list ap;

	fputs("juminmd-setup: error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	if (hint != NULL)
		fprintf(stderr, "juminmd-setup: hint: %s\n", hint);
	fflush(stderr);
	return code;
}

void
setup_note(const char *fmt, ...)
{
	va_list ap;

	fputs("juminmd-setup: note: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	fflush(stderr);
}

int
setup_fail_err(jm_err e, const char *what)
{
	/* clang-format off */
	static const struct { jm_err e; int code; const char *hint; } row[] = {
		{ JM_NO_SERVICE, SETUP_NO_CARD,
		  "connect a card reader; the service of Windows for smart "
		  "cards (SCardSvr) starts with it" },
		{ JM_NO_CARD, SETUP_NO_CARD,
		  "put the card into the reader, or lay it flat on it" },
		{ JM_GONE, SETUP_NO_CARD,
		  "leave the card in its place until the program ends, and try "
		  "again" },
		{ JM_RESET, SETUP_FAIL, "try again" },
		{ JM_BUSY, SETUP_FAIL,
		  "close the other program, or wait for it" },
		{ JM_LINK, SETUP_FAIL,
		  "take the card out, put it back, and try again" },
	};
	/* clang-format on */
	const char *hint = NULL;
	int code = SETUP_FAIL;

	for (size_t i = 0; i < NELEM(row); i++)
		if (row[i].e == e) {
			code = row[i].code;
			hint = row[i].hint;
		}
	if (what != NULL)
		return setup_fail(code, hint, "%s: %s", what, jm_strerror(e));
	return setup_fail(code, hint, "%s", jm_strerror(e));
}

const char *
setup_plain(const char *text, char *out, size_t cap)
{
	size_t n = 0;

	for (; *text != '\0' && n + 1 < cap; text++) {
		const unsigned char c = (unsigned char)*text;

		out[n++] = c < 0x20 || c == 0x7f ? '?' : *text;
	}
	out[n] = '\0';
	return out;
}

int
setup_end(int code)
{
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == SETUP_OK)
		return setup_fail(
		    SETUP_FAIL, NULL, "standard output could not be written");
	return code;
}
