/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/nym/leak.h"

#include <ctype.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "tests/support/test.h"

#define WINDOW   8
#define LOG_ROOM (1 << 20)

static char log_text[LOG_ROOM];
static size_t log_len;

static void
collect(enum jm_log_level level, const char *line)
{
	const size_t n = strlen(line);

	(void)level;
	assert_true(log_len + n + 1 < sizeof log_text);
	memcpy(log_text + log_len, line, n);
	log_len += n;
	log_text[log_len++] = '\n';
}

void
leak_listen(void)
{
	log_len = 0;
	jm_log_set(collect, JM_LOG_DEBUG);
}

void
leak_deaf(void)
{
	jm_log_set(NULL, JM_LOG_NONE);
}

size_t
leak_log_len(void)
{
	return log_len;
}

/* Bytes of a window as text, in one of two alphabets. */
static size_t
base64(const uint8_t in[WINDOW], const char *last, char *out)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	/* whole groups of three: what stands behind does not show in them */
	for (size_t i = 0; i < WINDOW / 3 * 3; i++) {
		bits = bits << 8 | in[i];
		for (have += 8; have >= 6; have -= 6) {
			const unsigned v = bits >> (have - 6) & 0x3f;

			out[n++] = v < 62 ? digits[v] : last[v - 62];
		}
		bits &= 0xff;
	}
	return n;
}

static int
window_in(const char *hay, size_t len, const uint8_t w[WINDOW])
{
	char text[2 * WINDOW + 1];
	size_t n;

	if (memmem(hay, len, w, WINDOW) != NULL)
		return 1;
	for (size_t i = 0; i < WINDOW; i++)
		snprintf(text + 2 * i, 3, "%02x", w[i]);
	if (memmem(hay, len, text, 2 * WINDOW) != NULL)
		return 1;
	for (size_t i = 0; i < 2 * WINDOW; i++)
		text[i] = (char)toupper((unsigned char)text[i]);
	if (memmem(hay, len, text, 2 * WINDOW) != NULL)
		return 1;
	n = base64(w, "+/", text);
	if (memmem(hay, len, text, n) != NULL)
		return 1;
	n = base64(w, "-_", text);
	return memmem(hay, len, text, n) != NULL;
}

int
leak_in(const void *hay, size_t hay_len, const void *secret, size_t len)
{
	const uint8_t *p = secret;

	assert_true(len >= WINDOW);
	for (size_t i = 0; i + WINDOW <= len; i++)
		if (window_in(hay, hay_len, p + i))
			return 1;
	return 0;
}

int
leak_logged(const void *secret, size_t len)
{
	return leak_in(log_text, log_len, secret, len);
}

/* --- folders ---------------------------------------------------------------
 */

static const void *wanted;
static size_t wanted_len;

static int
look(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	static char text[1 << 20];
	size_t n;
	FILE *f;

	(void)where;
	if (leak_in(path, strlen(path), wanted, wanted_len))
		return 1;
	if (kind != FTW_F || !S_ISREG(st->st_mode))
		return 0;
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(text, 1, sizeof text, f);
	assert_true(n < sizeof text);
	fclose(f);
	return leak_in(text, n, wanted, wanted_len);
}

int
leak_in_folder(const char *folder, const void *secret, size_t len)
{
	int r;

	wanted = secret;
	wanted_len = len;
	r = nftw(folder, look, 8, FTW_PHYS);
	assert_true(r >= 0);
	return r;
}
