/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apdu/apdu.h"

#define SHORT_NC 255u
#define SHORT_NE 256u

jm_err
jm_capdu_encode(const struct jm_capdu *c, uint8_t *out, size_t cap, size_t *len)
{
	const int ext = c->nc > SHORT_NC || c->ne > SHORT_NE;
	struct jm_wbuf w;

	*len = 0;
	if (c->nc > JM_NC_MAX || c->ne > JM_NE_MAX ||
	    (c->nc > 0 && c->data == NULL))
		return JM_ARG;

	jm_wbuf_init(&w, out, cap);
	jm_put(&w, (const uint8_t[]){ c->cla, c->ins, c->p1, c->p2 }, 4);
	if (ext)
		jm_put_u8(&w, 0);
	if (c->nc > 0) {
		if (ext)
			jm_put_be16(&w, (unsigned)c->nc);
		else
			jm_put_u8(&w, (unsigned)c->nc);
		jm_put(&w, c->data, c->nc);
	}
	if (c->ne > 0) { /* the maximum goes out as zero: that is the format */
		if (ext)
			jm_put_be16(&w, (unsigned)c->ne & 0xffff);
		else
			jm_put_u8(&w, (unsigned)c->ne & 0xff);
	}
	return jm_wbuf_done(&w, len); /* the only place JM_SPACE can appear */
}
