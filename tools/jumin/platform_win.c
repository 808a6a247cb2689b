/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages are English here: the catalogues belong to gettext. */
#include "tools/jumin/platform.h"

#include <fcntl.h>
#include <io.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <shellapi.h> /* after windows.h */

#define BUFFER 4096

/* Of the console, before this program; 0: there is none. */
static UINT output_before;

/* A crash is neither reported nor shown, so its memory goes nowhere. */
static void
keep_secrets(void)
{
	(void)SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
}

/* --pin-fd may name a descriptor that is not there. */
static void
bad_argument(const wchar_t *expression, const wchar_t *function,
    const wchar_t *file, unsigned line, uintptr_t reserved)
{
	(void)expression;
	(void)function;
	(void)file;
	(void)line;
	(void)reserved;
}

static void
set_streams(void)
{
	for (int fd = 0; fd <= 2; fd++)
		(void)_setmode(fd, _O_BINARY);
	/* Byte by byte, a console would show no Japanese letter. */
	(void)setvbuf(stdout, NULL, _IOFBF, BUFFER);
	(void)setvbuf(stderr, NULL, _IOFBF, BUFFER);
	output_before = GetConsoleOutputCP();
	if (output_before != 0)
		(void)SetConsoleOutputCP(CP_UTF8);
}

/* Malloc'd; NULL without memory.  What is no text becomes U+FFFD, so that no
 * file has such a name. */
static char *
narrow(const wchar_t *text)
{
	const int n =
	    WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
	char *out = NULL;

	if (n > 0 && (out = calloc((size_t)n, 1)) != NULL)
		(void)WideCharToMultiByte(
		    CP_UTF8, 0, text, -1, out, n, NULL, NULL);
	return out;
}

/* What main() gets is in the code page, with * and ? already replaced. */
static int
set_arguments(int *argc, char ***argv)
{
	wchar_t **wide;
	char **list = NULL;
	int n;

	if ((wide = CommandLineToArgvW(GetCommandLineW(), &n)) == NULL)
		return -1;
	if ((list = calloc((size_t)n + 1, sizeof *list)) == NULL)
		goto out;
	for (int i = 0; i < n; i++)
		if ((list[i] = narrow(wide[i])) == NULL) {
			while (i-- > 0)
				free(list[i]);
			free(list);
			list = NULL;
			goto out;
		}
	*argc = n;
	*argv = list;
out:
	LocalFree(wide);
	return list != NULL ? 0 : -1;
}

int
cli_start(int *argc, char ***argv)
{
	keep_secrets();
	(void)_set_invalid_parameter_handler(bad_argument);
	set_streams();
	return set_arguments(argc, argv);
}

void
cli_stop(void)
{
	fflush(stderr);
	if (output_before != 0)
		(void)SetConsoleOutputCP(output_before);
}

/* Only our own labels are measured, and they are ASCII. */
int
cli_columns(const char *text)
{
	return (int)strlen(text);
}

const char *
cli_zone(time_t t, const struct tm *local, char out[CLI_ZONE_MAX])
{
	struct tm tm = *local;
	const long long ahead = ((long long)_mkgmtime(&tm) - t) / 60;
	const long long mins = ahead < 0 ? -ahead : ahead;

	snprintf(out, CLI_ZONE_MAX, "%c%02d:%02d", ahead < 0 ? '-' : '+',
	    (int)(mins / 60), (int)(mins % 60));
	return out;
}

const char *
cli_local(enum cli_local what)
{
	switch (what) {
	case CLI_LOCAL_SERVICE:
		return "the service is named Smart Card (SCardSvr); Windows "
		       "starts it when a reader is there";
	case CLI_LOCAL_READER:
		return "connect one that Windows shows among its smart card "
		       "readers";
	case CLI_LOCAL_MANUAL: return "see the manual page jumin(1)";
	case CLI_LOCAL_CONF:
		return "it is in the registry: HKEY_LOCAL_MACHINE and "
		       "HKEY_CURRENT_USER, SOFTWARE\\Jumin";
	case CLI_LOCAL_STORY:
		return "The whole story: the manual page jumin(1)";
	case CLI_LOCAL_FOLDER:
		return "the folder has to be yours alone and on a disk that "
		       "can be written";
	case CLI_LOCAL_SITE_KEY:
		return "the site key is a file of 32 random bytes that nobody "
		       "else can read";
	}
	return "";
}
