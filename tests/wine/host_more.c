/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/wine/host.h"

#include <string.h>

#define ROUNDS      8
#define UNAVAILABLE ((DWORD)SCARD_E_CERTIFICATE_UNAVAILABLE)

/* --- two threads -------------------------------------------------------------
 */

struct worker {
	struct host *h;
	int jobs; /* that came to their end */
};

/* Jobs in transactions of their own, beside those of the other thread. */
static DWORD WINAPI
work(LPVOID arg)
{
	struct worker *w = arg;
	struct job_sig sig;
	DWORD tries, code;

	for (int i = 0; i < ROUNDS; i++) {
		host_begin(w->h);
		code = job_pin(w->h, ROLE_USER, AUTH_PIN, &tries);
		if (code == ERROR_SUCCESS)
			code = job_sign_any(w->h, 0, MD_AT_KEYEXCHANGE, &sig);
		if (code == ERROR_SUCCESS) {
			host_free(sig.p);
			code = w->h->d.pfnCardDeauthenticateEx(
			    &w->h->d, 1u << ROLE_USER, 0);
		}
		host_end(w->h);
		w->jobs += code == ERROR_SUCCESS;
	}
	return 0;
}

/* One context for both: what needs no card. */
static DWORD WINAPI
read_files(LPVOID arg)
{
	struct worker *w = arg;
	BYTE *data;
	DWORD len;

	for (int i = 0; i < 200; i++) {
		if (job_read(w->h, "mscp", "kxc00", &data, &len) !=
		    ERROR_SUCCESS)
			continue;
		host_free(data);
		w->jobs++;
	}
	return 0;
}

static void
side_by_side(LPTHREAD_START_ROUTINE fn, struct worker w[2])
{
	HANDLE t[2];

	for (int i = 0; i < 2; i++)
		if ((t[i] = CreateThread(NULL, 0, fn, &w[i], 0, NULL)) == NULL)
			give_up("there are no threads");
	is(WAIT_OBJECT_0, WaitForMultipleObjects(2, t, TRUE, 60000),
	    "both threads come to their end");
	for (int i = 0; i < 2; i++)
		(void)CloseHandle(t[i]);
}

static void
threads(int argc, WCHAR **argv)
{
	struct worker w[2];
	struct host a, b;

	(void)argc;
	(void)argv;
	host_open(&a, 0);
	host_open(&b, 0);
	(void)counts_anew();
	w[0] = (struct worker){ &a, 0 };
	w[1] = (struct worker){ &b, 0 };
	side_by_side(work, w);
	is(2 * ROUNDS, (DWORD)(w[0].jobs + w[1].jobs), "jobs that were done");
	is(2 * ROUNDS, counts_anew().verifies, "PINs that were sent");
	w[0] = w[1] = (struct worker){ &a, 0 };
	side_by_side(read_files, w);
	is(400, (DWORD)(w[0].jobs + w[1].jobs), "files that were read");
	is(3, raw_tries(&a, 0), "the card's own counter");
	host_close(&b);
	host_close(&a);
}

/* --- no card
 * ------------------------------------------------------------------ */

/* The card is away: each call says so, and a context can be given up. */
static void
no_card(int argc, WCHAR **argv)
{
	struct job_sig sig;
	DWORD tries, code;
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	(void)outside("out");
	host_begin(&h);
	code = job_pin(&h, ROLE_USER, AUTH_PIN, &tries);
	check(code == (DWORD)SCARD_W_REMOVED_CARD ||
		  code == (DWORD)SCARD_E_NO_SMARTCARD ||
		  code == (DWORD)SCARD_W_RESET_CARD,
	    "CardAuthenticateEx: there is no card");
	note("%08lx", (unsigned long)code);
	code = job_sign_any(&h, 0, MD_AT_KEYEXCHANGE, &sig);
	check(code != ERROR_SUCCESS, "CardSignData fails");
	host_end(&h);
	is(ERROR_SUCCESS, h.d.pfnCardDeleteContext(&h.d),
	    "CardDeleteContext without a card");
	h.acquired = 0;
	h.d.hScard = h.card;
	(void)outside("exchange one");
	host_reconnect(&h);
	is(ERROR_SUCCESS, host_acquire(&h, 7), "and then with one");
	host_close(&h);
}

/* --- another certificate
 * -------------------------------------------------------- */

/* The registered certificate is not what the card has: no signature, and the
 * container is gone for this context and for those to come. */
static void
other_cert(int argc, WCHAR **argv)
{
	DWORD spec[8] = { 0 }, code = 0, tries;
	struct job_sig sig;
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	is(2, job_containers(&h, spec), "containers");
	for (unsigned nth = 1; nth < 12 && code != UNAVAILABLE; nth++) {
		host_begin(&h);
		is(ERROR_SUCCESS, job_pin(&h, SIGN_ID, SIGN_PIN, &tries),
		    "CardAuthenticateEx");
		fault_say(nth,
		    "\x30\x82\x06\x00\x30\x82\x05\x00\xa0\x03\x02\x01\x02\x02"
		    "\x04\x01\x02\x03\x04\x90\x00",
		    21);
		code = job_sign_any(&h, 1, spec[1], &sig);
		fault(WIRE_NONE, 1, 0);
		host_end(&h);
		note("another reply to command %u: %08lx", nth,
		    (unsigned long)code);
		host_free(sig.p);
	}
	is(UNAVAILABLE, code, "the certificate is another one");
	is(1, job_containers(&h, spec), "containers that are left");
	host_close(&h);
	host_open(&h, 0);
	is(1, job_containers(&h, spec), "and in a new context");
	is(5, raw_tries(&h, 1), "the card's own counter");
	host_close(&h);
}

const struct scenario more_scenarios[] = { { L"threads", threads },
	{ L"no-card", no_card }, { L"other-cert", other_cert },
	{ NULL, NULL } };
