/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The try-counter proof for a host: JM_CALLS random calls with two contexts on
 * one card and one on another, handles replaced, resets, removals, and another
 * program that selects, verifies and changes PINs in between.  A model of a
 * page foretells for each call what is verified on the card, what the context
 * says of it, the counters, the answer, and whether a VERIFY is sent: one for
 * each well-formed call with a PIN that is not refused unsent, none otherwise.
 * JM_SEED repeats a run.
 */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/minidriver/md_codes.h"
#include "tests/minidriver/md_peek.h"
#include "tests/minidriver/md_try.h"

#define CALLS  120000
#define CARDS  2
#define HOSTS  3 /* the last one has the second card */
#define REFS   2
#define PINS   4
#define UNSEEN 99 /* no counter is */

static const PIN_ID ids[REFS] = { ROLE_USER, MD_PIN_3 };
static const unsigned full[REFS] = { 3, 5 };
static const char *const pins[REFS][PINS] = {
	{ MD_TRY_AUTH, "4321", "5555", "9876" },
	{ MD_TRY_SIGN, "XYZ789", "QQQ999", "JUMIN1" },
};

/* What the model knows of a context. */
struct mind {
	PIN_SET login;
	unsigned failed[REFS]; /* PINs that are not sent again */
	unsigned seen[REFS];   /* the counter when last seen */
	int doubt;             /* the card will be identified anew */
	int sent;              /* a PIN may have been, and no log-out since */
};

static struct vslot *slot[CARDS];
static struct jm_link other[CARDS]; /* another program's */
static struct md_host host[HOSTS];
static struct mind mind[HOSTS];
static unsigned long seed, calls, sent, foreseen, refused;
static uint64_t rng, now = 1000000;
static const char *doing;

uint64_t __wrap_jm_now_ms(void);
uint64_t
__wrap_jm_now_ms(void)
{
	return now;
}

static unsigned
below(unsigned n)
{
	rng = rng * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(rng >> 33) % n;
}

#define SAME(is, ought)                                                        \
	do {                                                                   \
		const unsigned long is_ = (unsigned long)(is);                 \
		const unsigned long ought_ = (unsigned long)(ought);           \
		if (is_ != ought_)                                             \
			fail_msg("JM_SEED=%lu, call %lu, %s: %s is %lx, not "  \
				 "%lx",                                        \
			    seed, calls, doing, #is, is_, ought_);             \
	} while (0)

static struct vslot *
slot_of(unsigned who)
{
	return slot[who == HOSTS - 1];
}

static DWORD
state_of(unsigned who)
{
	DWORD set = 0xff, len;

	SAME(MD_CALL(&host[who], pfnCardGetProperty, L"Authenticated State",
		 (PBYTE)&set, sizeof set, &len, 0),
	    ERROR_SUCCESS);
	return set;
}

/* --- the model ------------------------------------------------------------ */

/* The card is known anew: of what was, PINs that failed are, too. */
static void
identified(unsigned who)
{
	struct mind *m = &mind[who];

	m->login = 0;
	m->doubt = 0;
	for (size_t r = 0; r < REFS; r++)
		m->seen[r] = UNSEEN; /* until there is a PIN to be sent */
}

/* What is verified when a call of this context begins. */
static PIN_SET
entered(unsigned who)
{
	PIN_SET open = md_peek_open(slot_of(who));

	if (mind[who].doubt) {
		identified(who);
		if (mind[who].sent)
			open = 0; /* whoever it is that verified */
		mind[who].sent = 0;
	}
	return open;
}

/* A login ended: the log-out is for all. */
static void
logged_out(unsigned who, PIN_SET *open)
{
	mind[who].login = 0;
	*open = 0;
}

/* Is this PIN sent?  0: refused from memory, or blocked. */
static int
is_sent(unsigned who, unsigned ref, unsigned pin, unsigned tries)
{
	struct mind *m = &mind[who];
	const int failed = (m->failed[ref] >> pin & 1) != 0;

	if (!failed && m->seen[ref] == full[ref])
		return 1; /* even one that is blocked since */
	m->seen[ref] = tries;
	if (tries == full[ref])
		m->failed[ref] = 0;
	return tries == full[ref] || (!failed && tries > 0);
}

struct foretold {
	DWORD code;
	int sent;
	unsigned tries;
	PIN_SET open;
};

/* A well-formed PIN; is_login: or a change. */
static struct foretold
foretell(unsigned who, unsigned ref, unsigned pin, int is_login, PIN_SET open)
{
	const unsigned tries = md_peek_tries(slot_of(who), ids[ref]);
	const PIN_SET bit = 1u << ids[ref];
	struct foretold f = { (DWORD)SCARD_W_WRONG_CHV, 0, tries, open };
	struct mind *m = &mind[who];

	m->sent = 1;
	f.sent = is_sent(who, ref, pin, tries);
	if (f.sent && tries > 0 &&
	    md_peek_is_pin(slot_of(who), ids[ref], pins[ref][pin])) {
		f.code = ERROR_SUCCESS;
		f.tries = m->seen[ref] = full[ref];
		m->failed[ref] = 0;
		f.open |= bit;
		if (is_login)
			m->login |= bit;
		else if ((m->login & bit) == 0)
			logged_out(who, &f.open); /* verified for nobody */
		return f;
	}
	if (f.sent) {
		f.tries = m->seen[ref] = tries > 0 ? tries - 1 : 0;
		m->failed[ref] |= 1u << pin;
		f.open &= ~bit;
	}
	if ((m->login & bit) != 0 && (is_login || f.sent))
		logged_out(who, &f.open);
	if (f.tries == 0)
		f.code = (DWORD)SCARD_W_CHV_BLOCKED;
	return f;
}

/* --- calls ---------------------------------------------------------------- */

static void
settle(unsigned who, unsigned verifies, PIN_SET open)
{
	const PIN_SET login = state_of(who);
	const struct vslot_count n = vslot_counted(slot_of(who));

	calls++;
	sent += n.verifies;
	foreseen += verifies;
	SAME(n.verifies, verifies);
	SAME(n.outside, 0);
	SAME(md_peek_open(slot_of(who)), open);
	SAME(login, mind[who].login);
	SAME(md_host_live(), 0);
	vslot_restart_count(slot_of(who));
}

static void
call_pin(unsigned who, int is_login)
{
	const unsigned ref = below(REFS), pin = below(PINS);
	const char *text = pins[ref][pin], *to = pins[ref][below(PINS)];
	struct foretold f;
	DWORD tries = 77, code;

	f = foretell(who, ref, pin, is_login, entered(who));
	refused += !f.sent;
	if (is_login)
		code = md_try_login(&host[who], ids[ref], text, &tries);
	else
		code = md_try_change(&host[who], ids[ref], text, to, &tries);
	SAME(code, f.code);
	SAME(tries, f.tries);
	SAME(md_peek_tries(slot_of(who), ids[ref]), f.tries);
	if (!is_login && code == ERROR_SUCCESS)
		SAME(md_peek_is_pin(slot_of(who), ids[ref], to), 1);
	settle(who, (unsigned)f.sent, f.open);
}

/* What costs nothing and changes nothing. */
static void
call_malformed(unsigned who)
{
	static const char *const bad[] = { "123", "12345", "12x4", "AB",
		"ABCDEFGHIJKLMNOPQ", "AB 123" };
	const unsigned ref = below(REFS);
	const char *text = bad[below(3) + 3 * ref];
	struct md_host *h = &host[who];
	const PIN_SET open = entered(who);
	DWORD code = (DWORD)SCARD_E_INVALID_PARAMETER, is = code;
	uint8_t pin[] = "1234";

	switch (below(5)) {
	case 0:
		code = (DWORD)SCARD_W_WRONG_CHV;
		is = md_try_login(h, ids[ref], text, NULL);
		break;
	case 1:
		mind[who].sent = 1;
		is = md_try_change(
		    h, ids[ref], pins[ref][below(PINS)], text, NULL);
		break;
	case 2: is = md_try_login(h, ids[ref], "", NULL); break;
	case 3:
		code = (DWORD)SCARD_E_UNSUPPORTED_FEATURE;
		is = MD_CALL(h, pfnCardAuthenticateEx, ids[ref],
		    CARD_AUTHENTICATE_SESSION_PIN, pin, 4, NULL, NULL, NULL);
		break;
	default:
		is = MD_CALL(h, pfnCardChangeAuthenticatorEx, 2, ids[ref], pin,
		    4, ids[1 - ref], pin, 4, 0, NULL);
		break;
	}
	SAME(is, code);
	settle(who, 0, open);
}

static void
call_sign(unsigned who)
{
	const BYTE index = (BYTE)below(2);
	const PIN_SET bit = 1u << ids[index];
	PIN_SET open = entered(who);
	DWORD code = (DWORD)SCARD_W_SECURITY_VIOLATION;

	if ((mind[who].login & bit) != 0) {
		if ((open & bit) != 0)
			code = ERROR_SUCCESS;
		/* Its consent is used up, or it was no login any more. */
		if (index == 1 || code != ERROR_SUCCESS)
			logged_out(who, &open);
	}
	SAME(md_try_sign_any(&host[who], index), code);
	settle(who, 0, open);
}

static void
call_refused(unsigned who)
{
	const PIN_SET open = entered(who);
	uint8_t data[32] = { 0 };
	CARD_SIGNING_INFO info =
	    md_try_info((BYTE)below(2), MD_CALG_SHA_384, data, sizeof data);

	SAME(md_try_sign(&host[who], &info), (DWORD)SCARD_E_INVALID_PARAMETER);
	settle(who, 0, open);
}

static void
call_log_out(unsigned who)
{
	PIN_SET open = entered(who);

	logged_out(who, &open);
	mind[who].sent = 0;
	SAME(MD_CALL(&host[who], pfnCardDeauthenticateEx,
		 1u << ids[below(REFS)], 0),
	    ERROR_SUCCESS);
	settle(who, 0, open);
	SAME(md_peek_any_open(slot_of(who)), 0);
}

static void
call_look(unsigned who)
{
	const PIN_SET open = entered(who);
	static char name[] = "cmapfile", dir[] = "mscp";
	CONTAINER_INFO info;
	PBYTE data;
	DWORD len;

	SAME(MD_CALL(&host[who], pfnCardReadFile, dir, name, 0, &data, &len),
	    ERROR_SUCCESS);
	md_host_free(data);
	SAME(MD_CALL(
		 &host[who], pfnCardGetContainerInfo, (BYTE)below(2), 0, &info),
	    ERROR_SUCCESS);
	md_host_free(info.pbKeyExPublicKey);
	md_host_free(info.pbSigPublicKey);
	settle(who, 0, open);
}

static void
call_anew(unsigned who)
{
	const PIN_SET open = md_peek_open(slot_of(who));

	SAME(md_host_delete(&host[who]), ERROR_SUCCESS);
	SAME(md_host_acquire(&host[who]), ERROR_SUCCESS);
	memset(&mind[who], 0, sizeof mind[who]);
	identified(who);
	settle(who, 0, open);
}

/* --- what happens elsewhere ----------------------------------------------- */

static void
another_program(unsigned card)
{
	const unsigned ref = below(REFS), what = below(5);
	const char *pin = pins[ref][below(PINS)];
	struct jm_link *l = &other[card];

	if (what == 0) {
		md_tell(l, "00A4040C08A000000003000000");
		return;
	}
	md_tell(l, "00A4040C0AD392F000260100000001");
	md_tell(l, ref == 0 ? "00A4020C020018" : "00A4020C02001B");
	if (what > 1)
		md_tell_pin(l, pin);
	if (what == 4)
		md_peek_set(slot[card], ids[ref], pins[ref][below(PINS)]);
}

/* Another handle. */
static void
moved(unsigned who)
{
	md_host_move(&host[who], slot_of(who));
	mind[who].doubt = 1;
	mind[who].login = 0;
}

static void
out_and_in(unsigned card)
{
	const unsigned who = card == 0 ? below(2) : 2;

	vslot_remove(slot[card]);
	SAME(md_is_documented(md_try_sign_any(&host[who], 0)), 1);
	assert_true(md_try_login(&host[who], ROLE_USER, MD_TRY_AUTH, NULL) !=
		    ERROR_SUCCESS);
	if (!mind[who].doubt)
		mind[who].sent = 1; /* it was tried */
	SAME(vslot_counted(slot[card]).verifies, 0);
	vslot_restart_count(slot[card]); /* its last calls had no card */
	vslot_insert(slot[card]);
	jm_link_close(&other[card]);
	SAME(vslot_link(slot[card], &other[card]), JM_OK);
	for (unsigned i = 0; i < HOSTS; i++)
		if (slot_of(i) == slot[card])
			moved(i);
}

static void
event(void)
{
	const unsigned card = below(CARDS), who = below(HOSTS);

	doing = "event";
	switch (below(8)) {
	case 0: vslot_reset(slot[card]); break;
	case 1: out_and_in(card); break;
	case 2: moved(who); break;
	case 3: /* the counter */
		for (unsigned r = 0; r < REFS; r++)
			md_peek_set(slot[card], ids[r], pins[r][below(PINS)]);
		break;
	default: another_program(card); break;
	}
	for (unsigned i = 0; i < CARDS; i++)
		vslot_restart_count(slot[i]);
}

/* --- the run -------------------------------------------------------------- */

static void
step(void)
{
	const unsigned who = below(HOSTS), dice = below(100);

	now += 5000; /* no counter is fresh */
	if (below(8) == 0)
		event();
	doing = dice < 30   ? "login"
		: dice < 42 ? "change"
		: dice < 52 ? "malformed"
		: dice < 80 ? "signature"
		: dice < 85 ? "refused"
		: dice < 90 ? "log-out"
		: dice < 97 ? "look"
			    : "anew";
	if (dice < 42)
		call_pin(who, dice < 30);
	else if (dice < 52)
		call_malformed(who);
	else if (dice < 80)
		call_sign(who);
	else if (dice < 85)
		call_refused(who);
	else if (dice < 90)
		call_log_out(who);
	else if (dice < 97)
		call_look(who);
	else
		call_anew(who);
}

static void
no_verify_that_was_not_asked_for(void **state)
{
	const char *text = getenv("JM_SEED"), *many = getenv("JM_CALLS");
	const unsigned long end =
	    many == NULL ? CALLS : strtoul(many, NULL, 10);
	(void)state;

	rng = seed = text == NULL ? 7 : strtoul(text, NULL, 10);
	printf("JM_SEED=%lu\n", seed);
	slot[0] = fixture_slot(NULL);
	slot[1] = md_group_other();
	for (unsigned i = 0; i < CARDS; i++) {
		md_try_register(slot[i], NULL);
		assert_int_equal(vslot_link(slot[i], &other[i]), JM_OK);
	}
	for (unsigned who = 0; who < HOSTS; who++) {
		md_host_ready(&host[who], slot_of(who));
		identified(who);
	}
	while (calls < end)
		step();
	printf("%lu calls, %lu VERIFY of %lu foretold, %lu refused\n", calls,
	    sent, foreseen, refused);
	SAME(sent, foreseen);
	for (unsigned who = 0; who < HOSTS; who++)
		md_host_stop(&host[who]);
	for (unsigned i = 0; i < CARDS; i++) {
		jm_link_close(&other[i]);
		vslot_close(&slot[i]);
	}
	md_try_forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_verify_that_was_not_asked_for),
	};

	return cmocka_run_group_tests(tests, md_group_setup, md_group_teardown);
}
