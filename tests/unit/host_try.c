/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/host_try.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/rsa_pad.h"
#include "tests/support/test.h"

#define SELECT "00A4040C0AD392F000260100000001"
#define LOGOUT "00A4040C07A0000001510000"

static struct {
	struct vslot *slot;
	struct jm_link way;
	int changed;
	int armed, fired;
	unsigned left; /* commands before the fault */
	enum host_fault fault;
	unsigned apdus, verifies;
} host;

static jm_err
host_begin(void *self)
{
	const jm_err e = host.way.ops->begin(host.way.self);

	(void)self;
	if (e != JM_OK || !host.changed)
		return e;
	host.changed = 0;
	host.way.ops->end(host.way.self, JM_END_LEAVE);
	return JM_RESET;
}

static void
host_end(void *self, enum jm_end how)
{
	(void)self;
	(void)how; /* the host's power, and the host's transaction */
	host.way.ops->end(host.way.self, JM_END_LEAVE);
}

static jm_err
pass(const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t *rsp_len)
{
	return host.way.ops->transmit(
	    host.way.self, cmd, cmd_len, rsp, rsp_len);
}

static jm_err
go_wrong(const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t *rsp_len)
{
	size_t n = *rsp_len;
	jm_err e = JM_OK;

	switch (host.fault) {
	case HOST_LOST_AFTER:
	case HOST_RESET_AFTER:
		e = pass(cmd, cmd_len, rsp, &n);
		assert_int_equal(e, JM_OK);
		break;
	case HOST_REFUSED:
		rsp[0] = 0x6a;
		rsp[1] = 0x82;
		*rsp_len = 2;
		return JM_OK;
	case HOST_GONE: *rsp_len = 0; return JM_GONE;
	case HOST_LOST_BEFORE:
	case HOST_RESET_BEFORE: break;
	}
	*rsp_len = 0;
	if (host.fault == HOST_LOST_BEFORE || host.fault == HOST_LOST_AFTER)
		return JM_LINK;
	host.changed = 1;
	return JM_RESET;
}

static jm_err
host_transmit(void *self, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t *rsp_len)
{
	(void)self;
	host.apdus++;
	host.verifies += cmd[1] == 0x20 && cmd_len > 4;
	if (!host.armed || host.left-- > 0)
		return pass(cmd, cmd_len, rsp, rsp_len);
	host.armed = 0;
	host.fired = 1;
	return go_wrong(cmd, cmd_len, rsp, rsp_len);
}

static size_t
host_atr(void *self, uint8_t out[JM_ATR_MAX])
{
	(void)self;
	return host.way.ops->atr(host.way.self, out);
}

static void
host_close(void *self)
{
	(void)self;
	jm_link_close(&host.way);
}

static const struct jm_link_ops ops = { .begin = host_begin,
	.end = host_end,
	.transmit = host_transmit,
	.atr = host_atr,
	.close = host_close };

void
host_fault_at(unsigned nth, enum host_fault fault)
{
	host.armed = 1;
	host.fired = 0;
	host.left = nth;
	host.fault = fault;
}

int
host_fault_fired(void)
{
	host.armed = 0;
	return host.fired;
}

void
host_changed(void)
{
	host.changed = 1;
}

struct jm_token *
host_token_with(struct vslot *slot, const struct jm_policy *policy)
{
	const struct jm_link link = { &ops, &host };
	struct jm_pin_state counter;
	struct jm_token *t;

	memset(&host, 0, sizeof host);
	host.slot = slot;
	assert_int_equal(vslot_link(slot, &host.way), JM_OK);
	assert_int_equal(jm_token_open(&link, policy, &t), JM_OK);
	/* Counters as they are after a first login: full when last seen. */
	for (int pair = 0; pair < JM_PAIRS; pair++)
		if (jm_token_has(t, (enum jm_pair)pair))
			assert_int_equal(
			    jm_token_pin_state(t,
				jm_pair_pin((enum jm_pair)pair), 0, &counter),
			    JM_OK);
	host_cost(slot, NULL);
	return t;
}

struct jm_token *
host_token(struct vslot *slot, enum jm_consent consent)
{
	struct jm_policy policy = jm_policy_default;

	policy.host_keeps = 1;
	policy.consent[JM_PAIR_SIGN] = consent;
	return host_token_with(slot, &policy);
}

jm_err
host_login_as(struct jm_token *t, enum jm_pair pair, const char *pin)
{
	int tries;

	return jm_token_login(t, pair, pin, strlen(pin), 1, &tries);
}

jm_err
host_login(struct jm_token *t, enum jm_pair pair)
{
	return host_login_as(t, pair, pair == JM_PAIR_AUTH ? "1234" : "ABC123");
}

jm_err
host_sign(struct jm_token *t, enum jm_pair pair)
{
	uint8_t digest[32] = { 7 }, in[JM_DIGESTINFO_MAX], sig[256];
	size_t len, sig_len;
	jm_err e;

	jm_digestinfo(JM_SHA256, digest, in, &len);
	e = jm_token_sign(
	    t, pair, JM_SIGN_PKCS1, in, len, sig, sizeof sig, &sig_len);
	assert_int_equal(sig_len, e == JM_OK ? 256 : 0);
	return e;
}

int
host_verified(struct vslot *slot, enum jm_pair pair)
{
	const char *const use[] = { SELECT,
		pair == JM_PAIR_AUTH ? "00A4020C020017" : "00A4020C02001A",
		"802A00800401020304"
		"00" };
	const unsigned sw = fixture_sw(slot, use, NELEM(use));

	assert_true(sw == 0x9000 || sw == 0x6982);
	return sw == 0x9000;
}

unsigned
host_logins(struct jm_token *t)
{
	unsigned bits = 0;

	for (int p = 0; p < JM_PAIRS; p++)
		if (jm_token_logged_in(t, (enum jm_pair)p))
			bits |= 1u << p;
	return bits;
}

unsigned
host_status(struct vslot *slot)
{
	unsigned bits = 0;

	for (int p = 0; p < JM_PAIRS; p++)
		if (host_verified(slot, (enum jm_pair)p))
			bits |= 1u << p;
	return bits;
}

void
host_other_logs_out(struct vslot *slot)
{
	static const char *const use[] = { LOGOUT };

	assert_int_equal(fixture_sw(slot, use, NELEM(use)), 0x9000);
}

void
host_other_logs_in(struct vslot *slot, enum jm_pair pair)
{
	const char *const use[] = { SELECT,
		pair == JM_PAIR_AUTH ? "00A4020C020018" : "00A4020C02001B",
		pair == JM_PAIR_AUTH ? "002000800431323334"
				     : "0020008006414243313233" };

	assert_int_equal(fixture_sw(slot, use, NELEM(use)), 0x9000);
}

unsigned
host_cost(struct vslot *slot, unsigned *verifies)
{
	const unsigned n = host.apdus;

	assert_int_equal(vslot_counted(slot).outside, 0);
	if (verifies != NULL)
		*verifies = host.verifies;
	host.apdus = host.verifies = 0;
	return n;
}

struct jm_cert *
host_sign_cert(void)
{
	struct vslot *slot = fixture_slot(NULL);
	struct jm_token *t = fixture_token(slot);
	struct jm_cert *copy = malloc(sizeof *copy);
	const struct jm_cert *c;
	int tries;

	assert_non_null(copy);
	assert_int_equal(
	    jm_token_cert_with_pin(t, JM_CERT_SIGN, "ABC123", 6, &tries, &c),
	    JM_OK);
	*copy = *c;
	jm_token_free(&t);
	vslot_close(&slot);
	return copy;
}
