/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"

#include <stdatomic.h>
#include <windows.h>

#include "base/log.h"
#include "base/wipe.h"

#define SECRET_MAX (64U << 20)

typedef HRESULT(WINAPI *exclude_fn)(const void *mem, DWORD len);
typedef HRESULT(WINAPI *include_fn)(const void *mem);

/* Error reports leave the pages out; Windows before 10 has no such call. */
static FARPROC
reports_call(const char *name)
{
	const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");

	return kernel == NULL ? NULL : GetProcAddress(kernel, name);
}

static void
leave_out(const void *mem, size_t size)
{
	/* by way of a function of no form: the cast is meant */
	void (*const f)(void) =
	    (void (*)(void))reports_call("WerRegisterExcludedMemoryBlock");

	if (f != NULL)
		(void)((exclude_fn)f)(mem, (DWORD)size);
}

static void
leave_in(const void *mem)
{
	void (*const f)(void) =
	    (void (*)(void))reports_call("WerUnregisterExcludedMemoryBlock");

	if (f != NULL)
		(void)((include_fn)f)(mem);
}

jm_err
jm_secret_new(size_t size, void **out)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	void *mem;

	*out = NULL;
	if (size == 0 || size > SECRET_MAX)
		return JM_ARG;
	mem =
	    VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
	if (mem == NULL)
		return JM_NOMEM;
	leave_out(mem, size);
	if (!VirtualLock(mem, size) && !atomic_flag_test_and_set(&warned))
		jm_log(JM_LOG_WARNING,
		    "a page for secrets could not be locked in memory "
		    "(working set)");
	*out = mem;
	return JM_OK;
}

void
jm_secret_free(void **mem, size_t size)
{
	if (mem == NULL || *mem == NULL)
		return;
	jm_wipe(*mem, size);
	leave_in(*mem);
	(void)VirtualFree(*mem, 0, MEM_RELEASE); /* unlocks it, too */
	*mem = NULL;
}
