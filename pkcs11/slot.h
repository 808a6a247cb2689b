/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readers, the cards in them, and slots.
 *
 * Locks, always taken in this order:
 *   wait      one thread at a time blocks in C_WaitForSlotEvent
 *   session   one per session, from p11_enter to p11_leave
 *   scan      serialises the look at PC/SC (jm_readers_list)
 *   io        one per reader: whoever holds it may call the [card] functions of
 *             the reader's token; held as long as the card takes
 *   module    short; guards every table and field below.  Never held while a
 * card or pcscd is talked to, and never when another one is asked for
 *
 * scan and io are never held together.
 *
 * A card (one insertion) is counted by reference, so a thread that works on it
 * outlives its removal from the table: the token is freed with the last one.
 */
#ifndef P11_SLOT_H
#define P11_SLOT_H

#include "base/os.h"
#include "pkcs11/part.h"
#include "transport/readers.h"

/* Ever seen: a reader that left keeps its row, so that its ids stay its own. */
#define P11_READERS_MAX      (4 * JM_READERS_MAX)
#define P11_SLOTS_PER_READER 4 /* the parts, and one to grow */

/* One insertion of a resident card. */
struct p11_card {
	struct jm_token *token; /* [card] calls: io; others: any time */
	struct p11_card *next;  /* of a list of cards to free */
	unsigned refs;          /* module lock */
	/* module lock: a C_Login succeeded and no C_Logout followed, whatever
	 * became of the login itself (used up by a signature, idle time) */
	int claimed[P11_PARTS];
	struct p11_nym *nym; /* nym.h; changed with io held, too */
	unsigned nym_tries;  /* io */
};

enum p11_seen {
	P11_SEEN_EMPTY,   /* no card in the reader */
	P11_SEEN_UNKNOWN, /* a card, not looked at yet or not reachable last
			     time */
	P11_SEEN_FOREIGN, /* a card that is no resident card */
	P11_SEEN_CARD     /* card is set */
};

struct p11_reader {
	char name[JM_READER_NAME_MAX];
	unsigned index; /* never changes; slot ids are made of it */
	struct jm_mutex io;
	/* module lock from here on */
	int attached;    /* PC/SC knows it at present */
	int exclusive;   /* at the last look, another program had it alone */
	unsigned events; /* PC/SC's counter at the last look */
	enum p11_seen seen;
	unsigned tries; /* failed identifications of this insertion */
	struct p11_card *card;
	unsigned insertion; /* grows with every change of card: sessions of an
			       older one are dead */
	unsigned
	    told[P11_PARTS]; /* insertion that C_WaitForSlotEvent reported */
};

/* The parts that this module and the configuration show, bits 1 << part.  The
 * slots of others do not exist. */
unsigned p11_slots_shown(void);

/* index * P11_SLOTS_PER_READER + part */
CK_SLOT_ID p11_slot_id(const struct p11_reader *r, enum p11_part part);

/*
 * Look at PC/SC and bring the table up to date: new readers, removed ones,
 * insertions, removals (their sessions are closed).  Sends no APDU.  Takes
 * scan, then module.  Readers to ignore are as good as not there.  pcsc: the
 * module's, or the waiter of C_WaitForSlotEvent.
 */
void p11_slots_refresh(struct jm_readers *pcsc);

/*
 * The reader and part of a slot id, without refreshing.  A reader that was
 * unplugged keeps its slots, without token; they are in no list.
 *   CKR_SLOT_ID_INVALID
 */
CK_RV p11_slot_find(CK_SLOT_ID id, struct p11_reader **r, enum p11_part *part);

/*
 * A reference to the card in the reader, identified on first use (that alone
 * talks to the card).  Give it back with p11_card_put.
 *   CKR_TOKEN_NOT_PRESENT     empty, foreign card, or (p11_slot_card) no such
 * part CKR_DEVICE_ERROR          held exclusively elsewhere, reader failure
 *   CKR_HOST_MEMORY
 */
CK_RV p11_reader_card(struct p11_reader *r, struct p11_card **card);
CK_RV p11_slot_card(
    struct p11_reader *r, enum p11_part part, struct p11_card **card);
void p11_card_put(struct p11_card **card);

/* Of these parts (bits 1 << part) those that are shown and on the card in the
 * reader; 0: no resident card, or one that cannot be reached.  One held
 * exclusively elsewhere is not waited for. */
unsigned p11_reader_parts(struct p11_reader *r, unsigned parts);

/* Is the part on the card?  Module lock held. */
int p11_card_has_locked(const struct p11_card *card, enum p11_part part);

/*
 * After any failed [card] call: a card that left is taken out of the table (its
 * sessions close), and the error becomes a CK_RV.  io held, module not.
 */
CK_RV p11_card_failed(struct p11_reader *r, struct p11_card *card, jm_err e);

/*
 * A login that kept its transaction (objects/token.h) and ended since, by
 * whatever call: the card is told.  Takes io; where another thread has it, that
 * thread does it before it leaves the card, and wait says whether to wait for
 * that.  Without such a login nothing is taken but module.
 */
void p11_reader_settle(struct p11_reader *r, int wait);

/* Readers attached now, in order of index; list: P11_READERS_MAX. */
size_t p11_slots_attached(struct p11_reader **list);

/* A slot whose card changed since the last call that said so; 1: *id is set. */
int p11_slots_event(CK_SLOT_ID *id);

/* With module lock held, for C_Finalize: all cards out of the table, as a list
 * for p11_cards_free, which needs no lock held. */
struct p11_card *p11_slots_clear_locked(void);
void p11_cards_free(struct p11_card *list);

#endif
