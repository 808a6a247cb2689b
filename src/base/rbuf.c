/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/rbuf.h"

jm_err
jm_take(struct jm_rbuf *r, size_t n, const uint8_t **at)
{
	*at = NULL;
	if (n > r->left)
		return JM_FORMAT;
	*at = r->p;
	if (n > 0) /* p may be NULL in an empty cursor */
		r->p += n;
	r->left -= n;
	return JM_OK;
}

jm_err
jm_take_u8(struct jm_rbuf *r, unsigned *v)
{
	const uint8_t *p;
	jm_err e;

	*v = 0;
	if ((e = jm_take(r, 1, &p)) == JM_OK)
		*v = p[0];
	return e;
}

jm_err
jm_take_be16(struct jm_rbuf *r, unsigned *v)
{
	const uint8_t *p;
	jm_err e;

	*v = 0;
	if ((e = jm_take(r, 2, &p)) == JM_OK)
		*v = (unsigned)p[0] << 8 | p[1];
	return e;
}

jm_err
jm_take_be32(struct jm_rbuf *r, uint32_t *v)
{
	const uint8_t *p;
	jm_err e;

	*v = 0;
	if ((e = jm_take(r, 4, &p)) == JM_OK)
		*v = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		     (uint32_t)p[2] << 8 | p[3];
	return e;
}
