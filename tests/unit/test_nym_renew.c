/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From one card to the next (nym1.md, section 4.4): identifiers that assertions
 * are made with roll over once, raw keys stay, and who was not prepared is a
 * newcomer.
 */
#include "objects/nym.h"

#include <stdio.h>
#include <string.h>

#include "nym/assertion.h"
#include "tests/support/nym_cards.h"
#include "tests/support/nym_job.h"
#include "tests/support/test.h"

#define DAY  86400
#define WEB  "web:example.jp"
#define WEEK "web:example.com"
#define SSH  "ssh:git.example.jp"
#define P11  "p11:home"

struct one {
	struct vslot *slot;
	struct jm_token *t;
};

static struct one
card(enum nym_card_id which, const char *param)
{
	struct one o;

	o.slot = nym_cards_slot(which, param, NULL);
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

/* The first card with four scopes; the code of its vault. */
struct before {
	uint8_t web[NYM_NID_LEN], week[NYM_NID_LEN], ssh[NYM_NID_LEN];
	uint8_t code[NYM_CODE_LEN];
	struct nym_vault_ref ref;
};

static struct before b;
static struct nym_vault_ref ref; /* after the renewal */

static void
enrol(struct one *o)
{
	struct nym_job *j = nym_register(WEB, 0);

	assert_int_equal(nym_run(o->t, j), JM_OK);
	assert_int_equal(nym_vault_code(j->vault, b.code), JM_OK);
	assert_int_equal(nym_job_save(j), JM_OK);
	memcpy(b.web, j->secret->key.nid, NYM_NID_LEN);
	b.ref = *nym_vault_ref_of(j->vault);
	nym_job_end(j);
	nym_done(o->t, nym_register(WEEK, 7), b.week);
	nym_done(o->t, nym_register(SSH, 0), b.ssh);
}

static void
prepare(struct one *o)
{
	struct nym_job *j = nym_job_of(NYM_WORK_CARRY, NULL, 0);

	vslot_restart_count(o->slot);
	assert_int_equal(nym_run(o->t, j), JM_OK);
	nym_cost(o->slot, 9, 4); /* the vault and three scopes */
	assert_int_equal(nym_job_save(j), JM_OK);
	nym_job_end(j);
}

/* The vault, opened by its code, to this card; the new one's code. */
static void
wrap(struct one *o)
{
	struct nym_job *j = nym_job_of(NYM_WORK_WRAP, NULL, 0);
	uint8_t fresh[NYM_CODE_LEN];

	assert_int_equal(
	    nym_vault_open_code(&b.ref, b.code, &j->code_vault), JM_OK);
	vslot_restart_count(o->slot);
	assert_int_equal(nym_run(o->t, j), JM_OK);
	assert_int_equal(j->created, 1);
	assert_int_equal(nym_vault_code(j->vault, fresh), JM_OK);
	assert_memory_not_equal(fresh, b.code, sizeof fresh);
	assert_int_equal(nym_job_save(j), JM_OK);
	ref = *nym_vault_ref_of(j->vault);
	nym_vault_free(&j->code_vault);
	nym_job_end(j);
}

static const struct nym_index_entry *
shown(struct jm_token *t, const char *scope)
{
	const struct nym_index *x;

	assert_int_equal(jm_token_nym_index(t, &x), JM_OK);
	for (size_t i = 0; x != NULL && i < x->len; i++)
		if (strcmp(x->entry[i].scope, scope) == 0)
			return &x->entry[i];
	return NULL;
}

static struct nym_job *
assertion(const char *scope)
{
	struct nym_job *j = nym_key(scope);

	j->assertion = 1;
	return j;
}

/* The rollover that a service gets: both keys signed, the old one is known. */
static void
assert_rollover(const struct nym_job *j, const uint8_t known[NYM_NID_LEN])
{
	static const uint8_t challenge[16] = { 7 };
	const struct nym_request r = { .scope = WEB,
		.scope_len = strlen(WEB),
		.challenge = challenge,
		.challenge_len = sizeof challenge,
		.time = NYM_NOW };
	static uint8_t wire[1024];
	uint8_t nid[NYM_NID_LEN];
	struct nym_assertion a;
	size_t len;

	assert_int_equal(nym_assert(&r, &j->secret->key, &j->secret->old, NULL,
			     NULL, wire, sizeof wire, &len),
	    JM_OK);
	assert_int_equal(nym_wire_parse(wire, len, &a), JM_OK);
	assert_int_equal(a.roll_pk_old.len, NYM_PK_LEN);
	assert_int_equal(nym_nid(j->sh, NYM_USE_ASSERT,
			     (const uint8_t *)a.roll_pk_old.p + 1, nid),
	    JM_OK);
	assert_memory_equal(nid, known, sizeof nid);
}

static void
a_prepared_renewal_goes_on_with_every_identifier(void **state)
{
	struct one o = card(NYM_CARD_ONE, NULL);
	uint8_t id[NYM_NID_LEN], now[NYM_NID_LEN];
	struct nym_job *j;
	int tries;
	uint8_t sig[JM_P256_SIG], hash[32] = { 1 };
	(void)state;

	enrol(&o);
	prepare(&o);
	/* Until then the old card serves as before. */
	nym_done(o.t, nym_key(WEB), id);
	assert_memory_equal(id, b.web, sizeof id);
	nym_done(o.t, nym_key(SSH), id);
	assert_memory_equal(id, b.ssh, sizeof id);
	done(&o);

	o = card(NYM_CARD_TWO, NULL);
	nym_fails(o.t, nym_key(WEB), JM_NOT_FOUND);
	wrap(&o);
	assert_memory_not_equal(ref.id, b.ref.id, sizeof ref.id);
	assert_int_equal(nym_kept(), 2); /* vault and index, under new names */

	/* The raw key is the same one: no server has to be told. */
	vslot_restart_count(o.slot);
	nym_done(o.t, nym_key(SSH), id);
	nym_cost(o.slot, 6, 1);
	assert_memory_equal(id, b.ssh, sizeof id);
	assert_non_null(shown(o.t, SSH));
	assert_memory_equal(shown(o.t, SSH)->nid, b.ssh, sizeof id);
	assert_int_equal(jm_token_nym_login(o.t, "1234", 4, 1, &tries), JM_OK);
	assert_int_equal(
	    jm_token_nym_sign(o.t, shown(o.t, SSH), hash, sizeof hash, sig),
	    JM_OK);

	/* To look at the identifier rolls nothing over. */
	j = nym_key(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->has_old, 0);
	memcpy(now, j->secret->key.nid, sizeof now);
	assert_int_equal(nym_job_save(j), JM_OK);
	nym_job_end(j);
	assert_memory_not_equal(now, b.web, sizeof now);
	for (int twice = 0; twice < 2; twice++) {
		/* Not saved, it is still there: the next one has it, too. */
		j = assertion(WEB);
		assert_int_equal(nym_run(o.t, j), JM_OK);
		assert_int_equal(j->has_old, 1);
		assert_int_equal(j->changed, 1);
		assert_memory_equal(j->secret->key.nid, now, sizeof now);
		assert_memory_equal(j->secret->old.nid, b.web, sizeof now);
		assert_rollover(j, b.web);
		if (twice)
			assert_int_equal(nym_job_save(j), JM_OK);
		nym_job_end(j);
	}
	j = assertion(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->has_old, 0);
	assert_memory_equal(j->secret->key.nid, now, sizeof now);
	nym_job_end(j);
	done(&o);
}

static void
an_identifier_of_an_earlier_epoch_is_not_tied_to_this_one(void **state)
{
	struct one o = card(NYM_CARD_ONE, NULL);
	struct nym_job *j;
	(void)state;

	enrol(&o);
	prepare(&o);
	done(&o);
	o = card(NYM_CARD_TWO, NULL);
	wrap(&o);
	j = assertion(WEEK);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->has_old, 1); /* the same week */
	assert_memory_equal(j->secret->old.nid, b.week, NYM_NID_LEN);
	nym_job_end(j);
	for (int looked = 0; looked < 2; looked++) {
		j = assertion(WEEK);
		j->time += 7 * DAY;
		assert_int_equal(nym_run(o.t, j), JM_OK);
		assert_int_equal(j->has_old, 0);
		nym_job_end(j);
		j = nym_key(WEEK); /* and after somebody looked at it */
		j->time += 7 * DAY;
		nym_done(o.t, j, NULL);
	}
	done(&o);
}

static void
a_reset_drops_what_was_carried(void **state)
{
	struct one o = card(NYM_CARD_ONE, NULL);
	uint8_t id[NYM_NID_LEN];
	struct nym_job *j;
	(void)state;

	enrol(&o);
	prepare(&o);
	done(&o);
	o = card(NYM_CARD_TWO, NULL);
	wrap(&o);
	nym_done(o.t, nym_reset(WEB), NULL);
	j = assertion(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->has_old, 0);
	nym_job_end(j);
	nym_done(o.t, nym_reset(SSH), id);
	assert_memory_not_equal(id, b.ssh, sizeof id);
	nym_done(o.t, nym_key(SSH), b.ssh);
	assert_memory_equal(id, b.ssh, sizeof id);
	done(&o);
}

/* The old card was gone before: scopes stay registered, keys are new. */
static void
without_preparation_the_holder_is_a_newcomer(void **state)
{
	struct one o = card(NYM_CARD_ONE, NULL);
	uint8_t id[NYM_NID_LEN];
	struct nym_job *j;
	(void)state;

	enrol(&o);
	done(&o);
	o = card(NYM_CARD_TWO, NULL);
	wrap(&o);
	assert_null(shown(o.t, SSH)); /* nobody can sign with it */
	j = assertion(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->has_old, 0);
	assert_memory_not_equal(j->secret->key.nid, b.web, NYM_NID_LEN);
	nym_job_end(j);
	nym_done(o.t, nym_key(SSH), id);
	assert_memory_not_equal(id, b.ssh, sizeof id);
	assert_non_null(shown(o.t, SSH));
	assert_memory_equal(shown(o.t, SSH)->nid, id, sizeof id);
	done(&o);
}

/* Two renewals without a login between: the service knows the first key. */
static void
what_was_carried_once_is_carried_on(void **state)
{
	struct one o = card(NYM_CARD_ONE, NULL);
	struct nym_job *j;
	(void)state;

	enrol(&o);
	prepare(&o);
	done(&o);
	o = card(NYM_CARD_TWO, NULL);
	wrap(&o);
	nym_done(o.t, nym_job_of(NYM_WORK_CARRY, NULL, 0), NULL);
	j = assertion(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->has_old, 1);
	assert_memory_equal(j->secret->old.nid, b.web, NYM_NID_LEN);
	nym_job_end(j);
	nym_done(o.t, nym_key(SSH), b.web);
	assert_memory_equal(b.web, b.ssh, NYM_NID_LEN);
	done(&o);
}

/* The new card has a vault of its own already: the earlier one's is added. */
static void
what_is_added_from_another_card_is_of_use_with_this_one(void **state)
{
	struct one o = card(NYM_CARD_ONE, "digestinfo=strict");
	uint8_t id[NYM_NID_LEN], again[NYM_NID_LEN];
	struct nym_vault *from;
	struct nym_job *j;
	unsigned older;
	(void)state;

	enrol(&o);
	prepare(&o);
	nym_done(o.t, nym_register("web:late.example.jp", 0), NULL);
	done(&o);
	o = card(NYM_CARD_TWO, NULL);
	nym_done(o.t, nym_register("web:new.example.jp", 0), NULL);
	assert_int_equal(nym_vault_open_code(&b.ref, b.code, &from), JM_OK);
	j = nym_job_of(NYM_WORK_OPEN, NULL, 0);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(nym_job_merge(j, from, 0, &older), JM_OK);
	assert_int_equal(nym_job_save(j), JM_OK);
	nym_vault_free(&from);
	nym_job_end(j);

	nym_done(o.t, nym_key(SSH), id);
	assert_memory_equal(id, b.ssh, sizeof id);
	j = assertion(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->has_old, 1);
	assert_memory_equal(j->secret->old.nid, b.web, sizeof id);
	assert_rollover(j, b.web);
	assert_int_equal(nym_job_save(j), JM_OK);
	nym_job_end(j);
	/* Nobody carried this one: a newcomer, but one that can come. */
	nym_done(o.t, nym_key("web:late.example.jp"), id);
	nym_done(o.t, nym_key("web:late.example.jp"), again);
	assert_memory_equal(id, again, sizeof id);
	done(&o);
}

/* The profile is the new card's; on the same card it is never tried again. */
static void
a_profile_goes_with_the_card(void **state)
{
	struct one o = card(NYM_CARD_ONE, "digestinfo=strict");
	uint8_t id[NYM_NID_LEN];
	struct nym_job *j;
	(void)state;

	enrol(&o);
	assert_int_equal(b.ref.profile, NYM_PROFILE_S);
	done(&o);
	/* The same card would take T_X now. */
	o = card(NYM_CARD_ONE, NULL);
	wrap(&o);
	assert_int_equal(ref.profile, NYM_PROFILE_S);
	nym_done(o.t, nym_key(WEB), id);
	assert_memory_equal(id, b.web, sizeof id);
	done(&o);

	nym_cards_forget(NULL);
	o = card(NYM_CARD_ONE, NULL);
	enrol(&o);
	assert_int_equal(b.ref.profile, NYM_PROFILE_X);
	assert_int_equal(
	    vc_set_param(vslot_card(o.slot), "digestinfo=strict"), JM_OK);
	j = nym_job_of(NYM_WORK_WRAP, NULL, 0);
	assert_int_equal(
	    nym_vault_open_code(&b.ref, b.code, &j->code_vault), JM_OK);
	assert_int_equal(nym_run(o.t, j), JM_CARD);
	nym_vault_free(&j->code_vault);
	nym_job_end(j);
	done(&o);
	o = card(NYM_CARD_TWO, "digestinfo=strict");
	wrap(&o);
	assert_int_equal(ref.profile, NYM_PROFILE_S);
	nym_done(o.t, nym_key(WEB), id);
	nym_done(o.t, nym_key(WEB), b.web);
	assert_memory_equal(id, b.web, sizeof id);
	done(&o);
}

static void
a_card_with_a_vault_gets_no_second_one(void **state)
{
	struct one o = card(NYM_CARD_ONE, NULL);
	struct nym_job *j = nym_job_of(NYM_WORK_WRAP, NULL, 0);
	uint8_t id[NYM_NID_LEN], now[NYM_NID_LEN];
	(void)state;

	enrol(&o);
	done(&o);
	o = card(NYM_CARD_TWO, NULL);
	nym_done(o.t, nym_register(WEB, 0), id);
	assert_int_equal(
	    nym_vault_open_code(&b.ref, b.code, &j->code_vault), JM_OK);
	vslot_restart_count(o.slot);
	assert_int_equal(nym_run(o.t, j), JM_EXISTS);
	assert_int_equal(vslot_counted(o.slot).verifies, 0);
	nym_vault_free(&j->code_vault);
	nym_job_end(j);
	nym_done(o.t, nym_key(WEB), now);
	assert_memory_equal(id, now, sizeof id);
	done(&o);
}

/* A copy of the same vault needs no second signature; one of before it was
 * wrapped anew does. */
static void
a_copy_is_opened_by_the_same_pin(void **state)
{
	struct one o = card(NYM_CARD_ONE, NULL);
	struct nym_job *j = nym_open();
	char file[128];
	uint8_t id[NYM_VAULT_ID];
	(void)state;

	enrol(&o);
	snprintf(file, sizeof file, "%s/copy", nym_cards_dir());
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(nym_vault_export(j->vault, file), JM_OK);
	nym_job_end(j);
	for (unsigned signs = 1; signs <= 2; signs++) {
		j = nym_open();
		j->file = file;
		vslot_restart_count(o.slot);
		assert_int_equal(nym_run(o.t, j), JM_OK);
		nym_cost(o.slot, 5 + signs, signs);
		assert_non_null(j->vault);
		assert_non_null(j->other);
		assert_int_equal(nym_vault_len(j->other), 3);
		nym_job_end(j);
		j = nym_reset(WEB);
		j->new_secret = 1;
		nym_done(o.t, j, NULL);
	}
	/* The folder is lost. */
	nym_cards_forget(NULL);
	j = nym_open();
	j->file = file;
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_null(j->vault);
	assert_non_null(j->other);
	memcpy(id, nym_vault_ref_of(j->other)->id, sizeof id);
	assert_memory_equal(id, b.ref.id, sizeof id);
	nym_job_end(j);
	done(&o);

	o = card(NYM_CARD_TWO, NULL);
	j = nym_open();
	j->file = file;
	nym_fails(o.t, j, JM_DAMAGED);
	assert_int_equal(vslot_counted(o.slot).verifies, 0);
	done(&o);
	assert_int_equal(remove(file), 0);
}

#define TEST(f) cmocka_unit_test_setup(f, nym_cards_forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_prepared_renewal_goes_on_with_every_identifier),
		TEST(an_identifier_of_an_earlier_epoch_is_not_tied_to_this_one),
		TEST(a_reset_drops_what_was_carried),
		TEST(without_preparation_the_holder_is_a_newcomer),
		TEST(what_was_carried_once_is_carried_on),
		TEST(what_is_added_from_another_card_is_of_use_with_this_one),
		TEST(a_profile_goes_with_the_card),
		TEST(a_card_with_a_vault_gets_no_second_one),
		TEST(a_copy_is_opened_by_the_same_pin),
	};

	return cmocka_run_group_tests(
	    tests, nym_cards_setup, nym_cards_teardown);
}
