/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readers, the cards in them, and slots.
 *
 * Locks, always taken in this order:
 *   scan      serialises the look at PC/SC (jm_readers_list)
 *   io        one per reader: whoever holds it may call the [card] functions of
 *             the reader's token; held as long as the card takes
 *   module    short; guards every table and field below.  Never held while a card
 *             or pcscd is talked to, and never when io or scan is asked for
 *
 * A card (one insertion) is counted by reference, so a thread that works on it
 * outlives its removal from the table: the token is freed with the last one.
 */
#ifndef P11_SLOT_H
#define P11_SLOT_H

#include "base/os.h"
#include "objects/token.h"
#include "pkcs11/p11.h"
#include "transport/readers.h"

#define P11_READERS_MAX JM_READERS_MAX
#define P11_SLOTS_PER_READER 4 /* authentication, signature, two to grow */

/* One insertion of a resident card. */
struct p11_card {
	struct jm_token *token; /* [card] calls: io; others: any time */
	unsigned refs;          /* module lock */
	int gone;               /* module lock: removed; no new work starts */
};

enum p11_seen {
	P11_SEEN_EMPTY,   /* no card in the reader */
	P11_SEEN_UNKNOWN, /* a card, not looked at yet or not reachable last time */
	P11_SEEN_FOREIGN, /* a card that is no resident card */
	P11_SEEN_CARD     /* card is set */
};

struct p11_reader {
	char name[JM_READER_NAME_MAX];
	unsigned index;      /* never changes; slot ids are made of it */
	struct jm_mutex io;
	/* module lock from here on */
	int attached;        /* PC/SC knows it at present */
	unsigned events;     /* PC/SC's counter at the last look */
	enum p11_seen seen;
	struct p11_card *card;
	unsigned insertion;  /* grows with every change of card: sessions of an
	                        older one are dead */
	unsigned told[JM_PAIRS]; /* insertion that C_WaitForSlotEvent reported */
};

/* index * P11_SLOTS_PER_READER + pair */
CK_SLOT_ID p11_slot_id(const struct p11_reader *r, enum jm_pair pair);

/*
 * Look at PC/SC and bring the table up to date: new readers, removed ones,
 * insertions, removals (their sessions are closed).  Sends no APDU.  Takes scan,
 * then module.
 */
void p11_slots_refresh(void);

/*
 * The reader and pair of a slot id, without refreshing.
 * CKR_SLOT_ID_INVALID.  Readers live until C_Finalize.
 */
CK_RV p11_slot_find(
    CK_SLOT_ID id, struct p11_reader **r, enum jm_pair *pair);

/*
 * A reference to the card in the reader, identified on first use (that alone
 * talks to the card).  Give it back with p11_card_put.
 *   CKR_TOKEN_NOT_PRESENT     empty, foreign card, or (p11_slot_card) no such pair
 *   CKR_DEVICE_ERROR          held exclusively elsewhere, reader failure
 *   CKR_HOST_MEMORY
 */
CK_RV p11_reader_card(struct p11_reader *r, struct p11_card **card);
CK_RV p11_slot_card(
    struct p11_reader *r, enum jm_pair pair, struct p11_card **card);
void p11_card_put(struct p11_card **card);

/*
 * After any failed [card] call: a card that left is taken out of the table (its
 * sessions close), and the error becomes a CK_RV.  io held, module not.
 */
CK_RV p11_card_failed(struct p11_reader *r, struct p11_card *card, jm_err e);

/* All readers in order of index, up to room; for slot lists and events. */
size_t p11_slots_all(struct p11_reader **list, size_t room);

#endif
