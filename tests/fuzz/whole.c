/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/whole.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcard/vc_channel_impl.h"

#define IMAGE_MAX 131072

static const struct jm_sm_keys keys = { { 1 }, { 2 }, { 3 } };

/* --- nothing outlives an input, nothing is random --------------------------
 */

static unsigned saves; /* of this input */

jm_err __wrap_vc_image_save(struct vc_card *card, const char *phase);
jm_err
__wrap_vc_image_save(struct vc_card *card, const char *phase)
{
	vc_moment(card, phase, "renamed");
	saves++;
	return JM_OK;
}

unsigned
whole_saves(void)
{
	return saves;
}

static uint8_t dice;

jm_err __wrap_jm_random(void *out, size_t len);
jm_err
__wrap_jm_random(void *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		((uint8_t *)out)[i] = dice++;
	return JM_OK;
}

static const struct vc_file *
rsa_key(const struct vc_card *card)
{
	const struct vc_app *app = &card->app[1];

	for (size_t i = 0; i < app->def->file_count; i++)
		if (app->def->files[i].kind == VC_KEY &&
		    app->file[i].data != NULL)
			return &app->file[i];
	return NULL;
}

/* To decode a key takes longer than all else, and it is the same few: those of
 * the images are kept. */
#define KEYS 32
static struct {
	uint8_t *der;
	size_t len;
	struct jm_soft_key *key;
} known_keys[KEYS];
static size_t known_len;

jm_err __real_jm_soft_key_load(
    const uint8_t *der, size_t len, struct jm_soft_key **out);
jm_err __wrap_jm_soft_key_load(
    const uint8_t *der, size_t len, struct jm_soft_key **out);
jm_err
__wrap_jm_soft_key_load(
    const uint8_t *der, size_t len, struct jm_soft_key **out)
{
	jm_err e;

	*out = NULL;
	for (size_t i = 0; i < known_len; i++)
		if (known_keys[i].len == len &&
		    memcmp(known_keys[i].der, der, len) == 0) {
			*out = known_keys[i].key;
			return JM_OK;
		}
	e = __real_jm_soft_key_load(der, len, out);
	if (e != JM_OK || known_len == KEYS)
		return e;
	MUST((known_keys[known_len].der = malloc(len)) != NULL);
	memcpy(known_keys[known_len].der, der, len);
	known_keys[known_len].len = len;
	known_keys[known_len++].key = *out;
	return JM_OK;
}

jm_err __real_jm_soft_key_save(
    const struct jm_soft_key *k, uint8_t *out, size_t *len);
jm_err __wrap_jm_soft_key_save(
    const struct jm_soft_key *k, uint8_t *out, size_t *len);
jm_err
__wrap_jm_soft_key_save(const struct jm_soft_key *k, uint8_t *out, size_t *len)
{
	for (size_t i = 0; i < known_len; i++)
		if (k == known_keys[i].key) {
			*len = known_keys[i].len;
			memcpy(out, known_keys[i].der, *len);
			return JM_OK;
		}
	return __real_jm_soft_key_save(k, out, len);
}

/* So it is with certificates that were accepted once. */
static struct {
	struct jm_ec_pub root;
	struct jm_cvc cvc;
} accepted[KEYS];
static size_t accepted_len;

jm_err __real_jm_cvc_accept(const uint8_t *p, size_t len,
    const struct jm_ec_pub *root, struct jm_cvc *out);
jm_err __wrap_jm_cvc_accept(const uint8_t *p, size_t len,
    const struct jm_ec_pub *root, struct jm_cvc *out);
jm_err
__wrap_jm_cvc_accept(const uint8_t *p, size_t len, const struct jm_ec_pub *root,
    struct jm_cvc *out)
{
	jm_err e;

	for (size_t i = 0; i < accepted_len; i++)
		if (accepted[i].cvc.raw_len == len &&
		    memcmp(accepted[i].cvc.raw, p, len) == 0 &&
		    accepted[i].root.point_len == root->point_len &&
		    memcmp(accepted[i].root.point, root->point,
			root->point_len) == 0) {
			*out = accepted[i].cvc;
			return JM_OK;
		}
	e = __real_jm_cvc_accept(p, len, root, out);
	if (e == JM_OK && accepted_len < KEYS) {
		accepted[accepted_len].root = *root;
		accepted[accepted_len++].cvc = *out;
	}
	return e;
}

void __real_jm_soft_key_free(struct jm_soft_key **k);
void __wrap_jm_soft_key_free(struct jm_soft_key **k);
void
__wrap_jm_soft_key_free(struct jm_soft_key **k)
{
	for (size_t i = 0; i < known_len; i++)
		if (*k == known_keys[i].key)
			*k = NULL;
	__real_jm_soft_key_free(k);
}

static const struct vc_card *present; /* the card of this input */

/* A new key is the card's own once more. */
jm_err __wrap_jm_soft_key_new(unsigned bits, struct jm_soft_key **out);
jm_err
__wrap_jm_soft_key_new(unsigned bits, struct jm_soft_key **out)
{
	const struct vc_file *f = present == NULL ? NULL : rsa_key(present);

	(void)bits;
	*out = NULL;
	return f == NULL ? JM_CRYPTO : jm_soft_key_load(f->data, f->len, out);
}

/* --- the card ------------------------------------------------------------- */

static const char *
image(const char *name, size_t *len)
{
	static struct {
		char name[32];
		char text[IMAGE_MAX];
		size_t len;
	} known[2];
	char path[300];
	FILE *in;
	int i = known[0].len != 0 && strcmp(known[0].name, name) != 0;

	if (known[i].len == 0) {
		snprintf(known[i].name, sizeof known[i].name, "%s", name);
		snprintf(path, sizeof path, FUZZ_DIR "/%s", name);
		in = fopen(path, "rb");
		MUST(in != NULL);
		known[i].len = fread(known[i].text, 1, IMAGE_MAX - 1, in);
		MUST(known[i].len > 0 && fclose(in) == 0);
	}
	*len = known[i].len;
	return known[i].text;
}

static jm_err
transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	struct whole *w = self;

	return vc_transmit(w->card, cmd, cmd_len, rsp, rsp_len);
}

static const struct jm_link_ops ops = { .transmit = transmit };

void
whole_open(struct whole *w, struct feed *f)
{
	static const char *const param[] = {
		"atr=3BDA13FF8131FB468012392F31C173C601C03B",
		"auth-pair=absent",
		"sign-pair=absent",
		"reply-61=split",
		"reply-61=always",
		"wrong-le-6c=on",
		"reset-keeps-status=off",
		"retry-verified=9000",
	};
	const unsigned which = feed_u8(f), bits = feed_u8(f);
	const char *name = (which & 7) == 7 ? "operator.image" : "full.image";
	const char *text;
	size_t len;

	memset(w, 0, sizeof *w);
	dice = 0;
	saves = 0;
	present = NULL;
	text = image(name, &len);
	MUST(vc_image_parse(name, text, len, &w->card) == JM_OK);
	present = w->card;
	for (size_t i = 0; i < NELEM(param); i++)
		if ((bits >> i & 1) != 0)
			(void)!vc_set_param(w->card, param[i]);
	w->card->life = (enum vc_life)((which >> 3) % (VC_TERMINATED + 1));
	if ((which >> 3) > VC_TERMINATED)
		w->card->life = VC_ISSUED;
	if (w->card->life == VC_MANUFACTURED) {
		w->card->transport.len = VC_TRANSPORT_LEN;
		w->card->transport.tries = VC_TRANSPORT_TRIES;
	}
	w->link = (struct jm_link){ &ops, w };
	vc_power(w->card, 1);
}

void
whole_forget(struct whole *w)
{
	jm_sm_free(&w->sm);
}

void
whole_close(struct whole *w)
{
	whole_forget(w);
	present = NULL;
	vc_close(&w->card);
}

/* --- commands ------------------------------------------------------------- */

unsigned
whole_plain(struct whole *w, const uint8_t *cmd, size_t len)
{
	size_t n = sizeof w->rsp;

	if (vc_transmit(w->card, cmd, len, w->rsp, &n) != JM_OK) {
		MUST(n == 0);
		return 0;
	}
	MUST(n >= 2 || w->card->quirk.at[VC_Q_REPLY_AT] != 0);
	w->rsp_len = n;
	return n < 2 ? 0 : (unsigned)w->rsp[n - 2] << 8 | w->rsp[n - 1];
}

void
whole_select(struct whole *w, size_t i)
{
	const struct vc_app_def *d = w->card->app[i].def;
	uint8_t cmd[5 + VC_AID_MAX] = { 0x00, 0xa4, 0x04, 0x0c,
		(uint8_t)d->aid_len };

	memcpy(cmd + 5, d->aid, d->aid_len);
	(void)whole_plain(w, cmd, 5 + d->aid_len);
}

void
whole_channel(struct whole *w, enum jm_cvc_role role)
{
	struct vc_app *app = &w->card->app[w->card->v.current];
	static const uint32_t right[] = { [JM_CVC_COUNTER] = VC_R_COUNTER,
		[JM_CVC_ISSUER] = VC_R_ISSUER,
		[JM_CVC_SERVICE] = VC_R_SERVICE };
	struct vc_channel *ch;

	whole_forget(w);
	vc_app_end_channel(app);
	MUST((ch = calloc(1, sizeof *ch)) != NULL);
	ch->step = STEP_READY;
	ch->keys = keys;
	memcpy(ch->aid, app->def->aid, ch->aid_len = app->def->aid_len);
	ch->peer.role = role;
	memcpy(ch->peer.holder, "COUNTER-1", 10);
	app->channel = ch;
	app->rights = (size_t)role < NELEM(right) ? right[role] : 0;
	MUST(jm_sm_new(&w->link, &w->x, &keys, &w->sm) == JM_OK);
}

unsigned
whole_send(struct whole *w, const struct jm_capdu *c)
{
	struct jm_wbuf got;
	unsigned sw = 0;

	if (w->sm == NULL)
		return 0;
	jm_wbuf_init(&got, w->rsp, JM_SM_NE_MAX);
	if (jm_sm_send(w->sm, c, &got, &sw) != JM_OK)
		sw = 0;
	w->rsp_len = got.len;
	if (jm_sm_state(w->sm) != JM_OK)
		whole_forget(w);
	return sw;
}

void
whole_grant(struct whole *w, unsigned op, const uint8_t *target, size_t len)
{
	struct vc_event say = { .op = op };

	memcpy(say.when, "20261122143000", 14);
	memcpy(say.operator_id, "OPERATOR-1", 10);
	memcpy(say.terminal, "COUNTER-1", 9);
	memcpy(say.reason, "fuzz", 4);
	snprintf(say.app, sizeof say.app, "%s",
	    w->card->app[w->card->v.current].def->name);
	say.target_len = len < sizeof say.target ? len : sizeof say.target;
	memcpy(say.target, target, say.target_len);
	vc_app_grant(&w->card->app[w->card->v.current], &say);
}
