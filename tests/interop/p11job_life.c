/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps of p11job that look at the process, and the names of return values. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/interop/p11job.h"

/* clang-format off */
static const struct { CK_RV rv; const char *name; } rvs[] = {
#define ROW(x) { x, #x }
	ROW(CKR_OK), ROW(CKR_HOST_MEMORY), ROW(CKR_SLOT_ID_INVALID),
	ROW(CKR_GENERAL_ERROR), ROW(CKR_FUNCTION_FAILED),
	ROW(CKR_ARGUMENTS_BAD), ROW(CKR_DATA_INVALID),
	ROW(CKR_DATA_LEN_RANGE), ROW(CKR_DEVICE_ERROR),
	ROW(CKR_DEVICE_REMOVED), ROW(CKR_FUNCTION_CANCELED),
	ROW(CKR_FUNCTION_NOT_SUPPORTED), ROW(CKR_KEY_HANDLE_INVALID),
	ROW(CKR_MECHANISM_INVALID), ROW(CKR_OBJECT_HANDLE_INVALID),
	ROW(CKR_OPERATION_NOT_INITIALIZED), ROW(CKR_PIN_INCORRECT),
	ROW(CKR_PIN_INVALID), ROW(CKR_PIN_LEN_RANGE), ROW(CKR_PIN_EXPIRED),
	ROW(CKR_PIN_LOCKED), ROW(CKR_SESSION_CLOSED),
	ROW(CKR_SESSION_HANDLE_INVALID), ROW(CKR_TOKEN_NOT_PRESENT),
	ROW(CKR_TOKEN_NOT_RECOGNIZED), ROW(CKR_USER_ALREADY_LOGGED_IN),
	ROW(CKR_USER_NOT_LOGGED_IN), ROW(CKR_USER_PIN_NOT_INITIALIZED),
	ROW(CKR_CRYPTOKI_NOT_INITIALIZED),
#undef ROW
};
/* clang-format on */

const char *
rv_name(CK_RV rv)
{
	static char other[32];

	for (size_t i = 0; i < sizeof rvs / sizeof rvs[0]; i++)
		if (rvs[i].rv == rv)
			return rvs[i].name;
	snprintf(other, sizeof other, "CKR_%08lX", (unsigned long)rv);
	return other;
}

/* What /proc/self/status says after a word. */
static void
status_line(const char *word, char *out, size_t room)
{
	char line[128];
	FILE *f = fopen("/proc/self/status", "r");

	out[0] = '\0';
	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		if (strncmp(line, word, strlen(word)) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(out, room, "%s",
		    line + strlen(word) + strspn(line + strlen(word), " \t"));
	}
	if (f != NULL)
		(void)fclose(f);
}

CK_RV
step_guest(struct job *j, char **arg, char *more, size_t room)
{
	char threads[32], caught[32];

	(void)j, (void)arg;
	status_line("Threads:", threads, sizeof threads);
	status_line("SigCgt:", caught, sizeof caught);
	snprintf(more, room, "%ld %s", atol(threads) - 1, caught);
	return CKR_OK;
}

/* In the child; its exit status. */
static int
child(struct job *j, const char *how)
{
	CK_SLOT_ID slot;
	CK_TOKEN_INFO token;
	CK_INFO info;

	if (strcmp(how, "exec") == 0)
		execlp("true", "true", (char *)NULL);
	if (j->f->C_GetInfo(&info) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 1;
	if (strcmp(how, "work") != 0)
		return strcmp(how, "nothing") != 0;
	return j->f->C_Initialize(NULL) != CKR_OK ||
	       slot_of(j, 0, &slot, &token) != CKR_OK ||
	       j->f->C_Finalize(NULL) != CKR_OK;
}

CK_RV
step_fork(struct job *j, char **arg, char *more, size_t room)
{
	int status = 1;
	const pid_t pid = fork();

	if (pid == 0)
		_exit(child(j, arg[0] == NULL ? "" : arg[0]));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		snprintf(more, room, "%d", status);
	return status == 0 ? CKR_OK : CKR_GENERAL_ERROR;
}

CK_RV
step_label(struct job *j, char **arg, char *more, size_t room)
{
	static char kept[PAIRS][33];
	const int pair = pair_of(arg[0]);

	(void)more, (void)room;
	snprintf(kept[pair], sizeof kept[pair], "%s", arg[1] ? arg[1] : "");
	j->label[pair] = kept[pair];
	return CKR_OK;
}

CK_RV
step_turns(struct job *j, char **arg, char *more, size_t room)
{
	const long times = arg[0] == NULL ? 0 : atol(arg[0]);
	char *sign[3] = { arg[1], NULL, NULL }, byte;
	CK_RV rv = CKR_OK;
	long n;

	for (n = 0; n < times && rv == CKR_OK; n++) {
		if (read(3, &byte, 1) != 1)
			rv = CKR_FUNCTION_CANCELED;
		else if ((rv = step_sign(j, sign, more, room)) == CKR_OK &&
			 write(4, &byte, 1) != 1)
			rv = CKR_FUNCTION_CANCELED;
	}
	snprintf(more, room, "%ld", rv == CKR_OK ? n : n - 1);
	return rv;
}
