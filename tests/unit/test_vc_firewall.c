/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The firewall between applications, exhaustively.  A command in one
 * application has to answer as if there were no other application on the card,
 * and leaves every other one as it was, byte by byte.  So each is sent to two
 * cards: one with all applications, one with the selected one alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/ctx.h"
#include "tests/support/test.h"
#include "tests/support/vc_full.h"

#define SALT 7

/* Two cards, the application in both, and the others of the full one. */
struct pair {
	struct vc_profile *alone;
	struct vc_card *full, *one;
	size_t i, k; /* index of the application in full and in one */
	struct vc_full_state other[VC_APPS_MAX];
	unsigned long sent;
};

/* Applications of a card with all that can be loaded. */
static size_t
apps_of(const struct vc_profile *profile)
{
	return profile->app_count + VC_FULL_LOADED_N;
}

/* Application i of the profile; those behind its last were loaded. */
static void
pair_open(struct pair *p, const struct vc_profile *profile, size_t i)
{
	const unsigned loaded =
	    i < profile->app_count ? 0 : 1u << (i - profile->app_count);
	const char *name = vc_full_name(profile, i);

	memset(p, 0, sizeof *p);
	p->i = i;
	p->k = i == 0 ? 0 : 1;
	p->alone = vc_full_alone(profile, name);
	p->full = vc_full_new(profile, name, SALT, VC_FULL_LOADED);
	p->one = vc_full_new(p->alone, name, SALT + 1, loaded);
	for (size_t n = 0; n < p->full->app_count; n++)
		vc_full_state(p->full, n, &p->other[n]);
}

static void
pair_close(struct pair *p)
{
	vc_close(&p->full);
	vc_close(&p->one);
	vc_full_alone_free(p->alone);
}

/* The application selected, its counters full; nothing or all of it verified.
 */
static void
pair_begin(struct pair *p, int verified)
{
	struct vc_card *const card[] = { p->full, p->one };
	const size_t at[] = { p->i, p->k };

	for (size_t n = 0; n < NELEM(card); n++) {
		struct vc_app *a = &card[n]->app[at[n]];

		vc_power(card[n], 0);
		vc_power(card[n], 1);
		for (size_t f = 0; f < a->def->file_count; f++)
			a->file[f].tries = a->def->files[f].tries;
		vc_full_select(card[n], at[n]);
		if (verified)
			(void)vc_full_verify(card[n]);
	}
}

static void
others_are_as_they_were(const struct pair *p)
{
	static struct vc_full_state now;

	for (size_t n = 0; n < p->full->app_count; n++) {
		if (n == p->i)
			continue;
		vc_full_state(p->full, n, &now);
		if (memcmp(&now, &p->other[n], sizeof now) != 0)
			fail_msg("%s has changed %s",
			    p->full->app[p->i].def->name,
			    p->full->app[n].def->name);
	}
}

/* Is what it answers a matter of chance? */
static int
random_reply(const uint8_t *cmd)
{
	return cmd[1] == 0x84 || (cmd[1] == 0x2a && cmd[2] >= 4) ||
	       cmd[1] == 0x86 || cmd[1] == 0x90;
}

static void
both(struct pair *p, const uint8_t *cmd, size_t cmd_len)
{
	static uint8_t first[VC_REPLY_MAX];
	size_t first_len, len;
	const uint8_t *rsp;
	unsigned sw;

	sw = vc_full_say(p->full, cmd, cmd_len, &rsp, &first_len);
	memcpy(first, rsp, first_len);
	p->sent++;
	if (vc_full_say(p->one, cmd, cmd_len, &rsp, &len) != sw ||
	    len != first_len ||
	    (memcmp(first, rsp, len) != 0 && !random_reply(cmd)))
		fail_msg("%s: %02X%02X%02X%02X and %zu bytes: not the answer "
			 "it has alone (%04X)",
		    p->full->app[p->i].def->name, cmd[0], cmd[1], cmd[2],
		    cmd[3], cmd_len - 4, sw);
	assert_int_equal(p->full->v.current, p->i);
}

/* Commands that name an object ----------------------------------------------*/

/* data: "id" the object's number, "mark" the value or contents it has, "aid"
 * the application's, "hash" 32 bytes, "row" a record; "" none. */
static const struct refers {
	uint8_t cla, ins, p1, p2;
	const char *data;
	int le;
	enum { AS_IS, SFI_IN_P1, SFI_IN_P2, RECORD_IN_P2, ID_IN_P } where;
} refers[] = {
	/* clang-format off */
	{ 0x00, 0xa4, 0x02, 0x00, "id",   1, AS_IS },
	{ 0x00, 0xa4, 0x00, 0x0c, "id",   0, AS_IS },
	{ 0x00, 0xa4, 0x02, 0x0c, "id",   0, AS_IS }, /* the current one for: */
	{ 0x00, 0xb0, 0x00, 0x00, "",     1, AS_IS },
	{ 0x00, 0xb2, 0x01, 0x04, "",     1, AS_IS },
	{ 0x00, 0x20, 0x00, 0x80, "",     0, AS_IS },
	{ 0x00, 0x20, 0x00, 0x80, "mark", 0, AS_IS },
	{ 0x00, 0x24, 0x01, 0x80, "mark", 0, AS_IS },
	{ 0x80, 0x32, 0x00, 0x80, "mark", 0, AS_IS },
	{ 0x00, 0x2c, 0x02, 0x80, "mark", 0, AS_IS },
	{ 0x80, 0x2a, 0x02, 0x80, "hash", 1, AS_IS },
	{ 0x80, 0x2a, 0x00, 0x00, "hash", 1, AS_IS },
	{ 0x00, 0x88, 0x00, 0x80, "hash", 1, AS_IS },
	{ 0x00, 0x88, 0x00, 0x00, "hash", 1, AS_IS },
	{ 0x00, 0x47, 0x80, 0x80, "",     1, AS_IS },
	{ 0x00, 0xd6, 0x00, 0x00, "mark", 0, AS_IS },
	{ 0x00, 0xdc, 0x01, 0x04, "row",  0, AS_IS },
	{ 0x00, 0xb0, 0x80, 0x00, "",     1, SFI_IN_P1 },
	{ 0x00, 0xd6, 0x80, 0x00, "mark", 0, SFI_IN_P1 },
	{ 0x00, 0xb2, 0x01, 0x04, "",     1, RECORD_IN_P2 },
	{ 0x00, 0xb2, 0x02, 0x04, "",     1, RECORD_IN_P2 },
	{ 0x00, 0xdc, 0x01, 0x04, "row",  0, RECORD_IN_P2 },
	{ 0x00, 0x20, 0x00, 0x80, "",     0, SFI_IN_P2 },
	{ 0x00, 0x20, 0x00, 0x80, "mark", 0, SFI_IN_P2 },
	{ 0x00, 0x24, 0x01, 0x80, "mark", 0, SFI_IN_P2 },
	{ 0x80, 0x32, 0x00, 0x80, "mark", 0, SFI_IN_P2 },
	{ 0x00, 0x2c, 0x02, 0x80, "mark", 0, SFI_IN_P2 },
	{ 0x80, 0x2a, 0x00, 0x80, "hash", 1, SFI_IN_P2 },
	{ 0x80, 0x2a, 0x04, 0x80, "hash", 1, SFI_IN_P2 },
	{ 0x00, 0x88, 0x00, 0x80, "hash", 1, SFI_IN_P2 },
	{ 0x00, 0x47, 0x80, 0x80, "",     1, SFI_IN_P2 },
	{ 0x00, 0xca, 0x00, 0x00, "",     1, ID_IN_P },
	{ 0x80, 0x96, 0x00, 0x00, "",     0, AS_IS },
	{ 0x80, 0xa2, 0x06, 0xc1, "mark", 0, AS_IS },
	{ 0x80, 0xae, 0x00, 0x00, "mark", 0, AS_IS },
	{ 0x80, 0xe2, 0x00, 0x00, "aid",  0, AS_IS },
	{ 0x80, 0xe4, 0x00, 0x00, "aid",  0, AS_IS },
	{ 0x80, 0xe6, 0x80, 0x00, "aid",  0, AS_IS },
	{ 0x80, 0xf2, 0x00, 0x00, "",     1, AS_IS },
	{ 0x80, 0xfc, 0x00, 0x00, "",     1, AS_IS },
	{ 0x80, 0x90, 0x00, 0x00, "",     1, AS_IS },
	{ 0x00, 0x84, 0x00, 0x00, "",     1, AS_IS },
	{ 0x00, 0xc0, 0x00, 0x00, "",     1, AS_IS },
	{ 0x80, 0xea, 0x00, 0x00, "aid",  1, AS_IS },
	{ 0x80, 0xf0, 0x03, 0x00, "",     0, AS_IS },
	{ 0x80, 0x94, 0x00, 0x00, "mark", 1, AS_IS },
	{ 0x80, 0x92, 0x00, 0x00, "mark", 0, AS_IS },
	{ 0x00, 0x86, 0x00, 0x02, "mark", 1, AS_IS },
	{ 0x00, 0x82, 0x00, 0x00, "mark", 0, AS_IS },
	/* clang-format on */
};

static void
put_data(struct jm_wbuf *w, const char *what, const struct vc_app *b, size_t f)
{
	const struct vc_file *file = &b->file[f];
	const uint8_t *mark = file->data;

	if (file->def->kind == VC_PIN)
		mark = file->pin;
	else if (file->def->kind == VC_RECORDS && mark != NULL)
		mark += 2;
	if (strcmp(what, "id") == 0) {
		jm_put_u8(w, 2);
		jm_put_be16(w, file->def->id);
	} else if (strcmp(what, "aid") == 0) {
		jm_put_u8(w, (unsigned)b->def->aid_len);
		jm_put(w, b->def->aid, b->def->aid_len);
	} else if (strcmp(what, "hash") == 0) {
		jm_put_u8(w, 32);
		jm_put_fill(w, 0x5a, 32);
	} else if (strcmp(what, "row") == 0) {
		jm_put_u8(w, 24);
		jm_put_fill(w, 0x5a, 24);
	} else if (strcmp(what, "mark") == 0) {
		jm_put_u8(w, VC_MARK_LEN);
		if (mark != NULL)
			jm_put(w, mark, VC_MARK_LEN);
		else
			jm_put_fill(w, 0x31, VC_MARK_LEN);
	}
}

/* Object f of application b, by this command. */
static void
refer(struct pair *p, const struct refers *r, const struct vc_app *b, size_t f)
{
	const unsigned id = b->def->files[f].id, sfi = id & 0x1f;
	uint8_t cmd[64];
	struct jm_wbuf w;

	jm_wbuf_init(&w, cmd, sizeof cmd);
	jm_put_u8(&w, r->cla);
	jm_put_u8(&w, r->ins);
	jm_put_u8(&w, r->p1);
	jm_put_u8(&w, r->p2);
	switch (r->where) {
	case AS_IS: break;
	case SFI_IN_P1: cmd[2] = (uint8_t)(r->p1 | sfi); break;
	case SFI_IN_P2: cmd[3] = (uint8_t)(r->p2 | sfi); break;
	case RECORD_IN_P2: cmd[3] = (uint8_t)(r->p2 | sfi << 3); break;
	case ID_IN_P:
		cmd[2] = (uint8_t)(id >> 8);
		cmd[3] = (uint8_t)id;
		break;
	}
	put_data(&w, r->data, b, f);
	if (r->le)
		jm_put_u8(&w, 0);
	assert_false(w.full);
	both(p, cmd, w.len);
}

static void
pairs_of(const struct vc_profile *profile, unsigned long *sent)
{
	static struct pair p;

	for (size_t i = 0; i < apps_of(profile); i++) {
		pair_open(&p, profile, i);
		for (size_t b = 0; b < p.full->app_count; b++) {
			const struct vc_app *other = &p.full->app[b];

			if (b == i)
				continue;
			for (size_t f = 0; f < other->def->file_count; f++)
				for (int verified = 0; verified < 2;
				     verified++) {
					pair_begin(&p, verified);
					for (size_t r = 0; r < NELEM(refers);
					     r++)
						refer(&p, &refers[r], other, f);
					others_are_as_they_were(&p);
				}
		}
		*sent += p.sent;
		pair_close(&p);
	}
}

static void
no_object_of_another_application_is_there(void **state)
{
	unsigned long sent = 0;

	(void)state;
	pairs_of(&vc_full_profile, &sent);
	for (size_t n = 0; vc_profile_at(n) != NULL; n++)
		pairs_of(vc_profile_at(n), &sent);
	print_message("%lu commands\n", sent);
	assert_true(sent > 40000);
}

/* The list above is that of the card's own table. */
static void
every_instruction_refers_to_objects_of_others(void **state)
{
	uint8_t cla, ins;

	(void)state;
	for (size_t i = 0; vc_ins_row(i, &cla, &ins); i++) {
		size_t r = 0;

		while (r < NELEM(refers) &&
		       (refers[r].cla != cla || refers[r].ins != ins))
			r++;
		if (r == NELEM(refers))
			fail_msg(
			    "instruction %02X %02X is not tried", cla, ins);
	}
}

/* All classes and instructions ----------------------------------------------*/

static void
headers_of(const struct vc_profile *profile, unsigned long *sent)
{
	static const struct {
		size_t len;
		uint8_t tail[12];
	} shape[] = {
		{ 2, { 0, 0 } },
		{ 3, { 0, 0x80, 0 } },
		{ 11, { 0, 0x81, 8, '1', '2', '3', '4', '5', '6', '7', '8' } },
	};
	static struct pair p;
	uint8_t cmd[16];

	for (size_t i = 0; i < apps_of(profile); i++) {
		pair_open(&p, profile, i);
		for (unsigned cla = 0; cla < 256; cla++) {
			pair_begin(&p, cla & 1);
			for (unsigned n = 0; n < 256 * NELEM(shape); n++) {
				const size_t s = n % NELEM(shape);

				cmd[0] = (uint8_t)cla;
				cmd[1] = (uint8_t)(n / NELEM(shape));
				memcpy(cmd + 2, shape[s].tail, shape[s].len);
				both(&p, cmd, 2 + shape[s].len);
			}
			others_are_as_they_were(&p);
		}
		*sent += p.sent;
		pair_close(&p);
	}
}

static void
no_class_and_instruction_leads_to_another_application(void **state)
{
	unsigned long sent = 0;

	(void)state;
	headers_of(&vc_full_profile, &sent);
	print_message("%lu commands\n", sent);
	assert_int_equal(sent, apps_of(&vc_full_profile) * 65536 * 3);
}

/* Every P1 and P2 of what the card knows. */
static void
no_parameter_leads_to_another_application(void **state)
{
	static const uint8_t hash[] = { 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
		28, 29, 30, 31, 32, 0 };
	static struct pair p;
	uint8_t cmd[64];

	(void)state;
	for (size_t i = 0; i < apps_of(&vc_full_profile); i++) {
		pair_open(&p, &vc_full_profile, i);
		for (size_t r = 0; vc_ins_row(r, &cmd[0], &cmd[1]); r++) {
			pair_begin(&p, 0);
			memcpy(cmd + 4, hash, sizeof hash);
			for (unsigned n = 0; n < 65536; n++) {
				cmd[2] = (uint8_t)(n >> 8);
				cmd[3] = (uint8_t)n;
				both(&p, cmd, 4 + sizeof hash);
				cmd[4] = 0;
				both(&p, cmd, 5);
				cmd[4] = hash[0];
			}
			others_are_as_they_were(&p);
		}
		print_message(
		    "%s: %lu commands\n", p.full->app[p.i].def->name, p.sent);
		pair_close(&p);
	}
}

/* Status --------------------------------------------------------------------*/

static int
has_status(const struct vc_app *a)
{
	return a->cur != -1 || a->verified != 0 || a->rights != 0 ||
	       a->channel != NULL || vc_staged_any(a) ||
	       a->authority.challenged || a->authority.cvc.raw_len != 0 ||
	       a->authority.say.target_len != 0;
}

/* Everything an application can have until another one is selected. */
static void
gather_status(struct vc_card *card, size_t i)
{
	const struct vc_event say = { .op = 4, .target_len = 2 };
	struct vc_app *a = &card->app[i];
	struct vc_staged new = { NULL, 8, NULL };
	struct jm_soft_key *key;
	struct jm_ec_pub pub;
	uint8_t cmd[5 + 65 + 1] = { 0x00, 0x86, 0x00, 0x01, 65 };
	const uint8_t *rsp;
	size_t len;

	vc_full_select(card, i);
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &key), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(key, &pub), JM_OK);
	memcpy(cmd + 5, pub.point, 65);
	jm_soft_key_free(&key);
	(void)vc_full_verify(card);
	assert_int_equal(
	    vc_full_say(card, cmd, sizeof cmd, &rsp, &len), 0x9000);
	vc_app_grant(a, &say);
	a->rights |= VC_R_COUNTER;
	a->authority.challenged = 1;
	a->authority.cvc.raw_len = 1;
	if (a->def->file_count == 0)
		return;
	a->cur = 0;
	assert_non_null(new.data = calloc(1, 8));
	assert_int_equal(vc_update_put(a, 0, VC_STAGED, &new), JM_OK);
}

static struct vc_card *
with_status(size_t i)
{
	struct vc_card *card = vc_full_new(&vc_full_profile,
	    vc_full_name(&vc_full_profile, i), SALT, VC_FULL_LOADED);

	gather_status(card, i);
	assert_true(has_status(&card->app[i]));
	return card;
}

static void
another_application_finds_and_leaves_no_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < apps_of(&vc_full_profile); i++)
		for (size_t b = 0; b < apps_of(&vc_full_profile); b++) {
			struct vc_card *card;

			if (b == i)
				continue;
			card = with_status(i);
			vc_full_select(card, b);
			for (size_t n = 0; n < card->app_count; n++)
				assert_false(has_status(&card->app[n]));
			vc_full_select(card, i);
			assert_false(has_status(&card->app[i]));
			vc_close(&card);
		}
}

static void
power_off_leaves_no_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < apps_of(&vc_full_profile); i++) {
		struct vc_card *card = with_status(i);

		vc_power(card, 0);
		assert_false(has_status(&card->app[i]));
		vc_close(&card);
	}
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
		cmocka_unit_test(
		    another_application_finds_and_leaves_no_status),
		cmocka_unit_test(power_off_leaves_no_status),
		cmocka_unit_test(every_instruction_refers_to_objects_of_others),
		cmocka_unit_test(no_object_of_another_application_is_there),
		cmocka_unit_test(
		    no_class_and_instruction_leads_to_another_application),
		cmocka_unit_test(no_parameter_leads_to_another_application),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
