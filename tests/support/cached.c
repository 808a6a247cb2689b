/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/cached.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/rsa_pad.h"
#include "tests/support/fixture.h"
#include "tests/support/test.h"

static char base[64];

int
cached_begin(void **state)
{
	(void)state;
	snprintf(base, sizeof base, "/tmp/jumin-cache-XXXXXX");
	return mkdtemp(base) == NULL || setenv("XDG_CACHE_HOME", base, 1) != 0;
}

int
cached_end(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", base);
	return system(command);
}

struct jm_token *
cached_token(struct vslot *slot)
{
	struct jm_policy p = jm_policy_default;

	p.cache = 1;
	vslot_restart_count(slot);
	return fixture_token_with(slot, &p);
}

unsigned
cached_cost(struct vslot *slot)
{
	const unsigned n = vslot_counted(slot).apdus;

	assert_int_equal(vslot_counted(slot).outside, 0);
	vslot_restart_count(slot);
	return n;
}

void
cached_warm_up(struct vslot *slot)
{
	struct jm_token *t = cached_token(slot);

	assert_int_equal(jm_token_read_certs(t, CACHED_ALL), JM_OK);
	jm_token_free(&t);
}

unsigned
cached_files(char one[JM_CACHE_NAME])
{
	char folder[80];
	const struct dirent *d;
	unsigned n = 0;
	DIR *dir;

	one[0] = '\0';
	snprintf(folder, sizeof folder, "%s/jumin", base);
	if ((dir = opendir(folder)) == NULL)
		return 0;
	while ((d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.') {
			n++;
			assert_int_equal(strlen(d->d_name), JM_CACHE_NAME - 1);
			memcpy(one, d->d_name, JM_CACHE_NAME);
		}
	closedir(dir);
	return n;
}

unsigned
cached_count(void)
{
	char one[JM_CACHE_NAME];

	return cached_files(one);
}

void
cached_tamper(enum jm_cert_id id, size_t at)
{
	static uint8_t der[JM_CERT_MAX], sealed[JM_CACHE_FILE_MAX],
	    file[JM_CACHE_FILE_MAX];
	char name[JM_CACHE_NAME];
	struct jm_cache_entry e;
	size_t len;

	assert_int_equal(cached_files(name), 1);
	assert_int_equal(jm_cache_load(name, file, &len), JM_OK);
	assert_int_equal(jm_cache_parse(file, len, &e), JM_OK);
	assert_true(at < e.cert[id].left);
	memcpy(der, e.cert[id].p, e.cert[id].left);
	der[at] ^= 1;
	e.cert[id].p = der;
	assert_int_equal(jm_cache_build(&e, sealed, &len), JM_OK);
	jm_cache_store(name, sealed, len);
}

void
cached_plant_label(const char *label)
{
	static uint8_t sealed[JM_CACHE_FILE_MAX], file[JM_CACHE_FILE_MAX];
	uint8_t info[JM_TOKEN_INFO_LEN];
	char name[JM_CACHE_NAME];
	struct jm_cache_entry e;
	size_t len;

	assert_true(strlen(label) <= 32);
	assert_int_equal(cached_files(name), 1);
	assert_int_equal(jm_cache_load(name, file, &len), JM_OK);
	assert_int_equal(jm_cache_parse(file, len, &e), JM_OK);
	assert_int_equal(e.info.left, sizeof info);
	memcpy(info, e.info.p, sizeof info);
	memset(info, ' ', 32);
	memcpy(info, label, strlen(label));
	e.info.p = info;
	assert_int_equal(jm_cache_build(&e, sealed, &len), JM_OK);
	jm_cache_store(name, sealed, len);
}

int
cached_touched(struct vslot *slot, const char *ef, const char *sfi)
{
	const char *line;
	char select[32], read[16];

	snprintf(select, sizeof select, "00A4020C02%s", ef);
	snprintf(read, sizeof read, "00B0%s", sfi);
	for (size_t i = 0; (line = vslot_line(slot, i)) != NULL; i++)
		if (strncmp(line, select, strlen(select)) == 0 ||
		    strncmp(line, read, strlen(read)) == 0)
			return 1;
	return 0;
}

jm_err
cached_sign(struct jm_token *t)
{
	uint8_t t51[JM_DIGESTINFO_MAX], digest[JM_DIGEST_MAX] = { 1 }, sig[256];
	size_t len, sig_len;
	int tries;

	jm_digestinfo(JM_SHA256, digest, t51, &len);
	return jm_token_sign_with_pin(t, JM_PAIR_AUTH, JM_SIGN_PKCS1, t51, len,
	    "1234", 4, sig, sizeof sig, &sig_len, &tries);
}

const char *
cached_folder(void)
{
	static char folder[80];

	snprintf(folder, sizeof folder, "%s/jumin", base);
	return folder;
}
