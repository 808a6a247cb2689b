/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_quirk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "vcard/vc_card.h"

#define INS_SIGN      0x2a
#define ENDLESS_PIECE 16 /* bytes of each piece that never ends */

enum takes {
	NOTHING,
	NUMBER,
	NUMBER_SW,
	NUMBER_HEX,
	POINT,
	OPT_EMPTY,
	OPT_SIZE
};

static const struct row {
	const char *name;
	const char *form;
	enum takes takes;
	int id; /* of vc_quirk_id, for those with a number */
} rows[] = {
	{ "die-at", "N", NUMBER, VC_Q_DIE_AT },
	{ "mute-at", "N", NUMBER, VC_Q_MUTE_AT },
	{ "sw-at", "N:SWSW", NUMBER_SW, VC_Q_SW_AT },
	{ "reply-at", "N:HEX", NUMBER_HEX, VC_Q_REPLY_AT },
	{ "remove-at", "N", NUMBER, VC_Q_REMOVE_AT },
	{ "reset-at", "N", NUMBER, VC_Q_RESET_AT },
	{ "wrong-mac-at", "N", NUMBER, VC_Q_MAC_AT },
	{ "endless-61", "[empty]", OPT_EMPTY, 0 },
	{ "short-reply", "", NOTHING, 0 },
	{ "first-6f00", "", NOTHING, 1 },
	{ "le-6c", "", NOTHING, 2 },
	{ "split-61", "[SIZE]", OPT_SIZE, 0 },
	{ "kill-at", "POINT[:N]", POINT, 0 },
	{ "sign-6a80", "N", NUMBER, VC_Q_SIGN_AT },
};

static const char *const phases[] = { "pay", "restore", "change" };
static const char *const steps[] = { "before", "written", "synced", "renamed",
	"done" };

const char *
vc_quirk_name(size_t i)
{
	return i < NELEM(rows) ? rows[i].name : NULL;
}

const char *
vc_quirk_value(size_t i)
{
	return i < NELEM(rows) ? rows[i].form : NULL;
}

/* A decimal number from 1 on; *end is where it stops. */
static jm_err
count(const char *s, unsigned long *out, const char **end)
{
	unsigned long v = 0;

	*out = 0;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (v > 100000000)
			return JM_ARG;
		v = v * 10 + (unsigned long)(*s - '0');
	}
	*end = s;
	*out = v;
	return v == 0 ? JM_ARG : JM_OK;
}

static jm_err
set_numbered(struct vc_quirks *q, const struct row *row, const char *value)
{
	unsigned long n;
	const char *rest;
	uint8_t sw[2];
	size_t len = 0;

	if (count(value, &n, &rest) != JM_OK)
		return JM_ARG;
	if (row->takes == NUMBER) {
		if (*rest != '\0')
			return JM_ARG;
	} else if (*rest++ != ':') {
		return JM_ARG;
	} else if (row->takes == NUMBER_SW) {
		if (jm_hex_decode(rest, sw, sizeof sw, &len) != JM_OK ||
		    len != sizeof sw)
			return JM_ARG;
		memcpy(q->sw, sw, sizeof sw);
	} else if (jm_hex_decode(rest, q->reply, sizeof q->reply,
		       &q->reply_len) != JM_OK) {
		return JM_ARG;
	}
	q->at[row->id] = n;
	return JM_OK;
}

static int
known_point(const char *s, size_t n)
{
	char name[VC_QUIRK_POINT_MAX];

	if (n == 5 && memcmp(s, "reply", 5) == 0)
		return 1;
	for (size_t p = 0; p < NELEM(phases); p++)
		for (size_t i = 0; i < NELEM(steps); i++) {
			snprintf(
			    name, sizeof name, "%s-%s", phases[p], steps[i]);
			if (strlen(name) == n && memcmp(name, s, n) == 0)
				return 1;
		}
	return 0;
}

static jm_err
set_point(struct vc_quirks *q, const char *value)
{
	size_t n = strcspn(value, ":");
	unsigned long left = 1;
	const char *end;

	if (n >= sizeof q->kill_point || !known_point(value, n))
		return JM_ARG;
	if (value[n] == ':' &&
	    (count(value + n + 1, &left, &end) != JM_OK || *end != '\0'))
		return JM_ARG;
	memcpy(q->kill_point, value, n);
	q->kill_point[n] = '\0';
	q->kill_left = left;
	return JM_OK;
}

static jm_err
set_switch(struct vc_card *card, int id)
{
	switch (id) {
	case 1: return vc_set_param(card, "first-6f00=on");
	case 2: return vc_set_param(card, "wrong-le-6c=on");
	default: card->quirk.short_reply = 1; return JM_OK;
	}
}

static jm_err
set_split(struct vc_card *card, const char *value)
{
	char text[32];
	jm_err e = JM_OK;

	if (value == NULL)
		value = "128";
	if (strlen(value) > 5)
		return JM_ARG;
	snprintf(text, sizeof text, "reply-61-max=%s", value);
	if ((e = vc_set_param(card, text)) == JM_OK)
		e = vc_set_param(card, "reply-61=split");
	return e;
}

jm_err
vc_set_quirk(struct vc_card *card, const char *quirk)
{
	size_t n = strcspn(quirk, "=");
	const char *value = quirk[n] == '=' ? quirk + n + 1 : NULL;

	for (size_t i = 0; i < NELEM(rows); i++) {
		const struct row *row = &rows[i];

		if (strlen(row->name) != n || memcmp(row->name, quirk, n) != 0)
			continue;
		switch (row->takes) {
		case NOTHING:
			return value != NULL ? JM_ARG
					     : set_switch(card, row->id);
		case NUMBER:
		case NUMBER_SW:
		case NUMBER_HEX:
			return value == NULL
				   ? JM_ARG
				   : set_numbered(&card->quirk, row, value);
		case POINT:
			return value == NULL ? JM_ARG
					     : set_point(&card->quirk, value);
		case OPT_EMPTY:
			if (value != NULL && strcmp(value, "empty") != 0)
				return JM_ARG;
			card->quirk.endless_61 = value == NULL ? 1 : 2;
			return JM_OK;
		case OPT_SIZE: return set_split(card, value);
		}
	}
	return JM_ARG;
}

void
vc_moment(struct vc_card *card, const char *phase, const char *step)
{
	struct vc_quirks *q = &card->quirk;
	char name[VC_QUIRK_POINT_MAX];

	if (q->kill_left == 0)
		return;
	snprintf(name, sizeof name, "%s%s%s", phase, step == NULL ? "" : "-",
	    step == NULL ? "" : step);
	if (strcmp(name, q->kill_point) == 0 && --q->kill_left == 0 &&
	    card->killer != NULL)
		card->killer(card->killer_arg);
}

jm_err
vc_quirk_before(struct vc_card *card)
{
	struct vc_quirks *q = &card->quirk;

	q->count++;
	if (q->count == q->at[VC_Q_REMOVE_AT]) {
		vc_power(card, 0);
		return JM_GONE;
	}
	if (q->count == q->at[VC_Q_RESET_AT])
		vc_forget(card);
	return JM_OK;
}

/* "More data", and more again. */
static void
endless(struct vc_card *card, uint8_t ins, size_t *len)
{
	uint8_t *r = card->reply;
	int asked = ins == 0xc0;

	if (!asked && (*len <= 2 || r[*len - 2] != 0x90))
		return;
	if (asked) {
		*len = card->quirk.endless_61 == 1 ? ENDLESS_PIECE + 2 : 2;
		memset(r, 0xee, *len);
	}
	r[*len - 2] = 0x61;
	r[*len - 1] = ENDLESS_PIECE;
}

jm_err
vc_quirk_after(struct vc_card *card, uint8_t ins, size_t *len)
{
	struct vc_quirks *q = &card->quirk;
	uint8_t *r = card->reply;

	if (q->count == q->at[VC_Q_DIE_AT]) {
		vc_power(card, 0);
		card->dead = 1;
		return JM_GONE;
	}
	if (q->count == q->at[VC_Q_MUTE_AT])
		return JM_LINK;
	if (q->endless_61)
		endless(card, ins, len);
	if (q->short_reply && *len > 2) {
		size_t half = (*len - 2) / 2;

		memmove(r + half, r + *len - 2, 2);
		*len = half + 2;
	}
	if (ins == INS_SIGN && ++q->signs == q->at[VC_Q_SIGN_AT]) {
		r[0] = 0x6a;
		r[1] = 0x80;
		*len = 2;
	}
	if (q->count == q->at[VC_Q_MAC_AT] && *len > 2)
		r[*len - 3] ^= 1; /* its last byte, before the status */
	if (q->count == q->at[VC_Q_SW_AT]) {
		memcpy(r, q->sw, sizeof q->sw);
		*len = sizeof q->sw;
	}
	if (q->count == q->at[VC_Q_REPLY_AT]) {
		memcpy(r, q->reply, q->reply_len);
		*len = q->reply_len;
	}
	return JM_OK;
}
