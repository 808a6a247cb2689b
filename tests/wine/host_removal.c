/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The card leaves, is reset, or talks nonsense at each command of a job in
 * turn.  Whatever comes of it: a code that Windows knows, no signature that is
 * none, no PIN that was not given, and the next job works.
 */
#include "tests/wine/host.h"

#include <string.h>

struct way {
	const WCHAR *name;
	enum wire_how how;
	DWORD value;
	const char *say;
	size_t say_len;
};

static const struct way ways[] = {
	{ L"removed", WIRE_REMOVED, 0, NULL, 0 },
	{ L"reset", WIRE_RESET, 0, NULL, 0 },
	{ L"failed", WIRE_CODE, (DWORD)SCARD_F_COMM_ERROR, NULL, 0 },
	{ L"lost", WIRE_LOST, (DWORD)SCARD_E_COMM_DATA_LOST, NULL, 0 },
	{ L"wrong", WIRE_SW, 0x6f00, NULL, 0 },
	{ L"locked", WIRE_SW, 0x6982, NULL, 0 },
	{ L"garbage", WIRE_SAY, 0, "\x30\x84\xff\xff\xff\xff\x90\x00", 8 },
	{ L"half", WIRE_SAY, 0, "\x90", 1 },
	{ L"nothing", WIRE_SAY, 0, "\x90\x00", 2 },
};

/* What a host can do something about. */
static int
is_known(DWORD code)
{
	static const LONG known[] = { SCARD_W_REMOVED_CARD, SCARD_W_RESET_CARD,
		SCARD_F_COMM_ERROR, SCARD_E_COMM_DATA_LOST,
		SCARD_E_UNKNOWN_CARD, SCARD_E_UNEXPECTED,
		SCARD_W_SECURITY_VIOLATION, SCARD_E_NO_KEY_CONTAINER,
		SCARD_E_FILE_NOT_FOUND, SCARD_W_WRONG_CHV,
		SCARD_E_CERTIFICATE_UNAVAILABLE };

	for (size_t i = 0; i < NELEM(known); i++)
		if ((DWORD)known[i] == code)
			return 1;
	return 0;
}

struct job {
	DWORD code;     /* of the first call that failed, or 0 */
	unsigned given; /* PINs that the host gave */
};

/* From acquire to a signature; up to the first call that fails. */
static void
whole(struct host *h, BYTE container, struct job *j)
{
	const PIN_ID id = job_pin_of(container);
	struct job_sig sig = { NULL, 0 };
	DWORD spec[8] = { 0 }, tries, len = 0;
	BYTE *der = NULL;

	*j = (struct job){ 0, 0 };
	if ((j->code = host_acquire(h, 7)) != ERROR_SUCCESS)
		return;
	host_begin(h);
	(void)job_containers(h, spec);
	if ((j->code = job_cert(h, container, spec[container], &der, &len)) !=
	    ERROR_SUCCESS)
		goto out;
	j->given = 1;
	if ((j->code = job_pin(h, id, job_right_pin(id), &tries)) !=
	    ERROR_SUCCESS)
		goto out;
	if ((j->code = job_sign_any(h, container, spec[container], &sig)) !=
	    ERROR_SUCCESS)
		goto out;
	host_end(h);
	host_begin(h);
	verify_quietly(der, len, &sig);
out:
	host_end(h);
	host_free(sig.p);
	host_free(der);
}

/* One fault at one command.  0: the job has no such command. */
static int
one(const struct way *w, BYTE container, unsigned nth)
{
	struct counts n;
	struct job j;
	struct host h;
	int ok;

	host_connect(&h, 0);
	(void)counts_anew();
	if (w->how == WIRE_SAY)
		fault_say(nth, w->say, w->say_len);
	else
		fault(w->how, nth, w->value);
	whole(&h, container, &j);
	n = counts_anew();
	fault(WIRE_NONE, 1, 0);
	if (n.fired == 0) {
		host_close_quietly(&h);
		return 0;
	}
	ok = j.code == ERROR_SUCCESS || is_known(j.code);
	if (!ok || n.verifies > j.given) {
		note("%ls at %u: %08lx, %lu VERIFY for %u PINs", w->name, nth,
		    (unsigned long)j.code, (unsigned long)n.verifies, j.given);
		check(0, "a fault comes to a known end");
	}
	/* the host opens the card again, with the same context where it has
	 * one: that, too, must work */
	host_delete_quietly(&h);
	host_reconnect(&h);
	whole(&h, container, &j);
	n = counts_anew();
	if (j.code != ERROR_SUCCESS || n.verifies != 1) {
		note("%ls at %u: then %08lx, %lu VERIFY", w->name, nth,
		    (unsigned long)j.code, (unsigned long)n.verifies);
		check(0, "the next job works");
	}
	host_close_quietly(&h);
	return 1;
}

/* sweep WAY CONTAINER */
static void
sweep(int argc, WCHAR **argv)
{
	const BYTE container = argc > 1 ? (BYTE)(argv[1][0] - L'0') : 0;
	struct host h;

	for (size_t i = 0; i < NELEM(ways); i++) {
		unsigned nth = 1;

		if (argc > 0 && wcscmp(argv[0], ways[i].name) != 0)
			continue;
		while (nth < 60 && one(&ways[i], container, nth))
			nth++;
		note("%ls: at each of %u commands", ways[i].name, nth - 1);
		check(nth > 10 && nth < 60, "all of them were tried");
	}
	host_connect(&h, 0);
	is(3, raw_tries(&h, 0), "the card's own counter");
	is(5, raw_tries(&h, 1), "and the other one");
	host_close(&h);
}

/* keep WAY: the context stays; the host gives it a new handle, as CSPs do. */
static void
keep_one(const struct way *w, unsigned nth, int *more)
{
	struct job_sig sig = { NULL, 0 };
	struct counts n;
	struct host h;
	DWORD code, tries;

	host_open(&h, 0);
	(void)counts_anew();
	fault(w->how, nth, w->value);
	host_begin(&h);
	code = job_pin(&h, ROLE_USER, AUTH_PIN, &tries);
	if (code == ERROR_SUCCESS)
		code = job_sign_any(&h, 0, MD_AT_KEYEXCHANGE, &sig);
	host_end(&h);
	host_free(sig.p);
	n = counts_anew();
	fault(WIRE_NONE, 1, 0);
	*more = n.fired != 0;
	if (*more &&
	    (code == ERROR_SUCCESS || !is_known(code) || n.verifies > 1)) {
		note("%ls at %u: %08lx", w->name, nth, (unsigned long)code);
		check(0, "a call that the card left fails");
	}
	host_reconnect(&h);
	host_begin(&h);
	code = job_sign_any(&h, 0, MD_AT_KEYEXCHANGE, &sig);
	if (code != (DWORD)SCARD_W_SECURITY_VIOLATION) {
		note(
		    "%ls at %u: then %08lx", w->name, nth, (unsigned long)code);
		check(0, "no signature without the PIN, after it");
	}
	code = job_pin(&h, ROLE_USER, AUTH_PIN, &tries);
	if (code == ERROR_SUCCESS)
		code = job_sign_any(&h, 0, MD_AT_KEYEXCHANGE, &sig);
	host_end(&h);
	host_free(sig.p);
	n = counts_anew();
	if (code != ERROR_SUCCESS || n.verifies != 1) {
		note("%ls at %u: at last %08lx, %lu VERIFY", w->name, nth,
		    (unsigned long)code, (unsigned long)n.verifies);
		check(0, "the context works with the new handle");
	}
	host_close_quietly(&h);
}

static void
keep(int argc, WCHAR **argv)
{
	(void)argc;
	(void)argv;
	for (size_t i = 0; i < 2; i++) {
		unsigned nth = 0;
		int more = 1;

		while (more && nth < 30)
			keep_one(&ways[i], ++nth, &more);
		note("%ls: at each of %u commands", ways[i].name, nth - 1);
		check(nth > 5 && nth < 30, "all of them were tried");
	}
}

const struct scenario removal_scenarios[] = { { L"sweep", sweep },
	{ L"keep", keep }, { NULL, NULL } };
