/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* More than one card, and the same card through more than one handle. */
#include "tests/wine/host.h"

#include <string.h>

#define REMOVED   ((DWORD)SCARD_W_REMOVED_CARD)
#define VIOLATION ((DWORD)SCARD_W_SECURITY_VIOLATION)

/* What Windows keeps a card and its keys by. */
struct names {
	BYTE id[MD_CARD_ID_LEN];
	WCHAR container[MAX_CONTAINER_NAME_LEN + 1];
};

static void
names_of(struct host *h, struct names *out)
{
	CONTAINER_MAP_RECORD r;
	BYTE *data;
	DWORD len;

	memset(out, 0, sizeof *out);
	host_begin(h);
	if (is(ERROR_SUCCESS, job_read(h, NULL, "cardid", &data, &len),
		"cardid") &&
	    len == sizeof out->id)
		memcpy(out->id, data, len);
	host_free(data);
	if (is(ERROR_SUCCESS, job_read(h, "mscp", "cmapfile", &data, &len),
		"cmapfile") &&
	    len >= sizeof r) {
		memcpy(&r, data, sizeof r);
		memcpy(out->container, r.wszGuid, sizeof out->container);
	}
	host_free(data);
	host_end(h);
	note("%ls", out->container);
}

/* A whole job with container 0. */
static void
signs(struct host *h)
{
	BYTE *der;
	DWORD len, tries;
	struct job_sig sig;

	host_begin(h);
	is(ERROR_SUCCESS, job_pin(h, ROLE_USER, AUTH_PIN, &tries),
	    "CardAuthenticateEx");
	is(ERROR_SUCCESS, job_cert(h, 0, MD_AT_KEYEXCHANGE, &der, &len),
	    "its certificate");
	is(ERROR_SUCCESS, job_sign_any(h, 0, MD_AT_KEYEXCHANGE, &sig),
	    "CardSignData");
	host_end(h);
	verify_sig(der, len, BY_PKCS1, MD_CALG_SHA_256, job_hash,
	    sizeof job_hash, &sig);
	host_free(sig.p);
	host_free(der);
}

/* Two cards in two readers, used in turn by one process. */
static void
two_cards(int argc, WCHAR **argv)
{
	struct names na, nb, again;
	struct host a, b;

	(void)argc;
	(void)argv;
	host_open(&a, 0);
	host_open(&b, 1);
	(void)counts_anew();
	names_of(&a, &na);
	names_of(&b, &nb);
	check(memcmp(na.id, nb.id, sizeof na.id) != 0,
	    "two cards are two to Windows");
	check(
	    wcscmp(na.container, nb.container) != 0, "so are their containers");
	signs(&a);
	signs(&b);
	signs(&a);
	is(3, counts_anew().verifies, "PINs that were sent");
	host_close(&a);
	host_open(&a, 0);
	names_of(&a, &again);
	same(&na, sizeof na, &again, sizeof again, "a card keeps its names");
	is(3, raw_tries(&a, 0), "the one card's counter");
	is(3, raw_tries(&b, 0), "the other card's counter");
	host_close(&b);
	host_close(&a);
}

/* Two contexts of one process on one card, each with a handle of its own. */
static void
two_contexts(int argc, WCHAR **argv)
{
	struct job_sig sig;
	struct host a, b;
	DWORD tries;

	(void)argc;
	(void)argv;
	host_open(&a, 0);
	host_open(&b, 0);
	(void)counts_anew();
	host_begin(&a);
	is(ERROR_SUCCESS, job_pin(&a, ROLE_USER, AUTH_PIN, &tries),
	    "CardAuthenticateEx of the first");
	host_end(&a);
	job_verified(&b, 0);
	host_begin(&b);
	is(VIOLATION, job_sign_any(&b, 0, MD_AT_KEYEXCHANGE, &sig),
	    "CardSignData of the second, without a PIN");
	host_end(&b);
	host_begin(&a);
	is(ERROR_SUCCESS, job_sign_any(&a, 0, MD_AT_KEYEXCHANGE, &sig),
	    "CardSignData of the first");
	host_end(&a);
	host_free(sig.p);
	host_begin(&b);
	is(ERROR_SUCCESS, b.d.pfnCardDeauthenticateEx(&b.d, 1u << ROLE_USER, 0),
	    "the second deauthenticates");
	host_end(&b);
	host_begin(&a);
	is(VIOLATION, job_sign_any(&a, 0, MD_AT_KEYEXCHANGE, &sig),
	    "then the first has to ask again");
	host_end(&a);
	is(1, counts_anew().verifies, "PINs that were sent");
	signs(&a);
	signs(&b);
	is(2, counts_anew().verifies, "PINs that were sent");
	host_close(&b);
	host_close(&a);
}

/* Both PINs are verified, both keys sign in turn. */
static void
both_pins(int argc, WCHAR **argv)
{
	DWORD spec[8] = { 0 }, tries;
	struct job_sig sig;
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	(void)counts_anew();
	host_begin(&h);
	is(2, job_containers(&h, spec), "containers");
	is(ERROR_SUCCESS, job_pin(&h, ROLE_USER, AUTH_PIN, &tries),
	    "CardAuthenticateEx");
	is(ERROR_SUCCESS, job_pin(&h, SIGN_ID, SIGN_PIN, &tries),
	    "CardAuthenticateEx");
	job_verified(&h, 0x0a);
	is(ERROR_SUCCESS, job_sign_any(&h, 0, spec[0], &sig), "the one key");
	host_free(sig.p);
	is(ERROR_SUCCESS, job_sign_any(&h, 1, spec[1], &sig), "the other key");
	host_free(sig.p);
	host_end(&h);
	is(2, counts_anew().verifies, "PINs that were sent");
	host_close(&h);
}

/* The host opened the card anew between two calls. */
static void
handle_replaced(int argc, WCHAR **argv)
{
	struct names before, after;
	struct job_sig sig;
	DWORD tries;
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	names_of(&h, &before);
	host_begin(&h);
	is(ERROR_SUCCESS, job_pin(&h, ROLE_USER, AUTH_PIN, &tries),
	    "CardAuthenticateEx");
	host_end(&h);
	host_reconnect(&h);
	(void)counts_anew();
	host_begin(&h);
	is(VIOLATION, job_sign_any(&h, 0, MD_AT_KEYEXCHANGE, &sig),
	    "CardSignData with another handle");
	host_end(&h);
	job_verified(&h, 0);
	is(0, counts_anew().verifies, "PINs that were sent");
	signs(&h);
	names_of(&h, &after);
	same(&before, sizeof before, &after, sizeof after, "it is that card");
	note("no handle at all");
	h.d.hScard = 0;
	is((DWORD)SCARD_E_INVALID_HANDLE,
	    job_pin(&h, ROLE_USER, AUTH_PIN, &tries), "CardAuthenticateEx");
	h.d.hScard = h.card;
	signs(&h);
	is(3, raw_tries(&h, 0), "the card's own counter");
	host_close(&h);
}

/* Nothing of the context's is of use to another card, for good. */
static void
dead(struct host *h)
{
	struct job_sig sig;
	DWORD tries;

	(void)counts_anew();
	host_begin(h);
	is(REMOVED, job_pin(h, ROLE_USER, AUTH_PIN, &tries),
	    "CardAuthenticateEx");
	is(REMOVED, job_sign_any(h, 0, MD_AT_KEYEXCHANGE, &sig),
	    "CardSignData");
	host_end(h);
	is(0, counts_anew().verifies, "PINs that were sent");
}

/* exchange OTHER ONE: the card is exchanged between two calls, and again */
static void
exchange(int argc, WCHAR **argv)
{
	static const char *const words[] = { "exchange two", "exchange one" };
	struct names one, two;
	struct host h, fresh;
	DWORD tries;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	names_of(&h, &one);
	host_begin(&h);
	is(ERROR_SUCCESS, job_pin(&h, ROLE_USER, AUTH_PIN, &tries),
	    "CardAuthenticateEx");
	host_end(&h);
	(void)outside(words[0]);
	note("the handle of the card that left");
	dead(&h);
	note("a handle of another card");
	host_reconnect(&h);
	dead(&h);
	host_open(&fresh, 0);
	names_of(&fresh, &two);
	check(memcmp(one.id, two.id, sizeof one.id) != 0, "it is another one");
	signs(&fresh);
	host_close(&fresh);
	(void)outside(words[1]);
	host_reconnect(&h);
	note("the first card is back: its context stays dead");
	dead(&h);
	is(ERROR_SUCCESS, h.d.pfnCardDeleteContext(&h.d),
	    "CardDeleteContext is always possible");
	is(ERROR_SUCCESS, host_acquire(&h, 7), "CardAcquireContext");
	names_of(&h, &two);
	same(&one, sizeof one, &two, sizeof two, "it is the first card");
	signs(&h);
	host_close(&h);
}

/*
 * exchange-kept: the host is told of the exchange when it begins a
 * transaction, and connects the handle that it has anew: no call of ours sees
 * an error.
 */
static void
exchange_kept(int argc, WCHAR **argv)
{
	DWORD protocol;
	struct host h;

	(void)argc;
	(void)argv;
	host_open(&h, 0);
	signs(&h);
	(void)outside("exchange two");
	is(SCARD_S_SUCCESS,
	    (DWORD)SCardReconnect(h.card, SCARD_SHARE_SHARED,
		SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD,
		&protocol),
	    "SCardReconnect");
	dead(&h);
	is(3, raw_tries(&h, 0), "the other card's own counter");
	host_close(&h);
}

const struct scenario cards_scenarios[] = { { L"two-cards", two_cards },
	{ L"two-contexts", two_contexts }, { L"both-pins", both_pins },
	{ L"handle-replaced", handle_replaced }, { L"exchange", exchange },
	{ L"exchange-kept", exchange_kept }, { NULL, NULL } };
