/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every record of tests/vectors that the derivation yields, and the values of
 * nym1.md, section 13. */
#include <string.h>

#include "base/hex.h"
#include "crypto/digest.h"
#include "nym/cert.h"
#include "nym/derive.h"
#include "tests/support/nym_keys.h"
#include "tests/support/nym_vectors.h"
#include "tests/support/test.h"

static void
same(const char *hex, const void *got, size_t n)
{
	uint8_t want[256];
	size_t len;

	assert_int_equal(jm_hex_decode(hex, want, sizeof want, &len), JM_OK);
	assert_int_equal(len, n);
	assert_memory_equal(want, got, n);
}

static void
hash_of(const char *scope, uint8_t sh[NYM_SH_LEN])
{
	assert_int_equal(nym_scope_hash(scope, strlen(scope), sh), JM_OK);
}

/* --- nym1.txt ------------------------------------------------------------- */

static void
prk_of_a(
    const struct nym_record *r, const uint8_t *sh, uint8_t prk[NYM_PRK_LEN])
{
	const enum nym_profile profile =
	    (enum nym_profile)nym_number(r, "profile");
	uint8_t t[NYM_T_MAX], s[NYM_S_LEN], l[NYM_L_LEN], hash[32];
	size_t n;

	nym_same(r, "sh", sh, NYM_SH_LEN);
	assert_int_equal(nym_t(profile, sh, t, &n), JM_OK);
	nym_same(r, "T", t, n);
	nym_test_sign(NYM_TEST_AUTH, t, n, s);
	assert_int_equal(jm_hash(JM_SHA256, s, sizeof s, hash), JM_OK);
	nym_same(r, "sha256_s", hash, sizeof hash);
	nym_exact(r, "L", l, sizeof l);
	assert_int_equal(nym_prk(l, profile, sh, s, prk), JM_OK);
}

static void
one_derivation(const struct nym_record *r)
{
	const struct nym_which which = {
		.use = (enum nym_use)nym_number(r, "use"),
		.slot = (uint8_t)nym_number(r, "slot"),
		.period = (uint16_t)nym_number(r, "period"),
		.epoch = (uint32_t)nym_number(r, "epoch"),
		.generation = (uint32_t)nym_number(r, "generation"),
	};
	uint8_t sh[NYM_SH_LEN], prk[NYM_PRK_LEN], k_n[32], nid[NYM_NID_LEN];
	uint8_t xt[NYM_XT_LEN];
	char text[NYM_TEXT_LEN + 1];
	struct nym_key key;

	hash_of(nym_value(r, "scope"), sh);
	if (strcmp(nym_value(r, "class"), "A") == 0) {
		prk_of_a(r, sh, prk);
	} else {
		nym_exact(r, "k_N", k_n, sizeof k_n);
		assert_int_equal(nym_prk_b(k_n, sh, prk), JM_OK);
	}
	nym_same(r, "prk", prk, sizeof prk);
	assert_int_equal(nym_key_of(prk, sh, &which, &key), JM_OK);
	if (nym_try_value(r, "d") != NULL)
		nym_same(r, "d", key.d, sizeof key.d);
	nym_same(r, "pk", key.pk, sizeof key.pk);
	nym_same(r, "nid", key.nid, sizeof key.nid);
	assert_memory_equal(key.x, key.pk + 1, sizeof key.x);
	assert_int_equal(nym_nid(sh, which.use, key.x, nid), JM_OK);
	assert_memory_equal(nid, key.nid, sizeof nid);
	nym_nid_text(key.nid, text);
	assert_string_equal(text, nym_value(r, "text"));
	assert_int_equal(nym_nid_parse(text, strlen(text), nid), JM_OK);
	assert_memory_equal(nid, key.nid, sizeof nid);
	assert_int_equal(nym_xt(prk, &which, xt), JM_OK);
	nym_same(r, "xt", xt, sizeof xt);
}

static void
every_derivation_is_the_known_one(void **state)
{
	(void)state;

	assert_int_equal(
	    nym_each_record("nym1.txt", NULL, one_derivation), NYM_VECTORS);
}

/* --- nym1-formats.txt ----------------------------------------------------- */

static void
one_scope(const struct nym_record *r)
{
	const char *scope = nym_value(r, "scope");
	const int accept = nym_number(r, "accept") == 1;
	enum nym_scheme s;
	jm_err e;

	e = nym_scope_parse(scope, strlen(scope), &s);
	if (e != (accept ? JM_OK : JM_SCOPE))
		fail_msg("line %u: %s: %s", r->line, scope, jm_errname(e));
	assert_int_equal(nym_scope_check(scope, strlen(scope), &s), e);
}

static void
one_text(const struct nym_record *r)
{
	const char *text = nym_value(r, "text");
	const int accept = nym_number(r, "accept") == 1;
	uint8_t nid[NYM_NID_LEN];
	jm_err e;

	e = nym_nid_parse(text, strlen(text), nid);
	if (e != (accept ? JM_OK : JM_FORMAT))
		fail_msg("line %u: %s: %s", r->line, text, jm_errname(e));
}

static void
one_vault(const struct nym_record *r)
{
	static const uint8_t l[NYM_L_LEN];
	const enum nym_profile profile =
	    (enum nym_profile)nym_number(r, "profile");
	char v[NYM_VAULT_SCOPE], shown[NYM_CODE_SHOWN], plain[NYM_CODE_SHOWN];
	uint8_t id[NYM_VAULT_ID], sh[NYM_SH_LEN], t[NYM_T_MAX], s[NYM_S_LEN];
	uint8_t prk[NYM_PRK_LEN], key[32], code[NYM_CODE_LEN], back[20];
	size_t n, len = 0;

	nym_exact(r, "id", id, sizeof id);
	nym_vault_scope(id, v);
	assert_string_equal(v, nym_value(r, "scope"));
	hash_of(v, sh);
	assert_int_equal(nym_t(profile, sh, t, &n), JM_OK);
	nym_same(r, "T", t, n);
	nym_test_sign(NYM_TEST_AUTH, t, n, s);
	assert_int_equal(nym_prk(l, profile, sh, s, prk), JM_OK);
	nym_same(r, "prk", prk, sizeof prk);
	assert_int_equal(nym_k_card(prk, id, key), JM_OK);
	nym_same(r, "K_card", key, sizeof key);
	nym_exact(r, "code", code, sizeof code);
	assert_int_equal(nym_k_code(code, id, key), JM_OK);
	nym_same(r, "K_code", key, sizeof key);
	nym_code_text(code, shown);
	for (size_t i = 0; shown[i] != '\0'; i++)
		if (shown[i] != ' ')
			plain[len++] = shown[i];
	plain[len] = '\0';
	assert_string_equal(plain, nym_value(r, "code_text"));
	assert_int_equal(nym_code_parse(plain, len, back), JM_OK);
	assert_memory_equal(back, code, sizeof code);
}

static void
one_site(const struct nym_record *r)
{
	const char *scope = nym_value(r, "scope");
	uint8_t k_op[32], sh[NYM_SH_LEN], l[NYM_L_LEN], t[NYM_T_MAX];
	uint8_t s[NYM_S_LEN], prk[NYM_PRK_LEN];
	size_t n;

	nym_exact(r, "K_op", k_op, sizeof k_op);
	hash_of(scope, sh);
	assert_int_equal(nym_l_site(k_op, sh, l), JM_OK);
	nym_same(r, "L", l, sizeof l);
	assert_int_equal(nym_t(NYM_PROFILE_X, sh, t, &n), JM_OK);
	nym_test_sign(NYM_TEST_AUTH, t, n, s);
	assert_int_equal(nym_prk(l, NYM_PROFILE_X, sh, s, prk), JM_OK);
	nym_same(r, "prk", prk, sizeof prk);
}

static void
one_rollover(const struct nym_record *r)
{
	uint8_t sh[NYM_SH_LEN], pk[NYM_PK_LEN], nid[NYM_NID_LEN];

	hash_of(nym_value(r, "scope"), sh);
	nym_exact(r, "pk_old", pk, sizeof pk);
	assert_int_equal(nym_nid(sh, NYM_USE_ASSERT, pk + 1, nid), JM_OK);
	nym_same(r, "old_nid", nid, sizeof nid);
	nym_exact(r, "pk", pk, sizeof pk);
	assert_int_equal(nym_nid(sh, NYM_USE_ASSERT, pk + 1, nid), JM_OK);
	nym_same(r, "nid", nid, sizeof nid);
}

static void
one_certificate(const struct nym_record *r)
{
	static const struct nym_which which = { .use = NYM_USE_RAW };
	static const uint8_t l[NYM_L_LEN];
	uint8_t sh[NYM_SH_LEN], t[NYM_T_MAX], s[NYM_S_LEN], prk[NYM_PRK_LEN];
	uint8_t tbs[NYM_TBS_LEN];
	char text[NYM_TEXT_LEN + 1];
	struct jm_ec_pub pub;
	struct nym_key key;
	size_t n;

	hash_of(nym_value(r, "scope"), sh);
	assert_int_equal(nym_t(NYM_PROFILE_X, sh, t, &n), JM_OK);
	nym_test_sign(NYM_TEST_AUTH, t, n, s);
	assert_int_equal(nym_prk(l, NYM_PROFILE_X, sh, s, prk), JM_OK);
	assert_int_equal(nym_key_of(prk, sh, &which, &key), JM_OK);
	nym_nid_text(key.nid, text);
	assert_string_equal(text, nym_value(r, "text"));
	assert_int_equal(jm_p256_expand(key.pk, &pub), JM_OK);
	nym_same(r, "point", pub.point, pub.point_len);
	assert_int_equal(nym_cert_tbs(key.nid, key.pk, tbs), JM_OK);
	nym_same(r, "tbs", tbs, sizeof tbs);
}

static void
every_format_is_the_known_one(void **state)
{
	static const struct {
		const char *kind;
		void (*f)(const struct nym_record *r);
		unsigned records;
	} row[] = {
		{ "scope", one_scope, 81 },
		{ "text", one_text, 7 },
		{ "vault", one_vault, 2 },
		{ "site", one_site, 1 },
		{ "roll", one_rollover, 1 },
		{ "certificate", one_certificate, 1 },
	};
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++)
		assert_int_equal(
		    nym_each_record("nym1-formats.txt", row[i].kind, row[i].f),
		    row[i].records);
}

/* --- section 13 ----------------------------------------------------------- */

static void
the_test_keys_are_those_of_the_recipe(void **state)
{
	/* clang-format off */
	static const struct { enum nym_test_key which; unsigned p, q; const char *n; } row[] = {
		{ NYM_TEST_AUTH, 1420, 158,
		    "b9028d1584de0dc4b13ce32a8f460c3123c63158f57d7c7638ac359d242a8ba1" },
		{ NYM_TEST_TEXT, 480, 938,
		    "c17128b3f4384b94a760b7226e1c07aeaf87045ccf0a9bb9f436df029e1e8c50" },
	};
	/* clang-format on */
	struct jm_soft_key *key;
	struct jm_rsa_pub pub;
	uint8_t hash[32];
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		assert_int_equal(nym_test_offset(row[i].which, 'p'), row[i].p);
		assert_int_equal(nym_test_offset(row[i].which, 'q'), row[i].q);
		key = nym_test_key(row[i].which);
		assert_int_equal(jm_soft_key_pub(key, &pub), JM_OK);
		assert_int_equal(pub.n_len, 256);
		assert_int_equal(jm_hash(JM_SHA256, pub.n, 256, hash), JM_OK);
		same(row[i].n, hash, sizeof hash);
		jm_soft_key_free(&key);
	}
}

/* A4: of s the leading zero is part. */
static void
a_signature_that_begins_with_zero_is_not_cut(void **state)
{
	static const uint8_t l[NYM_L_LEN];
	uint8_t sh[NYM_SH_LEN], t[NYM_T_MAX], s[NYM_S_LEN], prk[NYM_PRK_LEN];
	size_t n;
	(void)state;

	hash_of("test:lz80", sh);
	assert_int_equal(nym_t(NYM_PROFILE_X, sh, t, &n), JM_OK);
	nym_test_sign(NYM_TEST_AUTH, t, n, s);
	same("00f8f3cc", s, 4);
	assert_int_equal(nym_prk(l, NYM_PROFILE_X, sh, s, prk), JM_OK);
	same("26230fae7abcf51a240333e8126ab46c343183a3d60f3667c506b6e4dc0b5625",
	    prk, sizeof prk);
}

static void
two_signatures_of_the_second_key_give_l(void **state)
{
	static const struct nym_which which = { .use = NYM_USE_ASSERT };
	uint8_t sh[NYM_SH_LEN], t[NYM_T_MAX], s[NYM_S_LEN], l[NYM_L_LEN];
	uint8_t prk[NYM_PRK_LEN];
	struct nym_key key;
	size_t n;
	(void)state;

	hash_of("web:example.jp", sh);
	assert_int_equal(nym_t2(sh, t, &n), JM_OK);
	same("303c301806146981fa8f9d94cdc1f2adf59fac8bedf2e0fdd401"
	     "0500042015d8410fdf28ee424f72baff6efde8870a0237cecd5f96"
	     "115ba6384c106e45b3",
	    t, n);
	nym_test_sign(NYM_TEST_TEXT, t, n, s);
	assert_int_equal(nym_l_card2(sh, s, l), JM_OK);
	same("2a9f296da0aa80d091e4b98abb86e4c8b57bab8768d22e05e28e1a891af3ed7b",
	    l, sizeof l);
	assert_int_equal(nym_t(NYM_PROFILE_X, sh, t, &n), JM_OK);
	nym_test_sign(NYM_TEST_AUTH, t, n, s);
	assert_int_equal(nym_prk(l, NYM_PROFILE_X, sh, s, prk), JM_OK);
	same("24512c9d81b2157f30b8a46cdb3263bdff3f99058b7097d1a594f99d7cbf382b",
	    prk, sizeof prk);
	assert_int_equal(nym_key_of(prk, sh, &which, &key), JM_OK);
	same("fa33c209774c6f06c9dd9822d4c2ed3baa10171d4b1df047218c3f0a3566b424",
	    key.nid, sizeof key.nid);
}

/* The rest of section 13 is in the files; these are the ones that are not, and
 * the message that a security module computes L from. */
static void
what_is_only_in_the_text_is_known_too(void **state)
{
	uint8_t sh[NYM_SH_LEN], msg[NYM_SITE_MSG], hash[32], nid[NYM_NID_LEN];
	uint8_t pk[NYM_PK_LEN], tbs[NYM_TBS_LEN];
	size_t n;
	(void)state;

	hash_of("kiosk:jp.example.city/library", sh);
	assert_int_equal(nym_site_msg(sh, msg, &n), JM_OK);
	assert_int_equal(n, 2 + 9 + 1 + 2 + 32);
	assert_memory_equal(msg, "\x00\x09NYM1/site\x01\x00\x20", 14);
	assert_memory_equal(msg + 14, sh, sizeof sh);

	assert_int_equal(jm_hex_decode("02c2b7d1fecde339c400b9de60aea49c84817"
				       "793caeffac7cfd7c40a9c59fd391e",
			     pk, sizeof pk, &n),
	    JM_OK);
	assert_int_equal(
	    nym_nid_parse(
		"nym1cvj6k3npmsai6blybjgrfmf75sp7c2wldhghfn6meizvflalzseq",
		NYM_TEXT_LEN, nid),
	    JM_OK);
	assert_int_equal(nym_cert_tbs(nid, pk, tbs), JM_OK);
	assert_int_equal(jm_hash(JM_SHA256, tbs, sizeof tbs, hash), JM_OK);
	same("89e012e836a85b7a3f87aa07343288fe7779baaaeabd33dd538610ea59af16b7",
	    hash, sizeof hash);
}

static int
teardown(void **state)
{
	(void)state;

	nym_test_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_test_keys_are_those_of_the_recipe),
		cmocka_unit_test(every_derivation_is_the_known_one),
		cmocka_unit_test(every_format_is_the_known_one),
		cmocka_unit_test(a_signature_that_begins_with_zero_is_not_cut),
		cmocka_unit_test(two_signatures_of_the_second_key_give_l),
		cmocka_unit_test(what_is_only_in_the_text_is_known_too),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
