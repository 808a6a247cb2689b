/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drivers/minidriver/ctx.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "drivers/minidriver/cardid.h"
#include "drivers/minidriver/md_err.h"
#include "drivers/minidriver/sigcache.h"
#include "objects/policy.h"
#include "transport/link_borrowed.h"
#include "transport/scard_err.h"

#define ATR_ROOM 36 /* what PC/SC may give */

/* --- what the reader says ------------------------------------------------- */

/* Codes on which a host does something of its own: it connects again, or waits
 * for another card.  Any other could be mistaken for an answer to the call. */
static int
is_for_host(uint32_t raw)
{
	static const LONG codes[] = { SCARD_W_RESET_CARD, SCARD_W_REMOVED_CARD,
		SCARD_W_UNPOWERED_CARD, SCARD_W_UNRESPONSIVE_CARD,
		SCARD_E_INVALID_HANDLE, SCARD_E_NO_SMARTCARD,
		SCARD_E_READER_UNAVAILABLE, SCARD_E_NO_SERVICE,
		SCARD_E_SERVICE_STOPPED, SCARD_E_NOT_TRANSACTED,
		SCARD_E_SHARING_VIOLATION, SCARD_F_COMM_ERROR };

	for (size_t i = 0; i < NELEM(codes); i++)
		if ((uint32_t)codes[i] == raw)
			return 1;
	return 0;
}

/* Codes after which nobody knows what card is behind the handle. */
static int
casts_doubt(uint32_t raw)
{
	const jm_err e = jm_scard_err((LONG)raw);

	return e == JM_RESET || e == JM_GONE || e == JM_NO_CARD ||
	       e == JM_NOT_FOUND || e == JM_NO_SERVICE;
}

/* --- what went in and out ------------------------------------------------- */

/* The reader that the handle is of. */
static void
name_reader(struct md_ctx *c, SCARDHANDLE handle)
{
	BYTE atr[ATR_ROOM];
	DWORD n = MD_READER_MAX, state, protocol, atr_len = sizeof atr;

	if (SCardStatusW(handle, c->reader, &n, &state, &protocol, atr,
		&atr_len) != SCARD_S_SUCCESS ||
	    n >= MD_READER_MAX)
		n = 0;
	c->reader[n] = 0;
}

/*
 * How often a card went into the reader or out of it, in the upper half; 0
 * where nobody tells.  A host that is told of an exchange when it begins its
 * transaction may connect the handle that it has anew: then no command fails,
 * and no other sign is left.
 */
static DWORD
count_events(const struct md_ctx *c, SCARDCONTEXT system)
{
	SCARD_READERSTATEW state = { .szReader = c->reader };

	if (system == 0 || c->reader[0] == 0 ||
	    SCardGetStatusChangeW(system, 0, &state, 1) != SCARD_S_SUCCESS)
		return 0;
	return state.dwEventState & ~(DWORD)0xffff;
}

/* --- life ----------------------------------------------------------------- */

static jm_err
look_up_registered(struct jm_token *t, const uint8_t id[MD_CARD_ID_LEN])
{
	struct jm_cert *cert;
	jm_err e;

	if (!jm_token_profile(t)->cert[JM_CERT_SIGN].need_pin ||
	    !jm_token_has(t, JM_PAIR_SIGN))
		return JM_OK;
	if ((cert = calloc(1, sizeof *cert)) == NULL)
		return JM_NOMEM;
	e = md_sigcache_load(id, t, cert);
	if (e == JM_OK)
		e = jm_token_register_cert(t, JM_CERT_SIGN, cert);
	free(cert);
	/* A file that is not fit for this card is no reason to do without the
	 * other key. */
	return e == JM_NOMEM ? e : JM_OK;
}

/* A token for the card behind the handle, with all that is to be had without a
 * PIN; *raw: the reader's word where there is none. */
static jm_err
identify(const struct jm_conf *conf, SCARDHANDLE handle, struct jm_link *link,
    struct jm_token **out, uint8_t id[MD_CARD_ID_LEN], uint32_t *raw)
{
	struct jm_policy policy;
	struct jm_token *t;
	jm_err e;

	*out = NULL;
	*raw = 0;
	jm_policy_from_conf(conf, &policy);
	policy.host_keeps = 1;
	policy.idle_ms = 0;
	if ((e = jm_link_borrowed_new(handle, link)) != JM_OK)
		return e;
	if ((e = jm_token_open(link, &policy, &t)) != JM_OK) {
		*raw = jm_link_borrowed_error(link);
		jm_link_abandon(link);
		return e;
	}
	if ((e = md_card_id(t, id)) == JM_OK &&
	    !jm_token_profile(t)->cert[JM_CERT_SIGN].need_pin)
		e = jm_token_read_certs(t, 1u << JM_CERT_SIGN);
	if (e == JM_OK)
		e = look_up_registered(t, id);
	if (e != JM_OK) {
		*raw = jm_link_borrowed_error(link);
		jm_token_abandon(&t);
		return e;
	}
	*out = t;
	return JM_OK;
}

static DWORD
why_not(jm_err e, uint32_t raw)
{
	return is_for_host(raw) ? raw : md_err(e);
}

DWORD
md_ctx_new(CARD_DATA *card, struct md_ctx **out)
{
	struct md_ctx *c;
	uint32_t raw = 0;
	jm_err e;

	*out = NULL;
	if ((c = calloc(1, sizeof *c)) == NULL)
		return (DWORD)SCARD_E_NO_MEMORY;
	if ((e = jm_mutex_init(&c->lock)) != JM_OK) {
		free(c);
		return md_err(e);
	}
	jm_conf_load(&c->conf, NULL);
	name_reader(c, card->hScard);
	c->events = count_events(c, card->hSCardCtx);
	e = identify(&c->conf, card->hScard, &c->link, &c->token, c->id, &raw);
	if (e != JM_OK) {
		md_ctx_free(&c);
		return why_not(e, raw);
	}
	c->handle = card->hScard;
	c->magic = MD_CTX_MAGIC;
	*out = c;
	return ERROR_SUCCESS;
}

void
md_ctx_free(struct md_ctx **c)
{
	if (*c == NULL)
		return;
	jm_token_abandon(&(*c)->token);
	jm_mutex_destroy(&(*c)->lock);
	jm_free_secret(*c, sizeof **c);
	*c = NULL;
}

/* --- calls ---------------------------------------------------------------- */

int
md_is_ours(const CARD_DATA *card)
{
	const struct md_ctx *c;

	if (card == NULL || (c = card->pvVendorSpecific) == NULL)
		return 0;
	return c->magic == MD_CTX_MAGIC;
}

/* Nobody knows what is verified behind another handle, or after a reset. */
static void
doubt(struct md_ctx *c)
{
	c->doubt = 1;
	for (int pair = 0; pair < JM_PAIRS; pair++)
		jm_token_logout(c->token, (enum jm_pair)pair);
}

/* The card of this context is behind the host's handle, or an answer why not.
 * What was known of it stays until it is known again. */
static DWORD
see_to_card(struct md_ctx *c, const CARD_DATA *card)
{
	const SCARDHANDLE handle = card->hScard;
	uint8_t id[MD_CARD_ID_LEN];
	struct jm_token *fresh;
	struct jm_link link;
	DWORD events;
	uint32_t raw;
	jm_err e;

	if (handle != c->handle)
		name_reader(c, handle);
	events = count_events(c, card->hSCardCtx);
	if (handle != c->handle || (events != 0 && events != c->events))
		doubt(c);
	if (!c->doubt) {
		jm_link_borrowed_handle(&c->link, handle);
		return ERROR_SUCCESS;
	}
	e = identify(&c->conf, handle, &link, &fresh, id, &raw);
	if (e == JM_NO_CARD && !is_for_host(raw)) {
		c->dead = 1; /* a card that answers, and no resident card */
		return (DWORD)SCARD_W_REMOVED_CARD;
	}
	if (e != JM_OK)
		return why_not(e, raw);
	if (memcmp(id, c->id, sizeof id) != 0) {
		jm_token_abandon(&fresh);
		c->dead = 1;
		return (DWORD)SCARD_W_REMOVED_CARD;
	}
	/* The host believes nobody verified now, but not every card drops that
	 * with a reset, and none with another handle. */
	jm_token_remember(fresh, c->token);
	if (c->sent && jm_token_drop_status(fresh) == JM_OK)
		c->sent = 0;
	jm_token_abandon(&c->token);
	c->token = fresh;
	c->link = link;
	c->handle = handle;
	c->events = events;
	c->doubt = 0;
	return ERROR_SUCCESS;
}

DWORD
md_enter(CARD_DATA *card, enum md_need need, struct md_ctx **out)
{
	struct md_ctx *c;
	DWORD code = ERROR_SUCCESS;

	*out = NULL;
	if (!md_is_ours(card))
		return (DWORD)SCARD_E_INVALID_PARAMETER;
	if (need == MD_CARD && card->hScard == 0)
		return (DWORD)SCARD_E_INVALID_HANDLE;
	c = card->pvVendorSpecific;
	jm_mutex_lock(&c->lock);
	if (c->dead)
		code = (DWORD)SCARD_W_REMOVED_CARD;
	else if (card->hScard != 0)
		code = see_to_card(c, card);
	if (code != ERROR_SUCCESS) {
		jm_mutex_unlock(&c->lock);
		return code;
	}
	*out = c;
	return ERROR_SUCCESS;
}

DWORD
md_leave(struct md_ctx *c, jm_err e)
{
	return md_leave_code(c, md_err(e));
}

DWORD
md_leave_code(struct md_ctx *c, DWORD code)
{
	const uint32_t raw = jm_link_borrowed_error(&c->link);

	if (raw != 0 && casts_doubt(raw))
		doubt(c);
	jm_mutex_unlock(&c->lock);
	return code != ERROR_SUCCESS && is_for_host(raw) ? raw : code;
}

DWORD
md_give(const CARD_DATA *card, const void *data, size_t len, PBYTE *out,
    PDWORD out_len)
{
	*out = NULL;
	*out_len = 0;
	if ((*out = card->pfnCspAlloc(len == 0 ? 1 : len)) == NULL)
		return (DWORD)SCARD_E_NO_MEMORY;
	if (len > 0)
		memcpy(*out, data, len);
	*out_len = (DWORD)len;
	return ERROR_SUCCESS;
}
