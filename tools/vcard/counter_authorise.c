/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two cards, two persons: what the operator's card signs opens one operation of
 * the resident's card.
 */
#include <string.h>

#include "base/tlv.h"
#include "base/wipe.h"
#include "tools/vcard/counter.h"

#define CLA_OWN        0x80
#define INS_CHALLENGE  0x90
#define INS_AUTHORISE  0x92
#define INS_SIGN       0x94
#define CHALLENGE_LEN  16
#define SIG_LEN        64
#define OPERATOR_PIN   0x0011
#define OPERATOR_CVC   0x0002
#define BY_CERTIFICATE 0x00
#define BY_STATEMENT   0x01

/* Its certificate, of the role and under the root that it has to be. */
static jm_err
read_certificate(struct counter *c)
{
	uint8_t *cvc = NULL;
	size_t len, total = 0;
	jm_err e;

	if ((e = counter_read(c, c->op, OPERATOR_CVC, &cvc, &len)) != JM_OK)
		return e;
	/* Filler may follow. */
	if (len < 4 || jm_tlv_total(cvc, len, &total) != JM_OK || total > len)
		e = JM_FORMAT;
	if (e == JM_OK)
		e = jm_cvc_accept(
		    cvc, total, c->counter.root, &c->operator_cvc);
	if (e == JM_OK && c->operator_cvc.role != JM_CVC_OPERATOR)
		e = JM_BAD_SIG;
	jm_free_secret(cvc, COUNTER_FILE_MAX);
	return e == JM_OK ? e : counter_blame(c, c->op, COUNTER_AT_WHO, e, 0);
}

jm_err
counter_operator(struct counter *c)
{
	jm_err e;

	e = counter_channel(c, c->op, &counter_operator_app, &c->counter);
	if (e != JM_OK || c->op_ready)
		return e;
	if ((e = counter_verify(
		 c, c->op, OPERATOR_PIN, COUNTER_PIN_OPERATOR)) != JM_OK ||
	    (e = read_certificate(c)) != JM_OK)
		return e;
	c->op_ready = 1;
	return JM_OK;
}

jm_err
counter_statement(const struct counter *c, const struct counter_app *app,
    enum counter_op op, const void *target, size_t target_len,
    const uint8_t challenge[16], uint8_t out[COUNTER_STATEMENT_MAX],
    size_t *len)
{
	const uint8_t number = (uint8_t)op;
	const time_t now = c->now();
	const size_t reason_len = strlen(c->reason), id_len = strlen(c->id);
	struct jm_wbuf w;
	struct tm tm;
	char when[32];

	*len = 0;
	if (target_len > COUNTER_TARGET_MAX || reason_len == 0 ||
	    reason_len > COUNTER_REASON_MAX || id_len == 0 ||
	    id_len > JM_CVC_ID_MAX || gmtime_r(&now, &tm) == NULL ||
	    strftime(when, sizeof when, "%Y%m%d%H%M%S", &tm) != 14)
		return JM_ARG;
	jm_wbuf_init(&w, out, COUNTER_STATEMENT_MAX);
	jm_put_tlv(&w, 0x80, &number, 1);
	jm_put_tlv(&w, 0x81, app->aid, app->aid_len);
	jm_put_tlv(&w, 0x82, target, target_len);
	jm_put_tlv(&w, 0x83, challenge, CHALLENGE_LEN);
	jm_put_tlv(&w, 0x84, when, 14);
	jm_put_tlv(&w, 0x85, c->reason, reason_len);
	jm_put_tlv(&w, 0x86, c->id, id_len);
	jm_tlv_wrap(&w, 0, 0x30);
	return jm_wbuf_done(&w, len);
}

static jm_err
get_challenge(struct counter *c, struct counter_card *k, uint8_t out[16])
{
	const struct jm_capdu cmd = {
		.cla = CLA_OWN, .ins = INS_CHALLENGE, .ne = CHALLENGE_LEN
	};
	size_t len;
	jm_err e;

	if ((e = counter_send(c, k, COUNTER_AT_CHALLENGE, &cmd, &len)) != JM_OK)
		return e;
	if (len != CHALLENGE_LEN)
		return counter_blame(c, k, COUNTER_AT_CHALLENGE, JM_FORMAT, 0);
	memcpy(out, k->reply, CHALLENGE_LEN);
	return JM_OK;
}

/* The operator's card signs; the signature is put behind the statement. */
static jm_err
have_signed(struct counter *c, uint8_t *statement, size_t len)
{
	const struct jm_capdu cmd = { .cla = CLA_OWN,
		.ins = INS_SIGN,
		.data = statement,
		.nc = len,
		.ne = SIG_LEN };
	size_t got;
	jm_err e;

	e = counter_send(c, c->op, COUNTER_AT_SIGN, &cmd, &got);
	if (e != JM_OK)
		return e;
	if (got != SIG_LEN)
		return counter_blame(c, c->op, COUNTER_AT_SIGN, JM_FORMAT, 0);
	memcpy(statement + len, c->op->reply, SIG_LEN);
	return JM_OK;
}

static jm_err
show(struct counter *c, struct counter_card *k, enum counter_step step,
    uint8_t p1, const uint8_t *data, size_t len)
{
	const struct jm_capdu cmd = { .cla = CLA_OWN,
		.ins = INS_AUTHORISE,
		.p1 = p1,
		.data = data,
		.nc = len };
	size_t got;

	return counter_send(c, k, step, &cmd, &got);
}

jm_err
counter_authorise(struct counter *c, struct counter_card *k, enum counter_op op,
    const void *target, size_t target_len)
{
	uint8_t challenge[CHALLENGE_LEN];
	uint8_t text[COUNTER_STATEMENT_MAX + SIG_LEN];
	size_t len;
	jm_err e;

	if ((e = counter_operator(c)) != JM_OK ||
	    (e = get_challenge(c, k, challenge)) != JM_OK)
		return e;
	e = counter_statement(
	    c, k->app, op, target, target_len, challenge, text, &len);
	if (e != JM_OK)
		return counter_blame(c, NULL, COUNTER_AT_SIGN, e, 0);
	if ((e = have_signed(c, text, len)) != JM_OK ||
	    (e = show(c, k, COUNTER_AT_OPERATOR, BY_CERTIFICATE,
		 c->operator_cvc.raw, c->operator_cvc.raw_len)) != JM_OK)
		return e;
	return show(c, k, COUNTER_AT_GRANT, BY_STATEMENT, text, len + SIG_LEN);
}
