/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Step 5 of nym1.md, section 6.3: who stands behind the identifier. */
#include <string.h>

#include "crypto/sha256.h"
#include "nym/nym_impl.h"

/* The chain's leaf, to a root that is trusted with this kind. */
static nym_reason
check_chain(const nym_policy *p, const struct nym_assertion *a,
    enum nym_kind kind, struct jm_ec_pub *leaf, nym_result *r)
{
	const struct jm_roots *roots = p->trust->roots[kind - 1];
	struct nym_field der[NYM_CHAIN_MAX];
	struct jm_chain_cert certs[NYM_CHAIN_MAX];
	uint8_t spki[32];
	size_t n;
	jm_err e;

	if (roots == NULL || nym_chain_parse(&a->att_chain, der, &n) != JM_OK)
		return NYM_ATT_CHAIN;
	for (size_t i = 0; i < n; i++)
		certs[i] = (struct jm_chain_cert){ der[i].p, der[i].len };
	e = jm_chain_verify(roots, certs, n, (time_t)p->now, leaf, spki);
	if (e == JM_REFUSED)
		return NYM_ATT_REVOKED;
	if (e != JM_OK)
		return nym_reason_of(e, NYM_ATT_CHAIN);
	memcpy(r->batch, spki, sizeof r->batch);
	return NYM_OK;
}

static nym_reason
check_att_sig(const struct nym_assertion *a, const struct jm_ec_pub *leaf)
{
	uint8_t hash[32];
	jm_err e;

	if ((e = jm_sha256(a->att_stmt.p, a->att_stmt.len, hash)) == JM_OK)
		e = jm_ecdsa_verify(
		    leaf, hash, sizeof hash, a->att_sig.p, a->att_sig.len);
	return nym_reason_of(e, e == JM_OK ? NYM_OK : NYM_ATT_SIGNATURE);
}

/* Of this identifier, at this service. */
static int
same(const nym_policy *p, const struct nym_assertion *a,
    const uint8_t sh[NYM_SH_LEN], const struct nym_stmt *s)
{
	return memcmp(s->sh, sh, NYM_SH_LEN) == 0 && s->use == NYM_USE_ASSERT &&
	       memcmp(s->x, a->pk + 1, NYM_X_LEN) == 0 &&
	       s->period == a->period && s->epoch == a->epoch &&
	       s->rate == (p->rate == 0 ? 1 : p->rate);
}

/* Fresh for this challenge, or dated; never both and never neither. */
static nym_reason
check_when(const nym_policy *p, const struct nym_assertion *a,
    const struct nym_stmt *s)
{
	uint8_t hash[32];
	jm_err e;

	if ((s->kind == NYM_KIND_CARD) != (s->fresh != NULL))
		return NYM_ATT_FRESH;
	if (!nym_stmt_mix(s))
		return NYM_ATT_DATE;
	if (s->kind == NYM_KIND_REGISTRAR)
		return s->not_before <= p->now && p->now <= s->not_after
			   ? NYM_OK
			   : NYM_ATT_DATE;
	if ((e = jm_sha256(a->challenge.p, a->challenge.len, hash)) != JM_OK)
		return nym_reason_of(e, NYM_INTERNAL);
	return s->fresh != NULL && memcmp(s->fresh, hash, sizeof hash) == 0
		   ? NYM_OK
		   : NYM_ATT_FRESH;
}

static int
root_ok(const uint8_t *want, const uint8_t *got)
{
	return want == NULL ||
	       (got != NULL && memcmp(want, got, NYM_ROOT_LEN) == 0);
}

nym_reason
nym_verify_att(const nym_policy *p, const struct nym_assertion *a,
    const uint8_t sh[NYM_SH_LEN], nym_result *r)
{
	struct jm_ec_pub leaf;
	struct nym_stmt s;
	nym_reason why;

	if (a->att_stmt.p == NULL)
		return p->need != 0 ? NYM_ATT_MISSING : NYM_OK;
	if (p->trust == NULL)
		return NYM_OK; /* nobody asked: it shows nothing */
	if (nym_stmt_parse(a->att_stmt.p, a->att_stmt.len, &s) != JM_OK)
		return NYM_MALFORMED;
	if (p->need != 0 && (p->need & (unsigned)s.kind) == 0)
		return NYM_ATT_KIND;
	if ((why = check_chain(p, a, s.kind, &leaf, r)) != NYM_OK ||
	    (why = check_att_sig(a, &leaf)) != NYM_OK)
		return why;
	if (!same(p, a, sh, &s))
		return NYM_ATT_OTHER;
	if ((why = check_when(p, a, &s)) != NYM_OK)
		return why;
	if (!root_ok(p->xl_root, s.xl_root))
		return NYM_XL_ROOT;
	if (!root_ok(p->srl_root, s.srl_root))
		return NYM_SRL_ROOT;
	r->att_kind = (uint8_t)s.kind;
	memcpy(r->xt, s.xt, sizeof r->xt);
	r->born = s.born;
	if (s.trace != NULL) {
		r->trace = s.trace;
		r->trace_len = NYM_TRACE_LEN;
	}
	return NYM_OK;
}
