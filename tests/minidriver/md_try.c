/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/minidriver/md_try.h"

#include <stdlib.h>
#include <string.h>

#include "objects/ident.h"
#include "tests/support/test.h"

const struct md_try_hash md_try_hashes[4] = {
	{ MD_CALG_SHA1, L"SHA1", JM_SHA1 },
	{ MD_CALG_SHA_256, L"SHA256", JM_SHA256 },
	{ MD_CALG_SHA_384, L"SHA384", JM_SHA384 },
	{ MD_CALG_SHA_512, L"SHA512", JM_SHA512 },
};

static uint8_t *
bytes(const char *pin, uint8_t *room)
{
	memcpy(room, pin, strlen(pin));
	return room;
}

DWORD
md_try_login(struct md_host *h, PIN_ID id, const char *pin, DWORD *tries)
{
	uint8_t room[64];

	assert_true(strlen(pin) <= sizeof room);
	return MD_CALL(h, pfnCardAuthenticateEx, id, 0, bytes(pin, room),
	    (DWORD)strlen(pin), NULL, NULL, tries);
}

DWORD
md_try_change(struct md_host *h, PIN_ID id, const char *old_pin,
    const char *new_pin, DWORD *tries)
{
	uint8_t from[64], to[64];

	return MD_CALL(h, pfnCardChangeAuthenticatorEx,
	    PIN_CHANGE_FLAG_CHANGEPIN, id, bytes(old_pin, from),
	    (DWORD)strlen(old_pin), id, bytes(new_pin, to),
	    (DWORD)strlen(new_pin), 0, tries);
}

void
md_try_cost(struct vslot *slot, unsigned apdus, unsigned verifies)
{
	const struct vslot_count n = vslot_counted(slot);

	if (n.apdus != apdus || n.verifies != verifies)
		vslot_print(slot);
	assert_int_equal(n.apdus, apdus);
	assert_int_equal(n.verifies, verifies);
	assert_int_equal(n.outside, 0);
	vslot_restart_count(slot);
}

void
md_try_left(struct vslot *slot, unsigned auth, unsigned sign)
{
	assert_int_equal(md_host_tries(slot, "auth"), auth);
	assert_int_equal(md_host_tries(slot, "sign"), sign);
}

int
md_try_verified(struct vslot *slot, enum jm_pair pair)
{
	const char *const use[] = { "00A4040C0AD392F000260100000001",
		pair == JM_PAIR_AUTH ? "00A4020C020017" : "00A4020C02001A",
		"802A0080040102030400" };
	unsigned sw;

	assert_int_equal(vslot_counted(slot).apdus, 0);
	sw = fixture_sw(slot, use, NELEM(use));
	assert_true(sw == 0x9000 || sw == 0x6982);
	vslot_restart_count(slot);
	return sw == 0x9000;
}

struct jm_cert *
md_try_cert(struct vslot *slot, enum jm_pair pair)
{
	const char *pin = pair == JM_PAIR_SIGN ? MD_TRY_SIGN : MD_TRY_AUTH;
	struct jm_token *t = fixture_token(slot);
	struct jm_cert *copy = malloc(sizeof *copy);
	const struct jm_cert *cert;
	int tries;

	assert_non_null(copy);
	assert_int_equal(jm_token_cert_with_pin(t, jm_ident_pair_cert(pair),
			     pin, strlen(pin), &tries, &cert),
	    JM_OK);
	*copy = *cert;
	jm_token_free(&t);
	vslot_restart_count(slot);
	return copy;
}

void
md_try_id(struct vslot *slot, uint8_t id[MD_CARD_ID_LEN])
{
	struct jm_token *t = fixture_token(slot);

	assert_int_equal(md_card_id(t, id), JM_OK);
	jm_token_free(&t);
	vslot_restart_count(slot);
}

void
md_try_register(struct vslot *slot, const struct jm_cert *cert)
{
	struct jm_cert *own = md_try_cert(slot, JM_PAIR_SIGN);
	struct jm_token *t = fixture_token(slot);
	uint8_t id[MD_CARD_ID_LEN];

	assert_int_equal(md_card_id(t, id), JM_OK);
	assert_int_equal(
	    md_sigcache_store(id, t, cert != NULL ? cert : own, NULL), JM_OK);
	jm_token_free(&t);
	free(own);
	vslot_restart_count(slot);
}

void
md_try_forget(void)
{
	unsigned n;

	assert_int_equal(md_sigcache_forget_all(&n), JM_OK);
}

CARD_SIGNING_INFO
md_try_info(BYTE index, UINT alg, const uint8_t *data, size_t len)
{
	static uint8_t room[512];
	CARD_SIGNING_INFO info;

	memset(&info, 0xee, sizeof info);
	assert_true(len <= sizeof room);
	if (len > 0)
		memcpy(room, data, len);
	info.dwVersion = 1;
	info.bContainerIndex = index;
	info.dwKeySpec = index == 0 ? MD_AT_KEYEXCHANGE : MD_AT_SIGNATURE;
	info.dwSigningFlags = 0;
	info.aiHashAlg = alg;
	info.pbData = room;
	info.cbData = (DWORD)len;
	return info;
}

DWORD
md_try_sign(struct md_host *h, CARD_SIGNING_INFO *info)
{
	DWORD code;

	info->pbSignedData = info->pbData; /* nothing of ours */
	info->cbSignedData = 77;
	code = MD_CALL(h, pfnCardSignData, info);
	if (code != ERROR_SUCCESS) {
		assert_null(info->pbSignedData);
		assert_int_equal(info->cbSignedData, 0);
	}
	return code;
}

DWORD
md_try_sign_any(struct md_host *h, BYTE index)
{
	static const uint8_t value[32] = { 0xa1, 0xb2, 0xc3 };
	CARD_SIGNING_INFO info =
	    md_try_info(index, MD_CALG_SHA_256, value, sizeof value);
	const DWORD code = md_try_sign(h, &info);

	if (code == ERROR_SUCCESS)
		assert_int_equal(info.cbSignedData, 256);
	md_host_free(info.pbSignedData);
	return code;
}
