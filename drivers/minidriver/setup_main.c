/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process of juminmd-setup: its words and its console in UTF-8. */
#include <windows.h>

#include <shellapi.h>
#include <stdlib.h>

#include "drivers/minidriver/setup.h"

/* One argument, to be freed with the process; NULL without memory. */
static char *
utf8(const WCHAR *text)
{
	const int n =
	    WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
	char *out = n > 0 ? malloc((size_t)n) : NULL;

	if (out != NULL)
		(void)WideCharToMultiByte(
		    CP_UTF8, 0, text, -1, out, n, NULL, NULL);
	return out;
}

int
main(void)
{
	const UINT before = GetConsoleOutputCP();
	int argc = 0, code = SETUP_FAIL;
	LPWSTR *wide = CommandLineToArgvW(GetCommandLineW(), &argc);
	char **argv = NULL;

	if (wide != NULL && argc > 0)
		argv = calloc((size_t)argc + 1, sizeof *argv);
	for (int i = 0; argv != NULL && i < argc; i++)
		if ((argv[i] = utf8(wide[i])) == NULL) {
			free(argv);
			argv = NULL;
		}
	if (argv == NULL)
		return setup_fail_err(JM_NOMEM, NULL);
	/* 0 without a console: nothing to restore. */
	if (before != 0)
		(void)SetConsoleOutputCP(CP_UTF8);
	code = setup_run(argc, argv);
	if (before != 0)
		(void)SetConsoleOutputCP(before);
	return code;
}
