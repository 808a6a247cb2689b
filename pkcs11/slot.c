/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/slot.h"

#include <stdlib.h>
#include <string.h>

#include "pkcs11/flavour.h"
#include "pkcs11/module.h"
#include "pkcs11/nym.h"
#include "pkcs11/rv.h"

/* Identifications of one insertion that may fail for another reason than a
 * foreign card: a card that answers nonsense is not asked for ever. */
#define TRIES_MAX   3
#define CHANGES_MAX 3 /* of cards while one is identified */

_Static_assert(
    JM_SLOT_AUTH == 1u << P11_PART_AUTH && JM_SLOT_SIGN == 1u << P11_PART_SIGN,
    "the configuration's bits are those of the parts");
_Static_assert(JM_SLOT_NYM == 1u << P11_PART_NYM, "and so the third");
_Static_assert(P11_PARTS <= P11_SLOTS_PER_READER, "each part has its slot");

unsigned
p11_slots_shown(void)
{
	unsigned slots = p11_module.conf.slots & p11_flavour.slots;

	/* What shows one identity shows nothing that all servers know. */
	if (p11_module.only_set && (p11_flavour.slots & JM_SLOT_NYM) != 0)
		slots &= JM_SLOT_NYM;
	return p11_nym_shown() ? slots : slots & ~JM_SLOT_NYM;
}

CK_SLOT_ID
p11_slot_id(const struct p11_reader *r, enum p11_part part)
{
	return (CK_SLOT_ID)r->index * P11_SLOTS_PER_READER + (CK_SLOT_ID)part;
}

CK_RV
p11_slot_find(CK_SLOT_ID id, struct p11_reader **r, enum p11_part *part)
{
	const CK_SLOT_ID p = id % P11_SLOTS_PER_READER;
	const CK_SLOT_ID i = id / P11_SLOTS_PER_READER;

	*r = NULL;
	*part = P11_PART_AUTH;
	p11_lock();
	if (p < P11_PARTS && (p11_slots_shown() >> p & 1u) != 0 &&
	    i < p11_module.readers_len)
		*r = p11_module.readers[i];
	p11_unlock();
	if (*r == NULL)
		return CKR_SLOT_ID_INVALID;
	*part = (enum p11_part)p;
	return CKR_OK;
}

size_t
p11_slots_attached(struct p11_reader **list)
{
	size_t n = 0;

	p11_lock();
	for (size_t i = 0; i < p11_module.readers_len; i++)
		if (p11_module.readers[i]->attached)
			list[n++] = p11_module.readers[i];
	p11_unlock();
	return n;
}

/* --- cards ---------------------------------------------------------------- */

void
p11_cards_free(struct p11_card *list)
{
	while (list != NULL) {
		struct p11_card *c = list;

		list = c->next;
		jm_token_free(&c->token);
		p11_nym_free(&c->nym);
		free(c);
	}
}

/* Give a reference back; the last one puts the card on the list. */
static void
unref_locked(struct p11_card *c, struct p11_card **list)
{
	if (--c->refs > 0)
		return;
	c->next = *list;
	*list = c;
}

void
p11_card_put(struct p11_card **card)
{
	struct p11_card *list = NULL;

	if (*card == NULL)
		return;
	p11_lock();
	unref_locked(*card, &list);
	p11_unlock();
	*card = NULL;
	p11_cards_free(list);
}

/* What was in the reader is no longer there. */
static void
leave_locked(struct p11_reader *r, enum p11_seen now, struct p11_card **list)
{
	r->insertion++;
	r->seen = now;
	r->tries = 0;
	p11_sessions_close_reader_locked(r);
	if (r->card != NULL) {
		unref_locked(r->card, list);
		r->card = NULL;
	}
}

struct p11_card *
p11_slots_clear_locked(void)
{
	struct p11_card *list = NULL;

	for (size_t i = 0; i < p11_module.readers_len; i++)
		leave_locked(p11_module.readers[i], P11_SEEN_EMPTY, &list);
	return list;
}

CK_RV
p11_card_failed(struct p11_reader *r, struct p11_card *card, jm_err e)
{
	struct p11_card *list = NULL;

	if (e == JM_GONE || e == JM_NO_SERVICE) {
		p11_lock();
		if (r->card == card)
			leave_locked(r, P11_SEEN_UNKNOWN, &list);
		p11_unlock();
		/* The caller has a reference, so there is none to free. */
	}
	return p11_rv(e);
}

static struct p11_card *
stale_card(struct p11_reader *r)
{
	struct p11_card *card = NULL;

	p11_lock();
	if (r->card != NULL && jm_token_stale(r->card->token)) {
		card = r->card;
		card->refs++;
	}
	p11_unlock();
	return card;
}

void
p11_reader_settle(struct p11_reader *r, int wait)
{
	struct p11_card *card;

	if ((card = stale_card(r)) == NULL)
		return;
	if (wait)
		jm_mutex_lock(&r->io);
	if (wait || jm_mutex_trylock(&r->io)) {
		jm_token_settle(card->token);
		jm_mutex_unlock(&r->io);
	}
	p11_card_put(&card);
}

/* --- the table ------------------------------------------------------------ */

static struct p11_reader *
reader_of_name_locked(const char *name)
{
	struct p11_module *m = &p11_module;
	struct p11_reader *r;

	for (size_t i = 0; i < m->readers_len; i++)
		if (strcmp(m->readers[i]->name, name) == 0)
			return m->readers[i];
	if (m->readers_len == P11_READERS_MAX ||
	    (r = calloc(1, sizeof *r)) == NULL)
		return NULL;
	if (jm_mutex_init(&r->io) != JM_OK) {
		free(r);
		return NULL;
	}
	(void)strncpy(r->name, name, sizeof r->name - 1);
	r->index = (unsigned)m->readers_len;
	m->readers[m->readers_len++] = r;
	return r;
}

static void
update_reader_locked(
    struct p11_reader *r, const struct jm_reader *now, struct p11_card **list)
{
	const enum p11_seen seen =
	    now->present ? P11_SEEN_UNKNOWN : P11_SEEN_EMPTY;

	if (!now->present
		? r->seen != P11_SEEN_EMPTY
		: r->seen == P11_SEEN_EMPTY || r->events != now->events)
		leave_locked(r, seen, list);
	r->events = now->events;
	r->exclusive = now->exclusive;
	r->attached = 1;
}

static void
update_locked(const struct jm_reader *now, size_t n, struct p11_card **list)
{
	struct p11_module *m = &p11_module;

	for (size_t i = 0; i < m->readers_len; i++)
		m->readers[i]->attached = 0;
	for (size_t i = 0; i < n; i++) {
		struct p11_reader *r = reader_of_name_locked(now[i].name);

		if (r != NULL)
			update_reader_locked(r, &now[i], list);
	}
	for (size_t i = 0; i < m->readers_len; i++) {
		struct p11_reader *r = m->readers[i];

		if (!r->attached && r->seen != P11_SEEN_EMPTY)
			leave_locked(r, P11_SEEN_EMPTY, list);
		/* What was there before anybody looked is no event. */
		for (int p = 0; !m->scanned && p < P11_PARTS; p++)
			r->told[p] = r->insertion;
	}
	m->scanned = 1;
}

static size_t
drop_ignored(const struct jm_conf *conf, struct jm_reader *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!jm_conf_ignores(conf, list[i].name))
			list[kept++] = list[i];
	return kept;
}

void
p11_slots_refresh(struct jm_readers *pcsc)
{
	struct p11_reader *readers[P11_READERS_MAX];
	struct p11_module *m = &p11_module;
	struct p11_card *list = NULL;
	size_t n = 0;
	jm_err e;

	jm_mutex_lock(&m->scan);
	e = jm_readers_list(pcsc, m->list, &n, NULL);
	n = drop_ignored(&m->conf, m->list, n);
	p11_lock();
	if (e == JM_OK) /* else: what was known stays */
		update_locked(m->list, n, &list);
	p11_unlock();
	jm_mutex_unlock(&m->scan);
	p11_cards_free(list);
	/* Idle time ends a login when somebody looks. */
	for (size_t i = 0, len = p11_slots_attached(readers); i < len; i++)
		p11_reader_settle(readers[i], 0);
}

int
p11_slots_event(CK_SLOT_ID *id)
{
	struct p11_module *m = &p11_module;
	const unsigned shown = p11_slots_shown();
	int found = 0;

	p11_lock();
	for (size_t i = 0; !found && i < m->readers_len; i++) {
		struct p11_reader *r = m->readers[i];

		for (int p = 0; !found && p < P11_PARTS; p++) {
			if ((shown >> p & 1u) == 0 ||
			    r->told[p] == r->insertion)
				continue;
			r->told[p] = r->insertion;
			*id = p11_slot_id(r, (enum p11_part)p);
			found = 1;
		}
	}
	p11_unlock();
	return found;
}

/* --- identification ------------------------------------------------------- */

/* 1: the answer is known without the card. */
static int
known_locked(struct p11_reader *r, struct p11_card **card, CK_RV *rv)
{
	switch (r->seen) {
	case P11_SEEN_CARD:
		r->card->refs++;
		*card = r->card;
		*rv = CKR_OK;
		return 1;
	case P11_SEEN_EMPTY:
	case P11_SEEN_FOREIGN: *rv = CKR_TOKEN_NOT_PRESENT; return 1;
	case P11_SEEN_UNKNOWN: break;
	}
	return 0;
}

/* How identification ended, for the insertion it was begun with. */
static void
note_locked(struct p11_reader *r, struct p11_card *card, jm_err e)
{
	const int nonsense = e == JM_FORMAT || e == JM_CARD || e == JM_LINK;

	if (e == JM_OK) {
		r->seen = P11_SEEN_CARD;
		r->card = card;
	} else if (e == JM_NO_CARD || (nonsense && ++r->tries >= TRIES_MAX)) {
		r->seen = P11_SEEN_FOREIGN;
	}
}

/* io held.  JM_RESET: the card changed meanwhile, look again. */
static jm_err
identify(struct p11_reader *r, struct p11_card **out)
{
	struct p11_card *card;
	unsigned insertion;
	jm_err e;

	*out = NULL;
	if ((card = calloc(1, sizeof *card)) == NULL)
		return JM_NOMEM;
	card->refs = 2; /* the table's and the caller's */
	p11_lock();
	insertion = r->insertion;
	p11_unlock();
	e = jm_token_open_reader(r->name, &p11_module.policy, &card->token);
	p11_lock();
	if (r->insertion != insertion)
		e = JM_RESET;
	else
		note_locked(r, card, e);
	p11_unlock();
	if (e == JM_OK) {
		*out = card;
		return JM_OK;
	}
	p11_cards_free(card);
	return e;
}

static CK_RV
not_there(jm_err e)
{
	const int absent = e == JM_NO_CARD || e == JM_GONE ||
			   e == JM_NOT_FOUND || e == JM_NO_SERVICE ||
			   e == JM_RESET;

	return absent ? CKR_TOKEN_NOT_PRESENT : p11_rv(e);
}

/* No PIN is involved, so a card that did not lie well is simply asked anew. */
static int
again(jm_err e)
{
	return e == JM_RESET || e == JM_LINK;
}

CK_RV
p11_reader_card(struct p11_reader *r, struct p11_card **card)
{
	CK_RV rv = CKR_TOKEN_NOT_PRESENT;
	jm_err e = JM_RESET;
	int known;

	*card = NULL;
	p11_lock();
	known = known_locked(r, card, &rv);
	p11_unlock();
	if (known)
		return rv;
	jm_mutex_lock(&r->io);
	for (int i = 0; again(e) && i < CHANGES_MAX; i++) {
		p11_lock();
		known = known_locked(r, card, &rv);
		p11_unlock();
		if (known)
			break;
		e = identify(r, card);
		rv = e == JM_OK ? CKR_OK : not_there(e);
	}
	jm_mutex_unlock(&r->io);
	return rv;
}

int
p11_card_has_locked(const struct p11_card *card, enum p11_part part)
{
	enum jm_pair pair;

	if (p11_part_pair(part, &pair))
		return jm_token_has(card->token, pair);
	return card->nym != NULL && card->nym->len > 0;
}

/* Waits for the card where service identities were not asked for before. */
static int
has(struct p11_reader *r, struct p11_card *card, enum p11_part part)
{
	int yes;

	if (part == P11_PART_NYM)
		(void)p11_nym_refresh(r, card); /* else as it was */
	p11_lock();
	yes = p11_card_has_locked(card, part);
	p11_unlock();
	return yes;
}

CK_RV
p11_slot_card(struct p11_reader *r, enum p11_part part, struct p11_card **card)
{
	CK_RV rv;

	if ((rv = p11_reader_card(r, card)) != CKR_OK)
		return rv;
	if (*card != NULL && has(r, *card, part))
		return CKR_OK;
	p11_card_put(card);
	return CKR_TOKEN_NOT_PRESENT;
}

unsigned
p11_reader_parts(struct p11_reader *r, unsigned parts)
{
	struct p11_card *card;
	unsigned there = 0;
	int wait;

	p11_lock();
	wait = r->seen != P11_SEEN_UNKNOWN || !r->exclusive;
	p11_unlock();
	if (!wait || p11_reader_card(r, &card) != CKR_OK || card == NULL)
		return 0;
	parts &= p11_slots_shown();
	for (int p = 0; p < P11_PARTS; p++)
		if ((parts >> p & 1u) != 0 && has(r, card, (enum p11_part)p))
			there |= 1u << p;
	p11_card_put(&card);
	return there;
}
