/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sequences of commands into the virtual card, all its applications and states:
 * plain, in a channel, with an operator's authorisation, chained, loaded in
 * pieces; with resets, quirks and parameters between them.
 *
 * It answers with two bytes or more; a command costs one try at most and no
 * status outlives its application or the power; a state of life is followed by
 * those that may follow; whatever the card has become can be written as an
 * image and read again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "tests/fuzz/whole.h"
#include "vcard/vc_image.h"
#include "vcard/vc_library.h"

const char fuzz_name[] = "vcard";

/* --- what is promised ----------------------------------------------------- */

static unsigned
tries(const struct vc_card *card)
{
	unsigned n = card->transport.tries;

	for (size_t k = 0; k < card->app_count; k++)
		for (size_t i = 0; i < card->app[k].def->file_count; i++) {
			MUST(card->app[k].file[i].tries <= 15);
			n += card->app[k].file[i].tries;
		}
	return n;
}

/* Only the current application has anything that comes and goes. */
static void
check_others(const struct vc_card *card)
{
	for (size_t i = 0; i < card->app_count; i++) {
		const struct vc_app *a = &card->app[i];

		if (i == card->v.current)
			continue;
		MUST(a->verified == 0 && a->rights == 0);
		MUST(a->channel == NULL && a->cur == -1);
		MUST(!vc_staged_any(a));
	}
}

static void
check_life(enum vc_life from, enum vc_life to)
{
	MUST(to == from || vc_life_right(from, to) != 0);
}

struct before {
	unsigned tries;
	size_t apps;
	enum vc_life life;
};

static struct before
note(const struct vc_card *card)
{
	return (struct before){ tries(card), card->app_count, card->life };
}

static void
check(const struct vc_card *card, const struct before *b)
{
	check_others(card);
	check_life(b->life, card->life);
	MUST(card->v.current < card->app_count);
	/* A loaded application takes its PINs along, and the card that is made
	 * or handed out its transport key. */
	if (card->app_count == b->apps && card->life == b->life)
		MUST(b->tries <= tries(card) + 1);
}

/* Nothing that can happen to a card makes an image that is none. */
static void
check_image(const struct vc_card *card)
{
	char *one = NULL, *two = NULL;
	struct vc_card *copy = NULL;
	size_t n, m;

	MUST(vc_image_text(card, &one, &n) == JM_OK);
	MUST(vc_image_parse("written", one, n, &copy) == JM_OK);
	MUST(vc_image_text(copy, &two, &m) == JM_OK);
	MUST(n == m && memcmp(one, two, n) == 0);
	vc_close(&copy);
	free(one);
	free(two);
}

static void
check_info(const struct vc_card *card)
{
	static struct vc_info info;

	(void)!vc_info(card, &info);
	MUST(info.app_count <= NELEM(info.app));
	MUST(info.pin_count <= NELEM(info.pin));
	MUST(info.cert_count <= NELEM(info.cert));
}

/* --- steps ---------------------------------------------------------------- */

static void
quirk(struct vc_card *card, struct feed *f)
{
	char text[80];
	size_t names = 0, len;
	const uint8_t *value;
	const char *name;

	while (vc_quirk_name(names) != NULL)
		names++;
	name = vc_quirk_name(feed_below(f, (unsigned)names));
	value = feed_string(f, &len);
	snprintf(text, sizeof text, "%s=%.*s", name, (int)(len < 20 ? len : 20),
	    (const char *)value);
	if (len == 0)
		*strchr(text, '=') = '\0';
	(void)!vc_set_quirk(card, text);
}

static void
parameter(struct vc_card *card, struct feed *f)
{
	char text[120];
	size_t len;
	const char *name =
	    vc_param_name(feed_below(f, (unsigned)vc_param_count()));
	const uint8_t *value = feed_string(f, &len);

	snprintf(text, sizeof text, "%s=%.*s", name, (int)(len < 70 ? len : 70),
	    (const char *)value);
	(void)!vc_set_param(card, text);
}

static void
plain(struct whole *w, struct feed *f)
{
	const struct before b = note(w->card);
	size_t len;
	const uint8_t *cmd = feed_string(f, &len);

	(void)whole_plain(w, cmd, len);
	check(w->card, &b);
}

/* An instruction of the card, its parts from the input. */
static void
instruction(struct feed *f, struct jm_capdu *c)
{
	size_t n = 0;

	while (vc_ins_row(n, &c->cla, &c->ins))
		n++;
	(void)vc_ins_row(feed_below(f, (unsigned)n), &c->cla, &c->ins);
	c->p1 = (uint8_t)feed_u8(f);
	c->p2 = (uint8_t)feed_u8(f);
	c->data = feed_string(f, &c->nc);
	if (c->nc > JM_SM_NC_MAX)
		c->nc = JM_SM_NC_MAX;
	c->ne = feed_u8(f);
	if (c->ne > 250)
		c->ne = 1u << (c->ne - 244);
}

static void protected(struct whole *w, struct feed *f)
{
	const struct before b = note(w->card);
	struct jm_capdu c = { .cla = 0 };

	instruction(f, &c);
	(void)whole_send(w, &c);
	check(w->card, &b);
}

/* The same command without protection, by table. */
static void
by_table(struct whole *w, struct feed *f)
{
	const struct before b = note(w->card);
	struct jm_capdu c = { .cla = 0 };
	uint8_t cmd[5 + 255 + 1];
	size_t len = 4;

	instruction(f, &c);
	if (c.nc > 255)
		c.nc = 255;
	memcpy(cmd, (uint8_t[]){ c.cla, c.ins, c.p1, c.p2 }, 4);
	if (c.nc > 0) {
		cmd[len++] = (uint8_t)c.nc;
		memcpy(cmd + len, c.data, c.nc);
		len += c.nc;
	}
	if (c.ne > 0)
		cmd[len++] = (uint8_t)c.ne;
	(void)whole_plain(w, cmd, len);
	check(w->card, &b);
}

static void
channel(struct whole *w, struct feed *f)
{
	static const enum jm_cvc_role roles[] = { JM_CVC_COUNTER, JM_CVC_ISSUER,
		JM_CVC_SERVICE, JM_CVC_COUNTER };

	whole_channel(w, roles[feed_below(f, 4)]);
}

static void
grant(struct whole *w, struct feed *f)
{
	const unsigned op = feed_below(f, 12);
	size_t len;
	const uint8_t *target = feed_string(f, &len);

	if (w->sm != NULL)
		whole_grant(w, op, target, len);
}

/* The holder was there: a PIN of the current application. */
static void
verified(struct whole *w, struct feed *f)
{
	struct vc_app *a = &w->card->app[w->card->v.current];
	const size_t n = a->def->file_count;
	const size_t i = n == 0 ? 0 : feed_below(f, (unsigned)n);

	if (n > 0 && a->def->files[i].kind == VC_PIN)
		a->verified |= (uint32_t)1 << i;
}

/* The library's package, changed here and there, in pieces. */
static void
load(struct whole *w, struct feed *f)
{
	static uint8_t package[VC_PACKAGE_MAX];
	const struct vc_library how = { .member = "0123456789",
		.last_day = "20361231",
		.pin = (feed_u8(f) & 1) != 0 ? "1234" : NULL };
	struct jm_capdu c = { .cla = 0x80, .ins = 0xe6 };
	uint8_t hash[JM_DIGEST_MAX];
	size_t len, piece;
	struct before b;

	MUST(vc_library_make(&how, package, sizeof package, &len) == JM_OK);
	for (unsigned n = feed_below(f, 8); n > 0; n--) {
		const size_t at = feed_u16(f);

		package[at % len] = (uint8_t)feed_u8(f);
	}
	piece = 1 + feed_below(f, JM_SM_SHORT);
	MUST(jm_hash(JM_SHA256, package, len, hash) == JM_OK);
	if (w->sm != NULL)
		whole_grant(w, 2, hash, 32);
	b = note(w->card);
	for (size_t off = 0; off < len && w->sm != NULL; off += piece) {
		c.data = package + off;
		c.nc = len - off < piece ? len - off : piece;
		c.p1 = off + c.nc == len ? 0x80 : 0;
		if (whole_send(w, &c) != 0x9000)
			break;
		c.p2++;
	}
	check(w->card, &b);
}

static void
power(struct whole *w)
{
	whole_forget(w);
	vc_power(w->card, 0);
	for (size_t i = 0; i < w->card->app_count; i++)
		MUST(w->card->app[i].verified == 0 &&
		     w->card->app[i].rights == 0 &&
		     w->card->app[i].channel == NULL);
	vc_power(w->card, 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = { data, size };
	static struct whole w;

	whole_open(&w, &f);
	while (f.left > 0) {
		switch (feed_below(&f, 16)) {
		case 0:
			whole_forget(&w); /* a reset ends channels */
			vc_reset(w.card);
			break;
		case 1: power(&w); break;
		case 2: quirk(w.card, &f); break;
		case 3: parameter(w.card, &f); break;
		case 4: check_info(w.card); break;
		case 5: check_image(w.card); break;
		case 6: channel(&w, &f); break;
		case 7: grant(&w, &f); break;
		case 8: verified(&w, &f); break;
		case 9: load(&w, &f); break;
		case 10:
			whole_select(
			    &w, feed_below(&f, (unsigned)w.card->app_count));
			break;
		case 11:
			w.card->v.transport_shown =
			    w.card->life == VC_MANUFACTURED;
			break;
		case 12:
		case 13:
			protected
			(&w, &f);
			break;
		case 14: by_table(&w, &f); break;
		default: plain(&w, &f); break;
		}
	}
	if (whole_saves() > 0)
		check_image(w.card);
	whole_close(&w);
	return 0;
}
