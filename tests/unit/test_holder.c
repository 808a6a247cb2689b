/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a holder's jobs keep to: bindings, profiles, generations, epochs. */
#include "holder/holder.h"

#include <stdio.h>
#include <string.h>

#include "objects/nym.h"
#include "tests/support/nym_cards.h"
#include "tests/support/nym_job.h"
#include "tests/support/test.h"

#define DAY  86400
#define WEB  "web:example.jp"
#define WEB2 "web:example.com"
#define SSH  "ssh:git.example.jp"

struct one {
	struct vslot *slot;
	struct jm_token *t;
};

static struct one
card(const char *param)
{
	struct one o;

	o.slot = nym_cards_slot(NYM_CARD_ONE, param, NULL);
	o.t = nym_cards_token(o.slot);
	vslot_restart_count(o.slot);
	return o;
}

static void
done(struct one *o)
{
	assert_int_equal(vslot_counted(o->slot).outside, 0);
	nym_close(&o->t, &o->slot);
}

/* --- registration --------------------------------------------------------- */

static void
a_registered_scope_has_one_identifier_for_good(void **state)
{
	struct one o = card(NULL);
	uint8_t first[NYM_NID_LEN], again[NYM_NID_LEN], other[NYM_NID_LEN];
	(void)state;

	nym_done(o.t, nym_register(WEB, 0), first);
	assert_int_equal(nym_kept(), 1); /* no index: it is no raw key */
	nym_done(o.t, nym_register(WEB2, 0), other);
	assert_memory_not_equal(first, other, sizeof first);
	done(&o);

	/* Another process, the same card in another reader. */
	o = card("atr=" NYM_ATR_SFI);
	nym_done(o.t, nym_key(WEB), again);
	assert_memory_equal(first, again, sizeof first);
	nym_done(o.t, nym_key(WEB2), again);
	assert_memory_equal(other, again, sizeof first);
	nym_fails(o.t, nym_register(WEB, 0), JM_EXISTS);
	nym_fails(o.t, nym_key("web:example.net"), JM_UNKNOWN);
	nym_fails(o.t, nym_reset("web:example.net"), JM_UNKNOWN);
	done(&o);
}

/* Before the PIN is sent, where that can be. */
static void
what_cannot_be_is_refused_before_the_pin(void **state)
{
	static const uint8_t l[NYM_L_LEN] = { 1 };
	static const char kiosk[] = "kiosk:jp.example/a";
	/* clang-format off */
	static const struct {
		enum nym_work work;
		enum nym_mode mode;
		const char *scope;
		jm_err want;
		uint16_t period;
		int64_t time;
		const uint8_t *site_l;
		const char *file;
	} row[] = {
		/* No vault: none is made. */
		{ NYM_WORK_KEY, 0, WEB, JM_NOT_FOUND, 0, 0, NULL, NULL },
		{ NYM_WORK_RESET, 0, WEB, JM_NOT_FOUND, 0, 0, NULL, NULL },
		{ NYM_WORK_OPEN, 0, NULL, JM_NOT_FOUND, 0, 0, NULL, NULL },
		{ NYM_WORK_CARRY, 0, NULL, JM_NOT_FOUND, 0, 0, NULL, NULL },
		{ NYM_WORK_WRAP, 0, NULL, JM_ARG, 0, 0, NULL, NULL },
		{ NYM_WORK_OPEN, NYM_MODE_HOLDER, NULL, JM_ARG, 0, 0, NULL, NULL },
		{ NYM_WORK_KEY, 0, WEB, JM_ARG, 0, 0, NULL, "x" },
		{ NYM_WORK_KEY, 0, NULL, JM_ARG, 0, 0, NULL, NULL },
		/* Scopes. */
		{ NYM_WORK_REGISTER, NYM_MODE_HOLDER, "web:Example.jp", JM_SCOPE, 0, 0, NULL, NULL },
		{ NYM_WORK_REGISTER, NYM_MODE_HOLDER, "self:vault/aaaqeayeaudaocajbifqydiob4", JM_SCOPE, 0, 0, NULL, NULL },
		{ NYM_WORK_REGISTER, NYM_MODE_HOLDER, "", JM_SCOPE, 0, 0, NULL, NULL },
		/* Periods and times. */
		{ NYM_WORK_REGISTER, NYM_MODE_HOLDER, WEB, JM_ARG, 1, 0, NULL, NULL },
		{ NYM_WORK_REGISTER, NYM_MODE_HOLDER, SSH, JM_ARG, 7, 0, NULL, NULL },
		{ NYM_WORK_REGISTER, NYM_MODE_HOLDER, WEB, JM_ARG, 0, -1, NULL, NULL },
		{ NYM_WORK_REGISTER, NYM_MODE_HOLDER, WEB, JM_ARG, 0, (int64_t)1 << 32, NULL, NULL },
		/* Bindings. */
		{ NYM_WORK_REGISTER, 0, WEB, JM_ARG, 0, 0, NULL, NULL },
		{ NYM_WORK_REGISTER, (enum nym_mode)5, WEB, JM_ARG, 0, 0, NULL, NULL },
		{ NYM_WORK_KEY, NYM_MODE_SITE, WEB, JM_MODE, 0, 0, l, NULL },
		{ NYM_WORK_KEY, NYM_MODE_SITE, kiosk, JM_ARG, 0, 0, NULL, NULL },
		{ NYM_WORK_RESET, NYM_MODE_SITE, kiosk, JM_MODE, 0, 0, l, NULL },
		{ NYM_WORK_RESET, NYM_MODE_CARD2, WEB, JM_MODE, 0, 0, NULL, NULL },
		{ NYM_WORK_RESET, NYM_MODE_NONE, WEB, JM_MODE, 0, 0, NULL, NULL },
	};
	/* clang-format on */
	struct one o = card(NULL);
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		struct nym_job *j =
		    nym_job_of(row[i].work, row[i].scope, row[i].mode);

		j->period = row[i].period;
		j->time = row[i].time;
		j->site_l = row[i].site_l;
		j->file = row[i].file;
		vslot_restart_count(o.slot);
		nym_fails(o.t, j, row[i].want);
		assert_int_equal(vslot_counted(o.slot).verifies, 0);
		assert_int_equal(vslot_counted(o.slot).signs, 0);
	}
	assert_int_equal(nym_kept(), 0);
	done(&o);
}

/* --- bindings ------------------------------------------------------------- */

static void
site_and_none_keep_nothing_and_ask_no_vault(void **state)
{
	static uint8_t l[NYM_L_LEN] = { 0xa5 };
	struct nym_job *site = nym_job_of(
	    NYM_WORK_KEY, "kiosk:jp.example.city/library", NYM_MODE_SITE);
	struct nym_job *none =
	    nym_job_of(NYM_WORK_REGISTER, SSH, NYM_MODE_NONE);
	struct one o = card(NULL);
	uint8_t a[NYM_NID_LEN], b[NYM_NID_LEN];
	(void)state;

	site->site_l = l;
	site->period = 28;
	nym_done(o.t, site, a);
	vslot_restart_count(o.slot);
	nym_done(o.t, site, b);
	nym_cost(o.slot, 6, 1);
	assert_memory_equal(a, b, sizeof a);
	l[0]++; /* another operator */
	nym_done(o.t, site, b);
	assert_memory_not_equal(a, b, sizeof a);
	l[0]--;
	site->time += 28 * DAY;
	nym_done(o.t, site, b);
	assert_memory_not_equal(a, b, sizeof a);
	site->site_profile = NYM_PROFILE_S;
	nym_done(o.t, site, a);
	assert_memory_not_equal(a, b, sizeof a);
	vslot_restart_count(o.slot);
	nym_done(o.t, none, a);
	nym_cost(o.slot, 6, 1);
	assert_int_equal(nym_kept(), 0);
	done(&o);

	/* By configuration alone: no card's answer changes the profile. */
	o = card("digestinfo=strict");
	site->site_profile = 0;
	nym_fails(o.t, site, JM_UNSUPPORTED);
	nym_fails(o.t, none, JM_UNSUPPORTED);
	done(&o);
}

static void
card2_works_without_a_vault_and_obeys_one(void **state)
{
	struct nym_job *key = nym_job_of(NYM_WORK_KEY, WEB, NYM_MODE_CARD2);
	struct nym_job *enrol =
	    nym_job_of(NYM_WORK_REGISTER, WEB, NYM_MODE_CARD2);
	struct nym_job *raw =
	    nym_job_of(NYM_WORK_REGISTER, SSH, NYM_MODE_CARD2);
	struct one o = card(NULL);
	uint8_t bare[NYM_NID_LEN], kept[NYM_NID_LEN];
	(void)state;

	nym_done(o.t, key, bare);
	/* SELECT text, two signatures; SELECT, PIN, VERIFY, key, signature,
	 * log-out: both keys' signatures are counted. */
	vslot_restart_count(o.slot);
	nym_done(o.t, key, kept);
	nym_cost(o.slot, 9, 3);
	assert_int_equal(nym_kept(), 0);
	nym_done(o.t, enrol, kept); /* a vault is not made for it */
	assert_memory_equal(bare, kept, sizeof bare);
	assert_int_equal(nym_kept(), 0);

	nym_done(o.t, nym_register(WEB2, 0), NULL);
	nym_fails(o.t, key, JM_UNKNOWN);
	nym_done(o.t, enrol, kept);
	assert_memory_equal(bare, kept, sizeof bare);
	nym_done(o.t, key, kept);
	assert_memory_equal(bare, kept, sizeof bare);
	nym_fails(o.t, enrol, JM_EXISTS);
	/* The binding of a scope is settled, and L has to come first. */
	nym_fails(o.t, nym_key(WEB), JM_MODE);
	nym_fails(o.t, nym_reset(WEB), JM_MODE);
	key->scope = WEB2;
	nym_fails(o.t, key, JM_MODE);
	nym_fails(o.t, raw, JM_MODE);
	done(&o);
}

/* --- profiles ------------------------------------------------------------- */

static void
a_strict_card_falls_back_once_and_stays(void **state)
{
	struct one o = card("digestinfo=strict");
	uint8_t first[NYM_NID_LEN], again[NYM_NID_LEN];
	struct nym_job *j;
	(void)state;

	j = nym_register(WEB, 0);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(nym_vault_ref_of(j->vault)->profile, NYM_PROFILE_S);
	assert_int_equal(vslot_counted(o.slot).signs, 3); /* one refused */
	assert_int_equal(vslot_counted(o.slot).verifies, 1);
	memcpy(first, j->secret->key.nid, sizeof first);
	assert_int_equal(nym_job_save(j), JM_OK);
	nym_job_end(j);
	vslot_restart_count(o.slot);
	nym_done(o.t, nym_key(WEB), again);
	nym_cost(o.slot, 7, 2);
	assert_memory_equal(first, again, sizeof first);
	done(&o);

	/* Were the card to take T_X from now on: the vault says otherwise. */
	o = card(NULL);
	nym_done(o.t, nym_key(WEB), again);
	assert_memory_equal(first, again, sizeof first);
	nym_done(o.t, nym_register(WEB2, 0), NULL);
	assert_int_equal(
	    vc_set_param(vslot_card(o.slot), "digestinfo=strict"), JM_OK);
	nym_done(o.t, nym_key(WEB2), NULL);
	done(&o);
}

static void
one_stray_refusal_on_an_enrolled_card_is_an_error(void **state)
{
	(void)state;
	for (unsigned nth = 1; nth <= 2; nth++) {
		struct one o = card(NULL);
		uint8_t first[NYM_NID_LEN], again[NYM_NID_LEN];

		nym_cards_forget(NULL);
		nym_done(o.t, nym_register(WEB, 0), first);
		assert_int_equal(vc_set_quirk(vslot_card(o.slot),
				     nth == 1 ? "sign-6a80=3" : "sign-6a80=4"),
		    JM_OK);
		vslot_restart_count(o.slot);
		nym_fails(o.t, nym_key(WEB), JM_CARD);
		assert_int_equal(vslot_counted(o.slot).signs, nth);
		assert_int_equal(vslot_counted(o.slot).verifies, 1);
		nym_done(o.t, nym_key(WEB), again);
		assert_memory_equal(first, again, sizeof first);
		done(&o);
	}
}

/* The other way round it is a card that does not know its own mind: the vault
 * is not made, for its scope could not be used. */
static void
a_refusal_after_the_vault_was_made_leaves_nothing(void **state)
{
	struct one o = card(NULL);
	(void)state;

	assert_int_equal(
	    vc_set_quirk(vslot_card(o.slot), "sign-6a80=2"), JM_OK);
	nym_fails(o.t, nym_register(WEB, 0), JM_CARD);
	assert_int_equal(nym_kept(), 0);
	nym_done(o.t, nym_register(WEB, 0), NULL);
	done(&o);
}

/* The guard knows T of what is registered with a card of the fallback. */
static void
no_program_gets_a_signature_over_a_registered_t(void **state)
{
	static const char *const scopes[] = { WEB, SSH, WEB2 };
	struct one o = card("digestinfo=strict");
	uint8_t sh[NYM_SH_LEN], t[NYM_T_MAX], sig[256];
	size_t len, sig_len;
	int tries;
	(void)state;

	nym_done(o.t, nym_register(WEB, 0), NULL);
	nym_done(o.t, nym_register(SSH, 0), NULL);
	assert_int_equal(
	    jm_token_login(o.t, JM_PAIR_AUTH, "1234", 4, 1, &tries), JM_OK);
	for (size_t i = 0; i < NELEM(scopes); i++) {
		const jm_err want = i < 2 ? JM_REFUSED : JM_OK;

		assert_int_equal(
		    nym_scope_hash(scopes[i], strlen(scopes[i]), sh), JM_OK);
		assert_int_equal(nym_t(NYM_PROFILE_S, sh, t, &len), JM_OK);
		assert_int_equal(len, 83);
		assert_int_equal(jm_token_may_sign(o.t, JM_PAIR_AUTH, 0,
				     JM_SIGN_PKCS1, t, len),
		    want);
		assert_int_equal(jm_token_sign(o.t, JM_PAIR_AUTH, JM_SIGN_PKCS1,
				     t, len, sig, sizeof sig, &sig_len),
		    want);
		assert_int_equal(
		    jm_token_sign_with_pin(o.t, JM_PAIR_AUTH, JM_SIGN_PKCS1, t,
			len, "1234", 4, sig, sizeof sig, &sig_len, &tries),
		    want);
		assert_int_equal(nym_t(NYM_PROFILE_X, sh, t, &len), JM_OK);
		assert_int_equal(jm_token_sign(o.t, JM_PAIR_AUTH, JM_SIGN_PKCS1,
				     t, len, sig, sizeof sig, &sig_len),
		    JM_REFUSED);
	}
	done(&o);
}

/* --- another card --------------------------------------------------------- */

static void
each_card_has_a_vault_of_its_own(void **state)
{
	struct one o = card(NULL), p;
	uint8_t a[NYM_NID_LEN], b[NYM_NID_LEN];
	(void)state;

	nym_done(o.t, nym_register(WEB, 0), a);
	p.slot = nym_cards_slot(NYM_CARD_TWO, NULL);
	p.t = nym_cards_token(p.slot);
	vslot_restart_count(p.slot);
	nym_fails(p.t, nym_key(WEB), JM_NOT_FOUND);
	assert_int_equal(vslot_counted(p.slot).verifies, 0);
	nym_done(p.t, nym_register(WEB, 0), b);
	assert_memory_not_equal(a, b, sizeof a);
	assert_int_equal(nym_kept(), 2);
	nym_done(o.t, nym_key(WEB), b);
	assert_memory_equal(a, b, sizeof a);
	done(&p);
	done(&o);
}

static size_t
raw_keys(struct jm_token *t)
{
	const struct nym_index *x;

	assert_int_equal(jm_token_nym_index(t, &x), JM_OK);
	return x != NULL ? x->len : 0;
}

/* A copy of the one's vault is wrapped for the other. */
static void
a_card_keeps_its_raw_keys_when_another_gets_a_copy(void **state)
{
	struct one o = card(NULL), p;
	struct nym_vault_ref copy;
	uint8_t code[NYM_CODE_LEN];
	char path[300];
	struct nym_job *j = nym_register("ssh:git.example.jp", 0);
	(void)state;

	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(nym_vault_code(j->vault, code), JM_OK);
	assert_int_equal(nym_job_save(j), JM_OK);
	snprintf(path, sizeof path, "%s/copy-of-one", nym_cards_dir());
	(void)remove(path);
	assert_int_equal(nym_vault_export(j->vault, path), JM_OK);
	nym_job_end(j);
	assert_int_equal(raw_keys(o.t), 1);

	p.slot = nym_cards_slot(NYM_CARD_TWO, NULL);
	p.t = nym_cards_token(p.slot);
	j = nym_job_of(NYM_WORK_WRAP, NULL, 0);
	assert_int_equal(nym_vault_head(path, &copy), JM_OK);
	assert_int_equal(
	    nym_vault_open_code(&copy, code, &j->code_vault), JM_OK);
	nym_done(p.t, j, NULL);
	nym_vault_free(&j->code_vault);
	assert_int_equal(raw_keys(o.t), 1);
	nym_close(&o.t, &o.slot);
	o = card(NULL);
	assert_int_equal(raw_keys(o.t), 1);
	done(&p);
	done(&o);
}

#define TEST(f) cmocka_unit_test_setup(f, nym_cards_forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_registered_scope_has_one_identifier_for_good),
		TEST(what_cannot_be_is_refused_before_the_pin),
		TEST(site_and_none_keep_nothing_and_ask_no_vault),
		TEST(card2_works_without_a_vault_and_obeys_one),
		TEST(a_strict_card_falls_back_once_and_stays),
		TEST(one_stray_refusal_on_an_enrolled_card_is_an_error),
		TEST(a_refusal_after_the_vault_was_made_leaves_nothing),
		TEST(no_program_gets_a_signature_over_a_registered_t),
		TEST(each_card_has_a_vault_of_its_own),
		TEST(a_card_keeps_its_raw_keys_when_another_gets_a_copy),
	};

	return cmocka_run_group_tests(
	    tests, nym_cards_setup, nym_cards_teardown);
}
