/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_GetMechanismList and C_GetMechanismInfo: the table, as this card has it. */
#include "pkcs11/entry.h"
#include "pkcs11/object.h"

static CK_RV
slot_caps(CK_SLOT_ID slot_id, unsigned *caps)
{
	struct p11_reader *r;
	struct p11_card *card;
	enum jm_pair pair;
	CK_RV rv;

	*caps = 0;
	if ((rv = p11_slot_find(slot_id, &r, &pair)) != CKR_OK ||
	    (rv = p11_slot_card(r, pair, &card)) != CKR_OK)
		return rv;
	*caps = p11_card_caps(card);
	p11_card_put(&card);
	return CKR_OK;
}

CK_RV
p11_C_GetMechanismList(
    CK_SLOT_ID slot_id, CK_MECHANISM_TYPE *mechanism_list, CK_ULONG *count)
{
	const struct p11_mech *row;
	CK_ULONG room, n = 0;
	unsigned caps;
	size_t len;
	CK_RV rv;

	if ((rv = p11_ready()) != CKR_OK)
		return rv;
	if (count == NULL)
		return CKR_ARGUMENTS_BAD;
	if ((rv = slot_caps(slot_id, &caps)) != CKR_OK)
		return rv;
	room = mechanism_list == NULL ? 0 : *count;
	row = p11_mech_table(&len);
	for (size_t i = 0; i < len; i++) {
		if (!p11_mech_offered(&row[i], caps))
			continue;
		if (n < room)
			mechanism_list[n] = row[i].type;
		n++;
	}
	*count = n;
	return mechanism_list != NULL && n > room ? CKR_BUFFER_TOO_SMALL
						  : CKR_OK;
}

CK_RV
p11_C_GetMechanismInfo(
    CK_SLOT_ID slot_id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	const struct p11_mech *row;
	unsigned caps;
	CK_RV rv;

	if ((rv = p11_ready()) != CKR_OK)
		return rv;
	if (info == NULL)
		return CKR_ARGUMENTS_BAD;
	if ((rv = slot_caps(slot_id, &caps)) != CKR_OK)
		return rv;
	if ((row = p11_mech_find(type, caps)) == NULL)
		return CKR_MECHANISM_INVALID;
	*info = (CK_MECHANISM_INFO){ .ulMinKeySize = row->min,
		.ulMaxKeySize = row->max,
		.flags = row->flags };
	return CKR_OK;
}
