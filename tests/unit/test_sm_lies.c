/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The terminal's end of the channel with a card that deviates. */
#include <string.h>

#include "apdu/sm_impl.h"
#include "base/hex.h"
#include "tests/support/sm_try.h"
#include "tests/support/test.h"

/* Replies whose MAC is right ----------------------------------------------- */

struct canned {
	uint8_t mem[5000];
	size_t len;
	unsigned sent;
};

static void
say_canned(void *arg, enum sm_way way, unsigned nth, uint8_t *p, size_t *len,
    size_t cap)
{
	struct canned *c = arg;

	(void)nth;
	if (way != SM_REPLY)
		return;
	c->sent++;
	assert_in_range(c->len, 0, cap);
	memcpy(p, c->mem, c->len);
	*len = c->len;
}

/* "E(hex)" in text is the encryption of hex, which is whole blocks. */
static void
put_objects(struct jm_wbuf *w, const struct jm_sm_keys *k, const char *text)
{
	char hex[1024];
	size_t n, at;

	while (*text != '\0') {
		const char *open = strchr(text, 'E');
		/* the E of a digit has no bracket behind it */
		const int crypt = open != NULL && open[1] == '(';
		const size_t plain =
		    crypt ? (size_t)(open - text) : strlen(text);

		memcpy(hex, text, plain);
		hex[plain] = '\0';
		assert_int_equal(
		    jm_hex_decode(hex, w->mem + w->len, w->cap - w->len, &n),
		    JM_OK);
		w->len += n;
		text += plain;
		if (!crypt)
			continue;
		text += 2;
		n = strcspn(text, ")");
		memcpy(hex, text, n);
		hex[n] = '\0';
		text += n + 1;
		at = w->len;
		assert_int_equal(
		    jm_hex_decode(hex, w->mem + at, w->cap - at, &n), JM_OK);
		w->len += n;
		assert_int_equal(
		    jm_sm_encrypt(k, w->mem + at, n, w->mem + at), JM_OK);
	}
}

/* Sends one command that asks for 64 bytes; the reply is these objects, their
 * MAC (if any is wanted), what is behind it, and 9000. */
static jm_err
reply_is(struct sm_pair *p, const char *objects, int mac, const char *behind,
    struct jm_wbuf *got)
{
	static struct canned c;
	static uint8_t mem[64];
	const struct jm_capdu cmd = { .ins = 0xb0, .ne = 64 };
	const struct jm_sm_keys k = sm_try_keys(2); /* the reply */
	struct jm_wbuf w;

	sm_try_known(p);
	jm_wbuf_init(&w, c.mem, sizeof c.mem);
	put_objects(&w, &k, objects);
	if (mac) {
		sm_pair_seal(&k, NULL, w.mem, w.len, w.mem + w.len);
		w.len += SM_MAC_OBJECT;
	}
	put_objects(&w, &k, behind);
	jm_put_be16(&w, 0x9000);
	c.len = w.len;
	c.sent = 0;
	p->tamper = say_canned;
	p->tamper_arg = &c;
	jm_wbuf_init(got, mem, sizeof mem);
	return jm_sm_send(p->sm, &cmd, got, &p->sw);
}

#define B15   "112233445566778899AABBCCDDEEFF"
#define B16   "11" B15
#define DATA  "871101E(" B15 "80)" /* 15 bytes */
#define SW    "99029000"
#define ZEROS "00000000000000000000000000000000"

static void
each_reply_has_one_form(void **state)
{
	/* clang-format off */
	static const struct {
		const char *objects; int mac; const char *behind;
		jm_err want; size_t len;
	} row[] = {
		{ SW,                    1, "",   JM_OK, 0 },
		{ DATA SW,               1, "",   JM_OK, 15 },
		{ "871101E(11" "80" "0000000000000000000000000000)" SW,
		                         1, "",   JM_OK, 1 },
		{ "872101E(" B16 "80000000000000000000000000000000)" SW,
		                         1, "",   JM_OK, 16 },
		/* longer forms of a length are BER, and under the MAC */
		{ "87811101E(" B15 "80)" SW, 1, "", JM_OK, 15 },

		/* objects missing, twice, out of order, unknown */
		{ "",                    0, "",   JM_CARD, 0 },
		{ "",                    1, "",   JM_FORMAT, 0 },
		{ DATA,                  1, "",   JM_FORMAT, 0 },
		{ SW,                    0, "",   JM_FORMAT, 0 },
		{ DATA SW,               0, "",   JM_FORMAT, 0 },
		{ SW DATA,               1, "",   JM_FORMAT, 0 },
		{ SW SW,                 1, "",   JM_FORMAT, 0 },
		{ DATA DATA SW,          1, "",   JM_FORMAT, 0 },
		{ SW,                    1, SW,   JM_FORMAT, 0 },
		{ SW,                    1, DATA, JM_FORMAT, 0 },
		{ SW,                    1, "00", JM_FORMAT, 0 },
		{ SW,                    1, "8E08" "0011223344556677",
		                                  JM_FORMAT, 0 },
		{ "8101AA" SW,           1, "",   JM_FORMAT, 0 },
		{ "8501AA" SW,           1, "",   JM_FORMAT, 0 },
		{ SW "8101AA",           1, "",   JM_FORMAT, 0 },
		{ "00" SW,               1, "",   JM_FORMAT, 0 },

		/* MAC object of another size, or malformed */
		{ SW "8E00",             0, "",   JM_FORMAT, 0 },
		{ SW "8E0100",           0, "",   JM_FORMAT, 0 },
		{ SW "8E0700112233445566", 0, "", JM_FORMAT, 0 },
		{ SW "8E09001122334455667788", 0, "", JM_FORMAT, 0 },
		{ SW "8E080011223344556677", 0, "", JM_FORMAT, 0 },
		{ SW "8E10" ZEROS,       0, "",   JM_FORMAT, 0 },
		{ SW "8E08001122",       0, "",   JM_FORMAT, 0 },
		{ SW "8E80",             0, "",   JM_FORMAT, 0 },

		/* status */
		{ "9900",                1, "",   JM_FORMAT, 0 },
		{ "990190",              1, "",   JM_FORMAT, 0 },
		{ "9903900000",          1, "",   JM_FORMAT, 0 },
		{ "99026982",            1, "",   JM_FORMAT, 0 },

		/* data that are not what they should be */
		{ "8700" SW,             1, "",   JM_FORMAT, 0 },
		{ "870101" SW,           1, "",   JM_FORMAT, 0 },
		{ "870201AA" SW,         1, "",   JM_FORMAT, 0 },
		{ "871001" B15 SW,       1, "",   JM_FORMAT, 0 },
		{ "871102E(" B15 "80)" SW, 1, "", JM_FORMAT, 0 },
		{ "871100E(" B15 "80)" SW, 1, "", JM_FORMAT, 0 },
		{ "871101E(" B16 ")" SW, 1, "",   JM_FORMAT, 0 },
		{ "871101E(" ZEROS ")" SW, 1, "", JM_FORMAT, 0 },
		{ "871101E(8000000000000000000000000000" "0000)" SW,
		                         1, "",   JM_FORMAT, 0 },
		{ "872101E(" B15 "80" ZEROS ")" SW, 1, "", JM_FORMAT, 0 },
		{ "872101E(" B16 ZEROS ")" SW, 1, "", JM_FORMAT, 0 },
		/* 80 bytes where 64 were asked for */
		{ "876101E(" B16 B16 B16 B16 B16
		  "80000000000000000000000000000000)" SW, 1, "", JM_FORMAT, 0 },
	};
	/* clang-format on */
	struct sm_pair *p = *state;
	struct jm_wbuf got;
	uint8_t want[16];
	size_t n;

	assert_int_equal(jm_hex_decode(B16, want, sizeof want, &n), JM_OK);
	for (size_t i = 0; i < NELEM(row); i++) {
		jm_err e = reply_is(
		    p, row[i].objects, row[i].mac, row[i].behind, &got);

		if (e != row[i].want)
			print_error("row %zu\n", i);
		assert_int_equal(e, row[i].want);
		assert_int_equal(jm_sm_state(p->sm), row[i].want);
		assert_int_equal(got.len, row[i].len);
		if (got.len >= 15)
			assert_memory_equal(
			    got.mem, want + (got.len == 15), got.len);
		assert_int_equal(p->sw, e == JM_FORMAT ? 0 : 0x9000);
	}
}

static void
data_that_were_not_asked_for_are_refused(void **state)
{
	struct sm_pair *p = *state;
	const struct jm_capdu c = { .ins = 0xd6, .data = p->cvc, .nc = 3 };
	uint8_t mem[64];
	struct jm_wbuf got;
	struct jm_sm_keys k;

	memset(&k, 7, sizeof k);
	assert_int_equal(sm_pair_known(p, &k), JM_OK);
	p->answer_len = 1;
	jm_wbuf_init(&got, mem, sizeof mem);
	assert_int_equal(jm_sm_send(p->sm, &c, &got, &p->sw), JM_FORMAT);
	assert_int_equal(got.len, 0);
}

/* The longest reply the session has room for is judged like any other. */
static void
replies_as_long_as_can_be_are_judged(void **state)
{
	struct sm_pair *p = *state;
	static struct canned c;
	const struct jm_capdu cmd = { .ins = 0xb0, .ne = 64 };
	static uint8_t mem[64];
	struct jm_wbuf got;
	struct jm_sm_keys k;

	for (size_t n = JM_XRSP_MAX - 40; n <= JM_XRSP_MAX + 2; n++) {
		memset(&k, 7, sizeof k);
		assert_int_equal(sm_pair_known(p, &k), JM_OK);
		memset(c.mem, 0, sizeof c.mem);
		/* 87 82 ...., 99 02 9000, 8E 08, up to the end */
		memcpy(c.mem, "\x87\x82", 2);
		c.mem[2] = (uint8_t)((n - 20) >> 8);
		c.mem[3] = (uint8_t)(n - 20);
		memcpy(c.mem + n - 16, "\x99\x02\x90\x00\x8e\x08", 6);
		memcpy(c.mem + n - 2, "\x90\x00", 2);
		c.len = n;
		p->tamper = say_canned;
		p->tamper_arg = &c;
		jm_wbuf_init(&got, mem, sizeof mem);
		assert_int_equal(jm_sm_send(p->sm, &cmd, &got, &p->sw),
		    n > JM_XRSP_MAX ? JM_SPACE : JM_FORMAT);
	}
}

/* Whatever a card asks for: a command may hold a PIN, and goes out once. */
static void
no_answer_makes_a_command_go_out_twice(void **state)
{
	static const uint8_t sw[][2] = { { 0x6c, 0x10 }, { 0x6c, 0x00 },
		{ 0x67, 0x00 }, { 0x6f, 0x00 }, { 0x69, 0x88 }, { 0x64, 0 } };
	struct sm_pair *p = *state;
	const struct jm_capdu c = { .ins = 0x20,
		.p2 = 0x98,
		.data = (const uint8_t *)"1234",
		.nc = 4 };
	static struct canned say;
	uint8_t mem[8];
	struct jm_wbuf got;

	for (size_t i = 0; i < NELEM(sw); i++) {
		for (int open = 0; open < 2; open++) {
			sm_try_known(p);
			memcpy(say.mem, sw[i], 2);
			say.len = 2;
			say.sent = 0;
			p->tamper = say_canned;
			p->tamper_arg = &say;
			jm_wbuf_init(&got, mem, sizeof mem);
			if (open)
				jm_sm_free(&p->sm);
			assert_int_equal(
			    open ? sm_pair_open(p)
				 : jm_sm_send(p->sm, &c, &got, &p->sw),
			    JM_CARD);
			assert_int_equal(say.sent, 1);
			assert_int_equal(p->sent, 1);
		}
	}
}

/* Openings ------------------------------------------------------------------*/

static void
assert_refused(struct sm_pair *p, jm_err want, unsigned sent)
{
	static const struct jm_cvc none;

	assert_int_equal(sm_pair_open(p), want);
	assert_null(p->sm);
	assert_memory_equal(&p->card, &none, sizeof none);
	assert_int_equal(p->sent, sent);
}

static void
a_first_answer_has_one_form(void **state)
{
	/* clang-format off */
	static const struct { const char *reply; jm_err want; } row[] = {
		{ "6A88", JM_NOT_FOUND },
		{ "6D00", JM_UNSUPPORTED },
		{ "6E00", JM_UNSUPPORTED },
		{ "6A80", JM_CARD },
		{ "6985", JM_CARD },
		{ "6982", JM_CARD },
		{ "6282", JM_CARD },
		{ "63C0", JM_CARD },
		{ "9001", JM_CARD },
		{ "9000", JM_FORMAT },
		{ "04" "9000", JM_FORMAT },
		{ "", JM_FORMAT },
		{ "90", JM_FORMAT },
	};
	/* clang-format on */
	struct sm_pair *p = *state;
	static struct canned c;

	for (size_t i = 0; i < NELEM(row); i++) {
		sm_pair_reset(p);
		assert_int_equal(
		    jm_hex_decode(row[i].reply, c.mem, sizeof c.mem, &c.len),
		    JM_OK);
		p->tamper = say_canned;
		p->tamper_arg = &c;
		assert_refused(p, row[i].want, 1);
	}
}

/* What the terminal's own point, or none of the curve, would agree to. */
static void
bend_point(void *arg, enum sm_way way, unsigned nth, uint8_t *p, size_t *len,
    size_t cap)
{
	static uint8_t own[JM_SM_POINT];
	const int *how = arg;

	(void)cap;
	if (nth != 0)
		return;
	if (way == SM_COMMAND) {
		memcpy(own, p + 5, sizeof own);
		return;
	}
	switch (*how) {
	case 0: memcpy(p, own, sizeof own); break;
	case 1: p[JM_SM_POINT - 1] ^= 1; break;
	case 2: memset(p, 0, JM_SM_POINT); break;
	case 3: p[0] = 0x02; break;
	case 4: memset(p + 1, 0, JM_SM_POINT - 1); break;
	default: /* one byte more */
		memmove(p + 1, p, *len);
		p[0] = 4;
		*len += 1;
	}
}

static void
points_that_agree_on_nothing_are_refused(void **state)
{
	struct sm_pair *p = *state;

	for (int how = 0; how <= 5; how++) {
		sm_pair_reset(p);
		p->tamper = bend_point;
		p->tamper_arg = &how;
		assert_refused(p, JM_FORMAT, 1);
	}
}

/* A card of the same authority that is not this application, one of another
 * authority, and one that has somebody else's certificate. */
static void
a_card_that_is_not_what_it_says_is_refused(void **state)
{
	static const enum jm_cvc_role roles[] = { JM_CVC_COUNTER, JM_CVC_ISSUER,
		JM_CVC_OPERATOR, JM_CVC_SERVICE };
	struct sm_pair *p = *state;
	struct vc_trust keep = p->trust;
	struct jm_soft_key *other;

	assert_int_equal(jm_soft_key_new_ec(JM_P256, &other), JM_OK);
	for (size_t i = 0; i < NELEM(roles); i++) {
		sm_pair_reset(p);
		assert_int_equal(sm_pair_certify(p->root, p->trust.key, "CARD",
				     roles[i], p->trust.cvc, &p->trust.cvc_len),
		    JM_OK);
		assert_refused(p, JM_BAD_SIG, 3);
	}
	sm_pair_reset(p);
	assert_int_equal(sm_pair_certify(other, p->trust.key, "CARD",
			     JM_CVC_CARD, p->trust.cvc, &p->trust.cvc_len),
	    JM_OK);
	assert_refused(p, JM_BAD_SIG, 3);

	sm_pair_reset(p);
	p->trust = keep;
	p->trust.key = other;
	assert_refused(p, JM_BAD_SIG, 4);

	sm_pair_reset(p);
	p->trust = keep;
	p->trust.cvc_len--;
	assert_refused(p, JM_FORMAT, 3);

	p->trust = keep;
	sm_pair_reset(p);
	assert_int_equal(sm_pair_open(p), JM_OK);
	jm_soft_key_free(&other);
}

static void
what_the_card_refuses_ends_the_opening(void **state)
{
	struct sm_pair *p = *state;
	struct jm_soft_key *keep = p->key, *other;
	const unsigned roles = p->trust.roles;

	/* not a role for this application */
	p->trust.roles = VC_ROLE(JM_CVC_SERVICE);
	assert_refused(p, JM_CARD, 2);
	assert_int_equal(p->sw, 0x6988);
	p->trust.roles = roles;

	/* the certificate of another terminal */
	assert_int_equal(jm_soft_key_new_ec(JM_P256, &other), JM_OK);
	sm_pair_reset(p);
	p->key = other;
	assert_refused(p, JM_CARD, 3);
	assert_int_equal(p->sw, 0x6300);
	p->key = keep;
	jm_soft_key_free(&other);

	/* another application is selected than the terminal believes: the
	 * keys differ from the first protected command on */
	sm_pair_reset(p);
	p->aid[15] ^= 1;
	assert_refused(p, JM_CARD, 2);
	assert_int_equal(p->sw, 0x6988);
	sm_pair_reset(p);
	p->aid_len--;
	assert_refused(p, JM_CARD, 2);
}

static void
an_opening_without_a_self_sends_nothing(void **state)
{
	struct sm_pair *p = *state;
	struct jm_sm_ident me = { p->key, p->cvc, p->cvc_len, &p->root_pub };
	struct jm_soft_key *rsa;
	struct jm_sm *sm;

#define REFUSED(change, aid_len)                                               \
	do {                                                                   \
		me = (struct jm_sm_ident){ p->key, p->cvc, p->cvc_len,         \
			&p->root_pub };                                        \
		change;                                                        \
		assert_int_equal(jm_sm_open(&p->link, &p->x, sm_pair_aid,      \
				     aid_len, &me, &sm, &p->card, &p->sw),     \
		    JM_ARG);                                                   \
		assert_null(sm);                                               \
		assert_int_equal(p->sent, 0);                                  \
	} while (0)
	REFUSED(me.key = NULL, 16);
	REFUSED(me.cvc = NULL, 16);
	REFUSED(me.cvc_len = 0, 16);
	REFUSED(me.cvc_len = JM_CVC_MAX + 1, 16);
	REFUSED((void)0, 0);
	REFUSED((void)0, 17);
#undef REFUSED
	/* a key that cannot sign this: its proof is never sent */
	assert_int_equal(jm_soft_key_new(2048, &rsa), JM_OK);
	me = (struct jm_sm_ident){ rsa, p->cvc, p->cvc_len, &p->root_pub };
	assert_int_equal(jm_sm_open(&p->link, &p->x, sm_pair_aid, 16, &me, &sm,
			     &p->card, &p->sw),
	    JM_UNSUPPORTED);
	assert_int_equal(p->sent, 2);
	jm_soft_key_free(&rsa);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, sm_try_fresh)
	const struct CMUnitTest tests[] = {
		T(each_reply_has_one_form),
		T(data_that_were_not_asked_for_are_refused),
		T(replies_as_long_as_can_be_are_judged),
		T(no_answer_makes_a_command_go_out_twice),
		T(a_first_answer_has_one_form),
		T(points_that_agree_on_nothing_are_refused),
		T(a_card_that_is_not_what_it_says_is_refused),
		T(what_the_card_refuses_ends_the_opening),
		T(an_opening_without_a_self_sends_nothing),
	};

	return cmocka_run_group_tests(tests, sm_try_start, sm_try_stop);
}
