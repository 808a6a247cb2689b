/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/session.h"

#include <stdlib.h>

#include "base/wipe.h"
#include "pkcs11/module.h"

void
p11_op_end(struct p11_op *op)
{
	jm_hasher_free(&op->hasher);
	if (op->data != NULL)
		jm_wipe(op->data, op->data_len);
	free(op->data);
	*op = (struct p11_op){ .mech = NULL };
}

void
p11_find_end(struct p11_find *f)
{
	free(f->hit);
	*f = (struct p11_find){ .active = 0 };
}

void
p11_session_free(struct p11_session *s)
{
	p11_find_end(&s->find);
	p11_op_end(&s->sign);
	p11_op_end(&s->verify);
	p11_op_end(&s->digest);
	jm_mutex_destroy(&s->lock);
	free(s);
}

/* Handles count up; a handle's place in the table is its remainder. */
static struct p11_session **
place_of(CK_SESSION_HANDLE h)
{
	return &p11_module.sessions[h % P11_SESSIONS_MAX];
}

static CK_RV
insert_locked(struct p11_session *s)
{
	struct p11_module *m = &p11_module;

	const struct p11_card *card = s->reader->card;

	if (card == NULL || !p11_card_has_locked(card, s->part))
		return CKR_TOKEN_NOT_PRESENT;
	for (size_t i = 0; i < P11_SESSIONS_MAX; i++) {
		const CK_SESSION_HANDLE h = m->next_handle++;

		if (h == CK_INVALID_HANDLE || *place_of(h) != NULL)
			continue;
		s->handle = h;
		s->insertion = s->reader->insertion;
		*place_of(h) = s;
		return CKR_OK;
	}
	return CKR_SESSION_COUNT;
}

CK_RV
p11_session_new(struct p11_reader *r, enum p11_part part, CK_FLAGS flags,
    CK_SESSION_HANDLE *out)
{
	struct p11_session *s;
	CK_RV rv;

	*out = CK_INVALID_HANDLE;
	if ((s = calloc(1, sizeof *s)) == NULL)
		return CKR_HOST_MEMORY;
	if (jm_mutex_init(&s->lock) != JM_OK) {
		free(s);
		return CKR_HOST_MEMORY;
	}
	s->reader = r;
	s->part = part;
	s->flags = flags;
	s->refs = 1;
	p11_lock();
	if ((rv = insert_locked(s)) == CKR_OK)
		*out = s->handle;
	p11_unlock();
	if (rv != CKR_OK)
		p11_session_free(s);
	return rv;
}

static void
count_locked(
    const struct p11_reader *r, enum p11_part part, CK_ULONG *all, CK_ULONG *rw)
{
	*all = *rw = 0;
	for (size_t i = 0; i < P11_SESSIONS_MAX; i++) {
		const struct p11_session *s = p11_module.sessions[i];

		if (s == NULL || s->reader != r || s->part != part)
			continue;
		++*all;
		if ((s->flags & CKF_RW_SESSION) != 0)
			++*rw;
	}
}

void
p11_sessions_count(
    struct p11_reader *r, enum p11_part part, CK_ULONG *all, CK_ULONG *rw)
{
	p11_lock();
	count_locked(r, part, all, rw);
	p11_unlock();
}

/* A login belongs to the sessions of its slot, and ends with the last. */
static void
end_login_locked(struct p11_reader *r, enum p11_part part)
{
	CK_ULONG all, rw;

	if (r->card == NULL)
		return;
	count_locked(r, part, &all, &rw);
	if (all > 0)
		return;
	r->card->claimed[part] = 0;
	p11_part_logout(r->card, part);
}

/* 1: nobody is inside, the caller frees it. */
static int
unref_locked(struct p11_session *s)
{
	const struct p11_card *card = s->reader->card;

	if (--s->refs > 0)
		return 0;
	if (card != NULL && s->reader->insertion == s->insertion)
		p11_part_no_consent(card, s->part, s->handle);
	/* A login that was still under way when the last session closed. */
	if (s->reader->insertion == s->insertion)
		end_login_locked(s->reader, s->part);
	return 1;
}

static int
close_locked(struct p11_session *s)
{
	*place_of(s->handle) = NULL;
	s->closed = 1;
	if (s->reader->insertion == s->insertion)
		end_login_locked(s->reader, s->part);
	return unref_locked(s);
}

static struct p11_session *
find_locked(CK_SESSION_HANDLE h)
{
	struct p11_session *s = *place_of(h);

	return s != NULL && s->handle == h ? s : NULL;
}

CK_RV
p11_session_get(CK_SESSION_HANDLE h, struct p11_session **out)
{
	p11_lock();
	if ((*out = find_locked(h)) != NULL)
		(*out)->refs++;
	p11_unlock();
	return *out == NULL ? CKR_SESSION_HANDLE_INVALID : CKR_OK;
}

void
p11_session_put(struct p11_session *s)
{
	int last;

	p11_lock();
	last = unref_locked(s);
	p11_unlock();
	if (last)
		p11_session_free(s);
}

CK_RV
p11_session_close(CK_SESSION_HANDLE h)
{
	struct p11_reader *r = NULL;
	struct p11_session *s;
	int last = 0;

	p11_lock();
	if ((s = find_locked(h)) != NULL) {
		r = s->reader;
		last = close_locked(s);
	}
	p11_unlock();
	if (r == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	if (last)
		p11_session_free(s);
	p11_reader_settle(r, 1);
	return CKR_OK;
}

/* part < 0: of every slot of the reader. */
static void
close_many_locked(const struct p11_reader *r, int part)
{
	for (size_t i = 0; i < P11_SESSIONS_MAX; i++) {
		struct p11_session *s = p11_module.sessions[i];

		if (s == NULL || s->reader != r ||
		    (part >= 0 && s->part != (enum p11_part)part))
			continue;
		if (close_locked(s))
			p11_session_free(s);
	}
}

void
p11_sessions_close_slot(struct p11_reader *r, enum p11_part part)
{
	p11_lock();
	close_many_locked(r, (int)part);
	p11_unlock();
	p11_reader_settle(r, 1);
}

void
p11_sessions_close_reader_locked(struct p11_reader *r)
{
	close_many_locked(r, -1);
}
