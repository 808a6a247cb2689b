/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "crypto/asn1_put.h"

#include "base/tlv.h"
#include "crypto/asn1_tag.h"

/* One arc of a dotted OID and the dot behind it; 0 if there is none. */
static int
take_arc(const char **s, uint64_t *arc)
{
	const char *p = *s;

	if (*p < '0' || *p > '9')
		return 0;
	for (*arc = 0; *p >= '0' && *p <= '9'; p++)
		if ((*arc = 10 * *arc + (uint64_t)(*p - '0')) > UINT32_MAX)
			return 0;
	if (*p == '.' && p[1] != '\0')
		p++;
	*s = p;
	return 1;
}

static void
put_arc(struct jm_wbuf *w, uint64_t v)
{
	unsigned groups = 1;

	while (v >> 7 * groups != 0)
		groups++;
	while (groups-- > 1)
		jm_put_u8(w, (unsigned)(v >> 7 * groups & 0x7f) | 0x80);
	jm_put_u8(w, (unsigned)(v & 0x7f));
}

void
jm_put_oid(struct jm_wbuf *w, const char *dotted)
{
	const size_t start = w->len;
	uint64_t root, arc;

	if (!take_arc(&dotted, &root) || !take_arc(&dotted, &arc) || root > 2 ||
	    (root < 2 && arc > 39)) {
		w->full = 1;
		return;
	}
	put_arc(w, 40 * root + arc);
	while (take_arc(&dotted, &arc))
		put_arc(w, arc);
	if (*dotted != '\0')
		w->full = 1;
	jm_tlv_wrap(w, start, TAG_OID);
}

void
jm_put_algorithm(struct jm_wbuf *w, const char *oid, int with_null)
{
	const size_t start = w->len;

	jm_put_oid(w, oid);
	if (with_null)
		jm_put_tlv(w, TAG_NULL, NULL, 0);
	jm_tlv_wrap(w, start, TAG_SEQUENCE);
}

void
jm_put_positive(struct jm_wbuf *w, const uint8_t *v, size_t len)
{
	const size_t start = w->len;

	while (len > 1 && v[0] == 0) {
		v++;
		len--;
	}
	if (len == 0 || (v[0] & 0x80) != 0)
		jm_put_u8(w, 0);
	jm_put(w, v, len);
	jm_tlv_wrap(w, start, TAG_INTEGER);
}
