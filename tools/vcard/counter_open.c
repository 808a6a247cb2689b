/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A card, its secure channel, commands in it, and PINs. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apdu/sw.h"
#include "base/wipe.h"
#include "tools/vcard/counter.h"

#define SW_OK      0x9000u
#define NOT_THERE  0x6a82u
#define INS_VERIFY 0x20
#define INS_SELECT 0xa4
#define INS_READ   0xb0
#define READ_PIECE JM_SM_SHORT
#define CURRENT    0x80 /* P2: the EF selected before */

/* clang-format off */
const struct counter_app counter_issuer = {
	"issuer", { 0xa0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00 }, 7, NULL };
/* of the draft of the next card */
static const struct counter_app next_jpki = {
	"jpki", { 0xf0, 0x4a, 0x4d, 0x4e, 0x58, 0x01 }, 6, NULL };
static const struct counter_app next_text = {
	"text", { 0xf0, 0x4a, 0x4d, 0x4e, 0x58, 0x02 }, 6, NULL };
const struct counter_app counter_jpki = {
	"jpki", { 0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 },
	10, &next_jpki };
const struct counter_app counter_text = {
	"text", { 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08 },
	10, &next_text };
const struct counter_app counter_juki = {
	"juki", { 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01 },
	10, NULL };
const struct counter_app counter_common = {
	"common",
	{ 0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00 }, 10, NULL };
/* "JMLIB" in the range of AIDs that nobody registers, */
const struct counter_app counter_library_app = {
	"library", { 0xf0, 0x4a, 0x4d, 0x4c, 0x49, 0x42, 0x01 }, 7, NULL };
/* and "JMOP" */
const struct counter_app counter_operator_app = {
	"operator", { 0xf0, 0x4a, 0x4d, 0x4f, 0x50, 0x01 }, 6, NULL };
/* clang-format on */

jm_err
counter_card_init(
    struct counter_card *k, const char *name, struct jm_link *link)
{
	*k = (struct counter_card){ .name = name, .link = *link };
	*link = (struct jm_link){ NULL, NULL };
	k->x = malloc(sizeof *k->x);
	k->reply = malloc(COUNTER_REPLY_MAX);
	if (k->x != NULL && k->reply != NULL)
		return JM_OK;
	counter_card_free(k);
	return JM_NOMEM;
}

static void
close_channel(struct counter_card *k)
{
	jm_sm_free(&k->sm);
	jm_wipe(&k->who, sizeof k->who);
	k->app = NULL;
}

void
counter_leave(struct counter_card *k)
{
	close_channel(k);
	if (k->held)
		k->link.ops->end(k->link.self, JM_END_POWER_DOWN);
	k->held = 0;
}

void
counter_card_free(struct counter_card *k)
{
	counter_leave(k);
	jm_link_close(&k->link);
	jm_free_secret(k->x, sizeof *k->x);
	jm_free_secret(k->reply, COUNTER_REPLY_MAX);
	*k = (struct counter_card){ .name = NULL };
}

jm_err
counter_blame(struct counter *c, const struct counter_card *k,
    enum counter_step step, jm_err err, unsigned sw)
{
	c->fault = (struct counter_fault){ .card = k == NULL ? NULL : k->name,
		.step = step,
		.err = err,
		.sw = sw,
		.tries = -1 };
	return err;
}

/* Exclusive use; once more where another program reset the card before. */
static jm_err
hold(struct counter *c, struct counter_card *k)
{
	jm_err e;

	if (k->held)
		return JM_OK;
	e = k->link.ops->begin(k->link.self);
	if (e == JM_RESET)
		e = k->link.ops->begin(k->link.self);
	if (e != JM_OK)
		return counter_blame(c, k, COUNTER_AT_REACH, e, 0);
	k->held = 1;
	return JM_OK;
}

/* 9000 is success; another status word becomes an error with its blame. */
static jm_err
judge(struct counter *c, const struct counter_card *k, enum counter_step step,
    jm_err e, unsigned sw)
{
	if (e == JM_OK && sw == SW_OK)
		return JM_OK;
	if (e == JM_OK && (e = jm_sw_err(sw)) == JM_OK)
		e = JM_CARD;
	return counter_blame(c, k, step, e, sw);
}

jm_err
counter_plain(struct counter *c, struct counter_card *k, enum counter_step step,
    const struct jm_capdu *cmd, size_t *len)
{
	struct jm_wbuf data;
	unsigned sw = 0;
	jm_err e;

	*len = 0;
	close_channel(k); /* a card does the same */
	if ((e = hold(c, k)) != JM_OK)
		return e;
	jm_wbuf_init(&data, k->reply, COUNTER_REPLY_MAX);
	e = jm_exchange(&k->link, k->x, cmd, &data, &sw);
	if ((e = judge(c, k, step, e, sw)) == JM_OK)
		*len = data.len;
	return e;
}

jm_err
counter_select(
    struct counter *c, struct counter_card *k, const struct counter_app *app)
{
	const struct jm_capdu cmd = { .ins = INS_SELECT,
		.p1 = 0x04,
		.p2 = 0x0c,
		.data = app->aid,
		.nc = app->aid_len };
	size_t len;

	return counter_plain(c, k, COUNTER_AT_SELECT, &cmd, &len);
}

/* 1 when the certificate's last day has passed. */
static int
expired(const struct counter *c, const struct jm_cvc *cvc)
{
	const time_t now = c->now();
	struct tm tm;
	char today[16];

	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(today, sizeof today, "%Y%m%d", &tm) != 8)
		return 1;
	return strcmp(today, cvc->last_day) > 0;
}

jm_err
counter_channel(struct counter *c, struct counter_card *k,
    const struct counter_app *app, const struct jm_sm_ident *me)
{
	const int role = me == &c->issuer;
	unsigned sw = 0;
	jm_err e;

	if (k->sm != NULL && k->role == role &&
	    (k->app == app || k->app == app->instead) &&
	    jm_sm_state(k->sm) == JM_OK)
		return JM_OK;
	e = counter_select(c, k, app);
	if (e != JM_OK && c->fault.sw == NOT_THERE && app->instead != NULL) {
		app = app->instead;
		c->fault = (struct counter_fault){ .card = NULL };
		e = counter_select(c, k, app);
	}
	if (e != JM_OK)
		return e;
	e = jm_sm_open(
	    &k->link, k->x, app->aid, app->aid_len, me, &k->sm, &k->who, &sw);
	if (e != JM_OK)
		return counter_blame(c, k, COUNTER_AT_CHANNEL, e, sw);
	k->app = app;
	k->role = role;
	if (expired(c, &k->who)) {
		close_channel(k);
		return counter_blame(c, k, COUNTER_AT_EXPIRED, JM_REFUSED, 0);
	}
	return JM_OK;
}

jm_err
counter_send(struct counter *c, struct counter_card *k, enum counter_step step,
    const struct jm_capdu *cmd, size_t *len)
{
	struct jm_wbuf data;
	unsigned sw = 0;
	jm_err e;

	*len = 0;
	if (k->sm == NULL)
		return counter_blame(c, k, step, JM_ARG, 0);
	jm_wbuf_init(&data, k->reply, COUNTER_REPLY_MAX);
	e = jm_sm_send(k->sm, cmd, &data, &sw);
	if ((e = judge(c, k, step, e, sw)) == JM_OK)
		*len = data.len;
	return e;
}

jm_err
counter_select_ef(struct counter *c, struct counter_card *k, unsigned id)
{
	const uint8_t data[2] = { (uint8_t)(id >> 8), (uint8_t)id };
	const struct jm_capdu cmd = { .ins = INS_SELECT,
		.p1 = 0x02,
		.p2 = 0x0c,
		.data = data,
		.nc = sizeof data };
	size_t len;

	return counter_send(c, k, COUNTER_AT_SELECT, &cmd, &len);
}

/* The counter; *tries -1 where the PIN needs none any more (9000). */
static jm_err
query(struct counter *c, struct counter_card *k, int *tries)
{
	const struct jm_capdu cmd = { .ins = INS_VERIFY, .p2 = CURRENT };
	size_t len;
	jm_err e;

	*tries = -1;
	e = counter_send(c, k, COUNTER_AT_QUERY, &cmd, &len);
	if (e == JM_OK)
		return JM_OK;
	*tries = jm_sw_tries(c->fault.sw);
	if (*tries > 0) {
		c->fault = (struct counter_fault){ .card = NULL };
		return JM_OK;
	}
	if (*tries == 0)
		c->fault.err = e = JM_PIN_BLOCKED;
	return e;
}

static jm_err
present(
    struct counter *c, struct counter_card *k, const struct counter_pin *pin)
{
	const struct jm_capdu cmd = { .ins = INS_VERIFY,
		.p2 = CURRENT,
		.data = pin->value,
		.nc = pin->len };
	size_t len;
	jm_err e;

	e = counter_send(c, k, COUNTER_AT_VERIFY, &cmd, &len);
	if (e == JM_OK)
		return JM_OK;
	if ((c->fault.tries = jm_sw_tries(c->fault.sw)) >= 0)
		e = c->fault.tries > 0 ? JM_PIN_WRONG : JM_PIN_BLOCKED;
	return c->fault.err = e;
}

/* One that cannot be right would cost a try all the same. */
static jm_err
form(enum counter_who who, const struct counter_pin *pin)
{
	const size_t most = who == COUNTER_PIN_OPERATOR ? 8 : 4;

	if (pin->len < 4 || pin->len > most)
		return JM_PIN_LEN;
	for (size_t i = 0; i < pin->len; i++)
		if (pin->value[i] < '0' || pin->value[i] > '9')
			return JM_PIN_FORM;
	return JM_OK;
}

jm_err
counter_verify(struct counter *c, struct counter_card *k, unsigned ref,
    enum counter_who who)
{
	struct counter_pin pin = { .len = 0 };
	int tries;
	jm_err e;

	if ((e = counter_select_ef(c, k, ref)) != JM_OK ||
	    (e = query(c, k, &tries)) != JM_OK)
		return e;
	if (tries == 1 && !c->last_try) {
		e = counter_blame(c, k, COUNTER_AT_ASK, JM_REFUSED, 0);
		c->fault.tries = 1;
		return e;
	}
	e = c->ask(c->ask_arg, who, tries, &pin);
	if (e == JM_OK)
		e = form(who, &pin);
	if (e != JM_OK)
		counter_blame(c, NULL, COUNTER_AT_ASK, e, 0);
	else
		e = present(c, k, &pin);
	jm_wipe(&pin, sizeof pin);
	return e;
}

/* At most READ_PIECE bytes of the current EF from off on. */
static jm_err
read_piece(struct counter *c, struct counter_card *k, size_t off, size_t *got)
{
	const struct jm_capdu cmd = { .ins = INS_READ,
		.p1 = (uint8_t)(off >> 8),
		.p2 = (uint8_t)(off & 0xff),
		.ne = READ_PIECE };

	return counter_send(c, k, COUNTER_AT_READ, &cmd, got);
}

jm_err
counter_read(struct counter *c, struct counter_card *k, unsigned id,
    uint8_t **out, size_t *len)
{
	uint8_t *mem;
	size_t n = 0, got;
	jm_err e;

	*out = NULL;
	*len = 0;
	if ((e = counter_select_ef(c, k, id)) != JM_OK)
		return e;
	if ((mem = malloc(COUNTER_FILE_MAX)) == NULL)
		return counter_blame(c, NULL, COUNTER_AT_READ, JM_NOMEM, 0);
	do {
		e = read_piece(c, k, n, &got);
		/* 6B00: the EF ended with the piece before. */
		if (e != JM_OK && n > 0 && c->fault.sw == 0x6b00) {
			e = JM_OK;
			got = 0;
		}
		if (e == JM_OK && got > COUNTER_FILE_MAX - n)
			e = counter_blame(c, k, COUNTER_AT_READ, JM_FORMAT, 0);
		if (e != JM_OK) {
			jm_free_secret(mem, COUNTER_FILE_MAX);
			return e;
		}
		memcpy(mem + n, k->reply, got);
		n += got;
	} while (got == READ_PIECE);
	*out = mem;
	*len = n;
	return JM_OK;
}
