/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One sweep over every command of every job that talks to the card, in each way
 * that a login can live: the reply is replaced by each bad one, the command or
 * its answer is lost, the card is reset or leaves.  Whatever it was: a defined
 * value, not one VERIFY more than the job takes, the other reader goes on, and
 * the next insertion works.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/pkcs11/clock.h"
#include "tests/pkcs11/stage_conf.h"

/* Nobody here waits in earnest. */
void __wrap_jm_sleep_ms(unsigned ms);

void
__wrap_jm_sleep_ms(unsigned ms)
{
	clock_ahead += ms;
}

/* Nor for a disk: thousands of cards are issued. */
int __wrap_fsync(int fd);

int
__wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

static unsigned r, beside; /* readers */
static CK_SESSION_HANDLE s, other;

/* --- jobs ----------------------------------------------------------------- */

/* What a program does that shows all it sees. */
static CK_RV
list(void)
{
	CK_SLOT_ID slot[8];
	CK_ULONG n = NELEM(slot);
	CK_SESSION_HANDLE h;
	CK_TOKEN_INFO info;
	CK_RV rv;

	if ((rv = p11->C_GetSlotList(CK_TRUE, slot, &n)) != CKR_OK)
		return rv;
	/* The first reader's are before the other's, or not there. */
	if (n < 4)
		return CKR_TOKEN_NOT_PRESENT;
	if ((rv = p11->C_GetTokenInfo(slot[0], &info)) != CKR_OK ||
	    (rv = p11->C_OpenSession(
		 slot[0], CKF_SERIAL_SESSION, NULL, NULL, &h)) != CKR_OK)
		return rv;
	rv = p11->C_FindObjectsInit(h, NULL, 0);
	(void)p11->C_CloseSession(h);
	return rv;
}

static CK_RV
read_certificates(void)
{
	return p11->C_FindObjectsInit(s, NULL, 0);
}

static CK_RV
log_in(void)
{
	return stage_login(s, AUTH_PIN);
}

static CK_RV
log_in_to_sign(void)
{
	return stage_login(s, SIGN_PIN);
}

static CK_RV
sign(void)
{
	return stage_sign(s);
}

static CK_RV
sign_and_log_out(void)
{
	const CK_RV rv = stage_sign(s);

	(void)p11->C_Logout(s);
	return rv;
}

static CK_RV
consent_and_sign(void)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE t = { CKA_CLASS, &class, sizeof class };
	CK_MECHANISM m = { CKM_SHA256_RSA_PKCS, NULL, 0 };
	CK_BYTE pin[] = SIGN_PIN, sig[256];
	CK_ULONG n = 0, len = sizeof sig;
	CK_OBJECT_HANDLE key = 0;
	CK_RV rv;

	if ((rv = p11->C_FindObjectsInit(s, &t, 1)) != CKR_OK)
		return rv;
	(void)p11->C_FindObjects(s, &key, 1, &n);
	(void)p11->C_FindObjectsFinal(s);
	if ((rv = p11->C_SignInit(s, &m, key)) != CKR_OK ||
	    (rv = p11->C_Login(s, CKU_CONTEXT_SPECIFIC, pin, sizeof pin - 1)) !=
		CKR_OK)
		return rv;
	return p11->C_Sign(s, pin, 1, sig, &len);
}

static CK_RV
change_pin(void)
{
	CK_BYTE from[] = AUTH_PIN, to[] = "5678";

	return p11->C_SetPIN(s, from, sizeof from - 1, to, sizeof to - 1);
}

static CK_RV
draw(void)
{
	CK_BYTE out[300];

	return p11->C_GenerateRandom(s, out, sizeof out);
}

static CK_RV
log_in_at_the_reader(void)
{
	vs_pinpad_type(r, AUTH_PIN);
	return p11->C_Login(s, CKU_USER, NULL, 0);
}

static CK_RV
change_at_the_reader(void)
{
	vs_pinpad_type(r, AUTH_PIN);
	vs_pinpad_type(r, "5678");
	vs_pinpad_type(r, "5678");
	return p11->C_SetPIN(s, NULL, 0, NULL, 0);
}

enum before { NEW_CARD, A_SESSION, A_LOGIN, A_CONSENT_USED };

struct job {
	const char *what, *conf;
	enum before before;
	enum jm_pair pair;
	int pinpad;
	CK_RV (*run)(void);
};

/* clang-format off */
static const struct job jobs[] = {
	{ "identify, cold", "cache = off\n", NEW_CARD, AUTH, 0, list },
	{ "identify, warm", "", NEW_CARD, AUTH, 0, list },
	{ "certificates", "cache = off\n", A_SESSION, AUTH, 0, read_certificates },
	{ "login", "", A_SESSION, AUTH, 0, log_in },
	{ "login to sign", "", A_SESSION, SIGN, 0, log_in_to_sign },
	{ "signature", "", A_LOGIN, AUTH, 0, sign },
	{ "signature by consent of a login", "", A_LOGIN, SIGN, 0, sign },
	{ "login, held", "login = hold\n", A_SESSION, AUTH, 0, log_in },
	{ "signature, held", "login = hold\n", A_LOGIN, AUTH, 0, sign_and_log_out },
	{ "consent", "consent = context\n", A_CONSENT_USED, SIGN, 0, consent_and_sign },
	{ "consent, held", "consent = context\nlogin = hold\n", A_CONSENT_USED, SIGN, 0, consent_and_sign },
	{ "PIN change", "", A_SESSION, AUTH, 0, change_pin },
	{ "PIN change, held", "login = hold\n", A_LOGIN, AUTH, 0, change_pin },
	{ "random numbers", "rng = on\n", A_SESSION, AUTH, 0, draw },
	{ "login at the reader", "", A_SESSION, AUTH, 3, log_in_at_the_reader },
	{ "PIN change at the reader", "", A_SESSION, AUTH, 3, change_at_the_reader },
};
/* clang-format on */

/* A card nobody has seen, and all that comes before the job. */
static void
prepare(const struct job *j)
{
	stage_fresh(r);
	vs_pinpad(r, (unsigned)j->pinpad); /* nothing typed is left over */
	if (j->before == NEW_CARD)
		return;
	s = stage_rw(r, j->pair);
	if (j->before != A_SESSION)
		assert_int_equal(
		    stage_login(s, j->pair == AUTH ? AUTH_PIN : SIGN_PIN),
		    CKR_OK);
	if (j->before == A_CONSENT_USED)
		assert_int_equal(stage_sign(s), CKR_OK);
}

/* --- what goes wrong ------------------------------------------------------ */

#define B(text)                                                                \
	{                                                                      \
		VS_REPLACE, text, sizeof text - 1                              \
	}

static uint8_t too_much[300];

/* clang-format off */
static const struct fault {
	enum vs_fault how;
	const void *bytes;
	size_t len;
} faults[] = {
	B(""), B("\x90"), B("\x90\x00"), B("\x00\x90\x00"),
	B("\x30\x82\xff\xff\x90\x00"), B("\x61\x10"), B("\x6c\x05"),
	B("\x62\x83"), B("\x63\x00"), B("\x63\xc0"), B("\x63\xc1"),
	B("\x67\x00"), B("\x69\x82"), B("\x69\x83"), B("\x69\x84"),
	B("\x69\x86"), B("\x6a\x82"), B("\x6a\x86"), B("\x6d\x00"),
	B("\x6f\x00"), B("\x00\x00"), B("\xff\xff"),
	{ VS_REPLACE, too_much, sizeof too_much },
	{ VS_LOST_BEFORE, NULL, 0 }, { VS_LOST_AFTER, NULL, 0 },
	{ VS_RESET_BEFORE, NULL, 0 },
	{ VS_REMOVE_BEFORE, NULL, 0 }, { VS_REMOVE_AFTER, NULL, 0 },
};
/* clang-format on */

static int
is_defined(CK_RV rv)
{
	static const CK_RV defined[] = { CKR_OK, CKR_DEVICE_ERROR,
		CKR_DEVICE_REMOVED, CKR_TOKEN_NOT_PRESENT, CKR_PIN_INCORRECT,
		CKR_PIN_LOCKED, CKR_USER_NOT_LOGGED_IN,
		CKR_USER_PIN_NOT_INITIALIZED, CKR_FUNCTION_FAILED,
		CKR_SESSION_HANDLE_INVALID, CKR_RANDOM_NO_RNG,
		/* a consent, when the login ended */
		CKR_OPERATION_NOT_INITIALIZED };

	for (size_t i = 0; i < NELEM(defined); i++)
		if (rv == defined[i])
			return 1;
	return 0;
}

static void
assert_the_next_insertion_works(const struct job *j)
{
	CK_RV rv;

	stage_fresh(r);
	s = stage_session(r, AUTH);
	if ((rv = stage_login(s, AUTH_PIN)) == CKR_OK)
		rv = stage_sign(s);
	if (rv != CKR_OK)
		fail_msg("next insertion, after %s: %lx", j->what, rv);
	(void)p11->C_CloseSession(s);
}

static void
once(const struct job *j, const struct vs_count *clean, unsigned at,
    const struct fault *f)
{
	struct vs_count now;
	CK_RV rv;

	prepare(j);
	vs_restart_count(r);
	vs_fault_at(r, at, f->how, f->bytes, f->len);
	rv = j->run();
	vs_fault_at(r, 0, VS_NO_FAULT, NULL, 0);
	now = vs_counted(r);
	if (!is_defined(rv) || now.verifies > clean->verifies ||
	    now.changes > clean->changes ||
	    (vs_pinpad_asked(r) > 0 && j->pinpad == 0))
		fail_msg("%s, command %u, fault %zu: %lx, %u VERIFYs", j->what,
		    at, (size_t)(f - faults), rv, now.verifies);
	if ((rv = stage_sign(other)) != CKR_OK)
		fail_msg("%s, command %u, fault %zu: the other reader: %lx",
		    j->what, at, (size_t)(f - faults), rv);
	if (f->how == VS_REMOVE_BEFORE || f->how == VS_REMOVE_AFTER) {
		if (vs_present(r))
			fail_msg("%s, command %u of %u: it never came", j->what,
			    at, clean->apdus);
		stage_put(r);
	}
	/* Of the replies some will do: each takes two more cards. */
	if (f->how != VS_REPLACE || (at + (unsigned)(f - faults)) % 4 == 0)
		assert_the_next_insertion_works(j);
}

/* card: its ATR parameter, which says how commands may be built */
static void
sweep(const struct job *j, const char *card)
{
	struct vs_count clean;
	CK_RV rv;

	stage_conf(j->conf);
	r = stage_reader(card, NULL);
	beside = stage_reader(card, NULL);
	vs_pinpad(r, (unsigned)j->pinpad);
	stage_init();
	other = stage_session(beside, AUTH);
	assert_int_equal(stage_login(other, AUTH_PIN), CKR_OK);
	assert_int_equal(stage_sign(other), CKR_OK);
	assert_the_next_insertion_works(j);
	assert_int_equal(list(), CKR_OK); /* the cache is warm from here on */

	prepare(j);
	vs_restart_count(r);
	vs_delay(r, 5);
	rv = j->run(); /* slow, but well */
	vs_delay(r, 0);
	if (rv != CKR_OK)
		fail_msg("%s, without a fault: %lx", j->what, rv);
	clean = vs_counted(r);
	for (unsigned at = 1; at <= clean.apdus; at++)
		for (size_t i = 0; i < NELEM(faults); i++)
			once(j, &clean, at, &faults[i]);
}

static void
sweep_all(void **state, const char *card)
{
	memset(too_much, 0x90, sizeof too_much);
	for (size_t i = 0; i < NELEM(jobs); i++) {
		sweep(&jobs[i], card);
		assert_int_equal(stage_end(state), 0);
		assert_int_equal(stage_begin(state), 0);
	}
}

static void
nothing_that_a_plain_card_says_does_harm(void **state)
{
	sweep_all(state, PLAIN);
}

static void
nor_a_card_with_short_ef_ids(void **state)
{
	sweep_all(state, SHORT_IDS);
}

static void
nor_a_card_with_extended_length(void **state)
{
	sweep_all(state, "atr=3BDA13FF8131FB468012392F31C173C601C03B");
}

static int
open_stage(void **state)
{
	if (stage_conf_open(state) != 0 ||
	    mkdir(stage_conf_path("cache"), 0700) != 0)
		return -1;
	return setenv("XDG_CACHE_HOME", stage_conf_path("cache"), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stage_conf_begin, stage_end)
	const struct CMUnitTest tests[] = {
		T(nothing_that_a_plain_card_says_does_harm),
		T(nor_a_card_with_short_ef_ids),
		T(nor_a_card_with_extended_length),
	};

	return cmocka_run_group_tests(tests, open_stage, stage_conf_close);
}
