/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/vc_full.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "tests/support/sm_pair.h"
#include "tests/support/test.h"
#include "vcard/vc_image.h"
#include "vcard/vc_library.h"
#include "vcard/vc_operator.h"
#include "vcard/vc_tab.h"

#define EF_LEN     200
#define RECORD_LEN 24
#define RECORD_N   3

static const struct vc_app_def *const all_apps[] = { &vc_tab_issuer,
	&vc_tab_jpki, &vc_tab_text, &vc_tab_face, &vc_tab_juki, &vc_tab_common,
	&vc_tab_licence, &vc_tab_operator };
static const char *const no_params[] = { NULL };
static const struct vc_data_def all_data[] = {
	{ 0x0045, VC_DATA_CARD, "card id" },
	{ 0x0066, VC_DATA_IMAGE, "card recognition" },
	{ 0x5f51, VC_DATA_ATR, "contact ATR" },
};

const struct vc_profile vc_full_profile = { "full", all_apps, NELEM(all_apps),
	no_params, all_data, NELEM(all_data), VC_RSA_2048 };

struct vc_profile *
vc_full_alone(const struct vc_profile *p, const char *name)
{
	const struct vc_app_def **apps = calloc(2, sizeof(void *));
	struct vc_profile *out = malloc(sizeof *out);

	assert_non_null(apps);
	assert_non_null(out);
	*out = *p;
	out->apps = apps;
	out->app_count = 1;
	apps[0] = p->apps[0];
	for (size_t i = 1; i < p->app_count; i++)
		if (strcmp(p->apps[i]->name, name) == 0)
			apps[out->app_count++] = p->apps[i];
	assert_in_range(out->app_count, 1, 2);
	return out;
}

void
vc_full_alone_free(struct vc_profile *p)
{
	free((void *)(uintptr_t)p->apps);
	free(p);
}

/* Marks ---------------------------------------------------------------------*/

static unsigned
name_tag(const char *name)
{
	unsigned h = 0x811c;

	for (; *name != '\0'; name++)
		h = ((h ^ (uint8_t)*name) * 0x0193u) & 0xffff;
	return h;
}

static void
mark(uint8_t out[VC_MARK_LEN], const char *app, unsigned object, unsigned salt)
{
	const unsigned tag = name_tag(app);
	const uint8_t m[VC_MARK_LEN] = { 0xc3, 0x6d, (uint8_t)(tag >> 8),
		(uint8_t)tag, (uint8_t)object, (uint8_t)~object, (uint8_t)salt,
		(uint8_t)(0x3c ^ salt) };

	memcpy(out, m, sizeof m);
}

static uint8_t *
marked(const char *app, unsigned object, unsigned salt, size_t len)
{
	uint8_t m[VC_MARK_LEN], *p = malloc(len);

	assert_non_null(p);
	mark(m, app, object, salt);
	for (size_t i = 0; i < len; i++)
		p[i] = m[i % sizeof m];
	return p;
}

int
vc_full_foreign(
    const struct vc_card *card, size_t i, const uint8_t *p, size_t len)
{
	for (size_t at = 0; at + VC_MARK_LEN <= len; at++) {
		if (p[at] != 0xc3 || p[at + 1] != 0x6d ||
		    (p[at + 4] ^ p[at + 5]) != 0xff ||
		    (p[at + 6] ^ p[at + 7]) != 0x3c)
			continue;
		for (size_t k = 0; k < card->app_count; k++) {
			unsigned tag = name_tag(card->app[k].def->name);

			if (k != i && p[at + 2] == tag >> 8 &&
			    p[at + 3] == (tag & 0xff))
				return (int)k;
		}
	}
	return -1;
}

/* Filling -------------------------------------------------------------------*/

/* Keys that are made once in a program: RSA, and an authority with a card's. */
struct keys {
	uint8_t rsa[JM_SOFT_KEY_DER_MAX], card[JM_SOFT_KEY_DER_MAX];
	size_t rsa_len, card_len;
	struct jm_soft_key *root;
	struct jm_ec_pub root_pub;
	uint8_t cvc[JM_CVC_MAX];
	size_t cvc_len;
};

static const struct keys *
keys(void)
{
	static struct keys k;
	struct jm_soft_key *key = NULL;

	if (k.rsa_len > 0)
		return &k;
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &k.root), JM_OK);
	assert_int_equal(jm_soft_key_ec_pub(k.root, &k.root_pub), JM_OK);
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &key), JM_OK);
	assert_int_equal(jm_soft_key_save(key, k.card, &k.card_len), JM_OK);
	assert_int_equal(sm_pair_certify(k.root, key, "card", JM_CVC_CARD,
			     k.cvc, &k.cvc_len),
	    JM_OK);
	jm_soft_key_free(&key);
	jm_soft_key_free(&k.root);
	assert_int_equal(jm_soft_key_new(2048, &key), JM_OK);
	assert_int_equal(jm_soft_key_save(key, k.rsa, &k.rsa_len), JM_OK);
	jm_soft_key_free(&key);
	return &k;
}

/* A key that works; of another application one that does not, so that its use
 * is a failure without a reply, and marks in the place of its bytes. */
static void
fill_key(struct vc_file *f, const char *app, int own, unsigned salt)
{
	const struct keys *k = keys();

	if (!own) {
		f->data = marked(app, f->def->id, salt, EF_LEN);
		f->len = EF_LEN;
		return;
	}
	f->data = malloc(k->rsa_len);
	assert_non_null(f->data);
	memcpy(f->data, k->rsa, k->rsa_len);
	f->len = k->rsa_len;
	assert_int_equal(vc_file_load_key(f), JM_OK);
}

static void
fill_file(struct vc_file *f, const char *app, int own, unsigned salt)
{
	const size_t stride = 2 + RECORD_LEN;

	switch (f->def->kind) {
	case VC_EF:
		f->len = EF_LEN + (own ? 0 : salt % 50);
		f->data = marked(app, f->def->id, salt, f->len);
		break;
	case VC_RECORDS:
		f->data = marked(app, f->def->id, salt, stride * RECORD_N);
		f->len = stride * RECORD_N;
		for (size_t at = 0; at < f->len; at += stride) {
			f->data[at] = 0;
			f->data[at + 1] = RECORD_LEN;
			mark(f->data + at + 2, app, f->def->id, salt);
		}
		break;
	case VC_KEY: fill_key(f, app, own, salt); break;
	case VC_PIN:
		mark(f->pin, app, f->def->id, salt);
		f->pin_len = VC_MARK_LEN;
		f->tries = f->def->tries;
		if (!own && f->tries > 1)
			f->tries -= salt % f->def->tries;
		break;
	}
}

/* What another application's trust tells of it bears marks, too. */
static void
fill_trust(struct vc_app *a, int own, unsigned salt)
{
	const struct keys *k = keys();

	memcpy(a->trust.cvc, k->cvc, k->cvc_len);
	a->trust.cvc_len = k->cvc_len;
	a->trust.root = k->root_pub;
	if (!own) {
		for (size_t at = 0; at + VC_MARK_LEN <= k->cvc_len;
		     at += VC_MARK_LEN)
			mark(a->trust.cvc + at, a->def->name, 0xfe, salt);
		for (size_t at = 0; at + VC_MARK_LEN <= k->root_pub.point_len;
		     at += VC_MARK_LEN)
			mark(
			    a->trust.root.point + at, a->def->name, 0xff, salt);
	}
	assert_int_equal(
	    jm_soft_key_load(k->card, k->card_len, &a->trust.key), JM_OK);
}

static void
fill_app(struct vc_app *a, int own, unsigned salt)
{
	for (size_t i = 0; i < a->def->file_count; i++)
		if (vc_in_image(&a->def->files[i]))
			fill_file(&a->file[i], a->def->name, own, salt);
	fill_trust(a, own, salt);
}

/* The log is the common application's to show. */
static void
fill_log(struct vc_card *card, unsigned salt)
{
	struct vc_event event = { .op = 0,
		.when = "20260401000000",
		.operator_id = "OP-1",
		.terminal = "COUNTER-1",
		.app = "jpki",
		.target_len = VC_MARK_LEN };

	mark(event.target, "common", 0xfd, salt);
	assert_int_equal(vc_log_append(&card->log, &event), JM_OK);
}

/* What maker and issuer share. */
static void
fill_transport(struct vc_card *card, unsigned salt)
{
	for (size_t at = 0; at < VC_TRANSPORT_LEN; at += VC_MARK_LEN)
		mark(card->transport.key + at, "issuer", 0xfc, salt);
	card->transport.len = VC_TRANSPORT_LEN;
	card->transport.tries = VC_TRANSPORT_TRIES;
}

void
vc_full_stage(struct vc_card *card, size_t i, unsigned salt)
{
	for (size_t k = 0; k < card->app_count; k++) {
		struct vc_app *a = &card->app[k];

		for (size_t f = 0; k != i && f < a->def->file_count; f++) {
			struct vc_staged *s = &a->staged[f];

			free(s->data);
			s->data = marked(
			    a->def->name, a->def->files[f].id, salt, EF_LEN);
			s->len = EF_LEN;
		}
	}
}

static jm_err
no_disk(void *arg, enum vc_phase why, const struct vc_event *event)
{
	(void)arg;
	(void)why;
	(void)event;
	return JM_OK;
}

/* What EF 0006 of the JPKI application is made of; salted as that is. */
static void
fill_params(struct vc_card *card, unsigned salt)
{
	struct vc_text *const text[] = { &card->par.label,
		&card->par.manufacturer };

	for (size_t i = 0; i < NELEM(text); i++) {
		mark((uint8_t *)text[i]->s, "jpki", (unsigned)i, salt);
		text[i]->len = VC_MARK_LEN;
	}
}

/* clang-format off */
#define ANY      { VC_ALWAYS, { 0 }, 0 }
#define NONE     { VC_NEVER, { 0 }, 0 }
#define HOLDER   { VC_ANY_OF, { 0x0011 }, 0 }
#define SERVICE  { VC_ANY_OF, { 0x0011 }, VC_R_SERVICE }
#define WINDOW   { VC_ANY_OF, { 0 }, VC_RESET_PIN }
#define ROW(id, kind, src, cond, update, size) \
	{ (id), (kind), (src), VC_PAIR_NONE, VC_PART_NONE, cond, VC_FORM_BYTES, 0, 0, 0, NULL, update, (size) }
#define CODE(id, cond, update) \
	{ (id), VC_PIN, VC_SRC_NONE, VC_PAIR_NONE, VC_PART_NONE, cond, VC_FORM_BYTES, 1, 16, 3, NULL, update, 0 }

static const struct vc_package city = {
	.def = { NULL, { 0xf0, 0x4a, 0x4d, 0x4c, 0x01 }, 5, NULL, 5, 0, VC_T_SERVICE, VC_APP_FIXED },
	.file = {
		ROW(0x0001, VC_EF, VC_SRC_IMAGE, ANY, SERVICE, 64),
		ROW(0x0002, VC_RECORDS, VC_SRC_IMAGE, HOLDER, SERVICE, 0),
		ROW(0x0003, VC_EF, VC_SRC_IMAGE, SERVICE, HOLDER, 240),
		CODE(0x0011, NONE, WINDOW),
		ROW(0x000a, VC_EF, VC_SRC_IMAGE, NONE, NONE, 100),
	},
	.name = VC_FULL_CITY,
	.label = "City",
	.file_name = { "member", "loans", "notes", "PIN", "nobody's" },
};
/* clang-format on */

const char *const vc_full_loaded[VC_FULL_LOADED_N] = { "library",
	VC_FULL_CITY };

const char *
vc_full_name(const struct vc_profile *profile, size_t i)
{
	assert_true(i < profile->app_count + VC_FULL_LOADED_N);
	return i < profile->app_count ? profile->apps[i]->name
				      : vc_full_loaded[i - profile->app_count];
}

static void
load(struct vc_card *card, size_t nth)
{
	const struct vc_library how = {
		.member = "0123456789", .last_day = "20310331", .pin = "4711"
	};
	static uint8_t mem[2048];
	struct vc_package *own;
	size_t len;

	assert_int_equal(nth == 0
			     ? vc_library_make(&how, mem, sizeof mem, &len)
			     : vc_package_make(&city, mem, sizeof mem, &len),
	    JM_OK);
	assert_int_equal(vc_package_parse(mem, len, &own), JM_OK);
	assert_int_equal(vc_card_add_app(card, &own), JM_OK);
}

struct vc_card *
vc_full_new(const struct vc_profile *profile, const char *own, unsigned salt,
    unsigned loaded)
{
	struct vc_card *card;

	assert_int_equal(vc_card_new(profile, &card), JM_OK);
	card->par.apps = VC_APPS_ALL;
	card->par.licence = 1;
	card->store.commit = no_disk;
	memcpy(card->id, "card id", 7);
	card->id_len = 7;
	for (size_t i = 0; i < profile->data_count; i++)
		if (profile->data[i].source == VC_DATA_IMAGE) {
			card->data[i].data = marked("card", 0, 0, EF_LEN);
			card->data[i].len = EF_LEN;
		}
	for (size_t i = 0; i < VC_FULL_LOADED_N; i++)
		if ((loaded >> i & 1) != 0)
			load(card, i);
	fill_log(card, strcmp(own, "common") == 0 ? 0 : salt);
	fill_transport(card, strcmp(own, "issuer") == 0 ? 0 : salt);
	for (size_t i = 0; i < card->app_count; i++) {
		const char *name = card->app[i].def->name;
		const int mine =
		    strcmp(own, VC_FULL_ALL) == 0 || strcmp(own, name) == 0;

		fill_app(&card->app[i], mine, mine ? 0 : salt);
	}
	fill_params(card, strcmp(own, "jpki") == 0 ? 0 : salt);
	vc_power(card, 1);
	return card;
}

/* Using ---------------------------------------------------------------------*/

unsigned
vc_full_say(struct vc_card *card, const uint8_t *cmd, size_t cmd_len,
    const uint8_t **rsp, size_t *len)
{
	static uint8_t mem[VC_REPLY_MAX];
	jm_err e;

	*len = sizeof mem;
	e = vc_transmit(card, cmd, cmd_len, mem, len);
	if (e != JM_OK)
		fail_msg("%02X%02X%02X%02X, %zu bytes: no reply (%s)", cmd[0],
		    cmd[1], cmd[2], cmd[3], cmd_len, jm_errname(e));
	*len -= 2;
	*rsp = mem;
	return (unsigned)mem[*len] << 8 | mem[*len + 1];
}

void
vc_full_select(struct vc_card *card, size_t i)
{
	const struct vc_app_def *def = card->app[i].def;
	uint8_t cmd[5 + VC_AID_MAX] = { 0x00, 0xa4, 0x04, 0x0c };
	const uint8_t *rsp;
	size_t len;

	cmd[4] = (uint8_t)def->aid_len;
	memcpy(cmd + 5, def->aid, def->aid_len);
	assert_int_equal(
	    vc_full_say(card, cmd, 5 + def->aid_len, &rsp, &len), 0x9000);
	assert_int_equal(card->v.current, i);
}

unsigned
vc_full_verify(struct vc_card *card)
{
	const struct vc_app *a = &card->app[card->v.current];
	uint8_t cmd[5 + VC_MARK_LEN] = { 0x00, 0x20, 0x00, 0, VC_MARK_LEN };
	const uint8_t *rsp;
	unsigned n = 0;
	size_t len;

	for (size_t i = 0; i < a->def->file_count; i++) {
		if (a->def->files[i].kind != VC_PIN)
			continue;
		cmd[3] = (uint8_t)(0x80 | (a->def->files[i].id & 0x1f));
		memcpy(cmd + 5, a->file[i].pin, VC_MARK_LEN);
		n += vc_full_say(card, cmd, sizeof cmd, &rsp, &len) == 0x9000;
	}
	return n;
}

/* Contents beyond the structure; its lines of the image are made of these. */
void
vc_full_state(const struct vc_card *card, size_t i, struct vc_full_state *out)
{
	const struct vc_app *a = &card->app[i];
	struct jm_hasher *h;

	memcpy(&out->app, a, sizeof out->app);
	assert_int_equal(jm_hasher_new(JM_SHA256, &h), JM_OK);
	for (size_t k = 0; k < a->def->file_count; k++) {
		assert_int_equal(
		    jm_hasher_update(h, a->file[k].data, a->file[k].len),
		    JM_OK);
		assert_int_equal(
		    jm_hasher_update(h, a->staged[k].data, a->staged[k].len),
		    JM_OK);
	}
	assert_int_equal(jm_hasher_final(h, out->hash), JM_OK);
	jm_hasher_free(&h);
}
