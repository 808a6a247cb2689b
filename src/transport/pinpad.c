/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport/pinpad.h"

#include <string.h>

#define FEATURE_VERIFY 0x06 /* FEATURE_VERIFY_PIN_DIRECT */
#define FEATURE_MODIFY 0x07 /* FEATURE_MODIFY_PIN_DIRECT */
#define CODE_LEN       4

#define FORMAT_ASCII                                                           \
	0x82             /* whole bytes, from the left, at byte 0 of the data */
#define KEY_OR_FULL 0x03 /* done: the key for that, or all characters */
#define CONFIRM_NEW_ONLY                                                       \
	0x01            /* typed twice; the present one is not asked for */
#define LANGUAGE 0x0409 /* English, which every reader has */

/* Prompts by their number. */
#define ENTER_PIN   0
#define ENTER_NEW   1
#define CONFIRM_NEW 2

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

void
jm_pinpad_features(const uint8_t *list, size_t len, struct jm_pinpad_codes *out)
{
	*out = (struct jm_pinpad_codes){ 0, 0 };
	while (len >= 2 && list[1] <= len - 2) {
		const size_t n = list[1];

		if (n == CODE_LEN && list[0] == FEATURE_VERIFY &&
		    out->verify == 0)
			out->verify = be32(list + 2);
		if (n == CODE_LEN && list[0] == FEATURE_MODIFY &&
		    out->modify == 0)
			out->modify = be32(list + 2);
		list += 2 + n;
		len -= 2 + n;
	}
}

/* What is being written. */
struct pen {
	uint8_t *out;
	size_t len;
};

static void
put(struct pen *p, unsigned v, size_t bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		p->out[p->len++] = (uint8_t)(v & 0xff);
}

/*
 * The PIN goes into the command as it is typed, without padding: block size 0
 * says so, and the reader makes Lc of what was typed.
 */
static void
put_format(struct pen *p)
{
	put(p, JM_PINPAD_TIMEOUT_S, 1); /* bTimeOut */
	put(p, JM_PINPAD_TIMEOUT_S, 1); /* bTimeOut2: after the first key */
	put(p, FORMAT_ASCII, 1);        /* bmFormatString */
	put(p, 0, 1);                   /* bmPINBlockString */
	put(p, 0, 1);                   /* bmPINLengthFormat */
}

static void
put_lengths(struct pen *p, const struct jm_pin_ask *ask)
{
	put(p, (unsigned)ask->min << 8 | ask->max, 2); /* wPINMaxExtraDigit */
}

static void
put_command(struct pen *p, const struct jm_pin_ask *ask)
{
	put(p, 0, 3);                    /* bTeoPrologue */
	put(p, sizeof ask->head + 1, 4); /* ulDataLength */
	memcpy(p->out + p->len, ask->head, sizeof ask->head);
	p->len += sizeof ask->head;
	put(p, 0, 1); /* Lc */
}

size_t
jm_pinpad_structure(
    const struct jm_pin_ask *ask, uint8_t out[JM_PINPAD_ASK_MAX])
{
	struct pen p = { out, 0 };

	put_format(&p);
	if (ask->fresh) {
		put(&p, 0, 1); /* bInsertionOffsetOld: it is not in there */
		put(&p, 0, 1); /* bInsertionOffsetNew */
	}
	put_lengths(&p, ask);
	if (ask->fresh)
		put(&p, CONFIRM_NEW_ONLY, 1); /* bConfirmPIN */
	put(&p, KEY_OR_FULL, 1);              /* bEntryValidationCondition */
	put(&p, ask->fresh ? 2 : 1, 1);       /* bNumberMessage */
	put(&p, LANGUAGE, 2);                 /* wLangId */
	if (ask->fresh) {
		put(&p, ENTER_NEW, 1);   /* bMsgIndex1 */
		put(&p, CONFIRM_NEW, 1); /* bMsgIndex2 */
		put(&p, 0, 1);           /* bMsgIndex3: not shown */
	} else {
		put(&p, ENTER_PIN, 1); /* bMsgIndex */
	}
	put_command(&p, ask);
	return p.len;
}

jm_err
jm_pinpad_answer(const uint8_t *rsp, size_t len)
{
	static const struct {
		uint8_t sw[2];
		jm_err e;
	} own[] = {
		{ { 0x64, 0x00 }, JM_TIMEOUT },
		{ { 0x64, 0x01 }, JM_CANCELLED },
		{ { 0x64, 0x02 }, JM_MISMATCH },
		{ { 0x64, 0x03 }, JM_PIN_LEN },
	};

	if (len != sizeof own[0].sw)
		return JM_FORMAT;
	for (size_t i = 0; i < NELEM(own); i++)
		if (memcmp(rsp, own[i].sw, sizeof own[i].sw) == 0)
			return own[i].e;
	return JM_OK;
}
