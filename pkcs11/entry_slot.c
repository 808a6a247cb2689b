/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>

#include "objects/ident.h"
#include "pkcs11/entry.h"
#include "pkcs11/module.h"
#include "pkcs11/nym.h"
#include "pkcs11/text.h"

#define WAIT_MS 2000 /* a blocking wait looks around this often */

/* --- lists ---------------------------------------------------------------- */

/* The two-call rule: list NULL asks for the number alone. */
static CK_RV
get_slot_list(int with_token, CK_SLOT_ID *list, CK_ULONG *count)
{
	struct p11_reader *readers[P11_READERS_MAX];
	const CK_ULONG room = *count;
	CK_ULONG n = 0;
	size_t len;

	p11_nym_look();
	p11_slots_refresh(p11_module.pcsc);
	len = p11_slots_attached(readers);
	for (size_t i = 0; i < len; i++) {
		const unsigned parts = with_token
					   ? p11_reader_parts(readers[i], ~0u)
					   : p11_slots_shown();

		for (int p = 0; p < P11_PARTS; p++) {
			if ((parts >> p & 1u) == 0)
				continue;
			if (list != NULL && n < room)
				list[n] =
				    p11_slot_id(readers[i], (enum p11_part)p);
			n++;
		}
	}
	*count = n;
	return list != NULL && n > room ? CKR_BUFFER_TOO_SMALL : CKR_OK;
}

CK_RV
p11_C_GetSlotList(CK_BYTE token_present, CK_SLOT_ID *slot_list, CK_ULONG *count)
{
	CK_RV rv;

	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	if (count == NULL)
		return p11_end(CKR_ARGUMENTS_BAD);
	return p11_end(get_slot_list(token_present != 0, slot_list, count));
}

/* --- information ---------------------------------------------------------- */

CK_RV
p11_C_GetSlotInfo(CK_SLOT_ID slot_id, CK_SLOT_INFO *info)
{
	struct p11_reader *r;
	enum p11_part part;
	CK_RV rv;

	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	if (info == NULL)
		return p11_end(CKR_ARGUMENTS_BAD);
	if ((rv = p11_slot_find(slot_id, &r, &part)) != CKR_OK)
		return p11_end(rv);
	p11_slots_refresh(p11_module.pcsc);
	*info = (CK_SLOT_INFO){ .flags = CKF_REMOVABLE_DEVICE | CKF_HW_SLOT };
	if (p11_reader_parts(r, 1u << part) != 0)
		info->flags |= CKF_TOKEN_PRESENT;
	p11_slot_text(info->slotDescription, sizeof info->slotDescription,
	    r->name, p11_part_what_for(part));
	p11_pad(info->manufacturerID, sizeof info->manufacturerID,
	    P11_MANUFACTURER);
	return p11_end(CKR_OK);
}

/* EF 0006 has a version as two ASCII digits. */
static CK_VERSION
two_digits(const char *t)
{
	CK_VERSION v = { 0, 0 };

	if (isdigit((unsigned char)t[0]) && isdigit((unsigned char)t[1])) {
		v.major = (CK_BYTE)(t[0] - '0');
		v.minor = (CK_BYTE)(t[1] - '0');
	}
	return v;
}

static CK_FLAGS
counter_flags(const struct jm_pin_state *s)
{
	CK_FLAGS flags = 0;

	if (s->tries < 0) /* without limit, or the card does not tell */
		return 0;
	if (s->tries < s->limit)
		flags |= CKF_USER_PIN_COUNT_LOW;
	if (s->tries == 1)
		flags |= CKF_USER_PIN_FINAL_TRY;
	if (s->tries == 0)
		flags |= CKF_USER_PIN_LOCKED;
	return flags;
}

/* The card answered, but not with its counter. */
static int
does_not_tell(jm_err e)
{
	return e == JM_CARD || e == JM_UNSUPPORTED || e == JM_NOT_FOUND;
}

/* The flags that depend on the PIN.  One that is fresh needs no card, which
 * another program may hold; one that cannot be read must not make a token
 * useless. */
static CK_RV
pin_flags(struct p11_reader *r, struct p11_card *card, enum p11_part part,
    CK_FLAGS *flags)
{
	const enum jm_pin_id id = p11_part_pin(part);
	struct jm_pin_state s;
	CK_RV rv = CKR_OK;
	jm_err e;

	if (jm_token_pin_known(card->token, id, JM_COUNTER_AGE_MS, &s)) {
		*flags |= counter_flags(&s);
		return CKR_OK;
	}
	jm_mutex_lock(&r->io);
	e = jm_token_pin_state(card->token, id, JM_COUNTER_AGE_MS, &s);
	if (e == JM_OK)
		*flags |= counter_flags(&s);
	else if (!does_not_tell(e))
		rv = p11_card_failed(r, card, e);
	jm_mutex_unlock(&r->io);
	return rv;
}

static void
name(CK_TOKEN_INFO *info, const char *manufacturer, const char *model,
    const char *serial)
{
	p11_pad(
	    info->manufacturerID, sizeof info->manufacturerID, manufacturer);
	p11_pad(info->model, sizeof info->model, model);
	p11_pad(info->serialNumber, sizeof info->serialNumber, serial);
}

/* Any program can read this without a PIN.  Service identities tell nothing of
 * their card by it, not even its kind. */
static void
describe(const struct jm_token *t, enum p11_part part, CK_TOKEN_INFO *info)
{
	const struct jm_card_info *ef = jm_token_info(t);
	const struct jm_prof_pin *pin =
	    &jm_token_profile(t)->pin[p11_part_pin(part)];

	*info = (CK_TOKEN_INFO){
		.flags = CKF_WRITE_PROTECTED | CKF_LOGIN_REQUIRED |
			 CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED,
		.ulMaxSessionCount = P11_SESSIONS_MAX,
		.ulMaxRwSessionCount = P11_SESSIONS_MAX,
		.ulMaxPinLen = pin->max,
		.ulMinPinLen = pin->min,
		.ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION,
		.ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION,
		.ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION,
		.ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION,
	};
	if (p11_module.conf.rng)
		info->flags |= CKF_RNG;
	if (jm_token_pinpad(t, p11_part_pin(part)) != 0)
		info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
	p11_pad(info->label, sizeof info->label, p11_part_label(part));
	p11_pad(info->utcTime, sizeof info->utcTime, "");
	if (part == P11_PART_NYM) {
		name(info, P11_MANUFACTURER, "NYM1", JM_IDENT_NYM_SERIAL);
		return;
	}
	name(info, ef->manufacturer, ef->model, ef->serial);
	info->hardwareVersion = two_digits(ef->hardware);
	info->firmwareVersion = two_digits(ef->firmware);
}

static CK_RV
token_info(CK_SLOT_ID id, CK_TOKEN_INFO *info)
{
	struct p11_reader *r;
	struct p11_card *card;
	enum p11_part part;
	CK_TOKEN_INFO got;
	CK_RV rv;

	if (info == NULL)
		return CKR_ARGUMENTS_BAD;
	if ((rv = p11_slot_find(id, &r, &part)) != CKR_OK)
		return rv;
	p11_slots_refresh(p11_module.pcsc);
	if ((rv = p11_slot_card(r, part, &card)) != CKR_OK)
		return rv;
	describe(card->token, part, &got);
	p11_sessions_count(r, part, &got.ulSessionCount, &got.ulRwSessionCount);
	if ((rv = pin_flags(r, card, part, &got.flags)) == CKR_OK)
		*info = got;
	p11_card_put(&card);
	return rv;
}

CK_RV
p11_C_GetTokenInfo(CK_SLOT_ID slot_id, CK_TOKEN_INFO *info)
{
	CK_RV rv;

	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	return p11_end(token_info(slot_id, info));
}

/* --- events --------------------------------------------------------------- */

/* Polls: PC/SC tells of a change, the table tells of which slot. */
static CK_RV
wait_for_event(CK_SLOT_ID *slot)
{
	struct p11_module *m = &p11_module;
	CK_RV rv = CKR_OK;

	jm_mutex_lock(&m->wait);
	while (rv == CKR_OK) {
		if (p11_module_ending()) {
			rv = CKR_CRYPTOKI_NOT_INITIALIZED;
			break;
		}
		p11_slots_refresh(m->waiter);
		if (p11_slots_event(slot))
			break;
		if (jm_readers_wait(m->waiter, WAIT_MS) != JM_OK)
			jm_sleep_ms(WAIT_MS);
	}
	jm_mutex_unlock(&m->wait);
	return rv;
}

CK_RV
p11_C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID *slot, void *reserved)
{
	CK_RV rv;

	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	if (slot == NULL || reserved != NULL)
		return p11_end(CKR_ARGUMENTS_BAD);
	if ((flags & CKF_DONT_BLOCK) == 0)
		return p11_end(wait_for_event(slot));
	p11_slots_refresh(p11_module.pcsc);
	return p11_end(p11_slots_event(slot) ? CKR_OK : CKR_NO_EVENT);
}
