/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A card that stumbles in every signature, and each way out of this software
 * that a signature has: where the key's certificate is known the number never
 * leaves, and for identifiers it always is (test_crt_fault.c has what it would
 * be good for).
 */
#include "tests/nym/foe.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crypto/soft_key.h"
#include "tests/nym/leak.h"
#include "tests/pkcs11/stage_conf.h"
#include "tests/unit/cli_try.h"
#include "tools/jumin/out.h"

/* What is on the disk when the power goes is other tests' matter. */
int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

/* --- the card --------------------------------------------------------------
 */

static int stumbles;
static unsigned made;
static uint8_t wrong[256];

jm_err __real_jm_soft_key_sign_raw(const struct jm_soft_key *k,
    const uint8_t *t, size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX],
    size_t *sig_len);
jm_err __wrap_jm_soft_key_sign_raw(const struct jm_soft_key *k,
    const uint8_t *t, size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX],
    size_t *sig_len);
jm_err
__wrap_jm_soft_key_sign_raw(const struct jm_soft_key *k, const uint8_t *t,
    size_t t_len, uint8_t sig[JM_RSA_BYTES_MAX], size_t *sig_len)
{
	const jm_err e = __real_jm_soft_key_sign_raw(k, t, t_len, sig, sig_len);

	if (e == JM_OK && stumbles && *sig_len == sizeof wrong) {
		sig[made * 37 % sizeof wrong] ^= 0x10;
		memcpy(wrong, sig, sizeof wrong);
		made++;
	}
	return e;
}

static int
out(void **state)
{
	stumbles = 0;
	made = 0;
	return stage_conf_begin(state);
}

/* --- tests -----------------------------------------------------------------
 */

static const CK_MECHANISM_TYPE ways[] = { CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS,
	CKM_SHA512_RSA_PKCS };
static CK_BYTE info[51] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
	0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };

/* As programs do it: the key of a certificate. */
static CK_SESSION_HANDLE
key_of(enum jm_pair pair, const char *pin, CK_OBJECT_HANDLE *key)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_ATTRIBUTE der = { CKA_VALUE, NULL, 0 };
	const CK_SESSION_HANDLE s = stage_session(0, pair);
	CK_OBJECT_HANDLE cert[4];
	CK_ULONG n;

	assert_int_equal(stage_login(s, pin), CKR_OK);
	assert_int_equal(p11->C_FindObjectsInit(s, &t, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, cert, 4, &n), CKR_OK);
	assert_true(n >= 1);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	for (CK_ULONG i = 0; i < n; i++)
		assert_int_equal(
		    p11->C_GetAttributeValue(s, cert[i], &der, 1), CKR_OK);
	class = CKO_PRIVATE_KEY;
	assert_int_equal(p11->C_FindObjectsInit(s, &t, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(s, key, 1, &n), CKR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(p11->C_FindObjectsFinal(s), CKR_OK);
	return s;
}

static void
no_program_is_handed_a_faulty_signature(void **state)
{
	(void)state;
	assert_int_equal(stage_reader(PLAIN, NULL), 0);
	leak_listen();
	for (size_t i = 0; i < NELEM(ways); i++)
		for (int pair = 0; pair < 2; pair++) {
			CK_MECHANISM m = { ways[i], NULL, 0 };
			CK_BYTE sig[256], untouched[256];
			CK_ULONG len = sizeof sig;
			CK_OBJECT_HANDLE key;
			CK_SESSION_HANDLE s;

			stage_fresh(0);
			stage_init();
			s = key_of(pair == 0 ? AUTH : SIGN,
			    pair == 0 ? AUTH_PIN : SIGN_PIN, &key);
			stumbles = 1;
			memset(sig, 0xa5, sizeof sig);
			memset(untouched, 0xa5, sizeof untouched);
			assert_int_equal(p11->C_SignInit(s, &m, key), CKR_OK);
			assert_int_not_equal(
			    p11->C_Sign(s, info, sizeof info, sig, &len),
			    CKR_OK);
			assert_memory_equal(sig, untouched, sizeof sig);
			assert_true(made > 0);
			stumbles = 0;
			made = 0;
			assert_int_equal(p11->C_Finalize(NULL), CKR_OK);
			assert_false(leak_logged(wrong, sizeof wrong));
		}
	leak_deaf();
}

static void
no_command_prints_or_keeps_one(void **state)
{
	char file[64], sig[64];
	const char *const row[][10] = {
		{ "jumin", "sign", "--key=auth", file, "-o", sig },
		{ "jumin", "nym", "register", "--yes", "--json",
		    "web:example.jp" },
		{ "jumin", "nym", "id", "--binding=none", "--insecure",
		    "--json", "web:example.jp" },
	};
	FILE *f;

	(void)state;
	snprintf(file, sizeof file, "%s", stage_conf_path("letter"));
	snprintf(sig, sizeof sig, "%s", stage_conf_path("sig"));
	f = fopen(file, "w");
	assert_non_null(f);
	assert_true(fputs("letter", f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(stage_reader(PLAIN, NULL), 0);
	for (size_t i = 0; i < NELEM(row); i++) {
		/* It works as long as the card does. */
		stumbles = 0;
		if (i < 1 && cli_try(row[i], AUTH_PIN "\n") != EX_OK)
			fail_msg("%s", cli_err);
		(void)unlink(sig);
		stumbles = 1;
		made = 0;
		leak_listen();
		assert_int_not_equal(cli_try(row[i], AUTH_PIN "\n"), EX_OK);
		leak_deaf();
		assert_true(made > 0);
		assert_string_equal(cli_out, "");
		assert_int_not_equal(access(sig, F_OK), 0);
		assert_false(
		    leak_in(cli_err, strlen(cli_err), wrong, sizeof wrong));
		assert_false(leak_logged(wrong, sizeof wrong));
	}
	/* what was to be registered is not */
	stumbles = 0;
	assert_int_not_equal(
	    cli_try((const char *const[]){ "jumin", "nym", "id", "--json",
			"web:example.jp", NULL },
		AUTH_PIN "\n"),
	    EX_OK);
}

static int
set_up(void **state)
{
	if (stage_conf_open(state) != 0)
		return -1;
	return setenv("XDG_DATA_HOME", stage_conf_path("data"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    no_program_is_handed_a_faulty_signature, out, stage_end),
		cmocka_unit_test_setup_teardown(
		    no_command_prints_or_keeps_one, out, stage_end),
	};

	return cmocka_run_group_tests(tests, set_up, stage_conf_close);
}
