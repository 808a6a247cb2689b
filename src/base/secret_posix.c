/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wipe.h"

#define SECRET_MAX (64U << 20)

/* size rounded up to whole pages */
static size_t
page_bytes(size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page; /* size has a limit */
}

jm_err
jm_secret_new(size_t size, void **out)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	size_t len;
	void *mem;

	*out = NULL;
	if (size == 0 || size > SECRET_MAX)
		return JM_ARG;
	len = page_bytes(size);
	mem = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return JM_NOMEM;
	/* Without these two it is not the memory that was asked for. */
	if (madvise(mem, len, MADV_DONTDUMP) != 0 ||
	    madvise(mem, len, MADV_WIPEONFORK) != 0) {
		(void)munmap(mem, len);
		return JM_NOMEM;
	}
	if (mlock(mem, len) != 0 && !atomic_flag_test_and_set(&warned))
		jm_log(JM_LOG_WARNING,
		    "a page for secrets could not be locked in memory "
		    "(RLIMIT_MEMLOCK)");
	*out = mem;
	return JM_OK;
}

void
jm_secret_free(void **mem, size_t size)
{
	if (mem == NULL || *mem == NULL)
		return;
	jm_wipe(*mem, size);
	(void)munmap(*mem, page_bytes(size)); /* unlocks it, too */
	*mem = NULL;
}
