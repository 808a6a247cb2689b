/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bans, rollovers, other extensions, the count of a batch. */
#include <string.h>

#include "base/wbuf.h"
#include "crypto/ctx.h"
#include "crypto/digest.h"
#include "crypto/soft_key.h"
#include "tests/support/test.h"
#include "tests/unit/nym_try.h"

static uint8_t wire[TRY_WIRE];
static size_t wire_len;
static struct nym_key old_key, new_key;

/* What the service knows of two identifiers. */
struct books {
	unsigned of_old, of_new, asked;
};

static unsigned
look(void *arg, const uint8_t nid[32])
{
	struct books *b = arg;

	b->asked++;
	if (memcmp(nid, old_key.nid, 32) == 0)
		return b->of_old;
	return memcmp(nid, new_key.nid, 32) == 0 ? b->of_new : 0;
}

static void
make(const struct nym_key *key, const struct nym_key *old)
{
	const struct nym_request q = try_request();

	assert_int_equal(
	    nym_assert(&q, key, old, NULL, NULL, wire, sizeof wire, &wire_len),
	    JM_OK);
}

static int
verdict(struct books *b, nym_result *r)
{
	nym_policy p = try_policy();

	if (b != NULL) {
		p.lookup = look;
		p.lookup_arg = b;
	}
	return nym_verify(
	    &p, try_challenge, sizeof try_challenge, wire, wire_len, r);
}

static void
the_banned_and_the_closed_stay_out(void **state)
{
	struct books b = { 0 };
	nym_result r;
	(void)state;

	make(&new_key, NULL);
	assert_int_equal(verdict(&b, &r), NYM_OK); /* a newcomer */
	assert_int_equal(b.asked, 1);
	b.of_new = NYM_IS_KNOWN;
	assert_int_equal(verdict(&b, &r), NYM_OK);
	b.of_new = NYM_IS_KNOWN | NYM_IS_BANNED;
	assert_int_equal(verdict(&b, &r), NYM_BANNED);
	b.of_new = NYM_IS_BANNED; /* who never had an account */
	assert_int_equal(verdict(&b, &r), NYM_BANNED);
	b.of_new = NYM_IS_CLOSED;
	assert_int_equal(verdict(&b, &r), NYM_CLOSED);
	assert_int_equal(verdict(NULL, &r), NYM_OK); /* the caller's to say */
}

static void
a_rollover_is_judged_by_what_is_known(void **state)
{
	/* clang-format off */
	static const struct { unsigned of_old, of_new; int want; } rows[] = {
		{ NYM_IS_KNOWN, 0, NYM_OK },
		{ 0, 0, NYM_ROLL_UNKNOWN },
		{ NYM_IS_CLOSED, 0, NYM_ROLL_CLOSED },
		{ NYM_IS_KNOWN | NYM_IS_CLOSED, 0, NYM_ROLL_CLOSED },
		{ NYM_IS_KNOWN, NYM_IS_KNOWN, NYM_ROLL_KNOWN },
		{ NYM_IS_KNOWN, NYM_IS_CLOSED, NYM_CLOSED },
		{ NYM_IS_KNOWN, NYM_IS_BANNED, NYM_BANNED },
		{ NYM_IS_KNOWN | NYM_IS_BANNED, 0, NYM_BANNED },
		{ NYM_IS_BANNED, 0, NYM_BANNED },
	};
	/* clang-format on */
	static const nym_result none;
	nym_result r;
	(void)state;

	make(&new_key, &old_key);
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct books b = { rows[i].of_old, rows[i].of_new, 0 };
		const int follow =
		    i == 0 || (rows[i].of_old & NYM_IS_BANNED) != 0;

		assert_int_equal(verdict(&b, &r), rows[i].want);
		if (!follow) {
			assert_memory_equal(&r, &none, sizeof r);
			continue;
		}
		/* so that the ban moves along */
		assert_int_equal(r.has_roll, 1);
		assert_memory_equal(r.old_nid, old_key.nid, 32);
		assert_memory_equal(r.nid, new_key.nid, 32);
	}
	assert_int_equal(verdict(NULL, &r), NYM_OK);
	assert_int_equal(r.has_roll, 1);
}

/* --- rollovers by hand ---------------------------------------------------- */

struct roll {
	struct nym_key by_old, by_new;
	uint8_t pk_old[33], sh[32], hash[32];
};

static void
put_sig(struct jm_wbuf *w, const struct nym_key *key, const uint8_t *msg,
    size_t len)
{
	uint8_t hash[32], sig[64];

	assert_int_equal(jm_hash(JM_SHA256, msg, len, hash), JM_OK);
	assert_int_equal(jm_p256_sign(key->d, hash, 32, sig), JM_OK);
	nym_put_lp(w, sig, sizeof sig);
}

/* A message without extensions, and the parts of a good rollover for it. */
static struct roll
begin(void)
{
	struct nym_assertion a;
	struct roll k = { .by_old = old_key, .by_new = new_key };

	make(&new_key, NULL);
	assert_int_equal(nym_wire_parse(wire, wire_len, &a), JM_OK);
	assert_int_equal(
	    jm_hash(JM_SHA256, a.body.p, a.body.len, k.hash), JM_OK);
	assert_int_equal(nym_scope_of(TRY_SCOPE, k.sh), NYM_OK);
	memcpy(k.pk_old, old_key.pk, 33);
	return k;
}

static void
attach(const struct roll *k)
{
	const struct nym_field f[] = { { k->sh, 32 }, { k->pk_old, 33 },
		{ k->hash, 32 } };
	uint8_t roll[NYM_ROLL_LEN], ext[300];
	struct jm_wbuf w;
	size_t n;

	jm_wbuf_init(&w, roll, sizeof roll);
	nym_put_enc(&w, "NYM1/roll", f, NELEM(f));
	assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
	jm_wbuf_init(&w, ext, sizeof ext);
	jm_put_u8(&w, 2);
	nym_put_lp(&w, roll, n);
	put_sig(&w, &k->by_old, roll, n);
	put_sig(&w, &k->by_new, roll, n);
	assert_int_equal(jm_wbuf_done(&w, &n), JM_OK);
	wire[wire_len - 1] = 1;
	wire[wire_len] = (uint8_t)(n >> 8);
	wire[wire_len + 1] = (uint8_t)n;
	memcpy(wire + wire_len + 2, ext, n);
	wire_len += 2 + n;
}

static void
both_keys_sign_a_rollover_for_this_very_message(void **state)
{
	nym_result r;
	(void)state;

	for (int i = 0; i < 9; i++) {
		struct roll k = begin();
		int want = NYM_ROLL_SIGNATURE;

		switch (i) {
		case 0: want = NYM_OK; break;
		case 1: k.by_new = old_key; break; /* the old key's alone */
		case 2: k.by_old = new_key; break; /* a stranger's account */
		case 3:
			k.sh[0] ^= 1;
			want = NYM_ROLL_OTHER;
			break;
		case 4: /* of another message */
			k.hash[31] ^= 1;
			want = NYM_ROLL_OTHER;
			break;
		case 5:
			k.pk_old[0] = 4;
			want = NYM_ROLL_KEY;
			break;
		case 6: /* -P of itself is itself */
			memcpy(k.pk_old, new_key.pk, 33);
			k.pk_old[0] ^= 1;
			k.by_old = new_key;
			want = NYM_ROLL_KEY;
			break;
		case 7:
			memset(k.pk_old + 1, 0xff, 32);
			want = NYM_ROLL_KEY;
			break;
		case 8: try_key(TRY_SCOPE, 0, TRY_TIME, 2, &k.by_old); break;
		default: break;
		}
		attach(&k);
		assert_int_equal(verdict(NULL, &r), want);
	}
}

static void
every_changed_bit_of_a_rollover_is_refused(void **state)
{
	const size_t type_at = 4 + 2 + 120 + 2 + 64 + 1 + 2;
	nym_result r;
	(void)state;

	make(&new_key, &old_key);
	for (size_t bit = 0; bit < wire_len * 8; bit++) {
		wire[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (bit == type_at * 8 + 7) {
			/* an unknown type: as if it had not come */
			assert_int_equal(verdict(NULL, &r), NYM_OK);
			assert_int_equal(r.has_roll, 0);
		} else {
			assert_int_not_equal(verdict(NULL, &r), NYM_OK);
		}
		wire[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < wire_len; n++) {
		nym_policy p = try_policy();

		assert_int_equal(nym_verify(&p, try_challenge, 32, wire, n, &r),
		    NYM_MALFORMED);
	}
}

/* --- extensions ----------------------------------------------------------- */

static void
add_ext(uint8_t type, size_t len)
{
	wire[wire_len++] = (uint8_t)((1 + len) >> 8);
	wire[wire_len++] = (uint8_t)(1 + len);
	wire[wire_len++] = type;
	memset(wire + wire_len, 0x5a, len);
	wire_len += len;
}

static void
extensions_rise_and_the_unknown_ones_are_told_apart(void **state)
{
	/* clang-format off */
	static const struct {
		uint8_t n; struct { uint8_t type; size_t len; } e[3];
		int want;
	} rows[] = {
		{ 0, { { 0, 0 } }, NYM_OK },
		{ 1, { { 3, 32 } }, NYM_OK },
		{ 1, { { 3, 31 } }, NYM_MALFORMED },
		{ 1, { { 3, 33 } }, NYM_MALFORMED },
		{ 1, { { 0, 0 } }, NYM_MALFORMED },
		{ 1, { { 4, 1 } }, NYM_MALFORMED },
		{ 1, { { 0x7f, 1 } }, NYM_MALFORMED },
		{ 1, { { 0x80, 0 } }, NYM_OK },
		{ 1, { { 0xff, 40 } }, NYM_OK },
		{ 2, { { 3, 32 }, { 0x80, 5 } }, NYM_OK },
		{ 2, { { 0x80, 5 }, { 3, 32 } }, NYM_MALFORMED },
		{ 2, { { 3, 32 }, { 3, 32 } }, NYM_MALFORMED },
		{ 2, { { 0x80, 5 }, { 0x80, 5 } }, NYM_MALFORMED },
		{ 3, { { 3, 32 }, { 0x80, 5 }, { 0x81, 5 } }, NYM_OK },
		{ 1, { { 1, 32 } }, NYM_MALFORMED },
		{ 1, { { 2, 32 } }, NYM_MALFORMED },
	};
	/* clang-format on */
	nym_result r;
	(void)state;

	for (size_t i = 0; i < NELEM(rows); i++) {
		make(&new_key, NULL);
		wire[wire_len - 1] = rows[i].n;
		for (size_t k = 0; k < rows[i].n; k++)
			add_ext(rows[i].e[k].type, rows[i].e[k].len);
		assert_int_equal(verdict(NULL, &r), rows[i].want);
		assert_int_equal(r.has_manifest, rows[i].want == NYM_OK &&
						     rows[i].n != 0 &&
						     rows[i].e[0].type == 3);
	}
	make(&new_key, NULL);
	wire[wire_len - 1] = 1;
	memcpy(wire + wire_len, "\0\0", 2); /* one without a type */
	wire_len += 2;
	assert_int_equal(verdict(NULL, &r), NYM_MALFORMED);
}

/* A service that gives its time gets it back, so that two services who compare
 * what they got learn nothing of the holder's clock. */
static void
two_services_that_send_their_time_get_it_back(void **state)
{
	nym_result r;
	uint32_t off = 0;
	(void)state;

	for (uint32_t i = 0; i < 50; i++) {
		struct nym_request q = try_request();
		nym_policy p = try_policy();

		q.time = p.now = TRY_TIME + i * 997 + i % 2;
		assert_int_equal(nym_assert(&q, &new_key, NULL, NULL, NULL,
				     wire, sizeof wire, &wire_len),
		    JM_OK);
		assert_int_equal(
		    nym_verify(&p, try_challenge, 32, wire, wire_len, &r),
		    NYM_OK);
		off |= r.time ^ p.now;
	}
	assert_int_equal(off, 0);
}

/* --- batches -------------------------------------------------------------- */

static void
more_identifiers_than_cards_are_an_alarm(void **state)
{
	nym_result r = { .att_kind = NYM_CARD, .batch = { 1 } };
	nym_result first, self = { .att_kind = 0 };
	nym_batch_stat *s;
	(void)state;

	assert_int_equal(nym_batch_new(0, &s), NYM_ARG);
	assert_null(s);
	assert_int_equal(nym_batch_new(5000, &s), NYM_OK);
	for (int i = 0; i < 5000; i++) {
		assert_int_equal(jm_random(r.nid, sizeof r.nid), JM_OK);
		if (i == 0)
			first = r;
		assert_int_equal(nym_batch_note(s, &r), NYM_OK);
		assert_int_equal(nym_batch_note(s, &r), NYM_OK); /* again */
		assert_int_equal(nym_batch_note(s, &self), NYM_OK);
	}
	assert_int_equal(nym_batch_note(s, &first), NYM_OK);
	r.epoch = 1; /* counted by itself */
	assert_int_equal(nym_batch_note(s, &r), NYM_OK);
	r.epoch = 0;
	r.batch[0] = 2;
	assert_int_equal(nym_batch_note(s, &r), NYM_OK);
	r.batch[0] = 1;
	r.nid[0] ^= 1;
	assert_int_equal(nym_batch_note(s, &r), NYM_BATCH);
	assert_int_equal(nym_batch_note(s, &first), NYM_BATCH);
	nym_batch_free(s);
	nym_batch_free(NULL);
}

static int
start(void **state)
{
	(void)state;
	try_key(TRY_SCOPE, 0, TRY_TIME, 0, &old_key);
	try_key(TRY_SCOPE, 0, TRY_TIME, 1, &new_key);
	return 0;
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
		cmocka_unit_test(the_banned_and_the_closed_stay_out),
		cmocka_unit_test(a_rollover_is_judged_by_what_is_known),
		cmocka_unit_test(
		    both_keys_sign_a_rollover_for_this_very_message),
		cmocka_unit_test(every_changed_bit_of_a_rollover_is_refused),
		cmocka_unit_test(
		    extensions_rise_and_the_unknown_ones_are_told_apart),
		cmocka_unit_test(two_services_that_send_their_time_get_it_back),
		cmocka_unit_test(more_identifiers_than_cards_are_an_alarm),
	};

	return cmocka_run_group_tests(tests, start, done);
}
