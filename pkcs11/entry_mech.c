/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_GetMechanismList and C_GetMechanismInfo: the table, as this card has it. */
#include "pkcs11/entry.h"
#include "pkcs11/module.h"
#include "pkcs11/object.h"

static CK_RV
slot_caps(CK_SLOT_ID slot_id, unsigned *caps)
{
	struct p11_reader *r;
	struct p11_card *card;
	enum p11_part part;
	CK_RV rv;

	*caps = 0;
	if ((rv = p11_slot_find(slot_id, &r, &part)) != CKR_OK)
		return rv;
	p11_slots_refresh(p11_module.pcsc);
	if ((rv = p11_slot_card(r, part, &card)) != CKR_OK)
		return rv;
	*caps = p11_card_caps(card, part);
	p11_card_put(&card);
	return CKR_OK;
}

static CK_RV
get_list(CK_SLOT_ID id, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
	const struct p11_mech *row;
	CK_ULONG room, n = 0;
	unsigned caps;
	size_t len;
	CK_RV rv;

	if (count == NULL)
		return CKR_ARGUMENTS_BAD;
	if ((rv = slot_caps(id, &caps)) != CKR_OK)
		return rv;
	room = list == NULL ? 0 : *count;
	row = p11_mech_rows(caps, &len);
	for (size_t i = 0; i < len; i++) {
		if (!p11_mech_offered(&row[i], caps))
			continue;
		if (n < room)
			list[n] = row[i].type;
		n++;
	}
	*count = n;
	return list != NULL && n > room ? CKR_BUFFER_TOO_SMALL : CKR_OK;
}

CK_RV
p11_C_GetMechanismList(
    CK_SLOT_ID slot_id, CK_MECHANISM_TYPE *mechanism_list, CK_ULONG *count)
{
	CK_RV rv;

	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	return p11_end(get_list(slot_id, mechanism_list, count));
}

static CK_RV
get_info(CK_SLOT_ID id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	const struct p11_mech *row;
	unsigned caps;
	CK_RV rv;

	if (info == NULL)
		return CKR_ARGUMENTS_BAD;
	if ((rv = slot_caps(id, &caps)) != CKR_OK)
		return rv;
	if ((row = p11_mech_find(type, caps)) == NULL)
		return CKR_MECHANISM_INVALID;
	*info = (CK_MECHANISM_INFO){ .ulMinKeySize = row->min,
		.ulMaxKeySize = row->max,
		.flags = row->flags };
	return CKR_OK;
}

CK_RV
p11_C_GetMechanismInfo(
    CK_SLOT_ID slot_id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	CK_RV rv;

	if ((rv = p11_begin()) != CKR_OK)
		return rv;
	return p11_end(get_info(slot_id, type, info));
}
