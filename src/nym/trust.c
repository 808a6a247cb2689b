/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "nym/nym_impl.h"

int
nym_trust_new(nym_trust **out)
{
	nym_trust *t;
	jm_err e = JM_OK;

	if (out == NULL)
		return NYM_ARG;
	*out = NULL;
	if ((t = calloc(1, sizeof *t)) == NULL)
		return NYM_NOMEM;
	for (size_t i = 0; i < NELEM(t->roots) && e == JM_OK; i++)
		e = jm_roots_new(&t->roots[i]);
	if (e != JM_OK) {
		nym_trust_free(t);
		return (int)nym_reason_of(e, NYM_INTERNAL);
	}
	*out = t;
	return NYM_OK;
}

void
nym_trust_free(nym_trust *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < NELEM(t->roots); i++)
		jm_roots_free(&t->roots[i]);
	free(t);
}

int
nym_trust_add(nym_trust *t, unsigned kinds, const char *pem, size_t pem_len)
{
	jm_err e = JM_OK;

	if (t == NULL || pem == NULL || kinds == 0 ||
	    (kinds & ~(unsigned)(NYM_REGISTRAR | NYM_CARD)) != 0)
		return NYM_ARG;
	for (size_t i = 0; i < NELEM(t->roots) && e == JM_OK; i++)
		if ((kinds & 1u << i) != 0)
			e = jm_roots_add(t->roots[i], pem, pem_len);
	return (int)nym_reason_of(e, e == JM_OK ? NYM_OK : NYM_MALFORMED);
}

int
nym_trust_revoke(nym_trust *t, const uint8_t spki_sha256[32])
{
	jm_err e = JM_OK;

	if (t == NULL || spki_sha256 == NULL)
		return NYM_ARG;
	for (size_t i = 0; i < NELEM(t->roots) && e == JM_OK; i++)
		e = jm_roots_revoke(t->roots[i], spki_sha256);
	return (int)nym_reason_of(e, e == JM_OK ? NYM_OK : NYM_INTERNAL);
}
