/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <string.h>

#define WRONG_CHV ((DWORD)SCARD_W_WRONG_CHV)
#define BLOCKED   ((DWORD)SCARD_W_CHV_BLOCKED)
#define UNKNOWN   ((DWORD)-1)
#define FULL      ((DWORD)-2) /* none is spent: that, or not known */
#define INVALID   ((DWORD)SCARD_E_INVALID_PARAMETER)

/* A call of CardAuthenticateEx, and what is right after it. */
static void
gives(struct host *h, PIN_ID id, const char *pin, DWORD want, DWORD want_tries,
    DWORD verifies)
{
	DWORD tries;

	(void)counts_anew();
	host_begin(h);
	is(want, job_pin(h, id, pin, &tries), "CardAuthenticateEx");
	host_end(h);
	if (want_tries == FULL)
		check(tries == UNKNOWN || tries == (id == ROLE_USER ? 3u : 5u),
		    "no try that is left is missing");
	else
		is(want_tries, tries, "tries that are left");
	is(verifies, counts_anew().verifies, "PINs that were sent");
}

/* Wrong, right, wrong again, and what cannot be right at all. */
static void
pin(int argc, WCHAR **argv)
{
	DWORD tries, code;
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	job_verified(&h, 0);
	note("what cannot be right is not sent");
	gives(&h, ROLE_USER, "123", WRONG_CHV, FULL, 0);
	gives(&h, ROLE_USER, "12345", WRONG_CHV, FULL, 0);
	gives(&h, ROLE_USER, "12a4", WRONG_CHV, FULL, 0);
	gives(&h, SIGN_ID, "ABC12", WRONG_CHV, FULL, 0);
	gives(&h, SIGN_ID, "ABC-123", WRONG_CHV, FULL, 0);
	note("what is not one of the card's PINs");
	gives(&h, ROLE_EVERYONE, AUTH_PIN, INVALID, UNKNOWN, 0);
	gives(&h, ROLE_ADMIN, AUTH_PIN, INVALID, UNKNOWN, 0);
	gives(&h, 4, AUTH_PIN, INVALID, UNKNOWN, 0);
	gives(&h, 0xffffffff, AUTH_PIN, INVALID, UNKNOWN, 0);
	note("wrong, the same again, right");
	gives(&h, ROLE_USER, "0000", WRONG_CHV, 2, 1);
	job_verified(&h, 0);
	gives(&h, ROLE_USER, AUTH_PIN, ERROR_SUCCESS, FULL, 1);
	job_verified(&h, 1u << ROLE_USER);
	note("the older function");
	(void)counts_anew();
	host_begin(&h);
	code = h.d.pfnCardAuthenticatePin(
	    &h.d, (WCHAR[]){ L"user" }, (PBYTE)(char[]){ "0001" }, 4, &tries);
	is(WRONG_CHV, code, "CardAuthenticatePin");
	is(2, tries, "tries that are left");
	job_verified(&h, 0);
	code = h.d.pfnCardAuthenticatePin(
	    &h.d, (WCHAR[]){ L"user" }, (PBYTE)(char[]){ "1234" }, 4, NULL);
	is(ERROR_SUCCESS, code, "CardAuthenticatePin");
	host_end(&h);
	is(2, counts_anew().verifies, "PINs that were sent");
	is(3, raw_tries(&h, 0), "the card's own counter");
	is(5, raw_tries(&h, 1), "and the other one");
	host_close(&h);
}

/* The same wrong PIN is one try, however often a program gives it. */
static void
pin_again(int argc, WCHAR **argv)
{
	DWORD tries;
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	(void)counts_anew();
	host_begin(&h);
	for (int i = 0; i < 20; i++)
		is(WRONG_CHV, job_pin(&h, ROLE_USER, "9876", &tries),
		    "CardAuthenticateEx");
	host_end(&h);
	is(1, counts_anew().verifies, "PINs that were sent");
	is(2, raw_tries(&h, 0), "the card's own counter");
	gives(&h, ROLE_USER, AUTH_PIN, ERROR_SUCCESS, FULL, 1);
	is(3, raw_tries(&h, 0), "the card's own counter");
	host_close(&h);
}

/* Random bytes of the card, others each time; no PIN is asked for. */
static void
challenge(int argc, WCHAR **argv)
{
	PBYTE one = NULL, two = NULL;
	DWORD one_len = 0, two_len = 0;
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	(void)counts_anew();
	host_begin(&h);
	is(ERROR_SUCCESS, h.d.pfnCardGetChallenge(&h.d, &one, &one_len),
	    "CardGetChallenge");
	is(ERROR_SUCCESS,
	    h.d.pfnCardGetChallengeEx(&h.d, ROLE_ADMIN, &two, &two_len, 0),
	    "CardGetChallengeEx");
	host_end(&h);
	check(one_len == 8 && two_len == 8 && memcmp(one, two, 8) != 0,
	    "two challenges of 8 bytes differ");
	is(0, counts_anew().verifies, "PINs that were sent");
	host_free(one);
	host_free(two);
	host_close(&h);
}

static void
pin_blocked(int argc, WCHAR **argv)
{
	struct job_sig sig;
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	gives(&h, ROLE_USER, "0000", WRONG_CHV, 2, 1);
	gives(&h, ROLE_USER, "0001", WRONG_CHV, 1, 1);
	gives(&h, ROLE_USER, "0002", BLOCKED, 0, 1);
	note("the right one is of no use any more");
	gives(&h, ROLE_USER, AUTH_PIN, BLOCKED, 0, 0);
	job_verified(&h, 0);
	host_begin(&h);
	is((DWORD)SCARD_W_SECURITY_VIOLATION,
	    job_sign_any(&h, 0, MD_AT_KEYEXCHANGE, &sig), "CardSignData");
	host_end(&h);
	note("the other PIN is another one");
	gives(&h, SIGN_ID, SIGN_PIN, ERROR_SUCCESS, FULL, 1);
	is(0, raw_tries(&h, 0), "the card's own counter");
	is(5, raw_tries(&h, 1), "and the other one");
	host_close(&h);
}

static DWORD
change(struct host *h, PIN_ID id, const char *old_pin, const char *new_pin,
    DWORD *tries)
{
	*tries = 77;
	return h->d.pfnCardChangeAuthenticatorEx(&h->d,
	    PIN_CHANGE_FLAG_CHANGEPIN, id, (PBYTE)(ULONG_PTR)old_pin,
	    (DWORD)strlen(old_pin), id, (PBYTE)(ULONG_PTR)new_pin,
	    (DWORD)strlen(new_pin), 0, tries);
}

static void
changes(struct host *h, PIN_ID id, const char *old_pin, const char *new_pin,
    DWORD want, DWORD verifies)
{
	DWORD tries;

	(void)counts_anew();
	host_begin(h);
	is(want, change(h, id, old_pin, new_pin, &tries),
	    "CardChangeAuthenticatorEx");
	host_end(h);
	is(verifies, counts_anew().verifies, "PINs that were sent");
}

static void
pin_change(int argc, WCHAR **argv)
{
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	changes(&h, ROLE_USER, AUTH_PIN, "4321", ERROR_SUCCESS, 1);
	gives(&h, ROLE_USER, AUTH_PIN, WRONG_CHV, 2, 1);
	gives(&h, ROLE_USER, "4321", ERROR_SUCCESS, FULL, 1);
	changes(&h, ROLE_USER, "4321", AUTH_PIN, ERROR_SUCCESS, 1);
	note("nothing is sent for a new PIN that cannot be one");
	changes(&h, ROLE_USER, AUTH_PIN, "12", INVALID, 0);
	changes(&h, ROLE_USER, AUTH_PIN, "ABCD", INVALID, 0);
	changes(&h, ROLE_USER, "12", "4321", WRONG_CHV, 0);
	note("the signature PIN");
	changes(&h, SIGN_ID, SIGN_PIN, "NEWPIN1", ERROR_SUCCESS, 1);
	changes(&h, SIGN_ID, "NEWPIN1", SIGN_PIN, ERROR_SUCCESS, 1);
	changes(&h, SIGN_ID, "WRONG99", "NEWPIN1", WRONG_CHV, 1);
	gives(&h, SIGN_ID, SIGN_PIN, ERROR_SUCCESS, FULL, 1);
	is(3, raw_tries(&h, 0), "the card's own counter");
	is(5, raw_tries(&h, 1), "and the other one");
	host_close(&h);
}

/* After CardDeauthenticateEx nobody signs, past the driver neither. */
static void
deauthenticate(int argc, WCHAR **argv)
{
	struct host h, other;
	struct job_sig sig;
	DWORD tries;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	host_connect(&other, 0);
	is(0x6982, raw_sign(&other, 0), "another program signs before");
	host_begin(&h);
	is(ERROR_SUCCESS, job_pin(&h, ROLE_USER, AUTH_PIN, &tries),
	    "CardAuthenticateEx");
	host_end(&h);
	is(0x9000, raw_sign(&other, 0),
	    "the status is the card's: the host alone ends it");
	host_begin(&h);
	is(ERROR_SUCCESS, h.d.pfnCardDeauthenticateEx(&h.d, 1u << ROLE_USER, 0),
	    "CardDeauthenticateEx");
	job_verified(&h, 0);
	is((DWORD)SCARD_W_SECURITY_VIOLATION,
	    job_sign_any(&h, 0, MD_AT_KEYEXCHANGE, &sig), "CardSignData");
	host_end(&h);
	is(0x6982, raw_sign(&other, 0), "another program signs after it");
	note("both at once, one log-out");
	host_begin(&h);
	is(ERROR_SUCCESS, job_pin(&h, ROLE_USER, AUTH_PIN, &tries),
	    "CardAuthenticateEx");
	is(ERROR_SUCCESS, job_pin(&h, SIGN_ID, SIGN_PIN, &tries),
	    "CardAuthenticateEx");
	job_verified(&h, 0x0a);
	is(ERROR_SUCCESS, h.d.pfnCardDeauthenticateEx(&h.d, 0x0a, 0),
	    "CardDeauthenticateEx");
	job_verified(&h, 0);
	host_end(&h);
	is(0x6982, raw_sign(&other, 0), "another program signs with one");
	is(0x6982, raw_sign(&other, 1), "or with the other key");
	is(3, raw_tries(&h, 0), "the card's own counter");
	is(5, raw_tries(&h, 1), "and the other one");
	host_close(&other);
	host_close(&h);
}

const struct scenario pin_scenarios[] = { { L"pin", pin },
	{ L"pin-again", pin_again }, { L"challenge", challenge },
	{ L"pin-blocked", pin_blocked }, { L"pin-change", pin_change },
	{ L"deauthenticate", deauthenticate }, { NULL, NULL } };
