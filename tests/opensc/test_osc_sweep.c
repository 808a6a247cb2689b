/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whole lives of a card in a program of OpenSC's kind, with each thing that can
 * go wrong at each APDU and each lock.  Whatever comes, every call ends with
 * success or an error of OpenSC, one PIN entry or signature is one VERIFY at
 * most, a held PIN that failed is not sent again, no try is lost that nobody
 * wagered, nothing stays verified, and the reader's lock is given back.
 */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/opensc/osc_try.h"
#include "tests/support/fixture.h"

#define LONG16 "30303030303030303030303030303030"
#define LONG64 LONG16 LONG16 LONG16 LONG16

static const struct osc_fault faults[] = {
	{ .name = "empty", .reply = "" },
	{ .name = "one byte", .reply = "90" },
	{ .name = "9000 alone", .reply = "9000" },
	{ .name = "garbage", .reply = "DEADBEEF009000" },
	{ .name = "a length that lies", .reply = "3082FFFF9000" },
	{ .name = "zeros", .reply = "0000" },
	{ .name = "ones", .reply = "FFFF" },
	{ .name = "256 bytes", .reply = LONG64 LONG64 LONG64 LONG64 "9000" },
	{ .name = "too long",
	    .reply = LONG64 LONG64 LONG64 LONG64 LONG64 "9000" },
	{ .reply = "6F00" },
	{ .reply = "6A82", .unsent = 1 }, /* of a PIN: no try was spent */
	{ .reply = "6A86" },
	{ .reply = "6982" },
	{ .reply = "6983" },
	{ .reply = "6984" },
	{ .reply = "6985" },
	{ .reply = "63C0" },
	{ .reply = "63C1" },
	{ .reply = "63CF" },
	{ .reply = "6300" },
	{ .reply = "6281" },
	{ .reply = "6700" },
	{ .reply = "6D00" },
	{ .reply = "6E00" },
	{ .reply = "6C00" },
	{ .reply = "6C20" },
	{ .reply = "6100" },
	{ .reply = "6110" },
	{ .name = "6F00 from here", .reply = "6F00", .lasting = 1 },
	{ .name = "9000 from here", .reply = "9000", .lasting = 1 },
	{ .name = "reply lost", .error = SC_ERROR_TRANSMIT_FAILED },
	{ .name = "not sent", .error = SC_ERROR_TRANSMIT_FAILED, .unsent = 1 },
	{ .name = "reader dead",
	    .error = SC_ERROR_TRANSMIT_FAILED,
	    .unsent = 1,
	    .lasting = 1 },
	{ .name = "nonsense", .error = SC_ERROR_UNKNOWN_DATA_RECEIVED },
	{ .name = "no memory", .error = SC_ERROR_OUT_OF_MEMORY, .unsent = 1 },
	{ .name = "reset after", .error = SC_ERROR_CARD_RESET, .reset = 1 },
	{ .name = "reset before",
	    .error = SC_ERROR_CARD_RESET,
	    .reset = 1,
	    .unsent = 1 },
	{ .name = "reset each time",
	    .error = SC_ERROR_CARD_RESET,
	    .reset = 1,
	    .unsent = 1,
	    .lasting = 1 },
	{ .name = "reattached", .error = SC_ERROR_READER_REATTACHED },
	{ .name = "removed after",
	    .error = SC_ERROR_CARD_REMOVED,
	    .remove = 1 },
	{ .name = "removed before",
	    .error = SC_ERROR_CARD_REMOVED,
	    .remove = 1,
	    .unsent = 1 },
	{ .name = "reader gone",
	    .error = SC_ERROR_READER_DETACHED,
	    .remove = 1,
	    .unsent = 1,
	    .lasting = 1 },
};

static const int lock_errors[] = { SC_ERROR_READER_LOCKED,
	SC_ERROR_TRANSMIT_FAILED, SC_ERROR_CARD_REMOVED, SC_ERROR_CARD_RESET,
	SC_ERROR_NOT_ALLOWED };

/* A life's terms. */
struct terms {
	const char *param; /* of the card */
	unsigned id;
	const char *pin, *fresh, *wrong;
	unsigned tries;
	int certs; /* they are read, too */
	int wager; /* the user mistypes once */
};

static const struct terms auth = { NULL, OSC_AUTH, OSC_PIN_AUTH, "4321", "9999",
	3, 1, 0 };
static const struct terms sign = { NULL, OSC_SIGN, OSC_PIN_SIGN, "XYZ789",
	"QQQ999", 5, 0, 0 };
static const struct terms auth_wrong = { NULL, OSC_AUTH, OSC_PIN_AUTH, "4321",
	"9999", 3, 0, 1 };
static const struct terms sign_wrong = { "atr=" ATR_SFI, OSC_SIGN, OSC_PIN_SIGN,
	"XYZ789", "QQQ999", 5, 0, 1 };
static const struct terms auth_sfi = { "atr=" ATR_SFI, OSC_AUTH, OSC_PIN_AUTH,
	"4321", "9999", 3, 0, 0 };

static const struct terms text = { NULL, OSC_TEXT, "1234", "4321", "9999", 3, 0,
	0 };
static const struct terms text_wrong = { NULL, OSC_TEXT, "1234", "4321", "9999",
	3, 0, 1 };

static struct vslot *slot;
static struct osc_host h;
static char where[160]; /* for a person who looks for a failure */
static unsigned seen;   /* VERIFYs before the step */
static int all_well;    /* every step of the life did what it should */

/* One card for all lives: thousands of copies would take minutes. */
static void
put_in_card(const struct terms *t)
{
	char master[96];

	snprintf(master, sizeof master, "%s/card0", fixture_dir());
	assert_int_equal(vslot_copy(master, osc_group_path("sweep")), JM_OK);
	assert_int_equal(vslot_open(osc_group_path("sweep"), &slot), JM_OK);
	if (t->param != NULL)
		assert_int_equal(
		    vc_set_param(vslot_card(slot), t->param), JM_OK);
	vc_power(vslot_card(slot), 0);
	vc_power(vslot_card(slot), 1);
	h.slot = slot;
}

/* Out, and in again as it was. */
static void
next_card(const struct terms *t)
{
	osc_host_disconnect(&h);
	h.fault = NULL;
	h.lock_error = SC_SUCCESS;
	vslot_remove(slot);
	osc_card_restore(slot, t->id, t->pin, t->tries);
	vslot_insert(slot);
	osc_host_restart_count(&h);
}

#define HOLDS(claim)                                                           \
	do {                                                                   \
		if (!(claim))                                                  \
			fail_msg("%s, %s: %s", where, what, #claim);           \
	} while (0)

static void
look(const struct terms *t, const char *what, int r, unsigned max_verifies)
{
	if (r < 0)
		HOLDS(strcmp(sc_strerror(r), "Unknown error") != 0);
	HOLDS(h.verifies - seen <= max_verifies);
	HOLDS(!h.locked && h.locks == h.unlocks && h.misuse == 0);
	HOLDS(!osc_card_is_open(slot));
	HOLDS(osc_card_tries(slot, t->id) + (t->wager ? 1 : 0) >= t->tries);
	seen = h.verifies;
	all_well &= r >= 0;
}

/* Did the card call this PIN right?  Nobody can know better then. */
static int
is_lie(void)
{
	return h.fault != NULL && h.fault_hit && h.fault->reply != NULL &&
	       strstr(h.fault->reply, "9000") != NULL &&
	       (h.verify_at == h.fault_at ||
		   (h.fault->lasting && h.verify_at > h.fault_at));
}

/* What a person types: never the same again where that could cost a try.
 * 0: the card lied of a wrong one. */
static int
enter(const struct terms *t, const char *what, const char *pin, int again)
{
	const unsigned max =
	    again && osc_card_tries(slot, t->id) < t->tries ? 0 : 1;
	const int r = osc_try_verify(&h, t->id, pin);
	const int well = all_well;

	look(t, what, r, max);
	if (pin != t->wrong)
		return 1;
	HOLDS(r < 0 || is_lie());
	all_well = well;
	return !is_lie();
}

static void
make_signature(const struct terms *t, const char *what)
{
	const unsigned bad = h.bad_verifies;
	uint8_t sig[512];
	const int r = osc_try_sign(&h, t->id, sig, sizeof sig);

	look(t, what, r, 1);
	/* The login is over where its PIN failed. */
	if (h.bad_verifies > bad) {
		HOLDS(r < 0);
		look(t, "another", osc_try_sign(&h, t->id, sig, sizeof sig), 0);
	}
}

/* What the PIN is for. */
static void
use_pin(const struct terms *t)
{
	if (t->id == OSC_TEXT) {
		look(t, "file", osc_try_data(&h, 0), 0);
		look(t, "file again", osc_try_data(&h, 0), 0);
		return;
	}
	make_signature(t, "signature");
	if (t->id == OSC_AUTH)
		make_signature(t, "second signature");
}

static int
use_without_login(const struct terms *t)
{
	uint8_t sig[512];

	return t->id == OSC_TEXT ? osc_try_data(&h, 0)
				 : osc_try_sign(&h, t->id, sig, sizeof sig);
}

/* 0: the card said a wrong PIN is right. */
static int
log_in(const struct terms *t)
{
	unsigned bad;

	if (t->wager && (!enter(t, "wrong PIN", t->wrong, 0) ||
			    !enter(t, "wrong PIN again", t->wrong, 1)))
		return 0;
	bad = h.bad_verifies;
	enter(t, "login", t->pin, 0);
	if (h.bad_verifies > bad)
		look(t, "no login", use_without_login(t), 0);
	return 1;
}

static void
live(const struct terms *t)
{
	const char *what = "change";
	int r;

	seen = h.verifies;
	all_well = 1;
	look(t, "connect", osc_host_connect(&h), 0);
	if (h.card == NULL)
		return;
	look(t, "bind", osc_host_bind(&h), 0);
	for (unsigned id = OSC_AUTH; t->certs && id <= OSC_SIGN_CA; id++)
		if (id != OSC_SIGN)
			look(t, "certificate", osc_try_cert(&h, id), 0);
	look(t, "PIN", osc_try_pin_info(&h, t->id), 0);
	if (!log_in(t))
		return;
	use_pin(t);
	r = osc_try_change(&h, t->id, t->pin, t->fresh);
	look(t, "change", r, 1);
	HOLDS(osc_card_has_pin(slot, t->id, t->fresh) ||
	      (r < 0 && osc_card_has_pin(slot, t->id, t->pin)));
	look(t, "log-out", sc_logout(h.card), 0);
	what = "use after log-out";
	HOLDS(use_without_login(t) < 0);
	look(t, what, 0, 0);
	osc_host_disconnect(&h);
	look(t, "disconnect", 0, 0);
}

/* The card goes on after what befell the life before. */
static void
live_again(const struct terms *t)
{
	const char *what = "again", *pin = t->pin;

	h.fault = NULL;
	h.lock_error = SC_SUCCESS;
	osc_host_disconnect(&h);
	vslot_remove(slot);
	vslot_insert(slot);
	HOLDS(osc_host_connect(&h) == SC_SUCCESS);
	HOLDS(osc_host_bind(&h) == SC_SUCCESS);
	if (osc_card_has_pin(slot, t->id, t->fresh))
		pin = t->fresh;
	HOLDS(osc_try_verify(&h, t->id, pin) == SC_SUCCESS);
	if (t->id == OSC_TEXT)
		HOLDS(osc_try_data(&h, 0) > 0);
	else
		HOLDS(osc_try_sign_checked(&h, t->id) > 0);
	osc_host_disconnect(&h);
}

static unsigned
count_apdus(const struct terms *t, unsigned *locks)
{
	const unsigned before = h.lock_calls;
	unsigned n;

	snprintf(where, sizeof where, "nothing wrong");
	osc_host_restart_count(&h);
	live(t);
	assert_true(all_well);
	n = h.apdus;
	*locks = h.lock_calls - before;
	return n;
}

static void
sweep(const struct terms *t)
{
	unsigned locks, n;

	osc_host_start(&h, NULL, &(struct osc_how){ .jumin = "cache = off\n" });
	put_in_card(t);
	n = count_apdus(t, &locks);
	if (n < 20 || locks < 5)
		fail_msg("%u APDUs, %u locks", n, locks);
	for (size_t i = 0; i < NELEM(faults); i++)
		for (unsigned at = 0; at < n; at++) {
			const struct osc_fault *f = &faults[i];

			snprintf(where, sizeof where, "APDU %u of %u: %s", at,
			    n, f->name != NULL ? f->name : f->reply);
			next_card(t);
			osc_host_fault(&h, at, f);
			live(t);
			assert_true(h.fault_hit);
			if (f->remove || at % 8 == 0)
				live_again(t);
		}
	for (size_t i = 0; i < NELEM(lock_errors); i++)
		for (unsigned at = 0; at < locks; at++) {
			snprintf(where, sizeof where, "lock %u of %u: %s", at,
			    locks, sc_strerror(lock_errors[i]));
			next_card(t);
			h.lock_at = h.lock_calls + at;
			h.lock_error = lock_errors[i];
			live(t);
			live_again(t);
		}
	next_card(t);
	osc_host_stop(&h);
	vslot_close(&slot);
}

static void
with_the_authentication_key(void **state)
{
	(void)state;
	sweep(&auth);
}

static void
with_the_signature_key(void **state)
{
	(void)state;
	sweep(&sign);
}

static void
with_a_mistyped_pin(void **state)
{
	(void)state;
	sweep(&auth_wrong);
}

static void
with_a_mistyped_signature_pin(void **state)
{
	(void)state;
	sweep(&sign_wrong);
}

static void
with_short_ef_ids(void **state)
{
	(void)state;
	sweep(&auth_sfi);
}

static void
with_personal_files(void **state)
{
	(void)state;
	sweep(&text);
}

static void
with_a_mistyped_pin_of_files(void **state)
{
	(void)state;
	sweep(&text_wrong);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_the_authentication_key),
		cmocka_unit_test(with_the_signature_key),
		cmocka_unit_test(with_a_mistyped_pin),
		cmocka_unit_test(with_a_mistyped_signature_pin),
		cmocka_unit_test(with_short_ef_ids),
	};

	const struct CMUnitTest files[] = {
		cmocka_unit_test(with_personal_files),
		cmocka_unit_test(with_a_mistyped_pin_of_files),
	};

	return cmocka_run_group_tests(tests, osc_cards_open, osc_cards_close) |
	       cmocka_run_group_tests(
		   files, osc_cards_open_all, osc_cards_close);
}
