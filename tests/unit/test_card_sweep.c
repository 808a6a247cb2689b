/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whole jobs over a card, with each reply replaced in turn by each thing a card
 * or a reader can do instead, and with each exchange and allocation failing in
 * turn.  Never a crash, never a wrong success, never a second VERIFY.
 */
#include <string.h>

#include "card/file.h"
#include "card/key.h"
#include "card/pin.h"
#include "tests/support/fault.h"
#include "tests/support/script.h"
#include "tests/support/script_card.h"
#include "tests/support/test.h"

#define VERIFY   "00200080 04 31323334"
#define CERT_LEN 300
#define HEAD                                                                   \
	"30820128" B64("a5") B64("a5") B64("a5") B16("a5") B16("a5")           \
	    B16("a5") "a5a5a5a5a5a5a5a5a5a5a5a5"
#define TAIL44 B16("a5") B16("a5") "a5a5a5a5a5a5a5a5a5a5a5a5"
#define TOKEN_INFO                                                             \
	{ SEL_AP, "9000" }, { SEL_EF("0006"), "9000" },                        \
	{                                                                      \
		READ_INFO, INFO                                                \
	}
#define LOG_OUT                                                                \
	{                                                                      \
		SEL_ISSUER, "9000"                                             \
	}

/* What a job has to have seen when it says JM_OK. */
static uint8_t bytes[512];
static size_t bytes_len;

static const struct jm_pin pin = { "1234", 4 }, fresh = { "5678", 4 };

static jm_err
read_job(struct jm_card *card)
{
	uint8_t avail[3];
	size_t n;
	jm_err e;

	if ((e = jm_card_identify(card)) != JM_OK ||
	    (e = jm_card_read(card, 8, avail, sizeof avail, 3, &n)) != JM_OK)
		return e;
	return jm_card_read_der(card, 0xa, bytes, sizeof bytes, &bytes_len);
}

static jm_err
sign_job(struct jm_card *card)
{
	struct jm_pin_state ps;
	int tries;
	jm_err e;

	if ((e = jm_card_identify(card)) != JM_OK ||
	    (e = jm_card_pin_query(card, JM_PIN_AUTH, &ps)) != JM_OK ||
	    (e = jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries)) != JM_OK)
		return e;
	return jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, pin.v, 4, bytes,
	    sizeof bytes, &bytes_len);
}

static jm_err
change_job(struct jm_card *card)
{
	int tries;
	jm_err e;

	if ((e = jm_card_identify(card)) != JM_OK)
		return e;
	return jm_card_pin_change(card, JM_PIN_AUTH, &pin, &fresh, &tries);
}

static const struct step read_plain[] = { TOKEN_INFO,
	{ SEL_EF("0008"), "9000" }, { "00b00000 03", "8f8f00 9000" },
	{ SEL_EF("000a"), "9000" }, { "00b00000 00", HEAD "9000" },
	{ "00b00100 2c", TAIL44 "9000" } };
static const struct step read_sfi[] = { { SEL_AP, "9000" },
	{ SFI_READ_INFO, INFO }, { "00b08800 03", "8f8f00 9000" },
	{ "00b08a00 00", HEAD "9000" }, { "00b00100 2c", TAIL44 "9000" } };
static const struct step read_ext[] = { { SEL_AP, "9000" },
	{ SFI_READ_INFO, INFO }, { "00b08800 03", "8f8f00 9000" },
	{ "00b08a00 000200", HEAD TAIL44 B64("ff") "9000" } };
static const struct step sign_plain[] = { TOKEN_INFO,
	{ SEL_EF("0018"), "9000" }, { "00200080", "63c3" }, { VERIFY, "9000" },
	{ SEL_EF("0017"), "9000" }, { "802a0080 04 31323334 00", SIG_REPLY },
	LOG_OUT };
static const struct step sign_sfi[] = { { SEL_AP, "9000" },
	{ SFI_READ_INFO, INFO }, { "00200098", "63c3" },
	{ "00200098 04 31323334", "9000" },
	{ "802a0097 04 31323334 00", SIG_REPLY }, LOG_OUT };
static const struct step change_plain[] = { TOKEN_INFO,
	{ SEL_EF("0018"), "9000" }, { VERIFY, "9000" },
	{ "00240180 04 35363738", "9000" }, LOG_OUT };

/* clang-format off */
static const struct job {
	jm_err (*run)(struct jm_card *card);
	const struct step *step;
	size_t n;
	const char *atr;
	uint8_t byte; /* what a success has from the fifth byte on */
	size_t len;
} jobs[] = {
	{ read_job,   read_plain,   NELEM(read_plain),   ATR_PLAIN, 0xa5, CERT_LEN },
	{ read_job,   read_sfi,     NELEM(read_sfi),     ATR_SFI,   0xa5, CERT_LEN },
	{ read_job,   read_ext,     NELEM(read_ext),     ATR_EXT,   0xa5, CERT_LEN },
	{ sign_job,   sign_plain,   NELEM(sign_plain),   ATR_PLAIN, 0x5c, 256 },
	{ sign_job,   sign_sfi,     NELEM(sign_sfi),     ATR_SFI,   0x5c, 256 },
	{ change_job, change_plain, NELEM(change_plain), ATR_PLAIN, 0,    0 },
};

static const char *const replies[] = {
	"", "90", NULL, "!big", "!gone", "!reset",
	/* Every status word of the cards, and what only ISO has. */
	"9000", "63c3", "63c2", "63c1", "63c0", "6984", "6983", "6300", "6982",
	"6985", "6986", "6700", "6a82", "6a86", "6b00", "6d00", "6e00", "6f00",
	"6281", "6282", "6283", "6381", "6400", "6581", "6881", "6882", "69fc",
	"6981", "6987", "6988", "6a80", "6a81", "6a83", "6a84", "6a85", "6a87",
	"6a88", "6100", "6110", "6c00", "6c10", "0000", "ffff",
	"aabbccdd 9000", "aabbccdd 6982", "3082 9000", "30820128 9000",
};
/* clang-format on */

/* One job in one transaction; the script and a fault have been set up. */
static jm_err
play(const struct job *job, const struct jm_link *link)
{
	struct jm_card *card = NULL;
	jm_err e;

	bytes_len = 0;
	memset(bytes, 0, sizeof bytes);
	if ((e = jm_card_open(link, &card)) != JM_OK) {
		assert_null(card);
		return e;
	}
	if ((e = jm_card_begin(card)) == JM_OK)
		e = job->run(card);
	jm_card_end(card);
	fault_disarm();
	jm_card_free(&card);
	script_end();
	assert_int_equal(script_closes(), 1);
	assert_true(script_verifies() <= 1);
	assert_string_not_equal(jm_errname(e), "");
	if (e == JM_OK) {
		assert_int_equal(bytes_len, job->len);
		for (size_t i = 4; i < bytes_len; i++)
			assert_int_equal(bytes[i], job->byte);
	}
	return e;
}

static void
each_reply_replaced_by_each_other_one(void **state)
{
	(void)state;

	for (const struct job *job = jobs; job < jobs + NELEM(jobs); job++)
		for (size_t r = 0; r < NELEM(replies); r++)
			for (unsigned nth = 0;; nth++) {
				struct jm_link link;
				jm_err e;

				script_start(&link, job->step, job->n);
				script_atr(job->atr);
				script_replace(nth, replies[r]);
				e = play(job, &link);
				if (script_replaced())
					continue;
				assert_int_equal(e, JM_OK);
				assert_int_equal(nth, job->n);
				break;
			}
}

/* A VERIFY that was not answered by 9000 is never followed by a signature. */
static void
only_a_verified_pin_leads_to_a_signature(void **state)
{
	const struct job *job = &jobs[3];
	(void)state;

	for (size_t r = 0; r < NELEM(replies); r++) {
		struct jm_link link;
		jm_err e;

		script_start(&link, job->step, job->n);
		script_atr(job->atr);
		script_replace(5, replies[r]);
		e = play(job, &link);
		assert_int_equal(script_verifies(), 1);
		assert_int_equal(e == JM_OK,
		    replies[r] != NULL && strstr(replies[r], "9000") != NULL);
	}
}

static void
each_exchange_and_allocation_failing_in_turn(void **state)
{
	(void)state;

	for (const struct job *job = jobs; job < jobs + NELEM(jobs); job++)
		for (unsigned nth = 0;; nth++) {
			struct jm_link link;
			jm_err e;

			script_start(&link, job->step, job->n);
			script_atr(job->atr);
			fault_arm(nth);
			e = play(job, &link);
			if (!fault_fired()) {
				assert_int_equal(e, JM_OK);
				/* One allocation, then the exchanges. */
				assert_int_equal(nth, 1 + job->n);
				break;
			}
			if (nth == 0)
				assert_int_equal(e, JM_NOMEM);
			else if (nth == job->n && job->run != read_job)
				/* The log-out failed: power did it. */
				assert_int_equal(script_power_downs(), 1);
			else
				assert_int_not_equal(e, JM_OK);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reply_replaced_by_each_other_one),
		cmocka_unit_test(only_a_verified_pin_leads_to_a_signature),
		cmocka_unit_test(each_exchange_and_allocation_failing_in_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
