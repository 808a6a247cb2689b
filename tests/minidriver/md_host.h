/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host (Base CSP, smart card KSP) of a test: CARD_DATA filled as Windows
 * fills it, a handle that leads to a virtual card or a script, a transaction
 * around each call.  It watches: memory that does not come back or comes back
 * twice, APDUs outside of a transaction, fields of the host's that were
 * written.  md_host_stop fails the test for a fault of that kind.
 */
#ifndef JM_TESTS_MINIDRIVER_MD_HOST_H
#define JM_TESTS_MINIDRIVER_MD_HOST_H

#include "drivers/minidriver/entry.h"
#include "tests/minidriver/shim.h"
#include "tests/support/fixture.h"

struct md_host {
	CARD_DATA card;     /* zero behind what dwVersion has */
	CARD_DATA filled;   /* as it was before CardAcquireContext */
	struct vslot *slot; /* borrowed; NULL: a link of the test's own */
	struct jm_link way;
	uint8_t atr[JM_ATR_MAX];
	int in_call;
	unsigned outside; /* of APDUs outside: those after the card had left */
	unsigned resets;  /* that the host saw at the begin of a call */
};

/*
 * A call of the table, in a transaction, with the CARD_DATA before its other
 * arguments:
 *   MD_CALL(&h, pfnCardReadFile, dir, file, 0, &data, &len)
 */
#define MD_CALL(h, function, ...)                                              \
	md_host_after((h), md_host_before(h)->function(&(h)->card, __VA_ARGS__))
CARD_DATA *md_host_before(struct md_host *h);
DWORD md_host_after(struct md_host *h, DWORD code);

/* Fills h; nothing is acquired.  version: what is asked for. */
void md_host_start(struct md_host *h, struct vslot *slot, DWORD version);
/* The same over any link, which stays the test's to close. */
void md_host_start_link(
    struct md_host *h, const struct jm_link *way, DWORD version);
DWORD md_host_acquire(struct md_host *h);
/* All at once at version 7, wanting success; counters of the slot begin at
 * zero after it. */
void md_host_ready(struct md_host *h, struct vslot *slot);
DWORD md_host_delete(struct md_host *h);
/* Deletes what is there still, gives the handle back, and fails the test for
 * what was misused. */
void md_host_stop(struct md_host *h);

/* Another handle from now on, to this reader; the old one is dead.  ATR and all
 * else stay, as the host has them. */
void md_host_move(struct md_host *h, struct vslot *slot);

/* The handle stays, connected anew to this reader, as a host may do that was
 * told of the exchange when it began a transaction. */
void md_host_exchange(struct md_host *h, struct vslot *slot);

/* Memory of the pfnCsp functions, of all hosts together. */
unsigned md_host_live(void); /* not given back */
void md_host_free(void *mem);
/* The nth allocation from now, from 0, and none after it, answers NULL. */
void md_host_alloc_fails(unsigned nth);
/* All work again; 1 when one was refused since. */
int md_host_alloc_failed(void);

/* Tries of a PIN ("auth", "sign") as the card itself has them now. */
unsigned md_host_tries(struct vslot *slot, const char *pin);

/* A WCHAR text equals that of ASCII. */
int md_host_is(const WCHAR *text, const char *ascii);
/* Test group in a folder of its own, so that caches and what is registered are
 * nobody's: cmocka set-up for usual cards (fixture_group_setup), and the
 * tear-down that goes with each. */
int md_group_setup(void **state);
int md_group_setup_next(void **state);
int md_group_setup_of(const char *profile, const char *apps);
int md_group_teardown(void **state);
/* A name in that folder; jumin.conf is jumin/jumin.conf there.  Valid until the
 * call after the next. */
const char *md_group_path(const char *name);
/* The user's jumin.conf has this text from now on; NULL: there is none. */
void md_group_conf(const char *text);
/* A fresh card of another person's. */
struct vslot *md_group_other(void);

#endif
