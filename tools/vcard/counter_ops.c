/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a counter does within one application: PINs, the code, the state. */
#include <string.h>

#include "base/wipe.h"
#include "crypto/soft_key.h"
#include "tools/vcard/counter.h"
#include "tools/vcard/i18n.h"

#define CLA_OWN      0x80
#define INS_RESET    0x2c
#define INS_UPDATE   0xd6
#define INS_ACTIVATE 0x96
#define INS_STATUS   0xf0
#define NEW_VALUE    0x02 /* P1 of RESET RETRY COUNTER */
#define CURRENT      0x80

#define CODE_FILE    0x0001

/* clang-format off */
static const struct counter_pin_def pins[] = {
	{ "auth",   N_("authentication PIN"), { &counter_jpki, NULL },
	    0x0018, 0, 4, 4 },
	{ "sign",   N_("signature PIN"),      { &counter_jpki, NULL },
	    0x001b, 1, 6, 16 },
	{ "text",   N_("text-entry PIN"),     { &counter_text, NULL },
	    0x0011, 0, 4, 4 },
	/* One PIN for its holder, two on the card. */
	{ "juki",   N_("resident record PIN"), { &counter_juki, &counter_common },
	    0x001c, 0, 4, 4 },
	{ "common", N_("resident record PIN"), { &counter_juki, &counter_common },
	    0x001c, 0, 4, 4 },
	{ "library", N_("library PIN"), { &counter_library_app, NULL },
	    0x0011, 0, 4, 4 },
};
/* clang-format on */

const struct counter_pin_def *
counter_pin_find(const char *word)
{
	for (size_t i = 0; i < NELEM(pins); i++)
		if (strcmp(pins[i].word, word) == 0)
			return &pins[i];
	return NULL;
}

jm_err
counter_pin_form(const struct counter_pin_def *def, struct counter_pin *pin)
{
	size_t digits = 0, letters = 0;

	if (pin->len < def->min || pin->len > def->max)
		return JM_PIN_LEN;
	for (size_t i = 0; i < pin->len; i++) {
		uint8_t *b = &pin->value[i];

		if (*b >= 'a' && *b <= 'z')
			*b = (uint8_t)(*b - 'a' + 'A');
		digits += *b >= '0' && *b <= '9';
		letters += *b >= 'A' && *b <= 'Z';
	}
	if (digits + (def->letters ? letters : 0) != pin->len)
		return JM_PIN_FORM;
	return def->letters && (digits == 0 || letters == 0) ? JM_PIN_FORM
							     : JM_OK;
}

static void
put_id(unsigned id, uint8_t out[2])
{
	out[0] = (uint8_t)(id >> 8);
	out[1] = (uint8_t)id;
}

static jm_err
reset_in(struct counter *c, struct counter_card *k,
    const struct counter_app *app, unsigned id, const struct counter_pin *pin)
{
	const struct jm_capdu cmd = { .ins = INS_RESET,
		.p1 = NEW_VALUE,
		.p2 = CURRENT,
		.data = pin->value,
		.nc = pin->len };
	uint8_t target[2];
	size_t len;
	jm_err e;

	put_id(id, target);
	if ((e = counter_channel(c, k, app, &c->counter)) != JM_OK ||
	    (e = counter_authorise(
		 c, k, COUNTER_RESET_PIN, target, sizeof target)) != JM_OK ||
	    (e = counter_select_ef(c, k, id)) != JM_OK)
		return e;
	return counter_send(c, k, COUNTER_AT_RESET, &cmd, &len);
}

/* Was the card asked for an application that it has not? */
static int
not_there(const struct counter *c, const struct counter_card *k)
{
	return c->fault.step == COUNTER_AT_SELECT && c->fault.sw == 0x6a82 &&
	       k->app == NULL;
}

jm_err
counter_reset_pin(struct counter *c, struct counter_card *k,
    const struct counter_pin_def *def, const struct counter_pin *pin)
{
	jm_err e = JM_OK;

	for (size_t i = 0; i < NELEM(def->app) && e == JM_OK; i++)
		if (def->app[i] != NULL) {
			e = reset_in(c, k, def->app[i], def->id, pin);
			/* A Juki card has the first of two alone. */
			if (e != JM_OK && i > 0 && not_there(c, k)) {
				c->fault =
				    (struct counter_fault){ .card = NULL };
				e = JM_OK;
			}
		}
	return e;
}

jm_err
counter_update(struct counter *c, struct counter_card *k, unsigned id,
    const uint8_t *data, size_t len)
{
	struct jm_capdu cmd = { .ins = INS_UPDATE };
	size_t got;
	jm_err e;

	if ((e = counter_select_ef(c, k, id)) != JM_OK)
		return e;
	for (size_t off = 0; off < len; off += cmd.nc) {
		cmd.p1 = (uint8_t)(off >> 8);
		cmd.p2 = (uint8_t)(off & 0xff);
		cmd.data = data + off;
		cmd.nc = len - off < JM_SM_SHORT ? len - off : JM_SM_SHORT;
		e = counter_send(c, k, COUNTER_AT_WRITE, &cmd, &got);
		if (e != JM_OK)
			return e;
	}
	return JM_OK;
}

jm_err
counter_activate(struct counter *c, struct counter_card *k)
{
	const struct jm_capdu cmd = { .cla = CLA_OWN, .ins = INS_ACTIVATE };
	size_t len;

	return counter_send(c, k, COUNTER_AT_ACTIVATE, &cmd, &len);
}

/*
 * Check digit of the resident record code: weights 2 to 6 and again 2 to 6 from
 * the right, 11 minus the rest by 11, where 10 and 11 give 0.
 */
static char
check_digit(const char *ten)
{
	unsigned sum = 0, rest;

	for (unsigned i = 0; i < COUNTER_CODE_LEN - 1; i++)
		sum += (unsigned)(ten[COUNTER_CODE_LEN - 2 - i] - '0') *
		       (i < 6 ? i + 2 : i - 4);
	rest = sum % 11;
	return (char)('0' + (rest <= 1 ? 0 : 11 - rest));
}

int
counter_code_ok(const char *code)
{
	return strlen(code) == COUNTER_CODE_LEN &&
	       strspn(code, "0123456789") == COUNTER_CODE_LEN &&
	       code[COUNTER_CODE_LEN - 1] == check_digit(code);
}

jm_err
counter_code_random(char out[COUNTER_CODE_LEN + 1])
{
	uint8_t r[COUNTER_CODE_LEN - 1];
	jm_err e;

	if ((e = jm_random(r, sizeof r)) != JM_OK)
		return e;
	for (size_t i = 0; i < sizeof r; i++)
		out[i] = (char)('0' + r[i] % 10);
	out[COUNTER_CODE_LEN - 1] = check_digit(out);
	out[COUNTER_CODE_LEN] = '\0';
	return JM_OK;
}

jm_err
counter_read_code(
    struct counter *c, struct counter_card *k, char out[COUNTER_CODE_LEN + 1])
{
	uint8_t *mem = NULL;
	size_t len;
	jm_err e;

	out[0] = '\0';
	if ((e = counter_channel(c, k, &counter_juki, &c->counter)) != JM_OK ||
	    (e = counter_read(c, k, CODE_FILE, &mem, &len)) != JM_OK)
		return e;
	if (len >= COUNTER_CODE_LEN) {
		memcpy(out, mem, COUNTER_CODE_LEN);
		out[COUNTER_CODE_LEN] = '\0';
	}
	jm_free_secret(mem, COUNTER_FILE_MAX);
	return counter_code_ok(out)
		   ? JM_OK
		   : counter_blame(c, k, COUNTER_AT_READ, JM_FORMAT, 0);
}

jm_err
counter_change_code(struct counter *c, struct counter_card *k,
    enum counter_op op, const char *code)
{
	uint8_t target[2];
	jm_err e;

	put_id(CODE_FILE, target);
	if ((e = counter_channel(c, k, &counter_juki, &c->counter)) != JM_OK ||
	    (e = counter_authorise(c, k, op, target, sizeof target)) != JM_OK ||
	    (e = counter_update(c, k, CODE_FILE, (const uint8_t *)code,
		 COUNTER_CODE_LEN)) != JM_OK)
		return e;
	return counter_activate(c, k);
}

jm_err
counter_set_life(struct counter *c, struct counter_card *k, enum counter_op op,
    enum counter_life life)
{
	const struct jm_capdu cmd = {
		.cla = CLA_OWN, .ins = INS_STATUS, .p1 = (uint8_t)life
	};
	const uint8_t target = (uint8_t)life;
	size_t len;
	jm_err e;

	e = counter_channel(c, k, &counter_issuer, &c->counter);
	if (e != JM_OK ||
	    (e = counter_authorise(c, k, op, &target, 1)) != JM_OK)
		return e;
	return counter_send(c, k, COUNTER_AT_STATUS, &cmd, &len);
}
