/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A reader with keys of its own; see vscard.h.  It reads the structures of
 * PC/SC part 10 field by field with offsets of its own, so that an error of the
 * code that writes them is not made here a second time.
 */
#include <string.h>

#include "tests/support/vscard_impl.h"

#define GET_FEATURES (0x42000000 + 3400)
#define VERIFY       0x42330006
#define MODIFY       0x42330007

void
vs_pinpad(unsigned reader, unsigned features)
{
	vs_lock();
	memset(&vs.readers[reader].pad, 0, sizeof vs.readers[reader].pad);
	vs.readers[reader].pad.features = features;
	vs_unlock();
}

void
vs_pinpad_list(unsigned reader, const void *list, size_t len)
{
	struct vs_reader *r = &vs.readers[reader];

	vs_lock();
	if (len <= sizeof r->pad.list) {
		memcpy(r->pad.list, list, len);
		r->pad.list_len = len;
	}
	vs_unlock();
}

void
vs_pinpad_type(unsigned reader, const char *what)
{
	struct vs_reader *r = &vs.readers[reader];

	vs_lock();
	if (r->pad.next == r->pad.end)
		r->pad.next = r->pad.end = 0;
	if (r->pad.end < sizeof r->pad.typed / sizeof r->pad.typed[0])
		(void)strncpy(r->pad.typed[r->pad.end++], what,
		    sizeof r->pad.typed[0] - 1);
	vs_unlock();
}

unsigned
vs_pinpad_asked(unsigned reader)
{
	unsigned n;

	vs_lock();
	n = vs.readers[reader].pad.asked;
	vs_unlock();
	return n;
}

static const char *
entry(struct vs_reader *r)
{
	r->pad.asked++;
	return r->pad.next < r->pad.end ? r->pad.typed[r->pad.next++]
					: "!timeout";
}

static LONG
list_features(struct vs_reader *r, uint8_t *out, size_t *out_len)
{
	static const uint8_t all[] = { 0x12, 4, 0x42, 0x33, 0, 0x12, 0x06, 4,
		0x42, 0x33, 0, 6, 0x07, 4, 0x42, 0x33, 0, 7 };
	const uint8_t *list = all;
	size_t len = r->pad.features == 0   ? 0
		     : r->pad.features == 1 ? 12
					    : sizeof all;

	if (r->pad.list_len > 0) {
		list = r->pad.list;
		len = r->pad.list_len;
	}
	if (len == 0)
		return SCARD_E_UNSUPPORTED_FEATURE;
	if (len > *out_len)
		return SCARD_E_INSUFFICIENT_BUFFER;
	memcpy(out, list, len);
	*out_len = len;
	return SCARD_S_SUCCESS;
}

static LONG
answer(uint8_t *out, size_t *out_len, unsigned sw)
{
	if (*out_len < 2)
		return SCARD_E_INSUFFICIENT_BUFFER;
	out[0] = (uint8_t)(sw >> 8);
	out[1] = (uint8_t)(sw & 0xff);
	*out_len = 2;
	return SCARD_S_SUCCESS;
}

/* The fields that both structures have, and where they stand. */
static int
fits(const uint8_t *s, size_t len, int modify)
{
	const size_t lengths = modify ? 7 : 5, data = modify ? 24 : 19;

	if (len != data + 5 || s[0] == 0 || s[1] == 0 || s[2] != 0x82 ||
	    s[3] != 0 || s[4] != 0)
		return 0;
	/* wPINMaxExtraDigit: most in the low byte, least in the high one */
	if (s[lengths] < s[lengths + 1] || s[lengths + 1] == 0)
		return 0;
	if (s[data - 4] != 5 || s[data - 3] != 0 || s[data - 2] != 0 ||
	    s[data - 1] != 0)
		return 0;
	if (s[data + 4] != 0) /* Lc is the reader's to fill in */
		return 0;
	if (!modify)
		return s[7] == 3 && s[8] == 1 && s[11] == 0 &&
		       s[data + 1] == 0x20;
	return s[5] == 0 && s[6] == 0 && s[9] == 1 && s[10] == 3 &&
	       s[11] == 2 && s[14] == 1 && s[15] == 2 && s[data + 1] == 0x24;
}

/* 0, or what the reader says of an entry on its own. */
static unsigned
own_answer(const char *typed, const uint8_t *lengths)
{
	if (strcmp(typed, "!timeout") == 0)
		return 0x6400;
	if (strcmp(typed, "!cancel") == 0)
		return 0x6401;
	if (typed[0] != '!' &&
	    (strlen(typed) < lengths[1] || strlen(typed) > lengths[0]))
		return 0x6403;
	return 0;
}

static LONG
enter_pin(struct vs_reader *r, SCARDHANDLE by, const uint8_t *s, int modify,
    uint8_t *out, size_t *out_len)
{
	const uint8_t *lengths = s + (modify ? 7 : 5);
	const char *typed = entry(r), *pin = typed, *again;
	uint8_t cmd[32], rsp[600];
	size_t rsp_len = sizeof rsp, n;
	unsigned sw;
	LONG rv;

	if ((sw = own_answer(typed, lengths)) != 0)
		return answer(out, out_len, sw);
	if (strcmp(typed, "!fail") == 0)
		return SCARD_E_NOT_TRANSACTED;
	if (typed[0] == '!')
		pin = entry(r); /* of "!lost" and "!odd" */
	if (modify && typed[0] != '!') {
		again = entry(r);
		if ((sw = own_answer(again, lengths)) == 0 &&
		    strcmp(pin, again) != 0)
			sw = 0x6402;
		if (sw != 0)
			return answer(out, out_len, sw);
	}
	n = strlen(pin);
	memcpy(cmd, s + (modify ? 24 : 19), 4);
	cmd[4] = (uint8_t)n;
	memcpy(cmd + 5, pin, n);
	rv = vs_send(r, by, cmd, 5 + n, rsp, &rsp_len);
	if (rv != SCARD_S_SUCCESS)
		return rv;
	if (strcmp(typed, "!lost") == 0)
		return SCARD_E_NOT_TRANSACTED;
	if (strcmp(typed, "!odd") == 0) {
		memset(out, 0x90, *out_len);
		*out_len = 3;
		return SCARD_S_SUCCESS;
	}
	if (rsp_len > *out_len)
		return SCARD_E_INSUFFICIENT_BUFFER;
	memcpy(out, rsp, rsp_len);
	*out_len = rsp_len;
	return SCARD_S_SUCCESS;
}

LONG
vs_pad_control(struct vs_reader *r, SCARDHANDLE by, DWORD code,
    const uint8_t *in, size_t in_len, uint8_t *out, size_t *out_len)
{
	const int modify = code == MODIFY;

	if (code == GET_FEATURES)
		return list_features(r, out, out_len);
	if ((code != VERIFY && code != MODIFY) ||
	    (r->pad.features >> modify & 1) == 0)
		return SCARD_E_UNSUPPORTED_FEATURE;
	if (!fits(in, in_len, modify))
		return answer(out, out_len, 0x6b80);
	return enter_pin(r, by, in, modify, out, out_len);
}
