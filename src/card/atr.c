/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/atr.h"

#include "base/hex.h"
#include "base/rbuf.h"

#define ATR_LEN_MAX      33
#define STATUS_LEN       3 /* ends the historical bytes of category 00 */

#define TAG_CAPABILITIES 7
#define CAP_SFI          0x04
#define CAP_EXTENDED     0x40

/* Interface bytes after a Y nibble; *need_check as soon as a protocol but T=0
 * is offered. */
static jm_err
skip_interface_bytes(struct jm_rbuf *r, unsigned y, int *need_check)
{
	unsigned td;
	const uint8_t *p;
	jm_err e;

	*need_check = 0;
	while (y != 0) { /* each round takes a byte or is the last */
		const size_t abc = (y & 1) + (y >> 1 & 1) + (y >> 2 & 1);

		if ((e = jm_take(r, abc, &p)) != JM_OK)
			return e;
		if ((y & 8) == 0)
			break;
		if ((e = jm_take_u8(r, &td)) != JM_OK)
			return e;
		if ((td & 0xf) != 0)
			*need_check = 1;
		y = td >> 4;
	}
	return JM_OK;
}

static jm_err
take_historical(const uint8_t *atr, size_t len, struct jm_rbuf *hist)
{
	struct jm_rbuf r = { atr, len };
	unsigned ts, t0, tck, sum = 0;
	int need_check;
	const uint8_t *p;
	jm_err e;

	if (len > ATR_LEN_MAX || (e = jm_take_u8(&r, &ts)) != JM_OK ||
	    (e = jm_take_u8(&r, &t0)) != JM_OK ||
	    (e = skip_interface_bytes(&r, t0 >> 4, &need_check)) != JM_OK ||
	    (e = jm_take(&r, t0 & 0xf, &p)) != JM_OK)
		return JM_FORMAT;
	*hist = (struct jm_rbuf){ p, t0 & 0xf };
	if (need_check) {
		if ((e = jm_take_u8(&r, &tck)) != JM_OK)
			return e;
		for (size_t i = 1; i < len; i++)
			sum ^= atr[i];
	}
	return r.left == 0 && sum == 0 ? JM_OK : JM_FORMAT;
}

/* From the historical bytes to the COMPACT-TLV objects among them. */
static jm_err
enter_objects(struct jm_rbuf *hist)
{
	unsigned category, dir;
	jm_err e;

	if ((e = jm_take_u8(hist, &category)) != JM_OK)
		return e;
	switch (category) {
	case 0x00:
		if (hist->left < STATUS_LEN)
			return JM_FORMAT;
		hist->left -= STATUS_LEN;
		return JM_OK;
	case 0x10: return jm_take_u8(hist, &dir);
	case 0x80: return JM_OK;
	default: return JM_FORMAT; /* proprietary */
	}
}

void
jm_atr_caps(const uint8_t *atr, size_t len, struct jm_atr_caps *out)
{
	struct jm_atr_caps caps = { 0, 0 };
	struct jm_rbuf hist;
	unsigned head;
	const uint8_t *p;

	*out = caps;
	if (take_historical(atr, len, &hist) != JM_OK ||
	    enter_objects(&hist) != JM_OK)
		return;
	while (hist.left > 0) {
		if (jm_take_u8(&hist, &head) != JM_OK ||
		    jm_take(&hist, head & 0xf, &p) != JM_OK)
			return;
		if (head >> 4 != TAG_CAPABILITIES)
			continue;
		caps.sfi = (head & 0xf) >= 1 && (p[0] & CAP_SFI) != 0;
		caps.extended = (head & 0xf) >= 3 && (p[2] & CAP_EXTENDED) != 0;
	}
	*out = caps;
}

int
jm_atr_matches(const uint8_t *atr, size_t len, const char *pattern)
{
	for (size_t i = 0; i < len; i++) {
		const char two[3] = { pattern[0],
			(char)(pattern[0] != '\0' ? pattern[1] : '\0'), '\0' };
		uint8_t byte;
		size_t n;

		if (two[0] != '.' || two[1] != '.')
			if (jm_hex_decode(two, &byte, 1, &n) != JM_OK ||
			    n != 1 || byte != atr[i])
				return 0;
		pattern += 2;
		if (*pattern == ' ')
			pattern++;
	}
	return *pattern == '\0';
}
