/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The console of Windows.  The system edits the line, so nothing typed reaches
 * this process before Enter.
 */
#include "tools/term/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "base/wipe.h"

#define LINE_CHARS (2 * CLI_LINE_MAX)
#define CTRL_Z     0x1a
#define DYING_MS   500 /* for the default handler to end the process */

/* The one question that is open.  Windows calls the handler in a thread of its
 * own and hands it nothing. */
static struct {
	HANDLE in;
	DWORD before;
	volatile LONG changed; /* before is to be restored */
} console;

static void
restore(void)
{
	if (InterlockedExchange(&console.changed, 0))
		(void)SetConsoleMode(console.in, console.before);
}

/* Ctrl-C, Ctrl-Break, the window closed: the default handler is next. */
static BOOL WINAPI
restore_first(DWORD event)
{
	(void)event;
	restore();
	return FALSE;
}

static HANDLE
open_console(const wchar_t *name)
{
	return CreateFileW(name, GENERIC_READ | GENERIC_WRITE,
	    FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
}

static jm_err
say(HANDLE out, const char *text)
{
	const int n = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
	wchar_t *wide = NULL;
	DWORD left, done = 0;
	jm_err e = JM_OK;

	if (n <= 0)
		return JM_ARG;
	if ((wide = calloc((size_t)n, sizeof *wide)) == NULL)
		return JM_NOMEM;
	(void)MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, n);
	left = (DWORD)n - 1;
	for (const wchar_t *p = wide; left > 0; p += done, left -= done)
		if (!WriteConsoleW(out, p, left, &done, NULL) || done == 0) {
			e = JM_IO;
			break;
		}
	free(wide);
	return e;
}

static jm_err
quiet(int echo)
{
	DWORD now;

	if (!GetConsoleMode(console.in, &console.before))
		return JM_IO;
	now = console.before | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT;
	now = echo ? now | ENABLE_ECHO_INPUT : now & ~(DWORD)ENABLE_ECHO_INPUT;
	(void)InterlockedExchange(&console.changed, 1);
	if (!SetConsoleMode(console.in, now))
		return JM_IO;
	/* What was typed ahead was not meant for this question. */
	(void)FlushConsoleInputBuffer(console.in);
	return JM_OK;
}

/* One piece of a line; *end: it is the last. */
static jm_err
read_piece(wchar_t wide[LINE_CHARS], DWORD *n, int *end)
{
	*end = 1;
	*n = 0;
	SetLastError(ERROR_SUCCESS);
	if (!ReadConsoleW(console.in, wide, LINE_CHARS, n, NULL))
		return GetLastError() == ERROR_OPERATION_ABORTED ? JM_CANCELLED
								 : JM_IO;
	if (*n == 0)
		return GetLastError() == ERROR_OPERATION_ABORTED ? JM_CANCELLED
								 : JM_NOT_FOUND;
	if ((*end = wide[*n - 1] == L'\n') != 0)
		--*n;
	if (*end && *n > 0 && wide[*n - 1] == L'\r')
		--*n;
	return JM_OK;
}

static jm_err
read_answer(struct cli_line *out)
{
	wchar_t wide[LINE_CHARS];
	int end, len, too_long = 0;
	DWORD n;
	jm_err e;

	if ((e = read_piece(wide, &n, &end)) != JM_OK)
		goto out;
	if (n > 0 && wide[0] == CTRL_Z) {
		e = JM_NOT_FOUND;
	} else if (n > 0) {
		len = WideCharToMultiByte(CP_UTF8, 0, wide, (int)n, out->text,
		    sizeof out->text, NULL, NULL);
		too_long = len <= 0;
		out->len = len > 0 ? (size_t)len : 0;
	}
	while (e == JM_OK && !end) {
		too_long = 1;
		e = read_piece(wide, &n, &end);
	}
	if (e == JM_OK && too_long)
		e = JM_SPACE;
out:
	jm_wipe(wide, sizeof wide);
	return e;
}

jm_err
cli_prompt(const char *question, int echo, struct cli_line *out)
{
	HANDLE screen = INVALID_HANDLE_VALUE;
	jm_err e;

	*out = (struct cli_line){ .len = 0 };
	(void)fflush(NULL); /* what was written comes before the question */
	console.in = open_console(L"CONIN$");
	screen = open_console(L"CONOUT$");
	if (console.in == INVALID_HANDLE_VALUE ||
	    screen == INVALID_HANDLE_VALUE ||
	    !SetConsoleCtrlHandler(restore_first, TRUE)) {
		e = JM_IO;
		goto out;
	}
	if ((e = quiet(echo)) == JM_OK &&
	    (e = say(screen, question)) == JM_OK) {
		e = read_answer(out);
		if (!echo || e == JM_CANCELLED)
			(void)say(screen, "\r\n"); /* it did not show */
	}
	restore();
	if (e == JM_CANCELLED)
		Sleep(DYING_MS);
	(void)SetConsoleCtrlHandler(restore_first, FALSE);
out:
	if (screen != INVALID_HANDLE_VALUE)
		CloseHandle(screen);
	if (console.in != INVALID_HANDLE_VALUE)
		CloseHandle(console.in);
	console.in = INVALID_HANDLE_VALUE;
	if (e != JM_OK)
		cli_line_wipe(out);
	return e;
}

int
cli_can_prompt(void)
{
	HANDLE in = open_console(L"CONIN$");
	DWORD mode;
	int can;

	if (in == INVALID_HANDLE_VALUE)
		return 0;
	can = GetConsoleMode(in, &mode) != 0;
	CloseHandle(in);
	return can;
}
