/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For LD_PRELOAD: a clock that stands still (JM_FIXED_TIME, seconds since
 * 1970), and 32 random bytes that are all the same (JM_FIXED_BYTE,
 * hexadecimal), so that a vault's binding secret is that of the known answers.
 */
#include <dlfcn.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT int
RAND_bytes_ex(
    OSSL_LIB_CTX *ctx, unsigned char *buf, size_t n, unsigned strength)
{
	int (*next)(OSSL_LIB_CTX *, unsigned char *, size_t, unsigned) = NULL;
	const char *const byte = getenv("JM_FIXED_BYTE");

	if (n == 32 && byte != NULL) {
		memset(buf, (int)strtoul(byte, NULL, 16), n);
		return 1;
	}
	*(void **)&next = dlsym(RTLD_NEXT, "RAND_bytes_ex");
	return next == NULL ? 0 : next(ctx, buf, n, strength);
}

EXPORT time_t
time(time_t *out)
{
	const char *const fixed = getenv("JM_FIXED_TIME");
	struct timespec now;
	time_t t;

	if (fixed != NULL)
		t = (time_t)strtoll(fixed, NULL, 10);
	else
		t = clock_gettime(CLOCK_REALTIME, &now) == 0 ? now.tv_sec : -1;
	if (out != NULL)
		*out = t;
	return t;
}
