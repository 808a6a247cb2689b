/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a holder's jobs keep to when files are damaged, and in time. */
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

/* --- damage --------------------------------------------------------------- */

/* One bit of the card's vault, or of its backup. */
static void
spoil(const char *tail, long at)
{
	struct nym_vault_ref ref;
	const struct jm_cert *cert;
	char path[NYM_VAULT_PATH_MAX + 8];
	struct one o = card(NULL);
	int damaged, c;
	FILE *f;

	assert_int_equal(jm_token_cert(o.t, JM_CERT_AUTH, &cert), JM_OK);
	assert_int_equal(
	    nym_vault_find(cert->der, cert->der_len, &ref, &damaged), JM_OK);
	done(&o);
	snprintf(path, sizeof path, "%s%s", ref.path, tail);
	assert_non_null(f = fopen(path, "r+"));
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_true((c = fgetc(f)) >= 0);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	fputc(c ^ 1, f);
	fclose(f);
}

static void
a_vault_that_does_not_open_is_never_made_anew(void **state)
{
	/* head: magic, version, profile, id; wrap; content */
	static const long at[] = { 0, 4, 6, 40, 200, 230 };
	(void)state;

	for (size_t i = 0; i < NELEM(at); i++) {
		struct one o;
		unsigned kept;

		nym_cards_forget(NULL);
		o = card(NULL);
		nym_done(o.t, nym_register(WEB, 0), NULL);
		spoil(".bak", at[i]);
		spoil("", at[i]);
		kept = nym_kept();
		nym_fails(o.t, nym_key(WEB), JM_DAMAGED);
		nym_fails(o.t, nym_register(WEB2, 0), JM_DAMAGED);
		nym_fails(o.t, nym_reset(WEB), JM_DAMAGED);
		assert_int_equal(nym_kept(), kept);
		done(&o);
	}
}

static void
the_backup_serves_and_that_is_told(void **state)
{
	struct one o = card(NULL);
	uint8_t first[NYM_NID_LEN];
	struct nym_job *j;
	(void)state;

	nym_done(o.t, nym_register(WEB, 0), first);
	nym_done(o.t, nym_register(WEB2, 0), NULL);
	spoil("", 230);
	j = nym_key(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->backup, 1);
	assert_memory_equal(j->secret->key.nid, first, sizeof first);
	nym_job_end(j);
	done(&o);
}

/* --- generations ---------------------------------------------------------- */

static void
a_reset_leads_where_nobody_was(void **state)
{
	struct one o = card(NULL);
	uint8_t seen[5][NYM_NID_LEN];
	struct nym_job *j;
	(void)state;

	nym_done(o.t, nym_register(WEB, 0), seen[0]);
	j = nym_reset(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->which.generation, NYM_NOW / 60);
	assert_int_equal(nym_job_save(j), JM_OK);
	memcpy(seen[1], j->secret->key.nid, NYM_NID_LEN);
	nym_job_end(j);
	/* In the same minute, and with a clock that went back. */
	for (unsigned i = 2; i < 4; i++) {
		j = nym_reset(WEB);
		j->time -= i == 3 ? 365 * DAY : 0;
		assert_int_equal(nym_run(o.t, j), JM_OK);
		assert_int_equal(j->which.generation, NYM_NOW / 60 + i - 1);
		assert_int_equal(nym_job_save(j), JM_OK);
		memcpy(seen[i], j->secret->key.nid, NYM_NID_LEN);
		nym_job_end(j);
	}
	nym_done(o.t, nym_key(WEB), seen[4]);
	assert_memory_equal(seen[3], seen[4], NYM_NID_LEN);
	for (unsigned i = 0; i < 4; i++)
		for (unsigned k = 0; k < i; k++)
			assert_memory_not_equal(seen[i], seen[k], NYM_NID_LEN);
	done(&o);
}

static void
what_was_forgotten_goes_on_from_there(void **state)
{
	struct nym_job *j = nym_open();
	struct one o = card(NULL);
	uint8_t first[NYM_NID_LEN], reset[NYM_NID_LEN], again[NYM_NID_LEN];
	(void)state;

	nym_done(o.t, nym_register(WEB, 0), first);
	nym_done(o.t, nym_reset(WEB), reset);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(nym_job_forget(j, WEB2), JM_UNKNOWN);
	assert_int_equal(nym_job_forget(j, WEB), JM_OK);
	assert_int_equal(nym_job_forget(j, WEB), JM_UNKNOWN);
	assert_int_equal(nym_job_save(j), JM_OK);
	nym_job_end(j);
	nym_fails(o.t, nym_key(WEB), JM_UNKNOWN);
	nym_fails(o.t, nym_reset(WEB), JM_UNKNOWN);
	nym_done(o.t, nym_register(WEB, 0), again);
	assert_memory_not_equal(first, again, sizeof first);
	assert_memory_equal(reset, again, sizeof first);
	done(&o);
}

static void
a_new_secret_wraps_the_vault_anew(void **state)
{
	struct one o = card(NULL);
	uint8_t web[NYM_NID_LEN], other[NYM_NID_LEN], now[NYM_NID_LEN];
	uint8_t prk[NYM_PRK_LEN], code[NYM_CODE_LEN], id[NYM_VAULT_ID];
	struct nym_job *j;
	(void)state;

	nym_done(o.t, nym_register(WEB, 0), web);
	nym_done(o.t, nym_register(WEB2, 0), other);
	j = nym_key(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	memcpy(prk, j->secret->prk, sizeof prk);
	memcpy(id, nym_vault_ref_of(j->vault)->id, sizeof id);
	nym_job_end(j);

	vslot_restart_count(o.slot);
	j = nym_reset(WEB);
	j->new_secret = 1;
	assert_int_equal(nym_run(o.t, j), JM_OK);
	nym_cost(o.slot, 8, 3);
	assert_int_equal(j->created, 1);
	assert_memory_equal(j->was.id, id, sizeof id);
	assert_memory_not_equal(nym_vault_ref_of(j->vault)->id, id, sizeof id);
	assert_memory_not_equal(j->secret->prk, prk, sizeof prk);
	assert_int_equal(nym_vault_code(j->vault, code), JM_OK);
	assert_int_equal(nym_job_save(j), JM_OK);
	memcpy(now, j->secret->key.nid, sizeof now);
	nym_job_end(j);
	assert_memory_not_equal(web, now, sizeof web);
	nym_done(o.t, nym_key(WEB), web);
	assert_memory_equal(web, now, sizeof web);
	nym_done(o.t, nym_key(WEB2), now);
	assert_memory_equal(other, now, sizeof now);
	assert_int_equal(nym_kept(), 1);
	done(&o);
}

/* --- epochs --------------------------------------------------------------- */

static void
a_clock_set_back_brings_no_old_identifier_out(void **state)
{
	struct nym_job *open = nym_open();
	struct one o = card(NULL);
	uint8_t now[NYM_NID_LEN], next[NYM_NID_LEN];
	struct nym_job *j;
	(void)state;

	nym_done(o.t, nym_register(WEB, 7), now);
	j = nym_key(WEB);
	j->time += 7 * DAY;
	nym_done(o.t, j, next);
	assert_memory_not_equal(now, next, sizeof now);
	nym_fails(o.t, nym_key(WEB), JM_CLOCK);
	nym_fails(o.t, nym_reset(WEB), JM_CLOCK);
	nym_done(o.t, j, now);
	assert_memory_equal(now, next, sizeof now);

	assert_int_equal(nym_run(o.t, open), JM_OK);
	assert_int_equal(nym_job_forget(open, WEB), JM_OK);
	assert_int_equal(nym_job_save(open), JM_OK);
	nym_job_end(open);
	/* Also under another period, where that epoch was over by then. */
	nym_fails(o.t, nym_register(WEB, 7), JM_CLOCK);
	j = nym_register(WEB, 28);
	j->time -= 60 * DAY;
	nym_fails(o.t, j, JM_CLOCK);
	nym_done(o.t, nym_register(WEB, 28), NULL);
	done(&o);
}

/* The last epoch that was over when the last one began, to the second. */
static void
forget(struct jm_token *t)
{
	struct nym_job *j = nym_open();

	assert_int_equal(nym_run(t, j), JM_OK);
	assert_int_equal(nym_job_forget(j, WEB), JM_OK);
	assert_int_equal(nym_job_save(j), JM_OK);
	nym_job_end(j);
}

/* A static period remembers no epoch, so what it follows is over with its
 * generation. */
static void
no_epoch_comes_back_after_a_static_period(void **state)
{
	uint8_t first[NYM_NID_LEN], again[NYM_NID_LEN];
	struct one o = card(NULL);
	struct nym_job *j;
	struct nym_entry e;
	(void)state;

	nym_done(o.t, nym_register(WEB, 28), first);
	forget(o.t);
	nym_done(o.t, nym_register(WEB, 0), NULL);
	forget(o.t);
	j = nym_register(WEB, 28);
	j->time -= 28 * DAY; /* the clock is set back */
	nym_done(o.t, j, again);
	assert_memory_not_equal(first, again, sizeof first);
	forget(o.t);
	nym_done(o.t, nym_register(WEB, 28), again);
	assert_memory_not_equal(first, again, sizeof first);

	/* The same without forgetting: the holder agrees to another period. */
	nym_done(o.t, nym_key(WEB), first);
	for (unsigned i = 0; i < 2; i++) {
		j = nym_key(WEB);
		assert_int_equal(nym_run(o.t, j), JM_OK);
		assert_int_equal(nym_vault_get(j->vault, WEB, &e), JM_OK);
		assert_int_equal(nym_job_change(j, &e, i == 0 ? 0 : 28), JM_OK);
		assert_int_equal(e.period, i == 0 ? 0 : 28);
		assert_memory_equal(e.x, j->secret->key.x, sizeof e.x);
		assert_int_equal(nym_job_save(j), JM_OK);
		nym_job_end(j);
	}
	nym_done(o.t, nym_key(WEB), again);
	assert_memory_not_equal(first, again, sizeof first);
	done(&o);
}

static void
another_period_goes_on_where_the_last_epoch_began(void **state)
{
	const int64_t began = NYM_NOW - NYM_NOW % (28 * DAY);
	struct one o = card(NULL);
	struct nym_job *j;
	(void)state;

	nym_done(o.t, nym_register(WEB, 28), NULL);
	forget(o.t);
	j = nym_register(WEB, 7);
	j->time = began - 1;
	nym_fails(o.t, j, JM_CLOCK);
	j = nym_register(WEB, 7);
	j->time = began;
	nym_done(o.t, j, NULL);
	done(&o);
}

static void
an_epoch_is_remembered_only_when_it_is_saved(void **state)
{
	struct one o = card(NULL);
	struct nym_job *j;
	(void)state;

	nym_done(o.t, nym_register(WEB, 7), NULL);
	j = nym_key(WEB);
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->changed, 0);
	nym_job_end(j);
	j = nym_key(WEB);
	j->time += 7 * DAY;
	assert_int_equal(nym_run(o.t, j), JM_OK);
	assert_int_equal(j->changed, 1);
	nym_job_end(j);
	nym_done(o.t, nym_key(WEB), NULL);
	done(&o);
}

#define TEST(f) cmocka_unit_test_setup(f, nym_cards_forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_vault_that_does_not_open_is_never_made_anew),
		TEST(the_backup_serves_and_that_is_told),
		TEST(a_reset_leads_where_nobody_was),
		TEST(what_was_forgotten_goes_on_from_there),
		TEST(a_new_secret_wraps_the_vault_anew),
		TEST(a_clock_set_back_brings_no_old_identifier_out),
		TEST(no_epoch_comes_back_after_a_static_period),
		TEST(another_period_goes_on_where_the_last_epoch_began),
		TEST(an_epoch_is_remembered_only_when_it_is_saved),
	};

	return cmocka_run_group_tests(
	    tests, nym_cards_setup, nym_cards_teardown);
}
