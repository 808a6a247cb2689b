/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every object of every application bears a mark of its own.  Whatever is asked
 * while one application is selected, with all its PINs verified and all rights
 * held in it, no answer has a mark of another.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/ctx.h"
#include "tests/support/test.h"
#include "tests/support/vc_full.h"

#define SALT      3
#define SEQUENCES 300 /* of random commands, 2000 each */

static unsigned long sent, with_data, own_marks;

/* Everything that can be had in an application, whatever was done before. */
static void
all_rights(struct vc_card *card, struct vc_app *a)
{
	a->rights = ~(uint32_t)0;
	a->verified = 0;
	for (size_t f = 0; f < a->def->file_count; f++)
		if (a->def->files[f].kind == VC_PIN) {
			a->verified |= (uint32_t)1 << f;
			a->file[f].tries = a->def->files[f].tries;
		}
	card->life = VC_ISSUED;
}

/* Does it have a mark of the selected application?  Else the search for others
 * would prove nothing. */
static int
has_own(const struct vc_card *card, const uint8_t *rsp, size_t len)
{
	return vc_full_foreign(card, VC_APPS_MAX, rsp, len) ==
	       (int)card->v.current;
}

static unsigned
ask(struct vc_card *card, const uint8_t *cmd, size_t cmd_len)
{
	const uint8_t *rsp;
	size_t len;
	unsigned sw = vc_full_say(card, cmd, cmd_len, &rsp, &len);
	int k;

	sent++;
	if (len == 0)
		return sw;
	with_data++;
	own_marks += (unsigned long)has_own(card, rsp, len);
	k = vc_full_foreign(card, card->v.current, rsp, len);
	if (k >= 0)
		fail_msg("%s told of %s: %02X%02X%02X%02X",
		    card->app[card->v.current].def->name,
		    card->app[k].def->name, cmd[0], cmd[1], cmd[2], cmd[3]);
	return sw;
}

/* Sweeps --------------------------------------------------------------------*/

/* The P2 that mean something to some command. */
static size_t
relevant(uint8_t out[256])
{
	static const uint8_t more[] = { 0x00, 0x01, 0x02, 0x03, 0x05, 0x0c,
		0x0e, 0x10, 0x42, 0x45, 0x51, 0x66, 0xc1, 0xf0, 0xff };
	size_t n = 0;

	for (unsigned p2 = 0; p2 < 256; p2++)
		if ((p2 & 0xe0) == 0x80 || (p2 & 7) == 4 ||
		    memchr(more, (int)p2, sizeof more) != NULL)
			out[n++] = (uint8_t)p2;
	return n;
}

static int
known(struct vc_card *card, uint8_t cla, uint8_t ins)
{
	const uint8_t cmd[] = { cla, ins, 0xff, 0xff };
	const unsigned sw = ask(card, cmd, sizeof cmd);

	return sw != 0x6d00 && sw != 0x6e00;
}

static void
sweep(struct vc_card *card, uint8_t cla, uint8_t ins)
{
	static const struct {
		size_t len;
		uint8_t tail[12];
	} shape[] = {
		{ 1, { 0 } },
		{ 1, { 9 } },
		{ 4, { 2, 0x00, 0x01, 0x00 } },
		{ 10, { 8, '1', '2', '3', '4', '5', '6', '7', '8', 0 } },
	};
	struct vc_app *a = &card->app[card->v.current];
	const size_t i = card->v.current;
	uint8_t cmd[16] = { cla, ins }, p2[256];
	const size_t n = relevant(p2),
		     files = a->def->file_count > 0 ? a->def->file_count : 1;
	unsigned step;

	/* What the card does not know is asked a few times alone; a low P1 with
	 * each file as the current one. */
	step = known(card, cla, ins) ? 1 : 51;
	for (unsigned p1 = 0; p1 < 256; p1 += step)
		for (size_t k = 0; k < n * (p1 < 4 ? files : 1); k++)
			for (size_t s = 0; s < NELEM(shape); s++) {
				cmd[2] = (uint8_t)p1;
				cmd[3] = p2[k % n];
				memcpy(cmd + 4, shape[s].tail, shape[s].len);
				all_rights(card, a);
				if (a->def->file_count > 0)
					a->cur = (int)(k / n);
				(void)ask(card, cmd, 4 + shape[s].len);
				assert_int_equal(card->v.current, i);
			}
}

static void
no_answer_has_a_byte_of_another_application(void **state)
{
	(void)state;
	for (size_t i = 0; i < vc_full_profile.app_count + VC_FULL_LOADED_N;
	     i++) {
		const char *name = vc_full_name(&vc_full_profile, i);
		struct vc_card *card =
		    vc_full_new(&vc_full_profile, name, SALT, VC_FULL_LOADED);

		sent = with_data = own_marks = 0;
		vc_full_select(card, i);
		vc_full_stage(card, i, SALT);
		for (unsigned ins = 0; ins < 256; ins++) {
			sweep(card, 0x00, (uint8_t)ins);
			sweep(card, 0x80, (uint8_t)ins);
		}
		print_message("%s: %lu commands, %lu answers with data, %lu "
			      "with own marks\n",
		    name, sent, with_data, own_marks);
		assert_true(i == 0 || own_marks > 20);
		vc_close(&card);
	}
}

/* Sequences -----------------------------------------------------------------*/

static uint32_t seed;

static unsigned
below(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* A command that means something, or nearly; no key is made anew. */
static size_t
random_command(const struct vc_card *card, uint8_t cmd[300])
{
	static const uint8_t head[][3] = { { 0x00, 0xa4, 0x02 },
		{ 0x00, 0xb0, 0x00 }, { 0x00, 0xb0, 0x80 },
		{ 0x00, 0xb0, 0x00 }, { 0x00, 0xb0, 0x80 },
		{ 0x00, 0xb2, 0x01 }, { 0x00, 0xb2, 0x02 },
		{ 0x00, 0xd6, 0x00 }, { 0x00, 0xd6, 0x80 },
		{ 0x00, 0xdc, 0x01 }, { 0x00, 0xc0, 0x00 },
		{ 0x00, 0xc0, 0x00 }, { 0x00, 0xc0, 0x00 },
		{ 0x10, 0xd6, 0x00 }, { 0x00, 0x20, 0x00 },
		{ 0x00, 0x2c, 0x02 }, { 0x00, 0x24, 0x01 },
		{ 0x80, 0x32, 0x00 }, { 0x80, 0x96, 0x00 },
		{ 0x00, 0xca, 0x00 }, { 0x80, 0xfc, 0x00 },
		{ 0x00, 0x86, 0x00 } };
	const struct vc_app *b =
	    &card->app[below(2) == 0 ? card->v.current
				     : below((unsigned)card->app_count)];
	const unsigned h = below(NELEM(head));
	const unsigned id =
	    b->def->file_count == 0
		? 1
		: b->def->files[below((unsigned)b->def->file_count)].id;
	const unsigned sfi = id & 0x1f;
	struct jm_wbuf w;

	jm_wbuf_init(&w, cmd, 300);
	jm_put(&w, head[h], 3);
	if (cmd[2] == 0x80)
		cmd[2] = (uint8_t)(0x80 | sfi);
	jm_put_u8(&w, (cmd[1] & 0xdf) == 0x92 || cmd[1] == 0xdc ? sfi << 3 | 4
		      : cmd[1] == 0x20 || cmd[1] == 0x2c || cmd[1] == 0x24
			  ? 0x80 | sfi
			  : 0);
	if (cmd[1] == 0xa4) {
		jm_put_u8(&w, 2);
		jm_put_be16(&w, id);
	} else if (cmd[1] == 0xd6 || cmd[1] == 0xdc || below(4) == 0) {
		const unsigned n = cmd[1] == 0xdc ? 24 : 1 + below(30);

		jm_put_u8(&w, n);
		jm_put_fill(&w, (uint8_t)(0x30 + sfi), n);
	}
	if (cmd[1] != 0xd6 && cmd[1] != 0xdc && below(4) != 0)
		jm_put_u8(&w, below(256));
	return w.len;
}

static void
one_sequence(unsigned nth)
{
	static const char *const param[] = { "reply-61=split",
		"reply-61=always", "chaining=on", "extended-length=on",
		"wrong-le-6c=on", "reset-keeps-status=off",
		"retry-verified=9000", "select-p1-00=found" };
	struct vc_card *card =
	    vc_full_new(&vc_full_profile, VC_FULL_ALL, SALT, VC_FULL_LOADED);
	uint8_t cmd[300];

	seed = nth;
	for (size_t i = 0; i < NELEM(param); i++)
		if (below(2) == 0)
			assert_int_equal(vc_set_param(card, param[i]), JM_OK);
	for (unsigned n = 0; n < 2000; n++) {
		switch (below(40)) {
		case 0:
			vc_full_select(card, below((unsigned)card->app_count));
			break;
		case 1: all_rights(card, &card->app[card->v.current]); break;
		case 2: (void)vc_full_verify(card); break;
		case 3: vc_reset(card); break;
		default: (void)ask(card, cmd, random_command(card, cmd)); break;
		}
	}
	vc_close(&card);
}

static void
no_sequence_of_commands_carries_a_byte_over(void **state)
{
	(void)state;
	sent = with_data = own_marks = 0;
	for (unsigned nth = 1; nth <= SEQUENCES; nth++)
		one_sequence(nth);
	print_message("%lu commands, %lu answers with data, %lu with own "
		      "marks\n",
	    sent, with_data, own_marks);
	assert_true(own_marks > sent / 200);
}

static int
done(void **state)
{
	(void)state;
	jm_crypto_done();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_answer_has_a_byte_of_another_application),
		cmocka_unit_test(no_sequence_of_commands_carries_a_byte_over),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
