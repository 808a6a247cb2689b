/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The small calls of nym.h. */
#include <stdlib.h>
#include <string.h>

#include "crypto/b64url.h"
#include "crypto/soft_key.h"
#include "nym/nym_impl.h"
#include "nym/xlist.h"

const char *
nym_strerror(int reason)
{
	switch ((nym_reason)reason) {
#define X(id, text)                                                            \
	case NYM_##id: return text;
		NYM_REASONS(X)
#undef X
	}
	return "unknown reason";
}

const char *
nym_errname(int reason)
{
	switch ((nym_reason)reason) {
#define X(id, text)                                                            \
	case NYM_##id: return #id;
		NYM_REASONS(X)
#undef X
	}
	return "UNKNOWN";
}

int
nym_text(const uint8_t nid[32], char out[NYM_TEXT_SIZE])
{
	if (nid == NULL || out == NULL)
		return NYM_ARG;
	nym_nid_text(nid, out);
	return NYM_OK;
}

int
nym_parse(const char *text, uint8_t nid[32])
{
	if (text == NULL || nid == NULL)
		return NYM_ARG;
	return nym_nid_parse(text, strlen(text), nid) == JM_OK ? NYM_OK
							       : NYM_MALFORMED;
}

int
nym_scope_of(const char *scope, uint8_t sh[32])
{
	enum nym_scheme scheme;
	jm_err e;

	if (scope == NULL || sh == NULL)
		return NYM_ARG;
	memset(sh, 0, 32);
	if (nym_scope_check(scope, strlen(scope), &scheme) != JM_OK)
		return NYM_SCOPE;
	e = nym_scope_hash(scope, strlen(scope), sh);
	return (int)nym_reason_of(e, e == JM_OK ? NYM_OK : NYM_INTERNAL);
}

int
nym_decode(
    const char *text, size_t len, uint8_t *out, size_t cap, size_t *out_len)
{
	jm_err e;

	if (out_len != NULL)
		*out_len = 0;
	if (text == NULL || out == NULL || out_len == NULL)
		return NYM_ARG;
	if ((e = jm_b64url_decode(text, len, out, cap, out_len)) == JM_OK)
		return NYM_OK;
	return (int)nym_reason_of(e, e == JM_SPACE ? NYM_ARG : NYM_MALFORMED);
}

int
nym_challenge(uint8_t out[NYM_CHALLENGE_SIZE])
{
	if (out == NULL)
		return NYM_ARG;
	return jm_random(out, NYM_CHALLENGE_SIZE) == JM_OK ? NYM_OK
							   : NYM_INTERNAL;
}

int
nym_context(const char *origin, const uint8_t *exporter, size_t exporter_len,
    const uint8_t *session, size_t session_len, uint8_t ctx[32])
{
	const size_t origin_len = origin != NULL ? strlen(origin) : 0;
	size_t len;
	jm_err e;

	if (ctx == NULL || (exporter == NULL && exporter_len != 0) ||
	    (session == NULL && session_len != 0))
		return NYM_ARG;
	e = nym_ctx(origin, origin_len, exporter, exporter_len, session,
	    session_len, ctx, &len);
	return (int)nym_reason_of(e, e == JM_OK && len != 0 ? NYM_OK : NYM_ARG);
}

/* --- exclusion list ------------------------------------------------------- */

struct nym_xl {
	struct nym_xlist *list;
};

static int
entry_of(const nym_xl_entry *e, uint8_t out[NYM_ENTRY_LEN])
{
	const struct nym_which w = {
		.use = NYM_USE_ASSERT, .period = e->period, .epoch = e->epoch
	};

	nym_xlist_entry(e->period, e->epoch, e->xt, out);
	return nym_which_ok(&w);
}

int
nym_xl_build(const uint8_t sh[32], const nym_xl_entry *entries, size_t n,
    uint32_t version, nym_xl **out)
{
	uint8_t *raw = NULL;
	nym_reason why = NYM_NOMEM;
	nym_xl *xl;
	jm_err e;

	if (out == NULL)
		return NYM_ARG;
	*out = NULL;
	if (sh == NULL || (entries == NULL && n != 0) ||
	    n > SIZE_MAX / NYM_ENTRY_LEN - 1)
		return NYM_ARG;
	if ((xl = calloc(1, sizeof *xl)) == NULL ||
	    (raw = malloc((n + 1) * NYM_ENTRY_LEN)) == NULL)
		goto out;
	why = NYM_ARG;
	for (size_t i = 0; i < n; i++)
		if (!entry_of(&entries[i], raw + i * NYM_ENTRY_LEN))
			goto out;
	e = nym_xlist_build(sh, raw, n, version, &xl->list);
	if ((why = nym_reason_of(e, e == JM_OK ? NYM_OK : NYM_ARG)) != NYM_OK)
		goto out;
	*out = xl;
	xl = NULL; /* the caller's from here on */
out:
	free(raw);
	nym_xl_free(xl);
	return (int)why;
}

void
nym_xl_free(nym_xl *xl)
{
	if (xl == NULL)
		return;
	nym_xlist_free(&xl->list);
	free(xl);
}

int
nym_xl_root(const nym_xl *xl, uint8_t root[32])
{
	if (xl == NULL || root == NULL)
		return NYM_ARG;
	nym_xlist_root(xl->list, root);
	return NYM_OK;
}

int
nym_xl_proof(const nym_xl *xl, const nym_xl_entry *entry,
    uint8_t out[NYM_PROOF_SIZE], size_t *len)
{
	uint8_t own[NYM_ENTRY_LEN];
	jm_err e;

	_Static_assert(NYM_PROOF_SIZE == NYM_PROOF_MAX, "one size");
	if (len != NULL)
		*len = 0;
	if (xl == NULL || entry == NULL || out == NULL || len == NULL ||
	    !entry_of(entry, own))
		return NYM_ARG;
	e = nym_xlist_proof(xl->list, own, out, len);
	return (int)nym_reason_of(e, e == JM_OK ? NYM_OK : NYM_LISTED);
}

int
nym_xl_check(const uint8_t sh[32], const nym_xl_entry *entry,
    const uint8_t *proof, size_t len, const uint8_t root[32])
{
	uint8_t own[NYM_ENTRY_LEN];
	jm_err e;

	if (sh == NULL || entry == NULL || proof == NULL || root == NULL ||
	    !entry_of(entry, own))
		return NYM_ARG;
	if ((e = nym_xlist_check(sh, own, proof, len, root)) == JM_OK)
		return NYM_OK;
	return (int)nym_reason_of(e, e == JM_REFUSED ? NYM_LISTED : NYM_PROOF);
}
