/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * src/transport over a real pcscd: what a script of calls can only assume.  Run
 * by pcsc_link.sh, whose arguments are shell commands: pull the card, insert
 * it, stop pcscd, start it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#include "base/os.h"
#include "card/key.h"
#include "card/pin.h"
#include "transport/link_pcsc.h"
#include "transport/readers.h"

#define PROTOCOLS      (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)
#define PATIENCE       10000 /* ms for anything that has to happen */

#define CHECK(what)    check((what), #what, __LINE__)
#define IS(want, what) is((want), (what), #what, __LINE__)

static void
check(int ok, const char *what, int line)
{
	if (ok)
		return;
	fprintf(stderr, "pcsc_link.c:%d: %s\n", line, what);
	exit(1);
}

static void
is(jm_err want, jm_err e, const char *what, int line)
{
	if (want == e)
		return;
	fprintf(stderr, "pcsc_link.c:%d: %s is %s, not %s\n", line, what,
	    jm_errname(e), jm_errname(want));
	exit(1);
}

static struct jm_readers *readers;
static struct jm_reader list[JM_READERS_MAX];
static size_t n;
static jm_err why;

/* Until the first reader has a card or none. */
static void
wait_for_card(int present)
{
	const uint64_t until = jm_now_ms() + PATIENCE;

	for (;;) {
		IS(JM_OK, jm_readers_list(readers, list, &n, &why));
		if (n > 0 && list[0].present == present)
			return;
		CHECK(jm_now_ms() < until);
		IS(JM_OK, jm_readers_wait(readers, 1000));
	}
}

/* Another program, as far as pcscd can tell. */
static struct {
	SCARDCONTEXT ctx;
	SCARDHANDLE card;
	DWORD proto;
} other;

static void
other_connects(DWORD share)
{
	CHECK(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL,
		  &other.ctx) == SCARD_S_SUCCESS);
	CHECK(SCardConnect(other.ctx, list[0].name, share, PROTOCOLS,
		  &other.card, &other.proto) == SCARD_S_SUCCESS);
}

static void
other_leaves(void)
{
	(void)SCardDisconnect(other.card, SCARD_LEAVE_CARD);
	(void)SCardReleaseContext(other.ctx);
}

static unsigned
other_sends(const char *cmd, size_t len)
{
	uint8_t rsp[300];
	DWORD got = sizeof rsp;

	CHECK(
	    SCardTransmit(other.card,
		other.proto == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1,
		(const uint8_t *)cmd, (DWORD)len, NULL, rsp,
		&got) == SCARD_S_SUCCESS);
	CHECK(got >= 2);
	return (unsigned)rsp[got - 2] << 8 | rsp[got - 1];
}

static void
verify_and_sign(struct jm_card *card)
{
	struct jm_pin_state ps;
	struct jm_pin pin;
	uint8_t sig[256];
	size_t len;
	int tries;

	IS(JM_OK, jm_card_begin(card));
	IS(JM_OK, jm_card_identify(card));
	IS(JM_OK, jm_pin_form(&jm_card_profile(card)->pin[JM_PIN_AUTH], "1234",
		      4, 0, &pin));
	IS(JM_OK, jm_card_pin_query(card, JM_PIN_AUTH, &ps));
	CHECK(ps.tries == 3);
	IS(JM_OK, jm_card_pin_verify(card, JM_PIN_AUTH, &pin, &tries));
	IS(JM_OK, jm_card_sign(card, JM_PAIR_AUTH, JM_MODE_RAW, pin.v, 4, sig,
		      sizeof sig, &len));
	CHECK(len == 256);
	jm_card_end(card);
}

/* Nothing that was verified is left for the next program. */
static void
the_status_is_gone_after_us(void)
{
	other_connects(SCARD_SHARE_SHARED);
	CHECK(other_sends("\x00\xa4\x04\x0c\x0a"
			  "\xd3\x92\xf0\x00\x26\x01\x00\x00\x00\x01",
		  15) == 0x9000);
	CHECK(other_sends("\x00\xa4\x02\x0c\x02\x00\x17", 7) == 0x9000);
	CHECK(other_sends("\x80\x2a\x00\x80\x01\x31\x00", 7) == 0x6982);
	other_leaves();
}

static void
resets_are_told_apart(const struct jm_link *link)
{
	IS(JM_OK, link->ops->begin(link->self));
	link->ops->end(link->self, JM_END_POWER_DOWN);
	IS(JM_OK, link->ops->begin(link->self)); /* our own: silently */
	link->ops->end(link->self, JM_END_LEAVE);

	other_connects(SCARD_SHARE_SHARED);
	CHECK(SCardReconnect(other.card, SCARD_SHARE_SHARED, PROTOCOLS,
		  SCARD_RESET_CARD, &other.proto) == SCARD_S_SUCCESS);
	IS(JM_RESET, link->ops->begin(link->self));
	IS(JM_OK, link->ops->begin(link->self));
	link->ops->end(link->self, JM_END_LEAVE);

	/* Ours is another program's reset to others. */
	IS(JM_OK, link->ops->begin(link->self));
	link->ops->end(link->self, JM_END_POWER_DOWN);
	CHECK(SCardBeginTransaction(other.card) == SCARD_W_RESET_CARD);
	IS(JM_OK, link->ops->begin(link->self));
	link->ops->end(link->self, JM_END_LEAVE);
	other_leaves();
}

static void
an_exclusive_holder_is_waited_for(void)
{
	const uint64_t from = jm_now_ms();
	struct jm_link link;

	other_connects(SCARD_SHARE_EXCLUSIVE);
	IS(JM_BUSY, jm_link_pcsc_open(list[0].name, &link));
	CHECK(jm_now_ms() - from >= JM_PCSC_BUSY_MS);
	IS(JM_OK, jm_readers_list(readers, list, &n, &why));
	CHECK(list[0].present && list[0].exclusive);
	other_leaves();
}

static void *
cancel_soon(void *arg)
{
	(void)arg;
	jm_sleep_ms(300);
	jm_readers_cancel(readers);
	return NULL;
}

static void
a_wait_ends_in_time_or_by_a_cancel(void)
{
	uint64_t from = jm_now_ms();
	pthread_t t;

	IS(JM_OK, jm_readers_list(readers, list, &n, &why));
	IS(JM_OK, jm_readers_wait(readers, 500));
	CHECK(jm_now_ms() - from >= 500);
	from = jm_now_ms();
	CHECK(pthread_create(&t, NULL, cancel_soon, NULL) == 0);
	IS(JM_OK, jm_readers_wait(readers, 4 * PATIENCE));
	CHECK(jm_now_ms() - from < PATIENCE);
	CHECK(pthread_join(t, NULL) == 0);
}

int
main(int argc, char **argv)
{
	struct jm_card *card;
	struct jm_link link;
	unsigned events;

	CHECK(argc == 5);
	IS(JM_OK, jm_readers_new(&readers));
	wait_for_card(1);
	events = list[0].events;
	CHECK(list[0].atr_len > 2);
	IS(JM_NOT_FOUND, jm_link_pcsc_open("no such reader", &link));

	IS(JM_OK, jm_link_pcsc_open(list[0].name, &link));
	resets_are_told_apart(&link);
	IS(JM_OK, jm_card_open(&link, &card));
	verify_and_sign(card);
	the_status_is_gone_after_us();
	verify_and_sign(card);
	a_wait_ends_in_time_or_by_a_cancel();

	CHECK(system(argv[1]) == 0);
	wait_for_card(0);
	IS(JM_GONE, jm_card_begin(card));
	IS(JM_NO_CARD, jm_link_pcsc_open(list[0].name, &link));
	CHECK(system(argv[2]) == 0);
	wait_for_card(1);
	CHECK(list[0].events != events);
	IS(JM_GONE, jm_card_begin(card)); /* for good, with a card as well */
	jm_card_free(&card);
	an_exclusive_holder_is_waited_for();

	IS(JM_OK, jm_link_pcsc_open(list[0].name, &link));
	IS(JM_OK, jm_card_open(&link, &card));
	verify_and_sign(card);
	CHECK(system(argv[3]) == 0);
	IS(JM_OK, jm_readers_wait(readers, PATIENCE));
	IS(JM_OK, jm_readers_list(readers, list, &n, &why));
	CHECK(n == 0);
	IS(JM_NO_SERVICE, why);
	IS(JM_NO_SERVICE, jm_link_pcsc_open("any", &link));
	CHECK(system(argv[4]) == 0);
	wait_for_card(1); /* found again without further ado */
	IS(JM_GONE, jm_card_begin(card));
	jm_card_free(&card);
	IS(JM_OK, jm_link_pcsc_open(list[0].name, &link));
	IS(JM_OK, jm_card_open(&link, &card));
	verify_and_sign(card);
	jm_card_free(&card);
	jm_readers_free(&readers);
	return 0;
}
