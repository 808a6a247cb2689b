/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "nym/assertion.h"
#include "nym/origin.h"

#define EXPORTER_LEN 32 /* RFC 9266 */
#define SESSION_MAX  64

jm_err
nym_ctx(const char *origin, size_t origin_len, const uint8_t *exporter,
    size_t exporter_len, const uint8_t *session, size_t session_len,
    uint8_t ctx[NYM_CTX_LEN], size_t *len)
{
	const struct nym_field f[] = { { origin, origin_len },
		{ exporter, exporter_len }, { session, session_len } };
	jm_err e;

	*len = 0;
	memset(ctx, 0, NYM_CTX_LEN);
	if (origin_len == 0 && exporter_len == 0 && session_len == 0)
		return JM_OK;
	if ((origin_len != 0 && !nym_origin_ok(origin, origin_len)) ||
	    (exporter_len != 0 && exporter_len != EXPORTER_LEN) ||
	    session_len > SESSION_MAX)
		return JM_FORMAT;
	if ((e = nym_enc_hash("NYM1/ctx", f, NELEM(f), ctx)) == JM_OK)
		*len = NYM_CTX_LEN;
	return e;
}
