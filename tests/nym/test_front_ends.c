/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every way by which a program can have bytes signed, against all that is key
 * material of identifiers: T of any scope with the reserved OID, T of what is
 * registered in the fallback profile, and the messages that those are of, where
 * we do the hashing.  A further front end is a row of the table.
 */
#include "tests/nym/foe.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wbuf.h"
#include "crypto/rsa_pad.h"
#include "holder/index.h"
#include "nym/enc.h"
#include "tests/pkcs11/stage_conf.h"
#include "tests/unit/cli_try.h"
#include "tools/jumin/out.h"

#define REGISTERED "web:example.jp"
#define RAW_SCOPE  "ssh:git.example.jp"
#define OTHER      "web:other.example.jp"

struct input {
	const char *what;
	uint8_t b[256];
	size_t len;
};

/* What is on the disk when the power goes is other tests' matter. */
int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

/* --- the front ends --------------------------------------------------------
 */

enum kind { READY, MESSAGE };

struct front {
	const char *what;
	enum kind takes;
	int (*signs)(const struct front *f, const struct input *in);
	CK_MECHANISM_TYPE m;
	size_t part; /* bytes of a C_SignUpdate; 0: C_Sign */
	const char *hash;
};

static CK_SESSION_HANDLE session;
static CK_OBJECT_HANDLE key;

/* 1: signed.  0: refused, and in the way that is promised. */
static int
by_module(const struct front *f, const struct input *in)
{
	CK_MECHANISM m = { f->m, NULL, 0 };
	CK_BYTE sig[256], untouched[256], data[256];
	CK_ULONG len = sizeof sig;
	CK_RV rv;

	memset(sig, 0xa5, sizeof sig);
	memset(untouched, 0xa5, sizeof untouched);
	memcpy(data, in->b, in->len);
	vs_restart_count(0);
	assert_int_equal(p11->C_SignInit(session, &m, key), CKR_OK);
	if (f->part == 0)
		rv = p11->C_Sign(session, data, in->len, sig, &len);
	else {
		rv = CKR_OK;
		for (size_t at = 0; at < in->len && rv == CKR_OK; at += f->part)
			rv = p11->C_SignUpdate(session, data + at,
			    in->len - at < f->part ? in->len - at : f->part);
		if (rv == CKR_OK)
			rv = p11->C_SignFinal(session, sig, &len);
	}
	if (rv == CKR_OK)
		return 1;
	if (rv != CKR_DATA_INVALID)
		fail_msg("%s, %s: %lx", f->what, in->what, rv);
	assert_memory_equal(sig, untouched, sizeof sig);
	assert_int_equal(vs_counted(0).apdus, 0);
	return 0;
}

static int
by_command(const struct front *f, const struct input *in)
{
	char file[64], out[64], hash[24];
	const char *const words[] = { "jumin", "sign", "--key=auth", "--raw",
		hash, file, "-o", out, "--force", NULL };
	FILE *letter;
	int code;

	snprintf(hash, sizeof hash, "--hash=%s", f->hash);
	snprintf(file, sizeof file, "%s", stage_conf_path("letter"));
	snprintf(out, sizeof out, "%s", stage_conf_path("sig"));
	letter = fopen(file, "wb");
	assert_non_null(letter);
	assert_int_equal(fwrite(in->b, 1, in->len, letter), in->len);
	assert_int_equal(fclose(letter), 0);
	(void)unlink(out);
	vs_restart_count(0);
	code = cli_try(words, AUTH_PIN "\n");
	if (code == EX_OK) {
		assert_int_equal(access(out, R_OK), 0);
		return 1;
	}
	cli_says(cli_err, "must not sign");
	assert_int_not_equal(access(out, F_OK), 0);
	assert_int_equal(vs_counted(0).verifies, 0);
	return 0;
}

static const struct front fronts[] = {
	{ "RSA_PKCS", READY, by_module, CKM_RSA_PKCS, 0, NULL },
	{ "RSA_PKCS, bytes", READY, by_module, CKM_RSA_PKCS, 1, NULL },
	{ "RSA_PKCS, two parts", READY, by_module, CKM_RSA_PKCS, 61, NULL },
	{ "SHA512", MESSAGE, by_module, CKM_SHA512_RSA_PKCS, 0, NULL },
	{ "SHA512, bytes", MESSAGE, by_module, CKM_SHA512_RSA_PKCS, 1, NULL },
	{ "SHA512, parts", MESSAGE, by_module, CKM_SHA512_RSA_PKCS, 6, NULL },
	{ "SHA512, parts", MESSAGE, by_module, CKM_SHA512_RSA_PKCS, 40, NULL },
	{ "SHA384", MESSAGE, by_module, CKM_SHA384_RSA_PKCS, 0, NULL },
	{ "SHA256", MESSAGE, by_module, CKM_SHA256_RSA_PKCS, 0, NULL },
	{ "SHA256, bytes", MESSAGE, by_module, CKM_SHA256_RSA_PKCS, 1, NULL },
	{ "SHA1", MESSAGE, by_module, CKM_SHA1_RSA_PKCS, 0, NULL },
	{ "command", MESSAGE, by_command, 0, 0, "sha512" },
	{ "command", MESSAGE, by_command, 0, 0, "sha256" },
};

/* --- the holder ------------------------------------------------------------
 */

static struct nym_vault_ref fallback;

static void
entry(struct nym_vault *v, const char *scope)
{
	struct nym_entry e = { .state = NYM_REGISTERED,
		.mode = NYM_MODE_HOLDER,
		.profile = NYM_PROFILE_S,
		.use = strncmp(scope, "ssh:", 4) == 0 ? NYM_USE_RAW
						      : NYM_USE_ASSERT,
		.since = 1767225600 };

	snprintf(e.scope, sizeof e.scope, "%s", scope);
	foe_sh(scope, e.sh);
	assert_int_equal(nym_vault_put(v, &e), JM_OK);
}

/* A vault of a card that refused T_X, with two scopes. */
static int
set_up(void **state)
{
	static const uint8_t cert[64] = { 0x30 }, prk[NYM_PRK_LEN] = { 1 };
	struct nym_vault *v;

	if (stage_conf_open(state) != 0 ||
	    setenv("XDG_DATA_HOME", stage_conf_path("data"), 1) != 0)
		return -1;
	assert_int_equal(mkdir(stage_conf_path("data"), 0700), 0);
	assert_int_equal(
	    nym_vault_new(NULL, NYM_PROFILE_S, cert, sizeof cert, &v), JM_OK);
	assert_int_equal(nym_vault_wrap(v, prk), JM_OK);
	entry(v, REGISTERED);
	entry(v, RAW_SCOPE);
	assert_int_equal(nym_index_sync(v, nym_vault_ref_of(v)->hint), JM_OK);
	assert_int_equal(nym_vault_save(v), JM_OK);
	fallback = *nym_vault_ref_of(v);
	nym_vault_free(&v);
	return 0;
}

static void
begin(const char *conf, enum jm_pair pair)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_ULONG n;

	stage_conf(conf);
	assert_int_equal(stage_reader(PLAIN, NULL), 0);
	stage_init();
	session = stage_session(0, pair);
	assert_int_equal(
	    stage_login(session, pair == AUTH ? AUTH_PIN : SIGN_PIN), CKR_OK);
	assert_int_equal(p11->C_FindObjectsInit(session, &t, 1), CKR_OK);
	assert_int_equal(p11->C_FindObjects(session, &key, 1, &n), CKR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(p11->C_FindObjectsFinal(session), CKR_OK);
}

/* --- inputs ----------------------------------------------------------------
 */

static void
put_t(struct input *in, const char *what, enum nym_profile profile,
    const char *scope)
{
	in->what = what;
	in->len = foe_t(profile, scope, in->b);
}

/* ENC(label, sh), or what is near it. */
static void
put_message(struct input *in, const char *what, const char *label)
{
	uint8_t sh[NYM_SH_LEN];
	const struct nym_field f = { sh, sizeof sh };
	struct jm_wbuf w;

	foe_sh(REGISTERED, sh);
	in->what = what;
	jm_wbuf_init(&w, in->b, sizeof in->b);
	nym_put_enc(&w, label, &f, 1);
	assert_int_equal(jm_wbuf_done(&w, &in->len), JM_OK);
}

#define BAD 12
/* What must not be signed. */
static size_t
forbidden(enum kind kind, struct input in[BAD])
{
	char scope[NYM_VAULT_SCOPE];
	uint8_t sh[NYM_SH_LEN];
	size_t n = 0;

	if (kind == MESSAGE) {
		put_message(&in[n++], "M", "NYM1/A");
		put_message(&in[n++], "M2", "NYM1/A2");
		put_message(&in[n++], "another label", "NYM1/assert");
		put_message(&in[n], "with more behind", "NYM1/A");
		memset(in[n].b + in[n].len, 'x', 100);
		in[n++].len += 100;
		return n;
	}
	nym_vault_scope(fallback.id, scope);
	put_t(&in[n++], "T_X, registered", NYM_PROFILE_X, REGISTERED);
	put_t(&in[n++], "T_X, not registered", NYM_PROFILE_X, OTHER);
	put_t(&in[n++], "T_X of a vault", NYM_PROFILE_X, scope);
	in[n].what = "T_X of the second key";
	foe_sh(REGISTERED, sh);
	assert_int_equal(nym_t2(sh, in[n].b, &in[n].len), JM_OK);
	n++;
	put_t(&in[n++], "T_S, registered", NYM_PROFILE_S, REGISTERED);
	put_t(&in[n++], "T_S, registered raw", NYM_PROFILE_S, RAW_SCOPE);
	put_t(&in[n++], "T_S of a vault", NYM_PROFILE_S, scope);
	/* the OID somewhere in data that raw = on would let pass */
	in[n].what = "the OID in other data";
	in[n].len = 120;
	memset(in[n].b, 0x11, 120);
	memcpy(in[n].b + 77, nym_reserved_oid, sizeof nym_reserved_oid);
	n++;
	return n;
}

/* What is near it, and is signed. */
static size_t
allowed(enum kind kind, struct input in[BAD])
{
	uint8_t digest[JM_DIGEST_MAX];
	size_t n = 0;

	if (kind == MESSAGE) {
		in[n].what = "a letter";
		in[n].len = 8;
		memcpy(in[n++].b, "a letter", 8);
		put_message(&in[n++], "another scheme", "NYM2/A");
		put_message(&in[n], "M without its first byte", "NYM1/A");
		memmove(in[n].b, in[n].b + 1, --in[n].len);
		n++;
		return n;
	}
	in[n].what = "SHA-512 of a letter";
	assert_int_equal(jm_hash(JM_SHA512, "a letter", 8, digest), JM_OK);
	jm_digestinfo(JM_SHA512, digest, in[n].b, &in[n].len);
	n++;
	/* Nobody has it: no key comes of it. */
	put_t(&in[n++], "T_S, not registered", NYM_PROFILE_S, OTHER);
	return n;
}

/* --- tests -----------------------------------------------------------------
 */

static void
try_all(size_t first, size_t last)
{
	static struct input in[BAD];

	for (size_t i = first; i < last; i++) {
		const struct front *f = &fronts[i];
		size_t n = forbidden(f->takes, in);

		for (size_t k = 0; k < n; k++)
			if (f->signs(f, &in[k]))
				fail_msg("%s signs %s", f->what, in[k].what);
		n = allowed(f->takes, in);
		for (size_t k = 0; k < n; k++)
			if (!f->signs(f, &in[k]))
				fail_msg("%s refuses %s", f->what, in[k].what);
	}
}

static size_t
commands(void)
{
	size_t i = 0;

	while (i < NELEM(fronts) && fronts[i].signs == by_module)
		i++;
	return i;
}

static void
the_module_signs_no_key_material(void **state)
{
	(void)state;
	begin("", AUTH);
	try_all(0, commands());
}

static void
raw_lets_no_key_material_through(void **state)
{
	(void)state;
	begin("raw = on\nsha1 = on\n", AUTH);
	try_all(0, commands());
	{ /* raw is on */
		const struct input five = { "five bytes", "12345", 5 };

		assert_true(by_module(&fronts[0], &five));
	}
}

static void
nor_does_the_signature_key_sign_it(void **state)
{
	static struct input in[BAD];
	const size_t n = forbidden(READY, in);

	(void)state;
	begin("", SIGN);
	for (size_t i = 0; i < n; i++)
		assert_false(by_module(&fronts[0], &in[i]));
	assert_int_equal(allowed(READY, in), 2);
	assert_true(by_module(&fronts[0], &in[0]));
}

static void
the_command_signs_no_key_material(void **state)
{
	(void)state;
	stage_conf("raw = on\n");
	assert_int_equal(stage_reader(PLAIN, NULL), 0);
	try_all(commands(), NELEM(fronts));
}

/* Whoever could have the key do anything else would not need them. */
static void
no_other_call_lends_the_key(void **state)
{
	CK_MECHANISM bare = { CKM_RSA_X_509, NULL, 0 };
	CK_MECHANISM pkcs = { CKM_RSA_PKCS, NULL, 0 };

	(void)state;
	begin("raw = on\n", AUTH);
	assert_int_equal(
	    p11->C_SignInit(session, &bare, key), CKR_MECHANISM_INVALID);
	assert_int_not_equal(p11->C_DecryptInit(session, &pkcs, key), CKR_OK);
	assert_int_not_equal(p11->C_DecryptInit(session, &bare, key), CKR_OK);
	assert_int_not_equal(
	    p11->C_SignRecoverInit(session, &pkcs, key), CKR_OK);
	assert_int_not_equal(
	    p11_3->C_MessageSignInit(session, &pkcs, key), CKR_OK);
	assert_int_not_equal(
	    p11_3->C_MessageDecryptInit(session, &pkcs, key), CKR_OK);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, stage_conf_begin, stage_end)
	const struct CMUnitTest tests[] = {
		CASE(the_module_signs_no_key_material),
		CASE(raw_lets_no_key_material_through),
		CASE(nor_does_the_signature_key_sign_it),
		CASE(the_command_signs_no_key_material),
		CASE(no_other_call_lends_the_key),
	};
#undef CASE

	return cmocka_run_group_tests(tests, set_up, stage_conf_close);
}
