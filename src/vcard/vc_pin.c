/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PINs.  A try is paid for on disk before the value is looked at and given back
 * on disk before success is told, so no loss of power ever gains one.
 */
#include <string.h>

#include "base/wipe.h"
#include "vcard/vc_app.h"

static int
in_class(enum vc_form form, uint8_t b)
{
	int digit = b >= '0' && b <= '9';

	switch (form) {
	case VC_FORM_DIGITS: return digit;
	case VC_FORM_ALNUM: return digit || (b >= 'A' && b <= 'Z');
	case VC_FORM_BYTES: return 1;
	}
	return 0;
}

int
vc_pin_form_ok(const struct vc_file_def *def, const uint8_t *pin, size_t len,
    enum vc_change_check check)
{
	unsigned digits = 0;

	if (len == 0 || len > VC_PIN_MAX)
		return 0;
	if (check == VC_CHANGE_ANY)
		return 1;
	if (len < def->pin_min || len > def->pin_max)
		return 0;
	if (check == VC_CHANGE_LENGTH)
		return 1;
	for (size_t i = 0; i < len; i++) {
		if (!in_class(def->form, pin[i]))
			return 0;
		digits += pin[i] >= '0' && pin[i] <= '9';
	}
	/* Letters and digits together means at least one of each. */
	return def->form != VC_FORM_ALNUM || (digits > 0 && digits < len);
}

unsigned
vc_pin_full(const struct vc_app *a, const struct vc_file_def *def)
{
	if (def->part == VC_PART_NUMBER && a->par->number_tries != 0)
		return a->par->number_tries;
	return def->tries;
}

/* No try of it is ever paid for. */
static int
limitless(const struct vc_app *a, const struct vc_file *f)
{
	return f->def->part == VC_PART_NUMBER && a->par->number_tries == 0;
}

/* The PIN of an absent pair, where the card shows it, is a blocked one.  A
 * parameter of the run may allow fewer tries than the image has. */
static unsigned
tries_left(const struct vc_app *a, const struct vc_file *f)
{
	const unsigned full = vc_pin_full(a, f->def);

	if ((f->def->pair == VC_PAIR_AUTH && !a->par->auth_pair) ||
	    (f->def->pair == VC_PAIR_SIGN && !a->par->sign_pair))
		return 0;
	if (limitless(a, f))
		return full; /* whatever was counted under a limit */
	return f->tries < full ? f->tries : full;
}

static unsigned
counter_sw(const struct vc_app *a, const struct vc_file *f)
{
	return limitless(a, f) ? 0x6300 : 0x63c0 | tries_left(a, f);
}

static unsigned
retry_query(const struct vc_app *a, int i)
{
	const struct vc_file *f = &a->file[i];

	if ((a->verified >> i & 1) != 0 && a->par->retry_verified)
		return 0x9000;
	/* One that has always been blocked tells so in its own way. */
	if (tries_left(a, f) == 0 && f->def->tries != 0)
		return a->par->retry_blocked_sw;
	return counter_sw(a, f);
}

/* 1 when equal; the time does not depend on where they differ. */
static int
matches(const struct vc_file *f, const uint8_t *pin, size_t len)
{
	uint8_t a[VC_PIN_MAX + 1] = { 0 }, b[VC_PIN_MAX + 1] = { 0 };
	int same;

	memcpy(a, f->pin, f->pin_len);
	memcpy(b, pin, len < VC_PIN_MAX ? len : VC_PIN_MAX);
	a[VC_PIN_MAX] = (uint8_t)f->pin_len;
	b[VC_PIN_MAX] = (uint8_t)len;
	same = jm_ct_equal(a, b, sizeof a);
	jm_wipe(a, sizeof a);
	jm_wipe(b, sizeof b);
	return same;
}

static jm_err
present(struct vc_app *a, int i, const struct vc_cmd *c, unsigned *sw)
{
	struct vc_file *f = &a->file[i];
	const uint32_t bit = (uint32_t)1 << i;
	const int pays = !limitless(a, f);
	unsigned paid;
	jm_err e = JM_OK;

	*sw = a->par->verify_blocked_sw;
	if (tries_left(a, f) == 0)
		return JM_OK;
	*sw = 0x6700;
	if (c->nc > VC_PIN_MAX)
		return JM_OK;
	if (a->par->pin_length == VC_LENGTH_6700 &&
	    !vc_pin_form_ok(f->def, c->data, c->nc, VC_CHANGE_LENGTH))
		return JM_OK;

	/* A failed write may still have reached the disk: the lower count stays
	 * in memory then. */
	if (pays) {
		f->tries = tries_left(a, f) - 1;
		e = a->store->commit(a->store->arg, VC_PHASE_PAY, NULL);
	}
	if (e != JM_OK)
		return e;
	if (!matches(f, c->data, c->nc)) {
		if (a->par->wrong_verify_drops)
			a->verified &= ~bit;
		*sw = counter_sw(a, f);
		return JM_OK;
	}
	paid = f->tries;
	f->tries = vc_pin_full(a, f->def);
	if (pays)
		e = a->store->commit(a->store->arg, VC_PHASE_RESTORE, NULL);
	if (e != JM_OK) {
		f->tries = paid;
		return e;
	}
	a->verified |= bit;
	*sw = 0x9000;
	return JM_OK;
}

/* An operator's PIN does not go over the wire in the clear. */
int
vc_pin_taken(const struct vc_app *a)
{
	return (a->def->traits & VC_T_OPERATOR) == 0 ||
	       vc_channel_ready(a->channel);
}

jm_err
vc_verify(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	int i;

	(void)out;
	*sw = 0x6a86;
	if (c->p1 != 0)
		return JM_OK;
	if ((*sw = vc_app_ref(self, c->p2, VC_PIN, &i)) != 0x9000)
		return JM_OK;
	*sw = 0x6700;
	if (c->ne != 0) /* also the query: exactly four bytes */
		return JM_OK;
	if (c->nc == 0) {
		*sw = retry_query(self, i);
		return JM_OK;
	}
	*sw = 0x6982;
	if (!vc_pin_taken(self))
		return JM_OK;
	return present(self, i, c, sw);
}
