/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Jobs of the identifier scheme on a card that leaves, falls silent, loses its
 * state or answers wrong, at each command in turn.  Whatever happens, one
 * VERIFY at most is sent, nothing stays verified, no file changes, and the next
 * use gives the identifier that was there.
 */
#include "objects/nym.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "crypto/digest.h"
#include "tests/support/fixture.h"
#include "tests/support/nym_cards.h"
#include "tests/support/nym_job.h"
#include "tests/support/test.h"

#define WEB "web:example.jp"
#define SSH "ssh:git.example.jp"

/* --- what the holder has -------------------------------------------------- */

/* A sum over all files, in which their order does not matter. */
static void
snapshot(uint8_t sum[32])
{
	char folder[JM_FOLDER_PATH_MAX], *path;
	static uint8_t data[65536];
	uint8_t one[JM_DIGEST_MAX];
	struct dirent *f;
	DIR *d;

	memset(sum, 0, 32);
	assert_int_equal(jm_folder_path(JM_FOLDER_NYM, folder), JM_OK);
	if ((d = opendir(folder)) == NULL)
		return;
	while ((f = readdir(d)) != NULL) {
		size_t n = strlen(f->d_name);
		FILE *in;

		if (f->d_name[0] == '.')
			continue;
		assert_true(asprintf(&path, "%s/%s", folder, f->d_name) > 0);
		assert_non_null(in = fopen(path, "r"));
		memcpy(data, f->d_name, n);
		n += fread(data + n, 1, sizeof data - n, in);
		fclose(in);
		free(path);
		assert_int_equal(jm_hash(JM_SHA256, data, n, one), JM_OK);
		for (size_t i = 0; i < 32; i++)
			sum[i] ^= one[i];
	}
	closedir(d);
}

/* --- jobs ----------------------------------------------------------------- */

static struct nym_job *
key_job(void)
{
	return nym_key(WEB);
}

static struct nym_job *
register_job(void)
{
	return nym_register("web:example.com", 0);
}

static struct nym_job *
reset_job(void)
{
	struct nym_job *j = nym_reset(WEB);

	j->new_secret = 1;
	return j;
}

static struct nym_job *
carry_job(void)
{
	return nym_job_of(NYM_WORK_CARRY, NULL, 0);
}

static struct nym_job *
card2_job(void)
{
	return nym_job_of(NYM_WORK_REGISTER, "web:example.com", NYM_MODE_CARD2);
}

static jm_err
run_job(struct jm_token *t, struct nym_job *j)
{
	const jm_err e = nym_run(t, j);

	if (e != JM_OK) {
		assert_null(j->vault);
		assert_false(j->changed);
		assert_int_equal(nym_job_save(j), JM_OK);
	}
	nym_job_end(j);
	return e;
}

/* --- one way to fail at one command --------------------------------------- */

struct trial {
	struct vslot *slot;
	struct jm_token *t;
	unsigned base; /* commands before the job */
};

static struct trial
begin(void)
{
	struct trial x;

	x.slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	x.t = nym_cards_token(x.slot);
	x.base = vslot_counted(x.slot).apdus;
	return x;
}

/* Would another program's signature be made without a PIN? */
static void
assert_nobody_is_verified(struct vslot *slot, const char *quirk)
{
	static const char *const signing[] = { "00a4040c0ad392f000260100000001",
		"00a4020c020017", "802a0080025a5a00" };

	if (strncmp(quirk, "die", 3) == 0)
		return; /* it is gone for good */
	if (strncmp(quirk, "remove", 6) == 0)
		vslot_insert(slot);
	assert_int_not_equal(fixture_sw(slot, signing, NELEM(signing)), 0x9000);
}

static void
fail_at(struct nym_job *(*make)(void), const char *quirk, unsigned nth,
    const uint8_t before[32])
{
	struct trial x = begin();
	char text[64];
	uint8_t after[32];
	jm_err e;

	snprintf(text, sizeof text, "%.*s=%u%s", (int)strcspn(quirk, ":"),
	    quirk, x.base + nth, quirk + strcspn(quirk, ":"));
	assert_int_equal(vc_set_quirk(vslot_card(x.slot), text), JM_OK);
	vslot_restart_count(x.slot);
	e = run_job(x.t, make());
	if (vslot_counted(x.slot).verifies > 1 ||
	    vslot_counted(x.slot).outside != 0) {
		vslot_print(x.slot);
		fail_msg("%s", text);
	}
	assert_nobody_is_verified(x.slot, quirk);
	snapshot(after);
	assert_memory_equal(before, after, sizeof after);
	/* What is answered instead of the log-out may end well. */
	if (e == JM_OK && vslot_counted(x.slot).verifies != 1)
		fail_msg("%s: succeeded", text);
	nym_close(&x.t, &x.slot);
}

static unsigned
length_of(struct nym_job *(*make)(void))
{
	struct trial x = begin();
	unsigned n;

	vslot_restart_count(x.slot);
	assert_int_equal(run_job(x.t, make()), JM_OK);
	n = vslot_counted(x.slot).apdus;
	nym_close(&x.t, &x.slot);
	return n;
}

static const char *const quirks[] = { "remove-at", "mute-at", "reset-at",
	"die-at", "sw-at:6F00", "sw-at:6A80", "sw-at:6A82", "sw-at:6982",
	"sw-at:63C0", "sw-at:6984", "sw-at:9000", "reply-at:", "reply-at:90" };

static void
sweep(struct nym_job *(*make)(void))
{
	uint8_t before[32], nid[NYM_NID_LEN], again[NYM_NID_LEN];
	struct trial x = begin();
	unsigned n;

	nym_done(x.t, nym_register(WEB, 0), nid);
	nym_done(x.t, nym_register(SSH, 0), NULL);
	nym_close(&x.t, &x.slot);
	n = length_of(make);
	snapshot(before);
	for (size_t i = 0; i < NELEM(quirks); i++)
		for (unsigned k = 1; k <= n; k++)
			fail_at(make, quirks[i], k, before);
	x = begin();
	nym_done(x.t, nym_key(WEB), again);
	assert_memory_equal(nid, again, sizeof nid);
	nym_close(&x.t, &x.slot);
}

static void
a_use_that_fails_changes_nothing(void **state)
{
	(void)state;
	sweep(key_job);
}

static void
a_registration_that_fails_changes_nothing(void **state)
{
	(void)state;
	sweep(register_job);
}

static void
a_reset_that_fails_changes_nothing(void **state)
{
	(void)state;
	sweep(reset_job);
}

static void
a_renewal_that_fails_changes_nothing(void **state)
{
	(void)state;
	sweep(carry_job);
}

static void
a_use_of_both_keys_that_fails_changes_nothing(void **state)
{
	(void)state;
	sweep(card2_job);
}

/* Nothing is there yet: no vault comes into being by halves. */
static void
a_first_registration_that_fails_leaves_no_vault(void **state)
{
	uint8_t before[32];
	unsigned n;
	(void)state;

	n = length_of(register_job);
	assert_int_equal(nym_kept(), 0);
	snapshot(before);
	for (size_t i = 0; i < NELEM(quirks); i++)
		for (unsigned k = 1; k <= n; k++)
			fail_at(register_job, quirks[i], k, before);
	assert_int_equal(nym_kept(), 0);
}

/* --- the slot ------------------------------------------------------------- */

static void
a_signature_that_fails_uses_the_login_up(void **state)
{
	static const uint8_t hash[32] = { 1 }, none[JM_P256_SIG];
	uint8_t sig[JM_P256_SIG];
	const struct nym_index *x;
	struct trial y = begin();
	unsigned n = 8;
	(void)state;

	nym_done(y.t, nym_register(SSH, 0), NULL);
	nym_close(&y.t, &y.slot);
	for (size_t i = 0; i < NELEM(quirks); i++)
		for (unsigned k = 1; k <= n; k++) {
			struct trial z = begin();
			char text[64];
			int tries;
			jm_err e;

			assert_int_equal(jm_token_nym_index(z.t, &x), JM_OK);
			assert_non_null(x);
			assert_int_equal(
			    jm_token_nym_login(z.t, "1234", 4, 1, &tries),
			    JM_OK);
			snprintf(text, sizeof text, "%.*s=%u%s",
			    (int)strcspn(quirks[i], ":"), quirks[i],
			    vslot_counted(z.slot).apdus + k,
			    quirks[i] + strcspn(quirks[i], ":"));
			assert_int_equal(
			    vc_set_quirk(vslot_card(z.slot), text), JM_OK);
			vslot_restart_count(z.slot);
			e = jm_token_nym_sign(
			    z.t, &x->entry[0], hash, sizeof hash, sig);
			assert_true(vslot_counted(z.slot).verifies <= 1);
			assert_false(jm_token_nym_logged_in(z.t));
			if (e != JM_OK)
				assert_memory_equal(sig, none, sizeof sig);
			assert_nobody_is_verified(z.slot, text);
			nym_close(&z.t, &z.slot);
		}
}

#define TEST(f) cmocka_unit_test_setup(f, nym_cards_forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_use_that_fails_changes_nothing),
		TEST(a_registration_that_fails_changes_nothing),
		TEST(a_reset_that_fails_changes_nothing),
		TEST(a_renewal_that_fails_changes_nothing),
		TEST(a_use_of_both_keys_that_fails_changes_nothing),
		TEST(a_first_registration_that_fails_leaves_no_vault),
		TEST(a_signature_that_fails_uses_the_login_up),
	};

	return cmocka_run_group_tests(
	    tests, nym_cards_setup, nym_cards_teardown);
}
