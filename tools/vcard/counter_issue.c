/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an issuer does: a card as it came from its maker gets its contents. */
#include <string.h>
#include <time.h>

#include "apdu/sw.h"
#include "base/wipe.h"
#include "crypto/sm_crypto.h"
#include "tools/vcard/counter.h"

#define CLA_OWN       0x80
#define INS_EXTERNAL  0x82
#define INS_CHALLENGE 0x84
#define INS_GET_DATA  0xca
#define INS_STORE     0xe2
#define INS_STATUS    0xf0
#define CARD_ID       0x0045
#define CHALLENGE_LEN 16
#define ANSWER_LEN    16
#define ID_MAX        16
#define THERE         0x6985 /* STORE DATA of a trust that is there */

static jm_err
card_id(
    struct counter *c, struct counter_card *k, uint8_t out[ID_MAX], size_t *len)
{
	const struct jm_capdu cmd = { .ins = INS_GET_DATA,
		.p1 = CARD_ID >> 8,
		.p2 = CARD_ID & 0xff,
		.ne = 256 };
	jm_err e;

	e = counter_plain(c, k, COUNTER_AT_TRANSPORT, &cmd, len);
	if (e != JM_OK)
		return e;
	if (*len == 0 || *len > ID_MAX)
		return counter_blame(c, k, COUNTER_AT_TRANSPORT, JM_FORMAT, 0);
	memcpy(out, k->reply, *len);
	return JM_OK;
}

/* AES-CMAC(transport key, challenge || card id) */
static jm_err
answer(const struct counter_issue *how, const uint8_t *id, size_t id_len,
    const uint8_t *challenge, uint8_t out[ANSWER_LEN])
{
	uint8_t key[COUNTER_TRANSPORT_LEN];
	uint8_t both[CHALLENGE_LEN + ID_MAX];
	jm_err e;

	memcpy(both, challenge, CHALLENGE_LEN);
	memcpy(both + CHALLENGE_LEN, id, id_len);
	if ((e = how->transport_key(how->arg, id, id_len, key)) == JM_OK)
		e = jm_cmac(key, sizeof key, both, CHALLENGE_LEN + id_len, out);
	jm_wipe(key, sizeof key);
	return e;
}

/* One try: a card allows three in its life. */
static jm_err
show_transport_key(
    struct counter *c, struct counter_card *k, const struct counter_issue *how)
{
	const struct jm_capdu ask = { .ins = INS_CHALLENGE,
		.ne = CHALLENGE_LEN };
	uint8_t id[ID_MAX], mac[ANSWER_LEN];
	const struct jm_capdu show = {
		.ins = INS_EXTERNAL, .data = mac, .nc = sizeof mac
	};
	size_t id_len, len;
	jm_err e;

	if ((e = counter_select(c, k, &counter_issuer)) != JM_OK ||
	    (e = card_id(c, k, id, &id_len)) != JM_OK ||
	    (e = counter_plain(c, k, COUNTER_AT_TRANSPORT, &ask, &len)) !=
		JM_OK)
		return e;
	if (len != CHALLENGE_LEN)
		return counter_blame(c, k, COUNTER_AT_TRANSPORT, JM_FORMAT, 0);
	if ((e = answer(how, id, id_len, k->reply, mac)) != JM_OK)
		return counter_blame(c, NULL, COUNTER_AT_TRANSPORT, e, 0);
	e = counter_plain(c, k, COUNTER_AT_TRANSPORT, &show, &len);
	if (e != JM_OK && (c->fault.tries = jm_sw_tries(c->fault.sw)) >= 0)
		c->fault.err = e = JM_REFUSED;
	return e;
}

struct storing {
	struct counter *c;
	struct counter_card *k;
};

static jm_err
store(void *arg, int trust, const uint8_t *object, size_t len)
{
	const struct storing *s = arg;
	jm_err e;

	e = counter_blocks(
	    s->c, s->k, COUNTER_AT_STORE, INS_STORE, object, len);
	/* From a run that was broken off. */
	if (e != JM_OK && trust && s->c->fault.sw == THERE) {
		s->c->fault = (struct counter_fault){ .card = NULL };
		e = JM_OK;
	}
	return e;
}

static jm_err
finish(struct counter *c, struct counter_card *k)
{
	const time_t now = c->now();
	char when[32];
	const struct jm_capdu cmd = { .cla = CLA_OWN,
		.ins = INS_STATUS,
		.p1 = COUNTER_PERSONALISED,
		.data = (const uint8_t *)when,
		.nc = 14 };
	struct tm tm;
	size_t len;

	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(when, sizeof when, "%Y%m%d%H%M%S", &tm) != 14)
		return counter_blame(c, NULL, COUNTER_AT_STATUS, JM_ARG, 0);
	return counter_send(c, k, COUNTER_AT_STATUS, &cmd, &len);
}

jm_err
counter_personalise(
    struct counter *c, struct counter_card *k, const struct counter_issue *how)
{
	struct storing s = { c, k };
	jm_err e;

	if ((e = show_transport_key(c, k, how)) != JM_OK ||
	    (e = counter_channel(c, k, &counter_issuer, &c->issuer)) != JM_OK)
		return e;
	e = how->contents(how->arg, &k->who, store, &s);
	if (e != JM_OK)
		return c->fault.err != JM_OK
			   ? e
			   : counter_blame(c, NULL, COUNTER_AT_STORE, e, 0);
	return finish(c, k);
}
