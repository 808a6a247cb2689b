/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vc_statement.h"

#include <string.h>

#include "base/tlv.h"
#include "vcard/vc_text.h"

#define AID_MIN 5

/* The next object, whose tag has to be this one and whose length one byte. */
static jm_err
field(struct jm_rbuf *r, unsigned tag, size_t min, size_t max,
    struct jm_rbuf *val)
{
	unsigned t, n;
	jm_err e;

	if ((e = jm_take_u8(r, &t)) != JM_OK ||
	    (e = jm_take_u8(r, &n)) != JM_OK)
		return e;
	if (t != tag || n < min || n > max)
		return JM_FORMAT;
	val->left = n;
	return jm_take(r, n, &val->p);
}

static jm_err
fields(struct jm_rbuf *r, struct vc_statement *s)
{
	struct jm_rbuf v;
	jm_err e;

	if ((e = field(r, 0x80, 1, 1, &v)) != JM_OK)
		return e;
	if ((s->op = v.p[0]) >= VC_OP_COUNT)
		return JM_FORMAT;
	if ((e = field(r, 0x81, AID_MIN, VC_AID_MAX, &v)) != JM_OK)
		return e;
	memcpy(s->aid, v.p, s->aid_len = v.left);
	if ((e = field(r, 0x82, 0, VC_TARGET_MAX, &v)) != JM_OK)
		return e;
	memcpy(s->target, v.p, s->target_len = v.left);
	if ((e = field(r, 0x83, VC_CHALLENGE_LEN, VC_CHALLENGE_LEN, &v)) !=
	    JM_OK)
		return e;
	memcpy(s->challenge, v.p, v.left);
	if ((e = field(r, 0x84, VC_TIME_LEN, VC_TIME_LEN, &v)) != JM_OK)
		return e;
	if (!vc_time_ok(v.p, v.left))
		return JM_FORMAT;
	memcpy(s->when, v.p, v.left);
	if ((e = field(r, 0x85, 0, VC_REASON_MAX, &v)) != JM_OK)
		return e;
	if (!vc_utf8_ok(v.p, v.left))
		return JM_FORMAT;
	memcpy(s->reason, v.p, v.left);
	if ((e = field(r, 0x86, 1, VC_ID_MAX, &v)) != JM_OK)
		return e;
	if (!vc_id_ok(v.p, v.left))
		return JM_FORMAT;
	memcpy(s->terminal, v.p, v.left);
	return r->left == 0 ? JM_OK : JM_FORMAT;
}

jm_err
vc_statement_parse(const uint8_t *p, size_t len, struct vc_statement *out)
{
	struct vc_statement s = { 0 };
	struct jm_rbuf all = { p, len }, inside;
	unsigned tag, n, more;
	jm_err e;

	memset(out, 0, sizeof *out);
	/* The whole may need a length of two bytes: 81 and the number. */
	if ((e = jm_take_u8(&all, &tag)) != JM_OK ||
	    (e = jm_take_u8(&all, &n)) != JM_OK)
		return e;
	if (n == 0x81) {
		if ((e = jm_take_u8(&all, &more)) != JM_OK)
			return e;
		if (more < 0x80)
			return JM_FORMAT;
		n = more;
	} else if (n > 0x7f) {
		return JM_FORMAT;
	}
	if (tag != 0x30 || n != all.left)
		return JM_FORMAT;
	inside = all;
	if ((e = fields(&inside, &s)) == JM_OK)
		*out = s;
	return e;
}

jm_err
vc_statement_make(
    const struct vc_statement *s, uint8_t out[VC_STATEMENT_MAX], size_t *len)
{
	const uint8_t op = (uint8_t)s->op;
	struct vc_statement check;
	struct jm_wbuf w;
	jm_err e;

	*len = 0;
	if (s->op >= VC_OP_COUNT || s->aid_len > VC_AID_MAX ||
	    s->target_len > VC_TARGET_MAX)
		return JM_ARG;
	jm_wbuf_init(&w, out, VC_STATEMENT_MAX);
	jm_put_tlv(&w, 0x80, &op, 1);
	jm_put_tlv(&w, 0x81, s->aid, s->aid_len);
	jm_put_tlv(&w, 0x82, s->target, s->target_len);
	jm_put_tlv(&w, 0x83, s->challenge, sizeof s->challenge);
	jm_put_tlv(&w, 0x84, s->when, strlen(s->when));
	jm_put_tlv(&w, 0x85, s->reason, strlen(s->reason));
	jm_put_tlv(&w, 0x86, s->terminal, strlen(s->terminal));
	jm_tlv_wrap(&w, 0, 0x30);
	if ((e = jm_wbuf_done(&w, len)) != JM_OK)
		return JM_ARG;
	if (vc_statement_parse(out, *len, &check) != JM_OK) {
		*len = 0;
		return JM_ARG;
	}
	return JM_OK;
}

const char *
vc_op_name(unsigned op)
{
	static const char *const name[VC_OP_COUNT] = { "reset-pin",
		"change-code", "load", "delete", "renew", "move-out", "move-in",
		"issue", "suspend", "resume", "return", "terminate" };

	return op < VC_OP_COUNT ? name[op] : NULL;
}
