/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verdict on an assertion, in the order of nym1.md, section 6.3. */
#include <string.h>

#include "crypto/p256_verify.h"
#include "crypto/sha256.h"
#include "nym/nym_impl.h"

#define SKEW_MAX 300 /* seconds */

nym_reason
nym_reason_of(jm_err e, nym_reason otherwise)
{
	if (e == JM_NOMEM)
		return NYM_NOMEM;
	return e == JM_CRYPTO ? NYM_INTERNAL : otherwise;
}

static int
policy_ok(const nym_policy *p)
{
	enum nym_scheme scheme;
	uint32_t epoch;

	if (p->scope == NULL || p->skew > SKEW_MAX ||
	    nym_scope_check(p->scope, strlen(p->scope), &scheme) != JM_OK ||
	    nym_epoch(p->period, 0, &epoch) != JM_OK ||
	    (p->need & ~(NYM_REGISTRAR | NYM_CARD)) != 0 ||
	    (p->n_ctx != 0 && p->ctx == NULL))
		return 0;
	if (p->need != 0)
		return p->trust != NULL;
	return p->xl_root == NULL && p->srl_root == NULL;
}

/* In constant time: the challenge is as good as a password for its minutes. */
static int
equal(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a, *y = b;
	unsigned diff = 0;

	for (size_t i = 0; i < len; i++)
		diff |= x[i] ^ y[i];
	return diff == 0;
}

static int
ctx_ok(const nym_policy *p, const struct nym_field *ctx)
{
	const size_t n = p->ctx != NULL && p->n_ctx == 0 ? 1 : p->n_ctx;

	if (n == 0)
		return ctx->len == 0;
	if (ctx->len != NYM_CTX_LEN)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (memcmp(p->ctx + i * NYM_CTX_LEN, ctx->p, NYM_CTX_LEN) == 0)
			return 1;
	return 0;
}

/* Step 2. */
static nym_reason
check_body(const nym_policy *p, const uint8_t *chal, size_t chal_len,
    const struct nym_assertion *a)
{
	const uint32_t skew = p->skew == 0 ? SKEW_MAX : p->skew;
	uint32_t epoch;

	if (a->scope.len != strlen(p->scope) ||
	    memcmp(a->scope.p, p->scope, a->scope.len) != 0)
		return NYM_SCOPE;
	if (a->challenge.len != chal_len ||
	    !equal(a->challenge.p, chal, chal_len))
		return NYM_CHALLENGE;
	if (a->period != p->period)
		return NYM_PERIOD;
	if ((a->time > p->now ? a->time - p->now : p->now - a->time) > skew)
		return NYM_TIME;
	if (nym_epoch(a->period, a->time, &epoch) != JM_OK || a->epoch != epoch)
		return NYM_EPOCH;
	return ctx_ok(p, &a->ctx) ? NYM_OK : NYM_CONTEXT;
}

/* ECDSA-SHA256 over msg. */
static jm_err
check_sig(const uint8_t *pk, const struct nym_field *msg,
    const struct nym_field *sig, uint8_t hash[32])
{
	jm_err e;

	if ((e = jm_sha256(msg->p, msg->len, hash)) == JM_OK)
		e = jm_p256_verify(pk, hash, sig->p);
	return e;
}

/* Steps 3 and 4; hash: of the body. */
static nym_reason
check_key(const struct nym_assertion *a, const uint8_t sh[NYM_SH_LEN],
    uint8_t hash[32], nym_result *r)
{
	jm_err e;

	if ((e = check_sig(a->pk, &a->body, &a->sig, hash)) != JM_OK)
		return nym_reason_of(
		    e, e == JM_FORMAT ? NYM_KEY : NYM_SIGNATURE);
	memcpy(r->x, a->pk + 1, sizeof r->x);
	e = nym_nid(sh, NYM_USE_ASSERT, r->x, r->nid);
	return nym_reason_of(e, e == JM_OK ? NYM_OK : NYM_INTERNAL);
}

/* Step 6. */
static nym_reason
check_known(const nym_policy *p, const nym_result *r, unsigned *is)
{
	*is = p->lookup != NULL ? p->lookup(p->lookup_arg, r->nid) : 0;
	if ((*is & NYM_IS_BANNED) != 0)
		return NYM_BANNED;
	return (*is & NYM_IS_CLOSED) != 0 ? NYM_CLOSED : NYM_OK;
}

/* The old key's half and the new key's, over this body. */
static nym_reason
check_roll_sigs(const struct nym_assertion *a, const uint8_t sh[NYM_SH_LEN],
    const uint8_t body_hash[32], nym_result *r)
{
	const uint8_t *pk_old = a->roll_pk_old.p;
	struct nym_field f[3];
	uint8_t hash[32];
	jm_err e;

	if (nym_parse_enc(a->roll.p, a->roll.len, "NYM1/roll", f, NELEM(f)) !=
		JM_OK ||
	    memcmp(f[0].p, sh, NYM_SH_LEN) != 0 ||
	    memcmp(f[2].p, body_hash, 32) != 0)
		return NYM_ROLL_OTHER;
	if (memcmp(pk_old + 1, a->pk + 1, NYM_X_LEN) == 0)
		return NYM_ROLL_KEY;
	if ((e = check_sig(pk_old, &a->roll, &a->roll_old_sig, hash)) != JM_OK)
		return nym_reason_of(
		    e, e == JM_FORMAT ? NYM_ROLL_KEY : NYM_ROLL_SIGNATURE);
	if ((e = check_sig(a->pk, &a->roll, &a->roll_new_sig, hash)) != JM_OK)
		return nym_reason_of(e, NYM_ROLL_SIGNATURE);
	e = nym_nid(sh, NYM_USE_ASSERT, pk_old + 1, r->old_nid);
	return nym_reason_of(e, e == JM_OK ? NYM_OK : NYM_INTERNAL);
}

/* Step 7; is: what is known of the new identifier. */
static nym_reason
check_roll(const nym_policy *p, const struct nym_assertion *a,
    const uint8_t sh[NYM_SH_LEN], const uint8_t body_hash[32], unsigned is,
    nym_result *r)
{
	nym_reason why;
	unsigned old;

	if (a->roll.p == NULL)
		return NYM_OK;
	if ((why = check_roll_sigs(a, sh, body_hash, r)) != NYM_OK)
		return why;
	r->has_roll = 1;
	if (p->lookup == NULL)
		return NYM_OK;
	old = p->lookup(p->lookup_arg, r->old_nid);
	if ((old & NYM_IS_CLOSED) != 0)
		return NYM_ROLL_CLOSED;
	if ((old & (NYM_IS_KNOWN | NYM_IS_BANNED)) == 0)
		return NYM_ROLL_UNKNOWN;
	if ((is & NYM_IS_KNOWN) != 0)
		return NYM_ROLL_KNOWN;
	return (old & NYM_IS_BANNED) != 0 ? NYM_BANNED : NYM_OK;
}

static nym_reason
verify(const nym_policy *p, const uint8_t *chal, size_t chal_len,
    const uint8_t *msg, size_t msg_len, nym_result *r)
{
	uint8_t sh[NYM_SH_LEN], hash[32];
	struct nym_assertion a;
	nym_reason why;
	unsigned is;
	jm_err e;

	if ((e = nym_wire_parse(msg, msg_len, &a)) != JM_OK)
		return nym_reason_of(e, NYM_MALFORMED);
	if ((why = check_body(p, chal, chal_len, &a)) != NYM_OK)
		return why;
	if (nym_scope_hash(p->scope, strlen(p->scope), sh) != JM_OK)
		return NYM_INTERNAL;
	if ((why = check_key(&a, sh, hash, r)) != NYM_OK ||
	    (why = nym_verify_att(p, &a, sh, r)) != NYM_OK ||
	    (why = check_known(p, r, &is)) != NYM_OK)
		return why;
	r->epoch = a.epoch;
	r->time = a.time;
	if (a.manifest_hash != NULL) {
		r->has_manifest = 1;
		memcpy(r->manifest, a.manifest_hash, sizeof r->manifest);
	}
	return check_roll(p, &a, sh, hash, is, r);
}

int
nym_verify(const nym_policy *policy, const uint8_t *chal, size_t chal_len,
    const uint8_t *msg, size_t msg_len, nym_result *result)
{
	nym_reason why = NYM_ARG;

	if (result == NULL)
		return NYM_ARG;
	memset(result, 0, sizeof *result);
	if (policy != NULL && chal != NULL && msg != NULL &&
	    chal_len >= NYM_CHALLENGE_MIN && chal_len <= NYM_CHALLENGE_MAX &&
	    policy_ok(policy))
		why = verify(policy, chal, chal_len, msg, msg_len, result);
	if (why != NYM_OK && !(why == NYM_BANNED && result->has_roll))
		memset(result, 0, sizeof *result);
	return (int)why;
}
