/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The holder's data, and the files of the card as they are.  Either the input
 * is the three records and a CA's modulus: what is taken of them is text in
 * bounds, and called proved only where the hash value in the second is that of
 * the first.  Or it is a card whose files and answers it makes up: a call sends
 * one VERIFY at most, and nobody is verified after it.
 */
#include <string.h>

#include "base/tlv.h"
#include "base/utf8.h"
#include "objects/attr.h"
#include "objects/data.h"
#include "tests/fuzz/clock.h"
#include "tests/fuzz/hostile.h"

const char fuzz_name[] = "attr";

static struct jm_attr attr;
static const struct jm_attr none;

static void
check_text(const char *s, size_t cap)
{
	const size_t len = strnlen(s, cap);
	uint32_t c;
	size_t n;

	MUST(len < cap);
	for (size_t at = 0; at < len; at += n) {
		n = jm_utf8_next((const uint8_t *)s + at, len - at, &c);
		MUST(n > 0 && c != 0);
	}
}

static void
check_taken(const struct jm_attr *a)
{
	check_text(a->name, sizeof a->name);
	check_text(a->address, sizeof a->address);
	MUST(strspn(a->birth, "0123456789") == 8 && a->birth[8] == '\0');
	MUST(a->sex >= '0' && a->sex <= '9');
	MUST(a->proof >= JM_ATTR_CERTIFIED && a->proof <= JM_ATTR_OTHER_CA);
}

/* Found in another way than the code does: the hash value of what follows the
 * table of offsets is in the second record. */
static int
is_bound(const struct jm_attr_records *r)
{
	static const unsigned table[] = { 0xff20, 0xdf21 };
	uint8_t digest[32];
	struct jm_rbuf v;
	const uint8_t *from;

	if (jm_tlv_find(r->attributes, table, NELEM(table), &v) != JM_OK)
		return 0;
	from = v.p + v.left;
	MUST(jm_hash(JM_SHA256, from,
		 (size_t)(r->attributes.p + r->attributes.left - from),
		 digest) == JM_OK);
	return memmem(r->signature.p, r->signature.left, digest,
		   sizeof digest) != NULL;
}

static struct jm_rbuf
record(struct feed *f, int absent)
{
	struct jm_rbuf r;

	r.p = feed_string(f, &r.left);
	if (absent)
		r = (struct jm_rbuf){ NULL, 0 };
	return r;
}

static void
records(struct feed *f, unsigned how)
{
	struct jm_rsa_pub ca = { .e = { 1, 0, 1 }, .e_len = 3 };
	struct jm_attr_records r;
	const int with_ca = (how & 2) != 0;
	const uint8_t *n;
	jm_err e;

	r.attributes = record(f, 0);
	r.signature = record(f, (how & 4) != 0);
	r.certificate = record(f, (how & 8) != 0);
	n = feed_string(f, &ca.n_len);
	if (ca.n_len > sizeof ca.n)
		ca.n_len = sizeof ca.n;
	memcpy(ca.n, n, ca.n_len);
	ca.bits = (unsigned)(8 * ca.n_len);

	memset(&attr, 0xa5, sizeof attr);
	e = jm_attr_check(&r, with_ca ? &ca : NULL, &attr);
	if (e != JM_OK) {
		MUST(memcmp(&attr, &none, sizeof attr) == 0);
		return;
	}
	check_taken(&attr);
	MUST(attr.proof != JM_ATTR_CERTIFIED || with_ca);
	MUST(attr.proof != JM_ATTR_SIGNED || !with_ca);
	if (attr.proof == JM_ATTR_CERTIFIED || attr.proof == JM_ATTR_SIGNED)
		MUST(is_bound(&r));
	MUST((attr.proof == JM_ATTR_NO_SIGNATURE) == (r.signature.p == NULL));
}

/* --- a card --------------------------------------------------------------- */

static void
ask_for_data(struct jm_token *t, struct hostile *h, struct feed *f)
{
	const unsigned verifies = h->verifies;
	size_t len;
	const uint8_t *pin = feed_pin(f, &len);
	int tries = 99;
	jm_err e;

	memset(&attr, 0xa5, sizeof attr);
	e = jm_token_attr(t, pin, len, NULL, &attr, &tries);
	MUST(tries >= -1 && tries <= 15);
	MUST(h->verifies - verifies <= 1);
	if (e == JM_OK) {
		MUST(h->verifies == verifies + 1);
		check_taken(&attr);
	} else {
		MUST(memcmp(&attr, &none, sizeof attr) == 0);
	}
}

/* What is in the set is one of these, and begins as it should. */
static void
check_files(
    const struct jm_token *t, const struct jm_data_set *set, unsigned ids)
{
	for (int i = 0; i < JM_DATAS; i++) {
		const struct jm_data_item *item = &set->item[i];
		const struct jm_prof_data *d =
		    jm_token_data_at(t, (enum jm_data_id)i);

		MUST((item->p != NULL) == (item->len > 0));
		if (item->p == NULL)
			continue;
		MUST(d != NULL && (ids >> i & 1) != 0);
		MUST(item->len <= JM_DATA_MAX);
		MUST(d->first == 0 ||
		     (item->len >= 3 && item->p[0] == d->first >> 8 &&
			 item->p[1] == (d->first & 0xff)));
	}
}

static void
ask_for_files(struct jm_token *t, struct hostile *h, struct feed *f)
{
	static const struct jm_data_set none_read;
	const unsigned verifies = h->verifies;
	const unsigned ids = feed_u16(f);
	const int with_pin = (int)feed_below(f, 2);
	struct jm_data_set set = none_read;
	const uint8_t *pin = NULL;
	size_t len = 0;
	int tries = 99;
	jm_err e;

	if (with_pin)
		pin = feed_pin(f, &len);
	e = jm_token_data(t, ids, pin, len, &set, &tries);
	MUST(tries >= -1 && tries <= 15);
	MUST(h->verifies - verifies <= (with_pin ? 1u : 0u));
	check_files(t, &set, ids);
	if (e == JM_OK) {
		MUST(h->verifies == verifies + (with_pin ? 1u : 0u));
		MUST(memcmp(&set, &none_read, sizeof set) != 0);
	} else {
		MUST(memcmp(&set, &none_read, sizeof set) == 0);
	}
	jm_data_wipe(&set);
}

static void
use_pin(struct jm_token *t, struct hostile *h, struct feed *f, int change)
{
	const unsigned verifies = h->verifies, changes = h->changes;
	const enum jm_pin_id id = (enum jm_pin_id)feed_below(f, JM_PINS);
	size_t len, new_len;
	const uint8_t *pin = feed_pin(f, &len), *fresh;
	int tries = 99, bad;
	jm_err e;

	if (change) {
		fresh = feed_pin(f, &new_len);
		e = jm_token_change_pin(
		    t, id, pin, len, fresh, new_len, &bad, &tries);
	} else {
		e = jm_token_check_pin(t, id, pin, len, &tries);
	}
	MUST(tries >= -1 && tries <= 15);
	MUST(h->verifies - verifies <= 1);
	MUST(h->changes - changes <= (change ? 1u : 0u));
	MUST(e != JM_OK || h->verifies == verifies + 1);
}

static void
step(struct jm_token *t, struct hostile *h, struct feed *f)
{
	const unsigned verifies = h->verifies;
	struct jm_pin_state state;
	unsigned found;

	switch (feed_below(f, 8)) {
	case 0: ask_for_data(t, h, f); break;
	case 1: ask_for_files(t, h, f); break;
	case 2: use_pin(t, h, f, 0); break;
	case 3: use_pin(t, h, f, 1); break;
	case 4:
		(void)!jm_token_pin_state(t, JM_PIN_TEXT, 0, &state);
		MUST(state.tries >= -1 && state.tries <= 15);
		MUST(h->verifies == verifies);
		break;
	case 5:
		if (jm_token_apps(t, &found) != JM_OK)
			MUST(found == 0);
		MUST(found < 1u << JM_APPS);
		MUST(h->verifies == verifies);
		break;
	case 6: clock_ahead += 1000u << feed_below(f, 16); break;
	default: hostile_arm(h, f); break;
	}
	MUST(!h->begun);
	MUST(!hostile_verified(h));
}

static void
whole_card(struct feed *f)
{
	struct jm_token *t = NULL;
	struct jm_link link;
	struct hostile h;

	clock_ahead = 0;
	hostile_open(&h, f);
	link = hostile_link(&h);
	if (jm_token_open(&link, &jm_policy_default, &t) != JM_OK)
		MUST(t == NULL);
	while (t != NULL && f->left > 0)
		step(t, &h, f);
	jm_token_free(&t);
	hostile_close(&h);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = { data, size };
	const unsigned how = feed_u8(&f);

	if ((how & 1) == 0)
		records(&f, how);
	else
		whole_card(&f);
	return 0;
}
