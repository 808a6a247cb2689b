/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/vc_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "crypto/ctx.h"
#include "tests/support/link_vcard.h"
#include "tests/support/test.h"
#include "vcard/vc_authority_file.h"
#include "vcard/vc_issue.h"

static jm_err
transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	struct vc_end *end = self;

	return vc_transmit(end->card, cmd, cmd_len, rsp, rsp_len);
}

static const struct jm_link_ops ops = { .transmit = transmit };

/* Making --------------------------------------------------------------------*/

static int
start(void **state, const char *life)
{
	const struct vc_pki_names names = { .id = NULL };
	struct vc_world *w = calloc(1, sizeof *w);
	struct vc_issue how = { .life = life };
	char dir[96];

	if (w == NULL)
		return -1;
	snprintf(w->dir, sizeof w->dir, "/tmp/jumin-test-XXXXXX");
	if (mkdtemp(w->dir) == NULL)
		return -1;
	snprintf(dir, sizeof dir, "%s/authority", w->dir);
	snprintf(w->card.master, sizeof w->card.master, "%s/m-card", w->dir);
	snprintf(w->card.image, sizeof w->card.image, "%s/card", w->dir);
	snprintf(w->op.master, sizeof w->op.master, "%s/m-op", w->dir);
	snprintf(w->op.image, sizeof w->op.image, "%s/op", w->dir);
	w->card.link = (struct jm_link){ &ops, &w->card };
	w->op.link = (struct jm_link){ &ops, &w->op };
	*state = w;
	how.authority = dir;
	if (vc_pki_make(dir, &names) != JM_OK ||
	    vc_pki_load(dir, &w->pki) != JM_OK ||
	    vc_create(w->card.master, &how) != JM_OK)
		return -1;
	how = (struct vc_issue){ .profile = "operator",
		.authority = dir,
		.operator_type = "supervisor" };
	if (vc_create(w->op.master, &how) != JM_OK)
		return -1;
	w->counter =
	    (struct jm_sm_ident){ w->pki->counter.key, w->pki->counter.cvc,
		    w->pki->counter.cvc_len, &w->pki->root_pub };
	w->issuer = (struct jm_sm_ident){ w->pki->issuer.key,
		w->pki->issuer.cvc, w->pki->issuer.cvc_len, &w->pki->root_pub };
	return 0;
}

int
vc_world_start(void **state)
{
	return start(state, NULL);
}

int
vc_world_start_manufactured(void **state)
{
	return start(state, "manufactured");
}

static void
close_end(struct vc_end *end)
{
	jm_sm_free(&end->sm);
	vc_close(&end->card);
}

int
vc_world_stop(void **state)
{
	static const char *const files[] = { VC_PKI_ROOT, VC_PKI_ISSUER,
		VC_PKI_ISSUER_CVC, VC_PKI_COUNTER, VC_PKI_COUNTER_CVC,
		VC_PKI_TRANSPORT };
	struct vc_world *w = *state;
	char dir[96];

	close_end(&w->card);
	close_end(&w->op);
	vc_pki_free(&w->pki);
	snprintf(dir, sizeof dir, "%s/authority", w->dir);
	for (size_t i = 0; i < NELEM(files); i++)
		vc_pem_remove(dir, files[i]);
	rmdir(dir);
	unlink(w->card.master);
	unlink(w->card.image);
	unlink(w->op.master);
	unlink(w->op.image);
	rmdir(w->dir);
	free(w);
	jm_crypto_done();
	return 0;
}

static int
open_end(struct vc_end *end)
{
	if (vc_open(end->image, &end->card) != JM_OK)
		return -1;
	vc_power(end->card, 1);
	end->app = end->card->app[0].def;
	return 0;
}

int
vc_world_fresh(void **state)
{
	struct vc_world *w = *state;

	close_end(&w->card);
	close_end(&w->op);
	if (vslot_copy(w->card.master, w->card.image) != JM_OK ||
	    vslot_copy(w->op.master, w->op.image) != JM_OK)
		return -1;
	return open_end(&w->card) != 0 || open_end(&w->op) != 0 ? -1 : 0;
}

void
world_again(struct vc_world *w, struct vc_end *end)
{
	(void)w;
	close_end(end);
	assert_int_equal(open_end(end), 0);
}

void
world_power(struct vc_world *w, struct vc_end *end)
{
	(void)w;
	jm_sm_free(&end->sm);
	vc_power(end->card, 0);
	vc_power(end->card, 1);
	end->app = end->card->app[0].def;
}

struct vc_app *
world_app(struct vc_end *end, const char *name)
{
	for (size_t i = 0; i < end->card->app_count; i++)
		if (strcmp(end->card->app[i].def->name, name) == 0)
			return &end->card->app[i];
	fail_msg("no application %s", name);
	return NULL;
}

struct vc_file *
world_file(struct vc_app *app, unsigned id)
{
	for (size_t i = 0; i < app->def->file_count; i++)
		if (app->def->files[i].id == id)
			return &app->file[i];
	fail_msg("no object %04X", id);
	return NULL;
}

/* Speaking ------------------------------------------------------------------*/

unsigned
world_plain(struct vc_end *end, const char *hex)
{
	uint8_t cmd[600], rsp[VC_CMD_MAX > 600 ? 600 : VC_CMD_MAX];
	size_t len, rsp_len = sizeof rsp;

	jm_sm_free(&end->sm); /* the card ends the channel, too */
	assert_int_equal(jm_hex_decode(hex, cmd, sizeof cmd, &len), JM_OK);
	assert_int_equal(
	    vc_transmit(end->card, cmd, len, rsp, &rsp_len), JM_OK);
	assert_true(rsp_len >= 2);
	end->rsp_len = rsp_len - 2;
	memcpy(end->rsp, rsp, end->rsp_len);
	return (unsigned)rsp[rsp_len - 2] << 8 | rsp[rsp_len - 1];
}

static jm_err
send(struct vc_end *end, const char *header, const void *data, size_t len,
    size_t ne, unsigned *sw)
{
	struct jm_wbuf got;
	uint8_t h[4];
	size_t n;
	jm_err e;

	assert_int_equal(jm_hex_decode(header, h, sizeof h, &n), JM_OK);
	assert_int_equal(n, 4);
	assert_non_null(end->sm);
	const struct jm_capdu c = { .cla = h[0],
		.ins = h[1],
		.p1 = h[2],
		.p2 = h[3],
		.data = len > 0 ? data : NULL,
		.nc = len,
		.ne = ne };

	jm_wbuf_init(&got, end->rsp, sizeof end->rsp);
	e = jm_sm_send(end->sm, &c, &got, sw);
	end->rsp_len = e == JM_OK ? got.len : 0;
	return e;
}

unsigned
world_send(struct vc_end *end, const char *header, const void *data, size_t len,
    size_t ne)
{
	unsigned sw;

	assert_int_equal(send(end, header, data, len, ne, &sw), JM_OK);
	return sw;
}

jm_err
world_send_err(struct vc_end *end, const char *header, const void *data,
    size_t len, size_t ne)
{
	unsigned sw;
	jm_err e = send(end, header, data, len, ne, &sw);

	assert_int_not_equal(e, JM_OK);
	return e;
}

unsigned
world_hex(struct vc_end *end, const char *header, const char *data, size_t ne)
{
	uint8_t mem[512] = { 0 };
	size_t n = 0;

	if (data != NULL)
		assert_int_equal(
		    jm_hex_decode(data, mem, sizeof mem, &n), JM_OK);
	return world_send(end, header, mem, n, ne);
}

unsigned
world_select(struct vc_end *end, const char *name)
{
	const struct vc_app_def *def = world_app(end, name)->def;
	char hex[64] = "00A4040C";
	unsigned sw;

	snprintf(hex + 8, sizeof hex - 8, "%02X", (unsigned)def->aid_len);
	assert_int_equal(
	    jm_hex_encode(def->aid, def->aid_len, hex + 10, sizeof hex - 10),
	    JM_OK);
	if ((sw = world_plain(end, hex)) == 0x9000)
		end->app = def;
	return sw;
}

void
world_open(struct vc_world *w, struct vc_end *end, const char *name,
    const struct jm_sm_ident *me)
{
	unsigned sw;

	assert_int_equal(world_select(end, name), 0x9000);
	assert_int_equal(jm_sm_open(&end->link, &w->x, end->app->aid,
			     end->app->aid_len, me, &end->sm, &end->who, &sw),
	    JM_OK);
}

void
world_terminal(struct vc_world *w, struct world_terminal *t,
    enum jm_cvc_role role, const char *holder, const char *last_day)
{
	memset(t, 0, sizeof *t);
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &t->key), JM_OK);
	assert_int_equal(vc_pki_certify(w->pki, role, holder, 0, last_day,
			     t->key, t->cvc, &t->me.cvc_len),
	    JM_OK);
	t->me.key = t->key;
	t->me.cvc = t->cvc;
	t->me.root = &w->pki->root_pub;
}

void
world_terminal_free(struct world_terminal *t)
{
	jm_soft_key_free(&t->key);
}

/* Authorising ---------------------------------------------------------------*/

void
world_operator(struct vc_world *w)
{
	world_open(w, &w->op, "operator", &w->counter);
	assert_int_equal(world_hex(&w->op, "00200091", "31323334", 0), 0x9000);
}

const struct vc_file *
world_operator_cvc(struct vc_world *w)
{
	return world_file(world_app(&w->op, "operator"), VC_OPERATOR_CVC);
}

struct vc_statement
world_statement(
    struct vc_world *w, unsigned op, const void *target, size_t target_len)
{
	struct vc_end *end = &w->card;
	struct vc_statement s = { .op = op,
		.target_len = target_len,
		.when = WORLD_WHEN,
		.reason = "forgotten" };

	assert_int_equal(world_hex(end, "80900000", NULL, 16), 0x9000);
	assert_int_equal(end->rsp_len, sizeof s.challenge);
	memcpy(s.challenge, end->rsp, sizeof s.challenge);
	memcpy(s.aid, end->app->aid, s.aid_len = end->app->aid_len);
	if (target_len > 0)
		memcpy(s.target, target, target_len);
	memcpy(s.terminal, w->pki->counter.id, sizeof s.terminal);
	return s;
}

size_t
world_sign(struct vc_world *w, const struct vc_statement *s,
    uint8_t out[WORLD_SIGNED_MAX])
{
	size_t len;

	if (w->op.sm == NULL)
		world_operator(w);
	assert_int_equal(vc_statement_make(s, out, &len), JM_OK);
	assert_int_equal(world_send(&w->op, "80940000", out, len, 64), 0x9000);
	assert_int_equal(w->op.rsp_len, 64);
	memcpy(out + len, w->op.rsp, 64);
	return len + 64;
}

unsigned
world_show(struct vc_world *w, const uint8_t *text, size_t len)
{
	const struct vc_file *cvc = world_operator_cvc(w);
	unsigned sw;

	sw = world_send(&w->card, "80920000", cvc->data, cvc->len, 0);
	if (sw != 0x9000)
		return sw;
	return world_send(&w->card, "80920100", text, len, 0);
}

void
world_authorise(
    struct vc_world *w, unsigned op, const void *target, size_t target_len)
{
	uint8_t text[WORLD_SIGNED_MAX];
	const struct vc_statement s =
	    world_statement(w, op, target, target_len);
	const size_t len = world_sign(w, &s, text);

	assert_int_equal(world_show(w, text, len), 0x9000);
}

unsigned
world_load(struct vc_world *w, const uint8_t *p, size_t len, size_t piece)
{
	unsigned sw = 0x9000;
	char header[16];

	for (size_t off = 0, k = 0; off < len && sw == 0x9000; k++) {
		const size_t n = len - off < piece ? len - off : piece;

		snprintf(header, sizeof header, "80E6%02X%02X",
		    off + n == len ? 0x80u : 0u, (unsigned)k);
		sw = world_send(&w->card, header, p + off, n, 0);
		off += n;
	}
	return sw;
}
