/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkcs11/object.h"

#include "objects/ident.h"
#include "pkcs11/flavour.h"
#include "pkcs11/module.h"
#include "pkcs11/nym.h"

/*
 * A handle, from the lowest bit: kind (4 bits), slot (9), insertion (18), 0. No
 * kind is 0, so no handle is.
 * Of a service identity: kind less P11_CERT (2), number (29), 1.  A number is
 * one of one insertion, too.
 * Their 32 bits fit the CK_ULONG of every platform.
 */
#define KIND_BITS      4
#define SLOT_BITS      9
#define INSERTION_MASK 0x3ffffu
#define NYM_HANDLE     0x80000000u
#define NYM_KIND_BITS  2
#define NYM_NUMBERS    0x1fffffffu

_Static_assert(P11_KINDS < 1 << KIND_BITS, "a kind fits its bits");
_Static_assert(P11_READERS_MAX *P11_SLOTS_PER_READER <= 1 << SLOT_BITS,
    "a slot fits its bits");

CK_OBJECT_HANDLE
p11_object_handle(const struct p11_session *s, enum p11_kind kind)
{
	const CK_OBJECT_HANDLE insertion = s->insertion & INSERTION_MASK;

	return insertion << (SLOT_BITS + KIND_BITS) |
	       p11_slot_id(s->reader, s->part) << KIND_BITS |
	       (CK_OBJECT_HANDLE)kind;
}

CK_OBJECT_HANDLE
p11_object_nym_handle(uint32_t number, enum p11_kind kind)
{
	return NYM_HANDLE | (CK_OBJECT_HANDLE)number << NYM_KIND_BITS |
	       ((CK_OBJECT_HANDLE)kind - P11_CERT);
}

uint32_t
p11_object_next_number(void)
{
	uint32_t n;

	p11_lock();
	n = p11_module.next_number++ & NYM_NUMBERS;
	p11_unlock();
	return n;
}

struct p11_object
p11_object_of_nym(const struct nym_index_entry *entry, enum p11_kind kind)
{
	return (struct p11_object){ .kind = kind,
		.settled = 1,
		.alg = JM_KEY_EC,
		.bits = jm_curve_bits(JM_P256),
		.caps = P11_CAP_NYM,
		.entry = entry };
}

unsigned
p11_card_caps(const struct p11_card *card, enum p11_part part)
{
	enum jm_pair pair;
	unsigned caps = 0;

	if (!p11_part_pair(part, &pair))
		return P11_CAP_NYM;
	switch (jm_token_key_alg(card->token, pair)) {
	case JM_KEY_RSA: caps |= P11_CAP_RSA; break;
	case JM_KEY_EC: caps |= P11_CAP_EC; break;
	}
	if (jm_token_has_pss(card->token))
		caps |= P11_CAP_PSS;
	if (p11_module.policy.guard.allow_sha1)
		caps |= P11_CAP_SHA1;
	return caps;
}

/* NSS takes the object to mean that certificates can be had without a PIN. */
static int
has_profile(const struct jm_token *t)
{
	return p11_flavour.profile &&
	       !jm_token_profile(t)->cert[JM_CERT_AUTH].need_pin;
}

int
p11_object_view(const struct p11_session *s, const struct p11_card *card,
    enum p11_kind kind, struct p11_object *o)
{
	const struct jm_token *t = card->token;
	enum jm_pair pair;

	if (!p11_part_pair(s->part, &pair)) {
		*o = (struct p11_object){ .kind = kind, .settled = 1 };
		return kind == P11_PROFILE && has_profile(t);
	}
	*o = (struct p11_object){ .kind = kind,
		.cert_id = kind == P11_CA ? jm_ident_pair_ca(pair)
					  : jm_ident_pair_cert(pair),
		.bits = jm_token_key_bits(t, pair),
		.alg = jm_token_key_alg(t, pair),
		.caps = p11_card_caps(card, s->part),
		.always_auth = p11_part_always_authenticate(s->part) };
	/* In this order: what is settled after the look was so at the look. */
	o->settled = jm_token_cert_settled(t, o->cert_id);
	o->cert = jm_token_cert_loaded(t, o->cert_id);

	switch (kind) {
	case P11_PROFILE: return has_profile(t);
	case P11_PRIVKEY: return jm_token_has(t, pair);
	case P11_CA:
		if (!p11_module.conf.ca_certificates)
			return 0;
		if (o->cert != NULL)
			return 1;
		break;
	case P11_CERT:
		if (o->cert != NULL)
			return 1;
		break;
	case P11_PUBKEY:
		if (o->cert != NULL)
			return p11_object_has_key(o);
		break;
	}
	return o->settled ? 0 : -1;
}

CK_RV
p11_object_read(struct p11_session *s, unsigned certs)
{
	struct p11_card *card;
	CK_RV rv;
	jm_err e;

	if ((rv = p11_card_lock(s, &card)) != CKR_OK)
		return rv;
	if ((e = jm_token_read_certs(card->token, certs)) != JM_OK)
		rv = p11_card_failed(s->reader, card, e);
	p11_card_unlock(s, &card);
	return rv;
}

static CK_RV
get_nym(const struct p11_session *s, const struct p11_card *card,
    CK_OBJECT_HANDLE h, struct p11_object *o)
{
	const CK_OBJECT_HANDLE kind = h & ((1u << NYM_KIND_BITS) - 1);
	const uint32_t number = (uint32_t)(h >> NYM_KIND_BITS) & NYM_NUMBERS;
	const struct nym_index_entry *entry;

	if (s->part != P11_PART_NYM || kind > P11_PRIVKEY - P11_CERT ||
	    (entry = p11_nym_entry(p11_nym_of(card), number)) == NULL)
		return CKR_OBJECT_HANDLE_INVALID;
	*o = p11_object_of_nym(entry, (enum p11_kind)(kind + P11_CERT));
	return h == p11_object_nym_handle(number, o->kind)
		   ? CKR_OK
		   : CKR_OBJECT_HANDLE_INVALID;
}

CK_RV
p11_object_get(struct p11_session *s, const struct p11_card *card,
    CK_OBJECT_HANDLE h, struct p11_object *o)
{
	const CK_OBJECT_HANDLE number = h & ((1u << KIND_BITS) - 1);
	const enum p11_kind kind = (enum p11_kind)number;
	int there;
	CK_RV rv;

	*o = (struct p11_object){ .kind = P11_PROFILE };
	if ((h & NYM_HANDLE) != 0)
		return get_nym(s, card, h, o);
	if (number < 1 || number > P11_KINDS || h != p11_object_handle(s, kind))
		return CKR_OBJECT_HANDLE_INVALID;
	if ((there = p11_object_view(s, card, kind, o)) < 0) {
		if ((rv = p11_object_read(s, 1u << o->cert_id)) != CKR_OK)
			return rv;
		there = p11_object_view(s, card, kind, o);
	}
	return there > 0 ? CKR_OK : CKR_OBJECT_HANDLE_INVALID;
}
