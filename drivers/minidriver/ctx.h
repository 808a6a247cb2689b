/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What this driver keeps for one CARD_DATA, in its pvVendorSpecific: the token
 * over the host's handle.  Nothing else outlives a call; there is no state of
 * the module.
 *
 * The host owns the handle, the transaction and what is verified on the card.
 * It holds its transaction during every call but CardDeleteContext, and may
 * give another handle at each.  No PIN is kept: what the host does not ask for
 * is never sent (jm_policy.host_keeps, objects/token.h).
 *
 * A context belongs to the one card that it was acquired for.  After another
 * handle, a reset, a removal or an insertion (which a host may have noticed
 * alone, and connected its handle anew) the next call, whichever it is,
 * identifies the card anew (a host asks for the cardid, to know whether it is
 * the same); one with another cardid makes the context dead:
 * SCARD_W_REMOVED_CARD for every call but the one that deletes it.  A card that
 * cannot be reached is no other card: that call fails, and the next tries
 * again.
 */
#ifndef JM_DRIVERS_MINIDRIVER_CTX_H
#define JM_DRIVERS_MINIDRIVER_CTX_H

#include "base/conf.h"
#include "base/os.h"
#include "drivers/minidriver/md_interface.h"
#include "objects/token.h"
#include "transport/link.h"

#define MD_READER_MAX 256

struct md_ctx {
	DWORD magic; /* MD_CTX_MAGIC */
	struct jm_mutex lock;
	struct jm_link link;    /* borrowed; a copy, the token owns it */
	struct jm_token *token; /* never NULL */
	SCARDHANDLE handle;     /* behind which the token's card was seen */
	WCHAR reader[MD_READER_MAX]; /* behind handle; empty: not known */
	DWORD events;                /* of its slot, when the card was seen */
	int doubt; /* may be another card by now: to be identified anew */
	int dead;  /* it is another */
	int sent;  /* a PIN was, and no log-out was seen since */
	struct jm_conf conf;
	uint8_t id[MD_CARD_ID_LEN]; /* cardid */
};

#define MD_CTX_MAGIC 0x4a4d4d44u

/*
 * The context for a card that was just inserted.  Identifies the card behind
 * card->hScard, reads its authentication certificate (from the user's cache
 * where that is warm) and looks for a registered signature certificate.
 *   SCARD_E_UNKNOWN_CARD, SCARD_E_NO_MEMORY, and what the reader answers
 */
DWORD md_ctx_new(CARD_DATA *card, struct md_ctx **out);

/* Frees and wipes; never speaks to the card.  NULL is fine. */
void md_ctx_free(struct md_ctx **c);

/*
 * The bracket of every entry point: checks card, takes the lock, and the host's
 * handle of this call; sees to it that the card is the one that the context
 * belongs to, by an identification where that is in doubt.  Only after
 * ERROR_SUCCESS md_leave must follow.
 *   MD_MEMORY  for what needs no card: without a handle it is answered, too
 *   MD_CARD
 *   SCARD_E_INVALID_PARAMETER  card is NULL or not one of ours
 *   SCARD_E_INVALID_HANDLE     with MD_CARD: hScard is 0
 *   SCARD_W_REMOVED_CARD       another card
 *   others as md_ctx_new
 */
enum md_need { MD_MEMORY, MD_CARD };
DWORD md_enter(CARD_DATA *card, enum md_need need, struct md_ctx **out);

/* Unlocks and tells what became of the call: the reader's own code where it was
 * the reader that failed and the host knows what to do about it, else
 * md_err.h. */
DWORD md_leave(struct md_ctx *c, jm_err e);
/* The same for a code that is one already; the reader's wins over it, but not
 * over ERROR_SUCCESS. */
DWORD md_leave_code(struct md_ctx *c, DWORD code);

/* Is it a CARD_DATA of ours?  Without the lock. */
int md_is_ours(const CARD_DATA *card);

/* Memory for the host, copied from data (len may be 0: one byte is allocated).
 * SCARD_E_NO_MEMORY; *out and *out_len are 0 then. */
DWORD md_give(const CARD_DATA *card, const void *data, size_t len, PBYTE *out,
    PDWORD out_len);

#endif
