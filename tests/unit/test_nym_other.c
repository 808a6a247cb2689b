/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One use for identities where the PIN is typed at the reader, where the
 * certificate asks for it, and where memory ends. */
#include "objects/nym.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/fault.h"
#include "tests/support/nym_cards.h"
#include "tests/support/nym_job.h"
#include "tests/support/nym_pem.h"
#include "tests/support/test.h"
#include "vcard/vc_issue.h"

#define WEB "web:example.jp"
#define SSH "ssh:git.example.jp"

/* --- a reader with keys of its own ---------------------------------------- */

static struct {
	struct jm_link inner;
	const char *typed; /* NULL: nobody types */
	unsigned asked;
} pad;

static jm_err
pad_begin(void *self)
{
	(void)self;
	return pad.inner.ops->begin(pad.inner.self);
}

static void
pad_end(void *self, enum jm_end how)
{
	(void)self;
	pad.inner.ops->end(pad.inner.self, how);
}

static jm_err
pad_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	(void)self;
	return pad.inner.ops->transmit(
	    pad.inner.self, cmd, cmd_len, rsp, rsp_len);
}

static size_t
pad_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	(void)self;
	return pad.inner.ops->atr(pad.inner.self, out);
}

static void
pad_close(void *self)
{
	(void)self;
	jm_link_close(&pad.inner);
}

static unsigned
pad_pinpad(void *self)
{
	(void)self;
	return JM_PINPAD_VERIFY;
}

static jm_err
pad_ask(void *self, const struct jm_pin_ask *ask, uint8_t *rsp, size_t *rsp_len)
{
	uint8_t cmd[16];

	pad.asked++;
	if (pad.typed == NULL) {
		*rsp_len = 0;
		return JM_CANCELLED;
	}
	memcpy(cmd, ask->head, 4);
	cmd[4] = (uint8_t)strlen(pad.typed);
	memcpy(cmd + 5, pad.typed, strlen(pad.typed));
	return pad_transmit(self, cmd, 5 + strlen(pad.typed), rsp, rsp_len);
}

static const struct jm_link_ops pad_ops = { .begin = pad_begin,
	.end = pad_end,
	.transmit = pad_transmit,
	.atr = pad_atr,
	.close = pad_close,
	.pinpad = pad_pinpad,
	.ask_pin = pad_ask };

static struct jm_token *
pad_token(struct vslot *slot, const char *typed)
{
	struct jm_link link = { &pad_ops, &pad };
	struct jm_token *t;

	pad.typed = typed;
	pad.asked = 0;
	assert_int_equal(vslot_link(slot, &pad.inner), JM_OK);
	assert_int_equal(jm_token_open(&link, &jm_policy_default, &t), JM_OK);
	return t;
}

static jm_err
at_reader(struct jm_token *t, struct nym_job *j, int *tries)
{
	struct nym_lock *lock;
	jm_err e;

	assert_int_equal(nym_lock_take(0, &lock), JM_OK);
	e = jm_token_nym_at_reader(t, j, tries);
	nym_lock_free(&lock);
	return e;
}

static void
a_pin_is_typed_once_for_one_use(void **state)
{
	struct vslot *slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	struct jm_token *t = pad_token(slot, "1234");
	struct nym_job *j = nym_register(WEB, 0);
	uint8_t nid[NYM_NID_LEN], again[NYM_NID_LEN];
	int tries;
	(void)state;

	assert_int_equal(at_reader(t, j, &tries), JM_OK);
	assert_int_equal(nym_job_save(j), JM_OK);
	memcpy(nid, j->secret->key.nid, sizeof nid);
	nym_job_end(j);
	assert_int_equal(pad.asked, 1);
	vslot_restart_count(slot);
	j = nym_key(WEB);
	assert_int_equal(at_reader(t, j, &tries), JM_OK);
	memcpy(again, j->secret->key.nid, sizeof nid);
	nym_job_end(j);
	assert_int_equal(pad.asked, 2);
	nym_cost(slot, 8, 2); /* and a retry query */
	assert_memory_equal(nid, again, sizeof nid);
	/* card2: the other application before anybody types. */
	j = nym_job_of(NYM_WORK_REGISTER, "web:example.com", NYM_MODE_CARD2);
	assert_int_equal(at_reader(t, j, &tries), JM_OK);
	nym_job_end(j);
	assert_int_equal(pad.asked, 3);
	/* What needs no PIN to be known asks for none. */
	j = nym_key("web:Example.jp");
	assert_int_equal(at_reader(t, j, &tries), JM_SCOPE);
	nym_job_end(j);
	nym_cards_forget(NULL);
	j = nym_key(WEB);
	assert_int_equal(at_reader(t, j, &tries), JM_NOT_FOUND);
	nym_job_end(j);
	assert_int_equal(pad.asked, 3);
	nym_close(&t, &slot);
}

static void
a_wrong_or_missing_entry_ends_the_use(void **state)
{
	struct vslot *slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	struct jm_token *t = pad_token(slot, NULL);
	struct nym_job *j = nym_register(WEB, 0);
	int tries;
	(void)state;

	assert_int_equal(jm_token_nym_login(t, "1234", 4, 1, &tries), JM_OK);
	vslot_restart_count(slot);
	assert_int_equal(at_reader(t, j, &tries), JM_CANCELLED);
	nym_job_end(j);
	assert_int_equal(vslot_counted(slot).verifies, 0);
	assert_true(jm_token_nym_logged_in(t)); /* no try was spent */
	pad.typed = "9999";
	j = nym_register(WEB, 0);
	assert_int_equal(at_reader(t, j, &tries), JM_PIN_WRONG);
	assert_int_equal(tries, 2);
	nym_job_end(j);
	assert_int_equal(vslot_counted(slot).verifies, 1);
	assert_int_equal(vslot_counted(slot).signs, 0);
	assert_false(jm_token_nym_logged_in(t));
	assert_int_equal(nym_kept(), 0);
	nym_close(&t, &slot);
}

static void
a_login_at_the_reader_is_good_for_one_signature(void **state)
{
	static const uint8_t hash[32] = { 1 };
	struct vslot *slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	struct jm_token *t = pad_token(slot, "1234");
	const struct nym_index *x;
	uint8_t sig[JM_P256_SIG];
	int tries;
	(void)state;

	nym_done(t, nym_register(SSH, 0), NULL);
	assert_int_equal(jm_token_nym_index(t, &x), JM_OK);
	vslot_restart_count(slot);
	assert_int_equal(jm_token_nym_login_at_reader(t, 1, &tries), JM_OK);
	assert_int_equal(
	    jm_token_nym_sign(t, &x->entry[0], hash, sizeof hash, sig), JM_OK);
	/* One transaction: SELECT, PIN, retry query, VERIFY, key, two
	 * signatures, log-out */
	nym_cost(slot, 8, 2);
	assert_int_equal(pad.asked, 1);
	assert_int_equal(
	    jm_token_nym_sign(t, &x->entry[0], hash, sizeof hash, sig),
	    JM_NEED_PIN);
	nym_close(&t, &slot);
}

/* --- a certificate that asks for the PIN ---------------------------------- */

static void
a_hidden_certificate_is_read_after_the_pin(void **state)
{
	char key[96], image[96];
	const struct vc_issue how = { .profile = "android", .auth_key = key };
	struct vslot *slot;
	struct jm_token *t;
	uint8_t nid[NYM_NID_LEN], again[NYM_NID_LEN];
	(void)state;

	snprintf(key, sizeof key, "%s/key", nym_cards_dir());
	snprintf(image, sizeof image, "%s/phone", nym_cards_dir());
	nym_pem(NYM_PEM_CARD1, key);
	assert_int_equal(vc_create(image, &how), JM_OK);
	assert_int_equal(vslot_open(image, &slot), JM_OK);
	t = nym_cards_token(slot);
	/* Whose vault it would be is not known before. */
	nym_fails(t, nym_key(WEB), JM_NOT_FOUND);
	nym_close(&t, &slot);

	assert_int_equal(vslot_open(image, &slot), JM_OK);
	t = nym_cards_token(slot);
	nym_done(t, nym_register(WEB, 0), nid);
	nym_done(t, nym_key(WEB), again);
	assert_memory_equal(nid, again, sizeof nid);
	nym_close(&t, &slot);
	unlink(key);
	unlink(image);
}

/* --- no memory ------------------------------------------------------------ */

static void
without_memory_nothing_is_made_by_halves(void **state)
{
	struct vslot *slot;
	struct jm_token *t;
	uint8_t nid[NYM_NID_LEN], again[NYM_NID_LEN];
	unsigned n, failed = 0;
	(void)state;

	slot = nym_cards_slot(NYM_CARD_ONE, NULL);
	t = nym_cards_token(slot);
	nym_done(t, nym_register(SSH, 0), nid);
	for (n = 0; n < 10000; n++) {
		struct nym_job *j = nym_register(WEB, 0);
		jm_err e;

		vslot_restart_count(slot);
		fault_arm(n);
		e = jm_token_nym(t, j, "1234", 4, &(int){ 0 });
		if (e == JM_OK)
			e = nym_job_save(j);
		fault_disarm();
		assert_true(vslot_counted(slot).verifies <= 1);
		nym_job_end(j);
		if (!fault_fired()) {
			assert_int_equal(e, JM_OK);
			break;
		}
		failed += e != JM_OK;
		/* Where the card itself had none the fate of the PIN is not
		 * known to this program. */
		jm_token_free(&t);
		t = nym_cards_token(slot);
		nym_done(t, nym_key(SSH), again);
		assert_memory_equal(nid, again, sizeof nid);
		if (e == JM_OK) { /* something that can be done without */
			j = nym_open();
			assert_int_equal(nym_run(t, j), JM_OK);
			assert_int_equal(nym_job_forget(j, WEB), JM_OK);
			assert_int_equal(nym_job_save(j), JM_OK);
			nym_job_end(j);
		}
	}
	assert_true(n < 10000);
	assert_true(failed > 4); /* so many places there are to fail */
	nym_close(&t, &slot);
}

#define TEST(f) cmocka_unit_test_setup(f, nym_cards_forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pin_is_typed_once_for_one_use),
		TEST(a_wrong_or_missing_entry_ends_the_use),
		TEST(a_login_at_the_reader_is_good_for_one_signature),
		TEST(a_hidden_certificate_is_read_after_the_pin),
		TEST(without_memory_nothing_is_made_by_halves),
	};

	return cmocka_run_group_tests(
	    tests, nym_cards_setup, nym_cards_teardown);
}
