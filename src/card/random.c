/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card/random.h"

#include <string.h>

#include "apdu/sw.h"
#include "base/wipe.h"
#include "card/card_impl.h"

static jm_err
one_chunk(struct jm_card *card, uint8_t *out, size_t len)
{
	const struct jm_capdu c = { .ins = JM_INS_CHALLENGE,
		.ne = (unsigned)len };
	struct jm_wbuf data;
	unsigned sw;
	jm_err e;

	jm_wbuf_init(&data, card->wire->reply, JM_CARD_REPLY);
	if ((e = jm_card_send(card, &c, &data, &sw)) == JM_OK &&
	    (e = jm_sw_err(sw)) == JM_OK && data.len != len)
		e = JM_FORMAT;
	if (e == JM_PIN_BLOCKED || e == JM_NOT_FOUND)
		e = JM_CARD; /* there is no PIN, and no file */
	if (e == JM_OK)
		memcpy(out, data.mem, len);
	jm_wipe(card->wire->reply, JM_CARD_REPLY);
	return e;
}

jm_err
jm_card_random(struct jm_card *card, uint8_t *out, size_t len)
{
	size_t done = 0, n;
	jm_err e = JM_OK;

	memset(out, 0, len);
	for (; e == JM_OK && done < len; done += n) {
		n = len - done;
		if (n > JM_RANDOM_CHUNK)
			n = JM_RANDOM_CHUNK;
		e = one_chunk(card, out + done, n);
	}
	if (e != JM_OK)
		jm_wipe(out, len);
	return e;
}
