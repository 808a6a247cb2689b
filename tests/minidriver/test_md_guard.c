/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Key material of service identities is signed for no program, however it is
 * described (nym1.md 4.3). */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "crypto/rsa_pad.h"
#include "holder/index.h"
#include "holder/vault.h"
#include "nym/derive.h"
#include "tests/minidriver/md_try.h"

#define REGISTERED "web:example.jp"
#define OTHER      "web:other.example.jp"
#define HASH_LEN   64

static struct vslot *slot;
static struct md_host h;

static void
scope_hash(const char *scope, uint8_t sh[NYM_SH_LEN])
{
	assert_int_equal(nym_scope_hash(scope, strlen(scope), sh), JM_OK);
}

/* A vault of a card that refused the reserved OID, with one service. */
static int
set_up(void **state)
{
	static const uint8_t cert[64] = { 0x30 }, prk[NYM_PRK_LEN] = { 1 };
	struct nym_entry e = { .state = NYM_REGISTERED,
		.mode = NYM_MODE_HOLDER,
		.profile = NYM_PROFILE_S,
		.use = NYM_USE_ASSERT,
		.since = 1767225600 };
	struct nym_vault *v;

	if (md_group_setup(state) != 0)
		return -1;
	snprintf(e.scope, sizeof e.scope, "%s", REGISTERED);
	scope_hash(REGISTERED, e.sh);
	assert_int_equal(
	    nym_vault_new(NULL, NYM_PROFILE_S, cert, sizeof cert, &v), JM_OK);
	assert_int_equal(nym_vault_wrap(v, prk), JM_OK);
	assert_int_equal(nym_vault_put(v, &e), JM_OK);
	assert_int_equal(nym_index_sync(v, nym_vault_ref_of(v)->hint), JM_OK);
	assert_int_equal(nym_vault_save(v), JM_OK);
	nym_vault_free(&v);
	return 0;
}

static int
begin_test(void **state)
{
	(void)state;
	slot = fixture_slot(NULL);
	md_host_ready(&h, slot);
	assert_int_equal(md_try_login(&h, ROLE_USER, MD_TRY_AUTH, NULL), 0);
	vslot_restart_count(slot);
	return 0;
}

static int
end_test(void **state)
{
	(void)state;
	md_host_stop(&h);
	vslot_close(&slot);
	return 0;
}

static DWORD
sign(CARD_SIGNING_INFO info)
{
	const DWORD code = md_try_sign(&h, &info);

	md_host_free(info.pbSignedData);
	return code;
}

/* The three ways to ask for a signature over T, and over its hash value where
 * it has one.  1: all of them signed; 0: none, and nothing was sent. */
static int
signs(enum nym_profile profile, const char *scope)
{
	uint8_t sh[NYM_SH_LEN], t[NYM_T_MAX];
	MD_PKCS1_PADDING as_is = { NULL }, sha512 = { L"SHA512" };
	CARD_SIGNING_INFO info[4];
	unsigned done = 0, n = 0;
	size_t len;

	scope_hash(scope, sh);
	assert_int_equal(nym_t(profile, sh, t, &len), JM_OK);
	for (int form = 0; form < (profile == NYM_PROFILE_S ? 4 : 2); form++) {
		CARD_SIGNING_INFO *i = &info[n++];
		DWORD code;

		*i = form < 2 ? md_try_info(0, 0, t, len)
			      : md_try_info(0, MD_CALG_SHA_512,
				    t + len - HASH_LEN, HASH_LEN);
		if (form % 2 == 1) {
			i->dwVersion = 2;
			i->dwSigningFlags = CARD_PADDING_INFO_PRESENT;
			i->dwPaddingType = CARD_PADDING_PKCS1;
			i->pPaddingInfo = form == 1 ? &as_is : &sha512;
		}
		code = sign(*i);
		if (code != ERROR_SUCCESS)
			assert_int_equal(
			    code, (DWORD)SCARD_E_UNSUPPORTED_FEATURE);
		done += code == ERROR_SUCCESS;
	}
	if (done == 0)
		md_try_cost(slot, 0, 0);
	else
		assert_int_equal(done, n);
	return done > 0;
}

static void
the_reserved_oid_is_refused_for_every_scope(void **state)
{
	(void)state;
	assert_false(signs(NYM_PROFILE_X, REGISTERED));
	assert_false(signs(NYM_PROFILE_X, OTHER));
}

static void
what_a_vault_registered_by_its_hash_is_refused(void **state)
{
	(void)state;
	assert_false(signs(NYM_PROFILE_S, REGISTERED));
	assert_true(signs(NYM_PROFILE_S, OTHER)); /* it tells nothing */
}

/* The login is what it was. */
static void
a_refusal_ends_nothing(void **state)
{
	(void)state;
	assert_false(signs(NYM_PROFILE_X, REGISTERED));
	assert_int_equal(md_try_sign_any(&h, 0), 0);
	assert_int_equal(vslot_counted(slot).verifies, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_test, end_test)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_reserved_oid_is_refused_for_every_scope),
		CASE(what_a_vault_registered_by_its_hash_is_refused),
		CASE(a_refusal_ends_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, md_group_teardown);
}
