/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registered signature certificates: which are believed, and for how long. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wincrypt.h>

#include "base/folder.h"
#include "tests/minidriver/md_try.h"

#define FILE_MAX 16384
#define NO_KEY   0x8009000bu /* NTE_BAD_KEY_STATE */

static struct vslot *slot;
static struct md_host h;
static struct jm_token *t; /* for the calls of sigcache.h */
static struct jm_cert *own;
static uint8_t id[MD_CARD_ID_LEN];
static char path[JM_FOLDER_PATH_MAX + 40]; /* of id's file */
static uint8_t good[FILE_MAX], bad[FILE_MAX + 1];

/* Days that pass before the test's clock is asked. */
static time_t later;
time_t __real_time(time_t *out);
time_t __wrap_time(time_t *out);
time_t
__wrap_time(time_t *out)
{
	const time_t now = __real_time(NULL) + later * 24 * 60 * 60;

	if (out != NULL)
		*out = now;
	return now;
}

static void
path_of(const uint8_t card[MD_CARD_ID_LEN])
{
	char folder[JM_FOLDER_PATH_MAX];
	int n;

	assert_int_equal(jm_folder_path(JM_FOLDER_SIGN, folder), JM_OK);
	n = snprintf(path, sizeof path, "%s/", folder);
	for (size_t i = 0; i < MD_CARD_ID_LEN; i++)
		n += snprintf(
		    path + n, sizeof path - (size_t)n, "%02x", card[i]);
}

static int
begin_test(void **state)
{
	(void)state;
	later = 0;
	slot = fixture_slot(NULL);
	own = md_try_cert(slot, JM_PAIR_SIGN);
	md_try_id(slot, id);
	t = fixture_token(slot);
	path_of(id);
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	shim_user(NULL);
	shim_dpapi_fails(0);
	jm_token_free(&t);
	free(own);
	vslot_close(&slot);
	md_try_forget();
	assert_int_equal(shim_local_live(), 0);
	return 0;
}

static int
there(void)
{
	return access(path, F_OK) == 0;
}

static void
store(void)
{
	assert_int_equal(md_sigcache_store(id, t, own, NULL), JM_OK);
	assert_true(there());
}

static jm_err
load(void)
{
	struct jm_cert *c = malloc(sizeof *c);
	jm_err e;

	assert_non_null(c);
	memset(c, 0xee, sizeof *c);
	e = md_sigcache_load(id, t, c);
	if (e == JM_OK) {
		assert_int_equal(c->der_len, own->der_len);
		assert_memory_equal(c->der, own->der, own->der_len);
	} else {
		for (size_t i = 0; i < sizeof *c; i++)
			assert_int_equal(((const uint8_t *)c)[i], 0);
	}
	free(c);
	return e;
}

static size_t
read_file(uint8_t buf[FILE_MAX])
{
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	n = fread(buf, 1, FILE_MAX, f);
	assert_int_equal(fclose(f), 0);
	return n;
}

static void
write_file(const void *data, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

/* Encrypts what a test made up, for this card, and puts it there. */
static void
plant(const uint8_t *plain, size_t len)
{
	static uint8_t copy[FILE_MAX];
	uint8_t secret[MD_CARD_ID_LEN];
	DATA_BLOB in = { (DWORD)len, copy };
	DATA_BLOB entropy = { sizeof secret, secret };
	DATA_BLOB out;

	memcpy(secret, id, sizeof secret);
	memcpy(copy, plain, len);
	assert_true(CryptProtectData(
	    &in, L"x", &entropy, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &out));
	write_file(out.pbData, out.cbData);
	(void)LocalFree(out.pbData);
}

/* What a good file has in it. */
static size_t
plain_of(const struct jm_cert *c, uint8_t out[FILE_MAX])
{
	memcpy(out, "JUMSIGN1", 8);
	memcpy(out + 8, id, sizeof id);
	out[24] = out[25] = 0;
	out[26] = (uint8_t)(c->der_len >> 8);
	out[27] = (uint8_t)c->der_len;
	memcpy(out + 28, c->der, c->der_len);
	return 28 + c->der_len;
}

/* Containers that the host is shown: cmapfile's records in use. */
static unsigned
listed(void)
{
	static char dir[] = "mscp", file[] = "cmapfile";
	const CONTAINER_MAP_RECORD *r;
	unsigned n = 0;
	PBYTE data;
	DWORD len;

	assert_int_equal(
	    MD_CALL(&h, pfnCardReadFile, dir, file, 0, &data, &len), 0);
	assert_int_equal(len % sizeof *r, 0);
	r = (const CONTAINER_MAP_RECORD *)(const void *)data;
	for (size_t i = 0; i < len / sizeof *r; i++)
		n += (r[i].bFlags & CONTAINER_MAP_VALID_CONTAINER) != 0;
	md_host_free(data);
	return n;
}

static void
the_container_is_listed_once_it_is_registered(void **state)
{
	CONTAINER_INFO info = { .dwVersion = CONTAINER_INFO_VERSION };

	(void)state;
	md_host_ready(&h, slot);
	assert_int_equal(listed(), 1);
	assert_int_equal(MD_CALL(&h, pfnCardGetContainerInfo, 1, 0, &info),
	    (DWORD)SCARD_E_NO_KEY_CONTAINER);
	assert_int_equal(
	    md_try_sign_any(&h, 1), (DWORD)SCARD_E_NO_KEY_CONTAINER);
	md_host_stop(&h);
	store();
	md_host_ready(&h, slot);
	assert_int_equal(listed(), 2);
	info.dwVersion = CONTAINER_INFO_VERSION;
	assert_int_equal(MD_CALL(&h, pfnCardGetContainerInfo, 1, 0, &info), 0);
	assert_int_equal(info.cbSigPublicKey, 276);
	md_host_free(info.pbSigPublicKey);
	md_host_stop(&h);
	assert_int_equal(md_sigcache_forget(id), JM_OK);
	md_host_ready(&h, slot);
	assert_int_equal(listed(), 1);
	md_host_stop(&h);
}

static void
what_was_stored_is_read_again_by_the_same_user(void **state)
{
	struct stat st;
	size_t n;

	(void)state;
	assert_int_equal(load(), JM_NOT_FOUND);
	store();
	assert_int_equal(load(), JM_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* Nothing of the certificate can be read in it. */
	n = read_file(good);
	for (size_t i = 0; i + 32 <= n; i++)
		assert_memory_not_equal(good + i, own->der + 4, 32);
	assert_int_equal(md_sigcache_forget(id), JM_OK);
	assert_false(there());
	assert_int_equal(md_sigcache_forget(id), JM_NOT_FOUND);
	assert_int_equal(load(), JM_NOT_FOUND);
}

static void
a_file_that_is_damaged_anywhere_goes(void **state)
{
	size_t n;

	(void)state;
	store();
	n = read_file(good);
	for (size_t i = 0; i < n; i += n / 61 + 1) {
		memcpy(bad, good, n);
		bad[i] ^= 0x40;
		write_file(bad, n);
		assert_int_equal(load(), JM_NOT_FOUND);
		assert_false(there());
	}
	for (size_t cut = 0; cut < n; cut += n / 61 + 1) {
		write_file(good, cut);
		assert_int_equal(load(), JM_NOT_FOUND);
		assert_false(there());
	}
	write_file(good, n);
	assert_int_equal(load(), JM_OK);
}

/* What decrypts is looked at as hard as what does not. */
static void
what_this_user_encrypted_himself_is_not_believed_for_that(void **state)
{
	const size_t n = plain_of(own, good);
	size_t tried = 0;

	(void)state;
	store(); /* makes the folder */
	plant(good, n);
	assert_int_equal(load(), JM_OK); /* or nothing below means anything */
	for (size_t i = 0; i < 28; i++, tried++) { /* its head, all of it */
		memcpy(bad, good, n);
		bad[i] ^= 1;
		plant(bad, n);
		assert_int_equal(load(), JM_NOT_FOUND);
		assert_false(there());
	}
	for (size_t cut = 0; cut < n; cut += cut < 32 ? 1 : 97, tried++) {
		plant(good, cut);
		assert_int_equal(load(), JM_NOT_FOUND);
		assert_false(there());
	}
	memcpy(bad, good, n);
	bad[n] = 0;
	plant(bad, n + 1);
	assert_int_equal(load(), JM_NOT_FOUND);
	assert_false(there());
	assert_true(tried > 60);
}

static void
an_entry_of_another_card_or_another_user_is_not_believed(void **state)
{
	uint8_t other[MD_CARD_ID_LEN];
	size_t n;

	(void)state;
	/* Another card's file under this one's name. */
	memcpy(other, id, sizeof other);
	other[0] ^= 1;
	assert_int_equal(md_sigcache_store(other, t, own, NULL), JM_OK);
	path_of(other);
	n = read_file(good);
	path_of(id);
	write_file(good, n);
	assert_int_equal(load(), JM_NOT_FOUND);
	assert_false(there());
	/* What another user of this computer encrypted. */
	shim_user("somebody else");
	store();
	shim_user(NULL);
	assert_int_equal(load(), JM_NOT_FOUND);
	assert_false(there());
}

static void
a_file_that_others_may_write_goes(void **state)
{
	(void)state;
	store();
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(load(), JM_NOT_FOUND);
	assert_false(there());
}

static void
a_file_longer_than_any_of_ours_goes(void **state)
{
	uint8_t *huge = calloc(1, 1 << 20);

	(void)state;
	assert_non_null(huge);
	store();
	write_file(huge, 1 << 20);
	free(huge);
	assert_int_equal(load(), JM_NOT_FOUND);
	assert_false(there());
}

static void
what_expired_goes_and_what_is_to_come_waits(void **state)
{
	(void)state;
	store();
	later = -20 * 365; /* the clock is behind: it may be right again */
	assert_int_equal(load(), JM_NOT_FOUND);
	assert_true(there());
	assert_int_equal(md_sigcache_store(id, t, own, NULL), JM_FORMAT);
	later = 0;
	assert_int_equal(load(), JM_OK);
	later = 20 * 365;
	assert_int_equal(load(), JM_NOT_FOUND);
	assert_false(there());
	assert_int_equal(md_sigcache_store(id, t, own, NULL), JM_FORMAT);
	assert_false(there());
}

static void
a_key_that_is_away_takes_nothing_away(void **state)
{
	(void)state;
	store();
	shim_dpapi_fails(NO_KEY);
	assert_int_equal(load(), JM_NOT_FOUND);
	assert_true(there());
	shim_dpapi_fails(0);
	assert_int_equal(load(), JM_OK);
	assert_int_equal(md_sigcache_forget(id), JM_OK);
	shim_dpapi_fails(NO_KEY);
	assert_int_equal(md_sigcache_store(id, t, own, NULL), JM_CRYPTO);
	assert_false(there());
}

static void
only_a_certificate_for_signatures_with_such_a_key(void **state)
{
	const struct jm_cert *ca, *auth;
	struct jm_cert *c = malloc(sizeof *c);

	(void)state;
	assert_non_null(c);
	assert_int_equal(jm_token_cert(t, JM_CERT_SIGN_CA, &ca), JM_OK);
	assert_int_equal(jm_token_cert(t, JM_CERT_AUTH, &auth), JM_OK);
	assert_int_equal(md_sigcache_store(id, t, ca, NULL), JM_FORMAT);
	*c = *own;
	c->key_usage = JM_KU_KEY_CERT_SIGN;
	assert_int_equal(md_sigcache_store(id, t, c, NULL), JM_FORMAT);
	*c = *own;
	c->rsa.bits = 1024;
	assert_int_equal(md_sigcache_store(id, t, c, NULL), JM_FORMAT);
	*c = *own;
	c->rsa.n_len = 0;
	assert_int_equal(md_sigcache_store(id, t, c, NULL), JM_FORMAT);
	/* The card's own authority did not sign the other pair's. */
	assert_int_equal(md_sigcache_store(id, t, own, ca), JM_OK);
	assert_int_equal(md_sigcache_forget(id), JM_OK);
	assert_int_equal(md_sigcache_store(id, t, auth, ca), JM_BAD_SIG);
	assert_false(there());
	free(c);
}

static void
all_that_is_registered_can_be_forgotten_at_once(void **state)
{
	char folder[JM_FOLDER_PATH_MAX], left[JM_FOLDER_PATH_MAX + 40];
	uint8_t other[MD_CARD_ID_LEN];
	unsigned n = 99;
	FILE *f;

	(void)state;
	memset(other, 0x77, sizeof other);
	store();
	assert_int_equal(md_sigcache_store(other, t, own, NULL), JM_OK);
	assert_int_equal(jm_folder_path(JM_FOLDER_SIGN, folder), JM_OK);
	snprintf(left, sizeof left, "%s/" JM_FOLDER_NEW "123", folder);
	f = fopen(left, "wb");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(md_sigcache_forget_all(&n), JM_OK);
	assert_int_equal(n, 2);
	assert_int_not_equal(access(left, F_OK), 0);
	assert_false(there());
	assert_int_equal(md_sigcache_forget_all(&n), JM_OK);
	assert_int_equal(n, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_container_is_listed_once_it_is_registered),
		CASE(what_was_stored_is_read_again_by_the_same_user),
		CASE(a_file_that_is_damaged_anywhere_goes),
		CASE(what_this_user_encrypted_himself_is_not_believed_for_that),
		CASE(an_entry_of_another_card_or_another_user_is_not_believed),
		CASE(a_file_that_others_may_write_goes),
		CASE(a_file_longer_than_any_of_ours_goes),
		CASE(what_expired_goes_and_what_is_to_come_waits),
		CASE(a_key_that_is_away_takes_nothing_away),
		CASE(only_a_certificate_for_signatures_with_such_a_key),
		CASE(all_that_is_registered_can_be_forgotten_at_once),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
