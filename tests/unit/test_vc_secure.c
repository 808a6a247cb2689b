/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The secure channel of a whole card: whose it is, and what ends it. */
#include <stdio.h>
#include <string.h>

#include "apdu/sm_impl.h"
#include "base/hex.h"
#include "tests/support/sm_pair.h"
#include "tests/support/test.h"
#include "tests/support/vc_try.h"
#include "vcard/vc_channel_impl.h"

#define JPKI 1 /* place of the application in the card */

static struct vc_try *card;
static struct sm_pair *who; /* the authority and the terminal alone */
static struct jm_sm *sm;
static char trace[64 * 1024];

static jm_err
card_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	struct vc_try *t = self;

	return vc_transmit(t->card, cmd, cmd_len, rsp, rsp_len);
}

static const struct jm_link_ops card_ops = { .transmit = card_transmit };

static void
observe(void *arg, const uint8_t *cmd, size_t cmd_len, const uint8_t *rsp,
    size_t rsp_len, const char *line)
{
	const size_t n = strlen(trace);

	(void)arg;
	(void)cmd;
	(void)cmd_len;
	(void)rsp;
	(void)rsp_len;
	snprintf(trace + n, sizeof trace - n, "%s\n", line);
}

static int
setup(void **state)
{
	if (vc_try_start(state) != 0)
		return -1;
	card = *state;
	return sm_pair_new(&who) != JM_OK;
}

static int
teardown(void **state)
{
	jm_sm_free(&sm);
	sm_pair_free(&who);
	return vc_try_stop(state);
}

static struct vc_app *
app(size_t i)
{
	return &card->card->app[i];
}

/* Gives an application a key and a certificate of the test's authority. */
static void
trust(size_t i)
{
	struct vc_trust *t = &app(i)->trust;

	t->root = who->root_pub;
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &t->key), JM_OK);
	assert_int_equal(sm_pair_certify(who->root, t->key, app(i)->def->name,
			     JM_CVC_CARD, t->cvc, &t->cvc_len),
	    JM_OK);
}

static int
fresh(void **state)
{
	jm_sm_free(&sm);
	trace[0] = '\0';
	if (vc_try_fresh(state) != 0)
		return -1;
	trust(0);
	trust(JPKI);
	vc_set_observer(card->card, observe, NULL);
	return 0;
}

static void
select_app(size_t i)
{
	char hex[64] = "00A4040C";
	const struct vc_app_def *d = app(i)->def;

	snprintf(hex + 8, sizeof hex - 8, "%02X", (unsigned)d->aid_len);
	assert_int_equal(
	    jm_hex_encode(d->aid, d->aid_len, hex + 10, sizeof hex - 10),
	    JM_OK);
	assert_int_equal(vc_say(card, hex), 0x9000);
}

/* Opens the selected application's channel as this role. */
static jm_err
open_as(size_t i, enum jm_cvc_role role)
{
	static struct jm_link link = { .ops = &card_ops };
	uint8_t cvc[JM_CVC_MAX];
	struct jm_sm_ident me = {
		.key = who->key, .cvc = cvc, .root = &who->root_pub
	};
	unsigned sw;

	link.self = card;
	jm_sm_free(&sm);
	assert_int_equal(sm_pair_certify(who->root, who->key, "TERMINAL", role,
			     cvc, &me.cvc_len),
	    JM_OK);
	return jm_sm_open(&link, &who->x, app(i)->def->aid,
	    app(i)->def->aid_len, &me, &sm, &who->card, &sw);
}

static void
open_jpki(void)
{
	select_app(JPKI);
	assert_int_equal(open_as(JPKI, JM_CVC_COUNTER), JM_OK);
}

static uint8_t got_mem[JM_SM_NE_MAX];
static struct jm_wbuf got;

/* A command given as hexadecimal, through the channel; ne as given. */
static jm_err
through(const char *hex, size_t ne, unsigned *sw)
{
	uint8_t mem[300];
	struct jm_capdu c;
	size_t n;

	assert_int_equal(jm_hex_decode(hex, mem, sizeof mem, &n), JM_OK);
	assert_true(n >= 4);
	c = (struct jm_capdu){ .cla = mem[0],
		.ins = mem[1],
		.p1 = mem[2],
		.p2 = mem[3],
		.data = mem + 4,
		.nc = n - 4,
		.ne = ne };
	jm_wbuf_init(&got, got_mem, sizeof got_mem);
	return jm_sm_send(sm, &c, &got, sw);
}

static unsigned
sw_of(const char *hex, size_t ne)
{
	unsigned sw;

	assert_int_equal(through(hex, ne, &sw), JM_OK);
	return sw;
}

static void
a_role_s_right_lasts_as_long_as_the_channel(void **state)
{
	static const struct {
		enum jm_cvc_role role;
		uint32_t right;
	} row[] = { { JM_CVC_COUNTER, VC_R_COUNTER },
		{ JM_CVC_ISSUER, VC_R_ISSUER } };
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		select_app(JPKI);
		assert_int_equal(app(JPKI)->rights, 0);
		assert_int_equal(open_as(JPKI, row[i].role), JM_OK);
		assert_string_equal(who->card.holder, app(JPKI)->def->name);
		assert_int_equal(app(JPKI)->rights, row[i].right);
		assert_int_equal(app(0)->rights, 0);
		select_app(JPKI);
		assert_int_equal(app(JPKI)->rights, 0);
		assert_null(app(JPKI)->channel);
	}
	assert_int_equal(open_as(JPKI, JM_CVC_SERVICE), JM_CARD);
	assert_int_equal(open_as(JPKI, JM_CVC_OPERATOR), JM_CARD);
	assert_int_equal(open_as(JPKI, JM_CVC_CARD), JM_CARD);
	assert_int_equal(app(JPKI)->rights, 0);
}

static void
no_right_is_held_before_the_last_step(void **state)
{
	struct sm_pair *p = who;
	struct jm_sm_ident me = { p->key, p->cvc, p->cvc_len, &p->root_pub };
	struct jm_soft_key *other;
	struct jm_link link = { &card_ops, card };
	unsigned sw;
	(void)state;

	/* a terminal that cannot prove its key gets to step 03 */
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &other), JM_OK);
	me.key = other;
	select_app(JPKI);
	assert_int_equal(jm_sm_open(&link, &p->x, app(JPKI)->def->aid,
			     app(JPKI)->def->aid_len, &me, &sm, &p->card, &sw),
	    JM_CARD);
	assert_int_equal(sw, 0x6300);
	assert_int_equal(app(JPKI)->rights, 0);
	assert_null(app(JPKI)->channel);
	jm_soft_key_free(&other);
}

static void
an_application_without_trust_has_no_channel(void **state)
{
	(void)state;

	vc_trust_clear(&app(JPKI)->trust);
	select_app(JPKI);
	assert_int_not_equal(open_as(JPKI, JM_CVC_COUNTER), JM_OK);
	assert_null(app(JPKI)->channel);
}

static void
commands_mean_the_same_through_the_channel(void **state)
{
	static uint8_t file[2000];
	size_t len;
	(void)state;

	select_app(JPKI);
	assert_int_equal(vc_say(card, "00A4020C02000A"), 0x9000);
	assert_int_equal(vc_say(card, "00B0000000"), 0x9000);
	len = card->rsp_len;
	memcpy(file, card->rsp, len);

	open_jpki();
	assert_int_equal(sw_of(QUERY_AUTH, 0), 0x63c3);
	assert_int_equal(sw_of("0020009839393939", 0), 0x63c2);
	assert_int_equal(sw_of("0020009831323334", 0), 0x9000);
	assert_true(app(JPKI)->verified != 0);
	assert_int_equal(sw_of("00A4020C000A", 0), 0x9000);
	assert_int_equal(sw_of("00B00000", 256), 0x9000);
	assert_int_equal(got.len, len);
	assert_memory_equal(got.mem, file, len);
	/* wrong ones, too: the card's answer is protected like any other */
	assert_int_equal(sw_of("00FF0000", 0), 0x6d00);
	assert_int_equal(sw_of("80200000", 0), 0x6e00);
	assert_int_equal(sw_of("00C00000", 16), 0x6d00);
	assert_int_equal(sw_of("00A4020C7777", 0), 0x6a82);
	assert_int_equal(jm_sm_state(sm), JM_OK);
}

/* Longer than a short Le can ask for: pieces, fetched in plain. */
static void
long_replies_come_in_pieces(void **state)
{
	(void)state;

	open_jpki();
	assert_int_equal(sw_of("00A4020C000A", 0), 0x9000);
	for (size_t ne = 200; ne <= 256; ne++) {
		assert_int_equal(sw_of("00B00000", ne), 0x9000);
		assert_int_equal(got.len, ne);
	}
	vc_param(card, "reply-61=split");
	vc_param(card, "reply-61-max=100");
	assert_int_equal(sw_of("00B00000", 256), 0x9000);
	assert_int_equal(got.len, 256);
	vc_param(card, "wrong-le-6c=on");
	assert_int_equal(sw_of("00B00000", 20), 0x9000);
	assert_int_equal(got.len, 20);
	assert_int_equal(jm_sm_state(sm), JM_OK);
}

static void
each_of_these_ends_the_channel(void **state)
{
	/* clang-format off */
	static const struct { const char *cmd; unsigned sw; } row[] = {
		{ QUERY_AUTH,             0x63c3 }, /* any command in plain */
		{ "00B0000000",           0x6986 },
		{ SELECT_JPKI,            0x9000 }, /* the same one again */
		{ SELECT_ISSUER,          0x9000 },
		{ "00A4040C02FFFF",       0x6a82 },
		{ "00FF0000",             0x6d00 },
		{ "00C0000000",           0x6d00 }, /* nothing waits */
		{ "0086000200",           0x6985 }, /* a later step in plain */
		{ "00B0",                 0x6700 },
		{ "",                     0x6700 },
		{ "00B00000FF",           0x6986 },
		{ "0020009805313233",     0x6700 },
		{ "04B0000000",           0x6882 }, /* other classes */
		{ "08B0000000",           0x6882 },
		{ "1CB0000000",           0x6882 },
		{ "0DB0000000",           0x6882 },
		{ "60B0000000",           0x6881 },
		{ "0CB00000",             0x6700 }, /* protected, malformed */
		{ "0CB0000000",           0x6987 },
		{ "0CB00000058E080011",   0x6700 },
		{ "0CB000000A8E08001122334455667700", 0x6988 },
		{ "0CB000000A8E080011223344556677", 0x6700 },
		{ "8CB000000A8E08001122334455667700", 0x6988 },
		{ "0C86000100",           0x6987 },
	};
	/* clang-format on */
	(void)state;

	for (size_t i = 0; i < NELEM(row); i++) {
		unsigned sw;

		open_jpki();
		sw = vc_say(card, row[i].cmd);
		if (sw != row[i].sw)
			print_error("row %zu: %04X\n", i, sw);
		assert_int_equal(sw, row[i].sw);
		for (size_t k = 0; k < card->card->app_count; k++) {
			assert_null(app(k)->channel);
			assert_int_equal(app(k)->rights, 0);
		}
		/* and the terminal notices with its next command */
		assert_int_equal(through(QUERY_AUTH, 0, &sw), JM_CARD);
		assert_int_equal(sw, 0x6882);
	}
}

static void
power_and_reset_end_the_channel(void **state)
{
	unsigned sw;
	(void)state;

	for (int how = 0; how < 2; how++) {
		open_jpki();
		if (how == 0) {
			vc_reset(card->card);
		} else {
			vc_power(card->card, 0);
			vc_power(card->card, 1);
		}
		assert_null(app(JPKI)->channel);
		assert_int_equal(app(JPKI)->rights, 0);
		assert_int_equal(through(QUERY_AUTH, 0, &sw), JM_CARD);
	}
}

/* The terminal thinks of one application and the card of another. */
static void
a_channel_belongs_to_one_application(void **state)
{
	(void)state;

	select_app(0);
	assert_int_equal(open_as(JPKI, JM_CVC_COUNTER), JM_CARD);
	assert_null(app(0)->channel);
	assert_null(app(JPKI)->channel);
	open_jpki();
	assert_null(app(0)->channel);
	assert_int_equal(sw_of("00A4040CA0000001510000", 0), 0x6985);
	assert_non_null(app(JPKI)->channel);
}

static void
a_card_whose_mac_is_wrong_is_left(void **state)
{
	char quirk[32];
	unsigned sw;

	for (int n = 1; n <= 6; n++) {
		jm_err e;

		assert_int_equal(fresh(state), 0);
		snprintf(quirk, sizeof quirk, "wrong-mac-at=%d", n + 1);
		vc_quirk(card, quirk);
		select_app(JPKI);
		e = open_as(JPKI, JM_CVC_COUNTER);
		assert_int_equal(e, n <= 4 ? JM_FORMAT : JM_OK);
		if (n <= 4)
			continue;
		e = through("0020009839393939", 0, &sw);
		assert_int_equal(e, n == 5 ? JM_FORMAT : JM_OK);
		/* the wrong try went out once, whatever became of its answer */
		assert_int_equal(vc_jpki_file(card, 0x18)->tries, 2);
		e = through("0020009839393939", 0, &sw);
		assert_int_equal(e, JM_FORMAT);
		assert_int_equal(
		    vc_jpki_file(card, 0x18)->tries, n == 5 ? 2 : 1);
	}
}

/* Nothing that the channel hides is in the trace or stays in the card. */
static void
what_is_hidden_stays_hidden(void **state)
{
	static const char pin[] = "1234";
	const struct vc_volatile *v = &card->card->v;
	(void)state;

	open_jpki();
	trace[0] = '\0';
	memset(v->sm, 0, VC_REPLY_MAX);
	assert_int_equal(sw_of("0020009831323334", 0), 0x9000);
	assert_null(memmem(v->sm, VC_REPLY_MAX, pin, 4));
	assert_int_equal(sw_of("00A4020C000A", 0), 0x9000);
	assert_int_equal(sw_of("00B00000", 100), 0x9000);
	assert_null(memmem(v->sm, VC_REPLY_MAX, got.mem, 16));
	assert_null(memmem(v->rest, VC_REPLY_MAX, got.mem, 16));
	assert_null(memmem(card->card->reply, VC_REPLY_MAX, got.mem, 16));
	assert_null(strstr(trace, "31323334"));
	assert_null(strstr(trace, "00200098"));
	assert_non_null(strstr(trace, "0C200098"));
	assert_non_null(strstr(trace, "redacted"));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, fresh)
	const struct CMUnitTest tests[] = {
		T(a_role_s_right_lasts_as_long_as_the_channel),
		T(no_right_is_held_before_the_last_step),
		T(an_application_without_trust_has_no_channel),
		T(commands_mean_the_same_through_the_channel),
		T(long_replies_come_in_pieces),
		T(each_of_these_ends_the_channel),
		T(power_and_reset_end_the_channel),
		T(a_channel_belongs_to_one_application),
		T(a_card_whose_mac_is_wrong_is_left),
		T(what_is_hidden_stays_hidden),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
