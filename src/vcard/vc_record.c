/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Record files: the records one after the other, two bytes of length before
 * each; or the card's log, newest first. */
#include <stdlib.h>
#include <string.h>

#include "base/rbuf.h"
#include "vcard/vc_app.h"

int
vc_records_ok(const uint8_t *p, size_t len)
{
	struct jm_rbuf r = { p, len };
	const uint8_t *at;
	unsigned n;

	while (r.left > 0)
		if (jm_take_be16(&r, &n) != JM_OK || n == 0 || n > 255 ||
		    jm_take(&r, n, &at) != JM_OK)
			return 0;
	return 1;
}

/* Record n, counted from 1: where it is in the contents, 0 when there is none.
 */
static int
find_record(const uint8_t *p, size_t size, unsigned n, size_t *off, size_t *len)
{
	struct jm_rbuf r = { p, size };
	const uint8_t *at;
	unsigned k;

	while (n > 0 && r.left > 0) {
		if (jm_take_be16(&r, &k) != JM_OK ||
		    jm_take(&r, k, &at) != JM_OK)
			return 0;
		*off = (size_t)(at - p);
		*len = k;
		if (--n == 0)
			return 1;
	}
	return 0;
}

/* The file that P2 means: bits 8 to 4 a short id, 0 the current one. */
static unsigned
record_target(struct vc_app *a, const struct vc_cmd *c, int *i)
{
	unsigned sfi = c->p2 >> 3, sw;

	*i = -1;
	if ((c->p2 & 7) == 5)
		return 0x6a81; /* from this record to the last */
	if ((c->p2 & 7) != 4 || sfi == 31)
		return 0x6a86;
	if ((sw = vc_app_ref(a, 0x80 | sfi, VC_RECORDS, i)) == 0x9000)
		a->cur = *i;
	return sw;
}

static unsigned
read_log(const struct vc_log *log, unsigned n, struct jm_wbuf *out)
{
	uint8_t record[VC_LOG_RECORD_MAX];
	size_t len;

	if (n == 0 || n > log->count ||
	    vc_log_record(&log->entry[log->count - n], record, &len) != JM_OK)
		return 0x6a83;
	jm_put(out, record, len);
	return 0x9000;
}

jm_err
vc_read_record(struct vc_app *self, const struct vc_cmd *c, struct jm_wbuf *out,
    unsigned *sw)
{
	const struct vc_file *f;
	size_t off, len;
	int i;

	*sw = 0x6700;
	if (c->nc != 0 || c->ne == 0)
		return JM_OK;
	if ((*sw = record_target(self, c, &i)) != 0x9000)
		return JM_OK;
	f = &self->file[i];
	*sw = 0x6982;
	if (!vc_may(self, (size_t)i))
		return JM_OK;
	if (f->def->source == VC_SRC_LOG) {
		*sw = read_log(self->log, c->p1, out);
		return JM_OK;
	}
	*sw = 0x6a83;
	if (!find_record(f->data, f->len, c->p1, &off, &len))
		return JM_OK;
	jm_put(out, f->data + off, len);
	*sw = 0x9000;
	return JM_OK;
}

/* The record keeps its length. */
jm_err
vc_update_record(struct vc_app *self, const struct vc_cmd *c,
    struct jm_wbuf *out, unsigned *sw)
{
	struct vc_staged base, new = { NULL, 0, NULL };
	enum vc_grant grant;
	size_t off, len;
	jm_err e;
	int i;

	(void)out;
	*sw = 0x6d00;
	if (!vc_app_writable(self))
		return JM_OK;
	*sw = 0x6700;
	if (c->nc == 0 || c->ne != 0)
		return JM_OK;
	if ((*sw = record_target(self, c, &i)) != 0x9000)
		return JM_OK;
	*sw = 0x6982;
	grant = vc_update_grant(self, (size_t)i);
	if (grant == VC_REFUSED || self->file[i].def->source != VC_SRC_IMAGE)
		return JM_OK;
	base = vc_update_base(self, (size_t)i, grant);
	*sw = 0x6a83;
	if (!find_record(base.data, base.len, c->p1, &off, &len))
		return JM_OK;
	*sw = 0x6700;
	if (c->nc != len)
		return JM_OK;
	if ((new.data = malloc(base.len)) == NULL)
		return JM_NOMEM;
	memcpy(new.data, base.data, base.len);
	memcpy(new.data + off, c->data, len);
	new.len = base.len;
	if ((e = vc_update_put(self, (size_t)i, grant, &new)) == JM_OK)
		*sw = 0x9000;
	return e;
}
