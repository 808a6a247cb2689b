/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PC/SC in process.  A test program that calls any function below is linked
 * with vscard_pcsc.c, whose SCard functions take the place of libpcsclite's:
 * the code under test then finds these readers and no others.  It behaves as
 * PC/SC lite 1.9 does where the two could be told apart:
 *   - calls within one context wait for each other;
 *   - SCardConnect, SCardReconnect and SCardBeginTransaction do not return
 * while another program holds a transaction, nor does an SCardDisconnect that
 * does not leave the card as it is;
 *   - a reset is told once to every other handle, a removal for ever;
 *   - handles and contexts of a stopped service are dead.
 * Any number of threads.  Readers are numbered from 0 in order of addition.
 */
#ifndef JM_TESTS_SUPPORT_VSCARD_H
#define JM_TESTS_SUPPORT_VSCARD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "vcard/vcard.h"

#define VS_READERS 16

/* What sits in a reader: a virtual card, or anything a test wants to be one. */
struct vs_card {
	void *self;
	/* 0; anything else: no answer came, the card is gone */
	int (*transmit)(void *self, const uint8_t *cmd, size_t cmd_len,
	    uint8_t *rsp, size_t *rsp_len);
	void (*power)(void *self, int on); /* may be NULL, */
	void (*reset)(void *self);         /* so may this */
	size_t (*atr)(void *self, uint8_t out[33]);
};

struct vs_card vs_vcard(struct vc_card *card);

/* Everything as at the start of the program: service running, no reader, no
 * handle; counts are zero.  What was inserted is the caller's to free. */
void vs_clear(void);

/* The service stops: contexts and handles die.  It starts again: the readers
 * are there as before, with their event counters at zero. */
void vs_service(int running);

unsigned vs_plug(const char *name); /* a new reader, or one unplugged before */
void vs_unplug(unsigned reader);

/* power on is part of inserting, power off of removing. */
void vs_insert(unsigned reader, struct vs_card card);
void vs_remove(unsigned reader);
int vs_present(unsigned reader);        /* a fault may have taken it out */
void vs_mute(unsigned reader, int yes); /* the card does not answer a reset */

/* --- another program ------------------------------------------------------ */

void vs_other_reset(unsigned reader); /* SCARD_RESET_CARD */
void vs_other_exclusive(unsigned reader, int yes);
void vs_other_hold(unsigned reader);    /* begins a transaction, waits for it */
void vs_other_release(unsigned reader); /* ends it, leaves the card */
/* One command, not counted below.  Its status word; 0: no answer. */
unsigned vs_other_send(unsigned reader, const char *hex);

/* --- what goes wrong ------------------------------------------------------ */

enum vs_fault {
	VS_NO_FAULT,
	VS_REMOVE_BEFORE, /* the card leaves, the command does not reach it */
	VS_REMOVE_AFTER,  /* it was done, the answer is lost */
	VS_RESET_BEFORE,  /* the card loses its state, the command fails */
	VS_LOST_BEFORE, /* reader failure, the command did not reach the card */
	VS_LOST_AFTER,  /* it was done, the answer is lost */
	VS_REPLACE      /* the card does it; bytes answer in its place */
};
/* At the nth command from now on (1: the next), once. */
void vs_fault_at(unsigned reader, unsigned nth, enum vs_fault fault,
    const void *bytes, size_t len);
/* Has a fault been told to happen that did not yet? */
int vs_fault_waits(unsigned reader);
void vs_delay(unsigned reader, unsigned ms); /* every command takes so long */

/* --- keys of the reader's own (PC/SC part 10) ----------------------------- */

/* The reader has them: bits 1 verify, 2 modify.  Only structures as part 10
 * has them for this card's commands are taken: 6B80 for any other. */
void vs_pinpad(unsigned reader, unsigned features);
/* What it answers when asked for features, in place of the true list. */
void vs_pinpad_list(unsigned reader, const void *list, size_t len);
/*
 * What its user will do next, after what was told before: digits and the key
 * that ends an entry; "!cancel" that other key; "!timeout", or nothing told:
 * nothing; "!fail": the reader answers with an error, the card got nothing;
 * "!lost": it answers with an error though the card had the PIN; "!odd", an
 * answer of three bytes.  A change takes two: the new PIN, and again.
 */
void vs_pinpad_type(unsigned reader, const char *what);
unsigned vs_pinpad_asked(unsigned reader); /* entries that were asked for */

/* --- what was seen -------------------------------------------------------- */

struct vs_count {
	unsigned apdus;    /* commands that were sent */
	unsigned verifies; /* VERIFY with a PIN among them */
	unsigned changes;  /* CHANGE REFERENCE DATA */
	unsigned outside;  /* commands outside of a transaction: a fault */
	unsigned connects;
};
struct vs_count vs_counted(unsigned reader);
void vs_restart_count(unsigned reader);
void vs_print(unsigned reader); /* headers of the last commands, to stderr */

unsigned vs_blocked(unsigned reader); /* threads that wait for a transaction */
int vs_held(unsigned reader); /* the code under test is in a transaction */
unsigned vs_contexts(void);   /* open now */
unsigned vs_handles(void);

/* fork(2) at a moment when no thread is inside here: the child has readers and
 * cards of its own, as they are now. */
pid_t vs_fork(void);
/* Calls on a context of another process (made before a fork). */
unsigned vs_foreign_calls(void);

#endif
