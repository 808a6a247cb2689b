/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* clang-format off */
#include "tests/wine/winscard_dll.h"
#include "tests/wine/winscard_test.h" /* not before winsock2.h */
/* clang-format on */

#include <string.h>

LONG
JmTest(unsigned op, const BYTE *in, size_t in_len, BYTE *out, size_t *out_len)
{
	struct scard_conn *c;
	struct jm_rbuf r;
	SCARDCONTEXT ctx;
	LONG rv;

	if ((rv = scard_new(&ctx)) != SCARD_S_SUCCESS)
		return rv;
	c = scard_start(ctx, op);
	jm_put(&c->in, in, in_len);
	rv = scard_ask(c, &r);
	if (r.left > *out_len)
		r.left = *out_len;
	memcpy(out, r.p, r.left);
	*out_len = r.left;
	scard_done(c);
	scard_drop(ctx);
	return rv;
}
